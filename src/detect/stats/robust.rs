//! The middle and the spread that a few strays do not move.

/// Makes the median absolute deviation of normal values their standard deviation.
const MAD_SCALE: f64 = 1.482_602_218_505_602;
/// The same for the mean absolute deviation.
const MEAN_SCALE: f64 = 1.253_314_137_315_500_1;

/// The middle of values and their spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Robust {
    /// The median.
    pub median: f64,
    /// Standard deviation as 1.4826 times the median absolute deviation; where more than half of
    /// the values are the same, 1.2533 times the mean one (Iglewicz and Hoaglin, 1993). 0 where
    /// all values are the same.
    pub spread: f64,
}

/// The median; the mean of the two middle ones of an even number. `None` without values or where
/// one is no number.
pub fn median(values: &[f64]) -> Option<f64> {
    if values.is_empty() || values.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    Some(match sorted.len() % 2 {
        1 => sorted[half],
        _ => 0.5 * sorted[half - 1] + 0.5 * sorted[half],
    })
}

impl Robust {
    /// Of these values; `None` likewise.
    pub fn of(values: &[f64]) -> Option<Self> {
        let middle = median(values)?;
        let away: Vec<f64> = values.iter().map(|v| (v - middle).abs()).collect();
        let mut spread = MAD_SCALE * median(&away)?;
        if spread == 0.0 {
            spread = MEAN_SCALE * away.iter().map(|a| a / away.len() as f64).sum::<f64>();
        }
        spread.is_finite().then_some(Self { median: middle, spread })
    }

    /// How many spreads a value lies from the middle. `None` where all values were the same, for
    /// then no distance is large or small.
    pub fn z(self, value: f64) -> Option<f64> {
        let z = (value - self.median) / self.spread;
        (self.spread > 0.0 && z.is_finite()).then_some(z)
    }
}
