//! Explanations that lie in whom the accounts belong to.

use super::known::{Known, Outcome, both, listed, of_exchanges};
use super::{Facts, count, of_members, shown_by, words};
use crate::model::Field;
use crate::model::finding::{Benign, Statement, Tested};

const NO_VERIFICATION: &str = "the accounts table does not say which organisations were verified";
const NO_PROGRAMMES: &str = "the accounts table names no programmes and no allow-list";

/// Mail domains of one customer, who may have changed his name or have subsidiaries.
const MOST_DOMAINS: usize = 3;
/// Accounts that a house has at least, where several use the same thing: a network with disposable
/// domains has a few accounts at each.
const LEAST_OF_A_HOUSE: usize = 4;
/// What shows that accounts act as one across houses.
const ACT_AS_ONE: [&str; 5] = ["D01", "D02", "D06", "D07", "D20"];

/// Whether the accounts are of one organisation that was verified. An account that names none may
/// be of it, and one of which no verification is known may be verified. That none was verified does
/// not exclude one owner where nothing says whose they are.
pub fn one_owner(facts: &Facts<'_>) -> Outcome {
    let (one, verified) = (of_one_organisation(facts), verified(facts));
    if (one.0, verified.0) != (Tested::NotTestable, Tested::Excluded) {
        return both(one, verified);
    }
    if one.1.numbers.is_empty() {
        let words = format!("{}; {}", one.1.words, verified.1.words);
        return (Tested::NotTestable, Statement { words, ..verified.1 });
    }
    one
}

fn of_one_organisation(facts: &Facts<'_>) -> Outcome {
    let known = Known {
        yes: facts.of_one_owner() as u64,
        known: facts.with_organisation() as u64,
        all: facts.members() as u64,
    };
    (known.tested(|n| facts.is_most(n as usize)), organisations(facts, known))
}

fn organisations(facts: &Facts<'_>, known: Known) -> Statement {
    let words = match (known.known, known.yes, known.unknown()) {
        (0, ..) => return words("none of the accounts names an organisation"),
        (.., 0) => return of_members(facts, known.yes as usize, "are of one organisation"),
        (1, ..) => "{named} account names an organisation; {unnamed} name none",
        (_, 1, _) => {
            "no two of the {named} accounts that name an organisation name the same one; {unnamed} \
             name none"
        }
        _ => {
            "{n} of the {named} accounts that name an organisation name the same one; {unnamed} \
             name none"
        }
    };
    let statement = Statement::new(words);
    let statement = count(statement, "named", known.known, "accounts with an organisation");
    let statement = count(statement, "unnamed", known.unknown(), "accounts without one");
    count(statement, "n", known.yes, "accounts of the organisation that most name")
}

fn verified(facts: &Facts<'_>) -> Outcome {
    if !facts.has_attribute("verification") {
        return (Tested::NotTestable, words(NO_VERIFICATION));
    }
    let known = Known {
        yes: facts.count(|account| facts.material.is_verified(account)) as u64,
        known: facts.count(|a| facts.material.attribute(a, "verification").is_some()) as u64,
        all: facts.members() as u64,
    };
    let statement = match known.unknown() {
        0 => of_members(
            facts,
            known.yes as usize,
            "are verified as a business, as those of one owner would be",
        ),
        unknown => {
            let words = "{n} of the {known} accounts that say how they were verified are verified \
                         as a business; {unknown} do not say";
            let statement = count(Statement::new(words), "n", known.yes, "verified accounts");
            let statement = count(statement, "known", known.known, "accounts that say how");
            count(statement, "unknown", unknown, "accounts that do not")
        }
    };
    (known.tested(|n| facts.is_most(n as usize)), statement)
}

/// That most accounts are paid for with one card and have mail addresses of a domain or two that
/// hardly anybody else has: one customer, who named no organisation, or a different one for each.
fn one_customer(facts: &Facts<'_>) -> Option<Outcome> {
    let with_card = facts.with_most_common("payment_fingerprint");
    let (of_own_domains, domains) = facts.with_own_domain();
    let n = with_card.min(of_own_domains);
    if domains <= MOST_DOMAINS && facts.is_most(n) {
        let what = "have one card and mail addresses of domains that hardly anybody else has: one \
                    customer, as far as that shows";
        return Some((Tested::NotExcluded, of_members(facts, n, what)));
    }
    None
}

/// What speaks of a firm, or of several, less surely: mail addresses of one domain that hardly anybody else
/// has, or of several with a card to each.
fn houses(facts: &Facts<'_>) -> Option<Outcome> {
    let act_as_one = ACT_AS_ONE.iter().any(|detector| facts.found(detector));
    let (with_cards, cards) = facts.with_shared("payment_fingerprint", LEAST_OF_A_HOUSE);
    // Branches of a firm may have a card each. They take no turns, and who does hides in one domain.
    let are_several = act_as_one && cards > 1 && facts.is_most(with_cards);
    let (of_own_domains, domains) = facts.with_own_domain();
    if domains == 1 && facts.is_most(of_own_domains) && !are_several {
        let what = "have mail addresses of one domain, which hardly anybody else has: a firm and \
                    its branches, as far as that shows";
        return Some((Tested::NotExcluded, of_members(facts, of_own_domains, what)));
    }
    // Customers of one product do not take turns with each other.
    let (in_houses, houses) = facts.in_houses();
    let are_houses = facts.is_most(in_houses) && in_houses >= LEAST_OF_A_HOUSE * houses;
    (are_houses && !act_as_one).then(|| {
        let what = "are of {houses} houses, each with a mail domain that hardly anybody else has and a \
                    card: that several customers use the same thing, as far as that shows";
        let statement = of_members(facts, in_houses, what);
        (Tested::NotExcluded, count(statement, "houses", houses as u64, "houses"))
    })
}

/// Words of programmes for research on models, and for their security.
pub const RESEARCH: [&str; 4] = ["research", "red team", "study", "security"];
/// Words of contracts and programmes for distillation.
pub const DISTILLATION: [&str; 4] = ["distil", "teacher", "contract", "sanction"];

fn by_programme(facts: &Facts<'_>, programmes: &[&str], what: &str) -> Outcome {
    if !facts.has_attribute("program") && !facts.has_attribute("allowlist_reason") {
        return (Tested::NotTestable, words(NO_PROGRAMMES));
    }
    let (known, statement) = listed(facts, facts.declared(programmes), what);
    (known.tested(|n| facts.is_most(n as usize)), statement)
}

/// L01: one verified organisation on the batch endpoint, or with a contract for it.
pub fn batch(facts: &Facts<'_>) -> Outcome {
    both(one_owner(facts), in_batches(facts))
}

fn in_batches(facts: &Facts<'_>) -> Outcome {
    let declared = facts.declared(&["batch"]);
    if facts.is_most(declared) {
        return (Tested::NotExcluded, of_members(facts, declared, "have a contract for batches"));
    }
    if !facts.has_field(Field::Endpoint) {
        return (Tested::NotTestable, words("no record names an endpoint"));
    }
    let conduct = &facts.conduct;
    let known = Known { yes: conduct.batch, known: conduct.with_endpoint, all: conduct.rows };
    of_exchanges(facts, known, ("are of a batch endpoint", "name no endpoint"))
}

/// L06: the same, also where less speaks of it.
pub fn team(facts: &Facts<'_>) -> Outcome {
    match pipelines(facts) {
        (Tested::NotExcluded, statement) => (Tested::NotExcluded, statement),
        outcome => houses(facts).unwrap_or(outcome),
    }
}

/// L05: one verified organisation (what a gateway takes away cannot be seen), and where the whole case
/// says of no account whose it is, that.
pub fn pipelines(facts: &Facts<'_>) -> Outcome {
    let allowed = facts.count(|a| facts.material.attribute(a, "allowlist_reason").is_some());
    if allowed > 0 && facts.is_most(allowed) {
        let what = "are on the allow-list, whatever for: read the reason";
        return (Tested::NotExcluded, of_members(facts, allowed, what));
    }
    if let Some(outcome) = one_customer(facts) {
        return outcome;
    }
    if facts.material.names_owners() {
        return one_owner(facts);
    }
    let words = "{owners} accounts of the case name an organisation or a payment: whose accounts \
                 these are cannot be told";
    let what = "accounts with an organisation or a payment";
    (Tested::NotTestable, count(Statement::new(words), Benign::OWNERS, 0, what))
}

/// L07: one verified organisation whose traffic comes by several pathways.
pub fn router(facts: &Facts<'_>) -> Outcome {
    both(one_owner(facts), by_several_ways(facts))
}

fn by_several_ways(facts: &Facts<'_>) -> Outcome {
    if let Some(id) = ["D06", "D18"].into_iter().find(|id| facts.found(id)) {
        return (Tested::NotExcluded, words(&format!("{id}: {}", shown_by(id))));
    }
    if !facts.has_field(Field::Pathway) {
        return (Tested::NotTestable, words("no record names a pathway"));
    }
    (Tested::Excluded, words("no finding shows several pathways or accounts that take over"))
}

/// L11.
pub fn reseller(facts: &Facts<'_>) -> Outcome {
    by_programme(facts, &["resell", "aggregat"], "are declared resellers or aggregators")
}

/// L13.
pub fn research(facts: &Facts<'_>) -> Outcome {
    by_programme(facts, &RESEARCH, "are in a research or security programme")
}

/// L14: whatever a contract covers; the analyst reads the contract.
pub fn contract(facts: &Facts<'_>) -> Outcome {
    by_programme(facts, &DISTILLATION, "have a contract or a programme for distillation")
}

/// L15.
pub fn clients(facts: &Facts<'_>) -> Outcome {
    by_programme(facts, &["client", "review", "label"], "work under a contract with clients")
}
