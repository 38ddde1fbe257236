//! What a cluster hangs on: nodes and edges whose removal takes it apart.
//!
//! On a graph of accounts this finds the account between two groups. On a graph of accounts and
//! what they share (an address, a card, a template as a node of its own, joined to its accounts)
//! it finds the one thing that holds a cluster together. Depth-first search after R. Tarjan
//! (1972) without recursion: a chain of 20,000 accounts must not overflow the stack.

use super::graph::Graph;

/// What a group of nodes hangs on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weak {
    /// Nodes without which the rest falls apart, ascending.
    pub points: Vec<Point>,
    /// Edges without which it does, in order of their lower ends.
    pub bridges: Vec<Bridge>,
}

/// A node that holds parts together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// The node.
    pub node: u32,
    /// How many that count are in each part without it, most first. Parts where none counts are
    /// left out.
    pub parts: Vec<u32>,
}

/// An edge that holds two parts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bridge {
    /// Its ends, the lower first.
    pub ends: (u32, u32),
    /// How many that count are on the smaller side.
    pub smaller: u32,
}

/// What these nodes of a graph hang on, with the edges among them only. `counts` says which nodes
/// are counted in parts: accounts, not what they share. Nodes that are not joined are looked at
/// each with those it is joined with.
pub fn weak(graph: &Graph, members: &[u32], counts: impl Fn(u32) -> bool) -> Weak {
    let mut search = Search::new(graph, members);
    for root in members.iter().copied().filter(|m| (*m as usize) < graph.len()) {
        if search.entered[root as usize] == 0 {
            search.tree(root, &counts);
        }
    }
    let mut weak = search.weak;
    weak.points.sort_unstable_by_key(|p| p.node);
    weak.bridges.sort_unstable_by_key(|b| b.ends);
    weak
}

struct Search<'a> {
    graph: &'a Graph,
    member: Vec<bool>,
    /// When a node was entered, from 1; 0 for not yet.
    entered: Vec<u32>,
    /// The earliest node that a node's subtree reaches.
    low: Vec<u32>,
    /// Counted nodes of a subtree.
    below: Vec<u32>,
    clock: u32,
    weak: Weak,
}

/// A node whose links are being followed.
struct Frame {
    node: u32,
    parent: Option<u32>,
    next: usize,
    /// Counted nodes of subtrees that only this node joins to the rest.
    cut: Vec<u32>,
    children: u32,
}

impl<'a> Search<'a> {
    fn new(graph: &'a Graph, members: &[u32]) -> Self {
        let mut member = vec![false; graph.len()];
        for node in members {
            if let Some(m) = member.get_mut(*node as usize) {
                *m = true;
            }
        }
        let zeros = || vec![0; graph.len()];
        Self {
            graph,
            member,
            entered: zeros(),
            low: zeros(),
            below: zeros(),
            clock: 0,
            weak: Weak::default(),
        }
    }

    fn enter(&mut self, node: u32, parent: Option<u32>, counts: &impl Fn(u32) -> bool) -> Frame {
        self.clock += 1;
        self.entered[node as usize] = self.clock;
        self.low[node as usize] = self.clock;
        self.below[node as usize] = u32::from(counts(node));
        Frame { node, parent, next: 0, cut: Vec::new(), children: 0 }
    }

    /// Searches what is joined to a root.
    fn tree(&mut self, root: u32, counts: &impl Fn(u32) -> bool) {
        let (points, bridges) = (self.weak.points.len(), self.weak.bridges.len());
        let mut stack = vec![self.enter(root, None, counts)];
        while let Some(frame) = stack.last_mut() {
            let Some(link) = self.graph.links(frame.node).get(frame.next) else {
                let done = stack.pop();
                self.leave(done, stack.last_mut());
                continue;
            };
            frame.next += 1;
            let (node, to) = (frame.node, link.to);
            if !self.member[to as usize] || Some(to) == frame.parent {
                continue;
            }
            if self.entered[to as usize] == 0 {
                frame.children += 1;
                let entered = self.enter(to, Some(node), counts);
                stack.push(entered);
            } else {
                let low = &mut self.low[node as usize];
                *low = (*low).min(self.entered[to as usize]);
            }
        }
        self.finish(self.below[root as usize], points, bridges, counts);
    }

    /// Takes what a node's subtree reaches to its parent.
    fn leave(&mut self, done: Option<Frame>, parent: Option<&mut Frame>) {
        let Some(done) = done else { return };
        let node = done.node as usize;
        let is_root = done.parent.is_none();
        if (is_root && done.children > 1) || (!is_root && !done.cut.is_empty()) {
            self.weak.points.push(Point { node: done.node, parts: done.cut });
        }
        let Some(parent) = parent else { return };
        let above = parent.node as usize;
        self.low[above] = self.low[above].min(self.low[node]);
        self.below[above] += self.below[node];
        if self.low[node] >= self.entered[above] {
            parent.cut.push(self.below[node]);
        }
        if self.low[node] > self.entered[above] {
            let ends = (done.node.min(parent.node), done.node.max(parent.node));
            self.weak.bridges.push(Bridge { ends, smaller: self.below[node] });
        }
    }

    /// Adds the part above each point and takes the smaller side of each bridge, now that it is
    /// known how many there are in all.
    fn finish(&mut self, all: u32, points: usize, bridges: usize, counts: &impl Fn(u32) -> bool) {
        for point in &mut self.weak.points[points..] {
            let below: u32 = point.parts.iter().sum();
            point.parts.push(all - below - u32::from(counts(point.node)));
            point.parts.retain(|n| *n > 0);
            point.parts.sort_unstable_by_key(|n| std::cmp::Reverse(*n));
        }
        for bridge in &mut self.weak.bridges[bridges..] {
            bridge.smaller = bridge.smaller.min(all - bridge.smaller);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// How many of each part remain without a node and without an edge.
    fn parts(n: u32, edges: &[(u32, u32, f32)], without: Option<u32>, cut: (u32, u32)) -> Vec<u32> {
        let mut label: Vec<u32> = (0..n).collect();
        for _ in 0..n {
            for (a, b, _) in edges {
                let cut = (a.min(b), a.max(b)) == (&cut.0, &cut.1);
                if !cut && Some(*a) != without && Some(*b) != without {
                    let low = label[*a as usize].min(label[*b as usize]);
                    (label[*a as usize], label[*b as usize]) = (low, low);
                }
            }
        }
        let kept =
            |l: &u32| (0..n).filter(|v| Some(*v) != without && label[*v as usize] == *l).count();
        let mut sizes: Vec<u32> = (0..n).map(|l| kept(&l) as u32).filter(|s| *s > 0).collect();
        sizes.sort_unstable_by_key(|s| std::cmp::Reverse(*s));
        sizes
    }

    proptest! {
        #[test]
        fn what_is_weak_is_what_takes_the_rest_apart(
            edges in prop::collection::vec((0_u32..9, 0_u32..9), 0..16),
        ) {
            let edges: Vec<(u32, u32, f32)> =
                edges.into_iter().filter(|e| e.0 != e.1).map(|(a, b)| (a, b, 1.0)).collect();
            let graph = Graph::new(9, &edges);
            let all: Vec<u32> = (0..9).collect();
            let found = weak(&graph, &all, |_| true);
            let whole = parts(9, &edges, None, (9, 9)).len();
            for node in 0..9 {
                let alone = graph.links(node).is_empty();
                let without = parts(9, &edges, Some(node), (9, 9)).len();
                let point = found.points.iter().find(|p| p.node == node);
                prop_assert_eq!(point.is_some(), !alone && without > whole);
                if let Some(point) = point {
                    let joined = 1 + without - whole;
                    prop_assert_eq!(point.parts.len(), joined, "{:?}", point);
                }
            }
            for (a, b, _) in &edges {
                let ends = (*a.min(b), *a.max(b));
                let bridge = found.bridges.iter().any(|x| x.ends == ends);
                prop_assert_eq!(bridge, parts(9, &edges, None, ends).len() > whole);
            }
        }
    }

    #[test]
    fn one_shared_address_holds_two_groups_together() {
        // Accounts 0 to 5; things 6 to 8: two cards, each of three accounts, and an address.
        let mut edges: Vec<(u32, u32, f32)> = (0..6).map(|a| (a, 6 + a / 3, 1.0)).collect();
        edges.extend([(0, 8, 1.0), (3, 8, 1.0)]);
        let graph = Graph::new(9, &edges);
        let found = weak(&graph, &(0..9).collect::<Vec<_>>(), |node| node < 6);
        let address = found.points.iter().find(|p| p.node == 8).expect("the address");
        assert_eq!(address.parts, [3, 3]);
        assert!(found.bridges.iter().any(|b| b.ends == (0, 8) && b.smaller == 3));
        // Without the accounts of the second group there is nothing to hold together.
        let found = weak(&graph, &[0, 1, 2, 6, 8], |node| node < 6);
        assert!(found.points.iter().all(|p| p.node != 8), "{found:?}");
        assert_eq!(weak(&graph, &[77], |_| true), Weak::default());
    }

    #[test]
    fn a_chain_of_a_hundred_thousand_does_not_overflow() {
        let edges: Vec<(u32, u32, f32)> = (0..99_999).map(|i| (i, i + 1, 1.0)).collect();
        let graph = Graph::new(100_000, &edges);
        let found = weak(&graph, &(0..100_000).collect::<Vec<_>>(), |_| true);
        assert_eq!((found.points.len(), found.bridges.len()), (99_998, 99_999));
    }
}
