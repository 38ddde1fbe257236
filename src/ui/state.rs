//! What all views share: where the analyst looks, and what a view may ask for.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::case::JoinDecisions;
use crate::detect::Options;
use crate::model::book::Item;
use crate::model::filter::PillId;
use crate::model::{Confidence, Filter, Selection, Time, TimeSpan, Verdict};

use super::shown::Shown;
use super::view::findings::detail::Tab;
use super::{Command, Zone};

/// The screens that exist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Screen {
    /// No case is open.
    #[default]
    Start,
    /// Logs are being read.
    Import,
    /// Is there something, where, how sure.
    Overview,
    /// What deserves a look, and why.
    Findings,
    /// Who did what when.
    Explore,
    /// Who is tied to whom, by what.
    Network,
    /// One account or cluster, all that is known of it on one page.
    Dossier,
    /// Two selections side by side.
    Compare,
    /// What is claimed, on what evidence, under which terms.
    Case,
    /// The pages as they will be.
    Report,
    /// What the case says of itself: sources, journal, detectors, and SQL.
    Audit,
    /// Records that could not be read.
    Rejects,
    /// Records that describe the same call.
    Joins,
}

/// What the pointer is on, so that every view can show it. Written this frame, read the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hover {
    /// A moment on a time axis.
    pub time: Option<Time>,
    /// An account, as a position in the dictionary.
    pub account: Option<u32>,
}

/// Where the analyst looks. One value; going back and forward swaps it whole.
///
/// A view that has a name is kept as its JSON: what is added to it must have a default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ViewState {
    /// The screen.
    pub screen: Screen,
    /// What is looked at: predicate, brushed range of time, and what is counted.
    pub filter: Filter,
    /// Conditions that are set aside: kept at hand, but not asked for.
    pub aside: Vec<Filter>,
    /// Conditions of the filter, as text, that stay when it is cleared.
    pub pinned: Vec<String>,
    /// The part of the time axis that is visible; `None` is all of it.
    pub window: Option<TimeSpan>,
    /// What is selected.
    pub selection: Selection,
    /// What is shown of a finding. Turning to another tab is no step of its own.
    pub tab: Tab,
}

impl ViewState {
    /// Sets a condition of the filter aside.
    pub fn set_aside(&mut self, id: PillId) {
        let condition = self.filter.only(id);
        if !condition.is_everything() && !self.aside.contains(&condition) {
            self.aside.push(condition);
        }
        self.filter = self.filter.without(id);
    }

    /// Asks again for what was set aside. There is one stretch of time, and one kind that is
    /// counted: one that stands by now is set aside in its place.
    pub fn take_back(&mut self, at: usize) {
        if at >= self.aside.len() {
            return;
        }
        let condition = self.aside.remove(at);
        if condition.time.is_some() && self.filter.time.is_some() {
            self.set_aside(PillId::Time);
        }
        if condition.granularity.is_some() && self.filter.granularity.is_some() {
            self.set_aside(PillId::Kind);
        }
        self.filter = self.filter.narrowed_by(condition);
    }

    /// Takes all conditions away that are not pinned.
    pub fn clear_filter(&mut self) {
        let unpinned = |filter: &Filter| {
            let mut pills = filter.pills().into_iter();
            pills.find(|pill| !self.pinned.contains(&pill.text)).map(|pill| pill.id)
        };
        while let Some(id) = unpinned(&self.filter) {
            self.filter = self.filter.without(id);
        }
        self.aside.retain(|condition| unpinned(condition).is_none());
    }

    /// Replaces the filter. A pinned condition that is written anew stays pinned; one that is
    /// neither in the filter nor set aside is no longer.
    pub fn refine(&mut self, filter: Filter) {
        if !self.pinned.is_empty() {
            let texts = |filter: &Filter| filter.pills().into_iter().map(|pill| pill.text);
            let before: Vec<String> = texts(&self.filter).collect();
            let after: Vec<String> = texts(&filter).collect();
            let gone: Vec<&String> = before.iter().filter(|text| !after.contains(text)).collect();
            let new: Vec<&String> = after.iter().filter(|text| !before.contains(text)).collect();
            if let ([gone], [new]) = (&gone[..], &new[..])
                && let Some(pin) = self.pinned.iter_mut().find(|pin| **pin == **gone)
            {
                pin.clone_from(new);
            }
            let aside: Vec<String> = self.aside.iter().flat_map(texts).collect();
            self.pinned.retain(|pin| after.contains(pin) || aside.contains(pin));
        }
        self.filter = filter;
    }

    /// Lifts what lies innermost: the selection; then, asked again, the brush.
    pub fn lift(&mut self) {
        if self.selection.is_nothing() {
            self.filter.time = None;
        } else {
            self.selection = Selection::Nothing;
        }
    }
}

/// What is asked of the case book.
#[derive(Clone, Debug, PartialEq)]
pub enum Booking {
    /// New entries.
    Add(Vec<Item>),
    /// Other words in entries, by id.
    Change(Vec<(u64, Item)>),
    /// An entry is taken out, by id.
    Remove(u64),
    /// The clauses that a register may start from.
    KnownTerms,
    /// Looks where evidence was kept, by id: no edit.
    Open(u64),
}

/// What a view may ask for. Applied in order before the next frame.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Runs a command, as if by its key.
    Run(Command),
    /// Goes to a screen.
    Go(Screen),
    /// Opens what was dropped or pasted: a case, or logs.
    Open(Vec<PathBuf>),
    /// Tells the analyst something that did not fail.
    Say {
        /// What happened.
        title: String,
        /// What to do about it.
        detail: String,
    },
    /// Replaces the filter.
    Filter(Filter),
    /// Looks where a saved view looks, by its id.
    OpenView(u64),
    /// Keeps a saved view no longer: an edit.
    RemoveView(u64),
    /// Sets a condition of the filter aside.
    SetAside(PillId),
    /// Asks again for a condition that was set aside.
    TakeBack(usize),
    /// Throws a condition away that was set aside.
    DropAside(usize),
    /// Pins a condition, or takes the pin out: by its text.
    Pin(String),
    /// Looks at other records: filter and selection in one step back.
    Show {
        /// The filter.
        filter: Filter,
        /// What is selected.
        selection: Selection,
    },
    /// Offers to write a table as it is shown.
    ExportShown(Shown),
    /// Brushes a range of time, or lifts the brush: the filter's time.
    Brush(Option<TimeSpan>),
    /// Zooms the time axis; `None` shows all of it.
    Look(Option<TimeSpan>),
    /// Selects something.
    Select(Selection),
    /// Turns to a tab of the findings.
    Turn(Tab),
    /// Says something of accounts: an edit, journalled and undoable.
    Judge {
        /// Of which accounts, by id.
        accounts: Vec<String>,
        /// What is said.
        judgement: Judgement,
    },
    /// Says something of a range of time: an edit, journalled and undoable.
    SayOfTime(OfTime),
    /// Writes into the case book: an edit, journalled and undoable.
    Book(Booking),
    /// Shows times by the clock of this zone.
    ShowTimesIn(Zone),
    /// Looks at logs before they are read, whatever they are.
    Review(Vec<PathBuf>),
    /// Looks at the rejected records of a source, to read them with another mapping.
    Reread(u32),
    /// Writes down what was decided of records that describe the same call, and counts anew.
    DecideJoins(JoinDecisions),
    /// Imports what is in review.
    StartImport,
    /// Leaves the review; nothing was written.
    CancelReview,
    /// Reads logs that came while a case is open.
    Import {
        /// The logs.
        logs: Vec<PathBuf>,
        /// The case they are read into: the open one, or a new one.
        case: PathBuf,
    },
    /// Leaves the case although something is not given or not written; see [`Away`].
    ///
    /// [`Away`]: crate::ui::app::leave::Away
    Leave,
    /// Tries again to write the edits that could not be written.
    SaveAgain,
    /// Stops the import; what was imported before stays.
    CancelImport,
    /// Stops opening a case.
    CancelOpening,
    /// Leaves the screen of an import that has ended.
    EndImport {
        /// To the case; otherwise back to where there was one, or to the start.
        open: bool,
    },
    /// Says what the pointer is on. Applies to the next frame only.
    Hover(Hover),
    /// Runs the detectors, or stops them.
    Detect(Detect),
}

/// What is asked of the detectors.
#[derive(Clone, Debug, PartialEq)]
pub enum Detect {
    /// To run; what they find takes the place of what was found before.
    Run(Options),
    /// To say what they would find; of that nothing is kept. Prompt templates that are looked for
    /// first are.
    Try(Options),
    /// To keep what was tried.
    Keep,
    /// To stop.
    Stop,
    /// To forget what they would find.
    ForgetTrial,
}

/// What the analyst says of a range of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfTime {
    /// Writes a note.
    Note {
        /// The range.
        span: TimeSpan,
        /// The analyst's words.
        text: String,
    },
    /// Removes a note.
    RemoveNote {
        /// The note's id.
        id: u64,
    },
}

/// What the analyst says of accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// Gives a verdict, or takes the standing one away.
    Verdict {
        /// The verdict; `None` takes it away.
        verdict: Option<Verdict>,
        /// How sure.
        confidence: Confidence,
        /// The analyst's words; may be empty.
        reason: String,
    },
    /// Puts a tag on, or takes it off.
    Tag {
        /// The tag.
        tag: String,
        /// Whether it is put on.
        present: bool,
    },
    /// Writes a note.
    Note(String),
    /// Removes a note from the accounts.
    RemoveNote {
        /// Its id on each of them.
        ids: Vec<u64>,
    },
}

/// Back and forward through [`ViewState`]s: neither journalled nor part of undo.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    back: Vec<ViewState>,
    forward: Vec<ViewState>,
}

impl Trail {
    /// How many steps are kept.
    const DEPTH: usize = 200;

    /// Remembers `left`, the state that was just left.
    pub fn leave(&mut self, left: ViewState) {
        if self.back.last() != Some(&left) {
            self.back.push(left);
            if self.back.len() > Self::DEPTH {
                self.back.remove(0);
            }
        }
        self.forward.clear();
    }

    /// The state before `now`.
    pub fn back(&mut self, now: &ViewState) -> Option<ViewState> {
        let state = self.back.pop()?;
        self.forward.push(now.clone());
        Some(state)
    }

    /// The state that was left by going back.
    pub fn forward(&mut self, now: &ViewState) -> Option<ViewState> {
        let state = self.forward.pop()?;
        self.back.push(now.clone());
        Some(state)
    }

    /// Whether there is a way back and a way forward.
    pub fn ways(&self) -> (bool, bool) {
        (!self.back.is_empty(), !self.forward.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(screen: Screen) -> ViewState {
        ViewState { screen, ..ViewState::default() }
    }

    #[test]
    fn what_is_set_aside_is_not_asked_for_until_it_is_taken_back() {
        let filter = |text: &str| Filter::parse(text).expect("readable");
        let mut view = ViewState {
            filter: filter("time:2026-03-01 model:a -ip:absent"),
            ..on(Screen::Explore)
        };
        view.set_aside(PillId::Part(0));
        view.set_aside(PillId::Time);
        assert_eq!(view.filter, filter("-ip:absent"));
        assert_eq!(view.aside, [filter("model:a"), filter("time:2026-03-01")]);
        view.take_back(1);
        view.take_back(0);
        assert_eq!(view.filter, filter("time:2026-03-01 -ip:absent model:a"));
        assert!(view.aside.is_empty());
    }

    #[test]
    fn what_is_pinned_stays_when_the_filter_is_cleared() {
        let filter = |text: &str| Filter::parse(text).expect("readable");
        let mut view = ViewState {
            filter: filter("time:2026-03-01 model:a tokens>5"),
            pinned: vec!["model:a".into()],
            ..on(Screen::Explore)
        };
        view.set_aside(PillId::Part(1));
        view.clear_filter();
        assert_eq!(view.filter, filter("model:a"));
        assert!(view.aside.is_empty());
        view.set_aside(PillId::Part(0));
        view.clear_filter();
        assert_eq!(view.aside, [filter("model:a")], "also while it is set aside");
    }

    #[test]
    fn a_stretch_of_time_that_is_taken_back_changes_places_with_the_one_that_stands() {
        let filter = |text: &str| Filter::parse(text).expect("readable");
        let mut view = ViewState { filter: filter("time:2026-03-01"), ..on(Screen::Explore) };
        view.set_aside(PillId::Time);
        view.filter = filter("time:2026-03-05 model:a");
        view.take_back(0);
        assert_eq!(view.filter, filter("time:2026-03-01 model:a"));
        assert_eq!(view.aside, [filter("time:2026-03-05")]);
    }

    #[test]
    fn a_pinned_condition_that_is_edited_or_negated_stays_pinned() {
        let filter = |text: &str| Filter::parse(text).expect("readable");
        let mut view = ViewState {
            filter: filter("model:a tokens>5"),
            pinned: vec!["model:a".into()],
            ..on(Screen::Explore)
        };
        view.refine(filter("model:b tokens>5"));
        assert_eq!(view.pinned, ["model:b"]);
        view.refine(filter("-model:b tokens>5"));
        assert_eq!(view.pinned, ["-model:b"]);
        view.refine(filter("tokens>5"));
        assert!(view.pinned.is_empty(), "what is removed is not pinned when it is asked for again");
    }

    #[test]
    fn back_and_forward_walk_the_same_way_until_something_new_is_visited() {
        let mut trail = Trail::default();
        trail.leave(on(Screen::Start));
        trail.leave(on(Screen::Overview));
        let here = on(Screen::Explore);
        let before = trail.back(&here).expect("a way back");
        assert_eq!(before.screen, Screen::Overview);
        assert_eq!(trail.forward(&before).as_ref(), Some(&here));
        trail.back(&here);
        trail.leave(on(Screen::Import));
        assert_eq!(trail.ways(), (true, false));
    }
}
