//! What the benchmark promises, read from the logs it writes.

mod arms;
mod campaigns;
mod evasions;
mod innocents;
mod intensity;
mod tables;

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use serde::Deserialize;

use super::*;

/// A record of the log, as far as the tests look.
#[derive(Debug, Deserialize)]
struct Record {
    #[serde(rename = "timestamp", deserialize_with = "time")]
    at_us: i64,
    request_id: String,
    account_id: String,
    session_id: Option<String>,
    pathway: Option<String>,
    region: Option<String>,
    model: String,
    status: u64,
    stop_reason: Option<String>,
    client_ip: Option<String>,
    country: Option<String>,
    system: Option<String>,
    #[serde(default)]
    prompt: String,
    reasoning_signature: Option<String>,
    replayed_signature: Option<String>,
}

fn time<'d, D: serde::Deserializer<'d>>(from: D) -> Result<i64, D::Error> {
    let text = String::deserialize(from)?;
    let time: jiff::Timestamp = text.parse().map_err(serde::de::Error::custom)?;
    Ok(time.as_microsecond())
}

/// A world and its log.
struct Log {
    bench: Bench,
    bytes: Vec<u8>,
    records: Vec<Record>,
}

impl Log {
    fn make(options: &Options) -> Self {
        let bench = Bench::build(options).expect("a world of that size");
        let mut bytes = Vec::new();
        let written = bench.write_log(&mut bytes, &Progress::default()).expect("memory");
        let lines = bytes.split(|b| *b == b'\n').filter(|line| !line.is_empty());
        let records: Vec<Record> =
            lines.map(|line| serde_json::from_slice(line).expect("a record")).collect();
        assert_eq!(written, records.len() as u64);
        Self { bench, bytes, records }
    }

    /// The networks of a class, without evasions.
    fn networks(&self, class: &str) -> Vec<&Network> {
        let networks = self.bench.networks.iter();
        networks.filter(|n| n.spec.id == class && n.spec.evasion.is_none()).collect()
    }

    /// The accounts of a network, by id.
    fn ids(&self, network: &Network) -> Vec<&str> {
        let members = network.members.start as usize..network.members.end as usize;
        self.bench.accounts[members].iter().map(|a| a.id.as_str()).collect()
    }

    /// The records of a network.
    fn of(&self, network: &Network) -> Vec<&Record> {
        let ids: HashSet<&str> = self.ids(network).into_iter().collect();
        self.records.iter().filter(|r| ids.contains(r.account_id.as_str())).collect()
    }

    /// The records of the only network of a class.
    fn only(&self, class: &str) -> Vec<&Record> {
        let networks = self.networks(class);
        assert_eq!(networks.len(), 1, "{class}");
        self.of(networks[0])
    }
}

/// 150,000 exchanges of 3,000 accounts with every campaign and no evasion, made once.
fn plain() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| Log::make(&small(3, Some(Vec::new()))))
}

fn small(seed: u64, evasions: Option<Vec<Evasion>>) -> Options {
    Options { events: 150_000, accounts: 3_000, seed, evasions, ..Options::default() }
}

fn answered<'a>(records: &[&'a Record]) -> Vec<&'a Record> {
    records.iter().filter(|r| r.status == 200).copied().collect()
}

/// Which accounts make calls, and how many.
fn per_account<'a>(records: &[&'a Record]) -> HashMap<&'a str, usize> {
    let mut counts = HashMap::new();
    for record in records {
        *counts.entry(record.account_id.as_str()).or_default() += 1;
    }
    counts
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

/// For each reasoning block that was submitted: who was given it, and who submitted it.
fn hand_overs<'a>(records: impl Iterator<Item = &'a Record>) -> Vec<(&'a str, &'a str)> {
    let (mut issued, mut handed) = (HashMap::new(), Vec::new());
    for record in records {
        if let Some(block) = &record.replayed_signature {
            let from = issued.get(block).copied();
            handed.push((from.expect("issued before it is submitted"), record.account_id.as_str()));
        }
        if let Some(block) = &record.reasoning_signature {
            issued.insert(block, record.account_id.as_str());
        }
    }
    handed
}
