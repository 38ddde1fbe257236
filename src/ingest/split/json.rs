//! JSON values of any layout: pretty-printed, one after the other, each behind a record separator,
//! in one array, or in an array under a key of an envelope.

use memchr::{memchr2, memchr3};

use super::{RecordSpan, SEPARATOR, Scanner, newlines};

/// Longest key that can be an envelope's, bytes.
const KEY_BYTES: usize = 64;

/// Tracks strings and depth; a record is a value at `record_depth`.
pub(super) struct JsonValues {
    /// The keys that lead to the array of records, from outside in; none without an envelope.
    envelope: Vec<Vec<u8>>,
    /// How many of them have been followed.
    level: usize,
    /// Open brackets and braces around the next byte.
    depth: u64,
    /// Depth at which values are records: 0, 1 in an array, more in an envelope's array.
    record_depth: u64,
    in_string: bool,
    escaped: bool,
    line: u64,
    /// The record that is open: its start, its line, and whether it is a bare word or number.
    open: Option<(u64, u64, bool)>,
    /// The envelope that is open: its start, its line, and whether its array was found.
    envelope_open: Option<(u64, u64, bool)>,
    /// The last string in an envelope, outside its array, which is a key if a colon follows.
    text: Vec<u8>,
    /// The key whose value comes next.
    key_matches: bool,
    /// Whether the first thing was a record separator: then each ends what came before, however
    /// that breaks off.
    is_sequence: bool,
    is_begun: bool,
}

impl JsonValues {
    pub(super) fn new(envelope: Option<&str>) -> Self {
        Self {
            envelope: envelope.map_or(Vec::new(), |path| {
                path.split('.').map(|key| key.as_bytes().to_vec()).collect()
            }),
            level: 0,
            depth: 0,
            record_depth: 0,
            in_string: false,
            escaped: false,
            line: 1,
            open: None,
            envelope_open: None,
            text: Vec::new(),
            key_matches: false,
            is_sequence: false,
            is_begun: false,
        }
    }

    /// Whether the bytes at this depth are those of an envelope, outside its array.
    fn in_envelope(&self) -> bool {
        self.envelope_open.is_some() && self.depth == 1 + self.level as u64
    }

    fn at_record_level(&self) -> bool {
        self.depth == self.record_depth && !self.in_envelope()
    }

    fn close_record(&mut self, end: u64, found: &mut Vec<RecordSpan>) {
        if let Some((start, line, _)) = self.open.take() {
            found.push(RecordSpan { start, end, line, other_header: false });
        }
    }

    /// A bare word or number ends where anything else begins.
    fn close_bare(&mut self, end: u64, found: &mut Vec<RecordSpan>) {
        if let Some((_, _, true)) = self.open {
            self.close_record(end, found);
        }
    }

    fn open_record(&mut self, at: u64, bare: bool) {
        if self.open.is_none() {
            self.open = Some((at, self.line, bare));
        }
    }

    fn open_bracket(&mut self, byte: u8, at: u64) {
        let top = self.depth == 0;
        if top && byte == b'[' {
            self.record_depth = 1;
        } else if top && !self.envelope.is_empty() {
            self.envelope_open = Some((at, self.line, false));
            self.record_depth = 1;
        } else if self.in_envelope() {
            let is_last = self.level + 1 == self.envelope.len();
            if byte == b'{' && self.key_matches && !is_last {
                self.level += 1;
            } else if byte == b'[' && self.key_matches && is_last {
                self.record_depth = self.depth + 1;
                if let Some((_, _, has_array)) = &mut self.envelope_open {
                    *has_array = true;
                }
            }
        } else if self.at_record_level() {
            self.open_record(at, false);
        }
        self.key_matches = false;
        self.depth += 1;
    }

    fn close_bracket(&mut self, at: u64, found: &mut Vec<RecordSpan>) {
        if self.depth == 0 {
            // A bracket that closes nothing is garbage: a record of its own, for the ledger.
            self.open_record(at, true);
            self.close_record(at + 1, found);
            return;
        }
        self.depth -= 1;
        if self.depth == self.record_depth && self.open.is_some() {
            self.close_record(at + 1, found);
        }
        if self.level > 0 && self.depth == self.level as u64 {
            self.level -= 1;
        }
        if self.in_envelope() {
            self.record_depth = 1;
        }
        if self.depth == 0 {
            self.close_envelope(at + 1, found);
            self.record_depth = 0;
        }
    }

    /// An object without the array is itself given out, so that it is not lost silently.
    fn close_envelope(&mut self, end: u64, found: &mut Vec<RecordSpan>) {
        if let Some((start, line, false)) = self.envelope_open.take() {
            found.push(RecordSpan { start, end, line, other_header: false });
        }
    }

    fn begin_string(&mut self, at: u64) {
        self.in_string = true;
        self.text.clear();
        if self.at_record_level() {
            self.open_record(at, false);
        }
    }

    fn end_string(&mut self, at: u64, found: &mut Vec<RecordSpan>) {
        self.in_string = false;
        if self.at_record_level() {
            self.close_record(at + 1, found);
        }
    }

    /// Begins anew, whatever is open.
    fn separate(&mut self, at: u64, found: &mut Vec<RecordSpan>) {
        self.finish(at, found);
        (self.depth, self.record_depth) = (0, 0);
        (self.in_string, self.escaped, self.key_matches) = (false, false, false);
        self.envelope_open = None;
    }

    fn outside(&mut self, byte: u8, at: u64, found: &mut Vec<RecordSpan>) {
        if !self.is_begun && !byte.is_ascii_whitespace() {
            self.is_begun = true;
            self.is_sequence = byte == SEPARATOR;
        }
        match byte {
            SEPARATOR if self.is_sequence => self.separate(at, found),
            b'{' | b'[' => {
                self.close_bare(at, found);
                self.open_bracket(byte, at);
            }
            b'}' | b']' => {
                self.close_bare(at, found);
                self.close_bracket(at, found);
            }
            b'"' => {
                self.close_bare(at, found);
                self.begin_string(at);
            }
            b' ' | b'\t' | b'\r' | b'\n' | b',' => self.close_bare(at, found),
            b':' if self.in_envelope() => {
                self.key_matches = self.envelope.get(self.level) == Some(&self.text);
            }
            _ => {
                if self.at_record_level() {
                    self.open_record(at, true);
                }
            }
        }
        self.line += u64::from(byte == b'\n');
    }

    /// Goes through a string up to its closing quote; returns how many bytes were taken.
    fn inside(&mut self, bytes: &[u8], base: u64, found: &mut Vec<RecordSpan>) -> usize {
        if self.escaped {
            self.escaped = false;
            self.line += u64::from(bytes[0] == b'\n');
            return 1;
        }
        let run = match self.is_sequence {
            true => memchr3(b'"', b'\\', SEPARATOR, bytes),
            false => memchr2(b'"', b'\\', bytes),
        };
        let run = run.unwrap_or(bytes.len());
        self.line += newlines(&bytes[..run]);
        if self.in_envelope() && self.text.len() + run <= KEY_BYTES {
            self.text.extend_from_slice(&bytes[..run]);
        }
        match bytes.get(run) {
            None => run,
            Some(b'\\') => {
                self.escaped = true;
                run + 1
            }
            Some(&SEPARATOR) => {
                self.separate(base + run as u64, found);
                run + 1
            }
            Some(_) => {
                self.end_string(base + run as u64, found);
                run + 1
            }
        }
    }
}

impl Scanner for JsonValues {
    fn scan(&mut self, bytes: &[u8], base: u64, found: &mut Vec<RecordSpan>) {
        let mut at = 0;
        while at < bytes.len() {
            let offset = base + at as u64;
            if self.in_string {
                at += self.inside(&bytes[at..], offset, found);
            } else {
                self.outside(bytes[at], offset, found);
                at += 1;
            }
        }
    }

    fn is_cut_short(&self) -> bool {
        self.depth > 0 && self.record_depth > 0
    }

    fn finish(&mut self, end: u64, found: &mut Vec<RecordSpan>) {
        if self.open.is_some() {
            self.close_record(end, found);
        } else if self.depth > 0 {
            self.close_envelope(end, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::ingest::Container;
    use crate::ingest::split::tests::records;

    fn cut(envelope: Option<&str>, text: &str) -> Vec<String> {
        let container = Container::JsonValues { envelope: envelope.map(str::to_owned) };
        records(&container, text, 5).into_iter().map(|(record, _)| record).collect()
    }

    #[test]
    fn values_may_be_pretty_printed_and_follow_one_another() {
        assert_eq!(
            cut(None, "{\n \"a\": 1\n}\n{\"b\":\"}{\"} 17 \"x\" nul"),
            ["{\n \"a\": 1\n}", "{\"b\":\"}{\"}", "17", "\"x\"", "nul"]
        );
    }

    #[test]
    fn the_items_of_an_array_are_records() {
        assert_eq!(
            cut(None, "[{\"a\":[1,2]}, 3 ,\n[4], \"s\"]"),
            ["{\"a\":[1,2]}", "3", "[4]", "\"s\""]
        );
        assert_eq!(cut(None, "[]"), Vec::<String>::new());
    }

    #[test]
    fn the_items_of_the_array_under_the_envelopes_key_are_records() {
        let text = "{\"meta\":{\"Records\":[0]},\"Records\":[{\"a\":1},{\"b\":2}],\"n\":[9]}\n\
                    {\"Records\" : [ {\"c\":3} ]}";
        assert_eq!(cut(Some("Records"), text), ["{\"a\":1}", "{\"b\":2}", "{\"c\":3}"]);
    }

    #[test]
    fn the_array_may_lie_two_keys_deep() {
        let text = "{\"items\":[0],\"data\":{\"n\":{\"items\":[8]},\"items\":[{\"items\":[1]},2],\
                    \"total\":[9]},\"x\":{\"items\":[7]}} {\"data\":{\"items\":[3]}} {\"data\":[4]}";
        let rest = "{\"data\":[4]}";
        assert_eq!(cut(Some("data.items"), text), ["{\"items\":[1]}", "2", "3", rest]);
    }

    #[test]
    fn an_object_without_the_array_is_a_record_itself() {
        assert_eq!(
            cut(Some("data"), "{\"error\":\"no\"}{\"data\":[1]}"),
            ["{\"error\":\"no\"}", "1"]
        );
    }

    #[test]
    fn a_value_that_is_cut_off_is_a_record_for_the_ledger() {
        assert_eq!(cut(None, "{\"a\":1}{\"b\":"), ["{\"a\":1}", "{\"b\":"]);
        assert_eq!(cut(Some("data"), "{\"data\":[{\"a\":1},{\"b"), ["{\"a\":1}", "{\"b"]);
        assert_eq!(cut(None, "}"), ["}"]);
    }

    #[test]
    fn a_record_separator_ends_what_broke_off_before_it() {
        let text = "\u{1e}{\n\"a\":1}\n\u{1e}{\"b\":\"cut\u{1e}[1,\u{1e}{\"c\":2}\n";
        let found = cut(None, text);
        assert_eq!(found, ["{\n\"a\":1}", "{\"b\":\"cut", "1", "{\"c\":2}"]);
        // Where the text is no such sequence it is a byte like any other.
        assert_eq!(cut(None, "[\"a\u{1e}b\",1]"), ["\"a\u{1e}b\"", "1"]);
    }

    #[test]
    fn a_comma_too_many_is_no_record() {
        assert_eq!(cut(None, "[{\"a\":1},{\"b\":2},]"), ["{\"a\":1}", "{\"b\":2}"]);
        assert_eq!(cut(Some("data"), "{\"data\":[1,],},"), ["1"]);
    }

    #[test]
    fn the_line_of_a_record_is_that_of_its_first_byte() {
        let container = Container::JsonValues { envelope: None };
        let found = records(&container, "[\n{\"a\":\n1},\n\n{\"b\":2}]", 3);
        assert_eq!(found.iter().map(|(_, line)| *line).collect::<Vec<_>>(), [2, 5]);
    }

    #[test]
    fn ten_thousand_levels_are_one_record() {
        let deep = "[".repeat(10_001) + &"]".repeat(10_001);
        assert_eq!(cut(None, &deep).len(), 1);
    }
}
