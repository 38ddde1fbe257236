//! A table for any number of rows: only what is visible is asked for and drawn, and positions
//! are whole rows, not floating-point offsets.

mod across;
mod body;
mod cell;
mod chooser;
mod columns;
mod header;
mod keys;
mod scroll;
mod scrollbar;
#[cfg(test)]
mod walk;

use egui::{Context, Id, Popup, Rect, Response, Sense, Ui, Vec2};

use crate::ui::theme::size;

pub use cell::{Cell, Tone};
pub use chooser::columns_menu;
pub use columns::{Column, ColumnChoice, PADDING, Placed, Side, fit};
pub use scroll::{Extent, Position};

/// By which column rows are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sort {
    /// The column, by its position among all.
    pub column: usize,
    /// Largest, latest, last first.
    pub descending: bool,
}

/// What a click means for the selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// Only this row.
    Only(u64),
    /// This row as well, or no longer.
    Toggle(u64),
    /// All rows between, both included; `add` keeps what was selected.
    Range {
        /// First row.
        from: u64,
        /// Last row.
        to: u64,
        /// Keeps what was selected before.
        add: bool,
    },
    /// Every row.
    All,
}

/// What the user asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableAction {
    /// Order rows differently.
    Sort(Sort),
    /// Select rows.
    Pick(Pick),
    /// The keyboard went to a row: the same where being on a row selects it.
    Step(Pick),
    /// Open a row (double click, Enter).
    Open(u64),
    /// Copy: the rows that are picked, or with Shift the cell the keyboard is on.
    Copy {
        /// Only this column of the row the keyboard is on.
        cell: Option<usize>,
    },
    /// The pointer is on this row, or on none.
    Hover(Option<u64>),
}

/// Where rows come from.
pub trait Rows {
    /// What a cell shows. Asked for visible rows only.
    fn cell(&mut self, row: u64, column: usize) -> Cell<'_>;
    /// Whether a row is selected.
    fn selected(&self, row: u64) -> bool;
    /// What a row is known by when the rows are put in another order.
    fn key(&self, row: u64) -> Option<u64>;
    /// The menu of a cell that was clicked with the secondary button, of the row with this key.
    fn menu(&mut self, ui: &mut Ui, key: u64, column: usize);
    /// What is said of a cell that the pointer is on, where there is more to say than it shows.
    fn tooltip(&self, _row: u64, _column: usize) -> Option<String> {
        None
    }
    /// What the menu of a column's header offers besides sorting and moving it.
    fn column_menu(&mut self, _ui: &mut Ui, _column: usize) {}
}

/// What the table remembers between frames.
#[derive(Clone, Debug, Default)]
pub struct TableState {
    /// Scrolled to here.
    pub position: Position,
    /// Scrolled sideways by this much, points.
    pub left: f32,
    /// What the analyst changed about the columns.
    pub columns: ColumnChoice,
    /// How rows are ordered that are equal in what the table is sorted by.
    pub then: Option<Sort>,
    /// The row the keyboard is on.
    pub cursor: Option<u64>,
    /// The column the keyboard is on.
    pub column: Option<usize>,
    /// Where a range of rows begins.
    pub anchor: Option<u64>,
    hovered: Option<u64>,
    menu_at: Option<MenuAt>,
    /// Where in the thumb of a scrollbar it was grabbed, points.
    grabbed: f32,
    /// The row to bring into sight, and how far below the top it is to stand, points.
    wanted: Option<(u64, Option<f32>)>,
    /// Whether the menu of the cell that the keyboard is on is to be opened.
    menu_wanted: bool,
    /// Whether the body is to have the focus.
    focus_wanted: bool,
    /// The body, by which it has the focus.
    body: Option<Id>,
    /// The columns drawn last.
    placed: Vec<Placed>,
}

/// The cell whose menu is open.
#[derive(Clone, Copy, Debug)]
struct MenuAt {
    /// Where it was opened, and stays.
    row: u64,
    /// Of what: other rows may have come to stand there since.
    key: u64,
    column: usize,
}

impl TableState {
    /// Puts the keyboard on a row and brings it into sight.
    pub fn go_to(&mut self, row: u64) {
        self.cursor = Some(row);
        self.anchor = Some(row);
        self.wanted = Some((row, None));
    }

    /// The same, `below` points under the top where there is room for that.
    pub fn go_to_at(&mut self, row: u64, below: f32) {
        self.go_to(row);
        self.wanted = Some((row, Some(below)));
    }

    /// How far below the top of the body a row stands, points; negative above it.
    pub fn offset_of(&self, row: u64) -> f32 {
        (row as f64 - self.position.row as f64) as f32 * size::ROW - self.position.hidden
    }

    /// Gives the body the focus when it is drawn next.
    pub fn focus(&mut self) {
        self.focus_wanted = true;
    }

    /// Whether the keyboard is in this table: not while something else stands in its place.
    pub fn has_focus(&self, ctx: &Context) -> bool {
        self.body.is_some_and(|body| ctx.memory(|memory| memory.has_focus(body)))
    }

    /// The columns on screen, left to right: what is copied and exported.
    pub fn shown(&self) -> impl Iterator<Item = usize> {
        self.placed.iter().map(|placed| placed.index)
    }

    /// Back to the first row: for when other rows are shown.
    pub fn rewind(&mut self) {
        self.position = Position::default();
        self.cursor = None;
        self.anchor = None;
    }
}

/// What to draw.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// Accessible name ("Accounts").
    pub name: &'a str,
    /// The columns.
    pub columns: &'a [Column<'a>],
    /// Number of rows.
    pub rows: u64,
    /// How rows are ordered.
    pub sort: Option<Sort>,
    /// What it says when there are no rows.
    pub empty: &'a str,
    /// Whether keys are its own while it has the focus: not under a dialog or a menu.
    pub listens: bool,
}

/// One frame's geometry.
struct Frame<'a> {
    table: &'a Table<'a>,
    id: Id,
    header: Rect,
    body: Rect,
    track: Rect,
    /// Where the bar that scrolls sideways stands; empty where nothing is hidden.
    across: Rect,
    placed: Vec<Placed>,
    extent: Extent,
}

const TRACK_WIDTH: f32 = 10.0;

impl Table<'_> {
    /// Draws the table in the room available and answers with what the user did.
    pub fn show(
        &self,
        ui: &mut Ui,
        state: &mut TableState,
        rows: &mut dyn Rows,
    ) -> Vec<TableAction> {
        let room = ui.available_size().max(Vec2::new(60.0, size::ROW * 2.0));
        let (rect, _) = ui.allocate_exact_size(room, Sense::hover());
        let frame = self.frame(ui, rect, state);
        if state.placed != frame.placed {
            state.placed.clone_from(&frame.placed);
            // What stands above the table says how many columns there are.
            ui.ctx().request_repaint();
        }
        let mut actions = Vec::new();
        state.position = frame.extent.clamp(state.position);
        frame.bring_into_sight(state);
        frame.scroll_by_wheel(ui, state);
        frame.header(ui, state, rows, &mut actions);
        frame.body(ui, state, rows, &mut actions);
        frame.scrollbar(ui, state);
        frame.scroll_across(ui, state);
        actions
    }

    fn frame<'a>(&'a self, ui: &Ui, rect: Rect, state: &mut TableState) -> Frame<'a> {
        let (head, below) = rect.split_top_bottom_at_y(rect.top() + size::ROW);
        let fitted = |room: f32| {
            let placed = fit(self.columns, &state.columns, room);
            let width = placed.last().map_or(0.0, |p| p.x + p.width);
            (placed, width)
        };
        let wide = fitted(below.width() - TRACK_WIDTH).1 > below.width() - TRACK_WIDTH + 0.5;
        let bar = if wide { TRACK_WIDTH } else { 0.0 };
        let (below, across) = below.split_top_bottom_at_y(below.bottom() - bar);
        let extent = Extent { rows: self.rows, row_height: size::ROW, height: below.height() };
        let track_width = if extent.scrolls() { TRACK_WIDTH } else { 0.0 };
        let (body, track) = below.split_left_right_at_x(rect.right() - track_width);
        let (placed, width) = fitted(body.width());
        state.left = state.left.clamp(0.0, (width - body.width()).max(0.0));
        Frame {
            table: self,
            id: ui.scope_id().with(self.name),
            header: head,
            body,
            track,
            across,
            placed,
            extent,
        }
    }
}

/// The menu of a response: where the pointer opened it, or below `rect` where a key did.
fn menu_of<'a>(response: &Response, rect: Rect) -> Popup<'a> {
    let id = Popup::default_response_id(response);
    let ctx = &response.ctx;
    let by_key = Popup::is_id_open(ctx, id) && Popup::position_of_id(ctx, id).is_none();
    let popup = Popup::context_menu(response);
    if by_key { popup.at_position(rect.left_bottom()) } else { popup }
}

impl Frame<'_> {
    /// Scrolls to the row that was asked for since the last frame.
    fn bring_into_sight(&self, state: &mut TableState) {
        let Some((row, below)) = state.wanted.take() else { return };
        if self.extent.rows == 0 {
            return;
        }
        let row = row.min(self.extent.rows - 1);
        if let Some(below) = below.filter(|b| (0.0..self.extent.height).contains(b)) {
            let at_top = Position { row, hidden: 0.0 };
            state.position = self.extent.scrolled(self.extent.clamp(at_top), -below);
        }
        state.position = self.extent.showing(state.position, row);
    }

    /// All columns together, points.
    fn width(&self) -> f32 {
        self.placed.last().map_or(0.0, |p| p.x + p.width)
    }

    /// Where a column stands in a row that spans `y`.
    fn cell_rect(&self, placed: Placed, left: f32, y: egui::Rangef) -> Rect {
        let x = self.body.left() + placed.x - left;
        Rect::from_x_y_ranges(x..=x + placed.width, y)
    }

    fn scroll_by_wheel(&self, ui: &Ui, state: &mut TableState) {
        let over = self.body.union(self.header).union(self.track);
        if !ui.rect_contains_pointer(over) {
            return;
        }
        let delta = ui.input_mut(|i| {
            // Ctrl with the wheel is a zoom, which tables do not have.
            if i.zoom_delta() == 1.0 { i.smooth_scroll_delta() } else { Vec2::ZERO }
        });
        if delta.y != 0.0 {
            state.position = self.extent.scrolled(state.position, -delta.y);
        }
        state.left = (state.left - delta.x).clamp(0.0, (self.width() - self.body.width()).max(0.0));
    }
}
