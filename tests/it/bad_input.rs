//! Bad input gets a clear message: what, where, what to try. No panic, nothing half-written,
//! and what could be read is read.

use std::fs;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support::{Bench, native};

/// The program must refuse this file by name, say `words`, and leave no case behind.
#[track_caller]
fn refused(name: &str, content: &[u8], words: &str) {
    let bench = Bench::new();
    bench.file(name, content);
    let ran = bench.run(&["import", name, "--case", "c.stillwatch"]);
    ran.ends(1).says(name).says(words);
    assert_eq!(bench.names(), [name], "nothing is left behind");
}

/// Counts of a case after importing one file with this status.
#[track_caller]
fn imported(name: &str, content: impl AsRef<[u8]>, code: i32) -> (Bench, u64, u64) {
    let bench = Bench::new();
    bench.file(name, content);
    bench.run(&["import", name, "--case", "c.stillwatch"]).ends(code);
    let info = bench.info("c.stillwatch");
    (bench, info["rows"].as_u64().unwrap(), info["rejects"].as_u64().unwrap())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

#[test]
fn a_file_that_is_not_a_log_is_refused() {
    refused("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01", "not a log");
    refused("letter.txt", b"Dear Ana,\n\nhow are you?\n\nYours, Jonas\n", "not a log");
    refused("settings.json", b"{\"theme\": \"dark\", \"size\": 12}", "not a log");
}

#[test]
fn an_empty_file_is_refused() {
    refused("empty.jsonl", b"", "empty");
    refused("blank.jsonl", b"\n\n  \n", "empty");
    refused("empty.jsonl.gz", &gzip(b""), "empty");
}

#[test]
fn a_missing_file_and_an_empty_folder_are_named() {
    let bench = Bench::new();
    bench.run(&["import", "gone.jsonl", "--case", "c.stillwatch"]).ends(1).says("gone.jsonl");
    fs::create_dir(bench.path("void")).unwrap();
    bench.run(&["import", "void", "--case", "c.stillwatch"]).ends(1).says("void");
    bench.run(&["import", "logs/*.gz", "--case", "c.stillwatch"]).ends(1).says("logs/*.gz");
    assert_eq!(bench.names(), ["void"]);
}

#[test]
fn a_truncated_gzip_gives_what_was_before_the_cut_and_says_so() {
    let packed = gzip(native(5_000).as_bytes());
    let (bench, rows, _) = imported("cut.jsonl.gz", &packed[..packed.len() / 2], 1);
    assert!((1_000..5_000).contains(&rows), "{rows}");
    let info = bench.info("c.stillwatch");
    assert!(info["sources"][0]["problem"].is_string(), "{info}");
    bench.run(&["verify", "c.stillwatch"]).ok();
    let strict = ["import", "cut.jsonl.gz", "--case", "s.stillwatch", "--strict"];
    bench.run(&strict).ends(1).says("cut.jsonl.gz");
    assert!(!bench.path("s.stillwatch").exists());
}

#[test]
fn an_archive_damaged_from_the_start_is_not_called_empty() {
    let packed = gzip(native(5_000).as_bytes());
    let start = &packed[..40];
    refused("stub.jsonl.gz", start, "stream ends early");
    let bench = Bench::new();
    fs::create_dir(bench.path("logs")).unwrap();
    fs::write(bench.path("logs/stub.jsonl.gz"), start).unwrap();
    fs::write(bench.path("logs/whole.jsonl"), native(3)).unwrap();
    // A file that is certainly no log would be skipped without a word from the status.
    bench.run(&["import", "logs", "--case", "c.stillwatch"]).ends(1).says("stub.jsonl.gz");
    bench.run(&["inspect", "logs"]).ends(1).says("stream ends early");
    let packed = gzip(native(500).as_bytes());
    bench.file("cut.jsonl.gz", &packed[..packed.len() / 2]);
    let seen = bench.run(&["inspect", "cut.jsonl.gz", "--json"]).ok().json();
    assert!(seen[0]["problem"].as_str().unwrap().contains("stream ends early"), "{seen}");
}

#[test]
fn a_line_of_two_hundred_megabytes_is_rejected_and_its_neighbours_are_read() {
    let bench = Bench::new();
    let lines = native(4);
    let mut file = fs::File::create(bench.path("long.jsonl")).unwrap();
    file.write_all(lines.as_bytes()).unwrap();
    file.write_all(b"{\"timestamp\":\"2026-03-01T10:00:00Z\",\"account_id\":\"x\",\"prompt\":\"")
        .unwrap();
    let chunk = vec![b'a'; 1 << 20];
    for _ in 0..200 {
        file.write_all(&chunk).unwrap();
    }
    file.write_all(b"\"}\n").unwrap();
    file.write_all(lines.as_bytes()).unwrap();
    drop(file);
    bench.run(&["import", "long.jsonl", "--case", "c.stillwatch", "--no-raw"]).ok();
    let info = bench.info("c.stillwatch");
    assert_eq!((info["rows"].as_u64(), info["rejects"].as_u64()), (Some(8), Some(1)));
    let at = bench.number("c.stillwatch", "SELECT line FROM reject");
    assert_eq!(at, 5);
}

#[test]
fn invalid_utf_8_costs_at_most_its_own_record() {
    let mut log = native(3).into_bytes();
    log.extend_from_slice(
        b"{\"timestamp\":\"2026-03-01T11:00:00Z\",\"account_id\":\"a\xff\xfeb\",\"prompt\":\"\x80\"}\n",
    );
    log.extend_from_slice(native(3).as_bytes());
    let (bench, rows, rejects) = imported("bytes.jsonl", log, 0);
    assert_eq!(rows + rejects, 7);
    assert!(rows >= 6);
    bench.run(&["verify", "c.stillwatch"]).ok();
}

#[test]
fn json_nested_ten_thousand_deep_is_rejected() {
    let mut log = native(3);
    log.push_str("{\"timestamp\":\"2026-03-01T11:00:00Z\",\"account_id\":\"deep\",\"extra\":");
    log.push_str(&"[".repeat(10_000));
    log.push_str(&"]".repeat(10_000));
    log.push_str("}\n");
    log.push_str(&native(3));
    let (_, rows, rejects) = imported("deep.jsonl", log, 0);
    assert_eq!(rows + rejects, 7);
    assert!(rows >= 6);
}

#[test]
fn times_outside_of_any_log_are_rejected_with_their_line() {
    let record = |time: &str| format!("{{\"timestamp\":{time},\"account_id\":\"a\"}}\n");
    let mut log = native(3);
    for time in ["\"0000-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59Z\"", "\"yesterday\"", "\"n/a\""]
    {
        log.push_str(&record(time));
    }
    let (bench, rows, rejects) = imported("when.jsonl", log, 0);
    assert_eq!((rows, rejects), (3, 4));
    assert_eq!(bench.number("c.stillwatch", "SELECT min(line) FROM reject"), 4);
}

#[test]
fn epochs_in_seconds_milli_micro_and_nanoseconds_are_the_same_moment() {
    for digits in ["1772366400", "1772366400000", "1772366400000000", "1772366400000000000"] {
        let log: String =
            (0..3).map(|_| format!("{{\"timestamp\":{digits},\"account_id\":\"a\"}}\n")).collect();
        let (bench, rows, rejects) = imported("epoch.jsonl", log, 0);
        assert_eq!((rows, rejects), (3, 0), "{digits}");
        assert_eq!(bench.info("c.stillwatch")["first"], "2026-03-01T12:00:00Z", "{digits}");
    }
}

#[test]
fn a_table_with_a_header_only_is_named() {
    let bench = Bench::new();
    bench.file("head.csv", "timestamp,account_id,model\n");
    let ran = bench.run(&["import", "head.csv", "--case", "c.stillwatch"]);
    assert!(matches!(ran.code, Some(0 | 1)), "{ran:?}");
    assert!(ran.err.contains("head.csv"), "{}", ran.err);
}

#[test]
fn ragged_rows_of_a_table_go_to_the_ledger() {
    let table = "timestamp,account_id,model\n\
                 2026-03-01T10:00:00Z,a,atlas-3\n\
                 2026-03-01T10:00:01Z,b\n\
                 2026-03-01T10:00:02Z,c,atlas-3,extra,cells\n\
                 2026-03-01T10:00:03Z,d,atlas-3\n";
    let (bench, rows, rejects) = imported("ragged.csv", table, 0);
    assert_eq!(rows + rejects, 4);
    assert!(rows >= 2 && rejects >= 1, "{rows} rows, {rejects} rejects");
    let sample = bench.run(&["query", "c.stillwatch", "SELECT line, reason, sample FROM reject"]);
    assert!(sample.ok().out.contains("2026-03-01"), "the ledger shows the record");
}

#[test]
fn the_same_file_twice_is_refused_the_second_time() {
    let bench = Bench::new();
    bench.file("a.jsonl", native(10)).file("copy.jsonl", native(10));
    bench.run(&["import", "a.jsonl", "--case", "c.stillwatch"]).ok();
    for again in ["a.jsonl", "copy.jsonl"] {
        let ran = bench.run(&["import", again, "--case", "c.stillwatch"]);
        ran.ends(1).says("a.jsonl").says("already");
    }
    assert_eq!(bench.info("c.stillwatch")["rows"], 10);
}

#[test]
fn a_folder_is_walked_and_one_bad_file_does_not_stop_the_good_ones() {
    let bench = Bench::new();
    bench.file("logs/a.jsonl", native(5)).file("logs/deep/b.jsonl", native(6));
    bench.file("logs/bad.bin", [0u8; 100]).file("logs/.hidden.jsonl", native(9));
    let ran = bench.run(&["import", "logs", "--case", "c.stillwatch", "--json"]).ends(1);
    assert!(ran.err.contains("bad.bin"), "{}", ran.err);
    let report = ran.json();
    assert_eq!(report["sources"].as_array().unwrap().len(), 2);
    assert_eq!(report["failed"].as_array().unwrap().len(), 1);
    assert_eq!(bench.info("c.stillwatch")["rows"], 11);
}

#[test]
fn a_case_from_a_newer_version_and_a_file_that_is_no_case_are_not_opened() {
    let bench = Bench::new();
    bench.file("a.jsonl", native(3)).file("no.stillwatch", "not a database");
    bench.run(&["import", "a.jsonl", "--case", "c.stillwatch"]).ok();
    // Bytes 60 to 63 of an SQLite file are its user version.
    let mut bytes = fs::read(bench.path("c.stillwatch")).unwrap();
    bytes[60..64].copy_from_slice(&9_999u32.to_be_bytes());
    bench.file("newer.stillwatch", &bytes);
    for command in ["info", "verify"] {
        bench.run(&[command, "newer.stillwatch"]).ends(1).says("newer").says("9999");
        bench.run(&[command, "no.stillwatch"]).ends(1).says("no.stillwatch");
        bench.run(&[command, "gone.stillwatch"]).ends(1).says("gone.stillwatch");
    }
    assert_eq!(fs::read(bench.path("newer.stillwatch")).unwrap(), bytes, "left as it was");
}

#[test]
fn a_case_that_another_process_writes_to_is_not_written_to() {
    let bench = Bench::new();
    bench.file("a.jsonl", native(3)).file("b.jsonl", native(4));
    bench.run(&["import", "a.jsonl", "--case", "c.stillwatch"]).ok();
    let open = stillwatch::store::CaseFile::open(
        &bench.path("c.stillwatch"),
        stillwatch::store::Mode::ReadWrite,
    )
    .unwrap();
    let ran = bench.run(&["import", "b.jsonl", "--case", "c.stillwatch"]);
    ran.ends(1).says("c.stillwatch").says("another window or command");
    bench.run(&["info", "c.stillwatch"]).ok();
    drop(open);
    bench.run(&["import", "b.jsonl", "--case", "c.stillwatch"]).ok();
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new();
    bench.file("a.jsonl", native(3));
    let folder = bench.path("locked");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(folder.join("probe"), "").is_ok() {
        // Root may write anywhere; there is nothing to see then, and no way to require it.
        let _ = writeln!(std::io::stderr(), "not run: a folder that cannot be written: as root");
        return;
    }
    bench.run(&["import", "a.jsonl", "--case", "locked/c.stillwatch"]).ends(1).says("locked");
}

#[test]
fn a_case_in_a_folder_that_does_not_exist_is_named() {
    let bench = Bench::new();
    bench.file("a.jsonl", native(3));
    let ran = bench.run(&["import", "a.jsonl", "--case", "nowhere/c.stillwatch"]);
    ran.ends(1).says("nowhere");
    assert_eq!(bench.names(), ["a.jsonl"]);
}

#[test]
fn a_case_cut_short_or_overwritten_is_a_difference_and_no_failure() {
    let bench = Bench::new();
    bench.file("a.jsonl", native(2_000));
    bench.run(&["import", "a.jsonl", "--case", "c.stillwatch"]).ok();
    let whole = fs::read(bench.path("c.stillwatch")).unwrap();
    bench.file("cut.stillwatch", &whole[..whole.len() / 2]);
    bench.run(&["verify", "cut.stillwatch"]).ends(3).says("file structure");
    let mut overwritten = whole.clone();
    let middle = whole.len() / 2;
    overwritten[middle..middle + 40_000].fill(7);
    bench.file("over.stillwatch", &overwritten);
    bench.run(&["verify", "over.stillwatch"]).ends(3).says("not intact");
    bench.file("tiny.stillwatch", &whole[..10]);
    bench.run(&["verify", "tiny.stillwatch"]).ends(1).says("not a Stillwatch case");
}

#[test]
fn a_source_that_claims_trillions_of_events_ends_in_words() {
    let bench = Bench::new();
    bench.file("a.jsonl", native(20));
    bench.run(&["import", "a.jsonl", "--case", "c.stillwatch"]).ok();
    let conn = rusqlite::Connection::open(bench.path("c.stillwatch")).unwrap();
    conn.execute_batch("UPDATE source SET events = 4000000000000000000").unwrap();
    drop(conn);
    bench.run(&["verify", "c.stillwatch"]).ends(3).says("not intact");
    bench.run(&["info", "c.stillwatch"]).ok();
    bench.run(&["flag", "c.stillwatch", "account:ac001", "--verdict", "watch"]).ends(1);
}
