//! Finding a phrase in the prompts of a slice without reading its records.
//!
//! Most of a slice is turned into fields, and a record with the phrase has a part of it in a field
//! as it is written, or hidden behind an escape. Such fields are found by looking for a few bytes
//! in one stretch of memory; only what is found is looked at more closely.
//!
//! Naive: read every record, and ask whether its prompt contains the phrase.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memmem};

use super::shape_of_line::TextFields;
use super::texts::TextReader;
use crate::model::pack::{Turned, Values};

/// A text that is looked for, without regard to case.
#[derive(Clone, Debug)]
pub struct Phrase {
    /// In lower case.
    text: String,
    /// The longest part of it that every log writes alike, but for escapes by number.
    needle: Vec<u8>,
}

/// What is found in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// The line of the slice, from 0.
    pub line: u32,
    /// Whether the phrase is in the prompt for certain; else the record must be read.
    pub is_certain: bool,
}

impl Phrase {
    /// A phrase; whitespace counts as it is written.
    pub fn new(text: &str) -> Self {
        let text = text.to_lowercase();
        let runs = text.split(|c: char| !is_written_alike(c));
        let longest = runs.max_by_key(|run| run.len()).unwrap_or_default();
        Self { needle: longest.as_bytes().to_vec(), text }
    }

    /// Whether a text contains it.
    pub fn is_in(&self, text: &str) -> bool {
        let lower = match text.is_ascii() {
            true => text.to_ascii_lowercase(),
            false => text.to_lowercase(),
        };
        memmem::find(lower.as_bytes(), self.text.as_bytes()).is_some()
    }

    /// Whether a text contains it, as it is written between the quotes of JSON; `None` where the
    /// text must be read to say.
    fn is_in_json(&self, written: &[u8]) -> Option<bool> {
        let written = std::str::from_utf8(written).ok()?;
        let text = match memchr(b'\\', written.as_bytes()) {
            None => Cow::Borrowed(written),
            Some(_) => Cow::Owned(serde_json::from_str(&format!("\"{written}\"")).ok()?),
        };
        // It may be a list of messages in a text.
        let is_nested = text.trim_start().starts_with(['[', '{']);
        (!is_nested).then(|| self.is_in(&text))
    }
}

/// Whether logs write a character of a text as it is or by its number, in whatever they are
/// written: no sign that JSON, its dialects or tables write otherwise or cut at, and nothing that
/// stands between the values of a list.
fn is_written_alike(c: char) -> bool {
    let is_plain = c == ' ' || c.is_ascii_graphic();
    is_plain
        && !matches!(c, '"' | '\'' | '\\' | '/' | '<' | '>' | '&' | '+' | '`')
        && !matches!(c, ',' | ';' | '|' | ':' | '{' | '}' | '[' | ']' | '=')
}

/// Looks for a phrase in slice after slice; keeps its working memory between them.
#[derive(Debug)]
pub struct Finder<'p> {
    phrase: &'p Phrase,
    needle: memmem::Finder<'p>,
    escape: memmem::Finder<'static>,
    lower: Vec<u8>,
}

impl<'p> Finder<'p> {
    /// A finder of a phrase.
    pub fn new(phrase: &'p Phrase) -> Self {
        let (needle, escape) = (memmem::Finder::new(&phrase.needle), memmem::Finder::new("\\u"));
        Self { phrase, needle, escape, lower: Vec::new() }
    }

    /// The lines of a slice that may have the phrase in a prompt, in order.
    pub fn lines(&mut self, slice: &Turned<'_>, reader: &TextReader) -> Vec<Found> {
        let mut found = Vec::new();
        for (number, group) in slice.groups.iter().enumerate() {
            let fields = TextFields::of(slice.separator, group, reader.keys());
            let mut here = Vec::new();
            for field in fields.numbers {
                let is_certain = fields.certain == Some(field);
                let most = 2 * slice.length;
                if !self.field(&group.fields[field], group.lines, most, is_certain, &mut here) {
                    break;
                }
            }
            if !here.is_empty() {
                let lines = slice.lines_of(number);
                let global = here.iter().filter_map(|f| Some((*lines.get(f.line as usize)?, f)));
                found.extend(global.map(|(line, f)| Found { line, ..*f }));
            }
        }
        // Where both are said of a line, the certain one stands last.
        found.sort_unstable();
        found.dedup_by(|next, kept| {
            let is_same = next.line == kept.line;
            kept.is_certain |= is_same && next.is_certain;
            is_same
        });
        found
    }

    /// Looks through the values of a field, which are at most so many bytes; false where all lines
    /// of the group are found already.
    fn field(
        &mut self,
        values: &Values<'_>,
        lines: usize,
        most: usize,
        is_certain: bool,
        found: &mut Vec<Found>,
    ) -> bool {
        let unfolded;
        let values = match values {
            Values::Constant(value) => {
                let line = self.value(value, is_certain);
                found.extend(line.into_iter().flat_map(|is_certain| {
                    (0..lines as u32).map(move |line| Found { line, is_certain })
                }));
                return line.is_none();
            }
            Values::Lines(values) => *values,
            Values::Digits(digits) => {
                if !self.can_be_digits(digits) {
                    return true;
                }
                unfolded = values.unfold(lines, most).unwrap_or_default();
                &unfolded
            }
        };
        let places = self.places(values);
        let (mut line, mut counted) = (0, 0);
        for at in places {
            if at < counted {
                continue;
            }
            line += memchr_iter(b'\n', &values[counted..at]).count() as u32;
            let start = memchr::memrchr(b'\n', &values[..at]).map_or(0, |before| before + 1);
            let end = memchr(b'\n', &values[at..]).map_or(values.len(), |end| at + end);
            let verdict = match is_certain {
                true => self.phrase.is_in_json(&values[start..end]),
                false => None,
            };
            if verdict != Some(false) {
                found.push(Found { line, is_certain: verdict.is_some() });
            }
            counted = end;
        }
        true
    }

    /// Whether a value may have the phrase, and if so whether for certain.
    fn value(&mut self, value: &[u8], is_certain: bool) -> Option<bool> {
        self.places(value).first()?;
        match is_certain.then(|| self.phrase.is_in_json(value)).flatten() {
            Some(false) => None,
            verdict => Some(verdict.is_some()),
        }
    }

    /// Whether the phrase may be in values that are digits and what they have in common.
    fn can_be_digits(&self, digits: &[u8]) -> bool {
        let Some((length, rest)) = digits.split_first_chunk::<2>() else { return true };
        let common = &rest[..rest.len().min(usize::from(u16::from_le_bytes(*length)))];
        let is_there = |b: &u8| b.is_ascii_hexdigit() || common.to_ascii_lowercase().contains(b);
        self.phrase.needle.iter().all(is_there)
    }

    /// The places where a part of the phrase stands, or may be hidden, in order.
    pub fn places(&mut self, bytes: &[u8]) -> Vec<usize> {
        if self.phrase.needle.is_empty() {
            // Nothing of it is written alike everywhere: every line has to be read.
            let starts = memchr_iter(b'\n', bytes).map(|end| end + 1);
            let starts = std::iter::once(0).chain(starts);
            return starts.filter(|at| *at < bytes.len().max(1)).collect();
        }
        self.lower.clear();
        self.lower.extend_from_slice(bytes);
        self.lower.make_ascii_lowercase();
        let mut places: Vec<usize> = self.needle.find_iter(&self.lower).collect();
        let before = places.len();
        let hides = |at: &usize| self.hides(&self.lower[*at..]);
        places.extend(self.escape.find_iter(&self.lower).filter(hides));
        if !bytes.is_ascii() {
            for letter in LIKE_ASCII {
                places.extend(memmem::find_iter(&self.lower, letter));
            }
        }
        if places.len() > before {
            places.sort_unstable();
        }
        places
    }

    /// Whether an escape stands for a character of the needle.
    fn hides(&self, escape: &[u8]) -> bool {
        let unit = escape.get(2..6).and_then(|hex| std::str::from_utf8(hex).ok());
        let Some(unit) = unit.and_then(|hex| u32::from_str_radix(hex, 16).ok()) else {
            return false;
        };
        let lower = char::from_u32(unit).into_iter().flat_map(char::to_lowercase).next();
        let byte = lower.and_then(|c| u8::try_from(c).ok()).filter(u8::is_ascii);
        byte.is_some_and(|byte| self.phrase.needle.contains(&byte))
    }
}

/// Letters that are no ASCII and become ASCII in lower case: the sign for kelvin, and İ.
const LIKE_ASCII: [&[u8]; 2] = ["\u{212a}".as_bytes(), "\u{130}".as_bytes()];

#[cfg(test)]
#[path = "find_tests.rs"]
mod tests;
