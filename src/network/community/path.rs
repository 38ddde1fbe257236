//! The shortest path of evidence between two members.

use std::collections::VecDeque;

use super::graph::Graph;

/// One step of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// From this node,
    pub from: u32,
    /// to this one,
    pub to: u32,
    /// by an edge of this weight.
    pub weight: f32,
}

/// A path with the fewest steps from one node to another inside `members`, and among those the
/// one whose weakest edge is strongest; then the one through lower nodes. Empty where both are
/// the same; `None` where no path leads there.
pub fn path(graph: &Graph, members: &[u32], from: u32, to: u32) -> Option<Vec<Step>> {
    let mut member = vec![false; graph.len()];
    for node in members {
        *member.get_mut(*node as usize)? = true;
    }
    if !*member.get(from as usize)? || !*member.get(to as usize)? {
        return None;
    }
    let mut reached = vec![Reached { steps: u32::MAX, weakest: 0.0, by: None }; graph.len()];
    reached[from as usize] = Reached { steps: 0, weakest: f32::INFINITY, by: None };
    let mut queue = VecDeque::from([from]);
    while let Some(node) = queue.pop_front() {
        // Whatever leads here has fewer steps and was taken before: this is final.
        let here = reached[node as usize];
        if node == to {
            break;
        }
        for link in graph.links(node).iter().filter(|l| member[l.to as usize]) {
            let next = &mut reached[link.to as usize];
            let weakest = here.weakest.min(link.weight);
            if next.steps == u32::MAX {
                queue.push_back(link.to);
            }
            let better = next.steps > here.steps + 1
                || (next.steps == here.steps + 1 && next.weakest < weakest);
            if better {
                let by = Some(Step { from: node, to: link.to, weight: link.weight });
                *next = Reached { steps: here.steps + 1, weakest, by };
            }
        }
    }
    let mut steps = Vec::new();
    let mut at = to;
    while at != from {
        let step = reached[at as usize].by?;
        steps.push(step);
        at = step.from;
    }
    steps.reverse();
    Some(steps)
}

/// How a node is reached.
#[derive(Clone, Copy)]
struct Reached {
    steps: u32,
    /// The weakest edge on the way.
    weakest: f32,
    by: Option<Step>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_path_takes_the_strongest_evidence() {
        let edges = [
            (0, 1, 5.0),
            (1, 4, 1.0),
            (0, 2, 3.0),
            (2, 4, 3.0),
            (0, 3, 9.0),
            (3, 5, 9.0),
            (5, 4, 9.0),
        ];
        let graph = Graph::new(7, &edges);
        let all: Vec<u32> = (0..7).collect();
        let step = |from, to, weight| Step { from, to, weight };
        assert_eq!(path(&graph, &all, 0, 4), Some(vec![step(0, 2, 3.0), step(2, 4, 3.0)]));
        // Outside the cluster is no evidence for it.
        assert_eq!(
            path(&graph, &[0, 3, 4, 5], 0, 4),
            Some(vec![step(0, 3, 9.0), step(3, 5, 9.0), step(5, 4, 9.0)])
        );
        assert_eq!(path(&graph, &all, 2, 2), Some(Vec::new()));
        assert_eq!(path(&graph, &all, 0, 6), None);
        assert_eq!(path(&graph, &[0, 99], 0, 99), None);
    }
}
