//! How sure it is that an account belongs to its community: how often it stays with the others
//! when resolutions and seeds change.
//!
//! The partition that is judged is the one of best quality at the middle resolution. For each of
//! its nodes and every run, the share of the other members that the run puts with it is taken;
//! the mean over runs is its stability. Only sizes of overlaps are needed for that, not a matrix
//! of all pairs: a run costs as much as it has nodes.

use rayon::prelude::*;

use super::graph::Graph;
use super::leiden::{Partition, leiden};
use crate::job::{Cancelled, Progress};
use crate::model::rng::key;

/// From here on a member belongs to the core.
pub const CORE: f64 = 0.9;
/// From here on a member belongs to the fringe; below, it is doubtful.
pub const FRINGE: f64 = 0.5;
/// Resolutions, as multiples of the middle one.
pub const RESOLUTIONS: [f64; 5] = [0.25, 0.5, 1.0, 2.0, 4.0];
/// Runs at each resolution.
pub const SEEDS: u32 = 20;
/// Passes of a run over the whole graph: the third gains up to four thousandths for a quarter more
/// time, further ones gain less each, which a hundred runs need not.
const PASSES: u32 = 3;

/// How sure a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Membership {
    /// With the others in fewer than half of the runs, by share.
    Doubtful,
    /// In half or more.
    Fringe,
    /// In nine of ten or more.
    Core,
}

impl Membership {
    /// Of a stability.
    pub fn of(stability: f64) -> Self {
        if stability >= CORE {
            Self::Core
        } else if stability >= FRINGE {
            Self::Fringe
        } else {
            Self::Doubtful
        }
    }
}

/// A partition and how sure each of its members is.
#[derive(Clone, Debug, PartialEq)]
pub struct Stable {
    /// The best partition at the middle resolution.
    pub partition: Partition,
    /// For each node, the mean share of its fellow members that stay with it over all runs, 0 to
    /// 1; `None` for one that is alone.
    pub stability: Vec<Option<f64>>,
    /// The same at each resolution by itself: on which scale a community holds together.
    pub by_resolution: Vec<Vec<Option<f64>>>,
    /// The resolutions, in that order.
    pub resolutions: Vec<f64>,
    /// Runs at each of them.
    pub seeds: u32,
}

/// Runs Leiden `seeds` times at each of `resolutions` around the one in the middle of the list.
/// `None` without resolutions or seeds.
///
/// # Errors
/// When cancelled.
pub fn stable(
    graph: &Graph,
    resolutions: &[f64],
    seeds: u32,
    seed: u64,
    progress: &Progress,
) -> Result<Option<Stable>, Cancelled> {
    let middle = resolutions.len() / 2;
    let runs: Vec<(usize, u32)> =
        (0..resolutions.len()).flat_map(|r| (0..seeds).map(move |s| (r, s))).collect();
    let found: Vec<Partition> = runs
        .par_iter()
        .map(|(r, s)| {
            progress.check()?;
            let seed = key(&[seed, *r as u64, u64::from(*s)]);
            let found = leiden(graph, resolutions[*r], PASSES, seed);
            progress.advance(1);
            Ok(found)
        })
        .collect::<Result<_, Cancelled>>()?;
    let best = |a: &&Partition, b: &&Partition| {
        // Of equal ones the first, so that the order of runs decides nothing else.
        b.quality.total_cmp(&a.quality)
    };
    let at_middle = runs.iter().zip(&found).filter(|(run, _)| run.0 == middle).map(|(_, p)| p);
    let Some(partition) = at_middle.min_by(best).cloned() else { return Ok(None) };
    let by_resolution: Vec<Vec<Option<f64>>> = found
        .par_chunks(seeds as usize)
        .map(|runs| mean(runs.iter().map(|run| together(&partition, &run.community))))
        .collect();
    let stability = mean(by_resolution.iter().cloned());
    Ok(Some(Stable {
        partition,
        stability,
        by_resolution,
        resolutions: resolutions.to_vec(),
        seeds,
    }))
}

/// For each node the share of its fellow members in a partition that another puts with it, too.
fn together(of: &Partition, other: &[u32]) -> Vec<Option<f64>> {
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); of.communities as usize];
    for (node, c) in (0..).zip(&of.community) {
        members[*c as usize].push(node);
    }
    let mut share = vec![None; of.community.len()];
    let mut overlap = vec![0_u32; other.iter().map(|c| *c as usize + 1).max().unwrap_or(0)];
    for members in members.iter().filter(|m| m.len() > 1) {
        let of_other = |node: &u32| other[*node as usize] as usize;
        members.iter().for_each(|node| overlap[of_other(node)] += 1);
        for node in members {
            let fellows = (members.len() - 1) as f64;
            share[*node as usize] = Some(f64::from(overlap[of_other(node)] - 1) / fellows);
        }
        members.iter().for_each(|node| overlap[of_other(node)] = 0);
    }
    share
}

/// The mean for each node of lists that have the same nodes missing.
fn mean(lists: impl Iterator<Item = Vec<Option<f64>>>) -> Vec<Option<f64>> {
    let mut sum: Vec<Option<f64>> = Vec::new();
    let mut count = 0.0;
    for list in lists {
        count += 1.0;
        if sum.is_empty() {
            sum = list;
        } else {
            for (sum, value) in sum.iter_mut().zip(list) {
                *sum = sum.zip(value).map(|(a, b)| a + b);
            }
        }
    }
    sum.iter().map(|s| s.map(|s| s / count)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Two cliques of ten, one node tied a little to both, one on its own.
    fn two_and_a_waverer() -> Graph {
        let mut edges = Vec::new();
        for clique in [0, 10] {
            for a in clique..clique + 10 {
                edges.extend((a + 1..clique + 10).map(|b| (a, b, 3.0)));
            }
        }
        for i in 0..6 {
            edges.extend([(20, i, 1.0), (20, 10 + i, 1.0)]);
        }
        Graph::new(22, &edges)
    }

    #[test]
    fn who_sits_between_two_communities_is_not_of_the_core() {
        let graph = two_and_a_waverer();
        let gamma: Vec<f64> = RESOLUTIONS.iter().map(|r| 0.4 * r).collect();
        let found = stable(&graph, &gamma, SEEDS, 1, &Progress::default())
            .expect("nobody cancels")
            .expect("resolutions");
        let member = |node: usize| found.stability[node].map(Membership::of);
        assert_eq!(member(3), Some(Membership::Core));
        assert_eq!(member(13), Some(Membership::Core));
        assert!(member(20) < Some(Membership::Core), "{:?}", found.stability[20]);
        assert_eq!(member(21), None);
        assert_eq!(found.by_resolution.len(), 5);
        let again = stable(&graph, &gamma, SEEDS, 1, &Progress::default());
        assert_eq!(again, Ok(Some(found)));
    }

    #[test]
    fn nothing_to_run_gives_nothing_and_cancelling_stops() {
        let graph = two_and_a_waverer();
        assert_eq!(stable(&graph, &[], 20, 1, &Progress::default()), Ok(None));
        assert_eq!(stable(&graph, &[1.0], 0, 1, &Progress::default()), Ok(None));
        let progress = Progress::default();
        progress.cancel();
        assert!(stable(&graph, &[1.0], 5, 1, &progress).is_err());
    }

    proptest! {
        #[test]
        fn shares_are_those_of_the_whole_matrix(
            nodes in prop::collection::vec((0_u32..4, 0_u32..4), 1..40),
        ) {
            let community: Vec<u32> = nodes.iter().map(|n| n.0).collect();
            let other: Vec<u32> = nodes.iter().map(|n| n.1).collect();
            let of = Partition { community: community.clone(), communities: 4, quality: 0.0 };
            for (i, share) in together(&of, &other).iter().enumerate() {
                let fellows: Vec<usize> = (0..nodes.len())
                    .filter(|j| *j != i && community[*j] == community[i])
                    .collect();
                let with = fellows.iter().filter(|j| other[**j] == other[i]).count();
                let naive = (!fellows.is_empty()).then(|| with as f64 / fellows.len() as f64);
                prop_assert_eq!(*share, naive);
            }
        }
    }
}
