//! The binary: reads the command line, hands it to the library, and ends with its exit code.

use chitieu::cli::Cli;
use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    // Clap itself ends with 2 for wrong usage and 0 for help, as the contract wants.
    chitieu::app::execute(Cli::parse())
}
