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

// The records, the table that the console downloads, and the columns of Athena.
slots!(Slot {
    EventTime: Value["eventTime", "Event time", "eventtime"],
    EventSource: Value["eventSource", "Event source", "eventsource"],
    EventName: Value["eventName", "Event name", "eventname"],
    Region: Value["awsRegion", "AWS region", "awsregion"],
    Address: Value["sourceIPAddress", "Source IP address", "sourceipaddress"],
    UserAgent: Value["userAgent", "User agent", "useragent"],
    ModelId: Value["requestParameters.modelId", "requestparameters.modelId"],
    Error: Value["errorCode", "Error code", "errorcode"],
    RequestId: Value["requestID", "Request ID", "requestid"],
    EventId: Value["eventID", "Event ID", "eventid"],
    Recipient: Value["recipientAccountId", "recipientaccountid"],
    Arn: Value["userIdentity.arn", "useridentity.arn"],
    Identity: Value["useridentity", "userIdentity"],
    UserName: Value["userIdentity.userName", "User name", "useridentity.username"],
    PrincipalId: Value["userIdentity.principalId", "useridentity.principalid"],
    AccountId: Value["userIdentity.accountId", "useridentity.accountid"],
    Key: Value["userIdentity.accessKeyId", "AWS access key", "useridentity.accesskeyid"],
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
        "JSON with a list \"Records\", JSON array, JSON lines; in wrappers of CloudWatch, look-ups, \
         EventBridge, Elasticsearch, Splunk and Fluentd; CSV of the event history, of Athena and of \
         CloudTrail Lake"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let shapes = [
            ["eventTime", "eventSource", "eventName"],
            ["Event time", "Event source", "Event name"],
            ["eventtime", "eventsource", "eventname"],
        ];
        let has = |v: &Value, keys: &[&str; 3]| keys.iter().all(|key| v.get(key).is_some());
        let share = sample.share_inner(|v: &Value| shapes.iter().any(|keys| has(v, keys)));
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
            Slot::map(Field::RequestId, &[Slot::RequestId, Slot::EventId])
                .note("eventID first where no model is called: one request may log several events"),
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
            .note("user, or role/session, @AWS account"),
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
        let written = row.text(Slot::Identity);
        let part = |name| written.as_ref().and_then(|written| part(written.as_str(), name));
        let account = row.text(Slot::AccountId).or_else(|| part("accountid"));
        let recipient = row.text(Slot::Recipient);
        let org_id = account.or(recipient);
        let name = endpoint.as_ref().map_or("", Text::as_str);
        let granularity = granularity(source.as_str(), name);
        let ids = [row.text(Slot::RequestId), row.text(Slot::EventId)];
        let exchange = Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity,
            request_id: own_id(granularity, ids),
            account_id: match part("arn").and_then(|arn| aws_identity(arn.as_str())) {
                Some(name) => name.into(),
                None => identity(row, org_id.as_ref()),
            },
            org_id,
            api_key_id: row.text(Slot::Key).or_else(|| part("accesskeyid")),
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

/// What tells a record from all others. A call of a model is the request, which other logs name, too;
/// a request that calls none may be logged as several events, each with an id of its own.
fn own_id<'a>(
    granularity: Granularity,
    [request, event]: [Option<Text<'a>>; 2],
) -> Option<Text<'a>> {
    match granularity {
        Granularity::Exchange => request.or(event),
        _ => event.or(request),
    }
}

/// Only a call of a Bedrock model is an exchange.
fn granularity(source: &str, name: &str) -> Granularity {
    let bedrock = source.starts_with("bedrock") && source.ends_with(".amazonaws.com");
    let call = name.starts_with("InvokeModel") || name.starts_with("Converse");
    if bedrock && call { Granularity::Exchange } else { Granularity::Activity }
}

/// A part of an identity as Athena writes a struct in a table: `{type=IAMUser, arn=arn:aws:…}`.
fn part(written: &str, name: &str) -> Option<Text<'static>> {
    let parts = written.strip_prefix('{')?.split([',', '{', '}']);
    let mut pairs = parts.filter_map(|part| part.trim().split_once('='));
    let (_, value) = pairs.find(|(key, _)| *key == name)?;
    (!matches!(value, "" | "null")).then(|| value.to_owned().into())
}

/// Who it was, as well as the record says: see the mapping for the order.
fn identity<'a>(row: &mut Row<'_, 'a>, org: Option<&Text<'a>>) -> Text<'a> {
    if let Some(name) = row.text(Slot::Arn).and_then(|arn| aws_identity(arn.as_str())) {
        return name.into();
    }
    for slot in [Slot::UserName, Slot::Issuer] {
        if let Some(name) = row.text(slot) {
            return match org {
                Some(org) => format!("{}@{}", name.as_str(), org.as_str()).into(),
                None => name,
            };
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
    use crate::ingest::testing::read_text;

    #[test]
    fn tables_of_the_console_and_of_athena_hold_calls_and_activities() {
        let console = "Event ID,Event time,User name,Event name,Event source,AWS access key,\
                       Source IP address,Request ID\n\
                       e1,2026-03-01T10:00:00Z,ann,InvokeModel,bedrock.amazonaws.com,AKIX,\
                       203.0.113.5,r1\n\
                       e2,2026-03-01T10:00:01Z,ann,ListFoundationModels,bedrock.amazonaws.com,\
                       AKIX,203.0.113.5,r2\n";
        let athena = "eventtime,eventsource,eventname,useridentity\n\
                      2026-03-01T10:00:00Z,bedrock.amazonaws.com,Converse,\
                      \"{type=IAMUser, arn=arn:aws:iam::1:user/ann, accountid=1, username=ann}\"\n\
                      2026-03-01T10:00:01Z,bedrock.amazonaws.com,GetUseCase,\n";
        let lake = athena.replace("eventtime", "eventTime").replace("eventsource", "eventSource");
        let lake = lake.replace("eventname", "eventName").replace("useridentity", "userIdentity");
        for table in [console, athena, &lake] {
            let (detection, read) = read_text("events.csv", table).expect("read");
            assert_eq!(detection.format, "cloudtrail", "{table}");
            assert_eq!((read.exchanges, read.activities, read.rejects.len()), (1, 1, 0));
            assert!(read.accounts().iter().any(|account| account.starts_with("ann")), "{table}");
        }
    }

    #[test]
    fn records_are_found_in_what_search_engines_and_forwarders_put_around_them() {
        let record = r#"{"eventTime":"2026-03-01T10:00:00Z","eventSource":"ec2.amazonaws.com",
            "eventName":"RunInstances","requestID":"r","eventID":"e1","sourceIPAddress":"203.0.113.5",
            "userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::1:user/ann","accountId":"1"}}"#
            .replace('\n', " ");
        let text = serde_json::to_string(&record).expect("a string");
        for around in [
            format!(r#"{{"hits":{{"hits":[{{"_index":"i","_id":"1","_source":{record}}}]}}}}"#),
            format!(r#"{{"time":1772359200,"host":"h","sourcetype":"aws","event":{record}}}"#),
            format!(r#"{{"preview":false,"result":{record}}}"#),
            format!(r#"{{"log":{text},"stream":"stdout","time":"2026-03-01T10:00:01Z"}}"#),
            format!(r#"{{"_raw":{text},"_time":"2026-03-01T10:00:01Z"}}"#),
        ] {
            let (detection, read) = read_text("trail.json", &around).expect(&around);
            assert_eq!(detection.format, "cloudtrail", "{around}");
            assert_eq!((read.exchanges, read.activities), (0, 1), "{around}");
        }
    }

    #[test]
    fn an_identity_that_athena_wrote_is_taken_apart() {
        let written = "{type=AssumedRole, arn=arn:aws:sts::1:assumed-role/r/s, accesskeyid=AKI, \
                       username=null}";
        let part = |name| part(written, name).map(|text| text.as_str().to_owned());
        assert_eq!(part("arn").as_deref(), Some("arn:aws:sts::1:assumed-role/r/s"));
        assert_eq!((part("accesskeyid").as_deref(), part("username")), (Some("AKI"), None));
    }

    #[test]
    fn only_calls_of_a_bedrock_model_are_exchanges() {
        use Granularity::{Activity, Exchange};
        assert_eq!(granularity("bedrock.amazonaws.com", "InvokeModel"), Exchange);
        assert_eq!(granularity("bedrock-runtime.amazonaws.com", "ConverseStream"), Exchange);
        assert_eq!(granularity("bedrock.amazonaws.com", "ListFoundationModels"), Activity);
        assert_eq!(granularity("s3.amazonaws.com", "InvokeModel"), Activity);
    }
}
