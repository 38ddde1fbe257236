//! The statistics agree with other people's: tests/independent/statistics.py wrote what they
//! must give, and with which versions of which libraries.

use serde_json::Value;
use stillwatch::detect::stats::hypergeometric::Urn;
use stillwatch::detect::stats::{
    beta_binomial, binomial, chi_square, circular, combine, divergence, entropy, interval,
    multiple, normal, pelt, poisson, robust, runs,
};

/// Share of a logarithm that may differ.
const EXACT: f64 = 2e-12;

fn truth(part: &str) -> Value {
    let text = include_str!("golden/statistics.json");
    serde_json::from_str::<Value>(text).expect("the file is JSON")[part].clone()
}

fn rows(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

fn real(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn whole(value: &Value) -> u64 {
    value.as_u64().expect("a whole number")
}

fn reals(value: &Value) -> Vec<f64> {
    rows(value).iter().map(real).collect()
}

fn wholes(value: &Value) -> Vec<u64> {
    rows(value).iter().map(whole).collect()
}

/// Whether `got` is that number, or impossible where the truth is null.
fn agrees(got: f64, want: &Value, tolerance: f64, row: &dyn std::fmt::Display) {
    let Some(want) = want.as_f64() else {
        assert!(got.is_infinite(), "{got} is not infinite: {row}");
        return;
    };
    let distance = (got - want).abs();
    assert!(distance <= tolerance * want.abs().max(1.0), "{got} is not {want}: {row}");
}

#[test]
fn poisson_tails_are_those_of_sixty_digits() {
    for row in rows(&truth("poisson")) {
        let (k, mean) = (whole(&row[0]), real(&row[1]));
        agrees(poisson::ln_at_least(k, mean).expect("computable"), &row[2], EXACT, row);
        agrees(poisson::ln_at_most(k, mean).expect("computable"), &row[3], EXACT, row);
    }
}

#[test]
fn binomial_tails_are_those_of_fractions() {
    for row in rows(&truth("binomial")) {
        let (k, n, p) = (whole(&row[0]), whole(&row[1]), real(&row[2]));
        agrees(binomial::ln_at_least(k, n, p).expect("computable"), &row[3], EXACT, row);
        agrees(binomial::ln_at_most(k, n, p).expect("computable"), &row[4], EXACT, row);
    }
}

#[test]
fn hypergeometric_tails_are_those_of_fractions() {
    for row in rows(&truth("hypergeometric")) {
        let v = wholes(&Value::from(row.as_array().expect("a list")[..4].to_vec()));
        let urn = Urn { items: v[1], marked: v[2], drawn: v[3] };
        agrees(urn.ln_at_least(v[0]).expect("computable"), &row[4], EXACT, row);
        agrees(urn.ln_at_most(v[0]).expect("computable"), &row[5], EXACT, row);
    }
}

#[test]
fn chi_square_and_normal_tails_agree_far_out() {
    for row in rows(&truth("chi_square")) {
        let got = chi_square::ln_above(real(&row[0]), real(&row[1])).expect("computable");
        agrees(got, &row[2], EXACT, row);
    }
    for row in rows(&truth("normal")) {
        let z = real(&row[0]);
        let got = normal::ln_above(z).expect("computable");
        agrees(got, &row[1], EXACT, row);
        if (-5.0..40.5).contains(&z) && z != 0.0 {
            let back = normal::z_of_ln(got).expect("between 0 and 1");
            assert!((back - z).abs() < 1e-9 * z.abs().max(1.0), "{back} is not {z}");
        }
    }
}

#[test]
fn the_beta_binomial_has_exact_tails_and_the_fit_of_an_optimiser() {
    let truth = truth("beta_binomial");
    for row in rows(&truth["tails"]) {
        let fitted = beta_binomial::BetaBinomial { alpha: real(&row[2]), beta: real(&row[3]) };
        agrees(fitted.ln_at_least(whole(&row[0]), whole(&row[1])), &row[4], 1e-11, row);
    }
    for row in rows(&truth["fits"]) {
        let counts: Vec<(u64, u64)> =
            rows(&row[0]).iter().map(|c| (whole(&c[0]), whole(&c[1]))).collect();
        let fitted = beta_binomial::BetaBinomial::fit(&counts).expect("accounts differ");
        assert!((fitted.alpha / real(&row[1]) - 1.0).abs() < 1e-5, "{fitted:?} {}", row[1]);
        assert!((fitted.beta / real(&row[2]) - 1.0).abs() < 1e-5, "{fitted:?} {}", row[2]);
    }
}

#[test]
fn intervals_are_those_of_statsmodels_and_scipy() {
    let truth = truth("intervals");
    for row in rows(&truth["wilson"]) {
        let got = interval::wilson(whole(&row[0]), whole(&row[1]), 0.95).expect("computable");
        agrees(got.low, &row[2], 1e-12, row);
        agrees(got.high, &row[3], 1e-12, row);
    }
    for row in rows(&truth["rate_ratio"]) {
        let (first, second) = ((whole(&row[0]), real(&row[1])), (whole(&row[2]), real(&row[3])));
        let got = interval::rate_ratio(first, second, 0.95).expect("computable");
        agrees(got.low, &row[4], 1e-9, row);
        agrees(got.high, &row[5], 1e-9, row);
    }
}

#[test]
fn many_tests_are_adjusted_as_statsmodels_does() {
    let truth = truth("many");
    let p = reals(&truth["p"]);
    type Adjust = fn(&[f64]) -> Option<Vec<f64>>;
    let both: [(Adjust, _); 2] =
        [(multiple::benjamini_hochberg, "bh"), (multiple::benjamini_yekutieli, "by")];
    for (adjust, name) in both {
        let got = adjust(&p).expect("probabilities");
        for (got, want) in got.iter().zip(rows(&truth[name])) {
            agrees(*got, want, 1e-14, &name);
        }
    }
}

#[test]
fn p_values_combine_as_in_scipy() {
    for row in rows(&truth("combined")) {
        let p = reals(&row[0]);
        let matrix: Vec<Vec<f64>> = rows(&row[2]).iter().map(reals).collect();
        let cauchy = combine::cauchy(&p).expect("probabilities");
        let want = real(&row[1]);
        assert!((cauchy / want - 1.0).abs() < 1e-9, "{cauchy} is not {want}: {row}");
        let correlated = combine::ln_stouffer(&p, &matrix).expect("probabilities");
        agrees(correlated, &row[3], 1e-10, row);
        let apart: Vec<Vec<f64>> =
            (0..p.len()).map(|i| (0..p.len()).map(|j| f64::from(i == j)).collect()).collect();
        let plain = combine::ln_stouffer(&p, &apart).expect("probabilities");
        agrees(plain, &Value::from(real(&row[4]).ln()), 1e-10, row);
    }
}

#[test]
fn runs_are_counted_as_statsmodels_does() {
    for row in rows(&truth("sequences")) {
        let got = runs::runs(wholes(&row[0]).iter().map(|k| *k == 1)).expect("both kinds");
        agrees(got.z, &row[1], 1e-12, row);
    }
}

#[test]
fn mixes_and_middles_are_those_of_scipy() {
    for row in rows(&truth("mixes")) {
        let counts = wholes(&row["counts"]);
        let got = divergence::from_known(&counts, &reals(&row["known"])).expect("enough events");
        agrees(got.raw, &row["jsd"], 1e-12, row);
        agrees(entropy::entropy(&counts).expect("events"), &row["entropy"], 1e-12, row);
    }
    for row in rows(&truth("robust")) {
        let got = robust::Robust::of(&reals(&row[0])).expect("values");
        agrees(got.median, &row[1], 1e-14, row);
        agrees(got.spread, &row[2], 1e-12, row);
    }
}

/// The truth has 200,000 draws: its own error is below 0.003.
#[test]
fn tests_on_a_circle_reject_as_often_as_drawing_says() {
    for row in rows(&truth("circle")) {
        let turns = reals(&row["turns"]);
        let cases = [
            ("rayleigh", circular::rayleigh(&turns).expect("phases")),
            ("kuiper", circular::kuiper(&turns).expect("phases")),
        ];
        for (name, got) in cases {
            agrees(got.statistic, &row[name][0], 1e-12, &name);
            let want = real(&row[name][1]);
            assert!((got.p - want).abs() < 0.004 + 0.05 * want, "{name}: {} is not {want}", got.p);
        }
    }
}

#[test]
fn changes_are_where_ruptures_finds_them() {
    for row in rows(&truth("changes")) {
        let roots: Vec<f64> = reals(&row[0]).iter().map(|c| c.sqrt()).collect();
        let series = pelt::Gaussian::new(&roots, 0.25).expect("finite");
        let cuts = pelt::pelt(&series, pelt::penalty(roots.len()), whole(&row[1]) as usize);
        let want: Vec<usize> = wholes(&row[2]).iter().map(|c| *c as usize).collect();
        assert_eq!(cuts, want);
    }
}
