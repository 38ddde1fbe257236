//! What the analyst must know, above the screen until dismissed.

use egui::{Rect, Sense, StrokeKind, Ui, pos2, vec2};

use crate::ui::app::{App, Notice};
use crate::ui::format;
use crate::ui::layout::region;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::{Press, button, glyph, text};

/// Height of one notice.
const ROW: f32 = 38.0;

/// Room for what can be done about a failed save.
const REMEDY: f32 = 110.0;

/// Draws the newest notices and takes their room from `ui`.
pub fn notices(app: &mut App, ui: &mut Ui) {
    unsaved(app, ui);
    let mut dismissed = None;
    for (i, notice) in app.notices.iter().enumerate().rev().take(3) {
        let row = frame(ui, notice, 40.0);
        let end = Rect::from_center_size(row.right_center() - vec2(20.0, 0.0), vec2(24.0, 24.0));
        region(ui, end, |ui| {
            let name = format!("Dismiss: {}", notice.title);
            if button::icon(ui, &name, |p, r, c| glyph::cross(p, r.shrink(2.0), c)).clicked() {
                dismissed = Some(i);
            }
        });
    }
    if let Some(i) = dismissed {
        app.notices.remove(i);
    }
}

/// Edits that could not be written: said until they are.
fn unsaved(app: &mut App, ui: &mut Ui) {
    let Some(save) = app.session.as_ref().map(|s| s.case.save_state()) else { return };
    let Some(why) = save.failed else { return };
    let edits = format::counted(save.pending as u64, "edit is", "edits are");
    let title = format!("{edits} not saved");
    let notice = Notice { title, detail: format::display(&why), bad: true };
    let row = frame(ui, &notice, REMEDY);
    let end = Rect::from_min_max(pos2(row.right() - REMEDY, row.top() + 5.0), row.max);
    region(ui, end, |ui| {
        if ui.add(Press::new("Try again")).clicked() {
            app.actions.push(Action::SaveAgain);
        }
    });
}

/// Draws a notice, keeps `end` points free at its right, and returns where it stands.
fn frame(ui: &mut Ui, notice: &Notice, end: f32) -> Rect {
    let theme = Theme::of(ui);
    let area = ui.available_rect_before_wrap();
    let row = Rect::from_min_size(
        pos2(area.left() + size::GAP, area.top() + size::GAP),
        vec2((area.width() - 2.0 * size::GAP).max(0.0), ROW),
    );
    let color = if notice.bad { theme.bad } else { theme.accent };
    let stroke = egui::Stroke::new(1.0, color.gamma_multiply(0.7));
    ui.painter().rect(row, size::RADIUS, theme.panel, stroke, StrokeKind::Inside);
    glyph::warning(ui.painter(), text::left(row, 18.0), color);
    let body = Rect::from_min_max(row.min + vec2(34.0, 0.0), row.max - vec2(end, 0.0));
    region(ui, body, |ui| {
        let words = text::pieces(&[
            (&notice.title, Face::Card, theme.text),
            ("   ", Face::Body, theme.text),
            (&notice.detail, Face::Body, theme.muted),
        ]);
        ui.centered_and_justified(|ui| {
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.add(egui::Label::new(words).truncate());
            });
        });
    });
    ui.allocate_rect(row, Sense::hover());
    row
}
