//! What a synthetic log promises.

use std::collections::{HashMap, HashSet};

use super::*;

struct Log {
    world: World,
    rows: Vec<serde_json::Value>,
    bytes: Vec<u8>,
}

fn make(scenario: Scenario, events: u64, accounts: u32, seed: u64) -> Log {
    let world = World::build(&Options { events, accounts, seed, scenario }).unwrap();
    let mut bytes = Vec::new();
    let written = world.write_log(&mut bytes, &Progress::default()).unwrap();
    let rows: Vec<serde_json::Value> = bytes
        .split(|b| *b == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    assert_eq!(written, rows.len() as u64);
    Log { world, rows, bytes }
}

fn text<'a>(row: &'a serde_json::Value, field: &str) -> &'a str {
    row[field].as_str().unwrap_or("")
}

impl Log {
    /// The rows of a benchmark class.
    fn of(&self, class: &str) -> Vec<&serde_json::Value> {
        let ids: HashSet<&str> = self.ids(class).into_iter().collect();
        self.rows.iter().filter(|row| ids.contains(text(row, "account_id"))).collect()
    }

    fn ids(&self, class: &str) -> Vec<&str> {
        let accounts = self.world.accounts.iter();
        accounts
            .filter(|a| self.world.groups[a.group as usize].id == class)
            .map(|a| a.id.as_str())
            .collect()
    }
}

#[test]
fn a_log_has_exactly_the_records_asked_for_in_time_order_from_every_account() {
    let log = make(Scenario::Sample, 20_000, 500, 3);
    assert_eq!(log.rows.len(), 20_000);
    let times: Vec<&str> = log.rows.iter().map(|row| text(row, "timestamp")).collect();
    assert!(times.is_sorted());
    let seen: HashSet<&str> = log.rows.iter().map(|row| text(row, "account_id")).collect();
    assert!(seen.len() > 490, "{}", seen.len());
    let ids: HashSet<&str> = log.rows.iter().map(|row| text(row, "request_id")).collect();
    assert_eq!(ids.len(), 20_000);
    let size = log.bytes.len() / log.rows.len();
    assert!((450..700).contains(&size), "{size} bytes a record");
}

#[test]
fn the_same_options_give_the_same_bytes_and_another_seed_others() {
    let bytes = |seed| make(Scenario::Sample, 15_000, 450, seed).bytes;
    assert_eq!(bytes(3), bytes(3));
    assert_ne!(bytes(3), bytes(4));
}

#[test]
fn accounts_act_only_while_they_exist() {
    let log = make(Scenario::Sample, 20_000, 500, 5);
    let lives: HashMap<&str, (String, Option<String>)> = log
        .world
        .accounts
        .iter()
        .map(|a| {
            let time = |us| crate::model::Time(us).to_string();
            (a.id.as_str(), (time(a.created_us / 1_000 * 1_000 - 1_000), a.closed_us.map(time)))
        })
        .collect();
    for row in &log.rows {
        let (created, closed) = &lives[text(row, "account_id")];
        let at = text(row, "timestamp");
        assert!(at > created.as_str(), "{at} before {created}");
        assert!(closed.as_ref().is_none_or(|closed| at < closed.as_str()), "{at} after {closed:?}");
    }
}

#[test]
fn the_rotation_pool_takes_turns_and_nobody_else_has_its_instruction() {
    let log = make(Scenario::Sample, 60_000, 1_200, 7);
    let rows = log.of("C01");
    let suffix = "name the step a weaker solver would get wrong";
    assert!(rows.iter().all(|row| text(row, "prompt").contains(suffix)));
    assert_eq!(log.rows.iter().filter(|r| text(r, "prompt").contains(suffix)).count(), rows.len());
    let items: HashSet<&str> =
        rows.iter().map(|row| text(row, "prompt").split('.').next().unwrap()).collect();
    assert_eq!(items.len(), rows.len(), "no item is asked twice");
    // In turn: between two sessions of one account nearly every other member has one.
    let mut starts: Vec<&str> = Vec::new();
    for row in rows.iter().filter(|row| text(row, "timestamp") < "2026-03-16") {
        let account = text(row, "account_id");
        if starts.last() != Some(&account) {
            starts.push(account);
        }
    }
    let gaps: Vec<usize> = (0..starts.len())
        .filter_map(|i| starts[i + 1..].iter().position(|a| *a == starts[i]))
        .filter(|gap| *gap > 3)
        .collect();
    let regular = gaps.iter().filter(|gap| (19..=27).contains(*gap)).count();
    assert!(regular * 10 > gaps.len() * 8, "{regular} of {}", gaps.len());
}

#[test]
fn the_light_network_makes_four_requests_each_and_hands_reasoning_over() {
    let log = make(Scenario::Sample, 60_000, 1_200, 7);
    let rows = log.of("C06");
    assert_eq!(rows.len(), 4 * log.ids("C06").len());
    let mut issued = HashMap::new();
    let mut handed_over = 0;
    for row in &rows {
        if let Some(from) = issued.get(text(row, "replayed_signature")) {
            handed_over += usize::from(*from != text(row, "account_id"));
        }
        issued.insert(text(row, "reasoning_signature"), text(row, "account_id"));
    }
    assert!(handed_over > rows.len() / 6, "{handed_over} of {}", rows.len());
    let ips: HashSet<&str> = rows.iter().map(|row| text(row, "client_ip")).collect();
    assert!(ips.len() >= log.ids("C06").len() * 9 / 10, "they share no address");
}

#[test]
fn ordinary_accounts_replay_only_their_own_reasoning() {
    let log = make(Scenario::Benign, 30_000, 800, 7);
    let mut issued = HashMap::new();
    for row in &log.rows {
        if let Some(from) = issued.get(text(row, "replayed_signature")) {
            assert_eq!(*from, text(row, "account_id"));
        }
        if row["reasoning_signature"].is_string() {
            issued.insert(text(row, "reasoning_signature"), text(row, "account_id"));
        }
    }
    assert!(log.of("C01").is_empty() && log.of("C06").is_empty());
}

#[test]
fn traffic_has_a_heavy_tail_and_a_night() {
    let log = make(Scenario::Sample, 60_000, 1_200, 7);
    let mut counts: HashMap<&str, u64> = HashMap::new();
    let mut hours = [0u64; 24];
    for row in &log.rows {
        *counts.entry(text(row, "account_id")).or_default() += 1;
        hours[text(row, "timestamp")[11..13].parse::<usize>().unwrap()] += 1;
    }
    let mut counts: Vec<u64> = counts.into_values().collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let top: u64 = counts[..12].iter().sum();
    assert!((10_000..40_000).contains(&top), "the busiest 1 % make {top} of 60,000");
    let (least, most) = (hours.iter().min().unwrap(), hours.iter().max().unwrap());
    assert!(*most > 2 * *least, "{hours:?}");
}

#[test]
fn the_tables_name_every_account_once_and_parse() {
    let log = make(Scenario::Sample, 20_000, 500, 3);
    for (table, columns) in [(log.world.accounts_csv(), 13), (log.world.labels_csv(), 7)] {
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        assert_eq!(reader.headers().unwrap().len(), columns);
        let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 500);
    }
    assert!(log.world.releases_csv().contains("atlas-4 released"));
}

#[test]
fn too_small_a_world_says_what_it_needs() {
    let small = |events, accounts| {
        let options = Options { events, accounts, seed: 1, scenario: Scenario::Sample };
        World::build(&options).unwrap_err().to_string()
    };
    assert!(small(60_000, 100).starts_with("too few accounts"));
    assert!(small(1_000, 1_200).starts_with("too few events"));
}

#[test]
fn a_cancelled_log_stops() {
    let options = Options { events: 20_000, accounts: 500, seed: 1, scenario: Scenario::Sample };
    let progress = Progress::default();
    progress.cancel();
    let world = World::build(&options).unwrap();
    assert!(matches!(world.write_log(&mut Vec::new(), &progress), Err(WriteError::Cancelled(_))));
}
