//! Which lanes there are: the pinned ones on top, then the others in order, several accounts to
//! a lane where lanes would be too low, and what is folded away as one lane at the end.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::index::Index;
use crate::model::Selection;
use crate::ui::view::explore::order::Listed;
use crate::ui::view::explore::query::next_id;

/// The lanes, from the top.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// Pinned accounts that are listed, in the order they were pinned, as many as there is room
    /// for: they stand still.
    pub pinned: Arc<Vec<u32>>,
    /// The accounts that scroll: first the pinned ones without room.
    pub scrolling: Arc<Vec<u32>>,
    /// How many of those are pinned.
    pub more_pinned: usize,
    /// Accounts folded away; one lane at the end.
    pub folded: Arc<Vec<u32>>,
    /// Another number for every list.
    pub id: u64,
    made_from: Option<MadeFrom>,
}

#[derive(Clone, Debug, PartialEq)]
struct MadeFrom {
    listed: u64,
    pins: u64,
    room: usize,
    /// The selection that is left unfolded, where the rest is folded.
    fold: Option<Selection>,
}

/// Pinned accounts, by id, so that they are the same ones after a reload; in the order they were
/// pinned.
#[derive(Clone, Debug, Default)]
pub struct Pins {
    ids: Vec<String>,
    all: FxHashSet<String>,
    /// Another number for every change; 0 before the first.
    version: u64,
}

impl Pins {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Whether an account is pinned.
    pub fn has(&self, id: &str) -> bool {
        self.all.contains(id)
    }

    /// Pins accounts below those that are.
    pub fn add(&mut self, ids: impl IntoIterator<Item = String>) {
        let new = ids.into_iter().filter(|id| self.all.insert(id.clone()));
        self.ids.extend(new);
        self.version += 1;
    }

    /// Lets accounts go.
    pub fn remove<'a>(&mut self, ids: impl IntoIterator<Item = &'a String>) {
        for id in ids {
            self.all.remove(id);
        }
        self.ids.retain(|id| self.all.contains(id));
        self.version += 1;
    }

    /// Lets all go.
    pub fn clear(&mut self) {
        *self = Self { version: self.version + 1, ..Self::default() };
    }
}

/// Which accounts are selected, by position.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    made_from: Option<(u64, Selection)>,
    /// One an account; empty where no account is.
    accounts: Vec<bool>,
}

impl Chosen {
    /// Follows the selection.
    pub fn follow(&mut self, index: &Index, version: u64, selection: &Selection) {
        if self.made_from.as_ref().is_some_and(|(v, s)| *v == version && s == selection) {
            return;
        }
        self.accounts.clear();
        if let Selection::Accounts(ids) = selection {
            self.accounts.resize(index.accounts().len(), false);
            for account in ids.iter().filter_map(|id| index.account_position(id)) {
                self.accounts[account as usize] = true;
            }
        }
        self.made_from = Some((version, selection.clone()));
    }

    /// Whether an account is selected.
    pub fn has(&self, account: u32) -> bool {
        self.accounts.get(account as usize).copied().unwrap_or(false)
    }
}

impl List {
    /// Makes the list anew where what it is made from has changed. There is room for so many
    /// pinned lanes.
    pub fn follow(
        &mut self,
        listed: &Listed,
        index: &Index,
        (pins, room): (&Pins, usize),
        fold: Option<(&Selection, &Chosen)>,
    ) {
        let room = room.min(pins.ids.len());
        let same = self.made_from.as_ref().is_some_and(|old| {
            (old.listed, old.pins, old.room) == (listed.id, pins.version, room)
                && old.fold.as_ref() == fold.map(|(selection, _)| selection)
        });
        if same {
            return;
        }
        let made_from = Some(MadeFrom {
            listed: listed.id,
            pins: pins.version,
            room,
            fold: fold.map(|(selection, _)| selection.clone()),
        });
        let id = next_id();
        if pins.is_empty() && fold.is_none() {
            let scrolling = listed.accounts.clone();
            *self = Self { scrolling, id, made_from, ..Self::default() };
            return;
        }
        let mut pinned: Vec<u32> =
            pins.ids.iter().filter_map(|id| index.account_position(id)).collect();
        let is_pinned: FxHashSet<u32> = pinned.iter().copied().collect();
        let (there, rest): (Vec<u32>, Vec<u32>) =
            listed.accounts.iter().partition(|a| is_pinned.contains(a));
        let there: FxHashSet<u32> = there.into_iter().collect();
        pinned.retain(|a| there.contains(a));
        let stays = |a: &u32| fold.is_none_or(|(_, chosen)| chosen.has(*a));
        let (unfolded, folded): (Vec<u32>, Vec<u32>) = rest.into_iter().partition(stays);
        let mut scrolling = pinned.split_off(room.min(pinned.len()));
        let more_pinned = scrolling.len();
        scrolling.extend(unfolded);
        *self = Self {
            pinned: Arc::new(pinned),
            scrolling: Arc::new(scrolling),
            more_pinned,
            folded: Arc::new(folded),
            id,
            made_from,
        };
    }

    /// Accounts that have a lane, alone or with others.
    pub fn accounts(&self) -> usize {
        self.pinned.len() + self.scrolling.len() + self.folded.len()
    }
}

/// A lane of a list, at some number of accounts a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// A pinned account, by place among them.
    Pinned(usize),
    /// A lane that scrolls, by place among them.
    Scrolling(usize),
    /// What is folded away.
    Folded,
}

/// A list at a level of detail.
#[derive(Clone, Copy, Debug)]
pub struct Lanes<'a> {
    /// The accounts.
    pub list: &'a List,
    /// Accounts a scrolling lane.
    pub per_lane: usize,
}

impl<'a> Lanes<'a> {
    /// Lanes that scroll, the folded one included.
    pub fn scrolling(self) -> usize {
        self.list.scrolling.len().div_ceil(self.per_lane) + usize::from(self.has_folded())
    }

    /// All lanes.
    pub fn len(self) -> usize {
        self.list.pinned.len() + self.scrolling()
    }

    /// Whether something is folded away.
    pub fn has_folded(self) -> bool {
        !self.list.folded.is_empty()
    }

    /// The lane at a place counted from the top, pinned ones included.
    pub fn at(self, place: usize) -> Option<Lane> {
        let pinned = self.list.pinned.len();
        match place.checked_sub(pinned) {
            None => Some(Lane::Pinned(place)),
            Some(i) => self.scrolling_at(i),
        }
    }

    /// The `i`-th lane that scrolls.
    pub fn scrolling_at(self, i: usize) -> Option<Lane> {
        let lanes = self.list.scrolling.len().div_ceil(self.per_lane);
        match i {
            _ if i < lanes => Some(Lane::Scrolling(i)),
            _ if i == lanes && self.has_folded() => Some(Lane::Folded),
            _ => None,
        }
    }

    /// Whether a lane is that of a pinned account.
    pub fn is_pinned(self, lane: Lane) -> bool {
        match lane {
            Lane::Pinned(_) => true,
            Lane::Scrolling(i) => self.per_lane == 1 && i < self.list.more_pinned,
            Lane::Folded => false,
        }
    }

    /// The place of a lane, counted from the top.
    pub fn place(self, lane: Lane) -> usize {
        match lane {
            Lane::Pinned(i) => i,
            Lane::Scrolling(i) => self.list.pinned.len() + i,
            Lane::Folded => self.len().saturating_sub(1),
        }
    }

    /// The lane that holds an account.
    pub fn lane_of(self, account: u32) -> Option<Lane> {
        let at = |accounts: &[u32]| accounts.iter().position(|a| *a == account);
        if let Some(i) = at(&self.list.pinned) {
            return Some(Lane::Pinned(i));
        }
        if let Some(i) = at(&self.list.scrolling) {
            return Some(Lane::Scrolling(i / self.per_lane));
        }
        at(&self.list.folded).map(|_| Lane::Folded)
    }

    /// The accounts of a lane.
    pub fn accounts(self, lane: Lane) -> &'a [u32] {
        match lane {
            Lane::Pinned(i) => self.list.pinned.get(i..=i).unwrap_or_default(),
            Lane::Scrolling(i) => &self.list.scrolling[self.range(i)],
            Lane::Folded => &self.list.folded,
        }
    }

    fn range(self, lane: usize) -> Range<usize> {
        let len = self.list.scrolling.len();
        let start = (lane * self.per_lane).min(len);
        start..(start + self.per_lane).min(len)
    }

    /// The account of a lane that is one account's.
    pub fn single(self, lane: Lane) -> Option<u32> {
        match self.accounts(lane) {
            [account] if lane != Lane::Folded => Some(*account),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::view::explore::test_case;

    fn listed(accounts: Vec<u32>, id: u64) -> Listed {
        Listed { accounts: Arc::new(accounts), id }
    }

    #[test]
    fn pinned_lanes_stand_first_and_every_account_has_one_lane() {
        let index = test_case::index();
        let mut pins = Pins::default();
        pins.add(["ac3", "nobody", "ac0"].map(String::from));
        let mut list = List::default();
        list.follow(&listed(vec![4, 3, 2, 1, 0], 1), &index, (&pins, 9), None);
        let lanes = Lanes { list: &list, per_lane: 2 };
        let all: Vec<Vec<u32>> = (0..lanes.len())
            .filter_map(|i| lanes.at(i))
            .map(|l| lanes.accounts(l).to_vec())
            .collect();
        assert_eq!(all, [vec![3], vec![0], vec![4, 2], vec![1]]);
        for account in 0..5 {
            let lane = lanes.lane_of(account).expect("a lane");
            assert!(lanes.accounts(lane).contains(&account));
            assert_eq!(lanes.at(lanes.place(lane)), Some(lane));
        }
        assert_eq!(lanes.at(lanes.len()), None);
    }

    #[test]
    fn folding_leaves_what_is_selected_or_pinned_and_counts_the_rest() {
        let index = test_case::index();
        let selection = Selection::account("ac2");
        let mut chosen = Chosen::default();
        chosen.follow(&index, 1, &selection);
        let mut list = List::default();
        let mut pins = Pins::default();
        pins.add(["ac4".to_owned()]);
        list.follow(
            &listed(vec![4, 3, 2, 1, 0], 1),
            &index,
            (&pins, 9),
            Some((&selection, &chosen)),
        );
        assert_eq!((&**list.pinned, &**list.scrolling), (&[4][..], &[2][..]));
        assert_eq!((&**list.folded, list.accounts()), (&[3, 1, 0][..], 5));
        let lanes = Lanes { list: &list, per_lane: 1 };
        assert_eq!((lanes.len(), lanes.at(2)), (3, Some(Lane::Folded)));
        assert_eq!(lanes.single(Lane::Folded), None);
    }

    #[test]
    fn pins_that_have_no_room_are_the_first_that_scroll_and_can_be_let_go() {
        let index = test_case::index();
        let mut pins = Pins::default();
        pins.add(["ac3", "ac0", "ac2"].map(String::from));
        let mut list = List::default();
        let order = listed(vec![4, 3, 2, 1, 0], 1);
        list.follow(&order, &index, (&pins, 1), None);
        assert_eq!((&**list.pinned, &**list.scrolling), (&[3][..], &[0, 2, 4, 1][..]));
        let lanes = Lanes { list: &list, per_lane: 1 };
        let pinned: Vec<bool> =
            (0..lanes.len()).filter_map(|at| lanes.at(at)).map(|l| lanes.is_pinned(l)).collect();
        assert_eq!(pinned, [true, true, true, false, false]);
        pins.remove(&["ac0".to_owned()]);
        list.follow(&order, &index, (&pins, 1), None);
        assert_eq!((&**list.pinned, &**list.scrolling), (&[3][..], &[2, 4, 1, 0][..]));
    }
}
