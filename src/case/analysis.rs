//! Running the detectors on a case, and writing down what they found.

use std::path::PathBuf;
use std::sync::Arc;

use super::edit::Author;
use super::open::{OpenCase, stand_ins};
use super::templates::{CasePrompts, FoundTemplates, find_templates};
use super::texts::CaseTexts;
use crate::detect::marks;
use crate::detect::rules::Rules;
use crate::detect::{Material, Options, Outcome, analyze, registry};
use crate::index::Index;
use crate::job::Progress;
use crate::model::finding::{Analysis, DetectorRun, DetectorState, Finding, Inputs, RunInfo};
use crate::model::{Marker, Time};
use crate::store::{CaseFile, Mode, NewAnalysis, StoreError};

/// What detectors found, on its way into the case.
#[derive(Debug)]
pub struct NewFindings {
    /// How they were run; the time is set when it is written.
    pub run: RunInfo,
    /// What they found.
    pub outcome: Outcome,
}

/// Why detectors are to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnalysisDue {
    /// They never were.
    Never,
    /// Other versions of these detectors, by id, or others than there are now.
    OtherVersion(Vec<String>),
    /// What they looked at has changed since: what, in words.
    Changed(Vec<&'static str>),
    /// What the case says of it cannot be read, and why.
    Damaged(String),
}

impl AnalysisDue {
    /// Says it, as the end of a sentence that begins with "The findings are" or stands alone.
    pub fn sentence(&self) -> String {
        match self {
            Self::Never => "the detectors have not been run".into(),
            Self::Damaged(_) => "the findings are damaged in the case file".into(),
            Self::OtherVersion(ids) => {
                format!("the findings are of another version of Stillwatch ({})", ids.join(", "))
            }
            Self::Changed(what) => {
                format!("the findings are out of date: {} changed since", what.join(", "))
            }
        }
    }
}

/// Whether detectors are to be run, given how they were and what they would look at.
pub fn analysis_due(run: Option<&RunInfo>, now: &Inputs) -> Option<AnalysisDue> {
    let Some(run) = run else { return Some(AnalysisDue::Never) };
    let changed = now.changed_since(&run.inputs);
    if !changed.is_empty() {
        return Some(AnalysisDue::Changed(changed));
    }
    let other = other_versions(&run.detectors);
    (!other.is_empty()).then_some(AnalysisDue::OtherVersion(other))
}

/// Detectors that there are in this version only, in that one only, or that are not the same.
fn other_versions(ran: &[DetectorRun]) -> Vec<String> {
    let now = registry::all().iter().map(|detector| detector.definition());
    let now: Vec<(&str, u32)> = now.map(|definition| (definition.id, definition.version)).collect();
    let then: Vec<(&str, u32)> = ran.iter().map(|run| (&*run.detector, run.version)).collect();
    let only = |a: &[(&str, u32)], b: &[(&str, u32)]| {
        a.iter().filter(|d| !b.contains(d)).map(|d| d.0.to_owned()).collect::<Vec<_>>()
    };
    let mut other = only(&now, &then);
    other.extend(only(&then, &now));
    other.sort_unstable();
    other.dedup();
    other
}

/// Looks for the templates of a case where detectors need that: where there are prompts and it was
/// not done, or something came in since. They are in the index then, and not in the file yet.
///
/// # Errors
/// When the case cannot be read; [`StoreError::Cancelled`].
pub fn find_templates_if_due(
    case: &OpenCase,
    progress: &Progress,
) -> Result<Option<FoundTemplates>, StoreError> {
    let has_prompts = case.without_prompts < case.index.len() as u64;
    if !has_prompts || case.templates_due().is_none() {
        return Ok(None);
    }
    let found = find_templates(&case.texts, &case.index, progress)?;
    case.index.put_templates(Arc::clone(&found.templates));
    Ok(Some(found))
}

/// How many of the clusters at `probable` and above chance is expected to have made, at most.
pub fn expected_false(analysis: &Analysis) -> f64 {
    crate::detect::expected_false(&analysis.clusters)
}

/// What detectors look at of an open case, to be taken to another thread.
#[derive(Clone, Debug)]
pub struct LookedAt {
    path: PathBuf,
    index: Arc<Index>,
    texts: Arc<CaseTexts>,
    markers: Vec<Marker>,
    inputs: Inputs,
    has_prompts: bool,
    /// Accounts that stand in for records without one.
    stand_ins: Vec<String>,
    /// The rules of the last run, as TOML; empty for those that come with the program.
    rules: String,
}

impl OpenCase {
    /// What detectors look at, as it is now.
    pub fn looked_at(&self) -> LookedAt {
        LookedAt {
            path: self.path.clone(),
            index: Arc::clone(&self.index),
            texts: Arc::clone(&self.texts),
            markers: self.markers.clone(),
            inputs: self.inputs(),
            has_prompts: self.without_prompts < self.index.len() as u64,
            stand_ins: stand_ins(&self.sources),
            rules: self.analysis().map(|of| of.run.inputs.rules.clone()).unwrap_or_default(),
        }
    }
}

/// Runs the detectors on a case, with the rules of the run before; where there was none, with those
/// that come with the program. Nothing is written.
///
/// # Errors
/// When the case cannot be read; [`StoreError::Cancelled`].
pub fn find(
    case: &LookedAt,
    options: &Options,
    progress: &Progress,
) -> Result<NewFindings, StoreError> {
    let own = own_rules(&case.rules).map_err(StoreError::Damaged)?;
    find_by(case, options, own.as_ref().unwrap_or_else(|| Rules::built_in()), progress)
}

/// Rules that a case keeps; `None` where it keeps none.
fn own_rules(text: &str) -> Result<Option<Rules>, String> {
    let own = (!text.is_empty()).then(|| Rules::parse(text)).transpose();
    own.map_err(|error| {
        format!(
            "rules that the case keeps: {error}; `stillwatch analyze CASE --rules FILE` gives it \
             others, `--built-in-rules` goes back to those of the program"
        )
    })
}

/// The rules that a run went by; `None` for those that come with the program.
///
/// # Errors
/// In words, where the run went by rules that came with another version of the program, or the ones
/// it kept are damaged.
pub fn rules_of(run: &RunInfo) -> Result<Option<Rules>, String> {
    let own = own_rules(&run.inputs.rules)?;
    let known = own.as_ref().unwrap_or_else(|| Rules::built_in());
    let recorded = run.detectors.iter().find_map(|run| {
        let parameters: serde_json::Value = serde_json::from_str(&run.parameters).ok()?;
        Some(parameters.get("rules_sha256")?.as_str()?.to_owned())
    });
    match recorded {
        Some(recorded) if recorded != known.sha256 => {
            Err("the rules of this run came with another version of Stillwatch".into())
        }
        _ => Ok(own),
    }
}

/// Likewise, with these rules.
///
/// # Errors
/// As [`find`].
pub fn find_by(
    case: &LookedAt,
    options: &Options,
    rules: &Rules,
    progress: &Progress,
) -> Result<NewFindings, StoreError> {
    progress.set_phase("reading what is known of accounts", 0);
    let attributes = CaseFile::open(&case.path, Mode::ReadOnly)?.account_attributes()?;
    let mut inputs = case.inputs.clone();
    let mut material = Material::new(&case.index, &attributes, &case.markers)
        .with_stand_ins(&case.stand_ins)
        .with_rules(rules);
    let reads = registry::reads(&options.only);
    if reads.is_any() && case.has_prompts {
        let prompts = CasePrompts { texts: &case.texts, index: &case.index };
        let what = (rules, reads);
        material = material.with_marks(marks::read(&prompts, &case.index, what, progress)?);
    }
    let mut outcome = analyze(&material, options, progress)?;
    outcome.detectors.iter_mut().for_each(|run| name_rules(run, rules));
    inputs.left_out.clone_from(&outcome.remarks);
    // Kept also where nobody went by them now: the next run does.
    if !rules.are_built_in() {
        inputs.rules.clone_from(&rules.text);
    }
    let run = RunInfo {
        at: Time(0),
        seed: options.seed,
        up_to: case.index.last_event_id(),
        events: case.index.everything().len(),
        accounts: case.index.accounts().len() as u64,
        inputs,
        detectors: outcome.detectors.clone(),
    };
    Ok(NewFindings { run, outcome })
}

/// Writes down which rules a detector went by, among its parameters.
fn name_rules(run: &mut DetectorRun, rules: &Rules) {
    let goes_by_rules = run.state == DetectorState::Ran
        && registry::by_id(&run.detector).is_some_and(|of| of.reads().rules);
    let parameters = serde_json::from_str(&run.parameters);
    let Ok(mut parameters) = parameters.map(|of: serde_json::Map<String, serde_json::Value>| of)
    else {
        return;
    };
    if goes_by_rules {
        parameters.insert("rules_sha256".into(), rules.sha256.as_str().into());
        parameters.insert("rules_version".into(), rules.version.as_str().into());
        run.parameters = serde_json::Value::Object(parameters).to_string();
    }
}

impl NewFindings {
    /// As a case that was opened again shows it.
    pub fn analysis(&self, at: Time) -> Analysis {
        let findings = &self.outcome.findings;
        let without = Finding::without_evidence;
        Analysis {
            run: RunInfo { at, ..self.run.clone() },
            clusters: self.outcome.clusters.clone(),
            accounts: self.outcome.accounts.clone(),
            cited: Analysis::cited_by(findings),
            findings: findings.iter().map(without).collect(),
            by_subject: Default::default(),
        }
    }

    /// Writes it into the case, in place of what was found before.
    ///
    /// # Errors
    /// When the case cannot be written; it is then as before. [`StoreError::Cancelled`].
    pub fn write(
        &self,
        file: &mut CaseFile,
        author: &Author,
        progress: &Progress,
    ) -> Result<(), StoreError> {
        self.write_with(None, file, author, progress)
    }

    /// Likewise; templates that were looked for first are written with them or not at all.
    ///
    /// # Errors
    /// As [`NewFindings::write`].
    pub fn write_with(
        &self,
        templates: Option<&FoundTemplates>,
        file: &mut CaseFile,
        author: &Author,
        progress: &Progress,
    ) -> Result<(), StoreError> {
        let run = RunInfo { at: author.at, ..self.run.clone() };
        let Outcome { clusters, accounts, findings, links, circles, measured, .. } = &self.outcome;
        let new = NewAnalysis { run: &run, clusters, accounts, findings, links, circles, measured };
        file.transaction(|tx| {
            if let Some(templates) = templates {
                templates.write_within(tx, author)?;
            }
            tx.replace_analysis(new, &author.actor, progress).map(drop)
        })
    }
}
