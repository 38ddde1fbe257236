use super::*;
use crate::detect::material::Attributes;
use crate::detect::testkit::{attributes, index};

/// What is said of a cluster of four accounts about which nothing was found.
fn tested(id: &str, known: &Attributes) -> Tested {
    let index = index(4, &[(1, 0, "", "", 0, 0), (2, 1, "", "", 0, 0), (3, 2, "", "", 0, 0)]);
    let material = Material::new(&index, known, &[]);
    let group = Group { id: 1, members: &[0, 1, 2, 3] };
    let all = of_group(&material, group, &[]);
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
fn one_organisation_stands_only_where_somebody_made_sure_of_it() {
    let org = all_have("org_id", "o1");
    assert_eq!(tested("L05", &attributes(&org)), Tested::NotTestable, "its own word");
    let verified = [org, all_have("verification", "business")].concat();
    assert_eq!(tested("L05", &attributes(&verified)), Tested::NotExcluded);
    let cards: Vec<_> = [all_have("org_id", "o1"), all_have("verification", "card")].concat();
    assert_eq!(tested("L05", &attributes(&cards)), Tested::Excluded);
}
