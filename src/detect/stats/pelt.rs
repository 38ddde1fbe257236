//! Changepoints by PELT: the division of a series that fits best for what each cut costs,
//! exactly, in time that grows with the length where cuts are common.
//!
//! R. Killick, P. Fearnhead and I. A. Eckley, "Optimal detection of changepoints with a linear
//! computational cost", J. Am. Stat. Assoc. 107, 2012.

use libm::log;

/// What a stretch of a series costs: twice its negative log-likelihood at its own best level,
/// less what is the same for every division.
pub trait Cost {
    /// Values in the series.
    fn len(&self) -> usize;
    /// The cost of values `from..to`, `from` < `to`.
    fn cost(&self, from: usize, to: usize) -> f64;
    /// Whether there are no values.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Normal values of one known variance around a level.
#[derive(Clone, Debug)]
pub struct Gaussian {
    sums: Vec<f64>,
    squares: Vec<f64>,
    variance: f64,
}

impl Gaussian {
    /// Values and their variance. `None` where one is not finite or the variance is not positive.
    pub fn new(values: &[f64], variance: f64) -> Option<Self> {
        let sound = values.iter().all(|v| v.is_finite()) && variance > 0.0 && variance.is_finite();
        if !sound {
            return None;
        }
        // Around their middle, so that large levels do not cost digits.
        let middle = values.iter().map(|v| v / values.len() as f64).sum::<f64>();
        let (mut sums, mut squares) = (vec![0.0], vec![0.0]);
        let (mut sum, mut square) = (0.0, 0.0);
        for v in values.iter().map(|v| v - middle) {
            (sum, square) = (sum + v, square + v * v);
            sums.push(sum);
            squares.push(square);
        }
        (square.is_finite()).then_some(Self { sums, squares, variance })
    }

    /// Square roots of counts, whose variance is ¼ whatever their mean if they are Poisson, and
    /// otherwise that of their steps: counts that come in bursts are not cut at every burst.
    pub fn of_counts(counts: &[u64]) -> Option<Self> {
        let roots: Vec<f64> = counts.iter().map(|c| libm::sqrt(*c as f64)).collect();
        let steps: Vec<f64> = roots.windows(2).map(|w| w[1] - w[0]).collect();
        let spread = super::robust::Robust::of(&steps).map_or(0.0, |r| r.spread);
        Self::new(&roots, (0.5 * spread * spread).max(0.25))
    }
}

impl Cost for Gaussian {
    fn len(&self) -> usize {
        self.sums.len() - 1
    }

    fn cost(&self, from: usize, to: usize) -> f64 {
        let sum = self.sums[to] - self.sums[from];
        let square = self.squares[to] - self.squares[from];
        (square - sum * sum / (to - from) as f64).max(0.0) / self.variance
    }
}

/// Poisson counts around a level.
#[derive(Clone, Debug)]
pub struct Poisson {
    sums: Vec<u64>,
}

impl Poisson {
    /// Counts. `None` where their sum does not fit.
    pub fn new(counts: &[u64]) -> Option<Self> {
        let mut sums = vec![0_u64];
        for count in counts {
            sums.push(sums.last()?.checked_add(*count)?);
        }
        Some(Self { sums })
    }
}

impl Cost for Poisson {
    fn len(&self) -> usize {
        self.sums.len() - 1
    }

    fn cost(&self, from: usize, to: usize) -> f64 {
        let sum = (self.sums[to] - self.sums[from]) as f64;
        if sum == 0.0 { 0.0 } else { -2.0 * sum * log(sum / (to - from) as f64) }
    }
}

/// What a cut costs a series of that length: 3 ln T.
pub fn penalty(length: usize) -> f64 {
    3.0 * log(length.max(1) as f64)
}

/// A place that the last cut may be at.
struct Candidate {
    at: usize,
    /// The end from which on it can no longer be.
    until: usize,
}

/// Where the series is cut: positions that begin a new stretch, ascending. Stretches are at least
/// `least` values long (0 counts as 1).
pub fn pelt(series: &impl Cost, penalty: f64, least: usize) -> Vec<usize> {
    let (n, least) = (series.len(), least.max(1));
    // The best cost up to each end, less the first cut's penalty, and the last cut there.
    let mut best = vec![f64::INFINITY; n + 1];
    let mut last = vec![0; n + 1];
    best[0] = -penalty;
    let mut candidates: Vec<Candidate> = Vec::new();
    for end in least..=n {
        let start = end - least;
        if start == 0 || start >= least {
            candidates.push(Candidate { at: start, until: usize::MAX });
        }
        candidates.retain(|c| c.until > end);
        let costs: Vec<f64> =
            candidates.iter().map(|c| best[c.at] + series.cost(c.at, end)).collect();
        for (candidate, cost) in candidates.iter().zip(&costs) {
            if cost + penalty < best[end] {
                best[end] = cost + penalty;
                last[end] = candidate.at;
            }
        }
        // A cut here beats it from now on, once what follows the cut is long enough.
        for (candidate, cost) in candidates.iter_mut().zip(&costs) {
            if *cost > best[end] {
                candidate.until = candidate.until.min(end + least);
            }
        }
    }
    let mut cuts = Vec::new();
    let mut end = n;
    while n >= least && last[end] > 0 {
        end = last[end];
        cuts.push(end);
    }
    cuts.reverse();
    cuts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The naive query: the best of all divisions, without pruning.
    fn best_cost(series: &impl Cost, penalty: f64, least: usize) -> f64 {
        let n = series.len();
        let mut best = vec![f64::INFINITY; n + 1];
        best[0] = -penalty;
        for end in 1..=n {
            for start in (0..end).filter(|s| end - s >= least) {
                best[end] = best[end].min(best[start] + series.cost(start, end) + penalty);
            }
        }
        best[n]
    }

    fn cost_of(series: &impl Cost, cuts: &[usize], penalty: f64) -> f64 {
        let mut edges = vec![0];
        edges.extend(cuts);
        edges.push(series.len());
        let stretches = edges.windows(2).map(|w| series.cost(w[0], w[1]));
        stretches.sum::<f64>() + penalty * cuts.len() as f64
    }

    proptest! {
        #[test]
        fn no_division_of_the_series_costs_less(
            counts in prop::collection::vec(0_u64..40, 1..60),
            least in 1_usize..6,
            penalty in 0.1..20.0,
        ) {
            prop_assume!(counts.len() >= least);
            let normal = Gaussian::of_counts(&counts).expect("finite");
            let poisson = Poisson::new(&counts).expect("small");
            let cuts = pelt(&normal, penalty, least);
            let (got, best) = (cost_of(&normal, &cuts, penalty), best_cost(&normal, penalty, least));
            prop_assert!((got - best).abs() <= 1e-9 * (1.0 + best.abs()), "{got} {best}");
            let cuts = pelt(&poisson, penalty, least);
            let edges: Vec<usize> =
                [0].into_iter().chain(cuts.clone()).chain([counts.len()]).collect();
            prop_assert!(edges.windows(2).all(|w| w[1] - w[0] >= least));
            let best = best_cost(&poisson, penalty, least);
            let got = cost_of(&poisson, &cuts, penalty);
            prop_assert!((got - best).abs() <= 1e-9 * (1.0 + best.abs()), "{got} {best}");
        }
    }

    #[test]
    fn nothing_is_cut_where_nothing_changes_or_nothing_is() {
        let flat = Poisson::new(&[7; 500]).expect("small");
        assert!(pelt(&flat, penalty(500), 1).is_empty());
        assert!(pelt(&Poisson::new(&[]).expect("small"), penalty(0), 3).is_empty());
        assert!(pelt(&Poisson::new(&[1, 900]).expect("small"), 1.0, 5).is_empty());
    }
}
