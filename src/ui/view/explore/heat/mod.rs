//! The heat map: accounts over the hours of a day or over time, or days of the week over hours.
//! A click filters to a cell; marked cells are filtered to, selected, tagged and judged at once.

mod act;
mod counts;
mod grid;
mod input;
mod paint;
#[cfg(test)]
mod walk;

use egui::accesskit::Role;
use egui::{Rect, Response, Sense, Tooltip, Ui, WidgetInfo};

use crate::model::TimeSpan;
use crate::ui::Zone;
use crate::ui::format::{count as grouped, counted};
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::view::traffic::within;
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::table::Position;
use crate::ui::widget::timeline::{BinSpec, axis};
use crate::ui::widget::{Card, card, drop_down};

use super::order::{Listed, Order};
use super::query::{Masks, Query};
use super::times;
use super::tracks::{self, Shade};

use act::Meant;
use counts::{Cells, Counts};
use grid::{At, DAY_NAMES, Grid, Marked, Mode};
use paint::Ink;

const NAME: &str = "Heat map";
const KEYS: &str = "Arrows go from cell to cell, Shift with arrows marks cells, Enter filters to \
                    them, Escape lifts the mark";

/// What cells are of: other rows or columns are other cells.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Of {
    mode: Mode,
    /// The list of accounts, where rows are accounts.
    list: u64,
    /// The stretches of time, where columns are such.
    bins: Option<BinSpec>,
}

/// The card's own state.
#[derive(Default)]
pub struct Heat {
    mode: Mode,
    position: Position,
    counts: Counts,
    marked: Option<Marked>,
    /// What the marked cells are of.
    marked_of: Option<Of>,
    cursor: Option<At>,
    hovered: Option<At>,
    hovering: bool,
    drag_from: Option<At>,
    tag: String,
    /// Whether the tag field is to get the keyboard.
    wants_tag: bool,
    grabbed: f32,
}

impl Heat {
    /// Draws the card.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        scene: &mut Scene<'_>,
        query: &Query,
        order: &mut Order,
    ) {
        if self.mode.is_of_accounts() {
            order.ask(ui, scene, query);
        } else {
            order.poll();
        }
        let note = self.note(query, order);
        let inner = card(ui, rect, &Card { title: NAME, note: &note }, |ui| {
            if self.mode.is_of_accounts() {
                order.menu(ui, NAME);
            }
            self.mode_menu(ui);
        });
        let Some(masks) = query.masks() else { return query.show_error(ui, inner) };
        let listed = order.listed();
        let grid = self.grid(inner, scene, masks, &listed, Zone::of(ui.ctx()));
        let of = Some(Of {
            mode: self.mode,
            list: if self.mode.is_of_accounts() { listed.id } else { 0 },
            bins: (self.mode == Mode::AccountTime).then_some(grid.bins),
        });
        if of != self.marked_of {
            (self.marked, self.cursor, self.drag_from) = (None, None, None);
            self.marked_of = of;
        }
        self.counts.ask(ui, scene, query, masks, &grid, &listed);
        region(ui, inner, |ui| self.body(ui, &grid, scene, query, &listed));
    }

    fn grid(
        &mut self,
        rect: Rect,
        scene: &Scene<'_>,
        masks: &Masks,
        listed: &Listed,
        zone: Zone,
    ) -> Grid {
        let mask = if self.mode == Mode::AccountHour { &masks.kept } else { &masks.timeless };
        let mask = if self.mode == Mode::WeekHour { &masks.shown } else { mask };
        let untimed = scene.index.without_time(mask) > 0;
        let window = times::window(scene, zone).visible();
        // Without the air around the data, which no record lies in.
        let window = scene.index.span().map_or(window, |span| within(window, span));
        let accounts = listed.accounts.len();
        let mut grid = Grid::of(rect, self.mode, accounts, untimed, (window, zone));
        grid.counted = masks.population.counted();
        self.position = grid.extent().clamp(self.position);
        if self.mode.is_of_accounts() {
            grid.position = self.position;
        }
        grid
    }

    fn body(
        &mut self,
        ui: &mut Ui,
        grid: &Grid,
        scene: &mut Scene<'_>,
        query: &Query,
        listed: &Listed,
    ) {
        let accounts = &**listed.accounts;
        if query.waits() {
            ui.multiply_opacity(tracks::OF_BEFORE);
        }
        let id = ui.scope_id().with(NAME);
        let rect = grid.plot.with_max_x(grid.bar.left()).with_min_x(grid.names.min - 10.0);
        let response = ui.interact(rect, id, Sense::click_and_drag());
        self.point(ui, &response, grid, scene, accounts);
        self.keys(ui, &response, grid, scene, accounts);
        let meant = self.meant(ui, scene, query, grid, listed);
        let cells = self.counts.cells(grid, listed);
        let focused = response.has_focus();
        let max = cells.map_or(0, Cells::max);
        let ink = Ink {
            grid,
            scene,
            cells,
            accounts,
            shade: Shade::rooted(max.min(u32::MAX.into()) as u32),
            marked: self.marked,
            cursor: self.cursor.filter(|_| focused),
            hovered: self.hovered,
            covered: covered(scene, self.mode),
        };
        ink.grid(ui);
        if self.marked.is_none() {
            let wider = query.filter().and_then(counts::without_clock).is_some();
            // Over time, hours are as the filter asks for them.
            let wider = wider && self.mode != Mode::AccountTime;
            let said = [
                wider.then_some("every hour and weekday, also those that are filtered out"),
                ink.has_missing().then_some("hatched: outside the records' time"),
            ];
            ink.legend(ui, &said.into_iter().flatten().collect::<Vec<_>>().join(" · "));
        }
        if grid.rows == 0 {
            tracks::nothing(ui, grid.plot, query.why_empty().unwrap_or("Counting…"));
        }
        self.describe(ui, &response, &ink);
        self.tooltip(ui, &response, &ink);
        self.act(ui, &response, grid, scene, accounts, meant);
    }

    fn act(
        &mut self,
        ui: &mut Ui,
        response: &Response,
        grid: &Grid,
        scene: &mut Scene<'_>,
        accounts: &[u32],
        meant: Option<Meant>,
    ) {
        if let Some((marked, meant)) = self.marked.zip(meant) {
            let line = grid.foot.x_range();
            ui.painter().hline(line, grid.foot.top() + 0.5, Theme::of(ui).hairline());
            region(ui, grid.foot, |ui| self.bar(ui, scene, grid, accounts, marked, &meant));
            response.context_menu(|ui| self.menu(ui, scene, grid, accounts, marked, &meant));
        }
        tracks::scrollbar(ui, NAME, grid.bar, grid.extent(), &mut self.position, &mut self.grabbed);
    }

    fn note(&self, query: &Query, order: &Order) -> String {
        if query.masks().is_none() {
            return String::new();
        }
        match self.mode {
            Mode::WeekHour => "all rows shown".to_owned(),
            _ if !order.is_there() => String::new(),
            _ => {
                let n = order.listed().accounts.len() as u64;
                let accounts = counted(n, "account", "accounts");
                match order.not_compared() {
                    Some(why) => format!("{accounts} {why}"),
                    None => format!("{accounts}\n{}", grouped(n)),
                }
            }
        }
    }

    fn mode_menu(&mut self, ui: &mut Ui) {
        let words = self.mode.words();
        drop_down(ui, words, &format!("{NAME}: {words}"), false, |ui| {
            for (mode, words) in Mode::ALL {
                if ui.add(egui::Button::selectable(mode == self.mode, words)).clicked() {
                    self.mode = mode;
                    self.position = Position::default();
                }
            }
        });
    }

    /// The grid for screen readers: what is in it, or the cell of the keyboard.
    fn describe(&self, ui: &Ui, response: &Response, ink: &Ink<'_, '_>) {
        response.widget_info(|| WidgetInfo::labeled(Role::Grid, true, NAME));
        let (rows, columns) = (ink.grid.rows, ink.grid.columns);
        // Asked before: inside, the context is held.
        let cursor = self.cursor.filter(|_| response.has_focus());
        ui.accesskit_node_builder(response.id, |node| {
            node.set_value(match cursor {
                Some(at) => read_out(ink, at).join(", "),
                None => summary(ink),
            });
            node.set_description(KEYS);
            node.set_row_count(rows);
            node.set_column_count(columns);
        });
    }

    fn tooltip(&self, ui: &Ui, response: &Response, ink: &Ink<'_, '_>) {
        let Some(at) = self.hovered.filter(|_| response.hovered() && !ui.any_popup_open()) else {
            return;
        };
        let theme = Theme::of(ui);
        Tooltip::for_widget(response).at_pointer().gap(14.0).show(|ui| {
            for (i, line) in read_out(ink, at).iter().enumerate() {
                let (face, color) = match i {
                    0 => (Face::Small, theme.muted),
                    1 => (Face::Medium, theme.text),
                    _ => (Face::Small, theme.text),
                };
                ui.label(face.text(visible_text(line)).color(color));
            }
        });
    }
}

/// What the records that could fall into cells span.
fn covered(scene: &Scene<'_>, mode: Mode) -> Option<TimeSpan> {
    let span = scene.index.span()?;
    let range = scene.view.filter.time.filter(|_| mode != Mode::AccountTime);
    Some(range.map_or(span, |range| within(range, span)))
}

/// A cell line by line: what it is, how many rows.
fn read_out(ink: &Ink<'_, '_>, at: At) -> Vec<String> {
    let (grid, (row, column)) = (ink.grid, at);
    let hour = |hour: usize| format!("{hour:02}:00 – {hour:02}:59 UTC");
    let when = match grid.mode {
        _ if column >= grid.columns => "without a time".to_owned(),
        Mode::AccountTime => {
            let span = grid.bins.span(column);
            axis::words(span, grid.zone, ink.covered.unwrap_or(span))
        }
        Mode::AccountHour => hour(column),
        Mode::WeekHour => format!("{} {}", DAY_NAMES[row.min(6)], hour(column)),
    };
    let count = match ink.cells.and_then(|cells| cells.at(at)) {
        _ if !counts::is_covered(grid, ink.covered, at) => "outside the records' time".to_owned(),
        Some(n) => format!("{} {}", grouped(n), grid.counted.word(n)),
        None => "Counting…".to_owned(),
    };
    let mut out = vec![when, count];
    if grid.mode.is_of_accounts()
        && let Some(account) = ink.accounts.get(row)
    {
        out.push(ink.scene.index.accounts()[*account as usize].clone());
    }
    out
}

/// The grid in a sentence.
fn summary(ink: &Ink<'_, '_>) -> String {
    let grid = ink.grid;
    let what = match grid.mode {
        Mode::WeekHour => "Days of the week over hours of the day, UTC".to_owned(),
        mode => {
            let accounts = counted(grid.rows as u64, "account", "accounts");
            let over = match mode {
                Mode::AccountTime => format!("time, {}", grid.zone.name()),
                _ => "hours of the day, UTC".to_owned(),
            };
            format!("{accounts} over {over}")
        }
    };
    let (first, after) = grid.visible();
    let cells = (first..after).flat_map(|row| (0..grid.columns).map(move |column| (row, column)));
    let counted = cells.filter_map(|at| Some((ink.cells?.at(at)?, at)));
    match counted.max_by_key(|(n, at)| (*n, std::cmp::Reverse(*at))) {
        Some((n, at)) if n > 0 => format!("{what}; most in {}", read_out(ink, at).join(", ")),
        _ => format!("{what}; nothing in sight"),
    }
}
