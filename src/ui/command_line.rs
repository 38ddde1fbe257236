//! Lines for a shell that do the same as a screen.

use std::path::Path;

/// A word for a shell.
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:,+=@%".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

/// `stillwatch query CASE 'SELECT …'`, as a shell reads it; `select` is a filter, for a statement
/// that asks the table `selected`.
pub fn query(case: &Path, sql: &str, select: Option<&str>) -> String {
    let mut parts = vec!["stillwatch query".to_owned()];
    if let Some(filter) = select {
        parts.push(format!("--select {}", quoted(filter)));
    }
    let (case, sql) = (case.display().to_string(), sql.trim());
    // A comment in front of the statement, or a name that begins so, is no option.
    if sql.starts_with('-') || case.starts_with('-') {
        parts.push("--".to_owned());
    }
    parts.extend([quoted(&case), quoted(sql)]);
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_would_read_something_else() {
        assert_eq!(quoted("/tmp/a-b.c"), "/tmp/a-b.c");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!((quoted("$(x)").as_str(), quoted("").as_str()), ("'$(x)'", "''"));
    }

    #[test]
    fn a_statement_is_one_word_and_a_comment_no_option() {
        let line = |sql, select| query(Path::new("my case.stillwatch"), sql, select);
        let sql = "SELECT 'a b'\nFROM view_account";
        assert_eq!(
            line(sql, None),
            "stillwatch query 'my case.stillwatch' 'SELECT '\\''a b'\\''\nFROM view_account'"
        );
        assert_eq!(
            line(" -- all\nSELECT 1", Some("model:a tokens>5")),
            "stillwatch query --select 'model:a tokens>5' -- 'my case.stillwatch' '-- all\nSELECT 1'"
        );
    }
}
