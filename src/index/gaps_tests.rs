use proptest::prelude::*;

use super::*;
use crate::index::Run;
use crate::model::{Call, Caller, Columns, Dimensions, Origin};

const MARCH: i64 = 20_513 * DAY_US; // 2026-03-01

fn source(id: u32, times: &[i64]) -> SourceInfo {
    let (first, last) = (times.iter().min(), times.iter().max());
    let span = first.zip(last).map(|(a, b)| TimeSpan { start: Time(*a), end: Time(b + 1) });
    SourceInfo {
        id,
        path: format!("logs/{id}.jsonl"),
        format: "native".into(),
        rows: times.len() as u64,
        span,
        ..SourceInfo::default()
    }
}

fn index(times: &[(u32, Vec<i64>)]) -> Index {
    let run = |(source_id, times): &(u32, Vec<i64>)| {
        let zeros = vec![0; times.len()];
        let columns = Columns {
            at_us: times.clone(),
            caller: zeros.clone(),
            origin: zeros.clone(),
            call: zeros,
            ..Columns::default()
        };
        Run { source_id: *source_id, first_event_id: u64::from(*source_id) << 32, columns }
    };
    let dimensions = Dimensions {
        accounts: vec!["a".into()],
        callers: vec![Caller::default()],
        origins: vec![Origin::default()],
        calls: vec![Call::default()],
        ..Dimensions::default()
    };
    Index::build(times.iter().map(run).collect(), dimensions, &Progress::default())
        .expect("an index")
}

/// Both ways of counting, which must agree.
fn coverage(sources: &[SourceInfo], times: &[(u32, Vec<i64>)]) -> Vec<Coverage> {
    let progress = Progress::default();
    let found = index(times).coverage(sources, &progress).expect("not cancelled");
    let alone = coverage_of_times(sources, times, &progress).expect("not cancelled");
    assert_eq!(found, alone);
    found
}

/// The gaps of logs that stand side by side.
fn gaps_of(logs: &[Vec<i64>]) -> Vec<Vec<TimeSpan>> {
    let times: Vec<(u32, Vec<i64>)> = (1..).zip(logs.iter().cloned()).collect();
    let one = |(id, times): &(u32, Vec<i64>)| SourceInfo {
        format: format!("format {id}"),
        ..source(*id, times)
    };
    let sources: Vec<SourceInfo> = times.iter().map(one).collect();
    let spans = |c: Coverage| c.gaps.into_iter().map(|gap| gap.span).collect();
    coverage(&sources, &times).into_iter().map(spans).collect()
}

/// A record every so often, but for the times that `stops` says.
fn log(days: i64, every: i64, stops: impl Fn(i64) -> bool) -> Vec<i64> {
    (0..days * DAY_US / every)
        .map(|i| i * every)
        .filter(|at| !stops(*at))
        .map(|at| MARCH + at)
        .collect()
}

fn hours(day: i64, from: i64, to: i64) -> TimeSpan {
    let at = |hour| Time(MARCH + day * DAY_US + hour * HOUR_US);
    TimeSpan { start: at(from), end: at(to) }
}

#[test]
fn a_steady_log_that_stops_for_hours_has_a_gap() {
    let stops = |at| (DAY_US + 4 * HOUR_US + 1..DAY_US + 10 * HOUR_US).contains(&at);
    assert_eq!(gaps_of(&[log(3, MINUTE_US, stops)]), [[hours(1, 4, 10)]]);
}

#[test]
fn nights_and_weekends_are_a_rhythm_and_a_lost_day_is_none() {
    let night = |at: i64| at % DAY_US > 10 * HOUR_US;
    assert!(gaps_of(&[log(20, 5 * MINUTE_US, night)])[0].is_empty());
    let weekend = |at: i64| night(at) || at / DAY_US % 7 > 4;
    assert!(gaps_of(&[log(28, 5 * MINUTE_US, weekend)])[0].is_empty());
    let lost = |at: i64| night(at) || at / DAY_US == 9;
    assert_eq!(gaps_of(&[log(20, 5 * MINUTE_US, lost)]), [[hours(8, 10, 48)]]);
}

#[test]
fn a_pause_in_which_another_log_goes_on_needs_a_rhythm_of_its_own() {
    let night = |at: i64| at % DAY_US > 10 * HOUR_US;
    // A lost day that is no longer than a weekend is seen by the log beside it alone.
    let weekend = |at: i64| night(at) || at / DAY_US % 7 > 4;
    let lost = |at: i64| weekend(at) || at / DAY_US == 9;
    let (whole, part) = (log(28, 5 * MINUTE_US, weekend), log(28, 5 * MINUTE_US, lost));
    assert!(gaps_of(std::slice::from_ref(&part))[0].is_empty());
    assert_eq!(gaps_of(&[whole.clone(), part]), [vec![], vec![hours(8, 10, 48)]]);
    // One that rests at night beside one that does not has its rhythm still.
    let always = log(28, HOUR_US, |_| false);
    assert!(gaps_of(&[always, whole]).concat().is_empty());
}

#[test]
fn a_few_records_have_no_rhythm_and_so_no_gaps() {
    let few: Vec<i64> = (0..5).chain(200..205).map(|i| MARCH + i * HOUR_US).collect();
    assert!(gaps_of(&[few])[0].is_empty());
    assert!(gaps_of(&[vec![MARCH]])[0].is_empty());
    assert!(gaps_of(&[vec![]]).is_empty());
}

#[test]
fn records_without_a_time_end_no_pause() {
    let mut times = log(2, MINUTE_US, |_| false);
    times.push(NO_TIME);
    let sources = [source(1, &times[..2_880])];
    let progress = Progress::default();
    let found = coverage_of_times(&sources, &[(1, times)], &progress).expect("not cancelled");
    assert_eq!((found[0].rows, &found[0].gaps[..]), (2_880, &[][..]));
}

#[test]
fn daily_files_are_one_feed_and_a_day_without_its_file_is_a_gap() {
    let day = |day: i64| -> Vec<i64> {
        (0..24 * 60).map(|i| MARCH + day * DAY_US + i * MINUTE_US).collect()
    };
    let times: Vec<(u32, Vec<i64>)> =
        [(1, day(2)), (2, day(0)), (3, day(1)), (4, day(4))].into_iter().collect();
    let sources: Vec<SourceInfo> = times.iter().map(|(id, t)| source(*id, t)).collect();
    let [feed] = &coverage(&sources, &times)[..] else { panic!("one feed") };
    assert_eq!((&feed.feed.sources[..], feed.rows), (&[2, 3, 1, 4][..], 4 * 24 * 60));
    assert_eq!(feed.feed.name(&sources), "2.jsonl and 3 more");
    let [gap] = feed.gaps[..] else { panic!("one gap: {:?}", feed.gaps) };
    assert_eq!(
        gap.sentence(),
        "no records from 2026-03-03 23:59 to 2026-03-05 00:00 UTC (1 day 0 h)"
    );
}

#[test]
fn sources_side_by_side_and_of_other_formats_are_feeds_of_their_own() {
    let hour = |hour: i64| vec![MARCH + hour * HOUR_US, MARCH + (hour + 1) * HOUR_US];
    let mut sources: Vec<SourceInfo> = [(1, hour(0)), (2, hour(0)), (3, hour(1)), (4, hour(1))]
        .iter()
        .map(|(id, times)| source(*id, times))
        .collect();
    sources[3].format = "kong".into();
    sources
        .push(SourceInfo { mapping: SourceInfo::mapping_of_rejects(2, ""), ..source(5, &hour(0)) });
    sources.push(source(6, &[]));
    let ids: Vec<Vec<u32>> = feeds(&sources).into_iter().map(|feed| feed.sources).collect();
    assert_eq!(ids, [vec![1, 3], vec![2, 5], vec![4]]);
}

#[test]
fn a_gap_is_said_with_its_day_once_and_its_length() {
    let gap = |from: i64, minutes: i64| Gap {
        span: TimeSpan {
            start: Time(MARCH + from * MINUTE_US),
            end: Time(MARCH + (from + minutes) * MINUTE_US),
        },
        meanwhile: 0,
    };
    let words = gap(250, 345).sentence();
    assert_eq!(words, "no records from 2026-03-01 04:10 to 09:55 UTC (5 h 45 min)");
    assert_eq!(gap(0, 20).length(), "20 min");
    assert_eq!(gap(0, 3 * 24 * 60 + 250).length(), "3 days 4 h");
}

#[test]
fn the_longest_gap_comes_first() {
    let steady = |from: i64, to: i64| log(3, MINUTE_US, move |at| at > from && at < to);
    let times = vec![(1, steady(HOUR_US, 3 * HOUR_US)), (2, steady(HOUR_US, 9 * HOUR_US))];
    let sources: Vec<SourceInfo> = times.iter().map(|(id, t)| source(*id, t)).collect();
    let longest = longest_gaps(&coverage(&sources, &times));
    assert_eq!(longest.iter().map(|(feed, _)| *feed).collect::<Vec<_>>(), [1, 0]);
    let meanwhile: Vec<bool> = longest.iter().map(|(_, gap)| gap.meanwhile > 0).collect();
    assert_eq!(meanwhile, [true, false], "the other log rests at the beginning of it only");
}

/// What the head of the module says, word by word.
fn naive(own: &[i64], others: &[i64]) -> Vec<Gap> {
    let mut own = own.to_vec();
    own.sort_unstable();
    let pauses: Vec<(i64, i64)> = own.windows(2).map(|w| (w[0], w[1])).collect();
    let Some(whole) = own.last().zip(own.first()).map(|(last, first)| last - first) else {
        return Vec::new();
    };
    let mean = if pauses.is_empty() { 0 } else { whole / pauses.len() as i64 };
    let meanwhile =
        |(a, b): (i64, i64)| others.iter().filter(|at| a < **at && **at < b).count() as u64;
    let pauses: Vec<(i64, i64, u64)> = pauses.iter().map(|p| (p.0, p.1, meanwhile(*p))).collect();
    let is_gap = |pause: &(i64, i64, u64)| {
        let long = pause.1 - pause.0;
        let like = pauses
            .iter()
            .filter(|other| 2 * (other.1 - other.0) >= long && (pause.2 == 0 || other.2 > 0));
        let like = like.count() as i64;
        long >= 15 * MINUTE_US && long >= 10 * mean && (like < 3 || like * 10 * DAY_US < whole)
    };
    let gap = |pause: &(i64, i64, u64)| Gap {
        span: TimeSpan { start: Time(pause.0), end: Time(pause.1) },
        meanwhile: pause.2,
    };
    pauses.iter().filter(|p| is_gap(p)).map(gap).collect()
}

/// Bursts of records at random times.
fn bursts() -> impl Strategy<Value = Vec<i64>> {
    let burst = (0i64..60 * 24, 1i64..20, 1i64..5);
    proptest::collection::vec(burst, 0..9).prop_map(|bursts| {
        let one = |(hour, count, apart): (i64, i64, i64)| {
            (0..count).map(move |i| hour * HOUR_US + i * apart * MINUTE_US)
        };
        let mut times: Vec<i64> = bursts.into_iter().flat_map(one).collect();
        times.sort_unstable();
        times
    })
}

proptest! {
    #[test]
    fn gaps_equal_the_naive_ones(a in bursts(), b in bursts()) {
        let times = vec![(1, a.clone()), (2, b.clone())];
        let mut sources: Vec<SourceInfo> = times.iter().map(|(id, t)| source(*id, t)).collect();
        sources[1].format = "kong".into();
        let mut wanted = vec![naive(&a, &b), naive(&b, &a)];
        wanted.retain({
            let mut empty = [a.is_empty(), b.is_empty()].into_iter();
            move |_| !empty.next().unwrap_or(true)
        });
        let found: Vec<Vec<Gap>> =
            coverage(&sources, &times).into_iter().map(|c| c.gaps).collect();
        prop_assert_eq!(found, wanted);
    }
}
