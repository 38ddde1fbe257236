//! Likewise, of what accounts ask and how they call.

use super::gallery::{self, Shown};
use super::kind::{Bar, Bars, Card, Curve, Part, Raster};
use super::{Ink, Picture};

fn bars(shown: &Shown, at: usize) -> &Bars {
    match &shown.exhibits[at].picture {
        Picture::Bars(bars) => bars,
        other => panic!("no bars: {other:?}"),
    }
}

fn curve(shown: &Shown) -> &Curve {
    match &shown.exhibits[0].picture {
        Picture::Curve(curve) => curve,
        other => panic!("no curve: {other:?}"),
    }
}

fn raster(shown: &Shown) -> &Raster {
    match &shown.exhibits[0].picture {
        Picture::Raster(raster) => raster,
        other => panic!("no raster: {other:?}"),
    }
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

fn sum(points: &[(i64, f64)]) -> f64 {
    points.iter().map(|(_, n)| n).sum()
}

/// Whether what was observed lies outside of what is usual.
fn is_outside(bar: &Bar) -> bool {
    bar.band.is_some_and(|(low, high)| bar.observed < low || bar.observed > high)
}

#[test]
fn a_night_that_is_missing_is_seen_in_every_hour_and_its_silence_is_that_of_the_sentence() {
    let shown = gallery::nights();
    let hours = &curve(&shown).series[0].points;
    assert!(hours.len() == 24 && hours.iter().all(|(_, share)| near(*share, 1.0)), "{hours:?}");
    let band = curve(&shown).band.as_ref().expect("others");
    assert!(band.points.iter().any(|point| point.high < 0.5), "others sleep");
    let silence = &bars(&shown, 1).bars[0];
    assert!(near(silence.observed, shown.value("quiet")));
    assert!(is_outside(silence), "{silence:?}");
}

#[test]
fn requests_that_follow_at_once_add_up_to_those_of_the_sentence() {
    let shown = gallery::pace();
    let all = &bars(&shown, 0).bars;
    let cited: f64 = all.iter().filter(|b| b.ink == Ink::Cited).map(|b| b.observed).sum();
    assert!(near(cited, shown.value("share")), "{cited}");
    assert!(near(all.iter().map(|bar| bar.observed).sum(), 1.0));
    assert!(near(all.iter().filter_map(|bar| bar.usual).sum(), 1.0));
    let summary = &shown.exhibits[0].summary;
    let number = |name: &str| super::facts::count(shown.value(name) as usize);
    let words = format!("{} of {}", number("quick"), number("follow"));
    assert!(summary.contains(&words), "{summary}");
}

#[test]
fn a_block_is_filled_as_the_sentence_says_and_hardly_when_it_is_drawn_again() {
    let shown = gallery::block();
    let raster = raster(&shown);
    let cells = shown.value("accounts") * shown.value("values");
    assert!(near(raster.marks.len() as f64 / cells, shown.value("filled")));
    assert_eq!(raster.lanes.len() as f64, shown.value("accounts"));
    assert!(raster.marks.iter().all(|mark| mark.ink == Ink::Cited));
    let ghost = raster.ghost.as_ref().expect("drawn again");
    assert!(ghost.marks.len() * 2 < raster.marks.len(), "{}", ghost.marks.len());
}

#[test]
fn accounts_beyond_their_plan_are_those_of_the_sentence_and_above_their_peers() {
    let shown = gallery::beyond();
    let all = &bars(&shown, 0).bars;
    assert!(near(all.len() as f64, shown.value("high")));
    assert!(all.iter().all(is_outside), "{all:?}");
    assert_eq!(all[0].note, format!("{} at most", shown.value("at_once")));
    let shares = &bars(&shown, 1).bars[0];
    assert!(near(shares.observed, shown.value("high") / shown.value("judged")));
}

#[test]
fn calls_that_stand_alone_and_different_prompts_are_those_of_the_sentence() {
    for shown in [gallery::subject(), gallery::harvested_alone()] {
        let all = &bars(&shown, 0).bars;
        let of = |name: &str| all.iter().find(|bar| bar.name == name).expect("a bar").observed;
        let calls = shown.value("calls");
        assert!(near(of("calls that stand alone"), shown.value("alone") / calls), "{}", shown.name);
        assert!(near(of("different prompts"), shown.value("distinct") / calls), "{}", shown.name);
        assert_eq!(all.len(), 3, "what the sentence speaks of and no more: {}", shown.name);
        assert!(all.iter().any(is_outside), "{}", shown.name);
    }
    let shown = gallery::harvested_alone();
    let tokens = &bars(&shown, 1).bars[0];
    assert!(near(tokens.observed, shown.value("output") / shown.value("input")));
    assert!(is_outside(tokens));
    let shown = gallery::harvested();
    assert!(shown.exhibits[0].summary.starts_with("Of 480 calls of 4 accounts"));
    assert!(near(shown.value("rows"), 480.0));
    let shares = &bars(&shown, 2).bars;
    assert!(near(shares[0].observed, shown.value("hits") / shown.value("members")));
    assert!(near(shares[1].observed, shown.value("usual")));
}

#[test]
fn rules_hold_in_as_many_prompts_as_the_sentence_says_with_texts_and_without() {
    for shown in [gallery::asked(), gallery::asked_in_texts(), gallery::judged()] {
        let all = &bars(&shown, 0).bars;
        assert_eq!(all[0].name, "any of them");
        assert!(near(all[0].observed, shown.value("share")), "{}", shown.name);
        let hits = super::facts::count(shown.value("hits") as usize);
        assert_eq!(all[0].note, format!("{hits} prompts"), "{}", shown.name);
        assert!(all[0].usual.is_some_and(|usual| usual < 0.1), "{:?}", all[0]);
        assert!(all[1..].iter().all(|bar| bar.observed <= all[0].observed));
        assert!(bars(&shown, 0).more.is_empty(), "{}", shown.name);
        let shares = &bars(&shown, 1).bars[0];
        assert!(near(shares.observed, shown.value("accounts") / shown.value("members")));
    }
}

#[test]
fn the_words_that_stand_in_different_prompts_are_marked_in_each_and_as_many_as_the_sentence_says() {
    let shown = gallery::instruction();
    let cards: Vec<&Card> = shown
        .exhibits
        .iter()
        .filter_map(|exhibit| match &exhibit.picture {
            Picture::Card(card) => Some(card),
            _ => None,
        })
        .collect();
    assert_eq!(cards.len(), 2);
    for card in cards {
        let marked: Vec<&str> = card
            .parts
            .iter()
            .filter_map(|part| match part {
                Part::Marked(text) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        let [text] = marked[..] else { panic!("marked once: {marked:?}") };
        assert!(text.ends_with("then the result."));
        assert!(near(text.split_whitespace().count() as f64, shown.value("words")));
    }
}

#[test]
fn who_uses_a_template_in_the_cluster_and_outside_is_who_the_sentence_says() {
    let shown = gallery::templates();
    let bar = &bars(&shown, 0).bars[0];
    assert!(near(bar.observed, shown.value("hits") / shown.value("members")));
    assert!(near(bar.usual.expect("others"), shown.value("others") / 100.0));
    let users = super::facts::count((shown.value("hits") + shown.value("others")) as usize);
    assert_eq!(bar.note, format!("40 of {users} that use it"));
}

#[test]
fn items_in_common_are_those_of_the_sentence_and_below_what_chance_gives() {
    for shown in [gallery::shards(), gallery::returning()] {
        let bar = &bars(&shown, 1).bars[0];
        assert!(near(bar.observed, shown.value("shared")), "{}", shown.name);
        assert!(near(bar.usual.expect("expected"), shown.value("expected")), "{}", shown.name);
        assert!(is_outside(bar), "{}", shown.name);
    }
    let shown = gallery::returning();
    let of = |ink| raster(&shown).marks.iter().filter(|mark| mark.ink == ink).count();
    assert_eq!(of(Ink::Refused), 0, "within the same half nobody sends what another does");
    assert_eq!((of(Ink::Other), of(Ink::Cited)), (500, 500));
}

#[test]
fn pictures_of_one_cluster_say_different_things_of_one_template() {
    let of = |shown: Shown| shown.exhibits.into_iter().map(|e| e.title).collect::<Vec<String>>();
    let (shared, words, items) =
        (of(gallery::templates()), of(gallery::instruction()), of(gallery::shards()));
    assert_eq!(shared, ["Who uses it", "Template 1"]);
    assert_eq!(words[0], "The instruction in template 1");
    assert_eq!(items, ["Items by account", "Items that two of them have in common"]);
}

#[test]
fn what_was_refused_and_what_was_taken_up_add_up_to_the_numbers_of_the_sentence() {
    let shown = gallery::sweep();
    let series = &curve(&shown).series;
    assert!(near(sum(&series[2].points), shown.value("refused")));
    let wording = shown.value("rows") + shown.value("earlier");
    assert!(near(sum(&series[1].points), wording));
    assert!((sum(&series[0].points) - wording).abs() < 1e-6, "to the same total");
    let shown = gallery::refused();
    let series = &curve(&shown).series;
    assert!(near(sum(&series[0].points), shown.value("asked")));
    assert!(near(sum(&series[1].points), shown.value("refused")));
}

#[test]
fn conversations_at_once_of_relays_lie_above_those_of_others() {
    let shown = gallery::relayed();
    let all = &bars(&shown, 0).bars;
    assert!(near(all.len() as f64, shown.value("hits")));
    assert!(all.iter().all(|bar| bar.observed >= 3.0) && is_outside(&all[0]), "{all:?}");
    let calls = super::facts::count(shown.value("rows") as usize);
    assert!(bars(&shown, 1).bars[0].note.ends_with(&format!("of {calls}")));
}

#[test]
fn a_system_prompt_is_sent_as_often_by_each_and_its_calls_add_up_to_the_sentence() {
    let shown = gallery::one_prompt();
    let all = &bars(&shown, 0).bars;
    assert!(near(all.len() as f64, shown.value("hits")));
    let calls = |bar: &Bar| bar.note.split(' ').next().and_then(|n| n.parse::<f64>().ok());
    assert!(near(all.iter().filter_map(calls).sum(), shown.value("rows")));
    assert!(all[0].observed / all[5].observed < 1.5, "{all:?}");
}

#[test]
fn a_number_that_the_run_used_is_the_one_in_the_picture() {
    let (usual, other) = (gallery::ramp(), gallery::ramp_with(6.0));
    let spot = |shown: &Shown| curve(shown).spot.clone().expect("the limit").at;
    assert_eq!(spot(&usual) / 3_600_000_000, 2);
    assert_eq!(spot(&other) / 3_600_000_000, 6);
    let share = other.value("hits") / other.value("judged");
    assert!(near(curve(&other).spot.clone().expect("the limit").value, share));
}

#[test]
fn what_others_do_is_taken_from_the_times_that_the_detector_compares_with() {
    let shown = gallery::together();
    let Picture::Spans(spans) = &shown.exhibits[0].picture else { panic!("no spans") };
    assert!(near(spans.usual.iter().sum(), shown.value("compared")));
    // Within a day of the first record nobody is compared.
    assert!(near(spans.usual[0], 0.0), "{:?}", spans.usual);
}
