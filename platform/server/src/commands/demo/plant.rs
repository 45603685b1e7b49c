//! Makes the demo's tenant through the same doors as everybody's: people, a key, connections, accounts from the CRM. Every step may have
//! been done by an earlier start, and can be interrupted.

use std::time::Duration;

use anyhow::Context;
use secrecy::SecretString;
use serde_json::json;

use super::generator::World;
use super::seeds::{BOT_ID, BOT_USER_ID};
use super::state::DemoState;
use crate::accounts::channels;
use crate::app::App;
use crate::control::access::{Actor, Permission, Role};
use crate::control::audit::{self, Entry};
use crate::control::connections::{self, Credential, Installed, NewConnection, Vendor};
use crate::control::identity::{NewPerson, create_user};
use crate::control::members::{self, NewMember};
use crate::control::{api_keys, tenants};
use crate::foundation::context::pause;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{AccountId, ChannelId, ConnectionId};
use momentum_connectors::fakes::SimConfig;

/// The tenant with its people, unless it is there.
pub async fn tenant(app: &App, world: &World, state: &DemoState) -> anyhow::Result<()> {
    let now = app.core.clock.now();
    app.partitions.ensure(&app.core.db, [now]).await?;
    let tx = app.core.db.tenant(state.tenant_id).begin().await?;
    if tenants::current(&tx).await?.is_some() {
        return Ok(());
    }
    tenants::create(&tx, now, &world.scenario.company.name, true).await?;
    let password = SecretString::from(state.password.clone());
    for person in &world.cast.people {
        let (Some(login), Some(email)) = (&person.login, &person.email) else {
            continue;
        };
        let password_hash = app
            .identity
            .passwords
            .hash(&password)
            .await
            .context("a password cannot be hashed")?;
        let new = NewPerson {
            name: person.name.clone(),
            email: email.clone(),
            password_hash: Some(password_hash),
        };
        let user_id = create_user(&tx, now, &new)
            .await?
            .with_context(|| format!("{email} is somebody else's already"))?;
        let role: Role = login.parse().map_err(|_| anyhow::anyhow!("`{login}` is no role"))?;
        members::create(
            &tx,
            now,
            NewMember {
                user_id,
                name: new.name,
                email: new.email,
                role,
            },
        )
        .await?;
    }
    audit::append(
        &tx,
        now,
        Entry::new(&Actor::System, "tenant.signed_up").on(state.tenant_id),
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// The key for the API, which may do everything in its tenant.
pub async fn api_key(app: &App, state: &mut DemoState) -> anyhow::Result<()> {
    if state.api_key.is_some() {
        return Ok(());
    }
    let tx = app.core.db.tenant(state.tenant_id).begin().await?;
    let (_, token) = api_keys::create(&tx, app.core.clock.now(), "Demo", Permission::ALL, None).await?;
    tx.commit().await?;
    state.api_key = Some(token.expose().to_owned());
    state.save()
}

/// The connections to the simulated vendors, renewed at each start because the simulator may listen elsewhere. Answers the CRM's.
pub async fn connect(app: &App, world: &World, state: &DemoState, sim: &SimConfig) -> anyhow::Result<ConnectionId> {
    let now = app.core.clock.now();
    let company = &world.scenario.company;
    let sealer = app.connectors.sealer();
    let slack = NewConnection {
        vendor: Vendor::Slack,
        name: company.name.clone(),
        external_id: company.slack_team_id.clone(),
        settings: json!({ "url": format!("{}/slack/", sim.public_url) }),
        credential: Credential {
            access_token: state.bot_token.clone().into(),
            refresh_token: None,
            api_base: None,
            expires_at: None,
        },
    };
    let salesforce = NewConnection {
        vendor: Vendor::Salesforce,
        name: sim.salesforce.org_name.clone(),
        external_id: sim.salesforce.org_id.clone(),
        settings: json!({ "account_arr_field": "ARR__c", "account_renewal_field": "Renewal_Date__c" }),
        credential: Credential {
            access_token: sim.salesforce.access_token.clone().unwrap_or_default().into(),
            refresh_token: sim.salesforce.refresh_token.clone().map(Into::into),
            api_base: Some(sim.salesforce_url()),
            expires_at: None,
        },
    };
    let tx = app.core.db.tenant(state.tenant_id).begin().await?;
    let slack_id = connections::connect(&tx, sealer, &app.core.clock, &slack).await?;
    let installed = Installed {
        slack_team_id: company.slack_team_id.clone(),
        tenant_id: state.tenant_id,
        connection_id: slack_id,
        app_id: Some(sim.slack.app_id.clone()),
        bot_user_id: Some(BOT_USER_ID.to_owned()),
        bot_id: Some(BOT_ID.to_owned()),
    };
    connections::register_installation(&tx, &installed, None, now).await?;
    let crm = connections::connect(&tx, sealer, &app.core.clock, &salesforce).await?;
    tx.commit().await?;
    Ok(crm)
}

/// Waits until the accounts and contacts of the CRM are here, which its connection asked for.
pub async fn accounts(app: &App, state: &DemoState, connection: ConnectionId) -> anyhow::Result<()> {
    loop {
        let tx = app.core.db.tenant(state.tenant_id).begin().await?;
        let is_read: Option<bool> =
            Sql::new("SELECT settings ? 'contacts_cursor' AS value FROM connections WHERE tenant_id = $1 AND id = $2")
                .bind(tx.tenant_id())
                .bind(connection)
                .scalar(&tx)
                .await?;
        tx.commit().await?;
        if is_read.context("the CRM's connection is gone")? {
            return Ok(());
        }
        pause(Duration::from_millis(25)).await;
    }
}

/// Maps the channels that the matcher left open, as an administrator would. The pilot that is not in the CRM stays unmapped.
pub async fn map_channels(app: &App, world: &World, state: &DemoState) -> anyhow::Result<()> {
    let now = app.core.clock.now();
    let tx = app.core.db.tenant(state.tenant_id).begin().await?;
    for room in &world.cast.rooms {
        let Some(account) = room
            .account
            .map(|index| &world.scenario.accounts[index])
            .filter(|account| account.in_crm)
        else {
            continue;
        };
        if let Some((channel, account)) = unmapped(&tx, &room.slack_channel_id, &account.name).await? {
            channels::map(
                &tx,
                channels::NewMapping {
                    channel,
                    account,
                    mapped_by: None,
                },
                now,
            )
            .await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

async fn unmapped(
    tx: &TenantTx,
    slack_channel_id: &str,
    account: &str,
) -> anyhow::Result<Option<(ChannelId, AccountId)>> {
    #[derive(sea_orm::FromQueryResult)]
    struct Row {
        channel_id: ChannelId,
        account_id: AccountId,
    }
    let row: Option<Row> = Sql::new(
        "SELECT channel.id AS channel_id, account.id AS account_id
           FROM channels AS channel JOIN accounts AS account ON account.tenant_id = channel.tenant_id AND account.name = $3
          WHERE channel.tenant_id = $1 AND channel.slack_channel_id = $2 AND NOT EXISTS (
                SELECT 1 FROM channel_mappings AS mapping WHERE mapping.tenant_id = $1 AND mapping.channel_id = channel.id)",
    )
    .bind(tx.tenant_id())
    .bind(slack_channel_id)
    .bind(account)
    .one(tx)
    .await?;
    Ok(row.map(|row| (row.channel_id, row.account_id)))
}
