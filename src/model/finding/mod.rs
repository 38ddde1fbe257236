//! What detectors say of accounts and of networks: findings, their numbers, and how far they carry.
//!
//! A finding is a claim that can be checked: a sentence, the numbers in it with the way each is
//! computed again, the threshold, what chance would have given, and the records it rests on.
//! What the analyst concludes is a [`Verdict`](super::Verdict) and never stands here.

mod analysis;
mod by_subject;
mod cluster;
pub mod link;
mod measure;
mod measured;
mod number;
mod recipe;
mod run;
mod scale;
#[cfg(test)]
pub mod testkit;

pub use analysis::{Analysis, Cited, Inputs};
pub use by_subject::BySubject;
pub use cluster::{AccountScore, Benign, Cluster, Member, Tested, Without};
pub use link::{Circle, Layer, Link};
pub use measure::{LEAST_LOG10_P, p_value};
pub use measured::Measured;
pub use number::{Number, Part, Statement, Unit, count};
pub use recipe::{Peers, Recipe, Take, TakeItems, TakePairs};
pub use run::{DetectorRun, DetectorState, RunInfo};
pub use scale::{Family, Hypothesis, Level, Membership};

use serde::{Deserialize, Serialize};

/// Whom a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// An account, by its position in the index: its number in the case less one.
    Account(u32),
    /// A cluster, by its number from 1.
    Cluster(u32),
}

/// What would be seen without coordination, or without harvesting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NullBand {
    /// What it was made from, in words: `39 shuffled days`, `accounts of the same plan`.
    pub made_from: String,
    /// 2.5 % of what chance gives lies below.
    pub low: f64,
    /// What chance gives in the middle.
    pub median: f64,
    /// 2.5 % lies above.
    pub high: f64,
    /// Draws, or accounts it was compared with.
    pub n: u64,
}

/// Records that a number of a finding counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What they are in this finding: `replayed`, `issued`, `of the template`.
    pub role: String,
    /// Event ids, rising.
    pub events: Vec<u64>,
}

/// What one detector says of one subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Whom it is about.
    pub subject: Subject,
    /// Id of the detector: `D20`.
    pub detector: String,
    /// Version of the detector.
    pub version: u32,
    /// Which kind of evidence it is.
    pub family: Family,
    /// Accounts it speaks of, positions in the index, rising: the subject, or members of it.
    pub accounts: Vec<u32>,
    /// The sentence.
    pub statement: Statement,
    /// The number that is compared with the threshold.
    pub statistic: f64,
    /// What the statistic must reach, as it follows on “counts as a finding with”: `at least 25 % of
    /// the cluster`.
    pub threshold: String,
    /// How large what was found is, in units of what chance gives: 1 is nothing unusual.
    pub effect: f64,
    /// What chance would give.
    pub null: Option<NullBand>,
    /// How likely chance gives this or more, as log10; `None` where nothing says.
    pub log10_p: Option<f64>,
    /// Whether it is exact evidence, which chance and habit do not produce.
    pub is_exact: bool,
    /// The records.
    pub evidence: Vec<Evidence>,
}

impl Finding {
    /// The same without its records, which are not copied first.
    pub fn without_evidence(&self) -> Self {
        Self {
            subject: self.subject,
            detector: self.detector.clone(),
            version: self.version,
            family: self.family,
            accounts: self.accounts.clone(),
            statement: self.statement.clone(),
            statistic: self.statistic,
            threshold: self.threshold.clone(),
            effect: self.effect,
            null: self.null.clone(),
            log10_p: self.log10_p,
            is_exact: self.is_exact,
            evidence: Vec::new(),
        }
    }

    /// Whether it speaks of half of so many members or more: who stands beside others is not to be told
    /// by what these did.
    pub fn is_of_most(&self, members: usize) -> bool {
        2 * self.accounts.len() >= members
    }

    /// The events of a role.
    pub fn events_of(&self, role: &str) -> &[u64] {
        let found = self.evidence.iter().find(|evidence| evidence.role == role);
        found.map_or(&[], |evidence| &evidence.events)
    }

    /// All events it rests on, rising, each once.
    pub fn events(&self) -> Vec<u64> {
        let mut all: Vec<u64> =
            self.evidence.iter().flat_map(|evidence| &evidence.events).copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}
