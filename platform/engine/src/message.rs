//! One Slack message as the engine sees it: where it was said, by whom, and its text freed from markup.

mod slack_text;

use serde::{Deserialize, Deserializer, Serialize};

pub use slack_text::{PlainText, SpanKind, parse};

/// What kind of channel a message was posted in. Unknown names read as [`ChannelKind::Internal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// A channel about, or shared with, one customer.
    Customer,
    /// Support requests.
    Support,
    /// Product feedback.
    Feedback,
    /// Escalations.
    Escalations,
    /// Customer success talking about accounts.
    CustomerSuccess,
    /// Sales talking about deals.
    Sales,
    /// Engineering, operations, alerts.
    Engineering,
    /// Company-wide talk.
    General,
    /// Off-topic talk.
    Random,
    /// Any other channel of the tenant's own.
    Internal,
    /// A direct message.
    Dm,
}

impl ChannelKind {
    /// All kinds.
    pub const ALL: [ChannelKind; 11] = [
        Self::Customer,
        Self::Support,
        Self::Feedback,
        Self::Escalations,
        Self::CustomerSuccess,
        Self::Sales,
        Self::Engineering,
        Self::General,
        Self::Random,
        Self::Internal,
        Self::Dm,
    ];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Support => "support",
            Self::Feedback => "feedback",
            Self::Escalations => "escalations",
            Self::CustomerSuccess => "customer_success",
            Self::Sales => "sales",
            Self::Engineering => "engineering",
            Self::General => "general",
            Self::Random => "random",
            Self::Internal => "internal",
            Self::Dm => "dm",
        }
    }

    /// Reads a name; anything unknown is [`ChannelKind::Internal`], so a newer sender never breaks an older reader.
    pub fn from_name(name: &str) -> Self {
        match name {
            "product_feedback" => Self::Feedback,
            "support_requests" => Self::Support,
            _ => Self::ALL
                .into_iter()
                .find(|kind| kind.as_str() == name)
                .unwrap_or(Self::Internal),
        }
    }

    /// The kind a channel gets by its name when it is joined or renamed, after the patterns of the product
    /// specification, section 1.2: `#customer-[account]`, `#support*`, `#product-feedback`, `#escalations`,
    /// `#customer-success`. `is_external` says that people of another company are in it (Slack Connect).
    pub fn classify(channel_name: &str, is_external: bool) -> Self {
        let name = channel_name
            .trim()
            .trim_start_matches('#')
            .to_lowercase()
            .replace('_', "-");
        let parts: Vec<&str> = name.split('-').filter(|part| !part.is_empty()).collect();
        let has = |words: &[&str]| parts.iter().any(|part| words.contains(part));
        let begins = |words: &[&str]| parts.first().is_some_and(|part| words.contains(part));
        if name.starts_with("customer-success") || name.starts_with("cs-team") || matches!(name.as_str(), "csm" | "cs")
        {
            return Self::CustomerSuccess;
        }
        if begins(&["escalation", "escalations"]) {
            return Self::Escalations;
        }
        if parts.len() > 1
            && begins(&[
                "customer", "client", "cust", "acct", "account", "ext", "external", "shared",
            ])
        {
            return Self::Customer;
        }
        if name.starts_with("support") || begins(&["help", "helpdesk"]) {
            return if is_external { Self::Customer } else { Self::Support };
        }
        if name.starts_with("product-feedback") || has(&["feedback"]) {
            return Self::Feedback;
        }
        if is_external || (parts.len() > 1 && has(&["customer", "client"])) {
            return Self::Customer;
        }
        if has(&["sales", "deals", "pipeline", "revenue"]) {
            return Self::Sales;
        }
        let engineering = [
            "eng",
            "engineering",
            "dev",
            "devs",
            "backend",
            "frontend",
            "ops",
            "devops",
            "infra",
            "alerts",
            "deploys",
            "ci",
        ];
        if has(&engineering) {
            return Self::Engineering;
        }
        if has(&["random", "fun", "watercooler", "pets", "memes"]) {
            return Self::Random;
        }
        if has(&["general", "announcements", "all", "company"]) {
            return Self::General;
        }
        Self::Internal
    }

    /// Whether colleagues in this channel talk about customers as a rule, so that third persons are customers.
    pub fn is_about_customers(self) -> bool {
        !matches!(self, Self::Engineering | Self::General | Self::Random | Self::Internal)
    }
}

impl<'de> Deserialize<'de> for ChannelKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from_name(&String::deserialize(deserializer)?))
    }
}

/// Who wrote a message, resolved before detection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SenderKind {
    /// A person of the tenant's customer: a Slack Connect stranger, a guest, a mapped domain.
    Customer,
    /// A colleague of the tenant.
    Internal,
    /// A program. Bots never open signals.
    Bot,
}

impl SenderKind {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Internal => "internal",
            Self::Bot => "bot",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_classified_by_the_patterns_of_the_specification() {
        let rows = [
            ("#customer-acme", false, ChannelKind::Customer),
            ("customer-success", false, ChannelKind::CustomerSuccess),
            ("customer-success-emea", false, ChannelKind::CustomerSuccess),
            ("#support-requests", false, ChannelKind::Support),
            ("support", false, ChannelKind::Support),
            ("support-acme", true, ChannelKind::Customer),
            ("product-feedback", false, ChannelKind::Feedback),
            ("Escalations", false, ChannelKind::Escalations),
            ("techflow-customer", false, ChannelKind::Customer),
            ("acme_corp", true, ChannelKind::Customer),
            ("ext-foot-locker", false, ChannelKind::Customer),
            ("sales-emea", false, ChannelKind::Sales),
            ("eng-platform", false, ChannelKind::Engineering),
            ("general", false, ChannelKind::General),
            ("random", false, ChannelKind::Random),
            ("q3-planning", false, ChannelKind::Internal),
            ("", false, ChannelKind::Internal),
        ];
        for (name, is_external, kind) in rows {
            assert_eq!(ChannelKind::classify(name, is_external), kind, "{name}");
        }
    }

    #[test]
    fn unknown_channel_kinds_read_as_internal() {
        for (json, kind) in [
            ("\"dm\"", ChannelKind::Dm),
            ("\"product_feedback\"", ChannelKind::Feedback),
            ("\"board-room\"", ChannelKind::Internal),
        ] {
            assert_eq!(serde_json::from_str::<ChannelKind>(json).unwrap(), kind);
        }
        for kind in ChannelKind::ALL {
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.as_str()));
        }
    }
}
