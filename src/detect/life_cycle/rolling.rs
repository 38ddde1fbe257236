//! Closings one by one out of a pool that goes on: soon after each, a new account begins with what
//! the closed one did.
//!
//! The pool goes on using the object, so that nothing is handed over as a whole. What tells is time
//! and again a newcomer of the same object within hours of a closing, more often than newcomers of
//! it come anyway.

use super::objects::{Object, Objects, Place};
use super::succession::YOUNG_US;
use crate::detect::material::by_account::by_account;
use crate::detect::stats::binomial;
use crate::detect::{Claim, Definition, Group, Look, Material, evidence};
use crate::model::finding::{Evidence, Finding, Recipe, Statement, Unit};
use crate::model::time::HOUR_US;

/// Closings of accounts with an object this close to each other are one.
const ONE_US: i64 = 6 * HOUR_US;
/// Calls with an object that an account must have to be a user of it.
const LEAST_CALLS: usize = 3;
/// Closed accounts that must have used it.
const LEAST_CLOSED: usize = 3;

/// The numbers that decide.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// A newcomer within this time of a closing replaces the closed account, µs.
    pub within_us: i64,
    /// So many closings must be followed by one.
    pub least: f64,
    /// ln of the largest p.
    pub most_ln_p: f64,
}

/// An object whose users are closed and replaced one by one.
#[derive(Clone, Debug, PartialEq)]
pub struct Replaced {
    object: Object,
    /// Closings that are not one with the one before.
    closings: u64,
    /// Of those that a newcomer followed: who was closed and who came.
    pairs: Vec<(u32, u32)>,
    /// Newcomers in all.
    newcomers: u64,
    /// The share of closings that a newcomer would follow by chance.
    usual: f64,
    ln_p: f64,
}

/// A user of an object.
#[derive(Clone, Copy, Debug)]
struct User {
    account: u32,
    /// When it was closed, if it was.
    closed: Option<i64>,
    /// When it was first seen, if it came while the records went on.
    came: Option<i64>,
}

/// The objects of a case whose users are replaced one by one.
pub fn replaced(look: &Look<'_>, objects: &Objects<'_>, limits: Limits) -> Vec<Replaced> {
    let users = users(look.material, objects);
    let tests = libm::log(users.len().max(1) as f64);
    let Some(span) = look.material.span() else { return Vec::new() };
    // Nobody is new within the first days of the records.
    let span_us = span.end.0.saturating_sub(span.start.0);
    let exposed_us = span_us.saturating_sub(YOUNG_US).max(limits.within_us).max(1);
    let of = |(object, users): (Object, Vec<User>)| {
        let found = matched(look.material, &users, limits.within_us);
        let newcomers = users.iter().filter(|user| user.came.is_some()).count() as u64;
        let rate = newcomers as f64 * limits.within_us as f64 / exposed_us as f64;
        let usual = 1.0 - libm::exp(-rate);
        let hits = found.pairs.len() as u64;
        let ln_p = binomial::ln_at_least(hits, found.closings, usual)? + tests;
        let is_one = hits as f64 >= limits.least && ln_p <= limits.most_ln_p;
        let (closings, pairs, ln_p) = (found.closings, found.pairs, ln_p.min(0.0));
        is_one.then_some(Replaced { object, closings, pairs, newcomers, usual, ln_p })
    };
    users.into_iter().filter_map(of).collect()
}

/// The users of each object that three closed accounts or more have used, by object.
fn users(material: &Material<'_>, objects: &Objects<'_>) -> Vec<(Object, Vec<User>)> {
    let n = material.index.accounts().len() as u32;
    let is_closed = |account: &u32| material.moment(*account, "closed_at").is_some();
    let closed: Vec<u32> = (0..n).filter(is_closed).collect();
    let mut times = vec![0; objects.count()];
    for account in &closed {
        for place in used(material, objects, *account, None) {
            times[place] += 1;
        }
    }
    let wanted: Vec<bool> = times.into_iter().map(|n| n >= LEAST_CLOSED).collect();
    if !wanted.contains(&true) {
        return Vec::new();
    }
    let used = by_account(n, |account| used(material, objects, account, Some(&wanted)));
    let mut by_place: Vec<Vec<User>> = vec![Vec::new(); objects.count()];
    for (account, used) in (0..n).zip(used) {
        let user = User::of(material, account);
        for place in used {
            by_place[place].push(user);
        }
    }
    let all = by_place.into_iter().enumerate().filter(|(_, users)| !users.is_empty());
    let mut all: Vec<(Object, Vec<User>)> =
        all.map(|(place, users)| (objects.at(place), users)).collect();
    all.sort_unstable_by_key(|(object, _)| *object);
    all
}

impl User {
    fn of(material: &Material<'_>, account: u32) -> Self {
        let index = material.index;
        let start = material.span().map_or(i64::MAX, |span| span.start.0);
        let first = index.rows_of_account(account).iter().find_map(|row| index.at(*row));
        let came = first.map(|at| at.0).filter(|at| {
            let created = material.moment(account, "created_at");
            at.saturating_sub(start) >= YOUNG_US
                && created.is_none_or(|created| at.saturating_sub(created.0) <= YOUNG_US)
        });
        let closed = material.moment(account, "closed_at").map(|at| at.0);
        Self { account, closed, came }
    }
}

/// What an account used often enough, of the objects that are wanted; rising.
fn used(
    material: &Material<'_>,
    objects: &Objects<'_>,
    account: u32,
    wanted: Option<&[bool]>,
) -> Vec<Place> {
    let is_wanted = |place: &Place| wanted.is_none_or(|wanted| wanted[*place]);
    let (mut calls, mut places) = (0, Vec::new());
    for record in material.records(account) {
        calls += 1;
        let of = objects.of_record(&record).map(|object| objects.place(object));
        places.extend(of.filter(is_wanted));
    }
    places.sort_unstable();
    let often = places.chunk_by(|a, b| a == b).filter(|of| of.len() >= LEAST_CALLS);
    let mut used: Vec<Place> = often.map(|of| of[0]).collect();
    let card = objects.card(account).filter(|_| calls >= LEAST_CALLS);
    used.extend(card.map(|object| objects.place(object)).filter(is_wanted));
    used.sort_unstable();
    used
}

/// Closings and who followed them.
struct Matched {
    closings: u64,
    pairs: Vec<(u32, u32)>,
}

/// Each closing with the first newcomer after it that has replaced nobody yet.
fn matched(material: &Material<'_>, users: &[User], within_us: i64) -> Matched {
    let mut closed: Vec<(i64, u32)> =
        users.iter().filter_map(|user| Some((user.closed?, user.account))).collect();
    let mut came: Vec<(i64, u32)> =
        users.iter().filter_map(|user| Some((user.came?, user.account))).collect();
    closed.sort_unstable();
    came.sort_unstable();
    let mut found = Matched { closings: 0, pairs: Vec::new() };
    let mut last = i64::MIN;
    for (at, account) in closed {
        if last != i64::MIN && at.saturating_sub(last) < ONE_US {
            continue;
        }
        last = at;
        found.closings += 1;
        let from = came.partition_point(|(came, _)| *came <= at);
        let soon = came[from..].iter().take_while(|(came, _)| came.saturating_sub(at) <= within_us);
        let mut soon = soon.map(|(_, other)| *other);
        let follows = |other| other != account && !material.are_of_one_organisation(account, other);
        if let Some(next) = soon.position(follows) {
            found.pairs.push((account, came.remove(from + next).1));
        }
    }
    found
}

/// The role of the last calls of closed accounts with the object.
const LAST: &str = "last calls of closed accounts";
/// The role of the first calls of those who came.
const FIRST: &str = "first calls of newcomers";

impl Replaced {
    /// Who was closed and who came, rising.
    pub fn accounts(&self) -> Vec<u32> {
        let mut all: Vec<u32> = self.pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// What it says of two of them, nats.
    pub fn weight(&self) -> f64 {
        libm::log(self.pairs.len() as f64 / (self.closings as f64 * self.usual).max(1e-9))
    }

    /// In words: what ties the accounts.
    pub fn proof(&self, objects: &Objects<'_>) -> String {
        format!(
            "{}: {} of {} closings followed by a new account",
            objects.name(self.object),
            self.pairs.len(),
            self.closings
        )
    }

    /// Replacements within a cluster.
    pub fn inside(&self, group: Group<'_>) -> Vec<(u32, u32)> {
        self.pairs.iter().copied().filter(|(a, b)| group.has(*a) && group.has(*b)).collect()
    }

    /// As a finding about a cluster that holds most of it. It has a p and is not exact: that
    /// somebody came after somebody left may be chance.
    pub fn finding(
        &self,
        look: &Look<'_>,
        objects: &Objects<'_>,
        definition: &Definition,
        limits: Limits,
        group: Group<'_>,
    ) -> Option<Finding> {
        let inside = self.inside(group);
        if (inside.len() as f64) < limits.least || 2 * inside.len() < self.pairs.len() {
            return None;
        }
        let hits = self.pairs.len() as f64;
        let claim = Claim {
            accounts: inside.iter().flat_map(|(a, b)| [*a, *b]).collect(),
            statement: self.statement(objects, limits, inside.len()),
            statistic: hits,
            threshold: format!(
                "at least {} closings followed and p at most 1e{:.0}",
                limits.least,
                limits.most_ln_p / std::f64::consts::LN_10
            ),
            effect: hits / (self.closings as f64 * self.usual).max(1e-9),
            null: binomial::band(
                "share of time within reach of a newcomer".into(),
                self.closings,
                self.usual,
            ),
            ln_p: Some(self.ln_p),
            evidence: self.rows(look.material, objects, &inside),
        };
        let finding = claim.finding(definition, group.subject())?;
        Some(Finding { is_exact: false, ..finding })
    }

    /// The last calls of the closed accounts and the first ones of those who came, with the object.
    fn rows(
        &self,
        material: &Material<'_>,
        objects: &Objects<'_>,
        inside: &[(u32, u32)],
    ) -> Vec<Evidence> {
        let index = material.index;
        let with = |account: u32| {
            let rows = index.rows_of_account(account).iter().copied();
            let counted = rows.filter(|row| index.everything().contains(*row));
            counted.filter(|row| objects.has(material, *row, self.object)).collect::<Vec<_>>()
        };
        let last = inside.iter().filter_map(|(closed, _)| with(*closed).last().copied());
        let first = inside.iter().filter_map(|(_, came)| with(*came).first().copied());
        vec![evidence(index, LAST, last), evidence(index, FIRST, first)]
    }

    fn statement(&self, objects: &Objects<'_>, limits: Limits, inside: usize) -> Statement {
        let case = |what: &str| Recipe::Case { what: what.into() };
        let words = format!(
            "{{hits}} of {{closings}} times at which an account with the {} was closed, another one \
             with it was first seen within {} h; {{newcomers}} such accounts came in all, so that by \
             chance {{usual}} of closings are followed by one. {{inside}} of these closed accounts \
             and those that followed them are in the cluster.",
            objects.name(self.object),
            limits.within_us as f64 / HOUR_US as f64,
        );
        Statement::new(words)
            .with("hits", self.pairs.len() as f64, Unit::Count, case("closings that one followed"))
            .with(
                "closings",
                self.closings as f64,
                Unit::Count,
                case("closings, those within 6 h of another taken as one"),
            )
            .with("newcomers", self.newcomers as f64, Unit::Count, case("new accounts with it"))
            .with("usual", self.usual, Unit::Share, case("1 − exp(−newcomers × hours / all hours)"))
            .with("inside", inside as f64, Unit::Count, Recipe::Accounts { role: LAST.into() })
    }
}

#[cfg(test)]
#[path = "rolling_tests.rs"]
mod tests;
