//! How much findings say, by family and for each of the two questions.

use crate::detect::definition::{Definition, Strength, Voice};
use crate::detect::stats::combine::{CLIP, cauchy};
use crate::model::finding::{Family, Finding, Hypothesis};

/// Score of each family, in the order of [`Family::ALL`]; `None` where no detector of it ran and
/// nothing of it was found.
pub type FamilyScores = [Option<f64>; Family::ALL.len()];

/// A finding with its detector.
#[derive(Clone, Copy, Debug)]
pub struct Weighed<'a> {
    /// What was found.
    pub finding: &'a Finding,
    /// Who found it.
    pub definition: &'static Definition,
}

/// From here down a finding is evidence.
const MOST_LOG10_P: f64 = -3.0;
/// What exact evidence counts as, which is no matter of chance: an assumption, that what is taken
/// for it is something else once in so many times.
const EXACT_P: f64 = 1e-9;

impl Weighed<'_> {
    /// Whether it counts at all.
    pub fn counts(&self) -> bool {
        self.definition.strength > Strength::Context
    }

    /// Whether it makes its family one that has evidence: strong enough, and known to be what
    /// chance does not give once in a thousand cases. Where nothing says how likely chance gives it
    /// (too few surrogates, too few to compare with), it is shown and is no evidence.
    pub fn is_evidence(&self) -> bool {
        let is_no_chance = self.finding.log10_p.is_some_and(|log10_p| log10_p <= MOST_LOG10_P);
        let is_strong = self.definition.strength >= Strength::Evidence;
        self.finding.is_exact || (is_strong && is_no_chance)
    }

    /// The p value, as it enters combinations; 1 where nothing says.
    pub fn p(&self) -> f64 {
        let floor = match self.definition.strength {
            _ if self.finding.is_exact => return EXACT_P,
            Strength::Exact | Strength::Evidence => 1e-12,
            // However unlikely: what ordinary use may look like, too.
            Strength::Supporting | Strength::Context => 1e-2,
        };
        self.finding.log10_p.map_or(1.0, |log10_p| libm::pow(10.0, log10_p).clamp(floor, 1.0))
    }
}

/// p of a family from its findings, after Cauchy.
fn p_of<'a>(findings: impl Iterator<Item = Weighed<'a>>) -> Option<f64> {
    let has_p = |w: &Weighed<'_>| w.finding.is_exact || w.finding.log10_p.is_some();
    let counts = findings.filter(|w| w.counts() && has_p(w));
    let all: Vec<f64> = counts.map(|w| w.p().min(CLIP.1)).collect();
    cauchy(&all)
}

/// 0 for what chance gives every time, towards 1 the less likely: 0.5 at p = 0.06, 0.9 at 1e-4,
/// 0.999 at 1e-12. A scale to rank and to draw on, no probability.
fn scaled(p: f64) -> f64 {
    1.0 - libm::pow(p.clamp(1e-12, 1.0), 0.25)
}

/// The score of each family; `ran` says of which any detector could look.
pub fn family_scores(findings: &[Weighed<'_>], ran: impl Fn(Family) -> bool) -> FamilyScores {
    let mut scores = FamilyScores::default();
    for family in Family::ALL {
        let of = findings.iter().copied().filter(|w| w.finding.family == *family);
        let p = p_of(of);
        scores[*family as usize] = p.map(scaled).or_else(|| ran(*family).then_some(0.0));
    }
    scores
}

/// What a hint is worth, as p: 0.44 of a score, less than the middle from which on a question is taken
/// for answered. One in ten is what is left open where nothing but the way of asking speaks: an
/// assumption.
const HINT_P: f64 = 0.1;

/// What such a score is, for who reads a report.
pub const HINT: &str = "a score for harvesting below 0.45 may rest on templates in common alone, which \
                        hint at it and show no collected answers";

/// The score for a question, 0…1: that none of the families that speak to it is right is taken as
/// the product of each being wrong. Where they say less than a hint, that is the score.
pub fn score(findings: &[Weighed<'_>], question: Hypothesis) -> f64 {
    let voice = |w: &Weighed<'_>| w.definition.speaks_to.voice(question);
    let mut wrong = 1.0;
    for family in Family::ALL {
        let of = findings.iter().copied().filter(|w| w.finding.family == *family);
        wrong *= 1.0 - p_of(of.filter(|w| voice(w) == Voice::Full)).map_or(0.0, scaled);
    }
    let hints = findings.iter().filter(|w| w.is_evidence() && voice(w) == Voice::Hint);
    let hinted = hints.map(|_| scaled(HINT_P)).fold(0.0, f64::max);
    (1.0 - wrong).max(hinted)
}
