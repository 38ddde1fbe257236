//! A side of a comparison, and what can be put there.

use std::collections::BTreeMap;

use egui::{Rect, ScrollArea, Ui};

use crate::compare;
use crate::model::finding::Level;
use crate::model::time::NO_TIME;
use crate::model::{Filter, Selection, Time, TimeSpan, Verdict};
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
fn offers(scene: &Scene<'_>, is_a: bool) -> Vec<(&'static str, Vec<Side>)> {
    let whole = match is_a {
        true => Side::of("the whole case", Filter::everything()),
        false => Side::rest(),
    };
    let now: Vec<Side> =
        Side::selected(scene).into_iter().chain(Side::filtered(scene)).chain([whole]).collect();
    let clusters = scene.analysis.into_iter().flat_map(|analysis| &analysis.clusters);
    let clusters = clusters.filter(|cluster| cluster.level >= Level::Indicative).take(OFFERED);
    let clusters = clusters.filter_map(|cluster| {
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
    vec![
        ("Now", now),
        ("Clusters", clusters.collect()),
        ("Analysts", analysts(scene)),
        ("Times", times),
    ]
}

/// Whom each analyst has flagged, suspicious or to be watched, and whom cleared: two analysts, or
/// the two kinds of one, against each other.
fn analysts(scene: &Scene<'_>) -> Vec<Side> {
    let mut said: BTreeMap<(&str, bool), Vec<String>> = BTreeMap::new();
    for (id, annotation) in scene.annotations.iter() {
        let Some(record) = &annotation.verdict else { continue };
        let is_cleared = record.verdict == Verdict::Cleared;
        said.entry((&record.actor, is_cleared)).or_default().push(id.clone());
    }
    let side = |((actor, is_cleared), ids): ((&str, bool), Vec<String>)| {
        let word = if is_cleared { "cleared" } else { "flagged" };
        let filter = Selection::accounts(ids).within(&scene.view.filter)?;
        Some(Side::of(format!("{word} by {actor}"), filter))
    };
    said.into_iter().take(OFFERED).filter_map(side).collect()
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
                    for (heading, sides) in offers(scene, letter == "A") {
                        if sides.is_empty() {
                            continue;
                        }
                        ui.label(Face::Section.text(heading).color(theme.muted));
                        for side in sides {
                            let name: String =
                                format::display(&side.name).chars().take(70).collect();
                            if ui.button(name).clicked() {
                                picked = Some(side);
                                ui.close();
                            }
                        }
                    }
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
