//! The filter language: one value that every view, command and export reads.
//!
//! ```text
//! account:ac001   model:atlas-4*,atlas-3   ip:10.0.0.0/8   tokens>1000   tokens:100..500
//! time:2026-03-01..2026-03-04   time:none   kind:activity   ip:absent   -country:SG   (a OR b) c
//! account:$proxy_pool   -account:$cleared
//! hour:9..17   weekday:sat,sun   (UTC)
//! ```
//!
//! Space is AND, `OR` and parentheses work, `-` negates, `*` is a wildcard, commas list
//! alternatives, quotes take a value as it stands, `$name` is a list: the accounts with that tag or
//! verdict at the moment. Text without a field looks in account ids;
//! text in quotes without a field searches prompts.

mod error;
mod expr;
mod field;
mod parse;
mod pattern;
mod pill;
mod read_value;
mod sentence;
#[cfg(test)]
mod tests;
mod time;
mod value;
mod weekdays;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use error::{CharSpan, FilterError};
pub use expr::{Expr, Term};
pub use field::{FILTER_FIELDS, FilterField, FilterFieldDef, ValueKind};
pub use pattern::Pattern;
pub use pill::{Pill, PillId};
pub(crate) use sentence::grouped;
pub use time::TimeRange;
pub use value::{NumberTest, Value, list_name};
pub use weekdays::Weekdays;

use super::{Granularity, Time, TimeSpan};

/// What is being looked at: a predicate, a stretch of time, and what is counted.
///
/// Stored and sent as its text. Text prints back to an equal value as long as `expr` has no
/// `time:` or `kind:` among its top-level conditions; the parser puts those in the other two.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Filter {
    /// The predicate; `None` is everything.
    pub expr: Option<Expr>,
    /// The stretch of time; `None` is all of it. Open ends are `i64::MIN` and `i64::MAX`.
    pub time: Option<TimeSpan>,
    /// What is counted; `None` is the case's own kind: exchanges if it has any, else
    /// activities, else usage buckets. Kinds are never counted together.
    pub granularity: Option<Granularity>,
}

impl Filter {
    /// Everything of the case's own kind.
    pub fn everything() -> Self {
        Self::default()
    }

    /// Whether it is [`Filter::everything`].
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// Reads filter text; blank text is everything.
    ///
    /// # Errors
    /// What cannot be read, where, and what to write instead.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        parse::parse(text)?.map_or_else(|| Ok(Self::default()), Self::from_expr)
    }

    /// A filter of one account.
    pub fn account(id: impl Into<String>) -> Self {
        Self { expr: Some(Expr::account(id)), ..Self::default() }
    }

    /// A filter from a predicate: a top-level `kind:`, and the first top-level `time:` with one
    /// range, become the filter's own.
    ///
    /// # Errors
    /// When `kind:` is negated, repeated or inside an alternative: kinds are never counted
    /// together.
    pub fn from_expr(expr: Expr) -> Result<Self, FilterError> {
        let mut filter = Self::default();
        let mut rest = Vec::new();
        for part in expr.into_conjuncts() {
            match single_value(&part) {
                Some(Value::Kind(kind)) if filter.granularity.is_none() => {
                    filter.granularity = Some(*kind);
                }
                Some(Value::Time(range)) if filter.time.is_none() => {
                    filter.time = Some(range.to_span());
                }
                _ => rest.push(part),
            }
        }
        filter.expr = Expr::all(rest);
        filter.refuse_inner_kind()?;
        Ok(filter)
    }

    fn refuse_inner_kind(&self) -> Result<(), FilterError> {
        let mut found = false;
        if let Some(expr) = &self.expr {
            expr.for_each_leaf(&mut |leaf| {
                found |= matches!(leaf, Expr::Term(term) if term.field == FilterField::Kind);
            });
        }
        if !found {
            return Ok(());
        }
        let message = "kind: can stand once, by itself, with one value";
        Err(FilterError::whole(message)
            .hint("exchanges, activities and usage buckets are never counted together"))
    }

    /// The time range, where there is one.
    pub fn time_range(&self) -> Option<TimeRange> {
        self.time.map(TimeRange::from)
    }

    /// The filter's own time and kind written as conditions, then the predicate's conditions.
    fn parts(&self) -> Vec<Expr> {
        let kind = self.granularity.map(|k| Expr::term(FilterField::Kind, Value::Kind(k)));
        let time =
            self.time_range().map(|range| Expr::term(super::Field::Timestamp, Value::Time(range)));
        let rest = self.expr.iter().flat_map(|expr| expr.conjuncts().iter().cloned());
        kind.into_iter().chain(time).chain(rest).collect()
    }
}

/// The value of a positive term with exactly one.
fn single_value(part: &Expr) -> Option<&Value> {
    match part {
        Expr::Term(term) if term.values.len() == 1 => term.values.first(),
        _ => None,
    }
}

/// Text that [`Filter::parse`] reads back; empty for everything.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Expr::all(self.parts()).map_or(Ok(()), |expr| write!(f, "{expr}"))
    }
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        Self::parse(text)
    }
}

impl From<Filter> for String {
    fn from(filter: Filter) -> Self {
        filter.to_string()
    }
}

impl TryFrom<String> for Filter {
    type Error = FilterError;

    fn try_from(text: String) -> Result<Self, FilterError> {
        Self::parse(&text)
    }
}

/// The time as a filter prints it, for pills and status bars: `2026-03-01..2026-03-04`.
pub fn time_text(span: TimeSpan) -> String {
    TimeRange::from(span).to_string()
}

/// Whether an end of a span is open.
pub fn is_open(end: Time) -> bool {
    end.0 == i64::MIN || end.0 == i64::MAX
}
