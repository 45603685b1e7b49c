//! The shapes that every route shares: errors, bodies, pages of lists, request ids, limits, headers, the web page.

mod assets;
mod extract;
mod frame;
mod limits;
mod origin;
mod page;
mod problem;
mod words;

pub use actix_web::web::Path;
pub use assets::web_page;
pub use extract::{Gate, Json, Query, path_config};
pub use frame::{HttpContext, frame};
pub use limits::{Limits, RateLimit};
pub use origin::Origin;
pub(crate) use page::page_of;
pub use page::{Cursor, PageQuery, PageSize};
pub use problem::{Code, FieldError, Problem, ProblemBody};
pub use words::{List, OrNone};
pub(crate) use words::{engine_words, words};

#[cfg(test)]
mod tests;
