use super::*;
use crate::detect::testcase::{Sent, case};
use crate::detect::testkit::attributes;
use crate::detect::{Attributes, Material, Parameters};
use crate::job::Progress;

/// Accounts 0–3 use template 1 until they are closed on day 8; accounts 4–7 use what `theirs` says
/// from then on; 8–39 are customers who do what they do.
fn world(theirs: u32) -> (Vec<Sent>, Attributes) {
    let mut sent = Vec::new();
    for account in 0..40_u32 {
        let (from, to, template) = match account {
            0..4 => (0, 8 * 24, 1),
            4..8 => (8 * 24 + 3, 14 * 24, theirs),
            _ => (0, 14 * 24, account),
        };
        for hour in from..to {
            let at = hour * HOUR_US + i64::from(account) * 1_000_000;
            sent.push(Sent { at, account, template, ..Sent::default() });
        }
    }
    let closed: Vec<(u32, &str, &str)> =
        (0..4).map(|account| (account, "closed_at", "1970-01-09T00:00:00Z")).collect();
    (sent, attributes(&closed))
}

fn said(sent: &[Sent], known: &Attributes) -> (Ties, Option<Finding>) {
    let index = case(sent);
    let material = Material::new(&index, known, &[]);
    let (parameters, progress) = (Parameters::default(), Progress::default());
    let look = Look { material: &material, parameters: &parameters, seed: 7, progress: &progress };
    let seen = Succession.look(&look).expect("nobody cancels");
    let group = Group { id: 1, members: &[0, 1, 2, 3, 4, 5, 6, 7] };
    (seen.ties().expect("nobody cancels"), seen.cluster(group).expect("nobody cancels"))
}

#[test]
fn young_accounts_that_carry_on_with_the_template_of_closed_ones_are_successors() {
    let (sent, known) = world(1);
    let (ties, found) = said(&sent, &known);
    assert_eq!(ties.circles.len(), 1);
    assert_eq!(ties.circles[0].accounts, [0, 1, 2, 3, 4, 5, 6, 7]);
    assert!((ties.circles[0].weight - Layer::Succession.cap()).abs() < 1e-9);
    let found = found.expect("a succession");
    assert!(found.is_exact);
    assert_eq!(
        found.statement.text(),
        "4 accounts were closed that had made 192 calls with the prompt template 1 in 48 h. In 48 h \
         from then on, 4 accounts first seen no more than 3 days earlier made 180 calls with it, \
         from 1970-01-09T03:00:04Z on. Of all accounts active then, at most 14 % were that young."
    );
    assert_eq!(found.events_of(BEFORE).len(), 192);
    assert_eq!(found.events_of(AFTER).len(), 180);
}

#[test]
fn accounts_that_are_closed_long_after_their_last_use_may_have_been_planned_to_be() {
    let (mut sent, known) = world(1);
    let found = said(&sent, &known).1.expect("a succession");
    assert!(found.is_exact, "a ban interrupts");
    sent.retain(|sent| sent.account >= 4 || sent.at < 7 * DAY_US - 6 * HOUR_US);
    let planned = said(&sent, &known).1.expect("a succession");
    assert!(!planned.is_exact && planned.log10_p.is_none(), "no evidence");
    let words = planned.statement.text();
    assert!(words.contains("0 were in use within 12 h of their closing"), "{words}");
}

#[test]
fn other_work_on_young_accounts_is_no_succession_nor_is_a_template_of_everybody() {
    let (sent, known) = world(2);
    assert_eq!(said(&sent, &known), (Ties::default(), None));
    let (mut sent, known) = world(1);
    sent.iter_mut().for_each(|s| s.template = 1);
    assert_eq!(said(&sent, &known), (Ties::default(), None));
}

#[test]
fn a_build_of_a_program_that_others_go_on_with_is_no_succession() {
    let found = |others: &'static str| {
        let (mut sent, known) = world(1);
        for s in &mut sent {
            (s.template, s.agent) =
                (s.account, if s.account < 8 { "TavernFace/1.12" } else { others });
        }
        said(&sent, &known).0.circles.len()
    };
    assert_eq!((found("curl/8"), found("TavernFace/1.11")), (1, 0));
}

#[test]
fn an_organisation_that_moves_to_new_accounts_succeeds_itself() {
    let (sent, mut known) = world(1);
    for account in 0..8 {
        known.entry(format!("ac{account}")).or_default().insert("org_id".into(), "o1".into());
    }
    assert_eq!(said(&sent, &known), (Ties::default(), None));
}

#[test]
fn accounts_that_are_older_have_not_come_for_it() {
    let (sent, mut known) = world(1);
    for account in 4..8 {
        let of = known.entry(format!("ac{account}")).or_default();
        of.insert("created_at".into(), "1969-10-01".into());
    }
    assert_eq!(said(&sent, &known).1, None);
}
