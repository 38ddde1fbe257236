//! Moving rows between sets of columns.

use std::ops::Range;

use super::{Columns, NO_TIME};

/// Calls `$do!(column)` for every column that holds one value a row.
macro_rules! each_column {
    ($do:ident) => {
        $do!(at_us);
        $do!(line);
        $do!(byte_offset);
        $do!(byte_length);
        $do!(caller);
        $do!(origin);
        $do!(call);
        $do!(session);
        $do!(input_tokens);
        $do!(output_tokens);
        $do!(cached_tokens);
        $do!(reasoning_tokens);
        $do!(latency_ms);
        $do!(requests);
        $do!(cost);
        $do!(prompt_hash);
        $do!(response_hash);
        $do!(reasoning_signature);
        $do!(replayed_signature);
    };
}

impl Columns {
    /// No rows, and room for a few more than there are here.
    pub fn of_like_size(&self) -> Self {
        let with_room = |length: usize| length + length / 8;
        let mut out = Self::default();
        macro_rules! reserve {
            ($column:ident) => {
                out.$column.reserve_exact(with_room(self.$column.len()));
            };
        }
        each_column!(reserve);
        out.request_bytes.reserve_exact(with_room(self.request_bytes.len()));
        out.request_end.reserve_exact(with_room(self.request_end.len()));
        out
    }

    /// The request id of row `i`; empty when missing.
    pub fn request_id(&self, i: usize) -> &[u8] {
        &self.request_bytes[self.request_range(i..i + 1)]
    }

    /// Where the request ids of some rows lie in `request_bytes`.
    fn request_range(&self, rows: Range<usize>) -> Range<usize> {
        let end_before = |row: usize| {
            row.checked_sub(1).and_then(|r| self.request_end.get(r)).map_or(0, |&end| end as usize)
        };
        end_before(rows.start)..end_before(rows.end)
    }

    /// Appends some rows of `from`.
    pub fn extend_rows(&mut self, from: &Self, rows: Range<usize>) {
        macro_rules! extend {
            ($column:ident) => {
                self.$column.extend_from_slice(&from.$column[rows.clone()]);
            };
        }
        each_column!(extend);
        let bytes = from.request_range(rows.clone());
        let (old, new) = (bytes.start as u32, self.request_bytes.len() as u32);
        self.request_end.extend(from.request_end[rows].iter().map(|end| end - old + new));
        self.request_bytes.extend_from_slice(&from.request_bytes[bytes]);
    }

    /// The rows in another order, or some of them: row `i` of the result is row `order[i]`.
    pub fn gather(&self, order: &[u32]) -> Self {
        let mut out = Self::default();
        macro_rules! gather {
            ($column:ident) => {
                out.$column = order.iter().map(|&row| self.$column[row as usize]).collect();
            };
        }
        each_column!(gather);
        for &row in order {
            out.request_bytes.extend_from_slice(self.request_id(row as usize));
            out.request_end.push(out.request_bytes.len() as u32);
        }
        out
    }

    /// Removes the first `count` rows.
    pub fn remove_front(&mut self, count: usize) {
        let bytes = self.request_range(0..count);
        self.request_bytes.drain(bytes.clone());
        macro_rules! remove {
            ($column:ident) => {
                self.$column.drain(..count);
            };
        }
        each_column!(remove);
        remove!(request_end);
        self.request_end.iter_mut().for_each(|end| *end -= bytes.end as u32);
    }

    /// Keeps the first `count` rows.
    pub fn truncate(&mut self, count: usize) {
        let bytes = self.request_range(0..count.min(self.len()));
        self.request_bytes.truncate(bytes.end);
        macro_rules! truncate {
            ($column:ident) => {
                self.$column.truncate(count);
            };
        }
        each_column!(truncate);
        truncate!(request_end);
    }

    /// How many rows have a time, of rows in time order: those without one stand last.
    pub fn timed(&self) -> usize {
        match self.at_us.last() {
            Some(&NO_TIME) => self.at_us.partition_point(|&at| at < NO_TIME),
            _ => self.len(),
        }
    }

    /// The rows in time order; rows of the same time keep theirs. `None` when they are already.
    pub fn time_order(&self) -> Option<Vec<u32>> {
        if self.at_us.is_sorted() {
            return None;
        }
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        order.sort_by_key(|&row| self.at_us[row as usize]);
        Some(order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(times: &[(i64, String)]) -> Columns {
        let mut all = Columns::default();
        for (i, (at, id)) in times.iter().enumerate() {
            let mut one = Columns { at_us: vec![*at], line: vec![i as u32], ..Columns::default() };
            one.byte_offset.push(i as u64 * 7);
            one.byte_length.push(i as u32);
            for column in [&mut one.caller, &mut one.origin, &mut one.call, &mut one.session] {
                column.push(i as u32);
            }
            one.input_tokens.push(i as u32);
            one.output_tokens.push(i as u32);
            one.cached_tokens.push(i as u32);
            one.reasoning_tokens.push(i as u32);
            one.latency_ms.push(i as u32);
            one.requests.push(i as u32);
            one.cost.push(i as f64);
            one.prompt_hash.push(i as u64);
            one.response_hash.push(i as u64);
            one.reasoning_signature.push(i as u64);
            one.replayed_signature.push(i as u64);
            one.request_bytes.extend_from_slice(id.as_bytes());
            one.request_end.push(id.len() as u32);
            all.extend_rows(&one, 0..1);
        }
        all
    }

    fn view(columns: &Columns) -> Vec<(i64, u32, String)> {
        (0..columns.len())
            .map(|i| {
                let id = String::from_utf8_lossy(columns.request_id(i)).into_owned();
                (columns.at_us[i], columns.line[i], id)
            })
            .collect()
    }

    proptest! {
        #[test]
        fn rows_move_as_a_list_of_tuples_would(
            times in proptest::collection::vec((0i64..9, "[a-z]{0,3}"), 0..20), cut in 0usize..20,
        ) {
            let columns = rows(&times);
            let naive = view(&columns);
            let cut = cut.min(naive.len());
            let (mut front, mut back) = (columns.clone(), columns.clone());
            front.truncate(cut);
            back.remove_front(cut);
            prop_assert_eq!(view(&front), &naive[..cut]);
            prop_assert_eq!(view(&back), &naive[cut..]);
            front.extend_rows(&columns, cut..naive.len());
            prop_assert_eq!(&front, &columns);
            let mut sorted = naive.clone();
            sorted.sort_by_key(|row| row.0);
            let order = columns.time_order().unwrap_or_else(|| (0..naive.len() as u32).collect());
            prop_assert_eq!(view(&columns.gather(&order)), sorted);
        }
    }
}
