//! What a statistic was over the surrogates of a null.

use libm::sqrt;

use crate::detect::stats::robust::median;
use crate::model::finding::{NullBand, Recipe, Take};

/// Mean, spread and range over surrogates.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// Their mean.
    pub mean: f64,
    /// The one in the middle.
    pub median: f64,
    /// Their standard deviation.
    pub sd: f64,
    /// The lowest.
    pub low: f64,
    /// The highest.
    pub high: f64,
    /// All of them.
    pub values: Vec<f64>,
}

impl Spread {
    /// Of these values; `None` for fewer than 2 or where one is not finite.
    pub fn of(values: &[f64]) -> Option<Self> {
        if values.len() < 2 || values.iter().any(|v| !v.is_finite()) {
            return None;
        }
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0);
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let median = median(values)?;
        Some(Self { mean, median, sd: sqrt(variance), low, high, values: values.to_vec() })
    }

    /// How many standard deviations a value lies above the mean. `None` where all surrogates are
    /// alike to the last digits: then the null cannot tell chance from not.
    pub fn z(&self, value: f64) -> Option<f64> {
        let z = (value - self.mean) / self.sd;
        (self.sd > 1e-12 * self.mean.abs() && z.is_finite()).then_some(z)
    }

    /// The way to one of these numbers.
    pub fn recipe(&self, take: Take) -> Recipe {
        Recipe::Draws { take, of: self.values.clone() }
    }

    /// As a band of chance. Of 39 surrogates one in forty draws lies below the lowest, which is the
    /// 2.5 % that a band leaves out.
    pub fn band(&self, made_from: &str) -> NullBand {
        let (low, median, high) = (self.low, self.median, self.high);
        let made_from = format!("{} {made_from}", self.values.len());
        NullBand { made_from, low, median, high, n: self.values.len() as u64 }
    }
}
