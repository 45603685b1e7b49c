//! The application put together: one line per slice, sorted.

use std::sync::Arc;

use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, from_fn};
use actix_web::{Error, get, web};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Components, ContentBuilder, InfoBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{PartialSchema, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use utoipa_actix_web::{AppExt, scope};

use crate::accounts::workspace::WorkspaceSyncHandler;
use crate::accounts::{self, CrmImportHandler};
use crate::control::access::{PUBLIC, Policy, SESSION_COOKIE};
use crate::control::connections::{Connectors, RevokeHandler};
use crate::control::identity::Identity;
use crate::control::{api_keys, audit, connections, guides, identity, me, members, roles};
use crate::foundation::Core;
use crate::foundation::http::{FieldError, HttpContext, Limits, Problem, ProblemBody, frame, path_config, web_page};
use crate::foundation::jobs::{Handler, Schedule, Scheduler, Worker, WorkerOptions};
use crate::foundation::mail::Mailer;
use crate::foundation::stream::Hub;
use crate::foundation::telemetry;
use crate::history::{backfill, imports};
use crate::notifications::{self, NotificationHandler};
use crate::pipeline::delivery::{self, CrmSyncHandler, DeliveryHandler, dead_letters};
use crate::pipeline::ingest::partitions::{self, Partitions};
use crate::pipeline::ingest::slack_export::ImportHandler;
use crate::pipeline::ingest::{BackfillHandler, Inbox, InboxOptions, IngestHandler, Intake, Spool, SpoolOptions};
use crate::pipeline::{Pipeline, ingest};
use crate::signals::{self, SignalAudience};
use crate::slack_app::{self, SlackApp, SlackAppHandler};

/// What one address may ask of the API: 600 requests at once, then 100 a second. An open feed asks once a second at most.
const API_LIMITS: Limits = Limits {
    burst: 600,
    refill: std::time::Duration::from_millis(10),
};

/// The services that routes and jobs share. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// What every slice may need.
    pub core: Core,
    /// What signing in needs.
    pub identity: Identity,
    /// What each role may do.
    pub policy: Policy,
    /// Gives open pages their events.
    pub stream: Hub,
    /// The ways to Slack and the CRMs.
    pub connectors: Connectors,
    /// The stages of a message.
    pub pipeline: Pipeline,
    /// The months that have partitions.
    pub partitions: Arc<Partitions>,
    /// The way out for mails, where a mail server is set.
    pub mailer: Option<Mailer>,
    intake: Intake,
    slack_app: SlackApp,
    http: web::Data<HttpContext>,
}

impl App {
    /// Puts the services together.
    ///
    /// # Errors
    /// When a file that is part of the binary cannot be read, which tests rule out.
    pub async fn new(core: Core) -> anyhow::Result<Self> {
        let (clock, settings) = (core.clock.clone(), core.settings.clone());
        let http = HttpContext::new(
            clock.clone(),
            settings.trusted_proxies,
            settings.is_served_over_tls(),
            API_LIMITS,
        );
        let inbox = Inbox::start(&core.db, InboxOptions::default());
        let spool = Spool::open(SpoolOptions::in_folder(settings.data_dir.join("spool"))).await?;
        let secret = settings.slack.signing_secret.clone();
        let policy = Policy::load().await?;
        let mailer = Mailer::from_settings(&settings)?;
        Ok(Self {
            connectors: Connectors::from_settings(&settings, clock.clone(), core.sealer.clone())?,
            intake: Intake::new(core.db.clone(), secret, inbox, spool),
            pipeline: Pipeline::new(clock.clone()).with_mail(mailer.is_some()),
            partitions: Arc::default(),
            mailer,
            identity: Identity::new(clock).await?,
            slack_app: SlackApp::new(&core, policy.clone()),
            policy,
            http: web::Data::new(http),
            stream: Hub::start(core.db.clone(), Arc::new(SignalAudience(core.clock.clone()))),
            core,
        })
    }

    /// Everything that is served.
    pub fn http(
        &self,
    ) -> actix_web::App<
        impl ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<impl actix_web::body::MessageBody + use<>>,
            Error = Error,
            InitError = (),
        > + use<>,
    > {
        let (app, mut description) = actix_web::App::new()
            .into_utoipa_app()
            .configure(routes)
            .split_for_parts();
        complete(&mut description);
        app.configure(|config| self.services(config))
            .app_data(web::Data::new(Description(Arc::new(description))))
            .configure(web_routes)
            .configure(telemetry::routes)
            .default_service(web::to(web_page))
            .wrap(Compress::default())
            .wrap(from_fn(frame))
    }

    /// Begins the background work; it ends when `stopped` turns true.
    pub fn work(&self, stopped: &watch::Receiver<bool>) -> Vec<JoinHandle<()>> {
        let Core { db, clock, .. } = self.core.clone();
        let worker = Worker::new(db.clone(), clock.clone(), WorkerOptions::default(), self.handlers());
        let intake = self.intake.clone();
        let spooled = stopped.clone();
        let scheduler = Scheduler::new(db, clock, schedules());
        let (work, schedule) = (stopped.clone(), stopped.clone());
        vec![
            tokio::spawn(async move { worker.run(work).await }),
            tokio::spawn(async move { scheduler.run(schedule).await }),
            tokio::spawn(async move { intake.keep_emptying_spool(spooled).await }),
        ]
    }

    /// Who works which queue.
    pub fn handlers(&self) -> Vec<Arc<dyn Handler>> {
        let Core {
            db,
            clock,
            settings,
            sealer,
        } = self.core.clone();
        vec![
            Arc::new(BackfillHandler::new(
                db.clone(),
                clock.clone(),
                self.connectors.clone(),
                self.pipeline.clone(),
                self.partitions.clone(),
            )),
            Arc::new(ImportHandler::new(
                db.clone(),
                clock.clone(),
                self.pipeline.clone(),
                self.partitions.clone(),
            )),
            Arc::new(IngestHandler::new(
                db,
                clock.clone(),
                self.pipeline.clone(),
                self.partitions.clone(),
            )),
            Arc::new(DeliveryHandler::new(
                clock.clone(),
                self.connectors.clone(),
                settings.base_url(),
            )),
            Arc::new(NotificationHandler::new(
                clock.clone(),
                self.connectors.clone(),
                self.mailer.clone(),
                sealer,
                settings.base_url(),
            )),
            Arc::new(SlackAppHandler::new(
                clock.clone(),
                self.connectors.clone(),
                self.policy.clone(),
                settings.base_url(),
            )),
            Arc::new(CrmImportHandler::new(clock.clone(), self.connectors.clone())),
            Arc::new(CrmSyncHandler::new(clock.clone(), self.connectors.clone())),
            Arc::new(RevokeHandler::new(self.connectors.clone())),
            Arc::new(WorkspaceSyncHandler::new(clock, self.connectors.clone())),
        ]
    }

    /// What the routes take as `web::Data`.
    fn services(&self, config: &mut web::ServiceConfig) {
        config
            .app_data(path_config())
            .app_data(self.http.clone())
            .app_data(web::Data::new(self.core.clone()))
            .app_data(web::Data::new(self.core.clock.clone()))
            .app_data(web::Data::new(self.connectors.clone()))
            .app_data(web::Data::new(self.identity.clone()))
            .app_data(web::Data::new(self.intake.clone()))
            .app_data(web::Data::new(self.policy.clone()))
            .app_data(web::Data::new(self.slack_app.clone()))
            .app_data(web::Data::new(self.stream.clone()));
    }
}

/// The API: described, with a permission on each route.
fn routes(config: &mut ServiceConfig) {
    let api = scope::scope("/api/v1")
        .configure(accounts::routes)
        .configure(api_keys::routes)
        .configure(audit::routes)
        .configure(backfill::routes)
        .configure(connections::routes)
        .configure(dead_letters::routes)
        .configure(delivery::routes)
        .configure(identity::routes)
        .configure(imports::routes)
        .configure(me::routes)
        .configure(members::routes)
        .configure(notifications::routes)
        .configure(roles::routes)
        .configure(signals::routes)
        .service(openapi_json);
    config.service(api);
}

/// What vendors call and browsers open by themselves.
fn web_routes(config: &mut web::ServiceConfig) {
    config.configure(connections::web_routes);
    config.configure(guides::web_routes);
    config.configure(identity::web_routes);
    // Before the scope of the events, which answers for every other address below its own.
    config.configure(slack_app::configure);
    config.configure(ingest::configure);
    config.configure(notifications::web_routes);
}

/// What recurs.
fn schedules() -> Vec<Schedule> {
    [
        identity::schedules(),
        notifications::schedules(),
        partitions::schedules(),
    ]
    .concat()
}

/// The description of the API as served and committed.
pub fn openapi() -> OpenApi {
    let (_, mut description) = actix_web::App::new()
        .into_utoipa_app()
        .configure(routes)
        .split_for_parts();
    complete(&mut description);
    description
}

struct Description(Arc<OpenApi>);

/// This description.
#[utoipa::path(tag = "api", responses((status = 200, content_type = "application/json")), extensions(("x-permission" = json!(PUBLIC))))]
#[get("/openapi.json")]
async fn openapi_json(description: web::Data<Description>) -> Result<web::Json<OpenApi>, Problem> {
    Ok(web::Json((*description.0).clone()))
}

/// What every operation has in common: how one proves who one is, and the shape of errors.
fn complete(description: &mut OpenApi) {
    description.info = InfoBuilder::new()
        .title("Momentum")
        .version(env!("CARGO_PKG_VERSION"))
        .build();
    let components = description.components.get_or_insert_with(Components::new);
    components
        .schemas
        .insert(ProblemBody::name().into_owned(), ProblemBody::schema());
    components
        .schemas
        .insert(FieldError::name().into_owned(), FieldError::schema());
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(SESSION_COOKIE)));
    components.add_security_scheme("session", cookie);
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    components.add_security_scheme("api_key", SecurityScheme::Http(bearer));
    let none: [&str; 0] = [];
    for item in description.paths.paths.values_mut() {
        let operations = [
            &mut item.get,
            &mut item.put,
            &mut item.post,
            &mut item.delete,
            &mut item.patch,
        ];
        for operation in operations.into_iter().flatten() {
            operation
                .responses
                .responses
                .insert("default".to_owned(), RefOr::T(problem()));
            let known = operation.extensions.as_ref();
            let permission = known.and_then(|known| known.get("x-permission"));
            if permission.is_some_and(|permission| permission != PUBLIC) {
                operation.security = Some(vec![
                    SecurityRequirement::new("session", none),
                    SecurityRequirement::new("api_key", none),
                ]);
            }
        }
    }
}

fn problem() -> Response {
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(ProblemBody::name())))
        .build();
    ResponseBuilder::new()
        .description("What went wrong")
        .content("application/problem+json", content)
        .build()
}

#[cfg(test)]
mod tests;
