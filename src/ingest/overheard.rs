//! The texts behind the fingerprints of a record.
//!
//! Readers keep only the fingerprint of a text, each in its own place and way. Whoever wants the
//! text itself listens while a record is read: what is fingerprinted meanwhile is remembered, and
//! can be looked up by its fingerprint. So a text is exactly what was fingerprinted, in every
//! format there is.

use std::cell::{Cell, RefCell};
use std::ops::Range;

thread_local! {
    static IS_LISTENING: Cell<bool> = const { Cell::new(false) };
    static HEARD: RefCell<Heard> = const { RefCell::new(Heard::new()) };
}

/// What was fingerprinted while one record was read.
#[derive(Debug)]
pub(super) struct Heard {
    text: String,
    places: Vec<(u64, Range<usize>)>,
}

impl Heard {
    const fn new() -> Self {
        Self { text: String::new(), places: Vec::new() }
    }

    /// The text with this fingerprint. Who asks does so right after it was heard.
    pub fn text(&self, fingerprint: u64) -> Option<&str> {
        let found = self.places.iter().rev().find(|(of, _)| *of == fingerprint);
        found.map(|(_, place)| &self.text[place.clone()])
    }
}

/// Remembers what is fingerprinted, if somebody listens.
#[inline]
pub(super) fn note(fingerprint: u64, bytes: &[u8]) {
    if IS_LISTENING.get() {
        remember(fingerprint, bytes);
    }
}

#[cold]
#[inline(never)]
fn remember(fingerprint: u64, bytes: &[u8]) {
    HEARD.with_borrow_mut(|heard| {
        let start = heard.text.len();
        heard.text.push_str(&String::from_utf8_lossy(bytes));
        let place = start..heard.text.len();
        heard.places.push((fingerprint, place));
    });
}

/// Listens while `work` reads one record on this thread.
pub(super) fn listen<T>(work: impl FnOnce() -> T) -> T {
    HEARD.with_borrow_mut(|heard| {
        heard.text.clear();
        heard.places.clear();
    });
    IS_LISTENING.set(true);
    let done = work();
    IS_LISTENING.set(false);
    done
}

/// What was heard so far.
pub(super) fn heard<T>(look: impl FnOnce(&Heard) -> T) -> T {
    HEARD.with_borrow(look)
}

#[cfg(test)]
mod tests {
    use super::super::scalar::fingerprint;
    use super::*;

    #[test]
    fn what_is_fingerprinted_is_heard_while_somebody_listens_and_forgotten_after() {
        let before = fingerprint(b"before");
        let print = listen(|| fingerprint("hello é".as_bytes()));
        heard(|heard| {
            assert_eq!(heard.text(print), Some("hello é"));
            assert_eq!(heard.text(before), None);
        });
        listen(|| ());
        assert_eq!(heard(|heard| heard.text(print).map(str::to_owned)), None);
    }
}
