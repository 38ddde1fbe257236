//! From filter to mask: every condition on a dictionary is decided once per distinct value.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::attribute::{Dimension, dimension_of};
use super::conclusions::concluded;
use super::mask::Mask;
use super::phrases::MOST;
use super::plan::{HashColumn, NumberColumn, Plan, Table};
use super::{Index, Lists};
use crate::model::filter::{
    Expr, Filter, FilterError, FilterField, NumberTest, Pattern, Term, Value,
};
use crate::model::{Address, Field, Granularity, TimeSpan};

/// The rows a filter keeps.
///
/// Naive: for every row of the counted kind and inside the time range, evaluate the predicate.
///
/// # Errors
/// When the filter searches prompts that the case has not, or mixes kinds.
pub fn compile(filter: &Filter, index: &Index, lists: &Lists) -> Result<Mask, FilterError> {
    let counted = filter.granularity.unwrap_or_else(|| index.default_granularity());
    let mut parts = vec![kind_plan(index, counted)];
    parts.extend(filter.time.map(|span| time_plan(index, span)));
    if let Some(expr) = &filter.expr {
        check_phrases(expr)?;
        parts.push(Compiler { index, lists }.expr(expr)?);
    }
    Ok(Plan::all_of(parts).run(index, counted))
}

/// All rows of a kind.
pub(super) fn population(index: &Index, counted: Granularity) -> Mask {
    kind_plan(index, counted).run(index, counted)
}

/// The accounts a filter is about, sorted by position: what a verdict on a selection applies to.
///
/// A filter on accounts alone (account, verdict, tag, words) names them whether or not they
/// have rows of the counted kind; any other filter names the accounts of the rows it keeps.
///
/// # Errors
/// As [`compile`].
pub fn matching_accounts(
    filter: &Filter,
    index: &Index,
    lists: &Lists,
) -> Result<Vec<u32>, FilterError> {
    let compiler = Compiler { index, lists };
    let on_rows = filter.time.is_some() || filter.granularity.is_some();
    if let (false, Some(expr)) = (on_rows, &filter.expr)
        && let Some(passes) = compiler.accounts(expr)?
    {
        return Ok((0..).zip(passes).filter(|(_, passes)| *passes).map(|(a, _)| a).collect());
    }
    let stats = index.stats_by_account(&compile(filter, index, lists)?);
    Ok((0..).zip(stats).filter(|(_, stats)| stats.rows > 0).map(|(a, _)| a).collect())
}

fn kind_plan(index: &Index, counted: Granularity) -> Plan {
    let rows = index.count_of(counted);
    if rows == index.len() as u64 {
        return Plan::All;
    }
    if rows == 0 {
        return Plan::Nothing;
    }
    let passes = index.dimensions.calls.iter().map(|c| c.granularity == counted).collect();
    Plan::lookup(Dimension::Call, Table { passes, missing: false })
}

fn time_plan(index: &Index, span: TimeSpan) -> Plan {
    Plan::rows(index.rows_between(span), index.len() as u32)
}

/// Refuses more phrases than answers are kept for.
fn check_phrases(expr: &Expr) -> Result<(), FilterError> {
    let mut phrases = 0;
    expr.for_each_leaf(&mut |leaf| phrases += usize::from(matches!(leaf, Expr::Phrase(_))));
    if phrases <= MOST {
        return Ok(());
    }
    let error =
        FilterError::whole(format!("{phrases} phrases are more than the {MOST} of a filter"));
    Err(error.hint("search some, tag what is found, and filter by tag:name"))
}

struct Compiler<'a> {
    index: &'a Index,
    lists: &'a Lists,
}

impl Compiler<'_> {
    fn expr(&self, expr: &Expr) -> Result<Plan, FilterError> {
        Ok(match expr {
            Expr::Term(term) => self.term(term)?,
            Expr::Word(word) => self.by_account(self.word(word)),
            Expr::Phrase(text) => self.phrase(text)?,
            Expr::Not(inner) => self.expr(inner)?.negated(),
            Expr::All(parts) => Plan::all_of(self.each(parts)?),
            Expr::Any(parts) => Plan::any_of(self.each(parts)?),
        })
    }

    fn each(&self, parts: &[Expr]) -> Result<Vec<Plan>, FilterError> {
        parts.iter().map(|part| self.expr(part)).collect()
    }

    fn term(&self, term: &Term) -> Result<Plan, FilterError> {
        let absent = term.values.contains(&Value::Absent);
        let field = match term.field {
            FilterField::Record(field) => field,
            FilterField::Tokens => return Ok(numbers(NumberColumn::Tokens, term, absent)),
            FilterField::Requests => return Ok(numbers(NumberColumn::Requests, term, absent)),
            FilterField::Template => return self.templates(term, absent),
            FilterField::Source => return Ok(self.source(term)),
            FilterField::Hour | FilterField::Weekday => return Ok(clock(term, absent)),
            FilterField::Verdict | FilterField::Tag => {
                return Ok(self.by_account(self.annotated(term)));
            }
            field if field.is_concluded() => {
                return Ok(self.by_account(concluded(term, self.index, self.lists)?));
            }
            FilterField::Cited => {
                let named: Vec<&Pattern> = patterns(term).collect();
                let marks = self.index.cited(self.lists.cited(), &named)?;
                return Ok(Plan::any_of(marks.into_iter().map(Plan::Marked).collect()));
            }
            FilterField::Kind => {
                return Err(FilterError::whole("kind: can stand once, by itself, with one value"));
            }
            // What is concluded was answered above.
            _ => return Ok(Plan::Nothing),
        };
        let number = |column| Ok(numbers(column, term, absent));
        let hash = |column| Ok(hashes(column, term, absent));
        match field {
            Field::Timestamp => Ok(self.times(term)),
            Field::InputTokens => number(NumberColumn::Input),
            Field::OutputTokens => number(NumberColumn::Output),
            Field::CachedTokens => number(NumberColumn::Cached),
            Field::ReasoningTokens => number(NumberColumn::Reasoning),
            Field::LatencyMs => number(NumberColumn::Latency),
            Field::PromptHash => hash(HashColumn::Prompt),
            Field::ResponseHash => hash(HashColumn::Response),
            Field::ReasoningSignature => hash(HashColumn::Signature),
            Field::ReplayedSignature => hash(HashColumn::Replayed),
            Field::Cost => {
                let tests = number_tests(term).collect();
                Ok(Plan::Cost { tests, absent })
            }
            Field::RequestId => self.requests(term, absent),
            _ => self.dictionary(field, term, absent),
        }
    }

    /// The rows whose prompt has a phrase, which are searched in the case file.
    fn phrase(&self, text: &str) -> Result<Plan, FilterError> {
        if text.is_empty() {
            let error = FilterError::whole("the quotes are empty");
            return Err(error.hint("write between them what prompts are to contain"));
        }
        let failed = |why| {
            FilterError::of_case(format!("prompts cannot be searched for \"{text}\": {why}")).hint(
                "remove the quotes to search account ids, or name a field, such as error:*text*",
            )
        };
        self.index.rows_with_phrase(text).map(Plan::Marked).map_err(failed)
    }

    /// A condition on request ids, which are read from the case file where they lie.
    fn requests(&self, term: &Term, absent: bool) -> Result<Plan, FilterError> {
        let patterns: Vec<Pattern> = patterns(term).cloned().collect();
        let Some(ids) = &self.index.request_ids else {
            return Ok(Plan::Requests { patterns, absent });
        };
        let failed = |why| FilterError::of_case(format!("request ids cannot be read: {why}"));
        let mut parts = Vec::new();
        if !patterns.is_empty() {
            let marks = ids.matching(&self.index.order, &patterns).map_err(failed)?;
            parts.push(Plan::Marked(marks));
        }
        if absent {
            let marks = ids.present(&self.index.order).map_err(failed)?;
            parts.push(Plan::Marked(marks).negated());
        }
        Ok(Plan::any_of(parts))
    }

    fn times(&self, term: &Term) -> Plan {
        let total = self.index.len() as u32;
        let ranges = term.values.iter().filter_map(|value| match value {
            Value::Time(range) => Some(time_plan(self.index, range.to_span())),
            Value::Absent => Some(Plan::rows(self.index.timed..total, total)),
            _ => None,
        });
        Plan::any_of(ranges.collect())
    }

    fn templates(&self, term: &Term, absent: bool) -> Result<Plan, FilterError> {
        let templates = self.index.templates();
        if templates.run.is_none() {
            return Err(FilterError::whole("prompt templates have not been looked for yet")
                .hint("the command \"Find prompt templates\" does, and `stillwatch templates`"));
        }
        Ok(Plan::Templates { templates, bounds: bounds(term), absent })
    }

    fn source(&self, term: &Term) -> Plan {
        let order = &self.index.order;
        let wanted =
            order.ordinals_of(|id| number_tests(term).any(|test| test.matches(f64::from(id))));
        if order.is_plain() {
            let total = self.index.len() as u32;
            return Plan::any_of(wanted.into_iter().map(|r| Plan::rows(r, total)).collect());
        }
        if wanted.is_empty() { Plan::Nothing } else { Plan::Ordinals(wanted) }
    }

    /// A condition on a field kept in a dictionary.
    fn dictionary(&self, field: Field, term: &Term, absent: bool) -> Result<Plan, FilterError> {
        self.index.read_texts_of(field).map_err(|e| FilterError::of_case(e.to_string()))?;
        if field == Field::AccountId && term.values.iter().any(|v| matches!(v, Value::List(_))) {
            return Ok(self.by_account(self.named(term)?));
        }
        let Some(attribute) = self.index.attribute(field) else { return Ok(Plan::Nothing) };
        let test = ValueTest::new(term);
        let by_value: Vec<bool> = attribute
            .first_entry
            .iter()
            .map(|entry| {
                self.index.entry_text(field, *entry).is_some_and(|text| test.matches(&text))
            })
            .collect();
        // Past the end is `MISSING`: an entry without the field.
        let passes = attribute
            .value_of
            .iter()
            .map(|value| by_value.get(*value as usize).copied().unwrap_or(absent))
            .collect();
        // Only sessions can be missing from a row altogether.
        let missing = dimension_of(field) == Some(Dimension::Session) && absent;
        Ok(Plan::lookup(attribute.dimension, Table { passes, missing }))
    }

    fn word(&self, word: &Pattern) -> Vec<bool> {
        let word = word.to_lowercase();
        let accounts = self.index.accounts().iter();
        accounts.map(|id| word.is_found_in(&id.to_lowercase())).collect()
    }

    /// Which accounts have one of the verdicts or tags.
    fn annotated(&self, term: &Term) -> Vec<bool> {
        let test = ValueTest::new(term);
        let passes = |account: u32| {
            term.values.iter().any(|value| match (term.field, value) {
                (FilterField::Verdict, Value::Absent) => self.lists.verdict(account).is_none(),
                (FilterField::Verdict, Value::Verdict(v)) => {
                    self.lists.verdict(account) == Some(*v)
                }
                (FilterField::Tag, Value::Absent) => self.lists.tags(account).is_empty(),
                _ => self.lists.tags(account).iter().any(|tag| test.matches(tag)),
            })
        };
        (0..self.index.accounts().len() as u32).map(passes).collect()
    }

    /// Which accounts have one of the ids or are on one of the lists.
    fn named(&self, term: &Term) -> Result<Vec<bool>, FilterError> {
        let lists: Vec<&str> = term
            .values
            .iter()
            .filter_map(|value| if let Value::List(name) = value { Some(&**name) } else { None })
            .collect();
        if !lists.is_empty() {
            let known = self.lists.names();
            if let Some(name) = lists.iter().find(|name| !known.contains_key(**name)) {
                return Err(no_list(name, known));
            }
        }
        let test = ValueTest::new(term);
        let ids = (0..).zip(self.index.accounts());
        Ok(ids
            .map(|(account, id)| {
                test.matches(id) || lists.iter().any(|list| self.lists.is_on(account, list))
            })
            .collect())
    }

    fn by_account(&self, passes: Vec<bool>) -> Plan {
        let callers = self.index.dimensions.callers.iter();
        let passes = callers.map(|c| passes[c.account as usize]).collect();
        Plan::lookup(Dimension::Caller, Table { passes, missing: false })
    }

    /// Which accounts fulfil a predicate on accounts alone; `None` when it is about records.
    fn accounts(&self, expr: &Expr) -> Result<Option<Vec<bool>>, FilterError> {
        let fold = |parts: &[Expr], op: fn(bool, bool) -> bool| {
            let mut joined: Option<Vec<bool>> = None;
            for part in parts {
                let Some(passes) = self.accounts(part)? else { return Ok(None) };
                joined = Some(match joined {
                    None => passes,
                    Some(before) => before.into_iter().zip(passes).map(|(a, b)| op(a, b)).collect(),
                });
            }
            Ok(joined)
        };
        match expr {
            Expr::Word(word) => Ok(Some(self.word(word))),
            Expr::Phrase(_) => Ok(None),
            Expr::Not(inner) => {
                let passes = self.accounts(inner)?;
                Ok(passes.map(|passes| passes.into_iter().map(|p| !p).collect()))
            }
            Expr::All(parts) => fold(parts, |a, b| a && b),
            Expr::Any(parts) => fold(parts, |a, b| a || b),
            Expr::Term(term) => Ok(match term.field {
                FilterField::Verdict | FilterField::Tag => Some(self.annotated(term)),
                field if field.is_concluded() => Some(concluded(term, self.index, self.lists)?),
                FilterField::Record(Field::AccountId) => Some(self.named(term)?),
                _ => None,
            }),
        }
    }
}

/// The values of a term, ready to be compared with texts.
pub(super) struct ValueTest<'a> {
    term: &'a Term,
    /// Literal patterns, for lists of thousands of ids.
    literals: Vec<Cow<'a, str>>,
    wildcards: Vec<Cow<'a, Pattern>>,
    ignores_case: bool,
}

impl<'a> ValueTest<'a> {
    pub(super) fn new(term: &'a Term) -> Self {
        let ignores_case = term.field.def().kind.ignores_case();
        let (mut literals, mut wildcards) = (Vec::new(), Vec::new());
        for pattern in patterns(term) {
            match pattern.as_literal() {
                Some(text) if ignores_case => literals.push(Cow::Owned(text.to_lowercase())),
                Some(text) => literals.push(Cow::Borrowed(text)),
                None if ignores_case => wildcards.push(Cow::Owned(pattern.to_lowercase())),
                None => wildcards.push(Cow::Borrowed(pattern)),
            }
        }
        literals.sort_unstable();
        Self { term, literals, wildcards, ignores_case }
    }

    /// Whether a value that is present passes.
    pub(super) fn matches(&self, text: &str) -> bool {
        let compared =
            if self.ignores_case { Cow::Owned(text.to_lowercase()) } else { Cow::Borrowed(text) };
        self.literals.binary_search_by(|l| (**l).cmp(&*compared)).is_ok()
            || self.wildcards.iter().any(|p| p.matches(&compared))
            || self.matches_otherwise(text)
    }

    /// Networks and numbers.
    fn matches_otherwise(&self, text: &str) -> bool {
        let mut address = None;
        self.term.values.iter().any(|value| match value {
            Value::Network(net) => {
                address.get_or_insert_with(|| Address::parse(text)).is_within(net)
            }
            Value::Number(test) => text.parse::<f64>().is_ok_and(|n| test.matches(n)),
            _ => false,
        })
    }
}

fn patterns(term: &Term) -> impl Iterator<Item = &Pattern> {
    term.values.iter().filter_map(|value| match value {
        Value::Text(pattern) => Some(pattern),
        _ => None,
    })
}

fn number_tests(term: &Term) -> impl Iterator<Item = NumberTest> {
    term.values.iter().filter_map(|value| match value {
        Value::Number(test) => Some(*test),
        _ => None,
    })
}

fn bounds(term: &Term) -> Vec<(u64, u64)> {
    number_tests(term).filter_map(NumberTest::whole_numbers).collect()
}

fn numbers(column: NumberColumn, term: &Term, absent: bool) -> Plan {
    let bounds = bounds(term);
    if bounds.is_empty() && !absent {
        return Plan::Nothing;
    }
    Plan::Numbers { column, bounds, absent }
}

/// Conditions on the hour of the day and on the day of the week.
fn clock(term: &Term, absent: bool) -> Plan {
    let hour = |h: &u8| number_tests(term).any(|test| test.matches((*h).into()));
    let hours = (0..24_u8).filter(hour).fold(0, |bits, hour| bits | 1 << hour);
    let days = term.values.iter().fold(0, |bits, value| match value {
        Value::Weekdays(days) => bits | days.bits(),
        _ => bits,
    });
    match term.field {
        FilterField::Hour => Plan::Clock { hours, days: u8::MAX, absent },
        _ => Plan::Clock { hours: u32::MAX, days, absent },
    }
}

fn hashes(column: HashColumn, term: &Term, absent: bool) -> Plan {
    let mut hashes: Vec<u64> = term
        .values
        .iter()
        .filter_map(|value| if let Value::Hash(hash) = value { Some(*hash) } else { None })
        .collect();
    hashes.sort_unstable();
    Plan::Hashes { column, hashes, absent }
}

/// A list without accounts is most likely misspelt; one whose last account was taken off it says
/// the same.
fn no_list(name: &str, known: &BTreeMap<String, usize>) -> FilterError {
    let error = FilterError::whole(format!("no account is on a list ${name}"));
    let lists: Vec<String> = known.iter().map(|(name, n)| format!("${name} ({n})")).collect();
    match lists[..] {
        [] => error.hint("a tag or a verdict on an account makes a list"),
        _ => error.hint(format!("lists are {}", lists.join(", "))),
    }
}
