//! Which spans of a trace have a call of a model somewhere inside them.
//!
//! A span around calls repeats their tokens, so only calls that hold no other call are counted.

use std::collections::{HashMap, HashSet};

/// A span, as far as it matters here.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'v> {
    /// Its id.
    pub id: Option<&'v str>,
    /// The id of the span it happened in.
    pub parent: Option<&'v str>,
    /// Whether it is a call of a model.
    pub is_call: bool,
}

/// Ids of the spans inside which a call happens, at any depth.
///
/// Equals following the parents of every call to the end, in linear time: a span that was there
/// before has been followed up from. So a circle of parents is no trap either; whatever is in one
/// happens inside itself.
pub(super) fn around_calls<'v>(nodes: &[Node<'v>]) -> HashSet<&'v str> {
    let parents: HashMap<&str, Option<&str>> =
        nodes.iter().filter_map(|node| Some((node.id?, node.parent))).collect();
    let mut around = HashSet::new();
    for call in nodes.iter().filter(|node| node.is_call) {
        let mut above = call.parent;
        while let Some(id) = above.filter(|id| around.insert(*id)) {
            above = parents.get(id).copied().flatten();
        }
    }
    around
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const IDS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

    /// Follows each call up as many steps as there are spans.
    fn naive<'v>(nodes: &[Node<'v>]) -> HashSet<&'v str> {
        let parent = |id: &str| nodes.iter().find(|n| n.id == Some(id)).and_then(|n| n.parent);
        let mut around = HashSet::new();
        for call in nodes.iter().filter(|node| node.is_call) {
            let mut above = call.parent;
            for _ in 0..=nodes.len() {
                let Some(id) = above else { break };
                around.insert(id);
                above = parent(id);
            }
        }
        around
    }

    proptest! {
        #[test]
        fn the_short_way_up_finds_what_the_long_way_finds(
            spans in prop::collection::vec((prop::option::of(0_usize..8), any::<bool>()), 0..8),
        ) {
            let node = |(at, (parent, is_call)): (usize, &(Option<usize>, bool))| Node {
                id: Some(IDS[at]),
                parent: parent.map(|at| IDS[at]),
                is_call: *is_call,
            };
            let nodes: Vec<Node<'_>> = spans.iter().enumerate().map(node).collect();
            prop_assert_eq!(around_calls(&nodes), naive(&nodes));
        }
    }
}
