//! What accounts ask again and again, and who asks it: the templates of the prompts, and where
//! nobody looked for templates or there is no text, prompts that are repeated word for word.

use super::by_account::by_account;
use rustc_hash::FxHashMap;

use super::Material;
use crate::index::{Record, Templates};
use crate::model::FREE_TEXT;

/// Rows of a prompt that is repeated word for word, to be one: as many as a template has.
const LEAST_ROWS: u32 = crate::index::templates::LEAST_ROWS;

/// How often an account asks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// Which account.
    pub account: u32,
    /// Its rows that count.
    pub rows: u32,
    /// The first of them.
    pub first: u32,
}

/// Something that is asked again and again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// Number of the template, or fingerprint of the prompt.
    pub id: u64,
    /// Words of its fixed text; `None` where there is no text.
    pub words: Option<usize>,
    /// Whether something in it differs from row to row.
    pub has_slots: bool,
    /// Who asks it, by account.
    pub users: Vec<Use>,
}

impl Script {
    /// Whether an account asks it.
    pub fn is_asked_by(&self, account: u32) -> bool {
        self.users.binary_search_by_key(&account, |user| user.account).is_ok()
    }
}

/// All of them.
#[derive(Debug, Default)]
pub struct Scripts {
    /// Templates by their numbers, or prompts by fingerprint.
    pub all: Vec<Script>,
    /// Whether they are templates.
    pub are_templates: bool,
    /// Rows that count of each account, with a prompt or without.
    pub rows: Vec<u32>,
    /// Rows that count and have a prompt, likewise.
    pub prompts: Vec<u32>,
    /// By account: which of `all`, by position, and how many rows; rising.
    pub of_account: Vec<Vec<(u32, u32)>>,
    /// Prompts with a fingerprint and no text, beside templates.
    pub unread: u64,
    /// Position of a prompt by its fingerprint.
    by_hash: FxHashMap<u64, u32>,
}

/// What one account asks.
#[derive(Default)]
struct Asked {
    rows: u32,
    prompts: u32,
    /// Which, in how many rows, and the first of these.
    counts: Vec<(u64, u32, u32)>,
}

impl Scripts {
    /// Of a case.
    ///
    /// Naive: for every row that counts, add it to its account under its template, or under the
    /// fingerprint of its prompt; of fingerprints keep those of two accounts and ten rows.
    pub fn new(material: &Material<'_>) -> Self {
        let templates = material.index.templates();
        let Some(run) = &templates.run else { return Self::of_prompts(material) };
        let index = material.index;
        let hashed = (0..index.len() as u32).filter(|row| index.row(*row).prompt_hash().is_some());
        let unread = (hashed.count() as u64).saturating_sub(run.prompts);
        // Where most prompts have no text, templates would say that there is nothing.
        match unread > run.prompts {
            true => Self::of_prompts(material),
            false => Self { unread, ..Self::of_templates(material, &templates) },
        }
    }

    fn of_templates(material: &Material<'_>, templates: &Templates) -> Self {
        let asked = asked(material, |record| record.template.map(u64::from));
        let mut scripts = Self { are_templates: true, ..Self::default() };
        scripts.all = (templates.all.iter())
            .map(|template| Script {
                id: template.id.into(),
                words: Some(template.words()),
                has_slots: template.slots().next().is_some(),
                users: Vec::new(),
            })
            .collect();
        let position = |id: u64| (id != u64::from(FREE_TEXT)).then(|| id as u32 - 1);
        scripts.fill(asked, position);
        scripts
    }

    fn of_prompts(material: &Material<'_>) -> Self {
        let index = material.index;
        let asked = asked(material, |record| index.row(record.row).prompt_hash());
        let mut pairs: Vec<(u64, u32)> =
            asked.iter().flat_map(|of| of.counts.iter().map(|of| (of.0, of.1))).collect();
        pairs.sort_unstable();
        let is_kept = |of: &&[(u64, u32)]| {
            of.len() > 1 && of.iter().map(|(_, rows)| rows).sum::<u32>() >= LEAST_ROWS
        };
        let kept = pairs.chunk_by(|a, b| a.0 == b.0).filter(is_kept).map(|of| of[0].0);
        let mut scripts = Self::default();
        for (position, id) in (0..).zip(kept) {
            scripts.by_hash.insert(id, position);
            scripts.all.push(Script { id, words: None, has_slots: false, users: Vec::new() });
        }
        let by_hash = std::mem::take(&mut scripts.by_hash);
        scripts.fill(asked, |hash| by_hash.get(&hash).copied());
        scripts.by_hash = by_hash;
        scripts
    }

    fn fill(&mut self, asked: Vec<Asked>, position: impl Fn(u64) -> Option<u32>) {
        for (account, of) in (0..).zip(asked) {
            self.rows.push(of.rows);
            self.prompts.push(of.prompts);
            let mut own = Vec::new();
            for (id, rows, first) in of.counts {
                let Some(at) = position(id) else { continue };
                self.all[at as usize].users.push(Use { account, rows, first });
                own.push((at, rows));
            }
            self.of_account.push(own);
        }
    }

    /// What a row asks, by position; `None` for free text and without a prompt. `templates` are
    /// those of the index.
    pub fn of_row(&self, material: &Material<'_>, templates: &Templates, row: u32) -> Option<u32> {
        if self.are_templates {
            return templates.of(row).filter(|id| *id != FREE_TEXT).map(|id| id - 1);
        }
        self.by_hash.get(&material.index.row(row).prompt_hash()?).copied()
    }

    /// [`Scripts::of_row`] of a record.
    pub fn of_record(&self, material: &Material<'_>, record: &Record) -> Option<u32> {
        if self.are_templates {
            return record.template.filter(|id| *id != FREE_TEXT).map(|id| id - 1);
        }
        self.by_hash.get(&material.index.row(record.row).prompt_hash()?).copied()
    }

    /// In words: `template 12`, `prompt 00a1…`.
    pub fn name(&self, at: u32) -> String {
        let id = self.all[at as usize].id;
        if self.are_templates { format!("template {id}") } else { format!("prompt {id:016x}") }
    }
}

fn asked(material: &Material<'_>, what: impl Fn(&Record) -> Option<u64> + Sync) -> Vec<Asked> {
    let of = |account: u32| {
        let mut ids = Vec::new();
        let mut asked = Asked::default();
        for record in material.records(account) {
            asked.rows += 1;
            ids.extend(what(&record).map(|id| (id, record.row)));
        }
        asked.prompts = ids.len() as u32;
        ids.sort_unstable();
        let counted = |of: &[(u64, u32)]| (of[0].0, of.len() as u32, of[0].1);
        asked.counts = ids.chunk_by(|a, b| a.0 == b.0).map(counted).collect();
        asked
    };
    by_account(material.index.accounts().len() as u32, of)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::detect::material::Attributes;
    use crate::detect::testkit::{Asked, case};
    use crate::model::Granularity;
    use proptest::prelude::*;

    type Counts = BTreeMap<(u64, u32), u32>;

    fn of(scripts: &Scripts) -> Counts {
        let each = |script: &Script| {
            let id = script.id;
            script.users.iter().map(|user| ((id, user.account), user.rows)).collect::<Vec<_>>()
        };
        scripts.all.iter().flat_map(each).collect()
    }

    proptest! {
        #[test]
        fn scripts_are_what_rows_that_count_add_up_to(
            rows in proptest::collection::vec((0..4u32, 0..4u32, 0..5u64, 0..8u32), 1..120)
        ) {
            let asked = |(second, (account, template, prompt, kind)): (usize, &(u32, u32, u64, u32))| {
                let mut asked = Asked::of(second as i64, *account, *template, *prompt);
                asked.template = asked.template.filter(|id| *id < 3);
                // Now and then a bucket, which is no call.
                if *kind == 0 {
                    asked.call.granularity = Granularity::Bucket;
                }
                asked
            };
            let rows: Vec<Asked> = rows.iter().enumerate().map(asked).collect();
            let none = Attributes::new();
            let count = |id: &dyn Fn(&Asked) -> Option<u64>, counted: Granularity| {
                let mut counts = Counts::new();
                for row in rows.iter().filter(|row| row.call.granularity == counted) {
                    if let Some(id) = id(row) {
                        *counts.entry((id, row.account)).or_default() += 1;
                    }
                }
                counts
            };
            let mined = case(4, &["a", "b"], &rows);
            let counted = mined.default_granularity();
            let scripts = Scripts::new(&Material::new(&mined, &none, &[]));
            let templates = count(&|row| row.template.filter(|id| *id > 0).map(u64::from), counted);
            prop_assert_eq!(of(&scripts), templates);
            let plain = case(4, &[], &rows);
            let scripts = Scripts::new(&Material::new(&plain, &none, &[]));
            let mut naive = count(&|row| Some(row.prompt).filter(|hash| *hash > 0), counted);
            let all = naive.clone();
            naive.retain(|(hash, _), _| {
                let of: Vec<u32> =
                    all.iter().filter(|((id, _), _)| id == hash).map(|(_, rows)| *rows).collect();
                of.len() > 1 && of.iter().sum::<u32>() >= LEAST_ROWS
            });
            prop_assert_eq!(of(&scripts), naive);
        }
    }
}
