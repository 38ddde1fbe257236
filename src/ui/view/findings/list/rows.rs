//! The rows of the list.

use egui::{Align, Color32, Rect, RichText, Role, Sense, Stroke, Ui, WidgetInfo, vec2};

use crate::detect::fusion::FamilyScores;
use crate::model::finding::{Level, Subject};
use crate::ui::format;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::{families, level, text};

use super::super::listing::{Entry, Review};

/// Left and right edges of the columns.
pub(super) struct Columns {
    name: (f32, f32),
    accounts: f32,
    rows: f32,
    families: f32,
    review: (f32, f32),
}

impl Columns {
    pub fn of(width: f32) -> Self {
        let review = (width - 74.0, width - 8.0);
        let families = review.0 - families::WIDTH - 12.0;
        let rows = families - 14.0;
        // A narrow list does without the records.
        let accounts = if width < 370.0 { rows } else { rows - 66.0 };
        Self { name: (12.0, accounts - 52.0), accounts, rows, families, review }
    }
}

/// The names of the columns.
pub(super) fn header(ui: &mut Ui, row: Rect, columns: &Columns) {
    let theme = Theme::of(ui);
    ui.painter().hline(row.x_range(), row.bottom() - 0.5, theme.hairline());
    let mut title = |from: f32, to: f32, align: Align, words: &str| {
        let cell = Rect::from_x_y_ranges(row.left() + from..=row.left() + to, row.y_range());
        text::in_rect(ui, cell, align, Face::Column.text(words).color(theme.muted));
    };
    title(columns.name.0, columns.name.1, Align::Min, "Finding");
    title(columns.accounts - 60.0, columns.accounts, Align::Max, "Accounts");
    if columns.accounts < columns.rows {
        title(columns.rows - 66.0, columns.rows, Align::Max, "Records");
    }
    title(columns.families, columns.review.0, Align::Min, "Families");
    title(columns.review.0, columns.review.1, Align::Min, "Review");
}

/// A row's ground.
pub(super) fn ground(ui: &Ui, row: Rect, selected: bool, lit: bool) {
    let theme = Theme::of(ui);
    let fill = match (selected, lit) {
        (true, _) => theme.accent_soft,
        (false, true) => theme.hover,
        (false, false) => Color32::TRANSPARENT,
    };
    ui.painter().rect_filled(row, 0.0, fill);
    ui.painter().hline(row.x_range(), row.bottom() - 0.5, theme.hairline());
    if selected {
        let edge = Rect::from_min_size(row.min, vec2(2.0, row.height()));
        ui.painter().rect_filled(edge, 0.0, theme.accent);
    }
}

/// What a row says in its columns.
pub(super) struct Cells {
    pub name: RichText,
    pub accounts: u64,
    pub rows: u64,
    pub numbers: Color32,
    pub families: FamilyScores,
    pub review: RichText,
}

impl Cells {
    pub fn show(self, ui: &mut Ui, row: Rect, columns: &Columns) {
        let cell = |from: f32, to: f32| {
            Rect::from_x_y_ranges(row.left() + from..=row.left() + to, row.y_range())
        };
        text::in_rect(ui, cell(columns.name.0 + 16.0, columns.name.1), Align::Min, self.name);
        let has_rows = columns.accounts < columns.rows;
        let rows = has_rows.then_some((columns.rows, self.rows));
        for (right, n) in [(columns.accounts, self.accounts)].into_iter().chain(rows) {
            let cell = cell(right - 60.0, right);
            text::number(ui, cell, &format::count(n), Face::Body, self.numbers);
        }
        let bars = cell(columns.families, columns.families + families::WIDTH);
        let theme = Theme::of(ui);
        families::paint(ui.painter(), bars.shrink2(vec2(0.0, 6.0)), &self.families, theme);
        text::in_rect(ui, cell(columns.review.0, columns.review.1), Align::Min, self.review);
    }
}

/// Draws an entry, which may be selected and may stand under a line of those that are alike; whether
/// it was clicked.
pub(super) fn row(
    ui: &mut Ui,
    row: Rect,
    entry: &Entry,
    columns: &Columns,
    (selected, is_under): (bool, bool),
) -> bool {
    let theme = Theme::of(ui);
    let response = ui.interact(row, ui.scope_id().with(("finding", entry.subject)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Row, true, selected, spoken(entry)));
    ground(ui, row, selected, response.hovered() || response.has_focus());
    if is_under {
        ui.painter().vline(row.left() + 6.5, row.y_range(), Stroke::new(1.0, theme.faint));
    }
    level::paint(ui.painter(), text::left(row, 17.0), 5.0, entry.level, theme);
    let face = match entry.subject {
        Subject::Cluster(_) => Face::Medium,
        Subject::Account(_) => Face::Mono,
    };
    let review = if entry.review == Review::New { theme.text } else { theme.muted };
    let cells = Cells {
        name: face.text(format::display(&entry.name)).color(theme.text),
        accounts: entry.accounts,
        rows: entry.rows,
        numbers: theme.text,
        families: entry.families,
        review: Face::Body.text(entry.review.as_str()).color(review),
    };
    cells.show(ui, row, columns);
    let clicked = response.clicked();
    response.on_hover_text(format!(
        "{}\n{}",
        visible_text(&entry.name),
        families::words(&entry.families)
    ));
    clicked
}

/// A row as it is read aloud.
fn spoken(entry: &Entry) -> String {
    let level = if entry.level == Level::None { "below indicative" } else { entry.level.as_str() };
    format!(
        "{}, {level}, {}, {}, {}",
        visible_text(&entry.name),
        format::counted(entry.accounts, "account", "accounts"),
        format::counted(entry.rows, "record", "records"),
        entry.review.as_str(),
    )
}
