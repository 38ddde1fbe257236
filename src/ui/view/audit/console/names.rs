//! The documented tables and views beside the console: a click writes their name, or that of a
//! column, where the cursor is.

use egui::{Align2, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::store::{DOCUMENTED, Documented};
use crate::ui::format;
use crate::ui::layout::region;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{glyph, text};

/// Height of a line, points.
const ROW: f32 = 24.0;
/// Room for the chevron, points.
const CHEVRON: f32 = 26.0;

/// What was clicked.
#[derive(Clone, Debug, PartialEq)]
pub enum Picked {
    /// A name, to be written where the cursor is.
    Name(String),
    /// A statement, to stand in place of what is there.
    Example(&'static str),
}

/// The list's own state.
#[derive(Default)]
pub struct Names {
    /// The table whose columns are listed.
    unfolded: Option<&'static str>,
}

impl Names {
    /// Draws the list; what was clicked.
    pub fn show(&mut self, ui: &mut Ui, rect: Rect, columns: &[Vec<String>]) -> Option<Picked> {
        let mut picked = None;
        region(ui, rect, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ScrollArea::vertical().id_salt("tables").auto_shrink(false).show(ui, |ui| {
                ui.add_space(4.0);
                for (at, table) in DOCUMENTED.iter().enumerate() {
                    let is_open = self.unfolded == Some(table.name);
                    if name(ui, table) {
                        picked = Some(Picked::Name(table.name.to_owned()));
                    }
                    if self.chevron(ui, table, is_open) {
                        self.unfolded = (!is_open).then_some(table.name);
                    }
                    if is_open {
                        let columns = columns.get(at).map(|all| &all[..]);
                        picked = inside(ui, table, columns).or(picked.take());
                    }
                }
                ui.add_space(8.0);
            });
        });
        picked
    }

    /// At the end of the line that was just drawn.
    fn chevron(&self, ui: &mut Ui, table: &Documented, is_open: bool) -> bool {
        let theme = Theme::of(ui);
        let line = Rect::from_min_size(
            pos2(ui.max_rect().right() - CHEVRON, ui.cursor().top() - ROW),
            vec2(CHEVRON, ROW),
        );
        let id = ui.scope_id().with(("columns of", table.name));
        let response = ui.interact(line, id, Sense::click());
        let words = format!("Columns of {}", table.name);
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_open, &words));
        let lit = response.hovered() || response.has_focus() || is_open;
        let ink = if lit { theme.text } else { theme.faint };
        glyph::chevron(ui.painter(), line.center(), ink);
        response.on_hover_text(words).clicked()
    }
}

fn name(ui: &mut Ui, table: &Documented) -> bool {
    let hover = format!("{}\nA click writes the name; the chevron lists the columns", table.says);
    line(ui, table.name, (12.0, CHEVRON), Face::Mono, &hover)
}

/// A line that does something when clicked.
fn line(ui: &mut Ui, words: &str, (left, right): (f32, f32), face: Face, hover: &str) -> bool {
    let theme = Theme::of(ui);
    let width = ui.available_width();
    let (row, _) = ui.allocate_exact_size(vec2(width, ROW), Sense::hover());
    let rect = row.with_max_x(row.right() - right);
    let id = ui.scope_id().with((words, left as i32, hover));
    let response = ui.interact(rect, id, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, words));
    let lit = response.hovered() || response.has_focus();
    if lit {
        ui.painter().rect_filled(row, 0.0, theme.hover);
    }
    let ink = if lit { theme.text } else { theme.muted };
    let room = rect.width() - left - 4.0;
    text::paint_within(ui.painter(), text::left(rect, left), room, words, face, ink);
    response.on_hover_text(hover).clicked()
}

/// The example and the columns of a table.
fn inside(ui: &mut Ui, table: &Documented, columns: Option<&[String]>) -> Option<Picked> {
    let mut picked = None;
    if line(ui, "Put an example", (26.0, 0.0), Face::Small, table.example) {
        picked = Some(Picked::Example(table.example));
    }
    for column in columns.unwrap_or_default() {
        let hover = format!("A column of {}", table.name);
        if line(ui, &format::display(column), (26.0, 0.0), Face::MonoSmall, &hover) {
            picked = Some(Picked::Name(column.clone()));
        }
    }
    let missing = match columns {
        None => "reading…",
        Some([]) => "not in this case",
        Some(_) => "",
    };
    if !missing.is_empty() {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        let muted = Theme::of(ui).muted;
        let at = text::left(rect, 26.0);
        text::paint(ui.painter(), at, Align2::LEFT_CENTER, missing, Face::Small, muted);
    }
    picked
}
