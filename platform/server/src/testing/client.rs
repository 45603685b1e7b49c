//! Requests to the application without a network, and what it answers.

use std::pin::Pin;
use std::rc::Rc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::{Method, header::HeaderMap};
use actix_web::test::{self, TestRequest};
use serde_json::Value;

use crate::app::App;

type Answering = Pin<Box<dyn Future<Output = ServiceResponse<BoxBody>>>>;

/// The application as a function.
#[derive(Clone)]
pub(super) struct Service(Rc<dyn Fn(TestRequest) -> Answering>);

impl Service {
    pub async fn new(app: &App) -> Self {
        let service = Rc::new(test::init_service(app.http()).await);
        Self(Rc::new(move |request| {
            let service = service.clone();
            Box::pin(async move {
                test::call_service(&*service, request.to_request())
                    .await
                    .map_into_boxed_body()
            })
        }))
    }
}

/// Somebody who sends requests, with what they send every time.
#[derive(Clone)]
pub struct TestClient {
    service: Service,
    headers: Vec<(String, String)>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as JSON, or as a string when it is none, or null when it is empty.
    pub body: Value,
}

impl TestClient {
    pub(super) fn new(service: Service) -> Self {
        Self {
            service,
            headers: Vec::new(),
        }
    }

    /// The same client sending one more header, or another value for one that it sends.
    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The same client without a header.
    pub fn without_header(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    /// Sends anything. The body of the answer is not read: for streams.
    pub async fn open(&self, request: TestRequest) -> ServiceResponse<BoxBody> {
        let request = self.headers.iter().fold(request, |request, (name, value)| {
            request.insert_header((name.as_str(), value.as_str()))
        });
        (self.service.0)(request).await
    }

    /// Sends anything and reads the answer, unless it is a stream, which has no end.
    pub async fn send(&self, request: TestRequest) -> Answer {
        let response = self.open(request).await;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let is_stream = headers
            .get("content-type")
            .is_some_and(|kind| kind.as_bytes() == b"text/event-stream");
        if is_stream {
            let body = Value::Null;
            return Answer { status, headers, body };
        }
        let bytes = response.into_body().try_into_bytes();
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(body) => actix_web::body::to_bytes(body).await.expect("the body can be read"),
        };
        let text = String::from_utf8_lossy(&bytes);
        let body = match text.is_empty() {
            true => Value::Null,
            false => serde_json::from_str(&text).unwrap_or_else(|_| Value::String(text.into_owned())),
        };
        Answer { status, headers, body }
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(TestRequest::get().uri(path)).await
    }

    /// Another method, with a JSON body unless it is null.
    pub async fn call(&self, method: Method, path: &str, body: &Value) -> Answer {
        let request = TestRequest::default().method(method).uri(path);
        match body {
            Value::Null => self.send(request).await,
            body => self.send(request.set_json(body)).await,
        }
    }

    /// `POST` with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, &body).await
    }

    /// `PUT` with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, path, &body).await
    }

    /// `PATCH` with a JSON body.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, &body).await
    }

    /// `DELETE`.
    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, &Value::Null).await
    }
}

impl Answer {
    /// The body, after a check of the status that shows the body when it fails.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// The code of a problem; empty when it is none.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}
