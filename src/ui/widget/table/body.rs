//! The rows: drawn, hovered, clicked.

use egui::accesskit::Role;
use egui::{Modifiers, Rangef, Rect, Response, Sense, Ui, WidgetInfo, vec2};

use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::text;

use super::{Frame, MenuAt, Pick, Rows, TableAction, TableState, cell, menu_of};

impl Frame<'_> {
    pub(super) fn body(
        &self,
        ui: &mut Ui,
        state: &mut TableState,
        rows: &mut dyn Rows,
        actions: &mut Vec<TableAction>,
    ) {
        // The body takes the focus; rows are clicked but not tabbed through one by one.
        let body = ui.interact(self.body, self.id.with("body"), Sense::click());
        body.widget_info(|| WidgetInfo::labeled(Role::Grid, true, self.table.name));
        let (count, columns) = (self.extent.rows as usize, self.placed.len());
        ui.ctx().accesskit_node_builder(body.id, |node| {
            node.set_row_count(count);
            node.set_column_count(columns);
            if count == 0 {
                node.set_description(self.table.empty);
            }
        });
        if body.clicked() || std::mem::take(&mut state.focus_wanted) {
            body.request_focus();
        }
        state.body = Some(body.id);
        self.keys(ui, &body, state, actions);
        if self.extent.rows == 0 {
            let height = self.body.height().min(120.0);
            let room = Rect::from_min_size(self.body.min, vec2(self.body.width(), height));
            let room = room.shrink2(vec2(size::CARD_PADDING, 0.0));
            let muted = Theme::of(ui).muted;
            text::paint_middle(ui.painter(), room, self.table.empty, Face::Body, muted);
        }
        let mut hovered = None;
        let mut row = state.position.row;
        let mut top = self.body.top() - state.position.hidden;
        while top < self.body.bottom() && row < self.extent.rows {
            let y = Rangef::new(top, top + self.extent.row_height);
            if self.row(ui, row, y, state, rows, &body, actions) {
                hovered = Some(row);
            }
            top = y.max;
            row += 1;
        }
        if hovered != state.hovered {
            state.hovered = hovered;
            actions.push(TableAction::Hover(hovered));
        }
    }

    /// Draws one row; returns whether the pointer is on it.
    #[expect(clippy::too_many_arguments, reason = "one call site, split from it for length")]
    fn row(
        &self,
        ui: &mut Ui,
        row: u64,
        y: Rangef,
        state: &mut TableState,
        rows: &mut dyn Rows,
        body: &Response,
        actions: &mut Vec<TableAction>,
    ) -> bool {
        let theme = Theme::of(ui);
        let rect = Rect::from_x_y_ranges(self.body.x_range(), y);
        let visible = rect.intersect(self.body);
        let response = ui.interact(visible, self.id.with(row), Sense::CLICK);
        self.click(ui, (row, rows.key(row)), &response, body, state, actions);
        let selected = rows.selected(row);
        let painter = ui.painter().with_clip_rect(ui.clip_rect().intersect(self.body));
        if selected {
            painter.rect_filled(rect, 0, theme.accent_soft);
        } else if response.hovered() || response.context_menu_opened() {
            painter.rect_filled(rect, 0, theme.hover);
        }
        painter.hline(rect.x_range(), rect.bottom().round() - 0.5, theme.hairline());
        let here = body.has_focus() && state.cursor == Some(row);
        if here {
            let edge = Rect::from_min_size(rect.min, vec2(2.0, rect.height()));
            painter.rect_filled(edge, 0, theme.accent);
        }
        let mut words = String::new();
        for placed in &self.placed {
            let content = rows.cell(row, placed.index);
            let side = self.table.columns[placed.index].side;
            let cell_rect = self.cell_rect(*placed, state.left, y);
            if cell_rect.intersects(self.body) {
                cell::paint(&painter, theme, cell_rect, side, &content);
                if here && state.column == Some(placed.index) {
                    let stroke = egui::Stroke::new(1.0, theme.accent);
                    let inside = egui::StrokeKind::Inside;
                    painter.rect_stroke(cell_rect.shrink(1.0), 3, stroke, inside);
                }
            }
            let said = content.words();
            if !said.is_empty() {
                words.push_str(if words.is_empty() { "" } else { ", " });
                words.push_str(&visible_text(&said));
            }
        }
        self.describe_row(ui, row, &response, selected, words);
        if state.cursor == Some(row) && std::mem::take(&mut state.menu_wanted) {
            let column = state.column.or(self.placed.first().map(|p| p.index)).unwrap_or(0);
            state.menu_at = rows.key(row).map(|key| MenuAt { row, key, column });
            egui::Popup::open_id(ui.ctx(), egui::Popup::default_response_id(&response));
        }
        if let Some(at) = state.menu_at.filter(|at| at.row == row) {
            let placed = self.placed.iter().find(|p| p.index == at.column);
            let cell = placed.map_or(visible, |p| self.cell_rect(*p, state.left, y));
            menu_of(&response, cell).show(|ui| rows.menu(ui, at.key, at.column));
        }
        let under = response.hover_pos().and_then(|pos| self.column_under(pos.x, state));
        if let Some(words) = under.and_then(|column| rows.tooltip(row, column)) {
            response.clone().on_hover_text_at_pointer(words);
        }
        response.hovered()
    }

    fn describe_row(&self, ui: &Ui, row: u64, response: &Response, selected: bool, words: String) {
        response.widget_info(|| WidgetInfo::labeled(Role::Row, true, &words));
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_row_index(row as usize);
            node.set_selected(selected);
        });
    }

    fn click(
        &self,
        ui: &Ui,
        (row, key): (u64, Option<u64>),
        response: &Response,
        body: &Response,
        state: &mut TableState,
        actions: &mut Vec<TableAction>,
    ) {
        let modifiers = ui.input(|i| i.modifiers);
        if response.double_clicked() {
            actions.push(TableAction::Open(row));
        } else if response.clicked() {
            body.request_focus();
            let pick = self.pick(row, modifiers, state);
            state.column = self.column_at(response, state);
            actions.push(TableAction::Pick(pick));
        } else if response.secondary_clicked() {
            let column = self.column_at(response, state).unwrap_or(0);
            state.menu_at = key.map(|key| MenuAt { row, key, column });
            state.cursor = Some(row);
            state.column = Some(column);
        }
    }

    /// The column that the pointer is in.
    fn column_at(&self, response: &Response, state: &TableState) -> Option<usize> {
        self.column_under(response.interact_pointer_pos()?.x, state)
    }

    fn column_under(&self, x: f32, state: &TableState) -> Option<usize> {
        let rect = |p: &super::Placed| self.cell_rect(*p, state.left, self.body.y_range());
        self.placed.iter().find(|p| rect(p).x_range().contains(x)).map(|p| p.index)
    }

    /// What going to `row` with these modifiers selects.
    pub(super) fn pick(&self, row: u64, modifiers: Modifiers, state: &mut TableState) -> Pick {
        state.cursor = Some(row);
        let last = self.extent.rows.saturating_sub(1);
        if modifiers.shift {
            let anchor = state.anchor.unwrap_or(row).min(last);
            state.anchor = Some(anchor);
            let (from, to) = (anchor.min(row), anchor.max(row));
            return Pick::Range { from, to, add: modifiers.command };
        }
        state.anchor = Some(row);
        if modifiers.command { Pick::Toggle(row) } else { Pick::Only(row) }
    }
}
