//! Probable joins: rows of two systems that fit each other and nothing else.

use crate::model::time::{MINUTE_US, SECOND_US};
use crate::model::{MISSING, TimePrecision};

use super::rules::{Facts, agree};

/// How far apart, µs, the times of two systems may be beyond the units they were written in.
const CLOCKS_US: i64 = 2 * SECOND_US;
/// A row with more rows near it is not looked at: it fits many.
const MOST_NEAR: usize = 64;

/// A row and what it is compared by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Likely {
    pub facts: Facts,
    /// The account or the key.
    pub who: u32,
    /// How far off its time may be for the unit it was written in, µs.
    pub unit_us: i64,
    /// How long the call took, ms; [`MISSING`] where it does not say.
    pub latency_ms: u32,
}

/// How far off a time of a unit may be, µs; `None` where it says too little.
pub(super) fn unit_us(precision: TimePrecision) -> Option<i64> {
    match precision {
        TimePrecision::Sub | TimePrecision::Microsecond | TimePrecision::Millisecond => Some(0),
        TimePrecision::Second => Some(SECOND_US),
        TimePrecision::Minute => Some(MINUTE_US),
        TimePrecision::Day | TimePrecision::None => None,
    }
}

/// The furthest two rows can be apart, µs.
pub(super) const FURTHEST_US: i64 = CLOCKS_US + MINUTE_US;

/// Whether two rows may be one call.
fn fits(a: &Likely, b: &Likely) -> bool {
    let (x, y) = (&a.facts, &b.facts);
    a.who == b.who
        && x.at_us.abs_diff(y.at_us) <= (CLOCKS_US + a.unit_us.max(b.unit_us)).unsigned_abs()
        && agree(x.model, y.model)
        && agree(x.status, y.status)
        && agree(x.input_tokens, y.input_tokens)
        && agree(x.output_tokens, y.output_tokens)
}

/// Whether two rows agree in what two calls seldom do: the instant, where both tell a fraction of
/// the second, or how many milliseconds it took.
fn agree_closely(a: &Likely, b: &Likely) -> bool {
    let at_once = a.unit_us.max(b.unit_us) == 0 && a.facts.at_us == b.facts.at_us;
    at_once || !matches!(a.latency_ms, 0 | MISSING) && a.latency_ms == b.latency_ms
}

/// The rows of `a` and `b` that fit each other and no other row as well: positions in both. Sorts
/// both.
///
/// Naive: a pair that fits, where for either row the other is the only one that fits it, or of
/// several the only one that agrees closely.
pub(super) fn matches(a: &mut [Likely], b: &mut [Likely]) -> Vec<(usize, usize)> {
    for rows in [&mut *a, &mut *b] {
        rows.sort_unstable_by_key(|row| (row.who, row.facts.at_us, row.facts.event));
    }
    let mut found = Vec::new();
    for (i, row) in a.iter().enumerate() {
        let Some(other) = best_fit(row, b) else { continue };
        if best_fit(&b[other], a) == Some(i) {
            found.push((i, other));
        }
    }
    found
}

/// The only row that fits, or of several the only one that agrees closely.
fn best_fit(row: &Likely, sorted: &[Likely]) -> Option<usize> {
    if row.who == MISSING {
        return None;
    }
    let place = |at: i64| sorted.partition_point(|r| (r.who, r.facts.at_us) < (row.who, at));
    let start = place(row.facts.at_us.saturating_sub(FURTHEST_US));
    let near = sorted[start..].iter().take_while(|other| {
        other.who == row.who && other.facts.at_us <= row.facts.at_us.saturating_add(FURTHEST_US)
    });
    let (mut all, mut close) = (Only::None, Only::None);
    for (n, other) in near.enumerate() {
        if n >= MOST_NEAR {
            return None;
        }
        if fits(row, other) {
            all.add(start + n);
            if agree_closely(row, other) {
                close.add(start + n);
            }
        }
    }
    match (all, close) {
        (Only::One(at), _) | (Only::Many, Only::One(at)) => Some(at),
        _ => None,
    }
}

/// What there is one of, or none, or many.
#[derive(Clone, Copy)]
enum Only {
    None,
    One(usize),
    Many,
}

impl Only {
    fn add(&mut self, at: usize) {
        *self = match self {
            Self::None => Self::One(at),
            Self::One(_) | Self::Many => Self::Many,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::joining::rules::Said;
    use crate::model::Granularity;
    use proptest::prelude::*;

    fn any_row() -> impl Strategy<Value = Likely> {
        let number = || prop_oneof![Just(MISSING), 0u32..2];
        (0u32..3, 0i64..40, number(), number(), any::<bool>(), number()).prop_map(
            |(who, at, model, output_tokens, seconds, latency_ms)| Likely {
                facts: Facts {
                    event: 0,
                    source: 0,
                    format: 0,
                    at_us: at * SECOND_US / 2,
                    kind: Granularity::Exchange,
                    account: who,
                    caller: 0,
                    origin: 0,
                    call: 0,
                    model,
                    status: MISSING,
                    input_tokens: MISSING,
                    output_tokens,
                    has_prompt: false,
                    said: Said::NOTHING,
                    key: 0,
                    has_id: false,
                    joins: false,
                    counted: false,
                },
                who: if who == 2 { MISSING } else { who },
                unit_us: if seconds { SECOND_US } else { 0 },
                latency_ms,
            },
        )
    }

    fn rows() -> impl Strategy<Value = Vec<Likely>> {
        proptest::collection::vec(any_row(), 0..14).prop_map(|mut rows| {
            (1..).zip(&mut rows).for_each(|(event, row)| row.facts.event = event);
            rows
        })
    }

    proptest! {
        #[test]
        fn matches_are_the_pairs_that_fit_each_other_best(mut a in rows(), mut b in rows()) {
            let found = matches(&mut a, &mut b);
            let fit = |x: &Likely, y: &Likely| x.who != MISSING && fits(x, y);
            let mut all = Vec::new();
            for (i, x) in a.iter().enumerate() {
                all.extend((0..b.len()).filter(|j| fit(x, &b[*j])).map(|j| (i, j)));
            }
            // The only one of these pairs, or of several the only one that agrees closely.
            let best = |of: Vec<(usize, usize)>| match of[..] {
                [one] => Some(one),
                _ => {
                    let mut close = of.iter().filter(|(i, j)| agree_closely(&a[*i], &b[*j]));
                    close.next().copied().filter(|_| close.next().is_none())
                }
            };
            let of_a = |i| best(all.iter().copied().filter(|(x, _)| *x == i).collect());
            let of_b = |j| best(all.iter().copied().filter(|(_, y)| *y == j).collect());
            let is_best = |&(i, j): &(usize, usize)| {
                of_a(i) == Some((i, j)) && of_b(j) == Some((i, j))
            };
            let naive: Vec<(usize, usize)> = all.iter().copied().filter(is_best).collect();
            prop_assert_eq!(found, naive);
        }
    }
}
