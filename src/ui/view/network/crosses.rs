//! The accounts of the picture against each other, and against what they have in common: which of
//! them are compared, and in which order.

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::{Rect, Ui};

use crate::index::Index;
use crate::job::{Cancelled, Progress};
use crate::model::MISSING;
use crate::network::matrix::order::by_likeness_within;
use crate::network::matrix::shared::Shared;
use crate::network::matrix::synchrony::{BIN_US, MEASURE, Synchrony, active_bins};
use crate::network::picture::{Evidence, What, Whole};
use crate::ui::format;
use crate::ui::latest::Latest;
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{button, card};

use super::desk::Made;
use super::labels::short;
use super::matrix::{Did, Grid, Head, Matrix};
use super::proof::Claim;

/// Accounts that are compared at most.
const MOST: usize = 1_500;
/// Things that are compared at most, the heaviest.
const THINGS: usize = 2_000;

/// What accounts are compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Against {
    /// Each other, by when they are active.
    #[default]
    Accounts,
    /// What they have in common.
    Things,
}

/// What was compared, and in which order it stands.
struct Compared {
    accounts: Vec<u32>,
    things: Vec<u32>,
    rows: Vec<Head>,
    columns: Vec<Head>,
    cells: Vec<f32>,
    top: f32,
    usual: Option<f32>,
    /// Records by row and column, for things.
    shared: Option<Shared>,
    left_out: usize,
}

/// What is asked: another index, accounts, kinds, and against what.
type Asked = (u64, Arc<Vec<u32>>, BTreeSet<Evidence>, Against);

/// The view's own state.
#[derive(Default)]
pub struct Crosses {
    against: Against,
    compared: Latest<Asked, Arc<Compared>>,
    matrix: Matrix,
    /// The accounts to be compared, of which picture and selection they are, and how many there are.
    accounts: Option<(Of, Arc<Vec<u32>>, usize)>,
    version: u64,
    /// What was drawn last.
    drawn: Option<Arc<Compared>>,
}

/// A picture and the nodes selected in it.
type Of = (u64, BTreeSet<u32>);

/// What was done in it.
pub enum Chose {
    /// Accounts, by position.
    Accounts(BTreeSet<u32>),
    /// An account and a thing that it has.
    Claim(Claim),
}

impl Crosses {
    /// Draws it in a rectangle; what was done.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        (made, picked): (&Made, &BTreeSet<u32>),
        scene: &Scene<'_>,
    ) -> Option<Chose> {
        let (bar, body) = rect.split_top_bottom_at_y(rect.top() + 32.0);
        let all = self.choose(made, picked);
        region(ui, bar.shrink2(egui::vec2(8.0, 4.0)), |ui| self.bar(ui, all));
        let (accounts, hidden) = (self.accounts.as_ref()?.1.clone(), made.sketch.hidden.clone());
        let asked = (scene.index_version, accounts, hidden, self.against);
        let (index, whole) = (Arc::clone(scene.index), Arc::clone(&made.whole));
        self.compared.ask(ui.ctx(), asked.clone(), move |progress| {
            compared(&index, &whole, &asked, progress).map(Arc::new)
        });
        let Some(compared) = self.compared.answer().cloned() else {
            let words = self.compared.error().map_or("Comparing…".to_owned(), format::display);
            card::empty(ui, body, &words, "");
            return None;
        };
        if self.drawn.as_ref().is_none_or(|drawn| !Arc::ptr_eq(drawn, &compared)) {
            self.drawn = Some(Arc::clone(&compared));
            self.version += 1;
        }
        self.draw(ui, body, (&compared, &made.whole), scene)
    }

    /// Whether what was asked for is compared.
    #[cfg(test)]
    pub fn is_settled(&self) -> bool {
        self.compared.answer().is_some() && !self.compared.is_stale()
    }

    /// Shows all of it again.
    pub fn fit(&mut self) {
        self.matrix.fit();
    }

    /// What is compared, said before it is drawn.
    fn bar(&mut self, ui: &mut Ui, all: usize) {
        ui.horizontal(|ui| {
            let ways = [(Against::Accounts, "Active together"), (Against::Things, "In common")];
            if let Some(against) = button::choice(ui, self.against, &ways) {
                self.against = against;
                self.fit();
            }
            let some = self.accounts.as_ref().map_or(0, |(_, accounts, _)| accounts.len());
            let mut words = match some == all {
                true => format::counted(all as u64, "account", "accounts"),
                false => {
                    let all = format::counted(all as u64, "account", "accounts");
                    format!(
                        "the first {} of {all}; select fewer to see others",
                        format::count(some as u64)
                    )
                }
            };
            let left_out = self.compared.answer().map_or(0, |compared| compared.left_out);
            if self.against == Against::Things && left_out > 0 {
                let more = format::counted(left_out as u64, "thing", "things");
                words += &format!(", {more} that weigh less not shown");
            }
            ui.label(Face::Small.text(words).color(Theme::of(ui).muted));
        });
    }

    /// The accounts to be compared: those selected where they are several, else all of the picture;
    /// how many that are in all.
    fn choose(&mut self, made: &Made, picked: &BTreeSet<u32>) -> usize {
        let of: Of = (made.number, picked.clone());
        if let Some((known, _, all)) = &self.accounts
            && *known == of
        {
            return *all;
        }
        let accounts = |nodes: &mut dyn Iterator<Item = usize>| {
            let nodes = nodes.filter_map(|at| made.picture.nodes.get(at));
            let nodes = nodes.filter(|node| node.what == What::Accounts);
            nodes.flat_map(|node| node.members.iter().copied()).collect::<Vec<u32>>()
        };
        let mut chosen = accounts(&mut picked.iter().map(|at| *at as usize));
        if chosen.len() < 2 {
            chosen = accounts(&mut (0..made.picture.nodes.len()));
        }
        let all = chosen.len();
        chosen.sort_by_key(|account| (made.whole.block_of.get(*account as usize), *account));
        chosen.truncate(MOST);
        self.accounts = Some((of, chosen.into(), all));
        self.fit();
        all
    }

    fn draw(
        &mut self,
        ui: &mut Ui,
        body: Rect,
        (of, whole): (&Compared, &Whole),
        scene: &Scene<'_>,
    ) -> Option<Chose> {
        let selected = |(row, account): (usize, &u32)| {
            let id = scene.index.accounts().get(*account as usize)?;
            scene.view.selection.has_account(id).then_some(row)
        };
        let picked: BTreeSet<usize> = of.accounts.iter().enumerate().filter_map(selected).collect();
        let is_square = of.shared.is_none();
        let number = |value: f32| match is_square {
            true => format!("{:.0} %", 100.0 * value),
            false => format!("{:.2} nats", value * of.top_weight()),
        };
        let says = |row: usize, column: usize| {
            let records = of.shared.as_ref()?.records(row, column)?;
            Some(match records {
                0 => "the accounts table says so".to_owned(),
                n => format::counted(n.into(), "record", "records"),
            })
        };
        let grid = Grid {
            version: self.version,
            rows: &of.rows,
            columns: if is_square { &of.rows } else { &of.columns },
            is_square,
            cells: &of.cells,
            top: of.top,
            usual: of.usual.map(|usual| (usual, "on shifted days")),
            measure: if is_square { MEASURE } else { "weight of what they have" },
            group: "Cluster",
            picked: &picked,
            number: &number,
            says: &says,
        };
        let listens = scene.keys.are_free();
        let did = self.matrix.show(ui, body, &grid, Theme::of(ui), listens)?;
        let account = |row: &usize| of.accounts.get(*row).copied();
        Some(match did {
            Did::Rows(rows) => Chose::Accounts(rows.iter().filter_map(account).collect()),
            Did::Cell(row, column) if is_square => {
                Chose::Accounts([row, column].iter().filter_map(account).collect())
            }
            Did::Cell(row, column) => {
                let (account, thing) = (account(&row)?, of.things.get(column).copied()?);
                Chose::Claim(Claim::between(whole, &[account], &[thing], scene.index))
            }
        })
    }
}

impl Compared {
    /// What the full colour stands for where cells are shares of it, nats.
    fn top_weight(&self) -> f32 {
        self.shared.as_ref().map_or(1.0, |shared| shared.heaviest() as f32)
    }
}

fn head(whole: &Whole, account: u32, ids: &[String]) -> Head {
    let at = account as usize;
    let block = whole.block_of.get(at).copied().filter(|block| *block != MISSING);
    let block = block.and_then(|block| whole.blocks.get(block as usize));
    Head {
        label: short(ids.get(at).map_or("", String::as_str)),
        level: whole.levels.get(at).copied().unwrap_or_default(),
        group: block.map(|block| block.number),
        sign: None,
    }
}

fn compared(
    index: &Index,
    whole: &Whole,
    (_, accounts, hidden, against): &Asked,
    progress: &Progress,
) -> Result<Compared, Cancelled> {
    let ids = index.accounts();
    let groups: Vec<Option<u32>> =
        accounts.iter().map(|account| head(whole, *account, ids).group).collect();
    let in_order = |order: &[usize]| -> Vec<u32> {
        order.iter().filter_map(|at| accounts.get(*at).copied()).collect()
    };
    let rows = |accounts: &[u32]| accounts.iter().map(|a| head(whole, *a, ids)).collect();
    if *against == Against::Accounts {
        let bins: Vec<Vec<u32>> =
            accounts.iter().map(|account| active_bins(index, *account, BIN_US)).collect();
        let synchrony = Synchrony::of(&bins, BIN_US, progress)?;
        let order = by_likeness_within(&synchrony.values, &groups, progress)?;
        let accounts = in_order(&order);
        return Ok(Compared {
            rows: rows(&accounts),
            columns: Vec::new(),
            cells: synchrony.in_order(&order),
            things: Vec::new(),
            accounts,
            top: 1.0,
            usual: synchrony.usual,
            shared: None,
            left_out: 0,
        });
    }
    let unordered = Shared::of(whole, accounts, hidden, THINGS, progress)?;
    let order = by_likeness_within(&unordered.likeness(), &groups, progress)?;
    let accounts = in_order(&order);
    let shared = Shared::of(whole, &accounts, hidden, THINGS, progress)?;
    let column = |column: &crate::network::matrix::shared::Column| Head {
        label: short(&whole.things[column.thing as usize].label()),
        sign: Some(column.evidence),
        ..Head::default()
    };
    Ok(Compared {
        rows: rows(&accounts),
        columns: shared.columns.iter().map(column).collect(),
        things: shared.columns.iter().map(|column| column.thing).collect(),
        cells: shared.cells(),
        accounts,
        top: 1.0,
        usual: None,
        left_out: shared.left_out,
        shared: Some(shared),
    })
}
