//! The binary: no arguments open the window, a subcommand runs headless.

fn main() {}
