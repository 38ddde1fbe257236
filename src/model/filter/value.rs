//! The values a term compares a field with.

use std::fmt;

use ipnet::IpNet;

use super::time::TimeRange;
use super::{Pattern, Weekdays};
use crate::model::finding::Level;
use crate::model::{Granularity, Verdict};

/// A condition on a number. Numbers are exact up to 2^53.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NumberTest {
    /// `=`
    Is(f64),
    /// `>`
    Over(f64),
    /// `>=`
    AtLeast(f64),
    /// `<`
    Under(f64),
    /// `<=`
    AtMost(f64),
    /// `a..b`, both ends included; `None` is open.
    Between(Option<f64>, Option<f64>),
}

impl NumberTest {
    /// Whether `n` satisfies it.
    pub fn matches(self, n: f64) -> bool {
        match self {
            Self::Is(x) => n == x,
            Self::Over(x) => n > x,
            Self::AtLeast(x) => n >= x,
            Self::Under(x) => n < x,
            Self::AtMost(x) => n <= x,
            Self::Between(a, b) => a.is_none_or(|a| n >= a) && b.is_none_or(|b| n <= b),
        }
    }

    /// The whole numbers that satisfy it, as inclusive bounds; `None` when no whole number from
    /// 0 to 2^53 does.
    pub fn whole_numbers(self) -> Option<(u64, u64)> {
        const TOP: f64 = 9_007_199_254_740_992.0;
        let (from, to) = match self {
            Self::Is(x) => (x.ceil(), x.floor()),
            Self::Over(x) => (x.floor() + 1.0, TOP),
            Self::AtLeast(x) => (x.ceil(), TOP),
            Self::Under(x) => (0.0, x.ceil() - 1.0),
            Self::AtMost(x) => (0.0, x.floor()),
            Self::Between(a, b) => (a.map_or(0.0, f64::ceil), b.map_or(TOP, f64::floor)),
        };
        let (from, to) = (from.max(0.0), to.min(TOP));
        (from <= to).then_some((from as u64, to as u64))
    }

    /// The sign before the number, where it is a comparison.
    pub(super) fn sign(self) -> Option<&'static str> {
        match self {
            Self::Over(_) => Some(">"),
            Self::AtLeast(_) => Some(">="),
            Self::Under(_) => Some("<"),
            Self::AtMost(_) => Some("<="),
            Self::Is(_) | Self::Between(..) => None,
        }
    }
}

impl fmt::Display for NumberTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sign().unwrap_or_default())?;
        match self {
            Self::Is(x) | Self::Over(x) | Self::AtLeast(x) | Self::Under(x) | Self::AtMost(x) => {
                write!(f, "{x}")
            }
            Self::Between(a, b) => {
                if let Some(a) = a {
                    write!(f, "{a}")?;
                }
                f.write_str("..")?;
                b.as_ref().map_or(Ok(()), |b| write!(f, "{b}"))
            }
        }
    }
}

/// One of the alternatives after `field:`.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// The record does not have the field (for verdict and tag: none was given).
    Absent,
    /// Text, perhaps with wildcards. On an address: its text as the log wrote it.
    Text(Pattern),
    /// A network that certainly holds the address; one address is a network of one.
    Network(IpNet),
    /// A condition on a number.
    Number(NumberTest),
    /// A stretch of time.
    Time(TimeRange),
    /// A fingerprint.
    Hash(u64),
    /// What the record stands for.
    Kind(Granularity),
    /// The analyst's verdict.
    Verdict(Verdict),
    /// Accounts on a list as it is at the moment: those with a tag of this name (see
    /// [`list_name`]), or with the verdict of this name.
    List(String),
    /// Days of the week in a row.
    Weekdays(Weekdays),
    /// Levels from one to another, both included.
    Levels(Level, Level),
}

impl Value {
    /// Exactly this text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(Pattern::literal(text))
    }

    /// Exactly this number.
    pub fn number(n: f64) -> Self {
        Self::Number(NumberTest::Is(n))
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("absent"),
            Self::Text(pattern) => pattern.write_value(f, !reads_specially(pattern)),
            Self::Network(net) if net.prefix_len() == net.max_prefix_len() => {
                write!(f, "{}", net.addr())
            }
            Self::Network(net) => write!(f, "{net}"),
            Self::Number(test) => write!(f, "{test}"),
            Self::Time(range) => write!(f, "{range}"),
            Self::Hash(hash) => write!(f, "{hash:016x}"),
            Self::Kind(kind) => f.write_str(kind.as_str()),
            Self::Verdict(verdict) => f.write_str(verdict.as_str()),
            Self::List(name) => write!(f, "${name}"),
            Self::Weekdays(days) => write!(f, "{days}"),
            Self::Levels(from, to) => match (from.as_str(), to.as_str()) {
                (from, to) if from == to => f.write_str(from),
                (from, _) if *to == Level::Strong => write!(f, ">={from}"),
                (_, to) if *from == Level::None => write!(f, "<={to}"),
                (from, to) => write!(f, "{from}..{to}"),
            },
        }
    }
}

/// The name of the list of accounts with a tag: one word, small letters. `None` for a tag that no
/// word can stand for.
pub fn list_name(tag: &str) -> Option<String> {
    let name = tag.split_whitespace().collect::<Vec<_>>().join("_").to_lowercase();
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    (!name.is_empty() && name.chars().all(is_word)).then_some(name)
}

/// Whether text without quotes would be read as a keyword, a list or an address.
fn reads_specially(pattern: &Pattern) -> bool {
    let plain = pattern.plain();
    plain.starts_with('$')
        || plain.eq_ignore_ascii_case("absent")
        || plain.eq_ignore_ascii_case("none")
        || super::parse::network(&plain).is_some()
        || super::read_value::looks_like_network(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_number_bounds_agree_with_the_condition() {
        use NumberTest::*;
        let tests = [
            Is(2.0),
            Is(2.5),
            Over(2.0),
            Over(2.5),
            AtLeast(2.5),
            Under(2.0),
            Under(0.0),
            AtMost(2.5),
            Between(Some(1.5), Some(3.0)),
            Between(None, Some(1.0)),
            Between(Some(3.0), None),
            Between(Some(3.0), Some(1.0)),
        ];
        for test in tests {
            for n in 0..6_u64 {
                let inside = test.whole_numbers().is_some_and(|(a, b)| a <= n && n <= b);
                assert_eq!(inside, test.matches(n as f64), "{test:?} on {n}");
            }
        }
    }
}
