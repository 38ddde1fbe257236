//! Every fast path against its naive equal, on random cases.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::testkit::*;
use super::*;
use crate::job::Progress;
use crate::model::filter::Filter;
use crate::model::{Annotation, Field, Time, TimeSpan};

/// A random case with a random filter, its mask and the rows it should keep.
fn scene(seed: u64, max_rows: u64) -> (Index, Lists, Filter, Mask, Vec<u32>) {
    let index = random_index(seed, max_rows);
    let lists = random_lists(seed, &index);
    let filter = random_filter(&mut Dice(seed ^ 2));
    let mask = compile(&filter, &index, &lists).expect("an answerable filter");
    let rows = naive_rows(&filter, &index, &lists);
    (index, lists, filter, mask, rows)
}

/// A stretch of time inside, across or beside the data.
fn random_span(dice: &mut Dice) -> TimeSpan {
    let at = |dice: &mut Dice| Time(dice.below(TIMES.end as u64 + 2_000) as i64 - 1_000);
    TimeSpan::new(at(dice), at(dice))
}

fn bin_of(span: TimeSpan, n: usize, at: Time) -> Option<usize> {
    let edges = bin_edges(span, n);
    (0..n).find(|i| edges[*i] <= at.0 && at.0 < edges[i + 1])
}

fn naive_stats<'a>(index: &Index, rows: impl IntoIterator<Item = &'a u32>) -> Stats {
    let mut stats = Stats::default();
    for row in rows {
        let view = index.row(*row);
        stats.rows += 1;
        if view.at().is_some() {
            stats.first_row = stats.first_row.min(*row);
            let had_one = stats.last_row != crate::model::MISSING;
            stats.last_row = if had_one { stats.last_row.max(*row) } else { *row };
        }
        stats.input_known += u32::from(view.input_tokens().is_some());
        stats.output_known += u32::from(view.output_tokens().is_some());
        stats.input_sum += u64::from(view.input_tokens().unwrap_or(0));
        stats.output_sum += u64::from(view.output_tokens().unwrap_or(0));
    }
    stats
}

#[test]
fn a_list_is_the_accounts_with_that_tag_or_verdict_at_the_moment() {
    let index = random_index(3, 300);
    let mut lists = Lists::default();
    let tagged = |tags: &[&str]| Annotation {
        tags: tags.iter().map(|t| (*t).to_owned()).collect(),
        ..Annotation::default()
    };
    lists.insert(0, &tagged(&["Proxy pool", "proxy_pool"]));
    lists.insert(2, &tagged(&["other", "watch"]));
    assert_eq!(
        lists.names().clone().into_iter().collect::<Vec<_>>(),
        [("other".to_owned(), 1), ("proxy_pool".to_owned(), 1),]
    );
    let mut changed = lists.clone();
    changed.insert(2, &tagged(&["proxy pool"]));
    changed.insert(0, &tagged(&["Proxy pool"]));
    assert_eq!(changed.names().clone().into_iter().collect::<Vec<_>>(), [("proxy_pool".into(), 2)]);
    let rows = |text: &str| {
        let filter = Filter::parse(text).expect("readable");
        let mask = compile(&filter, &index, &lists).expect("an answer");
        let naive = naive_rows(&filter, &index, &lists);
        assert_eq!(mask.rows().collect::<Vec<_>>(), naive, "{text}");
        naive.len()
    };
    let (all, on) = (rows(""), rows("account:$proxy_pool"));
    assert!(on > 0);
    assert_eq!(rows("-account:$proxy_pool"), all - on);
    assert_eq!(rows("account:$PROXY_POOL,$other"), on + rows("tag:other"));
    let one = Filter::parse("account:$proxy_pool").expect("readable");
    assert_eq!(matching_accounts(&one, &index, &lists).expect("accounts"), [0]);
    let typo = compile(&Filter::parse("account:$proxi").expect("readable"), &index, &lists);
    let said = typo.expect_err("no such list").to_string();
    assert!(said.contains("$proxi") && said.contains("$proxy_pool (1)"), "{said}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_mask_keeps_exactly_the_rows_that_fulfil_the_filter(seed: u64) {
        let (_, _, filter, mask, rows) = scene(seed, 300);
        prop_assert_eq!(mask.rows().collect::<Vec<_>>(), rows, "{}", filter);
    }

    #[test]
    fn rank_select_and_iteration_agree_with_the_list_of_rows(seed: u64, a in 0..1_300_u32, b in 0..1_300_u32) {
        let (index, _, _, mask, rows) = scene(seed, 300);
        let all = 0..index.len() as u32;
        prop_assert_eq!(mask.len() as usize, rows.len());
        prop_assert_eq!(all.clone().filter(|row| mask.contains(*row)).collect::<Vec<_>>(), rows.clone());
        prop_assert_eq!((0..=rows.len() as u64).map_while(|n| mask.nth(n)).collect::<Vec<_>>(), rows.clone());
        prop_assert_eq!(mask.rank(a) as usize, rows.iter().filter(|row| **row < a).count());
        let stretch = a.min(b)..a.max(b);
        let inside: Vec<u32> = rows.iter().copied().filter(|row| stretch.contains(row)).collect();
        prop_assert_eq!(mask.rows_in(stretch.clone()).collect::<Vec<_>>(), inside.clone());
        prop_assert_eq!(mask.rows_in(stretch.clone()).fold(0, |n, _| n + 1), inside.len());
        prop_assert_eq!(mask.count_in(stretch) as usize, inside.len());
        let bounds = rows.first().map_or(0..0, |first| *first..rows[rows.len() - 1] + 1);
        prop_assert_eq!(mask.bounds(), bounds);
        let ends = inside.first().copied().zip(inside.last().copied());
        prop_assert_eq!(mask.ends_in(a.min(b)..a.max(b)), ends);
    }

    #[test]
    fn histograms_count_each_row_in_the_bin_of_its_time(seed: u64, n in 0..60_usize, k in 0..4_usize) {
        let (index, _, _, mask, rows) = scene(seed, 200);
        let mut dice = Dice(seed ^ 3);
        let (span, field) = (random_span(&mut dice), random_field(&mut dice));
        let mut bins = vec![0; n];
        let bin = |row: &u32| index.at(*row).and_then(|at| bin_of(span, n, at));
        for bin in rows.iter().filter_map(bin) {
            bins[bin] += 1;
        }
        let histogram = index.histogram(&mask, span, n);
        prop_assert_eq!(&histogram.bins, &bins);
        let split = index.split_histogram(&mask, span, n, field, k);
        prop_assert_eq!(split.sum(), histogram);
        prop_assert!(split.series.len() <= k);
        for series in &split.series {
            let mut bins = vec![0; n];
            let has = |row: &&u32| spelled(&index, field, **row).as_deref() == Some(&*series.value);
            for bin in rows.iter().filter(has).filter_map(bin) {
                bins[bin] += 1;
            }
            prop_assert_eq!(&series.bins, &bins);
        }
    }

    #[test]
    fn counts_and_sums_by_account_are_those_of_its_rows(seed: u64, few in any::<bool>()) {
        let (index, _, _, mask, rows) = scene(seed, if few { 20 } else { 300 });
        let stats = index.stats_by_account(&mask);
        prop_assert_eq!(stats.len(), index.accounts().len());
        for (account, stats) in (0..).zip(stats) {
            let own: Vec<u32> = rows.iter().copied().filter(|r| index.account_of(*r) == account).collect();
            prop_assert_eq!(stats, naive_stats(&index, &own));
            prop_assert_eq!(index.rows_of_account_under(&mask, account).collect::<Vec<_>>(), own);
        }
        let totals = index.totals(&mask);
        prop_assert_eq!(totals, naive_stats(&index, &rows));
        let times = || rows.iter().filter_map(|row| index.at(*row));
        prop_assert_eq!(totals.first_seen(&index), times().min());
        prop_assert_eq!(totals.last_seen(&index), times().max());
        prop_assert_eq!(index.without_time(&mask) as usize, rows.len() - times().count());
    }

    #[test]
    fn top_values_are_the_groups_with_most_rows(seed: u64, k in 0..6_usize) {
        let (index, _, _, mask, rows) = scene(seed, 200);
        let field = random_field(&mut Dice(seed ^ 4));
        let mut groups: BTreeMap<Option<String>, Vec<u32>> = BTreeMap::new();
        for row in &rows {
            let text = spelled(&index, field, *row).map(|t| t.into_owned());
            groups.entry(text).or_default().push(*row);
        }
        let absent = groups.remove(&None).unwrap_or_default();
        let mut groups: Vec<(String, Vec<u32>)> =
            groups.into_iter().filter_map(|(text, rows)| text.map(|text| (text, rows))).collect();
        groups.sort_by_key(|(_, rows)| std::cmp::Reverse(rows.len()));
        let top = index.top_values(&mask, field, k);
        prop_assert_eq!(top.distinct, groups.len());
        prop_assert_eq!(top.absent, naive_stats(&index, &absent));
        let rest = groups.split_off(k.min(groups.len()));
        prop_assert_eq!(top.other, naive_stats(&index, rest.iter().flat_map(|(_, rows)| rows)));
        let listed: Vec<(String, Stats)> = top.values.into_iter().map(|v| (v.value, v.stats)).collect();
        let expected: Vec<(String, Stats)> =
            groups.into_iter().map(|(text, rows)| (text, naive_stats(&index, &rows))).collect();
        prop_assert_eq!(listed, expected);
    }

    #[test]
    fn a_sparkline_is_the_histogram_of_the_account(seed: u64, n in 0..30_usize) {
        let (index, _, _, mask, _) = scene(seed, 200);
        let span = random_span(&mut Dice(seed ^ 5));
        let accounts: Vec<u32> = (0..index.accounts().len() as u32).rev().collect();
        let lines = index.sparklines(&mask, &accounts, span, n).lines;
        for (account, line) in accounts.iter().zip(lines) {
            let own = index.narrowed_to_accounts(&mask, &[*account]);
            let rows: Vec<u32> = mask.rows().filter(|r| index.account_of(*r) == *account).collect();
            prop_assert_eq!(own.rows().collect::<Vec<_>>(), rows);
            prop_assert_eq!(line, index.histogram(&own, span, n).bins);
        }
    }

    #[test]
    fn a_mask_with_rows_more_keeps_what_it_kept_and_these(seed: u64, more in prop::collection::vec(0..400_u32, 0..20)) {
        let (index, _, _, mask, mut rows) = scene(seed, 200);
        let wider = index.widened_by_rows(&mask, more.iter().copied());
        rows.extend(more.into_iter().filter(|row| (*row as usize) < index.len()));
        rows.sort_unstable();
        rows.dedup();
        prop_assert_eq!(wider.rows().collect::<Vec<_>>(), rows);
    }

    #[test]
    fn what_is_asked_of_rows_in_any_order_is_what_their_values_say(seed: u64) {
        let (index, ..) = scene(seed, 100);
        for row in (0..index.len() as u32).map(|row| index.row(row)) {
            let at = row.row();
            prop_assert_eq!(index.account_of(at), row.account_position());
            prop_assert_eq!(index.has_user(at), row.user().is_some());
        }
    }

    #[test]
    fn fitness_counts_the_rows_that_have_each_field(seed: u64) {
        let (index, _, _, mask, rows) = scene(seed, 100);
        for fitness in index.fitness(&mask) {
            let has = |row: &&u32| index.row(**row).text(fitness.field).is_some();
            prop_assert_eq!(fitness.present as usize, rows.iter().filter(has).count(), "{:?}", fitness.field);
            prop_assert_eq!(fitness.rows as usize, rows.len());
            prop_assert_eq!(index.has_any(&mask, fitness.field), fitness.present > 0);
        }
        let times = index.time_fitness(&mask);
        prop_assert_eq!(times.by_precision.iter().map(|(_, n)| *n).sum::<u64>() as usize, rows.len());
    }

    #[test]
    fn building_sorts_by_time_and_loses_nothing(seed: u64) {
        let (runs, dimensions) = random_runs(&mut Dice(seed), 120);
        let index = Index::build(runs.clone(), dimensions, &Progress::default()).expect("a sound case");
        let rank = |row| (index.at(row).is_none(), index.at(row));
        prop_assert!((1..index.len() as u32).all(|row| rank(row - 1) <= rank(row)));
        prop_assert_eq!(index.len(), runs.iter().map(|run| run.columns.len()).sum::<usize>());
        for run in &runs {
            let known = |column: &[u32], i: usize| column.get(i).copied().filter(|v| *v != crate::model::MISSING);
            for i in 0..run.columns.len() {
                let event_id = run.first_event_id + i as u64;
                let row = index.row_of_event(event_id).expect("every event has a row");
                let view = index.row(row);
                prop_assert_eq!((view.event_id(), view.source_id()), (event_id, run.source_id));
                prop_assert_eq!(view.at(), Time(run.columns.at_us[i]).known());
                prop_assert_eq!(view.input_tokens(), known(&run.columns.input_tokens, i));
                let start = if i == 0 { 0 } else { run.columns.request_end.get(i - 1).copied().unwrap_or(0) };
                let end = run.columns.request_end.get(i).copied().unwrap_or(0);
                let id = std::str::from_utf8(&run.columns.request_bytes[start as usize..end.max(start) as usize]);
                prop_assert_eq!(view.request_id().unwrap_or_default(), id.expect("ascii"));
            }
        }
        prop_assert_eq!(index.row_of_event(u64::MAX), None);
        let by_account: usize = (0..index.accounts().len() as u32).map(|a| index.rows_of_account(a).len()).sum();
        prop_assert_eq!(by_account, index.len());
    }

    #[test]
    fn why_a_filter_is_empty_is_said_when_and_only_when_it_is(seed: u64) {
        let (index, lists, filter, mask, _) = scene(seed, 40);
        let why = why_empty(&filter, &index, &lists).expect("an answerable filter");
        prop_assert_eq!(why.is_some(), mask.is_empty());
        if let Some(why) = why {
            prop_assert_eq!(why.parts.len(), filter.pills().len());
            for part in why.parts {
                let rows = naive_rows(&filter.without(part.id), &index, &lists);
                prop_assert_eq!(part.without as usize, rows.len());
            }
        }
    }

    #[test]
    fn accounts_of_a_filter_are_those_of_its_rows_unless_it_names_accounts(seed: u64) {
        let (index, lists, filter, _, rows) = scene(seed, 60);
        let accounts = matching_accounts(&filter, &index, &lists).expect("an answerable filter");
        let mut of_rows: Vec<u32> = rows.iter().map(|row| index.account_of(*row)).collect();
        of_rows.sort_unstable();
        of_rows.dedup();
        // Naming accounts reaches those without rows of the counted kind too.
        prop_assert!(of_rows.iter().all(|account| accounts.contains(account)));
    }
}

#[test]
fn a_case_of_many_blocks_is_answered_like_a_small_one() {
    for seed in 0..12 {
        let (_, _, filter, mask, rows) = scene(seed, 9_000);
        assert_eq!(mask.rows().collect::<Vec<_>>(), rows, "{filter}");
        assert_eq!(mask.nth(rows.len() as u64 / 2), rows.get(rows.len() / 2).copied());
    }
}

#[test]
fn an_empty_case_answers_every_question_with_nothing() {
    let index = Index::build(Vec::new(), Default::default(), &Progress::default()).expect("empty");
    let mask = index.everything();
    assert_eq!((index.span(), mask.len(), mask.nth(0)), (None, 0, None));
    let span = TimeSpan::new(Time(0), Time(10));
    assert_eq!(index.histogram(mask, span, 3).bins, vec![0, 0, 0]);
    assert!(index.stats_by_account(mask).is_empty());
    assert_eq!(index.top_values(mask, Field::Model, 3), TopValues::default());
    assert!(index.fitness(mask).iter().all(|f| f.presence() == Presence::Absent));
    let why = why_empty(&Filter::default(), &index, &Lists::default()).expect("answerable");
    assert_eq!(why.expect("empty").sentence, "The case has no exchanges");
}

#[test]
fn a_span_of_no_length_or_without_end_has_bins_all_the_same() {
    let index = random_index(1, 100);
    let mask = index.everything();
    let first = index.at(0).expect("a time");
    let instant = TimeSpan { start: first, end: first };
    assert_eq!(index.histogram(mask, instant, 4).total(), 0);
    let open = TimeSpan { start: Time(i64::MIN), end: Time(i64::MAX) };
    assert_eq!(index.histogram(mask, open, 7).total(), mask.len() - index.without_time(mask));
}

#[test]
fn damaged_columns_are_an_error_that_names_the_source_and_column() {
    let broken = |damage: fn(&mut Run, &mut Dimensions)| {
        let (mut runs, mut dimensions) = (0..)
            .map(|seed| random_runs(&mut Dice(seed), 50))
            .find(|(runs, _)| runs[0].columns.len() > 3)
            .expect("a case with rows");
        damage(&mut runs[0], &mut dimensions);
        Index::build(runs, dimensions, &Progress::default()).expect_err("damaged").to_string()
    };
    let cut = broken(|run, _| run.columns.call.truncate(2));
    assert!(cut.starts_with("source 1: column call has 2 rows"), "{cut}");
    let outside = broken(|run, _| run.columns.origin[1] = 4_000);
    assert!(outside.starts_with("source 1: column origin points at entry 4000"), "{outside}");
    let account = broken(|_, dimensions| dimensions.callers[0].account = 99);
    assert!(account.contains("column account points at entry 99"), "{account}");
    let requests = broken(|run, _| run.columns.request_end = vec![9_999; run.columns.len()]);
    assert!(requests.contains("request ids are damaged"), "{requests}");
    // Counting over so long a time would overflow.
    let early = broken(|run, _| run.columns.at_us[0] = i64::MIN + 1);
    assert!(early.contains("outside the years 1 to 9999"), "{early}");
    let late = broken(|run, _| run.columns.at_us[0] = i64::MAX - 1);
    assert!(late.contains("outside the years 1 to 9999"), "{late}");
}

#[test]
fn a_cancelled_build_says_so() {
    let progress = Progress::default();
    progress.cancel();
    let (runs, dimensions) = (0..)
        .map(|seed| random_runs(&mut Dice(seed), 50))
        .find(|(runs, _)| !runs[0].columns.is_empty())
        .expect("a case with rows");
    let result = Index::build(runs, dimensions, &progress);
    assert!(matches!(result, Err(IndexError::Cancelled(_))));
}

#[test]
fn sources_in_sequence_cost_no_memory_per_row_for_their_order() {
    let (mut runs, dimensions) = random_runs(&mut Dice(5), 50);
    for (run, start) in runs.iter_mut().zip((0..).step_by(10_000)) {
        run.columns.at_us.iter_mut().for_each(|at| *at = start + (*at).min(9_999));
    }
    let index = Index::build(runs, dimensions, &Progress::default()).expect("a sound case");
    assert!(index.order.is_plain());
}
