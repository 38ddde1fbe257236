//! Accounts that were closed at about the same time.

use crate::detect::Material;
use crate::model::MarkerKind;
use crate::model::time::{DAY_US, HOUR_US};

/// Closings further apart are not of one wave.
const GAP_US: i64 = 6 * HOUR_US;
/// A wave lasts no longer.
const LONGEST_US: i64 = DAY_US;
/// Accounts that a wave has at least.
const LEAST: usize = 3;
/// Where only the moment of a ban is known: how long before it an account was last active.
const LAST_SEEN_US: i64 = DAY_US;
/// How long the records must go on for a silence to be told.
const SILENCE_US: i64 = 3 * DAY_US;

/// Accounts closed at about the same time.
#[derive(Clone, Debug, PartialEq)]
pub struct Wave {
    /// The first closing, µs.
    pub start: i64,
    /// The last one.
    pub end: i64,
    /// The accounts, rising.
    pub accounts: Vec<u32>,
}

/// The waves of a case, by time. From `closed_at`; where no account has one, from the moments of
/// bans: accounts that fell silent within a day before one and stayed so. Among those are some that
/// left by themselves, which share nothing.
pub fn waves(material: &Material<'_>) -> Vec<Wave> {
    let accounts = 0..material.index.accounts().len() as u32;
    let closed_at = |account: u32| Some((material.moment(account, "closed_at")?.0, account));
    let mut closed: Vec<(i64, u32)> = accounts.filter_map(closed_at).collect();
    if closed.is_empty() {
        return of_bans(material);
    }
    closed.sort_unstable();
    let mut waves: Vec<Wave> = Vec::new();
    for (at, account) in closed {
        match waves.last_mut() {
            Some(wave)
                if at.saturating_sub(wave.end) <= GAP_US
                    && at.saturating_sub(wave.start) <= LONGEST_US =>
            {
                wave.end = at;
                wave.accounts.push(account);
            }
            _ => waves.push(Wave { start: at, end: at, accounts: vec![account] }),
        }
    }
    waves.retain(|wave| wave.accounts.len() >= LEAST);
    waves.iter_mut().for_each(|wave| wave.accounts.sort_unstable());
    waves
}

/// Whether the case says which accounts were closed; else a wave is who fell silent before a ban.
pub fn are_recorded(material: &Material<'_>) -> bool {
    material.has_attribute("closed_at")
}

fn of_bans(material: &Material<'_>) -> Vec<Wave> {
    let index = material.index;
    let Some(span) = material.span() else { return Vec::new() };
    let bans = material.markers.iter().filter(|m| m.kind == MarkerKind::Ban);
    let of = |at: i64| {
        let fell_silent = |account: &u32| {
            // Whatever kind of record: it was there.
            let last = index.rows_of_account(*account).iter().rev().find_map(|r| index.at(*r));
            last.is_some_and(|last| (0..LAST_SEEN_US).contains(&at.saturating_sub(last.0)))
        };
        let accounts = (0..index.accounts().len() as u32).filter(fell_silent).collect();
        Wave { start: at, end: at, accounts }
    };
    bans.filter(|ban| span.end.0.saturating_sub(ban.at.0) >= SILENCE_US)
        .map(|ban| of(ban.at.0))
        .filter(|wave| wave.accounts.len() >= LEAST)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Attributes;
    use crate::detect::testcase::{Sent, case};
    use crate::detect::testkit::attributes;
    use crate::model::{Marker, Time};

    #[test]
    fn accounts_closed_together_are_a_wave_and_one_closed_later_is_none() {
        let index = case(&[Sent { account: 4, ..Sent::default() }]);
        let known = attributes(&[
            (0, "closed_at", "2026-04-01T06:00:00Z"),
            (3, "closed_at", "2026-04-01T07:00:00Z"),
            (1, "closed_at", "2026-04-01T09:00:00Z"),
            (2, "closed_at", "2026-04-05"),
        ]);
        let waves = waves(&Material::new(&index, &known, &[]));
        let of: Vec<&[u32]> = waves.iter().map(|w| &w.accounts[..]).collect();
        assert_eq!(of, [[0, 1, 3]]);
        assert_eq!(waves[0].end - waves[0].start, 3 * HOUR_US);
    }

    #[test]
    fn where_only_the_ban_is_known_those_who_fell_silent_are_a_wave() {
        let sent = |day: i64, account| Sent { at: day * DAY_US, account, ..Sent::default() };
        let mut all = vec![sent(0, 3)];
        for account in 0..3 {
            all.extend([sent(1, account), sent(4, account)]);
        }
        all.extend([sent(4, 3), sent(9, 3)]);
        let index = case(&all);
        let at = Time(4 * DAY_US + HOUR_US);
        let ban = Marker { at, kind: MarkerKind::Ban, label: "ban".into() };
        let none = Attributes::new();
        let waves = waves(&Material::new(&index, &none, std::slice::from_ref(&ban)));
        assert_eq!(waves.iter().map(|w| &w.accounts[..]).collect::<Vec<_>>(), [[0, 1, 2]]);
    }
}
