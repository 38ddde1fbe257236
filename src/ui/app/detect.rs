//! Running the detectors in the background.

use crate::case::{AnalysisDue, NewFindings, TemplatesDue, find};
use crate::detect::{Options, Parameters};
use crate::job::{Job, Progress};
use crate::model::Selection;
use crate::model::filter::{Expr, FilterField};
use crate::model::finding::Analysis;
use crate::ui::state::Detect;

use super::App;
use super::session::Session;

/// Everything random of a first run follows from it, as it does of `stillwatch analyze`.
const SEED: u64 = 1;

/// What a run is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// To take the place of what was found before.
    Keep,
    /// To see what would be found.
    Try,
}

/// A run that was asked for and waits for templates.
#[derive(Debug)]
struct Wanted {
    options: Options,
    purpose: Purpose,
    /// Whether templates were looked for already: once is enough, also where it failed.
    looked: bool,
}

/// What would be found with other numbers; nothing of it is kept.
#[derive(Clone, Debug)]
pub struct Trial {
    /// How it was run.
    pub options: Options,
    /// What was found.
    pub analysis: Analysis,
}

/// Runs of the detectors of an open case.
#[derive(Debug, Default)]
pub struct Detecting {
    wanted: Option<Wanted>,
    job: Option<(Options, Purpose, Job<NewFindings>)>,
    trial: Option<Trial>,
}

impl Detecting {
    /// How far a run is.
    pub fn progress(&self) -> Option<&Progress> {
        self.job.as_ref().map(|(.., job)| job.progress())
    }

    /// Whether a run was asked for and has not ended.
    pub fn is_busy(&self) -> bool {
        self.wanted.is_some() || self.job.is_some()
    }

    /// What would be found with other numbers.
    pub fn trial(&self) -> Option<&Trial> {
        self.trial.as_ref()
    }

    /// Stops what is at work.
    pub fn stop(&mut self) {
        self.wanted = None;
        if let Some((.., job)) = &self.job {
            job.progress().cancel();
        }
    }
}

impl App {
    /// Does what was asked of the detectors.
    pub(super) fn detect(&mut self, ctx: &egui::Context, asked: Detect) {
        let Some(session) = &mut self.session else { return };
        let detecting = &mut session.detecting;
        match asked {
            Detect::Stop => {
                detecting.stop();
                if let Some(finding) = &session.finding {
                    finding.progress().cancel();
                }
            }
            Detect::ForgetTrial => detecting.trial = None,
            Detect::Run(_) if session.case.is_read_only() || detecting.is_busy() => {}
            Detect::Try(_) if detecting.is_busy() => {}
            Detect::Run(options) => {
                detecting.wanted = Some(Wanted { options, purpose: Purpose::Keep, looked: false });
            }
            Detect::Try(options) => {
                detecting.wanted = Some(Wanted { options, purpose: Purpose::Try, looked: false });
            }
        }
        ctx.request_repaint();
    }

    /// As the detectors ran last, or as they do at first.
    pub(super) fn run_as_before(&self) -> Options {
        let run = self.session.as_ref().and_then(|s| s.case.analysis()).map(|a| &a.run);
        Options {
            seed: run.map_or(SEED, |run| run.seed),
            only: Vec::new(),
            parameters: run.map(|run| Parameters::of_run(&run.detectors)).unwrap_or_default(),
        }
    }

    /// Runs them unasked on a case in which they never ran. What they found once is not replaced
    /// unasked: clusters are numbered anew, and somebody may have written about them.
    pub(super) fn detect_if_never(&mut self, ctx: &egui::Context) {
        let Some(session) = &self.session else { return };
        let is_writable = !session.case.is_read_only() && !session.case.index.is_empty();
        let never = session.case.analysis_due() == Some(AnalysisDue::Never);
        if self.setup.looks_unasked && is_writable && never {
            let options = self.run_as_before();
            self.detect(ctx, Detect::Run(options));
        }
    }

    /// Begins a run that waits, and takes in one that has ended.
    pub(super) fn poll_detectors(&mut self, ctx: &egui::Context) {
        self.begin_wanted(ctx);
        let author = self.author();
        let Some(session) = &mut self.session else { return };
        let outcome = session.detecting.job.as_ref().and_then(|(.., job)| job.poll());
        let Some(outcome) = outcome else { return };
        let Some((options, purpose, job)) = session.detecting.job.take() else { return };
        let mut is_renumbered = false;
        let taken = outcome.and_then(|found| match purpose {
            Purpose::Keep => {
                let had = session.case.analysis().is_some();
                let taken = session.case.take_analysis(found, author);
                if taken.is_ok() {
                    session.detecting.trial = None;
                    is_renumbered = had;
                }
                taken.map_err(|error| error.to_string())
            }
            Purpose::Try => {
                session.detecting.trial =
                    Some(Trial { options, analysis: found.analysis(author.at) });
                Ok(())
            }
        });
        match taken {
            Ok(()) if is_renumbered => self.forget_numbers(ctx),
            Ok(()) => ctx.request_repaint(),
            Err(_) if job.progress().is_cancelled() => {}
            Err(error) => self.fail("The detectors did not come to an end", error),
        }
    }

    /// Clusters and findings are numbered anew by a run: a filter or selection by number would mean
    /// others without a word.
    fn forget_numbers(&mut self, ctx: &egui::Context) {
        let by_number = |expr: &Expr| {
            let mut found = false;
            expr.for_each_leaf(&mut |leaf| {
                found |= matches!(leaf, Expr::Term(term)
                    if matches!(term.field, FilterField::Cited | FilterField::Cluster));
            });
            found
        };
        let selected = matches!(&self.view.selection, Selection::Where(expr) if by_number(expr));
        let filtered = self.view.filter.expr.as_ref().is_some_and(by_number);
        if selected {
            self.view.selection = Selection::Nothing;
        }
        if filtered {
            self.view.clear_filter();
        }
        if selected || filtered {
            self.say(
                "Clusters and findings are numbered anew",
                "What was filtered or selected by number is let go; saved views that name a \
                 cluster or finding mean those of the run they were saved in",
            );
        }
        ctx.request_repaint();
    }

    fn begin_wanted(&mut self, ctx: &egui::Context) {
        let Some(session) = &mut self.session else { return };
        if session.finding.is_some() || session.detecting.job.is_some() {
            return;
        }
        let Some(mut wanted) = session.detecting.wanted.take() else { return };
        if !wanted.looked && needs_templates(session) {
            wanted.looked = true;
            session.detecting.wanted = Some(wanted);
            return self.find_templates(ctx);
        }
        let (case, options) = (session.case.looked_at(), wanted.options.clone());
        let wake = ctx.clone();
        let job = Job::spawn(
            move || wake.request_repaint(),
            move |progress| apart(|| find(&case, &options, progress)),
        );
        session.detecting.job = Some((wanted.options, wanted.purpose, job));
    }
}

/// Does it with threads of its own: those that count what the window shows would be busy with
/// detectors for as long as they run, and every brush would wait.
fn apart<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    match rayon::ThreadPoolBuilder::new().build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

/// Whether templates are to be looked for first. Damaged ones are not replaced unasked.
fn needs_templates(session: &Session) -> bool {
    let case = &session.case;
    let has_prompts = case.without_prompts < case.index.len() as u64;
    let due = case.templates_due();
    has_prompts
        && !case.is_read_only()
        && due.is_some_and(|due| !matches!(due, TemplatesDue::Damaged(_)))
}
