//! The tables and views that people are meant to ask: for the console and for documentation.

use crate::job::Progress;

use super::error::Result;
use super::file::CaseFile;

/// A table or view that is documented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Documented {
    /// Its name.
    pub name: &'static str,
    /// What its rows are.
    pub says: &'static str,
    /// A statement to begin with.
    pub example: &'static str,
}

/// All of them, those that most questions begin with first.
pub const DOCUMENTED: &[Documented] = &[
    Documented {
        name: "view_event",
        says: "One row an event: who, when, which model, how many tokens, from where",
        example: "SELECT timestamp, account_id, model, status, output_tokens\nFROM view_event\nORDER BY event_id\nLIMIT 100",
    },
    Documented {
        name: "view_account",
        says: "Events, tokens, first and last time, verdict, tags and notes of each account",
        example: "SELECT account_id, exchanges, output_tokens, verdict, tags\nFROM view_account\nORDER BY output_tokens DESC",
    },
    Documented {
        name: "view_source",
        says: "Path, size, SHA-256, format and counts of each file; repeats: rows whose request id stood in it before",
        example: "SELECT source_id, path, format, events, rejects, sha256\nFROM view_source",
    },
    Documented {
        name: "view_cluster",
        says: "Clusters with level, scores, families and detectors",
        example: "SELECT cluster, level, coordination, harvesting, accounts, detectors\nFROM view_cluster\nORDER BY cluster",
    },
    Documented {
        name: "view_account_score",
        says: "Level, scores, cluster and membership of each account that has them",
        example: "SELECT account_id, level, cluster, membership\nFROM view_account_score\nWHERE level <> 'none'",
    },
    Documented {
        name: "view_finding",
        says: "What each detector says of whom, with what chance would give",
        example: "SELECT finding, subject_kind, subject, detector, sentence\nFROM view_finding\nORDER BY finding",
    },
    Documented {
        name: "view_finding_account",
        says: "The accounts that a finding speaks of",
        example: "SELECT account_id\nFROM view_finding_account\nWHERE finding = 1",
    },
    Documented {
        name: "view_evidence",
        says: "The records that a finding rests on; ask for one finding at a time",
        example: "SELECT role, event_id, source, line, byte_offset\nFROM view_evidence\nWHERE finding = 1",
    },
    Documented {
        name: "view_benign",
        says: "Innocent explanations and whether they could be tested",
        example: "SELECT subject_kind, subject, id, tested, facts\nFROM view_benign",
    },
    Documented {
        name: "view_link",
        says: "Ties between two accounts, with kind, weight and proof",
        example: "SELECT account_a, account_b, kind, weight\nFROM view_link\nORDER BY weight DESC\nLIMIT 100",
    },
    Documented {
        name: "circle",
        says: "Ties among many accounts at once",
        example: "SELECT *\nFROM circle",
    },
    Documented {
        name: "view_template",
        says: "Prompt templates: text with … for slots, events, accounts, times",
        example: "SELECT template, events, accounts, text\nFROM view_template\nORDER BY events DESC",
    },
    Documented {
        name: "view_join",
        says: "Pairs of records that describe one call, why, and whether that counts",
        example: "SELECT *\nFROM view_join\nLIMIT 100",
    },
    Documented {
        name: "view_detector",
        says: "Which detectors ran with which parameters, and why the others did not",
        example: "SELECT detector, version, state, why, findings\nFROM view_detector",
    },
    Documented {
        name: "view_journal",
        says: "What was done, by whom, when, with the hash of each entry",
        example: "SELECT journal_id, at, actor, action, target\nFROM view_journal\nORDER BY journal_id DESC\nLIMIT 100",
    },
    Documented {
        name: "book",
        says: "The case book: kind, what it says as JSON, when, by whom",
        example: "SELECT *\nFROM book",
    },
    Documented {
        name: "reject",
        says: "Records that could not be read: source, line, byte offset, reason, sample",
        example: "SELECT reason, count(*) AS records\nFROM reject\nGROUP BY reason\nORDER BY records DESC",
    },
    Documented {
        name: "marker",
        says: "Moments: releases, bans, policies, incidents",
        example: "SELECT kind, label, at_us\nFROM marker\nORDER BY at_us",
    },
    Documented {
        name: "account_attribute",
        says: "What is known of accounts beside the logs, one row a name and value",
        example: "SELECT name, value, count(*) AS accounts\nFROM account_attribute\nGROUP BY name, value\nORDER BY accounts DESC\nLIMIT 100",
    },
];

impl CaseFile {
    /// The names of the columns of each of [`DOCUMENTED`], in their order; none of one that an
    /// older case does not have.
    ///
    /// # Errors
    /// [`super::StoreError::Cancelled`].
    pub fn documented_columns(&self, progress: &Progress) -> Result<Vec<Vec<String>>> {
        let columns = |table: &Documented| {
            let sql = format!("SELECT * FROM {} LIMIT 0", table.name);
            match self.query(&sql, None, progress, |_, _| true) {
                Err(error) if !error.is_cancelled() => Ok(Vec::new()),
                found => found,
            }
        };
        DOCUMENTED.iter().map(columns).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{import, place, select};
    use super::*;

    #[test]
    fn every_documented_table_is_there_and_its_example_can_be_run() {
        let (_folder, path) = place();
        let mut case = CaseFile::create(&path).expect("new");
        import(&mut case, "a", &[&[(1, "ac1", "r1")]]).expect("imported");
        for table in DOCUMENTED {
            assert!(table.example.contains(table.name), "{}", table.name);
            select(&case, table.example);
        }
        let columns = case.documented_columns(&Progress::default()).expect("columns");
        assert_eq!(columns.len(), DOCUMENTED.len());
        assert!(columns.iter().all(|columns| !columns.is_empty()));
        assert!(columns[0].contains(&"account_id".to_owned()));
    }
}
