//! Traffic split into series: what the time axes of the screens have in common.

use crate::index::{Index, Lists, Mask};
use crate::model::{Field, Selection, TimeSpan, Verdict};
use crate::ui::Command;
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Hover};
use crate::ui::widget::timeline::{BinSpec, Series, Stack, TimelineAction};

/// Values with a colour of their own; the others share the grey.
const OWN: usize = 7;

/// What the counts are split by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Split {
    /// The model.
    #[default]
    Model,
    /// How the model was reached.
    Pathway,
    /// HTTP status.
    Status,
    /// The verdict on the account.
    Verdict,
    /// A tag of the account.
    Tag,
    /// Not at all.
    Nothing,
}

impl Split {
    /// All, in the order of the menu.
    pub const ALL: [Self; 6] =
        [Self::Model, Self::Pathway, Self::Status, Self::Verdict, Self::Tag, Self::Nothing];

    /// What it is called after "split by".
    pub fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Pathway => "pathway",
            Self::Status => "status",
            Self::Verdict => "verdict",
            Self::Tag => "tag",
            Self::Nothing => "nothing",
        }
    }

    fn plural(self) -> &'static str {
        match self {
            Self::Status => "statuses",
            Self::Tag => "tags",
            Self::Model => "models",
            Self::Pathway => "pathways",
            Self::Verdict | Self::Nothing => "values",
        }
    }

    /// Whether it depends on what was said of accounts.
    pub fn reads_lists(self) -> bool {
        matches!(self, Self::Verdict | Self::Tag)
    }
}

/// Counts by model, most frequent at the bottom.
pub fn by_model(index: &Index, mask: &Mask, bins: BinSpec) -> Stack {
    by_field(index, mask, bins, Field::Model, Split::Model)
}

/// Counts split as asked for. A value keeps its colour under every filter: it is that of its
/// rank in the whole case.
pub fn split(index: &Index, lists: &Lists, mask: &Mask, bins: BinSpec, by: Split) -> Stack {
    match by {
        Split::Model => by_field(index, mask, bins, Field::Model, by),
        Split::Pathway => by_field(index, mask, bins, Field::Pathway, by),
        Split::Status => by_field(index, mask, bins, Field::Status, by),
        Split::Verdict => by_verdict(index, lists, mask, bins),
        Split::Tag => by_tag(index, lists, mask, bins),
        Split::Nothing => {
            let counts = index.counts_between(mask, &bins.edges());
            let name = mask.counted().plural().to_owned();
            Stack { bins, series: vec![Series { name, category: 0, counts }] }
        }
    }
}

fn by_field(index: &Index, mask: &Mask, bins: BinSpec, field: Field, by: Split) -> Stack {
    let (series, other) = index.split_between(mask, &bins.edges(), field, OWN);
    let named = series.len();
    let mut series: Vec<Series> = series
        .into_iter()
        .enumerate()
        .map(|(category, s)| Series { name: s.value, category, counts: s.bins })
        .collect();
    let alone = series.is_empty();
    if alone || other.iter().any(|n| *n > 0) {
        let others = index.distinct_values(field).saturating_sub(named);
        let category = if alone { 0 } else { OWN };
        series.push(Series { name: rest(by, others), category, counts: other });
    }
    Stack { bins, series }
}

/// What is left: so many other values, and records without any.
fn rest(by: Split, others: usize) -> String {
    match others {
        0 => format!("no {}", by.name()),
        1 => format!("1 other {} or none", by.name()),
        n => format!("{} other {} or none", format::count(n as u64), by.plural()),
    }
}

fn by_verdict(index: &Index, lists: &Lists, mask: &Mask, bins: BinSpec) -> Stack {
    let none = Verdict::ALL.len();
    let slot = |account| lists.verdict(account).map_or(none, |verdict| verdict as usize);
    let names = Verdict::ALL.iter().map(|v| v.as_str().to_owned());
    let names: Vec<String> = names.chain(["no verdict".to_owned()]).collect();
    // Suspicious in the strongest colour of the palette, cleared in green.
    by_account(index, mask, bins, names, &[6, 1, 2, OWN], slot)
}

/// Tags by the number of accounts that carry them; an account with several counts for the first.
fn by_tag(index: &Index, lists: &Lists, mask: &Mask, bins: BinSpec) -> Stack {
    let mut carried: std::collections::BTreeMap<&str, u64> = std::collections::BTreeMap::new();
    let accounts = index.accounts().len() as u32;
    for account in 0..accounts {
        lists.tags(account).iter().for_each(|tag| *carried.entry(tag).or_default() += 1);
    }
    let mut tags: Vec<(&str, u64)> = carried.into_iter().collect();
    tags.sort_by_key(|(tag, n)| (std::cmp::Reverse(*n), *tag));
    let others = tags.len().saturating_sub(OWN);
    tags.truncate(OWN);
    let slot = |account| {
        let carries = |tag: &str| lists.tags(account).iter().any(|t| t == tag);
        tags.iter().position(|(tag, _)| carries(tag)).unwrap_or(tags.len())
    };
    let names = tags.iter().map(|(tag, _)| (*tag).to_owned());
    let names: Vec<String> = names.chain([rest(Split::Tag, others)]).collect();
    let mut colors: Vec<usize> = (0..tags.len()).collect();
    colors.push(OWN);
    by_account(index, mask, bins, names, &colors, slot)
}

/// Counts by what each account is: the position of a name.
fn by_account(
    index: &Index,
    mask: &Mask,
    bins: BinSpec,
    names: Vec<String>,
    colors: &[usize],
    slot: impl Fn(u32) -> usize,
) -> Stack {
    let slots: Vec<u8> =
        (0..index.accounts().len() as u32).map(|account| slot(account) as u8).collect();
    let counts = index.account_split_between(mask, &bins.edges(), &slots, names.len());
    let series = names
        .into_iter()
        .zip(colors)
        .zip(counts)
        .map(|((name, category), counts)| Series { name, category: *category, counts });
    // Nothing is said of what is not there, except that there is nothing else.
    let series: Vec<Series> =
        series.filter(|s| s.category == OWN || s.counts.iter().any(|n| *n > 0)).collect();
    Stack { bins, series }
}

/// The part of `range` inside `limits`: open ends reach to the ends of the data.
pub fn within(range: TimeSpan, limits: TimeSpan) -> TimeSpan {
    let start = range.start.clamp(limits.start, limits.end);
    TimeSpan { start, end: range.end.clamp(start, limits.end) }
}

/// Does what a time axis asks for, where its screen has no figures of its own; `dragged` is the range
/// that is being drawn.
pub fn answer(
    action: TimelineAction,
    dragged: &mut Option<Option<TimeSpan>>,
    scene: &mut Scene<'_>,
) {
    match action {
        TimelineAction::SetRange { range, finished: false } => *dragged = Some(range),
        TimelineAction::SetRange { range, finished: true } => {
            *dragged = None;
            scene.ask(Action::Brush(range));
        }
        TimelineAction::LetGo => *dragged = None,
        TimelineAction::OnlyUntimed(only) => {
            scene.ask(Action::Filter(scene.view.filter.with_only_untimed(only)));
        }
        TimelineAction::SetWindow(window) => {
            scene.ask(Action::Look(window.is_zoomed().then(|| window.visible())));
        }
        TimelineAction::WriteNote => {
            // What is selected would take the note; the range is meant.
            scene.ask(Action::Select(Selection::Nothing));
            scene.ask(Action::Run(Command::Note));
        }
        // Explore has the figures.
        TimelineAction::Measure(_) => {}
        TimelineAction::Hover(time) => {
            scene.ask(Action::Hover(Hover { time, ..scene.hover.clone() }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Annotation, Confidence, Time, VerdictRecord};
    use crate::ui::Zone;
    use crate::ui::view::explore::test_case;
    use crate::ui::widget::timeline::Window;

    #[test]
    fn however_it_is_split_the_series_add_up_to_the_same_counts() {
        let index = test_case::index();
        let verdict = VerdictRecord {
            verdict: Verdict::Watch,
            confidence: Confidence::High,
            reason: String::new(),
            at: Time(0),
            actor: String::new(),
        };
        let said = |tags: &[&str]| Annotation {
            verdict: Some(verdict.clone()),
            tags: tags.iter().map(|t| (*t).to_owned()).collect(),
            notes: Vec::new(),
        };
        let (one, two) = (said(&["night", "pool"]), said(&["pool"]));
        let lists = Lists::new(&index, [("ac1", &one), ("ac2", &two)]);
        let bins = Window::whole(index.span()).in_zone(Zone::berlin()).bins(400.0);
        let mask = index.everything();
        let expected = index.counts_between(mask, &bins.edges());
        for by in Split::ALL {
            let stack = split(&index, &lists, mask, bins, by);
            let sums: Vec<u32> = (0..bins.count).map(|i| stack.total(i, &[]) as u32).collect();
            assert_eq!(sums, expected, "{by:?}");
        }
        let names = |by| -> Vec<String> {
            split(&index, &lists, mask, bins, by).series.into_iter().map(|s| s.name).collect()
        };
        assert_eq!(names(Split::Verdict), ["watch", "no verdict"]);
        // Carried by more accounts, `pool` comes first, and has both of them.
        assert_eq!(names(Split::Tag), ["pool", "no tag"]);
        assert_eq!(names(Split::Status), ["200", "429"]);
    }
}
