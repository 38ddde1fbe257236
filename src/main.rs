//! The binary: no arguments open the window, a subcommand runs headless.

use std::process::ExitCode;

use stillwatch::cli::{self, Launch};

fn main() -> ExitCode {
    cli::main(std::env::args_os(), &open_window)
}

/// Runs the window until it is closed.
#[cfg(feature = "gui")]
fn open_window(launch: Launch) -> anyhow::Result<()> {
    stillwatch::ui::run(launch.paths, launch.case)
}

#[cfg(not(feature = "gui"))]
fn open_window(_: Launch) -> anyhow::Result<()> {
    anyhow::bail!("this build has no window; build it with the feature `gui`, or use the commands")
}
