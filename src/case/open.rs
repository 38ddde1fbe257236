//! A case as a window or a command holds it: the index in memory, the annotations, the history,
//! and the file behind them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use super::analysis::{AnalysisDue, NewFindings, analysis_due};
use super::cited::cited;
use super::edit::{Annotations, Author, Edit};
use super::first_look::FirstLook;
use super::history::{History, Step, StepKind};
use super::layout::Layout;
use super::record::{JoinDecisions, Recorder, SaveState};
use super::search::search_prompts;
use super::templates::{FoundTemplates, TemplatesDue, templates_due};
use super::texts::CaseTexts;
use crate::index::{self, Index, Joins, Lists, Phrases, RequestIds, SessionIds};
use crate::ingest::{Mapping, has_prompts};
use crate::job::Progress;
use crate::model::book::Book;
use crate::model::finding::{Analysis, Inputs};
use crate::model::{Annotation, Field, Marker, SavedView, SourceInfo, TimeNote};
use crate::store::{CaseFile, CaseInfo, Events, JournalEntry, Mode, StoreError, inputs_of};

/// Why a case could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its columns.
    #[error("{path}: {source}")]
    Index {
        /// Which case.
        path: PathBuf,
        /// What is wrong with them.
        source: index::IndexError,
    },
}

impl OpenError {
    /// Whether the work was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        match self {
            Self::Store(error) => error.is_cancelled(),
            Self::Index { source, .. } => matches!(source, index::IndexError::Cancelled(_)),
        }
    }
}

/// An open case.
#[derive(Debug)]
pub struct OpenCase {
    /// Where it lies.
    pub path: PathBuf,
    /// Its size in a few numbers.
    pub info: CaseInfo,
    /// What was imported.
    pub sources: Vec<SourceInfo>,
    /// Releases, bans, policy changes, incidents, by time.
    pub markers: Vec<Marker>,
    /// How the window and the network were laid out when the case was last closed.
    pub layout: Layout,
    /// The events, in memory.
    pub index: Arc<Index>,
    /// Where their prompts stand.
    pub texts: Arc<CaseTexts>,
    /// Records of sources that hold no prompts or were not kept: no phrase is found in them.
    pub without_prompts: u64,
    /// Hash of the journal's last entry when it was read.
    pub journal_hash: String,
    /// Rises with every change of the annotations: what was derived from them is then stale.
    pub revision: u64,
    annotations: Arc<Annotations>,
    pub(super) time_notes: Vec<TimeNote>,
    pub(super) saved_views: Vec<SavedView>,
    pub(super) book: Arc<Book>,
    lists: Arc<Lists>,
    history: History,
    /// Why the templates of the case could not be read.
    templates_problem: Option<String>,
    analysis: Option<Arc<Analysis>>,
    /// What was found and is on its way to the file.
    pub(super) recent: Weak<NewFindings>,
    /// Why the findings of the case could not be read.
    analysis_problem: Option<String>,
    /// What a run would have been made from when the case was opened.
    inputs: Inputs,
    next_note_id: u64,
    pub(super) next_time_note_id: u64,
    pub(super) next_saved_view_id: u64,
    pub(super) next_book_id: u64,
    recorder: Option<Recorder>,
}

impl OpenCase {
    /// Opens a case for editing, or for reading when another window has it, it cannot be written
    /// or has a second name ([`OpenCase::is_read_only`] then says so).
    ///
    /// # Errors
    /// [`OpenError`]: no such file, not a case, made by a newer version, damaged, cancelled.
    pub fn load(path: &Path, progress: &Progress) -> Result<Self, OpenError> {
        Self::load_showing(path, progress, |_| ())
    }

    /// The same; what it showed when it was last closed is given away as soon as it is read.
    ///
    /// # Errors
    /// As [`OpenCase::load`].
    pub fn load_showing(
        path: &Path,
        progress: &Progress,
        show: impl FnOnce(FirstLook),
    ) -> Result<Self, OpenError> {
        progress.set_phase("opening", 0);
        let file = match CaseFile::open(path, Mode::ReadWrite) {
            Err(StoreError::Locked(_) | StoreError::CannotWrite { .. } | StoreError::Linked(_)) => {
                CaseFile::open(path, Mode::ReadOnly)?
            }
            file => file?,
        };
        if let Some(look) = FirstLook::of(&file) {
            show(look);
        }
        Self::from_file(file, progress)
    }

    /// Takes over a case file that is open already.
    ///
    /// # Errors
    /// As [`OpenCase::load`].
    pub fn from_file(file: CaseFile, progress: &Progress) -> Result<Self, OpenError> {
        let path = file.path().to_owned();
        let Events { runs, dimensions, templates, analysis } = file.load_events(progress)?;
        let runs = runs.into_iter().map(|run| index::Run {
            source_id: run.source_id,
            first_event_id: run.first_event,
            columns: run.columns,
        });
        let sources = file.sources()?;
        let sessions = session_ids(file.session_count()?, &path);
        let texts = Arc::new(CaseTexts::of(&path));
        let without_prompts = without_prompts(&sources);
        let joins = Joins { pairs: file.accepted_joins()?, stand_ins: stand_ins(&sources) };
        let index = Index::with_joins(runs.collect(), dimensions, sessions, &joins, progress)
            .map_err(|source| OpenError::Index { path: path.clone(), source })?
            .with_request_ids(request_ids(&sources, &path))
            .with_phrases(phrases(&texts, progress));
        let templates_problem = match templates {
            Ok(Some(stored)) => {
                index.set_templates(stored.run, stored.all, &stored.of_event);
                None
            }
            Ok(None) => None,
            // They can be found again; the case is whole without them.
            Err(error) => Some(error.to_string()),
        };
        let (analysis, analysis_problem) = match analysis {
            Ok(analysis) => (analysis.map(Arc::new), None),
            // Likewise.
            Err(error) => (None, Some(error.to_string())),
        };
        let annotations = file.annotations()?;
        let mut lists = lists(&index, &annotations);
        lists.conclude(analysis.as_deref());
        lists.cite(analysis.as_ref().map(|a| cited(&path, a, Weak::new())));
        let journal = file.journal()?;
        let history = History::replay(journal.iter().filter_map(step));
        Ok(Self {
            info: file.info()?,
            sources,
            markers: file.markers()?,
            journal_hash: file.journal_hash()?,
            layout: Layout::of(&file)?,
            next_note_id: file.next_note_id()?,
            next_time_note_id: file.next_time_note_id()?,
            time_notes: file.time_notes()?,
            next_saved_view_id: file.next_saved_view_id()?,
            saved_views: file.saved_views()?,
            next_book_id: file.next_book_id()?,
            book: Arc::new(file.book()?),
            recorder: (file.mode() == Mode::ReadWrite).then(|| Recorder::start(file)),
            path,
            index: Arc::new(index),
            texts,
            without_prompts,
            templates_problem,
            analysis,
            recent: Weak::new(),
            analysis_problem,
            // Templates are those of the index.
            inputs: inputs_of(&journal),
            revision: 0,
            annotations: Arc::new(annotations),
            lists: Arc::new(lists),
            history,
        })
    }

    /// Whether nothing can be changed.
    pub fn is_read_only(&self) -> bool {
        self.recorder.is_none()
    }

    /// What has been said of accounts.
    pub fn annotations(&self) -> &Arc<Annotations> {
        &self.annotations
    }

    /// What has been said of accounts, in the form filters need it.
    pub fn lists(&self) -> &Arc<Lists> {
        &self.lists
    }

    /// What can be undone and redone.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The id a new note gets first.
    pub fn next_note_id(&self) -> u64 {
        self.next_note_id
    }

    /// How far the edits have come on their way to disk.
    pub fn save_state(&self) -> SaveState {
        self.recorder.as_ref().map(Recorder::state).unwrap_or_default()
    }

    /// Tries again to write the edits that could not be written.
    pub fn retry_saving(&self) {
        if let Some(recorder) = &self.recorder {
            recorder.retry();
        }
    }

    /// Gives up the edits that are not on disk yet: closing then waits for nobody.
    pub fn give_up_saving(&self) {
        if let Some(recorder) = &self.recorder {
            recorder.give_up();
        }
    }

    /// A second connection for reading, for work on another thread.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn reader(&self) -> Result<CaseFile, StoreError> {
        CaseFile::open(&self.path, Mode::ReadOnly)
    }

    /// Makes an edit and queues it for the file; an edit that changes nothing is no edit.
    ///
    /// # Errors
    /// [`StoreError::ReadOnly`].
    pub fn edit(&mut self, edit: Edit, author: Author) -> Result<(), StoreError> {
        if edit.is_empty() {
            return Ok(());
        }
        self.decide(edit, author)
    }

    /// Makes an edit and journals it, also where it changes nothing: that nothing was to be changed
    /// was decided.
    ///
    /// # Errors
    /// [`StoreError::ReadOnly`].
    pub fn decide(&mut self, edit: Edit, author: Author) -> Result<(), StoreError> {
        self.must_write()?;
        let step = self.history.record(edit);
        self.take(step, author);
        Ok(())
    }

    /// Takes the newest edit back. `None` when there is none.
    ///
    /// # Errors
    /// [`StoreError::ReadOnly`].
    pub fn undo(&mut self, author: Author) -> Result<Option<String>, StoreError> {
        self.must_write()?;
        let step = self.history.undo();
        Ok(step.map(|step| self.take(step, author)))
    }

    /// Makes the last undone edit again. `None` when there is none.
    ///
    /// # Errors
    /// [`StoreError::ReadOnly`].
    pub fn redo(&mut self, author: Author) -> Result<Option<String>, StoreError> {
        self.must_write()?;
        let step = self.history.redo();
        Ok(step.map(|step| self.take(step, author)))
    }

    /// Why prompt templates are to be looked for, if they are.
    pub fn templates_due(&self) -> Option<TemplatesDue> {
        let templates = self.index.templates();
        if let Some(why) = self.templates_problem.as_ref().filter(|_| templates.run.is_none()) {
            return Some(TemplatesDue::Damaged(why.clone()));
        }
        templates_due(templates.run.as_ref(), self.index.last_event_id())
    }

    /// Takes in templates that were found, and queues them for the file.
    ///
    /// # Errors
    /// [`StoreError::ReadOnly`].
    pub fn take_templates(
        &self,
        mut found: FoundTemplates,
        author: Author,
    ) -> Result<(), StoreError> {
        let Some(recorder) = &self.recorder else {
            return Err(StoreError::ReadOnly(self.path.clone()));
        };
        if let Some(run) = Arc::get_mut(&mut found.templates).and_then(|t| t.run.as_mut()) {
            run.at = author.at;
        }
        self.index.put_templates(Arc::clone(&found.templates));
        recorder.record_templates(found, author);
        Ok(())
    }

    /// What the detectors found when they last ran; the records that findings cite are read with
    /// [`OpenCase::read_cited`].
    pub fn analysis(&self) -> Option<&Arc<Analysis>> {
        self.analysis.as_ref()
    }

    /// What a run of the detectors would be made from now.
    pub fn inputs(&self) -> Inputs {
        let templates = Inputs::of_templates(self.index.templates().run.as_ref());
        Inputs { templates, ..self.inputs.clone() }
    }

    /// Why detectors are to be run, if they are.
    pub fn analysis_due(&self) -> Option<AnalysisDue> {
        if let Some(why) = &self.analysis_problem {
            return Some(AnalysisDue::Damaged(why.clone()));
        }
        analysis_due(self.analysis.as_ref().map(|analysis| &analysis.run), &self.inputs())
    }

    /// Takes in what detectors found, and queues it for the file.
    ///
    /// # Errors
    /// [`StoreError::ReadOnly`].
    pub fn take_analysis(&mut self, found: NewFindings, author: Author) -> Result<(), StoreError> {
        let Some(recorder) = &self.recorder else {
            return Err(StoreError::ReadOnly(self.path.clone()));
        };
        let (analysis, found) = (Arc::new(found.analysis(author.at)), Arc::new(found));
        let lists = Arc::make_mut(&mut self.lists);
        lists.conclude(Some(&analysis));
        self.recent = Arc::downgrade(&found);
        lists.cite(Some(cited(&self.path, &analysis, Weak::clone(&self.recent))));
        (self.analysis, self.analysis_problem) = (Some(analysis), None);
        self.revision += 1;
        recorder.record_analysis(found, author);
        Ok(())
    }

    /// Queues for the file what is said of records that describe the same call. Counts change when
    /// the case is loaded again.
    ///
    /// # Errors
    /// [`StoreError::ReadOnly`].
    pub fn decide_joins(&self, decided: JoinDecisions, author: Author) -> Result<(), StoreError> {
        let Some(recorder) = &self.recorder else {
            return Err(StoreError::ReadOnly(self.path.clone()));
        };
        recorder.record_joins(decided, author);
        Ok(())
    }

    /// Closes the case when all edits are on disk, and gives its file back (`None` for a case
    /// that was read-only).
    ///
    /// # Errors
    /// Why an edit could not be written.
    pub fn close(self) -> Result<Option<CaseFile>, String> {
        self.recorder.map(Recorder::finish).transpose()
    }

    fn must_write(&self) -> Result<(), StoreError> {
        match self.recorder {
            Some(_) => Ok(()),
            None => Err(StoreError::ReadOnly(self.path.clone())),
        }
    }

    /// Takes note of the ids that are given: none is given twice.
    fn count_note(&mut self, change: &super::Change) {
        match change {
            super::Change::Note { note, .. } => {
                self.next_note_id = self.next_note_id.max(note.id + 1);
            }
            super::Change::Book { before, after } => {
                for entry in before.iter().chain(after) {
                    self.next_book_id = self.next_book_id.max(entry.id + 1);
                }
            }
            super::Change::View { view, .. } => {
                self.next_saved_view_id = self.next_saved_view_id.max(view.note.id + 1);
            }
            super::Change::TimeNote { note, .. } => {
                self.next_time_note_id = self.next_time_note_id.max(note.note.id + 1);
            }
            _ => {}
        }
    }

    fn take(&mut self, step: Step, author: Author) -> String {
        step.edit.apply(Arc::make_mut(&mut self.annotations));
        for change in &step.edit.changes {
            self.count_note(change);
            change.apply_to_time(&mut self.time_notes);
            change.apply_to_views(&mut self.saved_views);
            change.apply_to_book(Arc::make_mut(&mut self.book));
            let Some(id) = change.account() else { continue };
            if let Some(account) = self.index.account_position(id) {
                let empty = Annotation::default();
                let annotation = self.annotations.get(id).unwrap_or(&empty);
                Arc::make_mut(&mut self.lists).insert(account, annotation);
            }
        }
        self.revision += 1;
        let title = step.edit.title.clone();
        if let Some(recorder) = &self.recorder {
            recorder.record(step, author);
        }
        title
    }
}

/// The constants that the sources were read with where a record names no account: their files'
/// names, `unattributed`.
pub fn stand_ins(sources: &[SourceInfo]) -> Vec<String> {
    let constant = |source: &SourceInfo| {
        Mapping::from_toml(&source.mapping).ok()?.field(Field::AccountId)?.constant.clone()
    };
    sources.iter().filter_map(constant).collect()
}

/// Records of sources that hold no prompts or were not kept.
pub fn without_prompts(sources: &[SourceInfo]) -> u64 {
    let has = |source: &&SourceInfo| {
        let mapping = || Mapping::from_toml(&source.mapping).ok();
        source.raw_kept && mapping().is_some_and(|mapping| has_prompts(&source.format, &mapping))
    };
    let without = sources.iter().filter(|source| !has(source));
    without.fold(0, |sum, source| sum.saturating_add(source.rows))
}

/// Request ids, read from the file whenever a filter asks for them.
fn request_ids(sources: &[SourceInfo], path: &Path) -> RequestIds {
    let path = path.to_owned();
    RequestIds::new(sources.iter().map(|source| (source.id, source.request_ids)), move |each| {
        CaseFile::open(&path, Mode::ReadOnly)
            .and_then(|file| file.for_each_request_id(each))
            .map_err(|error| error.to_string())
    })
}

/// Prompts, searched in the file whenever a filter has a phrase.
fn phrases(texts: &Arc<CaseTexts>, progress: &Progress) -> Phrases {
    let texts = Arc::clone(texts);
    let search = move |phrase: &str, progress: &Progress, found: &(dyn Fn(u64) + Sync)| {
        search_prompts(&texts, phrase, progress, found).map_err(|error| error.to_string())
    };
    Phrases::new(search, progress.clone())
}

/// Session ids, read from the file when something first asks for them.
fn session_ids(count: usize, path: &Path) -> SessionIds {
    let path = path.to_owned();
    SessionIds::new(count, move || {
        CaseFile::open(&path, Mode::ReadOnly)
            .and_then(|file| file.session_ids())
            .map_err(|error| error.to_string())
    })
}

fn lists(index: &Index, annotations: &Annotations) -> Lists {
    Lists::new(index, annotations.iter().map(|(id, annotation)| (id.as_str(), annotation)))
}

/// The step a journal entry records, where it records one. An undo is recorded with the inverse
/// changes, which replaying does not need.
fn step(entry: &JournalEntry) -> Option<Step> {
    let kind = StepKind::parse(&entry.action)?;
    let changes = super::Change::read_all(&entry.detail).ok()?;
    Some(Step { kind, edit: Edit { title: entry.target.clone(), changes } })
}

#[cfg(test)]
#[path = "open_tests.rs"]
mod tests;
