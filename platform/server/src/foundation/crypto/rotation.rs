//! From one master key to the next: every tenant's data keys are wrapped anew, and what they sealed is left alone.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use uuid::Uuid;

use super::store::Row;
use super::{SealedStoreError, Sealer};
use crate::foundation::db::{Database, Sql, SystemPath, TenantTx};
use crate::foundation::ids::TenantId;

/// How many tenants are asked for at a time.
const BATCH: i32 = 100;

/// What a rotation did, or would do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rotation {
    /// Tenants with a data key under another master key.
    pub tenants: u64,
    /// Those data keys.
    pub keys: u64,
}

/// Wraps every data key under the sealer's current master key, one transaction a tenant, so that a run that is
/// interrupted is simply run again. `is_dry` opens everything and writes nothing.
///
/// # Errors
/// [`SealedStoreError::Seal`] with the id of a master key that the sealer does not have; the tenants before are done.
pub async fn rotate(db: &Database, sealer: &Sealer, is_dry: bool) -> Result<Rotation, SealedStoreError> {
    let mut done = Rotation::default();
    let mut after: Option<Uuid> = None;
    loop {
        let tenants = next_tenants(db.system(SystemPath::Operation), sealer.current().id(), after).await?;
        let Some(last) = tenants.last() else { return Ok(done) };
        after = Some(last.0);
        for tenant in tenants {
            let tx = db.tenant(tenant).begin().await?;
            done.keys += rewrap_all(&tx, sealer, is_dry).await?;
            tx.commit().await?;
            done.tenants += 1;
        }
    }
}

async fn next_tenants(db: &impl ConnectionTrait, current: &str, after: Option<Uuid>) -> Result<Vec<TenantId>, DbErr> {
    #[derive(FromQueryResult)]
    struct Found {
        tenant_id: TenantId,
    }
    let found: Vec<Found> = Sql::new("SELECT tenant_id FROM tenants_with_other_keys($1, $2, $3) AS tenant_id")
        .bind(current)
        .bind(after)
        .bind(BATCH)
        .all(db)
        .await?;
    Ok(found.into_iter().map(|found| found.tenant_id).collect())
}

async fn rewrap_all(tx: &TenantTx, sealer: &Sealer, is_dry: bool) -> Result<u64, SealedStoreError> {
    let rows: Vec<Row> = Sql::new(
        "SELECT key_id, master_key_id, wrapped_key FROM tenant_keys WHERE tenant_id = $1 AND master_key_id <> $2 FOR UPDATE",
    )
    .bind(tx.tenant_id())
    .bind(sealer.current().id())
    .all(tx)
    .await?;
    let mut rewrapped = 0;
    for row in rows {
        let Some(key) = sealer.rewrap(tx.tenant_id(), &row.into())? else {
            continue;
        };
        rewrapped += 1;
        if is_dry {
            continue;
        }
        Sql::new("UPDATE tenant_keys SET master_key_id = $3, wrapped_key = $4 WHERE tenant_id = $1 AND key_id = $2")
            .bind(tx.tenant_id())
            .bind(key.id)
            .bind(key.master_key_id)
            .bind(key.wrapped)
            .execute(tx)
            .await?;
    }
    Ok(rewrapped)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::foundation::crypto::{MasterKey, SealError};
    use crate::testing::TestApp;

    #[actix_web::test]
    async fn every_tenants_keys_are_rewrapped_once_and_what_they_sealed_still_opens() {
        let app = TestApp::start().await;
        let core = &app.app.core;
        let mut sealed = Vec::new();
        // More tenants than one batch would be a slow test: three show that each is visited, the last twice by a crash.
        for name in ["Acme", "Globex", "Initech"] {
            let tenant = app.tenant(name).await;
            let tx = tenant.begin().await;
            let secret = format!("token of {name}").into();
            let envelope = core
                .sealer
                .seal(&tx, &core.clock, "token", &secret)
                .await
                .expect("sealed");
            tx.commit().await.expect("committed");
            sealed.push((tenant.id, name, envelope));
        }
        let dir = tempfile::tempdir().expect("a directory");
        let next = MasterKey::next(dir.path()).expect("a key");
        let rotating = Sealer::new(next.clone(), vec![core.sealer.current().clone()]);
        let all = Rotation { tenants: 3, keys: 3 };
        assert_eq!(rotate(&core.db, &rotating, true).await.expect("a dry run"), all);
        assert_eq!(rotate(&core.db, &rotating, true).await.expect("it wrote nothing"), all);

        // A run that ended after the first tenant.
        let tx = core.db.tenant(sealed[0].0).begin().await.expect("a transaction");
        assert_eq!(rewrap_all(&tx, &rotating, false).await.expect("rewrapped"), 1);
        tx.commit().await.expect("committed");
        let rest = Rotation { tenants: 2, keys: 2 };
        assert_eq!(rotate(&core.db, &rotating, false).await.expect("the rest"), rest);
        assert_eq!(
            rotate(&core.db, &rotating, false).await.expect("nothing"),
            Rotation::default()
        );

        let new = Sealer::new(next, vec![]);
        for (tenant, name, envelope) in &sealed {
            let tx = core.db.tenant(*tenant).begin().await.expect("a transaction");
            let opened = new
                .open(&tx, "token", envelope)
                .await
                .expect("it opens under the new key alone");
            assert_eq!(opened.expose_secret(), format!("token of {name}"));
            assert!(
                core.sealer.open(&tx, "token", envelope).await.is_err(),
                "the old key opens it no more"
            );
        }
        // Without the former key nothing is lost and the key that is missing is named.
        let stranger = Sealer::new(MasterKey::load_or_create(dir.path()).expect("another key"), vec![]);
        let refused = rotate(&core.db, &stranger, false).await;
        assert!(
            matches!(refused, Err(SealedStoreError::Seal(SealError::UnknownMasterKey(_)))),
            "{refused:?}"
        );
    }
}
