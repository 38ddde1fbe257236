//! The card on top: whether the chain of the journal holds, and when everything was last verified.

use std::sync::Arc;

use egui::{Align, Color32, Layout, Rect, Sense, Ui, UiBuilder, vec2};

use crate::case::audit::Record;
use crate::model::SourceInfo;
use crate::ui::Command;
use crate::ui::Latest;
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Screen};
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::card::{Card, card};
use crate::ui::widget::{Press, button, glyph, text};

use super::{Custody, Of, Part};

/// Draws it; the part that was turned to.
pub fn show(
    ui: &mut Ui,
    rect: Rect,
    (part, is_wide): (Part, bool),
    record: &Latest<Of, Arc<Record>>,
    scene: &mut Scene<'_>,
    custody: &Custody,
) -> Option<Part> {
    let mut turned = None;
    let note = "what the other side can check, and how\nwhat can be checked";
    let body = card(ui, rect, &Card { title: "Audit & data", note }, |ui| {
        let verify = Press::new("Verify this case");
        if ui.add(verify).on_hover_text(Command::VerifyCase.def().tooltip).clicked() {
            scene.ask(Action::Run(Command::VerifyCase));
        }
        if !is_wide {
            // From the right, as all that stands at the far end of a header.
            let parts = [
                (Part::Console, "SQL"),
                (Part::Detectors, "Detectors"),
                (Part::Data, "Sources and journal"),
            ];
            turned = button::choice(ui, part, &parts);
        }
    });
    let inner = body.shrink2(vec2(size::CARD_PADDING, 0.0));
    let layout = Layout::left_to_right(Align::Center);
    let mut line = ui.new_child(UiBuilder::new().max_rect(inner).layout(layout));
    line.shrink_clip_rect(inner);
    line.spacing_mut().item_spacing.x = 7.0;
    let (words, color) = chain(&line, record);
    said(&mut line, &words, color);
    let (words, color) = verified(&line, custody);
    said(&mut line, words, color);
    let muted = Theme::of(&line).muted;
    text::line(&mut line, Face::Body.text(sources(scene.sources)).color(muted));
    line.add_space(14.0);
    let rejected = format::counted(custody.rejected, "record", "records");
    let rejected = format!("{rejected} rejected");
    if custody.rejected == 0 {
        text::line(&mut line, Face::Body.text(rejected).color(muted));
    } else if button::link(&mut line, rejected).clicked() {
        scene.ask(Action::Go(Screen::Rejects));
    }
    turned
}

/// A dot and a sentence.
fn said(ui: &mut Ui, words: &str, color: Color32) {
    let (rect, _) = ui.allocate_exact_size(vec2(10.0, 14.0), Sense::hover());
    glyph::dot(ui.painter(), rect.center(), color);
    text::line(ui, Face::Medium.text(words));
    ui.add_space(14.0);
}

/// `Chain intact: 1,204 entries`.
fn chain(ui: &Ui, record: &Latest<Of, Arc<Record>>) -> (String, Color32) {
    let theme = Theme::of(ui);
    if let Some(error) = record.error() {
        return (format!("The journal cannot be read: {}", format::display(error)), theme.bad);
    }
    let Some(found) = record.answer() else {
        return ("Checking the chain…".to_owned(), theme.muted);
    };
    let entries = format::counted(found.entries.len() as u64, "entry", "entries");
    match &found.broken {
        None => (format!("Chain intact: {entries}"), theme.ok),
        Some(broken) => {
            let (id, what) = (format::count(broken.id), format::display(&broken.what));
            (format!("Chain broken at entry {id} of {entries}: {what}"), theme.bad)
        }
    }
}

fn verified(ui: &Ui, custody: &Custody) -> (&'static str, Color32) {
    let theme = Theme::of(ui);
    match custody.verified {
        None => ("Hashes not verified since it was opened", theme.muted),
        Some(true) => ("Every hash held when it was verified", theme.ok),
        Some(false) => ("Something differed when it was verified", theme.bad),
    }
}

/// `2 sources, 48.8 MB`.
fn sources(sources: &[SourceInfo]) -> String {
    let bytes = sources.iter().fold(0u64, |sum, source| sum.saturating_add(source.bytes));
    let count = format::counted(sources.len() as u64, "source", "sources");
    format!("{count}, {}", format::bytes(bytes))
}
