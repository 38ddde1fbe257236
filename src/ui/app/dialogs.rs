//! File dialogs, off the thread that draws.

use std::future::Future;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use crate::job::Job;

/// What a dialog was opened for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Log files to read.
    Logs,
    /// Log files to look at before they are read.
    Review,
    /// A file with a mapping.
    Mapping,
    /// A case to open.
    Case,
    /// A case to merge into the one that is open.
    Merge,
    /// Where a recent case has gone.
    Locate(PathBuf),
    /// The folder an export goes to.
    ExportFolder,
    /// An exported package to verify.
    Package,
    /// A file with places of nodes.
    Places,
    /// Where a picture goes; where no dialog can be shown, here.
    Picture(PathBuf),
}

impl Purpose {
    /// What is asked for, as the head of a question.
    pub fn question(&self) -> &'static str {
        match self {
            Self::Logs => "Open logs",
            Self::Review => "Look at logs before they are read",
            Self::Mapping => "Read a mapping",
            Self::Case => "Open a case",
            Self::Merge => "Merge another analyst’s case",
            Self::Locate(_) => "Where the case is now",
            Self::ExportFolder => "Where the package goes",
            Self::Package => "Verify a package",
            Self::Places => "Place nodes from a file",
            Self::Picture(_) => "Where the picture goes",
        }
    }
}

/// The file dialog that is open, if any: one at a time.
#[derive(Debug, Default)]
pub struct Dialogs {
    open: Option<(Purpose, Job<Vec<PathBuf>>)>,
}

/// How soon an empty answer means that no dialog could be shown, seconds: nobody cancels faster.
const TOO_SOON_S: f64 = 0.8;

/// What became of a dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// These were chosen.
    Chosen(Purpose, Vec<PathBuf>),
    /// The desktop has no file dialog.
    Unavailable(Purpose),
}

impl Dialogs {
    /// Opens a dialog unless one is open.
    pub fn ask(&mut self, ctx: &egui::Context, purpose: Purpose) {
        if self.open.is_some() {
            return;
        }
        let ctx = ctx.clone();
        let wake = move || ctx.request_repaint();
        // Built here because macOS insists on the main thread; awaited elsewhere.
        let dialog = rfd::AsyncFileDialog::new();
        let job = match &purpose {
            Purpose::Logs | Purpose::Review => {
                let picked = dialog.set_title("Choose log files").pick_files();
                Job::spawn(wake, move |_| {
                    let files = block_on(picked).unwrap_or_default();
                    Ok::<_, String>(files.iter().map(|f| f.path().to_owned()).collect())
                })
            }
            Purpose::Mapping => {
                let picked =
                    dialog.set_title("Load a mapping").add_filter("Mapping", &["toml"]).pick_file();
                Job::spawn(wake, move |_| Ok::<_, String>(one(block_on(picked))))
            }
            Purpose::Case | Purpose::Locate(_) | Purpose::Merge => {
                let picked = dialog
                    .set_title("Open a case")
                    .add_filter("Stillwatch case", &["stillwatch"])
                    .pick_file();
                Job::spawn(wake, move |_| Ok::<_, String>(one(block_on(picked))))
            }
            Purpose::ExportFolder => {
                let picked = dialog.set_title("Export into folder").pick_folder();
                Job::spawn(wake, move |_| Ok::<_, String>(one(block_on(picked))))
            }
            Purpose::Places => {
                let picked = dialog
                    .set_title("Place nodes from a file")
                    .add_filter("Graphs", &["gexf", "graphml", "xml", "csv"])
                    .pick_file();
                Job::spawn(wake, move |_| Ok::<_, String>(one(block_on(picked))))
            }
            Purpose::Picture(path) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let dialog = dialog.set_title("Save the picture").set_file_name(name);
                let dialog = match path.parent() {
                    Some(folder) => dialog.set_directory(folder),
                    None => dialog,
                };
                let dialog = dialog
                    .add_filter("SVG", &["svg"])
                    .add_filter("PNG", &["png"])
                    .add_filter("GEXF", &["gexf"])
                    .add_filter("GraphML", &["graphml"])
                    .add_filter("Lines as CSV", &["csv"]);
                let picked = dialog.save_file();
                Job::spawn(wake, move |_| Ok::<_, String>(one(block_on(picked))))
            }
            Purpose::Package => {
                let picked = dialog.set_title("Verify a package").pick_folder();
                Job::spawn(wake, move |_| Ok::<_, String>(one(block_on(picked))))
            }
        };
        self.open = Some((purpose, job));
    }

    /// What became of the dialog, once.
    pub fn poll(&mut self) -> Option<Answer> {
        let (_, job) = self.open.as_ref()?;
        let outcome = job.poll()?;
        let waited_s = job.elapsed_s();
        let (purpose, _) = self.open.take()?;
        match outcome {
            Ok(paths) if !paths.is_empty() => Some(Answer::Chosen(purpose, paths)),
            Ok(_) if waited_s >= TOO_SOON_S => None,
            Ok(_) | Err(_) => Some(Answer::Unavailable(purpose)),
        }
    }
}

fn one(file: Option<rfd::FileHandle>) -> Vec<PathBuf> {
    file.map(|f| f.path().to_owned()).into_iter().collect()
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for a future on this thread.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}
