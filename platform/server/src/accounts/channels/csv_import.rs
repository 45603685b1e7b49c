//! A list of channels and accounts out of a spreadsheet.
//!
//! The first line names the columns: `channel`, `account`, and if wanted `domain` or `crm_id`, which tell apart accounts of
//! one name. Commas or semicolons part them, as the spreadsheet's country likes it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use csv::{ReaderBuilder, StringRecord, Trim};
use sea_orm::{DbErr, FromQueryResult};

use super::mapping::{self, MappingError, NewMapping};
use super::model::{ImportOutcome, ImportedMapping, ImportedMappings};
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::http::{Code, Problem};
use crate::foundation::ids::{AccountId, ChannelId, MemberId};

/// The largest file that is taken, in bytes.
pub(super) const LARGEST_FILE: usize = 1 << 20;
/// Rows that are taken: a list is applied in one transaction.
const MOST_ROWS: usize = 2000;
/// The longest cell that is echoed, in characters.
const LONGEST_CELL: usize = 200;

/// A row as written.
struct Written {
    line: u64,
    channel: String,
    account: String,
    domain: String,
    crm_id: String,
}

/// Applies a list, or with `dry_run` says what it would do.
///
/// # Errors
/// A problem when the file is no such list. What is wrong with single rows stands in the answer.
pub(super) async fn import(
    tx: &TenantTx,
    file: &[u8],
    dry_run: bool,
    mapped_by: Option<MemberId>,
    now: DateTime<Utc>,
) -> Result<(ImportedMappings, Vec<NewMapping>), Problem> {
    let written = read(file)?;
    let known = Known::load(tx).await?;
    let mut seen: HashMap<ChannelId, u64> = HashMap::new();
    let mut rows = Vec::with_capacity(written.len());
    let mut applied = Vec::new();
    for row in written {
        let decided = known.decide(&row, &mut seen);
        if let (Ok((channel, account, outcome, _)), false) = (&decided, dry_run) {
            let new = NewMapping {
                channel: *channel,
                account: *account,
                mapped_by,
            };
            if *outcome != ImportOutcome::Same {
                apply(tx, new, row.line, now).await?;
                applied.push(new);
            }
        }
        let (outcome, message) = match decided {
            Ok((_, _, outcome, former)) => (outcome, former.map(|name| format!("It was {name}’s until now."))),
            Err(message) => (ImportOutcome::Error, Some(message)),
        };
        rows.push(ImportedMapping {
            line: row.line,
            channel: shown(&row.channel),
            account: shown(&row.account),
            outcome,
            message,
        });
    }
    let count = |wanted: &[ImportOutcome]| rows.iter().filter(|row| wanted.contains(&row.outcome)).count();
    let answer = ImportedMappings {
        mapped: count(&[ImportOutcome::Map, ImportOutcome::Remap]),
        errors: count(&[ImportOutcome::Error]),
        rows,
    };
    Ok((answer, applied))
}

async fn apply(tx: &TenantTx, new: NewMapping, line: u64, now: DateTime<Utc>) -> Result<(), Problem> {
    match mapping::map_imported(tx, new, line, now).await {
        Ok(_) => Ok(()),
        Err(MappingError::Database(error)) => Err(error.into()),
        // Both were there when the transaction began.
        Err(MappingError::NoChannel | MappingError::NoAccount) => Err(Problem::conflict(
            "A channel or an account went away meanwhile; import the list again.",
        )),
    }
}

fn malformed(detail: impl Into<String>) -> Problem {
    Problem::new(Code::MalformedRequest).with_detail(detail)
}

/// Reads the rows, whatever is in them.
fn read(file: &[u8]) -> Result<Vec<Written>, Problem> {
    let text = std::str::from_utf8(file).map_err(|error| {
        let line = file[..error.valid_up_to()]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
            + 1;
        malformed(format!(
            "Line {line} is not UTF-8. Save the list as “CSV UTF-8” in your spreadsheet and send it again."
        ))
    })?;
    let text = text.trim_start_matches('\u{feff}');
    if text.contains('\0') {
        return Err(malformed("This is no CSV file: it holds NUL characters."));
    }
    let first = text.lines().next().unwrap_or_default();
    let delimiter = [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|delimiter| first.bytes().filter(|byte| byte == delimiter).count())
        .unwrap_or(b',');
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let unreadable = |error: csv::Error| malformed(format!("The list cannot be read: {error}"));
    let header = reader.headers().map_err(unreadable)?.clone();
    let column = |name: &str| header.iter().position(|cell| cell.eq_ignore_ascii_case(name));
    let (Some(channel), Some(account)) = (column("channel"), column("account")) else {
        return Err(malformed(
            "The first line must name the columns: channel,account and, if you like, domain or crm_id.",
        ));
    };
    let (domain, crm_id) = (column("domain"), column("crm_id"));
    let mut rows = Vec::new();
    let (bytes, mut line, mut counted) = (text.as_bytes(), 1, 0);
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let cell = |at: Option<usize>| cell(&record, at);
        // The reader takes the end of a line with CR and LF for the beginning of the next record.
        let at = record.position().map_or(0, csv::Position::byte);
        let at = usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
        let is_end = |byte: &&u8| matches!(byte, b'\r' | b'\n');
        let begins = at + bytes[at..].iter().take_while(is_end).count();
        line += bytes[counted..begins].iter().filter(|byte| **byte == b'\n').count() as u64;
        counted = begins;
        rows.push(Written {
            line,
            channel: cell(Some(channel)),
            account: cell(Some(account)),
            domain: cell(domain),
            crm_id: cell(crm_id),
        });
        if rows.len() > MOST_ROWS {
            return Err(Problem::new(Code::PayloadTooLarge)
                .with_detail(format!("At most {MOST_ROWS} rows are taken at once; part the list.")));
        }
    }
    Ok(rows)
}

/// A cell without the apostrophe that keeps a spreadsheet from taking it for a formula.
fn cell(record: &StringRecord, at: Option<usize>) -> String {
    let text = at.and_then(|at| record.get(at)).unwrap_or_default();
    match text.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest.to_owned(),
        _ => text.to_owned(),
    }
}

fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A cell as it is shown and may be copied into a spreadsheet again: never a formula.
fn shown(text: &str) -> String {
    let short: String = text.chars().filter(|c| !c.is_control()).take(LONGEST_CELL).collect();
    if is_formula(&short) { format!("'{short}") } else { short }
}

/// The tenant's channels and accounts by what a list may call them.
struct Known {
    channels: HashMap<String, Vec<ChannelRow>>,
    accounts: HashMap<String, Vec<AccountRow>>,
    domains: HashMap<String, Vec<AccountRow>>,
    crm_ids: HashMap<String, Vec<AccountRow>>,
}

#[derive(Clone, FromQueryResult)]
struct ChannelRow {
    id: ChannelId,
    slack_channel_id: String,
    name: String,
    account_id: Option<AccountId>,
    account_name: Option<String>,
}

#[derive(Clone, FromQueryResult)]
struct AccountRow {
    id: AccountId,
    name: String,
    domain: Option<String>,
    crm_id: Option<String>,
}

/// What a row does: the channel, the account, the outcome, and whose it was.
type Decided = (ChannelId, AccountId, ImportOutcome, Option<String>);

impl Known {
    async fn load(tx: &TenantTx) -> Result<Self, DbErr> {
        let channels: Vec<ChannelRow> = Sql::new(
            "SELECT c.id, c.slack_channel_id, c.name, m.account_id, account.name AS account_name FROM channels AS c
               LEFT JOIN channel_mappings AS m ON m.tenant_id = c.tenant_id AND m.channel_id = c.id
               LEFT JOIN accounts AS account ON account.tenant_id = m.tenant_id AND account.id = m.account_id
              WHERE c.tenant_id = $1",
        )
        .bind(tx.tenant_id())
        .all(tx)
        .await?;
        let accounts: Vec<AccountRow> = Sql::new("SELECT id, name, domain, crm_id FROM accounts WHERE tenant_id = $1")
            .bind(tx.tenant_id())
            .all(tx)
            .await?;
        let mut known = Self {
            channels: HashMap::new(),
            accounts: HashMap::new(),
            domains: HashMap::new(),
            crm_ids: HashMap::new(),
        };
        for row in channels {
            let names = [
                folded(&row.name),
                folded(&row.slack_channel_id),
                folded(&row.id.to_string()),
            ];
            for name in names
                .iter()
                .enumerate()
                .filter(|(at, name)| !names[..*at].contains(name))
            {
                known.channels.entry(name.1.clone()).or_default().push(row.clone());
            }
        }
        for row in accounts {
            if let Some(domain) = &row.domain {
                known.domains.entry(host(domain)).or_default().push(row.clone());
            }
            if let Some(crm_id) = &row.crm_id {
                known.crm_ids.entry(crm_key(crm_id)).or_default().push(row.clone());
            }
            known
                .accounts
                .entry(folded(&row.id.to_string()))
                .or_default()
                .push(row.clone());
            known.accounts.entry(folded(&row.name)).or_default().push(row);
        }
        Ok(known)
    }

    fn decide(&self, row: &Written, seen: &mut HashMap<ChannelId, u64>) -> Result<Decided, String> {
        if row.channel.is_empty() {
            return Err("The channel is missing.".to_owned());
        }
        let channel = one(
            self.channels.get(&folded(row.channel.trim_start_matches('#'))),
            "There is no such channel. It appears here once the bot knows the Slack workspace.",
            "Several channels have this name; write Slack’s channel id instead.",
        )?;
        let account = self.account(row)?;
        if let Some(line) = seen.insert(channel.id, row.line) {
            seen.insert(channel.id, line);
            return Err(format!("Line {line} says whose this channel is already."));
        }
        let (outcome, former) = match channel.account_id {
            None => (ImportOutcome::Map, None),
            Some(id) if id == account.id => (ImportOutcome::Same, None),
            Some(_) => (ImportOutcome::Remap, channel.account_name.clone()),
        };
        Ok((channel.id, account.id, outcome, former))
    }

    fn account(&self, row: &Written) -> Result<&AccountRow, String> {
        if !row.crm_id.is_empty() {
            let found = self.crm_ids.get(&crm_key(&row.crm_id));
            return one(
                found,
                "No account has this CRM id.",
                "Several accounts have this CRM id.",
            );
        }
        if !row.domain.is_empty() {
            let found = self.domains.get(&host(&row.domain));
            return one(
                found,
                "No account has this domain.",
                "Several accounts have this domain; write the CRM id.",
            );
        }
        if row.account.is_empty() {
            return Err("The account is missing.".to_owned());
        }
        let found = self.accounts.get(&folded(&row.account));
        one(
            found,
            "There is no account of this name.",
            "Several accounts have this name; write the domain or the CRM id as well.",
        )
    }
}

fn one<'a, T>(found: Option<&'a Vec<T>>, none: &str, several: &str) -> Result<&'a T, String> {
    match found.map(Vec::as_slice) {
        Some([only]) => Ok(only),
        Some([_, _, ..]) => Err(several.to_owned()),
        _ => Err(none.to_owned()),
    }
}

fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

fn host(domain: &str) -> String {
    let domain = folded(domain);
    let domain = domain.split_once("://").map_or(domain.as_str(), |(_, rest)| rest);
    let domain = domain.split('/').next().unwrap_or_default();
    domain.trim_start_matches("www.").trim_start_matches('@').to_owned()
}

/// Salesforce writes an id with 15 or with 18 letters; the first 15, which tell capitals apart, are the id.
fn crm_key(id: &str) -> String {
    let is_salesforce = id.len() == 18 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_salesforce {
        id[..15].to_owned()
    } else {
        id.trim().to_owned()
    }
}
