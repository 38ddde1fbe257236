//! How records are laid out in a file, apart from what they mean.

use serde::{Deserialize, Serialize};

/// The outer shape of a source: all a splitter needs to know.
///
/// A byte-order mark before the first record belongs to no record. Blank records (only
/// whitespace) are skipped and are not rejects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Container {
    /// One record a line; `\n` or `\r\n`. The last line may lack its newline.
    Lines,
    /// JSON values of any layout: one pretty-printed value, values one after the other, one
    /// array whose items are the records, or objects whose key `envelope` holds that array.
    ///
    /// With an envelope, each top-level object is opened (CloudTrail deliveries are often
    /// concatenated), and everything in it outside the array is not a record.
    JsonValues {
        /// The key that holds the array, `Records`, `records`, `data`…, or the keys to it from
        /// outside in: `data.items`.
        envelope: Option<String>,
    },
    /// Delimited text with quoted fields (RFC 4180). The first record is the header and is
    /// never given to a reader; a quoted field may hold line breaks.
    ///
    /// A quote opens a quoted field only at the start of a field; elsewhere it is a plain
    /// character.
    Csv {
        /// `,`, `;`, tab or `|`.
        delimiter: u8,
        /// The names in the header, in order, without the byte-order mark.
        header: Vec<String>,
    },
}

impl Container {
    /// A short name: `JSON lines`, `JSON array "Records"`, `CSV, 3 columns`.
    pub fn title(&self) -> String {
        match self {
            Self::Lines => "JSON lines".to_owned(),
            Self::JsonValues { envelope: None } => "JSON values".to_owned(),
            Self::JsonValues { envelope: Some(key) } => format!("JSON array \"{key}\""),
            Self::Csv { delimiter, header } => {
                let columns = header.len();
                match delimiter {
                    b',' => format!("CSV, {columns} columns"),
                    b'\t' => format!("tab-separated text, {columns} columns"),
                    other => {
                        format!("text separated by \"{}\", {columns} columns", char::from(*other))
                    }
                }
            }
        }
    }
}
