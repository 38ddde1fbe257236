//! What is seen of a finding: pictures of what was observed, against what chance gives.
//!
//! A picture is made from the records that the finding cites and from the functions that its
//! detector decides with, so that it says what the sentence says. It is numbers: the window and the
//! report draw it.

mod arbitrage;
mod asked;
mod baseline;
mod changes;
mod facts;
mod failover;
#[cfg(test)]
pub(crate) mod gallery;
mod handed;
mod indicators;
pub mod kind;
mod kinds;
mod pairs;
mod pathways;
mod pivot;
mod ramp;
mod registered;
mod shares;
mod succession;
mod synchrony;
mod template;
#[cfg(test)]
mod tests;
mod together;
mod total;
mod turns;

use facts::Facts;
pub use kind::{Bars, Card, Curve, Ink, Matrix, Raster, Spans};

use super::Material;
use crate::job::{Cancelled, Progress};
use crate::model::finding::Finding;

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
/// its statistic. `members` are those of its cluster, rising, or its account; `seed` is that of the
/// run. The finding comes with its evidence.
///
/// # Errors
/// When cancelled.
pub fn of_finding(
    material: &Material<'_>,
    finding: &Finding,
    members: &[u32],
    seed: u64,
    progress: &Progress,
) -> Result<Vec<Exhibit>, Cancelled> {
    progress.check()?;
    let facts = Facts { material, finding, members, seed, progress };
    match finding.detector.as_str() {
        "D01" => turns::exhibits(&facts),
        "D02" => pairs::exhibits(&facts),
        "D03" => synchrony::exhibits(&facts),
        "D04" => together::exhibits(&facts),
        "D05" => total::exhibits(&facts),
        "D06" => failover::exhibits(&facts),
        "D07" => succession::exhibits(&facts),
        "D10" => indicators::exhibits(&facts),
        "D12" => registered::exhibits(&facts),
        "D13" => ramp::exhibits(&facts),
        "D18" => pathways::exhibits(&facts),
        "D20" => handed::exhibits(&facts),
        "D21" | "D22" | "D26" => template::exhibits(&facts),
        "D23" | "D27" => asked::exhibits(&facts),
        "D25" => kinds::exhibits(&facts),
        "D31" => pivot::exhibits(&facts),
        "D32" => changes::exhibits(&facts),
        "D33" => baseline::exhibits(&facts),
        "D34" => arbitrage::exhibits(&facts),
        _ => shares::exhibits(&facts),
    }
}
