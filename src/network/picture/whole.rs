//! Everything that could be seen of a case: accounts, what they share, what was found between them,
//! and the clusters they are in.

use crate::index::Index;
use crate::model::finding::{Analysis, Circle, Layer, Level, Link};
use crate::model::{MISSING, Time};
use crate::network::community::{Graph, leiden};
use crate::network::{Holder, Network, Standing};

use super::Evidence;

/// What accounts have in common: a value, or what a detector found of several.
#[derive(Clone, Debug, PartialEq)]
pub struct Thing {
    /// Its kind.
    pub evidence: Evidence,
    /// The value as the log writes it, or the detector's words.
    pub value: String,
    /// Who has it, rising by account.
    pub holders: Vec<Holder>,
    /// Whether it ties those who have it.
    pub standing: Standing,
    /// What it says of two accounts, nats; 0 where it does not tie.
    pub weight: f64,
}

impl Thing {
    /// As people read it: `card 91c4`.
    pub fn label(&self) -> String {
        match self.evidence.source() {
            Some(_) => format!("{} {}", self.evidence.name(), self.value),
            None => self.evidence.name().to_owned(),
        }
    }
}

/// What a detector found between two accounts.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The account with the lower position.
    pub a: u32,
    /// The other one.
    pub b: u32,
    /// What it is made of.
    pub evidence: Evidence,
    /// Nats.
    pub weight: f64,
    /// In words.
    pub proof: String,
}

/// Accounts that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// The number of the cluster; that of the community where nobody ran the detectors.
    pub number: u32,
    /// How far the evidence carries; `None` for a community, which nobody judged.
    pub level: Level,
    /// Its accounts, rising.
    pub accounts: Vec<u32>,
}

/// When something was first seen, µs since 1970 (UTC); `i64::MAX` where nothing says.
pub type Since = i64;

/// Everything that could be seen.
#[derive(Clone, Debug, Default)]
pub struct Whole {
    /// Accounts of the case.
    pub accounts: usize,
    /// What accounts have in common.
    pub things: Vec<Thing>,
    /// What was found between two.
    pub pairs: Vec<Pair>,
    /// The one that deserves a look most first.
    pub blocks: Vec<Block>,
    /// Whether the blocks are clusters of the findings, and not communities of what is shared.
    pub are_found: bool,
    /// The block of each account, by position; [`MISSING`] outside all.
    pub block_of: Vec<u32>,
    /// How far the evidence carries, by account.
    pub levels: Vec<Level>,
    /// When each account was first seen.
    pub since: Vec<Since>,
    /// Where the things of an account begin in `held`.
    starts: Vec<u32>,
    /// The things that tie, by account.
    held: Vec<u32>,
    /// When each holder was first seen with it, thing by thing.
    first: Vec<Since>,
    /// Where the holders of a thing begin in `first`.
    first_starts: Vec<u32>,
}

/// Communities smaller than this are none.
const SMALLEST: usize = 3;
/// The resolution at which communities are looked for, as a share of the mean weight of a line.
const RESOLUTION: f64 = 0.05;

impl Whole {
    /// Of a case: what its accounts share, what the detectors tied, and its clusters; without
    /// clusters, communities of what is shared.
    pub fn of(
        index: &Index,
        network: Network,
        analysis: Option<&Analysis>,
        (links, circles): (Vec<Link>, Vec<Circle>),
    ) -> Self {
        let accounts = index.accounts().len();
        let mut whole = Self { accounts, ..Self::default() };
        whole.things = things(network, circles);
        whole.pairs = pairs(links);
        whole.levels = vec![Level::None; accounts];
        for score in analysis.iter().flat_map(|analysis| &analysis.accounts) {
            if let Some(level) = whole.levels.get_mut(score.account as usize) {
                *level = score.level;
            }
        }
        let time = |row: u32| index.at(row).map_or(Since::MAX, |Time(us)| us);
        let first_of = |account| index.rows_of_account(account).first().copied();
        let seen = (0..accounts as u32).map(|a| first_of(a).map_or(Since::MAX, time));
        whole.since = seen.collect();
        whole.index_holders(&time);
        whole.set_blocks(analysis);
        whole
    }

    fn index_holders(&mut self, time: &dyn Fn(u32) -> Since) {
        let mut counts = vec![0_u32; self.accounts + 1];
        for (account, _) in self.tied() {
            counts[account as usize + 1] += 1;
        }
        for at in 1..counts.len() {
            counts[at] += counts[at - 1];
        }
        let mut held = vec![0; counts.last().copied().unwrap_or(0) as usize];
        let mut next = counts.clone();
        for (account, thing) in self.tied() {
            held[next[account as usize] as usize] = thing;
            next[account as usize] += 1;
        }
        self.starts = counts;
        self.held = held;
        self.first_starts = vec![0];
        for thing in &self.things {
            for holder in &thing.holders {
                let known = (holder.first != MISSING).then(|| time(holder.first));
                let of_account = || self.since.get(holder.account as usize).copied();
                self.first.push(known.or_else(of_account).unwrap_or(Since::MAX));
            }
            self.first_starts.push(self.first.len() as u32);
        }
    }

    /// Accounts with what ties them.
    pub(super) fn tied(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let ties = (0..).zip(&self.things).filter(|(_, t)| t.standing == Standing::Ties);
        let all = ties.flat_map(|(at, thing)| thing.holders.iter().map(move |h| (h.account, at)));
        all.filter(|(account, _)| self.has(*account))
    }

    /// Whether there is such an account.
    pub(super) fn has(&self, account: u32) -> bool {
        (account as usize) < self.accounts
    }

    /// What ties an account to others, rising.
    pub fn of_account(&self, account: u32) -> &[u32] {
        let at = account as usize;
        match (self.starts.get(at), self.starts.get(at + 1)) {
            (Some(from), Some(to)) => &self.held[*from as usize..*to as usize],
            _ => &[],
        }
    }

    /// Who has a thing, and since when.
    pub fn holders(&self, thing: u32) -> impl Iterator<Item = (&Holder, Since)> + '_ {
        let from = self.first_starts.get(thing as usize).map_or(0, |from| *from as usize);
        let holders = self.things.get(thing as usize).map_or(&[][..], |t| &t.holders[..]);
        holders.iter().zip(self.first[from..].iter().copied())
    }

    fn set_blocks(&mut self, analysis: Option<&Analysis>) {
        self.blocks = analysis.map(clusters).unwrap_or_default();
        self.are_found = !self.blocks.is_empty();
        if !self.are_found {
            self.blocks = self.communities();
        }
        self.index_blocks();
    }

    /// Of blocks that overlap, the one that deserves a look most has the account.
    fn index_blocks(&mut self) {
        self.block_of = vec![MISSING; self.accounts];
        for (at, block) in (0..).zip(&self.blocks) {
            for account in &block.accounts {
                match self.block_of.get_mut(*account as usize) {
                    Some(of) if *of == MISSING => *of = at,
                    _ => {}
                }
            }
        }
    }

    /// Accounts and what ties them as the lines of one graph: accounts first, then things.
    pub fn edges(&self) -> Vec<(u32, u32, f32)> {
        let accounts = self.accounts as u32;
        let weight = |thing: u32| self.things[thing as usize].weight as f32;
        let mut edges: Vec<(u32, u32, f32)> = self
            .tied()
            .map(|(account, thing)| (account, accounts + thing, weight(thing)))
            .collect();
        // An account that is none would be taken for a thing.
        let pairs = self.pairs.iter().filter(|pair| self.has(pair.a) && self.has(pair.b));
        edges.extend(pairs.map(|pair| (pair.a, pair.b, pair.weight as f32)));
        edges
    }

    /// With what is looked up filled in, where each row stands for its own moment.
    #[cfg(test)]
    pub(super) fn looked_up(mut self) -> Self {
        self.index_holders(&|row| Since::from(row));
        self.index_blocks();
        self
    }

    /// Communities of what is shared (Traag, Waltman and van Eck, Sci. Rep. 9, 2019), largest first.
    fn communities(&self) -> Vec<Block> {
        let graph = Graph::new(self.accounts + self.things.len(), &self.edges());
        if graph.edges() == 0 {
            return Vec::new();
        }
        let found = leiden(&graph, RESOLUTION * graph.mean_weight(), 10, 1);
        let mut members: std::collections::BTreeMap<u32, Vec<u32>> = Default::default();
        for (account, community) in (0..self.accounts as u32).zip(&found.community) {
            members.entry(*community).or_default().push(account);
        }
        let mut all: Vec<Vec<u32>> =
            members.into_values().filter(|accounts| accounts.len() >= SMALLEST).collect();
        all.sort_by_key(|accounts| (std::cmp::Reverse(accounts.len()), accounts[0]));
        let block = |(number, accounts)| Block { number, level: Level::None, accounts };
        (1..).zip(all).map(block).collect()
    }
}

fn clusters(analysis: &Analysis) -> Vec<Block> {
    let block = |cluster: &crate::model::finding::Cluster| Block {
        number: cluster.id,
        level: cluster.level,
        accounts: cluster.members.iter().map(|member| member.account).collect(),
    };
    analysis.clusters.iter().map(block).collect()
}

/// Values first, then what detectors found of several accounts. Templates and indicators among these
/// are values already.
fn things(network: Network, circles: Vec<Circle>) -> Vec<Thing> {
    let values = network.indicators.into_iter().map(|indicator| Thing {
        evidence: Evidence::value(indicator.kind),
        value: indicator.value,
        holders: indicator.holders,
        standing: indicator.standing,
        weight: indicator.weight,
    });
    let is_new = |circle: &Circle| !matches!(circle.layer, Layer::Template | Layer::Indicator);
    let holder = |account: &u32| Holder { account: *account, rows: 0, first: MISSING };
    let circles = circles.into_iter().filter(is_new).map(|circle| Thing {
        evidence: Evidence::layer(circle.layer),
        holders: circle.accounts.iter().map(holder).collect(),
        value: circle.proof,
        standing: Standing::Ties,
        weight: circle.weight,
    });
    values.chain(circles).collect()
}

fn pairs(links: Vec<Link>) -> Vec<Pair> {
    let is_new = |link: &Link| !matches!(link.layer, Layer::Template | Layer::Indicator);
    let pair = |link: Link| Pair {
        a: link.a,
        b: link.b,
        evidence: Evidence::layer(link.layer),
        weight: link.weight,
        proof: link.proof,
    };
    links.into_iter().filter(is_new).map(pair).collect()
}
