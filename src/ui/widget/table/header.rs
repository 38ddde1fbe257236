//! The header row: titles to click and to drag elsewhere, sort marks, edges to drag.

use egui::accesskit::{Role, SortDirection};
use egui::text::LayoutJob;
use egui::{CursorIcon, Rangef, Rect, Sense, Shape, Ui, WidgetInfo, pos2, vec2};

use crate::ui::theme::{Face, Theme};
use crate::ui::widget::raw::visible_text;

use super::{Frame, PADDING, Placed, Rows, Side, Sort, TableAction, TableState, cell, menu_of};

/// Width of the strip at a column's edge that resizes it, points.
const EDGE: f32 = 7.0;
/// Room of the sort mark, points.
const MARK: f32 = 12.0;

impl Frame<'_> {
    pub(super) fn header(
        &self,
        ui: &mut Ui,
        state: &mut TableState,
        rows: &mut dyn Rows,
        actions: &mut Vec<TableAction>,
    ) {
        let theme = Theme::of(ui);
        let clip = ui.clip_rect().intersect(self.header);
        let y = self.header.bottom().round() - 0.5;
        ui.painter().hline(self.header.x_range(), y, theme.hairline());
        for placed in &self.placed {
            let rect = self.cell_rect(*placed, state.left, self.header.y_range());
            if rect.intersects(clip) {
                let rects = (rect.intersect(clip), rect);
                let response = self.title(ui, theme, *placed, rects, state.then, actions);
                self.move_title(ui, theme, *placed, &response, state);
                self.open_by_key(ui, &response);
                menu_of(&response, rect)
                    .show(|ui| self.column_menu(ui, placed.index, state, rows, actions));
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
        (visible, rect): (Rect, Rect),
        second: Option<Sort>,
        actions: &mut Vec<TableAction>,
    ) -> egui::Response {
        let column = &self.table.columns[placed.index];
        let id = self.id.with(("header", column.id));
        let mut response = ui.interact(visible, id, Sense::click_and_drag());
        let sort = self.table.sort.filter(|s| s.column == placed.index);
        let then = second.filter(|s| s.column == placed.index && sort.is_none());
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
        if response.clicked() && column.sorts {
            // Numbers are wanted largest first, names from the start.
            let first = column.side == Side::Right;
            let descending = sort.map_or(first, |s| !s.descending);
            actions.push(TableAction::Sort(Sort { column: placed.index, descending }));
        }
        let loud = sort.is_some() || (column.sorts && (response.hovered() || response.has_focus()));
        let color = if loud { theme.text } else { theme.muted };
        let painter = ui.painter().with_clip_rect(visible);
        let mut inner = rect.shrink2(vec2(PADDING, 0.0));
        if let Some(mark_of) = sort.or(then) {
            let x = match column.side {
                Side::Left => inner.right() - MARK / 2.0,
                Side::Right => inner.left() + MARK / 2.0,
            };
            match column.side {
                Side::Left => inner.max.x -= MARK,
                Side::Right => inner.min.x += MARK,
            }
            let ink = if sort.is_some() { theme.muted } else { theme.none };
            painter.add(mark(pos2(x, rect.center().y), mark_of.descending, ink));
        }
        let mut job = LayoutJob::default();
        job.append(&visible_text(column.title), 0.0, Face::Column.format(color));
        if !column.unit.is_empty() {
            job.append(column.unit, 5.0, Face::Tiny.format(theme.muted));
        }
        cell::paint_job(&painter, inner, column.side, job, color);
        response
    }

    /// Drags a column to where the pointer lets go of its title.
    fn move_title(
        &self,
        ui: &Ui,
        theme: &Theme,
        placed: Placed,
        response: &egui::Response,
        state: &mut TableState,
    ) {
        let Some(pos) = response.interact_pointer_pos() else { return };
        if !response.dragged() && !response.drag_stopped() {
            return;
        }
        let place = |p: &Placed| self.cell_rect(*p, state.left, self.header.y_range());
        let before = self.placed.iter().find(|p| pos.x < place(p).center().x);
        let x = before.map_or_else(
            || self.placed.last().map_or(pos.x, |p| place(p).right() - 1.0),
            |p| place(p).left(),
        );
        if response.drag_stopped() {
            let stays = before.is_some_and(|p| p.index == placed.index);
            if !stays {
                state.columns.move_before(
                    self.table.columns,
                    placed.index,
                    before.map(|p| p.index),
                );
            }
            return;
        }
        ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
        let stroke = egui::Stroke::new(2.0, theme.accent);
        ui.painter().vline(x, self.header.y_range(), stroke);
    }

    /// Opens a menu of what has the focus, as keyboards do.
    fn open_by_key(&self, ui: &Ui, response: &egui::Response) {
        let asked = self.table.listens
            && response.has_focus()
            && ui.input_mut(|i| i.consume_key(egui::Modifiers::SHIFT, egui::Key::F10));
        if asked {
            egui::Popup::open_id(ui.ctx(), egui::Popup::default_response_id(response));
        }
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
        let id = self.id.with(("edge", column.id));
        let response = ui
            .interact(strip, id, Sense::CLICK | Sense::DRAG)
            .on_hover_cursor(CursorIcon::ResizeColumn);
        let name = format!("{}: width of {}", self.table.name, column.title);
        response.widget_info(|| WidgetInfo::labeled(Role::Splitter, true, &name));
        if response.dragged() {
            let width = (placed.width + response.drag_delta().x).max(column.least.min(40.0));
            state.columns.widths.insert(column.id.to_owned(), width);
        }
        if response.double_clicked() {
            state.columns.widths.remove(column.id);
        }
        if response.hovered() || response.dragged() {
            let color = if response.dragged() { theme.accent } else { theme.faint };
            ui.painter().vline(rect.right() - 0.5, rect.y_range(), egui::Stroke::new(1.0, color));
        }
    }
}

/// A small triangle: down for largest first.
fn mark(center: egui::Pos2, descending: bool, ink: egui::Color32) -> Shape {
    let up = if descending { 1.0 } else { -1.0 };
    let points = vec![
        center + vec2(-3.5, -2.0 * up),
        center + vec2(3.5, -2.0 * up),
        center + vec2(0.0, 2.5 * up),
    ];
    Shape::convex_polygon(points, ink, egui::Stroke::NONE)
}
