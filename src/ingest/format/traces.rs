//! Public traces of language-model services: tables and JSON lines whose columns are known.

use super::native::mapped_reader;
use super::{Format, Score};
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, RecordReader, Sample};
use crate::model::Field;

/// A published trace, read with a mapping that is known and can be edited.
pub(super) struct Trace {
    id: &'static str,
    title: &'static str,
    doc: &'static str,
    containers: &'static str,
    table: bool,
    /// Names that every record has.
    columns: &'static [&'static str],
    /// Names that records of another kind have beside these.
    others: &'static [&'static str],
    fields: fn() -> Vec<FieldMap>,
}

/// Where the times of a trace without a date begin, unless the mapping says when.
const START: &str = "1970-01-01T00:00:00Z";

/// Azure's traces of 2023 and 2024.
pub(super) static AZURE: Trace = Trace {
    id: "azure_trace",
    title: "Azure LLM inference trace",
    doc: "The public traces of Azure's services of 2023 and 2024: time, input and output tokens. \
          No account, address or model; the file's name stands for the account. Those of 2023 \
          state no zone.",
    containers: "CSV",
    table: true,
    columns: &["TIMESTAMP", "ContextTokens", "GeneratedTokens"],
    others: &[],
    fields: || {
        vec![
            FieldMap::from(Field::Timestamp, &["TIMESTAMP"]),
            FieldMap::from(Field::InputTokens, &["ContextTokens"]),
            FieldMap::from(Field::OutputTokens, &["GeneratedTokens"]),
        ]
    },
};

/// Mooncake's traces.
pub(super) static MOONCAKE: Trace = Trace {
    id: "mooncake",
    title: "Mooncake trace",
    doc: "The public traces of Mooncake (Kimi): milliseconds from the start of a recording, \
          tokens, and an id for each block of 512 tokens, which stands for all that comes before \
          it, too. Two requests with the same list have the same prompt, so the whole list is \
          the prompt's fingerprint; one block alone is only a common beginning and is used for \
          nothing. Times are placed from 1970-01-01 unless the mapping's `start` says when the \
          recording began. No account; the file's name stands for it.",
    containers: "JSON lines",
    table: false,
    columns: &["timestamp", "input_length", "output_length", "hash_ids"],
    // Traces in the same manner, but in seconds.
    others: &["chat_id"],
    fields: || {
        vec![
            FieldMap::from(Field::Timestamp, &["timestamp"]).scale(0.001).start(START),
            FieldMap::from(Field::InputTokens, &["input_length"]),
            FieldMap::from(Field::OutputTokens, &["output_length"]),
            FieldMap::from(Field::PromptHash, &["hash_ids"]).note("fingerprint of the whole list"),
        ]
    },
};

/// BurstGPT's traces.
pub(super) static BURST_GPT: Trace = Trace {
    id: "burstgpt",
    title: "BurstGPT trace",
    doc: "The public traces of BurstGPT: seconds from the start of a recording, model, tokens, \
          in later versions session and duration, whatever the order of the columns. Times are \
          placed from 1970-01-01 unless the mapping's `start` says when the recording began. No \
          account; the file's name stands for it. An answer of 0 tokens is a failed call.",
    containers: "CSV",
    table: true,
    columns: &["Timestamp", "Model", "Request tokens", "Response tokens", "Log Type"],
    others: &[],
    fields: || {
        vec![
            FieldMap::from(Field::Timestamp, &["Timestamp"]).scale(1.0).start(START),
            FieldMap::from(Field::SessionId, &["Session ID"]),
            FieldMap::from(Field::Pathway, &["Log Type"]),
            FieldMap::from(Field::Model, &["Model"]),
            FieldMap::from(Field::InputTokens, &["Request tokens"]),
            FieldMap::from(Field::OutputTokens, &["Response tokens"]),
            FieldMap::from(Field::LatencyMs, &["Elapsed time"]).scale(1000.0),
        ]
    },
};

/// Alibaba's trace of an image service.
pub(super) static GEN_TD: Trace = Trace {
    id: "gentd26",
    title: "Alibaba GenTD26 request trace",
    doc: "The public request trace of an image-generation service: local time, anonymised group \
          (the account), checkpoint, state and duration. No tokens, no address.",
    containers: "CSV",
    table: true,
    columns: &["gmt_create", "predict_type", "predict_status", "exec_time_seconds", "groupId"],
    others: &[],
    fields: || {
        vec![
            FieldMap::from(Field::Timestamp, &["gmt_create"]),
            FieldMap::from(Field::AccountId, &["groupId"]),
            FieldMap::from(Field::Endpoint, &["predict_type"]),
            FieldMap::from(Field::Model, &["checkpoint_model_version_id"]),
            FieldMap::from(Field::StopReason, &["predict_status"]),
            FieldMap::from(Field::LatencyMs, &["exec_time_seconds"]).scale(1000.0),
        ]
    },
};

impl Format for Trace {
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

    fn score(&self, sample: &Sample) -> Option<Score> {
        if sample.is_table() != self.table {
            return None;
        }
        let share = sample.share(|v| {
            self.columns.iter().all(|name| v.get(*name).is_some())
                && !self.others.iter().any(|name| v.get(*name).is_some())
        });
        (share >= 0.5).then(|| {
            let why = format!("it has {}", self.columns.join(", "));
            Score { confidence: share * 0.95, why }
        })
    }

    fn mapping(&self, sample: &Sample) -> Mapping {
        let is_there = |map: &FieldMap| {
            !sample.is_table() || map.from.iter().all(|name| sample.header().contains(name))
        };
        let mut fields: Vec<FieldMap> = (self.fields)().into_iter().filter(is_there).collect();
        if !fields.iter().any(|map| map.field == Field::AccountId) {
            fields.push(FieldMap::of_file(&sample.file_stem));
        }
        Mapping::new(self.id, fields)
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

#[cfg(test)]
#[path = "tests/traces.rs"]
mod tests;
