//! Numbers of findings that add up, each with what it counts: on the board, over the list, on the
//! overview.

use crate::model::finding::Level;
use crate::ui::format;

/// How many are indicative or more: those a review goes through. `by_level` is in the order of
/// [`Level::ALL`].
pub fn for_review(by_level: [u64; 4]) -> u64 {
    by_level[Level::Indicative as usize..].iter().sum()
}

/// `9 strong + 14 probable + 9 indicative`, without those there are none of.
pub fn levels(by_level: [u64; 4]) -> String {
    let reached = Level::ALL.iter().rev().copied().filter(|level| *level > Level::None);
    let parts = reached.map(|level| (by_level[level as usize], level.as_str()));
    let parts = parts.filter(|(n, _)| *n > 0);
    let parts: Vec<String> = parts.map(|(n, name)| format!("{} {name}", count(n))).collect();
    parts.join(" + ")
}

/// What the list holds, longest wording first: `9 strong + 14 probable + 9 indicative = 32 for
/// review; 27 more are below indicative`.
pub fn list(by_level: [u64; 4]) -> Vec<String> {
    let (n, below) = (for_review(by_level), by_level[Level::None as usize]);
    let levels = levels(by_level);
    let sum = match levels.contains('+') {
        true => format!("{levels} = {} for review", count(n)),
        false if n == 0 => "nothing for review".to_owned(),
        false => format!("{levels} for review"),
    };
    match below {
        0 => vec![sum],
        _ => {
            let below = count(below);
            let longest = ["more are below indicative", "below indicative", "below"];
            let mut all = longest.map(|words| format!("{sum}; {below} {words}")).to_vec();
            // Without words for what the progress beside the title says.
            all.push(format!("{}; {below} below", sum.trim_end_matches(" for review")));
            all
        }
    }
}

/// What the board holds, longest wording first: `32 for review + 27 below indicative = 59`.
pub fn board(by_level: [u64; 4]) -> Vec<String> {
    let (n, below) = (for_review(by_level), by_level[Level::None as usize]);
    let all = count(n + below);
    match (n, below) {
        (_, 0) => vec![format!("{all} for review"), all],
        (0, _) => vec![format!("{all} below indicative"), all],
        _ => vec![
            format!("{} for review + {} below indicative = {all}", count(n), count(below)),
            format!("{} + {} below indicative = {all}", count(n), count(below)),
            format!("{} + {} = {all}", count(n), count(below)),
        ],
    }
}

fn count(n: u64) -> String {
    format::count(n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_every_screen_add_up_in_words() {
        let by_level = [27, 9, 14, 9];
        assert_eq!(for_review(by_level), 32);
        assert_eq!(levels(by_level), "9 strong + 14 probable + 9 indicative");
        assert_eq!(
            list(by_level)[0],
            "9 strong + 14 probable + 9 indicative = 32 for review; 27 more are below indicative"
        );
        let shortest = "9 strong + 14 probable + 9 indicative = 32; 27 below";
        assert_eq!(list(by_level).last().map(String::as_str), Some(shortest));
        assert_eq!(board(by_level)[0], "32 for review + 27 below indicative = 59");
    }

    #[test]
    fn what_there_is_none_of_is_not_counted_out() {
        assert_eq!(list([0, 0, 3, 0]), ["3 probable for review"]);
        assert_eq!(list([4, 0, 0, 0])[0], "nothing for review; 4 more are below indicative");
        assert_eq!(board([4, 0, 0, 0])[0], "4 below indicative");
        assert_eq!(board([0, 2, 0, 1])[0], "3 for review");
    }
}
