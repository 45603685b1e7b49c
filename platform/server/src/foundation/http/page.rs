//! Lists come in pages: `?limit=&cursor=` to `{"items": […], "next_cursor"}`.

use std::marker::PhantomData;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::IntoParams;

use super::Problem;

/// Which page. A route with more parameters repeats these two fields in its own query: flattened, an error would lose
/// the field's name.
#[derive(Clone, Debug, Default, Deserialize, IntoParams, garde::Validate)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct PageQuery {
    /// How many items at most, 1 to 100; 50 when not given.
    #[garde(skip)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    pub limit: PageSize,
    /// `next_cursor` of the page before; the first page has none.
    #[garde(skip)]
    pub cursor: Option<String>,
}

/// 1 to 100 items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageSize(u16);

/// The place after which the next page begins, opaque to clients: the values that the list is ordered by.
///
/// It is not signed. It only says where to go on within what the reader may see anyway.
#[derive(Clone, Debug)]
pub struct Cursor<T>(PhantomData<T>);

impl PageSize {
    /// So many items, for pages that no client asks for.
    pub fn of(items: u16) -> Self {
        Self(items)
    }

    /// Rows to fetch: one more than is shown tells whether there is a next page.
    pub fn fetch(self) -> i64 {
        i64::from(self.0) + 1
    }

    /// Items to show.
    pub fn get(self) -> usize {
        usize::from(self.0)
    }

    /// Cuts `rows`, which were fetched with [`PageSize::fetch`], to one page, and says where the next one begins.
    pub fn cut<R, C: Serialize>(self, mut rows: Vec<R>, place: impl FnOnce(&R) -> C) -> (Vec<R>, Option<String>) {
        let is_more = rows.len() > self.get();
        rows.truncate(self.get());
        let next = rows.last().filter(|_| is_more).map(|last| Cursor::encode(&place(last)));
        (rows, next)
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self(50)
    }
}

impl<'de> Deserialize<'de> for PageSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let size = text.parse().ok().filter(|size| (1..=100).contains(size));
        size.map(Self)
            .ok_or_else(|| serde::de::Error::custom("expected a number from 1 to 100"))
    }
}

impl<T: Serialize> Cursor<T> {
    /// The opaque text.
    fn encode(place: &T) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(place).unwrap_or_default())
    }
}

impl<T: DeserializeOwned> Cursor<T> {
    /// The place, or nothing on the first page.
    ///
    /// # Errors
    /// 422 for a cursor that this list did not give out.
    pub fn decode(cursor: Option<&str>) -> Result<Option<T>, Problem> {
        let Some(text) = cursor else { return Ok(None) };
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        let place = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        place
            .map(Some)
            .ok_or_else(|| Problem::invalid("cursor", "Take it from `next_cursor` of the page before."))
    }
}

/// Declares the page type of a list under the name that the API description gives it.
///
/// ```ignore
/// page_of! { /// One page of signals.
///     pub struct SignalPage(Signal); }
/// ```
macro_rules! page_of {
    ($(#[$doc:meta])* pub struct $name:ident($item:ty);) => {
        $(#[$doc])*
        #[derive(Debug, serde::Serialize, utoipa::ToSchema)]
        pub struct $name {
            /// The items, in the list's order.
            pub items: Vec<$item>,
            /// Where the next page begins; null on the last.
            pub next_cursor: Option<String>,
        }
    };
}
pub(crate) use page_of;
