//! Explanations that lie in how the accounts are used.

use super::known::{Known, Outcome, both, of_exchanges};
use super::owners::one_owner;
use super::{Facts, NO_EXCHANGE, because, count, of_members, share, words};
use crate::model::Field;
use crate::model::finding::{Recipe, Statement, Tested, Unit};

/// L02: declared, or a bounded set asked of several models.
pub fn evaluation(facts: &Facts<'_>) -> Outcome {
    let declared = facts.declared(&["evaluat", "benchmark", "leaderboard"]);
    if facts.is_most(declared) {
        return (
            Tested::NotExcluded,
            of_members(facts, declared, "are in a programme for evaluation"),
        );
    }
    both(both(repeats(facts), of_several_models(facts)), one_owner(facts))
}

/// L03: the same prompts again and again, which nobody needs who collects answers; a suite that many
/// run is the same in all of their accounts.
pub fn monitor(facts: &Facts<'_>) -> Outcome {
    repeats(facts)
}

fn repeats(facts: &Facts<'_>) -> Outcome {
    let conduct = &facts.conduct;
    if conduct.rows == 0 {
        return (Tested::NotTestable, words(NO_EXCHANGE));
    }
    if conduct.hashed == 0 {
        return (Tested::NotTestable, words("the prompts are not in the case, not even as hashes"));
    }
    let repeated = conduct.repeated + facts.repeats_of_others();
    let known = Known { yes: repeated, known: conduct.hashed, all: conduct.rows };
    let are = "repeat a prompt of the same account or of another one of the cluster";
    let outcome = of_exchanges(facts, known, (are, "hold no prompt"));
    // "Go on" is said again and again, and is no benchmark.
    let opened_again = conduct.opened_again + facts.repeats_of_others();
    match outcome.0 == Tested::NotExcluded && 2 * opened_again <= conduct.opened {
        true => (Tested::Excluded, share_of_opened(conduct.opened_again, conduct.opened)),
        false => outcome,
    }
}

/// How many conversations begin as one before did.
fn share_of_opened(again: u64, opened: u64) -> Statement {
    let what = Recipe::Case { what: "prompts that begin a conversation".into() };
    Statement::new(
        "{share} of the conversations begin with a prompt that began one of the same account before; what \
         is repeated are replies",
    )
    .with("share", again as f64 / opened.max(1) as f64, Unit::Share, what)
}

fn of_several_models(facts: &Facts<'_>) -> Outcome {
    let models = facts.conduct.models;
    if facts.conduct.rows == 0 {
        return (Tested::NotTestable, words(NO_EXCHANGE));
    }
    if models == 0 {
        return (Tested::NotTestable, words("no record names a model"));
    }
    let statement =
        Statement::new("{models} models are asked; an evaluation compares three or more");
    let tested = if models > 2 { Tested::NotExcluded } else { Tested::Excluded };
    (tested, count(statement, "models", models as u64, "models of the exchanges"))
}

/// L04: several turns, and end users, whom a caller may leave unnamed.
pub fn chatbot(facts: &Facts<'_>) -> Outcome {
    both(both(talks(facts), users(facts)), one_owner(facts))
}

fn talks(facts: &Facts<'_>) -> Outcome {
    if !facts.has_field(Field::SessionId) {
        return (Tested::NotTestable, words("no record names a session"));
    }
    let conduct = &facts.conduct;
    let known = Known { yes: conduct.in_talk, known: conduct.with_session, all: conduct.rows };
    of_exchanges(facts, known, ("go on with a conversation", "name no session"))
}

fn users(facts: &Facts<'_>) -> Outcome {
    let conduct = &facts.conduct;
    let is_most = conduct.rows > 0 && 2 * conduct.with_user > conduct.rows;
    let tested = if is_most { Tested::NotExcluded } else { Tested::NotTestable };
    (tested, share(facts, conduct.with_user, "name an end user, which callers may leave out"))
}

/// L16: rules about reasoning alone, of one organisation or in a few calls.
pub fn steps(facts: &Facts<'_>) -> Outcome {
    if !facts.found("D23") {
        return (Tested::Excluded, words("no finding rests on reasoning that was asked for"));
    }
    let more = because(
        facts,
        &["D26", "D27", "D28", "D20", "D21", "D22"],
        "which is more than the wording",
    );
    more.unwrap_or_else(|| {
        (Tested::NotExcluded, words("nothing but the wording speaks of collected answers"))
    })
}

/// L17: hand-overs inside an organisation are left out of D20.
pub fn restored(facts: &Facts<'_>) -> Outcome {
    if !facts.found("D20") {
        return match facts.has_field(Field::ReplayedSignature) {
            true => (Tested::Excluded, words("no reasoning block was handed over")),
            false => {
                (Tested::NotTestable, words("no record says which reasoning block it submits"))
            }
        };
    }
    let (named, all) = (facts.with_organisation() as u64, facts.members() as u64);
    // None is of the organisation of the other one, as far as both name one.
    let known = Known { yes: 0, known: named, all };
    let statement = Statement::new(
        "{named} of {members} accounts name an organisation; no block went between two that name \
         the same one",
    );
    let statement = count(statement, "named", named, "accounts with an organisation");
    let statement = count(statement, "members", all, "accounts");
    (known.tested(|n| facts.is_most(n as usize)), statement)
}

/// L19: bursts of one verified organisation.
pub fn incident(facts: &Facts<'_>) -> Outcome {
    let in_time = ["D03", "D04", "D05", "D31"].iter().any(|detector| facts.found(detector));
    if !in_time {
        return (Tested::Excluded, words("no finding rests on acting at once"));
    }
    one_owner(facts)
}
