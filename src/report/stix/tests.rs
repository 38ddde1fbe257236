//! How a bundle holds together.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::testing;
use super::*;

/// A bundle as JSON.
pub fn written(facts: &Facts) -> Json {
    let mut out = Vec::new();
    write(&mut out, facts).expect("facts that hold together");
    serde_json::from_slice(&out).expect("JSON")
}

/// Its objects.
pub fn objects(facts: &Facts) -> Vec<Json> {
    written(facts)["objects"].as_array().expect("objects").clone()
}

/// Those of one type.
pub fn of_type<'a>(objects: &'a [Json], kind: &str) -> Vec<&'a Json> {
    objects.iter().filter(|of| of["type"] == kind).collect()
}

/// The object that has this value of a property.
pub fn with<'a>(objects: &'a [Json], kind: &str, name: &str, value: &str) -> &'a Json {
    let mut of = objects.iter().filter(|of| of["type"] == kind && of[name] == value);
    of.next().unwrap_or_else(|| panic!("no {kind} whose {name} is {value}"))
}

/// What it has by our extension.
pub fn measures(of: &Json) -> &Json {
    &of["extensions"][definition::MEASURES.to_string()]
}

/// Every id that an object names.
fn references(of: &Json, key: &str, all: &mut Vec<String>) {
    match of {
        Json::Object(map) => map.iter().for_each(|(key, of)| references(of, key, all)),
        Json::Array(list) => list.iter().for_each(|of| references(of, key, all)),
        Json::String(id) if key.ends_with("_ref") || key.ends_with("_refs") => all.push(id.clone()),
        _ => {}
    }
}

#[test]
fn every_id_is_unique_and_every_reference_names_an_object_that_stands_before() {
    for facts in [testing::empty(), testing::rich(), testing::hostile(), testing::large(50)] {
        let (mut ids, mut uuids) = (BTreeSet::new(), BTreeSet::new());
        for of in objects(&facts) {
            let id = of["id"].as_str().expect("an id").to_owned();
            let mut named = Vec::new();
            references(&of, "", &mut named);
            let extensions = of["extensions"].as_object();
            named.extend(extensions.into_iter().flat_map(|map| map.keys().cloned()));
            let is_known = |named: &String| ids.contains(named) || *named == id;
            assert_eq!(named.iter().find(|named| !is_known(named)), None, "{id}");
            assert!(uuids.insert(id.split_once("--").expect("an id").1.to_owned()), "{id}");
            ids.insert(id);
        }
    }
}

#[test]
fn counts_are_those_of_the_objects() {
    for facts in [testing::empty(), testing::rich(), testing::hostile()] {
        let mut out = Vec::new();
        let counts = write(&mut out, &facts).unwrap();
        let json: Json = serde_json::from_slice(&out).unwrap();
        let mut by_type: BTreeMap<&str, u64> = BTreeMap::new();
        for of in json["objects"].as_array().unwrap() {
            *by_type.entry(of["type"].as_str().unwrap()).or_default() += 1;
        }
        assert_eq!(counts.by_type, by_type);
        assert_eq!(counts.total(), json["objects"].as_array().unwrap().len() as u64);
        assert_eq!(counts.of("report"), 1);
        // An object a line.
        let lines = out.iter().filter(|byte| **byte == b'\n').count();
        assert_eq!(lines as u64, counts.total() + 2);
    }
}

#[test]
fn facts_in_another_order_give_the_same_bytes() {
    let bytes = |facts: &Facts| {
        let mut out = Vec::new();
        write(&mut out, facts).unwrap();
        out
    };
    for facts in [testing::rich(), testing::hostile()] {
        let mut turned = facts.clone();
        turned.clusters.reverse();
        turned.clusters.iter_mut().for_each(|cluster| cluster.members.reverse());
        turned.accounts.reverse();
        turned.shared.rotate_left(3);
        turned.shared.iter_mut().for_each(|shared| shared.accounts.reverse());
        turned.templates.reverse();
        turned.templates.iter_mut().for_each(|template| template.accounts.reverse());
        turned.findings.reverse();
        turned.findings.iter_mut().for_each(|finding| finding.techniques.reverse());
        turned.links.reverse();
        // Said twice is said once.
        turned.links.push(turned.links[0].clone());
        turned.verdicts.rotate_left(1);
        turned.notes.reverse();
        turned.notes.push(turned.notes[0].clone());
        turned.case.labels.reverse();
        assert!(bytes(&facts) == bytes(&turned));
        assert!(bytes(&facts) == bytes(&facts.clone()));
    }
}

#[test]
fn a_case_of_which_nothing_is_known_is_a_report_that_names_the_tool() {
    let objects = objects(&testing::empty());
    let report = objects.last().unwrap();
    assert_eq!(report["type"], "report");
    assert_eq!(report["name"], "Case without a title");
    let tool = with(&objects, "identity", "name", "Stillwatch");
    assert_eq!(report["object_refs"], serde_json::json!([tool["id"]]));
    assert_eq!(report["created_by_ref"], tool["id"]);
    assert_eq!(report["object_marking_refs"][0], of_type(&objects, "marking-definition")[0]["id"]);
    assert_eq!(of_type(&objects, "marking-definition")[0]["name"], "TLP:AMBER");
}

#[test]
fn ids_stay_when_the_clock_moves_and_change_with_the_case() {
    let mut facts = testing::rich();
    let ids = |facts: &Facts| -> BTreeSet<String> {
        let of = objects(facts);
        of.iter().map(|of| of["id"].as_str().unwrap().to_owned()).collect()
    };
    let before = ids(&facts);
    facts.case.at = testing::at(86_400 * 25);
    assert_eq!(ids(&facts), before);
    let of = objects(&facts);
    let campaign = with(&of, "campaign", "name", "CL-0007");
    assert_eq!(campaign["created"], testing::at(0));
    assert_eq!(campaign["modified"], testing::at(86_400 * 25));
    facts.case.sha256 = testing::hash(3);
    let after = ids(&facts);
    let same: BTreeSet<&str> =
        before.intersection(&after).map(|id| id.split_once("--").unwrap().0).collect();
    let everywhere = [
        "attack-pattern",
        "autonomous-system",
        "extension-definition",
        "identity",
        "ipv4-addr",
        "ipv6-addr",
        "marking-definition",
        "user-account",
        definition::PROMPT_TEMPLATE,
        definition::SHARED_VALUE,
    ];
    assert_eq!(same, BTreeSet::from(everywhere));
}

#[test]
fn a_clock_before_the_case_was_created_changes_nothing_to_before_it_was() {
    let mut facts = testing::rich();
    facts.case.created = Some(testing::at(86_400 * 22));
    for of in objects(&facts) {
        if let (Some(created), Some(modified)) = (of["created"].as_str(), of["modified"].as_str()) {
            assert!(stamp::compare(created, modified).is_le(), "{of}");
        }
    }
}

#[test]
fn facts_that_do_not_hold_together_are_refused_and_nothing_is_written() {
    let refused = |change: &dyn Fn(&mut Facts), why: &str| {
        let mut facts = testing::rich();
        change(&mut facts);
        let mut out = Vec::new();
        let error = write(&mut out, &facts).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        assert_eq!(error.to_string(), why);
        assert!(out.is_empty());
    };
    let nobody = "account \"nobody\" is named and not listed";
    refused(&|f| f.shared[0].accounts.push("nobody".into()), nobody);
    refused(&|f| f.links[0].b = "nobody".into(), nobody);
    refused(&|f| f.verdicts[0].account = "nobody".into(), nobody);
    refused(&|f| f.notes[0].account = "nobody".into(), nobody);
    refused(&|f| f.templates[0].accounts.push("nobody".into()), nobody);
    refused(&|f| f.clusters[0].members[0].account = "nobody".into(), nobody);
    refused(&|f| f.findings[0].subject = Subject::Account("nobody".into()), nobody);
    let ninth = "cluster 9 is named and not listed";
    refused(&|f| f.findings[0].subject = Subject::Cluster(9), ninth);
    refused(&|f| f.templates[0].clusters.push(9), ninth);
    refused(&|f| f.clusters[1].number = 7, "cluster 7 is listed twice");
    refused(&|f| f.findings[1].number = 1, "finding 1 is listed twice");
    refused(&|f| f.templates[1].id = 17, "template 17 is listed twice");
    refused(&|f| f.accounts[1].id = "ac1".into(), "account \"ac1\" is listed twice");
    let twice = "account of a cluster \"ac1\" is listed twice";
    refused(&|f| f.clusters[0].members[1].account = "ac1".into(), twice);
    refused(&|f| f.case.sha256 = "ab".into(), "\"ab\" is no SHA-256 of a case");
    refused(
        &|f| f.templates[0].sha256 = "AB".repeat(32),
        &format!("{:?} is no SHA-256 of a template", "AB".repeat(32)),
    );
    let time = "\"2026-03-01\" is no timestamp of STIX";
    refused(&|f| f.case.at = "2026-03-01".into(), time);
    refused(&|f| f.accounts[0].first_seen = Some("2026-03-01".into()), time);
    refused(&|f| f.clusters[0].last_seen = Some("2026-03-01".into()), time);
    refused(&|f| f.verdicts[0].at = "2026-03-01".into(), time);
    let technique = "\"T1078\" is no technique of ATLAS";
    refused(&|f| f.findings[0].techniques.push("T1078".into()), technique);
}

#[test]
fn an_error_of_the_writer_is_passed_on() {
    struct Full(usize);
    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for room in [0, 1_000] {
        let error = write(Full(room), &testing::rich()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}
