//! Explanations that lie in how the accounts are used.

use super::{Facts, of_members, unless, words};
use crate::model::Field;
use crate::model::finding::{Recipe, Statement, Tested, Unit};

fn share(facts: &Facts<'_>, n: u64, what: &str) -> Statement {
    Statement::new(format!("{{share}} of the exchanges looked at {what}")).with(
        "share",
        facts.conduct.share(n),
        Unit::Share,
        Recipe::Case { what: what.to_owned() },
    )
}

/// L02: declared, or a bounded set asked of several models.
pub fn evaluation(facts: &Facts<'_>) -> (Tested, Statement) {
    let declared = facts.declared(&["evaluat", "benchmark", "leaderboard"]);
    if facts.is_most(declared) {
        return (
            Tested::NotExcluded,
            of_members(facts, declared, "are in a programme for evaluation"),
        );
    }
    repeats(facts, facts.conduct.models > 2 && facts.has_verified_owner())
}

/// L03: the same prompts again and again, which nobody needs who collects answers.
pub fn monitor(facts: &Facts<'_>) -> (Tested, Statement) {
    repeats(facts, true)
}

fn repeats(facts: &Facts<'_>, also: bool) -> (Tested, Statement) {
    if facts.conduct.hashed == 0 {
        return (Tested::NotTestable, words("the prompts are not in the case, not even as hashes"));
    }
    let repeated = facts.conduct.repeated as f64 / facts.conduct.hashed as f64;
    let statement = share(facts, facts.conduct.repeated, "repeat a prompt of the same account");
    (unless(also && repeated > 0.5), statement)
}

/// L04: several turns, and end users.
pub fn chatbot(facts: &Facts<'_>) -> (Tested, Statement) {
    if !facts.has_field(Field::UserId) && !facts.has_field(Field::SessionId) {
        return (Tested::NotTestable, words("no record names an end user or a session"));
    }
    let talks = facts.conduct.share(facts.conduct.in_talk) > 0.5;
    let users = facts.conduct.share(facts.conduct.with_user) > 0.5;
    let stands = talks && users && facts.has_verified_owner();
    (unless(stands), share(facts, facts.conduct.with_user, "name an end user"))
}

/// L16: rules about reasoning alone, of one organisation or in a few calls.
pub fn steps(facts: &Facts<'_>) -> (Tested, Statement) {
    if !facts.found("D23") {
        return (Tested::Excluded, words("no finding rests on reasoning that was asked for"));
    }
    if ["D20", "D21", "D22", "D26", "D28"].iter().any(|detector| facts.found(detector)) {
        return (Tested::Excluded, words("more than the wording speaks of collected answers"));
    }
    (Tested::NotExcluded, words("the wording alone speaks of collected answers"))
}

/// L17: hand-overs inside an organisation are left out of D20.
pub fn restored(facts: &Facts<'_>) -> (Tested, Statement) {
    if !facts.found("D20") {
        return (Tested::Excluded, words("no reasoning block was handed over"));
    }
    if !facts.has_attribute("org_id") && !facts.has_field(Field::OrgId) {
        return (Tested::NotTestable, words("organisations are not in the case"));
    }
    (Tested::Excluded, words("the blocks went between accounts of no common organisation"))
}

/// L19: bursts of one verified organisation.
pub fn incident(facts: &Facts<'_>) -> (Tested, Statement) {
    let in_time = ["D03", "D04", "D05"].iter().any(|detector| facts.found(detector));
    if !in_time {
        return (Tested::Excluded, words("no finding rests on acting at once"));
    }
    let n = facts.of_one_owner();
    (unless(facts.has_verified_owner()), of_members(facts, n, "are of one organisation"))
}
