//! Pairs of accounts that have something rare in common: the only ones that what costs time is
//! tried on.

use std::collections::{BTreeMap, BTreeSet};

use super::Material;
use super::by_account::by_account;
use crate::index::Facet;
use crate::model::{FREE_TEXT, Field};

/// A value with more accounts makes no pairs.
const MOST_ACCOUNTS: usize = 30;
/// Pairs that are tried at most, those of the rarest values.
pub const MOST_PAIRS: usize = 30_000;

/// Pairs of accounts of different organisations that share a template, network, device, client
/// build, system prompt, card or phone prefix that at most thirty accounts have; the rarest first,
/// [`MOST_PAIRS`] of them.
pub fn candidates(material: &Material<'_>) -> Vec<(u32, u32)> {
    let index = material.index;
    let kind = index.default_granularity();
    let mut holders: Vec<Vec<u32>> = [
        Facet::Network,
        Facet::Field(Field::DeviceId),
        Facet::Field(Field::UserAgent),
        Facet::Field(Field::SystemHash),
    ]
    .into_iter()
    .flat_map(|facet| index.holders(facet, kind))
    .collect();
    holders.extend(of_templates(material));
    for name in ["payment_fingerprint", "phone_prefix"] {
        let mut by_value: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for account in 0..index.accounts().len() as u32 {
            if let Some(value) = material.attribute(account, name) {
                by_value.entry(value).or_default().push(account);
            }
        }
        holders.extend(by_value.into_values());
    }
    holders.retain(|accounts| (2..=MOST_ACCOUNTS).contains(&accounts.len()));
    holders.sort_unstable_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    let mut pairs = BTreeSet::new();
    for accounts in &holders {
        for (i, a) in accounts.iter().enumerate() {
            let others = accounts[i + 1..].iter();
            pairs.extend(
                others.filter(|b| !material.are_of_one_organisation(*a, **b)).map(|b| (*a, *b)),
            );
        }
        if pairs.len() >= MOST_PAIRS {
            break;
        }
    }
    pairs.into_iter().take(MOST_PAIRS).collect()
}

/// The accounts of each template, rising.
fn of_templates(material: &Material<'_>) -> Vec<Vec<u32>> {
    let index = material.index;
    let templates = index.templates();
    let own = by_account(index.accounts().len() as u32, |account| {
        let rows = index.rows_of_account(account).iter();
        let mut own: Vec<u32> =
            rows.filter_map(|row| templates.of(*row)).filter(|id| *id != FREE_TEXT).collect();
        own.sort_unstable();
        own.dedup();
        own
    });
    let mut holders: Vec<Vec<u32>> = Vec::new();
    for (account, own) in (0..).zip(own) {
        for id in own {
            let at = id as usize;
            if holders.len() <= at {
                holders.resize(at + 1, Vec::new());
            }
            holders[at].push(account);
        }
    }
    holders
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Attributes;
    use crate::detect::testcase::{Sent, case};
    use crate::detect::testkit::attributes;

    #[test]
    fn what_few_share_makes_pairs_and_what_many_or_colleagues_share_does_not() {
        let sent = |account, template| Sent { account, template, ip: "", ..Sent::default() };
        let mut all: Vec<Sent> = (0..40).map(|account| sent(account, 1)).collect();
        all.extend([sent(3, 2), sent(5, 2), sent(7, 3), sent(9, 3), sent(11, 4)]);
        let index = case(&all);
        let none = Attributes::new();
        assert_eq!(candidates(&Material::new(&index, &none, &[])), [(3, 5), (7, 9)]);
        let known = attributes(&[(3, "org_id", "o"), (5, "org_id", "o")]);
        assert_eq!(candidates(&Material::new(&index, &known, &[])), [(7, 9)]);
    }
}
