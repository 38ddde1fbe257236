//! The commands as a script meets them: results on standard output, words on standard error,
//! exit statuses, and the same numbers wherever they are asked for.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use crate::support::{Bench, PROGRAM, native};

/// A case of 500 records and 3 rejects.
fn case() -> Bench {
    let bench = Bench::new();
    let mut log = native(500);
    log.push_str("{\"timestamp\":\"never\",\"account_id\":\"a\"}\n[1,2]\n{\"timestamp\":1}\n");
    bench.file("a.jsonl", log);
    bench.run(&["import", "a.jsonl", "--case", "c.stillwatch"]).ok();
    bench
}

#[test]
fn info_sql_import_report_and_export_agree() {
    let bench = Bench::new();
    let mut log = native(500);
    log.push_str("{\"timestamp\":\"never\",\"account_id\":\"a\"}\n[1,2]\n{\"timestamp\":1}\n");
    bench.file("a.jsonl", log);
    let report = bench.run(&["import", "a.jsonl", "--case", "c.stillwatch", "--json"]).ok().json();
    assert_eq!(report["sources"][0]["rows"], 500);
    assert_eq!(report["sources"][0]["rejects"], 3);
    let info = bench.info("c.stillwatch");
    assert_eq!(
        (&info["rows"], &info["rejects"], &info["accounts"]),
        (&500.into(), &3.into(), &7.into())
    );
    assert_eq!(bench.number("c.stillwatch", "SELECT count(*) FROM view_event"), 500);
    assert_eq!(bench.number("c.stillwatch", "SELECT count(*) FROM reject"), 3);
    assert_eq!(bench.number("c.stillwatch", "SELECT sum(events) FROM view_account"), 500);
    let export =
        ["export", "c.stillwatch", "--out", "p", "--only", "csv", "--select", "model:atlas-*"];
    bench.run(&export).ok();
    let rows = |name: &str| {
        let mut reader = csv::Reader::from_path(bench.path("p").join(name)).unwrap();
        reader.records().map(Result::unwrap).collect::<Vec<_>>()
    };
    assert_eq!(rows("events.csv").len(), 500);
    assert_eq!(rows("rejects.csv").len(), 3);
    let accounts = rows("accounts.csv");
    assert_eq!(accounts.len(), 7);
    let sum: u64 = accounts.iter().map(|row| row[2].parse::<u64>().unwrap()).sum();
    assert_eq!(sum, 500);
}

#[test]
fn sources_carry_the_hash_of_the_file_and_every_event_its_original_bytes() {
    let bench = case();
    let info = bench.info("c.stillwatch");
    let hash = info["sources"][0]["sha256"].as_str().unwrap();
    let bytes = std::fs::read(bench.path("a.jsonl")).unwrap();
    assert_eq!(hash, sha256(&bytes));
    let case = stillwatch::store::CaseFile::open(
        &bench.path("c.stillwatch"),
        stillwatch::store::Mode::ReadOnly,
    )
    .unwrap();
    for event in [1, 250, 500] {
        let raw = case.raw_record(event).unwrap();
        let text = String::from_utf8(raw.bytes).unwrap();
        assert!(native(500).contains(text.trim_end()), "{text}");
    }
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest as _, Sha256};
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

#[test]
fn flags_tags_and_notes_reach_the_case_and_the_journal() {
    let bench = case();
    let flag = [
        "flag",
        "c.stillwatch",
        "account:ac00*",
        "--verdict",
        "suspicious",
        "--confidence",
        "high",
        "--reason",
        "one pool",
        "--tag",
        "pool",
        "--json",
    ];
    let done = bench.run(&flag).ok().json();
    assert_eq!(done["accounts"].as_array().unwrap().len(), 7);
    bench.run(&["note", "c.stillwatch", "account:ac003", "seen before"]).ok();
    bench.run(&["flag", "c.stillwatch", "account:ac004", "--verdict", "cleared"]).ok();
    bench.run(&["flag", "c.stillwatch", "account:ac005", "--verdict", "none"]).ok();
    let info = bench.info("c.stillwatch");
    assert_eq!(
        (&info["verdicts"]["suspicious"], &info["verdicts"]["cleared"]),
        (&5.into(), &1.into())
    );
    assert_eq!(info["notes"], 1);
    assert_eq!(info["time_notes"], 0);
    // The import, then: verdict, tag, note, verdict, verdict.
    assert_eq!(info["journal_entries"], 6);
    let sql =
        "SELECT count(*) FROM view_account WHERE verdict = 'suspicious' AND reason = 'one pool'";
    assert_eq!(bench.number("c.stillwatch", sql), 5);
    bench.run(&["verify", "c.stillwatch"]).ok().says("journal: ok");
    let again = ["flag", "c.stillwatch", "account:ac004", "--verdict", "cleared"];
    bench.run(&again).ok().says("nothing to change");
}

#[test]
fn a_note_on_nothing_but_a_range_of_time_is_on_the_range_and_leaves_with_the_package() {
    let bench = case();
    let range = "time:2026-03-01..2026-03-02";
    let done = bench.run(&["note", "c.stillwatch", range, "a, wave", "--json"]).ok().json();
    assert_eq!(done["range"], "2026-03-01..2026-03-02");
    assert_eq!(done["edits"][0], "note on 2026-03-01..2026-03-02");
    let accounts = format!("{range} account:*");
    bench.run(&["note", "c.stillwatch", &accounts, "seen then"]).ok();
    let info = bench.info("c.stillwatch");
    assert_eq!(info["time_notes"], 1);
    assert!(info["notes"].as_u64().unwrap() > 0, "those with a record in the range");
    bench.run(&["verify", "c.stillwatch"]).ok().says("verdicts, tags, notes and case book: ok");
    bench.run(&["export", "c.stillwatch", "--out", "p"]).ok();
    let table = std::fs::read_to_string(bench.path("p/time_notes.csv")).unwrap();
    let line = table.lines().nth(1).unwrap();
    assert!(line.starts_with("1,2026-03-01T00:00:00Z,2026-03-03T00:00:00Z,\"a, wave\","), "{line}");
    bench.run(&["verify", "p"]).ok();
}

#[test]
fn a_selection_that_is_wrong_or_empty_changes_nothing() {
    let bench = case();
    let flag =
        |selection: &str| bench.run(&["flag", "c.stillwatch", selection, "--verdict", "watch"]);
    flag("account:(").ends(2).says("selection");
    flag("acount:ac001").ends(2).says("acount");
    flag("account:nobody").ends(1).says("no account");
    bench.run(&["note", "c.stillwatch", "account:ac001", "  "]).ends(2);
    assert_eq!(bench.info("c.stillwatch")["journal_entries"], 1);
}

#[test]
fn accounts_and_releases_tables_describe_the_case() {
    let bench = case();
    bench.file(
        "accounts.csv",
        "account_id,org_id,created_at,plan,shoe_size\nac001,o1,2026-01-01T00:00:00Z,pro,43\nac002,o1,,free,\n",
    );
    bench
        .file("releases.csv", "label,kind,at\n\"atlas-4 released\",release,2026-03-01T12:00:00Z\n");
    bench.file("b.jsonl", native(20));
    let import = [
        "import",
        "b.jsonl",
        "--case",
        "c.stillwatch",
        "--accounts",
        "accounts.csv",
        "--releases",
        "releases.csv",
        "--json",
    ];
    let report = bench.run(&import).ok().json();
    assert_eq!((&report["accounts_described"], &report["markers_added"]), (&2.into(), &1.into()));
    let info = bench.info("c.stillwatch");
    assert_eq!(info["described_accounts"], 2);
    assert_eq!(info["markers"][0]["label"], "atlas-4 released");
}

#[test]
fn standard_input_is_read_and_results_stand_alone_on_standard_output() {
    let bench = Bench::new();
    let import = ["import", "-", "--case", "c.stillwatch", "--json", "--progress", "plain"];
    let ran = bench.run_with(native(30), &import).ok();
    assert_eq!(ran.json()["sources"][0]["rows"], 30);
    let ran = bench.run(&["import", "-", "--case", "d.stillwatch", "--progress", "none"]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(ran.out, "");
}

#[test]
fn several_sources_extend_one_case() {
    let bench = case();
    bench.file("b.jsonl", native(40));
    bench.run(&["import", "b.jsonl", "--case", "c.stillwatch"]).ok().says("extended");
    let info = bench.info("c.stillwatch");
    assert_eq!(info["rows"], 540);
    assert_eq!(info["sources"].as_array().unwrap().len(), 2);
    assert_eq!(bench.number("c.stillwatch", "SELECT count(*) FROM view_event"), 540);
}

#[test]
fn a_mapping_that_inspect_printed_can_be_edited_and_given_back() {
    let bench = Bench::new();
    bench.file(
        "trace.csv",
        "WHEN,WHO,IN,OUT\n2026-03-01 10:00:00,a,5,6\n2026-03-01 10:00:01,b,7,8\n",
    );
    let mapping = "format = \"csv\"\ntimezone = \"Europe/Berlin\"\n[fields]\ntimestamp = \"WHEN\"\n\
                   account_id = \"WHO\"\ninput_tokens = \"IN\"\noutput_tokens = \"OUT\"\n";
    bench.file("map.toml", mapping);
    let inspect = ["inspect", "trace.csv", "--mapping", "map.toml", "--json"];
    let seen = bench.run(&inspect).ok().json();
    assert_eq!(seen[0]["rows"].as_array().unwrap().len(), 2);
    bench.file("again.toml", seen[0]["mapping"].as_str().unwrap());
    let import = ["import", "trace.csv", "--case", "c.stillwatch", "--mapping", "again.toml"];
    bench.run(&import).ok();
    let info = bench.info("c.stillwatch");
    assert_eq!((&info["rows"], &info["first"]), (&2.into(), &"2026-03-01T09:00:00Z".into()));
    assert_eq!(bench.names(), ["again.toml", "c.stillwatch", "map.toml", "trace.csv"]);
}

#[test]
fn strict_imports_a_source_whole_or_not_at_all() {
    let bench = Bench::new();
    bench.file("good.jsonl", native(5)).file("bad.jsonl", native(5) + "{}\n");
    let strict = ["import", "good.jsonl", "bad.jsonl", "--case", "c.stillwatch", "--strict"];
    bench.run(&strict).ends(1).says("bad.jsonl").says("without --strict");
    assert_eq!(bench.info("c.stillwatch")["rows"], 5);
}

#[test]
fn queries_read_and_never_write() {
    let bench = case();
    let before = std::fs::read(bench.path("c.stillwatch")).unwrap();
    for sql in [
        "DELETE FROM reject",
        "UPDATE source SET path = 'x'",
        "CREATE TABLE t (a)",
        "ATTACH 'other.db' AS o",
        "PRAGMA user_version = 3",
        "SELECT 1; DROP TABLE reject",
        "SELEC 1",
        "",
    ] {
        bench.run(&["query", "c.stillwatch", sql]).ends(1);
    }
    assert_eq!(std::fs::read(bench.path("c.stillwatch")).unwrap(), before);
    let sql = "SELECT account_id, exchanges FROM view_account ORDER BY account_id LIMIT 1";
    let csv = bench.run(&["query", "c.stillwatch", sql, "--format", "csv"]).ok();
    assert_eq!(csv.out, "account_id,exchanges\r\nac000,72\r\n");
    let table = bench.run(&["query", "c.stillwatch", sql]).ok();
    assert_eq!(table.out.lines().next(), Some("account_id  exchanges"));
}

#[test]
fn queries_see_the_events_of_a_filter_as_a_table() {
    let bench = case();
    let count = |select: &str| {
        let sql = "SELECT count(*) AS n FROM view_event JOIN selected USING (event_id)";
        let args = ["query", "c.stillwatch", sql, "--select", select, "--format", "json"];
        bench.run(&args).ok().json()[0]["n"].as_u64().unwrap()
    };
    let all = bench.number("c.stillwatch", "SELECT count(*) FROM event");
    let one =
        bench.number("c.stillwatch", "SELECT count(*) FROM view_event WHERE account_id = 'ac000'");
    assert_eq!(count("account:ac000"), one);
    assert_eq!(count("-account:ac000"), all - one);
    bench.run(&["flag", "c.stillwatch", "account:ac000", "--tag", "proxy pool"]).ok();
    assert_eq!(count("account:$proxy_pool"), one);
    let sql = "SELECT count(*) FROM selected";
    let typo = ["query", "c.stillwatch", sql, "--select", "account:$proxi"];
    bench.run(&typo).ends(2).says("$proxi").says("$proxy_pool (1)");
    bench.run(&["query", "c.stillwatch", sql, "--select", " "]).ends(2).says("empty");
    bench.run(&["query", "c.stillwatch", "DELETE FROM selected", "--select", "tokens>0"]).ends(1);
}

#[test]
fn a_reader_that_stops_reading_is_no_failure() {
    let bench = case();
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300000) SELECT i FROM n";
    let mut child = Command::new(PROGRAM)
        .args(["query", "c.stillwatch", sql, "--format", "csv"])
        .current_dir(bench.path(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line.trim(), "i");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn wrong_usage_is_status_2() {
    let bench = case();
    for arguments in [
        &["frobnicate"][..],
        &["import", "a.jsonl"],
        &["import", "a.jsonl", "--case", "d.stillwatch", "--format", "morse"],
        &["export", "c.stillwatch", "--out", "p", "--only", "png"],
        &["export", "c.stillwatch", "--out", "p", "--at", "yesterday"],
        &["export", "c.stillwatch", "--out", "p", "--select", "tokens>>1"],
        &["export", "c.stillwatch", "--out", "p", "--select", " "],
        &["flag", "c.stillwatch", "", "--verdict", "cleared"],
        &["flag", "c.stillwatch", "account:ac001"],
        &["flag", "c.stillwatch", "account:ac001", "--verdict", "guilty"],
        &["synth", "--out", "s", "--events", "10"],
    ] {
        let ran = bench.run(arguments);
        assert_eq!(ran.code, Some(2), "{arguments:?}: {}", ran.err);
        assert_eq!(ran.out, "", "{arguments:?}");
    }
    assert_eq!(bench.names(), ["a.jsonl", "c.stillwatch"]);
}

#[test]
fn without_a_display_the_window_names_the_command_line() {
    let bench = Bench::new();
    for arguments in [&[][..], &["open"], &["open", "a.jsonl"]] {
        if cfg!(target_os = "linux") {
            bench.run(arguments).ends(1).says("no display").says("stillwatch import");
        }
    }
}

#[test]
fn synth_writes_the_same_files_for_the_same_seed() {
    let bench = Bench::new();
    for out in ["one", "two"] {
        let size = ["--events", "12000", "--accounts", "400", "--seed", "3", "--out", out];
        bench.run(&[&["synth"][..], &size].concat()).ok();
    }
    for name in ["exchanges.jsonl", "accounts.csv", "releases.csv", "labels.csv"] {
        let read = |folder: &str| std::fs::read(bench.path(folder).join(name)).unwrap();
        assert!(read("one") == read("two"), "{name}");
    }
    bench.run(&["import", "one/exchanges.jsonl", "--case", "c.stillwatch"]).ok();
    assert_eq!(bench.info("c.stillwatch")["exchanges"], 12_000);
}

#[test]
fn formats_lists_every_format_by_the_name_that_import_takes() {
    let bench = Bench::new();
    let formats = bench.run(&["formats", "--json"]).ok().json();
    let text = bench.run(&["formats"]).ok().out;
    for format in formats.as_array().unwrap() {
        let id = format["id"].as_str().unwrap();
        assert!(text.contains(&format!("{id}  ")), "{id}");
    }
    assert!(formats.as_array().unwrap().len() >= 6);
}

#[test]
fn a_reason_without_a_verdict_is_wrong_usage_and_not_dropped() {
    let bench = Bench::new();
    bench.file("a.jsonl", native(5));
    bench.run(&["import", "a.jsonl", "--case", "c.stillwatch"]).ok();
    let flag = ["flag", "c.stillwatch", "account:ac001", "--tag", "pool", "--reason", "why"];
    bench.run(&flag).ends(2).says("--verdict");
}

#[test]
fn inspect_of_standard_input_does_not_guess_how_much_will_come() {
    let seen = Bench::new().run_with(native(5_000), &["inspect", "-"]).ok().out;
    assert!(seen.contains("more than 200 records"), "{seen}");
    let seen = Bench::new().run_with(native(1_000), &["inspect", "-"]).ok().out;
    assert!(seen.contains("JSON lines, 1,000 records"), "{seen}");
}

#[test]
fn text_of_a_log_does_not_move_the_cursor_of_whoever_looks_at_it() {
    let bench = Bench::new();
    let log = native(2).replace("ac001", "\\u001b[2J\\u202eac");
    bench
        .file("a.jsonl", log)
        .file("when\u{1b}[1m.csv", "label,kind,at\n\u{1b}[2Jx,ban,2026-03-01\n");
    let files = ["a.jsonl", "when\u{1b}[1m.csv"];
    let inspected = bench.run(&[&["inspect"], &files[..]].concat()).ok();
    let imported = bench.run(&[&["import"], &files[..], &["--case", "c.stillwatch"]].concat()).ok();
    let info = bench.run(&["info", "c.stillwatch"]).ok();
    let flag = ["flag", "c.stillwatch", "status:200", "--tag", "p\u{1b}[2J"];
    let flagged = bench.run(&flag).ok();
    for ran in [inspected, imported, info, flagged] {
        assert!(!ran.out.contains(['\u{1b}', '\u{202e}']), "{:?}", ran.out);
        assert!(!ran.err.contains(['\u{1b}', '\u{202e}']), "{:?}", ran.err);
    }
}

#[test]
fn info_says_where_a_log_has_nothing() {
    let bench = Bench::new();
    let minute = |i: i64| jiff::Timestamp::from_second(1_772_323_200 + i * 60).unwrap();
    let log = |minutes: &mut dyn Iterator<Item = i64>| {
        let line = |i| format!("{{\"timestamp\":\"{}\",\"account_id\":\"a\"}}\n", minute(i));
        minutes.map(line).collect::<String>()
    };
    bench.file("gateway.jsonl", log(&mut (0..2_880).filter(|i| !(1_691..2_035).contains(i))));
    bench.file("whole.csv", format!("timestamp,account\n{},b\n{},b\n", minute(0), minute(1_800)));
    bench.run(&["import", "gateway.jsonl", "whole.csv", "--case", "c.stillwatch"]).ok();
    let info = bench.info("c.stillwatch");
    let gap = &info["coverage"][0]["gaps"][0];
    assert_eq!(gap["from"], "2026-03-02T04:10:00Z");
    assert_eq!(gap["to"], "2026-03-02T09:55:00Z");
    assert_eq!((&gap["seconds"], &gap["records_elsewhere"]), (&20_700.0.into(), &1.into()));
    assert_eq!(info["coverage"][0]["sources"], serde_json::json!([1]));
    assert_eq!(info["coverage"][1]["gaps"], serde_json::json!([]), "two records have no rhythm");
    let text = bench.run(&["info", "c.stillwatch"]).ok().out;
    let words = "  gateway.jsonl: no records from 2026-03-02 04:10 to 09:55 UTC (5 h 45 min); \
                 1 record elsewhere\n";
    assert!(text.contains(words), "{text}");
}

#[test]
fn a_format_a_zone_and_an_encoding_that_do_not_exist_are_wrong_usage() {
    let bench = Bench::new();
    bench.file("a.jsonl", native(3));
    for wrong in ["--format=cvs", "--timezone=Mars/Olympus", "--encoding=ebcdic"] {
        let (_, name) = wrong.split_once('=').unwrap();
        let import = ["import", "a.jsonl", "--case", "c.stillwatch", wrong];
        bench.run(&import).ends(2).says(name);
    }
    assert_eq!(bench.names(), ["a.jsonl"]);
}
