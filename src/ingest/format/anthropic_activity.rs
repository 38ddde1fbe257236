//! Anthropic's compliance activity feed: who did what in an organisation, never calls.

use serde_json::Value;

use super::slots::{Row, Slots, UNATTRIBUTED, fixed_reader, give, slots};
use super::{Format, Score};
use crate::ingest::reader::Shape;
use crate::ingest::scalar::Scalar;
use crate::ingest::time::{Stamp, TimeParser};
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::{Exchange, Field, Granularity};

/// See [`Format::doc`].
pub(super) struct AnthropicActivity;

slots!(Slot {
    Time: Value["created_at"],
    Id: Value["id"],
    Type: Value["type"],
    Organization: Value["organization_id"],
    OrganizationUuid: Value["organization_uuid"],
    Chat: Value["claude_chat_id"],
    Project: Value["claude_project_id"],
    User: Value["actor.user_id"],
    Key: Value["actor.api_key_id"],
    AdminKey: Value["actor.admin_api_key_id"],
    ServiceAccount: Value["actor.service_account_id"],
    Email: Value["actor.email_address"],
    Unauthenticated: Value["actor.unauthenticated_email_address"],
    Subject: Value["actor.subject"],
    Directory: Value["actor.directory_id"],
    Service: Value["actor.service"],
    Actor: Value["actor.type"],
    Address: Value["actor.ip_address"],
    UserAgent: Value["actor.user_agent"],
});

impl Format for AnthropicActivity {
    fn id(&self) -> &'static str {
        "anthropic_activity"
    }

    fn title(&self) -> &'static str {
        "Anthropic activity feed"
    }

    fn doc(&self) -> &'static str {
        "Activities of the compliance API: logins, chats made, keys, members and settings of an \
         organisation, with address and user agent; no tokens, no texts, no calls of the API. \
         Views of a chat are written each time. The account is the user, else the key, the admin \
         key, the service account, the e-mail address, the federated subject, the directory or \
         the service; of an actor that names none of these, its type. The address 0.0.0.0 stands \
         for none. A page with has_more lacks the pages after it. Vendor-made records and a \
         published example were seen."
    }

    fn containers(&self) -> &'static str {
        "JSON with a list \"data\", JSON lines, JSON array"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let is = |v: &Value| {
            let actor = v.pointer("/actor/type").and_then(Value::as_str).unwrap_or_default();
            v.get("created_at").is_some() && v.get("type").is_some() && actor.ends_with("_actor")
        };
        Score::of(sample.share(is), 0.98, "created_at and an actor of Anthropic's activity feed")
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
        let shape = Activity { time: TimeParser::new(options.timezone.clone()) };
        fixed_reader::<Slot>(&own_mapping(), mapping, container, &[], shape)
    }
}

/// Whom an activity is attributed to, in order of preference.
const ACCOUNT: [Slot; 10] = [
    Slot::User,
    Slot::Key,
    Slot::AdminKey,
    Slot::ServiceAccount,
    Slot::Email,
    Slot::Unauthenticated,
    Slot::Subject,
    Slot::Directory,
    Slot::Service,
    Slot::Actor,
];

fn own_mapping() -> Mapping {
    Mapping::new(
        "anthropic_activity",
        vec![
            Slot::map(Field::Timestamp, &[Slot::Time]),
            Slot::map(Field::RequestId, &[Slot::Id]),
            Slot::map(Field::AccountId, &ACCOUNT).or(UNATTRIBUTED),
            Slot::map(Field::OrgId, &[Slot::Organization, Slot::OrganizationUuid]),
            Slot::map(Field::UserId, &[Slot::Email, Slot::Unauthenticated]),
            Slot::map(Field::ApiKeyId, &[Slot::Key, Slot::AdminKey]),
            Slot::map(Field::SessionId, &[Slot::Chat, Slot::Project]).note("the chat or project"),
            FieldMap::constant(Field::Pathway, "console"),
            Slot::map(Field::Endpoint, &[Slot::Type]),
            Slot::map(Field::ClientIp, &[Slot::Address]).note("0.0.0.0 is none"),
            Slot::map(Field::UserAgent, &[Slot::UserAgent]),
        ],
    )
}

/// What becomes of a record.
struct Activity {
    time: TimeParser,
}

impl Shape for Activity {
    fn shape<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let row = &mut Row(slots);
        let stamp = Stamp::if_stated(row.take(Slot::Time).time(&self.time))?;
        let address = row.text(Slot::Address);
        let exchange = Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity: Granularity::Activity,
            request_id: row.text(Slot::Id),
            account_id: row.name(&ACCOUNT).unwrap_or(UNATTRIBUTED.into()),
            org_id: row.name(&[Slot::Organization, Slot::OrganizationUuid]),
            user_id: row.name(&[Slot::Email, Slot::Unauthenticated]),
            api_key_id: row.name(&[Slot::Key, Slot::AdminKey]),
            session_id: row.name(&[Slot::Chat, Slot::Project]),
            pathway: Some("console".into()),
            endpoint: row.text(Slot::Type),
            client_ip: address.filter(|address| address.as_str() != "0.0.0.0"),
            user_agent: row.text(Slot::UserAgent),
            ..Exchange::default()
        };
        give(&exchange, emit)
    }
}
