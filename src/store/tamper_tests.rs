//! What somebody changes behind our back is found and named; nothing of it is an error, a panic or
//! an endless walk.

use std::path::Path;

use crate::job::Progress;
use crate::model::book::{Entry, Item, Task};
use crate::model::{
    Change, Confidence, JoinBasis, JoinKind, JoinPair, Marker, MarkerKind, Note, SavedView, Time,
    TimeNote, TimeSpan, Verdict, VerdictRecord,
};

use super::tests::{UUID, import, place, problems};
use super::{CaseFile, Mode, StoreError};

/// A case of two sources in which something was said of both accounts.
fn case(path: &Path) {
    let mut case = CaseFile::create(path).expect("new");
    import(&mut case, "a", &[&[(1, "ac1", "r1"), (2, "ac2", UUID)]]).expect("imported");
    import(&mut case, "b", &[&[(5, "ac1", "r5"), (6, "ac3", "r6"), (7, "ac3", "")]])
        .expect("imported");
    let at = Time(9);
    let record = VerdictRecord {
        verdict: Verdict::Suspicious,
        confidence: Confidence::Low,
        reason: "odd".into(),
        at,
        actor: "ann".into(),
    };
    let note = Note { id: 1, text: "see 1 March".into(), at, actor: "ann".into() };
    let account = || "ac1".to_owned();
    let changes = [
        Change::Verdict { account: account(), before: None, after: Some(record.clone()) },
        Change::Tag { account: account(), tag: "pool".into(), present: true },
        Change::Note { account: account(), note: note.clone(), present: true },
    ];
    let gone = Note { id: 2, ..note.clone() };
    let removed = |present| {
        Change::write_all(&[Change::Note { account: account(), note: gone.clone(), present }])
    };
    case.transaction::<_, StoreError>(|tx| {
        tx.set_verdict("ac1", &record)?;
        tx.add_tag("ac1", "pool")?;
        tx.add_note("ac1", &note)?;
        tx.append_journal(at, "ann", "edit", "mark ac1", &Change::write_all(&changes))?;
        tx.add_note("ac1", &gone)?;
        tx.append_journal(at, "ann", "edit", "note on ac1", &removed(true))?;
        tx.remove_note(2)?;
        tx.append_journal(at, "ann", "undo", "note on ac1", &removed(false))?;
        let span = TimeSpan { start: Time(1), end: Time(5) };
        let on_time = TimeNote { span, note: note.clone() };
        tx.add_time_note(&on_time)?;
        let written = Change::write_all(&[Change::TimeNote { note: on_time, present: true }]);
        tx.append_journal(at, "ann", "edit", "note on a range", &written)?;
        let state = "{\"filter\":\"model:a\"}".to_owned();
        let view = SavedView { name: "a".into(), note, state, rows: 1, accounts: 1 };
        tx.add_saved_view(&view)?;
        let written = Change::write_all(&[Change::View { view, present: true }]);
        tx.append_journal(at, "ann", "edit", "save a view", &written)?;
        let task = Task { text: "ask counsel".into(), is_done: false };
        let entry = Entry { id: 1, item: Item::Task(task), at, actor: "ann".into() };
        tx.put_book(&entry)?;
        let written = Change::write_all(&[Change::Book { before: None, after: Some(entry) }]);
        tx.append_journal(at, "ann", "edit", "add a task", &written)?;
        tx.set_attribute("ac1", "plan", "pro")?;
        let contents = format!("{{\"contents\":\"{}\"}}", tx.attributes_sha256()?);
        tx.append_journal(at, "ann", "accounts", "accounts.csv", &contents)?;
        tx.add_marker(&Marker { at, kind: MarkerKind::Ban, label: "wave".into() })?;
        let contents = format!("{{\"contents\":\"{}\"}}", tx.markers_sha256()?);
        tx.append_journal(at, "ann", "releases", "releases.csv", &contents).map(drop)
    })
    .expect("said");
}

/// What is wrong with a case after these statements.
fn found(sql: &str) -> Vec<String> {
    found_in(case, sql)
}

fn found_in(make: fn(&Path), sql: &str) -> Vec<String> {
    let (_folder, path) = place();
    make(&path);
    let conn = rusqlite::Connection::open(&path).expect("database");
    conn.pragma_update(None, "foreign_keys", false).expect("as other tools have it");
    let before = conn.total_changes();
    conn.execute_batch(sql).expect(sql);
    assert!(conn.total_changes() > before || sql.contains("VIEW"), "{sql} changes nothing");
    drop(conn);
    let case = CaseFile::open(&path, Mode::ReadOnly).expect("open");
    // Whatever it holds now, asking is no panic.
    let _ = (case.info(), case.load_runs(&Progress::default()), case.annotations());
    problems(&case)
}

#[track_caller]
fn is_found(sql: &str, what: &str) {
    let found = found(sql);
    assert!(found.iter().any(|check| check.contains(what)), "{sql}: {found:?}");
}

#[test]
fn a_case_that_nobody_touched_is_whole() {
    let (_folder, path) = place();
    case(&path);
    assert!(problems(&CaseFile::open(&path, Mode::ReadOnly).expect("open")).is_empty());
}

#[test]
fn the_journal_refuses_changes_and_shows_those_made_behind_its_back() {
    let (_folder, path) = place();
    let mut case = CaseFile::create(&path).expect("new");
    for i in 0..3 {
        case.transaction::<_, StoreError>(|tx| {
            tx.append_journal(Time(i), "ann", "edit", "ac1", "[]").map(drop)
        })
        .expect("appended");
    }
    drop(case);
    let conn = rusqlite::Connection::open(&path).expect("database");
    for sql in [
        "UPDATE journal SET actor = 'bob'",
        "DELETE FROM journal",
        "INSERT OR REPLACE INTO journal SELECT journal_id, 1, 'bob', '', '', '', '' FROM journal",
        "INSERT INTO journal VALUES (9, 1, 'bob', '', '', '', '')",
    ] {
        let refused = conn.execute_batch(sql).expect_err("refused").to_string();
        assert!(refused.contains("append-only"), "{refused}");
    }
    conn.execute_batch(
        "DROP TRIGGER journal_no_update; UPDATE journal SET actor = 'bob' WHERE journal_id = 2",
    )
    .expect("forced");
    drop(conn);
    let case = CaseFile::open(&path, Mode::ReadOnly).expect("open");
    assert_eq!(problems(&case), ["tables and views", "journal"]);
    let refused = CaseFile::open(&path, Mode::ReadWrite).expect_err("altered").to_string();
    assert!(refused.contains("trigger journal_no_update"), "{refused}");
}

#[test]
fn judgement_that_the_journal_does_not_know_is_found() {
    for sql in [
        "UPDATE verdict SET verdict = 'cleared'",
        "UPDATE verdict SET verdict = 'nonsense'",
        "UPDATE verdict SET reason = 'other'",
        "INSERT INTO verdict VALUES ('ac2', 'cleared', 'low', '', 1, 'ann')",
        "DELETE FROM verdict",
        "INSERT INTO tag VALUES ('ac2', 'pool')",
        "DELETE FROM tag",
        "UPDATE note SET text = 'other'",
        "INSERT INTO note VALUES (3, 'ac2', 'planted', 1, 'ann', 0)",
        "INSERT INTO note VALUES (3, 'ac2', 'planted', 1, 'ann', 1)",
        "DELETE FROM note WHERE note_id = 1",
        "UPDATE note SET removed = 0",
        "UPDATE saved_view SET state = '{}'",
        "UPDATE saved_view SET removed = 1",
        "INSERT INTO saved_view VALUES (2, 'a', '', '{}', 1, 1, 1, 'ann', 0)",
        "DELETE FROM saved_view",
        "UPDATE time_note SET text = 'other'",
        "UPDATE time_note SET end_us = 9",
        "UPDATE time_note SET removed = 1",
        "INSERT INTO time_note VALUES (2, 1, 2, 'planted', 1, 'ann', 0)",
        "INSERT INTO time_note VALUES (2, 1, 2, 'planted', 1, 'ann', 1)",
        "DELETE FROM time_note",
        "UPDATE book SET item = replace(item, 'counsel', 'nobody')",
        "UPDATE book SET item = '{'",
        "UPDATE book SET kind = 'term'",
        "UPDATE book SET actor = 'bob'",
        "UPDATE book SET removed = 1",
        "INSERT INTO book SELECT 2, kind, item, at_us, actor, 0 FROM book",
        "INSERT INTO book SELECT 2, kind, item, at_us, actor, 1 FROM book",
        "DELETE FROM book",
    ] {
        is_found(sql, "verdicts, tags, notes and case book");
    }
    for sql in [
        "UPDATE account_attribute SET value = 'free'",
        "INSERT INTO account_attribute VALUES ('ac2', 'plan', 'free')",
        "DELETE FROM account_attribute",
        "UPDATE marker SET label = 'other'",
        "INSERT INTO marker VALUES (7, 1, 'ban', 'planted')",
        "DELETE FROM marker",
    ] {
        is_found(sql, "tables beside the logs");
    }
}

#[test]
fn a_journal_cut_at_its_end_or_emptied_is_found() {
    let trigger = "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;";
    let cut = |what: &str| format!("DROP TRIGGER journal_no_delete; {what}; {trigger}");
    is_found(&cut("DELETE FROM journal"), "journal of imports");
    is_found(&cut("DELETE FROM journal WHERE journal_id > 1"), "journal of imports");
    is_found(
        &cut("DELETE FROM journal WHERE journal_id > 2"),
        "verdicts, tags, notes and case book",
    );
    is_found(&cut("DELETE FROM journal WHERE journal_id > 6"), "tables beside the logs");
}

#[test]
fn a_source_that_was_changed_or_taken_away_is_found() {
    for column in [
        "path = 'x'",
        "bytes = 1",
        "timezone = 'x'",
        "exchanges = 9",
        "format = 'x'",
        "mapping = 'x'",
        "confidence = 0.1",
        "imported_at_us = 7",
        "problem = 'x'",
        "compression = 'zstd'",
        "repeats = 7",
        "request_ids = 7",
        "first_seen_us = 0",
        "last_seen_us = 99",
        "raw_kept = 0",
        "sha256 = 'x'",
        "events_sha256 = 'x'",
        "last_session = 4",
        "unpacked_bytes = 1",
        "path = x'00'",
    ] {
        let found = found(&format!("UPDATE source SET {column} WHERE source_id = 2"));
        assert!(!found.is_empty(), "{column}");
    }
    is_found("UPDATE source SET seal = 'x'", "journal of imports");
    let taken = "DELETE FROM source WHERE source_id = 2; DELETE FROM event WHERE event_id > 2;
         DELETE FROM column_chunk WHERE source_id = 2; DELETE FROM raw_block WHERE source_id = 2;
         DELETE FROM account WHERE account > 2; DELETE FROM caller WHERE caller > 2";
    assert_eq!(found(taken), ["journal of imports"]);
}

#[test]
fn whatever_is_changed_in_the_records_is_found() {
    for sql in [
        "UPDATE event SET line = 'x' WHERE event_id = 1",
        "UPDATE event SET request_id = 7 WHERE event_id = 1",
        "UPDATE event SET input_tokens = 1 WHERE event_id = 1",
        "UPDATE event SET input_tokens = 'many' WHERE event_id = 1",
        "UPDATE event SET output_tokens = 4294967295 WHERE event_id = 1",
        "UPDATE event SET at_us = at_us + 1 WHERE event_id = 1",
        "UPDATE event SET at_us = NULL WHERE event_id = 1",
        "UPDATE event SET at_us = 9223372036854775807 WHERE event_id = 1",
        "UPDATE event SET requests = 9 WHERE event_id = 1",
    ] {
        is_found(sql, "event rows");
    }
    // The same identifier in another form.
    is_found(&format!("UPDATE event SET request_id = '{UUID}' WHERE event_id = 2"), "event rows");
    for sql in [
        "UPDATE event SET line = 9 WHERE event_id = 1",
        "UPDATE event SET request_id = 'other' WHERE event_id = 1",
        "DELETE FROM event WHERE event_id = 2",
        "DELETE FROM event",
        "DELETE FROM account WHERE account = 1",
        "UPDATE account SET account_id = 'acX' WHERE account = 1",
        "UPDATE account SET account_id = x'00' WHERE account = 1",
        "UPDATE caller SET account = 77",
        "UPDATE origin SET client_ip = '10.0.0.2'",
        "UPDATE call SET granularity = 'Exchange'",
        "UPDATE call SET time_quality = ''",
        "UPDATE call SET interval_s = 60",
        "INSERT INTO column_chunk SELECT 900, 1, 1, 2, 'requests', x'0007000000'",
        "UPDATE column_chunk SET data = x'0001000000' WHERE name = 'latency_ms'",
        "UPDATE column_chunk SET data = x'01ff' WHERE name = 'at_us'",
        "UPDATE column_chunk SET events = 1",
        "UPDATE column_chunk SET events = 4000000000000000000",
        "UPDATE column_chunk SET first_event = first_event + 1 WHERE name = 'latency_ms'",
        "UPDATE column_chunk SET source_id = 1 WHERE name = 'latency_ms' AND source_id = 2",
        "DELETE FROM column_chunk WHERE name = 'caller'",
        "UPDATE raw_block SET data = x'00'",
        "UPDATE raw_block SET byte_length = 4000000000000000000",
        "INSERT INTO reject VALUES (1, 1, 1, 0, 1, 'made up', '')",
    ] {
        assert!(!found(sql).is_empty(), "{sql}");
    }
}

/// The same case, in which two rows were found to be calls of others, and one was said not to be.
fn joined_case(path: &Path) {
    case(path);
    let mut case = CaseFile::open(path, Mode::ReadWrite).expect("open");
    let pair = |secondary, primary, kind: JoinKind| JoinPair {
        secondary,
        primary,
        kind,
        basis: JoinBasis::RequestId,
        state: kind.first_state(),
    };
    let pairs = [pair(3, 1, JoinKind::Repeat), pair(4, 2, JoinKind::Probable)];
    case.transaction::<_, StoreError>(|tx| {
        tx.add_joins(&pairs, 5, Time(9), "ann")?;
        tx.decide_joins(&[3], false, Time(10), "ann").map(drop)
    })
    .expect("joined");
}

#[test]
fn pairs_that_the_journal_does_not_know_are_found() {
    let (_folder, path) = place();
    joined_case(&path);
    assert!(problems(&CaseFile::open(&path, Mode::ReadOnly).expect("open")).is_empty());
    for sql in [
        "UPDATE join_pair SET state = 'accepted' WHERE secondary_event = 3",
        "UPDATE join_pair SET state = 'accepted' WHERE secondary_event = 4",
        "UPDATE join_pair SET state = 'nonsense' WHERE secondary_event = 3",
        "UPDATE join_pair SET primary_event = 2 WHERE secondary_event = 3",
        "UPDATE join_pair SET kind = 'join' WHERE secondary_event = 3",
        "UPDATE join_pair SET basis = 'content'",
        "DELETE FROM join_pair WHERE secondary_event = 3",
        "DELETE FROM join_pair",
        "INSERT INTO join_pair VALUES (2, 1, 'repeat', 'request_id', 'accepted')",
        "INSERT INTO join_pair VALUES (99, 1, 'repeat', 'request_id', 'accepted')",
        "INSERT INTO join_pair VALUES (5, 'x', 'repeat', 'request_id', 'accepted')",
    ] {
        let found = found_in(joined_case, sql);
        assert!(found.contains(&"joined records".to_owned()), "{sql}: {found:?}");
    }
}

#[test]
fn what_belongs_to_no_source_is_found() {
    for sql in [
        "INSERT INTO event SELECT 6, at_us, line, byte_offset, caller, origin, call, session, 1, 1,
           1, 1, 1, 1, NULL, NULL FROM event WHERE event_id = 1",
        "INSERT INTO event SELECT -6, at_us, line, byte_offset, caller, origin, call, session, 1, 1,
           1, 1, 1, 1, NULL, NULL FROM event WHERE event_id = 1",
        "INSERT INTO column_chunk VALUES (900, 7, 1, 1, 'cost', x'00')",
        "INSERT INTO raw_block VALUES (900, 7, 0, 1, x'00')",
        "INSERT INTO reject VALUES (1, 7, 1, 0, 1, 'made up', '')",
        "INSERT INTO account VALUES (4, 'planted')",
        "INSERT INTO session VALUES (1, 'planted')",
    ] {
        is_found(sql, "nothing else");
    }
}

#[test]
fn a_source_that_claims_more_than_there_is_ends_neither_in_a_panic_nor_in_an_endless_walk() {
    for events in ["9000000000000", "4000000000000000000", "-1", "'many'"] {
        let sql = format!("UPDATE source SET events = {events}");
        assert!(!found(&sql).is_empty(), "{sql}");
    }
    let both = "UPDATE source SET events = 9e18, exchanges = 9e18, unpacked_bytes = 9e18,
         rejects = 9e18, first_event = 9e18, last_event = 9e18";
    assert!(!found(both).is_empty());
}

#[test]
fn tables_views_and_triggers_of_others_are_named_and_nothing_is_written() {
    for sql in [
        "DROP VIEW view_account; CREATE VIEW view_account AS SELECT 1",
        "CREATE VIEW view_more AS SELECT 1",
        "CREATE TRIGGER planted AFTER INSERT ON verdict BEGIN DELETE FROM tag; END;
         CREATE VIEW x AS SELECT 1",
    ] {
        is_found(sql, "tables and views");
    }
    let (_folder, path) = place();
    case(&path);
    let conn = rusqlite::Connection::open(&path).expect("database");
    conn.execute_batch("ANALYZE").expect("harmless");
    drop(CaseFile::open(&path, Mode::ReadWrite).expect("statistics change no answer"));
    conn.execute_batch("CREATE VIEW planted AS SELECT 1").expect("planted");
    let refused = CaseFile::open(&path, Mode::ReadWrite).expect_err("altered").to_string();
    assert!(refused.contains("view planted"), "{refused}");
}

#[test]
fn a_trigger_planted_while_the_case_is_open_never_runs() {
    let (_folder, path) = place();
    case(&path);
    let mut case = CaseFile::open(&path, Mode::ReadWrite).expect("open");
    let other = rusqlite::Connection::open(&path).expect("database");
    let planted = "CREATE TRIGGER planted AFTER INSERT ON tag BEGIN DELETE FROM marker; END";
    other.execute_batch(planted).expect("planted");
    let mut tag = |name: &str| case.transaction::<_, StoreError>(|tx| tx.add_tag("ac1", name));
    let refused = tag("a").expect_err("altered").to_string();
    assert!(refused.contains("trigger planted"), "{refused}");
    // Statistics of another program are no harm, and what is taken away again is gone.
    other.execute_batch("DROP TRIGGER planted; ANALYZE").expect("taken away");
    tag("a").expect("written");
}

#[test]
fn a_check_names_the_place_and_does_not_send_the_reader_to_verify() {
    let (_folder, path) = place();
    case(&path);
    let conn = rusqlite::Connection::open(&path).expect("database");
    conn.execute_batch(
        "UPDATE column_chunk SET data = x'01ff' WHERE name = 'at_us' AND source_id = 2;
         UPDATE event SET line = 'x' WHERE event_id = 1",
    )
    .expect("broken");
    drop(conn);
    let case = CaseFile::open(&path, Mode::ReadOnly).expect("open");
    let checks = case.verify(&Progress::default()).expect("no error");
    let said: Vec<String> = checks.into_iter().filter_map(|check| check.problem).collect();
    assert!(said.iter().any(|p| p.contains("at_us of the events from 3 on")), "{said:?}");
    assert!(said.iter().any(|p| p.contains("event 1: ")), "{said:?}");
    assert!(!said.iter().any(|p| p.contains("stillwatch verify")), "{said:?}");
}

#[test]
fn a_source_that_claims_more_events_than_it_has_asks_for_no_memory() {
    let (_folder, path) = place();
    case(&path);
    let conn = rusqlite::Connection::open(&path).expect("database");
    conn.execute_batch("UPDATE source SET last_event = 4000000000000000000").expect("tampered");
    let file = CaseFile::open(&path, Mode::ReadOnly).expect("open");
    for places in file.places().expect("read") {
        places.within(&file, 0..u64::MAX).expect("read");
    }
    conn.execute_batch("UPDATE source SET events = 4000000000000000000").expect("tampered");
    let error = file.places().expect_err("damaged").to_string();
    assert!(error.contains("has not the"), "{error}");
    // Chunks that say the same cost a few bytes each.
    let more = "UPDATE source SET events = 65536000, first_event = 1, last_event = 65536000
                WHERE source_id = 1;
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
                INSERT OR REPLACE INTO column_chunk (source_id, first_event, events, name, data)
                SELECT 1, 1 + 65536 * (i - 1), 65536, 'caller', x'0000000000' FROM n;";
    // Nor does a single row with a high number.
    let row = "INSERT INTO event (event_id, line, byte_offset, caller, origin, call)
               SELECT 65536000, line, byte_offset, caller, origin, call FROM event LIMIT 1";
    for tampered in [more, row] {
        conn.execute_batch(tampered).expect("tampered");
        let error = file.load_runs(&Progress::default()).expect_err("damaged").to_string();
        assert!(error.contains("has not the 65536000 events"), "{error}");
    }
}

#[test]
fn bytes_behind_the_end_and_an_index_that_lies_are_named() {
    let (_folder, path) = place();
    case(&path);
    let said = || -> Vec<String> {
        let case = CaseFile::open(&path, Mode::ReadOnly).expect("open");
        let checks = case.verify(&Progress::default()).expect("no error");
        checks.into_iter().filter_map(|check| check.problem).collect()
    };
    assert_eq!(said(), Vec::<String>::new());
    let whole = std::fs::read(&path).expect("read");
    std::fs::write(&path, [&whole[..], &[0; 10]].concat()).expect("written");
    assert!(said().iter().any(|why| why.contains("10 bytes stand behind its end")), "{:?}", said());
    std::fs::write(&path, &whole).expect("written");
    // The rows of an index go from the file while the table keeps its own.
    let conn = rusqlite::Connection::open(&path).expect("database");
    let index = "name = 'sqlite_autoindex_account_1'";
    let root = "SELECT rootpage FROM sqlite_master WHERE ";
    let root: u64 = conn.query_row(&format!("{root}{index}"), [], |row| row.get(0)).expect("there");
    let size: u64 = conn.query_row("PRAGMA page_size", [], |row| row.get(0)).expect("a number");
    drop(conn);
    let mut lying = whole.clone();
    let page = &mut lying[((root - 1) * size) as usize..(root * size) as usize];
    let at = page.windows(3).position(|three| three == b"ac1").expect("an id in the index");
    page[at + 2] = b'9';
    std::fs::write(&path, &lying).expect("written");
    assert!(said().iter().any(|why| why.contains("sqlite_autoindex_account_1")), "{:?}", said());
}
