//! Claude Code analytics: what each person used of each model on a day.

use jiff::tz::TimeZone;
use serde_json::Value;

use super::anthropic_usage::sum_of;
use super::buckets::Interval;
use super::slots::{Row, Slots, UNATTRIBUTED, slots, spread_reader};
use super::{Format, Score};
use crate::ingest::reader::Shape;
use crate::ingest::scalar::Scalar;
use crate::ingest::time::TimeParser;
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::{Exchange, Field};

/// See [`Format::doc`].
pub(super) struct ClaudeCode;

slots!(Slot {
    Date: Value["date"],
    Email: Value["actor.email_address"],
    KeyName: Value["actor.api_key_name"],
    Organization: Value["organization_id"],
    Terminal: Value["terminal_type"],
    Model: Value["model"],
    Input: Value["tokens.input"],
    CacheRead: Value["tokens.cache_read"],
    Written: Value["tokens.cache_creation"],
    Output: Value["tokens.output"],
    Cost: Value["estimated_cost.amount"],
});

impl Format for ClaudeCode {
    fn id(&self) -> &'static str {
        "claude_code"
    }

    fn title(&self) -> &'static str {
        "Claude Code analytics"
    }

    fn doc(&self) -> &'static str {
        "Answers of the Claude Code analytics API: tokens and estimated cost of a person or key on \
         a day, one bucket for each model in model_breakdown. The account is the e-mail address, \
         else the name of the key. Sessions, commits, lines and tools are kept in the raw record \
         only, and the number of calls is not reported. Input tokens include those read from and \
         written to the cache; cost is reported in cents. A day without a model gives no row. \
         Written from Anthropic's published schema; a real answer was not seen."
    }

    fn containers(&self) -> &'static str {
        "JSON with a list \"data\", JSON lines"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let is =
            |v: &Value| ["date", "actor", "model_breakdown"].iter().all(|key| v.get(key).is_some());
        Score::of(sample.share(is), 0.98, "date, actor and model_breakdown")
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
        spread_reader::<Slot>(&own_mapping(), mapping, container, "model_breakdown", shape)
    }
}

fn own_mapping() -> Mapping {
    Mapping::new(
        "claude_code",
        vec![
            Slot::map(Field::Timestamp, &[Slot::Date]).note("the day, UTC"),
            Slot::map(Field::AccountId, &[Slot::Email, Slot::KeyName]).or(UNATTRIBUTED),
            Slot::map(Field::OrgId, &[Slot::Organization]),
            Slot::map(Field::ApiKeyId, &[Slot::KeyName]).note("the name of the key"),
            FieldMap::constant(Field::Pathway, "claude_code"),
            Slot::map(Field::Model, &[Slot::Model]),
            Slot::map(Field::InputTokens, &[Slot::Input, Slot::CacheRead, Slot::Written])
                .note("the sum of them"),
            Slot::map(Field::OutputTokens, &[Slot::Output]),
            Slot::map(Field::CachedTokens, &[Slot::CacheRead]),
            Slot::map(Field::UserAgent, &[Slot::Terminal]).note("the terminal"),
            Slot::map(Field::Cost, &[Slot::Cost]).note("estimated; reported in hundredths"),
        ],
    )
}

/// What becomes of a model's share of a day.
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
        let interval = Interval::day(row.take(Slot::Date).time(&self.utc)?);
        let plain = row.count(Slot::Input, "tokens.input")?;
        let read = row.count(Slot::CacheRead, "tokens.cache_read")?;
        let written = row.count(Slot::Written, "tokens.cache_creation")?;
        emit(&Exchange {
            account_id: row.name(&[Slot::Email, Slot::KeyName]).unwrap_or(UNATTRIBUTED.into()),
            org_id: row.text(Slot::Organization),
            api_key_id: row.name(&[Slot::KeyName]),
            pathway: Some("claude_code".into()),
            model: row.text(Slot::Model),
            input_tokens: sum_of([plain, read, written]),
            output_tokens: row.count(Slot::Output, "tokens.output")?,
            cached_tokens: read,
            user_agent: row.text(Slot::Terminal),
            cost: row.take(Slot::Cost).real("estimated_cost.amount", 0.01)?,
            ..interval.bucket()
        });
        Ok(())
    }
}
