//! What the formats with a fixed layout share: naming slots, reading them, building the reader.

use jiff::tz::TimeZone;

use crate::ingest::csv::CsvReader;
use crate::ingest::json::JsonReader;
use crate::ingest::paths::PathTree;
use crate::ingest::reader::Shape;
use crate::ingest::scalar::{Scalar, fingerprint};
use crate::ingest::spread::SpreadReader;
use crate::ingest::time::{self, Stamp, TimeParser};
use crate::ingest::{Container, FieldMap, Mapping, Reason, RecordReader};
use crate::model::{Exchange, Field, Text, Time, TimePrecision, TimeQuality};

/// The slots of a format with a fixed layout.
pub(super) trait Slots: Copy + Into<usize> + 'static {
    /// Where the slot is filled from.
    fn paths(self) -> &'static [&'static str];

    /// The tree that fills the slots.
    fn tree() -> PathTree;

    /// How a field is obtained from slots, for people: their paths, in order of preference.
    fn map(field: Field, slots: &[Self]) -> FieldMap {
        let paths: Vec<&str> = slots.iter().flat_map(|slot| slot.paths()).copied().collect();
        FieldMap::from(field, &paths)
    }
}

/// Declares the [`Slots`] of a format: a name, what is kept, and the paths that fill it. Where
/// several paths of one slot occur in a record, the one written last counts.
macro_rules! slots {
    ($name:ident { $($slot:ident: $capture:ident [$($path:literal),+ $(,)?],)+ }) => {
        #[derive(Clone, Copy)]
        enum $name { $($slot),+ }

        impl $crate::ingest::format::slots::Slots for $name {
            fn tree() -> $crate::ingest::paths::PathTree {
                let mut tree = $crate::ingest::paths::PathTree::default();
                $(for path in Self::$slot.paths() {
                    let capture = $crate::ingest::paths::Capture::$capture;
                    tree.add(path, Self::$slot as u8, capture);
                })+
                tree
            }

            fn paths(self) -> &'static [&'static str] {
                match self { $(Self::$slot => &[$($path),+]),+ }
            }
        }

        impl From<$name> for usize {
            fn from(slot: $name) -> usize {
                slot as usize
            }
        }
    };
}
pub(super) use slots;

/// The filled slots of one record.
pub(super) struct Row<'s, 'a>(pub &'s mut [Scalar<'a>]);

impl<'a> Row<'_, 'a> {
    /// The value of a slot, taken out. Words and signs for nothing are nothing: Python's,
    /// JSON's, Envoy's `-`, Portkey's `<>`.
    pub fn take(&mut self, slot: impl Into<usize>) -> Scalar<'a> {
        match std::mem::take(&mut self.0[slot.into()]) {
            Scalar::Text(text) if is_nothing(&text) => Scalar::Missing,
            value => value,
        }
    }

    /// The text of a slot.
    pub fn text(&mut self, slot: impl Into<usize>) -> Option<Text<'a>> {
        self.take(slot).into_text()
    }

    /// The text of the first slot that has one, left in place for other fields. Secret keys are
    /// not repeated.
    pub fn name<S: Slots>(&self, slots: &[S]) -> Option<Text<'a>> {
        slots.iter().find_map(|slot| {
            let index: usize = (*slot).into();
            let mut copy = [self.0[index].clone()];
            Row(&mut copy).text(0_usize).map(without_secret)
        })
    }

    /// The first count among some slots, all of which are taken out.
    ///
    /// # Errors
    /// A reason when one of them holds something else than a count.
    pub fn first_count<S: Slots>(&mut self, slots: &[S]) -> Result<Option<u64>, Reason> {
        let mut found = None;
        for slot in slots {
            let name = slot.paths()[0].rsplit('.').next().unwrap_or_default();
            let count = self.count(*slot, name)?;
            found = found.or(count);
        }
        Ok(found)
    }

    /// The fingerprint in a slot.
    pub fn hash(&mut self, slot: impl Into<usize>) -> Option<u64> {
        self.take(slot).hash()
    }

    /// The fingerprint of the instruction that the messages in a slot begin with; they stay there.
    pub fn instruction(&self, slot: impl Into<usize>) -> Option<Text<'a>> {
        self.0[slot.into()].instruction()
    }

    /// The whole number in a slot, called `name` in a reason.
    ///
    /// # Errors
    /// A reason when it is no count.
    pub fn count(&mut self, slot: impl Into<usize>, name: &str) -> Result<Option<u64>, Reason> {
        self.take(slot).count(name, 1.0)
    }

    /// The number in a slot, called `name` in a reason.
    ///
    /// # Errors
    /// A reason when it is no number from zero.
    pub fn real(&mut self, slot: impl Into<usize>, name: &str) -> Result<Option<f64>, Reason> {
        self.take(slot).real(name, 1.0)
    }

    /// The HTTP status in a slot, if it holds one.
    pub fn status(&mut self, slot: impl Into<usize>) -> Option<u32> {
        let code = self.take(slot).count("status", 1.0).ok().flatten()?;
        u32::try_from(code).ok().filter(|code| (100..=599).contains(code))
    }

    /// The time in a slot of a service that writes whole seconds in UTC, whatever shape a
    /// pipeline gave them since (`2025-05-15 14:17:22.000000000`).
    ///
    /// # Errors
    /// A reason: missing, not understood, out of range.
    pub fn utc_second(&mut self, slot: impl Into<usize>) -> Result<Stamp, Reason> {
        let parser = TimeParser::new(TimeZone::UTC);
        let stamp = self.take(slot).time(&parser)?;
        let (quality, precision) = (TimeQuality::Exact, TimePrecision::Second);
        Ok(Stamp { at: stamp.at, quality, precision })
    }
}

/// Gives an exchange on. Of a record that has no time, something must say what it is of: an
/// account, a request or a model. Else it is no call at all.
///
/// # Errors
/// That the time is missing.
pub(super) fn give(
    exchange: &Exchange<'_>,
    emit: &mut dyn FnMut(&Exchange<'_>),
) -> Result<(), Reason> {
    let names_one = || {
        exchange.account_id.as_str() != UNATTRIBUTED
            || exchange.request_id.is_some()
            || exchange.model.is_some()
    };
    if exchange.at == Time::NONE && !names_one() {
        return Err(time::MISSING.into());
    }
    emit(exchange);
    Ok(())
}

/// Whether a text stands for "no value".
pub(super) fn is_nothing(text: &str) -> bool {
    matches!(text, "" | "None" | "null" | "{}" | "[]" | "-" | "<>")
}

/// The account of records that name nobody at all.
pub(super) const UNATTRIBUTED: &str = "unattributed";

/// How keys of providers and gateways begin, and headers that carry them.
const SECRETS: [&str; 6] = ["sk-", "sk_", "pk-", "rk-", "AIza", "Bearer "];

/// A log may hold a key itself instead of its id or hash, which must not become a name in a case.
pub(super) fn without_secret(text: Text<'_>) -> Text<'_> {
    match SECRETS.iter().any(|start| text.as_str().starts_with(start)) {
        true => format!("key {:016x}", fingerprint(text.as_str().as_bytes())).into(),
        false => text,
    }
}

/// A reader for a format with a fixed layout; the record may be inside one of `wrappers`.
///
/// # Errors
/// When `given` is not the mapping of the format: editing it would have no effect, and must not
/// seem to have one.
pub(super) fn fixed_reader<S: Slots>(
    own: &Mapping,
    given: &Mapping,
    container: &Container,
    wrappers: &[&str],
    shape: impl Shape + 'static,
) -> Result<Box<dyn RecordReader>, String> {
    refuse_edits(own, given)?;
    let mut tree = S::tree();
    tree.unwrap_keys(wrappers);
    Ok(container_reader(container, tree, shape))
}

/// [`fixed_reader`] for records that hold a list of results under the key `list`, each of which
/// is an exchange; rows of a table are results by themselves.
///
/// # Errors
/// When `given` is not the mapping of the format.
pub(super) fn spread_reader<S: Slots>(
    own: &Mapping,
    given: &Mapping,
    container: &Container,
    list: &'static str,
    shape: impl Shape + 'static,
) -> Result<Box<dyn RecordReader>, String> {
    refuse_edits(own, given)?;
    Ok(match container {
        Container::Csv { .. } => container_reader(container, S::tree(), shape),
        _ => Box::new(SpreadReader::new(list, S::tree(), shape)),
    })
}

/// Editing the mapping of a fixed format would have no effect, and must not seem to have one.
///
/// # Errors
/// When `given` is not the mapping of the format.
pub(super) fn refuse_edits(own: &Mapping, given: &Mapping) -> Result<(), String> {
    if own.fields == given.fields || given.fields.is_empty() {
        return Ok(());
    }
    Err(format!(
        "the fields of format \"{}\" are fixed; use format = \"csv\" or \"json\" to map by hand",
        own.format
    ))
}

/// A reader for the records of a container.
pub(super) fn container_reader(
    container: &Container,
    tree: PathTree,
    shape: impl Shape + 'static,
) -> Box<dyn RecordReader> {
    match container {
        Container::Csv { delimiter, header } => {
            Box::new(CsvReader::new(*delimiter, header, tree, shape))
        }
        Container::Lines | Container::JsonValues { .. } => Box::new(JsonReader::new(tree, shape)),
    }
}

/// The name of an AWS identity in an ARN, with the AWS account that it is one of, because every
/// account may have an `admin`: `user/NAME` → `NAME@123456789012`,
/// `assumed-role/ROLE/SESSION` → `ROLE/SESSION@123456789012`, `root` → `root@123456789012`.
pub(super) fn aws_identity(arn: &str) -> Option<String> {
    let mut parts = arn.splitn(6, ':');
    let (Some("arn"), account, Some(resource)) = (parts.next(), parts.nth(3), parts.next()) else {
        return None;
    };
    let account = account.unwrap_or_default();
    if resource == "root" {
        return Some(format!("root@{account}"));
    }
    let (kind, name) = resource.split_once('/')?;
    let name = match kind {
        // A path may precede the name of a user or role: user/division/NAME.
        "user" | "role" => name.rsplit('/').next()?,
        _ => name,
    };
    (!name.is_empty()).then(|| match account {
        "" => name.to_owned(),
        account => format!("{name}@{account}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_becomes_its_fingerprint_and_a_name_stays() {
        for key in ["sk-abc", "sk_live_abc", "pk-lf-abc", "AIzaabc", "Bearer abc"] {
            let name = without_secret(key.into());
            assert!(name.as_str().starts_with("key ") && !name.as_str().contains("abc"), "{key}");
        }
        for name in ["skipper", "ab***yz", "team-1", ""] {
            assert_eq!(without_secret(name.into()).as_str(), name);
        }
    }

    #[test]
    fn aws_identities_are_named_by_user_or_by_role_and_session_and_by_their_account() {
        let name = |arn: &str| aws_identity(arn).unwrap_or_default();
        assert_eq!(name("arn:aws:iam::1:user/andrew@x.co"), "andrew@x.co@1");
        assert_eq!(name("arn:aws:iam::1:user/team/a/ann"), "ann@1");
        assert_eq!(name("arn:aws:sts::1:assumed-role/dev/ann@x.co"), "dev/ann@x.co@1");
        assert_eq!(name("arn:aws:sts::1:federated-user/bob"), "bob@1");
        assert_eq!(name("arn:aws:iam::2:user/ann"), "ann@2");
        assert_eq!(name("arn:aws:iam::42:root"), "root@42");
        assert_eq!(name("bert-jan"), "");
        assert_eq!(name("arn:aws:iam::1:user/"), "");
    }
}
