//! OpenAI audit logs: logins, keys, members and settings of an organisation, never calls.

use serde_json::Value;

use super::slots::{Row, Slots, UNATTRIBUTED, fixed_reader, give, slots};
use super::{Format, Score};
use crate::ingest::reader::Shape;
use crate::ingest::scalar::Scalar;
use crate::ingest::time::{Stamp, TimeParser};
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::{Exchange, Field, Granularity};

/// See [`Format::doc`].
pub(super) struct OpenAiAudit;

slots!(Slot {
    Time: Value["effective_at"],
    Id: Value["id"],
    Type: Value["type"],
    Project: Value["project.id"],
    SessionUser: Value["actor.session.user.id"],
    SessionEmail: Value["actor.session.user.email"],
    Address: Value["actor.session.ip_address"],
    UserAgent: Value["actor.session.user_agent"],
    Ja4: Value["actor.session.ja4"],
    Ja3: Value["actor.session.ja3"],
    Country: Value["actor.session.ip_address_details.country"],
    Asn: Value["actor.session.ip_address_details.asn"],
    Key: Value["actor.api_key.id"],
    KeyUser: Value["actor.api_key.user.id"],
    KeyEmail: Value["actor.api_key.user.email"],
    ServiceAccount: Value["actor.api_key.service_account.id"],
    Error: Value["login_failed.error_code", "logout_failed.error_code"],
});

impl Format for OpenAiAudit {
    fn id(&self) -> &'static str {
        "openai_audit"
    }

    fn title(&self) -> &'static str {
        "OpenAI audit log"
    }

    fn doc(&self) -> &'static str {
        "Logins, keys, invitations, projects and limits of an OpenAI organisation, each an \
         activity; calls of a model are not in it. A session gives address, country, network, user \
         agent and TLS fingerprint, a key only itself. The account is the user, else the service \
         account or the key; the e-mail address is kept as the user. A page with has_more lacks \
         the pages after it. Real-shaped records were seen."
    }

    fn containers(&self) -> &'static str {
        "JSON with a list \"data\", JSON lines, JSON array"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let is = |v: &Value| {
            let object = v.get("object").and_then(Value::as_str).unwrap_or_default();
            object == "organization.audit_log"
                || ["effective_at", "actor", "type"].iter().all(|key| v.get(key).is_some())
        };
        Score::of(sample.share(is), 0.98, "effective_at and an actor, as OpenAI's audit log")
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
        let shape = Event { time: TimeParser::new(options.timezone.clone()) };
        fixed_reader::<Slot>(&own_mapping(), mapping, container, &[], shape)
    }
}

/// Whom an activity is attributed to, in order of preference.
const ACCOUNT: [Slot; 6] = [
    Slot::SessionUser,
    Slot::KeyUser,
    Slot::ServiceAccount,
    Slot::Key,
    Slot::SessionEmail,
    Slot::KeyEmail,
];

fn own_mapping() -> Mapping {
    Mapping::new(
        "openai_audit",
        vec![
            Slot::map(Field::Timestamp, &[Slot::Time]),
            Slot::map(Field::RequestId, &[Slot::Id]),
            Slot::map(Field::AccountId, &ACCOUNT).or(UNATTRIBUTED),
            Slot::map(Field::OrgId, &[Slot::Project]).note("the project"),
            Slot::map(Field::UserId, &[Slot::SessionEmail, Slot::KeyEmail]),
            Slot::map(Field::ApiKeyId, &[Slot::Key]).note("the key that acted"),
            FieldMap::constant(Field::Pathway, "console"),
            Slot::map(Field::Endpoint, &[Slot::Type]),
            Slot::map(Field::Error, &[Slot::Error]),
            Slot::map(Field::ClientIp, &[Slot::Address]),
            Slot::map(Field::Asn, &[Slot::Asn]),
            Slot::map(Field::Country, &[Slot::Country]),
            Slot::map(Field::UserAgent, &[Slot::UserAgent]),
            Slot::map(Field::DeviceId, &[Slot::Ja4, Slot::Ja3]).note("TLS fingerprint"),
        ],
    )
}

/// What becomes of a record.
struct Event {
    time: TimeParser,
}

impl Shape for Event {
    fn shape<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let row = &mut Row(slots);
        let stamp = Stamp::if_stated(row.take(Slot::Time).time(&self.time))?;
        let exchange = Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity: Granularity::Activity,
            request_id: row.text(Slot::Id),
            account_id: row.name(&ACCOUNT).unwrap_or(UNATTRIBUTED.into()),
            org_id: row.text(Slot::Project),
            user_id: row.name(&[Slot::SessionEmail, Slot::KeyEmail]),
            api_key_id: row.name(&[Slot::Key]),
            pathway: Some("console".into()),
            endpoint: row.text(Slot::Type),
            error: row.text(Slot::Error),
            client_ip: row.text(Slot::Address),
            asn: row.text(Slot::Asn),
            country: row.text(Slot::Country),
            user_agent: row.text(Slot::UserAgent),
            device_id: row.name(&[Slot::Ja4, Slot::Ja3]),
            ..Exchange::default()
        };
        give(&exchange, emit)
    }
}
