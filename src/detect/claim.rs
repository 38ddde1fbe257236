//! What a detector has to say, made a finding: one place keeps numbers finite and rows in order.

use std::ops::Range;

use super::definition::{Definition, Strength};
use super::material::Material;
use crate::index::Index;
use crate::model::finding::{Evidence, Finding, NullBand, Statement, Subject};

pub(super) use crate::model::finding::LEAST_LOG10_P;

/// A finding without what its detector says of all of its findings.
#[derive(Clone, Debug, Default)]
pub struct Claim {
    /// Accounts it speaks of, in any order.
    pub accounts: Vec<u32>,
    /// The sentence.
    pub statement: Statement,
    /// The number that is compared with the threshold.
    pub statistic: f64,
    /// What the statistic must reach.
    pub threshold: String,
    /// How many times as much as chance gives.
    pub effect: f64,
    /// What chance would give.
    pub null: Option<NullBand>,
    /// ln of how likely chance gives this or more.
    pub ln_p: Option<f64>,
    /// The records.
    pub evidence: Vec<Evidence>,
}

impl Claim {
    /// As a finding of a detector. `None` where the statistic or the effect is no number: then
    /// nothing was found.
    pub fn finding(mut self, of: &Definition, subject: Subject) -> Option<Finding> {
        if !self.statistic.is_finite() || !self.effect.is_finite() {
            return None;
        }
        self.accounts.sort_unstable();
        self.accounts.dedup();
        let log10 = |ln_p: f64| (ln_p / std::f64::consts::LN_10).max(LEAST_LOG10_P);
        Some(Finding {
            subject,
            detector: of.id.into(),
            version: of.version,
            family: of.family,
            accounts: self.accounts,
            statement: self.statement,
            statistic: self.statistic,
            threshold: self.threshold,
            effect: self.effect,
            null: self.null.filter(|n| [n.low, n.median, n.high].iter().all(|v| v.is_finite())),
            log10_p: self.ln_p.filter(|p| !p.is_nan()).map(log10),
            is_exact: of.strength == Strength::Exact,
            evidence: self.evidence,
        })
    }
}

/// Rows as the evidence of a role.
pub fn evidence(index: &Index, role: &str, rows: impl IntoIterator<Item = u32>) -> Evidence {
    let mut events: Vec<u64> = rows.into_iter().map(|row| index.event_id(row)).collect();
    events.sort_unstable();
    events.dedup();
    Evidence { role: role.to_owned(), events }
}

/// The calls of some accounts in a stretch of hours since the epoch, as [`Material::hours`] counts them,
/// as the evidence of a role.
pub fn calls_in(
    material: &Material<'_>,
    role: &str,
    accounts: &[u32],
    hours: &Range<u32>,
) -> Evidence {
    let of = |account: &u32| material.sharp_in(*account, hours.clone());
    evidence(material.index, role, accounts.iter().flat_map(of))
}

/// A text of the logs or of the analyst as it may stand in the words of a sentence, where braces
/// mark numbers; what is long is cut.
pub fn quoted(text: &str) -> String {
    const MOST: usize = 60;
    let mut out: String = text.chars().take(MOST).collect();
    if text.chars().nth(MOST).is_some() {
        out.push('…');
    }
    out.replace('{', "(").replace('}', ")")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::content::replay::DEFINITION;

    #[test]
    fn what_is_no_number_is_no_finding_and_what_cannot_happen_has_a_smallest_p() {
        let claim = |effect, ln_p| Claim { effect, ln_p: Some(ln_p), ..Claim::default() };
        let subject = Subject::Cluster(1);
        assert_eq!(claim(f64::INFINITY, 0.0).finding(&DEFINITION, subject), None);
        let none = claim(2.0, f64::NEG_INFINITY).finding(&DEFINITION, subject);
        assert_eq!(none.and_then(|f| f.log10_p), Some(LEAST_LOG10_P));
        let unknown = claim(2.0, f64::NAN).finding(&DEFINITION, subject);
        assert_eq!(unknown.and_then(|f| f.log10_p), None);
    }

    #[test]
    fn a_quoted_text_is_no_place_of_a_number_and_not_without_end() {
        assert_eq!(quoted("a{n}"), "a(n)");
        assert_eq!(quoted(&"x".repeat(99)).chars().count(), 61);
    }
}
