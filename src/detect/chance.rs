//! How likely chance gives what is said of a cluster, given how the cluster was chosen.
//!
//! Clusters are chosen by their ties, and what chose a cluster says nothing about it any more: of
//! accounts that were put together because they share a card, all share a card. Therefore:
//!
//! 1. One tie is taken as what chose it: the template, card, registration or chain of links that
//!    reaches most of its accounts. What this tie is made of is set aside, with all detectors of its
//!    family.
//! 2. Ties of other families may have decided which of the accounts of the first tie are in the
//!    cluster. What they say is asked of the accounts that the first tie reaches, and multiplied by
//!    the ways to choose so many of all that it ties, C(n, k): whichever choice was made, the bound
//!    holds (union bound).
//! 3. What looks at something else is taken as it is: no tie depends on it.
//!
//! The smallest p is multiplied by the number of detectors of its family that could look, silent ones
//! included, and by the number of families (Bonferroni; nothing is assumed of what depends on
//! what), and by the number of ties for each cluster, as each could have chosen one. What is
//! tested is that nothing but one tie holds the accounts together, which is the partial conjunction
//! of two kinds of evidence (Y. Benjamini and R. Heller, Biometrics 64, 2008); that what chose must
//! not test goes back to D. R. Cox (Biometrika 62, 1975).

use super::definition::Definition;
use super::detector::{Group, Seen};
use super::fusion::Weighed;
use super::selection::Origin;
use crate::job::Cancelled;
use crate::model::finding::{Family, Finding};

/// p of each family that could look and did not choose the cluster, ln; in the order of
/// [`Family::ALL`]. Detectors are counted in the family of their definition, also where a finding is
/// of another: that says how many looked, which no finding changes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Chance {
    families: [Option<f64>; Family::ALL.len()],
    /// ln of the number of ties for each cluster.
    ln_ties: f64,
}

/// A detector that looked.
pub struct Looked<'a> {
    /// What it is.
    pub definition: &'static Definition,
    /// What it saw.
    pub seen: &'a (dyn Seen + 'a),
}

impl Chance {
    /// log10 of p over all families but one, where there is one to leave out. `None` where none of
    /// the others could look.
    pub fn log10_p(&self, but: Option<Family>) -> Option<f64> {
        self.log10_p_without(but.as_slice())
    }

    /// The same over all families but some.
    pub fn log10_p_without(&self, but: &[Family]) -> Option<f64> {
        let n = self.families.iter().flatten().count() as f64;
        let of = |family: &&Family| !but.contains(family);
        let all = Family::ALL.iter().filter(of).filter_map(|f| self.families[*f as usize]);
        let least = all.min_by(f64::total_cmp)?;
        let ln_p = least + libm::log(n) + self.ln_ties;
        Some(ln_p.min(0.0) / std::f64::consts::LN_10)
    }
}

/// What is said of a cluster, with what chose it.
#[derive(Clone, Copy)]
pub struct Chosen<'a> {
    /// The cluster.
    pub group: Group<'a>,
    /// What chose it.
    pub origin: &'a Origin,
    /// Kinds of evidence that tie any two of its accounts.
    pub tied_by: &'a [Family],
    /// What detectors say of it.
    pub findings: &'a [Finding],
    /// Ties that could have chosen a cluster, for each that there is.
    pub ties_for_each: f64,
}

/// The p values of a cluster.
///
/// # Errors
/// When cancelled.
pub fn chance(looked: &[Looked<'_>], chosen: Chosen<'_>) -> Result<Chance, Cancelled> {
    let ln_ties = libm::log(chosen.ties_for_each.max(1.0));
    let mut made = Chance { ln_ties, ..Chance::default() };
    for family in Family::ALL {
        let is_asked = |detector: &&Looked<'_>| {
            let definition = detector.definition;
            definition.family == *family
                && definition.strength > super::Strength::Context
                && chosen_with(definition) != chosen.origin.family
        };
        let asked: Vec<&Looked<'_>> = looked.iter().filter(is_asked).collect();
        let mut least = 0.0_f64;
        for detector in &asked {
            least = least.min(ln_p(detector, chosen)?);
        }
        let n = asked.len() as f64;
        made.families[*family as usize] = (n > 0.0).then(|| (least + libm::log(n)).min(0.0));
    }
    Ok(made)
}

/// The family whose ties are made of what a detector looks at: its own, but dense blocks look at the
/// indicators that tie.
fn chosen_with(definition: &Definition) -> Family {
    if definition.id == "D11" { Family::Commerce } else { definition.family }
}

/// ln of the p that a detector gives; 0 where it is silent.
fn ln_p(detector: &Looked<'_>, chosen: Chosen<'_>) -> Result<f64, Cancelled> {
    let definition = detector.definition;
    let ln = |finding: &Finding| libm::log(Weighed { finding, definition }.p());
    let said = chosen.findings.iter().find(|finding| finding.detector == definition.id);
    let Some(said) = said else { return Ok(0.0) };
    if !chosen.tied_by.contains(&chosen_with(definition)) {
        return Ok(ln(said));
    }
    let reached = &chosen.origin.reached[..];
    if reached.len() == chosen.group.members.len() {
        return Ok((ln(said) + chosen.origin.ln_choices()).min(0.0));
    }
    let of = detector.seen.cluster(Group { id: chosen.group.id, members: reached })?;
    Ok(of.map_or(0.0, |finding| (ln(&finding) + chosen.origin.ln_choices()).min(0.0)))
}

#[cfg(test)]
#[path = "chance_tests.rs"]
mod tests;
