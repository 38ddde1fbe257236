//! The whole layout, a bounded amount of work at a time.

use rayon::prelude::*;

use super::block::Block;
use super::keep::fill;
use super::overlap::{Discs, GAP};
use super::pack::{COMPONENT_GAP, around, rows};
use super::part::{Part, Point, parts};
use crate::job::{Cancelled, Progress};
use crate::network::community::Graph;

/// Radius of a node where none is given, in px.
pub const RADIUS_PX: f32 = 4.0;
/// Components with up to so many nodes are drawn from begin to end in one step, several at once.
const SMALL: usize = 256;
/// Nodes of small components that one step takes.
const BATCH: usize = 1_024;
/// How readily a node moves that had a place before, against 1 for a new one.
const STEADY: f32 = 0.1;
/// Places beyond this, in px, are taken for errors.
const FARTHEST: f32 = 1e7;

/// What is to be laid out. Slices may be shorter than the graph, or empty: nodes beyond have no
/// radius, start or pin of their own.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Nodes and links; stronger links pull a little harder.
    pub graph: &'a Graph,
    /// Radius of each node in px; [`RADIUS_PX`] where there is none that is finite and positive.
    pub radii: &'a [f32],
    /// Where nodes were before, in px.
    pub start: &'a [Option<Point>],
    /// Nodes that never move from their start; without a start they are like all others.
    pub pinned: &'a [bool],
    /// The same seed gives the same layout, on every machine and any number of threads.
    pub seed: u64,
}

impl<'a> Request<'a> {
    /// A graph alone.
    pub fn new(graph: &'a Graph, seed: u64) -> Self {
        Self { graph, radii: &[], start: &[], pinned: &[], seed }
    }

    fn radius(&self, node: u32) -> f32 {
        let radius = self.radii.get(node as usize).copied().unwrap_or(RADIUS_PX);
        if radius.is_finite() && radius > 0.0 { radius.min(FARTHEST) } else { RADIUS_PX }
    }

    fn start(&self, node: u32) -> Option<Point> {
        let place = self.start.get(node as usize).copied().flatten()?;
        place.iter().all(|x| x.abs() < FARTHEST).then_some(place)
    }

    fn ease(&self, node: u32) -> f32 {
        match self.start(node) {
            None => 1.0,
            Some(_) if self.pinned.get(node as usize).copied().unwrap_or(false) => 0.0,
            Some(_) => STEADY,
        }
    }
}

/// A layout on its way. Every [`Simulation::step`] is about one pass over the nodes of one
/// component; [`Simulation::positions`] can be asked at any time.
#[derive(Clone, Debug)]
pub struct Simulation {
    /// Components, largest first, then the nodes without links.
    blocks: Vec<Block>,
    /// The first block that is not done.
    at: usize,
    /// By node.
    radii: Vec<f32>,
    ease: Vec<f32>,
    start: Vec<Option<Point>>,
    /// All nodes of fixed blocks, on their way apart; after all blocks.
    joint: Option<Discs>,
    settled: bool,
}

impl Simulation {
    /// Takes what it needs from the request; no layout yet.
    pub fn new(request: Request) -> Self {
        let nodes = 0..request.graph.len() as u32;
        let mut blocks = Vec::new();
        let mut singles = Vec::new();
        for part in parts(request.graph) {
            if part.len() == 1 && request.start(part.nodes[0]).is_none() {
                singles.push(part.nodes[0]);
            } else {
                blocks.push(block(part, &request));
            }
        }
        if !singles.is_empty() {
            blocks.push(tidy(singles, &request));
        }
        Self {
            blocks,
            at: 0,
            radii: nodes.clone().map(|n| request.radius(n)).collect(),
            ease: nodes.clone().map(|n| request.ease(n)).collect(),
            start: nodes.map(|n| request.start(n)).collect(),
            joint: None,
            settled: request.graph.is_empty(),
        }
    }

    /// Does the next bit of work; returns whether there is more.
    pub fn step(&mut self) -> bool {
        if let Some(discs) = &mut self.joint {
            self.settled = !discs.step();
            return !self.settled;
        }
        while self.blocks.get(self.at).is_some_and(Block::is_done) {
            self.at += 1;
        }
        let from = self.at;
        match self.blocks.get_mut(from) {
            None => self.join(),
            Some(block) if block.nodes.len() > SMALL => block.step(),
            Some(_) => self.small(),
        }
        !self.settled
    }

    /// Draws the next small components from begin to end.
    fn small(&mut self) {
        let mut nodes = 0;
        let fits = |block: &&Block| {
            nodes += block.nodes.len();
            nodes <= BATCH
        };
        let count = self.blocks[self.at..].iter().take_while(fits).count().max(1);
        self.blocks[self.at..self.at + count].par_iter_mut().for_each(|block| {
            while !block.is_done() {
                block.step();
            }
        });
        self.at += count;
    }

    /// Blocks that lie among each other are moved apart together, in which nodes that had places
    /// give way least.
    fn join(&mut self) {
        let nodes: Vec<u32> = self.fixed().collect();
        if nodes.is_empty() {
            self.settled = true;
            return;
        }
        let places = self.blocks.iter().filter(|b| b.fixed).flat_map(Block::current);
        let pinned = |(n, place): (&u32, Point)| match self.start[*n as usize] {
            Some(start) if self.ease[*n as usize] == 0.0 => start,
            _ => place,
        };
        let places = nodes.iter().zip(places).map(pinned).collect();
        let of = |values: &[f32]| nodes.iter().map(|n| values[*n as usize]).collect();
        let mut discs = Discs::new(places, of(&self.radii), of(&self.ease));
        discs.free = false;
        self.joint = Some(discs);
    }

    fn fixed(&self) -> impl Iterator<Item = u32> + '_ {
        self.blocks.iter().filter(|b| b.fixed).flat_map(|b| b.nodes.iter().copied())
    }

    /// Whether the layout is as good as it gets.
    pub fn is_settled(&self) -> bool {
        self.settled
    }

    /// Rough share of the work done, 0…1.
    pub fn progress(&self) -> f32 {
        if self.settled {
            return 1.0;
        }
        let done: f32 = self.blocks.iter().map(|b| b.progress() * b.nodes.len() as f32).sum();
        0.99 * done / self.radii.len().max(1) as f32
    }

    /// Where every node is now, in px. Components that were given places lie there; the others
    /// lie in rows below them.
    pub fn positions(&self) -> Vec<Point> {
        let mut all = vec![[0.0; 2]; self.radii.len()];
        let mut top = 0.0;
        if let Some(discs) = &self.joint {
            self.fixed().zip(&discs.places).for_each(|(n, p)| all[n as usize] = *p);
        } else {
            let places = self.blocks.iter().filter(|b| b.fixed).flat_map(Block::current);
            self.fixed().zip(places).for_each(|(n, p)| all[n as usize] = p);
        }
        let (fixed, radii): (Vec<Point>, Vec<f32>) =
            self.fixed().map(|n| (all[n as usize], self.radii[n as usize])).unzip();
        let (low, size) = around(&fixed, radii.into_iter());
        if !fixed.is_empty() {
            top = low[1] + size[1] + COMPONENT_GAP;
        }
        self.pack(&mut all, [low[0], top]);
        all
    }

    /// Puts the blocks that may lie anywhere into rows from a corner on.
    fn pack(&self, all: &mut [Point], corner: Point) {
        let free: Vec<&Block> = self.blocks.iter().filter(|b| !b.fixed).collect();
        let places: Vec<Vec<Point>> = free.iter().map(|b| b.current()).collect();
        let boxes: Vec<(Point, [f32; 2])> = free
            .iter()
            .zip(&places)
            .map(|(b, places)| around(places, b.nodes.iter().map(|n| self.radii[*n as usize])))
            .collect();
        let sizes: Vec<[f32; 2]> = boxes.iter().map(|b| b.1).collect();
        let corners = rows(&sizes, COMPONENT_GAP);
        for (((block, places), (low, _)), to) in free.iter().zip(&places).zip(&boxes).zip(corners) {
            let by = [corner[0] + to[0] - low[0], corner[1] + to[1] - low[1]];
            for (node, p) in block.nodes.iter().zip(places) {
                all[*node as usize] = [p[0] + by[0], p[1] + by[1]];
            }
        }
    }

    /// Does all that is left, with thousandths of the work as the units of `progress`.
    ///
    /// # Errors
    /// [`Cancelled`], before the next step; the simulation can go on later.
    pub fn finish(&mut self, progress: &Progress) -> Result<Vec<Point>, Cancelled> {
        progress.set_phase("laying out the network", 1000);
        let mut told = 0;
        loop {
            progress.check()?;
            let more = self.step();
            let done = (self.progress() * 1000.0) as u64;
            progress.advance(done.saturating_sub(told));
            told = told.max(done);
            if !more {
                return Ok(self.positions());
            }
        }
    }
}

/// The block of one component: kept where at least half its nodes have places, else drawn anew
/// and turned onto those that have.
fn block(part: Part, request: &Request) -> Block {
    let radii: Vec<f32> = part.nodes.iter().map(|n| request.radius(*n)).collect();
    let given: Vec<Option<Point>> = part.nodes.iter().map(|n| request.start(*n)).collect();
    let known: Vec<(usize, Point)> =
        given.iter().enumerate().filter_map(|(i, p)| p.map(|p| (i, p))).collect();
    if 2 * known.len() < part.len() || known.is_empty() {
        return Block::draw(part, radii, known, request.seed);
    }
    let places = fill(&part, &given);
    Block::placed(part.nodes, places, radii, true)
}

/// Nodes without links, in rows.
fn tidy(nodes: Vec<u32>, request: &Request) -> Block {
    let radii: Vec<f32> = nodes.iter().map(|n| request.radius(*n)).collect();
    let sizes: Vec<[f32; 2]> = radii.iter().map(|r| [2.0 * r; 2]).collect();
    let corners = rows(&sizes, 3.0 * GAP);
    let places = corners.iter().zip(&radii).map(|(c, r)| [c[0] + r, c[1] + r]).collect();
    Block::placed(nodes, places, radii, false)
}
