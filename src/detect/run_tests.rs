use super::*;
use crate::detect::Attributes;
use crate::detect::testkit::{Asked, case};
use crate::model::finding::Level;
use crate::model::rng::Rng;

const TEMPLATE: &str = "Lay out each deduction of the following task on a row of its own: …";

/// Forty accounts with thirty prompts each; the first five ask nothing but one template.
fn analyzed(stand_ins: &[&str]) -> Outcome {
    analyzed_with(stand_ins, &Progress::default())
}

fn analyzed_with(stand_ins: &[&str], progress: &Progress) -> Outcome {
    let mut rows = Vec::new();
    let mut rng = Rng::new(&[3]);
    for account in 0..40_u32 {
        for i in 0..30_u32 {
            let at = (rng.unit() * 1_200_000.0) as i64;
            let prompt = u64::from(account) * 100 + u64::from(i) + 1;
            rows.push(Asked::of(at, account, u32::from(account < 5), prompt));
        }
    }
    let index = case(40, &[TEMPLATE], &rows);
    let none = Attributes::new();
    let names: Vec<String> = stand_ins.iter().map(|name| (*name).to_owned()).collect();
    let material = Material::new(&index, &none, &[]).with_stand_ins(&names);
    analyze(&material, &Options::default(), progress).expect("nobody cancels")
}

fn members(outcome: &Outcome) -> Vec<Vec<u32>> {
    let of =
        |members: &[crate::model::finding::Member]| members.iter().map(|m| m.account).collect();
    outcome.clusters.iter().map(|cluster| of(&cluster.members)).collect()
}

#[test]
fn what_stands_in_for_no_account_is_in_no_cluster_and_the_run_says_so() {
    let all = analyzed(&[]);
    assert_eq!(members(&all), [[0, 1, 2, 3, 4]]);
    assert!(all.remarks.is_empty());
    let known = analyzed(&["ac2", "of no account"]);
    assert_eq!(members(&known), [[0, 1, 3, 4]]);
    assert!(known.circles.iter().all(|circle| !circle.accounts.contains(&2)));
    assert_eq!(
        known.remarks,
        ["what stands in for records without an account is in no cluster: ac2"]
    );
}

#[test]
fn a_run_says_what_it_has_found_before_it_is_done() {
    let progress = Progress::default();
    analyzed_with(&[], &progress);
    let (said, all) = progress.told(usize::MAX);
    assert_eq!(said.len(), all);
    let says = |words: &str| said.iter().any(|line| line.starts_with(words));
    assert!(says("D20 Reasoning blocks handed over did not run: "), "{said:?}");
    assert!(says("D21 Templates across accounts: 1 tie between accounts"), "{said:?}");
    assert!(says("5 accounts: "), "{said:?}");
}

#[test]
fn a_cluster_that_one_template_made_is_not_told_from_chance_by_that_template() {
    let outcome = analyzed(&[]);
    let cluster = &outcome.clusters[0];
    let found = outcome.findings.iter().find(|finding| finding.detector == "D21");
    assert!(found.is_some_and(|f| f.log10_p.is_some_and(|p| p < -5.0)), "{found:?}");
    assert!(cluster.log10_p.is_none_or(|p| p > -0.5), "{:?}", cluster.log10_p);
    assert_eq!(cluster.level, Level::Indicative);
    assert_eq!(super::super::expected_false(&outcome.clusters), 0.0);
}
