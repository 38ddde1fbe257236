//! Accounts of which some kind of prompt is a good part of what they ask.

use std::sync::Arc;

use rayon::prelude::*;

use super::contrast::Contrast;
use crate::detect::stats::interval::wilson;
use crate::detect::{Definition, Group, Look, Material, Measures, Property, Seen};
use crate::index::Templates;
use crate::job::Cancelled;
use crate::model::finding::{Evidence, Finding, Recipe, Statement, Subject, Unit};

/// Confidence of the interval of a share.
const CONFIDENCE: f64 = 0.95;
/// Role of the rows that count.
const ROLE: &str = "asking for it";

/// What is looked for in a row: groups of rules, as bits.
/// `None` where the prompt was not read.
pub(super) type GroupsOf = fn(&Prompts<'_>, u32) -> Option<u32>;

/// The prompts of a case, and the bits of the groups that questions name.
pub(crate) struct Prompts<'a> {
    pub material: &'a Material<'a>,
    templates: Arc<Templates>,
    /// Answers graded.
    pub grading: u32,
    /// Traces of reasoning cleaned.
    pub cleaning: u32,
}

impl<'a> Prompts<'a> {
    pub fn of(material: &'a Material<'a>) -> Self {
        let rules = material.rules();
        let (grading, cleaning) = (rules.bit("grading"), rules.bit("cleaning"));
        Self { material, templates: material.index.templates(), grading, cleaning }
    }

    /// Groups of rules that hold in the prompt of a row; `None` where it was not read.
    pub fn groups(&self, row: u32) -> Option<u32> {
        self.material.groups(&self.templates, row)
    }
}

/// A question to all prompts.
#[derive(Clone, Copy)]
pub(super) struct Question {
    pub definition: &'static Definition,
    pub groups_of: GroupsOf,
    /// What the prompts do, after their number: `ask for …`.
    pub words: &'static str,
}

/// Prompts of an account, those that were looked at, and those that ask for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    all: u64,
    prompts: u64,
    hits: u64,
}

impl Count {
    fn add(&mut self, other: Self) {
        self.all += other.all;
        self.prompts += other.prompts;
        self.hits += other.hits;
    }

    /// How many ask for it in all, as far as those that were looked at say.
    fn in_all(self) -> f64 {
        self.hits as f64 * self.all as f64 / self.prompts.max(1) as f64
    }
}

/// What is measured of accounts: whether it is a good part of what they ask, and how many of their
/// prompts were looked at, at most 1,000 by lot.
const ASKS_SO: &str = "asks so as a good part of what it asks";
const READ: &str = "prompts looked at";

/// The answer to it.
pub(super) struct Asking<'a> {
    material: &'a Material<'a>,
    question: Question,
    /// By account.
    counts: Vec<Count>,
    /// Rows that ask for it, account after account, and where those of each begin.
    hits: Vec<u32>,
    begins: Vec<usize>,
    /// Of which accounts that ask anything it is a good part of that.
    pub property: Property,
    least_prompts: f64,
    least_of_cluster: f64,
}

impl Seen for Asking<'_> {
    fn accounts(&self) -> Result<Vec<Finding>, Cancelled> {
        Ok(self.of_accounts())
    }

    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        Ok(self.of_group(group))
    }

    fn measured(&self) -> Measures {
        let read = (0..).zip(&self.counts).filter(|(_, count)| count.prompts > 0);
        let read = read.map(|(account, count)| (account, count.prompts as f64)).collect();
        vec![(ASKS_SO.into(), self.property.measured()), (READ.into(), read)]
    }
}

impl<'a> Asking<'a> {
    /// The parameters are those of the question's detector: `least_share`, `least_prompts`,
    /// `least_share_of_a_cluster`.
    pub fn new(look: &Look<'a>, question: Question) -> Self {
        let get = |name| look.parameter(question.definition, name);
        let material = look.material;
        let (counts, hits) = counts(material, question.groups_of);
        let mut begins = vec![0];
        begins.extend(counts.iter().scan(0, |sum, count| {
            *sum += count.hits as usize;
            Some(*sum)
        }));
        let least_share = get("least_share");
        let is_one = |count: &Count| {
            let interval = wilson(count.hits, count.prompts, CONFIDENCE);
            count.hits > 1 && interval.is_some_and(|interval| interval.low >= least_share)
        };
        let asks = |count: &Count| (count.prompts > 0).then(|| is_one(count));
        let property = Property::new(counts.iter().map(asks));
        Self {
            material,
            question,
            counts,
            hits,
            begins,
            property,
            least_prompts: get("least_prompts"),
            least_of_cluster: get("least_share_of_a_cluster"),
        }
    }

    /// Single accounts that ask it so often that it is no trial.
    pub fn of_accounts(&self) -> Vec<Finding> {
        let is_many = |a: &u32| self.counts[*a as usize].in_all() >= self.least_prompts;
        self.property.having().filter(is_many).map(|account| self.of_account(account)).collect()
    }

    fn of_account(&self, account: u32) -> Finding {
        let count = self.counts[account as usize];
        let usual = self.property.usual(Group { id: 0, members: &[account] });
        let share = count.hits as f64 / count.prompts.max(1) as f64;
        let log10_p = Some(libm::log10(usual)).filter(|p| p.is_finite());
        let threshold = format!("at least {} prompts", self.least_prompts);
        let numbers = Numbers { statistic: share, usual, log10_p, threshold };
        self.finding(Subject::Account(account), &[account], numbers)
    }

    /// A cluster in which a good part of the accounts ask it.
    pub fn of_group(&self, group: Group<'_>) -> Option<Finding> {
        let Contrast { inside, share, usual, log10_p } = Contrast::new(group, &self.property);
        if inside.len() < 2 || share < self.least_of_cluster {
            return None;
        }
        let threshold =
            format!("at least {} of the cluster", Unit::Share.text(self.least_of_cluster));
        let numbers = Numbers { statistic: share, usual, log10_p, threshold };
        let mut finding = self.finding(group.subject(), &inside, numbers);
        let statement = std::mem::take(&mut finding.statement);
        let words = format!("{{accounts}} of {{members}} accounts: {}", statement.words);
        let accounts = Recipe::Accounts { role: ROLE.into() };
        finding.statement = Statement { words, ..statement }
            .with("members", group.members.len() as f64, Unit::Count, Recipe::ClusterMembers)
            .with("accounts", inside.len() as f64, Unit::Count, accounts);
        Some(finding)
    }

    fn finding(&self, subject: Subject, accounts: &[u32], numbers: Numbers) -> Finding {
        let (evidence, most) = self.evidence(accounts);
        let definition = self.question.definition;
        Finding {
            subject,
            detector: definition.id.into(),
            version: definition.version,
            family: definition.family,
            accounts: accounts.to_vec(),
            statement: self.statement(&evidence, accounts, &most, numbers.usual),
            statistic: numbers.statistic,
            threshold: numbers.threshold,
            effect: numbers.statistic / numbers.usual.max(1e-9),
            null: None,
            log10_p: numbers.log10_p,
            is_exact: false,
            evidence: vec![evidence],
        }
    }

    fn statement(&self, of: &Evidence, accounts: &[u32], most: &str, usual: f64) -> Statement {
        let all: u64 = accounts.iter().map(|a| self.counts[*a as usize].prompts).sum();
        let hits = of.events.len() as f64;
        let rules = self.material.rules();
        let has_others = self.material.index.accounts().len() > accounts.len();
        let compared = match has_others {
            true => {
                "Of all other accounts, at most {usual} ask so as a good part of what they ask."
            }
            false => "There are no other accounts to compare with.",
        };
        let whose = if accounts.len() == 1 { "this account" } else { "these accounts" };
        let words = format!(
            "{{hits}} prompts {}, most of them {most} (rules version {}, SHA-256 {}…); that is \
             {{share}} of the {{read}} prompts of {whose} that were looked at. {compared}",
            self.question.words,
            rules.version,
            rules.sha256.get(..8).unwrap_or_default(),
        );
        let statement = Statement::new(words)
            .with("hits", hits, Unit::Count, Recipe::Records { role: ROLE.into() })
            .with(
                "share",
                hits / all.max(1) as f64,
                Unit::Share,
                Recipe::Quotient { of: "hits".into(), by: "read".into(), plus: 0.0 },
            )
            .with("read", all as f64, Unit::Count, Recipe::Measured { what: READ.into() });
        match has_others {
            true => statement.with(
                "usual",
                usual,
                Unit::ShareAtMost,
                Recipe::OthersMeasured { what: ASKS_SO.into() },
            ),
            false => statement,
        }
    }

    /// The rows of an account that ask for it.
    fn hits_of(&self, account: u32) -> &[u32] {
        let at = account as usize;
        self.begins.get(at..at + 2).map_or(&[], |of| &self.hits[of[0]..of[1]])
    }

    /// The rows of some accounts that count, and what most of them ask for.
    fn evidence(&self, accounts: &[u32]) -> (Evidence, String) {
        let index = self.material.index;
        let prompts = Prompts::of(self.material);
        let rules = self.material.rules();
        let mut of_group = vec![0_u64; rules.groups.len()];
        let mut events = Vec::new();
        for row in accounts.iter().flat_map(|account| self.hits_of(*account)) {
            let groups = (self.question.groups_of)(&prompts, *row).unwrap_or(0);
            events.push(index.event_id(*row));
            let counts = of_group.iter_mut().enumerate();
            counts.filter(|(at, _)| groups & (1 << at) != 0).for_each(|(_, count)| *count += 1);
        }
        events.sort_unstable();
        events.dedup();
        let most = of_group.iter().enumerate().max_by_key(|(at, n)| (**n, std::cmp::Reverse(*at)));
        let title = most.and_then(|(at, _)| Some(rules.groups.get(at)?.title.clone()));
        (Evidence { role: ROLE.into(), events }, title.unwrap_or_default())
    }
}

struct Numbers {
    statistic: f64,
    usual: f64,
    log10_p: Option<f64>,
    threshold: String,
}

/// Rows that a thread takes at once, at least.
const BLOCK: usize = 1 << 20;

/// By account, and the rows that ask for it, account after account.
///
/// Naive: of each account, go through its records that have a prompt. In the order of the rows, in
/// which all that is asked of them lies one after the other.
fn counts(material: &Material<'_>, groups_of: GroupsOf) -> (Vec<Count>, Vec<u32>) {
    let (index, prompts) = (material.index, Prompts::of(material));
    let counted = index.everything();
    // One block for each thread: each counts for every account of the case.
    let block = index.len().div_ceil(rayon::current_num_threads()).max(BLOCK);
    let none = || (vec![Count::default(); index.accounts().len()], Vec::new());
    let is_asked = |row: &u32| prompts.templates.of(*row).is_some() && counted.contains(*row);
    let of_block = |start: usize| {
        let (mut counts, mut hits) = none();
        let end = start.saturating_add(block).min(index.len());
        for row in (start as u32..end as u32).filter(is_asked) {
            let groups = groups_of(&prompts, row);
            let account = index.account_of(row);
            let count = &mut counts[account as usize];
            count.all += 1;
            count.prompts += u64::from(groups.is_some());
            if groups.is_some_and(|groups| groups != 0) {
                count.hits += 1;
                hits.push((account, row));
            }
        }
        (counts, hits)
    };
    type Found = (Vec<Count>, Vec<(u32, u32)>);
    let add = |(mut all, mut hits): Found, (some, more): Found| {
        all.iter_mut().zip(some).for_each(|(all, some)| all.add(some));
        hits.extend(more);
        (all, hits)
    };
    let starts: Vec<usize> = (0..index.len()).step_by(block).collect();
    let found = starts.into_par_iter().map(of_block).reduce_with(add);
    let (counts, mut hits) = found.unwrap_or_else(none);
    hits.sort_unstable();
    (counts, hits.into_iter().map(|(_, row)| row).collect())
}
