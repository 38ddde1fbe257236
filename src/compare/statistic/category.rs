//! Which models, templates, addresses, hours or countries differ between two sides.
//!
//! An account counts once for each category it has, however often: one that sends a million
//! exchanges from an address does not speak for all. Shares of exchanges stand beside.

use libm::{log, sqrt};
use serde::Serialize;

use super::estimate::{Estimate, LEAST_ACCOUNTS, LEAST_PAIRS, Reason, Z};
use super::fisher::fisher;
use super::paired_shares::PairedShares;
use super::shares::difference;
use super::wording::{self, Wording};
use crate::detect::stats::multiple::benjamini_hochberg;

const LOG_ODDS: &str = "log-odds ratio with an informative Dirichlet prior, on accounts (Monroe, \
                        Colaresi and Quinn, 2008)";

/// Accounts and events of both sides: those of a category, or all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Accounts of A that have it.
    pub accounts_a: u64,
    /// Accounts of B that have it.
    pub accounts_b: u64,
    /// Events of A that have it.
    pub events_a: u64,
    /// Events of B that have it.
    pub events_b: u64,
}

/// How one category differs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Category {
    /// What was counted.
    pub tally: Tally,
    /// Share of the accounts of A that have it less that of B, with Newcombe's interval: that of
    /// two groups, or that of pairs where the sides are the same accounts.
    pub difference: Estimate,
    /// Share of the events of A; `None` without events.
    pub event_share_a: Option<f64>,
    /// Share of the events of B, likewise.
    pub event_share_b: Option<f64>,
    /// The weighted log-odds ratio, natural logarithm, above 0 where accounts of A have it more;
    /// see [`log_odds`].
    pub log_odds: Estimate,
    /// The same by its standard error: what a list is ranked by. It is no test, since the prior
    /// makes it smaller; `p` is. `None` where a side has fewer than [`LEAST_ACCOUNTS`].
    pub z: Option<f64>,
    /// Whether the shares of accounts differ, two-sided: Fisher's exact test, or McNemar's where
    /// the sides are the same accounts. `None` likewise, and where of these none changed.
    pub p: Option<f64>,
    /// The same after Benjamini and Hochberg over the whole list: a list cut where this is 0.05
    /// holds 5 % of false ones on average at most.
    pub q: Option<f64>,
}

/// How all categories differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Categories {
    /// All accounts and events of both sides, also those without a category.
    pub total: Tally,
    /// Accounts that the prior weighs.
    pub prior: f64,
    /// One for each given, in their order.
    pub categories: Vec<Category>,
    /// Why there is neither z nor p.
    pub reason: Option<Reason>,
}

/// Accounts of a side that have a category, of all of that side; for shares of accounts in place of
/// whole ones they may be fractions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mass {
    /// Those that have it.
    pub with: f64,
    /// All.
    pub all: f64,
}

/// A log-odds ratio and its standard error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LogOdds {
    /// Natural logarithm of the odds of A by those of B.
    pub value: f64,
    /// Its standard error, above 0.
    pub error: f64,
}

impl LogOdds {
    /// By its standard error.
    pub fn z(self) -> f64 {
        self.value / self.error
    }
}

/// The log-odds ratio of a category with an informative Dirichlet prior: B. L. Monroe, M. P.
/// Colaresi and K. M. Quinn, "Fightin' words", Polit. Anal. 16, 2008, where counts of words are
/// counts of accounts, and their number is that of all accounts.
///
/// `prior` is how many accounts have it and how many there are in the prior. It pulls what few
/// accounts say towards no difference, the more the rarer it is. The variance is the one with all
/// four terms, since a category that nearly all accounts have is not rare, as words are. `None`
/// where a number is no count, and where with the prior none or all have it.
pub fn log_odds(a: Mass, b: Mass, prior: Mass) -> Option<LogOdds> {
    let is_sound = |m: Mass| m.with >= 0.0 && m.with <= m.all && m.all.is_finite();
    if ![a, b, prior].into_iter().all(is_sound) {
        return None;
    }
    let odds = |m: Mass| {
        let (with, without) = (m.with + prior.with, m.all - m.with + prior.all - prior.with);
        (log(with / without), 1.0 / with + 1.0 / without)
    };
    let ((odds_a, variance_a), (odds_b, variance_b)) = (odds(a), odds(b));
    let (value, error) = (odds_a - odds_b, sqrt(variance_a + variance_b));
    (value.is_finite() && error.is_finite()).then_some(LogOdds { value, error })
}

impl Categories {
    /// Of the tallies of categories, and of all accounts and events of both sides. Accounts may
    /// have several categories. `None` where a category has more than all.
    ///
    /// The prior is the mix of both sides together, and weighs as many accounts as the geometric
    /// mean of the sides. Where a side of 40 meets one of 10,000, a weaker one ranks what all of
    /// the 40 have and nobody else below what is common and a little more frequent, since odds
    /// against nobody have a large error; a stronger one leaves little of any difference.
    pub fn of(tallies: &[Tally], total: Tally) -> Option<Self> {
        let all = [total.accounts_a, total.accounts_b, total.events_a, total.events_b];
        let is_part = |tally: &Tally| {
            let part = [tally.accounts_a, tally.accounts_b, tally.events_a, tally.events_b];
            part.iter().zip(all).all(|(part, all)| *part <= all)
        };
        if !tallies.iter().all(is_part) {
            return None;
        }
        let few = total.accounts_a.min(total.accounts_b);
        let reason = match few {
            0 => Some(Reason::Empty),
            n if n < LEAST_ACCOUNTS => Some(Reason::FewAccounts),
            _ => None,
        };
        let prior = sqrt(total.accounts_a as f64 * total.accounts_b as f64);
        let mut categories: Vec<Category> =
            tallies.iter().map(|tally| Category::of(*tally, total, prior, reason)).collect();
        adjust(&mut categories);
        Some(Self { total, prior, categories, reason })
    }

    /// Of the same accounts twice, and in what each changed: differences and p are those of
    /// [`PairedShares`], the order is that of [`Categories::of`]. `None` also where more changed
    /// than have it, and where the sides are of different sizes.
    pub fn of_pairs(tallies: &[(Tally, Changed)], total: Tally) -> Option<Self> {
        let alone: Vec<Tally> = tallies.iter().map(|(tally, _)| *tally).collect();
        let mut found = Self::of(&alone, total)?;
        let all = (total.accounts_a == total.accounts_b).then_some(total.accounts_a)?;
        for (category, (tally, changed)) in found.categories.iter_mut().zip(tallies) {
            let both = tally.accounts_a.checked_sub(changed.only_a)?;
            let neither = all.checked_sub(tally.accounts_a)?.checked_sub(changed.only_b)?;
            let pairs = PairedShares::of(both, changed.only_a, changed.only_b, neither)?;
            category.difference = pairs.difference;
            category.p = if all < LEAST_PAIRS { None } else { pairs.test.map(|test| test.p) };
            category.q = None;
        }
        adjust(&mut found.categories);
        Some(found)
    }
}

/// Accounts that have a category on one side only, of those on both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// On side A only.
    pub only_a: u64,
    /// On side B only.
    pub only_b: u64,
}

/// q of all that have a p.
fn adjust(categories: &mut [Category]) {
    let p: Vec<f64> = categories.iter().filter_map(|category| category.p).collect();
    let Some(q) = benjamini_hochberg(&p) else { return };
    let tested = categories.iter_mut().filter(|category| category.p.is_some());
    tested.zip(q).for_each(|(category, q)| category.q = Some(q));
}

impl Category {
    fn of(tally: Tally, total: Tally, prior: f64, reason: Option<Reason>) -> Self {
        let (a, b) = ((tally.accounts_a, total.accounts_a), (tally.accounts_b, total.accounts_b));
        let share = |part: u64, all: u64| (all > 0).then(|| part as f64 / all as f64);
        let mass = |(with, all): (u64, u64)| Mass { with: with as f64, all: all as f64 };
        // As floats: counts of 64 bits may not fit when added.
        let together = (a.0 as f64 + b.0 as f64) / (a.1 as f64 + b.1 as f64).max(1.0);
        let weight = Mass { with: prior * together, all: prior };
        let sizes = (total.accounts_a, total.accounts_b);
        let found = match reason {
            Some(_) => None,
            None => log_odds(mass(a), mass(b), weight),
        };
        let none = Estimate::none(LOG_ODDS, sizes, reason.unwrap_or(Reason::Undefined));
        Self {
            tally,
            difference: difference(a, b),
            event_share_a: share(tally.events_a, total.events_a),
            event_share_b: share(tally.events_b, total.events_b),
            log_odds: found.map_or(none, |f| {
                none.valued(f.value).between(f.value - Z * f.error, f.value + Z * f.error)
            }),
            // Nothing to tell apart where all accounts have it or none does.
            z: found.map(LogOdds::z).or_else(|| reason.is_none().then_some(0.0)),
            p: if reason.is_none() { fisher(a, b).map(|test| test.p) } else { None },
            q: None,
        }
    }

    /// In a sentence; the wording says what it is to have it, such as `used the model x`.
    pub fn words(&self, wording: &Wording<'_>) -> String {
        let (n_a, n_b) = (self.difference.n_a, self.difference.n_b);
        let Some(difference) = self.difference.value else { return wording.empty(n_a == 0) };
        let of = |k: u64, n: u64, events: Option<f64>| {
            let events = events
                .map_or(String::new(), |share| format!(", {} of events", wording::percent(share)));
            let share = wording::percent(k as f64 / n as f64);
            format!("{} of {} accounts ({share}{events})", wording::count(k), wording::count(n))
        };
        let points = |value: f64| wording::signed(100.0 * value, wording::plain);
        let chance = match self.q {
            Some(q) => format!("; {} over the whole list", wording::probability("q", q)),
            None => String::new(),
        };
        format!(
            "Accounts that {}: {} of {} against {} of {}, {} percentage points{}{chance}",
            wording.more,
            of(self.tally.accounts_a, n_a, self.event_share_a),
            wording.a,
            of(self.tally.accounts_b, n_b, self.event_share_b),
            wording.b,
            points(difference),
            self.difference.bracket(points),
        )
    }
}
