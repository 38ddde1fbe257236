//! The records of an account that count, one after the other in memory.

use super::Material;
use crate::index::{ByAccount, Record};

impl Material<'_> {
    fn columns(&self) -> &ByAccount {
        self.by_account.get_or_init(|| self.index.by_account(&self.index.templates()))
    }

    /// The records of an account, of every granularity.
    pub(super) fn all_records(&self, account: u32) -> impl Iterator<Item = Record> {
        self.index.records_of(self.columns(), account)
    }

    /// The records of an account that count, in the order of their rows.
    ///
    /// Naive: its rows that are among [`crate::index::Index::everything`].
    pub fn records(&self, account: u32) -> impl Iterator<Item = Record> {
        self.all_records(account).filter(|record| self.counts[record.call as usize])
    }

    /// Those of them whose time is sharp: [`Material::has_sharp_time`].
    pub fn sharp_records(&self, account: u32) -> impl Iterator<Item = Record> {
        let is_sharp = |record: &Record| {
            self.is_sharp[record.call as usize] && self.near.contains(&record.row)
        };
        self.all_records(account).filter(is_sharp)
    }
}

#[cfg(test)]
mod tests {
    use crate::detect::testcase::{Sent, case};
    use crate::detect::{Attributes, Material};
    use crate::model::{Granularity, TimePrecision};

    #[test]
    fn records_that_are_no_calls_do_not_count_and_a_time_to_the_day_is_not_sharp() {
        let sent = |at, account| Sent { at, account, ..Sent::default() };
        let bucket = Sent { granularity: Granularity::Bucket, ..sent(2, 0) };
        let coarse = Sent { precision: TimePrecision::Day, ..sent(3, 0) };
        let index = case(&[sent(1, 0), bucket, coarse, sent(4, 1), sent(5, 0)]);
        let none = Attributes::new();
        let material = Material::new(&index, &none, &[]);
        for account in 0..2 {
            let rows = index.rows_of_account(account).iter().copied();
            let counted = rows.clone().filter(|row| index.everything().contains(*row));
            let found = material.records(account).map(|record| record.row);
            assert_eq!(found.collect::<Vec<_>>(), counted.collect::<Vec<_>>());
            let sharp = rows.filter(|row| material.has_sharp_time(*row));
            let found = material.sharp_records(account).map(|record| record.row);
            assert_eq!(found.collect::<Vec<_>>(), sharp.collect::<Vec<_>>());
        }
        assert_eq!((material.records(0).count(), material.sharp_records(0).count()), (3, 2));
    }
}
