//! What an account does in a selection, counted once for all measures.

use rayon::prelude::*;

use crate::index::{Index, Mask};
use crate::model::time::{DAY_US, HOUR_US};

/// Hours of the night, UTC, from midnight on.
const NIGHT: i64 = 6;
/// Statuses from here on are failures.
const FAILED: u32 = 400;

/// What is counted of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Habits {
    /// Rows.
    pub rows: u64,
    /// Rows that have a time.
    pub timed: u64,
    /// Days, UTC, with a row.
    pub days: u64,
    /// Rows between midnight and six, UTC.
    pub night: u64,
    /// From the first row to the last, µs.
    pub span_us: i64,
    /// Sum of input tokens, and the rows that state them.
    pub input: (u64, u64),
    /// Sum of output tokens, likewise.
    pub output: (u64, u64),
    /// Rows that failed, and those with a status.
    pub failed: (u64, u64),
}

impl Habits {
    /// Of every account, by position.
    ///
    /// Naive: for every row of the selection, add it to its account.
    pub fn of_all(index: &Index, mask: &Mask) -> Vec<Self> {
        let all = 0..index.accounts().len() as u32;
        all.into_par_iter().map(|account| Self::of(index, mask, account)).collect()
    }

    fn of(index: &Index, mask: &Mask, account: u32) -> Self {
        let mut habits = Self::default();
        let (mut first, mut day) = (None, None);
        let rows = index.rows_of_account(account).iter().filter(|row| mask.contains(**row));
        for row in rows {
            let row = index.row(*row);
            habits.rows += 1;
            // Rows of an account stand by time.
            if let Some(at) = row.at() {
                habits.timed += 1;
                let today = at.0.div_euclid(DAY_US);
                habits.days += u64::from(day.replace(today) != Some(today));
                habits.night += u64::from(at.0.rem_euclid(DAY_US) < NIGHT * HOUR_US);
                habits.span_us = at.0 - *first.get_or_insert(at.0);
            }
            let add = |sum: &mut (u64, u64), value: Option<u32>| {
                sum.0 += u64::from(value.unwrap_or(0));
                sum.1 += u64::from(value.is_some());
            };
            add(&mut habits.input, row.input_tokens());
            add(&mut habits.output, row.output_tokens());
            add(&mut habits.failed, row.status().map(|status| u32::from(status >= FAILED)));
        }
        habits
    }
}
