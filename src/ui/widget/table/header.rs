//! The header row: titles, sort marks, edges to drag.

use std::collections::BTreeSet;

use egui::accesskit::{Role, SortDirection};
use egui::text::LayoutJob;
use egui::{CursorIcon, Rangef, Rect, Sense, Shape, Ui, WidgetInfo, pos2, vec2};

use crate::ui::theme::{Face, Theme};
use crate::ui::widget::drop_down;

use super::{Column, Frame, PADDING, Placed, Side, Sort, TableAction, TableState, cell, fit};

/// Width of the strip at a column's edge that resizes it, points.
const EDGE: f32 = 7.0;
/// Room of the sort mark, points.
const MARK: f32 = 12.0;

impl Frame<'_> {
    pub(super) fn header(
        &self,
        ui: &mut Ui,
        state: &mut TableState,
        actions: &mut Vec<TableAction>,
    ) {
        let theme = Theme::of(ui);
        let clip = ui.clip_rect().intersect(self.header);
        let y = self.header.bottom().round() - 0.5;
        ui.painter().hline(self.header.x_range(), y, theme.hairline());
        for placed in &self.placed {
            let rect = self.cell_rect(*placed, state.left, self.header.y_range());
            if rect.intersects(clip) {
                self.title(ui, theme, *placed, rect.intersect(clip), rect, actions);
            }
        }
        // After the titles, so that an edge is on top of both columns it parts.
        for placed in &self.placed {
            let rect = self.cell_rect(*placed, state.left, self.header.y_range());
            self.edge(ui, theme, *placed, rect, clip, state);
        }
    }

    fn title(
        &self,
        ui: &Ui,
        theme: &Theme,
        placed: Placed,
        visible: Rect,
        rect: Rect,
        actions: &mut Vec<TableAction>,
    ) {
        let column = &self.table.columns[placed.index];
        let id = self.id.with(("header", column.title));
        let sense = if column.sorts { Sense::click() } else { Sense::hover() };
        let mut response = ui.interact(visible, id, sense);
        let sort = self.table.sort.filter(|s| s.column == column.title);
        let name = format!("{}: {}", self.table.name, column.title);
        response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, &name));
        ui.ctx().accesskit_node_builder(id, |node| match sort {
            Some(s) if s.descending => node.set_sort_direction(SortDirection::Descending),
            Some(_) => node.set_sort_direction(SortDirection::Ascending),
            None => node.clear_sort_direction(),
        });
        if !column.tooltip.is_empty() {
            response = response.on_hover_text(column.tooltip);
        }
        if response.clicked() {
            // Numbers are wanted largest first, names from the start.
            let first = column.side == Side::Right;
            let descending = sort.map_or(first, |s| !s.descending);
            actions.push(TableAction::Sort(Sort { column: column.title, descending }));
        }
        let loud = sort.is_some() || (column.sorts && (response.hovered() || response.has_focus()));
        let color = if loud { theme.text } else { theme.muted };
        let painter = ui.painter().with_clip_rect(visible);
        let mut inner = rect.shrink2(vec2(PADDING, 0.0));
        if let Some(sort) = sort {
            let x = match column.side {
                Side::Left => inner.right() - MARK / 2.0,
                Side::Right => inner.left() + MARK / 2.0,
            };
            match column.side {
                Side::Left => inner.max.x -= MARK,
                Side::Right => inner.min.x += MARK,
            }
            painter.add(mark(pos2(x, rect.center().y), sort.descending, theme));
        }
        let job = LayoutJob::single_section(column.title.to_owned(), Face::Column.format(color));
        cell::paint_job(&painter, inner, column.side, job, color);
    }

    fn edge(
        &self,
        ui: &Ui,
        theme: &Theme,
        placed: Placed,
        rect: Rect,
        clip: Rect,
        state: &mut TableState,
    ) {
        let column = &self.table.columns[placed.index];
        let x = Rangef::new(rect.right() - EDGE / 2.0, rect.right() + EDGE / 2.0);
        let strip = Rect::from_x_y_ranges(x, rect.y_range()).intersect(clip);
        if strip.width() <= 0.0 {
            return;
        }
        let id = self.id.with(("edge", column.title));
        let response = ui
            .interact(strip, id, Sense::CLICK | Sense::DRAG)
            .on_hover_cursor(CursorIcon::ResizeColumn);
        let name = format!("{}: width of {}", self.table.name, column.title);
        response.widget_info(|| WidgetInfo::labeled(Role::Splitter, true, &name));
        if response.dragged() {
            let width = (placed.width + response.drag_delta().x).max(column.least.min(40.0));
            state.columns.widths.insert(column.title, width);
        }
        if response.double_clicked() {
            state.columns.widths.remove(column.title);
        }
        if response.hovered() || response.dragged() {
            let color = if response.dragged() { theme.accent } else { theme.faint };
            ui.painter().vline(rect.right() - 0.5, rect.y_range(), egui::Stroke::new(1.0, color));
        }
    }
}

/// A small triangle: down for largest first.
fn mark(center: egui::Pos2, descending: bool, theme: &Theme) -> Shape {
    let up = if descending { 1.0 } else { -1.0 };
    let points = vec![
        center + vec2(-3.5, -2.0 * up),
        center + vec2(3.5, -2.0 * up),
        center + vec2(0.0, 2.5 * up),
    ];
    Shape::convex_polygon(points, theme.muted, egui::Stroke::NONE)
}

/// The `columns` menu of a card's header: says how many of the columns are shown in `room`
/// points, and switches them on and off.
pub fn columns_menu(
    ui: &mut Ui,
    name: &str,
    columns: &[Column],
    state: &mut TableState,
    room: f32,
) {
    let shown: BTreeSet<&str> =
        fit(columns, &state.columns, room).iter().map(|p| columns[p.index].title).collect();
    let text = if shown.len() == columns.len() {
        "columns".to_owned()
    } else {
        format!("{} of {} columns", shown.len(), columns.len())
    };
    let label = format!("{name}: {text}");
    drop_down(ui, &text, &label, true, |ui| {
        for column in columns {
            let mut on = shown.contains(column.title);
            let last = shown.len() == 1 && on;
            if ui.add_enabled(!last, egui::Checkbox::new(&mut on, column.title)).changed() {
                let off = columns.iter().map(|c| c.title).filter(|t| !shown.contains(t));
                let mut hidden: BTreeSet<&'static str> = off.collect();
                if on {
                    hidden.remove(column.title);
                } else {
                    hidden.insert(column.title);
                }
                state.columns.hidden = Some(hidden);
            }
        }
        ui.separator();
        if ui.button("As they fit").clicked() {
            state.columns = Default::default();
            ui.close();
        }
    });
}
