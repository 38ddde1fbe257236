use super::*;
use crate::detect::registry;
use crate::detect::{Claim, Group};
use crate::model::rng::Rng;

/// A detector that says the same of everybody, with ln p as told of so many accounts.
struct Says {
    id: &'static str,
    ln_p: fn(usize) -> Option<f64>,
}

impl Says {
    fn definition(&self) -> &'static Definition {
        registry::by_id(self.id).expect("a detector").definition()
    }
}

impl Seen for Says {
    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        let claim = |ln_p| Claim { effect: 2.0, ln_p: Some(ln_p), ..Claim::default() };
        let ln_p = (self.ln_p)(group.members.len());
        Ok(ln_p.and_then(|ln_p| claim(ln_p).finding(self.definition(), group.subject())))
    }
}

const SILENT: fn(usize) -> Option<f64> = |_| None;
const LN_10: f64 = std::f64::consts::LN_10;

/// log10 p of ten accounts chosen by a template that so many of them, and so many in all, use.
fn p_of(says: &[Says], reached: u32, of: usize, tied_by: &[Family]) -> Option<f64> {
    let members: Vec<u32> = (0..10).collect();
    let group = Group { id: 1, members: &members };
    let found = says.iter().map(|says| says.cluster(group).expect("nobody cancels"));
    let findings: Vec<Finding> = found.flatten().collect();
    let origin = Origin { family: Family::Content, reached: (0..reached).collect(), of };
    let looked: Vec<Looked<'_>> =
        says.iter().map(|s| Looked { definition: s.definition(), seen: s }).collect();
    let chosen =
        Chosen { group, origin: &origin, tied_by, findings: &findings, ties_for_each: 1.0 };
    chance(&looked, chosen).expect("nobody cancels").log10_p(None)
}

fn close(p: Option<f64>, to: f64) {
    assert!(p.is_some_and(|p| (p - to).abs() < 1e-9), "{p:?} is not {to}");
}

#[test]
fn what_chose_a_cluster_is_no_test_of_it() {
    let template = Says { id: "D21", ln_p: |_| Some(-20.0) };
    let asked = Says { id: "D23", ln_p: |_| Some(-20.0) };
    assert_eq!(p_of(&[template, asked], 10, 10, &[Family::Content]), None, "nobody else looked");
    let template = Says { id: "D21", ln_p: |_| Some(-20.0) };
    let turns = Says { id: "D01", ln_p: SILENT };
    close(p_of(&[template, turns], 10, 10, &[Family::Content]), 0.0);
}

#[test]
fn who_looked_and_found_nothing_counts_as_one_that_looked() {
    let turns = || Says { id: "D01", ln_p: |_| Some(-6.0 * LN_10) };
    let silent = |id| Says { id, ln_p: SILENT };
    close(p_of(&[turns()], 10, 10, &[Family::Content]), -6.0);
    let two = 2.0_f64.log10();
    close(p_of(&[turns(), silent("D03")], 10, 10, &[Family::Content]), -6.0 + two);
    // Another family that looked.
    close(p_of(&[turns(), silent("D03"), silent("D10")], 10, 10, &[]), -6.0 + 2.0 * two);
    // What is shown only has not looked for evidence.
    close(p_of(&[turns(), silent("D08")], 10, 10, &[]), -6.0);
}

#[test]
fn ties_of_a_second_kind_are_asked_of_the_accounts_of_the_first_and_pay_for_the_choice() {
    let cards = || Says { id: "D10", ln_p: |n| Some(-(n as f64) * LN_10) };
    let both = [Family::Content, Family::Commerce];
    close(p_of(&[cards()], 10, 10, &both), -10.0);
    close(p_of(&[cards()], 7, 7, &both), -7.0);
    // Seven of eight could have been chosen in eight ways.
    close(p_of(&[cards()], 7, 8, &both), -7.0 + 8.0_f64.log10());
    // Of a template of hundreds, some ten share cards by chance.
    close(p_of(&[cards()], 10, 400, &both), 0.0);
    // Dense blocks are made of the same addresses and devices.
    let dense = || Says { id: "D11", ln_p: |n| Some(-(n as f64) * LN_10) };
    let alone = p_of(&[dense()], 7, 7, &both).expect("looked");
    assert!(alone >= -2.0 - 1e-9, "{alone}: it only supports");
    close(p_of(&[dense()], 10, 400, &both), 0.0);
}

#[test]
fn every_tie_that_could_have_chosen_a_cluster_is_a_test() {
    let members = [0, 1, 2];
    let group = Group { id: 1, members: &members };
    let turns = Says { id: "D01", ln_p: |_| Some(-6.0 * LN_10) };
    let findings: Vec<Finding> =
        turns.cluster(group).expect("nobody cancels").into_iter().collect();
    let origin = Origin { family: Family::Content, reached: members.to_vec(), of: 3 };
    let looked = [Looked { definition: turns.definition(), seen: &turns }];
    let chosen = Chosen {
        group,
        origin: &origin,
        tied_by: &[Family::Content],
        findings: &findings,
        ties_for_each: 100.0,
    };
    let found = chance(&looked, chosen).expect("nobody cancels");
    close(found.log10_p(None), -4.0);
    assert_eq!(found.log10_p(Some(Family::Timing)), None, "nothing is left");
}

/// Of a template of sixty among a thousand accounts, those who by chance share one of forty cards of
/// four accounts each: who is chosen for a cluster because of both.
fn chosen_by_chance(rng: &mut Rng) -> Vec<u32> {
    let mut inside: Vec<u32> = Vec::new();
    for _ in 0..40 {
        let mut card: Vec<u32> = (0..4).map(|_| rng.below(1_000) as u32).collect();
        card.sort_unstable();
        card.dedup();
        card.retain(|account| *account < 60);
        if card.len() > 1 {
            inside.extend(card);
        }
    }
    inside.sort_unstable();
    inside.dedup();
    inside
}

#[test]
fn who_shares_a_template_and_a_card_by_chance_is_told_from_chance_in_one_case_of_twenty_at_most() {
    // About a sixth of all accounts share a card with anybody.
    let cards = Says { id: "D10", ln_p: |n| Some(n as f64 * libm::log(0.16)) };
    let (mut corrected, mut plain) = (0, 0);
    for seed in 0..200 {
        let members = chosen_by_chance(&mut Rng::new(&[seed, 31]));
        if members.len() < 2 {
            continue;
        }
        let group = Group { id: 1, members: &members };
        let findings: Vec<Finding> =
            cards.cluster(group).expect("nobody cancels").into_iter().collect();
        let told = |of: usize, tied_by: &[Family]| {
            let origin = Origin { family: Family::Content, reached: members.clone(), of };
            let looked = [Looked { definition: cards.definition(), seen: &cards }];
            let chosen =
                Chosen { group, origin: &origin, tied_by, findings: &findings, ties_for_each: 1.0 };
            let p = chance(&looked, chosen).expect("nobody cancels").log10_p(None);
            u32::from(p.is_some_and(|p| p <= libm::log10(0.05)))
        };
        corrected += told(60, &[Family::Content, Family::Commerce]);
        plain += told(60, &[Family::Content]);
    }
    assert!(corrected <= 10, "{corrected} of 200");
    assert!(plain > 20, "{plain} of 200: the choice does matter");
}
