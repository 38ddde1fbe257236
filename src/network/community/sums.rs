//! Sums of weights by group, for the node at hand.

use super::graph::Link;

/// A sum for every group, of which few are not 0, and which these are. It is made once and used
/// for every node of every level.
pub(super) struct Sums {
    /// 0 for the groups that are not near.
    weight: Vec<f64>,
    /// The groups that are near: the first `met`.
    near: Vec<u32>,
    met: usize,
}

impl Sums {
    /// For groups numbered below `groups`.
    pub(super) fn new(groups: usize) -> Self {
        // One more than there are groups, for what is written down in vain.
        Self { weight: vec![0.0; groups], near: vec![0; groups + 1], met: 0 }
    }

    /// Adds these links up by the group of their other ends. Which groups are met for the first
    /// time cannot be foreseen, so every one is written down and the next overwrites those that
    /// were there: a branch here would take most of the time of a run.
    pub(super) fn add(&mut self, links: &[Link], group: &[u32]) {
        let mut met = self.met;
        for link in links {
            let g = group[link.to as usize];
            let weight = &mut self.weight[g as usize];
            self.near[met] = g;
            met += usize::from(*weight == 0.0);
            *weight += f64::from(link.weight);
        }
        self.met = met;
    }

    /// The weight of the links to a group.
    pub(super) fn weight(&self, group: u32) -> f64 {
        self.weight[group as usize]
    }

    /// Forgets all sums, after a look at each: the group and the weight.
    pub(super) fn drain(&mut self, mut look: impl FnMut(u32, f64)) {
        for g in &self.near[..self.met] {
            look(*g, std::mem::take(&mut self.weight[*g as usize]));
        }
        self.met = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_add_up_by_group_and_are_forgotten_once_seen() {
        let link = |to, weight| Link { to, weight };
        let group = [2, 0, 2, 1];
        let mut sums = Sums::new(3);
        for _ in 0..2 {
            sums.add(&[link(0, 1.0), link(1, 0.5)], &group);
            sums.add(&[link(2, 2.0)], &group);
            assert_eq!((sums.weight(2), sums.weight(0), sums.weight(1)), (3.0, 0.5, 0.0));
            let mut seen = Vec::new();
            sums.drain(|group, weight| seen.push((group, weight)));
            assert_eq!(seen, [(2, 3.0), (0, 0.5)]);
            assert_eq!(sums.weight(2), 0.0);
        }
    }

    #[test]
    fn all_groups_may_be_near_at_once() {
        let links: Vec<Link> = (0..4).chain(0..4).map(|to| Link { to, weight: 1.0 }).collect();
        let mut sums = Sums::new(4);
        sums.add(&links, &[0, 1, 2, 3]);
        let mut seen = 0;
        sums.drain(|_, weight| seen += weight as u32);
        assert_eq!(seen, 8);
    }
}
