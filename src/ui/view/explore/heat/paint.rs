//! Drawing the grid: cells from faint to full on a scale of one hue, so that it reads without
//! telling colours apart; nothing is an empty cell, what no record could fall into is hatched.

use egui::{Align2, Color32, Mesh, Rect, Stroke, StrokeKind, Ui, pos2, vec2};

use crate::index::HOURS;
use crate::model::TimeSpan;
use crate::ui::format::count as grouped;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::view::explore::times;
use crate::ui::view::explore::tracks::Shade;
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::timeline::{axis, short_count};
use crate::ui::widget::{outline, text};

use super::counts::{Cells, is_covered};
use super::grid::{At, DAY_NAMES, Grid, Marked, Mode};

/// The category whose hue cells have: not the blue of what is marked.
const HUE: usize = 2;
/// Samples of the legend.
const SAMPLES: u32 = 5;
const SAMPLE: f32 = 12.0;
/// Cells at least so large carry their count.
const WITH_COUNT: egui::Vec2 = vec2(30.0, 17.0);

/// What drawing needs besides the grid.
pub struct Ink<'a, 'b> {
    pub grid: &'a Grid,
    pub scene: &'a Scene<'b>,
    pub cells: Option<&'a Cells>,
    pub accounts: &'a [u32],
    pub shade: Shade,
    pub marked: Option<Marked>,
    pub cursor: Option<At>,
    pub hovered: Option<At>,
    /// What the records that could fall into cells span.
    pub covered: Option<TimeSpan>,
}

impl Ink<'_, '_> {
    /// Draws everything but the last line.
    pub fn grid(&self, ui: &Ui) {
        let theme = Theme::of(ui);
        self.rows(ui, theme);
        self.cells(ui, theme);
        self.axis(ui, theme);
    }

    fn rows(&self, ui: &Ui, theme: &Theme) {
        let painter = ui.painter_at(Rect::from_x_y_ranges(
            self.grid.names.min - 10.0..=self.grid.bar.right(),
            self.grid.plot.y_range(),
        ));
        let (first, after) = self.grid.visible();
        for row in first..after {
            let rect = self.grid.row_rect(row);
            let at = pos2(self.grid.names.min, rect.center().y);
            let width = self.grid.names.span() - 8.0;
            if !self.grid.mode.is_of_accounts() {
                let day = DAY_NAMES.get(row).copied().unwrap_or_default();
                text::paint_within(&painter, at, width, day, Face::Small, theme.muted);
                continue;
            }
            let Some(account) = self.accounts.get(row) else { continue };
            let id = &self.scene.index.accounts()[*account as usize];
            let selected = self.scene.view.selection.has_account(id);
            let hovered = self.scene.hover.account == Some(*account);
            if selected || hovered {
                let fill = if selected { theme.accent_soft } else { theme.hover };
                painter.rect_filled(rect, 0, fill);
            }
            let color = if selected || hovered { theme.text } else { theme.muted };
            text::paint_within(&painter, at, width, &visible_text(id), Face::MonoSmall, color);
        }
    }

    fn cells(&self, ui: &Ui, theme: &Theme) {
        let x = self.grid.plot.left()..=self.grid.no_time.max.max(self.grid.plot.right());
        let painter = ui.painter_at(Rect::from_x_y_ranges(x, self.grid.plot.y_range()));
        let (first, after) = self.grid.visible();
        let mut mesh = Mesh::default();
        let mut words = Vec::new();
        let last = self.grid.columns + usize::from(self.grid.untimed);
        for row in first..after {
            for column in 0..last {
                let at = (row, column);
                if column == self.grid.columns && !self.grid.mode.is_of_accounts() && row > 0 {
                    continue;
                }
                let rect = self.grid.rect(at);
                let cell = Rect::from_min_max(rect.min, rect.max - vec2(1.0, 1.0));
                let count = self.cells.and_then(|cells| cells.at(at));
                if !is_covered(self.grid, self.covered, at) {
                    outline::hatch(&painter, cell, theme.line);
                    continue;
                }
                let n = count.unwrap_or(0).min(u32::MAX.into()) as u32;
                mesh.add_colored_rect(cell, self.color(theme, n, column));
                if n > 0 && cell.width() >= WITH_COUNT.x && cell.height() >= WITH_COUNT.y {
                    words.push((cell.center(), n));
                }
            }
        }
        painter.add(mesh);
        self.frames(&painter, theme);
        for (at, n) in words {
            // On a strong cell the surface's colour reads best, on a faint one that of text.
            let strong = self.shade.strength(n) > 0.72;
            let color = if strong { theme.panel } else { theme.text };
            let count = short_count(n.into());
            painter.text(at, Align2::CENTER_CENTER, count, Face::Tiny.font(), color);
        }
    }

    fn color(&self, theme: &Theme, n: u32, column: usize) -> Color32 {
        let surface = if theme.dark { theme.raised } else { theme.hover };
        let full = if column >= self.grid.columns { theme.neutral() } else { theme.category(HUE) };
        self.shade.color(n, full, surface)
    }

    /// Frames around what is marked, under the pointer and under the keyboard.
    fn frames(&self, painter: &egui::Painter, theme: &Theme) {
        let frame = |rect: Rect, stroke: Stroke| {
            painter.rect_stroke(rect, 2, stroke, StrokeKind::Inside);
        };
        if let Some(at) = self.hovered {
            frame(self.grid.rect(at), Stroke::new(1.0, theme.muted));
        }
        if let Some(at) = self.cursor {
            frame(self.grid.rect(at), Stroke::new(1.5, theme.accent));
        }
        if let Some(marked) = self.marked {
            let (top, left) = (marked.rows().0, marked.columns().0);
            let (bottom, right) = (marked.rows().1, marked.columns().1);
            let rect = self.grid.rect((top, left)).union(self.grid.rect((bottom, right)));
            painter.rect_filled(rect, 2, theme.accent_soft);
            frame(rect, Stroke::new(1.5, theme.accent));
        }
    }

    fn axis(&self, ui: &Ui, theme: &Theme) {
        let (grid, painter) = (self.grid, ui.painter());
        let y = grid.axis.top() + 4.0;
        let small = |x: f32, align: Align2, words: String, color: Color32| {
            painter.text(pos2(x, y), align, words, Face::Tiny.font(), color)
        };
        let clock = match grid.mode {
            Mode::AccountTime => grid.zone.short(grid.bins.span(0).start),
            _ => "UTC",
        };
        let zone = small(grid.names.min, Align2::LEFT_TOP, clock.to_owned(), theme.muted);
        if grid.mode == Mode::AccountTime {
            let span = grid.span((0, grid.columns - 1));
            let most = (grid.plot.width() / 84.0).max(1.0) as usize;
            let (ticks, context) = times::ticks(span, most, grid.zone);
            let end = small(grid.plot.left() - 8.0, Align2::RIGHT_TOP, context, theme.muted);
            let scale = crate::ui::widget::timeline::Scale::new(span, grid.plot);
            let mut free_from = end.right().max(zone.right()) + 6.0;
            for tick in ticks {
                let galley = painter.layout_no_wrap(tick.label, Face::Tiny.font(), theme.muted);
                let x = scale.x(tick.at_us) + 1.0;
                if x >= free_from && x + galley.size().x <= grid.plot.right() + 4.0 {
                    free_from = x + galley.size().x + 6.0;
                    painter.galley(pos2(x, y), galley, theme.muted);
                }
            }
        } else {
            let cell = grid.plot.width() / HOURS as f32;
            let label = text::width(ui, "00:00", Face::Tiny) + 6.0;
            for hour in (0..HOURS).step_by(hours_apart(cell, label)) {
                let x = grid.rect((grid.visible().0, hour)).left();
                small(x, Align2::LEFT_TOP, format!("{hour:02}:00"), theme.muted);
            }
        }
        if grid.untimed {
            let x = grid.no_time.center();
            small(x, Align2::CENTER_TOP, "no time".to_owned(), theme.muted);
        }
    }

    /// `0 ▫ 1 ▪▪▪▪▪ 640 exchanges`, and what hatching means where there is any.
    pub fn legend(&self, ui: &Ui, note: &str) {
        let (theme, grid) = (Theme::of(ui), self.grid);
        let painter = ui.painter();
        let foot = grid.foot.shrink2(vec2(10.0, 0.0));
        let y = foot.center().y;
        let samples = self.shade.samples(SAMPLES);
        let mut left = foot.right();
        if let Some(most) = samples.last() {
            left = self.swatches(ui, &samples, *most) - 12.0;
        }
        let room = left - foot.left();
        text::paint_within(painter, pos2(foot.left(), y), room, note, Face::Tiny, theme.muted);
    }

    /// The samples of the legend with their counts; returns where they begin.
    fn swatches(&self, ui: &Ui, samples: &[u32], most: u32) -> f32 {
        let (theme, grid) = (Theme::of(ui), self.grid);
        let painter = ui.painter();
        let foot = grid.foot.shrink2(vec2(10.0, 0.0));
        let y = foot.center().y;
        let per = match grid.mode {
            Mode::AccountTime => format!(" per {}", axis::bin_name(grid.bins.bin_us())),
            _ => " per cell".to_owned(),
        };
        let words = format!("{} {}{per}", grouped(most.into()), grid.counted.word(most.into()));
        let small = |x: f32, align: Align2, words: &str| {
            painter.text(pos2(x, y), align, words, Face::Tiny.font(), theme.muted)
        };
        let mut left = small(foot.right(), Align2::RIGHT_CENTER, &words).left() - 6.0;
        let mut mesh = Mesh::default();
        for n in samples.iter().rev().chain([&0]) {
            left -= SAMPLE;
            if *n == 0 && samples.len() > 1 {
                left = small(left + SAMPLE - 6.0, Align2::RIGHT_CENTER, "1").left() - 8.0 - SAMPLE;
            }
            let sample = Rect::from_min_size(pos2(left, y - 5.0), vec2(SAMPLE - 1.0, 10.0));
            mesh.add_colored_rect(sample, self.color(theme, *n, 0));
        }
        painter.add(mesh);
        small(left - 6.0, Align2::RIGHT_CENTER, "0").left()
    }

    /// Whether a cell in sight is one that no record could fall into.
    pub fn has_missing(&self) -> bool {
        let (first, after) = self.grid.visible();
        let rows = if self.grid.mode.is_of_accounts() { first..first + 1 } else { first..after };
        rows.into_iter().any(|row| {
            (0..self.grid.columns).any(|column| !is_covered(self.grid, self.covered, (row, column)))
        })
    }
}

/// How many hours labels of a width are apart, so that none runs into the next.
fn hours_apart(cell: f32, label: f32) -> usize {
    [1, 2, 3, 6].into_iter().find(|hours| *hours as f32 * cell >= label).unwrap_or(12)
}

#[cfg(test)]
mod tests {
    use super::hours_apart;

    #[test]
    fn labels_of_hours_have_room_beside_each_other() {
        for (cell, hours) in [(40.0, 1), (19.0, 2), (15.3, 3), (7.0, 6), (4.0, 12)] {
            assert_eq!(hours_apart(cell, 38.0), hours, "{cell}");
        }
    }
}
