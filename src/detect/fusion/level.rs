//! How far the evidence carries, by counting families.

use super::score::Weighed;
use crate::model::finding::{Benign, Family, Level, Tested};

/// Everything a level is concluded from.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// Findings about the subject.
    pub findings: &'a [Weighed<'a>],
    /// Innocent explanations.
    pub benign: &'a [Benign],
    /// Whether it is told from chance.
    pub controlled: Controlled,
}

/// Whether a subject is among those whose false ones are held at 5 % (Benjamini–Hochberg).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Controlled {
    /// By everything.
    pub by_all: bool,
    /// Without one family each, in the order of [`Family::ALL`].
    pub without: [bool; Family::ALL.len()],
}

impl Controlled {
    /// The same whatever is left out.
    pub fn all(is: bool) -> Self {
        Self { by_all: is, without: [is; Family::ALL.len()] }
    }
}

/// The level: one family is indicative; two, one of them neither volume nor clock, are probable;
/// with exact evidence strong. An innocent explanation that stands takes one level away, and so
/// does not being distinguishable from the number of clusters looked at.
pub fn level(case: Case<'_>) -> Level {
    let evidence = || case.findings.iter().filter(|w| w.is_evidence());
    let mut families: Vec<Family> = evidence().map(|w| w.finding.family).collect();
    families.sort_unstable();
    families.dedup();
    let beyond_clock = families.iter().any(|family| *family != Family::Timing);
    let level = match families.len() {
        0 => Level::None,
        2.. if beyond_clock && evidence().any(|w| w.finding.is_exact) => Level::Strong,
        2.. if beyond_clock => Level::Probable,
        _ => Level::Indicative,
    };
    let stands = case.benign.iter().any(|benign| benign.tested == Tested::NotExcluded);
    match level {
        Level::None | Level::Indicative => level,
        _ if !case.controlled.by_all => Level::Indicative,
        Level::Probable if stands => Level::Indicative,
        Level::Strong if stands => Level::Probable,
        _ => level,
    }
}

/// The level without one family each, of the families that have evidence.
pub fn without(case: Case<'_>) -> Vec<(Family, Level)> {
    let has = |family: &&Family| {
        case.findings.iter().any(|w| w.is_evidence() && w.finding.family == **family)
    };
    let rest = |family: &Family| {
        let others: Vec<Weighed<'_>> =
            case.findings.iter().copied().filter(|w| w.finding.family != *family).collect();
        let controlled = Controlled::all(case.controlled.without[*family as usize]);
        (*family, level(Case { findings: &others, controlled, ..case }))
    };
    Family::ALL.iter().filter(has).map(rest).collect()
}
