//! What is left of the findings when columns are missing: the log of a folder is written again
//! without them, imported, and scored as before.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use stillwatch::case::{Author, ImportOptions, OpenCase, find, find_templates_if_due, import};
use stillwatch::detect::{Options, Outcome};
use stillwatch::job::Progress;
use stillwatch::model::Time;
use stillwatch::model::finding::DetectorState;
use xxhash_rust::xxh3::xxh3_64;

use super::contest::{self, Entry};
use super::labels;

/// What each tier has more than the one below it, from tier 1 on; see `synth --tier`.
const TIERS: [&[&str]; 5] = [
    &[
        "client_ip",
        "asn",
        "country",
        "region",
        "user_agent",
        "device_id",
        "session_id",
        "user_id",
        "pathway",
        "endpoint",
        "stop_reason",
        "latency_ms",
        "max_tokens",
        "temperature",
    ],
    &["org_id"],
    &["prompt_hash", "system_hash"],
    &["prompt", "system", "response"],
    &["reasoning_signature", "replayed_signature", "cached_tokens", "reasoning_tokens", "error"],
];
const ADDRESSES: &[&str] = &["client_ip", "asn", "country", "region"];

/// What is left out.
struct Arm {
    name: String,
    /// Fields of the records.
    fields: Vec<&'static str>,
    /// Texts become their hashes.
    is_hashed: bool,
    has_accounts: bool,
    has_bans: bool,
}

fn arms() -> Vec<Arm> {
    let mut arms: Vec<Arm> = (0..=TIERS.len()).rev().map(tier).collect();
    let all = || tier(TIERS.len());
    arms.push(Arm { name: "hashes of prompts only".into(), is_hashed: true, ..all() });
    let org = TIERS[1].to_vec();
    let name = "no attributes of accounts".into();
    arms.push(Arm { name, fields: org, has_accounts: false, ..all() });
    arms.push(Arm { name: "no addresses".into(), fields: ADDRESSES.to_vec(), ..all() });
    arms
}

fn tier(tier: usize) -> Arm {
    Arm {
        name: format!("tier {tier}"),
        // Hashes are made from the texts that are left out.
        fields: TIERS[tier..].concat(),
        is_hashed: tier == 3,
        has_accounts: tier >= 2,
        has_bans: tier >= 5,
    }
}

/// Prints a row for each arm, and which detectors are blind in it.
pub fn print(folder: &Path) {
    contest::header();
    let mut blind = Vec::new();
    for arm in arms() {
        let scratch = tempfile::tempdir().expect("room for a copy");
        arm.write(folder, scratch.path());
        let case = load(scratch.path(), &arm);
        let labels = labels::read(&folder.join("labels.csv"), case.index.accounts());
        let outcome = run(&case);
        Entry::of_run(&arm.name, &outcome, labels.len()).print(&labels);
        blind.push((arm.name, not_run(&outcome)));
    }
    println!();
    for (name, detectors) in blind {
        println!("{name:<30} blind: {detectors}");
    }
}

/// Runs the detectors as `analyze` does, templates first.
fn run(case: &OpenCase) -> Outcome {
    let progress = Progress::default();
    find_templates_if_due(case, &progress).expect("not cancelled");
    let options = Options { seed: 1, ..Options::default() };
    find(&case.looked_at(), &options, &progress).expect("not cancelled").outcome
}

fn not_run(outcome: &Outcome) -> String {
    let is_blind = |state: &DetectorState| matches!(state, DetectorState::NotRun { .. });
    let blind = outcome.detectors.iter().filter(|run| is_blind(&run.state));
    let ids: Vec<&str> = blind.map(|run| run.detector.as_str()).collect();
    if ids.is_empty() { "none".into() } else { ids.join(" ") }
}

fn load(folder: &Path, arm: &Arm) -> OpenCase {
    let case = folder.join("case.stillwatch");
    let options = ImportOptions {
        accounts: arm.has_accounts.then(|| folder.join("accounts.csv")),
        releases: Some(folder.join("releases.csv")),
        ..ImportOptions::default()
    };
    let author = Author { actor: "bench".into(), at: Time(0) };
    let log: PathBuf = folder.join("exchanges.jsonl");
    import(&case, &[log], &options, &author, &Progress::default()).expect("a log");
    OpenCase::load(&case, &Progress::default()).expect("a case")
}

impl Arm {
    /// Writes log and tables of a folder into another one, without what is left out.
    fn write(&self, from: &Path, to: &Path) {
        let log = File::open(from.join("exchanges.jsonl")).expect("exchanges.jsonl, not packed");
        let mut out = BufWriter::new(File::create(to.join("exchanges.jsonl")).expect("a file"));
        for line in BufReader::new(log).lines() {
            let record: Map<String, Value> =
                serde_json::from_str(&line.expect("a line")).expect("a record");
            writeln!(out, "{}", Value::Object(self.record(record))).expect("room");
        }
        out.flush().expect("room");
        if self.has_accounts {
            let without = (!self.has_bans).then_some("closed_at");
            copy(from, to, "accounts.csv", without, |_| true);
        }
        copy(from, to, "releases.csv", None, |row| self.has_bans || row.get(1) != Some("ban"));
    }

    fn record(&self, mut record: Map<String, Value>) -> Map<String, Value> {
        if self.is_hashed {
            for (text, hash) in [("prompt", "prompt_hash"), ("system", "system_hash")] {
                if let Some(Value::String(text)) = record.remove(text) {
                    let text = format!("h_{:016x}", xxh3_64(text.as_bytes()));
                    record.insert(hash.into(), Value::String(text));
                }
            }
            record.remove("response");
        }
        record.retain(|name, _| !self.fields.contains(&name.as_str()));
        record
    }
}

/// Copies a table without a column, and only some rows.
fn copy(
    from: &Path,
    to: &Path,
    name: &str,
    without: Option<&str>,
    keep: impl Fn(&csv::StringRecord) -> bool,
) {
    let text = fs::read(from.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let mut table = csv::Reader::from_reader(text.as_slice());
    let header = table.headers().expect("a header").clone();
    let mut out = csv::Writer::from_path(to.join(name)).expect("a file");
    let cells = |row: &csv::StringRecord| -> Vec<String> {
        let kept = header.iter().zip(row).filter(|(column, _)| Some(*column) != without);
        kept.map(|(_, cell)| cell.to_owned()).collect()
    };
    out.write_record(cells(&header)).expect("room");
    for row in table.records().map(|row| row.expect("a row")).filter(&keep) {
        out.write_record(cells(&row)).expect("room");
    }
    out.flush().expect("room");
}
