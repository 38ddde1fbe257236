//! Which fields of turned lines can hold a text, told without reading a line.
//!
//! Lines of one layout have the same keys. Where everything between their strings is the same, too,
//! or holds no brackets, it shows at which depth each string stands and under which key of the
//! record. Where it does not show, any field may hold the text.

use memchr::{memchr, memchr_iter, memchr2, memmem};

use crate::model::pack::{Group, Values};

/// The fields of a group that are to be looked at.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TextFields {
    /// By number, in order.
    pub numbers: Vec<usize>,
    /// The one that is the text itself, between its quotes, in every line.
    pub certain: Option<usize>,
}

impl TextFields {
    /// The fields that stand under one of these keys of the record; all where there are no keys
    /// to go by. With one key its value is the text.
    pub fn of(separator: u8, group: &Group<'_>, keys: Option<&[String]>) -> Self {
        let known = keys.filter(|_| separator == b'"').and_then(|keys| under(group, keys));
        known.unwrap_or_else(|| Self { numbers: (0..group.fields.len()).collect(), certain: None })
    }
}

/// The fields under some keys; `None` where it does not show which these are.
fn under(group: &Group<'_>, keys: &[String]) -> Option<TextFields> {
    let fields = &group.fields;
    // A string that ends with a backslash is cut in the wrong place.
    if fields.len().is_multiple_of(2) || fields.iter().any(|v| memmem_in(v, b"\\\\\"")) {
        return None;
    }
    // Lists of fields and values are read as records, too.
    let Some(Values::Constant([b'{', ..])) = fields.first() else { return None };
    let mut under = TextFields { numbers: Vec::new(), certain: None };
    let (mut depth, mut is_wanted, mut times) = (0_i32, false, 0);
    for (i, field) in fields.iter().enumerate() {
        if i.is_multiple_of(2) {
            depth += depth_after(field)?;
        } else if is_key(fields.get(i + 1)?)? && depth == 1 {
            let Values::Constant(key) = field else { return None };
            if memchr(b'\\', key).is_some() {
                return None;
            }
            is_wanted = keys.iter().any(|wanted| wanted.as_bytes() == *key);
            times += usize::from(is_wanted);
            continue;
        } else if is_wanted && depth == 1 {
            under.certain = Some(i);
        }
        if is_wanted {
            under.numbers.push(i);
        }
    }
    let is_one = times == 1 && keys.len() == 1;
    under.certain = under.certain.filter(|_| is_one);
    Some(under)
}

/// By how much what stands between two strings goes deeper; `None` where lines may differ.
fn depth_after(between: &Values<'_>) -> Option<i32> {
    match between {
        Values::Constant(text) => Some(text.iter().fold(0, |depth, byte| match byte {
            b'{' | b'[' => depth + 1,
            b'}' | b']' => depth - 1,
            _ => depth,
        })),
        Values::Lines(texts) => {
            let is_flat =
                memchr2(b'{', b'[', texts).is_none() && memchr2(b'}', b']', texts).is_none();
            is_flat.then_some(0)
        }
        // Brackets may be in what they have in common.
        Values::Digits(_) => None,
    }
}

/// Whether what stands behind a string makes it a key; `None` where lines may differ.
fn is_key(behind: &Values<'_>) -> Option<bool> {
    match behind {
        Values::Constant(text) => Some(text.trim_ascii_start().first() == Some(&b':')),
        Values::Lines(texts) => {
            let is_colon = |at: usize| texts.get(at) == Some(&b':');
            let last = texts.len().saturating_sub(1);
            let starts = || memchr_iter(b'\n', &texts[..last]).map(|end| end + 1);
            if is_colon(0) && starts().all(is_colon) {
                return Some(true);
            }
            memchr(b':', texts).is_none().then_some(false)
        }
        Values::Digits(_) => None,
    }
}

fn memmem_in(values: &Values<'_>, needle: &[u8]) -> bool {
    match values {
        Values::Constant(text) | Values::Lines(text) => memmem::find(text, needle).is_some(),
        // In hexadecimal; only what they have in common, which comes first, can be another sign.
        Values::Digits(digits) => digits.split_first_chunk::<2>().is_none_or(|(length, rest)| {
            let length = usize::from(u16::from_le_bytes(*length));
            memchr(b'\\', &rest[..length.min(rest.len())]).is_some()
        }),
    }
}
