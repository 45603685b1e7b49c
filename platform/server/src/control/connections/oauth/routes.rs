//! What a browser opens by itself: the way to the vendor and the way home.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::super::apps::{callback_path, start_path};
use super::super::model::Vendor;
use super::super::open::Connectors;
use super::error::ConnectError;
use super::finish::{Returning, finish};
use super::start::{Choice, start};
use super::state::{self, Beginner, Pending};
use crate::control::access::{Actor, ConnectionsWrite, Granted, SESSION_COOKIE};
use crate::foundation::crypto::Token;
use crate::foundation::http::{Code, Problem};

/// The page that shows how it ended.
const PAGE: &str = "/connectors";
/// Longest query that is read, in bytes: Salesforce's codes have about 200.
const LONGEST_QUERY: usize = 4096;

/// The routes that a person's browser opens by itself.
pub fn web_routes(config: &mut web::ServiceConfig) {
    for vendor in Vendor::ALL.iter().copied() {
        config.route(
            &start_path(vendor),
            web::get().to(move |request, auth, connectors| begin(vendor, request, auth, connectors)),
        );
        config.route(
            &callback_path(vendor),
            web::get().to(move |request, auth, connectors| come_home(vendor, request, auth, connectors)),
        );
    }
}

#[derive(Debug, Default, Deserialize)]
struct StartQuery {
    connection: Option<String>,
    sandbox: Option<String>,
    my_domain: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct CallbackQuery {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

/// Who may begin and end an installation, or why not.
type Admitted = Result<Granted<ConnectionsWrite>, Problem>;

async fn begin(
    vendor: Vendor,
    request: HttpRequest,
    auth: Admitted,
    connectors: web::Data<Connectors>,
) -> Result<HttpResponse, Problem> {
    let auth = match admitted(auth)? {
        Ok(auth) => auth,
        Err(sign_in) => return Ok(sign_in),
    };
    let (actor, session) = person(&request, &auth)?;
    let query: StartQuery = read_query(&request).ok_or_else(|| Problem::new(Code::MalformedRequest))?;
    let connection = query.connection.as_deref().map(str::parse).transpose();
    let choice = Choice {
        connection: connection.map_err(|_| Problem::not_found())?,
        is_sandbox: query.sandbox.as_deref() == Some("1"),
        my_domain: query.my_domain.filter(|domain| !domain.trim().is_empty()),
    };
    let who = Beginner {
        member: actor,
        session: &session,
    };
    match start(&connectors, &auth.db, &who, vendor, choice).await {
        Ok(url) => Ok(to(url.as_str())),
        Err(error) => failed(vendor, error),
    }
}

async fn come_home(
    vendor: Vendor,
    request: HttpRequest,
    auth: Admitted,
    connectors: web::Data<Connectors>,
) -> Result<HttpResponse, Problem> {
    let auth = match admitted(auth)? {
        Ok(auth) => auth,
        Err(sign_in) => return Ok(sign_in),
    };
    let (member, session) = person(&request, &auth)?;
    let who = Beginner {
        member,
        session: &session,
    };
    let ended = end(&connectors, &auth, &who, vendor, read_query(&request)).await;
    match ended {
        Ok(()) => Ok(to(&format!("{PAGE}?connected={}", vendor.as_str()))),
        Err(error) => failed(vendor, error),
    }
}

async fn end(
    connectors: &Connectors,
    auth: &Granted<ConnectionsWrite>,
    who: &Beginner<'_>,
    vendor: Vendor,
    query: Option<CallbackQuery>,
) -> Result<(), ConnectError> {
    let query = query.ok_or(ConnectError::StateMismatch)?;
    let state = Token::presented(query.state.clone().unwrap_or_default());
    let tx = auth.db.begin().await?;
    let pending = state::take(&tx, &connectors.sealer, vendor, who, &state, auth.now).await?;
    // Used up before the vendor is asked: the same address opened twice trades one code.
    tx.commit().await?;
    let pending: Pending = pending.ok_or(ConnectError::StateMismatch)?;
    if let Some(error) = &query.error {
        return Err(said_no(error, query.error_description.as_deref().unwrap_or_default()));
    }
    let code = query
        .code
        .filter(|code| !code.is_empty())
        .ok_or(ConnectError::StateMismatch)?;
    let returning = Returning {
        actor: &auth.actor,
        origin: &auth.origin,
    };
    let id = finish(connectors, &auth.db, &returning, vendor, &pending, &code).await?;
    tracing::info!(connection.id = %id, vendor = vendor.as_str(), "A connection was made.");
    Ok(())
}

/// The vendor's page came back without a code. Since September 2025 Salesforce says that an app must be installed in
/// the org before anybody but its administrators may allow it.
fn said_no(error: &str, description: &str) -> ConnectError {
    let is_not_installed = error.starts_with("OAUTH_EC_APP_NOT_FOUND")
        || error == "app_not_found"
        || description.to_ascii_lowercase().contains("not installed");
    match error {
        _ if is_not_installed => ConnectError::AppNotInstalled,
        "access_denied" => ConnectError::AccessDenied,
        "invalid_scope" | "invalid_scope_requested" => ConnectError::MissingScope(Vec::new()),
        _ => momentum_connectors::ConnectorError::rejected("redirected_with_error", "the vendor's page says no").into(),
    }
}

/// A person who is not signed in is asked to, and comes back to the page of connections.
fn admitted(auth: Admitted) -> Result<Result<Granted<ConnectionsWrite>, HttpResponse>, Problem> {
    match auth {
        Ok(auth) => Ok(Ok(auth)),
        Err(problem) if problem.code() == Code::NotAuthenticated => Ok(Err(to(&format!("/login?next={PAGE}")))),
        Err(problem) => Err(problem),
    }
}

/// An installation belongs to a person's session: a key has neither.
fn person(
    request: &HttpRequest,
    auth: &Granted<ConnectionsWrite>,
) -> Result<(crate::foundation::ids::MemberId, Token), Problem> {
    let cookie = request.cookie(SESSION_COOKIE);
    match (&auth.actor, cookie) {
        (Actor::Member { id, .. }, Some(cookie)) => Ok((*id, Token::presented(cookie.value()))),
        _ => Err(Problem::new(Code::PermissionMissing).with_detail("An API key is not a person. Sign in.")),
    }
}

/// The query, unless it is too long, cannot be read, or says something twice.
fn read_query<T: serde::de::DeserializeOwned>(request: &HttpRequest) -> Option<T> {
    let query = request.query_string();
    (query.len() <= LONGEST_QUERY).then(|| serde_urlencoded::from_str(query).ok())?
}

fn failed(vendor: Vendor, error: ConnectError) -> Result<HttpResponse, Problem> {
    let vendor = vendor.as_str();
    let Some(code) = error.code() else {
        let ConnectError::Ours(error) = error else {
            return Err(Problem::internal(error));
        };
        return Err(error.into());
    };
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    tracing::warn!(
        vendor,
        error.code = code,
        error.cause = cause,
        "An installation ended without a connection."
    );
    Ok(to(&format!("{PAGE}?connect_error={code}&vendor={vendor}")))
}

/// The address of the page before holds a code or a state: nobody is told it.
fn to(address: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, address))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish()
}
