use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::testing::{Case, any_whole, kind};
use super::*;
use crate::model::rng::Rng;
use crate::network::Standing;

/// What an end is tied to, and how firmly, by the words.
fn next(whole: &Whole, end: End, without: Option<u32>) -> Vec<(End, f32)> {
    let has = |account: u32| (account as usize) < whole.accounts;
    let things = (0..)
        .zip(&whole.things)
        .filter(|(at, thing)| thing.standing == Standing::Ties && Some(*at) != without);
    match end {
        End::Thing(thing) => {
            let thing = &whole.things[thing as usize];
            let holders = thing.holders.iter().filter(|holder| has(holder.account));
            holders.map(|holder| (End::Account(holder.account), sound(thing.weight))).collect()
        }
        End::Account(account) => {
            let of = things.filter(|(_, t)| t.holders.iter().any(|h| h.account == account));
            let mut all: Vec<(End, f32)> =
                of.map(|(at, thing)| (End::Thing(at), sound(thing.weight))).collect();
            for pair in whole.pairs.iter().filter(|pair| has(pair.a) && has(pair.b)) {
                for (from, to) in [(pair.a, pair.b), (pair.b, pair.a)] {
                    if from == account && to != account {
                        all.push((End::Account(to), sound(pair.weight)));
                    }
                }
            }
            all
        }
    }
}

/// How many steps it takes, and what the weakest of the best way says: ring after ring.
fn naive(whole: &Whole, from: &[u32], to: &[u32], without: Option<u32>) -> Option<(usize, f32)> {
    let name = |end: End| match end {
        End::Account(account) => (0, account),
        End::Thing(thing) => (1, thing),
    };
    let known = from.iter().filter(|account| (**account as usize) < whole.accounts);
    let mut ring: BTreeMap<(u32, u32), (End, f32)> =
        known.map(|a| ((0, *a), (End::Account(*a), f32::INFINITY))).collect();
    let mut seen: BTreeSet<(u32, u32)> = ring.keys().copied().collect();
    for steps in 0.. {
        let is_there = |(end, _): &&(End, f32)| matches!(end, End::Account(a) if to.contains(a));
        let best = ring.values().filter(is_there).map(|(_, weakest)| *weakest);
        if let Some(weakest) = best.max_by(f32::total_cmp) {
            return Some((steps, weakest));
        }
        let mut further: BTreeMap<(u32, u32), (End, f32)> = BTreeMap::new();
        for (end, weakest) in ring.values() {
            for (to, weight) in next(whole, *end, without) {
                if !seen.contains(&name(to)) {
                    let best = further.entry(name(to)).or_insert((to, 0.0));
                    best.1 = best.1.max(weakest.min(weight));
                }
            }
        }
        if further.is_empty() {
            return None;
        }
        seen.extend(further.keys());
        ring = further;
    }
    None
}

fn check(whole: &Whole, from: &[u32], to: &[u32], way: &Route) {
    let (first, last) = (way.steps[0].from, way.steps[way.steps.len() - 1].to);
    assert!(matches!(first, End::Account(account) if from.contains(&account)));
    assert!(matches!(last, End::Account(account) if to.contains(&account)));
    assert!(way.steps.windows(2).all(|steps| steps[0].to == steps[1].from));
    for step in &way.steps {
        let ties = next(whole, step.from, None);
        assert!(ties.contains(&(step.to, sound(step.weight))), "{step:?}");
        match (step.from, step.to) {
            (End::Thing(_), End::Thing(_)) => panic!("{step:?}"),
            (End::Thing(thing), _) | (_, End::Thing(thing)) => {
                assert_eq!(step.evidence, whole.things[thing as usize].evidence);
            }
            (End::Account(a), End::Account(b)) => {
                let is_it = |p: &&Pair| [(a, b), (b, a)].contains(&(p.a, p.b));
                let mut pairs = whole.pairs.iter().filter(is_it);
                let same = |p: &Pair| sound(p.weight) == sound(step.weight);
                assert!(pairs.any(|pair| pair.evidence == step.evidence && same(pair)));
            }
        }
    }
    let is_only = |thing: &u32| naive(whole, from, to, Some(*thing)).is_none();
    let only: Vec<u32> = way.things().into_iter().filter(is_only).collect();
    assert_eq!(way.only, only);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    #[test]
    fn a_way_is_as_short_and_as_firm_as_a_naive_search_finds(seed: u64, is_hostile: bool) {
        let whole = any_whole(seed, is_hostile);
        let mut rng = Rng::new(&[seed, 4]);
        let some = |rng: &mut Rng| -> Vec<u32> {
            (0..rng.below(4)).map(|_| rng.below(whole.accounts as u64 + 3) as u32).collect()
        };
        let (from, to) = (some(&mut rng), some(&mut rng));
        let way = route(&whole, &from, &to);
        let overlap = from.iter().any(|account| to.contains(account));
        let expected = naive(&whole, &from, &to, None).filter(|_| !overlap);
        let weakest = |way: &Route| {
            way.steps.iter().map(|step| sound(step.weight)).fold(f32::INFINITY, f32::min)
        };
        prop_assert_eq!(way.as_ref().map(|way| (way.steps.len(), weakest(way))), expected);
        if let Some(way) = way {
            check(&whole, &from, &to, &way);
        }
    }
}

#[test]
fn a_way_goes_from_account_to_thing_to_account_and_says_what_it_hangs_by() {
    let case = Case::of(9).thing("card", &[0, 1]).thing("device", &[1, 2]);
    let whole = case.thing("network", &[1, 2]).weighing(0.5).whole();
    let way = route(&whole, &[0], &[2]).expect("a way");
    assert_eq!((way.accounts(), way.things()), (vec![0, 1, 2], vec![0, 1]));
    // Without the device, the network leads there.
    assert_eq!(way.only, [0]);
    assert_eq!(way.steps[0].evidence, kind("card"));
    assert_eq!(way.steps[0].weight, 2.0 * libm::log(4.5));
}

#[test]
fn between_two_accounts_the_firmest_of_what_was_found_is_named() {
    let case = Case::of(4).pair("synchrony", 2, 1, 3.0).pair("replay", 1, 2, 5.0);
    let whole = case.pair("succession", 1, 2, 4.0).whole();
    let way = route(&whole, &[1], &[2]).expect("a way");
    let step =
        Step { from: End::Account(1), to: End::Account(2), evidence: kind("replay"), weight: 5.0 };
    assert_eq!((way.steps, way.only), (vec![step], vec![]));
}

#[test]
fn no_way_leads_to_oneself_to_strangers_or_to_accounts_that_there_are_not() {
    let whole = Case::of(4).thing("card", &[0, 1]).common("network", &[1, 2]).whole();
    assert_eq!(route(&whole, &[0, 1], &[1]), None);
    assert_eq!(route(&whole, &[0], &[2]), None);
    assert_eq!(route(&whole, &[], &[2]), None);
    // The fifth account would be the card.
    assert_eq!(route(&whole, &[0], &[4]), None);
    assert_eq!(route(&whole, &[5, 6], &[u32::MAX]), None);
    assert_eq!(route(&Case::of(0).whole(), &[0], &[1]), None);
}

#[test]
fn what_ties_without_a_weight_that_is_a_number_leads_on_all_the_same() {
    for weight in [0.0, -1.0, f64::NAN, f64::INFINITY, f64::MAX] {
        let whole = Case::of(4).thing("card", &[0, 1]).weighing(weight).whole();
        assert_eq!(route(&whole, &[0], &[1]).map(|way| way.only), Some(vec![0]), "{weight}");
    }
}

#[test]
fn a_long_way_and_a_crowd_at_both_ends_take_no_time() {
    let mut case = Case::of(20_000);
    for at in 0..10_000 {
        case = case.thing("card", &[at, at + 1]);
    }
    let whole = case.whole();
    let way = route(&whole, &[0], &[10_000]).expect("a way");
    assert_eq!((way.steps.len(), way.only.len()), (20_000, 10_000));
    let (low, high): (Vec<u32>, Vec<u32>) = (0..20_000).partition(|account| *account < 5_000);
    assert_eq!(route(&whole, &low, &high).map(|way| way.things()), Some(vec![4_999]));
}
