//! Explanations that lie in whom the accounts belong to.

use super::{Facts, of_members, unless, words};
use crate::model::finding::{Statement, Tested};

fn has_owners(facts: &Facts<'_>) -> bool {
    facts.has_attribute("org_id") && facts.has_attribute("verification")
}

fn has_programmes(facts: &Facts<'_>) -> bool {
    facts.has_attribute("program") || facts.has_attribute("allowlist_reason")
}

const NO_OWNERS: &str = "the accounts table does not say which organisations were verified";
const NO_PROGRAMMES: &str = "the accounts table names no programmes and no allow-list";

fn by_owner(facts: &Facts<'_>, also: bool) -> (Tested, Statement) {
    if !has_owners(facts) {
        return (Tested::NotTestable, words(NO_OWNERS));
    }
    let n = facts.of_one_owner();
    (unless(also && facts.has_verified_owner()), of_members(facts, n, "are of one organisation"))
}

fn by_programme(facts: &Facts<'_>, programmes: &[&str], what: &str) -> (Tested, Statement) {
    if !has_programmes(facts) {
        return (Tested::NotTestable, words(NO_PROGRAMMES));
    }
    let n = facts.declared(programmes);
    (unless(facts.is_most(n)), of_members(facts, n, what))
}

/// L01: one verified organisation on the batch endpoint, or with a contract for it.
pub fn batch(facts: &Facts<'_>) -> (Tested, Statement) {
    let batch = facts.conduct.share(facts.conduct.batch) > 0.5;
    let declared = facts.is_most(facts.declared(&["batch"]));
    by_owner(facts, batch || declared)
}

/// L05: one verified organisation.
pub fn one_owner(facts: &Facts<'_>) -> (Tested, Statement) {
    by_owner(facts, true)
}

/// L06: one verified organisation, too; what a gateway takes away cannot be seen.
pub fn team(facts: &Facts<'_>) -> (Tested, Statement) {
    by_owner(facts, true)
}

/// L07: one verified organisation whose traffic comes by several pathways.
pub fn router(facts: &Facts<'_>) -> (Tested, Statement) {
    by_owner(facts, facts.found("D06") || facts.found("D18"))
}

/// L11.
pub fn reseller(facts: &Facts<'_>) -> (Tested, Statement) {
    by_programme(facts, &["resell", "aggregat"], "are declared resellers or aggregators")
}

/// L13.
pub fn research(facts: &Facts<'_>) -> (Tested, Statement) {
    by_programme(
        facts,
        &["research", "red team", "study", "security"],
        "are in a research or security programme",
    )
}

/// L14: whatever a contract covers; the analyst reads the contract.
pub fn contract(facts: &Facts<'_>) -> (Tested, Statement) {
    by_programme(
        facts,
        &["distill", "teacher", "contract", "sanction"],
        "have a contract or a programme for distillation",
    )
}

/// L15.
pub fn clients(facts: &Facts<'_>) -> (Tested, Statement) {
    by_programme(facts, &["client", "review", "label"], "work under a contract with clients")
}
