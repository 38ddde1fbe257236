//! What to try when a statement cannot be run.

use crate::model::nearest;
use crate::store::DOCUMENTED;

/// What SQLite says, without the statement that it repeats, and where in it: line and character,
/// both from 1.
pub fn without_statement(error: &str, sql: &str) -> (String, Option<(usize, usize)>) {
    let repeated = format!(" in {sql}");
    let Some((what, rest)) = error.split_once(&repeated) else { return (error.to_owned(), None) };
    let offset = rest.trim().strip_prefix("at offset").and_then(|n| n.trim().parse().ok());
    let before = offset.and_then(|offset: usize| sql.get(..offset));
    let place = before.map(|before| {
        let line = before.rsplit('\n').next().unwrap_or_default();
        (before.matches('\n').count() + 1, line.chars().count() + 1)
    });
    (what.to_owned(), place)
}

/// A sentence for what SQLite says; `columns` are those of the documented tables.
pub fn advice(error: &str, columns: &[Vec<String>]) -> String {
    let named = |what: &str| {
        let (_, name) = error.split_once(what)?;
        name.split_whitespace().next()
    };
    if let Some(name) = named("no such table:") {
        if name == "selected" {
            return "Tick “with table selected” above: the filter then fills it".to_owned();
        }
        let near = nearest(name, DOCUMENTED.iter().map(|table| table.name));
        return match near {
            Some(near) => format!("Did you mean {near}?"),
            None => "The tables and views are listed on the left".to_owned(),
        };
    }
    if let Some(name) = named("no such column:") {
        // A column may be written with the table that it is of.
        let bare = name.rsplit('.').next().unwrap_or(name);
        let known = columns.iter().flatten().map(String::as_str);
        return match nearest(bare, known) {
            Some(near) if near != bare => format!("Did you mean {near}?"),
            Some(near) => format!("{near} is a column of another table: see the list on the left"),
            None => "The chevron beside a table lists its columns".to_owned(),
        };
    }
    if error.contains("only a single SELECT") {
        let why = "This console only reads: what changes a case is journalled, and done on the other screens";
        return why.to_owned();
    }
    if error.contains("syntax error") || error.contains("incomplete input") {
        return "SQLite names the first word that it did not expect: look at what is before it"
            .into();
    }
    "A table in the list on the left has an example to begin with".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statement_is_not_repeated_and_the_place_is_a_line_and_a_character() {
        let sql = "SELECT é,\n  acount_id\nFROM view_account";
        let error = format!("no such column: acount_id in {sql} at offset 13");
        let found = without_statement(&error, sql);
        assert_eq!(found, ("no such column: acount_id".to_owned(), Some((2, 3))));
        let other = "only a single SELECT can be run here";
        assert_eq!(without_statement(other, sql), (other.to_owned(), None));
        let cut = format!("x in {sql} at offset 99999");
        assert_eq!(without_statement(&cut, sql), ("x".to_owned(), None));
    }

    #[test]
    fn a_name_that_is_nearly_one_is_said() {
        let columns = vec![vec!["account_id".to_owned(), "model".to_owned()]];
        let said = |error: &str| advice(error, &columns);
        assert_eq!(said("no such table: view_acount"), "Did you mean view_account?");
        assert_eq!(said("no such column: e.acount_id"), "Did you mean account_id?");
        assert!(said("no such column: model").contains("another table"));
        assert!(said("no such table: selected").contains("with table selected"));
        assert!(said("only a single SELECT can be run here").contains("only reads"));
        assert!(said("near \"FORM\": syntax error").contains("before it"));
    }
}
