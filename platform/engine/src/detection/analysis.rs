//! What goes into detection and what comes out.

use serde::{Deserialize, Serialize};

use crate::message::{ChannelKind, SenderKind};
use crate::signal::{Confidence, Sentiment, SignalKind};

/// One message and what is known about it before detection.
#[derive(Debug, Clone, Copy)]
pub struct MessageView<'a> {
    /// The message exactly as Slack sent it.
    pub text: &'a str,
    /// Where it was posted.
    pub channel_kind: ChannelKind,
    /// Who wrote it.
    pub sender_kind: SenderKind,
    /// How many decision makers of the account take part in the conversation; more than one raises the odds.
    pub decision_makers: u32,
    /// Evidence found by others, such as the sentence encoder. It is summed like our own.
    pub extra: &'a [ExtraEvidence],
}

impl<'a> MessageView<'a> {
    /// A message without further knowledge.
    pub fn new(text: &'a str, channel_kind: ChannelKind, sender_kind: SenderKind) -> Self {
        Self {
            text,
            channel_kind,
            sender_kind,
            decision_makers: 0,
            extra: &[],
        }
    }
}

/// Evidence for one kind from outside this crate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct ExtraEvidence {
    /// What it speaks for (or, with a negative weight, against).
    pub kind: SignalKind,
    /// Log-odds.
    pub log_odds: f64,
    /// A sentence a rep understands.
    pub reason: String,
    /// Where it comes from.
    pub term: EvidenceTerm,
}

/// Where a piece of evidence comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceTerm {
    /// How rare signals are among messages.
    Prior,
    /// A phrase of the tenant's dictionary.
    Dictionary,
    /// A pattern of ours.
    Pattern,
    /// The channel's kind.
    Channel,
    /// The sender's kind.
    Sender,
    /// The tone of the message.
    Sentiment,
    /// Pressure of time.
    Urgency,
    /// Several decision makers take part.
    DecisionMakers,
    /// The words are negated, hypothetical, quoted, about something else or already resolved.
    Scope,
    /// The sentence encoder.
    Model,
    /// A rule plugin of the tenant.
    Plugin,
}

/// One reason behind a confidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Evidence {
    /// The words, verbatim from the original message.
    pub quote: Option<String>,
    /// Byte offset of the quote in the original message; 0 without a quote.
    pub start: usize,
    /// Byte offset after the quote; 0 without a quote.
    pub end: usize,
    /// A sentence a sales rep understands.
    pub reason: String,
    /// Log-odds: positive speaks for the signal, negative against.
    pub weight: f64,
    /// Where it comes from.
    pub term: EvidenceTerm,
}

/// Why a detection is kept but not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuppressionReason {
    /// A program wrote it.
    Bot,
    /// "we are not considering alternatives".
    Negated,
    /// "suppose a champion leaves".
    Hypothetical,
    /// Somebody else's words: a block quote, a headline, code.
    Quoted,
    /// "works now, thanks".
    Resolved,
    /// Colleagues about their own company.
    OwnCompany,
    /// About something that is not our product: the landlord, the bank, a coffee machine.
    OtherSubject,
    /// A joke.
    Joke,
    /// Nothing is wrong with it but there is too little of it.
    BelowThreshold,
}

impl SuppressionReason {
    /// The reason as a sentence.
    pub fn explain(self) -> &'static str {
        match self {
            Self::Bot => "Written by a bot; bots never open signals.",
            Self::Negated => "The words are negated.",
            Self::Hypothetical => "The sentence is hypothetical.",
            Self::Quoted => "The words are quoted from somebody else.",
            Self::Resolved => "The message says that the matter is resolved.",
            Self::OwnCompany => "A colleague is talking about our own company.",
            Self::OtherSubject => "The words are about something other than our product.",
            Self::Joke => "The message is a joke.",
            Self::BelowThreshold => "The confidence is below the threshold for showing.",
        }
    }
}

/// One kind found in one message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Detection {
    /// What was found.
    pub kind: SignalKind,
    /// How likely it is real.
    pub confidence: Confidence,
    /// The sum of the evidence's weights, before calibration.
    pub log_odds: f64,
    /// Every term of the sum, the strongest first.
    pub evidence: Vec<Evidence>,
    /// The words that carry the signal, normalised: equal phrases are the same news.
    pub key_phrase: String,
    /// Why it is not shown, if it is not.
    pub suppressed: Option<SuppressionReason>,
}

impl Detection {
    /// Whether people see it.
    pub fn is_shown(&self) -> bool {
        self.suppressed.is_none()
    }

    /// The strongest verbatim quote.
    pub fn best_quote(&self) -> Option<&str> {
        self.evidence.iter().find_map(|evidence| evidence.quote.as_deref())
    }
}

/// Everything detection has to say about one message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Analysis {
    /// One entry per kind with any evidence, the most confident first, suppressed ones included.
    pub detections: Vec<Detection>,
    /// Attitude, -1 (displeased) to 1 (pleased).
    pub polarity: f32,
    /// Pressure of time, 0 to 1.
    pub urgency: f32,
    /// Derived from polarity and urgency.
    pub sentiment: Sentiment,
    /// Whether the message negates anything ("not frustrated").
    pub has_negation: bool,
}

impl Analysis {
    /// The detections people see.
    pub fn shown(&self) -> impl Iterator<Item = &Detection> {
        self.detections.iter().filter(|detection| detection.is_shown())
    }
}
