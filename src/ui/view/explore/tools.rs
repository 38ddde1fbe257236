//! What the tables of the screen have in common: their names, the button that exports, and
//! writing rows.

use std::io::{self, Write};

use egui::Ui;

use crate::job::Progress;
use crate::report::ReportError;
use crate::report::csv::Table;
use crate::ui::Command;
use crate::ui::theme::{Face, Theme};

/// Rows between two looks at the progress.
const CHECK_EVERY: u64 = 4_096;
/// Room from which the button says all of its text, points.
const ROOMY: f32 = 660.0;

/// The button that exports what a table shows; in little room it says less.
pub fn export_button(ui: &mut Ui, name: &str, room: f32) -> bool {
    let theme = Theme::of(ui);
    let text = if room > ROOMY { "export what is shown…" } else { "export…" };
    let rich = Face::Body.text(text).color(theme.muted);
    let response = ui.add(egui::Button::new(rich).frame(false));
    let label = format!("{name}: export what is shown…");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &label));
    let tooltip = Command::ExportShown.def().tooltip;
    response.on_hover_text(format!("{tooltip} ({})", Command::ExportShown.key_text())).clicked()
}

/// Writes a row for each id, looking now and then whether that is still wanted.
pub fn write_rows(
    table: &mut Table<&mut dyn Write>,
    ids: impl Iterator<Item = u32>,
    progress: &Progress,
    row: impl Fn(&mut Table<&mut dyn Write>, u32) -> io::Result<()>,
) -> Result<(), ReportError> {
    let failed = |source| ReportError::Io { doing: "write", path: "the table".into(), source };
    for (written, id) in (1..).zip(ids) {
        row(table, id).and_then(|()| table.end_row()).map_err(failed)?;
        if written % CHECK_EVERY == 0 {
            progress.check()?;
            progress.advance(CHECK_EVERY);
        }
    }
    Ok(())
}
