//! Two analysts who judged the same logs, apart.

use std::fs;

use serde_json::Value;

use crate::support::{Bench, Ran, native};

/// A case, and a copy of it that somebody else has gone on with.
fn two() -> Bench {
    let bench = Bench::new();
    bench.file("a.jsonl", native(60)).file("b.jsonl", native(61));
    bench.run(&["import", "a.jsonl", "--case", "ours.stillwatch"]).ok();
    flag(&bench, "ours", "account:ac000", "watch", "odd");
    fs::copy(bench.path("ours.stillwatch"), bench.path("theirs.stillwatch")).unwrap();
    bench
}

fn flag(bench: &Bench, case: &str, selection: &str, verdict: &str, reason: &str) {
    let case = format!("{case}.stillwatch");
    bench.run(&["flag", &case, selection, "--verdict", verdict, "--reason", reason]).ok();
}

fn book(bench: &Bench, case: &str, arguments: &[&str]) {
    let case = format!("{case}.stillwatch");
    bench.run(&[&["book", &case], arguments].concat()).ok();
}

fn merge(bench: &Bench, more: &[&str]) -> Ran {
    bench.run(&[&["merge", "ours.stillwatch", "theirs.stillwatch"], more].concat())
}

fn verdicts(bench: &Bench) -> Vec<(String, String)> {
    let sql = "SELECT account_id, verdict FROM verdict ORDER BY 1";
    let rows = bench.run(&["query", "ours.stillwatch", sql, "--format", "json"]).ok().json();
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| (text(row, "account_id"), text(row, "verdict"))).collect()
}

#[test]
fn what_the_other_said_is_taken_over_with_who_said_it_and_both_cases_stay_true() {
    let bench = two();
    flag(&bench, "ours", "account:ac001", "suspicious", "cards");
    flag(&bench, "theirs", "account:ac002", "cleared", "a class");
    bench.run(&["note", "theirs.stillwatch", "account:ac001", "seen before"]).ok();
    book(&bench, "ours", &["evidence", "ours", "--select", "account:ac001"]);
    book(&bench, "theirs", &["evidence", "theirs", "--select", "account:ac002"]);
    book(&bench, "theirs", &["hypothesis", "a class of students", "--for", "1"]);
    let before = fs::read(bench.path("theirs.stillwatch")).unwrap();
    let dry = merge(&bench, &["--dry-run", "--json"]).ok().json();
    assert_eq!(dry["journal_entries"], serde_json::json!({"common": 2, "ours": 2, "theirs": 4}));
    assert_eq!(verdicts(&bench).len(), 2, "a dry run writes nothing");
    merge(&bench, &[]).ok().says("merge 4 changes from theirs.stillwatch (journal ");
    let expected = [("ac000", "watch"), ("ac001", "suspicious"), ("ac002", "cleared")];
    assert_eq!(verdicts(&bench), expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    let listed = bench.run(&["book", "ours.stillwatch", "--json"]).ok().json();
    let claim = &listed[2]["item"]["hypothesis"];
    assert_eq!(claim["supports"], serde_json::json!([2]), "theirs, under its new number");
    bench.run(&["verify", "ours.stillwatch"]).ok();
    bench.run(&["verify", "theirs.stillwatch"]).ok();
    assert_eq!(fs::read(bench.path("theirs.stillwatch")).unwrap(), before, "it is only read");
    merge(&bench, &[]).ok().says("nothing to merge");
}

#[test]
fn what_both_changed_is_decided_and_nothing_is_written_before() {
    let bench = two();
    flag(&bench, "ours", "account:ac000", "suspicious", "cards");
    flag(&bench, "theirs", "account:ac000", "cleared", "a class");
    flag(&bench, "theirs", "account:ac003", "watch", "");
    let ran = merge(&bench, &[]).ends(1).says("1 conflict: nothing was written");
    assert!(ran.out.contains("conflict: ac000\n  ours: suspicious, "), "{}", ran.out);
    assert!(ran.out.contains("\n  theirs: cleared, medium confidence: “a class” (tester"));
    assert!(
        ran.out.contains("1 account judged by both, each for themselves, 0 alike"),
        "{}",
        ran.out
    );
    assert_eq!(verdicts(&bench), [("ac000".to_owned(), "suspicious".to_owned())]);
    fs::copy(bench.path("ours.stillwatch"), bench.path("kept.stillwatch")).unwrap();
    merge(&bench, &["--prefer", "ours"]).ok();
    assert_eq!(verdicts(&bench)[0].1, "suspicious");
    merge(&bench, &["--prefer", "theirs"]).ok().says("nothing to merge");
    assert_eq!(verdicts(&bench)[0].1, "suspicious", "what was decided stays so");
    // That nothing is taken over is a decision, too.
    flag(&bench, "theirs", "account:ac000", "watch", "after all");
    merge(&bench, &["--prefer", "ours"]).ok().says("merge 0 changes from theirs.stillwatch");
    merge(&bench, &[]).ok().says("nothing to merge");
    fs::copy(bench.path("kept.stillwatch"), bench.path("ours.stillwatch")).unwrap();
    merge(&bench, &["--prefer", "theirs"]).ok();
    assert_eq!(verdicts(&bench)[0].1, "watch");
    bench.run(&["verify", "ours.stillwatch"]).ok();
}

#[test]
fn a_name_that_breaks_lines_is_one_line() {
    let bench = Bench::new();
    let line = r#"{"timestamp":"2026-03-01T00:00:00Z","account_id":"a\nconflict: b"}"#;
    bench.file("a.jsonl", format!("{line}\n"));
    bench.run(&["import", "a.jsonl", "--case", "ours.stillwatch"]).ok();
    fs::copy(bench.path("ours.stillwatch"), bench.path("theirs.stillwatch")).unwrap();
    flag(&bench, "ours", "account:*", "suspicious", "");
    flag(&bench, "theirs", "account:*", "cleared", "one\n  theirs: two");
    let out = merge(&bench, &[]).ends(1).out;
    let starts = |start: &str| out.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!((starts("conflict: "), starts("  theirs: ")), (1, 1), "{out}");
}

#[test]
fn a_case_that_was_changed_by_another_hand_is_neither_merged_nor_exported() {
    let bench = two();
    let altered = rusqlite::Connection::open(bench.path("ours.stillwatch")).unwrap();
    altered.execute("UPDATE verdict SET reason = 'evil'", []).unwrap();
    drop(altered);
    merge(&bench, &[]).ends(1).says("ours.stillwatch");
    let export = bench.run(&["export", "ours.stillwatch", "--out", "p", "--only", "csv"]);
    export.ends(1).says("changed by another hand");
    assert!(!bench.path("p").exists());
}

#[test]
fn a_case_of_other_logs_the_case_itself_and_an_altered_one_are_refused() {
    let bench = two();
    bench.run(&["import", "b.jsonl", "--case", "other.stillwatch"]).ok();
    let other = bench.run(&["merge", "ours.stillwatch", "other.stillwatch"]);
    other.ends(1).says("import the same logs into both");
    let itself = bench.run(&["merge", "ours.stillwatch", "./ours.stillwatch"]);
    itself.ends(1).says("is the case itself");
    let altered = rusqlite::Connection::open(bench.path("theirs.stillwatch")).unwrap();
    altered.execute("UPDATE verdict SET verdict = 'cleared'", []).unwrap();
    drop(altered);
    merge(&bench, &[]).ends(1).says("does not hold what its journal says");
    let altered = rusqlite::Connection::open(bench.path("theirs.stillwatch")).unwrap();
    // The journal does not let itself be changed; who has the file can have it all the same.
    let change = "DROP TRIGGER journal_no_update; \
                  UPDATE journal SET actor = 'nobody' WHERE journal_id = 2";
    altered.execute_batch(change).unwrap();
    drop(altered);
    merge(&bench, &[]).ends(1).says("entry 2 was changed");
    assert_eq!(verdicts(&bench).len(), 1);
}

#[test]
fn a_second_merge_of_the_same_two_starts_from_the_first() {
    let bench = two();
    let tag = |case: &str, how: &str| {
        let case = format!("{case}.stillwatch");
        bench.run(&["flag", &case, "account:ac001", how, "ring"]).ok();
    };
    tag("theirs", "--tag");
    assert!(!merge(&bench, &[]).ok().out.contains("merged before"));
    tag("ours", "--untag");
    let again = merge(&bench, &[]).ok().says("nothing to merge").out;
    assert!(again.contains("merged before, in entry 3 of this case"), "{again}");
    let json = merge(&bench, &["--dry-run", "--json"]).ok().json();
    assert_eq!(json["merged_before"], serde_json::json!({"here": 3}));
    let tags = bench.number("ours.stillwatch", "SELECT count(*) FROM tag");
    assert_eq!(tags, 0, "what was taken off does not come back");
    let back = bench.run(&["merge", "theirs.stillwatch", "ours.stillwatch", "--dry-run"]).ok().out;
    assert!(back.contains("merged before, in entry 3 of the other case"), "{back}");
}

#[test]
fn who_writes_waits_for_who_is_writing() {
    use stillwatch::store::{CaseFile, Mode};
    let bench = two();
    let held = CaseFile::open(&bench.path("ours.stillwatch"), Mode::ReadWrite).unwrap();
    let let_go = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(1_500));
        drop(held);
    });
    let flag = ["flag", "ours.stillwatch", "account:ac001", "--tag", "late"];
    bench.run(&flag).ok().says("is open elsewhere; waiting for it");
    let_go.join().unwrap();
    assert_eq!(bench.number("ours.stillwatch", "SELECT count(*) FROM tag"), 1);
}
