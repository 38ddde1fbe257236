//! Start: no case is open. Dropping a log is all there is to learn.

mod drop;
mod formats;
mod pictures;
mod recent;

use std::path::PathBuf;

use egui::{Align, Layout, Rect, ScrollArea, Sense, Ui, UiBuilder, pos2, vec2};

use crate::ui::Command;
use crate::ui::app::App;
use crate::ui::layout::{Track, columns, region, rows};
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::card::surface;
use crate::ui::widget::{Press, text};

#[cfg(test)]
pub use pictures::Noise;
pub use recent::{Thumbnail, case_name, thumbnail};

/// Space around and between the parts of this screen.
const GAP: f32 = 20.0;
/// Beyond this width the screen stays in the middle.
const WIDEST: f32 = 1480.0;
/// Width of the column with the recent cases.
const SIDE: f32 = 396.0;
/// Height of the three steps.
const STEPS: f32 = 166.0;

/// What the start screen keeps between frames.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// Recent cases whose file is gone.
    pub missing: Vec<PathBuf>,
}

/// Draws it.
pub fn show(app: &mut App, ui: &mut Ui) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let view = ui.max_rect();
        let width = (view.width() - 2.0 * GAP).min(WIDEST);
        let formats = formats::height();
        let height = (view.height() - 2.0 * GAP).max(drop::LEAST + STEPS + formats + 2.0 * GAP);
        let area = Rect::from_min_size(
            pos2(view.center().x - width / 2.0, view.top() + GAP),
            vec2(width, height),
        );
        let [main, side] = columns(area, GAP, [Track::Share(1.0), Track::Fixed(SIDE)]);
        let room = height - STEPS - formats - 2.0 * GAP;
        let [zone, steps_area, table] = rows(
            main,
            GAP,
            [Track::Fixed(room.min(420.0)), Track::Fixed(STEPS), Track::Fixed(formats)],
        );
        drop::show(app, ui, zone);
        steps(ui, steps_area);
        formats::show(ui, table);
        aside(app, ui, side);
        ui.allocate_rect(area.expand2(vec2(0.0, GAP)), Sense::hover());
    });
}

fn steps(ui: &mut Ui, area: Rect) {
    const STEP: [(&str, &str); 3] = [
        (
            "Drop",
            "Logs become one case file on this machine. Records that cannot be read are listed \
             with file, line and reason.",
        ),
        (
            "Look",
            "See who did what when. Brush a burst, sort its accounts, open the original record \
             of any exchange.",
        ),
        (
            "Decide and export",
            "Record your verdict and your reason. PDF and CSV, each figure traceable to its \
             source rows.",
        ),
    ];
    let share = Track::Share(1.0);
    for (i, rect) in columns(area, 12.0, [share; 3]).into_iter().enumerate() {
        let theme = Theme::of(ui);
        surface(ui, rect);
        let inner = rect.shrink2(vec2(14.0, 12.0));
        let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
        pictures::step(&painter, inner, i, theme);
        let words = Rect::from_min_max(inner.min + vec2(0.0, 64.0), inner.max);
        region(ui, words, |ui| {
            let (title, sentence) = STEP[i];
            ui.spacing_mut().item_spacing.y = 3.0;
            let number = (i + 1).to_string();
            ui.label(text::pieces(&[
                (&number, Face::Mono, theme.muted),
                ("  ", Face::Mono, theme.muted),
                (title, Face::Entry, theme.text),
            ]));
            text::wrapped(ui, Face::Body.text(sentence).color(theme.muted));
        });
    }
}

fn aside(app: &mut App, ui: &mut Ui, area: Rect) {
    let [list, sample_area, verify_area] =
        rows(area, 12.0, [Track::Share(1.0), Track::Fixed(148.0), Track::Fixed(56.0)]);
    let used = recent::show(app, ui, list);
    // The cards below follow the list while there is room, and stay in view when it is long.
    let up = vec2(0.0, used - list.height());
    sample(app, ui, sample_area.translate(up));
    verify(app, ui, verify_area.translate(up));
}

fn sample(app: &mut App, ui: &mut Ui, rect: Rect) {
    let theme = Theme::of(ui);
    surface(ui, rect);
    let inner = rect.shrink(14.0);
    let [top, bottom] = rows(inner, 10.0, [Track::Share(1.0), Track::Fixed(size::CONTROL)]);
    let [picture, words] = columns(top, 14.0, [Track::Fixed(size::THUMBNAIL.x), Track::Share(1.0)]);
    let bars = pictures::sample_traffic();
    let at = Rect::from_min_size(picture.min, size::THUMBNAIL);
    thumbnail(ui.painter(), at, &Thumbnail { traffic: &bars, burst: Some(27..31) }, theme);
    region(ui, words, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.label(Face::Entry.text("Sample case"));
        text::wrapped(
            ui,
            Face::Body
                .text("Synthetic logs with two hidden networks among innocent look-alikes")
                .color(theme.muted),
        );
    });
    region(ui, bottom, |ui| {
        if ui.add(Press::command(Command::OpenSample)).clicked() {
            app.actions.push(Action::Run(Command::OpenSample));
        }
    });
}

fn verify(app: &mut App, ui: &mut Ui, rect: Rect) {
    let theme = Theme::of(ui);
    surface(ui, rect);
    let inner = rect.shrink2(vec2(14.0, 0.0));
    let mut row =
        ui.new_child(UiBuilder::new().max_rect(inner).layout(Layout::right_to_left(Align::Center)));
    if row.add(Press::command(Command::VerifyPackage)).clicked() {
        app.actions.push(Action::Run(Command::VerifyPackage));
    }
    let words = Rect::from_min_max(
        inner.min + vec2(0.0, 10.0),
        pos2(row.min_rect().left() - 10.0, inner.bottom()),
    );
    region(ui, words, |ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        text::line(ui, Face::Body.text("Someone sent you a package?"));
        text::line(ui, Face::Small.text("Re-check every hash in it").color(theme.muted));
    });
}
