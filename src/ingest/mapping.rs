//! How the fields of a source become ours: written to the case as evidence, read from
//! `--mapping FILE`.
//!
//! ```toml
//! format = "csv"
//! timezone = "UTC"
//!
//! [fields.timestamp]
//! from = ["TIMESTAMP"]
//!
//! [fields.latency_ms]
//! from = ["exec_time_seconds"]
//! scale = 1000.0
//!
//! [fields.account_id]
//! constant = "trace"
//! ```
//!
//! By hand it may be shorter: `fields.model = "ModelName"` is one path.

use serde::de::{Deserializer, Error as _};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

use crate::model::{FIELDS, Field};

/// Most paths that are named when a field is described.
const MOST_NAMED: usize = 4;

/// How one field is obtained.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldMap {
    /// Our field.
    pub field: Field,
    /// Paths in the record, in order of preference; the first that is present counts. A dot
    /// goes one level down (`identity.arn`); arrays on the way are searched, the last value wins.
    pub from: Vec<String>,
    /// The value when no path is present.
    pub constant: Option<String>,
    /// What numbers are multiplied by (1000 turns seconds into milliseconds).
    pub scale: Option<f64>,
    /// For `timestamp` only: numbers count from this moment, in seconds after `scale`.
    pub start: Option<String>,
    /// For `timestamp` only: of the dates without a year, none is later than this moment.
    pub latest: Option<String>,
    /// A remark on how it is derived, for people.
    pub note: Option<String>,
}

impl FieldMap {
    /// A field taken from the first of some paths.
    pub fn from(field: Field, paths: &[&str]) -> Self {
        let from = paths.iter().map(|p| (*p).to_owned()).collect();
        Self { field, from, constant: None, scale: None, start: None, latest: None, note: None }
    }

    /// A field that is the same in every record.
    pub fn constant(field: Field, value: impl Into<String>) -> Self {
        Self { constant: Some(value.into()), ..Self::from(field, &[]) }
    }

    /// The same with a remark.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// The same with a fallback for records that have none of the paths.
    pub fn or(mut self, value: impl Into<String>) -> Self {
        self.constant = Some(value.into());
        self
    }

    /// The same with numbers multiplied.
    pub fn scale(mut self, factor: f64) -> Self {
        self.scale = Some(factor);
        self
    }

    /// The same with numbers counted from a moment.
    pub fn start(mut self, moment: impl Into<String>) -> Self {
        self.start = Some(moment.into());
        self
    }

    /// Where it comes from, in words: `exec_time_seconds × 1000`, `always "trace"`. Of many paths
    /// the first are named; the mapping as TOML has them all.
    pub fn describe(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        if !self.from.is_empty() {
            let named = if self.from.len() > MOST_NAMED { MOST_NAMED - 1 } else { self.from.len() };
            let mut paths = self.from[..named].join(", else ");
            if named < self.from.len() {
                paths += &format!(", else {} others", self.from.len() - named);
            }
            parts.push(paths);
        }
        if let Some(scale) = self.scale {
            parts.push(format!("× {scale}"));
        }
        if let Some(start) = &self.start {
            parts.push(format!("counted from {start}"));
        }
        if let Some(latest) = &self.latest {
            parts.push(format!("in the year that makes it at most {latest}"));
        }
        if let Some(constant) = &self.constant {
            let word = if self.from.is_empty() { "always" } else { "else" };
            parts.push(format!("{word} \"{constant}\""));
        }
        if let Some(note) = &self.note {
            parts.push(format!("({note})"));
        }
        parts.join(" ")
    }
}

/// How a source is read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mapping {
    /// Id of the format; empty to have it detected.
    pub format: String,
    /// The zone of times that state none, as an IANA name.
    pub timezone: String,
    /// In the order of [`FIELDS`], one entry a field.
    pub fields: Vec<FieldMap>,
}

impl Mapping {
    /// A mapping with fields in the order of the registry.
    pub fn new(format: &str, fields: Vec<FieldMap>) -> Self {
        let mut fields = fields;
        fields.sort_by_key(|m| m.field as usize);
        Self { format: format.to_owned(), timezone: "UTC".to_owned(), fields }
    }

    /// How `field` is obtained, if it is.
    pub fn field(&self, field: Field) -> Option<&FieldMap> {
        self.fields.iter().find(|m| m.field == field)
    }

    /// The mapping as TOML.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("strings, numbers and tables always have a TOML form")
    }

    /// Reads TOML.
    ///
    /// # Errors
    /// What is wrong and where, in words.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|e| e.to_string().trim().to_owned())
    }
}

/// The TOML of one field.
#[derive(Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    from: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    constant: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scale: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    latest: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// What a person may write for a field.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Path(String),
    Paths(Vec<String>),
    Entry(Entry),
    OnePath {
        from: String,
        constant: Option<String>,
        scale: Option<f64>,
        start: Option<String>,
        latest: Option<String>,
        note: Option<String>,
    },
}

impl From<Written> for Entry {
    fn from(written: Written) -> Self {
        match written {
            Written::Path(path) => Self { from: vec![path], ..Self::default() },
            Written::Paths(from) => Self { from, ..Self::default() },
            Written::Entry(entry) => entry,
            Written::OnePath { from, constant, scale, start, latest, note } => {
                Self { from: vec![from], constant, scale, start, latest, note }
            }
        }
    }
}

struct Fields<'m>(&'m [FieldMap]);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for m in self.0 {
            let entry = Entry {
                from: m.from.clone(),
                constant: m.constant.clone(),
                scale: m.scale,
                start: m.start.clone(),
                latest: m.latest.clone(),
                note: m.note.clone(),
            };
            map.serialize_entry(m.field.name(), &entry)?;
        }
        map.end()
    }
}

impl Serialize for Mapping {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("format", &self.format)?;
        map.serialize_entry("timezone", &self.timezone)?;
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
            fields: std::collections::BTreeMap<String, Written>,
        }
        let file = File::deserialize(deserializer)?;
        let mut fields = Vec::new();
        for (name, written) in file.fields {
            let field = Field::parse(&name).ok_or_else(|| {
                let known: Vec<&str> = FIELDS.iter().map(|d| d.name).collect();
                D::Error::custom(format!("no field \"{name}\"; fields are {}", known.join(", ")))
            })?;
            let Entry { from, constant, scale, start, latest, note } = written.into();
            let of_time = [("start", start.is_some()), ("latest", latest.is_some())];
            if let Some((key, _)) = of_time.iter().find(|(_, is_given)| *is_given)
                && field != Field::Timestamp
            {
                return Err(D::Error::custom(format!("{key} belongs to timestamp only")));
            }
            if !scale.unwrap_or(1.0).is_finite() {
                return Err(D::Error::custom(format!("scale of {name} is not finite")));
            }
            fields.push(FieldMap { field, from, constant, scale, start, latest, note });
        }
        fields.sort_by_key(|m| m.field as usize);
        let timezone = file.timezone.unwrap_or_else(|| "UTC".to_owned());
        Ok(Self { format: file.format, timezone, fields })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_survives_toml() {
        let mapping = Mapping::new(
            "csv",
            vec![
                FieldMap::from(Field::LatencyMs, &["exec_time_seconds"]).scale(1000.0),
                FieldMap::from(Field::Timestamp, &["TIMESTAMP", "time \"x\""]),
                FieldMap::constant(Field::AccountId, "trace").note("no account column"),
            ],
        );
        let toml = mapping.to_toml();
        assert_eq!(Mapping::from_toml(&toml), Ok(mapping), "{toml}");
        let timestamp = toml.find("timestamp").expect("in it");
        assert!(timestamp < toml.find("latency_ms").expect("in it"), "registry order: {toml}");
    }

    #[test]
    fn people_may_write_it_short() {
        let toml = "format = \"csv\"\n[fields]\nmodel = \"ModelName\"\nuser_id = [\"a\", \"b\"]\n\
                    latency_ms = { from = \"secs\", scale = 1000 }\n\
                    account_id = { constant = \"x\" }";
        let mapping = Mapping::from_toml(toml).expect("valid");
        let from = |f: Field| mapping.field(f).map(|m| m.from.clone()).unwrap_or_default();
        assert_eq!(from(Field::Model), ["ModelName"]);
        assert_eq!(from(Field::UserId), ["a", "b"]);
        let latency = mapping.field(Field::LatencyMs).expect("mapped");
        assert_eq!((latency.from.as_slice(), latency.scale), (&["secs".to_owned()][..], Some(1e3)));
        assert_eq!(mapping.timezone, "UTC");
    }

    #[test]
    fn mistakes_are_named() {
        let why = |toml: &str| Mapping::from_toml(toml).expect_err(toml);
        assert!(why("fields.tokens = \"x\"").contains("no field \"tokens\""));
        assert!(why("formatt = \"csv\"").contains("formatt"));
        assert!(why("fields.model = { from = [\"x\"], start = \"2026-01-01\" }").contains("start"));
    }

    #[test]
    fn a_field_describes_itself() {
        let scaled = FieldMap::from(Field::LatencyMs, &["seconds"]).scale(1000.0);
        assert_eq!(scaled.describe(), "seconds × 1000");
        let fallback = FieldMap::from(Field::AccountId, &["user", "team"]).or("unattributed");
        assert_eq!(fallback.describe(), "user, else team else \"unattributed\"");
        let many = FieldMap::from(Field::Model, &["a", "b", "c", "d", "e"]).note("first");
        assert_eq!(many.describe(), "a, else b, else c, else 2 others (first)");
        let four = FieldMap::from(Field::Model, &["a", "b", "c", "d"]);
        assert_eq!(four.describe(), "a, else b, else c, else d");
    }
}
