//! What two analysts changed since their cases were one: by the state before, ours and theirs.

/// What theirs added to a list since then and ours lacks, and what of ours they took away. Things
/// are the same where `same` says so; ids of lists that went their own ways mean nothing.
pub fn lists<'a, T>(
    before: &'a [T],
    ours: &'a [T],
    theirs: &'a [T],
    same: impl Fn(&T, &T) -> bool,
) -> (Vec<&'a T>, Vec<&'a T>) {
    let has = |list: &[T], one: &T| list.iter().any(|other| same(one, other));
    let added = theirs.iter().filter(|one| !has(before, one) && !has(ours, one));
    let removed = ours.iter().filter(|one| has(before, one) && !has(theirs, one));
    (added.collect(), removed.collect())
}

/// Who changed a thing since then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// Nobody, or ours alone, or both to the same.
    Ours,
    /// Theirs alone.
    Theirs,
    /// Both, and not to the same.
    Both,
}

/// Who changed a thing.
pub fn who<T: ?Sized>(before: &T, ours: &T, theirs: &T, same: impl Fn(&T, &T) -> bool) -> Changed {
    if same(before, theirs) || same(ours, theirs) {
        Changed::Ours
    } else if same(before, ours) {
        Changed::Theirs
    } else {
        Changed::Both
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_adds_is_added_and_what_one_takes_away_goes() {
        let found = lists(&[1, 2, 3], &[1, 2, 4], &[2, 3, 5, 4], |a, b| a == b);
        assert_eq!(found, (vec![&5], vec![&1]));
        assert_eq!(lists::<u8>(&[], &[], &[], |a, b| a == b), (vec![], vec![]));
    }

    #[test]
    fn a_thing_is_in_conflict_where_both_changed_it_differently() {
        let who = |before, ours, theirs| who(&before, &ours, &theirs, |a, b| a == b);
        assert_eq!(who(1, 1, 1), Changed::Ours);
        assert_eq!(who(1, 2, 1), Changed::Ours);
        assert_eq!(who(1, 2, 2), Changed::Ours);
        assert_eq!(who(1, 1, 2), Changed::Theirs);
        assert_eq!(who(1, 2, 3), Changed::Both);
    }
}
