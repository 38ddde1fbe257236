//! Accounts that share an address or a means of payment are one, and so on from one to the next
//! (R. Tarjan, JACM 22, 1975), as open tools for linking identities do, without a cap.
//!
//! The score is how many accounts are one with it; two are enough to be listed.

use std::collections::BTreeMap;

use super::{Ranked, Seen};

/// Joins whatever has a value in common.
pub fn rank(seen: &Seen<'_>) -> Option<Ranked> {
    let mut sets = Sets((0..seen.accounts()).collect());
    let mut first: BTreeMap<(bool, &str), usize> = BTreeMap::new();
    for (account, id) in seen.case.index.accounts().iter().enumerate() {
        let paid = seen.attributes.get(id).and_then(|of| of.get("payment_fingerprint"));
        let paid = paid.filter(|value| !value.is_empty()).map(|value| (true, value.as_str()));
        let addresses = seen.rows(account).filter_map(|row| Some((false, row.client_ip()?)));
        for value in paid.into_iter().chain(addresses) {
            let other = *first.entry(value).or_insert(account);
            sets.join(account, other);
        }
    }
    if first.is_empty() {
        return None;
    }
    let roots: Vec<usize> = (0..seen.accounts()).map(|account| sets.root(account)).collect();
    let mut sizes = vec![0_usize; roots.len()];
    roots.iter().for_each(|root| sizes[*root] += 1);
    Some(Ranked::at_least(roots.iter().map(|root| sizes[*root] as f64).collect(), 2.0))
}

/// Disjoint sets: of each its parent, of a root itself.
struct Sets(Vec<usize>);

impl Sets {
    fn root(&mut self, mut of: usize) -> usize {
        while self.0[of] != of {
            self.0[of] = self.0[self.0[of]];
            of = self.0[of];
        }
        of
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }
}
