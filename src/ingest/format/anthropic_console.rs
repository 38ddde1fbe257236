//! Usage and costs exported from the Anthropic console: totals of a day.

use jiff::tz::TimeZone;
use serde_json::Value;

use super::anthropic_usage::sum_of;
use super::buckets::Interval;
use super::slots::{Row, Slots, UNATTRIBUTED, fixed_reader, slots};
use super::{Format, Score};
use crate::ingest::reader::Shape;
use crate::ingest::scalar::Scalar;
use crate::ingest::time::TimeParser;
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::{Exchange, Field};

/// See [`Format::doc`].
pub(super) struct AnthropicConsole;

// Columns came and went; an export has some of these.
slots!(Slot {
    Day: Value["usage_date_utc"],
    Model: Value["model_version"],
    ModelName: Value["model"],
    KeyId: Value["api_key_id"],
    KeyName: Value["api_key"],
    Workspace: Value["workspace"],
    UsageType: Value["usage_type"],
    TokenType: Value["token_type"],
    Uncached: Value["usage_input_tokens_no_cache"],
    Written5m: Value["usage_input_tokens_cache_write_5m"],
    Written1h: Value["usage_input_tokens_cache_write_1h"],
    Written: Value["usage_input_tokens_cache_write"],
    CacheRead: Value["usage_input_tokens_cache_read"],
    Output: Value["usage_output_tokens"],
    Region: Value["inference_geo"],
    Cost: Value["cost_usd"],
});

impl Format for AnthropicConsole {
    fn id(&self) -> &'static str {
        "anthropic_console"
    }

    fn title(&self) -> &'static str {
        "Anthropic console export"
    }

    fn doc(&self) -> &'static str {
        "Usage or costs of a key and a model on a day, one bucket a row; of costs, one for each \
         kind of token. Columns are found by name, as exports of different age have different \
         ones. The account is the key, mostly by its name, else the workspace; the number of calls \
         is not reported. Input tokens are the uncached ones plus those read from and written to \
         the cache. Usage and costs of the same calls are rows of their own. One row of an export \
         was seen."
    }

    fn containers(&self) -> &'static str {
        "CSV"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let is = |v: &Value| {
            let has = |key: &str| v.get(key).is_some();
            has("usage_date_utc") && (has("usage_output_tokens") || has("cost_usd"))
        };
        Score::of(sample.share(is), 0.98, "usage_date_utc and tokens or cost of a day")
    }

    fn mapping(&self, _: &Sample) -> Mapping {
        own_mapping()
    }

    fn reader(
        &self,
        container: &Container,
        mapping: &Mapping,
        _: &ReaderOptions,
    ) -> Result<Box<dyn RecordReader>, String> {
        let shape = Day { utc: TimeParser::new(TimeZone::UTC) };
        fixed_reader::<Slot>(&own_mapping(), mapping, container, &[], shape)
    }
}

/// Whom a bucket is attributed to, in order of preference.
const ACCOUNT: [Slot; 3] = [Slot::KeyId, Slot::KeyName, Slot::Workspace];

fn own_mapping() -> Mapping {
    let input = [Slot::Uncached, Slot::CacheRead, Slot::Written5m, Slot::Written1h, Slot::Written];
    Mapping::new(
        "anthropic_console",
        vec![
            Slot::map(Field::Timestamp, &[Slot::Day]).note("the day, UTC"),
            Slot::map(Field::AccountId, &ACCOUNT).or(UNATTRIBUTED),
            Slot::map(Field::OrgId, &[Slot::Workspace]).note("the workspace"),
            Slot::map(Field::ApiKeyId, &[Slot::KeyId, Slot::KeyName])
                .note("api_key is the name of the key"),
            FieldMap::constant(Field::Pathway, "api"),
            Slot::map(Field::Endpoint, &[Slot::TokenType, Slot::UsageType]),
            Slot::map(Field::Model, &[Slot::Model, Slot::ModelName]),
            Slot::map(Field::InputTokens, &input).note("the sum of them"),
            Slot::map(Field::OutputTokens, &[Slot::Output]),
            Slot::map(Field::CachedTokens, &[Slot::CacheRead]),
            Slot::map(Field::Region, &[Slot::Region]).note("where it says not_available, nothing"),
            Slot::map(Field::Cost, &[Slot::Cost]).note("USD"),
        ],
    )
}

/// What becomes of a row.
struct Day {
    utc: TimeParser,
}

impl Shape for Day {
    fn shape<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let row = &mut Row(slots);
        let interval = Interval::day(row.take(Slot::Day).time(&self.utc)?);
        let uncached = row.count(Slot::Uncached, "usage_input_tokens_no_cache")?;
        let read = row.count(Slot::CacheRead, "usage_input_tokens_cache_read")?;
        let five_minutes = row.count(Slot::Written5m, "usage_input_tokens_cache_write_5m")?;
        let one_hour = row.count(Slot::Written1h, "usage_input_tokens_cache_write_1h")?;
        let written = row.count(Slot::Written, "usage_input_tokens_cache_write")?;
        let region = row.text(Slot::Region);
        emit(&Exchange {
            account_id: row.name(&ACCOUNT).unwrap_or(UNATTRIBUTED.into()),
            org_id: row.name(&[Slot::Workspace]),
            api_key_id: row.name(&[Slot::KeyId, Slot::KeyName]),
            pathway: Some("api".into()),
            endpoint: row.name(&[Slot::TokenType, Slot::UsageType]),
            model: row.name(&[Slot::Model, Slot::ModelName]),
            input_tokens: sum_of([uncached, read, five_minutes.or(written), one_hour]),
            output_tokens: row.count(Slot::Output, "usage_output_tokens")?,
            cached_tokens: read,
            region: region.filter(|region| region.as_str() != "not_available"),
            cost: row.real(Slot::Cost, "cost_usd")?,
            ..interval.bucket()
        });
        Ok(())
    }
}
