//! What circles and signs mean; a click on a sign takes its lines away, another brings them back.

use std::collections::BTreeSet;

use egui::{Align, Layout, Rect, Role, ScrollArea, Sense, Stroke, Ui, UiBuilder, WidgetInfo, vec2};

use crate::model::finding::Level;
use crate::network::picture::{Evidence, What};
use crate::ui::format;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{button, level};

use super::desk::Made;
use super::sign;

/// What was clicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clicked {
    /// A kind of evidence.
    Kind(Evidence),
    /// What blocks have in common by chance as likely as not.
    Weak,
}

/// Draws it in a line; what was clicked.
pub fn show(ui: &mut Ui, rect: Rect, made: &Made) -> Option<Clicked> {
    let layout = Layout::left_to_right(Align::Center);
    let mut child =
        ui.new_child(UiBuilder::new().max_rect(rect.shrink2(vec2(12.0, 0.0))).layout(layout));
    let mut clicked = None;
    ScrollArea::horizontal()
        .id_salt("legend")
        .scroll_bar_visibility(egui::scroll_area::ScrollBarVisibility::AlwaysHidden)
        .show(&mut child, |ui| {
            ui.spacing_mut().item_spacing.x = 5.0;
            levels(ui, made);
            folded(ui);
            for evidence in kinds(made) {
                let is_hidden = made.sketch.hidden.contains(&evidence);
                if kind(ui, evidence, is_hidden) {
                    clicked = Some(Clicked::Kind(evidence));
                }
            }
            if weak(ui, made) {
                clicked = Some(Clicked::Weak);
            }
        });
    clicked
}

fn levels(ui: &mut Ui, made: &Made) {
    let theme = Theme::of(ui);
    let accounts = made.picture.nodes.iter().filter(|node| node.what == What::Accounts);
    let there: BTreeSet<Level> = accounts.map(|node| node.level).collect();
    for level in there {
        level::here(ui, level);
        let word = if level == Level::None { "no finding" } else { level.as_str() };
        ui.label(Face::Tiny.text(word).color(theme.muted));
        ui.add_space(8.0);
    }
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
    ui.add_space(8.0);
    let words = match is_drawn {
        true => "hide weak ties".to_owned(),
        false => format!("{} not drawn", format::counted(left_out as u64, "weak tie", "weak ties")),
    };
    let tooltip = "Networks, mail domains and the like that single accounts of two clusters share: as \
                   likely as not by chance";
    button::link(ui, words).on_hover_text(tooltip).clicked()
}

/// The kinds of evidence that are drawn or were taken away.
fn kinds(made: &Made) -> BTreeSet<Evidence> {
    let lines = made.picture.lines.iter().map(|line| line.evidence);
    lines.chain(made.sketch.hidden.iter().copied()).collect()
}

fn kind(ui: &mut Ui, evidence: Evidence, is_hidden: bool) -> bool {
    let theme = Theme::of(ui);
    let name = evidence.name();
    let galley = ui.painter().layout_no_wrap(name.to_owned(), Face::Tiny.font(), theme.muted);
    let size = vec2(galley.size().x + 32.0, 22.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| {
        WidgetInfo::selected(Role::CheckBox, true, !is_hidden, format!("Lines by {name}"))
    });
    let lit = response.hovered() || response.has_focus();
    if lit {
        ui.painter().rect_filled(rect, 5.0, theme.hover);
    }
    let ink = if is_hidden { theme.faint.gamma_multiply(0.6) } else { theme.text };
    let centre = rect.left_center() + vec2(14.0, 0.0);
    sign::paint(ui.painter(), centre, 11.0, evidence, ink);
    let at = rect.left_center() + vec2(25.0, -galley.size().y / 2.0);
    let color = if is_hidden { theme.faint } else { theme.muted };
    let width = galley.size().x;
    ui.painter().galley_with_override_text_color(at, galley, color);
    if is_hidden {
        let across = at.x..=at.x + width;
        ui.painter().hline(across, rect.center().y, Stroke::new(1.0, theme.faint));
    }
    let words =
        if is_hidden { "A click draws its lines again" } else { "A click takes its lines away" };
    response.on_hover_text(words).clicked()
}
