//! Several at one case: who waits for whom, and what a reader of many records remembers.

use std::thread;
use std::time::Duration;

use crate::job::Progress;
use crate::model::Time;

use super::tests::{RECORD, block, import, place, select, sha256, source};
use super::{CaseFile, Cell, Mode, SourceEnd, StoreError};

fn edit(case: &mut CaseFile) -> Result<(), StoreError> {
    case.transaction(|tx| {
        tx.add_tag("ac1", "pool")?;
        tx.append_journal(Time(2), "ann", "edit", "tag ac1", "[]").map(drop)
    })
}

#[test]
fn a_case_held_still_stays_as_it_was_and_writers_wait_for_its_end() {
    let (_folder, path) = place();
    let mut writer = CaseFile::create(&path).expect("new");
    import(&mut writer, "a", &[&[(1, "ac1", "r1")]]).expect("imported");
    let reader = CaseFile::open(&path, Mode::ReadOnly).expect("open");
    let still = reader.hold_still().expect("held");
    assert!(reader.hold_still().is_none(), "it is held already");
    assert!(reader.annotations().expect("read").is_empty());
    let before = reader.sha256(&Progress::default()).expect("hashed");
    let refused = edit(&mut writer);
    assert!(matches!(refused, Err(StoreError::Busy(_))), "{refused:?}");
    assert!(reader.annotations().expect("read").is_empty());
    assert_eq!(reader.sha256(&Progress::default()).expect("hashed"), before);
    let bytes = std::fs::read(&path).expect("bytes");
    assert_eq!(before, (bytes.len() as u64, sha256(&bytes)));
    drop(still);
    edit(&mut writer).expect("free again");
    assert_eq!(reader.annotations().expect("read").len(), 1);
    assert_eq!(writer.annotations().expect("read").len(), 1);
}

#[test]
fn an_import_waits_at_its_end_for_those_who_read() {
    let (_folder, path) = place();
    let mut case = CaseFile::create(&path).expect("new");
    let reader = CaseFile::open(&path, Mode::ReadOnly).expect("open");
    let (held, is_held) = std::sync::mpsc::sync_channel(1);
    let other = thread::spawn(move || {
        let still = reader.hold_still().expect("held");
        assert_eq!(reader.info().expect("read").rows, 0);
        held.send(()).expect("waited for");
        // Longer than SQLite waits for a lock.
        thread::sleep(Duration::from_millis(2_600));
        drop(still);
    });
    is_held.recv().expect("held");
    let end = || SourceEnd {
        bytes: RECORD.len() as u64,
        unpacked_bytes: RECORD.len() as u64,
        sha256: sha256(RECORD.as_bytes()),
        problem: None,
    };
    let stopped = Progress::default();
    stopped.cancel();
    let mut writer = case.begin_source(source("a")).expect("begun");
    writer.push(block(1, &[(1, "ac1", "r1")])).expect("pushed");
    assert!(writer.finish(end(), "ann", &stopped).expect_err("stopped").is_cancelled());
    let mut writer = case.begin_source(source("a")).expect("begun");
    writer.push(block(1, &[(1, "ac1", "r1")])).expect("pushed");
    writer.finish(end(), "ann", &Progress::default()).expect("in the end");
    other.join().expect("ended");
    assert_eq!(case.info().expect("info").rows, 1);
}

#[test]
fn looking_up_events_of_interleaved_sources_unpacks_each_chunk_once() {
    let (_folder, path) = place();
    let mut case = CaseFile::create(&path).expect("new");
    import(&mut case, "a", &[&[(1, "ac1", "r1"), (3, "ac1", "r3")]]).expect("imported");
    import(&mut case, "b", &[&[(2, "ac1", "r2"), (4, "ac1", "r4"), (6, "ac1", "r6")]])
        .expect("imported");
    let mut reader = case.raw_reader();
    reader.locate(1).expect("there");
    reader.locate(3).expect("there");
    // What is asked for from here on must be in memory.
    let conn = rusqlite::Connection::open(&path).expect("database");
    conn.execute("DELETE FROM column_chunk", []).expect("deleted");
    for (event, source, line) in [(2, 1, 2), (4, 2, 2), (1, 1, 1), (3, 2, 1)] {
        let found = reader.locate(event).expect("remembered");
        assert_eq!((found.source_id, found.line), (source, line));
    }
    assert!(matches!(reader.locate(6), Err(StoreError::NoSuchEvent(6))));
    assert!(matches!(reader.locate(0), Err(StoreError::NoSuchEvent(0))));
}

#[test]
fn a_page_of_rejects_of_one_source_is_found_by_an_index() {
    let (_folder, path) = place();
    let case = CaseFile::create(&path).expect("new");
    for sql in [
        "SELECT reason FROM reject WHERE source_id = 7 AND reject_id > 9 ORDER BY reject_id",
        "SELECT count(*) FROM reject WHERE source_id = 7",
    ] {
        let plan = select(&case, &format!("EXPLAIN QUERY PLAN {sql}"));
        let steps: Vec<&Cell> = plan.iter().filter_map(|row| row.last()).collect();
        let [Cell::Text(step)] = steps[..] else { panic!("{plan:?}") };
        assert!(step.starts_with("SEARCH") && step.contains("reject_source"), "{step}");
    }
}
