//! What is special about each campaign is in the log.

use super::*;
use crate::model::time::{HOUR_US, MINUTE_US};

/// The item in a prompt: what is asked, without the fixed words.
fn item(record: &Record) -> &str {
    let digits = record.prompt.split(|c: char| !c.is_ascii_digit());
    digits.max_by_key(|number| number.len()).unwrap_or("")
}

#[test]
fn long_lists_are_asked_once_whoever_is_next() {
    for class in ["C01", "C02", "C07", "C12"] {
        let records = answered(&plain().only(class));
        let asked: HashSet<(&str, &str)> =
            records.iter().map(|r| (item(r), r.prompt.as_str())).collect();
        assert_eq!(asked.len(), records.len(), "{class}");
    }
}

#[test]
fn c01_says_its_instruction_in_every_request_and_nobody_else_does() {
    let log = plain();
    let suffix = "name the step a weaker solver would get wrong";
    let own = answered(&log.only("C01"));
    assert!(own.iter().all(|r| r.prompt.contains(suffix)));
    assert_eq!(log.records.iter().filter(|r| r.prompt.contains(suffix)).count(), {
        let texts = log.only("C01").into_iter().filter(|r| !r.prompt.is_empty());
        texts.count()
    });
}

#[test]
fn c01_takes_turns_and_a_second_pool_takes_over_after_the_ban() {
    let log = plain();
    let records = log.only("C01");
    let network = log.networks("C01")[0];
    let (ids, at_once) = (log.ids(network), network.spec.at_once as usize);
    let second: HashSet<&str> = ids[at_once..].iter().copied().collect();
    let is_second = |r: &&&Record| second.contains(r.account_id.as_str());
    let between = |from: i64, to: i64| -> Vec<&Record> {
        records.iter().filter(|r| (from..to).contains(&r.at_us)).copied().collect()
    };
    let before = between(BAN_US - 12 * HOUR_US, BAN_US);
    let after = between(BAN_US, BAN_US + 12 * HOUR_US);
    assert_eq!(before.iter().filter(is_second).count(), 0);
    let taken = after.iter().filter(is_second).count();
    assert!(share(taken, after.len()) >= 0.85, "{taken} of {}", after.len());
    // A dozen conversations before and after: their number says little.
    assert!(share(taken, before.len()) >= 0.6, "{taken} after {}", before.len());
    assert!(network.from_us[at_once..].iter().all(|from| *from < BAN_US + 7 * HOUR_US));
    // Between two conversations of one account nearly every other one has its turn.
    let mut starts: Vec<&str> = Vec::new();
    let mut seen = HashSet::new();
    for record in records.iter().filter(|r| r.at_us < BAN_US) {
        if seen.insert(record.account_id.as_str()) {
            starts.clear();
        }
        if starts.last() != Some(&record.account_id.as_str()) {
            starts.push(&record.account_id);
        }
    }
    let gaps: Vec<usize> = (0..starts.len())
        .filter_map(|i| starts[i + 1..].iter().position(|a| *a == starts[i]))
        .collect();
    let regular = gaps.iter().filter(|gap| (at_once - 3..=at_once + 1).contains(gap)).count();
    assert!(share(regular, gaps.len()) > 0.6, "{regular} of {}", gaps.len());
}

#[test]
fn c02_acts_at_once_with_a_regulated_total_and_shares_cards() {
    let log = plain();
    let records = log.only("C02");
    let network = log.networks("C02")[0];
    let mut bursts: Vec<Vec<&Record>> = Vec::new();
    for record in &records {
        match bursts.last_mut() {
            Some(burst) if record.at_us - burst[burst.len() - 1].at_us < 5 * MINUTE_US => {
                burst.push(record);
            }
            _ => bursts.push(vec![record]),
        }
    }
    let mean = records.len() as f64 / bursts.len() as f64;
    let off = bursts.iter().filter(|b| (b.len() as f64 - mean).abs() > 1.5).count();
    assert!(share(off, bursts.len()) < 0.05, "{off} of {} bursts differ", bursts.len());
    let everybody = bursts.iter().filter(|b| per_account(b).len() == network.members.len());
    assert!(share(everybody.count(), bursts.len()) > 0.9);
    let members = &log.bench.accounts[network.members.start as usize..network.members.end as usize];
    let cards: HashSet<_> = members.iter().map(|a| &a.papers.payment).collect();
    assert_eq!(cards.len(), 6.min(members.len()));
    let days: HashSet<i64> = members.iter().map(|a| a.created_us / HOUR_US).collect();
    assert_eq!(days.len(), 3, "registered in three blocks");
}

#[test]
fn c03_comes_through_five_accesses_and_later_reconstructs_reasoning() {
    let records = plain().only("C03");
    let accesses: HashSet<_> = records.iter().map(|r| (&r.pathway, &r.region)).collect();
    assert_eq!(accesses.len(), 5);
    let late = |r: &&&Record| r.prompt.contains("reconstruct the complete thoughts");
    let (before, after): (Vec<&Record>, Vec<&Record>) =
        answered(&records).into_iter().partition(|r| r.at_us < day_us(38));
    assert_eq!(before.iter().filter(late).count(), 0);
    assert!(share(after.iter().filter(late).count(), after.len()) > 0.6);
}

#[test]
fn c04_sends_about_half_to_the_new_model_within_a_day() {
    let records = plain().only("C04");
    let newest = |records: &[&Record]| {
        share(records.iter().filter(|r| r.model == "atlas-4").count(), records.len())
    };
    let between = |from: i64, to: i64| -> Vec<&Record> {
        let hours = |r: &&&Record| (from..to).contains(&((r.at_us - RELEASE_US) / HOUR_US));
        records.iter().filter(hours).copied().collect()
    };
    assert!(records.iter().all(|r| r.at_us >= RELEASE_US || r.model != "atlas-4"));
    let share = newest(&between(17, 27));
    assert!((0.38..0.62).contains(&share), "{share}");
}

#[test]
fn c05_is_a_tenth_harvest_and_its_banned_accounts_are_replaced_within_six_hours() {
    let log = plain();
    let network = log.networks("C05")[0];
    let mut labels = Vec::new();
    log.bench.write_request_labels(&mut labels, &Progress::default()).expect("memory");
    let labels = String::from_utf8(labels).expect("text");
    let rows: Vec<&str> = labels.lines().skip(1).filter(|l| l.contains(",C05,")).collect();
    assert_eq!(rows.len(), log.of(network).len());
    let harvest = rows.iter().filter(|l| l.ends_with(",1")).count();
    assert!((0.07..0.13).contains(&share(harvest, rows.len())), "{harvest} of {}", rows.len());
    let spare = network.members.len() - network.spec.at_once as usize;
    assert!(spare >= 2);
    for n in 0..spare {
        let closed = log.bench.accounts[network.members.start as usize + n].closed_us;
        let first = network.from_us[network.spec.at_once as usize + n];
        let delay = first - closed.expect("banned");
        assert!((0..6 * HOUR_US).contains(&delay), "{delay}");
    }
}

#[test]
fn c06_makes_four_calls_in_two_days_and_reasoning_changes_hands() {
    let log = plain();
    let network = log.networks("C06")[0];
    let records = log.of(network);
    let counts = per_account(&records);
    let busy: Vec<&&str> = counts.iter().filter(|(_, n)| **n == 4).map(|(a, _)| a).collect();
    assert_eq!(busy.len(), (network.members.len() * 4).div_ceil(15));
    for record in records.iter().filter(|r| busy.contains(&&r.account_id.as_str())) {
        assert!((day_us(44)..day_us(46) + HOUR_US).contains(&record.at_us));
    }
    assert!(counts.values().all(|n| *n <= 4));
    let handed = hand_overs(records.iter().copied());
    assert!(handed.len() * 5 > records.len(), "{} of {}", handed.len(), records.len());
    assert!(handed.iter().all(|(from, to)| from != to));
    let places: HashSet<_> = records.iter().map(|r| &r.client_ip).collect();
    assert!(places.len() * 10 >= counts.len() * 8, "they share no address");
}

#[test]
fn c07_cleans_traces_and_leaves_the_model_that_refuses() {
    let records = answered(&plain().only("C07"));
    let cleaned = records.iter().filter(|r| r.prompt.contains("Clean trace")).count();
    assert!((0.15..0.31).contains(&share(cleaned, records.len())), "{cleaned}");
    let moved = day_us(11) + 10 * HOUR_US;
    let (before, after): (Vec<&Record>, Vec<&Record>) =
        records.into_iter().partition(|r| r.at_us < moved);
    let refused = |records: &[&Record]| {
        let refused = records.iter().filter(|r| r.stop_reason.as_deref() == Some("refusal"));
        share(refused.count(), records.len())
    };
    assert!(refused(&before) > 0.85 && refused(&after) < 0.05);
    assert!(before.iter().all(|r| r.model == "atlas-3"));
    assert!(after.iter().all(|r| r.model == "atlas-3-mini"));
}

#[test]
fn c08_and_c11_relay_customers_in_a_foreign_harness() {
    for class in ["C08", "C11"] {
        let records = answered(&plain().only(class));
        assert!(records.iter().all(|r| r.system.is_some()), "{class}");
        let talks: HashSet<_> = records.iter().map(|r| &r.session_id).collect();
        assert!(talks.len() > records.len() / 12, "{class}");
    }
    let relayed = plain().only("C11");
    let hubs: HashSet<_> = relayed.iter().map(|r| r.country.as_deref()).collect();
    assert!(hubs.is_subset(&HashSet::from([Some("SG"), Some("JP")])), "{hubs:?}");
    let handed = hand_overs(relayed.iter().copied());
    assert!(handed.iter().any(|(from, to)| from != to));
}

#[test]
fn c09_demands_the_language_of_the_thinking_in_many_languages() {
    let records = answered(&plain().only("C09"));
    assert!(records.iter().all(|r| r.prompt.contains("thinking must be strictly in")));
    let languages: HashSet<&str> = records
        .iter()
        .filter_map(|r| r.prompt.split("strictly in ").nth(1)?.split(',').next())
        .collect();
    assert!(languages.len() >= 25, "{languages:?}");
}

#[test]
fn c10_tries_techniques_that_are_declined_and_scales_one_up_elsewhere() {
    let records = answered(&plain().only("C10"));
    let (probes, scaled): (Vec<&Record>, Vec<&Record>) =
        records.into_iter().partition(|r| r.prompt.contains("Variant"));
    let refused = probes.iter().filter(|r| r.stop_reason.as_deref() == Some("refusal")).count();
    assert!(share(refused, probes.len()) > 0.93, "{refused} of {}", probes.len());
    let wordings: HashSet<&str> = probes.iter().map(|r| r.prompt.as_str()).collect();
    assert_eq!(wordings.len(), probes.len());
    assert!(scaled.len() > 4 * probes.len());
    let probers = per_account(&probes);
    let (found, taken_up): (Vec<&Record>, Vec<&Record>) =
        scaled.into_iter().partition(|r| probers.contains_key(r.account_id.as_str()));
    assert!(!found.is_empty() && share(found.len(), probes.len()) < 0.05, "{}", found.len());
    assert!(probes.iter().map(|r| r.at_us).max() < found.iter().map(|r| r.at_us).min());
    assert!(found.iter().map(|r| r.at_us).max() < taken_up.iter().map(|r| r.at_us).min());
}
