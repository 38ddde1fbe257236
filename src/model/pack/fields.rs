//! Lines into fields and back, without loss, whatever the bytes are.
//!
//! A line is cut at every separator (a quote for JSON, a comma for CSV) but those in the quotes of
//! a table. Lines with as many fields and the same keys form a group; field `i` of all lines of a
//! group lies together.
//! Nothing is understood: where a line is cut only decides how well it packs.
//!
//! ```text
//! separator          1 byte, its top bit set where fields have shelves, as all do that are
//!                    written now
//! lines              u32, little-endian like all numbers here
//! last line is open  1 byte, 1 when the slice does not end with a line break
//! groups             1 byte
//! per group          lines, u32; fields, u32; per field: length of its values, u32, with the
//!                    top bits set when all lines have the same value, stored once, or when
//!                    the values are [`digits`]; its shelf, u16
//! group of each line `lines` bytes, left out when there is one group
//! values             shelf after [shelf](super::shelf), on each group after group, field after
//!                    field; each value followed by a line break, which no value can hold, except
//!                    in digits
//! ```

use std::collections::HashMap;

use memchr::memchr_iter;

use super::cut::Marks;
use super::digits;
use super::group::{Layout, Lines, is_colon, layout};
use super::layout::Layouts;
use super::shelf::Shelves;
use super::values::Values;

/// Groups are numbered in a byte; the last one is for whole lines.
const MOST_GROUPS: usize = 250;
/// Groups that lines of one layout have to themselves.
const MOST_LAYOUTS: usize = 180;
/// Layouts that are remembered from one slice to the next.
const MOST_REMEMBERED: usize = 512;
/// Lines with more fields are kept whole.
pub(super) const MOST_FIELDS: usize = 1024;
/// How much memory is kept from one slice to the next: a few slices of the usual size.
const MOST_HELD_BYTES: usize = 32 << 20;
pub(super) const CONSTANT: u32 = 1 << 31;
pub(super) const DIGITS: u32 = 1 << 30;
/// Of the separator, which is ASCII.
pub(super) const HAS_SHELVES: u8 = 1 << 7;

/// Tried in this order; the first that stands this often in a line on average is used.
const SEPARATORS: [u8; 5] = [b'"', b',', b'\t', b';', b'|'];
const LEAST_PER_LINE: usize = 3;
/// Lines of a table that are compared.
const LIKE_LINES: usize = 16;
/// How much of a slice is looked at to choose.
const LOOK_BYTES: usize = 64 << 10;

/// Which group a line is of.
#[derive(Clone, Copy)]
enum Group {
    Layout(u32),
    Shared(u32),
}

/// Where the values of a field of a group lie.
struct Place {
    shelf: u16,
    group: usize,
    field: usize,
}

/// A line of a slice.
#[derive(Debug)]
pub struct Line<'t> {
    /// Offset of its first byte in the slice.
    pub start: usize,
    /// Offset of the next line.
    pub next: usize,
    /// What it looks like, where lines like it came before.
    pub look: Option<Look<'t>>,
}

/// What a line looks like: all that does not lie in `fields` is the same in every line of the
/// same layout and version.
#[derive(Clone, Copy, Debug)]
pub struct Look<'t> {
    /// The number of the layout, a small one.
    pub layout: u32,
    /// Which of all that ever had this number.
    pub version: u64,
    /// What lines are cut at.
    pub separator: u8,
    /// Where the fields that vary begin and end, counted from the start of the line. No separator
    /// is in them, but where a backslash is before it, or in fields that begin with a quote.
    pub fields: &'t [(usize, usize)],
}

/// Turns slices; keeps its working memory between them, and what lines looked like.
#[derive(Default)]
pub(super) struct Turner {
    separator: u8,
    /// Those of this slice.
    marks: Marks,
    /// Where the next line starts.
    at: usize,
    layouts: Vec<Layout>,
    versions: u64,
    /// By number of fields and keys.
    numbers: HashMap<(usize, u64), u32>,
    ways: Layouts,
    /// Groups for lines of too many layouts.
    shared: Vec<Lines>,
    /// The groups of this slice.
    groups: Vec<Group>,
    of_line: Vec<u8>,
    /// Where the line being read is cut: the start of each field, then one past the line break.
    cuts: Vec<usize>,
    spans: Vec<(usize, usize)>,
    out: Vec<u8>,
}

impl Turner {
    /// Begins a slice; whether it looks like lines with fields. If not, it cannot be turned.
    pub(super) fn begin(&mut self, bytes: &[u8]) -> bool {
        let separator = choose(bytes);
        if let Some(separator) = separator {
            self.begin_with(separator);
        }
        self.at = 0;
        separator.is_some()
    }

    /// Takes in the next line of the slice.
    #[inline]
    pub(super) fn next_line(&mut self, bytes: &[u8]) -> Option<Line<'_>> {
        let start = self.at;
        if start >= bytes.len() {
            return None;
        }
        let known = self.known_line(bytes, start);
        self.at = match known {
            Some((_, next)) => next,
            None => self.line(bytes, start),
        };
        let look = known.map(|(layout, _)| Look {
            layout,
            version: self.layouts[layout as usize].version,
            separator: self.separator,
            fields: &self.spans,
        });
        Some(Line { start, next: self.at, look })
    }

    /// The slice turned into fields.
    pub(super) fn finish(&mut self, bytes: &[u8]) -> &[u8] {
        while self.next_line(bytes).is_some() {}
        self.write(bytes.last() != Some(&b'\n'));
        &self.out
    }

    fn begin_with(&mut self, separator: u8) {
        // A log of many shapes, or one huge line, takes far more memory than slices need.
        let is_full = self.held() > MOST_HELD_BYTES || self.layouts.len() > MOST_REMEMBERED;
        if is_full || separator != self.separator {
            *self = Self { separator, versions: self.versions, ..Self::default() };
        }
        self.marks = Marks::of(separator);
        self.layouts.iter_mut().for_each(|layout| layout.lines.clear());
        self.shared.clear();
        self.groups.clear();
        self.of_line.clear();
    }

    /// Memory that is kept from one slice to the next, bytes.
    fn held(&self) -> usize {
        let constants =
            |layout: &Layout| layout.constants.iter().flatten().map(|v| v.len()).sum::<usize>();
        let values = |lines: &Lines| lines.fields.iter().map(Values::held).sum::<usize>();
        let held = |layout: &Layout| constants(layout) + values(&layout.lines);
        self.layouts.iter().map(held).sum::<usize>() + self.out.capacity()
    }

    /// Takes in the line at `start` if it is of a layout that is known: which one, and the start of
    /// the next line.
    fn known_line(&mut self, bytes: &[u8], start: usize) -> Option<(u32, usize)> {
        let found = self.ways.follow(bytes, start, &mut self.marks, &mut self.spans);
        let (index, next) = found?;
        let layout = &mut self.layouts[index as usize];
        let line = &bytes[start..];
        let mut fields = layout.mixed.iter().zip(&self.spans);
        if !fields.all(|((_, colon), (from, _))| is_colon(line, *from) == *colon) {
            return None;
        }
        let lines = &mut layout.lines;
        let number = match lines.number {
            Some(number) => number,
            None if self.groups.len() < MOST_LAYOUTS => {
                self.groups.push(Group::Layout(index));
                *lines.number.insert(self.groups.len() as u8 - 1)
            }
            None => return None,
        };
        for (&(field, _), &(from, to)) in layout.mixed.iter().zip(&self.spans) {
            lines.fields[usize::from(field)].push(line, from, to);
        }
        lines.count += 1;
        self.of_line.push(number);
        Some((index, next))
    }

    /// Takes in the line at `start`, whatever it looks like; the start of the next.
    fn line(&mut self, bytes: &[u8], start: usize) -> usize {
        self.cuts.clear();
        self.cuts.push(start);
        let (mut from, mut end) = (start, bytes.len());
        while let Some(at) = self.marks.end_of_field(bytes, from) {
            if bytes[at] == b'\n' {
                end = at;
                break;
            }
            from = at + 1;
            self.cuts.push(from);
        }
        // Every field ends one byte, the separator, before the next begins.
        self.cuts.push(end + 1);
        let width = self.cuts.len() - 1;
        let layout = (2..=MOST_FIELDS).contains(&width).then(|| self.layout(bytes)).flatten();
        let number = match layout {
            Some(index) => self.push_known(bytes, index),
            None => self.push_shared(bytes, start, end),
        };
        self.of_line.push(number);
        end + 1
    }

    /// The layout of the line that was cut; `None` where this slice has too many.
    fn layout(&mut self, bytes: &[u8]) -> Option<u32> {
        let key = (self.cuts.len() - 1, layout(bytes, &self.cuts));
        let is_room = self.groups.len() < MOST_LAYOUTS;
        let found = self.numbers.get(&key).copied();
        let index = match found {
            Some(index) => index,
            None if !is_room => return None,
            None => {
                self.layouts.push(Layout::of(bytes, &self.cuts));
                *self.numbers.entry(key).or_insert(self.layouts.len() as u32 - 1)
            }
        };
        let lines = &mut self.layouts[index as usize].lines;
        if lines.number.is_none() {
            if !is_room {
                return None;
            }
            self.groups.push(Group::Layout(index));
            lines.number = Some(self.groups.len() as u8 - 1);
        }
        Some(index)
    }

    /// Takes a line into its layout, and learns from it; the number of the group.
    fn push_known(&mut self, bytes: &[u8], index: u32) -> u8 {
        let layout = &mut self.layouts[index as usize];
        if layout.is_new(bytes, &self.cuts) {
            if layout.known {
                self.ways.remove(&layout.literals(self.separator));
                layout.known = false;
            }
        } else if !layout.known {
            // A line that brings nothing new: others like it will come.
            self.versions += 1;
            layout.learn(self.versions, bytes, &self.cuts);
            self.ways.insert(index, layout.literals(self.separator));
            layout.known = true;
        }
        layout.push(bytes, &self.cuts);
        layout.lines.number.unwrap_or_default()
    }

    /// Takes a line into a group that lines of its width share, or else into the one that keeps
    /// whole lines; the number of the group.
    fn push_shared(&mut self, bytes: &[u8], start: usize, end: usize) -> u8 {
        let mut width = self.cuts.len() - 1;
        let group = (2..=MOST_FIELDS).contains(&width).then(|| self.shared(width, MOST_GROUPS - 1));
        let group = group.flatten().or_else(|| {
            width = 1;
            self.shared(1, MOST_GROUPS)
        });
        let lines = &mut self.shared[group.expect("room is kept for whole lines")];
        if width == 1 {
            lines.fields[0].push(bytes, start, end);
        } else {
            for (values, cut) in lines.fields.iter_mut().zip(self.cuts.windows(2)) {
                values.push(bytes, cut[0], cut[1] - 1);
            }
        }
        lines.count += 1;
        lines.number.unwrap_or_default()
    }

    /// The group that lines of so many fields share, if there is one or may be one more.
    fn shared(&mut self, width: usize, most: usize) -> Option<usize> {
        let found = self.shared.iter().position(|lines| lines.fields.len() == width);
        if found.is_none() && self.groups.len() < most {
            self.shared.push(Lines { number: Some(self.groups.len() as u8), ..Lines::of(width) });
            self.groups.push(Group::Shared(self.shared.len() as u32 - 1));
            return Some(self.shared.len() - 1);
        }
        found
    }

    fn write(&mut self, open: bool) {
        self.out.clear();
        self.out.push(self.separator | HAS_SHELVES);
        self.out.extend_from_slice(&(self.of_line.len() as u32).to_le_bytes());
        self.out.extend_from_slice(&[u8::from(open), self.groups.len() as u8]);
        let mut shelves = Shelves::default();
        let mut places = Vec::new();
        for group in 0..self.groups.len() {
            self.write_head(group, &mut shelves, &mut places);
        }
        if self.groups.len() > 1 {
            self.out.extend_from_slice(&self.of_line);
        }
        // Within a shelf in the order of the groups: stable.
        places.sort_by_key(|place| place.shelf);
        for Place { group, field, .. } in places {
            let (lines, constants) = match self.groups[group] {
                Group::Layout(i) => {
                    let Layout { lines, constants, .. } = &self.layouts[i as usize];
                    (lines, &constants[..])
                }
                Group::Shared(i) => (&self.shared[i as usize], &[][..]),
            };
            match constants.get(field).and_then(Option::as_ref) {
                Some(value) => {
                    self.out.extend_from_slice(value);
                    self.out.push(b'\n');
                }
                None => self.out.extend_from_slice(lines.fields[field].bytes()),
            }
        }
    }

    /// Settles what is kept of the fields of a group, and writes how much that is.
    fn write_head(&mut self, group: usize, shelves: &mut Shelves, places: &mut Vec<Place>) {
        let (lines, constants) = match self.groups[group] {
            Group::Layout(i) => {
                let Layout { lines, constants, .. } = &mut self.layouts[i as usize];
                (lines, &constants[..])
            }
            Group::Shared(i) => (&mut self.shared[i as usize], &[][..]),
        };
        self.out.extend_from_slice(&(lines.count as u32).to_le_bytes());
        self.out.extend_from_slice(&(lines.fields.len() as u32).to_le_bytes());
        shelves.begin();
        for (field, values) in lines.fields.iter_mut().enumerate() {
            let constant = constants.get(field).and_then(Option::as_deref);
            let (length, kind) = settle(values, constant, lines.count);
            let shelf = shelves.next(kind, constant.unwrap_or(values.bytes()));
            self.out.extend_from_slice(&(length as u32 | kind).to_le_bytes());
            self.out.extend_from_slice(&shelf.to_le_bytes());
            places.push(Place { shelf, group, field });
        }
    }
}

/// Turns the values of a field into what is kept of them: its length and kind.
fn settle(values: &mut Values, constant: Option<&[u8]>, count: usize) -> (usize, u32) {
    if let Some(value) = constant {
        return (value.len() + 1, CONSTANT);
    }
    if let Some(one) = values.one(count).map(<[u8]>::to_vec) {
        let length = one.len();
        values.set(&one);
        return (length, CONSTANT);
    }
    match digits::turn(values.bytes(), count) {
        Some(planes) => {
            let length = planes.len();
            values.set(&planes);
            (length, DIGITS)
        }
        None => (values.bytes().len(), 0),
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
    of_table(look).or_else(|| SEPARATORS.into_iter().find(often))
}

/// What separates the cells of a table, which has as many of them in each line.
fn of_table(look: &[u8]) -> Option<u8> {
    let lines = || look.split_inclusive(|b| *b == b'\n').filter(|line| line.len() > 2);
    // Quotes make the fields of JSON.
    if lines().next().is_none_or(|line| line.starts_with(b"{") || line.starts_with(b"[")) {
        return None;
    }
    SEPARATORS.into_iter().filter(|separator| *separator != b'"').find(|separator| {
        let mut fields = lines().take(LIKE_LINES).map(|line| fields(line, *separator));
        fields.next().is_some_and(|first| first > LEAST_PER_LINE && fields.all(|n| n == first))
    })
}

/// Fields of a line.
fn fields(line: &[u8], separator: u8) -> usize {
    let mut marks = Marks::of(separator);
    let next = |start: &usize| {
        let end = marks.end_of_field(line, *start)?;
        (line[end] != b'\n').then_some(end + 1)
    };
    std::iter::successors(Some(0), next).count()
}

/// The most bytes a slice of this length can be turned into.
///
/// Values take at most the slice and a line break; a line costs a byte, a field of a group six.
pub(super) fn longest(length: usize) -> usize {
    16 + 3 * length + MOST_GROUPS * (8 + 6 * MOST_FIELDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(turner: &mut Turner, slice: &str) {
        assert!(turner.begin(slice.as_bytes()));
        turner.finish(slice.as_bytes());
    }

    #[test]
    fn a_table_is_cut_where_cells_end_however_many_quotes_it_has() {
        let row = |i: usize| format!("\"a{i}\",{i},\"say, \"\"{i}\"\"\",\"b, c\"\r\n");
        let table: String = (0..99).map(row).collect();
        assert_eq!(choose(table.as_bytes()), Some(b','));
        assert_eq!(choose(table.replace(',', "\t").as_bytes()), Some(b'\t'));
        let mut turner = Turner::default();
        turn(&mut turner, &table);
        assert_eq!(turner.groups.len(), 1);
        let log = |i: usize| {
            let agents = ["(X11; Linux; a; b)", "(KHTML, like, this, one, too)", "curl"];
            format!("10.0.0.{i} - - \"GET /{i}\" 200 \"-\" \"{}\"\n", agents[i % 3])
        };
        assert_eq!(choose((0..99).map(log).collect::<String>().as_bytes()), Some(b'"'));
        let json = "{\"a\":1,\"b\":2,\"c\":3,\"d\":4}\n".repeat(9);
        assert_eq!(choose(json.as_bytes()), Some(b'"'));
    }

    #[test]
    fn memory_that_a_huge_line_took_is_given_back() {
        let mut turner = Turner::default();
        let huge = ["\"a\",\"b\"\n", "\"x", &"y".repeat(40 << 20), "\",\"z\"\n"].concat();
        turn(&mut turner, &huge);
        assert!(turner.held() > MOST_HELD_BYTES);
        turn(&mut turner, "\"a\",\"b\"\n");
        assert!(turner.held() < 1 << 20, "{}", turner.held());
    }
}
