use proptest::prelude::*;

use super::super::testing::{Case, any_sketch, any_whole, kind, some_nodes};
use super::*;
use crate::model::finding::Level;
use crate::model::rng::Rng;
use crate::network::Standing;

fn accounts(sketch: &Sketch) -> Vec<Vec<u32>> {
    let mut all: Vec<Vec<u32>> = sketch.groups.values().map(|g| g.accounts.to_vec()).collect();
    all.sort();
    all
}

fn things(picture: &Picture) -> BTreeSet<u32> {
    let is_thing = |node: &&super::super::Drawn| matches!(node.what, What::Things(_));
    picture.nodes.iter().filter(is_thing).flat_map(|node| node.members.to_vec()).collect()
}

/// Which of some accounts have a thing.
fn has(whole: &Whole, thing: u32, accounts: &[u32]) -> BTreeSet<u32> {
    let all = whole.holders(thing).map(|(holder, _)| holder.account);
    all.filter(|account| accounts.contains(account)).collect()
}

/// Four accounts of one block, with two cards, and one of another with the second card.
fn case() -> Whole {
    let case = Case::of(6).thing("card", &[0, 1]).thing("card", &[2, 4]).thing("network", &[1, 2]);
    case.block(Level::Indicative, &[0, 1, 2, 3]).block(Level::Indicative, &[4]).whole()
}

proptest! {
    #[test]
    fn a_closed_block_is_one_node_of_all_its_accounts_that_were_drawn(
        seed: u64,
        is_hostile: bool,
        steps in 0_u64..15,
    ) {
        let whole = any_whole(seed, is_hostile);
        let mut sketch = any_sketch(seed, &whole, steps);
        let blocks: Vec<u32> = sketch.blocks().into_iter().collect();
        for block in blocks {
            let of = |sketch: &Sketch| -> Vec<Vec<u32>> {
                let groups = sketch.groups.values().filter(|group| group.home == Some(block));
                groups.map(|group| group.accounts.to_vec()).collect()
            };
            let mut before = of(&sketch).concat();
            before.sort_unstable();
            sketch.close(&whole, block);
            prop_assert_eq!(of(&sketch), [before]);
            let picture = Picture::of(&whole, &sketch);
            let inside = picture.nodes.iter().filter(|node| node.home == Some(block));
            prop_assert_eq!(inside.count(), 1);
        }
    }

    #[test]
    fn a_split_keeps_together_exactly_those_with_the_same_things(
        seed: u64,
        is_hostile: bool,
        steps in 0_u64..8,
        number in 0_u32..8,
    ) {
        let whole = any_whole(seed, is_hostile);
        let before = any_sketch(seed, &whole, steps);
        for evidence in Evidence::all() {
            let mut sketch = before.clone();
            sketch.split(&whole, number, evidence);
            let Some(group) = before.groups.get(&number) else {
                prop_assert_eq!(&sketch, &before);
                continue;
            };
            let mut parts: BTreeMap<Vec<u32>, Vec<u32>> = BTreeMap::new();
            let of = (0..whole.things.len() as u32).filter(|at| {
                let thing = &whole.things[*at as usize];
                let is_it = thing.evidence == evidence && thing.standing == Standing::Ties;
                is_it && has(&whole, *at, &group.accounts).len() > 1
            });
            let shared: Vec<u32> = of.collect();
            for account in group.accounts.iter() {
                let of = shared.iter().filter(|t| !has(&whole, **t, &[*account]).is_empty());
                parts.entry(of.copied().collect()).or_default().push(*account);
            }
            let others = before.groups.iter().filter(|(other, _)| **other != number);
            let mut expected: Vec<Vec<u32>> = others.map(|(_, g)| g.accounts.to_vec()).collect();
            expected.extend(parts.into_values());
            expected.sort();
            prop_assert_eq!(accounts(&sketch), expected);
            let picture = Picture::of(&whole, &sketch);
            let is_alone = |thing: &u32| picture.find(&Key::Thing(*thing)).is_some();
            prop_assert!(shared.iter().all(is_alone), "each is drawn by itself");
        }
    }

    #[test]
    fn what_was_dismissed_is_gone_and_dismissing_all_leaves_nothing(
        seed: u64,
        is_hostile: bool,
        steps in 0_u64..15,
    ) {
        let whole = any_whole(seed, is_hostile);
        let mut sketch = any_sketch(seed, &whole, steps);
        let picture = Picture::of(&whole, &sketch);
        let nodes = some_nodes(&mut Rng::new(&[seed, 3]), &picture);
        sketch.dismiss(&picture, &nodes);
        let after = Picture::of(&whole, &sketch);
        for node in nodes.iter().filter_map(|at| picture.nodes.get(*at as usize)) {
            let mut same = after.nodes.iter().filter(|other| match node.what {
                What::Accounts => other.what == What::Accounts,
                _ => other.what != What::Accounts,
            });
            let is_there = |member: &u32| node.members.contains(member);
            prop_assert!(!same.any(|other| other.members.iter().any(is_there)));
        }
        let all = (0..after.nodes.len() as u32).collect();
        sketch.dismiss(&after, &all);
        let after = Picture::of(&whole, &sketch);
        prop_assert!(after.nodes.is_empty() && after.lines.is_empty() && after.left_out == 0);
    }

    #[test]
    fn what_is_kept_stays_and_no_other_accounts_do(
        seed: u64,
        is_hostile: bool,
        steps in 0_u64..15,
    ) {
        let whole = any_whole(seed, is_hostile);
        let mut sketch = any_sketch(seed, &whole, steps);
        let before = Picture::of(&whole, &sketch);
        let nodes = some_nodes(&mut Rng::new(&[seed, 3]), &before);
        sketch.keep_only(&before, &nodes);
        let after = Picture::of(&whole, &sketch);
        let kept = || nodes.iter().filter_map(|at| Some((*at, before.nodes.get(*at as usize)?)));
        let stays: Vec<u32> = after.nodes.iter().filter(|n| n.what == What::Accounts)
            .flat_map(|node| node.members.to_vec()).collect();
        for (at, node) in kept() {
            let is_same = |other: &super::super::Drawn| {
                other.what == node.what && node.members.iter().all(|m| other.members.contains(m))
            };
            let is_there = after.nodes.iter().any(is_same);
            // Where none of those who stay has it, there is nothing to draw it with.
            let ties = before.only_thing(at).map(|thing| !has(&whole, thing, &stays).is_empty());
            let is_kept = ties.unwrap_or(!matches!(node.what, What::Things(_)));
            prop_assert!(is_there || !is_kept, "{:?}", node.key);
        }
        let accounts = |picture: &Picture| -> BTreeSet<Key> {
            let nodes = picture.nodes.iter().filter(|node| node.what == What::Accounts);
            nodes.map(|node| node.key.clone()).collect()
        };
        let chosen: BTreeSet<Key> = kept().map(|(_, node)| node.key.clone()).collect();
        let of_chosen: BTreeSet<Key> = accounts(&before).intersection(&chosen).cloned().collect();
        if of_chosen.is_empty() {
            let lines = before.lines.iter().filter(|line| nodes.contains(&line.b));
            let ends = lines.map(|line| before.nodes[line.a as usize].key.clone()).collect();
            prop_assert_eq!(accounts(&after), ends);
            let all: BTreeSet<u32> = things(&after);
            let is_tie = |node: &super::super::Drawn| matches!(node.what, What::Things(_));
            let stay = kept().filter(|(_, node)| is_tie(node)).flat_map(|(_, n)| n.members.to_vec());
            let stay: BTreeSet<u32> = stay.collect();
            prop_assert!(stay.is_subset(&all));
            // What ties those who stay comes where another block held it back before.
            prop_assert!(all.difference(&stay).all(|thing| !things(&before).contains(thing)));
        } else {
            prop_assert_eq!(accounts(&after), of_chosen);
        }
    }

    #[test]
    fn singles_are_alone_and_those_not_drawn_come_in(seed: u64, steps in 0_u64..10, one in 0_u32..40) {
        let whole = any_whole(seed, false);
        let mut sketch = any_sketch(seed, &whole, steps);
        let before = sketch.accounts();
        let is_drawn = sketch.group_of().contains_key(&one);
        sketch.single_out(&whole, &[one, one]);
        let is_one = (one as usize) < whole.accounts;
        prop_assert_eq!(accounts(&sketch).contains(&vec![one]), is_one);
        prop_assert_eq!(sketch.accounts(), before + usize::from(is_one && !is_drawn));
    }

    #[test]
    fn those_who_have_a_thing_come_in(seed: u64, is_hostile: bool, steps in 0_u64..10) {
        let whole = any_whole(seed, is_hostile);
        let mut sketch = any_sketch(seed, &whole, steps);
        for thing in 0..whole.things.len() as u32 + 1 {
            let more = sketch.others(&whole, thing).len();
            let before = sketch.accounts();
            sketch.show_holders(&whole, thing);
            prop_assert_eq!(sketch.accounts(), before + more);
            prop_assert!(sketch.others(&whole, thing).is_empty());
        }
    }
}

#[test]
fn a_split_opens_the_block_and_shows_the_kind_and_what_was_dismissed_of_it() {
    let whole = case();
    let mut sketch = Sketch::of_level(&whole, Level::Indicative);
    sketch.close(&whole, 0);
    sketch.switch(kind("card"));
    sketch.gone.insert(0);
    sketch.split(&whole, 0, kind("card"));
    assert_eq!(accounts(&sketch), [vec![0, 1], vec![2, 3], vec![4]]);
    assert!(sketch.open.contains(&0) && sketch.hidden.is_empty() && sketch.gone.is_empty());
    // The other card is of one account of the group: it tells nothing from anything there.
    assert_eq!(sketch.apart, [0].into());
}

#[test]
fn closing_takes_back_what_a_split_set_apart_but_not_what_ties_others() {
    let whole = case();
    let mut sketch = Sketch::of_level(&whole, Level::Indicative);
    sketch.split(&whole, 0, kind("card"));
    sketch.set_apart(&[1]);
    sketch.close(&whole, 0);
    assert_eq!(accounts(&sketch), [vec![0, 1, 2, 3], vec![4]]);
    assert_eq!(sketch.apart, [1].into());
    let picture = Picture::of(&whole, &sketch);
    assert_eq!(things(&picture), [1].into());
    assert_eq!(picture.nodes.iter().filter(|node| node.home == Some(0)).count(), 1);
}

#[test]
fn the_largest_part_keeps_number_and_place_and_one_node_again_lies_in_the_middle() {
    let whole = case();
    let mut sketch = Sketch::of_level(&whole, Level::Indicative);
    sketch.pin(Key::Accounts(0), [3.0, 6.0]);
    sketch.single_out(&whole, &[0]);
    assert_eq!(sketch.groups[&0].accounts[..], [1, 2, 3]);
    assert!(sketch.pinned.contains(&Key::Accounts(0)));
    sketch.pin(Key::Accounts(2), [7.0, 10.0]);
    sketch.unpin(&Key::Accounts(0));
    assert_eq!(sketch.pinned, [Key::Accounts(2)].into());
    sketch.close(&whole, 0);
    assert_eq!(sketch.places, [(Key::Accounts(0), [4.0, 7.0])].into());
    assert!(sketch.pinned.is_empty());
}

#[test]
fn what_two_of_those_kept_have_in_common_stays_and_not_whom_a_detector_ties_to_them() {
    let case = Case::of(4).thing("card", &[0, 1]).thing("device", &[0, 2]);
    let case = case.pair("synchrony", 0, 3, 2.0).pair("synchrony", 1, 3, 2.0);
    let whole = case.whole();
    let mut sketch = Sketch::of_accounts(&whole, &[0, 1, 2, 3]);
    let picture = Picture::of(&whole, &sketch);
    sketch.keep_only(&picture, &[0, 1].into());
    let after = Picture::of(&whole, &sketch);
    assert_eq!((accounts(&sketch), things(&after)), (vec![vec![0], vec![1]], [0].into()));
}

#[test]
fn a_thing_that_was_chosen_with_one_account_stays() {
    let whole = Case::of(4).thing("card", &[0, 1]).whole();
    let mut sketch = Sketch::of_accounts(&whole, &[0, 1]);
    let picture = Picture::of(&whole, &sketch);
    sketch.keep_only(&picture, &[0, 2].into());
    let after = Picture::of(&whole, &sketch);
    assert_eq!((accounts(&sketch), things(&after)), (vec![vec![0]], [0].into()));
}

#[test]
fn groups_of_one_block_are_folded_and_things_go_back_to_their_kind() {
    let whole = case();
    let mut sketch = Sketch::of_level(&whole, Level::Indicative);
    sketch.single(0);
    sketch.set_apart(&[0, 2]);
    let picture = Picture::of(&whole, &sketch);
    let all = (0..picture.nodes.len() as u32).collect();
    sketch.fold(&picture, &all);
    assert_eq!(accounts(&sketch), [vec![0, 1, 2, 3], vec![4]]);
    assert!(sketch.apart.is_empty());
}

#[test]
fn folding_what_was_dismissed_meanwhile_gives_no_empty_node() {
    let whole = case();
    let mut sketch = Sketch::of_level(&whole, Level::Indicative);
    sketch.single(0);
    let picture = Picture::of(&whole, &sketch);
    let all: BTreeSet<u32> = (0..picture.nodes.len() as u32).collect();
    sketch.dismiss(&picture, &all);
    sketch.fold(&picture, &all);
    sketch.fold(&picture, &[99].into());
    assert!(sketch.groups.is_empty());
}

#[test]
fn switches_go_there_and_back() {
    let mut sketch = Sketch::default();
    sketch.switch(kind("card"));
    sketch.switch_weak();
    assert!(sketch.hidden.contains(&kind("card")) && sketch.weak);
    sketch.switch(kind("card"));
    sketch.switch_weak();
    assert_eq!(sketch, Sketch::default());
}
