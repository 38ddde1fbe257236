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
         have one. Anything else may be absent or null, and unknown fields are kept in the raw \
         record. Texts in system, prompt and response are fingerprinted."
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
        let known =
            |v: &Value| v.as_object().map_or(0, |o| o.keys().filter(|k| is_known(k)).count());
        let rich = sample.share(|v| known(v) >= 4);
        let confidence = (0.75 + 0.15 * share + 0.09 * rich).min(0.99);
        let percent = (share * 100.0).round();
        let why = format!("{percent} % of the records have timestamp and account_id");
        Some(Score { confidence, why })
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

fn is_known(name: &str) -> bool {
    Field::parse(name).is_some() || TEXTS.iter().any(|(_, text)| *text == name)
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
