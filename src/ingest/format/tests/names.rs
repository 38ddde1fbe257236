//! A log of ours some of whose fields have the names that other logs give them.

use super::whole;
use crate::ingest::{Choice, Head, detect};
use crate::model::Field;

const OTHER: [(Field, &str); 5] = [
    (Field::InputTokens, "120"),
    (Field::OutputTokens, "7"),
    (Field::ClientIp, "198.51.100.7"),
    (Field::LatencyMs, "1500"),
    (Field::OrgId, "o1"),
];

fn sure(text: &str) -> (f32, String) {
    let head = Head { bytes: text.as_bytes(), complete: true, file_name: "x" };
    let found = detect(&head, &Choice::default()).expect(text);
    assert_eq!(found.format, "native");
    (found.confidence, found.why)
}

#[test]
fn fields_under_other_names_are_read_and_said_to_be_guessed() {
    let json = "{\"timestamp\":\"2026-03-01T10:00:00Z\",\"account_id\":\"a\",\"org_id\":\"o1\",\
                \"prompt_tokens\":120,\"usage\":{\"completion_tokens\":7},\
                \"ip\":\"198.51.100.7\",\"client_ip\":null,\"latency_seconds\":1.5}\n"
        .repeat(3);
    let table = format!(
        "timestamp,account_id,org_id,prompt_tokens,completion_tokens,ip,client_ip,latency_seconds\n{}",
        "2026-03-01T10:00:00Z,a,o1,120,7,198.51.100.7,,1.5\n".repeat(3)
    );
    for text in [json, table] {
        let row = &whole("native", &text)[0];
        let got = OTHER.map(|(field, _)| (field, row.get(field)));
        assert_eq!(got, OTHER, "{text}");
        let (confidence, why) = sure(&text);
        assert_eq!(confidence, 0.76, "above any other log whose names are guessed");
        assert!(why.contains(", client_ip from ip"), "{why}");
    }
}

#[test]
fn a_field_under_its_own_name_is_read_from_nowhere_else() {
    let text = "{\"timestamp\":\"2026-03-01T10:00:00Z\",\"account_id\":\"a\",\"model\":\"m\",\
                \"input_tokens\":5,\"prompt_tokens\":120,\"user\":\"\",\"prompt\":\"hi\",\
                \"messages\":[1]}\n"
        .repeat(3);
    let row = &whole("native", &text)[0];
    assert_eq!(row.get(Field::InputTokens), "5");
    let hash = format!("{:016x}", xxhash_rust::xxh3::xxh3_64(b"hi"));
    assert_eq!(row.get(Field::PromptHash), hash);
    let (_, why) = sure(&text);
    assert_eq!(why, "100 % of the records have timestamp and account_id, user_id from user");
}

#[test]
fn an_own_name_that_comes_later_is_read_where_it_is() {
    let first = "{\"timestamp\":1772359200,\"account_id\":\"a\",\"ip\":\"198.51.100.7\"}\n";
    let later = "{\"timestamp\":1772359201,\"account_id\":\"a\",\"ip\":\"198.51.100.7\",\
                 \"client_ip\":\"198.51.100.8\"}\n";
    let rows = whole("native", &format!("{}{later}", first.repeat(80)));
    assert_eq!(rows[0].get(Field::ClientIp), "198.51.100.7");
    assert_eq!(rows[80].get(Field::ClientIp), "198.51.100.8");
}

#[test]
fn a_log_under_own_names_alone_stays_as_sure_as_it_was() {
    let text = "{\"timestamp\":1772359200,\"account_id\":\"a\",\"model\":\"m\",\"cost\":1,\
                \"colour\":\"red\"}\n"
        .repeat(3);
    let (confidence, why) = sure(&text);
    assert_eq!(confidence, 0.99);
    assert_eq!(why, "100 % of the records have timestamp and account_id");
}
