//! Reading one JSON record into slots, in one pass.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Reason;
use super::compact::{Compact, ToolNames};
use super::cut::{self, Plans};
use super::inside::{Inside, MOST_TEXTS, may_be_json};
use super::paths::{Capture, FEW_SLOTS, MOST_SLOTS, PathTree, Step};
use super::reader::{RecordReader, Shape};
use super::scalar::Scalar;
use super::scan::{self, Habit};
use super::surrogates;
use crate::model::Exchange;
use crate::model::pack::Look;

/// Reads JSON records of one format.
pub(super) struct JsonReader<S> {
    /// What is wanted of a record.
    tree: PathTree,
    /// What becomes of it.
    shape: S,
    /// What records look like.
    habit: Habit,
}

impl<S> JsonReader<S> {
    /// A reader of what `tree` finds and `shape` makes of it.
    pub fn new(tree: PathTree, shape: S) -> Self {
        Self { tree, shape, habit: Habit::default() }
    }
}

impl<S: Shape> RecordReader for JsonReader<S> {
    fn read(&self, record: &[u8], emit: &mut dyn FnMut(&Exchange<'_>)) -> Result<(), Reason> {
        self.read_text(utf8(record)?, emit)
    }

    fn read_cut(
        &self,
        record: &str,
        look: &Look<'_>,
        plans: &mut Plans,
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let text = bare(record);
        let is_line = text.len() == record.len();
        if is_line && self.tree.slots() <= FEW_SLOTS {
            let mut slots = [const { Scalar::Missing }; FEW_SLOTS];
            if cut::object(&self.tree, plans, text, look, &mut slots).is_some() {
                return self.shape(&mut slots, emit);
            }
        }
        self.read_text(text, emit)
    }
}

impl<S: Shape> JsonReader<S> {
    fn read_text(&self, text: &str, emit: &mut dyn FnMut(&Exchange<'_>)) -> Result<(), Reason> {
        if self.tree.slots() <= FEW_SLOTS {
            self.read_into::<FEW_SLOTS>(text, emit)
        } else {
            self.read_into::<MOST_SLOTS>(text, emit)
        }
    }

    fn read_into<const N: usize>(
        &self,
        text: &str,
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let mut slots = [const { Scalar::Missing }; N];
        if scan::object(&self.tree, &self.habit, text, &mut slots).is_some() {
            return self.shape(&mut slots, emit);
        }
        let mut slots = [const { Scalar::Missing }; N];
        match thorough(&self.tree, text, &mut slots) {
            Ok(()) => self.shape(&mut slots, emit),
            Err(error) if surrogates::is_cause(&error) => {
                let mended = surrogates::mend(text);
                let mut slots = [const { Scalar::Missing }; N];
                thorough(&self.tree, &mended, &mut slots).map_err(|e| json_reason(&e))?;
                self.shape(&mut slots, emit)
            }
            Err(error) => Err(json_reason(&error)),
        }
    }

    fn shape<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        self.tree.settle(slots);
        self.shape.shape(slots, emit)
    }
}

/// The reason for bytes that are no text. Spreadsheets still write Latin-1 and its like, and only
/// who wrote it knows which.
pub(super) const NOT_UTF_8: Reason = Cow::Borrowed(
    "not UTF-8; text in Windows-1252 or Latin-1 is read with --encoding windows-1252",
);

/// The record as text, [`bare`].
pub(super) fn utf8(record: &[u8]) -> Result<&str, Reason> {
    simdutf8::basic::from_utf8(record).map(bare).map_err(|_| NOT_UTF_8)
}

/// The record without byte-order mark and without a comma left by a sloppy exporter.
fn bare(record: &str) -> &str {
    let text = record.strip_prefix('\u{feff}').unwrap_or(record);
    match text.as_bytes().last() {
        Some(b'}') | None => text,
        Some(_) => {
            let text = text.trim_end();
            text.strip_suffix(',').unwrap_or(text)
        }
    }
}

/// Fills the slots from any record.
pub(super) fn thorough<'a>(
    tree: &PathTree,
    text: &'a str,
    slots: &mut [Scalar<'a>],
) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Record { tree, slots }.deserialize(&mut deserializer)?;
    deserializer.end()
}

/// The reason for a list that is no row of CloudWatch Logs Insights.
const NOT_AN_OBJECT: &str = "the record is a list, not an object";

/// What our own reasons begin with; no error of serde_json does.
pub(super) const OURS: &str = "the record ";

/// A JSON error as a short reason, without content of the record and without its place there:
/// reasons are kinds to be counted, and the ledger has line and offset.
pub(super) fn json_reason(error: &serde_json::Error) -> Reason {
    let message = error.to_string();
    let what = message.split(" at line ").next().unwrap_or_default();
    if what.starts_with("recursion limit") {
        return "JSON nested more than 128 levels deep".into();
    }
    if error.is_data() {
        // Only our own words are safe to repeat: others quote the record.
        let ours = what.starts_with(OURS);
        return if ours { what.to_owned().into() } else { NOT_AN_OBJECT.into() };
    }
    if error.is_eof() {
        return "JSON ends early".into();
    }
    format!("not valid JSON: {what}").into()
}

/// The top of a record: an object, or a list of `{field, value}` pairs as CloudWatch Logs
/// Insights writes its rows.
struct Record<'t, 's, 'a> {
    tree: &'t PathTree,
    slots: &'s mut [Scalar<'a>],
}

impl<'a> DeserializeSeed<'a> for Record<'_, '_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Record<'_, '_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'a>>(self, entries: A) -> Result<(), A::Error> {
        walk(&Inside::new(self.tree, 0), self.slots, entries)
    }
    fn visit_seq<A: SeqAccess<'a>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(pair) = items.next_element::<InsightsPair<'a>>()? {
            let Some(step) = self.tree.step(0, &pair.field) else { continue };
            let value = Value { tree: self.tree, step, slots: self.slots, texts: 0 };
            match pair.value {
                Cow::Borrowed(text) => value.visit_borrowed_str::<A::Error>(text)?,
                Cow::Owned(text) => value.visit_str::<A::Error>(&text)?,
            }
        }
        Ok(())
    }
    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Err(E::custom("the record is a text, not an object"))
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Err(E::custom("the record is null, not an object"))
    }
    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Err(E::custom("the record is true or false, not an object"))
    }
    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Err(E::custom("the record is a number, not an object"))
    }
    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Err(E::custom("the record is a number, not an object"))
    }
    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Err(E::custom("the record is a number, not an object"))
    }
}

/// One cell of a CloudWatch Logs Insights row.
#[derive(serde::Deserialize)]
struct InsightsPair<'a> {
    #[serde(borrow)]
    field: Cow<'a, str>,
    #[serde(borrow)]
    value: Cow<'a, str>,
}

/// Follows the keys of one object.
fn walk<'a, A: MapAccess<'a>>(
    inside: &Inside<'_>,
    slots: &mut [Scalar<'a>],
    mut entries: A,
) -> Result<(), A::Error> {
    let &Inside { tree, node, texts } = inside;
    while let Some(step) = entries.next_key_seed(Key { tree, node })? {
        match step {
            Some(step) => entries.next_value_seed(Value { tree, step, slots, texts })?,
            None => {
                entries.next_value::<IgnoredAny>()?;
            }
        }
    }
    Ok(())
}

/// A key, looked up while it is read.
struct Key<'t> {
    tree: &'t PathTree,
    node: u16,
}

impl<'a> DeserializeSeed<'a> for Key<'_> {
    type Value = Option<Step>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<Step>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.tree.step(self.node, key))
    }
}

/// A value that is wanted, or that leads to one.
pub(super) struct Value<'t, 's, 'a> {
    /// The tree.
    pub tree: &'t PathTree,
    /// Where its key leads.
    pub step: Step,
    /// Where it lands.
    pub slots: &'s mut [Scalar<'a>],
    /// JSON texts that it stands in, one in the other.
    pub texts: u8,
}

impl<'t, 'a> Value<'t, '_, 'a> {
    #[inline]
    fn put(&mut self, value: Scalar<'a>) {
        if let Some((slot, capture)) = self.step.leaf {
            self.slots[usize::from(slot)] = match capture {
                Capture::Fingerprint => match value.into_text() {
                    Some(text) => Scalar::fingerprinted(text.as_str()),
                    None => return,
                },
                Capture::Value | Capture::Names => value,
            };
        }
    }

    /// Keeps a list or object, and looks inside it for what is wanted there.
    fn put_json<E: Error>(&mut self, json: String) -> Result<(), E> {
        if is_hollow(&json) {
            return Ok(());
        }
        if let Some(node) = self.step.node {
            let inside = Inside { tree: self.tree, node, texts: self.texts };
            inside.fill_owned(&json, self.slots).map_err(E::custom)?;
        }
        self.put(Scalar::Text(Cow::Owned(json)));
        Ok(())
    }

    /// Where to look on, if `text` holds JSON and something inside it is wanted.
    fn inside(&self, text: &str) -> Option<Inside<'t>> {
        let node = self.step.node.filter(|_| self.texts < MOST_TEXTS)?;
        let inside = Inside { tree: self.tree, node, texts: self.texts + 1 };
        may_be_json(text).then_some(inside)
    }
}

impl<'a> DeserializeSeed<'a> for Value<'_, '_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Value<'_, '_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_bool<E: Error>(mut self, v: bool) -> Result<(), E> {
        self.put(Scalar::Bool(v));
        Ok(())
    }
    fn visit_u64<E: Error>(mut self, v: u64) -> Result<(), E> {
        self.put(Scalar::UInt(v));
        Ok(())
    }
    fn visit_i64<E: Error>(mut self, v: i64) -> Result<(), E> {
        self.put(Scalar::Int(v));
        Ok(())
    }
    fn visit_f64<E: Error>(mut self, v: f64) -> Result<(), E> {
        self.put(Scalar::Float(v));
        Ok(())
    }
    fn visit_borrowed_str<E: Error>(mut self, v: &'a str) -> Result<(), E> {
        if is_hollow(v) {
            return Ok(());
        }
        if let Some(inside) = self.inside(v) {
            inside.fill(v, self.slots).map_err(E::custom)?;
        }
        self.put(Scalar::Text(Cow::Borrowed(v)));
        Ok(())
    }
    fn visit_str<E: Error>(mut self, v: &str) -> Result<(), E> {
        if is_hollow(v) {
            return Ok(());
        }
        if let Some(inside) = self.inside(v) {
            inside.fill_owned(v, self.slots).map_err(E::custom)?;
        }
        match self.step.leaf {
            None => {}
            // Long texts are hashed where they stand: no copy of a prompt is made.
            Some((slot, Capture::Fingerprint)) => {
                self.slots[usize::from(slot)] = Scalar::fingerprinted(v);
            }
            _ => self.put(Scalar::Text(Cow::Owned(v.to_owned()))),
        }
        Ok(())
    }
    fn visit_map<A: MapAccess<'a>>(mut self, entries: A) -> Result<(), A::Error> {
        if let Step { leaf: None, node: Some(node) } = self.step {
            let inside = Inside { tree: self.tree, node, texts: self.texts };
            return walk(&inside, self.slots, entries);
        }
        let mut json = String::new();
        Compact(&mut json).visit_map(entries)?;
        self.put_json(json)
    }
    fn visit_seq<A: SeqAccess<'a>>(mut self, mut items: A) -> Result<(), A::Error> {
        let Step { leaf, node } = self.step;
        if let Some((_, Capture::Names)) = leaf {
            let mut names = String::new();
            while items.next_element_seed(ToolNames(&mut names))?.is_some() {}
            if !names.is_empty() {
                self.put(Scalar::Text(Cow::Owned(names)));
            }
        } else if leaf.is_none() {
            let step = Step { leaf: None, node };
            let (tree, texts) = (self.tree, self.texts);
            let mut more = true;
            while more {
                let item = Value { tree, step, slots: &mut *self.slots, texts };
                more = items.next_element_seed(item)?.is_some();
            }
        } else {
            let mut json = String::new();
            Compact(&mut json).visit_seq(items)?;
            self.put_json(json)?;
        }
        Ok(())
    }
}

/// Whether a text or a list says nothing: empty, or the empty JSON that stands for it.
fn is_hollow(text: &str) -> bool {
    matches!(text, "" | "{}" | "[]")
}
