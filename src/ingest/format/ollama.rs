//! The log an Ollama server writes, and other servers built with Go's GIN.

use std::borrow::Cow;

use super::text::{
    LineKind, LineReader, OTHER_LINES, ReadLine, http_status, present, refuse_edits,
};
use super::{Format, Score, calls};
use crate::ingest::scalar::latency_ms;
use crate::ingest::time::{Stamp, TimeParser};
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::{Exchange, Field, Granularity, Text, Time};

/// See [`Format::doc`].
pub(super) struct Ollama;

impl Format for Ollama {
    fn id(&self) -> &'static str {
        "ollama"
    }

    fn title(&self) -> &'static str {
        "Ollama server log (GIN)"
    }

    fn doc(&self) -> &'static str {
        "Lines of the web framework GIN, as Ollama and the relays one-api and new-api write them. \
         A POST to /api/generate, /api/chat and their like is an exchange, any other request an \
         activity. Address, path, status and duration; no model, no tokens, no text. The \
         account is the address. GIN writes the local time at which an answer was complete; the \
         start is that less the duration. The server's messages (time=… level=…) are no \
         requests."
    }

    fn containers(&self) -> &'static str {
        "lines of text"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let share = sample.share_of_lines(|line| kind(line) != LineKind::Foreign)?;
        let requests = sample.share_of_lines(|line| kind(line) == LineKind::Request)?;
        (share >= 0.5 && requests > 0.0).then(|| {
            let percent = (share * 100.0).round();
            let why = format!("{percent} % of the lines are GIN's or the server's messages");
            Score { confidence: share * 0.97, why }
        })
    }

    fn line(&self) -> Option<fn(&str) -> LineKind> {
        Some(kind)
    }

    fn mapping(&self, _: &Sample) -> Mapping {
        own_mapping()
    }

    fn reader(
        &self,
        _: &Container,
        mapping: &Mapping,
        options: &ReaderOptions,
    ) -> Result<Box<dyn RecordReader>, String> {
        refuse_edits(&own_mapping(), mapping)?;
        let time = TimeParser::new(options.timezone.clone());
        Ok(Box::new(LineReader(Gin { time })))
    }
}

fn own_mapping() -> Mapping {
    Mapping::new(
        "ollama",
        vec![
            FieldMap::from(Field::Timestamp, &["time", "latency"])
                .note("the end less the duration"),
            FieldMap::from(Field::RequestId, &["request id"]).note("relays only"),
            FieldMap::from(Field::AccountId, &["address"]),
            FieldMap::from(Field::Endpoint, &["path"]).note("without its query"),
            FieldMap::from(Field::Model, &["path"]).note("where it names one"),
            FieldMap::from(Field::Status, &["status"]),
            FieldMap::from(Field::LatencyMs, &["latency"]),
            FieldMap::from(Field::ClientIp, &["address"]),
        ],
    )
}

/// What starts a line of GIN.
const GIN: &str = "[GIN] ";
/// How far into a line that may stand, after what a collector put before it, bytes. In a cell
/// of a table it is the table that counts.
const FURTHEST: usize = 120;

/// The parts of one line of GIN.
struct Line<'a> {
    time: &'a str,
    request_id: Option<&'a str>,
    status: u32,
    latency_us: Option<i64>,
    address: &'a str,
    method: &'a str,
    target: &'a str,
}

impl<'a> Line<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let found = line.find(GIN).filter(|at| *at <= FURTHEST)?;
        if line[..found].contains([',', '"', ';']) {
            return None;
        }
        let start = found + GIN.len();
        let (time, mut rest) = line[start..].split_once('|')?;
        // Relays have a request id, and a tag before it, in front of the status.
        let mut request_id = None;
        for _ in 0..3 {
            let (part, after) = rest.split_once('|')?;
            let (latency, behind) = after.split_once('|')?;
            let code = Some(part.trim()).filter(|text| text.len() == 3).and_then(http_status);
            let latency_us = duration_us(latency.trim());
            if let Some(status) = code.filter(|_| latency_us.is_some()) {
                let (address, request) = behind.split_once('|')?;
                let (method, target) = request.trim().split_once(char::is_whitespace)?;
                let target = target.trim().trim_matches('"');
                let (time, address) = (time.trim(), address.trim());
                let id = request_id;
                return Some(Self {
                    time,
                    request_id: id,
                    status,
                    latency_us,
                    address,
                    method,
                    target,
                });
            }
            (request_id, rest) = (present(part), after);
        }
        None
    }
}

/// A duration as Go writes it: `1m2.5s`, `1.3560275s`, `52.1µs`. `None` where it is none.
fn duration_us(text: &str) -> Option<i64> {
    let units = [
        ("ns", 1e-3),
        ("µs", 1.0),
        ("μs", 1.0),
        ("us", 1.0),
        ("ms", 1e3),
        ("s", 1e6),
        ("m", 6e7),
        ("h", 3.6e9),
    ];
    let mut total = 0.0;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        let unit = &rest[digits..];
        let (name, factor) = units.iter().find(|(name, _)| unit.starts_with(name))?;
        total += number * factor;
        rest = &unit[name.len()..];
    }
    (!text.is_empty() && total < 1e15).then_some(total.round() as i64)
}

/// A line without the colours of a terminal.
fn plain(line: &str) -> Cow<'_, str> {
    if !line.contains('\u{1b}') {
        return Cow::Borrowed(line);
    }
    let mut pieces = line.split('\u{1b}');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        text.push_str(piece.split_once('m').map_or(piece, |(_, rest)| rest));
    }
    Cow::Owned(text)
}

fn kind(line: &str) -> LineKind {
    if Line::read(&plain(line)).is_some() {
        return LineKind::Request;
    }
    let message = line.starts_with("time=") && line.contains(" level=");
    let of_gin =
        line.starts_with("[GIN") || line.starts_with("[SYS]") || line.starts_with("[INFO]");
    if message || of_gin { LineKind::Other } else { LineKind::Foreign }
}

struct Gin {
    time: TimeParser,
}

impl ReadLine for Gin {
    fn read_line(&self, line: &str, emit: &mut dyn FnMut(&Exchange<'_>)) -> Result<(), Reason> {
        let text = plain(line);
        let line = Line::read(&text).ok_or(Reason::Borrowed(OTHER_LINES))?;
        let stamp = start(self.time.text(line.time)?, line.latency_us);
        let (path, _) = calls::split_query(line.target);
        let call = calls::call(line.method, path);
        let address = present(line.address).ok_or(Reason::Borrowed("address missing"))?;
        emit(&Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity: match call {
                Some(_) => Granularity::Exchange,
                None => Granularity::Activity,
            },
            request_id: line.request_id.map(Text::from),
            account_id: address.into(),
            endpoint: present(path).map(Text::from),
            model: call.and_then(|call| call.model).map(Text),
            status: Some(line.status),
            latency_ms: line.latency_us.and_then(|us| latency_ms(us as f64 / 1e3).ok()),
            client_ip: Some(address.into()),
            ..Exchange::default()
        });
        Ok(())
    }
}

/// When a call began that was over at `end`.
fn start(end: Stamp, latency_us: Option<i64>) -> Stamp {
    let at = Time(end.at.0.saturating_sub(latency_us.unwrap_or_default()));
    Stamp { at: at.max(Time::EARLIEST), ..end }
}

#[cfg(test)]
#[path = "tests/ollama.rs"]
mod tests;
