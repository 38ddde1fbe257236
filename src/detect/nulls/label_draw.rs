//! Conditional label draws: sessions stay when they are, whose they are is drawn again.
//!
//! Accounts are drawn by their share of the sessions. One whose session has not ended, or ended
//! no longer ago than the gap that would have joined them, is not drawn, for the log could not
//! show it: what it did would be one longer session. Common bursts stay (a team that reacts to
//! one incident); who follows whom goes.

use super::sessions::Session;
use crate::model::rng::Rng;

/// Draws for one session before an account that is not free is taken: where hardly any is free,
/// some session must go to one that is not.
const TRIES: usize = 40;

/// An account for each session, which are in order of their starts; `accounts` is one more than
/// the highest number among them.
pub fn draw(sessions: &[Session], accounts: usize, gap_us: i64, rng: &mut Rng) -> Vec<u32> {
    let mut free_from = vec![i64::MIN; accounts];
    let mut labels = Vec::with_capacity(sessions.len());
    for session in sessions {
        // A session drawn evenly is an account drawn by its share.
        let mut pick = || sessions[rng.below(sessions.len() as u64) as usize].account;
        let mut account = pick();
        for _ in 1..TRIES {
            if session.start > free_from[account as usize] {
                break;
            }
            account = pick();
        }
        let until = session.end.saturating_add(gap_us);
        free_from[account as usize] = free_from[account as usize].max(until);
        labels.push(account);
    }
    labels
}

/// The accounts of sessions, which are in order of their starts, in another order within each day, or
/// within days that have `least` sessions together: who has how many of them stays, as a timetable
/// gives it to all; who comes before whom goes.
pub fn reorder(
    sessions: &[Session],
    day_of: impl Fn(i64) -> Option<usize>,
    least: usize,
    rng: &mut Rng,
) -> Vec<u32> {
    let mut labels: Vec<u32> = sessions.iter().map(|session| session.account).collect();
    let (mut from, mut to) = (0, 0);
    for day in sessions.chunk_by(|a, b| day_of(a.start) == day_of(b.start)) {
        to += day.len();
        if to - from >= least || to == sessions.len() {
            shuffle(&mut labels[from..to], rng);
            from = to;
        }
    }
    labels
}

fn shuffle(labels: &mut [u32], rng: &mut Rng) {
    for i in (1..labels.len()).rev() {
        labels.swap(i, rng.below(i as u64 + 1) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_another_order_of_a_day_each_has_as_many_sessions_as_it_had() {
        let sessions: Vec<Session> = (0..300)
            .map(|i| Session { account: [0, 0, 1, 2][i as usize % 4], start: i, end: i })
            .collect();
        let day = |at: i64| Some((at / 12) as usize);
        let labels = reorder(&sessions, day, 3, &mut Rng::new(&[1]));
        for (day, of) in labels.chunks(12).enumerate() {
            let count = |account| of.iter().filter(|label| **label == account).count();
            assert_eq!([count(0), count(1), count(2)], [6, 3, 3], "{day}");
        }
        let observed: Vec<u32> = sessions.iter().map(|s| s.account).collect();
        assert_ne!(labels, observed);
    }

    #[test]
    fn shares_stay_and_nobody_is_drawn_while_busy() {
        // Account 2 has half of all sessions; three are open at any time.
        let sessions: Vec<Session> = (0..40_000)
            .map(|i| Session { account: [0, 2, 1, 2][i as usize % 4], start: i * 10, end: i * 10 })
            .collect();
        let labels = draw(&sessions, 3, 0, &mut Rng::new(&[1]));
        let heavy = labels.iter().filter(|a| **a == 2).count();
        assert!((19_500..20_500).contains(&heavy), "{heavy}");
        let labels = draw(&sessions, 3, 15, &mut Rng::new(&[1]));
        assert!(labels.windows(2).all(|w| w[0] != w[1]), "busy for one and a half steps");
    }
}
