//! What the detectors say of real logs. No campaign is known to be in any of them: nothing may
//! reach `strong`. Nothing reaches `probable`, either; what ever does is to be read by a person,
//! who writes here why it stands.

use crate::support::{Bench, shared_data};

/// Folders of logs, and how many records come of each.
const FOLDERS: &[(&str, u64)] = &[
    ("apache_access_elastic", 10_000),
    ("azure_llm_2023", 28_185),
    ("bedrock_invocation_dheeraj", 1),
    ("cloudtrail_bedrock_stratus", 15),
    ("cloudtrail_invictus", 2_900),
    ("docs_examples", 20),
    ("elastic_fixtures", 17),
    ("envoy_aigw_openinference_spans", 26),
    ("gentd26", 26_823),
    ("langfuse_traces", 91),
    ("litellm_spend", 1),
    ("m365_copilot_ediscovery", 136),
    ("mooncake", 16_024),
    ("openinference_spans", 20),
    ("otlp_examples", 0),
    ("panther_test_events", 84),
];

#[test]
fn nothing_in_real_logs_is_called_probable_or_strong() {
    let Some(data) = shared_data("findings of real logs") else { return };
    for (folder, records) in FOLDERS {
        let bench = Bench::new();
        let path = data.join(folder);
        // What is no log there fails, and is named; what is one is imported.
        bench.run(&["import", path.to_str().unwrap(), "--case", "c.stillwatch"]);
        assert_eq!(bench.info("c.stillwatch")["rows"], *records, "{folder}");
        bench.run(&["analyze", "c.stillwatch"]).ok();
        let found = bench.run(&["findings", "c.stillwatch", "--json"]).ok().json();
        for subject in ["clusters", "accounts"].iter().flat_map(|of| found[of].as_array().unwrap())
        {
            let level = subject["level"].as_str().unwrap();
            assert!(level != "strong" && level != "probable", "{folder}: {subject}");
        }
    }
}
