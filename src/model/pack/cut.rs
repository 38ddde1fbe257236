//! Where fields of a line begin and end.

use memchr::{memchr2, memchr2_iter};

/// Words of a field that are looked at before it is taken for a long one.
const SHORT_WORDS: usize = 3;

/// The offset after `literal`, if that is what stands at `at`.
#[inline]
pub(super) fn skip(bytes: &[u8], at: usize, literal: &[u8]) -> Option<usize> {
    let end = at + literal.len();
    equal(bytes.get(at..end)?, literal).then_some(end)
}

/// Whether two slices of one length are equal. Most are shorter than what a call costs.
#[inline]
fn equal(a: &[u8], b: &[u8]) -> bool {
    // Two pieces that overlap cover all of it.
    match a.len() {
        0 => return true,
        1 => return a[0] == b[0],
        2..4 => {
            return a.first_chunk::<2>() == b.first_chunk()
                && a.last_chunk::<2>() == b.last_chunk();
        }
        4..8 => {
            return a.first_chunk::<4>() == b.first_chunk()
                && a.last_chunk::<4>() == b.last_chunk();
        }
        8..=16 => {
            return a.first_chunk::<8>() == b.first_chunk()
                && a.last_chunk::<8>() == b.last_chunk();
        }
        _ => {}
    }
    let mut pairs = a.chunks_exact(16).zip(b.chunks_exact(16));
    pairs.all(|(a, b)| a.first_chunk::<16>() == b.first_chunk())
        && a.last_chunk::<16>() == b.last_chunk()
}

/// Where the field that begins at `start` ends: at the next separator that no backslash escapes and
/// no quotes of a table (RFC 4180) enclose, or at the line break.
#[inline]
pub(super) fn end_of_field(bytes: &[u8], start: usize, separator: u8) -> Option<usize> {
    let mut from = start;
    if separator != b'"' && bytes.get(start) == Some(&b'"') {
        from = end_of_quotes(bytes, start + 1).unwrap_or(start);
    }
    loop {
        let at = find(bytes, from, separator)?;
        if bytes[at] == b'\n' || !escaped(bytes, at) {
            return Some(at);
        }
        from = at + 1;
    }
}

/// Where the quotes end that were opened before `start`, where they do so in this line.
fn end_of_quotes(bytes: &[u8], start: usize) -> Option<usize> {
    let mut doubled = None;
    for at in memchr2_iter(b'"', b'\n', &bytes[start..]).map(|at| start + at) {
        if doubled.take_if(|second| *second == at).is_some() {
            continue;
        }
        match bytes.get(at + 1) {
            _ if bytes[at] == b'\n' => return None,
            Some(b'"') => doubled = Some(at + 1),
            _ => return Some(at + 1),
        }
    }
    None
}

/// The first separator or line break from `from` on. Most fields are shorter than what a call
/// costs, so their first bytes are looked at here, eight at a time.
#[inline]
fn find(bytes: &[u8], from: usize, separator: u8) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    let is = |word: u64, byte: u8| {
        // The lowest mark is right (Mycroft); those above it may not be.
        let zero = word ^ (ONES * u64::from(byte));
        zero.wrapping_sub(ONES) & !zero & (ONES << 7)
    };
    let mut at = from;
    for _ in 0..SHORT_WORDS {
        let Some(chunk) = bytes[at..].first_chunk::<8>() else { break };
        let word = u64::from_le_bytes(*chunk);
        let found = is(word, separator) | is(word, b'\n');
        if found != 0 {
            return Some(at + (found.trailing_zeros() / 8) as usize);
        }
        at += 8;
    }
    memchr2(separator, b'\n', &bytes[at..]).map(|found| at + found)
}

fn escaped(bytes: &[u8], at: usize) -> bool {
    at > 0 && bytes[at - 1] == b'\\'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_field_in_quotes_ends_where_they_do_if_they_end_in_the_line() {
        let field =
            |line: &str| line[..end_of_field(line.as_bytes(), 0, b',').expect("a line")].to_owned();
        assert_eq!(field("\"a,b\",c\n"), "\"a,b\"");
        assert_eq!(field("\"a \"\",\"\" b\"x,c\n"), "\"a \"\",\"\" b\"x");
        assert_eq!(field("\"\",\"\"\n"), "\"\"");
        assert_eq!(field("\"a,b\nc\",d\n"), "\"a", "open at the end of the line");
        assert_eq!(field("5\" x,\"y\n"), "5\" x");
        assert_eq!(field("\"a\"\n"), "\"a\"");
    }

    proptest! {
        #[test]
        fn short_cuts_find_and_compare_as_the_library_does(
            bytes in proptest::collection::vec(prop_oneof![Just(b'"'), Just(b'\n'), Just(0x80), Just(b'!'), any::<u8>()], 0..70),
            other in proptest::collection::vec(any::<u8>(), 0..70),
            from in 0usize..70,
            change in proptest::option::of(0usize..70),
        ) {
            let from = from.min(bytes.len());
            let found = memchr2(b'"', b'\n', &bytes[from..]).map(|at| from + at);
            prop_assert_eq!(find(&bytes, from, b'"'), found);
            let mut same = bytes.clone();
            if let Some(byte) = change.and_then(|at| same.get_mut(at)) {
                *byte ^= 0x40;
            }
            prop_assert_eq!(equal(&bytes, &same), bytes == same);
            let length = bytes.len().min(other.len());
            prop_assert_eq!(equal(&bytes[..length], &other[..length]), bytes[..length] == other[..length]);
        }
    }
}
