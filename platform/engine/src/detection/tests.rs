//! Detection through its public door: one fixture, one check, and properties that hold for every message.

use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::message::{ChannelKind, SenderKind};
use crate::signal::Confidence;

#[derive(Debug, Deserialize)]
struct Row {
    text: String,
    kind: Option<SignalKind>,
    sender: Option<SenderKind>,
    channel: Option<ChannelKind>,
}

fn detector() -> Detector {
    Detector::new(&DetectionConfig::default())
}

fn from_customer(text: &str) -> MessageView<'_> {
    MessageView::new(text, ChannelKind::Customer, SenderKind::Customer)
}

fn check(row: &Row) {
    let channel = row.channel.unwrap_or(ChannelKind::Customer);
    let sender = row.sender.unwrap_or(SenderKind::Customer);
    let analysis = detector().detect(&MessageView::new(&row.text, channel, sender));
    let shown: Vec<SignalKind> = analysis.shown().map(|detection| detection.kind).collect();
    match row.kind {
        Some(kind) => assert!(shown.contains(&kind), "{row:?} shows {shown:?}: {analysis:#?}"),
        None => assert_eq!(shown, [], "{row:?}: {analysis:#?}"),
    }
}

#[test]
fn every_phrase_of_the_specification_finds_its_kind_and_its_denials_find_none() {
    for line in include_str!("../../fixtures/phrases.jsonl").lines() {
        check(&serde_json::from_str(line).expect(line));
    }
}

#[test]
fn what_does_not_count_is_kept_with_the_reason() {
    use SuppressionReason as S;
    let rows = [
        (
            "We don't need more seats",
            SenderKind::Customer,
            ChannelKind::Customer,
            S::Negated,
        ),
        (
            "suppose we need more seats",
            SenderKind::Customer,
            ChannelKind::Customer,
            S::Hypothetical,
        ),
        (
            "> we need more seats",
            SenderKind::Customer,
            ChannelKind::Customer,
            S::Quoted,
        ),
        ("We need more seats", SenderKind::Bot, ChannelKind::Customer, S::Bot),
        (
            "We need more seats",
            SenderKind::Internal,
            ChannelKind::General,
            S::OwnCompany,
        ),
        (
            "we need more seats for lunch",
            SenderKind::Customer,
            ChannelKind::Customer,
            S::Joke,
        ),
        ("growth", SenderKind::Customer, ChannelKind::Customer, S::BelowThreshold),
    ];
    for (text, sender, channel, reason) in rows {
        let analysis = detector().detect(&MessageView::new(text, channel, sender));
        let found = analysis
            .detections
            .iter()
            .find(|d| d.kind == SignalKind::Expansion)
            .expect(text);
        assert_eq!(found.suppressed, Some(reason), "{text} {found:#?}");
    }
}

#[test]
fn the_evidence_sums_to_the_log_odds() {
    let analysis = detector().detect(&from_customer("We're running out of capacity, need 20 more seats asap"));
    for detection in &analysis.detections {
        let sum: f64 = detection.evidence.iter().map(|evidence| evidence.weight).sum();
        assert!((sum - detection.log_odds).abs() < 1e-9);
    }
}

#[test]
fn a_customers_words_weigh_more_than_a_colleagues() {
    let of = |sender| {
        let analysis = detector().detect(&MessageView::new(
            "Acme is running out of seats",
            ChannelKind::Sales,
            sender,
        ));
        analysis.detections[0].confidence
    };
    assert!(of(SenderKind::Customer) > of(SenderKind::Internal));
}

#[test]
fn further_evidence_is_summed_even_without_a_pattern() {
    let extra = [ExtraEvidence {
        kind: SignalKind::Churn,
        log_odds: 4.0,
        reason: "Reads like earlier messages of customers who left.".into(),
        term: EvidenceTerm::Model,
    }];
    let message = MessageView {
        extra: &extra,
        ..from_customer("it was nice while it lasted")
    };
    let analysis = detector().detect(&message);
    assert_eq!(
        analysis.shown().map(|d| d.kind).collect::<Vec<_>>(),
        [SignalKind::Churn]
    );
}

#[test]
fn a_tenants_own_phrase_is_enough_for_a_customers_message() {
    let mut config = DetectionConfig::default();
    config
        .dictionaries
        .entry(SignalKind::Churn)
        .or_default()
        .push(DictionaryEntry::new("Projekt Abendrot"));
    let analysis = Detector::new(&config).detect(&from_customer("FYI projekt abendrot starts monday"));
    let shown: Vec<&Detection> = analysis.shown().collect();
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].best_quote(), Some("projekt abendrot"));
}

#[test]
fn calibration_moves_the_confidence_and_keeps_the_evidence() {
    let mut config = DetectionConfig::default();
    let plain = Detector::new(&config).detect(&from_customer("We need more seats"));
    config.calibration.insert(
        SignalKind::Expansion,
        Calibration {
            slope: 0.5,
            intercept: -0.5,
        },
    );
    let calibrated = Detector::new(&config).detect(&from_customer("We need more seats"));
    assert_eq!(plain.detections[0].log_odds, calibrated.detections[0].log_odds);
    assert!(calibrated.detections[0].confidence < plain.detections[0].confidence);
}

#[test]
fn the_same_need_has_the_same_key_phrase() {
    let key = |text: &str| detector().detect(&from_customer(text)).detections[0].key_phrase.clone();
    assert_eq!(key("We need 20 more seats"), key("we'd need 5 more seats please"));
}

#[test]
fn a_huge_message_is_read_in_linear_time() {
    let cancelling = "we need to cancel more of the seats and not renew because it is slow ".repeat(600);
    let brackets = "<".repeat(40_000);
    let quotes = "\"a '".repeat(10_000);
    let unbroken = "ы".repeat(40_000);
    for text in [&cancelling, &brackets, &quotes, &unbroken] {
        let analysis = detector().detect(&from_customer(text));
        assert!(analysis.detections.iter().all(|d| d.confidence <= Confidence::MAX));
    }
}

/// Words that meet in real messages, so that random texts reach the patterns.
fn likely_text() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "we",
        "need",
        "more",
        "seats",
        "not",
        "cancel",
        "our",
        "contract",
        "can't",
        "work",
        "frustrated",
        "how",
        "much",
        "cost",
        "?",
        ".",
        "\n",
        ">",
        "\"",
        "`",
        "&amp;",
        "<@U1>",
        "<https://x.y|the quote>",
        "budget",
        "cut",
        "rolled",
        "out",
        "to",
        "400",
        "people",
        "new",
        "CTO",
        "Acme",
        "switching",
        "competitor",
        "love",
        "hate",
        "🙃",
        "if",
        "asap",
        "!!",
        "thanks",
        "works",
        "now",
        "é",
        "’",
    ]);
    prop::collection::vec(words, 0..40).prop_map(|words| words.join(" "))
}

fn holds_for(text: &str, sender: SenderKind, channel: ChannelKind) {
    let analysis = detector().detect(&MessageView::new(text, channel, sender));
    assert!((-1.0..=1.0).contains(&analysis.polarity) && (0.0..=1.0).contains(&analysis.urgency));
    for detection in &analysis.detections {
        assert!(detection.confidence.percent() <= 100 && detection.log_odds.is_finite());
        assert!(sender != SenderKind::Bot || !detection.is_shown());
        for evidence in &detection.evidence {
            if let Some(quote) = &evidence.quote {
                assert_eq!(&text[evidence.start..evidence.end], quote);
            }
        }
    }
}

proptest! {
    #[test]
    fn any_text_gives_bounded_numbers_and_verbatim_quotes(text in ".{0,300}") {
        holds_for(&text, SenderKind::Customer, ChannelKind::Customer);
    }

    #[test]
    fn likely_texts_give_bounded_numbers_and_verbatim_quotes(text in likely_text(), internal in any::<bool>()) {
        let sender = if internal { SenderKind::Internal } else { SenderKind::Customer };
        holds_for(&text, sender, ChannelKind::Support);
        holds_for(&text, SenderKind::Bot, ChannelKind::Random);
    }

    #[test]
    fn more_evidence_never_lowers_a_confidence(text in likely_text(), log_odds in 0.0_f64..6.0) {
        let extra = [ExtraEvidence { kind: SignalKind::Risk, log_odds, reason: "More.".into(), term: EvidenceTerm::Model }];
        let risk = |message: &MessageView<'_>| {
            let analysis = detector().detect(message);
            analysis.detections.iter().find(|d| d.kind == SignalKind::Risk).map_or(0, |d| d.confidence.percent())
        };
        let without = risk(&from_customer(&text));
        let with = risk(&MessageView { extra: &extra, ..from_customer(&text) });
        prop_assert!(with >= without);
    }
}
