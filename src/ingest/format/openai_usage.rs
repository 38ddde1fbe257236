//! OpenAI usage and costs: many calls counted in an interval.

use serde_json::Value;

use super::buckets::Interval;
use super::slots::{Row, Slots, UNATTRIBUTED, slots, spread_reader};
use super::{Format, Score};
use crate::ingest::reader::Shape;
use crate::ingest::scalar::Scalar;
use crate::ingest::time::TimeParser;
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::{Exchange, Field, Text};

/// See [`Format::doc`].
pub(super) struct OpenAiUsage;

slots!(Slot {
    Start: Value["start_time"],
    End: Value["end_time"],
    StartIso: Value["start_time_iso"],
    EndIso: Value["end_time_iso"],
    Object: Value["object"],
    Requests: Value["num_model_requests"],
    Input: Value["input_tokens"],
    Cached: Value["input_cached_tokens"],
    Output: Value["output_tokens"],
    User: Value["user_id"],
    Key: Value["api_key_id"],
    Project: Value["project_id"],
    Organization: Value["organization_id"],
    Model: Value["model"],
    Cost: Value["amount.value", "amount_value"],
    LineItem: Value["line_item"],
});

impl Format for OpenAiUsage {
    fn id(&self) -> &'static str {
        "openai_usage"
    }

    fn title(&self) -> &'static str {
        "OpenAI usage or costs"
    }

    fn doc(&self) -> &'static str {
        "Answers of the organization usage and costs API, and the dashboard's CSV: calls, tokens \
         or cost summed up in an interval, one bucket for each result in it. What a report is not \
         grouped by is missing. The account is the user, else the key, the project or the \
         organisation. Input tokens include cached ones. An interval without results gives no row; \
         one result that cannot be read refuses its interval. A page with has_more lacks the pages \
         after it. Usage and costs of the same calls are rows of their own. Written from OpenAI's \
         published schema and examples; of the CSV only headers and a few rows were seen."
    }

    fn containers(&self) -> &'static str {
        "JSON with a list \"data\", JSON lines, CSV"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        Score::of(sample.share(is_bucket), 0.97, "an interval of OpenAI's usage or costs")
    }

    fn mapping(&self, _: &Sample) -> Mapping {
        own_mapping()
    }

    fn reader(
        &self,
        container: &Container,
        mapping: &Mapping,
        options: &ReaderOptions,
    ) -> Result<Box<dyn RecordReader>, String> {
        let shape = Usage { time: TimeParser::new(options.timezone.clone()) };
        spread_reader::<Slot>(&own_mapping(), mapping, container, "results", shape)
    }
}

fn is_bucket(value: &Value) -> bool {
    let has = |keys: &[&str]| keys.iter().all(|key| value.get(key).is_some());
    let object = value.get("object").and_then(Value::as_str).unwrap_or_default();
    let named = ["bucket", "organization.usage.", "organization.costs."];
    has(&["start_time", "end_time"])
        && (named.iter().any(|kind| object.starts_with(kind))
            || value.get("results").is_some_and(Value::is_array)
            || has(&["start_time_iso", "end_time_iso"]))
}

fn own_mapping() -> Mapping {
    Mapping::new(
        "openai_usage",
        vec![
            Slot::map(Field::Timestamp, &[Slot::Start, Slot::StartIso])
                .note("start of the interval; end_time gives its length"),
            Slot::map(
                Field::AccountId,
                &[Slot::User, Slot::Key, Slot::Project, Slot::Organization],
            )
            .or(UNATTRIBUTED),
            Slot::map(Field::OrgId, &[Slot::Project, Slot::Organization]),
            Slot::map(Field::ApiKeyId, &[Slot::Key]),
            FieldMap::constant(Field::Pathway, "api"),
            Slot::map(Field::Endpoint, &[Slot::LineItem, Slot::Object])
                .note("of organization.usage.completions.result, completions"),
            Slot::map(Field::Model, &[Slot::Model]),
            Slot::map(Field::InputTokens, &[Slot::Input]).note("cached ones included"),
            Slot::map(Field::OutputTokens, &[Slot::Output]),
            Slot::map(Field::CachedTokens, &[Slot::Cached]),
            Slot::map(Field::Cost, &[Slot::Cost]).note("in the currency of the report"),
        ],
    )
}

/// What becomes of a result.
struct Usage {
    time: TimeParser,
}

impl Shape for Usage {
    fn shape<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let row = &mut Row(slots);
        let interval = self.interval(row)?;
        let requests = row.count(Slot::Requests, "num_model_requests")?;
        let input_tokens = row.count(Slot::Input, "input_tokens")?;
        let output_tokens = row.count(Slot::Output, "output_tokens")?;
        let cost = row.real(Slot::Cost, "amount.value")?;
        let object = row.text(Slot::Object);
        let is_result = object.as_ref().is_some_and(|o| o.as_str() != "bucket");
        let counted = [requests, input_tokens, output_tokens].iter().any(Option::is_some);
        if !(counted || cost.is_some() || is_result) {
            // An interval of a table in which nothing was used.
            return Ok(());
        }
        let kind = object.as_ref().and_then(|object| kind(object.as_str()));
        emit(&Exchange {
            requests,
            account_id: row
                .name(&[Slot::User, Slot::Key, Slot::Project, Slot::Organization])
                .unwrap_or(UNATTRIBUTED.into()),
            org_id: row.name(&[Slot::Project, Slot::Organization]),
            api_key_id: row.name(&[Slot::Key]),
            pathway: Some("api".into()),
            endpoint: row.text(Slot::LineItem).or(kind),
            model: row.text(Slot::Model),
            input_tokens,
            output_tokens,
            cached_tokens: row.count(Slot::Cached, "input_cached_tokens")?,
            cost,
            ..interval.bucket()
        });
        Ok(())
    }
}

impl Usage {
    fn interval(&self, row: &mut Row<'_, '_>) -> Result<Interval, Reason> {
        let mut either = |plain: Slot, iso: Slot| {
            let (plain, iso) = (row.take(plain), row.take(iso));
            if plain.is_missing() { iso.time(&self.time) } else { plain.time(&self.time) }
        };
        let start = either(Slot::Start, Slot::StartIso)?;
        Ok(Interval::between(start, either(Slot::End, Slot::EndIso).ok()))
    }
}

/// `organization.usage.completions.result` → `completions`; `organization.costs.result` → `costs`.
fn kind(object: &str) -> Option<Text<'static>> {
    let inner = object.strip_prefix("organization.")?.strip_suffix(".result")?;
    Some(inner.strip_prefix("usage.").unwrap_or(inner).to_owned().into())
}
