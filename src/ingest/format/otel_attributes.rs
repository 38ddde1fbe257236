//! The attributes of a span, whatever form they are written in: OTLP's list of typed values, an
//! object, an object of objects, or the span itself.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::ingest::document::scalar;
use crate::ingest::scalar::Scalar;

/// How deep objects of objects are followed.
const DEPTH: usize = 12;

/// Attributes by name.
#[derive(Default)]
pub(super) struct Attributes<'v>(HashMap<Cow<'v, str>, Scalar<'v>>);

impl<'v> Attributes<'v> {
    /// The attributes in a value; none in a value of another form.
    pub fn read(value: Option<&'v Value>) -> Self {
        let mut attributes = Self::default();
        attributes.add(value);
        attributes
    }

    /// Adds attributes; those that are there stay.
    pub fn add(&mut self, value: Option<&'v Value>) {
        match value {
            Some(Value::Array(list)) => {
                for pair in list {
                    if let Some(key) = pair.get("key").and_then(Value::as_str) {
                        let value = pair.get("value").map(typed).unwrap_or_default();
                        self.put(Cow::Borrowed(key), value);
                    }
                }
            }
            Some(Value::Object(object)) => self.flatten(None, object, DEPTH),
            _ => {}
        }
    }

    /// Adds what a text attribute with JSON holds, below its own name.
    pub fn open(&mut self, name: &'static str) {
        let Some(Scalar::Text(text)) = self.0.get(name) else { return };
        let Ok(Value::Object(object)) = serde_json::from_str::<Value>(text) else { return };
        for (key, value) in &object {
            self.put(Cow::Owned(format!("{name}.{key}")), scalar(value).into_owned());
        }
    }

    /// The value of the first of some names that has one.
    pub fn first(&self, names: &[&str]) -> Scalar<'v> {
        names.iter().find_map(|name| self.0.get(*name)).cloned().unwrap_or_default()
    }

    /// The text of an attribute, or nothing.
    pub fn text(&self, name: &str) -> &str {
        match self.0.get(name) {
            Some(Scalar::Text(text)) => text,
            _ => "",
        }
    }

    /// The texts of `before.N.after` for N from 0, as dialects write lists.
    pub fn numbered(&self, before: &str, after: &str) -> Vec<&str> {
        let at = |n: usize| match self.0.get(format!("{before}.{n}.{after}").as_str()) {
            Some(Scalar::Text(text)) => Some(&**text),
            _ => None,
        };
        (0..).map_while(at).collect()
    }

    /// Whether any name begins so.
    pub fn any_starts_with(&self, starts: &[&str]) -> bool {
        self.0.keys().any(|name| starts.iter().any(|start| name.starts_with(start)))
    }

    fn flatten(&mut self, above: Option<&str>, object: &'v Map<String, Value>, depth: usize) {
        for (key, value) in object {
            let name = match above {
                Some(above) => Cow::Owned(format!("{above}.{key}")),
                // Tables of spans write the attributes as columns of their own.
                None => Cow::Borrowed(key.strip_prefix("attributes.").unwrap_or(key)),
            };
            match value {
                Value::Object(inner) if depth > 0 => self.flatten(Some(&name), inner, depth - 1),
                _ => self.put(name, plain(value)),
            }
        }
    }

    fn put(&mut self, name: Cow<'v, str>, value: Scalar<'v>) {
        if !value.is_missing() {
            self.0.entry(name).or_insert(value);
        }
    }
}

/// A value of OTLP: `{"stringValue": …}`, `{"intValue": "12"}` and so on.
fn typed(value: &Value) -> Scalar<'_> {
    let Some(object) = value.as_object() else { return plain(value) };
    if let Some(list) = value.pointer("/arrayValue/values").and_then(Value::as_array) {
        let texts: Option<Vec<&str>> =
            list.iter().map(|item| item.get("stringValue").and_then(Value::as_str)).collect();
        return match texts {
            Some(texts) => joined(&texts),
            None => scalar(&object["arrayValue"]),
        };
    }
    let known = ["stringValue", "intValue", "doubleValue", "boolValue", "kvlistValue"];
    let found = known.iter().find_map(|key| object.get(*key));
    found.map(scalar).unwrap_or_default()
}

/// A plain value; a list of texts is those texts.
fn plain(value: &Value) -> Scalar<'_> {
    let texts = value.as_array().and_then(|list| list.iter().map(Value::as_str).collect());
    match texts {
        Some(texts) => {
            let texts: Vec<&str> = texts;
            joined(&texts)
        }
        None => scalar(value),
    }
}

fn joined<'v>(texts: &[&'v str]) -> Scalar<'v> {
    match texts {
        [] => Scalar::Missing,
        [one] => Scalar::Text(Cow::Borrowed(one)),
        more => Scalar::Text(Cow::Owned(more.join(","))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(attributes: &Attributes<'_>, name: &str) -> String {
        let text = attributes.first(&[name]).into_text();
        text.map(|text| text.as_str().to_owned()).unwrap_or_default()
    }

    #[test]
    fn every_form_of_attributes_reads_alike() {
        let forms = [
            serde_json::json!([
                {"key": "a.b", "value": {"intValue": "12"}},
                {"key": "r", "value": {"arrayValue": {"values": [{"stringValue": "stop"}]}}},
                {"key": "x", "value": {"stringValue": ""}},
                {"value": {}}, 5,
            ]),
            serde_json::json!({"a.b": 12, "r": ["stop"], "x": null}),
            serde_json::json!({"a": {"b": "12"}, "r": "stop"}),
            serde_json::json!({"attributes.a.b": 12.0, "attributes.r": ["stop"]}),
        ];
        for form in &forms {
            let attributes = Attributes::read(Some(form));
            let count = attributes.first(&["missing", "a.b"]).count("a.b", 1.0);
            assert_eq!(count, Ok(Some(12)), "{form}");
            assert_eq!(text(&attributes, "r"), "stop", "{form}");
            assert!(attributes.first(&["x"]).is_missing(), "{form}");
        }
    }

    #[test]
    fn numbered_attributes_are_a_list_and_json_in_a_text_is_opened() {
        let form = serde_json::json!({
            "p.0.content": "a", "p.1.content": "b", "p.3.content": "d",
            "parameters": "{\"model\":\"m\",\"n\":2}", "broken": "{",
        });
        let mut attributes = Attributes::read(Some(&form));
        assert_eq!(attributes.numbered("p", "content"), ["a", "b"]);
        attributes.open("parameters");
        attributes.open("broken");
        assert_eq!(text(&attributes, "parameters.model"), "m");
    }

    #[test]
    fn attributes_in_attributes_do_not_use_up_the_stack() {
        let deep = format!("{}1{}", "{\"a\":".repeat(100), "}".repeat(100));
        let form = serde_json::from_str(&deep).expect("JSON");
        assert!(Attributes::read(Some(&form)).any_starts_with(&["a.a.a"]));
    }
}
