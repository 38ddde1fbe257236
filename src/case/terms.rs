//! The terms register: clauses read from a file, and the ones a register may start from.

use serde::Deserialize;

use crate::model::book::Term;

/// Clauses as they stand in a file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Register {
    #[serde(default)]
    term: Vec<Term>,
}

/// Clauses that were public in 2026, in other words: a place to start, with nothing checked.
pub fn starting_point() -> Vec<Term> {
    read_terms(include_str!("../../assets/terms/starting_point.toml")).unwrap_or_default()
}

/// Reads clauses, TOML: a table `[[term]]` for each, with the fields of [`Term`].
///
/// # Errors
/// What is wrong, with line and column; also where a clause has no provider or says nothing, or
/// ends before it begins.
pub fn read_terms(text: &str) -> Result<Vec<Term>, String> {
    let Register { term } = toml::from_str(text).map_err(|e| e.to_string())?;
    for (number, term) in (1..).zip(&term) {
        if let Some(why) = wrong(term) {
            return Err(format!("clause {number}: {why}"));
        }
    }
    Ok(term)
}

/// What a clause lacks.
pub fn wrong(term: &Term) -> Option<String> {
    if term.provider.trim().is_empty() {
        return Some("no provider is named".into());
    }
    if term.paraphrase.trim().is_empty() {
        return Some("it does not say what the clause says".into());
    }
    match (term.from, term.until) {
        (Some(from), Some(until)) if until <= from => {
            Some(format!("it ends on {until}, before it begins on {from}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_register_may_start_from_clauses_of_which_none_is_checked() {
        let terms = starting_point();
        assert!(terms.len() >= 10, "{}", terms.len());
        assert!(terms.iter().all(|term| term.checked.is_none() && wrong(term).is_none()));
        assert!(terms.iter().all(|term| term.url.starts_with("https://")));
    }

    #[test]
    fn what_is_wrong_with_a_clause_is_said() {
        let error = |text: &str| read_terms(text).expect_err("wrong");
        assert!(error("[[term]]\nprovider = 'x'").contains("clause 1: it does not say"));
        let text = "[[term]]\nprovider = 'x'\nparaphrase = 'y'\nfrom = '2025-02-30'";
        assert!(error(text).contains("is no day such as 2025-06-17"), "{}", error(text));
        let text = "[[term]]\nprovider='x'\nparaphrase='y'\nfrom='2025-02-02'\nuntil='2025-02-02'";
        assert!(error(text).contains("before it begins"), "{}", error(text));
        assert!(error("[[terms]]").contains("unknown field"));
    }
}
