use actix_web::{HttpResponse, get, patch, post};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{Account, AccountPage, AccountSort, CreateAccount, Status, UpdateAccount};
use super::store::{self, Filter};
use super::{change, channels};
use crate::control::access::{AccountsRead, AccountsWrite, Granted, Permit, Visibility};
use crate::foundation::http::{Cursor, Json, List, OrNone, PageSize, Path, Problem, Query};
use crate::foundation::ids::{AccountId, MemberId};

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_accounts)
        .service(create_account)
        .service(get_account)
        .service(update_account);
    channels::routes(config);
    super::field_mapping::routes(config);
}

#[derive(Debug, Deserialize, IntoParams, garde::Validate)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
struct AccountQuery {
    /// Words in the name or the domain.
    #[garde(length(chars, max = 200))]
    q: Option<String>,
    /// How the accounts are doing; all when not given.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "quiet,at_risk")]
    status: List<Status>,
    /// Who looks after them; `none` for those that nobody does.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    member_id: List<OrNone<MemberId>>,
    /// The order; `name` when not given.
    #[serde(default = "by_name")]
    #[param(value_type = Option<AccountSort>, inline)]
    sort: AccountSort,
    /// How many accounts at most, 1 to 100; 50 when not given.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: PageSize,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

fn by_name() -> AccountSort {
    AccountSort::Name
}

/// Accounts with how each is doing.
#[utoipa::path(tag = "accounts", params(AccountQuery), responses((status = 200, body = AccountPage)), extensions(("x-permission" = json!(AccountsRead::NAME))))]
#[get("/accounts")]
async fn list_accounts(auth: Granted<AccountsRead>, query: Query<AccountQuery>) -> Result<Json<AccountPage>, Problem> {
    let filter = Filter {
        words: query.q.as_deref(),
        statuses: &query.status,
        members: &query.member_id,
        sort: query.sort,
    };
    let after = Cursor::decode(query.cursor.as_deref())?;
    let tx = auth.db.begin().await?;
    let (items, next_cursor) = store::page(&tx, &filter, auth.visibility, after, query.limit, auth.now).await?;
    Ok(Json(AccountPage { items, next_cursor }))
}

/// Makes an account that no CRM knows yet.
#[utoipa::path(tag = "accounts", request_body = CreateAccount, responses((status = 201, body = Account)), extensions(("x-permission" = json!(AccountsWrite::NAME))))]
#[post("/accounts")]
async fn create_account(auth: Granted<AccountsWrite>, account: Json<CreateAccount>) -> Result<HttpResponse, Problem> {
    let tx = auth.db.begin().await?;
    let id = change::create(&tx, &auth, account.0).await?;
    let account = store::find(&tx, Visibility::All, id, auth.now)
        .await?
        .ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    Ok(HttpResponse::Created().json(account))
}

/// One account.
#[utoipa::path(tag = "accounts", params(("id" = AccountId, Path)), responses((status = 200, body = Account)), extensions(("x-permission" = json!(AccountsRead::NAME))))]
#[get("/accounts/{id}")]
async fn get_account(auth: Granted<AccountsRead>, id: Path<AccountId>) -> Result<Json<Account>, Problem> {
    let tx = auth.db.begin().await?;
    let account = store::find(&tx, auth.visibility, *id, auth.now).await?;
    Ok(Json(account.ok_or_else(Problem::not_found)?))
}

/// Gives an account to somebody, or to nobody.
#[utoipa::path(tag = "accounts", params(("id" = AccountId, Path)), request_body = UpdateAccount, responses((status = 200, body = Account)), extensions(("x-permission" = json!(AccountsWrite::NAME))))]
#[patch("/accounts/{id}")]
async fn update_account(
    auth: Granted<AccountsWrite>,
    id: Path<AccountId>,
    body: Json<UpdateAccount>,
) -> Result<Json<Account>, Problem> {
    let tx = auth.db.begin().await?;
    change::update(&tx, &auth, *id, body.0).await?;
    let account = store::find(&tx, Visibility::All, *id, auth.now)
        .await?
        .ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    Ok(Json(account))
}
