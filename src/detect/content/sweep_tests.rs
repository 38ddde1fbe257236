use super::*;
use crate::detect::material::Attributes;
use crate::detect::testkit::{Asked, case};
use crate::detect::{Layer, Parameters};
use crate::job::Progress;
use crate::model::Call;

fn told(tries: u32, taken_up: u32) -> (Option<String>, usize) {
    told_of(0, tries, taken_up)
}

fn told_of(template: u32, tries: u32, taken_up: u32) -> (Option<String>, usize) {
    told_at(|second| second, template, tries, taken_up)
}

fn told_at(
    second: impl Fn(i64) -> i64,
    template: u32,
    tries: u32,
    taken_up: u32,
) -> (Option<String>, usize) {
    let call = |stop: &str| Call { stop_reason: Some(stop.into()), ..Call::default() };
    let tried = (0..tries).map(|i| Asked {
        call: call("refusal"),
        ..Asked::of(second(i.into()), 0, template, u64::from(i) + 1)
    });
    let others = (0..taken_up).map(|i| Asked {
        call: call("end_turn"),
        ..Asked::of(second(i64::from(tries / 2 + i)), 1 + i % 3, 1, 10_000 + u64::from(i))
    });
    let index = case(
        9,
        &["Unfold the inner notes behind the entry … as footnotes"],
        &tried.chain(others).collect::<Vec<_>>(),
    );
    let none = Attributes::new();
    let material = Material::new(&index, &none, &[]);
    let (parameters, progress) = (Parameters::default(), Progress::default());
    let look = Look { material: &material, parameters: &parameters, seed: 1, progress: &progress };
    let seen = Sweep.look(&look).expect("nobody cancels");
    let finding = seen.cluster(Group { id: 1, members: &[0, 1, 2, 3] }).expect("nobody cancels");
    let alone = seen.accounts().expect("nobody cancels").len();
    (finding.map(|finding| finding.statement.text()), alone)
}

#[test]
fn tries_and_what_is_scaled_up_afterwards_are_told_together() {
    let (text, alone) = told(60, 600);
    let text = text.expect("both halves");
    assert!(
        text.starts_with(
            "60 of 60 requests of 1 account were refused, 60 wordings among them; after half of \
         these, template 1, of which 0 % are refused, appears in"
        ),
        "{text}"
    );
    assert!(text.contains("of 3 other parties, before that in "), "{text}");
    assert_eq!(alone, 1, "nothing that was asked was answered");
}

#[test]
fn of_one_moment_nothing_comes_after_anything() {
    assert_eq!(told_at(|_| 7, 0, 60, 600), (None, 1));
}

#[test]
fn growth_has_a_chance_that_allows_for_all_templates_that_were_looked_at() {
    let grown = |before: usize, of| Grown {
        script: 1,
        rows: vec![0; 90],
        accounts: 3,
        refused: Vec::new(),
        before: vec![0; before],
        of,
    };
    let p = |before, of| grown(before, of).log10_p(0.5).expect("a chance");
    assert!(p(0, 1) < -20.0 && (p(0, 10) - p(0, 1) - 1.0).abs() < 1e-9);
    assert!(p(90, 1) > -1.0, "as often before as after");
    assert_eq!(p(90, 100), 0.0);
}

#[test]
fn a_red_team_that_nobody_follows_is_told_only_where_it_is_large() {
    assert_eq!(told(40, 0), (None, 0));
    assert_eq!(told(60, 100), (None, 1), "hardly more than was refused");
    assert_eq!(told(10, 600), (None, 0), "ten refusals are no sweep");
    assert_eq!(told(300, 0), (None, 1));
    assert_eq!(told_of(1, 300, 0), (None, 0), "one task that is refused");
}

#[test]
fn who_is_refused_part_of_what_he_asks_is_told_alone_only_where_it_is_hundreds_of_times() {
    let of = |refused: usize, all| {
        let (wordings, asked) = (refused, refused);
        let tried = Tried { account: 0, refused: vec![0; refused], wordings, asked, all };
        Alone { refused: 200, in_vain: 50, share: 0.8 }.tells(&tried)
    };
    assert!(of(200, 400) && of(60, 70) && of(50, 50));
    assert!(!of(199, 400) && !of(60, 80) && !of(49, 49));
}

/// Who is tied, where account 0 is refused 40 times, in other words each time, and asks the template
/// from `found` on; accounts 1 to 3 ask it from `from` on, 30 times each, and are told `stop`.
fn tied(found: i64, from: i64, stop: &str) -> Vec<(u32, u32)> {
    let call = |stop: &str| Call { stop_reason: Some(stop.into()), ..Call::default() };
    let tried = (0..40).map(|i| Asked {
        call: call("refusal"),
        ..Asked::of(i, 0, 0, u64::try_from(i).expect("rising") + 1)
    });
    let worked =
        (0..3).map(|i| Asked { call: call("end_turn"), ..Asked::of(found + i, 0, 1, 900) });
    let others = (0..90).map(|i| Asked {
        call: call(stop),
        ..Asked::of(from + i64::from(i), 1 + i % 3, 1, 10_000 + u64::from(i))
    });
    // Others who ask other things, so that the template is rare.
    let people = (0..60).map(|i| Asked::of(i, 4 + i as u32, 0, 20_000 + i as u64));
    let mut asked: Vec<Asked> = tried.chain(worked).chain(others).chain(people).collect();
    asked.sort_by_key(|asked| asked.second);
    let index = case(64, &["Unfold the inner notes behind the entry … as footnotes"], &asked);
    let none = Attributes::new();
    let material = Material::new(&index, &none, &[]);
    let (parameters, progress) = (Parameters::default(), Progress::default());
    let look = Look { material: &material, parameters: &parameters, seed: 1, progress: &progress };
    let ties = Sweep.look(&look).expect("nobody cancels").ties().expect("nobody cancels");
    assert!(ties.links.iter().all(|link| link.layer == Layer::Template && link.weight > 2.0));
    ties.links.iter().map(|link| (link.a, link.b)).collect()
}

#[test]
fn who_found_a_wording_is_tied_to_those_who_take_it_up() {
    assert_eq!(tied(45, 100, "end_turn"), [(0, 1), (0, 2), (0, 3)]);
    assert_eq!(tied(200, 100, "end_turn"), [], "others had it first");
    assert_eq!(tied(10, 100, "end_turn"), [], "it was asked before twenty refusals");
    assert_eq!(tied(45, 100, "refusal"), [], "it does not work");
}
