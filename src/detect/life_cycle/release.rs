//! What became of a release: which models it brought, who took them up and when.

use std::cell::OnceCell;

use crate::detect::Material;
use crate::job::{Cancelled, Progress};
use crate::model::time::{DAY_US, HOUR_US};
use crate::model::{Marker, MarkerKind};

/// How long after a release first uses are looked at.
const HORIZON_US: i64 = 14 * DAY_US;
/// How long after a release a model may first be seen to be taken as what it brought, where its
/// label names none.
const NEW_US: i64 = 3 * DAY_US;
/// Rows between two questions whether to stop.
const STRIDE: u32 = 65_536;

/// A release.
pub struct Release<'a> {
    /// The moment.
    pub marker: &'a Marker,
    /// Which release it is, in words: two may be of one moment.
    pub name: String,
    /// Whether each kind of call is of a model that it brought.
    is_new: Vec<bool>,
    /// The models.
    pub models: Vec<String>,
    /// By account, its first call of such a model within [`HORIZON_US`], of those whose time is
    /// sharp; only of accounts that were there before.
    pub first_use: Vec<Option<u32>>,
    /// By account, calls of such models and all calls in the first 24 hours.
    pub first_day: Vec<(u32, u32)>,
}

/// What a release brought.
#[derive(Clone)]
pub struct Brought<'a> {
    /// The moment.
    pub marker: &'a Marker,
    /// Which release it is, in words: two may be of one moment.
    pub name: String,
    /// Whether each kind of call is of a model that it brought.
    pub is_new: Vec<bool>,
    /// The models, each once, in order.
    pub models: Vec<String>,
}

/// The releases of a case whose models are known and in use, and who took them up.
///
/// # Errors
/// When cancelled.
pub fn releases<'a>(
    material: &Material<'a>,
    progress: &Progress,
) -> Result<Vec<Release<'a>>, Cancelled> {
    let of = |brought| Release::of(material, brought, progress);
    all_brought(material).into_iter().map(of).collect()
}

/// What each release of a case brought, of those whose models are known and in use.
pub fn all_brought<'a>(material: &Material<'a>) -> Vec<Brought<'a>> {
    // All rows are read only for a label that names no model.
    let first = OnceCell::new();
    let of = |(n, marker): (u32, &'a Marker)| {
        let is_new = brought(material, marker, &first);
        let calls = &material.index.dimensions().calls;
        let mut models: Vec<String> = calls
            .iter()
            .zip(&is_new)
            .filter_map(|(call, new)| call.model.clone().filter(|_| *new))
            .collect();
        models.sort_unstable();
        models.dedup();
        let name = format!("release {n} ({})", marker.at);
        (!models.is_empty()).then_some(Brought { marker, name, is_new, models })
    };
    let is_release = |m: &&'a Marker| m.kind == MarkerKind::Release && m.at.known().is_some();
    (1..).zip(material.markers.iter().filter(is_release)).filter_map(of).collect()
}

/// By kind of call, the first row of it that has a time and counts.
fn first_rows(material: &Material<'_>) -> Vec<Option<u32>> {
    let index = material.index;
    let mut first = vec![None; index.dimensions().calls.len()];
    for row in index.everything().rows_in(index.timed()) {
        first[index.call_of(row) as usize].get_or_insert(row);
    }
    first
}

/// Whether each kind of call is of a model that the release brought: one that its label names;
/// where it names none, one that nobody used before it and somebody soon after it, where the records
/// begin a day before it at least.
fn brought(
    material: &Material<'_>,
    marker: &Marker,
    first: &OnceCell<Vec<Option<u32>>>,
) -> Vec<bool> {
    let index = material.index;
    let calls = &index.dimensions().calls;
    let label = marker.label.to_lowercase();
    let is_named = |model: &str| !model.is_empty() && has_word(&label, &model.to_lowercase());
    let named: Vec<bool> = calls.iter().map(|c| c.model.as_deref().is_some_and(is_named)).collect();
    if named.contains(&true) {
        return named;
    }
    let begin = material.span().map_or(i64::MAX, |span| span.start.0);
    if begin > marker.at.0.saturating_sub(DAY_US) {
        return vec![false; calls.len()];
    }
    let mut seen: std::collections::BTreeMap<&str, i64> = std::collections::BTreeMap::new();
    for (call, row) in calls.iter().zip(first.get_or_init(|| first_rows(material))) {
        let at = row.and_then(|row| index.at(row));
        if let (Some(model), Some(at)) = (call.model.as_deref(), at) {
            let earliest = seen.entry(model).or_insert(at.0);
            *earliest = at.0.min(*earliest);
        }
    }
    let since = |at: i64| at.saturating_sub(marker.at.0);
    let is_new =
        |model: &str| seen.get(model).is_some_and(|at| (-HOUR_US..NEW_US).contains(&since(*at)));
    calls.iter().map(|c| c.model.as_deref().is_some_and(is_new)).collect()
}

/// Whether a word stands in a text with nothing of a name before or after it.
fn has_word(text: &str, word: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '-' || c == '.' || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let mut after = text[at + word.len()..].chars();
        let next = after.next().filter(|c| *c != '.' || after.next().is_some_and(is_name));
        !before.is_some_and(is_name) && !next.is_some_and(is_name)
    })
}

impl<'a> Release<'a> {
    /// Who took up what a release brought: reads the rows of [`HORIZON_US`].
    ///
    /// # Errors
    /// When cancelled.
    pub fn of(
        material: &Material<'a>,
        Brought { marker, name, is_new, models }: Brought<'a>,
        progress: &Progress,
    ) -> Result<Self, Cancelled> {
        let index = material.index;
        let accounts = index.accounts().len();
        let start = index.row_at(marker.at);
        let row_after = |us: i64| index.row_at(crate::model::Time(marker.at.0.saturating_add(us)));
        let (day, end) = (row_after(DAY_US), row_after(HORIZON_US));
        let (mut first_use, mut first_day) = (vec![None; accounts], vec![(0, 0); accounts]);
        let mut next = start;
        for row in index.everything().rows_in(start..end) {
            if row >= next {
                progress.check()?;
                next = row.saturating_add(STRIDE);
            }
            let account = index.account_of(row);
            let new = is_new[index.call_of(row) as usize];
            if row < day {
                let of: &mut (u32, u32) = &mut first_day[account as usize];
                of.1 += 1;
                of.0 += u32::from(new);
            }
            let slot: &mut Option<u32> = &mut first_use[account as usize];
            let was_there = || index.rows_of_account(account).first().is_some_and(|r| *r < start);
            if new && slot.is_none() && was_there() && material.has_sharp_time(row) {
                *slot = Some(row);
            }
        }
        Ok(Self { marker, name, is_new, models, first_use, first_day })
    }

    /// Rows of an account in the first 24 hours, with whether each is of a new model.
    pub fn rows_of_first_day(
        &self,
        material: &Material<'_>,
        account: u32,
    ) -> impl Iterator<Item = (u32, bool)> {
        let index = material.index;
        let end = crate::model::Time(self.marker.at.0.saturating_add(DAY_US));
        let (start, end) = (index.row_at(self.marker.at), index.row_at(end));
        let rows = index.rows_of_account(account);
        let from = rows.partition_point(|row| *row < start);
        let inside = rows[from..].iter().copied().take_while(move |row| *row < end);
        inside
            .filter(|row| index.everything().contains(*row))
            .map(|row| (row, self.is_new[index.call_of(row) as usize]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Attributes;
    use crate::detect::testcase::{Sent, case};
    use crate::model::Time;

    #[test]
    fn a_name_is_found_as_a_whole_word() {
        assert!(has_word("atlas-4 released", "atlas-4") && has_word("now: atlas-4.", "atlas-4"));
        assert!(!has_word("atlas-4.5 released", "atlas-4") && !has_word("atlas-40", "atlas-4"));
        assert!(!has_word("the-atlas-4", "atlas-4"));
    }

    fn models(label: &str, at: i64) -> Vec<String> {
        let sent = |at: i64, model| Sent { at, model, ..Sent::default() };
        let day = DAY_US;
        let index = case(&[sent(0, "old"), sent(3 * day, "new"), sent(9 * day, "later")]);
        let marker = Marker { at: Time(at), kind: MarkerKind::Release, label: label.into() };
        let none = Attributes::new();
        let material = Material::new(&index, &none, std::slice::from_ref(&marker));
        let found = releases(&material, &Progress::default()).expect("nobody cancels");
        found.into_iter().flat_map(|r| r.models).collect()
    }

    #[test]
    fn a_release_brings_the_model_it_names_or_the_one_that_is_first_seen_after_it() {
        assert_eq!(models("old again", 2 * DAY_US), ["old"]);
        assert_eq!(models("launch", 2 * DAY_US), ["new"]);
        assert!(models("launch", 0).is_empty(), "the records begin with it: all would look new");
        assert!(models("launch", 20 * DAY_US).is_empty());
    }

    #[test]
    fn whoever_cancels_is_heard_before_the_rows_of_a_release_are_read() {
        let index = case(&[Sent { at: 0, model: "new", ..Sent::default() }]);
        let marker = Marker { at: Time(0), kind: MarkerKind::Release, label: "new".into() };
        let (none, progress) = (Attributes::new(), Progress::default());
        let material = Material::new(&index, &none, std::slice::from_ref(&marker));
        assert!(releases(&material, &progress).is_ok_and(|all| all.len() == 1));
        progress.cancel();
        assert!(releases(&material, &progress).is_err());
    }
}
