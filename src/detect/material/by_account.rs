//! Something of every account, on all cores.
//!
//! Not by the pool that runs the detectors: what several of them wait for must not be made by a
//! thread that may meanwhile begin another one that waits for it, too.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU32, Ordering};

/// Accounts that a thread takes at once.
const BLOCK: u32 = 128;

/// `of` every account, in their order. Naive: `(0..accounts).map(of).collect()`.
pub fn by_account<T: Send>(accounts: u32, of: impl Fn(u32) -> T + Sync) -> Vec<T> {
    let next = AtomicU32::new(0);
    let done: Mutex<Vec<(u32, Vec<T>)>> = Mutex::new(Vec::new());
    let work = || loop {
        let block = next.fetch_add(1, Ordering::Relaxed);
        let start = block.saturating_mul(BLOCK);
        if start >= accounts {
            return;
        }
        let made = (start..accounts.min(start.saturating_add(BLOCK))).map(&of).collect();
        done.lock().unwrap_or_else(PoisonError::into_inner).push((block, made));
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(block, _)| *block);
    done.into_iter().flat_map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_account_comes_once_and_in_order() {
        for n in [0, 1, 128, 1_000] {
            assert_eq!(by_account(n, |a| a * 2), (0..n).map(|a| a * 2).collect::<Vec<_>>());
        }
    }
}
