//! Reading records as whole documents, for formats whose fields lie too variously for a tree of
//! paths: nested spans, keys named after plugins. Slower than slots, and one record may give
//! many exchanges.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::csv::{Cells, check_width, is_no_value, utf8_row};
use super::json::{json_reason, utf8};
use super::reader::RecordReader;
use super::scalar::Scalar;
use super::split::HEADER_AGAIN;
use super::{Container, Reason, surrogates};
use crate::model::Exchange;

/// What becomes of a document: the part of a reader that knows a format.
pub(super) trait Document: Send + Sync {
    /// Makes exchanges of a document, an object or a list, and gives them to `emit`.
    ///
    /// # Errors
    /// Why it is in the reject ledger. Of a document that holds several calls, those that could
    /// be read have been given to `emit` all the same.
    fn shape(&self, document: &Value, emit: &mut dyn FnMut(&Exchange<'_>)) -> Result<(), Reason>;
}

/// Reads the records of a container as documents; a row of a table is an object of texts.
pub(super) struct DocumentReader<D> {
    columns: Option<(u8, Vec<String>)>,
    document: D,
}

impl<D> DocumentReader<D> {
    /// A reader of what `document` makes of the records of a container.
    pub fn new(container: &Container, document: D) -> Self {
        let columns = match container {
            Container::Csv { delimiter, header } => Some((*delimiter, header.clone())),
            Container::Lines | Container::JsonValues { .. } => None,
        };
        Self { columns, document }
    }
}

impl<D: Document> RecordReader for DocumentReader<D> {
    fn read(&self, record: &[u8], emit: &mut dyn FnMut(&Exchange<'_>)) -> Result<(), Reason> {
        let document = match &self.columns {
            Some((delimiter, header)) => row(utf8_row(record)?, *delimiter, header)?,
            None => parse(utf8(record)?)?,
        };
        match &document {
            Value::Object(_) | Value::Array(_) => self.document.shape(&document, emit),
            _ => Err("the record is neither an object nor a list".into()),
        }
    }
}

fn parse(text: &str) -> Result<Value, Reason> {
    match serde_json::from_str(text) {
        Err(error) if surrogates::is_cause(&error) => {
            serde_json::from_str(&surrogates::mend(text)).map_err(|e| json_reason(&e))
        }
        parsed => parsed.map_err(|e| json_reason(&e)),
    }
}

fn row(row: &str, delimiter: u8, header: &[String]) -> Result<Value, Reason> {
    let mut object = Map::new();
    let mut repeats_header = true;
    let mut width = 0;
    for cell in Cells::new(row, delimiter) {
        let cell = cell?;
        let name = header.get(width);
        repeats_header &= name.is_some_and(|name| *name == cell);
        if let Some(name) = name.filter(|_| !is_no_value(&cell)) {
            object.insert(name.clone(), Value::String(cell.into_owned()));
        }
        width += 1;
    }
    check_width(width, header.len())?;
    if repeats_header {
        return Err(HEADER_AGAIN.into());
    }
    Ok(Value::Object(object))
}

/// A value as what a slot would hold: text borrowed, lists and objects as compact JSON.
pub(super) fn scalar(value: &Value) -> Scalar<'_> {
    match value {
        Value::Null => Scalar::Missing,
        Value::Bool(flag) => Scalar::Bool(*flag),
        Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(count), ..) => Scalar::UInt(count),
            (None, Some(count), _) => Scalar::Int(count),
            (None, None, Some(real)) => Scalar::Float(real),
            (None, None, None) => Scalar::Missing,
        },
        Value::String(text) => match text.as_str() {
            "" | "None" | "null" | "{}" | "[]" => Scalar::Missing,
            text => Scalar::Text(Cow::Borrowed(text)),
        },
        Value::Array(list) if list.is_empty() => Scalar::Missing,
        Value::Object(object) if object.is_empty() => Scalar::Missing,
        json => Scalar::Text(Cow::Owned(json.to_string())),
    }
}

/// The value of the first of some keys that an object has something under.
pub(super) fn first<'v>(object: &'v Value, keys: &[&str]) -> Scalar<'v> {
    let mut values = keys.iter().filter_map(|key| object.get(*key)).map(scalar);
    values.find(|value| !value.is_missing()).unwrap_or_default()
}

/// The object or list under a key, whether it stands there or in a text.
pub(super) fn inner<'v>(object: &'v Value, keys: &[&str]) -> Option<Cow<'v, Value>> {
    keys.iter().find_map(|key| match object.get(*key)? {
        Value::String(text) if super::inside::may_be_json(text) => {
            serde_json::from_str(text).ok().map(Cow::Owned)
        }
        value @ (Value::Object(_) | Value::Array(_)) => Some(Cow::Borrowed(value)),
        _ => None,
    })
}

/// Names of tools in a list of their definitions, or the keys of an object of them, joined by
/// commas.
pub(super) fn tool_names(tools: &Value) -> Option<String> {
    let name = |tool: &Value| {
        let named = tool.pointer("/function/name").or_else(|| tool.get("name"));
        match tool {
            Value::String(text) => Some(text.clone()),
            _ => named?.as_str().map(str::to_owned),
        }
    };
    let names: Vec<String> = match tools {
        Value::Array(list) => list.iter().filter_map(name).filter(|n| !n.is_empty()).collect(),
        Value::Object(object) => object.keys().cloned().collect(),
        _ => Vec::new(),
    };
    (!names.is_empty()).then(|| names.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Text;

    /// Emits the model of each document.
    struct Model;

    impl Document for Model {
        fn shape(
            &self,
            document: &Value,
            emit: &mut dyn FnMut(&Exchange<'_>),
        ) -> Result<(), Reason> {
            let model = first(document, &["model", "name"]).into_text();
            emit(&Exchange { model, ..Exchange::default() });
            Ok(())
        }
    }

    fn read(container: &Container, record: &str) -> Result<String, Reason> {
        let mut seen = String::new();
        DocumentReader::new(container, Model).read(record.as_bytes(), &mut |exchange| {
            seen = exchange.model.as_ref().map_or("-", Text::as_str).to_owned();
        })?;
        Ok(seen)
    }

    #[test]
    fn objects_lists_and_rows_are_documents_and_nothing_else_is() {
        let header = ["model", "name"].map(str::to_owned).to_vec();
        let table = Container::Csv { delimiter: b',', header };
        assert_eq!(read(&Container::Lines, r#"{"model":"m\ud83d"},"#), Ok("m\u{fffd}".to_owned()));
        assert_eq!(read(&Container::Lines, r#"{"model":"","name":5}"#), Ok("5".to_owned()));
        assert_eq!(read(&Container::Lines, "[1]"), Ok("-".to_owned()));
        assert_eq!(read(&table, "NULL,n"), Ok("n".to_owned()));
        assert_eq!(read(&table, "n"), Err("row has fewer fields than the header".into()));
        assert_eq!(read(&table, "model,name"), Err("the header again, not a row".into()));
        assert_eq!(read(&Container::Lines, "{\"model\":"), Err("JSON ends early".into()));
        let text = "the record is neither an object nor a list";
        assert_eq!(read(&Container::Lines, "\"secret\""), Err(text.into()));
    }

    #[test]
    fn what_stands_in_a_text_is_found_like_what_stands_there() {
        let object = serde_json::json!({ "a": { "b": 1 }, "t": "{\"b\":1}", "x": "{b", "n": 1 });
        for key in ["a", "t"] {
            let found = inner(&object, &["missing", key]).expect(key);
            assert_eq!(found.get("b"), Some(&Value::from(1)));
        }
        assert_eq!((inner(&object, &["x"]), inner(&object, &["n"])), (None, None));
    }

    #[test]
    fn tools_give_their_names() {
        let tools = serde_json::json!([{"function": {"name": "a"}}, {"name": "b"}, "c", {"x": 1}]);
        assert_eq!(tool_names(&tools).as_deref(), Some("a,b,c"));
        assert_eq!(tool_names(&serde_json::json!({"d": "{}"})).as_deref(), Some("d"));
        assert_eq!(tool_names(&serde_json::json!([])), None);
    }
}
