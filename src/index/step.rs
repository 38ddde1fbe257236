//! From one row to the next that means the same: of the same account, from the same address,
//! another failure. In time order, around the end where there is none further on.

use super::attribute::{Dimension, dimension_of};
use super::{Index, Lists, Mask, RowView};
use crate::model::{FREE_TEXT, Field, MISSING, Verdict};

/// What the next row is to have in common with this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// The same value of a field that is kept in a dictionary.
    Same(Field),
    /// The same prompt template.
    Template,
    /// That it failed: a status of 400 or more, or an error.
    Error,
    /// That its account is marked as suspicious or to be watched.
    Flagged,
}

/// Where a step leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The row.
    pub row: u32,
    /// Whether the search went on from the other end.
    pub wrapped: bool,
}

impl RowView<'_> {
    /// Whether the call failed: a status of 400 or more, or an error.
    pub fn is_error(&self) -> bool {
        self.status().is_some_and(|status| status >= 400) || self.error().is_some()
    }
}

/// What a row is tested for, decided once for every dictionary entry.
enum Test {
    /// One account: its rows are known.
    Account(u32),
    /// Entries of a dictionary.
    Entries(Dimension, Vec<bool>),
    /// Rows that follow a template.
    Template(u32),
}

impl Index {
    /// The row nearest to `from` in time, in one direction, among those `within` keeps, that
    /// means the same; `None` where there is no other, or `from` has no such value itself.
    ///
    /// Costs what lies between the two, and no more than the logarithm of all rows to begin.
    ///
    /// Naive: of the rows kept that mean the same, the first after `from` in that direction,
    /// else the first from the other end.
    pub fn step(
        &self,
        within: &Mask,
        lists: &Lists,
        from: u32,
        meaning: Meaning,
        forward: bool,
    ) -> Option<Step> {
        if from as usize >= self.len() {
            return None;
        }
        let found = match self.test(lists, from, meaning)? {
            Test::Account(account) => {
                let rows = self.rows_of_account(account);
                let at = rows.partition_point(|row| *row < from);
                let after = rows.partition_point(|row| *row <= from);
                let kept = |row: &u32| within.contains(*row);
                nearest(rows[after..].iter().copied(), rows[..at].iter().copied(), forward, kept)
            }
            Test::Entries(dimension, wanted) => {
                let entries = self.entries(dimension);
                let is_wanted = |row: &u32| {
                    let entry = entries.get(*row as usize);
                    entry.and_then(|e| wanted.get(*e as usize)).copied().unwrap_or(false)
                };
                self.around(within, from, forward, is_wanted)
            }
            Test::Template(id) => {
                let templates = self.templates();
                self.around(within, from, forward, |row| templates.of(*row) == Some(id))
            }
        };
        found.map(|(row, wrapped)| Step { row, wrapped })
    }

    /// Whether a step in this meaning can begin at a row: it has the value.
    pub fn means(&self, row: u32, meaning: Meaning) -> bool {
        match meaning {
            Meaning::Same(field) => self.row(row).text(field).is_some(),
            Meaning::Template => self.template_of(row).is_some(),
            Meaning::Error | Meaning::Flagged => true,
        }
    }

    /// The template that a row follows; free text is none.
    fn template_of(&self, row: u32) -> Option<u32> {
        self.row(row).template().filter(|id| *id != FREE_TEXT)
    }

    fn around(
        &self,
        within: &Mask,
        from: u32,
        forward: bool,
        is_wanted: impl Fn(&u32) -> bool,
    ) -> Option<(u32, bool)> {
        let after = Kept { mask: within, next: within.rank(from + 1).into(), end: within.len() };
        let before = Kept { mask: within, next: 0, end: within.rank(from).into() };
        nearest(after, before, forward, is_wanted)
    }

    fn test(&self, lists: &Lists, from: u32, meaning: Meaning) -> Option<Test> {
        let entries = |dimension: Dimension, wanted: &dyn Fn(u32) -> bool| {
            let all = 0..self.entry_count(dimension) as u32;
            Some(Test::Entries(dimension, all.map(wanted).collect()))
        };
        match meaning {
            Meaning::Same(Field::AccountId) => Some(Test::Account(self.account_of(from))),
            Meaning::Same(field) => {
                let dimension = dimension_of(field)?;
                let attribute = self.attribute(field)?;
                let entry = *self.entries(dimension).get(from as usize)?;
                let value = attribute.value_of.get(entry as usize).copied()?;
                if value == MISSING {
                    return None;
                }
                let has = |e: u32| attribute.value_of.get(e as usize) == Some(&value);
                entries(dimension, &has)
            }
            Meaning::Template => self.template_of(from).map(Test::Template),
            Meaning::Error => entries(Dimension::Call, &|entry| {
                let call = &self.dimensions.calls[entry as usize];
                call.status.is_some_and(|status| status >= 400) || call.error.is_some()
            }),
            Meaning::Flagged => entries(Dimension::Caller, &|entry| {
                let account = self.dimensions.callers[entry as usize].account;
                matches!(lists.verdict(account), Some(Verdict::Suspicious | Verdict::Watch))
            }),
        }
    }
}

/// The first wanted row of those after and then of those before, or the other way round.
fn nearest<I: DoubleEndedIterator<Item = u32>>(
    mut after: I,
    mut before: I,
    forward: bool,
    wanted: impl Fn(&u32) -> bool,
) -> Option<(u32, bool)> {
    let (first, then) = if forward {
        let first = after.find(&wanted);
        (first, first.or_else(|| before.find(&wanted)))
    } else {
        let first = before.rfind(&wanted);
        (first, first.or_else(|| after.rfind(&wanted)))
    };
    then.map(|row| (row, first.is_none()))
}

/// The rows a mask keeps from one position to another, from either end.
struct Kept<'a> {
    mask: &'a Mask,
    next: u64,
    end: u64,
}

impl Iterator for Kept<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let at = (self.next < self.end).then_some(self.next)?;
        self.next += 1;
        self.mask.nth(at)
    }

    /// By the words of the mask, not row by row from its directory.
    fn find<P: FnMut(&u32) -> bool>(&mut self, wanted: P) -> Option<u32> {
        let (first, last) = (self.mask.nth(self.next)?, self.mask.nth(self.end.checked_sub(1)?)?);
        if self.next >= self.end {
            return None;
        }
        self.mask.rows_in(first..last + 1).find(wanted)
    }
}

impl DoubleEndedIterator for Kept<'_> {
    fn next_back(&mut self) -> Option<u32> {
        self.end = self.end.checked_sub(1).filter(|end| *end >= self.next)?;
        self.mask.nth(self.end)
    }

    /// In stretches from the end, each read by the words of the mask.
    fn rfind<P: FnMut(&u32) -> bool>(&mut self, mut wanted: P) -> Option<u32> {
        const STRETCH: u64 = 1 << 12;
        while self.next < self.end {
            let from = self.end.saturating_sub(STRETCH).max(self.next);
            let (first, last) = (self.mask.nth(from)?, self.mask.nth(self.end - 1)?);
            let found = self.mask.rows_in(first..last + 1).filter(|row| wanted(row)).last();
            if found.is_some() {
                return found;
            }
            self.end = from;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::index::compile;
    use crate::index::testkit::{Dice, random_filter, random_index, random_lists, spelled};

    const MEANINGS: [Meaning; 8] = [
        Meaning::Same(Field::AccountId),
        Meaning::Same(Field::ClientIp),
        Meaning::Same(Field::ApiKeyId),
        Meaning::Same(Field::SessionId),
        Meaning::Same(Field::Country),
        Meaning::Template,
        Meaning::Error,
        Meaning::Flagged,
    ];

    fn alike(index: &Index, lists: &Lists, from: u32, row: u32, meaning: Meaning) -> bool {
        let (a, b) = (index.row(from), index.row(row));
        match meaning {
            Meaning::Same(field) => {
                let text = |row| spelled(index, field, row);
                text(from).is_some() && text(from) == text(row)
            }
            Meaning::Template => {
                a.template().is_some_and(|id| id != FREE_TEXT) && a.template() == b.template()
            }
            Meaning::Error => b.status().is_some_and(|s| s >= 400) || b.error().is_some(),
            Meaning::Flagged => matches!(
                lists.verdict(b.account_position()),
                Some(Verdict::Suspicious | Verdict::Watch)
            ),
        }
    }

    proptest! {
        /// Naive: look at every row kept.
        #[test]
        fn a_step_leads_to_the_nearest_row_that_means_the_same(seed: u64, forward: bool) {
            let index = random_index(seed, 40);
            let lists = random_lists(seed, &index);
            let mask = compile(&random_filter(&mut Dice(seed)), &index, &lists).expect("compiles");
            for from in 0..index.len() as u32 {
                for meaning in MEANINGS {
                    let others: Vec<u32> = mask
                        .rows()
                        .filter(|row| *row != from && alike(&index, &lists, from, *row, meaning))
                        .collect();
                    let (on, round) = if forward {
                        (others.iter().find(|r| **r > from), others.first())
                    } else {
                        (others.iter().rev().find(|r| **r < from), others.last())
                    };
                    let naive = on.or(round).map(|row| Step { row: *row, wrapped: on.is_none() });
                    prop_assert_eq!(index.step(&mask, &lists, from, meaning, forward), naive);
                }
            }
        }
    }
}
