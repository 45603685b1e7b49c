//! From the setting to a connection.

use lettre::message::Mailbox;
use lettre::transport::smtp::PoolConfig;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use url::{Host, Url};

use super::{MailError, PATIENCE};

/// Whether this names a mail server in a way that we understand.
pub(in crate::foundation) fn is_server(text: &str) -> bool {
    parse(text).is_some()
}

/// Whether this is an address that mails can come from.
pub(in crate::foundation) fn is_sender(text: &str) -> bool {
    text.parse::<Mailbox>().is_ok()
}

/// The connection, opened when it is first needed.
pub(super) fn transport(text: &str) -> Result<AsyncSmtpTransport<Tokio1Executor>, MailError> {
    let unusable = MailError::Settings {
        reason: "MOMENTUM_SMTP_URL cannot be used",
    };
    let Some(url) = parse(text) else { return Err(unusable) };
    let Ok(builder) = AsyncSmtpTransport::<Tokio1Executor>::from_url(&for_lettre(&url)) else {
        return Err(unusable);
    };
    // Mail is sent by few workers; a server that limits connections per client is no reason to fail.
    let pool = PoolConfig::new().max_size(4);
    Ok(builder.timeout(Some(PATIENCE)).pool_config(pool).build())
}

fn parse(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_known = matches!(url.scheme(), "smtp" | "smtps" | "starttls");
    (is_known && url.host_str().is_some_and(|host| !host.is_empty())).then_some(url)
}

/// lettre says STARTTLS by a parameter, and by itself sends passwords in the clear over `smtp://`.
fn for_lettre(url: &Url) -> String {
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name == "127.0.0.1",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let has_choice = url.query_pairs().any(|(name, _)| name == "tls");
    let (scheme, tls) = match url.scheme() {
        "starttls" => ("smtp", Some("required")),
        "smtp" if has_choice || is_here => ("smtp", None),
        "smtp" if url.password().is_some() => ("smtp", Some("required")),
        "smtp" => ("smtp", Some("opportunistic")),
        other => (other, None),
    };
    let rest = url.as_str().split_once("://").map_or("", |(_, rest)| rest);
    match tls {
        Some(tls) if url.query().is_some() => format!("{scheme}://{rest}&tls={tls}"),
        Some(tls) => format!("{scheme}://{rest}?tls={tls}"),
        None => format!("{scheme}://{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_never_leaves_the_machine_in_the_clear() {
        let rows = [
            ("smtp://127.0.0.1:2525", "smtp://127.0.0.1:2525"),
            ("smtp://me:secret@localhost:2525", "smtp://me:secret@localhost:2525"),
            ("smtp://mail.example.com", "smtp://mail.example.com?tls=opportunistic"),
            (
                "smtp://me:secret@mail.example.com",
                "smtp://me:secret@mail.example.com?tls=required",
            ),
            (
                "starttls://mail.example.com:587",
                "smtp://mail.example.com:587?tls=required",
            ),
            (
                "smtps://me:secret@mail.example.com",
                "smtps://me:secret@mail.example.com",
            ),
            (
                "smtp://mail.example.com?tls=required",
                "smtp://mail.example.com?tls=required",
            ),
        ];
        for (setting, expected) in rows {
            let url = parse(setting).expect(setting);
            assert_eq!(for_lettre(&url), expected, "{setting}");
        }
        for bad in ["", "mail.example.com", "http://mail.example.com", "smtp:", "smtps://"] {
            assert!(!is_server(bad), "{bad}");
        }
        assert!(is_sender("Momentum <m@example.com>") && is_sender("m@example.com") && !is_sender("Momentum"));
    }
}
