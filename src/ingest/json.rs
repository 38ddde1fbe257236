//! Reading one JSON record into slots, in one pass.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Reason;
use super::compact::{Compact, ToolNames};
use super::paths::{Capture, FEW_SLOTS, MOST_SLOTS, PathTree, Step};
use super::reader::{RecordReader, Shape};
use super::scalar::{Scalar, fingerprint};
use super::scan::{self, Habit};
use super::surrogates;
use crate::model::Exchange;

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
        let text = utf8(record)?;
        if self.tree.slots() <= FEW_SLOTS {
            self.read_into::<FEW_SLOTS>(text, emit)
        } else {
            self.read_into::<MOST_SLOTS>(text, emit)
        }
    }
}

impl<S: Shape> JsonReader<S> {
    fn read_into<const N: usize>(
        &self,
        text: &str,
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let mut slots = [const { Scalar::Missing }; N];
        if scan::object(&self.tree, &self.habit, text, &mut slots).is_some() {
            return self.shape.shape(&mut slots, emit);
        }
        let mut slots = [const { Scalar::Missing }; N];
        match thorough(&self.tree, text, &mut slots) {
            Ok(()) => self.shape.shape(&mut slots, emit),
            Err(error) if surrogates::is_cause(&error) => {
                let mended = surrogates::mend(text);
                let mut slots = [const { Scalar::Missing }; N];
                thorough(&self.tree, &mended, &mut slots).map_err(|e| json_reason(&e))?;
                self.shape.shape(&mut slots, emit)
            }
            Err(error) => Err(json_reason(&error)),
        }
    }
}

/// The record as text, without byte-order mark and without a comma left by a sloppy exporter.
pub(super) fn utf8(record: &[u8]) -> Result<&str, Reason> {
    let text = std::str::from_utf8(record).map_err(|e| {
        Reason::from(format!("not UTF-8 at byte {} of the record", e.valid_up_to()))
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    Ok(match text.as_bytes().last() {
        Some(b'}') | None => text,
        Some(_) => {
            let text = text.trim_end();
            text.strip_suffix(',').unwrap_or(text)
        }
    })
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

/// A JSON error as a short reason, without content of the record.
pub(super) fn json_reason(error: &serde_json::Error) -> Reason {
    let message = error.to_string();
    let what = message.split(" at line ").next().unwrap_or_default();
    let column = error.column();
    let at = match error.line() {
        0 | 1 => format!("column {column}"),
        line => format!("line {line}, column {column} of the record"),
    };
    if what.starts_with("recursion limit") {
        return format!("JSON nested more than 128 levels deep at {at}").into();
    }
    if error.is_data() {
        // Only our own words are safe to repeat: others quote the record.
        let ours = what.starts_with("the record is ");
        return if ours { what.to_owned().into() } else { NOT_AN_OBJECT.into() };
    }
    if error.is_eof() {
        return format!("JSON ends early at {at}").into();
    }
    format!("not valid JSON: {what} at {at}").into()
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
        walk(self.tree, 0, self.slots, entries)
    }
    fn visit_seq<A: SeqAccess<'a>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(pair) = items.next_element::<InsightsPair<'a>>()? {
            let Some(step) = self.tree.step(0, &pair.field) else { continue };
            let value = Value { tree: self.tree, step, slots: self.slots };
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
    tree: &PathTree,
    node: u16,
    slots: &mut [Scalar<'a>],
    mut entries: A,
) -> Result<(), A::Error> {
    while let Some(step) = entries.next_key_seed(Key { tree, node })? {
        match step {
            Some(step) => entries.next_value_seed(Value { tree, step, slots })?,
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
}

impl<'a> Value<'_, '_, 'a> {
    #[inline]
    fn put(&mut self, value: Scalar<'a>) {
        if let Some((slot, capture)) = self.step.leaf {
            self.slots[usize::from(slot)] = match capture {
                Capture::Fingerprint => match value.into_text() {
                    Some(text) => Scalar::Hash(fingerprint(text.as_str().as_bytes())),
                    None => return,
                },
                Capture::Value | Capture::Names => value,
            };
        }
    }

    /// Keeps a list or object, and looks inside it for what is wanted there.
    fn put_json(&mut self, json: String) {
        if is_hollow(&json) {
            return;
        }
        if let Some(node) = self.step.node {
            nested_owned(self.tree, node, &json, self.slots);
        }
        self.put(Scalar::Text(Cow::Owned(json)));
    }

    /// The node to look into, if `text` holds JSON and something inside it is wanted.
    fn inside(&self, text: &str) -> Option<u16> {
        let node = self.step.node?;
        matches!(text.trim_start().as_bytes().first(), Some(b'{' | b'[')).then_some(node)
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
        if let Some(node) = self.inside(v) {
            nested(self.tree, node, v, self.slots);
            return Ok(());
        }
        self.put(Scalar::Text(Cow::Borrowed(v)));
        Ok(())
    }
    fn visit_str<E: Error>(mut self, v: &str) -> Result<(), E> {
        if is_hollow(v) {
            return Ok(());
        }
        if let Some(node) = self.inside(v) {
            nested_owned(self.tree, node, v, self.slots);
            return Ok(());
        }
        match self.step.leaf {
            // Long texts are hashed where they stand: no copy of a prompt is made.
            Some((slot, Capture::Fingerprint)) => {
                self.slots[usize::from(slot)] = Scalar::Hash(fingerprint(v.as_bytes()));
            }
            _ => self.put(Scalar::Text(Cow::Owned(v.to_owned()))),
        }
        Ok(())
    }
    fn visit_map<A: MapAccess<'a>>(mut self, entries: A) -> Result<(), A::Error> {
        if let Step { leaf: None, node: Some(node) } = self.step {
            return walk(self.tree, node, self.slots, entries);
        }
        let mut json = String::new();
        Compact(&mut json).visit_map(entries)?;
        self.put_json(json);
        Ok(())
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
            let tree = self.tree;
            while items.next_element_seed(Value { tree, step, slots: self.slots })?.is_some() {}
        } else {
            let mut json = String::new();
            Compact(&mut json).visit_seq(items)?;
            self.put_json(json);
        }
        Ok(())
    }
}

/// Whether a text or a list says nothing: empty, or the empty JSON that stands for it.
fn is_hollow(text: &str) -> bool {
    matches!(text, "" | "{}" | "[]")
}

/// [`nested`] in text that does not live as long as the record.
pub(super) fn nested_owned(tree: &PathTree, node: u16, text: &str, slots: &mut [Scalar<'_>]) {
    let mut found = [const { Scalar::Missing }; MOST_SLOTS];
    nested(tree, node, text, &mut found);
    for (slot, value) in slots.iter_mut().zip(found) {
        if !value.is_missing() {
            *slot = value.into_owned();
        }
    }
}

/// Looks into JSON text inside a record. What is broken in there is simply not found.
pub(super) fn nested<'a>(tree: &PathTree, node: u16, text: &'a str, slots: &mut [Scalar<'a>]) {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let step = Step { leaf: None, node: Some(node) };
    let _broken = Value { tree, step, slots }.deserialize(&mut deserializer);
}
