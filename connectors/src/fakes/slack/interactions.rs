//! People who use buttons, menus, slash commands and the App Home: what the page and tests ask for, sent as Slack sends it.

use serde_json::{Value, json};

use super::{
    delivery::{Door, OutgoingEvent},
    events,
    users::team,
};
use crate::fakes::{Context, FakeRequest};

type Outcome = Result<Value, (u16, String)>;

/// Somebody presses a button or chooses from a menu: `{user, action_id, block_id?, channel, ts, value?, copies?}`; without `channel` in
/// the App Home. `value` is the option or the person chosen. An element that is not there cannot be used.
pub(in crate::fakes) fn press(cx: &mut Context<'_>, team_id: &str, request: &FakeRequest) -> Outcome {
    let scene = Scene::of(cx, team_id, request)?;
    let mut action = used(&scene.element, request.param("value"))?;
    let action_ts = events::next_ts(cx);
    action["action_id"] = scene.element["action_id"].clone();
    action["block_id"] = scene.block_id.into();
    action["action_ts"] = action_ts.into();
    action["type"] = scene.element["type"].clone();
    let number = cx.state.store.next_number();
    let mut payload = scene.payload;
    payload["type"] = "block_actions".into();
    payload["trigger_id"] = format!("{number}.{team_id}").into();
    payload["response_url"] = format!("{}/slack/actions/{team_id}/{number}", cx.config.public_url).into();
    payload["actions"] = json!([action]);
    let copies = request
        .param("copies")
        .and_then(|copies| copies.parse().ok())
        .unwrap_or(1);
    for _ in 0..copies {
        send(cx, Door::Interactions, &[("payload", &payload.to_string())]);
    }
    Ok(json!({"ok": true}))
}

/// Somebody types into a menu whose options the app gives: the same fields, with `typed`.
pub(in crate::fakes) fn suggest(cx: &mut Context<'_>, team_id: &str, request: &FakeRequest) -> Outcome {
    let scene = Scene::of(cx, team_id, request)?;
    let mut payload = scene.payload;
    payload["type"] = "block_suggestion".into();
    payload["action_id"] = scene.element["action_id"].clone();
    payload["block_id"] = scene.block_id.into();
    payload["value"] = request.param("typed").unwrap_or_default().into();
    send(cx, Door::Interactions, &[("payload", &payload.to_string())]);
    Ok(json!({"ok": true}))
}

/// Somebody types a slash command: `{channel, user, command, text}`.
pub(in crate::fakes) fn command(cx: &mut Context<'_>, team_id: &str, request: &FakeRequest) -> Outcome {
    let need = |name: &str| request.param(name).ok_or((422, format!("{name} is missing")));
    let (channel, user, command) = (need("channel")?, need("user")?, need("command")?);
    let found = cx.state.store.get("slack.channel", &format!("{team_id}/{channel}"));
    let name = found
        .and_then(|found| found["name"].as_str())
        .unwrap_or("directmessage")
        .to_owned();
    let number = cx.state.store.next_number();
    let fields = [
        ("token", "verification-token"),
        ("team_id", team_id),
        ("team_domain", "simulated"),
        ("channel_id", &channel),
        ("channel_name", &name),
        ("user_id", &user),
        ("user_name", &user.to_lowercase()),
        ("command", &command),
        ("text", &request.param("text").unwrap_or_default()),
        ("api_app_id", &cx.config.slack.app_id.clone()),
        ("is_enterprise_install", "false"),
        (
            "response_url",
            &format!("{}/slack/commands/{team_id}/{number}", cx.config.public_url),
        ),
        ("trigger_id", &format!("{number}.{team_id}")),
    ];
    send(cx, Door::Commands, &fields);
    Ok(json!({"ok": true}))
}

/// Somebody opens the App Home: `{user}`.
pub(in crate::fakes) fn open_home(cx: &mut Context<'_>, team_id: &str, request: &FakeRequest) -> Outcome {
    let user = request.param("user").ok_or((422, "user is missing".to_owned()))?;
    let ts = events::next_ts(cx);
    let event = json!({
        "type": "app_home_opened", "user": user, "channel": format!("D{}", user.trim_start_matches(['U', 'W'])), "tab": "home",
        "event_ts": ts,
    });
    let event_id = events::dispatch(cx, team_id, team_id, false, event);
    Ok(json!({"ok": true, "event_ids": [event_id]}))
}

/// A message or a view with the element that somebody uses.
struct Scene {
    payload: Value,
    element: Value,
    block_id: String,
}

impl Scene {
    fn of(cx: &Context<'_>, team_id: &str, request: &FakeRequest) -> Result<Self, (u16, String)> {
        let need = |name: &str| request.param(name).ok_or((422, format!("{name} is missing")));
        let (user, action_id) = (need("user")?, need("action_id")?);
        let person = cx.state.store.get("slack.user", &format!("{team_id}/{user}"));
        let person = person.ok_or((404, "there is no such person".to_owned()))?;
        let (shown, container) = match request.param("channel") {
            Some(channel) => {
                let ts = need("ts")?;
                let message = cx
                    .state
                    .store
                    .get("slack.message", &format!("{team_id}/{channel}/{ts}"));
                let place = json!({"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": false});
                (message, place)
            }
            None => {
                let view = cx.state.store.get("slack.view", &format!("{team_id}/{user}"));
                (
                    view,
                    json!({"type": "view", "view_id": view.map(|view| view["id"].clone())}),
                )
            }
        };
        let shown = shown.ok_or((404, "there is nothing to press".to_owned()))?.clone();
        let (block_id, element) = element_of(&shown["blocks"], request.param("block_id").as_deref(), &action_id)
            .ok_or((422, "there is no such button or menu".to_owned()))?;
        let mut payload = json!({
            "team": {"id": team_id, "domain": team(cx, team_id)["name"]}, "enterprise": null, "is_enterprise_install": false,
            "user": {"id": user, "username": person["name"], "name": person["name"], "team_id": person["team_id"]},
            "api_app_id": cx.config.slack.app_id, "token": "verification-token", "container": container,
        });
        match request.param("channel") {
            Some(channel) => {
                payload["channel"] = json!({"id": channel, "name": "simulated"});
                payload["message"] = shown;
            }
            None => {
                payload["view"] = shown;
                payload["view"]["app_installed_team_id"] = team_id.into();
            }
        }
        Ok(Self {
            payload,
            element,
            block_id,
        })
    }
}

fn element_of(blocks: &Value, block_id: Option<&str>, action_id: &str) -> Option<(String, Value)> {
    for (at, block) in blocks.as_array()?.iter().enumerate() {
        let id = block["block_id"]
            .as_str()
            .map_or_else(|| format!("b{at}"), str::to_owned);
        if block_id.is_some_and(|wanted| wanted != id) {
            continue;
        }
        let elements = block["elements"]
            .as_array()
            .into_iter()
            .flatten()
            .chain([&block["accessory"]]);
        if let Some(element) = elements.into_iter().find(|element| element["action_id"] == action_id) {
            return Some((id, element.clone()));
        }
    }
    None
}

/// What using an element says. A menu has only its own options.
fn used(element: &Value, value: Option<String>) -> Result<Value, (u16, String)> {
    let need = || value.clone().ok_or((422, "value is missing".to_owned()));
    Ok(match element["type"].as_str() {
        Some("button") => match element["value"].as_str() {
            Some(value) => json!({"text": element["text"], "value": value}),
            None => json!({"text": element["text"]}),
        },
        Some("users_select") => json!({"selected_user": need()?}),
        Some("external_select") => {
            json!({"selected_option": {"text": {"type": "plain_text", "text": "chosen"}, "value": need()?}})
        }
        _ => {
            let wanted = need()?;
            let options = element["options"].as_array();
            let option = options
                .into_iter()
                .flatten()
                .find(|option| option["value"] == wanted.as_str());
            json!({"selected_option": option.ok_or((422, "there is no such option".to_owned()))?})
        }
    })
}

fn send(cx: &mut Context<'_>, door: Door, fields: &[(&str, &str)]) {
    let id = format!("Rq{:05}", cx.state.store.next_number());
    let body: String = reqwest::Url::parse_with_params("http://form/", fields)
        .ok()
        .and_then(|url| url.query().map(str::to_owned))
        .unwrap_or_default();
    cx.state.outbox.push(OutgoingEvent {
        event_id: id,
        channel: None,
        ts: None,
        body,
        door,
    });
}
