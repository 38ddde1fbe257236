//! Events made sessions: without this, whoever sends ten requests in a row looks like ten turns.

use crate::model::time::MINUTE_US;

/// A silence longer than this ends a session.
pub const GAP_US: i64 = 15 * MINUTE_US;

/// A stretch of events of one account without a long silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whose, as a number below the number of accounts looked at.
    pub account: u32,
    /// Time of its first event, µs.
    pub start: i64,
    /// Time of its last event, µs.
    pub end: i64,
}

/// The sessions of events given as (time, account) in ascending time, in order of their starts.
pub fn collapse(events: &[(i64, u32)], gap_us: i64) -> Vec<Session> {
    let accounts = events.iter().map(|e| e.1 as usize + 1).max().unwrap_or(0);
    let mut open: Vec<Option<usize>> = vec![None; accounts];
    let mut sessions: Vec<Session> = Vec::new();
    for (at, account) in events.iter().copied() {
        let slot = &mut open[account as usize];
        match slot.and_then(|i| sessions.get_mut(i)) {
            Some(session) if at.saturating_sub(session.end) <= gap_us => session.end = at,
            _ => {
                *slot = Some(sessions.len());
                sessions.push(Session { account, start: at, end: at });
            }
        }
    }
    sessions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silence_ends_a_session_and_others_do_not() {
        let events = [(0, 1), (5, 0), (10, 1), (20, 1), (31, 1), (31, 0)];
        let got = collapse(&events, 10);
        let want = [(1, 0, 20), (0, 5, 5), (1, 31, 31), (0, 31, 31)];
        let want: Vec<Session> =
            want.into_iter().map(|(account, start, end)| Session { account, start, end }).collect();
        assert_eq!(got, want);
        assert!(collapse(&[], 10).is_empty());
    }
}
