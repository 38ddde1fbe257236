//! The fast path for JSON records: one object, read by hand.
//!
//! Logs are mostly flat objects of short strings and whole numbers, and a general parser spends
//! more on each of them than on their bytes. This one takes what is common and declines what is
//! not: the caller then reads the whole record with serde_json. Nested values, escapes and real
//! numbers are cut out here and read by serde_json as well.
//!
//! Equals `json::thorough` on every record it does not decline; a property test compares them.

use std::borrow::Cow;
use std::sync::OnceLock;

use memchr::memchr;
use serde::de::{DeserializeSeed, IgnoredAny, Visitor};

use super::json::Value;
use super::paths::{Capture, PathTree, Step};
use super::scalar::Scalar;

/// The keys of a log's first record with what is around them, and where they lead. Records of
/// a log look alike, so the next key is mostly the one that came next in the first record, and
/// comparing with it is cheaper than looking it up.
#[derive(Debug, Default)]
pub(super) struct Habit(OnceLock<Vec<Token>>);

/// A key with its quotes, its colon and the blanks around that, and where it leads.
type Token = (Box<[u8]>, Option<Step>);

/// Most keys of a first record that are remembered.
const MOST_KEYS: usize = 64;

/// How many keys of the first record another one may leave out in a row and still be followed.
const LOOK_AHEAD: usize = 4;

/// Fills the slots from a record. `None`: not read, and the slots hold anything.
pub(super) fn object<'a>(
    tree: &PathTree,
    habit: &Habit,
    text: &'a str,
    slots: &mut [Scalar<'a>],
) -> Option<()> {
    let bytes = text.as_bytes();
    let mut at = expect(bytes, blank(bytes, 0), b'{')?;
    at = blank(bytes, at);
    if bytes.get(at) == Some(&b'}') {
        return end(bytes, at + 1);
    }
    let known = habit.0.get().map_or(&[][..], Vec::as_slice);
    let mut learnt = Vec::new();
    let mut next = 0;
    loop {
        let rest = &bytes[at..];
        let mut ahead = known.iter().skip(next).take(LOOK_AHEAD);
        let (step, value) = match ahead.position(|(token, _)| rest.starts_with(token)) {
            Some(skipped) => {
                next += skipped + 1;
                let (token, step) = &known[next - 1];
                (*step, blank(bytes, at + token.len()))
            }
            None => key(tree, text, at)?,
        };
        if known.is_empty() && learnt.len() < MOST_KEYS {
            learnt.push((bytes[at..value].into(), step));
        }
        at = match step {
            Some(step) => wanted(Value { tree, step, slots: &mut *slots, texts: 0 }, text, value)?,
            None => unwanted(text, value)?,
        };
        at = blank(bytes, at);
        match bytes.get(at)? {
            b',' => at = blank(bytes, at + 1),
            b'}' => break,
            _ => return None,
        }
    }
    if known.is_empty() {
        // Another thread may have been first; its record is as good as ours.
        let _ = habit.0.set(learnt);
    }
    end(bytes, at + 1)
}

/// The members of a record: where each key leads, and where its value starts. `None` for
/// records that are not read here.
pub(super) fn members(tree: &PathTree, text: &str) -> Option<Vec<(Option<Step>, usize)>> {
    let bytes = text.as_bytes();
    let mut at = blank(bytes, expect(bytes, blank(bytes, 0), b'{')?);
    let mut members = Vec::new();
    loop {
        let (step, value) = key(tree, text, at)?;
        members.push((step, value));
        at = blank(bytes, unwanted(text, value)?);
        match bytes.get(at)? {
            b',' => at = blank(bytes, at + 1),
            b'}' => return end(bytes, at + 1).map(|()| members),
            _ => return None,
        }
    }
}

/// Reads the key at `at`: where it leads, and where its value starts.
fn key(tree: &PathTree, text: &str, at: usize) -> Option<(Option<Step>, usize)> {
    let bytes = text.as_bytes();
    let start = expect(bytes, at, b'"')?;
    let (quote, escaped) = string_end(bytes, start)?;
    if escaped {
        return None;
    }
    let colon = expect(bytes, blank(bytes, quote + 1), b':')?;
    Some((tree.step(0, &text[start..quote]), blank(bytes, colon)))
}

/// Nothing but blanks to the end.
fn end(bytes: &[u8], at: usize) -> Option<()> {
    (blank(bytes, at) == bytes.len()).then_some(())
}

/// The first position from `at` that is not JSON whitespace.
#[inline]
fn blank(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\t' | b'\r') = bytes.get(at) {
        at += 1;
    }
    at
}

#[inline]
fn expect(bytes: &[u8], at: usize, byte: u8) -> Option<usize> {
    (bytes.get(at) == Some(&byte)).then_some(at + 1)
}

/// Reads the value at `at` into its slot; gives the position after it.
#[inline]
pub(super) fn wanted<'a>(value: Value<'_, '_, 'a>, text: &'a str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    match bytes.get(at)? {
        b'"' => {
            let (quote, escaped) = string_end(bytes, at + 1)?;
            if escaped {
                return by_serde(value, text, at, quote + 1);
            }
            plain_text(value, &text[at + 1..quote])?;
            Some(quote + 1)
        }
        b'0'..=b'9' => match whole_number(bytes, at) {
            Some((number, end)) => {
                value.visit_u64::<serde_json::Error>(number).ok()?;
                Some(end)
            }
            None => by_serde(value, text, at, number_end(bytes, at)),
        },
        b'-' => by_serde(value, text, at, number_end(bytes, at)),
        b'[' if matches!(value.step, Step { leaf: Some((_, Capture::Names)), node: None }) => {
            match plain_names(text, at) {
                Some((names, end)) => {
                    value.visit_str::<serde_json::Error>(&names).ok()?;
                    Some(end)
                }
                None => by_serde(value, text, at, nested_end(bytes, at)?),
            }
        }
        b'{' | b'[' => by_serde(value, text, at, nested_end(bytes, at)?),
        b't' => {
            let end = word(bytes, at, b"true")?;
            value.visit_bool::<serde_json::Error>(true).ok()?;
            Some(end)
        }
        b'f' => {
            let end = word(bytes, at, b"false")?;
            value.visit_bool::<serde_json::Error>(false).ok()?;
            Some(end)
        }
        b'n' => word(bytes, at, b"null"),
        _ => None,
    }
}

/// Puts a text without escapes into its slot.
#[inline]
pub(super) fn plain_text<'a>(value: Value<'_, '_, 'a>, text: &'a str) -> Option<()> {
    match value.step {
        // The shortest could be empty JSON.
        Step { leaf: Some((slot, Capture::Value)), node: None } if text.len() > 2 => {
            value.slots[usize::from(slot)] = Scalar::Text(Cow::Borrowed(text));
            Some(())
        }
        _ => value.visit_borrowed_str::<serde_json::Error>(text).ok(),
    }
}

/// What a text between quotes says that has no control characters in it; `None` where it is not
/// valid, or names a character by its number.
pub(super) fn unescaped(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        out.push(match rest.as_bytes().get(at + 1)? {
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            c @ (b'"' | b'\\' | b'/') => char::from(*c),
            _ => return None,
        });
        rest = &rest[at + 2..];
    }
    out.push_str(rest);
    Some(out)
}

/// A list of one or more plain texts as its names joined by commas, and the position after it.
fn plain_names(text: &str, start: usize) -> Option<(String, usize)> {
    let bytes = text.as_bytes();
    let mut names = String::new();
    let mut at = blank(bytes, start + 1);
    loop {
        let name = expect(bytes, at, b'"')?;
        let (quote, escaped) = string_end(bytes, name)?;
        if escaped || quote == name {
            return None;
        }
        if !names.is_empty() {
            names.push(',');
        }
        names.push_str(&text[name..quote]);
        at = blank(bytes, quote + 1);
        match bytes.get(at)? {
            b',' => at = blank(bytes, at + 1),
            b']' => break,
            _ => return None,
        }
    }
    // What could be taken for empty JSON is left to the careful.
    (names.len() > 2).then_some((names, at + 1))
}

fn by_serde<'a>(value: Value<'_, '_, 'a>, text: &'a str, at: usize, end: usize) -> Option<usize> {
    let mut deserializer = serde_json::Deserializer::from_str(&text[at..end]);
    value.deserialize(&mut deserializer).ok()?;
    deserializer.end().ok()?;
    Some(end)
}

/// Passes over the value at `at`, which must be valid all the same.
#[inline]
pub(super) fn unwanted(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let end = match bytes.get(at)? {
        b'"' => {
            let (quote, escaped) = string_end(bytes, at + 1)?;
            if !escaped {
                return Some(quote + 1);
            }
            quote + 1
        }
        b'0'..=b'9' => match whole_number(bytes, at) {
            Some((_, end)) => return Some(end),
            None => number_end(bytes, at),
        },
        b'-' => number_end(bytes, at),
        b'{' | b'[' => nested_end(bytes, at)?,
        b't' => return word(bytes, at, b"true"),
        b'f' => return word(bytes, at, b"false"),
        b'n' => return word(bytes, at, b"null"),
        _ => return None,
    };
    serde_json::from_str::<IgnoredAny>(&text[at..end]).ok()?;
    Some(end)
}

fn word(bytes: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    bytes[at..].starts_with(word).then_some(at + word.len())
}

/// A whole number of at most 18 digits that ends there: no fraction, no exponent.
#[inline]
fn whole_number(bytes: &[u8], start: usize) -> Option<(u64, usize)> {
    let mut value = 0_u64;
    let mut at = start;
    while let Some(digit @ b'0'..=b'9') = bytes.get(at) {
        if at - start == 18 {
            return None;
        }
        value = value * 10 + u64::from(digit - b'0');
        at += 1;
    }
    let leading_zero = bytes[start] == b'0' && at - start > 1;
    let goes_on = matches!(bytes.get(at), Some(b'.' | b'e' | b'E'));
    (!leading_zero && !goes_on).then_some((value, at))
}

fn number_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E') = bytes.get(at) {
        at += 1;
    }
    at
}

/// The position after the list or object that starts at `at`, going by brackets alone: whether
/// what is between them is valid is for serde_json to say.
fn nested_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    loop {
        match bytes.get(at)? {
            b'"' => at = string_end(bytes, at + 1)?.0,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// The closing quote of the string whose first character is at `at`, and whether there are
/// escapes in it. `None` without one, and at control characters, which JSON forbids.
#[inline]
fn string_end(bytes: &[u8], mut at: usize) -> Option<(usize, bool)> {
    let mut escaped = false;
    loop {
        while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
            let found = special(u64::from_le_bytes(*chunk));
            if found != 0 {
                at += (found.trailing_zeros() / 8) as usize;
                break;
            }
            at += 8;
        }
        match bytes.get(at)? {
            b'"' => return Some((at, escaped)),
            b'\\' => {
                escaped = true;
                at += 2;
            }
            0..0x20 => return None,
            _ => at += 1,
        }
    }
}

/// Marks the high bit of bytes that are a quote, a backslash or a control character (Mycroft's
/// test for zero bytes, thrice). Bits above the lowest mark may be wrong.
#[inline]
fn special(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    let quote = word ^ (ONES * b'"' as u64);
    let backslash = word ^ (ONES * b'\\' as u64);
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    let quote = quote.wrapping_sub(ONES) & !quote;
    let backslash = backslash.wrapping_sub(ONES) & !backslash;
    (control | quote | backslash) & (ONES << 7)
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
