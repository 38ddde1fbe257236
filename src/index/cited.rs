//! The records that findings cite stay in the case file: what is asked of them is read once, and
//! kept as one bit a row.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::Index;
use super::order::Order;
use super::requests::Marks;
use crate::model::Time;
use crate::model::filter::{FilterError, Pattern};
use crate::model::finding::Evidence;

/// What a finding cites, by its number from 1; in words why it cannot be read.
pub type ReadCited = dyn Fn(u64) -> Result<Vec<Evidence>, String> + Send + Sync;

/// Answers that are kept: a filter is compiled anew whenever another part of it changes.
const ANSWERS: usize = 8;

/// Where the records that findings cite are read.
pub struct Cited {
    run: Time,
    findings: u64,
    read: Box<ReadCited>,
    answers: Mutex<Vec<(String, Arc<Marks>)>>,
}

/// A finding and, where it is named, one role of what it cites: `12`, `12/replayed`.
struct Asked<'a> {
    finding: u64,
    role: Option<&'a str>,
}

impl<'a> Asked<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (number, role) = match text.split_once('/') {
            Some((number, role)) => (number, Some(role)),
            None => (text, None),
        };
        Some(Self { finding: number.parse().ok()?, role })
    }
}

impl Cited {
    /// Of the run that was finished at `run`, with so many findings; `read` reads what one of them
    /// cites.
    pub fn new(
        run: Time,
        findings: u64,
        read: impl Fn(u64) -> Result<Vec<Evidence>, String> + Send + Sync + 'static,
    ) -> Self {
        Self { run, findings, read: Box::new(read), answers: Mutex::default() }
    }

    /// The rows that a finding cites.
    pub(super) fn rows(&self, order: &Order, wanted: &Pattern) -> Result<Arc<Marks>, FilterError> {
        let text = wanted.as_literal().unwrap_or_default();
        if let Some(marks) = self.answered(text) {
            return Ok(marks);
        }
        // Nobody waits while the file is read: two who ask the same at once both read it.
        let marks = Arc::new(self.mark(order, text)?);
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.retain(|(asked, _)| asked != text);
        answers.truncate(ANSWERS - 1);
        answers.insert(0, (text.to_owned(), Arc::clone(&marks)));
        Ok(marks)
    }

    fn answered(&self, text: &str) -> Option<Arc<Marks>> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.iter().find(|(asked, _)| asked == text).map(|(_, marks)| Arc::clone(marks))
    }

    fn mark(&self, order: &Order, text: &str) -> Result<Marks, FilterError> {
        let asked = Asked::parse(text).ok_or_else(|| {
            FilterError::of_case(format!("\"{text}\" is not the number of a finding"))
                .hint("write cited:12 for what finding 12 cites, cited:12/role for a part of it")
        })?;
        if !(1..=self.findings).contains(&asked.finding) {
            let message =
                format!("there is no finding {}; there are {}", asked.finding, self.findings);
            return Err(FilterError::of_case(message).hint("findings are numbered anew by a run"));
        }
        let failed =
            |why| FilterError::of_case(format!("what findings cite cannot be read: {why}"));
        let all = (self.read)(asked.finding).map_err(failed)?;
        let is_asked = |e: &&Evidence| asked.role.is_none_or(|r| r.eq_ignore_ascii_case(&e.role));
        let mut some = all.iter().filter(is_asked).peekable();
        if let (Some(role), None) = (asked.role, some.peek()) {
            let roles: Vec<&str> = all.iter().map(|e| e.role.as_str()).collect();
            let message = format!("finding {} cites nothing as \"{role}\"", asked.finding);
            let hint = format!("it cites: {}", roles.join(", "));
            return Err(FilterError::of_case(message).hint(hint));
        }
        let mut marks = Marks::new(order);
        for event in some.flat_map(|evidence| &evidence.events) {
            if let Some(ordinal) = order.ordinal_of_event(*event) {
                marks.set(ordinal);
            }
        }
        Ok(marks)
    }
}

/// Lists are compared by what they say; the records are those of the run that says it.
impl PartialEq for Cited {
    fn eq(&self, other: &Self) -> bool {
        (self.run, self.findings) == (other.run, other.findings)
    }
}

impl fmt::Debug for Cited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Cited");
        shown.field("run", &self.run).field("findings", &self.findings).finish_non_exhaustive()
    }
}

impl Index {
    /// The rows that any of the named findings cites.
    pub(super) fn cited(
        &self,
        cited: Option<&Cited>,
        patterns: &[&Pattern],
    ) -> Result<Vec<Arc<Marks>>, FilterError> {
        let Some(cited) = cited else {
            let message = "cited needs findings, and the detectors have not been run";
            return Err(FilterError::of_case(message).hint("`stillwatch analyze` runs them"));
        };
        patterns.iter().map(|pattern| cited.rows(&self.order, pattern)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testkit::{Dice, random_runs};
    use super::super::{Lists, compile};
    use super::*;
    use crate::job::Progress;
    use crate::model::Filter;
    use proptest::prelude::*;

    fn evidence(role: &str, events: Vec<u64>) -> Evidence {
        Evidence { role: role.to_owned(), events }
    }

    fn case(seed: u64, cited: Vec<Vec<Evidence>>) -> (Index, Lists) {
        let (runs, dimensions) = random_runs(&mut Dice(seed), 60);
        let index = Index::build(runs, dimensions, &Progress::default()).expect("sound");
        let mut lists = Lists::default();
        let count = cited.len() as u64;
        let read = move |n: u64| cited.get(n as usize - 1).cloned().ok_or("gone".to_owned());
        lists.cite(Some(Cited::new(Time(1), count, read)));
        (index, lists)
    }

    fn events(index: &Index, lists: &Lists, text: &str) -> Result<Vec<u64>, String> {
        let filter = Filter::parse(text).map_err(|e| e.to_string())?;
        let mask = compile(&filter, index, lists).map_err(|e| e.to_string())?;
        let mut ids: Vec<u64> = mask.rows().map(|row| index.row(row).event_id()).collect();
        ids.sort_unstable();
        Ok(ids)
    }

    proptest! {
        /// Naive: the ids that the finding has.
        #[test]
        fn a_filter_by_finding_keeps_the_records_it_cites_and_no_others(
            seed: u64,
            picks in prop::collection::vec((0u64..200, any::<bool>()), 0..40),
        ) {
            let of = |wanted: bool| -> Vec<u64> {
                let mut ids: Vec<u64> =
                    picks.iter().filter(|(_, a)| *a == wanted).map(|(id, _)| *id).collect();
                ids.sort_unstable();
                ids.dedup();
                ids
            };
            let (a, b) = (of(true), of(false));
            let cited = vec![vec![evidence("issued", a.clone()), evidence("of the template", b)]];
            let (index, lists) = case(seed, cited);
            let all = events(&index, &lists, "kind:exchange").expect("all");
            let kept = |of: &[u64]| -> Vec<u64> {
                all.iter().copied().filter(|id| of.contains(id)).collect()
            };
            let found = events(&index, &lists, "kind:exchange cited:1/issued").expect("rows");
            prop_assert_eq!(found, kept(&a));
            let both: Vec<u64> = picks.iter().map(|(id, _)| *id).collect();
            let found = events(&index, &lists, "kind:exchange cited:1").expect("rows");
            prop_assert_eq!(found, kept(&both));
        }
    }

    #[test]
    fn a_filter_answers_while_what_another_finding_cites_is_still_being_read() {
        use std::sync::mpsc::sync_channel;
        let (begun, has_begun) = sync_channel(1);
        let (go, wait) = sync_channel(1);
        let wait = Mutex::new(wait);
        let read = move |finding: u64| {
            if finding == 1 {
                begun.send(()).map_err(|e| e.to_string())?;
                let wait = wait.lock().map_err(|e| e.to_string())?;
                wait.recv().map_err(|e| e.to_string())?;
            }
            Ok(vec![evidence("issued", vec![finding])])
        };
        let (runs, dimensions) = random_runs(&mut Dice(3), 60);
        let index = Index::build(runs, dimensions, &Progress::default()).expect("sound");
        let mut lists = Lists::default();
        lists.cite(Some(Cited::new(Time(1), 2, read)));
        std::thread::scope(|scope| {
            let slow = scope.spawn(|| events(&index, &lists, "cited:1"));
            has_begun.recv().expect("it reads");
            assert!(events(&index, &lists, "cited:2").is_ok());
            go.send(()).expect("it waits");
            assert!(slow.join().expect("no panic").is_ok());
        });
    }

    #[test]
    fn findings_of_two_runs_are_not_the_same_though_they_are_as_many() {
        let cited = |run| Cited::new(Time(run), 2, |_| Ok(Vec::new()));
        assert!(cited(1) == cited(1) && cited(1) != cited(2));
    }

    #[test]
    fn what_does_not_exist_is_named() {
        let (index, lists) = case(3, vec![vec![evidence("issued", vec![1])]]);
        let error = |text: &str| events(&index, &lists, text).expect_err("no answer");
        assert!(error("cited:2").contains("no finding 2; there are 1"));
        assert!(error("cited:x").contains("not the number of a finding"));
        assert!(error("cited:1/other").contains("it cites: issued"));
        let none = Lists::default();
        let filter = Filter::parse("cited:1").expect("a filter");
        let error = compile(&filter, &index, &none).expect_err("no answer");
        assert!(error.to_string().contains("have not been run"), "{error}");
    }
}
