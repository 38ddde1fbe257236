//! The timeline: counts over time with markers and notes, a range to select, zoom and pan.
//!
//! Unfiltered totals are drawn grey behind the filtered counts, which are stacked by series.
//! The widget owns no data: it draws [`Counts`] and a [`Stack`] and answers with
//! [`TimelineAction`]s. Work per frame is O(bars on screen), at most one bar per 3.5 points.

pub mod axis;
mod cursor;
mod grid;
mod handles;
mod hits;
mod input;
mod markers;
mod measure;
mod minimap;
mod notes;
mod paint;
mod place;
mod scale;
mod stack;
mod summary;
mod tooltip;
mod untimed;
mod window;

use egui::{Rect, Response, Sense, Ui, Vec2};

use crate::model::{Marker, Time, TimeNote, TimeSpan};

pub use cursor::{plain_presses, view_keys};
pub use grid::Grid;
pub use markers::color as marker_color;
pub use measure::Measured;
pub use scale::{Scale, nice_ceiling, short_count};
pub use stack::{Counts, Series, Stack};
pub use untimed::{BUCKET_ROOM, Untimed};
pub use window::{BinSpec, Window};

/// What the height of the axis follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeightOf {
    /// The tallest unfiltered bin, unless filtered ones would be too low to see beside it.
    #[default]
    Either,
    /// The tallest unfiltered bin in view.
    All,
    /// The tallest filtered bin in view: makes few records among many visible.
    Filtered,
}

/// What to draw.
#[derive(Clone, Copy, Debug)]
pub struct Timeline<'a> {
    /// Accessible name ("Traffic").
    pub name: &'a str,
    /// What is counted ("exchanges").
    pub unit: &'a str,
    /// What is visible, and by whose clock.
    pub window: Window,
    /// Unfiltered totals, over at least the visible stretch.
    pub total: &'a Counts,
    /// Filtered counts; may be of an earlier window while the next answer is computed.
    pub stack: Option<&'a Stack>,
    /// Names of series that are not drawn.
    pub hidden: &'a [String],
    /// Totals over everything, for the minimap of a zoomed window; none without.
    pub whole: Option<&'a Counts>,
    /// Releases, bans, policies.
    pub markers: &'a [Marker],
    /// Notes on ranges of time.
    pub notes: &'a [TimeNote],
    /// Hits of a search, drawn as marks; none without a search.
    pub hits: Option<&'a Counts>,
    /// The selected range.
    pub range: Option<TimeSpan>,
    /// What another view points at.
    pub hover: Option<Time>,
    /// What the height follows.
    pub height_of: HeightOf,
    /// Records that have no place on the axis.
    pub untimed: Untimed,
    /// Whether a drag measures instead of selecting.
    pub measuring: bool,
    /// What was measured.
    pub measured: Option<&'a Measured>,
    /// Whether keys are its own, the plain ones (`W A S D F`) although another widget of the
    /// view has the focus: not while a text field has it, nor under a dialog or a menu.
    pub listens: bool,
}

impl<'a> Timeline<'a> {
    /// Counts in a window and nothing else.
    pub fn of(name: &'a str, unit: &'a str, window: Window, total: &'a Counts) -> Self {
        Self {
            name,
            unit,
            window,
            total,
            stack: None,
            hidden: &[],
            whole: None,
            markers: &[],
            notes: &[],
            hits: None,
            range: None,
            hover: None,
            height_of: HeightOf::All,
            untimed: Untimed::default(),
            measuring: false,
            measured: None,
            listens: false,
        }
    }
}

/// What the user asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimelineAction {
    /// Select this range, or none.
    SetRange {
        /// The range.
        range: Option<TimeSpan>,
        /// False while the pointer is still down.
        finished: bool,
    },
    /// Forget the range that was being drawn: the one before stands.
    LetGo,
    /// Show this stretch.
    SetWindow(Window),
    /// Show only records without a time, or all again.
    OnlyUntimed(bool),
    /// Count what lies in this stretch and select nothing; `None` puts the figures away.
    Measure(Option<TimeSpan>),
    /// Write a note on the selected range.
    WriteNote,
    /// The pointer (or the keyboard cursor) is at this time, or has left.
    Hover(Option<Time>),
}

/// What the widget remembers between frames.
#[derive(Clone, Debug, Default)]
pub struct TimelineState {
    drag: Option<input::Drag>,
    /// The keyboard cursor: a bin start.
    cursor: Option<Time>,
    /// Where a keyboard range began.
    anchor: Option<Time>,
    hovered: Option<Time>,
    /// Whether the read-out is beside the pointer.
    reading: bool,
}

impl TimelineState {
    /// Whether the pointer draws or moves something.
    pub fn is_dragging(&self) -> bool {
        self.drag.is_some()
    }
}

/// What came of it.
#[derive(Debug)]
pub struct TimelineOutput {
    /// The plot's response.
    pub response: Response,
    /// What to do, in order.
    pub actions: Vec<TimelineAction>,
}

/// Where things are.
#[derive(Clone, Copy, Debug)]
struct Areas {
    /// Brackets of notes, above the bars; empty without any.
    notes: Rect,
    /// Bars.
    plot: Rect,
    /// Tick labels.
    axis: Rect,
    /// Minimap; empty when not zoomed.
    minimap: Rect,
}

/// Filtered bars lower than one part in so many of the unfiltered are too low to see.
const TOO_LOW: u64 = 5;
/// Room for y labels, points.
pub const GUTTER_LEFT: f32 = 44.0;
/// Room beside the last bar, points.
pub const GUTTER_RIGHT: f32 = 12.0;
const AIR_TOP: f32 = 8.0;
const AXIS_HEIGHT: f32 = 22.0;
const MINIMAP_HEIGHT: f32 = 18.0;
const NOTES_HEIGHT: f32 = 17.0;
const AIR_BOTTOM: f32 = 6.0;

impl Areas {
    fn of(rect: Rect, zoomed: bool, notes: bool, hits: bool, bucket: f32) -> Self {
        let minimap_height = if zoomed { MINIMAP_HEIGHT } else { 0.0 };
        let notes_height = if notes { NOTES_HEIGHT } else { 0.0 };
        let x = egui::Rangef::new(
            rect.left() + GUTTER_LEFT,
            (rect.right() - GUTTER_RIGHT - bucket).max(rect.left() + GUTTER_LEFT + 1.0),
        );
        let bottom = rect.bottom() - AIR_BOTTOM;
        let minimap = Rect::from_x_y_ranges(x, bottom - minimap_height..=bottom);
        let axis = Rect::from_x_y_ranges(x, minimap.top() - AXIS_HEIGHT..=minimap.top());
        let above = (rect.top() + AIR_TOP).min(axis.top() - 1.0);
        let hits_height = if hits { hits::ROOM } else { 0.0 };
        let below_notes = (above + notes_height).min(axis.top() - 1.0);
        let top = (below_notes + hits_height).min(axis.top() - 1.0);
        Self {
            notes: Rect::from_x_y_ranges(x, above..=below_notes),
            plot: Rect::from_x_y_ranges(x, top..=axis.top()),
            axis,
            minimap,
        }
    }
}

impl Timeline<'_> {
    /// The width its bars have when the widget is `width` wide: what to ask counts for.
    pub fn plot_width(width: f32, untimed: Untimed) -> f32 {
        (width - GUTTER_LEFT - GUTTER_RIGHT - untimed.room()).max(1.0)
    }

    /// Draws it in the room available and answers with what the user did.
    pub fn show(&self, ui: &mut Ui, state: &mut TimelineState) -> TimelineOutput {
        let size = ui.available_size().max(Vec2::new(80.0, 60.0));
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        let id = ui.scope_id().with(("timeline", self.name));
        let has_notes = !self.notes.is_empty();
        let areas = Areas::of(
            rect,
            self.has_minimap(),
            has_notes,
            self.hits.is_some(),
            self.untimed.room(),
        );
        let response = ui.interact(areas.plot, id, Sense::click_and_drag());
        let scale = Scale::new(self.window.visible(), areas.plot);
        let mut actions = Vec::new();
        self.handle(ui, &response, &scale, state, &mut actions);
        let lit = self.handle_edges(ui, id, areas.plot, &scale, &mut actions);
        let marked = self.handle_markers(ui, id, areas.plot, &scale, state, &mut actions);
        let noted = self.handle_notes(ui, id, areas.notes, &scale, &mut actions);
        self.handle_minimap(ui, id, areas.minimap, state, &mut actions);
        self.menu(&response, &mut actions);
        self.follow_pointer(&response, &scale, state, &mut actions);
        self.describe(ui, &response, state);
        let tallest = self.tallest();
        self.bucket(ui, id, areas.plot, tallest, &mut actions);
        state.reading = response.hovered() && state.drag.is_none();
        self.paint_bars_and_axes(ui, &areas, &scale, tallest);
        self.paint_range(ui, areas.plot, &scale, lit);
        markers::paint(ui, areas.plot, &marked);
        notes::paint(ui, areas.notes, areas.plot, &noted);
        self.paint_measured(ui, areas.plot, &scale);
        self.paint_cursor(ui, &areas, &scale, state, response.has_focus());
        self.paint_minimap(ui, areas.minimap);
        self.tooltip(ui, &response, &scale, state);
        TimelineOutput { response, actions }
    }

    /// Reports a change of the time under the pointer, once.
    fn follow_pointer(
        &self,
        response: &Response,
        scale: &Scale,
        state: &mut TimelineState,
        actions: &mut Vec<TimelineAction>,
    ) {
        let focused = if response.has_focus() { state.cursor } else { None };
        let at = response.hover_pos().map(|p| scale.time(p.x)).or(focused);
        if at != state.hovered {
            state.hovered = at;
            actions.push(TimelineAction::Hover(at));
        }
    }

    /// What the top of the plot stands for: a round number, at least 1.
    fn tallest(&self) -> u64 {
        let visible = self.window.visible();
        let unfiltered = || self.total.max_in(visible);
        let filtered = || {
            let stack = self.stack.filter(|s| s.bins.grid() == self.total.bins.grid());
            stack.map(|s| s.max_in(visible, self.hidden))
        };
        let most = match self.height_of {
            HeightOf::All => unfiltered(),
            HeightOf::Filtered => filtered().unwrap_or_else(unfiltered),
            HeightOf::Either => {
                let all = unfiltered();
                filtered().filter(|n| *n > 0 && *n < all / TOO_LOW).unwrap_or(all)
            }
        };
        nice_ceiling(most.max(1))
    }

    fn menu(&self, response: &Response, actions: &mut Vec<TimelineAction>) {
        response.context_menu(|ui| {
            let range = self.range;
            if ui.add_enabled(range.is_some(), egui::Button::new("Zoom to the range")).clicked()
                && let Some(range) = range
            {
                actions.push(TimelineAction::SetWindow(self.window.fit(range)));
            }
            let note = egui::Button::new("Note on this range…");
            if ui.add_enabled(range.is_some(), note).clicked() {
                actions.push(TimelineAction::WriteNote);
            }
            let zoomed = self.window.is_zoomed();
            if ui.add_enabled(zoomed, egui::Button::new("Show everything")).clicked() {
                actions.push(TimelineAction::SetWindow(self.window.reset()));
            }
            if ui.add_enabled(zoomed, egui::Button::new("Select what is visible")).clicked() {
                let range = Some(self.window.visible());
                actions.push(TimelineAction::SetRange { range, finished: true });
            }
            if ui.add_enabled(range.is_some(), egui::Button::new("Clear the range")).clicked() {
                actions.push(TimelineAction::SetRange { range: None, finished: true });
            }
            ui.separator();
            if ui.button("Copy as text").clicked() {
                ui.ctx().copy_text(self.summary());
            }
        });
    }

    fn describe(&self, ui: &Ui, response: &Response, state: &TimelineState) {
        response.widget_info(|| {
            let role = egui::accesskit::Role::Canvas;
            egui::WidgetInfo::labeled(role, true, self.name)
        });
        // Asked before: inside, the context is held.
        let cursor = state.cursor.filter(|_| response.has_focus());
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_value(match cursor {
                Some(at) => self.read_out(at).join(", "),
                None => self.summary(),
            });
            node.set_description(
                "W and S zoom, A and D pan, arrows move the cursor, Shift with arrows selects a \
                 range, F fits it, Escape clears it; Tab goes on to the edges of the range and \
                 to markers; M with a drag measures",
            );
        });
    }
}
