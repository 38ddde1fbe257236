//! Anthropic usage and cost reports: tokens or cost summed up in an interval.

use serde_json::Value;

use super::buckets::Interval;
use super::slots::{Row, Slots, UNATTRIBUTED, slots, spread_reader};
use super::{Format, Score};
use crate::ingest::reader::Shape;
use crate::ingest::scalar::Scalar;
use crate::ingest::time::TimeParser;
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::{Exchange, Field};

/// See [`Format::doc`].
pub(super) struct AnthropicUsage;

slots!(Slot {
    Start: Value["starting_at"],
    End: Value["ending_at"],
    Uncached: Value["uncached_input_tokens"],
    CacheRead: Value["cache_read_input_tokens"],
    Written5m: Value["cache_creation.ephemeral_5m_input_tokens"],
    Written1h: Value["cache_creation.ephemeral_1h_input_tokens"],
    Written: Value["cache_creation_input_tokens"],
    Output: Value["output_tokens"],
    Account: Value["account_id"],
    ServiceAccount: Value["service_account_id"],
    Key: Value["api_key_id"],
    Workspace: Value["workspace_id"],
    Model: Value["model"],
    Region: Value["inference_geo"],
    Amount: Value["amount"],
    Description: Value["description"],
    CostType: Value["cost_type"],
});

impl Format for AnthropicUsage {
    fn id(&self) -> &'static str {
        "anthropic_usage"
    }

    fn title(&self) -> &'static str {
        "Anthropic usage or cost report"
    }

    fn doc(&self) -> &'static str {
        "Answers of the organization usage and cost report API: tokens or cost summed up in an \
         interval of a minute, an hour or a day, one bucket for each result in it. The number of \
         calls is not reported. What a report is not grouped by is missing. The account is the \
         account, else the service account, the key or the workspace. Input tokens are the \
         uncached ones plus those read from and written to the cache. Costs are reported in cents \
         and kept in units of the currency. An interval without results gives no row; one result \
         that cannot be read refuses its interval. A page with has_more lacks the pages after it. \
         Written from Anthropic's published schema; a real report was not seen."
    }

    fn containers(&self) -> &'static str {
        "JSON with a list \"data\", JSON lines"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let is = |v: &Value| {
            let has = |key: &str| v.get(key).is_some();
            has("starting_at")
                && has("ending_at")
                && (v.get("results").is_some_and(Value::is_array) || has("uncached_input_tokens"))
        };
        Score::of(sample.share(is), 0.98, "starting_at, ending_at and results")
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

/// Whom a bucket is attributed to, in order of preference.
const ACCOUNT: [Slot; 4] = [Slot::Account, Slot::ServiceAccount, Slot::Key, Slot::Workspace];

fn own_mapping() -> Mapping {
    let input = [Slot::Uncached, Slot::CacheRead, Slot::Written5m, Slot::Written1h, Slot::Written];
    Mapping::new(
        "anthropic_usage",
        vec![
            Slot::map(Field::Timestamp, &[Slot::Start])
                .note("start of the interval; ending_at gives its length"),
            Slot::map(Field::AccountId, &ACCOUNT).or(UNATTRIBUTED),
            Slot::map(Field::OrgId, &[Slot::Workspace]).note("the workspace"),
            Slot::map(Field::ApiKeyId, &[Slot::Key]),
            FieldMap::constant(Field::Pathway, "api"),
            Slot::map(Field::Endpoint, &[Slot::Description, Slot::CostType])
                .note("of a cost report"),
            Slot::map(Field::Model, &[Slot::Model]),
            Slot::map(Field::InputTokens, &input).note("the sum of them"),
            Slot::map(Field::OutputTokens, &[Slot::Output]),
            Slot::map(Field::CachedTokens, &[Slot::CacheRead]),
            Slot::map(Field::Region, &[Slot::Region]),
            Slot::map(Field::Cost, &[Slot::Amount]).note("reported in hundredths"),
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
        let start = row.take(Slot::Start).time(&self.time)?;
        let interval = Interval::between(start, row.take(Slot::End).time(&self.time).ok());
        let uncached = row.count(Slot::Uncached, "uncached_input_tokens")?;
        let read = row.count(Slot::CacheRead, "cache_read_input_tokens")?;
        let five_minutes = row.count(Slot::Written5m, "ephemeral_5m_input_tokens")?;
        let one_hour = row.count(Slot::Written1h, "ephemeral_1h_input_tokens")?;
        // An older report has one number for both.
        let written = row.count(Slot::Written, "cache_creation_input_tokens")?;
        let input = [uncached, read, five_minutes.or(written), one_hour];
        emit(&Exchange {
            account_id: row.name(&ACCOUNT).unwrap_or(UNATTRIBUTED.into()),
            org_id: row.name(&[Slot::Workspace]),
            api_key_id: row.name(&[Slot::Key]),
            pathway: Some("api".into()),
            endpoint: row.name(&[Slot::Description, Slot::CostType]),
            model: row.text(Slot::Model),
            input_tokens: sum_of(input),
            output_tokens: row.count(Slot::Output, "output_tokens")?,
            cached_tokens: read,
            region: row.text(Slot::Region),
            cost: row.take(Slot::Amount).real("amount", 0.01)?,
            ..interval.bucket()
        });
        Ok(())
    }
}

/// The sum of the parts that are there; nothing when none is.
pub(super) fn sum_of<const N: usize>(parts: [Option<u64>; N]) -> Option<u64> {
    parts.into_iter().flatten().reduce(|sum, part| sum + part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_of_nothing_is_missing_and_not_zero() {
        assert_eq!(sum_of([None, None]), None);
        assert_eq!(sum_of([Some(0), None]), Some(0));
        assert_eq!(sum_of([Some(2), None, Some(3)]), Some(5));
    }
}
