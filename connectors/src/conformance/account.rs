//! Accounts: the fields an admin maps, and the opportunities that hang on them.

use std::collections::BTreeMap;

use pretty_assertions::assert_eq;
use serde_json::json;

use super::{Kind, Org, SYSTEMS};
use crate::{
    ConnectorError,
    crm::{CrmSystem, FieldKind, FieldValue},
};

#[tokio::test]
async fn the_fields_of_an_account_are_told_with_what_they_hold() {
    for system in SYSTEMS {
        let org = Org::new(system).await;
        let fields = org.crm().account_fields().await.unwrap();
        for (name, kind) in [
            ("name", FieldKind::Text),
            ("arr", FieldKind::Currency),
            ("health_score", FieldKind::Number),
            ("renewal_date", FieldKind::Date),
            ("last_signal_at", FieldKind::DateTime),
            ("has_open_risk", FieldKind::Boolean),
            ("segment", FieldKind::Picklist),
        ] {
            let name = org.field(name);
            let field = fields.iter().find(|field| field.name == name);
            let field = field.unwrap_or_else(|| panic!("{system}: no {name}"));
            assert_eq!((field.kind, field.is_writable), (kind, true), "{system} {name}");
            let options: &[&str] = if kind == FieldKind::Picklist {
                &["Enterprise", "Mid-Market", "SMB"]
            } else {
                &[]
            };
            assert_eq!(field.options, options, "{system} {name}");
            assert_eq!(field.is_custom, name != org.field("name"), "{system} {name}");
        }
        let stamp = match system {
            CrmSystem::Salesforce => "SystemModstamp",
            CrmSystem::Hubspot => "hs_lastmodifieddate",
        };
        let stamp = fields.iter().find(|field| field.name == stamp).unwrap();
        assert!(!stamp.is_writable, "{system}");
    }
}

#[tokio::test]
async fn what_is_written_to_an_account_is_read_back_and_nothing_else_changes() {
    for system in SYSTEMS {
        let org = Org::new(system).await;
        let (crm, account) = (org.crm(), org.account().await);
        let values = [
            ("health_score", FieldValue::Number(72.5)),
            ("renewal_date", FieldValue::Date(super::day(30))),
            ("last_signal_at", FieldValue::DateTime(org.world.now())),
            ("has_open_risk", FieldValue::Boolean(true)),
            ("segment", FieldValue::Text("Enterprise".into())),
            ("arr", FieldValue::Null),
        ];
        let fields: BTreeMap<String, FieldValue> = values
            .into_iter()
            .map(|(name, value)| (org.field(name).to_owned(), value))
            .collect();
        org.world.pass(60);
        // A retry writes the same again.
        for _ in 0..2 {
            crm.update_account(&account, &fields).await.unwrap();
        }
        let mut names: Vec<String> = fields.keys().cloned().collect();
        names.push(org.field("name").to_owned());
        let read = crm.read_account_fields(&account, &names).await.unwrap().unwrap();
        let mut expected = fields.clone();
        expected.insert(org.field("name").to_owned(), FieldValue::Text("TechFlow".into()));
        assert_eq!(read.values, expected, "{system}");
        assert_eq!(
            (read.id, read.changed_at),
            (account.clone(), org.world.now()),
            "{system}"
        );

        org.person_deletes(Kind::Account, &account).await;
        let gone = crm.read_account_fields(&account, &names).await.unwrap();
        assert_eq!(gone, None, "{system}");
    }
}

#[tokio::test]
async fn a_field_that_is_not_there_or_does_not_fit_is_refused_by_name() {
    for system in SYSTEMS {
        let org = Org::new(system).await;
        let (crm, account) = (org.crm(), org.account().await);
        let no_such = crm
            .read_account_fields(&account, &["no_such_field".to_owned()])
            .await
            .unwrap_err();
        assert!(no_such.to_string().contains("no_such_field"), "{system}: {no_such}");
        for (name, value) in [
            (org.field("segment"), FieldValue::Text("Gigantic".into())),
            (org.field("health_score"), FieldValue::Number(f64::NAN)),
        ] {
            let fields = BTreeMap::from([(name.to_owned(), value)]);
            match crm.update_account(&account, &fields).await.unwrap_err() {
                ConnectorError::Rejected { field, .. } => assert_eq!(field.as_deref(), Some(name), "{system}"),
                other => panic!("{system}: {other}"),
            }
        }
    }
}

#[tokio::test]
async fn the_open_opportunities_of_an_account_are_told_without_the_closed_and_those_of_others() {
    for system in SYSTEMS {
        let org = Org::new(system).await;
        let (crm, account) = (org.crm(), org.account().await);
        assert_eq!(crm.open_opportunities(&account).await.unwrap(), [], "{system}");
        let schema = crm.describe().await.unwrap();
        let won = schema.opportunity_stages.iter().find(|stage| stage.is_won).unwrap();
        let won_value = match system {
            CrmSystem::Salesforce => won.name.clone(),
            CrmSystem::Hubspot => "closedwon".to_owned(),
        };
        let ours = org.write(&*crm, Kind::Opportunity, "sig_1").await.unwrap();
        org.world.pass(60);
        let theirs = [
            ("dealname", json!("Renewal")),
            ("company", json!(account)),
            ("amount", json!(500)),
        ];
        let mut closed = theirs.clone().to_vec();
        closed.push(("dealstage", json!(won_value)));
        let other = org
            .person_writes(Kind::Account, None, &[("name", json!("Other"))])
            .await;
        let elsewhere = [("dealname", json!("Elsewhere")), ("company", json!(other))];
        let theirs_id = org.person_writes(Kind::Opportunity, None, &theirs).await;
        let closed_id = org.person_writes(Kind::Opportunity, None, &closed).await;
        if system == CrmSystem::Salesforce {
            // The raw record of the control API does not calculate.
            for (id, flag) in [(&theirs_id, false), (&closed_id, true)] {
                let path = format!("salesforce/records/Opportunity/{id}");
                let flags = json!({"IsClosed": flag, "IsWon": flag});
                org.world.control(reqwest::Method::POST, &path, flags).await;
            }
        }
        org.person_writes(Kind::Opportunity, None, &elsewhere).await;

        let open = crm.open_opportunities(&account).await.unwrap();
        let told: Vec<_> = open
            .iter()
            .map(|found| (found.id.clone(), found.external_id.as_deref(), found.amount_minor))
            .collect();
        assert_eq!(
            told,
            [
                (ours.record.id, Some("sig_1"), Some(1_234_550)),
                (theirs_id, None, Some(50_000))
            ],
            "{system}"
        );
        assert!(
            open.iter()
                .all(|found| found.account_id.as_deref() == Some(account.as_str()))
        );
        let first_open = schema.opportunity_stages.iter().find(|stage| !stage.is_closed).unwrap();
        assert_eq!(
            (open[0].stage.as_str(), open[0].url.as_str()),
            (first_open.name.as_str(), ours.record.url.as_str())
        );
    }
}
