//! The lines of a record that are in sight, with what was found in them.

use egui::text::LayoutJob;
use egui::{Color32, Label, ScrollArea, Ui};

use crate::model::Field;
use crate::ui::theme::{Face, Theme};

use super::{Found, Host, Kind, Line};

/// What is marked in the lines.
pub(super) struct Marks<'a> {
    /// All places of the text looked for.
    pub found: &'a [Found],
    /// Its length, characters.
    pub length: usize,
    /// The place gone to.
    pub current: Option<usize>,
    /// The line to bring into sight.
    pub go_to: Option<usize>,
}

/// Draws the lines in sight; those that a field was read from have its menu.
pub(super) fn show(ui: &mut Ui, lines: &[Line], marks: &Marks<'_>, host: &mut dyn Host) {
    let theme = Theme::of(ui);
    let font = Face::Mono.font();
    let height = ui.fonts_mut(|f| f.row_height(&font).ceil() + 2.0);
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut area = ScrollArea::vertical().id_salt("raw record").auto_shrink(false);
    if let Some(line) = marks.go_to {
        let above = (ui.available_height() / 3.0).max(0.0);
        area = area.vertical_scroll_offset((line as f32 * height - above).max(0.0));
    }
    area.show_rows(ui, height, lines.len(), |ui, rows| {
        for line in &lines[rows] {
            let (rect, _) = ui.allocate_exact_size(
                egui::vec2(ui.available_width(), height),
                egui::Sense::hover(),
            );
            if let Some(field) = line.field {
                ui.painter().rect_filled(rect, 0, theme.accent_soft.gamma_multiply(0.45));
                let edge = egui::Rect::from_min_size(rect.min, egui::vec2(2.0, rect.height()));
                ui.painter().rect_filled(edge, 0, theme.accent_line);
                line_of_field(ui, theme, line, rect, marks, field, host);
            } else {
                label(ui, theme, line, rect, marks);
            }
        }
    });
}

fn line_of_field(
    ui: &mut Ui,
    theme: &Theme,
    line: &Line,
    rect: egui::Rect,
    marks: &Marks<'_>,
    field: Field,
    host: &mut dyn Host,
) {
    let response = label(ui, theme, line, rect, marks);
    let response = response.on_hover_text(format!("Read as {}: {}", field.name(), field.def().doc));
    response.context_menu(|ui| host.menu(ui, field));
}

/// A line stands left however wide its place is, and marks piled on a letter stay inside it.
fn label(
    ui: &mut Ui,
    theme: &Theme,
    line: &Line,
    rect: egui::Rect,
    marks: &Marks<'_>,
) -> egui::Response {
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    let inner = rect.with_min_x(rect.left() + 5.0);
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(inner).layout(layout));
    child.shrink_clip_rect(rect);
    child.add(Label::new(job(theme, line, marks)).selectable(true).extend())
}

fn job(theme: &Theme, line: &Line, marks: &Marks<'_>) -> LayoutJob {
    let mut job = LayoutJob::default();
    let more = usize::from(line.continued) * 2;
    let spaces = " ".repeat(super::shape::indent(line.depth) + more);
    job.append(&spaces, 0.0, Face::Mono.format(theme.faint));
    let lit = lit(line, marks);
    let mut at = 0;
    for token in &line.tokens {
        let length = token.text.chars().count();
        let mut plain = Face::Mono.format(color(theme, token.kind));
        if token.kind == Kind::Found {
            plain.background = theme.accent_soft;
        }
        if lit.iter().all(|(from, to, _)| *to <= at || *from >= at + length) {
            job.append(&token.text, 0.0, plain);
        } else {
            // Rare, so character by character.
            for (i, c) in token.text.chars().enumerate() {
                let under = lit.iter().find(|(from, to, _)| (*from..*to).contains(&(at + i)));
                let mut format = plain.clone();
                if let Some((.., current)) = under {
                    format.background = if *current { theme.accent } else { theme.accent_line };
                    format.color = if *current { theme.on_accent } else { theme.text };
                }
                job.append(c.encode_utf8(&mut [0; 4]), 0.0, format);
            }
        }
        at += length;
    }
    job
}

/// What is found in a line, as characters of its own, and whether it is the place gone to.
fn lit(line: &Line, marks: &Marks<'_>) -> Vec<(usize, usize, bool)> {
    let (of, before) = line.of;
    let length: usize = line.tokens.iter().map(|t| t.text.chars().count()).sum();
    // Those that end before this piece of a long line are passed over at once.
    let end = |f: &Found| (f.line, f.from + marks.length);
    let first = marks.found.partition_point(|f| end(f) <= (of, before));
    let here = |f: &Found| f.line == of && f.from < before + length;
    let in_piece = (first..).zip(&marks.found[first..]).take_while(|(_, found)| here(found));
    let lit = |(i, found): (usize, &Found)| {
        let from = found.from.saturating_sub(before);
        (from, found.from + marks.length - before, marks.current == Some(i))
    };
    in_piece.map(lit).collect()
}

fn color(theme: &Theme, kind: Kind) -> Color32 {
    match kind {
        Kind::Key => theme.muted,
        Kind::Text | Kind::Plain => theme.text,
        Kind::Found => theme.accent,
        Kind::Number => theme.category(0),
        Kind::Word => theme.category(3),
        Kind::Mark => theme.faint,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Paths, find, shape, wrap};
    use super::*;

    /// Naive: every place of the line is looked at.
    #[test]
    fn what_is_lit_in_a_piece_of_a_long_line_is_what_overlaps_it() {
        let record = format!("{{\"a\":\"{}\",\"b\":\"xyxy\"}}", "xy xyz ".repeat(60));
        let shaped = shape(record.as_bytes(), &Paths::new());
        let found = find(&shaped, "xyz x");
        assert!(found.len() > 50);
        let marks = Marks { found: &found, length: 5, current: Some(7), go_to: None };
        let mut seen = 0;
        for line in wrap(&shaped, 32) {
            let (of, before) = line.of;
            let length: usize = line.tokens.iter().map(|t| t.text.chars().count()).sum();
            let overlaps = |f: &&Found| {
                f.line == of && f.from < before + length && f.from + marks.length > before
            };
            let naive: Vec<(usize, usize)> = found
                .iter()
                .filter(overlaps)
                .map(|f| (f.from.saturating_sub(before), f.from + marks.length - before))
                .collect();
            let lit = lit(&line, &marks);
            assert_eq!(lit.iter().map(|(a, b, _)| (*a, *b)).collect::<Vec<_>>(), naive);
            seen += lit.len();
        }
        assert!(seen >= found.len());
    }
}
