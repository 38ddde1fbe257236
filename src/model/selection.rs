//! What the analyst is pointing at: a predicate, never a list of rows, so that it means the
//! same after a reload and in every view.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::filter::{Expr, Filter, Value, time_text};
use super::{Field, TimeSpan};

/// The one selection every view reads.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    /// Nothing: panels speak of the whole case.
    #[default]
    Nothing,
    /// Accounts, by id; never empty when made by the methods here. Shared, because thousands
    /// are compared and passed on in every frame.
    Accounts(#[serde(with = "shared")] Arc<BTreeSet<String>>),
    /// Records that fulfil a predicate, such as one value of a facet.
    Where(Expr),
    /// A stretch of time.
    Time(TimeSpan),
    /// One record, by event id.
    Event(u64),
}

impl Selection {
    /// One account.
    pub fn account(id: impl Into<String>) -> Self {
        Self::accounts([id.into()])
    }

    /// The given accounts; nothing when there are none.
    pub fn accounts(ids: impl IntoIterator<Item = String>) -> Self {
        let ids: BTreeSet<String> = ids.into_iter().collect();
        if ids.is_empty() { Self::Nothing } else { Self::Accounts(Arc::new(ids)) }
    }

    /// Whether nothing is selected.
    pub fn is_nothing(&self) -> bool {
        *self == Self::Nothing
    }

    /// Whether the account is one of those selected by id.
    pub fn has_account(&self, id: &str) -> bool {
        matches!(self, Self::Accounts(ids) if ids.contains(id))
    }

    /// The only account selected, where it is exactly one.
    pub fn single_account(&self) -> Option<&str> {
        match self {
            Self::Accounts(ids) if ids.len() == 1 => ids.first().map(String::as_str),
            _ => None,
        }
    }

    /// The selection with the account added, or removed if it was in it (Ctrl+click).
    #[must_use]
    pub fn toggled(&self, id: &str) -> Self {
        let mut ids = match self {
            Self::Accounts(ids) => BTreeSet::clone(ids),
            _ => BTreeSet::new(),
        };
        if !ids.remove(id) {
            ids.insert(id.to_owned());
        }
        if ids.is_empty() { Self::Nothing } else { Self::Accounts(Arc::new(ids)) }
    }

    /// The records it stands for, within `filter`; `None` for nothing and for single records.
    pub fn within(&self, filter: &Filter) -> Option<Filter> {
        match self {
            Self::Nothing | Self::Event(_) => None,
            Self::Where(expr) => Some(filter.and(expr.clone())),
            Self::Accounts(ids) => {
                let values = ids.iter().map(|id| Value::text(id.as_str())).collect();
                Expr::one_of(Field::AccountId, values).map(|expr| filter.and(expr))
            }
            Self::Time(span) => {
                let mut filter = filter.clone();
                filter.time = Some(filter.time.map_or(*span, |outer| intersection(outer, *span)));
                Some(filter)
            }
        }
    }

    /// A heading for it: an account id, `12 accounts`, a predicate, a stretch of time.
    pub fn title(&self) -> String {
        match self {
            Self::Nothing => "Whole case".into(),
            Self::Accounts(ids) => match self.single_account() {
                Some(id) => id.to_owned(),
                None => format!("{} accounts", ids.len()),
            },
            Self::Where(expr) => expr.to_string(),
            Self::Time(span) => time_text(*span),
            Self::Event(id) => format!("Event {id}"),
        }
    }
}

/// A shared set as a plain one.
mod shared {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    pub fn serialize<S: Serializer>(
        ids: &Arc<BTreeSet<String>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        BTreeSet::serialize(ids, serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Arc<BTreeSet<String>>, D::Error> {
        BTreeSet::deserialize(deserializer).map(Arc::new)
    }
}

/// What two spans share; empty at the start of the second when they share nothing.
fn intersection(a: TimeSpan, b: TimeSpan) -> TimeSpan {
    let start = a.start.max(b.start);
    TimeSpan { start, end: a.end.min(b.end).max(start) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Time;

    #[test]
    fn toggling_accounts_adds_removes_and_ends_with_nothing() {
        let one = Selection::Nothing.toggled("a");
        assert_eq!(one.single_account(), Some("a"));
        let two = one.toggled("b");
        assert_eq!(two.title(), "2 accounts");
        assert!(two.toggled("a").toggled("b").is_nothing());
    }

    #[test]
    fn a_selection_narrows_the_filter_it_stands_in() {
        let filter = Filter::parse("time:2026-03-01..2026-03-04 tokens>10").expect("readable");
        let accounts = Selection::account("x").toggled("y").within(&filter).expect("a filter");
        assert_eq!(accounts.to_string(), "time:2026-03-01..2026-03-04 tokens>10 account:x,y");
        let day = |text: &str| Filter::parse(text).expect("readable").time.expect("a time");
        let time = Selection::Time(day("time:2026-03-04..2026-03-09")).within(&filter);
        assert_eq!(time.expect("a filter").to_string(), "time:2026-03-04 tokens>10");
        let apart = Selection::Time(day("time:2027")).within(&filter).expect("a filter");
        assert_eq!(apart.time.map(TimeSpan::len_us), Some(0));
        assert_eq!(Selection::Event(3).within(&filter), None);
    }

    #[test]
    fn a_selection_survives_being_stored() {
        let expr = Filter::parse("model:a OR -ip:absent").expect("readable").expr.expect("a term");
        let all = [
            Selection::Nothing,
            Selection::account("x"),
            Selection::Where(expr),
            Selection::Time(TimeSpan::new(Time(1), Time(2))),
            Selection::Event(9),
        ];
        for selection in all {
            let json = serde_json::to_string(&selection).expect("json");
            assert_eq!(serde_json::from_str::<Selection>(&json).expect("selection"), selection);
        }
    }
}
