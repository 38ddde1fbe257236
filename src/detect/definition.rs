//! What a detector is: the one place that commands, documentation and screens take it from.

use crate::model::finding::Family;
use crate::model::{Field, MarkerKind};

/// Something a detector cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A field of the records.
    Field(Field),
    /// One of these, fields of the records or columns of the accounts table.
    AnyOf(&'static [Field], &'static [&'static str]),
    /// A moment of this kind in the case.
    Marker(MarkerKind),
    /// The prompts grouped into templates.
    Templates,
}

/// A number that decides, and why it is what it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameter {
    /// Its name, with its unit.
    pub name: &'static str,
    /// Its value unless the analyst says otherwise.
    pub default: f64,
    /// Why.
    pub reason: &'static str,
}

/// What a detector is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Definition {
    /// `D20`: the number of `README.md` and of published work.
    pub id: &'static str,
    /// Rises whenever the same data may give another answer.
    pub version: u32,
    /// In a few words.
    pub title: &'static str,
    /// Which kind of evidence it gives.
    pub family: Family,
    /// What it sees.
    pub sees: &'static str,
    /// What it cannot see.
    pub cannot_see: &'static str,
    /// What it cannot do without.
    pub needs: &'static [Need],
    /// What decides.
    pub parameters: &'static [Parameter],
    /// Who published the idea, or that nobody has.
    pub source: &'static str,
}
