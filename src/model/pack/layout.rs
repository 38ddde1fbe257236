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
    /// A field that varies, and then one of the edges from this one on.
    Edge(u32),
    /// The line ends.
    Layout(u32),
}

/// A text that a line may go on with.
struct Edge {
    literal: Literal,
    next: Next,
    /// What is tried where it does not.
    or: Option<u32>,
    /// Layouts whose way this is part of.
    ways: u32,
    /// Lines that went this way.
    lines: u64,
}

/// The tree of the layouts that are known.
///
/// The edges that leave a place are a list, and the place is the number of its first one: what
/// comes next in a line is found with one look into memory.
#[derive(Default)]
pub(super) struct Layouts {
    edges: Vec<Edge>,
    /// The beginning of a line.
    root: Option<u32>,
    free: Vec<u32>,
    turns: Vec<Turn>,
}

/// A place from which another way can be tried.
struct Turn {
    edge: u32,
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
        let (mut at, mut turns) = (start, 0);
        let mut place = self.root?;
        loop {
            match self.edge(place, bytes, at) {
                Some((found, behind)) => {
                    let edge = &self.edges[found as usize];
                    if let Some(edge) = edge.or {
                        self.turns.push(Turn { edge, at, spans: spans.len() });
                    }
                    match edge.next {
                        Next::Layout(layout) => return Some((layout, behind)),
                        Next::Edge(next) => {
                            let end = marks.end_of_field(bytes, behind)?;
                            spans.push((behind - start, end - start));
                            (place, at) = (next, end);
                        }
                    }
                }
                None => {
                    let turn = self.turns.pop().filter(|_| turns < MOST_TURNS)?;
                    turns += 1;
                    (place, at) = (turn.edge, turn.at);
                    spans.truncate(turn.spans);
                }
            }
        }
    }

    /// The edge from `first` on whose text stands at `at`, and the offset behind that.
    #[inline(always)]
    fn edge(&mut self, first: u32, bytes: &[u8], at: usize) -> Option<(u32, usize)> {
        let edge = &mut self.edges[first as usize];
        if let Some(behind) = edge.literal.skip(bytes, at) {
            edge.lines += 1;
            return Some((first, behind));
        }
        let other = edge.or?;
        self.other_edge(first, other, bytes, at)
    }

    fn other_edge(
        &mut self,
        mut before: u32,
        mut place: u32,
        bytes: &[u8],
        at: usize,
    ) -> Option<(u32, usize)> {
        loop {
            let edge = &mut self.edges[place as usize];
            if let Some(behind) = edge.literal.skip(bytes, at) {
                edge.lines += 1;
                // What stands often comes to stand first.
                if edge.lines > self.edges[before as usize].lines {
                    self.swap(before, place);
                    place = before;
                }
                return Some((place, behind));
            }
            (before, place) = (place, edge.or?);
        }
    }

    /// Swaps two edges that leave one place.
    fn swap(&mut self, one: u32, other: u32) {
        self.edges.swap(one as usize, other as usize);
        // The list stays what it is.
        let or = self.edges[one as usize].or;
        self.edges[one as usize].or = std::mem::replace(&mut self.edges[other as usize].or, or);
    }

    /// Adds the way of a layout.
    pub fn insert(&mut self, layout: u32, literals: Vec<Vec<u8>>) {
        let mut place = self.root;
        let mut parent = None;
        for literal in literals {
            let edge = self.find(place, &literal).unwrap_or_else(|| {
                let edge = self.add(&literal, Next::Layout(layout));
                match (self.list(place).last(), parent) {
                    (Some(last), _) => self.edges[last as usize].or = Some(edge),
                    (None, Some(parent)) => self.edges[parent as usize].next = Next::Edge(edge),
                    (None, None) => self.root = Some(edge),
                }
                edge
            });
            let at = &mut self.edges[edge as usize];
            at.ways += 1;
            (place, parent) = match at.next {
                Next::Edge(next) => (Some(next), Some(edge)),
                Next::Layout(_) => (None, Some(edge)),
            };
        }
    }

    /// Takes the way of a layout back.
    pub fn remove(&mut self, literals: &[Vec<u8>]) {
        let mut place = self.root;
        for literal in literals {
            let Some(edge) = self.find(place, literal) else { return };
            let Edge { ways, next, .. } = &mut self.edges[edge as usize];
            *ways -= 1;
            let (is_left, next) = (*ways == 0, *next);
            if is_left {
                self.cut_off(place, edge);
            }
            place = match next {
                Next::Edge(next) => Some(next),
                Next::Layout(_) => return,
            };
        }
    }

    /// The edges that leave a place.
    fn list(&self, place: Option<u32>) -> impl Iterator<Item = u32> {
        std::iter::successors(place, |&edge| self.edges[edge as usize].or)
    }

    /// The edge with this text that leaves a place.
    fn find(&self, place: Option<u32>, literal: &[u8]) -> Option<u32> {
        self.list(place).find(|&edge| self.edges[edge as usize].literal.is(literal))
    }

    fn add(&mut self, literal: &[u8], next: Next) -> u32 {
        let edge = Edge { literal: Literal::of(literal), next, or: None, ways: 0, lines: 0 };
        match self.free.pop() {
            Some(free) => {
                self.edges[free as usize] = edge;
                free
            }
            None => {
                self.edges.push(edge);
                self.edges.len() as u32 - 1
            }
        }
    }

    /// Takes an edge out of the list of those that leave a place. Where it is the only one, what
    /// leads to the place is gone already.
    fn cut_off(&mut self, place: Option<u32>, mut edge: u32) {
        let before = self.list(place).take_while(|&other| other != edge).last();
        match (before, self.edges[edge as usize].or) {
            (Some(before), or) => self.edges[before as usize].or = or,
            // The place keeps its number.
            (None, Some(or)) => {
                self.swap(edge, or);
                self.edges[edge as usize].or = self.edges[or as usize].or;
                edge = or;
            }
            (None, None) if place == self.root => self.root = None,
            (None, None) => {}
        }
        self.free.push(edge);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    /// Ways of up to four fields: a key for each, and whether it is there at all.
    fn way() -> impl Strategy<Value = Vec<Vec<u8>>> {
        proptest::collection::vec("[ab]{1,2}", 0..4).prop_map(|keys| {
            let mut parts: Vec<String> = keys.iter().map(|key| format!("{key}\"")).collect();
            parts.push("\n".to_owned());
            // What ends a field begins what follows it.
            parts[1..].iter_mut().for_each(|part| part.insert(0, '"'));
            parts.into_iter().map(String::into_bytes).collect()
        })
    }

    proptest! {
        #[test]
        fn ways_come_and_go_and_each_line_is_found_by_the_one_it_has(
            steps in proptest::collection::vec((way(), any::<bool>()), 1..40),
        ) {
            let mut layouts = Layouts::default();
            let mut there: Vec<Vec<Vec<u8>>> = Vec::new();
            for (way, comes) in steps {
                let at = there.iter().position(|other| *other == way);
                match (at, comes) {
                    (None, true) => {
                        layouts.insert(way.len() as u32, way.clone());
                        there.push(way);
                    }
                    (Some(at), false) => {
                        layouts.remove(&way);
                        there.swap_remove(at);
                    }
                    _ => {}
                }
                for way in &there {
                    let line = String::from_utf8(way.join(&b"5"[..])).expect("ASCII");
                    let found = follow(&mut layouts, &line);
                    prop_assert_eq!(found, Some((way.len() as u32, vec!["5".into(); way.len() - 1])));
                }
            }
            let used = layouts.edges.len() - layouts.free.len();
            let edges: std::collections::HashSet<_> =
                there.iter().flat_map(|way| (1..=way.len()).map(move |n| &way[..n])).collect();
            prop_assert_eq!(used, edges.len());
        }
    }
}
