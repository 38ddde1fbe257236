//! Events in the Elastic Common Schema, written by hand after its published fields.

use super::gateways::{TOKENS, WHO, bucket, table, values};
use super::{one, read_in};
use crate::ingest::Container;
use crate::ingest::testing::detected;
use crate::model::{Field, Granularity, TimeQuality};

#[test]
fn ecs_reads_nested_and_dotted_keys_alike() {
    let nested = r#"{"@timestamp":"2025-05-06T05:52:00.360Z","ecs":{"version":"8.16.0"},
        "event":{"action":"chat","duration":1500000000,"outcome":"success","id":"e"},
        "user":{"id":"ann"},"source":{"ip":"203.0.113.4","geo":{"country_iso_code":"NL"},
        "as":{"number":64500}},"user_agent":{"original":"curl"},"organization":{"id":"o"},
        "tls":{"client":{"ja3":"j"}},"http":{"response":{"status_code":200}},
        "gen_ai":{"request":{"model":{"id":"m"}},"usage":{"prompt_tokens":7,
        "completion_tokens":9},"response":{"finish_reasons":["stop"]}}}"#;
    let dotted = r#"{"@timestamp":"2025-05-06T05:52:00.360Z","ecs.version":"8.16.0",
        "event.action":"chat","event.duration":1500000000,"event.outcome":"success",
        "event.id":"e","user.id":"ann","source.ip":"203.0.113.4",
        "source.geo.country_iso_code":"NL","source.as.number":64500,
        "user_agent.original":"curl","organization.id":"o","tls.client.ja3":"j",
        "http.response.status_code":200,"gen_ai.request.model":"m",
        "gen_ai.usage.input_tokens":7,"gen_ai.usage.output_tokens":9,
        "gen_ai.response.finish_reasons":["stop"]}"#;
    let hit = format!(r#"{{"_index":"logs","_id":"1","_source":{nested}}}"#);
    for record in [nested, dotted, &hit] {
        assert_eq!(detected(&record.replace('\n', "")), "ecs");
        let row = one("ecs", record);
        assert_eq!(row.granularity, Granularity::Exchange);
        let fields = [Field::Model, Field::StopReason, Field::LatencyMs, Field::Status];
        assert_eq!(values(&row, fields), ["m", "stop", "1500", "200"], "{record}");
        let fields = [Field::ClientIp, Field::Country, Field::Asn, Field::DeviceId];
        assert_eq!(values(&row, fields), ["203.0.113.4", "NL", "64500", "j"]);
        assert_eq!(values(&row, TOKENS), ["7", "9", "", ""]);
        assert_eq!(values(&row, WHO), ["ann", "o", ""]);
    }
}

#[test]
fn ecs_adds_the_thoughts_of_gemini_and_counts_usage_in_buckets() {
    let vertex = r#"{"@timestamp":"2025-09-08T21:04:22.248Z","ecs":{"version":"8.17.0"},
        "event":{"action":"GenerateContent"},"cloud":{"project":{"id":"p"}},
        "gcp":{"vertexai":{"prompt_response_logs":{"model":"gemini",
        "metadata":{"request_latency":11225.5},"full_response":{
        "create_time":"2025-09-08T21:04:11.034753Z","usage_metadata":{"prompt_token_count":3,
        "candidates_token_count":29,"thoughts_token_count":901,"total_token_count":933}}}}}}"#;
    let row = one("ecs", vertex);
    assert_eq!(values(&row, TOKENS), ["3", "930", "", "901"]);
    assert_eq!(row.get(Field::Timestamp), "2025-09-08T21:04:11.034753Z");
    assert_eq!((row.get(Field::LatencyMs), row.get(Field::AccountId)), ("11225.5", "p"));
    let usage = r#"{"@timestamp":"2025-01-27T00:00:00.000Z","ecs":{"version":"8.16.0"},
        "event":{"kind":"metric"},"openai":{"base":{"num_model_requests":4,"user_id":"u",
        "end_time":"2025-01-28T00:00:00.000Z","model":"m"},"completions":{"input_tokens":22}}}"#;
    let row = one("ecs", usage);
    assert_eq!((row.granularity, row.quality), (Granularity::Bucket, TimeQuality::Day));
    assert_eq!(bucket("ecs", &Container::Lines, usage), (Some(4), Some(86_400)));
}

#[test]
fn ecs_events_of_no_model_are_activities_and_kibana_tables_are_read() {
    let login = r#"{"@timestamp":"2026-02-09T05:50:27Z","event":{"kind":"event","action":"login"},
        "user":{"email":"a@x.co"}}"#;
    assert_eq!(one("ecs", login).granularity, Granularity::Activity);
    let web = login.replace("\"user\":", "\"url\":{\"path\":\"/v1/messages\"},\"user\":");
    assert_eq!(one("ecs", &web).granularity, Granularity::Exchange);
    let header = "\"@timestamp\",\"event.action\",\"user.name\",\"gen_ai.request.model\"";
    let row = "\"May 6, 2025 @ 05:52:00.360\",\"chat\",\"ann\",\"-\"";
    let found = table(&format!("{header}\n{row}\n"));
    assert_eq!(found.format, "ecs");
    let shaped = read_in("ecs", &found.container, row).expect("read");
    assert_eq!(shaped[0].get(Field::Timestamp), "2025-05-06T05:52:00.360Z");
    assert_eq!(shaped[0].quality, TimeQuality::ZoneAssumed);
    assert_eq!(shaped[0].granularity, Granularity::Activity);
}
