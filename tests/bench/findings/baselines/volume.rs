//! Too many calls: more than a hundred in an hour, the rule of AegisGate Platform (GAP-DIST).
//!
//! The score is the most calls within a clock hour.

use stillwatch::model::time::HOUR_US;

use super::{Ranked, Seen};

/// Calls within an hour that are too many.
const TOO_MANY: f64 = 101.0;

/// The most calls of each account within an hour.
pub fn rank(seen: &Seen<'_>) -> Option<Ranked> {
    let most = |account: usize| {
        let hours: Vec<i64> =
            seen.rows(account).filter_map(|r| Some(r.at()?.0 / HOUR_US)).collect();
        hours.chunk_by(|a, b| a == b).map(<[i64]>::len).max().unwrap_or(0) as f64
    };
    Some(Ranked::at_least((0..seen.accounts()).map(most).collect(), TOO_MANY))
}
