//! Smaller graphs with the same shape.
//!
//! C. Walshaw, "A multilevel algorithm for force-directed graph drawing", Graph Drawing 2000, and
//! Y. Hu, "Efficient and high quality force-directed graph drawing", The Mathematica Journal 10,
//! 2005: neighbours are merged until few are left, these are laid out, and each level starts
//! from the places of the one above. Merged here are up to [`MOST`] nodes at a time, along the
//! links that are strong for the size of their ends, so that what is closely tied stays one node
//! longest. Where a hub has no room left, the nodes around it merge with each other, or a star
//! would never become smaller.

use super::part::Part;
use crate::model::rng::Rng;

/// Nodes merged into one at most.
const MOST: u32 = 3;
/// A level that keeps more than this share of the nodes is not worth its time.
const WORTH: f32 = 0.85;
/// The mass of a merged node is at most this many mean masses of the level below.
const HEAVY: f32 = 8.0;

/// A part and ever smaller ones that stand for it.
#[derive(Clone, Debug, Default)]
pub(super) struct Levels {
    /// The parts, the given one first.
    pub parts: Vec<Part>,
    /// For each part but the last: which node of the next one each node became.
    pub above: Vec<Vec<u32>>,
}

/// Merges once; `None` where little can be merged.
pub(super) fn coarser(part: &Part, rng: &mut Rng) -> Option<(Part, Vec<u32>)> {
    let (group, count) = groups(part, rng);
    (count as f32 <= WORTH * part.len() as f32).then(|| (merge(part, &group, count), group))
}

/// The group of each node, numbered from 0, and how many there are.
fn groups(part: &Part, rng: &mut Rng) -> (Vec<u32>, usize) {
    let n = part.len();
    let most = HEAVY * part.mass.iter().sum::<f32>() / n as f32;
    let mut order: Vec<u32> = (0..n as u32).collect();
    for i in (1..n).rev() {
        order.swap(i, rng.below(i as u64 + 1) as usize);
    }
    // Nodes with few links have the least choice and choose first.
    order.sort_by_key(|i| part.row(*i as usize).len().min(8));
    let mut group = vec![u32::MAX; n];
    let mut members: Vec<(u32, f32)> = Vec::new();
    let mut waiting = vec![u32::MAX; n];
    for node in order {
        if group[node as usize] != u32::MAX {
            continue;
        }
        let mass = part.mass[node as usize];
        let room = |to: u32| match group[to as usize] {
            u32::MAX => mass + part.mass[to as usize] <= most,
            g => members[g as usize].0 < MOST && members[g as usize].1 + mass <= most,
        };
        let joined = match best(part, node, room) {
            Some(to) => to,
            None => match nearest(part, node, &mut waiting) {
                Some(other) => other,
                None => node,
            },
        };
        if group[joined as usize] == u32::MAX {
            group[joined as usize] = members.len() as u32;
            members.push((1, part.mass[joined as usize]));
        }
        if joined != node {
            let g = group[joined as usize];
            group[node as usize] = g;
            members[g as usize].0 += 1;
            members[g as usize].1 += mass;
        }
    }
    (group, members.len())
}

/// The neighbour with room to which the link is strongest for the mass of that neighbour.
fn best(part: &Part, node: u32, room: impl Fn(u32) -> bool) -> Option<u32> {
    let mut best = None;
    let mut most = 0.0;
    for at in part.row(node as usize) {
        let to = part.to[at];
        let degree = part.row(to as usize).len() as f32;
        let score = part.pull[at] / (part.mass[to as usize] * degree.sqrt());
        if score > most && room(to) {
            (best, most) = (Some(to), score);
        }
    }
    best
}

/// Another node that found no room and waits at the same neighbour; else this one waits there.
fn nearest(part: &Part, node: u32, waiting: &mut [u32]) -> Option<u32> {
    let place = part.near(node as usize).first()?;
    let other = std::mem::replace(&mut waiting[*place as usize], u32::MAX);
    if other == u32::MAX {
        waiting[*place as usize] = node;
        return None;
    }
    Some(other)
}

/// The part whose nodes are groups of another's.
fn merge(part: &Part, group: &[u32], count: usize) -> Part {
    let mut starts = vec![0_u32; count + 1];
    group.iter().for_each(|g| starts[*g as usize + 1] += 1);
    for i in 0..count {
        starts[i + 1] += starts[i];
    }
    let mut at = starts.clone();
    let mut members = vec![0_u32; group.len()];
    for (node, g) in (0..).zip(group) {
        members[at[*g as usize] as usize] = node;
        at[*g as usize] += 1;
    }
    let mut merged = Part { starts: vec![0], mass: vec![0.0; count], ..Part::default() };
    let mut place = vec![0_u32; count];
    for own in 0..count {
        let first = merged.to.len();
        for node in &members[starts[own] as usize..starts[own + 1] as usize] {
            merged.mass[own] += part.mass[*node as usize];
            for link in part.row(*node as usize) {
                let to = group[part.to[link] as usize];
                if to as usize == own {
                    continue;
                }
                let at = &mut place[to as usize];
                if *at == 0 {
                    merged.to.push(to);
                    merged.pull.push(0.0);
                    *at = (merged.to.len() - first) as u32;
                }
                merged.pull[first + *at as usize - 1] += part.pull[link];
            }
        }
        merged.to[first..].iter().for_each(|to| place[*to as usize] = 0);
        merged.starts.push(merged.to.len() as u32);
    }
    merged
}
