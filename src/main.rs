//! The binary: no arguments open the window, a subcommand runs headless.

use std::process::ExitCode;

use stillwatch::cli::{self, Launch};

fn main() -> ExitCode {
    cli::main(std::env::args_os(), &open_window)
}

fn open_window(_: Launch) -> anyhow::Result<()> {
    anyhow::bail!("this build has no window; `stillwatch --help` lists the commands")
}
