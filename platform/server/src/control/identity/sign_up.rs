//! A company and its first person.

use secrecy::SecretString;
use serde_json::json;

use super::store::create_user;
use super::{EMAIL_IN_USE, Identity, NewPerson};
use crate::control::access::{Actor, Role};
use crate::control::audit::{self, Entry};
use crate::control::members::{self, NewMember};
use crate::control::tenants;
use crate::foundation::Core;
use crate::foundation::db::TenantTx;
use crate::foundation::http::{Origin, Problem};
use crate::foundation::ids::{MemberId, TenantId, UserId};

/// A new tenant with its owner, not committed yet: what belongs to the same act joins the transaction.
pub struct SignedUp {
    /// The transaction, in the scope of the new tenant.
    pub tx: TenantTx,
    /// The owner.
    pub user_id: UserId,
    /// The owner in the tenant.
    pub member_id: MemberId,
}

/// A company and its first person, as they say it.
#[derive(Clone, Debug)]
pub struct NewTenant {
    /// What the company calls itself.
    pub company_name: String,
    /// Whether it will hold made-up data to look at.
    pub is_demo: bool,
    /// What the owner is called.
    pub name: String,
    /// Where the owner signs in.
    pub email: String,
    /// The owner's password.
    pub password: SecretString,
}

/// Makes a tenant with its owner. `origin` is where a person asked for it, and nothing when a command did.
///
/// # Errors
/// 409 when the address is known already.
pub async fn sign_up(
    core: &Core,
    identity: &Identity,
    new: &NewTenant,
    origin: Option<&Origin>,
) -> Result<SignedUp, Problem> {
    let now = core.clock.now();
    let (company, name) = (new.company_name.trim(), new.name.trim());
    let password_hash = Some(identity.passwords.hash(&new.password).await?);
    let tx = core.db.tenant(TenantId::generate()).begin().await?;
    tenants::create(&tx, now, company, new.is_demo).await?;
    let person = NewPerson {
        name: name.to_owned(),
        email: new.email.trim().to_owned(),
        password_hash,
    };
    let user_id = create_user(&tx, now, &person)
        .await?
        .ok_or_else(|| Problem::conflict(EMAIL_IN_USE))?;
    let member = NewMember {
        user_id,
        name: person.name.clone(),
        email: person.email,
        role: Role::Owner,
    };
    let member_id = members::create(&tx, now, member).await?;
    let actor = Actor::Member {
        id: member_id,
        user_id,
        name: person.name,
        role: Role::Owner,
    };
    let entry = Entry::new(&actor, "tenant.signed_up")
        .on(tx.tenant_id())
        .with(json!({ "company": company }));
    audit::append(&tx, now, entry.from(origin)).await?;
    Ok(SignedUp { tx, user_id, member_id })
}
