//! The tables beside the log.

use super::*;

fn rows(table: &str) -> Vec<csv::StringRecord> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    reader.records().map(|row| row.expect("a row")).collect()
}

#[test]
fn labels_cover_every_account_once() {
    let log = plain();
    let labels = rows(&log.bench.labels_csv());
    let ids: HashSet<&str> = labels.iter().map(|row| &row[0]).collect();
    assert_eq!((labels.len(), ids.len()), (3_000, 3_000));
    assert!(log.records.iter().all(|r| ids.contains(r.account_id.as_str())));
    for row in &labels {
        let role = &row[1];
        assert!(["background", "look-alike", "campaign"].contains(&role));
        assert_eq!(row[4].is_empty(), role == "background", "{row:?}");
        if role == "campaign" {
            assert_eq!((&row[5], &row[6], &row[7]), ("1", "1", "0"), "{row:?}");
        }
    }
    let accounts = rows(&log.bench.accounts_csv().expect("tier 5"));
    assert_eq!(accounts.len(), 3_000);
}

#[test]
fn accounts_of_one_network_carry_one_name_and_no_other_does() {
    let bench = Bench::build(&small(3, Some(vec![Evasion::E2, Evasion::All]))).expect("a world");
    let mut networks: HashMap<String, HashSet<(String, String)>> = HashMap::new();
    for row in rows(&bench.labels_csv()).iter().filter(|row| !row[4].is_empty()) {
        let class = (row[2].to_owned(), row[8].to_owned());
        networks.entry(row[4].to_owned()).or_default().insert(class);
    }
    assert!(networks.values().all(|classes| classes.len() == 1));
    let planted =
        bench.networks.iter().filter(|n| !n.words.is_empty() || n.spec.id.starts_with('L'));
    assert_eq!(networks.len(), planted.count());
}

#[test]
fn request_ids_are_unique_and_those_labelled_are_in_the_log() {
    let log = plain();
    let ids: HashSet<&str> = log.records.iter().map(|r| r.request_id.as_str()).collect();
    assert_eq!(ids.len(), log.records.len());
    let mut labels = Vec::new();
    log.bench.write_request_labels(&mut labels, &Progress::default()).expect("memory");
    let labels = String::from_utf8(labels).expect("text");
    let labelled = rows(&labels);
    assert!(labelled.len() > 1_000);
    assert!(labelled.iter().all(|row| ids.contains(&row[0])));
}
