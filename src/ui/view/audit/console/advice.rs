//! What to try when a statement cannot be run.

use crate::model::nearest;
use crate::store::DOCUMENTED;

/// A sentence for what SQLite says; `columns` are those of the documented tables.
pub fn advice(error: &str, columns: &[Vec<String>]) -> String {
    let named = |what: &str| error.split_once(what).map(|(_, name)| name.trim());
    if let Some(name) = named("no such table:") {
        if name == "selected" {
            return "Tick “with selected” above: the filter then fills that table".to_owned();
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
    fn a_name_that_is_nearly_one_is_said() {
        let columns = vec![vec!["account_id".to_owned(), "model".to_owned()]];
        let said = |error: &str| advice(error, &columns);
        assert_eq!(said("no such table: view_acount"), "Did you mean view_account?");
        assert_eq!(said("no such column: e.acount_id"), "Did you mean account_id?");
        assert!(said("no such column: model").contains("another table"));
        assert!(said("no such table: selected").contains("with selected"));
        assert!(said("only a single SELECT can be run here").contains("only reads"));
        assert!(said("near \"FORM\": syntax error").contains("before it"));
    }
}
