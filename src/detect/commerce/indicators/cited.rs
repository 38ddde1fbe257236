//! The records that shared indicators rest on: calls with a value that ties two accounts of a
//! finding. Of what stands in the accounts table there are none.

use std::collections::BTreeSet;

use super::{Ground, Indicators, KINDS, Shared, Source};
use crate::detect::{Link, Material, evidence};
use crate::index::Facet;
use crate::model::finding::Evidence;

/// The shared values that accounts call with.
pub(super) struct Called {
    /// Position in [`KINDS`] and number of each.
    values: Vec<(usize, u32)>,
    /// By account the positions of its values, rising.
    of_account: Vec<Vec<u32>>,
}

impl Called {
    pub fn of(material: &Material<'_>, shared: &[Shared]) -> Self {
        let mut of_account = vec![Vec::new(); material.index.accounts().len()];
        let mut values = Vec::new();
        for value in shared {
            let Some(number) = value.number else { continue };
            for account in &value.accounts {
                of_account[*account as usize].push(values.len() as u32);
            }
            values.push((value.place, number));
        }
        Self { values, of_account }
    }

    /// The records of accounts with a value that ties two of them, by the kind of the value.
    pub fn evidence(
        &self,
        material: &Material<'_>,
        seen: &Indicators,
        accounts: &[u32],
    ) -> Vec<Evidence> {
        let inside = seen.between(accounts).into_iter();
        let common: BTreeSet<u32> =
            inside.flat_map(|(link, of)| self.in_common(link, of)).collect();
        let of_kind = |(place, facet): (usize, Facet)| {
            let of = common.iter().map(|at| self.values[*at as usize]);
            let mut numbers: Vec<u32> = of.filter(|of| of.0 == place).map(|of| of.1).collect();
            numbers.sort_unstable();
            let rows = material.rows_with(facet, accounts, &numbers);
            (!rows.is_empty()).then(|| evidence(material.index, &role(place), rows))
        };
        let mut of_kinds: Vec<Evidence> = facets().filter_map(of_kind).collect();
        once(&mut of_kinds);
        of_kinds
    }

    /// The values that both ends of a tie have.
    fn in_common<'a>(&'a self, link: &Link, of: &'a Ground) -> impl Iterator<Item = u32> + 'a {
        let [a, b] = [link.a, link.b].map(|account| &self.of_account[account as usize]);
        let both = a.iter().copied().filter(|value| b.binary_search(value).is_ok());
        both.filter(|value| of.has(self.values[*value as usize].0))
    }
}

/// The kinds of the records, by position.
fn facets() -> impl Iterator<Item = (usize, Facet)> {
    KINDS.iter().enumerate().filter_map(|(place, kind)| match kind.source {
        Source::Facet(facet) => Some((place, facet)),
        Source::Attribute(_) | Source::Organisation => None,
    })
}

fn role(place: usize) -> String {
    format!("with a shared {}", KINDS[place].name)
}

/// An address has a network: records that are all among those of addresses are not said again.
fn once(of_kinds: &mut Vec<Evidence>) {
    let is_of = |name: &str| {
        let place = KINDS.iter().position(|kind| kind.name == name);
        move |evidence: &&Evidence| place.is_some_and(|place| evidence.role == role(place))
    };
    let Some(address) = of_kinds.iter().find(is_of("address")).cloned() else { return };
    let says_more = |evidence: &Evidence| {
        let is_known = |id: &u64| address.events.binary_search(id).is_ok();
        !is_of("network")(&evidence) || !evidence.events.iter().all(is_known)
    };
    of_kinds.retain(says_more);
}
