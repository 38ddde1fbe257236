use super::*;
use crate::detect::link::{Layer, Link};
use crate::detect::material::Attributes;
use crate::detect::testkit::{Asked, attributes, case, index};
use crate::detect::{Claim, registry};
use crate::model::finding::{Evidence, Subject};

mod class;

/// What is said of a cluster of four accounts about which nothing was found.
fn tested(id: &str, known: &Attributes) -> Tested {
    let index = index(4, &[(1, 0, "", "", 0, 0), (2, 1, "", "", 0, 0), (3, 2, "", "", 0, 0)]);
    let material = Material::new(&index, known, &[]);
    let group = Group { id: 1, members: &[0, 1, 2, 3] };
    let all = of_group(&material, group, &[], &Ties::default());
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
fn one_owner_takes_a_level_only_where_the_whole_case_names_none() {
    let team = |known: &Attributes| asked("L06", known, &["D21"], 50);
    for id in ["L05", "L06"] {
        let (tested, facts) = asked(id, &Attributes::new(), &["D21"], 50);
        assert_eq!(tested, Tested::NotTestable, "{id}");
        assert!(facts.starts_with("0 accounts of the case name an organisation"), "{facts}");
    }
    for (name, said) in [
        ("org_id", "1 account names an organisation; 3 name none"),
        ("payment_fingerprint", "none of the accounts names an organisation"),
    ] {
        let (tested, facts) = team(&attributes(&[(0, name, "f2")]));
        assert_eq!((tested, facts.as_str()), (Tested::NotTestable, said), "{name}");
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

/// What is said, and in which words, of four accounts with prompts of one template, each a call in
/// every so many hours of ten, about which these detectors found something.
fn asked(id: &str, known: &Attributes, found: &[&str], hours: i64) -> (Tested, String) {
    let row = |i: i64| Asked {
        session: 1 + i as u32,
        ..Asked::of(i * hours * 360, (i % 4) as u32, 1, 1 + i as u64)
    };
    let rows: Vec<Asked> = (0..40).map(row).collect();
    let index = case(4, &["Work out item … in detail"], &rows);
    let material = Material::new(&index, known, &[]);
    let group = Group { id: 1, members: &[0, 1, 2, 3] };
    let cited = |mut finding: Finding| {
        let events = (0..40).map(|row| index.event_id(row)).collect();
        finding.evidence = vec![Evidence { role: "of the templates".into(), events }];
        finding
    };
    let findings: Vec<Finding> = found.iter().map(|id| cited(about(id))).collect();
    let all = of_group(&material, group, &findings, &Ties::default());
    let benign = all.into_iter().find(|benign| benign.id == id).expect("tested");
    (benign.tested, benign.facts.text())
}

#[test]
fn an_exclusion_names_the_finding_and_the_fact_it_rests_on() {
    let none = Attributes::new();
    for (id, found, words) in [
        ("L10", "D20", "D20: reasoning blocks issued to one account are submitted by another"),
        ("L10", "D26", "D26: the accounts divide one list among them"),
        ("L12", "D23", "D23: the accounts ask for what training data is made of"),
        ("L12", "D26", "D26: the accounts divide one list among them"),
    ] {
        let (tested, facts) = asked(id, &none, &[found], 50);
        assert_eq!(tested, Tested::Excluded, "{id} {found}");
        assert!(facts.starts_with(words), "{id} {found}: {facts}");
    }
}

#[test]
fn a_template_in_common_does_not_show_that_answers_are_collected() {
    let none = Attributes::new();
    for found in [&["D21"][..], &["D22"], &["D20"], &["D25"], &["D21", "D22", "D30"]] {
        let (tested, facts) = asked("L12", &none, found, 50);
        assert_eq!(tested, Tested::NotTestable, "{found:?}: {facts}");
    }
}

#[test]
fn replies_that_are_said_again_and_again_are_no_benchmark() {
    // Forty conversations of five turns, of which the first alone is a prompt of its own.
    let turn = |i: u32, own: bool| Asked {
        session: 1 + i / 5,
        ..Asked::of(
            i.into(),
            i % 200 / 50,
            0,
            if own && i.is_multiple_of(5) { 1_000 + u64::from(i) } else { 7 },
        )
    };
    let tested = |own: bool| {
        let rows: Vec<Asked> = (0..200).map(|i| turn(i, own)).collect();
        let (index, none) = (case(4, &[], &rows), Attributes::new());
        let material = Material::new(&index, &none, &[]);
        let group = Group { id: 1, members: &[0, 1, 2, 3] };
        let all = of_group(&material, group, &[about("D21")], &Ties::default());
        all.into_iter().find(|benign| benign.id == "L03").expect("tested")
    };
    assert_eq!(tested(false).tested, Tested::NotExcluded, "the same is asked all along");
    let replies = tested(true);
    assert_eq!(replies.tested, Tested::Excluded);
    assert!(replies.facts.text().ends_with("what is repeated are replies"), "{:?}", replies.facts);
}

#[test]
fn an_address_that_many_others_call_from_is_one_of_a_house() {
    let of = |others: u32| {
        let rows = (0..4 + others).map(|account| (1, account, "192.0.2.7", "", 0, 0));
        let index = index(4 + others, &rows.collect::<Vec<_>>());
        let none = Attributes::new();
        let material = Material::new(&index, &none, &[]);
        let group = Group { id: 1, members: &[0, 1, 2, 3] };
        let all = of_group(&material, group, &[about("D12")], &Ties::default());
        let address = all.into_iter().find(|benign| benign.id == "L08").expect("tested");
        (address.tested, address.facts.text())
    };
    let words = "4 of 4 accounts call from one address, from which 9 accounts of the case call";
    assert_eq!(of(5), (Tested::NotExcluded, words.to_owned()));
    assert_eq!(of(3).0, Tested::Excluded, "hardly anybody else does");
}

/// L18 of nine accounts that ask one template, beside twenty others; the calls of each of the nine by
/// its number.
fn program(calls: impl Fn(u32) -> u32, found: &[&str]) -> (Tested, String) {
    program_of(calls, found, &Attributes::new())
}

fn program_of(calls: impl Fn(u32) -> u32, found: &[&str], known: &Attributes) -> (Tested, String) {
    let of = |account: u32, n: u32, template: u32| {
        (0..n).map(move |i| Asked::of(i64::from(i * 700), account, template, 1 + u64::from(i)))
    };
    let own = (0..9).flat_map(|account| of(account, calls(account), 1));
    let others = (0..20).flat_map(|i| of(9 + i, 12 + i * i * 4, 0));
    let mut rows: Vec<Asked> = own.chain(others).collect();
    rows.sort_by_key(|row| row.second);
    let index = case(29, &["Read the change and say what breaks …"], &rows);
    let material = Material::new(&index, known, &[]);
    let members: Vec<u32> = (0..9).collect();
    let findings: Vec<Finding> = found.iter().map(|id| about(id)).collect();
    let group = Group { id: 1, members: &members };
    let all = of_group(&material, group, &findings, &Ties::default());
    let benign = all.into_iter().find(|benign| benign.id == "L18").expect("tested");
    (benign.tested, benign.facts.text())
}

#[test]
fn one_program_on_the_timers_of_many_is_no_pool_unless_they_act_at_once() {
    let l18 = |found: &str| {
        let every_two_hours = (0..9_u32).flat_map(|account| {
            let at = move |i: i64| i * 7_200 + i64::from(account) * 60;
            (0..60).map(move |i| Asked::of(at(i), account, 1, 1 + i.cast_unsigned()))
        });
        let others = (0..20_u32).flat_map(|i| {
            let at = move |n: u32| i64::from(n * 700);
            (0..12 + i * i * 4).map(move |n| Asked::of(at(n), 9 + i, 0, 1 + u64::from(n)))
        });
        let mut rows: Vec<Asked> = every_two_hours.chain(others).collect();
        rows.sort_by_key(|row| row.second);
        let index = case(29, &["Read the change and say what breaks …"], &rows);
        let none = Attributes::new();
        let material = Material::new(&index, &none, &[]);
        let members: Vec<u32> = (0..9).collect();
        let findings = ["D21", found].map(about);
        let group = Group { id: 1, members: &members };
        let all = of_group(&material, group, &findings, &Ties::default());
        let benign = all.into_iter().find(|benign| benign.id == "L18").expect("tested");
        (benign.tested, benign.facts.text())
    };
    let (tested, facts) = l18("D10");
    assert_eq!(tested, Tested::NotExcluded, "{facts}");
    assert!(facts.starts_with("9 of 9 accounts work by timers of their own"), "{facts}");
    assert_eq!(l18("D31").0, Tested::Excluded, "all move within seconds");
}

#[test]
fn users_of_one_program_are_told_from_a_pool_by_how_unevenly_they_use_it() {
    let like_people = |account| 10 + account * account * 5;
    let (tested, facts) = program(like_people, &["D21", "D31"]);
    assert_eq!(tested, Tested::NotExcluded, "{facts}");
    assert!(facts.contains("they are used as people use theirs"), "{facts}");
    let (tested, facts) = program(|account| 100 + account, &["D21", "D31"]);
    assert_eq!(tested, Tested::Excluded, "{facts}");
    assert_eq!(program(like_people, &["D21", "D26"]).0, Tested::Excluded, "one list");
    let paid = |card: fn(u32) -> &'static str| {
        let cards: Vec<_> = (0..9).map(|a| (a, "payment_fingerprint", card(a))).collect();
        program_of(like_people, &["D21"], &attributes(&cards)).0
    };
    assert_eq!(paid(|_| "voucher"), Tested::NotExcluded, "one card of the house");
    assert_eq!(paid(|a| ["c1", "c2", "c3"][a as usize % 3]), Tested::Excluded, "three cards");
    assert_eq!(program(|_| 5, &["D21"]).0, Tested::NotTestable, "too few calls");
    assert_eq!(program(like_people, &["D10"]).0, Tested::Excluded, "no prompt in common");
}

#[test]
fn one_card_and_one_mail_domain_of_their_own_are_one_customer() {
    let domain = |others: u32| -> Vec<_> {
        (0..4 + others).map(|account| (account, "email_domain", "firm.example")).collect()
    };
    let of = |known: &[(u32, &'static str, &'static str)]| {
        let index = index(40, &[(1, 0, "", "", 0, 0)]);
        let known = attributes(known);
        let material = Material::new(&index, &known, &[]);
        let group = Group { id: 1, members: &[0, 1, 2, 3] };
        let all = of_group(&material, group, &[about("D10")], &Ties::default());
        let of = |id: &str| all.iter().find(|benign| benign.id == id).expect("tested").tested;
        (of("L05"), of("L06"))
    };
    let team = |known: &[(u32, &'static str, &'static str)]| of(known).1;
    let of = |known: &[(u32, &'static str, &'static str)]| of(known).0;
    let cards = all_have("payment_fingerprint", "c1");
    assert_eq!(of(&[cards.clone(), domain(0)].concat()), Tested::NotExcluded);
    let renamed: Vec<_> = (0..4)
        .map(|a| (a, "email_domain", if a < 2 { "firm.example" } else { "firma.example" }))
        .collect();
    assert_eq!(of(&[cards.clone(), renamed].concat()), Tested::NotExcluded, "a new name");
    let thrown: Vec<_> = [(0, "a.example"), (1, "b.example"), (2, "c.example"), (3, "d.example")]
        .map(|(a, domain)| (a, "email_domain", domain))
        .to_vec();
    assert_ne!(of(&[cards.clone(), thrown].concat()), Tested::NotExcluded, "a domain for each");
    assert_ne!(of(&[cards.clone(), domain(30)].concat()), Tested::NotExcluded, "a provider's");
    assert_ne!(of(&cards), Tested::NotExcluded, "a card alone may be a reseller's");
    assert_ne!(of(&domain(0)), Tested::NotExcluded, "anybody registers a domain");
    assert_eq!(team(&domain(0)), Tested::NotExcluded, "so does a firm whose branches pay");
    assert_ne!(team(&domain(30)), Tested::NotExcluded, "a provider of mail");
    let allowed = all_have("allowlist_reason", "rotates its keys every week");
    assert_eq!(of(&allowed), Tested::NotExcluded, "somebody looked at them");
}

#[test]
fn several_houses_with_a_domain_and_a_card_each_are_customers_of_one_product() {
    let of = |card: &dyn Fn(u32) -> &'static str, tie: &str| {
        let index = index(60, &[(1, 0, "", "", 0, 0)]);
        let domain = |a: u32| ["one.example", "two.example", "three.example"][a as usize / 4];
        let known: Vec<_> = (0..12)
            .flat_map(|a| [(a, "email_domain", domain(a)), (a, "payment_fingerprint", card(a))])
            .collect();
        let known = attributes(&known);
        let material = Material::new(&index, &known, &[]);
        let members: Vec<u32> = (0..12).collect();
        let group = Group { id: 1, members: &members };
        let all = of_group(&material, group, &[about(tie)], &Ties::default());
        let of = |id: &str| all.iter().find(|benign| benign.id == id).expect("tested").tested;
        (of("L06"), of("L18"))
    };
    let own = |a: u32| ["c1", "c2", "c3"][a as usize / 4];
    let mixed = |a: u32| ["c1", "c2", "c3"][a as usize % 3];
    assert_eq!(of(&own, "D10").0, Tested::NotExcluded);
    assert_ne!(of(&mixed, "D10").0, Tested::NotExcluded, "cards go across domains");
    assert_ne!(of(&own, "D01").0, Tested::NotExcluded, "customers do not take turns");
    assert_eq!(of(&mixed, "D21").1, Tested::Excluded, "several cards are a pool's");
    assert_ne!(of(&own, "D21").1, Tested::Excluded, "each house has its own");
}

#[test]
fn who_names_no_organisation_may_be_of_the_one_that_others_name() {
    let some = |of: &[(u32, &'static str)]| {
        let all: Vec<_> = of.iter().map(|(account, org)| (*account, "org_id", *org)).collect();
        attributes(&[all, all_have("verification", "business")].concat())
    };
    for id in ["L05", "L06", "L19"] {
        let said = |of: &[(u32, &'static str)]| asked(id, &some(of), &["D03"], 50);
        let (tested, facts) = said(&[(0, "o1")]);
        assert_eq!(tested, Tested::NotTestable, "{id}");
        assert_eq!(facts, "1 account names an organisation; 3 name none");
        let (tested, facts) = said(&[(0, "o1"), (1, "o2"), (2, "o3")]);
        assert_eq!(tested, Tested::Excluded, "{id}: two at most are of one");
        assert!(facts.starts_with("no two of the 3 accounts that name"), "{facts}");
        let (tested, facts) = said(&[(0, "o1"), (1, "o1"), (2, "o1")]);
        assert_eq!(tested, Tested::NotTestable, "{id}: the fourth may be of it");
        assert_eq!(
            facts,
            "3 of the 3 accounts that name an organisation name the same one; 1 name none"
        );
        let all = said(&[(0, "o1"), (1, "o1"), (2, "o1"), (3, "o1")]);
        assert_eq!(all, (Tested::NotExcluded, "4 of 4 accounts are of one organisation".into()));
    }
}

#[test]
fn a_verification_that_is_not_known_excludes_nothing() {
    let org = all_have("org_id", "o1");
    let one = attributes(&[org.clone(), vec![(0, "verification", "card")]].concat());
    let (tested, facts) = asked("L05", &one, &[], 50);
    assert_eq!(tested, Tested::NotTestable);
    assert!(facts.ends_with("3 do not say"), "{facts}");
    let cards = attributes(&[org, all_have("verification", "card")].concat());
    let (tested, facts) = asked("L05", &cards, &[], 50);
    assert_eq!(tested, Tested::Excluded);
    assert_eq!(facts, "0 of 4 accounts are verified as a business, as those of one owner would be");
}

#[test]
fn who_is_not_in_the_accounts_table_may_be_in_a_programme() {
    let (tested, facts) = asked("L13", &attributes(&[(0, "program", "free credits")]), &[], 50);
    assert_eq!(tested, Tested::NotTestable);
    assert!(facts.starts_with("0 of the 1 accounts that are in the accounts table"), "{facts}");
    let listed = [all_have("plan", "pro"), vec![(0, "program", "free credits")]].concat();
    let (tested, facts) = asked("L13", &attributes(&listed), &[], 50);
    assert_eq!(tested, Tested::Excluded, "the table has them and lists no programme");
    assert_eq!(facts, "0 of 4 accounts are in a research or security programme");
}

#[test]
fn blocks_between_accounts_that_name_no_organisation_may_have_stayed_in_one() {
    let of = |n: u32| -> Attributes {
        let names = ["o1", "o2", "o3", "o4"];
        let all: Vec<_> = (0..n).map(|a| (a, "org_id", names[a as usize])).collect();
        attributes(&all)
    };
    assert_eq!(asked("L17", &of(1), &["D20"], 50).0, Tested::NotTestable);
    assert_eq!(asked("L17", &of(4), &["D20"], 50).0, Tested::Excluded);
    let (tested, facts) = asked("L17", &of(1), &[], 50);
    assert_eq!(tested, Tested::NotTestable, "nothing says so: {facts}");
    assert!(facts.starts_with("no record says which reasoning block"), "{facts}");
}

#[test]
fn what_decides_an_explanation_of_two_parts_is_what_is_said() {
    let owner =
        attributes(&[all_have("org_id", "o1"), all_have("verification", "business")].concat());
    let (tested, facts) = asked("L02", &owner, &[], 50);
    assert_eq!(tested, Tested::Excluded);
    assert!(facts.starts_with("0 % of the exchanges repeat a prompt"), "{facts}");
    let (tested, facts) = asked("L04", &owner, &[], 50);
    assert_eq!(tested, Tested::Excluded);
    assert_eq!(facts, "0 % of the exchanges go on with a conversation");
    let (tested, facts) = asked("L01", &owner, &[], 50);
    assert_eq!((tested, facts.as_str()), (Tested::NotTestable, "no record names an endpoint"));
    let (tested, facts) = asked("L07", &owner, &["D06"], 50);
    assert_eq!(tested, Tested::NotExcluded, "{facts}");
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

#[test]
fn that_nobody_was_verified_does_not_exclude_one_owner_where_none_is_named() {
    let cards = [all_have("verification", "card"), vec![(0, "payment_fingerprint", "f1")]].concat();
    for id in ["L05", "L06"] {
        let (tested, facts) = asked(id, &attributes(&cards), &[], 50);
        assert_eq!(tested, Tested::NotTestable, "{id}");
        let said = "none of the accounts names an organisation; 0 of 4 accounts are verified";
        assert!(facts.starts_with(said), "{facts}");
    }
}

/// Of four accounts with an address in the case, all tied by indicators, as a proof names them.
fn tied_by(id: &str, proof: &str) -> Tested {
    let index = index(4, &[(1, 0, "192.0.2.7", "", 0, 0), (2, 1, "192.0.2.7", "", 0, 0)]);
    let none = Attributes::new();
    let material = Material::new(&index, &none, &[]);
    let group = Group { id: 1, members: &[0, 1, 2, 3] };
    let link = |b| Link::new(0, b, Layer::Indicator, 6.0, proof.to_owned());
    let ties = Ties { links: (1..4).map(link).collect(), ..Ties::default() };
    let all = of_group(&material, group, &[about("D10")], &ties);
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
