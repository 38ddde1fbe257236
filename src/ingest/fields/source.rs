//! Where the value of one field comes from: a path, the first of several, all of them joined, a
//! constant.

use std::borrow::Cow;

use crate::ingest::scalar::Scalar;
use crate::model::Text;

/// Where the value of a field is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lookup {
    /// A slot that no other field comes from: nearly all fields of nearly all logs.
    Slot(u8),
    Nowhere,
    /// Its [`Source`] says from where.
    Source,
}

/// Where one field comes from.
#[derive(Debug)]
pub(super) struct Source {
    /// The slot of the preferred path.
    pub first: Option<u8>,
    /// Those of the others.
    pub rest: Vec<u8>,
    /// The slots that make the value together, where it is joined; then there is no `first`.
    pub joined: Option<Joined>,
    /// Whether another field comes from one of these slots, too.
    pub shared: bool,
    /// What stands where there is no value.
    pub missing: Vec<String>,
    pub constant: Option<Constant>,
}

impl Source {
    pub fn lookup(&self) -> Lookup {
        let is_simple = self.rest.is_empty()
            && self.joined.is_none()
            && self.missing.is_empty()
            && self.constant.is_none();
        match self.first {
            Some(slot) if is_simple && !self.shared => Lookup::Slot(slot),
            None if is_simple => Lookup::Nowhere,
            _ => Lookup::Source,
        }
    }

    fn value<'a>(&self, slots: &mut [Scalar<'a>], slot: u8) -> Scalar<'a> {
        match self.shared {
            true => slots[usize::from(slot)].clone(),
            false => std::mem::take(&mut slots[usize::from(slot)]),
        }
    }

    /// Whether the mapping says that a value is none.
    fn says_nothing(&self, found: &Scalar<'_>) -> bool {
        let is_one = |text: Text<'_>| {
            let text = text.as_str().trim();
            self.missing.iter().any(|no| no.eq_ignore_ascii_case(text))
        };
        !self.missing.is_empty() && found.clone().into_text().is_some_and(is_one)
    }

    /// The value, wherever it comes from.
    #[inline(never)]
    pub fn any<'a>(&'a self, slots: &mut [Scalar<'a>]) -> Scalar<'a> {
        for slot in self.first.iter().chain(&self.rest) {
            let found = self.value(slots, *slot);
            if !found.is_missing() && !self.says_nothing(&found) {
                return found;
            }
        }
        let says_nothing = |slot: &u8| self.says_nothing(&slots[usize::from(*slot)]);
        let joined = self.joined.as_ref().filter(|joined| !joined.slots.iter().any(says_nothing));
        let joined = joined.map(|joined| joined.value(slots));
        let joined = joined.filter(|value| !value.is_missing());
        let constant = || self.constant.as_ref().map_or(Scalar::Missing, Constant::value);
        joined.unwrap_or_else(constant)
    }
}

/// A value made of several.
#[derive(Debug)]
pub(super) struct Joined {
    pub slots: Vec<u8>,
    pub between: String,
}

impl Joined {
    /// All parts with the text between them; missing when one of them is.
    fn value<'a>(&self, slots: &[Scalar<'a>]) -> Scalar<'a> {
        let mut joined = String::new();
        for (i, slot) in self.slots.iter().enumerate() {
            let Some(part) = slots[usize::from(*slot)].clone().into_text() else {
                return Scalar::Missing;
            };
            if i > 0 {
                joined.push_str(&self.between);
            }
            joined.push_str(part.as_str());
        }
        Scalar::Text(Cow::Owned(joined))
    }
}

/// A value that stands in every record.
#[derive(Debug)]
pub(super) enum Constant {
    Text(String),
    Hash(u64),
}

impl Constant {
    fn value(&self) -> Scalar<'_> {
        match self {
            Self::Text(text) => Scalar::Text(Cow::Borrowed(text)),
            Self::Hash(hash) => Scalar::Hash(*hash),
        }
    }
}
