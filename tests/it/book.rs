//! The case book from the command line: written, listed, changed, undone, exported, tampered with.

use std::fs;

use crate::support::{Bench, native};

fn case() -> Bench {
    let bench = Bench::new();
    bench.file("a.jsonl", native(200));
    bench.run(&["import", "a.jsonl", "--case", "c.stillwatch"]).ok();
    bench
}

fn written() -> Bench {
    let bench = case();
    let book = |arguments: &[&str]| {
        bench.run(&[&["book", "c.stillwatch"], arguments].concat()).ok();
    };
    book(&["evidence", "one account", "--select", "account:ac001", "--remark", "=busy"]);
    book(&["evidence", "everything"]);
    book(&["hypothesis", "one operator stands behind ac001", "--for", "1"]);
    book(&["task", "ask counsel"]);
    book(&["words", "predication", "a tip of 12 March"]);
    book(&["terms"]);
    bench
}

#[test]
fn what_is_written_is_listed_and_an_entry_keeps_its_number() {
    let bench = written();
    let listed = bench.run(&["book", "c.stillwatch"]).ok();
    let first: Vec<&str> = listed.out.lines().take(5).collect();
    assert!(first[0].contains("1  evidence    one account ["), "{}", listed.out);
    assert!(first[2].contains("[open, 1 for, 0 against]"), "{}", listed.out);
    assert!(first[3].contains("ask counsel [to do]"), "{}", listed.out);
    assert!(listed.out.contains("not checked"), "{}", listed.out);
    bench.run(&["book", "c.stillwatch", "remove", "2"]).ok().says("take out evidence “everything”");
    bench.run(&["book", "c.stillwatch", "task", "another"]).ok();
    let json = bench.run(&["book", "c.stillwatch", "--json"]).ok().json();
    let ids: Vec<u64> =
        json.as_array().unwrap().iter().map(|e| e["id"].as_u64().unwrap()).collect();
    assert!(!ids.contains(&2) && ids.last() > ids.iter().rev().nth(1), "{ids:?}");
    let rows = json[0]["item"]["evidence"]["rows"].as_u64().unwrap();
    assert!(rows > 0 && rows < 200, "counted when it was kept: {rows}");
}

#[test]
fn a_hypothesis_is_changed_and_evidence_that_is_taken_out_carries_none() {
    let bench = written();
    let book = |arguments: &[&str]| bench.run(&[&["book", "c.stillwatch"], arguments].concat());
    book(&["change", "3", "--status", "supported", "--against", "2"]).ok();
    let hypothesis = || book(&["--json"]).ok().json()[2]["item"]["hypothesis"].clone();
    assert_eq!(hypothesis()["status"], "supported");
    assert_eq!(hypothesis()["against"], serde_json::json!([2]));
    book(&["change", "3", "--for", "2"]).ok();
    assert_eq!(hypothesis()["supports"], serde_json::json!([1, 2]));
    assert_eq!(hypothesis()["against"], serde_json::json!([]), "it cannot speak for and against");
    book(&["remove", "1"]).ok();
    let json = book(&["--json"]).ok().json();
    assert_eq!(json[1]["item"]["hypothesis"]["supports"], serde_json::json!([2]));
    bench.run(&["verify", "c.stillwatch"]).ok();
}

#[test]
fn what_cannot_be_is_refused_and_nothing_is_written() {
    let bench = written();
    let book = |arguments: &[&str]| bench.run(&[&["book", "c.stillwatch"], arguments].concat());
    let before = book(&["--json"]).ok().out;
    book(&["hypothesis", " "]).ends(2).says("the claim is empty");
    book(&["hypothesis", "x", "--for", "4"]).ends(2).says("entry 4 is no evidence");
    book(&["hypothesis", "x", "--for", "99"]).ends(2).says("no entry 99");
    book(&["change", "4", "--status", "open"]).ends(2).says("entry 4 is of kind task");
    book(&["words", "verdict", "x"]).ends(2).says("no such part");
    book(&["evidence", "x", "--select", "account:("]).ends(2);
    bench.file("t.toml", "[[term]]\nprovider = 'x'\n");
    book(&["terms", "t.toml"]).ends(1).says("clause 1: it does not say what the clause says");
    book(&["terms", "no.toml"]).ends(1).says("no.toml cannot be read");
    assert_eq!(book(&["--json"]).ok().out, before);
    book(&["terms"]).ok().says("nothing to change");
}

#[test]
fn the_package_holds_the_book_and_an_edited_one_is_named() {
    let bench = written();
    bench.run(&["export", "c.stillwatch", "--out", "p", "--only", "csv,json"]).ok();
    let table = fs::read_to_string(bench.path("p/casebook.csv")).unwrap();
    assert!(table.contains("'=busy"), "a formula is no formula: {table}");
    assert!(table.contains("2025-06-17"));
    let report = fs::read_to_string(bench.path("p/report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let book = &report["book"];
    assert_eq!(book["predication"]["lines"][0], "a tip of 12 March");
    assert_eq!(book["hypotheses"]["rows"][0]["supports"], "1");
    assert_eq!(book["actions"], serde_json::Value::Null, "nobody wrote it");
    assert!(report["judgement"]["lines"].to_string().contains("1 hypothesis: 1 open."));
    bench.run(&["verify", "p"]).ok();
    let sql = "UPDATE book SET item = replace(item, 'ask counsel', 'ask nobody')";
    let conn = rusqlite::Connection::open(bench.path("c.stillwatch")).unwrap();
    conn.execute_batch(sql).unwrap();
    drop(conn);
    bench.run(&["verify", "c.stillwatch"]).ends(3).says("entry 4 of the case book");
}
