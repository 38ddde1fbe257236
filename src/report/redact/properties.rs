//! What the redactor promises, for whatever it is given.

use proptest::prelude::*;

use super::redactor_tests::{redactor, with_key};
use super::{Kind, Part, Profile};

/// A way to write a text inside another, with its name.
pub(super) type Writer = (&'static str, fn(&str) -> String);

/// Ways to write a text inside another.
pub(super) const WRITERS: [Writer; 9] = [
    ("plain", str::to_owned),
    ("json", json),
    ("json in digits", |text| text.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect()),
    ("xml", |text| {
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
        text.replace('\'', "&apos;")
    }),
    ("xml in digits", |text| text.chars().map(|c| format!("&#x{:x};", u32::from(c))).collect()),
    ("percent", |text| percent(text, |byte| byte.is_ascii_alphanumeric())),
    ("percent in digits", |text| percent(text, |_| false)),
    ("csv", |text| text.replace('"', "\"\"")),
    ("sql", |text| text.replace('\'', "''")),
];

fn json(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t")
}

fn percent(text: &str, stays: fn(u8) -> bool) -> String {
    let one = |byte: u8| match stays(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

/// Kinds whose values are pseudonyms.
pub(super) const NAMES: [Kind<'static>; 11] = [
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
    Kind::Other("crm"),
];

/// A value that stands for itself wherever it is, and that nothing else in a test contains.
pub(super) fn canary() -> impl Strategy<Value = String> {
    const SIGN: &str = "[-_.:;/@&%'\"\\\\<>+= é名]";
    let odd = format!("{SIGN}?zq[0-9]{{3}}{SIGN}{{1,2}}[a-z0-9]{{2,4}}");
    let odd = prop::string::string_regex(&odd).expect("a pattern of our own");
    prop_oneof![
        3 => "zq[0-9]{4}",
        2 => "zq[0-9]{4}-[0-9a-f]{4}-[0-9a-f]{4}",
        2 => "zq[0-9]{3}@[a-z]{5}\\.example",
        3 => odd,
        1 => "arn:zq:iam::[0-9]{12}:user/zq[0-9]{3}",
        1 => "иван[0-9]{3}",
    ]
}

/// Text around it, with a sign that ends a token on the side of the value.
fn before() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[a-yA-Y0-9 .,%&;\"'<>{}é名-]{0,12}[ ,;:\"'(/=<>|\n]"]
}

fn after() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[ ,;:\"')/=<>|.\n][a-yA-Y0-9 .,%&;\"'<>{}é名-]{0,12}"]
}

/// Bits and pieces that go wrong together.
fn rubble() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[0-9]{1,3}|[.:/%&;,\"'\\\\ -]|''|\"\"|%[0-9a-f]{2}|&#3[0-9];|\\\\u003[0-9]",
        prop::sample::select(vec![
            "ac001",
            "ac001-2",
            "7",
            "a\"b1",
            "account ",
            "accounts ",
            "203.0.113.7",
            "/24",
            "::",
            "2001:db8:",
            "*.x",
            "[",
            "]",
            "acct-",
            "acct-0123456789abcdef",
            "[masked: ",
            "ip6.arpa",
            "[masked: 7 characters]",
            " and ",
            "account_id",
            "note",
            "free",
            "=x1",
            ".in-addr.arpa",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

const LEARNT: [(Kind<'static>, &str); 10] = [
    (Kind::Account, "ac001"),
    (Kind::Session, "ac001-2"),
    (Kind::Account, "7"),
    (Kind::User, "a\"b1"),
    (Kind::Organisation, "free"),
    (Kind::Device, "=x1"),
    (Kind::Account, "acct-0123456789abcdef"),
    (Kind::Address, "203.0.113.0"),
    (Kind::Words, "[masked: 7 characters]"),
    (Kind::Prompt, "203 and 7"),
];

proptest! {
    #[test]
    fn a_planted_value_is_never_left_however_it_is_written(
        value in canary(), before in before(), after in after(),
        kind in prop::sample::select(NAMES.to_vec()),
        outer in 0..WRITERS.len(), inner in 0..WRITERS.len(),
    ) {
        let redactor = redactor("pseudonymise", &[(kind, &value)]);
        let written = WRITERS[outer].1(&WRITERS[inner].1(&value));
        let out = redactor.text(&format!("{before}{written}{after}")).into_owned();
        prop_assert!(!out.contains(&value), "{out}");
        prop_assert!(!out.contains(&written), "{out}");
        let name = redactor.value(kind, &value).into_owned();
        prop_assert!(out.contains(&name), "{out} without {name}");
    }

    #[test]
    fn an_address_is_never_left_however_it_is_written(
        v4: [u8; 4], v6: [u16; 8], port: u16, before in before(), after in after(),
        form in 0..8, outer in 0..WRITERS.len(),
    ) {
        let mut v4 = v4;
        v4[3] = v4[3].max(1);
        let [v4, v6] = [std::net::IpAddr::from(v4), std::net::IpAddr::from(v6)];
        let address = match form {
            0 => v4.to_string(),
            1 => format!("{v4}:{port}"),
            2 => format!("{v4}/32"),
            3 => v6.to_string(),
            4 => format!("[{v6}]:{port}"),
            5 => v6.to_string().to_uppercase(),
            6 => format!("{v6}/64"),
            _ => format!("::ffff:{v4}"),
        };
        let redactor = redactor("subnets", &[]);
        let written = WRITERS[outer].1(&address);
        // A letter or digit that an escape leaves before it belongs to it.
        let out = redactor.text(&format!("{before} {written} {after}")).into_owned();
        for left in [v4.to_string(), v6.to_string(), v6.to_string().to_uppercase(), written] {
            prop_assert!(!out.contains(&left), "{out}");
        }
        let expected = redactor.value(Kind::Address, &address).into_owned();
        prop_assert!(out.contains(&expected), "{out} without {expected}");
    }

    #[test]
    fn what_was_redacted_once_stays_as_it_is(text in rubble(), name in 0..4_usize) {
        let profile = ["pseudonymise", "subnets", "pseudonymise+subnets", "metadata-only"][name];
        let redactor = redactor(profile, &LEARNT);
        let once = redactor.text(&text).into_owned();
        prop_assert_eq!(redactor.text(&once).into_owned(), once, "of {}", text);
    }

    #[test]
    fn nothing_is_changed_where_nothing_is_hidden(text in "\\PC*", more in rubble()) {
        let redactor = redactor("none", &LEARNT);
        let text = format!("{text}{more}");
        prop_assert_eq!(&*redactor.text(&text), text.as_str());
        for kind in Kind::NAMED {
            prop_assert_eq!(&*redactor.value(kind, &text), text.as_str());
        }
    }

    #[test]
    fn what_a_profile_does_not_cover_is_untouched(
        value in canary(), part in 0..3_usize, before in before(), after in after(),
    ) {
        let (name, own) = [
            ("pseudonymise", Part::Accounts),
            ("mask-prompts", Part::Prompts),
            ("subnets", Part::Addresses),
        ][part];
        let profile = Profile::parse(name).unwrap();
        prop_assert!(profile.hides(own));
        let others: Vec<Kind<'_>> = Kind::NAMED
            .into_iter()
            .chain([Kind::Other("crm")])
            .filter(|kind| !kind.is_hidden_by(profile))
            .collect();
        let learnt: Vec<(Kind<'_>, &str)> = others.iter().map(|k| (*k, value.as_str())).collect();
        let redactor = redactor(name, &learnt);
        let text = format!("{before}{value}{after}");
        prop_assert_eq!(&*redactor.text(&text), text.as_str());
        for kind in others {
            prop_assert_eq!(&*redactor.value(kind, &value), value.as_str());
        }
    }

    #[test]
    fn a_field_and_a_sentence_give_a_value_the_same_pseudonym(
        values in prop::collection::hash_set(canary(), 1..6),
        kind in prop::sample::select(NAMES.to_vec()),
    ) {
        let learnt: Vec<(Kind<'_>, &str)> = values.iter().map(|v| (kind, v.as_str())).collect();
        let redactor = redactor("pseudonymise", &learnt);
        let again = redactor_of(&learnt);
        let mut names: Vec<String> = Vec::new();
        for (kind, value) in &learnt {
            let name = redactor.value(*kind, value).into_owned();
            let said = |value: &str| format!("seen {value} there");
            let (text, expected) = (said(value), said(&name));
            prop_assert_eq!(&*redactor.text(&text), expected.as_str());
            prop_assert_eq!(&*again.value(*kind, value), name.as_str());
            prop_assert!(name.starts_with(|c: char| c.is_ascii_lowercase()));
            names.push(name);
        }
        names.sort_unstable();
        names.dedup();
        prop_assert_eq!(names.len(), learnt.len());
    }

    #[test]
    fn two_keys_give_pseudonyms_that_have_nothing_in_common(
        one: [u8; 32], other: [u8; 32], value in canary()
    ) {
        prop_assume!(one != other);
        let name = |key| {
            let redactor = with_key("pseudonymise", key, &[]);
            NAMES.map(|kind| redactor.value(kind, &value).rsplit('-').next().unwrap().to_owned())
        };
        let (ours, theirs) = (name(one), name(other));
        prop_assert!(ours.iter().all(|name| !theirs.contains(name)));
        // Nor do the kinds of one value have anything in common under one key.
        prop_assert!((1..ours.len()).all(|n| !ours[..n].contains(&ours[n])));
    }

    #[test]
    fn text_of_any_kind_is_gone_through_without_harm(text in ".*", bytes: Vec<u8>) {
        let text = format!("{text}{}", String::from_utf8_lossy(&bytes));
        let redactor = redactor("metadata-only", &LEARNT);
        let once = redactor.text(&text).into_owned();
        prop_assert_eq!(&*redactor.text(&once), once.as_str());
    }
}

fn redactor_of(learnt: &[(Kind<'_>, &str)]) -> super::Redactor {
    let reversed: Vec<(Kind<'_>, &str)> = learnt.iter().rev().copied().collect();
    redactor("metadata-only", &reversed)
}

#[test]
fn the_order_of_pseudonyms_says_nothing_of_the_order_of_ids() {
    let redactor = redactor("pseudonymise", &[]);
    let ids = (0..2_000).map(|n| format!("ac{n:05}"));
    let names: Vec<String> =
        ids.map(|id| redactor.value(Kind::Account, &id).into_owned()).collect();
    let rising = names.windows(2).filter(|two| two[0] < two[1]).count();
    // A thousand, give or take five times the deviation of rises in a random order, √(n / 12).
    assert!((935..=1_065).contains(&rising), "{rising}");
}
