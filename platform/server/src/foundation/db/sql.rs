//! A statement with its values: the one way in which slices write SQL that an entity does not express.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, FromQueryResult, Statement, Value};

/// SQL text and its values in order. `$1` is the first value bound.
///
/// ```ignore
/// let open: Vec<Row> = Sql::new("SELECT id FROM signals WHERE tenant_id = $1 AND status = $2")
///     .bind(tx.tenant_id()).bind("open").all(&tx).await?;
/// ```
pub struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    /// Begins with the text, which must never contain input.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            values: Vec::new(),
        }
    }

    /// Adds the next value.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Appends text; for conditions that are there or not.
    #[must_use]
    pub fn push(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Appends a value's placeholder (`$n`) and the value.
    #[must_use]
    pub fn push_bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self.text.push_str(&format!("${}", self.values.len()));
        self
    }

    /// How PostgreSQL would answer it, for tests.
    #[cfg(test)]
    pub async fn plan(mut self, db: &impl ConnectionTrait) -> Result<String, DbErr> {
        self.text = format!("EXPLAIN (COSTS OFF) {}", self.text);
        let lines = db.query_all_raw(self.statement()).await?;
        let lines: Result<Vec<String>, DbErr> = lines.iter().map(|line| line.try_get_by_index(0)).collect();
        lines.map(|lines| lines.join("\n"))
    }

    fn statement(self) -> Statement {
        Statement::from_sql_and_values(DbBackend::Postgres, self.text, self.values)
    }

    /// All rows.
    pub async fn all<R: FromQueryResult>(self, db: &impl ConnectionTrait) -> Result<Vec<R>, DbErr> {
        let rows = db.query_all_raw(self.statement()).await?;
        rows.iter().map(|row| R::from_query_result(row, "")).collect()
    }

    /// The first row, if there is one.
    pub async fn one<R: FromQueryResult>(self, db: &impl ConnectionTrait) -> Result<Option<R>, DbErr> {
        let row = db.query_one_raw(self.statement()).await?;
        row.map(|row| R::from_query_result(&row, "")).transpose()
    }

    /// The column `value` of the first row.
    pub async fn scalar<T: sea_orm::TryGetable>(self, db: &impl ConnectionTrait) -> Result<Option<T>, DbErr> {
        let row = db.query_one_raw(self.statement()).await?;
        row.map(|row| row.try_get("", "value")).transpose()
    }

    /// How many rows were changed.
    pub async fn execute(self, db: &impl ConnectionTrait) -> Result<u64, DbErr> {
        Ok(db.execute_raw(self.statement()).await?.rows_affected())
    }
}
