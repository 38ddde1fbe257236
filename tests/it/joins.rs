//! Several exports of the same calls: what is counted, what is kept, what is listed.
//!
//! Composed: no public pair of logs of the same calls is known.

use crate::support::{Bench, native};

/// The lines of a log from one to another.
fn lines(from: u32, to: u32) -> String {
    let log = native(to);
    log.lines().skip(from as usize).map(|line| format!("{line}\n")).collect()
}

#[test]
fn exports_that_overlap_count_every_exchange_once_wherever_it_is_asked() {
    let bench = Bench::new();
    bench.file("logs/a.jsonl", lines(0, 300)).file("logs/b.jsonl", lines(200, 500));
    let import = bench.run(&["import", "logs", "--case", "c.stillwatch"]).ok();
    assert!(import.err.contains("100 records repeat others; kept, not counted"), "{}", import.err);
    let info = bench.info("c.stillwatch");
    assert_eq!((&info["rows"], &info["exchanges"]), (&600.into(), &500.into()));
    assert_eq!(info["joins"]["repeat"]["accepted"], 100);
    let text = bench.run(&["info", "c.stillwatch"]).ok().out;
    assert!(text.contains("100 records repeat others; not counted"), "{text}");
    assert_eq!(bench.number("c.stillwatch", "SELECT count(*) FROM view_event"), 600);
    let repeats = "SELECT count(repeat_of) FROM view_event";
    assert_eq!(bench.number("c.stillwatch", repeats), 100);
    assert_eq!(bench.number("c.stillwatch", "SELECT sum(events) FROM view_account"), 500);
    let events = |select: &str| {
        bench
            .run(&["export", "c.stillwatch", "--out", "p", "--only", "csv", "--select", select])
            .ok();
        let mut reader = csv::Reader::from_path(bench.path("p/events.csv")).unwrap();
        let last = reader.headers().unwrap().len() - 1;
        assert_eq!(&reader.headers().unwrap()[last], "same_call");
        let named = |row: csv::StringRecord| !row[last].is_empty();
        reader.records().map(|row| named(row.unwrap())).collect::<Vec<_>>()
    };
    let counted = events("account:*");
    assert_eq!((counted.len(), counted.iter().filter(|named| **named).count()), (500, 100));
    let repeated = events("kind:repeat");
    assert!(repeated.len() == 100 && repeated.iter().all(|named| *named));
    bench.run(&["verify", "c.stillwatch"]).ok();
}

#[test]
fn pairs_are_listed_with_their_reasons_and_what_is_said_of_them_is_journalled() {
    let bench = Bench::new();
    bench.file("logs/a.jsonl", lines(0, 30)).file("logs/b.jsonl", lines(27, 50));
    bench.run(&["import", "logs", "--case", "c.stillwatch"]).ok();
    let list = bench.run(&["joins", "c.stillwatch"]).ok().out;
    assert_eq!(list.lines().count(), 3, "{list}");
    assert!(
        list.starts_with(
            "repeat    accepted  event 31 (source 2, logs/b.jsonl, line 1) is event 28"
        ),
        "{list}"
    );
    assert!(list.lines().all(|line| line.ends_with("same request id")), "{list}");
    bench.run(&["joins", "c.stillwatch", "--reject", "31,33"]).ok();
    assert_eq!(bench.info("c.stillwatch")["exchanges"], 52);
    let json = bench.run(&["joins", "c.stillwatch", "--json"]).ok().json();
    let states: Vec<&str> =
        json["pairs"].as_array().unwrap().iter().map(|p| p["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["rejected", "accepted", "rejected"]);
    assert_eq!(json["pairs"][0]["secondary"]["line"], 1);
    bench.run(&["joins", "c.stillwatch", "--accept", "repeat"]).ok();
    assert_eq!(bench.info("c.stillwatch")["exchanges"], 50);
    let entries = "SELECT count(*) FROM view_journal WHERE action LIKE '%join'";
    assert_eq!(bench.number("c.stillwatch", entries), 3);
    bench.run(&["verify", "c.stillwatch"]).ok();
    for (wrong, status) in [("77", 1), ("x", 2)] {
        bench.run(&["joins", "c.stillwatch", "--accept", wrong]).ends(status);
    }
}
