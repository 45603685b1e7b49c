//! Bodies and queries, read and validated at the edge: what a handler gets is valid.

use std::cell::Cell;
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::{self, PathConfig};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, Responder};
use garde::Validate;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use url::form_urlencoded;

use super::{Code, FieldError, Problem};

/// Longest JSON body, in bytes: a person's words and settings; files have routes of their own.
const MAX_JSON: usize = 256 * 1024;

/// Lets a body or a query wait until its sender is known and allowed: who may not, is told so and nothing else.
///
/// The extractor of the permission closes the gate when the handler's arguments begin to be read, and opens it when it
/// lets the request in. It stands first among the arguments; the others are polled by the same task after it.
#[derive(Clone, Default)]
pub struct Gate(Rc<Cell<bool>>);

impl Gate {
    /// Closes the gate of this request.
    pub fn close(request: &HttpRequest) -> Self {
        let gate = Self::default();
        request.extensions_mut().insert(gate.clone());
        gate
    }

    /// Lets the rest of the request be read.
    pub fn open(&self) {
        self.0.set(true);
    }

    /// Waits for the gate of this request, if it has one. Needs no waker: opening it is what its task is working on.
    fn passed(request: &HttpRequest) -> impl Future<Output = ()> + use<> {
        let gate = request.extensions().get::<Self>().cloned();
        std::future::poll_fn(move |_| match &gate {
            Some(gate) if !gate.0.get() => Poll::Pending,
            _ => Poll::Ready(()),
        })
    }
}

/// A JSON body: taken when its type says so, when it parses, and when it is valid. As an answer: the value as JSON.
#[derive(Debug)]
pub struct Json<T>(pub T);

/// The query: taken when it parses and is valid. A name given several times is one list, as if joined by commas.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T> Deref for Query<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> FromRequest for Json<T>
where
    T: DeserializeOwned + Validate<Context = ()> + 'static,
{
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let content_type = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let is_json = content_type.is_some_and(is_json);
        let payload = web::Payload::from_request(request, payload).into_inner();
        let gate = Gate::passed(request);
        Box::pin(async move {
            gate.await;
            let payload = payload.map_err(|_| malformed("The body cannot be read."))?;
            if !is_json {
                return Err(Problem::new(Code::UnsupportedMediaType).with_detail("Send application/json."));
            }
            let too_large = || Problem::new(Code::PayloadTooLarge).with_detail("At most 256 KiB are taken.");
            let bytes = payload.to_bytes_limited(MAX_JSON).await.map_err(|_| too_large())?;
            let bytes = bytes.map_err(|_| malformed("The body ended early."))?;
            let value = parse(&bytes)?;
            validated(value).map(Self)
        })
    }
}

impl<T: Serialize> Responder for Json<T> {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().json(self.0)
    }
}

impl<T> FromRequest for Query<T>
where
    T: DeserializeOwned + Validate<Context = ()> + 'static,
{
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (request, gate) = (request.clone(), Gate::passed(request));
        Box::pin(async move {
            gate.await;
            read_query(request.query_string()).and_then(validated).map(Self)
        })
    }
}

/// A path's id that does not parse names nothing that exists.
pub fn path_config() -> PathConfig {
    PathConfig::default().error_handler(|_, _| Problem::not_found().into())
}

fn is_json(content_type: &str) -> bool {
    let kind = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        match error.inner().classify() {
            Category::Data => Problem::fields(vec![field_error(&path, &error.inner().to_string())]),
            _ => malformed("The body is not JSON."),
        }
    })?;
    deserializer
        .end()
        .map_err(|_| malformed("Something follows the JSON value."))?;
    Ok(value)
}

fn read_query<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let given: Vec<(String, String)> =
        serde_urlencoded::from_str(query).map_err(|_| malformed("The query cannot be read."))?;
    let mut joined: Vec<(String, String)> = Vec::with_capacity(given.len());
    // `?q=` means the same as no `q`: it is what an emptied field of a page leaves behind.
    for (name, value) in given.into_iter().filter(|(_, value)| !value.is_empty()) {
        match joined.iter_mut().find(|(known, _)| *known == name) {
            Some((_, list)) => *list = format!("{list},{value}"),
            None => joined.push((name, value)),
        }
    }
    let joined = serde_urlencoded::to_string(&joined).map_err(|_| malformed("The query cannot be read."))?;
    let deserializer = serde_urlencoded::Deserializer::new(form_urlencoded::parse(joined.as_bytes()));
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let path = error.path().to_string();
        Problem::fields(vec![field_error(&path, &error.inner().to_string())])
    })
}

fn validated<T: Validate<Context = ()>>(value: T) -> Result<T, Problem> {
    let Err(report) = value.validate() else {
        return Ok(value);
    };
    let errors = report.into_inner().into_iter();
    let mut errors: Vec<_> = errors
        .map(|(path, error)| field_error(&path.to_string(), &error.to_string()))
        .collect();
    errors.sort_by(|a, b| a.field.cmp(&b.field));
    Err(Problem::fields(errors))
}

/// serde says "missing field `x` at line 1 column 2" with the path of the parent; people want the field and the reason.
fn field_error(path: &str, message: &str) -> FieldError {
    let message = message.split(" at line ").next().unwrap_or(message);
    let path = path.trim_start_matches('.');
    match message
        .strip_prefix("missing field `")
        .and_then(|rest| rest.strip_suffix('`'))
    {
        Some(field) if path.is_empty() => FieldError {
            field: field.to_owned(),
            code: "missing".into(),
            message: "This is required.".into(),
        },
        Some(field) => FieldError {
            field: format!("{path}.{field}"),
            code: "missing".into(),
            message: "This is required.".into(),
        },
        None => FieldError {
            field: path.to_owned(),
            code: "invalid".to_owned(),
            message: message.to_owned(),
        },
    }
}

fn malformed(detail: &str) -> Problem {
    Problem::new(Code::MalformedRequest).with_detail(detail)
}
