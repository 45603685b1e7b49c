//! The people who can own records. An owner's id is not the user's id, and only the owner's id can be assigned.

use reqwest::Method;
use serde::Deserialize;

use super::{Hubspot, api::List};
use crate::{ConnectorResult, Cursor, Page, crm::CrmUser};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Owner {
    id: String,
    email: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    #[serde(default)]
    archived: bool,
    /// `PERSON`, or `QUEUE`, which is nobody.
    #[serde(rename = "type")]
    kind: Option<String>,
}

impl From<Owner> for CrmUser {
    fn from(owner: Owner) -> Self {
        let names = [owner.first_name, owner.last_name];
        let name = names.iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ");
        Self {
            id: owner.id,
            name: name.trim().to_owned(),
            email: owner.email,
            is_active: !owner.archived,
        }
    }
}

impl Hubspot {
    pub(super) async fn owners(&self, cursor: Option<&Cursor>) -> ConnectorResult<Page<CrmUser>> {
        let mut query = vec![("limit", "100")];
        if let Some(cursor) = cursor {
            query.push(("after", cursor.as_str()));
        }
        let path = ["crm", "owners", "{v}"];
        let answer: List<Owner> = self
            .call("hubspot.owners", Method::GET, &path, &query, None)
            .await?
            .json()?;
        let next = answer.after().map(Cursor::new);
        let people = answer
            .results
            .into_iter()
            .filter(|owner| owner.kind.as_deref() != Some("QUEUE"));
        Ok(Page {
            items: people.map(CrmUser::from).collect(),
            next,
        })
    }

    /// The owners by id, asked anew when one of these is not among the remembered ones.
    pub(super) async fn owners_with(&self, ids: &[&str]) -> ConnectorResult<Vec<CrmUser>> {
        let known = self.known().owners.clone();
        if let Some(known) = known
            && ids.iter().all(|id| known.iter().any(|owner| owner.id == *id))
        {
            return Ok(known);
        }
        let (mut all, mut next) = (Vec::new(), None);
        loop {
            let page = self.owners(next.as_ref()).await?;
            all.extend(page.items);
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        // A deactivated owner is in no list; remembering that nobody answers to the id saves asking on every page.
        for id in ids {
            if !all.iter().any(|owner| owner.id == *id) {
                all.push(CrmUser {
                    id: (*id).to_owned(),
                    name: String::new(),
                    email: None,
                    is_active: false,
                });
            }
        }
        self.known().owners = Some(all.clone());
        Ok(all)
    }
}
