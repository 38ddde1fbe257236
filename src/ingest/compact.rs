//! Lists and objects as compact JSON text, keys in the order written, without building them.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Appends the next value as compact JSON.
pub(super) struct Compact<'o>(pub &'o mut String);

impl<'de> DeserializeSeed<'de> for Compact<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Compact<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.0.push_str("null");
        Ok(())
    }
    fn visit_bool<E: Error>(self, v: bool) -> Result<(), E> {
        self.0.push_str(if v { "true" } else { "false" });
        Ok(())
    }
    fn visit_u64<E: Error>(self, v: u64) -> Result<(), E> {
        self.0.push_str(&v.to_string());
        Ok(())
    }
    fn visit_i64<E: Error>(self, v: i64) -> Result<(), E> {
        self.0.push_str(&v.to_string());
        Ok(())
    }
    fn visit_f64<E: Error>(self, v: f64) -> Result<(), E> {
        self.0.push_str(&v.to_string());
        Ok(())
    }
    fn visit_str<E: Error>(self, v: &str) -> Result<(), E> {
        push_string(self.0, v);
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.0.push('[');
        let start = self.0.len();
        loop {
            let before = self.0.len();
            if before > start {
                self.0.push(',');
            }
            if items.next_element_seed(Compact(self.0))?.is_none() {
                self.0.truncate(before);
                break;
            }
        }
        self.0.push(']');
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        self.0.push('{');
        let start = self.0.len();
        loop {
            let before = self.0.len();
            if before > start {
                self.0.push(',');
            }
            if entries.next_key_seed(Compact(self.0))?.is_none() {
                self.0.truncate(before);
                break;
            }
            self.0.push(':');
            entries.next_value_seed(Compact(self.0))?;
        }
        self.0.push('}');
        Ok(())
    }
}

/// A JSON string with the escapes JSON demands and no others.
fn push_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Appends the name of a tool, after a comma: text as it is, else the first of `name`,
/// `function.name`, `toolSpec.name` and `type` that an object has.
pub(super) struct ToolNames<'o>(pub &'o mut String);

impl<'de> DeserializeSeed<'de> for ToolNames<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ToolNames<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E: Error>(self, name: &str) -> Result<(), E> {
        if !name.is_empty() {
            if !self.0.is_empty() {
                self.0.push(',');
            }
            self.0.push_str(name);
        }
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut found: [Option<String>; TOOL_KEYS.len()] = Default::default();
        while let Some(key) = entries.next_key::<String>()? {
            match TOOL_KEYS.iter().position(|(known, _)| *known == key) {
                Some(at) => found[at] = entries.next_value_seed(TOOL_KEYS[at].1)?,
                None => _ = entries.next_value::<IgnoredAny>()?,
            }
        }
        let name = found.into_iter().flatten().next();
        self.visit_str(&name.unwrap_or_default())
    }
}

/// Where the name of a tool is, in order of preference.
const TOOL_KEYS: [(&str, NameIn); 4] = [
    ("name", NameIn::Text),
    ("function", NameIn::Object),
    ("toolSpec", NameIn::Object),
    ("type", NameIn::Text),
];

/// Takes a name, and nothing else, out of the next value; `None` where it is not as expected.
#[derive(Clone, Copy)]
enum NameIn {
    /// The value itself.
    Text,
    /// The text under `name` of an object.
    Object,
}

impl<'de> DeserializeSeed<'de> for NameIn {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NameIn {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }
    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(matches!(self, Self::Text).then(|| name.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut name = None;
        while let Some(key) = entries.next_key::<String>()? {
            match self {
                Self::Object if key == "name" => name = entries.next_value_seed(Self::Text)?,
                _ => _ = entries.next_value::<IgnoredAny>()?,
            }
        }
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compact(json: &str) -> String {
        let mut out = String::new();
        let mut deserializer = serde_json::Deserializer::from_str(json);
        Compact(&mut out).deserialize(&mut deserializer).expect(json);
        out
    }

    #[test]
    fn a_tool_gives_its_name_wherever_it_is_and_whatever_else_it_holds() {
        let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
        for (tool, name) in [
            (r#""search""#, "search"),
            (r#"{"type":"custom","name":"run","name":"walk"}"#, "walk"),
            (r#"{"type":"function","function":{"x":[{}],"name":"mail"}}"#, "mail"),
            (r#"{"toolSpec":{"name":"t"}}"#, "t"),
            (r#"{"type":"computer","name":5,"function":["name"]}"#, "computer"),
            (r#"{"function":"x"}"#, ""),
            (&format!(r#"{{"input_schema":{deep},"name":"deep"}}"#), "deep"),
        ] {
            let mut names = String::new();
            let mut deserializer = serde_json::Deserializer::from_str(tool);
            ToolNames(&mut names).deserialize(&mut deserializer).expect(name);
            assert_eq!(names, name);
        }
    }

    #[test]
    fn compact_json_keeps_order_and_drops_space() {
        let pretty = "[ { \"b\" : 1, \"a\" : [ ] }, \"x\\n\\u0001é\", null, true, -2, 1.5, {} ]";
        let expected = "[{\"b\":1,\"a\":[]},\"x\\n\\u0001é\",null,true,-2,1.5,{}]";
        assert_eq!(compact(pretty), expected);
        assert_eq!(compact(expected), expected);
    }
}
