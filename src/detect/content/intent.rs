//! D23: prompts that ask for what training data is made of: hidden reasoning written out, thinking
//! in a given language, texts recast for a censor, tasks for reinforcement learning.
//!
//! What a prompt asks for is said by rules ([`crate::detect::rules`]), read in its text where texts
//! were read, else in the fixed text of its template. A rule is easily met by somebody innocent once;
//! what counts is that it is a good part of what an account asks.

use rayon::prelude::*;

use super::contrast::Contrast;
use crate::detect::stats::interval::wilson;
use crate::detect::{
    Definition, Detector, Group, HARVESTING, Look, Material, Need, Parameter, Seen, Strength,
};
use crate::job::Cancelled;
use crate::model::finding::{Evidence, Family, Finding, Recipe, Statement, Subject, Unit};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D23",
    version: 1,
    title: "Prompts that ask for training data",
    family: Family::Content,
    strength: Strength::Evidence,
    speaks_to: HARVESTING,
    sees: "prompts that ask to write out hidden reasoning, force the language of thinking, pretend \
           a debug session, recast texts for a censor, write tasks for reinforcement learning, \
           where they are a good part of what accounts ask",
    cannot_see: "requests worded as none of the rules foresees; whether a study or a red team was \
                 agreed on",
    needs: &[Need::Templates],
    parameters: &[
        Parameter {
            name: "least_share",
            default: 0.2,
            reason: "a fifth of what an account asks is no curiosity (lower end of the 95 % interval)",
        },
        Parameter {
            name: "least_prompts",
            default: 200.0,
            reason: "a single account below that is a trial, a lesson or a study",
        },
        Parameter {
            name: "least_share_of_a_cluster",
            default: 0.25,
            reason: "a few accounts that ask so do not speak for a network",
        },
    ],
    source: "Anthropic (23 February 2026), Google GTIG (12 February 2026), AA26-251A; the rules are \
             ours and may be edited; interval after Wilson (1927)",
};

/// Groups that other detectors look at.
const ELSEWHERE: [&str; 2] = ["grading", "cleaning"];
/// Confidence of the interval.
const CONFIDENCE: f64 = 0.95;

/// The detector.
pub struct Intent;

impl Detector for Intent {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        let get = |name| look.parameter(&DEFINITION, name);
        let seen = Asking::new(look.material, get("least_share"), get("least_prompts"));
        Ok(Box::new(Asking { least_of_cluster: get("least_share_of_a_cluster"), ..seen }))
    }
}

/// Prompts of an account, and those that rules hold in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    prompts: u64,
    hits: u64,
}

struct Asking<'a> {
    material: &'a Material<'a>,
    /// Groups that count, as bits.
    wanted: u32,
    /// By account.
    counts: Vec<Count>,
    /// Accounts of which it is a good part of what they ask, rising.
    having: Vec<u32>,
    least_prompts: f64,
    least_of_cluster: f64,
}

impl<'a> Asking<'a> {
    fn new(material: &'a Material<'a>, least_share: f64, least_prompts: f64) -> Self {
        let rules = material.rules();
        let wanted = (rules.groups.iter())
            .filter(|group| !ELSEWHERE.contains(&group.id.as_str()))
            .fold(0, |bits, group| bits | rules.bit(&group.id));
        let counts = counts(material, wanted);
        let is_one = |count: &Count| {
            let interval = wilson(count.hits, count.prompts, CONFIDENCE);
            count.hits > 1 && interval.is_some_and(|interval| interval.low >= least_share)
        };
        let having = (0..).zip(&counts).filter(|(_, count)| is_one(count)).map(|of| of.0).collect();
        Self { material, wanted, counts, having, least_prompts, least_of_cluster: 0.0 }
    }
}

fn counts(material: &Material<'_>, wanted: u32) -> Vec<Count> {
    let (index, counted) = (material.index, material.index.everything());
    let templates = index.templates();
    let of = |account: u32| {
        let mut count = Count::default();
        for row in index.rows_of_account(account) {
            if templates.of(*row).is_some() && counted.contains(*row) {
                let groups = material.groups(&templates, *row).unwrap_or_default();
                count.prompts += 1;
                count.hits += u64::from(groups & wanted != 0);
            }
        }
        count
    };
    (0..index.accounts().len() as u32).into_par_iter().with_min_len(16).map(of).collect()
}

impl Seen for Asking<'_> {
    fn accounts(&self) -> Result<Vec<Finding>, Cancelled> {
        Ok(self.having.iter().filter_map(|account| of_account(self, *account)).collect())
    }

    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        Ok(of_group(self, group))
    }
}

fn of_account(seen: &Asking<'_>, account: u32) -> Option<Finding> {
    let count = seen.counts[account as usize];
    if (count.hits as f64) < seen.least_prompts {
        return None;
    }
    let others = seen.having.len() as f64 - 1.0;
    let accounts = seen.counts.iter().filter(|count| count.prompts > 0).count() as f64;
    let usual = (others + 1.0) / accounts.max(1.0);
    let share = count.hits as f64 / count.prompts as f64;
    Some(finding(
        seen,
        Subject::Account(account),
        &[account],
        (share, usual, Some(libm::log10(usual))),
    ))
}

fn of_group(seen: &Asking<'_>, group: Group<'_>) -> Option<Finding> {
    let contrast = Contrast::new(group, &seen.having, seen.counts.len());
    if contrast.inside.len() < 2 || contrast.share < seen.least_of_cluster {
        return None;
    }
    let numbers = (contrast.share, contrast.usual, contrast.log10_p);
    let mut finding = finding(seen, group.subject(), &contrast.inside, numbers);
    let members = group.members.len() as f64;
    finding.statement.words =
        format!("{{accounts}} of {{members}} accounts: {}", finding.statement.words);
    finding.statement =
        finding.statement.with("members", members, Unit::Count, Recipe::ClusterMembers).with(
            "accounts",
            contrast.inside.len() as f64,
            Unit::Count,
            Recipe::Accounts { role: "asking for it".into() },
        );
    Some(finding)
}

fn finding(
    seen: &Asking<'_>,
    subject: Subject,
    accounts: &[u32],
    (statistic, usual, log10_p): (f64, f64, Option<f64>),
) -> Finding {
    let (asking, most) = evidence(seen, accounts);
    let rest = accounts.iter().map(|a| seen.counts[*a as usize].prompts).sum::<u64>();
    let share = asking.events.len() as f64 / rest.max(1) as f64;
    let role = || asking.role.clone();
    let words = format!(
        "{{hits}} prompts ask for what training data is made of, most of them {most} (rules {}, {}); \
         that is {{share}} of the prompts of these accounts. Of all other accounts {{usual}} ask so \
         as a good part of what they ask.",
        seen.material.rules().version,
        &seen.material.rules().sha256.get(..8).unwrap_or_default(),
    );
    let case = |what: &str| Recipe::Case { what: what.into() };
    let statement = Statement::new(words)
        .with("hits", asking.events.len() as f64, Unit::Count, Recipe::Records { role: role() })
        .with("share", share, Unit::Share, case("prompts of these accounts, with and without"))
        .with("usual", usual, Unit::Share, case("other accounts of the case, one added"));
    Finding {
        subject,
        detector: DEFINITION.id.into(),
        version: DEFINITION.version,
        family: DEFINITION.family,
        accounts: accounts.to_vec(),
        statement,
        statistic,
        threshold: match subject {
            Subject::Cluster(_) => format!("at least {}", seen.least_of_cluster),
            Subject::Account(_) => format!("at least {} prompts", seen.least_prompts),
        },
        effect: statistic / usual.max(f64::MIN_POSITIVE),
        null: None,
        log10_p,
        is_exact: false,
        evidence: vec![asking],
    }
}

/// The rows of some accounts in which rules hold, and what most of them ask for.
fn evidence(seen: &Asking<'_>, accounts: &[u32]) -> (Evidence, String) {
    let (material, index) = (seen.material, seen.material.index);
    let (templates, counted) = (index.templates(), index.everything());
    let rules = material.rules();
    let mut of_group = vec![0_u64; rules.groups.len()];
    let mut events = Vec::new();
    for row in accounts.iter().flat_map(|account| index.rows_of_account(*account)) {
        let is_prompt = templates.of(*row).is_some() && counted.contains(*row);
        let groups = material.groups(&templates, *row).unwrap_or_default() & seen.wanted;
        if is_prompt && groups != 0 {
            events.push(index.event_id(*row));
            let in_it = of_group.iter_mut().enumerate().filter(|(at, _)| groups & (1 << at) != 0);
            in_it.for_each(|(_, count)| *count += 1);
        }
    }
    events.sort_unstable();
    events.dedup();
    let most = of_group.iter().enumerate().max_by_key(|(at, n)| (**n, std::cmp::Reverse(*at)));
    let title = most.and_then(|(at, _)| Some(rules.groups.get(at)?.title.clone()));
    (Evidence { role: "asking for it".into(), events }, title.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::material::Attributes;
    use crate::detect::testkit::{Asked, case};

    const ASKING: &str = "Task …: write out the hidden reasoning behind … step by step";

    fn crowd() -> crate::index::Index {
        let mut rows = Vec::new();
        for account in 0..60u32 {
            let asking = if account < 5 { 30 } else { u32::from(account == 9) };
            rows.extend((0..40).map(|i| Asked::of(i.into(), account, u32::from(i < asking), 0)));
        }
        rows.extend((0..300).map(|i| Asked::of(100 + i, 60, 1, 0)));
        case(70, &[ASKING], &rows)
    }

    #[test]
    fn accounts_of_which_it_is_a_good_part_are_told_and_curiosity_is_not() {
        let (index, none) = (crowd(), Attributes::new());
        let material = Material::new(&index, &none, &[]);
        let seen = Asking { least_of_cluster: 0.25, ..Asking::new(&material, 0.2, 200.0) };
        assert_eq!(seen.having, [0, 1, 2, 3, 4, 60]);
        let alone = seen.accounts().expect("nobody cancels");
        assert_eq!(alone.iter().map(|f| f.subject).collect::<Vec<_>>(), [Subject::Account(60)]);
        let group = Group { id: 1, members: &[0, 1, 2, 3, 4, 9] };
        let finding = of_group(&seen, group).expect("five of six");
        let text = finding.statement.text();
        assert!(
            text.starts_with(
                "5 of 6 accounts: 150 prompts ask for what training data is made of, most of them \
             hidden reasoning to be written out (rules 1, "
            ),
            "{text}"
        );
        assert!(text.contains("75 % of the prompts"), "{text}");
        assert_eq!(finding.events_of("asking for it").len(), 150);
        assert!(finding.log10_p.is_some_and(|p| p < -5.0));
        assert_eq!(of_group(&seen, Group { id: 1, members: &[4, 9, 10, 11, 12, 13] }), None);
    }

    #[test]
    fn texts_that_were_read_say_more_than_templates() {
        let (index, none) = (crowd(), Attributes::new());
        let groups = vec![0; index.len()];
        let marks = crate::detect::marks::Marks { groups, items: Vec::new() };
        let material = Material::new(&index, &none, &[]).with_marks(marks);
        assert!(Asking::new(&material, 0.2, 200.0).having.is_empty());
    }
}
