//! The picture as a table: every node and every line of it, to sort, to read out, and to reach by the
//! keyboard.

use std::collections::BTreeSet;

use egui::{Rect, Ui};

use crate::model::finding::Level;
use crate::network::picture::{Key, What};
use crate::ui::format;
use crate::ui::layout::region;
use crate::ui::widget::button;
use crate::ui::widget::card::{Card, card};
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::table::{
    Cell, Column, Pick, Rows, Sort, Table, TableAction, TableState, Tone,
};

use super::desk::Made;
use super::labels::{full_name, name};

/// Which part of the picture the table lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// What accounts have in common.
    #[default]
    Things,
    /// Accounts, folded as they are drawn.
    Accounts,
    /// Lines.
    Lines,
}

/// What was done in the table.
#[derive(Clone, Debug, PartialEq)]
pub enum Did {
    /// Chose nodes.
    Nodes(BTreeSet<u32>),
    /// Chose a line.
    Line(u32),
    /// Opened a node.
    Open(u32),
}

/// Of which picture, part and order rows are.
type Order = (u64, Part, Option<Sort>);

/// The table's own state.
#[derive(Default)]
pub struct Twin {
    part: Part,
    sort: [Option<Sort>; 3],
    state: [TableState; 3],
    /// Rows in order, and of which picture, part and order.
    order: Option<(Order, Vec<u32>)>,
    /// The node of the row that the pointer is on.
    pub hovered: Option<u32>,
}

const THINGS: &[Column<'_>] = &[
    Column::text("In common", 130.0, 80.0).grows(),
    Column::number("Ties", 48.0, 44.0)
        .says("Accounts of the picture that have it; of several things, those of each added up"),
    Column::number("Weight", 70.0, 66.0).says("What it says of two accounts at most, nats"),
];
const ACCOUNTS: &[Column<'_>] = &[
    Column::text("Accounts", 130.0, 80.0).grows(),
    Column::text("Level", 76.0, 74.0).says("How far the evidence carries"),
    Column::number("Lines", 54.0, 50.0).says("Lines of the picture"),
];
const LINES: &[Column<'_>] = &[
    Column::text("Line", 130.0, 80.0).grows(),
    Column::number("Rows", 66.0, 62.0).says("Records that say so; 0 where the accounts table does"),
    Column::number("Weight", 70.0, 66.0).says("What it says at most, nats"),
];

impl Twin {
    /// Gives the table the keyboard.
    pub fn focus(&mut self) {
        self.state[self.part as usize].focus();
    }

    /// Turns to the part of a node, and brings its row into sight.
    pub fn reveal(&mut self, made: &Made, node: u32, ids: &[String]) {
        let is_accounts =
            made.picture.nodes.get(node as usize).is_some_and(|n| n.what == What::Accounts);
        self.part = if is_accounts { Part::Accounts } else { Part::Things };
        self.arrange(made, ids);
        let rows = self.order.iter().flat_map(|(_, rows)| rows);
        if let Some(row) = rows.copied().position(|row| row == node) {
            self.state[self.part as usize].go_to(row as u64);
        }
    }

    /// Draws the card; what was done in it.
    pub fn show(&mut self, ui: &mut Ui, rect: Rect, made: &Made, of: Of<'_>) -> Option<Did> {
        let parts =
            [(Part::Things, "In common"), (Part::Accounts, "Accounts"), (Part::Lines, "Lines")];
        let body = card(ui, rect, &Card { title: "In the picture", note: "" }, |_| {});
        let (bar, rest) = body.split_top_bottom_at_y(body.top() + 32.0);
        region(ui, bar.shrink2(egui::vec2(8.0, 4.0)), |ui| {
            if let Some(part) = button::choice(ui, self.part, &parts) {
                self.part = part;
            }
        });
        self.arrange(made, of.ids);
        let rows = self.order.as_ref().map_or(&[][..], |(_, rows)| &rows[..]);
        let (columns, empty) = match self.part {
            Part::Things => (THINGS, "Nothing in common"),
            Part::Accounts => (ACCOUNTS, "No accounts"),
            Part::Lines => (LINES, "No lines"),
        };
        let table = Table {
            name: parts[self.part as usize].1,
            columns,
            rows: rows.len() as u64,
            sort: self.sort(),
            empty,
            listens: of.listens,
        };
        let mut source = TwinRows { made, of, part: self.part, rows };
        let state = &mut self.state[self.part as usize];
        let done = region(ui, rest, |ui| table.show(ui, state, &mut source));
        let rows = rows.to_vec();
        self.hovered = None;
        let mut did = None;
        for action in done {
            did = self.act(action, &rows, of.picked).or(did);
        }
        did
    }

    fn sort(&self) -> Option<Sort> {
        let by = |column, descending| Some(Sort { column, descending });
        self.sort[self.part as usize].or(match self.part {
            Part::Things | Part::Lines => by(2, true),
            Part::Accounts => by(1, true),
        })
    }

    /// Puts the rows in order, where they are not.
    fn arrange(&mut self, made: &Made, ids: &[String]) {
        let of = (made.number, self.part, self.sort());
        if self.order.as_ref().is_some_and(|(known, _)| *known == of) {
            return;
        }
        let mut rows = rows(made, self.part);
        if let Some(Sort { column, descending }) = of.2 {
            rows.sort_by_cached_key(|row| rank(made, self.part, *row, column, ids));
            if descending {
                rows.reverse();
            }
        }
        self.order = Some((of, rows));
    }

    fn act(&mut self, action: TableAction, rows: &[u32], picked: &BTreeSet<u32>) -> Option<Did> {
        let at = |row: u64| rows.get(row as usize).copied();
        match action {
            TableAction::Sort(sort) => {
                self.sort[self.part as usize] = Some(sort);
                None
            }
            TableAction::Pick(pick) | TableAction::Step(pick) if self.part == Part::Lines => {
                match pick {
                    Pick::Only(row) | Pick::Toggle(row) | Pick::Range { to: row, .. } => {
                        at(row).map(Did::Line)
                    }
                    Pick::All => None,
                }
            }
            TableAction::Pick(pick) | TableAction::Step(pick) => {
                Some(Did::Nodes(chosen(pick, rows, picked)))
            }
            TableAction::Open(row) if self.part != Part::Lines => at(row).map(Did::Open),
            TableAction::Open(row) => at(row).map(Did::Line),
            TableAction::Hover(row) => {
                let is_node = self.part != Part::Lines;
                self.hovered = row.and_then(at).filter(|_| is_node);
                None
            }
            TableAction::Copy { .. } => None,
        }
    }
}

/// What the table needs to know besides the picture.
#[derive(Clone, Copy)]
pub struct Of<'a> {
    /// The ids of accounts, by position.
    pub ids: &'a [String],
    /// Nodes that are selected.
    pub picked: &'a BTreeSet<u32>,
    /// The line that is read.
    pub line: Option<u32>,
    /// Whether keys are its own.
    pub listens: bool,
}

fn chosen(pick: Pick, rows: &[u32], picked: &BTreeSet<u32>) -> BTreeSet<u32> {
    let at = |row: u64| rows.get(row as usize).copied();
    match pick {
        Pick::Only(row) => at(row).into_iter().collect(),
        Pick::Toggle(row) => {
            let mut nodes = picked.clone();
            if let Some(node) = at(row)
                && !nodes.remove(&node)
            {
                nodes.insert(node);
            }
            nodes
        }
        Pick::Range { from, to, add } => {
            let between = (from..=to).filter_map(at);
            let kept = picked.iter().copied().filter(|_| add);
            between.chain(kept).collect()
        }
        Pick::All => rows.iter().copied().collect(),
    }
}

fn rows(made: &Made, part: Part) -> Vec<u32> {
    let nodes = (0..).zip(&made.picture.nodes);
    match part {
        Part::Lines => (0..made.picture.lines.len() as u32).collect(),
        Part::Things => {
            nodes.filter(|(_, node)| node.what != What::Accounts).map(|(at, _)| at).collect()
        }
        Part::Accounts => {
            nodes.filter(|(_, node)| node.what == What::Accounts).map(|(at, _)| at).collect()
        }
    }
}

/// By what rows are put in order: a number, then words.
fn rank(made: &Made, part: Part, row: u32, column: usize, ids: &[String]) -> (i64, String) {
    let thousandths = |x: f64| (x * 1e3) as i64;
    let named = |at: u32| name(&made.whole, &made.picture.nodes[at as usize], ids);
    if part == Part::Lines {
        let line = &made.picture.lines[row as usize];
        let words = format!("{} {}", named(line.a), named(line.b));
        return match column {
            0 => (0, words),
            1 => (line.rows as i64, words),
            _ => (thousandths(line.weight), words),
        };
    }
    let node = &made.picture.nodes[row as usize];
    let words = named(row);
    match (part, column) {
        (_, 0) => (0, words),
        (Part::Things, 1) => (i64::from(node.accounts), words),
        (Part::Things, _) => (thousandths(node.weight), words),
        (_, 1) => (node.level as i64 * 1_000_000_000 + i64::from(node.accounts), words),
        _ => (made.at_node[row as usize].len() as i64, words),
    }
}

struct TwinRows<'a> {
    made: &'a Made,
    of: Of<'a>,
    part: Part,
    rows: &'a [u32],
}

impl TwinRows<'_> {
    fn name(&self, node: u32) -> String {
        name(&self.made.whole, &self.made.picture.nodes[node as usize], self.of.ids)
    }

    /// What a row is about, in full.
    fn full(&self, row: u32) -> String {
        let nodes = &self.made.picture.nodes;
        let of = |at: u32| {
            let node = nodes.get(at as usize);
            node.map_or_else(String::new, |node| full_name(&self.made.whole, node, self.of.ids))
        };
        match (self.part, self.made.picture.lines.get(row as usize)) {
            (Part::Lines, Some(line)) => format!("{} – {}", of(line.b), of(line.a)),
            _ => of(row),
        }
    }

    fn thing(&self, row: u32, column: usize) -> Cell<'_> {
        let node = &self.made.picture.nodes[row as usize];
        let is_common = matches!(node.what, What::Common(_));
        match column {
            0 if is_common => Cell::muted(self.name(row)),
            0 => Cell::text(format!("{}{}", self.name(row), self.whose(row))),
            1 => Cell::Count(node.accounts.into()),
            _ if is_common => Cell::Figure("0".into(), Tone::Muted),
            _ => Cell::Figure(format!("{:.2}", node.weight).into(), Tone::Plain),
        }
    }

    /// `, cluster 3` of things that are folded.
    fn whose(&self, row: u32) -> String {
        match &self.made.picture.nodes[row as usize].key {
            Key::Things(_, homes) => match homes[..] {
                [home] => {
                    let name = super::labels::block_name(&self.made.whole, home);
                    format!(", {}", name.to_lowercase())
                }
                _ => format!(", {}", format::counted(homes.len() as u64, "cluster", "clusters")),
            },
            _ => String::new(),
        }
    }

    fn accounts(&self, row: u32, column: usize) -> Cell<'_> {
        let node = &self.made.picture.nodes[row as usize];
        match column {
            0 if node.members.len() == 1 => Cell::mono(self.name(row)),
            0 => {
                let block = node.home.map(|home| super::labels::block_name(&self.made.whole, home));
                let many = format::count(node.members.len() as u64);
                Cell::text(match block {
                    Some(block) => format!("{many} of {}", block.to_lowercase()),
                    None => self.name(row),
                })
            }
            1 if node.level == Level::None => Cell::None,
            1 => Cell::text(node.level.as_str()),
            _ => Cell::Count(self.made.at_node[row as usize].len() as u64),
        }
    }

    fn line(&self, row: u32, column: usize) -> Cell<'_> {
        let line = &self.made.picture.lines[row as usize];
        match column {
            0 => Cell::text(format!("{} – {}", self.name(line.b), self.name(line.a))),
            1 => Cell::Count(line.rows),
            _ => Cell::Figure(format!("{:.2}", line.weight).into(), Tone::Plain),
        }
    }
}

impl Rows for TwinRows<'_> {
    fn cell(&mut self, row: u64, column: usize) -> Cell<'_> {
        let Some(at) = self.rows.get(row as usize).copied() else { return Cell::None };
        match self.part {
            Part::Things => self.thing(at, column),
            Part::Accounts => self.accounts(at, column),
            Part::Lines => self.line(at, column),
        }
    }

    fn selected(&self, row: u64) -> bool {
        let Some(at) = self.rows.get(row as usize) else { return false };
        match self.part {
            Part::Lines => self.of.line == Some(*at),
            _ => self.of.picked.contains(at),
        }
    }

    fn key(&self, row: u64) -> Option<u64> {
        self.rows.get(row as usize).map(|at| u64::from(*at))
    }

    fn menu(&mut self, ui: &mut Ui, key: u64, _column: usize) {
        let words = self.full(key as u32);
        if ui.button("Copy").clicked() {
            ui.ctx().copy_text(words);
        }
    }

    fn tooltip(&self, row: u64, column: usize) -> Option<String> {
        let at = self.rows.get(row as usize).filter(|_| column == 0)?;
        Some(visible_text(&self.full(*at)).into_owned())
    }
}
