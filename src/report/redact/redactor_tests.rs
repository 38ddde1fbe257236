//! What the redactor promises, example by example.

use super::{Key, Kind, Learning, Profile, Redactor};

pub(super) fn redactor(profile: &str, values: &[(Kind<'_>, &str)]) -> Redactor {
    with_key(profile, [9; 32], values)
}

pub(super) fn with_key(profile: &str, key: [u8; 32], values: &[(Kind<'_>, &str)]) -> Redactor {
    let mut learning = Learning::new(Profile::parse(profile).unwrap(), &Key::from_bytes(key));
    values.iter().for_each(|(kind, value)| learning.learn(*kind, value));
    learning.finish().unwrap()
}

/// The text with the pseudonym of an account for `{}`.
fn with(redactor: &Redactor, text: &str, account: &str) -> String {
    text.replace("{}", &redactor.value(Kind::Account, account))
}

#[test]
fn an_id_is_replaced_wherever_it_stands_as_whole_tokens() {
    let redactor = redactor("pseudonymise", &[(Kind::Account, "ac001")]);
    for text in [
        "{}",
        "{}.",
        "({})",
        "{}'s",
        "account:{} -tag:x",
        "export_{}_2026.csv",
        "{}-2",
        "x,{},y",
        "“{}”",
        "账号{}有",
        "/v1/accounts/{}/keys",
        "{}\u{a0}and",
        "ac0012 and {}",
        "xac001 or {}",
    ] {
        let expected = with(&redactor, text, "ac001");
        assert_eq!(redactor.text(&text.replace("{}", "ac001")), expected);
    }
    for text in ["ac0012", "xac001", "ac001é", "account 7", ""] {
        assert_eq!(redactor.text(text), text);
    }
    assert!(redactor.text("of AC001").starts_with("of acct-"), "however its letters are written");
}

#[test]
fn the_longest_value_wins() {
    let redactor =
        redactor("pseudonymise", &[(Kind::Account, "ac001"), (Kind::Session, "ac001-s1")]);
    let session = redactor.value(Kind::Session, "ac001-s1").into_owned();
    assert_eq!(redactor.text("ac001-s1, x"), format!("{session}, x"));
    let account = redactor.value(Kind::Account, "ac001").into_owned();
    assert_eq!(redactor.text("ac001-s2"), format!("{account}-s2"));
}

#[test]
fn escaped_values_are_found_and_covered_whole() {
    let redactor = redactor("pseudonymise", &[(Kind::Account, "a\"b&c1")]);
    for (raw, expected) in [
        (r#"{"id":"a\"b&c1"}"#, r#"{"id":"{}"}"#),
        (r#"{"id":"a\u0022b\u0026c1"}"#, r#"{"id":"{}"}"#),
        (r#"x,"a""b&c1",y"#, r#"x,"{}",y"#),
        ("<a id=\"a&quot;b&amp;c1\"/>", "<a id=\"{}\"/>"),
        ("?id=a%22b%26c1&x=1", "?id={}&x=1"),
        (r#""{""id"":""a\""b&c1""}""#, r#""{""id"":""{}""}""#),
        (r#"{"a":"{\"b\":\"a\\\"b&c1\"}"}"#, r#"{"a":"{\"b\":\"{}\"}"}"#),
    ] {
        assert_eq!(redactor.text(raw), with(&redactor, expected, "a\"b&c1"));
    }
    let plain = self::redactor("pseudonymise", &[(Kind::Account, "ac001")]);
    assert_eq!(plain.text(r"a\nac001\t"), with(&plain, r"a\n{}\t", "ac001"));
    assert_eq!(plain.text("%2Cac001"), with(&plain, "%2C{}", "ac001"));
}

#[test]
fn a_value_that_was_neutralised_for_a_spreadsheet_is_found() {
    let redactor = redactor("pseudonymise", &[(Kind::Account, "=cmd1"), (Kind::User, "x1;-y2")]);
    assert_eq!(redactor.text("'=cmd1"), with(&redactor, "'{}", "=cmd1"));
    let user = redactor.value(Kind::User, "x1;-y2").into_owned();
    assert_eq!(redactor.text("x1;'-y2"), user);
}

#[test]
fn words_and_numbers_stay_unless_quotes_or_the_name_of_the_kind_say_what_they_are() {
    let ids = ["7", "12", "support", "ab"].map(|id| (Kind::Account, id));
    let redactor = redactor("pseudonymise", &ids);
    let stays = "7 of 12 accounts wrote to support, 7.5 % ab initio; accounts: 12 \"7\"";
    assert_eq!(redactor.text(stays), stays);
    let [seven, twelve, support, ab] = ids.map(|(kind, id)| redactor.value(kind, id).into_owned());
    for (text, expected) in [
        ("account 7 has 12 keys", format!("account {seven} has 12 keys")),
        ("accounts 7, 12 and 99", format!("accounts {seven}, {twelve} and 99")),
        ("account:support", format!("account:{support}")),
        ("it says 'support'", format!("it says '{support}'")),
        ("“ab” is new", format!("“{ab}” is new")),
        ("{\"account_id\":7}", format!("{{\"account_id\":\"{seven}\"}}")),
        ("{\"account_id\": \"7\"}", format!("{{\"account_id\": \"{seven}\"}}")),
        ("account_id = '12'", format!("account_id = '{twelve}'")),
        ("user 7", "user 7".to_owned()),
        ("{\"support\":\"x\"}", "{\"support\":\"x\"}".to_owned()),
    ] {
        assert_eq!(redactor.text(text), expected);
    }
    let left = redactor.left_in_sentences();
    assert!(left.ends_with(": 4 × account."), "{left}");
}

#[test]
fn what_says_how_many_stay_in_sentences_is_no_leak() {
    let ids = [
        (Kind::Account, "1"),
        (Kind::Account, "ids"),
        (Kind::Session, "3"),
        (Kind::Session, "2"),
        (Kind::Session, "words"),
    ];
    let redactor = redactor("pseudonymise", &ids);
    let left = redactor.left_in_sentences();
    assert!(left.ends_with(": 2 × account; 3 × session."), "{left}");
    assert_eq!(redactor.text(&left), left);
}

#[test]
fn long_numbers_are_ids_and_parts_of_other_numbers_are_not() {
    let redactor = redactor("pseudonymise", &[(Kind::User, "104233")]);
    let user = redactor.value(Kind::User, "104233").into_owned();
    assert_eq!(redactor.text("user 104233, 104,233 and 0.104233"), {
        format!("user {user}, 104,233 and 0.104233")
    });
}

#[test]
fn addresses_become_networks_whether_learnt_or_not() {
    let redactor = redactor("subnets", &[(Kind::Address, "203.0.113.7:443")]);
    for (text, expected) in [
        ("from 203.0.113.7, then 198.51.100.9.", "from 203.0.113.0/24, then 198.51.100.0/24."),
        ("ip:203.0.113.7/32 -ip:10.0.0.0/8", "ip:203.0.113.0/24 -ip:10.0.0.0/8"),
        ("203.0.113.7:443", "203.0.113.0/24"),
        ("http://[2001:db8:1:2::3]:80/x", "http://2001:db8:1::/48/x"),
        ("2001:DB8:1:2::/64 and ::ffff:203.0.113.7", "2001:db8:1::/48 and 203.0.113.0/24"),
        ("fe80::1%eth0 2002:cb00:7107::1", "fe80::/48 2002:cb00:7100::/40"),
        ("20.236.11.*** and 20.236.x.x", "[masked address] and [masked address]"),
        ("7.113.0.203.in-addr.arpa", "[masked address]"),
        ("ec2-203-0-113-7.example", "ec2-[masked address].example"),
        ("%32%30%33.0.113.7", "203.0.113.0/24"),
        ("10.1.2.3/8", "10.0.0.0/8"),
    ] {
        assert_eq!(redactor.text(text), expected);
    }
    for text in
        ["10:20:30", "v1.2.3.4", "a::b", "std::io", "2026-03-01", "300.1.1.1", "::", "1.2.3"]
    {
        assert_eq!(redactor.text(text), text);
    }
}

#[test]
fn an_address_as_a_field_is_the_same_as_in_text_and_what_is_none_is_masked() {
    let redactor = redactor("subnets", &[]);
    for (value, expected) in [
        ("203.0.113.7", "203.0.113.0/24"),
        ("035.249.253.232", "35.249.253.0/24"),
        ("203.0.113.7, 10.0.0.1", "203.0.113.0/24, 10.0.0.0/24"),
        ("[2001:db8::1]:443", "2001:db8::/48"),
        ("203.0.113.0/24", "203.0.113.0/24"),
        ("AWS Internal", "[masked address]"),
        ("20.236.11.***", "[masked address]"),
        ("", ""),
    ] {
        assert_eq!(redactor.value(Kind::Address, value), expected);
        assert_eq!(redactor.value(Kind::Address, expected), expected, "once more");
    }
}

#[test]
fn an_id_that_holds_an_address_gets_a_pseudonym_and_stays_one_of_a_kind() {
    let ids = ["user@203.0.113.7", "user@203.0.113.8"].map(|id| (Kind::Account, id));
    let redactor = redactor("subnets", &ids);
    let [a, b] = ids.map(|(kind, id)| redactor.value(kind, id).into_owned());
    assert!(a.starts_with("acct-") && a != b);
    assert_eq!(redactor.text("seen: user@203.0.113.7"), format!("seen: {a}"));
    assert_eq!(redactor.value(Kind::Account, "ac001"), "ac001");
    let unknown = redactor.value(Kind::User, "b@198.51.100.9").into_owned();
    assert!(unknown.starts_with("user-"), "{unknown}");
}

#[test]
fn of_an_id_and_an_address_at_one_place_the_longer_is_meant() {
    let ids = ["203.0.113.7", "203.0.113.8-gw1"].map(|id| (Kind::Account, id));
    let redactor = redactor("pseudonymise+subnets", &ids);
    let [short, long] = ids.map(|(kind, id)| redactor.value(kind, id).into_owned());
    assert_eq!(redactor.text("203.0.113.7, 203.0.113.8-gw1"), format!("{short}, {long}"));
    assert_eq!(redactor.text("203.0.113.7:443"), "203.0.113.0/24");
}

#[test]
fn an_account_called_like_the_prefix_of_pseudonyms_is_not_found_in_them() {
    let redactor = redactor("pseudonymise", &[(Kind::Account, "acct"), (Kind::Account, "ac001")]);
    let once = redactor.text("account ac001").into_owned();
    assert_eq!(once, with(&redactor, "account {}", "ac001"));
    assert_eq!(redactor.text("account acct"), with(&redactor, "account {}", "acct"));
}

#[test]
fn the_word_before_says_which_of_two_kinds_is_meant() {
    let both = [(Kind::Account, "alice"), (Kind::User, "alice")];
    let redactor = redactor("pseudonymise", &both);
    let [account, user] = both.map(|(kind, id)| redactor.value(kind, id).into_owned());
    assert_ne!(account[5..], user[5..]);
    let text = redactor.text("user alice, account alice, alice").into_owned();
    assert_eq!(text, format!("user {user}, account {account}, {account}"));
}

#[test]
fn each_profile_hides_its_own_and_leaves_the_rest() {
    let prompt = "Explain step by step to ac001 at 203.0.113.7";
    let values =
        [(Kind::Account, "ac001"), (Kind::Words, "sold by a reseller"), (Kind::Prompt, prompt)];
    let of =
        |name: &str, kind, value: &str| redactor(name, &values).value(kind, value).into_owned();
    assert_eq!(of("mask-prompts", Kind::Prompt, prompt), "[masked: 44 characters]");
    assert_eq!(of("mask-prompts", Kind::Account, "ac001"), "ac001");
    assert_eq!(
        of("subnets", Kind::Prompt, prompt),
        "Explain step by step to ac001 at 203.0.113.0/24"
    );
    assert!(of("pseudonymise", Kind::Prompt, prompt).ends_with(" at 203.0.113.7"));
    assert_eq!(of("metadata-only", Kind::Words, "watch"), "[masked: 5 characters]");
    assert_eq!(of("pseudonymise", Kind::Words, "watch"), "watch");
    let said = "reason: sold by a reseller.";
    assert_eq!(redactor("metadata-only", &values).text(said), "reason: [masked: 18 characters].");
    let said = format!("it asks: {prompt}");
    let masked = redactor("mask-prompts", &values).text(&said).into_owned();
    assert_eq!(masked, "it asks: [masked: 44 characters]");
}

#[test]
fn a_long_prompt_that_is_quoted_is_masked_with_all_that_follows() {
    let prompt = "Translate the following sentence word for word. ".repeat(40);
    let redactor = redactor("mask-prompts", &[(Kind::Prompt, &prompt)]);
    let text = redactor.text(&format!("It begins: {prompt}")).into_owned();
    assert_eq!(text, format!("It begins: [masked: {} characters]", prompt.len()));
}

#[test]
fn with_no_profile_nothing_is_learnt_and_nothing_is_changed() {
    let redactor = redactor("none", &[(Kind::Account, "ac001"), (Kind::Address, "10.0.0.1")]);
    assert_eq!(redactor.left_in_sentences(), "");
    for kind in Kind::NAMED {
        assert_eq!(redactor.value(kind, "ac001 10.0.0.1"), "ac001 10.0.0.1");
    }
}

#[test]
fn values_that_are_joined_are_redacted_one_by_one() {
    let redactor = redactor("pseudonymise", &[]);
    let [a, b] = ["o1", "o2"].map(|id| redactor.value(Kind::Organisation, id).into_owned());
    assert_eq!(redactor.values(Kind::Organisation, "o1; o2", "; "), format!("{a}; {b}"));
    assert_eq!(redactor.values(Kind::Organisation, "o1", "; "), a);
}

#[test]
fn a_pseudonym_that_is_learnt_as_an_id_is_replaced_like_any_other() {
    let old = "acct-0123456789abcdef";
    let unknown = redactor("pseudonymise", &[]);
    assert_eq!(unknown.text(old), old);
    let known = redactor("pseudonymise", &[(Kind::Account, old)]);
    assert_ne!(known.text(old), old);
    assert_eq!(known.text(old), known.value(Kind::Account, old));
}
