//! The walls between tenants, read from the database's own catalogue: no table can be forgotten.

use std::collections::BTreeSet;

use pretty_assertions::assert_eq;
use sea_orm::{DatabaseConnection, FromQueryResult};

use super::Sql;
use crate::testing::TestDb;

/// The tables without tenant data, or with nothing but which tenant something belongs to, read before the tenant is known.
/// A new one is a security decision.
const SYSTEM_TABLES: [&str; 7] = [
    "schedules",
    "seaql_migrations",
    "sessions",
    "sign_in_links",
    "slack_installations",
    "user_tenants",
    "users",
];

/// The one policy of a tenant table.
const WALL: &str = "(tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)";

/// What may be written past the wall, and why: the inbox inserts events of many tenants in one statement and reads none;
/// the dispatcher's functions, which nobody logs in as, see which tenants have work and which members are due.
const FURTHER_POLICIES: [&str; 4] = [
    "jobs: dispatch_reads SELECT {momentum_dispatch} using true check -",
    "jobs: inbox_insert INSERT {momentum_app} using - check true",
    "members: dispatch_reads SELECT {momentum_dispatch} using true check -",
    "tenant_keys: dispatch_reads SELECT {momentum_dispatch} using true check -",
];

#[derive(FromQueryResult)]
struct Table {
    name: String,
    kind: String,
    has_tenant: bool,
    is_enabled: bool,
    is_forced: bool,
    owner: String,
}

#[derive(FromQueryResult)]
struct Line {
    line: String,
}

async fn tables(db: &DatabaseConnection) -> Vec<Table> {
    // A month's partitions are made as the product makes them, so that they are looked at too.
    Sql::new("SELECT ensure_month_partitions('2027-03-02'::timestamptz)")
        .execute(db)
        .await
        .expect("partitions");
    Sql::new(
        "SELECT c.relname::text AS name, c.relkind::text AS kind,
                EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND a.attnotnull)
                    AS has_tenant,
                c.relrowsecurity AS is_enabled, c.relforcerowsecurity AS is_forced, pg_get_userbyid(c.relowner)::text AS owner
           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1",
    )
    .all(db)
    .await
    .expect("the catalogue answers")
}

async fn lines(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let lines: Vec<Line> = Sql::new(sql).all(db).await.expect("the catalogue answers");
    lines.into_iter().map(|line| line.line).collect()
}

#[tokio::test]
async fn every_table_is_a_tenants_behind_the_wall_or_named_as_a_system_table() {
    let db = TestDb::new().await;
    let db = db.superuser().await;
    let mut system = BTreeSet::new();
    for table in tables(&db).await {
        assert!(
            matches!(table.kind.as_str(), "r" | "p"),
            "{}: a view shows rows as its owner; use a function",
            table.name
        );
        assert_eq!(table.owner, "momentum_owner", "{}", table.name);
        if SYSTEM_TABLES.contains(&table.name.as_str()) {
            system.insert(table.name);
            continue;
        }
        assert!(
            table.has_tenant,
            "{}: tenant_id uuid NOT NULL, or name it as a system table",
            table.name
        );
        assert!(
            table.is_enabled && table.is_forced,
            "{}: SELECT momentum_protect('{}')",
            table.name,
            table.name
        );
    }
    assert_eq!(system, SYSTEM_TABLES.map(String::from).into());
}

#[tokio::test]
async fn the_wall_is_the_same_on_every_tenant_table_and_has_only_the_named_doors() {
    let db = TestDb::new().await;
    let db = db.superuser().await;
    let walled: BTreeSet<String> = tables(&db)
        .await
        .into_iter()
        .map(|table| table.name)
        .filter(|name| !SYSTEM_TABLES.contains(&name.as_str()))
        .collect();
    let policies = lines(
        &db,
        "SELECT tablename || ': ' || policyname || ' ' || cmd || ' ' || roles::text || ' using ' || COALESCE(qual, '-')
                || ' check ' || COALESCE(with_check, '-') AS line
           FROM pg_policies WHERE schemaname = 'public' AND permissive = 'PERMISSIVE' ORDER BY 1",
    )
    .await;
    let of = |name: &str| format!("{name}: tenant_rows ALL {{public}} using {WALL} check -");
    let (walls, further): (Vec<String>, Vec<String>) =
        policies.into_iter().partition(|line| line.contains(": tenant_rows "));
    assert_eq!(
        walls.into_iter().collect::<BTreeSet<_>>(),
        walled.iter().map(|name| of(name)).collect()
    );
    assert_eq!(further, FURTHER_POLICIES);
}

#[tokio::test]
async fn keys_lead_with_the_tenant_so_that_tables_can_be_spread_over_machines() {
    let db = TestDb::new().await;
    let db = db.superuser().await;
    tables(&db).await;
    // Primary keys begin with tenant_id; unique indexes and foreign keys, on both ends, hold it.
    let astray = lines(
        &db,
        "WITH tenant_tables AS (
             SELECT a.attrelid AS id, a.attnum FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
               JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname = 'public' AND a.attname = 'tenant_id' AND c.relkind IN ('r', 'p')
                AND c.relname NOT IN ('sessions', 'sign_in_links', 'slack_installations', 'user_tenants'))
         SELECT t.id::regclass || ' has no primary key' AS line FROM tenant_tables t
          WHERE NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = t.id AND i.indisprimary)
         UNION ALL
         SELECT i.indexrelid::regclass || ' does not ' || CASE WHEN i.indisprimary THEN 'begin with' ELSE 'hold' END || ' tenant_id'
           FROM pg_index i JOIN tenant_tables t ON t.id = i.indrelid
          WHERE i.indisunique AND CASE WHEN i.indisprimary THEN i.indkey[0] <> t.attnum ELSE t.attnum <> ALL (i.indkey::int2[]) END
         UNION ALL
         SELECT f.conname || ' does not hold tenant_id on both ends' FROM pg_constraint f
           JOIN tenant_tables t ON t.id = f.conrelid LEFT JOIN tenant_tables other ON other.id = f.confrelid
          WHERE f.contype = 'f' AND (t.attnum <> ALL (f.conkey) OR other.id IS NULL OR other.attnum <> ALL (f.confkey))",
    )
    .await;
    assert_eq!(astray, Vec::<String>::new());
}

#[tokio::test]
async fn the_application_owns_nothing_and_cannot_pass_by_the_wall() {
    let db = TestDb::new().await;
    let superuser = db.superuser().await;
    let roles = lines(
        &superuser,
        "SELECT rolname || ' login=' || rolcanlogin || ' super=' || rolsuper || ' bypass=' || rolbypassrls
                || ' createrole=' || rolcreaterole || ' createdb=' || rolcreatedb
                || ' owns=' || (SELECT count(*) FROM pg_class c WHERE c.relowner = r.oid)
                || ' member_of=' || (SELECT count(*) FROM pg_auth_members m WHERE m.member = r.oid) AS line
           FROM pg_roles r WHERE rolname IN ('momentum_app', 'momentum_dispatch') ORDER BY 1",
    )
    .await;
    assert_eq!(
        roles,
        [
            "momentum_app login=true super=false bypass=false createrole=false createdb=false owns=0 member_of=0",
            "momentum_dispatch login=false super=false bypass=false createrole=false createdb=false owns=0 member_of=0",
        ]
    );
    // What runs with others' rights answers ids and makes partitions; nothing else does.
    let definers = lines(
        &superuser,
        "SELECT p.proname || ' as ' || pg_get_userbyid(p.proowner) AS line FROM pg_proc p
           JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public' AND p.prosecdef ORDER BY 1",
    )
    .await;
    assert_eq!(
        definers,
        [
            "ensure_month_partitions as momentum_owner",
            "members_with_due_notices as momentum_dispatch",
            "tenants_with_due_jobs as momentum_dispatch",
            "tenants_with_other_keys as momentum_dispatch",
        ]
    );
}

#[tokio::test]
async fn audit_entries_can_be_neither_changed_nor_deleted_by_the_application() {
    let db = TestDb::new().await;
    let superuser = db.superuser().await;
    tables(&superuser).await;
    let rights = lines(
        &superuser,
        "SELECT DISTINCT table_name || ' ' || privilege_type AS line FROM information_schema.role_table_grants
          WHERE grantee = 'momentum_app' AND table_name LIKE 'audit_entries%' ORDER BY 1",
    )
    .await;
    assert_eq!(rights, ["audit_entries INSERT", "audit_entries SELECT"]);
}
