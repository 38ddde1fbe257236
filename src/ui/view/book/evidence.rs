//! The evidence, in the order in which the report shows it.

use egui::{Align, Layout, Ui};

use crate::case::binding::{DRIFT, may_drift};
use crate::model::book::{self, Entry, Evidence, Item};
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Booking};
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{button, glyph, text};

use super::field::{Drafts, Look, Of};
use super::{change, remove};

/// Characters of a filter that are shown.
const SHOWN: usize = 300;

/// Draws it.
pub fn show(ui: &mut Ui, drafts: &mut Drafts, scene: &mut Scene<'_>) {
    let book = scene.book;
    let all = book::evidence(book);
    if all.is_empty() {
        let theme = Theme::of(ui);
        let hint = "Nothing is kept yet. Press B on any screen: the view is kept with its filter and \
                    what it counts, and stands in the report.";
        text::wrapped(ui, Face::Body.text(hint).color(theme.muted));
    }
    for at in 0..all.len() {
        one(ui, drafts, scene, &all, at);
    }
}

fn one(
    ui: &mut Ui,
    drafts: &mut Drafts,
    scene: &mut Scene<'_>,
    all: &[(&Entry, &Evidence)],
    at: usize,
) {
    let (entry, now) = all[at];
    let theme = Theme::of(ui);
    let mut new = now.clone();
    let mut asked = None;
    let of = |name| Of { entry: entry.id, name };
    ui.horizontal(|ui| {
        text::line(ui, Face::Entry.text((at + 1).to_string()).color(theme.muted));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            asked = buttons(ui, scene, (at, all.len()), !now.state.is_empty());
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let face = Face::Medium;
                let look = Look { name: "Title of the evidence", hint: "Title", face, lines: 1 };
                ui.add_enabled_ui(!scene.read_only, |ui| {
                    if let Some(title) = drafts.field(ui, of("title"), &now.title, look)
                        && !title.is_empty()
                    {
                        new.title = title;
                    }
                });
            });
        });
    });
    let rows = format::counted(now.rows, "record", "records");
    let accounts = format::counted(now.accounts, "account", "accounts");
    let filter = match now.filter.is_empty() {
        true => "the whole case".to_owned(),
        // Of a thousand accounts the first say enough.
        false => match now.filter.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{}…", format::display(&now.filter[..end])),
            None => format::display(&now.filter),
        },
    };
    let words = format!("{rows} of {accounts} when it was kept · {filter}");
    text::line(ui, Face::Small.text(&words).color(theme.muted)).on_hover_text(words);
    if may_drift(&now.filter, entry.at, scene.analysis.map(|last| last.run.at)) {
        text::wrapped(ui, Face::Small.text(DRIFT).color(theme.warn));
    }
    let hint = "What it proves, or does not";
    let look = Look { name: "Remark on the evidence", hint, face: Face::Small, lines: 1 };
    ui.add_enabled_ui(!scene.read_only, |ui| {
        if let Some(remark) = drafts.field(ui, of("remark"), &now.remark, look) {
            new.remark = remark;
        }
    });
    ui.add_space(2.0);
    ui.separator();
    // What was typed in the field that is left by the click is not lost.
    if new != *now && !matches!(asked, Some(Asked::Remove)) {
        change(scene, entry.id, Item::Evidence(new.clone()));
    }
    match asked {
        Some(Asked::Open) => scene.ask(Action::Book(Booking::Open(entry.id))),
        Some(Asked::Remove) => remove(scene, entry.id),
        Some(Asked::Up) => swap(scene, all, (at, &new), at - 1),
        Some(Asked::Down) => swap(scene, all, (at, &new), at + 1),
        None => {}
    }
}

enum Asked {
    Open,
    Up,
    Down,
    Remove,
}

fn buttons(
    ui: &mut Ui,
    scene: &Scene<'_>,
    (at, all): (usize, usize),
    has_view: bool,
) -> Option<Asked> {
    let mut asked = None;
    if !scene.read_only {
        let cross = |p: &egui::Painter, r: egui::Rect, c| glyph::cross(p, r.shrink(3.0), c);
        if button::icon(ui, "Take out this evidence", cross).clicked() {
            asked = Some(Asked::Remove);
        }
        let arrow = |up: bool| {
            move |p: &egui::Painter, r: egui::Rect, c| glyph::arrow(p, r.shrink(2.0), up, c)
        };
        ui.add_enabled_ui(at + 1 < all, |ui| {
            if button::icon(ui, "Later in the report", arrow(false)).clicked() {
                asked = Some(Asked::Down);
            }
        });
        ui.add_enabled_ui(at > 0, |ui| {
            if button::icon(ui, "Earlier in the report", arrow(true)).clicked() {
                asked = Some(Asked::Up);
            }
        });
    }
    let tip = if has_view { "Look where it was kept" } else { "Show its records" };
    if button::link(ui, "Open").on_hover_text(tip).clicked() {
        asked = Some(Asked::Open);
    }
    asked
}

/// Has two pieces of evidence stand in each other's place; all get places of their own.
fn swap(
    scene: &mut Scene<'_>,
    all: &[(&Entry, &Evidence)],
    (a, new): (usize, &Evidence),
    b: usize,
) {
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.swap(a, b);
    let changed = (0..).zip(order).filter_map(|(place, at)| {
        let (entry, kept) = all[at];
        let kept = if at == a { new } else { kept };
        let moved = Evidence { place, ..kept.clone() };
        (moved != *kept).then_some((entry.id, Item::Evidence(moved)))
    });
    scene.ask(Action::Book(Booking::Change(changed.collect())));
}
