use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::testing::{Case, any_sketch, any_whole, drawn_holders, eligible, homes, kind};
use super::*;

fn things(picture: &Picture) -> Vec<(Key, Vec<u32>, Option<u32>)> {
    let is_thing = |node: &&Drawn| matches!(node.what, What::Things(_));
    let of = |node: &Drawn| (node.key.clone(), node.members.to_vec(), node.home);
    picture.nodes.iter().filter(is_thing).map(of).collect()
}

/// Whether a thing is to be drawn, by the words and not by the code.
fn is_to_be_drawn(whole: &Whole, sketch: &Sketch, thing: u32) -> bool {
    let homes = homes(whole, sketch, thing);
    let holders: usize = homes.values().sum();
    if sketch.apart.contains(&thing) {
        return holders > 0;
    }
    match homes.keys().collect::<Vec<_>>()[..] {
        _ if holders < 2 => false,
        [Some(home)] => sketch.open.contains(home),
        [None] => true,
        _ if !is_to_be_left_out(whole, sketch, thing) => true,
        // What ties several of one block is drawn there.
        _ => homes.iter().any(|(home, n)| *n > 1 && home.is_some_and(|h| sketch.open.contains(&h))),
    }
}

fn is_to_be_left_out(whole: &Whole, sketch: &Sketch, thing: u32) -> bool {
    let homes = homes(whole, sketch, thing);
    let twice = homes.values().filter(|count| **count > 1).count();
    let is_exact = whole.things[thing as usize].evidence.is_exact();
    let is_between = homes.len() > 1 && !sketch.apart.contains(&thing);
    is_between && !sketch.weak && !is_exact && twice < 2
}

fn check_nodes(whole: &Whole, sketch: &Sketch, picture: &Picture) {
    let keys: BTreeSet<&Key> = picture.nodes.iter().map(|node| &node.key).collect();
    assert_eq!(keys.len(), picture.nodes.len(), "keys are unique");
    assert_eq!(picture.since.len(), picture.nodes.len());
    let mut drawn: Vec<u32> = Vec::new();
    for node in &picture.nodes {
        assert!(!node.members.is_empty(), "{:?}", node.key);
        assert!(node.members.is_sorted_by(|a, b| a < b), "{:?}", node.key);
        match node.what {
            What::Accounts => assert_eq!(node.accounts as usize, node.members.len()),
            What::Things(evidence) => {
                drawn.extend(node.members.iter());
                let is_it = |thing: &u32| whole.things[*thing as usize].evidence == evidence;
                assert!(node.members.iter().all(is_it));
            }
            What::Common(evidence) => assert!(!sketch.hidden.contains(&evidence)),
        }
    }
    drawn.sort_unstable();
    let all = eligible(whole, sketch).into_iter();
    let expected: Vec<u32> = all.filter(|thing| is_to_be_drawn(whole, sketch, *thing)).collect();
    assert_eq!(drawn, expected, "each thing is drawn once, where it is to be");
    let left_out = eligible(whole, sketch).into_iter();
    let left_out = left_out.filter(|thing| {
        is_to_be_left_out(whole, sketch, *thing) && drawn_holders(whole, sketch, *thing).len() > 1
    });
    assert_eq!(picture.left_out, left_out.count());
}

/// What a line to things is to say: ties, records, weight, since.
type Sums = (u32, u64, f64, Since);

fn sums_of_things(whole: &Whole, accounts: &[u32], things: &[u32]) -> Sums {
    let mut sums = (0, 0, 0.0_f64, Since::MAX);
    for thing in things {
        for (holder, since) in whole.holders(*thing) {
            if accounts.contains(&holder.account) {
                let weight = sums.2.max(whole.things[*thing as usize].weight);
                sums = (sums.0 + 1, sums.1 + u64::from(holder.rows), weight, sums.3.min(since));
            }
        }
    }
    sums
}

fn sums_of_pairs(whole: &Whole, a: &[u32], b: &[u32], evidence: Evidence) -> Sums {
    let mut sums = (0, 0, 0.0_f64, Since::MAX);
    for pair in whole.pairs.iter().filter(|pair| pair.evidence == evidence) {
        let leads = |x, y| a.contains(&x) && b.contains(&y);
        if leads(pair.a, pair.b) || leads(pair.b, pair.a) {
            let since = whole.since[pair.a as usize].max(whole.since[pair.b as usize]);
            sums = (sums.0 + 1, 0, sums.2.max(pair.weight), sums.3.min(since));
        }
    }
    sums
}

fn check_lines(whole: &Whole, picture: &Picture) {
    let mut to_things = vec![0; picture.nodes.len()];
    let mut expected: BTreeSet<(u32, u32, Evidence)> = BTreeSet::new();
    for (a, from) in (0..).zip(&picture.nodes).filter(|(_, node)| node.what == What::Accounts) {
        for (b, to) in (0..).zip(&picture.nodes) {
            match to.what {
                What::Things(evidence)
                    if sums_of_things(whole, &from.members, &to.members).0 > 0 =>
                {
                    expected.insert((a, b, evidence));
                }
                What::Accounts if a < b => expected.extend(pairs(whole, picture, a, b)),
                _ => {}
            }
        }
    }
    for line in &picture.lines {
        let (from, to) = (&picture.nodes[line.a as usize], &picture.nodes[line.b as usize]);
        assert_eq!(from.what, What::Accounts);
        let sums = match to.what {
            What::Accounts => sums_of_pairs(whole, &from.members, &to.members, line.evidence),
            _ => sums_of_things(whole, &from.members, &to.members),
        };
        assert_eq!((line.ties, line.rows, line.weight, line.since), sums);
        to_things[line.b as usize] += line.ties;
        assert!(expected.remove(&(line.a, line.b, line.evidence)), "once, where there is one");
    }
    for (node, ties) in picture.nodes.iter().zip(to_things) {
        let is_thing = matches!(node.what, What::Things(_));
        assert!(!is_thing || (node.accounts == ties && ties > 0));
    }
    assert!(expected.is_empty(), "not drawn: {expected:?}");
}

/// The lines that detectors' finds between two nodes come to.
fn pairs(whole: &Whole, picture: &Picture, a: u32, b: u32) -> Vec<(u32, u32, Evidence)> {
    let members = |at: u32| &picture.nodes[at as usize].members;
    let is_there = |evidence: &Evidence| sums_of_pairs(whole, members(a), members(b), *evidence).0;
    Evidence::all().filter(|e| is_there(e) > 0).map(|evidence| (a, b, evidence)).collect()
}

fn check_moments(whole: &Whole, picture: &Picture) {
    for (at, node) in (0..).zip(&picture.nodes) {
        let ends = picture.lines.iter().filter(|line| line.b == at).map(|line| line.since);
        let first = match node.what {
            What::Accounts => node.members.iter().map(|a| whole.since[*a as usize]).min(),
            What::Things(_) => ends.min(),
            What::Common(_) => Some(Since::MIN),
        };
        assert_eq!(Some(picture.since[at as usize]), first);
    }
}

proptest! {
    #[test]
    fn nodes_and_lines_are_what_a_naive_count_gives(seed: u64, is_hostile: bool, steps in 0_u64..12) {
        let whole = any_whole(seed, is_hostile);
        let mut sketch = any_sketch(seed, &whole, steps);
        let picture = Picture::of(&whole, &sketch);
        check_nodes(&whole, &sketch, &picture);
        check_moments(&whole, &picture);
        prop_assert_eq!(&picture, &Picture::of(&whole, &sketch));
        // Which kinds are drawn is looked at above; lines of all of them are looked at here.
        (sketch.weak, sketch.hidden) = (true, BTreeSet::new());
        check_lines(&whole, &Picture::of(&whole, &sketch));
    }
}

#[test]
fn a_closed_block_is_one_node_and_what_holds_it_together_comes_when_it_is_opened() {
    let case = Case::of(9).thing("card", &[0, 1]).thing("card", &[1, 2]).thing("network", &[0, 2]);
    let whole = case.block(Level::Indicative, &[0, 1, 2]).whole();
    let mut sketch = Sketch::start(&whole);
    sketch.close(&whole, 0);
    let closed = Picture::of(&whole, &sketch);
    assert_eq!((closed.nodes.len(), closed.lines.len()), (1, 0));
    assert_eq!((closed.nodes[0].level, closed.nodes[0].accounts), (Level::Indicative, 3));
    sketch.open(0);
    let cards = (Key::Things(kind("card"), vec![0]), vec![0, 1], Some(0));
    // One alone is drawn as itself.
    let network = (Key::Thing(2), vec![2], Some(0));
    assert_eq!(things(&Picture::of(&whole, &sketch)), [cards, network]);
}

#[test]
fn a_bundle_that_lies_somewhere_is_known_by_its_name_when_one_of_it_is_left() {
    let whole = Case::of(9).thing("card", &[0, 1]).block(Level::Indicative, &[0, 1]).whole();
    let mut sketch = Sketch::start(&whole);
    let key = Key::Things(kind("card"), vec![0]);
    sketch.places.insert(key.clone(), [1.0, 2.0]);
    assert_eq!(things(&Picture::of(&whole, &sketch)), [(key, vec![0], Some(0))]);
}

#[test]
fn what_two_blocks_have_by_chance_is_left_out_and_counted_until_it_is_asked_for() {
    let case = Case::of(99).thing("network", &[0, 2]).thing("card", &[1, 3]);
    let case = case.thing("network", &[0, 1, 2, 3]);
    let case = case.block(Level::Indicative, &[0, 1]).block(Level::Indicative, &[2, 3]);
    let whole = case.whole();
    let mut sketch = Sketch::start(&whole);
    let picture = Picture::of(&whole, &sketch);
    let drawn: Vec<Vec<u32>> = things(&picture).into_iter().map(|of| of.1).collect();
    // A card belongs to somebody, and of the other network each block has two.
    assert_eq!((drawn, picture.left_out), (vec![vec![1], vec![2]], 1));
    sketch.switch_weak();
    assert_eq!(Picture::of(&whole, &sketch).left_out, 0);
    sketch.switch_weak();
    sketch.set_apart(&[0]);
    assert_eq!(Picture::of(&whole, &sketch).left_out, 0);
}

#[test]
fn what_ties_several_of_one_block_is_drawn_there_though_one_of_another_block_has_it_too() {
    let case = Case::of(99).thing("network", &[0, 1, 2]);
    let case = case.block(Level::Indicative, &[0, 1]).block(Level::Indicative, &[2, 3]);
    let whole = case.whole();
    let mut sketch = Sketch::start(&whole);
    sketch.open(0);
    let picture = Picture::of(&whole, &sketch);
    assert_eq!(things(&picture), [(Key::Thing(0), vec![0], Some(0))]);
    assert_eq!((picture.lines.len(), picture.lines[0].ties, picture.left_out), (1, 2, 1));
    sketch.switch_weak();
    let ties: Vec<u32> = Picture::of(&whole, &sketch).lines.iter().map(|line| line.ties).collect();
    assert_eq!(ties, [2, 1], "with the line to the other block");
}

#[test]
fn a_line_says_how_many_how_often_since_when_and_how_much() {
    let case = Case::of(100).seen("address", &[(0, 3, 70), (1, 4, 50), (2, 1, 900)]);
    let whole = case.block(Level::Indicative, &[0, 1, 2]).pair("synchrony", 0, 2, 4.0).whole();
    let mut sketch = Sketch::start(&whole);
    sketch.single_out(&whole, &[2]);
    let picture = Picture::of(&whole, &sketch);
    let [first, second, pair] = &picture.lines[..] else { panic!("{:?}", picture.lines) };
    let weight = 1.2 * libm::log(100.0 / 3.0);
    assert_eq!((first.ties, first.rows, first.since, first.weight), (2, 7, 50, weight));
    assert_eq!((second.ties, second.rows, second.since), (1, 1, 900));
    // What was found between two is as old as the younger.
    assert_eq!((pair.ties, pair.rows, pair.since, pair.weight), (1, 0, 20, 4.0));
    assert_eq!(picture.since, [0, 20, 50]);
}

#[test]
fn the_things_that_most_have_are_drawn_without_lines_and_none_of_a_hidden_kind() {
    let whole = Case::of(9).common("network", &[0, 1, 2, 3]).block(Level::None, &[0, 1]).whole();
    let mut sketch = Sketch::start(&whole);
    let picture = Picture::of(&whole, &sketch);
    let hub = &picture.nodes[1];
    assert_eq!(
        (hub.what, hub.accounts, &hub.key),
        (What::Common(kind("network")), 4, &Key::Thing(0))
    );
    assert!(picture.lines.is_empty());
    sketch.switch(kind("network"));
    assert_eq!(Picture::of(&whole, &sketch).nodes.len(), 1);
}

#[test]
fn a_node_that_ties_is_drawn_once_though_it_is_kept_as_common() {
    let whole = Case::of(9).thing("card", &[0, 1]).whole();
    let mut sketch = Sketch::of_accounts(&whole, &[0, 1]);
    sketch.common.insert(0);
    assert_eq!(things(&Picture::of(&whole, &sketch)).len(), 1);
    assert_eq!(Picture::of(&whole, &sketch).nodes.len(), 3);
}

#[test]
fn nothing_and_very_much_are_drawn() {
    for whole in [Case::of(0).whole(), Case::of(3).whole(), Case::of(0).thing("card", &[0]).whole()]
    {
        assert_eq!(Picture::of(&whole, &Sketch::start(&whole)), Picture::default());
    }
    let all: Vec<u32> = (0..24_000).collect();
    let whole = Case::of(24_000).thing("card", &all).weighing(1.0).block(Level::None, &all).whole();
    let picture = Picture::of(&whole, &Sketch::start(&whole));
    assert_eq!((picture.lines[0].ties, picture.nodes[1].accounts), (24_000, 24_000));
}

#[test]
fn a_clique_of_pairs_is_one_line_between_two_nodes() {
    let mut case = Case::of(400);
    for a in 0..400 {
        for b in 0..=a {
            case = case.pair("synchrony", a, b, 1.0);
        }
    }
    let half: Vec<u32> = (0..200).collect();
    let whole = case.block(Level::None, &half).block(Level::None, &[]).whole();
    let mut sketch = Sketch::start(&whole);
    let rest: Vec<u32> = (200..400).collect();
    sketch.add_accounts(&whole, &rest);
    let singles = Picture::of(&whole, &sketch);
    sketch.fold(&singles, &(1..=200).collect());
    let picture = Picture::of(&whole, &sketch);
    assert_eq!((picture.nodes.len(), picture.lines.len()), (2, 1));
    assert_eq!(picture.lines[0].ties, 200 * 200);
}
