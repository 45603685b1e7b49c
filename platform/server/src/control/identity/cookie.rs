//! The session cookie.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

use super::SESSION_LIFETIME;
use crate::control::access::SESSION_COOKIE;
use crate::foundation::config::Settings;
use crate::foundation::crypto::Token;

/// The cookie that opens a session: for HTTP only, not sent with other sites' requests except links, over TLS where we
/// are reached over TLS.
pub fn session_cookie(settings: &Settings, token: &Token) -> Cookie<'static> {
    cookie(
        settings,
        token.expose().to_owned(),
        Duration::seconds(SESSION_LIFETIME.num_seconds()),
    )
}

/// The cookie that removes it.
pub fn no_session_cookie(settings: &Settings) -> Cookie<'static> {
    cookie(settings, String::new(), Duration::ZERO)
}

fn cookie(settings: &Settings, value: String, age: Duration) -> Cookie<'static> {
    Cookie::build(SESSION_COOKIE, value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(settings.is_served_over_tls())
        .max_age(age)
        .finish()
}
