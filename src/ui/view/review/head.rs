//! What the file in hand was recognised as, and the files.

use egui::{Align, Color32, Layout, Rect, ScrollArea, Sense, Ui, UiBuilder, pos2, vec2};

use crate::case::Look;
use crate::ingest::FORMATS;
use crate::ui::app::review::{Known, Review, ReviewFile};
use crate::ui::format;
use crate::ui::layout::{Track, columns, region};
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::card::surface;
use crate::ui::widget::{button, drop_down, glyph, text};

use super::Asked;

/// Height of a file's row.
const ROW: f32 = 25.0;

/// Draws it.
pub fn show(ui: &mut Ui, rect: Rect, review: &mut Review) -> Option<Asked> {
    let theme = Theme::of(ui);
    surface(ui, rect);
    let [left, right] = columns(rect, 0.0, [Track::Share(1.0), Track::Share(1.0)]);
    ui.painter().vline(right.left(), rect.y_range().shrink(1.0), theme.hairline());
    let inner = left.shrink2(vec2(14.0, 10.0));
    let asked = region(ui, inner, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        format_of(ui, review);
        let links = Rect::from_min_max(pos2(inner.left(), inner.bottom() - 22.0), inner.max);
        actions(ui, links, review)
    });
    files(ui, right.shrink(1.0), review);
    asked
}

fn format_of(ui: &mut Ui, review: &Review) {
    let theme = Theme::of(ui);
    let Some(file) = review.files.get(review.at) else { return };
    match &file.known {
        Known::Log(look) => recognised(ui, look, file.choice.mapping.is_some()),
        Known::Table(title) => {
            text::line(ui, Face::Title.text(*title));
            text::line(ui, Face::Small.text("By the names of its columns").color(theme.muted));
        }
        Known::Archive(title) => {
            text::line(ui, Face::Title.text(*title));
            text::line(ui, Face::Small.text("By its first bytes").color(theme.muted));
        }
        Known::Problem { .. } => {
            text::line(ui, Face::Title.text("Not recognised"));
        }
        Known::Unknown => {
            text::line(ui, Face::Title.text("Recognised when it is read"));
        }
    }
}

fn recognised(ui: &mut Ui, look: &Look, by_hand: bool) {
    let theme = Theme::of(ui);
    let seen = &look.inspection;
    let sure = match seen.confidence {
        _ if by_hand => theme.accent,
        c if c >= 0.8 => theme.ok,
        _ => theme.warn,
    };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 9.0;
        let percent = format!("{:.0} %", (seen.confidence * 100.0).floor());
        ui.label(Face::Title.text(&seen.title));
        match by_hand {
            true => ui.label(Face::Title.text("mapped by hand").color(theme.muted)),
            false => ui.label(Face::Title.text(percent).color(sure)),
        };
    });
    let (bar, response) = ui.allocate_exact_size(vec2(ui.available_width(), 10.0), Sense::hover());
    let track = Rect::from_center_size(bar.center(), vec2(bar.width(), 5.0));
    crate::ui::widget::bar::paint(ui.painter(), track, theme.ghost, seen.confidence, sure);
    let mut why = vec![format::capitalised(&seen.why)];
    if let Some((other, confidence)) = &seen.next_best {
        let x = track.left() + track.width() * confidence.clamp(0.0, 1.0);
        let tick = Rect::from_center_size(pos2(x, track.center().y), vec2(2.0, 11.0));
        ui.painter().rect_filled(tick, 0.0, theme.muted);
        why.push(format!("Next best: {other}, {:.0}\u{a0}%", confidence * 100.0));
    }
    let why = format::display(&why.join(". "));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, "Confidence"));
    let beware = seen.unusable.as_ref().or(look.misfit.as_ref());
    let (words, color) = match beware {
        Some(beware) => (format::display(beware), theme.warn),
        None => (why, theme.muted),
    };
    let room = vec2(ui.available_width(), 34.0);
    let (rect, _) = ui.allocate_exact_size(room, Sense::hover());
    let mut job = egui::text::LayoutJob::single_section(words.clone(), Face::Small.format(color));
    job.wrap.max_width = rect.width();
    job.wrap.max_rows = 2;
    region(ui, rect, |ui| ui.add(egui::Label::new(job))).on_hover_text(words);
}

/// Formats, saved mappings, what can be done with the one in use.
fn actions(ui: &mut Ui, rect: Rect, review: &mut Review) -> Option<Asked> {
    let mut row =
        ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Center)));
    row.shrink_clip_rect(rect.expand(2.0));
    row.spacing_mut().item_spacing.x = 16.0;
    let useful =
        |look: &&std::sync::Arc<Look>| !review.is_changed() || look.inspection.unusable.is_some();
    let look = review.look().filter(useful);
    let offered = look.and_then(|look| look.offered.first().cloned());
    if let Some(name) = offered
        && button::link(&mut row, format!("Use saved mapping \u{201c}{name}\u{201d}")).clicked()
    {
        review.use_saved(&name);
    }
    formats(&mut row, review);
    let asked = mappings(&mut row, review);
    if review.is_changed() && button::link(&mut row, "Reset").clicked() {
        review.choose_format(None);
    }
    asked
}

fn formats(ui: &mut Ui, review: &mut Review) {
    let now = review.look().map(|look| look.inspection.format.clone());
    let mut chosen = None;
    drop_down(ui, "Another format", "Choose the format", false, |ui| {
        ui.set_min_width(300.0);
        ScrollArea::vertical().max_height(360.0).show(ui, |ui| {
            for format in FORMATS {
                let on = now.as_deref() == Some(format.id());
                let item = egui::Button::new(format.title())
                    .shortcut_text(Face::MonoSmall.text(format.id()))
                    .selected(on)
                    .frame_when_inactive(on)
                    .min_size(vec2(290.0, 24.0));
                if ui.add(item).accessible_name(format.title()).clicked() {
                    chosen = Some(format.id());
                    ui.close();
                }
            }
        });
    });
    if let Some(id) = chosen {
        review.choose_format(Some(id));
    }
}

fn mappings(ui: &mut Ui, review: &mut Review) -> Option<Asked> {
    let mut asked = None;
    let saved = review.saved.clone();
    let mapping = review.look().map(|look| look.inspection.mapping.clone());
    let mut chosen = None;
    let mut save = false;
    drop_down(ui, "Mapping", "Saved mappings", false, |ui| {
        ui.set_min_width(230.0);
        let theme = Theme::of(ui);
        let item = |ui: &mut Ui, words: &str| {
            let button =
                egui::Button::new(words).frame_when_inactive(false).min_size(vec2(220.0, 24.0));
            let clicked = ui.add(button).clicked();
            if clicked {
                ui.close();
            }
            clicked
        };
        if saved.is_empty() {
            ui.label(Face::Small.text("None is saved yet").color(theme.muted));
        }
        for name in &saved {
            if item(ui, name) {
                chosen = Some(name.clone());
            }
        }
        ui.separator();
        if item(ui, "Load from a file…") {
            asked = Some(Asked::Load);
        }
        if let Some(mapping) = mapping {
            save = item(ui, "Save under a name…");
            if item(ui, "Copy as TOML") {
                ui.copy_text(mapping);
            }
        }
    });
    if let Some(name) = chosen {
        review.use_saved(&name);
    }
    if save {
        review.save_as = Some(String::new());
    }
    asked
}

/// Left edges of the columns of files, as shares of the width.
const COLUMNS: [(&str, f32); 4] = [("File", 0.0), ("Size", 0.5), ("Records", 0.7), ("", 0.72)];

fn cell(row: Rect, i: usize) -> Rect {
    let (left, width) = (row.left() + 14.0, row.width() - 28.0);
    let x = |share: f32| left + width * share;
    let range = match i {
        0 => x(0.0)..=x(0.31),
        1 => x(0.31)..=x(COLUMNS[1].1),
        2 => x(COLUMNS[1].1)..=x(COLUMNS[2].1),
        _ => x(COLUMNS[3].1)..=x(1.0),
    };
    Rect::from_x_y_ranges(range, row.y_range())
}

fn files(ui: &mut Ui, rect: Rect, review: &mut Review) {
    let theme = Theme::of(ui);
    let head = Rect::from_min_size(rect.min, vec2(rect.width(), ROW));
    ui.painter().hline(head.x_range(), head.bottom() - 0.5, theme.hairline());
    for (i, (title, _)) in COLUMNS.iter().enumerate() {
        let align = if matches!(i, 1 | 2) { Align::Max } else { Align::Min };
        text::in_rect(ui, cell(head, i), align, Face::Column.text(*title).color(theme.muted));
    }
    let below = Rect::from_min_max(pos2(rect.left(), head.bottom()), rect.max);
    let mut chosen = None;
    region(ui, below, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let files = &review.files;
        ScrollArea::vertical().id_salt("files").auto_shrink(false).show_rows(
            ui,
            ROW,
            files.len(),
            |ui, range| {
                for i in range {
                    let size = vec2(ui.available_width(), ROW);
                    let (row, response) = ui.allocate_exact_size(size, Sense::click());
                    let on = i == review.at;
                    let name = format!("File {}", files[i].name);
                    response.widget_info(|| {
                        egui::WidgetInfo::selected(egui::Role::Button, true, on, &name)
                    });
                    let lit = response.hovered() || response.has_focus();
                    let fill = match (on, lit) {
                        (true, _) => theme.accent_soft,
                        (_, true) => theme.hover,
                        _ => Color32::TRANSPARENT,
                    };
                    ui.painter().rect_filled(row, 0.0, fill);
                    ui.painter().hline(row.x_range(), row.bottom() - 0.5, theme.hairline());
                    file(ui, row, &files[i]);
                    if response.clicked() {
                        chosen = Some(i);
                    }
                }
            },
        );
    });
    if let Some(at) = chosen.filter(|at| *at != review.at) {
        review.select_file(at);
    }
}

fn file(ui: &mut Ui, row: Rect, file: &ReviewFile) {
    let theme = Theme::of(ui);
    text::in_rect(ui, cell(row, 0), Align::Min, Face::Small.text(&file.name).color(theme.text))
        .on_hover_text(format::display(&file.path.display().to_string()));
    text::number(ui, cell(row, 1), &format::bytes(file.bytes), Face::Small, theme.muted);
    if let Some(look) = file.look() {
        let seen = &look.inspection;
        let about = if seen.complete { "" } else { "≈ " };
        let records = seen.estimated_records.map_or_else(String::new, format::count);
        text::number(ui, cell(row, 2), &format!("{about}{records}"), Face::Small, theme.text);
    }
    let (words, color) = match (&file.known, file.worth_a_look()) {
        (_, Some(why)) => (why, theme.warn),
        (Known::Log(look), None) => (look.inspection.format.clone(), theme.ok),
        (Known::Table(_), None) => ("a table".to_owned(), theme.ok),
        (Known::Archive(_), None) => ("an archive".to_owned(), theme.muted),
        (Known::Problem { certain: true, .. }, None) => ("no log".to_owned(), theme.muted),
        (Known::Problem { .. }, None) => ("not recognised".to_owned(), theme.bad),
        (Known::Unknown, None) => ("not looked at".to_owned(), theme.muted),
    };
    let end = cell(row, 3);
    glyph::dot(ui.painter(), text::left(end, 8.0), color);
    let room = Rect::from_min_max(end.min + vec2(18.0, 0.0), end.max);
    text::in_rect(ui, room, Align::Min, Face::Small.text(&words).color(theme.text))
        .on_hover_text(words);
}
