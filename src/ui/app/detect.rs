//! Running the detectors in the background.

use crate::case::{AnalysisDue, NewFindings, TemplatesDue, find};
use crate::detect::{Options, Parameters};
use crate::job::{Job, Progress};
use crate::model::filter::{Expr, FilterField};
use crate::model::finding::Analysis;
use crate::model::{Filter, Selection};
use crate::ui::state::{Detect, Trail};

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

/// What would be found with other numbers, until it is kept or forgotten.
#[derive(Debug)]
pub struct Trial {
    /// How it was run.
    pub options: Options,
    /// What was found, as a case shows it.
    pub analysis: Analysis,
    found: NewFindings,
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

    /// Whether a run is to take the place of what was found before.
    pub fn will_keep(&self) -> bool {
        let wanted = self.wanted.as_ref().is_some_and(|wanted| wanted.purpose == Purpose::Keep);
        wanted || self.job.as_ref().is_some_and(|(_, purpose, _)| *purpose == Purpose::Keep)
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
            Detect::Keep => return self.keep_trial(ctx),
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
                is_renumbered = session.case.analysis().is_some();
                let taken = session.case.take_analysis(found, author);
                if taken.is_ok() {
                    session.detecting.trial = None;
                }
                taken.map_err(|error| error.to_string())
            }
            Purpose::Try => {
                let analysis = found.analysis(author.at);
                session.detecting.trial = Some(Trial { options, analysis, found });
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

    /// Keeps what was tried.
    fn keep_trial(&mut self, ctx: &egui::Context) {
        let author = self.author();
        let is_free = |s: &&mut Session| !s.detecting.is_busy() && !s.case.is_read_only();
        let Some(session) = self.session.as_mut().filter(is_free) else { return };
        let Some(trial) = session.detecting.trial.take() else { return };
        match session.case.take_analysis(trial.found, author) {
            Ok(()) => self.forget_numbers(ctx),
            Err(error) => self.fail("The findings were not kept", error.to_string()),
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
        let named = |filter: &Filter| filter.expr.as_ref().is_some_and(by_number);
        let mut let_go = matches!(&self.view.selection, Selection::Where(e) if by_number(e));
        if let_go {
            self.view.selection = Selection::Nothing;
        }
        let aside = self.view.aside.len();
        self.view.aside.retain(|filter| !named(filter));
        let_go |= self.view.aside.len() < aside;
        let of_number = |filter: &Filter| {
            let mut ids = filter.pills().into_iter().map(|pill| pill.id);
            ids.find(|id| named(&filter.only(*id)))
        };
        while let Some(id) = of_number(&self.view.filter) {
            let filter = self.view.filter.without(id);
            self.view.refine(filter);
            let_go = true;
        }
        // What lies behind would bring the old numbers back.
        self.trail = Trail::default();
        if let_go {
            self.say(
                "Clusters and findings are numbered anew",
                "What was filtered or selected by number is let go; saved views that name a \
                 cluster or finding by number mean others now",
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
