//! The mean of a rate on one side by that on the other, such as exchanges per active day.
//!
//! Accounts are what was drawn, and their exchanges are not: an account that sends a thousand is
//! one account. A Poisson interval over exchanges would take the thousand for a thousand
//! observations, and be too short by a factor of ten or more wherever accounts differ among each
//! other, as they do. So each account has one rate, its exchanges by its active days, the means of
//! these are divided, and the interval comes from how much the rates of accounts differ.
//!
//! The interval is made on the logarithm by the delta method (G. Casella and R. L. Berger,
//! "Statistical Inference", 2002, section 5.5.4), with the degrees of freedom of Welch. Unlike that
//! of Fieller it has two ends whatever the numbers, is the same read from either side, and never
//! holds a negative ratio. Rates with a few giants have a mean that few accounts decide, and no
//! interval knows the giants that are not in the sample: with log-normal rates of σ 0.8 it holds
//! the truth in 91 to 95 % of cases, with σ 1.5 and up to 50 accounts a side in 80 to 90 %. Cliff's
//! delta beside it does not depend on them.

use libm::{exp, log, sqrt};

use super::delta::welch;
use super::estimate::{Estimate, LEAST_ACCOUNTS, LEAST_PAIRS, Reason};
use super::sample::mean_and_error;
use super::wording::{self, Wording};
use super::{Pairs, Sample, student};

const METHOD: &str = "ratio of the means of accounts; delta method on the logarithm, accounts as \
                      units, degrees of freedom of Welch";
const PAIRED: &str = "ratio of the means of the same accounts; delta method on the logarithm, \
                      accounts as units";

/// The rate of each account: its events by its active days. Accounts without an active day have
/// none and are left out and counted.
pub fn rates(accounts: impl IntoIterator<Item = (u64, u64)>) -> Sample {
    let rate = |(events, days): (u64, u64)| match days {
        0 => f64::NAN,
        days => events as f64 / days as f64,
    };
    Sample::of(accounts.into_iter().map(rate))
}

/// The mean of A by the mean of B, for accounts that are different ones. Rates must not be
/// negative. No value where the mean of B is 0, no interval where that of A is.
pub fn ratio_of_means(a: &Sample, b: &Sample) -> Estimate {
    let sizes = (a.n(), b.n());
    let none = |reason| Estimate::none(METHOD, sizes, reason);
    let (Some(mean_a), Some(mean_b)) = (a.mean(), b.mean()) else {
        return none(Reason::Empty);
    };
    let is_negative = [a, b].iter().any(|side| side.values().first().is_some_and(|v| *v < 0.0));
    if is_negative || mean_b == 0.0 {
        return none(Reason::NoMean);
    }
    let valued = |reason| none(reason).valued(mean_a / mean_b);
    let errors = (mean_and_error(a.values()), mean_and_error(b.values()));
    let (Some((_, error_a)), Some((_, error_b))) = errors else {
        return valued(Reason::FewAccounts);
    };
    if sizes.0.min(sizes.1) < LEAST_ACCOUNTS {
        return valued(Reason::FewAccounts);
    }
    if mean_a == 0.0 {
        return valued(Reason::NoMean);
    }
    let (error_a, error_b) = (error_a / (mean_a * mean_a), error_b / (mean_b * mean_b));
    let freedom = welch((error_a, sizes.0 as f64), (error_b, sizes.1 as f64));
    about(valued(Reason::NoSpread), mean_a / mean_b, error_a + error_b, freedom)
}

/// The same where both sides are the same accounts: what one account has on both sides goes
/// together, and mostly makes the interval shorter.
pub fn paired_ratio_of_means(pairs: &Pairs) -> Estimate {
    let n = pairs.n();
    let none = |reason| Estimate::none(PAIRED, (n, n), reason);
    if n == 0 {
        return none(Reason::Empty);
    }
    let mean =
        |side: fn(&(f64, f64)) -> f64| pairs.values().iter().map(side).sum::<f64>() / n as f64;
    let (mean_a, mean_b) = (mean(|pair| pair.0), mean(|pair| pair.1));
    let is_negative = pairs.values().iter().any(|(a, b)| *a < 0.0 || *b < 0.0);
    if is_negative || mean_b == 0.0 {
        return none(Reason::NoMean);
    }
    let valued = |reason| none(reason).valued(mean_a / mean_b);
    if n < LEAST_PAIRS {
        return valued(Reason::FewPairs);
    }
    if mean_a == 0.0 {
        return valued(Reason::NoMean);
    }
    let parts: Vec<f64> = pairs.values().iter().map(|(a, b)| a / mean_a - b / mean_b).collect();
    let error = mean_and_error(&parts).map_or(0.0, |(_, error)| error);
    about(valued(Reason::NoSpread), mean_a / mean_b, error, n as f64 - 1.0)
}

/// A ratio of means in a sentence.
pub fn ratio_words(ratio: &Estimate, wording: &Wording<'_>) -> String {
    let Some(value) = ratio.value else { return ratio.words(wording::plain) };
    format!(
        "The mean of accounts of {} in {} is {} times that of {}{}",
        wording.a,
        wording.measure,
        wording::plain(value),
        wording.b,
        ratio.bracket(wording::plain)
    )
}

/// With the interval about a ratio whose logarithm has that squared error.
fn about(found: Estimate, ratio: f64, error: f64, freedom: f64) -> Estimate {
    let factor = exp(student::reach(freedom) * sqrt(error));
    let ends = (ratio / factor, ratio * factor);
    // Below what rounding leaves of accounts that are all the same there is no spread.
    let is_spread = error > 1e-28 && ends.0 > 0.0 && ends.1.is_finite() && log(factor) > 0.0;
    if is_spread { found.between(ends.0, ends.1) } else { found }
}
