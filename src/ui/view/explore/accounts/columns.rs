//! The columns of the accounts table: all that the case knows of an account.

use std::borrow::Cow;
use std::sync::Arc;

use crate::index::{Index, Lists, Profiles, Stats};
use crate::model::Field;
use crate::ui::beside::Attributes;
use crate::ui::widget::table::Column;

use super::super::query::ByAccount;
use super::super::value::Value;

/// What a column holds, besides those for attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Account,
    Activity,
    Exchanges,
    Input,
    Output,
    First,
    Last,
    Verdict,
    Tags,
    Org,
    Keys,
    Users,
    Models,
    Addresses,
    Networks,
    Countries,
    Agents,
    Sessions,
    Days,
    Span,
    Cached,
    Reasoning,
    Cost,
    Errors,
    Latency,
    Confidence,
    Reason,
    Notes,
}

use What as W;

const fn text(title: &'static str, tooltip: &'static str) -> Column<'static> {
    Column::text(title, 120.0, 84.0).says(tooltip).extra()
}

const fn number(title: &'static str, tooltip: &'static str) -> Column<'static> {
    Column::number(title, 92.0, 76.0).says(tooltip).extra()
}

/// The columns of every case: what each holds, its name in files, how it is shown.
#[rustfmt::skip]
pub const FIXED: [(What, &str, Column<'static>); 28] = [
    (W::Account, "account_id", Column::text("Account", 160.0, 112.0).grows()
        .says("Account id as the log wrote it")),
    (W::Activity, "activity", Column::text("Activity", 160.0, 92.0).unsorted().grows()
        .says("Counts under the filter over the whole period, scaled to the account's own peak")),
    (W::Exchanges, "events", Column::number("Exchanges", 98.0, 92.0)
        .says("Under the filter and inside the range")),
    (W::Input, "input_tokens", Column::number("Input tokens", 108.0, 96.0).rank(4)
        .says("Sum, cached ones included")),
    (W::Output, "output_tokens", Column::number("Output tokens", 112.0, 104.0).rank(2)
        .says("Sum, reasoning included")),
    (W::First, "first_seen", Column::text("First seen", 132.0, 124.0).rank(6)
        .says("Under the filter, in the time zone chosen")),
    (W::Last, "last_seen", Column::text("Last seen", 132.0, 124.0).rank(5)
        .says("Under the filter, in the time zone chosen")),
    (W::Verdict, "verdict", Column::text("Verdict", 92.0, 78.0).rank(1).says("Your verdict")),
    (W::Tags, "tags", Column::text("Tags", 110.0, 64.0).grows().rank(3).says("Your tags")),
    (W::Org, "org_id", text("Organisation", "As the log says; several with ; between them")),
    (W::Keys, "keys", number("Keys", "Distinct keys under the filter")),
    (W::Users, "users", number("End users", "Distinct end users under the filter")),
    (W::Models, "models", number("Models", "Distinct models under the filter")),
    (W::Addresses, "addresses", number("Addresses", "Distinct addresses, as the log wrote them")),
    (W::Networks, "networks", number("Networks", "Distinct /24 of IPv4, /48 of IPv6 addresses")),
    (W::Countries, "countries", number("Countries", "Distinct countries under the filter")),
    (W::Agents, "user_agents", number("User agents", "Distinct user agents under the filter")),
    (W::Sessions, "sessions", number("Sessions", "Distinct sessions under the filter")),
    (W::Days, "active_days", number("Active days", "Days (UTC) with a record under the filter")),
    (W::Span, "span_days", number("Span", "From the first to the last time under the filter")),
    (W::Cached, "cached_tokens", number("Cached", "Input tokens read from a cache, sum")),
    (W::Reasoning, "reasoning_tokens", number("Reasoning", "Reasoning tokens, sum")),
    (W::Cost, "cost", number("Cost", "Sum, as reported, whatever the unit")),
    (W::Errors, "error_share", number("Errors", "Share that failed: a status of 400 or more, or an error")),
    (W::Latency, "median_latency_ms", number("Latency", "Median of the known latencies")),
    (W::Confidence, "confidence", text("Confidence", "How sure you are of your verdict")),
    (W::Reason, "reason", text("Reason", "Your words for the verdict")),
    (W::Notes, "notes", text("Notes", "Your notes, the newest first")),
];

/// The position of a column among all.
pub fn at(what: What) -> usize {
    FIXED.iter().position(|(w, ..)| *w == what).unwrap_or(0)
}

/// What a column holds; `None` for attributes.
pub fn what(column: usize) -> Option<What> {
    FIXED.get(column).map(|(what, ..)| *what)
}

/// Whether a column is filled from the profiles of accounts.
pub fn needs_profiles(column: usize) -> bool {
    const BEFORE: usize = 9;
    const AFTER: usize = 25;
    (BEFORE..AFTER).contains(&column) && what(column) != Some(W::Span)
}

/// Whether a column is filled from what the analyst said.
pub fn is_judgement(column: usize) -> bool {
    let said = [W::Verdict, W::Tags, W::Confidence, W::Reason, W::Notes];
    what(column).is_some_and(|what| said.contains(&what))
}

/// The field of the record that a column stands for, where it is one value of it.
pub fn field(column: usize) -> Option<Field> {
    match what(column)? {
        W::Account => Some(Field::AccountId),
        _ => None,
    }
}

/// Why there are no profiles in a case of more than [`MOST_PROFILED`] accounts.
///
/// [`MOST_PROFILED`]: crate::index::MOST_PROFILED
const UNPROFILED: &str = "Not counted in a case of more than 4,000,000 accounts";

const _: () = assert!(crate::index::MOST_PROFILED == 4_000_000, "the tooltip says so");

/// All columns of a case, known by their names in files: the fixed ones and one for each attribute
/// of its accounts table. `rows_are` is what is counted, `zone` that of times; without `profiles`
/// what is filled from them is off.
pub fn all<'a>(
    attributes: &'a [String],
    rows_are: &'a str,
    zone: &'a str,
    profiles: bool,
) -> Vec<Column<'a>> {
    let fixed = (0..).zip(&FIXED).map(|(at, (what, name, column))| match what {
        W::Exchanges => Column { title: rows_are, ..column.known_as(name) },
        W::First | W::Last => column.known_as(name).unit(zone),
        _ if !profiles && needs_profiles(at) => column.known_as(name).off(UNPROFILED),
        _ => column.known_as(name),
    });
    let says = "From the accounts table beside the logs";
    let more = attributes
        .iter()
        .map(|name| Column::text(attribute(name), 120.0, 84.0).known_as(name).says(says).extra());
    fixed.chain(more).collect()
}

/// The name of an attribute whose column is named in files as an exported package has it.
fn attribute(column: &str) -> &str {
    column.strip_prefix("attr_").unwrap_or(column)
}

/// The name of a column in files, as an exported package has it.
pub fn file_name(column: usize, attributes: &[String]) -> &str {
    match FIXED.get(column) {
        Some((_, name, _)) => name,
        None => attributes.get(column - FIXED.len()).map_or("", String::as_str),
    }
}

/// What the values of all columns are made from; cheap to pass to another thread.
#[derive(Clone)]
pub struct Known {
    pub index: Arc<Index>,
    pub by_account: Arc<ByAccount>,
    /// `None` until they are counted.
    pub profiles: Option<Arc<Profiles>>,
    pub lists: Arc<Lists>,
    pub attributes: Option<Arc<Attributes>>,
    /// The columns of attributes by their names in files.
    pub names: Arc<Vec<String>>,
}

impl Known {
    /// Counts and sums of an account.
    pub fn stats(&self, account: u32) -> Stats {
        self.by_account.stats.get(account as usize).copied().unwrap_or_default()
    }

    /// Whether a column's values are still to be counted.
    pub fn is_pending(&self, column: usize) -> bool {
        needs_profiles(column) && self.profiles.is_none()
            || column >= FIXED.len() && self.attributes.is_none()
    }

    /// The value of an account in a column.
    pub fn value(&self, account: u32, column: usize) -> Value<'_> {
        let Some(what) = what(column) else { return self.attribute(account, column) };
        let index = &self.index;
        let stats = self.stats(account);
        let quiet = |text: &'static str| Value::Quiet(text.into());
        match what {
            W::Account => Value::Id(index.accounts()[account as usize].as_str().into()),
            W::Activity => Value::Nothing,
            W::Exchanges => Value::Count(stats.rows.into()),
            W::Input => Value::or_absent(stats.input_tokens().map(Value::Count)),
            W::Output => Value::or_absent(stats.output_tokens().map(Value::Count)),
            W::First => stats.first_seen(index).map_or(Value::Nothing, Value::Time),
            W::Last => stats.last_seen(index).map_or(Value::Nothing, Value::Time),
            W::Span => match stats.first_seen(index).zip(stats.last_seen(index)) {
                Some((first, last)) => Value::Length(last.0.saturating_sub(first.0)),
                None => Value::Nothing,
            },
            W::Verdict => self.lists.verdict(account).map_or(Value::Nothing, |v| quiet(v.as_str())),
            W::Confidence => {
                self.lists.confidence(account).map_or(Value::Nothing, |c| quiet(c.as_str()))
            }
            W::Reason => words(self.lists.reason(account).unwrap_or_default().into()),
            W::Tags => words(joined(self.lists.tags(account).iter(), " · ")),
            W::Notes => words(joined(self.lists.notes(account).iter().rev(), " · ")),
            _ => self.profiled(account, what),
        }
    }

    fn profiled(&self, account: u32, what: What) -> Value<'_> {
        let Some(profiles) = &self.profiles else { return Value::Nothing };
        let profile = profiles.of(account);
        // None of a kind at all: the source did not say.
        let distinct = |n: u32| if n == 0 { Value::Absent } else { Value::Count(n.into()) };
        let sum = |n: Option<u64>| Value::or_absent(n.map(Value::Count));
        match what {
            W::Org => Value::or_absent(profiles.org(&self.index, account).map(Value::Text)),
            W::Keys => distinct(profile.keys),
            W::Users => distinct(profile.users),
            W::Models => distinct(profile.models),
            W::Addresses => distinct(profile.addresses),
            W::Networks => distinct(profile.networks),
            W::Countries => distinct(profile.countries),
            W::Agents => distinct(profile.agents),
            W::Sessions => distinct(profile.sessions),
            W::Days => distinct(profile.days),
            W::Cached => sum(profile.cached),
            W::Reasoning => sum(profile.reasoning),
            W::Cost => Value::or_absent(profile.cost.map(Value::Real)),
            W::Errors if profile.judged == 0 => Value::Absent,
            W::Errors => Value::Share(profile.errors.into(), profile.judged.into()),
            W::Latency => Value::or_absent(profile.latency_ms.map(|ms| Value::Ms(ms.into()))),
            _ => Value::Nothing,
        }
    }

    fn attribute(&self, account: u32, column: usize) -> Value<'_> {
        let find = || {
            let name = attribute(self.names.get(column - FIXED.len())?);
            let id = &self.index.accounts()[account as usize];
            self.attributes.as_ref()?.get(id)?.get(name)
        };
        find().filter(|v| !v.is_empty()).map_or(Value::Absent, |v| Value::Text(v.as_str().into()))
    }
}

fn words(text: Cow<'_, str>) -> Value<'_> {
    if text.is_empty() { Value::Nothing } else { Value::Quiet(text) }
}

fn joined<'a>(parts: impl ExactSizeIterator<Item = &'a String>, between: &str) -> Cow<'a, str> {
    let mut parts = parts;
    match parts.len() {
        0 | 1 => parts.next().map_or(Cow::Borrowed(""), |one| Cow::Borrowed(one)),
        _ => parts.map(String::as_str).collect::<Vec<_>>().join(between).into(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::ui::widget::table::{ColumnChoice, fit};

    #[test]
    fn every_column_has_a_title_a_file_name_and_an_explanation_of_its_own() {
        let titles: BTreeSet<&str> = FIXED.iter().map(|(_, _, c)| c.title).collect();
        let names: BTreeSet<&str> = FIXED.iter().map(|(_, name, _)| *name).collect();
        assert_eq!((titles.len(), names.len()), (FIXED.len(), FIXED.len()));
        assert!(FIXED.iter().all(|(_, _, c)| !c.tooltip.is_empty()));
        for (column, (w, ..)) in FIXED.iter().enumerate() {
            let counted = !matches!(
                w,
                W::Account
                    | W::Activity
                    | W::Exchanges
                    | W::Input
                    | W::Output
                    | W::First
                    | W::Last
                    | W::Verdict
                    | W::Tags
                    | W::Span
                    | W::Confidence
                    | W::Reason
                    | W::Notes
            );
            assert_eq!(needs_profiles(column), counted, "{w:?}");
            assert_eq!(at(*w), column);
        }
    }

    #[test]
    fn columns_of_a_package_have_the_same_name_here() {
        let names: Vec<&str> = (0..FIXED.len()).map(|c| file_name(c, &[])).collect();
        let known = [
            "account_id",
            "org_id",
            "events",
            "input_tokens",
            "output_tokens",
            "first_seen",
            "last_seen",
            "verdict",
            "confidence",
            "reason",
            "tags",
            "notes",
        ];
        for name in known {
            assert!(crate::report::ACCOUNT_COLUMNS.contains(&name));
            assert!(names.contains(&name), "{name}");
        }
        assert_eq!(file_name(FIXED.len(), &["attr_plan".to_owned()]), "attr_plan");
    }

    #[test]
    fn an_attribute_called_like_a_column_has_one_of_its_own() {
        let attributes = ["attr_Notes", "attr_notes"].map(String::from);
        let all = all(&attributes, "Exchanges", "UTC", true);
        let ids: BTreeSet<&str> = all.iter().map(|column| column.id).collect();
        assert_eq!(ids.len(), all.len());
        assert_eq!(all.iter().filter(|column| column.title == "Notes").count(), 2);
    }

    #[test]
    fn what_is_not_counted_can_neither_be_shown_nor_sorted_by() {
        let all = all(&[], "Exchanges", "UTC", false);
        let every = all.iter().map(|column| column.id.to_owned()).collect();
        let choice = ColumnChoice { shown: Some(every), ..ColumnChoice::default() };
        let shown: Vec<usize> = fit(&all, &choice, 9_000.0).iter().map(|p| p.index).collect();
        let counted: Vec<usize> = (0..all.len()).filter(|c| !needs_profiles(*c)).collect();
        assert_eq!(shown, counted);
    }
}
