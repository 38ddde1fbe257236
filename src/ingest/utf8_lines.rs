//! Records as text: whether bytes are UTF-8 is asked of many lines at once, as the question costs
//! more than most lines.

use memchr::memrchr;

/// Bytes that are asked about at once: they stay in the nearest cache.
const REGION: usize = 16 << 10;

/// The lines of a slice as text.
pub(super) struct Utf8Lines<'b> {
    bytes: &'b [u8],
    /// Where the region begins and ends that was looked at last.
    start: usize,
    end: usize,
    /// The region, where all of it is UTF-8.
    text: Option<&'b str>,
}

impl<'b> Utf8Lines<'b> {
    pub fn of(bytes: &'b [u8]) -> Self {
        Self { bytes, start: 0, end: 0, text: None }
    }

    /// The `length` bytes from `start` on, if they are UTF-8.
    pub fn get(&mut self, start: usize, length: usize) -> Option<&'b str> {
        let end = start + length;
        if start < self.start || end > self.end {
            self.look(start, end);
        }
        match self.text {
            Some(text) => text.get(start - self.start..end - self.start),
            None => simdutf8::basic::from_utf8(self.bytes.get(start..end)?).ok(),
        }
    }

    /// Looks at a region that begins at `start` and holds all up to `end`: whole lines, as no
    /// character is in two of them.
    #[inline(never)]
    fn look(&mut self, start: usize, end: usize) {
        let rest = self.bytes.get(start..).unwrap_or_default();
        let lines = memrchr(b'\n', &rest[..rest.len().min(REGION)]).unwrap_or_default();
        let length = lines.max(end - start).min(rest.len());
        self.text = simdutf8::basic::from_utf8(&rest[..length]).ok();
        (self.start, self.end) = (start, start + length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_line_is_text_where_it_is_utf_8_whatever_is_around_it(
            lines in proptest::collection::vec(
                prop_oneof![
                    6 => "[a-zé€😀]{0,900}".prop_map(String::into_bytes),
                    1 => proptest::collection::vec(any::<u8>(), 0..9),
                    1 => Just("é".repeat(REGION / 2 + 3).into_bytes()),
                ],
                0..80,
            ),
        ) {
            let bytes = lines.join(&b'\n');
            let mut texts = Utf8Lines::of(&bytes);
            let mut at = 0;
            for line in &lines {
                prop_assert_eq!(texts.get(at, line.len()), std::str::from_utf8(line).ok());
                at += line.len() + 1;
            }
        }
    }
}
