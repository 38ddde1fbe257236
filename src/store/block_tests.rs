//! What blocks of rows become: of several workers, and beside what an older version has written.

use crate::job::Progress;
use crate::model::{Earlier, Fingerprints};

use super::tests::{RECORD, Row, UUID, block, import, place, problems, select, sha256, source};
use super::{CaseFile, Cell, SourceEnd, StoreError};

#[test]
fn blocks_point_to_entries_of_earlier_blocks_of_their_worker() {
    let (_folder, path) = place();
    let mut case = CaseFile::create(&path).expect("created");
    let mut writer = case.begin_source(source("a")).expect("begun");
    let of = |worker, first, rows: &[Row<'_>], earlier: u32, callers: &[u32]| {
        let mut block = block(first, rows);
        let known =
            Earlier { worker, accounts: earlier, callers: earlier, origins: earlier.min(1) };
        block.earlier = known;
        block.dimensions.accounts.drain(..earlier as usize);
        block.dimensions.callers.drain(..earlier as usize);
        block.dimensions.origins.drain(..known.origins as usize);
        block.rows.caller = callers.to_vec();
        block.fingerprints = Fingerprints::of(&block.dimensions);
        block
    };
    let one = of(0, 1, &[(1, "x", ""), (2, "y", "")], 0, &[0, 1]);
    // The other worker knows none of that.
    let two = of(1, 3, &[(3, "y", ""), (4, "z", "")], 0, &[0, 1]);
    let three = of(0, 5, &[(5, "y", ""), (6, "x", "")], 2, &[1, 0]);
    let four = of(1, 7, &[(7, "z", ""), (8, "y", "")], 2, &[1, 0]);
    // It begins anew.
    let five = of(0, 9, &[(9, "z", "")], 0, &[0]);
    for block in [one, two, three, four, five] {
        writer.push(block).expect("pushed");
    }
    let bytes = RECORD.repeat(9);
    let length = bytes.len() as u64;
    let sha256 = sha256(bytes.as_bytes());
    let end = SourceEnd { bytes: length, unpacked_bytes: length, sha256, problem: None };
    writer.finish(end, "test", &Progress::default()).expect("finished");
    assert_eq!(problems(&case), [""; 0]);
    let accounts = select(&case, "SELECT account_id FROM view_event ORDER BY event_id");
    let accounts = accounts.iter().map(|row| match &row[0] {
        Cell::Text(account) => account.as_str(),
        _ => "?",
    });
    let accounts: Vec<&str> = accounts.collect();
    assert_eq!(accounts.concat(), "xyyzyxzyz");
    let mut writer = case.begin_source(source("b")).expect("begun");
    let lost = of(0, 1, &[(1, "x", ""), (2, "y", "")], 2, &[0, 1]);
    let error = writer.push(lost).expect_err("nothing came earlier");
    assert!(error.to_string().contains("no block has brought"), "{error}");
}

#[test]
fn records_whose_columns_an_older_version_packed_are_recognised() {
    let (_folder, path) = place();
    let mut case = CaseFile::create(&path).expect("new");
    let rows: &[Row<'_>] = &[(1, "ac1", "r1"), (2, "ac2", ""), (3, "ac1", UUID)];
    import(&mut case, "a", &[rows]).expect("first");
    // Another way to pack gives another hash; and another file has as many records.
    let older = "UPDATE source SET (events_sha256, sha256) = ('older', 'packed otherwise')";
    case.conn.execute_batch(older).expect("as if older");
    let other: &[Row<'_>] = &[(1, "ac1", "r1"), (2, "ac1", ""), (3, "ac1", UUID)];
    import(&mut case, "b", &[other]).expect("another");
    case.conn.execute_batch(older).expect("as if older");
    let again = import(&mut case, "a.gz", &[rows]).expect_err("there already");
    assert!(matches!(again, StoreError::DuplicateSource { source_id: 1, .. }), "{again}");
    assert!(again.to_string().contains("packed differently"), "{again}");
}
