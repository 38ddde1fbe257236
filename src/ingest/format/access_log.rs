//! Access logs of nginx, Apache and those who write like them.

use std::borrow::Cow;

use super::calls::{self, key_in_query, split_query};
use super::text::{
    LineKind, LineReader, OTHER_LINES, ReadLine, http_status, key_name, present, refuse_edits,
    without_secret,
};
use super::{Format, Score};
use crate::ingest::scalar::latency_ms;
use crate::ingest::time::TimeParser;
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::address::{Address, AddressQuality};
use crate::model::{Exchange, Field, Granularity, Text};

/// See [`Format::doc`].
pub(super) struct AccessLog;

impl Format for AccessLog {
    fn id(&self) -> &'static str {
        "access_log"
    }

    fn title(&self) -> &'static str {
        "Web server access log"
    }

    fn doc(&self) -> &'static str {
        "Common and combined logs of nginx and Apache, a virtual host before the address and \
         further fields at the end allowed. A POST to a path behind which a model answers \
         (/v1/chat/completions, /v1/messages, …:generateContent, /openai/deployments/NAME/…, \
         /model/ID/invoke) is an exchange, any other request an activity. The model only where \
         the path names it; no tokens, no text. The account is the user of basic \
         authentication, else the address. Apache writes when a request came, nginx when it was \
         answered; the log does not say which of them wrote it. Keys in the address are \
         fingerprinted."
    }

    fn containers(&self) -> &'static str {
        "lines of text"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let share = sample.share_of_lines(|line| kind(line) == LineKind::Request)?;
        (share >= 0.5).then(|| {
            let percent = (share * 100.0).round();
            let why = format!("{percent} % of the lines are requests in the common log format");
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
        Ok(Box::new(LineReader(Requests { time })))
    }
}

fn own_mapping() -> Mapping {
    Mapping::new(
        "access_log",
        vec![
            FieldMap::from(Field::Timestamp, &["time"])
                .note("of the request in Apache, of the answer in nginx"),
            FieldMap::from(Field::AccountId, &["user", "address"]).or(UNATTRIBUTED),
            FieldMap::from(Field::ApiKeyId, &["key in the query"]).note("fingerprint"),
            FieldMap::from(Field::Endpoint, &["path"]).note("without its query"),
            FieldMap::from(Field::Model, &["path"]).note("where it names one"),
            FieldMap::from(Field::Status, &["status"]),
            FieldMap::from(Field::LatencyMs, &["rt", "request_time"])
                .note("seconds in a further field of that name"),
            FieldMap::from(Field::ClientIp, &["address"]),
            FieldMap::from(Field::UserAgent, &["user agent"]),
        ],
    )
}

/// The account of a request that names nobody.
const UNATTRIBUTED: &str = "unattributed";

/// The parts of one line.
struct Line<'a> {
    address: &'a str,
    user: &'a str,
    time: &'a str,
    request: Cow<'a, str>,
    /// Status, size and what follows.
    rest: &'a str,
}

impl<'a> Line<'a> {
    /// `None` where the line is no request; an error where it is one that breaks off.
    fn read(line: &'a str) -> Option<Result<Self, Reason>> {
        let (start, end) = time_span(line)?;
        let (address, user) = caller(&line[..start - 1])?;
        let after = line[end + 1..].trim_start();
        Some(match quoted(after) {
            Some((request, rest)) => {
                Ok(Self { address, user, time: &line[start..end], request, rest })
            }
            None if after.is_empty() || after.starts_with('"') => Err("the line breaks off".into()),
            None => return None,
        })
    }
}

/// Where the time is: the first `[dd/Mon/yyyy:hh:mm:ss +hhmm]`.
fn time_span(line: &str) -> Option<(usize, usize)> {
    let bytes = line.as_bytes();
    let mut opens = memchr::memchr_iter(b'[', bytes);
    let is_time = |at: &usize| {
        let inside = bytes.get(at + 1..at + 28);
        inside.is_some_and(|i| i[2] == b'/' && i[6] == b'/' && i[11] == b':' && i[26] == b']')
    };
    // Names are short; a bracket far behind is the work of a caller.
    let open = opens.find(is_time).filter(|open| (4..1_024).contains(open))?;
    Some((open + 1, open + 27))
}

/// Words that may stand before the address: a virtual host, what a collector adds.
const WORDS_BEFORE: usize = 8;

/// Address and user of what stands before the time: `[host ]address identity user `. A user may
/// have blanks in its name, and call itself like an address: the first address counts.
fn caller(head: &str) -> Option<(&str, &str)> {
    let head = head.strip_suffix(' ')?;
    let (mut word, mut after) = head.split_once(' ')?;
    for _ in 0..WORDS_BEFORE {
        if is_address(word) {
            let (address, after) = behind_proxies(word, after)?;
            return Some((address, after.split_once(' ')?.1));
        }
        let Some(next) = after.split_once(' ') else { break };
        (word, after) = next;
    }
    // The name of a host, where the server looked it up, or none at all.
    let (host, rest) = head.split_once(' ')?;
    let (_, user) = rest.split_once(' ')?;
    let is_in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let is_host = host.chars().all(is_in_name) && (host.contains('.') || !user.contains(' '));
    is_host.then_some((host, user))
}

fn is_address(word: &str) -> bool {
    use AddressQuality::{Invalid, Service};
    !matches!(Address::parse(word).quality, Invalid | Service)
}

/// The caller and what follows, where the address is the server's own and the caller's comes
/// next, or is the first of a list with those of proxies.
fn behind_proxies<'a>(first: &'a str, mut after: &'a str) -> Option<(&'a str, &'a str)> {
    let mut last = first;
    while last.ends_with(',') {
        (last, after) = after.split_once(' ')?;
    }
    match after.split_once(' ') {
        Some((next, rest)) if last == first && is_address(next) => Some((next, rest)),
        _ => Some((first.trim_end_matches(','), after)),
    }
}

/// The text in quotes that a line starts with, and what follows it. A quote inside is written
/// `\"` by Apache and `\x22` by nginx.
fn quoted(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let text = text.strip_prefix('"')?;
    let bytes = text.as_bytes();
    let (mut at, mut escaped) = (0, false);
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            break;
        }
        escaped = true;
        at += 2;
    }
    let (inside, rest) = (&text[..at], &text[at + 1..]);
    let inside = match escaped {
        true => Cow::Owned(inside.replace("\\\"", "\"").replace("\\\\", "\\")),
        false => Cow::Borrowed(inside),
    };
    Some((inside, rest))
}

fn kind(line: &str) -> LineKind {
    match Line::read(line) {
        Some(Ok(_)) => LineKind::Request,
        Some(Err(_)) => LineKind::Other,
        None => LineKind::Foreign,
    }
}

struct Requests {
    time: TimeParser,
}

impl ReadLine for Requests {
    fn read_line(&self, line: &str, emit: &mut dyn FnMut(&Exchange<'_>)) -> Result<(), Reason> {
        let line = Line::read(line).ok_or(Reason::Borrowed(OTHER_LINES))??;
        let stamp = self.time.text(line.time)?;
        let address = present(line.address);
        let user = present(line.user).filter(|user| *user != "\"\"").map(without_secret);
        // What is no request (a scanner speaking another protocol) has no path.
        let mut words = line.request.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let is_path = target.starts_with('/') || target.starts_with("http");
        let (path, query) = split_query(if is_path { target } else { "" });
        let call = calls::call(method, path);
        let (status, rest) = first_word(line.rest);
        let (_, rest) = first_word(rest);
        let (user_agent, further) = agent_and_further(rest);
        emit(&Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity: match call {
                Some(_) => Granularity::Exchange,
                None => Granularity::Activity,
            },
            account_id: user.or(address.map(Text::from)).unwrap_or(UNATTRIBUTED.into()),
            api_key_id: key_in_query(query).map(key_name),
            endpoint: present(path).map(Text::from),
            model: call.and_then(|call| call.model).map(Text),
            status: http_status(status),
            latency_ms: latency(further),
            client_ip: address.map(Text::from),
            user_agent,
            ..Exchange::default()
        });
        Ok(())
    }
}

/// The word that a text starts with, and what follows it.
fn first_word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    text.split_once(' ').unwrap_or((text, ""))
}

/// The second text in quotes, for the first is the referrer, and what follows.
fn agent_and_further(rest: &str) -> (Option<Text<'_>>, &str) {
    let Some((_, after)) = quoted(rest.trim_start()) else { return (None, rest) };
    let Some((agent, further)) = quoted(after.trim_start()) else { return (None, after) };
    let is_there = present(&agent).is_some();
    (is_there.then_some(Text(agent)), further)
}

/// The duration in a further field that says by its name what it is, ms. What callers write
/// stands in quotes and is passed over.
fn latency(mut further: &str) -> Option<f64> {
    loop {
        further = further.trim_start();
        if let Some((_, rest)) = quoted(further) {
            further = rest;
            continue;
        }
        let (word, rest) = first_word(further);
        let value = word.strip_prefix("rt=").or_else(|| word.strip_prefix("request_time="));
        if let Some(value) = value {
            let seconds: f64 = value.trim_matches('"').parse().ok()?;
            return latency_ms(seconds * 1e3).ok().filter(|ms| *ms >= 0.0);
        }
        if rest.is_empty() {
            return None;
        }
        further = rest;
    }
}

#[cfg(test)]
#[path = "tests/access_log.rs"]
mod tests;
