//! Prompts grouped into templates: fixed text with slots.
//!
//! ```text
//! prompts ─► Sampler ─► Sample ─► group ─► skeletons ─► Matcher ─► Tally ─► templates, and the
//!           (pass 1, parallel)    (divide, align)      (pass 2, parallel)   template of every row
//! ```
//!
//! It follows the published ways to find the templates of log messages: tokens with numbers masked
//! and a tree of frequent tokens (FT-tree: Zhang et al. 2017; Drain: He et al. 2017), features of
//! the first 64 and last 32 tokens, as for near-duplicate texts (shingles: Broder 1997), slots
//! from the longest common subsequence (Spell: Du and Li 2016). It deviates where prompts are not
//! log messages:
//!
//! - Slots may be of any length and anywhere, so that prompts are not divided by their number of
//!   tokens first.
//! - Log parsers take messages one after the other, and what they find depends on the order. Here
//!   skeletons are found in a sample that depends on no order, and every prompt is then put to the
//!   skeleton with the most fixed text that fits it exactly. Same prompts, same templates, same
//!   numbers, whatever threads read them.
//! - Membership is exact: the fixed texts stand in the prompt in their order, byte by byte, and
//!   with what stands in the slots they are the prompt again.
//!
//! What it cannot see: templates whose wording changes from prompt to prompt; fixed text in the
//! middle of prompts longer than 4 KiB, of which the first 3 KiB and the last KiB are read; prompts
//! longer than 64 KiB that are repeated word for word; templates that are rare in every account that
//! uses them, in a case of millions of prompts.

mod brush;
mod column;
mod features;
mod group;
mod matcher;
mod sample;
mod skeleton;
mod tally;
#[cfg(test)]
mod tests;
mod tokens;

use std::ops::Range;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::job::{Cancelled, Progress};
use crate::model::{FREE_TEXT, MISSING, Piece, Slot, Template, Time};

pub use brush::TemplateBrush;
pub use column::{GROWTH_DAYS, TemplateCounts, TemplateStats, Templates};
use matcher::{Matcher, Scratch};
use sample::{Sample, Sampler};
use skeleton::{Run, Skeleton};
use tally::{Found, LONGEST_SAME, Place, Same, Tally, Values};

/// Changes whenever the same prompts may give other templates.
pub const VERSION: u32 = 1;
/// Rows a template has at least.
pub const LEAST_ROWS: u32 = 10;
/// Distinct prompts that a template with slots has at least, in the sample.
pub const LEAST_PROMPTS: usize = 4;
/// Templates that are kept, the most frequent: the rest counts as free text.
pub const MOST_TEMPLATES: usize = 4_096;
/// Values that are kept of a slot as examples.
const EXAMPLES: usize = 12;

/// One prompt.
#[derive(Clone, Copy, Debug)]
pub struct Prompt<'a> {
    /// Its row.
    pub row: u32,
    /// The account of the row.
    pub account: u32,
    /// The prompt.
    pub text: &'a str,
}

/// Takes some prompts, on whatever thread.
pub type TakePrompts<'a> = dyn Fn(&[Prompt<'_>]) + Sync + 'a;

/// Something that prompts can be read from, twice: every prompt once, in any order, on any
/// threads.
pub trait ReadPrompts {
    /// Why they cannot be read.
    type Error: From<Cancelled>;

    /// Reads all of them, as a phase that is called so.
    ///
    /// # Errors
    /// When they cannot be read; then nothing comes of what was read so far.
    fn read(
        &self,
        phase: &str,
        take: &TakePrompts<'_>,
        progress: &Progress,
    ) -> Result<(), Self::Error>;

    /// Reads those of some rows. Whoever can pass over the others for less than it costs to read
    /// them does.
    ///
    /// # Errors
    /// As [`ReadPrompts::read`].
    fn read_some(
        &self,
        phase: &str,
        is_wanted: &(dyn Fn(u32) -> bool + Sync),
        take: &TakePrompts<'_>,
        progress: &Progress,
    ) -> Result<(), Self::Error> {
        let those = |some: &[Prompt<'_>]| {
            let wanted: Vec<Prompt<'_>> =
                some.iter().filter(|prompt| is_wanted(prompt.row)).copied().collect();
            take(&wanted);
        };
        self.read(phase, &those, progress)
    }
}

/// The templates of some prompts.
#[derive(Debug, PartialEq)]
pub struct Mined {
    /// In the order of their numbers. Accounts and times are the caller's to fill in.
    pub templates: Vec<Template>,
    /// For every row the number of its template, [`FREE_TEXT`], or [`MISSING`] without a prompt.
    pub of_row: Vec<u32>,
    /// Templates that were found and not kept.
    pub left_out: u64,
}

/// The parameters, as a case keeps them beside the templates.
pub fn parameters() -> String {
    format!(
        "least_rows={LEAST_ROWS} least_prompts={LEAST_PROMPTS} most_templates={MOST_TEMPLATES} \
         longest_same={LONGEST_SAME} first_tokens={} last_tokens={}",
        features::FIRST,
        features::LAST
    )
}

/// Finds the templates of the prompts of `rows` rows of some accounts.
///
/// Memory: a sample of at most 131,072 distinct prompts and 384 MiB, prompts that are repeated word
/// for word, at most 256 MiB, 8 bytes for every prompt, and what is kept of slots.
///
/// # Errors
/// Those of the reader, and when asked to stop.
pub fn mine<R: ReadPrompts>(
    prompts: &R,
    rows: usize,
    accounts: usize,
    progress: &Progress,
) -> Result<Mined, R::Error> {
    let sampler = Sampler::new(rows, accounts);
    let take = |some: &[Prompt<'_>]| sampler.add(some.iter().map(|p| (p.account, p.text)));
    prompts.read("reading prompts", &take, progress)?;
    let sample = sampler.finish();
    progress.set_phase("comparing prompts", 0);
    let (skeletons, frequency) = group::skeletons(&sample, progress)?;
    let matcher = Matcher::of(&sample, skeletons, &frequency, progress)?;
    tallied(prompts, rows, &matcher, &sample, progress)
}

/// One of some workers for every thread, made when needed.
struct Pool<T>(Mutex<Vec<T>>);

impl<T> Pool<T> {
    fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    fn with<R>(&self, make: impl FnOnce() -> T, work: impl FnOnce(&mut T) -> R) -> R {
        let free = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut worker = free.unwrap_or_else(make);
        let result = work(&mut worker);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        result
    }

    fn merged(self, merge: impl FnMut(T, T) -> T) -> Option<T> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().reduce(merge)
    }
}

fn tallied<R: ReadPrompts>(
    prompts: &R,
    rows: usize,
    matcher: &Matcher,
    sample: &Sample,
    progress: &Progress,
) -> Result<Mined, R::Error> {
    let pool = Pool::new();
    let same: Vec<Same> = sample.repeated.iter().map(|_| Same::default()).collect();
    let of_row: Vec<AtomicU32> = (0..rows).map(|_| AtomicU32::new(MISSING)).collect();
    let slotted = matcher.skeletons.len() as u32;
    let take = |some: &[Prompt<'_>]| {
        pool.with(
            || Tally::new(matcher, sample, &same),
            |tally| {
                for prompt in some {
                    // One more than its position: 0 is free text.
                    let place = match tally.add(prompt.text) {
                        Place::Free => FREE_TEXT,
                        Place::Slotted(at) => at + 1,
                        Place::Same(at) => slotted + at + 1,
                    };
                    if let Some(slot) = of_row.get(prompt.row as usize) {
                        slot.store(place, Ordering::Relaxed);
                    }
                }
            },
        );
    };
    prompts.read("counting templates", &take, progress)?;
    let tally = pool.merged(|mut a, b| {
        a.merge(b);
        a
    });
    let found = tally.map(|tally| tally.found).unwrap_or_default();
    let of_row = of_row.into_iter().map(AtomicU32::into_inner).collect();
    Ok(numbered(found, matcher, &same, of_row))
}

/// Gives templates their numbers: the most frequent first.
fn numbered(found: Vec<Found>, matcher: &Matcher, same: &[Same], mut of_row: Vec<u32>) -> Mined {
    let slotted = matcher.skeletons.iter().zip(&found).zip(1..);
    let slotted = slotted
        .map(|((skeleton, found), place)| (place, template(skeleton, &found.slots, found.rows)));
    let first_same = matcher.skeletons.len() as u32 + 1;
    let whole = (first_same..).zip(same).filter_map(|(place, same)| {
        let skeleton = Skeleton::whole(same.text.get()?);
        Some((place, template(&skeleton, &[], same.rows.load(Ordering::Relaxed))))
    });
    let mut all: Vec<(u32, Template)> =
        slotted.chain(whole).filter(|(_, t)| t.rows >= u64::from(LEAST_ROWS)).collect();
    all.sort_by(|(_, a), (_, b)| b.rows.cmp(&a.rows).then_with(|| texts(a).cmp(texts(b))));
    let left_out = all.len().saturating_sub(MOST_TEMPLATES) as u64;
    all.truncate(MOST_TEMPLATES);
    let mut number_of = vec![FREE_TEXT; first_same as usize + same.len()];
    for ((place, template), id) in all.iter_mut().zip(1..) {
        number_of[*place as usize] = id;
        template.id = id;
    }
    for place in of_row.iter_mut().filter(|place| **place != MISSING) {
        *place = number_of[*place as usize];
    }
    let templates: Vec<Template> = all.into_iter().map(|(_, template)| template).collect();
    Mined { templates, of_row, left_out }
}

/// The fixed texts of a template.
fn texts(template: &Template) -> impl Iterator<Item = Option<&str>> {
    template.pieces.iter().map(|piece| match piece {
        Piece::Fixed(text) => Some(text.as_str()),
        Piece::Slot(_) => None,
    })
}

fn template(skeleton: &Skeleton, slots: &[Values], rows: u64) -> Template {
    let mut slots = slots.iter().map(|values| slot(values, rows));
    let mut next = || Piece::Slot(slots.next().unwrap_or_default());
    let mut pieces = Vec::with_capacity(2 * skeleton.runs.len() + 1);
    for (i, run) in skeleton.runs.iter().enumerate() {
        if i > 0 || skeleton.slot_first {
            pieces.push(next());
        }
        pieces.push(Piece::Fixed(run.text.to_string()));
    }
    if skeleton.slot_last {
        pieces.push(next());
    }
    let none = Time::NONE;
    Template { id: 0, pieces, rows, accounts: 0, first_seen: none, last_seen: none }
}

fn slot(values: &Values, rows: u64) -> Slot {
    let (distinct, exact) = values.distinct(rows);
    let examples = values.examples().into_iter().take(EXAMPLES);
    let examples = examples.map(|(text, rows)| (text.to_owned(), rows.into())).collect();
    Slot { distinct, exact, examples }
}

/// Where the slots of a template lie in a prompt, in bytes and in order; `None` where the prompt
/// is not one of the template.
pub fn slots_in(template: &Template, text: &str) -> Option<Vec<Range<usize>>> {
    let fixed = |piece: &Piece| matches!(piece, Piece::Fixed(_));
    let runs = template.pieces.iter().filter_map(|piece| match piece {
        Piece::Fixed(text) => {
            let exact = tokens::Tokens::of(text).all.iter().map(|token| token.exact).collect();
            Some(Run { text: text.as_str().into(), exact })
        }
        Piece::Slot(_) => None,
    });
    let skeleton = Skeleton {
        runs: runs.collect(),
        slot_first: !template.pieces.first().is_some_and(fixed),
        slot_last: !template.pieces.last().is_some_and(fixed),
        words: 0,
        in_a_row: 0,
    };
    match &skeleton.runs[..] {
        [] => return None,
        // A prompt that is a template as it is may be longer than what is looked at.
        [whole] if skeleton.slots() == 0 => return (*whole.text == *text).then(Vec::new),
        _ => {}
    }
    let mut scratch = Scratch::default();
    scratch.tokens.read(text);
    let found = skeleton.find(&scratch.tokens, &mut scratch.places);
    found.then(|| skeleton.slots_in(text, &scratch.tokens, &scratch.places))
}
