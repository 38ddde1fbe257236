//! What a bundle says of a case.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::testing;
use super::tests::{measures, objects, of_type, with};
use super::*;

#[test]
fn facts_inference_and_judgement_never_stand_in_one_object() {
    let objects = objects(&testing::rich());
    let tool = &with(&objects, "identity", "name", "Stillwatch")["id"];
    let label = |of: &Json| of["labels"][0].as_str().unwrap_or_default().to_owned();
    for of in &objects {
        let kind = of["type"].as_str().unwrap();
        match (kind, &*label(of)) {
            ("observed-data", "fact") => assert!(of.get("confidence").is_none()),
            ("campaign" | "indicator", "inference") => assert_eq!(&of["created_by_ref"], tool),
            ("relationship" | "note", "fact" | "inference") => {
                assert_eq!(&of["created_by_ref"], tool);
            }
            ("opinion" | "note", "judgement") => assert_ne!(&of["created_by_ref"], tool),
            (
                "observed-data" | "campaign" | "indicator" | "relationship" | "note" | "opinion",
                _,
            ) => {
                panic!("{of}")
            }
            _ => {}
        }
    }
    // What was seen says nothing but that it was.
    for of in of_type(&objects, "observed-data") {
        let refs = of["object_refs"].as_array().unwrap();
        assert!(refs.iter().all(|id| id.as_str().unwrap().starts_with("user-account--")));
        assert!(of.get("extensions").is_none(), "{of}");
    }
}

#[test]
fn a_cluster_is_a_campaign_named_after_its_number() {
    let objects = objects(&testing::rich());
    let campaign = with(&objects, "campaign", "name", "CL-0007");
    assert_eq!(campaign["confidence"], 85);
    assert_eq!(measures(campaign)["level"], "strong");
    assert_eq!(measures(campaign)["coordination"], 0.93);
    let about = "One card pays for all.\nThey take turns.\n\
                 Not excluded: a reseller; a class at a school.";
    assert_eq!(campaign["description"], about);
    let of_it = |of: &&Json| of["target_ref"] == campaign["id"] && of["type"] == "relationship";
    let members: Vec<&Json> = objects.iter().filter(of_it).collect();
    let said = |of: &&Json| (measures(of)["membership"].clone(), of["confidence"].clone());
    let members: BTreeSet<String> = members
        .iter()
        .filter(|of| of["relationship_type"] == "related-to")
        .map(said)
        .map(|(m, c)| format!("{m} {c}"))
        .collect();
    let expected = ["\"core\" 85", "\"doubtful\" 15", "\"fringe\" 50"].map(str::to_owned);
    assert_eq!(members, BTreeSet::from(expected));
    let weak = with(&objects, "grouping", "name", "CL-0008");
    assert_eq!((&weak["confidence"], &weak["context"]), (&0.into(), &"unspecified".into()));
    let account = &with(&objects, "user-account", "user_id", "case-000000000000ca5e:ac4")["id"];
    assert_eq!(weak["object_refs"], serde_json::json!([account]));
}

#[test]
fn events_without_a_time_or_too_many_are_said_in_a_note() {
    let objects = objects(&testing::rich());
    let id = |name: &str| with(&objects, "user-account", "user_id", name)["id"].clone();
    let observed = |id: &Json| {
        of_type(&objects, "observed-data").into_iter().find(|of| of["object_refs"][0] == *id)
    };
    let noted = |id: &Json| {
        let is_fact = |of: &&&Json| of["labels"][0] == "fact" && of["object_refs"][0] == *id;
        let notes = of_type(&objects, "note");
        notes.iter().find(is_fact).map(|of| of["content"].as_str().unwrap().to_owned())
    };
    let (one, two, three, five) = (id("ac1"), id("ac2"), id("ac3"), id("ac5"));
    assert_eq!(observed(&one).unwrap()["number_observed"], 12);
    assert_eq!(observed(&one).unwrap()["first_observed"], testing::at(60));
    assert_eq!(noted(&one), None);
    assert_eq!(observed(&two).unwrap()["number_observed"], 999_999_999);
    let more = "3000000000 events, more than number_observed can say.";
    assert_eq!(noted(&two).as_deref(), Some(more));
    assert_eq!(observed(&three), None);
    assert_eq!(noted(&three).as_deref(), Some("4 events, none of which has a time."));
    assert_eq!((observed(&five), noted(&five)), (None, None));
}

#[test]
fn a_pseudonym_is_no_id_outside_its_case() {
    let facts = testing::rich();
    let mut other = facts.clone();
    other.case.sha256 = testing::hash(9);
    let of = |facts: &Facts, name: &str| {
        with(&objects(facts), "user-account", "display_name", name)["id"].clone()
    };
    assert_ne!(of(&facts, "ac4"), of(&other, "ac4"));
    let objects = objects(&facts);
    let account = with(&objects, "user-account", "display_name", "ac4");
    assert_eq!(account["user_id"], "case-000000000000ca5e:ac4");
    assert_eq!(measures(account)["is_pseudonym"], true);
    assert_eq!(measures(account)["org_id"], "org of ac4");
}

#[test]
fn addresses_are_observables_of_stix_and_what_only_looks_like_one_is_ours() {
    let objects = objects(&testing::rich());
    let values = |kind| -> BTreeSet<&str> {
        of_type(&objects, kind).iter().filter_map(|of| of["value"].as_str()).collect()
    };
    let four = ["192.0.2.0/24", "192.0.2.7", "198.51.100.1"];
    assert_eq!(values("ipv4-addr"), BTreeSet::from(four));
    assert_eq!(values("ipv6-addr"), BTreeSet::from(["2001:db8::/48", "2001:db8::7"]));
    assert_eq!(of_type(&objects, "autonomous-system")[0]["number"], 64500);
    let ours = ["192.0.2.x", "Example Net", "curl/8.5.0", "d…"];
    assert_eq!(values(definition::SHARED_VALUE), BTreeSet::from(ours));
    // One address written in two ways has its accounts together.
    let address = &with(&objects, "ipv4-addr", "value", "192.0.2.7")["id"];
    let has = objects.iter().filter(|of| of["target_ref"] == *address).count();
    assert_eq!(has, 3);
}

#[test]
fn a_card_is_passed_on_as_its_hash_and_masked_values_are_kept_apart() {
    let mut facts = testing::rich();
    let objects = objects(&facts);
    let card = with(&objects, definition::SHARED_VALUE, "kind", "card");
    assert_eq!(card["hashes"]["SHA-256"], testing::hash(1));
    assert!(card.get("value").is_none());
    let devices: Vec<&Json> = of_type(&objects, definition::SHARED_VALUE)
        .into_iter()
        .filter(|of| of["kind"] == "device")
        .collect();
    let places: Vec<&Json> = devices.iter().map(|of| &of["place"]).collect();
    assert_eq!(places, [0, 1]);
    assert!(devices.iter().all(|of| of["within"] == facts.case.sha256));
    for kind in ["card", "payment", "Phone prefix"] {
        facts.shared = vec![testing::shared(kind, Value::Text("4111".into()), &[])];
        let error = write(Vec::new(), &facts).unwrap_err();
        assert_eq!(error.to_string(), format!("a {kind} is passed on as its hash only"));
        facts.shared[0].value = Value::Sha256("4111".into());
        assert!(write(Vec::new(), &facts).is_err());
    }
}

#[test]
fn a_template_is_a_pattern_over_its_hash() {
    let objects = objects(&testing::rich());
    let indicator = with(&objects, "indicator", "name", "Prompt template 17");
    let pattern =
        format!("[x-stillwatch-prompt-template:hashes.'SHA-256' = '{}']", testing::hash(17));
    assert_eq!(indicator["pattern"], pattern);
    assert_eq!(indicator["pattern_type"], "stix");
    let indicates = with(&objects, "relationship", "relationship_type", "indicates");
    assert_eq!(indicates["source_ref"], indicator["id"]);
    let campaign = with(&objects, "campaign", "name", "CL-0007");
    assert_eq!(indicates["target_ref"], campaign["id"]);
    assert_eq!(measures(indicator)["accounts"], 3, "of the whole case");
    let indicators = of_type(&objects, "indicator");
    assert_eq!(indicators.len(), 1, "what is a sign of no cluster is no indicator");
    assert_eq!(of_type(&objects, "x-stillwatch-prompt-template").len(), 2);
}

#[test]
fn a_finding_is_a_note_and_its_techniques_are_attack_patterns() {
    let objects = objects(&testing::rich());
    let note = with(&objects, "note", "abstract", "inference: D01 Shared cards");
    let content = "4 of 4 accounts pay with one card\n\
                   Statistic 0.93. Chance gives it with p 1e-3. Records cited: 12.";
    assert_eq!(note["content"], content);
    assert_eq!(measures(note)["p_value"], 0.001);
    let pattern = with(&objects, "attack-pattern", "name", "Extract AI Model");
    let reference = &pattern["external_references"][0];
    assert_eq!(reference["source_name"], "mitre-atlas");
    assert_eq!(reference["external_id"], "AML.T0024.002");
    assert_eq!(reference["url"], "https://atlas.mitre.org/techniques/AML.T0024.002");
    let uses = objects
        .iter()
        .find(|of| of["relationship_type"] == "uses" && of["target_ref"] == pattern["id"]);
    let why = "A sign of it: D01 Shared cards; D02 Shared cards.";
    assert_eq!(uses.unwrap()["description"], why);
    with(&objects, "attack-pattern", "name", "AML.T9999");
}

#[test]
fn a_verdict_is_an_opinion_on_the_account_and_not_on_its_cluster() {
    let objects = objects(&testing::rich());
    let opinions = of_type(&objects, "opinion");
    let of = |verdict: &str| *opinions.iter().find(|of| of["opinion"] == verdict).unwrap();
    let agrees = of("strongly-agree");
    assert_eq!(agrees["confidence"], 85);
    assert_eq!(agrees["authors"], serde_json::json!(["kim"]));
    let said = "Verdict on account ac1: suspicious, confidence high.\nOne card, one prompt.";
    assert_eq!(agrees["explanation"], said);
    let account = &with(&objects, "user-account", "user_id", "ac1")["id"];
    assert_eq!(agrees["object_refs"], serde_json::json!([account]));
    let cleared = of("disagree");
    let account = &with(&objects, "user-account", "user_id", "ac5")["id"];
    assert_eq!(cleared["object_refs"], serde_json::json!([account]));
    assert_eq!(&measures(cleared)["account_ref"], account);
    let unnamed = opinions.iter().find(|of| of.get("authors").is_none()).unwrap();
    assert!(unnamed.get("created_by_ref").is_none());
}
