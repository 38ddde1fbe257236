//! Where fields of a line begin and end.

use memchr::memchr2_iter;
use wide::u8x16;

/// Bytes whose marks are in one number.
const BLOCK: usize = 64;
/// Bytes that are looked at at a time: of a few lines, so that memory need be waited for once.
const WINDOW: usize = 32 * BLOCK;

/// The separators and line breaks of a slice, found many at a time: fields are so short that a
/// search for each costs more than its bytes.
#[derive(Default)]
pub(super) struct Marks {
    separator: u8,
    /// Which window was looked at last, and a bit for each of its bytes.
    window: Option<usize>,
    bits: [u64; WINDOW / BLOCK],
}

impl Marks {
    /// Nothing looked at yet. To be made for each slice: what was seen of it is kept.
    pub fn of(separator: u8) -> Self {
        Self { separator, ..Self::default() }
    }

    /// Where the field that begins at `start` ends: at the next separator that no backslash escapes
    /// and no quotes of a table (RFC 4180) enclose, or at the line break.
    #[inline(always)]
    pub fn end_of_field(&mut self, bytes: &[u8], start: usize) -> Option<usize> {
        let mut from = start;
        if self.separator != b'"' && bytes.get(start) == Some(&b'"') {
            from = end_of_quotes(bytes, start + 1).unwrap_or(start);
        }
        loop {
            let at = self.next(bytes, from)?;
            if !escaped(bytes, at) || bytes[at] == b'\n' {
                return Some(at);
            }
            from = at + 1;
        }
    }

    /// The first separator or line break from `from` on.
    #[inline(always)]
    fn next(&mut self, bytes: &[u8], from: usize) -> Option<usize> {
        let mut window = from / WINDOW;
        if self.window != Some(window) {
            self.look(bytes, window)?;
        }
        let mut block = from % WINDOW / BLOCK;
        let mut bits = self.bits[block] & u64::MAX << (from % BLOCK);
        while bits == 0 {
            block += 1;
            if block == self.bits.len() {
                (window, block) = (window + 1, 0);
                self.look(bytes, window)?;
            }
            bits = self.bits[block];
        }
        Some(window * WINDOW + block * BLOCK + bits.trailing_zeros() as usize)
    }

    /// Looks at a window; `None` behind the end.
    #[inline(never)]
    fn look(&mut self, bytes: &[u8], window: usize) -> Option<()> {
        let rest = bytes.get(window * WINDOW..).filter(|rest| !rest.is_empty())?;
        self.window = Some(window);
        let (blocks, rest) = rest[..rest.len().min(WINDOW)].as_chunks();
        for (bits, block) in self.bits.iter_mut().zip(blocks) {
            *bits = marked(block, self.separator);
        }
        if let Some(bits) = self.bits.get_mut(blocks.len()..) {
            bits.fill(0);
            if let Some(first) = bits.first_mut() {
                // No separator is 0.
                let mut block = [0; BLOCK];
                block[..rest.len()].copy_from_slice(rest);
                *first = marked(&block, self.separator);
            }
        }
        Some(())
    }
}

/// A bit for each byte of a block that is the separator or a line break, the lowest for the first.
#[inline]
fn marked(block: &[u8; BLOCK], separator: u8) -> u64 {
    let (separator, line_break) = (u8x16::splat(separator), u8x16::splat(b'\n'));
    let (words, _) = block.as_chunks();
    words.iter().rev().fold(0, |all, word| {
        let word = u8x16::new(*word);
        let is = word.simd_eq(separator) | word.simd_eq(line_break);
        all << 16 | u64::from(is.to_bitmask())
    })
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

fn escaped(bytes: &[u8], at: usize) -> bool {
    at > 0 && bytes[at - 1] == b'\\'
}

#[cfg(test)]
mod tests {
    use super::*;
    use memchr::memchr2;
    use proptest::prelude::*;

    #[test]
    fn a_field_in_quotes_ends_where_they_do_if_they_end_in_the_line() {
        let field = |line: &str| {
            line[..Marks::of(b',').end_of_field(line.as_bytes(), 0).expect("a line")].to_owned()
        };
        assert_eq!(field("\"a,b\",c\n"), "\"a,b\"");
        assert_eq!(field("\"a \"\",\"\" b\"x,c\n"), "\"a \"\",\"\" b\"x");
        assert_eq!(field("\"\",\"\"\n"), "\"\"");
        assert_eq!(field("\"a,b\nc\",d\n"), "\"a", "open at the end of the line");
        assert_eq!(field("5\" x,\"y\n"), "5\" x");
        assert_eq!(field("\"a\"\n"), "\"a\"");
    }

    #[test]
    fn a_mark_is_found_behind_windows_without_one() {
        for before in [WINDOW - 1, WINDOW, 3 * WINDOW, 3 * WINDOW + 7] {
            let bytes = [vec![b'x'; before], vec![b'\n', b'y']].concat();
            let mut marks = Marks::of(b'"');
            for from in [0, WINDOW - 1, 0] {
                assert_eq!(marks.next(&bytes, from), Some(before));
            }
            assert_eq!(marks.next(&bytes, before + 1), None);
        }
    }

    proptest! {
        #[test]
        fn marks_are_found_as_the_library_finds_them(
            bytes in proptest::collection::vec(prop_oneof![1 => Just(b'"'), 1 => Just(b'\n'), 1 => Just(0), 300 => any::<u8>()], 0..5000),
            from in 0usize..5000,
        ) {
            let mut marks = Marks::of(b'"');
            // Forwards and back again, because the last window is kept.
            for from in [from, 0, from / 2, from].map(|from| from.min(bytes.len())) {
                let found = memchr2(b'"', b'\n', &bytes[from..]).map(|at| from + at);
                prop_assert_eq!(marks.next(&bytes, from), found);
            }
        }
    }
}
