//! What can be read, and what each kind can show.

use egui::{Align, Rect, Sense, Ui, pos2, vec2};

use crate::ingest::format::FORMATS;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::glyph::Presence::{self, Absent, Partial, Present};
use crate::ui::widget::{Card, card, glyph, text};

/// What is asked of each format.
const ASKED: [&str; 5] = ["account", "tokens", "text", "address", "agent"];

/// What records of a format have, in the order of [`ASKED`]: always, sometimes, never.
const HAS: &[(&str, [Presence; 5])] = &[
    ("native", [Present, Partial, Partial, Partial, Partial]),
    ("bedrock", [Present, Present, Partial, Absent, Absent]),
    ("cloudtrail", [Present, Absent, Absent, Present, Present]),
    ("litellm", [Present, Present, Partial, Partial, Partial]),
    ("azure_openai", [Present, Absent, Absent, Partial, Absent]),
    ("azure_apim", [Present, Partial, Partial, Partial, Absent]),
    ("vertex", [Partial, Present, Present, Absent, Absent]),
    ("gcp_audit", [Present, Absent, Absent, Present, Present]),
    ("openai_usage", [Partial, Partial, Absent, Absent, Absent]),
    ("openai_audit", [Present, Absent, Absent, Partial, Partial]),
    ("anthropic_usage", [Partial, Partial, Absent, Absent, Absent]),
    ("anthropic_console", [Present, Partial, Absent, Absent, Absent]),
    ("anthropic_activity", [Present, Absent, Absent, Partial, Partial]),
    ("claude_code", [Present, Present, Absent, Absent, Partial]),
    ("m365_copilot", [Present, Absent, Absent, Absent, Absent]),
    ("databricks", [Present, Partial, Partial, Absent, Absent]),
    ("snowflake_cortex", [Present, Partial, Absent, Absent, Absent]),
    ("deepseek", [Present, Partial, Absent, Absent, Absent]),
    ("otel", [Partial, Partial, Partial, Partial, Partial]),
    ("langfuse", [Partial, Partial, Partial, Absent, Absent]),
    ("kong", [Present, Partial, Partial, Present, Partial]),
    ("helicone", [Partial, Present, Partial, Absent, Absent]),
    ("portkey", [Partial, Present, Partial, Partial, Partial]),
    ("cloudflare", [Partial, Partial, Absent, Absent, Partial]),
    ("openrouter", [Partial, Present, Absent, Absent, Partial]),
    ("envoy", [Partial, Partial, Absent, Partial, Partial]),
    ("ecs", [Partial, Partial, Absent, Partial, Partial]),
    ("one_api", [Present, Partial, Absent, Partial, Absent]),
    ("azure_trace", [Absent, Present, Absent, Absent, Absent]),
    ("mooncake", [Absent, Present, Absent, Absent, Absent]),
    ("burstgpt", [Absent, Present, Absent, Absent, Absent]),
    ("gentd26", [Present, Absent, Absent, Absent, Absent]),
    ("access_log", [Partial, Absent, Absent, Present, Partial]),
    ("vllm", [Absent, Absent, Partial, Partial, Absent]),
    ("ollama", [Absent, Absent, Absent, Present, Absent]),
    ("csv", [Present, Partial, Partial, Partial, Partial]),
    ("json", [Present, Partial, Partial, Partial, Partial]),
];

/// Width of a column of squares: as wide as its heading, and where there is room.
const SQUARE: (f32, f32) = (49.0, 62.0);
/// Width of the names, and of the containers where there is room.
const NAME: f32 = 252.0;
const CONTAINERS: f32 = 150.0;

/// The height that shows every format.
pub fn height() -> f32 {
    size::CARD_HEADER + size::ROW + FORMATS.len() as f32 * size::ROW + 2.0
}

/// Draws the card.
pub fn show(ui: &mut Ui, rect: Rect) {
    let theme = Theme::of(ui);
    let header = Card { title: "Reads", note: "and what each kind can show" };
    let body = card(ui, rect, &header, |ui| {
        for (presence, word) in [(Absent, "never"), (Partial, "some"), (Present, "always")] {
            ui.label(Face::Small.text(word).color(theme.muted));
            glyph::square_here(ui, presence, theme.muted, theme.muted);
        }
    });
    let row = |i: usize| {
        let top = body.top() + i as f32 * size::ROW;
        Rect::from_min_size(pos2(body.left(), top), vec2(body.width(), size::ROW))
    };
    let head = row(0);
    let room = (head.width() - 24.0 - NAME - CONTAINERS) / ASKED.len() as f32;
    let square = room.clamp(SQUARE.0, SQUARE.1);
    let squares = head.right() - 12.0 - square * ASKED.len() as f32;
    let (name, packed) = (head.left() + 12.0, (head.left() + 12.0 + NAME).min(squares));
    let cell = |row: Rect, from: f32, to: f32| Rect::from_x_y_ranges(from..=to, row.y_range());
    let mut title = |area: Rect, words: &str| {
        text::in_rect(ui, area, Align::Min, Face::Column.text(words).color(theme.muted));
    };
    title(cell(head, name, packed - 8.0), "Kind");
    title(cell(head, packed, squares - 8.0), "Comes as");
    for (i, word) in ASKED.iter().enumerate() {
        let centre = pos2(squares + square * (i as f32 + 0.5), head.center().y);
        let anchor = egui::Align2::CENTER_CENTER;
        text::paint(ui.painter(), centre, anchor, word, Face::Column, theme.muted);
    }
    for (i, format) in FORMATS.iter().enumerate() {
        let row = row(i + 1);
        ui.painter().hline(row.x_range(), row.top() - 0.5, theme.hairline());
        let kind = Face::Body.text(format.title()).color(theme.text);
        text::in_rect(ui, cell(row, name, packed - 8.0), Align::Min, kind);
        let comes = Face::Body.text(format.containers()).color(theme.muted);
        text::in_rect(ui, cell(row, packed, squares - 8.0), Align::Min, comes);
        let has = HAS.iter().find(|(id, _)| *id == format.id()).map(|(_, has)| has);
        for (k, presence) in has.into_iter().flatten().enumerate() {
            let centre = pos2(squares + square * (k as f32 + 0.5), row.center().y);
            let ink = if *presence == Absent { theme.faint } else { theme.muted };
            glyph::square(ui.painter(), centre, *presence, theme.muted, ink);
        }
        let response = ui.interact(row, ui.scope_id().with(format.id()), Sense::hover());
        let words = has.map_or_else(String::new, spoken);
        let label = format!("{}: {words}", format.title());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &label));
        response.on_hover_text(format.doc());
    }
}

/// The squares in words.
fn spoken(has: &[Presence; 5]) -> String {
    let word = |p: Presence| match p {
        Present => "always",
        Partial => "sometimes",
        Absent => "never",
    };
    let parts: Vec<String> =
        ASKED.iter().zip(has).map(|(what, p)| format!("{what} {}", word(*p))).collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_says_what_it_can_show() {
        for format in FORMATS {
            assert!(HAS.iter().any(|(id, _)| *id == format.id()), "{}", format.id());
        }
    }
}
