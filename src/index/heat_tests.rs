//! Hours and weekdays against their naive equals.

use proptest::prelude::*;

use super::testkit::*;
use super::*;
use crate::model::filter::Filter;

/// A case over some weeks, or over about sixty years.
fn over(seed: u64) -> Index {
    let hour = crate::model::time::HOUR_US;
    random_index_over(seed, 200, if seed.is_multiple_of(3) { 130 * hour } else { hour / 5 })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hours_and_weekdays_count_every_row_once(seed: u64) {
        let index = over(seed);
        let lists = Lists::default();
        let filter = random_filter(&mut Dice(seed ^ 2));
        let mask = compile(&Filter { time: None, ..filter }, &index, &lists).expect("a filter");
        let week = index.week_hours(&mask);
        let mut naive = WeekHours { cells: [0; HOURS * DAYS], untimed: 0 };
        let mut of_accounts = vec![DayHours::default(); index.accounts().len()];
        for row in mask.rows() {
            let of_account = &mut of_accounts[index.account_of(row) as usize];
            let Some(at) = index.at(row) else {
                naive.untimed += 1;
                of_account.untimed += 1;
                continue;
            };
            naive.cells[usize::from(at.weekday()) * HOURS + usize::from(at.hour())] += 1;
            of_account.hours[usize::from(at.hour())] += 1;
        }
        prop_assert_eq!(week.cells.iter().sum::<u64>() + week.untimed, mask.len());
        prop_assert_eq!(&week, &naive);
        let accounts: Vec<u32> = (0..index.accounts().len() as u32).rev().collect();
        of_accounts.reverse();
        prop_assert_eq!(index.day_hours(&mask, &accounts), of_accounts);
    }

    #[test]
    fn a_filter_on_hour_and_weekday_keeps_what_the_cell_counts(seed: u64, hour in 0..24_u8, day in 0..7_u8) {
        let index = over(seed);
        let week = index.week_hours(index.everything());
        let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let filter = format!("hour:{hour} weekday:{}", days[usize::from(day)]);
        let filter = Filter::parse(&filter).expect("a filter");
        let mask = compile(&filter, &index, &Lists::default()).expect("an answer");
        let cell = usize::from(day) * HOURS + usize::from(hour);
        prop_assert_eq!(mask.len(), week.cells[cell]);
        let others = Filter::parse("hour:0..23 -weekday:mon..sun").expect("a filter");
        prop_assert_eq!(compile(&others, &index, &Lists::default()).expect("an answer").len(), 0);
        let none = Filter::parse("hour:absent weekday:absent").expect("a filter");
        prop_assert_eq!(
            compile(&none, &index, &Lists::default()).expect("an answer").len(),
            week.untimed
        );
    }
}
