//! Cases of older schemas: read as they are, brought up to date when they may be written.

use std::path::Path;

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::job::Progress;
use crate::model::{Granularity, MISSING, NO_TIME};

use super::tests::{block, import, place, problems, select, source};
use super::{CaseFile, Cell, Mode, SourceEnd, StoreError, schema};

/// Tables and the columns that they had in schema 1, where those are fewer than now.
const TABLES: [(&str, &str); 12] = [
    ("source", "*"),
    ("account", "*"),
    ("caller", "*"),
    ("origin", "*"),
    (
        "call",
        "call, granularity, time_quality, time_precision, pathway, endpoint, model, status,
         stop_reason, error, max_tokens, temperature, tools, system_hash",
    ),
    ("session", "*"),
    (
        "event",
        "event_id, at_us, line, byte_offset, caller, origin, call, session, input_tokens,
         output_tokens, cached_tokens, reasoning_tokens, latency_ms, cost, request_id",
    ),
    ("column_chunk", "*"),
    ("raw_block", "*"),
    ("reject", "*"),
    ("verdict", "*"),
    ("journal", "*"),
];

/// A case as version 1 of the schema had it, with one source of two exchanges.
fn version_1(path: &Path) {
    older(path, 1);
}

/// A case as an older version of the schema had it, with one source of two exchanges.
pub(super) fn older(path: &Path, version: u32) {
    let now = path.with_extension("now");
    let mut case = CaseFile::create(&now).expect("new");
    import(&mut case, "a", &[&[(1, "ac1", "r1"), (2, "ac2", "r2")]]).expect("imported");
    drop(case);
    let conn = Connection::open(path).expect("database");
    schema::create_version(&conn, version).expect("made");
    conn.execute("ATTACH ? AS now", [now.to_str()]).expect("attached");
    for (table, columns) in TABLES {
        let columns = if version == 1 { columns } else { "*" };
        conn.execute(&format!("INSERT INTO {table} SELECT {columns} FROM now.{table}"), [])
            .expect(table);
    }
}

#[test]
fn a_case_of_version_1_that_is_only_read_is_read_like_any_other_and_stays_as_it_is() {
    let (_folder, path) = place();
    version_1(&path);
    let before = std::fs::read(&path).expect("bytes");
    let case = CaseFile::open(&path, Mode::ReadOnly).expect("open");
    assert_eq!(problems(&case), Vec::<String>::new());
    assert_eq!(case.info().expect("info").schema, 1);
    let rows = select(&case, "SELECT account_id, requests, interval_s, source FROM view_event");
    let row =
        |id: &str| vec![Cell::Text(id.into()), Cell::Null, Cell::Null, Cell::Text("a".into())];
    assert_eq!(rows, [row("ac1"), row("ac2")]);
    assert_eq!(case.load_runs(&Progress::default()).expect("runs")[0].columns.at_us, [1, 2]);
    drop(case);
    assert!(std::fs::read(&path).expect("bytes") == before);
}

#[test]
fn a_case_of_version_1_becomes_a_current_one_and_can_be_extended() {
    let (_folder, path) = place();
    version_1(&path);
    let mut case = CaseFile::open(&path, Mode::ReadWrite).expect("open");
    assert_eq!(case.info().expect("info").schema, schema::SCHEMA_VERSION);
    assert_eq!(problems(&case), Vec::<String>::new());
    import(&mut case, "b", &[&[(5, "ac3", "r3")]]).expect("extended");
    assert_eq!(problems(&case), Vec::<String>::new());
    drop(case);
    let again = CaseFile::open(&path, Mode::ReadWrite).expect("open again");
    assert_eq!(again.info().expect("info").rows, 3);
}

#[test]
fn a_case_of_version_1_that_was_tampered_with_is_not_made_a_sound_one() {
    let (_folder, path) = place();
    version_1(&path);
    let conn = Connection::open(&path).expect("database");
    conn.execute_batch("DROP VIEW view_account; CREATE VIEW view_account AS SELECT 1")
        .expect("planted");
    drop(conn);
    let refused = CaseFile::open(&path, Mode::ReadWrite).map(drop);
    assert!(matches!(refused, Err(StoreError::Altered { .. })), "{refused:?}");
}

/// Rows with and without a time.
const WITH_AND_WITHOUT: [(i64, &str, &str); 3] =
    [(NO_TIME, "ac3", "r3"), (5, "ac3", "r4"), (NO_TIME, "ac4", "r5")];

#[test]
fn a_case_of_an_older_version_takes_events_without_a_time_once_it_is_a_current_one() {
    for version in [1, 2] {
        let (_folder, path) = place();
        older(&path, version);
        let refused = Connection::open(&path)
            .expect("database")
            .execute("UPDATE event SET at_us = NULL WHERE event_id = 1", []);
        assert!(refused.is_err(), "it had to have a time");
        let mut case = CaseFile::open(&path, Mode::ReadWrite).expect("open");
        assert_eq!(case.info().expect("info").schema, schema::SCHEMA_VERSION);
        import(&mut case, "b", &[&WITH_AND_WITHOUT]).expect("extended");
        assert_eq!(problems(&case), Vec::<String>::new());
        drop(case);
        let again = CaseFile::open(&path, Mode::ReadWrite).expect("open again");
        let rows = select(&again, "SELECT at_us, timestamp FROM view_event WHERE event_id > 2");
        let text = Cell::Text("1970-01-01T00:00:00.000005Z".into());
        let none = [Cell::Null, Cell::Null];
        assert_eq!(rows, [[Cell::Integer(5), text], none.clone(), none]);
        assert_eq!(again.info().expect("info").without_time, 2);
        // The table is what SQLite makes of its edited definition, its data untouched.
        let check = again.conn.pragma_query_value(None, "integrity_check", |row| row.get(0));
        assert_eq!(check, Ok("ok".to_owned()));
    }
}

#[test]
fn a_case_of_version_2_that_is_only_read_stays_as_it_is() {
    let (_folder, path) = place();
    older(&path, 2);
    let before = std::fs::read(&path).expect("bytes");
    let case = CaseFile::open(&path, Mode::ReadOnly).expect("open");
    assert_eq!(problems(&case), Vec::<String>::new());
    assert_eq!((case.info().expect("info").schema, case.info().expect("info").rows), (2, 2));
    drop(case);
    assert!(std::fs::read(&path).expect("bytes") == before);
}

#[test]
fn a_case_that_went_from_version_1_to_2_is_no_altered_one() {
    let (_folder, path) = place();
    version_1(&path);
    let conn = Connection::open(&path).expect("database");
    schema::migrate_to(&conn, 1, 2).expect("as the version before did");
    assert_eq!(schema::altered(&conn).expect("read"), None);
    drop(conn);
    let case = CaseFile::open(&path, Mode::ReadWrite).expect("open");
    assert_eq!(problems(&case), Vec::<String>::new());
}

#[test]
fn a_bucket_keeps_how_many_calls_it_counts_and_exchanges_pay_nothing_for_that() {
    let (_folder, path) = place();
    let mut case = CaseFile::create(&path).expect("new");
    import(&mut case, "a", &[&[(1, "ac1", "r1")]]).expect("imported");
    let mut buckets = block(1, &[(5, "ac1", ""), (6, "ac2", ""), (7, "ac2", "")]);
    buckets.rows.requests = vec![34_000, MISSING, 0];
    buckets.dimensions.calls[0].granularity = Granularity::Bucket;
    buckets.dimensions.calls[0].interval_s = Some(86_400);
    let mut writer = case.begin_source(source("usage")).expect("begun");
    writer.push(buckets).expect("pushed");
    writer.finish(SourceEnd::default(), "ann", &Progress::default()).expect("finished");
    let rows = select(&case, "SELECT requests, interval_s FROM view_event ORDER BY event_id");
    let day = Cell::Integer(86_400);
    assert_eq!(
        rows,
        [
            vec![Cell::Null, Cell::Null],
            vec![Cell::Integer(34_000), day.clone()],
            vec![Cell::Null, day.clone()],
            vec![Cell::Integer(0), day],
        ]
    );
    let chunks = "SELECT source_id FROM column_chunk WHERE name = 'requests'";
    assert_eq!(select(&case, chunks), [[Cell::Integer(2)]]);
    let runs = case.load_runs(&Progress::default()).expect("runs");
    assert!(runs[0].columns.requests.is_empty());
    assert_eq!(runs[1].columns.requests, [34_000, MISSING, 0]);
    assert_eq!(case.info().expect("info").bucket_requests, Some(34_000));
}

#[test]
fn the_case_book_of_a_case_of_version_6_is_read_and_goes_on() {
    let (_folder, path) = place();
    older(&path, 6);
    let conn = Connection::open(&path).expect("database");
    conn.execute("INSERT INTO book VALUES (1, 'task', '{}', 5, 'ann', 1)", []).expect("an entry");
    drop(conn);
    let case = CaseFile::open(&path, Mode::ReadOnly).expect("open");
    assert_eq!(select(&case, "SELECT actor FROM book"), [[Cell::Text("ann".into())]]);
    assert_eq!(case.info().expect("info").schema, 6);
    drop(case);
    let case = CaseFile::open(&path, Mode::ReadWrite).expect("open");
    assert_eq!(select(&case, "SELECT actor FROM book"), [[Cell::Text("ann".into())]]);
    assert_eq!(case.info().expect("info").schema, schema::SCHEMA_VERSION);
}

/// The first eight digits of SHA-256 over the SQL of all objects, by schema.
const SEALED: [&str; schema::SCHEMA_VERSION as usize] = [
    "6d465bf0", "1b7873a9", "dcee5546", "65bbe77d", "9bdfb072", "bd858325", "bd858325", "bd858325",
    "81a6bd95",
];

/// A case whose tables are not word for word those of its schema is never written to: whoever changes
/// one, be it a comment, makes a new schema.
#[test]
fn the_words_of_a_schema_that_cases_were_made_with_never_change() {
    let seal = |version: u32| {
        let made = Connection::open_in_memory().expect("memory");
        schema::create_version(&made, version).expect("tables");
        let sql = "SELECT group_concat(sql, ';' ORDER BY type, name) FROM sqlite_schema";
        let all: String = made.query_row(sql, [], |row| row.get(0)).expect("SQL of all");
        Sha256::digest(all.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
    };
    let seals: Vec<String> = (1..=schema::SCHEMA_VERSION).map(seal).collect();
    assert_eq!(seals, SEALED);
}
