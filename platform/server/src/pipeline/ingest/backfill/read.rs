//! The next request of a backfill, and what its answer means.

use chrono::{DateTime, Utc};
use momentum_connectors::chat::{ChatMessage, HistoryRange};
use momentum_connectors::{Chat, ConnectorResult};

use crate::foundation::ids::ChannelId;
use crate::history::backfill::{BackfillChannel, Checkpoint, HistoryProfile, Work};
use crate::pipeline::ingest::message::{IncomingAuthor, IncomingMessage, Source, posted_at, without_nul};

/// Our bot and app, as of now.
#[derive(Clone, Debug, Default)]
pub(super) struct Ourselves {
    pub bot_user_id: Option<String>,
    pub bot_id: Option<String>,
    pub app_id: Option<String>,
}

/// What one request brought.
pub(super) struct Answer {
    /// What was said, in Slack's order.
    pub messages: Vec<ChatMessage>,
    /// Where to go on within the channel; `None` when all of it is read.
    pub next: Option<Checkpoint>,
}

/// Asks for the next page of the channel: first the replies of threads that were seen, then further back in the channel.
pub(super) async fn ask(
    chat: &dyn Chat,
    channel: &BackfillChannel,
    work: &Work,
    profile: HistoryProfile,
) -> ConnectorResult<Answer> {
    let at = &work.checkpoint;
    match at.threads.last() {
        Some(thread) => {
            let oldest = at.thread_read.clone().unwrap_or_else(|| ts(work.from));
            let range = HistoryRange {
                oldest: Some(oldest),
                latest: Some(ts(work.until)),
                most: profile.page(),
            };
            let page = chat.replies(&channel.slack_channel_id, thread, &range, None).await;
            let (messages, has_more) = match page {
                Ok(page) => (page.items, page.next.is_some()),
                // Its first message was deleted meanwhile.
                Err(error) if error.has_code("thread_not_found") => (Vec::new(), false),
                Err(error) => return Err(error),
            };
            let read_to = messages.iter().map(|message| message.ts.clone()).max();
            let next = after_thread(at, read_to.filter(|_| has_more));
            // The thread's first message stands at the head of every page and was read with the channel.
            let messages = messages.into_iter().filter(|message| message.ts != *thread).collect();
            Ok(Answer { messages, next })
        }
        None => {
            let range = HistoryRange {
                oldest: Some(ts(work.from)),
                latest: Some(at.latest.clone().unwrap_or_else(|| ts(work.until))),
                most: profile.page(),
            };
            let page = chat.history(&channel.slack_channel_id, &range, None).await?;
            let next = after_page(at, channel.id, &page.items, page.next.is_some());
            Ok(Answer {
                messages: page.items,
                next,
            })
        }
    }
}

fn after_thread(at: &Checkpoint, read_to: Option<String>) -> Option<Checkpoint> {
    let mut next = at.clone();
    next.thread_read = read_to;
    if next.thread_read.is_none() {
        next.threads.pop();
    }
    (!(next.threads.is_empty() && next.is_at_start)).then_some(next)
}

fn after_page(at: &Checkpoint, channel: ChannelId, page: &[ChatMessage], has_more: bool) -> Option<Checkpoint> {
    let oldest = page.iter().map(|message| message.ts.clone()).min();
    // A page that promises more and holds nothing leads nowhere: the channel's beginning is reached.
    let is_at_start = !has_more || oldest.is_none();
    let threads: Vec<String> = (page.iter())
        .filter(|message| message.reply_count > 0)
        .map(|message| message.ts.clone())
        .collect();
    let next = Checkpoint {
        channel: Some(channel),
        latest: oldest.or_else(|| at.latest.clone()),
        is_at_start,
        threads,
        thread_read: None,
    };
    (!(next.threads.is_empty() && next.is_at_start)).then_some(next)
}

/// A message of history as the pipeline takes it; `None` for what nobody said.
pub(super) fn incoming(
    message: ChatMessage,
    team: &str,
    channel: &BackfillChannel,
    ourselves: &Ourselves,
    now: DateTime<Utc>,
) -> Option<IncomingMessage> {
    if message.is_housekeeping || (message.user_id.is_none() && message.bot_id.is_none()) {
        return None;
    }
    let same = |ours: &Option<String>, theirs: &Option<String>| ours.is_some() && ours == theirs;
    let is_bot = message.bot_id.is_some()
        || message.subtype.as_deref() == Some("bot_message")
        || message.user_id.as_deref() == Some("USLACKBOT")
        || same(&ourselves.bot_user_id, &message.user_id)
        || same(&ourselves.bot_id, &message.bot_id)
        || same(&ourselves.app_id, &message.app_id);
    Some(IncomingMessage {
        slack_team_id: team.to_owned(),
        slack_channel_id: channel.slack_channel_id.clone(),
        posted_at: posted_at(&message.ts, now)?,
        thread_ts: message.thread_ts.filter(|thread| *thread != message.ts),
        ts: message.ts,
        author: IncomingAuthor {
            slack_user_id: message.user_id,
            name: None,
            team_id: message.author_team,
            is_bot,
        },
        text: without_nul(&message.text),
        is_broadcast: message.subtype.as_deref() == Some("thread_broadcast"),
        is_external_channel: channel.is_external,
        // Where a live copy from before an edit is known, this is the edit that we missed.
        change_ts: message.edited_ts,
        source: Source::Import,
    })
}

/// A time as Slack's ts.
fn ts(at: DateTime<Utc>) -> String {
    format!("{}.{:06}", at.timestamp(), at.timestamp_subsec_micros())
}
