//! An import that is killed or cancelled leaves the case as it was, or with the whole source.

use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{Bench, PROGRAM, native};

/// Records in the case before, and in the source that is being imported.
const BEFORE: u64 = 10;
const SOURCE: u32 = 15_000;

fn start(bench: &Bench, case: &str) -> Child {
    Command::new(PROGRAM)
        .args(["import", "big.jsonl", "--case", case])
        .current_dir(bench.path(""))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// A case to import into, a copy for each try, and how long an import takes when nothing
/// happens.
fn prepare() -> (Bench, Duration) {
    let bench = Bench::new();
    bench.file("small.jsonl", native(BEFORE as u32)).file("big.jsonl", native(SOURCE));
    bench.run(&["import", "small.jsonl", "--case", "base.stillwatch"]).ok();
    fresh(&bench, "timing.stillwatch");
    let begun = Instant::now();
    assert!(start(&bench, "timing.stillwatch").wait().unwrap().success());
    (bench, begun.elapsed())
}

fn fresh(bench: &Bench, name: &str) {
    std::fs::copy(bench.path("base.stillwatch"), bench.path(name)).unwrap();
}

/// The case must open, verify, and hold all of the source or nothing of it.
fn holds_all_or_nothing(bench: &Bench, case: &str) -> bool {
    let info = bench.info(case);
    let rows = info["rows"].as_u64().unwrap();
    let whole = BEFORE + u64::from(SOURCE);
    assert!(rows == BEFORE || rows == whole, "{rows} rows");
    assert_eq!(info["sources"].as_array().unwrap().len() as u64, 1 + u64::from(rows == whole));
    assert_eq!(bench.number(case, "SELECT count(*) FROM view_event"), rows);
    bench.run(&["verify", case]).ok();
    rows == whole
}

#[test]
fn killed_at_twenty_moments_a_case_holds_the_whole_source_or_none_of_it() {
    let (bench, usual) = prepare();
    // Random moments, the same in every run; the last ones are after the end of most imports.
    let mut state = 0x5EED_u64;
    let (mut whole, mut none) = (0, 0);
    for round in 0..20 {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let share = (state >> 40) as f64 / f64::from(1 << 24) * 1.15;
        let case = format!("k{round}.stillwatch");
        fresh(&bench, &case);
        let mut child = start(&bench, &case);
        thread::sleep(usual.mul_f64(share));
        // SIGKILL on Unix: no handler, no clean-up. It may have ended by itself.
        let _ = child.kill();
        child.wait().unwrap();
        if holds_all_or_nothing(&bench, &case) {
            whole += 1
        } else {
            none += 1
        }
        // What was rolled back can be imported again.
        let again = bench.run(&["import", "big.jsonl", "--case", &case]);
        assert!(matches!(again.code, Some(0 | 1)), "{again:?}");
        assert!(holds_all_or_nothing(&bench, &case), "after importing again");
        std::fs::remove_file(bench.path(&case)).unwrap();
    }
    assert!(none > 0, "no import was killed before its end ({whole} were complete)");
}

#[cfg(unix)]
#[test]
fn ctrl_c_cancels_with_status_130_and_leaves_nothing_half_written() {
    let (bench, usual) = prepare();
    let mut cancelled_before = 0;
    for round in 1..=4 {
        let case = format!("c{round}.stillwatch");
        fresh(&bench, &case);
        let mut child = start(&bench, &case);
        thread::sleep(usual.mul_f64(0.18 * f64::from(round)));
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        let status = child.wait().unwrap();
        let whole = holds_all_or_nothing(&bench, &case);
        // Cancelled while it looked for records of the same call, the source is there already:
        // all of it, and the next import looks again.
        cancelled_before += u32::from(status.code() == Some(130) && !whole);
        let again = bench.run(&["import", "big.jsonl", "--case", &case]);
        assert!(matches!(again.code, Some(0 | 1)), "{again:?}");
        assert!(holds_all_or_nothing(&bench, &case), "after importing again");
    }
    assert!(cancelled_before > 0, "no import was still reading");
}

#[cfg(unix)]
#[test]
fn a_run_of_the_detectors_that_is_cancelled_or_killed_leaves_the_case_as_it_was() {
    let bench = Bench::new();
    bench.file("a.jsonl", native(15_000));
    bench.run(&["import", "a.jsonl", "--case", "base.stillwatch"]).ok();
    let before = std::fs::read(bench.path("base.stillwatch")).unwrap();
    let analyze = |case: &str| {
        fresh(&bench, case);
        Command::new(PROGRAM)
            .args(["analyze", case])
            .current_dir(bench.path(""))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    let begun = Instant::now();
    assert!(analyze("timing.stillwatch").wait().unwrap().success());
    let usual = begun.elapsed();
    let mut cancelled = 0;
    for (round, signal) in ["-INT", "-INT", "-INT", "-KILL", "-KILL"].into_iter().enumerate() {
        let case = format!("a{round}.stillwatch");
        let mut child = analyze(&case);
        thread::sleep(usual.mul_f64(0.25 + 0.15 * round as f64));
        let pid = child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        let status = child.wait().unwrap();
        let found = bench.info(&case)["findings"].is_object();
        bench.run(&["verify", &case]).ok();
        if status.code() == Some(130) {
            cancelled += 1;
            assert!(std::fs::read(bench.path(&case)).unwrap() == before, "it is as it was");
        }
        // Killed between its last write and its end, it has written all.
        let ended_well = status.success() || signal == "-KILL" && found;
        assert_eq!(found, ended_well, "{signal}: {status}");
    }
    assert!(cancelled > 0, "no run was stopped before its end");
}

#[cfg(unix)]
#[test]
fn ctrl_c_while_it_looks_for_records_of_one_call_keeps_the_source_and_says_so() {
    let bench = Bench::new();
    // The same calls in other bytes: there is much to look for.
    let log = native(20_000);
    bench.file("a.jsonl", &log).file("b.jsonl", log.replace("}\n", ",\"x\":1}\n"));
    bench.run(&["import", "a.jsonl", "--case", "base.stillwatch"]).ok();
    for round in 0..8 {
        let case = format!("c{round}.stillwatch");
        fresh(&bench, &case);
        let child = Command::new(PROGRAM)
            .args(["import", "b.jsonl", "--case", &case])
            .current_dir(bench.path(""))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // As soon as the source is in the case, what is left is to look.
        let file = rusqlite::Connection::open(bench.path(&case)).unwrap();
        let sources =
            || file.query_row("SELECT count(*) FROM source", [], |row| row.get::<_, u64>(0));
        let begun = Instant::now();
        while sources().unwrap_or(0) < 2 && begun.elapsed() < Duration::from_secs(60) {
            thread::sleep(Duration::from_millis(2));
        }
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        let ended = child.wait_with_output().unwrap();
        drop(file);
        let info = bench.info(&case);
        assert_eq!(info["rows"], 40_000, "the source is whole");
        bench.run(&["verify", &case]).ok();
        if info["joins_due"] == true {
            let words = String::from_utf8_lossy(&ended.stderr).into_owned();
            assert_eq!(ended.status.code(), Some(130), "{words}");
            assert!(words.contains("1 source is whole in the case"), "{words}");
            bench.run(&["joins", &case, "--find"]).ok();
            assert_eq!(bench.info(&case)["exchanges"], 20_000);
            return;
        }
    }
    panic!("the search was over before it could be stopped, eight times");
}

#[test]
fn a_case_killed_in_the_middle_of_writing_pages_is_put_back_and_says_so() {
    let bench = Bench::new();
    bench.file("small.jsonl", native(10));
    bench.run(&["import", "small.jsonl", "--case", "base.stillwatch"]).ok();
    // With next to no cache the pages of an open transaction reach the file; a copy of file and
    // journal is then what a kill in that moment leaves.
    let conn = rusqlite::Connection::open(bench.path("base.stillwatch")).unwrap();
    conn.pragma_update(None, "cache_size", 1).unwrap();
    conn.execute_batch("BEGIN IMMEDIATE").unwrap();
    for i in 0..4_000 {
        let value = format!("{i}").repeat(40);
        conn.execute("INSERT INTO tag VALUES (?, ?)", (format!("k{i}"), value)).unwrap();
    }
    let torn = |name: &str| {
        for ending in ["", "-journal"] {
            let from = bench.path(&format!("base.stillwatch{ending}"));
            std::fs::copy(from, bench.path(&format!("{name}.stillwatch{ending}"))).unwrap();
        }
        format!("{name}.stillwatch")
    };
    for (name, command) in [("i", "info"), ("v", "verify")] {
        let case = torn(name);
        bench.run(&[command, &case]).ok().says("none of that source is in the case");
        assert!(!bench.path(&format!("{case}-journal")).exists());
        let again = bench.run(&[command, &case]).ok();
        assert!(!again.err.contains("interrupted"), "{}", again.err);
    }
    let case = torn("f");
    let flag = ["flag", &case, "account:ac001", "--verdict", "watch"];
    bench.run(&flag).ok().says("none of that source is in the case");
    assert_eq!(bench.number(&case, "SELECT count(*) FROM tag WHERE account_id LIKE 'k%'"), 0);
    assert_eq!(bench.info(&case)["rows"], 10);
}
