//! How far two analysts agree on the accounts that both have judged.

use serde::Serialize;

use crate::case::Annotations;
use crate::model::Verdict;

/// Accounts from which on a sentence says the kappa: of fewer it is next to chance, whatever it is.
const LEAST: u64 = 10;

/// Verdicts of two analysts on the same accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Agreement {
    /// Accounts by our verdict, then by theirs, in the order of [`Verdict::ALL`].
    pub accounts: [[u64; 3]; 3],
}

impl Agreement {
    /// Of two sets of verdicts, on the accounts that both have. What both have from one and the same
    /// hand, because they were one case or one was merged into the other, is no agreement.
    pub fn of(ours: &Annotations, theirs: &Annotations) -> Self {
        let mut accounts = [[0; 3]; 3];
        let place = |verdict| Verdict::ALL.iter().position(|known| *known == verdict);
        let is_one = |account: &str, said: &crate::model::Annotation| {
            theirs.get(account).is_some_and(|other| other.verdict == said.verdict)
        };
        for (account, said) in ours.iter().filter(|(account, said)| !is_one(account, said)) {
            let of = |said: &crate::model::Annotation| place(said.verdict.as_ref()?.verdict);
            let theirs = theirs.get(account).and_then(of);
            if let (Some(a), Some(b)) = (of(said), theirs) {
                accounts[a][b] += 1;
            }
        }
        Self { accounts }
    }

    /// Accounts that both have judged.
    pub fn both(&self) -> u64 {
        self.accounts.iter().flatten().sum()
    }

    /// Accounts of these on which both say the same.
    pub fn alike(&self) -> u64 {
        (0..3).map(|at| self.accounts[at][at]).sum()
    }

    /// Cohen's kappa: agreement beyond chance, 1 for full agreement, 0 for that of chance. J. Cohen,
    /// "A coefficient of agreement for nominal scales", Educ. Psychol. Meas. 20, 1960. `None`
    /// without accounts, and where both gave one and the same verdict to all: then chance alone
    /// agrees fully.
    pub fn kappa(&self) -> Option<f64> {
        let all = self.both() as f64;
        let ours = |at: usize| self.accounts[at].iter().sum::<u64>() as f64;
        let theirs = |at: usize| self.accounts.iter().map(|row| row[at]).sum::<u64>() as f64;
        let by_chance = (0..3).map(|at| ours(at) * theirs(at)).sum::<f64>() / (all * all);
        let value = (self.alike() as f64 / all - by_chance) / (1.0 - by_chance);
        value.is_finite().then_some(value)
    }

    /// In a sentence.
    pub fn words(&self) -> String {
        let both = self.both();
        if both == 0 {
            return "No account was judged by both, each for themselves".to_owned();
        }
        let accounts = if both == 1 { "account" } else { "accounts" };
        let alike = self.alike();
        let kappa = match self.kappa() {
            Some(kappa) if both >= LEAST => format!("; Cohen's kappa {kappa:.2}"),
            _ => String::new(),
        };
        format!("{both} {accounts} judged by both, each for themselves, {alike} alike{kappa}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kappa_is_that_of_the_printed_example() {
        // J. Cohen, "Weighted kappa", Psychol. Bull. 70, 1968: 200 judgements, unweighted 0.492.
        let accounts = [[88, 14, 18], [10, 40, 10], [2, 6, 12]];
        let agreement = Agreement { accounts };
        assert_eq!((agreement.both(), agreement.alike()), (200, 140));
        assert!((agreement.kappa().expect("beyond chance") - 0.492).abs() < 5e-4);
        let words =
            "200 accounts judged by both, each for themselves, 140 alike; Cohen's kappa 0.49";
        assert_eq!(agreement.words(), words);
    }

    #[test]
    fn one_verdict_for_all_and_no_account_have_no_kappa() {
        assert_eq!(Agreement::default().kappa(), None);
        let one = Agreement { accounts: [[7, 0, 0], [0; 3], [0; 3]] };
        assert_eq!(
            (one.kappa(), one.words()),
            (None, "7 accounts judged by both, each for themselves, 7 alike".into())
        );
    }
}
