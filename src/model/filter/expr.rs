//! The predicate as a tree, and the text it prints as.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::pattern::escape;
use super::{FilterError, FilterField, NumberTest, Pattern, Value};

/// One condition: the field has one of the values.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// What is asked about.
    pub field: FilterField,
    /// The alternatives; never empty.
    pub values: Vec<Value>,
}

/// A predicate over records.
///
/// A comparison with a missing value is false, and negation is the complement: `-tokens>1000`
/// also holds where tokens are missing.
///
/// Stored and sent as its text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Expr {
    /// A field with its values.
    Term(Term),
    /// Text without a field: found in account ids, without regard to case.
    Word(Pattern),
    /// Text in quotes: searched in prompts.
    Phrase(String),
    /// The complement.
    Not(Box<Expr>),
    /// All of them; written side by side.
    All(Vec<Expr>),
    /// At least one of them; written with `OR`.
    Any(Vec<Expr>),
}

impl Expr {
    /// `field:value`.
    pub fn term(field: impl Into<FilterField>, value: Value) -> Self {
        Self::Term(Term { field: field.into(), values: vec![value] })
    }

    /// `field:a,b,c`; `None` without values.
    pub fn one_of(field: impl Into<FilterField>, values: Vec<Value>) -> Option<Self> {
        let field = field.into();
        (!values.is_empty()).then_some(Self::Term(Term { field, values }))
    }

    /// The account with exactly this id.
    pub fn account(id: impl Into<String>) -> Self {
        Self::term(crate::model::Field::AccountId, Value::text(id))
    }

    /// All of `parts`, flattened; `None` when there are none.
    pub fn all(parts: Vec<Self>) -> Option<Self> {
        let flatten = |part| if let Self::All(inner) = part { inner } else { vec![part] };
        let mut parts: Vec<Self> = parts.into_iter().flat_map(flatten).collect();
        if parts.len() > 1 { Some(Self::All(parts)) } else { parts.pop() }
    }

    /// At least one of `parts`, flattened; `None` when there are none.
    pub fn any(parts: Vec<Self>) -> Option<Self> {
        let flatten = |part| if let Self::Any(inner) = part { inner } else { vec![part] };
        let mut parts: Vec<Self> = parts.into_iter().flat_map(flatten).collect();
        if parts.len() > 1 { Some(Self::Any(parts)) } else { parts.pop() }
    }

    /// The complement; two negations cancel.
    pub fn negated(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// The conditions that must all hold, in order.
    pub fn conjuncts(&self) -> &[Self] {
        match self {
            Self::All(parts) => parts,
            other => std::slice::from_ref(other),
        }
    }

    /// The same, owned.
    pub fn into_conjuncts(self) -> Vec<Self> {
        match self {
            Self::All(parts) => parts,
            other => vec![other],
        }
    }

    /// The same with another expression in the place of every term.
    #[must_use]
    pub fn map_terms(self, of: &mut dyn FnMut(Term) -> Self) -> Self {
        match self {
            Self::Term(term) => of(term),
            Self::Word(_) | Self::Phrase(_) => self,
            Self::Not(inner) => Self::Not(Box::new(inner.map_terms(of))),
            Self::All(parts) => {
                Self::All(parts.into_iter().map(|part| part.map_terms(of)).collect())
            }
            Self::Any(parts) => {
                Self::Any(parts.into_iter().map(|part| part.map_terms(of)).collect())
            }
        }
    }

    /// Calls `visit` on every term, word and phrase, in the order written.
    pub fn for_each_leaf<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        match self {
            Self::Term(_) | Self::Word(_) | Self::Phrase(_) => visit(self),
            Self::Not(inner) => inner.for_each_leaf(visit),
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().for_each(|part| part.for_each_leaf(visit));
            }
        }
    }
}

impl From<Expr> for String {
    fn from(expr: Expr) -> Self {
        expr.to_string()
    }
}

impl TryFrom<String> for Expr {
    type Error = FilterError;

    fn try_from(text: String) -> Result<Self, FilterError> {
        let nothing = || FilterError::whole("a condition is expected");
        super::parse::parse(&text)?.ok_or_else(nothing)
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.field.name())?;
        if let [Value::Number(test)] = self.values.as_slice()
            && test.sign().is_some()
        {
            return write!(f, "{test}");
        }
        f.write_str(":")?;
        let is_time = self.field == crate::model::Field::Timestamp.into();
        for (i, value) in self.values.iter().enumerate() {
            let comma = if i > 0 { "," } else { "" };
            match value {
                // As people say it: a record has no time.
                Value::Absent if is_time => write!(f, "{comma}none")?,
                value => write!(f, "{comma}{value}")?,
            }
        }
        Ok(())
    }
}

/// Text that parses back to the same tree, for trees made by the constructors.
impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Term(term) => write!(f, "{term}"),
            Self::Word(word) => word.write_word(f),
            Self::Phrase(text) => write!(f, "\"{}\"", escape(text)),
            Self::Not(inner) => match **inner {
                Self::All(_) | Self::Any(_) => write!(f, "-({inner})"),
                _ => write!(f, "-{inner}"),
            },
            Self::All(parts) => join(f, parts, " ", |p| matches!(p, Self::All(_) | Self::Any(_))),
            Self::Any(parts) => join(f, parts, " OR ", |p| matches!(p, Self::Any(_))),
        }
    }
}

fn join(
    f: &mut fmt::Formatter<'_>,
    parts: &[Expr],
    separator: &str,
    needs_parentheses: impl Fn(&Expr) -> bool,
) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(separator)?;
        }
        if needs_parentheses(part) {
            write!(f, "({part})")?;
        } else {
            write!(f, "{part}")?;
        }
    }
    Ok(())
}

impl From<NumberTest> for Value {
    fn from(test: NumberTest) -> Self {
        Self::Number(test)
    }
}
