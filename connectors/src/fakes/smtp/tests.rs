//! The mail server, spoken to by lettre, and by hand where a client never speaks so.

use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    transport::smtp::authentication::{Credentials, Mechanism},
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::fakes::{Answer, FakeRequest, Fakes, SimConfig, serve_smtp};

type Mailer = AsyncSmtpTransport<Tokio1Executor>;

async fn server() -> (Arc<Fakes>, u16) {
    let at = chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    let fakes = Fakes::new(SimConfig::new("http://sim.test", Arc::new(move || at))).unwrap();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(serve_smtp(listener, fakes.clone()));
    (fakes, port)
}

fn mailer(port: u16) -> Mailer {
    Mailer::builder_dangerous("127.0.0.1")
        .port(port)
        .timeout(Some(Duration::from_millis(500)))
        .build()
}

fn mail(to: &str, body: &str) -> Message {
    Message::builder()
        .from("Momentum <m@example.com>".parse().unwrap())
        .to(to.parse().unwrap())
        .subject("Grüße")
        .message_id(Some("<one@example.com>".into()))
        .body(body.to_owned())
        .unwrap()
}

async fn call(fakes: &Arc<Fakes>, method: &str, path: &str, body: Value) -> (u16, Vec<(String, String)>, String) {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let request = FakeRequest {
        method: method.into(),
        path: path.into(),
        query: query.into(),
        headers: vec![("content-type".into(), "application/json".into())],
        body: body.to_string().into_bytes(),
    };
    match fakes.handle(request).await {
        Answer::Now(answer) => (answer.status, answer.headers, String::from_utf8(answer.body).unwrap()),
        other => panic!("{other:?}"),
    }
}

async fn mails(fakes: &Arc<Fakes>) -> Vec<Value> {
    let (_, _, body) = call(fakes, "GET", "/control/mails", Value::Null).await;
    serde_json::from_str::<Value>(&body).unwrap()["items"]
        .as_array()
        .unwrap()
        .clone()
}

#[tokio::test]
async fn what_lettre_sends_arrives_as_it_was_written() {
    let (fakes, port) = server().await;
    let body = "Hello\r\n.\r\n..two dots\r\n.hidden\r\nüber";
    mailer(port).send(mail("Ann <ann@example.com>", body)).await.unwrap();
    let mails = mails(&fakes).await;
    assert_eq!(mails.len(), 1);
    assert_eq!(
        (
            &mails[0]["subject"],
            &mails[0]["message_id"],
            &mails[0]["to"],
            mails[0]["text"].as_str()
        ),
        (
            &json!("Grüße"),
            &json!("one@example.com"),
            &json!(["ann@example.com"]),
            Some(format!("{body}\r\n").as_str())
        )
    );
    let (_, _, others) = call(&fakes, "GET", "/control/mails?to=bob@example.com", Value::Null).await;
    assert_eq!(others, r#"{"items":[]}"#);
    call(&fakes, "DELETE", "/control/mails", Value::Null).await;
    assert_eq!(self::mails(&fakes).await.len(), 0);
}

#[tokio::test]
async fn both_ways_of_signing_in_are_taken() {
    let (fakes, port) = server().await;
    for mechanism in [Mechanism::Plain, Mechanism::Login] {
        let mailer = Mailer::builder_dangerous("127.0.0.1")
            .port(port)
            .credentials(Credentials::new("user".into(), "secret".into()))
            .authentication(vec![mechanism])
            .build::<Tokio1Executor>();
        mailer.send(mail("ann@example.com", "Hello")).await.unwrap();
    }
    assert_eq!(mails(&fakes).await.len(), 2);
}

#[tokio::test]
async fn each_fault_fails_as_servers_fail_and_the_next_mail_arrives() {
    // The fault; whether the client sees a refusal for now or for ever, or neither; whether the mail is there all the same.
    let rows = [
        (
            json!({"match": {"method": "RCPT", "path": "ann@"}, "kind": "status", "status": 550, "message": "5.1.1 No such user"}),
            false,
            true,
            0,
        ),
        (
            json!({"match": {"method": "MAIL"}, "kind": "status", "status": 451}),
            true,
            false,
            0,
        ),
        (
            json!({"match": {"method": "EHLO"}, "kind": "status", "status": 421}),
            true,
            false,
            0,
        ),
        (
            json!({"match": {"method": "DATA"}, "kind": "rate_limit"}),
            true,
            false,
            0,
        ),
        (
            json!({"match": {"method": "DATA"}, "kind": "status", "status": 554}),
            false,
            true,
            0,
        ),
        (
            json!({"match": {"method": "DATA"}, "kind": "drop_after_commit"}),
            false,
            false,
            1,
        ),
        (
            json!({"match": {"method": "DATA"}, "kind": "drop_before"}),
            false,
            false,
            0,
        ),
    ];
    for (mut fault, is_transient, is_permanent, kept) in rows {
        let (fakes, port) = server().await;
        fault["vendor"] = "smtp".into();
        let (status, _, body) = call(&fakes, "POST", "/control/faults", fault.clone()).await;
        assert_eq!(status, 200, "{body}");
        let error = mailer(port).send(mail("ann@example.com", "Hello")).await.unwrap_err();
        assert_eq!(
            (error.is_transient(), error.is_permanent()),
            (is_transient, is_permanent),
            "{fault}: {error}"
        );
        assert_eq!(mails(&fakes).await.len(), kept, "{fault}");
        mailer(port).send(mail("ann@example.com", "Hello")).await.unwrap();
        assert_eq!(mails(&fakes).await.len(), kept + 1, "{fault}");
    }
}

#[tokio::test]
async fn a_mail_is_shown_without_its_scripts_and_without_anything_from_elsewhere() {
    let (fakes, port) = server().await;
    let hostile = Message::builder()
        .from("m@example.com".parse().unwrap())
        .to("ann@example.com".parse().unwrap())
        .subject("<script>alert(1)</script>")
        .header(lettre::message::header::ContentType::TEXT_HTML)
        .body("<html><head></head><body><script>alert(2)</script></body></html>".to_owned())
        .unwrap();
    mailer(port).send(hostile).await.unwrap();
    let number = mails(&fakes).await[0]["id"].as_str().unwrap().to_owned();
    for path in ["/mail".to_owned(), format!("/mail/{number}")] {
        let (status, _, page) = call(&fakes, "GET", &path, Value::Null).await;
        assert_eq!(status, 200);
        assert!(!page.contains("<script>alert"), "{page}");
    }
    let (_, headers, html) = call(&fakes, "GET", &format!("/mail/{number}/html"), Value::Null).await;
    let policy = headers
        .iter()
        .find(|(name, _)| name == "content-security-policy")
        .map(|(_, value)| value);
    assert!(policy.unwrap().starts_with("sandbox "), "{policy:?}");
    assert!(policy.unwrap().contains("default-src 'none'"), "{policy:?}");
    assert!(html.contains("<base target=\"_blank\">"));
    assert_eq!(call(&fakes, "GET", "/mail/999", Value::Null).await.0, 404);
}

#[tokio::test]
async fn commands_out_of_order_are_refused_and_change_nothing() {
    let (fakes, port) = server().await;
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
    let lines = "HELO me\r\nDATA\r\nRCPT TO:<a@example.com>\r\nMAIL FROM:<b@example.com>\r\nMAIL FROM:<b@example.com>\r\nDATA\r\n\
                 NONSENSE\r\nRCPT TO:<broken\r\nRSET\r\nNOOP\r\nVRFY a\r\nSTARTTLS\r\nQUIT\r\n";
    stream.write_all(lines.as_bytes()).await.unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).await.unwrap();
    let codes: Vec<&str> = answers.lines().map(|line| &line[..3]).collect();
    assert_eq!(
        codes,
        [
            "220", "250", "503", "503", "250", "503", "503", "500", "553", "250", "250", "252", "502", "221"
        ],
        "{answers}"
    );
    assert_eq!(mails(&fakes).await.len(), 0);
}

#[tokio::test]
async fn a_server_that_never_answers_has_taken_the_mail() {
    let (fakes, port) = server().await;
    let fault = json!({"vendor": "smtp", "match": {"method": "DATA"}, "kind": "timeout_after_commit"});
    call(&fakes, "POST", "/control/faults", fault).await;
    let sender = mailer(port);
    let sending = sender.send(mail("ann@example.com", "Hello"));
    assert!(tokio::time::timeout(Duration::from_millis(300), sending).await.is_err());
    assert_eq!(mails(&fakes).await.len(), 1);
}
