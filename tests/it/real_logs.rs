//! Every log of calls among the real exports beside the repository, with the number of events
//! and rejects that were counted by other means; and what the rest is refused as.

use crate::support::{Bench, shared_data};

/// File, format, exchanges, activities, rejects.
///
/// Counted with a JSON or CSV parser of another language and by reading the records.
const LOGS: &[(&str, &str, u64, u64, u64)] = &[
    ("azure_llm_2023/AzureLLMInferenceTrace_code.csv", "azure_trace", 8_819, 0, 0),
    ("azure_llm_2023/AzureLLMInferenceTrace_conv.csv", "azure_trace", 19_366, 0, 0),
    ("bedrock_invocation_dheeraj/converse_stream_nova_lite.json", "bedrock", 1, 0, 0),
    ("cloudtrail_bedrock_stratus/aws.impact.bedrock-invoke-model.json", "cloudtrail", 1, 14, 0),
    // Its second record is a tool call over MCP.
    ("docs_examples/envoy_ai_gateway_access.ndjson", "envoy", 1, 1, 0),
    // A page of a web site behind the same gateway.
    ("docs_examples/kong_base_log.json", "kong", 0, 1, 0),
    ("elastic_fixtures/aws_bedrock_invocation_subset.ndjson", "bedrock", 2, 0, 0),
    ("elastic_fixtures/azure_openai_audit.ndjson", "azure_openai", 0, 1, 0),
    ("elastic_fixtures/azure_openai_request_response.ndjson", "azure_openai", 3, 0, 0),
    ("elastic_fixtures/ecs_sample_events.ndjson", "ecs", 2, 1, 0),
    // Two of its four generations are around the other two.
    ("langfuse_traces/agno-2025-06-11.json", "langfuse", 2, 4, 0),
    ("langfuse_traces/beeai-2025-08-01.json", "langfuse", 5, 24, 0),
    ("gentd26/lora_request_trace.csv", "gentd26", 26_823, 0, 0),
    ("litellm_spend/spend_logs_payload.json", "litellm", 1, 0, 0),
    // Half of its spans are around the other half.
    ("openinference_spans/all-spans.json", "otel", 5, 5, 0),
    // Two of its eight records list models: no call of one.
    ("panther_test_events/aws_bedrockmodelinvocation.ndjson", "bedrock", 6, 2, 0),
    ("panther_test_events/aws_cloudtrail.ndjson", "cloudtrail", 0, 5, 0),
];

/// File and a word of the refusal: kinds that later versions read, and what is no log.
const REFUSED: &[(&str, &str)] = &[
    ("docs_examples/openai_audit_logs_docs_example_NOT_VALID_JSON.txt", "JSON"),
    ("otlp_examples/metrics.json", "OpenTelemetry"),
    ("mea_queries_labrai/Meaeq_IMDB_sample_scores.csv", "none of which is known to hold times"),
    (
        "prism_user_clusters/local_clusters_opening_prompt_0-05.csv",
        "none of which is known to hold times",
    ),
    ("prompt_templates_t0/ag_news_which_section.jsonl", "none of which is known to hold times"),
];

#[test]
fn every_real_log_gives_the_right_number_of_events_and_rejects() {
    let Some(data) = shared_data("every real log") else { return };
    for (file, format, exchanges, activities, rejects) in LOGS {
        let bench = Bench::new();
        let path = data.join(file);
        let path = path.to_str().unwrap();
        let report = bench.run(&["import", path, "--case", "c.stillwatch", "--json"]).ok().json();
        let source = &report["sources"][0];
        assert_eq!(source["format"], *format, "{file}");
        assert_eq!(source["exchanges"], *exchanges, "{file}");
        assert_eq!(source["activities"], *activities, "{file}");
        assert_eq!(source["rejects"], *rejects, "{file}");
        let rows = exchanges + activities;
        assert_eq!(bench.info("c.stillwatch")["rows"], rows, "{file}");
        assert_eq!(bench.number("c.stillwatch", "SELECT count(*) FROM view_event"), rows, "{file}");
        bench.run(&["verify", "c.stillwatch"]).ok();
    }
}

#[test]
fn a_folder_of_cloudtrail_deliveries_is_one_case() {
    let Some(data) = shared_data("a folder of CloudTrail deliveries") else { return };
    let bench = Bench::new();
    let pattern = data.join("cloudtrail_invictus/*.json");
    bench.run(&["import", pattern.to_str().unwrap(), "--case", "c.stillwatch"]).ok();
    let info = bench.info("c.stillwatch");
    assert_eq!(info["sources"].as_array().unwrap().len(), 55);
    assert_eq!((&info["activities"], &info["rejects"]), (&2_900.into(), &0.into()));
    assert_eq!(info["first"], "2023-07-10T11:42:18Z");
}

#[test]
fn what_is_no_log_of_calls_is_refused_by_its_name() {
    let Some(data) = shared_data("what is no log of calls") else { return };
    let bench = Bench::new();
    for (file, word) in REFUSED {
        let path = data.join(file);
        let path = path.to_str().unwrap();
        let ran = bench.run(&["import", path, "--case", "c.stillwatch"]).ends(1);
        assert!(ran.err.contains(path) && ran.err.contains(word), "{file}: {}", ran.err);
        assert!(bench.names().is_empty(), "{file} left something behind");
    }
}

#[test]
fn inspect_says_what_a_file_is_and_how_sure_without_importing() {
    let Some(data) = shared_data("inspect") else { return };
    let bench = Bench::new();
    for (file, format, ..) in LOGS {
        let path = data.join(file);
        let seen = bench.run(&["inspect", path.to_str().unwrap(), "--json"]).ok().json();
        assert_eq!(seen[0]["format"], *format, "{file}");
        let confidence = seen[0]["confidence"].as_f64().unwrap();
        assert!((0.2..=1.0).contains(&confidence), "{file}: {confidence}");
        assert!(!seen[0]["rows"].as_array().unwrap().is_empty(), "{file}");
    }
    assert!(bench.names().is_empty());
}
