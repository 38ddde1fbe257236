use super::*;
use crate::detect::testcase::{Sent, case};
use crate::detect::testkit::attributes;
use crate::detect::{Attributes, Claim, registry};
use crate::model::finding::{Member, testkit};

fn cluster(level: Level, log10_p: f64) -> Cluster {
    let cluster = testkit::cluster(1);
    Cluster { level, coordination: 0.0, harvesting: 0.0, log10_p: Some(log10_p), ..cluster }
}

#[test]
fn chance_is_expected_to_make_a_share_of_all_that_pass_and_not_of_the_listed_alone() {
    let mut all: Vec<Cluster> = (0..20).map(|_| cluster(Level::Indicative, -6.0)).collect();
    assert_eq!(expected_false(&all), 0.0, "none is listed");
    all[0].level = Level::Probable;
    assert!((expected_false(&all) - 1.0).abs() < 1e-12, "one of twenty that pass");
    all.push(cluster(Level::Indicative, -0.1));
    assert!((expected_false(&all) - 1.0).abs() < 1e-12, "what does not pass adds nothing");
    assert_eq!(expected_false(&[cluster(Level::Probable, -0.1)]), 0.0);
    let told = Told::among(&all);
    assert!(told.has(&all[0]) && !told.has(&all[20]), "the one that does not pass");
}

fn ran() -> Vec<Ran<'static>> {
    struct Silent;
    impl Seen for Silent {}
    let all = registry::all().iter();
    all.map(|d| Ran { definition: d.definition(), seen: Box::new(Silent) }).collect()
}

fn about(detector: &str, account: u32) -> Finding {
    let definition = registry::by_id(detector).expect("a detector").definition();
    let claim =
        Claim { accounts: vec![account], effect: 2.0, ln_p: Some(-20.0), ..Claim::default() };
    claim.finding(definition, Subject::Account(account)).expect("numbers")
}

/// What is concluded of an account about which something was found in two families.
fn alone_with(known: &Attributes) -> AccountScore {
    let index = case(&[Sent::default()]);
    let material = Material::new(&index, known, &[]);
    let findings = vec![about("D27", 0), about("D14", 0), about("D31", 0)];
    let outcome = concluded(&material, &ran(), Vec::new(), findings);
    outcome.accounts.into_iter().next().expect("an account")
}

#[test]
fn an_account_alone_has_its_innocent_explanations_and_one_that_stands_takes_a_level() {
    let plain = alone_with(&Attributes::new());
    assert_eq!((plain.level, plain.cluster), (Level::Probable, None));
    assert!(plain.benign.len() >= 8, "{:?}", plain.benign);
    let scholar = alone_with(&attributes(&[(0, "program", "security research")]));
    assert_eq!(scholar.level, Level::Indicative);
    assert!(scholar.harvesting < 0.6 * plain.harvesting, "it is not what it looks like");
    let contract = alone_with(&attributes(&[(0, "program", "sanctioned distillation")]));
    assert_eq!(contract.level, Level::Indicative);
    assert_eq!(contract.harvesting, plain.harvesting, "a contract allows it; it is what it is");
}

#[test]
fn who_stands_beside_evidence_that_others_gave_is_not_listed_for_it() {
    // Two families, one alone, two of one family, exact evidence alone, and context that adds nothing.
    let findings = [
        about("D01", 0),
        about("D21", 0),
        about("D21", 1),
        about("D21", 2),
        about("D22", 2),
        about("D20", 3),
        about("D21", 4),
        about("D08", 4),
    ];
    let spoken_of = spoken_of(&ran(), &findings);
    assert_eq!(spoken_of.iter().copied().collect::<Vec<u32>>(), [0, 3]);
    let member = |account| Member { account, stability: 1.0, membership: Membership::Core };
    let of =
        |level| Cluster { members: (0..3).map(member).collect(), level, ..testkit::cluster(1) };
    let mut clusters = [of(Level::Strong), of(Level::Indicative)];
    doubt(&mut clusters, &spoken_of);
    let levels = |of: &Cluster| of_members(of).map(|score| score.level).collect::<Vec<_>>();
    assert_eq!(levels(&clusters[0]), [Level::Strong, Level::Indicative, Level::Indicative]);
    assert_eq!(levels(&clusters[1]), [Level::Indicative; 3]);
    let scores: Vec<f64> = of_members(&clusters[0]).map(|score| score.coordination).collect();
    assert_eq!(scores[0], 2.0 * scores[1], "half of what its cluster has");
    assert_eq!(clusters[1], of(Level::Indicative), "what is not listed accuses nobody");
}
