//! Mail over SMTP: one way out, whatever is in the mail.
//!
//! Invariants:
//! - A mail has the same `Message-ID` however often it is tried, so that a copy which went out twice is known by it.
//! - Names and subjects are data: nothing in them becomes a header, and nothing of a mail is logged.
//! - Where no server is set, nothing is mailed, and that is said where somebody would expect a mail.

mod compose;
mod error;
mod server;

#[cfg(test)]
mod tests;

use std::time::Duration;

use chrono::{DateTime, Utc};
use lettre::message::Mailbox;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::ExposeSecret;

pub use error::MailError;
pub(in crate::foundation) use server::{is_sender, is_server};

use super::config::Settings;

/// How long a mail may take. Servers that check before they answer take seconds; RFC 5321 (4.5.3.2) would allow ten
/// minutes, which is longer than a lane of work should be held.
const PATIENCE: Duration = Duration::from_secs(45);

/// Sends mails. Cheap to clone; connections are kept and shared.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// One mail to one person.
#[derive(Clone, Debug)]
pub struct Email {
    /// Names this mail for ever, such as a notification's id: letters, digits and `_`.
    pub id: String,
    /// What the recipient is called.
    pub to_name: String,
    /// Where they read mail.
    pub to_address: String,
    /// What it is about.
    pub subject: String,
    /// For programs that show no HTML, and for people who prefer it.
    pub text: String,
    /// The same for those that do.
    pub html: String,
    /// Where one click ends such mails (RFC 8058); nothing for mails that nobody subscribes to.
    pub unsubscribe_url: Option<String>,
}

impl Mailer {
    /// The way to the server that the settings name; nothing when they name none.
    ///
    /// # Errors
    /// [`MailError::Settings`] when the address or the sender cannot be used.
    pub fn from_settings(settings: &Settings) -> Result<Option<Self>, MailError> {
        let (Some(url), Some(from)) = (&settings.smtp.url, &settings.smtp.from) else {
            return Ok(None);
        };
        Ok(Some(Self {
            transport: server::transport(url.expose_secret())?,
            from: from.parse().map_err(|_| MailError::Settings {
                reason: "MOMENTUM_SMTP_FROM is no address",
            })?,
        }))
    }

    /// Whether the server answers and lets us in.
    ///
    /// # Errors
    /// As [`Mailer::send`].
    pub async fn check(&self) -> Result<(), MailError> {
        match tokio::time::timeout(PATIENCE, self.transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) | Err(_) => Err(MailError::away("the mail server does not answer")),
            Ok(Err(error)) => Err(error.into()),
        }
    }

    /// Sends a mail that is dated `now`. When the answer was lost the server may have taken it: try again with the same
    /// [`Email::id`].
    ///
    /// # Errors
    /// [`MailError::Away`]: try again. [`MailError::AddressRefused`] and [`MailError::MailRefused`]: do not.
    pub async fn send(&self, email: &Email, now: DateTime<Utc>) -> Result<(), MailError> {
        let message = compose::message(email, &self.from, now)?;
        match tokio::time::timeout(PATIENCE, self.transport.send(message)).await {
            Ok(sent) => sent.map(drop).map_err(MailError::from),
            Err(_) => Err(MailError::away("the mail server did not answer in time")),
        }
    }

    /// The mail as it would be sent, for tests and for looking at it.
    ///
    /// # Errors
    /// [`MailError::AddressRefused`] when the recipient's address is none.
    pub fn source(&self, email: &Email, now: DateTime<Utc>) -> Result<Vec<u8>, MailError> {
        compose::message(email, &self.from, now).map(|message| message.formatted())
    }
}
