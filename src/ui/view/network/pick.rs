//! The one selection of the window and the nodes of the picture: each follows the other.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::index::{self, Index};
use crate::model::filter::Expr;
use crate::model::{Filter, Selection};
use crate::network::kind::Source;
use crate::network::picture::{Drawn, Key, What, Whole};
use crate::ui::Latest;
use crate::ui::scene::Scene;
use crate::ui::view::findings::listing;

use super::desk::Made;

/// Which nodes are selected.
#[derive(Default)]
pub struct Picked {
    /// By what they are known.
    keys: BTreeSet<Key>,
    /// For which selection, and in which picture.
    of: Option<(Selection, u64)>,
    /// Their positions in the picture.
    nodes: BTreeSet<u32>,
    /// The same, node by node: it is asked of every node and line in every frame.
    flags: Vec<bool>,
    /// Whether the nodes were chosen here: then they stay those, whatever else has the selection.
    is_own: bool,
    /// The accounts of a condition.
    accounts: Latest<(u64, u64, Selection), Arc<Vec<u32>>>,
}

impl Picked {
    /// The nodes of a picture that are selected.
    pub fn nodes(&self) -> &BTreeSet<u32> {
        &self.nodes
    }

    /// Whether each node of the picture is selected.
    pub fn flags(&self) -> &[bool] {
        &self.flags
    }

    fn set(&mut self, nodes: BTreeSet<u32>, made: &Made) {
        self.flags.clear();
        self.flags.resize(made.picture.nodes.len(), false);
        for at in &nodes {
            if let Some(flag) = self.flags.get_mut(*at as usize) {
                *flag = true;
            }
        }
        self.nodes = nodes;
    }

    /// Chooses nodes; what is selected by them.
    pub fn choose(&mut self, made: &Made, nodes: &BTreeSet<u32>, index: &Index) -> Selection {
        let selection = selection(made, nodes, index);
        let node = |at: &u32| made.picture.nodes.get(*at as usize);
        self.keys = nodes.iter().filter_map(node).map(|node| node.key.clone()).collect();
        self.set(nodes.clone(), made);
        self.is_own = true;
        self.of = Some((selection.clone(), made.number));
        selection
    }

    /// Follows the selection of the window, and the picture when it is another one.
    pub fn follow(&mut self, ctx: &egui::Context, made: &Made, scene: &Scene<'_>) {
        let selection = &scene.view.selection;
        let is_same = |(of, at): &(Selection, u64)| of == selection && *at == made.number;
        if self.of.as_ref().is_some_and(is_same) && !self.accounts.is_stale() {
            return;
        }
        let is_other = self.of.as_ref().is_none_or(|(of, _)| of != selection);
        if is_other {
            self.is_own = false;
        }
        let nodes = match self.is_own {
            true => made.with_keys(&self.keys),
            false => match self.accounts_of(ctx, made, scene) {
                Some(accounts) => made.with_accounts(&accounts),
                None => return,
            },
        };
        self.set(nodes, made);
        self.of = Some((selection.clone(), made.number));
    }

    /// The accounts that are selected elsewhere; `None` while they are looked for.
    fn accounts_of(
        &mut self,
        ctx: &egui::Context,
        made: &Made,
        scene: &Scene<'_>,
    ) -> Option<Arc<Vec<u32>>> {
        let index = scene.index;
        match &scene.view.selection {
            Selection::Nothing | Selection::Time(_) | Selection::Event(_) => Some(Arc::default()),
            Selection::Accounts(ids) => {
                let positions = ids.iter().filter_map(|id| index.account_position(id));
                let mut positions: Vec<u32> = positions.collect();
                positions.sort_unstable();
                Some(positions.into())
            }
            Selection::Where(expr) => {
                if let Some(block) = block_of(&made.whole, &scene.view.selection) {
                    return Some(made.whole.blocks[block as usize].accounts.clone().into());
                }
                self.matching(ctx, expr, scene)
            }
        }
    }

    /// The accounts that are selected anywhere; `None` while they are looked for.
    pub fn selected(
        &mut self,
        ctx: &egui::Context,
        made: &Made,
        scene: &Scene<'_>,
    ) -> Option<Arc<Vec<u32>>> {
        self.accounts_of(ctx, made, scene)
    }

    fn matching(
        &mut self,
        ctx: &egui::Context,
        expr: &Expr,
        scene: &Scene<'_>,
    ) -> Option<Arc<Vec<u32>>> {
        let asked = (scene.index_version, scene.lists_version, scene.view.selection.clone());
        let filter = Filter { expr: Some(expr.clone()), ..Filter::default() };
        let (index, lists) = (Arc::clone(scene.index), Arc::clone(scene.lists));
        self.accounts.ask(ctx, asked.clone(), move |_| {
            index::matching_accounts(&filter, &index, &lists).map(Arc::new)
        });
        let answered = self.accounts.has(|known| *known == asked);
        self.accounts.answer().filter(|_| answered).cloned()
    }
}

/// The block that is selected as a whole.
pub fn block_of(whole: &Whole, selection: &Selection) -> Option<u32> {
    let is_it = |number: u32| *selection == listing::cluster(number);
    let mut blocks = (0..).zip(&whole.blocks).filter(|_| whole.are_found);
    blocks.find(|(_, block)| is_it(block.number)).map(|(at, _)| at)
}

/// What is selected by nodes: their accounts; a block as the cluster it is; of things alone the accounts
/// of the picture that have one.
fn selection(made: &Made, nodes: &BTreeSet<u32>, index: &Index) -> Selection {
    let node = |at: &u32| made.picture.nodes.get(*at as usize);
    let chosen: Vec<&Drawn> = nodes.iter().filter_map(node).collect();
    let accounts = chosen.iter().filter(|node| node.what == What::Accounts);
    let accounts: BTreeSet<u32> = accounts.flat_map(|node| node.members.iter().copied()).collect();
    if accounts.is_empty() {
        return things(made, &chosen, index);
    }
    if let Some(block) = whole_block(&made.whole, &accounts) {
        return listing::cluster(made.whole.blocks[block as usize].number);
    }
    let id = |account: u32| index.accounts().get(account as usize).cloned();
    Selection::accounts(accounts.into_iter().filter_map(id))
}

/// The block that some accounts are, all of it and nobody else.
fn whole_block(whole: &Whole, accounts: &BTreeSet<u32>) -> Option<u32> {
    let first = accounts.first()?;
    let block = *whole.block_of.get(*first as usize)?;
    let of = whole.blocks.get(block as usize).filter(|_| whole.are_found)?;
    let is_it = of.accounts.len() == accounts.len() && of.accounts.iter().eq(accounts);
    is_it.then_some(block)
}

fn things(made: &Made, chosen: &[&Drawn], index: &Index) -> Selection {
    let things: BTreeSet<u32> = chosen.iter().flat_map(|n| n.members.iter().copied()).collect();
    let things: Vec<u32> = things.into_iter().collect();
    // A verdict is given on what is seen.
    let holders = made.holders_of(&things);
    let id = |account: u32| index.accounts().get(account as usize).cloned();
    Selection::accounts(holders.into_iter().filter_map(id))
}

/// The condition that a record has one of some things of a kind; `None` where the accounts table or a
/// detector says them.
pub fn condition(whole: &Whole, things: &[u32]) -> Option<Expr> {
    let first = whole.things.get(*things.first()? as usize)?;
    let facet = match first.evidence.source()? {
        Source::Facet(facet) => facet,
        Source::Attribute(_) | Source::Organisation => return None,
    };
    let value = |thing: &u32| whole.things.get(*thing as usize).map(|t| facet.condition(&t.value));
    Expr::one_of(facet.field(), things.iter().filter_map(value).collect())
}
