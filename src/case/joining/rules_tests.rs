use super::*;
use crate::case::joining::overlap::{Common, Maybe};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn row(event: u64, format: u32, at_s: i64) -> Facts {
    Facts {
        event,
        source: event as u32,
        format,
        at_us: at_s * SECOND_US,
        kind: Granularity::Exchange,
        account: 0,
        caller: 0,
        origin: 0,
        call: 0,
        model: MISSING,
        status: MISSING,
        input_tokens: MISSING,
        output_tokens: MISSING,
        has_prompt: false,
        said: Said::NOTHING,
        key: 0,
        has_id: true,
        joins: true,
        counted: false,
    }
}

/// With these of the fields that may be missing.
fn says(fields: u32, row: Facts) -> Facts {
    Facts { said: Said { fields: row.said.fields | fields, ..row.said }, ..row }
}

fn with_tokens(row: Facts) -> Facts {
    says(1, Facts { input_tokens: 5, output_tokens: 9, ..row })
}

/// Rows whose records are the same where they have the same prompt.
struct Same;

impl Compare for Same {
    fn alike(&self, a: &Facts, b: &Facts) -> bool {
        (a.caller, a.origin, a.call) == (b.caller, b.origin, b.call)
    }

    fn identical(&self, a: &Facts, b: &Facts) -> bool {
        a.has_prompt && b.has_prompt
    }
}

/// Secondary, primary and kind of what is found.
fn found(rows: &[Facts]) -> Vec<(u64, u64, JoinKind)> {
    let mut pairs = Vec::new();
    let mut maybe = Maybe::default();
    same_id(rows, &Same, &mut pairs, &mut maybe);
    let mut pairs: Vec<JoinPair> =
        maybe.pairs.into_iter().map(|again| again.pair).chain(pairs).collect();
    pairs.sort_by_key(|pair| (pair.kind, pair.secondary));
    pairs.into_iter().map(|p| (p.secondary, p.primary, p.kind)).collect()
}

use JoinKind::{Join, Repeat};

#[test]
fn the_same_record_in_two_exports_of_one_system_is_a_repeat() {
    assert_eq!(
        found(&[row(1, 0, 5), row(2, 0, 5), row(3, 0, 6)]),
        [(2, 1, Repeat), (3, 1, Repeat)]
    );
}

#[test]
fn rows_of_one_system_that_contradict_each_other_or_are_apart_in_time_are_two_calls() {
    let retried = Facts { status: 200, ..row(2, 0, 5) };
    assert_eq!(found(&[Facts { status: 500, ..row(1, 0, 5) }, retried]), []);
    assert_eq!(found(&[row(1, 0, 5), Facts { source: 1, ..row(2, 0, 7) }]), []);
    assert_eq!(found(&[row(1, 0, 5), row(2, 0, 16 * 60 + 5)]), [], "whatever their clocks");
    assert_eq!(found(&[row(1, 0, 5), Facts { account: 1, ..row(2, 0, 5) }]), []);
    let stop = Facts { call: 1, ..row(2, 0, 5) };
    assert_eq!(found(&[row(1, 0, 5), stop]), [], "two steps of one request");
    let service = Facts { origin: 1, ..row(2, 0, 5) };
    assert_eq!(found(&[row(1, 0, 5), service]), [], "by the user, and by a service for him");
}

#[test]
fn in_one_source_only_the_very_same_record_is_a_repeat() {
    let of = |event, source| Facts { source, ..row(event, 0, 5) };
    let same = |event, source| Facts { has_prompt: true, ..of(event, source) };
    assert_eq!(found(&[of(1, 0), of(2, 0)]), [], "two steps of one request that read alike");
    assert_eq!(found(&[same(1, 0), same(2, 0)]), [(2, 1, Repeat)]);
    let both = [of(1, 0), of(2, 0), of(3, 1), of(4, 1), of(5, 1)];
    assert_eq!(found(&both), [(3, 1, Repeat), (4, 2, Repeat)], "a third step is new");
    let chain = [of(1, 0), same(2, 1), same(3, 1)];
    assert_eq!(found(&chain), [(2, 1, Repeat), (3, 2, Repeat)]);
}

#[test]
fn rows_of_two_systems_are_one_call_and_the_one_with_tokens_is_counted() {
    assert_eq!(found(&[row(1, 0, 5), with_tokens(row(2, 1, 65))]), [(1, 2, Join)]);
    assert_eq!(found(&[with_tokens(row(1, 0, 5)), row(2, 1, 65)]), [(2, 1, Join)]);
    let three = [row(1, 0, 5), with_tokens(row(2, 1, 5)), row(3, 2, 5)];
    assert_eq!(found(&three), [(1, 2, Join), (3, 2, Join)]);
}

#[test]
fn a_repeat_of_a_joined_row_points_at_what_it_repeats() {
    let rows = [with_tokens(row(1, 0, 5)), row(2, 1, 5), row(3, 1, 5)];
    assert_eq!(found(&rows), [(3, 2, Repeat), (2, 1, Join)]);
}

#[test]
fn what_is_not_certain_is_not_joined() {
    let twice = [with_tokens(row(1, 0, 5)), row(2, 1, 5), Facts { source: 2, ..row(3, 1, 9) }];
    assert_eq!(found(&twice), [], "two rows of one system fit");
    assert_eq!(found(&[row(1, 0, 0), row(2, 1, 16 * 60)]), [], "too far apart");
    let short = |row: Facts| Facts { joins: false, ..row };
    assert_eq!(found(&[short(row(1, 0, 5)), short(row(2, 1, 5))]), [], "any system counts to 17");
    let bucket = Facts { kind: Granularity::Bucket, ..row(2, 1, 5) };
    assert_eq!(found(&[row(1, 0, 5), bucket]), []);
    let activity = |row: Facts| Facts { kind: Granularity::Activity, ..row };
    assert_eq!(found(&[row(1, 0, 5), activity(row(2, 1, 5))]), [(2, 1, Join)]);
    assert_eq!(found(&[activity(row(1, 0, 5)), activity(row(2, 1, 5))]), []);
    let everywhere: Vec<Facts> = (0..65).map(|i| row(i, 0, 5)).collect();
    assert_eq!(found(&everywhere), []);
}

#[test]
fn what_stands_twice_in_one_source_stays_and_what_stands_in_both_is_counted_once() {
    let of = |event, source| Facts { source, ..row(event, 0, 5) };
    let mut maybe = Maybe::default();
    same_content(&[of(1, 0), of(2, 0), of(9, 1), of(10, 1), of(11, 1)], &mut maybe);
    let pairs: Vec<(u64, u64)> =
        maybe.pairs.iter().map(|a| (a.pair.secondary, a.pair.primary)).collect();
    assert_eq!(pairs, [(9, 1), (10, 2)]);
}

/// Rows of two sources that stand a second apart from each other, without ids or with some.
fn alike(ids: bool, common: (u64, u64)) -> usize {
    let mut maybe = Maybe::default();
    for call in 0..4 {
        let row = |source, event| Facts { source, event, has_id: ids, ..row(0, 0, call) };
        let rows = [row(0, call as u64), row(1, 100 + call as u64)];
        match ids {
            true => same_id(&rows, &Same, &mut Vec::new(), &mut maybe),
            false => same_content(&rows, &mut maybe),
        }
    }
    let common = |_, _, _| Ok::<_, ()>(Some(Common { rows: common, length_us: 0 }));
    maybe.overlapping(2, common, |pair| Ok(pair.primary == 2)).expect("no failure").len()
}

#[test]
fn a_few_rows_that_read_alike_are_chance_and_many_are_an_overlap() {
    assert_eq!(alike(false, (9, 9)), 0);
    assert_eq!(alike(true, (9, 9)), 1, "the very same record");
    assert_eq!(alike(false, (8, 1000)), 4);
    assert_eq!(alike(true, (1000, 4)), 4);
}

#[test]
fn two_logs_of_one_system_that_say_different_things_of_a_call_are_joined() {
    let with_address = |row: Facts| says(2, row);
    assert_eq!(found(&[with_address(row(1, 0, 5)), with_tokens(row(2, 0, 5))]), [(1, 2, Join)]);
    assert_eq!(found(&[with_tokens(row(1, 0, 5)), with_address(row(2, 0, 5))]), [(2, 1, Join)]);
    // A third log repeats the one that is counted, another system's is joined with it.
    let rows = [
        with_address(row(1, 0, 5)),
        with_tokens(row(2, 0, 5)),
        with_tokens(row(3, 0, 5)),
        row(4, 1, 7),
    ];
    assert_eq!(found(&rows), [(3, 2, Repeat), (1, 2, Join), (4, 2, Join)]);
    // What the second one leaves open, or says too, makes a repeat of it.
    assert_eq!(found(&[with_tokens(row(1, 0, 5)), row(2, 0, 5)]), [(2, 1, Repeat)]);
}

/// Two logs of one system whose clocks differ by so many seconds on each call, with ids of a counter
/// or others; the rows that they have in the time of both, how long that is, and what was asked of it.
fn clocks_apart(
    ahead_s: &[i64],
    counted: bool,
    rows: (u64, u64),
    length_s: i64,
) -> (Vec<JoinPair>, Vec<(u32, u32, i64)>) {
    let mut maybe = Maybe::default();
    for (call, ahead_s) in (0..).zip(ahead_s) {
        let row = |at_s| Facts { counted, ..row(call, 0, at_s) };
        let ours = Facts { source: 0, ..row(5) };
        let theirs = Facts { source: 1, event: 100 + call, ..row(5 + ahead_s) };
        same_id(&[ours, with_tokens(theirs)], &Same, &mut Vec::new(), &mut maybe);
    }
    let mut asked = Vec::new();
    let common = |a, b, ahead_us| {
        asked.push((a, b, ahead_us));
        Ok::<_, ()>(Some(Common { rows, length_us: length_s * SECOND_US }))
    };
    let pairs = maybe.overlapping(2, common, |_| Ok(true)).expect("no failure");
    (pairs, asked)
}

#[test]
fn clocks_that_differ_make_one_call_of_two_rows_where_most_rows_have_their_like() {
    let (pairs, asked) = clocks_apart(&[300; 4], false, (8, 100), 450);
    assert_eq!(asked, [(1, 0, 300 * SECOND_US)], "one clock set by the other");
    let pairs: Vec<_> = pairs.iter().map(|p| (p.secondary, p.primary, p.kind)).collect();
    assert_eq!(pairs, (0..4).map(|call| (call, 100 + call, Join)).collect::<Vec<_>>());
    let found = |ahead_s: &[i64], counted, rows| clocks_apart(ahead_s, counted, rows, 3600).0.len();
    assert_eq!(found(&[300; 4], false, (9, 100)), 0, "steps of a few requests that files share");
    assert_eq!(clocks_apart(&[300; 4], false, (8, 8), 449).0, [], "the next file's first steps");
    // Beginnings and ends: some are a second apart, others are not.
    assert_eq!(found(&[0, 1, 3, 9], false, (8, 8)), 4);
    // Two hosts that count their requests are at the same number at different times.
    let drifting = [280, 300, 290, 310];
    assert_eq!((found(&drifting, false, (8, 8)), found(&drifting, true, (8, 8))), (4, 0));
    assert_eq!((found(&[300; 4], true, (8, 8)), found(&drifting, true, (2, 8))), (4, 1));
    assert_eq!(found(&[300, 301, 303, 304], true, (8, 8)), 4, "as long as calls take");
}

#[test]
fn logs_that_share_calls_with_a_third_one_are_joined_through_it_and_files_by_the_clock_of_others() {
    let of = |call: u64, source: u32, at_s| Facts {
        event: 100 * u64::from(source) + call,
        source,
        ..row(0, 0, at_s)
    };
    let mut maybe = Maybe::default();
    for call in 0..9 {
        // The second has the first half of them, the third the second half, both have one.
        let sources = [(0, true), (1, call < 5), (2, call >= 4)];
        let rows = sources.iter().filter(|of| of.1).map(|of| of.0);
        let rows: Vec<Facts> = rows.map(|source| of(call, source, 9 * i64::from(source))).collect();
        same_id(&rows, &Same, &mut Vec::new(), &mut maybe);
    }
    let rows = |a, b| if (a, b) == (2, 1) { (5, 5) } else { (5, 9) };
    let common = |a, b, _| Ok::<_, ()>(Some(Common { rows: rows(a, b), length_us: i64::MAX }));
    assert_eq!(maybe.overlapping(3, common, |_| Ok(false)).map(|pairs| pairs.len()), Ok(10));
    // The last call of a file stands in the next file of the other log, by the same clock.
    let mut maybe = Maybe::default();
    for (call, sources) in [(0, [0, 1]), (1, [0, 2])] {
        let rows = sources.map(|source| of(call, source, 9 * i64::from(source.min(1))));
        same_id(&rows, &Same, &mut Vec::new(), &mut maybe);
    }
    let length_us = |b| if b == 1 { i64::MAX } else { SECOND_US };
    let common = |b, _, _| Ok::<_, ()>(Some(Common { rows: (1, 1), length_us: length_us(b) }));
    assert_eq!(maybe.overlapping(3, common, |_| Ok(false)).map(|pairs| pairs.len()), Ok(2));
}

#[test]
fn what_contradicts_a_call_stays_by_itself_and_hides_no_other() {
    let rows = [row(1, 0, 5), with_tokens(row(2, 0, 5)), Facts { status: 304, ..row(3, 0, 5) }];
    let ok = |row: Facts| if row.event < 3 { Facts { status: 200, ..row } } else { row };
    assert_eq!(found(&rows.map(ok)), [(1, 2, Join)]);
    let asked =
        |prompt, row: Facts| Facts { said: Said { hashes: [prompt; 4], ..row.said }, ..row };
    let rows = [asked(1, row(1, 0, 5)), asked(2, row(2, 0, 5)), asked(1, row(3, 0, 9))];
    assert_eq!(found(&rows), [(3, 1, Join)], "another prompt is another call");
    // Two that contradict each other are not both the call of a third that says less.
    for at_s in [5, 9] {
        let open = with_tokens(row(1, 0, 5));
        let rows = [open, asked(1, row(2, 0, at_s)), asked(2, row(3, 0, at_s))];
        assert_eq!(found(&rows).len(), 1, "{at_s}");
    }
}

#[test]
fn ids_of_a_counter_are_told_from_others() {
    let counted = ["17", "req-00000123", "host_0000000001", "r12", ""];
    assert!(counted.iter().all(|id| is_counted(id.as_bytes())));
    let others = ["ff4b6c63-0000-4000-8000-000000000001", "chatcmpl-9xK2aLq81", "01JAZ3NDEKTSV4"];
    assert!(others.iter().all(|id| !is_counted(id.as_bytes())));
}

fn any_row() -> impl Strategy<Value = Facts> {
    (0u32..3, 0i64..4, 0u32..2, 0u32..3, any::<bool>(), 0usize..5, 0u32..4, 0u32..4).prop_map(
        |(format, at, account, tokens, prompt, kind, source, says)| Facts {
            source,
            said: Said { fields: says, ..Said::NOTHING },
            account,
            input_tokens: if tokens == 0 { MISSING } else { tokens },
            has_prompt: prompt,
            kind: if kind < 3 { Granularity::Exchange } else { Granularity::OF_RECORDS[kind - 2] },
            ..row(0, format, at)
        },
    )
}

proptest! {
    /// Whatever the rows: no row is a secondary twice, no row leads back to itself, and every
    /// secondary row ends at one that is counted.
    #[test]
    fn pairs_never_make_a_circle(mut rows in proptest::collection::vec(any_row(), 0..12)) {
        // A source is of one format, and its events stand together.
        rows.iter_mut().for_each(|row| row.source += 4 * row.format);
        rows.sort_by_key(|row| row.source);
        (1..).zip(&mut rows).for_each(|(event, row)| row.event = event);
        let pairs = found(&rows);
        let mut primary_of = BTreeMap::new();
        for (secondary, primary, _) in &pairs {
            prop_assert_eq!(primary_of.insert(*secondary, *primary), None);
        }
        for start in primary_of.keys() {
            let mut at = *start;
            for _ in 0..rows.len() {
                at = primary_of.get(&at).copied().unwrap_or(at);
            }
            prop_assert!(!primary_of.contains_key(&at));
        }
    }

    /// Naive: the union of multisets. Of every source's rows, as many are left as there are in
    /// the source that has most.
    #[test]
    fn content_is_counted_as_often_as_in_the_source_that_has_it_most(counts in proptest::collection::vec(0u64..5, 1..6)) {
        let mut rows = Vec::new();
        for (source, count) in (0..).zip(&counts) {
            for _ in 0..*count {
                rows.push(Facts { source, ..row(rows.len() as u64 + 1, 0, 5) });
            }
        }
        let mut maybe = Maybe::default();
        same_content(&rows, &mut maybe);
        let most = counts.iter().copied().max().unwrap_or(0);
        prop_assert_eq!(rows.len() - maybe.pairs.len(), most as usize);
        prop_assert!(maybe.pairs.iter().all(|a| a.sources.0 > a.sources.1));
    }
}
