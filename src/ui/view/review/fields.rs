//! The mapping: their field, our field, how often it is there, and five real records.

use egui::{Align, Align2, Color32, Rect, ScrollArea, Sense, Ui, pos2, vec2};

use crate::ingest::Mapping;
use crate::ingest::inspect::{FieldInspection, RecordInspection};
use crate::model::Field;
use crate::model::field::FieldKind;
use crate::ui::app::review::Review;
use crate::ui::format;
use crate::ui::layout::region;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::card::{Card, card};
use crate::ui::widget::{bar, button, text};

use super::edit;

/// Height of a field.
const ROW: f32 = 22.0;
/// What a field gets higher for each line more that its values stand in.
const LINE: f32 = 14.0;
/// Width of a letter of a value.
const LETTER: f32 = 6.4;
/// Records side by side.
const RECORDS: usize = 5;

/// Where the columns are.
struct Columns {
    row: Rect,
}

impl Columns {
    fn theirs(&self) -> Rect {
        self.part(12.0, self.split() - 36.0)
    }

    fn ours(&self) -> Rect {
        self.part(self.split(), 130.0)
    }

    fn present(&self) -> Rect {
        self.part(self.split() + 136.0, 76.0)
    }

    fn value(&self, i: usize) -> Rect {
        let left = self.split() + 222.0;
        let width = (self.row.width() - left - 12.0) / RECORDS as f32;
        self.part(left + width * i as f32, width - 10.0)
    }

    /// Where the names of the log end.
    fn split(&self) -> f32 {
        (self.row.width() * 0.2).clamp(120.0, 300.0) + 22.0
    }

    fn part(&self, left: f32, width: f32) -> Rect {
        let x = self.row.left() + left;
        Rect::from_x_y_ranges(x..=x + width.max(0.0), self.row.y_range())
    }
}

/// Draws the card.
pub fn show(ui: &mut Ui, rect: Rect, review: &mut Review) {
    let theme = Theme::of(ui);
    let Some(look) = review.look().cloned() else { return };
    let mapping = review.mapping().unwrap_or_default();
    let used: std::collections::HashSet<&str> =
        mapping.fields.iter().flat_map(|m| m.from.iter().map(String::as_str)).collect();
    let there = look.inspection.paths.iter();
    let all = there.clone().count() as u64;
    let used = there.filter(|p| used.contains(p.path.as_str())).count() as u64;
    let note = format!(
        "{} of {} used, the rest stays in the raw record",
        format::count(used),
        format::counted(all, "field", "fields")
    );
    let has_rejects = !look.inspection.rejects.is_empty();
    let mut rejected = None;
    let now = review.rejected;
    let body = card(ui, rect, &Card { title: "Mapping", note: &note }, |ui| {
        if has_rejects {
            // Laid out from the right.
            let options = [(true, "Rejected records"), (false, "First records")];
            rejected = button::choice(ui, now, &options);
        }
    });
    if let Some(rejected) = rejected {
        review.rejected = rejected;
        review.record = 0;
    }
    let head = Rect::from_min_size(body.min, vec2(body.width(), size::ROW));
    heading(ui, head, review);
    ui.painter().hline(head.x_range(), head.bottom() - 0.5, theme.hairline());
    let below = Rect::from_min_max(pos2(body.left(), head.bottom()), body.max);
    region(ui, below, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical().id_salt("fields").auto_shrink(false).show(ui, |ui| {
            let mut clicked = None;
            for field in review.order.clone() {
                if line(ui, review, &mapping, &look.inspection.fields, field) {
                    clicked = Some(field);
                }
                if review.field.as_ref().is_some_and(|edit| edit.field == field) {
                    edit::show(ui, review);
                }
            }
            if let Some(field) = clicked {
                review.select_field(field);
            }
        });
    });
}

fn heading(ui: &mut Ui, row: Rect, review: &mut Review) {
    let theme = Theme::of(ui);
    let columns = Columns { row };
    let heads = [
        (columns.theirs(), "Their field"),
        (columns.ours(), "Our field"),
        (columns.present(), "Present"),
    ];
    for (rect, title) in heads {
        text::in_rect(ui, rect, Align::Min, Face::Column.text(title).color(theme.muted));
    }
    let heads: Vec<(String, Option<String>)> = review
        .shown()
        .iter()
        .map(|r| (format!("Line {}", format::count(r.line)), r.reason.clone()))
        .collect();
    for (i, (title, reason)) in heads.into_iter().enumerate() {
        let rect = columns.value(i);
        let response = ui.interact(rect, ui.scope_id().with(("record", i)), Sense::click());
        let on = review.record == i;
        response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, on, &title));
        let color = match (&reason, on || response.hovered() || response.has_focus()) {
            (Some(_), _) => theme.warn,
            (None, true) => theme.text,
            (None, false) => theme.muted,
        };
        text::paint_within(
            ui.painter(),
            text::left(rect, 0.0),
            rect.width(),
            &title,
            Face::Column,
            color,
        );
        if on {
            ui.painter().hline(
                rect.x_range(),
                row.bottom() - 1.5,
                egui::Stroke::new(2.0, theme.accent),
            );
        }
        let response = match reason {
            Some(reason) => {
                response.on_hover_text(format!("Rejected: {}", format::display(&reason)))
            }
            None => response,
        };
        if response.on_hover_cursor(egui::CursorIcon::PointingHand).clicked() {
            review.record = i;
        }
    }
}

/// Draws a field; true when it was clicked.
fn line(
    ui: &mut Ui,
    review: &Review,
    mapping: &Mapping,
    fields: &[FieldInspection],
    field: Field,
) -> bool {
    let theme = Theme::of(ui);
    let def = field.def();
    let width = ui.available_width();
    let columns = Columns { row: Rect::from_min_size(ui.cursor().min, vec2(width, ROW)) };
    let shown = review.shown();
    let values = values(&shown, def.name, letters(columns.value(0).width()));
    // A time that is too long for its column stands in lines: whole, and below the others.
    let lines = values.iter().flatten().map(|v| v.lines().count()).max().unwrap_or(1).max(1);
    let height = ROW + LINE * (lines - 1) as f32;
    let (row, response) = ui.allocate_exact_size(vec2(width, height), Sense::click());
    let on = review.field.as_ref().is_some_and(|edit| edit.field == field);
    let name = format!("Field {}", def.name);
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, on, &name));
    if !ui.is_rect_visible(row) {
        return response.clicked();
    }
    let lit = response.hovered() || response.has_focus();
    let fill = if on {
        theme.accent_soft
    } else if lit {
        theme.hover
    } else {
        Color32::TRANSPARENT
    };
    ui.painter().rect_filled(row, 0.0, fill);
    ui.painter().hline(row.x_range(), row.bottom() - 0.5, theme.hairline());
    let columns = Columns { row };
    let map = mapping.field(field);
    let theirs = map.map_or_else(String::new, |m| format::display(&m.describe()));
    let rect = columns.theirs();
    text::paint_within(
        ui.painter(),
        text::left(rect, 0.0),
        rect.width(),
        &theirs,
        Face::MonoSmall,
        theme.text,
    );
    if map.is_some() {
        let at = pos2(columns.ours().left() - 11.0, row.center().y);
        text::paint(ui.painter(), at, Align2::CENTER_CENTER, "→", Face::MonoSmall, theme.muted);
    }
    let ink = if map.is_some() { theme.text } else { theme.muted };
    let rect = columns.ours();
    text::paint_within(
        ui.painter(),
        text::left(rect, 0.0),
        rect.width(),
        def.name,
        Face::MonoSmall,
        ink,
    );
    let seen = fields.iter().find(|f| f.field == def.name);
    if map.is_some() || seen.is_some_and(|f| f.present > 0.0) {
        presence(ui, columns.present(), seen.map_or(0.0, |f| f.present));
        for (i, value) in values.iter().enumerate() {
            match (&shown[i].reason, map) {
                (Some(_), Some(map)) => stands(ui, columns.value(i), shown[i], &map.from),
                _ => value_cell(ui, columns.value(i), value.as_deref(), field),
            }
        }
    } else {
        let rect = columns.present();
        let room = row.right() - rect.left() - 12.0;
        text::paint_within(
            ui.painter(),
            text::left(rect, 0.0),
            room,
            def.doc,
            Face::Tiny,
            theme.faint,
        );
    }
    let hint =
        if theirs.is_empty() { def.doc.to_owned() } else { format!("{theirs}\n{}", def.doc) };
    response.on_hover_text(hint).clicked()
}

fn presence(ui: &Ui, rect: Rect, share: f32) {
    let theme = Theme::of(ui);
    let track = Rect::from_center_size(pos2(rect.left() + 17.0, rect.center().y), vec2(34.0, 5.0));
    bar::paint(ui.painter(), track, theme.ghost, share, theme.neutral());
    let words = match share * 100.0 {
        p if p > 99.0 && p < 100.0 => "99 %".to_owned(),
        p if p > 0.0 && p < 1.0 => "< 1 %".to_owned(),
        p => format!("{p:.0} %"),
    };
    let at = pos2(rect.left() + 40.0, rect.center().y);
    text::paint(ui.painter(), at, Align2::LEFT_CENTER, &words, Face::Tiny, theme.text);
}

/// How many letters of an id have room.
fn letters(width: f32) -> usize {
    (width / LETTER).max(0.0) as usize
}

/// The values of a field in the records. Where they do not fit, a time is parted between its date
/// and its clock, and other values are without what all of them begin with.
fn values(records: &[&RecordInspection], name: &str, room: usize) -> Vec<Option<String>> {
    let value =
        |r: &&RecordInspection| r.row.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
    let values: Vec<Option<String>> = records.iter().map(value).collect();
    if values.iter().flatten().all(|v| v.chars().count() <= room) {
        return values;
    }
    if name == Field::Timestamp.name() {
        return values.into_iter().map(|v| v.map(|v| parted(&v, room))).collect();
    }
    let texts: Vec<&str> = values.iter().flatten().map(String::as_str).collect();
    let cut = folded(&texts, room);
    let fold =
        |value: Option<String>| value.map(|v| if cut == 0 { v } else { format!("…{}", &v[cut..]) });
    values.into_iter().map(fold).collect()
}

/// A time in lines: the date, the clock, and the part of a second where that does not fit.
fn parted(time: &str, room: usize) -> String {
    let lines = time.replacen('T', "\n", 1);
    match lines.lines().any(|line| line.len() > room) {
        true => lines.replacen('.', "\n.", 1),
        false => lines,
    }
}

/// Bytes at the beginning of different values that are left out, because all of them share it: no
/// more than it takes for the rest to fit, and up to a sign that parts words.
fn folded(values: &[&str], room: usize) -> usize {
    let Some(first) = values.first() else { return 0 };
    if values.len() < 2 || values.iter().all(|v| v == first) {
        return 0;
    }
    let same = |a: &str, b: &str| a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let shared = values.iter().map(|v| same(first, v)).min().unwrap_or(0);
    let parts = |b: u8| matches!(b, b'/' | b':' | b'-' | b'.' | b'_' | b'T' | b' ');
    let signs = first.as_bytes()[..shared].iter().zip(1..).filter(|(b, _)| parts(**b));
    let cuts: Vec<usize> = signs.map(|(_, after)| after).collect();
    let fits = |cut: &usize| values.iter().all(|v| v[*cut..].chars().count() < room);
    cuts.iter().copied().find(fits).or(cuts.last().copied()).unwrap_or(0)
}

/// What stands in a rejected record at the paths of a field: nothing was made of it.
fn stands(ui: &Ui, rect: Rect, record: &RecordInspection, from: &[String]) {
    let theme = Theme::of(ui);
    let at = |path: &String| record.values.iter().find(|(name, _)| name == path);
    let values: Vec<&str> = from.iter().filter_map(at).map(|(_, value)| value.as_str()).collect();
    if values.is_empty() {
        return value_cell(ui, rect, None, Field::Model);
    }
    let words = format::display(&values.join(" "));
    let at = text::left(rect, 0.0);
    text::paint_within(ui.painter(), at, rect.width(), &words, Face::MonoSmall, theme.muted);
}

fn value_cell(ui: &Ui, rect: Rect, value: Option<&str>, field: Field) {
    let theme = Theme::of(ui);
    let Some(value) = value else {
        let job = egui::text::LayoutJob::single_section(
            "absent".into(),
            egui::text::TextFormat { italics: true, ..Face::MonoSmall.format(theme.muted) },
        );
        let galley = ui.painter().layout_job(job);
        let at = pos2(rect.left(), rect.center().y - galley.size().y / 2.0);
        ui.painter().galley(at, galley, theme.muted);
        return;
    };
    let value = value.lines().map(format::display).collect::<Vec<_>>().join("\n");
    let is_number = matches!(field.def().kind, FieldKind::Integer | FieldKind::Real);
    if is_number && value.len() < 12 {
        // Near its heading, however wide the column is.
        let at = pos2(rect.left() + (rect.width() - 14.0).min(76.0), rect.center().y);
        text::paint(ui.painter(), at, Align2::RIGHT_CENTER, &value, Face::MonoSmall, theme.text);
    } else {
        let at = text::left(rect, 0.0);
        let lines = value.lines().count().max(1);
        let first = at - vec2(0.0, LINE * (lines - 1) as f32 / 2.0);
        for (i, line) in value.lines().enumerate() {
            let at = first + vec2(0.0, LINE * i as f32);
            text::paint_within(ui.painter(), at, rect.width(), line, Face::MonoSmall, theme.text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_fit_are_whole_and_a_time_always_is() {
        let record = |at: &str, ip: &str| RecordInspection {
            line: 1,
            byte_offset: 0,
            raw: String::new(),
            values: Vec::new(),
            row: vec![("timestamp".into(), at.into()), ("client_ip".into(), ip.into())],
            reason: None,
        };
        let (a, b) = (
            record("2026-03-01T10:00:05Z", "203.0.113.1"),
            record("2026-03-01T10:00:09Z", "203.0.113.2"),
        );
        let of =
            |name, room| values(&[&a, &b], name, room).into_iter().flatten().collect::<Vec<_>>();
        assert_eq!(of("timestamp", 20)[0], "2026-03-01T10:00:05Z");
        assert_eq!(of("timestamp", 12)[0], "2026-03-01\n10:00:05Z");
        assert_eq!(parted("2026-03-01T10:00:05.123Z", 10), "2026-03-01\n10:00:05\n.123Z");
        assert_eq!(of("client_ip", 11), ["203.0.113.1", "203.0.113.2"]);
        assert_eq!(of("client_ip", 8), ["…0.113.1", "…0.113.2"]);
    }

    #[test]
    fn what_all_values_begin_with_is_folded_up_to_a_sign_and_no_more_than_must_be() {
        let addresses = ["203.0.113.10", "203.0.113.77"];
        assert_eq!(&addresses[0][folded(&addresses, 9)..], "0.113.10");
        assert_eq!(&addresses[0][folded(&addresses, 7)..], "113.10");
        let times = ["2026-03-01 10:00:05Z", "2026-03-01 10:00:09Z"];
        assert_eq!(&times[0][folded(&times, 2)..], "05Z", "as short as can be");
        assert_eq!(folded(&["acme", "acme"], 2), 0);
        assert_eq!(folded(&["user1", "user2"], 2), 0);
        assert_eq!(folded(&["arn:aws:iam/ä1", "arn:aws:iam/ö2"], 3), 12);
        assert_eq!(folded(&[], 9), 0);
    }
}
