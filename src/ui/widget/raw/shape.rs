//! A record laid out to be read: JSON indented and cut into tokens, anything else as it is.
//!
//! Works on the source's own characters: numbers keep their digits, keys their order and their
//! repeats, escapes stay escapes. It never fails: a truncated or broken record is shown as far
//! as it goes. No recursion, so depth costs nothing.

use std::collections::BTreeMap;

use crate::model::Field;

use super::visible::{decoded, joins, push_visible};

/// Which field is read at which path of a record: keys with a dot between them.
pub type Paths = BTreeMap<String, Field>;

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
    /// The field that was read here, where one was.
    pub field: Option<Field>,
    /// The line of [`Shaped::lines`] that it is of, and the characters of that before it.
    pub of: (usize, usize),
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
pub const MOST_SHOWN: usize = 8 << 20;

/// Keys inside each other up to which paths are followed: no field is read from further down.
const MOST_KEYS: usize = 24;

/// The longest path that is followed, bytes: none that is mapped comes near, and a key of a
/// megabyte is not written anew for everything inside it.
const LONGEST_PATH: usize = 512;

/// Lays a record out, and marks what was read at `paths`.
pub fn shape(record: &[u8], paths: &Paths) -> Shaped {
    let shown = &record[..record.len().min(MOST_SHOWN)];
    let text = decoded(shown);
    let json = text.trim_start().starts_with(['{', '[']);
    let lines = if json { json_lines(&text, paths) } else { plain_lines(&text) };
    Shaped { lines, left_out: record.len() - shown.len() }
}

/// The record as it is written, line by line.
pub fn as_written(record: &[u8]) -> Shaped {
    let shown = &record[..record.len().min(MOST_SHOWN)];
    Shaped { lines: plain_lines(&decoded(shown)), left_out: record.len() - shown.len() }
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

fn json_lines(text: &str, paths: &Paths) -> Vec<Line> {
    let mut out = Builder { paths: Some(paths), ..Builder::default() };
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
                if key {
                    out.enter(rest[..length].trim_matches('"'));
                }
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

/// An object or a list that is open: its path, and the field that all of it is.
#[derive(Clone, Default)]
struct Level {
    /// `None` where it is longer than is followed.
    path: Option<String>,
    field: Option<Field>,
    /// The same of the key that was read last in it.
    key: Option<(Option<String>, Option<Field>)>,
}

#[derive(Default)]
struct Builder<'p> {
    lines: Vec<Line>,
    depth: usize,
    /// The next token starts a line.
    broken: bool,
    /// The last token opened something that is empty.
    empty: bool,
    paths: Option<&'p Paths>,
    levels: Vec<Level>,
}

impl Builder<'_> {
    fn push(&mut self, kind: Kind, text: &str) {
        if self.broken || self.lines.is_empty() {
            let field = self.levels.last().and_then(|level| level.field);
            self.lines.push(Line { depth: self.depth, field, ..Line::default() });
            self.broken = false;
        }
        let mut shown = String::with_capacity(text.len());
        text.chars().for_each(|c| push_visible(&mut shown, c));
        if let Some(line) = self.lines.last_mut() {
            line.tokens.push(Token { kind, text: shown });
        }
    }

    /// What follows is the value of a key.
    fn enter(&mut self, key: &str) {
        if self.depth > MOST_KEYS {
            return;
        }
        let Some(level) = self.levels.last_mut() else { return };
        let path = level.path.as_deref().and_then(|above| below(above, key));
        let known = self.paths.zip(path.as_deref());
        let field = known.and_then(|(paths, path)| field_at(paths, path)).or(level.field);
        level.key = Some((path, field));
        if let Some(line) = self.lines.last_mut() {
            line.field = field;
        }
    }

    fn open(&mut self, c: char, empty: bool) {
        self.push(Kind::Mark, c.encode_utf8(&mut [0; 4]));
        self.depth += 1;
        self.broken = !empty;
        self.empty = empty;
        if self.depth <= MOST_KEYS + 1 {
            let of_key = self.levels.last().and_then(|level| level.key.clone());
            let of_list = || self.levels.last().map(|l| (l.path.clone(), l.field));
            let root = || (Some(String::new()), None);
            let (path, field) = of_key.or_else(of_list).unwrap_or_else(root);
            self.levels.push(Level { path, field, key: None });
        }
    }

    fn close(&mut self, c: char) {
        if self.depth <= MOST_KEYS + 1 {
            self.levels.pop();
        }
        self.depth = self.depth.saturating_sub(1);
        self.broken = !self.empty;
        self.empty = false;
        self.push(Kind::Mark, c.encode_utf8(&mut [0; 4]));
        if let Some(line) = self.lines.last_mut().filter(|line| line.tokens.len() == 1) {
            line.field = self.levels.last().and_then(|l| l.key.as_ref()).and_then(|(_, f)| *f);
        }
    }
}

/// The path of a key inside another, where it is not too long.
fn below(above: &str, key: &str) -> Option<String> {
    let dot = if above.is_empty() { "" } else { "." };
    (above.len() + key.len() <= LONGEST_PATH).then(|| format!("{above}{dot}{key}"))
}

/// The field read at a path, also where the whole record lies in a wrapper.
fn field_at(paths: &Paths, path: &str) -> Option<Field> {
    let inside = || path.split_once('.').and_then(|(_, inner)| paths.get(inner));
    paths.get(path).or_else(inside).copied()
}

/// Cuts lines to `columns` characters. A string is cut after an escaped line break first, so
/// that a prompt of several lines reads as several lines.
pub fn wrap(shaped: &Shaped, columns: usize) -> Vec<Line> {
    let mut out = Vec::with_capacity(shaped.lines.len());
    for (i, line) in shaped.lines.iter().enumerate() {
        let room = columns.saturating_sub(indent(line.depth) + 2).max(16);
        let begin = |continued: bool, before: usize| Line {
            depth: line.depth,
            continued,
            field: line.field,
            of: (i, before),
            tokens: Vec::new(),
        };
        let mut now = begin(false, 0);
        let (mut used, mut before) = (0, 0);
        for token in &line.tokens {
            let mut rest = token.text.as_str();
            while !rest.is_empty() {
                let (piece, full) = take(rest, room - used, token.kind == Kind::Text);
                rest = &rest[piece.len()..];
                let length = piece.chars().count();
                used += length;
                before += length;
                now.tokens.push(Token { kind: token.kind, text: piece.to_owned() });
                if (full && !rest.is_empty()) || used >= room {
                    out.push(std::mem::replace(&mut now, begin(true, before)));
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
    (&text[..word.unwrap_or_else(|| whole(text, limit))], true)
}

/// Marks that one letter may carry at the start of a line of its own.
const MOST_MARKS: usize = 16;

/// Not between a letter and the marks on it: the place before that letter; `at` where that is the
/// beginning, or where there are more marks than any script has.
fn whole(text: &str, at: usize) -> usize {
    if !text[at..].chars().next().is_some_and(joins) {
        return at;
    }
    let before = text[..at].char_indices().rev().take(MOST_MARKS);
    let letter = before.skip_while(|(_, c)| joins(*c)).map(|(i, _)| i).next();
    letter.filter(|i| *i > 0).unwrap_or(at)
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
            text(&shape(record, &Paths::new()).lines),
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
        let shaped = shape(br#"{"k":"v","n":-1,"t":true}"#, &Paths::new());
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
            let shaped = shape(record, &Paths::new());
            let wrapped = wrap(&shaped, 20);
            assert_eq!(squash(&text(&shaped.lines).concat()), squash(&expected));
            assert_eq!(squash(&text(&wrapped).concat()), squash(&expected));
        }
    }

    #[test]
    fn depth_and_length_are_bounded() {
        let deep = "[".repeat(100_000);
        assert_eq!(shape(deep.as_bytes(), &Paths::new()).lines.len(), 100_000);
        let long = vec![b'x'; MOST_SHOWN + 7];
        assert_eq!(shape(&long, &Paths::new()).left_out, 7);
    }

    #[test]
    fn a_prompt_of_several_lines_reads_as_several_lines() {
        let shaped = shape(br#"{"prompt":"first\nsecond \\no break"}"#, &Paths::new());
        let wrapped = text(&wrap(&shaped, 80));
        assert_eq!(wrapped[1], "  \"prompt\": \"first\\n");
        assert_eq!(wrapped[2], "  second \\\\no break\"");
    }

    #[test]
    fn lines_are_cut_to_the_room_between_words_if_possible() {
        let record = format!("{{\"p\":\"{}\"}}", "word ".repeat(40));
        let wrapped = wrap(&shape(record.as_bytes(), &Paths::new()), 40);
        assert!(wrapped.len() > 5);
        for line in &wrapped {
            let width: usize = line.tokens.iter().map(|t| t.text.chars().count()).sum();
            assert!(width + indent(line.depth) <= 40, "{width}");
        }
    }

    #[test]
    fn what_a_field_was_read_from_is_marked_and_the_rest_is_not() {
        let paths: Paths = [
            ("model".to_owned(), Field::Model),
            ("usage.input_tokens".to_owned(), Field::InputTokens),
            ("tools".to_owned(), Field::Tools),
        ]
        .into();
        let record = br#"{"detail":{"model":"a","usage":{"input_tokens":1,"x":2}},"tools":["s",{"t":1}],"y":[]}"#;
        let shaped = shape(record, &paths);
        let marked: Vec<(String, Option<Field>)> = shaped
            .lines
            .iter()
            .map(|l| (l.tokens.iter().map(|t| t.text.as_str()).collect(), l.field))
            .collect();
        let of = |text: &str| {
            marked.iter().find(|(line, _)| line.starts_with(text)).map(|(_, field)| *field)
        };
        assert_eq!(of("\"model\""), Some(Some(Field::Model)));
        assert_eq!(of("\"input_tokens\""), Some(Some(Field::InputTokens)));
        assert_eq!(of("\"t\""), Some(Some(Field::Tools)));
        assert_eq!(of("\"s\""), Some(Some(Field::Tools)));
        for unmapped in ["\"x\"", "\"y\"", "\"usage\"", "\"detail\"", "{"] {
            assert_eq!(of(unmapped), Some(None), "{unmapped}");
        }
    }

    #[test]
    fn a_key_of_a_megabyte_is_not_repeated_for_all_that_it_holds() {
        let long = "k".repeat(1 << 20);
        let many = "\"a\":1,".repeat(1 << 20);
        let record = format!("{{\"model\":\"m\",\"{long}\":{{{many}\"model\":1}}}}");
        let begun = std::time::Instant::now();
        let shaped = shape(record.as_bytes(), &[("model".to_owned(), Field::Model)].into());
        assert!(begun.elapsed().as_secs() < 30, "it took {:?}", begun.elapsed());
        let marked = shaped.lines.iter().filter(|line| line.field.is_some()).count();
        assert_eq!(marked, 1, "no field is read below a path that is not followed");
    }

    #[test]
    fn lines_that_are_cut_know_where_they_are_from() {
        let record = format!("{{\"p\":\"{}\"}}", "word ".repeat(40));
        let shaped = shape(record.as_bytes(), &Paths::new());
        for line in wrap(&shaped, 40) {
            let text =
                |tokens: &[Token]| -> String { tokens.iter().map(|t| t.text.as_str()).collect() };
            let whole = text(&shaped.lines[line.of.0].tokens);
            let own = text(&line.tokens);
            let from: String = whole.chars().skip(line.of.1).take(own.chars().count()).collect();
            assert_eq!(from, own);
        }
    }

    #[test]
    fn a_letter_is_not_parted_from_the_marks_on_it() {
        let text = "e\u{301}".repeat(30);
        let (piece, _) = take(&text, 17, false);
        assert!(piece.ends_with('\u{301}') && piece.chars().count() == 16);
        let many = format!("a{}", "\u{301}".repeat(40));
        assert_eq!(take(&many, 20, false).0.chars().count(), 20);
    }
}
