//! Some minutes before and after a row: of its account, or of everything.

use egui::Ui;

use crate::index::Index;
use crate::model::filter::Value;
use crate::model::time::MINUTE_US;
use crate::model::{Field, Filter, Selection, Time, TimeSpan};
use crate::ui::format::counted;
use crate::ui::state::Action;

/// Minutes that are offered.
const OFFERED: [u32; 4] = [1, 5, 15, 60];
/// The longest that can be asked for: a week either side.
const LONGEST: u32 = 7 * 24 * 60;

/// What to show around a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Around {
    /// Minutes before and after it.
    pub minutes: u32,
    /// Whatever account, else only its own.
    pub everything: bool,
}

/// The filter that shows it; `None` where the row has no time. What is counted stays what it is.
pub fn action(index: &Index, now: &Filter, row: u32, around: Around) -> Option<Action> {
    let at = index.at(row)?;
    let by = i64::from(around.minutes.clamp(1, LONGEST)) * MINUTE_US;
    let span = TimeSpan {
        start: Time(at.0.saturating_sub(by)),
        // The moment itself at the far end is inside.
        end: Time(at.0.saturating_add(by).saturating_add(1)),
    };
    let all = Filter { expr: None, time: Some(span), granularity: now.granularity };
    let filter = match around.everything {
        true => all,
        false => all.include(Field::AccountId, Value::text(index.row(row).account())),
    };
    Some(Action::Show { filter, selection: Selection::Nothing })
}

/// The entries of a menu; `minutes` is what the keys use, too.
pub fn menu(ui: &mut Ui, minutes: &mut u32) -> Option<Around> {
    let mut chosen = None;
    for (words, everything) in [("of this account", false), ("of everything", true)] {
        for offered in OFFERED {
            let text = format!("± {offered} min {words}");
            if ui.add(egui::Button::selectable(offered == *minutes, text)).clicked() {
                *minutes = offered;
                chosen = Some(Around { minutes: offered, everything });
            }
        }
        let text = format!("± {} {words}", counted(u64::from(*minutes), "minute", "minutes"));
        if !OFFERED.contains(minutes) && ui.button(text).clicked() {
            chosen = Some(Around { minutes: *minutes, everything });
        }
        ui.separator();
    }
    ui.horizontal(|ui| {
        ui.label("Minutes");
        let value = egui::DragValue::new(minutes).range(1..=LONGEST);
        ui.add(value).on_hover_text("Before and after the row; R and Shift R use them, too");
    });
    chosen
}

#[cfg(test)]
mod tests {
    use super::super::super::test_case;
    use super::*;
    use crate::index::{Lists, compile};

    #[test]
    fn what_is_shown_around_a_row_is_what_lies_that_near_in_time() {
        let index = test_case::index();
        let now = Filter::parse("model:a").expect("readable");
        let row = index.len() as u32 / 2;
        let at = index.at(row).expect("a time");
        for (everything, minutes) in [(true, 60), (false, 60), (true, 1)] {
            let asked = action(&index, &now, row, Around { minutes, everything });
            let Some(Action::Show { filter, selection }) = asked else { panic!("{asked:?}") };
            assert!(selection.is_nothing());
            let mask = compile(&filter, &index, &Lists::default()).expect("compiles");
            let near = |other: &u32| {
                let us = index.at(*other).map_or(u64::MAX, |t| t.0.abs_diff(at.0));
                us <= u64::from(minutes) * 60_000_000
                    && (everything || index.account_of(*other) == index.account_of(row))
            };
            let naive: Vec<u32> = (0..index.len() as u32).filter(near).collect();
            assert_eq!(mask.rows().collect::<Vec<_>>(), naive);
            assert!(naive.contains(&row));
        }
        let untimed = test_case::with_untimed(1);
        let last = untimed.len() as u32 - 1;
        let around = Around { minutes: 5, everything: true };
        assert_eq!(action(&untimed, &now, last, around), None);
    }
}
