//! A slice that was turned into fields, looked at without turning it back.

use memchr::memchr;

use super::digits;
use super::fields::{CONSTANT, DIGITS, HAS_SHELVES, MOST_FIELDS};

/// The fields of a slice.
#[derive(Debug)]
pub struct Turned<'a> {
    /// What lines were cut at.
    pub separator: u8,
    /// Lines of the slice.
    pub lines: usize,
    /// Its length, bytes.
    pub length: usize,
    /// Whether the last one does not end with a line break.
    pub(super) is_open: bool,
    /// Lines that were turned together.
    pub groups: Vec<Group<'a>>,
    /// The group of each line; empty where there is one.
    of_line: &'a [u8],
}

/// Lines of one layout.
#[derive(Debug)]
pub struct Group<'a> {
    /// How many.
    pub lines: usize,
    /// Their fields, in the order of the line.
    pub fields: Vec<Values<'a>>,
}

/// The values of one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values<'a> {
    /// All lines have this one.
    Constant(&'a [u8]),
    /// One a line, each with a line break behind it.
    Lines(&'a [u8]),
    /// The same as digits: see [`Values::unfold`].
    Digits(&'a [u8]),
}

impl Values<'_> {
    /// The values of digits, each with a line break behind it; `None` when the bytes are damaged
    /// or would make more than `most` bytes.
    pub fn unfold(&self, lines: usize, most: usize) -> Option<Vec<u8>> {
        match self {
            Self::Constant(_) => None,
            Self::Lines(values) => Some(values.to_vec()),
            Self::Digits(values) => digits::turn_back(values, lines, most),
        }
    }
}

impl<'a> Turned<'a> {
    /// Reads what is where in a slice of `length` bytes; `None` when the bytes are damaged. A slice
    /// has at most one line more than bytes: nobody does more for a number than for what is there.
    pub(super) fn read(turned: &'a [u8], length: usize) -> Option<Self> {
        let mut rest = turned;
        let [separator] = take(&mut rest)?;
        let has_shelves = separator & HAS_SHELVES != 0;
        let lines = u32::from_le_bytes(take(&mut rest)?) as usize;
        if lines > length.saturating_add(1) {
            return None;
        }
        let [open, of_groups] = take(&mut rest)?;
        let mut groups = Vec::new();
        let mut places = Vec::new();
        for group in 0..usize::from(of_groups) {
            let of_group = u32::from_le_bytes(take(&mut rest)?) as usize;
            let width = u32::from_le_bytes(take(&mut rest)?) as usize;
            if of_group > lines {
                return None;
            }
            let mut fields = Vec::new();
            for _ in 0..width.min(MOST_FIELDS) {
                let length = u32::from_le_bytes(take(&mut rest)?);
                // Slices that were packed before there were shelves have one.
                let shelf = if has_shelves { u16::from_le_bytes(take(&mut rest)?) } else { 0 };
                places.push((shelf, group, fields.len(), length));
                fields.push(Values::Constant(&[]));
            }
            groups.push(Group { lines: of_group, fields });
        }
        let of_line = if of_groups > 1 { cut(&mut rest, lines)? } else { &[] };
        places.sort_by_key(|(shelf, ..)| *shelf);
        for (_, group, field, length) in places {
            groups[group].fields[field] = values(&mut rest, length)?;
        }
        let separator = separator & !HAS_SHELVES;
        Some(Self { separator, lines, length, is_open: open != 0, groups, of_line })
    }

    /// Length of the first line with its line break, where it is blank: a slice begins behind a
    /// record, with the line break of that; else 0.
    pub fn blank_lead(&self) -> u64 {
        let first = self.groups.get(self.group_of(0)).map(|group| &group.fields[..]);
        let text = match first {
            Some([Values::Constant(text)]) => *text,
            Some([Values::Lines(texts)]) => texts.split(|b| *b == b'\n').next().unwrap_or_default(),
            _ => return 0,
        };
        if matches!(text, b"" | b"\r") { text.len() as u64 + 1 } else { 0 }
    }

    /// The group of a line.
    pub fn group_of(&self, line: usize) -> usize {
        self.of_line.get(line).map_or(0, |&group| usize::from(group))
    }

    /// The lines of each group, by number from 0, in order: [`Turned::lines_of`] of all of them.
    pub fn lines_by_group(&self) -> Vec<Vec<u32>> {
        let mut lines = vec![Vec::new(); self.groups.len()];
        for line in 0..self.lines {
            if let Some(of) = lines.get_mut(self.group_of(line)) {
                of.push(line as u32);
            }
        }
        lines
    }

    /// The lines of a group, by number from 0, in order.
    pub fn lines_of(&self, group: usize) -> Vec<u32> {
        if self.of_line.is_empty() {
            return (0..self.lines as u32).collect();
        }
        let lines = (0..).zip(self.of_line);
        lines.filter(|(_, of)| usize::from(**of) == group).map(|(line, _)| line).collect()
    }
}

fn values<'a>(rest: &mut &'a [u8], length: u32) -> Option<Values<'a>> {
    let values = cut(rest, (length & !(CONSTANT | DIGITS)) as usize)?;
    Some(match (length & CONSTANT != 0, length & DIGITS != 0) {
        (true, _) => Values::Constant(values.strip_suffix(b"\n")?),
        (false, false) => Values::Lines(values),
        (false, true) => Values::Digits(values),
    })
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

/// Where the values of one field stand that have not been read yet.
pub(super) enum Cursor<'a> {
    Constant(&'a [u8]),
    Values(&'a [u8]),
    Digits(Vec<u8>, usize),
}

impl<'a> Cursor<'a> {
    /// Before the first value; `budget` is what digits may still take, unpacked.
    pub fn new(values: Values<'a>, lines: usize, budget: &mut usize) -> Option<Self> {
        Some(match values {
            Values::Constant(value) => Self::Constant(value),
            Values::Lines(values) => Self::Values(values),
            Values::Digits(values) => {
                let values = digits::turn_back(values, lines, *budget)?;
                *budget -= values.len();
                Self::Digits(values, 0)
            }
        })
    }

    /// Appends the next value to `out`.
    pub fn next(&mut self, out: &mut Vec<u8>) -> Option<()> {
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
