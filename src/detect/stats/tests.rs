//! What holds for all statistics: no NaN whatever comes in, and naive queries that they equal.

use proptest::prelude::*;

use super::hypergeometric::Urn;
use super::{
    beta_binomial, binomial, burstiness, chi_square, circular, collisions, combine, divergence,
    entropy, gini, interval, multiple, normal, poisson, robust, runs, scan,
};

fn is_ln_p(ln_p: Option<f64>) -> bool {
    ln_p.is_none_or(|ln_p| ln_p <= 0.0)
}

fn hostile() -> impl Strategy<Value = f64> {
    prop_oneof![
        prop::num::f64::ANY,
        -2.0..2.0,
        Just(0.0),
        Just(1.0),
        Just(f64::NAN),
        Just(f64::INFINITY),
        0.0..1e6,
    ]
}

#[test]
fn the_least_chances_have_a_z_too() {
    // From below the bound to above it, and at the least number: it rises, and its tail is that.
    let z = |ln_p: f64| normal::z_of_ln(ln_p).expect("finite");
    let (above, below) = (z(-0.999_999e300), z(-1.000_001e300));
    assert!(above < below && below < above * 1.000_01, "{above} {below}");
    assert!((z(f64::MIN) / 1.896_150_381_6e154 - 1.0).abs() < 1e-9, "{}", z(f64::MIN));
}

proptest! {
    #[test]
    fn tails_are_probabilities_whatever_comes_in(
        k in 0_u64..5_000, n in 0_u64..5_000, m in 0_u64..5_000, x in hostile(), y in hostile(),
    ) {
        // Sums of a million terms are for the processor, not for this test.
        let mean = if x > 1e7 { 1e7 } else { x };
        prop_assert!(is_ln_p(poisson::ln_at_least(k, mean)), "{:?}", poisson::ln_at_least(k, mean));
        prop_assert!(is_ln_p(poisson::ln_at_most(k, mean)));
        prop_assert!(is_ln_p(binomial::ln_at_least(k, n, x)));
        prop_assert!(is_ln_p(binomial::ln_at_most(k, n, x)));
        prop_assert!(is_ln_p(chi_square::ln_above(x, y)), "{x} {y}");
        prop_assert!(is_ln_p(normal::ln_above(x)));
        let urn = Urn { items: n, marked: m, drawn: k };
        prop_assert!(is_ln_p(urn.ln_at_least(k / 2)) && is_ln_p(urn.ln_at_most(k / 2)));
        prop_assert!(normal::z_of_ln(x).is_none_or(f64::is_finite), "{:?}", normal::z_of_ln(x));
        let interval = interval::wilson(k, n, x);
        prop_assert!(interval.is_none_or(|i| i.low <= i.high));
    }

    #[test]
    fn a_tail_and_the_rest_make_one(k in 1_u64..300, n in 1_u64..300, mean in 0.01..300.0) {
        let one = |above: f64, below: f64| (above.exp() + below.exp() - 1.0).abs() < 1e-12;
        let above = poisson::ln_at_least(k, mean).expect("a mean");
        prop_assert!(one(above, poisson::ln_at_most(k - 1, mean).expect("a mean")));
        let p = mean / 300.0;
        let above = binomial::ln_at_least(k, n, p).expect("a probability");
        prop_assert!(one(above, binomial::ln_at_most(k - 1, n, p).expect("a probability")));
        let urn = Urn { items: 400, marked: n, drawn: (mean as u64).max(1) };
        let above = urn.ln_at_least(k).expect("an urn");
        prop_assert!(one(above, urn.ln_at_most(k - 1).expect("an urn")));
    }

    #[test]
    fn descriptions_are_never_nan(
        values in prop::collection::vec(hostile(), 0..40),
        counts in prop::collection::vec((0_u64..50, 0_u64..50), 0..20),
    ) {
        let in_range = |v: Option<f64>, low: f64, high: f64| {
            v.is_none_or(|v| (low..=high).contains(&v))
        };
        prop_assert!(in_range(burstiness::burstiness(&values), -1.0, 1.0));
        prop_assert!(in_range(burstiness::memory(&values), -1.0, 1.0));
        prop_assert!(in_range(gini::gini(&values), 0.0, 1.0));
        prop_assert!(circular::rayleigh(&values).is_none_or(|c| (0.0..=1.0).contains(&c.p)));
        prop_assert!(circular::kuiper(&values).is_none_or(|c| (0.0..=1.0).contains(&c.p)));
        prop_assert!(in_range(combine::cauchy(&values), 0.0, 1.0));
        prop_assert!(robust::median(&values).is_none_or(f64::is_finite));
        let robust = robust::Robust::of(&values);
        prop_assert!(robust.and_then(|r| r.z(values[0])).is_none_or(f64::is_finite));
        let adjusted = multiple::benjamini_yekutieli(&values);
        prop_assert!(adjusted.is_none_or(|p| p.iter().all(|p| (0.0..=1.0).contains(p))));
        let fit = beta_binomial::BetaBinomial::fit(&counts);
        prop_assert!(fit.is_none_or(|f| f.alpha > 0.0 && f.beta > 0.0));
        prop_assert!(fit.is_none_or(|f| is_ln_p(Some(f.ln_at_least(3, 9)))));
        let amounts: Vec<u64> = counts.iter().map(|c| c.0).collect();
        prop_assert!(in_range(entropy::effective(&amounts), 1.0 - 1e-12, 20.0 + 1e-9));
        let found = divergence::from_known(&amounts, &values);
        prop_assert!(found.is_none_or(|d| d.raw.is_finite() && is_ln_p(Some(d.ln_p))));
        let found = collisions::collisions(&amounts, values.first().copied().unwrap_or(5.0), 1);
        prop_assert!(found.is_none_or(|c| c.expected.is_finite() && is_ln_p(Some(c.ln_p_few))));
    }

    #[test]
    fn gini_is_the_mean_difference_of_all_pairs(
        amounts in prop::collection::vec(0.0..100.0_f64, 1..40),
    ) {
        let total: f64 = amounts.iter().sum();
        prop_assume!(total > 1.0);
        let n = amounts.len() as f64;
        let pairs = amounts.iter().flat_map(|a| amounts.iter().map(move |b| (a - b).abs()));
        let naive = pairs.sum::<f64>() / (2.0 * n * total);
        prop_assert!((gini::gini(&amounts).expect("amounts") - naive).abs() < 1e-12);
    }

    #[test]
    fn expected_collisions_are_those_of_all_pairs(
        draws in prop::collection::vec(0_u64..1_000, 0..40), universe in 1_000.0..1e9,
    ) {
        let mut naive = 0.0;
        for (i, a) in draws.iter().enumerate() {
            naive += draws[..i].iter().map(|b| (a * b) as f64).sum::<f64>();
        }
        let got = collisions::collisions(&draws, universe, 0).expect("large enough");
        prop_assert!((got.expected - naive / universe).abs() < 1e-9 * (1.0 + naive / universe));
        prop_assert!((got.ln_p_few + got.expected).abs() < 1e-9 * (1.0 + got.expected));
    }

    #[test]
    fn an_adjusted_p_is_the_least_rate_at_which_the_list_holds_it(
        p in prop::collection::vec(0.0..1.0_f64, 1..30), q in 0.001..0.5,
    ) {
        // Benjamini and Hochberg as first written: the last rank under the line, and all before.
        let mut sorted = p.clone();
        sorted.sort_by(f64::total_cmp);
        let line = |i: usize| q * (i + 1) as f64 / p.len() as f64;
        let last = (0..p.len()).rev().find(|i| sorted[*i] <= line(*i)).map(|i| sorted[i]);
        let adjusted = multiple::benjamini_hochberg(&p).expect("probabilities");
        for (p, adjusted) in p.iter().zip(adjusted) {
            let listed = last.is_some_and(|last| *p <= last);
            prop_assert!(listed == (adjusted <= q) || (adjusted - q).abs() < 1e-12);
        }
    }
}

#[test]
fn burstiness_is_minus_one_for_a_clock_and_one_for_a_burst() {
    assert_eq!(burstiness::burstiness(&[60.0; 30]), Some(-1.0));
    let mut burst = vec![0.0; 30];
    burst[7] = 5.0;
    assert!((burstiness::burstiness(&burst).expect("gaps") - 1.0).abs() < 1e-12);
    assert_eq!(burstiness::burstiness(&[0.0; 30]), None);
}

#[test]
fn gaps_that_take_turns_remember_the_last() {
    let turns: Vec<f64> = (0..50).map(|i| f64::from(1 + i % 2)).collect();
    assert!((burstiness::memory(&turns).expect("gaps") + 1.0).abs() < 1e-12);
    assert_eq!(burstiness::memory(&[5.0; 50]), None);
}

#[test]
fn perfect_alternation_has_as_many_runs_as_events() {
    let found = runs::runs((0..40).map(|i| i % 2 == 0)).expect("both kinds");
    assert_eq!((found.runs, found.counts), (40, (20, 20)));
    assert!(found.z > 5.0);
    assert_eq!(runs::runs([true; 9]), None);
    assert_eq!(runs::runs([true, false]), None);
}

#[test]
fn the_largest_numbers_there_are_overflow_nothing() {
    let most = u64::MAX;
    let urn = Urn { items: most, marked: most, drawn: most };
    assert_eq!(urn.ln_at_least(5), Some(0.0));
    assert_eq!(divergence::from_known(&[most, most], &[1.0, 1.0]), None);
    assert!(interval::rate_ratio((most, 1.0), (most, 1.0), 0.95).is_none());
    let late = [i64::MIN, 0, i64::MAX];
    assert!(scan::scan(&late, &late, &[i64::MAX, 1]).is_some());
    assert!(collisions::chapman(most, most, 0).is_some_and(f64::is_finite));
}

#[test]
fn few_events_have_no_divergence() {
    assert_eq!(divergence::from_known(&[9, 10], &[1.0, 1.0]), None);
    let found = divergence::from_known(&[10, 10], &[1.0, 1.0]).expect("ten a kind");
    assert_eq!((found.raw, found.corrected, found.kinds), (0.0, 0.0, 2));
    assert_eq!(divergence::from_known(&[30], &[2.0]).map(|d| d.ln_p), Some(0.0));
}

#[test]
fn collisions_of_the_published_example() {
    // 318 accounts with 41,220 items, a million to draw from: about 850 expected.
    let draws: Vec<u64> = (0..318).map(|i| 41_220 / 318 + u64::from(i < 41_220 % 318)).collect();
    let found = collisions::collisions(&draws, 1e6, 0).expect("large enough");
    assert!((found.expected - 847.0).abs() < 1.0, "{found:?}");
    assert!(found.informative && (found.ln_p_few + found.expected).abs() < 1e-9);
    assert!(!collisions::collisions(&draws, 1e9, 0).expect("large enough").informative);
    assert_eq!(collisions::collisions(&[50], 10.0, 0), None);
    assert_eq!(collisions::chapman(99, 99, 9), Some(999.0));
}

#[test]
fn accounts_alike_are_binomial_and_a_population_without_hits_has_no_fit() {
    let alike = beta_binomial::BetaBinomial::fit(&[(50, 100); 40]).expect("some hits");
    assert!(alike.alpha + alike.beta > 1e4, "{alike:?}");
    assert!((alike.mean() - 0.5).abs() < 1e-6);
    assert_eq!(beta_binomial::BetaBinomial::fit(&[(0, 100), (0, 9)]), None);
    assert_eq!(beta_binomial::BetaBinomial::fit(&[(3, 4)]), None);
}

#[test]
fn a_scan_without_a_population_says_nothing() {
    assert_eq!(scan::scan(&[1, 2, 3], &[], &[60]), None);
    assert_eq!(scan::scan(&[1, 2, 3], &[1], &[]), None);
}

#[test]
fn the_interval_of_a_ratio_without_events_is_open() {
    let found = interval::rate_ratio((5, 1.0), (0, 1.0), 0.95).expect("events");
    assert!(found.low > 0.0 && found.high.is_infinite());
    assert_eq!(interval::rate_ratio((0, 1.0), (0, 1.0), 0.95), None);
    assert_eq!(interval::rate_ratio((1, 0.0), (1, 1.0), 0.95), None);
}
