//! What accounts ask again and again, and who asks it: the templates of the prompts, and of prompts
//! whose text nobody read, because nobody looked for templates or there is none, those that are
//! repeated word for word.

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
    /// Templates by their numbers, then prompts without a text by fingerprint.
    pub all: Vec<Script>,
    /// How many of them are templates.
    pub templates: usize,
    /// Rows that count of each account, with a prompt or without.
    pub rows: Vec<u32>,
    /// Rows that count and have a prompt, likewise.
    pub prompts: Vec<u32>,
    /// By account: which of `all`, by position, and how many rows; rising.
    pub of_account: Vec<Vec<(u32, u32)>>,
    /// Position of a prompt by its fingerprint.
    by_hash: FxHashMap<u64, u32>,
}

/// What an account asks, in how many rows, and the first of these; rising.
type Counts = Vec<(u64, u32, u32)>;

/// What one account asks.
#[derive(Default)]
struct Asked {
    rows: u32,
    prompts: u32,
    /// By number of the template; free text has one, too.
    templates: Counts,
    /// By fingerprint, where nobody read a text.
    hashes: Counts,
}

impl Scripts {
    /// Of a case.
    ///
    /// Naive: for every row that counts, add it to its account under its template, or, where it has
    /// none, under the fingerprint of its prompt; of fingerprints keep those of two accounts and ten
    /// rows.
    pub fn new(material: &Material<'_>) -> Self {
        let of = |account| Asked::of(material, account);
        let asked = by_account(material.index.accounts().len() as u32, of);
        let mut scripts = Self::default();
        scripts.all = (material.index.templates().all.iter())
            .map(|template| Script {
                id: template.id.into(),
                words: Some(template.words()),
                has_slots: template.slots().next().is_some(),
                users: Vec::new(),
            })
            .collect();
        scripts.templates = scripts.all.len();
        for id in repeated(&asked) {
            scripts.by_hash.insert(id, scripts.all.len() as u32);
            scripts.all.push(Script { id, words: None, has_slots: false, users: Vec::new() });
        }
        scripts.fill(asked);
        scripts
    }

    fn fill(&mut self, asked: Vec<Asked>) {
        for (account, of) in (0..).zip(asked) {
            self.rows.push(of.rows);
            self.prompts.push(of.prompts);
            let mut own = Vec::new();
            let template = |id: u64| (id != u64::from(FREE_TEXT)).then(|| id as u32 - 1);
            let templates = of.templates.iter().map(|of| (template(of.0), of));
            let prompts = of.hashes.iter().map(|of| (self.by_hash.get(&of.0).copied(), of));
            for (at, (_, rows, first)) in templates.chain(prompts) {
                let Some(at) = at else { continue };
                self.all[at as usize].users.push(Use { account, rows: *rows, first: *first });
                own.push((at, *rows));
            }
            own.sort_unstable();
            self.of_account.push(own);
        }
    }

    /// Whether it is a template, and no prompt without a text.
    pub fn is_template(&self, at: u32) -> bool {
        (at as usize) < self.templates
    }

    /// What some of them are, in the singular, or, of several, in the plural.
    pub fn noun(&self, some: &[u32], is_one: bool) -> &'static str {
        let templates = some.iter().filter(|at| self.is_template(**at)).count();
        match (templates, is_one) {
            (0, true) => "prompt",
            (0, false) => "prompts",
            (n, true) if n == some.len() => "template",
            (n, false) if n == some.len() => "templates",
            (_, true) => "template or prompt",
            (_, false) => "templates or prompts",
        }
    }

    /// What a row asks, by position; `None` for free text and without a prompt. `templates` are
    /// those of the index.
    pub fn of_row(&self, material: &Material<'_>, templates: &Templates, row: u32) -> Option<u32> {
        self.position(material, row, templates.of(row))
    }

    /// [`Scripts::of_row`] of a record.
    pub fn of_record(&self, material: &Material<'_>, record: &Record) -> Option<u32> {
        self.position(material, record.row, record.template)
    }

    fn position(&self, material: &Material<'_>, row: u32, template: Option<u32>) -> Option<u32> {
        match template {
            Some(id) => (id != FREE_TEXT).then(|| id - 1),
            None if self.by_hash.is_empty() => None,
            None => self.by_hash.get(&material.index.row(row).prompt_hash()?).copied(),
        }
    }

    /// In words: `template 12`, `prompt 00a1…`.
    pub fn name(&self, at: u32) -> String {
        let id = self.all[at as usize].id;
        if self.is_template(at) { format!("template {id}") } else { format!("prompt {id:016x}") }
    }
}

impl Asked {
    fn of(material: &Material<'_>, account: u32) -> Self {
        let (mut templates, mut hashes) = (Vec::new(), Vec::new());
        let mut asked = Self::default();
        for record in material.records(account) {
            asked.rows += 1;
            match record.template {
                Some(id) => templates.push((u64::from(id), record.row)),
                None => {
                    let hash = material.index.row(record.row).prompt_hash();
                    hashes.extend(hash.map(|hash| (hash, record.row)));
                }
            }
        }
        asked.prompts = (templates.len() + hashes.len()) as u32;
        (asked.templates, asked.hashes) = (counted(templates), counted(hashes));
        asked
    }
}

fn counted(mut ids: Vec<(u64, u32)>) -> Counts {
    ids.sort_unstable();
    ids.chunk_by(|a, b| a.0 == b.0).map(|of| (of[0].0, of.len() as u32, of[0].1)).collect()
}

/// Fingerprints of prompts that several accounts send, often enough.
fn repeated(asked: &[Asked]) -> Vec<u64> {
    let mut pairs: Vec<(u64, u32)> =
        asked.iter().flat_map(|of| of.hashes.iter().map(|of| (of.0, of.1))).collect();
    pairs.sort_unstable();
    let is_kept = |of: &&[(u64, u32)]| {
        of.len() > 1 && of.iter().map(|(_, rows)| rows).sum::<u32>() >= LEAST_ROWS
    };
    pairs.chunk_by(|a, b| a.0 == b.0).filter(is_kept).map(|of| of[0].0).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::detect::material::Attributes;
    use crate::detect::testkit::{Asked, case};
    use crate::model::Granularity;
    use proptest::prelude::*;

    type Users = BTreeMap<(u64, u32), u32>;

    /// Templates, and prompts without a text.
    fn parts(scripts: &Scripts) -> (Users, Users) {
        let (templates, prompts) = scripts.all.split_at(scripts.templates);
        (of(templates), of(prompts))
    }

    fn of(scripts: &[Script]) -> Users {
        let each = |script: &Script| {
            let id = script.id;
            script.users.iter().map(|user| ((id, user.account), user.rows)).collect::<Vec<_>>()
        };
        scripts.iter().flat_map(each).collect()
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
                let mut counts = Users::new();
                for row in rows.iter().filter(|row| row.call.granularity == counted) {
                    if let Some(id) = id(row) {
                        *counts.entry((id, row.account)).or_default() += 1;
                    }
                }
                counts
            };
            let repeated = |is_read: &dyn Fn(&Asked) -> bool, counted: Granularity| {
                let hash = |row: &Asked| Some(row.prompt).filter(|hash| *hash > 0 && !is_read(row));
                let all = count(&hash, counted);
                let mut kept = all.clone();
                kept.retain(|(hash, _), _| {
                    let of: Vec<u32> =
                        all.iter().filter(|((id, _), _)| id == hash).map(|(_, n)| *n).collect();
                    of.len() > 1 && of.iter().sum::<u32>() >= LEAST_ROWS
                });
                kept
            };
            let mined = case(4, &["a", "b"], &rows);
            let counted = mined.default_granularity();
            let (templates, prompts) =
                parts(&Scripts::new(&Material::new(&mined, &none, &[])));
            let naive = count(&|row| row.template.filter(|id| *id > 0).map(u64::from), counted);
            prop_assert_eq!(templates, naive);
            prop_assert_eq!(prompts, repeated(&|row| row.template.is_some(), counted));
            let plain = case(4, &[], &rows);
            let (templates, prompts) =
                parts(&Scripts::new(&Material::new(&plain, &none, &[])));
            prop_assert!(templates.is_empty());
            prop_assert_eq!(prompts, repeated(&|_| false, counted));
        }
    }
}
