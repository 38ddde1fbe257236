//! Innocent explanations: for each finding, whether the facts exclude it.
//!
//! Where an explanation stands, a cluster is indicative at most. One that cannot be tested takes
//! nothing away and is shown as that, never as excluded. What the case does not say of an account or
//! of an exchange counts for neither side. One is different: that all accounts are of one owner, whose
//! pipeline, router or class they are, explains so much that it takes a level away, too, where nothing
//! in the whole case could exclude it ([`Benign::takes_level`]).

mod conduct;
mod facts;
mod known;
pub(super) mod owners;
mod sharing;
#[cfg(test)]
mod tests;

pub use facts::Facts;

use super::detector::{Group, Ties};
use super::material::Material;
use crate::model::finding::{Benign, Finding, Recipe, Statement, Tested, Unit};

/// An innocent explanation.
#[derive(Clone, Copy, Debug)]
pub struct LookAlike {
    /// Its id: `L10`.
    pub id: &'static str,
    /// What it would be.
    pub title: &'static str,
    test: fn(&Facts<'_>) -> (Tested, Statement),
}

/// All of them, in the order of their ids.
pub const ALL: [LookAlike; 19] = [
    LookAlike { id: "L01", title: "Batch jobs of one enterprise", test: owners::batch },
    LookAlike { id: "L02", title: "An evaluation suite or leaderboard", test: conduct::evaluation },
    LookAlike { id: "L03", title: "A benchmark run again and again", test: conduct::monitor },
    LookAlike { id: "L04", title: "A chatbot with one instruction", test: conduct::chatbot },
    LookAlike {
        id: "L05",
        title: "Pipelines and coding agents of one owner",
        test: owners::pipelines,
    },
    LookAlike { id: "L06", title: "A team behind one gateway", test: owners::team },
    LookAlike { id: "L07", title: "A router between vendors", test: owners::router },
    LookAlike { id: "L08", title: "People behind one address", test: sharing::address },
    LookAlike { id: "L09", title: "Users of one VPN", test: sharing::vpn },
    LookAlike { id: "L10", title: "A class with one assignment", test: sharing::class },
    LookAlike { id: "L11", title: "A declared reseller", test: owners::reseller },
    LookAlike {
        id: "L12",
        title: "Customers of a reseller, who harvest nothing",
        test: sharing::resale,
    },
    LookAlike { id: "L13", title: "A red team or scholars", test: owners::research },
    LookAlike { id: "L14", title: "Distillation under contract", test: owners::contract },
    LookAlike { id: "L15", title: "Documents reviewed for clients", test: owners::clients },
    LookAlike { id: "L16", title: "Steps asked for a class or an audit", test: conduct::steps },
    LookAlike { id: "L17", title: "Conversations forked and restored", test: conduct::restored },
    LookAlike { id: "L18", title: "A public prompt or program", test: sharing::public_prompt },
    LookAlike { id: "L19", title: "A team that reacts to one event", test: conduct::incident },
];

/// Those that can be asked of one account alone; the others speak of several.
const OF_ONE: [&str; 10] = ["L01", "L02", "L03", "L04", "L11", "L13", "L14", "L15", "L16", "L18"];

/// Whether an explanation says that what was found is allowed, not that it is something else.
pub fn allows(id: &str) -> bool {
    id == "L14"
}

/// Tests all innocent explanations of a cluster; `ties` are those between its accounts.
pub fn of_group(
    material: &Material<'_>,
    group: Group<'_>,
    findings: &[Finding],
    ties: &Ties,
) -> Vec<Benign> {
    let facts = Facts::of(material, group, findings, ties);
    ALL.iter().map(|look_alike| look_alike.tested(&facts)).collect()
}

/// Tests the innocent explanations of what was found about one account, of those that can be asked
/// of one.
pub fn of_account(material: &Material<'_>, account: u32, findings: &[Finding]) -> Vec<Benign> {
    let members = [account];
    let none = Ties::default();
    let facts = Facts::of(material, Group { id: 0, members: &members }, findings, &none);
    let asked = ALL.iter().filter(|look_alike| OF_ONE.contains(&look_alike.id));
    asked.map(|look_alike| look_alike.tested(&facts)).collect()
}

impl LookAlike {
    fn tested(&self, facts: &Facts<'_>) -> Benign {
        let (tested, facts) = (self.test)(facts);
        Benign { id: self.id.to_owned(), tested, facts }
    }
}

/// Facts without a number.
fn words(words: &str) -> Statement {
    Statement::new(words)
}

/// A statement with a count that only the whole case gives.
fn count(statement: Statement, name: &str, n: u64, what: &str) -> Statement {
    statement.with(name, n as f64, Unit::Count, Recipe::Case { what: what.to_owned() })
}

/// "{n} of {members} accounts …".
fn of_members(facts: &Facts<'_>, n: usize, what: &str) -> Statement {
    let statement = Statement::new(format!("{{n}} of {{members}} accounts {what}"));
    count(statement, "n", n as u64, what).with(
        "members",
        facts.members() as f64,
        Unit::Count,
        Recipe::Members,
    )
}

/// Where no exchange counts, nothing is said of a share of them.
const NO_EXCHANGE: &str = "no record of the accounts is an exchange";

/// "{share} of the exchanges …", where there is any.
fn share(facts: &Facts<'_>, n: u64, what: &str) -> Statement {
    if facts.conduct.rows == 0 {
        return words(NO_EXCHANGE);
    }
    Statement::new(format!("{{share}} of the exchanges {what}")).with(
        "share",
        facts.conduct.share(n),
        Unit::Share,
        Recipe::Case { what: what.to_owned() },
    )
}

/// What a finding shows of the accounts, as a reason against an explanation.
fn shown_by(detector: &str) -> &'static str {
    match detector {
        "D01" => "the accounts take turns",
        "D06" => "another account begins where errors stop one",
        "D07" => "young accounts go on with what closed ones did",
        "D18" => "accounts ask in one template by several pathways",
        "D20" => "reasoning blocks issued to one account are submitted by another",
        "D21" => "accounts not known to be of one party ask in the same templates",
        "D22" => "one instruction stands in different prompts of the accounts",
        "D23" => "the accounts ask for what training data is made of",
        "D26" => "the accounts divide one list among them",
        "D27" => "the accounts have answers graded or cleaned",
        "D28" => "wordings were tried, and the one that works was scaled up",
        "D35" => "the accounts send one system prompt, equally often",
        _ => "something else was found",
    }
}

/// Excluded by the first of these detectors that has found something, with what that shows.
fn because(facts: &Facts<'_>, detectors: &[&str], tail: &str) -> Option<known::Outcome> {
    let id = detectors.iter().find(|id| facts.found(id))?;
    Some((Tested::Excluded, words(&format!("{id}: {}, {tail}", shown_by(id)))))
}
