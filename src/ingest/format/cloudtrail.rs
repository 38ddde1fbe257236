//! AWS CloudTrail: who called what from where, without tokens.

use serde_json::Value;

use super::slots::{Row, Slots, UNATTRIBUTED, aws_identity, fixed_reader, give, slots};
use super::{Format, Score, WRAPPER_KEYS};
use crate::ingest::reader::Shape;
use crate::ingest::scalar::Scalar;
use crate::ingest::time::Stamp;
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::{Exchange, Field, Granularity, Text};

/// See [`Format::doc`].
pub(super) struct CloudTrail;

slots!(Slot {
    EventTime: Value["eventTime"],
    EventSource: Value["eventSource"],
    EventName: Value["eventName"],
    Region: Value["awsRegion"],
    Address: Value["sourceIPAddress"],
    UserAgent: Value["userAgent"],
    ModelId: Value["requestParameters.modelId"],
    Error: Value["errorCode"],
    RequestId: Value["requestID"],
    EventId: Value["eventID"],
    Recipient: Value["recipientAccountId"],
    Arn: Value["userIdentity.arn"],
    UserName: Value["userIdentity.userName"],
    PrincipalId: Value["userIdentity.principalId"],
    AccountId: Value["userIdentity.accountId"],
    Key: Value["userIdentity.accessKeyId"],
    InvokedBy: Value["userIdentity.invokedBy"],
    Issuer: Value["userIdentity.sessionContext.sessionIssuer.userName"],
});

impl Format for CloudTrail {
    fn id(&self) -> &'static str {
        "cloudtrail"
    }

    fn title(&self) -> &'static str {
        "AWS CloudTrail"
    }

    fn doc(&self) -> &'static str {
        "Audit records of an AWS account: identity, address, user agent, key and operation, never \
         tokens or text. Calls of a Bedrock model (InvokeModel…, Converse…) are exchanges, \
         everything else is an activity. Whole seconds. The account is the user, or the role and \
         session; where neither is stated, the principal, the calling AWS service or the AWS \
         account."
    }

    fn containers(&self) -> &'static str {
        "JSON with a list \"Records\", JSON array, JSON lines, CloudWatch and look-up wrappers"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let keys = ["eventTime", "eventSource", "eventName"];
        let share = sample.share_inner(|v: &Value| keys.iter().all(|key| v.get(key).is_some()));
        (share > 0.0).then(|| {
            let percent = (share * 100.0).round();
            let why = format!("{percent} % of the records have eventTime, eventSource, eventName");
            Score { confidence: share * 0.99, why }
        })
    }

    fn mapping(&self, _: &Sample) -> Mapping {
        own_mapping()
    }

    fn reader(
        &self,
        container: &Container,
        mapping: &Mapping,
        _: &ReaderOptions,
    ) -> Result<Box<dyn RecordReader>, String> {
        fixed_reader::<Slot>(&own_mapping(), mapping, container, &WRAPPER_KEYS, Event)
    }
}

fn own_mapping() -> Mapping {
    Mapping::new(
        "cloudtrail",
        vec![
            Slot::map(Field::Timestamp, &[Slot::EventTime]).note("UTC, whole seconds"),
            Slot::map(Field::RequestId, &[Slot::RequestId, Slot::EventId]),
            Slot::map(
                Field::AccountId,
                &[
                    Slot::Arn,
                    Slot::UserName,
                    Slot::Issuer,
                    Slot::PrincipalId,
                    Slot::InvokedBy,
                    Slot::AccountId,
                    Slot::Recipient,
                ],
            )
            .or(UNATTRIBUTED)
            .note("user, or role/session"),
            Slot::map(Field::OrgId, &[Slot::AccountId, Slot::Recipient]),
            Slot::map(Field::ApiKeyId, &[Slot::Key]),
            FieldMap::constant(Field::Pathway, "cloud"),
            Slot::map(Field::Endpoint, &[Slot::EventName]),
            Slot::map(Field::Model, &[Slot::ModelId]),
            Slot::map(Field::Error, &[Slot::Error]),
            Slot::map(Field::ClientIp, &[Slot::Address]).note("may name an AWS service"),
            Slot::map(Field::Region, &[Slot::Region]),
            Slot::map(Field::UserAgent, &[Slot::UserAgent]),
        ],
    )
}

/// What becomes of a record.
struct Event;

impl Shape for Event {
    fn shape<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let row = &mut Row(slots);
        let stamp = Stamp::if_stated(row.utc_second(Slot::EventTime))?;
        let source = row.text(Slot::EventSource).unwrap_or_default();
        let endpoint = row.text(Slot::EventName);
        let account = row.text(Slot::AccountId);
        let recipient = row.text(Slot::Recipient);
        let org_id = account.or(recipient);
        let name = endpoint.as_ref().map_or("", Text::as_str);
        let event_id = row.text(Slot::EventId);
        let exchange = Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity: granularity(source.as_str(), name),
            request_id: row.text(Slot::RequestId).or(event_id),
            account_id: identity(row, org_id.as_ref()),
            org_id,
            api_key_id: row.text(Slot::Key),
            pathway: Some("cloud".into()),
            endpoint,
            model: row.text(Slot::ModelId),
            error: row.text(Slot::Error),
            client_ip: row.text(Slot::Address),
            region: row.text(Slot::Region),
            user_agent: row.text(Slot::UserAgent),
            ..Exchange::default()
        };
        give(&exchange, emit)
    }
}

/// Only a call of a Bedrock model is an exchange.
fn granularity(source: &str, name: &str) -> Granularity {
    let bedrock = source.starts_with("bedrock") && source.ends_with(".amazonaws.com");
    let call = name.starts_with("InvokeModel") || name.starts_with("Converse");
    if bedrock && call { Granularity::Exchange } else { Granularity::Activity }
}

/// Who it was, as well as the record says: see the mapping for the order.
fn identity<'a>(row: &mut Row<'_, 'a>, org: Option<&Text<'a>>) -> Text<'a> {
    if let Some(name) = row.text(Slot::Arn).and_then(|arn| aws_identity(arn.as_str())) {
        return name.into();
    }
    for slot in [Slot::UserName, Slot::Issuer] {
        if let Some(name) = row.text(slot) {
            return name;
        }
    }
    if let Some(principal) = row.text(Slot::PrincipalId) {
        return principal;
    }
    let service = row.text(Slot::InvokedBy);
    service.or_else(|| org.cloned()).unwrap_or(UNATTRIBUTED.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_calls_of_a_bedrock_model_are_exchanges() {
        use Granularity::{Activity, Exchange};
        assert_eq!(granularity("bedrock.amazonaws.com", "InvokeModel"), Exchange);
        assert_eq!(granularity("bedrock-runtime.amazonaws.com", "ConverseStream"), Exchange);
        assert_eq!(granularity("bedrock.amazonaws.com", "ListFoundationModels"), Activity);
        assert_eq!(granularity("s3.amazonaws.com", "InvokeModel"), Activity);
    }
}
