//! A mail server that keeps what it is given: real SMTP on a socket, a page that shows the mails, and faults.
//!
//! It takes mail for every address and passes none on. Faults of [`Vendor::Smtp`] meet the commands `EHLO`, `AUTH`, `MAIL`, `RCPT`
//! and `DATA` (the end of the message) as if they were methods; the path is the address that the command names.

mod mailbox;
mod session;

#[cfg(test)]
mod tests;

use std::{convert::Infallible, io, sync::Arc};

use tokio::net::TcpListener;

use super::{Fakes, faults::Vendor, http::FakeRequest, serve::accept};

pub(super) use mailbox::{clear, list, page};

/// Serves SMTP until the listener fails or the future is dropped.
pub async fn serve_smtp(listener: TcpListener, fakes: Arc<Fakes>) -> io::Result<Infallible> {
    loop {
        let stream = accept(&listener).await?;
        let fakes = fakes.clone();
        tokio::spawn(async move {
            // A client that goes away is no news.
            let _ = session::converse(stream, &fakes).await;
        });
    }
}

/// A command as faults see it.
fn command(verb: &str, address: &str) -> FakeRequest {
    FakeRequest {
        method: verb.to_owned(),
        path: address.to_owned(),
        ..FakeRequest::default()
    }
}
