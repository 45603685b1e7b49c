//! What the fakes remember: tables of JSON rows, and a journal of their changes on disk.
//!
//! Every change is in the journal before the answer to the request that made it goes out, so that a process killed at any moment
//! remembers each record it has confirmed. That outlives the process, not the machine: nothing is fsynced.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::salesforce::EXTERNAL_ID_FIELD;

/// Tables of rows; rows are ordered by key.
#[derive(Debug, Default)]
pub(super) struct Store {
    tables: BTreeMap<String, Table>,
    journal: Option<Journal>,
}

#[derive(Debug, Default)]
struct Table {
    rows: BTreeMap<String, Value>,
    /// The keys of the rows with each value of [`EXTERNAL_ID_FIELD`], in lower case: every write looks for it.
    by_external_id: BTreeMap<String, BTreeSet<String>>,
}

impl Table {
    fn set(&mut self, key: String, row: Option<Value>) {
        if let Some(id) = self.rows.get(&key).and_then(external_id) {
            self.by_external_id.entry(id).or_default().remove(&key);
        }
        if let Some(id) = row.as_ref().and_then(external_id) {
            self.by_external_id.entry(id).or_default().insert(key.clone());
        }
        match row {
            Some(row) => self.rows.insert(key, row),
            None => self.rows.remove(&key),
        };
    }
}

fn external_id(row: &Value) -> Option<String> {
    row[EXTERNAL_ID_FIELD].as_str().map(str::to_lowercase)
}

#[derive(Debug)]
struct Journal {
    path: PathBuf,
    file: File,
    pending: Vec<u8>,
}

/// One change: a row as it is now, or gone.
#[derive(Serialize, Deserialize)]
struct Change {
    table: String,
    key: String,
    row: Option<Value>,
}

impl Store {
    /// Opens what an earlier process left in `dir`; with `None`, everything is forgotten at the end.
    pub(super) fn open(dir: Option<&Path>) -> io::Result<Self> {
        let mut store = Self::default();
        let Some(dir) = dir else { return Ok(store) };
        fs::create_dir_all(dir)?;
        let path = dir.join("fakes.jsonl");
        if path.exists() {
            // A process killed while writing leaves half a line at the end; that change was never confirmed.
            for change in fs::read(&path)?
                .split(|byte| *byte == b'\n')
                .filter_map(|line| serde_json::from_slice(line).ok())
            {
                store.apply(change);
            }
        }
        store.rewrite(path)?;
        Ok(store)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tables.values().all(|table| table.rows.is_empty())
    }

    pub(super) fn get(&self, table: &str, key: &str) -> Option<&Value> {
        self.tables.get(table)?.rows.get(key)
    }

    pub(super) fn rows<'a>(&'a self, table: &str) -> impl DoubleEndedIterator<Item = (&'a str, &'a Value)> + use<'a> {
        self.tables
            .get(table)
            .into_iter()
            .flat_map(|table| &table.rows)
            .map(|(key, row)| (key.as_str(), row))
    }

    /// The rows of Salesforce with this external id, in any case.
    pub(super) fn rows_of_external_id<'a>(
        &'a self,
        table: &str,
        id: &str,
    ) -> impl Iterator<Item = (&'a str, &'a Value)> + use<'a> {
        let table = self.tables.get(table);
        let keys = table.and_then(|table| table.by_external_id.get(&id.to_lowercase()));
        keys.into_iter()
            .flatten()
            .filter_map(move |key| Some((key.as_str(), table?.rows.get(key)?)))
    }

    pub(super) fn table_names(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(String::as_str)
    }

    pub(super) fn put(&mut self, table: &str, key: &str, row: Value) {
        self.change(Change {
            table: table.to_owned(),
            key: key.to_owned(),
            row: Some(row),
        });
    }

    pub(super) fn remove(&mut self, table: &str, key: &str) {
        self.change(Change {
            table: table.to_owned(),
            key: key.to_owned(),
            row: None,
        });
    }

    /// The next of a row of numbers that goes on after a restart.
    pub(super) fn next_number(&mut self) -> u64 {
        let next = self.get("meta", "number").and_then(Value::as_u64).unwrap_or(0) + 1;
        self.put("meta", "number", next.into());
        next
    }

    /// Writes what is pending to the journal. Call before an answer goes out.
    pub(super) fn commit(&mut self) -> io::Result<()> {
        let Some(journal) = &mut self.journal else {
            return Ok(());
        };
        if !journal.pending.is_empty() {
            journal.file.write_all(&journal.pending)?;
            journal.pending.clear();
        }
        Ok(())
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        self.tables.clear();
        match self.journal.take() {
            Some(journal) => self.rewrite(journal.path),
            None => Ok(()),
        }
    }

    fn change(&mut self, change: Change) {
        if let Some(journal) = &mut self.journal {
            // A change is made of strings and JSON, which always can be written as JSON.
            let _ = serde_json::to_writer(&mut journal.pending, &change);
            journal.pending.push(b'\n');
        }
        self.apply(change);
    }

    fn apply(&mut self, change: Change) {
        let table = self.tables.entry(change.table).or_default();
        table.set(change.key, change.row);
    }

    /// Writes the tables as a fresh journal beside the old one and puts it in its place.
    fn rewrite(&mut self, path: PathBuf) -> io::Result<()> {
        let fresh = path.with_extension("new");
        let mut lines = Vec::new();
        for (table, rows) in &self.tables {
            for (key, row) in &rows.rows {
                serde_json::to_writer(
                    &mut lines,
                    &Change {
                        table: table.clone(),
                        key: key.clone(),
                        row: Some(row.clone()),
                    },
                )?;
                lines.push(b'\n');
            }
        }
        fs::write(&fresh, lines)?;
        fs::rename(&fresh, &path)?;
        let file = OpenOptions::new().append(true).open(&path)?;
        self.journal = Some(Journal {
            path,
            file,
            pending: Vec::new(),
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn confirmed_changes_are_there_after_a_kill_and_half_a_line_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(Some(dir.path())).unwrap();
        store.put("task", "1", json!({"a": 1}));
        store.put("task", "2", json!({"a": 2}));
        store.remove("task", "1");
        store.commit().unwrap();
        store.put("task", "3", json!("never confirmed"));
        drop(store);
        let journal = dir.path().join("fakes.jsonl");
        OpenOptions::new()
            .append(true)
            .open(&journal)
            .unwrap()
            .write_all(b"{\"table\":\"task\",\"ke")
            .unwrap();

        for _ in 0..2 {
            let store = Store::open(Some(dir.path())).unwrap();
            assert_eq!(store.rows("task").map(|(key, _)| key).collect::<Vec<_>>(), ["2"]);
        }
    }

    #[test]
    fn rows_are_found_by_the_external_id_that_they_have_now() {
        let mut store = Store::default();
        let row = |id: &str| json!({ EXTERNAL_ID_FIELD: id });
        store.put("Task", "1", row("sig_A"));
        store.put("Task", "2", row("sig_a"));
        store.put("Task", "3", row("sig_b"));
        store.put("Task", "3", json!({}));
        store.put("Note", "4", row("sig_a"));
        let found = |store: &Store, id| -> Vec<String> {
            let rows = store.rows_of_external_id("Task", id);
            rows.map(|(key, _)| key.to_owned()).collect()
        };
        assert_eq!(found(&store, "SIG_A"), ["1", "2"]);
        assert!(found(&store, "sig_b").is_empty());
        store.remove("Task", "1");
        assert_eq!(found(&store, "sig_a"), ["2"]);
    }
}
