//! Which rows of the tenant a person sees.

use crate::foundation::db::Sql;
use crate::foundation::ids::MemberId;

/// Which accounts and signals a person sees. What lies outside does not exist for them: it is 404, not 403.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// All of the tenant's.
    All,
    /// The accounts assigned to this member with their signals, and the signals assigned to them.
    AssignedTo(MemberId),
}

impl Visibility {
    /// Adds ` AND …` so that only visible rows of `accounts`, known as `alias` in the statement, are left.
    #[must_use]
    pub fn limit_accounts(self, sql: Sql, alias: &'static str) -> Sql {
        match self {
            Self::All => sql,
            Self::AssignedTo(member) => sql.push(&format!(" AND {alias}.owner_member_id = ")).push_bind(member),
        }
    }

    /// Adds ` AND …` so that only visible rows of `signals`, known as `alias` in the statement, are left.
    #[must_use]
    pub fn limit_signals(self, sql: Sql, alias: &'static str) -> Sql {
        match self {
            Self::All => sql,
            Self::AssignedTo(member) => sql
                .push(&format!(" AND ({alias}.owner_member_id = "))
                .push_bind(member)
                .push(&format!(
                    " OR EXISTS (SELECT 1 FROM accounts AS assigned WHERE assigned.tenant_id = {alias}.tenant_id \
                     AND assigned.id = {alias}.account_id AND assigned.owner_member_id = "
                ))
                .push_bind(member)
                .push("))"),
        }
    }
}
