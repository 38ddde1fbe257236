//! The template of every row, and questions about templates under a filter.

use std::ops::Range;
use std::sync::{Arc, PoisonError};

use rayon::prelude::*;

use crate::index::{Index, Mask};
use crate::model::time::DAY_US;
use crate::model::{FREE_TEXT, MISSING, Template, TemplateRun, Time};

/// The stretch of time that growth compares with the one before, days.
pub const GROWTH_DAYS: i64 = 7;

/// The templates of a case and which of them each row follows.
#[derive(Debug, Default)]
pub struct Templates {
    /// How they were found; `None` where that was not done.
    pub run: Option<TemplateRun>,
    /// In the order of their numbers, from 1.
    pub all: Vec<Template>,
    /// For every row its template, [`FREE_TEXT`] or [`MISSING`]; empty without templates.
    pub(in crate::index) of_row: Vec<u32>,
}

/// A template, or the free text, under a filter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TemplateStats {
    /// Rows.
    pub rows: u32,
    /// Accounts of these rows.
    pub accounts: u32,
    /// The first row that has a time.
    pub first: Option<Time>,
    /// The last.
    pub last: Option<Time>,
    /// Rows of the last [`GROWTH_DAYS`] days.
    pub recent: u32,
    /// Rows of as many days before.
    pub before: u32,
}

/// All templates under a filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TemplateCounts {
    /// By number; the first is free text.
    pub of: Vec<TemplateStats>,
    /// Rows without a prompt, or of sources that came in after templates were looked for.
    pub absent: u32,
    /// Rows in all.
    pub rows: u64,
}

impl Templates {
    /// A template by its number.
    pub fn get(&self, id: u32) -> Option<&Template> {
        self.all.get(id.checked_sub(1)? as usize)
    }

    /// What a row follows: a template's number or [`FREE_TEXT`]; `None` where it has no prompt.
    pub fn of(&self, row: u32) -> Option<u32> {
        self.of_row.get(row as usize).copied().filter(|id| *id != MISSING)
    }
}

impl Index {
    /// The templates that were looked for last.
    pub fn templates(&self) -> Arc<Templates> {
        Arc::clone(&self.templates.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes templates in, in place of earlier ones. `of_event` has a template, [`FREE_TEXT`] or
    /// [`MISSING`] for every event from event 1 on; events beyond it have none. Rows that lack a
    /// prompt and are joined with rows that have one take theirs.
    ///
    /// Whatever was derived from filters on templates before is stale then.
    pub fn set_templates(&self, run: TemplateRun, all: Vec<Template>, of_event: &[u32]) {
        self.put_templates(Arc::new(self.templates_of(run, all, of_event)));
    }

    /// [`Index::set_templates`], of what [`Index::templates_of`] has made before.
    pub fn put_templates(&self, templates: Arc<Templates>) {
        *self.templates.write().unwrap_or_else(PoisonError::into_inner) = templates;
    }

    /// What [`Index::set_templates`] takes in.
    pub fn templates_of(
        &self,
        run: TemplateRun,
        all: Vec<Template>,
        of_event: &[u32],
    ) -> Templates {
        let known = |id: &u32| *id == FREE_TEXT || (*id as usize) <= all.len();
        let mut of_ordinal = vec![MISSING; self.len()];
        for run in self.order.runs() {
            let first = usize::try_from(run.first_event_id.saturating_sub(1)).unwrap_or(usize::MAX);
            let of_run = of_event.get(first..).unwrap_or_default();
            let Range { start, end } = run.ordinals.clone();
            let places = &mut of_ordinal[start as usize..end as usize];
            for (place, id) in places.iter_mut().zip(of_run) {
                *place = Some(*id).filter(known).unwrap_or(MISSING);
            }
        }
        self.same_call.complete(&mut of_ordinal);
        let of_row = match self.order.is_plain() {
            true => of_ordinal,
            false => {
                let rows = 0..self.len() as u32;
                rows.into_par_iter()
                    .map(|row| of_ordinal[self.order.ordinal(row) as usize])
                    .collect()
            }
        };
        Templates { run: Some(run), all, of_row }
    }

    /// Counts of every template over the rows of a mask.
    ///
    /// Naive: for every template the rows of the mask that follow it, their distinct accounts,
    /// first and last time, and how many lie in the last days and in those before.
    pub fn template_counts(&self, templates: &Templates, mask: &Mask) -> TemplateCounts {
        let mut counts = TemplateCounts { rows: mask.len(), ..TemplateCounts::default() };
        counts.of = vec![TemplateStats::default(); templates.all.len() + 1];
        if templates.of_row.is_empty() {
            counts.absent = mask.len() as u32;
            return counts;
        }
        self.count_rows(templates, mask, &mut counts);
        for (stats, accounts) in counts.of.iter_mut().zip(self.count_accounts(templates, mask)) {
            stats.accounts = accounts;
        }
        counts
    }

    fn count_rows(&self, templates: &Templates, mask: &Mask, counts: &mut TemplateCounts) {
        let timed = self.timed();
        let (recent, before) = self.growth_rows(mask);
        for row in mask.rows() {
            let id = templates.of_row[row as usize];
            let Some(stats) = counts.of.get_mut(id as usize) else {
                counts.absent += 1;
                continue;
            };
            stats.rows += 1;
            stats.recent += u32::from(recent.contains(&row));
            stats.before += u32::from(before.contains(&row));
            if timed.contains(&row) {
                let at = self.at(row);
                stats.first = stats.first.or(at);
                stats.last = at;
            }
        }
    }

    /// The rows of the last days up to the last row of a mask that has a time, and of those before.
    fn growth_rows(&self, mask: &Mask) -> (Range<u32>, Range<u32>) {
        let last = mask.ends_in(self.timed()).and_then(|(_, last)| self.at(last));
        let Some(Time(last)) = last else { return (0..0, 0..0) };
        let ago =
            |days: i64| self.row_at(Time(last.saturating_add(1).saturating_sub(days * DAY_US)));
        let (middle, start) = (ago(GROWTH_DAYS), ago(2 * GROWTH_DAYS));
        (middle..self.timed().end, start..middle)
    }

    /// Accounts of every template.
    fn count_accounts(&self, templates: &Templates, mask: &Mask) -> Vec<u32> {
        let kinds = templates.all.len() + 1;
        let accounts: Vec<u32> = (0..self.accounts().len() as u32).collect();
        let some = |accounts: &[u32]| {
            let (mut counts, mut seen_by) = (vec![0; kinds], vec![MISSING; kinds]);
            for &account in accounts {
                for &row in self.rows_of_account(account) {
                    let id = templates.of_row[row as usize] as usize;
                    if id < kinds && seen_by[id] != account && mask.contains(row) {
                        seen_by[id] = account;
                        counts[id] += 1;
                    }
                }
            }
            counts
        };
        let add = |mut a: Vec<u32>, b: Vec<u32>| {
            a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
            a
        };
        let chunk = (accounts.len() / 64).max(256);
        accounts.par_chunks(chunk).map(some).reduce(|| vec![0; kinds], add)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::index::testkit::{
        Dice, random_filter, random_index, random_lists, random_runs, random_templates,
    };
    use crate::index::{Lists, compile};
    use crate::job::Progress;
    use crate::model::Filter;

    proptest! {
        #[test]
        fn counts_are_those_of_the_rows_of_each_template(seed: u64) {
            let index = random_index(seed, 200);
            random_templates(seed, &index);
            let mut dice = Dice(seed ^ 7);
            let lists = random_lists(seed, &index);
            let mask = compile(&random_filter(&mut dice), &index, &lists).expect("a mask");
            let templates = index.templates();
            let counts = index.template_counts(&templates, &mask);
            let last = mask.rows().filter_map(|row| index.at(row)).max();
            for (id, stats) in (0..).zip(&counts.of) {
                let rows: Vec<u32> = mask.rows().filter(|r| templates.of(*r) == Some(id)).collect();
                let accounts: BTreeSet<u32> = rows.iter().map(|r| index.account_of(*r)).collect();
                let times: Vec<Time> = rows.iter().filter_map(|r| index.at(*r)).collect();
                let ago = |at: &Time| last.map_or(0, |last| last.0 - at.0) / (GROWTH_DAYS * DAY_US);
                let naive = TemplateStats {
                    rows: rows.len() as u32,
                    accounts: accounts.len() as u32,
                    first: times.iter().min().copied(),
                    last: times.iter().max().copied(),
                    recent: times.iter().filter(|at| ago(at) == 0).count() as u32,
                    before: times.iter().filter(|at| ago(at) == 1).count() as u32,
                };
                prop_assert_eq!(*stats, naive);
            }
            let absent = mask.rows().filter(|row| templates.of(*row).is_none()).count();
            prop_assert_eq!(counts.absent as usize, absent);
        }
    }

    #[test]
    fn a_filter_on_templates_that_were_never_looked_for_says_so() {
        let (runs, dimensions) = random_runs(&mut Dice(3), 50);
        let index = Index::build(runs, dimensions, &Progress::default()).expect("a sound case");
        let filter = Filter::parse("template:1").expect("a filter");
        let error = compile(&filter, &index, &Lists::default()).expect_err("nothing to filter by");
        assert!(error.to_string().contains("templates"), "{error}");
    }
}
