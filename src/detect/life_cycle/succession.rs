//! D07: what closed accounts did goes on, on younger ones.
//!
//! A shared object decides, never timing alone: a template, a system prompt, a device, a client
//! build or a card that was in use by closed accounts and hardly by others before they were closed,
//! and that is in use by young accounts and hardly by others afterwards.

use rustc_hash::FxHashSet;

use super::closures::{self, Wave, waves};
use super::objects::{Object, Objects};
use super::rolling::{Limits, Replaced, replaced};
use super::uses::{candidates, is_young, rows_in, uses};
use crate::detect::stats::binomial;
use crate::detect::{
    COORDINATED, Circle, Claim, Definition, Detector, Group, Layer, Look, Material, Need,
    Parameter, Reads, Seen, Strength, Ties, evidence,
};
use crate::job::Cancelled;
use crate::model::finding::{Family, Finding, Recipe, Statement, Unit};
use crate::model::time::{DAY_US, HOUR_US};
use crate::model::{Field, Time};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D07",
    version: 5,
    title: "Ban succession",
    family: Family::LifeCycle,
    strength: Strength::Exact,
    speaks_to: COORDINATED,
    sees: "accounts younger than three days that carry on with the template, system prompt, device, \
           client build or card of accounts that were just closed, all at once or one by one out of \
           a pool that goes on",
    cannot_see: "successors that change all of these, and newcomers of which nothing says that they \
                 came because of a closing; where accounts are closed one by one, what is said has a \
                 chance and is not exact; nor is it where most accounts were closed long after their \
                 last use, or the same went on after three waves of closings, as where seats are handed on",
    needs: &[Need::Accounts, Need::Field(Field::Timestamp), Need::Closures],
    parameters: &[
        Parameter {
            name: "least_accounts_on_each_side",
            default: 3.0,
            reason: "one customer who opens a new account carries on with one",
        },
        Parameter {
            name: "least_calls_before",
            default: 30.0,
            reason: "with fewer, how much of it goes on is not known",
        },
        Parameter {
            name: "least_volume_carried_on",
            default: 0.3,
            reason: "part of a pool may be given up; published successions carry on 85 % and more",
        },
        Parameter {
            name: "most_hours_to_replace",
            default: 12.0,
            reason: "of accounts closed one by one: published pools replace them within 6 h",
        },
        Parameter {
            name: "most_log10_p_one_by_one",
            default: -4.0,
            reason: "over all objects of closed accounts; somebody always comes sometime after",
        },
        Parameter {
            name: "least_share_of_object",
            default: 0.7,
            reason: "an object that others use before or after is a product, and nobody's own; so is \
                     a client build where others use other builds of its program",
        },
    ],
    source: "succession after bans as reported by Anthropic (10 September 2026); the rule is ours",
};

/// What is compared before and after, µs.
pub(super) const WINDOW_US: i64 = 2 * DAY_US;
/// How long before a wave a successor may have been first seen.
pub(super) const YOUNG_US: i64 = 3 * DAY_US;
/// How long before its closing an account that a ban interrupted was last in use, µs.
const CUT_OFF_US: i64 = 12 * HOUR_US;
/// Waves of closings after which the same object went on: from so many on, accounts are made to be
/// closed.
const WAVES_OF_A_HABIT: usize = 3;
/// Records that are cited on each side: with more, the hours nearest to the wave.
const MOST_ROWS: usize = 50_000;

/// The detector.
pub struct Succession;

impl Detector for Succession {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn reads(&self) -> Reads {
        Reads { templates: true, ..Reads::default() }
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        let objects = Objects::new(look.material);
        let mut found = Vec::new();
        for wave in waves(look.material) {
            look.progress.check()?;
            found.extend(successions(look, &objects, &wave));
        }
        let replaced = match closures::are_recorded(look.material) {
            true => replaced(look, &objects, limits(look)),
            false => Vec::new(),
        };
        Ok(Box::new(Successions { look: *look, objects, found, replaced }))
    }
}

struct Successions<'a> {
    look: Look<'a>,
    objects: Objects<'a>,
    found: Vec<Handed>,
    replaced: Vec<Replaced>,
}

/// What decides of accounts that are closed one by one.
fn limits(look: &Look<'_>) -> Limits {
    let get = |name| look.parameter(&DEFINITION, name);
    Limits {
        within_us: (get("most_hours_to_replace") * HOUR_US as f64) as i64,
        least: get("least_accounts_on_each_side"),
        most_ln_p: get("most_log10_p_one_by_one") * std::f64::consts::LN_10,
    }
}

/// An object that went from closed accounts to young ones.
#[derive(Clone, Debug, PartialEq)]
struct Handed {
    object: Object,
    wave: Wave,
    /// Closed accounts that had it, rising.
    closed: Vec<u32>,
    /// Young accounts that have it, rising.
    successors: Vec<u32>,
    /// All accounts that have it afterwards.
    holders: u64,
    /// Share of young accounts among all that are active afterwards, one added on either side.
    usual: f64,
}

impl Seen for Successions<'_> {
    fn ties(&self) -> Result<Ties, Cancelled> {
        let circle = |handed: &Handed| {
            let accounts = [&handed.closed[..], &handed.successors].concat();
            let name = self.objects.name(handed.object);
            let proof = format!(
                "{name} went from {} closed to {} young accounts",
                handed.closed.len(),
                handed.successors.len()
            );
            Circle::new(accounts, Layer::Succession, f64::INFINITY, proof)
        };
        let one_by_one = |of: &Replaced| {
            let (weight, proof) = (of.weight().clamp(0.0, 4.0), of.proof(&self.objects));
            Circle::new(of.accounts(), Layer::Succession, weight, proof)
        };
        let circles = self.found.iter().map(circle).chain(self.replaced.iter().map(one_by_one));
        Ok(Ties { circles: circles.collect(), ..Ties::default() })
    }

    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        self.look.progress.check()?;
        let size = |h: &&Handed| count(&h.closed, group).min(count(&h.successors, group));
        let best = self.found.iter().max_by_key(size);
        let one_by_one = || {
            let most = self.replaced.iter().max_by_key(|of| of.inside(group).len())?;
            most.finding(&self.look, &self.objects, &DEFINITION, limits(&self.look), group)
        };
        Ok(best.and_then(|best| self.of(best, group)).or_else(one_by_one))
    }
}

fn count(accounts: &[u32], group: Group<'_>) -> usize {
    accounts.iter().filter(|account| group.has(**account)).count()
}

fn successions(look: &Look<'_>, objects: &Objects<'_>, wave: &Wave) -> Vec<Handed> {
    let get = |name| look.parameter(&DEFINITION, name);
    let material = look.material;
    let wanted = candidates(look, objects, wave);
    if wanted.is_empty() {
        return Vec::new();
    }
    let is_closed = |account: u32| wave.accounts.binary_search(&account).is_ok();
    let accounts = 0..material.index.accounts().len() as u32;
    let young: Vec<bool> =
        accounts.map(|account| !is_closed(account) && is_young(material, account, wave)).collect();
    let begin = wave.start.saturating_sub(WINDOW_US);
    let before = uses(look, objects, (begin, wave.end), &wanted, is_closed);
    let later = (wave.start, wave.end.saturating_add(WINDOW_US));
    let after = uses(look, objects, later, &wanted, |account| young[account as usize]);
    let mut active = vec![false; young.len()];
    rows_in(look, later).for_each(|row| active[material.index.account_of(row) as usize] = true);
    let among = |of: &[bool]| active.iter().zip(of).filter(|(a, b)| **a && **b).count() as f64;
    let usual = (among(&young) + 1.0) / (among(&active) + 1.0);
    let (least, share) = (get("least_accounts_on_each_side"), get("least_share_of_object"));
    let mut found = Vec::new();
    for ((object, then), now) in wanted.iter().zip(&before).zip(&after) {
        if then.all == 0 || now.all == 0 {
            continue;
        }
        // What closed accounts did while the wave went on is not of their successors.
        let holders = now.holders.iter().filter(|a| !is_closed(*a)).count();
        let owners: FxHashSet<&str> =
            then.accounts.iter().filter_map(|a| material.organisation(a)).collect();
        let is_stranger = |a: &u32| material.organisation(*a).is_none_or(|o| !owners.contains(o));
        let successors: Vec<u32> = now.accounts.iter().filter(is_stranger).collect();
        let is_theirs = then.own as f64 >= share * then.all as f64
            && successors.len() as f64 >= share * holders as f64;
        let enough = then.accounts.len() as f64 >= least
            && successors.len() as f64 >= least
            && then.own as f64 >= get("least_calls_before")
            && now.own as f64 >= get("least_volume_carried_on") * then.own as f64;
        if !is_theirs || !enough {
            continue;
        }
        let closed: Vec<u32> = then.accounts.iter().collect();
        let own = closed.len() + successors.len();
        let others = others_with(look, objects, *object, (begin, later.1), |account| {
            is_closed(account) || successors.binary_search(&account).is_ok()
        });
        if (own as f64) < share * (own + others) as f64 {
            continue;
        }
        let (wave, holders) = (wave.clone(), holders as u64);
        found.push(Handed { object: *object, wave, closed, successors, holders, usual });
    }
    found.sort_by_key(|handed| handed.object);
    found
}

/// How many other accounts use any build of the program that an object is a build of: one of a program
/// that many go on with is a product, whatever its version.
fn others_with(
    look: &Look<'_>,
    objects: &Objects<'_>,
    object: Object,
    span: (i64, i64),
    is_own: impl Fn(u32) -> bool,
) -> usize {
    let builds = objects.builds_like(object);
    if builds.len() < 2 {
        return 0;
    }
    let index = look.material.index;
    let mut others = FxHashSet::default();
    for row in rows_in(look, span) {
        let account = index.account_of(row);
        if !is_own(account)
            && !others.contains(&account)
            && objects.but_card(look.material, row).any(|of| builds.contains(&of))
        {
            others.insert(account);
        }
    }
    others.len()
}

impl Successions<'_> {
    fn of(&self, handed: &Handed, group: Group<'_>) -> Option<Finding> {
        let least = self.look.parameter(&DEFINITION, "least_accounts_on_each_side");
        let inside = |accounts: &[u32]| -> Vec<u32> {
            accounts.iter().filter(|a| group.has(**a)).copied().collect()
        };
        let (closed, successors) = (inside(&handed.closed), inside(&handed.successors));
        if (closed.len().min(successors.len()) as f64) < least {
            return None;
        }
        let (hours, before, after) = self.rows(handed, &closed, &successors)?;
        let material = self.look.material;
        let index = material.index;
        let cut_off = closed.iter().filter(|account| is_cut_off(material, **account)).count();
        let waves = self.found.iter().filter(|other| other.object == handed.object).count();
        let is_planned = closures::are_recorded(material)
            && (2 * cut_off < closed.len() || waves >= WAVES_OF_A_HABIT);
        let rows = vec![
            evidence(index, BEFORE, before.iter().copied()),
            evidence(index, AFTER, after.iter().copied()),
        ];
        let ln_p = binomial::ln_at_least(
            handed.successors.len() as u64,
            handed.holders.max(handed.successors.len() as u64),
            handed.usual.min(1.0),
        );
        let share = handed.successors.len() as f64 / (handed.holders.max(1)) as f64;
        let claim = Claim {
            accounts: [&closed[..], &successors].concat(),
            statement: {
                let statement = self.statement(handed, hours, &before, &after)?;
                if is_planned { with_plan(statement, cut_off, waves) } else { statement }
            },
            // Of all that were left with it, as the band and p are.
            statistic: handed.successors.len() as f64,
            threshold: format!("at least {least} closed accounts and {least} successors"),
            effect: share / handed.usual,
            null: binomial::band(
                "share of young accounts among all that are active afterwards".into(),
                handed.holders,
                handed.usual.min(1.0),
            ),
            // What was planned needs no chance.
            ln_p: ln_p.filter(|_| !is_planned),
            evidence: rows,
        };
        let finding = claim.finding(&DEFINITION, group.subject())?;
        // Who only fell silent before a ban may have left by himself.
        Some(Finding { is_exact: !is_planned && closures::are_recorded(material), ..finding })
    }

    /// The calls with the object before and after, of as many hours as may be cited.
    fn rows(
        &self,
        handed: &Handed,
        closed: &[u32],
        successors: &[u32],
    ) -> Option<(i64, Vec<u32>, Vec<u32>)> {
        let of = |accounts: &[u32], from: i64, to: i64| -> Vec<u32> {
            accounts.iter().flat_map(|a| self.calls(*a, handed.object, from, to)).collect()
        };
        let wave = &handed.wave;
        let both = |hours: i64| {
            let us = hours * HOUR_US;
            let before = of(closed, wave.start.saturating_sub(us), wave.end);
            let after = of(successors, wave.start, wave.end.saturating_add(us));
            (hours, before, after)
        };
        let fits = |(_, before, after): &(i64, Vec<u32>, Vec<u32>)| {
            before.len() <= MOST_ROWS && after.len() <= MOST_ROWS
        };
        let found = [48, 24, 12, 6, 3].into_iter().map(both).find(fits);
        found.or_else(|| Some(both(1))).filter(|(_, b, a)| !b.is_empty() && !a.is_empty())
    }

    fn calls(&self, account: u32, object: Object, from: i64, to: i64) -> Vec<u32> {
        let material = self.look.material;
        let index = material.index;
        let (start, end) = (index.row_at(Time(from)), index.row_at(Time(to)));
        let rows = index.rows_of_account(account);
        let inside = rows[rows.partition_point(|row| *row < start)..].iter().copied();
        inside
            .take_while(|row| *row < end)
            .filter(|row| index.everything().contains(*row))
            .filter(|row| self.objects.has(material, *row, object))
            .collect()
    }

    fn statement(
        &self,
        handed: &Handed,
        hours: i64,
        before: &[u32],
        after: &[u32],
    ) -> Option<Statement> {
        let index = self.look.material.index;
        let went = match closures::are_recorded(self.look.material) {
            true => "were closed",
            false => "fell silent within a day before a ban",
        };
        let words = format!(
            "{{closed}} accounts {went} that had made {{before}} calls with the {} in {hours} h. \
             In {hours} h from then on, {{successors}} accounts first seen no more than 3 days \
             earlier made {{after}} calls with it, from {{start}} on. Of all accounts active then, at \
             most {{usual}} were that young.",
            self.objects.name(handed.object),
        );
        let role = |role: &str| role.to_owned();
        let accounts = |rows: &[u32]| {
            rows.iter().map(|row| index.account_of(*row)).collect::<FxHashSet<u32>>().len() as f64
        };
        let start = after.iter().min().and_then(|row| index.at(*row))?;
        let usual = "accounts first seen within 3 days, of all active in 48 h, one added".into();
        Some(
            Statement::new(words)
                .with(
                    "closed",
                    accounts(before),
                    Unit::Count,
                    Recipe::Accounts { role: role(BEFORE) },
                )
                .with(
                    "before",
                    before.len() as f64,
                    Unit::Count,
                    Recipe::Records { role: role(BEFORE) },
                )
                .with(
                    "successors",
                    accounts(after),
                    Unit::Count,
                    Recipe::Accounts { role: role(AFTER) },
                )
                .with(
                    "after",
                    after.len() as f64,
                    Unit::Count,
                    Recipe::Records { role: role(AFTER) },
                )
                .with(
                    "start",
                    start.0 as f64,
                    Unit::Moment,
                    Recipe::Time { role: role(AFTER), is_last: false },
                )
                .with("usual", handed.usual, Unit::ShareAtMost, Recipe::Case { what: usual }),
        )
    }
}

/// Whether an account was in use until it was closed: a ban interrupts, and what is planned comes after
/// the last use. Of a closing of which only the day is known, that day counts.
fn is_cut_off(material: &Material<'_>, account: u32) -> bool {
    let Some(closed) = material.moment(account, "closed_at") else { return false };
    let index = material.index;
    let last = index.rows_of_account(account).iter().rev().find_map(|row| index.at(*row));
    let within = if closed.0 % DAY_US == 0 { 2 * CUT_OFF_US } else { CUT_OFF_US };
    last.is_some_and(|last| closed.0.saturating_sub(last.0) <= within)
}

/// Adds why it is no evidence: seats that are handed on as planned, of courses, of contractors.
fn with_plan(statement: Statement, cut_off: usize, waves: usize) -> Statement {
    let words = format!(
        "{} Of the closed accounts {{cut_off}} were in use within 12 h of their closing, and it went on \
         like that {{waves}} {}: it may have been planned, which makes it no evidence.",
        statement.words,
        if waves == 1 { "time" } else { "times" },
    );
    let case = |what: &str| Recipe::Case { what: what.into() };
    Statement { words, ..statement }
        .with("cut_off", cut_off as f64, Unit::Count, case("closed accounts by their last record"))
        .with("waves", waves as f64, Unit::Count, case("waves of closings that it went on after"))
}

/// The role of calls of closed accounts.
pub(in crate::detect) const BEFORE: &str = "before the closing";
/// The role of calls of successors.
pub(in crate::detect) const AFTER: &str = "after the closing";

#[cfg(test)]
#[path = "succession_tests.rs"]
mod tests;
