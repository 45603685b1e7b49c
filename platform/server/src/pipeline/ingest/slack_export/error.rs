//! Why an export is not taken.

/// An export that cannot be imported. Every variant is the file's fault, so trying again cannot help.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file is no ZIP, or it is damaged.
    #[error("this is not a readable ZIP file: {0}")]
    NotAZip(#[source] zip::result::ZipError),
    /// The archive breaks a limit that honest exports stay far below.
    #[error("the archive is refused: {what} (the limit is {limit})")]
    TooLarge {
        /// What is too large, with its size.
        what: String,
        /// The limit.
        limit: String,
    },
    /// An entry's name or kind has no place in an export.
    #[error("the archive is refused: the entry `{entry}` {reason}")]
    Forbidden {
        /// The entry's name, shortened.
        entry: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// An entry cannot be read or is not what Slack writes.
    #[error("`{entry}` cannot be read: {reason}")]
    Unreadable {
        /// The entry's name.
        entry: String,
        /// What is wrong, with the place where known.
        reason: String,
    },
    /// There is no list of channels in it.
    #[error("this is not a Slack export: it has no channels.json (nor groups.json)")]
    NoChannels,
    /// The export is of another Slack workspace than the one that is connected.
    #[error("the export is of the Slack workspace {found}, but {connected} is connected")]
    OtherWorkspace {
        /// Whose export it is.
        found: String,
        /// Which one the tenant has connected.
        connected: String,
    },
    /// Nothing tells which Slack workspace it is of.
    #[error("no user in users.json names a Slack workspace, and none is connected; connect Slack first")]
    UnknownWorkspace,
    /// The file is gone or the disk fails. The one variant where trying again can help.
    #[error("the spooled file cannot be read: {0}")]
    Io(#[from] std::io::Error),
}

impl ExportError {
    /// Whether a later try can end otherwise.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Io(_))
    }
}
