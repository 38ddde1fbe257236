//! What a value means, given the field it stands behind.

use super::error::FilterError;
use super::field::{FilterFieldDef, ValueKind};
use super::parse::{Token, network, takes_text};
use super::time::{Moment, TimeRange};
use super::value::list_name;
use super::{FilterField, NumberTest, Pattern, Value, Weekdays};
use crate::model::finding::{Level, Membership};
use crate::model::{FREE_TEXT, Field, Granularity, Verdict};

/// The sign between field and value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Equal,
    Over,
    AtLeast,
    Under,
    AtMost,
}

/// Reads one value.
pub(super) fn read(def: &FilterFieldDef, sign: Sign, token: &Token) -> Result<Value, FilterError> {
    let text = token.plain();
    let has_none = matches!(
        def.name,
        "verdict" | "tag" | "time" | "hour" | "weekday" | "cluster" | "membership" | "detector"
    );
    if !token.quoted
        && sign == Sign::Equal
        && (text.eq_ignore_ascii_case("absent") || has_none && text.eq_ignore_ascii_case("none"))
    {
        return Ok(Value::Absent);
    }
    if let Some(name) = text.strip_prefix('$').filter(|_| !token.quoted && takes_text(def.kind)) {
        return list(def, name, token);
    }
    let value = match def.kind {
        ValueKind::Id | ValueKind::Name => Some(text_value(token)),
        ValueKind::Address => return address(token, &text),
        ValueKind::Time => time(sign, &text).map(Value::Time),
        ValueKind::Integer | ValueKind::Real | ValueKind::Milliseconds => {
            number_test(def, sign, &text).map(Value::Number)
        }
        ValueKind::Template if text.eq_ignore_ascii_case("free") && sign == Sign::Equal => {
            Some(Value::number(f64::from(FREE_TEXT)))
        }
        ValueKind::Template => number_test(def, sign, &text).map(Value::Number),
        ValueKind::Hash => hash(&text),
        ValueKind::Kind => kind(&text).map(Value::Kind),
        ValueKind::Verdict => Verdict::parse(&text.to_ascii_lowercase()).map(Value::Verdict),
        ValueKind::Hour => number_test(def, sign, &text).filter(is_of_a_day).map(Value::Number),
        ValueKind::Weekday => Weekdays::parse(&text).map(Value::Weekdays),
        ValueKind::Level => levels(sign, &text),
        ValueKind::Membership => {
            let known = Membership::parse(&text.to_ascii_lowercase());
            known.map(|membership| Value::text(membership.as_str()))
        }
    };
    value.ok_or_else(|| {
        FilterError::at(format!("\"{text}\" is not {}", expected(def.kind)), token.at)
            .hint(format!("write {}", def.example))
    })
}

fn expected(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Time => "a day, a time, a range of them, or none",
        ValueKind::Integer => "a whole number or a range",
        ValueKind::Milliseconds => "a duration or a range",
        ValueKind::Real => "a number or a range",
        ValueKind::Template => "the number of a template, or free for text of no template",
        ValueKind::Hash => "a fingerprint of 16 hexadecimal digits",
        ValueKind::Kind => "exchange, activity, bucket, repeat or joined",
        ValueKind::Verdict => "suspicious, watch, cleared or none",
        ValueKind::Hour => "an hour from 0 to 23 or a rising range (over midnight: 22..23,0..5)",
        ValueKind::Weekday => "a day of the week or a range of them, such as mon..fri",
        ValueKind::Level => "none, indicative, probable or strong",
        ValueKind::Membership => "core, fringe, doubtful or none",
        ValueKind::Id | ValueKind::Name => "text",
        ValueKind::Address => "an address or a network",
    }
}

/// `$name`: a list, which holds accounts.
fn list(def: &FilterFieldDef, name: &str, token: &Token) -> Result<Value, FilterError> {
    if def.field != FilterField::Record(Field::AccountId) {
        let message = format!("lists hold accounts, and {} is none", def.noun);
        let hint = format!("write account:${name}, or quote the text");
        return Err(FilterError::at(message, token.at).hint(hint));
    }
    list_name(name).map(Value::List).ok_or_else(|| {
        FilterError::at("a list has a name of letters, digits, _, - and .", token.at)
            .hint("filter by tag:\"…\", or quote the text")
    })
}

fn text_value(token: &Token) -> Value {
    Value::Text(Pattern::from_pieces(token.pieces.clone()))
}

fn address(token: &Token, text: &str) -> Result<Value, FilterError> {
    if token.quoted {
        return Ok(text_value(token));
    }
    if let Some(net) = network(text) {
        return Ok(Value::Network(net));
    }
    if looks_like_network(text) {
        return Err(FilterError::at(format!("\"{text}\" is not a network"), token.at)
            .hint("write ip:10.0.0.0/8 or ip:2001:db8::/32"));
    }
    Ok(text_value(token))
}

/// Whether bare text is meant as a network, right or wrong; such text is quoted when it is not.
pub(super) fn looks_like_network(text: &str) -> bool {
    text.split_once('/').is_some_and(|(address, bits)| {
        address.contains(['.', ':']) && bits.chars().all(|c| c.is_ascii_digit())
    })
}

fn time(sign: Sign, text: &str) -> Option<TimeRange> {
    if let Some((from, to)) = text.split_once("..") {
        if sign != Sign::Equal {
            return None;
        }
        let parse =
            |part: &str| if part.is_empty() { Some(None) } else { Moment::parse(part).map(Some) };
        let (from, to) = (parse(from)?, parse(to)?);
        let range = TimeRange { start: from.map(|m| m.start), end: to.map(Moment::end) };
        let ordered = range.start.zip(range.end).is_none_or(|(start, end)| start <= end);
        return ordered.then_some(range);
    }
    let moment = Moment::parse(text)?;
    let (start, end) = match sign {
        Sign::Equal => (Some(moment.start), Some(moment.next)),
        Sign::Over => (Some(moment.next), None),
        Sign::AtLeast => (Some(moment.start), None),
        Sign::Under => (None, Some(moment.start)),
        Sign::AtMost => (None, Some(moment.next)),
    };
    Some(TimeRange { start, end })
}

/// `1000`, `>1000`, `100..500`, `10k`, `5xx` (status), `2s` (durations).
fn number_test(def: &FilterFieldDef, sign: Sign, text: &str) -> Option<NumberTest> {
    let (sign, text) = if sign == Sign::Equal { leading_sign(text) } else { (sign, text) };
    if let Some((from, to)) = text.split_once("..") {
        if sign != Sign::Equal {
            return None;
        }
        let parse =
            |part: &str| if part.is_empty() { Some(None) } else { number(def, part).map(Some) };
        let (from, to) = (parse(from)?, parse(to)?);
        let ordered = from.zip(to).is_none_or(|(a, b)| a <= b);
        return ordered.then_some(NumberTest::Between(from, to));
    }
    if def.name == "status"
        && sign == Sign::Equal
        && let Some(class) = status_class(text)
    {
        return Some(class);
    }
    let n = number(def, text)?;
    Some(match sign {
        Sign::Equal => NumberTest::Is(n),
        Sign::Over => NumberTest::Over(n),
        Sign::AtLeast => NumberTest::AtLeast(n),
        Sign::Under => NumberTest::Under(n),
        Sign::AtMost => NumberTest::AtMost(n),
    })
}

/// A sign inside a list of values: `status:>=500,200`.
fn leading_sign(text: &str) -> (Sign, &str) {
    let signs =
        [(">=", Sign::AtLeast), ("<=", Sign::AtMost), (">", Sign::Over), ("<", Sign::Under)];
    signs
        .into_iter()
        .find_map(|(sign, kind)| text.strip_prefix(sign).map(|rest| (kind, rest)))
        .unwrap_or((Sign::Equal, text))
}

/// `probable`, `>=probable`, `indicative..probable`.
fn levels(sign: Sign, text: &str) -> Option<Value> {
    let text = text.to_ascii_lowercase();
    let (sign, text) = if sign == Sign::Equal { leading_sign(&text) } else { (sign, &*text) };
    let (first, last) = (Level::None, Level::Strong);
    if let Some((from, to)) = text.split_once("..") {
        let end = |word: &str, open| if word.is_empty() { Some(open) } else { Level::parse(word) };
        let (from, to) = (end(from, first)?, end(to, last)?);
        return (sign == Sign::Equal && from <= to).then_some(Value::Levels(from, to));
    }
    let level = Level::parse(text)?;
    let beside = |step: isize| Level::ALL.get((level as usize).checked_add_signed(step)?).copied();
    Some(match sign {
        Sign::Equal => Value::Levels(level, level),
        Sign::AtLeast => Value::Levels(level, last),
        Sign::AtMost => Value::Levels(first, level),
        Sign::Over => Value::Levels(beside(1)?, last),
        Sign::Under => Value::Levels(first, beside(-1)?),
    })
}

/// Whether every number of a condition is an hour of the day.
fn is_of_a_day(test: &NumberTest) -> bool {
    let hour = |n: f64| n <= 23.0;
    match *test {
        NumberTest::Is(n)
        | NumberTest::Over(n)
        | NumberTest::AtLeast(n)
        | NumberTest::AtMost(n) => hour(n),
        NumberTest::Under(n) => n <= 24.0,
        NumberTest::Between(a, b) => a.is_none_or(hour) && b.is_none_or(hour),
    }
}

fn status_class(text: &str) -> Option<NumberTest> {
    let class = text.strip_suffix("xx").or_else(|| text.strip_suffix("XX"))?;
    let class: f64 = class.parse::<u8>().ok().filter(|c| (1..=9).contains(c))?.into();
    Some(NumberTest::Between(Some(class * 100.0), Some(class * 100.0 + 99.0)))
}

fn number(def: &FilterFieldDef, text: &str) -> Option<f64> {
    let is_time = def.kind == ValueKind::Milliseconds;
    let units: &[(&str, f64)] = if is_time {
        &[("ms", 1.0), ("min", 60_000.0), ("s", 1000.0)]
    } else {
        &[("k", 1e3), ("M", 1e6), ("G", 1e9)]
    };
    let (digits, factor) = units
        .iter()
        .find_map(|(unit, factor)| text.strip_suffix(unit).map(|rest| (rest, *factor)))
        .unwrap_or((text, 1.0));
    // Rust also reads "inf", "nan" and "1e400", which no field can hold.
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let n = digits.parse::<f64>().ok().filter(|_| plain)? * factor;
    // 8.2M is a whole number, although 8.2 × 10⁶ is none in binary.
    let n = if (n - n.round()).abs() <= n * 1e-12 { n.round() } else { n };
    let is_whole = matches!(def.kind, ValueKind::Integer | ValueKind::Hour);
    let whole = !is_whole || n.fract() == 0.0;
    (whole && n.is_finite()).then_some(n)
}

fn hash(text: &str) -> Option<Value> {
    let hex = text.strip_prefix("0x").unwrap_or(text);
    let plain = (1..=16).contains(&hex.len()) && hex.bytes().all(|b| b.is_ascii_hexdigit());
    if plain { u64::from_str_radix(hex, 16).ok().map(Value::Hash) } else { None }
}

fn kind(text: &str) -> Option<Granularity> {
    let text = text.to_ascii_lowercase();
    let plural = |g: &Granularity| g.plural().rsplit(' ').next() == Some(text.as_str());
    Granularity::parse(&text).or_else(|| Granularity::ALL.into_iter().find(plural))
}
