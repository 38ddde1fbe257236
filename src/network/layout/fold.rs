//! Clusters first: a community is one node until it is opened.

use super::overlap::Discs;
use super::pack::around;
use super::part::Point;
use super::{Request, layout};
use crate::job::{Cancelled, Progress};
use crate::network::community::Graph;

/// The disc of a closed community has this many times the area of its members' discs.
const ROOM: f32 = 1.5;

/// A graph in which each closed community is one node.
#[derive(Clone, Debug, PartialEq)]
pub struct Folded {
    /// The smaller graph. Weights of links between the same two nodes add up.
    pub graph: Graph,
    /// Radius of each of its nodes in px: a closed community's area is that of its members.
    pub radii: Vec<f32>,
    /// Which of its nodes each node of the whole graph is, or is in.
    pub of: Vec<u32>,
    /// The nodes of the whole graph that each of its nodes stands for, ascending.
    pub members: Vec<Vec<u32>>,
    /// The community of each of its nodes.
    pub community: Vec<u32>,
}

/// Folds a graph by the community of each node (as [`crate::network::community::leiden`] numbers
/// them); those with `true` in `open` stay as they are. A node's radius counts as
/// [`super::RADIUS_PX`] where `radii` has none.
pub fn fold(graph: &Graph, community: &[u32], open: &[bool], radii: &[f32]) -> Folded {
    let radius = |n: u32| radii.get(n as usize).copied().unwrap_or(super::RADIUS_PX);
    let is_open = |c: u32| open.get(c as usize).copied().unwrap_or(false);
    let highest = community.iter().map(|c| *c as usize + 1).max().unwrap_or(0);
    let mut name = vec![u32::MAX; highest];
    let (mut of, mut members, mut own) = (Vec::new(), Vec::<Vec<u32>>::new(), Vec::new());
    for (node, c) in (0_u32..).zip(community) {
        let known = name[*c as usize];
        let at = if known == u32::MAX || is_open(*c) { members.len() as u32 } else { known };
        if at as usize == members.len() {
            name[*c as usize] = at;
            members.push(Vec::new());
            own.push(*c);
        }
        of.push(at);
        members[at as usize].push(node);
    }
    let mut edges = Vec::new();
    for node in 0..graph.len() as u32 {
        for link in graph.links(node).iter().filter(|l| l.to > node) {
            edges.push((of[node as usize], of[link.to as usize], link.weight));
        }
    }
    let area = |m: &Vec<u32>| m.iter().map(|n| radius(*n) * radius(*n)).sum::<f32>();
    let disc = |m: &Vec<u32>| if m.len() == 1 { radius(m[0]) } else { (ROOM * area(m)).sqrt() };
    let radii = members.iter().map(disc).collect();
    Folded { graph: Graph::new(members.len(), &edges), radii, of, members, community: own }
}

impl Folded {
    /// Where this graph's nodes start, from the layout of the same graph folded otherwise: what
    /// is as it was stays, what was closed lies in the middle of its members, and the members of
    /// what was opened are laid out where it was, after the others have made room.
    ///
    /// # Errors
    /// [`Cancelled`], when `progress` says so.
    pub fn start_from(
        &self,
        before: &Folded,
        places: &[Point],
        whole: &Graph,
        seed: u64,
        progress: &Progress,
    ) -> Result<Vec<Option<Point>>, Cancelled> {
        let opened = self.opened(before, whole, seed, progress)?;
        let mut radii = before.radii.clone();
        for (node, _, radius) in &opened {
            radii[*node as usize] = *radius;
        }
        let ease = vec![1.0; radii.len()];
        let mut discs = Discs::new(places.to_vec(), radii, ease);
        discs.free = false;
        while discs.step() {
            progress.check()?;
        }
        let mut inside = vec![None; self.of.len()];
        for (node, members, _) in &opened {
            let middle = discs.places[*node as usize];
            for (member, p) in before.members[*node as usize].iter().zip(members) {
                inside[*member as usize] = Some([middle[0] + p[0], middle[1] + p[1]]);
            }
        }
        let place = |n: &u32| match inside[*n as usize] {
            Some(place) => place,
            None => discs.places[before.of[*n as usize] as usize],
        };
        Ok(self.members.iter().map(|m| mean(m.iter().map(place))).collect())
    }

    /// The nodes of `before` that are open here, with their members' places around 0 and the
    /// radius they need.
    fn opened(
        &self,
        before: &Folded,
        whole: &Graph,
        seed: u64,
        progress: &Progress,
    ) -> Result<Vec<(u32, Vec<Point>, f32)>, Cancelled> {
        let mut opened = Vec::new();
        for (node, members) in (0_u32..).zip(&before.members) {
            if self.members[self.of[members[0] as usize] as usize].len() >= members.len() {
                continue;
            }
            let radii: Vec<f32> =
                members.iter().map(|n| self.radii[self.of[*n as usize] as usize]).collect();
            let graph = induced(whole, members);
            let request = Request { radii: &radii, ..Request::new(&graph, seed) };
            let mut places = layout(request, progress)?;
            let (low, size) = around(&places, radii.iter().copied());
            let middle = [low[0] + 0.5 * size[0], low[1] + 0.5 * size[1]];
            let mut reach = 0.0_f32;
            for (p, r) in places.iter_mut().zip(&radii) {
                *p = [p[0] - middle[0], p[1] - middle[1]];
                reach = reach.max((p[0] * p[0] + p[1] * p[1]).sqrt() + r);
            }
            opened.push((node, places, reach));
        }
        Ok(opened)
    }
}

/// The graph of some nodes, ascending, and the links among them.
fn induced(graph: &Graph, nodes: &[u32]) -> Graph {
    let mut edges = Vec::new();
    for (i, node) in (0_u32..).zip(nodes) {
        for link in graph.links(*node) {
            if let Ok(j) = nodes.binary_search(&link.to)
                && j as u32 > i
            {
                edges.push((i, j as u32, link.weight));
            }
        }
    }
    Graph::new(nodes.len(), &edges)
}

fn mean(points: impl Iterator<Item = Point>) -> Option<Point> {
    let (sum, count) = points
        .fold(([0.0; 2], 0.0), |(s, n): (Point, f32), p| ([s[0] + p[0], s[1] + p[1]], n + 1.0));
    (count > 0.0).then(|| sum.map(|x| x / count))
}
