//! Audit & data: what a case says of itself to somebody who does not trust it. Its files with their
//! hashes, its journal and whether the chain holds, the detectors that ran, and SQL that can change
//! nothing.

pub mod bar;
mod console;
mod detectors;
mod entry;
pub mod facts;
mod head;
mod journal;
mod source;
mod sources;

use std::path::Path;
use std::sync::Arc;

use egui::{Rect, Ui};

use crate::case::audit::Record;
use crate::index::Templates;
use crate::model::Time;
use crate::store::{CaseFile, Mode};
use crate::ui::Latest;
use crate::ui::layout::{Track, columns, rows};
use crate::ui::scene::Scene;
use crate::ui::theme::size;

use console::Console;
use detectors::Detectors;
use journal::Journal;
use sources::Sources;

/// Height of the card on top, points.
const HEAD: f32 = 74.0;
/// From this width on everything is in sight at once, points.
const WIDE: f32 = 1_400.0;

/// What the screen needs to know of the case besides what all screens do.
#[derive(Clone, Debug)]
pub struct Custody {
    /// Whether every edit is in the file.
    pub is_saved: bool,
    /// Whether everything held when every hash was last checked, if it was.
    pub verified: Option<bool>,
    /// Packages written since the case was opened.
    pub exports: u64,
    /// Records that could not be read, of all sources.
    pub rejected: u64,
    /// The prompt templates of the case.
    pub templates: Arc<Templates>,
}

/// Which journal it is: the case, its edits, its exports, and the runs that write entries of their
/// own.
type Of = (u64, u64, u64, Option<Time>, Option<Time>);

/// Which part is in sight where there is no room for all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Data,
    Detectors,
    Console,
}

/// The screen's own state.
#[derive(Default)]
pub struct Audit {
    part: Part,
    record: Latest<Of, Arc<Record>>,
    sources: Sources,
    journal: Journal,
    detectors: Detectors,
    console: Console,
}

impl Audit {
    /// Whether everything that was asked for is there.
    #[cfg(test)]
    pub fn is_settled(&self) -> bool {
        self.record.answer().is_some()
            && !self.record.is_stale()
            && self.sources.is_settled()
            && self.journal.is_settled()
            && self.console.is_settled()
    }

    /// The console, for tests that look at what it holds.
    #[cfg(test)]
    pub fn console(&mut self) -> &mut Console {
        &mut self.console
    }

    /// Puts away what lies innermost: an entry or a source that is shown whole. False where there
    /// was none.
    pub fn lift(&mut self) -> bool {
        self.journal.lift() || self.sources.lift()
    }

    /// Draws the screen.
    pub fn show(&mut self, ui: &mut Ui, scene: &mut Scene<'_>, case: &Path, custody: &Custody) {
        self.read(ui, scene, case, custody);
        let area = ui.max_rect().shrink(size::GAP);
        let is_wide = area.width() >= WIDE;
        let [head, body] = rows(area, size::GAP, [Track::Fixed(HEAD), Track::Share(1.0)]);
        let turned = head::show(ui, head, (self.part, is_wide), &self.record, scene, custody);
        self.part = turned.unwrap_or(self.part);
        if is_wide {
            let [left, right] = columns(body, size::GAP, [Track::Share(1.0), Track::Share(1.0)]);
            let [console, detectors] =
                rows(right, size::GAP, [Track::Share(1.0), Track::Share(0.62)]);
            self.data(ui, left, scene, case);
            self.console.show(ui, console, scene, case);
            self.detectors.show(ui, detectors, scene, &custody.templates);
            return;
        }
        match self.part {
            Part::Data => self.data(ui, body, scene, case),
            Part::Detectors => self.detectors.show(ui, body, scene, &custody.templates),
            Part::Console => self.console.show(ui, body, scene, case),
        }
    }

    fn data(&mut self, ui: &mut Ui, rect: Rect, scene: &mut Scene<'_>, case: &Path) {
        let record = self.record.answer().cloned();
        // As high as its rows, and no higher than leaves the journal its room.
        let (few, share) = if self.sources.is_open() { (8, 0.46) } else { (2, 0.38) };
        let lines = scene.sources.len().clamp(few, 400) as f32 + 1.5;
        let wanted = size::CARD_HEADER + lines * size::ROW;
        let height = Track::Fixed(wanted.min(rect.height() * share));
        let [sources, journal] = rows(rect, size::GAP, [height, Track::Share(1.0)]);
        self.sources.show(ui, sources, record.as_ref(), scene, case);
        self.journal.show(ui, journal, &self.record, scene);
    }

    /// Reads the journal, when what stands in it may be more than was read: on another thread.
    fn read(&mut self, ui: &Ui, scene: &Scene<'_>, case: &Path, custody: &Custody) {
        if !custody.is_saved {
            // An entry on its way to the file is read when it is there.
            return self.record.poll();
        }
        let analysed = scene.analysis.map(|analysis| analysis.run.at);
        let grouped = custody.templates.run.as_ref().map(|run| run.at);
        let of = (scene.index_version, scene.lists_version, custody.exports, analysed, grouped);
        let path = case.to_owned();
        self.record.ask(ui.ctx(), of, move |progress| {
            let file = CaseFile::open(&path, Mode::ReadOnly)?;
            Record::read(&file, progress).map(Arc::new)
        });
    }
}
