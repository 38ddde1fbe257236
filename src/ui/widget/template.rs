//! A prompt template as text: what is the same in every prompt dim, slots lit.

use egui::text::LayoutJob;

use crate::model::{Piece, Slot, Template};
use crate::ui::format;
use crate::ui::theme::{Face, Theme};

use super::raw::visible_lines;

/// Adds text that is the same in every prompt.
pub fn fixed(job: &mut LayoutJob, theme: &Theme, text: &str) {
    job.append(&visible_lines(text), 0.0, Face::Body.format(theme.muted));
}

/// Adds what stands in a slot, lit.
pub fn slot(job: &mut LayoutJob, theme: &Theme, text: &str) {
    let lit = egui::TextFormat { background: theme.accent_soft, ..Face::Body.format(theme.text) };
    job.append(&visible_lines(text), 0.0, lit);
}

/// Fixed text dim, slots as lit numbers.
pub fn pieces(theme: &Theme, template: &Template) -> LayoutJob {
    let (mut job, mut number) = (LayoutJob::default(), 0);
    for piece in &template.pieces {
        match piece {
            Piece::Fixed(text) => fixed(&mut job, theme, text),
            Piece::Slot(_) => {
                number += 1;
                slot(&mut job, theme, &format!(" …{number} "));
            }
        }
    }
    job
}

/// `40 values, none twice`; `about 1,204 values`; `at most 3,039 values`.
pub fn how_many(slot: &Slot, rows: u64) -> String {
    let distinct = format::counted(slot.distinct, "value", "values");
    match (slot.exact, slot.distinct >= rows && rows > 1) {
        (true, true) => format!("{distinct}, none twice"),
        (true, false) => distinct,
        // As many as there are rows, because the estimate was more.
        (false, true) => format!("at most {distinct}"),
        (false, false) => format!("about {distinct}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_says_so_and_one_at_its_bound_is_a_bound() {
        let slot = |distinct, exact| Slot { distinct, exact, examples: Vec::new() };
        assert_eq!(how_many(&slot(40, true), 90), "40 values");
        assert_eq!(how_many(&slot(90, true), 90), "90 values, none twice");
        assert_eq!(how_many(&slot(2_804, false), 3_039), "about 2,804 values");
        assert_eq!(how_many(&slot(3_039, false), 3_039), "at most 3,039 values");
    }
}
