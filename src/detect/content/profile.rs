//! Accounts that are used in some way, as a property that each has or not.

use std::borrow::Cow;

use rayon::prelude::*;

use super::contrast::Contrast;
use crate::detect::{Definition, Group, Material, Property};
use crate::model::finding::{Evidence, Finding, Recipe, Statement, Unit};

/// Role of the rows of the accounts.
const ROLE: &str = "calls";
/// What is measured of accounts.
const USED_SO: &str = "is used so";

/// The accounts of a case that have a property.
pub(super) struct Profile<'a> {
    pub material: &'a Material<'a>,
    pub definition: &'static Definition,
    /// Who has it, of those with enough calls.
    pub property: Property,
    /// Share of a cluster that must have it.
    pub least: f64,
    /// What they do, after `3 of 4 accounts`.
    pub words: &'static str,
}

/// Which of the accounts with enough rows have a property.
pub(super) fn property(
    material: &Material<'_>,
    least_rows: usize,
    has: impl Fn(u32, &[u32]) -> bool + Sync,
) -> Property {
    let (index, counted) = (material.index, material.index.everything());
    let of = |account: u32| {
        let rows = index.rows_of_account(account).iter().copied();
        let rows: Vec<u32> = rows.filter(|row| counted.contains(*row)).collect();
        (rows.len() >= least_rows.max(1)).then(|| has(account, &rows))
    };
    let accounts = (0..index.accounts().len() as u32).into_par_iter().with_min_len(16);
    let all: Vec<Option<bool>> = accounts.map(of).collect();
    Property::new(all.into_iter())
}

impl Profile<'_> {
    /// What was measured of accounts, by name.
    pub fn measured(&self) -> (Cow<'static, str>, Vec<(u32, f64)>) {
        (USED_SO.into(), self.property.measured())
    }

    /// A cluster in which a good part of the accounts have it.
    pub fn cluster(&self, group: Group<'_>) -> Option<Finding> {
        let Contrast { inside, share, usual, log10_p } = Contrast::new(group, &self.property);
        if inside.len() < 2 || share < self.least {
            return None;
        }
        let (index, counted) = (self.material.index, self.material.index.everything());
        let rows = inside.iter().flat_map(|account| index.rows_of_account(*account));
        let rows = rows.filter(|row| counted.contains(**row));
        let mut events: Vec<u64> = rows.map(|row| index.event_id(*row)).collect();
        events.sort_unstable();
        events.dedup();
        let words = format!(
            "{{hits}} of {{members}} accounts {}, in {{rows}} calls; of all other accounts, at most {{usual}} \
             are used so.",
            self.words
        );
        let others = Recipe::OthersMeasured { what: USED_SO.into() };
        let role = || ROLE.to_owned();
        let statement = Statement::new(words)
            .with("hits", inside.len() as f64, Unit::Count, Recipe::Accounts { role: role() })
            .with("members", group.members.len() as f64, Unit::Count, Recipe::ClusterMembers)
            .with("rows", events.len() as f64, Unit::Count, Recipe::Records { role: role() })
            .with("usual", usual, Unit::ShareAtMost, others);
        Some(Finding {
            subject: group.subject(),
            detector: self.definition.id.into(),
            version: self.definition.version,
            family: self.definition.family,
            accounts: inside,
            statement,
            statistic: share,
            threshold: format!("at least {} of the cluster", Unit::Share.text(self.least)),
            effect: share / usual,
            null: None,
            log10_p,
            is_exact: false,
            evidence: vec![Evidence { role: ROLE.into(), events }],
        })
    }
}
