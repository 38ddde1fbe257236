//! How far the evidence carries, by counting families: the level, and in words why it is no higher.
//!
//! A level is of the network. How firmly an account belongs to it is another question, which
//! [`Membership`](crate::model::finding::Membership) answers: a cluster without a core may be strong,
//! and says that it has none.

use super::score::Weighed;
use crate::model::finding::{Benign, Family, Level, Tested};

/// The rule, for who reads a report. What it says [`level`] does.
pub const RULE: &str = "one family of evidence is indicative; two, one of them neither volume nor \
                        clock, are probable, and strong with exact evidence about half of the \
                        accounts or more. Where an innocent explanation stands, it is indicative at \
                        most, and so it is where it is not told from chance (false ones held at 5 %); a \
                        case that says of no account whose it is takes one level away";

/// Families that `probable` needs.
const ENOUGH: usize = 2;

/// Everything a level is concluded from.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// Findings about the subject.
    pub findings: &'a [Weighed<'a>],
    /// Innocent explanations.
    pub benign: &'a [Benign],
    /// How many accounts it is about.
    pub accounts: usize,
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

/// What is counted for a level.
struct Counts {
    /// Families with evidence, in their order.
    families: Vec<Family>,
    /// Pieces of exact evidence about half of the accounts or more.
    exact: usize,
    /// Pieces about fewer.
    exact_of_few: usize,
    /// Innocent explanations that stand.
    standing: usize,
    /// Innocent explanations that nothing in the case could test.
    untested: u64,
    /// Whether nothing in the case says whose accounts these are.
    is_blind: bool,
    is_told: bool,
}

impl Counts {
    fn of(case: Case<'_>) -> Self {
        let evidence = || case.findings.iter().filter(|w| w.is_evidence());
        let mut families: Vec<Family> = evidence().map(|w| w.finding.family).collect();
        families.sort_unstable();
        families.dedup();
        let exact = |of_most: bool| {
            let is_so = |w: &&Weighed<'_>| w.finding.is_of_most(case.accounts) == of_most;
            evidence().filter(|w| w.finding.is_exact).filter(is_so).count()
        };
        Self {
            families,
            exact: exact(true),
            exact_of_few: exact(false),
            standing: case.benign.iter().filter(|b| b.takes_level() && !b.is_blind()).count(),
            untested: case.benign.iter().filter(|b| b.tested == Tested::NotTestable).count() as u64,
            is_blind: case.benign.iter().any(Benign::is_blind),
            is_told: case.controlled.by_all,
        }
    }

    fn are_enough(&self) -> bool {
        self.families.len() >= ENOUGH
    }

    fn are_beyond_clock(&self) -> bool {
        self.families.iter().any(|family| *family != Family::Timing)
    }

    fn may_be_innocent(&self) -> bool {
        self.standing > 0 || self.is_blind
    }

    fn level(&self) -> Level {
        let level = match self.families.len() {
            0 => Level::None,
            _ if !self.are_enough() || !self.are_beyond_clock() => Level::Indicative,
            _ if self.exact > 0 => Level::Strong,
            _ => Level::Probable,
        };
        match level {
            Level::None | Level::Indicative => level,
            _ if !self.is_told => Level::Indicative,
            _ if self.standing > 0 => Level::Indicative,
            Level::Probable if self.is_blind => Level::Indicative,
            Level::Strong if self.is_blind => Level::Probable,
            _ => level,
        }
    }
}

/// The level: [`RULE`].
pub fn level(case: Case<'_>) -> Level {
    Counts::of(case).level()
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

/// A condition of the highest level, and whether it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Whether it does.
    pub holds: bool,
    /// The condition as it stands with the subject.
    pub words: String,
}

/// Who is told from chance, and among how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// A cluster, among so many clusters.
    Clusters(usize),
    /// An account outside of clusters.
    Accounts,
}

/// What keeps the level from being higher: every condition of `strong`, in words.
pub fn conditions(case: Case<'_>, among: Among) -> Vec<Condition> {
    let counts = Counts::of(case);
    let condition = |holds, words: String| Condition { holds, words };
    vec![
        condition(counts.are_enough(), families(&counts.families)),
        condition(
            counts.are_beyond_clock(),
            match counts.are_beyond_clock() {
                true => "one of them is neither volume nor clock".into(),
                false if counts.families.is_empty() => {
                    "no evidence that is neither volume nor clock".into()
                }
                false => "nothing but volume or clock".into(),
            },
        ),
        condition(
            !counts.may_be_innocent(),
            match counts.standing {
                0 if counts.is_blind => {
                    "nothing in the case says whose accounts these are, so that \
                                         one owner is not excluded, which takes a level away"
                        .into()
                }
                0 if counts.untested > 0 => format!(
                    "no innocent explanation stands; {} could not be tested",
                    counts.untested
                ),
                0 => "no innocent explanation stands".into(),
                1 => "an innocent explanation is not excluded: never more than indicative".into(),
                n => format!(
                    "{n} innocent explanations are not excluded: never more than indicative"
                ),
            },
        ),
        condition(
            counts.exact > 0,
            match counts.exact {
                0 if counts.exact_of_few > 0 => {
                    "exact evidence about fewer than half of the accounts, which makes none of the \
                     others strong"
                        .into()
                }
                0 => "no exact evidence (replayed block, disjoint shards, ban succession), which \
                      strong needs"
                    .into(),
                1 => "1 exact proof".into(),
                n => format!("{n} exact proofs"),
            },
        ),
        chance(counts.is_told, among),
    ]
}

fn families(with_evidence: &[Family]) -> String {
    let names: Vec<&str> = with_evidence.iter().map(|family| family.as_str()).collect();
    match names.len() {
        0 => "no family of evidence; one makes it indicative".into(),
        1 => format!("one family of evidence, {}; probable needs two", names[0]),
        n => format!("{n} families of evidence: {}", names.join(", ")),
    }
}

fn chance(is_told: bool, among: Among) -> Condition {
    let words = match among {
        Among::Accounts => {
            return Condition {
                holds: false,
                words: "an account that stands alone is never more than probable, and that only \
                        where two families tell it from chance"
                    .into(),
            };
        }
        Among::Clusters(n) => format!("{n} cluster{}", if n == 1 { "" } else { "s" }),
    };
    let words = match is_told {
        true => format!("told from chance among {words} (false ones held at 5 %)"),
        false => format!(
            "not told from chance among {words}, beside the tie that chose it: never more than \
             indicative"
        ),
    };
    Condition { holds: is_told, words }
}
