//! What is seen of an import while it goes on and of the case it made, by who reads the screen
//! aloud.

use std::path::Path;

use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::{counted, until, window};
use crate::model::Time;
use crate::ui::{Action, App, Screen};

/// Two days of a record a minute, with a pause of hours on the second.
fn log() -> String {
    let line = |minute: i64| {
        let at = Time(1_772_323_200_000_000 + minute * 60_000_000);
        format!("{{\"timestamp\":\"{at}\",\"account_id\":\"a\",\"model\":\"atlas-4\"}}\n")
    };
    (0..2_880).filter(|minute| !(1_691..2_035).contains(minute)).map(line).collect()
}

fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    std::fs::write(folder.join(name), bytes).expect("written");
}

fn says(harness: &egui_kittest::Harness<'_, App>, words: &str) -> bool {
    harness.query_all_by_label_contains(words).next().is_some()
}

#[test]
fn an_import_that_ends_with_a_failure_keeps_its_numbers_on_the_screen() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let logs = scratch.path().join("logs");
    std::fs::create_dir_all(&logs).expect("a folder");
    write(&logs, "a.jsonl", log() + "{\"timestamp\":\"never\",\"account_id\":\"b\"}\n");
    write(&logs, "cut.jsonl.gz", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3]);
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.state_mut().actions.push(Action::Open(vec![logs]));
    until(&mut harness, "the review or the import", |h| {
        h.state().import.is_some() || h.state().review.as_ref().is_some_and(|r| !r.is_looking())
    });
    if harness.state().review.is_some() {
        harness.state_mut().actions.push(Action::StartImport);
    }
    until(&mut harness, "the import to end", |h| {
        h.state().import.as_ref().is_some_and(|i| !i.is_running())
    });
    assert_eq!(harness.state().view.screen, Screen::Import);
    for words in ["2,536", "atlas-4: 2,536", "timestamp not understood: 1", "Traffic read"] {
        assert!(says(&harness, words), "{words}");
    }
    assert!(says(&harness, "1 file imported, 1 not"));
}

#[test]
fn a_gap_is_read_out_in_its_lane_and_in_the_panel_and_can_be_looked_at() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    write(scratch.path(), "gateway.jsonl", log());
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.state_mut().actions.push(Action::Open(vec![scratch.path().join("gateway.jsonl")]));
    until(&mut harness, "the case", counted);
    let gap = "no records from 2026-03-02 04:10 to 09:55 UTC (5 h 45 min)";
    until(&mut harness, "the gap", |h| says(h, gap));
    let lane = harness.get_by_label_contains("gateway.jsonl: 2,536 rows");
    assert!(lane.accesskit_node().value().is_some_and(|words| words.contains(gap)));
    assert!(says(&harness, "A gap may be a quiet time or a lost export"));
    assert!(says(&harness, "1 gap, 1 Mar – 2 Mar"));
    harness.get_by_label(&format!("gateway.jsonl: {gap}")).click();
    harness.run_steps(3);
    let window = harness.state().view.window.expect("zoomed");
    assert!(window.len_us() < 2 * 24 * 3_600_000_000);
}

#[test]
fn records_that_repeat_others_are_told_of_beside_what_is_counted() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let logs = scratch.path().join("logs");
    std::fs::create_dir_all(&logs).expect("a folder");
    let log = log();
    let lines: Vec<&str> = log.split_inclusive('\n').collect();
    write(&logs, "a.jsonl", lines[..1_500].concat());
    write(&logs, "b.jsonl", lines[1_400..].concat());
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.state_mut().actions.push(Action::Open(vec![logs]));
    until(&mut harness, "the review or the case", |h| {
        h.state().session.is_some() || h.state().review.as_ref().is_some_and(|r| !r.is_looking())
    });
    if harness.state().review.is_some() {
        harness.state_mut().actions.push(Action::StartImport);
    }
    until(&mut harness, "the case", counted);
    until(&mut harness, "the repeats", |h| says(h, "100 records repeat others: not counted"));
    assert!(says(&harness, "2,536"));
    harness.get_by_label_contains("Joins").click();
    until(&mut harness, "the pairs", |h| says(h, "Repeats 100"));
    assert!(says(&harness, "the same record was exported again: counted once"));
    assert_eq!(harness.state().view.screen, Screen::Joins);
}

#[test]
fn fields_that_were_not_read_are_told_of_when_the_case_is_there() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let line = |i: i64| {
        let at = Time(1_772_323_200_000_000 + i * 60_000_000);
        format!(
            "{{\"timestamp\":\"{at}\",\"account_id\":\"a\",\"total_cost\":\"${i}.5\",\"duration_ms\":\"{i} s\"}}\n"
        )
    };
    write(scratch.path(), "gateway.jsonl", (0..40).map(line).collect::<String>());
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.state_mut().actions.push(Action::Open(vec![scratch.path().join("gateway.jsonl")]));
    until(&mut harness, "the case", counted);
    until(&mut harness, "the notice", |h| says(h, "2 fields not read"));
    assert!(says(&harness, "duration_ms, total_cost; a new case reads them with a mapping"));
}
