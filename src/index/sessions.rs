//! Session ids: there may be one for every few records, and only filters on sessions and exports
//! ask for their text. Until then the case file keeps it.

use std::fmt;
use std::sync::OnceLock;

use super::IndexError;
use crate::model::Texts;

/// Reads all session ids, in the order of their numbers; in words why it cannot.
type Read = dyn Fn() -> Result<Texts, String> + Send + Sync;

/// The session ids of a case, read when first asked for.
pub struct SessionIds {
    count: usize,
    read: Box<Read>,
    texts: OnceLock<Result<Texts, String>>,
}

impl SessionIds {
    /// `count` ids that `read` reads.
    pub fn new(
        count: usize,
        read: impl Fn() -> Result<Texts, String> + Send + Sync + 'static,
    ) -> Self {
        Self { count, read: Box::new(read), texts: OnceLock::new() }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// All of them. What could not be read is not tried again: the case file is gone or damaged.
    pub(super) fn texts(&self) -> Result<&Texts, IndexError> {
        let read = || {
            let texts = (self.read)()?;
            // More are there when somebody imported meanwhile; those are not in this index.
            match texts.len() {
                found if found >= self.count => Ok(texts),
                found => Err(format!("{found} were found where {} are expected", self.count)),
            }
        };
        let texts = self.texts.get_or_init(read).as_ref();
        texts.map_err(|why| IndexError::Sessions(why.clone()))
    }

    /// The text of one. An index whose ids cannot be read has said so where it mattered.
    pub(super) fn text(&self, session: u32) -> Option<&str> {
        self.texts().ok()?.get(session as usize)
    }
}

impl From<Texts> for SessionIds {
    fn from(texts: Texts) -> Self {
        Self {
            count: texts.len(),
            read: Box::new(|| Ok(Texts::default())),
            texts: OnceLock::from(Ok(texts)),
        }
    }
}

impl fmt::Debug for SessionIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionIds").field("count", &self.count).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::testkit::{Dice, random_runs};
    use crate::index::{Index, Lists, compile};
    use crate::job::Progress;
    use crate::model::{Field, Filter};
    use proptest::prelude::*;

    proptest! {
        /// Naive: the ids in memory. Two that came in later are not taken for any of them.
        #[test]
        fn ids_read_when_first_asked_for_answer_as_ids_in_memory(seed: u64) {
            let (runs, mut dimensions) = random_runs(&mut Dice(seed), 40);
            let p = Progress::default();
            let naive = Index::build(runs.clone(), dimensions.clone(), &p).expect("sound");
            let mut ids = std::mem::take(&mut dimensions.sessions);
            let count = ids.len();
            ids.extend(["late", "later"]);
            let ids = SessionIds::new(count, move || Ok(ids.clone()));
            let read = Index::with_sessions(runs, dimensions, ids, &p).expect("sound");
            let lists = Lists::default();
            for text in ["", "session:s1", "session:s*", "session:absent", "-session:s0", "session:late"] {
                let filter = Filter::parse(text).expect("a filter");
                let answer = |index: &Index| {
                    let mask = compile(&filter, index, &lists).expect("compiles");
                    let top = index.top_values(&mask, Field::SessionId, 9);
                    let texts: Vec<Option<String>> =
                        mask.rows().map(|row| index.row(row).session().map(String::from)).collect();
                    (mask.rows().collect::<Vec<u32>>(), texts, format!("{top:?}"), index.fitness(&mask))
                };
                prop_assert_eq!(answer(&read), answer(&naive), "{}", text);
            }
        }
    }

    #[test]
    fn ids_that_cannot_be_read_are_an_error_and_no_answer() {
        let (runs, mut dimensions) = random_runs(&mut Dice(1), 40);
        let count = std::mem::take(&mut dimensions.sessions).len();
        for (read, why) in
            [(Err("gone".to_owned()), "gone"), (Ok(Texts::default()), "0 were found")]
        {
            let ids = SessionIds::new(count.max(1), move || read.clone());
            let runs = runs.clone();
            let index = Index::with_sessions(runs, dimensions.clone(), ids, &Progress::default());
            let index = index.expect("sound");
            let filter = Filter::parse("session:s1").expect("a filter");
            let error = compile(&filter, &index, &Lists::default()).expect_err("no answer");
            assert!(error.to_string().contains("session ids cannot be read"), "{error}");
            assert!(error.to_string().contains(why), "{error}");
            assert!(index.read_texts_of(Field::SessionId).is_err());
            assert!(index.read_texts_of(Field::Model).is_ok());
        }
    }
}
