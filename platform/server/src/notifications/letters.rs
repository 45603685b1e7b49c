//! What is written: the same facts as a mail in HTML and text, and as a Slack message.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use minijinja::Environment;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use momentum_engine::signal::SignalKind;
use serde::Serialize;
use serde_json::{Value, json};

use super::calendar::said;
use super::digest::{Digest, Item, ListedMessage};
use super::lost::Lost;
use super::model::{NoticePurpose, Recipient};
use crate::foundation::ids::NotificationId;

/// A notice, written.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The mail's subject, and the first line of the Slack message.
    pub subject: String,
    /// The mail as text.
    pub text: String,
    /// The mail as HTML.
    pub html: String,
    /// Where one click ends such mails.
    pub unsubscribe_url: Option<String>,
    /// The Slack message's blocks.
    pub blocks: Vec<Value>,
    /// The Slack message where blocks are not shown. Its link ends with `id`.
    pub slack_text: String,
    /// The notice's id: what a message that was posted is known by, however the facts changed since.
    pub id: String,
}

/// What surrounds every letter.
#[derive(Clone, Debug)]
pub struct Envelope<'a> {
    /// The notice's id.
    pub id: NotificationId,
    /// Where people find Momentum.
    pub base_url: &'a str,
    /// Where one click ends such mails; nothing where nobody can unsubscribe.
    pub unsubscribe_url: Option<String>,
    /// The time.
    pub now: DateTime<Utc>,
}

/// What templates know.
#[derive(Serialize)]
struct View {
    subject: String,
    headline: String,
    greeting: String,
    intro: String,
    items: Vec<ItemView>,
    rest: Option<String>,
    figures: Vec<Figure>,
    button: Button,
    reason: String,
    preferences_url: Option<String>,
    unsubscribe_url: Option<String>,
}

#[derive(Serialize)]
struct ItemView {
    title: String,
    url: String,
    place: String,
    kind: String,
    confidence: i16,
    /// Nothing where the title says it all.
    quote: Option<String>,
    said: String,
    advice: Option<String>,
}

#[derive(Serialize)]
struct Figure {
    value: String,
    label: String,
}

#[derive(Serialize)]
struct Button {
    label: String,
    url: String,
}

/// An alert: one signal.
pub fn alert(item: &Item, person: &Recipient, envelope: &Envelope<'_>) -> Letter {
    let view = item_view(item, &[], envelope, person.zone);
    let whose = item.account.as_deref().unwrap_or("A customer");
    let subject = match &item.account {
        // A signal that was found before its account was known has a title without it.
        Some(account) if !item.title.starts_with(account.as_str()) => format!("{account}: {}", item.title),
        _ => item.title.clone(),
    };
    let url = view.url.clone();
    write(
        View {
            headline: subject.clone(),
            greeting: greeting(&person.name),
            intro: format!(
                "{whose} said something {} that you will want to see. Momentum is {}\u{a0}% sure.",
                view.said, item.confidence
            ),
            items: vec![view],
            rest: None,
            figures: vec![],
            button: Button {
                label: "Open the signal".to_owned(),
                url,
            },
            reason: match item.account {
                Some(_) => "You get this mail because the account is yours or your team’s.",
                None => "You get this mail because nobody has said yet which account the channel belongs to.",
            }
            .to_owned(),
            preferences_url: Some(format!("{}/settings/notifications", envelope.base_url)),
            unsubscribe_url: envelope.unsubscribe_url.clone(),
            subject,
        },
        envelope,
    )
}

/// A digest, daily or weekly.
pub fn digest(digest: &Digest, person: &Recipient, envelope: &Envelope<'_>) -> Letter {
    let is_weekly = digest.purpose == NoticePurpose::WeeklyDigest;
    let date = envelope.now.with_timezone(&person.zone).format("%A, %-d %B");
    let subject = subject(digest);
    let listed: usize = digest.sure.iter().map(|message| 1 + message.also.len()).sum();
    let unlisted = digest.sure_count - listed as i64;
    let rest = match (unlisted, digest.less_sure_count) {
        (0, 0) => None,
        (0, less) if digest.sure_count == 0 => Some(format!(
            "{} {} for a look when you have time.",
            capital(&count(less, "less certain signal")),
            if less == 1 { "waits" } else { "wait" }
        )),
        (0, less) => Some(format!(
            "There {} also {}.",
            is_are(less),
            count(less, "less certain signal")
        )),
        (more, 0) => Some(format!("There {} {} like these.", is_are(more), count_more(more))),
        (more, less) => Some(format!(
            "There {} {} like these, and {}.",
            is_are(more),
            count_more(more),
            count(less, "less certain one")
        )),
    };
    let figures = if is_weekly && digest.found > 0 {
        figures(digest)
    } else {
        vec![]
    };
    let feed = format!("{}/signals", envelope.base_url);
    write(
        View {
            headline: subject.clone(),
            greeting: greeting(&person.name),
            intro: intro(digest, &date.to_string()),
            items: digest
                .sure
                .iter()
                .map(|ListedMessage { item, also }| item_view(item, also, envelope, person.zone))
                .collect(),
            rest,
            figures,
            button: Button {
                label: "Open your signals".to_owned(),
                url: feed,
            },
            reason: format!(
                "You get this mail every {}.",
                if is_weekly {
                    "week"
                } else {
                    "day on which there is news"
                }
            ),
            preferences_url: Some(format!("{}/settings/notifications", envelope.base_url)),
            unsubscribe_url: envelope.unsubscribe_url.clone(),
            subject,
        },
        envelope,
    )
}

/// A connection that was lost, for those who can connect it again.
pub fn lost(lost: &Lost, person: &Recipient, envelope: &Envelope<'_>) -> Letter {
    let vendor = lost.vendor.label();
    let words = lost
        .words
        .as_deref()
        .map(|words| format!(" {vendor} says: “{}”.", words.trim_end_matches('.')));
    let rest = match (lost.vendor.is_crm(), lost.waiting) {
        (false, _) => "Until then Momentum hears nothing new in Slack. Once it is connected again, Momentum reads what was said in the meantime.".to_owned(),
        (true, 0) => "Nothing is lost: whatever comes up in the meantime is kept, and written as soon as it is connected again.".to_owned(),
        (true, 1) => "Nothing is lost: 1 record is waiting, and is written as soon as it is connected again.".to_owned(),
        (true, more) => format!("Nothing is lost: {} records are waiting, and are written as soon as it is connected again.", grouped(more)),
    };
    let headline = format!("{vendor} needs to be connected again");
    write(
        View {
            subject: headline.clone(),
            headline,
            greeting: greeting(&person.name),
            intro: format!(
                "Momentum lost its connection to {vendor} ({}) {}.{}",
                lost.name,
                said(lost.lost_at, envelope.now, person.zone),
                words.unwrap_or_default()
            ),
            items: vec![],
            rest: Some(rest),
            figures: vec![],
            button: Button {
                label: format!("Connect {vendor} again"),
                url: format!("{}/connectors", envelope.base_url),
            },
            reason: "You get this because you look after Momentum’s connections.".to_owned(),
            preferences_url: Some(format!("{}/settings/notifications", envelope.base_url)),
            unsubscribe_url: envelope.unsubscribe_url.clone(),
        },
        envelope,
    )
}

fn subject(digest: &Digest) -> String {
    let (who, have, their) = match digest.is_own {
        true => ("You", "have", "Your"),
        false => ("Your team", "has", "Your team’s"),
    };
    match digest.purpose {
        NoticePurpose::WeeklyDigest if digest.found == 0 => "A quiet week: no new signals".to_owned(),
        NoticePurpose::WeeklyDigest => format!(
            "{their} week: {}, {} open",
            count(digest.found, "signal"),
            grouped(digest.sure_count + digest.less_sure_count)
        ),
        _ if digest.sure_count == 0 => format!("{who} {have} {}", count(digest.less_sure_count, "new signal")),
        _ => format!("{who} {have} {}", count(digest.sure_count, "high-confidence signal")),
    }
}

fn intro(digest: &Digest, date: &str) -> String {
    let whose = if digest.is_own {
        "in your accounts"
    } else {
        "in your company’s accounts"
    };
    match digest.purpose {
        NoticePurpose::WeeklyDigest if digest.found == 0 => {
            format!("In the week until {date} nobody said anything {whose} that called for you.")
        }
        NoticePurpose::WeeklyDigest => format!("This is what came up {whose} in the week until {date}."),
        _ => format!("This is what came up {whose} until {date}."),
    }
}

fn figures(digest: &Digest) -> Vec<Figure> {
    let rows = [
        (digest.found, "found"),
        (digest.handled, "handled"),
        (digest.converted, "won"),
        (digest.dismissed, "dismissed"),
        (digest.sure_count + digest.less_sure_count, "open"),
    ];
    let shown = rows.into_iter().filter(|(value, label)| *value > 0 || *label == "open");
    shown
        .map(|(value, label)| Figure {
            value: grouped(value),
            label: label.to_owned(),
        })
        .collect()
}

/// One signal, with the kinds that its message is beside it.
fn item_view(item: &Item, also: &[String], envelope: &Envelope<'_>, zone: Tz) -> ItemView {
    let label = |kind: &String| kind.parse::<SignalKind>().map_or("Signal", SignalKind::label);
    let kinds: Vec<_> = std::iter::once(&item.kind).chain(also).map(label).collect();
    let place = match &item.account {
        Some(account) => format!("{account} in #{}", item.channel),
        None => format!("#{}", item.channel),
    };
    ItemView {
        title: item.title.clone(),
        url: format!("{}/signals/{}", envelope.base_url, item.id),
        place,
        kind: kinds.join(" + "),
        confidence: item.confidence,
        quote: Some(item.quote.clone()).filter(|quote| !is_in_title(quote, &item.title)),
        said: said(item.posted_at, envelope.now, zone),
        advice: item.advice.clone(),
    }
}

/// Titles quote in short, without the full stop and with single quotation marks inside.
fn is_in_title(quote: &str, title: &str) -> bool {
    let flat = quote.split_whitespace().collect::<Vec<_>>().join(" ").replace('"', "'");
    title.contains(flat.trim_end_matches(['.', ',', ';']))
}

fn write(view: View, envelope: &Envelope<'_>) -> Letter {
    let (text, html) = (render("letter.txt", &view), render("letter.html", &view));
    let id = envelope.id.to_string();
    Letter {
        slack_text: format!("{} <{}#{id}|Open>", escape(&view.headline), view.button.url),
        blocks: blocks(&view),
        unsubscribe_url: view.unsubscribe_url.clone(),
        id,
        text,
        html,
        subject: view.subject,
    }
}

/// The templates are part of the binary and rendered by tests.
fn render(name: &str, view: &View) -> String {
    let mut environment = Environment::new();
    if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
        environment.set_syntax(syntax);
    }
    let source = match name {
        "letter.txt" => include_str!("templates/letter.txt"),
        _ => include_str!("templates/letter.html"),
    };
    let rendered = environment
        .add_template(name, source)
        .and_then(|()| environment.get_template(name)?.render(Serde(view)));
    rendered.unwrap_or_else(|error| {
        tracing::error!(error = %error, template = name, "a mail template does not render");
        format!("{}\n{}\n", view.intro, view.button.url)
    })
}

fn blocks(view: &View) -> Vec<Value> {
    let section = |text: String| json!({ "type": "section", "text": { "type": "mrkdwn", "text": text.chars().take(2900).collect::<String>() } });
    let mut blocks = vec![
        json!({ "type": "header", "text": { "type": "plain_text", "text": view.headline.chars().take(150).collect::<String>() } }),
        section(escape(&view.intro)),
    ];
    blocks.extend(view.items.iter().map(|item| {
        let quote = item
            .quote
            .as_deref()
            .map(|quote| format!("\n> {}", escape(quote).replace('\n', " ")));
        section(format!(
            "*<{}|{}>* · {}\u{a0}%\n{} · {} · {}{}",
            item.url,
            escape(&item.title),
            item.confidence,
            item.kind,
            escape(&item.place),
            item.said,
            quote.unwrap_or_default()
        ))
    }));
    if !view.figures.is_empty() {
        let figures: Vec<String> = view
            .figures
            .iter()
            .map(|figure| format!("*{}* {}", figure.value, figure.label))
            .collect();
        blocks.push(section(figures.join("   ")));
    }
    blocks.extend(view.rest.iter().map(|rest| section(escape(rest))));
    blocks.push(section(format!("<{}|{}>", view.button.url, view.button.label)));
    blocks
}

/// Slack reads `&`, `<` and `>` as its own marks.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn greeting(name: &str) -> String {
    match name.split_whitespace().next() {
        Some(first) => format!("Hi {first},"),
        None => "Hello,".to_owned(),
    }
}

fn count(number: i64, thing: &str) -> String {
    if number == 1 {
        format!("1 {thing}")
    } else {
        format!("{} {thing}s", grouped(number))
    }
}

/// A number as one writes it: `1,204`.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut written = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

fn count_more(number: i64) -> String {
    if number == 1 {
        "one more".to_owned()
    } else {
        format!("{} more", grouped(number))
    }
}

fn is_are(number: i64) -> &'static str {
    if number == 1 { "is" } else { "are" }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
