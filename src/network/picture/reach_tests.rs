use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::testing::{Case, any_sketch, any_whole, drawn_holders, eligible, homes, kind};
use super::*;
use crate::model::finding::Level;
use crate::network::Standing;

fn texts(whole: &Whole, sketch: &Sketch, node: usize) -> Vec<String> {
    let picture = Picture::of(whole, sketch);
    offers(whole, sketch, &picture, &picture.nodes[node]).iter().map(Offer::text).collect()
}

/// Accounts that have a thing, out of some.
fn has(whole: &Whole, thing: u32, accounts: &[u32]) -> BTreeSet<u32> {
    let all = whole.holders(thing).map(|(holder, _)| holder.account);
    all.filter(|account| accounts.contains(account)).collect()
}

/// What an offer should count, one number after the other, counted naively.
fn counted(whole: &Whole, sketch: &Sketch, node: &Drawn, offer: &Offer) -> Vec<usize> {
    let ties = |at: &u32, evidence: Evidence| {
        let thing = &whole.things[*at as usize];
        thing.standing == Standing::Ties && thing.evidence == evidence
    };
    let all = 0..whole.things.len() as u32;
    match offer {
        Offer::Open { block, .. } => {
            let new = eligible(whole, sketch).into_iter().filter(|thing| {
                let homes = homes(whole, sketch, *thing);
                let twice = homes.values().filter(|n| **n > 1).count();
                // What others have too lies between blocks, unless it says little of them.
                let is_exact = whole.things[*thing as usize].evidence.is_exact();
                let is_weak = !sketch.weak && !is_exact && twice == 1;
                let is_inside = homes.keys().eq([&Some(*block)])
                    || (is_weak && homes.get(&Some(*block)).is_some_and(|n| *n > 1));
                is_inside
                    && drawn_holders(whole, sketch, *thing).len() > 1
                    && !sketch.apart.contains(thing)
            });
            let kinds: BTreeSet<Evidence> =
                new.map(|t| whole.things[t as usize].evidence).collect();
            vec![kinds.len()]
        }
        Offer::Split { evidence, .. } => {
            let of = all.filter(|at| ties(at, *evidence)).map(|at| has(whole, at, &node.members));
            let shared: Vec<BTreeSet<u32>> = of.filter(|of| of.len() > 1).collect();
            vec![shared.len(), shared.iter().flatten().collect::<BTreeSet<_>>().len()]
        }
        Offer::Single { .. } => vec![node.members.len()],
        Offer::Apart { .. } => vec![node.members.len()],
        Offer::Others { thing, .. } => {
            let everybody: Vec<u32> = (0..whole.accounts as u32).collect();
            let drawn = drawn_holders(whole, sketch, *thing).len();
            vec![has(whole, *thing, &everybody).len() - drawn]
        }
        Offer::Has { account, evidence, .. } => {
            let of =
                all.filter(|at| ties(at, *evidence) && !has(whole, *at, &[*account]).is_empty());
            let picture = Picture::of(whole, sketch);
            vec![of.filter(|thing| picture.find(&Key::Thing(*thing)).is_none()).count()]
        }
        Offer::Close { .. } => Vec::new(),
    }
}

fn numbers(text: &str) -> Vec<usize> {
    text.split(|c: char| !c.is_ascii_digit()).filter_map(|word| word.parse().ok()).collect()
}

proptest! {
    #[test]
    fn every_offer_states_what_a_naive_count_gives_and_changes_the_picture(
        seed: u64,
        is_hostile: bool,
        steps in 0_u64..12,
    ) {
        let whole = any_whole(seed, is_hostile);
        let sketch = any_sketch(seed, &whole, steps);
        let picture = Picture::of(&whole, &sketch);
        for node in &picture.nodes {
            for offer in offers(&whole, &sketch, &picture, node) {
                prop_assert_eq!(numbers(&offer.text()), counted(&whole, &sketch, node, &offer));
                let mut after = sketch.clone();
                offer.take(&whole, &mut after);
                let after = Picture::of(&whole, &after);
                prop_assert_ne!((&after.nodes, &after.lines), (&picture.nodes, &picture.lines));
                if let Offer::Open { kinds, .. } = offer {
                    prop_assert_eq!(after.nodes.len(), picture.nodes.len() + kinds);
                }
            }
        }
    }
}

/// Three accounts of a block with a card and a network, one of which has a device with another.
fn case() -> Whole {
    let case = Case::of(99).thing("card", &[0, 1]).thing("network", &[0, 1, 2]);
    let case = case.thing("device", &[2, 7]).thing("device", &[2, 8]).common("address", &[0, 1]);
    case.block(Level::Indicative, &[0, 1, 2]).whole()
}

#[test]
fn a_closed_block_offers_what_holds_it_together_and_an_open_one_to_be_closed() {
    let whole = case();
    let mut sketch = Sketch::of_level(&whole, Level::Indicative);
    sketch.close(&whole, 0);
    let both = ["By card: 1 card, 2 accounts", "By network: 1 network, 3 accounts"];
    let single = "Each of 3 accounts";
    let open = "What holds it together, 2 kinds";
    assert_eq!(texts(&whole, &sketch, 0), [open, both[0], both[1], single]);
    sketch.open(0);
    // The network is drawn by itself already, and all three have it.
    assert_eq!(texts(&whole, &sketch, 0), [both[0], single, "The cluster as one node"]);
}

#[test]
fn a_block_that_nothing_holds_together_is_neither_opened_nor_closed() {
    let whole = Case::of(9).block(Level::None, &[0, 1]).whole();
    let mut sketch = Sketch::start(&whole);
    assert_eq!(texts(&whole, &sketch, 0), ["Each of 2 accounts"]);
    sketch.close(&whole, 0);
    assert_eq!(texts(&whole, &sketch, 0), ["Each of 2 accounts"]);
}

#[test]
fn an_account_offers_what_it_has_and_is_not_drawn_by_itself() {
    let whole = case();
    let mut sketch = Sketch::of_accounts(&whole, &[2]);
    assert_eq!(texts(&whole, &sketch, 0), ["Its 2 devices", "Its 1 network"]);
    sketch.switch(kind("device"));
    let picture = Picture::of(&whole, &sketch);
    offers(&whole, &sketch, &picture, &picture.nodes[0])[0].take(&whole, &mut sketch);
    assert!(sketch.hidden.is_empty());
    assert_eq!(texts(&whole, &sketch, 0), ["Its 1 network"]);
    // Dismissed, it is offered again.
    let picture = Picture::of(&whole, &sketch);
    sketch.dismiss(&picture, &[1].into());
    assert_eq!(texts(&whole, &sketch, 0), ["Its 1 device", "Its 1 network"]);
}

#[test]
fn a_thing_offers_those_who_have_it_too_and_several_offer_each_of_them() {
    let whole = case();
    let mut sketch = Sketch::of_accounts(&whole, &[2, 7, 8]);
    let picture = Picture::of(&whole, &sketch);
    assert_eq!(picture.nodes[3].members[..], [2, 3]);
    assert_eq!(texts(&whole, &sketch, 3), ["Each of 2 by itself"]);
    sketch.set_apart(&[1]);
    assert_eq!(texts(&whole, &sketch, 3), ["2 accounts more that have it"]);
    let picture = Picture::of(&whole, &sketch);
    offers(&whole, &sketch, &picture, &picture.nodes[3])[0].take(&whole, &mut sketch);
    assert!(sketch.others(&whole, 1).is_empty());
}

#[test]
fn what_ties_nobody_offers_nothing() {
    let whole = case();
    let sketch = Sketch::start(&whole);
    let picture = Picture::of(&whole, &sketch);
    let common = picture.nodes.iter().position(|node| matches!(node.what, What::Common(_)));
    assert!(texts(&whole, &sketch, common.expect("an address")).is_empty());
}
