//! The log a vLLM server writes on its terminal.

use super::text::{
    LineKind, LineReader, OTHER_LINES, ReadLine, http_status, refuse_edits, without_secret,
};
use super::{Format, Score, calls};
use crate::ingest::fields::time_parser;
use crate::ingest::scalar::fingerprint;
use crate::ingest::time::{Stamp, TimeParser};
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::{Exchange, Field, Granularity, Text};

/// See [`Format::doc`].
pub(super) struct Vllm;

impl Format for Vllm {
    fn id(&self) -> &'static str {
        "vllm"
    }

    fn title(&self) -> &'static str {
        "vLLM server log"
    }

    fn doc(&self) -> &'static str {
        "A line \"Received request ID\" is an exchange: time, id, sampling parameters, and the \
         prompt where the server shows it (fingerprinted as written). It has no address, no \
         account and no tokens; the file's name stands for the account. Times state no year and \
         no zone: the year is the newest that makes no time later than the file's last change, \
         or than `latest` of the mapping. The HTTP server's own line of the same call has \
         address and status but no id, and often no time: it is an activity. Servers started \
         without request logging write only those."
    }

    fn containers(&self) -> &'static str {
        "lines of text"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let share = sample.share_of_lines(|line| kind(line) != LineKind::Foreign)?;
        let requests = sample.share_of_lines(|line| kind(line) == LineKind::Request)?;
        (share >= 0.5 && requests > 0.0).then(|| {
            let percent = (share * 100.0).round();
            let why = format!("{percent} % of the lines are of a vLLM server");
            Score { confidence: share * 0.97, why }
        })
    }

    fn line(&self) -> Option<fn(&str) -> LineKind> {
        Some(kind)
    }

    fn lacks_year(&self) -> bool {
        true
    }

    fn mapping(&self, sample: &Sample) -> Mapping {
        own_mapping(&sample.file_stem)
    }

    fn reader(
        &self,
        _: &Container,
        mapping: &Mapping,
        options: &ReaderOptions,
    ) -> Result<Box<dyn RecordReader>, String> {
        refuse_edits(&own_mapping(""), mapping)?;
        let account = mapping.field(Field::AccountId).and_then(|map| map.constant.clone());
        let account = account.unwrap_or_else(|| UNATTRIBUTED.to_owned());
        Ok(Box::new(LineReader(Server { time: time_parser(mapping, options)?, account })))
    }
}

/// The account where not even the file has a name.
const UNATTRIBUTED: &str = "unattributed";

fn own_mapping(account: &str) -> Mapping {
    Mapping::new(
        "vllm",
        vec![
            FieldMap::from(Field::Timestamp, &["time"]),
            FieldMap::from(Field::RequestId, &["request id"]),
            FieldMap::of_file(account),
            FieldMap::from(Field::Model, &["lora_name"]).note("of an adapter, where one was used"),
            FieldMap::from(Field::MaxTokens, &["max_tokens"]),
            FieldMap::from(Field::Temperature, &["temperature"]),
            FieldMap::from(Field::PromptHash, &["prompt"]).note("fingerprint, as written"),
            FieldMap::from(Field::Endpoint, &["path"]).note("of the HTTP server's lines"),
            FieldMap::from(Field::Status, &["status"]).note("of the HTTP server's lines"),
            FieldMap::from(Field::ClientIp, &["address"]).note("of the HTTP server's lines"),
        ],
    )
}

/// What a line says.
enum Line<'a> {
    /// A request came in.
    Received { time: &'a str, id: &'a str, rest: &'a str },
    /// The HTTP server answered one.
    Answered { time: Option<&'a str>, address: &'a str, request: &'a str, status: &'a str },
    /// Anything else that the server says.
    Other,
    /// Not the server's.
    Foreign,
}

/// Words that start a line: its level.
const LEVELS: [&str; 5] = ["INFO", "DEBUG", "WARNING", "ERROR", "CRITICAL"];

impl<'a> Line<'a> {
    fn read(line: &'a str) -> Self {
        let line = without_process(line);
        let (time, said) = match timed(line) {
            Some((time, said)) => (Some(time), said),
            None => (None, line),
        };
        if let Some(time) = time
            && let Some((id, rest)) = received(said)
        {
            return Self::Received { time, id, rest };
        }
        if let Some(answered) = answered(time, said) {
            return answered;
        }
        let of_server = match time {
            Some(_) => said.contains(".py:") || said.contains("uvicorn") || said.contains("kserve"),
            None => LEVELS.iter().any(|level| {
                line.strip_prefix(level).is_some_and(|rest| rest.starts_with(":     "))
            }),
        };
        if of_server { Self::Other } else { Self::Foreign }
    }
}

/// A line without `(APIServer pid=90458) ` before it.
fn without_process(line: &str) -> &str {
    let named = line.strip_prefix('(').and_then(|rest| rest.split_once(") "));
    named.filter(|(process, _)| process.contains("pid=")).map_or(line, |(_, rest)| rest)
}

/// The time that a line starts with, after its level, and what follows: `02-13 11:33:33`,
/// or the whole date, with milliseconds, of other set-ups.
fn timed(line: &str) -> Option<(&str, &str)> {
    let level = line.split(' ').next().filter(|word| LEVELS.contains(word));
    let after = level.map_or(line, |level| line[level.len()..].trim_start());
    let shape = |text: &str, shape: &str| {
        let digits = |b: u8| if b.is_ascii_digit() { b'0' } else { b };
        text.len() >= shape.len()
            && text.bytes().map(digits).zip(shape.bytes()).all(|(a, b)| a == b)
    };
    let lengths = ["0000-00-00 00:00:00.000 ", "0000-00-00 00:00:00 ", "00-00 00:00:00 "];
    let found = lengths.iter().find(|wanted| shape(after, wanted))?;
    Some((&after[..found.len() - 1], &after[found.len()..]))
}

/// The id in `… Received request ID: …`, and what follows it. A caller may write the same words
/// into a prompt, but not before this server's own.
fn received(said: &str) -> Option<(&str, &str)> {
    let (before, after) = said.split_once("Received request ")?;
    let (id, rest) = after.split_once(':')?;
    let of_server = before.len() < 80 && !id.is_empty() && !id.contains(' ');
    of_server.then_some((id, rest))
}

/// `10.80.23.18:51408 - "POST /v1/chat/completions HTTP/1.1" 200 OK`, a process id after the
/// address allowed.
fn answered<'a>(time: Option<&'a str>, said: &'a str) -> Option<Line<'a>> {
    let (_, access) = said.split_once("INFO:     ")?;
    let (caller, after) = access.split_once(" - \"")?;
    let (request, status) = after.rsplit_once("\" ")?;
    let address = caller.split(' ').next()?;
    let is_request = request.contains(" /") && address.contains([':', '.']);
    is_request.then_some(Line::Answered { time, address, request, status })
}

fn kind(line: &str) -> LineKind {
    match Line::read(line) {
        Line::Received { .. } | Line::Answered { .. } => LineKind::Request,
        Line::Other => LineKind::Other,
        Line::Foreign => LineKind::Foreign,
    }
}

struct Server {
    time: TimeParser,
    account: String,
}

impl ReadLine for Server {
    fn read_line(&self, line: &str, emit: &mut dyn FnMut(&Exchange<'_>)) -> Result<(), Reason> {
        let (time, exchange) = match Line::read(line) {
            Line::Received { time, id, rest } => (Some(time), request(id, rest)),
            Line::Answered { time, address, request, status } => {
                (time, answer(address, request, status))
            }
            Line::Other | Line::Foreign => return Err(OTHER_LINES.into()),
        };
        let stamp = time.map_or(Ok(Stamp::NONE), |time| self.time.text(time))?;
        emit(&Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            account_id: self.account.as_str().into(),
            ..exchange
        });
        Ok(())
    }
}

/// The exchange that began when a request was received.
fn request<'a>(id: &'a str, rest: &'a str) -> Exchange<'a> {
    // The last one is the server's: what stands before it may be of the caller.
    let (prompt, params) = match rest.rsplit_once("params: SamplingParams(") {
        Some((before, params)) => (before.trim().strip_prefix("prompt: "), params),
        None => (None, ""),
    };
    let prompt = prompt.map(|text| text.trim_end_matches([',', ' ']));
    let prompt = prompt.filter(|text| !matches!(*text, "" | "None" | "''" | "\"\""));
    Exchange {
        granularity: Granularity::Exchange,
        request_id: Some(without_secret(id)),
        model: after(params, "lora_name='")
            .and_then(|name| name.split('\'').next())
            .map(Text::from),
        max_tokens: parameter(params, "max_tokens="),
        temperature: parameter(params, "temperature="),
        prompt_hash: prompt.map(|text| fingerprint(text.as_bytes())),
        ..Exchange::default()
    }
}

fn after<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.split_once(name).map(|(_, after)| after)
}

fn parameter<T: std::str::FromStr>(params: &str, name: &str) -> Option<T> {
    after(params, name)?.split([',', ')']).next()?.parse().ok()
}

/// The activity that the HTTP server wrote of an answer: the call itself has its own line.
fn answer<'a>(address: &'a str, request: &'a str, status: &'a str) -> Exchange<'a> {
    let target = request.split(' ').nth(1).unwrap_or_default();
    let (path, _) = calls::split_query(target);
    Exchange {
        granularity: Granularity::Activity,
        endpoint: Some(path.into()),
        status: status.split(' ').next().and_then(http_status),
        client_ip: Some(address.into()),
        ..Exchange::default()
    }
}

#[cfg(test)]
#[path = "tests/vllm.rs"]
mod tests;
