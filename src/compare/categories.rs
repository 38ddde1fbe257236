//! Models, templates, addresses and the like: which of them accounts of one side have and those of
//! the other do not.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Chosen;
use super::statistic::{Categories, Category, Changed, Design, Distance, Tally};
use crate::index::{Facet, Held, Index, Mask};
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
        let mut tallies: BTreeMap<u32, (Tally, Changed)> = BTreeMap::new();
        let mut total = Tally {
            accounts_a: chosen.a.len() as u64,
            accounts_b: chosen.b.len() as u64,
            ..Tally::default()
        };
        let of_a = index.held_by(self.facet, a, &chosen.a);
        let of_b = index.held_by(self.facet, b, &chosen.b);
        for held in of_a.iter().flatten() {
            let (tally, _) = tallies.entry(held.value).or_default();
            tally.accounts_a += 1;
            tally.events_a += u64::from(held.rows);
            total.events_a += u64::from(held.rows);
        }
        for held in of_b.iter().flatten() {
            let (tally, _) = tallies.entry(held.value).or_default();
            tally.accounts_b += 1;
            tally.events_b += u64::from(held.rows);
            total.events_b += u64::from(held.rows);
        }
        if design == Design::Paired {
            // Both sides have the same accounts, in the same order.
            of_a.iter().zip(&of_b).for_each(|(a, b)| add_changed(&mut tallies, a, b));
        }
        // Free text is no template.
        if self.facet == Facet::Template {
            tallies.remove(&crate::model::FREE_TEXT);
        }
        if tallies.is_empty() {
            return None;
        }
        let all: Vec<Tally> = tallies.values().map(|(tally, _)| *tally).collect();
        let distance = Distance::of(&all, total);
        let many = tallies.len() as u64;
        tallies.retain(|_, (tally, _)| tally.accounts_a + tally.accounts_b >= LEAST);
        let kept: Vec<(Tally, Changed)> = tallies.values().copied().collect();
        let found = match design {
            Design::Paired => Categories::of_pairs(&kept, total)?,
            _ => {
                let kept: Vec<Tally> = kept.iter().map(|(tally, _)| *tally).collect();
                Categories::of(&kept, total)?
            }
        };
        let text = |value: u32| index.value_text(self.facet, value).map(|text| text.into_owned());
        let named = tallies.keys().zip(found.categories);
        let mut categories: Vec<Differing> = named
            .map(|(value, category)| Differing {
                value: text(*value).unwrap_or_default(),
                category,
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

/// Counts what an account has on one side only; `a` and `b` rise by value.
fn add_changed(tallies: &mut BTreeMap<u32, (Tally, Changed)>, a: &[Held], b: &[Held]) {
    let lacks =
        |of: &[Held], value: u32| of.binary_search_by_key(&value, |held| held.value).is_err();
    for held in a.iter().filter(|held| lacks(b, held.value)) {
        tallies.entry(held.value).or_default().1.only_a += 1;
    }
    for held in b.iter().filter(|held| lacks(a, held.value)) {
        tallies.entry(held.value).or_default().1.only_b += 1;
    }
}
