//! Explanations that lie in what unrelated people have in common.

use super::{Facts, of_members, unless, words};
use crate::model::Field;
use crate::model::finding::{Recipe, Statement, Tested, Unit};

/// What ties accounts beyond a common address: content, and taking turns.
fn is_tied_otherwise(facts: &Facts<'_>) -> bool {
    ["D01", "D07", "D20", "D21", "D22", "D26"].iter().any(|detector| facts.found(detector))
}

/// What people behind one address have in common: it, and its network.
const PLACES: [&str; 2] = ["address", "network"];
/// What each of them has for himself.
const OWN: [&str; 2] = ["card", "device"];

/// How many accounts are tied by addresses, where these are what ties them: not where more of them
/// have a card or a device in common, which people behind one address have not.
fn tied_by_place(facts: &Facts<'_>) -> Option<usize> {
    let (places, own) = (facts.tied_by(&PLACES), facts.tied_by(&OWN));
    (facts.found("D10") && places > own).then_some(places)
}

/// L08: tied by addresses, and by nothing that people behind one address would not have.
pub fn address(facts: &Facts<'_>) -> (Tested, Statement) {
    if !facts.has_field(Field::ClientIp) {
        return (Tested::NotTestable, words("no record has an address"));
    }
    if is_tied_otherwise(facts) {
        return (Tested::Excluded, words("more than an address ties the accounts"));
    }
    match tied_by_place(facts) {
        Some(n) => (Tested::NotExcluded, of_members(facts, n, "share a rare address or network")),
        None if facts.found("D10") => {
            let n = facts.tied_by(&OWN);
            (
                Tested::Excluded,
                of_members(facts, n, "share a card or a device, not an address alone"),
            )
        }
        None => (Tested::Excluded, words("the accounts share no rare address")),
    }
}

/// L09: the same for exits of a VPN, which a list of networks would tell.
pub fn vpn(facts: &Facts<'_>) -> (Tested, Statement) {
    if is_tied_otherwise(facts) || tied_by_place(facts).is_none() {
        return (Tested::Excluded, words("what ties the accounts is not an address alone"));
    }
    (Tested::NotTestable, words("the case has no list of the networks of VPN providers"))
}

/// L10: a declared class, or one short assignment whose items people have in common.
pub fn class(facts: &Facts<'_>) -> (Tested, Statement) {
    let declared = facts.declared(&["university", "course", "class", "school", "workshop"]);
    // Others ask the same homework, too, and may have been put together with a class.
    if declared > 0 && 2 * declared >= facts.members() {
        return (
            Tested::NotExcluded,
            of_members(facts, declared, "are in a programme of a school"),
        );
    }
    if facts.found("D26") || facts.found("D20") {
        return (Tested::Excluded, words("the accounts divide the work, as no class does"));
    }
    let is_short = facts.conduct.days() <= 7.0 && facts.found("D21");
    let statement = Statement::new("from the first exchange to the last it took {span}").with(
        "span",
        facts.conduct.span_us as f64 / 1e6,
        Unit::Seconds,
        Recipe::Case { what: "first and last exchange of the cluster".into() },
    );
    (unless(is_short), statement)
}

/// L12: nothing collected. It explains away harvesting, not that the accounts act as one.
pub fn resale(facts: &Facts<'_>) -> (Tested, Statement) {
    let collects = ["D20", "D21", "D22", "D23", "D25", "D26", "D27", "D28"];
    if collects.iter().any(|detector| facts.found(detector)) {
        return (Tested::Excluded, words("what is asked speaks of collected answers"));
    }
    (
        Tested::NotTestable,
        words(
            "nothing speaks of collected answers; whose customers ask is not in \
                                 the case",
        ),
    )
}

/// L18: prompts that unrelated verified organisations use are left out of D21; what remains are
/// prompts that only these accounts use.
pub fn public_prompt(facts: &Facts<'_>) -> (Tested, Statement) {
    if !facts.found("D21") && !facts.found("D22") {
        return (Tested::Excluded, words("no finding rests on a common prompt"));
    }
    if !facts.has_attribute("verification") {
        let why = "the accounts table does not say whose use would show that a prompt is public";
        return (Tested::NotTestable, words(why));
    }
    (Tested::Excluded, words("no three verified organisations that are unrelated use its prompts"))
}
