//! Records of one call: pairs of records that describe the same call, why they are taken for it,
//! and the analyst's word on them. What is decided changes no count until it is counted anew, all
//! at once.

mod group;
mod list;
mod pair;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use egui::{Rect, Ui};

use crate::case::JoinDecisions;
use crate::case::joining::{Compared, compare};
use crate::model::{JoinPair, JoinState};
use crate::store::{CaseFile, Mode, StoreError};
use crate::ui::layout::{Track, columns, region, rows};
use crate::ui::scene::Scene;
use crate::ui::state::Action;
use crate::ui::theme::size;
use crate::ui::widget::card::{self, Card, card};
use crate::ui::widget::table::{Pick, TableAction, TableState};
use crate::ui::widget::{Press, button};
use crate::ui::{Latest, format};

use super::audit::bar;
pub use group::Group;

/// From this width on the pair stands beside the table, and under it else, points.
const WIDE: f32 = 1_100.0;
/// Width of the pair beside the table, points: the least, the most, and of the room.
const BESIDE: (f32, f32, f32) = (430.0, 620.0, 0.36);

/// The rows of the pairs of a group, by their place among all pairs that were read then.
struct Listed {
    of: (Option<u64>, Group),
    at: Vec<u32>,
}

/// The screen's own state.
#[derive(Default)]
pub struct Joins {
    pairs: Latest<u64, Arc<Vec<JoinPair>>>,
    group: Option<Group>,
    listed: Option<Listed>,
    table: TableState,
    /// The pairs that are picked, by the record left out.
    picked: BTreeSet<u64>,
    /// Whether a pair is one call, by the record left out; not counted yet.
    decided: BTreeMap<u64, bool>,
    /// What was decided and then forgotten, until something else is decided.
    forgotten: BTreeMap<u64, bool>,
    /// Whether what is decided was to be written before the case was loaded again: what is in it now
    /// is decided no more.
    is_carried: bool,
    compared: Latest<(u64, u64, u64), Arc<Vec<Compared>>>,
}

impl std::fmt::Debug for Joins {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Joins").field("decided", &self.decided).finish_non_exhaustive()
    }
}

impl Joins {
    /// The screen with a group listed, in a case that was to take these decisions.
    pub fn again(group: Option<Group>, said: &JoinDecisions) -> Self {
        let one = said.one.iter().map(|event| (*event, true));
        let decided = one.chain(said.two.iter().map(|event| (*event, false))).collect();
        Self { group, decided, is_carried: true, ..Self::default() }
    }

    /// The group that is listed.
    pub fn group(&self) -> Option<Group> {
        self.group
    }

    /// How many pairs are decided and not counted yet.
    pub fn uncounted(&self) -> usize {
        if self.is_carried { 0 } else { self.decided.len() }
    }

    /// Whether everything that was asked for is there.
    #[cfg(test)]
    pub fn is_settled(&self) -> bool {
        self.pairs.answer().is_some() && !self.pairs.is_stale() && !self.compared.is_stale()
    }

    /// Draws the screen.
    pub fn show(&mut self, ui: &mut Ui, scene: &mut Scene<'_>, case: &Path) {
        let path = case.to_owned();
        self.pairs.ask(ui.ctx(), scene.index_version, move |progress| {
            let (mut all, file) = (Vec::new(), CaseFile::open(&path, Mode::ReadOnly)?);
            file.for_each_join(|pair| {
                all.push(pair);
                Ok(progress.check()?)
            })?;
            Ok::<_, StoreError>(Arc::new(all))
        });
        let area = ui.max_rect().shrink(size::GAP);
        let Some(pairs) = self.pairs.answer().cloned() else {
            let body = card(ui, area, &Card { title: TITLE, note: "" }, |_| {});
            return match self.pairs.error() {
                Some(error) => card::empty(ui, body, "The pairs cannot be read", error),
                None => card::empty(ui, body, "Reading the pairs…", ""),
            };
        };
        if pairs.is_empty() {
            let body = card(ui, area, &Card { title: TITLE, note: "" }, |_| {});
            let why = "No two records of this case were taken for the same call";
            return card::empty(ui, body, "Every record is counted once", why);
        }
        self.settle(&pairs);
        self.turn(&pairs);
        let [table, pair] = if area.width() >= WIDE {
            let wide = (area.width() * BESIDE.2).clamp(BESIDE.0, BESIDE.1);
            columns(area, size::GAP, [Track::Share(1.0), Track::Fixed(wide)])
        } else {
            rows(area, size::GAP, [Track::Share(0.8), Track::Share(1.0)])
        };
        self.list(ui, table, &pairs, scene);
        self.pair(ui, pair, &pairs, scene, case);
    }

    /// Of what was to be written, what is not in the case stays decided.
    fn settle(&mut self, pairs: &[JoinPair]) {
        if std::mem::take(&mut self.is_carried) {
            self.decided.retain(|event, is_one| {
                let at = pairs.binary_search_by_key(event, |pair| pair.secondary);
                at.is_ok_and(|at| stands(pairs[at].state) != Some(*is_one))
            });
        }
    }

    /// Lists the pairs of the group that is looked at; at first the first that has any.
    fn turn(&mut self, pairs: &[JoinPair]) {
        let version = self.pairs.answered().copied();
        let first = || Group::ALL.into_iter().find(|g| pairs.iter().any(|p| Group::of(p) == *g));
        let group = *self.group.get_or_insert_with(|| first().unwrap_or(Group::Waiting));
        if self.listed.as_ref().is_some_and(|listed| listed.of == (version, group)) {
            return;
        }
        let own = (0..).zip(pairs).filter(|(_, pair)| Group::of(pair) == group);
        let at: Vec<u32> = own.map(|(at, _)| at).collect();
        if self.listed.as_ref().is_some_and(|listed| listed.of.1 == group && listed.at == at) {
            // The same pairs, read once more: who picks some goes on.
            self.listed = Some(Listed { of: (version, group), at });
            return;
        }
        let columns = std::mem::take(&mut self.table.columns);
        self.table = TableState::default();
        self.table.columns = columns;
        let first = at.first().and_then(|at| pairs.get(*at as usize));
        self.picked = first.map(|pair| pair.secondary).into_iter().collect();
        self.table.cursor = (!at.is_empty()).then_some(0);
        self.listed = Some(Listed { of: (version, group), at });
    }

    fn list(&mut self, ui: &mut Ui, rect: Rect, pairs: &[JoinPair], scene: &mut Scene<'_>) {
        let group = self.group.unwrap_or(Group::Waiting);
        let listed = self.listed.as_ref().map_or(0, |listed| listed.at.len() as u64);
        let note = match (self.decided.len() as u64, listed) {
            (0, 0) => String::new(),
            (0, _) => format!("{}: {}", format::counted(listed, "pair", "pairs"), group.says()),
            (n, _) => format!("{}, not counted yet", format::counted(n, "decision", "decisions")),
        };
        let body = card(ui, rect, &Card { title: TITLE, note: &note }, |ui| self.head(ui, scene));
        let below = bar::show(ui, body, |ui| self.bar(ui, group, pairs, scene));
        let Some(listed) = &self.listed else { return };
        let mut seen = list::PairRows {
            pairs,
            at: &listed.at,
            scene,
            picked: &self.picked,
            decided: &self.decided,
        };
        let table = list::table(listed.at.len() as u64, scene.keys);
        let done = region(ui, below, |ui| table.show(ui, &mut self.table, &mut seen));
        for action in done {
            self.act(action, pairs);
        }
    }

    /// The groups.
    fn bar(&mut self, ui: &mut Ui, now: Group, pairs: &[JoinPair], scene: &mut Scene<'_>) {
        let joins = &scene.beside.joins;
        let names = Group::ALL.map(|g| format!("{} {}", g.name(), format::count(g.count(joins))));
        let options: Vec<(Group, &str)> =
            Group::ALL.into_iter().zip(names.iter().map(String::as_str)).collect();
        if let Some(group) = button::choice(ui, now, &options) {
            self.group = Some(group);
        }
        let Some(listed) = self.listed.as_ref().filter(|listed| listed.at.len() > 1) else {
            return;
        };
        // What was said of single pairs is not said anew by a click for many.
        let name = if self.decided.is_empty() { "Pick all" } else { "Pick the others" };
        if ui.add(Press::new(name).quiet()).clicked() {
            let events = listed.at.iter().filter_map(|at| pairs.get(*at as usize));
            let events = events.map(|pair| pair.secondary);
            self.picked = events.filter(|event| !self.decided.contains_key(event)).collect();
        }
    }

    /// What becomes of what is decided and not counted yet.
    fn head(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        if self.decided.is_empty() {
            if !self.forgotten.is_empty() && ui.add(Press::new("Take that back").quiet()).clicked()
            {
                self.decided = std::mem::take(&mut self.forgotten);
            }
            return;
        }
        if ui.add(Press::new("Count anew").primary()).clicked() {
            scene.ask(self.apply());
        }
        if ui.add(Press::new("Forget them").quiet()).clicked() {
            self.forgotten = std::mem::take(&mut self.decided);
        }
    }

    /// What is decided, as it is asked for; it stays here until it is in the case.
    fn apply(&self) -> Action {
        let mut said = JoinDecisions::default();
        for (event, is_one) in &self.decided {
            if *is_one { said.one.push(*event) } else { said.two.push(*event) }
        }
        Action::DecideJoins(said)
    }

    fn act(&mut self, action: TableAction, pairs: &[JoinPair]) {
        let Some(listed) = &self.listed else { return };
        let event = |row: u64| {
            listed.at.get(row as usize).and_then(|at| Some(pairs.get(*at as usize)?.secondary))
        };
        match action {
            TableAction::Pick(Pick::Only(row)) | TableAction::Step(Pick::Only(row)) => {
                self.picked = event(row).into_iter().collect();
            }
            TableAction::Pick(Pick::Toggle(row)) => {
                if let Some(event) = event(row)
                    && !self.picked.remove(&event)
                {
                    self.picked.insert(event);
                }
            }
            TableAction::Pick(pick) | TableAction::Step(pick) => {
                let (from, to, add) = match pick {
                    Pick::Range { from, to, add } => (from, to, add),
                    _ => (0, listed.at.len() as u64, false),
                };
                let range = (from..=to).filter_map(event);
                if !add {
                    self.picked.clear();
                }
                self.picked.extend(range);
            }
            _ => {}
        }
    }

    /// The pair the keyboard is on, or the only one picked.
    fn shown<'p>(&self, pairs: &'p [JoinPair]) -> Option<&'p JoinPair> {
        let listed = self.listed.as_ref()?;
        let under = self.table.cursor.and_then(|row| listed.at.get(row as usize));
        let under = under.and_then(|at| pairs.get(*at as usize));
        under.filter(|pair| self.picked.contains(&pair.secondary)).or_else(|| {
            let first = self.picked.first()?;
            let at = pairs.binary_search_by_key(first, |pair| pair.secondary).ok()?;
            pairs.get(at)
        })
    }

    fn pair(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        pairs: &[JoinPair],
        scene: &mut Scene<'_>,
        case: &Path,
    ) {
        let Some(shown) = self.shown(pairs).copied() else {
            let body = card(ui, rect, &Card { title: "Pair", note: "" }, |_| {});
            let is_empty = self.listed.as_ref().is_none_or(|listed| listed.at.is_empty());
            let why = if is_empty { "There is none here" } else { "Pick one in the table" };
            return card::empty(ui, body, "No pair is picked", why);
        };
        let (path, key) = (case.to_owned(), (scene.index_version, shown.secondary, shown.primary));
        self.compared.ask(ui.ctx(), key, move |progress| {
            let file = CaseFile::open(&path, Mode::ReadOnly)?;
            compare(&file, [key.1, key.2], progress).map(Arc::new)
        });
        let known = self.compared.answered() == Some(&key);
        let seen = pair::Seen {
            pair: &shown,
            compared: self.compared.answer().filter(|_| known).map(|all| &all[..]),
            problem: self.compared.error(),
            decided: self.decided.get(&shown.secondary).copied(),
            picked: self.picked.len() as u64,
        };
        if let Some(is_one) = pair::show(ui, rect, &seen, scene) {
            self.decide(pairs, is_one);
        }
    }

    /// Notes what is said of the pairs picked, and goes on to the next one.
    fn decide(&mut self, pairs: &[JoinPair], is_one: bool) {
        self.forgotten.clear();
        for event in &self.picked {
            let at = pairs.binary_search_by_key(event, |pair| pair.secondary);
            if at.is_ok_and(|at| stands(pairs[at].state) == Some(is_one)) {
                self.decided.remove(event);
            } else {
                self.decided.insert(*event, is_one);
            }
        }
        let last = self.listed.as_ref().map_or(0, |listed| listed.at.len() as u64);
        if self.picked.len() == 1
            && let Some(next) = self.table.cursor.map(|row| row + 1).filter(|row| *row < last)
        {
            self.table.go_to(next);
            self.act(TableAction::Step(Pick::Only(next)), pairs);
        }
    }
}

/// Whether a pair is one call, where that is decided in the case.
fn stands(state: JoinState) -> Option<bool> {
    match state {
        JoinState::Accepted => Some(true),
        JoinState::Rejected => Some(false),
        _ => None,
    }
}

const TITLE: &str = "Records of one call";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{JoinBasis, JoinKind};

    #[test]
    fn what_was_to_be_written_stays_decided_where_the_case_does_not_have_it() {
        let said = JoinDecisions { one: vec![5, 6], two: vec![7] };
        let pair = |secondary, state| JoinPair {
            secondary,
            primary: 1,
            kind: JoinKind::Probable,
            basis: JoinBasis::Content,
            state,
        };
        let mut joins = Joins::again(None, &said);
        assert_eq!(joins.uncounted(), 0, "not known before the pairs are read");
        joins.settle(&[
            pair(5, JoinState::Accepted),
            pair(6, JoinState::Offered),
            pair(7, JoinState::Rejected),
        ]);
        assert_eq!((joins.uncounted(), joins.decided.get(&6)), (1, Some(&true)));
    }
}
