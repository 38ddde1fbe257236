//! Use of what accounts may hand on, before a wave of closings and after it.

use rustc_hash::FxHashMap;

use super::closures::Wave;
use super::objects::{Object, Objects};
use super::succession::{DEFINITION, WINDOW_US, YOUNG_US};
use crate::detect::{Look, Material};
use crate::model::Time;

/// Use of an object in a window.
#[derive(Clone)]
pub(super) struct Use {
    /// Calls of the accounts asked about.
    pub own: u64,
    /// Calls of all.
    pub all: u64,
    /// Of those asked about, who made any.
    pub accounts: AccountSet,
    /// Everybody who made any.
    pub holders: AccountSet,
}

/// Some of a number of accounts.
#[derive(Clone)]
pub(super) struct AccountSet(Vec<u64>);

impl AccountSet {
    fn of(accounts: usize) -> Self {
        Self(vec![0; accounts.div_ceil(64)])
    }

    fn insert(&mut self, account: u32) {
        self.0[account as usize / 64] |= 1 << (account % 64);
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Which, rising.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        let bits = |(at, word): (u32, &u64)| {
            let word = *word;
            (0..64).filter(move |bit| word & (1 << bit) != 0).map(move |bit| 64 * at + bit)
        };
        (0..).zip(&self.0).filter(|(_, word)| **word != 0).flat_map(bits)
    }
}

/// Objects that enough of the closed accounts used often enough before their wave, rising.
pub(super) fn candidates(look: &Look<'_>, objects: &Objects<'_>, wave: &Wave) -> Vec<Object> {
    let get = |name| look.parameter(&DEFINITION, name);
    let (index, start) = (look.material.index, wave.start.saturating_sub(WINDOW_US));
    let (from, to) = (index.row_at(Time(start)), index.row_at(Time(wave.end)));
    // By object its calls, and the accounts that made any: the rows come by account.
    let mut uses: FxHashMap<Object, (u64, Vec<u32>)> = FxHashMap::default();
    for account in wave.accounts.iter().copied() {
        let rows = index.rows_of_account(account);
        let inside = &rows[rows.partition_point(|row| *row < from)..];
        let inside = inside.iter().copied().take_while(|row| *row < to);
        for row in inside.filter(|row| index.everything().contains(*row)) {
            for object in objects.of(look.material, row) {
                let (own, accounts) = uses.entry(object).or_default();
                *own += 1;
                if accounts.last() != Some(&account) {
                    accounts.push(account);
                }
            }
        }
    }
    let enough = |(own, accounts): &(u64, Vec<u32>)| {
        accounts.len() as f64 >= get("least_accounts_on_each_side")
            && *own as f64 >= get("least_calls_before")
    };
    let uses = uses.into_iter().filter(|(_, of)| enough(of));
    let mut found: Vec<Object> = uses.map(|(object, _)| object).collect();
    found.sort_unstable();
    found
}

/// Use of each of some objects in a span of time, by accounts that are `own` and by all.
pub(super) fn uses(
    look: &Look<'_>,
    objects: &Objects<'_>,
    span: (i64, i64),
    wanted: &[Object],
    own: impl Fn(u32) -> bool,
) -> Vec<Use> {
    let index = look.material.index;
    let nobody = AccountSet::of(index.accounts().len());
    let none = Use { own: 0, all: 0, accounts: nobody.clone(), holders: nobody };
    let mut uses = vec![none; wanted.len()];
    let mut number = vec![usize::MAX; objects.count()];
    (0..).zip(wanted).for_each(|(at, object)| number[objects.place(*object)] = at);
    for row in rows_in(look, span) {
        let account = index.account_of(row);
        let card = objects.card(account);
        for object in objects.but_card(look.material, row).chain(card) {
            let Some(of) = uses.get_mut(number[objects.place(object)]) else { continue };
            of.all += 1;
            of.holders.insert(account);
            if own(account) {
                of.own += 1;
                of.accounts.insert(account);
            }
        }
    }
    uses
}

pub(super) fn rows_in<'a>(
    look: &Look<'a>,
    (from, to): (i64, i64),
) -> impl Iterator<Item = u32> + 'a {
    let index = look.material.index;
    let (start, end) = (index.row_at(Time(from)), index.row_at(Time(to)));
    index.everything().rows_in(start..end.max(start))
}

/// Whether an account was first seen, and registered as far as is known, less than three days
/// before a wave, or later.
pub(super) fn is_young(material: &Material<'_>, account: u32, wave: &Wave) -> bool {
    let index = material.index;
    let from = wave.start.saturating_sub(YOUNG_US);
    // Where the records begin later than that, everybody would look young.
    let known = material.span().is_some_and(|span| span.start.0 < from);
    let created = material.moment(account, "created_at");
    // Whatever kind of record: it was there.
    let first = index.rows_of_account(account).iter().find_map(|row| index.at(*row));
    let seen = first.is_some_and(|first| first.0 >= from);
    seen && created.map_or(known, |created| created.0 >= from)
}
