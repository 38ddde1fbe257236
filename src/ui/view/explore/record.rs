//! The original record beside the exchanges.

use egui::{Rect, Ui, UiBuilder};

use crate::ui::Latest;
use crate::ui::keys;
use crate::ui::layout::{Track, columns};
use crate::ui::scene::Scene;
use crate::ui::search;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::card::{empty, surface};
use crate::ui::widget::raw::{self, RawAction, RawText, SameCall};

/// The card's own state.
#[derive(Default)]
pub struct Record {
    event: Option<u64>,
    /// The index that the answer belongs to and its event, for ids mean nothing in another case, and
    /// what is lit up in it.
    text: Latest<(u64, u64, Vec<String>), std::sync::Mutex<RawText>>,
}

impl Record {
    /// Shows the record of this event.
    pub fn open(&mut self, event_id: u64) {
        self.event = Some(event_id);
    }

    /// The event whose record is shown.
    pub fn event(&self) -> Option<u64> {
        self.event
    }

    /// Divides the room of the exchanges, where a record is shown.
    pub fn split(&self, area: Rect) -> (Rect, Option<Rect>) {
        if self.event.is_none() {
            return (area, None);
        }
        let [left, right] = columns(area, size::GAP, [Track::Share(1.0), Track::Share(0.82)]);
        (left, Some(right))
    }

    /// Draws the card.
    pub fn show(&mut self, ui: &mut Ui, rect: Rect, scene: &mut Scene<'_>) {
        let Some(event) = self.event else { return };
        let phrases = search::phrases(&scene.view.filter);
        let key = (scene.index_version, event, phrases.clone());
        let read = scene.read_record.clone();
        self.text.ask(ui.ctx(), key.clone(), move |_| {
            let mut text = read(event)?;
            text.light(&phrases);
            Ok::<_, String>(std::sync::Mutex::new(text))
        });
        surface(ui, rect);
        let inner = rect.shrink2(egui::vec2(size::CARD_PADDING, 6.0));
        let mut child = ui.new_child(UiBuilder::new().max_rect(inner));
        child.shrink_clip_rect(inner);
        let fresh = self.text.answered() == Some(&key);
        match (self.text.error(), self.text.answer()) {
            (Some(error), _) => {
                empty(&mut child, inner, "The original record cannot be shown", error);
                self.close_button(&mut child, inner);
            }
            (None, Some(text)) if fresh => {
                let others = same_call(event, scene);
                let action =
                    text.lock().ok().and_then(|mut text| raw::show(&mut child, &mut text, &others));
                match action {
                    Some(RawAction::Close) => self.event = None,
                    Some(RawAction::Open(event)) => self.event = Some(event),
                    None => {}
                }
            }
            _ => {
                child.label(Face::Small.text("Reading the record…").color(Theme::of(&child).muted));
            }
        }
        // Escape closes the record before it lifts anything else.
        if scene.keys.are_free() && keys::take_escape(ui.ctx()) {
            self.event = None;
        }
    }

    fn close_button(&mut self, ui: &mut Ui, rect: Rect) {
        let corner = Rect::from_min_size(
            egui::pos2(rect.right() - 24.0, rect.top()),
            egui::Vec2::splat(24.0),
        );
        let mut corner_ui = ui.new_child(UiBuilder::new().max_rect(corner));
        let close = crate::ui::widget::button::icon(
            &mut corner_ui,
            "Close the original record",
            crate::ui::widget::glyph::cross,
        );
        if close.clicked() {
            self.event = None;
        }
    }
}

/// The other records of an event's call.
fn same_call(event: u64, scene: &Scene<'_>) -> Vec<SameCall> {
    let index = scene.index;
    let rows = index.row_of_event(event).map(|row| index.same_call(row)).unwrap_or_default();
    let name = |id: u32| {
        let path = scene.sources.iter().find(|s| s.id == id).map_or("", |s| s.path.as_str());
        path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned()
    };
    let other = |row| SameCall { event: index.event_id(row), source: name(index.source_id(row)) };
    rows.into_iter().map(other).collect()
}
