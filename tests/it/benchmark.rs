//! `synth --scenario benchmark` from outside: what it writes, and what it refuses.

use std::collections::BTreeSet;
use std::fs;

use crate::support::Bench;

const SMALL: [&str; 7] =
    ["synth", "--scenario", "benchmark", "--events", "60000", "--accounts", "1500"];

/// Runs the benchmark into a folder, with more arguments.
fn make(bench: &Bench, out: &str, more: &[&str]) {
    bench.run(&[&SMALL[..], &["--out", out], more].concat()).ok();
}

#[test]
fn a_benchmark_is_the_same_for_the_same_seed_in_every_file() {
    let bench = Bench::new();
    make(&bench, "one", &[]);
    make(&bench, "two", &[]);
    let names =
        ["accounts.csv", "exchanges.jsonl", "labels.csv", "releases.csv", "request_labels.csv"];
    assert_eq!(bench.names_in("one"), names);
    for name in names {
        let read = |folder: &str| fs::read(bench.path(folder).join(name)).unwrap();
        assert!(read("one") == read("two"), "{name}");
    }
}

#[test]
fn a_benchmark_folder_is_imported_without_its_labels() {
    let bench = Bench::new();
    make(&bench, "b", &[]);
    bench.run(&["import", "b", "--case", "c.stillwatch"]).ok().says("labels.csv");
    let info = bench.info("c.stillwatch");
    assert_eq!(info["exchanges"], 60_000);
    let sql = "SELECT count(DISTINCT account_id) AS n FROM view_event";
    assert!(bench.number("c.stillwatch", sql) > 1_400);
}

#[test]
fn a_benchmark_is_the_same_as_lines_table_and_parquet_at_every_tier() {
    for tier in ["3", "5"] {
        let bench = Bench::new();
        let mut contents = BTreeSet::new();
        for format in ["jsonl", "csv", "parquet"] {
            make(&bench, format, &["--format", format, "--tier", tier]);
            let (log, case) =
                (format!("{format}/exchanges.{format}"), format!("{format}.stillwatch"));
            bench.run(&["import", &log, "--case", &case]).ok();
            let info = bench.run(&["info", &case, "--json", "--content"]).ok().json();
            contents.insert(info["content_sha256"].to_string());
        }
        assert_eq!(contents.len(), 1, "tier {tier}");
    }
}

#[test]
fn below_tier_2_there_is_no_accounts_table() {
    let bench = Bench::new();
    make(&bench, "b", &["--tier", "1", "--prevalence", "0"]);
    assert!(!bench.names_in("b").contains(&"accounts.csv".to_owned()));
    let labels = fs::read_to_string(bench.path("b/labels.csv")).unwrap();
    assert!(!labels.contains(",campaign,"));
}

#[test]
fn what_cannot_be_planted_is_wrong_usage_and_says_why() {
    let bench = Bench::new();
    let synth = ["synth", "--out", "s"];
    let benchmark = [&synth[..], &["--scenario", "benchmark"]].concat();
    for (arguments, why) in [
        ([&benchmark[..], &["--accounts", "100"]].concat(), "too few accounts"),
        ([&benchmark[..], &["--events", "1000"]].concat(), "too few events"),
        ([&benchmark[..], &["--evasion", "E10"]].concat(), "no evasion is called \"E10\""),
        ([&benchmark[..], &["--evasion", "E1,none"]].concat(), "none alone"),
        ([&benchmark[..], &["--prevalence", "60"]].concat(), "0 to 20"),
        ([&benchmark[..], &["--prevalence", "NaN"]].concat(), "0 to 20"),
        ([&benchmark[..], &["--tier", "6"]].concat(), "0..=5"),
        ([&synth[..], &["--tier", "2"]].concat(), "--tier belongs to --scenario benchmark"),
        ([&synth[..], &["--evasion", "E1"]].concat(), "--evasion belongs to"),
    ] {
        bench.run(&arguments).ends(2).says(why);
    }
    assert!(bench.names().is_empty());
}
