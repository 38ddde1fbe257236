//! Pairs of accounts that have something rare in common: the only ones that what costs time is
//! tried on.

use std::collections::{BTreeMap, BTreeSet};

use super::Material;
use super::gateways::Gateways;
use super::scripts::Script;
use crate::index::Facet;
use crate::model::Field;

/// A value with more accounts makes no pairs.
const MOST_ACCOUNTS: usize = 30;
/// Pairs that are tried at most, those of the rarest values.
pub const MOST_PAIRS: usize = 30_000;

/// Pairs that are worth a closer look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    /// The pairs, each once, rising.
    pub pairs: Vec<(u32, u32)>,
    /// Where there were more than are tried: how many accounts have the values of which pairs were
    /// left out, at least.
    pub left_out_from: Option<usize>,
}

/// Pairs of accounts of different organisations that share a template, network, device, client
/// build, system prompt, card or phone prefix that at most thirty accounts have, gateways left out.
/// Of too many, those of the values that most accounts have are left out: they say least.
pub fn candidates(material: &Material<'_>, gateways: &Gateways) -> Candidates {
    of_holders(material, holders(material, gateways), MOST_PAIRS)
}

/// Who has each value that few have, the rarest first.
fn holders(material: &Material<'_>, gateways: &Gateways) -> Vec<Vec<u32>> {
    let mut holders: Vec<Vec<u32>> = [
        Facet::Network,
        Facet::Field(Field::DeviceId),
        Facet::Field(Field::UserAgent),
        Facet::Field(Field::SystemHash),
    ]
    .into_iter()
    .flat_map(|facet| gateways.holders(material, facet))
    .collect();
    holders.extend(of_templates(material));
    for name in ["payment_fingerprint", "phone_prefix"] {
        let mut by_value: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for account in 0..material.index.accounts().len() as u32 {
            if let Some(value) = material.attribute(account, name) {
                by_value.entry(value).or_default().push(account);
            }
        }
        holders.extend(by_value.into_values());
    }
    holders.retain(|accounts| (2..=MOST_ACCOUNTS).contains(&accounts.len()));
    holders.sort_unstable_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    holders
}

/// The pairs of these holders, in their order, up to so many.
fn of_holders(material: &Material<'_>, holders: Vec<Vec<u32>>, most: usize) -> Candidates {
    let mut pairs = BTreeSet::new();
    for accounts in &holders {
        for (i, a) in accounts.iter().enumerate() {
            for b in &accounts[i + 1..] {
                if material.are_of_one_organisation(*a, *b) || pairs.contains(&(*a, *b)) {
                    continue;
                }
                if pairs.len() >= most {
                    let left_out_from = Some(accounts.len());
                    return Candidates { pairs: pairs.into_iter().collect(), left_out_from };
                }
                pairs.insert((*a, *b));
            }
        }
    }
    Candidates { pairs: pairs.into_iter().collect(), left_out_from: None }
}

/// The accounts of each template, rising.
fn of_templates(material: &Material<'_>) -> Vec<Vec<u32>> {
    let scripts = material.scripts();
    let users = |script: &Script| script.users.iter().map(|of| of.account).collect();
    scripts.all[..scripts.templates].iter().map(users).collect()
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
        let pairs = |material: &Material<'_>| {
            let found = candidates(material, &Gateways::of(material.index, 30));
            assert_eq!(found.left_out_from, None);
            found.pairs
        };
        assert_eq!(pairs(&Material::new(&index, &none, &[])), [(3, 5), (7, 9)]);
        let known = attributes(&[(3, "org_id", "o"), (5, "org_id", "o")]);
        assert_eq!(pairs(&Material::new(&index, &known, &[])), [(7, 9)]);
    }

    #[test]
    fn of_too_many_pairs_those_that_most_share_are_left_out_and_it_is_said() {
        let index = case(&[Sent { account: 90, ..Sent::default() }]);
        let none = Attributes::new();
        let material = Material::new(&index, &none, &[]);
        // The rarest value is that of the last accounts.
        let holders = || vec![vec![80, 81], (0..4).collect(), (0..9).collect()];
        let found = of_holders(&material, holders(), 5);
        assert_eq!(found.pairs, [(0, 1), (0, 2), (0, 3), (1, 2), (80, 81)]);
        assert_eq!(found.left_out_from, Some(4));
        let all = of_holders(&material, holders(), 37);
        assert_eq!((all.pairs.len(), all.left_out_from), (37, None));
    }

    #[test]
    fn a_translator_of_a_carrier_makes_no_pairs() {
        let sent = |account, ip| Sent { account, ip, ..Sent::default() };
        let index = case(&[
            sent(0, "100.86.90.87"),
            sent(1, "100.86.90.87"),
            sent(2, "198.51.100.7"),
            sent(3, "198.51.100.7"),
        ]);
        let none = Attributes::new();
        let material = Material::new(&index, &none, &[]);
        let found = candidates(&material, &Gateways::of(material.index, 30));
        assert_eq!(found.pairs, [(2, 3)]);
    }

    #[test]
    fn records_that_are_no_calls_make_no_pairs() {
        use crate::model::Granularity;
        let sent = |account, template, granularity| Sent {
            account,
            template,
            granularity,
            ..Sent::default()
        };
        let index = case(&[
            sent(0, 1, Granularity::Exchange),
            sent(1, 1, Granularity::Bucket),
            sent(2, 2, Granularity::Exchange),
            sent(3, 2, Granularity::Exchange),
        ]);
        let none = Attributes::new();
        let material = Material::new(&index, &none, &[]);
        let found = candidates(&material, &Gateways::of(material.index, 30));
        assert_eq!(found.pairs, [(2, 3)]);
    }
}
