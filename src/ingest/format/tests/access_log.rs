use crate::ingest::format::tests::{one, reason};
use crate::ingest::testing::read_text;
use crate::model::{Field, Granularity, TimePrecision, TimeQuality};

const TIME: &str = "[17/May/2015:10:05:03 +0200]";

fn combined(request: &str) -> String {
    format!("203.0.113.9 - ann {TIME} \"{request}\" 200 512 \"-\" \"client/1.0\"")
}

#[test]
fn a_post_to_a_model_is_an_exchange_of_the_basic_user() {
    let row = one("access_log", &combined("POST /v1/chat/completions?beta=1 HTTP/1.1"));
    assert_eq!(row.granularity, Granularity::Exchange);
    assert_eq!(row.get(Field::Timestamp), "2015-05-17T08:05:03Z");
    assert_eq!((row.quality, row.precision), (TimeQuality::Exact, TimePrecision::Second));
    assert_eq!((row.get(Field::AccountId), row.get(Field::ClientIp)), ("ann", "203.0.113.9"));
    assert_eq!(row.get(Field::Endpoint), "/v1/chat/completions");
    assert_eq!((row.get(Field::Status), row.get(Field::UserAgent)), ("200", "client/1.0"));
    assert_eq!((row.get(Field::Model), row.get(Field::LatencyMs)), ("", ""));
}

#[test]
fn any_other_request_is_an_activity() {
    for request in ["GET /v1/models HTTP/1.1", "OPTIONS /v1/messages HTTP/2.0", "-", ""] {
        assert_eq!(one("access_log", &combined(request)).granularity, Granularity::Activity);
    }
    // What scanners send that speak another protocol.
    let row = one("access_log", &combined("\\x16\\x03\\x01\\x02 \\x01"));
    assert_eq!((row.get(Field::Endpoint), row.get(Field::AccountId)), ("", "ann"));
}

#[test]
fn the_common_format_has_neither_referrer_nor_agent() {
    let line = format!("2001:db8::7 - - {TIME} \"POST /api/chat HTTP/1.1\" 503 -");
    let row = one("access_log", &line);
    assert_eq!(
        (row.get(Field::ClientIp), row.get(Field::AccountId)),
        ("2001:db8::7", "2001:db8::7")
    );
    assert_eq!((row.get(Field::Status), row.get(Field::UserAgent)), ("503", ""));
}

#[test]
fn a_virtual_host_before_the_address_is_passed_over() {
    for host in ["api.example.com:443", "-", "api.example.com"] {
        let row = one("access_log", &format!("{host} {}", combined("POST /v1/messages HTTP/1.1")));
        assert_eq!((row.get(Field::ClientIp), row.get(Field::AccountId)), ("203.0.113.9", "ann"));
    }
    let named = format!("cache7.example.net - - {TIME} \"GET / HTTP/1.0\" 200 1");
    assert_eq!(one("access_log", &named).get(Field::ClientIp), "cache7.example.net");
    for before in ["May 17 10:05:03 edge nginx[7]:", "10.0.0.9:443"] {
        let row = one("access_log", &format!("{before} {}", combined("GET / HTTP/1.1")));
        assert_eq!((row.get(Field::ClientIp), row.get(Field::AccountId)), ("203.0.113.9", "ann"));
    }
    let list = format!("203.0.113.9, 10.0.0.1, 10.0.0.2 - ann {TIME} \"GET / HTTP/1.0\" 200 1");
    let row = one("access_log", &list);
    assert_eq!((row.get(Field::ClientIp), row.get(Field::AccountId)), ("203.0.113.9", "ann"));
    let posing = format!("203.0.113.9 - 10.0.0.1 x {TIME} \"GET / HTTP/1.0\" 200 1");
    let row = one("access_log", &posing);
    assert_eq!(
        (row.get(Field::ClientIp), row.get(Field::AccountId)),
        ("203.0.113.9", "10.0.0.1 x")
    );
    let blank = format!("203.0.113.9 - Ann Lee {TIME} \"GET / HTTP/1.0\" 200 1");
    assert_eq!(one("access_log", &blank).get(Field::AccountId), "Ann Lee");
}

#[test]
fn quotes_that_callers_send_end_nothing() {
    let line = format!(
        "1.2.3.4 - - {TIME} \"POST /v1/messages?q=\\\"a\\\" HTTP/1.1\" 200 5 \"x\\\"y\" \"say \\\"hi\\\" \\\\\""
    );
    let row = one("access_log", &line);
    assert_eq!((row.get(Field::Endpoint), row.get(Field::Status)), ("/v1/messages", "200"));
    assert_eq!(row.get(Field::UserAgent), "say \"hi\" \\");
}

#[test]
fn further_fields_are_allowed_and_a_duration_needs_a_name() {
    let row =
        one("access_log", &format!("{} \"10.1.1.1 rt=9\" 0.250 1", combined("GET / HTTP/1.1")));
    assert_eq!(row.get(Field::LatencyMs), "");
    let with = |further: &str| {
        let line = format!("{} {further}", combined("GET / HTTP/1.1"));
        one("access_log", &line).get(Field::LatencyMs).to_owned()
    };
    assert_eq!(with("\"198.18.0.1\" rt=0.250 uct=\"0.001\" urt=\"0.2\""), "250");
    assert_eq!(with("request_time=2"), "2000");
    assert_eq!(with("rt=-"), "");
    assert_eq!(with("rt=-1"), "");
    assert_eq!(with("rt=1e300"), "");
}

#[test]
fn the_model_and_a_key_are_taken_from_the_address_but_no_secret_becomes_a_name() {
    let row = one(
        "access_log",
        &combined("POST /v1beta/models/gemini-1.5-pro:generateContent?key=AIzaSECRET HTTP/1.1"),
    );
    assert_eq!(row.get(Field::Model), "gemini-1.5-pro");
    assert!(row.get(Field::ApiKeyId).starts_with("key "), "{}", row.get(Field::ApiKeyId));
    assert!(row.values.iter().all(|(_, value)| !value.contains("SECRET")), "{row:?}");
    let line = combined("GET / HTTP/1.1").replace("ann", "sk-SECRET");
    let row = one("access_log", &line);
    assert!(row.values.iter().all(|(_, value)| !value.contains("SECRET")), "{row:?}");
}

#[test]
fn nobody_is_unattributed_and_a_masked_address_stays_masked() {
    let line = format!("- - - {TIME} \"GET / HTTP/1.1\" 200 1");
    let row = one("access_log", &line);
    assert_eq!((row.get(Field::AccountId), row.get(Field::ClientIp)), ("unattributed", ""));
    let line = format!("20.236.11.*** - - {TIME} \"GET / HTTP/1.1\" - 1");
    let row = one("access_log", &line);
    assert_eq!((row.get(Field::ClientIp), row.get(Field::Status)), ("20.236.11.***", ""));
}

#[test]
fn a_line_that_breaks_off_and_a_line_of_something_else_have_their_own_reasons() {
    assert_eq!(
        reason("access_log", &format!("1.2.3.4 - - {TIME} \"GET /pre")),
        "the line breaks off"
    );
    assert_eq!(reason("access_log", &format!("1.2.3.4 - - {TIME}")), "the line breaks off");
    let other = "other lines of the log: no request";
    assert_eq!(
        reason("access_log", "2015/05/17 10:05:03 [error] 7#7: *1 upstream timed out"),
        other
    );
    let never = TIME.replace("17/May", "31/Feb");
    assert_eq!(
        reason("access_log", &format!("1.2.3.4 - - {never} \"GET / HTTP/1.1\" 200 1")),
        "timestamp not understood"
    );
}

#[test]
fn lines_without_a_request_in_a_row_are_one_entry_with_all_their_bytes() {
    let request = combined("POST /v1/messages HTTP/1.1");
    let more = format!("{request}\n{request}\n");
    let text = format!(
        "banner\n{request}\nTraceback:\n  at a\n\n  at b\n{request}\nend\n{request}\n{more}"
    );
    let (detection, read) = read_text("access.log", &text).expect("read");
    assert_eq!((detection.format, read.exchanges), ("access_log", 5));
    let places: Vec<_> = read
        .rejects
        .iter()
        .map(|r| &text[r.byte_offset as usize..(r.byte_offset + r.byte_length) as usize])
        .collect();
    assert_eq!(places, ["banner", "Traceback:\n  at a\n\n  at b", "end"]);
    assert_eq!(read.rejects.iter().map(|r| r.line).collect::<Vec<_>>(), [1, 3, 8]);
}

#[test]
fn prose_that_quotes_a_request_is_no_access_log() {
    let text =
        format!("Dear all,\n\nthis is what I saw:\n{}\n\nWho is it?\n", combined("GET / HTTP/1.1"));
    assert!(read_text("mail.txt", &text).is_err());
}
