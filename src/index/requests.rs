//! Request ids stay in the case file: in memory they would take more space than all other
//! columns. What is asked of them is answered by reading them once, and kept as one bit a row.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::order::{Order, SourceRun};
use super::{Index, Mask};
use crate::model::filter::Pattern;

/// Calls back with event id and request id of every event that has one; in words why it cannot.
pub type ReadRequestIds = dyn Fn(&mut dyn FnMut(u64, &str)) -> Result<(), String> + Send + Sync;

/// Answers that are kept: a filter is compiled anew whenever another part of it changes.
const ANSWERS: usize = 4;

/// The request ids of a case: how many each source has, and where to read them.
pub struct RequestIds {
    /// Source → rows with a request id.
    counts: BTreeMap<u32, u64>,
    read: Box<ReadRequestIds>,
    /// Which rows have one, made when first asked for.
    present: OnceLock<Arc<Marks>>,
    answers: Mutex<Vec<(Vec<Pattern>, Arc<Marks>)>>,
}

impl RequestIds {
    /// `counts` says how many rows of each source have a request id; `read` reads them all.
    pub fn new(
        counts: impl IntoIterator<Item = (u32, u64)>,
        read: impl Fn(&mut dyn FnMut(u64, &str)) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        Self {
            counts: counts.into_iter().collect(),
            read: Box::new(read),
            present: OnceLock::new(),
            answers: Mutex::default(),
        }
    }

    /// The rows whose request id matches one of the patterns.
    pub(super) fn matching(
        &self,
        order: &Order,
        patterns: &[Pattern],
    ) -> Result<Arc<Marks>, String> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, marks)) = answers.iter().find(|(asked, _)| asked == patterns) {
            return Ok(Arc::clone(marks));
        }
        let mut marks = Marks::new(order);
        let matches = |id: &str| patterns.iter().any(|pattern| pattern.matches(id));
        self.mark(order, &mut marks, matches)?;
        let marks = Arc::new(marks);
        answers.truncate(ANSWERS - 1);
        answers.insert(0, (patterns.to_vec(), Arc::clone(&marks)));
        Ok(marks)
    }

    /// The rows that have a request id. Nothing is read where every source has one in all of its
    /// rows or in none.
    pub(super) fn present(&self, order: &Order) -> Result<Arc<Marks>, String> {
        if let Some(marks) = self.present.get() {
            return Ok(Arc::clone(marks));
        }
        let mut marks = Marks::new(order);
        let mut partly = false;
        for run in order.runs() {
            match self.counts.get(&run.source_id).copied().unwrap_or(0) {
                0 => {}
                n if n == run.ordinals.len() as u64 => {
                    run.ordinals.clone().for_each(|ordinal| marks.set(ordinal));
                }
                _ => partly = true,
            }
        }
        if partly {
            self.mark(order, &mut marks, |_| true)?;
        }
        Ok(Arc::clone(self.present.get_or_init(|| Arc::new(marks))))
    }

    /// Whether all rows of the case have a request id, or none has; `None` where some have.
    fn uniform(&self, order: &Order) -> Option<bool> {
        let of_run = |run: &SourceRun| match self.counts.get(&run.source_id).copied().unwrap_or(0) {
            0 => Some(false),
            n if n == run.ordinals.len() as u64 => Some(true),
            _ => None,
        };
        let mut runs = order.runs().iter().map(of_run);
        let first = runs.next()??;
        runs.all(|run| run == Some(first)).then_some(first)
    }

    fn mark(
        &self,
        order: &Order,
        marks: &mut Marks,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<(), String> {
        (self.read)(&mut |event_id, id| {
            if let Some(ordinal) = order.ordinal_of_event(event_id).filter(|_| wanted(id)) {
                marks.set(ordinal);
            }
        })
    }
}

impl fmt::Debug for RequestIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestIds").field("counts", &self.counts).finish_non_exhaustive()
    }
}

/// One bit a row, by ordinal.
#[derive(Debug)]
pub(super) struct Marks(Vec<u64>);

impl Marks {
    /// No row.
    pub(super) fn new(order: &Order) -> Self {
        let rows = order.runs().iter().map(|run| run.ordinals.len()).sum::<usize>();
        Self(vec![0; rows.div_ceil(64)])
    }

    /// A bit a row.
    pub(super) fn of(words: Vec<u64>) -> Self {
        Self(words)
    }

    /// A bit a row.
    pub(super) fn words(&self) -> &[u64] {
        &self.0
    }

    pub(super) fn set(&mut self, ordinal: u32) {
        self.0[ordinal as usize / 64] |= 1 << (ordinal % 64);
    }

    /// Whether the row of this ordinal is marked.
    pub(super) fn has(&self, ordinal: u32) -> bool {
        self.0[ordinal as usize / 64] >> (ordinal % 64) & 1 == 1
    }
}

impl Index {
    /// Says where request ids are read, which the index does not keep itself.
    #[must_use]
    pub fn with_request_ids(mut self, ids: RequestIds) -> Self {
        self.request_ids = Some(ids);
        self
    }

    /// Rows a mask keeps that have a request id.
    pub(super) fn rows_with_request_id(&self, mask: &Mask) -> u64 {
        let Some(ids) = &self.request_ids else {
            return mask.rows().filter(|row| self.row(*row).request_id().is_some()).count() as u64;
        };
        if let Some(all) = ids.uniform(&self.order) {
            return if all { mask.len() } else { 0 };
        }
        match ids.present(&self.order) {
            Ok(marks) => {
                mask.rows().filter(|row| marks.has(self.order.ordinal(*row))).count() as u64
            }
            // Where the file cannot be read any more, the counts still tell all, some or none.
            Err(_) => {
                let all = ids.counts.values().fold(0u64, |sum, n| sum.saturating_add(*n));
                if all == 0 || mask.is_empty() { 0 } else { 1 }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testkit::{Dice, random_runs};
    use super::super::{Lists, Run, compile};
    use super::*;
    use crate::job::Progress;
    use crate::model::{Dimensions, Field, Filter};
    use proptest::prelude::*;

    /// Event id and request id of every row that has one.
    fn ids_of(run: &Run) -> Vec<(u64, String)> {
        let columns = &run.columns;
        let ids = (0..columns.request_end.len()).zip(run.first_event_id..);
        ids.map(|(row, event)| (event, String::from_utf8_lossy(columns.request_id(row)).into()))
            .filter(|(_, id): &(u64, String)| !id.is_empty())
            .collect()
    }

    /// The same case without request ids in memory.
    fn read_from_file(mut runs: Vec<Run>, dimensions: Dimensions) -> Index {
        let counts: Vec<(u32, u64)> =
            runs.iter().map(|run| (run.source_id, ids_of(run).len() as u64)).collect();
        let mut ids: Vec<(u64, String)> = runs.iter().flat_map(ids_of).collect();
        // A source that came in later.
        ids.push((1_000_000, "r1".into()));
        for run in &mut runs {
            (run.columns.request_end, run.columns.request_bytes) = (Vec::new(), Vec::new());
        }
        let index = Index::build(runs, dimensions, &Progress::default()).expect("sound");
        index.with_request_ids(RequestIds::new(counts, move |each| {
            ids.iter().for_each(|(event, id)| each(*event, id));
            Ok(())
        }))
    }

    proptest! {
        /// Naive: the ids in memory, row by row.
        #[test]
        fn ids_read_from_the_file_answer_as_ids_in_memory(seed: u64) {
            let (runs, dimensions) = random_runs(&mut Dice(seed), 40);
            let read = read_from_file(runs.clone(), dimensions.clone());
            let naive = Index::build(runs, dimensions, &Progress::default()).expect("sound");
            let lists = Lists::default();
            for text in ["request:r1,r2*", "request:absent", "-request:r*", "request:absent,r3", "-request:absent", ""] {
                let filter = Filter::parse(text).expect("a filter");
                let rows = |index: &Index| -> (Vec<u32>, u64) {
                    let mask = compile(&filter, index, &lists).expect("compiles");
                    let fitness = index.fitness(&mask);
                    let of = fitness.iter().find(|f| f.field == Field::RequestId).expect("all fields");
                    (mask.rows().collect(), of.present)
                };
                prop_assert_eq!(rows(&read), rows(&naive), "{}", text);
            }
        }
    }

    #[test]
    fn ids_that_cannot_be_read_are_an_error_and_no_answer() {
        let (runs, dimensions) = random_runs(&mut Dice(1), 40);
        let index = Index::build(runs, dimensions, &Progress::default()).expect("sound");
        let index = index.with_request_ids(RequestIds::new([(1, 1)], |_| Err("gone".into())));
        for text in ["request:r1", "request:absent"] {
            let filter = Filter::parse(text).expect("a filter");
            let error = compile(&filter, &index, &Lists::default()).expect_err("no answer");
            assert!(error.to_string().contains("cannot be read: gone"), "{error}");
        }
    }
}
