//! The board: each cluster and lone account by its two scores. The lines between the four quarters
//! can be dragged to try another limit.

mod captions;
mod places;

use std::sync::Arc;

use egui::{
    Align2, Color32, Galley, Id, Pos2, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2,
};

use crate::model::finding::{Level, Subject};
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::card::{Card, card};
use crate::ui::widget::{button, level, text};

use super::listing::{Entry, Listing};
use super::sums;

use captions::{Caption, QUARTERS};
use places::{LABELLED, Place};

/// Where the lines are at first: half of each scale.
const LIMIT: f64 = 0.5;
/// The largest radius of a dot, points.
const MOST_RADIUS: f32 = 20.0;

/// The board's own state.
pub struct Board {
    limit: f64,
    /// Where each entry was drawn last, and what for: the number of a list, a place, a limit.
    places: Option<((u64, Rect, f64), Vec<Place>)>,
}

impl Default for Board {
    fn default() -> Self {
        Self { limit: LIMIT, places: None }
    }
}

fn quarter(entry: &Entry, limit: f64) -> usize {
    match (entry.coordination >= limit, entry.harvesting >= limit) {
        (false, true) => 0,
        (true, true) => 1,
        (false, false) => 2,
        (true, false) => 3,
    }
}

fn radius(entry: &Entry) -> f32 {
    (2.6 + 0.5 * (entry.accounts as f32).sqrt()).min(MOST_RADIUS)
}

/// How many entries lie in each quarter.
fn counts(listing: &Listing, limit: f64) -> [u64; 4] {
    let mut counts = [0; 4];
    listing.entries.iter().for_each(|entry| counts[quarter(entry, limit)] += 1);
    counts
}

/// Where scores lie on the screen.
#[derive(Clone, Copy)]
struct Plot(Rect);

impl Plot {
    fn at(self, entry: &Entry) -> Pos2 {
        let edge = radius(entry).min(8.0) + 1.0;
        let inner = self.0.shrink(edge);
        let at = pos2(self.x(entry.coordination), self.y(entry.harvesting));
        at.clamp(inner.min, inner.max)
    }

    fn x(self, score: f64) -> f32 {
        self.0.left() + self.0.width() * along(score) as f32
    }

    fn y(self, score: f64) -> f32 {
        self.0.bottom() - self.0.height() * along(score) as f32
    }
}

/// Where a score lies on its axis, 0…1: a half in the middle, and beyond it every halving of the
/// doubt is seen, where 0.99 and 0.9999 would lie on each other.
fn along(score: f64) -> f64 {
    let halvings = -libm::log2((1.0 - score).max(1e-12));
    halvings / (1.0 + halvings)
}

/// The score that lies there, the inverse of [`along`].
fn score_at(share: f64) -> f64 {
    1.0 - libm::exp2(-share / (1.0 - share).max(1e-9))
}

impl Board {
    /// Draws the card, with rings around `subjects`, which rise; the list comes with a number that is
    /// another for every other list.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        (version, listing): (u64, &Listing),
        subjects: &[Subject],
        scene: &mut Scene<'_>,
    ) {
        let counts = counts(listing, self.limit);
        let note = sums::board(listing.standing()).join("\n");
        let is_moved = (self.limit - LIMIT).abs() > 1e-9;
        let body = card(ui, rect, &Card { title: "Board", note: &note }, |ui| {
            if is_moved && button::link(ui, "reset").clicked() {
                self.limit = LIMIT;
            }
        });
        let inner = Rect::from_min_max(
            body.min + vec2(26.0, 12.0),
            body.max - vec2(size::CARD_PADDING, 26.0),
        );
        if inner.width() < 40.0 || inner.height() < 40.0 {
            return;
        }
        let plot = Plot(inner);
        self.ground(ui, plot);
        self.handles(ui, plot);
        let limit = pos2(plot.x(self.limit), plot.y(self.limit));
        let captions = captions::of(ui, inner, limit, counts);
        self.dots(ui, plot, (version, listing), (subjects, &captions), scene);
        let theme = Theme::of(ui);
        let below = pos2(inner.right(), inner.bottom() + 14.0);
        text::paint(
            ui.painter(),
            below,
            Align2::RIGHT_CENTER,
            "coordinated →",
            Face::Tiny,
            theme.muted,
        );
        upright(ui, pos2(body.left() + 12.0, inner.top()), "harvesting →");
    }

    /// The quarters, and the lines between them.
    fn ground(&self, ui: &Ui, plot: Plot) {
        let theme = Theme::of(ui);
        let (painter, all) = (ui.painter(), plot.0);
        let (x, y) = (plot.x(self.limit), plot.y(self.limit));
        let both = Rect::from_min_max(pos2(x, all.top()), pos2(all.right(), y));
        painter.rect_filled(both, 0.0, theme.copper_soft.gamma_multiply(0.45));
        painter.rect_stroke(all, 2.0, theme.hairline(), egui::StrokeKind::Inside);
        let line = Stroke::new(1.0, theme.faint);
        for ends in [
            [pos2(x, all.top()), pos2(x, all.bottom())],
            [pos2(all.left(), y), pos2(all.right(), y)],
        ] {
            painter.extend(egui::Shape::dashed_line(&ends, line, 2.0, 3.0));
        }
    }

    /// The two handles: dragged, they try another limit.
    fn handles(&mut self, ui: &mut Ui, plot: Plot) {
        let theme = Theme::of(ui);
        let all = plot.0;
        let below = Rect::from_center_size(pos2(plot.x(self.limit), all.bottom()), vec2(5.0, 18.0));
        let beside = Rect::from_center_size(pos2(all.left(), plot.y(self.limit)), vec2(18.0, 5.0));
        let label = format!("Limit of both scores, {:.2}", self.limit);
        for (i, handle) in [below, beside].into_iter().enumerate() {
            let id = Id::unique(("limit of the board", i));
            let response = ui.interact(handle.expand(5.0), id, Sense::click_and_drag());
            response.widget_info(|| WidgetInfo::slider(true, self.limit, &label));
            if let Some(at) = response.interact_pointer_pos().filter(|_| response.dragged()) {
                let share = match i {
                    0 => (at.x - all.left()) / all.width(),
                    _ => (all.bottom() - at.y) / all.height(),
                };
                let score = score_at(f64::from(share.clamp(0.05, 0.95)));
                self.limit = ((score * 100.0).round() / 100.0).clamp(0.05, 0.99);
            }
            if response.has_focus() {
                let filter = egui::EventFilter {
                    horizontal_arrows: true,
                    vertical_arrows: true,
                    ..egui::EventFilter::default()
                };
                ui.memory_mut(|m| m.set_focus_lock_filter(response.id, filter));
                let step = |key| ui.input(|input| input.key_pressed(key));
                let up = step(egui::Key::ArrowUp) || step(egui::Key::ArrowRight);
                let down = step(egui::Key::ArrowDown) || step(egui::Key::ArrowLeft);
                let by = f64::from(i8::from(up) - i8::from(down)) * 0.01;
                self.limit = (self.limit + by).clamp(0.05, 0.99);
            }
            let ink = theme.accent;
            ui.painter().rect_filled(handle, 2.0, ink);
            let cursor = [egui::CursorIcon::ResizeHorizontal, egui::CursorIcon::ResizeVertical][i];
            response.on_hover_cursor(cursor).on_hover_text("Drag to try another limit");
        }
        let at = pos2(plot.x(self.limit), all.bottom() + 17.0);
        let words = format!("{:.2}", self.limit);
        text::paint(ui.painter(), at, Align2::CENTER_CENTER, &words, Face::Tiny, theme.accent);
    }

    fn dots(
        &mut self,
        ui: &mut Ui,
        plot: Plot,
        (version, listing): (u64, &Listing),
        (subjects, captions): (&[Subject], &[Caption]),
        scene: &mut Scene<'_>,
    ) {
        let theme = Theme::of(ui);
        let response = ui.interact(plot.0, Id::unique("board"), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, words(listing, self.limit)));
        let painter = ui.painter_at(plot.0.expand(4.0));
        let key = (version, plot.0, self.limit);
        if self.places.as_ref().is_none_or(|(of, _)| *of != key) {
            let written: Vec<Rect> = captions.iter().map(|caption| caption.rect).collect();
            let size = |id: u32| number(&painter, id, theme).size();
            self.places = Some((key, places::spread(plot, listing, self.limit, &written, size)));
        }
        let places = self.places.iter().flat_map(|(_, places)| places);
        let numbers = places.clone().map(|place| place.label);
        let dots: Vec<(&Entry, Pos2)> =
            listing.entries.iter().zip(places.map(|place| place.at)).collect();
        // The ones that deserve a look most lie on top.
        for (entry, at) in dots.iter().rev() {
            level::paint(&painter, *at, radius(entry), entry.level, theme);
        }
        captions::paint(ui, captions, |words| {
            dots.iter().any(|(entry, at)| words.distance_to_pos(*at) < radius(entry))
        });
        let is_chosen = |dot: &&(&Entry, Pos2)| subjects.binary_search(&dot.0.subject).is_ok();
        let chosen: Vec<&(&Entry, Pos2)> = dots.iter().filter(is_chosen).collect();
        for (entry, at) in &chosen {
            let ring = Stroke::new(2.0, theme.accent);
            painter.circle_stroke(*at, radius(entry) + 3.0, ring);
        }
        let written = captions.iter().map(|caption| caption.rect).collect();
        labels(&painter, dots.iter().zip(numbers), (&chosen, written), theme);
        let under = response.hover_pos().and_then(|at| nearest(&dots, at));
        let Some((entry, at)) = under else { return };
        painter.circle_stroke(at, radius(entry) + 2.0, Stroke::new(1.0, theme.text));
        let clicked = response.clicked();
        response
            .on_hover_cursor(egui::CursorIcon::PointingHand)
            .on_hover_text_at_pointer(about(entry));
        if clicked {
            super::select(scene, entry);
        }
    }
}

/// The numbers of clusters: of those that have a place for it, and of the first chosen ones over dots
/// that lie there, beside the words that are `written` where there is a side for it.
fn labels<'a>(
    painter: &egui::Painter,
    dots: impl Iterator<Item = (&'a (&'a Entry, Pos2), Option<Rect>)>,
    (chosen, mut written): (&[&(&Entry, Pos2)], Vec<Rect>),
    theme: &Theme,
) {
    let mut unlabelled = chosen.to_vec();
    for ((entry, _), label) in dots {
        let (Subject::Cluster(id), Some(label)) = (entry.subject, label) else { continue };
        unlabelled.retain(|(other, _)| other.subject != entry.subject);
        painter.galley(label.min, number(painter, id, theme), Color32::PLACEHOLDER);
        written.push(label);
    }
    for (entry, at) in unlabelled.into_iter().take(LABELLED) {
        let Subject::Cluster(id) = entry.subject else { continue };
        let galley = number(painter, id, theme);
        let label = places::over(*at, radius(entry), galley.size(), &written, painter.clip_rect());
        written.push(label);
        painter.rect_filled(label.expand(1.0), 2.0, theme.panel.gamma_multiply(0.82));
        painter.galley(label.min, galley, Color32::PLACEHOLDER);
    }
}

/// A number as it is written beside a dot.
fn number(painter: &egui::Painter, id: u32, theme: &Theme) -> Arc<Galley> {
    painter.layout_no_wrap(id.to_string(), Face::Tiny.font(), theme.text)
}

/// What lies under the pointer; of several, the one whose centre is nearest.
fn nearest<'a>(dots: &[(&'a Entry, Pos2)], at: Pos2) -> Option<(&'a Entry, Pos2)> {
    let distance = |dot: &&(&Entry, Pos2)| dot.1.distance(at);
    let hit = dots.iter().filter(|dot| distance(dot) <= radius(dot.0) + 3.0);
    hit.min_by(|a, b| distance(a).total_cmp(&distance(b))).copied()
}

fn about(entry: &Entry) -> String {
    format!(
        "{} · {}\n{}, {}\ncoordinated {:.2} · harvesting {:.2}",
        format::display(&entry.name),
        match entry.level {
            Level::None => "below indicative",
            level => level.as_str(),
        },
        format::counted(entry.accounts, "account", "accounts"),
        format::counted(entry.rows, "record", "records"),
        entry.coordination,
        entry.harvesting,
    )
}

/// The board in words.
fn words(listing: &Listing, limit: f64) -> String {
    let counts = counts(listing, limit);
    let one = |i: usize| format!("{} {}", format::count(counts[i]), QUARTERS[i].0.to_lowercase());
    format!("Board at {limit:.2}: {}, {}, {}, {}", one(1), one(3), one(0), one(2))
}

/// Words along the vertical axis, read from below.
fn upright(ui: &Ui, top: Pos2, words: &str) {
    let theme = Theme::of(ui);
    let galley = ui.painter().layout_no_wrap(words.to_owned(), Face::Tiny.font(), theme.muted);
    let at = pos2(top.x - galley.size().y / 2.0, top.y + galley.size().x);
    let shape = egui::epaint::TextShape::new(at, galley, theme.muted);
    ui.painter().add(shape.with_angle(-std::f32::consts::FRAC_PI_2));
}

#[cfg(test)]
mod tests {
    use super::super::listing::Review;
    use super::*;

    pub(super) fn entry(coordination: f64, harvesting: f64) -> Entry {
        Entry {
            subject: Subject::Cluster(1),
            name: "Cluster 1".into(),
            level: Level::Probable,
            coordination,
            harvesting,
            accounts: 12,
            rows: 340,
            families: [None; 5],
            detectors: Vec::new(),
            review: Review::New,
            dismissal: None,
        }
    }

    #[test]
    fn each_entry_lies_in_one_quarter_and_the_limit_itself_is_above() {
        let entries = vec![
            entry(0.9, 0.9),
            entry(0.5, 0.5),
            entry(0.9, 0.1),
            entry(0.1, 0.9),
            entry(0.1, 0.1),
        ];
        let listing = Listing { all: entries.len(), entries, ..Listing::default() };
        assert_eq!(counts(&listing, 0.5), [1, 2, 1, 1]);
        assert_eq!(counts(&listing, 0.6), [1, 1, 2, 1]);
        assert_eq!(
            words(&listing, 0.5),
            "Board at 0.50: 2 both, 1 coordinated only, 1 harvesting only, 1 neither"
        );
    }

    #[test]
    fn a_dot_is_found_where_it_is_drawn() {
        let entries = vec![entry(0.999, 0.999); 12];
        let listing = Listing { all: 12, entries, ..Listing::default() };
        let plot = Plot(Rect::from_min_size(pos2(10.0, 10.0), vec2(300.0, 200.0)));
        let places = places::spread(plot, &listing, 0.5, &[], |_| vec2(6.0, 11.0));
        let places = places.iter().map(|place| place.at);
        let dots: Vec<(&Entry, Pos2)> = listing.entries.iter().zip(places).collect();
        for (_, at) in &dots {
            assert_eq!(nearest(&dots, *at).map(|(_, at)| at), Some(*at));
        }
        assert_eq!(nearest(&dots, pos2(60.0, 160.0)), None);
    }

    #[test]
    fn the_axis_shows_how_small_the_doubt_is_and_can_be_read_backwards() {
        assert_eq!((along(0.0), along(0.5)), (0.0, 0.5));
        assert!(along(0.999) - along(0.99) > 0.02);
        for score in [0.05, 0.3, 0.5, 0.8, 0.99] {
            assert!((score_at(along(score)) - score).abs() < 1e-9, "{score}");
        }
    }
}
