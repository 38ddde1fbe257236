//! Google Cloud audit logs: who called what from where, without tokens.

use serde_json::Value;

use super::slots::{Row, Slots, UNATTRIBUTED, fixed_reader, give, slots};
use super::vertex::part_after;
use super::{Format, Score};
use crate::ingest::reader::Shape;
use crate::ingest::scalar::Scalar;
use crate::ingest::time::{Stamp, TimeParser};
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::{Exchange, Field, Granularity, Text};

/// See [`Format::doc`].
pub(super) struct GcpAudit;

// A sink to BigQuery renames protoPayload, and old ones write its fields in small letters.
slots!(Slot {
    Time: Value["timestamp"],
    InsertId: Value["insertId", "insertid", "insert_id"],
    Principal: Value[
        "protoPayload.authenticationInfo.principalEmail",
        "protopayload_auditlog.authenticationInfo.principalEmail",
        "protopayload_auditlog.authenticationinfo.principalemail",
    ],
    Subject: Value[
        "protoPayload.authenticationInfo.principalSubject",
        "protopayload_auditlog.authenticationInfo.principalSubject",
        "protopayload_auditlog.authenticationinfo.principalsubject",
    ],
    Key: Value[
        "protoPayload.authenticationInfo.serviceAccountKeyName",
        "protopayload_auditlog.authenticationInfo.serviceAccountKeyName",
        "protopayload_auditlog.authenticationinfo.serviceaccountkeyname",
    ],
    Address: Value[
        "protoPayload.requestMetadata.callerIp",
        "protopayload_auditlog.requestMetadata.callerIp",
        "protopayload_auditlog.requestmetadata.callerip",
    ],
    UserAgent: Value[
        "protoPayload.requestMetadata.callerSuppliedUserAgent",
        "protopayload_auditlog.requestMetadata.callerSuppliedUserAgent",
        "protopayload_auditlog.requestmetadata.callersupplieduseragent",
    ],
    Service: Value[
        "protoPayload.serviceName",
        "protopayload_auditlog.serviceName",
        "protopayload_auditlog.servicename",
    ],
    Method: Value[
        "protoPayload.methodName",
        "protopayload_auditlog.methodName",
        "protopayload_auditlog.methodname",
    ],
    Resource: Value[
        "protoPayload.resourceName",
        "protopayload_auditlog.resourceName",
        "protopayload_auditlog.resourcename",
    ],
    Code: Value["protoPayload.status.code", "protopayload_auditlog.status.code"],
    Project: Value["resource.labels.project_id"],
    Operation: Value["operation.id"],
    First: Value["operation.first"],
});

impl Format for GcpAudit {
    fn id(&self) -> &'static str {
        "gcp_audit"
    }

    fn title(&self) -> &'static str {
        "Google Cloud audit log"
    }

    fn doc(&self) -> &'static str {
        "Audit records of a Google Cloud project: principal, address, user agent, key of the \
         service account and method, never tokens or text. Calls of a Vertex AI model \
         (GenerateContent, Predict and their kin) are exchanges, everything else is an activity; \
         so are counting tokens and the methods of Google's internal service, which its console \
         calls. A streamed call is logged when it begins and when it ends (operation.first and \
         operation.last): only the record that is the first of its operation is an exchange, the \
         others are activities. The status is the HTTP status of the gRPC code. Data access has to \
         be switched on to be logged. Real records of a bucket export were seen, tables of a \
         BigQuery sink were not."
    }

    fn containers(&self) -> &'static str {
        "JSON lines (Cloud Storage and BigQuery sinks), JSON array (gcloud logging read)"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let is = |v: &Value| {
            let payload = v.get("protoPayload").or_else(|| v.get("protopayload_auditlog"));
            payload.is_some_and(|payload| {
                payload.get("methodName").is_some() || payload.get("methodname").is_some()
            }) || v.get("protopayload_auditlog.methodName").is_some()
                || v.get("protoPayload.methodName").is_some()
        };
        Score::of(sample.share(is), 0.99, "the payload of a Google Cloud audit log")
    }

    fn mapping(&self, _: &Sample) -> Mapping {
        own_mapping()
    }

    fn reader(
        &self,
        container: &Container,
        mapping: &Mapping,
        options: &ReaderOptions,
    ) -> Result<Box<dyn RecordReader>, String> {
        let shape = Entry { time: TimeParser::new(options.timezone.clone()) };
        fixed_reader::<Slot>(&own_mapping(), mapping, container, &[], shape)
    }
}

fn own_mapping() -> Mapping {
    Mapping::new(
        "gcp_audit",
        vec![
            Slot::map(Field::Timestamp, &[Slot::Time]),
            Slot::map(Field::RequestId, &[Slot::InsertId]),
            Slot::map(Field::AccountId, &[Slot::Principal, Slot::Subject]).or(UNATTRIBUTED),
            Slot::map(Field::OrgId, &[Slot::Project, Slot::Resource])
                .note("the project; of a resource, the project in it"),
            Slot::map(Field::ApiKeyId, &[Slot::Key]).note("what follows keys/"),
            Slot::map(Field::SessionId, &[Slot::Operation]).note("the operation"),
            FieldMap::constant(Field::Pathway, "cloud"),
            Slot::map(Field::Endpoint, &[Slot::Method]),
            Slot::map(Field::Model, &[Slot::Resource]).note("what follows models/"),
            Slot::map(Field::Status, &[Slot::Code]).note("HTTP status of the gRPC code"),
            Slot::map(Field::Error, &[Slot::Code]).note("name of the gRPC code"),
            Slot::map(Field::ClientIp, &[Slot::Address]),
            Slot::map(Field::Region, &[Slot::Resource]).note("what follows locations/"),
            Slot::map(Field::UserAgent, &[Slot::UserAgent]),
        ],
    )
}

/// What becomes of a record.
struct Entry {
    time: TimeParser,
}

impl Shape for Entry {
    fn shape<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let row = &mut Row(slots);
        let stamp = Stamp::if_stated(row.take(Slot::Time).time(&self.time))?;
        let service = row.text(Slot::Service).unwrap_or_default();
        let endpoint = row.text(Slot::Method);
        let method = endpoint.as_ref().map_or("", Text::as_str);
        let operation = row.text(Slot::Operation);
        let continued = operation.is_some() && !is_true(&row.take(Slot::First));
        let call = !continued && is_call(service.as_str(), method);
        let resource = row.text(Slot::Resource).unwrap_or_default();
        let outcome = Outcome::of(row.count(Slot::Code, "status.code")?);
        let project = row.text(Slot::Project);
        let exchange = Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity: if call { Granularity::Exchange } else { Granularity::Activity },
            request_id: row.text(Slot::InsertId),
            account_id: row.name(&[Slot::Principal, Slot::Subject]).unwrap_or(UNATTRIBUTED.into()),
            org_id: project.or_else(|| part_after(resource.as_str(), "projects")),
            api_key_id: row.text(Slot::Key).map(key_id),
            session_id: operation,
            pathway: Some("cloud".into()),
            endpoint,
            model: part_after(resource.as_str(), "models"),
            status: outcome.map(|outcome| outcome.http),
            error: outcome.map(|outcome| outcome.name.into()),
            client_ip: row.text(Slot::Address),
            region: part_after(resource.as_str(), "locations"),
            user_agent: row.text(Slot::UserAgent),
            ..Exchange::default()
        };
        give(&exchange, emit)
    }
}

/// Whether a flag is set; BigQuery writes flags as words.
fn is_true(flag: &Scalar<'_>) -> bool {
    match flag {
        Scalar::Bool(flag) => *flag,
        Scalar::Text(word) => word.eq_ignore_ascii_case("true"),
        _ => false,
    }
}

/// Methods of Vertex AI that run a model.
const CALLS: [&str; 15] = [
    "GenerateContent",
    "StreamGenerateContent",
    "BidiGenerateContent",
    "Predict",
    "RawPredict",
    "StreamRawPredict",
    "DirectPredict",
    "DirectRawPredict",
    "StreamDirectPredict",
    "StreamDirectRawPredict",
    "StreamingPredict",
    "StreamingRawPredict",
    "ServerStreamingPredict",
    "ChatCompletions",
    "EmbedContent",
];

fn is_call(service: &str, method: &str) -> bool {
    let name = method.rsplit('.').next().unwrap_or_default();
    service == "aiplatform.googleapis.com"
        && !method.contains(".internal.")
        && CALLS.contains(&name)
}

/// `//iam.googleapis.com/projects/P/serviceAccounts/S/keys/ID` → `ID`.
fn key_id(name: Text<'_>) -> Text<'_> {
    part_after(name.as_str(), "keys").unwrap_or(name)
}

/// How a call ended: the name of a gRPC code and the HTTP status it stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Outcome {
    name: &'static str,
    http: u32,
}

impl Outcome {
    /// What a code says; nothing where it says that all went well, or is none.
    fn of(code: Option<u64>) -> Option<Self> {
        let (name, http) = match code? {
            1 => ("CANCELLED", 499),
            2 => ("UNKNOWN", 500),
            3 => ("INVALID_ARGUMENT", 400),
            4 => ("DEADLINE_EXCEEDED", 504),
            5 => ("NOT_FOUND", 404),
            6 => ("ALREADY_EXISTS", 409),
            7 => ("PERMISSION_DENIED", 403),
            8 => ("RESOURCE_EXHAUSTED", 429),
            9 => ("FAILED_PRECONDITION", 400),
            10 => ("ABORTED", 409),
            11 => ("OUT_OF_RANGE", 400),
            12 => ("UNIMPLEMENTED", 501),
            13 => ("INTERNAL", 500),
            14 => ("UNAVAILABLE", 503),
            15 => ("DATA_LOSS", 500),
            16 => ("UNAUTHENTICATED", 401),
            _ => return None,
        };
        Some(Self { name, http })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_methods_that_run_a_model_are_calls() {
        let call = |method: &str| is_call("aiplatform.googleapis.com", method);
        assert!(call("google.cloud.aiplatform.v1beta1.PredictionService.GenerateContent"));
        assert!(call("google.cloud.aiplatform.v1beta1.LlmBidiService.BidiGenerateContent"));
        assert!(!call("google.cloud.aiplatform.v1.LlmUtilityService.CountTokens"));
        assert!(!call("google.cloud.aiplatform.internal.PredictionService.GenerateContent"));
        assert!(!call("google.cloud.aiplatform.v1.ModelService.ListModels"));
        assert!(!is_call("storage.googleapis.com", "x.Predict"));
    }

    #[test]
    fn a_code_is_named_and_an_unknown_one_is_nothing() {
        assert_eq!(Outcome::of(Some(8)), Some(Outcome { name: "RESOURCE_EXHAUSTED", http: 429 }));
        assert_eq!(Outcome::of(Some(0)), None);
        assert_eq!(Outcome::of(Some(17)), None);
        assert_eq!(Outcome::of(None), None);
    }
}
