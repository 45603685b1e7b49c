//! A signal as a Slack message: what was said, how sure we are and why, and what can be done about it.

use momentum_connectors::chat::OutgoingMessage;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::foundation::ids::SignalId;
use crate::signals::{Activity, DismissReason, Signal, SignalStatus};
use crate::slack_app::kit;

/// Longest quote in an alert: enough to decide, short enough to read.
const QUOTE: usize = 600;
/// Longest names and sentences.
const WORDS: usize = 200;

/// What an alert tells.
pub struct Card<'a> {
    /// The signal.
    pub signal: &'a Signal,
    /// What was done about it last.
    pub last: Option<&'a Activity>,
    /// Who looks after the account, in Slack.
    pub owner_slack_id: Option<&'a str>,
    /// Where Momentum's pages are.
    pub base_url: &'a str,
}

/// What the buttons and menus are called. They are part of messages that are out there: never rename one.
pub mod action {
    pub const HANDLE: &str = "signal.handle";
    pub const SNOOZE: &str = "signal.snooze";
    pub const DISMISS: &str = "signal.dismiss";
    pub const ASSIGN: &str = "signal.assign";
    pub const REOPEN: &str = "signal.reopen";
    pub const IS_NEW: &str = "signal.is_new";
    pub const CONTINUES: &str = "signal.continues";
    /// Buttons that only open a page.
    pub const OPEN: &str = "open";
    pub const OPEN_MESSAGE: &str = "open.message";
}

/// How long a signal may be put off from Slack: value and label.
pub const SNOOZES: [(&str, &str); 3] = [
    ("hour", "1 hour"),
    ("tomorrow", "Tomorrow 9:00"),
    ("monday", "Next Monday 9:00"),
];

/// The reasons for a dismissal: value and label.
const REASONS: [(DismissReason, &str); 6] = [
    (DismissReason::NotASignal, "Not a signal"),
    (DismissReason::WrongAccount, "Wrong account"),
    (DismissReason::Duplicate, "Duplicate"),
    (DismissReason::AlreadyKnown, "Already known"),
    (DismissReason::Resolved, "Resolved"),
    (DismissReason::Other, "Another reason"),
];

/// A rendered alert and a fingerprint of what it says.
pub struct Rendered {
    pub text: String,
    pub blocks: Vec<Value>,
    pub hash: String,
}

impl Rendered {
    pub fn into_message(self, channel: &str) -> OutgoingMessage {
        OutgoingMessage {
            channel_id: channel.to_owned(),
            text: self.text,
            blocks: self.blocks,
            thread_ts: None,
        }
    }
}

/// The part of a block's id that names its signal: `sig_…` before the first dot.
pub fn signal_of(block_id: &str) -> Option<SignalId> {
    block_id.split('.').next()?.parse().ok()
}

/// What can be done about an open signal, for a list of several. The block's id differs whenever the signal changed.
pub fn home_actions(signal: &Signal) -> Value {
    kit::actions(&format!("{}.home.{}", signal.id, signal.occurrences), choices(signal))
}

fn choices(signal: &Signal) -> Vec<Value> {
    let reasons = REASONS.iter().map(|(reason, label)| (reason.as_str(), *label));
    vec![
        kit::primary(kit::button(action::HANDLE, "I'll handle this", &signal.id.to_string())),
        kit::menu(action::SNOOZE, "Snooze…", SNOOZES),
        kit::menu(action::DISMISS, "Dismiss…", reasons),
        serde_json::json!({
            "type": "users_select", "action_id": action::ASSIGN, "placeholder": kit::plain("Assign to…", 150),
        }),
    ]
}

impl Card<'_> {
    /// The alert as it is to be posted now.
    pub fn render(&self) -> Rendered {
        let text = self.text();
        let hash = hex::encode(&Sha256::digest(format!("{text}{}", Value::from(self.blocks(""))))[..8]);
        // Slack asks for other block ids in each version of a message, or menus keep what was chosen in the former one.
        Rendered {
            blocks: self.blocks(&hash),
            text,
            hash,
        }
    }

    pub fn signal_url(&self) -> String {
        format!("{}/signals/{}", self.base_url, self.signal.id)
    }

    fn account(&self) -> String {
        match &self.signal.account {
            Some(account) => {
                let url = format!("{}/accounts/{}", self.base_url, account.id);
                format!("*{}*", kit::link(&url, &kit::shortened(&account.name, WORDS)))
            }
            None => "an account that nobody has named yet".to_owned(),
        }
    }

    /// What a phone's lock screen shows. The link makes the message findable by its signal.
    fn text(&self) -> String {
        let account = self.signal.account.as_ref().map_or("an unknown account", |a| &a.name);
        format!(
            "{} at {} ({} %): “{}” {}",
            self.signal.kind.0.label(),
            kit::escaped(&kit::shortened(account, WORDS)),
            self.signal.confidence,
            kit::escaped(&kit::shortened(&self.signal.quote, WORDS)),
            kit::link(&self.signal_url(), "Open"),
        )
    }

    fn blocks(&self, version: &str) -> Vec<Value> {
        let signal = self.signal;
        let title = kit::link(&self.signal_url(), &kit::shortened(&signal.title, WORDS));
        let mut blocks = vec![
            kit::section(&format!(
                "*{}* at {} · {} % sure\n*{title}*",
                signal.kind.0.label(),
                self.account(),
                signal.confidence
            )),
            kit::section(&format!("> {}", kit::escaped(&kit::shortened(&signal.quote, QUOTE)))),
            kit::context(&self.where_from()),
        ];
        let advice = &signal.recommendation;
        let advice = format!(
            "*Suggested:* {}. {}",
            kit::escaped(&advice.label),
            kit::escaped(&advice.reason)
        );
        if self.can_act() {
            blocks.push(kit::context(&advice));
        }
        blocks.extend(self.standing().map(|line| kit::context(&line)));
        blocks.extend(self.question(version));
        blocks.push(kit::actions(&format!("{}.do.{version}", signal.id), self.elements()));
        blocks
    }

    /// Why we think so, where it was said, by whom and when.
    fn where_from(&self) -> String {
        let signal = self.signal;
        let mut parts = Vec::new();
        if let Some(reason) = signal.evidence.iter().find(|reason| reason.weight > 0.0) {
            parts.push(format!(
                "*Why:* {}",
                kit::escaped(&kit::shortened(&reason.reason, WORDS))
            ));
        }
        let author = match &signal.author.company {
            Some(company) => format!("{} ({company})", signal.author.name),
            None => signal.author.name.clone(),
        };
        parts.push(format!(
            "{} in #{}",
            kit::escaped(&kit::shortened(&author, WORDS)),
            kit::escaped(&signal.channel.name)
        ));
        parts.push(kit::time(signal.posted_at));
        if signal.occurrences > 1 {
            parts.push(format!("mentioned {} times", signal.occurrences));
        }
        parts.extend(self.owner_slack_id.map(|id| format!("for {}", kit::mention(id))));
        parts.join(" · ")
    }

    fn can_act(&self) -> bool {
        matches!(self.signal.status, SignalStatus::Open | SignalStatus::Snoozed)
    }

    /// How the signal stands, and who made it so.
    fn standing(&self) -> Option<String> {
        let signal = self.signal;
        let by = self
            .last
            .and_then(|last| Some(format!(" by {}", kit::escaped(last.actor.as_deref()?))))
            .unwrap_or_default();
        let at = self
            .last
            .map(|last| format!(", {}", kit::time(last.at)))
            .unwrap_or_default();
        let owner = signal.owner.as_ref().map(|owner| kit::escaped(&owner.name));
        let mut line = match (signal.status, owner) {
            (SignalStatus::Handled, Some(owner)) => format!(":white_check_mark: *{owner}* handles this{at}."),
            (SignalStatus::Handled, None) => format!(":white_check_mark: Handled{by}{at}."),
            (SignalStatus::Snoozed, _) => {
                let until = signal.snoozed_until.map(kit::time).unwrap_or_default();
                format!(":zzz: Snoozed until {until}{by}.")
            }
            (SignalStatus::Dismissed, _) => {
                let why = self.last.and_then(|last| last.detail.as_deref()).unwrap_or_default();
                let why = kit::escaped(&kit::shortened(why, WORDS));
                format!(":no_entry_sign: Dismissed{by}{at}. {why}")
                    .trim_end()
                    .to_owned()
            }
            (SignalStatus::Converted, _) => ":tada: Won in the CRM.".to_owned(),
            (SignalStatus::Open, Some(owner)) => format!(":bust_in_silhouette: Assigned to *{owner}*."),
            (SignalStatus::Open, None) => String::new(),
        };
        for record in &signal.crm_records {
            if let Some(url) = &record.url {
                line.push_str(&format!(
                    " {}",
                    kit::link(url, &format!("{} in {}", record.record_type, record.system))
                ));
            }
        }
        (!line.is_empty()).then_some(line)
    }

    fn question(&self, version: &str) -> Vec<Value> {
        let Some(question) = self.signal.continuation_question.as_ref().filter(|_| self.can_act()) else {
            return Vec::new();
        };
        let url = format!("{}/signals/{}", self.base_url, question.parent_id);
        let parent = kit::link(&url, &kit::shortened(&question.parent_title, WORDS));
        let id = self.signal.id.to_string();
        vec![
            kit::section(&format!("Is this new, or does it continue “{parent}”?")),
            kit::actions(
                &format!("{id}.question.{version}"),
                vec![
                    kit::button(action::IS_NEW, "It is new", &id),
                    kit::button(action::CONTINUES, "It continues that", &id),
                ],
            ),
        ]
    }

    fn elements(&self) -> Vec<Value> {
        let id = self.signal.id.to_string();
        let mut elements = Vec::new();
        if self.can_act() {
            elements = choices(self.signal);
        } else if self.signal.status != SignalStatus::Converted {
            elements.push(kit::button(action::REOPEN, "Reopen", &id));
        }
        elements.push(kit::link_button(action::OPEN, "Open in Momentum", &self.signal_url()));
        if let Some(permalink) = &self.signal.permalink {
            elements.push(kit::link_button(action::OPEN_MESSAGE, "Open the message", permalink));
        }
        elements
    }
}
