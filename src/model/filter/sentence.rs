//! A filter in plain English, for reports, tooltips and screen readers.

use super::{Expr, Filter, FilterField, NumberTest, PillId, Term, Value};
use crate::model::finding::Level;
use crate::model::{FREE_TEXT, Field, Granularity};

impl Filter {
    /// What the filter keeps, as one sentence without full stop: `Exchanges from 2026-03-01 to
    /// 2026-03-04 UTC where the model is atlas-4* and the country is not SG`.
    ///
    /// `counted` is what the case counts when the filter does not say.
    pub fn to_sentence(&self, counted: Granularity) -> String {
        self.phrases(counted).into_iter().map(|(_, words)| words).collect()
    }

    /// The same in pieces, each with the condition that it is about, if it is about one.
    pub fn phrases(&self, counted: Granularity) -> Vec<(Option<PillId>, String)> {
        let what = self.granularity.unwrap_or(counted).plural();
        let kind = self.granularity.map(|_| PillId::Kind);
        if self.time.is_none() && self.expr.is_none() {
            return vec![(kind, format!("All {what}"))];
        }
        let mut pieces = vec![(kind, capitalised(what))];
        if let Some(range) = self.time_range() {
            pieces.push((None, " ".into()));
            pieces.push((Some(PillId::Time), time_phrase(range)));
        }
        let parts = self.expr.as_ref().map_or(&[][..], Expr::conjuncts);
        for (i, part) in parts.iter().enumerate() {
            pieces.push((None, if i == 0 { " where " } else { " and " }.into()));
            let words = match part {
                Expr::Any(_) | Expr::All(_) if parts.len() > 1 => {
                    format!("({})", phrase(part, false))
                }
                other => phrase(other, false),
            };
            pieces.push((Some(PillId::Part(i)), words));
        }
        pieces
    }
}

impl Expr {
    /// What holds of a record it keeps: `the model is atlas-4* and the country is not SG`.
    pub fn to_sentence(&self) -> String {
        phrase(self, false)
    }
}

fn phrase(expr: &Expr, negated: bool) -> String {
    match expr {
        Expr::Term(term) => term_phrase(term, negated),
        Expr::Word(word) => {
            let verb = if negated { "does not contain" } else { "contains" };
            format!("the account id {verb} {}", word.plain())
        }
        Expr::Phrase(text) => {
            let verb = if negated { "does not contain" } else { "contains" };
            format!("the prompt {verb} \u{201c}{text}\u{201d}")
        }
        Expr::Not(inner) if matches!(**inner, Expr::All(_) | Expr::Any(_)) && !negated => {
            format!("not ({})", phrase(inner, false))
        }
        Expr::Not(inner) => phrase(inner, !negated),
        Expr::All(parts) => listed(parts, " and ", |p| matches!(p, Expr::Any(_) | Expr::All(_))),
        Expr::Any(parts) => listed(parts, " or ", |p| matches!(p, Expr::All(_) | Expr::Any(_))),
    }
}

fn listed(parts: &[Expr], word: &str, in_parentheses: impl Fn(&Expr) -> bool) -> String {
    let one = |part: &Expr| {
        let text = phrase(part, false);
        if in_parentheses(part) { format!("({text})") } else { text }
    };
    parts.iter().map(one).collect::<Vec<_>>().join(word)
}

fn term_phrase(term: &Term, negated: bool) -> String {
    let def = term.field.def();
    if term.values.iter().all(|v| matches!(v, Value::List(_))) {
        let names: Vec<String> = term.values.iter().map(ToString::to_string).collect();
        let verb = if negated { "is not" } else { "is" };
        return format!("the {} {verb} on the list {}", def.noun, alternatives(&names));
    }
    let is_time = term.field == FilterField::Record(Field::Timestamp);
    if is_time && term.values == [Value::Absent] {
        return if negated { "the record has a time" } else { "the record has no time" }.into();
    }
    let free = [Value::number(f64::from(FREE_TEXT))];
    if term.field == FilterField::Template && term.values == free {
        return if negated { "the prompt is not free text" } else { "the prompt is free text" }
            .into();
    }
    let plural = def.noun.contains("tokens");
    let verb = match (plural, negated) {
        (false, false) => "is",
        (false, true) => "is not",
        (true, false) => "are",
        (true, true) => "are not",
    };
    let values: Vec<String> = term.values.iter().map(|v| value_phrase(v, is_time)).collect();
    format!("the {} {verb} {}", def.noun, alternatives(&values))
}

fn value_phrase(value: &Value, is_time: bool) -> String {
    match value {
        Value::Absent if is_time => "not there".into(),
        Value::Absent => "absent".into(),
        Value::Text(pattern) => pattern.plain(),
        Value::List(name) => format!("on the list ${name}"),
        Value::Network(net) if net.prefix_len() < net.max_prefix_len() => format!("in {net}"),
        Value::Number(test) => number_phrase(*test),
        Value::Time(range) if is_time => time_phrase(*range),
        Value::Weekdays(days) => days.words(),
        Value::Levels(from, to) if from == to => from.as_str().into(),
        Value::Levels(from, Level::Strong) => format!("{} or more", from.as_str()),
        Value::Levels(Level::None, to) => format!("{} at most", to.as_str()),
        Value::Levels(from, to) => format!("{} to {}", from.as_str(), to.as_str()),
        other => other.to_string(),
    }
}

fn number_phrase(test: NumberTest) -> String {
    match test {
        NumberTest::Is(x) => grouped(x),
        NumberTest::Over(x) => format!("over {}", grouped(x)),
        NumberTest::AtLeast(x) | NumberTest::Between(Some(x), None) => {
            format!("at least {}", grouped(x))
        }
        NumberTest::Under(x) => format!("under {}", grouped(x)),
        NumberTest::AtMost(x) | NumberTest::Between(None, Some(x)) => {
            format!("at most {}", grouped(x))
        }
        NumberTest::Between(Some(a), Some(b)) => {
            format!("between {} and {}", grouped(a), grouped(b))
        }
        NumberTest::Between(None, None) => "known".into(),
    }
}

fn time_phrase(range: super::TimeRange) -> String {
    let text = range.to_string();
    // Days are those of UTC wherever the reader is; moments say so by their Z.
    let utc = if text.contains('Z') { "" } else { " UTC" };
    match text.split_once("..") {
        None => format!("on {text}{utc}"),
        Some(("", "")) => "at any time".into(),
        Some((start, "")) => format!("since {start}{utc}"),
        Some(("", end)) => format!("until {end}{utc}"),
        Some((start, end)) => format!("from {start} to {end}{utc}"),
    }
}

fn alternatives(values: &[String]) -> String {
    match values {
        [] => "nothing".into(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// `1234567` as `1,234,567`; fractions as they are.
pub(crate) fn grouped(n: f64) -> String {
    let text = n.to_string();
    if text.contains('.') || text.len() < 4 {
        return text;
    }
    let mut out = String::new();
    for (i, digit) in text.chars().enumerate() {
        if i > 0 && (text.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}
