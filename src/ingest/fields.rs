//! From slots to an exchange, by a mapping: the reader of the native format and of every log
//! read with a column mapping.

use std::borrow::Cow;

use super::paths::{Capture, MOST_SLOTS, PathTree};
use super::reader::{ReaderOptions, Shape};
use super::scalar::{Scalar, fingerprint, reason};
use super::time::{Stamp, TimeParser};
use super::{FieldMap, Mapping, Reason};
use crate::model::time::SECOND_US;
use crate::model::{Exchange, FIELDS, Field, Granularity, Text, Time, TimePrecision, TimeQuality};

/// Sources of every field, resolved to slots.
#[derive(Debug)]
pub(super) struct Plan {
    sources: Vec<Source>,
    time: TimeParser,
    start: Option<Time>,
}

/// Where one field comes from.
#[derive(Debug)]
struct Source {
    /// The slot of the preferred path.
    first: Option<u8>,
    /// Those of the others.
    rest: Vec<u8>,
    constant: Option<Constant>,
    scale: f64,
}

/// A value that stands in every record.
#[derive(Debug)]
enum Constant {
    Text(String),
    Hash(u64),
}

impl Constant {
    fn value(&self) -> Scalar<'_> {
        match self {
            Self::Text(text) => Scalar::Text(Cow::Borrowed(text)),
            Self::Hash(hash) => Scalar::Hash(*hash),
        }
    }
}

impl Plan {
    /// Resolves a mapping to a tree of paths and the plan that reads its slots.
    ///
    /// # Errors
    /// What cannot be used about the mapping.
    pub fn new(mapping: &Mapping, options: &ReaderOptions) -> Result<(PathTree, Self), String> {
        let mut tree = PathTree::default();
        let mut next = 0_usize;
        let mut sources = Vec::with_capacity(FIELDS.len());
        for def in &FIELDS {
            let map = mapping.field(def.field);
            let mut slots = Vec::new();
            for path in map.iter().flat_map(|m| &m.from) {
                if next == MOST_SLOTS {
                    return Err(format!("more than {MOST_SLOTS} paths"));
                }
                tree.add(path, next as u8, capture(def.field, path));
                slots.push(next as u8);
                next += 1;
            }
            let mut slots = slots.into_iter();
            sources.push(Source {
                first: slots.next(),
                rest: slots.collect(),
                constant: map.and_then(constant),
                scale: map.and_then(|m| m.scale).unwrap_or(1.0),
            });
        }
        let time = TimeParser::new(options.timezone.clone());
        let start = match mapping.field(Field::Timestamp).and_then(|m| m.start.as_deref()) {
            Some(text) => Some(time.text(text).map_err(|why| format!("start: {why}"))?.at),
            None => None,
        };
        Ok((tree, Self { sources, time, start }))
    }

    /// Takes the first value present for `field`.
    fn take<'a>(&'a self, slots: &mut [Scalar<'a>], field: Field) -> Scalar<'a> {
        let source = &self.sources[field as usize];
        if let Some(first) = source.first {
            let value = std::mem::take(&mut slots[usize::from(first)]);
            if !value.is_missing() {
                return value;
            }
            for slot in &source.rest {
                let value = std::mem::take(&mut slots[usize::from(*slot)]);
                if !value.is_missing() {
                    return value;
                }
            }
        }
        source.constant.as_ref().map_or(Scalar::Missing, Constant::value)
    }

    fn text<'a>(&'a self, slots: &mut [Scalar<'a>], field: Field) -> Option<Text<'a>> {
        self.take(slots, field).into_text()
    }

    fn hash<'a>(&'a self, slots: &mut [Scalar<'a>], field: Field) -> Option<u64> {
        match self.take(slots, field) {
            Scalar::Hash(hash) => Some(hash),
            _ => None,
        }
    }

    fn count<'a>(&'a self, slots: &mut [Scalar<'a>], field: Field) -> Result<Option<u64>, Reason> {
        let scale = self.sources[field as usize].scale;
        self.take(slots, field).count(field.name(), scale)
    }

    fn real<'a>(&'a self, slots: &mut [Scalar<'a>], field: Field) -> Result<Option<f64>, Reason> {
        let scale = self.sources[field as usize].scale;
        self.take(slots, field).real(field.name(), scale)
    }

    fn stamp<'a>(&'a self, slots: &mut [Scalar<'a>]) -> Result<Stamp, Reason> {
        let value = self.take(slots, Field::Timestamp);
        let Some(start) = self.start else { return value.time(&self.time) };
        let scale = self.sources[Field::Timestamp as usize].scale;
        let seconds = value.real(Field::Timestamp.name(), scale)?;
        let seconds = seconds.ok_or(Reason::Borrowed(super::time::MISSING))?;
        let at = Time(start.0.saturating_add((seconds * SECOND_US as f64).round() as i64));
        if at >= Time::TOO_LATE {
            return Err("timestamp out of range".into());
        }
        let (quality, precision) = (TimeQuality::ZoneAssumed, TimePrecision::Millisecond);
        Ok(Stamp { at, quality, precision })
    }

    /// Shapes the exchange.
    fn exchange<'a>(&'a self, slots: &mut [Scalar<'a>]) -> Result<Exchange<'a>, Reason> {
        let stamp = self.stamp(slots)?;
        let account_id = self.text(slots, Field::AccountId);
        Ok(Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity: Granularity::Exchange,
            request_id: self.text(slots, Field::RequestId),
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
            latency_ms: self.real(slots, Field::LatencyMs)?,
            max_tokens: self.count(slots, Field::MaxTokens)?,
            temperature: self.real(slots, Field::Temperature)?,
            client_ip: self.text(slots, Field::ClientIp),
            asn: self.text(slots, Field::Asn),
            country: self.text(slots, Field::Country),
            region: self.text(slots, Field::Region),
            user_agent: self.text(slots, Field::UserAgent),
            device_id: self.text(slots, Field::DeviceId),
            tools: self.text(slots, Field::Tools),
            cost: self.real(slots, Field::Cost)?,
            system_hash: self.text(slots, Field::SystemHash),
            prompt_hash: self.hash(slots, Field::PromptHash),
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
        emit(&self.exchange(slots)?);
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
