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

/// The rows of `a` and `b` that fit each other and no other row: positions in both. Sorts both.
///
/// Naive: of all pairs that fit, those whose rows occur in no other pair that fits.
pub(super) fn matches(a: &mut [Likely], b: &mut [Likely]) -> Vec<(usize, usize)> {
    for rows in [&mut *a, &mut *b] {
        rows.sort_unstable_by_key(|row| (row.who, row.facts.at_us, row.facts.event));
    }
    let mut found = Vec::new();
    for (i, row) in a.iter().enumerate() {
        let Some(other) = only_fit(row, b) else { continue };
        if only_fit(&b[other], a) == Some(i) {
            found.push((i, other));
        }
    }
    found
}

/// The only row that fits.
fn only_fit(row: &Likely, sorted: &[Likely]) -> Option<usize> {
    if row.who == MISSING {
        return None;
    }
    let place = |at: i64| sorted.partition_point(|r| (r.who, r.facts.at_us) < (row.who, at));
    let start = place(row.facts.at_us.saturating_sub(FURTHEST_US));
    let near = sorted[start..].iter().take_while(|other| {
        other.who == row.who && other.facts.at_us <= row.facts.at_us.saturating_add(FURTHEST_US)
    });
    let mut only = None;
    for (n, other) in near.enumerate() {
        if n >= MOST_NEAR {
            return None;
        }
        if fits(row, other) {
            if only.is_some() {
                return None;
            }
            only = Some(start + n);
        }
    }
    only
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Granularity;
    use proptest::prelude::*;

    fn any_row() -> impl Strategy<Value = Likely> {
        let number = || prop_oneof![Just(MISSING), 0u32..2];
        (0u32..3, 0i64..40, number(), number(), any::<bool>()).prop_map(
            |(who, at, model, output_tokens, seconds)| Likely {
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
                    key: 0,
                    has_id: false,
                    joins: false,
                },
                who: if who == 2 { MISSING } else { who },
                unit_us: if seconds { SECOND_US } else { 0 },
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
        fn matches_are_the_pairs_that_fit_nothing_else(mut a in rows(), mut b in rows()) {
            let found = matches(&mut a, &mut b);
            let fit = |x: &Likely, y: &Likely| x.who != MISSING && fits(x, y);
            let mut all = Vec::new();
            for (i, x) in a.iter().enumerate() {
                all.extend((0..b.len()).filter(|j| fit(x, &b[*j])).map(|j| (i, j)));
            }
            let alone = |&(i, j): &(usize, usize)| {
                all.iter().filter(|(x, y)| *x == i || *y == j).count() == 1
            };
            let naive: Vec<(usize, usize)> = all.iter().copied().filter(alone).collect();
            prop_assert_eq!(found, naive);
        }
    }
}
