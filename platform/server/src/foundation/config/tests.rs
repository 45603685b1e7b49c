use std::io::Write;

use secrecy::ExposeSecret;

use super::*;

fn environment(pairs: &[(&str, &str)]) -> Environment {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

#[test]
fn nothing_needs_to_be_set() {
    let settings = Settings::load(None, &environment(&[("HOME", "/home/ada")])).unwrap();
    assert_eq!(settings.base_url(), "http://localhost:8080");
    assert_eq!(
        settings.data_dir,
        std::path::Path::new("/home/ada/.local/share/momentum")
    );
    assert_eq!(settings.slack.api_url.as_str(), "https://slack.com/api/");
}

#[test]
fn a_variable_wins_over_the_file_and_digits_stay_text() {
    let file =
        file("bind = '127.0.0.1:9000'\n[slack]\nclient_id = 'file'\nclient_secret = 's'\nsigning_secret = 't'\n");
    let variables = [
        ("MOMENTUM_SLACK_CLIENT_ID", "123456"),
        ("MOMENTUM_DATABASE_MAX_CONNECTIONS", "7"),
    ];
    let settings = Settings::load(Some(file.path()), &environment(&variables)).unwrap();
    assert_eq!(settings.bind.port(), 9000);
    assert_eq!(settings.slack.client_id.as_deref(), Some("123456"));
    assert_eq!(settings.slack.client_secret.unwrap().expose_secret(), "s");
    assert_eq!(settings.database.max_connections, 7);
}

#[test]
fn what_is_missing_or_wrong_is_named_and_never_shown() {
    let cases: &[(&[(&str, &str)], &str)] = &[
        (
            &[("MOMENTUM_DATABASE_URL", "postgres://hunter2@db/momentum")],
            "MOMENTUM_MASTER_KEY",
        ),
        (
            &[
                ("MOMENTUM_DATABASE_URL", "mysql://hunter2@db"),
                ("MOMENTUM_MASTER_KEY", "x"),
            ],
            "MOMENTUM_DATABASE_URL",
        ),
        (
            &[("MOMENTUM_SLACK_CLIENT_ID", "hunter2")],
            "MOMENTUM_SLACK_CLIENT_SECRET",
        ),
        (
            &[("MOMENTUM_SALESFORCE_CLIENT_SECRET", "hunter2")],
            "MOMENTUM_SALESFORCE_CLIENT_ID",
        ),
        (&[("MOMENTUM_BIND", "hunter2")], "MOMENTUM_BIND"),
        (&[("MOMENTUM_BASE_URL", "hunter2")], "MOMENTUM_BASE_URL"),
        (
            &[("MOMENTUM_BASE_URL", "https://example.com/hunter2")],
            "MOMENTUM_BASE_URL",
        ),
        (
            &[("MOMENTUM_DATABASE_MAX_CONNECTIONS", "hunter2")],
            "MOMENTUM_DATABASE_MAX_CONNECTIONS",
        ),
        (&[("MOMENTUM_SLACK_SINGING_SECRET", "hunter2")], "slack.singing_secret"),
    ];
    for (variables, name) in cases {
        let error = Settings::load(None, &environment(variables)).unwrap_err().to_string();
        assert!(error.contains(name), "{name}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn a_mistyped_key_in_the_file_is_refused_and_a_missing_file_is_named() {
    let mistyped = file("bnid = '127.0.0.1:9000'");
    let error = Settings::load(Some(mistyped.path()), &environment(&[]))
        .unwrap_err()
        .to_string();
    assert!(error.contains("bnid"), "{error}");
    let error = Settings::load(Some(std::path::Path::new("/nowhere/m.toml")), &environment(&[])).unwrap_err();
    assert!(error.to_string().contains("/nowhere/m.toml"), "{error}");
}

#[test]
fn secrets_do_not_print() {
    let variables = [
        ("MOMENTUM_MASTER_KEY", "hunter2"),
        ("MOMENTUM_SENTRY_DSN", "https://hunter2@sentry.io/1"),
    ];
    let settings = Settings::load(None, &environment(&variables)).unwrap();
    assert!(!format!("{settings:?}").contains("hunter2"));
}
