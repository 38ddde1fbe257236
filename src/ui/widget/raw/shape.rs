//! A record laid out to be read: JSON indented and cut into tokens, anything else as it is.
//!
//! Works on the source's own characters: numbers keep their digits, keys their order and their
//! repeats, escapes stay escapes. It never fails: a truncated or broken record is shown as far
//! as it goes. No recursion, so depth costs nothing.

use super::visible::{decoded, push_visible};

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A key of an object.
    Key,
    /// A string.
    Text,
    /// A number.
    Number,
    /// `true`, `false`, `null`.
    Word,
    /// Braces, brackets, colons, commas.
    Mark,
    /// Not JSON.
    Plain,
    /// What was searched for.
    Found,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its characters, nothing hidden.
    pub text: String,
}

/// A line to draw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Levels of indentation.
    pub depth: usize,
    /// Whether it goes on from the line above.
    pub continued: bool,
    /// Its pieces.
    pub tokens: Vec<Token>,
}

/// A record ready to draw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shaped {
    /// The lines.
    pub lines: Vec<Line>,
    /// Bytes of the record that are not among them, because it is longer than
    /// [`MOST_SHOWN`]; they are in what is copied.
    pub left_out: usize,
}

/// How much of a record is laid out, bytes.
pub const MOST_SHOWN: usize = 512 << 10;

/// Lays a record out.
pub fn shape(record: &[u8]) -> Shaped {
    let shown = &record[..record.len().min(MOST_SHOWN)];
    let text = decoded(shown);
    let json = text.trim_start().starts_with(['{', '[']);
    let lines = if json { json_lines(&text) } else { plain_lines(&text) };
    Shaped { lines, left_out: record.len() - shown.len() }
}

fn plain_lines(text: &str) -> Vec<Line> {
    text.lines()
        .map(|line| {
            let mut shown = String::with_capacity(line.len());
            line.chars().for_each(|c| push_visible(&mut shown, c));
            Line { tokens: vec![Token { kind: Kind::Plain, text: shown }], ..Line::default() }
        })
        .collect()
}

fn json_lines(text: &str) -> Vec<Line> {
    let mut out = Builder::default();
    let mut rest = text.trim_start();
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '{' | '[' => {
                out.open(c, rest[1..].trim_start().starts_with(['}', ']']));
                1
            }
            '}' | ']' => {
                out.close(c);
                1
            }
            ',' => {
                out.push(Kind::Mark, ",");
                out.broken = true;
                1
            }
            ':' => {
                out.push(Kind::Mark, ": ");
                1
            }
            '"' => {
                let length = string_length(rest);
                let key = rest[length..].trim_start().starts_with(':');
                out.push(if key { Kind::Key } else { Kind::Text }, &rest[..length]);
                length
            }
            c if c.is_whitespace() => c.len_utf8(),
            _ => {
                let length = rest.find([',', ':', '"', '{', '}', '[', ']', ' ', '\n', '\r', '\t']);
                let length = length.filter(|n| *n > 0).unwrap_or(rest.len());
                let number = c == '-' || c.is_ascii_digit();
                out.push(if number { Kind::Number } else { Kind::Word }, &rest[..length]);
                length
            }
        };
        rest = &rest[length..];
    }
    out.lines
}

/// Bytes of the string that `text` starts with, quotes included; to the end if it never ends.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (i, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return i + 1,
            _ => {}
        }
    }
    text.len()
}

#[derive(Default)]
struct Builder {
    lines: Vec<Line>,
    depth: usize,
    /// The next token starts a line.
    broken: bool,
    /// The last token opened something that is empty.
    empty: bool,
}

impl Builder {
    fn push(&mut self, kind: Kind, text: &str) {
        if self.broken || self.lines.is_empty() {
            self.lines.push(Line { depth: self.depth, ..Line::default() });
            self.broken = false;
        }
        let mut shown = String::with_capacity(text.len());
        text.chars().for_each(|c| push_visible(&mut shown, c));
        if let Some(line) = self.lines.last_mut() {
            line.tokens.push(Token { kind, text: shown });
        }
    }

    fn open(&mut self, c: char, empty: bool) {
        self.push(Kind::Mark, c.encode_utf8(&mut [0; 4]));
        self.depth += 1;
        self.broken = !empty;
        self.empty = empty;
    }

    fn close(&mut self, c: char) {
        self.depth = self.depth.saturating_sub(1);
        self.broken = !self.empty;
        self.empty = false;
        self.push(Kind::Mark, c.encode_utf8(&mut [0; 4]));
    }
}

/// Cuts lines to `columns` characters. A string is cut after an escaped line break first, so
/// that a prompt of several lines reads as several lines.
pub fn wrap(shaped: &Shaped, columns: usize) -> Vec<Line> {
    let mut out = Vec::with_capacity(shaped.lines.len());
    for line in &shaped.lines {
        let room = columns.saturating_sub(indent(line.depth) + 2).max(16);
        let mut now = Line { depth: line.depth, ..Line::default() };
        let mut used = 0;
        for token in &line.tokens {
            let mut rest = token.text.as_str();
            while !rest.is_empty() {
                let (piece, full) = take(rest, room - used, token.kind == Kind::Text);
                rest = &rest[piece.len()..];
                used += piece.chars().count();
                now.tokens.push(Token { kind: token.kind, text: piece.to_owned() });
                if full && !rest.is_empty() {
                    out.push(std::mem::replace(
                        &mut now,
                        Line { depth: line.depth, continued: true, ..Line::default() },
                    ));
                    used = 0;
                }
                if used >= room {
                    out.push(std::mem::replace(
                        &mut now,
                        Line { depth: line.depth, continued: true, ..Line::default() },
                    ));
                    used = 0;
                }
            }
        }
        if !now.tokens.is_empty() {
            out.push(now);
        }
    }
    out
}

/// The first piece of `text` that goes on a line with `room` characters left, and whether the
/// line ends after it.
fn take(text: &str, room: usize, breaks: bool) -> (&str, bool) {
    let limit = text.char_indices().nth(room).map_or(text.len(), |(at, _)| at);
    let line_break = if breaks { find_escaped_newline(&text[..limit]) } else { None };
    if let Some(end) = line_break {
        return (&text[..end], true);
    }
    if limit == text.len() {
        return (text, false);
    }
    // Between words where there is one not too far back.
    let word = text[..limit].rfind(' ').map(|at| at + 1).filter(|at| *at * 3 > limit * 2);
    (&text[..word.unwrap_or(limit)], true)
}

/// End of the first `\n` escape, if any; an escaped backslash before an n is none.
fn find_escaped_newline(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut i = 0;
    while i + 1 < bytes.len() {
        if bytes[i] == b'\\' {
            if bytes[i + 1] == b'n' {
                return Some(i + 2);
            }
            i += 1;
        }
        i += 1;
    }
    None
}

/// Characters of indentation at a depth; deep nesting stops moving to the right.
pub fn indent(depth: usize) -> usize {
    2 * depth.min(20)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(lines: &[Line]) -> Vec<String> {
        lines
            .iter()
            .map(|l| {
                let tokens: String = l.tokens.iter().map(|t| t.text.as_str()).collect();
                " ".repeat(indent(l.depth)) + &tokens
            })
            .collect()
    }

    #[test]
    fn json_is_indented_and_keeps_its_own_spelling() {
        let record = br#"{"b":1.50e2,"a":[],"c":{"x":null,"x":[1,"y"]}}"#;
        assert_eq!(
            text(&shape(record).lines),
            [
                "{",
                "  \"b\": 1.50e2,",
                "  \"a\": [],",
                "  \"c\": {",
                "    \"x\": null,",
                "    \"x\": [",
                "      1,",
                "      \"y\"",
                "    ]",
                "  }",
                "}"
            ]
        );
    }

    #[test]
    fn kinds_tell_keys_from_strings() {
        let shaped = shape(br#"{"k":"v","n":-1,"t":true}"#);
        let kinds: Vec<Kind> = shaped.lines[1].tokens.iter().map(|t| t.kind).collect();
        assert_eq!(kinds, [Kind::Key, Kind::Mark, Kind::Text, Kind::Mark]);
        assert_eq!(shaped.lines[2].tokens[2].kind, Kind::Number);
        assert_eq!(shaped.lines[3].tokens[2].kind, Kind::Word);
    }

    #[test]
    fn every_character_of_a_record_is_on_some_line() {
        let records: [&[u8]; 6] = [
            br#"{"a": "open"#,
            br#"]]}}"#,
            br#"{"a":"\"},\\"}"#,
            b"2026-01-01,ac1,\"x,\ny\",5",
            b"{\"a\":\xff}",
            "{\"k\":\"\u{202e}\"}".as_bytes(),
        ];
        for record in records {
            let squash = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let mut expected = String::new();
            decoded(record)
                .chars()
                .filter(|c| *c != '\n')
                .for_each(|c| push_visible(&mut expected, c));
            let shaped = shape(record);
            let wrapped = wrap(&shaped, 20);
            assert_eq!(squash(&text(&shaped.lines).concat()), squash(&expected));
            assert_eq!(squash(&text(&wrapped).concat()), squash(&expected));
        }
    }

    #[test]
    fn depth_and_length_are_bounded() {
        let deep = "[".repeat(100_000);
        assert_eq!(shape(deep.as_bytes()).lines.len(), 100_000);
        let long = vec![b'x'; MOST_SHOWN + 7];
        assert_eq!(shape(&long).left_out, 7);
    }

    #[test]
    fn a_prompt_of_several_lines_reads_as_several_lines() {
        let shaped = shape(br#"{"prompt":"first\nsecond \\no break"}"#);
        let wrapped = text(&wrap(&shaped, 80));
        assert_eq!(wrapped[1], "  \"prompt\": \"first\\n");
        assert_eq!(wrapped[2], "  second \\\\no break\"");
    }

    #[test]
    fn lines_are_cut_to_the_room_between_words_if_possible() {
        let record = format!("{{\"p\":\"{}\"}}", "word ".repeat(40));
        let wrapped = wrap(&shape(record.as_bytes()), 40);
        assert!(wrapped.len() > 5);
        for line in &wrapped {
            let width: usize = line.tokens.iter().map(|t| t.text.chars().count()).sum();
            assert!(width + indent(line.depth) <= 40, "{width}");
        }
    }
}
