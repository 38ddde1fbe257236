//! Scripts that nearly the same accounts ask. Each may be a small part of what they ask; together
//! they are what a pool works off.
//!
//! Chance does not give that to what is rare: of two scripts that one account in fifty asks each, one
//! user in a hundred asks both.

use rustc_hash::FxHashMap;

use crate::detect::material::scripts::{Script, Use};

/// Of the accounts that ask either of two scripts the share that ask both (Jaccard), from which on
/// they are asked by nearly the same accounts: of five, no more than one asks only one of them.
const SAME: f64 = 0.7;
/// Users and scripts that are looked up, all in all: a second of work. A pool that has each of
/// many prompts asked by a few of its accounts, drawn anew, would else be compared with itself, prompt
/// by prompt.
pub(super) const LOOKED_UP: usize = 30_000_000;

/// Scripts, by position, in bundles of nearly the same users.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Bundles {
    /// Each script in one, and many alone; the one with the most users first.
    pub all: Vec<Vec<u32>>,
    /// Scripts that were not compared with others, since that took too long.
    pub not_compared: usize,
}

/// Puts scripts into bundles. The one with the most users leads, and takes whom it is like, as long as
/// no more than `most` users and scripts are looked up.
///
/// Naive: of the scripts with the most users first, each joins the first before it that leads and that
/// nearly the same accounts ask, or leads. Compared are only those with one of their rarest users in
/// common, which scripts so alike have (prefix filtering, after Bayardo, Ma and Srikant, WWW 2007).
pub(super) fn bundles(scripts: &[(u32, &Script)], most: usize) -> Bundles {
    let asked = asked(scripts);
    let mut order: Vec<usize> = (0..scripts.len()).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(scripts[*at].1.users.len()), scripts[*at].0));
    let mut bundles = Bundles::default();
    let mut leaders: Vec<&[Use]> = Vec::new();
    let mut by_user: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
    let mut looked_up = 0;
    for at in order {
        let (position, users) = (scripts[at].0, scripts[at].1.users.as_slice());
        if looked_up > most {
            bundles.all.push(vec![position]);
            bundles.not_compared += 1;
            continue;
        }
        let rarest = rarest(users, &asked);
        let of = |user| by_user.get(user).into_iter().flatten().copied();
        let mut candidates: Vec<usize> = rarest.iter().flat_map(of).collect();
        looked_up += candidates.len();
        candidates.sort_unstable();
        candidates.dedup();
        let is_like = |leader: &usize| {
            looked_up += users.len();
            are_alike(leaders[*leader], users)
        };
        match candidates.into_iter().find(is_like) {
            Some(leader) => bundles.all[leader].push(position),
            None => {
                rarest.iter().for_each(|u| by_user.entry(*u).or_default().push(leaders.len()));
                leaders.push(users);
                bundles.all.push(vec![position]);
            }
        }
    }
    bundles
}

/// A bundle as one script: of those who ask more than half of it, that often. Two short texts are less
/// likely to be the same by accident than one: each is of one hand as surely as it comes near to
/// `enough` words, and so are all together, but for what is left open by every one. It has no fewer
/// words than the longest of them.
pub(super) fn as_one(scripts: &[&Script], enough: usize) -> Option<Script> {
    let mut uses: Vec<Use> = scripts.iter().flat_map(|script| script.users.clone()).collect();
    uses.sort_unstable_by_key(|user| (user.account, user.first));
    let of_account = uses.chunk_by(|a, b| a.account == b.account);
    let mostly = of_account.filter(|of| 2 * of.len() > scripts.len());
    let users = mostly.map(|of| Use { rows: of.iter().map(|user| user.rows).sum(), ..of[0] });
    let left_open = |words: usize| 1.0 - (words as f64 / enough.max(1) as f64).min(1.0);
    let open: Option<f64> = scripts.iter().map(|script| script.words.map(left_open)).product();
    let longest = scripts.iter().filter_map(|script| script.words).max().unwrap_or(0);
    let words = |open: f64| ((1.0 - open) * enough as f64).round() as usize;
    Some(Script {
        id: scripts.first()?.id,
        words: open.map(|open| words(open).max(longest)),
        has_slots: scripts.iter().any(|script| script.has_slots),
        users: users.collect(),
    })
}

/// How many of the scripts each account asks.
fn asked(scripts: &[(u32, &Script)]) -> FxHashMap<u32, u32> {
    let mut asked = FxHashMap::default();
    for user in scripts.iter().flat_map(|(_, script)| &script.users) {
        *asked.entry(user.account).or_default() += 1;
    }
    asked
}

/// The users that ask the fewest scripts: so many that a script with nearly the same users has one
/// of them among its own.
fn rarest(users: &[Use], asked: &FxHashMap<u32, u32>) -> Vec<u32> {
    let n = users.len();
    let in_common = (SAME * n as f64).ceil() as usize;
    let mut accounts: Vec<u32> = users.iter().map(|user| user.account).collect();
    accounts.sort_unstable_by_key(|account| (asked.get(account).copied(), *account));
    accounts.truncate((n + 1).saturating_sub(in_common));
    accounts
}

/// Whether nearly the same accounts ask both.
fn are_alike(a: &[Use], b: &[Use]) -> bool {
    let (few, many) = if a.len() < b.len() { (a, b) } else { (b, a) };
    if (few.len() as f64) < SAME * many.len() as f64 {
        return false;
    }
    let asks = |user: &&Use| many.binary_search_by_key(&user.account, |u| u.account).is_ok();
    let both = few.iter().filter(asks).count();
    let either = a.len() + b.len() - both;
    both as f64 >= SAME * either as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn script(users: &[u32]) -> Script {
        let of =
            |(at, account): (usize, &u32)| Use { account: *account, rows: 2, first: at as u32 };
        let mut users: Vec<u32> = users.to_vec();
        users.sort_unstable();
        users.dedup();
        let users = users.iter().enumerate().map(of).collect();
        Script { id: 7, words: Some(5), has_slots: true, users }
    }

    fn numbered(scripts: &[Script]) -> Vec<(u32, &Script)> {
        (0..).zip(scripts).collect()
    }

    fn all(scripts: &[Script]) -> Vec<Vec<u32>> {
        bundles(&numbered(scripts), LOOKED_UP).all
    }

    fn naive(scripts: &[(u32, &Script)]) -> Vec<Vec<u32>> {
        let mut order = scripts.to_vec();
        order.sort_by_key(|(at, script)| (std::cmp::Reverse(script.users.len()), *at));
        let mut bundles: Vec<(&Script, Vec<u32>)> = Vec::new();
        for (at, script) in order {
            let is_like = |leader: &Script| are_alike(&leader.users, &script.users);
            match bundles.iter_mut().find(|(leader, _)| is_like(leader)) {
                Some((_, all)) => all.push(at),
                None => bundles.push((script, vec![at])),
            }
        }
        bundles.into_iter().map(|(_, all)| all).collect()
    }

    #[test]
    fn scripts_of_the_same_accounts_but_one_are_one_bundle() {
        let of = [script(&[1, 2, 3, 4, 5]), script(&[1, 2, 3, 4]), script(&[3, 4, 5, 6, 7])];
        assert_eq!(all(&of), [vec![0, 1], vec![2]]);
        assert!(all(&[]).is_empty());
    }

    #[test]
    fn what_takes_too_long_to_compare_stays_alone_and_is_counted() {
        let of = [script(&[1, 2, 3]), script(&[1, 2, 3]), script(&[4, 5, 6]), script(&[4, 5, 6])];
        let bundles = |most| bundles(&numbered(&of), most);
        assert_eq!(bundles(6), Bundles { all: vec![vec![0, 1], vec![2, 3]], not_compared: 0 });
        let some = Bundles { all: vec![vec![0, 1], vec![2], vec![3]], not_compared: 2 };
        assert_eq!(bundles(2), some);
    }

    #[test]
    fn a_bundle_is_asked_as_often_as_its_scripts_by_those_who_ask_most_of_it() {
        let (first, second) = (script(&[1, 2, 3, 9]), script(&[2, 3, 9]));
        let one = as_one(&[&first, &second], 8).expect("two");
        let rows: Vec<(u32, u32)> = one.users.iter().map(|u| (u.account, u.rows)).collect();
        assert_eq!(rows, [(2, 4), (3, 4), (9, 4)], "1 asks half of it");
        assert_eq!((one.words, one.users[0].first), (Some(7), 0), "3/8 of 3/8 is left open");
        assert_eq!(as_one(&[&first, &second], 3).expect("two").words, Some(5), "as each has");
        let unknown = Script { words: None, ..second };
        assert_eq!(as_one(&[&first, &unknown], 8).expect("two").words, None);
    }

    proptest! {
        #[test]
        fn comparing_the_rarest_users_first_misses_none(
            pools in proptest::collection::vec(
                proptest::collection::vec(0..14u32, 1..10), 1..24
            )
        ) {
            let scripts: Vec<Script> = pools.iter().map(|users| script(users)).collect();
            prop_assert_eq!(all(&scripts), naive(&numbered(&scripts)));
        }
    }
}
