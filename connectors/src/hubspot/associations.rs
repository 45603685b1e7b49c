//! What hangs on what.
//!
//! Type ids of associations depend on the direction and, for labels, on the account. So links are made by the `default` endpoint, which needs
//! none, and of those read back only HubSpot's own "primary" label is known by number.

use std::collections::BTreeMap;

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Hubspot,
    api::{BATCH, Batch, Paging},
};
use crate::ConnectorResult;

/// HubSpot's own label "Primary" between a deal and its company.
const PRIMARY: [u64; 1] = [5];

#[derive(Deserialize)]
struct Associated {
    from: End,
    #[serde(default)]
    to: Vec<Link>,
    #[serde(default)]
    paging: Option<Paging>,
}

#[derive(Deserialize)]
struct End {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Link {
    /// A number in some versions, text in others.
    to_object_id: Value,
    #[serde(default)]
    association_types: Vec<LinkType>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LinkType {
    type_id: u64,
}

impl Link {
    fn id(&self) -> String {
        match &self.to_object_id {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }

    fn is_primary(&self) -> bool {
        self.association_types
            .iter()
            .any(|found| PRIMARY.contains(&found.type_id))
    }
}

impl Hubspot {
    /// Links two records. Doing it again changes nothing.
    pub(super) async fn associate(&self, from: (&str, &str), to: (&str, &str)) -> ConnectorResult<()> {
        let path = [
            "crm",
            "objects",
            "{v}",
            from.0,
            from.1,
            "associations",
            "default",
            to.0,
            to.1,
        ];
        self.call("hubspot.associate", Method::PUT, &path, &[], None)
            .await
            .map(drop)
    }

    /// What each of these records is linked to, the primary link first. Read from the links themselves, which do not lag as search does.
    pub(super) async fn linked(
        &self,
        from: &str,
        ids: &[String],
        to: &str,
    ) -> ConnectorResult<BTreeMap<String, Vec<String>>> {
        let mut found: BTreeMap<String, Vec<(bool, String)>> = BTreeMap::new();
        let mut asked: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
        while !asked.is_empty() {
            let rest = asked.split_off(asked.len().min(BATCH));
            let path = ["crm", "associations", "{v}", from, to, "batch", "read"];
            let answer: Batch<Associated> = self
                .ask("hubspot.associations", &path, &json!({"inputs": asked}))
                .await?;
            asked = rest;
            for entry in answer.results {
                // More links than fit on a page: the rest is asked for by the same id.
                if let Some(next) = entry.paging.and_then(|paging| paging.next) {
                    asked.push(json!({"id": entry.from.id, "after": next.after}));
                }
                let links = entry.to.iter().map(|link| (!link.is_primary(), link.id()));
                found.entry(entry.from.id).or_default().extend(links);
            }
        }
        let in_order = found.into_iter().map(|(id, mut links)| {
            links.sort_by_key(|(is_secondary, _)| *is_secondary);
            (id, links.into_iter().map(|(_, id)| id).collect())
        });
        Ok(in_order.collect())
    }
}
