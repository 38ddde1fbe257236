//! D18: one template reaches the service by several pathways at once, on different accounts.

use std::collections::{BTreeMap, BTreeSet};

use crate::detect::material::by_account::by_account;
use crate::detect::stats::binomial;
use crate::detect::{
    COORDINATED, Claim, Definition, Detector, Group, Look, Material, Need, Parameter, Seen,
    Strength, evidence, quoted,
};
use crate::job::Cancelled;
use crate::model::finding::{Family, Finding, Recipe, Statement, Unit};
use crate::model::{FREE_TEXT, Field};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D18",
    version: 3,
    title: "Many pathways",
    family: Family::Infrastructure,
    strength: Strength::Supporting,
    speaks_to: COORDINATED,
    sees: "a template that some accounts of a cluster send by one pathway and others by another: \
           programming interface, console, clouds, aggregators",
    cannot_see: "aggregators that strip what names the pathway; a customer with a fallback router \
                 looks the same, which is why this only supports",
    needs: &[Need::Accounts, Need::Field(Field::Pathway), Need::Templates],
    parameters: &[
        Parameter {
            name: "least_requests_by_pathway",
            default: 5.0,
            reason: "a request or two are somebody trying",
        },
        Parameter { name: "least_pathways", default: 2.0, reason: "most customers have one" },
        Parameter {
            name: "most_usual_share",
            default: 0.1,
            reason: "where more of other shared templates come by several pathways, it says nothing",
        },
    ],
    source: "spread over pathways as reported by Anthropic (23 February 2026) and AA26-251A",
};

/// The detector.
pub struct Pathways;

impl Detector for Pathways {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        let mut names: Vec<&'a str> = Vec::new();
        let mut pathway = Vec::new();
        for call in &look.material.index.dimensions().calls {
            let name = call.pathway.as_deref();
            if let Some(name) = name.filter(|name| !names.contains(name)) {
                names.push(name);
            }
            pathway.push(name.and_then(|name| names.iter().position(|known| *known == name)));
        }
        let least = look.parameter(&DEFINITION, "least_requests_by_pathway") as u32;
        let n = look.material.index.accounts().len() as u32;
        let by = by_account(n, |account| own(look.material, &pathway, account, least));
        let mut seen = Spread { look: *look, names, pathway, by, all: Used::new() };
        let everybody: Vec<u32> = (0..n).collect();
        seen.all = seen.used(&everybody);
        Ok(Box::new(seen))
    }
}

struct Spread<'a> {
    look: Look<'a>,
    names: Vec<&'a str>,
    /// By kind of call.
    pathway: Vec<Option<usize>>,
    /// By account, the templates it sent by each pathway often enough.
    by: Vec<Vec<(u32, usize)>>,
    /// The same of all accounts, by template.
    all: Used,
}

/// The templates and pathways of an account with `least` requests, each once.
fn own(
    material: &Material<'_>,
    pathway: &[Option<usize>],
    account: u32,
    least: u32,
) -> Vec<(u32, usize)> {
    let mut sent: Vec<(u32, usize)> = Vec::new();
    for record in material.records(account) {
        let template = record.template.filter(|id| *id != FREE_TEXT);
        let pathway = pathway[record.call as usize];
        if let (Some(template), Some(pathway)) = (template, pathway) {
            sent.push((template, pathway));
        }
    }
    sent.sort_unstable();
    let often = sent.chunk_by(|a, b| a == b).filter(|of| of.len() >= least as usize);
    often.map(|of| of[0]).collect()
}

impl Seen for Spread<'_> {
    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        self.look.progress.check()?;
        Ok(self.of(group))
    }
}

/// The pathways of each template by enough requests, and of each pathway who uses it.
type Used = BTreeMap<u32, BTreeMap<usize, BTreeSet<u32>>>;

impl Spread<'_> {
    fn used(&self, accounts: &[u32]) -> Used {
        let mut used = Used::new();
        for account in accounts {
            for (template, pathway) in &self.by[*account as usize] {
                used.entry(*template).or_default().entry(*pathway).or_default().insert(*account);
            }
        }
        used
    }

    fn of(&self, group: Group<'_>) -> Option<Finding> {
        let get = |name| self.look.parameter(&DEFINITION, name);
        let members = self.look.material.strangers(group.members);
        let own = self.used(&members);
        let is_spread = |by: &&BTreeMap<usize, BTreeSet<u32>>| {
            let accounts: BTreeSet<u32> = by.values().flatten().copied().collect();
            by.len() as f64 >= get("least_pathways") && accounts.len() >= 2
        };
        let (template, by) = own
            .iter()
            .filter(|(_, by)| is_spread(by))
            .max_by_key(|(id, by)| (by.len(), std::cmp::Reverse(**id)))?;
        // Templates that no member sends.
        let any = self.used(group.members);
        let shares = |by: &&BTreeMap<usize, BTreeSet<u32>>| by.values().flatten().count() >= 2;
        let others = self.all.iter().filter(|(id, _)| !any.contains_key(id)).map(|(_, by)| by);
        let shared: Vec<_> = others.filter(shares).collect();
        let usual = (shared.iter().copied().filter(is_spread).count() as f64 + 1.0)
            / (shared.len() as f64 + 1.0);
        if usual > get("most_usual_share") {
            return None;
        }
        let hits = own.values().filter(is_spread).count() as u64;
        let all = own.values().filter(shares).count() as u64;
        self.judged((*template, by), usual, binomial::ln_at_least(hits, all, usual)?, group)
    }

    fn judged(
        &self,
        (template, by): (u32, &BTreeMap<usize, BTreeSet<u32>>),
        usual: f64,
        ln_p: f64,
        group: Group<'_>,
    ) -> Option<Finding> {
        let index = self.look.material.index;
        let templates = index.templates();
        let accounts: BTreeSet<u32> = by.values().flatten().copied().collect();
        // One request of each account by each pathway shows it.
        let rows = by.iter().flat_map(|(pathway, accounts)| {
            accounts.iter().filter_map(|account| {
                index.rows_of_account(*account).iter().copied().find(|row| {
                    index.everything().contains(*row)
                        && templates.of(*row) == Some(template)
                        && self.pathway[index.call_of(*row) as usize] == Some(*pathway)
                })
            })
        });
        let role = || "by pathway".to_owned();
        let names: Vec<String> = by.keys().map(|pathway| quoted(self.names[*pathway])).collect();
        let words = format!(
            "The prompt template {template} came by {{pathways}} pathways ({}) from {{accounts}} \
             accounts. Of templates that other accounts share, at most {{usual}} come by more than one.",
            names.join(", ")
        );
        let distinct = Recipe::Distinct { role: role(), field: "pathway".into() };
        let what = "shared templates of other accounts that come by several pathways, one added";
        let statement = Statement::new(words)
            .with("pathways", by.len() as f64, Unit::Count, distinct)
            .with("accounts", accounts.len() as f64, Unit::Count, Recipe::Accounts { role: role() })
            .with("usual", usual, Unit::ShareAtMost, Recipe::Case { what: what.into() });
        let claim = Claim {
            accounts: accounts.into_iter().collect(),
            statement,
            statistic: by.len() as f64,
            threshold: format!(
                "at least {} pathways",
                self.look.parameter(&DEFINITION, "least_pathways")
            ),
            // What is usual is a share of templates: no multiple of it is a number of pathways.
            effect: 1.0,
            null: None,
            ln_p: Some(ln_p),
            evidence: vec![evidence(index, &role(), rows)],
        };
        claim.finding(&DEFINITION, group.subject())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Attributes;
    use crate::detect::testcase::Sent;
    use crate::detect::testkit::attributes;
    use crate::detect::timing::rotation::tests::said;

    /// Two accounts with template 1, by one or two pathways; twenty pairs of others with a template
    /// of their own by one pathway.
    fn world(second: &'static str) -> Vec<Sent> {
        let mut sent = Vec::new();
        for account in 0..42_u32 {
            let pathway = if account == 1 { second } else { "api" };
            let template = 1 + account / 2;
            for i in 0..6 {
                sent.push(Sent { at: i, account, template, pathway, ..Sent::default() });
            }
        }
        sent
    }

    #[test]
    fn a_template_by_two_pathways_on_two_accounts_is_spread() {
        let none = Attributes::new();
        let found = said(&Pathways, &world("cloud"), &none, &[0, 1]).expect("spread");
        assert_eq!(
            found.statement.text(),
            "The prompt template 1 came by 2 pathways (api, cloud) from 2 accounts. Of templates that \
             other accounts share, at most 4.8 % come by more than one."
        );
        assert_eq!(found.events_of("by pathway").len(), 2);
        assert_eq!(said(&Pathways, &world("api"), &none, &[0, 1]), None);
        let org = attributes(&[(0, "org_id", "o"), (1, "org_id", "o")]);
        assert_eq!(said(&Pathways, &world("cloud"), &org, &[0, 1]), None);
    }

    #[test]
    fn records_that_are_no_calls_are_no_pathway() {
        use crate::model::Granularity;
        let mut sent = world("api");
        sent.extend((0..9).map(|i| Sent {
            at: 10 + i,
            account: 1,
            template: 1,
            pathway: "cloud",
            granularity: Granularity::Bucket,
            ..Sent::default()
        }));
        assert_eq!(said(&Pathways, &sent, &Attributes::new(), &[0, 1]), None);
    }
}
