//! Any two selections side by side: what their accounts differ in, and how sure that is.
//!
//! The unit is the account, see [`statistic`]. Where the sides are the same accounts twice (a week
//! and the next, before and after a release) each is compared with itself; where they share a few,
//! as a cluster and the whole case do, those few count for the smaller side alone.

mod categories;
mod habits;
mod measure;
pub mod statistic;

use serde::Serialize;

use crate::index::{Index, Mask};
use crate::job::{Cancelled, Progress};
use crate::model::TimeSpan;
use crate::model::time::DAY_US;

pub use categories::{CategoryTable, Differing, TABLES};
pub use measure::{Compared, MEASURES, Measure};
use statistic::Design;

use habits::Habits;

/// Two selections side by side.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// What is counted of side A.
    pub a: Side,
    /// The same of side B.
    pub b: Side,
    /// Accounts that stand on both.
    pub both: u64,
    /// How they are compared.
    pub design: Design,
    /// Every measure, in the order of [`MEASURES`].
    pub measures: Vec<Compared>,
    /// What they differ in by category, in the order of [`TABLES`]; those that no row has are left
    /// out.
    pub tables: Vec<CategoryTable>,
}

/// One side.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Side {
    /// What it is called.
    pub name: String,
    /// Accounts with rows in it.
    pub accounts: u64,
    /// Its rows.
    pub rows: u64,
    /// Its accounts that are compared: those on both sides may count for one alone.
    pub compared: u64,
    /// From its first row with a time to behind its last.
    pub span: Option<TimeSpan>,
}

/// How much longer one stretch of time may be than another of the same accounts, before it is said.
const ALIKE: f64 = 1.1;

impl Comparison {
    /// That the sides are of stretches of time of unlike length, where each account is
    /// compared with itself: counts and sums grow with time.
    pub fn unlike_spans(&self) -> Option<String> {
        let days = |side: &Side| side.span.map(|span| span.len_us() as f64 / DAY_US as f64);
        let (a, b) = (days(&self.a)?, days(&self.b)?);
        let is_unlike = a.max(b) > ALIKE * a.min(b);
        (self.design == Design::Paired && is_unlike).then(|| {
            format!(
                "A is of {a:.1} days, B of {b:.1}: what is counted or summed over all of a side grows \
                 with its time."
            )
        })
    }
}

/// The accounts that are compared, by position, rising.
struct Chosen {
    a: Vec<u32>,
    b: Vec<u32>,
}

/// Compares the accounts of two selections; of one with all other accounts of the case, where
/// there is no second.
///
/// # Errors
/// When cancelled.
pub fn compare(
    index: &Index,
    (a, b): (&Mask, Option<&Mask>),
    names: (&str, &str),
    progress: &Progress,
) -> Result<Comparison, Cancelled> {
    progress.set_phase("comparing", 0);
    let is_rest = b.is_none();
    let b = b.unwrap_or(index.population(a.counted()));
    let (of_a, mut of_b) = (Habits::of_all(index, a), Habits::of_all(index, b));
    progress.check()?;
    let is_in = |of: &[Habits], account: usize| of[account].rows > 0;
    if is_rest {
        let own = of_b.iter_mut().zip(&of_a).filter(|(_, a)| a.rows > 0);
        own.for_each(|(b, _)| *b = Habits::default());
    }
    let all = || 0..index.accounts().len();
    let count = |of: &[Habits]| all().filter(|account| is_in(of, *account)).count() as u64;
    let both = all().filter(|at| is_in(&of_a, *at) && is_in(&of_b, *at)).count() as u64;
    let side = |name: &str, of: &[Habits], rows: &Mask| Side {
        name: name.to_owned(),
        span: index.span_of(rows),
        accounts: count(of),
        rows: of.iter().map(|habits| habits.rows).sum(),
        compared: 0,
    };
    let (mut side_a, mut side_b) = (side(names.0, &of_a, a), side(names.1, &of_b, b));
    let design = Design::of(side_a.accounts, side_b.accounts, both);
    let a_is_smaller = side_a.accounts <= side_b.accounts;
    let chosen = |own: &[Habits], other: &[Habits], is_smaller: bool| -> Vec<u32> {
        let is_wanted = |at: &usize| match design {
            Design::Separate => is_in(own, *at),
            Design::Paired => is_in(own, *at) && is_in(other, *at),
            Design::Overlapping => is_in(own, *at) && (is_smaller || !is_in(other, *at)),
        };
        all().filter(is_wanted).map(|at| at as u32).collect()
    };
    let chosen =
        Chosen { a: chosen(&of_a, &of_b, a_is_smaller), b: chosen(&of_b, &of_a, !a_is_smaller) };
    (side_a.compared, side_b.compared) = (chosen.a.len() as u64, chosen.b.len() as u64);
    let measures =
        MEASURES.iter().map(|of| of.compare(design, (&of_a, &of_b), &chosen, names)).collect();
    progress.check()?;
    let mut tables = Vec::new();
    for table in TABLES {
        progress.check()?;
        tables.extend(table.compare(index, (a, b), design, &chosen));
    }
    Ok(Comparison { a: side_a, b: side_b, both, design, measures, tables })
}

#[cfg(test)]
mod tests;
