//! What clusters have in common with other clusters: values that hardly anybody outside of them has.
//! It is too little to tie their accounts to each other; several clusters that share it may be parts of
//! one network, which the analyst is told.

use std::collections::{BTreeMap, BTreeSet};

use super::claim::quoted;
use super::commerce::indicators::{DEFINITION as INDICATORS, shared_values};
use super::detector::Look;
use crate::job::Cancelled;
use crate::model::finding::{Cluster, Level};

/// Values of several kinds that two clusters must have in common, unless one belongs to somebody.
const LEAST: usize = 2;
/// Values and clusters that are written out; the others are counted.
const NAMED: usize = 2;

/// A value and whether it belongs to somebody, as a card or an organisation does.
struct Value {
    kind: &'static str,
    name: String,
    accounts: Vec<u32>,
    is_own: bool,
}

/// Says of each cluster at indicative and above what it has in common with which others.
///
/// # Errors
/// When cancelled.
pub(super) fn tell(look: &Look<'_>, clusters: &mut [Cluster]) -> Result<(), Cancelled> {
    let mut cluster_of: BTreeMap<u32, u32> = BTreeMap::new();
    for cluster in clusters.iter().filter(|cluster| cluster.level >= Level::Indicative) {
        cluster_of.extend(cluster.members.iter().map(|member| (member.account, cluster.id)));
    }
    let values = values(look)?;
    // Of each two clusters the values in common.
    let mut common: BTreeMap<(u32, u32), Vec<usize>> = BTreeMap::new();
    for (at, value) in values.iter().enumerate() {
        let inside: Vec<u32> =
            value.accounts.iter().filter_map(|account| cluster_of.get(account)).copied().collect();
        // What most who have it have besides is no sign of these clusters.
        if 2 * inside.len() <= value.accounts.len() {
            continue;
        }
        let of: BTreeSet<u32> = inside.into_iter().collect();
        for (a, b) in of.iter().flat_map(|a| of.iter().map(move |b| (*a, *b))) {
            if a != b {
                common.entry((a, b)).or_default().push(at);
            }
        }
    }
    common.retain(|_, of| of.len() >= LEAST || of.iter().any(|at| values[*at].is_own));
    for cluster in clusters {
        let others = common.range((cluster.id, 0)..=(cluster.id, u32::MAX));
        // Clusters with the same values in common are named together.
        let mut alike: BTreeMap<&[usize], Vec<u32>> = BTreeMap::new();
        for ((_, other), of) in others {
            alike.entry(of).or_default().push(*other);
        }
        let mut told: Vec<(&[usize], Vec<u32>)> = alike.into_iter().collect();
        told.sort_by(|a, b| (b.0.len(), &a.1).cmp(&(a.0.len(), &b.1)));
        if !told.is_empty() {
            let parts: Vec<String> = told.iter().map(|of| in_words(of, &values)).collect();
            cluster.held_by =
                format!("{}. May be one network with {}", cluster.held_by, parts.join("; with "));
        }
    }
    Ok(())
}

/// `clusters 3, 7 (organisation o1, o2; card c1)`.
fn in_words((of, clusters): &(&[usize], Vec<u32>), values: &[Value]) -> String {
    let all: Vec<&Value> = of.iter().map(|at| &values[*at]).collect();
    // Values stand in the order of their kinds.
    let kinds = all.chunk_by(|a, b| a.kind == b.kind).map(|of| {
        let names: Vec<String> = of.iter().map(|value| value.name.clone()).collect();
        format!("{} {}", of[0].kind, listed(&names))
    });
    let common = kinds.collect::<Vec<_>>().join("; ");
    let ids: Vec<String> = clusters.iter().map(u32::to_string).collect();
    let noun = if ids.len() == 1 { "cluster" } else { "clusters" };
    format!("{noun} {} ({common})", listed(&ids))
}

/// The first few of some, and how many more there are.
fn listed(all: &[String]) -> String {
    let named = all.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(NAMED) {
        0 => named,
        n => format!("{named} and {n} more"),
    }
}

/// The values that few accounts have, but networks, which say what addresses say; and organisations.
fn values(look: &Look<'_>) -> Result<Vec<Value>, Cancelled> {
    let shared = shared_values(look)?.into_iter().filter(|shared| shared.kind != "network");
    let mut all: Vec<Value> = shared
        .map(|shared| Value {
            kind: shared.kind,
            name: quoted(&shared.value),
            is_own: shared.is_own,
            accounts: shared.accounts,
        })
        .collect();
    let mut of_organisation: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for account in 0..look.material.index.accounts().len() as u32 {
        if let Some(name) = look.material.organisation(account) {
            of_organisation.entry(name).or_default().push(account);
        }
    }
    // As of other values: what more accounts have in common is said elsewhere.
    let most = look.parameter(&INDICATORS, "most_accounts_of_a_value") as usize;
    let few = |(_, accounts): &(&str, Vec<u32>)| (2..=most).contains(&accounts.len());
    let several = of_organisation.into_iter().filter(few);
    all.extend(several.map(|(name, accounts)| Value {
        kind: "organisation",
        name: quoted(name),
        accounts,
        is_own: true,
    }));
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::testkit::{Line, attributes, index};
    use crate::detect::{Material, Parameters};
    use crate::job::Progress;
    use crate::model::finding::{Member, Membership};

    /// What is said of three clusters of four accounts each, with what is known of accounts.
    fn told(known: &[(u32, &'static str, &'static str)]) -> Vec<String> {
        let lines: Vec<Line> = (0..100).map(|i| (i64::from(i), i, "", "", 0, 0)).collect();
        let (index, known) = (index(100, &lines), attributes(known));
        let material = Material::new(&index, &known, &[]);
        let (parameters, progress) = (Parameters::default(), Progress::default());
        let look =
            Look { material: &material, parameters: &parameters, seed: 1, progress: &progress };
        let member = |account| Member { account, stability: 1.0, membership: Membership::of(1.0) };
        let cluster = |id: u32| Cluster {
            id,
            members: (4 * id - 4..4 * id).map(member).collect(),
            level: if id < 4 { Level::Probable } else { Level::None },
            coordination: 0.9,
            harvesting: 0.0,
            families: [None; 5],
            held_by: "ties".into(),
            log10_p: None,
            benign: Vec::new(),
            without: Vec::new(),
        };
        let mut clusters: Vec<Cluster> = (1..5).map(cluster).collect();
        tell(&look, &mut clusters).expect("nobody cancels");
        clusters.into_iter().map(|cluster| cluster.held_by).collect()
    }

    #[test]
    fn clusters_with_organisations_or_several_rare_values_in_common_are_named() {
        let told = told(&[
            (0, "org_id", "o1"),
            (5, "org_id", "o1"),
            (1, "org_id", "o{2}"),
            (6, "org_id", "o{2}"),
            // One mail domain alone says nothing, and a cluster below indicative is none.
            (2, "email_domain", "quick.example"),
            (9, "email_domain", "quick.example"),
            (3, "payment_fingerprint", "card1"),
            (13, "payment_fingerprint", "card1"),
        ]);
        let with = |other: u32| {
            format!("ties. May be one network with cluster {other} (organisation o1, o(2))")
        };
        assert_eq!(told, [with(2), with(1), "ties".into(), "ties".into()]);
    }

    #[test]
    fn what_is_had_by_as_many_outside_is_no_sign() {
        let org = |account| (account, "org_id", "university");
        assert!(told(&[0, 5, 50, 51].map(org)).iter().all(|held| held == "ties"));
        assert!(
            told(&[0, 5, 50].map(org))[0].ends_with("with cluster 2 (organisation university)")
        );
    }
}
