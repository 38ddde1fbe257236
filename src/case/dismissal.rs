//! Dismissals that outlast an import: a group most of which was cleared before others joined it.

use std::collections::BTreeMap;

use crate::index::Index;
use crate::model::{Annotations, Time, Verdict, VerdictRecord};

/// A group that was dismissed, and who is in it since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dismissal {
    /// The newest of the verdicts that clear it.
    pub verdict: VerdictRecord,
    /// Its accounts that are cleared.
    pub cleared: u64,
    /// Its accounts without a verdict, all of whose records came with later imports; by position,
    /// rising, never none.
    pub joined: Vec<u32>,
}

/// What was decided, and when which records came.
#[derive(Clone, Debug, Default)]
pub struct Decided {
    verdicts: BTreeMap<u32, VerdictRecord>,
    imported: BTreeMap<u32, Time>,
}

impl Decided {
    /// Of a case, with when each source was imported, by id. Without a cleared account there is
    /// nothing to remember, and nothing is kept.
    pub fn of(annotations: &Annotations, imported: BTreeMap<u32, Time>, index: &Index) -> Self {
        let mut verdicts = BTreeMap::new();
        for (id, said) in annotations {
            if let (Some(record), Some(account)) = (&said.verdict, index.account_position(id)) {
                verdicts.insert(account, record.clone());
            }
        }
        if !verdicts.values().any(|record| record.verdict == Verdict::Cleared) {
            return Self::default();
        }
        Self { verdicts, imported }
    }

    /// What is remembered of a group of accounts: at least half of it is cleared, nobody in it is
    /// suspected, and everybody else came later. `None` where it is to be looked at as any other.
    pub fn dismissal(&self, members: &[u32], index: &Index) -> Option<Dismissal> {
        if self.verdicts.is_empty() {
            return None;
        }
        let given: Vec<&VerdictRecord> =
            members.iter().filter_map(|account| self.verdicts.get(account)).collect();
        let is_cleared = given.iter().all(|record| record.verdict == Verdict::Cleared);
        if !is_cleared || given.len() == members.len() || 2 * given.len() < members.len() {
            return None;
        }
        let newest = given.iter().max_by_key(|record| record.at)?;
        let others = members.iter().filter(|account| !self.verdicts.contains_key(account));
        let mut joined: Vec<u32> = others.copied().collect();
        joined.sort_unstable();
        let is_new = |account: &u32| self.came_after(*account, newest.at, index);
        joined.iter().all(is_new).then(|| Dismissal {
            verdict: (*newest).clone(),
            cleared: given.len() as u64,
            joined,
        })
    }

    /// Whether all records of an account came with imports after a moment.
    fn came_after(&self, account: u32, at: Time, index: &Index) -> bool {
        let rows = index.rows_of_account(account);
        let is_later = |row: &u32| {
            let imported = self.imported.get(&index.source_id(*row));
            imported.is_some_and(|imported| *imported > at)
        };
        !rows.is_empty() && rows.iter().all(is_later)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::search::tests::case_of;
    use crate::case::{Author, Edit, ImportOptions, OpenCase, import};
    use crate::job::Progress;
    use crate::model::Confidence;

    const DAY_US: i64 = 86_400_000_000;

    fn log(accounts: &[&str]) -> String {
        let line = |id: &&str| {
            format!("{{\"timestamp\":\"2026-03-01T00:00:00Z\",\"account_id\":\"{id}\"}}\n")
        };
        accounts.iter().map(line).collect()
    }

    fn judged(case: &mut OpenCase, ids: &[&str], verdict: Verdict, at: Time) {
        let author = Author { actor: "Ann".into(), at };
        let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        let said = Some((verdict, Confidence::High, "campus gateway"));
        let edit = Edit::verdict(case.annotations(), &ids, said, &author);
        case.edit(edit, author).expect("applied");
    }

    /// A case of a, b, c, of which some are judged, and a later import of d and e.
    fn dismissed(judge: impl FnOnce(&mut OpenCase, Time)) -> impl Fn(&[&str]) -> Option<Dismissal> {
        let (folder, path) = case_of(&[("one.jsonl", log(&["a", "b", "c"]).as_bytes())]);
        let progress = Progress::default();
        let mut case = OpenCase::load(&path, &progress).expect("opened");
        let first = case.sources[0].imported_at;
        judge(&mut case, Time(first.0 + DAY_US));
        case.close().expect("written");
        let later = folder.path().join("two.jsonl");
        std::fs::write(&later, log(&["d", "e"])).expect("a log");
        let author = Author { actor: "Ann".into(), at: Time(first.0 + 2 * DAY_US) };
        import(&path, &[later], &ImportOptions::default(), &author, &progress).expect("imported");
        let case = OpenCase::load(&path, &progress).expect("opened again");
        move |members| {
            let imported = case.sources.iter().map(|source| (source.id, source.imported_at));
            let decided = Decided::of(case.annotations(), imported.collect(), &case.index);
            let at = |id: &&str| case.index.account_position(id).expect("an account");
            let members: Vec<u32> = members.iter().map(at).collect();
            decided.dismissal(&members, &case.index)
        }
    }

    #[test]
    fn a_group_that_was_cleared_stays_dismissed_when_a_later_import_adds_to_it() {
        let of = dismissed(|case, at| judged(case, &["a", "b"], Verdict::Cleared, at));
        let found = of(&["a", "b", "d", "e"]).expect("remembered");
        assert_eq!((found.cleared, found.joined.len()), (2, 2));
        assert_eq!(found.verdict.reason, "campus gateway");
        assert_eq!(of(&["a", "b", "c"]), None, "c was there, and nobody cleared it");
        assert_eq!(of(&["a", "b"]), None, "all are judged: there is nothing to remember");
        assert_eq!(of(&["a", "d", "e"]), None, "most of it is new");
        assert_eq!(of(&["d", "e"]), None);
    }

    #[test]
    fn a_group_with_somebody_suspected_is_looked_at_again() {
        let of = dismissed(|case, at| {
            judged(case, &["a", "b"], Verdict::Cleared, at);
            judged(case, &["c"], Verdict::Watch, at);
        });
        assert_eq!(of(&["a", "b", "c", "d"]), None);
        assert!(of(&["a", "b", "d"]).is_some());
    }

    #[test]
    fn nothing_is_remembered_where_nobody_was_cleared() {
        let of = dismissed(|case, at| judged(case, &["a", "b"], Verdict::Suspicious, at));
        assert_eq!(of(&["a", "b", "d"]), None);
    }
}
