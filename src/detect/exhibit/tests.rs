//! Pictures are held against the sentences they belong to.

use super::gallery::{self, Shown};
use super::kind::{Curve, Order, Raster};
use super::{Ink, Picture};

fn raster(shown: &Shown) -> &Raster {
    match &shown.exhibits[0].picture {
        Picture::Raster(raster) => raster,
        other => panic!("no raster: {other:?}"),
    }
}

fn curve(shown: &Shown) -> &Curve {
    let found = shown.exhibits.iter().find_map(|exhibit| match &exhibit.picture {
        Picture::Curve(curve) => Some(curve),
        _ => None,
    });
    found.expect("a curve")
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

fn sum(points: &[(i64, f64)]) -> f64 {
    points.iter().map(|(_, n)| n).sum()
}

#[test]
fn turns_are_the_sessions_that_are_cited_in_their_order_and_chance_is_one_of_the_draws() {
    let shown = gallery::turns("turns", 46);
    let raster = raster(&shown);
    assert_eq!((raster.lanes.len(), raster.order.clone()), (46, Order::Turn(276)));
    let cited = shown.finding.events_of("session starts");
    let events: Vec<u64> = raster.marks.iter().filter_map(|mark| mark.event).collect();
    assert_eq!(events.len(), 276);
    assert!(events.iter().all(|event| cited.binary_search(event).is_ok()));
    // The places are those of the events, and each has one.
    let mut marks = raster.marks.clone();
    marks.sort_by_key(|mark| mark.at);
    assert!(marks.windows(2).all(|two| two[0].event < two[1].event && two[0].at + 1 == two[1].at));
    let account = |mark: &super::kind::Mark| raster.lanes[mark.lane as usize].account;
    let row = |event: u64| shown.index.row_of_event(event).expect("a row");
    let is_own = |mark: &&super::kind::Mark| {
        mark.event.is_some_and(|event| shown.index.account_of(row(event)) == account(mark))
    };
    assert_eq!(marks.iter().filter(is_own).count(), 276);
    let ghost = raster.ghost.as_ref().expect("chance");
    assert_eq!(ghost.marks.len(), 276);
    // Waits of the sentence: most of a lane's marks are so far apart. By chance they are not.
    let (low, high) = (shown.value("low") as i64, shown.value("high") as i64);
    let within = |of: &[(u32, i64)]| {
        let mut of = of.to_vec();
        of.sort_unstable();
        let waits = of.windows(2).filter(|two| two[0].0 == two[1].0);
        let waits: Vec<i64> = waits.map(|two| two[1].1 - two[0].1).collect();
        waits.iter().filter(|wait| (low..=high).contains(*wait)).count() as f64 / waits.len() as f64
    };
    let observed: Vec<(u32, i64)> = raster.marks.iter().map(|mark| (mark.lane, mark.at)).collect();
    assert!(within(&observed) > 0.7, "{}", within(&observed));
    assert!(within(&ghost.marks) < 0.6, "{}", within(&ghost.marks));
}

#[test]
fn of_many_accounts_some_are_shown_and_it_says_so() {
    let shown = gallery::turns("many", 300);
    let raster = raster(&shown);
    assert_eq!(raster.lanes.len(), 80);
    assert_eq!(raster.lanes_note, "80 of 300 accounts, by turn, those with most sessions");
}

#[test]
fn the_turns_of_the_clearest_pair_are_those_of_the_sentence() {
    let shown = gallery::pairs();
    let raster = raster(&shown);
    let cited = raster.marks.iter().filter(|mark| mark.ink == Ink::Cited).count();
    assert!(raster.marks.len() == 120 && cited > 90, "{cited}");
    assert!(
        shown.exhibits[0].summary.contains(
            &shown.finding.statement.number("turns").map_or_else(String::new, |n| n.text())
        )
    );
}

#[test]
fn the_share_after_a_day_is_that_of_the_sentence() {
    let shown = gallery::pivot();
    let spot = curve(&shown).spot.clone().expect("a day");
    assert!(near(spot.value, shown.value("share")), "{spot:?}");
    assert!(near(spot.usual.expect("others"), shown.value("usual")), "{spot:?}");
    let band = curve(&shown).band.as_ref().expect("others");
    assert!(band.points.iter().all(|p| p.low <= p.median && p.median <= p.high));
    assert!(band.points.iter().all(|p| (0.0..=1.0).contains(&p.high)));
}

#[test]
fn calls_before_and_after_a_closing_add_up_to_those_of_the_sentence() {
    let shown = gallery::succession();
    let curve = curve(&shown);
    assert!(near(sum(&curve.series[0].points), shown.value("before")));
    assert!(near(sum(&curve.series[1].points), shown.value("after")));
    // They count calls, and a number beside a name is of what the name says.
    let names: Vec<&str> = curve.series.iter().map(|series| series.name.as_str()).collect();
    assert_eq!(names, ["calls of closed accounts", "calls of new accounts"]);
    let ban = curve.moments[0].at;
    assert!(curve.series[0].points.iter().all(|(at, n)| *at < ban || *n == 0.0));
    assert!(curve.series[1].points.iter().all(|(at, n)| *at >= ban || *n == 0.0));
}

#[test]
fn requests_to_both_routes_add_up_to_those_of_the_sentence() {
    let shown = gallery::arbitrage();
    let curve = curve(&shown);
    assert!(near(sum(&curve.series[0].points), shown.value("before")));
    assert!(near(sum(&curve.series[1].points), shown.value("after")));
    let refused = shown.value("refused") * shown.value("before")
        + shown.value("refused_after") * shown.value("after");
    assert!(near(sum(&curve.series[2].points), refused));
}

#[test]
fn the_template_is_the_one_that_the_sentence_names_with_all_its_prompts() {
    let shown = gallery::templates();
    {
        let Picture::Card(card) = &shown.exhibits[1].picture else { panic!("no card") };
        assert_eq!(card.template, 1);
        assert!(shown.finding.statement.text().contains("template 1"));
        let names: Vec<&str> = card
            .parts
            .iter()
            .filter_map(|part| match part {
                super::kind::Part::Slot { name, .. } => Some(name.as_str()),
                super::kind::Part::Fixed(_) | super::kind::Part::Marked(_) => None,
            })
            .collect();
        assert_eq!(names, ["task", "a", "b"]);
        assert_eq!(card.holders.len(), 6);
        let prompts = shown.finding.events().len();
        assert!(shown.exhibits[1].summary.contains(&super::facts::count(prompts)));
    }
}

#[test]
fn items_of_a_divided_list_are_each_of_one_account() {
    let shown = gallery::shards();
    let items = raster(&shown);
    assert!(matches!(items.order, Order::Number(0, 1_999)));
    assert!(near(shown.value("shared"), 0.0));
    assert!(items.marks.iter().all(|mark| mark.ink == Ink::Cited));
    assert!(items.marks.len() > 1_000, "what lies closer than can be drawn is one mark");
    assert!(
        shown.exhibits[0].summary.contains("0 of 2,000 items"),
        "{}",
        shown.exhibits[0].summary
    );
}

#[test]
fn every_hand_over_of_the_sentence_is_a_line_from_giver_to_taker() {
    let shown = gallery::handed();
    let raster = raster(&shown);
    assert!(near(raster.threads.len() as f64, shown.value("n")));
    assert!(raster.threads.iter().all(|thread| thread.from.1 < thread.to.1));
    let account = |lane: u32| raster.lanes[lane as usize].account;
    assert!(raster.threads.iter().all(|t| account(t.from.0) < 4 && account(t.to.0) >= 4));
}

#[test]
fn errors_and_continuations_are_those_of_the_sentence() {
    let shown = gallery::failover();
    let raster = raster(&shown);
    let of = |ink| raster.marks.iter().filter(|mark| mark.ink == ink).count() as f64;
    assert!(near(of(Ink::Refused), shown.value("hits")));
    assert!(near(of(Ink::Refused) + of(Ink::Other), shown.value("errors")));
    assert!(near(raster.threads.len() as f64, shown.value("hits")));
}

#[test]
fn slots_in_common_of_the_clearest_pair_are_those_of_the_sentence() {
    let shown = gallery::synchrony("synchrony", 18);
    let found = shown.exhibits.iter().find_map(|exhibit| match &exhibit.picture {
        Picture::Matrix(matrix) => Some(matrix),
        _ => None,
    });
    let matrix = found.expect("a matrix");
    let account = |role: &str| {
        let event = shown.finding.events_of(role)[0];
        let row = shown.index.row_of_event(event).expect("a row");
        let account = shown.index.account_of(row);
        matrix.lanes.iter().position(|lane| lane.account == account).expect("shown")
    };
    let (one, other) = (account("one in the same slots"), account("other in the same slots"));
    let share = f64::from(matrix.get(one, other).expect("compared"));
    assert!((share - shown.value("shared") / shown.value("fewer")).abs() < 1e-6);
    assert_eq!(matrix.get(one, other), matrix.get(other, one));
    assert_eq!(matrix.get(one, one), None);
    // As many as fit, and no more is compared.
    let many = gallery::synchrony("many", 200);
    let Picture::Raster(raster) = &many.exhibits[0].picture else { panic!("no raster") };
    assert_eq!(raster.lanes_note, "60 of 200 accounts, those with most records");
}

#[test]
fn the_total_is_that_of_the_single_accounts_and_chance_is_rougher() {
    let shown = gallery::total();
    let curve = curve(&shown);
    let total = curve.series.last().expect("a total");
    let parts: f64 = curve.series.iter().take(5).map(|series| sum(&series.points)).sum();
    assert!(near(parts, sum(&total.points)));
    assert!(total.points.iter().all(|(_, n)| near(*n, 15.0)), "regulated to fifteen calls an hour");
    let band = curve.band.as_ref().expect("chance");
    assert!(band.points.iter().any(|p| p.high > 25.0) && band.points.iter().any(|p| p.low < 8.0));
}

#[test]
fn accounts_together_and_registrations_are_those_of_the_sentence() {
    for (shown, name) in [(gallery::together(), "together"), (gallery::registered(), "n")] {
        let Picture::Spans(spans) = &shown.exhibits[0].picture else { panic!("no spans") };
        let cited: Vec<_> = spans.spans.iter().filter(|span| span.ink == Ink::Cited).collect();
        assert!(near(cited.len() as f64, shown.value(name)), "{name}");
        let window = spans.window.expect("a window");
        assert!(cited.iter().all(|span| window.contains(crate::model::Time(span.from))));
        assert!(near((window.len_us() - 1) as f64 / 1e6, shown.value("width")));
        assert!(near(cited[0].from as f64, shown.value("start")));
    }
}

#[test]
fn levels_and_ramps_are_those_of_the_sentence() {
    let shown = gallery::changes();
    let levels = &curve(&shown).series[2].points;
    let when = shown.value("when") as i64;
    let at: Vec<f64> = levels.iter().filter(|(at, _)| *at == when).map(|(_, n)| *n).collect();
    assert!(near(at[0], shown.value("before")) && near(at[1], shown.value("after")), "{at:?}");
    let shown = gallery::ramp();
    let spot = curve(&shown).spot.clone().expect("the limit");
    assert!(near(spot.value, shown.value("hits") / shown.value("judged")), "{spot:?}");
}

#[test]
fn bars_say_how_many_of_those_that_have_a_value_are_members() {
    let shown = gallery::indicators();
    let Picture::Bars(bars) = &shown.exhibits[0].picture else { panic!("no bars") };
    let of: Vec<(&str, &str)> = bars.bars.iter().map(|b| (&*b.name, &*b.note)).collect();
    assert_eq!(of[0], ("phone prefix +99 71", "12 of 20 accounts that have it"));
    assert_eq!(of[1], ("card fp_41c09be2", "7 of 7 accounts that have it"));
    assert!(near(bars.bars[0].observed, 1.0));
    let shown = gallery::pathways();
    let Picture::Bars(bars) = &shown.exhibits[0].picture else { panic!("no bars") };
    let of: Vec<(&str, f64)> = bars.bars.iter().map(|bar| (&*bar.name, bar.observed)).collect();
    assert_eq!(of, [("aggregator", 1.0), ("api", 3.0), ("cloud", 2.0)]);
}

#[test]
fn every_picture_has_words_and_the_same_seed_gives_the_same_picture() {
    for (one, again) in gallery::all().iter().zip(gallery::all()) {
        assert!(!one.exhibits.is_empty(), "{}", one.name);
        assert_eq!(one.exhibits, again.exhibits, "{}", one.name);
        for exhibit in &one.exhibits {
            let words = format!("{}{}", exhibit.title, exhibit.summary);
            assert!(!exhibit.summary.is_empty() && !exhibit.key.is_empty(), "{}", one.name);
            assert!(!words.contains("NaN") && !words.contains("inf "), "{words}");
        }
    }
}
