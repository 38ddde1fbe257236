//! What an import will give and take, from a look at the beginning of each file.

use super::look::Look;
use super::machine::Machine;
use crate::ingest::{Inspection, inspect::Tally};

/// How fast imports were on this machine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Unpacked bytes a second.
    pub bytes_per_s: f64,
    /// Whether it was measured here; otherwise it is that of a modest laptop.
    pub measured: bool,
}

impl Default for Rate {
    fn default() -> Self {
        Self { bytes_per_s: 100e6, measured: false }
    }
}

/// What an import will give and take. Everything but `bytes` is an estimate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Forecast {
    /// Bytes on disk that are read.
    pub bytes: u64,
    /// Bytes after unpacking.
    pub unpacked_bytes: u64,
    /// Records.
    pub records: u64,
    /// Of these, records that will be rejected.
    pub rejects: u64,
    /// Why, most often first.
    pub reasons: Vec<ExpectedReject>,
    /// What the case grows by, bytes.
    pub case_bytes: u64,
    /// How long it takes, s.
    pub seconds: f64,
    /// Most memory that is used at a time, bytes.
    pub memory_bytes: u64,
    /// Records looked at, of files that can be read as they are.
    pub sampled: u64,
    /// Files that cannot be read before somebody says how: what they will give is not known.
    pub unknown: u64,
}

/// Something that the machine has not enough of for an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooLittle {
    /// Room on disk: so much is needed, so much is free.
    Disk(u64, u64),
    /// Memory, likewise.
    Memory(u64, u64),
}

/// A reason for rejects, in the samples and in the whole files.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpectedReject {
    /// Why.
    pub reason: String,
    /// Records of the samples.
    pub sampled: u64,
    /// Records of the files, if they go on like that.
    pub expected: u64,
    /// The first places: file, counted from 0, and line.
    pub places: Vec<(usize, u64)>,
}

/// Places that are named of a reason.
const PLACES: usize = 3;
/// Memory that an import takes however small the file is, and for each row, bytes: measured at
/// 100,000 and at 2 million rows.
const MEMORY: (u64, u64) = (125 << 20, 84);
/// Bytes of an empty case.
const EMPTY_CASE: u64 = 200 << 10;

impl Forecast {
    /// What there is too little of on this machine; what it does not say is taken for enough.
    pub fn too_little(&self, machine: Machine) -> Vec<TooLittle> {
        let less = |needed: u64, free: Option<u64>| free.filter(|free| *free < needed);
        let disk = less(self.case_bytes, machine.disk_free);
        let memory = less(self.memory_bytes, machine.memory_free);
        let disk = disk.map(|free| TooLittle::Disk(self.case_bytes, free));
        let memory = memory.map(|free| TooLittle::Memory(self.memory_bytes, free));
        disk.into_iter().chain(memory).collect()
    }

    /// Of an import of these files.
    pub fn of<'l>(looks: impl IntoIterator<Item = &'l Look>, rate: Rate, keep_raw: bool) -> Self {
        let mut forecast = Self { case_bytes: EMPTY_CASE, ..Self::default() };
        for (i, look) in looks.into_iter().enumerate() {
            forecast.add(i, look, keep_raw);
        }
        let by_times = |r: &ExpectedReject| std::cmp::Reverse((r.expected, r.sampled));
        forecast.reasons.sort_by_key(by_times);
        forecast.seconds = forecast.unpacked_bytes as f64 / rate.bytes_per_s.max(1.0);
        forecast.memory_bytes = MEMORY.0 + MEMORY.1 * forecast.records;
        forecast
    }

    fn add(&mut self, file: usize, look: &Look, keep_raw: bool) {
        let seen = &look.inspection;
        let unpacked = look.unpacked_bytes.unwrap_or(look.bytes);
        let records = seen.estimated_records.unwrap_or(seen.sampled);
        self.bytes += look.bytes;
        self.unpacked_bytes += unpacked;
        self.records += records;
        match seen.unusable {
            Some(_) => self.unknown += 1,
            None => self.sampled += seen.sampled,
        }
        let kept = if keep_raw { unpacked as f64 * look.packs_to } else { 0.0 };
        self.case_bytes += kept as u64 + (records as f64 * row_bytes(seen)) as u64;
        for (reason, sampled) in Tally::counted(seen.rejects.iter().map(|r| r.reason.as_str())) {
            let share = sampled as f64 / seen.sampled.max(1) as f64;
            let expected = ((records as f64 * share).round() as u64).max(sampled);
            self.rejects += expected;
            let same = seen.rejects.iter().filter(|r| r.reason == reason);
            let places = same.take(PLACES).map(|r| (file, r.line));
            match self.reasons.iter_mut().find(|r| r.reason == reason) {
                Some(known) => {
                    known.sampled += sampled;
                    known.expected += expected;
                    let room = PLACES.saturating_sub(known.places.len());
                    known.places.extend(places.take(room));
                }
                None => {
                    let places = places.collect();
                    self.reasons.push(ExpectedReject { reason, sampled, expected, places });
                }
            }
        }
    }
}

/// What a row takes in a case besides its record, bytes: time, place and dimensions always, the
/// rest where the log has it.
fn row_bytes(seen: &Inspection) -> f64 {
    let cost = |name: &str| match name {
        "input_tokens" | "output_tokens" | "cached_tokens" | "reasoning_tokens" | "latency_ms"
        | "cost" => 3.0,
        "prompt_hash" | "response_hash" | "reasoning_signature" | "replayed_signature" => 8.0,
        "request_id" => 24.0,
        "session_id" => 4.0,
        _ => 0.0,
    };
    33.0 + seen.fields.iter().map(|f| cost(&f.field) * f64::from(f.present)).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::ImportOptions;

    fn look(text: &str) -> Look {
        let dir = tempfile::tempdir().expect("a scratch directory");
        let path = dir.path().join("log.jsonl");
        std::fs::write(&path, text).expect("written");
        Look::at(&path, &ImportOptions::default(), None).expect("a log")
    }

    const GOOD: &str = "{\"timestamp\":\"2026-03-01T00:00:00Z\",\"account_id\":\"a\"}\n";
    const BAD: &str = "{\"timestamp\":\"yesterday\",\"account_id\":\"a\"}\n";

    #[test]
    fn rejects_of_the_sample_are_expected_of_the_rest() {
        let looks = [look(&format!("{GOOD}{GOOD}{GOOD}{BAD}").repeat(5_000)), look(BAD)];
        let forecast = Forecast::of(&looks, Rate::default(), true);
        let close = |n: u64, wanted: u64| n.abs_diff(wanted) * 20 < wanted;
        assert!(close(forecast.records, 20_001), "{}", forecast.records);
        assert!(close(forecast.rejects, 5_001), "{}", forecast.rejects);
        let [reason] = &forecast.reasons[..] else { panic!("{:?}", forecast.reasons) };
        assert_eq!((reason.sampled, &reason.places[..]), (51, &[(0, 4), (0, 8), (0, 12)][..]));
    }

    #[test]
    fn of_a_file_that_cannot_be_read_yet_no_rejects_are_foretold() {
        let mut looks = [look(GOOD), look(GOOD)];
        looks[1].inspection.unusable = Some("timestamp is not mapped".into());
        let forecast = Forecast::of(&looks, Rate::default(), true);
        assert_eq!((forecast.sampled, forecast.unknown), (1, 1));
    }

    #[test]
    fn what_the_machine_has_too_little_of_is_said_and_what_it_hides_is_not() {
        let forecast = Forecast { case_bytes: 100, memory_bytes: 50, ..Forecast::default() };
        let machine = |disk_free, memory_free| Machine { disk_free, memory_free, memory: None };
        assert_eq!(forecast.too_little(machine(Some(100), Some(50))), []);
        assert_eq!(forecast.too_little(machine(None, None)), []);
        let short = forecast.too_little(machine(Some(99), Some(9)));
        assert_eq!(short, [TooLittle::Disk(100, 99), TooLittle::Memory(50, 9)]);
    }

    #[test]
    fn time_follows_the_measured_rate_and_size_whether_records_are_kept() {
        let looks = [look(&GOOD.repeat(10_000))];
        let rate = Rate { bytes_per_s: GOOD.len() as f64 * 1_000.0, measured: true };
        let forecast = Forecast::of(&looks, rate, true);
        assert!((forecast.seconds - 10.0).abs() < 0.01, "{}", forecast.seconds);
        let without = Forecast::of(&looks, rate, false);
        assert!(without.case_bytes < forecast.case_bytes);
        assert!(forecast.memory_bytes > 125 << 20);
    }
}
