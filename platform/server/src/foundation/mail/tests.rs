use chrono::DateTime;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use mail_parser::MessageParser;
use pretty_assertions::assert_eq;

use super::*;

fn mailer() -> Mailer {
    Mailer {
        transport: AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1").build(),
        from: "Momentum <momentum@example.com>".parse().expect("a sender"),
    }
}

fn email() -> Email {
    Email {
        id: "ntf_1".to_owned(),
        to_name: "Ann Smith".to_owned(),
        to_address: "ann@example.com".to_owned(),
        subject: "You have 3 high-confidence signals".to_owned(),
        text: "Three.".to_owned(),
        html: "<p>Three.</p>".to_owned(),
        unsubscribe_url: Some("https://momentum.example.com/unsubscribe/abc".to_owned()),
    }
}

#[tokio::test]
async fn a_mail_carries_both_forms_its_lasting_id_and_the_way_out() {
    let now = DateTime::from_timestamp(1_800_000_000, 0).expect("a time");
    let source = mailer().source(&email(), now).expect("a mail");
    let mail = MessageParser::default().parse(&source).expect("it parses");
    assert_eq!(mail.message_id(), Some("ntf_1@example.com"));
    assert_eq!(
        mail.body_text(0).map(|text| text.trim().to_owned()),
        Some("Three.".to_owned())
    );
    assert_eq!(
        mail.body_html(0).map(|html| html.trim().to_owned()),
        Some("<p>Three.</p>".to_owned())
    );
    let header = |name: &str| {
        mail.header_raw(name)
            .map(|value| value.trim().to_owned())
            .unwrap_or_default()
    };
    assert_eq!(
        header("List-Unsubscribe"),
        "<https://momentum.example.com/unsubscribe/abc>"
    );
    assert_eq!(header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    assert_eq!(header("Auto-Submitted"), "auto-generated");
    assert_eq!(mail.date().map(|date| date.to_timestamp()), Some(1_800_000_000));
    assert_eq!(mailer().source(&email(), now).expect("again").len(), source.len());
}

#[tokio::test]
async fn names_and_subjects_never_become_headers() {
    let hostile = [
        "\r\nBcc: eve@example.com",
        "x\nX-Evil: 1",
        "\u{0}\u{1b}[2J",
        "a\", <eve@example.com>, \"b",
        "Zoë 李雷",
    ];
    for text in hostile {
        let email = Email {
            to_name: format!("Ann{text}"),
            subject: format!("Hello{text}"),
            ..email()
        };
        let source = mailer().source(&email, DateTime::UNIX_EPOCH).expect("a mail");
        let mail = MessageParser::default().parse(&source).expect("it parses");
        let to = mail.to().expect("a recipient");
        assert_eq!(to.iter().count(), 1, "{text:?}");
        assert_eq!(
            to.first().and_then(|to| to.address()),
            Some("ann@example.com"),
            "{text:?}"
        );
        assert!(mail.bcc().is_none() && mail.header_raw("X-Evil").is_none(), "{text:?}");
    }
}

#[tokio::test]
async fn what_is_no_address_is_refused_before_a_server_is_asked() {
    for address in [
        "",
        "ann",
        "ann@",
        "ann@example.com\r\nRCPT TO:<eve@example.com>",
        "a b@example.com",
    ] {
        let email = Email {
            to_address: address.to_owned(),
            ..email()
        };
        let refused = mailer().source(&email, DateTime::UNIX_EPOCH);
        assert!(matches!(refused, Err(MailError::AddressRefused { .. })), "{address:?}");
    }
}
