//! What the overview showed when a case was last closed, kept in the case: it can be shown at once
//! while 16 million events are being loaded.
//!
//! It is a convenience and no evidence. What is counted replaces it as soon as that is there; it is
//! not shown where anything came into the case since; and because a case may come from anybody, it
//! is read like a log.

use serde::{Deserialize, Serialize};

use crate::store::{CaseFile, StoreError};

/// The setting that holds it.
const NAME: &str = "first_look";
/// Bytes it takes at most: the numbers, and a bar for every few pixels by model.
const MOST_BYTES: usize = 1 << 18;
/// Numbers, models, bars and characters of a text that are shown at most.
const MOST: Limits = Limits { numbers: 6, series: 9, bars: 4_000, text: 200 };

/// Times and widths at most, µs: some 9,000 years.
const MOST_US: i64 = 1 << 58;

struct Limits {
    numbers: usize,
    series: usize,
    bars: usize,
    text: usize,
}

/// The top of the overview, without a filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstLook {
    /// Events in the case; what was kept of more or fewer is out of date.
    pub events: u64,
    /// The numbers, as they were worded.
    pub numbers: Vec<Number>,
    /// What is counted, in the plural.
    pub unit: String,
    /// First and last moment, µs since 1970; nothing where no event has a time.
    pub span_us: Option<(i64, i64)>,
    /// Where the first bar begins, µs since 1970.
    pub start_us: i64,
    /// Width of a bar, µs.
    pub bin_us: i64,
    /// Traffic by model.
    pub series: Vec<Bars>,
}

/// One of the numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Number {
    /// What it counts.
    pub title: String,
    /// The number, with its unit.
    pub value: String,
    /// What stands below it.
    pub note: String,
    /// Whether it is inferred, and not counted.
    #[serde(default)]
    pub is_inferred: bool,
}

/// Rows of one model over time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bars {
    /// The model.
    pub name: String,
    /// Its colour, by number.
    pub category: usize,
    /// Rows in each bar.
    pub counts: Vec<u32>,
}

/// A first look, and the hash of the journal it belongs to: that is another one whenever something
/// comes into the case or is said in it.
#[derive(Serialize, Deserialize)]
struct Kept {
    stamp: String,
    look: FirstLook,
}

impl FirstLook {
    /// The one that is kept in a case; `None` where there is none, or it says nothing of the case
    /// as it is now.
    pub fn of(file: &CaseFile) -> Option<Self> {
        let text = file.setting(NAME).ok()??;
        let text = Some(text).filter(|text| text.len() <= MOST_BYTES)?;
        let kept: Kept = serde_json::from_str(&text).ok()?;
        let is_current = kept.stamp == file.journal_hash().ok()?;
        Some(kept.look).filter(|look| is_current && look.is_sound())
    }

    /// Keeps it in a case that was closed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep(&self, file: &mut CaseFile) -> Result<(), StoreError> {
        let kept = Kept { stamp: file.journal_hash()?, look: self.clone() };
        let text = serde_json::to_string(&kept).ok().filter(|text| text.len() <= MOST_BYTES);
        file.transaction(|tx| tx.set_setting(NAME, text.as_deref()))
    }

    fn is_sound(&self) -> bool {
        let numbers = self.numbers.iter().flat_map(|n| [&n.title, &n.value, &n.note]);
        let mut texts = numbers.chain(self.series.iter().map(|s| &s.name)).chain([&self.unit]);
        let bars = self.series.first().map_or(0, |s| s.counts.len());
        // Whatever an import accepts lies far within.
        let is_time = |us: i64| (-MOST_US..=MOST_US).contains(&us);
        self.numbers.len() <= MOST.numbers
            && self.series.len() <= MOST.series
            && bars <= MOST.bars
            && (bars > 0 || self.series.is_empty())
            && self.series.iter().all(|s| s.counts.len() == bars)
            && texts.all(|text| text.chars().count() <= MOST.text)
            && self.bin_us > 0
            && is_time(self.start_us)
            && is_time(self.bin_us)
            && self.span_us.is_none_or(|(start, end)| start < end && is_time(start) && is_time(end))
    }
}

#[cfg(test)]
#[path = "first_look_tests.rs"]
mod tests;
