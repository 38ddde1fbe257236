//! Reading a JSON record by how the packer cut its line.
//!
//! The packer knows lines by what they have in common: of a line that looks like earlier ones,
//! it knows where the fields that vary lie, and that all else is the same byte for byte. What
//! one such line taught about where values begin then holds for all of them, and neither keys
//! nor values that nobody wants need be looked at again.
//!
//! That holds while fields cannot change what is around them. Without control characters and double
//! backslashes in the record, every second field lies between quotes, and whatever it holds is the
//! text of a string, to be read with its escapes where it has any. The others are a colon, one
//! value and what follows it: the value is read and must fill the place. A record that does not
//! keep to this, or has escapes in what nobody wants, is left to the thorough reader.

use memchr::{memchr_iter, memmem};
use serde::de::Visitor;

use super::cut_row::RowPlan;
use super::json::Value;
use super::paths::{PathTree, Step};
use super::scalar::Scalar;
use super::scan;
use crate::model::pack::Look;

/// What one worker knows of the layouts it met.
#[derive(Debug, Default)]
pub struct Plans {
    objects: Learned<Plan>,
    /// Those of tables.
    pub(super) rows: Learned<RowPlan>,
}

/// What the first line of each layout taught, by the numbers of layouts; `None` for one whose lines
/// have to be read without.
#[derive(Debug)]
pub(super) struct Learned<P>(Vec<Option<(u64, Option<P>)>>);

impl<P> Default for Learned<P> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<P> Learned<P> {
    /// What lines that look like this taught, or what this one does.
    #[inline]
    pub fn of(&mut self, look: &Look<'_>, learn: impl FnOnce() -> Option<P>) -> Option<&P> {
        let at = look.layout as usize;
        if self.0.len() <= at {
            self.0.resize_with(at + 1, || None);
        }
        let entry = &mut self.0[at];
        if entry.as_ref().is_none_or(|(version, _)| *version != look.version) {
            *entry = Some((look.version, learn()));
        }
        entry.as_ref()?.1.as_ref()
    }
}

/// How records of one layout are read.
#[derive(Debug)]
struct Plan {
    /// What is wanted, in the order of the record.
    members: Vec<(Step, Place)>,
    /// Fields with a value that nobody wants.
    unwanted: Vec<Bare>,
}

/// Where a value lies.
#[derive(Debug)]
enum Place {
    /// It is the text of a field.
    Text(usize),
    /// It lies in a field outside quotes.
    Bare(Bare),
    /// It begins so many bytes behind the end of a field, or behind the start of the record.
    Behind(Option<usize>, usize),
}

/// A field outside quotes: the colon of a key, blanks, a value and what follows it.
#[derive(Debug)]
struct Bare {
    field: usize,
    /// Bytes before the value.
    before: usize,
    /// What stands behind it.
    behind: Box<[u8]>,
}

impl Bare {
    /// Where its value begins and where it has to end; `None` where something else is around it.
    #[inline]
    fn value(&self, bytes: &[u8], fields: &[(usize, usize)]) -> Option<(usize, usize)> {
        let (from, to) = *fields.get(self.field)?;
        let (start, end) = (from + self.before, to.checked_sub(self.behind.len())?);
        let is_followed = match (&*self.behind, bytes.get(end..to)?) {
            // Nearly always a comma.
            ([comma], [found]) => comma == found,
            (behind, found) => behind == found,
        };
        let is_known = start < end
            && bytes.get(from)? == &b':'
            && is_followed
            && !is_blank(*bytes.get(start)?)
            && bytes.get(from + 1..start)?.iter().all(|b| is_blank(*b));
        is_known.then_some((start, end))
    }
}

/// Fills the slots from a record that looks like earlier ones and begins where its line begins.
/// `None`: not read, and the slots hold anything.
///
/// Equals `json::thorough` on every record it does not decline; a property test compares them.
pub(super) fn object<'a>(
    tree: &PathTree,
    plans: &mut Plans,
    text: &'a str,
    look: &Look<'_>,
    slots: &mut [Scalar<'a>],
) -> Option<()> {
    let bytes = text.as_bytes();
    if look.separator != b'"' {
        return None;
    }
    let mut escapes = if is_plain(bytes) { 0 } else { escapes(bytes)? };
    // A quote behind two of them ends a text, and who cut the line does not know.
    if escapes > 0 && memmem::find(bytes, b"\\\\").is_some() {
        return None;
    }
    let plan = plans.objects.of(look, || Plan::of(tree, text, look.fields))?;
    let fields = look.fields;
    for bare in &plan.unwanted {
        let (start, end) = bare.value(bytes, fields)?;
        (scan::unwanted(text, start)? == end).then_some(())?;
    }
    for (step, place) in &plan.members {
        let value = Value { tree, step: *step, slots: &mut *slots, texts: 0 };
        match place {
            Place::Text(field) => {
                let (from, to) = *fields.get(*field)?;
                let found = text.get(from..to)?;
                let here =
                    if escapes > 0 { memchr_iter(b'\\', found.as_bytes()).count() } else { 0 };
                if here == 0 {
                    scan::plain_text(value, found)?;
                } else {
                    escapes = escapes.checked_sub(here)?;
                    match scan::unescaped(found) {
                        Some(found) => value.visit_str::<serde_json::Error>(&found).ok()?,
                        None => {
                            let read = scan::wanted(value, text, from.checked_sub(1)?)?;
                            (read == to + 1).then_some(())?;
                        }
                    }
                }
            }
            Place::Bare(bare) => {
                let (start, end) = bare.value(bytes, fields)?;
                let read = scan::wanted(value, text, start)?;
                (read == end).then_some(())?;
            }
            Place::Behind(field, offset) => {
                let from = match field {
                    Some(field) => fields.get(*field)?.1,
                    None => 0,
                };
                scan::wanted(value, text, from + offset)?;
            }
        }
    }
    // The thorough reader says whether those that are left are sound.
    (escapes == 0).then_some(())
}

/// Whether there are neither control characters nor backslashes.
fn is_plain(bytes: &[u8]) -> bool {
    // Without branches, so that many bytes are looked at at once.
    let odd = |b: u8| u8::from(b < 0x20) | u8::from(b == b'\\');
    bytes.iter().fold(0, |all, b| all | odd(*b)) == 0
}

/// The number of backslashes; `None` where there are control characters.
fn escapes(bytes: &[u8]) -> Option<usize> {
    let is_clean = bytes.iter().fold(true, |clean, &b| clean & (b >= 0x20));
    is_clean.then(|| memchr_iter(b'\\', bytes).count())
}

impl Plan {
    /// What a first record teaches. There are no double backslashes in it.
    fn of(tree: &PathTree, text: &str, fields: &[(usize, usize)]) -> Option<Self> {
        let found = scan::members(tree, text)?;
        let mut bare = Vec::new();
        for (field, &(from, to)) in fields.iter().enumerate() {
            if is_between_quotes(text, from) {
                let behind = text.get(to + 1..)?.trim_ascii_start();
                // A key: others decide what it leads to.
                if behind.starts_with(':') {
                    return None;
                }
            } else {
                bare.push(Bare::of(text, field, from, to)?);
            }
        }
        let mut members = Vec::new();
        for (step, start) in found.into_iter().filter_map(|(step, start)| Some((step?, start))) {
            let field = fields.partition_point(|&(_, to)| to <= start);
            let bare_at = bare.iter().position(|b| b.field == field && fields[field].0 < start);
            let place = match (bare_at, fields.get(field)) {
                (Some(at), _) => Place::Bare(bare.remove(at)),
                (None, Some(&(from, _))) if from == start + 1 && text[start..].starts_with('"') => {
                    Place::Text(field)
                }
                _ => {
                    let last = field.checked_sub(1);
                    Place::Behind(last, start - last.map_or(0, |last| fields[last].1))
                }
            };
            members.push((step, place));
        }
        Some(Self { members, unwanted: bare })
    }
}

impl Bare {
    fn of(text: &str, field: usize, from: usize, to: usize) -> Option<Self> {
        let bytes = text.as_bytes().get(..to)?;
        let colon = (*bytes.get(from)? == b':').then_some(from)?;
        let start = colon + 1 + bytes[colon + 1..].iter().position(|b| !is_blank(*b))?;
        let end = scan::unwanted(text, start).filter(|end| *end <= to)?;
        Some(Self { field, before: start - from, behind: bytes[end..].into() })
    }
}

/// Whether the place lies between quotes, where there are no double backslashes.
fn is_between_quotes(text: &str, at: usize) -> bool {
    let before = &text.as_bytes()[..at];
    let is_escaped = |quote: &usize| *quote > 0 && before[quote - 1] == b'\\';
    memchr_iter(b'"', before).filter(|quote| !is_escaped(quote)).count() % 2 == 1
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

#[cfg(test)]
#[path = "cut_tests.rs"]
mod tests;
