//! Where a card stands: alone, or with others behind it; and what its title is good for.
//!
//! A card does not know its place. Whoever places it says so in the surroundings of the interface
//! ([`egui::UiStack`]); the header then shows the titles of all cards of the place, and what is
//! asked of them is read back from there.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use egui::{CursorIcon, Role, Sense, Ui, UiBuilder, UiStackInfo, WidgetInfo, pos2, vec2};

use crate::ui::theme::{Face, Theme, size};

use super::text;

/// The place of one card.
#[derive(Debug, Default)]
pub struct Place {
    /// Titles of the cards that share the place, in order.
    titles: Vec<&'static str>,
    /// Which of them is in front.
    front: usize,
    /// Titles of the cards that stand nowhere.
    hidden: Vec<&'static str>,
    asked: OnceLock<Ask>,
}

/// What is asked of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// The card with this number comes to the front.
    Front(usize),
    /// The card in front is dragged elsewhere.
    Drag,
    /// The card in front goes away.
    Hide,
    /// The hidden card with this number comes back.
    Show(usize),
    /// All cards go back to where they were at first.
    Reset,
}

const TAG: &str = "place of a card";

impl Place {
    /// A place with these cards, one of them in front.
    pub fn new(titles: Vec<&'static str>, front: usize, hidden: Vec<&'static str>) -> Self {
        Self { titles, front, hidden, asked: OnceLock::new() }
    }

    /// Draws the card in front, and says what was asked of the place.
    pub fn show(self, ui: &mut Ui, card: impl FnOnce(&mut Ui)) -> Option<Ask> {
        let place = Arc::new(self);
        let mut info = UiStackInfo::default();
        info.tags.insert(TAG, Some(place.clone()));
        ui.scope_builder(UiBuilder::new().ui_stack_info(info), card);
        place.asked.get().copied()
    }

    fn of(ui: &Ui) -> Option<Arc<Self>> {
        let found = ui.stack().iter().find_map(|s| s.tags().get_any(TAG).cloned());
        found?.downcast().ok()
    }

    fn ask(&self, what: Ask) {
        // Two things in one frame: the first counts.
        let _ = self.asked.set(what);
    }

    fn menu(&self, ui: &mut Ui) {
        let title = self.titles.get(self.front).copied().unwrap_or_default();
        if ui.button(format!("Hide {}", title.to_lowercase())).clicked() {
            self.ask(Ask::Hide);
        }
        for (i, title) in self.hidden.iter().enumerate() {
            if ui.button(format!("Show {}", title.to_lowercase())).clicked() {
                self.ask(Ask::Show(i));
            }
        }
        ui.separator();
        if ui.button("Reset layout").clicked() {
            self.ask(Ask::Reset);
        }
    }
}

/// Between two titles, points.
const BETWEEN: f32 = 16.0;

/// The title of a card at the start of its header, with those of the cards behind it.
pub(super) struct Titles<'a> {
    own: &'a str,
    place: Option<Arc<Place>>,
}

impl<'a> Titles<'a> {
    /// Those of the place that the card stands in.
    pub fn of(ui: &Ui, own: &'a str) -> Self {
        Self { own, place: Place::of(ui) }
    }

    /// Only its own.
    pub fn alone(own: &'a str) -> Self {
        Self { own, place: None }
    }

    /// Draws the titles up to the card's own.
    pub fn to_own(&self, ui: &mut Ui) {
        match &self.place {
            Some(place) => row(ui, place, 0..place.front + 1),
            None => {
                let color = Theme::of(ui).text;
                ui.add(egui::Label::new(Face::Card.text(self.own).color(color)).extend());
            }
        }
    }

    /// How much room those after it need.
    pub fn width_behind(&self, ui: &Ui) -> f32 {
        let after = self.place.as_ref().and_then(|place| place.titles.get(place.front + 1..));
        let width = |title: &&str| text::width(ui, title, Face::Card) + BETWEEN;
        after.unwrap_or_default().iter().map(width).sum()
    }

    /// Draws those after it.
    pub fn behind(&self, ui: &mut Ui) {
        if let Some(place) = &self.place {
            ui.add_space(BETWEEN - ui.spacing().item_spacing.x);
            row(ui, place, place.front + 1..place.titles.len());
        }
    }
}

fn row(ui: &mut Ui, place: &Place, titles: Range<usize>) {
    if titles.is_empty() {
        return;
    }
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.x = BETWEEN;
        for i in titles {
            title(ui, place, i);
        }
    });
}

/// One title: a click brings its card to the front, a drag takes the card away.
fn title(ui: &mut Ui, place: &Place, i: usize) {
    let theme = Theme::of(ui);
    let (text, is_front) = (place.titles[i], i == place.front);
    let shares = place.titles.len() > 1;
    let font = Face::Card.font();
    let galley = ui.painter().layout_no_wrap(text.to_owned(), font, egui::Color32::PLACEHOLDER);
    let room = vec2(galley.size().x, size::CARD_HEADER);
    let sense = if is_front { Sense::click_and_drag() } else { Sense::click() };
    let (rect, response) = ui.allocate_exact_size(room, sense);
    let cursor = if is_front { CursorIcon::Grab } else { CursorIcon::PointingHand };
    let response = response.on_hover_cursor(cursor);
    response.widget_info(|| {
        let role = if shares { Role::Tab } else { Role::Button };
        let name = if shares { text.to_owned() } else { format!("Card {}", text.to_lowercase()) };
        WidgetInfo::selected(role, true, is_front, name)
    });
    let ink = match is_front {
        true => theme.text,
        false if response.hovered() || response.has_focus() => theme.text,
        false => theme.muted,
    };
    ui.painter().galley(pos2(rect.left(), rect.center().y - galley.size().y / 2.0), galley, ink);
    if shares && is_front {
        let y = rect.bottom() - 1.0;
        ui.painter().hline(rect.x_range(), y, egui::Stroke::new(2.0, theme.accent));
    }
    if !is_front && response.clicked() {
        place.ask(Ask::Front(i));
    }
    if response.drag_started() {
        place.ask(Ask::Drag);
    }
    if is_front {
        let response = response.on_hover_text("Drag to another place; right-click for more");
        response.context_menu(|ui| place.menu(ui));
    }
}
