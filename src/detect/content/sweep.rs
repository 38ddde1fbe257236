//! D28: one account tries many wordings and is refused; then a wording that works appears in others
//! in large numbers.
//!
//! A red team does the first half. What it does not do is the second: so only both together are
//! told of a cluster. A single account that is refused hundreds of times, each time for something
//! else, is told as such.

mod taken_up;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use self::taken_up::Search;
use super::concentration::kinds_of;
use super::contrast::log10_at_least;
use super::rarity::Limits;
use crate::detect::material::habits::FRAME_WORDS;
use crate::detect::stats::interval::rate_ratio;
use crate::detect::{
    Definition, Detector, Group, HARVESTING, Link, Look, Material, Measures, Need, Parameter, Seen,
    Strength, Ties,
};
use crate::index::{Record, Templates};
use crate::job::Cancelled;
use crate::model::finding::{Evidence, Family, Finding, Peers, Recipe, Statement, Subject, Unit};
use crate::model::{FREE_TEXT, Field, Time};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D28",
    version: 6,
    title: "Techniques tried, one scaled up",
    family: Family::Content,
    strength: Strength::Evidence,
    speaks_to: HARVESTING,
    sees: "an account that is refused again and again, each time in another wording, and a template \
           that is hardly refused and grows in other accounts afterwards; who tried is tied to who \
           takes it up, where it was first asked by them after refusals",
    cannot_see: "techniques tried where this log does not reach, or in one request each; a red team \
                 that was agreed on looks like the first half",
    needs: &[
        Need::Templates,
        Need::Field(Field::PromptHash),
        Need::AnyOf(&[Field::StopReason, Field::Error], &[]),
    ],
    parameters: &[
        Parameter { name: "least_refused", default: 20.0, reason: "curiosity ends before" },
        Parameter {
            name: "least_refused_share",
            default: 0.5,
            reason: "who asks what he gets is refused now and then",
        },
        Parameter {
            name: "least_refused_alone",
            default: 200.0,
            reason: "an account alone that is refused less often is a study or a hobby",
        },
        Parameter {
            name: "least_refused_in_vain",
            default: 50.0,
            reason: "of an account that hardly ever gets what it asks so many are enough: a study or a \
                     hobby ends there, or finds what is answered",
        },
        Parameter {
            name: "least_share_in_vain",
            default: 0.8,
            reason: "declared studies of how models refuse are refused half of what they ask",
        },
        Parameter {
            name: "least_growth",
            default: 5.0,
            reason: "the wording that works appears many times as often as all that were refused",
        },
    ],
    source: "described by Anthropic (10 September 2026); the rule is ours",
};

/// Part of the refused prompts that must be different.
const DIFFERENT: f64 = 0.9;
/// Kinds of prompts among them (effective number): a task that is refused is none.
const LEAST_TECHNIQUES: f64 = 8.0;
/// A template that is refused more often does not work.
const WORKS: f64 = 0.2;
/// Accounts, other than the ones that tried, that must take it up.
const LEAST_OTHERS: usize = 2;

/// The detector.
pub struct Sweep;

impl Detector for Sweep {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        let get = |name| look.parameter(&DEFINITION, name);
        let material = look.material;
        let least = (get("least_refused") as usize, get("least_refused_share"));
        let accounts = (0..material.index.accounts().len() as u32).into_par_iter();
        let of = |account| Tried::of(material, account, least);
        let tried: Vec<Tried> = accounts.with_min_len(16).filter_map(of).collect();
        let alone = Alone {
            refused: get("least_refused_alone") as usize,
            in_vain: get("least_refused_in_vain") as usize,
            share: get("least_share_in_vain"),
        };
        let growth = get("least_growth");
        let search =
            Search { material, tried: &tried, limits: Limits::of(look), refused: least.0, growth };
        let links = taken_up::links(&search);
        Ok(Box::new(Sweeps { material, tried, links, alone, growth }))
    }
}

/// An account that tried many wordings.
struct Tried {
    account: u32,
    /// Refused rows, rising.
    refused: Vec<u32>,
    /// Different prompts among them.
    wordings: usize,
    /// Prompts from the first refusal to the last.
    asked: usize,
    /// Prompts in all.
    all: usize,
}

/// How many kinds of prompts these are: templates that are a frame, and each prompt without one. A
/// label with other words after it every time is no task that is refused.
fn techniques(templates: &Templates, rows: &[u32]) -> Option<f64> {
    let frame = |id: u32| {
        let is_frame = templates.get(id).is_some_and(|of| of.words() >= FRAME_WORDS);
        if is_frame { id } else { FREE_TEXT }
    };
    let mut ids: Vec<u32> = rows.iter().filter_map(|row| templates.of(*row)).map(frame).collect();
    ids.sort_unstable();
    let free = ids.iter().filter(|id| **id == FREE_TEXT).count();
    let of = ids[free..].chunk_by(|a, b| a == b).map(|of| of.len() as u64);
    kinds_of(of.collect(), free as u64)
}

impl Tried {
    fn of(material: &Material<'_>, account: u32, least: (usize, f64)) -> Option<Self> {
        let index = material.index;
        let templates = index.templates();
        let prompts = || prompts(material, account);
        let refused = prompts().filter(|record| material.is_refused(record.call));
        let refused: Vec<u32> = refused.map(|record| record.row).collect();
        let (first, last) = (*refused.first()?, *refused.last()?);
        // Most accounts end here, before all that they asked is looked at.
        if refused.len() < least.0 {
            return None;
        }
        let asked = prompts().filter(|record| (first..=last).contains(&record.row)).count();
        let all = prompts().count();
        let wordings = refused.iter().filter_map(|row| index.row(*row).prompt_hash());
        let wordings = wordings.collect::<FxHashSet<u64>>().len();
        let is_one = techniques(&templates, &refused).is_some_and(|n| n >= LEAST_TECHNIQUES)
            && refused.len() as f64 >= least.1 * asked as f64
            && wordings as f64 >= DIFFERENT * refused.len() as f64;
        is_one.then_some(Self { account, refused, wordings, asked, all })
    }

    /// Its prompts from the first refusal to the last.
    fn meanwhile(&self, material: &Material<'_>) -> Vec<u32> {
        let ends = self.refused.first().zip(self.refused.last());
        let Some((first, last)) = ends else { return Vec::new() };
        let rows = prompts(material, self.account).map(|record| record.row);
        rows.filter(|row| (first..=last).contains(&row)).collect()
    }
}

struct Sweeps<'a> {
    material: &'a Material<'a>,
    tried: Vec<Tried>,
    links: Vec<Link>,
    alone: Alone,
    growth: f64,
}

/// Refusals of an account that is told alone: so many, or fewer that are nearly all it gets.
#[derive(Clone, Copy, Debug)]
struct Alone {
    refused: usize,
    in_vain: usize,
    share: f64,
}

impl Alone {
    fn tells(self, tried: &Tried) -> bool {
        let refused = tried.refused.len();
        // Not only of those meanwhile: an outage refuses all of them for an hour.
        let is_in_vain = refused as f64 >= self.share * tried.all as f64;
        refused >= self.refused || (refused >= self.in_vain && is_in_vain)
    }
}

impl Seen for Sweeps<'_> {
    fn ties(&self) -> Result<Ties, Cancelled> {
        Ok(Ties { links: self.links.clone(), ..Ties::default() })
    }

    fn accounts(&self) -> Result<Vec<Finding>, Cancelled> {
        let told = self.tried.iter().filter(|tried| self.alone.tells(tried));
        Ok(told.map(|tried| alone(self, tried)).collect())
    }

    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        Ok(of_group(self, group))
    }

    fn measured(&self) -> Measures {
        let mut of: Vec<(u32, f64)> = (0..self.material.index.accounts().len() as u32)
            .map(|account| (account, 0.0))
            .collect();
        for tried in &self.tried {
            of[tried.account as usize].1 = tried.refused.len() as f64;
        }
        vec![(REFUSED.into(), of)]
    }
}

fn events(material: &Material<'_>, role: &str, rows: &[u32]) -> Evidence {
    let mut events: Vec<u64> = rows.iter().map(|row| material.index.event_id(*row)).collect();
    events.sort_unstable();
    events.dedup();
    Evidence { role: role.to_owned(), events }
}

/// The role of the prompts from the first refusal of an account to its last.
const ASKED: &str = "asked meanwhile";
/// The role of all prompts of an account.
const ALL: &str = "all prompts";
/// The role of prompts of the template that are refused.
const DECLINED: &str = "taken up and refused";
/// The role of its prompts before half of the refusals.
const EARLIER: &str = "of the template before";
/// What is measured of accounts: 0 where they did not try many wordings.
const REFUSED: &str = "requests refused";

/// The prompts of an account.
fn prompts<'a>(material: &'a Material<'_>, account: u32) -> impl Iterator<Item = Record> + 'a {
    material.records(account).filter(|record| record.template.is_some())
}

/// Numbers about what was tried, in any finding.
fn with_tries(statement: Statement, refused: usize, wordings: usize, asked: usize) -> Statement {
    let role = || "refused".to_owned();
    let distinct = Recipe::Distinct { role: role(), field: "prompt_hash".into() };
    let all = Recipe::Records { role: ASKED.into() };
    statement
        .with("refused", refused as f64, Unit::Count, Recipe::Records { role: role() })
        .with("wordings", wordings as f64, Unit::Count, distinct)
        .with("asked", asked as f64, Unit::Count, all)
}

fn alone(seen: &Sweeps<'_>, tried: &Tried) -> Finding {
    let accounts = seen.material.index.accounts().len() as f64;
    let refused = tried.refused.len();
    let as_often = seen.tried.iter().filter(|other| other.refused.len() >= refused).count() as f64;
    let usual = as_often / accounts.max(1.0);
    let statement = Statement::new(
        "{refused} of {asked} requests were refused, {wordings} wordings among them; the account \
         asked {all} in all. Of all accounts {usual}, this one included, are refused as often in so \
         many wordings.",
    );
    let in_all = Recipe::Records { role: ALL.into() };
    let peers = Peers { what: REFUSED.into(), but: None, on_its_plan: false };
    let all: Vec<u32> = prompts(seen.material, tried.account).map(|record| record.row).collect();
    Finding {
        subject: Subject::Account(tried.account),
        detector: DEFINITION.id.into(),
        version: DEFINITION.version,
        family: DEFINITION.family,
        accounts: vec![tried.account],
        statement: with_tries(statement, refused, tried.wordings, tried.asked)
            .with("all", tried.all as f64, Unit::Count, in_all)
            .with("usual", usual, Unit::Share, Recipe::AsHigh(peers)),
        statistic: refused as f64,
        threshold: format!(
            "at least {} requests refused, or {} and {} of all that the account asked",
            seen.alone.refused, seen.alone.in_vain, seen.alone.share,
        ),
        effect: 1.0 / usual.max(1e-9),
        null: None,
        log10_p: Some(libm::log10(usual.min(1.0))),
        is_exact: false,
        evidence: vec![
            events(seen.material, "refused", &tried.refused),
            events(seen.material, ASKED, &tried.meanwhile(seen.material)),
            events(seen.material, ALL, &all),
        ],
    }
}

/// A template that works, in the accounts of a cluster that take it up after the tries.
struct Grown {
    script: u32,
    rows: Vec<u32>,
    accounts: usize,
    refused: Vec<u32>,
    /// Rows of it before half of the tries.
    before: Vec<u32>,
    /// Templates that could have been the one.
    of: usize,
}

fn of_group(seen: &Sweeps<'_>, group: Group<'_>) -> Option<Finding> {
    let material = seen.material;
    let tried: Vec<&Tried> = seen.tried.iter().filter(|tried| group.has(tried.account)).collect();
    let mut refused: Vec<u32> = tried.iter().flat_map(|t| t.refused.iter().copied()).collect();
    refused.sort_unstable();
    let middle = middle(material, &refused)?;
    let sweepers: FxHashSet<u32> = tried.iter().map(|tried| tried.account).collect();
    let grown = most_grown(material, group, &sweepers, middle)?;
    if (grown.rows.len() as f64) < seen.growth * refused.len() as f64 {
        return None;
    }
    // As many rows a record of the case before that moment as after it, by chance.
    let timed = f64::from(material.index.timed().end);
    let (after, before) = (timed - f64::from(middle), f64::from(middle));
    let ratio = rate_ratio(
        (grown.rows.len() as u64, after.max(1.0)),
        (grown.before.len() as u64, before.max(1.0)),
        0.95,
    )?;
    if ratio.low <= 1.0 {
        return None;
    }
    let log10_p = grown.log10_p(after / (after + before).max(1.0));
    let meanwhile: Vec<u32> = tried.iter().flat_map(|tried| tried.meanwhile(material)).collect();
    let mut accounts: Vec<u32> = sweepers.iter().copied().collect();
    accounts.extend(grown.rows.iter().map(|row| material.index.account_of(*row)));
    accounts.sort_unstable();
    accounts.dedup();
    Some(Finding {
        subject: group.subject(),
        detector: DEFINITION.id.into(),
        version: DEFINITION.version,
        family: DEFINITION.family,
        accounts,
        statement: statement(seen, &tried, &refused, &grown),
        statistic: grown.rows.len() as f64 / refused.len() as f64,
        threshold: format!("at least {} requests taken up for one refused", seen.growth),
        // What is usual for a cluster is not known.
        effect: 1.0,
        null: None,
        log10_p,
        is_exact: false,
        evidence: vec![
            events(material, "refused", &refused),
            events(material, ASKED, &meanwhile),
            events(material, "taken up", &grown.rows),
            events(material, DECLINED, &grown.refused),
            events(material, EARLIER, &grown.before),
        ],
    })
}

impl Grown {
    /// How likely so many of its records come after the moment by chance, by the share of all records
    /// that do, over all templates that could have been the one (Bonferroni); log10.
    fn log10_p(&self, share_after: f64) -> Option<f64> {
        let (after, all) = (self.rows.len(), self.rows.len() + self.before.len());
        let one = log10_at_least(after, all, share_after.clamp(0.0, 1.0))?;
        Some((one + libm::log10(self.of.max(1) as f64)).min(0.0))
    }
}

/// The last row of the moment at which half of these rows, rising, are there: what is of one moment has
/// no order.
pub(in crate::detect) fn middle(material: &Material<'_>, rows: &[u32]) -> Option<u32> {
    let row = *rows.get(rows.len() / 2)?;
    let after = material.index.at(row)?.0.saturating_add(1);
    material.index.row_at(Time(after)).checked_sub(1)
}

/// The template that grows most after a moment in accounts that did not try, and works.
fn most_grown(
    material: &Material<'_>,
    group: Group<'_>,
    sweepers: &FxHashSet<u32>,
    middle: u32,
) -> Option<Grown> {
    let (index, scripts) = (material.index, material.scripts());
    let (templates, counted) = (index.templates(), index.everything());
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for account in group.members.iter().filter(|account| !sweepers.contains(account)) {
        for row in index.rows_of_account(*account).iter().filter(|row| counted.contains(**row)) {
            let is_timed = index.timed().contains(row);
            let script = scripts.of_row(material, &templates, *row).filter(|_| is_timed);
            pairs.extend(script.map(|script| (script, *row)));
        }
    }
    pairs.sort_unstable();
    let by_script = || pairs.chunk_by(|a, b| a.0 == b.0);
    let of = by_script().filter_map(|of| grown(material, of, middle));
    let most = of.max_by_key(|grown| (grown.rows.len(), std::cmp::Reverse(grown.script)))?;
    Some(Grown { of: by_script().count(), ..most })
}

fn grown(material: &Material<'_>, of: &[(u32, u32)], middle: u32) -> Option<Grown> {
    let index = material.index;
    let (rows, before): (Vec<u32>, Vec<u32>) =
        of.iter().map(|(_, row)| *row).partition(|row| *row > middle);
    let parties = rows.iter().map(|row| material.party(index.account_of(*row)));
    let accounts = parties.collect::<FxHashSet<u32>>().len();
    let refused: Vec<u32> = rows.iter().copied().filter(|row| material.was_refused(*row)).collect();
    let works = refused.len() as f64 <= WORKS * rows.len() as f64;
    (works && accounts >= LEAST_OTHERS).then_some(Grown {
        script: of[0].0,
        rows,
        accounts,
        refused,
        before,
        of: 1,
    })
}

fn statement(seen: &Sweeps<'_>, tried: &[&Tried], refused: &[u32], grown: &Grown) -> Statement {
    let role = || "taken up".to_owned();
    let name = seen.material.scripts().name(grown.script);
    let words = format!(
        "{{refused}} of {{asked}} requests of {{sweepers}} account{} were refused, {{wordings}} \
         wordings among them; after half of these, {name}, of which {{declined}} are refused, \
         appears in {{rows}} prompts of {{accounts}} other parties, before that in {{earlier}}.",
        if tried.len() == 1 { "" } else { "s" },
    );
    // Of all of them together: two may send the same.
    let hash = |row: &u32| seen.material.index.row(*row).prompt_hash();
    let mut hashes: Vec<u64> = refused.iter().filter_map(hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    let wordings = hashes.len();
    let asked = tried.iter().map(|tried| tried.asked).sum();
    let declined = grown.refused.len() as f64 / grown.rows.len().max(1) as f64;
    let of_taken_up = Recipe::Ratio { role: DECLINED.into(), of: role() };
    with_tries(Statement::new(words), refused.len(), wordings, asked)
        .with(
            "sweepers",
            tried.len() as f64,
            Unit::Count,
            Recipe::Accounts { role: "refused".into() },
        )
        .with("declined", declined, Unit::Share, of_taken_up)
        .with("rows", grown.rows.len() as f64, Unit::Count, Recipe::Records { role: role() })
        .with(
            "earlier",
            grown.before.len() as f64,
            Unit::Count,
            Recipe::Records { role: EARLIER.into() },
        )
        .with("accounts", grown.accounts as f64, Unit::Count, Recipe::Parties { role: role() })
}

#[cfg(test)]
#[path = "sweep_tests.rs"]
mod tests;
