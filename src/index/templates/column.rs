//! The template of every row, and questions about templates under a filter.

use std::ops::Range;
use std::sync::{Arc, OnceLock, PoisonError};

use rayon::prelude::*;

use crate::index::pairs::Pairs;
use crate::index::stats::Stats;
use crate::index::{Index, Mask, ValueCounts};
use crate::model::time::DAY_US;
use crate::model::{FREE_TEXT, Granularity, MISSING, Template, TemplateRun, Time};

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
    /// Which account has which, made when first asked for.
    pairs: OnceLock<Arc<Pairs>>,
    /// Rows of each over all rows of each granularity, made when first asked for.
    totals: [OnceLock<Arc<[u32]>>; Granularity::ALL.len()],
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

    /// What a template is listed as: its text in short, `free text`.
    pub fn text(&self, id: u32) -> Option<String> {
        match id {
            FREE_TEXT => Some("free text".to_owned()),
            id => self.get(id).map(Template::short),
        }
    }

    /// Templates and the free text.
    pub(in crate::index) fn values(&self) -> usize {
        self.all.len() + 1
    }

    /// What a row follows; one more than the templates there are where it has no prompt.
    pub(super) fn value(&self, row: u32) -> u32 {
        self.of_row.get(row as usize).map_or(u32::MAX, |id| *id).min(self.values() as u32)
    }

    /// The pairs of template and account; `None` before anybody has looked for templates.
    pub(in crate::index) fn pairs(&self, index: &Index) -> Option<Arc<Pairs>> {
        self.run.as_ref()?;
        let made = || Arc::new(Pairs::of_templates(index, &self.of_row, self.values()));
        Some(Arc::clone(self.pairs.get_or_init(made)))
    }

    /// Rows of each over all rows of a granularity.
    pub(in crate::index) fn population(&self, index: &Index, kind: Granularity) -> Arc<[u32]> {
        let made = || {
            let mut rows = index.rows_by_template(self, index.population(kind));
            rows.truncate(self.values());
            rows.into()
        };
        Arc::clone(self.totals[kind as usize].get_or_init(made))
    }
}

/// What growth compares: the last days, and as many before.
pub(super) struct Growth<T> {
    pub recent: T,
    pub before: T,
}

impl TemplateCounts {
    /// From rows, first and last ones of each template and of what follows none, rows of each in
    /// the days that growth compares, and accounts of each.
    pub(super) fn new(
        index: &Index,
        rows: u64,
        sums: &[Stats],
        growth: &Growth<Vec<u32>>,
        values: &ValueCounts,
    ) -> Self {
        let of = values.accounts.iter().zip(sums).enumerate().map(|(id, (accounts, sums))| {
            let (first, last) = (sums.first_seen(index), sums.last_seen(index));
            let (recent, before) = (growth.recent[id], growth.before[id]);
            TemplateStats { rows: sums.rows, accounts: *accounts, first, last, recent, before }
        });
        Self { of: of.collect(), absent: values.absent_rows, rows }
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
        let mut of_row = self.of_rows(of_event);
        let known = |id: u32| id == FREE_TEXT || (id as usize) <= all.len();
        of_row.par_iter_mut().with_min_len(1 << 16).for_each(|id| {
            if !known(*id) {
                *id = MISSING;
            }
        });
        Templates { run: Some(run), all, of_row, ..Templates::default() }
    }

    /// What is known of events by row: of rows of which nothing is known, what is known of a row
    /// that tells of the same call. `of_event` begins with event 1; events beyond it, and those
    /// with [`MISSING`], are those of which nothing is known.
    ///
    /// Naive: for every row look up its event, and if nothing is there, those of its call.
    pub fn of_rows(&self, of_event: &[u32]) -> Vec<u32> {
        let mut of_ordinal = vec![MISSING; self.len()];
        for run in self.order.runs() {
            let first = usize::try_from(run.first_event_id.saturating_sub(1)).unwrap_or(usize::MAX);
            let of_run = of_event.get(first..).unwrap_or_default();
            let Range { start, end } = run.ordinals.clone();
            let places = &mut of_ordinal[start as usize..end as usize];
            places.par_iter_mut().zip(of_run).with_min_len(1 << 16).for_each(|(place, value)| {
                *place = *value;
            });
        }
        self.same_call.complete(&mut of_ordinal);
        if self.order.is_plain() {
            return of_ordinal;
        }
        let rows = (0..self.len() as u32).into_par_iter();
        rows.map(|row| of_ordinal[self.order.ordinal(row) as usize]).collect()
    }

    /// Counts of every template over the rows of a mask.
    ///
    /// Naive: for every template the rows of the mask that follow it, their distinct accounts,
    /// first and last time, and how many lie in the last days and in those before.
    pub fn template_counts(&self, templates: &Templates, mask: &Mask) -> TemplateCounts {
        let Some(pairs) = templates.pairs(self) else {
            let of = vec![TemplateStats::default(); templates.values()];
            return TemplateCounts { of, absent: mask.len() as u32, rows: mask.len() };
        };
        let value = |row: usize| templates.value(row as u32) as usize;
        let sums = self.accumulate(mask, templates.values() + 1, value);
        let Growth { recent, before } = self.growth_rows(mask);
        let rows = |rows| self.rows_by_template(templates, &mask.within(rows));
        let growth = Growth { recent: rows(recent), before: rows(before) };
        TemplateCounts::new(self, mask.len(), &sums, &growth, &self.values_by(mask, &pairs))
    }

    /// Rows kept of each template, then of those that follow none.
    fn rows_by_template(&self, templates: &Templates, mask: &Mask) -> Vec<u32> {
        self.count_groups(mask, templates.values() + 1, |counts, rows| {
            mask.rows_in(rows).for_each(|row| counts[templates.value(row) as usize] += 1);
        })
    }

    /// The rows of the last days up to the last row of a mask that has a time, and of those before.
    pub(super) fn growth_rows(&self, mask: &Mask) -> Growth<Range<u32>> {
        let last = mask.ends_in(self.timed()).and_then(|(_, last)| self.at(last));
        let Some(Time(last)) = last else { return Growth { recent: 0..0, before: 0..0 } };
        let ago =
            |days: i64| self.row_at(Time(last.saturating_add(1).saturating_sub(days * DAY_US)));
        let (middle, start) = (ago(GROWTH_DAYS), ago(2 * GROWTH_DAYS));
        Growth { recent: middle..self.timed().end, before: start..middle }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::index::testkit::{
        Dice, random_filter, random_index, random_index_over, random_lists, random_runs,
        random_templates,
    };
    use crate::index::{Lists, TemplateBrush, compile};
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

        #[test]
        fn a_brush_counts_templates_as_the_rows_of_its_range_do(seed: u64) {
            // Over some weeks, so that there is growth.
            let index = random_index_over(seed, 200, DAY_US / 100);
            let mut dice = Dice(seed ^ 8);
            let lists = random_lists(seed, &index);
            let filter = Filter { time: None, ..random_filter(&mut dice) };
            let mask = compile(&filter, &index, &lists).expect("a mask");
            let templates = index.templates();
            let brush = TemplateBrush::new(&index, &templates, &mask).expect("few templates");
            for _ in 0..8 {
                let timed = u64::from(index.timed().end) + 1;
                let (a, b) = (dice.below(timed) as u32, dice.below(timed) as u32);
                let rows = a.min(b)..a.max(b);
                let naive = index.template_counts(&templates, &mask.within(rows.clone()));
                prop_assert_eq!(brush.counts(&index, rows), naive);
            }
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
