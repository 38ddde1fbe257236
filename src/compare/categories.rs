//! Models, templates, addresses and the like: which of them accounts of one side have and those of
//! the other do not.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Chosen;
use super::statistic::{Categories, Category, Design, Distance, Tally};
use crate::index::{Facet, Index, Mask};
use crate::model::Field;

/// Categories of which nothing is said where fewer accounts have them on both sides together.
const LEAST: u64 = 2;

/// A table.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// What its categories are, in the plural.
    pub name: &'static str,
    facet: Facet,
}

/// All tables.
pub const TABLES: &[Table] = &[
    Table { name: "templates", facet: Facet::Template },
    Table { name: "models", facet: Facet::Field(Field::Model) },
    Table { name: "networks", facet: Facet::Network },
    Table { name: "pathways", facet: Facet::Field(Field::Pathway) },
    Table { name: "endpoints", facet: Facet::Field(Field::Endpoint) },
    Table { name: "user agents", facet: Facet::Field(Field::UserAgent) },
    Table { name: "countries", facet: Facet::Field(Field::Country) },
];

/// How the sides differ in the categories of a table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CategoryTable {
    /// What the categories are.
    pub name: &'static str,
    /// The field that a condition on one of them names.
    pub field: &'static str,
    /// The grouping.
    #[serde(skip)]
    pub facet: Facet,
    /// How far all of them together differ, 0…1.
    pub distance: Distance,
    /// Categories that are left out because a single account has them.
    pub rare: u64,
    /// The others: those that differ most first, by how sure that is.
    pub categories: Vec<Differing>,
}

/// A category.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Differing {
    /// What it is called.
    pub value: String,
    /// How the sides differ in it.
    pub category: Category,
}

impl Table {
    /// Compares both sides; `None` where no row says anything.
    pub(super) fn compare(
        &self,
        index: &Index,
        (a, b): (&Mask, &Mask),
        design: Design,
        chosen: &Chosen,
    ) -> Option<CategoryTable> {
        let mut tallies: BTreeMap<u32, Tally> = BTreeMap::new();
        let mut total = Tally {
            accounts_a: chosen.a.len() as u64,
            accounts_b: chosen.b.len() as u64,
            ..Tally::default()
        };
        for held in index.held_by(self.facet, a, &chosen.a).iter().flatten() {
            let tally = tallies.entry(held.value).or_default();
            tally.accounts_a += 1;
            tally.events_a += u64::from(held.rows);
            total.events_a += u64::from(held.rows);
        }
        for held in index.held_by(self.facet, b, &chosen.b).iter().flatten() {
            let tally = tallies.entry(held.value).or_default();
            tally.accounts_b += 1;
            tally.events_b += u64::from(held.rows);
            total.events_b += u64::from(held.rows);
        }
        // Free text is no template.
        if self.facet == Facet::Template {
            tallies.remove(&crate::model::FREE_TEXT);
        }
        if tallies.is_empty() {
            return None;
        }
        let all: Vec<Tally> = tallies.values().copied().collect();
        let distance = Distance::of(&all, total);
        let many = tallies.len() as u64;
        tallies.retain(|_, tally| tally.accounts_a + tally.accounts_b >= LEAST);
        let kept: Vec<Tally> = tallies.values().copied().collect();
        let found = Categories::of(&kept, total)?;
        let text = |value: u32| index.value_text(self.facet, value).map(|text| text.into_owned());
        let named = tallies.keys().zip(found.categories);
        let mut categories: Vec<Differing> = named
            .map(|(value, mut category)| {
                // The same accounts twice are no two groups: no test of two groups fits.
                if design == Design::Paired {
                    (category.p, category.q) = (None, None);
                }
                Differing { value: text(*value).unwrap_or_default(), category }
            })
            .collect();
        let size = |of: &Differing| of.category.z.map_or(0.0, f64::abs);
        let gap = |of: &Differing| of.category.difference.value.map_or(0.0, f64::abs);
        categories.sort_by(|x, y| {
            let by_size = size(y).total_cmp(&size(x));
            by_size.then(gap(y).total_cmp(&gap(x))).then_with(|| x.value.cmp(&y.value))
        });
        let rare = many - kept.len() as u64;
        let field = self.facet.field().name();
        let (name, facet) = (self.name, self.facet);
        Some(CategoryTable { name, field, facet, distance, rare, categories })
    }
}
