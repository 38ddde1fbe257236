//! Real exports of gateways and tracing tools, read to their end and held against figures that a
//! script of another language counted (`tests/counts/observability.py`), and recognised as one
//! format only.

use std::path::{Path, PathBuf};

use super::source::Source;
use super::testing::shared_data;
use super::{Choice, FORMATS, Head, Sample, detect, pipeline};
use crate::job::Progress;
use crate::model::{Granularity, MISSING, NO_TIME};

/// Exchanges, activities, buckets and rejects.
type Counts = [u64; 4];

/// Input, output, cached and reasoning tokens of all rows.
type Tokens = [u64; 4];

/// File, format, counts, accounts, tokens, first and last time in µs; the output of the script.
/// Some spans that were cut out of their export have no time.
/// Two of BeeAI's five generations are events that end a call and carry no tokens.
type Row = (&'static str, &'static str, Counts, usize, Tokens, (i64, i64));

#[rustfmt::skip]
const FILES: [Row; 63] = [
    ("langfuse_traces/agno-2025-06-11.json", "langfuse", [2, 4, 0, 0], 1, [826, 245, 0, 0], (1_749_650_492_598_000, 1_749_650_494_296_000)),
    ("langfuse_traces/autogen-2025-06-06.json", "langfuse", [1, 1, 0, 0], 1, [41, 3, 0, 0], (1_749_209_493_965_000, 1_749_209_493_978_000)),
    ("langfuse_traces/beeai-2025-08-01.json", "langfuse", [5, 24, 0, 0], 1, [5542, 0, 0, 0], (1_754_056_614_163_000, 1_754_056_631_332_000)),
    ("langfuse_traces/google-adk-2025-08-28.json", "langfuse", [2, 3, 0, 0], 1, [67, 9, 0, 0], (1_756_366_350_303_000, 1_756_366_351_222_000)),
    ("langfuse_traces/google-gemini-2025-08-01.json", "langfuse", [1, 0, 0, 0], 1, [6, 2055, 0, 1104], (1_754_054_520_147_000, 1_754_054_520_147_000)),
    ("langfuse_traces/google-vertex-tools-langchain-2025-09-19.json", "langfuse", [1, 0, 0, 0], 1, [1200, 15, 0, 0], (1_758_319_199_034_000, 1_758_319_199_034_000)),
    ("langfuse_traces/koog-2025-08-26.json", "langfuse", [2, 9, 0, 0], 1, [215, 125, 0, 0], (1_756_237_259_145_000, 1_756_237_264_984_000)),
    ("langfuse_traces/langgraph-2025-08-22.json", "langfuse", [2, 7, 0, 0], 1, [168, 66, 0, 0], (1_755_855_536_228_000, 1_755_855_538_834_000)),
    ("langfuse_traces/llamaindex-2025-06-05.json", "langfuse", [1, 1, 0, 0], 1, [13, 81, 0, 0], (1_749_138_352_971_000, 1_749_138_352_971_000)),
    ("langfuse_traces/microsoft-agent-2025-10-14.json", "langfuse", [2, 2, 0, 0], 1, [656, 105, 0, 0], (1_760_460_269_952_000, 1_760_460_275_939_000)),
    ("langfuse_traces/openai-agents-2025-09-30.json", "langfuse", [2, 3, 0, 0], 1, [140, 44, 0, 0], (1_759_223_039_962_000, 1_759_223_041_001_000)),
    ("langfuse_traces/openai-assistants-2024-05-29.json", "langfuse", [1, 3, 0, 0], 1, [49, 40, 0, 0], (1_716_990_370_728_000, 1_716_990_379_963_000)),
    ("langfuse_traces/pydantic-ai-tools-2025-12-04.json", "langfuse", [4, 8, 0, 0], 1, [1315, 209, 0, 0], (1_764_859_882_049_000, 1_764_859_887_422_000)),
    ("envoy_aigw_openinference_spans/audio-transcription-basic.json", "otel", [1, 0, 0, 0], 1, [0, 0, 0, 0], (0, 0)),
    ("envoy_aigw_openinference_spans/audio-translation-basic.json", "otel", [1, 0, 0, 0], 1, [0, 0, 0, 0], (0, 0)),
    ("envoy_aigw_openinference_spans/azure-chat-basic.json", "otel", [1, 0, 0, 0], 1, [8, 271, 0, 192], (1_759_396_891_000_000, 1_759_396_891_000_000)),
    ("envoy_aigw_openinference_spans/chat-audio-to-text.json", "otel", [1, 0, 0, 0], 1, [28, 17, 0, 0], (1_755_133_878_000_000, 1_755_133_878_000_000)),
    ("envoy_aigw_openinference_spans/chat-bad-request.json", "otel", [1, 0, 0, 0], 1, [0, 0, 0, 0], (0, 0)),
    ("envoy_aigw_openinference_spans/chat-basic.json", "otel", [1, 0, 0, 0], 1, [8, 377, 0, 320], (1_755_133_833_000_000, 1_755_133_833_000_000)),
    ("envoy_aigw_openinference_spans/chat-detailed-usage.json", "otel", [1, 0, 0, 0], 1, [12, 100, 0, 100], (1_755_137_737_000_000, 1_755_137_737_000_000)),
    ("envoy_aigw_openinference_spans/chat-image-to-text.json", "otel", [1, 0, 0, 0], 1, [22, 719, 0, 704], (1_755_133_869_000_000, 1_755_133_869_000_000)),
    ("envoy_aigw_openinference_spans/chat-json-mode.json", "otel", [1, 0, 0, 0], 1, [21, 280, 0, 256], (1_755_133_839_000_000, 1_755_133_839_000_000)),
    ("envoy_aigw_openinference_spans/chat-multimodal.json", "otel", [1, 0, 0, 0], 1, [2245, 100, 0, 100], (1_755_134_160_000_000, 1_755_134_160_000_000)),
    ("envoy_aigw_openinference_spans/chat-multiturn.json", "otel", [1, 0, 0, 0], 1, [50, 526, 0, 512], (1_755_134_078_000_000, 1_755_134_078_000_000)),
    ("envoy_aigw_openinference_spans/chat-no-messages.json", "otel", [1, 0, 0, 0], 1, [0, 0, 0, 0], (0, 0)),
    ("envoy_aigw_openinference_spans/chat-openai-agents-python.json", "otel", [1, 0, 0, 0], 1, [171, 1962, 0, 1664], (1_755_483_925_000_000, 1_755_483_925_000_000)),
    ("envoy_aigw_openinference_spans/chat-parallel-tools.json", "otel", [1, 0, 0, 0], 1, [162, 219, 0, 192], (1_755_133_847_000_000, 1_755_133_847_000_000)),
    ("envoy_aigw_openinference_spans/chat-reasoning.json", "otel", [1, 0, 0, 0], 1, [27, 267, 0, 192], (1_758_778_531_000_000, 1_758_778_531_000_000)),
    ("envoy_aigw_openinference_spans/chat-streaming-detailed-usage.json", "otel", [1, 0, 0, 0], 1, [12, 100, 0, 100], (1_755_137_921_000_000, 1_755_137_921_000_000)),
    ("envoy_aigw_openinference_spans/chat-streaming-web-search.json", "otel", [1, 0, 0, 0], 1, [0, 0, 0, 0], (1_755_137_752_000_000, 1_755_137_752_000_000)),
    ("envoy_aigw_openinference_spans/chat-streaming.json", "otel", [1, 0, 0, 0], 1, [0, 0, 0, 0], (1_755_137_933_000_000, 1_755_137_933_000_000)),
    ("envoy_aigw_openinference_spans/chat-text-to-audio.json", "otel", [1, 0, 0, 0], 1, [22, 18, 0, 0], (1_755_133_880_000_000, 1_755_133_880_000_000)),
    ("envoy_aigw_openinference_spans/chat-text-to-image-tool.json", "otel", [1, 0, 0, 0], 1, [206, 150, 0, 150], (1_755_134_085_000_000, 1_755_134_085_000_000)),
    ("envoy_aigw_openinference_spans/chat-tools.json", "otel", [1, 0, 0, 0], 1, [162, 287, 0, 256], (1_755_133_856_000_000, 1_755_133_856_000_000)),
    ("envoy_aigw_openinference_spans/chat-unknown-model.json", "otel", [1, 0, 0, 0], 1, [0, 0, 0, 0], (0, 0)),
    ("envoy_aigw_openinference_spans/chat-web-search.json", "otel", [1, 0, 0, 0], 1, [26, 22, 0, 0], (1_755_137_745_000_000, 1_755_137_745_000_000)),
    ("envoy_aigw_openinference_spans/completion-bad-request.json", "otel", [1, 0, 0, 0], 1, [0, 0, 0, 0], (0, 0)),
    ("envoy_aigw_openinference_spans/completion-basic.json", "otel", [1, 0, 0, 0], 1, [31, 25, 0, 0], (1_759_117_370_000_000, 1_759_117_370_000_000)),
    ("envoy_aigw_openinference_spans/completion-streaming-usage.json", "otel", [1, 0, 0, 0], 1, [31, 25, 0, 0], (1_759_118_173_000_000, 1_759_118_173_000_000)),
    ("envoy_aigw_openinference_spans/completion-streaming.json", "otel", [1, 0, 0, 0], 1, [0, 0, 0, 0], (1_759_117_375_000_000, 1_759_117_375_000_000)),
    ("envoy_aigw_openinference_spans/completion-suffix.json", "otel", [1, 0, 0, 0], 1, [25, 30, 0, 0], (1_759_117_917_000_000, 1_759_117_917_000_000)),
    ("envoy_aigw_openinference_spans/completion-text-batch.json", "otel", [1, 0, 0, 0], 1, [49, 58, 0, 0], (1_759_117_381_000_000, 1_759_117_381_000_000)),
    ("envoy_aigw_openinference_spans/completion-token-batch.json", "otel", [1, 0, 0, 0], 1, [49, 57, 0, 0], (1_759_117_383_000_000, 1_759_117_383_000_000)),
    ("envoy_aigw_openinference_spans/completion-token.json", "otel", [1, 0, 0, 0], 1, [31, 25, 0, 0], (1_759_117_373_000_000, 1_759_117_373_000_000)),
    ("envoy_aigw_openinference_spans/completion-unknown-model.json", "otel", [1, 0, 0, 0], 1, [0, 0, 0, 0], (0, 0)),
    ("envoy_aigw_openinference_spans/image-generation-basic.json", "otel", [1, 0, 0, 0], 1, [0, 0, 0, 0], (1_760_092_079_000_000, 1_760_092_079_000_000)),
    ("openinference_spans/all-spans.json", "otel", [5, 5, 0, 0], 1, [152, 297, 0, 0], (1_770_131_992_241_000, 1_770_132_006_016_000)),
    ("openinference_spans/spans-by-operation.json", "otel", [5, 5, 0, 0], 1, [152, 297, 0, 0], (1_770_131_992_241_000, 1_770_132_006_016_000)),
    ("openinference_spans/openinference_client_span_input_output_only.json", "otel", [1, 0, 0, 0], 1, [97, 52, 0, 0], (0, 0)),
    ("openinference_spans/openinference_client_span_tool_calls.json", "otel", [1, 0, 0, 0], 1, [97, 52, 0, 0], (0, 0)),
    ("openinference_spans/otel_genai_client_span_tool_calls.json", "otel", [1, 0, 0, 0], 1, [97, 52, 0, 0], (0, 0)),
    ("openinference_spans/otel_genai_deprecated_client_span_tool_calls.json", "otel", [1, 0, 0, 0], 1, [97, 52, 0, 0], (0, 0)),
    ("openinference_spans/otel_genai_tool_execution_span.json", "otel", [0, 0, 0, 1], 0, [0, 0, 0, 0], (0, 0)),
    ("otlp_examples/events.json", "otel", [0, 0, 0, 1], 0, [0, 0, 0, 0], (0, 0)),
    ("otlp_examples/logs.json", "otel", [0, 0, 0, 1], 0, [0, 0, 0, 0], (0, 0)),
    ("otlp_examples/trace.json", "otel", [0, 0, 0, 1], 0, [0, 0, 0, 0], (0, 0)),
    ("elastic_fixtures/ecs_sample_events.ndjson", "ecs", [2, 1, 0, 0], 3, [3, 930, 0, 901], (1_712_578_979_485_461, 1_770_616_227_000_000)),
    ("elastic_fixtures/openai_usage_completions_ecs.ndjson", "ecs", [0, 0, 1, 0], 1, [22, 149, 0, 0], (1_737_936_000_000_000, 1_737_936_000_000_000)),
    ("docs_examples/envoy_ai_gateway_access.ndjson", "envoy", [1, 1, 0, 0], 2, [15, 7, 0, 0], (1_756_572_697_894_000, 1_759_920_131_430_000)),
    ("docs_examples/kong_ai_audit_log.ndjson", "kong", [1, 0, 0, 1], 1, [14, 21, 0, 0], (0, 0)),
    ("docs_examples/kong_base_log.json", "kong", [0, 1, 0, 0], 1, [0, 0, 0, 0], (1_726_783_839_538_000, 1_726_783_839_538_000)),
    ("docs_examples/openrouter_activity_daily_export.csv", "openrouter", [0, 0, 2, 0], 1, [158165158, 5805092, 0, 0], (1_778_544_000_000_000, 1_778_630_400_000_000)),
    ("docs_examples/openrouter_activity_generation_export_HEADER_ONLY.csv", "openrouter", [0, 0, 0, 0], 0, [0, 0, 0, 0], (0, 0)),
];

#[derive(Debug, Default, PartialEq)]
struct Totals {
    counts: Counts,
    accounts: usize,
    tokens: Tokens,
    span: (i64, i64),
}

/// Detects a file, reads it to its end and adds up.
fn totals(path: &Path) -> (&'static str, Totals) {
    let source = Source::open(path).expect("opened");
    let name = path.file_name().expect("a file").to_string_lossy().into_owned();
    let head = Head { bytes: source.head(), complete: source.head_is_all(), file_name: &name };
    let detection = detect(&head, &Choice::default()).expect(&name);
    let reader = detection.reader(&detection.options().expect("a zone")).expect("a reader");
    let options = pipeline::PipelineOptions { keep_raw: false, workers: 1 };
    let mut totals = Totals { span: (i64::MAX, i64::MIN), ..Totals::default() };
    let mut accounts = std::collections::BTreeSet::new();
    let container = &detection.container;
    pipeline::run(source, container, &*reader, &options, &Progress::default(), &mut |block| {
        let rows = &block.rows;
        for call in &rows.call {
            let kind = block.dimensions.calls[*call as usize].granularity;
            let at = [Granularity::Exchange, Granularity::Activity, Granularity::Bucket]
                .iter()
                .position(|g| *g == kind);
            totals.counts[at.expect("one of three")] += 1;
        }
        totals.counts[3] += block.rejects.len() as u64;
        accounts.extend(block.dimensions.accounts.iter().cloned());
        let columns =
            [&rows.input_tokens, &rows.output_tokens, &rows.cached_tokens, &rows.reasoning_tokens];
        for (sum, column) in totals.tokens.iter_mut().zip(columns) {
            *sum += column.iter().filter(|n| **n != MISSING).map(|n| u64::from(*n)).sum::<u64>();
        }
        for at in rows.at_us.iter().filter(|at| **at != NO_TIME) {
            totals.span = (totals.span.0.min(*at), totals.span.1.max(*at));
        }
        Ok(())
    })
    .expect("read");
    totals.accounts = accounts.len();
    if totals.span.0 > totals.span.1 {
        totals.span = (0, 0);
    }
    (detection.format, totals)
}

#[test]
fn every_real_export_gives_what_was_counted_by_other_means() {
    let Some(folder) = shared_data() else { return };
    for (file, format, counts, accounts, tokens, span) in FILES {
        let expected = (format, Totals { counts, accounts, tokens, span });
        assert_eq!(totals(&folder.join(file)), expected, "{file}");
    }
}

/// All files below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

#[test]
fn no_real_file_looks_like_more_than_one_format() {
    let Some(folder) = shared_data() else { return };
    let mut all = Vec::new();
    files(&folder, &mut all);
    let mut recognised = 0;
    for path in all {
        let Ok(source) = Source::open(&path) else { continue };
        let head =
            Head { bytes: source.head(), complete: source.head_is_all(), file_name: "x.json" };
        let Ok(sample) = Sample::cut(&head) else { continue };
        let specific = FORMATS.iter().filter(|f| !["csv", "json"].contains(&f.id()));
        let alike: Vec<&str> =
            specific.filter(|f| f.score(&sample).is_some()).map(|f| f.id()).collect();
        assert!(alike.len() <= 1, "{path:?} looks like {alike:?}");
        recognised += alike.len();
    }
    assert!(recognised > FILES.len(), "only {recognised} files were recognised");
}
