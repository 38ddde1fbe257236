use super::*;
use crate::detect::testcase::{Sent, case};
use crate::detect::testkit::attributes;
use crate::detect::{Attributes, Material, Parameters};
use crate::job::Progress;
use crate::model::rng::Rng;
use crate::model::{Marker, Time};

const RELEASE: i64 = 5 * DAY_US;
const MEMBERS: &[u32] = &[0, 1, 2, 3, 4, 5, 6, 7];

/// A hundred accounts that move to the new model when they like, within four days, but for the
/// first eight, which move when `moves` says.
fn world(moves: impl Fn(u32) -> i64) -> Vec<Sent> {
    let mut rng = Rng::new(&[3]);
    let mut sent = Vec::new();
    for account in 0..100 {
        let own = RELEASE + (rng.unit() * (4 * DAY_US) as f64) as i64;
        let at = if account < 8 { moves(account) } else { own };
        for hour in 0..15 * 12 {
            let now = hour * 2 * HOUR_US + i64::from(account) * MINUTE_US;
            let model = if now < at { "old" } else { "new-2" };
            sent.push(Sent { at: now, account, model, ..Sent::default() });
        }
        sent.push(Sent { at, account, model: "new-2", ..Sent::default() });
    }
    sent
}

fn said(sent: &[Sent], known: &Attributes) -> Option<Finding> {
    let index = case(sent);
    let marker = Marker { at: Time(RELEASE), kind: MarkerKind::Release, label: "new-2 out".into() };
    let material = Material::new(&index, known, std::slice::from_ref(&marker));
    let (parameters, progress) = (Parameters::default(), Progress::default());
    let look = Look { material: &material, parameters: &parameters, seed: 7, progress: &progress };
    let seen = Pivot.look(&look).expect("nobody cancels");
    seen.cluster(Group { id: 1, members: MEMBERS }).expect("nobody cancels")
}

fn together(account: u32) -> i64 {
    RELEASE + 3 * HOUR_US + i64::from(account) * MINUTE_US
}

#[test]
fn a_cluster_that_moves_within_minutes_is_a_pivot() {
    let found = said(&world(together), &Attributes::new()).expect("a pivot");
    let text = found.statement.text();
    assert!(
        text.starts_with(
            "8 of 8 accounts that moved to new-2 first used it within 7 min of each other, from \
             1970-01-06T03:00:00Z on; at the times at which others moved, "
        ),
        "{text}"
    );
    assert_eq!(found.events_of(TOGETHER).len(), 8);
    let share = found.statement.number("share").expect("said").value;
    let (new, all) = (found.events_of(NEW).len() as f64, found.events_of(FIRST_DAY).len() as f64);
    assert_eq!(share, new / all);
    assert!(found.log10_p.is_some_and(|p| p < -6.0) && found.effect > 10.0, "{found:?}");
}

#[test]
fn early_but_each_on_its_own_is_none_nor_are_colleagues() {
    let none = Attributes::new();
    // Over three days.
    let early = |account: u32| RELEASE + HOUR_US + i64::from(account) * 9 * HOUR_US;
    assert_eq!(said(&world(early), &none), None);
    let org: Vec<(u32, &str, &str)> = MEMBERS.iter().map(|a| (*a, "org_id", "o1")).collect();
    assert_eq!(said(&world(together), &attributes(&org)), None);
}

#[test]
fn a_course_ten_days_later_is_none() {
    let later = |account: u32| together(account) + 8 * DAY_US;
    assert_eq!(said(&world(later), &Attributes::new()), None);
}

#[test]
fn accounts_that_come_with_the_release_have_not_moved() {
    let mut sent = world(together);
    sent.retain(|s| s.account >= 8 || s.at >= RELEASE);
    assert_eq!(said(&sent, &Attributes::new()), None);
}
