//! Looking on inside a value of a record: an object, or a text that holds JSON.

use serde::de::DeserializeSeed;

use super::Reason;
use super::json::{OURS, Value, json_reason};
use super::paths::{MOST_SLOTS, PathTree, Step};
use super::scalar::Scalar;
use super::surrogates;

/// Whether a text is to be looked into.
pub(super) fn may_be_json(text: &str) -> bool {
    matches!(text.trim_start().as_bytes().first(), Some(b'{' | b'['))
}

/// JSON texts, one in the other, that are looked into. The parser counts nesting anew in each of
/// them, so without an end to it a record could use up the stack.
pub(super) const MOST_TEXTS: u8 = 3;

/// Where the search for wanted values goes on inside a value.
pub(super) struct Inside<'t> {
    /// The tree.
    pub tree: &'t PathTree,
    /// The node whose keys are looked for.
    pub node: u16,
    /// JSON texts that the value stands in, one in the other.
    pub texts: u8,
}

impl<'t> Inside<'t> {
    /// Inside a value of the record itself.
    pub fn new(tree: &'t PathTree, node: u16) -> Self {
        Self { tree, node, texts: 0 }
    }

    /// Fills the slots from JSON text.
    ///
    /// # Errors
    /// When the text carries the record itself and is broken. Any other text may just look like
    /// JSON; what is broken in there is simply not found.
    pub fn fill<'a>(&self, text: &'a str, slots: &mut [Scalar<'a>]) -> Result<(), Reason> {
        self.judge(self.parse(text, slots), text, slots)
    }

    /// [`Inside::fill`] from text that does not live as long as the record.
    ///
    /// # Errors
    /// As [`Inside::fill`].
    pub fn fill_owned(&self, text: &str, slots: &mut [Scalar<'_>]) -> Result<(), Reason> {
        self.judge(self.parse_owned(text, slots), text, slots)
    }

    fn judge(
        &self,
        parsed: Result<(), serde_json::Error>,
        text: &str,
        slots: &mut [Scalar<'_>],
    ) -> Result<(), Reason> {
        let parsed = match parsed {
            Err(error) if surrogates::is_cause(&error) => {
                self.parse_owned(&surrogates::mend(text), slots)
            }
            parsed => parsed,
        };
        match parsed {
            Err(error) if self.tree.is_wrapped(self.node) => {
                Err(format!("{OURS}in its wrapper: {}", json_reason(&error)).into())
            }
            _ => Ok(()),
        }
    }

    fn parse_owned(&self, text: &str, slots: &mut [Scalar<'_>]) -> Result<(), serde_json::Error> {
        let mut found = [const { Scalar::Missing }; MOST_SLOTS];
        let parsed = self.parse(text, &mut found);
        for (slot, value) in slots.iter_mut().zip(found) {
            if !value.is_missing() {
                *slot = value.into_owned();
            }
        }
        parsed
    }

    fn parse<'a>(&self, text: &'a str, slots: &mut [Scalar<'a>]) -> Result<(), serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let step = Step { leaf: None, node: Some(self.node) };
        Value { tree: self.tree, step, slots, texts: self.texts }.deserialize(&mut deserializer)?;
        deserializer.end()
    }
}
