//! What the screens of an open case read, in one place.

use std::sync::Arc;

use crate::case::{AnalysisDue, Annotations, TemplatesDue};
use crate::detect::Reads;
use crate::detect::marks::Marks;
use crate::detect::rules::Rules;
use crate::index::{Index, Lists};
use crate::job::Progress;
use crate::model::book::Entry;
use crate::model::filter::{Expr, Filter, FilterField, Value};
use crate::model::finding::{Analysis, Circle, Evidence, Link};
use crate::model::{Marker, Selection, SourceInfo, TimeNote};
use crate::store::JournalEntry;

use super::Keys;
use super::app::detect::Detecting;
use super::beside::Beside;
use super::search;
use super::state::{Action, Hover, ViewState};
use super::widget::raw::RawText;

/// Reads the original record of an event; called off the interface thread.
pub type ReadRecord = Arc<dyn Fn(u64) -> Result<RawText, String> + Send + Sync>;

/// Reads the prompt of an event, `None` where there is none; called off the interface thread.
pub type ReadPrompt = Arc<dyn Fn(u64) -> Result<Option<String>, String> + Send + Sync>;

/// Reads what a finding cites, by its number; called off the interface thread.
pub type ReadCited = Arc<dyn Fn(u64) -> Result<Vec<Evidence>, String> + Send + Sync>;

/// Reads what the prompts of some accounts, by position, say; `None` where there are none. Called off
/// the interface thread.
pub type ReadMarks =
    Arc<dyn Fn(&[u32], (&Rules, Reads), &Progress) -> Result<Option<Marks>, String> + Send + Sync>;

/// Reads what detectors found between accounts; called off the interface thread.
pub type ReadTies = Arc<dyn Fn() -> Result<(Vec<Link>, Vec<Circle>), String> + Send + Sync>;

/// Reads the journal, oldest entry first; called off the interface thread.
pub type ReadJournal = Arc<dyn Fn() -> Result<Vec<JournalEntry>, String> + Send + Sync>;

/// An open case as the screens see it, and where they put what they ask for.
pub struct Scene<'a> {
    /// The records.
    pub index: &'a Arc<Index>,
    /// Another number whenever `index` is another one.
    pub index_version: u64,
    /// Verdicts and tags by account position.
    pub lists: &'a Arc<Lists>,
    /// Another number whenever verdicts or tags changed.
    pub lists_version: u64,
    /// Everything that was said of accounts.
    pub annotations: &'a Arc<Annotations>,
    /// Releases, bans, policies.
    pub markers: &'a [Marker],
    /// What was said of ranges of time.
    pub time_notes: &'a [TimeNote],
    /// The case book, by id.
    pub book: &'a [Entry],
    /// Where the records came from.
    pub sources: &'a [SourceInfo],
    /// What the case says besides its columns.
    pub beside: &'a Beside,
    /// Whether nothing can be changed.
    pub read_only: bool,
    /// Where the analyst looks.
    pub view: &'a ViewState,
    /// What the pointer was on in the last frame.
    pub hover: &'a Hover,
    /// Who gets the keys of this frame.
    pub keys: Keys,
    /// Gets original records.
    pub read_record: &'a ReadRecord,
    /// Gets prompts.
    pub read_prompt: &'a ReadPrompt,
    /// Why prompt templates are to be looked for, if they are.
    pub templates_due: Option<TemplatesDue>,
    /// How far the search for them is, while it runs.
    pub finding_templates: Option<&'a Progress>,
    /// What the detectors found when they last ran.
    pub analysis: Option<&'a Arc<Analysis>>,
    /// Why they are to be run, if they are.
    pub analysis_due: Option<AnalysisDue>,
    /// Detectors at work.
    pub detecting: &'a Detecting,
    /// Gets the records that findings cite.
    pub read_cited: &'a ReadCited,
    /// Reads prompts as a run has read them.
    pub read_marks: &'a ReadMarks,
    /// Reads what detectors found between accounts.
    pub read_ties: &'a ReadTies,
    /// Reads the journal.
    pub read_journal: &'a ReadJournal,
    /// Edits that are on their way to the file: the journal there has not got them yet.
    pub unwritten: usize,
    /// Edits of the case that can be undone.
    pub edits: usize,
    /// What is asked for in this frame.
    pub actions: &'a mut Vec<Action>,
}

impl Scene<'_> {
    /// What a filter's answer depends on besides the index: the version of the lists, where it reads
    /// verdicts and tags, and what was found in prompts so far, where it has a phrase; else 0.
    pub fn lists_version_for(&self, filter: &Filter) -> u64 {
        let found = self.index.phrases_version(&search::whole(filter, &self.view.selection));
        let in_filter = filter.expr.as_ref().is_some_and(reads_lists);
        let in_selection = match &self.view.selection {
            Selection::Where(expr) => reads_lists(expr),
            _ => false,
        };
        let lists = if in_filter || in_selection { self.lists_version } else { 0 };
        lists.wrapping_add(found << 32)
    }

    /// Asks for something.
    pub fn ask(&mut self, action: Action) {
        self.actions.push(action);
    }
}

fn reads_lists(expr: &Expr) -> bool {
    let mut found = false;
    expr.for_each_leaf(&mut |leaf| {
        found |= matches!(leaf, Expr::Term(term)
            if matches!(term.field, FilterField::Verdict | FilterField::Tag)
                || term.field.is_concluded()
                || term.field == FilterField::Cited
                || term.values.iter().any(|value| matches!(value, Value::List(_))));
    });
    found
}
