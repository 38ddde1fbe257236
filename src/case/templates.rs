//! Looking for the prompt templates of a case, and writing down what was found.

use std::path::Path;

use super::edit::Author;
use super::texts::{CaseTexts, SliceReader, SliceTexts, read_texts};
use crate::index::templates::{Mined, Prompt, ReadPrompts, TakePrompts, VERSION, mine, parameters};
use crate::index::{Index, Templates};
use crate::ingest::Wanted;
use crate::job::Progress;
use crate::model::{Template, TemplateRun, Time};
use crate::store::{CaseFile, Mode, RawSlice, StoreError};

/// Templates that were found, on their way into the case.
#[derive(Clone, Debug)]
pub struct FoundTemplates {
    /// How they were found; the time is set when they are written.
    pub run: TemplateRun,
    /// In the order of their numbers.
    pub templates: Vec<Template>,
    /// The template of every event from event 1 on.
    pub of_event: Vec<u32>,
}

/// The prompts of a case, by event: row `i` is event `i + 1`.
struct CasePrompts<'a> {
    case: &'a Path,
    index: &'a Index,
}

impl ReadPrompts for CasePrompts<'_> {
    type Error = StoreError;

    fn read(&self, take: &TakePrompts<'_>, progress: &Progress) -> Result<(), StoreError> {
        let of_slice = |slice: &SliceTexts| {
            let prompt = |(event, text)| {
                let row = self.index.row_of_event(event)?;
                let account = self.index.account_of(row);
                Some(Prompt { row: u32::try_from(event - 1).ok()?, account, text })
            };
            let prompts: Vec<Prompt<'_>> = slice.prompts().filter_map(prompt).collect();
            take(&prompts);
        };
        read_texts(self.case, Wanted::PROMPTS, progress, &of_slice, &mut |()| {})
    }
}

/// The prompt of one event; `None` where it has none or its text was not kept.
///
/// # Errors
/// When the case cannot be read, or has no such event.
pub fn prompt_of(case: &Path, event: u64) -> Result<Option<String>, StoreError> {
    let file = CaseFile::open(case, Mode::ReadOnly)?;
    let place = file.raw_reader().locate(event)?;
    let texts = CaseTexts::of(&file, Wanted::PROMPTS)?;
    let holds = |slice: &&RawSlice| {
        let inside = place.byte_offset.checked_sub(slice.first_offset);
        inside.is_some_and(|at| at < slice.byte_length)
            && texts.sources_in(slice).any(|source| source.id == place.source_id)
    };
    let Some(slice) = texts.slices().iter().find(holds) else { return Ok(None) };
    let texts = SliceReader::open(case, &texts)?.texts(slice)?;
    let mut prompts = texts.prompts();
    Ok(prompts.find(|(id, _)| *id == event).map(|(_, prompt)| prompt.to_owned()))
}

/// Why templates are to be looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplatesDue {
    /// They never were.
    Never,
    /// Another version of the method found them.
    OtherVersion,
    /// Events came in since: so many.
    Older(u64),
}

impl TemplatesDue {
    /// Says it, as part of a sentence about templates.
    pub fn sentence(self) -> String {
        match self {
            Self::Never => "not looked for yet".into(),
            Self::OtherVersion => "found by another version of Stillwatch".into(),
            Self::Older(1) => "older than 1 record".into(),
            Self::Older(events) => format!("older than {events} records"),
        }
    }
}

/// Whether templates are to be looked for, given how they were and the last event of the case.
pub fn templates_due(run: Option<&TemplateRun>, last_event: u64) -> Option<TemplatesDue> {
    match run {
        None => Some(TemplatesDue::Never),
        Some(run) if run.version != VERSION => Some(TemplatesDue::OtherVersion),
        Some(run) if run.up_to < last_event => Some(TemplatesDue::Older(last_event - run.up_to)),
        Some(_) => None,
    }
}

/// The last event of a case; 0 without events.
///
/// # Errors
/// When the file cannot be read.
pub fn last_event(file: &CaseFile) -> Result<u64, StoreError> {
    Ok(file.events_of_sources()?.last().map_or(0, |(_, events)| events.end - 1))
}

/// Looks for the templates of a case whose events are in an index.
///
/// # Errors
/// When the case cannot be read; [`StoreError::Cancelled`].
pub fn find_templates(
    case: &Path,
    index: &Index,
    progress: &Progress,
) -> Result<FoundTemplates, StoreError> {
    let events = index.last_event_id();
    // Events are numbered without gaps; whoever says otherwise could ask for any amount of memory.
    if events > (index.len() as u64).saturating_mul(2) {
        return Err(StoreError::Damaged(format!("event {events} of {}", index.len())));
    }
    let prompts = CasePrompts { case, index };
    let rows = usize::try_from(events).unwrap_or(usize::MAX);
    let mined = mine(&prompts, rows, index.accounts().len(), progress)?;
    let Mined { templates, of_row, prompts, in_templates, left_out } = mined;
    let run = TemplateRun {
        version: VERSION,
        parameters: parameters(),
        at: Time(0),
        up_to: events,
        rows: index.len() as u64,
        prompts,
        in_templates,
        left_out,
    };
    Ok(FoundTemplates { run, templates, of_event: of_row }.with_accounts(index))
}

impl FoundTemplates {
    /// Fills in accounts and times of every template.
    fn with_accounts(mut self, index: &Index) -> Self {
        let plain = index.templates_of(self.run.clone(), self.templates, &self.of_event);
        let counts = index.template_counts(&plain, &index.all_rows());
        let Templates { all, .. } = plain;
        self.templates = all;
        for template in &mut self.templates {
            if let Some(stats) = counts.of.get(template.id as usize) {
                template.accounts = stats.accounts.into();
                template.first_seen = stats.first.unwrap_or(Time::NONE);
                template.last_seen = stats.last.unwrap_or(Time::NONE);
            }
        }
        self
    }

    /// Writes them into the case, in place of earlier ones.
    ///
    /// # Errors
    /// When the case cannot be written; it is then as before.
    pub fn write(&self, file: &mut CaseFile, author: &Author) -> Result<(), StoreError> {
        let run = TemplateRun { at: author.at, ..self.run.clone() };
        file.transaction(|tx| {
            tx.replace_templates(&run, &self.templates, &self.of_event, &author.actor)?;
            Ok(())
        })
    }
}
