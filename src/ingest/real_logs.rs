//! Real exports that nobody on the project wrote, read to their end: how many records of each
//! kind, how many rejects, and which are refused.

use std::io::Read as _;

use super::testing::{read_file, refusal, shared_data};
use super::{Choice, DetectError, Mapping};

/// Path, format, exchanges, activities.
const READ: &[(&str, &str, u64, u64)] = &[
    ("apache_access_elastic/apache_logs", "access_log", 0, 10_000),
    ("docs_examples/burstgpt_quoted_rows.csv", "burstgpt", 4, 0),
    ("mooncake/conversation_trace.jsonl", "mooncake", 12_031, 0),
    ("mooncake/synthetic_trace.jsonl", "mooncake", 3_993, 0),
    ("bedrock_invocation_dheeraj/converse_stream_nova_lite.json", "bedrock", 1, 0),
    ("elastic_fixtures/aws_bedrock_invocation_subset.ndjson", "bedrock", 2, 0),
    ("panther_test_events/aws_bedrockmodelinvocation.ndjson", "bedrock", 6, 2),
    ("panther_test_events/aws_cloudtrail.ndjson", "cloudtrail", 0, 5),
    ("cloudtrail_bedrock_stratus/aws.impact.bedrock-invoke-model.json", "cloudtrail", 1, 14),
    ("litellm_spend/spend_logs_payload.json", "litellm", 1, 0),
    ("elastic_fixtures/azure_openai_request_response.ndjson", "azure_openai", 3, 0),
    ("elastic_fixtures/azure_openai_audit.ndjson", "azure_openai", 0, 1),
    ("azure_llm_2023/AzureLLMInferenceTrace_code.csv", "azure_trace", 8_819, 0),
    ("azure_llm_2023/AzureLLMInferenceTrace_conv.csv", "azure_trace", 19_366, 0),
    ("gentd26/lora_request_trace.csv", "gentd26", 26_823, 0),
];

/// Path and a word of the refusal.
const REFUSED: &[(&str, &str)] = &[
    ("docs_examples/openai_audit_logs_docs_example_NOT_VALID_JSON.txt", "not a log"),
    ("mea_queries_labrai/Meaeq_IMDB_sample_scores.csv", "none of which is known to hold times"),
    ("otlp_examples/metrics.json", "OpenTelemetry export of metrics"),
    (
        "prism_user_clusters/local_clusters_opening_prompt_0-2.csv",
        "none of which is known to hold times",
    ),
    ("prompt_templates_t0/ag_news_which_section.jsonl", "none of which is known to hold times"),
    ("servegen/language/m-small/chunk-0-trace.csv", "not a log"),
    ("azure_llm_2023/SOURCE.txt", "not a log"),
];

#[test]
fn every_real_access_log_gives_its_records_and_loses_none() {
    let Some(folder) = shared_data() else { return };
    for &(path, format, exchanges, activities) in READ {
        let (detection, read) = read_file(&folder.join(path), &Choice::default()).expect(path);
        assert_eq!(detection.format, format, "{path}: {}", detection.why);
        assert_eq!((read.exchanges, read.activities), (exchanges, activities), "{path}");
        assert!(read.rejects.is_empty(), "{path}: {:?}", read.rejects.first());
    }
}

#[test]
fn fifty_five_cloudtrail_deliveries_hold_2900_activities() {
    let Some(folder) = shared_data() else { return };
    let mut files: Vec<_> = std::fs::read_dir(folder.join("cloudtrail_invictus"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .collect();
    files.sort();
    assert_eq!(files.len(), 55);
    let mut activities = 0;
    let mut accounts = std::collections::BTreeSet::new();
    for file in files {
        let (detection, read) = read_file(&file, &Choice::default()).expect("CloudTrail");
        assert_eq!(detection.format, "cloudtrail", "{file:?}");
        assert!(detection.confidence > 0.9, "{file:?}");
        assert_eq!((read.exchanges, read.rejects.len()), (0, 0), "{file:?}");
        activities += read.activities;
        accounts.extend(read.accounts());
    }
    assert_eq!(activities, 2_900);
    let people = ["bert-jan@123837392027", "benjamin@123837392027"];
    for name in people.into_iter().chain(["rds.amazonaws.com", "secretsmanager.amazonaws.com"]) {
        assert!(accounts.contains(name), "{name} in {accounts:?}");
    }
}

#[test]
fn real_files_of_other_kinds_are_refused_by_name() {
    let Some(folder) = shared_data() else { return };
    for &(path, word) in REFUSED {
        let bytes = std::fs::read(folder.join(path)).expect(path);
        let head = &bytes[..bytes.len().min(256 << 10)];
        let complete = head.len() == bytes.len();
        let name = path.rsplit('/').next().expect("a name");
        let error = match complete {
            true => refusal(name, head),
            false => {
                let head = super::Head { bytes: head, complete, file_name: name };
                super::detect(&head, &Choice::default()).expect_err(path)
            }
        };
        assert!(error.to_string().contains(word), "{path}: {error}");
    }
}

#[test]
fn a_relative_trace_is_read_once_its_start_is_known() {
    let Some(folder) = shared_data() else { return };
    let toml = "[fields]\n\
                timestamp = { from = \"timestamp\", start = \"2025-01-01T00:00:00Z\", scale = 0.001 }\n\
                input_tokens = \"input_length\"\noutput_tokens = \"output_length\"\n\
                account_id = { constant = \"mooncake\" }\n";
    let mapping = Mapping::from_toml(toml).expect("valid");
    let choice = Choice { mapping: Some(mapping), ..Choice::default() };
    let path = folder.join("mooncake/conversation_trace.jsonl");
    let (detection, read) = read_file(&path, &choice).expect("read");
    assert_eq!((detection.format, read.exchanges, read.rejects.len()), ("json", 12_031, 0));
}

/// Counted by `tests/independent/text_and_traces.py`.
#[test]
fn prompts_of_a_trace_are_told_apart_by_all_of_their_blocks() {
    let Some(folder) = shared_data() else { return };
    let traces =
        [("mooncake/conversation_trace.jsonl", 11_913), ("mooncake/synthetic_trace.jsonl", 3_780)];
    for (path, prompts) in traces {
        let (_, read) = read_file(&folder.join(path), &Choice::default()).expect(path);
        assert_eq!(read.prompts.len(), prompts, "{path}");
    }
}

#[test]
fn the_columns_of_two_foreign_traces_are_found() {
    let Some(folder) = shared_data() else { return };
    let describe = |path: &str| {
        let (detection, _) = read_file(&folder.join(path), &Choice::default()).expect(path);
        let fields = detection.mapping.fields.iter();
        fields.map(|m| format!("{} = {}", m.field.name(), m.describe())).collect::<Vec<_>>()
    };
    assert_eq!(
        describe("azure_llm_2023/AzureLLMInferenceTrace_code.csv"),
        [
            "timestamp = TIMESTAMP",
            "account_id = always \"AzureLLMInferenceTrace_code\" \
             (no account in the log; the file's name stands for all of it)",
            "input_tokens = ContextTokens",
            "output_tokens = GeneratedTokens",
        ]
    );
    assert_eq!(
        describe("gentd26/lora_request_trace.csv"),
        [
            "timestamp = gmt_create",
            "account_id = groupId",
            "endpoint = predict_type",
            "model = checkpoint_model_version_id",
            "stop_reason = predict_status",
            "latency_ms = exec_time_seconds × 1000",
        ]
    );
}

#[test]
fn a_refusal_names_the_kind_or_what_was_seen() {
    assert_eq!(refusal("x", b""), DetectError::Empty);
    assert_eq!(refusal("x", b" \n\t\n"), DetectError::Empty);
    let seen = |name: &str, bytes: &[u8]| refusal(name, bytes).to_string();
    assert!(seen("a.png", b"\x89PNG\r\n\x1a\n").contains("a PNG picture"));
    assert!(seen("a.parquet", b"PAR1....").contains("Parquet"));
    assert!(seen("a.bin", &[0, 1, 2, 3, 0, 0, 0, 9]).contains("binary data"));
    assert!(seen("a.txt", b"Dear diary,\ntoday I wrote a log.\n").contains("not a log"));
    assert!(seen("a.html", b"<html><body></body></html>").contains("HTML"));
    assert!(seen("a.json", b"{\"Records\": []}").contains("without records"));
    assert!(seen("a.txt", "\u{feff}".as_bytes()).contains("empty"));
}

/// Every real file of a cloud or vendor format.
const VENDORS: [(&str, &str); 11] = [
    ("docs_examples/anthropic_compliance_activities_page.json", "anthropic_activity"),
    ("docs_examples/anthropic_console_usage.csv", "anthropic_console"),
    ("docs_examples/openai_costs_docs_example.json", "openai_usage"),
    ("docs_examples/openai_usage_completions_docs_example.json", "openai_usage"),
    ("docs_examples/openai_usage_embeddings_docs_example.json", "openai_usage"),
    ("elastic_fixtures/azure_apim_gateway.ndjson", "azure_apim"),
    ("elastic_fixtures/gcp_vertexai_cloud_audit.ndjson", "gcp_audit"),
    ("elastic_fixtures/openai_audit_log.ndjson", "openai_audit"),
    ("m365_copilot_ediscovery/copilot_prompt_logs.csv", "m365_copilot"),
    ("panther_test_events/anthropic_activity.ndjson", "anthropic_activity"),
    ("panther_test_events/openai_audit.ndjson", "openai_audit"),
];

/// The formats of clouds and vendors that are known by their own fields.
const OF_VENDORS: [&str; 17] = [
    "bedrock",
    "cloudtrail",
    "litellm",
    "azure_openai",
    "azure_apim",
    "vertex",
    "gcp_audit",
    "openai_usage",
    "openai_audit",
    "anthropic_usage",
    "anthropic_console",
    "anthropic_activity",
    "claude_code",
    "m365_copilot",
    "databricks",
    "snowflake_cortex",
    "deepseek",
];

/// The formats of clouds and vendors that anything speaks for in a file.
fn vendors_of(path: &std::path::Path) -> Vec<&'static str> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).expect("a file");
    file.take(256 << 10).read_to_end(&mut bytes).expect("read");
    let complete = bytes.len() < 256 << 10;
    let head = super::Head { bytes: &bytes, complete, file_name: "x" };
    let Ok(sample) = super::Sample::cut(&head) else { return Vec::new() };
    let speaks = |id: &&str| {
        let format = super::format::by_id(id).expect("listed");
        format.score(&sample).is_some_and(|score| score.confidence >= 0.2)
    };
    OF_VENDORS.into_iter().filter(speaks).collect()
}

#[test]
fn a_real_file_of_a_vendor_is_of_one_format_and_no_other_file_is_taken_for_one() {
    let Some(folder) = shared_data() else { return };
    let known: std::collections::BTreeMap<&str, &str> = VENDORS
        .into_iter()
        .chain(READ.iter().map(|(path, format, ..)| (*path, *format)))
        .filter(|(_, format)| OF_VENDORS.contains(format))
        .collect();
    let mut seen = 0;
    for entry in walkdir::WalkDir::new(&folder) {
        let entry = entry.expect("an entry");
        if !entry.file_type().is_file() {
            continue;
        }
        let path = entry.path().strip_prefix(&folder).expect("inside").to_string_lossy();
        let expected = match known.get(&*path) {
            Some(format) => vec![*format],
            None if path.starts_with("cloudtrail_invictus/") && path.ends_with(".json") => {
                vec!["cloudtrail"]
            }
            None => Vec::new(),
        };
        assert_eq!(vendors_of(entry.path()), expected, "{path}");
        seen += 1;
    }
    assert!(seen > 100, "{seen}");
}
