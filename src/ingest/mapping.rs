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
//! By hand it may be shorter: `fields.model = "ModelName"` is one path, and a list of paths are
//! alternatives. With `join` a field is made of all of them, in their order:
//!
//! ```toml
//! fields.timestamp = { from = ["date", "time"], join = " " }
//! fields.user_id = { from = ["org", "user"], join = "/" }
//! ```
//!
//! A record that lacks one of the parts has nothing to join: half an identity would be another
//! one. Then `constant` stands in, or the value is missing.

mod written;

use crate::model::Field;

/// Most paths that are named when a field is described.
const MOST_NAMED: usize = 4;

/// The remark on an account that no record names.
const OF_FILE: &str = "no account in the log; the file's name stands for all of it";

/// How one field is obtained.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldMap {
    /// Our field.
    pub field: Field,
    /// Paths in the record, in order of preference; the first that is present counts. A dot
    /// goes one level down (`identity.arn`); arrays on the way are searched, the last value wins.
    pub from: Vec<String>,
    /// All of the paths make the value, with this between them, and all must be present.
    pub join: Option<String>,
    /// The value when no path is present.
    pub constant: Option<String>,
    /// What numbers are multiplied by (1000 turns seconds into milliseconds).
    pub scale: Option<f64>,
    /// What stands before the decimals of numbers, a comma or a point; the other one, blanks and
    /// apostrophes stand between thousands. Without it a number whose only comma can stand between
    /// thousands is none.
    pub decimal: Option<char>,
    /// What stands where there is no value, besides what every format has for that.
    pub missing: Vec<String>,
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
        Self {
            field,
            from,
            join: None,
            constant: None,
            scale: None,
            decimal: None,
            missing: Vec::new(),
            start: None,
            latest: None,
            note: None,
        }
    }

    /// A field that is the same in every record.
    pub fn constant(field: Field, value: impl Into<String>) -> Self {
        Self { constant: Some(value.into()), ..Self::from(field, &[]) }
    }

    /// The account of a log that names none.
    pub fn of_file(stem: &str) -> Self {
        Self::constant(Field::AccountId, stem).note(OF_FILE)
    }

    /// Whether it is that.
    pub fn is_of_file(&self) -> bool {
        self.note.as_deref() == Some(OF_FILE)
    }

    /// The same made of all its paths.
    pub fn join(mut self, between: impl Into<String>) -> Self {
        self.join = Some(between.into());
        self
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

    /// Whether texts of a field can be named that are no value: what is kept as a fingerprint or as
    /// a list of names is compared with none.
    pub fn can_miss(field: Field) -> bool {
        !matches!(
            field,
            Field::PromptHash
                | Field::ResponseHash
                | Field::ReasoningSignature
                | Field::ReplayedSignature
                | Field::SystemHash
                | Field::Tools
        )
    }

    /// Whether the record must have something at these paths for the field to have a value.
    pub fn needs_path(&self) -> bool {
        !self.from.is_empty() && self.constant.as_ref().is_none_or(String::is_empty)
    }

    /// Where it comes from, in words: `exec_time_seconds × 1000`, `date + " " + time`,
    /// `always "trace"`. Of many paths the first are named; the mapping as TOML has them all.
    pub fn describe(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        if !self.from.is_empty() {
            let between = match &self.join {
                Some(join) if join.is_empty() => " + ".to_owned(),
                Some(join) => format!(" + \"{join}\" + "),
                None => ", else ".to_owned(),
            };
            let named = if self.from.len() > MOST_NAMED { MOST_NAMED - 1 } else { self.from.len() };
            let mut paths = self.from[..named].join(&between);
            if named < self.from.len() {
                paths += &format!("{between}{} others", self.from.len() - named);
            }
            parts.push(paths);
        }
        if let Some(scale) = self.scale {
            parts.push(format!("× {scale}"));
        }
        if let Some(decimal) = self.decimal {
            parts.push(format!("with \"{decimal}\" before decimals"));
        }
        if !self.missing.is_empty() {
            parts.push(format!("nothing where it says \"{}\"", self.missing.join("\" or \"")));
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
    /// The columns or paths of the file it was made for, where it was saved for others like it.
    pub columns: Vec<String>,
    /// In the order of the registry of fields, one entry a field.
    pub fields: Vec<FieldMap>,
}

impl Mapping {
    /// A mapping with fields in the order of the registry.
    pub fn new(format: &str, fields: Vec<FieldMap>) -> Self {
        let mut fields = fields;
        fields.sort_by_key(|m| m.field as usize);
        let (format, timezone) = (format.to_owned(), "UTC".to_owned());
        Self { format, timezone, columns: Vec::new(), fields }
    }

    /// The same for other files with such columns: a year that was assumed is that of its own file,
    /// and so is the name that stands for an account.
    pub fn for_files_with(mut self, columns: Vec<String>) -> Self {
        self.columns = columns;
        self.fields.retain(|map| !map.is_of_file());
        self.fields.iter_mut().for_each(|map| map.latest = None);
        self
    }

    /// The same for one file, whose name stands for the account where nothing else does.
    pub fn of_file(mut self, stem: &str) -> Self {
        if self.field(Field::AccountId).is_none() {
            self.set(FieldMap::of_file(stem));
        }
        self
    }

    /// How `field` is obtained, if it is.
    pub fn field(&self, field: Field) -> Option<&FieldMap> {
        self.fields.iter().find(|m| m.field == field)
    }

    /// Has a field obtained another way, or not at all where the map says nothing.
    pub fn set(&mut self, map: FieldMap) {
        self.fields.retain(|m| m.field != map.field);
        let says_something = !map.from.is_empty() || map.constant.is_some();
        if says_something {
            self.fields.push(map);
            self.fields.sort_by_key(|m| m.field as usize);
        }
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
                FieldMap::from(Field::UserId, &["org", "user"]).join("/"),
            ],
        );
        let mapping = Mapping { columns: vec!["org".into(), "user".into()], ..mapping };
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
    fn for_other_files_it_says_their_columns_and_no_year_or_name_of_its_own() {
        let timestamp = FieldMap::from(Field::Timestamp, &["time"]);
        let plain = Mapping::new("vllm", vec![timestamp.clone()]);
        let latest = Some("2026-01-01T00:00:00Z".to_owned());
        let fields = vec![FieldMap { latest, ..timestamp }, FieldMap::of_file("monday")];
        let own = Mapping::new("vllm", fields);
        assert_eq!(Mapping::from_toml(&own.to_toml()), Ok(own.clone()));
        let columns = vec!["time".to_owned()];
        let expected = Mapping { columns: columns.clone(), ..plain };
        let saved = own.for_files_with(columns);
        assert_eq!(saved, expected);
        let tuesday = saved.of_file("tuesday");
        assert_eq!(tuesday.field(Field::AccountId), Some(&FieldMap::of_file("tuesday")));
        assert_eq!(tuesday.clone().of_file("wednesday"), tuesday);
    }

    #[test]
    fn mistakes_are_named() {
        let why = |toml: &str| Mapping::from_toml(toml).expect_err(toml);
        assert!(why("fields.tokens = \"x\"").contains("no field \"tokens\""));
        assert!(why("formatt = \"csv\"").contains("formatt"));
        assert!(why("fields.model = { from = [\"x\"], start = \"2026-01-01\" }").contains("start"));
        assert!(why("fields.model = { from = \"x\", latest = \"2026\" }").contains("latest"));
        assert!(why("fields.model = { from = \"x\", scal = 2.0 }").contains("scal"));
        assert!(why("fields.model = { from = \"x\", join = \"/\" }").contains("two or more"));
        assert!(why("fields.model = 3").contains("a path, a list of paths or a table"));
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

    #[test]
    fn a_joined_field_describes_itself_as_a_sum() {
        let joined = FieldMap::from(Field::Timestamp, &["date", "time"]).join(" ");
        assert_eq!(joined.describe(), "date + \" \" + time");
        let bare = FieldMap::from(Field::UserId, &["org", "user"]).join("").or("nobody");
        assert_eq!(bare.describe(), "org + user else \"nobody\"");
    }

    #[test]
    fn a_field_is_set_anew_or_taken_away() {
        let mut mapping = Mapping::new("csv", vec![FieldMap::from(Field::Model, &["m"])]);
        mapping.set(FieldMap::from(Field::Timestamp, &["t"]));
        mapping.set(FieldMap::from(Field::Model, &["name"]));
        let from: Vec<_> = mapping.fields.iter().map(|m| m.from[0].as_str()).collect();
        assert_eq!(from, ["t", "name"]);
        mapping.set(FieldMap::from(Field::Model, &[]));
        assert_eq!(mapping.field(Field::Model), None);
    }
}
