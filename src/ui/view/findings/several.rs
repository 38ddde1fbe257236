//! Several clusters that are selected together: what each detector says of one after the other.

use std::collections::BTreeMap;

use egui::{Align, Layout, Rect, ScrollArea, Ui, UiBuilder, vec2};

use crate::detect::registry;
use crate::model::Selection;
use crate::model::finding::{Analysis, Finding, Subject};
use crate::ui::format;
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::card::{Card, card};
use crate::ui::widget::{button, level, text};

use super::detail::{level_word, rank};
use super::listing::{self, Entry, about, cluster};

/// Room of a cluster's name, points.
const NAME: f32 = 96.0;

/// Draws the card of some clusters of a run, by number and rising.
pub fn show(ui: &mut Ui, rect: Rect, analysis: &Analysis, ids: &[u32], scene: &mut Scene<'_>) {
    let title = format::counted(ids.len() as u64, "cluster", "clusters");
    let note = "read together: what each detector says of them\nread together";
    let body = card(ui, rect, &Card { title: &title, note }, |_| {});
    region(ui, body, |ui| {
        ScrollArea::vertical().id_salt(("several", ids)).auto_shrink(false).show(ui, |ui| {
            let inner = ui.max_rect().shrink2(vec2(size::CARD_PADDING + 4.0, 0.0));
            let layout = Layout::top_down(Align::Min);
            let mut child = ui.new_child(UiBuilder::new().max_rect(inner).layout(layout));
            child.spacing_mut().item_spacing.y = 3.0;
            child.spacing_mut().interact_size.y = 18.0;
            child.add_space(14.0);
            let theme = Theme::of(&child);
            let words = "A verdict given now goes to all accounts of all of them; a click on a \
                         number opens one cluster by itself";
            text::wrapped(&mut child, Face::Small.text(words).color(theme.muted));
            members(&mut child, analysis, ids, scene);
            for (detector, found) in by_detector(analysis, ids) {
                heading(&mut child, detector, found.len(), ids.len());
                for (id, finding) in found {
                    line(&mut child, analysis, id, &finding.statement.text(), scene);
                }
            }
            child.add_space(16.0);
            let used = child.min_rect().height();
            ui.allocate_space(vec2(ui.available_width(), used));
        });
    });
}

/// Whether a selection is of exactly these clusters.
pub fn are(selection: &Selection, entries: &[Entry]) -> bool {
    *selection == listing::clusters(ids(entries))
}

/// Selects all accounts of some clusters.
pub fn select(scene: &mut Scene<'_>, entries: &[Entry]) {
    scene.ask(Action::Select(listing::clusters(ids(entries))));
}

/// Their numbers, rising.
fn ids(entries: &[Entry]) -> Vec<u32> {
    let id = |entry: &Entry| match entry.subject {
        Subject::Cluster(id) => Some(id),
        Subject::Account(_) => None,
    };
    let mut ids: Vec<u32> = entries.iter().filter_map(id).collect();
    ids.sort_unstable();
    ids
}

/// Who they are, and what each is held together by.
fn members(ui: &mut Ui, analysis: &Analysis, ids: &[u32], scene: &mut Scene<'_>) {
    ui.add_space(12.0);
    text::section(ui, "Accounts and scores");
    for id in ids {
        let Some(of) = analysis.cluster(*id) else { continue };
        let words = format!(
            "{}, {} · coordinated {:.2} · harvesting {:.2}",
            format::counted(of.members.len() as u64, "account", "accounts"),
            level_word(of.level),
            of.coordination,
            of.harvesting,
        );
        line(ui, analysis, *id, &words, scene);
    }
}

/// What there is about the clusters by detector, the one that says most first; of each the clusters
/// in their order.
fn by_detector<'a>(analysis: &'a Analysis, ids: &[u32]) -> Vec<(&'a str, Vec<(u32, &'a Finding)>)> {
    let mut of: BTreeMap<&str, Vec<(u32, &Finding)>> = BTreeMap::new();
    for id in ids {
        for (_, finding) in about(analysis, Subject::Cluster(*id)) {
            of.entry(&finding.detector).or_default().push((*id, finding));
        }
    }
    let mut of: Vec<_> = of.into_iter().collect();
    of.sort_by_cached_key(|(_, found)| found.iter().map(|(_, finding)| rank(finding)).min());
    of
}

fn heading(ui: &mut Ui, detector: &str, n: usize, all: usize) {
    let theme = Theme::of(ui);
    ui.add_space(12.0);
    ui.horizontal(|ui| {
        let title = registry::by_id(detector).map_or("", |of| of.definition().title);
        ui.label(Face::Card.text(title).color(theme.text));
        ui.label(Face::MonoSmall.text(detector).color(theme.muted));
        let of = format!("{} of {}", format::count(n as u64), format::count(all as u64));
        text::line(ui, Face::Small.text(of).color(theme.muted));
    });
}

/// One cluster and what is said of it; as much as fits on the line, and all of it under the pointer.
fn line(ui: &mut Ui, analysis: &Analysis, id: u32, words: &str, scene: &mut Scene<'_>) {
    ui.allocate_ui_with_layout(
        vec2(ui.available_width(), 20.0),
        Layout::left_to_right(Align::Center),
        |ui| {
            let start = ui.cursor().left();
            level::here(ui, analysis.cluster(id).map(|of| of.level).unwrap_or_default());
            if button::link(ui, format!("Cluster {id}")).clicked() {
                scene.ask(Action::Select(cluster(id)));
            }
            ui.add_space((start + NAME - ui.cursor().left()).max(0.0));
            text::line(ui, Face::Body.text(format::display(words)));
        },
    );
}
