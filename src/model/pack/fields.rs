//! Lines into fields and back, without loss, whatever the bytes are.
//!
//! A line is cut at every separator (a quote for JSON, a comma for CSV). Lines with as many
//! fields and the same keys form a group; field `i` of all lines of a group lies together.
//! Nothing is understood: where a line is cut only decides how well it packs.
//!
//! ```text
//! separator          1 byte
//! lines              u32, little-endian like all numbers here
//! last line is open  1 byte, 1 when the slice does not end with a line break
//! groups             1 byte
//! per group          lines, u32; fields, u32; per field: length of its values, u32, with the
//!                    top bits set when all lines have the same value, stored once, or when
//!                    the values are [`digits`]
//! group of each line `lines` bytes, left out when there is one group
//! values             group after group, field after field; each value followed by a line break,
//!                    which no value can hold, except in digits
//! ```

use memchr::{memchr, memchr_iter, memchr2_iter};

use super::cut::{end_of_field, escaped, skip};
use super::digits;

/// Groups are numbered in a byte; the last one is for whole lines.
const MOST_GROUPS: usize = 250;
/// Groups that lines of one layout have to themselves.
const MOST_LAYOUTS: usize = 180;
/// The layout of a group that takes lines of any.
const ANY_LAYOUT: u64 = 0;
/// Lines with more fields are kept whole.
const MOST_FIELDS: usize = 1024;
/// How much memory is kept from one slice to the next: a few slices of the usual size.
const MOST_HELD_BYTES: usize = 32 << 20;
const CONSTANT: u32 = 1 << 31;
const DIGITS: u32 = 1 << 30;

/// Tried in this order; the first that stands this often in a line on average is used.
const SEPARATORS: [u8; 5] = [b'"', b',', b'\t', b';', b'|'];
const LEAST_PER_LINE: usize = 3;
/// How much of a slice is looked at to choose.
const LOOK_BYTES: usize = 64 << 10;

/// The values of one field of a group, each with a line break; a single one while all are equal.
#[derive(Default)]
struct Values {
    bytes: Vec<u8>,
    mixed: bool,
}

impl Values {
    /// Takes in a value after `before` others.
    fn push(&mut self, value: &[u8], before: usize) {
        if !self.mixed && before > 0 {
            if self.bytes.len() == value.len() + 1 && self.bytes.starts_with(value) {
                return;
            }
            self.mixed = true;
            let one = self.bytes.len();
            self.bytes.reserve(one * before);
            for _ in 1..before {
                self.bytes.extend_from_within(..one);
            }
        }
        self.bytes.extend_from_slice(value);
        self.bytes.push(b'\n');
    }
}

/// Lines with the same number of fields and the same layout.
#[derive(Default)]
struct Group {
    key: u64,
    lines: usize,
    /// Fields of a line; as many of `fields` are in use.
    width: usize,
    fields: Vec<Values>,
    /// What a line of the group is expected to look like: all that stands before, between and
    /// after its mixed fields, and the numbers of those. Only a short cut: a line that does not
    /// fit is cut like the first one.
    literals: Vec<Vec<u8>>,
    mixed: Vec<usize>,
}

impl Group {
    fn clear(&mut self) {
        self.lines = 0;
        self.fields[..self.width].iter_mut().for_each(|field| {
            field.bytes.clear();
            field.mixed = false;
        });
        self.literals.clear();
        self.mixed.clear();
    }

    /// Takes in a line cut into fields.
    fn push<'a>(&mut self, values: impl Iterator<Item = &'a [u8]>, separator: u8) {
        let mut changed = self.literals.is_empty();
        for (field, value) in self.fields.iter_mut().zip(values) {
            let mixed = field.mixed;
            field.push(value, self.lines);
            changed |= field.mixed != mixed;
        }
        self.lines += 1;
        if changed {
            self.expect(separator);
        }
    }

    /// Says anew what a line is expected to look like.
    fn expect(&mut self, separator: u8) {
        self.literals.clear();
        self.mixed.clear();
        let mut literal = Vec::new();
        for (i, field) in self.fields[..self.width].iter().enumerate() {
            if i > 0 {
                literal.push(separator);
            }
            if field.mixed {
                self.literals.push(std::mem::take(&mut literal));
                self.mixed.push(i);
            } else {
                literal.extend_from_slice(&field.bytes[..field.bytes.len() - 1]);
            }
        }
        literal.push(b'\n');
        self.literals.push(literal);
    }

    /// Goes on from `at`, with the mixed fields in `spans` behind it, for as far as the line looks
    /// as expected; the offset after its line break if that is all of it.
    fn fits(
        &self,
        bytes: &[u8],
        at: &mut usize,
        separator: u8,
        spans: &mut Vec<(usize, usize)>,
    ) -> Option<usize> {
        let (last, literals) = self.literals.split_last()?;
        for literal in literals.get(spans.len()..)? {
            let from = skip(bytes, *at, literal)?;
            let end = end_of_field(bytes, from, separator)?;
            spans.push((from, end));
            *at = end;
        }
        skip(bytes, *at, last)
    }

    /// Whether a line that fitted `other` up to `at`, behind `fields` mixed fields, goes on as a
    /// line of this group does.
    fn takes_over(&self, other: &Self, bytes: &[u8], at: usize, fields: usize) -> bool {
        self.literals.get(fields).is_some_and(|literal| skip(bytes, at, literal).is_some())
            && self.literals[..fields] == other.literals[..fields]
    }
}

/// What tells lines of one layout from those of another: the keys of a JSON object, which are
/// the fields that a colon follows.
fn layout(bytes: &[u8], cuts: &[usize]) -> u64 {
    let before_colon = |cut: &&[usize]| bytes.get(cut[1]) == Some(&b':');
    let keys = cuts.windows(2).filter(before_colon).map(|cut| &bytes[cut[0]..cut[1] - 1]);
    keys.fold(1, |hash: u64, key| {
        (hash.rotate_left(5) ^ xxhash_rust::xxh3::xxh3_64(key)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    })
}

/// Turns slices; keeps its working memory between them.
#[derive(Default)]
pub(super) struct Turner {
    groups: Vec<Group>,
    used: usize,
    last: usize,
    of_line: Vec<u8>,
    /// Where the line being read is cut: the start of each field, then one past the line break.
    cuts: Vec<usize>,
    spans: Vec<(usize, usize)>,
    out: Vec<u8>,
}

impl Turner {
    /// The slice turned into fields; `None` when it does not look like lines with fields.
    pub(super) fn turn(&mut self, bytes: &[u8]) -> Option<&[u8]> {
        let separator = choose(bytes)?;
        self.give_back();
        self.groups[..self.used].iter_mut().for_each(Group::clear);
        (self.used, self.last) = (0, 0);
        self.of_line.clear();
        let mut start = 0;
        while start < bytes.len() {
            start = match self.expected_line(bytes, start, separator) {
                Some(next) => next,
                None => self.line(bytes, start, separator),
            };
        }
        self.write(separator, bytes.last() != Some(&b'\n'));
        Some(&self.out)
    }

    /// Memory that is kept from one slice to the next, bytes.
    fn held(&self) -> usize {
        let held = |group: &Group| group.fields.iter().map(|f| f.bytes.capacity()).sum::<usize>();
        self.groups.iter().map(held).sum::<usize>() + self.out.capacity()
    }

    /// Gives memory back where a log of many shapes, or one huge line, took far more of it than
    /// slices need.
    fn give_back(&mut self) {
        if self.held() > MOST_HELD_BYTES {
            *self = Self::default();
        }
    }

    /// Takes in the line at `start` if it looks as those of some group do; the start of the next.
    ///
    /// Records leave fields out, so the next line is often of another group than the one before,
    /// but begins alike: the search goes on where the line parts from one group, in another.
    fn expected_line(&mut self, bytes: &[u8], start: usize, separator: u8) -> Option<usize> {
        self.spans.clear();
        let (mut at, mut parted) = (start, None);
        let next = loop {
            let groups = &self.groups[..self.used];
            let group = groups.get(self.last)?;
            if let Some(next) = group.fits(bytes, &mut at, separator, &mut self.spans) {
                break next;
            }
            let fields = self.spans.len();
            // A line that breaks off within a field goes on nowhere.
            if parted.replace(fields) == Some(fields) {
                return None;
            }
            self.last = groups.iter().position(|g| g.takes_over(group, bytes, at, fields))?;
        };
        let group = &mut self.groups[self.last];
        for (&field, &(from, to)) in group.mixed.iter().zip(&self.spans) {
            let values = &mut group.fields[field].bytes;
            // With the byte behind it, which becomes the line break.
            values.extend_from_slice(&bytes[from..=to]);
            if let Some(end) = values.last_mut() {
                *end = b'\n';
            }
        }
        group.lines += 1;
        self.of_line.push(self.last as u8);
        Some(next)
    }

    /// Takes in the line at `start`, whatever it looks like; the start of the next.
    fn line(&mut self, bytes: &[u8], start: usize, separator: u8) -> usize {
        self.cuts.clear();
        self.cuts.push(start);
        let mut end = bytes.len();
        for at in memchr2_iter(separator, b'\n', &bytes[start..]).map(|at| start + at) {
            if bytes[at] == b'\n' {
                end = at;
                break;
            }
            if !escaped(bytes, at) {
                self.cuts.push(at + 1);
            }
        }
        // Every field ends one byte, the separator, before the next begins.
        self.cuts.push(end + 1);
        self.last = self.group(self.cuts.len() - 1, layout(bytes, &self.cuts));
        self.of_line.push(self.last as u8);
        let group = &mut self.groups[self.last];
        if group.width == 1 {
            group.push(std::iter::once(&bytes[start..end]), separator);
        } else {
            let fields = self.cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1] - 1]);
            group.push(fields, separator);
        }
        end + 1
    }

    /// The group of a line with so many fields and this layout. Too many layouts share groups by
    /// the number of fields, and too many of those the one that keeps whole lines.
    fn group(&mut self, width: usize, layout: u64) -> usize {
        let wishes = match width {
            2..=MOST_FIELDS => {
                [(width, layout, MOST_LAYOUTS), (width, ANY_LAYOUT, MOST_GROUPS - 1)]
            }
            _ => [(1, ANY_LAYOUT, 0); 2],
        };
        for (width, key, most) in wishes {
            let same = |group: &Group| group.width == width && group.key == key;
            match self.groups[..self.used].iter().position(same) {
                Some(found) => return found,
                None if self.used < most => return self.open_group(width, key),
                None => {}
            }
        }
        let whole = |group: &Group| group.width == 1;
        let found = self.groups[..self.used].iter().position(whole);
        found.unwrap_or_else(|| self.open_group(1, ANY_LAYOUT))
    }

    fn open_group(&mut self, width: usize, key: u64) -> usize {
        if self.used == self.groups.len() {
            self.groups.push(Group::default());
        }
        let group = &mut self.groups[self.used];
        (group.key, group.width) = (key, width);
        if group.fields.len() < width {
            group.fields.resize_with(width, Values::default);
        }
        self.used += 1;
        self.used - 1
    }

    fn write(&mut self, separator: u8, open: bool) {
        let out = &mut self.out;
        out.clear();
        out.push(separator);
        out.extend_from_slice(&(self.of_line.len() as u32).to_le_bytes());
        out.extend_from_slice(&[u8::from(open), self.used as u8]);
        let groups = &mut self.groups[..self.used];
        for group in groups.iter_mut() {
            out.extend_from_slice(&(group.lines as u32).to_le_bytes());
            out.extend_from_slice(&(group.width as u32).to_le_bytes());
            for field in &mut group.fields[..group.width] {
                let mut kind = if field.mixed { 0 } else { CONSTANT };
                if field.mixed
                    && let Some(planes) = digits::turn(&field.bytes, group.lines)
                {
                    field.bytes = planes;
                    kind = DIGITS;
                }
                out.extend_from_slice(&(field.bytes.len() as u32 | kind).to_le_bytes());
            }
        }
        if groups.len() > 1 {
            out.extend_from_slice(&self.of_line);
        }
        for group in groups {
            for field in &group.fields[..group.width] {
                out.extend_from_slice(&field.bytes);
            }
        }
    }
}

/// The separator that makes fields of a slice.
fn choose(bytes: &[u8]) -> Option<u8> {
    let look = &bytes[..bytes.len().min(LOOK_BYTES)];
    let lines = memchr_iter(b'\n', look).count();
    // Lengths are written with 30 bits.
    if lines == 0 || bytes.len() >= DIGITS as usize / 2 {
        return None;
    }
    let often = |separator: &u8| memchr_iter(*separator, look).count() >= LEAST_PER_LINE * lines;
    SEPARATORS.into_iter().find(often)
}

/// The most bytes a slice of this length can be turned into.
///
/// Values take at most the slice and a line break; a line costs a byte, a field of a group four.
pub(super) fn longest(length: usize) -> usize {
    16 + 3 * length + MOST_GROUPS * (8 + 4 * MOST_FIELDS)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_that_a_huge_line_took_is_given_back() {
        let mut turner = Turner::default();
        let huge = ["\"a\",\"b\"\n", "\"x", &"y".repeat(40 << 20), "\",\"z\"\n"].concat();
        turner.turn(huge.as_bytes()).expect("fields");
        assert!(turner.held() > MOST_HELD_BYTES);
        turner.turn(b"\"a\",\"b\"\n").expect("fields");
        assert!(turner.held() < 1 << 20, "{}", turner.held());
    }
}
