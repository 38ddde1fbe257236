//! Graphs nobody meant to give: they must end, and soon, with a partition that holds.

use super::{Graph, leiden};
use crate::model::rng::Rng;

fn is_numbered_by_size(community: &[u32], communities: u32) -> bool {
    let mut size = vec![0; communities as usize];
    community.iter().for_each(|c| size[*c as usize] += 1);
    size.iter().all(|s| *s > 0) && size.is_sorted_by(|a, b| a >= b)
}

#[test]
fn links_to_oneself_and_parallel_ones_change_nothing_but_the_weight() {
    let plain = Graph::new(4, &[(0, 1, 2.0), (1, 2, 0.25), (2, 3, 2.0)]);
    let odd = [(0, 1, 1.5), (1, 0, 0.5), (3, 3, 9.0), (2, 1, 0.25), (3, 2, 1.0), (2, 3, 1.0)];
    let found = leiden(&Graph::new(4, &odd), 0.5, 10, 1);
    assert_eq!(found, leiden(&plain, 0.5, 10, 1));
    assert_eq!(found.community, [0, 0, 1, 1]);
    assert_eq!(found.quality, 3.0);
}

#[test]
fn a_node_with_24_000_links_takes_those_that_pay_for_their_pairs() {
    let edges: Vec<(u32, u32, f32)> = (1..=24_000).map(|i| (0, i, 1.0)).collect();
    let graph = Graph::new(24_001, &edges);
    // A leaf pays 0.01 for each member and brings 1: a hundred fit beside it.
    let found = leiden(&graph, 0.01, 10, 1);
    let members = found.community.iter().filter(|c| **c == 0).count();
    assert!((99..=101).contains(&members), "{members}");
    assert_eq!(leiden(&graph, 0.0, 10, 1).communities, 1);
    assert_eq!(leiden(&graph, 2.0, 10, 1).communities, 24_001);
}

#[test]
fn a_clique_of_2_000_is_one_community_until_its_pairs_cost_more_than_they_weigh() {
    let pairs = (0..2_000).flat_map(|a| (a + 1..2_000).map(move |b| (a, b, 1.0)));
    let graph = Graph::new(2_000, &pairs.collect::<Vec<_>>());
    let found = leiden(&graph, 0.5, 10, 1);
    assert_eq!(found.communities, 1);
    assert_eq!(found.quality, 0.5 * 1_999_000.0);
    assert_eq!(leiden(&graph, 1.5, 10, 1).communities, 2_000);
}

#[test]
fn nodes_without_links_stay_alone_each() {
    let found = leiden(&Graph::new(100_000, &[]), 0.5, 10, 1);
    assert_eq!(found.communities, 100_000);
    assert!(found.community.iter().copied().eq(0..100_000));
    assert_eq!(found.quality, 0.0);
}

#[test]
fn a_chain_of_a_hundred_thousand_is_cut_into_short_ones() {
    let edges: Vec<(u32, u32, f32)> = (0..99_999).map(|i| (i, i + 1, 1.0)).collect();
    let found = leiden(&Graph::new(100_000, &edges), 0.1, 2, 1);
    assert!(is_numbered_by_size(&found.community, found.communities));
    // Best are pieces of four or five, with a gain of 0.6 a node.
    assert!(found.quality > 0.57 * 100_000.0, "{}", found.quality);
    for piece in found.community.chunk_by(|a, b| a == b) {
        assert!(piece.len() < 12, "{}", piece.len());
    }
}

#[test]
fn weights_and_resolutions_beyond_all_measure_end_too() {
    let huge = f32::MAX;
    let mut rng = Rng::new(&[3]);
    let weights = [f32::MIN_POSITIVE, f32::from_bits(1), 1.0, huge];
    let edges: Vec<(u32, u32, f32)> = (0..400)
        .map(|_| (rng.below(60) as u32, rng.below(60) as u32, rng.pick(&weights)))
        .collect();
    let graph = Graph::new(60, &edges);
    for resolution in [0.0, f64::MIN_POSITIVE, 1e-30, 1.0, 1e38, f64::MAX, f64::INFINITY, -1.0] {
        let found = leiden(&graph, resolution, 10, 1);
        assert!(is_numbered_by_size(&found.community, found.communities), "{resolution}");
        assert!(!found.quality.is_nan(), "{resolution}");
    }
    assert_eq!(leiden(&graph, f64::INFINITY, 10, 1).communities, 60);
    let twice = Graph::new(2, &[(0, 1, huge), (1, 0, huge)]);
    assert_eq!(leiden(&twice, 1.0, 10, 1).community, [0, 0]);
}

#[test]
fn no_passes_leave_every_node_alone() {
    let found = leiden(&Graph::new(3, &[(0, 1, 1.0)]), 0.1, 0, 1);
    assert_eq!((found.communities, found.quality), (3, 0.0));
}
