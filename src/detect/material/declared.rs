//! What a programme or an allow-list says an account may do, in free text that somebody has typed.

/// Words that take back what stands beside them.
const DENIED: [&str; 12] = [
    "not",
    "never",
    "denied",
    "denies",
    "rejected",
    "refused",
    "declined",
    "revoked",
    "withdrawn",
    "expired",
    "suspended",
    "pending",
];
/// Words that do so at the beginning: a contract has a number, too (`contract no. 12`).
const NONE: [&str; 3] = ["no", "none", "without"];
/// Words that begin like one that is meant and mean something else.
const OTHERS: [&str; 3] = ["contractor", "contractors", "studying"];

/// Whether a text speaks of one of these: of a word that begins so, or of several in a row, however they
/// are joined (`red team`, `red-team`, `RedTeam`). Without any, whether it speaks of anything.
pub(super) fn says(text: &str, of: &[&str]) -> bool {
    let words = words(text);
    let is_denied = words.iter().any(|word| DENIED.contains(&word.as_str()));
    if is_denied || words.first().is_none_or(|word| NONE.contains(&word.as_str())) {
        return false;
    }
    let begins =
        |word: &String, with: &str| word.starts_with(with) && !OTHERS.contains(&word.as_str());
    let has = |wanted: &&str| {
        let wanted: Vec<&str> = wanted.split(' ').collect();
        let is_here =
            |here: &[String]| here.iter().zip(&wanted).all(|(word, with)| begins(word, with));
        let joined = wanted.concat();
        words.windows(wanted.len()).any(is_here) || words.iter().any(|word| begins(word, &joined))
    };
    of.is_empty() || of.iter().any(has)
}

/// The words of a text, in small letters; a capital after a small letter begins one.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for letter in text.chars() {
        if !letter.is_alphanumeric() || (was_small && letter.is_uppercase()) {
            words.push(String::new());
        }
        was_small = letter.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_programme_are_one() {
        for text in ["red team", "red-team", "red_team", "RedTeam", "RED TEAMING", "redteam 2026"] {
            assert!(says(text, &["red team"]), "{text}");
        }
        for text in
            ["distillation contract no. 7", "non-profit distillation", "Distilled models", "distil"]
        {
            assert!(says(text, &["distil"]), "{text}");
        }
    }

    #[test]
    fn what_is_denied_or_only_sounds_alike_is_no_permission() {
        let words = ["research", "distil", "contract", "sanction", "study"];
        for text in [
            "no research",
            "not approved for research",
            "research: denied",
            "rejected: distillation",
            "unsanctioned",
            "subcontract refused",
            "contractor",
            "studying",
            "",
            "  ",
        ] {
            assert!(!says(text, &words), "{text}");
        }
    }

    #[test]
    fn without_words_any_programme_counts_that_was_granted() {
        assert!(says("start-up credits", &[]));
        assert!(!says("none requested", &[]) && !says("", &[]));
    }
}
