//! Azure OpenAI and AI Foundry diagnostic logs.

use jiff::tz::TimeZone;
use serde_json::Value;

use super::slots::{Row, Slots, fixed_reader, slots};
use super::{Format, Score};
use crate::ingest::reader::Shape;
use crate::ingest::scalar::{Scalar, latency_ms};
use crate::ingest::time::{self, Stamp, TimeParser};
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::{Exchange, Field, Granularity, Text, TimeQuality};

/// See [`Format::doc`].
pub(super) struct AzureOpenAi;

// As Azure writes it to a storage account or hub, and as the table AzureDiagnostics of Log
// Analytics, which marks what is not common to all services with the type of the column.
slots!(Slot {
    Time: Value["time", "TimeGenerated"],
    TimeUtc: Value["TimeGenerated [UTC]"],
    Category: Value["category", "Category"],
    ResourceId: Value["resourceId", "ResourceId", "_ResourceId"],
    Operation: Value["operationName", "OperationName"],
    CorrelationId: Value["correlationId", "CorrelationId"],
    Duration: Value["durationMs", "DurationMs"],
    Address: Value["callerIpAddress", "CallerIPAddress"],
    Result: Value["resultSignature", "ResultSignature"],
    Location: Value["location", "location_s"],
    Tenant: Value["Tenant", "Tenant_s"],
    RequestTime: Value[
        "properties.requestTime", "properties_s.requestTime", "requestTime_d", "requestTime_s",
    ],
    ResponseTime: Value[
        "properties.responseTime", "properties_s.responseTime", "responseTime_d", "responseTime_s",
    ],
    ObjectId: Value["properties.objectId", "properties_s.objectId", "objectId_s", "objectId_g"],
    ModelName: Value["properties.modelName", "properties_s.modelName", "modelName_s"],
    Deployment: Value[
        "properties.modelDeploymentName", "properties_s.modelDeploymentName",
        "modelDeploymentName_s",
    ],
});

impl Format for AzureOpenAi {
    fn id(&self) -> &'static str {
        "azure_openai"
    }

    fn title(&self) -> &'static str {
        "Azure OpenAI diagnostic log"
    }

    fn doc(&self) -> &'static str {
        "RequestResponse records are exchanges with model, status and duration but no tokens; \
         Audit records are activities. Addresses are masked by Azure (81.2.69.***) and kept so. \
         The account is the Entra object, else the resource that was called. The start is taken \
         from requestTime; without it only the end is known."
    }

    fn containers(&self) -> &'static str {
        "JSON lines (PT1H.json), JSON with a list \"records\", CSV and JSON of Log Analytics"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let is = |v: &Value| {
            let any = |keys: &[&str]| keys.iter().find_map(|key| v.get(key));
            let id = any(&["resourceId", "ResourceId", "_ResourceId"]).and_then(Value::as_str);
            any(&["category", "Category"]).is_some()
                && any(&["operationName", "OperationName"]).is_some()
                && id
                    .unwrap_or_default()
                    .to_ascii_uppercase()
                    .contains("/MICROSOFT.COGNITIVESERVICES/")
        };
        let share = sample.share(is);
        (share > 0.0).then(|| {
            let percent = (share * 100.0).round();
            let why = format!("{percent} % of the records are diagnostics of Cognitive Services");
            Score { confidence: share * 0.98, why }
        })
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
        let shape = Diagnostic {
            time: TimeParser::new(options.timezone.clone()),
            utc: TimeParser::new(TimeZone::UTC),
        };
        fixed_reader::<Slot>(&own_mapping(), mapping, container, &[], shape)
    }
}

fn own_mapping() -> Mapping {
    Mapping::new(
        "azure_openai",
        vec![
            Slot::map(Field::Timestamp, &[Slot::RequestTime, Slot::TimeUtc, Slot::Time])
                .note("requestTime counts 100 ns since the year 1; time is the end of a call"),
            Slot::map(Field::RequestId, &[Slot::CorrelationId]),
            Slot::map(Field::AccountId, &[Slot::ObjectId, Slot::ResourceId])
                .note("of a resource, the account's name"),
            Slot::map(Field::OrgId, &[Slot::ResourceId]).note("the subscription"),
            FieldMap::constant(Field::Pathway, "cloud"),
            Slot::map(Field::Endpoint, &[Slot::Operation]),
            Slot::map(Field::Model, &[Slot::ModelName, Slot::Deployment]),
            Slot::map(Field::Status, &[Slot::Result]),
            Slot::map(Field::LatencyMs, &[Slot::Duration, Slot::ResponseTime])
                .note("else responseTime minus requestTime; negative is missing"),
            Slot::map(Field::ClientIp, &[Slot::Address]).note("masked by Azure, kept as written"),
            Slot::map(Field::Region, &[Slot::Location, Slot::Tenant]),
        ],
    )
}

/// What becomes of a record.
struct Diagnostic {
    time: TimeParser,
    utc: TimeParser,
}

impl Shape for Diagnostic {
    fn shape<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let row = &mut Row(slots);
        let granularity = match row.text(Slot::Category).as_ref().map(Text::as_str) {
            Some("RequestResponse") => Granularity::Exchange,
            Some("Audit") => Granularity::Activity,
            Some(_) => return Err("Azure category that is not read".into()),
            None => return Err("category missing".into()),
        };
        let start = ticks(row, Slot::RequestTime);
        let end = ticks(row, Slot::ResponseTime);
        let stamp = Stamp::if_stated(self.stamp(row, start, granularity))?;
        let resource = row.text(Slot::ResourceId).unwrap_or_default();
        let deployment = row.text(Slot::Deployment);
        let tenant = row.text(Slot::Tenant);
        emit(&Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity,
            request_id: row.text(Slot::CorrelationId),
            account_id: account(row.text(Slot::ObjectId), &resource)?,
            org_id: part_after(&resource, "SUBSCRIPTIONS"),
            pathway: Some("cloud".into()),
            endpoint: row.text(Slot::Operation),
            model: row.text(Slot::ModelName).or(deployment),
            status: row.status(Slot::Result),
            latency_ms: latency(row, start, end),
            client_ip: row.text(Slot::Address),
            region: row.text(Slot::Location).or(tenant),
            ..Exchange::default()
        });
        Ok(())
    }
}

impl Diagnostic {
    /// The start from the ticks. Azure writes `time` when a call is over, and some seconds late:
    /// it is good for the moment of an audit record, but says only when a call had ended.
    fn stamp(
        &self,
        row: &mut Row<'_, '_>,
        start: Option<Stamp>,
        granularity: Granularity,
    ) -> Result<Stamp, Reason> {
        if let Some(start) = start {
            return Ok(start);
        }
        let utc = row.take(Slot::TimeUtc);
        let stamp = match utc.is_missing() {
            true => row.take(Slot::Time).time(&self.time)?,
            // A column of Log Analytics may state UTC in its name.
            false => Stamp { quality: TimeQuality::Exact, ..utc.time(&self.utc)? },
        };
        let quality = match granularity {
            Granularity::Exchange => TimeQuality::EndOnly,
            _ => stamp.quality,
        };
        Ok(Stamp { quality, ..stamp })
    }
}

fn ticks(row: &mut Row<'_, '_>, slot: Slot) -> Option<Stamp> {
    let text = row.text(slot)?;
    time::dotnet_ticks(text.as_str().parse().ok()?).ok()
}

/// The stated duration, ms, else the time between the ticks. A negative one, which Azure is
/// known to write, and one that no column can hold are no durations.
fn latency(row: &mut Row<'_, '_>, start: Option<Stamp>, end: Option<Stamp>) -> Option<f64> {
    let stated = row.take(Slot::Duration);
    if !stated.is_missing() {
        return latency_ms(stated.real("durationMs", 1.0).ok()??).ok();
    }
    let ms = (end?.at.0 - start?.at.0) as f64 / 1e3;
    latency_ms(ms).ok().filter(|ms| *ms >= 0.0)
}

fn account<'a>(object: Option<Text<'a>>, resource: &Text<'_>) -> Result<Text<'a>, Reason> {
    let name = object.or_else(|| part_after(resource, "ACCOUNTS"));
    name.ok_or(Reason::Borrowed("objectId and resourceId missing"))
}

/// The part of a resource id after `key`, whatever its case.
pub(super) fn part_after(resource: &Text<'_>, key: &str) -> Option<Text<'static>> {
    let mut parts = resource.as_str().split('/');
    parts.find(|part| part.eq_ignore_ascii_case(key))?;
    parts.next().filter(|name| !name.is_empty()).map(|name| Text::from(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use crate::ingest::testing::read_text;

    #[test]
    fn a_table_of_log_analytics_gives_what_the_storage_account_has() {
        let id =
            "/SUBSCRIPTIONS/S1/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.COGNITIVESERVICES/ACCOUNTS/A1";
        let table = format!(
            "TenantId,TimeGenerated [UTC],ResourceId,Category,OperationName,CorrelationId,\
             CallerIPAddress,ResultSignature,DurationMs,properties_s,location_s\r\n\
             t,\"3/1/2026, 10:00:00.123 AM\",{id},RequestResponse,ChatCompletions_Create,c1,\
             81.2.69.***,200,1021,\"{{\"\"requestTime\"\":638515262815394150,\"\"objectId\"\":\
             \"\"o-1\"\",\"\"modelName\"\":\"\"gpt-4o\"\"}}\",eastus\r\n\
             t,\"3/1/2026, 10:00:01.123 AM\",{id},Audit,ListKey,c2,,200,,,eastus\r\n"
        );
        let (detection, read) = read_text("query_data.csv", &table).expect("read");
        assert_eq!(detection.format, "azure_openai");
        assert_eq!((read.exchanges, read.activities, read.rejects.len()), (1, 1, 0));
        assert_eq!(read.accounts(), ["A1", "o-1"]);
        let models = read.dimensions.iter().flat_map(|d| &d.calls);
        assert!(models.filter_map(|call| call.model.as_deref()).eq(["gpt-4o"]));
    }
}
