//! What holds for all comparisons: no NaN whatever comes in, the same from either side, intervals
//! around their values, and a sentence for everything.

use proptest::prelude::*;

use super::*;

pub(super) const WORDING: Wording<'_> = Wording {
    a: "cluster 3",
    b: "the rest",
    measure: "output tokens per exchange",
    more: "write more output tokens per exchange",
    less: "write fewer output tokens per exchange",
    number: wording::plain,
};

fn hostile() -> impl Strategy<Value = f64> {
    prop_oneof![
        prop::num::f64::ANY,
        -2.0..2.0,
        (-2_i32..3).prop_map(f64::from),
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(-0.0),
        Just(1e100),
        Just(-1e100),
        Just(1e-300),
        Just(5e-324),
        0.0..1e6,
    ]
}

fn tame() -> impl Strategy<Value = f64> {
    prop_oneof![-50.0..50.0, (-3_i32..4).prop_map(f64::from)]
}

fn some(of: impl Strategy<Value = f64>) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(of, 0..70)
}

/// An estimate that means what it says.
pub(super) fn is_sound(e: &Estimate) -> bool {
    let finite = [e.value, e.low, e.high].iter().all(|v| v.is_none_or(f64::is_finite));
    let inside = e
        .value
        .is_none_or(|v| e.low.is_none_or(|low| low <= v) && e.high.is_none_or(|high| high >= v));
    let complete = e.value.is_some() && e.low.is_some() && e.high.is_some();
    let wide = e.low.zip(e.high).is_none_or(|(low, high)| low < high);
    finite && inside && wide && complete == e.reason.is_none()
}

fn is_in(v: Option<f64>, low: f64, high: f64) -> bool {
    v.is_none_or(|v| (low..=high).contains(&v))
}

fn is_test(test: Option<Test>) -> bool {
    test.is_none_or(|t| {
        (0.0..=1.0).contains(&t.p)
            && t.log10_p <= 0.0
            && t.log10_p.is_finite()
            && t.statistic >= 0.0
    })
}

/// Words without a number that is none.
pub(super) fn reads(words: &str) -> bool {
    !words.is_empty() && !words.contains("NaN") && !words.contains("inf ") && !words.contains("{}")
}

fn turned(e: &Estimate) -> (Option<f64>, Option<f64>, Option<f64>) {
    (e.value.map(|v| 0.0 - v), e.high.map(|v| 0.0 - v), e.low.map(|v| 0.0 - v))
}

fn ends(e: &Estimate) -> (Option<f64>, Option<f64>, Option<f64>) {
    (e.value, e.low, e.high)
}

pub(super) fn numbers(a: &[f64], b: &[f64]) -> Numbers {
    Numbers::of(&Sample::of(a.iter().copied()), &Sample::of(b.iter().copied()))
}

fn swap(tally: Tally) -> Tally {
    Tally {
        accounts_a: tally.accounts_b,
        accounts_b: tally.accounts_a,
        events_a: tally.events_b,
        events_b: tally.events_a,
    }
}

proptest! {
    #[test]
    fn two_samples_are_never_nan(a in some(hostile()), b in some(hostile())) {
        let got = numbers(&a, &b);
        prop_assert!(is_sound(&got.delta) && is_sound(&got.shift), "{got:?}");
        prop_assert!(is_in(got.delta.low, -1.0, 1.0) && is_in(got.delta.high, -1.0, 1.0));
        prop_assert!(is_in(got.above, 0.0, 1.0) && is_test(got.test), "{got:?}");
        prop_assert_eq!(got.a.n + got.a.left_out, a.len() as u64);
        let few = got.a.n.min(got.b.n) < LEAST_ACCOUNTS;
        prop_assert!(!few || !(got.delta.has_interval() || got.shift.has_interval()));
        prop_assert!(reads(&got.words(&WORDING)), "{}", got.words(&WORDING));
        prop_assert_eq!(got.delta.value.is_some(), got.a.n.min(got.b.n) > 0);
        let ratio = ratio_of_means(&Sample::of(a), &Sample::of(b));
        prop_assert!(is_sound(&ratio), "{ratio:?}");
    }

    #[test]
    fn the_same_accounts_twice_are_never_nan(a in some(hostile()), b in some(hostile())) {
        let pairs = Pairs::of(a.iter().copied().zip(b.iter().copied()));
        let got = Paired::of(&pairs);
        for e in [&got.median, &got.shift, &got.rank_biserial, &paired_ratio_of_means(&pairs)] {
            prop_assert!(is_sound(e), "{e:?}");
        }
        prop_assert!(is_in(got.rank_biserial.low, -1.0, 1.0));
        prop_assert!(is_test(got.sign) && is_test(got.signed_rank), "{got:?}");
        prop_assert!(reads(&got.words(&WORDING)), "{}", got.words(&WORDING));
        let back = Paired::of(&Pairs::of(b.iter().copied().zip(a.iter().copied())));
        for (there, back) in [
            (&got.median, &back.median),
            (&got.shift, &back.shift),
            (&got.rank_biserial, &back.rank_biserial),
        ] {
            let ((value, low, high), back) = (turned(there), ends(back));
            let same = |x: Option<f64>, y: Option<f64>| match (x, y) {
                (Some(x), Some(y)) => (x - y).abs() <= 1e-12 * x.abs().max(1.0),
                (x, y) => x == y,
            };
            prop_assert!(same(value, back.0) && same(low, back.1) && same(high, back.2));
        }
        prop_assert_eq!(got.sign.map(|t| t.p), back.sign.map(|t| t.p));
        prop_assert_eq!(got.signed_rank.map(|t| t.p), back.signed_rank.map(|t| t.p));
    }

    #[test]
    fn sides_swapped_turn_every_number_round(a in some(tame()), b in some(tame())) {
        let (there, back) = (numbers(&a, &b), numbers(&b, &a));
        prop_assert_eq!(turned(&there.delta), ends(&back.delta));
        prop_assert_eq!(turned(&there.shift), ends(&back.shift));
        prop_assert_eq!((there.above, there.size), (back.below, back.size));
        prop_assert_eq!(there.test.map(|t| t.p), back.test.map(|t| t.p));
        let positive = |v: &[f64]| Sample::of(v.iter().map(|v| v.abs() + 1.0));
        let there = ratio_of_means(&positive(&a), &positive(&b));
        let back = ratio_of_means(&positive(&b), &positive(&a));
        prop_assert_eq!(there.has_interval(), back.has_interval());
        for (x, y) in [(there.value, back.value), (there.low, back.high), (there.high, back.low)] {
            prop_assert!(x.zip(y).is_none_or(|(x, y)| (x * y - 1.0).abs() < 1e-9));
        }
    }

    #[test]
    fn delta_does_not_see_how_numbers_are_stretched(a in some(tame()), b in some(tame())) {
        let stretched = |v: &[f64]| -> Vec<f64> { v.iter().map(|v| v.powi(3) + v).collect() };
        let (plain, other) = (numbers(&a, &b), numbers(&stretched(&a), &stretched(&b)));
        prop_assert_eq!(ends(&plain.delta), ends(&other.delta));
        prop_assert_eq!(plain.test, other.test);
    }

    #[test]
    fn the_order_of_accounts_is_no_matter(a in some(tame()), b in some(tame())) {
        let (mut c, mut d) = (a.clone(), b.clone());
        c.reverse();
        d.rotate_left(b.len() / 3);
        prop_assert_eq!(numbers(&a, &b), numbers(&c, &d));
    }

    #[test]
    fn shares_are_never_nan_and_the_same_from_either_side(
        n_a in prop_oneof![0_u64..40, Just(24_000), Just(1 << 22)],
        n_b in prop_oneof![0_u64..40, Just(24_000), Just(1 << 22)],
        of_a in 0.0..=1.0, of_b in prop_oneof![0.0..=1.0, Just(0.0), Just(1.0)],
    ) {
        let part = |n: u64, share: f64| ((n as f64 * share) as u64).min(n);
        let (a, b) = ((part(n_a, of_a), n_a), (part(n_b, of_b), n_b));
        let (there, back) = (Shares::of(a, b).expect("parts"), Shares::of(b, a).expect("parts"));
        for e in [&there.difference, &there.ratio, &there.odds_ratio] {
            let open = e.reason == Some(Reason::Unbounded) && e.low.is_some();
            prop_assert!(is_sound(e) || open, "{e:?}");
        }
        prop_assert!(is_test(there.test) && reads(&there.words(&WORDING)), "{there:?}");
        let close = |x: f64, y: f64| (x - y).abs() < 1e-9 * (1.0 + y.abs());
        let (value, low, high) = turned(&there.difference);
        for (x, y) in [(value, back.difference.value), (low, back.difference.low)] {
            prop_assert!(x.zip(y).is_none_or(|(x, y)| close(x, y)), "{there:?}");
        }
        prop_assert!(high.zip(back.difference.high).is_none_or(|(x, y)| close(x, y)));
        for (x, y) in [(&there.ratio, &back.ratio), (&there.odds_ratio, &back.odds_ratio)] {
            prop_assert!(x.low.zip(y.high).is_none_or(|(x, y)| close(x * y, 1.0)), "{x:?} {y:?}");
            prop_assert!(x.high.zip(y.low).is_none_or(|(x, y)| close(x * y, 1.0)), "{x:?} {y:?}");
        }
    }

    #[test]
    fn paired_shares_are_never_nan(n in prop::array::uniform4(0_u64..30)) {
        let there = PairedShares::of(n[0], n[1], n[2], n[3]).expect("few");
        let back = PairedShares::of(n[0], n[2], n[1], n[3]).expect("few");
        prop_assert!(is_sound(&there.difference) && is_test(there.test), "{there:?}");
        prop_assert!(is_in(there.difference.low, -1.0, 1.0) && reads(&there.words(&WORDING)));
        let (value, low, high) = turned(&there.difference);
        let close = |x: Option<f64>, y: Option<f64>| {
            x.zip(y).is_none_or(|(x, y)| (x - y).abs() < 1e-12)
        };
        prop_assert!(close(value, back.difference.value) && close(low, back.difference.low));
        prop_assert!(close(high, back.difference.high));
    }

    #[test]
    fn categories_are_never_nan_and_the_same_from_either_side(
        tallies in prop::collection::vec((0_u64..30, 0_u64..30, 0_u64..900, 0_u64..900), 0..20),
        n in (0_u64..60, 0_u64..60),
    ) {
        let tally = |(a, b, c, d): (u64, u64, u64, u64)| Tally {
            accounts_a: a.min(n.0),
            accounts_b: b.min(n.1),
            events_a: c,
            events_b: d,
        };
        let there: Vec<Tally> = tallies.iter().copied().map(tally).collect();
        let total = Tally { accounts_a: n.0, accounts_b: n.1, events_a: 20_000, events_b: 20_000 };
        let back: Vec<Tally> = there.iter().copied().map(swap).collect();
        let distance = Distance::of(&there, total);
        let swapped = Distance::of(&back, swap(total));
        for (x, y) in [
            (distance.accounts, swapped.accounts),
            (distance.by_chance, swapped.by_chance),
            (distance.events, swapped.events),
        ] {
            prop_assert!(is_in(x, 0.0, 1.0) && x.zip(y).is_none_or(|(x, y)| (x - y).abs() < 1e-9));
        }
        let there = Categories::of(&there, total).expect("parts");
        let back = Categories::of(&back, swap(total)).expect("parts");
        for (x, y) in there.categories.iter().zip(&back.categories) {
            prop_assert!(is_sound(&x.difference) && is_sound(&x.log_odds), "{x:?}");
            let least = x.p.map_or(0.0, |p| 0.999 * p);
            prop_assert!(is_in(x.p, 0.0, 1.0) && is_in(x.q, least, 1.0), "{x:?}");
            prop_assert!(x.z.is_none_or(f64::is_finite) && reads(&x.words(&WORDING)));
            prop_assert!(x.z.zip(y.z).is_none_or(|(x, y)| (x + y).abs() < 1e-9), "{x:?} {y:?}");
            prop_assert!(x.p.zip(y.p).is_none_or(|(x, y)| (x / y - 1.0).abs() < 1e-9));
        }
    }

    #[test]
    fn log_odds_are_never_nan(v in prop::array::uniform6(hostile())) {
        let mass = |with, all| Mass { with, all };
        let got = log_odds(mass(v[0], v[1]), mass(v[2], v[3]), mass(v[4], v[5]));
        prop_assert!(got.is_none_or(|g| g.value.is_finite() && g.error > 0.0), "{got:?}");
    }
}
