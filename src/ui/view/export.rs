//! Exporting an evidence package, in the panel on the right: the data stays in sight.

mod fields;
mod place;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::{Response, ScrollArea, Ui};

use crate::case::SaveState;
use crate::index::Index;
use crate::job::{Job, Progress};
use crate::model::{Filter, Time};
use crate::report::{
    self, ExportOptions, Key, Output, Package, Profile, Redaction, Section, Signer,
};
use crate::ui::Latest;
use crate::ui::app::App;
use crate::ui::app::dialogs::Purpose;
use crate::ui::app::sheet::Sheet;
use crate::ui::format;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::bar::{self, Segment};
use crate::ui::widget::{Press, button, text};

use fields::fields;
use place::Place;

/// What is chosen, and what became of it.
pub struct ExportSheet {
    folder: String,
    /// What is known of the folder.
    place: Latest<String, Place>,
    title: String,
    /// What it is where nobody says: the case's own, which a redaction may hide.
    usual_title: String,
    actor: String,
    outputs: Vec<(Output, bool)>,
    /// Sections of the report.
    sections: Vec<(Section, bool)>,
    /// What is hidden.
    profile: Profile,
    /// What stands at the head and foot of every page.
    banner: String,
    /// File of the secret key to sign with; empty for none.
    signer: String,
    /// What opens it, if it is locked. It is kept nowhere.
    password: String,
    /// Only what the filter keeps.
    filtered: bool,
    /// Whether it was drawn: Enter is given to the main button when the sheet opens, or never.
    shown: bool,
    job: Option<Job<Written>>,
    outcome: Option<Result<Written, String>>,
}

/// A package that was written.
#[derive(Clone, Debug)]
struct Written {
    folder: PathBuf,
    is_folder: bool,
    files: usize,
    bytes: u64,
    content_hash: String,
    /// The time that it carries.
    at: Time,
    /// The revision of the case and the filter that it is of.
    of: (u64, Filter),
    /// The line that gives the same bytes.
    line: String,
    /// Id of the key that signed it.
    signed_with: Option<String>,
    /// Why the journal does not know of it.
    unrecorded: Option<String>,
}

/// What an export reads.
struct Material {
    case: PathBuf,
    index: Arc<Index>,
    filter: Filter,
    revision: u64,
    at: Time,
}

impl ExportSheet {
    /// A sheet with the usual outputs, into a new folder beside the case. Looks at the disk, once:
    /// beside the case that is open.
    pub fn new(case: &Path, actor: &str) -> Self {
        let case = std::path::absolute(case).unwrap_or_else(|_| case.to_owned());
        let name = case.file_stem().map_or("case".into(), |s| s.to_string_lossy().into_owned());
        let folder = Place::look(&case.with_file_name(format!("{name}-package"))).free;
        let usual = Output::usual();
        let possible = |o: &Output| *o != Output::Pdf || cfg!(feature = "pdf");
        let outputs = Output::ALL.into_iter().filter(possible);
        Self {
            folder: folder.display().to_string(),
            place: Latest::default(),
            usual_title: name.clone(),
            title: name,
            actor: actor.to_owned(),
            outputs: outputs.map(|o| (o, usual.contains(&o))).collect(),
            sections: Section::ALL.into_iter().map(|section| (section, true)).collect(),
            profile: Profile::NONE,
            banner: String::new(),
            signer: String::new(),
            password: String::new(),
            filtered: false,
            shown: false,
            job: None,
            outcome: None,
        }
    }

    /// A folder was chosen: the package gets a folder of its own in it.
    pub fn choose(&mut self, folder: &Path) {
        let name = Path::new(self.folder.trim()).file_name().map(PathBuf::from);
        self.folder = folder.join(name.unwrap_or("package".into())).display().to_string();
    }

    /// Takes the result when it is there; whether a package was written just now.
    pub fn poll(&mut self) -> bool {
        let Some(outcome) = self.job.as_ref().and_then(Job::poll) else { return false };
        self.job = None;
        let is_written = outcome.is_ok();
        self.outcome = Some(outcome);
        is_written
    }

    /// What is running, if anything is.
    pub fn progress(&self) -> Option<&Progress> {
        self.job.as_ref().map(Job::progress)
    }

    /// Where the package was written.
    pub fn written(&self) -> Option<&Path> {
        self.outcome.as_ref()?.as_ref().ok().map(|w| w.folder.as_path())
    }

    /// Stops an export that runs and waits until nothing of it is left.
    pub fn stop(self) {
        if let Some(job) = self.job {
            job.stop();
        }
    }

    /// Looks at the folder, on another thread.
    fn look(&mut self, ctx: &egui::Context) {
        let folder = self.folder.trim().to_owned();
        let path = PathBuf::from(&folder);
        self.place.ask(ctx, folder, move |_| Ok::<_, String>(Place::look(&path)));
    }

    /// What is known of the folder that stands in the field.
    fn place(&self) -> Option<&Place> {
        let same = self.place.answered().is_some_and(|folder| *folder == self.folder.trim());
        self.place.answer().filter(|_| same)
    }

    /// Why it cannot be exported now; `None` when it can.
    fn why_not(&self, save: &SaveState) -> Option<String> {
        if save.failed.is_some() {
            return Some("Your last edits are not saved: a package would lack them".into());
        }
        if save.pending > 0 {
            let edits = format::counted(save.pending as u64, "edit", "edits");
            let why = if save.busy { ": another program has the case" } else { "" };
            return Some(format!("{edits} on the way to the case{why}"));
        }
        if self.folder.trim().is_empty() {
            return Some("A folder is needed".into());
        }
        if !self.outputs.iter().any(|(_, on)| *on) {
            return Some("Nothing is chosen".into());
        }
        None
    }

    /// What is chosen.
    fn options(&self, at: Time) -> ExportOptions {
        let title = self.title.trim();
        ExportOptions {
            only: self.outputs.iter().filter(|(_, on)| *on).map(|(o, _)| *o).collect(),
            title: (!title.is_empty() && title != self.usual_title).then(|| title.to_owned()),
            banner: self.banner.trim().to_owned(),
            without: self.without().collect(),
            // The key of the package is read or made when it is written.
            redaction: (!self.profile.is_none())
                .then(|| Redaction { profile: self.profile, key: Key::from_bytes([0; 32]) }),
            ..ExportOptions::new(at, self.actor.trim())
        }
    }

    /// Sections that are not ticked.
    fn without(&self) -> impl Iterator<Item = Section> {
        self.sections.iter().filter(|(_, on)| !on).map(|(section, _)| *section)
    }

    /// The time that the package carries which was just written, as long as it is of what is shown.
    pub fn written_at(&self, revision: u64, filter: &Filter) -> Option<Time> {
        let written = self.outcome.as_ref()?.as_ref().ok()?;
        (written.of == (revision, self.of(filter))).then_some(written.at)
    }

    /// Whether a key is named to sign with.
    pub fn signs(&self) -> bool {
        !self.signer.trim().is_empty()
    }

    /// What would be exported under a filter: of what, and how.
    pub fn asked(&self, filter: &Filter, at: Time) -> (Filter, ExportOptions) {
        (self.of(filter), self.options(at))
    }

    /// What would be exported under a filter: that, or the whole case.
    fn of(&self, filter: &Filter) -> Filter {
        if self.filtered { filter.clone() } else { Filter::everything() }
    }

    fn start(&mut self, ctx: &egui::Context, material: Material) {
        let mut options = self.options(material.at);
        let of = (material.revision, material.filter.clone());
        let line = fields::command_line(&material.case, self, &material.filter);
        let line = format!("{line} {}", fields::by_whom(&options.actor, options.at));
        let folder = PathBuf::from(self.folder.trim());
        let wake = ctx.clone();
        let signer = self.signs().then(|| self.signer.trim().to_owned());
        let password = Some(self.password.clone()).filter(|word| !word.is_empty());
        self.outcome = None;
        self.job = Some(Job::spawn(
            move || wake.request_repaint(),
            move |progress| {
                let Material { case, index, filter, .. } = material;
                if let Some(key) = signer {
                    options.signer = Some(Signer::read(Path::new(&key), password.as_deref())?);
                }
                let beside = report::key_beside(&folder);
                let mut is_new = false;
                if let Some(redaction) = &mut options.redaction {
                    (redaction.key, is_new) = report::read_or_make_key(&beside)?;
                }
                let made = report::export_case(&case, &index, &filter, &folder, &options, progress);
                if made.is_err() && is_new {
                    // A key of no package is of no use to anybody.
                    let _ = std::fs::remove_file(&beside);
                }
                made.map(|package| written(folder, package, &options, (line, of)))
            },
        ));
    }
}

fn written(
    folder: PathBuf,
    Package { manifest, unrecorded }: Package,
    options: &ExportOptions,
    (line, of): (String, (u64, Filter)),
) -> Written {
    Written {
        at: options.at,
        of,
        line,
        unrecorded,
        signed_with: options.signer.as_ref().map(Signer::id),
        is_folder: folder.is_dir(),
        folder,
        files: manifest.files.len() + options.unlisted(),
        bytes: manifest.files.iter().map(|f| f.bytes).sum(),
        content_hash: manifest.content_hash,
    }
}

/// What the form must know of the case and the clock.
struct Situation {
    save: SaveState,
    /// Whether detectors are at work.
    is_detecting: bool,
    /// What was typed and not given.
    ungiven: Option<String>,
    now: Time,
    offset_us: i64,
}

/// What was asked for in the sheet.
enum Asked {
    Close,
    Choose,
    Export,
    Verify(PathBuf),
    Show(PathBuf),
}

/// Draws it; true when it is to be closed.
pub fn show(app: &mut App, ui: &mut Ui) -> bool {
    let filter = app.view.filter.clone();
    let situation = Situation {
        save: app.session.as_ref().map(|s| s.case.save_state()).unwrap_or_default(),
        is_detecting: app.session.as_ref().is_some_and(|s| s.detecting.will_keep()),
        ungiven: app.session.as_ref().and_then(|s| s.ungiven().words()),
        now: (app.setup.now)(),
        offset_us: app.setup.offset_us,
    };
    let case = app.session.as_ref().map(|s| s.case.path.clone()).unwrap_or_default();
    let Some(Sheet::Export(sheet)) = &mut app.sheet else { return false };
    ui.spacing_mut().item_spacing.y = 4.0;
    ui.label(Face::Title.text("Export package"));
    let theme = Theme::of(ui);
    let words = "A folder with report, tables and a manifest that anyone can verify";
    text::wrapped(ui, Face::Body.text(words).color(theme.muted));
    ui.add_space(12.0);
    let asked = match (&sheet.job, &sheet.outcome) {
        (Some(job), _) => {
            running(ui, job);
            None
        }
        (None, Some(Ok(done))) => result(ui, done),
        (None, failed) => {
            let failed = failed.as_ref().and_then(|f| f.as_ref().err()).cloned();
            form(ui, sheet, &filter, failed, (&case, &situation))
        }
    };
    match asked {
        Some(Asked::Close) => return true,
        Some(Asked::Choose) => app.dialogs.ask(ui.ctx(), Purpose::ExportFolder),
        Some(Asked::Export) => export(app, ui.ctx(), filter),
        Some(Asked::Verify(folder)) => app.sheet = Some(Sheet::verify(ui.ctx(), folder)),
        Some(Asked::Show(folder)) => {
            let url = format!("file://{}", folder.display());
            ui.ctx().open_url(egui::OpenUrl::new_tab(url));
        }
        None => {}
    }
    false
}

fn export(app: &mut App, ctx: &egui::Context, filter: Filter) {
    let (at, Some(session)) = ((app.setup.now)(), &app.session) else { return };
    let Some(Sheet::Export(sheet)) = &mut app.sheet else { return };
    let filter = sheet.of(&filter);
    let (case, index) = (session.case.path.clone(), session.case.index.clone());
    let revision = session.case.revision;
    sheet.start(ctx, Material { case, index, filter, revision, at });
}

fn form(
    ui: &mut Ui,
    sheet: &mut ExportSheet,
    filter: &Filter,
    failed: Option<String>,
    (case, situation): (&Path, &Situation),
) -> Option<Asked> {
    let theme = Theme::of(ui);
    let mut asked = None;
    if let Some(error) = failed {
        text::wrapped(ui, Face::Medium.text("Nothing was written").color(theme.bad));
        text::wrapped(ui, Face::Body.text(format::display(&error)));
        ui.add_space(8.0);
    }
    let foot = 92.0;
    let height = (ui.available_height() - foot).max(80.0);
    ScrollArea::vertical().id_salt("export").max_height(height).show(ui, |ui| {
        // The bar floats at the edge; it must not lie over what is written there.
        ui.set_max_width(ui.available_width() - 10.0);
        if fields(ui, sheet, filter, (case, situation)) {
            asked = Some(Asked::Choose);
        }
    });
    ui.add_space(14.0);
    if let Some(ungiven) = &situation.ungiven {
        let words = format!("{ungiven}: not in the package, because not given yet");
        text::wrapped(ui, Face::Small.text(words).color(theme.warn));
    }
    // What the detectors find would change the case under the export.
    let detecting = "The detectors are at work: what they find belongs into the package";
    let why_not = sheet
        .why_not(&situation.save)
        .or_else(|| situation.is_detecting.then(|| detecting.to_owned()));
    ui.horizontal(|ui| {
        // What would be replaced must be known before it can be.
        let ready = why_not.is_none() && sheet.place().is_some();
        let export = ui.add_enabled(ready, Press::new("Export").primary().width(120.0));
        offer(ui, &export, sheet);
        if export.clicked() {
            asked = Some(Asked::Export);
        }
        if ui.add(Press::new("Close")).clicked() {
            asked = Some(Asked::Close);
        }
    });
    if let Some(why) = why_not {
        text::wrapped(ui, Face::Small.text(why).color(theme.warn));
    }
    asked
}

/// Gives Enter to the main button when the sheet opens, unless somebody is typing.
fn offer(ui: &Ui, export: &Response, sheet: &mut ExportSheet) {
    let wanted = !sheet.shown && !ui.ctx().text_edit_focused();
    if wanted && export.enabled() {
        export.request_focus();
    }
    // The folder is looked at in the meantime; what takes longer than that is not waited for.
    sheet.shown = export.enabled() || !wanted || sheet.place().is_some();
}

/// What is going on, and the way to stop it.
pub(super) fn running<T: Send + 'static>(ui: &mut Ui, job: &Job<T>) {
    let theme = Theme::of(ui);
    let progress = job.progress();
    let words = format!("{}, {}", progress.phase(), format::seconds(job.elapsed_s()));
    text::wrapped(ui, Face::Body.text(words));
    let done = progress.fraction().unwrap_or(0.0);
    let segment = Segment { weight: 1.0, done, color: theme.accent };
    bar::segments(ui, 6.0, &[segment], "Export progress");
    ui.add_space(8.0);
    let words = if progress.is_cancelled() { "Stopping…" } else { "Cancel" };
    if ui.add(Press::new(words)).clicked() {
        progress.cancel();
    }
    ui.ctx().request_repaint_after_secs(0.1);
}

fn result(ui: &mut Ui, done: &Written) -> Option<Asked> {
    let theme = Theme::of(ui);
    let mut asked = None;
    ui.label(Face::Lead.text("Exported").color(theme.ok));
    let words = format!(
        "{}, {}",
        format::counted(done.files as u64, "file", "files"),
        format::bytes(done.bytes)
    );
    ui.label(Face::Body.text(words));
    ui.add_space(8.0);
    text::section(ui, if done.is_folder { "Folder" } else { "File" });
    text::wrapped(ui, Face::Mono.text(format::display(&done.folder.display().to_string())));
    ui.add_space(6.0);
    text::section(ui, "Content hash");
    text::wrapped(ui, Face::MonoSmall.text(&done.content_hash).color(theme.muted));
    let words = "It stands at the foot of every page of the report";
    text::wrapped(ui, Face::Small.text(words).color(theme.muted));
    ui.add_space(6.0);
    text::section(ui, "The same bytes again");
    text::wrapped(ui, Face::MonoSmall.text(format::display(&done.line)).color(theme.muted));
    if button::link(ui, "Copy").clicked() {
        ui.ctx().copy_text(done.line.clone());
    }
    if let Some(key) = &done.signed_with {
        ui.add_space(6.0);
        text::section(ui, "Signed with the key");
        text::wrapped(ui, Face::MonoSmall.text(key).color(theme.muted));
    }
    if let Some(why) = &done.unrecorded {
        ui.add_space(6.0);
        let words = format!("The journal does not know of it: {}", format::display(why));
        text::wrapped(ui, Face::Small.text(words).color(theme.warn));
    }
    ui.add_space(14.0);
    ui.horizontal(|ui| {
        if ui.add(Press::new("Open folder").primary()).clicked() {
            asked = Some(Asked::Show(done.folder.clone()));
        }
        if ui.add(Press::new("Verify")).clicked() {
            asked = Some(Asked::Verify(done.folder.clone()));
        }
        if ui.add(Press::new("Close")).clicked() {
            asked = Some(Asked::Close);
        }
    });
    asked
}
