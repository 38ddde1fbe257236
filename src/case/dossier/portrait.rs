//! What the records of some accounts say of them: counts, the values of fields, templates.

use std::collections::BTreeMap;

use crate::index::{Index, Mask, Stats, TopValues};
use crate::job::{Cancelled, Progress};
use crate::model::{FREE_TEXT, Field, Granularity};

/// The fields that say who somebody is, in the order in which they are told.
pub const FIELDS: [(Field, &str); 10] = [
    (Field::OrgId, "Organisations"),
    (Field::UserId, "End users"),
    (Field::ApiKeyId, "Keys"),
    (Field::ClientIp, "Addresses"),
    (Field::Asn, "Networks (ASN)"),
    (Field::Country, "Countries"),
    (Field::UserAgent, "User agents"),
    (Field::DeviceId, "Devices"),
    (Field::Model, "Models"),
    (Field::Pathway, "Pathways"),
];

/// Rows between two looks at the progress.
const CHECK_EVERY: usize = 1 << 14;

/// What the records of some accounts say.
#[derive(Clone, Debug)]
pub struct Portrait {
    /// What is counted.
    pub counted: Granularity,
    /// Counts and sums.
    pub totals: Stats,
    /// Rows without a time.
    pub without_time: u64,
    /// The most frequent values of [`FIELDS`], as far as the log has the field.
    pub fields: Vec<(Field, TopValues)>,
    /// The templates of their prompts.
    pub templates: Used,
}

/// Which templates prompts follow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Rows whose prompt was looked at.
    pub prompts: u64,
    /// Of them, those of no template.
    pub free: u64,
    /// Distinct templates.
    pub distinct: u64,
    /// The most frequent, with their rows.
    pub first: Vec<(u32, u64)>,
}

impl Portrait {
    /// Of some accounts, by position: their rows in `mask`; at most `values` of each field and
    /// `templates` are listed, all are counted.
    ///
    /// # Errors
    /// When cancelled.
    pub fn of(
        index: &Index,
        mask: &Mask,
        accounts: &[u32],
        (values, templates): (usize, usize),
        progress: &Progress,
    ) -> Result<Self, Cancelled> {
        let rows = index.narrowed_to_accounts(mask, accounts);
        progress.check()?;
        let has = |field: &Field| index.distinct_values(*field) > 0;
        let fields = FIELDS.map(|(field, _)| field).into_iter().filter(has);
        let fields = fields.map(|field| (field, index.top_values(&rows, field, values))).collect();
        Ok(Self {
            counted: rows.counted(),
            totals: index.totals(&rows),
            without_time: index.without_time(&rows),
            fields,
            templates: Used::of(index, &rows, templates, progress)?,
        })
    }

    /// What a field is called.
    pub fn name(field: Field) -> &'static str {
        FIELDS.iter().find(|(known, _)| *known == field).map_or(field.name(), |(_, name)| name)
    }
}

impl Used {
    fn of(index: &Index, rows: &Mask, most: usize, progress: &Progress) -> Result<Self, Cancelled> {
        let templates = index.templates();
        let (mut used, mut counts) = (Self::default(), BTreeMap::<u32, u64>::new());
        for (n, row) in rows.rows().enumerate() {
            if n % CHECK_EVERY == 0 {
                progress.check()?;
            }
            match templates.of(row) {
                None => {}
                Some(FREE_TEXT) => (used.prompts, used.free) = (used.prompts + 1, used.free + 1),
                Some(id) => {
                    used.prompts += 1;
                    *counts.entry(id).or_default() += 1;
                }
            }
        }
        used.distinct = counts.len() as u64;
        used.first = counts.into_iter().collect();
        used.first.sort_by_key(|(id, n)| (std::cmp::Reverse(*n), *id));
        used.first.truncate(most);
        Ok(used)
    }
}
