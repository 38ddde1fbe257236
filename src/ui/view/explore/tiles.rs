//! Where the cards stand: a tree of tiles that the analyst resizes, drags, stacks and hides.
//!
//! Until it is changed, the tree is the one that suits the size of the window: one row for the
//! traffic, one for what is compared, one for the tables, which stand side by side where there
//! is room.

use egui::Vec2;
use egui_tiles::{Container, Linear, LinearDir, Tabs, Tile, TileId, Tiles, Tree};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use crate::ui::state::Action;
use crate::ui::widget::place::{Ask, Place};

/// A card of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Pane {
    /// Exchanges over time.
    Traffic,
    /// A lane an account.
    Tracks,
    /// Accounts and days over hours.
    Heat,
    /// One row an account.
    Accounts,
    /// The values of a field.
    Facets,
    /// Prompt templates.
    Templates,
    /// One row an exchange.
    Exchanges,
}

impl Pane {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Traffic,
        Self::Tracks,
        Self::Heat,
        Self::Accounts,
        Self::Facets,
        Self::Templates,
        Self::Exchanges,
    ];

    /// The title of its card.
    pub fn title(self) -> &'static str {
        match self {
            Self::Traffic => "Traffic",
            Self::Tracks => "Accounts over time",
            Self::Heat => "Heat map",
            Self::Accounts => "Accounts",
            Self::Facets => "Facets",
            Self::Templates => "Templates",
            Self::Exchanges => "Exchanges",
        }
    }
}

/// A group of cards behind one another, and its share of the row's width.
type Group = (&'static [Pane], f32);

/// Rows of the layout where the window is not wide.
const NARROW: [&[Group]; 3] = [
    &[(&[Pane::Traffic], 1.0)],
    &[(&[Pane::Tracks, Pane::Heat], 0.64), (&[Pane::Facets, Pane::Templates], 0.36)],
    &[(&[Pane::Accounts, Pane::Exchanges], 1.0)],
];

/// The same where it is.
const WIDE: [&[Group]; 3] = [
    &[(&[Pane::Traffic], 1.0)],
    &[(&[Pane::Tracks, Pane::Heat], 0.64), (&[Pane::Facets, Pane::Templates], 0.36)],
    &[(&[Pane::Accounts], 0.52), (&[Pane::Exchanges], 0.48)],
];

/// From this width on, points, tables stand side by side.
const WIDE_FROM: f32 = 1_000.0;

/// Height of the traffic card, points; and where the window is high.
const TRAFFIC: (f32, f32) = (196.0, 248.0);
/// From this height on, points, a window is high.
const TALL_FROM: f32 = 1_000.0;
/// Share of the height below the traffic that the middle row gets.
const MIDDLE: f32 = 0.5;

/// The tree of tiles, and whether the analyst has changed it.
#[derive(Debug)]
pub struct Layout {
    tree: Tree<Pane>,
    /// Whether it is the analyst's own; otherwise it follows the size of the window.
    own: bool,
    is_wide: bool,
}

impl Default for Layout {
    fn default() -> Self {
        Self { tree: tree(&NARROW), own: false, is_wide: false }
    }
}

/// What has to be known of a pane's neighbours while the tree is drawn.
#[derive(Debug, Default)]
pub struct Neighbours {
    of: FxHashMap<TileId, (Vec<TileId>, usize)>,
    titles: FxHashMap<TileId, &'static str>,
    hidden: Vec<(TileId, &'static str)>,
    /// Tabs that hold more than cards: their titles do not fit into a card's header.
    barred: FxHashSet<TileId>,
}

impl Neighbours {
    /// The place of a pane.
    pub fn place(&self, tile: TileId) -> Place {
        let title = |tile: &TileId| self.titles.get(tile).copied().unwrap_or_default();
        let hidden = self.hidden.iter().map(|(_, title)| *title).collect();
        match self.of.get(&tile) {
            Some((tiles, front)) => Place::new(tiles.iter().map(title).collect(), *front, hidden),
            None => Place::new(vec![title(&tile)], 0, hidden),
        }
    }

    /// What is to be said of a change that is no edit: `Undo` takes back what was done before it.
    pub fn said(&self, tile: TileId, ask: Ask) -> Option<Action> {
        let title = self.titles.get(&tile).filter(|_| ask == Ask::Hide)?;
        Some(Action::Say {
            title: format!("{title} is hidden"),
            detail: "The menu of any card's title shows it again: click it with the right button"
                .to_owned(),
        })
    }

    /// Whether the titles of these tabs stand above them instead of in a card's header.
    pub fn has_bar(&self, tabs: TileId) -> bool {
        self.barred.contains(&tabs)
    }
}

impl Layout {
    /// The tree, fitted to the room there is.
    pub fn fit(&mut self, room: Vec2) -> &mut Tree<Pane> {
        let is_wide = room.x >= WIDE_FROM;
        if !self.own {
            if is_wide != self.is_wide {
                let front = self.in_front();
                self.tree = tree(if is_wide { &WIDE } else { &NARROW });
                self.is_wide = is_wide;
                front.into_iter().for_each(|pane| self.bring_to_front(pane));
            }
            self.fit_rows(room.y);
        }
        &mut self.tree
    }

    /// Gives the rows of the first layout their heights.
    fn fit_rows(&mut self, height: f32) {
        let traffic = if height > TALL_FROM { TRAFFIC.1 } else { TRAFFIC.0 };
        let rest = (height - traffic).max(1.0);
        let heights = [traffic, rest * MIDDLE, rest * (1.0 - MIDDLE)];
        let Some(root) = self.tree.root() else { return };
        if let Some(Tile::Container(Container::Linear(rows))) = self.tree.tiles.get_mut(root) {
            let children = rows.children.clone();
            children.into_iter().zip(heights).for_each(|(row, h)| rows.shares.set_share(row, h));
        }
    }

    /// Cards that stand in front of others.
    fn in_front(&self) -> Vec<Pane> {
        let fronts = self.tree.tiles.tiles().filter_map(|tile| match tile {
            Tile::Container(Container::Tabs(tabs)) => tabs.active,
            _ => None,
        });
        fronts.filter_map(|tile| self.tree.tiles.get_pane(&tile).copied()).collect()
    }

    /// Shows a card that is hidden or behind another.
    pub fn bring_to_front(&mut self, pane: Pane) {
        let Some(tile) = self.tree.tiles.find_pane(&pane) else { return };
        self.tree.set_visible(tile, true);
        self.tree.make_active(|id, _| id == tile);
    }

    /// The analyst's own layout, for keeping; `None` while it follows the window.
    pub fn to_text(&self) -> Option<String> {
        self.own.then(|| serde_json::to_string(&self.tree).ok()).flatten()
    }

    /// A layout that was kept. One that cannot be read, or that lacks cards that exist by now, is
    /// that of the window.
    pub fn from_text(text: &str) -> Self {
        let kept = serde_json::from_str::<Tree<Pane>>(text).ok();
        let is_whole = |tree: &Tree<Pane>| {
            Pane::ALL.iter().all(|pane| {
                let tile = tree.tiles.find_pane(pane);
                tile.is_some_and(|tile| hangs(tree, tile))
            })
        };
        match kept.filter(is_whole) {
            Some(tree) => Self { tree, own: true, is_wide: false },
            None => Self::default(),
        }
    }

    /// The analyst changed something: the layout no longer follows the window.
    pub fn keep(&mut self) {
        self.own = true;
    }

    /// Back to the layout that suits the window.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// What has to be known of every pane's neighbours.
    pub fn neighbours(&self) -> Neighbours {
        let tiles = &self.tree.tiles;
        let mut found = Neighbours::default();
        for (id, tile) in tiles.iter() {
            match tile {
                Tile::Pane(pane) => {
                    found.titles.insert(*id, pane.title());
                    if !tiles.is_visible(*id) {
                        found.hidden.push((*id, pane.title()));
                    }
                }
                Tile::Container(Container::Tabs(tabs)) => found.add_tabs(*id, tabs, tiles),
                Tile::Container(_) => {}
            }
        }
        found.hidden.sort_by_key(|(_, title)| *title);
        found
    }

    /// Does what was asked of the place of a card.
    pub fn apply(&mut self, neighbours: &Neighbours, tile: TileId, ask: Ask) {
        match ask {
            // The tree itself follows the pointer.
            Ask::Drag => {}
            Ask::Reset => self.reset(),
            Ask::Hide => {
                self.tree.set_visible(tile, false);
                self.keep();
            }
            Ask::Show(i) => {
                if let Some((hidden, _)) = neighbours.hidden.get(i) {
                    self.tree.set_visible(*hidden, true);
                    self.tree.make_active(|id, _| id == *hidden);
                }
            }
            Ask::Front(i) => {
                let front = neighbours.of.get(&tile).and_then(|(tiles, _)| tiles.get(i)).copied();
                self.tree.make_active(|id, _| Some(id) == front);
            }
        }
    }
}

impl Neighbours {
    fn add_tabs(&mut self, id: TileId, tabs: &Tabs, tiles: &Tiles<Pane>) {
        let shown = |tile: &TileId| tiles.is_visible_in_layout(*tile);
        let children: Vec<TileId> = tabs.children.iter().copied().filter(shown).collect();
        if !children.iter().all(|child| tiles.get_pane(child).is_some()) {
            self.barred.insert(id);
            return;
        }
        for (i, child) in children.iter().enumerate() {
            self.of.insert(*child, (children.clone(), i));
        }
    }
}

/// Whether a tile hangs in the tree.
fn hangs(tree: &Tree<Pane>, tile: TileId) -> bool {
    let mut at = tile;
    // No tree is deeper than it has tiles; one that goes round is none.
    for _ in 0..tree.tiles.len() {
        match tree.tiles.parent_of(at) {
            Some(parent) => at = parent,
            None => return Some(at) == tree.root(),
        }
    }
    false
}

/// A tree with these rows.
fn tree(rows: &[&[Group]]) -> Tree<Pane> {
    let mut tiles = Tiles::default();
    let rows = rows.iter().map(|groups| row(&mut tiles, groups)).collect();
    let root = tiles.insert_vertical_tile(rows);
    Tree::new(egui::Id::unique("cards of explore"), root, tiles)
}

fn row(tiles: &mut Tiles<Pane>, groups: &[Group]) -> TileId {
    let mut linear = Linear::new(LinearDir::Horizontal, Vec::new());
    for (panes, share) in groups {
        let panes: Vec<TileId> = panes.iter().map(|pane| tiles.insert_pane(*pane)).collect();
        let group = match panes[..] {
            [only] => only,
            _ => tiles.insert_tab_tile(panes),
        };
        linear.children.push(group);
        linear.shares.set_share(group, *share);
    }
    match linear.children[..] {
        [only] => only,
        _ => tiles.insert_container(linear),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_that_was_kept_is_the_same_again() {
        let mut layout = Layout::default();
        assert_eq!(layout.to_text(), None, "the window's own need not be kept");
        let tile = layout.tree.tiles.find_pane(&Pane::Facets).expect("a tile");
        let neighbours = layout.neighbours();
        layout.apply(&neighbours, tile, Ask::Hide);
        let text = layout.to_text().expect("a changed layout");
        let again = Layout::from_text(&text);
        assert_eq!(again.neighbours().hidden, [(tile, "Facets")]);
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
        assert_eq!(read(&again.to_text().expect("still changed")), read(&text));
    }

    #[test]
    fn a_layout_without_every_card_is_that_of_the_window() {
        let mut layout = Layout::default();
        let tile = layout.tree.tiles.find_pane(&Pane::Facets).expect("a tile");
        layout.tree.remove_recursively(tile);
        layout.keep();
        let text = layout.to_text().expect("a text");
        for text in [text.as_str(), "", "{}", "[1"] {
            let read = Layout::from_text(text);
            assert!(!read.own, "{text}");
            assert!(Pane::ALL.iter().all(|pane| read.tree.tiles.find_pane(pane).is_some()));
        }
    }

    #[test]
    fn rows_fill_the_window_and_follow_its_height() {
        let mut layout = Layout::default();
        for height in [700.0, 1_400.0] {
            layout.fit(egui::vec2(1_100.0, height));
            let root = layout.tree.root().expect("a root");
            let Some(Container::Linear(rows)) = layout.tree.tiles.get_container(root) else {
                panic!("rows");
            };
            let sum: f32 = rows.children.iter().map(|row| rows.shares[*row]).sum();
            assert!((sum - height).abs() < 1.0, "{sum}");
        }
    }
}
