//! Kinds of values that identify somebody or give away what was said, and what hides each.

use super::{Part, Profile};

/// What a value is. Pseudonyms of different kinds are unlike even where the values are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind<'a> {
    /// Id of an account.
    Account,
    /// Id of an organisation or tenant.
    Organisation,
    /// Id of an end user.
    User,
    /// Id of a key.
    ApiKey,
    /// Id of a session.
    Session,
    /// Id of a device.
    Device,
    /// Id that the source gave a call; whoever has the log finds the caller by it.
    Request,
    /// Fingerprint of a card or another means of payment.
    Payment,
    /// Phone number or its prefix.
    Phone,
    /// Mail address or its domain.
    Email,
    /// Fingerprint of a prompt, response, system prompt or signature: whoever guesses the text
    /// can compare.
    Fingerprint,
    /// Hash of an original record or of an entry of the journal. Whoever has all of it but one id
    /// can try every id, so it is hidden as soon as anything is.
    Record,
    /// A column of the accounts table that nobody knows, by its name.
    Other(&'a str),
    /// Network address or network, as the log wrote it.
    Address,
    /// Text of a prompt, a response, a system prompt or a template.
    Prompt,
    /// What people wrote, what a rejected record looked like, where a file was.
    Words,
    /// Anything else: never hidden as a whole, but hidden values in it are replaced.
    Sentence,
}

impl<'a> Kind<'a> {
    /// Every kind but [`Kind::Other`], which has one for every name.
    pub const NAMED: [Kind<'static>; 16] = [
        Kind::Account,
        Kind::Organisation,
        Kind::User,
        Kind::ApiKey,
        Kind::Session,
        Kind::Device,
        Kind::Request,
        Kind::Payment,
        Kind::Phone,
        Kind::Email,
        Kind::Fingerprint,
        Kind::Record,
        Kind::Address,
        Kind::Prompt,
        Kind::Words,
        Kind::Sentence,
    ];

    /// The kind in a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Organisation => "organisation",
            Self::User => "user",
            Self::ApiKey => "key",
            Self::Session => "session",
            Self::Device => "device",
            Self::Request => "request",
            Self::Payment => "payment",
            Self::Phone => "phone",
            Self::Email => "mail",
            Self::Fingerprint => "fingerprint",
            Self::Record => "record hash",
            Self::Other(_) => "attribute",
            Self::Address => "address",
            Self::Prompt => "prompt",
            Self::Words => "words",
            Self::Sentence => "sentence",
        }
    }

    /// The kind of what stands in a column of the package or in a field of a record; the names are
    /// those of the native log format. What is unknown is [`Kind::Sentence`].
    pub fn of_column(name: &'a str) -> Self {
        match name {
            "account_id" | "account_a" | "account_b" => Self::Account,
            "org_id" => Self::Organisation,
            "user_id" => Self::User,
            "api_key_id" => Self::ApiKey,
            "session_id" => Self::Session,
            "device_id" => Self::Device,
            "request_id" => Self::Request,
            "client_ip" => Self::Address,
            "prompt" | "response" | "system" => Self::Prompt,
            "prompt_hash"
            | "response_hash"
            | "system_hash"
            | "reasoning_signature"
            | "replayed_signature" => Self::Fingerprint,
            "record_sha256" | "hash" => Self::Record,
            "reason" | "notes" | "tags" | "text" | "sample" | "title" | "source" | "target"
            | "detail" | "error" => Self::Words,
            _ => name.strip_prefix("attr_").map_or(Self::Sentence, Self::of_attribute),
        }
    }

    /// The kind of a column of the accounts table, without `attr_`. What is unknown may identify
    /// somebody: [`Kind::Other`].
    pub fn of_attribute(name: &'a str) -> Self {
        match name {
            "account_id" => Self::Account,
            "org_id" => Self::Organisation,
            "payment_fingerprint" => Self::Payment,
            "phone_prefix" => Self::Phone,
            "email_domain" => Self::Email,
            "allowlist_reason" => Self::Words,
            "created_at" | "closed_at" | "email_pattern" | "declared_country" | "plan"
            | "verification" | "program" => Self::Sentence,
            _ => Self::Other(name),
        }
    }

    /// Whether a profile hides it.
    pub fn is_hidden_by(self, profile: Profile) -> bool {
        match self {
            Self::Sentence => false,
            Self::Record => !profile.is_none(),
            Self::Address => profile.hides(Part::Addresses),
            Self::Prompt | Self::Fingerprint => profile.hides(Part::Prompts),
            Self::Words => profile.hides(Part::Words),
            _ => profile.hides(Part::Accounts),
        }
    }

    /// Whether it names something, so that a pseudonym can stand for it.
    pub(super) fn is_name(self) -> bool {
        !matches!(self, Self::Address | Self::Prompt | Self::Words | Self::Sentence)
    }

    /// What its pseudonyms begin with.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::Account => "acct",
            Self::Organisation => "org",
            Self::User => "user",
            Self::ApiKey => "key",
            Self::Session => "sess",
            Self::Device => "dev",
            Self::Request => "req",
            Self::Payment => "card",
            Self::Phone => "phone",
            Self::Email => "mail",
            Self::Fingerprint => "print",
            Self::Record => "hash",
            Self::Other(_) => "attr",
            Self::Address => "addr",
            Self::Prompt => "text",
            Self::Words | Self::Sentence => "words",
        }
    }

    /// What the pseudonym depends on besides the value: one number a kind, and the name of an
    /// attribute.
    pub(super) fn domain(self) -> (u8, &'a str) {
        match self {
            Self::Other(name) => (self.bit(), name),
            _ => (self.bit(), ""),
        }
    }

    /// Its place among the kinds, which is also the order in which one is chosen where a value is
    /// of several.
    pub(super) fn bit(self) -> u8 {
        match self {
            Self::Account => 0,
            Self::Organisation => 1,
            Self::User => 2,
            Self::ApiKey => 3,
            Self::Session => 4,
            Self::Device => 5,
            Self::Request => 6,
            Self::Payment => 7,
            Self::Phone => 8,
            Self::Email => 9,
            Self::Fingerprint => 10,
            Self::Record => 11,
            Self::Other(_) => 12,
            Self::Address => 13,
            Self::Prompt => 14,
            Self::Words | Self::Sentence => 15,
        }
    }

    /// The kind with a number; `name` is that of an attribute.
    pub(super) fn of_bit(bit: u8, name: &'a str) -> Self {
        if bit == Kind::Other("").bit() {
            return Self::Other(name);
        }
        Self::NAMED.into_iter().find(|kind| kind.bit() == bit).unwrap_or(Self::Words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_comes_back_from_its_number_and_has_a_prefix_of_its_own() {
        let own = Kind::NAMED.into_iter().filter(|kind| *kind != Kind::Sentence);
        let own: Vec<Kind<'_>> = own.chain([Kind::Other("shoe_size")]).collect();
        for (at, kind) in own.iter().enumerate() {
            assert_eq!(Kind::of_bit(kind.bit(), "shoe_size"), *kind);
            assert!(own[..at].iter().all(|other| other.prefix() != kind.prefix()), "{kind:?}");
        }
    }

    #[test]
    fn a_hash_of_a_record_is_hidden_as_soon_as_anything_is() {
        assert!(!Kind::Record.is_hidden_by(Profile::NONE));
        for name in ["pseudonymise", "mask-prompts", "subnets", "metadata-only"] {
            assert!(Kind::Record.is_hidden_by(Profile::parse(name).unwrap()), "{name}");
        }
    }

    #[test]
    fn what_nobody_knows_of_an_account_is_taken_for_identifying() {
        assert_eq!(Kind::of_column("attr_crm_number"), Kind::Other("crm_number"));
        assert_eq!(Kind::of_column("attr_plan"), Kind::Sentence);
        assert_eq!(Kind::of_column("model"), Kind::Sentence);
        assert!(Kind::Other("crm_number").is_hidden_by(Profile::parse("pseudonymise").unwrap()));
    }
}
