//! The tenants' data keys in the database.

use sea_orm::{DbErr, FromQueryResult};
use secrecy::SecretString;

use super::{DataKey, SealError, Sealer, WrappedDataKey};
use crate::foundation::context::Clock;
use crate::foundation::db::{Sql, TenantTx};

/// Why a stored secret could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealedStoreError {
    /// The database failed.
    #[error("the tenant's data keys could not be read or written")]
    Database(#[from] DbErr),
    /// The value or its key does not open.
    #[error(transparent)]
    Seal(#[from] SealError),
}

#[derive(FromQueryResult)]
pub(super) struct Row {
    key_id: i32,
    master_key_id: String,
    wrapped_key: Vec<u8>,
}

impl Sealer {
    /// Seals a value with the tenant's newest data key, which is made when there is none. The purpose binds the value to
    /// its place, such as `credential of cnn_…`: only a call with the same words opens it.
    pub async fn seal(
        &self,
        tx: &TenantTx,
        clock: &Clock,
        purpose: &str,
        secret: &SecretString,
    ) -> Result<Vec<u8>, SealedStoreError> {
        let newest = "SELECT key_id, master_key_id, wrapped_key FROM tenant_keys WHERE tenant_id = $1 ORDER BY key_id DESC LIMIT 1";
        let key = match Sql::new(newest).bind(tx.tenant_id()).one::<Row>(tx).await? {
            Some(row) => self.open_data_key(tx.tenant_id(), &row.into())?,
            None => self.first_data_key(tx, clock).await?,
        };
        Ok(key.seal(purpose, secret)?)
    }

    /// Opens what [`Sealer::seal`] sealed for the same tenant and purpose.
    pub async fn open(&self, tx: &TenantTx, purpose: &str, sealed: &[u8]) -> Result<SecretString, SealedStoreError> {
        let key_id = DataKey::id_in(sealed)?;
        let row =
            Sql::new("SELECT key_id, master_key_id, wrapped_key FROM tenant_keys WHERE tenant_id = $1 AND key_id = $2")
                .bind(tx.tenant_id())
                .bind(key_id)
                .one::<Row>(tx)
                .await?
                .ok_or(SealError::DoesNotOpen)?;
        Ok(self.open_data_key(tx.tenant_id(), &row.into())?.open(purpose, sealed)?)
    }

    /// Two first uses at once both try number 1; the loser reads the winner's key.
    async fn first_data_key(&self, tx: &TenantTx, clock: &Clock) -> Result<DataKey, SealedStoreError> {
        let (key, stored) = self.create_data_key(tx.tenant_id(), 1)?;
        let inserted = Sql::new(
            "INSERT INTO tenant_keys (tenant_id, key_id, master_key_id, wrapped_key, created_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant_id, key_id) DO NOTHING",
        )
        .bind(tx.tenant_id())
        .bind(stored.id)
        .bind(stored.master_key_id)
        .bind(stored.wrapped)
        .bind(clock.now())
        .execute(tx)
        .await?;
        if inserted == 1 {
            return Ok(key);
        }
        let row =
            Sql::new("SELECT key_id, master_key_id, wrapped_key FROM tenant_keys WHERE tenant_id = $1 AND key_id = 1")
                .bind(tx.tenant_id())
                .one::<Row>(tx)
                .await?
                .ok_or(SealError::DoesNotOpen)?;
        Ok(self.open_data_key(tx.tenant_id(), &row.into())?)
    }
}

impl From<Row> for WrappedDataKey {
    fn from(row: Row) -> Self {
        Self {
            id: row.key_id,
            master_key_id: row.master_key_id,
            wrapped: row.wrapped_key,
        }
    }
}
