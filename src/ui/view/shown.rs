//! Writing a table as it is shown, in the panel on the right: the table stays in sight.

use std::path::{Path, PathBuf};

use egui::{TextEdit, Ui, vec2};

use crate::job::{Job, Progress};
use crate::report::shown::{AboutTable, beside};
use crate::ui::app::App;
use crate::ui::app::sheet::Sheet;
use crate::ui::format;
use crate::ui::shown::Shown;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::{Press, text};

use super::export::running;

/// A table that is to be written, and what became of it.
pub struct ShownSheet {
    shown: Shown,
    path: String,
    job: Option<Job<Written>>,
    outcome: Option<Result<Written, String>>,
    drawn: bool,
}

/// A table that was written.
#[derive(Clone, Debug)]
struct Written {
    path: PathBuf,
    about: AboutTable,
}

impl ShownSheet {
    /// A sheet for a table, into a file beside the case whose name is free. Looks at the disk.
    pub fn new(shown: Shown, case: &Path) -> Self {
        let case = std::path::absolute(case).unwrap_or_else(|_| case.to_owned());
        let stem = case.file_stem().map_or("case".into(), |s| s.to_string_lossy().into_owned());
        let rows = shown.0.rows_are.replace(' ', "-");
        let name = |n: u32| match n {
            1 => case.with_file_name(format!("{stem}-{rows}.csv")),
            n => case.with_file_name(format!("{stem}-{rows}-{n}.csv")),
        };
        let free = (1..).map(name).find(|path| !path.exists() && !beside(path).exists());
        let path = free.unwrap_or_else(|| name(1)).display().to_string();
        Self { shown, path, job: None, outcome: None, drawn: false }
    }

    /// What is running, if anything is.
    pub fn progress(&self) -> Option<&Progress> {
        self.job.as_ref().map(Job::progress)
    }

    /// Takes the result when it is there.
    pub fn poll(&mut self) {
        if let Some(outcome) = self.job.as_ref().and_then(Job::poll) {
            self.job = None;
            self.outcome = Some(outcome);
        }
    }

    /// Stops what runs and waits until nothing of it is left.
    pub fn stop(self) {
        if let Some(job) = self.job {
            job.stop();
        }
    }

    fn start(&mut self, ctx: &egui::Context, case: PathBuf, by: String, at: String) {
        let (shown, path, wake) =
            (self.shown.clone(), PathBuf::from(self.path.trim()), ctx.clone());
        self.outcome = None;
        self.job = Some(Job::spawn(
            move || wake.request_repaint(),
            move |progress| {
                let about = shown.write(&path, &case, (&by, at), progress)?;
                Ok::<_, crate::report::ReportError>(Written { path, about })
            },
        ));
    }
}

/// What was asked for in the sheet.
enum Asked {
    Close,
    Export,
    Show(PathBuf),
}

/// Draws it; true when it is to be closed.
pub fn show(app: &mut App, ui: &mut Ui) -> bool {
    let Some(Sheet::Shown(sheet)) = &mut app.sheet else { return false };
    ui.spacing_mut().item_spacing.y = 4.0;
    ui.label(Face::Title.text("Export what is shown"));
    let theme = Theme::of(ui);
    let table = &sheet.shown.0;
    let words = format!(
        "{} of {} {}, {}",
        format::count(table.rows),
        format::count(table.of),
        table.rows_are,
        format::counted(table.columns.len() as u64, "column", "columns")
    );
    text::wrapped(ui, Face::Body.text(words).color(theme.muted));
    ui.add_space(12.0);
    let asked = match (&sheet.job, &sheet.outcome) {
        (Some(job), _) => {
            running(ui, job);
            None
        }
        (None, Some(Ok(done))) => result(ui, done),
        (None, _) => form(ui, sheet),
    };
    match asked {
        Some(Asked::Close) => return true,
        Some(Asked::Export) => {
            let at = (app.setup.now)().to_string();
            let by = app.setup.actor.clone();
            if let (Some(session), Some(Sheet::Shown(sheet))) = (&app.session, &mut app.sheet) {
                sheet.start(ui.ctx(), session.case.path.clone(), by, at);
            }
        }
        Some(Asked::Show(folder)) => {
            let url = format!("file://{}", folder.display());
            ui.ctx().open_url(egui::OpenUrl::new_tab(url));
        }
        None => {}
    }
    false
}

fn form(ui: &mut Ui, sheet: &mut ShownSheet) -> Option<Asked> {
    let theme = Theme::of(ui);
    if let Some(Err(error)) = &sheet.outcome {
        text::wrapped(ui, Face::Medium.text("Nothing was written").color(theme.bad));
        text::wrapped(ui, Face::Body.text(format::display(error)));
        ui.add_space(8.0);
    }
    text::section(ui, "File");
    let width = ui.available_width();
    let edit = TextEdit::singleline(&mut sheet.path)
        .id_salt("file")
        .desired_width(width)
        .align(egui::Align2::LEFT_CENTER)
        .min_size(vec2(width, size::CONTROL));
    ui.add(edit).accessible_name("File");
    let words = "What the table is stands beside it, as NAME.csv.json. A table written here before \
                 is replaced, any other file is left alone";
    text::wrapped(ui, Face::Small.text(words).color(theme.muted));
    ui.add_space(8.0);
    let table = &sheet.shown.0;
    text::section(ui, "Columns");
    let columns = format::display(&table.columns.join(", "));
    text::wrapped(ui, Face::MonoSmall.text(columns));
    text::section(ui, "Order");
    text::wrapped(ui, Face::Body.text(format::display(&table.order)));
    text::section(ui, "Filter");
    let filter = match table.filter.is_everything() {
        true => "everything".to_owned(),
        false => format::display(&table.filter.to_string()),
    };
    text::wrapped(ui, Face::MonoSmall.text(filter));
    if !table.selection.is_empty() {
        text::section(ui, "Selection");
        text::wrapped(ui, Face::MonoSmall.text(format::display(&table.selection)));
    }
    ui.add_space(14.0);
    let mut asked = None;
    let ready = !sheet.path.trim().is_empty();
    let first = !std::mem::replace(&mut sheet.drawn, true);
    ui.horizontal(|ui| {
        let export = ui.add_enabled(ready, Press::new("Export").primary().width(120.0));
        if first && !ui.ctx().text_edit_focused() {
            export.request_focus();
        }
        if export.clicked() {
            asked = Some(Asked::Export);
        }
        if ui.add(Press::new("Close")).clicked() {
            asked = Some(Asked::Close);
        }
    });
    asked
}

fn result(ui: &mut Ui, done: &Written) -> Option<Asked> {
    let theme = Theme::of(ui);
    let about = &done.about;
    ui.label(Face::Lead.text("Exported").color(theme.ok));
    let words = format!(
        "{} of {} rows, {}",
        format::count(about.rows),
        format::count(about.of),
        format::bytes(about.csv_bytes)
    );
    ui.label(Face::Body.text(words));
    ui.add_space(8.0);
    text::section(ui, "File");
    text::wrapped(ui, Face::Mono.text(format::display(&done.path.display().to_string())));
    ui.add_space(6.0);
    text::section(ui, "SHA-256");
    text::wrapped(ui, Face::MonoSmall.text(&about.csv_sha256).color(theme.muted));
    text::section(ui, "SHA-256 of the case");
    text::wrapped(ui, Face::MonoSmall.text(&about.case.sha256).color(theme.muted));
    ui.add_space(14.0);
    let mut asked = None;
    ui.horizontal(|ui| {
        if ui.add(Press::new("Open folder").primary()).clicked() {
            asked = done.path.parent().map(|folder| Asked::Show(folder.to_owned()));
        }
        if ui.add(Press::new("Close")).clicked() {
            asked = Some(Asked::Close);
        }
    });
    asked
}
