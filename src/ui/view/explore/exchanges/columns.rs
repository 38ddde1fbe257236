//! The columns of the exchanges table: every field of a record, and what the case knows of it.

use std::sync::Arc;

use crate::index::{Index, Lists, RowView};
use crate::model::{Field, SourceInfo};
use crate::ui::widget::table::Column;

use super::super::value::Value;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Field(Field),
    Kind,
    Source,
    Event,
    Verdict,
    Tags,
}

use Field as F;
use What as W;

const fn text(title: &'static str, width: f32) -> Column<'static> {
    Column::text(title, width, 84.0).extra()
}

const fn number(title: &'static str) -> Column<'static> {
    Column::number(title, 84.0, 66.0).extra()
}

/// The columns: what each holds, its name in files, how it is shown. The request id is not among
/// them: the index does not hold it, the original record shows it.
#[rustfmt::skip]
pub const COLUMNS: [(What, &str, Column<'static>); 37] = [
    (W::Field(F::Timestamp), "timestamp", Column::text("Time", 138.0, 116.0).says("In the time zone chosen")),
    (W::Field(F::AccountId), "account_id", Column::text("Account", 128.0, 110.0)),
    (W::Field(F::Model), "model", Column::text("Model", 120.0, 96.0).grows()),
    (W::Field(F::Endpoint), "endpoint", Column::text("Endpoint", 120.0, 96.0).rank(5).grows()),
    (W::Field(F::Status), "status", Column::number("Status", 66.0, 62.0).rank(2).says("HTTP status")),
    (W::Field(F::InputTokens), "input_tokens", Column::number("Input", 74.0, 62.0).rank(1)
        .says("Input tokens, cached ones included")),
    (W::Field(F::OutputTokens), "output_tokens", Column::number("Output", 74.0, 62.0)
        .says("Output tokens, reasoning included")),
    (W::Field(F::LatencyMs), "latency_ms", Column::number("Latency", 82.0, 76.0).rank(4)),
    (W::Field(F::ClientIp), "client_ip", Column::text("Address", 124.0, 116.0).rank(3).grows()
        .says("As the log wrote it")),
    (W::Field(F::StopReason), "stop_reason", Column::text("Stop", 92.0, 82.0).rank(6).grows()
        .says("Why generation stopped")),
    (W::Field(F::OrgId), "org_id", text("Organisation", 110.0)),
    (W::Field(F::UserId), "user_id", text("End user", 110.0).says("End user behind the account")),
    (W::Field(F::ApiKeyId), "api_key_id", text("Key", 120.0).says("Identifier or hash of the key")),
    (W::Field(F::SessionId), "session_id", text("Session", 120.0)),
    (W::Field(F::Pathway), "pathway", text("Pathway", 90.0)),
    (W::Field(F::Error), "error", text("Error", 140.0).says("Error code or message")),
    (W::Field(F::CachedTokens), "cached_tokens", number("Cached").says("Input tokens read from a cache")),
    (W::Field(F::ReasoningTokens), "reasoning_tokens", number("Reasoning")
        .says("Output tokens spent on reasoning")),
    (W::Field(F::MaxTokens), "max_tokens", number("Limit").says("Limit on output tokens")),
    (W::Field(F::Temperature), "temperature", number("Temp.").says("Sampling temperature")),
    (W::Field(F::Asn), "asn", text("Network", 90.0).says("Autonomous system")),
    (W::Field(F::Country), "country", text("Country", 84.0).says("Of the address, as logged")),
    (W::Field(F::Region), "region", text("Region", 90.0).says("Service region")),
    (W::Field(F::UserAgent), "user_agent", text("User agent", 150.0)),
    (W::Field(F::DeviceId), "device_id", text("Device", 120.0).says("Device or TLS fingerprint")),
    (W::Field(F::Tools), "tools", text("Tools", 120.0).says("Tools offered")),
    (W::Field(F::Cost), "cost", number("Cost").says("As reported, whatever the unit")),
    (W::Field(F::SystemHash), "system_hash", text("System prompt", 130.0).says("Fingerprint")),
    (W::Field(F::PromptHash), "prompt_hash", text("Prompt", 130.0)
        .says("Fingerprint: equal prompts have equal ones")),
    (W::Field(F::ResponseHash), "response_hash", text("Response", 130.0)
        .says("Fingerprint: equal responses have equal ones")),
    (W::Field(F::ReasoningSignature), "reasoning_signature", text("Reasoning issued", 130.0)
        .says("Fingerprint of the reasoning block issued")),
    (W::Field(F::ReplayedSignature), "replayed_signature", text("Reasoning submitted", 140.0)
        .says("Fingerprint of the reasoning block submitted")),
    (W::Kind, "kind", text("Kind", 90.0).unsorted().says("Exchange, activity or usage bucket")),
    (W::Source, "source", text("Source", 140.0).unsorted().says("The file it was read from")),
    (W::Event, "event_id", number("Event").unsorted().says("Id of the record in the case file")),
    (W::Verdict, "verdict", text("Verdict", 92.0).unsorted().says("Your verdict on the account")),
    (W::Tags, "tags", text("Tags", 110.0).unsorted().says("Your tags on the account")),
];

/// The columns alone, known by their names in files; `zone` is that of times.
pub fn all(zone: &str) -> [Column<'_>; COLUMNS.len()] {
    COLUMNS.map(|(what, name, column)| match what {
        W::Field(F::Timestamp) => column.known_as(name).unit(zone),
        _ => column.known_as(name),
    })
}

/// The field a column shows, where it is one of the record.
pub fn field(column: usize) -> Option<Field> {
    match COLUMNS.get(column)?.0 {
        W::Field(field) => Some(field),
        _ => None,
    }
}

/// What the values are made from besides the rows; cheap to pass to another thread.
#[derive(Clone)]
pub struct Known {
    pub index: Arc<Index>,
    pub lists: Arc<Lists>,
    /// Paths of the sources by id.
    pub sources: Arc<Vec<(u32, String)>>,
}

/// Paths of sources by id.
pub fn paths(sources: &[SourceInfo]) -> Vec<(u32, String)> {
    sources.iter().map(|source| (source.id, source.path.clone())).collect()
}

impl Known {
    /// The value of a row in a column.
    pub fn value(&self, row: u32, column: usize) -> Value<'_> {
        let view = self.index.row(row);
        let Some((what, ..)) = COLUMNS.get(column) else { return Value::Nothing };
        match what {
            W::Field(field) => of_field(view, *field),
            W::Kind => Value::Quiet(view.granularity().as_str().into()),
            W::Event => Value::Number(view.event_id()),
            W::Source => {
                let id = view.source_id();
                let path = self.sources.iter().find(|(source, _)| *source == id);
                path.map_or(Value::Absent, |(_, path)| Value::Text(path.as_str().into()))
            }
            W::Verdict => match self.lists.verdict(view.account_position()) {
                Some(verdict) => Value::Quiet(verdict.as_str().into()),
                None => Value::Nothing,
            },
            W::Tags => match self.lists.tags(view.account_position()) {
                [] => Value::Nothing,
                tags => Value::Quiet(tags.join(" · ").into()),
            },
        }
    }
}

fn of_field(view: RowView<'_>, field: Field) -> Value<'_> {
    let count = |n: Option<u32>| Value::or_absent(n.map(|n| Value::Count(n.into())));
    match field {
        // Absent is of a field; without a time a record is still somewhere.
        F::Timestamp => view.at().map_or(Value::Nothing, Value::Time),
        F::AccountId => Value::Id(view.account().into()),
        F::Status => Value::or_absent(view.status().map(Value::Status)),
        F::InputTokens => count(view.input_tokens()),
        F::OutputTokens => count(view.output_tokens()),
        F::CachedTokens => count(view.cached_tokens()),
        F::ReasoningTokens => count(view.reasoning_tokens()),
        F::LatencyMs => Value::or_absent(view.latency_ms().map(|ms| Value::Ms(ms.into()))),
        F::Cost => Value::or_absent(view.cost().map(Value::Real)),
        F::MaxTokens | F::Temperature => {
            let number = view.text(field).and_then(|text| text.parse().ok());
            Value::or_absent(number.map(Value::Real))
        }
        F::StopReason => Value::or_absent(view.stop_reason().map(|s| Value::Quiet(s.into()))),
        F::Model
        | F::Endpoint
        | F::Pathway
        | F::Country
        | F::Region
        | F::UserAgent
        | F::Tools
        | F::Error
        | F::Asn
        | F::OrgId => Value::or_absent(view.text(field).map(Value::Text)),
        _ => Value::or_absent(view.text(field).map(Value::Id)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::FIELDS;

    #[test]
    fn every_field_but_the_request_id_has_a_column_under_its_own_name() {
        for def in FIELDS.iter().filter(|def| def.field != F::RequestId) {
            let found = COLUMNS.iter().find(|(what, ..)| *what == W::Field(def.field));
            assert_eq!(found.map(|(_, name, _)| *name), Some(def.name));
        }
        let titles: BTreeSet<&str> = COLUMNS.iter().map(|(_, _, c)| c.title).collect();
        assert_eq!(titles.len(), COLUMNS.len());
    }

    #[test]
    fn a_value_says_the_same_as_the_text_of_its_field() {
        let index = Arc::new(super::super::super::test_case::with_untimed(3));
        let known = Known { index, lists: Arc::default(), sources: Arc::default() };
        for row in 0..known.index.len() as u32 {
            for (column, (what, ..)) in COLUMNS.iter().enumerate() {
                let W::Field(field) = what else { continue };
                let text = known.index.row(row).text(*field);
                let value = known.value(row, column);
                assert_eq!(value.exact(), text.unwrap_or_default(), "{field:?}");
            }
        }
    }
}
