//! Looks through a text for learnt values and for addresses, from left to right, the longest first.

use std::ops::Range;

use super::address;
use super::context::{Around, around, goes_on};
use super::lexicon::{Kinds, Lexicon, Mark};
use super::pseudonym;
use super::strength::Strength;
use super::token::{Class, class_at, class_before, segment_end};

/// What was found at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A learnt value, of one of these kinds.
    Learnt(Mark, Kinds),
    /// Something written like an address.
    Address(address::Found),
}

/// A place at which something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// Where, in the text that was looked through.
    pub range: Range<usize>,
    /// What.
    pub what: What,
}

impl Hit {
    /// Whether it is the beginning of a value that was too long to be learnt whole.
    pub fn is_cut(&self) -> bool {
        matches!(&self.what, What::Learnt(mark, _) if mark.is_cut)
    }
}

/// What to look for.
#[derive(Clone, Copy)]
pub(super) struct Scan<'a> {
    /// Learnt values.
    pub lexicon: &'a Lexicon,
    /// Whether addresses are recognised by how they are written.
    pub addresses: bool,
    /// Whether the text has numbers of its own that are written like ids, such as offsets: then a
    /// number is one only between quotes or behind the name of its kind, and a part of a UUID only
    /// there.
    pub is_table: bool,
}

/// Where a list of values of some kinds ends so far.
type List = Option<(usize, Kinds)>;

impl Scan<'_> {
    /// Calls `see` with all that begins in a part of a text, which it may end behind.
    pub fn each(&self, bytes: &[u8], part: Range<usize>, see: &mut dyn FnMut(Hit)) {
        let mut at = part.start;
        let mut before = class_before(bytes, at);
        let mut list = None;
        while at < part.end {
            let (class, len) = class_at(bytes, at);
            let is_inside = class.goes_on() && before == class;
            let end = if is_inside { None } else { self.here(bytes, at, &mut list, see) };
            at = match end {
                Some(end) => end,
                None if class.goes_on() => segment_end(bytes, at),
                None => at + len,
            };
            before = class_before(bytes, at);
        }
    }

    /// What begins at `at`: where it ends.
    fn here(
        &self,
        bytes: &[u8],
        at: usize,
        list: &mut List,
        see: &mut dyn FnMut(Hit),
    ) -> Option<usize> {
        let may_be_learnt = self.lexicon.may_begin(bytes, at);
        let own = if pseudonym::may_begin(bytes[at]) { self.own(bytes, at) } else { None };
        let address = if self.addresses { address::at(bytes, at) } else { None };
        if !may_be_learnt && own.is_none() && address.is_none() {
            return None;
        }
        let running = list.filter(|(end, _)| bytes.get(*end..at).is_some_and(goes_on));
        let running = running.map_or(Kinds::default(), |(_, kinds)| kinds);
        let learnt = if may_be_learnt { self.longest(bytes, at, running) } else { None };
        // Nothing is found inside a pseudonym.
        let learnt = learnt.filter(|(end, _)| own.is_none_or(|own| *end >= own));
        let address = address.filter(|found| learnt.is_none_or(|(end, _)| found.end > end));
        let (end, what) = match (address, learnt) {
            (Some(found), _) => (found.end, Some(What::Address(found))),
            (None, Some((end, mark))) => (end, Some(What::Learnt(mark, mark.kinds))),
            (None, None) => (own?, None),
        };
        let kinds = around(bytes, at, end).kinds.or(running);
        if !kinds.is_empty() {
            *list = Some((end, kinds));
        }
        if let Some(what) = what {
            see(Hit { range: at..end, what: chosen(what, kinds) });
        }
        Some(end)
    }

    /// The longest value that begins at `at` and is meant there, as part of a list of some kinds.
    fn longest(&self, bytes: &[u8], at: usize, running: Kinds) -> Option<(usize, Mark)> {
        self.lexicon.longest(bytes, at, |end, mark| {
            let around = around(bytes, at, end);
            let kinds = around.kinds.or(running);
            self.is_meant(bytes, at..end, mark, Around { kinds, ..around })
        })
    }

    /// Whether a value is meant by what stands at a place.
    fn is_meant(&self, bytes: &[u8], range: Range<usize>, mark: &Mark, around: Around) -> bool {
        let is_named = !mark.kinds.both(around.kinds).is_empty();
        let is_quoted = is_named || around.is_quoted;
        // Of an identifier of a package a group may be written like an id by chance.
        if self.is_table && !is_named && is_part_of_uuid(bytes, &range) {
            return false;
        }
        match mark.strength {
            Strength::Alone if bytes[range.clone()].iter().all(u8::is_ascii_digit) => {
                is_named || (!self.is_table || is_quoted) && !is_part_of_number(bytes, &range)
            }
            Strength::Alone => true,
            Strength::Quoted => is_quoted,
            Strength::Word => is_named || is_quoted && !self.is_table,
            Strength::Named => is_named,
        }
    }

    /// Where a pseudonym that stands there already ends.
    fn own(&self, bytes: &[u8], at: usize) -> Option<usize> {
        let end = pseudonym::end(bytes, at)?;
        (class_at(bytes, end).0 != Class::Latin).then_some(end)
    }
}

/// Of several kinds, those that the word before names.
fn chosen(what: What, named: Kinds) -> What {
    match what {
        What::Learnt(mark, kinds) if !kinds.both(named).is_empty() => {
            What::Learnt(mark, kinds.both(named))
        }
        what => what,
    }
}

/// Whether these are digits of a decimal number. Thousands do not matter: no group of them is as
/// long as a number that is looked for.
fn is_part_of_number(bytes: &[u8], range: &Range<usize>) -> bool {
    let before = matches!(bytes[..range.start], [.., d, b'.'] if d.is_ascii_digit());
    let after = matches!(bytes[range.end..], [b'.', d, ..] if d.is_ascii_digit());
    before || after
}

/// Lengths of the groups of a UUID (RFC 9562), which stand between hyphens.
const UUID: [usize; 5] = [8, 4, 4, 4, 12];
const UUID_LEN: usize = 36;

/// Whether this is a part of a UUID, and not all of it.
fn is_part_of_uuid(bytes: &[u8], range: &Range<usize>) -> bool {
    let first = range.end.saturating_sub(UUID_LEN);
    range.len() < UUID_LEN && (first..=range.start).any(|start| is_uuid(bytes, start))
}

fn is_uuid(bytes: &[u8], start: usize) -> bool {
    let Some(text) = bytes.get(start..start + UUID_LEN) else { return false };
    let groups = text.split(|byte| *byte == b'-');
    let is_whole = |at: usize| !class_at(bytes, at).0.goes_on();
    groups.map(<[u8]>::len).eq(UUID)
        && text.iter().all(|byte| *byte == b'-' || byte.is_ascii_hexdigit())
        && (start == 0 || is_whole(start - 1))
        && is_whole(start + UUID_LEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_of_a_uuid_is_a_part_of_it_and_the_whole_is_none() {
        let text = b"report--8f1d03b2-ac07-5e11-9c2d-0a1b2c3d4e5f\"";
        let at = |part: &str| {
            let text = std::str::from_utf8(text).expect("text");
            let start = text.find(part).expect("there");
            is_part_of_uuid(text.as_bytes(), &(start..start + part.len()))
        };
        assert!(at("ac07") && at("0a1b2c3d4e5f") && at("8f1d03b2") && at("ac07-5e11"));
        assert!(!at("8f1d03b2-ac07-5e11-9c2d-0a1b2c3d4e5f") && !at("report"));
        // A hyphen does not make one of words.
        let no = b"ac07-ac08 and 8f1d03b2-ac07-5e11-9c2d-0a1b2c3d4e5f0";
        assert!(!is_part_of_uuid(no, &(0..4)) && !is_part_of_uuid(no, &(23..27)));
    }
}
