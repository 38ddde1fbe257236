//! The files that a case was made from: what each was, and whether it still is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::{Rect, Ui};

use crate::case::audit::{Checked, Kept, OnDisk, Record};
use crate::job::{Cancelled, Job, Progress};
use crate::model::SourceInfo;
use crate::store::{CaseFile, Mode, StoreError};
use crate::ui::app::session::file_name;
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Screen};
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::card::{Card, card};
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::table::{
    Cell, Column, Pick, Rows, Sort, Table, TableAction, TableState, Tone,
};
use crate::ui::widget::{Press, text};
use crate::ui::{Latest, Zone, format};

use super::facts;
use super::source::{self, Detail};

/// Characters of a hash that tell it from others at a glance.
pub const SHORT: usize = 12;

const COLUMNS: [Column<'_>; 10] = [
    Column::text("File", 170.0, 140.0).grows().unsorted(),
    Column::text("Format", 92.0, 64.0).unsorted().rank(5),
    Column::number("Records", 78.0, 66.0).unsorted().rank(2).says("Rows that were imported"),
    Column::number("Rejected", 74.0, 70.0).unsorted().says("Records that could not be read"),
    Column::number("Size", 74.0, 66.0).unsorted().rank(3).says("Bytes on disk, or in the archive"),
    Column::text("SHA-256", 112.0, 108.0)
        .unsorted()
        .rank(1)
        .says("Of these bytes, when they were read"),
    Column::text("Span", 156.0, 148.0).unsorted().rank(8).says("First to last day, UTC"),
    Column::text("Imported", 144.0, 136.0).unsorted().rank(7).unit("UTC"),
    Column::text("By", 74.0, 60.0).unsorted().rank(6),
    Column::text("On disk", 132.0, 128.0).unsorted().says("Whether the file is still there"),
];
const REJECTED: usize = 3;
const HASH: usize = 5;

/// Which files were looked for: those of a case, with so many entries in its journal.
type Looked = (u64, usize);

/// The card's own state.
#[derive(Default)]
pub struct Sources {
    table: TableState,
    there: Latest<Looked, Arc<Vec<OnDisk>>>,
    job: Option<Job<Vec<Checked>>>,
    /// What hashing came to, and of which case; or why it did not end.
    checked: Option<(u64, Result<Vec<Checked>, String>)>,
    detail: Option<Detail>,
}

impl Sources {
    /// Whether everything that was asked for is there.
    #[cfg(test)]
    pub fn is_settled(&self) -> bool {
        self.there.answer().is_some() && !self.there.is_stale() && self.job.is_none()
    }

    /// Puts the source away that is shown whole; false where none is.
    pub fn lift(&mut self) -> bool {
        self.detail.take().is_some()
    }

    /// Whether all of one source is shown.
    pub fn is_open(&self) -> bool {
        self.detail.is_some()
    }

    /// Draws the card.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        record: Option<&Arc<Record>>,
        scene: &mut Scene<'_>,
        case: &Path,
    ) {
        self.poll(scene);
        if let Some(record) = record {
            self.look(ui, record, scene, case);
        }
        let note = self.note();
        let body = card(ui, rect, &Card { title: "Sources", note: &note }, |ui| {
            if let Some(job) = &self.job {
                stop(ui, job);
            } else if ui.add_enabled(record.is_some(), Press::new("Hash files again")).clicked()
                && let Some(record) = record
            {
                self.hash(ui, record, case);
            }
        });
        let (table, panel) = facts::beside(body, self.detail.is_some());
        region(ui, table, |ui| self.table(ui, record, scene));
        if let (Some(panel), Some(detail)) = (panel, &self.detail) {
            let found = scene.sources.iter().position(|source| source.id == detail.id);
            let source = found.and_then(|at| Some((at, scene.sources.get(at)?.clone())));
            let closed = source.is_none_or(|(at, source)| {
                let disk = self.there.answer().and_then(|all| all.get(at));
                let seen =
                    source::Seen { record: record.map(|r| &**r), disk, checked: self.at(at) };
                source::show(ui, panel, (&source, detail), seen, scene)
            });
            if closed {
                self.detail = None;
            }
        }
    }

    /// What hashing the file of the source at a position came to.
    fn at(&self, at: usize) -> Option<&Checked> {
        let (_, checked) = self.checked.as_ref()?;
        checked.as_ref().ok()?.get(at)
    }

    fn note(&self) -> String {
        let Some((_, checked)) = &self.checked else {
            return match &self.job {
                Some(job) => job.progress().phase(),
                None => "a click on a row says all of it".to_owned(),
            };
        };
        match checked {
            Err(why) => format::display(why),
            Ok(all) => {
                let count = |is: fn(&Checked) -> bool| all.iter().filter(|c| is(c)).count() as u64;
                let same = count(|checked| *checked == Checked::Same);
                let other = count(|c| matches!(c, Checked::Differs(_) | Checked::Unread(_)));
                let nothing = count(|checked| *checked == Checked::Nothing);
                let words = format!("{} the same", format::count(same));
                let rest = [(other, "differ"), (nothing, "not there")];
                rest.iter().filter(|(n, _)| *n > 0).fold(words, |words, (n, what)| {
                    format!("{words}, {} {what}", format::count(*n))
                })
            }
        }
    }

    fn poll(&mut self, scene: &Scene<'_>) {
        self.checked.take_if(|(of, _)| *of != scene.index_version);
        let Some(outcome) = self.job.as_ref().and_then(Job::poll) else { return };
        let is_stopped = self.job.take().is_some_and(|job| job.progress().is_cancelled());
        let outcome = outcome.map_err(|error| match is_stopped {
            true => "stopped: nothing is known of the hashes".to_owned(),
            false => error,
        });
        self.checked = Some((scene.index_version, outcome));
    }

    /// Looks which files are there: on another thread, as a disk may be asleep.
    fn look(&mut self, ui: &Ui, record: &Arc<Record>, scene: &Scene<'_>, case: &Path) {
        let of = (scene.index_version, record.entries.len());
        let (path, record) = (case.to_owned(), Arc::clone(record));
        self.there.ask(ui.ctx(), of, move |progress| {
            let all = CaseFile::open(&path, Mode::ReadOnly)?.sources()?;
            let look = |source: &SourceInfo| {
                progress.check()?;
                let kept = Kept::of(source, record.archive_of(source.id));
                Ok(OnDisk::look(source, &kept, &path))
            };
            let found: Result<Vec<OnDisk>, Cancelled> = all.iter().map(look).collect();
            Ok::<_, StoreError>(Arc::new(found?))
        });
    }

    fn hash(&mut self, ui: &Ui, record: &Arc<Record>, case: &Path) {
        self.checked = None;
        let (wake, path, record) = (ui.ctx().clone(), case.to_owned(), Arc::clone(record));
        self.job = Some(Job::spawn(
            move || wake.request_repaint(),
            move |progress| hash_all(&path, &record, progress),
        ));
    }

    fn table(&mut self, ui: &mut Ui, record: Option<&Arc<Record>>, scene: &mut Scene<'_>) {
        let table = Table {
            name: "Sources",
            columns: &COLUMNS,
            rows: scene.sources.len() as u64,
            sort: None::<Sort>,
            empty: "No source was imported",
            listens: !scene.keys.covered,
        };
        let mut rows = SourceRows {
            sources: scene.sources,
            record: record.map(|record| &**record),
            there: self.there.answer().map(|all| &all[..]),
            checked: self
                .checked
                .as_ref()
                .and_then(|(_, all)| all.as_ref().ok())
                .map(|all| &all[..]),
            picked: self.detail.as_ref().map(|detail| detail.id),
        };
        let done = table.show(ui, &mut self.table, &mut rows);
        for action in done {
            self.act(ui, action, scene);
        }
    }

    fn act(&mut self, ui: &Ui, action: TableAction, scene: &mut Scene<'_>) {
        let at = |row: u64| scene.sources.get(row as usize);
        match action {
            TableAction::Pick(Pick::Only(row))
                if self.table.column == Some(REJECTED)
                    && at(row).is_some_and(|source| source.rejects > 0) =>
            {
                scene.ask(Action::Go(Screen::Rejects));
            }
            TableAction::Pick(Pick::Only(row) | Pick::Toggle(row)) => {
                let is_open = self.detail.as_ref().map(|detail| detail.id);
                self.detail = at(row).filter(|s| is_open != Some(s.id)).map(Detail::of);
            }
            TableAction::Step(Pick::Only(row)) | TableAction::Open(row) => {
                self.detail = at(row).map(Detail::of);
            }
            TableAction::Copy { .. } => {
                if let Some(source) = self.table.cursor.and_then(at) {
                    ui.ctx().copy_text(source.sha256.clone());
                }
            }
            _ => {}
        }
    }
}

/// Hashes the file of every source; an archive once, however many came in it.
fn hash_all(case: &Path, record: &Record, progress: &Progress) -> Result<Vec<Checked>, StoreError> {
    let sources = CaseFile::open(case, Mode::ReadOnly)?.sources()?;
    let mut archives: BTreeMap<PathBuf, Checked> = BTreeMap::new();
    let mut all = Vec::with_capacity(sources.len());
    for (at, source) in (1u64..).zip(&sources) {
        let (name, of) = (file_name(Path::new(&source.path)), sources.len() as u64);
        progress.set_phase(format!("hashing {name}, {at} of {of}"), of);
        progress.advance(at - 1);
        let kept = Kept::of(source, record.archive_of(source.id));
        let archive = match &kept {
            Kept::Archive(note) => Some(note.path.clone()),
            _ => None,
        };
        let known = archive.as_ref().and_then(|archive| archives.get(archive)).cloned();
        let checked = known.map_or_else(|| Checked::of(source, &kept, case, progress), Ok)?;
        archives.extend(archive.map(|archive| (archive, checked.clone())));
        all.push(checked);
    }
    Ok(all)
}

/// How far it is, and what stops it.
fn stop(ui: &mut Ui, job: &Job<Vec<Checked>>) {
    let is_stopping = job.progress().is_cancelled();
    if ui.add(Press::new(if is_stopping { "Stopping…" } else { "Stop" })).clicked() {
        job.progress().cancel();
    }
    let muted = Theme::of(ui).muted;
    text::line(ui, Face::Body.text(format::seconds(job.elapsed_s())).color(muted));
    ui.ctx().request_repaint_after_secs(0.2);
}

struct SourceRows<'a> {
    sources: &'a [SourceInfo],
    record: Option<&'a Record>,
    there: Option<&'a [OnDisk]>,
    checked: Option<&'a [Checked]>,
    picked: Option<u32>,
}

impl SourceRows<'_> {
    /// What is known of the file, in words, and how loud.
    fn disk(&self, row: usize) -> (&'static str, Tone) {
        source::in_words(
            self.there.and_then(|all| all.get(row)),
            self.checked.and_then(|all| all.get(row)),
        )
    }
}

impl Rows for SourceRows<'_> {
    fn cell(&mut self, row: u64, column: usize) -> Cell<'_> {
        let Some(source) = self.sources.get(row as usize) else { return Cell::None };
        match column {
            0 => Cell::text(file_name(Path::new(&source.path))),
            1 => Cell::text(&source.format),
            2 => Cell::Count(source.rows),
            REJECTED if source.rejects > 0 => {
                Cell::Figure(format::count(source.rejects).into(), Tone::Notable)
            }
            REJECTED => Cell::Figure("0".into(), Tone::Muted),
            4 => Cell::Figure(format::bytes(source.bytes).into(), Tone::Plain),
            HASH => Cell::mono(short(&source.sha256)),
            6 => Cell::or_absent(source.span.map(|span| Cell::text(format::days(span)))),
            7 => Cell::muted(stamp(source, Zone::UTC)),
            8 => match self.record.and_then(|record| record.imported_by(source.id)) {
                Some(actor) => Cell::text(actor.to_owned()),
                None => Cell::None,
            },
            _ => {
                let (words, tone) = self.disk(row as usize);
                Cell::Text(words.into(), Face::Body, tone)
            }
        }
    }

    fn selected(&self, row: u64) -> bool {
        let id = self.sources.get(row as usize).map(|source| source.id);
        self.picked.is_some() && self.picked == id
    }

    fn key(&self, row: u64) -> Option<u64> {
        self.sources.get(row as usize).map(|source| u64::from(source.id))
    }

    fn menu(&mut self, ui: &mut Ui, key: u64, _column: usize) {
        let Some(source) = self.sources.iter().find(|s| u64::from(s.id) == key) else { return };
        for (words, value) in [("Copy SHA-256", &source.sha256), ("Copy path", &source.path)] {
            if ui.button(words).clicked() {
                ui.ctx().copy_text(value.clone());
            }
        }
    }

    fn tooltip(&self, row: u64, column: usize) -> Option<String> {
        let source = self.sources.get(row as usize)?;
        match column {
            0 => Some(visible_text(&source.path).into_owned()),
            REJECTED if source.rejects > 0 => Some("A click shows them".to_owned()),
            HASH => Some(format!("{}\nCtrl C copies it", source.sha256)),
            _ => None,
        }
    }
}

/// The beginning of a hash.
pub fn short(hash: &str) -> String {
    match hash.get(..SHORT) {
        Some(start) if hash.len() > SHORT => format!("{start}…"),
        _ => hash.to_owned(),
    }
}

/// When a source was imported, by the clock of a zone.
fn stamp(source: &SourceInfo, zone: Zone) -> String {
    let wall = zone.wall(source.imported_at);
    format!("{} {}", format::date(wall), format::clock(wall))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_cut_and_what_is_none_stays() {
        assert_eq!(short(&"ab".repeat(32)), "abababababab…");
        assert_eq!((short("").as_str(), short("abc").as_str()), ("", "abc"));
        assert_eq!(short("éééééééé"), "éééééé…", "cut between characters only");
    }
}
