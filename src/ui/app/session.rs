//! An open case with what its screens remember.

use std::path::Path;
use std::sync::Arc;

use crate::case::{
    AnalysisDue, Author, Edit, FoundTemplates, Layout, OpenCase, prompt_of_call, starting_point,
};
use crate::index::Templates;
use crate::ingest::Mapping;
use crate::job::Job;
use crate::model::book::Item;
use crate::model::{Field, Selection, SourceInfo, Time};
use crate::store::{CaseFile, Mode, StoreError, check_journal};
use crate::ui::beside::Beside;
use crate::ui::format;
use crate::ui::memory::{RecentCase, THUMBNAIL_BARS};
use crate::ui::panel::selection::{SelectionPanel, Ungiven, Writing};
use crate::ui::panel::time_notes::TimeNotes;
use crate::ui::scene::{
    ReadCited, ReadJournal, ReadMarks, ReadPrompt, ReadRecord, ReadTies, Scene,
};
use crate::ui::search::Searches;
use crate::ui::state::{Action, Booking, Hover, Judgement, OfTime, ViewState};
use crate::ui::view::audit::Audit;
use crate::ui::view::book::Book;
use crate::ui::view::compare::Compare;
use crate::ui::view::dossier::Dossier;
use crate::ui::view::explore::Explore;
use crate::ui::view::findings::Findings;
use crate::ui::view::joins::Joins;
use crate::ui::view::network::Network;
use crate::ui::view::overview::Overview;
use crate::ui::view::rejects::Rejects;
#[cfg(feature = "pdf")]
use crate::ui::view::report::ReportScreen;
use crate::ui::widget::raw::{Paths, RawText};
use crate::ui::{Command, Keys, Latest};

use super::detect::Detecting;
use super::views::CountKey;

/// How often a case that is only read is looked at again, seconds.
const LOOKED_EVERY_S: f64 = 3.0;

/// An open case.
pub struct Session {
    /// The case.
    pub case: OpenCase,
    /// Another number for every case that was opened: what was counted for one is not taken for
    /// another.
    pub version: u64,
    /// Overview.
    pub overview: Overview,
    /// Explore.
    pub explore: Explore,
    /// The panel for what is selected.
    pub panel: SelectionPanel,
    /// Notes on ranges of time, in the panel of the whole case.
    pub time_notes: TimeNotes,
    /// Dossier.
    pub dossier: Dossier,
    /// Compare.
    pub compare: Compare,
    /// The screen of the case book.
    pub book: Book,
    /// The screen of the pages.
    #[cfg(feature = "pdf")]
    pub report: ReportScreen,
    /// What the case says of itself.
    pub audit: Audit,
    /// The reject ledger.
    pub rejects: Rejects,
    /// Records of the same call.
    pub joins: Joins,
    /// What is wrong with the journal's chain, if anything.
    pub custody: Latest<u64, Option<String>>,
    /// Whether another window has changed the case since it was opened here.
    pub changed: Latest<u64, bool>,
    /// Whether everything held when every hash was last checked, if it was.
    pub verified: Option<bool>,
    /// Packages written since it was opened: the journal tells of each.
    pub exports: u64,
    /// What the case says besides its columns.
    pub beside: Beside,
    /// Searches in prompts.
    pub searches: Searches,
    /// Rows and accounts of a view that is saved or was opened.
    pub view_counts: Latest<CountKey, (u64, u64)>,
    /// Prompt templates being looked for.
    pub finding: Option<Job<FoundTemplates>>,
    /// Findings.
    pub findings: Findings,
    /// Network.
    pub network: Network,
    /// Detectors at work.
    pub detecting: Detecting,
    read_record: ReadRecord,
    read_prompt: ReadPrompt,
    read_marks: ReadMarks,
    read_journal: ReadJournal,
    title: String,
    /// Why the detectors are to be run, and for what that was found out.
    due: Option<Due>,
}

/// Why detectors are to be run: it is asked in every frame, and another answer comes with another
/// run or other templates alone.
struct Due {
    revision: u64,
    templates: Arc<Templates>,
    why: Option<AnalysisDue>,
}

impl Due {
    fn of(case: &OpenCase) -> Self {
        let templates = case.index.templates();
        Self { revision: case.revision, templates, why: case.analysis_due() }
    }

    fn is_of(&self, case: &OpenCase) -> bool {
        self.revision == case.revision && Arc::ptr_eq(&self.templates, &case.index.templates())
    }
}

impl Session {
    /// A session on a case that was just loaded.
    pub fn new(case: OpenCase, version: u64) -> Self {
        let (read_record, read_prompt) = (reader(&case), prompt_reader(&case));
        let read_marks: ReadMarks = Arc::new(case.read_marks());
        let read_journal = journal_reader(&case);
        let title = file_name(&case.path);
        let beside = Beside::new(&case.sources, case.info.joins);
        let explore = Explore::laid_out(case.layout.explore.as_deref());
        let network = Network::laid_out(case.layout.network.as_deref());
        Self {
            case,
            version,
            overview: Overview::default(),
            explore,
            panel: SelectionPanel::default(),
            time_notes: TimeNotes::default(),
            dossier: Dossier::default(),
            compare: Compare::default(),
            book: Book::default(),
            #[cfg(feature = "pdf")]
            report: ReportScreen::default(),
            audit: Audit::default(),
            rejects: Rejects::default(),
            joins: Joins::default(),
            custody: Latest::default(),
            changed: Latest::default(),
            verified: None,
            exports: 0,
            beside,
            searches: Searches::default(),
            view_counts: Latest::default(),
            finding: None,
            findings: Findings::default(),
            network,
            detecting: Detecting::default(),
            read_record,
            read_prompt,
            read_marks,
            read_journal,
            title,
            due: None,
        }
    }

    /// How the screens are left.
    pub fn layout(&self) -> Layout {
        let ids = self.case.index.accounts();
        let network = self.network.layout(ids);
        // What was not looked at this time stays as it was left.
        let network = network.or_else(|| self.case.layout.network.clone());
        Layout { explore: self.explore.layout(), network }
    }

    /// Why the detectors are to be run, if they are.
    fn analysis_due(&mut self) -> Option<AnalysisDue> {
        let known = self.due.take().filter(|due| due.is_of(&self.case));
        let due = self.due.insert(known.unwrap_or_else(|| Due::of(&self.case)));
        due.why.clone()
    }

    /// The name of its file.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Reads on other threads what is needed once: attributes of accounts, the journal's chain.
    pub fn read_once(&mut self, ctx: &egui::Context) {
        self.beside.ask(ctx, self.version, &self.case.path);
        let path = self.case.path.clone();
        self.custody.ask(ctx, self.version, move |_| {
            let journal = CaseFile::open(&path, Mode::ReadOnly)?.journal()?;
            Ok::<_, StoreError>(check_journal(&journal).map(|found| found.what))
        });
        if self.case.is_read_only() {
            self.look_for_changes(ctx);
        }
    }

    /// Looks every few seconds whether the case is another one: whoever may not write it is often
    /// beside somebody who does.
    fn look_for_changes(&mut self, ctx: &egui::Context) {
        if self.changed.answer() == Some(&true) || !ctx.input(|i| i.focused) {
            return self.changed.poll();
        }
        let tick = (ctx.input(|i| i.time) / LOOKED_EVERY_S) as u64;
        let (path, known) = (self.case.path.clone(), self.case.journal_hash.clone());
        self.changed.ask(ctx, tick, move |_| {
            let now = CaseFile::open(&path, Mode::ReadOnly)?.journal_hash()?;
            Ok::<_, StoreError>(now != known)
        });
        ctx.request_repaint_after_secs(LOOKED_EVERY_S as f32);
    }

    /// Draws something that reads the case; what it asks for is put into `actions`.
    pub fn scene<R>(
        &mut self,
        view: &ViewState,
        hover: &Hover,
        keys: Keys,
        actions: &mut Vec<Action>,
        draw: impl FnOnce(&mut Screens<'_>, &mut Scene<'_>) -> R,
    ) -> R {
        let analysis_due = self.analysis_due();
        let read_cited: ReadCited = Arc::new(self.case.read_cited());
        let read_ties: ReadTies = Arc::new(self.case.read_ties());
        let mut scene = Scene {
            index: &self.case.index,
            index_version: self.version,
            lists: self.case.lists(),
            lists_version: self.case.revision,
            annotations: self.case.annotations(),
            markers: &self.case.markers,
            time_notes: self.case.time_notes(),
            book: self.case.book(),
            sources: &self.case.sources,
            beside: &self.beside,
            read_only: self.case.is_read_only(),
            view,
            hover,
            keys,
            read_record: &self.read_record,
            read_prompt: &self.read_prompt,
            templates_due: self.case.templates_due(),
            finding_templates: self.finding.as_ref().map(|job| job.progress()),
            analysis: self.case.analysis(),
            analysis_due,
            detecting: &self.detecting,
            read_cited: &read_cited,
            read_marks: &self.read_marks,
            read_ties: &read_ties,
            read_journal: &self.read_journal,
            unwritten: self.case.save_state().pending,
            edits: self.case.history().depth(),
            actions,
        };
        let mut screens = Screens {
            overview: &mut self.overview,
            findings: &mut self.findings,
            network: &mut self.network,
            explore: &mut self.explore,
            panel: &mut self.panel,
            time_notes: &mut self.time_notes,
            dossier: &mut self.dossier,
            compare: &mut self.compare,
            book: &mut self.book,
            audit: &mut self.audit,
            rejects: &mut self.rejects,
            joins: &mut self.joins,
        };
        draw(&mut screens, &mut scene)
    }

    /// What was typed and not given.
    pub fn ungiven(&self) -> Ungiven {
        let mut ungiven = self.panel.ungiven();
        ungiven.notes += self.time_notes.ungiven();
        ungiven.entries += self.book.ungiven();
        ungiven
    }

    /// Of what something was typed and not given, in words, and what leads to its field.
    pub fn first_ungiven(&self) -> Option<(String, Vec<Action>)> {
        if let Some((selection, field)) = self.panel.first_ungiven() {
            let command = match field {
                Writing::Reason => Command::Reason,
                Writing::Tag => Command::Tag,
                Writing::Note => Command::Note,
            };
            let whose = format::display(&selection.title());
            return Some((whose, vec![Action::Select(selection.clone()), Action::Run(command)]));
        }
        let Some(span) = self.time_notes.first_ungiven() else {
            let is_typed = self.book.ungiven() > 0;
            return is_typed.then(|| ("the case book".into(), vec![Action::Run(Command::Case)]));
        };
        let (select, brush) = (Action::Select(Selection::Nothing), Action::Brush(Some(span)));
        Some((format::range(span), vec![select, brush, Action::Run(Command::Note)]))
    }

    /// Makes what was said of accounts an edit.
    ///
    /// # Errors
    /// A case that was opened read-only.
    pub fn judge(
        &mut self,
        accounts: &[String],
        judgement: &Judgement,
        author: Author,
    ) -> Result<(), StoreError> {
        let said = self.case.annotations();
        let edit = match judgement {
            Judgement::Verdict { verdict, confidence, reason } => {
                let verdict = verdict.map(|v| (v, *confidence, reason.as_str()));
                Edit::verdict(said, accounts, verdict, &author)
            }
            Judgement::Tag { tag, present } => Edit::tag(said, accounts, tag, *present),
            Judgement::Note(text) => Edit::note(accounts, text, self.case.next_note_id(), &author),
            Judgement::RemoveNote { ids } => Edit::remove_notes(said, accounts, ids),
        };
        self.case.edit(edit, author)
    }

    /// Makes what was said of a range of time an edit.
    ///
    /// # Errors
    /// A case that was opened read-only.
    pub fn say_of_time(&mut self, said: &OfTime, author: Author) -> Result<(), StoreError> {
        let edit = match said {
            OfTime::Note { span, text } => {
                Edit::time_note(*span, text, self.case.next_time_note_id(), &author)
            }
            OfTime::RemoveNote { id } => Edit::remove_time_note(self.case.time_notes(), *id),
        };
        self.case.edit(edit, author)
    }

    /// Makes what is asked of the case book an edit.
    ///
    /// # Errors
    /// A case that was opened read-only.
    pub fn write_book(&mut self, said: &Booking, author: Author) -> Result<(), StoreError> {
        let (book, first) = (Arc::clone(self.case.book()), self.case.next_book_id());
        let edit = match said {
            Booking::Add(items) => Edit::add_to_book(items.clone(), first, &author),
            Booking::KnownTerms => {
                let items = starting_point().into_iter().map(Item::Term).collect();
                Edit::add_to_book(items, first, &author)
            }
            Booking::Change(changes) => {
                let find = |id: u64| book.iter().find(|entry| entry.id == id);
                let known = changes.iter().filter_map(|(id, item)| Some((find(*id)?, item)));
                let known = known.map(|(entry, item)| (entry, item.clone())).collect();
                Edit::change_book(known, &author)
            }
            Booking::Remove(id) => Edit::remove_from_book(&book, *id, &author),
            Booking::Open(_) => return Ok(()),
        };
        self.case.edit(edit, author)
    }

    /// Its entry in the list of recent cases.
    pub fn recent(&self, opened_at: Time) -> RecentCase {
        let index = &self.case.index;
        let mut verdicts = [0; 3];
        for annotation in self.case.annotations().values() {
            if let Some(record) = &annotation.verdict {
                verdicts[record.verdict as usize] += 1;
            }
        }
        let span = index.span();
        let traffic = span.map_or_else(Vec::new, |span| {
            index.histogram(index.everything(), span, THUMBNAIL_BARS).bins
        });
        RecentCase {
            path: std::path::absolute(&self.case.path).unwrap_or_else(|_| self.case.path.clone()),
            opened_at,
            exchanges: index.count_of(index.default_granularity()),
            accounts: self.case.info.accounts,
            length: span.map_or_else(String::new, format::length),
            verdicts,
            traffic,
        }
    }
}

/// The screens of a session, apart from the case they read.
pub struct Screens<'a> {
    /// Overview.
    pub overview: &'a mut Overview,
    /// Findings.
    pub findings: &'a mut Findings,
    /// Network.
    pub network: &'a mut Network,
    /// Explore.
    pub explore: &'a mut Explore,
    /// The panel for what is selected.
    pub panel: &'a mut SelectionPanel,
    /// Notes on ranges of time, in the panel of the whole case.
    pub time_notes: &'a mut TimeNotes,
    /// Dossier.
    pub dossier: &'a mut Dossier,
    /// Compare.
    pub compare: &'a mut Compare,
    /// Case.
    pub book: &'a mut Book,
    /// What the case says of itself.
    pub audit: &'a mut Audit,
    /// The reject ledger.
    pub rejects: &'a mut Rejects,
    /// Records of the same call.
    pub joins: &'a mut Joins,
}

/// Reads original records through a connection of its own.
fn reader(case: &OpenCase) -> ReadRecord {
    let path = case.path.clone();
    let names: Vec<(u32, String)> =
        case.sources.iter().map(|s| (s.id, file_name(Path::new(&s.path)))).collect();
    let mappings: Vec<(u32, String)> =
        case.sources.iter().map(|s| (s.id, s.mapping.clone())).collect();
    Arc::new(move |event_id| {
        let file = CaseFile::open(&path, Mode::ReadOnly).map_err(|e| e.to_string())?;
        let record = file.raw_record(event_id).map_err(|e| e.to_string())?;
        let source = names
            .iter()
            .find(|(id, _)| *id == record.event.source_id)
            .map_or_else(String::new, |(_, name)| name.clone());
        let (line, offset) = (u64::from(record.event.line), record.event.byte_offset);
        let mapping = mappings.iter().find(|(id, _)| *id == record.event.source_id);
        let (paths, origins) = mapping.map(|(_, toml)| places(toml)).unwrap_or_default();
        let mut text = RawText::read_at(source, line, offset, record.bytes, &paths);
        text.origins = origins;
        text.request_id = record.event.request_id;
        Ok(text)
    })
}

/// Where fields are read from, by path and in words. What the program wrote in front of a mapping
/// is no part of it; a mapping that cannot be read names nothing.
fn places(toml: &str) -> (Paths, Vec<(Field, String)>) {
    let toml = match SourceInfo::rejects_in(toml) {
        Some(_) => toml.split_once('\n').map_or("", |(_, rest)| rest),
        None => toml,
    };
    let Ok(mapping) = Mapping::from_toml(toml) else { return Default::default() };
    let paths =
        mapping.fields.iter().flat_map(|map| map.from.iter().map(|path| (path.clone(), map.field)));
    let words = mapping.fields.iter().map(|map| (map.field, map.describe()));
    (paths.collect(), words.collect())
}

/// Reads prompts through a connection of its own.
fn prompt_reader(case: &OpenCase) -> ReadPrompt {
    let (texts, index) = (Arc::clone(&case.texts), Arc::clone(&case.index));
    Arc::new(move |event| prompt_of_call(&texts, &index, event).map_err(|error| error.to_string()))
}

/// Reads the journal through a connection of its own.
fn journal_reader(case: &OpenCase) -> ReadJournal {
    let path = case.path.clone();
    Arc::new(move || {
        let file = CaseFile::open(&path, Mode::ReadOnly).map_err(|error| error.to_string())?;
        file.journal().map_err(|error| error.to_string())
    })
}

/// The last part of a path, safe to show.
pub fn file_name(path: &Path) -> String {
    format::display(&path.file_name().unwrap_or(path.as_os_str()).to_string_lossy())
}
