//! A clause of a provider's terms, and when it was in force.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::filter::Pattern;
use crate::model::{Time, TimeSpan};

/// A clause.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Term {
    /// Whose terms.
    pub provider: String,
    /// Which document.
    pub document: String,
    /// Which clause of it.
    pub clause: String,
    /// What it says, in other words. A paraphrase proves nothing: the link does.
    pub paraphrase: String,
    /// First day on which it was in force; `None` where nobody knows.
    pub from: Option<Day>,
    /// First day on which it no longer was; `None` where it still is, or nobody knows.
    pub until: Option<Day>,
    /// Where the text stands.
    pub url: String,
    /// Models that it speaks of, by names with commas between them, `*` for any letters; empty: all of
    /// the case.
    pub models: String,
    /// Whether it forbids that a model is trained on outputs to compete.
    pub forbids_training: bool,
    /// The day on which somebody compared it with the text; `None` where nobody did.
    pub checked: Option<Day>,
}

impl Term {
    /// Provider, document and clause.
    pub fn name(&self) -> String {
        let parts = [&self.provider, &self.document, &self.clause];
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        parts.map(String::as_str).collect::<Vec<_>>().join(", ")
    }

    /// Whether it speaks of a model, in letters of any size.
    pub fn speaks_of(&self, model: &str) -> bool {
        let names = self.models.trim();
        if names.is_empty() {
            return true;
        }
        let model = model.to_lowercase();
        names.split(',').any(|name| {
            let pieces = name.trim().split('*').map(str::to_lowercase).collect();
            Pattern::from_pieces(pieces).matches(&model)
        })
    }

    /// Whether it was in force at any time of a span, as far as its days say.
    pub fn was_in_force(&self, span: TimeSpan) -> bool {
        let begins = self.from.is_none_or(|day| day.start() < span.end);
        let ends = self.until.is_some_and(|day| day.start() <= span.start);
        begins && !ends
    }

    /// Whether it is known to have been in force during all of a span.
    pub fn covers(&self, span: TimeSpan) -> bool {
        self.from.is_some_and(|day| day.start() <= span.start)
            && self.until.is_none_or(|day| day.start() >= span.end)
    }

    /// `since 2025-06-17`, `2024-05-01 until 2025-05-02`, `since an unknown day`.
    pub fn in_force(&self) -> String {
        match (self.from, self.until) {
            (None, None) => "since an unknown day".into(),
            (Some(from), None) => format!("since {from}"),
            (None, Some(until)) => format!("until {until}"),
            (Some(from), Some(until)) => format!("{from} until {until}"),
        }
    }
}

/// A day, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(jiff::civil::Date);

impl Day {
    /// Reads `2025-06-17`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        // Only this form: the library knows more, and one day must have one form.
        let is_plain = text.len() == 10 && text.is_ascii();
        is_plain.then(|| text.parse().ok().map(Self)).flatten()
    }

    /// Its first instant.
    pub fn start(self) -> Time {
        let midnight = self.0.at(0, 0, 0, 0);
        let start = jiff::tz::Offset::UTC.to_timestamp(midnight);
        Time(start.map_or(0, |start| start.as_microsecond()))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let error = || serde::de::Error::custom(format!("{text:?} is no day such as 2025-06-17"));
        Self::parse(&text).ok_or_else(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<Day> {
        Some(Day::parse(text).expect("a day"))
    }

    fn span(from: &str, to: &str) -> TimeSpan {
        TimeSpan { start: day(from).unwrap().start(), end: day(to).unwrap().start() }
    }

    #[test]
    fn a_clause_is_in_force_from_its_first_day_to_the_day_before_its_last() {
        let term = Term { from: day("2025-06-17"), until: day("2025-09-05"), ..Term::default() };
        assert!(!term.was_in_force(span("2025-06-01", "2025-06-17")));
        assert!(term.was_in_force(span("2025-06-01", "2025-06-18")));
        assert!(term.was_in_force(span("2025-09-04", "2025-09-30")));
        assert!(!term.was_in_force(span("2025-09-05", "2025-09-30")));
        assert!(term.covers(span("2025-06-17", "2025-09-05")));
        assert!(!term.covers(span("2025-06-16", "2025-07-01")));
        assert!(!term.covers(span("2025-09-01", "2025-09-06")));
    }

    #[test]
    fn a_clause_of_unknown_days_may_have_been_in_force_and_is_known_to_cover_nothing() {
        let term = Term::default();
        assert!(term.was_in_force(span("2020-01-01", "2020-01-02")));
        assert!(!term.covers(span("2020-01-01", "2020-01-02")));
        assert_eq!(term.in_force(), "since an unknown day");
    }

    #[test]
    fn a_day_has_one_form() {
        assert_eq!(day("2025-06-17").unwrap().to_string(), "2025-06-17");
        for text in ["2025-6-17", "20250617", "2025-06-31", "2025-06-17T00:00", "today", ""] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
        let written = serde_json::to_string(&day("2025-06-17")).expect("JSON");
        assert_eq!(
            serde_json::from_str::<Option<Day>>(&written).expect("a day"),
            day("2025-06-17")
        );
    }
}
