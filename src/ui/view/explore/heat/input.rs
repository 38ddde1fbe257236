//! What pointer and keys do on the grid: a click filters to a cell, a drag marks cells.

use egui::{CursorIcon, EventFilter, Key, Modifiers, PointerButton, Response, Ui};

use crate::model::Selection;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Hover};

use super::Heat;
use super::grid::{At, Grid, Marked};

/// How far a drag goes before it is one, points.
const DECIDED: f32 = 4.0;

impl Heat {
    pub(super) fn point(
        &mut self,
        ui: &Ui,
        response: &Response,
        grid: &Grid,
        scene: &mut Scene<'_>,
        accounts: &[u32],
    ) {
        let hovered = response.hover_pos().and_then(|pos| grid.at(pos));
        self.follow_pointer(grid, scene, accounts, hovered, response.hover_pos().is_some());
        if hovered.is_some() {
            ui.set_cursor_icon(CursorIcon::PointingHand);
        }
        let scroll = ui.input(|i| if i.modifiers.any() { 0.0 } else { i.smooth_scroll_delta().y });
        if response.hovered() && scroll != 0.0 {
            self.position = grid.extent().scrolled(self.position, -scroll);
        }
        self.drag(ui, response, grid);
        if response.secondary_clicked()
            && let Some(at) = response.interact_pointer_pos().and_then(|pos| grid.at(pos))
            && !self.marked.is_some_and(|marked| marked.has(at))
        {
            // A click beside what is marked is on that one cell.
            self.marked = Some(Marked::one(at));
        }
        if response.clicked() {
            response.request_focus();
            self.select_named(ui, response, grid, scene, accounts);
            if let Some(at) = response.interact_pointer_pos().and_then(|pos| grid.at(pos)) {
                self.cursor = Some(at);
                self.filter_to(scene, grid, accounts, Marked::one(at));
            }
        }
    }

    /// A click on a name selects the account; with Ctrl, besides the others.
    fn select_named(
        &self,
        ui: &Ui,
        response: &Response,
        grid: &Grid,
        scene: &mut Scene<'_>,
        accounts: &[u32],
    ) {
        let Some(pos) = response.interact_pointer_pos().filter(|p| p.x < grid.names.max) else {
            return;
        };
        let row = grid.near(pos).map(|(row, _)| row).filter(|_| grid.mode.is_of_accounts());
        let Some(account) = row.and_then(|row| accounts.get(row)) else { return };
        let id = scene.index.accounts()[*account as usize].clone();
        let selection = match ui.input(|i| i.modifiers.command) {
            true => scene.view.selection.toggled(&id),
            false => Selection::account(id),
        };
        scene.ask(Action::Select(selection));
    }

    fn follow_pointer(
        &mut self,
        grid: &Grid,
        scene: &mut Scene<'_>,
        accounts: &[u32],
        hovered: Option<At>,
        inside: bool,
    ) {
        if hovered == self.hovered {
            return;
        }
        self.hovered = hovered;
        let account = hovered.filter(|_| grid.mode.is_of_accounts());
        let account = account.and_then(|(row, _)| accounts.get(row).copied());
        if inside || self.hovering {
            scene.ask(Action::Hover(Hover { account, time: None }));
        }
        self.hovering = inside;
    }

    fn drag(&mut self, ui: &Ui, response: &Response, grid: &Grid) {
        let (origin, primary) =
            ui.input(|i| (i.pointer.press_origin(), i.pointer.button_down(PointerButton::Primary)));
        if response.drag_started() && primary {
            // What is marked is lifted with Escape, which only the focused card gets.
            response.request_focus();
            self.drag_from = origin.and_then(|pos| grid.near(pos));
        }
        let Some(from) = self.drag_from else { return };
        if let (Some(origin), Some(pos)) = (origin, response.interact_pointer_pos())
            && origin.distance(pos) >= DECIDED
            && let Some(to) = grid.near(pos)
        {
            self.marked = Some(stretch(grid, from, to));
        }
        if !response.dragged() {
            self.drag_from = None;
        }
    }

    pub(super) fn keys(
        &mut self,
        ui: &Ui,
        response: &Response,
        grid: &Grid,
        scene: &mut Scene<'_>,
        accounts: &[u32],
    ) {
        if !response.has_focus() {
            return;
        }
        let filter = EventFilter {
            vertical_arrows: true,
            horizontal_arrows: true,
            escape: true,
            ..Default::default()
        };
        ui.memory_mut(|m| m.set_focus_lock_filter(response.id, filter));
        if !scene.keys.are_free() || grid.rows == 0 {
            return;
        }
        self.go(ui, grid);
        let pressed = |key| ui.input_mut(|i| i.consume_key(Modifiers::NONE, key));
        if self.marked.is_some() && pressed(Key::Escape) {
            self.marked = None;
        }
        let Some(at) = self.cursor else { return };
        if pressed(Key::Space) {
            self.marked = Some(Marked::one(at));
        }
        if pressed(Key::Enter) {
            let marked = self.marked.unwrap_or(Marked::one(at));
            self.filter_to(scene, grid, accounts, marked);
        }
    }

    /// Arrows, pages and ends; Shift marks on the way.
    fn go(&mut self, ui: &Ui, grid: &Grid) {
        let page = grid.extent().page().saturating_sub(1).max(1) as i64;
        let (down, right, shift) = ui.input_mut(|i| {
            let shift = i.modifiers.shift;
            let modifiers = if shift { Modifiers::SHIFT } else { Modifiers::NONE };
            let mut n = |key| i.count_and_consume_key(modifiers, key) as i64;
            let down =
                n(Key::ArrowDown) - n(Key::ArrowUp) + page * (n(Key::PageDown) - n(Key::PageUp));
            let right = n(Key::ArrowRight) - n(Key::ArrowLeft);
            let far = i64::from(i32::MAX);
            (down, right + far * (n(Key::End) - n(Key::Home)), shift)
        });
        if down == 0 && right == 0 {
            return;
        }
        let last = (grid.rows - 1, grid.columns - usize::from(!grid.untimed));
        let to = self.cursor.map_or((grid.visible().0, 0), |(row, column)| {
            let step = |at: usize, by: i64, last: usize| {
                (at as i64).saturating_add(by).clamp(0, last as i64) as usize
            };
            (step(row, down, last.0), step(column, right, last.1))
        });
        let from = self.marked.map(|m| m.from).or(self.cursor).filter(|_| shift);
        let marked = stretch(grid, from.unwrap_or(to), to);
        self.marked = shift.then_some(marked);
        self.cursor = Some(marked.to);
        if grid.mode.is_of_accounts() {
            self.position = grid.extent().showing(self.position, to.0 as u64);
        }
    }
}

/// Cells from one to another. What has no time stands for itself: a stretch that began among
/// times ends among them, and the other way round. Where rows are days it is a single cell.
fn stretch(grid: &Grid, from: At, to: At) -> Marked {
    let untimed = from.1 >= grid.columns;
    if untimed && !grid.mode.is_of_accounts() {
        return Marked::one((0, grid.columns));
    }
    let column = if untimed { grid.columns } else { to.1.min(grid.columns - 1) };
    Marked { from, to: (to.0, column) }
}
