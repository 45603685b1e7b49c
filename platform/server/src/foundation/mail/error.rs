//! What can go wrong with a mail. The texts hold no address: they are logged.

/// Why a mail was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The server is away, busy, or does not let us in, or its answer was lost: try again.
    #[error("{reason}")]
    Away {
        /// What it looked like from here.
        reason: String,
    },
    /// The server says that there is no such address, or the address is none: nothing will arrive there.
    #[error("the mail server refuses the address for good")]
    AddressRefused {
        /// The server's words, which may hold the address: for the page, never for the log.
        words: String,
    },
    /// The server refuses this mail for good, and perhaps only this one.
    #[error("the mail server refuses the mail for good (code {code})")]
    MailRefused {
        /// The reply's code.
        code: u16,
        /// The server's words: for the page, never for the log.
        words: String,
    },
    /// The settings cannot be used.
    #[error("{reason}")]
    Settings {
        /// Which, and what is wrong.
        reason: &'static str,
    },
}

impl MailError {
    pub(super) fn away(reason: impl Into<String>) -> Self {
        Self::Away { reason: reason.into() }
    }
}

impl From<lettre::transport::smtp::Error> for MailError {
    fn from(error: lettre::transport::smtp::Error) -> Self {
        let code = error
            .status()
            .map(|code| code.to_string().parse::<u16>().unwrap_or_default());
        match code {
            Some(code) if error.is_permanent() => refused(code, &error.to_string()),
            Some(code) => Self::away(format!("the mail server says not now (code {code})")),
            None if error.is_tls() => Self::away("no safe connection to the mail server comes about"),
            None if error.is_timeout() => Self::away("the mail server did not answer in time"),
            None => Self::away("the mail server cannot be reached, or broke off"),
        }
    }
}

/// What a reply of the 500s is about: RFC 5321 (4.2.3) for the codes, RFC 3463 for `5.1.x` and `5.2.x` (the address and the
/// mailbox), RFC 4954 (6) for those of signing in, which is our settings' fault and no mail's.
fn refused(code: u16, text: &str) -> MailError {
    let words: String = text.chars().filter(|c| !c.is_control()).take(300).collect();
    let has = |class: &str| {
        text.split(|c: char| !c.is_ascii_digit() && c != '.')
            .any(|word| word.starts_with(class))
    };
    // A full mailbox (5.2.2) empties, and 5.7 is about what is sent and by whom.
    let is_passing = has("5.2.2");
    let is_about_address = has("5.1.") || has("5.2.1") || matches!(code, 550 | 551 | 553) && !has("5.7.");
    match code {
        530 | 534 | 535 | 538 => MailError::away(format!("the mail server does not let us in (code {code})")),
        _ if is_passing => MailError::away("the mailbox is full"),
        _ if is_about_address => MailError::AddressRefused { words },
        _ => MailError::MailRefused { code, words },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_about_the_address_the_mail_or_us() {
        let rows = [
            (550, "5.1.1 <ann@example.com> user unknown", "address"),
            (550, "no such user here", "address"),
            (551, "user not local", "address"),
            (553, "5.1.3 bad address syntax", "address"),
            (550, "5.7.1 looks like spam", "mail"),
            (552, "5.2.2 mailbox full", "away"),
            (554, "transaction failed", "mail"),
            (535, "5.7.8 bad credentials", "away"),
        ];
        for (code, words, expected) in rows {
            let error = refused(code, words);
            let about = match &error {
                MailError::AddressRefused { .. } => "address",
                MailError::MailRefused { .. } => "mail",
                _ => "away",
            };
            assert_eq!(about, expected, "{code} {words}");
            assert!(!error.to_string().contains("ann@"), "{error}");
        }
    }
}
