//! Nodes that wait to be looked at.

use super::graph::Link;

/// First in, first out, each node at most once at a time.
pub(super) struct Queue {
    /// A ring, larger than there are nodes, of a power of two.
    ring: Vec<u32>,
    head: usize,
    tail: usize,
    waits: Vec<bool>,
}

impl Queue {
    /// All `n` nodes in their order.
    pub(super) fn new(n: usize) -> Self {
        let mut ring: Vec<u32> = (0..n as u32).collect();
        ring.resize((n + 1).next_power_of_two(), 0);
        Self { ring, head: 0, tail: n, waits: vec![true; n] }
    }

    /// The next one.
    pub(super) fn pop(&mut self) -> Option<u32> {
        if self.head == self.tail {
            return None;
        }
        let node = self.ring[self.head & (self.ring.len() - 1)];
        self.head += 1;
        self.waits[node as usize] = false;
        Some(node)
    }

    /// Adds the other ends of links that are not in this community and do not wait already.
    /// Which these are cannot be foreseen: each is written down, and the next overwrites those
    /// that need not wait.
    pub(super) fn push_outside(&mut self, links: &[Link], community: &[u32], inside: u32) {
        let last = self.ring.len() - 1;
        for link in links {
            let waits = &mut self.waits[link.to as usize];
            let comes = !*waits & (community[link.to as usize] != inside);
            self.ring[self.tail & last] = link.to;
            self.tail += usize::from(comes);
            *waits |= comes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_node_waits_once_and_comes_in_its_turn() {
        let links: Vec<Link> = (0..4).chain(0..4).map(|to| Link { to, weight: 1.0 }).collect();
        let community = [0, 0, 1, 1];
        let mut queue = Queue::new(4);
        let all: Vec<u32> = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(all, [0, 1, 2, 3]);
        // Round the ring many times.
        for round in 0..100 {
            queue.push_outside(&links, &community, round % 2);
            queue.push_outside(&links, &community, round % 2);
            let some: Vec<u32> = std::iter::from_fn(|| queue.pop()).collect();
            assert_eq!(some, if round % 2 == 0 { [2, 3] } else { [0, 1] });
        }
        queue.push_outside(&links, &community, 7);
        queue.push_outside(&links, &community, 7);
        assert_eq!(std::iter::from_fn(|| queue.pop()).count(), 4);
        assert_eq!(Queue::new(0).pop(), None);
    }
}
