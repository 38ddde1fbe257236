//! Which findings are about whom.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::{Finding, Subject};

/// Positions of findings by whom they are about, made when first asked for. It says nothing that the
/// findings do not say: copies have none of their own yet, and any two are equal.
#[derive(Debug, Default)]
pub struct BySubject(OnceLock<BTreeMap<Subject, Vec<usize>>>);

impl BySubject {
    /// The positions of the findings about somebody, rising.
    ///
    /// Naive: look through all of them.
    pub fn of(&self, findings: &[Finding], subject: Subject) -> &[usize] {
        let all = self.0.get_or_init(|| {
            let mut all: BTreeMap<Subject, Vec<usize>> = BTreeMap::new();
            for (at, finding) in findings.iter().enumerate() {
                all.entry(finding.subject).or_default().push(at);
            }
            all
        });
        all.get(&subject).map_or(&[], Vec::as_slice)
    }
}

impl Clone for BySubject {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for BySubject {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
