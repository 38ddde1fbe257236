//! Tables as people export them: delimiters, line ends, marks, encodings, headers that change.

use crate::support::{Bench, native};

/// Three calls under a header; the user of one has a line break, quotes and a letter beyond
/// ASCII in it.
const TABLE: &str = "timestamp,account_id,model,input_tokens,user_id\n\
    2026-03-01T10:00:00Z,a,atlas-3,10,\"Zo\u{eb}\nsays \"\"hi\"\"\"\n\
    2026-03-01T10:00:01Z,b,atlas-3,20,\n\
    2026-03-01T10:00:02Z,a,atlas-4,30,x\n";

/// The same with every row on one line.
fn flat() -> String {
    TABLE.replace("\nsays", " says")
}

/// What a case holds of the calls.
fn rows(bench: &Bench) -> String {
    let sql =
        "SELECT timestamp, account_id, model, input_tokens, user_id FROM view_event ORDER BY 1";
    bench.run(&["query", "c.stillwatch", sql, "--format", "json"]).ok().out
}

/// A case of one file.
fn imported(name: &str, content: impl AsRef<[u8]>) -> Bench {
    let bench = Bench::new();
    bench.file(name, content);
    bench.run(&["import", name, "--case", "c.stillwatch"]).ok();
    bench.run(&["verify", "c.stillwatch"]).ok();
    bench
}

/// Lines and reasons of the reject ledger.
fn rejects(bench: &Bench) -> Vec<(u64, String)> {
    let sql = "SELECT line, reason FROM reject ORDER BY line";
    let rows = bench.run(&["query", "c.stillwatch", sql, "--format", "json"]).ok().json();
    let entry = |row: &serde_json::Value| {
        (row["line"].as_u64().unwrap(), row["reason"].as_str().unwrap().to_owned())
    };
    rows.as_array().unwrap().iter().map(entry).collect()
}

fn utf_16(mark: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    format!("{mark}{TABLE}").encode_utf16().flat_map(bytes).collect()
}

#[test]
fn every_dialect_of_a_table_gives_the_same_rows() {
    let expected = rows(&imported("plain.csv", TABLE));
    assert!(expected.contains("says"), "{expected}");
    let dialects = [
        ("semicolon.csv", TABLE.replace(',', ";")),
        ("tab.tsv", TABLE.replace(',', "\t")),
        ("pipe.txt", TABLE.replace(',', "|")),
        ("mark.csv", format!("\u{feff}{TABLE}")),
        ("blank.csv", format!("\n\n{TABLE}\n\n")),
        ("no_end.csv", TABLE.trim_end().to_owned()),
    ];
    for (name, text) in &dialects {
        assert_eq!(rows(&imported(name, text)), expected, "{name}");
    }
    let crlf = imported("crlf.csv", TABLE.replace('\n', "\r\n"));
    assert_eq!(rows(&crlf).replace("\\r\\n", "\\n"), expected);
}

#[test]
fn utf_16_with_and_without_a_mark_gives_the_same_rows_and_is_named() {
    let expected = rows(&imported("plain.csv", TABLE));
    for (name, bytes, encoding) in [
        ("le_mark.csv", utf_16("\u{feff}", u16::to_le_bytes), "utf-16le"),
        ("be_mark.csv", utf_16("\u{feff}", u16::to_be_bytes), "utf-16be"),
        ("le.csv", utf_16("", u16::to_le_bytes), "utf-16le"),
        ("be.csv", utf_16("", u16::to_be_bytes), "utf-16be"),
    ] {
        let bench = imported(name, &bytes);
        assert_eq!(rows(&bench), expected, "{name}");
        let info = bench.info("c.stillwatch");
        assert_eq!(info["sources"][0]["compression"], encoding, "{name}");
        assert_eq!(info["sources"][0]["bytes"], bytes.len() as u64, "{name}");
    }
}

fn latin_1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

#[test]
fn a_table_in_latin_1_gives_the_same_rows_and_its_encoding_is_named() {
    let expected = rows(&imported("plain.csv", flat()));
    let bench = imported("latin.csv", latin_1(&flat()));
    assert_eq!(rows(&bench), expected);
    assert_eq!(bench.info("c.stillwatch")["sources"][0]["compression"], "windows-1252");
}

#[test]
fn latin_1_that_shows_late_is_rejected_with_what_to_do_and_read_when_asked_for() {
    let plain = "2026-03-01T10:00:00Z,a\n".repeat(20_000);
    let text = format!("timestamp,account_id\n{plain}2026-03-01T10:00:01Z,M\u{fc}ller\n");
    let bench = imported("late.csv", latin_1(&text));
    let found = rejects(&bench);
    assert_eq!(found.len(), 1);
    assert!(found[0].0 == 20_002 && found[0].1.contains("--encoding windows-1252"), "{found:?}");
    let again = "import late.csv --case again.stillwatch --encoding latin-1";
    bench.run(&again.split(' ').collect::<Vec<_>>()).ok();
    let info = bench.info("again.stillwatch");
    assert_eq!((info["rows"].as_u64(), info["accounts"].as_u64()), (Some(20_001), Some(2)));
}

#[test]
fn rows_under_a_second_header_are_rejected_by_that_name_and_never_read_by_place() {
    let swapped = "timestamp,account_id,user_id,input_tokens,model\n\
                   2026-03-01T10:00:03Z,c,u,40,atlas-5\n";
    let bench = imported("two.csv", format!("{}{swapped}{}", flat(), flat()));
    // Three rows before, none of the other header, three behind the first one come back.
    assert_eq!(bench.info("c.stillwatch")["rows"], 6);
    let other = "under another header than the first row of the table".to_owned();
    let again = "the header again, not a row".to_owned();
    assert_eq!(rejects(&bench), [(5, other.clone()), (6, other), (7, again)]);
}

#[test]
fn a_table_without_names_is_refused_with_what_to_try() {
    let bench = Bench::new();
    let table = flat();
    bench.file("bare.csv", table.split_once('\n').unwrap().1);
    let ran = bench.run(&["import", "bare.csv", "--case", "c.stillwatch"]).ends(1);
    ran.says("without a line of column names").says("write one above it");
}

#[test]
fn columns_are_read_by_name_in_any_order_and_one_name_twice_is_said() {
    let text = "model,user_id,account_id,input_tokens,timestamp,model\n\
                atlas-3,x,a,10,2026-03-01T10:00:00Z,other\n";
    let bench = imported("order.csv", text);
    assert!(rows(&bench).contains("atlas-3") && !rows(&bench).contains("other"));
    let seen = bench.run(&["inspect", "order.csv", "--json"]).ok().json();
    let why = seen[0]["why"].as_str().unwrap();
    assert!(why.contains("several columns are called \"model\""), "{why}");
    let second = "[fields]\ntimestamp = \"timestamp\"\naccount_id = \"account_id\"\n\
                  model = \"model (2)\"\n";
    bench.file("second.toml", second);
    let args = ["import", "order.csv", "--mapping", "second.toml", "--case", "d.stillwatch"];
    bench.run(&args).ok();
    let others = "SELECT count(*) FROM view_event WHERE model = 'other'";
    assert_eq!(bench.number("d.stillwatch", others), 1);
}

#[test]
fn the_second_of_two_formats_in_a_file_is_rejected_with_a_reason() {
    let (json, table) = (native(2), flat());
    let more = format!("{}{table}", native(4));
    let bench = imported("json_first.jsonl", more);
    assert_eq!(bench.info("c.stillwatch")["rows"], 4);
    assert_eq!(rejects(&bench).len(), 4, "the header and three rows");
    let bench = imported("table_first.csv", format!("{table}{json}"));
    assert_eq!(bench.info("c.stillwatch")["rows"], 3);
    let found = rejects(&bench);
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|(_, why)| why == "JSON, not a row of the table"), "{found:?}");
}

#[test]
fn a_log_of_which_most_lines_are_corrupt_gives_the_others() {
    let line = |(i, line): (usize, &str)| match i % 5 {
        0 => format!("{line}\n"),
        _ => format!("{}\n", &line[..line.len() / 2]),
    };
    let log: String = native(40).lines().enumerate().map(line).collect();
    let bench = imported("half.jsonl", log);
    let info = bench.info("c.stillwatch");
    assert_eq!((info["rows"].as_u64(), info["rejects"].as_u64()), (Some(8), Some(32)));
}
