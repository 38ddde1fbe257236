//! `stillwatch synth`: labelled synthetic logs on disk.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context as _;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::exit::{Outcome, Usage};
use super::out::{bytes, count, note};
use super::progress::Reporter;
use super::synth_args::{BackgroundArg, CompressArg, LogArg, ScenarioArg, SynthArgs};
use crate::synth::bench::{self, Background, Bench, Evasion, Tier};
use crate::synth::{Options, Scenario, World};

/// Strong enough that the sample fits a repository, quick enough to wait for.
const ZSTD_LEVEL: i32 = 12;

/// A world of either kind.
enum Made {
    World(World),
    Bench(Bench),
}

/// Writes the log and its tables.
///
/// # Errors
/// When the world cannot be made or the folder not be written.
pub fn run(args: &SynthArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    let name = name(args.format, args.compress)?;
    let (made, events, accounts) = make(args)?;
    fs::create_dir_all(&args.out)
        .with_context(|| format!("cannot make the folder {}", args.out.display()))?;
    reporter.progress.set_phase(format!("writing {name}"), events);
    let log = args.out.join(name);
    whole(&log, |file| write_log(&made, file, args, reporter))?;
    for (name, text) in tables(&made) {
        whole(&args.out.join(name), |file| Ok(file.write_all(text.as_bytes())?))?;
    }
    if let Made::Bench(bench) = &made {
        whole(&args.out.join("request_labels.csv"), |file| {
            let mut out = BufWriter::with_capacity(1 << 20, file);
            bench.write_request_labels(&mut out, &reporter.progress)?;
            Ok(out.flush()?)
        })?;
    }
    note(&format!(
        "wrote {} of {} to {} ({})\nlabels.csv says what is true of each account; it is not for import",
        count(events, "exchange", "exchanges"),
        count(accounts.into(), "account", "accounts"),
        log.display(),
        bytes(fs::metadata(&log)?.len()),
    ));
    Ok(Outcome::Done)
}

/// Makes the world that is asked for; with it, how many exchanges and accounts it has.
fn make(args: &SynthArgs) -> anyhow::Result<(Made, u64, u32)> {
    let scenario = match args.scenario {
        ScenarioArg::Sample => Scenario::Sample,
        ScenarioArg::Benign => Scenario::Benign,
        ScenarioArg::Large => Scenario::Large,
        ScenarioArg::Benchmark => {
            let options = benchmark(args)?;
            let bench = Bench::build(&options).map_err(|e| Usage(e.to_string()))?;
            return Ok((Made::Bench(bench), options.events, options.accounts));
        }
    };
    let given = [
        ("--prevalence", args.prevalence.is_some()),
        ("--evasion", args.evasion.is_some()),
        ("--background", args.background.is_some()),
        ("--tier", args.tier.is_some()),
    ];
    if let Some((option, _)) = given.iter().find(|(_, is_given)| *is_given) {
        return Err(Usage(format!("{option} belongs to --scenario benchmark")).into());
    }
    let (events, accounts) = scenario.default_size();
    let options = Options {
        events: args.events.unwrap_or(events),
        accounts: args.accounts.unwrap_or(accounts),
        seed: args.seed,
        scenario,
    };
    let world = World::build(&options).map_err(|e| Usage(e.to_string()))?;
    Ok((Made::World(world), options.events, options.accounts))
}

/// The options of a benchmark.
fn benchmark(args: &SynthArgs) -> Result<bench::Options, Usage> {
    let usual = bench::Options::default();
    let evasions = args.evasion.as_ref().map(|names| evasions(names)).transpose()?;
    Ok(bench::Options {
        events: args.events.unwrap_or(usual.events),
        accounts: args.accounts.unwrap_or(usual.accounts),
        seed: args.seed,
        prevalence: args.prevalence.unwrap_or(usual.prevalence),
        evasions,
        background: match args.background {
            Some(BackgroundArg::Holdout) => Background::Holdout,
            Some(BackgroundArg::Tuning) | None => Background::Tuning,
        },
        tier: args.tier.and_then(Tier::new).unwrap_or(Tier::MAX),
    })
}

/// The evasions of these names, each once.
fn evasions(names: &[String]) -> Result<Vec<Evasion>, Usage> {
    if let [none] = names
        && none.eq_ignore_ascii_case("none")
    {
        return Ok(Vec::new());
    }
    let parse = |name: &String| {
        let why = || format!("no evasion is called {name:?}: E1 to E9, all, or none alone");
        Evasion::parse(name).ok_or_else(|| Usage(why()))
    };
    let mut evasions = names.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
    evasions.sort_unstable();
    evasions.dedup();
    Ok(evasions)
}

/// The tables beside the log, by file name.
fn tables(made: &Made) -> Vec<(&'static str, String)> {
    match made {
        Made::World(world) => vec![
            ("accounts.csv", world.accounts_csv()),
            ("releases.csv", world.releases_csv()),
            ("labels.csv", world.labels_csv()),
        ],
        Made::Bench(bench) => bench
            .accounts_csv()
            .map(|text| ("accounts.csv", text))
            .into_iter()
            .chain([("releases.csv", bench.releases_csv()), ("labels.csv", bench.labels_csv())])
            .collect(),
    }
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
    made: &Made,
    file: &mut File,
    args: &SynthArgs,
    reporter: &Reporter,
) -> anyhow::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, file);
    let progress = &reporter.progress;
    if args.format == LogArg::Parquet {
        match made {
            Made::World(world) => world.write_parquet(&mut out, progress)?,
            Made::Bench(bench) => bench.write_parquet(&mut out, progress)?,
        };
        return Ok(out.flush()?);
    }
    let write = |out: &mut dyn Write| match (made, args.format) {
        (Made::World(world), LogArg::Csv) => world.write_csv(out, progress),
        (Made::World(world), _) => world.write_log(out, progress),
        (Made::Bench(bench), LogArg::Csv) => bench.write_csv(out, progress),
        (Made::Bench(bench), _) => bench.write_log(out, progress),
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
