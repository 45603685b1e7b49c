//! The policy file, asked once: what each role may do does not change while the process runs.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use casbin::{CoreApi, DefaultModel, Enforcer, StringAdapter};

use super::{Permission, Role};

/// What each role may do.
#[derive(Clone)]
pub struct Policy(Arc<HashMap<Role, Arc<BTreeSet<Permission>>>>);

impl Policy {
    /// Reads `policy.csv` under `model.conf`, both part of the binary.
    ///
    /// Casbin takes 20 µs and more for one question and the answers are few and fixed, so that all are asked here.
    ///
    /// # Errors
    /// When the files do not parse, which a test rules out.
    pub async fn load() -> Result<Self, casbin::Error> {
        let model = DefaultModel::from_str(include_str!("model.conf")).await?;
        let rules = include_str!("policy.csv")
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty());
        let adapter = StringAdapter::new(rules.collect::<Vec<_>>().join("\n"));
        let enforcer = Enforcer::new(model, adapter).await?;
        let mut by_role = HashMap::new();
        for role in Role::ALL {
            let mut allowed = BTreeSet::new();
            for permission in Permission::ALL {
                let (object, action) = permission.parts();
                if enforcer.enforce((role.as_str(), "*", object, action))? {
                    allowed.insert(*permission);
                }
            }
            by_role.insert(role, Arc::new(allowed));
        }
        Ok(Self(Arc::new(by_role)))
    }

    /// What a role may do.
    pub fn permissions(&self, role: Role) -> Arc<BTreeSet<Permission>> {
        self.0.get(&role).cloned().unwrap_or_default()
    }
}
