use crate::ingest::format::tests::Shaped;
use crate::ingest::testing::detected;
use crate::ingest::{Choice, Head, Mapping, detect};
use crate::model::{Field, TimePrecision, TimeQuality};

/// Rows of a text under the mapping it gets, or under one that is given.
fn rows(text: &str, given: Option<&str>) -> Vec<Shaped> {
    let head = Head { bytes: text.as_bytes(), complete: true, file_name: "trace.csv" };
    let mapping = given.map(|toml| Mapping::from_toml(toml).expect("valid"));
    let choice = Choice { mapping, ..Choice::default() };
    let detection = detect(&head, &choice).expect(text);
    let options = detection.options().expect("a zone");
    let reader = detection.reader(&options).expect("a reader");
    let sample = crate::ingest::Sample::cut(&head).expect("records");
    let mut rows = Vec::new();
    for record in &sample.records {
        reader.read(&record.bytes, &mut |e| rows.push(Shaped::of(e))).expect("read");
    }
    rows
}

#[test]
fn the_azure_trace_of_2024_states_its_zone() {
    let text = "TIMESTAMP,ContextTokens,GeneratedTokens\n2024-05-10 00:00:00.009930+00:00,2162,5\n";
    assert_eq!(detected(text), "azure_trace");
    let row = rows(text, None).remove(0);
    assert_eq!((row.quality, row.precision), (TimeQuality::Exact, TimePrecision::Microsecond));
    assert_eq!((row.get(Field::InputTokens), row.get(Field::OutputTokens)), ("2162", "5"));
    assert_eq!(row.get(Field::AccountId), "trace");
}

#[test]
fn burst_gpt_is_read_by_names_whatever_version_it_is() {
    let first = "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n\
                 5,ChatGPT,472,18,490,Conversation log\n";
    let later = "Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,\
                 Total tokens,Log Type\n5.5,s1,2,ChatGPT,472,18,490,API log\n";
    for (text, at, session, latency, precision) in [
        (first, "1970-01-01T00:00:05Z", "", "", TimePrecision::Second),
        (later, "1970-01-01T00:00:05.500Z", "s1", "2000", TimePrecision::Millisecond),
    ] {
        assert_eq!(detected(text), "burstgpt");
        let row = rows(text, None).remove(0);
        assert_eq!(row.get(Field::Timestamp), at);
        assert_eq!((row.quality, row.precision), (TimeQuality::Relative, precision));
        assert_eq!((row.get(Field::SessionId), row.get(Field::LatencyMs)), (session, latency));
        assert_eq!((row.get(Field::InputTokens), row.get(Field::OutputTokens)), ("472", "18"));
    }
}

const BLOCKS: &str = r#"{"timestamp":1500,"input_length":6,"output_length":5,"hash_ids":[0,1,2]}"#;

#[test]
fn a_start_that_is_known_moves_a_trace_to_its_day_and_its_times_stay_relative() {
    let head = Head { bytes: BLOCKS.as_bytes(), complete: true, file_name: "x.jsonl" };
    let toml = detect(&head, &Choice::default()).expect("a trace").mapping.to_toml();
    let toml = toml.replace("1970-01-01T00:00:00Z", "2024-06-01T00:00:00Z");
    let row = rows(BLOCKS, Some(&toml)).remove(0);
    assert_eq!(row.get(Field::Timestamp), "2024-06-01T00:00:01.500Z");
    assert_eq!(row.quality, TimeQuality::Relative);
}

#[test]
fn a_prompt_is_the_whole_list_of_its_blocks_and_not_how_it_begins() {
    let prompt = |ids: &str| {
        let text = BLOCKS.replace("[0,1,2]", ids);
        rows(&text, None).remove(0).get(Field::PromptHash).to_owned()
    };
    assert_eq!(prompt("[0, 1, 2]"), prompt("[0,1,2]"));
    for other in ["[0,1]", "[0]", "[0,1,3]", "[1,2]"] {
        assert_ne!(prompt(other), prompt("[0,1,2]"), "{other}");
    }
}

#[test]
fn what_only_looks_like_a_trace_or_a_relay_log_is_not_taken_for_one() {
    let head = |text: &'static str| Head { bytes: text.as_bytes(), complete: true, file_name: "x" };
    let format = |text| detect(&head(text), &Choice::default()).map(|found| found.format).ok();
    // Seconds, not milliseconds: the same keys and one more.
    let seconds =
        r#"{"chat_id":1,"timestamp":61.1,"input_length":5,"output_length":1,"hash_ids":[1]}"#;
    assert_eq!(format(seconds), None);
    assert_eq!(
        format("TIMESTAMP,ContextTokens,account_id\n2024-05-10 00:00:00,1,a\n"),
        Some("csv")
    );
    assert_eq!(
        format("Timestamp,Model,Request tokens,Log Type\n2024-05-10 00:00:00,m,1,x\n"),
        Some("csv")
    );
    let orders =
        r#"{"id":1,"created_at":1738000000,"type":2,"username":"a","quota":1,"model":"m"}"#;
    assert_eq!(format(orders), Some("json"));
    let pipes =
        "time | status | latency | address\n2025/03/21 - 08:52:32 | 200 | 1.3s | 127.0.0.1\n";
    assert_eq!(format(pipes), Some("csv"));
    let gin = "timestamp,account_id,line\n2026-03-01T10:00:00Z,a,\"[GIN] 2025/03/21 - 08:52:32 | \
               200 | 1.3s | 127.0.0.1 | POST \"\"/api/chat\"\"\"\n";
    assert_eq!(format(gin), Some("native"));
    let quoted = "timestamp,account_id,line\n2026-03-01T10:00:00Z,a,\"1.2.3.4 - - \
                  [17/May/2015:10:05:03 +0000] \"\"GET / HTTP/1.1\"\" 200 1\"\n";
    assert_eq!(format(quoted), Some("native"));
}
