//! Places for new nodes among nodes that have places.

use super::fit::LINK_PX;
use super::overlap::turn;
use super::part::{Part, Point};

/// Rounds in which new nodes go towards the middle of their neighbours.
const ROUNDS: usize = 4;

/// Places of all nodes of a part, of which some are given and stay. New nodes start near the
/// middle of those neighbours that have places, wave by wave outward from the given ones.
pub(super) fn fill(part: &Part, given: &[Option<Point>]) -> Vec<Point> {
    let mut places = given.to_vec();
    let mut wave: Vec<usize> = (0..part.len()).filter(|i| given[*i].is_some()).collect();
    while !wave.is_empty() {
        let mut next: Vec<usize> =
            wave.iter().flat_map(|i| part.near(*i)).map(|to| *to as usize).collect();
        next.sort_unstable();
        next.dedup();
        next.retain(|i| places[*i].is_none());
        let found: Vec<Point> = next.iter().map(|i| beside(part, *i, &places)).collect();
        for (i, place) in next.iter().zip(found) {
            places[*i] = Some(place);
        }
        wave = next;
    }
    let mut places: Vec<Point> = places.into_iter().map(Option::unwrap_or_default).collect();
    let new: Vec<usize> = (0..part.len()).filter(|i| given[*i].is_none()).collect();
    for _ in 0..ROUNDS {
        let moved: Vec<Point> = new.iter().map(|i| between(part, *i, &places)).collect();
        for (i, place) in new.iter().zip(moved) {
            places[*i] = place;
        }
    }
    places
}

/// A link's length from the middle of the neighbours that have places; less where they are
/// several, which hold it between them.
fn beside(part: &Part, node: usize, places: &[Option<Point>]) -> Point {
    let (mut sum, mut count) = ([0.0_f32; 2], 0.0_f32);
    for place in part.near(node).iter().filter_map(|to| places[*to as usize]) {
        sum = [sum[0] + place[0], sum[1] + place[1]];
        count += 1.0;
    }
    let way = turn(node);
    let count = count.max(1.0);
    [sum[0] / count + way[0] * LINK_PX / count, sum[1] / count + way[1] * LINK_PX / count]
}

/// Half way to the middle of its neighbours, for a node with several.
fn between(part: &Part, node: usize, places: &[Point]) -> Point {
    let near = part.near(node);
    let at = places[node];
    if near.len() < 2 {
        return at;
    }
    let sum = near.iter().fold([0.0_f32; 2], |sum, to| {
        let q = places[*to as usize];
        [sum[0] + q[0], sum[1] + q[1]]
    });
    let count = near.len() as f32;
    [0.5 * (at[0] + sum[0] / count), 0.5 * (at[1] + sum[1] / count)]
}
