use super::*;
use crate::detect::link::Layer;
use crate::detect::material::Attributes;
use crate::detect::testkit::{attributes, index};
use crate::detect::{Claim, registry};
use crate::model::finding::Subject;

/// What is said of a cluster of four accounts about which nothing was found.
fn tested(id: &str, known: &Attributes) -> Tested {
    let index = index(4, &[(1, 0, "", "", 0, 0), (2, 1, "", "", 0, 0), (3, 2, "", "", 0, 0)]);
    let material = Material::new(&index, known, &[]);
    let group = Group { id: 1, members: &[0, 1, 2, 3] };
    let all = of_group(&material, group, &[], &[]);
    assert_eq!(all.len(), ALL.len());
    assert!(all.iter().all(|benign| !benign.facts.text().contains('{')), "every number is there");
    all.into_iter().find(|benign| benign.id == id).expect("tested").tested
}

fn all_have(name: &'static str, value: &'static str) -> Vec<(u32, &'static str, &'static str)> {
    (0..4).map(|account| (account, name, value)).collect()
}

#[test]
fn what_the_case_does_not_hold_is_not_testable_and_never_excluded() {
    let none = Attributes::new();
    for id in ["L01", "L03", "L04", "L05", "L06", "L08", "L11", "L13", "L14", "L15"] {
        assert_eq!(tested(id, &none), Tested::NotTestable, "{id}");
    }
}

#[test]
fn a_programme_or_a_contract_of_most_accounts_stands_and_of_one_does_not() {
    for (id, program) in [
        ("L02", "evaluation"),
        ("L10", "university course"),
        ("L11", "declared reseller"),
        ("L13", "security research"),
        ("L14", "sanctioned distillation"),
    ] {
        assert_eq!(tested(id, &attributes(&all_have("program", program))), Tested::NotExcluded);
        let one = attributes(&[(0, "program", program)]);
        assert_ne!(tested(id, &one), Tested::NotExcluded, "{id}");
    }
}

#[test]
fn a_class_stands_where_half_of_the_accounts_are_in_one() {
    let some = |n: u32| -> Vec<_> { (0..n).map(|a| (a, "program", "university course")).collect() };
    assert_eq!(tested("L10", &attributes(&some(2))), Tested::NotExcluded);
    assert_eq!(tested("L10", &attributes(&some(1))), Tested::Excluded);
}

#[test]
fn one_organisation_stands_only_where_somebody_made_sure_of_it() {
    let org = all_have("org_id", "o1");
    assert_eq!(tested("L05", &attributes(&org)), Tested::NotTestable, "its own word");
    let verified = [org, all_have("verification", "business")].concat();
    assert_eq!(tested("L05", &attributes(&verified)), Tested::NotExcluded);
    let cards: Vec<_> = [all_have("org_id", "o1"), all_have("verification", "card")].concat();
    assert_eq!(tested("L05", &attributes(&cards)), Tested::Excluded);
}

/// Of four accounts with an address in the case, all tied by indicators, as a proof names them.
fn tied_by(id: &str, proof: &str) -> Tested {
    let index = index(4, &[(1, 0, "192.0.2.7", "", 0, 0), (2, 1, "192.0.2.7", "", 0, 0)]);
    let none = Attributes::new();
    let material = Material::new(&index, &none, &[]);
    let group = Group { id: 1, members: &[0, 1, 2, 3] };
    let link = |b| Link::new(0, b, Layer::Indicator, 6.0, proof.to_owned());
    let all = of_group(&material, group, &[about("D10")], &[link(1), link(2), link(3)]);
    all.into_iter().find(|benign| benign.id == id).expect("tested").tested
}

fn about(detector: &str) -> Finding {
    let definition = registry::by_id(detector).expect("a detector").definition();
    let claim = Claim { effect: 2.0, ln_p: Some(-20.0), ..Claim::default() };
    claim.finding(definition, Subject::Cluster(1)).expect("numbers")
}

#[test]
fn people_behind_one_address_share_it_and_not_a_card() {
    let (address, card) = ("network 192.0.2.0/24 (4 accounts)", "card c1 (4 accounts)");
    assert_eq!(tied_by("L08", address), Tested::NotExcluded);
    assert_eq!(tied_by("L09", address), Tested::NotTestable);
    for id in ["L08", "L09"] {
        assert_eq!(tied_by(id, card), Tested::Excluded, "{id}");
        assert_eq!(tied_by(id, &format!("{card}, {address}")), Tested::Excluded, "{id}: both");
    }
}

#[test]
fn one_account_is_asked_what_can_be_asked_of_one() {
    let index = index(4, &[(1, 0, "", "", 0, 0)]);
    let known = attributes(&[(0, "program", "sanctioned distillation")]);
    let material = Material::new(&index, &known, &[]);
    let all = of_account(&material, 0, &[about("D23")]);
    let of = |id: &str| all.iter().find(|benign| benign.id == id).map(|benign| benign.tested);
    assert_eq!(of("L14"), Some(Tested::NotExcluded), "a contract");
    assert_eq!(of("L16"), Some(Tested::NotExcluded), "nothing but the wording");
    assert_eq!(of("L13"), Some(Tested::Excluded));
    assert_eq!((of("L05"), of("L08"), of("L12")), (None, None, None), "these are of several");
}
