//! The room of a picture: the plot, and lanes in it.

use egui::{Rect, Response, Sense, Ui, pos2, vec2};

use crate::detect::exhibit::kind::Lane;
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::text;

/// Lanes up to this many have their names beside them.
const NAMED: usize = 16;
/// Height of a lane with a name, points.
const NAMED_LANE: f32 = 15.0;
/// Heights of all lanes without names, points: the least and the most.
const HEIGHTS: (f32, f32) = (48.0, 168.0);
/// Height of a lane without a name, points, where there are few.
const LANE: f32 = 4.0;
/// The widest that names may be, as a share of the picture.
const NAMES: f32 = 0.3;

/// Room for lanes.
#[derive(Clone, Copy, Debug)]
pub struct Lanes {
    /// Where marks go.
    pub plot: Rect,
    /// How many lanes there are.
    pub count: usize,
    /// How wide names left of it are; 0 without names.
    pub names: f32,
}

impl Lanes {
    /// How high so many lanes are, points.
    pub fn height(count: usize) -> f32 {
        match count {
            0..=NAMED => (count as f32 * NAMED_LANE).max(NAMED_LANE),
            _ => (count as f32 * LANE).clamp(HEIGHTS.0, HEIGHTS.1),
        }
    }

    /// How wide names are where lanes are few; 0 where they are many.
    pub fn names(ui: &Ui, width: f32, lanes: &[&Lane]) -> f32 {
        if lanes.len() > NAMED {
            return 0.0;
        }
        let of = |lane: &&Lane| text::width(ui, &name(lane), Face::MonoSmall);
        let widest = lanes.iter().map(of).fold(0.0, f32::max);
        (widest + 8.0).min(width * NAMES)
    }

    /// In a rectangle, names on the left where lanes are few.
    pub fn new(ui: &Ui, rect: Rect, lanes: &[&Lane]) -> Self {
        let names = Self::names(ui, rect.width(), lanes);
        let plot = Rect::from_min_max(pos2(rect.left() + names, rect.top()), rect.max);
        Self { plot, count: lanes.len(), names }
    }

    /// The rectangle of a lane.
    pub fn lane(&self, lane: usize) -> Rect {
        let height = self.plot.height() / self.count.max(1) as f32;
        let top = self.plot.top() + lane as f32 * height;
        Rect::from_min_size(pos2(self.plot.left(), top), vec2(self.plot.width(), height))
    }

    /// The lane at a height.
    pub fn at(&self, y: f32) -> Option<usize> {
        let share = (y - self.plot.top()) / self.plot.height().max(1.0);
        let lane = (share * self.count as f32).floor();
        (lane >= 0.0 && lane < self.count as f32).then_some(lane as usize)
    }

    /// Paints the ground, what is selected or under the pointer, and the names.
    pub fn ground(&self, ui: &Ui, lanes: &[&Lane], scene: &Scene<'_>) {
        let theme = Theme::of(ui);
        let painter = ui.painter();
        painter.rect_filled(self.plot, 2.0, theme.raised);
        for (i, lane) in lanes.iter().enumerate() {
            let rect = self.lane(i);
            let least =
                Rect::from_center_size(rect.center(), vec2(rect.width(), rect.height().max(2.0)));
            if scene.view.selection.has_account(&lane.name) {
                painter.rect_filled(least, 0.0, theme.accent_soft);
            } else if scene.hover.account == Some(lane.account) {
                painter.rect_filled(least, 0.0, theme.hover);
            }
            if self.names > 0.0 {
                let at = pos2(rect.left() - self.names, rect.center().y);
                let room = self.names - 8.0;
                text::paint_within(painter, at, room, &name(lane), Face::MonoSmall, theme.muted);
            }
        }
    }
}

/// How high words are that take the lines they need, points.
pub fn height_of(ui: &Ui, words: &str, face: Face, width: f32) -> f32 {
    if words.is_empty() { 0.0 } else { laid_out(ui, words, face, width).size().y }
}

/// Paints words that take the lines they need, from the top left; returns their height.
pub fn paint_lines(ui: &Ui, at: egui::Pos2, width: f32, words: &str, face: Face) -> f32 {
    if words.is_empty() {
        return 0.0;
    }
    let galley = laid_out(ui, words, face, width);
    let height = galley.size().y;
    ui.painter().galley(at, galley, Theme::of(ui).muted);
    height
}

fn laid_out(ui: &Ui, words: &str, face: Face, width: f32) -> std::sync::Arc<egui::Galley> {
    let color = Theme::of(ui).muted;
    ui.painter().layout(format::display(words), face.font(), color, width.max(1.0))
}

/// The id of an account, safe to show; where there is none, that.
pub fn name(lane: &Lane) -> String {
    if lane.name.is_empty() { "(no id)".into() } else { format::display(&lane.name) }
}

/// Room for a drawing of some height over the whole width, that answers the pointer.
pub fn room(ui: &mut Ui, height: f32) -> (Rect, Response) {
    let width = ui.available_width().max(1.0);
    ui.allocate_exact_size(vec2(width, height), Sense::click())
}
