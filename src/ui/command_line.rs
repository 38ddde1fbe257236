//! Lines for a shell that do the same as a screen.

use std::path::Path;

use crate::detect::registry;
use crate::model::finding::{DetectorRun, DetectorState, RunInfo};

/// A word for a shell.
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:,+=@%".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

/// `stillwatch analyze CASE …` with the seed, detectors and parameters of a run; what is as it is
/// unless somebody says otherwise is not written.
pub fn analyze(case: &Path, run: &RunInfo) -> String {
    let mut parts = vec!["stillwatch analyze".to_owned(), path(case)];
    if run.seed != 1 {
        parts.push(format!("--seed {}", run.seed));
    }
    let is_asked = |run: &&DetectorRun| run.state != DetectorState::LeftOut;
    if !run.detectors.iter().all(|run| is_asked(&run)) {
        let ids = run.detectors.iter().filter(is_asked).map(|run| run.detector.as_str());
        parts.push(format!("--only {}", quoted(&ids.collect::<Vec<_>>().join(","))));
    }
    for run in run.detectors.iter().filter(is_asked) {
        parts.extend(changed(run).map(|set| format!("--set {}", quoted(&set))));
    }
    parts.join(" ")
}

/// The parameters of a detector that are not what they are by default, as `D10.name=value`.
fn changed(run: &DetectorRun) -> impl Iterator<Item = String> {
    let values: serde_json::Value = serde_json::from_str(&run.parameters).unwrap_or_default();
    let known = registry::by_id(&run.detector).map(|detector| detector.definition());
    let parameters = known.map_or(&[][..], |definition| definition.parameters);
    parameters.iter().filter_map(move |parameter| {
        let value = values.get(parameter.name)?.as_f64()?;
        let set = format!("{}.{}={value}", run.detector, parameter.name);
        (value != parameter.default).then_some(set)
    })
}

/// `stillwatch compare CASE A [B]`; without B against the rest.
pub fn compare(case: &Path, a: &str, b: Option<&str>) -> String {
    let sides = [Some(a), b].into_iter().flatten().map(quoted);
    let sides = sides.collect::<Vec<_>>().join(" ");
    format!("stillwatch compare {} {sides}", path(case))
}

/// A path that is no option, as a word for a shell.
fn path(path: &Path) -> String {
    let text = path.display().to_string();
    if text.starts_with('-') { quoted(&format!("./{text}")) } else { quoted(&text) }
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
    fn a_run_is_made_again_with_its_seed_its_detectors_and_its_parameters() {
        let run = |detector: &str, state, parameters: &str| DetectorRun {
            detector: detector.into(),
            version: 1,
            state,
            parameters: parameters.into(),
            findings: 0,
        };
        let d10 = registry::by_id("D10").expect("there").definition().parameters[0];
        let usual = format!(r#"{{"{}":{}}}"#, d10.name, d10.default);
        let other = format!(r#"{{"{}":{}}}"#, d10.name, d10.default + 1.0);
        let mut info = crate::model::finding::testkit::run_info();
        info.seed = 1;
        info.detectors = vec![run("D10", DetectorState::Ran, &usual)];
        let case = Path::new("-c.stillwatch");
        assert_eq!(analyze(case, &info), "stillwatch analyze ./-c.stillwatch");
        info.seed = 7;
        info.detectors =
            vec![run("D10", DetectorState::Ran, &other), run("D20", DetectorState::LeftOut, "{}")];
        assert_eq!(
            analyze(case, &info),
            format!(
                "stillwatch analyze ./-c.stillwatch --seed 7 --only D10 --set D10.{}={}",
                d10.name,
                d10.default + 1.0
            )
        );
    }

    #[test]
    fn a_comparison_names_both_sides_or_leaves_the_rest_unsaid() {
        let case = Path::new("c.stillwatch");
        assert_eq!(compare(case, "cluster:1", None), "stillwatch compare c.stillwatch cluster:1");
        assert_eq!(
            compare(case, "model:a b", Some("cluster:2")),
            "stillwatch compare c.stillwatch 'model:a b' cluster:2"
        );
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
