//! Columns once more, account after account: who looks at all records of one account after the other
//! would otherwise fetch every value from another place of the memory.
//!
//! [`ByAccount`] holds what many ask for; [`Index::arranged`] makes a column for who asks once.

use std::thread;

use super::{Index, Templates};
use crate::model::{Caller, MISSING, Time};

/// Some columns in the order of the accounts: 24 bytes a row.
#[derive(Debug, Default)]
pub struct ByAccount {
    at_us: Vec<i64>,
    call: Vec<u32>,
    origin: Vec<u32>,
    /// Empty where no record has a duration.
    latency_ms: Vec<u32>,
    /// Empty where nobody looked for templates.
    template: Vec<u32>,
}

/// A record as it stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its row.
    pub row: u32,
    /// When; `None` where it has no time.
    pub at: Option<Time>,
    /// The position of what kind of call it is, in the dictionary of calls.
    pub call: u32,
    /// The position of where it came from, in the dictionary of origins.
    pub origin: u32,
    /// How long it took, ms.
    pub latency_ms: Option<u32>,
    /// What its prompt follows: a template's number or the free text; `None` without a prompt.
    pub template: Option<u32>,
}

impl Index {
    /// The columns in the order of the accounts. On threads of its own, so that several who wait for
    /// the same may ask for it.
    pub fn by_account(&self, templates: &Templates) -> ByAccount {
        let (rows, c) = (&self.account_rows, &self.columns);
        thread::scope(|scope| {
            let optional = |column: &[u32]| match column.is_empty() {
                true => Vec::new(),
                false => {
                    let of = |row: usize| column.get(row).copied().unwrap_or(MISSING);
                    rows.arranged(&c.caller, of)
                }
            };
            let beside = scope.spawn(move || {
                let call = rows.arranged(&c.caller, |row| c.call[row]);
                let origin = rows.arranged(&c.caller, |row| c.origin[row]);
                (call, origin, optional(&c.latency_ms))
            });
            let template = optional(&templates.of_row);
            let at_us = rows.arranged(&c.caller, |row| c.at_us[row]);
            // A thread that panicked leaves nothing to go on with.
            let (call, origin, latency_ms) = match beside.join() {
                Ok(columns) => columns,
                Err(panic) => std::panic::resume_unwind(panic),
            };
            ByAccount { at_us, call, origin, latency_ms, template }
        })
    }

    /// Something of every row, in the order of the accounts; `of` is asked in the order of the rows.
    ///
    /// Naive: ask for each of [`Index::rows_of_account`], account after account.
    pub fn arranged<T: Copy + Default>(&self, of: impl Fn(u32) -> T) -> Vec<T> {
        self.account_rows.arranged(&self.columns.caller, |row| of(row as u32))
    }

    /// What is of one account in something [`Index::arranged`].
    pub fn arranged_of<'a, T>(&self, arranged: &'a [T], account: u32) -> &'a [T] {
        arranged.get(self.account_rows.places(account)).unwrap_or_default()
    }

    /// The records of an account, of every granularity, in time order.
    ///
    /// Naive: look up each of [`Index::rows_of_account`].
    pub fn records_of<'a>(
        &'a self,
        columns: &'a ByAccount,
        account: u32,
    ) -> impl Iterator<Item = Record> + 'a {
        let places = self.account_rows.places(account);
        let rows = self.rows_of_account(account).iter().zip(places);
        rows.map(|(row, at)| Record {
            row: *row,
            at: Time(columns.at_us[at]).known(),
            call: columns.call[at],
            origin: columns.origin[at],
            latency_ms: columns.latency_ms.get(at).copied().filter(|ms| *ms != MISSING),
            template: columns.template.get(at).copied().filter(|id| *id != MISSING),
        })
    }

    /// By account the organisation that its records name, of every granularity, where they name one
    /// and the same.
    ///
    /// Naive: look up the organisation of each of its rows.
    pub fn organisations(&self) -> Vec<Option<&str>> {
        let mut is_used = vec![false; self.dimensions.callers.len()];
        self.columns.caller.iter().for_each(|caller| is_used[*caller as usize] = true);
        let mut all: Vec<Named<'_>> = vec![Named::Nobody; self.accounts().len()];
        let used = self.dimensions.callers.iter().zip(is_used).filter(|(_, is_used)| *is_used);
        for (Caller { account, org_id, .. }, _) in used {
            let Some(org) = org_id.as_deref() else { continue };
            let named = &mut all[*account as usize];
            *named = match *named {
                Named::Nobody => Named::One(org),
                Named::One(known) if known == org => Named::One(org),
                Named::One(_) | Named::Several => Named::Several,
            };
        }
        let one = |named| match named {
            Named::One(org) => Some(org),
            Named::Nobody | Named::Several => None,
        };
        all.into_iter().map(one).collect()
    }
}

/// What the records of an account name.
#[derive(Clone, Copy)]
enum Named<'a> {
    Nobody,
    One(&'a str),
    Several,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::index::testkit::{Dice, random_runs, random_templates};
    use crate::job::Progress;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn records_by_account_are_what_their_rows_say(seed: u64, with_templates: bool) {
            let (runs, dimensions) = random_runs(&mut Dice(seed), 60);
            let index = Index::build(runs, dimensions, &Progress::default()).expect("sound");
            if with_templates {
                random_templates(seed, &index);
            }
            let templates = index.templates();
            let columns = index.by_account(&templates);
            let organisations = index.organisations();
            let arranged = index.arranged(|row| row);
            for account in 0..index.accounts().len() as u32 {
                let rows = index.rows_of_account(account);
                let naive: Vec<Record> = rows.iter().map(|row| Record {
                    row: *row,
                    at: index.at(*row),
                    call: index.call_of(*row),
                    origin: index.origin_of(*row),
                    latency_ms: index.row(*row).latency_ms(),
                    template: templates.of(*row),
                }).collect();
                let found: Vec<Record> = index.records_of(&columns, account).collect();
                prop_assert_eq!(found, naive);
                prop_assert_eq!(index.arranged_of(&arranged, account), rows);
                let named: BTreeSet<&str> =
                    rows.iter().filter_map(|row| index.row(*row).org()).collect();
                let one = named.first().copied().filter(|_| named.len() == 1);
                prop_assert_eq!(organisations[account as usize], one);
            }
        }
    }
}
