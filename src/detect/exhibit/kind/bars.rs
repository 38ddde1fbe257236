//! Names with a number each, against what is usual.

use super::Ink;
use crate::model::finding::Unit;

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// What it is; may hold text of a log.
    pub name: String,
    /// The account, where it is one.
    pub account: Option<u32>,
    /// What it stands for.
    pub ink: Ink,
    /// What was observed.
    pub observed: f64,
    /// What is usual: everybody else, or chance.
    pub usual: Option<f64>,
    /// Where chance lies, low and high.
    pub band: Option<(f64, f64)>,
    /// The same in words, behind the bar: `5 of 5 accounts that have it`.
    pub note: String,
}

/// Names with a number each.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    /// How values are written.
    pub unit: Unit,
    /// What the length of a bar is: `share of the accounts of the cluster`.
    pub measure: String,
    /// The bars, from the top.
    pub bars: Vec<Bar>,
    /// What is not shown, in words; empty where all is.
    pub more: String,
}

impl Bar {
    /// What the finding speaks of, with nothing to compare it with.
    pub fn new(name: impl Into<String>, observed: f64, note: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            account: None,
            ink: Ink::Cited,
            observed,
            usual: None,
            band: None,
            note: note.into(),
        }
    }

    /// Against what others have: low, median and high of the middle of them.
    #[must_use]
    pub fn against(self, others: Option<(f64, f64, f64)>) -> Self {
        let usual = others.map(|(_, median, _)| median);
        Self { usual, band: others.map(|(low, _, high)| (low, high)), ..self }
    }
}

impl Bars {
    /// The highest value there is; 1 at least for a share.
    pub fn top(&self) -> f64 {
        let of = |bar: &Bar| {
            let band = bar.band.map_or(0.0, |band| band.1);
            bar.observed.max(bar.usual.unwrap_or(0.0)).max(band)
        };
        let least = if self.unit == Unit::Share { 1.0 } else { 0.0 };
        self.bars.iter().map(of).filter(|value| value.is_finite()).fold(least, f64::max)
    }
}
