//! The layout of one component, in steps: coarsen, place the coarsest, refine level by level.

use super::coarsen::{Levels, coarser};
use super::force::{Field, pass};
use super::part::{Part, Point};
use super::pivots::{Pivots, scale};
use super::stress::{self, Terms};
use super::tree::Tree;
use crate::model::rng::Rng;

/// Levels with no more nodes than this are not coarsened.
const COARSEST: usize = 150;
/// Pivots of levels with up to [`SMALL`] nodes, and of larger ones.
const PIVOTS: (usize, usize) = (120, 48);
/// See [`PIVOTS`].
const SMALL: usize = 4_000;
/// Pivots added by a step.
const BATCH: usize = 4;
/// Passes of sparse stress over the coarsest level.
const STRESS_PASSES: usize = 20;
/// Passes of the forces over the coarsest level, and over each other.
const FORCE_PASSES: (usize, usize) = (60, 30);
/// How much sparse stress counts at the first pass over a level of up to [`SMALL`] nodes, and over
/// larger ones, where it would tear neighbours apart.
const SHAPE: (f32, f32) = (120.0, 20.0);
/// The share of that which is gone at the last pass, so that neighbours settle: of components that
/// are not coarsened, which stress alone draws well, and of larger ones.
const FADE: (f32, f32) = (0.6, 0.8);

/// What the next step does.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    Coarsen,
    Pivots,
    Start,
    Stress(usize),
    Force(usize),
    Done,
}

/// A layout on its way.
#[derive(Clone, Debug)]
pub(super) struct Drawing {
    levels: Levels,
    /// The level at hand, 0 the graph itself.
    level: usize,
    stage: Stage,
    pivots: Pivots,
    terms: Terms,
    tree: Tree,
    /// Masses of the level at hand, 1 on average.
    mass: Vec<f32>,
    /// Places of the level's nodes, in units of about their spacing.
    places: Vec<Point>,
    rng: Rng,
}

impl Drawing {
    /// Of this component.
    pub(super) fn new(part: Part, seed: u64) -> Self {
        let rng = Rng::new(&[seed, u64::from(part.nodes.first().copied().unwrap_or(0))]);
        Self {
            levels: Levels { parts: vec![part], above: Vec::new() },
            level: 0,
            stage: Stage::Coarsen,
            pivots: Pivots::default(),
            terms: Terms::default(),
            tree: Tree::default(),
            mass: Vec::new(),
            places: Vec::new(),
            rng,
        }
    }

    /// The component.
    pub(super) fn part(&self) -> &Part {
        &self.levels.parts[0]
    }

    /// Whether nothing is left to do.
    pub(super) fn is_done(&self) -> bool {
        self.stage == Stage::Done
    }

    /// Rough share of the work done, 0…1.
    pub(super) fn progress(&self) -> f32 {
        let past = match self.stage {
            Stage::Coarsen => return 0.0,
            Stage::Force(pass) => pass as f32 / self.force_passes() as f32,
            Stage::Done => return 1.0,
            _ => 0.0,
        };
        let size = |level: usize| self.levels.parts[level].len() as f32;
        let all: f32 = (0..self.levels.parts.len()).map(size).sum();
        let left = (1.0 - past) * size(self.level) + (0..self.level).map(size).sum::<f32>();
        1.0 - left / all
    }

    /// Does the next bit of work, about one pass over the level at hand.
    pub(super) fn step(&mut self) {
        self.stage = match self.stage {
            Stage::Coarsen => self.coarsen(),
            Stage::Pivots => self.add_pivots(),
            Stage::Start => self.start(),
            Stage::Stress(pass) => self.stress(pass),
            Stage::Force(pass) => self.force(pass),
            Stage::Done => Stage::Done,
        };
    }

    fn at_hand(&self) -> &Part {
        &self.levels.parts[self.level]
    }

    fn is_coarsest(&self) -> bool {
        self.level + 1 == self.levels.parts.len()
    }

    fn force_passes(&self) -> usize {
        if self.is_coarsest() { FORCE_PASSES.0 } else { FORCE_PASSES.1 }
    }

    fn coarsen(&mut self) -> Stage {
        let part = &self.levels.parts[self.level];
        if part.len() > COARSEST
            && let Some((next, above)) = coarser(part, &mut self.rng)
        {
            self.levels.parts.push(next);
            self.levels.above.push(above);
            self.level += 1;
            return Stage::Coarsen;
        }
        Stage::Pivots
    }

    fn add_pivots(&mut self) -> Stage {
        let part = &self.levels.parts[self.level];
        let limit = if part.len() <= SMALL { PIVOTS.0 } else { PIVOTS.1 };
        self.pivots.add(part, BATCH, &mut self.rng);
        if self.pivots.nodes.len() < limit.min(part.len()) { Stage::Pivots } else { Stage::Start }
    }

    /// Readies the level: the first places of the coarsest, the terms of stress for every one.
    fn start(&mut self) -> Stage {
        let pivots = std::mem::take(&mut self.pivots);
        let by_node = pivots.by_node();
        let part = &self.levels.parts[self.level];
        let mean = part.mass.iter().sum::<f32>() / part.len() as f32;
        self.mass = part.mass.iter().map(|m| m / mean).collect();
        let coarsest = self.is_coarsest();
        if coarsest {
            self.places = scale(&by_node, pivots.nodes.len(), &mut self.rng);
            self.shake(0.1);
        }
        let regions = pivots.regions();
        self.terms = Terms { pivots: pivots.nodes, by_node, regions, link: 1.0 };
        if coarsest {
            return Stage::Stress(0);
        }
        self.terms.fit(&self.places);
        Stage::Force(0)
    }

    fn stress(&mut self, pass: usize) -> Stage {
        self.places = stress::pass(self.at_hand(), &self.terms, &self.places);
        if pass + 1 < STRESS_PASSES {
            return Stage::Stress(pass + 1);
        }
        self.terms.fit(&self.places);
        Stage::Force(0)
    }

    fn force(&mut self, done: usize) -> Stage {
        let passes = self.force_passes();
        let past = done as f32 / passes as f32;
        let strength = if self.at_hand().len() <= SMALL { SHAPE.0 } else { SHAPE.1 };
        let fade = if self.part().len() <= COARSEST { FADE.0 } else { FADE.1 };
        let field = Field {
            part: &self.levels.parts[self.level],
            mass: &self.mass,
            terms: &self.terms,
            shape: strength * (1.0 - fade * past),
            heat: 1.0 - past,
            shift: [self.rng.unit() as f32, self.rng.unit() as f32],
        };
        self.places = pass(&field, &mut self.tree, &self.places);
        if done + 1 < passes {
            return Stage::Force(done + 1);
        }
        if self.level == 0 {
            return Stage::Done;
        }
        self.refine();
        Stage::Pivots
    }

    /// Goes one level down: every node starts near the one it was merged into.
    fn refine(&mut self) {
        self.level -= 1;
        let above = &self.levels.above[self.level];
        let grow = (above.len() as f32 / self.places.len() as f32).sqrt();
        let place = |a: &u32| self.places[*a as usize].map(|x| x * grow);
        self.places = above.iter().map(place).collect();
        self.shake(1.0);
    }

    /// Moves every node by chance, by up to half of `by` along each axis, so that no two lie in
    /// one place.
    fn shake(&mut self, by: f32) {
        for place in &mut self.places {
            for axis in place {
                *axis += by * (self.rng.unit() as f32 - 0.5);
            }
        }
    }

    /// Places of the component's own nodes: at a level above, where the node lies that stands
    /// for them. Empty before the first places.
    pub(super) fn places(&self) -> Vec<Point> {
        if self.places.len() != self.levels.parts[self.level].len() {
            return Vec::new();
        }
        let mut places = self.places.clone();
        for level in (0..self.level).rev() {
            let above = &self.levels.above[level];
            let grow = (above.len() as f32 / places.len() as f32).sqrt();
            places = above.iter().map(|a| places[*a as usize].map(|x| x * grow)).collect();
        }
        places
    }
}
