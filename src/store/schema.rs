//! The tables of a case, and how an older case becomes a current one.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::Connection;

use super::error::{Result, StoreError};

/// Marks an SQLite file as a case: "StWc".
pub const APPLICATION_ID: i32 = 0x5374_5763;
/// The newest schema this program knows; `PRAGMA user_version` of a case.
pub const SCHEMA_VERSION: u32 = 9;
/// Bytes a page of a new case.
const PAGE_SIZE: u32 = 8192;

/// What every schema makes of an empty database, from the first on. Views are apart: an older case
/// gets them too.
const SCHEMAS: [&[&str]; SCHEMA_VERSION as usize] = [
    &[include_str!("schema_1.sql")],
    &[include_str!("schema_2.sql"), VIEWS_3],
    &[include_str!("schema_3.sql"), VIEWS_3],
    &[include_str!("schema.sql"), VIEWS_4],
    &[include_str!("schema.sql"), ANALYSIS, VIEWS],
    &[include_str!("schema.sql"), ANALYSIS, VIEWS, BOOK],
    // The same tables; original records are packed in another order (`model::pack`).
    &[include_str!("schema.sql"), ANALYSIS, VIEWS, BOOK],
    // The same tables; columns of events leave out what is missing (`chunk`).
    &[include_str!("schema.sql"), ANALYSIS, VIEWS, BOOK],
    &[include_str!("schema.sql"), ANALYSIS, VIEWS, BOOK, MEASURED],
];

/// The views of schemas 2 and 3.
const VIEWS_3: &str = include_str!("views_3.sql");
/// The views of schema 4.
const VIEWS_4: &str = include_str!("views_4.sql");
/// What schema 5 has besides: findings.
const ANALYSIS: &str = include_str!("analysis.sql");
/// What schema 6 has besides: the case book.
const BOOK: &str = include_str!("book.sql");
/// What schema 9 has besides: what detectors measured.
const MEASURED: &str = include_str!("measured.sql");
/// The views of the current one.
const VIEWS: &str = include_str!("views.sql");

/// What turns schema `i + 1` into `i + 2`.
const MIGRATIONS: [&[&str]; SCHEMA_VERSION as usize - 1] = [
    &[include_str!("migrate_1.sql"), VIEWS_3],
    &[include_str!("migrate_2.sql")],
    &[include_str!("migrate_3.sql"), VIEWS_4],
    &[include_str!("migrate_4.sql"), ANALYSIS, VIEWS],
    &[BOOK],
    &[],
    &[],
    &[MEASURED],
];

/// What makes schema `i + 1` look like the current one to who reads it, but for the views
/// and for findings, what detectors measured and the case book, of which it has none. Later ones look
/// like it.
const BRIDGES: [&[&str]; 5] =
    [&[include_str!("bridge_1.sql"), BRIDGE_3], &[BRIDGE_3], &[BRIDGE_3], &[], &[]];

/// What schemas before 4 lack.
const BRIDGE_3: &str = include_str!("bridge_3.sql");

/// Makes the tables of an empty database.
pub(super) fn create(conn: &Connection) -> Result<()> {
    create_version(conn, SCHEMA_VERSION)
}

/// Makes the tables of an empty database as an older version of this program did.
pub(super) fn create_version(conn: &Connection, version: u32) -> Result<()> {
    let sql = SCHEMAS[version as usize - 1].concat();
    conn.pragma_update(None, "page_size", PAGE_SIZE)?;
    conn.execute_batch(&format!(
        "BEGIN; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {version};
         {sql} COMMIT"
    ))?;
    Ok(())
}

/// The schema an open database says it has; 0 for none.
fn version(conn: &Connection) -> rusqlite::Result<u32> {
    let number = conn.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))?;
    Ok(u32::try_from(number).unwrap_or(0))
}

/// Lets an older case that may not be written be read like a current one. All of it is in the
/// memory of this connection.
pub(super) fn bridge(conn: &Connection) -> rusqlite::Result<()> {
    let version = version(conn)?;
    if version < 9 {
        conn.execute_batch(&MEASURED.replace("CREATE TABLE", "CREATE TEMP TABLE"))?;
    }
    let Some(bridge) = BRIDGES.get((version as usize).wrapping_sub(1)) else {
        return Ok(());
    };
    conn.execute_batch(&BOOK.replace("CREATE TABLE", "CREATE TEMP TABLE"))?;
    if version == 5 {
        return Ok(());
    }
    conn.execute_batch(&bridge.concat())?;
    conn.execute_batch(&ANALYSIS.replace("CREATE TABLE", "CREATE TEMP TABLE"))?;
    conn.execute_batch(&VIEWS.replace("CREATE VIEW", "CREATE TEMP VIEW"))
}

/// Checks that an open database is a case this program can read; returns its schema version.
pub(super) fn check(conn: &Connection, path: &Path) -> Result<u32> {
    let not_a_case = |why: &str| StoreError::NotACase { path: path.to_owned(), why: why.into() };
    let number = |pragma: &str| conn.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let id = number("application_id").map_err(|error| explain(error, path))?;
    if id != i64::from(APPLICATION_ID) {
        return Err(not_a_case("an SQLite database of another program"));
    }
    match version(conn)? {
        0 => Err(not_a_case("its tables were never made")),
        found if found > SCHEMA_VERSION => {
            Err(StoreError::Newer { path: path.to_owned(), found, known: SCHEMA_VERSION })
        }
        v => Ok(v),
    }
}

/// How often tables, views and triggers of the file have been changed, by whatever program.
pub(super) fn changes(conn: &Connection) -> Result<i64> {
    Ok(conn.pragma_query_value(None, "schema_version", |row| row.get(0))?)
}

/// What of the tables, views, indexes and triggers is not as [`create`] makes it, or made it
/// before [`migrate`], if anything: a planted trigger could change what we write, a replaced view
/// what others read.
pub(super) fn altered(conn: &Connection) -> Result<Option<String>> {
    let (found, version) = (objects(conn)?, version(conn)?.min(SCHEMA_VERSION));
    let mut first = None;
    // Newest first: a case that was never migrated is the usual one, and its answer is the one
    // that is given.
    for made_as in (1..=version).rev() {
        let pristine = Connection::open_in_memory()?;
        create_version(&pristine, made_as)?;
        migrate_to(&pristine, made_as, version)?;
        let Some(problem) = unlike(&objects(&pristine)?, &found) else { return Ok(None) };
        first.get_or_insert(problem);
    }
    Ok(first)
}

fn unlike(expected: &Objects, found: &Objects) -> Option<String> {
    let differs = |a: &Objects, b: &Objects| {
        a.iter().find(|(name, sql)| b.get(*name) != Some(*sql)).map(|(name, _)| name.clone())
    };
    match (differs(expected, found), differs(found, expected)) {
        (Some((kind, name)), _) => Some(format!("{kind} {name} is not the one of a case")),
        (None, Some((kind, name))) => Some(format!("{kind} {name} does not belong into a case")),
        (None, None) => None,
    }
}

/// SQL of every object, by kind and name.
type Objects = BTreeMap<(String, String), Option<String>>;

fn objects(conn: &Connection) -> Result<Objects> {
    // What ANALYZE leaves changes no answer.
    let mut statement = conn
        .prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT GLOB 'sqlite_stat*'")?;
    let objects = statement.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
    Ok(objects.collect::<rusqlite::Result<_>>()?)
}

/// Brings an older case up to date, all steps or none.
pub(super) fn migrate(conn: &Connection, from: u32) -> Result<()> {
    migrate_to(conn, from, SCHEMA_VERSION)
}

pub(super) fn migrate_to(conn: &Connection, from: u32, to: u32) -> Result<()> {
    if from == to {
        return Ok(());
    }
    let steps = MIGRATIONS.get(from as usize - 1..to as usize - 1).unwrap_or_default();
    let steps = steps.concat().concat();
    conn.execute_batch(&format!("BEGIN IMMEDIATE; {steps} PRAGMA user_version = {to};"))?;
    // A definition that is edited in place does not tell other connections by itself.
    let next = changes(conn)? + 1;
    conn.execute_batch(&format!("PRAGMA schema_version = {next}; COMMIT"))?;
    Ok(())
}

/// Says in our words what SQLite says of a file it cannot open.
pub(super) fn explain(error: rusqlite::Error, path: &Path) -> StoreError {
    use rusqlite::ErrorCode as Code;
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(Code::NotADatabase) => {
            StoreError::NotACase { path, why: "not an SQLite database".into() }
        }
        Some(Code::DatabaseBusy | Code::DatabaseLocked) => StoreError::Busy(path),
        // A read-only handle meets a journal it would have to roll back.
        Some(Code::ReadOnly) => StoreError::Interrupted(path),
        Some(Code::CannotOpen) => StoreError::Interrupted(path),
        _ => StoreError::Sql(error),
    }
}
