//! Stillwatch's own format: the field names of the registry, as JSON or CSV.

use serde_json::Value;

use super::slots::container_reader;
use super::{Format, Score, suggest};
use crate::ingest::fields::Plan;
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, RecordReader, Sample};
use crate::model::{FIELDS, Field};

/// See [`Format::doc`].
pub(super) struct Native;

/// Names read besides those of the registry: texts that are only fingerprinted.
const TEXTS: [(Field, &str); 3] = [
    (Field::SystemHash, "system"),
    (Field::PromptHash, "prompt"),
    (Field::ResponseHash, "response"),
];

impl Format for Native {
    fn id(&self) -> &'static str {
        "native"
    }

    fn title(&self) -> &'static str {
        "Stillwatch log"
    }

    fn doc(&self) -> &'static str {
        "One exchange a record under Stillwatch's own field names. Only account_id is required; a \
         record without a timestamp is kept as an event without a time, but a log needs some that \
         have one. Anything else may be absent or null; a field that is nowhere under its own \
         name is looked for under those that other logs give it. Unknown fields are kept in the \
         raw record. Texts in system, prompt and response are fingerprinted."
    }

    fn containers(&self) -> &'static str {
        "JSON lines, JSON array, CSV"
    }

    fn is_mapped(&self) -> bool {
        true
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let has = |value: &Value, name: &str| value.get(name).is_some_and(|v| !v.is_null());
        let share = sample.share(|v| has(v, "timestamp") && (has(v, "account_id")));
        let named = sample.share(|v| v.get("timestamp").is_some() && v.get("account_id").is_some());
        if named < 0.5 {
            return None;
        }
        let known = |v: &Value| {
            v.as_object().map_or(0, |o| o.keys().filter(|k| own_name(k).is_some()).count())
        };
        let rich = sample.share(|v| known(v) >= 4);
        let percent = (share * 100.0).round();
        let mut why = format!("{percent} % of the records have timestamp and account_id");
        let guessed = suggest::by_other_names(sample, own_name);
        if guessed.is_empty() {
            let confidence = (0.75 + 0.15 * share + 0.09 * rich).min(0.99);
            return Some(Score { confidence, why });
        }
        for map in &guessed {
            let path = map.from.first().map_or("", String::as_str);
            why += &format!(", {} from {path}", map.field.name());
        }
        // Names are a guess: above that of any other log, and worth a look.
        Some(Score { confidence: 0.76, why })
    }

    fn mapping(&self, sample: &Sample) -> Mapping {
        let present =
            |name: &str| !sample.is_table() || sample.header().iter().any(|column| column == name);
        let mut fields = Vec::new();
        for def in &FIELDS {
            let mut from: Vec<&str> = vec![def.name];
            from.extend(TEXTS.iter().filter(|(f, _)| *f == def.field).map(|(_, name)| *name));
            from.retain(|name| present(name));
            if !from.is_empty() {
                fields.push(FieldMap::from(def.field, &from));
            }
        }
        if sample.is_table() {
            suggest::show_decimals(sample, &mut fields);
        }
        for other in suggest::by_other_names(sample, own_name) {
            match fields.iter_mut().find(|map| map.field == other.field) {
                // What is counted in another unit stands alone: a factor is one of the field.
                Some(map) if other.scale.is_none() => map.from.extend(other.from),
                Some(map) => *map = other,
                None => fields.push(other),
            }
        }
        Mapping::new(self.id(), fields)
    }

    fn reader(
        &self,
        container: &Container,
        mapping: &Mapping,
        options: &ReaderOptions,
    ) -> Result<Box<dyn RecordReader>, String> {
        mapped_reader(container, mapping, options)
    }
}

/// The field that has this name here.
fn own_name(name: &str) -> Option<Field> {
    let text = || TEXTS.iter().find(|(_, text)| *text == name).map(|(field, _)| *field);
    Field::parse(name).or_else(text)
}

/// A reader that does what a mapping says.
pub(super) fn mapped_reader(
    container: &Container,
    mapping: &Mapping,
    options: &ReaderOptions,
) -> Result<Box<dyn RecordReader>, String> {
    let (tree, shape) = Plan::new(mapping, options)?;
    Ok(container_reader(container, tree, shape))
}
