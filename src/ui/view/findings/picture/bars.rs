//! Names with a number each, against what is usual.

use egui::{Rect, Stroke, Ui, pos2, vec2};

use crate::detect::exhibit::Ink;
use crate::detect::exhibit::kind::{Bar, Bars};
use crate::model::finding::{Number, Recipe};
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::text;

use super::frame::{height_of, paint_lines, room};
use super::point::{Pointed, react};
use super::{axis, ink};

/// Height of a bar with its room, points.
const ROW: f32 = 22.0;
/// Height of a bar, points.
const BAR: f32 = 9.0;
/// Shares of the width that names and notes may take at most.
const SIDES: f32 = 0.37;
/// Between the columns, points.
const GAP: f32 = 10.0;

/// Draws them.
pub fn show(ui: &mut Ui, bars: &Bars, shown: &str, scene: &mut Scene<'_>) {
    let theme = Theme::of(ui);
    let foot_height = height_of(ui, &foot_words(bars), Face::Tiny, ui.available_width());
    let (rect, response) = room(ui, bars.bars.len() as f32 * ROW + foot_height + 2.0);
    let widest = |of: &dyn Fn(&Bar) -> String| {
        let width = |bar: &Bar| text::width(ui, &format::display(&of(bar)), Face::Small);
        (bars.bars.iter().map(width).fold(0.0, f32::max) + 2.0).min(rect.width() * SIDES)
    };
    let names = widest(&|bar: &Bar| bar.name.clone());
    let notes = widest(&|bar: &Bar| bar.note.clone());
    let track = (rect.left() + names + GAP, rect.right() - notes - GAP);
    let top = axis::top(bars.unit, bars.top());
    let row = |i: usize| {
        let y = rect.top() + i as f32 * ROW;
        Rect::from_min_size(pos2(rect.left(), y), vec2(rect.width(), ROW))
    };
    for (i, bar) in bars.bars.iter().enumerate() {
        let row = row(i);
        let is_selected = bar.account.is_some_and(|account| {
            let id = scene.index.accounts().get(account as usize);
            id.is_some_and(|id| scene.view.selection.has_account(id))
        });
        if is_selected {
            ui.painter().rect_filled(row, 2.0, theme.accent_soft);
        }
        let at = pos2(row.left(), row.center().y);
        let name = format::display(&bar.name);
        text::paint_within(ui.painter(), at, names, &name, Face::Small, theme.text);
        paint(ui, bar, track, row.center().y, top);
        let at = pos2(track.1 + GAP, row.center().y);
        let note = format::display(&bar.note);
        text::paint_within(ui.painter(), at, notes, &note, Face::Small, theme.muted);
    }
    foot(ui, bars, rect, track);
    let pointed = response.hover_pos().and_then(|pos| {
        let bar = bars.bars.get(((pos.y - rect.top()) / ROW).floor().max(0.0) as usize)?;
        Some(pointed(bars, bar))
    });
    react(ui, &response, shown, pointed, scene);
}

fn paint(ui: &Ui, bar: &Bar, (left, right): (f32, f32), y: f32, top: f64) {
    let theme = Theme::of(ui);
    let painter = ui.painter();
    let width = (right - left).max(1.0);
    let x = |value: f64| left + (value / top).clamp(0.0, 1.0) as f32 * width;
    let track = Rect::from_x_y_ranges(left..=right, y - BAR / 2.0..=y + BAR / 2.0);
    painter.rect_filled(track, 2.0, theme.raised);
    if let Some((low, high)) = bar.band {
        let band = Rect::from_x_y_ranges(x(low)..=x(high), y - 6.0..=y + 6.0);
        painter.rect_filled(band, 1.5, theme.ghost);
    }
    let color = match bar.ink {
        Ink::Null => theme.faint,
        other => ink::color(theme, other),
    };
    let end = if bar.observed > 0.0 { x(bar.observed).max(left + 1.0) } else { left };
    painter.rect_filled(track.with_max_x(end), 2.0, color);
    if let Some(usual) = bar.usual {
        // A halo, so that the tick is seen on the bar and beside it.
        let x = x(usual).clamp(left + 1.0, right - 1.0);
        let tick = |height: f32| y - height..=y + height;
        painter.vline(x, tick(8.0), Stroke::new(4.0, theme.panel));
        painter.vline(x, tick(7.0), Stroke::new(2.0, theme.muted));
    }
}

/// What the length of a bar is, and what is not shown.
fn foot_words(bars: &Bars) -> String {
    match bars.more.is_empty() {
        true => bars.measure.clone(),
        false => format!("{} · {}", bars.measure, bars.more),
    }
}

/// Paints it under the bars where it fits there on a line, else from the left.
fn foot(ui: &Ui, bars: &Bars, rect: Rect, track: (f32, f32)) {
    let words = foot_words(bars);
    let fits = text::width(ui, &words, Face::Tiny) <= rect.right() - track.0;
    let left = if fits { track.0 } else { rect.left() };
    let at = pos2(left, rect.top() + bars.bars.len() as f32 * ROW + 1.0);
    paint_lines(ui, at, rect.right() - left, &words, Face::Tiny);
}

fn pointed(bars: &Bars, bar: &Bar) -> Pointed {
    let written = |value: f64| {
        Number { name: String::new(), value, unit: bars.unit, recipe: Recipe::Statistic }.text()
    };
    let mut lines = vec![bar.name.clone(), format!("{}: {}", bars.measure, written(bar.observed))];
    lines.extend(bar.usual.map(|usual| format!("usual: {}", written(usual))));
    lines.extend(
        bar.band.map(|(low, high)| format!("by chance: {} to {}", written(low), written(high))),
    );
    lines.push(bar.note.clone());
    Pointed { accounts: bar.account.into_iter().collect(), time: None, lines }
}
