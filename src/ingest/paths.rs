//! Which values of a record are wanted, as a tree that is walked along with the JSON.
//!
//! Reading a record is one pass: keys that lead nowhere are skipped without being built, values
//! at the end of a path land in a numbered slot. This is what makes reading with a mapping as
//! fast as reading into a struct.

use super::scalar::Scalar;

/// Most slots one reader can have; they live on the stack while a record is read.
pub(super) const MOST_SLOTS: usize = 96;
/// Slots enough for most readers: clearing them costs time in every record.
pub(super) const FEW_SLOTS: usize = 40;

/// What is kept of the value at the end of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Capture {
    /// The value; lists and objects as compact JSON.
    Value,
    /// The fingerprint of its text, or of its compact JSON.
    Fingerprint,
    /// The names in a list of tools, joined by commas.
    Names,
}

/// Where a key leads: to a slot, further down, or both (`error` and `error.code`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Step {
    /// The slot of a value found here.
    pub leaf: Option<(u8, Capture)>,
    /// The node for what is below.
    pub node: Option<u16>,
}

/// The tree; node 0 is the record itself.
#[derive(Clone, Debug)]
pub(super) struct PathTree {
    nodes: Vec<KeyTable>,
    slots: usize,
    /// The root of the records that wrappers carry, where there are wrappers.
    wrapped: Option<u16>,
}

impl Default for PathTree {
    fn default() -> Self {
        Self { nodes: vec![KeyTable::default()], slots: 0, wrapped: None }
    }
}

impl PathTree {
    /// Sends the value at `path` to `slot`. A dot goes one level down; the path as a whole also
    /// matches as one key of the record, because many exporters write dotted keys.
    pub fn add(&mut self, path: &str, slot: u8, capture: Capture) {
        let leaf = Some((slot, capture));
        self.slots = self.slots.max(usize::from(slot) + 1);
        if path.contains('.') {
            self.step_mut(0, path).leaf = leaf;
        }
        let mut parts = path.split('.').peekable();
        let mut node = 0;
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                self.step_mut(node, part).leaf = leaf;
            } else {
                node = self.descend(node, part);
            }
        }
    }

    /// One more than the highest slot that is filled.
    pub fn slots(&self) -> usize {
        self.slots
    }

    /// Lets the values of some keys stand for the record itself: wrappers that carry it inside,
    /// as an object or as JSON text. To be called once, after all paths were added.
    ///
    /// What is inside has slots of its own until [`PathTree::settle`], so that it wins over the
    /// wrapper's keys in whatever order they stand. It has no wrappers: they do not nest.
    pub fn unwrap_keys(&mut self, keys: &[&str]) {
        if keys.is_empty() {
            return;
        }
        let (root, slots) = (self.nodes.len() as u16, self.slots as u8);
        let inside: Vec<KeyTable> =
            self.nodes.iter().map(|node| node.shifted(root, slots)).collect();
        self.nodes.extend(inside);
        self.slots *= 2;
        debug_assert!(self.slots <= MOST_SLOTS, "every slot is needed twice");
        for key in keys {
            self.step_mut(0, key).node = Some(root);
        }
        self.wrapped = Some(root);
    }

    /// Whether `node` is the root of a record inside a wrapper.
    pub fn is_wrapped(&self, node: u16) -> bool {
        self.wrapped == Some(node)
    }

    /// Puts what was found inside a wrapper over what the wrapper says itself.
    pub fn settle(&self, slots: &mut [Scalar<'_>]) {
        if self.wrapped.is_none() {
            return;
        }
        let (outer, inner) = slots[..self.slots].split_at_mut(self.slots / 2);
        for (outer, inner) in outer.iter_mut().zip(inner) {
            if !inner.is_missing() {
                std::mem::swap(outer, inner);
            }
        }
    }

    /// Where `key` leads from `node`.
    #[inline]
    pub fn step(&self, node: u16, key: &str) -> Option<Step> {
        self.nodes[usize::from(node)].get(key)
    }

    fn descend(&mut self, node: u16, key: &str) -> u16 {
        if let Some(next) = self.step_mut(node, key).node {
            return next;
        }
        let next = self.nodes.len() as u16;
        self.nodes.push(KeyTable::default());
        self.step_mut(node, key).node = Some(next);
        next
    }

    fn step_mut(&mut self, node: u16, key: &str) -> &mut Step {
        self.nodes[usize::from(node)].entry(key)
    }
}

/// Keys to steps: open addressing over a power of two, at most half full. Looking up a key that
/// is not there, the most common case, compares no strings.
#[derive(Clone, Debug)]
struct KeyTable {
    cells: Vec<Option<(Box<str>, Step)>>,
    used: usize,
}

impl Default for KeyTable {
    fn default() -> Self {
        Self { cells: vec![None; 8], used: 0 }
    }
}

/// Keys of logs differ in length and ends; a full hash would cost more than the comparison.
#[inline]
fn slot_of(key: &str, cells: usize) -> usize {
    let bytes = key.as_bytes();
    let (first, last, middle) = match bytes {
        [] => (0, 0, 0),
        [first, .., last] => (*first, *last, bytes[bytes.len() / 2]),
        [only] => (*only, *only, *only),
    };
    let mixed = bytes.len() * 37 + usize::from(first) * 5 + usize::from(last) * 17;
    (mixed + usize::from(middle) * 3) & (cells - 1)
}

impl KeyTable {
    #[inline]
    fn get(&self, key: &str) -> Option<Step> {
        let mut at = slot_of(key, self.cells.len());
        while let Some((name, step)) = &self.cells[at] {
            if **name == *key {
                return Some(*step);
            }
            at = (at + 1) & (self.cells.len() - 1);
        }
        None
    }

    /// The same keys, leading to nodes and slots that many further on.
    fn shifted(&self, nodes: u16, slots: u8) -> Self {
        let mut table = self.clone();
        for (_, step) in table.cells.iter_mut().flatten() {
            step.node = step.node.map(|node| node + nodes);
            step.leaf = step.leaf.map(|(slot, capture)| (slot + slots, capture));
        }
        table
    }

    fn entry(&mut self, key: &str) -> &mut Step {
        if (self.used + 1) * 2 > self.cells.len() {
            self.grow();
        }
        let at = self.find(key);
        if self.cells[at].is_none() {
            self.used += 1;
        }
        &mut self.cells[at].get_or_insert_with(|| (key.into(), Step::default())).1
    }

    /// The cell of `key`, or the empty one where it would go.
    fn find(&self, key: &str) -> usize {
        let mut at = slot_of(key, self.cells.len());
        while self.cells[at].as_ref().is_some_and(|(name, _)| **name != *key) {
            at = (at + 1) & (self.cells.len() - 1);
        }
        at
    }

    fn grow(&mut self) {
        let old = std::mem::take(&mut self.cells);
        self.cells = vec![None; old.len() * 2];
        for (key, step) in old.into_iter().flatten() {
            let at = self.find(&key);
            self.cells[at] = Some((key, step));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_its_slot_nested_and_dotted() {
        let mut tree = PathTree::default();
        tree.add("identity.arn", 3, Capture::Value);
        let below = tree.step(0, "identity").and_then(|s| s.node).expect("a node");
        let leaf = Some((3, Capture::Value));
        assert_eq!(tree.step(below, "arn").and_then(|s| s.leaf), leaf);
        assert_eq!(tree.step(0, "identity.arn").and_then(|s| s.leaf), leaf);
        assert_eq!(tree.step(0, "arn"), None);
    }

    #[test]
    fn a_key_can_be_a_value_and_a_way_down() {
        let mut tree = PathTree::default();
        tree.add("error", 0, Capture::Value);
        tree.add("error.code", 1, Capture::Value);
        let step = tree.step(0, "error").expect("known");
        assert!(step.leaf.is_some() && step.node.is_some());
    }

    #[test]
    fn what_a_wrapper_carries_wins_and_wrappers_do_not_nest() {
        let mut tree = PathTree::default();
        tree.add("a", 0, Capture::Value);
        tree.unwrap_keys(&["message"]);
        let inside = tree.step(0, "message").and_then(|s| s.node).expect("a wrapper");
        assert!(tree.is_wrapped(inside) && !tree.is_wrapped(0));
        assert_eq!(tree.step(inside, "a").and_then(|s| s.leaf), Some((1, Capture::Value)));
        assert_eq!(tree.step(inside, "message"), None);
        let mut slots = [Scalar::UInt(1), Scalar::UInt(2), Scalar::Missing];
        tree.settle(&mut slots);
        assert_eq!(slots[0], Scalar::UInt(2));
        slots[1] = Scalar::Missing;
        tree.settle(&mut slots);
        assert_eq!(slots[0], Scalar::UInt(2));
    }

    #[test]
    fn hundreds_of_keys_are_all_found() {
        let mut tree = PathTree::default();
        let keys: Vec<String> = (0..300).map(|i| format!("key{i}")).collect();
        for (i, key) in keys.iter().enumerate() {
            tree.add(key, (i % 90) as u8, Capture::Value);
        }
        for (i, key) in keys.iter().enumerate() {
            let leaf = tree.step(0, key).and_then(|s| s.leaf);
            assert_eq!(leaf, Some(((i % 90) as u8, Capture::Value)));
        }
        assert_eq!(tree.step(0, "key300"), None);
        assert_eq!(tree.step(0, ""), None);
    }
}
