//! From new signals to notices, in the signals' own transaction.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use momentum_engine::signal::SignalKind;
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use super::calendar::day_began;
use super::decision::{Decision, Question, decide};
use super::model::{NoticePurpose, NoticeReason, NoticeState, NoticeTiming, NoticeWay, Recipient};
use super::rules::{self, Routes, Target};
use super::store::{self, NewNotice};
use crate::control::access::Role;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{MemberId, SignalId};

/// A signal, as far as telling somebody of it goes.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct News {
    pub id: SignalId,
    pub message_id: Uuid,
    pub kind: String,
    pub confidence: i16,
    pub owner: Option<MemberId>,
    pub is_open: bool,
}

impl News {
    pub fn kind(&self) -> SignalKind {
        self.kind.parse().unwrap_or(SignalKind::Relationship)
    }

    pub fn confidence(&self) -> u8 {
        u8::try_from(self.confidence).unwrap_or_default()
    }
}

/// The signals with whoever they belong to: their own owner, else the account's.
pub(super) async fn news(tx: &TenantTx, signals: &[SignalId]) -> Result<Vec<News>, DbErr> {
    Sql::new(
        "SELECT s.id, s.message_id, s.kind, s.confidence, s.status = 'open' AS is_open,
                COALESCE(s.owner_member_id, a.owner_member_id) AS owner
           FROM signals s LEFT JOIN accounts a ON a.tenant_id = $1 AND a.id = s.account_id
          WHERE s.tenant_id = $1 AND s.id = ANY($2) ORDER BY s.confidence DESC, s.id",
    )
    .bind(tx.tenant_id())
    .bind(signals.iter().map(|id| id.0).collect::<Vec<_>>())
    .all(tx)
    .await
}

/// Everybody whom the rules may name for these signals.
pub(super) async fn candidates(tx: &TenantTx, news: &[News], routes: &Routes) -> Result<Vec<Recipient>, DbErr> {
    let owners: BTreeSet<MemberId> = news.iter().filter_map(|signal| signal.owner).collect();
    let roles = routes.rules.iter().filter_map(|rule| match rule.to.parse() {
        Ok(Target::Role(role)) => Some(role),
        _ => None,
    });
    let roles: Vec<Role> = roles.chain([Role::Manager, Role::Owner]).collect();
    store::people(tx, &owners, &roles).await
}

/// Whom the rules name for a signal, of the people given.
pub(super) fn named<'p>(
    targets: &[(Target, NoticeTiming)],
    owner: Option<MemberId>,
    people: &'p [Recipient],
) -> BTreeMap<MemberId, (&'p Recipient, NoticeTiming)> {
    let mut named: BTreeMap<MemberId, (&Recipient, NoticeTiming)> = BTreeMap::new();
    for (target, when) in targets {
        let active = || people.iter().filter(|person| person.is_active);
        let of_role = |role: Role| active().filter(move |person| person.role == role).collect::<Vec<_>>();
        let chosen = match target {
            Target::TeamChannel => continue,
            Target::Role(role) => of_role(*role),
            Target::Owner => match active().find(|person| Some(person.id) == owner) {
                Some(person) => vec![person],
                None => Some(of_role(Role::Manager))
                    .filter(|managers| !managers.is_empty())
                    .unwrap_or_else(|| of_role(Role::Owner)),
            },
        };
        for person in chosen {
            let entry = named.entry(person.id).or_insert((person, *when));
            entry.1 = entry.1.min(*when);
        }
    }
    named
}

/// Asks for the notices of signals that were just opened live; history never alerts, so it is not passed here.
pub(super) async fn request(
    tx: &TenantTx,
    signals: &[SignalId],
    can_mail: bool,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    if signals.is_empty() {
        return Ok(());
    }
    let (news, routes) = (news(tx, signals).await?, rules::read(tx).await?);
    let people = candidates(tx, &news, &routes).await?;
    let began = people.iter().map(|person| (person.id, day_began(person.zone, now)));
    let mut spent = store::spent(tx, &[NoticeState::Pending, NoticeState::Sent], began).await?;
    let ways = Ways::of(tx, can_mail).await?;
    // Surest first, so that of a message with two kinds the surer one is told.
    let mut told: BTreeSet<Uuid> = BTreeSet::new();
    for signal in &news {
        let is_first = told.insert(signal.message_id);
        let targets = routes.targets(signal.kind(), signal.confidence());
        for (person, when) in named(&targets, signal.owner, &people).into_values() {
            let spent = spent.entry(person.id).or_default();
            let decision = match is_first {
                true => decide(&Question {
                    kind: signal.kind(),
                    confidence: signal.confidence(),
                    when,
                    choices: &person.choices,
                    zone: person.zone,
                    spent: *spent,
                    now,
                }),
                false => Decision::Digest(NoticeReason::SameMessage),
            };
            *spent += u32::from(decision == Decision::Now);
            let way = alert_way(person, ways);
            store::add(tx, &of_decision(signal.id, person, way, decision, now), now).await?;
        }
        let for_team = targets
            .iter()
            .any(|(target, when)| *target == Target::TeamChannel && *when == NoticeTiming::AtOnce);
        if let Some(channel) = routes.team_channel.as_deref().filter(|_| for_team && is_first) {
            let notice = NewNotice {
                way: NoticeWay::SlackChannel,
                ..NewNotice::alert(signal.id, channel.to_owned(), now)
            };
            store::add(tx, &notice, now).await?;
        }
    }
    Ok(())
}

/// The ways that are set up.
#[derive(Clone, Copy)]
pub(super) struct Ways {
    slack: bool,
    mail: bool,
}

impl Ways {
    /// Slack where it is connected, and mails where the server can send any.
    pub async fn of(tx: &TenantTx, can_mail: bool) -> Result<Self, DbErr> {
        Ok(Self {
            slack: store::slack_connection(tx).await?.is_some(),
            mail: can_mail,
        })
    }
}

/// Slack where it reaches the person and they want it, else mail where they want that.
pub(super) fn alert_way(person: &Recipient, ways: Ways) -> Option<NoticeWay> {
    let delivery = &person.choices.delivery;
    if delivery.slack && ways.slack && person.slack_user_id.is_some() {
        return Some(NoticeWay::SlackDm);
    }
    (delivery.email && ways.mail).then_some(NoticeWay::Email)
}

/// The row that a decision makes.
pub(super) fn of_decision(
    signal: SignalId,
    person: &Recipient,
    way: Option<NoticeWay>,
    decision: Decision,
    now: DateTime<Utc>,
) -> NewNotice {
    let notice = NewNotice {
        member_id: Some(person.id),
        way: way.unwrap_or(NoticeWay::SlackDm),
        purpose: NoticePurpose::Alert,
        ..NewNotice::alert(signal, person.id.to_string(), now)
    };
    match decision {
        Decision::Now if way.is_none() => notice.suppressed(NoticeReason::NoWay),
        Decision::Now => notice,
        Decision::Suppress(reason) => notice.suppressed(reason),
        Decision::Digest(reason) => NewNotice {
            state: NoticeState::Held,
            reason: Some(reason),
            is_for_digest: true,
            ..notice
        },
        Decision::Hold { until, reason } => NewNotice {
            state: NoticeState::Held,
            reason: Some(reason),
            due_at: until,
            ..notice
        },
    }
}
