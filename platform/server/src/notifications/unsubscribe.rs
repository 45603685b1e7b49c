//! The way out that needs no sign-in, and addresses that do not work.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::DbErr;
use uuid::Uuid;

use super::store;
use crate::control::access::Actor;
use crate::control::audit::{self, Entry};
use crate::foundation::crypto::Sealer;
use crate::foundation::db::{Database, Sql, TenantTx};
use crate::foundation::http::Problem;
use crate::foundation::ids::{MemberId, TenantId};

const PURPOSE: &str = "unsubscribe";
/// Laws ask for at least 30 days (CAN-SPAM, 16 CFR 316.5); people clean up once a year.
const LIFETIME: TimeDelta = TimeDelta::days(400);

/// The address that ends a person's mails by one click; nothing when it cannot be sealed, which no key does.
pub(super) fn url(
    sealer: &Sealer,
    base_url: &str,
    tenant: TenantId,
    member: MemberId,
    now: DateTime<Utc>,
) -> Option<String> {
    let until = (now + LIFETIME).timestamp().to_be_bytes();
    let statement = [tenant.0.as_bytes().as_slice(), member.0.as_bytes(), &until].concat();
    let issued = sealer.issue(PURPOSE, &statement).ok()?;
    Some(format!("{base_url}/unsubscribe/{}", URL_SAFE_NO_PAD.encode(issued)))
}

/// Whose mails a token ends.
fn read(sealer: &Sealer, token: &str, now: DateTime<Utc>) -> Option<(TenantId, MemberId)> {
    let issued = URL_SAFE_NO_PAD.decode(token).ok()?;
    let statement = sealer.recognise(PURPOSE, &issued).ok()?;
    let (tenant, rest) = statement.split_first_chunk::<16>()?;
    let (member, until) = rest.split_first_chunk::<16>()?;
    let until = i64::from_be_bytes(until.try_into().ok()?);
    (now.timestamp() < until).then(|| (TenantId(Uuid::from_bytes(*tenant)), MemberId(Uuid::from_bytes(*member))))
}

/// Ends the mails of whom the token names. Answers their address as a hint. Doing it twice is doing it once.
///
/// # Errors
/// 404 when the token is not ours or is over.
pub(super) async fn unsubscribe(
    db: &Database,
    sealer: &Sealer,
    token: &str,
    now: DateTime<Utc>,
) -> Result<String, Problem> {
    let (tenant, member) = read(sealer, token, now).ok_or_else(Problem::not_found)?;
    let tx = db.tenant(tenant).begin().await?;
    let mut person = store::person(&tx, member).await?.ok_or_else(Problem::not_found)?;
    if person.choices.delivery.email {
        person.choices.delivery.email = false;
        super::preferences::write(&tx, &person, now).await?;
        let entry = Entry::new(&Actor::System, "notification_preferences.unsubscribed").on(member);
        audit::append(&tx, now, entry).await?;
        tx.commit().await?;
    }
    Ok(hint(&person.email))
}

/// An address as its owner recognises it and nobody else: `a…@example.com`.
fn hint(address: &str) -> String {
    match address.split_once('@') {
        Some((local, domain)) => format!("{}…@{domain}", local.chars().take(1).collect::<String>()),
        None => "…".to_owned(),
    }
}

/// The mail server refuses the person's address: nothing is sent there until they say that it works again.
pub(super) async fn mark_failing(
    tx: &TenantTx,
    member: MemberId,
    words: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE members SET email_failing_since = COALESCE(email_failing_since, $3), email_failing_reason = $4
          WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tx.tenant_id())
    .bind(member)
    .bind(now)
    .bind(words)
    .execute(tx)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::crypto::MasterKey;

    #[test]
    fn a_token_names_its_person_until_it_is_over_and_cannot_be_made_up() {
        let dir = tempfile::tempdir().expect("a directory");
        let sealer = Sealer::new(MasterKey::load_or_create(dir.path()).expect("a key"), vec![]);
        let (tenant, member, now) = (TenantId::generate(), MemberId::generate(), DateTime::UNIX_EPOCH);
        let url = url(&sealer, "https://m.example.com", tenant, member, now).expect("an address");
        let token = url.rsplit('/').next().expect("a token");
        assert_eq!(read(&sealer, token, now), Some((tenant, member)));
        assert_eq!(read(&sealer, token, now + TimeDelta::days(401)), None);
        assert_eq!(read(&sealer, &token[2..], now), None);
        assert_eq!(read(&sealer, "", now), None);
        assert!(url.is_ascii() && url.len() < 200, "{url}");
        assert_eq!(hint("ann@example.com"), "a…@example.com");
    }
}
