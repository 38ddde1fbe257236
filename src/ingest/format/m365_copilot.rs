//! Messages of Microsoft 365 Copilot in an item report of Purview eDiscovery.

use serde_json::Value;

use super::slots::{Row, Slots, UNATTRIBUTED, fixed_reader, give, slots};
use super::{Format, Score};
use crate::ingest::reader::Shape;
use crate::ingest::scalar::Scalar;
use crate::ingest::time::{self, Stamp, TimeParser};
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::{Exchange, Field, Granularity, Text, Time, TimeQuality};

/// See [`Format::doc`].
pub(super) struct M365Copilot;

slots!(Slot {
    Received: Value["Received"],
    Sent: Value["Email date sent"],
    Date: Value["Date"],
    Class: Value["Item class"],
    Type: Value["Type"],
    Sender: Value["Sender", "Sender/Author"],
    Mailbox: Value["Item source"],
    Source: Value["Source ID"],
    MessageId: Value["Internet message ID"],
    ItemId: Value["Immutable ID"],
    Conversation: Value["Client conversation ID"],
});

impl Format for M365Copilot {
    fn id(&self) -> &'static str {
        "m365_copilot"
    }

    fn title(&self) -> &'static str {
        "Microsoft 365 Copilot (Purview eDiscovery)"
    }

    fn doc(&self) -> &'static str {
        "Item report of an eDiscovery export. A message that Copilot sent is an answer and so an \
         exchange, whose time is its end; messages of people and rows that stand for a whole \
         conversation are activities. E-mails and files among the items are rejected, being no \
         messages of Copilot. The account is the mailbox, the endpoint the application. There are \
         no tokens, models, addresses or texts in it. Times of 1980, which Purview writes for \
         none, are none. A real export was seen."
    }

    fn containers(&self) -> &'static str {
        "CSV"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let is = |v: &Value| {
            ["Item class", "Immutable ID", "Compound path"].iter().all(|key| v.get(key).is_some())
        };
        Score::of(sample.share(is), 0.97, "the columns of an eDiscovery item report")
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
        let shape = Item { time: TimeParser::new(options.timezone.clone()) };
        fixed_reader::<Slot>(&own_mapping(), mapping, container, &[], shape)
    }
}

fn own_mapping() -> Mapping {
    Mapping::new(
        "m365_copilot",
        vec![
            Slot::map(Field::Timestamp, &[Slot::Received, Slot::Sent, Slot::Date])
                .note("1980 is no time"),
            Slot::map(Field::RequestId, &[Slot::MessageId, Slot::ItemId]),
            Slot::map(Field::AccountId, &[Slot::Mailbox, Slot::Source]).or(UNATTRIBUTED),
            Slot::map(Field::SessionId, &[Slot::Conversation]),
            FieldMap::constant(Field::Pathway, "copilot"),
            Slot::map(Field::Endpoint, &[Slot::Class]).note("what follows Copilot."),
        ],
    )
}

/// What the class of an item begins with that is a message of Copilot.
const COPILOT: &str = "IPM.SkypeTeams.Message.Copilot.";

/// What becomes of a row.
struct Item {
    time: TimeParser,
}

impl Shape for Item {
    fn shape<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let row = &mut Row(slots);
        let class = row.text(Slot::Class).unwrap_or_default();
        let is_message = row.text(Slot::Type).is_some_and(|kind| kind.as_str() == "Message");
        let application = class.as_str().strip_prefix(COPILOT).filter(|_| is_message);
        let Some(application) = application else {
            return Err("an e-mail or a file, no message of Copilot".into());
        };
        let stamp = Stamp::if_stated(self.stamp(row))?;
        let sender = row.text(Slot::Sender).unwrap_or_default();
        let answer = is_copilot(sender.as_str());
        let granularity = if answer { Granularity::Exchange } else { Granularity::Activity };
        let ended = answer && stamp.is_known();
        let quality = if ended { TimeQuality::EndOnly } else { stamp.quality };
        let exchange = Exchange {
            at: stamp.at,
            time_quality: quality,
            time_precision: stamp.precision,
            granularity,
            request_id: row.name(&[Slot::MessageId, Slot::ItemId]),
            account_id: row.name(&[Slot::Mailbox, Slot::Source]).unwrap_or(UNATTRIBUTED.into()),
            session_id: row.text(Slot::Conversation),
            pathway: Some("copilot".into()),
            endpoint: Some(Text::from(application.to_owned())),
            ..Exchange::default()
        };
        give(&exchange, emit)
    }
}

impl Item {
    /// The first time that is one.
    fn stamp(&self, row: &mut Row<'_, '_>) -> Result<Stamp, Reason> {
        for slot in [Slot::Received, Slot::Sent, Slot::Date] {
            let value = row.take(slot);
            if value.is_missing() {
                continue;
            }
            let stamp = Stamp::if_stated(value.time(&self.time))?;
            if stamp.is_known() && !is_none(stamp.at) {
                return Ok(stamp);
            }
        }
        Err(time::MISSING.into())
    }
}

/// Purview writes the first days of 1980 where an item has no time.
fn is_none(at: Time) -> bool {
    at.date().starts_with("1980-01-0")
}

/// Whether all senders are applications; people have addresses.
fn is_copilot(senders: &str) -> bool {
    !senders.is_empty() && !senders.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copilot_has_no_address_and_a_conversation_has_a_person_in_it() {
        assert!(is_copilot("Copilot in Word"));
        assert!(!is_copilot("ann@example.com;Copilot in Word"));
        assert!(!is_copilot("ann@example.com"));
        assert!(!is_copilot(""));
    }
}
