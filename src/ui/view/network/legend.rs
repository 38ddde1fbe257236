//! What circles and signs mean; a click on a sign takes its lines away, another brings them back.

use std::collections::BTreeSet;

use egui::{Align, Layout, Rect, Role, Sense, Stroke, Ui, UiBuilder, WidgetInfo, vec2};

use crate::model::finding::Level;
use crate::network::picture::Evidence;
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{button, glyph, level, text};

use super::commands;
use super::desk::Made;
use super::hue::{By, Hue};
use super::labels::short;
use super::sign;

/// Room for the sign of folded accounts, points.
const FOLDED: f32 = 74.0;

/// What was clicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clicked {
    /// A kind of evidence.
    Kind(Evidence),
    /// What blocks have in common by chance as likely as not.
    Weak,
}

/// Draws it in a line; what was clicked.
pub fn show(
    ui: &mut Ui,
    rect: Rect,
    made: &Made,
    hue: &mut Hue,
    scene: &Scene<'_>,
) -> Option<Clicked> {
    let mut clicked = None;
    let room = rect.shrink2(vec2(12.0, 0.0));
    let right = Layout::right_to_left(Align::Center);
    let mut far = ui.new_child(UiBuilder::new().max_rect(room).layout(right));
    if weak(&mut far, made) {
        clicked = Some(Clicked::Weak);
    }
    let end = far.min_rect().left().min(room.right());
    let room = room.with_max_x(end - 8.0);
    let left = Layout::left_to_right(Align::Center);
    let mut ui = ui.new_child(UiBuilder::new().max_rect(room).layout(left));
    ui.shrink_clip_rect(room);
    ui.spacing_mut().item_spacing.x = 5.0;
    commands::colours(&mut ui, &mut hue.by, scene);
    // In little room the signs say it alone, and words are in their tooltips.
    let says_levels = ui.available_width() > 240.0 + 30.0 * kinds(made).len() as f32;
    match hue.by {
        By::Level => levels(&mut ui, made, says_levels),
        _ => classes(&mut ui, hue),
    }
    let kinds = kinds(made);
    let words = |evidence: &Evidence| text::width(&ui, evidence.name(), Face::Tiny) + 37.0;
    let has_words = kinds.iter().map(words).sum::<f32>() + FOLDED <= ui.available_width();
    if has_words || 30.0 * kinds.len() as f32 + FOLDED <= ui.available_width() {
        folded(&mut ui);
    }
    for evidence in kinds {
        let is_hidden = made.sketch.hidden.contains(&evidence);
        if kind(&mut ui, evidence, is_hidden, has_words) {
            clicked = Some(Clicked::Kind(evidence));
        }
    }
    clicked
}

fn levels(ui: &mut Ui, made: &Made, says_them: bool) {
    let theme = Theme::of(ui);
    for level in made.levels.iter().copied() {
        let word = if level == Level::None { "no finding" } else { level.as_str() };
        ui.scope(|ui| level::here(ui, level)).response.on_hover_text(word);
        if says_them {
            ui.label(Face::Tiny.text(word).color(theme.muted));
            ui.add_space(8.0);
        }
    }
    if !made.holds.is_empty() {
        let (rect, response) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
        glyph::warning(ui.painter(), rect.center(), theme.warn);
        response.on_hover_text("Without it a cluster falls apart");
        ui.add_space(4.0);
    }
}

/// What colours say where they do not say levels.
fn classes(ui: &mut Ui, hue: &Hue) {
    let theme = Theme::of(ui);
    let (named, others) = hue.named();
    for (at, name) in named.iter().enumerate() {
        glyph::swatch(ui, theme.category(at));
        ui.label(Face::Tiny.text(short(name)).color(theme.muted));
        ui.add_space(6.0);
    }
    if others > 0 {
        glyph::swatch(ui, theme.neutral());
        let words = format!("{} more", format::count(others as u64));
        ui.label(Face::Tiny.text(words).color(theme.muted));
        ui.add_space(6.0);
    }
    glyph::swatch(ui, theme.faint);
    ui.label(Face::Tiny.text("mixed").color(theme.muted));
    ui.add_space(6.0);
}

fn folded(ui: &mut Ui) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
    ui.painter().circle_stroke(rect.center(), 3.6, Stroke::new(1.2, theme.muted));
    ui.painter().circle_stroke(rect.center(), 6.0, Stroke::new(0.8, theme.faint));
    ui.label(Face::Tiny.text("folded").color(theme.muted));
    ui.add_space(8.0);
}

/// How many ties between blocks are left out, and the way to see them.
fn weak(ui: &mut Ui, made: &Made) -> bool {
    let (left_out, is_drawn) = (made.picture.left_out, made.sketch.weak);
    if left_out == 0 && !is_drawn {
        return false;
    }
    let words = match is_drawn {
        true => "hide weak ties".to_owned(),
        false => format::counted(left_out as u64, "weak tie", "weak ties"),
    };
    let tooltip = "Networks, mail domains and the like that single accounts of two clusters share: as \
                   likely as not by chance, and not drawn until a click here";
    button::link(ui, words).on_hover_text(tooltip).clicked()
}

/// The kinds of evidence that are drawn or were taken away.
fn kinds(made: &Made) -> BTreeSet<Evidence> {
    made.kinds.union(&made.sketch.hidden).copied().collect()
}

fn kind(ui: &mut Ui, evidence: Evidence, is_hidden: bool, has_words: bool) -> bool {
    let theme = Theme::of(ui);
    let name = evidence.name();
    let galley = ui.painter().layout_no_wrap(name.to_owned(), Face::Tiny.font(), theme.muted);
    let width = if has_words { galley.size().x } else { 0.0 };
    let size = vec2(if has_words { width + 32.0 } else { 25.0 }, 22.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| {
        WidgetInfo::selected(Role::CheckBox, true, !is_hidden, format!("Lines by {name}"))
    });
    let lit = response.hovered() || response.has_focus();
    if lit {
        ui.painter().rect_filled(rect, 5.0, theme.hover);
    }
    let ink = if is_hidden { theme.faint.gamma_multiply(0.6) } else { theme.text };
    let centre = rect.left_center() + vec2(if has_words { 14.0 } else { 12.5 }, 0.0);
    sign::paint(ui.painter(), centre, 11.0, evidence, ink);
    let across = match has_words {
        true => {
            let at = rect.left_center() + vec2(25.0, -galley.size().y / 2.0);
            let color = if is_hidden { theme.faint } else { theme.muted };
            ui.painter().galley_with_override_text_color(at, galley, color);
            at.x..=at.x + width
        }
        false => centre.x - 8.0..=centre.x + 8.0,
    };
    if is_hidden {
        ui.painter().hline(across, rect.center().y, Stroke::new(1.0, theme.faint));
    }
    let words = if is_hidden {
        format!("{name}: a click draws its lines again")
    } else {
        format!("{name}: a click takes its lines away")
    };
    response.on_hover_text(words).clicked()
}
