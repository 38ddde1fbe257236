//! What stands in a cell, once for all that is done with it: drawn, sorted, stacked, copied,
//! exported.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::model::Time;
use crate::model::time::DAY_US;
use crate::report::csv::Table;
use crate::ui::format;
use crate::ui::theme::Face;
use crate::ui::widget::number::{duration_ms, share};
use crate::ui::widget::table::{Cell, Tone};

use super::clock::Clock;

/// A value of a row in a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Nobody said anything.
    Nothing,
    /// The source did not say.
    Absent,
    /// Text.
    Text(Cow<'a, str>),
    /// Secondary text.
    Quiet(Cow<'a, str>),
    /// An id or a raw value.
    Id(Cow<'a, str>),
    /// A count.
    Count(u64),
    /// A whole number that is a name: a status, an id.
    Number(u64),
    /// An HTTP status.
    Status(u32),
    /// A duration, ms.
    Ms(u64),
    /// A real number.
    Real(f64),
    /// A part of a whole.
    Share(u64, u64),
    /// A moment.
    Time(Time),
    /// A length of time, µs.
    Length(i64),
}

/// What a value is ordered by: numbers before text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// Rises with the number.
    Number(i128),
    /// Text by its characters.
    Text(String),
}

impl<'a> Value<'a> {
    /// A value the source may not have given.
    pub fn or_absent(value: Option<Self>) -> Self {
        value.unwrap_or(Self::Absent)
    }

    /// How it is drawn.
    pub fn cell(self, clock: Clock) -> Cell<'a> {
        let plain = |text: String| Cell::Figure(text.into(), Tone::Plain);
        match self {
            Self::Nothing => Cell::None,
            Self::Absent => Cell::Absent,
            Self::Text(text) => Cell::text(text),
            Self::Quiet(text) => Cell::Text(text, Face::Body, Tone::Muted),
            Self::Id(text) => Cell::mono(text),
            Self::Count(n) => Cell::Count(n),
            Self::Number(n) => plain(n.to_string()),
            Self::Status(code) => {
                let tone = if code >= 400 { Tone::Bad } else { Tone::Muted };
                Cell::Figure(code.to_string().into(), tone)
            }
            Self::Ms(ms) => plain(duration_ms(ms)),
            Self::Real(n) => plain(n.to_string()),
            Self::Share(part, whole) => plain(share(part, whole)),
            Self::Time(at) => plain(clock.short(at)),
            Self::Length(us) => plain(length(us)),
        }
    }

    /// What it is ordered by; `None` comes last in either direction.
    pub fn key(&self) -> Option<Key> {
        let real = |n: f64| {
            // Rises with the number, for every number there is.
            let bits = i128::from((n + 0.0).to_bits() as i64);
            if bits < 0 { i128::from(i64::MIN) - bits } else { bits }
        };
        Some(match self {
            Self::Nothing | Self::Absent => return None,
            Self::Text(text) | Self::Quiet(text) | Self::Id(text) => {
                Key::Text(text.clone().into_owned())
            }
            Self::Count(n) | Self::Number(n) | Self::Ms(n) => Key::Number(i128::from(*n)),
            Self::Status(n) => Key::Number(i128::from(*n)),
            Self::Real(n) => Key::Number(real(*n)),
            Self::Share(part, whole) => Key::Number(real(*part as f64 / (*whole).max(1) as f64)),
            Self::Time(at) => Key::Number(i128::from(at.0)),
            Self::Length(us) => Key::Number(i128::from(*us)),
        })
    }

    /// The exact value as files have it: numbers without grouping, times as RFC 3339, durations
    /// in ms, lengths in days, shares from 0 to 1. Empty where there is none.
    pub fn exact(&self) -> Cow<'_, str> {
        match self {
            Self::Nothing | Self::Absent => Cow::Borrowed(""),
            Self::Text(text) | Self::Quiet(text) | Self::Id(text) => Cow::Borrowed(text),
            Self::Count(n) | Self::Number(n) | Self::Ms(n) => n.to_string().into(),
            Self::Status(n) => n.to_string().into(),
            Self::Real(n) => n.to_string().into(),
            Self::Share(part, whole) => {
                format!("{:.6}", *part as f64 / (*whole).max(1) as f64).into()
            }
            Self::Time(at) => at.to_string().into(),
            Self::Length(us) => format!("{:.6}", *us as f64 / DAY_US as f64).into(),
        }
    }

    /// Writes it as a cell of a CSV file: foreign text so that no spreadsheet runs it.
    ///
    /// # Errors
    /// The writer's.
    pub fn write<W: Write>(&self, table: &mut Table<W>) -> io::Result<()> {
        match self {
            Self::Text(text) | Self::Quiet(text) | Self::Id(text) => table.text(text),
            other => table.ours(other.exact()),
        }
    }
}

/// `9.2 d`, `3.1 h`, `12 s`.
fn length(us: i64) -> String {
    if us >= DAY_US {
        format!("{:.1} d", us as f64 / DAY_US as f64)
    } else {
        format::seconds(us as f64 / 1e6)
    }
}

/// Rows for the clipboard: cells between tabs, line ends and tabs inside a cell as spaces, and
/// nothing that a spreadsheet would run.
pub fn tab_separated<'v>(rows: impl Iterator<Item = Vec<Value<'v>>>, header: &[&str]) -> String {
    let clean = |text: &str| -> String {
        let text = text.replace(['\t', '\r', '\n'], " ");
        crate::report::csv::neutral(&text).into_owned()
    };
    let cell = |value: &Value<'_>| match value {
        Value::Text(_) | Value::Quiet(_) | Value::Id(_) => clean(&value.exact()),
        other => other.exact().into_owned(),
    };
    let mut out = header.iter().map(|title| clean(title)).collect::<Vec<_>>().join("\t");
    for row in rows {
        out.push('\n');
        out.push_str(&row.iter().map(cell).collect::<Vec<_>>().join("\t"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_rise_with_what_they_stand_for() {
        let rising = [
            [Value::Count(2), Value::Count(10)],
            [Value::Real(-2.5), Value::Real(-1.0)],
            [Value::Real(-1.0), Value::Real(0.0)],
            [Value::Real(0.5), Value::Real(3.0)],
            [Value::Share(1, 3), Value::Share(1, 2)],
            [Value::Time(Time(-5)), Value::Time(Time(5))],
            [Value::Text("a".into()), Value::Text("b".into())],
        ];
        for [a, b] in rising {
            assert!(a.key() < b.key(), "{a:?} {b:?}");
        }
        assert_eq!(Value::Real(-0.0).key(), Value::Real(0.0).key());
        assert_eq!(Value::Absent.key(), None);
    }

    #[test]
    fn what_is_copied_is_exact_and_runs_in_no_spreadsheet() {
        let rows = vec![
            vec![Value::Text("=1+1\t\"x\"\nnext".into()), Value::Count(1_234), Value::Absent],
            vec![Value::Id("ac1".into()), Value::Ms(2_500), Value::Time(Time(1_500_000))],
        ];
        assert_eq!(
            tab_separated(rows.into_iter(), &["a", "n", "t"]),
            "a\tn\tt\n'=1+1 \"x\" next\t1234\t\nac1\t2500\t1970-01-01T00:00:01.500Z"
        );
    }
}
