//! The import as a whole: the zone of its times, what it will give and take, and the button.

use egui::{Align, Layout, Rect, Ui, UiBuilder, pos2, vec2};

use crate::ingest::inspect::RecordInspection;
use crate::ingest::{FieldMap, ReaderOptions};
use crate::model::Field;
use crate::ui::app::App;
use crate::ui::app::review::{Known, Review};
use crate::ui::app::session::file_name;
use crate::ui::format;
use crate::ui::layout::region;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{Press, complete, key_cap, text};

use super::forecast;

/// Height of what stands at the bottom.
const BUTTONS: f32 = 40.0;

/// Draws it.
pub fn side(app: &mut App, ui: &mut Ui) {
    let area = ui.max_rect();
    let top = Rect::from_min_max(area.min, pos2(area.right(), area.bottom() - BUTTONS));
    let bottom = Rect::from_min_max(pos2(area.left(), top.bottom()), area.max);
    let Some(review) = &mut app.review else { return };
    region(ui, top, |ui| {
        egui::ScrollArea::vertical().id_salt("this import").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            ui.label(Face::Title.text("This import"));
            let theme = Theme::of(ui);
            let files = format::counted(review.files.len() as u64, "file", "files");
            let exists = app.session.as_ref().is_some_and(|s| s.case.path == review.case());
            let place = if exists { "" } else { "a new case, " };
            let words = match review.is_reread() {
                true => "Rejected records of this case, read again".to_owned(),
                false => format!("{files} into {place}{}", file_name(review.case())),
            };
            text::wrapped(ui, Face::Body.text(words).color(theme.muted));
            if !review.is_looking() {
                zone(ui, review);
                forecast::show(ui, review);
                forecast::rejects(ui, review);
                saving(ui, review);
            }
        });
    });
    let mut row =
        ui.new_child(UiBuilder::new().max_rect(bottom).layout(Layout::right_to_left(Align::Max)));
    row.spacing_mut().item_spacing.x = 8.0;
    if row.add(Press::new("Cancel").large()).clicked() {
        app.actions.push(Action::CancelReview);
    }
    let readable = review.files.iter().filter(|f| is_readable(&f.known)).count();
    let words = match review.is_reread() {
        true => "Import what can be read".to_owned(),
        false => format!("Import {}", format::counted(readable as u64, "file", "files")),
    };
    let width = row.available_width();
    let go = Press::new(words).key("Enter").primary().large().width(width);
    if row.add_enabled(readable > 0, go).clicked() {
        app.actions.push(Action::StartImport);
    }
}

fn is_readable(known: &Known) -> bool {
    match known {
        Known::Log(look) => look.inspection.unusable.is_none() && look.misfit.is_none(),
        Known::Table(_) | Known::Archive(_) | Known::Unknown => true,
        Known::Problem { .. } => false,
    }
}

/// A heading under a line.
pub(super) fn section(ui: &mut Ui, title: &str, note: &str) {
    let theme = Theme::of(ui);
    ui.add_space(9.0);
    let width = ui.available_width();
    let (line, _) = ui.allocate_exact_size(vec2(width, 1.0), egui::Sense::hover());
    ui.painter().hline(line.x_range(), line.center().y, theme.hairline());
    ui.add_space(7.0);
    ui.horizontal(|ui| {
        text::section(ui, title);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(Face::Tiny.text(note).color(theme.muted));
        });
    });
}

/// The zone that times without one are read in, and what that makes of a real one.
fn zone(ui: &mut Ui, review: &mut Review) {
    let theme = Theme::of(ui);
    section(ui, "Time zone of the logs", "");
    let Some(look) = review.look().cloned() else {
        text::wrapped(ui, Face::Small.text("No times are seen in this file").color(theme.muted));
        return;
    };
    let seen = &look.inspection;
    let rows: u64 = seen.granularity.iter().sum();
    let times = rows - seen.without_time.min(rows);
    if times > 0 && seen.zone_assumed == 0 {
        text::wrapped(ui, Face::Body.text("Every time that was looked at states its own"));
    } else {
        let id = ui.scope_id().with("zone typed");
        let mut typed: String = ui.data(|d| d.get_temp(id)).unwrap_or_default();
        let width = ui.available_width();
        let now = if seen.timezone.is_empty() { "UTC" } else { &seen.timezone };
        if let Some(zone) = complete(ui, "Time zone", now, &mut typed, width, &review.zones) {
            match ReaderOptions::in_zone(&zone) {
                Ok(_) => review.set_zone(&zone),
                Err(error) => review.said = Some(Err(error.to_string())),
            }
            typed.clear();
        }
        ui.data_mut(|d| d.insert_temp(id, typed));
        let words = if times == 0 {
            format!("Times that state none are taken as {now}")
        } else {
            let of = format::count(times);
            format!(
                "{} of {of} times looked at state none: taken as {now}",
                format::count(seen.zone_assumed)
            )
        };
        text::wrapped(ui, Face::Small.text(words).color(theme.muted));
    }
    if seen.without_time > 0 {
        let (untimed, of) = (format::count(seen.without_time), format::count(rows));
        let words = format!("{untimed} of {of} events looked at have no time: counted, on no axis");
        text::wrapped(ui, Face::Small.text(words).color(theme.muted));
    }
    if let Some((raw, read)) = first_time(review) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            ui.label(Face::MonoSmall.text(format::display(&raw)).color(theme.muted));
            ui.label(Face::MonoSmall.text("→").color(theme.muted));
            ui.add(egui::Label::new(Face::MonoSmall.text(read)).truncate());
        });
    }
}

/// The first time as it stands in the log and as it is read.
fn first_time(review: &Review) -> Option<(String, String)> {
    let mapping = review.mapping()?;
    let map = mapping.field(Field::Timestamp)?;
    let look = review.look()?;
    look.inspection.records.iter().find_map(|record| time_of(record, map))
}

/// The time of one record as it stands there and as it is read.
fn time_of(record: &RecordInspection, map: &FieldMap) -> Option<(String, String)> {
    let of = |values: &[(String, String)], name: &str| {
        values.iter().find(|(of, _)| of == name).map(|(_, value)| value.clone())
    };
    let read = of(&record.row, "timestamp")?;
    let paths = map.from.iter().filter_map(|path| of(&record.values, path));
    let raw = match &map.join {
        Some(join) => paths.collect::<Vec<_>>().join(join),
        None => paths.take(1).collect(),
    };
    Some((raw, read)).filter(|(raw, _)| !raw.is_empty())
}

/// A name for the mapping, while one is wanted, and what became of it.
fn saving(ui: &mut Ui, review: &mut Review) {
    let theme = Theme::of(ui);
    if let Some(mut name) = review.save_as.clone() {
        section(ui, "Save this mapping", "");
        let id = ui.scope_id().with("mapping name");
        let edit = egui::TextEdit::singleline(&mut name)
            .id(id)
            .hint_text(Face::Small.text("a name, such as gateway eu").color(theme.muted))
            .desired_width(ui.available_width() - 20.0)
            .align(egui::Align2::LEFT_CENTER)
            .min_size(vec2(ui.available_width(), 28.0));
        let field = ui.add(edit).accessible_name("Name of the mapping");
        let entered = field.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
        if name.is_empty() && !field.has_focus() && review.said.is_none() {
            field.request_focus();
        }
        review.save_as = Some(name.clone());
        let mut asked = entered;
        ui.horizontal(|ui| {
            let fine = !name.trim().is_empty();
            let words =
                if review.saved.iter().any(|s| *s == name.trim()) { "Replace" } else { "Save" };
            asked |= ui.add_enabled(fine, Press::new(words)).clicked();
            if ui.add(Press::new("Cancel saving").quiet()).clicked() {
                review.save_as = None;
            }
            key_cap(ui, "Enter");
        });
        if asked && !name.trim().is_empty() {
            review.save(ui.ctx(), &name);
            review.save_as = None;
        }
    }
    match &review.said {
        Some(Ok(done)) => {
            ui.add_space(6.0);
            text::wrapped(ui, Face::Small.text(format::display(done)).color(theme.ok));
        }
        Some(Err(why)) => {
            ui.add_space(6.0);
            text::wrapped(ui, Face::Small.text(format::display(why)).color(theme.bad));
        }
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_stands_beside_what_its_own_record_was_read_as() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let record = |day: &str, row| RecordInspection {
            line: 2,
            byte_offset: 0,
            raw: String::new(),
            values: vec![pair("clock", "22:00"), pair("day", day)],
            row,
            reason: None,
        };
        let map = FieldMap::from(Field::Timestamp, &["day", "clock"]);
        let rejected = record("yesterday", Vec::new());
        let read = record("1.3.", vec![pair("timestamp", "2026-03-01T21:00:00Z")]);
        assert_eq!(time_of(&rejected, &map), None);
        let shown = |map: &FieldMap| time_of(&read, map).expect("a time").0;
        assert_eq!(shown(&map), "1.3.");
        assert_eq!(shown(&map.join(" ")), "1.3. 22:00");
    }
}
