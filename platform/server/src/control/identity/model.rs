use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

/// What a refused sign-up or invitation says.
pub const EMAIL_IN_USE: &str = "A person with this e-mail address is known already. Sign in, or use another address.";

/// A company signs up with its first person.
#[derive(Clone, Debug, Deserialize, ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub struct SignUp {
    /// What the company calls itself.
    #[garde(length(chars, min = 1, max = 100), custom(not_blank))]
    pub company_name: String,
    /// What the person calls themselves.
    #[garde(length(chars, min = 1, max = 100), custom(not_blank))]
    pub name: String,
    /// Where the person signs in.
    #[garde(email, length(max = 254))]
    #[schema(format = Email)]
    pub email: String,
    /// At least ten characters.
    #[garde(custom(good_password))]
    #[schema(value_type = String, format = Password, min_length = 10, max_length = 200)]
    pub password: SecretString,
}

/// A person signs in.
#[derive(Clone, Debug, Deserialize, ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The address the person signed up with.
    #[garde(length(max = 254))]
    pub email: String,
    /// Their password.
    #[garde(skip)]
    #[schema(value_type = String, format = Password)]
    pub password: SecretString,
}

/// A person of a tenant to be made.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// What they are called.
    pub name: String,
    /// Where they sign in.
    pub email: String,
    /// Their password's hash; without one they sign in by a link.
    pub password_hash: Option<String>,
}

/// NIST SP 800-63B: length counts, composition rules do not; a bound keeps hashing bounded.
pub fn good_password(password: &SecretString, _: &()) -> garde::Result {
    use secrecy::ExposeSecret;
    match password.expose_secret().chars().count() {
        0..10 => Err(garde::Error::new("use at least 10 characters")),
        10..=200 => Ok(()),
        _ => Err(garde::Error::new("use at most 200 characters")),
    }
}

/// Refuses what is only spaces.
pub fn not_blank(text: &str, _: &()) -> garde::Result {
    if text.trim().is_empty() {
        Err(garde::Error::new("this must not be blank"))
    } else {
        Ok(())
    }
}
