//! How much is planted, by the published figures.

use super::*;
use crate::synth::bench::campaigns::PUBLISHED;

/// Requests, accounts in use, days.
const FIGURES: [(&str, f64, f64, f64); 11] = [
    ("C01", 151e6, 3_500.0, 60.0),
    ("C02", 150e3, 120.0, 30.0),
    ("C03", 3.4e6, 400.0, 45.0),
    ("C04", 13e6, 2_500.0, 45.0),
    ("C07", 3.4e6, 273.0, 17.0),
    ("C08", 400e3, 1_500.0, 20.0),
    ("C09", 100e3, 40.0, 10.0),
    ("C10", 102e3, 245.0, 14.0),
    ("C11", 300e3, 5_380.0, 10.0),
    ("C12", 28.8e6, 24_975.0, 45.0),
    ("C06", 16e3, 4_000.0, 1.0),
];

#[test]
fn at_the_published_size_every_campaign_has_its_published_intensity() {
    let options = Options { events: 16_000_000, accounts: 24_000, ..Options::default() };
    let bench = Bench::build(&options).expect("a world");
    for (class, requests, accounts, days) in FIGURES {
        let plain = |n: &&Network| n.spec.id == class && n.spec.evasion.is_none();
        let network = bench.networks.iter().find(plain).expect("planted");
        let published = requests / accounts / days;
        let spec = &network.spec;
        let planted = if class == "C06" {
            4.0
        } else {
            let days = f64::from(spec.days.end - spec.days.start);
            network.total as f64 / f64::from(spec.at_once) / days
        };
        assert!((planted / published - 1.0).abs() < 0.05, "{class}: {planted} for {published}");
    }
}

#[test]
fn in_a_small_log_the_light_campaigns_keep_their_intensity_and_the_heavy_ones_are_cut_alike() {
    let log = plain();
    let rate = |class: &str| {
        let network = log.networks(class)[0];
        let days = f64::from(network.spec.days.end - network.spec.days.start);
        let members: HashSet<&str> = log.ids(network).into_iter().collect();
        let calls = log.records.iter().filter(|r| members.contains(r.account_id.as_str()));
        calls.count() as f64 / f64::from(network.spec.at_once) / days
    };
    assert!((rate("C11") / 5.6 - 1.0).abs() < 0.05, "{}", rate("C11"));
    let ceiling = rate("C12");
    for class in ["C01", "C03", "C04", "C07", "C09"] {
        assert!((rate(class) / ceiling - 1.0).abs() < 0.05, "{class}: {}", rate(class));
    }
}

#[test]
fn accounts_follow_the_square_root_of_the_published_numbers() {
    let options = Options { events: 16_000_000, accounts: 24_000, ..Options::default() };
    let bench = Bench::build(&Options { evasions: Some(Vec::new()), ..options }).expect("a world");
    let members = |id: &str| {
        let network = bench.networks.iter().find(|n| n.spec.id == id).expect("planted");
        f64::from(network.spec.members)
    };
    let campaigns: f64 = PUBLISHED.iter().map(|p| members(p.id)).sum();
    assert_eq!(campaigns, 1_200.0, "five per cent");
    for p in &PUBLISHED {
        let share = f64::from(p.accounts).sqrt() / 750.0 * 1_200.0;
        let least = f64::from(p.least);
        assert!((share * 0.8..share * 1.2 + least).contains(&members(p.id)), "{}", p.id);
    }
}

#[test]
fn few_ordinary_accounts_make_much_of_the_traffic_and_nights_are_quiet() {
    for background in [Background::Tuning, Background::Holdout] {
        let options = Options { background, prevalence: 0.0, ..small(5, None) };
        let log = Log::make(&options);
        let records: Vec<&Record> = log.records.iter().collect();
        let mut counts: Vec<usize> = per_account(&records).into_values().collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        let top = share(counts[..30].iter().sum(), records.len());
        assert!((0.2..0.7).contains(&top), "{background:?}: the busiest 1 % make {top}");
        let mut hours = [0; 24];
        records.iter().for_each(|r| hours[(r.at_us.rem_euclid(DAY_US) / HOUR_US) as usize] += 1);
        let (least, most) = (hours.iter().min().expect("24"), hours.iter().max().expect("24"));
        assert!(2 * most > 3 * least, "{background:?}: {hours:?}");
    }
}
