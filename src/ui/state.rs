//! What all views share: where the analyst looks, and what a view may ask for.

use std::path::PathBuf;
use std::sync::Arc;

use crate::model::{Time, TimeSpan};

use super::Command;

/// The screens that exist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Screen {
    /// No case is open.
    #[default]
    Start,
    /// Logs are being read.
    Import,
    /// Is there something, where, how sure.
    Overview,
    /// Who did what when.
    Explore,
}

/// What is selected: accounts, as positions in the case's dictionary, ascending, without repeats.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection(Arc<Vec<u32>>);

impl Selection {
    /// These accounts, in any order.
    pub fn accounts(mut accounts: Vec<u32>) -> Self {
        accounts.sort_unstable();
        accounts.dedup();
        Self(Arc::new(accounts))
    }

    /// One account.
    pub fn account(account: u32) -> Self {
        Self(Arc::new(vec![account]))
    }

    /// The accounts, ascending.
    pub fn as_slice(&self) -> &[u32] {
        &self.0
    }

    /// Whether nothing is selected.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this account is selected.
    pub fn contains(&self, account: u32) -> bool {
        self.0.binary_search(&account).is_ok()
    }

    /// The same selection with this account in it if it was out, out if it was in.
    #[must_use]
    pub fn toggled(&self, account: u32) -> Self {
        let mut accounts = self.0.as_ref().clone();
        match accounts.binary_search(&account) {
            Ok(at) => drop(accounts.remove(at)),
            Err(at) => accounts.insert(at, account),
        }
        Self(Arc::new(accounts))
    }
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
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ViewState {
    /// The screen.
    pub screen: Screen,
    /// The brushed range: what the tables and counts are limited to.
    pub range: Option<TimeSpan>,
    /// The part of the time axis that is visible; `None` is all of it.
    pub window: Option<TimeSpan>,
    /// What is selected.
    pub selection: Selection,
    /// The exchange whose original record is shown, by event id.
    pub event: Option<u64>,
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
    /// Brushes a range of time, or lifts the brush.
    Brush(Option<TimeSpan>),
    /// Zooms the time axis; `None` shows all of it.
    Look(Option<TimeSpan>),
    /// Selects accounts.
    Select(Selection),
    /// Shows the original record of an exchange.
    ShowEvent(Option<u64>),
    /// Says what the pointer is on. Applies to the next frame only.
    Hover(Hover),
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

    #[test]
    fn a_selection_is_sorted_and_toggles_one_account() {
        let selection = Selection::accounts(vec![3, 1, 3]);
        assert_eq!(selection.as_slice(), [1, 3]);
        assert_eq!(selection.toggled(2).as_slice(), [1, 2, 3]);
        assert_eq!(selection.toggled(3).as_slice(), [1]);
    }
}
