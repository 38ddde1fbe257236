//! Writes the objects of a bundle (STIX 2.1, section 8), one after another.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;
use uuid::Uuid;

use super::id::Id;
use super::object::Head;

/// How many objects of each type were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Objects by type; a type of which there is none is left out.
    pub by_type: BTreeMap<&'static str, u64>,
}

impl Counts {
    /// Those of one type.
    pub fn of(&self, kind: &str) -> u64 {
        self.by_type.get(kind).copied().unwrap_or(0)
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        self.by_type.values().sum()
    }
}

/// An error about what was to be written.
pub fn invalid(why: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, why.into())
}

/// A bundle that is being written.
#[derive(Debug)]
pub struct Bundle<W: Write> {
    out: BufWriter<W>,
    /// No two objects may have one, of whatever types they are: section 2.9.
    uuids: HashSet<Uuid>,
    ids: Vec<Id>,
    counts: Counts,
}

impl<W: Write> Bundle<W> {
    /// Begins one.
    ///
    /// # Errors
    /// The writer's.
    pub fn open(out: W, id: Id) -> io::Result<Self> {
        let mut out = BufWriter::with_capacity(1 << 16, out);
        write!(out, "{{\"type\":\"{}\",\"id\":\"{id}\",\"objects\":[", id.kind())?;
        let uuids = HashSet::from([id.uuid()]);
        Ok(Self { out, uuids, ids: Vec::new(), counts: Counts::default() })
    }

    /// Writes an object; its id.
    ///
    /// # Errors
    /// The writer's, and when there is one with its UUID already.
    pub fn put(&mut self, head: Head<'_>, body: impl Serialize) -> io::Result<Id> {
        #[derive(Serialize)]
        struct Object<'a, B> {
            #[serde(flatten)]
            head: Head<'a>,
            #[serde(flatten)]
            body: B,
        }
        let id = head.id;
        if !self.uuids.insert(id.uuid()) {
            return Err(invalid(format!("two objects would be called {id}")));
        }
        self.out.write_all(if self.ids.is_empty() { b"\n" } else { b",\n" })?;
        Object { head, body }.serialize(&mut Serializer::with_formatter(&mut self.out, Visible))?;
        self.ids.push(id);
        *self.counts.by_type.entry(id.kind()).or_default() += 1;
        Ok(id)
    }

    /// Whether an object was written.
    pub fn has(&self, id: Id) -> bool {
        self.uuids.contains(&id.uuid())
    }

    /// The ids of what was written so far, in this order.
    pub fn ids(&self) -> &[Id] {
        &self.ids
    }

    /// Ends it.
    ///
    /// # Errors
    /// The writer's.
    pub fn close(mut self) -> io::Result<Counts> {
        self.out.write_all(b"\n]}\n")?;
        self.out.flush()?;
        Ok(self.counts)
    }
}

/// JSON without spaces, in which what cannot be seen, or turns the direction of what stands around
/// it, is escaped: an editor then shows the text as it is. A reader of JSON sees no difference.
struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        // Nearly all text is plain.
        if fragment.is_ascii() && !fragment.as_bytes().contains(&0x7f) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some((at, hidden)) = rest.char_indices().find(|(_, c)| is_hidden(*c)) {
            writer.write_all(&rest.as_bytes()[..at])?;
            for unit in hidden.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &rest[at + hidden.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }
}

/// Controls, marks of direction, and what has no width.
fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn what_cannot_be_seen_is_escaped_and_reads_back_as_it_was() {
        let text = "a\u{202e}b\u{e0041}c\u{0}\"\\\u{7f}é\u{feff}";
        let mut out = Vec::new();
        text.serialize(&mut Serializer::with_formatter(&mut out, Visible)).unwrap();
        let json = String::from_utf8(out).unwrap();
        assert_eq!(json, r#""a\u202eb\udb40\udc41c\u0000\"\\\u007fé\ufeff""#);
        assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), text);
    }

    #[test]
    fn no_two_objects_have_one_id() {
        let id = Id::of_all("note", &[]);
        let mut bundle = Bundle::open(Vec::new(), Id::of_all("bundle", &[])).unwrap();
        bundle.put(Head::bare(id), Value::Object(serde_json::Map::new())).unwrap();
        let again = bundle.put(Head::bare(id), Value::Object(serde_json::Map::new()));
        assert_eq!(again.unwrap_err().kind(), io::ErrorKind::InvalidInput);
        assert!(bundle.has(id));
        assert_eq!(bundle.ids(), [id]);
        assert_eq!(bundle.close().unwrap().total(), 1);
    }
}
