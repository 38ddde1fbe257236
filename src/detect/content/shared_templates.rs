//! D21: accounts that nobody knows to belong together send prompts of the same template, which few
//! use.
//!
//! Two people do not write the same instruction by chance: they have it from one place. How much
//! that says depends on who else has it (the weight of a rare value, after Pacheco et al., ICWSM
//! 2021), on how long it is, and on how much of what they ask it is: a public prompt is tried beside
//! other things.
//! Templates that nearly the same few accounts use are one: each may be short, and a small part of
//! what is asked. Who uses only some of them is tied by these.
//! Naive: for every two accounts of different parties, add up the templates both use, those that
//! nearly the same accounts use counting as one that is asked as often as all of them.

use rustc_hash::FxHashSet;

use super::bundles::{LOOKED_UP, as_one, bundles};
use super::rarity::{COMMON, Limits, Rarity, parties};
use crate::detect::material::Scripts;
use crate::detect::material::scripts::{Script, Use};
use crate::detect::stats::binomial::ln_at_least;
use crate::detect::stats::robust::median;
use crate::detect::{
    COORDINATED, Circle, Definition, Detector, Group, Layer, Look, Material, Measures, Need,
    Parameter, Property, Seen, Strength, Ties,
};
use crate::index::Record;
use crate::job::Cancelled;
use crate::model::Field;
use crate::model::finding::{
    Evidence, Family, Finding, Hypothesis, Recipe, Statement, Unit, count,
};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D21",
    version: 6,
    title: "Templates across accounts",
    family: Family::Content,
    strength: Strength::Evidence,
    // A class with one assignment shares templates, too: whether answers are collected others say.
    // But what is asked is made by a program, which sets it apart from the customers of a reseller.
    speaks_to: COORDINATED.hinting(Hypothesis::Harvesting),
    sees: "accounts not known to be of one organisation whose prompts follow the same template, which few others \
           use, or several that nearly the same accounts use; without text, the same prompts \
           repeated word for word; of a program that goes on by itself, what conversations begin with",
    cannot_see: "templates reworded at every use, templates that most accounts of the case use, \
                 lists of which each prompt is sent by few of a pool, drawn anew, \
                 one prompt without a text that accounts send fewer than ten times each, \
                 whether a prompt that is in no verified organisation's use is public all the same, \
                 and whether one that came into use on one day has been published on it",
    needs: &[Need::Accounts, Need::TemplatesOr(Field::PromptHash)],
    parameters: &[
        Parameter {
            name: "enough_words",
            default: 8.0,
            reason: "fixed text of fewer words counts in proportion, of fewer than 4 not at all: two \
                     may write it without knowing of each other",
        },
        Parameter {
            name: "least_parties",
            default: 3.0,
            reason: "two may have it from each other, or be one customer with two accounts",
        },
        Parameter {
            name: "public_organisations",
            default: 3.0,
            reason: "what so many verified organisations use that have nothing to do with each \
                     other is public: a leaderboard, a popular repository, the default of a client",
        },
        Parameter {
            name: "least_share",
            default: 0.05,
            reason: "an account that hardly ever uses a template has tried a prompt that went round",
        },
        Parameter {
            name: "doubtful_prompts",
            default: 5.0,
            reason: "so many prompts are added to an account's own before a share is taken: one of \
                     one is no habit",
        },
        Parameter {
            name: "habitual_prompts",
            default: 20.0,
            reason: "a template that comes back so often counts half of its rarity, however much \
                     else is asked: networks hide among the traffic of customers",
        },
        Parameter {
            name: "least_weight_nats",
            default: 0.25,
            reason: "rarity times share: what a tenth of the accounts ask one time in ten ties nobody",
        },
        Parameter {
            name: "least_share_of_a_cluster",
            default: 0.25,
            reason: "a few accounts with a template in common do not speak for a network",
        },
    ],
    source: "described by Anthropic (23 February 2026) and in AA26-251A; weights after Pacheco et \
             al. (ICWSM 2021); guards are ours",
};

/// The detector.
pub struct SharedTemplates;

impl Detector for SharedTemplates {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        let material = look.material;
        let Found { ties, not_compared } = ties(material, Limits::of(look));
        look.progress.check()?;
        let tied = Property::of_list(material.scripts().rows.len(), &accounts_of(&ties), |_| true);
        let least_share = look.parameter(&DEFINITION, "least_share_of_a_cluster");
        Ok(Box::new(Shared { material, ties, not_compared, tied, least_share }))
    }
}

/// Accounts that a template ties to anybody, rising.
pub(super) fn tied(material: &Material<'_>, limits: Limits) -> Vec<u32> {
    accounts_of(&ties(material, limits).ties)
}

fn accounts_of(ties: &[Tie]) -> Vec<u32> {
    let mut tied: Vec<u32> = ties.iter().flat_map(|tie| tie.users.iter().copied()).collect();
    tied.sort_unstable();
    tied.dedup();
    tied
}

/// Accounts from which on a template is common at all, however few accounts a case has.
const HUNDREDS: f64 = 200.0;

/// Share of the accounts above which those of two templates are often the same: of the users of two
/// that one in ten uses, one in twenty uses both.
const FEW: f64 = 0.1;

/// Prompts of a long template, and their part of all that an account asks, that are its use.
const LEAST_ROWS: u32 = 3;
const ALL_OF_THEM: f64 = 0.9;

/// Times that an account sends one prompt of which there is no text, to be told by it.
const LEAST_UNREAD: u32 = 10;

/// Share of a common template in what an account asks, where it says something; half of it where it is
/// as much of what a third of its users ask: whom of one pool chance has put below does not leave it.
const MOST: f64 = 0.5;

/// Templates that tie the accounts that use them: one, or several of nearly the same accounts.
#[derive(Clone, Debug, PartialEq)]
struct Tie {
    /// Which, by their positions among the scripts, the one that most use first.
    scripts: Vec<u32>,
    /// Their users, rising, but for those who hardly ever use such templates.
    users: Vec<u32>,
    /// How many use them; of several, more than half.
    all: usize,
    /// What it says of two of them, nats.
    weight: f64,
}

/// What ties, and how many scripts were not compared with others.
struct Found {
    ties: Vec<Tie>,
    not_compared: usize,
}

/// What is measured of accounts.
const TIED: &str = "is tied by a template";

struct Shared<'a> {
    material: &'a Material<'a>,
    ties: Vec<Tie>,
    /// Scripts that were not compared with others.
    not_compared: usize,
    /// Which accounts have a tie to anyone.
    tied: Property,
    least_share: f64,
}

impl Seen for Shared<'_> {
    fn ties(&self) -> Result<Ties, Cancelled> {
        let scripts = self.material.scripts();
        let circle = |tie: &Tie| {
            let of = scripts.rows.iter().filter(|rows| **rows > 0).count();
            let (all, tied) = (tie.all, tie.users.len());
            let rest = match all - tied {
                0 => String::new(),
                n => format!("; {} of them too seldom to be tied by it", count(n)),
            };
            let words = format!(
                "{}, used by {} of {} accounts{rest}",
                named(scripts, tie),
                count(all),
                count(of)
            );
            let accounts = one_of_each_party(self.material, scripts, tie);
            Circle::new(accounts, Layer::Template, tie.weight, words)
        };
        Ok(Ties { circles: self.ties.iter().map(circle).collect(), ..Ties::default() })
    }

    fn measured(&self) -> Measures {
        vec![(TIED.into(), self.tied.measured())]
    }

    fn remark(&self) -> Option<String> {
        (self.not_compared > 0).then(|| {
            let scripts = self.material.scripts();
            let all: Vec<u32> = (0..scripts.all.len() as u32).collect();
            format!(
                "{} {what} that few accounts ask were not compared with others: accounts that have \
                 nothing but a list of such {what} in common may be missed",
                count(self.not_compared),
                what = scripts.noun(&all, false),
            )
        })
    }

    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        Ok(of_group(self, group))
    }
}

/// Templates that are named where several tie together; the others are counted.
const NAMED: usize = 3;

/// What ties, in words.
fn named(scripts: &Scripts, tie: &Tie) -> String {
    let named = tie.scripts.iter().take(NAMED).map(|at| scripts.name(*at));
    let named = named.collect::<Vec<String>>().join(", ");
    match tie.scripts.len().saturating_sub(NAMED) {
        0 if tie.scripts.len() < 2 => named,
        0 => format!("{named} together"),
        more => format!("{named} and {more} more together"),
    }
}

/// Of accounts of one party the one that uses it most: what it gives its accounts ties them to
/// nobody else, and not to each other.
fn one_of_each_party(material: &Material<'_>, scripts: &Scripts, tie: &Tie) -> Vec<u32> {
    let of_script = |account: u32, script: &u32| {
        let users = &scripts.all[*script as usize].users;
        let at = users.binary_search_by_key(&account, |u| u.account);
        at.map_or(0, |at| users[at].rows)
    };
    let rows = |account| tie.scripts.iter().map(|script| of_script(account, script)).sum();
    let mut by_party: Vec<(u32, std::cmp::Reverse<u32>, u32)> =
        tie.users.iter().map(|a| (material.party(*a), std::cmp::Reverse(rows(*a)), *a)).collect();
    by_party.sort_unstable();
    by_party.dedup_by_key(|of| of.0);
    by_party.into_iter().map(|of| of.2).collect()
}

/// The templates that tie. Those that nearly the same accounts use, and few, are one.
fn ties(material: &Material<'_>, limits: Limits) -> Found {
    let scripts = material.scripts();
    let weighing = Weighing { material, limits, rarity: Rarity::new(material, limits) };
    let rarities: Vec<Option<f64>> = scripts.all.iter().map(|s| weighing.rarity.of(s)).collect();
    let of = |at: u32| weighing.tie(&scripts.all[at as usize], vec![at], rarities[at as usize]?);
    let rare = (0..).zip(&scripts.all).filter(|(at, _)| rarities[*at as usize].is_some());
    let (few, many): (Vec<(u32, &Script)>, Vec<_>) =
        rare.partition(|(_, script)| weighing.is_for_few(script));
    let mut ties: Vec<Tie> = many.into_iter().filter_map(|(at, _)| of(at)).collect();
    let bundles = bundles(&few, LOOKED_UP);
    for bundle in bundles.all {
        let own: Vec<&Script> = bundle.iter().map(|at| &scripts.all[*at as usize]).collect();
        let one = as_one(&own, limits.words).filter(|_| own.len() > 1);
        let together = one.as_ref().and_then(|one| {
            let rarity = weighing.rarity.of(one)?;
            weighing.tie(one, bundle.clone(), rarity)
        });
        // Who asks only some of it is tied by what they ask.
        let is_left_out = |script: &Script| match one.as_ref().filter(|_| together.is_some()) {
            Some(one) => script.users.iter().any(|user| !one.is_asked_by(user.account)),
            None => true,
        };
        let apart = bundle.iter().zip(own).filter(|(_, script)| is_left_out(script));
        let apart: Vec<Tie> = apart.filter_map(|(at, _)| of(*at)).collect();
        // What single ones of them say of those who ask all is not said again.
        let said: f64 = apart.iter().map(|tie| tie.weight).sum();
        ties.extend(together.map(|tie| Tie { weight: tie.weight - said, ..tie }).filter(says_more));
        ties.extend(apart);
    }
    ties.sort_by(|a, b| a.scripts.cmp(&b.scripts));
    Found { ties, not_compared: bundles.not_compared }
}

/// Whether it says anything of two accounts.
fn says_more(tie: &Tie) -> bool {
    tie.weight > 0.0
}

/// What decides whether a template ties.
struct Weighing<'a> {
    material: &'a Material<'a>,
    limits: Limits,
    rarity: Rarity<'a>,
}

impl Weighing<'_> {
    /// Whether many use it.
    fn is_common(&self, script: &Script) -> bool {
        script.users.len() as f64 > (COMMON * self.rarity.active).max(HUNDREDS)
    }

    /// Whether so few use it that two such templates have no users in common by chance.
    fn is_for_few(&self, script: &Script) -> bool {
        !self.is_common(script) && script.users.len() as f64 <= FEW * self.rarity.active
    }

    /// The tie that a script makes, which stands for these and is so rare, if it makes one.
    fn tie(&self, script: &Script, stands_for: Vec<u32>, rarity: f64) -> Option<Tie> {
        let (limits, scripts) = (self.limits, self.material.scripts());
        let prompts = &scripts.prompts;
        let is_long = script.words.is_some_and(|words| words >= limits.words);
        // Where a program goes on by itself, what it was told to do is the first of many prompts.
        let templates = stands_for.iter().filter(|at| scripts.is_template(**at));
        let ids: Vec<u64> = templates.map(|at| scripts.all[*at as usize].id).collect();
        let opened = |user: &Use| {
            let (with_it, all) = self.material.opened_with(user.account, &ids);
            f64::from(with_it) / (f64::from(all) + limits.doubt)
        };
        let is_common = self.is_common(script);
        // Not who has tried it, but who uses it: of few prompts a share says little.
        let share = |user: &Use| {
            let prompts = f64::from(prompts[user.account as usize]);
            let rows = f64::from(user.rows);
            // Who asks nothing else, a few times, does not try it.
            let is_all = is_long && user.rows >= LEAST_ROWS && rows >= ALL_OF_THEM * prompts;
            let of_all = rows / if is_all { prompts } else { prompts + limits.doubt };
            of_all.max(if is_common { 0.0 } else { opened(user) })
        };
        // Among much else, a template that hardly anybody knows counts by how often it comes back.
        let often = |user: &Use| f64::from(user.rows) / (f64::from(user.rows) + limits.habit);
        let rarer = (rarity - libm::log(1.0 / COMMON)).max(0.0);
        let says = |user: &Use| (rarity * share(user)).max(rarer * often(user));
        // What many use must be most of what an account asks.
        let is_theirs = || {
            let mostly = script.users.iter().filter(|user| share(user) >= MOST).count();
            3 * mostly >= script.users.len()
        };
        let least = match is_common {
            true if is_theirs() => MOST / 2.0,
            true => MOST,
            false => limits.share,
        };
        // One prompt without its text may be a greeting: a few times are no habit.
        let has_text = script.words.is_some() || stands_for.len() > 1;
        let is_habit = |user: &Use| has_text || user.rows >= LEAST_UNREAD;
        let is_user = |user: &&Use| {
            (share(user) >= least || rarer * often(user) >= limits.weight) && is_habit(user)
        };
        let users: Vec<&Use> = script.users.iter().filter(is_user).collect();
        let said: Vec<f64> = users.iter().map(|user| says(user)).collect();
        let weight = median(&said)?;
        let users: Vec<u32> = users.iter().map(|user| user.account).collect();
        let ties = weight >= limits.weight
            && parties(self.material, users.iter().copied()) >= limits.parties;
        ties.then_some(Tie { scripts: stands_for, users, all: script.users.len(), weight })
    }
}

/// What it says of a cluster: how many of its accounts share such templates, against how many of
/// all other accounts do with anybody.
fn of_group(seen: &Shared<'_>, group: Group<'_>) -> Option<Finding> {
    let (material, scripts) = (seen.material, seen.material.scripts());
    let mut used = Vec::new();
    let mut accounts = Vec::new();
    for tie in &seen.ties {
        let inside: Vec<u32> = tie.users.iter().copied().filter(|a| group.has(*a)).collect();
        if parties(material, inside.iter().copied()) > 1 {
            let asks = |script: &&u32| {
                inside.iter().any(|account| scripts.all[**script as usize].is_asked_by(*account))
            };
            used.extend(tie.scripts.iter().filter(asks));
            accounts.extend(inside);
        }
    }
    for all in [&mut accounts, &mut used] {
        all.sort_unstable();
        all.dedup();
    }
    let (hits, members) = (accounts.len() as u64, group.members.len() as u64);
    let share = hits as f64 / members as f64;
    if hits < 3 || share < seen.least_share {
        return None;
    }
    let evidence = rows_of(material, &used, &accounts);
    let all: u64 = accounts.iter().map(|a| u64::from(scripts.rows[*a as usize])).sum();
    let of_prompts = evidence.events.len() as f64 / all.max(1) as f64;
    let usual = seen.tied.usual(group);
    let facts = Facts { hits, used: &used, of_prompts, usual };
    Some(Finding {
        subject: group.subject(),
        detector: DEFINITION.id.into(),
        version: DEFINITION.version,
        family: DEFINITION.family,
        statement: facts.statement(scripts, group, &evidence),
        accounts,
        statistic: share,
        threshold: format!("at least {} of the cluster", Unit::Share.text(seen.least_share)),
        effect: share / usual,
        null: None,
        log10_p: ln_at_least(hits, members, usual).map(|ln_p| ln_p / std::f64::consts::LN_10),
        is_exact: false,
        evidence: vec![evidence],
    })
}

struct Facts<'a> {
    hits: u64,
    used: &'a [u32],
    of_prompts: f64,
    usual: f64,
}

impl Facts<'_> {
    fn statement(&self, scripts: &Scripts, group: Group<'_>, evidence: &Evidence) -> Statement {
        let case = |what: &str| Recipe::Case { what: what.into() };
        let users = |at: &u32| scripts.all[*at as usize].users.iter().map(|user| user.account);
        let outsiders = self.used.iter().flat_map(users).filter(|a| !group.has(*a));
        let others = outsiders.collect::<FxHashSet<u32>>().len();
        let most = self.used.iter().max_by_key(|at| {
            let users = &scripts.all[**at as usize].users;
            users.iter().filter(|u| group.has(u.account)).map(|u| u64::from(u.rows)).sum::<u64>()
        });
        let name = most.map(|at| scripts.name(*at)).unwrap_or_default();
        let one = scripts.noun(self.used, true);
        let role = || evidence.role.clone();
        let field = match one {
            "template" => Some("template".to_owned()),
            "prompt" => Some("prompt_hash".to_owned()),
            _ => None,
        };
        let distinct = match field.clone() {
            Some(field) => Recipe::Distinct { role: role(), field },
            None => case("templates of these records, and prompts of them that are of none"),
        };
        let sent_by_others = match field {
            Some(field) => Recipe::OtherAccounts { role: role(), field },
            None => case("other accounts with such prompts"),
        };
        let words = format!(
            "{{rows}} prompts of {{hits}} of {{members}} accounts are of {{used}} {what} that \
             accounts not known to be of one organisation have in common, most of them of {name}; \
             that is {{share}} of all their records. Other accounts of the case that use any of \
             them: {{others}}. Of all other accounts, at most {{usual}} share any such {one} with anybody.",
            what = scripts.noun(self.used, self.used.len() == 1),
        );
        Statement::new(words)
            .with(
                "rows",
                evidence.events.len() as f64,
                Unit::Count,
                Recipe::Records { role: role() },
            )
            .with("hits", self.hits as f64, Unit::Count, Recipe::Accounts { role: role() })
            .with("members", group.members.len() as f64, Unit::Count, Recipe::ClusterMembers)
            .with("used", self.used.len() as f64, Unit::Count, distinct)
            .with("share", self.of_prompts, Unit::Share, Recipe::ShareOfEvents { role: role() })
            .with("others", others as f64, Unit::Count, sent_by_others)
            .with(
                "usual",
                self.usual,
                Unit::ShareAtMost,
                Recipe::OthersMeasured { what: TIED.into() },
            )
    }
}

/// The rows of some accounts that follow some scripts.
pub(super) fn rows_of(material: &Material<'_>, used: &[u32], accounts: &[u32]) -> Evidence {
    let (index, scripts) = (material.index, material.scripts());
    let mut is_used = vec![false; scripts.all.len()];
    used.iter().for_each(|script| is_used[*script as usize] = true);
    let is_of = |record: &Record| {
        scripts.of_record(material, record).is_some_and(|script| is_used[script as usize])
    };
    let records = accounts.iter().flat_map(|account| material.records(*account));
    let mut events: Vec<u64> =
        records.filter(is_of).map(|record| index.event_id(record.row)).collect();
    events.sort_unstable();
    events.dedup();
    Evidence { role: "of the templates".into(), events }
}

#[cfg(test)]
#[path = "shared_templates_tests.rs"]
mod tests;
