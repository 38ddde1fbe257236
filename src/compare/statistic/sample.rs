//! A number of each account of a side, in order.

use serde::Serialize;

/// Numbers beyond this are no measure of an account and would overflow when squared.
pub const LARGEST: f64 = 1e100;

/// One number for each account of a side, sorted once for all that is made of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    sorted: Vec<f64>,
    left_out: u64,
}

/// The middle of a sample and where its quarters end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Accounts.
    pub n: u64,
    /// Accounts left out, whose number is none, infinite or beyond [`LARGEST`].
    pub left_out: u64,
    /// A quarter of the accounts lies below; `None` without accounts, like the other three.
    pub lower_quartile: Option<f64>,
    /// Half of the accounts lies below.
    pub median: Option<f64>,
    /// Three quarters of the accounts lie below.
    pub upper_quartile: Option<f64>,
    /// The mean.
    pub mean: Option<f64>,
}

/// A number that may be compared; −0 becomes 0, which otherwise would sort before it.
pub(super) fn usable(value: f64) -> Option<f64> {
    (value.abs() <= LARGEST).then_some(value + 0.0)
}

/// The number below which `share` of sorted values lies, type 7 of R. J. Hyndman and Y. Fan,
/// "Sample quantiles in statistical packages", Am. Stat. 50, 1996.
pub(super) fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let at = last as f64 * share.clamp(0.0, 1.0);
    let (below, part) = (at.floor() as usize, at.fract());
    let (low, high) = (sorted[below], sorted[(below + 1).min(last)]);
    Some(low + part * (high - low))
}

/// The mean of values and the squared standard error of that mean; `None` of fewer than two.
pub(super) fn mean_and_error(values: &[f64]) -> Option<(f64, f64)> {
    let n = values.len() as f64;
    if values.len() < 2 {
        return None;
    }
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    Some((mean, squares / (n - 1.0) / n))
}

impl Sample {
    /// Of these numbers, one for each account; those that are no number, infinite or beyond
    /// [`LARGEST`] are left out and counted.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let (mut sorted, mut left_out) = (Vec::new(), 0);
        for value in values {
            match usable(value) {
                Some(value) => sorted.push(value),
                None => left_out += 1,
            }
        }
        sorted.sort_unstable_by(f64::total_cmp);
        Self { sorted, left_out }
    }

    /// The numbers, smallest first.
    pub fn values(&self) -> &[f64] {
        &self.sorted
    }

    /// Accounts.
    pub fn n(&self) -> u64 {
        self.sorted.len() as u64
    }

    /// Accounts left out.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// The number below which `share` (0…1) of the accounts lies, interpolated (type 7 of Hyndman
    /// and Fan, 1996); `None` without accounts.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        quantile(&self.sorted, share)
    }

    /// The mean; `None` without accounts.
    pub fn mean(&self) -> Option<f64> {
        let n = self.sorted.len() as f64;
        (n > 0.0).then(|| self.sorted.iter().sum::<f64>() / n)
    }

    /// The middle and the quarters.
    pub fn summary(&self) -> Summary {
        Summary {
            n: self.n(),
            left_out: self.left_out,
            lower_quartile: self.quantile(0.25),
            median: self.quantile(0.5),
            upper_quartile: self.quantile(0.75),
            mean: self.mean(),
        }
    }
}
