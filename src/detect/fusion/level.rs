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
    /// Whether it is among the clusters whose false ones are held at 5 % (Benjamini–Hochberg).
    pub is_controlled: bool,
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
        _ if !case.is_controlled => Level::Indicative,
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
        (*family, level(Case { findings: &others, ..case }))
    };
    Family::ALL.iter().filter(has).map(rest).collect()
}
