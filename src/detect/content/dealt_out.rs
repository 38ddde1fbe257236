//! Work that one hand deals out: hardly anybody else does it, and each does as much of it a day.

use rustc_hash::FxHashSet;

use crate::detect::Material;
use crate::detect::material::loads::{EVEN, unevenness};
use crate::detect::material::scripts::Use;

/// Parties that it ties at least.
const LEAST_PARTIES: usize = 4;
/// How often an account must have done it to be tied: it may have lived for a few days.
const LEAST_TIED: u32 = 3;
/// Part of all of it that must be of such accounts: else many have only tried it.
const MOST_OF_IT: f64 = 0.9;

/// Accounts between which it is dealt out, and how evenly.
pub(super) struct DealtOut<'u> {
    /// By account.
    pub users: Vec<&'u Use>,
    /// Standard deviation of the logarithm of how often a day they do it.
    pub uneven: f64,
    /// The same of all calls of all accounts of the case.
    pub of_all: f64,
}

/// Whether something is dealt out to those who do it, each so often. People who have it from each
/// other do it as much as they like; programs that each run by a timer of their own do it alike and
/// know nothing of each other.
pub(super) fn dealt_out<'u>(material: &Material<'_>, all: &'u [Use]) -> Option<DealtOut<'u>> {
    let users: Vec<&Use> = all.iter().filter(|user| user.rows >= LEAST_TIED).collect();
    let rows =
        |of: &mut dyn Iterator<Item = &Use>| of.map(|user| f64::from(user.rows)).sum::<f64>();
    let parties: FxHashSet<u32> = users.iter().map(|user| material.party(user.account)).collect();
    let is_tried = rows(&mut users.iter().copied()) < MOST_OF_IT * rows(&mut all.iter());
    if parties.len() < LEAST_PARTIES || is_tried {
        return None;
    }
    let sent: Vec<(u32, u64)> = users.iter().map(|u| (u.account, u.rows.into())).collect();
    let uneven = unevenness(material, &sent, LEAST_TIED.into())?.deviation();
    let of_all = material.unevenness_of_all()?;
    let by_timers = || {
        let timed = users.iter().filter(|user| material.works_by_a_timer(user.account)).count();
        2 * timed > users.len()
    };
    (uneven < EVEN * of_all && !by_timers()).then_some(DealtOut { users, uneven, of_all })
}
