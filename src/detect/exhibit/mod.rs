//! What is seen of a finding: pictures of what was observed, against what chance gives.
//!
//! A picture is made from the records that the finding cites and from the functions that its
//! detector decides with, so that it says what the sentence says. It is numbers: the window and the
//! report draw it.

mod alike;
mod arbitrage;
mod asked;
mod baseline;
mod beyond;
mod block;
mod changes;
mod facts;
mod failover;
#[cfg(test)]
pub(crate) mod gallery;
mod habits;
mod handed;
mod indicators;
mod instruction;
mod items;
pub mod kind;
mod kinds;
mod nights;
mod one_prompt;
mod pace;
mod pairs;
mod pathways;
mod pivot;
mod ramp;
mod rank;
mod registered;
mod relayed;
mod shared;
mod shares;
mod steps;
mod succession;
mod sweep;
mod synchrony;
mod template;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_more;
mod together;
mod total;
mod turns;

use facts::Facts;
pub use kind::{Bars, Card, Curve, Ink, Matrix, Raster, Spans};
pub use rank::{rank, strength};

use super::{Look, Reads};
use crate::job::Cancelled;
use crate::model::finding::{Finding, Subject};

/// A picture of a finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Exhibit {
    /// What it shows, in a few words.
    pub title: String,
    /// The picture.
    pub picture: Picture,
    /// The same in a sentence or two, for who does not see it.
    pub summary: String,
    /// What its inks mean, in the order to be read.
    pub key: Vec<(Ink, String)>,
}

/// The kinds of pictures.
#[derive(Clone, Debug, PartialEq)]
pub enum Picture {
    /// Accounts as rows, what they did as marks.
    Raster(Raster),
    /// A quantity over time against a band.
    Curve(Curve),
    /// Names with a number each against what is usual.
    Bars(Bars),
    /// A template and its slots.
    Card(Card),
    /// Every account against every other.
    Matrix(Matrix),
    /// From when to when each account was there.
    Spans(Spans),
}

/// The pictures of a finding, the one that says most first; none where there is nothing to show but
/// its statistic. `look` is what the detectors of its run were given: the rules, parameters and seed
/// are those of the run. `members` are those of its cluster, rising, or its account. The finding
/// comes with its evidence.
///
/// # Errors
/// When cancelled.
pub fn of_finding(
    look: &Look<'_>,
    finding: &Finding,
    members: &[u32],
) -> Result<Vec<Exhibit>, Cancelled> {
    let Look { material, parameters, seed, progress } = *look;
    progress.check()?;
    let facts = Facts { material, finding, members, seed, parameters, progress };
    match finding.detector.as_str() {
        "D01" => turns::exhibits(&facts),
        "D02" => pairs::exhibits(&facts),
        "D03" => synchrony::exhibits(&facts),
        "D04" => together::exhibits(&facts),
        "D05" => total::exhibits(&facts),
        "D06" => failover::exhibits(&facts),
        "D07" => succession::exhibits(&facts),
        "D08" => nights::exhibits(&facts),
        "D09" => pace::exhibits(&facts),
        "D10" => indicators::exhibits(&facts),
        "D11" => block::exhibits(&facts),
        "D12" => registered::exhibits(&facts),
        "D13" => ramp::exhibits(&facts),
        "D14" => beyond::exhibits(&facts),
        "D18" => pathways::exhibits(&facts),
        "D20" => handed::exhibits(&facts),
        "D21" => shared::exhibits(&facts),
        "D22" => instruction::exhibits(&facts),
        "D23" | "D27" => asked::exhibits(&facts),
        "D24" if matches!(finding.subject, Subject::Cluster(_)) => alike::exhibits(&facts),
        "D24" | "D30" => habits::exhibits(&facts),
        "D25" => kinds::exhibits(&facts),
        "D26" => items::exhibits(&facts),
        "D28" => sweep::exhibits(&facts),
        "D29" => relayed::exhibits(&facts),
        "D31" => pivot::exhibits(&facts),
        "D32" => changes::exhibits(&facts),
        "D33" => baseline::exhibits(&facts),
        "D34" => arbitrage::exhibits(&facts),
        "D35" => one_prompt::exhibits(&facts),
        _ => shares::exhibits(&facts),
    }
}

/// What the pictures of a finding need of the texts of prompts: without it they say less, or are
/// not there.
pub fn reads(finding: &Finding) -> Reads {
    let none = Reads::default();
    match finding.detector.as_str() {
        "D23" | "D27" => Reads { rules: true, ..none },
        // Items without numbers are told apart by the fingerprints of prompts.
        "D26" if finding.statement.number("items").is_some() => Reads { items: true, ..none },
        _ => none,
    }
}

/// Whether its pictures look at all accounts of the case, which takes seconds in a large one.
pub fn is_slow(finding: &Finding) -> bool {
    looks_anew(finding) || matches!(finding.detector.as_str(), "D08" | "D21" | "D28" | "D31")
}

/// Whether each of its pictures does so anew, however many are made of one case.
pub fn looks_anew(finding: &Finding) -> bool {
    match (finding.detector.as_str(), finding.subject) {
        ("D24", Subject::Cluster(_)) => false,
        ("D11" | "D14" | "D24" | "D29" | "D30", _) => true,
        _ => false,
    }
}

/// The accounts whose prompts are read for it, by position, rising: those it speaks of, and others
/// that they are compared with.
pub fn read_of(look: &Look<'_>, finding: &Finding, members: &[u32]) -> Vec<u32> {
    let Look { material, parameters, seed, progress } = *look;
    let facts = Facts { material, finding, members, seed, parameters, progress };
    let mut accounts = finding.accounts.clone();
    if reads(finding).rules {
        accounts.extend(asked::others(&facts));
    }
    accounts.sort_unstable();
    accounts.dedup();
    accounts
}
