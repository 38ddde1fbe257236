//! What the facets card counts, off the interface thread: rows and accounts of every value, and
//! the order they are listed in.

use std::sync::Arc;

use egui::Context;

use crate::index::{self, Facet, ValueBrush, ValueCounts, ValueOrder, value_order};
use crate::model::Granularity;
use crate::ui::Latest;
use crate::ui::scene::Scene;

use super::super::query::{Masks, Query};
use super::super::wider::{Brush, Wider};

/// The values of a facet.
#[derive(Debug)]
pub struct Counted {
    /// What is grouped by.
    pub facet: Facet,
    /// Rows and accounts by value.
    pub counts: ValueCounts,
    /// Rows counted: what shares are of.
    pub total: u64,
    /// Values that have rows.
    pub distinct: usize,
    /// The rows of the whole case by value.
    pub in_all: Arc<[u32]>,
    /// The rows of the whole case that have no value.
    pub absent_in_all: u64,
    /// The rows of the whole case.
    pub of_all: u64,
}

/// The values in the order they are listed.
#[derive(Clone, Debug)]
pub struct Listed {
    /// All of them.
    pub counted: Arc<Counted>,
    /// Those listed, by number.
    pub order: Vec<u32>,
}

type Key = (u64, Facet, ValueOrder);

/// The questions of the card.
#[derive(Default)]
pub struct Counts {
    wider: Wider,
    brush: Brush<(u64, Facet), ValueBrush>,
    listed: Latest<Key, Listed>,
}

impl Counts {
    /// The values of `facet`, once they are there; those of the previous question meanwhile.
    pub fn ask(
        &mut self,
        ctx: &Context,
        scene: &Scene<'_>,
        query: &Query,
        masks: &Masks,
        facet: Facet,
        order: &ValueOrder,
    ) {
        // Values that were listed before the index for them was there ask for it no more.
        self.brush.poll();
        if self.listed.has(|(id, f, o)| (*id, *f) == (masks.id, facet) && o == order) {
            return;
        }
        let Some(base) = self.wider.base(ctx, scene, query, masks, facet.field()) else { return };
        let made_for = (base.id, facet);
        let brush =
            base.brush(&mut self.brush, (ctx, scene, query), made_for, move |index, mask| {
                ValueBrush::new(index, mask, facet)
            });
        // Another order of the same rows does not count them again.
        let same = self.listed.answered().filter(|(id, f, _)| (*id, *f) == (masks.id, facet));
        let counted = same.and(self.listed.answer()).map(|listed| listed.counted.clone());
        let (index, kind) = (scene.index.clone(), masks.population.counted());
        let question = order.clone();
        self.listed.ask(ctx, (masks.id, facet, order.clone()), move |_| {
            let counted = counted.unwrap_or_else(|| {
                let counts = match brush {
                    Some(brush) => brush.values(base.rows),
                    None => index.values(&base.mask.within(base.rows), facet),
                };
                Arc::new(Counted::new(&index, facet, counts, kind))
            });
            let (counts, of_all) = (&counted.counts, counted.of_all);
            let order = value_order(&index, facet, counts, &counted.in_all, of_all, &question);
            Ok::<_, String>(Listed { counted, order })
        });
    }

    /// The values, those of the newest question that is answered.
    pub fn listed(&self) -> Option<&Listed> {
        self.listed.answer()
    }

    /// Whether the listed values are of this facet.
    pub fn is_of(&self, facet: Facet) -> bool {
        self.listed.answered().is_some_and(|(_, answered, _)| *answered == facet)
    }

    /// Why they could not be counted.
    pub fn error(&self) -> Option<&str> {
        self.wider.error().or(self.listed.error())
    }
}

impl Counted {
    fn new(index: &index::Index, facet: Facet, counts: ValueCounts, kind: Granularity) -> Self {
        let of_all = index.population(kind).len();
        let in_all = index.population_by_value(facet, kind);
        let valued: u64 = in_all.iter().map(|n| u64::from(*n)).sum();
        Self {
            facet,
            total: counts.total(),
            distinct: counts.distinct(),
            counts,
            in_all,
            absent_in_all: of_all.saturating_sub(valued),
            of_all,
        }
    }
}
