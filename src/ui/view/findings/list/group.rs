//! The line that stands for clusters that are alike.

use egui::{Color32, Pos2, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use crate::ui::format;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::glyph;

use super::super::alike;
use super::super::listing::Entry;
use super::rows::{Cells, Columns, ground};

/// Width of the place that shows them one by one, points.
const MARK: f32 = 28.0;

/// What is asked of such a line.
pub(super) enum Asked {
    /// To show them one by one, or no longer.
    Turned,
    /// To select them all.
    Chosen,
}

/// Draws the line of some clusters; they may be selected, and may be shown under it.
pub(super) fn show(
    ui: &mut Ui,
    row: Rect,
    entries: &[Entry],
    columns: &Columns,
    (selected, is_open): (bool, bool),
) -> Option<Asked> {
    let theme = Theme::of(ui);
    let id = ui.scope_id().with(("alike", entries[0].subject));
    let response = ui.interact(row, id, Sense::click());
    let mark = Rect::from_min_size(row.min, vec2(MARK, row.height()));
    let mark = ui.interact(mark, id.with("mark"), Sense::click());
    let name = format!("{} alike", format::count(entries.len() as u64));
    let common = alike::words(&entries.iter().collect::<Vec<_>>());
    let spoken = format!("{name}, {common}");
    response.widget_info(|| WidgetInfo::selected(Role::Row, true, selected, &spoken));
    let verb = if is_open { "Hide" } else { "Show" };
    let verb = format!("{verb} the {name} one by one");
    mark.widget_info(|| WidgetInfo::selected(Role::Button, true, is_open, &verb));
    ground(ui, row, selected, response.hovered() || response.has_focus());
    let ink = if mark.hovered() || mark.has_focus() { theme.accent } else { theme.muted };
    chevron(ui, pos2(row.left() + 17.0, row.center().y), is_open, ink);
    let done = entries.iter().filter(|entry| entry.review.is_done()).count();
    let cells = Cells {
        name: Face::Medium.text(&name).color(theme.text),
        accounts: entries.iter().map(|entry| entry.accounts).sum(),
        rows: entries.iter().map(|entry| entry.rows).sum(),
        numbers: theme.muted,
        families: entries[0].families,
        review: Face::Body.text(format!("{done} of {}", entries.len())).color(theme.muted),
    };
    cells.show(ui, row, columns);
    let turned = mark.on_hover_text(verb).clicked();
    let hint = format!("{common}\nClick to read them together, or on the mark to see each");
    let chosen = response.on_hover_text(hint).clicked();
    match (turned, chosen) {
        (true, _) => Some(Asked::Turned),
        (false, true) => Some(Asked::Chosen),
        (false, false) => None,
    }
}

/// To the right where there is more, down where it is shown.
fn chevron(ui: &Ui, at: Pos2, is_open: bool, ink: Color32) {
    if is_open {
        return glyph::chevron(ui.painter(), at, ink);
    }
    let points = [at + vec2(-1.5, -3.5), at + vec2(2.0, 0.0), at + vec2(-1.5, 3.5)];
    let line = Stroke::new(1.4, ink);
    ui.painter().line_segment([points[0], points[1]], line);
    ui.painter().line_segment([points[1], points[2]], line);
}
