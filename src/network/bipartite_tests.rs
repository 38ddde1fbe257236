use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::index::testkit::random_index;
use crate::index::{Run, network_text};
use crate::model::{Call, Caller, Columns, Dimensions, Origin};

/// A case in which account `n` calls from the nth address with the nth client build, once.
fn case(calls: &[(&'static str, &'static str)]) -> Index {
    let mut dimensions = Dimensions { calls: vec![Call::default()], ..Dimensions::default() };
    let mut columns = Columns::default();
    for (account, (ip, agent)) in (0..).zip(calls) {
        dimensions.accounts.push(format!("ac{account}"));
        dimensions.callers.push(Caller { account, ..Caller::default() });
        let (client_ip, user_agent) = (Some((*ip).to_owned()), Some((*agent).to_owned()));
        dimensions.origins.push(Origin { client_ip, user_agent, ..Origin::default() });
        columns.at_us.push(i64::from(account));
        columns.caller.push(account);
        columns.origin.push(account);
        columns.call.push(0);
    }
    let run = Run { source_id: 1, first_event_id: 1, columns };
    Index::build(vec![run], dimensions, &Progress::default()).expect("sound")
}

fn network(index: &Index, attributes: &Attributes) -> Network {
    Network::of(index, attributes, Limits::default(), &Progress::default()).expect("not cancelled")
}

/// The one with that label.
fn find<'a>(network: &'a Network, label: &str) -> &'a Indicator {
    let all = || network.indicators.iter().map(Indicator::label).collect::<Vec<_>>();
    let found = network.indicators.iter().find(|indicator| indicator.label() == label);
    found.unwrap_or_else(|| panic!("{label} is none of {:?}", all()))
}

fn cards(of: &[(u32, &str)]) -> Attributes {
    let card = |value: &str| BTreeMap::from([("payment_fingerprint".into(), value.into())]);
    of.iter().map(|(account, value)| (format!("ac{account}"), card(value))).collect()
}

#[test]
fn a_value_that_two_accounts_have_ties_them_by_how_few_have_it() {
    let index = case(&[("198.51.100.7", "a"); 4]);
    let network = network(&index, &cards(&[(0, "f1"), (3, "f1"), (2, "f2")]));
    let card = find(&network, "card f1");
    let holder = |account| Holder { account, rows: 0, first: MISSING };
    assert_eq!(card.holders, [holder(0), holder(3)]);
    assert!((card.weight - 2.0 * 2.0_f64.ln()).abs() < 1e-12, "two of four have it");
    assert!(network.indicators.iter().all(|i| i.value != "f2"), "one account alone has it");
    let address = find(&network, "address 198.51.100.7");
    assert_eq!((address.standing, address.weight), (Standing::TooCommon, 0.0), "all have it");
    assert_eq!(address.holders[2], Holder { account: 2, rows: 1, first: 2 });
}

#[test]
fn what_many_stand_behind_ties_nobody_and_is_kept() {
    let mut calls =
        vec![("10.0.0.1", "a"), ("10.0.0.1", "b"), ("203.0.113.9", "c"), ("203.0.113.9", "d")];
    calls.extend([("192.0.2.1", "e"); 20]);
    let network = network(&case(&calls), &Attributes::new());
    assert_eq!(find(&network, "address 10.0.0.1").standing, Standing::Gateway);
    assert_eq!(find(&network, "network 10.0.0.0/24").standing, Standing::Gateway);
    assert_eq!(find(&network, "address 203.0.113.9").standing, Standing::Ties);
    assert!(find(&network, "address 203.0.113.9").weight > 0.0);
}

#[test]
fn a_card_ties_however_many_have_it_and_a_client_build_does_not() {
    let calls: Vec<_> =
        (0..600).map(|n| ("192.0.2.1", if n < 60 { "sdk" } else { "web" })).collect();
    let all: Vec<(u32, &str)> = (0..60).map(|account| (account, "f1")).collect();
    let network = network(&case(&calls), &cards(&all));
    assert_eq!(find(&network, "card f1").standing, Standing::Ties);
    assert_eq!(find(&network, "client build sdk").standing, Standing::TooCommon);
}

#[test]
fn a_case_without_accounts_has_no_network() {
    let index =
        Index::build(Vec::new(), Dimensions::default(), &Progress::default()).expect("sound");
    assert_eq!(network(&index, &Attributes::new()), Network::default());
}

proptest! {
    #[test]
    fn who_has_what_is_what_the_records_say(seed: u64) {
        let index = random_index(seed, 60);
        let network = network(&index, &Attributes::new());
        for (at, kind) in ALL.iter().enumerate() {
            let text = |row: u32| match kind.source {
                Source::Facet(Facet::Field(field)) => index.row(row).text(field),
                Source::Facet(Facet::Network) => {
                    index.row(row).client_ip().map(|ip| network_text(ip).into_owned().into())
                }
                _ => None,
            };
            if matches!(kind.source, Source::Facet(Facet::Template) | Source::Organisation) {
                continue;
            }
            let mut naive: BTreeMap<String, BTreeMap<u32, u32>> = BTreeMap::new();
            for row in index.everything().rows() {
                let Some(value) = text(row).map(|text| text.to_lowercase()) else { continue };
                *naive.entry(value).or_default().entry(index.account_of(row)).or_default() += 1;
            }
            let mut expected: BTreeSet<Vec<(u32, u32)>> = BTreeSet::new();
            let mut shared = 0;
            for holders in naive.into_values().filter(|holders| holders.len() > 1) {
                expected.insert(holders.into_iter().collect());
                shared += 1;
            }
            let of: Vec<_> = network.indicators.iter().filter(|i| i.kind == at).collect();
            prop_assert_eq!(of.len(), shared);
            let found: BTreeSet<Vec<(u32, u32)>> = of
                .iter()
                .map(|i| i.holders.iter().map(|holder| (holder.account, holder.rows)).collect())
                .collect();
            prop_assert_eq!(found, expected);
        }
    }
}
