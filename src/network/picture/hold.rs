//! What a block hangs on: things without which its accounts fall into parts.

use std::collections::BTreeMap;

use super::Whole;
use crate::network::community::Graph;
use crate::network::community::weak::weak;

/// Accounts of a block up to which this is looked for.
const MOST: usize = 20_000;
/// Accounts that a part needs to be one: an account that hangs on one thing is no part.
const PART: u32 = 2;

/// The things of a block without which it falls apart, and the accounts in each part then, most
/// first.
pub fn holds(whole: &Whole, accounts: &[u32]) -> BTreeMap<u32, Vec<u32>> {
    if accounts.len() > MOST {
        return BTreeMap::new();
    }
    let place: BTreeMap<u32, u32> = accounts.iter().copied().zip(0..).collect();
    let many = place.len() as u32;
    let mut things: BTreeMap<u32, u32> = BTreeMap::new();
    let mut edges: Vec<(u32, u32, f32)> = Vec::new();
    for (account, at) in &place {
        for thing in whole.of_account(*account) {
            let next = many + things.len() as u32;
            edges.push((*at, *things.entry(*thing).or_insert(next), 1.0));
        }
    }
    let known = |account: u32| place.get(&account).copied();
    edges.extend(whole.pairs.iter().filter_map(|p| Some((known(p.a)?, known(p.b)?, 1.0))));
    let nodes = many as usize + things.len();
    let graph = Graph::new(nodes, &edges);
    let members: Vec<u32> = (0..nodes as u32).collect();
    let points = weak(&graph, &members, |node| node < many).points;
    let of_node: BTreeMap<u32, u32> =
        things.into_iter().map(|(thing, node)| (node, thing)).collect();
    let held = points.into_iter().filter_map(|point| {
        let thing = *of_node.get(&point.node)?;
        let parts: Vec<u32> = point.parts.into_iter().filter(|part| *part >= PART).collect();
        (parts.len() > 1).then_some((thing, parts))
    });
    held.collect()
}
