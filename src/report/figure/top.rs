//! The accounts with the most rows, as bars.

use plotters::prelude::DrawingBackend;

use super::canvas::{Align, Canvas, Drawn, Ink, MONO};
use super::timeline::ink;
use super::{WIDTH_PT, palette};
use crate::report::text::{count, label, spelled};

/// Height of a row, pt.
const ROW: f64 = 14.0;
/// Where bars start: room for an account id.
const LEFT: f64 = 150.0;
/// Where bars end at the latest: room for the number and the verdict.
const RIGHT: f64 = WIDTH_PT - 92.0;
/// Characters of an id that fit.
const ID_LENGTH: usize = 27;

/// One bar.
pub struct Bar {
    /// Account id.
    pub account: String,
    /// Its rows.
    pub events: u64,
    /// The verdict, where there is one.
    pub verdict: Option<&'static str>,
    /// Whether it is under suspicion.
    pub is_suspected: bool,
}

/// What the figure shows.
pub struct Top {
    /// Bars, longest first.
    pub bars: Vec<Bar>,
    /// Accounts that are not shown.
    pub others: u64,
    /// Their rows.
    pub others_events: u64,
}

impl Top {
    /// Height of the figure, pt.
    pub fn height_pt(&self) -> f64 {
        (self.bars.len() + usize::from(self.others > 0)).max(1) as f64 * ROW + 4.0
    }
}

/// Draws it.
///
/// # Errors
/// The backend's.
pub fn paint<DB: DrawingBackend>(data: &Top, canvas: &Canvas<'_, DB>) -> Drawn<DB> {
    let longest = data.bars.iter().map(|b| b.events).max().unwrap_or(1).max(1);
    for (i, bar) in data.bars.iter().enumerate() {
        let middle = 2.0 + (i as f64 + 0.5) * ROW;
        let id = Ink { family: MONO, size: 7.2, colour: &palette::TEXT, strong: false };
        canvas.text(
            &label(&spelled(&bar.account), ID_LENGTH),
            (LEFT - 8.0, middle),
            Align::End,
            id,
        )?;
        let end = LEFT + ((RIGHT - LEFT) * bar.events as f64 / longest as f64).max(0.6);
        // Who was cleared looks like anybody.
        let fill = if bar.is_suspected { &palette::TEXT } else { &palette::COUNT };
        canvas.rect((LEFT, middle - 4.0), (end, middle + 4.0), fill)?;
        let number = count(bar.events);
        let width = canvas.width(&number, ink(&palette::TEXT));
        canvas.text(&number, (end + 5.0, middle), Align::Start, ink(&palette::TEXT))?;
        if let Some(verdict) = bar.verdict {
            let at = (end + 5.0 + width + 6.0, middle);
            canvas.text(verdict, at, Align::Start, ink(&palette::MUTED))?;
        }
    }
    if data.others > 0 {
        let middle = 2.0 + (data.bars.len() as f64 + 0.5) * ROW;
        let text = format!("{} more", count(data.others));
        canvas.text(&text, (LEFT - 8.0, middle), Align::End, ink(&palette::MUTED))?;
        let together = format!("{} together", count(data.others_events));
        canvas.text(&together, (LEFT + 5.0, middle), Align::Start, ink(&palette::MUTED))?;
    }
    canvas.line((LEFT, 0.0), (LEFT, data.height_pt()), 0.8, &palette::FAINT)
}
