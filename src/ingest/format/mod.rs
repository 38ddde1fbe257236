//! The source formats: one small file each, listed in [`FORMATS`].
//!
//! To add one: a unit struct that implements [`Format`], and a line in the list. Detection,
//! `stillwatch formats`, the import review and the mapping kept as evidence come from it.

mod access_log;
mod anthropic_activity;
mod anthropic_console;
mod anthropic_usage;
mod azure_apim;
mod azure_openai;
mod bedrock;
mod buckets;
mod calls;
mod claude_code;
mod cloudflare;
mod cloudtrail;
mod databricks;
mod deepseek;
mod ecs;
mod envoy;
pub(super) mod foreign;
mod gcp_audit;
mod generic;
mod helicone;
mod kong;
mod langfuse;
mod leaves;
mod litellm;
mod m365_copilot;
mod native;
mod ollama;
mod oneapi;
mod openai_audit;
mod openai_usage;
mod openrouter;
mod otel;
mod otel_attributes;
mod otel_document;
mod otel_fields;
mod otel_span;
mod portkey;
mod slots;
mod snowflake_cortex;
pub(super) mod suggest;
pub(super) mod text;
mod tokens;
mod traces;
mod vertex;
mod vllm;

use super::{Container, Mapping, ReaderOptions, RecordReader, Sample};

/// Keys under which wrappers carry the real record: CloudWatch Logs Insights, CloudWatch exports,
/// `cloudtrail lookup-events`, EventBridge, Elasticsearch, Splunk's HTTP event collector, its
/// exports and its raw text, Fluentd and Docker.
pub(super) const WRAPPER_KEYS: [&str; 9] = [
    "@message",
    "message",
    "CloudTrailEvent",
    "detail",
    "_source",
    "event",
    "result",
    "_raw",
    "log",
];

/// How well a format fits a sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// 0…1.
    pub confidence: f32,
    /// What speaks for it, in one sentence for people.
    pub why: String,
}

pub use text::LineKind;

impl Score {
    /// The score of a sample by the share of its records that have a sign, named in words:
    /// `most` where all have it, and none where no record has.
    fn of(share: f32, most: f32, sign: &str) -> Option<Self> {
        (share > 0.0).then(|| {
            let percent = (share * 100.0).round();
            let why = format!("{percent} % of the records have {sign}");
            Self { confidence: share * most, why }
        })
    }
}

/// A kind of log that can be read.
pub trait Format: Sync {
    /// The name on the command line and in the case file.
    fn id(&self) -> &'static str;

    /// The name for people.
    fn title(&self) -> &'static str;

    /// What it is, what it gives and what it lacks, in a few sentences.
    fn doc(&self) -> &'static str;

    /// The containers it comes in, in words.
    fn containers(&self) -> &'static str;

    /// Whether its fields are obtained as the mapping says, so that they can be mapped by hand.
    /// Other formats have rules of their own for each field.
    fn is_mapped(&self) -> bool {
        false
    }

    /// How well the sample fits; `None` when it does not.
    fn score(&self, sample: &Sample) -> Option<Score>;

    /// For logs of plain text: what a line is. Every other format leaves this as it is.
    fn line(&self) -> Option<fn(&str) -> LineKind> {
        None
    }

    /// Whether its times state no year.
    fn lacks_year(&self) -> bool {
        false
    }

    /// How its fields become ours in this sample.
    fn mapping(&self, sample: &Sample) -> Mapping;

    /// A reader for its records.
    ///
    /// # Errors
    /// What cannot be used about the mapping, in words.
    fn reader(
        &self,
        container: &Container,
        mapping: &Mapping,
        options: &ReaderOptions,
    ) -> Result<Box<dyn RecordReader>, String>;
}

/// Every format, most specific first: the order in which ties are decided.
pub static FORMATS: &[&dyn Format] = &[
    &native::Native,
    &bedrock::Bedrock,
    &cloudtrail::CloudTrail,
    &litellm::LiteLlm,
    &azure_openai::AzureOpenAi,
    &azure_apim::AzureApim,
    &vertex::Vertex,
    &gcp_audit::GcpAudit,
    &openai_usage::OpenAiUsage,
    &openai_audit::OpenAiAudit,
    &anthropic_usage::AnthropicUsage,
    &anthropic_console::AnthropicConsole,
    &anthropic_activity::AnthropicActivity,
    &claude_code::ClaudeCode,
    &m365_copilot::M365Copilot,
    &databricks::Databricks,
    &snowflake_cortex::SnowflakeCortex,
    &deepseek::DeepSeek,
    &otel::Otel,
    &langfuse::Langfuse,
    &kong::Kong,
    &helicone::Helicone,
    &portkey::Portkey,
    &cloudflare::Cloudflare,
    &openrouter::OpenRouter,
    &envoy::Envoy,
    &ecs::Ecs,
    &oneapi::OneApi,
    &traces::AZURE,
    &traces::MOONCAKE,
    &traces::BURST_GPT,
    &traces::GEN_TD,
    &access_log::AccessLog,
    &vllm::Vllm,
    &ollama::Ollama,
    &generic::CSV,
    &generic::JSON,
];

/// The format of that name.
pub fn by_id(id: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|f| f.id() == id)
}

#[cfg(test)]
mod tests;
