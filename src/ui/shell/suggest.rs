//! What could stand where the filter is being typed: fields, then values of the case.

use crate::index::{Completions, Conclusions, Index, Lists};
use crate::model::filter::{FILTER_FIELDS, FilterField, Value, ValueKind};
use crate::model::{Field, Granularity, SourceInfo, Template, Verdict};
use crate::ui::format;

/// Suggestions listed at once.
pub const LISTED: usize = 8;

/// One suggestion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What is listed.
    pub word: String,
    /// A remark: an example, or how many rows have the value.
    pub remark: String,
    /// The whole text with the suggestion in its place.
    pub text: String,
}

/// What is being typed at the end of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typing<'t> {
    /// The name of a field.
    Field(&'t str),
    /// A value of a field.
    Value(FilterField, &'t str),
    /// Something that nothing is suggested for.
    Other,
}

/// What the end of the text is, and where it begins, in bytes.
pub fn typing(text: &str) -> (Typing<'_>, usize) {
    let mut quoted = false;
    let mut start = 0;
    let (mut colon, mut value, mut compared) = (None, 0, false);
    let mut chars = text.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '"' => quoted = !quoted,
            _ if quoted => {}
            ' ' | '(' | ')' => (start, colon, compared) = (i + 1, None, false),
            '-' if i == start => start = i + 1,
            ':' if colon.is_none() => (colon, value) = (Some(i), i + 1),
            ',' if colon.is_some() => value = i + 1,
            '>' | '<' | '=' if colon.is_none() => compared = true,
            _ => {}
        }
    }
    match colon {
        _ if compared => (Typing::Other, text.len()),
        None if text[start..].contains('"') => (Typing::Other, text.len()),
        None => (Typing::Field(&text[start..]), start),
        Some(colon) => match FilterField::parse(&text[start..colon]) {
            Some(field) => (Typing::Value(field, &text[value..]), value),
            None => (Typing::Other, text.len()),
        },
    }
}

/// Fields whose name begins with what is typed.
pub fn fields(text: &str, typed: &str, start: usize) -> Vec<Suggestion> {
    let typed = typed.to_lowercase();
    let matching = FILTER_FIELDS.iter().filter(|f| f.name.starts_with(&typed));
    let suggestion = |name: &str, example: &str| Suggestion {
        word: format!("{name}:"),
        remark: example.to_owned(),
        text: format!("{}{name}:", &text[..start]),
    };
    matching.take(LISTED).map(|def| suggestion(def.name, def.example)).collect()
}

/// The field whose values have to be counted for a suggestion.
pub fn counted(field: FilterField) -> Option<Field> {
    match (field, field.def().kind) {
        (_, ValueKind::Time | ValueKind::Hash | ValueKind::Real) => None,
        (FilterField::Record(field), _) => Some(field),
        _ => None,
    }
}

/// Values that the analyst or the case gave names to: few, and known without counting.
pub fn named(
    field: FilterField,
    index: &Index,
    lists: &Lists,
    sources: &[SourceInfo],
) -> Vec<(String, String)> {
    let word = |word: &str, remark: &str| (word.to_owned(), remark.to_owned());
    let plain = |words: &[&str]| words.iter().map(|w| word(w, "")).collect::<Vec<_>>();
    match field {
        FilterField::Verdict => {
            let verdicts = Verdict::ALL.iter().map(|v| v.as_str()).chain(["none"]);
            plain(&verdicts.collect::<Vec<_>>())
        }
        FilterField::Kind => {
            let kinds = Granularity::ALL.iter().filter(|kind| index.count_of(**kind) > 0);
            let rows = |kind: &Granularity| {
                let n = index.count_of(*kind);
                format!("{} {}", format::count(n), kind.word(n))
            };
            kinds.map(|kind| (kind.as_str().to_owned(), rows(kind))).collect()
        }
        FilterField::Tag => tags(lists),
        FilterField::Level => {
            plain(&["strong", "probable", "indicative", ">=probable", ">=indicative", "none"])
        }
        FilterField::Membership => plain(&["core", "fringe", "doubtful", "none"]),
        FilterField::Detector => detectors(lists),
        FilterField::Cluster => clusters(lists),
        FilterField::Source => {
            sources.iter().map(|s| (s.id.to_string(), format::display(&s.path))).collect()
        }
        FilterField::Record(Field::AccountId) => {
            lists.names().iter().map(|(name, n)| (format!("${name}"), accounts(*n))).collect()
        }
        FilterField::Template => templates(index),
        FilterField::Record(Field::Timestamp) => plain(&["none"]),
        FilterField::Weekday => {
            plain(&["mon", "tue", "wed", "thu", "fri", "sat", "sun", "mon..fri", "sat,sun"])
        }
        _ => Vec::new(),
    }
}

/// The most frequent templates by number, with their texts.
fn templates(index: &Index) -> Vec<(String, String)> {
    const MOST: usize = 99;
    let templates = index.templates();
    let text = |template: &Template| {
        let text = format::display(&template.short());
        (template.id.to_string(), text.chars().take(60).collect())
    };
    let mut words: Vec<(String, String)> = templates.all.iter().take(MOST).map(text).collect();
    if templates.run.is_some() {
        words.push(("free".into(), "prompts of no template".into()));
        words.push(("absent".into(), "records without a prompt".into()));
    }
    words
}

/// Detectors that found something, and of how many accounts.
fn detectors(lists: &Lists) -> Vec<(String, String)> {
    let found = lists.concluded().map(Conclusions::by_detector).into_iter().flatten();
    found.map(|(id, n)| (id.clone(), accounts(*n))).collect()
}

fn clusters(lists: &Lists) -> Vec<(String, String)> {
    let all = lists.concluded().map(Conclusions::clusters).into_iter().flatten();
    let mut words: Vec<(String, String)> =
        all.map(|(id, n)| (id.to_string(), accounts(*n))).collect();
    words.push(("none".into(), "in no cluster".into()));
    words
}

fn tags(lists: &Lists) -> Vec<(String, String)> {
    let tags = lists.all_tags().into_iter();
    let mut words: Vec<(String, String)> =
        tags.map(|(tag, n)| (Value::text(tag).to_string(), accounts(n))).collect();
    words.push(("none".into(), "without a tag".into()));
    words
}

fn accounts(n: usize) -> String {
    format::counted(n as u64, "account", "accounts")
}

/// Suggestions for a value: named ones, counted ones, and `absent`.
pub fn values(
    text: &str,
    typed: &str,
    start: usize,
    named: Vec<(String, String)>,
    counted: Option<(&Completions, Field, Granularity)>,
) -> Vec<Suggestion> {
    let bare = bare(typed);
    let like = |word: &str| word.to_lowercase().starts_with(&bare);
    let mut words: Vec<(String, String)> =
        named.into_iter().filter(|(word, _)| like(word.trim_matches('"'))).collect();
    if let Some((found, field, kind)) = counted {
        let rows = |n: u64| format!("{} {}", format::count(n), kind.word(n));
        words.extend(found.values.iter().map(|(value, n)| (as_value(field, value), rows(*n))));
        if !bare.is_empty() && "absent".starts_with(&bare) {
            words.push(("absent".into(), "records without it".into()));
        }
    }
    words.truncate(LISTED);
    let suggestion = |(word, remark): (String, String)| Suggestion {
        text: format!("{}{word}", &text[..start]),
        word: format::display(&word),
        remark,
    };
    words.into_iter().map(suggestion).collect()
}

/// What is typed of a value, without the quote it may begin with.
pub fn bare(typed: &str) -> String {
    typed.strip_prefix('"').unwrap_or(typed).to_lowercase()
}

/// A value as filters write it.
fn as_value(field: Field, text: &str) -> String {
    let kind = FilterField::Record(field).def().kind;
    let is_number = matches!(kind, ValueKind::Integer | ValueKind::Milliseconds);
    let is_address = kind == ValueKind::Address && text.parse::<std::net::IpAddr>().is_ok();
    if is_number || is_address { text.to_owned() } else { Value::text(text).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_last_is_told_apart() {
        let field = |name: &str| FilterField::parse(name).expect("a field");
        for (text, expected) in [
            ("", (Typing::Field(""), 0)),
            ("mod", (Typing::Field("mod"), 0)),
            ("model:a -cou", (Typing::Field("cou"), 9)),
            ("(model:a OR mo", (Typing::Field("mo"), 12)),
            ("model:", (Typing::Value(field("model"), ""), 6)),
            ("model:a,\"b c\",at", (Typing::Value(field("model"), "at"), 14)),
            ("-account:$pr", (Typing::Value(field("account"), "$pr"), 9)),
            ("ua:\"python re", (Typing::Value(field("ua"), "\"python re"), 3)),
            ("ip:2001:db8", (Typing::Value(field("ip"), "2001:db8"), 3)),
            ("tokens>1", (Typing::Other, 8)),
            ("\"a phrase", (Typing::Other, 9)),
            ("modle:x", (Typing::Other, 7)),
        ] {
            assert_eq!(typing(text), expected, "{text}");
        }
    }

    #[test]
    fn what_detectors_conclude_is_suggested_as_filters_read_it() {
        let nothing = (Vec::new(), crate::model::Dimensions::default());
        let index = Index::build(nothing.0, nothing.1, &crate::job::Progress::default())
            .expect("an empty case");
        for name in ["level", "membership", "detector", "cluster"] {
            let field = FilterField::parse(name).expect("a field");
            for (word, _) in named(field, &index, &Lists::default(), &[]) {
                let text = format!("{name}:{word}");
                crate::model::Filter::parse(&text).expect(&text);
            }
        }
    }

    #[test]
    fn every_suggestion_reads_as_a_filter() {
        let found = Completions {
            values: ["atlas 4", "a\"b", "absent", "$x", "a*", "198.51.100.7", "x,y", "(z)"]
                .map(|v| (v.to_owned(), 3))
                .into(),
            found: 8,
        };
        for field in [Field::Model, Field::ClientIp, Field::AccountId] {
            let name = FilterField::Record(field).name();
            let text = format!("tokens>5 {name}:a");
            let (Typing::Value(_, typed), start) = typing(&text) else { panic!("a value") };
            let listed = values(
                &text,
                typed,
                start,
                Vec::new(),
                Some((&found, field, Granularity::Exchange)),
            );
            assert_eq!(listed.len(), 8);
            for (suggestion, (value, _)) in listed.iter().zip(&found.values) {
                let filter = crate::model::Filter::parse(&suggestion.text).expect("readable");
                let parts = filter.expr.expect("conditions");
                let crate::model::filter::Expr::Term(term) = &parts.conjuncts()[1] else {
                    panic!("a term")
                };
                match &term.values[..] {
                    [Value::Text(pattern)] => assert_eq!(pattern.as_literal(), Some(&**value)),
                    [Value::Network(net)] => assert_eq!(net.addr().to_string(), *value),
                    other => panic!("{value}: {other:?}"),
                }
            }
        }
    }
}
