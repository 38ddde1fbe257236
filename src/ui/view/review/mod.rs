//! Import review: what each log was recognised as, how its fields are read, with real records
//! raw and shaped, and what the import will give and take. Nothing is written meanwhile.

mod edit;
mod fields;
mod forecast;
mod head;
mod record;
mod side;

use egui::{Key, Modifiers, Ui};

use crate::ui::app::App;
use crate::ui::app::review::{Known, Review};
use crate::ui::format;
use crate::ui::layout::{Track, columns, rows};
use crate::ui::state::Action;
use crate::ui::theme::size;
use crate::ui::widget::card::{Card, card, empty};

pub use side::side;

/// Height of what was recognised, and of the files.
const HEAD: f32 = 126.0;
/// Height of the record in hand.
const RECORD: f32 = 0.3;

/// What was asked for on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// A file with a mapping.
    Load,
}

/// Draws the screen.
pub fn show(app: &mut App, ui: &mut Ui) {
    let keys = app.keys;
    let Some(review) = &mut app.review else { return };
    let area = ui.max_rect().shrink(size::GAP);
    if review.is_looking() {
        let body = card(ui, area, &Card { title: "Import review", note: "" }, |_| {});
        return empty(ui, body, "Looking at the files…", "Nothing is written meanwhile");
    }
    let free = keys.are_free() && ui.memory(|m| m.focused().is_none());
    let go = free && ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Enter));
    if free {
        keyboard(ui, review);
    }
    let [top, table, bottom] = rows(
        area,
        size::GAP,
        [Track::Fixed(HEAD), Track::Share(1.0 - RECORD), Track::Share(RECORD)],
    );
    let asked = head::show(ui, top, review);
    if review.look().is_some() {
        fields::show(ui, table, review);
        let [raw, shaped] = columns(bottom, size::GAP, [Track::Share(1.0), Track::Share(1.0)]);
        record::raw(ui, raw, review);
        record::shaped(ui, shaped, review);
    } else {
        nothing(ui, table.union(bottom), review);
    }
    if asked == Some(Asked::Load) {
        app.dialogs.ask(ui.ctx(), crate::ui::app::dialogs::Purpose::Mapping);
    }
    if go {
        app.actions.push(Action::StartImport);
    }
}

/// Why there are no fields to show.
fn nothing(ui: &mut Ui, rect: egui::Rect, review: &Review) {
    let body = card(ui, rect, &Card { title: "Mapping", note: "" }, |_| {});
    match review.files.get(review.at).map(|f| &f.known) {
        Some(Known::Problem { why, certain }) => {
            let why = review.error().unwrap_or(why);
            let try_this =
                if *certain { "" } else { "\nChoose a format above to read it all the same" };
            empty(ui, body, "Not read as a log", &format!("{}{try_this}", format::display(why)));
        }
        Some(Known::Table(title)) => empty(ui, body, title, "Read beside the logs; nothing to map"),
        Some(Known::Archive(title)) => {
            empty(ui, body, title, "What is in it is recognised when it is read");
        }
        Some(Known::Unknown) => {
            let why = "There are many files; its format is recognised when it is read";
            empty(ui, body, "Not looked at yet", why);
        }
        Some(Known::Log(_)) | None => empty(ui, body, "No file", ""),
    }
}

/// J and K walk through the records, the arrows through the fields.
fn keyboard(ui: &Ui, review: &mut Review) {
    let pressed = |key| ui.input_mut(|i| i.consume_key(Modifiers::NONE, key));
    if pressed(Key::J) && review.record + 1 < review.records() {
        review.record += 1;
    }
    if pressed(Key::K) {
        review.record = review.record.saturating_sub(1);
    }
    let by = i32::from(pressed(Key::ArrowDown)) - i32::from(pressed(Key::ArrowUp));
    if by != 0 && !review.order.is_empty() {
        let now = review.field.as_ref().map(|edit| edit.field);
        let at = review.order.iter().position(|f| Some(*f) == now);
        let next = match (at, by) {
            (None, _) => 0,
            (Some(at), 1) => (at + 1).min(review.order.len() - 1),
            (Some(at), _) => at.saturating_sub(1),
        };
        if at != Some(next) {
            review.select_field(review.order[next]);
        }
    }
}
