//! `stillwatch synth`: labelled synthetic logs on disk.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context as _;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::args::{CompressArg, LogArg, ScenarioArg, SynthArgs};
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
    let name = name(args.format, args.compress)?;
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
    reporter.progress.set_phase(format!("writing {name}"), options.events);
    let log = args.out.join(name);
    whole(&log, |file| write_log(&world, file, args, reporter))?;
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

fn name(format: LogArg, compress: CompressArg) -> Result<&'static str, Usage> {
    Ok(match (format, compress) {
        (LogArg::Jsonl, CompressArg::None) => "exchanges.jsonl",
        (LogArg::Jsonl, CompressArg::Gz) => "exchanges.jsonl.gz",
        (LogArg::Jsonl, CompressArg::Zst) => "exchanges.jsonl.zst",
        (LogArg::Csv, CompressArg::None) => "exchanges.csv",
        (LogArg::Csv, CompressArg::Gz) => "exchanges.csv.gz",
        (LogArg::Csv, CompressArg::Zst) => "exchanges.csv.zst",
        (LogArg::Parquet, CompressArg::None) => "exchanges.parquet",
        (LogArg::Parquet, _) => {
            let why = "Parquet is packed inside; leave --compress away".to_owned();
            return Err(Usage(why));
        }
    })
}

fn write_log(
    world: &World,
    file: &mut File,
    args: &SynthArgs,
    reporter: &Reporter,
) -> anyhow::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, file);
    if args.format == LogArg::Parquet {
        world.write_parquet(&mut out, &reporter.progress)?;
        return Ok(out.flush()?);
    }
    let write = |out: &mut dyn Write| match args.format {
        LogArg::Csv => world.write_csv(out, &reporter.progress),
        LogArg::Jsonl | LogArg::Parquet => world.write_log(out, &reporter.progress),
    };
    match args.compress {
        CompressArg::None => drop(write(&mut out)?),
        CompressArg::Gz => {
            let mut packed = GzEncoder::new(&mut out, Compression::best());
            write(&mut packed)?;
            packed.finish()?;
        }
        CompressArg::Zst => {
            let mut packed = zstd::Encoder::new(&mut out, ZSTD_LEVEL)?;
            write(&mut packed)?;
            packed.finish()?;
        }
    }
    out.flush()?;
    Ok(())
}
