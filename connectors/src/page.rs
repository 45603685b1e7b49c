//! Pages of vendor lists, and the cursors between them.

use serde::{Deserialize, Serialize};

/// A place in a vendor's list. Opaque to callers: store it, hand it back, never read it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(String);

impl Cursor {
    /// Wraps what a vendor's connector (or the database) holds.
    pub fn new(raw: impl Into<String>) -> Self {
        Self(raw.into())
    }

    /// The stored form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One page of a list that is read from its beginning to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The entries, in the vendor's order.
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last page.
    pub next: Option<Cursor>,
}

/// One page of "what changed since": there is always a place to continue from, now or at the next poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangePage<T> {
    /// The changed entries, oldest change first. The same entry may come again: merge by id.
    pub items: Vec<T>,
    /// Store this once the items are stored, and hand it to the next call.
    pub cursor: Cursor,
    /// True when the vendor has more to give right now.
    pub more: bool,
}

impl<T> ChangePage<T> {
    /// The same page with other items.
    pub(crate) fn map<U>(self, change: impl FnMut(T) -> U) -> ChangePage<U> {
        ChangePage {
            items: self.items.into_iter().map(change).collect(),
            cursor: self.cursor,
            more: self.more,
        }
    }
}
