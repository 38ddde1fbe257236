//! The drop zone.

use egui::{Align, Color32, Layout, Painter, Rect, Stroke, Ui, UiBuilder, Vec2, pos2, vec2};

use crate::ui::Command;
use crate::ui::app::App;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{Press, glyph, outline};

use super::pictures::Noise;

/// The least height that holds its contents.
pub const LEAST: f32 = 236.0;
/// Height of what stands in it.
const CONTENTS: f32 = 212.0;

/// Draws it.
pub fn show(app: &mut App, ui: &mut Ui, rect: Rect) {
    let theme = Theme::of(ui);
    let hovering = ui.input(|i| i.raw.hovered_files.len());
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    painter.rect_filled(rect, 12.0, theme.panel);
    water(&painter, rect, theme);
    let edge = if hovering > 0 {
        painter.rect_filled(rect, 12.0, theme.accent_soft);
        theme.accent
    } else {
        theme.faint
    };
    outline::dashed(&painter, rect, 12.0, Stroke::new(1.5, edge), 3.5, 3.0);

    // A little above the middle, where the water is not.
    let top = ((rect.height() - CONTENTS) * 0.34).clamp(8.0, 60.0);
    let mut column = ui.new_child(
        UiBuilder::new()
            .max_rect(Rect::from_min_max(rect.min + vec2(0.0, top), rect.max))
            .layout(Layout::top_down(Align::Center)),
    );
    column.shrink_clip_rect(rect);
    column.spacing_mut().item_spacing = Vec2::ZERO;
    let (sign, _) = column.allocate_exact_size(Vec2::splat(64.0), egui::Sense::hover());
    glyph::vessel(column.painter(), sign.min, theme.copper, theme.text);
    column.add_space(10.0);
    let headline = match hovering {
        0 => "Drop logs here".to_owned(),
        1 => "Let go to read it".to_owned(),
        n => format!("Let go to read {n} files"),
    };
    column.label(Face::Display.text(headline));
    column.add_space(3.0);
    let promise =
        "Files or folders, packed or not. The format is recognised by content, not by name.";
    column.label(Face::Lead.text(promise).font(lead()).color(theme.muted));
    column.add_space(18.0);
    buttons(app, &mut column);
    column.add_space(15.0);
    safe(&mut column, theme);
}

/// The promise is read once: the size of the lead sentence, in the plain weight.
fn lead() -> egui::FontId {
    egui::FontId::proportional(Face::Lead.font().size)
}

fn buttons(app: &mut App, ui: &mut Ui) {
    let choose = Press::command(Command::OpenLogs).primary().large();
    let open = Press::command(Command::OpenCase).large();
    // Widgets in a row are laid out from its left, so the row is made as wide as they are.
    let width = choose.width_in(ui) + 10.0 + open.width_in(ui);
    ui.allocate_ui_with_layout(vec2(width, 34.0), Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 10.0;
        if ui.add(choose).clicked() {
            app.actions.push(Action::Run(Command::OpenLogs));
        }
        if ui.add(open).clicked() {
            app.actions.push(Action::Run(Command::OpenCase));
        }
    });
}

fn safe(ui: &mut Ui, theme: &Theme) {
    let sentence = "Nothing leaves this machine. Your files are read and hashed, never changed.";
    let response = ui.label(Face::Small.text(sentence).color(theme.muted));
    let at = response.rect.left_center() - vec2(13.0, 0.5);
    glyph::lock(ui.painter(), at, theme.ok);
}

/// Calm traffic along the foot of the zone; one burst stands out.
fn water(painter: &Painter, rect: Rect, theme: &Theme) {
    const HEIGHT: f32 = 66.0;
    let mut noise = Noise::new(31);
    let bars = (rect.width() / 4.0).floor().max(1.0);
    let step = rect.width() / bars;
    // Beside the sentence, never across it.
    let burst = (bars * 0.87, bars * 0.95);
    // The corners are round; the outermost bars keep away from them.
    for i in 2..(bars as i32 - 2) {
        let i = i as f32;
        let day = 0.34 + 0.2 * (i / 6.6 * 1.02).sin() + 0.1 * (i / 47.0).sin();
        let calm = (day + 0.1 * (noise.draw() - 0.5)).max(0.05);
        let bar = |from: f32, height: f32, color: Color32| {
            let bottom = rect.bottom() - 1.5 - from * HEIGHT;
            let area = Rect::from_min_max(
                pos2(rect.left() + i * step, bottom - height * HEIGHT),
                pos2(rect.left() + (i + 1.0) * step - 1.0, bottom),
            );
            painter.rect_filled(area, 0.0, color);
        };
        bar(0.0, calm, theme.ghost.gamma_multiply(0.75));
        if i > burst.0 && i < burst.1 {
            let rise = ((i - burst.0) / (burst.1 - burst.0) * std::f32::consts::PI).sin();
            let extra = 0.5 * rise * (0.85 + 0.15 * noise.draw());
            bar(calm, extra, theme.copper.gamma_multiply(0.7));
        }
    }
}
