//! The records that a line rests on, read from the case.

use std::sync::Arc;

use crate::index::{self, Index};
use crate::model::filter::{Expr, Value};
use crate::model::{Field, Filter, Time};
use crate::network::picture::{Line, What, Whole};
use crate::ui::Latest;
use crate::ui::scene::{ReadRecord, Scene};

use super::desk::Made;
use super::pick;

/// Records that are listed.
pub const LISTED: usize = 8;

/// A record that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// When; `None` without a time.
    pub at: Option<Time>,
    /// Where it stands: `gw-03.jsonl:1,204,551`.
    pub source: String,
    /// Its number in the case.
    pub event: u64,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// Records in all.
    pub rows: u64,
    /// The first and the last of them.
    pub span: Option<(Time, Time)>,
    /// The first of them.
    pub first: Vec<Record>,
}

/// What a line claims, in values.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// The accounts at one end.
    pub accounts: Vec<u32>,
    /// The things at the other; none between accounts.
    pub things: Vec<u32>,
    /// The accounts at the other end, where a detector found something between accounts.
    pub others: Vec<u32>,
    /// The records that say so, as a filter; `None` where the accounts table or a detector does.
    pub filter: Option<Filter>,
}

impl Claim {
    /// Of a line of the picture.
    pub fn of(made: &Made, line: &Line, index: &Index) -> Self {
        let node = |at: u32| &made.picture.nodes[at as usize];
        let (a, b) = (node(line.a), node(line.b));
        if b.what == What::Accounts {
            let (accounts, others) = (a.members.to_vec(), b.members.to_vec());
            return Self { accounts, things: Vec::new(), others, filter: None };
        }
        let things = b.members.to_vec();
        Self::between(&made.whole, &a.members, &things, index)
    }

    /// That some accounts have some things: of the accounts those that have one.
    pub fn between(whole: &Whole, accounts: &[u32], things: &[u32], index: &Index) -> Self {
        let is_one = |account: &u32| accounts.binary_search(account).is_ok();
        let holders = things.iter().flat_map(|thing| whole.holders(*thing));
        let mut accounts: Vec<u32> =
            holders.map(|(holder, _)| holder.account).filter(is_one).collect();
        accounts.sort_unstable();
        accounts.dedup();
        let id = |account: &u32| index.accounts().get(*account as usize);
        let ids = accounts.iter().filter_map(id).map(|id| Value::text(id.as_str())).collect();
        let filter = pick::condition(whole, things).and_then(|has| {
            let of = Expr::one_of(Field::AccountId, ids)?;
            Some(Filter { expr: Some(of), ..Filter::default() }.and(has))
        });
        Self { accounts, things: things.to_vec(), others: Vec::new(), filter }
    }
}

/// Reads the records of the claim that is looked at.
#[derive(Default)]
pub struct Proofs {
    read: Latest<(u64, Filter), Arc<Read>>,
}

impl Proofs {
    /// What was read of a claim; `None` until it is.
    pub fn of(
        &mut self,
        ctx: &egui::Context,
        filter: &Filter,
        scene: &Scene<'_>,
    ) -> Option<Arc<Read>> {
        let asked = (scene.index_version, filter.clone());
        let (index, lists) = (Arc::clone(scene.index), Arc::clone(scene.lists));
        let record = Arc::clone(scene.read_record);
        let filter = filter.clone();
        self.read.ask(ctx, asked.clone(), move |_| {
            let rows = index::compile(&filter, &index, &lists).map_err(|e| e.to_string())?;
            Ok::<_, String>(Arc::new(read(&index, rows.rows(), &record)))
        });
        let is_answered = self.read.answered() == Some(&asked);
        self.read.answer().filter(|_| is_answered).cloned()
    }

    /// Why it cannot be read.
    pub fn error(&self) -> Option<&str> {
        self.read.error()
    }

    /// Whether something is being read.
    #[cfg(test)]
    pub fn is_stale(&self) -> bool {
        self.read.is_stale()
    }
}

fn read(index: &Index, rows: impl Iterator<Item = u32>, record: &ReadRecord) -> Read {
    let mut read = Read::default();
    let (mut first, mut span) = (Vec::new(), None::<(Time, Time)>);
    for row in rows {
        read.rows += 1;
        if first.len() < LISTED {
            first.push(row);
        }
        if let Some(at) = index.at(row) {
            let (from, to) = span.unwrap_or((at, at));
            span = Some((from.min(at), to.max(at)));
        }
    }
    let one = |row: u32| {
        let event = index.event_id(row);
        let source = record(event).map(|text| {
            let line = crate::ui::format::count(text.line);
            format!("{}:{line}", text.source)
        });
        Record { at: index.at(row), source: source.unwrap_or_default(), event }
    };
    read.first = first.into_iter().map(one).collect();
    read.span = span;
    read
}
