//! Fields back into lines.

use memchr::memchr;

use super::digits;
use super::fields::{CONSTANT, DIGITS, MOST_FIELDS};

/// Where the values of one field stand that have not been read yet.
enum Cursor<'a> {
    Constant(&'a [u8]),
    Values(&'a [u8]),
    Digits(Vec<u8>, usize),
}

impl Cursor<'_> {
    /// Appends the next value to `out`.
    fn next(&mut self, out: &mut Vec<u8>) -> Option<()> {
        match self {
            Self::Constant(value) => out.extend_from_slice(value),
            Self::Values(rest) => {
                let end = memchr(b'\n', rest)?;
                out.extend_from_slice(&rest[..end]);
                *rest = &rest[end + 1..];
            }
            Self::Digits(values, at) => {
                let rest = values.get(*at..)?;
                let end = memchr(b'\n', rest)?;
                out.extend_from_slice(&rest[..end]);
                *at += end + 1;
            }
        }
        Some(())
    }
}

/// The slice of `length` bytes that was turned; `None` when the bytes are damaged.
pub(super) fn turn_back(turned: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut rest = turned;
    let [separator] = take(&mut rest)?;
    let lines = u32::from_le_bytes(take(&mut rest)?) as usize;
    let [open, groups] = take(&mut rest)?;
    let mut layout = Vec::new();
    for _ in 0..groups {
        let lines = u32::from_le_bytes(take(&mut rest)?) as usize;
        let width = u32::from_le_bytes(take(&mut rest)?) as usize;
        let lengths: Option<Vec<u32>> =
            (0..width.min(MOST_FIELDS)).map(|_| take(&mut rest).map(u32::from_le_bytes)).collect();
        layout.push((lines, lengths?));
    }
    let of_line = if groups > 1 { cut(&mut rest, lines)? } else { &[] };
    let mut cursors: Vec<Vec<Cursor<'_>>> = Vec::new();
    // Digits take more space unpacked: all of them together at most the slice and line breaks.
    let mut budget = 2 * length;
    for (lines, lengths) in layout {
        let fields: Option<Vec<Cursor<'_>>> = lengths
            .into_iter()
            .map(|bytes| {
                let values = cut(&mut rest, (bytes & !(CONSTANT | DIGITS)) as usize)?;
                Some(match (bytes & CONSTANT != 0, bytes & DIGITS != 0) {
                    (true, _) => Cursor::Constant(values.strip_suffix(b"\n")?),
                    (false, false) => Cursor::Values(values),
                    (false, true) => {
                        let values = digits::turn_back(values, lines, budget)?;
                        budget -= values.len();
                        Cursor::Digits(values, 0)
                    }
                })
            })
            .collect();
        cursors.push(fields?);
    }
    let mut out = Vec::with_capacity(length);
    for line in 0..lines {
        let group = of_line.get(line).map_or(0, |&group| usize::from(group));
        for (i, field) in cursors.get_mut(group)?.iter_mut().enumerate() {
            if i > 0 {
                out.push(separator);
            }
            field.next(&mut out)?;
        }
        if line + 1 < lines || open == 0 {
            out.push(b'\n');
        }
        if out.len() > length {
            return None;
        }
    }
    Some(out)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, tail) = rest.split_first_chunk()?;
    *rest = tail;
    Some(*head)
}

fn cut<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    Some(head)
}
