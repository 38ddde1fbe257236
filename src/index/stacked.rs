//! All values of a field with their rows and accounts: the rare ones are what a stack is for, so
//! none is left out.

use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use super::sorted::check_memory;
use super::{Index, Mask, SortError};
use crate::job::{Cancelled, Progress};
use crate::model::time::DAY_US;
use crate::model::{Field, MISSING};

/// A value of a field and what has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stacked {
    /// Which value, for [`Index::stacked_text`]; `None` for rows without one.
    pub value: Option<u64>,
    /// Its rows.
    pub rows: u32,
    /// Accounts with such a row.
    pub accounts: u32,
}

impl Index {
    /// Every value of a field among the rows a mask keeps, in no particular order: those of a
    /// dictionary, numbers and fingerprints as they are, times by day (UTC).
    ///
    /// Naive: group the rows kept by the value, count the rows and the accounts of each group.
    ///
    /// # Errors
    /// [`SortError`].
    pub fn stacked(
        &self,
        mask: &Mask,
        field: Field,
        progress: &Progress,
    ) -> Result<Vec<Stacked>, SortError> {
        match self.attribute(field) {
            Some(_) => Ok(self.stacked_texts(mask, field, progress)?),
            None => self.stacked_numbers(mask, field, progress),
        }
    }

    /// The text of a stacked value, as a filter takes it; a day for times.
    pub fn stacked_text(&self, field: Field, value: u64) -> Option<String> {
        if self.can_group_by(field) {
            return self.value_text(field, u32::try_from(value).ok()?).map(|t| t.into_owned());
        }
        Some(match field {
            Field::Timestamp => crate::model::Time((value as i64).wrapping_mul(DAY_US)).date(),
            Field::Cost => f64::from_bits(value).to_string(),
            Field::PromptHash
            | Field::ResponseHash
            | Field::ReasoningSignature
            | Field::ReplayedSignature => format!("{value:016x}"),
            _ => value.to_string(),
        })
    }

    /// Values of a dictionary: counted in one array, accounts by walking each one's rows.
    fn stacked_texts(
        &self,
        mask: &Mask,
        field: Field,
        progress: &Progress,
    ) -> Result<Vec<Stacked>, Cancelled> {
        let Some(attribute) = self.attribute(field) else { return Ok(Vec::new()) };
        let entries = self.entries(attribute.dimension);
        let absent = attribute.len();
        let zeros = || (0..=absent).map(|_| AtomicU32::new(0)).collect::<Vec<_>>();
        let (rows, accounts) = (zeros(), zeros());
        let number = |row: u32| {
            let value = entries.get(row as usize).and_then(|e| attribute.value_of.get(*e as usize));
            value.map_or(absent, |v| (*v as usize).min(absent))
        };
        let count = |seen: &mut Vec<u32>, account: u32| {
            progress.check()?;
            for row in self.rows_of_account_under(mask, account) {
                let value = number(row);
                rows[value].fetch_add(1, Ordering::Relaxed);
                // An account is counted where it meets the value first.
                if seen[value] != account {
                    seen[value] = account;
                    accounts[value].fetch_add(1, Ordering::Relaxed);
                }
            }
            Ok(())
        };
        let least = self.accounts_a_thread();
        let each = (0..self.accounts().len() as u32).into_par_iter().with_min_len(least);
        each.map_init(|| vec![MISSING; absent + 1], count).collect::<Result<(), Cancelled>>()?;
        let of = |(value, (rows, accounts)): (usize, (AtomicU32, AtomicU32))| Stacked {
            value: (value < absent).then_some(value as u64),
            rows: rows.into_inner(),
            accounts: accounts.into_inner(),
        };
        let all = rows.into_iter().zip(accounts).enumerate().map(of);
        Ok(all.filter(|stacked| stacked.rows > 0).collect())
    }

    /// Values with a column of their own: sorted with their accounts, then counted in runs.
    fn stacked_numbers(
        &self,
        mask: &Mask,
        field: Field,
        progress: &Progress,
    ) -> Result<Vec<Stacked>, SortError> {
        check_memory(mask)?;
        let mut pairs: Vec<(u64, u32)> = Vec::with_capacity(mask.len() as usize);
        let mut absent = Vec::new();
        for row in mask.rows() {
            let account = self.account_of(row);
            match self.number_of(field, row) {
                Some(number) => pairs.push((number, account)),
                None => absent.push(account),
            }
        }
        progress.check()?;
        pairs.par_sort_unstable();
        progress.check()?;
        absent.par_sort_unstable();
        progress.check()?;
        let groups = pairs.chunk_by(|a, b| a.0 == b.0).map(|group| Stacked {
            value: Some(group[0].0),
            rows: group.len() as u32,
            accounts: group.chunk_by(|a, b| a.1 == b.1).count() as u32,
        });
        let without = Stacked {
            value: None,
            rows: absent.len() as u32,
            accounts: absent.chunk_by(|a, b| a == b).count() as u32,
        };
        Ok(groups.chain((without.rows > 0).then_some(without)).collect())
    }

    fn number_of(&self, field: Field, row: u32) -> Option<u64> {
        let view = self.row(row);
        let number = |n: Option<u32>| n.map(u64::from);
        match field {
            Field::Timestamp => view.at().map(|t| t.0.div_euclid(DAY_US) as u64),
            Field::InputTokens => number(view.input_tokens()),
            Field::OutputTokens => number(view.output_tokens()),
            Field::CachedTokens => number(view.cached_tokens()),
            Field::ReasoningTokens => number(view.reasoning_tokens()),
            Field::LatencyMs => number(view.latency_ms()),
            Field::Cost => view.cost().map(|c| (c + 0.0).to_bits()),
            Field::PromptHash => view.prompt_hash(),
            Field::ResponseHash => view.response_hash(),
            Field::ReasoningSignature => view.reasoning_signature(),
            Field::ReplayedSignature => view.replayed_signature(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;
    use crate::index::compile;
    use crate::index::testkit::{Dice, random_filter, random_index, random_lists, spelled};

    const FIELDS: [Field; 9] = [
        Field::Timestamp,
        Field::AccountId,
        Field::Model,
        Field::ClientIp,
        Field::Status,
        Field::SessionId,
        Field::InputTokens,
        Field::Cost,
        Field::PromptHash,
    ];

    proptest! {
        #[test]
        fn a_stack_equals_grouping_the_rows_by_their_text(seed: u64, which in 0..FIELDS.len()) {
            let index = random_index(seed, 40);
            let lists = random_lists(seed, &index);
            let mask = compile(&random_filter(&mut Dice(seed)), &index, &lists).expect("compiles");
            let field = FIELDS[which];
            let mut naive: BTreeMap<Option<String>, (u32, BTreeSet<u32>)> = BTreeMap::new();
            for row in mask.rows().map(|row| index.row(row)) {
                let text = match field {
                    Field::Timestamp => row.at().map(|t| t.date()),
                    field => spelled(&index, field, row.row()).map(|t| t.into_owned()),
                };
                let group = naive.entry(text).or_default();
                group.0 += 1;
                group.1.insert(row.account_position());
            }
            let naive: BTreeMap<Option<String>, (u32, u32)> =
                naive.into_iter().map(|(k, (rows, ids))| (k, (rows, ids.len() as u32))).collect();
            let stacked = index.stacked(&mask, field, &Progress::default()).expect("not cancelled");
            let count = stacked.len();
            let stacked: BTreeMap<Option<String>, (u32, u32)> = stacked
                .into_iter()
                .map(|s| (s.value.and_then(|v| index.stacked_text(field, v)), (s.rows, s.accounts)))
                .collect();
            prop_assert_eq!(stacked.len(), count);
            prop_assert_eq!(stacked, naive);
        }
    }
}
