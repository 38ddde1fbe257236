//! D11: a block of accounts and rare addresses, networks, devices and client builds that is filled
//! more densely than chance fills any.
//!
//! The greedy peel of FRAUDAR (B. Hooi et al., KDD 2016): whatever has the least weight is taken
//! away, and the densest rest on the way is the block. Its null is the same graph drawn again with
//! all numbers kept.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use crate::detect::commerce::indicators::gateways;
use crate::detect::material::gateways::Gateways;
use crate::detect::nulls::rewire::Bipartite;
use crate::detect::{
    COORDINATED, Claim, Definition, Detector, Group, Look, Material, Need, Parameter, Seen,
    Strength, evidence,
};
use crate::index::Facet;
use crate::job::Cancelled;
use crate::model::Field;
use crate::model::finding::{Evidence, Family, Finding, NullBand, Recipe, Statement, Take, Unit};
use crate::model::rng::Rng;

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D11",
    version: 3,
    title: "Dense block",
    family: Family::Infrastructure,
    strength: Strength::Supporting,
    speaks_to: COORDINATED,
    sees: "accounts that share many rare addresses, networks, devices and client builds among each \
           other, denser than in any graph with the same numbers",
    cannot_see: "a proxy for each account. What it sees, shared indicators may have seen, too, which \
                 is why it only supports",
    needs: &[
        Need::Accounts,
        Need::AnyOf(&[Field::ClientIp, Field::DeviceId, Field::UserAgent], &[]),
    ],
    parameters: &[
        Parameter {
            name: "most_accounts_of_a_value",
            default: 200.0,
            reason: "what more accounts have is a carrier, a campus or a product",
        },
        Parameter {
            name: "least_times_redrawn",
            default: 1.5,
            reason: "the densest block of five redrawn graphs varies by a few percent",
        },
        Parameter { name: "least_accounts", default: 4.0, reason: "two or three are a household" },
    ],
    source: "FRAUDAR (Hooi et al., KDD 2016); null after Strona et al. (Nature Communications 2014)",
};

/// Blocks that are looked for, one after the other.
const MOST_BLOCKS: usize = 20;
/// Whose values are looked at.
const FACETS: [Facet; 4] = [
    Facet::Field(Field::ClientIp),
    Facet::Network,
    Facet::Field(Field::DeviceId),
    Facet::Field(Field::UserAgent),
];
/// Graphs drawn again.
const REDRAWN: u64 = 5;

/// The detector.
pub struct DenseBlock;

impl Detector for DenseBlock {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        Ok(Box::new(Blocks::new(look)?))
    }
}

/// The same graph drawn again with all numbers kept, the `i`-th time.
fn redrawn(look: &Look<'_>, edges: &[(u32, u32)], i: u64) -> Vec<(u32, u32)> {
    let accounts = look.material.index.accounts().len();
    let mut graph = Bipartite::new(accounts, edges.iter().copied());
    graph.rewire(&mut Rng::new(&[look.seed, 11, i]));
    (0..).zip(graph.rows()).flat_map(|(a, of)| of.iter().map(move |v| (a, *v))).collect()
}

/// A value: its facet, and its number among the values of that.
type Value = (Facet, u32);

/// Who has which rare value, of strangers, and the values by the numbers these have here; values of
/// gateways left out.
fn edges(
    material: &Material<'_>,
    most: usize,
    gateways: &Gateways,
) -> (Vec<(u32, u32)>, Vec<Value>) {
    let index = material.index;
    let all: Vec<u32> = (0..index.accounts().len() as u32).collect();
    let strangers = material.strangers(&all);
    let (mut edges, mut values) = (Vec::new(), Vec::new());
    for facet in FACETS {
        for (number, mut holders) in (0..).zip(gateways.holders(material, facet)) {
            holders.retain(|account| strangers.binary_search(account).is_ok());
            if (2..=most).contains(&holders.len()) {
                let value = values.len() as u32;
                edges.extend(holders.into_iter().map(|account| (account, value)));
                values.push((facet, number));
            }
        }
    }
    (edges, values)
}

/// A block of the graph.
#[derive(Clone, Debug, PartialEq)]
struct Block {
    /// Rising.
    accounts: Vec<u32>,
    /// Rising.
    values: Vec<u32>,
    /// Pairs of account and value in it.
    edges: usize,
    /// Weight over accounts and values.
    density: f64,
}

/// The densest rest while nodes are taken away, the one of least weight first. An edge weighs
/// 1/ln(holders + 5), so that common values count little.
fn densest(edges: &[(u32, u32)]) -> Option<Block> {
    let peel = Peel::new(edges)?;
    let (order, best, density) = peel.run();
    let gone: BTreeSet<usize> = order[..best].iter().copied().collect();
    let inside: Vec<&(u32, u32)> = edges
        .iter()
        .filter(|(a, v)| !gone.contains(&peel.account(*a)) && !gone.contains(&peel.value(*v)))
        .collect();
    let mut accounts: Vec<u32> = inside.iter().map(|(a, _)| *a).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let values: BTreeSet<u32> = inside.iter().map(|(_, v)| *v).collect();
    let values = values.into_iter().collect();
    Some(Block { accounts, values, edges: inside.len(), density })
}

/// Accounts and values as nodes.
struct Peel {
    accounts: Vec<u32>,
    /// Neighbours of each node with the weight of the edge; values stand behind accounts.
    links: Vec<Vec<(usize, f64)>>,
}

impl Peel {
    fn new(edges: &[(u32, u32)]) -> Option<Self> {
        let mut accounts: Vec<u32> = edges.iter().map(|(a, _)| *a).collect();
        accounts.sort_unstable();
        accounts.dedup();
        let values = edges.iter().map(|(_, v)| *v as usize + 1).max()?;
        let mut holders = vec![0_u32; values];
        edges.iter().for_each(|(_, v)| holders[*v as usize] += 1);
        let mut peel = Self { links: vec![Vec::new(); accounts.len() + values], accounts };
        for (a, v) in edges {
            let weight = 1.0 / libm::log(f64::from(holders[*v as usize]) + 5.0);
            let (a, v) = (peel.account(*a), peel.value(*v));
            peel.links[a].push((v, weight));
            peel.links[v].push((a, weight));
        }
        Some(peel)
    }

    fn account(&self, account: u32) -> usize {
        self.accounts.partition_point(|a| *a < account)
    }

    fn value(&self, value: u32) -> usize {
        self.accounts.len() + value as usize
    }

    /// The nodes in the order they go, how many have gone when the rest is densest, and how dense it
    /// is then.
    fn run(&self) -> (Vec<usize>, usize, f64) {
        let mut weight: Vec<f64> =
            self.links.iter().map(|of| of.iter().map(|(_, w)| w).sum()).collect();
        // Weights as whole numbers order the heap; stale entries are passed over.
        let rank = |w: f64| (w.max(0.0) * 1e9).round() as u64;
        let nodes = (0..weight.len()).filter(|node| !self.links[*node].is_empty());
        let mut heap: BinaryHeap<Reverse<(u64, usize)>> =
            nodes.map(|node| Reverse((rank(weight[node]), node))).collect();
        let (mut left, mut total) = (heap.len(), weight.iter().sum::<f64>() / 2.0);
        let mut gone = vec![false; weight.len()];
        let (mut order, mut best, mut density) = (Vec::new(), 0, total / left.max(1) as f64);
        while let Some(Reverse((key, node))) = heap.pop() {
            if gone[node] || key != rank(weight[node]) {
                continue;
            }
            gone[node] = true;
            order.push(node);
            left -= 1;
            total -= weight[node];
            for (other, w) in self.links[node].iter().filter(|(other, _)| !gone[*other]) {
                weight[*other] -= w;
                heap.push(Reverse((rank(weight[*other]), *other)));
            }
            if left > 0 && total / left as f64 > density + 1e-12 {
                (best, density) = (order.len(), total / left as f64);
            }
        }
        (order, best, density)
    }
}

/// The blocks of a case.
pub(crate) struct Blocks<'a> {
    look: Look<'a>,
    /// The graph: account and value.
    edges: Vec<(u32, u32)>,
    /// What its values are.
    values: Vec<Value>,
    blocks: Vec<Block>,
    /// Density of the densest block of each redrawn graph, rising.
    redrawn: Vec<f64>,
}

impl Seen for Blocks<'_> {
    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        self.look.progress.check()?;
        Ok(self.of(group))
    }
}

/// The pairs of account and value of a block.
pub(crate) struct Cells {
    /// Rising.
    pub accounts: Vec<u32>,
    /// How many values there are.
    pub values: usize,
    /// Account and place of the value, 0 up to their number, that are there.
    pub there: Vec<(u32, u32)>,
    /// Those that are there in the graph drawn again once.
    pub redrawn: Vec<(u32, u32)>,
}

impl<'a> Blocks<'a> {
    /// Looks for them.
    ///
    /// # Errors
    /// When cancelled.
    pub fn new(look: &Look<'a>) -> Result<Self, Cancelled> {
        let most = look.parameter(&DEFINITION, "most_accounts_of_a_value") as usize;
        let (edges, values) = edges(look.material, most, &gateways(look));
        let mut densities = Vec::new();
        for i in 0..REDRAWN {
            look.progress.check()?;
            let again = redrawn(look, &edges, i);
            densities.push(densest(&again).map_or(0.0, |block| block.density));
        }
        densities.sort_by(f64::total_cmp);
        let (mut blocks, mut rest) = (Vec::new(), edges.clone());
        let least = look.parameter(&DEFINITION, "least_times_redrawn");
        let usual = densities.last().copied().unwrap_or(0.0);
        while let Some(block) = densest(&rest).filter(|_| blocks.len() < MOST_BLOCKS) {
            look.progress.check()?;
            if block.density < least * usual || usual == 0.0 {
                break;
            }
            rest.retain(|(a, _)| block.accounts.binary_search(a).is_err());
            blocks.push(block);
        }
        Ok(Self { look: *look, edges, values, blocks, redrawn: densities })
    }

    /// The block with most accounts of a cluster.
    fn block(&self, group: Group<'_>) -> Option<&Block> {
        let inside = |block: &Block| block.accounts.iter().filter(|a| group.has(**a)).count();
        self.blocks.iter().max_by_key(|block| inside(block))
    }

    /// That block, pair by pair.
    pub fn cells(&self, group: Group<'_>) -> Option<Cells> {
        let block = self.block(group)?;
        let within = |edges: &[(u32, u32)]| {
            let place = |(account, value): &(u32, u32)| {
                block.accounts.binary_search(account).ok()?;
                Some((*account, block.values.binary_search(value).ok()? as u32))
            };
            edges.iter().filter_map(place).collect::<Vec<(u32, u32)>>()
        };
        Some(Cells {
            accounts: block.accounts.clone(),
            values: block.values.len(),
            there: within(&self.edges),
            redrawn: within(&redrawn(&self.look, &self.edges, 0)),
        })
    }
}

impl Blocks<'_> {
    /// The records of accounts with a value of the block.
    fn records(&self, block: &Block, accounts: &[u32]) -> Evidence {
        let material = self.look.material;
        let rows = FACETS.into_iter().flat_map(|facet| {
            let values = block.values.iter().map(|at| self.values[*at as usize]);
            let numbers: Vec<u32> = values.filter(|of| of.0 == facet).map(|of| of.1).collect();
            material.rows_with(facet, accounts, &numbers)
        });
        evidence(material.index, "with a value of the block", rows)
    }

    fn of(&self, group: Group<'_>) -> Option<Finding> {
        let least = self.look.parameter(&DEFINITION, "least_accounts");
        let block = self.block(group)?;
        let accounts: Vec<u32> =
            block.accounts.iter().filter(|a| group.has(**a)).copied().collect();
        // A block that reaches beyond the cluster is not the cluster's.
        if (accounts.len() as f64) < least || 2 * accounts.len() < block.accounts.len() {
            return None;
        }
        let (low, high) = (*self.redrawn.first()?, *self.redrawn.last()?);
        let median = self.redrawn[self.redrawn.len() / 2];
        let filled = block.edges as f64 / (block.accounts.len() * block.values.len()) as f64;
        let case = |what: &str| Recipe::Case { what: what.into() };
        let statement = Statement::new(
            "{inside} accounts of the cluster are in a block of {accounts} accounts and {values} rare \
             addresses, networks, devices and client builds, {filled} filled: density {density}; the \
             densest block of the same graph drawn again has {median}.",
        )
        .with("inside", accounts.len() as f64, Unit::Count, Recipe::Members)
        .with("accounts", block.accounts.len() as f64, Unit::Count, case("accounts of the block"))
        .with("values", block.values.len() as f64, Unit::Count, case("values that few accounts have"))
        .with("filled", filled, Unit::Share, case("pairs of account and value that are there"))
        .with("density", block.density, Unit::Plain, Recipe::Statistic)
        .with("median", median, Unit::Plain, Recipe::Draws { take: Take::Middle, of: self.redrawn.clone() });
        let made_from = format!("{} graphs drawn again with all numbers kept", self.redrawn.len());
        let claim = Claim {
            evidence: vec![self.records(block, &accounts)],
            accounts,
            statement,
            statistic: block.density,
            threshold: format!(
                "a block at least {} times as dense as the densest one by chance",
                self.look.parameter(&DEFINITION, "least_times_redrawn")
            ),
            effect: block.density / median.max(1e-9),
            null: Some(NullBand { made_from, low, median, high, n: self.redrawn.len() as u64 }),
            ln_p: Some(-libm::log(self.redrawn.len() as f64 + 1.0)),
        };
        claim.finding(&DEFINITION, group.subject())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Attributes;
    use crate::detect::testcase::Sent;
    use crate::detect::timing::rotation::tests::said;

    const ADDRESSES: [&str; 8] = [
        "12.0.0.1", "12.1.0.1", "12.2.0.1", "12.3.0.1", "12.4.0.1", "12.5.0.1", "12.6.0.1",
        "12.7.0.1",
    ];
    const OTHERS: [&str; 12] = [
        "11.0.0.1",
        "11.1.0.1",
        "11.2.0.1",
        "11.3.0.1",
        "11.4.0.1",
        "11.5.0.1",
        "11.6.0.1",
        "11.7.0.1",
        "11.8.0.1",
        "11.9.0.1",
        "11.10.0.1",
        "11.11.0.1",
    ];

    #[test]
    fn the_peel_leaves_the_block_that_was_planted() {
        // Five accounts with all of four values, and a chain of others.
        let mut edges: Vec<(u32, u32)> = (0..5).flat_map(|a| (0..4).map(move |v| (a, v))).collect();
        edges.extend((5..30).flat_map(|a| [(a, a), (a, a + 1)]));
        let block = densest(&edges).expect("a block");
        assert_eq!((&block.accounts[..], block.edges), (&[0, 1, 2, 3, 4][..], 20));
        assert_eq!(block.values, [0, 1, 2, 3]);
        let weight = 20.0 / libm::log(10.0);
        assert!((block.density - weight / 9.0).abs() < 1e-9);
        assert_eq!(densest(&[]), None);
    }

    #[test]
    fn accounts_with_the_same_addresses_are_a_block_and_scattered_ones_are_not() {
        let none = Attributes::new();
        let mut sent = Vec::new();
        for account in 0..60_u32 {
            let rng = &mut Rng::new(&[u64::from(account)]);
            for (i, shared) in ADDRESSES.iter().enumerate() {
                let ip = if account < 8 { shared } else { OTHERS[rng.below(12) as usize] };
                if account < 8 || i < 2 {
                    sent.push(Sent { at: i as i64, account, ip, ..Sent::default() });
                }
            }
        }
        let members = [0, 1, 2, 3, 4, 5, 6, 7];
        let found = said(&DenseBlock, &sent, &none, &members).expect("a block");
        assert_eq!(found.accounts, members);
        assert_eq!(found.events_of("with a value of the block").len(), 64, "eight of eight each");
        assert!(found.effect > 1.5 && found.statement.text().contains("100 % filled"));
        assert_eq!(said(&DenseBlock, &sent, &none, &[20, 21, 22, 23, 24]), None);
    }

    #[test]
    fn addresses_of_a_carriers_translator_make_no_block() {
        const SHARED: [&str; 8] = [
            "100.64.0.1",
            "100.65.0.1",
            "100.66.0.1",
            "100.67.0.1",
            "100.68.0.1",
            "100.69.0.1",
            "100.70.0.1",
            "100.71.0.1",
        ];
        let sent: Vec<Sent> = (0..60_u32)
            .flat_map(|account| {
                let shared = SHARED.iter().take(if account < 8 { 8 } else { 0 });
                let own = OTHERS.iter().skip(account as usize % 12).take(2);
                shared.chain(own).map(move |ip| Sent { account, ip, ..Sent::default() })
            })
            .collect();
        let members = [0, 1, 2, 3, 4, 5, 6, 7];
        assert_eq!(said(&DenseBlock, &sent, &Attributes::new(), &members), None);
    }
}
