//! DeepSeek usage exports: amounts and costs of a key and a model in an interval.

use jiff::tz::TimeZone;
use serde_json::Value;

use super::buckets::Interval;
use super::slots::{Row, Slots, UNATTRIBUTED, fixed_reader, slots};
use super::{Format, Score};
use crate::ingest::reader::Shape;
use crate::ingest::scalar::Scalar;
use crate::ingest::time::TimeParser;
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::{Exchange, Field, Text};

/// See [`Format::doc`].
pub(super) struct DeepSeek;

slots!(Slot {
    Start: Value["start_time_iso"],
    End: Value["end_time_iso"],
    Day: Value["utc_date"],
    User: Value["user_id"],
    KeyName: Value["api_key_name"],
    Key: Value["api_key"],
    Model: Value["model"],
    Type: Value["type"],
    Amount: Value["amount"],
    Cost: Value["cost"],
    Wallet: Value["wallet_type"],
});

impl Format for DeepSeek {
    fn id(&self) -> &'static str {
        "deepseek"
    }

    fn title(&self) -> &'static str {
        "DeepSeek usage export"
    }

    fn doc(&self) -> &'static str {
        "The files amount-….csv and cost-….csv of a usage export, one bucket a row. A row of \
         amounts has one kind of count only: tokens read from the cache, other input, output, or \
         the number of calls; the rows of an interval make up the whole, so the number of rows \
         says nothing. Cost is taken from the cost file, in its currency. The account is the user, \
         else the key by its name; keys themselves, masked or not, become fingerprints. Older \
         exports have a day (utc_date) for the interval. Written from columns and rows that \
         readers of such exports publish; an export as such was not seen."
    }

    fn containers(&self) -> &'static str {
        "CSV"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let is = |v: &Value| {
            let has = |keys: &[&str]| keys.iter().all(|key| v.get(key).is_some());
            let timed = has(&["start_time_iso"]) || has(&["utc_date"]);
            timed
                && has(&["model"])
                && (has(&["type", "price", "amount"]) || has(&["wallet_type", "cost"]))
        };
        Score::of(sample.share(is), 0.97, "the columns of DeepSeek's amounts or costs")
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
        let time = TimeParser::new(options.timezone.clone());
        let shape = Amount { time, utc: TimeParser::new(TimeZone::UTC) };
        fixed_reader::<Slot>(&own_mapping(), mapping, container, &[], shape)
    }
}

fn own_mapping() -> Mapping {
    Mapping::new(
        "deepseek",
        vec![
            Slot::map(Field::Timestamp, &[Slot::Start, Slot::Day])
                .note("start of the interval; end_time_iso gives its length"),
            Slot::map(Field::AccountId, &[Slot::User, Slot::KeyName, Slot::Key]).or(UNATTRIBUTED),
            Slot::map(Field::ApiKeyId, &[Slot::KeyName, Slot::Key])
                .note("the name of the key, else a fingerprint"),
            FieldMap::constant(Field::Pathway, "api"),
            Slot::map(Field::Endpoint, &[Slot::Type, Slot::Wallet]),
            Slot::map(Field::Model, &[Slot::Model]),
            Slot::map(Field::InputTokens, &[Slot::Amount]).note("of types input_cache_…_tokens"),
            Slot::map(Field::OutputTokens, &[Slot::Amount]).note("of type output_tokens"),
            Slot::map(Field::CachedTokens, &[Slot::Amount]).note("of type input_cache_hit_tokens"),
            Slot::map(Field::Cost, &[Slot::Cost]).note("in the currency of the row"),
        ],
    )
}

/// What becomes of a row.
struct Amount {
    time: TimeParser,
    /// Of days, which are said to be UTC.
    utc: TimeParser,
}

impl Shape for Amount {
    fn shape<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let row = &mut Row(slots);
        let interval = self.interval(row)?;
        let kind = row.text(Slot::Type);
        let cost = row.real(Slot::Cost, "cost")?;
        let amount = row.count(Slot::Amount, "amount")?;
        let mut bucket = interval.bucket();
        match kind.as_ref().map(Text::as_str) {
            Some("input_cache_hit_tokens") => {
                bucket.input_tokens = amount;
                bucket.cached_tokens = amount;
            }
            Some("input_cache_miss_tokens") => bucket.input_tokens = amount,
            Some("output_tokens") => bucket.output_tokens = amount,
            Some("request_count") => bucket.requests = amount,
            Some(_) => return Err("type of amount that is not known".into()),
            None if cost.is_none() => return Err("type missing".into()),
            None => {}
        }
        let account = row.name(&[Slot::User, Slot::KeyName, Slot::Key]);
        let wallet = row.text(Slot::Wallet);
        emit(&Exchange {
            account_id: account.unwrap_or(UNATTRIBUTED.into()),
            api_key_id: row.name(&[Slot::KeyName, Slot::Key]),
            pathway: Some("api".into()),
            endpoint: kind.or(wallet),
            model: row.text(Slot::Model),
            cost,
            ..bucket
        });
        Ok(())
    }
}

impl Amount {
    fn interval(&self, row: &mut Row<'_, '_>) -> Result<Interval, Reason> {
        let (start, day) = (row.take(Slot::Start), row.take(Slot::Day));
        if start.is_missing() {
            return Ok(Interval::day(day.time(&self.utc)?));
        }
        let end = row.take(Slot::End).time(&self.time).ok();
        Ok(Interval::between(start.time(&self.time)?, end))
    }
}
