//! Lines into fields and back, without loss, whatever the bytes are.
//!
//! A line is cut at every separator (a quote for JSON, a comma for CSV). Lines with as many
//! fields and the same second field (the first key of a JSON object) form a group; field `i` of
//! all lines of a group lies together, each value followed by a line break, which no value can
//! hold. Nothing is understood: where a line is cut only decides how well it packs.
//!
//! ```text
//! separator          1 byte
//! lines              u32, little-endian like all numbers here
//! last line is open  1 byte, 1 when the slice does not end with a line break
//! groups             1 byte
//! per group          number of fields, u32; per field: length of its values, u32,
//!                    with the top bit set when all lines have the same value, stored once
//! group of each line `lines` bytes, left out when there is one group
//! values             group after group, field after field
//! ```

use memchr::{memchr, memchr_iter, memchr2_iter};

/// More groups than this share the last one, which keeps whole lines.
const MOST_GROUPS: usize = 64;
/// Lines with more fields are kept whole.
const MOST_FIELDS: usize = 1024;
const CONSTANT: u32 = 1 << 31;

/// Tried in this order; the first that stands this often in a line on average is used.
const SEPARATORS: [u8; 5] = [b'"', b',', b'\t', b';', b'|'];
const LEAST_PER_LINE: usize = 3;
/// How much of a slice is looked at to choose.
const LOOK_BYTES: usize = 64 << 10;

/// The values of one field of a group.
#[derive(Default)]
struct Values {
    bytes: Vec<u8>,
    /// How often the one value in `bytes` stands for, while there is only one.
    repeats: u32,
    mixed: bool,
}

impl Values {
    fn push(&mut self, value: &[u8]) {
        if self.mixed {
            self.append(value);
        } else if self.repeats == 0 {
            self.repeats = 1;
            self.append(value);
        } else if self.bytes.len() == value.len() + 1 && self.bytes.starts_with(value) {
            self.repeats += 1;
        } else {
            self.mixed = true;
            let one = self.bytes.len();
            self.bytes.reserve(one * self.repeats as usize);
            for _ in 1..self.repeats {
                self.bytes.extend_from_within(..one);
            }
            self.append(value);
        }
    }

    fn append(&mut self, value: &[u8]) {
        self.bytes.extend_from_slice(value);
        self.bytes.push(b'\n');
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.repeats = 0;
        self.mixed = false;
    }
}

/// Lines with the same number of fields and the same second field.
#[derive(Default)]
struct Group {
    key: u64,
    /// Fields of a line; as many of `fields` are in use.
    width: usize,
    fields: Vec<Values>,
}

/// Turns slices; keeps its working memory between them.
#[derive(Default)]
pub(super) struct Turner {
    groups: Vec<Group>,
    used: usize,
    last: usize,
    of_line: Vec<u8>,
    /// Where the line being read is cut: the start of each field, then the end of the line.
    cuts: Vec<usize>,
    out: Vec<u8>,
}

impl Turner {
    /// The slice turned into fields; `None` when it does not look like lines with fields.
    pub(super) fn turn(&mut self, bytes: &[u8]) -> Option<&[u8]> {
        let separator = choose(bytes)?;
        self.groups[..self.used].iter_mut().for_each(|group| {
            group.fields[..group.width].iter_mut().for_each(Values::clear);
        });
        (self.used, self.last) = (0, 0);
        self.of_line.clear();
        self.cuts.clear();
        self.cuts.push(0);
        for at in memchr2_iter(separator, b'\n', bytes) {
            if bytes[at] == b'\n' {
                self.line(bytes, at);
                self.cuts.push(at + 1);
            } else if at == 0 || bytes[at - 1] != b'\\' {
                self.cuts.push(at + 1);
            }
        }
        let open = self.cuts.first().is_some_and(|&start| start < bytes.len());
        if open {
            self.line(bytes, bytes.len());
        }
        self.write(separator, open);
        Some(&self.out)
    }

    /// Takes in the line that ends at `end`.
    fn line(&mut self, bytes: &[u8], end: usize) {
        // Every field ends one byte, the separator, before the next begins.
        self.cuts.push(end + 1);
        let second = match self.cuts[..] {
            [_, from, to, _, ..] => &bytes[from..to - 1],
            _ => &[],
        };
        let group = self.group(self.cuts.len() - 1, second);
        self.of_line.push(group as u8);
        let Group { width, fields, .. } = &mut self.groups[group];
        if *width == 1 {
            fields[0].push(&bytes[self.cuts[0]..end]);
        } else {
            for (field, cut) in fields.iter_mut().zip(self.cuts.windows(2)) {
                field.push(&bytes[cut[0]..cut[1] - 1]);
            }
        }
        self.cuts.clear();
    }

    /// The group of a line with so many fields.
    fn group(&mut self, width: usize, second: &[u8]) -> usize {
        let width = if width > MOST_FIELDS { 1 } else { width };
        let key = if width == 1 { 0 } else { xxhash_rust::xxh3::xxh3_64(second) };
        let fits = |group: &Group| group.width == width && group.key == key;
        if self.groups[..self.used].get(self.last).is_some_and(fits) {
            return self.last;
        }
        let found = self.groups[..self.used].iter().position(fits);
        self.last = match found {
            Some(found) => found,
            None if self.used + 1 < MOST_GROUPS => self.open_group(width, key),
            None => match self.groups[..self.used].iter().position(|group| group.width == 1) {
                Some(whole) => whole,
                None => self.open_group(1, 0),
            },
        };
        self.last
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
        let groups = &self.groups[..self.used];
        for group in groups {
            out.extend_from_slice(&(group.width as u32).to_le_bytes());
            for field in &group.fields[..group.width] {
                let constant = if field.mixed { 0 } else { CONSTANT };
                out.extend_from_slice(&(field.bytes.len() as u32 | constant).to_le_bytes());
            }
        }
        if self.used > 1 {
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
    // Lengths are written with 31 bits.
    if lines == 0 || bytes.len() >= CONSTANT as usize / 2 {
        return None;
    }
    let often = |separator: &u8| memchr_iter(*separator, look).count() >= LEAST_PER_LINE * lines;
    SEPARATORS.into_iter().find(often)
}

/// The most bytes a slice of this length can be turned into.
///
/// Values take at most the slice and a line break; a line costs a byte, a field of a group four.
pub(super) fn longest(length: usize) -> usize {
    16 + 3 * length + MOST_GROUPS * (4 + 4 * MOST_FIELDS)
}

/// Where the values of one field stand that have not been read yet.
struct Cursor<'a> {
    values: &'a [u8],
    constant: bool,
}

impl<'a> Cursor<'a> {
    fn next(&mut self) -> Option<&'a [u8]> {
        let end = memchr(b'\n', self.values)?;
        let value = &self.values[..end];
        if !self.constant {
            self.values = &self.values[end + 1..];
        }
        Some(value)
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
        let width = u32::from_le_bytes(take(&mut rest)?) as usize;
        let lengths: Option<Vec<u32>> =
            (0..width.min(MOST_FIELDS)).map(|_| take(&mut rest).map(u32::from_le_bytes)).collect();
        layout.push(lengths?);
    }
    let of_line = if groups > 1 { cut(&mut rest, lines)? } else { &[] };
    let mut cursors: Vec<Vec<Cursor<'_>>> = Vec::new();
    for lengths in layout {
        let fields: Option<Vec<Cursor<'_>>> = lengths
            .into_iter()
            .map(|bytes| {
                let values = cut(&mut rest, (bytes & !CONSTANT) as usize)?;
                Some(Cursor { values, constant: bytes & CONSTANT != 0 })
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
            out.extend_from_slice(field.next()?);
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
