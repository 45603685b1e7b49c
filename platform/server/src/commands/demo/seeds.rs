//! What the fakes of Slack and of both CRMs begin with: the same people, channels and accounts as in the history.

use chrono::{DateTime, Days, Utc};
use momentum_connectors::fakes::{
    ChannelSeed, CrmAccountSeed, CrmUserSeed, HubspotSeed, SalesforceSeed, SlackSeed, UserSeed, WorkspaceSeed,
};

use super::generator::{Cast, PersonKind};
use super::scenario::{Scenario, Sharing};

/// The bot of Momentum in the demo's Slack workspace: as a user.
pub const BOT_USER_ID: &str = "U0MOMENTUM1";
/// And as a bot.
pub const BOT_ID: &str = "B0MOMENTUM1";

/// The Slack side: the demo's own workspace, whose connection holds `bot_token`, and the newcomer's.
pub fn slack(scenario: &Scenario, cast: &Cast, signing_secret: &str, bot_token: &str) -> SlackSeed {
    let company = &scenario.company;
    let users = (cast.people.iter().filter(|person| person.kind != PersonKind::Bot))
        .map(|person| UserSeed {
            id: person.slack_user_id.clone(),
            name: person.name.clone(),
            email: person.email.clone().unwrap_or_default(),
            title: person.title.clone(),
            external_team_id: (person.kind == PersonKind::Stranger).then(|| person.home_team_id.clone()),
            is_guest: person.kind == PersonKind::Guest,
            timezone: None,
        })
        .collect();
    let channels = (cast.rooms.iter())
        .map(|room| {
            let account = room.account.map(|index| &scenario.accounts[index]);
            let shared_with = account
                .filter(|account| account.sharing == Sharing::Connect)
                .and_then(|account| account.slack_team_id.clone());
            let members = room
                .members
                .iter()
                .map(|&index| cast.people[index].slack_user_id.clone());
            ChannelSeed {
                id: room.slack_channel_id.clone(),
                name: room.name.clone(),
                is_private: room.is_private,
                shared_with: shared_with.into_iter().collect(),
                members: members.chain([BOT_USER_ID.to_owned()]).collect(),
            }
        })
        .collect();
    let own = WorkspaceSeed {
        team_id: company.slack_team_id.clone(),
        name: company.name.clone(),
        enterprise_id: None,
        bot_token: Some(bot_token.to_owned()),
        bot_user_id: BOT_USER_ID.to_owned(),
        bot_id: BOT_ID.to_owned(),
        users,
        channels,
    };
    SlackSeed {
        signing_secret: signing_secret.to_owned(),
        workspaces: vec![own, scenario.newcomer.clone()],
        ..SlackSeed::default()
    }
}

/// The Salesforce side, with contracts that end so many days after `now`.
pub fn salesforce(scenario: &Scenario, cast: &Cast, now: DateTime<Utc>) -> SalesforceSeed {
    let staff = |handle: &str| cast.person(handle).map(|index| &cast.people[index]);
    let users = (cast.people.iter())
        .filter(|person| person.login.is_some() && person.kind == PersonKind::Staff)
        .map(|person| CrmUserSeed {
            name: person.name.clone(),
            email: person.email.clone().unwrap_or_default(),
        });
    let accounts = (scenario.accounts.iter().filter(|account| account.in_crm))
        .map(|account| CrmAccountSeed {
            name: account.name.clone(),
            website: Some(account.website.clone()),
            owner_email: staff(&account.owner).and_then(|person| person.email.clone()),
            arr: Some(account.arr),
            renewal_date: now
                .date_naive()
                .checked_add_days(Days::new(account.renewal_in_days.unsigned_abs())),
            contacts: (cast.people.iter().filter(|person| person.group == account.key))
                .map(|person| (person.name.clone(), person.email.clone().unwrap_or_default()))
                .collect(),
        })
        .collect();
    SalesforceSeed {
        org_name: scenario.company.name.clone(),
        users: users.collect(),
        accounts,
        ..SalesforceSeed::default()
    }
}

/// The HubSpot side: Salesforce's people and accounts, so that either CRM can be connected.
pub fn hubspot(salesforce: &SalesforceSeed) -> HubspotSeed {
    HubspotSeed {
        account_name: salesforce.org_name.clone(),
        users: salesforce.users.clone(),
        accounts: salesforce.accounts.clone(),
        ..HubspotSeed::default()
    }
}
