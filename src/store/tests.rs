//! The case file as a whole: what goes in comes out, or nothing went in.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;

use crate::job::Progress;
use crate::model::pack::Packer;
use crate::model::{
    Block, Call, Caller, Columns, Confidence, Dimensions, Earlier, Fingerprints, Granularity,
    MISSING, Marker, MarkerKind, NO_HASH, NO_TIME, Note, Origin, Reject, Time, Verdict,
    VerdictRecord,
};

use super::{CaseFile, Cell, Mode, NewSource, SourceEnd, StoreError};

/// A folder that goes away, and the path of a case in it.
pub(super) fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("test.stillwatch");
    (folder, path)
}

/// A row as a test writes it: time, account, request id.
pub(super) type Row<'a> = (i64, &'a str, &'a str);

pub(super) const RECORD: &str = "{\"some\":\"record\"}\n";

/// A block whose rows are records of one line each, from line `first` on.
pub(super) fn block(first: usize, rows: &[Row<'_>]) -> Block {
    let mut columns = Columns::default();
    let mut dimensions = Dimensions {
        origins: vec![Origin { client_ip: Some("10.0.0.1".into()), ..Origin::default() }],
        calls: vec![Call { model: Some("atlas-4".into()), ..Call::default() }],
        ..Dimensions::default()
    };
    for (i, (at, account, request)) in rows.iter().enumerate() {
        let found = dimensions.accounts.iter().position(|a| a == account);
        let caller = found.unwrap_or_else(|| {
            let position = dimensions.accounts.len();
            dimensions.accounts.push((*account).to_owned());
            dimensions.callers.push(Caller { account: position as u32, ..Caller::default() });
            position
        });
        columns.at_us.push(*at);
        columns.line.push((first + i) as u32);
        columns.byte_offset.push(((first + i - 1) * RECORD.len()) as u64);
        columns.byte_length.push(RECORD.len() as u32 - 1);
        columns.caller.push(caller as u32);
        columns.origin.push(0);
        columns.call.push(0);
        columns.session.push(MISSING);
        columns.input_tokens.push(100 + i as u32);
        columns.output_tokens.push(MISSING);
        columns.cached_tokens.push(MISSING);
        columns.reasoning_tokens.push(MISSING);
        columns.latency_ms.push(7);
        columns.requests.push(MISSING);
        columns.cost.push(f64::NAN);
        columns.prompt_hash.push(*at as u64 + 1);
        columns.response_hash.push(NO_HASH);
        columns.reasoning_signature.push(NO_HASH);
        columns.replayed_signature.push(NO_HASH);
        columns.request_bytes.extend_from_slice(request.as_bytes());
        columns.request_end.push(columns.request_bytes.len() as u32);
    }
    let bytes = RECORD.repeat(rows.len());
    Block {
        first_offset: ((first - 1) * RECORD.len()) as u64,
        byte_length: bytes.len() as u64,
        raw: Some(Packer::default().pack(bytes.as_bytes())),
        rows: columns,
        dimensions,
        fingerprints: Fingerprints::default(),
        earlier: Earlier::default(),
        rejects: Vec::new(),
    }
}

pub(super) fn source(path: &str) -> NewSource {
    NewSource {
        path: path.into(),
        format: "native".into(),
        compression: "none".into(),
        raw_kept: true,
        ..NewSource::default()
    }
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    super::hex(&sha2::Sha256::digest(bytes))
}

/// Imports blocks of consecutive lines.
pub(super) fn import(
    case: &mut CaseFile,
    path: &str,
    blocks: &[&[Row<'_>]],
) -> Result<(), StoreError> {
    let mut writer = case.begin_source(source(path))?;
    let mut line = 1;
    for rows in blocks {
        writer.push(block(line, rows))?;
        line += rows.len();
    }
    let bytes = RECORD.repeat(line - 1);
    let end = SourceEnd {
        bytes: bytes.len() as u64,
        unpacked_bytes: bytes.len() as u64,
        sha256: sha256(bytes.as_bytes()),
        problem: None,
    };
    writer.finish(end, "tester", &Progress::default())?;
    Ok(())
}

pub(super) fn select(case: &CaseFile, sql: &str) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    case.query(sql, None, &Progress::default(), |_, row| {
        rows.push(row.to_vec());
        true
    })
    .expect("query");
    rows
}

pub(super) fn problems(case: &CaseFile) -> Vec<String> {
    let checks = case.verify(&Progress::default()).expect("readable");
    checks.into_iter().filter(|c| c.problem.is_some()).map(|c| c.what).collect()
}

pub(super) const UUID: &str = "5e16851d-0dca-492a-aca0-310548dc4060";

#[test]
fn an_imported_source_reads_back_through_columns_rows_records_and_sql() {
    let (_folder, path) = place();
    let mut case = CaseFile::create(&path).expect("new");
    import(&mut case, "a.jsonl", &[&[(5_000_000, "ac1", UUID), (7_000_001, "ac2", "req-2")]])
        .expect("imported");
    drop(case);
    let case = CaseFile::open(&path, Mode::ReadOnly).expect("reopened");
    let info = case.info().expect("info");
    assert_eq!((info.sources, info.rows, info.exchanges, info.accounts), (1, 2, 2, 2));
    let runs = case.load_runs(&Progress::default()).expect("runs");
    assert_eq!((runs.len(), runs[0].first_event, runs[0].source_id), (1, 1, 1));
    assert_eq!(runs[0].columns.at_us, [5_000_000, 7_000_001]);
    assert_eq!(runs[0].columns.input_tokens, [100, 101]);
    assert!(runs[0].columns.output_tokens.is_empty(), "nothing of it");
    assert_eq!(case.dimensions().expect("dimensions").accounts, ["ac1", "ac2"]);
    let record = case.raw_record(2).expect("record");
    assert_eq!(record.bytes, RECORD.trim_end().as_bytes());
    assert_eq!((record.event.line, record.event.byte_offset), (2, RECORD.len() as u64));
    let text = |t: &str| Cell::Text(t.into());
    assert_eq!(
        select(
            &case,
            "SELECT event_id, timestamp, request_id, account_id, output_tokens, source FROM view_event"
        ),
        [
            vec![
                Cell::Integer(1),
                text("1970-01-01T00:00:05Z"),
                text(UUID),
                text("ac1"),
                Cell::Null,
                text("a.jsonl")
            ],
            vec![
                Cell::Integer(2),
                text("1970-01-01T00:00:07.000001Z"),
                text("req-2"),
                text("ac2"),
                Cell::Null,
                text("a.jsonl")
            ],
        ]
    );
    assert!(problems(&case).is_empty());
}

#[test]
fn a_second_source_extends_the_dictionaries_of_the_first_even_after_reopening() {
    let (_folder, path) = place();
    let mut case = CaseFile::create(&path).expect("new");
    import(&mut case, "a", &[&[(1, "ac1", "r1"), (2, "ac2", "r2")]]).expect("first");
    drop(case);
    let mut case = CaseFile::open(&path, Mode::ReadWrite).expect("reopened");
    import(&mut case, "b", &[&[(1, "ac2", "r3"), (0, "ac3", "r4"), (9, "ac3", "r4")]])
        .expect("second");
    assert_eq!(case.dimensions().expect("dimensions").accounts, ["ac1", "ac2", "ac3"]);
    let sources = case.sources().expect("sources");
    assert_eq!((sources[1].rows, sources[1].repeats), (3, 1));
    let runs = case.load_runs(&Progress::default()).expect("runs");
    assert_eq!((runs[1].first_event, &runs[1].columns.at_us[..]), (3, &[0, 1, 9][..]));
    assert!(problems(&case).is_empty());
}

#[test]
fn the_same_file_twice_is_refused_unless_asked_for() {
    let (_folder, path) = place();
    let mut case = CaseFile::create(&path).expect("new");
    let rows: &[Row<'_>] = &[(1, "ac1", "r1")];
    import(&mut case, "a", &[rows]).expect("first");
    let again = import(&mut case, "copy of a", &[rows]);
    assert!(matches!(again, Err(StoreError::DuplicateSource { source_id: 1, .. })), "{again:?}");
    assert_eq!(case.info().expect("info").rows, 1);
    import(&mut case, "other", &[rows, rows]).expect("another file");
    assert_eq!(case.info().expect("info").accounts, 1);
}

#[test]
fn a_writer_that_is_dropped_leaves_the_case_as_it_was() {
    let (_folder, path) = place();
    let mut case = CaseFile::create(&path).expect("new");
    let before = fs::read(&path).expect("bytes");
    let mut writer = case.begin_source(source("a")).expect("begun");
    writer.push(block(1, &[(1, "ac1", "r1")])).expect("pushed");
    drop(writer);
    assert_eq!(case.info().expect("info").accounts, 0);
    drop(case);
    assert!(fs::read(&path).expect("bytes") == before);
}

#[test]
fn a_case_that_is_discarded_leaves_nothing_behind() {
    let (folder, path) = place();
    let case = CaseFile::create(&path).expect("a case");
    // As after a write that a full disk refused.
    fs::write(folder.path().join("test.stillwatch-journal"), b"left").expect("written");
    case.discard().expect("removed");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[test]
fn a_case_is_open_for_writing_once_and_for_reading_as_often_as_one_likes() {
    let (folder, path) = place();
    let first = CaseFile::create(&path).expect("new");
    let second = CaseFile::open(&path, Mode::ReadWrite);
    assert!(matches!(second, Err(StoreError::Locked(_))), "{second:?}");
    let mut reader = CaseFile::open(&path, Mode::ReadOnly).expect("read-only");
    assert!(matches!(reader.begin_source(source("a")), Err(StoreError::ReadOnly(_))));
    drop(first);
    drop(CaseFile::open(&path, Mode::ReadWrite).expect("free again"));
    drop(reader);
    assert_eq!(fs::read_dir(folder.path()).expect("list").count(), 1, "only the case is left");
}

#[test]
fn what_is_not_a_case_of_ours_is_refused_with_the_reason() {
    let (folder, path) = place();
    let open = |path: &PathBuf| CaseFile::open(path, Mode::ReadWrite).map(drop);
    assert!(matches!(open(&path), Err(StoreError::Missing(_))));
    fs::write(&path, "{\"a\":1}\n").expect("written");
    assert!(matches!(open(&path), Err(StoreError::NotACase { .. })));
    assert!(matches!(open(&folder.path().to_owned()), Err(StoreError::NotACase { .. })));
    fs::write(&path, "").expect("written");
    assert!(matches!(open(&path), Err(StoreError::NotACase { .. })));
    fs::remove_file(&path).expect("removed");
    let foreign = rusqlite::Connection::open(&path).expect("database");
    foreign.execute_batch("CREATE TABLE t (x)").expect("table");
    assert!(matches!(open(&path), Err(StoreError::NotACase { .. })));
    assert!(!CaseFile::is_case(&path));
    assert!(matches!(CaseFile::create(&path), Err(StoreError::Exists(_))));
}

#[test]
fn a_case_of_a_newer_schema_is_refused_with_both_numbers() {
    let (_folder, path) = place();
    drop(CaseFile::create(&path).expect("new"));
    assert!(CaseFile::is_case(&path));
    let conn = rusqlite::Connection::open(&path).expect("database");
    conn.execute_batch("PRAGMA user_version = 10").expect("set");
    drop(conn);
    let error = CaseFile::open(&path, Mode::ReadOnly).expect_err("newer").to_string();
    assert!(error.contains("made by a newer Stillwatch (schema 10, this one knows 9)"), "{error}");
}

#[test]
fn edits_are_all_or_nothing_and_the_journal_holds_together() {
    let (_folder, path) = place();
    let mut case = CaseFile::create(&path).expect("new");
    let record = VerdictRecord {
        verdict: Verdict::Watch,
        confidence: Confidence::Low,
        reason: "odd hours".into(),
        at: Time(5),
        actor: "ann".into(),
    };
    let note = Note { id: 1, text: "look again".into(), at: Time(6), actor: "ann".into() };
    case.transaction::<_, StoreError>(|tx| {
        tx.set_verdict("ac1", &record)?;
        tx.add_note("ac1", &note)?;
        tx.add_tag("ac1", "b")?;
        tx.add_tag("ac1", "a")?;
        tx.append_journal(Time(6), "ann", "edit", "ac1", "{}")?;
        tx.append_journal(Time(7), "ann", "edit", "ac2", "{\"é\":1}").map(drop)
    })
    .expect("committed");
    let failed = case.transaction::<(), StoreError>(|tx| {
        tx.clear_verdict("ac1")?;
        tx.append_journal(Time(8), "ann", "edit", "ac1", "{}")?;
        Err(StoreError::Query("no".into()))
    });
    assert!(failed.is_err());
    let said = case.annotations().expect("annotations");
    assert_eq!(said["ac1"].verdict.as_ref(), Some(&record));
    assert_eq!(said["ac1"].tags, ["a", "b"]);
    assert_eq!(said["ac1"].notes, [note]);
    let journal = case.journal().expect("journal");
    assert_eq!(journal.len(), 2);
    assert_eq!(super::check_journal(&journal), None);
}

#[test]
fn a_removed_note_comes_back_and_its_id_is_never_given_again() {
    let (_folder, path) = place();
    let mut case = CaseFile::create(&path).expect("new");
    let note = Note { id: 1, text: "x".into(), at: Time(0), actor: "ann".into() };
    case.transaction::<_, StoreError>(|tx| tx.add_note("ac1", &note)).expect("added");
    case.transaction::<_, StoreError>(|tx| tx.remove_note(1)).expect("removed");
    assert!(case.annotations().expect("annotations").is_empty());
    assert_eq!(case.next_note_id().expect("id"), 2);
    case.transaction::<_, StoreError>(|tx| tx.add_note("ac1", &note)).expect("restored");
    assert_eq!(case.annotations().expect("annotations")["ac1"].notes, std::slice::from_ref(&note));
    let other = Note { text: "y".into(), ..note };
    let taken = case.transaction::<_, StoreError>(|tx| tx.add_note("ac2", &other));
    assert!(matches!(taken, Err(StoreError::NoteTaken(1))), "{taken:?}");
}

#[test]
fn a_query_reads_one_statement_and_changes_nothing() {
    let (folder, path) = place();
    let mut case = CaseFile::create(&path).expect("new");
    import(&mut case, "a", &[&[(1, "ac1", "r1")]]).expect("imported");
    let run = |sql: &str| case.query(sql, None, &Progress::default(), |_, _| true);
    assert_eq!(run("WITH t AS (SELECT 1 AS a) SELECT a FROM t;").expect("read"), ["a"]);
    run("EXPLAIN QUERY PLAN SELECT * FROM view_event").expect("explained");
    let other = folder.path().join("other.db");
    for sql in [
        "DELETE FROM event",
        "SELECT 1; DELETE FROM event",
        "PRAGMA writable_schema = 1",
        &format!("ATTACH '{}' AS x", other.display()),
        "CREATE TEMP TABLE t (x)",
        "BEGIN",
        "",
        "SELECT nonsense",
    ] {
        let refused = run(sql);
        assert!(matches!(refused, Err(StoreError::Query(_))), "{sql}: {refused:?}");
    }
    let progress = Progress::default();
    progress.cancel();
    let endless = "WITH RECURSIVE n AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT count(*) FROM n";
    assert!(
        case.query(endless, None, &progress, |_, _| true).expect_err("cancelled").is_cancelled()
    );
}

#[test]
fn rejects_markers_and_attributes_read_back() {
    let (_folder, path) = place();
    let mut case = CaseFile::create(&path).expect("new");
    let reject = Reject {
        line: 3,
        byte_offset: 40,
        byte_length: 5,
        reason: "not JSON".into(),
        sample: "{\"a\u{fffd}".into(),
    };
    let mut writer = case.begin_source(source("a")).expect("begun");
    let mut one = block(1, &[(1, "ac1", "")]);
    one.rejects = vec![reject.clone(), Reject { line: 4, ..reject.clone() }];
    one.dimensions.calls[0].granularity = Granularity::Bucket;
    writer.push(one).expect("pushed");
    let info = writer.finish(SourceEnd::default(), "ann", &Progress::default()).expect("finished");
    assert_eq!((info.rejects, info.buckets, info.exchanges), (2, 1, 0));
    let page = case.rejects(Some(1), 0, 1).expect("page");
    assert_eq!(page[0].reject, reject);
    assert_eq!(case.rejects(None, page[0].id, 9).expect("rest").len(), 1);
    let marker = Marker { at: Time(9), kind: MarkerKind::Ban, label: "ban wave".into() };
    case.transaction::<_, StoreError>(|tx| {
        tx.add_marker(&marker)?;
        tx.add_marker(&marker)?;
        tx.set_attribute("ac1", "plan", "pro")
    })
    .expect("committed");
    assert_eq!(case.markers().expect("markers"), [marker]);
    assert_eq!(case.account_attributes().expect("attributes")["ac1"]["plan"], "pro");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever the order of the file: the events equal "collect, sort by time, number".
    #[test]
    fn events_are_in_time_order_however_the_file_was(
        blocks in proptest::collection::vec(
            proptest::collection::vec((prop_oneof![6 => 0i64..50, 1 => Just(NO_TIME)], 0usize..4), 0..12), 0..8),
        (window, chunk) in (1usize..20, 1usize..20),
    ) {
        let (_folder, path) = place();
        let mut case = CaseFile::create(&path).expect("new");
        let accounts = ["a", "b", "c", "d"];
        let mut naive = Vec::new();
        let mut writer = case.begin_source(source("x")).expect("begun");
        writer.set_window(window, chunk);
        let mut line = 1;
        for rows in &blocks {
            let ids: Vec<String> = (line..).take(rows.len()).map(|l| format!("r{l}")).collect();
            let rows: Vec<Row<'_>> = rows.iter().zip(&ids)
                .map(|((at, account), id)| (*at, accounts[*account], id.as_str())).collect();
            naive.extend((line..).zip(&rows).map(|(l, r)| (r.0, l as i64, r.1.to_owned(), r.2.to_owned())));
            writer.push(block(line, &rows)).expect("pushed");
            line += rows.len();
        }
        naive.sort_by_key(|row| row.0);
        let bytes = ((line - 1) * RECORD.len()) as u64;
        let sha256 = sha256(RECORD.repeat(line - 1).as_bytes());
        let end = SourceEnd { bytes, unpacked_bytes: bytes, sha256, problem: None };
        writer.finish(end, "ann", &Progress::default()).expect("finished");
        let found: Vec<_> = select(&case, "SELECT at_us, line, account_id, request_id FROM view_event ORDER BY event_id");
        let time = |at| if at == NO_TIME { Cell::Null } else { Cell::Integer(at) };
        let untimed = naive.iter().filter(|row| row.0 == NO_TIME).count() as u64;
        let seen = |times: &[i64]| times.iter().copied().filter(|at| *at != NO_TIME).max();
        let times: Vec<i64> = naive.iter().map(|row| row.0).collect();
        let expected: Vec<Vec<Cell>> = naive.into_iter().map(|(at, line, account, id)| {
            vec![time(at), Cell::Integer(line), Cell::Text(account), Cell::Text(id)]
        }).collect();
        prop_assert_eq!(&found, &expected);
        let runs = case.load_runs(&Progress::default()).expect("runs");
        let loaded: Vec<i64> = runs.iter().flat_map(|r| r.columns.at_us.clone()).collect();
        prop_assert_eq!(&loaded, &times);
        let info = case.sources().expect("sources").remove(0);
        prop_assert_eq!(info.without_time, untimed);
        prop_assert_eq!(info.span.map(|span| span.end.0 - 1), seen(&times));
        prop_assert!(problems(&case).is_empty(), "{:?}", problems(&case));
    }
}
