//! How far a mix is from another: the Jensen–Shannon divergence without what small samples add.

use libm::log;

use super::chi_square;

/// Events needed for each kind before a divergence says anything.
pub const EVENTS_PER_KIND: u64 = 10;

/// How far a sample is from a mix that is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Divergence {
    /// As measured, in nats: 0 for the same mix, ln 2 for nothing in common.
    pub raw: f64,
    /// Less the (k − 1)/8n that chance alone adds; 0 where that is more.
    pub corrected: f64,
    /// Events in the sample.
    pub events: u64,
    /// Kinds that the known mix or the sample has.
    pub kinds: u64,
    /// ln of the chance of that much or more, by 8n·JSD ≈ χ² with k − 1 degrees of freedom; 0
    /// where there is only one kind.
    pub ln_p: f64,
}

/// The divergence of counts from a mix (any scale) over the same kinds. `None` where lengths
/// differ, the mix is empty or no number, or there are fewer than [`EVENTS_PER_KIND`] events a
/// kind, where the correction does not hold.
pub fn from_known(counts: &[u64], mix: &[f64]) -> Option<Divergence> {
    let events = counts.iter().try_fold(0_u64, |sum, c| sum.checked_add(*c))?;
    let scale: f64 = mix.iter().sum();
    let sound = mix.iter().all(|w| *w >= 0.0) && scale > 0.0 && scale.is_finite();
    if counts.len() != mix.len() || !sound {
        return None;
    }
    let kinds = counts.iter().zip(mix).filter(|(c, w)| **c > 0 || **w > 0.0).count() as u64;
    if events < EVENTS_PER_KIND.saturating_mul(kinds) {
        return None;
    }
    let pairs = counts.iter().zip(mix).map(|(c, w)| (*c as f64 / events as f64, w / scale));
    let raw = jensen_shannon(pairs);
    let freedom = (kinds - 1) as f64;
    let corrected = (raw - freedom / (8.0 * events as f64)).max(0.0);
    let ln_p = match kinds {
        1 => 0.0,
        _ => chi_square::ln_above(8.0 * events as f64 * raw, freedom)?,
    };
    Some(Divergence { raw, corrected, events, kinds, ln_p })
}

/// The divergence of pairs of shares, in nats.
pub fn jensen_shannon(pairs: impl Iterator<Item = (f64, f64)>) -> f64 {
    let part = |p: f64, middle: f64| if p > 0.0 { 0.5 * p * log(p / middle) } else { 0.0 };
    pairs.map(|(p, q)| part(p, 0.5 * (p + q)) + part(q, 0.5 * (p + q))).sum::<f64>().max(0.0)
}
