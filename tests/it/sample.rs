//! The sample data is what the generator makes, and its README tells the truth.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use stillwatch::job::Progress;
use stillwatch::synth::{Options, Scenario, World};

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data").join(name)
}

fn log() -> Vec<u8> {
    let packed = fs::File::open(sample("exchanges.jsonl.zst")).unwrap();
    let mut bytes = Vec::new();
    zstd::Decoder::new(packed).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn the_sample_data_is_what_the_generator_makes_to_the_byte() {
    let (events, accounts) = Scenario::Sample.default_size();
    let options = Options { events, accounts, seed: 7, scenario: Scenario::Sample };
    let world = World::build(&options).unwrap();
    let mut made = Vec::new();
    world.write_log(&mut made, &Progress::default()).unwrap();
    // Not assert_eq: a difference would print 40 MB.
    assert!(made == log(), "exchanges.jsonl.zst differs: regenerate it as its README says");
    for (name, text) in [
        ("accounts.csv", world.accounts_csv()),
        ("releases.csv", world.releases_csv()),
        ("labels.csv", world.labels_csv()),
    ] {
        let kept = fs::read_to_string(sample(name)).unwrap();
        assert!(text == kept, "{name} differs: regenerate it as its README says");
    }
}

#[test]
fn the_sample_readme_counts_what_is_in_the_log() {
    let mut class_of = HashMap::new();
    let mut accounts: BTreeMap<(String, String, String), u64> = BTreeMap::new();
    for row in csv::Reader::from_path(sample("labels.csv")).unwrap().records() {
        let row = row.unwrap();
        let class = (row[2].to_owned(), row[3].to_owned(), row[1].to_owned());
        *accounts.entry(class.clone()).or_default() += 1;
        class_of.insert(row[0].to_owned(), class);
    }
    let mut exchanges: BTreeMap<_, u64> = BTreeMap::new();
    for line in log().split(|b| *b == b'\n').filter(|line| !line.is_empty()) {
        let record: serde_json::Value = serde_json::from_slice(line).unwrap();
        *exchanges.entry(&class_of[record["account_id"].as_str().unwrap()]).or_default() += 1;
    }
    let readme = fs::read_to_string(sample("README.md")).unwrap();
    for (class, accounts) in &accounts {
        let (id, name, role) = class;
        let exchanges = thousands(exchanges[class]);
        let row = format!("| {id} | {name} | {role} | {accounts} | {exchanges} |");
        assert!(readme.contains(&row), "the README lacks {row}");
    }
}

fn thousands(n: u64) -> String {
    if n < 1_000 { n.to_string() } else { format!("{},{:03}", n / 1_000, n % 1_000) }
}

#[test]
fn the_sample_stays_small_enough_for_a_repository() {
    let files = fs::read_dir(sample("")).unwrap();
    let size: u64 = files.map(|file| file.unwrap().metadata().unwrap().len()).sum();
    assert!(size < 5_000_000, "{size} bytes");
}
