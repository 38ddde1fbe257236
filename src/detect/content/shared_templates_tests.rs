use super::*;
use crate::detect::grouping::RESOLUTION;
use crate::detect::material::Attributes;
use crate::detect::testkit::{Asked, attributes, case};

const LIMITS: Limits = Limits {
    words: 8,
    parties: 3,
    organisations: 3,
    share: 0.05,
    doubt: 5.0,
    habit: 20.0,
    weight: 0.25,
};
const LONG: &str = "You are an expert data analyst who writes out every step of … in full";

/// A hundred accounts that ask ten things of their own each, and what else is asked.
fn crowd(templates: &[&str], more: impl IntoIterator<Item = Asked>) -> crate::index::Index {
    let own = (0..100u32).flat_map(|account| {
        (0..10).map(move |i| Asked::of(i, account, 0, u64::from(account * 10) + i as u64 + 1))
    });
    case(100, templates, &own.chain(more).collect::<Vec<Asked>>())
}

/// Each of some accounts follows a template so many times.
fn follow(
    accounts: std::ops::Range<u32>,
    template: u32,
    times: u64,
) -> impl Iterator<Item = Asked> {
    accounts.flat_map(move |account| {
        let prompt = move |i: u64| 1_000_000 + u64::from(account) * 1_000 + i;
        (0..times).map(move |i| Asked::of(100 + i as i64, account, template, prompt(i)))
    })
}

fn tied(index: &crate::index::Index, known: &Attributes) -> Vec<(Vec<u32>, f64)> {
    let material = Material::new(index, known, &[]);
    let shared = Shared {
        material: &material,
        ties: ties(&material, LIMITS).ties,
        not_compared: 0,
        tied: Property::default(),
        least_share: 0.25,
    };
    let circles = shared.ties().expect("nobody cancels").circles;
    circles.into_iter().map(|circle| (circle.accounts, circle.weight)).collect()
}

#[test]
fn accounts_that_follow_a_rare_template_are_tied_the_more_the_more_of_it_they_ask() {
    let none = Attributes::new();
    let index = crowd(&[LONG], follow(0..5, 1, 10));
    let found = tied(&index, &none);
    let rarity = (100.0_f64 / 5.0).ln();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, [0, 1, 2, 3, 4]);
    assert!((found[0].1 - rarity * 10.0 / 25.0).abs() < 1e-9, "ten of twenty: {found:?}");
    let aside = tied(&crowd(&[LONG], follow(0..5, 1, 2)), &none);
    let expected = rarity * 2.0 / 17.0;
    assert!((aside[0].1 - expected).abs() < 1e-9, "two of twelve prompts: {aside:?}");
    assert!(tied(&crowd(&[LONG], follow(0..5, 1, 1)), &none).is_empty(), "tried once");
}

#[test]
fn templates_that_each_say_too_little_count_together_where_the_same_accounts_use_them() {
    let none = Attributes::new();
    let names: Vec<String> = (0..8).map(|i| format!("{LONG} number {i}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let pool =
        |templates: std::ops::Range<u32>| templates.flat_map(|template| follow(0..5, template, 1));
    assert!(tied(&crowd(&names, pool(1..2)), &none).is_empty(), "one of them, once");
    let found = tied(&crowd(&names, pool(1..9)), &none);
    let rarity = (100.0_f64 / 5.0).ln();
    assert_eq!(found.len(), 1, "one tie: {found:?}");
    assert_eq!(found[0].0, [0, 1, 2, 3, 4]);
    assert!((found[0].1 - rarity * 8.0 / 23.0).abs() < 1e-9, "eight of eighteen: {found:?}");
    let apart = (1..9).flat_map(|template| follow(template * 5..template * 5 + 5, template, 1));
    assert!(tied(&crowd(&names, apart), &none).is_empty(), "others use each of them");
}

#[test]
fn who_uses_only_some_of_such_templates_is_tied_by_these() {
    let none = Attributes::new();
    let second = LONG.replace("analyst", "engineer");
    let both = follow(0..6, 1, 10).chain(follow(0..5, 2, 10));
    let found = tied(&crowd(&[LONG, &second], both), &none);
    let accounts: Vec<&[u32]> = found.iter().map(|(accounts, _)| &accounts[..]).collect();
    assert_eq!(
        accounts,
        [&[0, 1, 2, 3, 4, 5][..], &[0, 1, 2, 3, 4]],
        "one of both, one of the first"
    );
    let each = tied(&crowd(&[LONG], follow(0..6, 1, 10)), &none)[0].1;
    let both =
        tied(&crowd(&[LONG, &second], follow(0..5, 1, 10).chain(follow(0..5, 2, 10))), &none);
    assert!(found[0].1 < each && found[1].1 < both[0].1, "{found:?}, {each}, {both:?}");
    let said = found[0].1 + found[1].1;
    assert!((said - both[0].1).abs() < 1e-9, "of who asks both no more than both say: {said}");
}

#[test]
fn what_a_program_was_told_first_counts_however_long_it_goes_on_by_itself() {
    let none = Attributes::new();
    // Conversations of forty turns, of which the first follows the template.
    let turns = |with_sessions: bool| {
        let of = move |account: u32| {
            (0..400u32).map(move |i| Asked {
                session: if with_sessions { 1 + account * 10 + i / 40 } else { 0 },
                ..Asked::of(
                    100 + i64::from(i),
                    account,
                    u32::from(i % 40 == 0),
                    2_000_000 + u64::from(account * 400 + i),
                )
            })
        };
        crowd(&[LONG], (0..5u32).flat_map(of))
    };
    let (told, unknown) = (tied(&turns(true), &none), tied(&turns(false), &none));
    assert_eq!(told[0].0, [0, 1, 2, 3, 4]);
    assert!(told[0].1 >= RESOLUTION, "{told:?}");
    assert!(unknown.iter().all(|(_, weight)| *weight < told[0].1 / 2.0), "{unknown:?}");
}

/// Prompts of these accounts, so many each, of which the case has a fingerprint and no text.
fn unread(
    accounts: std::ops::Range<u32>,
    times: u64,
    hash: fn(u32, u64) -> u64,
) -> impl Iterator<Item = Asked> {
    accounts.flat_map(move |account| {
        (0..times).map(move |i| Asked {
            template: None,
            ..Asked::of(100 + i as i64, account, 0, hash(account, i))
        })
    })
}

#[test]
fn without_texts_the_prompts_repeated_word_for_word_tie_though_templates_were_looked_for() {
    let none = Attributes::new();
    let again = unread(0..5, 40, |_, i| 5_000 + i % 20);
    let own = unread(0..100, 10, |account, i| u64::from(account * 10) + i + 1);
    let index = case(100, &[], &own.chain(again).collect::<Vec<Asked>>());
    let run = crate::model::TemplateRun {
        version: 1,
        parameters: String::new(),
        at: crate::model::Time(0),
        up_to: 1_200,
        rows: 1_200,
        prompts: 0,
        in_templates: 0,
        left_out: 0,
    };
    index.set_templates(run, Vec::new(), &vec![crate::model::MISSING; 1_200]);
    let found = tied(&index, &none);
    assert!(found.iter().any(|(accounts, _)| *accounts == [0, 1, 2, 3, 4]), "{found:?}");
}

#[test]
fn prompts_with_a_text_and_prompts_without_one_tie_side_by_side() {
    let none = Attributes::new();
    // Five share a template; five others a list of prompts of which the case has no text.
    let list = unread(10..15, 40, |_, i| 5_000_000 + i % 20);
    let found = tied(&crowd(&[LONG], follow(0..5, 1, 30).chain(list)), &none);
    let has = |accounts: &[u32]| found.iter().any(|(of, _)| *of == accounts);
    assert!(has(&[0, 1, 2, 3, 4]) && has(&[10, 11, 12, 13, 14]), "{found:?}");
}

#[test]
fn prompts_that_took_too_long_to_compare_are_said() {
    let (index, none) = (crowd(&[], []), Attributes::new());
    let material = Material::new(&index, &none, &[]);
    let remark = |not_compared| {
        let (ties, tied) = (Vec::new(), Property::default());
        Shared { material: &material, ties, not_compared, tied, least_share: 0.25 }.remark()
    };
    assert_eq!(remark(0), None);
    let said = remark(3).expect("a remark");
    assert!(said.starts_with("3 prompts that few accounts ask"), "{said}");
}

#[test]
fn what_is_short_or_common_or_of_two_ties_nobody() {
    let none = Attributes::new();
    assert!(tied(&crowd(&["Translate … into French"], follow(0..5, 1, 10)), &none).is_empty());
    let common = tied(&crowd(&[LONG], follow(0..40, 1, 10)), &none);
    assert!(common.iter().all(|(_, weight)| *weight < RESOLUTION), "makes no cluster: {common:?}");
    assert!(tied(&crowd(&[LONG], follow(0..2, 1, 10)), &none).is_empty());
    assert_eq!(tied(&crowd(&[LONG], follow(0..3, 1, 10)), &none).len(), 1);
}

#[test]
fn in_records_of_a_day_everything_begins_on_one_day_which_says_nothing() {
    let names: Vec<String> = (0..100).map(|i| format!("o{i}")).collect();
    let of = |a: u32| [(a, "org_id", &*names[a as usize]), (a, "verification", "business")];
    let known = attributes(&(0..100).step_by(5).flat_map(of).collect::<Vec<_>>());
    assert!(tied(&crowd(&[LONG], follow(0..20, 1, 10)), &known).is_empty());
}

#[test]
fn what_hundreds_use_ties_those_who_ask_little_else() {
    let none = Attributes::new();
    let own = (0..1_000u32).flat_map(|a| (0..10).map(move |i| Asked::of(i, a, 0, 1 + i as u64)));
    let all = |times| own.clone().chain(follow(0..250, 1, times)).collect::<Vec<Asked>>();
    assert!(tied(&case(1_000, &[LONG], &all(7)), &none).is_empty());
    assert_eq!(tied(&case(1_000, &[LONG], &all(20)), &none).len(), 1);
}

#[test]
fn one_organisation_ties_nobody_and_counts_once_among_others() {
    let firm: Vec<_> = (0..5).map(|account| (account, "org_id", "o1")).collect();
    let index = crowd(&[LONG], follow(0..5, 1, 10));
    assert!(tied(&index, &attributes(&firm)).is_empty());
    let two: Vec<_> = (0..2).map(|account| (account, "org_id", "o1")).collect();
    let found = tied(&index, &attributes(&two));
    assert_eq!(found[0].0, [0, 2, 3, 4]);
}

#[test]
fn what_unrelated_verified_organisations_use_is_public_and_a_few_stolen_keys_do_not_make_it_so() {
    let index = crowd(&[LONG], follow(0..20, 1, 10));
    let names: Vec<String> = (0..100).map(|i| format!("o{i}")).collect();
    let verified = |accounts: &[u32]| {
        let of = |name: &str, value: &dyn Fn(u32) -> String| {
            accounts.iter().map(|a| (*a, name.to_owned(), value(*a))).collect::<Vec<_>>()
        };
        let mut all = of("org_id", &|a| names[a as usize].clone());
        all.extend(of("verification", &|_| "business".to_owned()));
        let all: Vec<(u32, &str, &str)> =
            all.iter().map(|(a, name, value)| (*a, name.as_str(), value.as_str())).collect();
        attributes(&all)
    };
    // A fifth of the accounts are verified, and a fifth of its users.
    let public: Vec<u32> = (16..36).collect();
    assert!(tied(&index, &verified(&public)).is_empty());
    // Of its twenty users three, where half of all accounts are verified.
    let stolen: Vec<u32> = (17..67).collect();
    assert_eq!(tied(&index, &verified(&stolen)).len(), 1);
}

/// A hundred accounts, every fifth a verified organisation, that begin with something common over
/// sixty days; the first twenty follow a template from the day on that is told.
fn taken_up(day: impl Fn(u32) -> i64) -> Vec<(Vec<u32>, f64)> {
    const DAY_S: i64 = 86_400;
    let common = (0..100u32).map(|a| Asked::of(i64::from(a) * 6 * DAY_S / 10, a, 2, a.into()));
    let own = (0..20u32).flat_map(|a| {
        let from = day(a) * DAY_S + i64::from(a);
        (0..10).map(move |i| Asked::of(from + i, a, 1, 1_000 + u64::from(a) * 10 + i as u64))
    });
    let index = case(100, &[LONG, "Say it again …"], &common.chain(own).collect::<Vec<Asked>>());
    let names: Vec<String> = (0..100).map(|i| format!("o{i}")).collect();
    let of = |a: u32| [(a, "org_id", &*names[a as usize]), (a, "verification", "business")];
    tied(&index, &attributes(&(0..100).step_by(5).flat_map(of).collect::<Vec<_>>()))
}

#[test]
fn what_organisations_take_up_little_by_little_is_public_and_what_begins_on_one_day_is_not() {
    assert!(taken_up(|account| i64::from(account) * 3).is_empty());
    let stolen = taken_up(|_| 30);
    assert_eq!(stolen.len(), 1, "every fifth of its users is verified, as of all accounts");
    assert_eq!(stolen[0].0.len(), 20);
}

#[test]
fn a_cluster_is_told_with_the_prompts_that_say_so() {
    let index = crowd(&[LONG], follow(0..5, 1, 10));
    let none = Attributes::new();
    let material = Material::new(&index, &none, &[]);
    let found = ties(&material, LIMITS);
    let tied = Property::of_list(material.scripts().rows.len(), &[0, 1, 2, 3, 4], |_| true);
    let seen =
        Shared { material: &material, ties: found.ties, not_compared: 0, tied, least_share: 0.25 };
    let finding = of_group(&seen, Group { id: 1, members: &[0, 1, 2, 3, 4, 9] }).expect("five");
    assert_eq!(
        finding.statement.text(),
        "50 prompts of 5 of 6 accounts are of 1 template that accounts not known to be of one \
         organisation have in common, most of them of template 1; that is 50 % of all their records. Other \
         accounts of the case that use any of them: 0. Of all other accounts, at most 1.1 % share any such \
         template with anybody."
    );
    assert_eq!(finding.events_of("of the templates").len(), 50);
    assert_eq!(finding.accounts, [0, 1, 2, 3, 4]);
    assert!(finding.log10_p.is_some_and(|p| p < -8.0), "{:?}", finding.log10_p);
    assert_eq!(of_group(&seen, Group { id: 1, members: &[3, 4, 9, 10, 11, 12] }), None);
}

#[test]
fn without_templates_the_same_prompts_word_for_word_tie() {
    let same = |times| unread(0..4, times, |_, _| 9_999_999);
    assert!(tied(&crowd(&[], same(9)), &Attributes::new()).is_empty(), "it may be a greeting");
    let found = tied(&crowd(&[], same(10)), &Attributes::new());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, [0, 1, 2, 3]);
    let nothing = case(2, &[], &[Asked::default()]);
    let none = Attributes::new();
    let why = Material::new(&nothing, &none, &[]).missing(DEFINITION.needs, |_| 0.0);
    assert_eq!(
        why.as_deref(),
        Some("prompt templates have not been looked for, and no record has prompt_hash")
    );
    assert!(tied(&nothing, &none).is_empty());
}
