//! D18: by which pathway how many accounts send the template.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Facts, count};
use super::kind::{Bar, Bars, Ink};
use super::{Exhibit, Picture};
use crate::job::Cancelled;
use crate::model::finding::Unit;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let index = facts.material.index;
    let mut by: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for row in facts.rows("by pathway")? {
        let call = index.dimensions().calls.get(index.call_of(row) as usize);
        let Some(pathway) = call.and_then(|call| call.pathway.clone()) else { continue };
        by.entry(pathway).or_default().insert(index.account_of(row));
    }
    if by.is_empty() {
        return Ok(Vec::new());
    }
    let pathways = by.len();
    let bar = |(name, accounts): (String, BTreeSet<u32>)| Bar {
        name,
        account: None,
        ink: Ink::Cited,
        observed: accounts.len() as f64,
        usual: None,
        band: None,
        note: accounts_words(accounts.len()),
    };
    Ok(vec![Exhibit {
        title: "Accounts by pathway".into(),
        picture: Picture::Bars(Bars {
            unit: Unit::Count,
            measure: "accounts that send the template by it".into(),
            bars: by.into_iter().map(bar).collect(),
            more: String::new(),
        }),
        summary: format!(
            "One template came by {} pathways from {} accounts; of templates that other accounts \
             share, {} come by more than one.",
            count(pathways),
            facts.text("accounts"),
            facts.text("usual"),
        ),
        key: vec![(Ink::Cited, "accounts".into())],
    }])
}

/// `1 account`, `3 accounts`.
fn accounts_words(n: usize) -> String {
    format!("{} {}", count(n), if n == 1 { "account" } else { "accounts" })
}
