//! Logs looked at before they are imported: what they were recognised as, how their fields are
//! read, and what the analyst changes about that. Nothing is written meanwhile.

mod edit;
mod files;

use std::path::PathBuf;
use std::sync::Arc;

use crate::case::{Forecast, ImportOptions, Look, Machine, Rate, SavedMappings, read_mapping};
use crate::ingest::{Choice, FORMATS, FieldMap, Mapping};
use crate::job::{Job, Progress};
use crate::model::{FIELDS, Field};
use crate::ui::Latest;

use super::import::Request;

pub use edit::FieldEdit;
pub use files::{Known, ReviewFile};
use files::{Looked, look_at_all, without_path};

/// How a file is to be read, before what that means was looked up.
#[derive(Clone, Debug)]
enum Pick {
    Choice(Choice),
    Saved(String),
    File(PathBuf),
}

/// A file looked at anew, and what was decided about it.
struct Answer {
    choice: Choice,
    known: Known,
}

/// The review of an import.
pub struct Review {
    request: Request,
    looking: Option<Job<Looked>>,
    /// Whether it was asked for, whatever the files are.
    forced: bool,
    mappings: Option<SavedMappings>,
    rate: Rate,
    /// The files, once they were looked at.
    pub files: Vec<ReviewFile>,
    /// Names of time zones, without a remark.
    pub zones: Vec<(String, String)>,
    /// Names of saved mappings.
    pub saved: Vec<String>,
    /// What the import will give and take.
    pub forecast: Forecast,
    /// What the machine had left when the files were looked at.
    pub machine: Machine,
    /// The file in hand.
    pub at: usize,
    /// The field in hand.
    pub field: Option<FieldEdit>,
    /// The record in hand, among those shown.
    pub record: usize,
    /// Whether rejected records are shown instead of the first.
    pub rejected: bool,
    /// Whether the record in hand is shown letter for letter.
    pub literal: bool,
    /// Fields in the order of the list, which stays while they are edited.
    pub order: Vec<Field>,
    /// The zone that is typed; empty where the logs' own counts.
    pub zone: String,
    /// The name that a mapping is to be saved under, while it is typed.
    pub save_as: Option<String>,
    /// What was last done, or why it could not be.
    pub said: Option<Result<String, String>>,
    pick: Pick,
    revision: u64,
    answer: Latest<u64, Arc<Answer>>,
    taken: u64,
    saving: Option<Job<String>>,
}

/// What became of the first look.
#[derive(Debug, PartialEq)]
pub enum FirstLook {
    /// It goes on, or was over before.
    Nothing,
    /// There is something to look at.
    Worth,
    /// There is not.
    Plain,
    /// The files cannot be found.
    Failed(String),
}

impl Review {
    /// Looks at the files of a request, on another thread.
    pub fn start(
        ctx: &egui::Context,
        request: Request,
        config: Option<&std::path::Path>,
        rate: Rate,
        forced: bool,
    ) -> Self {
        let mappings = config.map(SavedMappings::in_config);
        let (wanted, saved, wake) = (request.clone(), mappings.clone(), ctx.clone());
        let look = move |progress: &Progress| look_at_all(&wanted, saved.as_ref(), progress);
        let job = Job::spawn(move || wake.request_repaint(), look);
        Self {
            request,
            looking: Some(job),
            forced,
            mappings,
            rate,
            files: Vec::new(),
            zones: Vec::new(),
            saved: Vec::new(),
            forecast: Forecast::default(),
            machine: Machine::default(),
            at: 0,
            field: None,
            record: 0,
            rejected: false,
            literal: false,
            order: Vec::new(),
            zone: String::new(),
            save_as: None,
            said: None,
            pick: Pick::Choice(Choice::default()),
            revision: 0,
            answer: Latest::default(),
            taken: 0,
            saving: None,
        }
    }

    /// Whether the files are still looked at for the first time.
    pub fn is_looking(&self) -> bool {
        self.looking.is_some()
    }

    /// Whether they are rejected records that are read again.
    pub fn is_reread(&self) -> bool {
        self.request.options.rejects_of.is_some()
    }

    /// The case that the files go into.
    pub fn case(&self) -> &std::path::Path {
        &self.request.case
    }

    /// Takes in what the other threads have found.
    pub fn poll(&mut self, ctx: &egui::Context) -> FirstLook {
        if let Some(outcome) = self.saving.as_ref().and_then(Job::poll) {
            self.saving = None;
            self.said = Some(outcome);
        }
        if let Some(outcome) = self.looking.as_ref().and_then(Job::poll) {
            self.looking = None;
            return match outcome {
                Ok(looked) => self.take_first(looked),
                Err(error) => FirstLook::Failed(error),
            };
        }
        self.ask(ctx);
        FirstLook::Nothing
    }

    fn take_first(&mut self, looked: Looked) -> FirstLook {
        self.request.inputs.extend(looked.rejects);
        self.files = looked.files;
        self.saved = looked.saved;
        self.zones = looked.zones;
        self.machine = looked.machine;
        let worth = self.files.iter().position(|f| f.worth_a_look().is_some());
        let log = self.files.iter().position(|f| f.look().is_some());
        self.select_file(worth.or(log).unwrap_or(0));
        self.forecast();
        match worth {
            None if !(self.forced && log.is_some()) => FirstLook::Plain,
            _ => FirstLook::Worth,
        }
    }

    /// Has the file in hand looked at as it would be read now, where that has changed.
    fn ask(&mut self, ctx: &egui::Context) {
        if self.revision == 0 {
            return;
        }
        let Some(file) = self.files.get(self.at) else { return };
        let (pick, path, archive) = (self.pick.clone(), file.path.clone(), file.archive.clone());
        let (mut options, saved) = (self.options(), self.mappings.clone());
        self.answer.ask(ctx, self.revision, move |_| {
            let choice = match pick {
                Pick::Choice(choice) => choice,
                Pick::Saved(name) => {
                    let saved = saved.as_ref().ok_or("no mapping is saved")?;
                    let mapping = saved.read(&name).map_err(|e| e.to_string())?;
                    Choice { format: None, mapping: Some(mapping) }
                }
                Pick::File(path) => {
                    let mapping = read_mapping(&path).map_err(|e| e.to_string())?;
                    Choice { format: None, mapping: Some(mapping) }
                }
            };
            options.each.insert(path.clone(), choice.clone());
            let look = ReviewFile::look_again(&path, archive.as_deref(), &options, saved.as_ref());
            let look = look.map_err(|e| without_path(&e.to_string(), &path))?;
            Ok::<_, String>(Arc::new(Answer { choice, known: Known::Log(Arc::new(look)) }))
        });
        let answered = self.answer.answered() == Some(&self.revision) && !self.answer.is_stale();
        if answered
            && self.taken != self.revision
            && let Some(answer) = self.answer.answer().cloned()
        {
            self.take(&answer);
        }
    }

    fn take(&mut self, answer: &Answer) {
        self.taken = self.revision;
        let is_first = self.files[self.at].look().is_none();
        let file = &mut self.files[self.at];
        file.choice = answer.choice.clone();
        file.known = answer.known.clone();
        if is_first || self.order.is_empty() {
            self.order_fields();
        }
        self.forecast();
        self.record = self.record.min(self.records().saturating_sub(1));
    }

    /// Why the last change cannot be used, if it cannot; what is shown is the state before it.
    pub fn error(&self) -> Option<&str> {
        self.answer.error()
    }

    /// What is decided for all files.
    fn options(&self) -> ImportOptions {
        let mut options = self.request.options.clone();
        if !self.zone.trim().is_empty() {
            options.timezone = Some(self.zone.trim().to_owned());
        }
        options
    }

    fn forecast(&mut self) {
        let keep = !self.request.options.drop_raw;
        let looks = self.files.iter().filter_map(|f| f.look().map(Arc::as_ref));
        self.forecast = Forecast::of(looks, self.rate, keep);
    }

    /// Whether times to come were measured.
    pub fn rate(&self) -> Rate {
        self.rate
    }

    /// What was seen of the file in hand.
    pub fn look(&self) -> Option<&Arc<Look>> {
        self.files.get(self.at)?.look()
    }

    /// How the file in hand is read.
    pub fn mapping(&self) -> Option<Mapping> {
        Mapping::from_toml(&self.look()?.inspection.mapping).ok()
    }

    /// Whether its fields can be mapped by hand.
    pub fn is_mapped(&self) -> bool {
        let id = self.look().map(|look| look.inspection.format.as_str());
        FORMATS.iter().any(|f| Some(f.id()) == id && f.is_mapped())
    }

    /// How many records of the file in hand are shown.
    pub fn records(&self) -> usize {
        self.shown().len()
    }

    /// The records that are shown of the file in hand: the first, or the first that are rejected.
    pub fn shown(&self) -> Vec<&crate::ingest::inspect::RecordInspection> {
        let Some(look) = self.look() else { return Vec::new() };
        let records = look.inspection.records.iter();
        match self.rejected {
            true => records.filter(|r| r.reason.is_some()).take(5).collect(),
            false => records.take(5).collect(),
        }
    }

    /// Takes another file in hand.
    pub fn select_file(&mut self, at: usize) {
        self.at = at;
        self.field = None;
        self.record = 0;
        self.rejected = false;
        self.save_as = None;
        self.said = None;
        self.revision = 0;
        self.taken = 0;
        self.answer = Latest::default();
        self.order_fields();
    }

    /// Fields that have values first, then those that are mapped, then the others, each in the
    /// order of the registry.
    fn order_fields(&mut self) {
        let mapping = self.mapping().unwrap_or_default();
        let seen = self.look().map(|look| look.inspection.fields.as_slice()).unwrap_or_default();
        let present = |name: &str| seen.iter().any(|f| f.field == name && f.present > 0.0);
        let mut order: Vec<Field> = FIELDS.iter().map(|d| d.field).collect();
        order.sort_by_key(|f| (!present(f.name()), mapping.field(*f).is_none()));
        self.order = order;
    }

    /// Takes a field in hand, or lets it go.
    pub fn select_field(&mut self, field: Field) {
        let same = self.field.as_ref().is_some_and(|edit| edit.field == field);
        let map = self.mapping().and_then(|m| m.field(field).cloned());
        self.field = (!same).then(|| FieldEdit::of(field, map.as_ref()));
    }

    fn again(&mut self, pick: Pick) {
        self.pick = pick;
        self.revision = self.revision.max(self.taken) + 1;
        self.said = None;
    }

    /// Reads the file in hand as another format; `None` has it recognised.
    pub fn choose_format(&mut self, format: Option<&str>) {
        self.field = None;
        self.order.clear();
        self.again(Pick::Choice(Choice { format: format.map(str::to_owned), mapping: None }));
    }

    /// Reads the file in hand with a saved mapping.
    pub fn use_saved(&mut self, name: &str) {
        self.field = None;
        self.order.clear();
        self.again(Pick::Saved(name.to_owned()));
    }

    /// Reads the file in hand with the mapping in a TOML file.
    pub fn load(&mut self, path: PathBuf) {
        self.field = None;
        self.order.clear();
        self.again(Pick::File(path));
    }

    /// Has a field of the file in hand obtained another way.
    pub fn set(&mut self, map: FieldMap) {
        let Some(mut mapping) = self.mapping() else { return };
        // Edits may come faster than looks.
        if let Pick::Choice(Choice { mapping: Some(newest), .. }) = &self.pick
            && self.revision > self.taken
        {
            mapping = newest.clone();
        }
        mapping.set(map);
        self.again(Pick::Choice(Choice { format: None, mapping: Some(mapping) }));
    }

    /// Has times without a zone read in this one.
    pub fn set_zone(&mut self, zone: &str) {
        self.zone = zone.trim().to_owned();
        let choice = self.files.get(self.at).map(|f| f.choice.clone()).unwrap_or_default();
        self.again(Pick::Choice(choice));
    }

    /// Whether anything was decided about the file in hand.
    pub fn is_changed(&self) -> bool {
        let choice = self.files.get(self.at).map(|f| &f.choice);
        choice.is_some_and(|c| c.format.is_some() || c.mapping.is_some())
    }

    /// Saves how the file in hand is read under a name.
    pub fn save(&mut self, ctx: &egui::Context, name: &str) {
        let (Some(saved), Some(look)) = (self.mappings.clone(), self.look().cloned()) else {
            self.said = Some(Err("there is no folder to keep mappings in".into()));
            return;
        };
        let Some(mapping) = self.mapping() else { return };
        let columns = look.inspection.paths.iter().map(|p| p.path.clone()).collect();
        let (name, wake) = (name.trim().to_owned(), ctx.clone());
        if !self.saved.contains(&name) {
            self.saved.push(name.clone());
            self.saved.sort();
        }
        self.saving = Some(Job::spawn(
            move || wake.request_repaint(),
            move |_| {
                let replaced = saved.save(&name, &mapping.for_files_with(columns))?;
                let did = if replaced { "Replaced" } else { "Saved" };
                Ok::<_, crate::case::MappingError>(format!("{did} \u{201c}{name}\u{201d}"))
            },
        ));
    }

    /// What is to be imported, with what was decided.
    pub fn request(&self) -> Request {
        let mut options = self.options();
        let decided = self.files.iter().filter(|f| {
            let choice = &f.choice;
            choice.format.is_some() || choice.mapping.is_some()
        });
        options.each.extend(decided.map(|f| (f.path.clone(), f.choice.clone())));
        Request { options, ..self.request.clone() }
    }
}
