//! Rotation and synchrony agree with other people's code: tests/independent/turns.py wrote what
//! numpy and scipy give.

use serde_json::Value;
use stillwatch::detect::nulls::day_shift::DayShift;
use stillwatch::detect::nulls::rotation::{SURROGATES, rotation};
use stillwatch::detect::nulls::sessions::{GAP_US, Session};
use stillwatch::detect::timing::slots::Overlap;

const DAY_US: i64 = 86_400_000_000;

fn truth(part: &str) -> Vec<Value> {
    let text = include_str!("golden/turns.json");
    let all: Value = serde_json::from_str(text).expect("the file is JSON");
    all[part].as_array().expect("a list").clone()
}

fn whole(value: &Value) -> Vec<i64> {
    value.as_array().expect("a list").iter().map(|n| n.as_i64().expect("a whole number")).collect()
}

#[test]
fn turns_are_as_even_as_the_geometric_distribution_of_scipy_says() {
    for row in truth("rotation") {
        let labels = whole(&row["labels"]);
        let step = 2 * DAY_US / labels.len() as i64;
        let session = |(i, account): (i64, &i64)| {
            let account = u32::try_from(*account).expect("an account");
            Session { account, start: i * step, end: i * step }
        };
        let sessions: Vec<Session> = (0..).zip(&labels).map(session).collect();
        let days = DayShift::new(0, 2 * DAY_US).expect("two days");
        let got = rotation(&sessions, &days, GAP_US, 1, SURROGATES).expect("enough turns");
        assert!((got.r - row["r"].as_f64().expect("a number")).abs() < 1e-12, "{got:?}");
        let waits = [got.waits.low, got.waits.high];
        assert_eq!(waits, ["low", "high"].map(|of| row[of].as_f64().expect("a number")));
    }
}

#[test]
fn slots_in_common_are_those_of_a_circular_correlation() {
    for row in truth("synchrony") {
        let (a, b) = (whole(&row["a"]), whole(&row["b"]));
        let got = Overlap::of(&a, &b, 7).expect("days enough");
        assert_eq!(got.days as i64, row["days"].as_i64().expect("days"));
        assert_eq!(got.shared.len() as i64, row["shared"].as_i64().expect("a count"));
        assert_eq!(got.fewer.len(), a.len().min(b.len()));
        // Of all shifts there are, 39 are drawn.
        let all: Vec<f64> = whole(&row["shifted"]).iter().map(|n| *n as f64).collect();
        let mean = all.iter().sum::<f64>() / all.len() as f64;
        let spread = all.iter().map(|n| (n - mean).powi(2)).sum::<f64>() / all.len() as f64;
        let error = (spread / f64::from(SURROGATES)).sqrt();
        assert!((got.shifted.mean - mean).abs() <= 4.0 * error, "{:?}, {mean}", got.shifted);
        assert!([got.shifted.low, got.shifted.high].iter().all(|n| all.contains(n)), "{all:?}");
    }
}
