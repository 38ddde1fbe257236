//! The parts of the page: a card each, whose look says what kind of statement it holds.

use egui::{Align, Color32, Frame, Layout, Margin, Rect, Ui, vec2};

use crate::case::dossier::Part;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::text;

/// Space inside a part, points.
const PADDING: (i8, i8) = (14, 11);

/// What kind of statement a part holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What the records say.
    Facts,
    /// What follows from them, against a stated null.
    Inference,
    /// What a person has decided.
    Judgement,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Facts => "facts",
            Self::Inference => "inference",
            Self::Judgement => "judgement",
        }
    }

    fn fill(self, theme: &Theme) -> Color32 {
        match self {
            Self::Facts | Self::Inference => theme.panel,
            Self::Judgement => theme.raised,
        }
    }
}

/// Draws a part as wide as there is room and as high as it needs; `note` says how much of what it
/// shows.
pub fn section(ui: &mut Ui, part: Part, (kind, note): (Kind, &str), add: impl FnOnce(&mut Ui)) {
    let rect = framed(ui, kind, |ui| {
        header(ui, part.title(), kind, note);
        add(ui);
    });
    edge(ui, rect, kind);
    ui.add_space(size::GAP);
}

/// A card without a heading.
pub fn framed(ui: &mut Ui, kind: Kind, add: impl FnOnce(&mut Ui)) -> Rect {
    let theme = Theme::of(ui);
    let inner = ui.available_width() - 2.0 * f32::from(PADDING.0) - 2.0;
    let frame = Frame::new()
        .fill(kind.fill(theme))
        .stroke(theme.hairline())
        .corner_radius(size::CARD_RADIUS)
        .inner_margin(Margin::symmetric(PADDING.0, PADDING.1));
    let drawn = frame.show(ui, |ui| {
        ui.set_width(inner);
        ui.spacing_mut().item_spacing.y = 4.0;
        // Lines of text are as high as text; buttons bring their own height.
        ui.spacing_mut().interact_size.y = 18.0;
        add(ui);
    });
    drawn.response.rect
}

/// The copper edge of what is inferred.
fn edge(ui: &Ui, rect: Rect, kind: Kind) {
    if kind == Kind::Inference {
        let edge = Rect::from_min_size(rect.min, vec2(2.0, rect.height()));
        let copper = Theme::of(ui).copper;
        ui.painter().with_clip_rect(edge).rect_filled(rect, size::CARD_RADIUS, copper);
    }
}

fn header(ui: &mut Ui, title: &str, kind: Kind, note: &str) {
    let theme = Theme::of(ui);
    let ink = if kind == Kind::Inference { theme.copper } else { theme.muted };
    let room = vec2(ui.available_width(), 20.0);
    ui.allocate_ui_with_layout(room, Layout::right_to_left(Align::Center), |ui| {
        ui.label(Face::Tiny.text(kind.word()).color(ink));
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.label(Face::Card.text(title).color(theme.text));
            if !note.is_empty() {
                text::line(ui, Face::Small.text(note).color(theme.muted));
            }
        });
    });
    ui.add_space(2.0);
}

/// Something that is not there, and why.
pub fn absent(ui: &mut Ui, words: &str) {
    text::wrapped(ui, Face::Body.text(words).color(Theme::of(ui).muted));
}

/// Why something cannot be read.
pub fn failed(ui: &mut Ui, what: &str, why: &str) {
    let words = format!("{what}: {}", crate::ui::format::display(why));
    text::wrapped(ui, Face::Body.text(words).color(Theme::of(ui).bad));
}

/// Whether facts and what follows from them stand beside each other.
pub fn is_wide(ui: &Ui) -> bool {
    ui.available_width() >= 860.0
}
