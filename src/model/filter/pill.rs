//! A filter as a row of pills: each condition by itself, to be changed one at a time.

use super::{Expr, Filter, FilterError, FilterField, Term, Value};
use crate::model::TimeSpan;

/// Values that a pill lists; of more than these, the first ones.
const LISTED: usize = 8;
const FIRST: usize = 2;

/// Which condition of a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PillId {
    /// The kind counted.
    Kind,
    /// The time range.
    Time,
    /// A condition of the predicate, by position.
    Part(usize),
}

/// One condition, as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Pill {
    /// Which condition.
    pub id: PillId,
    /// Whether it is negated.
    pub negated: bool,
    /// The field, or empty for words, phrases and alternatives.
    pub label: String,
    /// What is asked of it, such as `atlas-4*` or `> 1000`; long lists are cut short.
    pub value: String,
    /// The condition as filter text, for editing.
    pub text: String,
}

impl Filter {
    /// The conditions, in the order the text prints them.
    pub fn pills(&self) -> Vec<Pill> {
        let mut own = Vec::new();
        own.extend(self.granularity.map(|_| PillId::Kind));
        own.extend(self.time.map(|_| PillId::Time));
        let rest = self.expr.as_ref().map_or(0, |expr| expr.conjuncts().len());
        let ids = own.into_iter().chain((0..rest).map(PillId::Part));
        ids.zip(self.parts()).map(|(id, part)| Pill::new(id, &part)).collect()
    }

    /// One condition by itself.
    #[must_use]
    pub fn only(&self, id: PillId) -> Self {
        match id {
            PillId::Kind => Self { granularity: self.granularity, ..Self::default() },
            PillId::Time => Self { time: self.time, ..Self::default() },
            PillId::Part(at) => {
                let part = self.expr.as_ref().and_then(|expr| expr.conjuncts().get(at).cloned());
                Self { expr: part, ..Self::default() }
            }
        }
    }

    /// The filter with the conditions of another besides its own. Of time ranges and kinds, of
    /// which there is one each, the other's is taken.
    #[must_use]
    pub fn narrowed_by(&self, more: Self) -> Self {
        let mut filter = self.clone();
        filter.time = more.time.or(filter.time);
        filter.granularity = more.granularity.or(filter.granularity);
        let parts = more.expr.map(Expr::into_conjuncts).unwrap_or_default();
        parts.into_iter().fold(filter, |filter, part| filter.and(part))
    }

    /// The filter without one condition.
    #[must_use]
    pub fn without(&self, id: PillId) -> Self {
        let mut filter = self.clone();
        match id {
            PillId::Kind => filter.granularity = None,
            PillId::Time => filter.time = None,
            PillId::Part(at) => filter.change_part(at, |_| None),
        }
        filter.lift_time();
        filter
    }

    /// The filter with one condition negated. A negated time range is the first part of the
    /// predicate, and negated again the filter's own; the kind has no opposite and stays.
    #[must_use]
    pub fn with_negated(&self, id: PillId) -> Self {
        let mut filter = self.clone();
        match id {
            PillId::Kind => {}
            PillId::Time => {
                if let Some(range) = filter.time_range() {
                    let term = Expr::term(crate::model::Field::Timestamp, Value::Time(range));
                    filter.time = None;
                    let parts = [term.negated()].into_iter().chain(filter.expr.take());
                    filter.expr = Expr::all(parts.collect());
                }
            }
            PillId::Part(at) => filter.change_part(at, |part| Some(part.negated())),
        }
        filter.lift_time();
        filter
    }

    /// The filter with one condition replaced by what `text` says (several, if it says several).
    ///
    /// # Errors
    /// Where `text` is no filter.
    pub fn with_replaced(&self, id: PillId, text: &str) -> Result<Self, FilterError> {
        let mut parts: Vec<Expr> = Vec::new();
        for pill in self.pills() {
            let here = if pill.id == id { text } else { &pill.text };
            parts.extend(super::parse::parse(here)?);
        }
        Expr::all(parts).map_or_else(|| Ok(Self::default()), Self::from_expr)
    }

    /// The filter with one more condition that must hold.
    #[must_use]
    pub fn and(&self, part: Expr) -> Self {
        let mut filter = self.clone();
        let parts = filter.expr.take().into_iter().chain([part]).collect();
        filter.expr = Expr::all(parts);
        filter
    }

    /// The filter narrowed to records whose field has `value`. Where the filter already lists
    /// values of that field, the value joins the list: picking two models shows both. It is taken
    /// out no longer, because both together keep nothing.
    #[must_use]
    pub fn include(&self, field: impl Into<FilterField>, value: Value) -> Self {
        self.list(field.into(), value, false)
    }

    /// The filter without records whose field has `value`; further values join the list. What was
    /// asked for and is taken out is asked for no longer.
    #[must_use]
    pub fn exclude(&self, field: impl Into<FilterField>, value: Value) -> Self {
        self.list(field.into(), value, true)
    }

    /// The filter that asks of a field for `value` and for nothing else, and no longer takes it
    /// out.
    #[must_use]
    pub fn asking_only(&self, field: impl Into<FilterField>, value: Value) -> Self {
        let field = field.into();
        self.with_lists(field, true, |listed| !is_same(field, listed, &value))
            .asking(field, vec![value])
    }

    /// Whether a list of the filter asks for `value` of a field.
    pub fn asks_for(&self, field: impl Into<FilterField>, value: &Value) -> bool {
        let field = field.into();
        self.expr.iter().flat_map(Expr::conjuncts).any(|part| {
            matches!(part, Expr::Term(term) if term.field == field
                && term.values.iter().any(|listed| is_same(field, listed, value)))
        })
    }

    /// The filter with `value` asked for, or no longer.
    #[must_use]
    pub fn toggled(&self, field: impl Into<FilterField>, value: Value) -> Self {
        let field = field.into();
        match self.asks_for(field, &value) {
            true => self.with_lists(field, false, |listed| !is_same(field, listed, &value)),
            false => self.include(field, value),
        }
    }

    /// The filter with only those values in its lists on a field that `keep` says; `negated` are
    /// the lists of what is taken out. A list without values goes.
    #[must_use]
    pub fn with_lists(
        &self,
        field: impl Into<FilterField>,
        negated: bool,
        keep: impl Fn(&Value) -> bool,
    ) -> Self {
        let field = field.into();
        let mut filter = self.clone();
        let mut parts = filter.expr.take().map(Expr::into_conjuncts).unwrap_or_default();
        parts.retain_mut(|part| match list_of(part, field, negated) {
            Some(values) => {
                values.retain(&keep);
                !values.is_empty()
            }
            None => true,
        });
        filter.expr = Expr::all(parts);
        filter
    }

    /// The filter that asks of a field exactly for one of `values`: what it asked of the field
    /// before is replaced, what it takes out stays. Without values it asks nothing of the field.
    #[must_use]
    pub fn asking(&self, field: impl Into<FilterField>, values: Vec<Value>) -> Self {
        let field = field.into();
        let mut filter = self.clone();
        let mut parts = filter.expr.take().map(Expr::into_conjuncts).unwrap_or_default();
        parts.retain(|part| !matches!(part, Expr::Term(term) if term.field == field));
        parts.extend(Expr::one_of(field, values));
        filter.expr = Expr::all(parts);
        filter
    }

    /// The filter with a brushed stretch of time, or without one. What asks for records without a
    /// time gives way: none of them is in any stretch.
    #[must_use]
    pub fn brushed(&self, time: Option<TimeSpan>) -> Self {
        let filter = if time.is_some() { self.with_only_untimed(false) } else { self.clone() };
        Self { time, ..filter }
    }

    /// Whether only records without a time are asked for.
    pub fn is_only_untimed(&self) -> bool {
        self.expr.as_ref().is_some_and(|expr| expr.conjuncts().contains(&untimed()))
    }

    /// The filter with the condition that records have no time, in the place of a stretch of time;
    /// or without that condition.
    #[must_use]
    pub fn with_only_untimed(&self, only: bool) -> Self {
        let mut filter = self.clone();
        let mut parts = filter.expr.take().map(Expr::into_conjuncts).unwrap_or_default();
        parts.retain(|part| *part != untimed());
        filter.expr = Expr::all(parts);
        if only { Self { time: None, ..filter }.and(untimed()) } else { filter }
    }

    /// The filter with the condition that records have a time.
    #[must_use]
    pub fn without_untimed(&self) -> Self {
        let timed = untimed().negated();
        match &self.expr {
            Some(expr) if expr.conjuncts().contains(&timed) => self.clone(),
            _ => self.and(timed),
        }
    }

    fn list(&self, field: FilterField, value: Value, negated: bool) -> Self {
        let mut filter = self.with_lists(field, !negated, |listed| !is_same(field, listed, &value));
        let mut parts = filter.expr.take().map(Expr::into_conjuncts).unwrap_or_default();
        match parts.iter_mut().find_map(|part| list_of(part, field, negated)) {
            Some(values) if values.iter().any(|listed| is_same(field, listed, &value)) => {}
            Some(values) => values.push(value),
            None => {
                let term = Expr::term(field, value);
                parts.push(if negated { term.negated() } else { term });
            }
        }
        filter.expr = Expr::all(parts);
        filter
    }

    /// Makes the first stretch of time among the conditions the filter's own, as reading its text
    /// does.
    fn lift_time(&mut self) {
        let range = |part: &Expr| match super::single_value(part) {
            Some(Value::Time(range)) => Some(range.to_span()),
            _ => None,
        };
        let parts = self.expr.as_ref().map_or(&[][..], Expr::conjuncts);
        let found = parts.iter().enumerate().find_map(|(at, part)| Some((at, range(part)?)));
        if let Some((at, span)) = found.filter(|_| self.time.is_none()) {
            self.change_part(at, |_| None);
            self.time = Some(span);
        }
    }

    fn change_part(&mut self, at: usize, change: impl FnOnce(Expr) -> Option<Expr>) {
        let mut parts = self.expr.take().map(Expr::into_conjuncts).unwrap_or_default();
        if at < parts.len() {
            let part = parts.remove(at);
            if let Some(part) = change(part) {
                parts.insert(at, part);
            }
        }
        self.expr = Expr::all(parts);
    }
}

/// The values that a condition lists of a field.
fn list_of(part: &mut Expr, field: FilterField, negated: bool) -> Option<&mut Vec<Value>> {
    let term = match (negated, part) {
        (false, Expr::Term(term)) => term,
        (true, Expr::Not(inner)) => match &mut **inner {
            Expr::Term(term) => term,
            _ => return None,
        },
        _ => return None,
    };
    (term.field == field).then_some(&mut term.values)
}

/// `time:none`.
fn untimed() -> Expr {
    Expr::term(crate::model::Field::Timestamp, Value::Absent)
}

impl Pill {
    fn new(id: PillId, part: &Expr) -> Self {
        let (negated, inner) = match part {
            Expr::Not(inner) => (true, &**inner),
            other => (false, other),
        };
        let (label, value) = match inner {
            Expr::Term(term) => (term.field.name().to_owned(), short(term)),
            Expr::Word(word) => (String::new(), word.plain()),
            other => (String::new(), other.to_string()),
        };
        Self { id, negated, label, value, text: part.to_string() }
    }
}

/// What is asked of a field, such as `> 1000` or `a,b`; of many values the first and how many more.
fn short(term: &Term) -> String {
    let values = |term: &Term| {
        let text = term.to_string();
        let rest = text.strip_prefix(term.field.name()).unwrap_or(&text);
        rest.strip_prefix(':').unwrap_or(rest).to_owned()
    };
    match term.values.get(..FIRST) {
        Some(first) if term.values.len() > LISTED => {
            let few = Term { field: term.field, values: first.to_vec() };
            let more = super::grouped((term.values.len() - FIRST) as f64);
            format!("{} and {more} more", values(&few))
        }
        _ => values(term),
    }
}

/// Whether two values of a field keep the same records: where the field does not tell upper from
/// lower case, nor does this.
fn is_same(field: FilterField, a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) if field.def().kind.ignores_case() => {
            a.to_lowercase() == b.to_lowercase()
        }
        _ => a == b,
    }
}
