//! One value taken out of a record, and how it becomes text, a count or a real number.

use std::borrow::Cow;

use super::Reason;
use super::overheard;
use super::said::instruction;
use super::time::{self, Stamp, TimeParser};
use crate::model::{MISSING, Text};

/// The largest token count a column can hold; more is no count but a mistake.
const LARGEST_COUNT: u64 = MISSING as u64 - 1;

/// A value of a record, not yet interpreted.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Scalar<'a> {
    /// Absent, null or empty.
    #[default]
    Missing,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number from zero.
    UInt(u64),
    /// A negative whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text; lists and objects are their compact JSON.
    Text(Cow<'a, str>),
    /// A fingerprint of something that is not kept itself.
    Hash(u64),
    /// The same of a list of messages, and that of the instruction that it begins with.
    Messages(u64, u64),
}

impl<'a> Scalar<'a> {
    /// Whether there is no value.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }

    /// The value without ties to the record.
    pub fn into_owned(self) -> Scalar<'static> {
        match self {
            Self::Missing => Scalar::Missing,
            Self::Bool(v) => Scalar::Bool(v),
            Self::UInt(v) => Scalar::UInt(v),
            Self::Int(v) => Scalar::Int(v),
            Self::Float(v) => Scalar::Float(v),
            Self::Text(v) => Scalar::Text(Cow::Owned(v.into_owned())),
            Self::Hash(v) => Scalar::Hash(v),
            Self::Messages(all, instruction) => Scalar::Messages(all, instruction),
        }
    }

    /// The fingerprint of a text, and of what instructs where it is a list of messages.
    pub fn fingerprinted(text: &str) -> Self {
        let all = fingerprint(text.as_bytes());
        match instruction(text) {
            Some(instruction) => Self::Messages(all, fingerprint(instruction.as_bytes())),
            None => Self::Hash(all),
        }
    }

    /// The fingerprint that it is.
    pub fn hash(&self) -> Option<u64> {
        match self {
            Self::Hash(hash) | Self::Messages(hash, _) => Some(*hash),
            _ => None,
        }
    }

    /// The fingerprint of the instruction of a list of messages, as text.
    pub fn instruction(&self) -> Option<Text<'static>> {
        match self {
            Self::Messages(_, instruction) => Scalar::Hash(*instruction).into_text(),
            _ => None,
        }
    }

    /// The value as text: numbers as written by JSON, fingerprints as 16 hex digits.
    pub fn into_text(self) -> Option<Text<'a>> {
        let text = match self {
            Self::Missing => return None,
            Self::Text(v) => v,
            Self::Bool(true) => Cow::Borrowed("true"),
            Self::Bool(false) => Cow::Borrowed("false"),
            Self::UInt(v) => Cow::Owned(v.to_string()),
            Self::Int(v) => Cow::Owned(v.to_string()),
            Self::Float(v) => Cow::Owned(v.to_string()),
            Self::Hash(v) | Self::Messages(v, _) => Cow::Owned(format!("{v:016x}")),
        };
        Some(Text(text))
    }

    /// The value as a number times `scale`, from zero.
    ///
    /// # Errors
    /// A reason naming `field` when it is negative, not finite or no number.
    pub fn real(&self, field: &str, scale: f64) -> Result<Option<f64>, Reason> {
        let value = match self {
            Self::Missing => return Ok(None),
            Self::UInt(v) => *v as f64,
            Self::Int(v) => *v as f64,
            Self::Float(v) => *v,
            Self::Text(text) => match digits(text) {
                Some(number) => number as f64,
                None => written(text.trim()).map_err(|what| reason(field, what))?,
            },
            Self::Bool(_) | Self::Hash(_) | Self::Messages(..) => {
                return Err(reason(field, "is not a number"));
            }
        };
        let value = value * scale;
        if !value.is_finite() {
            return Err(reason(field, "is not a finite number"));
        }
        if value < 0.0 {
            return Err(reason(field, "is negative"));
        }
        Ok(Some(value))
    }

    /// The value as a whole number times `scale`, from zero. Numbers like `12.0` are whole.
    ///
    /// # Errors
    /// A reason naming `field` when it is negative, broken, too large or no number.
    pub fn count(&self, field: &str, scale: f64) -> Result<Option<u64>, Reason> {
        let written = match self {
            Self::UInt(v) => Some(*v),
            Self::Text(text) => digits(text),
            _ => None,
        };
        if let (None, Self::Text(text)) = (written, self)
            && may_have_thousands(text.trim())
        {
            return Err(reason(field, AMBIGUOUS));
        }
        let whole = match written.filter(|_| scale == 1.0) {
            Some(number) => number,
            None => match self.real(field, scale)? {
                None => return Ok(None),
                Some(v) if v.fract() != 0.0 && scale == 1.0 => {
                    return Err(reason(field, "is not a whole number"));
                }
                Some(v) => v.round() as u64,
            },
        };
        if whole > LARGEST_COUNT {
            return Err(reason(field, "is too large"));
        }
        Ok(Some(whole))
    }

    /// The value as a time.
    ///
    /// # Errors
    /// A reason: missing, not understood, out of range.
    pub fn time(&self, parser: &TimeParser) -> Result<Stamp, Reason> {
        match self {
            Self::Missing => Err(time::MISSING.into()),
            Self::Text(text) => parser.text(text),
            Self::UInt(v) => parser.epoch(i64::try_from(*v).unwrap_or(i64::MAX)),
            Self::Int(v) => parser.epoch(*v),
            Self::Float(v) => parser.epoch_real(*v),
            Self::Bool(_) | Self::Hash(_) | Self::Messages(..) => Err(time::NOT_UNDERSTOOD.into()),
        }
    }
}

/// What a number is not, and what to do, where it may be one of two.
const AMBIGUOUS: &str = "may be two numbers: name in the mapping what stands before its decimals, \
                         with decimal";

/// A number as people write it: `12`, `1.5e3`, `0,8403`.
pub(super) fn written(text: &str) -> Result<f64, &'static str> {
    if let Ok(number) = text.parse() {
        return Ok(number);
    }
    match text.split_once(',') {
        Some((whole, decimals)) if is_decimals(whole, decimals) => {
            format!("{whole}.{decimals}").parse().map_err(|_| "is not a number")
        }
        _ if [',', '.'].iter().any(|decimal| pointed(text, *decimal).is_some()) => Err(AMBIGUOUS),
        _ => Err("is not a number"),
    }
}

/// Whether a text is a number that `fits`, or may be: what may be two numbers is one of them.
pub(super) fn may_be_number(text: &str, fits: impl Fn(f64) -> bool) -> bool {
    let text = text.trim();
    match written(text) {
        Ok(number) => fits(number) || (number >= 0.0 && may_have_thousands(text)),
        Err(why) => why == AMBIGUOUS,
    }
}

/// What stands before the decimals of the numbers of a column, where some of them show it, none shows
/// the other, and it tells how to read any of them.
pub(super) fn decimal_of(values: &[String]) -> Option<char> {
    let [mut comma, mut point, mut open] = [false; 3];
    for text in values.iter().map(|text| text.trim()) {
        let is_plain = text.parse::<f64>().is_ok();
        let as_is = |decimal| pointed(text, decimal).is_some();
        let is_comma = match text.split_once(',') {
            Some((whole, decimals)) if is_decimals(whole, decimals) => true,
            _ => as_is(',') && !as_is('.'),
        };
        comma |= is_comma && !is_plain;
        point |= match is_plain {
            true => text.contains('.') && !may_have_thousands(text),
            false => as_is('.') && !as_is(','),
        };
        open |= !is_plain;
    }
    match (comma, point) {
        (true, false) => Some(','),
        (false, true) if open => Some('.'),
        _ => None,
    }
}

/// Whether the only comma of a number can stand before decimals alone, and not between thousands.
fn is_decimals(whole: &str, decimals: &str) -> bool {
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    let may_be_thousands = decimals.len() == 3 && whole.len() <= 3 && !whole.starts_with('0');
    are_digits(whole) && are_digits(decimals) && !may_be_thousands
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a whole number may have a point between its thousands: `1.000`.
fn may_have_thousands(text: &str) -> bool {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    rest.len() == 3
        && are_digits(rest)
        && whole.len() <= 3
        && are_digits(whole)
        && !whole.starts_with('0')
}

/// A written number with a point before its decimals and nothing between its thousands; `None`
/// where it is not written so: one kind of mark between groups of three digits, one to three
/// before them, and none after `decimal`.
pub(super) fn pointed(text: &str, decimal: char) -> Option<String> {
    let text = text.trim();
    let (sign, text) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, decimals) = match text.split_once(decimal) {
        Some((whole, decimals)) if are_digits(decimals) => (whole, Some(decimals)),
        Some(_) => return None,
        None => (text, None),
    };
    let other = if decimal == ',' { '.' } else { ',' };
    let is_mark = |c: char| {
        c == other || matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '\u{2019}')
    };
    let plain = match whole.chars().find(|c| is_mark(*c)) {
        Some(mark) => {
            let mut groups = whole.split(mark);
            let first = groups.next()?;
            let is_first = are_digits(first) && first.len() <= 3 && !first.starts_with('0');
            let is_group = |group: &str| are_digits(group) && group.len() == 3;
            (is_first && groups.all(is_group)).then(|| whole.replace(mark, ""))?
        }
        None if are_digits(whole) => whole.to_owned(),
        None => return None,
    };
    Some(decimals.map_or_else(|| format!("{sign}{plain}"), |d| format!("{sign}{plain}.{d}")))
}

/// Bytes of the longest number that a real number holds as it is.
const EXACT_DIGITS: usize = 15;

/// A number of digits alone: what nearly all cells with a number are, and a short way to read it.
fn digits(text: &str) -> Option<u64> {
    if text.is_empty() || text.len() > EXACT_DIGITS {
        return None;
    }
    text.bytes().try_fold(0, |number, digit| {
        digit.is_ascii_digit().then(|| number * 10 + u64::from(digit - b'0'))
    })
}

/// A duration that a column can hold.
///
/// # Errors
/// The reason when it is too long.
pub(super) fn latency_ms(ms: f64) -> Result<f64, Reason> {
    if ms.round() > LARGEST_COUNT as f64 { Err("latency_ms is too large".into()) } else { Ok(ms) }
}

/// `"<field> <what is wrong>"`.
pub(super) fn reason(field: &str, what: &str) -> Reason {
    format!("{field} {what}").into()
}

/// Fingerprint of bytes: XXH3-64, never 0, which stands for "none".
pub(super) fn fingerprint(bytes: &[u8]) -> u64 {
    let fingerprint = xxhash_rust::xxh3::xxh3_64(bytes).max(1);
    overheard::note(fingerprint, bytes);
    fingerprint
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_before_decimals_is_read_where_it_can_be_nothing_else() {
        let real = |text: &str| Scalar::Text(text.into()).real("cost", 1.0);
        for (text, number) in
            [("0,8403", 0.8403), ("12,5", 12.5), ("0,125", 0.125), ("1,2345", 1.2345)]
        {
            assert_eq!(real(text), Ok(Some(number)), "{text}");
        }
        for text in ["1,234", "12,345", "1,234,567", "1.234,5"] {
            let why = real(text).expect_err("it may mean two numbers");
            assert!(why.ends_with("before its decimals, with decimal"), "{text}: {why}");
        }
        for text in ["k.A.", ",5", "5,", "1,2e3"] {
            assert!(real(text).expect_err("none").starts_with("cost is not a number"), "{text}");
        }
        assert_eq!(real("-0,5").expect_err("below zero"), "cost is negative");
    }

    #[test]
    fn a_number_is_read_with_the_marks_that_a_mapping_names_and_with_no_others() {
        for (text, decimal, number) in [
            ("1.234.567,5", ',', "1234567.5"),
            ("1,234,567.5", '.', "1234567.5"),
            ("1\u{a0}234\u{a0}567,5", ',', "1234567.5"),
            ("1\u{2019}234", '.', "1234"),
            (" 12 ", ',', "12"),
            ("-0,5", ',', "-0.5"),
            ("1234567,89", ',', "1234567.89"),
        ] {
            assert_eq!(pointed(text, decimal).as_deref(), Some(number), "{text}");
        }
        for (text, decimal) in [
            ("0.84", ','),
            ("12.5", ','),
            ("0.001", ','),
            ("1.5e3", ','),
            ("1..2", ','),
            ("1.234.56", ','),
            ("192.168.0.1", ','),
            ("1,234.5", ','),
            (".5", ','),
            ("1 234.567,8", ','),
            ("1 2 3", ','),
            ("0,84", '.'),
            ("1,5", '.'),
            ("1234567,89", '.'),
            ("12.34,5", '.'),
            ("1,,500", '.'),
            ("1,5e3", '.'),
            ("", '.'),
            ("k.A.", ','),
        ] {
            assert_eq!(pointed(text, decimal), None, "{text} with {decimal}");
        }
    }

    #[test]
    fn a_whole_number_with_a_point_between_thousands_is_not_read_as_a_small_one() {
        let count = |text: &str| Scalar::Text(text.into()).count("input_tokens", 1.0);
        for text in ["1.000", "12.000", "1.234"] {
            assert!(count(text).expect_err("it may be 1,000").contains("decimal"), "{text}");
        }
        assert_eq!(
            (count("12.0"), count("0.000"), count("1000.000")),
            (Ok(Some(12)), Ok(Some(0)), Ok(Some(1000)))
        );
        assert_eq!(Scalar::Float(12.0).count("input_tokens", 1.0), Ok(Some(12)));
    }

    fn text(value: &str) -> Scalar<'_> {
        Scalar::Text(Cow::Borrowed(value))
    }

    #[test]
    fn counts_are_read_from_numbers_and_numeric_text() {
        for scalar in [Scalar::UInt(12), Scalar::Float(12.0), text("12"), text(" 12.0 ")] {
            assert_eq!(scalar.count("input_tokens", 1.0), Ok(Some(12)), "{scalar:?}");
        }
        assert_eq!(Scalar::Missing.count("input_tokens", 1.0), Ok(None));
        assert_eq!(text("0.5").count("latency_ms", 1000.0), Ok(Some(500)));
        assert_eq!(text("12").count("latency_ms", 1000.0), Ok(Some(12_000)));
        assert_eq!(text("999999999999999").real("cost", 1.0), Ok(Some(999_999_999_999_999.0)));
        assert_eq!(text("0000000000000000012").count("input_tokens", 1.0), Ok(Some(12)));
    }

    #[test]
    fn counts_that_cannot_be_are_refused_by_name() {
        let why = |scalar: Scalar<'_>| scalar.count("input_tokens", 1.0).expect_err("refused");
        assert_eq!(why(Scalar::Int(-5)), "input_tokens is negative");
        assert_eq!(why(Scalar::Float(1.5)), "input_tokens is not a whole number");
        assert_eq!(why(Scalar::UInt(u64::MAX)), "input_tokens is too large");
        assert_eq!(why(Scalar::Float(1e300)), "input_tokens is too large");
        assert_eq!(why(text("NaN")), "input_tokens is not a finite number");
        assert_eq!(why(text("many")), "input_tokens is not a number");
        assert_eq!(why(Scalar::Bool(true)), "input_tokens is not a number");
    }

    #[test]
    fn a_duration_longer_than_a_column_can_hold_is_a_reason() {
        assert_eq!(latency_ms(4_294_967_294.0), Ok(4_294_967_294.0));
        assert_eq!(latency_ms(1e13), Err("latency_ms is too large".into()));
    }

    #[test]
    fn a_fingerprint_is_never_the_sign_for_none() {
        assert_ne!(fingerprint(b""), 0);
        assert_eq!(fingerprint(b"abc"), xxhash_rust::xxh3::xxh3_64(b"abc"));
    }
}
