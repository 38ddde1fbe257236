//! From slots to an exchange, by a mapping: the reader of the native format and of every log
//! read with a column mapping.

mod source;

use std::collections::HashMap;

use super::paths::{Capture, MOST_SLOTS, PathTree};
use super::reader::{ReaderOptions, Shape};
use super::scalar::{Scalar, fingerprint, latency_ms, pointed, reason};
use super::time::{Stamp, TimeParser};
use super::{FieldMap, Mapping, Reason};
use crate::model::time::SECOND_US;
use crate::model::{Exchange, FIELDS, Field, Granularity, Text, Time, TimePrecision, TimeQuality};

use source::{Constant, Joined, Lookup, Source};

/// Sources of every field, resolved to slots.
#[derive(Debug)]
pub(super) struct Plan {
    /// Of each field. All of them are looked at for each record, and these take little space.
    ways: Vec<Way>,
    sources: Vec<Source>,
    time: TimeParser,
    start: Option<Time>,
}

/// How one field is read.
#[derive(Debug)]
struct Way {
    value: Lookup,
    scale: f64,
    decimal: Option<char>,
}

/// Slots while they are given out: one for each path, however many fields come from it.
#[derive(Default)]
struct SlotPlan<'m> {
    tree: PathTree,
    known: HashMap<&'m str, (u8, Capture)>,
    /// How often each slot was given out.
    users: Vec<usize>,
}

impl<'m> SlotPlan<'m> {
    fn of(&mut self, path: &'m str, capture: Capture) -> Result<u8, String> {
        let next = self.users.len();
        let (slot, kept) = *self.known.entry(path).or_insert((next as u8, capture));
        if kept != capture {
            return Err(format!(
                "\"{path}\" cannot be kept for one field and fingerprinted for another"
            ));
        }
        if usize::from(slot) == next {
            if next == MOST_SLOTS {
                return Err(format!("more than {MOST_SLOTS} paths"));
            }
            self.tree.add(path, slot, capture);
            self.users.push(0);
        }
        self.users[usize::from(slot)] += 1;
        Ok(slot)
    }
}

/// The parser of a mapping's times: in the zone assumed, and in the newest year that fits.
///
/// # Errors
/// When the latest moment of the mapping is no time.
pub(super) fn time_parser(
    mapping: &Mapping,
    options: &ReaderOptions,
) -> Result<TimeParser, String> {
    let parser = TimeParser::new(options.timezone.clone());
    let latest = mapping.field(Field::Timestamp).and_then(|map| map.latest.as_ref());
    let Some(latest) = latest else { return Ok(parser) };
    let latest = parser.text(latest).map_err(|why| format!("latest: {why}"))?.at;
    Ok(parser.not_after(latest))
}

/// The moment that the numbers of the timestamp count from, if they count from one.
fn start(mapping: &Mapping, time: &TimeParser) -> Result<Option<Time>, String> {
    let Some(map) = mapping.field(Field::Timestamp) else { return Ok(None) };
    match &map.start {
        Some(text) => Ok(Some(time.text(text).map_err(|why| format!("start: {why}"))?.at)),
        // The unit of an epoch shows in its size, and a written time has none.
        None if map.scale.is_some_and(|scale| scale != 1.0) => {
            Err("scale of timestamp needs start, the moment that its numbers count from".into())
        }
        None => Ok(None),
    }
}

impl Plan {
    /// Resolves a mapping to a tree of paths and the plan that reads its slots.
    ///
    /// # Errors
    /// What cannot be used about the mapping.
    pub fn new(mapping: &Mapping, options: &ReaderOptions) -> Result<(PathTree, Self), String> {
        let mut slots = SlotPlan::default();
        let mut sources = Vec::with_capacity(FIELDS.len());
        let mut numbers = Vec::with_capacity(FIELDS.len());
        for def in &FIELDS {
            let map = mapping.field(def.field);
            let join = map.and_then(|m| m.join.clone());
            let mut from = Vec::new();
            for path in map.iter().flat_map(|m| &m.from) {
                let kept = capture(def.field, path);
                if join.is_some() && kept != Capture::Value {
                    let name = def.name;
                    return Err(format!("{name} is a fingerprint and cannot be joined"));
                }
                from.push(slots.of(path, kept)?);
            }
            let missing = map.map(|m| m.missing.clone()).unwrap_or_default();
            let joined = join.map(|between| Joined { slots: std::mem::take(&mut from), between });
            let constant = map.and_then(constant);
            let mut from = from.into_iter();
            sources.push(Source {
                first: from.next(),
                rest: from.collect(),
                joined,
                shared: false,
                missing,
                constant,
            });
            numbers.push((map.and_then(|m| m.scale).unwrap_or(1.0), map.and_then(|m| m.decimal)));
        }
        for source in &mut sources {
            let joined = source.joined.iter().flat_map(|joined| &joined.slots);
            let mut used = source.first.iter().chain(&source.rest).chain(joined);
            source.shared = used.any(|slot| slots.users[usize::from(*slot)] > 1);
        }
        let way = |(source, (scale, decimal)): (&Source, (f64, Option<char>))| Way {
            value: source.lookup(),
            scale,
            decimal,
        };
        let ways = sources.iter().zip(numbers).map(way).collect();
        let time = time_parser(mapping, options)?;
        let start = start(mapping, &time)?;
        Ok((slots.tree, Self { ways, sources, time, start }))
    }

    /// Takes the value for `field`: the first that is present, or all of them joined.
    #[inline(always)]
    fn take<'a>(&'a self, slots: &mut [Scalar<'a>], field: Field) -> Scalar<'a> {
        match self.ways[field as usize].value {
            Lookup::Slot(slot) => std::mem::take(&mut slots[usize::from(slot)]),
            Lookup::Nowhere => Scalar::Missing,
            Lookup::Source => self.sources[field as usize].any(slots),
        }
    }

    #[inline]
    fn text<'a>(&'a self, slots: &mut [Scalar<'a>], field: Field) -> Option<Text<'a>> {
        match self.take(slots, field) {
            Scalar::Missing => None,
            Scalar::Text(text) => Some(Text(text)),
            other => other.into_text(),
        }
    }

    /// Who it was, or which call: not a number that has more digits than are kept, which would make one
    /// of several.
    #[inline]
    fn id<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        field: Field,
    ) -> Result<Option<Text<'a>>, Reason> {
        match self.take(slots, field) {
            Scalar::Text(text) => Ok(Some(Text(text))),
            Scalar::Float(number) if number.abs() >= EXACT => {
                let why = "is a number with more digits than can be told apart: write it as text";
                Err(format!("{} {why}", field.name()).into())
            }
            other => Ok(other.into_text()),
        }
    }

    fn hash<'a>(&'a self, slots: &mut [Scalar<'a>], field: Field) -> Option<u64> {
        self.take(slots, field).hash()
    }

    /// The value of a field of numbers, with a point before its decimals.
    #[inline]
    fn number<'a>(&'a self, slots: &mut [Scalar<'a>], field: Field) -> Scalar<'a> {
        let found = self.take(slots, field);
        match (self.ways[field as usize].decimal, &found) {
            (Some(decimal), Scalar::Text(text)) => match pointed(text, decimal) {
                // A whole number as such: nothing in it can be a mark any more.
                Some(plain) => match plain.parse() {
                    Ok(whole) => Scalar::UInt(whole),
                    Err(_) => plain.parse().map_or(found, Scalar::Float),
                },
                // As programs write it, which no mark of thousands can change.
                None if is_plain(text, decimal) => found,
                // Nothing that another way of writing could make a number of.
                None => Scalar::Bool(false),
            },
            _ => found,
        }
    }

    fn count<'a>(&'a self, slots: &mut [Scalar<'a>], field: Field) -> Result<Option<u64>, Reason> {
        let scale = self.ways[field as usize].scale;
        self.number(slots, field).count(field.name(), scale)
    }

    fn real<'a>(&'a self, slots: &mut [Scalar<'a>], field: Field) -> Result<Option<f64>, Reason> {
        let scale = self.ways[field as usize].scale;
        self.number(slots, field).real(field.name(), scale)
    }

    fn stamp<'a>(&'a self, slots: &mut [Scalar<'a>]) -> Result<Stamp, Reason> {
        let value = self.take(slots, Field::Timestamp);
        if value.is_missing() && self.has_part_of_time(slots) {
            return Err("a part of the timestamp is missing".into());
        }
        let Some(start) = self.start else { return value.time(&self.time) };
        let scale = self.ways[Field::Timestamp as usize].scale;
        let seconds = value.real(Field::Timestamp.name(), scale)?;
        let seconds = seconds.ok_or(Reason::Borrowed(super::time::MISSING))?;
        let at = Time(start.0.saturating_add((seconds * SECOND_US as f64).round() as i64));
        if at >= Time::TOO_LATE {
            return Err("timestamp out of range".into());
        }
        let is_whole = scale >= 1.0 && seconds.fract() == 0.0;
        let precision = if is_whole { TimePrecision::Second } else { TimePrecision::Millisecond };
        let quality = TimeQuality::Relative;
        Ok(Stamp { at, quality, precision })
    }

    /// Whether the time is made of several values, and one of them is there.
    fn has_part_of_time(&self, slots: &[Scalar<'_>]) -> bool {
        let joined = self.sources[Field::Timestamp as usize].joined.as_ref();
        joined.is_some_and(|j| j.slots.iter().any(|slot| !slots[usize::from(*slot)].is_missing()))
    }

    /// Shapes the exchange.
    fn exchange<'a>(&'a self, slots: &mut [Scalar<'a>]) -> Result<Exchange<'a>, Reason> {
        let stamp = Stamp::if_stated(self.stamp(slots))?;
        let account_id = self.id(slots, Field::AccountId)?;
        let prompt = self.take(slots, Field::PromptHash);
        Ok(Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity: Granularity::Exchange,
            requests: None,
            interval_s: None,
            request_id: self.id(slots, Field::RequestId)?,
            account_id: account_id.ok_or(Reason::Borrowed("account_id missing"))?,
            org_id: self.text(slots, Field::OrgId),
            user_id: self.text(slots, Field::UserId),
            api_key_id: self.text(slots, Field::ApiKeyId),
            session_id: self.text(slots, Field::SessionId),
            pathway: self.text(slots, Field::Pathway),
            endpoint: self.text(slots, Field::Endpoint),
            model: self.text(slots, Field::Model),
            status: status(self.count(slots, Field::Status)?)?,
            stop_reason: self.text(slots, Field::StopReason),
            error: self.text(slots, Field::Error),
            input_tokens: self.count(slots, Field::InputTokens)?,
            output_tokens: self.count(slots, Field::OutputTokens)?,
            cached_tokens: self.count(slots, Field::CachedTokens)?,
            reasoning_tokens: self.count(slots, Field::ReasoningTokens)?,
            latency_ms: self.real(slots, Field::LatencyMs)?.map(latency_ms).transpose()?,
            // Chosen by the caller, who must not decide whether the record can be read.
            max_tokens: self.count(slots, Field::MaxTokens).unwrap_or_default(),
            temperature: self.real(slots, Field::Temperature).unwrap_or_default(),
            client_ip: self.text(slots, Field::ClientIp),
            asn: self.text(slots, Field::Asn),
            country: self.text(slots, Field::Country),
            region: self.text(slots, Field::Region),
            user_agent: self.text(slots, Field::UserAgent),
            device_id: self.text(slots, Field::DeviceId),
            tools: self.text(slots, Field::Tools),
            cost: self.real(slots, Field::Cost)?,
            system_hash: self.text(slots, Field::SystemHash).or_else(|| prompt.instruction()),
            prompt_hash: prompt.hash(),
            response_hash: self.hash(slots, Field::ResponseHash),
            reasoning_signature: self.hash(slots, Field::ReasoningSignature),
            replayed_signature: self.hash(slots, Field::ReplayedSignature),
        })
    }
}

impl Shape for Plan {
    fn shape<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        // Looked at where it was made: it is large.
        match self.exchange(slots) {
            Ok(ref exchange) => emit(exchange),
            Err(reason) => return Err(reason),
        }
        Ok(())
    }
}

/// What is kept of a field's value. Prompts and their kin are never kept, only fingerprinted; a
/// system prompt given as a hash already is kept as it is.
fn capture(field: Field, path: &str) -> Capture {
    match field {
        Field::PromptHash
        | Field::ResponseHash
        | Field::ReasoningSignature
        | Field::ReplayedSignature => Capture::Fingerprint,
        Field::SystemHash if path.to_ascii_lowercase().contains("hash") => Capture::Value,
        Field::SystemHash => Capture::Fingerprint,
        Field::Tools => Capture::Names,
        _ => Capture::Value,
    }
}

fn constant(map: &FieldMap) -> Option<Constant> {
    let text = map.constant.clone().filter(|c| !c.is_empty())?;
    Some(match capture(map.field, "constant-hash") {
        Capture::Fingerprint => Constant::Hash(fingerprint(text.as_bytes())),
        Capture::Value | Capture::Names => Constant::Text(text),
    })
}

/// An HTTP status, 0…999.
pub(super) fn status(count: Option<u64>) -> Result<Option<u32>, Reason> {
    match count {
        Some(code) if code > 999 => Err(reason("status", "is no HTTP status")),
        other => Ok(other.map(|code| code as u32)),
    }
}

/// From here on not every whole number is one of its own as a floating-point number: 2⁵³.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Whether a text is a number with no other mark in it than the one before its decimals: `1e-05`.
fn is_plain(text: &str, decimal: char) -> bool {
    (decimal == '.' || !text.contains('.')) && text.trim().parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::format::by_id;
    use crate::ingest::{Container, IngestError};

    /// What a record gives under a mapping, as field and text.
    fn read(toml: &str, record: &str) -> Result<Vec<(&'static str, String)>, String> {
        let mapping = Mapping::from_toml(toml)?;
        let options =
            ReaderOptions::in_zone(&mapping.timezone).map_err(|e: IngestError| e.to_string())?;
        let json = by_id("json").ok_or("no JSON")?;
        let reader = json.reader(&Container::Lines, &mapping, &options)?;
        let mut fields = Vec::new();
        reader
            .read(record.as_bytes(), &mut |exchange| {
                let text = |f: Field| crate::ingest::inspect::field_text(exchange, f);
                fields.extend(FIELDS.iter().filter_map(|d| Some((d.name, text(d.field)?))));
            })
            .map_err(|reason| reason.into_owned())?;
        Ok(fields)
    }

    const JOINED: &str = "[fields]\ntimestamp = { from = [\"d\", \"t\"], join = \" \" }\n\
                          account_id = { from = [\"org\", \"user.id\"], join = \"/\" }\n\
                          user_id = \"org\"\n";

    #[test]
    fn a_field_is_joined_from_several_that_other_fields_may_use_too() {
        let record = r#"{"d":"2026-03-01","t":"10:00:05","org":"acme","user":{"id":7}}"#;
        let fields = read(JOINED, record).expect("read");
        let expected =
            [("timestamp", "2026-03-01T10:00:05Z"), ("account_id", "acme/7"), ("user_id", "acme")];
        assert_eq!(fields, expected.map(|(name, value)| (name, value.to_owned())));
    }

    #[test]
    fn a_number_that_is_an_id_is_kept_to_its_last_digit_or_refused() {
        let toml = "[fields]\ntimestamp = \"t\"\naccount_id = \"who\"\nrequest_id = \"id\"";
        let of = |who: &str, id: &str| {
            read(toml, &format!("{{\"t\":\"2026-03-01T10:00:00Z\",\"who\":{who},\"id\":{id}}}"))
        };
        let read = of("18446744073709551615", "7").expect("read");
        assert!(read.contains(&("account_id", "18446744073709551615".to_owned())), "{read:?}");
        for (who, id, field) in [
            ("123456789012345678901234567890", "7", "account_id"),
            ("5", "99999999999999999991", "request_id"),
        ] {
            let why = of(who, id).expect_err(field).to_string();
            assert!(why.starts_with(&format!("{field} is a number with more digits")), "{why}");
        }
        assert!(of("1.5", "null").is_ok());
    }

    #[test]
    fn nothing_is_joined_where_a_part_is_missing() {
        let record = r#"{"d":"2026-03-01","t":"10:00:05","org":"acme","user":{"id":null}}"#;
        assert_eq!(read(JOINED, record), Err("account_id missing".into()));
        let fallback = JOINED.replace("\"/\" }", "\"/\", constant = \"unattributed\" }");
        let fields = read(&fallback, record).expect("read");
        assert_eq!(fields[1], ("account_id", "unattributed".to_owned()));
        let no_time = r#"{"d":"2026-03-01","org":"acme","user":{"id":7}}"#;
        assert_eq!(read(JOINED, no_time), Err("a part of the timestamp is missing".into()));
        let neither = read(JOINED, r#"{"org":"acme","user":{"id":7}}"#).expect("read");
        assert_eq!(neither[0], ("account_id", "acme/7".to_owned()), "an event without a time");
    }

    #[test]
    fn a_record_without_a_time_is_an_event_and_one_with_an_unreadable_time_is_none() {
        let toml = "[fields]\ntimestamp = \"t\"\naccount_id = \"who\"";
        for unset in
            ["", r#""t":null,"#, r#""t":"","#, r#""t":0,"#, r#""t":"0001-01-01T00:00:00Z","#]
        {
            let fields = read(toml, &format!("{{{unset}\"who\":\"ann\"}}")).expect(unset);
            assert_eq!(fields, [("account_id", "ann".to_owned())], "{unset}");
        }
        for there in [r#""yesterday""#, r#""n/a""#, r#""-""#, "true", "-1"] {
            let read = read(toml, &format!("{{\"t\":{there},\"who\":\"ann\"}}"));
            assert!(read.is_err_and(|why| why.starts_with("timestamp ")), "{there}");
        }
    }

    #[test]
    fn what_is_only_fingerprinted_cannot_be_joined() {
        let toml =
            "[fields]\ntimestamp = \"t\"\nprompt_hash = { from = [\"a\", \"b\"], join = \"\" }";
        assert_eq!(
            read(toml, "{}"),
            Err("prompt_hash is a fingerprint and cannot be joined".into())
        );
    }

    #[test]
    fn paths_are_alternatives_unless_they_are_joined() {
        let toml = "[fields]\ntimestamp = \"t\"\naccount_id = [\"user\", \"key\"]\n\
                    latency_ms = { from = \"s\", scale = 1000.0 }";
        let read = |record| read(toml, record).expect("read");
        let first = read(r#"{"t":1772359200,"user":"ann","key":"k1","s":0.5}"#);
        assert_eq!((&*first[1].1, &*first[2].1), ("ann", "500"));
        assert_eq!(read(r#"{"t":1772359200,"key":"k1"}"#)[1].1, "k1");
    }
}
