//! `stillwatch` and `stillwatch open`: the window.

use std::env;

use super::args::OpenArgs;
use super::exit::Outcome;
use super::{Launch, Window};

/// Shows the window until it is closed.
///
/// # Errors
/// Without a display, and when the window cannot be made.
pub fn run(args: OpenArgs, window: Window<'_>) -> anyhow::Result<Outcome> {
    if !has_display() {
        anyhow::bail!(
            "no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set)\n\
             Without a window:\n  \
             stillwatch import LOG… --case FILE     read logs into a case\n  \
             stillwatch info FILE                   see what is in it\n  \
             stillwatch export FILE --out DIR       write report, tables and manifest\n\
             `stillwatch --help` lists everything."
        );
    }
    window(Launch { paths: args.paths, case: args.case })?;
    Ok(Outcome::Done)
}

/// Whether a window can be shown at all. Elsewhere than on X11 and Wayland there is always one.
fn has_display() -> bool {
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(all(unix, not(target_os = "macos")))
        || ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"].into_iter().any(set)
}
