//! From a file and variables to one tree of values.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Format, Serialized, Toml};
use figment::value::{Dict, Value};

use super::{ConfigError, Settings};

const PREFIX: &str = "MOMENTUM_";

/// Variables named `MOMENTUM_<GROUP>_<KEY>` belong to a table of the file.
const GROUPS: [&str; 5] = ["database", "hubspot", "salesforce", "slack", "smtp"];

/// The process environment as a value, so that nothing below the command line reads it.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
}

impl Environment {
    /// Reads the process environment. Called once, by the command line.
    pub fn of_process() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the one reader of the environment")]
        let variables = std::env::vars_os();
        variables
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// One variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// Where data goes when nobody says: the user's data directory, else a folder beside the process.
    fn default_data_dir(&self) -> PathBuf {
        let user_data = self.get("XDG_DATA_HOME").map(PathBuf::from);
        let home_data = || self.get("HOME").map(|home| Path::new(home).join(".local/share"));
        user_data
            .or_else(home_data)
            .map_or_else(|| PathBuf::from("momentum-data"), |data| data.join("momentum"))
    }

    fn settings(&self) -> Dict {
        let mut tree = Dict::new();
        let named = self.variables.iter().filter(|(_, value)| !value.is_empty());
        for (name, value) in named {
            let Some(key) = name.strip_prefix(PREFIX).map(str::to_ascii_lowercase) else {
                continue;
            };
            let group = GROUPS
                .iter()
                .find_map(|group| Some((*group, key.strip_prefix(group)?.strip_prefix('_')?)));
            match group {
                Some((group, key)) => {
                    if let Value::Dict(_, table) = tree.entry(group.into()).or_insert_with(|| Dict::new().into()) {
                        table.insert(key.into(), value.as_str().into());
                    }
                }
                None => drop(tree.insert(key, value.as_str().into())),
            }
        }
        tree
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        Self {
            variables: variables.into_iter().collect(),
        }
    }
}

impl Settings {
    /// Reads the file (the one named, else `MOMENTUM_CONFIG`, else none) and the variables, and checks the whole.
    ///
    /// # Errors
    /// Names the setting that is missing or wrong.
    pub fn load(file: Option<&Path>, environment: &Environment) -> Result<Self, ConfigError> {
        let file = file
            .map(Path::to_owned)
            .or_else(|| environment.get("MOMENTUM_CONFIG").map(PathBuf::from));
        let text = match file {
            Some(path) => std::fs::read_to_string(&path).map_err(|source| ConfigError::File { path, source })?,
            None => String::new(),
        };
        let mut variables = environment.settings();
        variables.remove("config");
        let known = Self::known_keys();
        variables.retain(|key, _| {
            let is_known = known.contains(&key.as_str());
            if !is_known {
                eprintln!(
                    "{PREFIX}{} is not a setting of this version and is not used.",
                    key.to_ascii_uppercase()
                );
            }
            is_known
        });
        let settings: Self = Figment::new()
            .merge(Serialized::default("data_dir", environment.default_data_dir()))
            .merge(Toml::string(&text))
            .merge(Serialized::defaults(variables))
            .extract_lossy()
            .map_err(invalid)?;
        settings.check()
    }
}

/// Figment's own message holds the value, which may be a secret: only the key and the expected type are told.
fn invalid(error: figment::Error) -> ConfigError {
    use figment::error::Kind;
    let mut name = format!("{PREFIX}{}", error.path.join("_").to_ascii_uppercase());
    let reason = match error.kind {
        Kind::UnknownField(field, _) => {
            name = error
                .path
                .iter()
                .map(String::as_str)
                .chain([field.as_str()])
                .collect::<Vec<_>>()
                .join(".");
            "there is no such setting in this version".to_owned()
        }
        Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) => format!("expected {expected}"),
        Kind::MissingField(field) => format!("`{field}` is missing"),
        Kind::Message(message) if error.path.is_empty() => message,
        _ => "its form is not understood".to_owned(),
    };
    ConfigError::Invalid { name, reason }
}
