use std::sync::Mutex;

use proptest::prelude::*;

use crate::ingest::Reason;
use crate::ingest::csv::CsvReader;
use crate::ingest::cut::Plans;
use crate::ingest::paths::{Capture, PathTree};
use crate::ingest::reader::{RecordReader, Shape};
use crate::ingest::scalar::Scalar;
use crate::model::Exchange;
use crate::model::pack::Packer;

/// Notes what is in the slots.
#[derive(Default)]
struct Noted(Mutex<Vec<String>>);

impl Shape for &Noted {
    fn shape<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        _: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let found = slots.iter().filter(|slot| !slot.is_missing());
        self.0.lock().expect("alone").push(format!("{:?}", found.collect::<Vec<_>>()));
        Ok(())
    }
}

const HEADER: [&str; 6] = ["id", "account", "n", "prompt", "e", "other"];

fn tree() -> PathTree {
    let mut tree = PathTree::default();
    tree.add("account", 0, Capture::Value);
    tree.add("n", 1, Capture::Value);
    tree.add("prompt", 2, Capture::Fingerprint);
    tree.add("e.code", 3, Capture::Value);
    tree.add("id", 4, Capture::Value);
    tree
}

/// Compares row for row, read by how it is cut and without; how many were cut.
fn compare(table: &str) -> usize {
    let header = HEADER.map(str::to_owned);
    let (cut, whole) = (Noted::default(), Noted::default());
    let by_cut = CsvReader::new(b',', &header, tree(), &cut);
    let thorough = CsvReader::new(b',', &header, tree(), &whole);
    let (mut plans, mut packer, mut count) = (Plans::default(), Packer::default(), 0);
    packer.begin(table.as_bytes());
    let emit = &mut |_: &Exchange<'_>| ();
    while let Some(line) = packer.next_line(table.as_bytes()) {
        let row = table[line.start..line.next].trim_end_matches(['\r', '\n']);
        let Some(look) = &line.look else { continue };
        let slots = &mut [const { Scalar::Missing }; 5];
        count += usize::from(by_cut.cut(row, look, &mut plans, slots).is_some());
        let found = by_cut.read_cut(row, look, &mut plans, emit);
        assert_eq!(found, thorough.read(row.as_bytes(), emit), "{row}");
        let last = |noted: &Noted| noted.0.lock().expect("alone").last().cloned();
        assert_eq!(last(&cut), last(&whole), "{row}");
    }
    count
}

fn rows(end: &str) -> String {
    let row = |i: usize| format!("r{},acc{},{},say {i},,x{end}", i * i % 91, i % 7, i * 31 % 97);
    (0..200).map(row).collect()
}

#[test]
fn a_table_of_like_rows_is_read_by_how_its_lines_are_cut() {
    assert!(compare(&rows("\n")) > 150);
    assert!(compare(&rows("\r\n")) > 150, "as Windows ends lines");
    let quoted = |i: usize| match i % 3 {
        0 => format!("r{i},\"acc\",{i},say,,\"x,y\"\n"),
        1 => format!("r{i},acc,{i},\"say, \"\"{i}\"\"\",,x\n"),
        _ => format!("r{i},acc,\"{i}\",say {i},,x\n"),
    };
    let quoted: String = (0..200).map(quoted).collect();
    assert!(compare(&quoted) > 150, "some cells are quoted");
    let last = rows("\n").replace(",,x\n", ",,\n");
    assert!(compare(&last) > 150, "nothing at the end");
}

#[test]
fn what_is_no_row_like_the_others_is_left_to_the_thorough_reader() {
    let usual = rows("\n");
    let header = HEADER.join(",");
    for odd in [
        header.as_str(),
        "\"r1\",acc1,1,say,,x",
        "\"id\",acc1,1,say,,x",
        "\"r1,acc1,1,say,,x",
        "r1,acc1,1,\"say,\",,x",
        "r\\,acc1,1,say,,x",
        "r1,acc1,null,,,x",
        "id,acc1,1,say,,x",
        "r1,acc1,1,say,,x,more",
        "r1,acc1",
        "\u{feff}r1,acc1,1,say,,x",
    ] {
        compare(&format!("{usual}{odd}\n{usual}"));
    }
    // All that does not vary is as in the header.
    let like = |i: usize| format!("r{i},account,{},prompt,e,other\n", i * 31 % 97);
    let table: String = (0..99).map(like).collect();
    assert!(compare(&format!("{table}{header}\n{table}")) > 150);
}

proptest! {
    #[test]
    fn what_is_read_by_how_it_is_cut_equals_what_is_read_cell_by_cell(
        rows in prop::collection::vec((prop::collection::vec(prop::sample::select(vec![
            "", "a", "7", "null", " - ", "\"q\"", "\\", "a\\b", "\"\\,\"", "\"a,b\"", "\"say \"\"x\"\",\"", "\"\"", "\"open", "5\" x", "\"a\"b", "{\"code\":5}", "[1]", "id", "account", "n", "é", "x\r",
        ]), 6), 0_usize..12), 40..120),
        constant in prop::collection::vec(prop::sample::select(vec!["", "k", "-", "e", "other", "n"]), 6),
        end in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        let table: String = rows
            .iter()
            .enumerate()
            .map(|(i, (odd, kind))| {
                let cell = |n: usize| match n {
                    _ if *kind == n => odd[n].to_owned(),
                    0 | 2 => format!("v{}", i * (n + 3) % 11),
                    _ => constant[n].to_owned(),
                };
                (0..6).map(cell).collect::<Vec<_>>().join(",") + end
            })
            .collect();
        compare(&table);
    }
}
