//! A sentence and its numbers: each says how it is computed again.

use serde::{Deserialize, Serialize};

use super::recipe::Recipe;

/// What a number counts or measures, and so how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Things: `41,220`.
    Count,
    /// A part of a whole, 0…1: `91 %`.
    Share,
    /// The same as a bound from above, so rounded up: `at most 3.4 %`.
    ShareAtMost,
    /// How many times as much: `×14`.
    Times,
    /// Seconds: `6 h`.
    Seconds,
    /// µs since the Unix epoch.
    Moment,
    /// Anything else, as it is.
    Plain,
}

/// A number of a sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// Its place in the sentence: `{replayed}`.
    pub name: String,
    /// Its value; always finite.
    pub value: f64,
    /// What it is.
    pub unit: Unit,
    /// How it is computed again.
    pub recipe: Recipe,
}

/// A sentence with places for its numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// The words, `{name}` where a number stands.
    pub words: String,
    /// The numbers, in any order.
    pub numbers: Vec<Number>,
}

/// A piece of a sentence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Part<'a> {
    /// Words.
    Words(&'a str),
    /// A number.
    Number(&'a Number),
}

impl Statement {
    /// A sentence without numbers yet.
    pub fn new(words: impl Into<String>) -> Self {
        Self { words: words.into(), numbers: Vec::new() }
    }

    /// With a number more. One that is not finite is left out, and its place says so: detectors say
    /// nothing rather than that.
    #[must_use]
    pub fn with(mut self, name: &str, value: f64, unit: Unit, recipe: Recipe) -> Self {
        if value.is_finite() {
            self.numbers.push(Number { name: name.to_owned(), value, unit, recipe });
        }
        self
    }

    /// A number by its name.
    pub fn number(&self, name: &str) -> Option<&Number> {
        self.numbers.iter().find(|number| number.name == name)
    }

    /// Words and numbers in their order. A place without a number is words.
    pub fn parts(&self) -> Vec<Part<'_>> {
        let (mut parts, mut rest) = (Vec::new(), self.words.as_str());
        while let Some(start) = rest.find('{') {
            let Some(length) = rest[start..].find('}') else { break };
            let (before, name) = (&rest[..start], &rest[start + 1..start + length]);
            let Some(number) = self.number(name) else {
                parts.push(Part::Words(&rest[..=start + length]));
                rest = &rest[start + length + 1..];
                continue;
            };
            if !before.is_empty() {
                parts.push(Part::Words(before));
            }
            parts.push(Part::Number(number));
            rest = &rest[start + length + 1..];
        }
        if !rest.is_empty() {
            parts.push(Part::Words(rest));
        }
        parts
    }

    /// The sentence as one text: the same on screen, in CSV and in the report.
    pub fn text(&self) -> String {
        let text = |part: &Part<'_>| match part {
            Part::Words(words) => (*words).to_owned(),
            Part::Number(number) => number.text(),
        };
        self.parts().iter().map(text).collect()
    }
}

impl Number {
    /// As it is written in a sentence.
    pub fn text(&self) -> String {
        self.unit.text(self.value)
    }
}

impl Unit {
    /// A value of it, as it is written in a sentence.
    pub fn text(self, value: f64) -> String {
        match self {
            Self::Count => grouped(value),
            Self::Share => percent(value),
            Self::ShareAtMost => percent_at_most(value),
            Self::Times => format!("×{}", significant(value)),
            Self::Seconds => duration(value),
            Self::Moment => super::super::Time(value as i64).to_string(),
            Self::Plain => significant(value),
        }
    }
}

/// A count as it is written in a sentence: `12,345`.
pub fn count(n: usize) -> String {
    grouped(n as f64)
}

pub(super) fn grouped(value: f64) -> String {
    if value != 0.0 && value.abs() < 10.0 && value.fract() != 0.0 {
        return significant(value);
    }
    let digits = format!("{:.0}", value.abs());
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if value < 0.0 { format!("−{out}") } else { out }
}

fn percent(share: f64) -> String {
    match share * 100.0 {
        0.0 => "0 %".to_owned(),
        // Neither nothing nor all, and not to be rounded to it.
        p if p > 0.0 && p < 0.05 => "under 0.1 %".to_owned(),
        p if (99.5..100.0).contains(&p) => format!("{:.1} %", p.min(99.9)),
        p if p < 9.95 => format!("{p:.1} %"),
        p => format!("{p:.0} %"),
    }
}

/// Rounded up in the last place that is written.
fn percent_at_most(share: f64) -> String {
    let places = if share * 100.0 <= 9.9 { 10.0 } else { 1.0 };
    // What is such a number but for the last bits is not rounded up to the next.
    let p = (share * 100.0 * places - 1e-9).ceil() / places;
    if places > 1.0 { format!("{p:.1} %") } else { format!("{:.0} %", p.min(100.0)) }
}

fn significant(value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "" };
    let text = match value.abs() {
        v if v >= 100.0 => return format!("{sign}{}", grouped(v)),
        v if v >= 10.0 => format!("{v:.1}"),
        v if v >= 0.01 || v == 0.0 => format!("{v:.2}"),
        v => format!("{v:.1e}"),
    };
    format!("{sign}{}", text.strip_suffix(".00").or(text.strip_suffix(".0")).unwrap_or(&text))
}

fn duration(seconds: f64) -> String {
    let (value, unit) = match seconds.abs() {
        s if s < 90.0 => (seconds, "s"),
        s if s < 90.0 * 60.0 => (seconds / 60.0, "min"),
        s if s < 48.0 * 3600.0 => (seconds / 3600.0, "h"),
        _ => (seconds / 86_400.0, "days"),
    };
    let digits = usize::from(value.abs() < 10.0 && (value - value.round()).abs() > 0.05);
    format!("{value:.digits$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(value: f64, unit: Unit) -> String {
        Number { name: "n".into(), value, unit, recipe: Recipe::Members }.text()
    }

    #[test]
    fn numbers_are_written_with_their_units() {
        assert_eq!(one(41_220.0, Unit::Count), "41,220");
        assert_eq!(one(0.4, Unit::Count), "0.40");
        assert_eq!(one(0.914, Unit::Share), "91 %");
        assert_eq!(one(0.9996, Unit::Share), "99.9 %");
        assert_eq!(one(0.000_1, Unit::Share), "under 0.1 %");
        assert_eq!(one(0.099_6, Unit::Share), "10 %");
        assert_eq!(one(0.02, Unit::Share), "2.0 %");
        assert_eq!(one(1.1, Unit::Share), "110 %");
        assert_eq!(one(0.0, Unit::Share), "0 %");
        assert_eq!(one(1.0, Unit::Share), "100 %");
        let at_most = |share| one(share, Unit::ShareAtMost);
        assert_eq!(at_most(0.201_1), "21 %", "a bound is not rounded to below itself");
        assert_eq!([at_most(0.2), at_most(0.02), at_most(0.000_1)], ["20 %", "2.0 %", "0.1 %"]);
        assert_eq!([at_most(0.031_01), at_most(0.098_9)], ["3.2 %", "9.9 %"]);
        assert_eq!([at_most(0.099_1), at_most(1.0)], ["10 %", "100 %"]);
        assert_eq!(one(14.0, Unit::Times), "×14");
        assert_eq!(one(-33.2, Unit::Plain), "−33.2");
        assert_eq!(one(40.0, Unit::Seconds), "40 s");
        assert_eq!(one(6.0 * 3600.0, Unit::Seconds), "6 h");
    }

    #[test]
    fn a_sentence_has_its_numbers_in_place_and_words_that_only_look_like_one() {
        let statement = Statement::new("{n} of {all} accounts wrote {x}")
            .with("n", 3.0, Unit::Count, Recipe::Members)
            .with("all", 1_200.0, Unit::Count, Recipe::Case { what: "accounts".into() })
            .with("x", f64::NAN, Unit::Count, Recipe::Members);
        assert_eq!(statement.text(), "3 of 1,200 accounts wrote {x}");
        assert_eq!(statement.parts().len(), 4);
    }
}
