//! The prompts of a slice as its lines write them, without reading a record.
//!
//! Lines that were turned into fields have their prompts in one stretch of memory. Which line is
//! whose, and whether what stands there is the prompt, is told by its fingerprint: whoever asks
//! compares it with that of the import.
//!
//! Naive: read every record, and give its prompt.

use std::borrow::Cow;

use memchr::memchr;

use super::said::said;
use super::scalar::fingerprint;
use super::texts::TextReader;
use crate::model::pack::{Group, Turned, Values};

/// A text that stands where a prompt does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written<'a> {
    /// The line of the slice, from 0.
    pub line: u32,
    /// The fingerprint that an import gives it.
    pub fingerprint: u64,
    /// The text, as [`TextReader::read`] gives it.
    pub text: Cow<'a, str>,
}

/// Gives what stands under the key of the prompt in each of the wanted lines, in the order of their
/// groups. Nothing of a line in which that is no string, or where there are several such keys.
pub fn each_written(
    slice: &Turned<'_>,
    reader: &TextReader,
    is_wanted: &dyn Fn(u32) -> bool,
    each: &mut dyn FnMut(Written<'_>),
) {
    for (group, lines) in slice.groups.iter().zip(slice.lines_by_group()) {
        let Some(values) = behind_key(slice.separator, group, reader) else { continue };
        let unfolded;
        let values = match values {
            Values::Constant(_) | Values::Lines(_) => *values,
            Values::Digits(_) => {
                unfolded = values.unfold(group.lines, 2 * slice.length).unwrap_or_default();
                Values::Lines(&unfolded)
            }
        };
        each_value(values, lines, is_wanted, each);
    }
}

/// The values that stand behind a key of the prompt; `None` where none does, or two.
fn behind_key<'g, 'a>(
    separator: u8,
    group: &'g Group<'a>,
    reader: &TextReader,
) -> Option<&'g Values<'a>> {
    let keys = reader.keys().filter(|_| separator == b'"')?;
    let is_key = |field: &Values<'_>| match field {
        Values::Constant(key) => keys.iter().any(|wanted| wanted.as_bytes() == *key),
        _ => false,
    };
    // Between two quotes stands a string, then what is between strings, and so on: `{`, a key, `:`,
    // its value.
    let strings = (1..group.fields.len()).step_by(2);
    let mut keys = strings.filter(|at| is_key(&group.fields[*at]));
    let key = keys.next().filter(|_| keys.next().is_none())?;
    group.fields.get(key + 2)
}

fn each_value(
    values: Values<'_>,
    lines: Vec<u32>,
    is_wanted: &dyn Fn(u32) -> bool,
    each: &mut dyn FnMut(Written<'_>),
) {
    let mut give = |line: u32, written: &[u8]| {
        if let Some(text) = unescaped(written) {
            let (fingerprint, text) = (fingerprint(text.as_bytes()), said(&text));
            each(Written { line, fingerprint, text });
        }
    };
    match values {
        Values::Constant(written) => {
            lines.into_iter().filter(|l| is_wanted(*l)).for_each(|line| give(line, written));
        }
        Values::Lines(mut rest) => {
            for line in lines {
                let Some(end) = memchr(b'\n', rest) else { break };
                if is_wanted(line) {
                    give(line, &rest[..end]);
                }
                rest = &rest[end + 1..];
            }
        }
        Values::Digits(_) => {}
    }
}

/// The text that is written so between the quotes of JSON.
fn unescaped(written: &[u8]) -> Option<Cow<'_, str>> {
    let written = std::str::from_utf8(written).ok()?;
    match memchr(b'\\', written.as_bytes()) {
        None => Some(Cow::Borrowed(written)),
        Some(_) => serde_json::from_str(&format!("\"{written}\"")).ok().map(Cow::Owned),
    }
}
