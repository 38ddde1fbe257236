//! The written form of a mapping: what a file may say, and what is written.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

use super::{FieldMap, Mapping};
use crate::model::field::FieldKind;
use crate::model::{FIELDS, Field};

/// One field in full.
#[derive(Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default, skip_serializing_if = "Paths::is_empty")]
    from: Paths,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    join: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    constant: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scale: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    decimal: Option<char>,
    #[serde(default, skip_serializing_if = "Paths::is_empty")]
    missing: Paths,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    latest: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// One path, or a list of them.
#[derive(Serialize, Deserialize, Default)]
#[serde(from = "OneOrMany")]
struct Paths(Vec<String>);

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a text or a list of texts")]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl From<OneOrMany> for Paths {
    fn from(written: OneOrMany) -> Self {
        match written {
            OneOrMany::One(path) => Self(vec![path]),
            OneOrMany::Many(paths) => Self(paths),
        }
    }
}

impl Paths {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What a person may write for a field: a path, a list of paths, or all of it.
struct Written(Entry);

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WrittenVisitor).map(Self)
    }
}

struct WrittenVisitor;

impl<'de> Visitor<'de> for WrittenVisitor {
    type Value = Entry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a path, a list of paths or a table")
    }

    fn visit_str<E: Error>(self, path: &str) -> Result<Entry, E> {
        Ok(Entry { from: Paths(vec![path.to_owned()]), ..Entry::default() })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Entry, A::Error> {
        let mut paths = Vec::new();
        while let Some(path) = list.next_element()? {
            paths.push(path);
        }
        Ok(Entry { from: Paths(paths), ..Entry::default() })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Entry, A::Error> {
        Entry::deserialize(MapAccessDeserializer::new(map))
    }
}

impl Entry {
    fn of(map: &FieldMap) -> Self {
        Self {
            from: Paths(map.from.clone()),
            join: map.join.clone(),
            constant: map.constant.clone(),
            scale: map.scale,
            decimal: map.decimal,
            missing: Paths(map.missing.clone()),
            start: map.start.clone(),
            latest: map.latest.clone(),
            note: map.note.clone(),
        }
    }

    /// Checks what only makes sense together.
    fn into_map(self, field: Field) -> Result<FieldMap, String> {
        let Self { from: Paths(from), join, constant, scale, decimal, .. } = self;
        let Self { missing: Paths(missing), start, latest, note, .. } = self;
        let missing: Vec<String> = missing.iter().map(|text| text.trim().to_owned()).collect();
        let of_time = [("start", start.is_some()), ("latest", latest.is_some())];
        if let Some((key, _)) = of_time.iter().find(|(_, is_given)| *is_given)
            && field != Field::Timestamp
        {
            return Err(format!("{key} belongs to timestamp only"));
        }
        if !scale.unwrap_or(1.0).is_finite() {
            return Err(format!("scale of {} is not finite", field.name()));
        }
        if join.is_some() && from.len() < 2 {
            return Err(format!("join of {} needs two or more paths in from", field.name()));
        }
        if !missing.is_empty() && !FieldMap::can_miss(field) {
            return Err(format!("{} is no text that could be missing", field.name()));
        }
        if let Some(decimal) = decimal {
            let is_number = matches!(field.def().kind, FieldKind::Integer | FieldKind::Real);
            if !is_number || !matches!(decimal, ',' | '.') {
                let name = field.name();
                return Err(format!("decimal of {name} is \",\" or \".\", of a field of numbers"));
            }
        }
        Ok(FieldMap { field, from, join, constant, scale, decimal, missing, start, latest, note })
    }
}

struct Fields<'m>(&'m [FieldMap]);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for m in self.0 {
            map.serialize_entry(m.field.name(), &Entry::of(m))?;
        }
        map.end()
    }
}

impl Serialize for Mapping {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("format", &self.format)?;
        map.serialize_entry("timezone", &self.timezone)?;
        if !self.columns.is_empty() {
            map.serialize_entry("columns", &self.columns)?;
        }
        map.serialize_entry("fields", &Fields(&self.fields))?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Mapping {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            #[serde(default)]
            format: String,
            #[serde(default)]
            timezone: Option<String>,
            #[serde(default)]
            columns: Vec<String>,
            /// Stands in evidence, and says nothing about how fields are read.
            #[serde(default, rename = "rejects_of")]
            _rejects_of: Option<u32>,
            #[serde(default)]
            fields: BTreeMap<String, Written>,
        }
        let file = File::deserialize(deserializer)?;
        let mut fields = Vec::new();
        for (name, Written(entry)) in file.fields {
            let field = Field::parse(&name).ok_or_else(|| {
                let known: Vec<&str> = FIELDS.iter().map(|d| d.name).collect();
                D::Error::custom(format!("no field \"{name}\"; fields are {}", known.join(", ")))
            })?;
            fields.push(entry.into_map(field).map_err(D::Error::custom)?);
        }
        fields.sort_by_key(|m| m.field as usize);
        let timezone = file.timezone.unwrap_or_else(|| "UTC".to_owned());
        Ok(Self { format: file.format, timezone, columns: file.columns, fields })
    }
}
