//! Mappings: joined fields, saved under names, refused where they do not fit.

use crate::support::Bench;

const TABLE: &str = "date,time,org,user,tok\n2026-03-01,10:00:00,acme,ann,5\n\
                     2026-03-01,10:00:01,acme,bob,7\n2026-03-01,,acme,eve,9\n";

const JOINED: &str = "format = \"csv\"\n[fields]\n\
                      timestamp = { from = [\"date\", \"time\"], join = \" \" }\n\
                      account_id = { from = [\"org\", \"user\"], join = \"/\" }\n\
                      input_tokens = \"tok\"\n";

fn bench() -> Bench {
    let bench = Bench::new();
    bench.file("day.csv", TABLE).file("joined.toml", JOINED);
    bench
}

#[test]
fn fields_are_joined_and_a_record_that_lacks_a_part_is_in_the_ledger() {
    let bench = bench();
    let import = ["import", "day.csv", "--case", "c.stillwatch", "--mapping", "joined.toml"];
    bench.run(&import).ok();
    let sql = "SELECT group_concat(account_id || ' ' || timestamp, ', ') AS who FROM \
               (SELECT account_id, timestamp FROM view_event ORDER BY timestamp)";
    let rows = bench.run(&["query", "c.stillwatch", sql, "--format", "json"]).ok().json();
    let who = rows[0]["who"].as_str().unwrap();
    assert!(who.starts_with("acme/ann 2026-03-01") && who.contains("acme/bob"), "{who}");
    assert_eq!(bench.info("c.stillwatch")["rejects"], 1);
    let mapping = "SELECT mapping FROM source";
    let kept = bench.run(&["query", "c.stillwatch", mapping, "--format", "json"]).ok().out;
    assert!(kept.contains("join = "), "how fields were joined is evidence: {kept}");
}

#[test]
fn a_mapping_is_saved_offered_used_printed_and_removed_by_its_name() {
    let bench = bench();
    let save = ["inspect", "day.csv", "--mapping", "joined.toml", "--save-mapping", "day logs"];
    bench.run(&save).ok().says("saved the mapping \"day logs\"");
    assert!(bench.run(&["mappings"]).ok().out.contains("day logs"));
    let seen = bench.run(&["inspect", "day.csv"]).ok().out;
    assert!(seen.contains("saved for such columns: --mapping 'day logs'"), "{seen}");
    bench.file("other.csv", "timestamp,user\n2026-03-01 10:00:00,ann\n");
    let seen = bench.run(&["inspect", "other.csv"]).ok().out;
    assert!(!seen.contains("saved for such columns"), "{seen}");
    let import = ["import", "day.csv", "--case", "c.stillwatch", "--mapping", "day logs"];
    bench.run(&import).ok();
    assert_eq!(bench.info("c.stillwatch")["rows"], 2);
    let toml = bench.run(&["mappings", "day logs"]).ok().out;
    bench.file("out.toml", &toml);
    bench.run(&["mappings", "again", "--add", "out.toml"]).ok();
    assert_eq!(bench.run(&["mappings", "again"]).ok().out, toml);
    bench.run(&["mappings", "again", "--remove"]).ok();
    bench.run(&["mappings", "agian"]).ends(1).says("saved are day logs");
    bench.run(&["inspect", "day.csv", "--mapping", "day log"]).ends(1).says("did you mean");
}

#[test]
fn a_saved_mapping_of_a_log_without_accounts_takes_the_name_of_each_file() {
    let bench = bench();
    for name in ["east.csv", "west.csv"] {
        bench.file(name, "time,tokens in\n2026-03-01 10:00:00,5\n2026-03-01 10:00:09,7\n");
    }
    bench.run(&["inspect", "east.csv", "--save-mapping", "gateways"]).ok();
    let import = ["import", "west.csv", "--case", "c.stillwatch", "--mapping", "gateways"];
    bench.run(&import).ok();
    let account = "SELECT DISTINCT account_id FROM view_event";
    let found = bench.run(&["query", "c.stillwatch", account, "--format", "json"]).ok().json();
    assert_eq!(found[0]["account_id"], "west");
}

#[test]
fn a_mapping_that_names_absent_columns_says_which_and_what_was_meant() {
    let bench = bench();
    bench
        .file("wrong.toml", JOINED.replace("\"user\"", "\"usr\"").replace("\"tok\"", "\"tokens\""));
    for command in [&["inspect", "day.csv"][..], &["import", "day.csv", "--case", "c.stillwatch"]] {
        let ran = bench.run(&[command, &["--mapping", "wrong.toml"]].concat()).ends(1);
        let ran = ran.says("no columns \"usr\" (did you mean \"user\"?), \"tokens\"");
        ran.says("there is date, time, org, user, tok");
    }
    assert!(!bench.path("c.stillwatch").exists());
}

#[test]
fn a_format_forced_on_what_it_cannot_read_is_refused_with_what_fits() {
    let bench = bench();
    let line = "{\"timestamp\":\"2026-03-01T00:00:00Z\",\"account_id\":\"a\",\"model\":\"m\"}\n";
    bench.file("a.jsonl", line.repeat(4));
    let import = ["import", "a.jsonl", "--case", "c.stillwatch", "--format", "cloudtrail"];
    let ran = bench.run(&import).ends(1);
    ran.says("none of the 4 records looked at can be read as cloudtrail").says("looks like native");
    assert!(!bench.path("c.stillwatch").exists());
    let seen = bench.run(&["inspect", "a.jsonl", "--format", "cloudtrail"]).ok().out;
    assert!(seen.contains("beware: none of the 4 records"), "{seen}");
    assert!(seen.contains("4 rejected"), "the forecast of rejects: {seen}");
}

#[test]
fn only_the_rejects_are_read_again_with_another_mapping() {
    let bench = Bench::new();
    let table =
        "timestamp,user,tok,alt\n2026-03-01 10:00:00,ann,5,\n2026-03-01 10:00:01,bob,many,7\n";
    bench.file("day.csv", table);
    let fields = "[fields]\ntimestamp = \"timestamp\"\naccount_id = \"user\"\n";
    bench.file("first.toml", format!("{fields}input_tokens = \"tok\"\n"));
    bench.file("second.toml", format!("{fields}input_tokens = \"alt\"\n"));
    let import = ["import", "day.csv", "--case", "c.stillwatch", "--mapping", "first.toml"];
    bench.run(&import).ok();
    let info = bench.info("c.stillwatch");
    assert_eq!((&info["rows"], &info["rejects"]), (&1.into(), &1.into()));
    let same = ["reread", "c.stillwatch", "1", "--mapping", "first.toml"];
    bench.run(&same).ends(1).says("cannot be read");
    let again = ["reread", "c.stillwatch", "1", "--mapping", "second.toml"];
    bench.run(&again).ok().says("extended c.stillwatch: 1 record from 1 source");
    let info = bench.info("c.stillwatch");
    assert_eq!((&info["rows"], &info["rejects"]), (&2.into(), &0.into()));
    bench.run(&["verify", "c.stillwatch"]).ok();
    bench.run(&again).ends(1).says("read again already, as source 2");
}

#[test]
fn numbers_are_read_as_a_country_writes_them_and_what_says_nothing_is_missing() {
    let bench = Bench::new();
    let table = "timestamp;account_id;input_tokens;cost\n\
                 2026-03-01T10:00:00Z;ann;5;0,8403\n\
                 2026-03-01T10:01:00Z;ann;1204;1.234,5\n\
                 2026-03-01T10:01:30Z;ann;1.204;0,5\n\
                 2026-03-01T10:02:00Z;ann;k.A.;k.A.\n";
    bench.file("day.csv", table);
    let toml = bench.run(&["inspect", "day.csv", "--toml"]).ok().out;
    assert!(toml.starts_with("format = ") && toml.contains("[fields.cost]"), "{toml}");
    bench.run(&["import", "day.csv", "--case", "a.stillwatch"]).ok();
    // What can be nothing else is read, of a column that shows its decimals everything; the rest is in
    // the ledger, and says what to do.
    assert_eq!(bench.info("a.stillwatch")["rows"], 2);
    let why =
        "SELECT group_concat(reason, '; ') AS why FROM (SELECT reason FROM reject ORDER BY 1)";
    let rows = bench.run(&["query", "a.stillwatch", why, "--format", "json"]).ok().json();
    let why = rows[0]["why"].as_str().unwrap().to_owned();
    assert!(
        why.contains("input_tokens may be two numbers") && why.contains("with decimal"),
        "{why}"
    );
    let own = "format = \"csv\"\n[fields]\ntimestamp = \"timestamp\"\naccount_id = \"account_id\"\n\
               input_tokens = { from = \"input_tokens\", decimal = \",\", missing = \"K.A.\" }\n\
               cost = { from = \"cost\", decimal = \",\", missing = [\"k.A.\", \"n/a\"] }\n";
    bench.file("own.toml", own);
    let import = ["import", "day.csv", "--case", "b.stillwatch", "--mapping", "own.toml"];
    bench.run(&import).ok();
    let sum = "SELECT count(*) AS n, sum(input_tokens) AS tokens, round(sum(cost), 4) AS cost, \
               sum(cost IS NULL) AS without FROM view_event";
    let rows = bench.run(&["query", "b.stillwatch", sum, "--format", "json"]).ok().json();
    let expected = serde_json::json!([{"n": 4, "tokens": 2413, "cost": 1235.8403, "without": 1}]);
    assert_eq!(rows, expected);
    // The first records of the other case are read again with it, and none is left out.
    bench.run(&["reread", "a.stillwatch", "1", "--mapping", "own.toml"]).ok();
    assert_eq!(bench.info("a.stillwatch")["rows"], 4);
    bench.file("bad.toml", "[fields]\nmodel = { from = \"m\", decimal = \",\" }\n");
    bench.run(&["inspect", "day.csv", "--mapping", "bad.toml"]).ends(1).says("decimal of model");
}

#[test]
fn a_field_that_comes_later_than_the_first_records_is_named_where_it_is_not_read() {
    let bench = Bench::new();
    let line = |i: usize| {
        let late = if i >= 5_000 && i.is_multiple_of(2) {
            ",\"err\":{\"error_code\":\"overloaded\"},\"note\":\"x\""
        } else {
            ""
        };
        format!(
            "{{\"when\":{},\"created\":{},\"who\":{{\"user\":\"u{}\"}},\"model\":\"m\"{late}}}\n",
            i,
            1_772_359_200 + i,
            i % 7
        )
    };
    bench.file("odd.jsonl", (0..10_000).map(line).collect::<String>());
    let import = ["import", "odd.jsonl", "--case", "c.stillwatch"];
    bench.run(&import).ok().says("not read: \"err.error_code\" (error), in ");
    // Named by hand it is read, and nothing is left to say.
    let toml = bench.run(&["inspect", "odd.jsonl", "--toml"]).ok().out;
    bench.file("own.toml", format!("{toml}\n[fields.error]\nfrom = [\"err.error_code\"]\n"));
    let import = ["import", "odd.jsonl", "--case", "d.stillwatch", "--mapping", "own.toml"];
    let ran = bench.run(&import).ok();
    assert!(!ran.err.contains("not read"), "{}", ran.err);
    let sql = "SELECT count(*) AS n FROM view_event WHERE error = 'overloaded'";
    let rows = bench.run(&["query", "d.stillwatch", sql, "--format", "json"]).ok().json();
    assert_eq!(rows[0]["n"], 2_500);
}

#[test]
fn a_native_table_is_read_under_other_names_and_says_what_these_do_not_hold() {
    let bench = Bench::new();
    let row =
        |i: u32| format!("2026-03-01T10:00:{:02}Z,u{},m,{},9,${i}.5,x\n", i % 60, i % 7, 100 + i);
    let rows: String = (0..500).map(row).collect();
    let header = "timestamp,account_id,model,prompt_tokens,output_tokens,spend,remark\n";
    bench.file("a.csv", header.to_owned() + &rows);
    let import = ["import", "a.csv", "--case", "c.stillwatch", "--format", "native"];
    let ran = bench.run(&import).ok();
    assert!(!ran.err.contains("remark") && !ran.err.contains("prompt_tokens"), "{}", ran.err);
    ran.says("not read: \"spend\" (cost), in 400 of 400 records looked at");
    let sql = "SELECT sum(input_tokens) AS n FROM view_event";
    let rows = bench.run(&["query", "c.stillwatch", sql, "--format", "json"]).ok().json();
    assert_eq!(rows[0]["n"], (100..600).sum::<i64>());
}

#[test]
fn a_column_that_shows_what_stands_before_its_decimals_is_read_by_it() {
    let bench = Bench::new();
    let table = |rows: &[&str]| {
        let row = |(i, cost): (usize, &&str)| format!("2026-03-01T10:00:{i:02}Z;a{i};{cost}\n");
        let rows: String = rows.iter().enumerate().map(row).collect();
        format!("timestamp;account_id;cost\n{rows}")
    };
    let sum = |case: &str| {
        let sql = "SELECT count(*) AS n, round(total(cost), 3) AS cost FROM view_event";
        let rows = bench.run(&["query", case, sql, "--format", "json"]).ok().json();
        (rows[0]["n"].as_u64().unwrap(), rows[0]["cost"].as_f64().unwrap())
    };
    for (name, rows, cost) in [
        ("comma", ["0,84", "1.234", "12,5"], 1_247.34),
        ("both", ["1.234,56", "1.234.567", "7"], 1_235_808.56),
        ("point", ["0.84", "1,234.50", "12,500"], 13_735.34),
        ("plain", ["0.84", "1.234", "12.5"], 14.574),
    ] {
        bench.file(&format!("{name}.csv"), table(&rows));
        let case = format!("{name}.stillwatch");
        bench.run(&["import", &format!("{name}.csv"), "--case", &case]).ok();
        assert_eq!(sum(&case), (3, cost), "{name}");
    }
    // Nothing shows what it is: each is a reject that says what to do, and no column is left out.
    bench.file("open.csv", table(&["1,204", "2,512", "3,007"]));
    let ran = bench.run(&["import", "open.csv", "--case", "open.stillwatch"]);
    ran.says("cost may be two numbers");
    // What cannot be one is named.
    let signs = table(&["$0.50", "EUR 1", "free"]).replace("account_id;cost", "user;total_cost");
    bench.file("signs.csv", signs);
    let ran = bench.run(&["import", "signs.csv", "--case", "signs.stillwatch"]).ok();
    ran.says("not read: \"total_cost\" (cost), in 3 of 3 records looked at");
}

#[test]
fn a_list_that_is_not_closed_was_not_read_to_its_end() {
    let bench = Bench::new();
    let record = |i: u32| {
        format!(
            "{{\"timestamp\":\"2026-03-01T10:00:{i:02}Z\",\"account_id\":\"a\",\"model\":\"m\",\
             \"input_tokens\":{i}}}"
        )
    };
    let records: Vec<String> = (0..40).map(record).collect();
    let whole = format!("[{}]", records.join(",\n"));
    bench.file("whole.json", &whole);
    bench.run(&["import", "whole.json", "--case", "whole.stillwatch"]).ok();
    for (name, end) in [("between", whole.len() - 2), ("inside", whole.len() - 20)] {
        bench.file(&format!("{name}.json"), &whole[..end]);
        let case = format!("{name}.stillwatch");
        let ran = bench.run(&["import", &format!("{name}.json"), "--case", &case]).ends(1);
        ran.says("not read to its end").says("not closed");
    }
}

#[test]
fn what_is_hardly_a_log_of_model_calls_is_said_to_be_doubtful() {
    let bench = Bench::new();
    let line = |i: u32| {
        format!(
            "{{\"text\":\"GET /healthz ok\",\"stream\":\"stdout\",\"time\":\"2026-03-01T10:00:{i:02}Z\"}}\n"
        )
    };
    bench.file("app.jsonl", (0..50).map(line).collect::<String>());
    let ran = bench.run(&["import", "app.jsonl", "--case", "c.stillwatch"]).ok();
    ran.says("only ").says("% sure that these are model calls");
}
