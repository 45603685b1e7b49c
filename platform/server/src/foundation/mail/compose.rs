//! From what is to be said to a message on the wire.

use chrono::{DateTime, Utc};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};

use super::{Email, MailError};

/// Longest name in a header; longer ones are jokes or attacks.
const LONGEST_NAME: usize = 80;
const LONGEST_SUBJECT: usize = 200;

pub(super) fn message(email: &Email, from: &Mailbox, now: DateTime<Utc>) -> Result<Message, MailError> {
    let address: Address = email.to_address.parse().map_err(|_| MailError::AddressRefused {
        words: "this is not an e-mail address".to_owned(),
    })?;
    let name = one_line(&email.to_name, LONGEST_NAME);
    let to = Mailbox::new((!name.is_empty()).then_some(name), address);
    let mut builder = Message::builder()
        .from(from.clone())
        .to(to)
        .subject(one_line(&email.subject, LONGEST_SUBJECT))
        .date(now.into())
        .message_id(Some(format!("<{}@{}>", email.id, from.email.domain())))
        // Answering machines keep silent (RFC 3834, 5).
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned()));
    if let Some(url) = &email.unsubscribe_url {
        builder = builder
            .raw_header(header("List-Unsubscribe", format!("<{url}>")))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
    }
    let body = MultiPart::alternative_plain_html(email.text.clone(), email.html.clone());
    builder.multipart(body).map_err(|_| MailError::Settings {
        reason: "the mail could not be put together",
    })
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

/// Text that stays within its header: no line ends, no control characters, no spaces in a row.
fn one_line(text: &str, longest: usize) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let joined = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.chars().take(longest).collect()
}
