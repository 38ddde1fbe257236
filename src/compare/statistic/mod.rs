//! What two selections of accounts differ in, and how sure that is.
//!
//! The unit is the account. Exchanges of an account are alike, so that a thousand of one account
//! say less than one each of a thousand: every number here is one number of each account, and
//! intervals come from how much accounts differ. Intervals are of 95 %; they and p values are given
//! where 5 accounts a side (6 pairs) stand behind them, and otherwise there is a [`Reason`].
//!
//! - two groups: [`Numbers`] (medians, Cliff's delta, shift, Mann–Whitney), [`Shares`],
//!   [`ratio_of_means`] of rates;
//! - the same accounts twice: [`Paired`], [`PairedShares`], [`paired_ratio_of_means`];
//!   [`Design::of`] tells which;
//! - categories: [`Categories`] ranks what differs, [`Distance`] says how much all of it does.
//!
//! Nothing here is NaN or infinite, whatever comes in: numbers that are none are left out and
//! counted, and what has no value is `None`. Side A comes first: differences are A − B and ratios
//! A/B, and with the sides swapped every number is the same the other way round. Logarithms and
//! exponentials come from `libm`, sums are in the order of size, so that the same accounts in any
//! order give the same bits on every machine.

#[cfg(test)]
mod cases;
mod category;
mod delta;
mod design;
mod estimate;
mod fisher;
mod null;
mod numbers;
mod order;
mod paired;
mod paired_shares;
mod profile;
mod rank_sum;
mod rate;
mod ratio;
pub mod sample;
mod shares;
mod shift;
mod student;
#[cfg(test)]
mod tests;
pub mod wording;

pub use category::{Categories, Category, Changed, LogOdds, Mass, Tally, log_odds};
pub use delta::{Dominance, Size};
pub use design::Design;
pub use estimate::{Estimate, LEAST_ACCOUNTS, LEAST_PAIRS, Reason, Test};
pub use fisher::fisher;
pub use numbers::Numbers;
pub use paired::{Paired, Pairs};
pub use paired_shares::PairedShares;
pub use profile::Distance;
pub use rank_sum::rank_sum;
pub use rate::{paired_ratio_of_means, rates, ratio_of_means, ratio_words};
pub use sample::{Sample, Summary};
pub use shares::Shares;
pub use shift::shift;
pub use wording::Wording;
