//! The control API: what tests and the page do to the simulated world.

use serde_json::{Map, Value, json};

use super::{
    Context, FakeRequest, FakeResponse,
    faults::Fault,
    hubspot, plant, salesforce,
    slack::{changes, events, interactions},
    smtp,
};

type Outcome = Result<Value, (u16, String)>;

/// Whether the answer waits for the first attempt to deliver the events the request makes: `?wait=true`.
pub(super) fn waits(request: &FakeRequest) -> bool {
    let asked = request.path.starts_with("/control/") && request.param("wait").as_deref() == Some("true");
    asked || shows_reply(request)
}

/// Whether the app's answer is the control's answer: people see at once what comes of a button or a command.
pub(super) fn shows_reply(request: &FakeRequest) -> bool {
    let path = request.path.as_str();
    [
        "/control/slack/press",
        "/control/slack/suggestions",
        "/control/slack/commands",
    ]
    .contains(&path)
}

pub(super) fn handle(cx: &mut Context<'_>, request: &FakeRequest) -> FakeResponse {
    let segments = request.segments();
    let outcome = match (request.method.as_str(), &segments[1..]) {
        ("GET", ["state"]) => Ok(state(cx)),
        ("GET", ["mails"]) => Ok(smtp::list(cx, request.param("to").as_deref())),
        ("DELETE", ["mails"]) => {
            smtp::clear(cx);
            Ok(json!({"ok": true}))
        }
        ("GET", ["salesforce", "tasks"]) => Ok(json!({"items": tasks(cx)})),
        ("POST", ["faults"]) => add_fault(cx, request),
        ("DELETE", ["faults"]) => {
            cx.state.faults.clear();
            Ok(json!({"ok": true}))
        }
        ("POST", ["reset"]) => reset(cx),
        ("POST", ["events-url"]) => set_events_url(cx, request),
        ("POST", ["slack", "messages"]) => say(cx, request),
        ("POST", ["slack", change @ ("edit" | "delete" | "unfurl")]) => change_message(cx, request, change),
        ("POST", ["slack", "channels"]) => change_slack(cx, request, changes::channel),
        ("POST", ["slack", "events"]) => send_event(cx, request),
        ("POST", ["slack", "press"]) => team_of(cx, request).and_then(|team| interactions::press(cx, &team, request)),
        ("POST", ["slack", "suggestions"]) => {
            team_of(cx, request).and_then(|team| interactions::suggest(cx, &team, request))
        }
        ("POST", ["slack", "commands"]) => {
            team_of(cx, request).and_then(|team| interactions::command(cx, &team, request))
        }
        ("POST", ["slack", "home"]) => {
            team_of(cx, request).and_then(|team| interactions::open_home(cx, &team, request))
        }
        ("POST", ["slack", "users"]) => change_slack(cx, request, changes::person),
        ("POST", ["salesforce", "records", object]) => put_record(cx, request, object, None),
        ("POST", ["salesforce", "records", object, id]) => put_record(cx, request, object, Some(id)),
        ("POST", ["hubspot", "records", object]) => put_hubspot(cx, request, object, None),
        ("POST", ["hubspot", "records", object, id]) => put_hubspot(cx, request, object, Some(id)),
        ("POST", ["hubspot", "merge", object]) => merge_hubspot(cx, request, object),
        ("POST", ["hubspot", "webhooks-url"]) => {
            cx.state.hubspot.webhook_url = request.param("url");
            Ok(json!({"ok": true}))
        }
        _ => Err((404, "there is no such control".to_owned())),
    };
    match outcome {
        Ok(body) => FakeResponse::json(200, &body),
        Err((status, message)) => FakeResponse::json(status, &json!({"error": message})),
    }
}

/// Everything there is, without credentials.
fn state(cx: &Context<'_>) -> Value {
    let rows = |table: &str| {
        cx.state
            .store
            .rows(table)
            .map(|(key, row)| with_place(key, row))
            .collect::<Vec<_>>()
    };
    let mut objects = Map::new();
    let names: Vec<String> = cx
        .state
        .store
        .table_names()
        .filter_map(|t| t.strip_prefix("sf.").map(str::to_owned))
        .collect();
    for name in names.iter().filter(|name| name.starts_with(char::is_uppercase)) {
        objects.insert(name.clone(), salesforce::all(cx, name).into());
    }
    let mut kinds = Map::new();
    for kind in ["companies", "contacts", "deals", "tasks", "notes"] {
        kinds.insert(kind.to_owned(), hubspot::all(cx, kind).into());
    }
    json!({
        "slack": {
            "events_url": cx.state.events_url, "teams": rows("slack.team"), "channels": rows("slack.channel"), "users": rows("slack.user"),
            "messages": rows("slack.message"), "views": rows("slack.view"), "ephemerals": rows("slack.ephemeral"),
            "deliveries": cx.state.deliveries.latest().collect::<Vec<_>>(),
        },
        "salesforce": {"instance_url": cx.config.salesforce_url(), "calls": cx.state.calls, "records": objects},
        "hubspot": {
            "url": cx.config.hubspot_url(), "portal_id": cx.config.hubspot.portal_id, "calls": cx.state.hubspot.calls, "records": kinds,
            "webhooks_url": cx.state.hubspot.webhook_url, "webhooks": cx.state.hubspot.webhooks.latest().collect::<Vec<_>>(),
        },
        "faults": cx.state.faults.list(),
    })
}

/// A row with the Slack workspace and channel its key tells.
fn with_place(key: &str, row: &Value) -> Value {
    let mut parts = key.split('/');
    let mut row = row.clone();
    row["_team"] = parts.next().into();
    if let (Some(channel), Some(_ts)) = (parts.next(), parts.next()) {
        row["_channel"] = channel.into();
    }
    row
}

fn tasks(cx: &Context<'_>) -> Vec<Value> {
    let mut tasks = salesforce::all(cx, "Task");
    for task in &mut tasks {
        task["_url"] = salesforce::link(task).into();
    }
    tasks
}

fn add_fault(cx: &mut Context<'_>, request: &FakeRequest) -> Outcome {
    let fault: Fault = serde_json::from_slice(&request.body).map_err(|cause| (422, cause.to_string()))?;
    cx.state.faults.add(fault);
    Ok(json!({"faults": cx.state.faults.list()}))
}

fn reset(cx: &mut Context<'_>) -> Outcome {
    let number = cx.state.store.next_number();
    cx.state.store.clear().map_err(|cause| (500, cause.to_string()))?;
    // Ids go on where they were: the product still knows the old ones.
    cx.state.store.put("meta", "number", number.into());
    cx.state.faults.clear();
    cx.state.locators.clear();
    cx.state.deliveries.clear();
    cx.state.last_calls.clear();
    cx.state.calls = 0;
    cx.state.hubspot.calls = 0;
    cx.state.hubspot.webhooks.clear();
    plant(cx);
    Ok(json!({"ok": true}))
}

fn set_events_url(cx: &mut Context<'_>, request: &FakeRequest) -> Outcome {
    let url = request.param("url").ok_or((422, "url is missing".to_owned()))?;
    cx.state.events_url = Some(url);
    Ok(json!({"ok": true}))
}

/// Somebody says something: `{channel, user, text, thread_ts?, team?, copies?}`.
fn say(cx: &mut Context<'_>, request: &FakeRequest) -> Outcome {
    let param = |name: &str| request.param(name).filter(|value| !value.is_empty());
    let need = |name: &str| param(name).ok_or((422, format!("{name} is missing")));
    let team = team_of(cx, request)?;
    let copies = param("copies").and_then(|copies| copies.parse().ok()).unwrap_or(1);
    let (channel, user, text) = (need("channel")?, need("user")?, need("text")?);
    let (ts, event_ids) = events::say(cx, &team, &channel, &user, &text, param("thread_ts").as_deref(), copies)
        .map_err(|error| (404, error.to_owned()))?;
    Ok(json!({"ok": true, "team": team, "channel": channel, "ts": ts, "event_ids": event_ids}))
}

/// A message is edited (`{channel, ts, text}`), deleted or unfurled (`{channel, ts}`).
fn change_message(cx: &mut Context<'_>, request: &FakeRequest, change: &str) -> Outcome {
    let need = |name: &str| request.param(name).ok_or((422, format!("{name} is missing")));
    let key = format!("{}/{}/{}", team_of(cx, request)?, need("channel")?, need("ts")?);
    let event_ids = match change {
        "delete" => events::delete(cx, &key),
        "unfurl" => events::unfurl(cx, &key),
        _ => {
            let mut message = cx.state.store.get("slack.message", &key).cloned().unwrap_or_default();
            message["text"] = need("text")?.into();
            events::change(cx, &key, message)
        }
    };
    Ok(json!({"ok": true, "event_ids": event_ids.map_err(|error| (404, error.to_owned()))?}))
}

/// People change a channel (`{channel, change, …}`) or a profile (`{user, …}`).
fn change_slack(
    cx: &mut Context<'_>,
    request: &FakeRequest,
    change: fn(&mut Context<'_>, &str, &FakeRequest) -> Result<Vec<String>, &'static str>,
) -> Outcome {
    let team = team_of(cx, request)?;
    let event_ids = change(cx, &team, request).map_err(|error| (404, error.to_owned()))?;
    Ok(json!({"ok": true, "event_ids": event_ids}))
}

/// Sends any inner event as it is: `{event, outer_team?, is_ext_shared_channel?, team?}`.
fn send_event(cx: &mut Context<'_>, request: &FakeRequest) -> Outcome {
    let body = request.json();
    let event = body
        .get("event")
        .filter(|event| event.is_object())
        .cloned()
        .ok_or((422, "event is missing".to_owned()))?;
    let team = team_of(cx, request)?;
    let outer = body["outer_team"].as_str().unwrap_or(&team);
    let event_id = events::dispatch(cx, &team, outer, body["is_ext_shared_channel"] == true, event);
    Ok(json!({"ok": true, "event_ids": [event_id]}))
}

fn put_record(cx: &mut Context<'_>, request: &FakeRequest, object: &str, id: Option<&str>) -> Outcome {
    let Value::Object(fields) = request.json() else {
        return Err((422, "a record is a JSON object".to_owned()));
    };
    let id = salesforce::raw_put(cx, object, id, &fields)
        .ok_or((404, "there is no such object, or that is no id".to_owned()))?;
    Ok(json!({"id": id}))
}

/// A person works in HubSpot: properties by name, `company` to link to, `archived` to delete, `hs_lastmodifieddate` to backdate.
fn put_hubspot(cx: &mut Context<'_>, request: &FakeRequest, object: &str, id: Option<&str>) -> Outcome {
    let Value::Object(fields) = request.json() else {
        return Err((422, "a record is a JSON object".to_owned()));
    };
    let id = hubspot::put_by_person(cx, object, id, &fields).map_err(|words| (404, words))?;
    Ok(json!({"id": id}))
}

/// A person merges two records: `{winner, loser}`.
fn merge_hubspot(cx: &mut Context<'_>, request: &FakeRequest, object: &str) -> Outcome {
    let need = |name: &str| request.param(name).ok_or((422, format!("{name} is missing")));
    hubspot::merge(cx, object, &need("winner")?, &need("loser")?).map_err(|words| (404, words))
}

/// The Slack workspace meant: the one named, or the only or first one.
fn team_of(cx: &Context<'_>, request: &FakeRequest) -> Result<String, (u16, String)> {
    let first = || {
        cx.config
            .slack
            .workspaces
            .first()
            .map(|workspace| workspace.team_id.clone())
    };
    request
        .param("team")
        .filter(|team| !team.is_empty())
        .or_else(first)
        .ok_or((404, "there is no Slack workspace".to_owned()))
}
