//! `views.publish`.

use serde_json::{Value, json};

use super::{Caller, MethodResult, blocks};
use crate::fakes::{Context, FakeRequest};

pub(super) fn publish(cx: &mut Context<'_>, caller: &Caller, request: &FakeRequest) -> MethodResult {
    let user = request.param("user_id").ok_or("invalid_arguments")?;
    let key = format!("{}/{user}", caller.team_id);
    if cx.state.store.get("slack.user", &key).is_none() {
        return Err("user_not_found");
    }
    let view = request
        .param("view")
        .and_then(|view| serde_json::from_str::<Value>(&view).ok());
    let view = view.ok_or("invalid_arguments")?;
    if view["type"] != "home" || !blocks::are_valid(&view["blocks"], blocks::IN_A_VIEW) {
        return Err("invalid_arguments");
    }
    let number = cx.state.store.next_number();
    let mut shown = view;
    shown["id"] = format!("V{number:09}").into();
    shown["team_id"] = caller.team_id.as_str().into();
    shown["hash"] = number.to_string().into();
    shown["user"] = user.as_str().into();
    cx.state.store.put("slack.view", &key, shown.clone());
    Ok(json!({"view": shown}))
}
