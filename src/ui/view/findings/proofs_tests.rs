use std::sync::Mutex;
use std::sync::mpsc::sync_channel;

use super::*;
use crate::case::Annotations;
use crate::detect::exhibit::gallery::{self, Shown};
use crate::detect::marks::Marks;
use crate::index::Lists;
use crate::model::finding::{DetectorRun, DetectorState, testkit};
use crate::ui::Keys;
use crate::ui::app::detect::Detecting;
use crate::ui::beside::Beside;
use crate::ui::scene::{ReadJournal, ReadPrompt, ReadRecord, ReadTies};
use crate::ui::state::{Hover, ViewState};
use crate::ui::widget::raw::RawText;

/// A case with a run of one finding.
struct Case {
    index: Arc<Index>,
    finding: Finding,
    analysis: Arc<Analysis>,
}

impl Case {
    fn of(shown: Shown) -> Self {
        let analysis = run(&shown.finding);
        Self { index: Arc::new(shown.index), finding: shown.finding, analysis }
    }
}

fn run(finding: &Finding) -> Arc<Analysis> {
    let detector = DetectorRun {
        detector: finding.detector.clone(),
        version: 1,
        parameters: "{}".into(),
        state: DetectorState::Ran,
        findings: 1,
    };
    let mut analysis = testkit::analysis(0, vec![finding.without_evidence()]);
    analysis.run.detectors = vec![detector];
    Arc::new(analysis)
}

/// Asks for the pictures of a finding once, as a frame does.
fn ask(proofs: &mut Proofs, case: &Case, read_marks: &ReadMarks) {
    let Case { index, finding, analysis } = case;
    let evidence = finding.evidence.clone();
    let read_cited: ReadCited = Arc::new(move |_| Ok(evidence.clone()));
    let read_record: ReadRecord = Arc::new(|_| Ok::<RawText, String>(RawText::default()));
    let read_prompt: ReadPrompt = Arc::new(|_| Ok(None));
    let read_ties: ReadTies = Arc::new(|| Ok(Default::default()));
    let read_journal: ReadJournal = Arc::new(|| Ok(Vec::new()));
    let (view, hover) = (ViewState::default(), Hover::default());
    let (lists, annotations) = (Arc::<Lists>::default(), Arc::<Annotations>::default());
    let (beside, detecting) = (Beside::known(Attributes::new()), Detecting::default());
    let mut actions = Vec::new();
    let scene = Scene {
        index,
        index_version: 1,
        lists: &lists,
        lists_version: 1,
        annotations: &annotations,
        markers: &[],
        time_notes: &[],
        book: &[],
        sources: &[],
        beside: &beside,
        read_only: false,
        view: &view,
        hover: &hover,
        keys: Keys { covered: false, typing: false },
        read_record: &read_record,
        read_prompt: &read_prompt,
        templates_due: None,
        finding_templates: None,
        analysis: Some(analysis),
        analysis_due: None,
        detecting: &detecting,
        read_cited: &read_cited,
        read_marks,
        read_ties: &read_ties,
        read_journal: &read_journal,
        unwritten: 0,
        edits: 0,
        actions: &mut actions,
    };
    proofs.ask(&egui::Context::default(), &scene, analysis, finding.subject);
}

/// What is shown of the finding: how many pictures, that the prompts are read, or why not.
fn shown(proofs: &Proofs, case: &Case) -> Option<Result<usize, String>> {
    let run = case.analysis.run.at;
    match proofs.pictures(run, case.finding.subject, &case.finding, 1)? {
        Pictures::Made(all) => Some(Ok(all.len())),
        Pictures::Later(doing, _) => Some(Err(doing.into())),
        Pictures::Failed(why) => Some(Err(why.into())),
    }
}

/// Frames until something else is shown.
fn until(
    proofs: &mut Proofs,
    case: &Case,
    marks: &ReadMarks,
    is: impl Fn(&Option<Result<usize, String>>) -> bool,
) {
    let begun = std::time::Instant::now();
    while !is(&shown(proofs, case)) {
        ask(proofs, case, marks);
        std::thread::yield_now();
        assert!(begun.elapsed().as_secs() < 60, "{:?}", shown(proofs, case));
    }
}

#[test]
fn frames_go_on_while_prompts_are_read_and_the_picture_comes_when_they_are() {
    let case = Case::of(gallery::asked());
    let (go, wait) = sync_channel::<()>(1);
    let wait = Mutex::new(wait);
    let marks: ReadMarks = Arc::new(move |accounts, (_, reads), _| {
        assert!(reads.rules && !reads.items && accounts.len() > 40, "those it is compared with");
        wait.lock().map_err(|e| e.to_string())?.recv().map_err(|e| e.to_string())?;
        Ok::<Option<Marks>, String>(None)
    });
    let mut proofs = Proofs::default();
    until(&mut proofs, &case, &marks, |shown| *shown == Some(Err("reading the prompts".into())));
    // The rest is there meanwhile.
    let read = proofs.of(case.analysis.run.at, case.finding.subject).expect("read");
    assert_eq!(read.records, case.finding.events().len() as u64);
    for _ in 0..20 {
        ask(&mut proofs, &case, &marks);
    }
    assert_eq!(shown(&proofs, &case), Some(Err("reading the prompts".into())));
    go.send(()).expect("it waits");
    until(&mut proofs, &case, &marks, |shown| matches!(shown, Some(Ok(2))));
    assert!(!proofs.is_stale());
}

#[test]
fn where_prompts_cannot_be_read_that_is_said_and_the_rest_is_shown() {
    let case = Case::of(gallery::asked());
    let marks: ReadMarks = Arc::new(|_, _, _| Err("the disk is gone".into()));
    let mut proofs = Proofs::default();
    until(&mut proofs, &case, &marks, |shown| *shown == Some(Err("the disk is gone".into())));
    assert!(proofs.of(case.analysis.run.at, case.finding.subject).is_some());
}

#[test]
fn what_needs_no_prompts_is_shown_where_they_cannot_be_read() {
    let mut case = Case::of(gallery::asked());
    // The same as another detector says it: its pictures look at all accounts, and at no prompt.
    let other = Finding { detector: "D24".into(), ..case.finding.without_evidence() };
    let findings = vec![case.finding.without_evidence(), other.clone()];
    case.analysis = Arc::new(Analysis { findings, ..(*case.analysis).clone() });
    let marks: ReadMarks = Arc::new(|_, _, _| Err("the disk is gone".into()));
    let mut proofs = Proofs::default();
    until(&mut proofs, &case, &marks, |shown| *shown == Some(Err("the disk is gone".into())));
    let (run, subject) = (case.analysis.run.at, other.subject);
    let shown = proofs.pictures(run, subject, &other, 2);
    assert!(matches!(shown, Some(Pictures::Made(_))));
}

#[test]
fn no_prompt_is_read_for_pictures_that_need_none() {
    let case = Case::of(gallery::pathways());
    let marks: ReadMarks = Arc::new(|_, _, _| Err("nobody may ask".into()));
    let mut proofs = Proofs::default();
    until(&mut proofs, &case, &marks, |shown| matches!(shown, Some(Ok(1))));
    ask(&mut proofs, &case, &marks);
    assert_eq!(shown(&proofs, &case), Some(Ok(1)));
}

#[test]
fn what_looks_at_all_accounts_comes_after_the_rest_and_reads_no_prompt() {
    let case = Case::of(gallery::block());
    let marks: ReadMarks = Arc::new(|_, _, _| Err("nobody may ask".into()));
    let mut proofs = Proofs::default();
    let waits = Some(Err("looking at all accounts".to_owned()));
    until(&mut proofs, &case, &marks, |shown| *shown == waits);
    until(&mut proofs, &case, &marks, |shown| matches!(shown, Some(Ok(_))));
}
