//! The fakes on a socket.

use std::{convert::Infallible, io, sync::Arc, time::Duration};

use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Request, Response,
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use super::{
    Fakes,
    http::{Answer, FakeRequest, FakeResponse},
};

/// Longer than any client waits.
const SILENCE: Duration = Duration::from_secs(120);
/// No client of ours sends more.
const LONGEST_BODY: usize = 8 * 1024 * 1024;

/// Why a connection ends without an answer: on purpose.
#[derive(Debug, thiserror::Error)]
#[error("a fault closes this connection")]
struct Closed;

/// Serves until the listener fails or the future is dropped; open connections end with it when the runtime does.
pub async fn serve(listener: TcpListener, fakes: Arc<Fakes>) -> io::Result<Infallible> {
    loop {
        let stream = accept(&listener).await?;
        let fakes = fakes.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(fakes.clone(), request));
            // A client that goes away, and a fault that closes, both end here; neither is news.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

/// The next client. One that went away before it was served is no reason to stop serving.
pub(super) async fn accept(listener: &TcpListener) -> io::Result<TcpStream> {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return Ok(stream),
            Err(cause) if cause.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(cause) => return Err(cause),
        }
    }
}

async fn answer(fakes: Arc<Fakes>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Closed> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, LONGEST_BODY)
        .collect()
        .await
        .map_err(|_| Closed)?
        .to_bytes();
    let request = FakeRequest {
        method: head.method.to_string(),
        path: percent_decoded(head.uri.path()),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head
            .headers
            .iter()
            .map(|(name, value)| {
                (
                    name.as_str().to_owned(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect(),
        body: body.to_vec(),
    };
    match fakes.handle(request).await {
        Answer::Now(response) => Ok(onto_wire(response)),
        Answer::Later(delay, response) => {
            pass(delay).await;
            Ok(onto_wire(response))
        }
        Answer::Dropped => Err(Closed),
        Answer::Silence => {
            pass(SILENCE).await;
            Err(Closed)
        }
    }
}

/// A slow vendor is slow in real time.
#[expect(
    clippy::disallowed_methods,
    reason = "simulates a vendor that lets us wait; nothing of the product waits by this"
)]
pub(super) async fn pass(time: Duration) {
    tokio::time::sleep(time).await;
}

fn onto_wire(answer: FakeResponse) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = answer.status.try_into().unwrap_or_default();
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<hyper::header::HeaderName>(), value.parse()) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// Decodes `%XX` in a path; what is no escape stays as it is.
fn percent_decoded(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = (bytes[at] == b'%').then(|| path.get(at + 1..at + 3)).flatten();
        match escape.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}
