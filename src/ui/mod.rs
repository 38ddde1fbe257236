//! The window: the only place that knows egui.
//!
//! Views read the case and one shared [`ViewState`], and push [`Action`]s; [`App`] applies them
//! in one place, in order, before the next frame. Nothing in a frame does I/O or touches every
//! event: what takes longer is a [`Job`](crate::job::Job) or a [`Latest`] answer.

pub mod app;
pub mod beside;
pub mod command;
pub mod command_line;
pub mod format;
pub mod keys;
pub mod latest;
pub mod layout;
pub mod memory;
pub mod panel;
mod renderer;
pub mod scene;
pub mod search;
pub mod shell;
pub mod shown;
pub mod state;
pub mod theme;
pub mod view;
pub mod widget;
pub mod zone;

#[cfg(test)]
mod look;
#[cfg(test)]
mod walk;

use std::path::{Path, PathBuf};

use crate::case;
use crate::store::CaseFile;

use app::Early;

pub use app::{App, Setup};
pub use command::Command;
pub use keys::Keys;
pub use latest::Latest;
pub use scene::Scene;
pub use state::{Action, Hover, Judgement, Screen, ViewState};
pub use zone::Zone;

/// Where a case is all there is to open, it is read while the window is made.
fn early(paths: &[PathBuf], case: Option<&Path>) -> Option<Early> {
    let path = match (paths, case) {
        ([path], None) => path,
        ([], Some(path)) => path,
        _ => return None,
    };
    CaseFile::is_case(path).then(|| Early::start(path))
}

/// Opens the window on a case, on logs, or on the start screen, and returns when it is closed.
///
/// `paths` are cases or logs; `case` is the case file to read logs into, beside the first log
/// where it is not given.
///
/// # Errors
/// Where there is no display or no way to draw on it; the message names the command-line way.
pub fn run(paths: Vec<PathBuf>, case: Option<PathBuf>) -> anyhow::Result<()> {
    // A clock that cannot be read is said before anything is recorded with it.
    case::author::now().map_err(anyhow::Error::msg)?;
    let directories = case::directories();
    let setup = Setup {
        early: early(&paths, case.as_deref()),
        paths,
        case,
        config_dir: directories.as_ref().map(|(config, _)| config.clone()),
        data_dir: directories.map_or_else(std::env::temp_dir, |(_, data)| data),
        actor: case::author::actor(),
        now: app::now,
        looks_unasked: true,
        offset_us: app::local_offset_us(),
    };
    let viewport = egui::ViewportBuilder::default()
        .with_title("Stillwatch")
        .with_app_id("stillwatch")
        .with_inner_size([1440.0, 900.0])
        .with_min_inner_size([960.0, 600.0])
        .with_drag_and_drop(true);
    open_window(&viewport, setup)
}

fn open_window(viewport: &egui::ViewportBuilder, setup: Setup) -> anyhow::Result<()> {
    let mut setup = Some(setup);
    let mut reasons = Vec::new();
    for renderer in renderer::renderers()? {
        let options = eframe::NativeOptions {
            viewport: viewport.clone(),
            renderer,
            // Nothing here is a gradient, and colours are to be those of the theme.
            dithering: false,
            ..eframe::NativeOptions::default()
        };
        let create: eframe::AppCreator<'_> = Box::new(|cc| {
            let setup = setup.take().ok_or("the window was opened before")?;
            Ok(Box::new(App::new(cc, setup)))
        });
        let Err(error) = eframe::run_native("stillwatch", options, create) else {
            return Ok(());
        };
        reasons.push(format!("{}: {error}", renderer::title(renderer)));
        if setup.is_none() {
            // It was open: trying again would open it a second time.
            break;
        }
    }
    Err(anyhow::anyhow!(
        "the window cannot be opened ({}); everything also works on the command line, see \
         `stillwatch --help`",
        reasons.join("; ")
    ))
}
