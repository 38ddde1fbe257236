//! The measures: one number of each account.

use serde::Serialize;

use super::habits::Habits;
use super::statistic::{Design, Numbers, Paired, Pairs, Sample, Wording, wording};
use super::{Chosen, statistic};
use crate::model::time::DAY_US;

/// A measure.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// What is measured, with its unit.
    pub name: &'static str,
    /// What accounts with more of it do.
    more: &'static str,
    /// What accounts with less of it do.
    less: &'static str,
    /// As text.
    number: fn(f64) -> String,
    /// Of an account; `None` where the data does not say.
    of: fn(&Habits) -> Option<f64>,
}

/// How the sides differ in a measure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// What is measured.
    pub measure: &'static str,
    /// The numbers.
    pub found: Found,
    /// The same in a sentence.
    pub words: String,
}

/// What was found, by how the sides are compared.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// Two groups.
    Groups(Box<Numbers>),
    /// The same accounts twice.
    Pairs(Box<Paired>),
}

impl Found {
    /// What is said of the values of both sides.
    pub fn summaries(&self) -> (statistic::Summary, statistic::Summary) {
        match self {
            Self::Groups(of) => (of.a, of.b),
            Self::Pairs(of) => (of.a, of.b),
        }
    }

    /// How far one side exceeds the other, −1…1: Cliff's delta, or the rank-biserial correlation of
    /// pairs.
    pub fn effect(&self) -> statistic::Estimate {
        match self {
            Self::Groups(of) => of.delta,
            Self::Pairs(of) => of.rank_biserial,
        }
    }
}

fn ratio((sum, of): (u64, u64)) -> Option<f64> {
    (of > 0).then(|| sum as f64 / of as f64)
}

fn days(of: f64) -> String {
    format!("{} d", wording::plain(of))
}

fn share(of: f64) -> String {
    crate::model::finding::Unit::Share.text(of)
}

/// All measures.
pub const MEASURES: &[Measure] = &[
    Measure {
        name: "exchanges",
        more: "make more exchanges",
        less: "make fewer exchanges",
        number: wording::plain,
        of: |habits| Some(habits.rows as f64),
    },
    Measure {
        name: "exchanges per active day",
        more: "make more exchanges on a day on which they make any",
        less: "make fewer exchanges on a day on which they make any",
        number: wording::plain,
        of: |habits| ratio((habits.timed, habits.days)),
    },
    Measure {
        name: "active days",
        more: "are active on more days",
        less: "are active on fewer days",
        number: wording::plain,
        of: |habits| (habits.timed > 0).then_some(habits.days as f64),
    },
    Measure {
        name: "days from the first exchange to the last",
        more: "stay longer",
        less: "stay less long",
        number: days,
        of: |habits| (habits.timed > 0).then(|| habits.span_us as f64 / DAY_US as f64),
    },
    Measure {
        name: "input tokens per exchange",
        more: "send more input tokens per exchange",
        less: "send fewer input tokens per exchange",
        number: wording::plain,
        of: |habits| ratio(habits.input),
    },
    Measure {
        name: "output tokens per exchange",
        more: "receive more output tokens per exchange",
        less: "receive fewer output tokens per exchange",
        number: wording::plain,
        of: |habits| ratio(habits.output),
    },
    Measure {
        name: "share of exchanges from 00:00 to 06:00 UTC",
        more: "make more of their exchanges from 00:00 to 06:00 UTC",
        less: "make less of their exchanges from 00:00 to 06:00 UTC",
        number: share,
        of: |habits| ratio((habits.night, habits.timed)),
    },
    Measure {
        name: "share of exchanges that failed",
        more: "fail more often",
        less: "fail less often",
        number: share,
        of: |habits| ratio(habits.failed),
    },
];

impl Measure {
    /// Compares both sides.
    pub(super) fn compare(
        &self,
        design: Design,
        (a, b): (&[Habits], &[Habits]),
        chosen: &Chosen,
        (name_a, name_b): (&str, &str),
    ) -> Compared {
        let wording = Wording {
            a: name_a,
            b: name_b,
            measure: self.name,
            more: self.more,
            less: self.less,
            number: self.number,
        };
        let value = |of: &[Habits], account: &u32| (self.of)(&of[*account as usize]);
        let (found, words) = match design {
            Design::Paired => {
                let pairs = chosen.a.iter().filter_map(|at| Some((value(a, at)?, value(b, at)?)));
                let paired = Paired::of(&Pairs::of(pairs));
                let words = paired.words(&wording);
                (Found::Pairs(Box::new(paired)), words)
            }
            Design::Separate | Design::Overlapping => {
                let sample = |of: &[Habits], accounts: &[u32]| {
                    Sample::of(accounts.iter().filter_map(|at| value(of, at)))
                };
                let numbers = Numbers::of(&sample(a, &chosen.a), &sample(b, &chosen.b));
                let words = numbers.words(&wording);
                (Found::Groups(Box::new(numbers)), words)
            }
        };
        Compared { measure: self.name, found, words }
    }

    /// A value of it as text.
    pub fn text(&self, value: f64) -> String {
        (self.number)(value)
    }
}
