//! Any other table or JSON, read with a mapping: guessed from names and values, or given.

use super::native::mapped_reader;
use super::{Format, Score, suggest};
use crate::ingest::{Container, Mapping, ReaderOptions, RecordReader, Sample};
use crate::model::Field;

/// A log known only by its column names.
pub(super) struct Generic {
    id: &'static str,
    title: &'static str,
    doc: &'static str,
    containers: &'static str,
    table: bool,
}

/// Tables.
pub(super) static CSV: Generic = Generic {
    id: "csv",
    title: "CSV with a column mapping",
    doc: "Any table whose rows are single calls. Columns are recognised by their names and \
          checked against their values; a mapping file settles the rest. Without an account \
          column the file's name stands for the account.",
    containers: "text separated by comma, semicolon, tab or |, with a header row",
    table: true,
};

/// JSON.
pub(super) static JSON: Generic = Generic {
    id: "json",
    title: "JSON with a field mapping",
    doc: "Any JSON whose records are single calls. Fields are recognised by their names, nested \
          ones included, and checked against their values; a mapping file settles the rest. \
          Without an account field the file's name stands for the account.",
    containers: "JSON lines, JSON array, JSON with a list in it",
    table: false,
};

impl Format for Generic {
    fn id(&self) -> &'static str {
        self.id
    }

    fn title(&self) -> &'static str {
        self.title
    }

    fn doc(&self) -> &'static str {
        self.doc
    }

    fn containers(&self) -> &'static str {
        self.containers
    }

    fn is_mapped(&self) -> bool {
        true
    }

    /// Never above 0.75: names are a guess, and the import review should be looked at.
    fn score(&self, sample: &Sample) -> Option<Score> {
        if sample.is_table() != self.table || suggest::obstacle(sample).is_some() {
            return None;
        }
        let mapping = self.mapping(sample);
        let mapped = |field: Field| mapping.field(field).is_some_and(|m| !m.from.is_empty());
        let worth = [
            (Field::AccountId, 0.15),
            (Field::Model, 0.1),
            (Field::InputTokens, 0.1),
            (Field::OutputTokens, 0.1),
        ];
        let found = worth.iter().filter(|(field, _)| mapped(*field)).map(|(_, w)| w).sum::<f32>();
        let totals = if suggest::looks_like_totals(sample) { 0.2 } else { 0.0 };
        let names: Vec<String> = mapping
            .fields
            .iter()
            .filter_map(|m| Some(format!("{} from {}", m.field.name(), m.from.first()?)))
            .collect();
        let account = if mapped(Field::AccountId) { "" } else { "; it names no account" };
        let why = format!("recognised by name: {}{account}", names.join(", "));
        Some(Score { confidence: 0.3 + found - totals, why })
    }

    fn mapping(&self, sample: &Sample) -> Mapping {
        suggest::mapping(self.id, sample)
    }

    fn reader(
        &self,
        container: &Container,
        mapping: &Mapping,
        options: &ReaderOptions,
    ) -> Result<Box<dyn RecordReader>, String> {
        if mapping.field(Field::Timestamp).is_none() {
            return Err("timestamp is not mapped; nothing can be placed in time".to_owned());
        }
        mapped_reader(container, mapping, options)
    }
}
