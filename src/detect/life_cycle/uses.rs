//! Use of what accounts may hand on, before a wave of closings and after it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::closures::Wave;
use super::objects::{Object, Objects};
use super::succession::{DEFINITION, WINDOW_US, YOUNG_US};
use crate::detect::{Look, Material};
use crate::model::Time;

/// Use of an object in a window.
#[derive(Default)]
pub(super) struct Use {
    /// Calls of the accounts asked about.
    pub own: u64,
    /// Calls of all.
    pub all: u64,
    /// Of those asked about, who made any.
    pub accounts: FxHashSet<u32>,
    /// Everybody who made any.
    pub holders: FxHashSet<u32>,
}

/// Objects that enough of the closed accounts used often enough before their wave.
pub(super) fn candidates(look: &Look<'_>, objects: &Objects<'_>, wave: &Wave) -> FxHashSet<Object> {
    let get = |name| look.parameter(&DEFINITION, name);
    let (index, start) = (look.material.index, wave.start.saturating_sub(WINDOW_US));
    let (from, to) = (index.row_at(Time(start)), index.row_at(Time(wave.end)));
    let mut uses: FxHashMap<Object, Use> = FxHashMap::default();
    for account in wave.accounts.iter().copied() {
        let rows = index.rows_of_account(account);
        let inside = &rows[rows.partition_point(|row| *row < from)..];
        let inside = inside.iter().copied().take_while(|row| *row < to);
        for row in inside.filter(|row| index.everything().contains(*row)) {
            for object in objects.of(look.material, row) {
                let of = uses.entry(object).or_default();
                of.own += 1;
                of.accounts.insert(account);
            }
        }
    }
    let enough = |of: &Use| {
        of.accounts.len() as f64 >= get("least_accounts_on_each_side")
            && of.own as f64 >= get("least_calls_before")
    };
    uses.into_iter().filter(|(_, of)| enough(of)).map(|(object, _)| object).collect()
}

/// Use of some objects in a span of time, by accounts that are `own` and by all.
pub(super) fn uses(
    look: &Look<'_>,
    objects: &Objects<'_>,
    span: (i64, i64),
    wanted: &FxHashSet<Object>,
    own: impl Fn(u32) -> bool,
) -> FxHashMap<Object, Use> {
    let index = look.material.index;
    let mut uses: FxHashMap<Object, Use> = FxHashMap::default();
    for row in rows_in(look, span) {
        let account = index.account_of(row);
        for object in objects.of(look.material, row).filter(|object| wanted.contains(object)) {
            let of = uses.entry(object).or_default();
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
    let known = index.span().is_some_and(|span| span.start.0 < from);
    let created = material.moment(account, "created_at");
    // Whatever kind of record: it was there.
    let first = index.rows_of_account(account).iter().find_map(|row| index.at(*row));
    let seen = first.is_some_and(|first| first.0 >= from);
    seen && created.map_or(known, |created| created.0 >= from)
}
