//! One record a line.

use super::{RecordSpan, Scanner};

/// Cuts at every newline.
#[derive(Default)]
pub(super) struct Lines {
    start: Option<u64>,
    line: u64,
}

impl Scanner for Lines {
    fn scan(&mut self, bytes: &[u8], base: u64, found: &mut Vec<RecordSpan>) {
        let mut start = *self.start.get_or_insert(base);
        for at in memchr::memchr_iter(b'\n', bytes) {
            let end = base + at as u64;
            self.line += 1;
            found.push(RecordSpan { start, end, line: self.line, other_header: false });
            start = end + 1;
        }
        self.start = Some(start);
    }

    fn finish(&mut self, end: u64, found: &mut Vec<RecordSpan>) {
        let start = self.start.unwrap_or(end);
        if start < end {
            found.push(RecordSpan { start, end, line: self.line + 1, other_header: false });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::ingest::Container;
    use crate::ingest::split::tests::records;

    #[test]
    fn a_line_is_a_record_and_the_last_needs_no_newline() {
        let found = records(&Container::Lines, "a\n\nb\r\nc", 100);
        let lines: Vec<_> = found.iter().map(|(text, line)| (text.as_str(), *line)).collect();
        assert_eq!(lines, [("a", 1), ("b\r", 3), ("c", 4)]);
    }
}
