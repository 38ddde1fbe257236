use crate::detect::life_cycle::succession::Succession;
use crate::detect::testcase::{Sent, case};
use crate::detect::testkit::attributes;
use crate::detect::{Attributes, Detector, Group, Look, Material, Parameters};
use crate::job::Progress;
use crate::model::finding::Finding;
use crate::model::time::HOUR_US;

/// Thirty days of a pool of ten accounts with template 1, of which one is closed every third day; so
/// many hours later another one begins. Forty customers ask what they like.
fn world(hours_later: i64) -> (Vec<Sent>, Vec<(u32, String)>) {
    let (mut sent, mut closed) = (Vec::new(), Vec::new());
    let mut works = |account: u32, template: u32, from: i64, to: i64| {
        let hours = (from..to).step_by(5);
        sent.extend(hours.map(|hour| Sent {
            at: hour * HOUR_US + i64::from(account),
            account,
            template,
            ..Sent::default()
        }));
    };
    for account in 0..8_u32 {
        let end = (5 + 3 * i64::from(account)) * 24;
        works(account, 1, 0, end);
        closed.push((account, format!("1970-01-{:02}T00:00:00Z", 6 + 3 * account)));
        works(10 + account, 1, end + hours_later, 30 * 24);
    }
    works(8, 1, 0, 30 * 24);
    works(9, 1, 0, 30 * 24);
    for account in 20..60 {
        works(account, account, i64::from(account % 20) * 24, 30 * 24);
    }
    (sent, closed)
}

fn said(hours_later: i64, more: &[(u32, &str, &str)]) -> (usize, Option<Finding>) {
    let (sent, closed) = world(hours_later);
    let mut known: Vec<(u32, &str, &str)> =
        closed.iter().map(|(account, at)| (*account, "closed_at", at.as_str())).collect();
    known.extend(more);
    let known: Attributes = attributes(&known);
    let index = case(&sent);
    let material = Material::new(&index, &known, &[]);
    let (parameters, progress) = (Parameters::default(), Progress::default());
    let look = Look { material: &material, parameters: &parameters, seed: 7, progress: &progress };
    let seen = Succession.look(&look).expect("nobody cancels");
    let members: Vec<u32> = (0..18).collect();
    let group = Group { id: 1, members: &members };
    let ties = seen.ties().expect("nobody cancels");
    (ties.circles.len(), seen.cluster(group).expect("nobody cancels"))
}

#[test]
fn a_pool_whose_accounts_are_closed_and_replaced_one_by_one_is_seen_and_is_not_exact() {
    let (circles, found) = said(4, &[]);
    let found = found.expect("replaced");
    assert_eq!(circles, 1);
    assert!(!found.is_exact && found.log10_p.is_some_and(|p| p < -4.0), "{found:?}");
    let text = found.statement.text();
    assert!(
        text.starts_with(
            "8 of 8 times at which an account with the prompt template 1 was closed, another one \
             with it was first seen within 12 h; 8 such accounts came in all"
        ),
        "{text}"
    );
    assert_eq!(found.events_of("first calls of newcomers").len(), 8);
    assert_eq!(found.events_of("last calls of closed accounts").len(), 8);
}

#[test]
fn newcomers_a_day_later_or_of_the_same_organisation_replace_nobody() {
    assert_eq!(said(30, &[]), (0, None));
    let org: Vec<(u32, &str, &str)> = (0..18).map(|a| (a, "org_id", "o1")).collect();
    assert_eq!(said(4, &org), (0, None));
}
