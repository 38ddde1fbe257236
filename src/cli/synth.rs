//! `stillwatch synth`: labelled synthetic logs on disk.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context as _;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::args::{CompressArg, ScenarioArg, SynthArgs};
use super::exit::{Outcome, Usage};
use super::out::{bytes, count, note};
use super::progress::Reporter;
use crate::synth::{Options, Scenario, World};

/// Strong enough that the sample fits a repository, quick enough to wait for.
const ZSTD_LEVEL: i32 = 12;

/// Writes the log and its tables.
///
/// # Errors
/// When the world cannot be made or the folder not be written.
pub fn run(args: &SynthArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    let scenario = match args.scenario {
        ScenarioArg::Sample => Scenario::Sample,
        ScenarioArg::Benign => Scenario::Benign,
        ScenarioArg::Large => Scenario::Large,
    };
    let (events, accounts) = scenario.default_size();
    let options = Options {
        events: args.events.unwrap_or(events),
        accounts: args.accounts.unwrap_or(accounts),
        seed: args.seed,
        scenario,
    };
    let world = World::build(&options).map_err(|e| Usage(e.to_string()))?;
    fs::create_dir_all(&args.out)
        .with_context(|| format!("cannot make the folder {}", args.out.display()))?;
    let name = match args.compress {
        CompressArg::None => "exchanges.jsonl",
        CompressArg::Gz => "exchanges.jsonl.gz",
        CompressArg::Zst => "exchanges.jsonl.zst",
    };
    reporter.progress.set_phase(format!("writing {name}"), options.events);
    let log = args.out.join(name);
    whole(&log, |file| write_log(&world, file, args.compress, reporter))?;
    let tables = [
        ("accounts.csv", world.accounts_csv()),
        ("releases.csv", world.releases_csv()),
        ("labels.csv", world.labels_csv()),
    ];
    for (name, text) in tables {
        whole(&args.out.join(name), |file| Ok(file.write_all(text.as_bytes())?))?;
    }
    note(&format!(
        "wrote {} of {} to {} ({})\nlabels.csv says what is true of each account; it is not for import",
        count(options.events, "exchange", "exchanges"),
        count(options.accounts.into(), "account", "accounts"),
        log.display(),
        bytes(fs::metadata(&log)?.len()),
    ));
    Ok(Outcome::Done)
}

/// Writes a file that is there completely or not at all: under another name first.
fn whole(path: &Path, write: impl FnOnce(&mut File) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let written = File::create(&part)
        .map_err(Into::into)
        .and_then(|mut file| write(&mut file))
        .and_then(|()| Ok(fs::rename(&part, path)?));
    if written.is_err() {
        // The error that matters is the one above.
        let _ = fs::remove_file(&part);
    }
    written.with_context(|| format!("cannot write {}", path.display()))
}

fn write_log(
    world: &World,
    file: &mut File,
    compress: CompressArg,
    reporter: &Reporter,
) -> anyhow::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, file);
    match compress {
        CompressArg::None => drop(world.write_log(&mut out, &reporter.progress)?),
        CompressArg::Gz => {
            let mut packed = GzEncoder::new(&mut out, Compression::best());
            world.write_log(&mut packed, &reporter.progress)?;
            packed.finish()?;
        }
        CompressArg::Zst => {
            let mut packed = zstd::Encoder::new(&mut out, ZSTD_LEVEL)?;
            world.write_log(&mut packed, &reporter.progress)?;
            packed.finish()?;
        }
    }
    out.flush()?;
    Ok(())
}
