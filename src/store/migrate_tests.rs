//! Cases of older schemas: read as they are, brought up to date when they may be written.

use std::path::Path;

use rusqlite::Connection;

use crate::job::Progress;
use crate::model::{Granularity, MISSING};

use super::tests::{block, import, place, problems, select, source};
use super::{CaseFile, Cell, Mode, SourceEnd, StoreError, schema};

/// Tables of schema 1 and their columns, where there are fewer than now.
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
    let now = path.with_extension("now");
    let mut case = CaseFile::create(&now).expect("new");
    import(&mut case, "a", &[&[(1, "ac1", "r1"), (2, "ac2", "r2")]]).expect("imported");
    drop(case);
    let conn = Connection::open(path).expect("database");
    schema::create_version(&conn, 1).expect("made");
    conn.execute("ATTACH ? AS now", [now.to_str()]).expect("attached");
    for (table, columns) in TABLES {
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
