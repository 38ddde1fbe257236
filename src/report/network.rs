//! `network.gexf` and `network.graphml`: accounts of the selection, and what ties them.
//!
//! A value that accounts have in common is a node of its own, with a line to each account that has
//! it; what ties two accounts without such a value (they take turns, one goes on where the other was
//! stopped) is a line between them.

use std::collections::BTreeMap;
use std::io::Write;

use super::gather::Gathered;
use super::input::AccountFacts;
use super::tables::{Written, failed};
use super::{ExportOptions, ReportInput};
use crate::model::finding::{Circle, Hypothesis, Layer, Level, Link, Membership};
use crate::network::export::{Cell, Column, Line, Node, Sheet, Type, gexf, graphml};
use crate::network::{Indicator, Network, Standing};

const fn column(name: &'static str, holds: Type) -> Column {
    Column { name, holds }
}

const NODE_COLUMNS: &[Column] = &[
    column("type", Type::Text),
    column("accounts", Type::Whole),
    column("standing", Type::Text),
    column("weight_nats", Type::Real),
    column("events", Type::Whole),
    column("org_id", Type::Text),
    column("level", Type::Text),
    column("cluster", Type::Whole),
    column("membership", Type::Text),
    column("coordination", Type::Real),
    column("harvesting", Type::Real),
    column("verdict", Type::Text),
];

const LINE_COLUMNS: &[Column] =
    &[column("type", Type::Text), column("records", Type::Whole), column("proof", Type::Text)];

/// Writes `network.gexf`; how many lines it has.
///
/// # Errors
/// The writer's.
pub fn write_gexf(out: impl Write, sheet: &Sheet) -> Written {
    gexf::write(out, sheet).map_err(failed("network.gexf"))?;
    Ok(sheet.lines.len() as u64)
}

/// Writes `network.graphml`, likewise.
///
/// # Errors
/// The writer's.
pub fn write_graphml(out: impl Write, sheet: &Sheet) -> Written {
    graphml::write(out, sheet).map_err(failed("network.graphml"))?;
    Ok(sheet.lines.len() as u64)
}

/// The network of the selection: its accounts that anything ties, and what does.
pub fn sheet(
    input: &dyn ReportInput,
    gathered: &Gathered,
    network: &Network,
    options: &ExportOptions,
) -> Sheet {
    let mut making = Making::of(input, gathered);
    making.indicators(network);
    making.circles(&input.recorded().circles);
    making.links(&input.recorded().links);
    let Making { nodes, lines, at, .. } = making;
    let tied = at.len();
    let description = format!(
        "{tied} of {} accounts of the selection ({}) have something in common with another account of \
         the case; the others are left out. A line weighs what it says of two accounts, in nats: how \
         rare it is. What many stand behind or too many have is a node without lines, of weight 0.",
        gathered.accounts.len(),
        input.selection().sentence,
    );
    Sheet {
        title: options.title.clone().unwrap_or_else(|| input.case().title.clone()),
        description,
        day: options.at.to_string().chars().take(10).collect(),
        node_columns: NODE_COLUMNS.to_vec(),
        line_columns: LINE_COLUMNS.to_vec(),
        nodes,
        lines,
    }
}

/// A sheet that is being made.
struct Making<'a> {
    input: &'a dyn ReportInput,
    gathered: &'a Gathered,
    /// Accounts of the selection, by position in the index.
    selected: BTreeMap<u32, &'a AccountFacts>,
    nodes: Vec<Node>,
    lines: Vec<Line>,
    /// The nodes of accounts.
    at: BTreeMap<u32, usize>,
}

impl<'a> Making<'a> {
    fn of(input: &'a dyn ReportInput, gathered: &'a Gathered) -> Self {
        let ids = &input.recorded().account_ids;
        let facts = |id: &String| {
            let at = gathered.accounts.binary_search_by(|a| a.account_id.cmp(id)).ok()?;
            gathered.accounts.get(at)
        };
        let known = (0..).zip(ids).filter_map(|(account, id)| Some((account, facts(id)?)));
        let selected = known.collect();
        Self {
            input,
            gathered,
            selected,
            nodes: Vec::new(),
            lines: Vec::new(),
            at: BTreeMap::new(),
        }
    }

    /// The node of an account, made when first asked for.
    fn account(&mut self, account: u32) -> usize {
        if let Some(at) = self.at.get(&account) {
            return *at;
        }
        let node = self.account_node(account);
        self.nodes.push(node);
        let at = self.nodes.len() - 1;
        self.at.insert(account, at);
        at
    }

    fn account_node(&self, account: u32) -> Node {
        let facts = self.selected[&account];
        let id = &facts.account_id;
        let found = self.gathered.found.as_ref();
        let about = found.and_then(|found| found.conclusions.about(account));
        let score = |of| found.and_then(|found| found.score(account, of));
        let level = found.map(|_| about.map_or(Level::None, |about| about.level).as_str());
        let membership = about.and_then(|about| about.membership).map(Membership::as_str);
        let said = self.input.annotations().get(id);
        let verdict = said.and_then(|said| said.verdict.as_ref()).map(|said| said.verdict.as_str());
        let cells = vec![
            Cell::text("account"),
            Cell::None,
            Cell::None,
            Cell::None,
            Cell::Whole(facts.events),
            Cell::text(facts.org_id.as_deref().unwrap_or_default()),
            Cell::text(level.unwrap_or_default()),
            Cell::known(about.and_then(|about| about.cluster).map(u64::from)),
            Cell::text(membership.unwrap_or_default()),
            Cell::known(score(Hypothesis::Coordinated)),
            Cell::known(score(Hypothesis::Harvesting)),
            Cell::text(verdict.unwrap_or_default()),
        ];
        Node::new(id.as_str(), cells)
    }

    /// A node for what several accounts have in common.
    fn common(&mut self, label: String, kind: &str, accounts: usize, of: (&str, f64)) -> usize {
        let mut cells = vec![
            Cell::text(kind),
            Cell::Whole(accounts as u64),
            Cell::text(of.0),
            Cell::Real(of.1),
        ];
        cells.resize(NODE_COLUMNS.len(), Cell::None);
        self.nodes.push(Node::new(label, cells));
        self.nodes.len() - 1
    }

    fn indicators(&mut self, network: &Network) {
        for indicator in &network.indicators {
            let is_selected = |account| self.selected.contains_key(&account);
            let holders = indicator.holders.iter().filter(|holder| is_selected(holder.account));
            let holders: Vec<_> = holders.copied().collect();
            if holders.is_empty() {
                continue;
            }
            let Indicator { standing, weight, .. } = indicator;
            let (kind, all) = (indicator.kind().name, indicator.holders.len());
            let node = self.common(indicator.label(), kind, all, (standing.as_str(), *weight));
            if *standing != Standing::Ties {
                continue;
            }
            for holder in holders {
                let a = self.account(holder.account);
                let records =
                    if holder.rows == 0 { Cell::None } else { u64::from(holder.rows).into() };
                let cells = vec![Cell::text(kind), records, Cell::None];
                self.lines.push(Line { a, b: node, weight: *weight, cells });
            }
        }
    }

    /// What ties any two of many, other than templates, which are indicators already.
    fn circles(&mut self, circles: &[Circle]) {
        for circle in circles.iter().filter(|circle| circle.layer != Layer::Template) {
            let of = circle.accounts.iter().filter(|account| self.selected.contains_key(account));
            let of: Vec<u32> = of.copied().collect();
            if of.is_empty() {
                continue;
            }
            let (kind, ties) = (circle.layer.as_str(), Standing::Ties.as_str());
            let (proof, all) = (circle.proof.clone(), circle.accounts.len());
            let node = self.common(proof, kind, all, (ties, circle.weight));
            for account in of {
                let a = self.account(account);
                let cells = vec![Cell::text(kind), Cell::None, Cell::None];
                self.lines.push(Line { a, b: node, weight: circle.weight, cells });
            }
        }
    }

    /// What ties two accounts without a value that both have.
    fn links(&mut self, links: &[Link]) {
        let is_pair = |link: &&Link| !matches!(link.layer, Layer::Template | Layer::Indicator);
        for link in links.iter().filter(is_pair) {
            if !self.selected.contains_key(&link.a) || !self.selected.contains_key(&link.b) {
                continue;
            }
            let (a, b) = (self.account(link.a), self.account(link.b));
            let cells = vec![Cell::text(link.layer.as_str()), Cell::None, Cell::text(&link.proof)];
            self.lines.push(Line { a, b, weight: link.weight, cells });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Time;
    use crate::network::Holder;
    use crate::report::testing;

    fn indicator(kind: usize, value: &str, accounts: &[u32], standing: Standing) -> Indicator {
        let holders = accounts
            .iter()
            .map(|account| Holder { account: *account, rows: 3, first: 0 })
            .collect();
        let weight = if standing == Standing::Ties { 4.5 } else { 0.0 };
        Indicator { kind, value: value.into(), holders, standing, weight }
    }

    /// The network of the first six accounts of a case in which nobody looked further.
    fn made() -> Sheet {
        let mut case = testing::autumn(8, 2);
        case.recorded.account_ids = (0..8).map(testing::name).collect();
        let network = Network {
            accounts: 8,
            indicators: vec![
                indicator(0, "f1", &[0, 1, 2], Standing::Ties),
                indicator(2, "10.0.0.1", &[0, 3], Standing::Gateway),
                indicator(2, "192.0.2.9", &[6, 7], Standing::Ties),
            ],
        };
        let link = |a, b, layer| Link { a, b, layer, weight: 2.0, proof: "they take turns".into() };
        case.recorded.links = vec![
            link(3, 4, Layer::Alternation),
            link(0, 1, Layer::Indicator),
            link(5, 6, Layer::Alternation),
        ];
        let all = [0, 1, 2, 3, 4, 5].map(testing::name);
        let mut accounts: Vec<AccountFacts> =
            all.map(|account_id| AccountFacts { account_id, ..AccountFacts::default() }).into();
        accounts.sort_by(|a, b| a.account_id.cmp(&b.account_id));
        let gathered = Gathered { accounts, ..Gathered::default() };
        sheet(&case, &gathered, &network, &ExportOptions::new(Time(0), "me"))
    }

    #[test]
    fn accounts_of_the_selection_stand_with_what_ties_them_and_the_others_are_left_out() {
        let sheet = made();
        let labels: Vec<&str> = sheet.nodes.iter().map(|node| node.label.as_str()).collect();
        let name = testing::name;
        let expected =
            ["card f1", &name(0), &name(1), &name(2), "address 10.0.0.1", &name(3), &name(4)];
        assert_eq!(labels, expected);
        let ends: Vec<(&str, &str)> =
            sheet.lines.iter().map(|line| (labels[line.a], labels[line.b])).collect();
        let card = |n| (labels[n], "card f1");
        assert_eq!(ends, [card(1), card(2), card(3), (&*name(3), &*name(4))]);
        assert!(sheet.description.starts_with("5 of 6 accounts"), "{}", sheet.description);
        assert_eq!(sheet.day, "1970-01-01");
    }

    #[test]
    fn every_node_and_line_has_a_cell_for_each_column_of_its_kind() {
        let sheet = made();
        let is_of = |cell: &Cell, holds: Type| match cell {
            Cell::None => true,
            Cell::Text(_) => holds == Type::Text,
            Cell::Whole(_) => holds == Type::Whole,
            Cell::Real(_) => holds == Type::Real,
        };
        let check = |cells: &[Cell], columns: &[Column]| {
            assert_eq!(cells.len(), columns.len());
            assert!(cells.iter().zip(columns).all(|(cell, column)| is_of(cell, column.holds)));
        };
        sheet.nodes.iter().for_each(|node| check(&node.cells, NODE_COLUMNS));
        sheet.lines.iter().for_each(|line| check(&line.cells, LINE_COLUMNS));
        assert_eq!(sheet.nodes[4].cells[2], Cell::text("gateway"));
        assert_eq!(sheet.lines[0].cells[1], Cell::Whole(3), "records with the card");
    }
}
