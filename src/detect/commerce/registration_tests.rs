use super::*;
use crate::detect::testcase::{Sent, case};
use crate::detect::{Attributes, Parameters};
use crate::job::Progress;
use crate::model::Time;
use crate::model::rng::Rng;

pub(super) const MEMBERS: &[u32] = &[0, 1, 2, 3, 4, 5, 6, 7];

/// Three hundred accounts registered within a hundred days; the first eight of one pattern and when
/// told, at as many domains.
pub(super) fn known(at: impl Fn(u32) -> i64, domains: u32) -> Attributes {
    let mut rng = Rng::new(&[2]);
    let mut all = Attributes::new();
    for account in 0..300_u32 {
        let own = (rng.unit() * 8_640_000.0) as i64;
        let block = account < 8;
        let second = if block { at(account) } else { own };
        let pattern = if block || account % 3 == 0 { "word+4 digits" } else { "first.last" };
        let domain = if block { account % domains } else { account };
        let of = all.entry(format!("ac{account}")).or_default();
        of.insert("created_at".into(), Time(second * SECOND_US).to_string());
        of.insert("email_pattern".into(), pattern.into());
        of.insert("email_domain".into(), format!("d{domain}.example"));
    }
    all
}

pub(super) fn said(known: &Attributes) -> (Ties, Option<Finding>) {
    // Records of the hundred days in which they register.
    let at = |at| Sent { at, account: 299, ..Sent::default() };
    let index = case(&[at(0), at(8_640_000 * SECOND_US)]);
    let material = Material::new(&index, known, &[]);
    let (parameters, progress) = (Parameters::default(), Progress::default());
    let look = Look { material: &material, parameters: &parameters, seed: 7, progress: &progress };
    let seen = Registration.look(&look).expect("nobody cancels");
    let found = seen.cluster(Group { id: 1, members: MEMBERS }).expect("nobody cancels");
    (seen.ties().expect("nobody cancels"), found)
}

fn every_90_s(account: u32) -> i64 {
    4_000_000 + 90 * i64::from(account)
}

fn like_people(account: u32) -> i64 {
    4_000_000 + [0, 3, 5, 9, 200, 430, 433, 590][account as usize]
}

#[test]
fn accounts_of_one_pattern_created_one_after_the_other_are_a_block() {
    let (ties, found) = said(&known(every_90_s, 1));
    assert_eq!(ties.circles.len(), 1);
    assert_eq!(ties.circles[0].accounts, MEMBERS);
    let text = found.expect("a block").statement.text();
    let starts = "8 accounts with mail addresses like “word+4 digits” were registered within 10 min \
                  from 1970-02-16T07:06:40Z on, 1.5 min apart on average; at the pace of all other \
                  registrations, ";
    assert!(text.starts_with(starts), "{text}");
    assert!(text.ends_with("Such blocks hold 8 of the 8 accounts of the cluster."), "{text}");
}

#[test]
fn people_of_one_house_are_none_but_people_at_several_domains_are() {
    assert_eq!(said(&known(like_people, 1)), (Ties::default(), None));
    assert!(said(&known(like_people, 3)).1.is_some());
}

#[test]
fn verified_accounts_and_those_in_a_programme_are_left_out() {
    for (name, value) in [("verification", "business"), ("program", "university course")] {
        let mut known = known(every_90_s, 3);
        for account in MEMBERS {
            let of = known.entry(format!("ac{account}")).or_default();
            of.insert(name.into(), value.into());
        }
        assert_eq!(said(&known), (Ties::default(), None));
    }
}

#[test]
fn a_promotion_that_everybody_follows_is_no_block() {
    let mut all = known(every_90_s, 3);
    for (i, of) in all.values_mut().enumerate() {
        let at = Time((4_000_000 + 2 * i as i64) * SECOND_US);
        of.insert("created_at".into(), at.to_string());
    }
    assert_eq!(said(&all), (Ties::default(), None));
}

#[test]
fn a_promotion_that_brings_all_patterns_onto_its_plan_is_no_block() {
    let promoted = |others: u32| {
        let mut known = known(every_90_s, 8);
        for account in 0..8 + others {
            let of = known.get_mut(&format!("ac{account}")).expect("three hundred");
            of.insert("plan".into(), "promo".into());
            let second = 4_000_000 + 20 * i64::from(account);
            of.insert("created_at".into(), Time(second * SECOND_US).to_string());
            if account >= 8 {
                of.insert("email_pattern".into(), format!("pattern {}", account % 5));
            }
        }
        said(&known).0.circles.len()
    };
    assert_eq!((promoted(0), promoted(40)), (1, 0));
}

#[test]
fn a_stranger_who_registers_among_a_class_makes_no_network_of_it() {
    let of = |strangers: u32| {
        let mut all = known(like_people, 1);
        for account in 0..strangers {
            let of = all.get_mut(&format!("ac{account}")).expect("in the table");
            of.insert("email_domain".into(), format!("mail{account}.example"));
        }
        said(&all).1.is_some()
    };
    assert!(!of(0) && !of(1), "seven of eight are of one house");
    assert!(of(3), "five of eight are not");
}
