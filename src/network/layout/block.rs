//! One component from its first step to px without overlaps.

use super::drawing::Drawing;
use super::fit::{align, to_px};
use super::overlap::{Discs, GAP, Spiral};
use super::part::{Part, Point};
use super::tuft::Tufts;

/// How far a component is.
#[derive(Clone, Debug)]
enum Work {
    Draw(Box<Drawing>),
    Apart(Box<Discs>),
    Done,
}

/// A component, or the block of all nodes without links, in px of its own.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// The graph's numbers of its nodes.
    pub nodes: Vec<u32>,
    /// Whether it lies where it lies: some of its nodes were given places.
    pub fixed: bool,
    places: Vec<Point>,
    radii: Vec<f32>,
    known: Vec<(usize, Point)>,
    tufts: Tufts,
    work: Work,
}

impl Block {
    /// A component to be drawn. `known` are places to come near to.
    pub(super) fn draw(part: Part, radii: Vec<f32>, known: Vec<(usize, Point)>, seed: u64) -> Self {
        let nodes = part.nodes.clone();
        let (rest, tufts) = Tufts::strip(part);
        let (places, work) = if rest.len() == 1 {
            (tufts.spread(&[[0.0; 2]], &radii), Work::Done)
        } else {
            (sunflower(&radii), Work::Draw(Box::new(Drawing::new(rest, seed))))
        };
        let fixed = !known.is_empty();
        let mut block = Self { nodes, fixed, places, radii, known, tufts, work };
        if block.is_done() {
            align(&mut block.places, &block.known);
        }
        block
    }

    /// Nodes that have their places.
    pub(super) fn placed(
        nodes: Vec<u32>,
        places: Vec<Point>,
        radii: Vec<f32>,
        fixed: bool,
    ) -> Self {
        let (known, tufts) = (Vec::new(), Tufts::default());
        Self { nodes, fixed, places, radii, known, tufts, work: Work::Done }
    }

    /// Whether nothing is left to do.
    pub(super) fn is_done(&self) -> bool {
        matches!(self.work, Work::Done)
    }

    /// Rough share of the work done, 0…1.
    pub(super) fn progress(&self) -> f32 {
        match &self.work {
            Work::Draw(drawing) => 0.9 * drawing.progress(),
            Work::Apart(_) => 0.9,
            Work::Done => 1.0,
        }
    }

    /// Does the next bit of work.
    pub(super) fn step(&mut self) {
        match &mut self.work {
            Work::Draw(drawing) => {
                drawing.step();
                if drawing.is_done() {
                    let radii = self.tufts.radii(&self.radii);
                    let places = in_px(drawing, &radii);
                    let ease = vec![1.0; places.len()];
                    self.work = Work::Apart(Box::new(Discs::new(places, radii, ease)));
                }
            }
            Work::Apart(discs) => {
                if !discs.step() {
                    self.places = self.current();
                    self.work = Work::Done;
                }
            }
            Work::Done => {}
        }
    }

    /// Places as they are now, in px.
    pub(super) fn current(&self) -> Vec<Point> {
        let places = match &self.work {
            Work::Draw(drawing) => in_px(drawing, &self.tufts.radii(&self.radii)),
            Work::Apart(discs) => discs.places.clone(),
            Work::Done => return self.places.clone(),
        };
        if places.is_empty() {
            return self.places.clone();
        }
        let mut places = self.tufts.spread(&places, &self.radii);
        align(&mut places, &self.known);
        places
    }
}

/// Places of a drawing in px; none before its first.
fn in_px(drawing: &Drawing, radii: &[f32]) -> Vec<Point> {
    let mut places = drawing.places();
    if !places.is_empty() {
        let factor = to_px(drawing.part(), &places, radii);
        places.iter_mut().for_each(|p| *p = p.map(|x| x * factor));
    }
    places
}

/// A spiral of discs for a component that has no places yet.
fn sunflower(radii: &[f32]) -> Vec<Point> {
    let largest = radii.iter().copied().fold(0.0, f32::max);
    let pitch = 2.0 * largest + GAP;
    let place = |(way, i): (Point, usize)| way.map(|x| x * pitch * (i as f32).sqrt());
    Spiral::default().zip(0..radii.len()).map(place).collect()
}
