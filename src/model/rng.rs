//! Random numbers that are the same on every machine: no libm, no global state, and a stream of
//! its own for every key, so that what is drawn for one account never shifts another.

/// A small generator (SplitMix64): one addition and three multiplications a number.
#[derive(Clone, Debug)]
pub struct Rng(u64);

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The finaliser of SplitMix64: every bit of the input reaches every bit of the output.
pub fn mix(value: u64) -> u64 {
    let z = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// One number from several: the same keys give the same number.
pub fn key(parts: &[u64]) -> u64 {
    parts.iter().fold(GOLDEN, |state, part| mix(state.wrapping_add(GOLDEN) ^ mix(*part)))
}

impl Rng {
    /// The stream of a key.
    pub fn new(parts: &[u64]) -> Self {
        Self(key(parts))
    }

    /// 64 random bits.
    #[expect(clippy::should_implement_trait, reason = "a stream without end needs no Option")]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// A whole number below `limit`; 0 when `limit` is 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        // The multiplication keeps the high half: unbiased enough for limits far below 2^64.
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    /// A whole number in `low..=high`.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// A real number in 0…1, 1 excluded.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// True with probability `p`.
    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// One of the items, which must not be empty.
    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize]
    }

    /// One of the items by reference, likewise.
    pub fn choose<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u64) as usize]
    }

    /// The position of one weight, drawn in proportion.
    pub fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.unit() * weights.iter().sum::<f64>();
        for (i, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return i;
            }
        }
        weights.len().saturating_sub(1)
    }

    /// A standard normal number, as the sum of twelve uniform ones: tails end at 6σ, which is
    /// far enough for traffic.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// A log-normal number of that median; `sigma` is the spread of its logarithm.
    pub fn lognormal(&mut self, median: f64, sigma: f64) -> f64 {
        median * exp(sigma * self.normal())
    }

    /// An exponential number of that mean.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * ln(1.0 - self.unit())
    }
}

/// e to the power of `x`, for |x| below 700, from additions and multiplications only.
pub fn exp(x: f64) -> f64 {
    let halvings = (x * std::f64::consts::LOG2_E).round();
    let rest = x - halvings * std::f64::consts::LN_2;
    let (mut term, mut sum) = (1.0, 1.0);
    for i in 1..14 {
        term *= rest / f64::from(i);
        sum += term;
    }
    let exponent = (1023 + halvings as i64).clamp(1, 2046) as u64;
    sum * f64::from_bits(exponent << 52)
}

/// The natural logarithm of a positive normal number, likewise.
pub fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let exponent = ((bits >> 52) & 0x7FF) as i64 - 1023;
    let mantissa = f64::from_bits((bits & ((1 << 52) - 1)) | (1023 << 52));
    let t = (mantissa - 1.0) / (mantissa + 1.0);
    let (mut power, mut sum) = (t, 0.0);
    for i in 0..24 {
        sum += power / f64::from(2 * i + 1);
        power *= t * t;
    }
    2.0 * sum + exponent as f64 * std::f64::consts::LN_2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_key_gives_the_same_stream_and_another_key_another() {
        let draw = |key: &[u64]| {
            let mut rng = Rng::new(key);
            [rng.next(), rng.next()]
        };
        assert_eq!(draw(&[1, 2]), draw(&[1, 2]));
        assert_ne!(draw(&[1, 2]), draw(&[2, 1]));
    }

    #[test]
    fn logarithm_and_exponential_agree_with_the_platform() {
        for x in [1e-9, 0.1, 0.5, 1.0, 1.5, 2.0, 10.0, 12345.6] {
            assert!((ln(x) - f64::ln(x)).abs() < 1e-12 * (1.0 + f64::ln(x).abs()), "ln {x}");
        }
        for x in [-20.0, -1.0, -0.3, 0.0, 0.3, 1.0, 5.0, 20.0] {
            assert!((exp(x) / f64::exp(x) - 1.0).abs() < 1e-12, "exp {x}");
        }
    }

    #[test]
    fn draws_have_the_mean_they_promise() {
        let mut rng = Rng::new(&[7]);
        let n = 20_000;
        let mean = (0..n).map(|_| rng.exponential(3.0)).sum::<f64>() / f64::from(n);
        assert!((mean - 3.0).abs() < 0.1, "{mean}");
        let mean = (0..n).map(|_| rng.normal()).sum::<f64>() / f64::from(n);
        assert!(mean.abs() < 0.05, "{mean}");
        let low = (0..n).filter(|_| rng.weighted(&[1.0, 3.0]) == 0).count();
        assert!((4_500..5_500).contains(&low), "{low}");
    }
}
