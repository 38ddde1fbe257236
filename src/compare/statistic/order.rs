//! The k-th smallest of all differences of two samples, and of all means of two of one: exact, in
//! time that grows with the accounts and not with their pairs.

/// Pairs that left to sort are fewer than to count again.
const FEW: u64 = 4096;

/// A way to count pairs of which hardly any is made.
pub(super) trait Pairs {
    /// How many of all pairs have a value up to `limit`.
    fn up_to(&self, limit: f64) -> u64;
    /// The values above `low` and up to `high`, in any order.
    fn between(&self, low: f64, high: f64) -> Vec<f64>;
    /// The smallest and the largest value of a pair; `None` without pairs.
    fn range(&self) -> Option<(f64, f64)>;
    /// How many numbers a walk passes.
    fn length(&self) -> u64;
}

/// Differences a − b of all pairs of two sorted samples.
pub(super) struct Differences<'a>(pub &'a [f64], pub &'a [f64]);

/// Means of all pairs of a sorted sample, each value with itself too: the Walsh averages.
pub(super) struct Walsh<'a>(pub &'a [f64]);

impl Pairs for Differences<'_> {
    fn up_to(&self, limit: f64) -> u64 {
        // The larger a, the larger the first b that is large enough. Rounding keeps the order of
        // differences, so that counting rounded ones is counting what would be sorted.
        let (mut first, mut count) = (0, 0);
        for a in self.0 {
            while self.1.get(first).is_some_and(|b| a - b > limit) {
                first += 1;
            }
            count += (self.1.len() - first) as u64;
        }
        count
    }

    fn between(&self, low: f64, high: f64) -> Vec<f64> {
        let (mut first, mut end, mut values) = (0, 0, Vec::new());
        for a in self.0 {
            while self.1.get(first).is_some_and(|b| a - b > high) {
                first += 1;
            }
            while self.1.get(end).is_some_and(|b| a - b > low) {
                end += 1;
            }
            values.extend(self.1[first..end].iter().map(|b| a - b));
        }
        values
    }

    fn range(&self) -> Option<(f64, f64)> {
        let ((a_low, a_high), (b_low, b_high)) = (ends(self.0)?, ends(self.1)?);
        Some((a_low - b_high, a_high - b_low))
    }

    fn length(&self) -> u64 {
        (self.0.len() + self.1.len()) as u64
    }
}

impl Pairs for Walsh<'_> {
    fn up_to(&self, limit: f64) -> u64 {
        let (mut end, mut count) = (self.0.len(), 0);
        for (i, low) in self.0.iter().enumerate() {
            while end > i && 0.5 * (low + self.0[end - 1]) > limit {
                end -= 1;
            }
            if end <= i {
                break;
            }
            count += (end - i) as u64;
        }
        count
    }

    fn between(&self, low: f64, high: f64) -> Vec<f64> {
        let (mut first, mut end, mut values) = (self.0.len(), self.0.len(), Vec::new());
        for (i, own) in self.0.iter().enumerate() {
            while end > i && 0.5 * (own + self.0[end - 1]) > high {
                end -= 1;
            }
            while first > i && 0.5 * (own + self.0[first - 1]) > low {
                first -= 1;
            }
            if end <= i {
                break;
            }
            values.extend(self.0[first.max(i)..end].iter().map(|other| 0.5 * (own + other)));
        }
        values
    }

    fn range(&self) -> Option<(f64, f64)> {
        ends(self.0)
    }

    fn length(&self) -> u64 {
        self.0.len() as u64
    }
}

fn ends(sorted: &[f64]) -> Option<(f64, f64)> {
    Some((*sorted.first()?, *sorted.last()?))
}

/// Whole numbers in the order of floats; its own inverse.
const fn turned(bits: i64) -> i64 {
    bits ^ ((bits >> 63) as u64 >> 1) as i64
}

/// The float halfway between two in the order of floats; the lower one where there is none.
fn halfway(low: f64, high: f64) -> f64 {
    let (low, high) = (turned(low.to_bits() as i64), turned(high.to_bits() as i64));
    // Half the sum, which may not fit.
    f64::from_bits(turned((low & high) + ((low ^ high) >> 1)) as u64)
}

/// The `k`-th smallest value of all `n` pairs, from 1 on; the last where there are fewer. `None`
/// without pairs.
///
/// Naive: make all pairs, sort them, take the k-th. Here a limit is moved until few pairs are left
/// around it, and these are made: by the share of the pairs below, which mostly hits, and in turns
/// halfway between floats, which are ordered like whole numbers, so that no data need more than 130
/// walks.
pub(super) fn kth(pairs: &impl Pairs, k: u64, n: u64) -> Option<f64> {
    let (least, most) = pairs.range()?;
    let (mut low, mut high) = (least.next_down(), most);
    let (mut below, mut up_to) = (0, n);
    let k = k.clamp(1, n);
    for turn in 0.. {
        if up_to - below <= pairs.length().max(FEW) {
            let mut left = pairs.between(low, high);
            let at = (k - below - 1) as usize;
            return Some(*left.select_nth_unstable_by(at, f64::total_cmp).1 + 0.0);
        }
        let share = (k - below) as f64 / (up_to - below) as f64;
        let guess = low + share * (high - low);
        let half = halfway(low, high);
        if half <= low {
            break;
        }
        let limit = if turn % 2 == 0 && guess > low && guess < high { guess } else { half };
        let count = pairs.up_to(limit);
        if count >= k {
            (high, up_to) = (limit, count);
        } else {
            (low, below) = (limit, count);
        }
    }
    // Nothing lies between: all that is left has this value.
    Some(high + 0.0)
}

/// The middle of `n` pairs; the mean of the two middle ones of an even number.
pub(super) fn middle(pairs: &impl Pairs, n: u64) -> Option<f64> {
    let low = kth(pairs, n.div_ceil(2), n)?;
    if n % 2 == 1 {
        return Some(low);
    }
    // Where more than half lie up to the lower one, the upper one is the same.
    let high = if pairs.up_to(low) > n / 2 { low } else { kth(pairs, n / 2 + 1, n)? };
    Some(0.5 * low + 0.5 * high)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values(max: usize) -> impl Strategy<Value = Vec<f64>> {
        let value = prop_oneof![-9.0..9.0, (-3_i32..3).prop_map(f64::from), -1e100..1e100];
        prop::collection::vec(value, 1..max).prop_map(|mut values| {
            values.sort_unstable_by(f64::total_cmp);
            values
        })
    }

    /// Made of many pairs, so that walks and not only sorting find it.
    fn large(value: impl Fn(u64) -> f64) -> Vec<f64> {
        let mut values: Vec<f64> = (0..400).map(value).collect();
        values.sort_unstable_by(f64::total_cmp);
        values
    }

    #[test]
    fn walks_find_what_sorting_finds_among_ties_giants_and_zeros() {
        let mixed = |i: u64| (i.wrapping_mul(2_654_435_761) % 1_009) as f64;
        let samples = [
            large(mixed),
            large(|i| (mixed(i) / 100.0).floor()),
            large(|i| libm::exp(mixed(i) / 40.0) - 1.0),
            large(|i| if i % 9 == 0 { 1e100 } else { 0.0 }),
            large(|i| -mixed(i) * 1e-320),
        ];
        for (a, b) in samples.iter().zip(samples.iter().cycle().skip(1)) {
            let mut all: Vec<f64> = a.iter().flat_map(|a| b.iter().map(move |b| a - b)).collect();
            all.sort_unstable_by(f64::total_cmp);
            let mut walsh = Vec::new();
            for (i, low) in a.iter().enumerate() {
                walsh.extend(a[i..].iter().map(|high| 0.5 * (low + high)));
            }
            walsh.sort_unstable_by(f64::total_cmp);
            for share in [0.0, 0.001, 0.1, 0.25, 0.5, 0.77, 1.0] {
                let at = |n: usize| (share * (n - 1) as f64) as usize;
                let (k, n) = (at(all.len()), all.len());
                let got = kth(&Differences(a, b), k as u64 + 1, n as u64);
                assert_eq!(got, Some(all[k] + 0.0));
                let (k, n) = (at(walsh.len()), walsh.len());
                assert_eq!(kth(&Walsh(a), k as u64 + 1, n as u64), Some(walsh[k] + 0.0));
            }
        }
    }

    proptest! {
        #[test]
        fn the_kth_is_that_of_all_pairs_sorted(a in values(12), b in values(9), k in 0_usize..108) {
            let mut all: Vec<f64> = a.iter().flat_map(|a| b.iter().map(move |b| a - b)).collect();
            all.sort_unstable_by(f64::total_cmp);
            let (k, n) = (k % all.len(), all.len() as u64);
            prop_assert_eq!(kth(&Differences(&a, &b), k as u64 + 1, n), Some(all[k] + 0.0));
            let mut all = Vec::new();
            for (i, low) in a.iter().enumerate() {
                all.extend(a[i..].iter().map(|high| 0.5 * (low + high)));
            }
            all.sort_unstable_by(f64::total_cmp);
            let (k, n) = (k % all.len(), all.len());
            prop_assert_eq!(kth(&Walsh(&a), k as u64 + 1, n as u64), Some(all[k] + 0.0));
            let half = 0.5 * all[(n - 1) / 2] + 0.5 * all[n / 2];
            prop_assert_eq!(middle(&Walsh(&a), n as u64), Some(half + 0.0));
        }
    }
}
