//! Audit and activity feeds, and messages of Copilot.

use super::{one, reason, whole};
use crate::model::{Field, Granularity, TimeQuality};

#[test]
fn an_audit_record_of_openai_names_a_user_a_service_account_or_a_key() {
    let record = |actor: &str| {
        format!(
            r#"{{"object":"organization.audit_log","id":"l1","type":"api_key.created",
            "effective_at":1702857600,"project":{{"id":"proj"}},"actor":{actor}}}"#
        )
    };
    let session = r#"{"type":"session","session":{"user":{"id":"u1","email":"a@x.co"},
        "ip_address":"10.0.0.1","user_agent":"ua","ja3":"j3","ja4":"j4",
        "ip_address_details":{"country":"IN","asn":"55256"}}}"#;
    let row = one("openai_audit", &record(session));
    let got = [
        Field::AccountId,
        Field::UserId,
        Field::OrgId,
        Field::Endpoint,
        Field::ClientIp,
        Field::Country,
        Field::Asn,
        Field::DeviceId,
        Field::Timestamp,
    ]
    .map(|field| row.get(field));
    let expected = [
        "u1",
        "a@x.co",
        "proj",
        "api_key.created",
        "10.0.0.1",
        "IN",
        "55256",
        "j4",
        "2023-12-18T00:00:00Z",
    ];
    assert_eq!(got, expected);
    assert_eq!(row.granularity, Granularity::Activity);
    let account = |key: &str| {
        let row = one("openai_audit", &record(&format!(r#"{{"type":"api_key","api_key":{key}}}"#)));
        (row.get(Field::AccountId).to_owned(), row.get(Field::ApiKeyId).to_owned())
    };
    assert_eq!(account(r#"{"id":"k","user":{"id":"u2"}}"#), ("u2".into(), "k".into()));
    assert_eq!(account(r#"{"id":"k","service_account":{"id":"s"}}"#), ("s".into(), "k".into()));
    assert_eq!(account(r#"{"id":"k"}"#), ("k".into(), "k".into()));
    assert_eq!(account("{}"), ("unattributed".into(), String::new()));
}

#[test]
fn a_login_that_failed_says_why() {
    let row = one(
        "openai_audit",
        r#"{"id":"l","type":"login.failed","effective_at":1702857600,"actor":{"type":"session"},
        "login_failed":{"error_code":"invalid_credentials","error_message":"m"}}"#,
    );
    assert_eq!(row.get(Field::Error), "invalid_credentials");
    assert_eq!(reason("openai_audit", r#"{"type":"x","actor":{}}"#), "timestamp missing");
}

#[test]
fn every_kind_of_actor_of_anthropic_becomes_an_account() {
    let account = |actor: &str| {
        let record = format!(
            r#"{{"id":"a1","created_at":"2026-04-10T08:09:10Z","organization_id":"org",
            "type":"t","actor":{actor}}}"#
        );
        let rows = whole("anthropic_activity", &record.replace('\n', ""));
        assert_eq!(rows[0].granularity, Granularity::Activity);
        rows[0].get(Field::AccountId).to_owned()
    };
    let user = r#"{"type":"user_actor","email_address":"a@x.co","user_id":"u1"}"#;
    assert_eq!(account(user), "u1");
    assert_eq!(account(r#"{"type":"api_actor","api_key_id":"k1"}"#), "k1");
    assert_eq!(account(r#"{"type":"admin_api_key_actor","admin_api_key_id":"ak"}"#), "ak");
    assert_eq!(account(r#"{"type":"service_account_actor","service_account_id":"sa"}"#), "sa");
    let early = r#"{"type":"unauthenticated_user_actor","unauthenticated_email_address":"b@x.co"}"#;
    assert_eq!(account(early), "b@x.co");
    let federated = r#"{"type":"federated_identity_actor","issuer":"i","subject":"s"}"#;
    assert_eq!(account(federated), "s");
    assert_eq!(account(r#"{"type":"scim_directory_sync_actor","directory_id":"d"}"#), "d");
    assert_eq!(account(r#"{"type":"system_actor","service":"cleaner"}"#), "cleaner");
    assert_eq!(account(r#"{"type":"anthropic_actor","email_address":null}"#), "anthropic_actor");
    assert_eq!(account(r#"{"type":"unauthenticated_user_actor"}"#), "unauthenticated_user_actor");
}

#[test]
fn an_address_of_zeros_is_none() {
    let row = one(
        "anthropic_activity",
        r#"{"created_at":"2026-04-10T08:09:10Z","type":"t","claude_chat_id":"c",
        "actor":{"type":"user_actor","user_id":"u","ip_address":"0.0.0.0","user_agent":"ua"}}"#,
    );
    assert_eq!((row.get(Field::ClientIp), row.get(Field::UserAgent)), ("", "ua"));
    assert_eq!(row.get(Field::SessionId), "c");
}

/// A table of Copilot messages: class, type, sender and the three times.
fn messages(rows: &[[&str; 6]]) -> String {
    let mut text = "Item class,Type,Sender,Received,Email date sent,Date,Item source,\
                    Internet message ID,Immutable ID,Compound path\n"
        .to_owned();
    for row in rows {
        text += &format!("{},box@x.co,m1,i1,p\n", row.join(","));
    }
    text
}

const WORD: &str = "IPM.SkypeTeams.Message.Copilot.Word";

#[test]
fn an_answer_of_copilot_is_an_exchange_and_what_people_write_is_an_activity() {
    let at = "2025-07-11T00:04:59Z";
    let rows = whole(
        "m365_copilot",
        &messages(&[
            [WORD, "Message", "Copilot in Word", at, at, ""],
            [WORD, "Message", "ann@x.co", at, at, ""],
            [WORD, "Message", "ann@x.co;Copilot in Word", at, at, ""],
        ]),
    );
    let kinds: Vec<_> = rows.iter().map(|row| (row.granularity, row.quality)).collect();
    assert_eq!(
        kinds,
        [
            (Granularity::Exchange, TimeQuality::EndOnly),
            (Granularity::Activity, TimeQuality::Exact),
            (Granularity::Activity, TimeQuality::Exact),
        ]
    );
    assert_eq!((rows[0].get(Field::AccountId), rows[0].get(Field::Endpoint)), ("box@x.co", "Word"));
}

#[test]
fn a_time_of_1980_is_none_and_an_item_that_is_no_message_is_a_reason() {
    let none = "1980-01-02T00:00:00Z";
    let later = messages(&[[WORD, "Message", "Copilot", none, none, "2025-07-11 00:05:00Z"]]);
    let rows = whole("m365_copilot", &later);
    assert_eq!(rows[0].get(Field::Timestamp), "2025-07-11T00:05:00Z");
    let why = |row: [&str; 6]| {
        let text = messages(&[row]);
        let (_, read) = crate::ingest::testing::read_text("x.csv", &text).expect("a table");
        read.rejects[0].reason.clone()
    };
    let rows = whole("m365_copilot", &messages(&[[WORD, "Message", "Copilot", none, none, ""]]));
    assert_eq!((rows[0].quality, rows[0].get(Field::Timestamp)), (TimeQuality::None, ""));
    let no_message = "an e-mail or a file, no message of Copilot";
    assert_eq!(why(["IPM.Note", "Message", "a@x.co", none, none, ""]), no_message);
    assert_eq!(why([WORD, "Unknown", "Copilot", none, none, ""]), no_message);
}
