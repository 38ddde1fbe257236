//! What work has found so far, in words, before it is done.

use std::sync::PoisonError;

use super::Progress;

impl Progress {
    /// Says what was found.
    pub fn tell(&self, what: String) {
        self.0.told.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }

    /// The last of what was said so far, as many as asked for, in its order; and how much was said in
    /// all.
    pub fn told(&self, most: usize) -> (Vec<String>, usize) {
        let told = self.0.told.lock().unwrap_or_else(PoisonError::into_inner);
        (told[told.len().saturating_sub(most)..].to_vec(), told.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_that_was_said_is_given_in_its_order() {
        let progress = Progress::default();
        assert_eq!(progress.told(3), (vec![], 0));
        for what in ["a", "b", "c"] {
            progress.clone().tell(what.to_owned());
        }
        assert_eq!(progress.told(2), (vec!["b".to_owned(), "c".to_owned()], 3));
        assert_eq!(progress.told(9).0.len(), 3);
    }
}
