//! Hits out of trials where every account has a rate of its own: the beta-binomial distribution,
//! fitted to a population, and how far out one account lies.

use libm::{exp, lgamma, log, sqrt};

use super::tail::{ln_complement, ln_sum};

/// Above this sum of parameters the distribution is binomial to all purposes.
const MOST: f64 = 1e7;
/// Below this a parameter is not followed any further.
const LEAST: f64 = 1e-6;

/// A beta distribution of rates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BetaBinomial {
    /// Weight of hits.
    pub alpha: f64,
    /// Weight of misses.
    pub beta: f64,
}

impl BetaBinomial {
    /// The most likely one behind these (hits, trials), from the method of moments by Newton's
    /// steps. Where accounts differ no more than chance, α + β ends at ten million, which is
    /// binomial. `None` for fewer than 2 accounts with trials, for more hits than trials, and
    /// where all trials hit or none did.
    pub fn fit(counts: &[(u64, u64)]) -> Option<Self> {
        if counts.iter().any(|(k, n)| k > n) {
            return None;
        }
        let used: Vec<(f64, f64)> =
            counts.iter().filter(|c| c.1 > 0).map(|(k, n)| (*k as f64, *n as f64)).collect();
        let (hits, trials) = used.iter().fold((0.0, 0.0), |s, c| (s.0 + c.0, s.1 + c.1));
        if used.len() < 2 || hits == 0.0 || hits == trials {
            return None;
        }
        Some(Self::moments(&used, hits / trials).climb(&used))
    }

    /// The first guess: mean and excess variance (Kleinman, 1973), weighted by trials.
    fn moments(used: &[(f64, f64)], mean: f64) -> Self {
        let trials: f64 = used.iter().map(|c| c.1).sum();
        let spread: f64 = used.iter().map(|(k, n)| n * (k / n - mean) * (k / n - mean)).sum();
        let free: f64 = used.iter().map(|(_, n)| 1.0 - n / trials).sum();
        let weighted: f64 = used.iter().map(|(_, n)| n * (1.0 - n / trials)).sum();
        let chance = mean * (1.0 - mean);
        let alike = (spread - chance * free) / (chance * (weighted - free)).max(1e-12);
        let alike = alike.clamp(1e-4, 0.99);
        let sum = (1.0 - alike) / alike;
        Self { alpha: mean * sum, beta: (1.0 - mean) * sum }
    }

    /// Newton's steps in the logarithms of the parameters, halved where they would go down.
    fn climb(mut self, used: &[(f64, f64)]) -> Self {
        let mut height = self.ln_likelihood(used);
        for _ in 0..100 {
            let Some((da, db)) = self.step(used) else { break };
            let mut scale = 1.0;
            let mut moved = false;
            while scale > 1e-6 {
                let next = Self {
                    alpha: (self.alpha * exp(scale * da)).clamp(LEAST, MOST),
                    beta: (self.beta * exp(scale * db)).clamp(LEAST, MOST),
                };
                let reached = next.ln_likelihood(used);
                if reached > height {
                    moved = reached - height > 1e-12 * height.abs();
                    (self, height) = (next, reached);
                    break;
                }
                scale *= 0.5;
            }
            if !moved || self.alpha + self.beta >= MOST {
                break;
            }
        }
        self
    }

    /// Newton's step where the likelihood is curved downwards, otherwise straight uphill; at most
    /// e² times a parameter.
    fn step(self, used: &[(f64, f64)]) -> Option<(f64, f64)> {
        let (a, b) = (self.alpha, self.beta);
        let (mut ga, mut gb, mut haa, mut hbb, mut hab) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (k, n) in used {
            let (whole, whole_2) = slope(a + b, *n);
            let (hit, hit_2) = slope(a, *k);
            let (miss, miss_2) = slope(b, n - k);
            (ga, gb) = (ga + hit - whole, gb + miss - whole);
            (haa, hbb, hab) = (haa + hit_2 - whole_2, hbb + miss_2 - whole_2, hab - whole_2);
        }
        // From the parameters to their logarithms.
        let (la, lb) = (a * ga, b * gb);
        let (laa, lbb, lab) = (a * a * haa + la, b * b * hbb + lb, a * b * hab);
        let det = laa * lbb - lab * lab;
        let (da, db) = if laa < 0.0 && det > 0.0 {
            ((lab * lb - lbb * la) / det, (lab * la - laa * lb) / det)
        } else {
            let length = sqrt(la * la + lb * lb);
            (la / length, lb / length)
        };
        (da.is_finite() && db.is_finite()).then(|| (da.clamp(-2.0, 2.0), db.clamp(-2.0, 2.0)))
    }

    /// Without the ways to choose hits among trials, which no parameter changes.
    fn ln_likelihood(self, used: &[(f64, f64)]) -> f64 {
        let rise = |a: f64, k: f64| lgamma(a + k) - lgamma(a);
        used.iter()
            .map(|(k, n)| {
                rise(self.alpha, *k) + rise(self.beta, n - k) - rise(self.alpha + self.beta, *n)
            })
            .sum()
    }

    /// The mean rate.
    pub fn mean(self) -> f64 {
        self.alpha / (self.alpha + self.beta)
    }

    /// ln P(hits ≥ `k`) of `n` trials of one account. Up to `n` terms are added.
    pub fn ln_at_least(self, k: u64, n: u64) -> f64 {
        if k == 0 {
            return 0.0;
        }
        if k > n {
            return f64::NEG_INFINITY;
        }
        let other = Self { alpha: self.beta, beta: self.alpha };
        match k as f64 > n as f64 * self.mean() {
            true => self.above(k, n),
            false => ln_complement(other.above(n - k + 1, n)),
        }
    }

    fn above(self, k: u64, n: u64) -> f64 {
        let (first, trials) = (k as f64, n as f64);
        let beta = |a: f64, b: f64| lgamma(a) + lgamma(b) - lgamma(a + b);
        let choose = lgamma(trials + 1.0) - lgamma(first + 1.0) - lgamma(trials - first + 1.0);
        let mass = choose + beta(first + self.alpha, trials - first + self.beta)
            - beta(self.alpha, self.beta);
        ln_sum(mass, |i| {
            let x = k + i;
            if x >= n {
                return 0.0;
            }
            let left = (n - x) as f64;
            left / (x as f64 + 1.0) * (x as f64 + self.alpha) / (left - 1.0 + self.beta)
        })
    }
}

/// First and second derivative of ln Γ(a + k) − ln Γ(a): sums where they are short, so that no
/// digits cancel.
fn slope(a: f64, k: f64) -> (f64, f64) {
    if k <= 30.0 {
        let terms = (0..k as u32).map(|i| 1.0 / (a + f64::from(i)));
        return terms.fold((0.0, 0.0), |(s, q), t| (s + t, q - t * t));
    }
    (digamma(a + k) - digamma(a), trigamma(a + k) - trigamma(a))
}

/// The derivative of ln Γ: recurrence up to 10, from there the asymptotic series.
fn digamma(mut x: f64) -> f64 {
    let mut below = 0.0;
    while x < 10.0 {
        below -= 1.0 / x;
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    let series = y * (1.0 / 12.0 - y * (1.0 / 120.0 - y * (1.0 / 252.0 - y * (1.0 / 240.0))));
    below + log(x) - 0.5 / x - series
}

/// The derivative of [`digamma`], likewise.
fn trigamma(mut x: f64) -> f64 {
    let mut below = 0.0;
    while x < 10.0 {
        below += 1.0 / (x * x);
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    let series = 1.0 / 6.0 - y * (1.0 / 30.0 - y * (1.0 / 42.0 - y * (1.0 / 30.0)));
    below + 1.0 / x + 0.5 * y + y / x * series
}
