use crate::detect::nulls::Session;
use crate::detect::nulls::day_shift::DayShift;
use crate::detect::nulls::rotation::{SURROGATES, rotation};
use crate::detect::nulls::sessions::GAP_US;
use crate::detect::testcase::{Sent, case};
use crate::detect::testkit::attributes;
use crate::detect::{Attributes, Detector, Group, Look, Material, Parameters, Seen};
use crate::job::Progress;
use crate::model::finding::Finding;
use crate::model::rng::Rng;
use crate::model::time::{DAY_US, HOUR_US, MINUTE_US};

/// Ten days of some forty sessions each, for whom `pick` says.
pub fn pool(accounts: u32, seed: u64, mut pick: impl FnMut(u32, &mut Rng) -> u32) -> Vec<Sent> {
    let mut rng = Rng::new(&[seed]);
    let (mut at, mut n, mut sent) = (0.0, 0, Vec::new());
    while at < (10 * DAY_US) as f64 {
        at += rng.exponential(0.6 * HOUR_US as f64);
        let account = pick(n, &mut rng) % accounts;
        n += 1;
        for call in 0..3 {
            sent.push(Sent { at: at as i64 + call * MINUTE_US, account, ..Sent::default() });
        }
    }
    sent
}

pub fn said(
    detector: &dyn Detector,
    sent: &[Sent],
    known: &Attributes,
    members: &[u32],
) -> Option<Finding> {
    let index = case(sent);
    let material = Material::new(&index, known, &[]);
    let (parameters, progress) = (Parameters::default(), Progress::default());
    let look = Look { material: &material, parameters: &parameters, seed: 7, progress: &progress };
    let seen: Box<dyn Seen> = detector.look(&look).expect("nobody cancels");
    seen.cluster(Group { id: 1, members }).expect("nobody cancels")
}

const MEMBERS: &[u32] = &[0, 1, 2, 3, 4, 5, 6, 7];

#[test]
fn a_pool_in_turn_is_said_to_take_turns_with_numbers_that_count_its_rows() {
    let none = Attributes::new();
    // Every fourth session goes to anyone.
    let turns = |n: u32, rng: &mut Rng| if rng.chance(0.25) { rng.below(8) as u32 } else { n };
    let found = said(&super::Turns, &pool(8, 1, turns), &none, MEMBERS).expect("turns");
    let starts = found.statement.number("starts").expect("said").value;
    assert_eq!(found.events_of("session starts").len() as f64, starts);
    assert_eq!(found.accounts, MEMBERS);
    assert!(found.log10_p.is_some_and(|p| p < -4.0), "{found:?}");
    let band = found.null.as_ref().expect("shifted days");
    assert!(found.statistic < band.low, "{found:?}");
    assert!(!found.statement.text().contains('{'), "{}", found.statement.text());
}

/// Three weeks of people with the same office hours: each begins its sessions of a working day at
/// hours of its own, and all have the same holidays.
fn office(seed: u64) -> Vec<Sent> {
    let mut rng = Rng::new(&[seed, 21]);
    let hours: Vec<[f64; 2]> =
        (0..12).map(|_| [8.0 + 4.0 * rng.unit(), 13.0 + 4.0 * rng.unit()]).collect();
    let mut sent = Vec::new();
    for day in 4..25_i64 {
        // The epoch was a Thursday; day 12 and 18 are holidays.
        if (day + 3) % 7 >= 5 || [12, 18].contains(&day) {
            continue;
        }
        for (account, hour) in (0_u32..).zip(&hours).flat_map(|(a, of)| of.map(|hour| (a, hour))) {
            if rng.chance(0.92) {
                let minutes = (hour + 0.7 * (rng.unit() - 0.5)) * HOUR_US as f64;
                sent.push(Sent { at: day * DAY_US + minutes as i64, account, ..Sent::default() });
            }
        }
    }
    sent.sort_by_key(|sent| sent.at);
    sent
}

#[test]
fn people_of_one_working_week_do_not_take_turns() {
    let none = Attributes::new();
    let members: Vec<u32> = (0..12).collect();
    let mut by_shifts = 0;
    for seed in 0..8 {
        let sent = office(seed);
        let session = |s: &Sent| Session { account: s.account, start: s.at, end: s.at };
        let sessions: Vec<Session> = sent.iter().map(session).collect();
        let days = DayShift::new(sent[0].at, sent[sent.len() - 1].at + 1).expect("three weeks");
        let found = rotation(&sessions, &days, GAP_US, seed, SURROGATES).expect("sessions");
        by_shifts += u32::from(found.z().is_some_and(|z| z <= -5.0));
        assert_eq!(said(&super::Turns, &sent, &none, &members), None, "{seed}");
    }
    assert!(by_shifts > 4, "on shifted days alone most would be said to: {by_shifts}");
}

/// Sessions of single calls over forty days, four a day, for whom `pick` says.
fn sparse(seed: u64, mut pick: impl FnMut(u32, &mut Rng) -> u32) -> Vec<Sent> {
    let mut rng = Rng::new(&[seed, 40]);
    let mut at = 0.0;
    let session = |n: u32| {
        at += rng.exponential(0.25 * DAY_US as f64);
        let account = pick(n, &mut rng);
        Sent { at: at as i64, account, ..Sent::default() }
    };
    (0..165).map(session).collect()
}

#[test]
fn a_part_of_a_pool_in_strict_turn_is_seen_in_few_sessions() {
    let none = Attributes::new();
    for seed in 0..5 {
        // Of 38 accounts six are known to belong together, by a card for example.
        let found =
            said(&super::Turns, &sparse(seed, |n, _| n % 38), &none, &[3, 8, 14, 20, 26, 33]);
        let found = found.expect("turns");
        let number = |name: &str| found.statement.number(name).expect("said").value;
        assert!((24.0..40.0).contains(&number("starts")), "{found:?}");
        assert!(number("as_regular") < 20.0 && found.log10_p.is_some_and(|p| p <= -3.0));
        let words = found.statement.text();
        assert!(words.contains("draws of shifted days") && !words.contains('{'), "{words}");
    }
}

#[test]
fn few_sessions_of_unrelated_accounts_are_not_said_to_take_turns() {
    let none = Attributes::new();
    let members: Vec<u32> = (0..6).collect();
    for seed in 0..60 {
        let random = sparse(seed, |_, rng| rng.below(30) as u32);
        assert_eq!(said(&super::Turns, &random, &none, &members), None, "{seed}");
        // A job of each a week, always on its day: in strict order, and so on any shifted days.
        let mut rng = Rng::new(&[seed, 7]);
        let mut jobs: Vec<Sent> = (0..6 * 6_i64)
            .map(|i| {
                let at = (i % 6) * DAY_US + i / 6 * 7 * DAY_US + rng.below(HOUR_US as u64) as i64;
                Sent { at, account: (i % 6) as u32, ..Sent::default() }
            })
            .collect();
        jobs.sort_by_key(|sent| sent.at);
        assert_eq!(said(&super::Turns, &jobs, &none, &members), None, "{seed}");
    }
}

#[test]
fn jobs_of_every_few_days_are_not_said_to_take_turns() {
    let none = Attributes::new();
    for (days, seed) in [2, 3, 5, 6, 9, 10].into_iter().zip(0..) {
        let mut rng = Rng::new(&[seed, 11]);
        let period = days * DAY_US;
        let first: Vec<i64> = (0..6).map(|_| rng.below(period as u64) as i64).collect();
        let mut jobs: Vec<Sent> = (0..60 / days)
            .flat_map(|round| (0..6_usize).map(move |account| (round, account)))
            .map(|(round, account)| {
                let jitter = rng.below(10 * MINUTE_US as u64) as i64;
                let at = first[account] + round * period + jitter;
                Sent { at, account: account as u32, ..Sent::default() }
            })
            .collect();
        jobs.sort_by_key(|sent| sent.at);
        let found = said(&super::Turns, &jobs, &none, &[0, 1, 2, 3, 4, 5]);
        assert_eq!(found, None, "every {days} days");
    }
}

#[test]
fn accounts_picked_at_random_are_not_said_to_take_turns_nor_are_those_of_one_organisation() {
    let none = Attributes::new();
    let random = pool(8, 2, |_, rng| rng.below(8) as u32);
    assert_eq!(said(&super::Turns, &random, &none, MEMBERS), None);
    let org: Vec<(u32, &str, &str)> = (0..8).map(|a| (a, "org_id", "o1")).collect();
    let strict = pool(8, 3, |n, _| n);
    assert_eq!(said(&super::Turns, &strict, &attributes(&org), MEMBERS), None);
}

#[test]
fn little_and_degenerate_data_say_nothing() {
    let none = Attributes::new();
    let same = vec![Sent { account: 1, ..Sent::default() }; 200];
    for sent in [&same[..], &pool(8, 4, |n, _| n)[..60]] {
        assert_eq!(said(&super::Turns, sent, &none, &[0, 1]), None);
    }
}

#[test]
fn who_is_hardly_there_is_not_said_to_take_turns() {
    let none = Attributes::new();
    let turns = |n: u32, _: &mut Rng| if n % 80 == 79 { 8 } else { n % 8 };
    let found = said(&super::Turns, &pool(9, 1, turns), &none, &[0, 1, 2, 3, 4, 5, 6, 7, 8]);
    let found = found.expect("eight take turns");
    assert_eq!(found.accounts, MEMBERS);
    let text = found.statement.text();
    assert!(text.contains("Left out: 1 account with less than a fifth of the sessions"), "{text}");
}
