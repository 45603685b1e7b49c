//! Somebody joins by a link.

use chrono::{DateTime, Utc};

use super::{Member, NewMember, store};
use crate::control::access::Role;
use crate::control::identity::{self, EMAIL_IN_USE, LinkKind, NewPerson};
use crate::foundation::db::TenantTx;
use crate::foundation::http::Problem;

/// Somebody who may join, and the link that lets them.
pub struct Invitation {
    /// Who.
    pub member: Member,
    /// The link's address.
    pub link: String,
}

/// Makes a person without a password in the tenant of this transaction, and a link that signs them in.
///
/// # Errors
/// 409 when the address signs in already, here or elsewhere.
pub async fn invite(
    tx: &TenantTx,
    now: DateTime<Utc>,
    base_url: &str,
    (name, email): (&str, &str),
    role: Role,
) -> Result<Invitation, Problem> {
    let (name, email) = (name.trim().to_owned(), email.trim().to_owned());
    let person = NewPerson {
        name: name.clone(),
        email: email.clone(),
        password_hash: None,
    };
    let created = identity::create_user(tx, now, &person).await?;
    let user_id = created.ok_or_else(|| Problem::conflict(EMAIL_IN_USE))?;
    let new = NewMember {
        user_id,
        name: name.clone(),
        email: email.clone(),
        role,
    };
    let id = store::create(tx, now, new).await?;
    let link = identity::create_link(tx, now, user_id, LinkKind::OneTime, base_url).await?;
    Ok(Invitation {
        member: Member {
            id,
            user_id,
            name,
            email,
            role,
            is_active: true,
            slack_user_id: None,
            timezone: None,
        },
        link,
    })
}
