//! What the isolation forest sees of an account: thirteen numbers that need no text and no table.

use std::collections::BTreeSet;

use stillwatch::detect::stats::burstiness::burstiness;
use stillwatch::detect::stats::entropy::entropy;
use stillwatch::index::RowView;
use stillwatch::model::time::{HOUR_US, SECOND_US};

use super::Seen;

/// How many there are.
pub const FEATURES: usize = 13;

/// The numbers of every account; what is not known is 0.
pub fn features(seen: &Seen<'_>) -> Vec<[f64; FEATURES]> {
    (0..seen.accounts()).map(|account| of(&seen.rows(account).collect::<Vec<_>>())).collect()
}

fn of(rows: &[RowView<'_>]) -> [f64; FEATURES] {
    let n = rows.len().max(1) as f64;
    let times: Vec<i64> = rows.iter().filter_map(|row| Some(row.at()?.0)).collect();
    let mut of_day = [0_u64; 24];
    times.iter().for_each(|at| of_day[at.div_euclid(HOUR_US).rem_euclid(24) as usize] += 1);
    let gaps: Vec<f64> =
        times.windows(2).map(|w| (w[1] - w[0]) as f64 / SECOND_US as f64).collect();
    let hours: BTreeSet<i64> = times.iter().map(|at| at.div_euclid(HOUR_US)).collect();
    let log = |x: f64| (1.0 + x).ln();
    let mean = |get: fn(&RowView<'_>) -> Option<u32>| {
        rows.iter().filter_map(get).map(f64::from).sum::<f64>() / n
    };
    let distinct = |get: fn(&RowView<'_>) -> Option<String>| {
        log(rows.iter().filter_map(get).collect::<BTreeSet<_>>().len() as f64)
    };
    let errors = rows.iter().filter(|row| row.status().is_some_and(|status| status >= 400)).count();
    [
        log(rows.len() as f64),
        log(hours.len() as f64),
        log(rows.len() as f64 / hours.len().max(1) as f64),
        entropy(&of_day).unwrap_or_default(),
        burstiness(&gaps).unwrap_or_default(),
        log(gaps.iter().copied().fold(0.0, f64::max)),
        log(mean(|row| row.input_tokens())),
        log(mean(|row| row.output_tokens())),
        log(mean(|row| row.latency_ms())),
        errors as f64 / n,
        distinct(|row| row.model().map(str::to_owned)),
        distinct(|row| row.client_ip().map(str::to_owned)),
        distinct(|row| row.user_agent().map(str::to_owned)),
    ]
}
