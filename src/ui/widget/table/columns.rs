//! Which columns fit, and how wide each is.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Where a cell's text stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    /// Text.
    #[default]
    Left,
    /// Numbers.
    Right,
}

/// One column.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    /// What it is known by, when the analyst chooses columns: another for every column.
    pub id: &'a str,
    /// What it is called in the header.
    pub title: &'a str,
    /// What stands quietly beside the title: the zone of times. May be empty.
    pub unit: &'a str,
    /// What it holds, with its unit.
    pub tooltip: &'a str,
    /// The width that suits it, points.
    pub width: f32,
    /// The least that still says something, points.
    pub least: f32,
    /// Where its cells stand.
    pub side: Side,
    /// Whether a click on its header sorts.
    pub sorts: bool,
    /// 0 = never dropped for lack of room; the highest goes first.
    pub rank: u8,
    /// Takes the room that is left.
    pub grows: bool,
    /// Not shown until the analyst switches it on.
    pub extra: bool,
    /// Cannot be shown in this case; the tooltip says why.
    pub off: bool,
}

impl<'a> Column<'a> {
    /// A text column, known by its title.
    pub const fn text(title: &'a str, width: f32, least: f32) -> Self {
        Self {
            id: title,
            title,
            unit: "",
            tooltip: "",
            width,
            least,
            side: Side::Left,
            sorts: true,
            rank: 0,
            grows: false,
            extra: false,
            off: false,
        }
    }

    /// A column of numbers.
    pub const fn number(title: &'a str, width: f32, least: f32) -> Self {
        Self { side: Side::Right, ..Self::text(title, width, least) }
    }

    /// Known by something else than its title.
    pub const fn known_as(self, id: &'a str) -> Self {
        Self { id, ..self }
    }

    /// Cannot be shown in this case.
    pub const fn off(self, why: &'a str) -> Self {
        Self { off: true, tooltip: why, ..self }
    }

    /// With a unit beside its title.
    pub const fn unit(self, unit: &'a str) -> Self {
        Self { unit, ..self }
    }

    /// With an explanation.
    pub const fn says(self, tooltip: &'a str) -> Self {
        Self { tooltip, ..self }
    }

    /// Dropped for lack of room before columns of a lower rank.
    pub const fn rank(self, rank: u8) -> Self {
        Self { rank, ..self }
    }

    /// Takes the room that is left.
    pub const fn grows(self) -> Self {
        Self { grows: true, ..self }
    }

    /// Not shown until the analyst switches it on.
    pub const fn extra(self) -> Self {
        Self { extra: true, ..self }
    }

    /// Its header is only a title.
    pub const fn unsorted(self) -> Self {
        Self { sorts: false, ..self }
    }
}

/// What the analyst has changed about the columns. By [`Column::id`], so that it means the same in
/// a later run and in another case.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ColumnChoice {
    /// Widths set by dragging, points.
    pub widths: BTreeMap<String, f32>,
    /// The columns switched on; `None` lets the room decide.
    pub shown: Option<BTreeSet<String>>,
    /// The order they were put in; those not named follow in their own.
    pub order: Vec<String>,
    /// Columns without anything in the whole case: not shown until they are switched on.
    #[serde(skip)]
    pub empty: BTreeSet<String>,
}

impl ColumnChoice {
    /// Whether a column is among those to show.
    fn wants(&self, column: &Column<'_>) -> bool {
        match &self.shown {
            _ if column.off => false,
            Some(shown) => shown.contains(column.id),
            None => !column.extra && !self.empty.contains(column.id),
        }
    }

    /// All columns in the order chosen, shown or not.
    pub fn ordered(&self, columns: &[Column<'_>]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..columns.len()).collect();
        let place = |i: &usize| {
            let named = self.order.iter().position(|id| id == columns[*i].id);
            named.unwrap_or(self.order.len())
        };
        order.sort_by_key(place);
        order
    }

    /// Puts the column `from` before `before`, or last.
    pub fn move_before(&mut self, columns: &[Column<'_>], from: usize, before: Option<usize>) {
        let mut order = self.ordered(columns);
        order.retain(|i| *i != from);
        let at = before.and_then(|b| order.iter().position(|i| *i == b)).unwrap_or(order.len());
        order.insert(at, from);
        self.order = order.into_iter().map(|i| columns[i].id.to_owned()).collect();
    }

    /// Switches a column on or off; `shown` are those on screen now.
    pub fn switch(&mut self, shown: &BTreeSet<String>, id: &str, on: bool) {
        let mut shown = shown.clone();
        if on {
            shown.insert(id.to_owned());
        } else {
            shown.remove(id);
        }
        self.shown = (!shown.is_empty()).then_some(shown);
    }
}

/// A column with its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// Position among all columns.
    pub index: usize,
    /// Distance of its left edge from the first column's, points.
    pub x: f32,
    /// Its width, points.
    pub width: f32,
}

/// Space either side of a cell's content.
pub const PADDING: f32 = 9.0;

/// Places the columns in `room` points. Together they may be wider than the room only if the
/// analyst chose them so; then the table scrolls sideways.
pub fn fit(columns: &[Column<'_>], choice: &ColumnChoice, room: f32) -> Vec<Placed> {
    let order = choice.ordered(columns);
    let mut shown: Vec<usize> =
        order.iter().copied().filter(|i| choice.wants(&columns[*i])).collect();
    let chosen = choice.shown.is_some() && !shown.is_empty();
    if shown.is_empty() {
        // What was chosen in another case is not in this one.
        shown = order.into_iter().filter(|i| !columns[*i].extra && !columns[*i].off).collect();
    }
    let least = |i: usize| {
        let column = &columns[i];
        choice.widths.get(column.id).copied().unwrap_or(column.least)
    };
    if !chosen {
        while shown.iter().map(|i| least(*i)).sum::<f32>() > room {
            let Some(last) =
                shown.iter().copied().filter(|i| columns[*i].rank > 0).max_by(|a, b| {
                    // Of equal ranks the one further right goes first.
                    (columns[*a].rank, a).cmp(&(columns[*b].rank, b))
                })
            else {
                break;
            };
            shown.retain(|i| *i != last);
        }
    }
    let mut widths: Vec<f32> = shown
        .iter()
        .map(|i| choice.widths.get(columns[*i].id).copied().unwrap_or(columns[*i].width))
        .collect();
    let free: Vec<usize> =
        (0..shown.len()).filter(|k| !choice.widths.contains_key(columns[shown[*k]].id)).collect();
    distribute(&mut widths, room, |k| free.contains(&k).then(|| &columns[shown[k]]));
    let mut x = 0.0;
    let place = |(index, width): (usize, f32)| {
        let placed = Placed { index, x, width };
        x += width;
        placed
    };
    shown.into_iter().zip(widths).map(place).collect()
}

/// Narrows or widens the columns that `column` yields until together they fill `room`.
fn distribute<'a>(widths: &mut [f32], room: f32, column: impl Fn(usize) -> Option<&'a Column<'a>>) {
    let sum: f32 = widths.iter().sum();
    if sum > room {
        let slack: f32 =
            (0..widths.len()).filter_map(|k| column(k).map(|c| widths[k] - c.least)).sum();
        if slack > 0.0 {
            let share = ((sum - room) / slack).min(1.0);
            for (k, width) in widths.iter_mut().enumerate() {
                if let Some(c) = column(k) {
                    *width -= (*width - c.least) * share;
                }
            }
        }
    } else if !widths.is_empty() {
        let growing: Vec<usize> =
            (0..widths.len()).filter(|k| column(*k).is_some_and(|c| c.grows)).collect();
        if growing.is_empty() {
            // Nothing wants the room: the last column takes it, so that rows end at the border.
            if let Some(last) = widths.last_mut() {
                *last += room - sum;
            }
        } else {
            let each = (room - sum) / growing.len() as f32;
            for k in growing {
                widths[k] += each;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column<'_>; 4] = [
        Column::text("Account", 150.0, 100.0),
        Column::text("Activity", 156.0, 80.0).grows(),
        Column::number("Exchanges", 90.0, 70.0),
        Column::text("Tags", 120.0, 60.0).rank(1),
    ];

    fn total(placed: &[Placed]) -> f32 {
        placed.iter().map(|p| p.width).sum()
    }

    #[test]
    fn columns_fill_the_room_without_exceeding_it() {
        for room in [250.0, 310.0, 400.0, 516.0, 900.0, 2000.0] {
            let placed = fit(&COLUMNS, &ColumnChoice::default(), room);
            assert!((total(&placed) - room).abs() < 0.01, "{room}: {placed:?}");
            assert!(placed.iter().all(|p| p.width >= COLUMNS[p.index].least - 0.01));
        }
    }

    #[test]
    fn the_highest_rank_goes_first_and_rank_zero_stays() {
        let shown = |room| {
            fit(&COLUMNS, &ColumnChoice::default(), room)
                .iter()
                .map(|p| p.index)
                .collect::<Vec<_>>()
        };
        assert_eq!(shown(310.0), [0, 1, 2, 3]);
        assert_eq!(shown(309.0), [0, 1, 2]);
        assert_eq!(shown(10.0), [0, 1, 2]);
    }

    #[test]
    fn a_width_that_was_set_is_kept_and_so_is_a_choice_of_columns() {
        let mut choice = ColumnChoice::default();
        choice.widths.insert("Account".into(), 300.0);
        let placed = fit(&COLUMNS, &choice, 600.0);
        assert_eq!(placed[0].width, 300.0);
        assert!((total(&placed) - 600.0).abs() < 0.01);
        choice.shown = Some(["Account", "Activity", "Tags"].map(String::from).into());
        let placed = fit(&COLUMNS, &choice, 100.0);
        assert_eq!(placed.iter().map(|p| p.index).collect::<Vec<_>>(), [0, 1, 3]);
        assert!(total(&placed) > 100.0);
    }

    #[test]
    fn a_column_without_anything_is_shown_only_when_it_is_switched_on() {
        let mut choice =
            ColumnChoice { empty: ["Exchanges".to_owned()].into(), ..ColumnChoice::default() };
        let shown = |choice: &ColumnChoice| {
            fit(&COLUMNS, choice, 900.0).iter().map(|p| p.index).collect::<Vec<_>>()
        };
        assert_eq!(shown(&choice), [0, 1, 3]);
        choice.shown = Some(["Account", "Activity", "Exchanges"].map(String::from).into());
        assert_eq!(shown(&choice), [0, 1, 2]);
        // Of another case, which has none of this one's columns.
        choice.shown = Some(["attr_plan".to_owned()].into());
        assert_eq!(shown(&choice), [0, 1, 2, 3]);
    }

    #[test]
    fn columns_of_one_title_are_told_apart_and_one_that_is_off_is_shown_by_no_choice() {
        let columns = [
            Column::text("Notes", 100.0, 60.0).known_as("notes"),
            Column::text("Notes", 100.0, 60.0).known_as("attr_Notes").extra(),
            Column::text("Keys", 100.0, 60.0).known_as("keys").off("too many accounts"),
        ];
        let shown = |choice: &ColumnChoice| {
            fit(&columns, choice, 900.0).iter().map(|p| p.index).collect::<Vec<_>>()
        };
        let mut choice = ColumnChoice::default();
        assert_eq!(shown(&choice), [0]);
        choice.switch(&["notes".to_owned()].into(), "attr_Notes", true);
        assert_eq!(shown(&choice), [0, 1]);
        choice.switch(&["notes", "attr_Notes", "keys"].map(String::from).into(), "notes", false);
        choice.widths.insert("attr_Notes".into(), 333.0);
        assert_eq!(shown(&choice), [1]);
        choice.shown = Some(["keys".to_owned()].into());
        assert_eq!(shown(&choice), [0]);
    }

    #[test]
    fn columns_stand_in_the_order_they_were_put_in_and_new_ones_follow() {
        let mut choice = ColumnChoice::default();
        let shown = |choice: &ColumnChoice| {
            fit(&COLUMNS, choice, 900.0).iter().map(|p| p.index).collect::<Vec<_>>()
        };
        choice.move_before(&COLUMNS, 3, Some(0));
        assert_eq!(shown(&choice), [3, 0, 1, 2]);
        choice.move_before(&COLUMNS, 3, None);
        assert_eq!(shown(&choice), [0, 1, 2, 3]);
        choice.move_before(&COLUMNS, 0, Some(2));
        assert_eq!(shown(&choice), [1, 0, 2, 3]);
        choice.order = vec!["Exchanges".into()];
        assert_eq!(shown(&choice), [2, 0, 1, 3]);
    }
}
