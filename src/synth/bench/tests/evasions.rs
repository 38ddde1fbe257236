//! Each evasion changes what it says, and nothing else.

use super::*;
use crate::model::time::{HOUR_US, MINUTE_US};

/// A log with one evasion.
fn with(evasion: Evasion) -> Log {
    let options = Options { events: 60_000, accounts: 1_500, ..small(9, Some(vec![evasion])) };
    Log::make(&options)
}

impl Log {
    fn variant(&self, class: &str) -> &Network {
        let mut all = self.bench.networks.iter();
        all.find(|n| n.spec.id == class && n.spec.evasion.is_some()).expect("planted")
    }

    fn variant_accounts(&self, class: &str) -> &[Account] {
        let members = &self.variant(class).members;
        &self.bench.accounts[members.start as usize..members.end as usize]
    }
}

/// The shape of a prompt: its words without numbers and without what comes from lists of things.
fn shape(prompt: &str) -> String {
    prompt.split(' ').filter(|w| !w.contains(|c: char| c.is_ascii_digit())).collect()
}

#[test]
fn each_is_planted_as_a_variant_of_three_campaigns() {
    let log = with(Evasion::E4);
    let variants: Vec<&str> = log
        .bench
        .networks
        .iter()
        .filter(|n| n.spec.evasion == Some(Evasion::E4))
        .map(|n| n.spec.id)
        .collect();
    assert_eq!(variants, ["C02", "C04", "C07"]);
    assert!(log.bench.labels_csv().contains(",E4\n"));
}

#[test]
fn e1_takes_the_bursts_apart() {
    let log = with(Evasion::E1);
    let records = log.of(log.variant("C02"));
    let far = records.windows(2).filter(|w| w[1].at_us - w[0].at_us > 5 * MINUTE_US).count();
    let together = plain().only("C02");
    let apart = together.windows(2).filter(|w| w[1].at_us - w[0].at_us > 5 * MINUTE_US).count();
    assert!(share(far, records.len()) > 1.5 * share(apart, together.len()));
}

#[test]
fn e2_has_more_than_200_surface_forms() {
    let log = with(Evasion::E2);
    for class in ["C02", "C04", "C07"] {
        let records = answered(&log.of(log.variant(class)));
        let forms: HashSet<String> = records.iter().map(|r| shape(&r.prompt)).collect();
        assert!(forms.len() > 200.min(records.len() / 2), "{class}: {}", forms.len());
    }
}

#[test]
fn e3_hands_out_at_random() {
    let log = with(Evasion::E3);
    let records = log.of(log.variant("C02"));
    let mut busy: HashMap<i64, HashSet<&str>> = HashMap::new();
    for record in &records {
        busy.entry(record.at_us / (2 * MINUTE_US)).or_default().insert(&record.account_id);
    }
    let members = log.variant("C02").members.len();
    let all = busy.values().filter(|accounts| accounts.len() == members).count();
    assert!(share(all, busy.len()) < 0.02, "{all} of {}", busy.len());
}

#[test]
fn e4_shares_neither_address_nor_card() {
    let log = with(Evasion::E4);
    for class in ["C02", "C04", "C07"] {
        let accounts = log.variant_accounts(class);
        let cards: HashSet<_> = accounts.iter().map(|a| &a.papers.payment).collect();
        let places: HashSet<_> = accounts.iter().map(|a| &a.origins[0].ip).collect();
        assert_eq!((cards.len(), places.len()), (accounts.len(), accounts.len()));
    }
}

#[test]
fn e5_is_seventy_per_cent_unrelated_and_every_request_is_labelled() {
    let log = with(Evasion::E5);
    let mut labels = Vec::new();
    log.bench.write_request_labels(&mut labels, &Progress::default()).expect("memory");
    let labels = String::from_utf8(labels).expect("text");
    let truth: HashMap<&str, bool> = labels
        .lines()
        .skip(1)
        .filter_map(|line| Some((line.split(',').next()?, line.ends_with(",1"))))
        .collect();
    for class in ["C02", "C04", "C07"] {
        let records = log.of(log.variant(class));
        let harvest = records.iter().filter(|r| truth[r.request_id.as_str()]).count();
        assert!((0.27..0.33).contains(&share(harvest, records.len())), "{class}: {harvest}");
    }
}

#[test]
fn e6_halves_the_rate_and_doubles_the_accounts() {
    let rate = |network: &Network| network.total as f64 / network.members.len() as f64;
    let options = Options { events: 4_000_000, accounts: 8_000, prevalence: 5.0, ..small(9, None) };
    let evasions = Some(vec![Evasion::E6]);
    let bench = Bench::build(&Options { evasions, ..options }).expect("a world");
    let c02 = |evasive: bool| {
        let mut all = bench.networks.iter();
        all.find(|n| n.spec.id == "C02" && n.spec.evasion.is_some() == evasive).expect("planted")
    };
    let variant = c02(true);
    let ratio = rate(variant) / rate(c02(false));
    assert!((0.45..0.55).contains(&ratio), "{ratio}");
    assert!(variant.members.len().is_multiple_of(2));
}

#[test]
fn e7_keeps_office_hours() {
    let log = with(Evasion::E7);
    for class in ["C02", "C04", "C07"] {
        let records = log.of(log.variant(class));
        // Nine to six, eight hours ahead of UTC.
        let inside = |r: &&&Record| {
            let hour = (r.at_us / HOUR_US + 8).rem_euclid(24);
            (7..=20).contains(&hour)
        };
        let office = records.iter().filter(inside).count();
        assert!(share(office, records.len()) > 0.9, "{class}: {office} of {}", records.len());
    }
}

#[test]
fn e8_takes_up_the_new_model_over_a_week() {
    let log = with(Evasion::E8);
    let records = log.of(log.variant("C04"));
    let mut first: HashMap<&str, i64> = HashMap::new();
    for record in records.iter().filter(|r| r.model == "atlas-4") {
        first.entry(&record.account_id).or_insert(record.at_us);
    }
    let (min, max) = (first.values().min().expect("some"), first.values().max().expect("some"));
    assert!(max - min > 2 * DAY_US && max - min < 9 * DAY_US, "{}", (max - min) / HOUR_US);
}

#[test]
fn e9_and_all_strip_the_metadata() {
    for evasion in [Evasion::E9, Evasion::All] {
        let log = with(evasion);
        for class in ["C02", "C04", "C07"] {
            for record in log.of(log.variant(class)) {
                assert_eq!(record.client_ip, None);
                assert_eq!(record.session_id, None);
                assert_eq!(record.pathway.as_deref(), Some("aggregator"));
            }
            let id = &log.variant_accounts(class)[0].id;
            let accounts = log.bench.accounts_csv().expect("tier 5");
            let row = accounts.lines().find(|l| l.starts_with(id.as_str())).expect("listed");
            assert!(!row.contains("pay_"), "{row}");
        }
    }
}
