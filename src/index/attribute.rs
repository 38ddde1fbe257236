//! The distinct values of a dictionary field, and which entries carry which.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};

use super::facet::network_text;
use super::{Facet, Index, IndexError};
use crate::model::{Dimensions, Field, Granularity, MISSING};

/// One of the dictionaries a row points into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dimension {
    /// Who called.
    Caller,
    /// Where from.
    Origin,
    /// What kind of call.
    Call,
    /// Session.
    Session,
}

/// Distinct values of one field, numbered in the order the dictionary first has them. Where
/// filters take no regard to case, neither does this: `GPT-4` and `gpt-4` are one value, whose text
/// is that of its first entry.
#[derive(Debug)]
pub(super) struct Attribute {
    pub dimension: Dimension,
    /// Value of each dictionary entry; [`MISSING`] where it has none.
    pub value_of: Vec<u32>,
    /// The first entry that has each value.
    pub first_entry: Vec<u32>,
    /// Rows of each value over all rows of each granularity, in the order of
    /// [`Granularity::ALL`], made when first asked for.
    totals: [OnceLock<Arc<[u32]>>; Granularity::ALL.len()],
    /// Place of each value when they are sorted by text, made when first asked for.
    places: OnceLock<Arc<[u32]>>,
    /// The other spellings of values that have several.
    spellings: FxHashMap<u32, FxHashSet<String>>,
}

/// The dictionary that holds a field; `None` for fields that have a column of their own.
pub(super) fn dimension_of(field: Field) -> Option<Dimension> {
    use Field as F;
    match field {
        F::AccountId | F::OrgId | F::UserId | F::ApiKeyId => Some(Dimension::Caller),
        F::ClientIp | F::Asn | F::Country | F::Region | F::UserAgent | F::DeviceId => {
            Some(Dimension::Origin)
        }
        F::Pathway
        | F::Endpoint
        | F::Model
        | F::Status
        | F::StopReason
        | F::Error
        | F::MaxTokens
        | F::Temperature
        | F::Tools
        | F::SystemHash => Some(Dimension::Call),
        F::SessionId => Some(Dimension::Session),
        _ => None,
    }
}

fn caller_text(dimensions: &Dimensions, field: Field, entry: usize) -> Option<&str> {
    let caller = dimensions.callers.get(entry)?;
    match field {
        Field::AccountId => dimensions.accounts.get(caller.account as usize).map(String::as_str),
        Field::OrgId => caller.org_id.as_deref(),
        Field::UserId => caller.user_id.as_deref(),
        _ => caller.api_key_id.as_deref(),
    }
}

fn origin_text(dimensions: &Dimensions, field: Field, entry: usize) -> Option<&str> {
    let origin = dimensions.origins.get(entry)?;
    match field {
        Field::ClientIp => origin.client_ip.as_deref(),
        Field::Asn => origin.asn.as_deref(),
        Field::Country => origin.country.as_deref(),
        Field::Region => origin.region.as_deref(),
        Field::UserAgent => origin.user_agent.as_deref(),
        _ => origin.device_id.as_deref(),
    }
}

fn call_text(dimensions: &Dimensions, field: Field, entry: usize) -> Option<Cow<'_, str>> {
    let call = dimensions.calls.get(entry)?;
    let text = match field {
        Field::Pathway => &call.pathway,
        Field::Endpoint => &call.endpoint,
        Field::Model => &call.model,
        Field::StopReason => &call.stop_reason,
        Field::Error => &call.error,
        Field::Tools => &call.tools,
        Field::SystemHash => &call.system_hash,
        Field::Status => return call.status.map(|v| Cow::Owned(v.to_string())),
        Field::MaxTokens => return call.max_tokens.map(|v| Cow::Owned(v.to_string())),
        _ => return call.temperature.map(|v| Cow::Owned(v.to_string())),
    };
    text.as_deref().map(Cow::Borrowed)
}

impl Attribute {
    fn new(index: &Index, facet: Facet, dimension: Dimension) -> Self {
        let entries = index.entry_count(dimension);
        let mut number_of: FxHashMap<Cow<'_, str>, u32> = FxHashMap::default();
        let mut spellings: FxHashMap<u32, FxHashSet<String>> = FxHashMap::default();
        let (mut first_entry, mut first_text) = (Vec::new(), Vec::new());
        let mut value_of = Vec::with_capacity(entries);
        let ignores_case = facet.ignores_case();
        for entry in 0..entries as u32 {
            let Some(text) = index.entry_text(facet, entry) else {
                value_of.push(MISSING);
                continue;
            };
            let next = first_entry.len() as u32;
            let key = if ignores_case { lower_case(text.clone()) } else { text.clone() };
            let number = *number_of.entry(key).or_insert(next);
            if number == next {
                first_entry.push(entry);
                first_text.push(text);
            } else if first_text[number as usize] != text {
                spellings.entry(number).or_default().insert(text.into_owned());
            }
            value_of.push(number);
        }
        let (totals, places) = Default::default();
        Self { dimension, value_of, first_entry, totals, places, spellings }
    }

    /// For every dictionary entry the position of its value in `values`, or `other`, or
    /// `absent` where it has none.
    pub fn slots(&self, values: &[u32], other: u32, absent: u32) -> Vec<u32> {
        let mut slot_of = vec![other; self.len()];
        for (slot, value) in (0..).zip(values) {
            slot_of[*value as usize] = slot;
        }
        let slot = |value: &u32| slot_of.get(*value as usize).copied().unwrap_or(absent);
        self.value_of.iter().map(slot).collect()
    }

    /// Number of distinct values.
    pub fn len(&self) -> usize {
        self.first_entry.len()
    }
}

impl Index {
    /// The text of a field in a dictionary entry.
    pub(super) fn entry_text(&self, facet: impl Into<Facet>, entry: u32) -> Option<Cow<'_, str>> {
        let (dimensions, at) = (&self.dimensions, entry as usize);
        let field = match facet.into() {
            Facet::Field(field) => field,
            Facet::Network => {
                return origin_text(dimensions, Field::ClientIp, at).map(network_text);
            }
            Facet::Template => return None,
        };
        let text = match dimension_of(field)? {
            Dimension::Caller => caller_text(dimensions, field, at),
            Dimension::Origin => origin_text(dimensions, field, at),
            Dimension::Call => return call_text(dimensions, field, at),
            Dimension::Session => self.sessions.text(entry),
        };
        text.map(Cow::Borrowed)
    }

    /// Reads what a field's texts need, where that is still on disk. Texts that could not be
    /// read are missing from then on, so whoever must not miss any asks this first.
    ///
    /// # Errors
    /// [`IndexError::Sessions`].
    pub fn read_texts_of(&self, field: Field) -> Result<(), IndexError> {
        match dimension_of(field) {
            Some(Dimension::Session) => self.sessions.texts().map(|_| ()),
            _ => Ok(()),
        }
    }

    /// The dictionary entry of every row; empty where no row has one.
    pub(super) fn entries(&self, dimension: Dimension) -> &[u32] {
        match dimension {
            Dimension::Caller => &self.columns.caller,
            Dimension::Origin => &self.columns.origin,
            Dimension::Call => &self.columns.call,
            Dimension::Session => &self.columns.session,
        }
    }

    /// Number of entries of a dictionary.
    pub(super) fn entry_count(&self, dimension: Dimension) -> usize {
        match dimension {
            Dimension::Caller => self.dimensions.callers.len(),
            Dimension::Origin => self.dimensions.origins.len(),
            Dimension::Call => self.dimensions.calls.len(),
            Dimension::Session => self.sessions.len(),
        }
    }

    /// The distinct values of a field; `None` for fields with a column of their own.
    pub(super) fn attribute(&self, facet: impl Into<Facet>) -> Option<&Attribute> {
        let facet = facet.into();
        let dimension = facet.dimension()?;
        let slot = &self.attributes[facet.slot()];
        Some(slot.get_or_init(|| Attribute::new(self, facet, dimension)))
    }

    /// Whether a field can be grouped by: its values are few enough to be kept in a dictionary.
    pub fn can_group_by(&self, facet: impl Into<Facet>) -> bool {
        let facet = facet.into();
        facet == Facet::Template || facet.dimension().is_some()
    }

    /// The text of a value by its number (see [`Index::top_values`]).
    pub fn value_text(&self, facet: impl Into<Facet>, value: u32) -> Option<Cow<'_, str>> {
        let facet = facet.into();
        if facet == Facet::Template {
            return self.templates().text(value).map(Cow::Owned);
        }
        let entry = *self.attribute(facet)?.first_entry.get(value as usize)?;
        self.entry_text(facet, entry)
    }

    /// In how many ways a value is written that differ in case alone.
    pub fn spellings(&self, facet: impl Into<Facet>, value: u32) -> usize {
        let others = self.attribute(facet).and_then(|a| a.spellings.get(&value));
        1 + others.map_or(0, FxHashSet::len)
    }

    /// Number of distinct values a field has in the dictionaries.
    pub fn distinct_values(&self, facet: impl Into<Facet>) -> usize {
        match facet.into() {
            Facet::Template => self.templates().values(),
            facet => self.attribute(facet).map_or(0, Attribute::len),
        }
    }

    /// Whether a field has no value, one, or several in the dictionaries (0, 1, 2), without
    /// sorting out which. Sessions are not read for it.
    pub fn variety(&self, facet: impl Into<Facet>) -> usize {
        let facet = facet.into();
        if facet == Facet::Template {
            let templates = self.templates();
            return templates.run.as_ref().map_or(0, |_| templates.values().min(2));
        }
        let Some(dimension) = facet.dimension() else { return 0 };
        if dimension == Dimension::Session {
            return self.sessions.len().min(2);
        }
        let mut texts =
            (0..self.entry_count(dimension) as u32).filter_map(|e| self.entry_text(facet, e));
        let Some(first) = texts.next() else { return 0 };
        let differs = |text: &str| match facet.ignores_case() {
            true => text.to_lowercase() != first.to_lowercase(),
            false => text != first,
        };
        if texts.any(|text| text != first && differs(&text)) { 2 } else { 1 }
    }

    /// Rows of each value over all rows of a granularity.
    ///
    /// Naive: for every row of the granularity, add one to its value.
    pub fn population_by_value(&self, facet: impl Into<Facet>, kind: Granularity) -> Arc<[u32]> {
        let facet = facet.into();
        if facet == Facet::Template {
            return self.templates().population(self, kind);
        }
        let Some(attribute) = self.attribute(facet) else { return Arc::default() };
        let totals = attribute.totals[kind as usize]
            .get_or_init(|| self.rows_by_value(self.population(kind), attribute).into());
        Arc::clone(totals)
    }

    /// The place of each value when all are sorted by text.
    pub(super) fn places_by_text(&self, facet: Facet) -> Arc<[u32]> {
        if facet == Facet::Template {
            let templates = self.templates();
            return places(templates.values(), |value| templates.text(value));
        }
        let Some(attribute) = self.attribute(facet) else { return Arc::default() };
        let places = attribute
            .places
            .get_or_init(|| places(attribute.len(), |value| self.value_text(facet, value)));
        Arc::clone(places)
    }
}

/// A text without regard to case; most are in lower case as they are.
fn lower_case(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase()) {
        return text;
    }
    Cow::Owned(text.to_lowercase())
}

/// The place of each of some values when they are sorted by text.
fn places<T: Ord>(values: usize, text: impl Fn(u32) -> Option<T>) -> Arc<[u32]> {
    let mut order: Vec<u32> = (0..values as u32).collect();
    order.sort_by_cached_key(|value| text(*value));
    let mut places = vec![0; order.len()];
    for (place, value) in (0..).zip(order) {
        places[value as usize] = place;
    }
    places.into()
}
