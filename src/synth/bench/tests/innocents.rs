//! Look-alikes are there in number, look alike, and lack what makes a campaign.

use super::*;
use crate::synth::world::Role;

/// Accounts and networks of each class at a size.
fn classes(accounts: u32) -> HashMap<&'static str, (usize, usize)> {
    let events = u64::from(accounts) * 250;
    let options = Options { events, accounts, ..Options::default() };
    let bench = Bench::build(&options).expect("a world");
    let mut classes: HashMap<&str, (usize, usize)> = HashMap::new();
    for network in bench.networks.iter().filter(|n| n.spec.role == Role::LookAlike) {
        let (networks, accounts) = classes.entry(network.spec.id).or_default();
        *networks += 1;
        *accounts += network.members.len();
    }
    classes
}

#[test]
fn every_class_is_planted_thirty_times_where_there_are_8000_accounts() {
    let classes = classes(8_000);
    for n in 1..=19 {
        let id = format!("L{n:02}");
        let (networks, accounts) = classes[id.as_str()];
        if ["L08", "L10", "L12"].contains(&id.as_str()) {
            assert!(networks > 4 && accounts >= 300, "{id}: {networks} of {accounts}");
        } else {
            assert!(networks >= 30 && accounts >= 30, "{id}: {networks} of {accounts}");
        }
    }
    assert_eq!(classes.len(), 19);
}

#[test]
fn every_class_is_there_in_a_small_log_too() {
    assert_eq!(classes(1_200).len(), 19);
}

#[test]
fn reasoning_changes_hands_only_in_campaigns_and_between_colleagues_who_fork() {
    let log = plain();
    let class: HashMap<&str, (&str, u32)> = log
        .bench
        .accounts
        .iter()
        .map(|a| (a.id.as_str(), (log.bench.networks[a.group as usize].spec.id, a.group)))
        .collect();
    let mut crossed = HashSet::new();
    for (from, to) in hand_overs(log.records.iter()).into_iter().filter(|(from, to)| from != to) {
        assert_eq!(class[from].1, class[to].1, "never between networks");
        crossed.insert(class[to].0);
    }
    assert_eq!(crossed, HashSet::from(["C06", "C07", "C11", "L17"]));
}

#[test]
fn people_with_one_assignment_and_benchmarks_ask_the_same_items_as_others() {
    let log = plain();
    for class in ["L02", "L03", "L10"] {
        let mut by_prompt: HashMap<&str, usize> = HashMap::new();
        let networks = log.networks(class);
        let records: Vec<&Record> = networks.iter().flat_map(|n| log.of(n)).collect();
        for record in answered(&records) {
            let key = if class == "L10" { &record.prompt[..] } else { record.prompt.as_str() };
            *by_prompt.entry(key).or_default() += 1;
        }
        if class == "L10" {
            let questions: HashSet<_> =
                by_prompt.keys().filter_map(|p| p.split("question ").nth(1)?.get(..2)).collect();
            assert!(questions.len() <= 30, "{questions:?}");
        } else {
            assert!(by_prompt.values().any(|n| *n >= 4), "{class}");
        }
    }
}

#[test]
fn stations_pool_accounts_and_cards_but_harvest_nothing() {
    let log = plain();
    for network in log.networks("L12") {
        assert!(network.spec.coordinated && !network.spec.harvesting);
        let members = network.members.start as usize..network.members.end as usize;
        let accounts = &log.bench.accounts[members];
        let cards: HashSet<_> = accounts.iter().map(|a| &a.papers.payment).collect();
        assert!(cards.len() * 4 < accounts.len(), "{} cards", cards.len());
        for record in log.of(network) {
            assert!(!record.prompt.contains("step by step") || record.prompt.contains("Explain"));
            assert!(record.replayed_signature.is_none());
        }
    }
}

#[test]
fn dormitories_share_an_address_and_papers_of_their_own() {
    let log = plain();
    for network in log.networks("L08") {
        let records = log.of(network);
        let mut at: HashMap<&str, HashSet<&str>> = HashMap::new();
        for record in &records {
            let ip = record.client_ip.as_deref().expect("tier 5");
            at.entry(ip).or_default().insert(&record.account_id);
        }
        let most = at.values().map(HashSet::len).max().unwrap_or(0);
        assert!(most * 10 > network.members.len() * 8, "{most} of {}", network.members.len());
        let members = network.members.start as usize..network.members.end as usize;
        let paid = log.bench.accounts[members].iter().filter_map(|a| a.papers.payment.as_ref());
        let (mut cards, mut payers) = (HashSet::new(), 0);
        paid.for_each(|card| {
            cards.insert(card);
            payers += 1;
        });
        assert_eq!(cards.len(), payers);
    }
}

#[test]
fn what_is_sanctioned_says_so_in_the_papers() {
    let bench = &plain().bench;
    for network in bench.networks.iter().filter(|n| n.spec.sanctioned) {
        let [_, _, program, reason] = network.spec.papers;
        assert!(!program.is_empty() || !reason.is_empty(), "{}", network.spec.id);
    }
    let harvest: HashSet<&str> = bench
        .networks
        .iter()
        .filter(|n| n.spec.harvesting && n.spec.role != Role::Campaign)
        .map(|n| n.spec.id)
        .collect();
    assert_eq!(harvest, HashSet::from(["L14"]));
}
