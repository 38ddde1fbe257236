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
