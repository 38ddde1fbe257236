//! Real exports of cloud and vendor formats: how much each gives, in total and from when to when.
//!
//! The numbers are printed by `real_vendors_truth.py`, which counts the same files with the JSON
//! and CSV readers of Python. The files hold names of persons: accounts are counted, not named.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support::{Bench, shared_data};

/// What a file gives.
struct Export {
    file: &'static str,
    format: &'static str,
    /// Exchanges, activities and usage buckets.
    kinds: [u64; 3],
    rejects: u64,
    /// Different accounts.
    accounts: u64,
    /// Sums of input, output and cached tokens, and of calls counted in buckets.
    sums: [u64; 4],
    first: &'static str,
    last: &'static str,
}

const EXPORTS: &[Export] = &[
    Export {
        file: "elastic_fixtures/azure_apim_gateway.ndjson",
        format: "azure_apim",
        kinds: [2, 0, 0],
        rejects: 0,
        accounts: 1,
        sums: [14, 8, 0, 0],
        first: "2024-07-02T06:14:56.237187Z",
        last: "2024-07-02T06:31:31.446590Z",
    },
    Export {
        file: "elastic_fixtures/gcp_vertexai_cloud_audit.ndjson",
        format: "gcp_audit",
        kinds: [1, 3, 0],
        rejects: 0,
        accounts: 3,
        sums: [0, 0, 0, 0],
        first: "2025-05-01T10:54:44.516444Z",
        last: "2025-05-06T05:52:00.360468Z",
    },
    Export {
        file: "elastic_fixtures/openai_audit_log.ndjson",
        format: "openai_audit",
        kinds: [0, 1, 0],
        rejects: 0,
        accounts: 1,
        sums: [0, 0, 0, 0],
        first: "2026-02-13T10:52:05Z",
        last: "2026-02-13T10:52:05Z",
    },
    Export {
        file: "panther_test_events/openai_audit.ndjson",
        format: "openai_audit",
        kinds: [0, 33, 0],
        rejects: 0,
        accounts: 14,
        sums: [0, 0, 0, 0],
        first: "2023-12-18T00:00:00Z",
        last: "2023-12-18T00:01:40Z",
    },
    Export {
        file: "docs_examples/openai_costs_docs_example.json",
        format: "openai_usage",
        kinds: [0, 0, 1],
        rejects: 0,
        accounts: 1,
        sums: [0, 0, 0, 0],
        first: "2024-11-01T00:00:00Z",
        last: "2024-11-01T00:00:00Z",
    },
    Export {
        file: "docs_examples/openai_usage_completions_docs_example.json",
        format: "openai_usage",
        kinds: [0, 0, 1],
        rejects: 0,
        accounts: 1,
        sums: [1_000, 500, 400, 5],
        first: "2024-11-01T00:00:00Z",
        last: "2024-11-01T00:00:00Z",
    },
    Export {
        file: "docs_examples/openai_usage_embeddings_docs_example.json",
        format: "openai_usage",
        kinds: [0, 0, 1],
        rejects: 0,
        accounts: 1,
        sums: [16, 0, 0, 2],
        first: "2024-11-01T00:00:00Z",
        last: "2024-11-01T00:00:00Z",
    },
    Export {
        file: "docs_examples/anthropic_console_usage.csv",
        format: "anthropic_console",
        kinds: [0, 0, 1],
        rejects: 0,
        accounts: 1,
        sums: [62_950, 16_932, 0, 0],
        first: "2026-08-05T00:00:00Z",
        last: "2026-08-05T00:00:00Z",
    },
    Export {
        file: "docs_examples/anthropic_compliance_activities_page.json",
        format: "anthropic_activity",
        kinds: [0, 1, 0],
        rejects: 0,
        accounts: 1,
        sums: [0, 0, 0, 0],
        first: "2026-04-10T08:09:10Z",
        last: "2026-04-10T08:09:10Z",
    },
    Export {
        file: "panther_test_events/anthropic_activity.ndjson",
        format: "anthropic_activity",
        kinds: [0, 38, 0],
        rejects: 0,
        accounts: 7,
        sums: [0, 0, 0, 0],
        first: "2026-04-28T08:00:00Z",
        last: "2026-05-07T13:02:42Z",
    },
    // Sixteen e-mails and 25 files are no messages of Copilot.
    Export {
        file: "m365_copilot_ediscovery/copilot_prompt_logs.csv",
        format: "m365_copilot",
        kinds: [56, 80, 0],
        rejects: 41,
        accounts: 1,
        sums: [0, 0, 0, 0],
        first: "2025-07-11T00:04:58Z",
        last: "2025-08-25T20:58:46Z",
    },
];

#[test]
fn every_export_of_a_vendor_gives_its_records_tokens_and_times() {
    let Some(data) = shared_data("every export of a vendor") else { return };
    for export in EXPORTS {
        let (bench, file) = (Bench::new(), export.file);
        let path = data.join(file);
        let report = bench
            .run(&["import", path.to_str().unwrap(), "--case", "c.stillwatch", "--json"])
            .ok()
            .json();
        let source = &report["sources"][0];
        assert_eq!(source["format"], export.format, "{file}");
        let kinds = ["exchanges", "activities", "buckets"].map(|kind| source[kind].as_u64());
        assert_eq!(kinds, export.kinds.map(Some), "{file}");
        assert_eq!(source["rejects"], export.rejects, "{file}");
        let number = |what: &str| {
            bench.number("c.stillwatch", &format!("SELECT {what} AS n FROM view_event"))
        };
        assert_eq!(number("count(DISTINCT account_id)"), export.accounts, "{file}");
        let sums = ["input_tokens", "output_tokens", "cached_tokens", "requests"]
            .map(|column| number(&format!("coalesce(sum({column}), 0)")));
        assert_eq!(sums, export.sums, "{file}");
        let span = "SELECT min(timestamp) AS first, max(timestamp) AS last FROM view_event";
        let span = bench.run(&["query", "c.stillwatch", span, "--format", "json"]).ok().json();
        assert_eq!(
            (&span[0]["first"], &span[0]["last"]),
            (&export.first.into(), &export.last.into())
        );
        bench.run(&["verify", "c.stillwatch"]).ok();
    }
}

#[test]
fn a_page_that_has_more_is_imported_with_a_word() {
    let Some(data) = shared_data("a page that has more") else { return };
    let bench = Bench::new();
    let import = |file: &str, case: &str| {
        let path = data.join("docs_examples").join(file);
        bench.run(&["import", path.to_str().unwrap(), "--case", case]).ok()
    };
    let word = "it says has_more: the pages after it are missing";
    import("openai_usage_completions_docs_example.json", "a.stillwatch").says(word);
    let whole = import("openai_costs_docs_example.json", "b.stillwatch");
    assert!(!whole.err.contains(word) && !whole.out.contains(word), "{}", whole.err);
}

#[test]
fn a_page_too_long_for_its_first_bytes_still_says_that_it_has_more() {
    let bench = Bench::new();
    let activity = "{\"id\":\"a\",\"created_at\":\"2026-04-10T08:09:10Z\",\"type\":\"t\",\
                    \"actor\":{\"type\":\"user_actor\",\"user_id\":\"u\"}}";
    let all = vec![activity; 5_000].join(",");
    for (more, name) in [(true, "more.json"), (false, "all.json")] {
        bench.file(name, format!("{{\"data\":[{all}],\"has_more\":{more},\"last_id\":\"a\"}}"));
        let seen = bench.run(&["inspect", name, "--json"]).ok().json();
        assert_eq!(seen[0]["why"].as_str().unwrap().contains("has_more"), more, "{name}");
        let case = format!("{name}.stillwatch");
        let import = bench.run(&["import", name, "--case", &case]).ok();
        assert_eq!(import.err.contains("it says has_more"), more, "{}", import.err);
        assert_eq!(bench.info(&case)["activities"], 5_000);
        // Packed, the end is not known before all of it was read.
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(&std::fs::read(bench.path(name)).unwrap()).unwrap();
        bench.file("packed.json.gz", packed.finish().unwrap());
        let import = bench.run(&["import", "packed.json.gz", "--case", &format!("p{case}")]).ok();
        assert_eq!(import.err.contains("it says has_more"), more, "{}", import.err);
    }
}
