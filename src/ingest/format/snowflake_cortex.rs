//! Snowflake's history of calls of the Cortex REST API.

use serde_json::Value;

use super::anthropic_usage::sum_of;
use super::buckets::Interval;
use super::slots::{Row, Slots, UNATTRIBUTED, fixed_reader, give, slots};
use super::{Format, Score};
use crate::ingest::reader::Shape;
use crate::ingest::scalar::Scalar;
use crate::ingest::time::{Stamp, TimeParser};
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::{Exchange, Field, Granularity};

/// See [`Format::doc`].
pub(super) struct SnowflakeCortex;

slots!(Slot {
    Start: Value["START_TIME", "start_time"],
    End: Value["END_TIME", "end_time"],
    RequestId: Value["REQUEST_ID", "request_id"],
    Model: Value["MODEL_NAME", "model_name"],
    Total: Value["TOKENS", "tokens"],
    Input: Value["TOKENS_GRANULAR.input", "tokens_granular.input"],
    CacheRead: Value["TOKENS_GRANULAR.cache_read_input", "tokens_granular.cache_read_input"],
    Written: Value["TOKENS_GRANULAR.cache_write_input", "tokens_granular.cache_write_input"],
    Output: Value["TOKENS_GRANULAR.output", "tokens_granular.output"],
    User: Value["USER_ID", "user_id"],
    UserName: Value["USER_NAME", "user_name"],
    Region: Value["INFERENCE_REGION", "inference_region"],
});

impl Format for SnowflakeCortex {
    fn id(&self) -> &'static str {
        "snowflake_cortex"
    }

    fn title(&self) -> &'static str {
        "Snowflake Cortex REST API history"
    }

    fn doc(&self) -> &'static str {
        "Exports of the view CORTEX_REST_API_USAGE_HISTORY, one exchange a request, with user, \
         model, region and tokens. A row states the interval that the request was accounted in, \
         not its moment: the time is the start of that interval and no finer than its length. Of a \
         row without TOKENS_GRANULAR only the total is known, which is neither input nor output \
         and stays in the raw record. Cached tokens are added to the input where the total shows \
         that it leaves them out. No address, status or duration. Written from Snowflake's \
         published columns; a real export was not seen."
    }

    fn containers(&self) -> &'static str {
        "CSV, JSON lines, JSON array"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let is = |v: &Value| {
            let has =
                |upper: &str| v.get(upper).is_some() || v.get(upper.to_ascii_lowercase()).is_some();
            ["START_TIME", "REQUEST_ID", "MODEL_NAME", "TOKENS", "USER_ID"].into_iter().all(has)
        };
        Score::of(sample.share(is), 0.96, "the columns of Snowflake's Cortex REST API history")
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
        let shape = Request { time: TimeParser::new(options.timezone.clone()) };
        fixed_reader::<Slot>(&own_mapping(), mapping, container, &[], shape)
    }
}

fn own_mapping() -> Mapping {
    Mapping::new(
        "snowflake_cortex",
        vec![
            Slot::map(Field::Timestamp, &[Slot::Start]).note("start of the interval"),
            Slot::map(Field::RequestId, &[Slot::RequestId]),
            Slot::map(Field::AccountId, &[Slot::User, Slot::UserName]).or(UNATTRIBUTED),
            Slot::map(Field::UserId, &[Slot::UserName]),
            FieldMap::constant(Field::Pathway, "cloud"),
            Slot::map(Field::Model, &[Slot::Model]),
            Slot::map(Field::InputTokens, &[Slot::Input])
                .note("plus cache reads and writes, where TOKENS counts them apart"),
            Slot::map(Field::OutputTokens, &[Slot::Output]),
            Slot::map(Field::CachedTokens, &[Slot::CacheRead]),
            Slot::map(Field::Region, &[Slot::Region]),
        ],
    )
}

/// What becomes of a row.
struct Request {
    time: TimeParser,
}

impl Shape for Request {
    fn shape<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let row = &mut Row(slots);
        let start = Stamp::if_stated(row.take(Slot::Start).time(&self.time))?;
        let end = row.take(Slot::End).time(&self.time).ok();
        let stamp = Interval::between(start, end).stamp();
        let tokens = Tokens::read(row)?;
        let exchange = Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity: Granularity::Exchange,
            request_id: row.text(Slot::RequestId),
            account_id: row.name(&[Slot::User, Slot::UserName]).unwrap_or(UNATTRIBUTED.into()),
            user_id: row.name(&[Slot::UserName]),
            pathway: Some("cloud".into()),
            model: row.text(Slot::Model),
            input_tokens: tokens.input,
            output_tokens: tokens.output,
            cached_tokens: tokens.cached,
            region: row.text(Slot::Region),
            ..Exchange::default()
        };
        give(&exchange, emit)
    }
}

/// Token counts with the input normalised to include cached tokens.
struct Tokens {
    input: Option<u64>,
    output: Option<u64>,
    cached: Option<u64>,
}

impl Tokens {
    fn read(row: &mut Row<'_, '_>) -> Result<Self, Reason> {
        let total = row.count(Slot::Total, "TOKENS")?;
        let plain = row.count(Slot::Input, "TOKENS_GRANULAR.input")?;
        let output = row.count(Slot::Output, "TOKENS_GRANULAR.output")?;
        let cached = row.count(Slot::CacheRead, "TOKENS_GRANULAR.cache_read_input")?;
        let written = row.count(Slot::Written, "TOKENS_GRANULAR.cache_write_input")?;
        let apart = total.is_some() && total == sum_of([plain, output, cached, written]);
        let input = if apart { sum_of([plain, cached, written]) } else { plain };
        Ok(Self { input, output, cached })
    }
}
