//! The searches in prompts that the filter asks for: run on other threads while the phrase is in
//! the filter, stopped when it is taken out.

use std::borrow::Cow;
use std::sync::Arc;

use crate::index::{Index, PhraseSearch, SearchState};
use crate::job::Job;
use crate::model::filter::{Expr, Filter};
use crate::model::{Granularity, Selection};

use super::format;

/// How often the share that is searched is drawn anew, seconds. Where the processor draws, a frame
/// takes time from the search itself.
const REDRAWN_S: f32 = 0.25;

/// The searches of a session.
#[derive(Default)]
pub struct Searches {
    jobs: Vec<(Arc<PhraseSearch>, Job<()>)>,
    /// Those for the phrases of the filter.
    wanted: Vec<Arc<PhraseSearch>>,
    /// Phrases whose search the analyst has stopped.
    stopped: Vec<String>,
}

impl Searches {
    /// Runs what the filter asks for and is not searched yet; to be called in every frame, before
    /// anything is counted.
    pub fn follow(&mut self, ctx: &egui::Context, index: &Arc<Index>, filter: &Filter) {
        let Some(phrases) = index.phrases() else { return };
        phrases.stream();
        self.wanted = index.searches(filter);
        self.jobs.retain(|(_, job)| job.poll().is_none());
        let wanted = &self.wanted;
        self.stopped.retain(|phrase| wanted.iter().any(|search| search.phrase() == phrase));
        for (search, _) in &self.jobs {
            if !wanted.iter().any(|wanted| Arc::ptr_eq(wanted, search)) {
                search.progress().cancel();
            }
        }
        for search in wanted {
            let is_run = self.jobs.iter().any(|(run, _)| Arc::ptr_eq(run, search));
            let is_due = match search.state() {
                SearchState::Waiting => true,
                SearchState::Stopped => !self.stopped.iter().any(|p| p == search.phrase()),
                _ => false,
            };
            if is_due && !is_run {
                // Here, and not when its thread begins: it may be stopped before that.
                search.progress().resume();
                self.jobs.push((Arc::clone(search), run(ctx, index, search)));
            }
        }
        if !self.jobs.is_empty() {
            ctx.request_repaint_after_secs(REDRAWN_S);
        }
    }

    /// The searches for the phrases of the filter whose answers are not all there yet.
    pub fn unfinished(&self) -> impl Iterator<Item = &Arc<PhraseSearch>> {
        self.wanted.iter().filter(|search| search.state() != SearchState::Done)
    }

    /// Stops a search and keeps what it found.
    pub fn stop(&mut self, search: &PhraseSearch) {
        search.progress().cancel();
        self.stopped.push(search.phrase().to_owned());
    }

    /// Goes on with a search that was stopped.
    pub fn go_on(&mut self, search: &PhraseSearch) {
        self.stopped.retain(|phrase| phrase != search.phrase());
    }
}

impl Drop for Searches {
    fn drop(&mut self) {
        self.jobs.iter().for_each(|(search, _)| search.progress().cancel());
    }
}

fn run(ctx: &egui::Context, index: &Arc<Index>, search: &Arc<PhraseSearch>) -> Job<()> {
    let (ctx, index, search) = (ctx.clone(), Arc::clone(index), Arc::clone(search));
    let wake = ctx.clone();
    Job::spawn(
        move || ctx.request_repaint(),
        move |_| {
            index.run_search(&search, &|| wake.request_repaint());
            Ok::<_, String>(())
        },
    )
}

/// How far a search is, in a few words: `1,204 hits so far, 43 % searched`; nothing where it is
/// done or failed.
pub fn words(search: &PhraseSearch) -> Option<String> {
    let hits = format::counted(search.hits(), "hit", "hits");
    let percent = (search.progress().fraction().unwrap_or(0.0) * 100.0) as u32;
    match search.state() {
        SearchState::Done | SearchState::Failed => None,
        SearchState::Stopped => Some(format!("{hits}, stopped at {percent} %: there may be more")),
        SearchState::Waiting | SearchState::Running => {
            Some(format!("{hits} so far, {percent} % searched"))
        }
    }
}

/// What is to be said where the answer to a filter has no rows and its prompts are not all
/// searched.
pub fn none_so_far(index: &Index, filter: &Filter) -> Option<&'static str> {
    let searches = index.searches(filter);
    let any = |state| searches.iter().any(|search| search.state() == state);
    if any(SearchState::Waiting) || any(SearchState::Running) {
        return Some("nothing so far; the prompts are being searched");
    }
    let stopped = "nothing was found before the search of the prompts was stopped";
    any(SearchState::Stopped).then_some(stopped)
}

/// Whether a search goes on and has nothing to show yet: it has not found anything, or what it finds
/// is left out, so that everything that is not searched yet would be shown.
pub fn has_begun(index: &Index, filter: &Filter) -> bool {
    let leaves_out = leaves_out(filter);
    index.searches(filter).iter().any(|search| {
        let is_over = !matches!(search.state(), SearchState::Waiting | SearchState::Running);
        !is_over && (leaves_out || search.hits() == 0)
    })
}

/// What is said in place of counts until then.
pub fn waiting(filter: &Filter) -> &'static str {
    match leaves_out(filter) {
        true => "searching the prompts that are left out",
        false => "searching prompts, nothing found so far",
    }
}

/// Whether the answer to a filter is only part of what it will be, or may be too much.
pub fn is_partial(index: &Index, filter: &Filter) -> bool {
    index.searches(filter).iter().any(|search| search.state() != SearchState::Done)
}

/// What is to be said behind such a count.
pub fn so_far(index: &Index, filter: &Filter) -> &'static str {
    match is_partial(index, filter) {
        false => "",
        true if leaves_out(filter) => ", not all searched",
        true => " so far",
    }
}

/// Whether a filter leaves out what has some phrase.
fn leaves_out(filter: &Filter) -> bool {
    fn within(expr: &Expr) -> bool {
        match expr {
            Expr::Not(inner) => has_phrase(inner),
            Expr::All(parts) | Expr::Any(parts) => parts.iter().any(within),
            _ => false,
        }
    }
    filter.expr.as_ref().is_some_and(within)
}

fn has_phrase(expr: &Expr) -> bool {
    let mut found = false;
    expr.for_each_leaf(&mut |leaf| found |= matches!(leaf, Expr::Phrase(_)));
    found
}

/// A filter with the phrases of the selection.
pub fn whole<'f>(filter: &'f Filter, selection: &Selection) -> Cow<'f, Filter> {
    match selection {
        Selection::Where(expr) if has_phrase(expr) => Cow::Owned(filter.and(expr.clone())),
        _ => Cow::Borrowed(filter),
    }
}

/// Whether a filter asks for prompts.
pub fn asks(filter: &Filter) -> bool {
    filter.expr.as_ref().is_some_and(has_phrase)
}

/// The phrases that a filter asks for, and does not leave out.
pub fn phrases(filter: &Filter) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(expr) = &filter.expr {
        collect(expr, &mut found);
    }
    found
}

fn collect(expr: &Expr, found: &mut Vec<String>) {
    match expr {
        Expr::Phrase(text) if !text.is_empty() => found.push(text.clone()),
        Expr::All(parts) | Expr::Any(parts) => parts.iter().for_each(|part| collect(part, found)),
        _ => {}
    }
}

/// The filter that keeps the prompts with one of these phrases, and asks nothing else.
pub fn hits_of(phrases: Vec<String>, counted: Granularity) -> Option<Filter> {
    let expr = Expr::any(phrases.into_iter().map(Expr::Phrase).collect())?;
    Some(Filter { expr: Some(expr), granularity: Some(counted), ..Filter::everything() })
}
