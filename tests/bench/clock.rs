//! Wall and processor time of a piece of work, and the memory of the process.

use std::time::Instant;

/// Wall and processor time, ms.
#[derive(Clone, Copy)]
pub struct Cost {
    /// Wall time.
    pub wall: f64,
    /// Of all threads; divided by the number of threads it says what an idle machine would take.
    pub cpu: Option<f64>,
}

/// Processor time of all threads so far, ms; Linux only.
fn cpu_ms() -> Option<f64> {
    let mut ns = 0_u64;
    for task in std::fs::read_dir("/proc/self/task").ok()? {
        let text = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        ns += text.split(' ').next()?.parse::<u64>().ok()?;
    }
    Some(ns as f64 / 1e6)
}

pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Cost) {
    let (start, cpu) = (Instant::now(), cpu_ms());
    let value = work();
    let wall = start.elapsed().as_secs_f64() * 1e3;
    (value, Cost { wall, cpu: cpu.zip(cpu_ms()).map(|(before, after)| after - before) })
}

/// Medians of five.
pub fn median<T>(mut work: impl FnMut() -> T) -> Cost {
    let costs: Vec<Cost> = (0..5).map(|_| timed(|| std::hint::black_box(work())).1).collect();
    let middle = |of: fn(&Cost) -> f64| {
        let mut values: Vec<f64> = costs.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[2]
    };
    let cpu = middle(|cost| cost.cpu.unwrap_or(f64::NAN));
    Cost { wall: middle(|cost| cost.wall), cpu: (!cpu.is_nan()).then_some(cpu) }
}

pub fn report(what: &str, cost: Cost) {
    let cpu = cost.cpu.map_or_else(|| "-".into(), |cpu| format!("{cpu:.2}"));
    println!("{what:<88} {:>10.2} ms wall {cpu:>10} ms cpu", cost.wall);
}

/// Median and 99th percentile of wall times, ms.
pub fn percentiles(mut walls: Vec<f64>) -> (f64, f64) {
    walls.sort_by(f64::total_cmp);
    let at = |share: f64| walls[((walls.len() - 1) as f64 * share).round() as usize];
    (at(0.5), at(0.99))
}

/// Forgets the peak of the memory so far; Linux only.
pub fn forget_peak() {
    // Where it cannot be forgotten the peak is that of the whole run.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// Memory now and at most, bytes; Linux only.
pub fn memory() -> Option<(u64, u64)> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let of = |name: &str| -> Option<u64> {
        let line = status.lines().find(|line| line.starts_with(name))?;
        Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1_024)
    };
    Some((of("VmRSS:")?, of("VmHWM:")?))
}
