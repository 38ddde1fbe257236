//! What an import will give and take: time, room on disk, memory, and records it cannot read.

use egui::{Align, Rect, Ui, pos2, vec2};

use crate::case::TooLittle;
use crate::ui::app::review::Review;
use crate::ui::format;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{bar, text};

use super::side::section;

/// Reasons that are shown.
const REASONS: usize = 4;

/// Draws what it takes.
pub fn show(ui: &mut Ui, review: &Review) {
    let forecast = &review.forecast;
    section(ui, "Forecast", "from the first records of each file");
    let unpacked = if forecast.unpacked_bytes > forecast.bytes {
        format!("≈ {} unpacked", format::bytes(forecast.unpacked_bytes))
    } else {
        format!("≈ {} records", format::count(forecast.records))
    };
    let speed = if review.rate().measured {
        "at the speed of the last import"
    } else {
        "on a modest laptop"
    };
    let seconds = if forecast.seconds < 1.0 {
        "under a second".to_owned()
    } else {
        format!("about {}", format::seconds(forecast.seconds))
    };
    figure(ui, "Reads", &format::bytes(forecast.bytes), &unpacked);
    figure(ui, "Takes", &seconds, speed);
    let short = forecast.too_little(review.machine);
    let free = |n: Option<u64>| match n {
        Some(n) => format!("{} free", format::bytes(n)),
        None => "free: unknown".to_owned(),
    };
    let machine = review.machine;
    let disk = format!("+ {}", format::bytes(forecast.case_bytes));
    figure(ui, "Disk", &disk, &free(machine.disk_free));
    let is_short = short.iter().any(|s| matches!(s, TooLittle::Disk(..)));
    share_of_free(ui, forecast.case_bytes, machine.disk_free, is_short);
    let memory = format!("≈ {}", format::bytes(forecast.memory_bytes));
    let of = match (machine.memory_free, machine.memory) {
        (Some(free), Some(all)) => {
            format!("{} of {} free", format::bytes(free), format::bytes(all))
        }
        (other, _) => free(other),
    };
    figure(ui, "Memory", &memory, &of);
    let is_short = short.iter().any(|s| matches!(s, TooLittle::Memory(..)));
    share_of_free(ui, forecast.memory_bytes, machine.memory_free, is_short);
    short.iter().for_each(|short| warning(ui, &warning_of(short)));
}

/// How much of what is free an import takes.
fn share_of_free(ui: &mut Ui, needed: u64, free: Option<u64>, is_short: bool) {
    let theme = Theme::of(ui);
    let Some(free) = free else { return };
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 7.0), egui::Sense::hover());
    let track = Rect::from_min_max(rect.min + vec2(62.0, 0.0), rect.max - vec2(0.0, 3.0));
    let share = needed as f64 / free.max(1) as f64;
    let color = if is_short { theme.bad } else { theme.accent };
    bar::paint(ui.painter(), track, theme.ghost, share as f32, color);
}

/// What there is too little of, and what to try.
fn warning_of(short: &TooLittle) -> String {
    match short {
        TooLittle::Disk(needed, free) => format!(
            "The case will not fit: it grows by ≈ {}, and {} are free where it lies. Make room, \
             or import into a case on another disk",
            format::bytes(*needed),
            format::bytes(*free)
        ),
        TooLittle::Memory(needed, free) => format!(
            "Memory may run out: ≈ {} are needed, and {} are free. Close other programs, or \
             import the files in parts",
            format::bytes(*needed),
            format::bytes(*free)
        ),
    }
}

fn warning(ui: &mut Ui, words: &str) {
    let theme = Theme::of(ui);
    ui.add_space(4.0);
    text::wrapped(ui, Face::Small.text(words).color(theme.bad));
}

fn figure(ui: &mut Ui, title: &str, value: &str, note: &str) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), egui::Sense::hover());
    let part = |from: f32, to: f32| {
        Rect::from_x_y_ranges(rect.left() + from..=rect.left() + to, rect.y_range())
    };
    text::in_rect(ui, part(0.0, 58.0), Align::Min, Face::Body.text(title).color(theme.muted));
    let value = text::in_rect(ui, part(62.0, 176.0), Align::Min, Face::Medium.text(value));
    let from = (value.rect.right() - rect.left() + 8.0).max(62.0);
    let note = Face::Small.text(note).color(theme.muted);
    text::in_rect(ui, part(from, rect.width()), Align::Max, note);
}

/// That no rejects are expected of so many records looked at, and of how many files nothing is known.
fn none_expected(sampled: u64, unknown: u64) -> String {
    let looked = format::counted(sampled, "record", "records");
    let files = format::counted(unknown, "file", "files");
    match (sampled, unknown) {
        (0, 0) => "Nothing was looked at".to_owned(),
        (_, 0) => format!("None: {looked} looked at, all can be read"),
        (0, _) => "Not known before the file can be read".to_owned(),
        _ => format!("None of {looked} looked at; not known of {files} that cannot be read yet"),
    }
}

/// Draws what it will not be able to read.
pub fn rejects(ui: &mut Ui, review: &Review) {
    let theme = Theme::of(ui);
    let forecast = &review.forecast;
    let shown = if forecast.reasons.is_empty() { "" } else { "in sample → expected" };
    section(ui, "Rejects expected", shown);
    if forecast.reasons.is_empty() {
        let words = none_expected(forecast.sampled, forecast.unknown);
        text::wrapped(ui, Face::Body.text(words).color(theme.muted));
        return;
    }
    ui.horizontal(|ui| {
        let number = format!("≈ {}", format::count(forecast.rejects));
        ui.label(Face::Title.text(number).color(theme.warn));
        let share = format::percent(forecast.rejects, forecast.records);
        let of = format!("of ≈ {} ({share})", format::count(forecast.records));
        ui.label(Face::Body.text(of).color(theme.muted));
    });
    // Those that were looked at, in the order in which the forecast counts them.
    let looked = review.files.iter().filter(|file| file.look().is_some());
    let names: Vec<&str> = looked.map(|file| file.name.as_str()).collect();
    for reason in forecast.reasons.iter().take(REASONS) {
        let (rect, _) =
            ui.allocate_exact_size(vec2(ui.available_width(), 19.0), egui::Sense::hover());
        let numbers =
            format!("{} → ≈ {}", format::count(reason.sampled), format::count(reason.expected));
        let end = Rect::from_min_max(pos2(rect.right() - 110.0, rect.top()), rect.max);
        let number = text::number(ui, end, &numbers, Face::Medium, theme.text);
        let room = Rect::from_min_max(rect.min, pos2(number.rect.left() - 8.0, rect.bottom()));
        let words = format::display(&reason.reason);
        text::in_rect(ui, room, Align::Min, Face::Body.text(&words)).on_hover_text(words);
        let places = places(&reason.places, &names);
        let more = if reason.sampled > reason.places.len() as u64 { " …" } else { "" };
        let whole = format!("{places}{more}");
        let places = Face::MonoSmall.text(&whole);
        text::line(ui, places.color(theme.muted)).on_hover_text(whole);
    }
    let left = forecast.reasons.len().saturating_sub(REASONS);
    if left > 0 {
        let words = format!("and {}", format::counted(left as u64, "more reason", "more reasons"));
        ui.label(Face::Small.text(words).color(theme.muted));
    }
}

/// Lines by file, where there are several: `a.csv, lines 7 · 44, b.csv, line 3`.
fn places(places: &[(usize, u64)], names: &[&str]) -> String {
    let mut words = String::new();
    for lines in places.chunk_by(|a, b| a.0 == b.0) {
        if !words.is_empty() {
            words.push_str(", ");
        }
        if let Some(name) = names.get(lines[0].0).filter(|_| names.len() > 1) {
            words.push_str(&format!("{name}, "));
        }
        words.push_str(if lines.len() == 1 { "line " } else { "lines " });
        let numbers: Vec<String> = lines.iter().map(|(_, line)| format::count(*line)).collect();
        words.push_str(&numbers.join(" · "));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Forecast, ImportOptions, Look, Rate};

    #[test]
    fn places_are_grouped_by_file() {
        assert_eq!(places(&[(0, 7)], &["a.csv"]), "line 7");
        assert_eq!(places(&[(0, 7), (0, 44)], &["a.csv"]), "lines 7 · 44");
        assert_eq!(
            places(&[(0, 7), (0, 44), (1, 3)], &["a.csv", "b.csv"]),
            "a.csv, lines 7 · 44, b.csv, line 3"
        );
    }

    #[test]
    fn nothing_is_foretold_of_what_cannot_be_read() {
        assert_eq!(none_expected(0, 0), "Nothing was looked at");
        assert_eq!(none_expected(200, 0), "None: 200 records looked at, all can be read");
        assert_eq!(none_expected(0, 2), "Not known before the file can be read");
        assert!(none_expected(200, 1).ends_with("not known of 1 file that cannot be read yet"));
    }

    #[test]
    fn a_warning_says_how_much_is_needed_how_much_there_is_and_what_to_try() {
        let words = warning_of(&TooLittle::Disk(4_000_000_000, 1_500_000_000));
        assert!(words.contains("≈ 4.00 GB, and 1.50 GB are free") && words.contains("Make room"));
        let words = warning_of(&TooLittle::Memory(3_000_000_000, 1_000_000_000));
        assert!(words.contains("≈ 3.00 GB are needed") && words.contains("in parts"), "{words}");
    }

    #[test]
    fn rows_of_a_parquet_file_are_told_by_its_footer() {
        let scenario = crate::synth::Scenario::Sample;
        let options = crate::synth::Options { events: 9_000, accounts: 1_200, seed: 7, scenario };
        let world = crate::synth::World::build(&options).expect("a world");
        let dir = tempfile::tempdir().expect("a scratch directory");
        let path = dir.path().join("log.parquet");
        let file = std::fs::File::create(&path).expect("made");
        world.write_parquet(file, &crate::job::Progress::default()).expect("written");
        let look = Look::at(&path, &ImportOptions::default(), None).expect("a log");
        let records = Forecast::of([&look], Rate::default(), true).records;
        assert!(records.abs_diff(9_000) < 900, "{records}");
    }
}
