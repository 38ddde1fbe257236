//! A side of a comparison, and what can be put there.

use std::collections::BTreeMap;

use egui::{Rect, ScrollArea, Ui};

use crate::compare;
use crate::model::finding::Level;
use crate::model::time::NO_TIME;
use crate::model::{Annotation, Filter, Selection, Time, TimeSpan, Verdict, VerdictRecord};
use crate::ui::format;
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{drop_down, text};

/// Clusters and moments that are offered.
const OFFERED: usize = 20;

/// A side.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// What it is called.
    pub name: String,
    /// Its records.
    pub filter: Filter,
    /// Whether it is all accounts that are not on the other side.
    pub is_rest: bool,
}

impl Side {
    /// All others.
    pub fn rest() -> Self {
        Self { name: "the rest of the case".into(), filter: Filter::everything(), is_rest: true }
    }

    fn of(name: impl Into<String>, filter: Filter) -> Self {
        Self { name: name.into(), filter, is_rest: false }
    }

    /// What is selected.
    pub fn selected(scene: &Scene<'_>) -> Option<Self> {
        let selection = &scene.view.selection;
        let is_of_accounts = matches!(selection, Selection::Accounts(_) | Selection::Where(_));
        let whole = selection.within(&scene.view.filter).filter(|_| is_of_accounts)?;
        Some(Self::of(selection.title(), whole))
    }

    /// What the filter keeps, where there is one.
    pub fn filtered(scene: &Scene<'_>) -> Option<Self> {
        let filter = &scene.view.filter;
        (!filter.is_everything()).then(|| Self::of(filter.to_string(), filter.clone()))
    }

    fn of_text(name: String, filter: &str) -> Option<Self> {
        Some(Self::of(name, Filter::parse(filter).ok()?))
    }
}

/// What can be put on a side, by heading.
fn offers(scene: &Scene<'_>, is_a: bool) -> [(String, Vec<Side>); 3] {
    let whole = match is_a {
        true => Side::of("the whole case", Filter::everything()),
        false => Side::rest(),
    };
    let now: Vec<Side> =
        Side::selected(scene).into_iter().chain(Side::filtered(scene)).chain([whole]).collect();
    let clusters = scene.analysis.into_iter().flat_map(|analysis| &analysis.clusters);
    let clusters = clusters.filter(|cluster| cluster.level >= Level::Indicative);
    let count = clusters.clone().count();
    let clusters = clusters.take(OFFERED).filter_map(|cluster| {
        Side::of_text(format!("cluster {}", cluster.id), &format!("cluster:{}", cluster.id))
    });
    let mut times = Vec::new();
    let all = scene.index.span();
    for marker in scene.markers.iter().take(OFFERED) {
        let Some(all) = all.filter(|all| all.contains(marker.at)) else { continue };
        let name = format::display(&marker.label);
        for (word, span) in [
            ("before", TimeSpan::new(all.start, marker.at)),
            ("after", TimeSpan::new(marker.at, all.end)),
        ] {
            let filter = scene.view.filter.brushed(Some(span));
            times.push(Side::of(format!("{word} {name}"), filter));
        }
    }
    times.extend(weeks(scene, all));
    [
        ("Now".into(), now),
        (headed("Clusters", count), clusters.collect()),
        (headed("Times", scene.markers.len()), times),
    ]
}

/// A heading that says how many there are where not all are offered.
fn headed(word: &str, count: usize) -> String {
    match count > OFFERED {
        true => format!(
            "{word}, the first {OFFERED} of {}; the rest by selecting",
            format::count(count as u64)
        ),
        false => word.to_owned(),
    }
}

/// Verdicts of one analyst: whom they cleared, or flagged, as suspicious or to be watched.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Said<'s> {
    actor: &'s str,
    is_cleared: bool,
}

impl<'s> Said<'s> {
    fn of(record: &'s VerdictRecord) -> Self {
        Self { actor: &record.actor, is_cleared: record.verdict == Verdict::Cleared }
    }

    fn name(self) -> String {
        let word = if self.is_cleared { "cleared" } else { "flagged" };
        format!("{word} by {}", self.actor)
    }

    /// All of them, with the number of accounts.
    fn all(scene: &Scene<'s>) -> BTreeMap<Self, u64> {
        let mut all = BTreeMap::new();
        for record in scene.annotations.values().filter_map(|said| said.verdict.as_ref()) {
            *all.entry(Self::of(record)).or_default() += 1;
        }
        all
    }

    /// The accounts, as a side. There may be many thousands: they are named when they are chosen.
    fn side(self, scene: &Scene<'_>) -> Option<Side> {
        let is_one = |said: &Annotation| said.verdict.as_ref().map(Said::of) == Some(self);
        let ids = scene.annotations.iter().filter(|(_, said)| is_one(said));
        let whole = Selection::accounts(ids.map(|(id, _)| id.clone()));
        Some(Side::of(self.name(), whole.within(&scene.view.filter)?))
    }
}

/// Analysts with whom they flagged and cleared: two of them, or the two kinds of one, can be set
/// against each other.
fn analysts(ui: &mut Ui, scene: &Scene<'_>) -> Option<Side> {
    let all = Said::all(scene);
    if all.is_empty() {
        return None;
    }
    let theme = Theme::of(ui);
    ui.label(Face::Section.text("Analysts").color(theme.muted));
    let mut picked = None;
    for (said, count) in all {
        let count = format::counted(count, "account", "accounts");
        let name: String = format::display(&said.name()).chars().take(70).collect();
        if ui.button(format!("{name}, {count}")).clicked() {
            picked = said.side(scene);
            ui.close();
        }
    }
    picked
}

/// The first and the last whole week of the case, and what the filter keeps of them.
fn weeks(scene: &Scene<'_>, all: Option<TimeSpan>) -> Vec<Side> {
    const WEEK_US: i64 = 7 * 86_400_000_000;
    let Some(all) = all.filter(|all| all.start.0 != NO_TIME && all.len_us() >= 2 * WEEK_US) else {
        return Vec::new();
    };
    let first = TimeSpan::new(all.start, Time(all.start.0 + WEEK_US));
    let last = TimeSpan::new(Time(all.end.0 - WEEK_US), all.end);
    [("the first week", first), ("the last week", last)]
        .into_iter()
        .map(|(name, span)| Side::of(name, scene.view.filter.brushed(Some(span))))
        .collect()
}

/// Some of what can be put on a side; what was chosen of it.
fn group(ui: &mut Ui, (heading, sides): (String, Vec<Side>)) -> Option<Side> {
    if !sides.is_empty() {
        let color = Theme::of(ui).muted;
        ui.label(Face::Section.text(heading).color(color));
    }
    let mut picked = None;
    for side in sides {
        let name: String = format::display(&side.name).chars().take(70).collect();
        if ui.button(name).clicked() {
            picked = Some(side);
            ui.close();
        }
    }
    picked
}

/// Draws a side with what is counted of it; what was put there.
pub fn pick(
    ui: &mut Ui,
    rect: Rect,
    (letter, now): (&str, Option<&Side>),
    counted: Option<&compare::Side>,
    scene: &Scene<'_>,
) -> Option<Side> {
    let theme = Theme::of(ui);
    let mut picked = None;
    region(ui, rect, |ui| {
        ui.horizontal(|ui| {
            ui.label(Face::Entry.text(letter).color(theme.copper));
            let name = now.map_or("choose…".to_owned(), |side| format::display(&side.name));
            let short: String = name.chars().take(60).collect();
            let spoken = format!("Side {letter}: {name}");
            drop_down(ui, &short, &spoken, false, |ui| {
                ScrollArea::vertical().max_height(420.0).show(ui, |ui| {
                    let [now, clusters, times] = offers(scene, letter == "A");
                    let of = [group(ui, now), group(ui, clusters), analysts(ui, scene)];
                    picked = of.into_iter().chain([group(ui, times)]).flatten().next();
                });
            });
        });
        let words = counted.map_or(String::new(), |side| {
            let rows = format::counted(side.rows, "exchange", "exchanges");
            let accounts = format::counted(side.accounts, "account", "accounts");
            let compared = match side.compared == side.accounts {
                true => String::new(),
                false => format!(", {} of them compared", format::count(side.compared)),
            };
            format!("{rows} of {accounts}{compared}")
        });
        text::line(ui, Face::Small.text(words).color(theme.muted));
    });
    picked
}
