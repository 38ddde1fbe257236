use super::*;
use crate::detect::Parameters;
use crate::detect::material::Attributes;
use crate::detect::testkit::{Asked, attributes, case};
use crate::job::Progress;
use crate::model::rng::Rng;
use crate::model::{Call, Origin};

const MINUTES: u64 = 20 * 24 * 60;

/// So many calls of an account with a system prompt, whenever it likes within twenty days.
fn sent(account: u32, system: &str, calls: u32) -> Vec<Asked> {
    let mut rng = Rng::new(&[u64::from(account), u64::from(calls)]);
    let call = Call { system_hash: Some(system.to_owned()), ..Call::default() };
    let times = (0..calls).map(|_| rng.below(MINUTES) as i64 * 60);
    times.map(|second| Asked { call: call.clone(), ..Asked::of(second, account, 0, 0) }).collect()
}

/// Fifty accounts with prompts of their own, used as unevenly as people do.
fn crowd() -> Vec<Asked> {
    let own = |account: u32| sent(account, &format!("own {account}"), 11 + account * account);
    (10..60).flat_map(own).collect()
}

fn seen<T>(more: Vec<Asked>, known: &Attributes, of: impl FnOnce(&dyn Seen) -> T) -> T {
    let mut rows = crowd();
    rows.extend(more);
    let index = case(60, &["Say …"], &rows);
    let material = Material::new(&index, known, &[]);
    let (parameters, progress) = (Parameters::default(), Progress::default());
    let look = Look { material: &material, parameters: &parameters, seed: 1, progress: &progress };
    of(&*SystemPrompt.look(&look).expect("nobody cancels"))
}

fn tied(more: Vec<Asked>) -> Vec<Vec<u32>> {
    tied_of(more, &Attributes::new())
}

fn tied_of(more: Vec<Asked>, known: &Attributes) -> Vec<Vec<u32>> {
    seen(more, known, |seen| {
        let ties = seen.ties().expect("nobody cancels");
        ties.circles.into_iter().map(|circle| circle.accounts).collect()
    })
}

fn nobody() -> Vec<Vec<u32>> {
    Vec::new()
}

/// The first accounts send it so often each.
fn relay(times: &[u32]) -> Vec<Asked> {
    (0..).zip(times).flat_map(|(account, n)| sent(account, "relay", *n)).collect()
}

#[test]
fn accounts_that_send_one_system_prompt_equally_often_are_tied_and_told() {
    let calls = relay(&[60, 64, 58, 61, 66, 59]);
    assert_eq!(tied(calls.clone()), [(0..6).collect::<Vec<u32>>()]);
    let group = Group { id: 1, members: &[0, 1, 2, 3, 4, 5] };
    let found =
        seen(calls, &Attributes::new(), |seen| seen.cluster(group)).expect("nobody cancels");
    let finding = found.expect("all of them");
    let text = finding.statement.text();
    assert!(
        text.starts_with(
            "6 of 6 accounts send one and the same system prompt, in 368 calls, 100 % of all that \
             these accounts send. Other accounts of the case that ever sent it so: 0."
        ),
        "{text}"
    );
    assert_eq!(finding.events_of(ROLE).len(), 368);
}

#[test]
fn users_of_one_program_and_three_accounts_are_not_tied() {
    assert_eq!(tied(relay(&[60, 12, 300, 25, 900, 14])), nobody(), "as much as they like");
    assert_eq!(tied(relay(&[60, 64, 58])), nobody(), "three are too few");
}

#[test]
fn a_part_of_what_accounts_send_ties_them_and_a_small_part_does_not() {
    let with_others = |calls: u32| {
        let own = (0..4).flat_map(|account| sent(account, &format!("mine {account}"), calls));
        tied(relay(&[60, 64, 58, 61]).into_iter().chain(own).collect())
    };
    assert_eq!(with_others(90), [[0, 1, 2, 3]], "two fifths");
    assert_eq!(with_others(400), nobody());
}

#[test]
fn a_prompt_of_a_program_ties_those_who_send_it_with_a_client_of_their_own() {
    let by = |agent: &str, calls: Vec<Asked>| -> Vec<Asked> {
        let origin = Origin { user_agent: Some(agent.to_owned()), ..Origin::default() };
        calls.into_iter().map(|asked| Asked { origin: origin.clone(), ..asked }).collect()
    };
    let users = |agent: &str| {
        let own = |account: u32| sent(account, "harness", 11 + account * account);
        by(agent, (10..40).flat_map(own).collect())
    };
    let posing = || {
        let calls = (0..).zip([60, 64, 58, 61, 66]);
        let calls: Vec<Asked> =
            calls.flat_map(|(account, n)| sent(account, "harness", n)).collect();
        by("relay-http/2.1", calls)
    };
    let both = |agent: &str| tied(posing().into_iter().chain(users(agent)).collect());
    assert_eq!(both("harness/1.4"), [[0, 1, 2, 3, 4]]);
    assert_eq!(both("relay-http/2.3"), nobody(), "everybody's client");
    // Who sent it so once, and otherwise as everybody does, is no member and is told of.
    let once = by("relay-http/2.1", sent(20, "harness", 1));
    let calls = posing().into_iter().chain(users("harness/1.4")).chain(once).collect();
    let group = Group { id: 1, members: &[0, 1, 2, 3, 4] };
    let found = seen(calls, &Attributes::new(), |seen| seen.cluster(group));
    let text = found.expect("nobody cancels").expect("posing").statement.text();
    assert!(text.contains("Other accounts of the case that ever sent it so: 1."), "{text}");
    assert!(text.contains("In all, 35 accounts of the case ever sent this prompt"), "{text}");
}

#[test]
fn accounts_of_one_organisation_and_programs_on_timers_are_not_tied() {
    let of_one: Vec<(u32, &str, &str)> = (0..4).map(|account| (account, "org_id", "org")).collect();
    assert_eq!(tied_of(relay(&[60, 64, 58, 61]), &attributes(&of_one)), nobody());
    let call = Call { system_hash: Some("cron".into()), ..Call::default() };
    let hourly = |account: u32| {
        let call = call.clone();
        let at = move |hour: i64| hour * 3_600 * 6 + i64::from(account) * 900;
        (0..80).map(move |hour| Asked { call: call.clone(), ..Asked::of(at(hour), account, 0, 0) })
    };
    assert_eq!(tied((0..6).flat_map(hourly).collect()), nobody());
}
