//! What others do, for comparison: each gives a score for every account and says whom it would list.
//!
//! None of them tells the two questions apart: its one score is held against both. Each has the
//! threshold that its source gives, or one that needs no look at the truth.

mod advisory;
mod features;
mod forest;
mod synchrony;
mod union_find;
mod volume;
mod window;

use stillwatch::case::OpenCase;
use stillwatch::detect::Attributes;
use stillwatch::index::RowView;

/// What a baseline may look at: the case, as the detectors see it, and never the labels.
pub struct Seen<'a> {
    /// The records and their texts.
    pub case: &'a OpenCase,
    /// What the accounts table says.
    pub attributes: &'a Attributes,
}

/// What a baseline says, by position of the account.
pub struct Ranked {
    /// Higher is more suspicious.
    pub score: Vec<f64>,
    /// Whom it lists at its own threshold.
    pub listed: Vec<bool>,
}

/// A method to compare with.
pub struct Baseline {
    /// A few words.
    pub name: &'static str,
    /// Runs it; `None` where the case has nothing of what it needs.
    pub rank: fn(&Seen<'_>) -> Option<Ranked>,
}

/// All of them, in the order of the table.
pub const ALL: [Baseline; 6] = [
    Baseline { name: "volume threshold", rank: volume::rank },
    Baseline { name: "SQL rules of AA26-251A", rank: advisory::rank },
    Baseline { name: "union-find, address + payment", rank: union_find::rank },
    Baseline { name: "synchrony on addresses", rank: synchrony::rank },
    Baseline { name: "isolation forest, metadata", rank: forest::rank },
    Baseline { name: "MMD window test, words", rank: window::rank },
];

impl<'a> Seen<'a> {
    /// How many accounts there are.
    pub fn accounts(&self) -> usize {
        self.case.index.accounts().len()
    }

    /// The exchanges of an account that have a time, in the order of time.
    pub fn rows(&self, account: usize) -> impl Iterator<Item = RowView<'a>> {
        let index = &self.case.index;
        let (counted, timed) = (index.everything(), index.timed());
        let rows = index.rows_of_account(account as u32).iter();
        let is_one = move |row: &&u32| counted.contains(**row) && timed.contains(*row);
        rows.filter(is_one).map(|row| index.row(*row))
    }
}

impl Ranked {
    /// Lists whoever reaches a threshold.
    pub fn at_least(score: Vec<f64>, threshold: f64) -> Self {
        let listed = score.iter().map(|score| *score >= threshold).collect();
        Self { score, listed }
    }
}

/// The value below which this share of the values lies; 0 of none.
pub fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (sorted.len().saturating_sub(1) as f64 * share).ceil() as usize;
    sorted.get(at).copied().unwrap_or_default()
}
