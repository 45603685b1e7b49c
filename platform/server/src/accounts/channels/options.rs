//! Accounts to choose from while one types.

use sea_orm::DbErr;

use super::model::AccountOption;
use crate::control::access::Visibility;
use crate::foundation::db::{Sql, TenantTx};

/// Options shown.
const MOST: i64 = 20;

/// The visible accounts with all of these words in name or domain; names that begin with the words first.
pub(super) async fn find(tx: &TenantTx, words: &str, visibility: Visibility) -> Result<Vec<AccountOption>, DbErr> {
    let sql = Sql::new("SELECT a.id, a.name, a.domain FROM accounts AS a WHERE a.tenant_id = $1").bind(tx.tenant_id());
    let mut sql = visibility.limit_accounts(sql, "a");
    for word in words.split_whitespace() {
        let pattern = format!("%{}%", escaped(word));
        sql = sql.push(" AND (a.name ILIKE ").push_bind(pattern.clone());
        sql = sql.push(" OR a.domain ILIKE ").push_bind(pattern).push(")");
    }
    sql.push(" ORDER BY a.name NOT ILIKE ")
        .push_bind(format!("{}%", escaped(words.trim())))
        .push(", lower(a.name), a.id LIMIT ")
        .push_bind(MOST)
        .all(tx)
        .await
}

fn escaped(word: &str) -> String {
    word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
