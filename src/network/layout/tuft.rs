//! Hubs with many leaves: the leaves lie in a tidy disc around their hub, not all over the rest.
//!
//! They are taken off before the layout, where the hub stands for all of them and is as large as
//! they need, and come back on a spiral of the golden angle (H. Vogel, "A better way to construct
//! the sunflower head", Mathematical Biosciences 44, 1979).

use super::overlap::{GAP, Spiral};
use super::part::{Part, Point};

/// Hubs with fewer leaves keep them in the layout.
const LEAST: usize = 32;
/// The spiral's constant to the distance that its points keep at least. The nearest two come to
/// about 1.6 of the constant.
const TIGHT: f32 = 1.0 / 1.5;
/// Leaves lie at least this far from the middle of their hub, in px.
const HOLE: f32 = 20.0;

/// Leaves that were taken off a part. Numbers are those of the whole part.
#[derive(Clone, Debug, Default)]
pub(super) struct Tufts {
    /// The nodes that are left.
    kept: Vec<u32>,
    /// Of those that are left, by number among them, the leaves taken off.
    leaves: Vec<(u32, Vec<u32>)>,
}

impl Tufts {
    /// Takes leaves off; nothing is done to a part without such hubs.
    pub(super) fn strip(part: Part) -> (Part, Self) {
        let n = part.len();
        let leaf = |i: u32| part.near(i as usize).len() == 1;
        let mut gone = vec![false; n];
        let mut tufts = Self::default();
        let mut hubs = Vec::new();
        for hub in 0..n {
            let leaves: Vec<u32> = part.near(hub).iter().copied().filter(|i| leaf(*i)).collect();
            if leaves.len() >= LEAST {
                leaves.iter().for_each(|i| gone[*i as usize] = true);
                hubs.push((hub, leaves));
            }
        }
        tufts.kept = (0..n as u32).filter(|i| !gone[*i as usize]).collect();
        if hubs.is_empty() {
            return (part, tufts);
        }
        let mut name = vec![u32::MAX; n];
        for (i, node) in (0..).zip(&tufts.kept) {
            name[*node as usize] = i;
        }
        let mut rest = tufts.without(&part, &name);
        for (hub, leaves) in hubs {
            rest.mass[name[hub] as usize] += leaves.len() as f32;
            tufts.leaves.push((name[hub], leaves));
        }
        (rest, tufts)
    }

    /// The part of the nodes that are left; `name` gives their new numbers.
    fn without(&self, part: &Part, name: &[u32]) -> Part {
        let mut rest = Part { starts: vec![0], ..Part::default() };
        for node in &self.kept {
            for link in part.row(*node as usize) {
                let to = name[part.to[link] as usize];
                if to != u32::MAX {
                    rest.to.push(to);
                    rest.pull.push(part.pull[link]);
                }
            }
            rest.starts.push(rest.to.len() as u32);
            rest.nodes.push(part.nodes[*node as usize]);
            rest.mass.push(part.mass[*node as usize]);
        }
        rest
    }

    /// Radii of the nodes that are left, hubs with the room for their leaves.
    pub(super) fn radii(&self, radii: &[f32]) -> Vec<f32> {
        let mut kept: Vec<f32> = self.kept.iter().map(|n| radii[*n as usize]).collect();
        for (hub, leaves) in &self.leaves {
            let (inner, pitch, largest) = self.measure(*hub, leaves, radii);
            let square = inner * inner + leaves.len() as f32 * pitch * pitch;
            kept[*hub as usize] = square.sqrt() + largest;
        }
        kept
    }

    /// Distance of the first leaf from the hub, the spiral's constant, the largest leaf.
    fn measure(&self, hub: u32, leaves: &[u32], radii: &[f32]) -> (f32, f32, f32) {
        let largest = leaves.iter().map(|n| radii[*n as usize]).fold(0.0, f32::max);
        let hub = radii[self.kept[hub as usize] as usize];
        let inner = (hub + largest + GAP).max(HOLE);
        (inner, (2.0 * largest + GAP) * TIGHT, largest)
    }

    /// Places of all nodes of the part from places of those that are left.
    pub(super) fn spread(&self, places: &[Point], radii: &[f32]) -> Vec<Point> {
        let mut all = vec![[0.0; 2]; radii.len()];
        for (node, place) in self.kept.iter().zip(places) {
            all[*node as usize] = *place;
        }
        for (hub, leaves) in &self.leaves {
            let (inner, pitch, _) = self.measure(*hub, leaves, radii);
            let middle = places[*hub as usize];
            for (k, (leaf, way)) in leaves.iter().zip(Spiral::default()).enumerate() {
                let far = (inner * inner + k as f32 * pitch * pitch).sqrt();
                all[*leaf as usize] = [middle[0] + way[0] * far, middle[1] + way[1] * far];
            }
        }
        all
    }
}
