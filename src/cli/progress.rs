//! Progress on standard error, and Ctrl+C.
//!
//! One thread looks at the shared counters a few times a second, draws them, and turns a signal
//! into a cancellation. The work itself never draws and never hears of signals.

use std::io::{self, IsTerminal as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use signal_hook::consts::{SIGINT, SIGTERM};

use super::args::ProgressMode;
use super::out::{grouped, note, visible};
use crate::job::Progress;

/// How often a signal is looked for: what it cancels should stop at once.
const TICK: Duration = Duration::from_millis(10);
/// How often the counters are looked at, in ticks.
const DRAWN_EVERY: u32 = 8;
/// How often a plain line is written.
const PLAIN: Duration = Duration::from_secs(3);

/// Shows the progress of one command, and cancels it on Ctrl+C.
pub struct Reporter {
    /// What the work reports to.
    pub progress: Progress,
    interrupted: Arc<AtomicBool>,
    ended: Arc<AtomicBool>,
    display: Arc<Mutex<Display>>,
    thread: Option<JoinHandle<()>>,
}

impl Reporter {
    /// Starts watching. Nothing is drawn before the work names a phase.
    pub fn new(mode: ProgressMode) -> Self {
        let interrupted = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // The second time the program ends at once: the case file survives that, too.
            let shutdown = Arc::clone(&interrupted);
            let armed = signal_hook::flag::register_conditional_shutdown(signal, 130, shutdown);
            let flagged = signal_hook::flag::register(signal, Arc::clone(&interrupted));
            if armed.and(flagged).is_err() {
                note("Ctrl+C will end the program at once: no handler could be installed");
            }
        }
        let mut reporter = Self {
            progress: Progress::default(),
            interrupted,
            ended: Arc::new(AtomicBool::new(false)),
            display: Arc::new(Mutex::new(Display::new(mode))),
            thread: None,
        };
        let watcher = Watcher {
            progress: reporter.progress.clone(),
            interrupted: Arc::clone(&reporter.interrupted),
            ended: Arc::clone(&reporter.ended),
            display: Arc::clone(&reporter.display),
        };
        reporter.thread = Some(thread::spawn(move || watcher.run()));
        reporter
    }

    /// Clears what was drawn; whether Ctrl+C was pressed.
    pub fn finish(mut self) -> bool {
        self.stop();
        self.interrupted.load(Ordering::SeqCst)
    }

    /// Ends the drawing, so that results do not mix with it. Ctrl+C is heeded to the end.
    pub fn pause(&self) {
        if let Ok(mut display) = self.display.lock() {
            display.clear();
            *display = Display::Nothing;
        }
    }

    fn stop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A drawing thread that panicked is no reason to fail the work.
            let _ = thread.join();
        }
    }
}

impl Drop for Reporter {
    fn drop(&mut self) {
        self.stop();
    }
}

struct Watcher {
    progress: Progress,
    interrupted: Arc<AtomicBool>,
    ended: Arc<AtomicBool>,
    display: Arc<Mutex<Display>>,
}

impl Watcher {
    fn run(&self) {
        for tick in 0_u32.. {
            if self.ended.load(Ordering::SeqCst) {
                break;
            }
            if self.interrupted.load(Ordering::SeqCst) {
                self.progress.cancel();
            }
            if tick.is_multiple_of(DRAWN_EVERY)
                && let Ok(mut display) = self.display.lock()
            {
                display.draw(&self.progress);
            }
            thread::park_timeout(TICK);
        }
        if let Ok(mut display) = self.display.lock() {
            display.clear();
        }
    }
}

/// Where and how progress is drawn.
enum Display {
    Nothing,
    Bar(ProgressBar),
    Plain { phase: String, since: Instant, last: Instant },
}

impl Display {
    fn new(mode: ProgressMode) -> Self {
        let terminal = io::stderr().is_terminal();
        match mode {
            ProgressMode::None => Self::Nothing,
            ProgressMode::Bar => Self::bar(),
            ProgressMode::Auto if terminal => Self::bar(),
            ProgressMode::Auto | ProgressMode::Plain => {
                let now = Instant::now();
                Self::Plain { phase: String::new(), since: now, last: now }
            }
        }
    }

    fn bar() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_style(ProgressStyle::default_spinner());
        Self::Bar(bar)
    }

    fn draw(&mut self, progress: &Progress) {
        // It names a file, which whoever wrote the log may have named.
        let phase = visible(&progress.phase());
        if phase.is_empty() {
            return;
        }
        match self {
            Self::Nothing => {}
            Self::Bar(bar) => draw_bar(bar, progress, phase),
            Self::Plain { phase: shown, since, last } => {
                if *shown != phase {
                    *shown = phase.clone();
                    *since = Instant::now();
                    *last = Instant::now();
                    note(&phase);
                } else if last.elapsed() >= PLAIN {
                    *last = Instant::now();
                    note(&plain_line(&phase, progress, since.elapsed().as_secs_f64()));
                }
            }
        }
    }

    fn clear(&mut self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

fn draw_bar(bar: &ProgressBar, progress: &Progress, phase: String) {
    if bar.message() != phase {
        // A new phase has its own total, rate and remaining time.
        bar.reset();
        let known = progress.total() > 0;
        let template = if known {
            "{msg}  {bar:30} {percent:>3} %  {prefix}  {eta} left"
        } else {
            "{msg}  {spinner}  {prefix}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(phase);
    }
    bar.set_length(progress.total());
    bar.set_prefix(records(progress));
    bar.set_position(progress.done());
}

fn records(progress: &Progress) -> String {
    let (read, rejected) = (progress.records(), progress.rejects());
    match (read, rejected) {
        (0, 0) => String::new(),
        (read, 0) => format!("{} records", grouped(read)),
        (read, rejected) => {
            format!("{} records, {} rejected", grouped(read), grouped(rejected))
        }
    }
}

fn plain_line(phase: &str, progress: &Progress, elapsed_s: f64) -> String {
    let mut parts = Vec::new();
    if let Some(done) = progress.fraction() {
        parts.push(format!("{:.0} %", f64::from(done) * 100.0));
        if done > 0.0 {
            let left = elapsed_s / f64::from(done) * f64::from(1.0 - done);
            parts.push(format!("{left:.0} s left"));
        }
    }
    let counted = records(progress);
    if !counted.is_empty() {
        parts.push(counted);
    }
    format!("{phase}: {}", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_line_says_how_far_and_how_long() {
        let progress = Progress::default();
        progress.set_phase("reading a.jsonl", 200);
        progress.advance(50);
        progress.count(1_500, 2);
        assert_eq!(
            plain_line("reading a.jsonl", &progress, 10.0),
            "reading a.jsonl: 25 %, 30 s left, 1,500 records, 2 rejected"
        );
    }
}
