//! `GET /stream`: what open pages are told, as server-sent events.

use std::time::Duration;

use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, get};
use async_trait::async_trait;
use sea_orm::{DbErr, FromQueryResult};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::control::access::{self, Granted, Permit, SignalsRead, Visibility};
use crate::foundation::context::{Clock, pause};
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::http::{Problem, Query};
use crate::foundation::ids::{AccountId, MemberId};
use crate::foundation::stream::{Audience, Hub, Item, Recorded, SeenBy, Subscription, Ticket, Viewer};

/// Proxies close what is silent; 15 seconds is well under the usual minute.
const HEARTBEAT: Duration = Duration::from_secs(15);

#[derive(Debug, Deserialize, IntoParams, garde::Validate)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
struct StreamQuery {
    /// Continue after this event, as the header `Last-Event-ID` does.
    last_event_id: Option<i64>,
}

/// Tells what changes while the page is open, as server-sent events: `signal.created`, `signal.updated`,
/// `connection.updated`, `import.updated`, `dead_letters.changed`. After a break, `Last-Event-ID` continues without loss; a
/// `reset` means that the break was too long, and the lists are to be fetched again.
#[utoipa::path(tag = "stream", params(StreamQuery, ("Last-Event-ID" = Option<i64>, Header, description = "Continue after this event.")), responses((status = 200, description = "The stream.", body = String, content_type = "text/event-stream")), extensions(("x-permission" = json!(SignalsRead::NAME))))]
#[get("/stream")]
pub(super) async fn open_stream(
    auth: Granted<SignalsRead>,
    request: HttpRequest,
    query: Query<StreamQuery>,
    hub: web::Data<Hub>,
) -> Result<HttpResponse, Problem> {
    let header = request
        .headers()
        .get("last-event-id")
        .and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let viewer = match auth.visibility {
        Visibility::All => Viewer::Everything,
        Visibility::AssignedTo(member) => Viewer::Member(member),
    };
    let ticket = Ticket(access::ticket(&request, &auth.actor)?);
    let resume = header.or(query.last_event_id);
    let subscription = hub.open(auth.db.tenant_id(), viewer, ticket, resume).await?;
    let begin = format!("retry: 1000\nid: {}\n\n", subscription.last());
    let state = Telling {
        subscription: Some(subscription),
        first: Some(begin),
    };
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header(("cache-control", "no-cache, no-transform"))
        // Packed, the events would wait in the compressor's buffer; nginx would keep them in its own.
        .insert_header(("content-encoding", "identity"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(futures_util::stream::unfold(state, Telling::tell)))
}

struct Telling {
    subscription: Option<Subscription>,
    first: Option<String>,
}

impl Telling {
    /// The next piece of the answer; the stream ends after an error, and the page connects again.
    async fn tell(mut self) -> Option<(Result<Bytes, actix_web::Error>, Self)> {
        if let Some(first) = self.first.take() {
            return Some((Ok(first.into()), self));
        }
        let subscription = self.subscription.as_mut()?;
        let text = tokio::select! {
            item = subscription.next() => match item {
                Ok(Some(item)) => write(&item),
                Ok(None) => return None,
                Err(error) => {
                    tracing::warn!(error = %error, "a stream broke off; the page will connect again");
                    return None;
                }
            },
            // The id moves on even when nothing of what happened is for these eyes.
            () = pause(HEARTBEAT) => format!(": alive\nid: {}\n\n", subscription.last()),
        };
        Some((Ok(text.into()), self))
    }
}

fn write(item: &Item) -> String {
    match item {
        Item::Event(Recorded { seq, kind, data, .. }) => {
            let mut data = data.clone();
            if let Value::Object(fields) = &mut data {
                fields.insert("seq".to_owned(), json!(seq));
            }
            format!("id: {seq}\nevent: {kind}\ndata: {data}\n\n")
        }
        Item::Reset(seq) => format!("id: {seq}\nevent: reset\ndata: {}\n\n", json!({ "seq": seq })),
    }
}

/// Reps and CSMs are told of their accounts and of the signals assigned to them.
pub struct SignalAudience(pub Clock);

#[derive(FromQueryResult)]
struct Grant {
    account_id: Option<AccountId>,
    signal_id: Option<Uuid>,
    member_id: MemberId,
}

#[async_trait]
impl Audience for SignalAudience {
    async fn of(&self, tx: &TenantTx, events: &[Recorded]) -> Result<Vec<SeenBy>, DbErr> {
        let accounts: Vec<Uuid> = events.iter().filter_map(|event| Some(event.account_id?.0)).collect();
        let signals: Vec<Uuid> = events.iter().filter_map(signal_of).collect();
        let grants: Vec<Grant> = Sql::new(
            "SELECT id AS account_id, NULL::uuid AS signal_id, owner_member_id AS member_id FROM accounts
              WHERE tenant_id = $1 AND id = ANY($2) AND owner_member_id IS NOT NULL
             UNION ALL
             SELECT NULL, id, owner_member_id FROM signals
              WHERE tenant_id = $1 AND id = ANY($3) AND owner_member_id IS NOT NULL",
        )
        .bind(tx.tenant_id())
        .bind(accounts)
        .bind(signals)
        .all(tx)
        .await?;
        Ok(events.iter().map(|event| seen_by(event, &grants)).collect())
    }

    async fn expired(&self, tx: &TenantTx, tickets: Vec<Ticket>) -> Result<Vec<Ticket>, DbErr> {
        let names: Vec<String> = tickets.into_iter().map(|ticket| ticket.0).collect();
        Ok(access::expired_tickets(tx, names, self.0.now())
            .await?
            .into_iter()
            .map(Ticket)
            .collect())
    }
}

fn seen_by(event: &Recorded, grants: &[Grant]) -> SeenBy {
    // How the connections and imports are is no secret among colleagues; whose signals there are is.
    if event.account_id.is_none() && !event.kind.starts_with("signal.") {
        return SeenBy::Everybody;
    }
    let signal = signal_of(event);
    let is_theirs = |grant: &&Grant| {
        (grant.account_id.is_some() && grant.account_id == event.account_id)
            || (grant.signal_id.is_some() && grant.signal_id == signal)
    };
    SeenBy::Members(grants.iter().filter(is_theirs).map(|grant| grant.member_id).collect())
}

fn signal_of(event: &Recorded) -> Option<Uuid> {
    let id: crate::foundation::ids::SignalId = event.data.get("signal_id")?.as_str()?.parse().ok()?;
    Some(id.0)
}
