//! Looking for the prompt templates of a case, and writing down what was found.

use std::sync::Arc;

use super::edit::Author;
use super::known_texts::{Known, read_known_prompts};
use super::texts::{CaseTexts, SlicePrompts};
use crate::index::templates::{Mined, Prompt, ReadPrompts, TakePrompts, VERSION, mine, parameters};
use crate::index::{Index, Templates};
use crate::job::Progress;
use crate::model::{TemplateRun, Time};
use crate::store::{CaseFile, StoreError, Tx};

/// Templates that were found, on their way into the case.
#[derive(Debug)]
pub struct FoundTemplates {
    /// As the index takes them; the time is set when they are taken.
    pub templates: Arc<Templates>,
    /// The template of every event from event 1 on, by its own record.
    pub of_event: Vec<u32>,
}

/// The prompts of a case, by event: row `i` is event `i + 1`.
#[derive(Clone, Copy, Debug)]
pub struct CasePrompts<'a> {
    /// Where they stand.
    pub texts: &'a CaseTexts,
    /// Whose they are.
    pub index: &'a Index,
}

impl ReadPrompts for CasePrompts<'_> {
    type Error = StoreError;

    fn read(
        &self,
        phase: &str,
        take: &TakePrompts<'_>,
        progress: &Progress,
    ) -> Result<(), StoreError> {
        self.read_some(phase, &|_| true, take, progress)
    }

    fn read_some(
        &self,
        phase: &str,
        is_wanted: &(dyn Fn(u32) -> bool + Sync),
        take: &TakePrompts<'_>,
        progress: &Progress,
    ) -> Result<(), StoreError> {
        let of_event = |event: u64| u32::try_from(event - 1).is_ok_and(is_wanted);
        let fingerprint = |event: u64| {
            let row = self.index.row_of_event(event)?;
            self.index.row(row).prompt_hash()
        };
        // Events are numbered without gaps; a damaged case may say otherwise.
        let last_event = self.index.last_event_id().min(self.index.len() as u64 * 2);
        let known = Known { is_wanted: &of_event, fingerprint: &fingerprint, last_event };
        read_known_prompts(self.texts, (phase, known), progress, &|slice: &SlicePrompts| {
            let prompt = |(event, text)| {
                let row = self.index.row_of_event(event)?;
                let account = self.index.account_of(row);
                Some(Prompt { row: u32::try_from(event - 1).ok()?, account, text })
            };
            let prompts: Vec<Prompt<'_>> = slice.iter().filter_map(prompt).collect();
            take(&prompts);
        })
    }
}

/// The prompt of the call that an event tells of: its own, or where its record has none, that of
/// a record that is joined with it. `None` where no text was kept.
///
/// # Errors
/// When the case cannot be read, or has no such event.
pub fn prompt_of_call(
    texts: &CaseTexts,
    index: &Index,
    event: u64,
) -> Result<Option<String>, StoreError> {
    if let Some(prompt) = texts.prompt_of(event)? {
        return Ok(Some(prompt));
    }
    let joined = index.row_of_event(event).map(|row| index.completed_by(row)).unwrap_or_default();
    for row in joined {
        if let Some(prompt) = texts.prompt_of(index.event_id(row))? {
            return Ok(Some(prompt));
        }
    }
    Ok(None)
}

/// Why templates are to be looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplatesDue {
    /// They never were.
    Never,
    /// Another version of the method found them.
    OtherVersion,
    /// Events came in since: so many.
    Older(u64),
    /// What the case says of them cannot be read, and why.
    Damaged(String),
}

impl TemplatesDue {
    /// Says it, as part of a sentence about templates.
    pub fn sentence(&self) -> String {
        match self {
            Self::Never => "not looked for yet".into(),
            Self::OtherVersion => "found by another version of Stillwatch".into(),
            Self::Damaged(_) => "damaged in the case file".into(),
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
    texts: &CaseTexts,
    index: &Index,
    progress: &Progress,
) -> Result<FoundTemplates, StoreError> {
    let events = index.last_event_id();
    // Events are numbered without gaps; whoever says otherwise could ask for any amount of memory.
    if events > (index.len() as u64).saturating_mul(2) {
        return Err(StoreError::Damaged(format!("event {events} of {}", index.len())));
    }
    let rows = usize::try_from(events).unwrap_or(usize::MAX);
    let mined = mine(&CasePrompts { texts, index }, rows, index.accounts().len(), progress)?;
    let Mined { templates, of_row: of_event, left_out } = mined;
    let run = TemplateRun {
        version: VERSION,
        parameters: parameters(),
        at: Time(0),
        up_to: events,
        left_out,
        // Counted below.
        rows: 0,
        prompts: 0,
        in_templates: 0,
    };
    let templates = index.templates_of(run, templates, &of_event);
    Ok(FoundTemplates { templates: Arc::new(counted(index, templates)), of_event })
}

/// Counts templates as every screen does: over the rows that are counted, each with the prompt of
/// its call. Prompts that were read are more where records repeat others.
fn counted(index: &Index, mut templates: Templates) -> Templates {
    let counts = index.template_counts(&templates, index.everything());
    for template in &mut templates.all {
        let stats = counts.of.get(template.id as usize).copied().unwrap_or_default();
        template.rows = stats.rows.into();
        template.accounts = stats.accounts.into();
        template.first_seen = stats.first.unwrap_or(Time::NONE);
        template.last_seen = stats.last.unwrap_or(Time::NONE);
    }
    if let Some(run) = &mut templates.run {
        run.rows = counts.rows;
        run.prompts = counts.rows - u64::from(counts.absent);
        run.in_templates = templates.all.iter().map(|template| template.rows).sum();
    }
    templates
}

impl FoundTemplates {
    /// Writes them into the case, in place of earlier ones.
    ///
    /// # Errors
    /// When the case cannot be written; it is then as before.
    pub fn write(&self, file: &mut CaseFile, author: &Author) -> Result<(), StoreError> {
        file.transaction(|tx| self.write_within(tx, author))
    }

    /// Likewise, as part of more.
    pub(super) fn write_within(&self, tx: &Tx<'_>, author: &Author) -> Result<(), StoreError> {
        let Some(run) = self.templates.run.clone() else { return Ok(()) };
        let run = TemplateRun { at: author.at, ..run };
        tx.replace_templates(&run, &self.templates.all, &self.of_event, &author.actor).map(drop)
    }
}
