//! Data fitness: which fields the logs have, and what cannot be seen without the others.

use egui::{Align, Rect, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::index::{Fitness, Presence};
use crate::model::field::FieldGroup;
use crate::model::{FIELDS, Field};
use crate::ui::layout::{Track, columns};
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{Card, card, glyph, text};

use super::at;
use super::gather::Facts;

/// Height of a line.
const LINE: f32 = 17.5;
/// Lines in a column.
const LINES: usize = 8;
/// Height of the band at the bottom.
const BAND: f32 = 46.0;

/// Columns that each group takes.
const SPREAD: [(FieldGroup, usize); 4] = [
    (FieldGroup::Who, 1),
    (FieldGroup::WhenAndHowMuch, 1),
    (FieldGroup::WhereFrom, 1),
    (FieldGroup::WhatWasAsked, 2),
];

/// What cannot be seen when a field is missing, most telling first.
const BLIND: [(Field, &str); 12] = [
    (Field::AccountId, "who called"),
    (Field::SessionId, "sessions"),
    (Field::ApiKeyId, "shared keys"),
    (Field::UserId, "end users behind an account"),
    (Field::OutputTokens, "volume in tokens"),
    (Field::LatencyMs, "overlapping calls"),
    (Field::ClientIp, "shared addresses"),
    (Field::DeviceId, "shared devices"),
    (Field::UserAgent, "shared tooling"),
    (Field::PromptHash, "shared prompts"),
    (Field::SystemHash, "shared instructions"),
    (Field::ReasoningSignature, "replayed reasoning"),
];

/// Draws the card; the band only where there is room.
pub fn show(ui: &mut Ui, rect: Rect, facts: &Facts, band: bool) {
    let theme = Theme::of(ui);
    let known = &facts.fitness;
    let present = known.iter().filter(|f| f.presence() != Presence::Absent).count();
    let note = format!("{present} of {} fields occur", FIELDS.len());
    let body = card(ui, rect, &Card { title: "Data fitness", note: &note }, |ui| {
        for presence in
            [glyph::Presence::Absent, glyph::Presence::Partial, glyph::Presence::Present]
        {
            ui.label(Face::Small.text(presence.word()).color(theme.muted));
            glyph::square_here(ui, presence, theme.muted, theme.warn);
        }
        if let Some(note) = &facts.time_note {
            ui.add_space(8.0);
            let words = Face::Small.text("times").color(theme.warn);
            ui.label(words).on_hover_text(note);
        }
    });
    let cells = columns(body, 0.0, [Track::Share(1.0); 5]);
    let mut first = 0;
    for (group, spread) in SPREAD {
        let area = Rect::from_min_max(cells[first].min, cells[first + spread - 1].max);
        if first > 0 {
            ui.painter().vline(area.left(), body.y_range(), theme.hairline());
        }
        columns_of(ui, group, &cells[first..first + spread], known, band);
        if band {
            below(ui, group, area, known);
        }
        first += spread;
    }
}

fn columns_of(ui: &mut Ui, group: FieldGroup, cells: &[Rect], known: &[Fitness], band: bool) {
    let theme = Theme::of(ui);
    let title = Rect::from_min_size(at(cells[0], 12.0, 7.0), vec2(cells[0].width() * 2.0, 15.0));
    text::in_rect(ui, title, Align::Min, Face::Section.text(group.title()).color(theme.muted));
    let fields: Vec<&Fitness> = known.iter().filter(|f| f.field.def().group == group).collect();
    let per_column = fields.len().div_ceil(cells.len()).min(LINES);
    let bottom = cells[0].bottom() - if band { BAND } else { 0.0 };
    for (column, cell) in fields.chunks(per_column.max(1)).zip(cells) {
        for (i, fitness) in column.iter().enumerate() {
            let top = cell.top() + 24.0 + i as f32 * LINE;
            let row =
                Rect::from_min_size(pos2(cell.left() + 12.0, top), vec2(cell.width() - 20.0, LINE));
            if row.bottom() <= bottom + 2.0 {
                line(ui, row, fitness);
            }
        }
    }
}

fn line(ui: &mut Ui, row: Rect, fitness: &Fitness) {
    let theme = Theme::of(ui);
    let def = fitness.field.def();
    let presence = match fitness.presence() {
        // A field that nearly every row has is as good as present.
        Presence::Partial if fitness.share() >= 0.9 => glyph::Presence::Present,
        Presence::Present => glyph::Presence::Present,
        Presence::Partial => glyph::Presence::Partial,
        Presence::Absent => glyph::Presence::Absent,
    };
    let centre = pos2(row.left() + 5.0, row.center().y);
    glyph::square(ui.painter(), centre, presence, theme.muted, theme.warn);
    let absent = presence == glyph::Presence::Absent;
    let share = crate::ui::format::percent(fitness.present, fitness.rows);
    let (words, color) = if absent { ("absent", theme.muted) } else { (&*share, theme.muted) };
    let end = Rect::from_min_max(pos2(row.right() - 42.0, row.top()), row.max);
    text::in_rect(ui, end, Align::Max, Face::Tiny.text(words).color(color));
    let room =
        Rect::from_min_max(row.min + vec2(17.0, 0.0), pos2(row.right() - 42.0, row.bottom()));
    let ink = if absent { theme.muted } else { theme.text };
    text::in_rect(ui, room, Align::Min, Face::Body.text(def.name).color(ink));
    let response = ui.interact(row, ui.scope_id().with(("field", def.name)), Sense::hover());
    response.widget_info(|| {
        WidgetInfo::labeled(egui::Role::Label, true, format!("{}: {words}", def.name))
    });
    let remark = match fitness.field {
        Field::AccountId if fitness.present < fitness.rows => {
            "\nWhere the log names none, its file's name or \u{201c}unattributed\u{201d} stands in"
        }
        _ => "",
    };
    response.on_hover_text(format!(
        "{}: {}, in {} of {} rows{remark}",
        def.name,
        def.doc,
        crate::ui::format::count(fitness.present),
        crate::ui::format::count(fitness.rows)
    ));
}

/// What the group cannot show.
fn below(ui: &mut Ui, group: FieldGroup, area: Rect, known: &[Fitness]) {
    let theme = Theme::of(ui);
    let band = Rect::from_min_max(pos2(area.left(), area.bottom() - BAND), area.max);
    ui.painter().rect_filled(band.shrink2(vec2(0.5, 0.0)), 0.0, theme.raised);
    ui.painter().hline(band.x_range(), band.top(), theme.hairline());
    let share = |field: Field| known.iter().find(|f| f.field == field).map_or(0.0, Fitness::share);
    let of_group = || BLIND.iter().filter(|(field, _)| field.def().group == group);
    let list = |keep: &dyn Fn(f64) -> bool| -> Vec<&str> {
        of_group().filter(|(field, _)| keep(share(*field))).map(|(_, what)| *what).collect()
    };
    let (blind, partly) = (list(&|s| s == 0.0), list(&|s| s > 0.0 && s < 0.9));
    let (presence, title, what) = if !blind.is_empty() {
        (glyph::Presence::Absent, "cannot be seen", blind)
    } else if !partly.is_empty() {
        (glyph::Presence::Partial, "seen in part", partly)
    } else {
        (glyph::Presence::Present, "complete enough", vec!["nothing here hides"])
    };
    let color = if presence == glyph::Presence::Present { theme.muted } else { theme.warn };
    glyph::square(ui.painter(), at(band, 17.0, 14.5), presence, theme.muted, theme.warn);
    let first = Rect::from_min_size(at(band, 29.0, 6.0), vec2(area.width() - 36.0, 17.0));
    text::in_rect(ui, first, Align::Min, Face::Section.text(title).color(color));
    let second = Rect::from_min_size(at(band, 12.0, 24.0), vec2(area.width() - 20.0, 16.0));
    text::in_rect(ui, second, Align::Min, Face::Tiny.text(what.join(", ")).color(theme.muted));
    let why: Vec<String> =
        of_group().filter_map(|(field, what)| gap(*field, what, share(*field))).collect();
    if !why.is_empty() {
        let response = ui.interact(
            band,
            ui.scope_id().with(("gaps", title, band.left() as i32)),
            Sense::hover(),
        );
        let hint = "A log of the same days that has it can be added to this case";
        response.on_hover_text(format!("{}\n{hint}", why.join("\n")));
    }
}

/// Why something is not seen, or not all of it: which field the logs lack.
fn gap(field: Field, what: &str, share: f64) -> Option<String> {
    match share {
        0.0 => Some(format!("No {}, so {what} cannot be seen", field.name())),
        s if s < 0.9 => Some(format!(
            "{} in {:.0} % of rows, so {what} is seen in part",
            field.name(),
            s * 100.0
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_names_the_field_that_is_lacking() {
        let gap = |share| gap(Field::ClientIp, "shared addresses", share);
        assert_eq!(gap(0.0).as_deref(), Some("No client_ip, so shared addresses cannot be seen"));
        assert!(gap(0.4).is_some_and(|words| words.contains("in 40 % of rows")));
        assert_eq!(gap(1.0), None);
    }
}
