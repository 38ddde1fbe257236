//! Cases that have next to nothing, or something odd: the detectors run or say why not, no number
//! that a person can see is anything but a number, and nobody is accused where nothing can be
//! known.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};
use stillwatch::store::CaseFile;

use crate::support::Bench;

/// A record under way.
type Record = Map<String, Value>;

/// 2026-03-01T00:00:00Z, s.
const START: u64 = 1_772_323_200;
const DAY: u64 = 86_400;

/// SplitMix64: the same log on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

/// Words that prompts are made of.
const WORDS: [&str; 24] = [
    "river", "copper", "garden", "window", "letter", "summer", "bridge", "kettle", "mountain",
    "pencil", "harbour", "orchard", "lantern", "meadow", "station", "village", "violin", "market",
    "winter", "feather", "cellar", "island", "carpet", "thunder",
];

/// Calls of people who know nothing of each other, at any time of so many seconds, each from an
/// address and with words of its own.
fn strangers(accounts: u64, calls: u64, seconds: u64) -> Vec<Record> {
    let mut dice = Dice(5);
    let mut at: Vec<u64> = (0..calls).map(|_| dice.below(seconds * 1_000)).collect();
    at.sort_unstable();
    let call = |(i, at): (usize, u64)| {
        let account = dice.below(accounts);
        let ms = START * 1_000 + at;
        let words: Vec<&str> = (0..9).map(|_| WORDS[dice.below(24) as usize]).collect();
        let value = json!({
            "timestamp": time(ms), "request_id": format!("r{i}"),
            "account_id": format!("ac{account:03}"), "model": "atlas-3", "status": 200,
            "input_tokens": 20 + dice.below(900), "output_tokens": 10 + dice.below(700),
            "latency_ms": 300 + dice.below(4_000), "client_ip": format!("198.51.{account}.7"),
            "user_agent": format!("client/{}", account % 5), "prompt": words.join(" "),
        });
        value.as_object().unwrap().clone()
    };
    at.into_iter().enumerate().map(call).collect()
}

fn time(ms: u64) -> String {
    let at = jiff::Timestamp::from_millisecond(ms as i64).unwrap();
    format!("{at:.3}")
}

fn lines(records: &[Record]) -> String {
    records.iter().map(|record| format!("{}\n", json!(record))).collect()
}

/// The same records without some fields.
fn without(mut records: Vec<Record>, fields: &[&str]) -> Vec<Record> {
    records.iter_mut().for_each(|record| record.retain(|name, _| !fields.contains(&name.as_str())));
    records
}

/// A case of these records.
fn case_of(records: &[Record]) -> Bench {
    let bench = Bench::new();
    bench.file("log.jsonl", lines(records));
    bench.run(&["import", "log.jsonl", "--case", "c.stillwatch"]).ok();
    bench
}

/// Runs the detectors, prints and exports everything, and reads all of it for what is no number.
/// Gives the accounts with the level of each.
fn looked_at(bench: &Bench) -> Vec<(String, String)> {
    let ran = bench.run(&["analyze", "c.stillwatch", "--json"]).ok();
    for detector in ran.json()["detectors"].as_array().unwrap() {
        let says_why = detector["why"].as_str().is_some_and(|why| !why.is_empty());
        assert!(detector["state"] != "not_run" || says_why, "{detector}");
    }
    let found = bench.run(&["findings", "c.stillwatch", "--json"]).ok();
    let shown = [
        ran.out.clone(),
        found.out.clone(),
        bench.run(&["findings", "c.stillwatch"]).ok().out,
        bench.run(&["info", "c.stillwatch"]).ok().out,
        bench.run(&["info", "c.stillwatch", "--json"]).ok().out,
    ];
    shown.iter().for_each(|text| holds_only_numbers(text, "what is printed"));
    scores_are_numbers(&found.json());
    bench.run(&["export", "c.stillwatch", "--out", "p", "--only", "csv,json,figures"]).ok();
    holds_only_numbers_below(&bench.path("p"));
    bench.run(&["verify", "p"]).ok();
    bench.run(&["verify", "c.stillwatch"]).ok();
    let mut accounts = csv::Reader::from_path(bench.path("p/accounts.csv")).unwrap();
    let level = accounts.headers().unwrap().iter().position(|name| name == "level").unwrap();
    let of = |row: csv::StringRecord| (row[0].to_owned(), row[level].to_owned());
    accounts.records().map(|row| of(row.unwrap())).collect()
}

/// Files of a package, folders within it included.
fn holds_only_numbers_below(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            holds_only_numbers_below(&path);
        } else if let Ok(text) = fs::read_to_string(&path) {
            holds_only_numbers(&text, path.to_str().unwrap());
        }
    }
}

/// No word of a text may be what a number is called that is none.
#[track_caller]
fn holds_only_numbers(text: &str, place: &str) {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let is_none = |word: &&str| ["nan", "inf", "infinity"].contains(&word.to_lowercase().as_str());
    if let Some(word) = words.into_iter().find(is_none) {
        let line = text.lines().find(|line| line.contains(word));
        panic!("{place} says {word}: {line:?}");
    }
}

/// JSON has no word for what is no number: it says null. Where a number must stand, one does.
fn scores_are_numbers(found: &Value) {
    for subject in ["clusters", "accounts"].iter().flat_map(|of| found[of].as_array().unwrap()) {
        for score in ["coordination", "harvesting"] {
            let score = subject[score].as_f64().unwrap();
            assert!((0.0..=1.0).contains(&score), "{subject}");
        }
        for finding in subject["findings"].as_array().unwrap() {
            assert!(finding["statistic"].is_number() && finding["effect"].is_number(), "{finding}");
            let numbers = finding["numbers"].as_array().unwrap();
            assert!(numbers.iter().all(|number| number["value"].is_number()), "{finding}");
        }
    }
}

#[track_caller]
fn nobody_is_accused(levels: &[(String, String)]) {
    let accused: Vec<_> = levels.iter().filter(|(_, level)| level != "none").collect();
    assert!(accused.is_empty(), "{accused:?}");
}

#[test]
fn people_who_know_nothing_of_each_other_are_not_accused() {
    let levels = looked_at(&case_of(&strangers(40, 900, 10 * DAY)));
    assert_eq!(levels.len(), 40);
    nobody_is_accused(&levels);
}

#[test]
fn one_account_is_no_network() {
    let bench = case_of(&strangers(1, 300, 10 * DAY));
    let levels = looked_at(&bench);
    assert_eq!(levels.len(), 1);
    nobody_is_accused(&levels);
    let said = bench.run(&["findings", "c.stillwatch"]).ok().out;
    assert!(!said.contains("other accounts, one more"), "there are none: {said}");
}

#[test]
fn one_call_is_no_network() {
    nobody_is_accused(&looked_at(&case_of(&strangers(1, 1, DAY))));
}

#[test]
fn what_has_no_addresses_prompts_or_tokens_is_looked_at_by_what_is_left() {
    let all = || strangers(40, 900, 10 * DAY);
    let tokens = ["input_tokens", "output_tokens"];
    for gone in [&["client_ip", "user_agent"][..], &["prompt"], &tokens] {
        nobody_is_accused(&looked_at(&case_of(&without(all(), gone))));
    }
    let bare =
        without(all(), &["client_ip", "user_agent", "prompt", "latency_ms", "model", "status"]);
    nobody_is_accused(&looked_at(&case_of(&without(bare, &tokens))));
}

#[test]
fn an_hour_of_data_accuses_nobody() {
    nobody_is_accused(&looked_at(&case_of(&strangers(40, 900, 3_600))));
}

#[test]
fn calls_that_all_have_one_time_are_not_taken_for_synchrony() {
    let mut records = strangers(40, 600, DAY);
    let same = json!("2026-03-01T10:00:00Z");
    records.iter_mut().for_each(|record| drop(record.insert("timestamp".into(), same.clone())));
    nobody_is_accused(&looked_at(&case_of(&records)));
}

#[test]
fn ids_that_differ_only_in_case_are_two_accounts() {
    let mut records = strangers(30, 600, 10 * DAY);
    for record in records.iter_mut().step_by(2) {
        let id = record["account_id"].as_str().unwrap().to_uppercase();
        record.insert("account_id".into(), json!(id));
    }
    let bench = case_of(&records);
    let levels = looked_at(&bench);
    assert_eq!(levels.len(), 60);
    assert!(levels.iter().any(|of| of.0 == "AC007") && levels.iter().any(|of| of.0 == "ac007"));
    for (_, level) in levels {
        assert!(level == "none" || level == "indicative", "{level}");
    }
    let said = bench.run(&["analyze", "c.stillwatch"]).ok().out;
    assert!(said.contains("60 are looked at apart"), "{said}");
}

/// The log of a gateway whose clock is five minutes ahead: of the same calls, without tokens.
fn five_minutes_ahead(records: &[Record]) -> Vec<Record> {
    let mut ahead = without(records.to_vec(), &["input_tokens", "output_tokens", "prompt"]);
    for record in &mut ahead {
        let at: jiff::Timestamp = record["timestamp"].as_str().unwrap().parse().unwrap();
        record.insert("timestamp".into(), json!(time(at.as_millisecond() as u64 + 300_000)));
    }
    ahead
}

#[test]
fn sources_whose_clocks_are_five_minutes_apart_accuse_nobody() {
    let records = strangers(40, 900, 10 * DAY);
    let bench = Bench::new();
    bench.file("a.jsonl", lines(&records)).file("b.jsonl", lines(&five_minutes_ahead(&records)));
    bench.run(&["import", "a.jsonl", "b.jsonl", "--case", "c.stillwatch"]).ok();
    let info = bench.run(&["info", "c.stillwatch"]).ok().out;
    let clock =
        format!("source 2 runs 300.0 s ahead of source 1 on {} joined calls", records.len());
    assert!(info.contains(&clock), "every call counts once, and the clock is told: {info}");
    nobody_is_accused(&looked_at(&bench));
    // Without an id nothing joins them for certain, either: every call counts twice.
    let apart = |records: &[Record]| lines(&without(records.to_vec(), &["request_id"]));
    let bench = Bench::new();
    bench.file("a.jsonl", apart(&records));
    bench.file("b.jsonl", apart(&five_minutes_ahead(&records)));
    bench.run(&["import", "a.jsonl", "b.jsonl", "--case", "c.stillwatch"]).ok();
    nobody_is_accused(&looked_at(&bench));
}

#[test]
fn one_row_in_a_hundred_twice_changes_no_finding() {
    let records = strangers(40, 900, 10 * DAY);
    let mut twice = records.clone();
    // As a log that was written again gives it: the same bytes, elsewhere.
    twice.extend(records.iter().step_by(100).cloned());
    let bench = case_of(&twice);
    let info = bench.info("c.stillwatch");
    assert_eq!((&info["rows"], &info["exchanges"]), (&json!(909), &json!(900)));
    let levels = looked_at(&bench);
    nobody_is_accused(&levels);
    assert_eq!(levels, looked_at(&case_of(&records)));
}

/// A small benchmark with networks in it, and what is known of its accounts.
fn networks() -> (Bench, Vec<Record>) {
    let bench = Bench::new();
    let small = ["synth", "--scenario", "benchmark", "--events", "13000", "--accounts", "400"];
    let more = ["--prevalence", "8", "--seed", "91", "--out", "b"];
    bench.run(&[&small[..], &more].concat()).ok();
    let log = fs::read_to_string(bench.path("b/exchanges.jsonl")).unwrap();
    let records = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (bench, records)
}

/// The levels where these logs are a case, and the detectors that say anything of anybody.
fn levels_of(bench: &Bench, logs: &[&str]) -> (Vec<(String, String)>, BTreeSet<String>) {
    for before in ["c.stillwatch", "c.stillwatch.exports"] {
        let _ = fs::remove_file(bench.path(before));
    }
    let tables = ["--accounts", "b/accounts.csv", "--releases", "b/releases.csv"];
    bench.run(&[&["import", "--case", "c.stillwatch"][..], &tables, logs].concat()).ok();
    let levels = looked_at(bench);
    let found = bench.run(&["findings", "c.stillwatch", "--json"]).ok().json();
    let subjects = ["clusters", "accounts"].map(|of| found[of].as_array().unwrap().clone());
    let all = subjects.iter().flatten().flat_map(|of| of["findings"].as_array().unwrap());
    let detectors = all.map(|finding| finding["detector"].as_str().unwrap().to_owned());
    (levels, detectors.collect())
}

fn accused(levels: &[(String, String)]) -> BTreeSet<&str> {
    let is = |level: &str| ["probable", "strong"].contains(&level);
    levels.iter().filter(|of| is(&of.1)).map(|of| of.0.as_str()).collect()
}

#[test]
fn exports_that_overlap_say_of_networks_what_one_export_says() {
    let (bench, records) = networks();
    let part = |from: usize, to: usize| {
        lines(&records[records.len() * from / 10..records.len() * to / 10])
    };
    let (whole, _) = levels_of(&bench, &["b/exchanges.jsonl"]);
    assert!(accused(&whole).len() > 10, "there is something to find: {whole:?}");
    bench.file("1.jsonl", part(0, 7)).file("2.jsonl", part(2, 9)).file("3.jsonl", part(1, 10));
    // Templates depend on the order in which prompts are read, and what is below may with them.
    let (parts, _) = levels_of(&bench, &["1.jsonl", "2.jsonl", "3.jsonl"]);
    assert_eq!(accused(&parts), accused(&whole));
}

#[test]
fn where_most_prompts_have_no_text_networks_are_found_all_the_same() {
    let (bench, mut records) = networks();
    for record in records.iter_mut().enumerate().filter(|(i, _)| i % 10 < 7).map(|(_, of)| of) {
        let Some(prompt) = record.remove("prompt") else { continue };
        let hash = xxhash_rust::xxh3::xxh3_64(prompt.to_string().as_bytes());
        record.insert("prompt_hash".into(), json!(format!("{hash:016x}")));
    }
    bench.file("log.jsonl", lines(&records));
    let (levels, detectors) = levels_of(&bench, &["log.jsonl"]);
    assert!(accused(&levels).len() > 10, "{levels:?}");
    assert!(detectors.contains("D21"), "{detectors:?}");
}

#[test]
fn calls_of_one_moment_show_no_order_in_networks_either() {
    let (bench, mut records) = networks();
    let same = json!("2026-03-01T10:00:00Z");
    records.iter_mut().for_each(|record| drop(record.insert("timestamp".into(), same.clone())));
    bench.file("log.jsonl", lines(&records));
    let (_, detectors) = levels_of(&bench, &["log.jsonl"]);
    for of_order in ["D01", "D02", "D03", "D04", "D05", "D06", "D07", "D28", "D31", "D32", "D34"] {
        assert!(!detectors.contains(of_order), "{of_order}");
    }
}

#[test]
fn an_empty_case_is_looked_at_and_has_nothing() {
    let bench = Bench::new();
    drop(CaseFile::create(&bench.path("c.stillwatch")).unwrap());
    assert!(looked_at(&bench).is_empty());
}
