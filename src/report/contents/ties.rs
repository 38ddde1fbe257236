//! Whom an account or a cluster is tied to, as the detectors found it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{List, Material};
use crate::model::finding::Subject;
use crate::network::peers::{Among, Peers, Through};
use crate::report::text::{count, counted, label, shown};

/// Ties that a page lists.
const TIES: usize = 12;

/// A tie.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TieLine {
    /// With whom, or between whom.
    pub whom: String,
    /// What it is made of.
    pub kind: String,
    /// Nats.
    pub weight: String,
    /// What says so.
    pub proof: String,
}

/// What the detectors found between accounts. Of an account all ties lead out; what leads out of a
/// cluster is not part of what is told of it.
pub fn ties(m: &Material<'_>, subject: Subject, accounts: &[u32]) -> List<TieLine> {
    let (things, pairs) = &m.gathered.between;
    let found = Peers::of(things, pairs, accounts, usize::MAX);
    let (mut rows, all) = match subject {
        Subject::Account(own) => {
            let rows = of_account(m, own, &found.outside);
            let all = rows.len() as u64;
            (rows, all)
        }
        Subject::Cluster(_) => (of_cluster(m, accounts.len(), &found.inside), found.all_inside),
    };
    rows.truncate(TIES);
    let note = match (rows.len() as u64) < all {
        true => format!("{} of {} ties, those that say most first", rows.len(), count(all)),
        false => String::new(),
    };
    List { rows, note }
}

fn line(m: &Material<'_>, tie: &Among, whom: String) -> TieLine {
    let (things, pairs) = &m.gathered.between;
    TieLine {
        whom,
        kind: tie.through.evidence(things, pairs).map_or("", |evidence| evidence.name()).into(),
        weight: format!("{:.2}", tie.weight),
        proof: shown(&tie.through.words(things, pairs), 200),
    }
}

fn id(m: &Material<'_>, account: u32) -> String {
    let id = m.input.recorded().account_ids.get(account as usize);
    id.map_or(String::new(), |id| label(id, 40))
}

/// What the same thing ties to several, one by one, is told once.
fn of_account(m: &Material<'_>, own: u32, ties: &[Among]) -> Vec<TieLine> {
    let (mut told, mut places) = (Vec::<(TieLine, u64)>::new(), BTreeMap::new());
    for tie in ties {
        let whom = match tie.through {
            Through::Thing(_) => String::new(),
            Through::Pair(at) => {
                let pair = &m.gathered.between.1[at as usize];
                id(m, if pair.a == own { pair.b } else { pair.a })
            }
        };
        let line = line(m, tie, whom);
        let key = (line.kind.clone(), line.weight.clone(), line.proof.clone());
        let place = *places.entry(key).or_insert(told.len());
        match told.get_mut(place) {
            Some((_, n)) => *n += tie.accounts,
            None => told.push((line, tie.accounts)),
        }
    }
    let whom = |(line, n): (TieLine, u64)| match n {
        1 if !line.whom.is_empty() => line,
        n => TieLine { whom: counted(n, "other account", "other accounts"), ..line },
    };
    told.into_iter().map(whom).collect()
}

fn of_cluster(m: &Material<'_>, all: usize, ties: &[Among]) -> Vec<TieLine> {
    let whom = |tie: &Among| match tie.through {
        Through::Pair(at) => {
            let pair = &m.gathered.between.1[at as usize];
            format!("{} – {}", id(m, pair.a), id(m, pair.b))
        }
        Through::Thing(_) => {
            format!("{} of {} accounts", count(tie.accounts), count(all as u64))
        }
    };
    ties.iter().take(TIES).map(|tie| line(m, tie, whom(tie))).collect()
}
