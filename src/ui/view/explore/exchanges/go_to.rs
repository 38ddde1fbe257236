//! The field that goes to a time or a row: `2026-03-08T06:12`, `row 1,204`, `#1204`.

use egui::{Key, TextEdit, Ui};

use crate::model::{Filter, Time};
use crate::ui::theme::{Face, Theme, size};

/// Where to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The first record at or after this moment.
    Time(Time),
    /// The line with this number, from 1.
    Line(u64),
}

/// Reads what filters understand as a time, or the number of a row. What may be either is asked for
/// again: a number of four digits is a year, unless it is written as a row.
pub fn read(text: &str) -> Result<Place, String> {
    let text = text.trim();
    let lower = text.to_lowercase();
    let named = lower.strip_prefix("row").or_else(|| lower.strip_prefix('#')).map(str::trim);
    if let Some(rest) = named {
        return number(rest)
            .map(Place::Line)
            .ok_or_else(|| "a row is written as row 1,204".to_owned());
    }
    let is_year = text.len() == 4 && (text.starts_with("19") || text.starts_with("20"));
    if let Some(line) = number(text).filter(|_| !is_year) {
        let is_date = text.len() == 8 && (text.starts_with("19") || text.starts_with("20"));
        return match is_date {
            true => Err(format!(
                "a day is written as {}-{}-{}, a row as row {text}",
                &text[..4],
                &text[4..6],
                &text[6..]
            )),
            false => Ok(Place::Line(line)),
        };
    }
    // `2026-03-08 06:12 UTC` as people write it.
    let end = text.len().saturating_sub(3);
    let is_utc = text.get(end..).is_some_and(|last| last.eq_ignore_ascii_case("utc"));
    let plain = if is_utc { text[..end].trim_end() } else { text };
    let joined = plain.replacen(' ', "T", 1);
    let filter = Filter::parse(&format!("time:{joined}")).map_err(|e| e.to_string())?;
    let start = filter.time.map(|span| span.start).filter(|t| t.0 != i64::MIN);
    start.map(Place::Time).ok_or_else(|| "a time is written as 2026-03-08T06:12".to_owned())
}

/// A whole number, digits alone or with commas between groups of three.
fn number(text: &str) -> Option<u64> {
    let mut groups = text.split(',');
    let first = groups.next()?;
    let grouped = text.contains(',');
    let is_group = |group: &str| group.len() == 3 && group.bytes().all(|b| b.is_ascii_digit());
    let is_first = first.bytes().all(|b| b.is_ascii_digit())
        && if grouped { (1..=3).contains(&first.len()) } else { !first.is_empty() };
    (is_first && groups.all(is_group)).then(|| text.replace(',', "").parse().ok()).flatten()
}

/// The field, while it is open.
#[derive(Debug, Default)]
pub struct GoTo {
    text: String,
    drawn: bool,
    error: Option<String>,
}

/// What became of the field in this frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Open,
    /// By Escape: the table has the keyboard again.
    Closed,
    /// The keyboard went elsewhere, and stays there.
    Left,
    Go(Place),
}

impl GoTo {
    /// Draws it on a line.
    pub fn show(&mut self, ui: &mut Ui) -> Outcome {
        let theme = Theme::of(ui);
        let hint = Face::Small.text("2026-03-08T06:12 UTC or row 1,204").color(theme.muted);
        let field = TextEdit::singleline(&mut self.text)
            .id_salt("go to")
            .hint_text(hint)
            .font(Face::Small.font())
            .desired_width(230.0)
            .align(egui::Align2::LEFT_CENTER)
            .margin(egui::Margin::symmetric(8, 3));
        let response = ui.add_sized([230.0, size::PILL], field);
        let response = response.accessible_name("Go to a time or row");
        if !std::mem::replace(&mut self.drawn, true) {
            response.request_focus();
            return Outcome::Open;
        }
        if let Some(error) = &self.error {
            ui.label(Face::Small.text(error).color(theme.warn));
        }
        if !response.lost_focus() {
            return Outcome::Open;
        }
        let pressed = |key| ui.input(|i| i.key_pressed(key));
        if !pressed(Key::Enter) {
            return if pressed(Key::Escape) { Outcome::Closed } else { Outcome::Left };
        }
        match read(&self.text) {
            Ok(place) => Outcome::Go(place),
            Err(error) => {
                self.error = Some(error);
                response.request_focus();
                Outcome::Open
            }
        }
    }

    /// Says why it cannot go there, and stays.
    pub fn refuse(&mut self, why: String) {
        self.error = Some(why);
        self.drawn = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_filters_read_them_and_rows_by_their_number() {
        let time = |text: &str| match read(text) {
            Ok(Place::Time(at)) => at.to_string(),
            other => format!("{other:?}"),
        };
        assert_eq!(time("2026-03-08"), "2026-03-08T00:00:00Z");
        assert_eq!(time(" 2026-03-08 06:12 "), "2026-03-08T06:12:00Z");
        assert_eq!(time("2026-03-08T06:12:01+02:00"), "2026-03-08T04:12:01Z");
        assert_eq!(time("2026-03-08 06:12 UTC"), "2026-03-08T06:12:00Z");
        assert_eq!(time("2026"), "2026-01-01T00:00:00Z");
        for (text, line) in [("row 2026", 2026), ("#7", 7), ("16,041,337", 16_041_337), ("12", 12)]
        {
            assert_eq!(read(text), Ok(Place::Line(line)), "{text}");
        }
        for text in
            ["", "yesterday", "row x", "none", "2026-13-01", "row", "1,2", "12,34,567", "İİİİutc"]
        {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_date_is_never_taken_for_a_row() {
        for text in ["8.3.2026", "08.03.2026", "2026.03.08", "8 3 2026", "20260308"] {
            assert!(read(text).is_err(), "{text}");
        }
        let asked = read("20260308").expect_err("either");
        assert_eq!(asked, "a day is written as 2026-03-08, a row as row 20260308");
        assert_eq!(read("row 20260308"), Ok(Place::Line(20_260_308)));
    }
}
