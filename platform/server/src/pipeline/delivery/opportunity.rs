//! The opportunity that a signal becomes, in the words of the product specification (weeks 9 and 10).

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};
use momentum_connectors::crm::{CrmSchema, OpportunityDraft};

use super::facts::Facts;

/// The stage that the specification begins with, where the org has it; otherwise the org's first open one.
const STAGE: &str = "Qualification";
/// A deal that is to close within so few days of its making would be late from the beginning: it gets the next quarter.
const TOO_LATE: TimeDelta = TimeDelta::days(14);
/// Of the quote, so that a name stays a name.
const LONGEST_DESCRIPTION: usize = 80;

/// Writes the opportunity. `schema` tells the org's stages; without one the CRM's own first open stage is taken.
/// `None` when the account is not known in the CRM.
pub(super) fn draft(
    facts: &Facts,
    schema: Option<&CrmSchema>,
    base_url: &str,
    now: DateTime<Utc>,
) -> Option<OpportunityDraft> {
    let is_open = |wanted: &str| {
        let mut stages = schema.into_iter().flat_map(|schema| &schema.opportunity_stages);
        stages.any(|stage| stage.name == wanted && !stage.is_closed)
    };
    Some(OpportunityDraft {
        external_id: facts.external_id(),
        name: name(facts),
        description: facts.lines(base_url).join("\n"),
        account_id: facts.crm_account_id.clone()?,
        owner_id: facts.crm_owner_id.clone(),
        stage: is_open(STAGE).then(|| STAGE.to_owned()),
        amount_minor: amount_minor(facts.arr_minor, facts.expansion_percent),
        close_date: close_date(facts.today(now), facts.fiscal_year_start_month),
        not_before: Some(facts.detected_at),
    })
}

/// `Expansion - TechFlow - We need more capacity`.
fn name(facts: &Facts) -> String {
    let mut quote = facts.quote_line();
    if quote.chars().count() > LONGEST_DESCRIPTION {
        let cut: String = quote.chars().take(LONGEST_DESCRIPTION).collect();
        let at_word = cut.rsplit_once(' ').map_or(cut.as_str(), |(kept, _)| kept);
        quote = format!("{at_word}…");
    }
    format!("{} - {} - {quote}", facts.signal_kind().label(), facts.account_name())
}

/// The tenant's share of the account's recurring revenue, in hundredths. Blank when either is not known: an amount is
/// never invented.
fn amount_minor(arr_minor: Option<i64>, percent: Option<i16>) -> Option<i64> {
    let (arr, percent) = (arr_minor.filter(|arr| *arr > 0)?, percent?);
    arr.checked_mul(i64::from(percent)).map(|product| product / 100)
}

/// The last day of the present quarter of a fiscal year that begins in `start_month` (1 to 12), or of the next one when
/// less than two weeks are left.
fn close_date(today: NaiveDate, start_month: i16) -> NaiveDate {
    let end = quarter_end(today, start_month);
    if end - today < TOO_LATE {
        quarter_end(end + TimeDelta::days(1), start_month)
    } else {
        end
    }
}

fn quarter_end(day: NaiveDate, start_month: i16) -> NaiveDate {
    let start = u32::try_from(start_month.clamp(1, 12)).unwrap_or(1);
    let months_in_quarter = (day.month() + 12 - start) % 3;
    let first_of_month = day.with_day(1).unwrap_or(day);
    first_of_month + Months::new(3 - months_in_quarter) - TimeDelta::days(1)
}

#[cfg(test)]
mod tests {
    use momentum_connectors::crm::{ExternalIdField, OpportunityStage};

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn schema(stages: &[(&str, bool)]) -> CrmSchema {
        CrmSchema {
            task_id_field: ExternalIdField::Unique,
            opportunity_id_field: ExternalIdField::Unique,
            open_task_status: "Not Started".to_owned(),
            closed_task_status: None,
            task_types: vec![],
            task_priorities: vec![],
            opportunity_stages: stages
                .iter()
                .map(|(name, is_closed)| OpportunityStage {
                    name: (*name).to_owned(),
                    is_closed: *is_closed,
                    is_won: false,
                })
                .collect(),
            account_money_fields: vec![],
            account_date_fields: vec![],
        }
    }

    #[test]
    fn an_opportunity_reads_as_the_specification_writes_it() {
        let now = day("2026-03-02").and_hms_opt(12, 0, 0).expect("a time").and_utc();
        let schema = schema(&[("Prospecting", false), ("Qualification", false)]);
        let draft = draft(&Facts::example(), Some(&schema), "https://momentum.example", now).expect("a draft");
        assert_eq!(draft.name, "Expansion - TechFlow - We need more capacity");
        assert_eq!(draft.stage.as_deref(), Some("Qualification"));
        assert_eq!(draft.close_date, day("2026-03-31"));
        assert_eq!(draft.amount_minor, Some(2_400_000));
        assert_eq!(draft.owner_id.as_deref(), Some("005000000000001AAA"));
        assert!(draft.description.contains("Link: https://northwind.slack.com/"));
    }

    #[test]
    fn a_stage_that_the_org_does_not_have_or_has_closed_is_left_to_the_org() {
        for stages in [&[("Discovery", false)][..], &[("Qualification", true)], &[]] {
            let draft = draft(&Facts::example(), Some(&schema(stages)), "", DateTime::UNIX_EPOCH).expect("a draft");
            assert_eq!(draft.stage, None, "{stages:?}");
        }
    }

    #[test]
    fn it_closes_at_the_end_of_the_fiscal_quarter_or_of_the_next_when_that_is_near() {
        let rows = [
            ("2026-03-02", 1, "2026-03-31"),
            ("2026-03-17", 1, "2026-03-31"),
            ("2026-03-18", 1, "2026-06-30"),
            ("2026-12-25", 1, "2027-03-31"),
            ("2026-02-01", 2, "2026-04-30"),
            ("2026-01-10", 2, "2026-01-31"),
            ("2026-01-31", 2, "2026-04-30"),
            ("2026-05-15", 4, "2026-06-30"),
            ("2024-01-15", 12, "2024-02-29"),
            ("2026-11-01", 7, "2026-12-31"),
        ];
        for (today, start, expected) in rows {
            assert_eq!(
                close_date(day(today), start),
                day(expected),
                "{today}, from month {start}"
            );
        }
    }

    #[test]
    fn an_amount_is_a_share_of_what_is_known_and_never_invented() {
        let rows = [
            (Some(1_000_000), Some(20), Some(200_000)),
            (None, Some(20), None),
            (Some(1_000_000), None, None),
            (Some(0), Some(20), None),
            (Some(i64::MAX), Some(500), None),
        ];
        for (arr, percent, expected) in rows {
            assert_eq!(amount_minor(arr, percent), expected, "{arr:?} {percent:?}");
        }
    }

    #[test]
    fn a_long_quote_is_cut_at_a_word() {
        let facts = Facts {
            quote: "word ".repeat(40),
            ..Facts::example()
        };
        let name = name(&facts);
        assert!(name.ends_with("word…") && name.chars().count() < 120, "{name}");
    }
}
