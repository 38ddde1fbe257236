use proptest::prelude::*;

use super::super::testing::{Case, any_sketch, any_whole, kind};
use super::*;

fn groups(sketch: &Sketch) -> Vec<(Option<u32>, Vec<u32>)> {
    sketch.groups.values().map(|group| (group.home, group.accounts.to_vec())).collect()
}

proptest! {
    #[test]
    fn an_account_is_in_one_group_at_most_and_no_group_is_empty(
        seed: u64,
        is_hostile: bool,
        steps in 0_u64..25,
    ) {
        let whole = any_whole(seed, is_hostile);
        let sketch = any_sketch(seed, &whole, steps);
        let mut all: Vec<u32> = Vec::new();
        for (number, group) in &sketch.groups {
            prop_assert!(*number < sketch.next);
            prop_assert!(!group.accounts.is_empty());
            prop_assert!(group.accounts.is_sorted_by(|a, b| a < b));
            prop_assert!(group.home.is_none_or(|home| (home as usize) < whole.blocks.len()));
            all.extend(group.accounts.iter());
        }
        all.sort_unstable();
        prop_assert!(all.is_sorted_by(|a, b| a < b), "{:?}", all);
        prop_assert!(all.iter().all(|account| (*account as usize) < whole.accounts));
        prop_assert_eq!(all.len(), sketch.accounts());
        let of = sketch.group_of();
        prop_assert_eq!(of.len(), all.len());
        prop_assert!(of.iter().all(|(a, number)| sketch.groups[number].accounts.contains(a)));
    }

    #[test]
    fn kinds_are_what_a_naive_count_gives(seed: u64, is_hostile: bool) {
        let whole = any_whole(seed, is_hostile);
        let accounts: Vec<u32> = (0..whole.accounts as u32 / 2).collect();
        let mut expected: BTreeMap<Evidence, Shared> = BTreeMap::new();
        for evidence in Evidence::all() {
            let things = whole.things.iter().filter(|thing| thing.evidence == evidence);
            let ties = things.filter(|thing| thing.standing == crate::network::Standing::Ties);
            let of = |thing: &Thing| -> BTreeSet<u32> {
                let all = thing.holders.iter().map(|holder| holder.account);
                all.filter(|account| accounts.contains(account)).collect()
            };
            let shared: Vec<BTreeSet<u32>> = ties.map(of).filter(|of| of.len() > 1).collect();
            let any: BTreeSet<u32> = shared.iter().flatten().copied().collect();
            let is_even = shared.iter().all(|of| of.len() == accounts.len());
            if !shared.is_empty() {
                let of = Shared { things: shared.len(), accounts: any.len(), is_even };
                expected.insert(evidence, of);
            }
        }
        prop_assert_eq!(kinds(&whole, &accounts), expected);
    }
}

#[test]
fn a_picture_begins_with_the_blocks_that_deserve_a_look_and_without_them_with_all() {
    let case = Case::of(8).block(Level::Strong, &[0, 1]).block(Level::None, &[4, 5]);
    let whole = case.whole();
    assert_eq!(groups(&Sketch::start(&whole)), [(Some(0), vec![0, 1])]);
    assert_eq!(Sketch::start(&whole).blocks(), [0].into());
    let whole = Case::of(8).block(Level::None, &[4, 5]).whole();
    assert_eq!(groups(&Sketch::start(&whole)), [(Some(0), vec![4, 5])]);
    assert!(Sketch::of_level(&whole, Level::Strong).groups.is_empty());
    assert_eq!(Sketch::start(&Case::of(0).whole()), Sketch::default());
}

#[test]
fn blocks_are_opened_from_the_first_as_long_as_they_bring_few_nodes() {
    let mut case = Case::of(400);
    for block in 0..70 {
        let accounts = [4 * block, 4 * block + 1, 4 * block + 2];
        case = case.thing("card", &accounts).block(Level::Indicative, &accounts);
    }
    let sketch = Sketch::start(&case.whole());
    assert_eq!(sketch.open.len(), OPENED - 70);
    assert_eq!(sketch.open.iter().next_back(), Some(&39));
}

#[test]
fn the_first_block_is_open_though_it_brings_many_nodes() {
    let mut case = Case::of(400);
    for block in 0..200 {
        case = case.block(Level::Indicative, &[2 * block, 2 * block + 1]);
    }
    assert_eq!(Sketch::start(&case.whole()).open, [0].into());
}

#[test]
fn addresses_and_networks_that_tie_nobody_are_drawn_the_one_that_most_have_first() {
    let case = Case::of(9).common("client build", &[0, 1, 2, 3, 4]).common("network", &[0, 1]);
    let case = case.common("address", &[0, 1, 2]).thing("address", &[0, 1, 2, 3]);
    let whole = case.common("mail domain", &[0, 1]).block(Level::None, &[0]).whole();
    assert_eq!(most_common(&whole), [2, 1]);
    assert_eq!(Sketch::start(&whole).common, [1, 2].into());
}

#[test]
fn of_accounts_that_somebody_chose_those_of_one_block_are_one_node() {
    let case = Case::of(9).block(Level::None, &[0, 1, 2]).block(Level::Strong, &[3, 4]);
    let sketch = Sketch::of_accounts(&case.whole(), &[7, 4, 0, 2, 2, 8, 9, u32::MAX]);
    let expected = [(Some(0), vec![0, 2]), (Some(1), vec![4]), (None, vec![7]), (None, vec![8])];
    assert_eq!(groups(&sketch), expected);
    assert_eq!(sketch.open, [0, 1].into());
}

#[test]
fn where_blocks_overlap_the_first_has_the_account() {
    let case = Case::of(4).block(Level::None, &[0, 1]).block(Level::None, &[3, 1, 2, 9]);
    let whole = case.block(Level::None, &[0, 1]).whole();
    let mut sketch = Sketch::start(&whole);
    let expected = [(Some(0), vec![0, 1]), (Some(1), vec![2, 3])];
    assert_eq!(groups(&sketch), expected);
    assert_eq!(whole.block_of, [0, 0, 1, 1]);
    sketch.add_blocks(&whole, &[1, 1, 7]);
    assert_eq!(groups(&sketch), expected);
}

#[test]
fn what_ties_some_accounts_is_counted_by_kind() {
    let case = Case::of(9).thing("card", &[0, 1]).thing("card", &[1, 2]).thing("card", &[2, 5]);
    let whole = case.thing("network", &[0, 1, 2]).common("address", &[0, 1]).whole();
    let cards = Shared { things: 2, accounts: 3, is_even: false };
    let networks = Shared { things: 1, accounts: 3, is_even: true };
    let expected = [(kind("card"), cards), (kind("network"), networks)].into();
    assert_eq!(kinds(&whole, &[0, 1, 2]), expected);
    assert!(kinds(&whole, &[0]).is_empty());
}
