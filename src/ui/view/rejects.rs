//! The reject ledger: records that could not be read, with file, line, byte offset and reason.

use std::collections::BTreeMap;
use std::path::Path;

use egui::{Align, Rect, ScrollArea, Sense, Ui, pos2, vec2};

use crate::job::Progress;
use crate::model::SourceInfo;
use crate::store::{CaseFile, Mode, RejectRow, StoreError};
use crate::ui::Latest;
use crate::ui::format;
use crate::ui::layout::{Track, columns, region};
use crate::ui::scene::Scene;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::card::{self, Card, card};
use crate::ui::widget::{bar, drop_down, text};

/// Entries listed here; an export lists all of them.
const LISTED: usize = 10_000;
/// Width of the reasons.
const REASONS: f32 = 320.0;

/// The screen's own state.
#[derive(Default)]
pub struct Rejects {
    ledger: Latest<u64, Ledger>,
    /// Only entries with this reason.
    reason: Option<String>,
}

/// What the case has of it.
#[derive(Clone, Debug, Default)]
struct Ledger {
    /// How often each reason occurs, most often first.
    reasons: Vec<(String, u64)>,
    /// The first entries.
    rows: Vec<RejectRow>,
    /// All of them.
    total: u64,
}

impl Rejects {
    /// Draws the screen.
    pub fn show(&mut self, ui: &mut Ui, scene: &mut Scene<'_>, case: &Path) {
        let path = case.to_owned();
        self.ledger.ask(ui.ctx(), scene.index_version, move |p| read(&path, p));
        let area = ui.max_rect().shrink(size::GAP);
        let [left, right] = columns(area, size::GAP, [Track::Fixed(REASONS), Track::Share(1.0)]);
        let Some(ledger) = self.ledger.answer() else {
            let header = Card { title: "Rejected records", note: "" };
            let body = card(ui, area, &header, |_| {});
            match self.ledger.error() {
                Some(error) => card::empty(ui, body, "The ledger cannot be read", error),
                None => card::empty(ui, body, "Reading the ledger…", ""),
            }
            return;
        };
        let picked = reasons(ui, left, ledger, self.reason.as_deref());
        let rows: Vec<&RejectRow> = ledger
            .rows
            .iter()
            .filter(|r| self.reason.as_ref().is_none_or(|reason| r.reject.reason == *reason))
            .collect();
        let again =
            region(ui, right, |ui| list(ui, right, ledger, &rows, scene.sources, !scene.read_only));
        if let Some(source_id) = again {
            scene.actions.push(Action::Reread(source_id));
        }
        if let Some(reason) = picked {
            self.reason = (self.reason.as_ref() != Some(&reason)).then_some(reason);
        }
    }
}

fn read(path: &Path, progress: &Progress) -> Result<Ledger, StoreError> {
    let file = CaseFile::open(path, Mode::ReadOnly)?;
    let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
    let mut ledger = Ledger::default();
    file.for_each_reject(|row| -> Result<(), StoreError> {
        progress.check()?;
        ledger.total += 1;
        *reasons.entry(row.reject.reason.clone()).or_default() += 1;
        if ledger.rows.len() < LISTED {
            ledger.rows.push(row);
        }
        Ok(())
    })?;
    ledger.reasons = reasons.into_iter().collect();
    ledger.reasons.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    Ok(ledger)
}

/// Draws the reasons; returns the one that was clicked.
fn reasons(ui: &mut Ui, rect: Rect, ledger: &Ledger, now: Option<&str>) -> Option<String> {
    let theme = Theme::of(ui);
    let body = card(ui, rect, &Card { title: "Reasons", note: "" }, |ui| {
        ui.label(Face::Body.text(format::count(ledger.total)).color(theme.muted));
    });
    if ledger.total == 0 {
        card::empty(ui, body, "Nothing was rejected", "Every record could be read");
        return None;
    }
    let mut picked = None;
    region(ui, body, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical().id_salt("reasons").auto_shrink(false).show(ui, |ui| {
            for (reason, n) in &ledger.reasons {
                let (row, response) =
                    ui.allocate_exact_size(vec2(ui.available_width(), 40.0), Sense::click());
                let on = now == Some(reason);
                let label = format!("{reason}, {}", format::count(*n));
                response.widget_info(|| {
                    egui::WidgetInfo::selected(egui::Role::Button, true, on, &label)
                });
                let lit = response.hovered() || response.has_focus();
                let fill = if on {
                    theme.accent_soft
                } else if lit {
                    theme.hover
                } else {
                    egui::Color32::TRANSPARENT
                };
                ui.painter().rect_filled(row, 0.0, fill);
                ui.painter().hline(row.x_range(), row.bottom() - 0.5, theme.hairline());
                let inner = row.shrink2(vec2(12.0, 0.0));
                let top =
                    Rect::from_min_size(inner.min + vec2(0.0, 5.0), vec2(inner.width(), 18.0));
                let end = Rect::from_min_max(pos2(top.right() - 80.0, top.top()), top.max);
                let number = format::count(*n);
                let number = text::number(ui, end, &number, Face::Body, theme.text);
                let room =
                    Rect::from_min_max(top.min, pos2(number.rect.left() - 10.0, top.bottom()));
                let words = Face::Body.text(format::display(reason));
                text::in_rect(ui, room, Align::Min, words).on_hover_text(format::display(reason));
                let track =
                    Rect::from_min_size(inner.min + vec2(0.0, 28.0), vec2(inner.width(), 4.0));
                let share = *n as f32 / ledger.total as f32;
                bar::paint(ui.painter(), track, theme.ghost, share, theme.warn);
                if response.clicked() {
                    picked = Some(reason.clone());
                }
            }
        });
    });
    picked
}

/// Where the columns of the list begin, and the names over them.
const COLUMNS: [(&str, f32); 5] = [
    ("Source", 12.0),
    ("Line", 170.0),
    ("Byte offset", 240.0),
    ("Reason", 344.0),
    ("Beginning of the record", 540.0),
];

fn cell(row: Rect, i: usize) -> Rect {
    let scale = (row.width() / 900.0).clamp(0.8, 1.3);
    let left = row.left() + COLUMNS[i].1 * scale;
    let right = COLUMNS.get(i + 1).map_or(row.right() - 12.0, |c| row.left() + c.1 * scale - 12.0);
    Rect::from_x_y_ranges(left..=right.max(left), row.y_range())
}

/// Draws the entries; gives the source whose rejects are to be read again.
fn list(
    ui: &mut Ui,
    rect: Rect,
    ledger: &Ledger,
    rows: &[&RejectRow],
    sources: &[SourceInfo],
    writable: bool,
) -> Option<u32> {
    let theme = Theme::of(ui);
    let note = if ledger.total > ledger.rows.len() as u64 {
        format!(
            "the first {} of {}; an export lists all",
            format::count(ledger.rows.len() as u64),
            format::count(ledger.total)
        )
    } else {
        format::counted(rows.len() as u64, "record", "records")
    };
    let mut again = None;
    let body = card(ui, rect, &Card { title: "Rejected records", note: &note }, |ui| {
        if writable {
            again = read_again(ui, sources);
        }
    });
    let head = Rect::from_min_size(body.min, vec2(body.width(), size::ROW));
    ui.painter().hline(head.x_range(), head.bottom() - 0.5, theme.hairline());
    for (i, (title, _)) in COLUMNS.iter().enumerate() {
        let align = if matches!(i, 1 | 2) { Align::Max } else { Align::Min };
        text::in_rect(ui, cell(head, i), align, Face::Column.text(*title).color(theme.muted));
    }
    let below = Rect::from_min_max(pos2(body.left(), head.bottom()), body.max);
    region(ui, below, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical().id_salt("ledger").auto_shrink(false).show_rows(
            ui,
            size::ROW,
            rows.len(),
            |ui, range| {
                for row in &rows[range] {
                    let size = vec2(ui.available_width(), size::ROW);
                    let (area, _) = ui.allocate_exact_size(size, Sense::hover());
                    line(ui, area, row, sources);
                }
            },
        );
    });
    again
}

/// A menu of the sources whose rejects can be read with another mapping.
fn read_again(ui: &mut Ui, sources: &[SourceInfo]) -> Option<u32> {
    let open = |s: &&SourceInfo| s.rejects > 0 && s.raw_kept && s.read_again_as(sources).is_none();
    let open: Vec<&SourceInfo> = sources.iter().filter(open).collect();
    let mut chosen = None;
    if open.is_empty() {
        return None;
    }
    drop_down(ui, "Fix the mapping and read again", "Read rejects again", false, |ui| {
        ui.set_min_width(300.0);
        for source in open {
            let name = crate::ui::app::session::file_name(Path::new(&source.path));
            let words = format!("{name}…");
            let item = egui::Button::new(&words)
                .shortcut_text(Face::Small.text(format::count(source.rejects)))
                .frame_when_inactive(false)
                .min_size(vec2(290.0, 24.0));
            if ui.add(item).accessible_name(&words).clicked() {
                chosen = Some(source.id);
                ui.close();
            }
        }
    });
    chosen
}

fn line(ui: &mut Ui, area: Rect, row: &RejectRow, sources: &[SourceInfo]) {
    let theme = Theme::of(ui);
    ui.painter().hline(area.x_range(), area.bottom() - 0.5, theme.hairline());
    let path = sources.iter().find(|s| s.id == row.source_id).map_or("", |s| s.path.as_str());
    let name = crate::ui::app::session::file_name(Path::new(path));
    text::in_rect(ui, cell(area, 0), Align::Min, Face::Body.text(name))
        .on_hover_text(format::display(path));
    let (line, offset) = (format::count(row.reject.line), format::count(row.reject.byte_offset));
    text::number(ui, cell(area, 1), &line, Face::Body, theme.text);
    text::number(ui, cell(area, 2), &offset, Face::Body, theme.muted);
    let reason = format::display(&row.reject.reason);
    text::in_rect(ui, cell(area, 3), Align::Min, Face::Body.text(&reason)).on_hover_text(&reason);
    let sample = format::display(&row.reject.sample);
    let words = Face::MonoSmall.text(&sample).color(theme.muted);
    text::in_rect(ui, cell(area, 4), Align::Min, words).on_hover_text(&sample);
}
