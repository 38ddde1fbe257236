//! What accounts do or not, and how usual it is among those outside of a cluster.

use super::Group;

/// A property of accounts, of those of which it can be said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Property {
    /// Account, rising, and whether it has it.
    of: Vec<(u32, bool)>,
    /// How many have it.
    having: usize,
}

impl Property {
    /// By account whether it has it; `None` where that cannot be said.
    pub fn new(by_account: impl Iterator<Item = Option<bool>>) -> Self {
        let known = (0..).zip(by_account);
        let of: Vec<(u32, bool)> = known.filter_map(|(at, has)| Some((at, has?))).collect();
        let having = of.iter().filter(|(_, has)| *has).count();
        Self { of, having }
    }

    /// Of accounts of which it can be said where `can` says so, those of a list, rising, have it.
    pub fn of_list(accounts: usize, having: &[u32], can: impl Fn(u32) -> bool) -> Self {
        let has = |account: u32| having.binary_search(&account).is_ok();
        Self::new((0..accounts as u32).map(|account| can(account).then(|| has(account))))
    }

    /// Who has it, rising.
    pub fn having(&self) -> impl Iterator<Item = u32> {
        self.of.iter().filter(|(_, has)| *has).map(|(account, _)| *account)
    }

    /// The share of those outside of a group that have it. One is added above and below the line: that
    /// nobody else has it does not make it impossible.
    pub fn usual(&self, group: Group<'_>) -> f64 {
        let of = |account: &u32| {
            let at = self.of.binary_search_by_key(account, |(account, _)| *account).ok()?;
            Some(self.of[at].1)
        };
        let inside: Vec<bool> = group.members.iter().filter_map(of).collect();
        let having = self.having - inside.iter().filter(|has| **has).count();
        let all = self.of.len() - inside.len();
        (having as f64 + 1.0) / (all as f64 + 1.0)
    }

    /// As what was measured: 1 for who has it, else 0.
    pub fn measured(&self) -> Vec<(u32, f64)> {
        self.of.iter().map(|(account, has)| (*account, f64::from(u8::from(*has)))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_held_against_those_outside_of_whom_it_can_be_said() {
        let can = |account| account != 9;
        let property = Property::of_list(100, &[1, 2, 3, 50], can);
        assert_eq!(property.having().collect::<Vec<_>>(), [1, 2, 3, 50]);
        // Of 99 there are 96 outside, and one of these has it.
        let usual = property.usual(Group { id: 1, members: &[1, 2, 3] });
        assert!((usual - 2.0 / 97.0).abs() < 1e-12, "{usual}");
        let with_one_unknown = property.usual(Group { id: 1, members: &[1, 2, 3, 9] });
        assert!((with_one_unknown - usual).abs() < 1e-12);
        let all: Vec<u32> = (0..100).collect();
        assert!((property.usual(Group { id: 1, members: &all }) - 1.0).abs() < 1e-12);
        assert_eq!(property.measured().len(), 99);
        assert_eq!(property.measured()[1], (1, 1.0));
    }
}
