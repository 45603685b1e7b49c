//! What can be set from outside, read once, checked whole.
//!
//! A TOML file and `MOMENTUM_*` variables give the same settings; a variable wins. `MOMENTUM_SLACK_CLIENT_ID` is
//! `client_id` in the file's table `[slack]`. Whatever is missing or wrong fails at start, by name, with what it is for.

mod settings;
mod source;

pub use settings::{DatabaseSettings, HubspotSettings, SalesforceSettings, Settings, SlackSettings, SmtpSettings};
pub use source::Environment;

/// Why the settings were refused. The text is for the person at the console.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A setting that others need is not there.
    #[error("{name} is not set: {purpose}. Set it as a variable or in the settings file.")]
    Missing {
        /// The variable's name.
        name: &'static str,
        /// What it is for.
        purpose: &'static str,
    },
    /// A setting is there and cannot be used.
    #[error("{name} cannot be used: {reason}")]
    Invalid {
        /// The variable's name, or the key in the file.
        name: String,
        /// What is wrong with it, never its value.
        reason: String,
    },
    /// The file that was named cannot be read.
    #[error("the settings file {path} cannot be read")]
    File {
        /// Where it was looked for.
        path: std::path::PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
}

#[cfg(test)]
mod tests;
