//! What lies in a stretch that is measured: counted at once, its tokens summed beside.

use egui::Ui;

use crate::index::Stats;
use crate::model::TimeSpan;
use crate::model::time::HOUR_US;
use crate::ui::scene::Scene;
use crate::ui::widget::timeline::{Measured, axis};
use crate::ui::{Latest, format};

use super::super::query::Masks;

/// The stretch, and the sums in it.
#[derive(Default)]
pub struct Measuring {
    /// What is measured.
    pub span: Option<TimeSpan>,
    sums: Latest<(u64, TimeSpan), Stats>,
}

impl Measuring {
    /// Puts the figures away.
    pub fn end(&mut self) {
        self.span = None;
    }

    /// Asks for the sums of the stretch.
    pub fn ask(&mut self, ui: &Ui, scene: &Scene<'_>, masks: &Masks) {
        let Some(span) = self.span else { return };
        let (index, mask) = (scene.index.clone(), masks.traffic.clone());
        self.sums.ask(ui.ctx(), (masks.traffic_id, span), move |_| {
            let rows = index.row_at(span.start)..index.row_at(span.end);
            Ok::<_, String>(index.stats_of_rows(mask.rows_in(rows)))
        });
    }

    /// The figures: exact at once but for the tokens, which may still be summed.
    pub fn measured(&self, scene: &Scene<'_>, masks: &Masks) -> Option<Measured> {
        let span = self.span?;
        let rows = scene.index.row_at(span.start)..scene.index.row_at(span.end);
        let n = u64::from(masks.traffic.count_in(rows));
        let counted = masks.traffic.counted();
        let mut lines = vec![
            axis::length_label(span.len_us()),
            format!("{} {}", format::count(n), counted.word(n)),
            format!("{} per hour", rate(n, span)),
        ];
        let sums =
            self.sums.answer().filter(|_| self.sums.answered() == Some(&(masks.traffic_id, span)));
        lines.push(match sums {
            Some(sums) => tokens(sums),
            None => "tokens are summed…".to_owned(),
        });
        Some(Measured { span, lines })
    }
}

/// Per hour, with a decimal where it is small.
fn rate(n: u64, span: TimeSpan) -> String {
    let per_hour = n as f64 * HOUR_US as f64 / span.len_us().max(1) as f64;
    match per_hour {
        r if r >= 10.0 || r == 0.0 => format::count(r.round() as u64),
        r if r >= 0.05 => format!("{r:.1}"),
        _ => "less than 0.1".to_owned(),
    }
}

fn tokens(sums: &Stats) -> String {
    match (sums.input_tokens(), sums.output_tokens()) {
        (None, None) => "tokens absent".to_owned(),
        (input, output) => {
            let part = |n: Option<u64>, name: &str| match n {
                Some(n) => format!("{} {name}", format::compact(n)),
                None => format!("no {name}"),
            };
            format!("{} · {} tokens", part(input, "input"), part(output, "output"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Time;

    #[test]
    fn a_rate_is_never_rounded_to_nothing() {
        let hours = |n: i64| TimeSpan { start: Time(0), end: Time(n * HOUR_US) };
        assert_eq!(rate(1_204, hours(1)), "1,204");
        assert_eq!(rate(9, hours(2)), "4.5");
        assert_eq!(rate(1, hours(1_000)), "less than 0.1");
        assert_eq!(rate(0, hours(1_000)), "0");
    }
}
