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

use crate::model::Field;

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
    /// A remark on how it is derived, for people.
    pub note: Option<String>,
}

/// How a source is read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mapping {
    /// Id of the format.
    pub format: String,
    /// The zone of times that state none, as an IANA name.
    pub timezone: String,
    /// In the order of [`crate::model::FIELDS`], one entry a field.
    pub fields: Vec<FieldMap>,
}
