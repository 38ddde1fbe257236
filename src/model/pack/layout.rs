//! What lines of a log look like, as a tree: the text between the fields that vary.
//!
//! Lines with the same keys are of one layout. All that its lines have in common (keys, values
//! that never change, separators) is text between fields, and a line is followed through the tree
//! by comparing it with that text. A layout is a way from the root to a leaf.

use super::cut::Marks;
use super::literal::Literal;

/// How often a way through the tree is given up for another before the line is cut by hand.
const MOST_TURNS: usize = 16;

#[derive(Clone, Copy)]
enum Next {
    /// A field that varies, and then what is at this node.
    Node(u32),
    /// The line ends.
    Layout(u32),
}

struct Edge {
    literal: Literal,
    next: Next,
    /// Layouts whose way this is part of.
    ways: u32,
}

/// The tree of the layouts that are known.
#[derive(Default)]
pub(super) struct Layouts {
    /// The edges of each node; node 0 is the beginning of a line.
    nodes: Vec<Vec<Edge>>,
    free: Vec<u32>,
    turns: Vec<Turn>,
}

/// A place from which another way can be tried.
struct Turn {
    node: u32,
    edge: usize,
    at: usize,
    spans: usize,
}

impl Layouts {
    /// The layout of the line that begins at `start` and the offset after its line break, if it is
    /// known; `spans` then says where the fields that vary begin and end, counted from `start`.
    pub fn follow(
        &mut self,
        bytes: &[u8],
        start: usize,
        marks: &mut Marks,
        spans: &mut Vec<(usize, usize)>,
    ) -> Option<(u32, usize)> {
        spans.clear();
        self.turns.clear();
        let (mut node, mut first, mut at) = (0, 0, start);
        let mut turns = 0;
        loop {
            let edges = self.nodes.get_mut(node as usize)?;
            let found = edges[first..]
                .iter()
                .enumerate()
                .find_map(|(i, edge)| Some((first + i, edge.literal.skip(bytes, at)?)));
            if let Some((i, behind)) = found {
                let next = edges[i].next;
                // What stands often comes to stand first.
                if i > first {
                    edges.swap(i - 1, i);
                }
                if i + 1 < edges.len() {
                    self.turns.push(Turn { node, edge: i + 1, at, spans: spans.len() });
                }
                match next {
                    Next::Layout(layout) => return Some((layout, behind)),
                    Next::Node(to) => {
                        let end = marks.end_of_field(bytes, behind)?;
                        spans.push((behind - start, end - start));
                        (node, first, at) = (to, 0, end);
                        continue;
                    }
                }
            }
            let turn = self.turns.pop().filter(|_| turns < MOST_TURNS)?;
            turns += 1;
            (node, first, at) = (turn.node, turn.edge, turn.at);
            spans.truncate(turn.spans);
        }
    }

    /// Adds the way of a layout.
    pub fn insert(&mut self, layout: u32, literals: Vec<Vec<u8>>) {
        if self.nodes.is_empty() {
            self.nodes.push(Vec::new());
        }
        let mut node = 0;
        let last = literals.len() - 1;
        for (i, literal) in literals.into_iter().enumerate() {
            let known = self.nodes[node].iter().position(|edge| edge.literal.is(&literal));
            let edge = match known {
                Some(edge) => edge,
                None => {
                    let next =
                        if i == last { Next::Layout(layout) } else { Next::Node(self.node()) };
                    let edge = Edge { literal: Literal::of(&literal), next, ways: 0 };
                    self.nodes[node].push(edge);
                    self.nodes[node].len() - 1
                }
            };
            let edge = &mut self.nodes[node][edge];
            edge.ways += 1;
            match edge.next {
                Next::Node(next) => node = next as usize,
                Next::Layout(_) => return,
            }
        }
    }

    /// Takes the way of a layout back.
    pub fn remove(&mut self, literals: &[Vec<u8>]) {
        let mut node = 0;
        for literal in literals {
            let edges = &mut self.nodes[node as usize];
            let Some(i) = edges.iter().position(|edge| edge.literal.is(literal)) else { return };
            edges[i].ways -= 1;
            let next = edges[i].next;
            if edges[i].ways == 0 {
                edges.remove(i);
            }
            if node > 0 && edges.is_empty() {
                self.free.push(node);
            }
            match next {
                Next::Node(next) => node = next,
                Next::Layout(_) => return,
            }
        }
    }

    fn node(&mut self) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.nodes.push(Vec::new());
            self.nodes.len() as u32 - 1
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literals(parts: &[&str]) -> Vec<Vec<u8>> {
        parts.iter().map(|part| part.as_bytes().to_vec()).collect()
    }

    fn follow(layouts: &mut Layouts, line: &str) -> Option<(u32, Vec<String>)> {
        let mut spans = Vec::new();
        let (layout, next) =
            layouts.follow(line.as_bytes(), 0, &mut Marks::of(b'"'), &mut spans)?;
        assert_eq!(next, line.len());
        Some((layout, spans.iter().map(|&(from, to)| line[from..to].to_owned()).collect()))
    }

    #[test]
    fn a_line_is_followed_to_its_layout_and_the_fields_that_vary() {
        let mut layouts = Layouts::default();
        layouts.insert(0, literals(&["{\"id\":\"", "\",\"m\":\"", "\"}\n"]));
        layouts.insert(1, literals(&["{\"id\":\"", "\",\"m\":\"x\",\"n\":\"", "\"}\n"]));
        let found = |id: &str, other: &str| vec![id.to_owned(), other.to_owned()];
        let line = "{\"id\":\"7\",\"m\":\"x\"}\n";
        assert_eq!(follow(&mut layouts, line), Some((0, found("7", "x"))));
        // Begins as the other does; the way is given up and the next one tried, in any order.
        for _ in 0..3 {
            let line = "{\"id\":\"7\",\"m\":\"x\",\"n\":\"9\"}\n";
            assert_eq!(follow(&mut layouts, line), Some((1, found("7", "9"))));
        }
        assert_eq!(follow(&mut layouts, "{\"id\":\"7\",\"q\":\"x\"}\n"), None);
    }

    #[test]
    fn a_layout_that_is_taken_back_leaves_the_others() {
        let mut layouts = Layouts::default();
        let (one, other) = (literals(&["a\"", "\"b\n"]), literals(&["a\"", "\"c\n"]));
        layouts.insert(0, one.clone());
        layouts.insert(1, other);
        layouts.remove(&one);
        assert_eq!(follow(&mut layouts, "a\"5\"b\n"), None);
        assert_eq!(follow(&mut layouts, "a\"5\"c\n"), Some((1, vec!["5".to_owned()])));
        layouts.insert(2, one);
        assert_eq!(follow(&mut layouts, "a\"5\"b\n"), Some((2, vec!["5".to_owned()])));
    }
}
