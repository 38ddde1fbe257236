//! Spans of calls of models, in OpenTelemetry's forms.

use serde_json::Value;

use super::otel_document::{self, Kind};
use super::otel_fields;
use super::otel_span::Shaper;
use super::slots::refuse_edits;
use super::{Format, Score};
use crate::ingest::document::DocumentReader;
use crate::ingest::{Container, Mapping, ReaderOptions, RecordReader, Sample};

/// See [`Format::doc`].
pub(super) struct Otel;

impl Format for Otel {
    fn id(&self) -> &'static str {
        "otel"
    }

    fn title(&self) -> &'static str {
        "OpenTelemetry spans of model calls"
    }

    fn doc(&self) -> &'static str {
        "OTLP JSON (spans, and the event gen_ai.client.inference.operation.details of logs), lists \
         of spans and single spans, with the attributes of the GenAI conventions in their old and \
         new names, OpenInference, OpenLLMetry and the Vercel AI SDK. Only the innermost spans of \
         model calls are exchanges; agents, chains, tools and calls that hold other calls are \
         activities without tokens; spans of anything else are not read, and a document of nothing \
         but them is rejected. Where a span around calls is in another record than they are, its \
         kind alone decides. The account is the user, else the service. Address, user agent and \
         text only where the application adds them. Real recordings of the AI SDK and of \
         OpenInference were seen, and OTLP's own examples. A span without a start takes the time of \
         its answer. The name of a prompt template (gen_ai.prompt.name) stays in the original \
         record."
    }

    fn containers(&self) -> &'static str {
        "JSON lines (a document or a span a line), single JSON documents, JSON array"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let of_models = sample.share(|v| otel_document::holds(v, &|kind| kind != Kind::Other));
        let otlp = sample.share(is_otlp);
        if of_models == 0.0 {
            // A long export may begin with other spans: read, it says of each what it is not.
            return (otlp > 0.0).then(|| Score {
                confidence: otlp * 0.6,
                why: "OpenTelemetry documents, none of the first of which has a span of a model \
                      call"
                    .to_owned(),
            });
        }
        let share = otlp.max(of_models);
        let percent = (of_models * 100.0).round();
        let why = format!("{percent} % of the records hold spans with attributes of model calls");
        Some(Score { confidence: share * 0.97, why })
    }

    fn mapping(&self, _: &Sample) -> Mapping {
        otel_fields::mapping()
    }

    fn reader(
        &self,
        container: &Container,
        mapping: &Mapping,
        options: &ReaderOptions,
    ) -> Result<Box<dyn RecordReader>, String> {
        refuse_edits(&otel_fields::mapping(), mapping)?;
        Ok(Box::new(DocumentReader::new(container, Shaper::new(options.timezone.clone()))))
    }
}

fn is_otlp(value: &Value) -> bool {
    ["resourceSpans", "resourceLogs", "resource_spans", "resource_logs"]
        .iter()
        .any(|key| value.get(key).is_some_and(Value::is_array))
}
