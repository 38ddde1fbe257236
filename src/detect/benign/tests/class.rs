//! L10: classes, assignments and courses.

use super::*;

#[test]
fn a_class_stands_where_half_of_the_accounts_are_in_one() {
    let some = |n: u32| -> Vec<_> { (0..n).map(|a| (a, "program", "university course")).collect() };
    assert_eq!(tested("L10", &attributes(&some(2))), Tested::NotExcluded);
    let one = attributes(&some(1));
    assert_eq!(tested("L10", &one), Tested::NotTestable, "common prompts were not looked for");
    assert_eq!(asked("L10", &one, &[], 50).0, Tested::Excluded, "they were, and there are none");
}

#[test]
fn an_assignment_is_short_and_in_a_common_prompt() {
    let none = Attributes::new();
    assert_eq!(asked("L10", &none, &["D21"], 1).0, Tested::NotExcluded, "four hours");
    let (tested, facts) = asked("L10", &none, &["D21"], 100);
    assert_eq!(tested, Tested::Excluded, "{facts}");
    assert!(facts.starts_with("0 % of the common prompts") && facts.contains("7 days at most"));
    let (tested, facts) = asked("L10", &none, &["D04"], 1);
    assert_eq!((tested, facts.as_str()), (Tested::Excluded, "no finding rests on a common prompt"));
}

/// L10 of four accounts that registered together and of what they ask this share is of a template in
/// use for months, where these detectors found something, too.
fn course(share: f64, found: &[&str]) -> Tested {
    let asked = |i: i64| Asked::of(i * 86_400, (i % 4) as u32, 1, i as u64 + 1);
    let rows: Vec<Asked> = (0..60).map(asked).collect();
    let (index, none) = (case(4, &["Work out item … in detail"], &rows), Attributes::new());
    let material = Material::new(&index, &none, &[]);
    let mut findings: Vec<Finding> = found.iter().map(|id| about(id)).collect();
    let what = Recipe::ShareOfEvents { role: "of the templates".into() };
    let unit = Unit::Share;
    let common = findings.iter_mut().find(|f| f.detector == "D21").expect("a common template");
    common.statement = common.statement.clone().with("share", share, unit, what);
    let events = (0..60).map(|row| index.event_id(row)).collect();
    common.evidence = vec![Evidence { role: "of the templates".into(), events }];
    let group = Group { id: 1, members: &[0, 1, 2, 3] };
    let all = of_group(&material, group, &findings, &Ties::default());
    all.into_iter().find(|benign| benign.id == "L10").expect("tested").tested
}

#[test]
fn a_course_of_weeks_begins_together_and_leaves_each_with_tasks_of_his_own() {
    assert_eq!(course(0.25, &["D21", "D12", "D04"]), Tested::NotExcluded);
    assert_eq!(course(0.6, &["D21", "D12", "D04"]), Tested::Excluded, "most of what they ask");
    assert_eq!(course(0.25, &["D21", "D04"]), Tested::Excluded, "they did not register together");
    for more in ["D01", "D22", "D26"] {
        assert_eq!(course(0.25, &["D21", "D12", more]), Tested::Excluded, "{more}");
    }
}

#[test]
fn what_else_a_class_asks_does_not_make_its_assignment_longer() {
    let asked = |i: i64, template| Asked::of(i * 3600, (i % 4) as u32, template, i as u64 + 1);
    // Two assignments of a day each, months apart, and other prompts between.
    let first = (0..20).map(|i| asked(i, 1));
    let between = (20..2_000).map(|i| asked(i, 0));
    let second = (2_000..2_020).map(|i| asked(i, 2));
    let rows: Vec<Asked> = first.chain(between).chain(second).collect();
    let index = case(4, &["Work out item … in detail", "Name the parts of … and why"], &rows);
    let none = Attributes::new();
    let material = Material::new(&index, &none, &[]);
    let events = (0..20).chain(2_000..2_020).map(|row| index.event_id(row)).collect();
    let mut finding = about("D21");
    finding.evidence = vec![Evidence { role: "of the templates".into(), events }];
    let all =
        of_group(&material, Group { id: 1, members: &[0, 1, 2, 3] }, &[finding], &Ties::default());
    let class = all.into_iter().find(|benign| benign.id == "L10").expect("tested");
    assert_eq!(class.tested, Tested::NotExcluded, "{}", class.facts.text());
}

#[test]
fn a_mail_address_that_only_schools_give_is_one_of_a_class() {
    for domain in ["x.edu", "cs.x.EDU", "x.edu.au", "x.ac.uk", "x.k12.ca.us"] {
        let half = attributes(&[(0, "email_domain", domain), (1, "email_domain", domain)]);
        assert_eq!(tested("L10", &half), Tested::NotExcluded, "{domain}");
    }
    for domain in ["edu", "edu.example", "x.ac", "ac.uk", "education.example", "xedu.com"] {
        let all = attributes(&all_have("email_domain", domain));
        assert_ne!(tested("L10", &all), Tested::NotExcluded, "{domain}");
    }
}

#[test]
fn a_programme_for_schools_is_told_by_its_words_and_a_student_model_is_none() {
    let of =
        |reason: &'static str| tested("L10", &attributes(&all_have("allowlist_reason", reason)));
    for reason in ["Student workshop", "CS-101 class of 2026", "university course"] {
        assert_eq!(of(reason), Tested::NotExcluded, "{reason}");
    }
    for reason in ["distillation of our own student model", "classification research"] {
        assert_ne!(of(reason), Tested::NotExcluded, "{reason}");
    }
}
