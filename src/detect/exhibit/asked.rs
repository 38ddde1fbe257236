//! D23, D27: which rules hold in what the accounts ask, and in what others ask.

use super::facts::{Facts, count, written};
use super::kind::{Bar, Bars, Ink};
use super::{Exhibit, Picture, shares};
use crate::detect::content::asking::Prompts;
use crate::detect::content::{intent, judge};
use crate::job::Cancelled;
use crate::model::finding::{Subject, Unit};

/// Other accounts whose prompts are looked at.
pub(super) const OTHERS: usize = 40;
/// Their lot, which is not that of another picture.
const SALT: u64 = 23;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let own = Asked::of(facts, &facts.finding.accounts)?;
    let mut all: Vec<Exhibit> = Vec::new();
    if own.hits > 0 {
        let others = Asked::of(facts, &others(facts))?;
        all.push(own.exhibit(facts, &others));
    }
    all.extend(shares::exhibits(facts)?);
    Ok(all)
}

/// The other accounts whose prompts are looked at.
pub(super) fn others(facts: &Facts<'_>) -> Vec<u32> {
    let has_rows = |account| !facts.material.index.rows_of_account(account).is_empty();
    facts.others(OTHERS, SALT, has_rows)
}

/// Prompts of some accounts, and in how many of them rules hold.
struct Asked {
    accounts: usize,
    /// Prompts that were looked at.
    read: u64,
    /// Those in which any rule holds.
    hits: u64,
    /// By group of rules.
    of_group: Vec<u64>,
}

impl Asked {
    /// As the detector counts.
    fn of(facts: &Facts<'_>, accounts: &[u32]) -> Result<Self, Cancelled> {
        let (material, templates) = (facts.material, facts.material.index.templates());
        let groups_of = match facts.finding.detector.as_str() {
            "D27" => judge::groups_of,
            _ => intent::groups_of,
        };
        let prompts = Prompts::of(material);
        let of_group = vec![0; material.rules().groups.len()];
        let mut asked = Self { accounts: accounts.len(), read: 0, hits: 0, of_group };
        for account in accounts {
            facts.progress.check()?;
            for row in facts.counted(*account) {
                if templates.of(row).is_none() {
                    continue;
                }
                let Some(groups) = groups_of(&prompts, row) else { continue };
                asked.read += 1;
                asked.hits += u64::from(groups != 0);
                let counts = asked.of_group.iter_mut().enumerate();
                counts.filter(|(at, _)| groups & (1 << at) != 0).for_each(|(_, n)| *n += 1);
            }
        }
        Ok(asked)
    }

    fn share(&self, hits: u64) -> f64 {
        hits as f64 / self.read.max(1) as f64
    }

    fn exhibit(&self, facts: &Facts<'_>, others: &Self) -> Exhibit {
        let rules = facts.material.rules();
        let titles = rules.groups.iter().map(|group| group.title.clone());
        let mut found: Vec<(usize, u64, String)> = (0..)
            .zip(titles)
            .map(|(at, title)| (at, self.of_group[at], title))
            .filter(|(_, n, _)| *n > 0)
            .collect();
        found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.2.cmp(&b.2)));
        let bar = |name: String, n: u64, other: u64| {
            let usual = (others.read > 0).then(|| others.share(other));
            let note = format!("{} prompts", count(n as usize));
            Bar { usual, ..Bar::new(name, self.share(n), note) }
        };
        let mut bars = vec![bar("any of them".into(), self.hits, others.hits)];
        bars.extend(found.into_iter().map(|(at, n, name)| bar(name, n, others.of_group[at])));
        let whose = match facts.finding.subject {
            Subject::Account(_) => "this account",
            Subject::Cluster(_) => "these accounts",
        };
        let of_others = format!("prompts of {} other accounts, by lot", count(others.accounts));
        Exhibit {
            title: "Rules that hold in the prompts".into(),
            picture: Picture::Bars(Bars {
                unit: Unit::Share,
                measure: format!("share of the {} prompts looked at", count(self.read as usize)),
                bars,
                more: self.told(facts),
            }),
            summary: format!(
                "Rules hold in {} of {} prompts of {whose} that were looked at, and in {} of {} \
                 {of_others}. A prompt may fulfil several; rules version {}, SHA-256 {}….",
                count(self.hits as usize),
                count(self.read as usize),
                written(others.share(others.hits), Unit::Share),
                count(others.read as usize),
                rules.version,
                rules.sha256.get(..8).unwrap_or_default(),
            ),
            key: vec![
                (Ink::Cited, format!("prompts of {whose} in which it holds")),
                (Ink::Null, of_others),
            ],
        }
    }

    /// What is said where the texts were not read as the run has read them.
    fn told(&self, facts: &Facts<'_>) -> String {
        let is_same = facts.value("read").is_none_or(|read| read == self.read as f64);
        match is_same {
            true => String::new(),
            false => "as templates tell: the texts are not read".into(),
        }
    }
}
