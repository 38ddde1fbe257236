//! What is known and what is not. Only what is known speaks against an explanation: an account that
//! names no organisation may be of the one that others name.

use super::{Facts, count, share};
use crate::model::finding::{Statement, Tested};

/// What came of a condition, with its facts.
pub type Outcome = (Tested, Statement);

/// How many of some things are known to be as an explanation needs them.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Those that are.
    pub yes: u64,
    /// Those of which it is known.
    pub known: u64,
    /// All there are.
    pub all: u64,
}

impl Known {
    /// Not excluded where those that are known to be so are enough; excluded where at least half are
    /// known, and there would not be enough if all the others were so, too; else not testable, as
    /// where there is nothing at all.
    pub fn tested(self, is_enough: impl Fn(u64) -> bool) -> Tested {
        let Self { yes, known, all } = self;
        let may_be = yes + all.saturating_sub(known);
        if all == 0 {
            Tested::NotTestable
        } else if is_enough(yes) {
            Tested::NotExcluded
        } else if 2 * known < all || is_enough(may_be) {
            Tested::NotTestable
        } else {
            Tested::Excluded
        }
    }

    /// Those of which it is not known.
    pub fn unknown(self) -> u64 {
        self.all.saturating_sub(self.known)
    }
}

/// An explanation that needs both: what excludes one of them excludes it, and then what cannot be
/// tested leaves it open. The facts are of the one that decides, of two alike the first.
pub fn both(a: Outcome, b: Outcome) -> Outcome {
    let decides = |tested: Tested| match tested {
        Tested::Excluded => 2,
        Tested::NotTestable => 1,
        Tested::NotExcluded => 0,
    };
    if decides(b.0) > decides(a.0) { b } else { a }
}

/// What is said of accounts in the accounts table, which lists whom it says it of: who is in the
/// table and not listed is not one of them, and of who is not in the table nothing is known.
pub fn listed(facts: &Facts<'_>, n: usize, what: &str) -> (Known, Statement) {
    let in_table = facts.count(|account| facts.material.is_in_table(account));
    let known = Known { yes: n as u64, known: in_table as u64, all: facts.members() as u64 };
    if known.unknown() == 0 {
        return (known, super::of_members(facts, n, what));
    }
    let words = format!(
        "{{n}} of the {{known}} accounts that are in the accounts table {what}; {{unknown}} are \
         not in it"
    );
    let statement = count(Statement::new(words), "n", known.yes, what);
    let statement = count(statement, "known", known.known, "accounts in the accounts table");
    (known, count(statement, "unknown", known.unknown(), "accounts that are not in it"))
}

/// Whether most exchanges of the accounts are so, by those of which it is known, and in words: how many
/// are, and how many do not hold what is counted.
pub fn of_exchanges(facts: &Facts<'_>, known: Known, (are, lack): (&str, &str)) -> Outcome {
    let statement = without(share(facts, known.yes, are), known, lack);
    (known.tested(|n| 2 * n > known.all), statement)
}

fn without(statement: Statement, known: Known, what: &str) -> Statement {
    if known.unknown() == 0 {
        return statement;
    }
    let words = format!("{}; {{unknown}} of {{all}} {what}", statement.words);
    let statement = Statement { words, ..statement };
    let statement = count(statement, "unknown", known.unknown(), "exchanges without it");
    count(statement, "all", known.all, "exchanges")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of eleven accounts, four in five are needed.
    fn of_eleven(yes: u64, known: u64) -> Tested {
        Known { yes, known, all: 11 }.tested(|n| n * 5 >= 11 * 4)
    }

    #[test]
    fn what_is_unknown_excludes_nothing_and_what_is_known_does_where_the_rest_cannot_turn_it() {
        assert_eq!(of_eleven(1, 4), Tested::NotTestable, "of seven nothing is known");
        assert_eq!(of_eleven(1, 11), Tested::Excluded);
        assert_eq!(of_eleven(1, 8), Tested::Excluded, "four at most");
        assert_eq!(of_eleven(7, 9), Tested::NotTestable, "nine, if the two others are so, too");
        assert_eq!(of_eleven(9, 9), Tested::NotExcluded);
        assert_eq!(of_eleven(0, 0), Tested::NotTestable);
    }

    #[test]
    fn of_nothing_at_all_nothing_is_known() {
        let none = Known { yes: 0, known: 0, all: 0 };
        assert_eq!(none.tested(|n| 2 * n > 0), Tested::NotTestable);
        assert_eq!(none.tested(|_| true), Tested::NotTestable);
    }

    #[test]
    fn of_two_conditions_the_one_that_excludes_speaks() {
        let said = |tested, words: &str| (tested, Statement::new(words));
        let of = |a, b| both(said(a, "first"), said(b, "second"));
        let (yes, no, open) = (Tested::NotExcluded, Tested::Excluded, Tested::NotTestable);
        for (a, b, tested, words) in [
            (yes, no, no, "second"),
            (open, no, no, "second"),
            (no, no, no, "first"),
            (yes, open, open, "second"),
            (yes, yes, yes, "first"),
        ] {
            assert_eq!(of(a, b), said(tested, words));
        }
    }
}
