//! [`Chat`] for Slack.

use async_trait::async_trait;

use super::{
    Slack,
    answers::{
        AuthTest, ChannelList, History, MemberList, OneChannel, OneUser, OpenedDirect, Permalink, Posted, UserList,
    },
    api::Effect::{Reads, Writes},
};
use crate::{
    Chat, ConnectorResult, Cursor, Page,
    chat::{ChatChannel, ChatIdentity, ChatMessage, ChatUser, HistoryRange, OutgoingMessage, PostedMessage},
};

/// Slack recommends at most 200 a page, though it takes more.
const PAGE: &str = "200";

#[async_trait]
impl Chat for Slack {
    async fn auth_test(&self) -> ConnectorResult<ChatIdentity> {
        let answer: AuthTest = self.call("auth.test", Reads, &[]).await?;
        Ok(ChatIdentity {
            team_id: answer.team_id,
            team_name: answer.team,
            url: answer.url,
            user_id: answer.user_id,
            bot_id: answer.bot_id,
            enterprise_id: answer.enterprise_id,
            is_enterprise_install: answer.is_enterprise_install,
        })
    }

    async fn channels(&self, cursor: Option<&Cursor>) -> ConnectorResult<Page<ChatChannel>> {
        let fields = paged(&[("types", "public_channel,private_channel"), ("limit", PAGE)], cursor);
        let answer: ChannelList = self.call("conversations.list", Reads, &fields).await?;
        Ok(answer
            .response_metadata
            .page(answer.channels.into_iter().map(ChatChannel::from).collect()))
    }

    async fn channel(&self, channel_id: &str) -> ConnectorResult<Option<ChatChannel>> {
        let fields = [("channel", channel_id), ("include_num_members", "true")];
        let answer = self.call::<OneChannel>("conversations.info", Reads, &fields).await;
        Ok(unless(answer, &["channel_not_found"])?.map(|found| found.channel.into()))
    }

    async fn channel_members(&self, channel_id: &str, cursor: Option<&Cursor>) -> ConnectorResult<Page<String>> {
        let fields = paged(&[("channel", channel_id), ("limit", PAGE)], cursor);
        let answer: MemberList = self.call("conversations.members", Reads, &fields).await?;
        Ok(answer.response_metadata.page(answer.members))
    }

    async fn users(&self, cursor: Option<&Cursor>) -> ConnectorResult<Page<ChatUser>> {
        let answer: UserList = self
            .call("users.list", Reads, &paged(&[("limit", PAGE)], cursor))
            .await?;
        Ok(answer
            .response_metadata
            .page(answer.members.into_iter().map(ChatUser::from).collect()))
    }

    async fn user(&self, user_id: &str) -> ConnectorResult<Option<ChatUser>> {
        let answer = self.call::<OneUser>("users.info", Reads, &[("user", user_id)]).await;
        Ok(unless(answer, &["user_not_found", "user_not_visible"])?.map(|found| found.user.into()))
    }

    async fn join(&self, channel_id: &str) -> ConnectorResult<ChatChannel> {
        let answer: OneChannel = self
            .call("conversations.join", Writes, &[("channel", channel_id)])
            .await?;
        Ok(answer.channel.into())
    }

    async fn open_direct(&self, user_id: &str) -> ConnectorResult<String> {
        let answer: OpenedDirect = self.call("conversations.open", Writes, &[("users", user_id)]).await?;
        Ok(answer.channel.id)
    }

    async fn post_message(&self, message: &OutgoingMessage) -> ConnectorResult<PostedMessage> {
        let blocks = blocks_json(message);
        let mut fields = vec![("channel", message.channel_id.as_str()), ("text", &message.text)];
        fields.extend(blocks.as_deref().map(|json| ("blocks", json)));
        fields.extend(message.thread_ts.as_deref().map(|ts| ("thread_ts", ts)));
        // A link to the customer's message must not unfold that message in an internal channel.
        fields.extend([("unfurl_links", "false"), ("unfurl_media", "false")]);
        let posted: Posted = self.call("chat.postMessage", Writes, &fields).await?;
        Ok(PostedMessage {
            channel_id: posted.channel,
            ts: posted.ts,
        })
    }

    async fn update_message(
        &self,
        posted: &PostedMessage,
        message: &OutgoingMessage,
    ) -> ConnectorResult<PostedMessage> {
        let blocks = blocks_json(message);
        let mut fields = vec![
            ("channel", posted.channel_id.as_str()),
            ("ts", &posted.ts),
            ("text", &message.text),
        ];
        fields.extend(blocks.as_deref().map(|json| ("blocks", json)));
        let posted: Posted = self.call("chat.update", Writes, &fields).await?;
        Ok(PostedMessage {
            channel_id: posted.channel,
            ts: posted.ts,
        })
    }

    async fn permalink(&self, channel_id: &str, message_ts: &str) -> ConnectorResult<String> {
        let fields = [("channel", channel_id), ("message_ts", message_ts)];
        let answer: Permalink = self.call("chat.getPermalink", Reads, &fields).await?;
        Ok(answer.permalink)
    }

    async fn history(
        &self,
        channel_id: &str,
        range: &HistoryRange,
        cursor: Option<&Cursor>,
    ) -> ConnectorResult<Page<ChatMessage>> {
        let most = range.most.to_string();
        let fields = ranged(&[("channel", channel_id), ("limit", &most)], range, cursor);
        let answer: History = self.call("conversations.history", Reads, &fields).await?;
        Ok(answer.page())
    }

    async fn replies(
        &self,
        channel_id: &str,
        thread_ts: &str,
        range: &HistoryRange,
        cursor: Option<&Cursor>,
    ) -> ConnectorResult<Page<ChatMessage>> {
        let most = range.most.to_string();
        let fields = [("channel", channel_id), ("ts", thread_ts), ("limit", &most)];
        let fields = ranged(&fields, range, cursor);
        let answer: History = self.call("conversations.replies", Reads, &fields).await?;
        Ok(answer.page())
    }
}

fn ranged<'a>(
    fields: &[(&'a str, &'a str)],
    range: &'a HistoryRange,
    cursor: Option<&'a Cursor>,
) -> Vec<(&'a str, &'a str)> {
    let mut fields = paged(fields, cursor);
    fields.extend(range.oldest.as_deref().map(|oldest| ("oldest", oldest)));
    fields.extend(range.latest.as_deref().map(|latest| ("latest", latest)));
    fields
}

fn paged<'a>(fields: &[(&'a str, &'a str)], cursor: Option<&'a Cursor>) -> Vec<(&'a str, &'a str)> {
    let mut fields = fields.to_vec();
    fields.extend(cursor.map(|cursor| ("cursor", cursor.as_str())));
    fields
}

fn blocks_json(message: &OutgoingMessage) -> Option<String> {
    (!message.blocks.is_empty()).then(|| serde_json::Value::from(message.blocks.clone()).to_string())
}

/// Turns "there is no such thing" into `None`.
fn unless<T>(answer: ConnectorResult<T>, codes: &[&str]) -> ConnectorResult<Option<T>> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(error) if codes.iter().any(|code| error.has_code(code)) => Ok(None),
        Err(error) => Err(error),
    }
}
