//! How a number of a finding is computed again from what an evidence package holds.

use serde::{Deserialize, Serialize};

/// What of several values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Take {
    /// The one in the middle, or between the two in the middle.
    #[default]
    Middle,
    /// Their mean.
    Mean,
    /// The least.
    Least,
    /// The most.
    Most,
    /// Their sum.
    Sum,
    /// How many are no higher than the statistic of the finding.
    UpToStatistic,
}

/// What of the items that parties asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakeItems {
    /// Different items.
    Different,
    /// Those of more than one party.
    Common,
    /// For each item, the pairs of parties that asked for it; added up.
    Pairs,
    /// As many pairs as chance gives. The numbers from the lowest to the highest are divided into 64
    /// ranges of the same width, rounded up, and the last may be cut short; in each range it is the
    /// different items of each two parties, multiplied, over the width; added up.
    Expected,
}

/// What of the pairs of parties with an item in common in two halves of time. Only parties count that are
/// there in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakePairs {
    /// Both in the same half.
    Within,
    /// One in the first, the other in the second.
    Across,
    /// Within the same half, by those across: times the pairs of items of two parties that could be in
    /// common within a half, over those that could be across.
    Expected,
}

/// Accounts that were measured, with which another one of them is compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peers {
    /// What was measured.
    pub what: String,
    /// Those are left out of whom this was measured.
    pub but: Option<String>,
    /// Whether they are those on its plan; where fewer than 50 are, those on all such plans; where these
    /// are fewer, all.
    pub on_its_plan: bool,
}

/// How a number is computed again. `role` is a role of the finding's evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "how")]
pub enum Recipe {
    /// Records of a role.
    Records {
        /// Which.
        role: String,
    },
    /// Distinct accounts of the records of a role.
    Accounts {
        /// Which.
        role: String,
    },
    /// Distinct values of a field in the records of a role.
    Distinct {
        /// Which.
        role: String,
        /// Name of the column in `events.csv`.
        field: String,
    },
    /// Accounts the finding speaks of.
    Members,
    /// Members of the cluster the finding is about, those included that it does not speak of.
    ClusterMembers,
    /// Accounts the finding speaks of whose attribute has the value most of them share.
    SameAttribute {
        /// Name in the accounts table.
        attribute: String,
    },
    /// Accounts the finding speaks of that a tie of this kind joins to another one of them.
    Tied {
        /// Kind in `links.csv`.
        kind: String,
    },
    /// Ties of this kind between accounts the finding speaks of.
    Ties {
        /// Kind in `links.csv`.
        kind: String,
    },
    /// Groups that ties of this kind join the accounts to that the finding speaks of.
    TiedGroups {
        /// Kind in `links.csv`.
        kind: String,
    },
    /// Records of one role over records of another.
    Ratio {
        /// Above the line.
        role: String,
        /// Below it.
        of: String,
    },
    /// Records of a role over all events that `accounts.csv` has for the accounts of these records.
    ShareOfEvents {
        /// Which.
        role: String,
    },
    /// Records of a role that have the most frequent values of some fields, taken together.
    MostFrequent {
        /// Which.
        role: String,
        /// Names of the columns in `events.csv`.
        fields: Vec<String>,
    },
    /// Accounts outside of the cluster with a record whose value of a field stands in the records
    /// of a role, too.
    OtherAccounts {
        /// Which.
        role: String,
        /// Name of the column in `events.csv`.
        field: String,
    },
    /// Accounts outside of the cluster with a record that follows one of some templates.
    OthersWithTemplates {
        /// Their numbers in the case, from 1.
        templates: Vec<u32>,
    },
    /// Accounts outside of the cluster with a record that has the system prompt and the program of a
    /// record of a role: `system_hash`, and `user_agent` to its first `/` or space.
    OthersWithPrompt {
        /// Which.
        role: String,
    },
    /// The most words in a row, without a slot between them, that each of some templates has
    /// (`templates.csv`); words are what stands between white space.
    CommonWords {
        /// Their numbers in the case, from 1.
        templates: Vec<u32>,
    },
    /// Of the accounts of which the detector measured something (`measures.csv`) and that are outside of
    /// the cluster, or another than the account: the share of those with a value above 0. One is added
    /// above and below the line.
    #[serde(alias = "others_tied")]
    OthersMeasured {
        /// What was measured.
        #[serde(alias = "kind")]
        what: String,
    },
    /// What the detector measured of the accounts the finding speaks of, added up.
    Measured {
        /// What was measured.
        what: String,
    },
    /// The middle of what the detector measured of all accounts.
    MedianMeasured {
        /// What was measured.
        what: String,
    },
    /// Accounts with which the one the finding is about is compared.
    Peers(Peers),
    /// How many of these reach its value, over all; one is added above and below the line.
    AsHigh(Peers),
    /// One number of the sentence over another one.
    Quotient {
        /// Name of the one above the line.
        of: String,
        /// Name of the one below it.
        by: String,
        /// What is added to both.
        #[serde(default)]
        plus: f64,
    },
    /// For every value of a field, the pairs of parties that both have it in the records of one
    /// role; added up over values, and over roles. A party is an organisation, or an account of
    /// which none is known.
    SharedPairs {
        /// Which.
        roles: Vec<String>,
        /// Name of the column in `events.csv`.
        field: String,
    },
    /// Distinct parties of the records of a role: organisations, and accounts of which none is known.
    Parties {
        /// Which.
        role: String,
    },
    /// Accounts of the case with a record whose value of a field stands in the records of a role.
    AllAccounts {
        /// Which.
        role: String,
        /// Name of the column in `events.csv`.
        field: String,
    },
    /// Members of the cluster of which the detector measured something.
    MembersMeasured {
        /// What was measured.
        what: String,
    },
    /// What was measured of the account of each record of a role, added up.
    Weighed {
        /// Which.
        role: String,
        /// What was measured.
        what: String,
    },
    /// What was measured of all accounts outside of the cluster, added up, over something else of them.
    OthersRatio {
        /// Above the line.
        of: String,
        /// Below it.
        by: String,
    },
    /// How many would be in a window of time if all came when others do: own times, multiplied with the
    /// share of the times of others in the window, one of them added for each such window that they or
    /// the own times span, whichever are more; it is no less than without that.
    WhenOthers {
        /// The times that were measured, µs since 1970; others are the accounts outside of the cluster.
        what: String,
        /// The records whose times are the own ones; where none is named, the members measured are.
        role: Option<String>,
        /// Name of the number that says when the window begins.
        from: String,
        /// How wide it is, µs.
        width_us: i64,
    },
    /// From the numbers of items that were measured of the accounts the finding speaks of, of each party
    /// once.
    Items {
        /// What was measured.
        what: String,
        /// What of it.
        take: TakeItems,
    },
    /// From the pairs of parties that have the same value of a field in the records of two roles, of each
    /// party once a role.
    Halves {
        /// The first half of the time, and the second.
        roles: [String; 2],
        /// Name of the column in `events.csv`.
        field: String,
        /// What of it.
        take: TakePairs,
    },
    /// The records of a role by pairs of accounts, those of a pair having the same number in what was
    /// measured: in the order of time, how many runs of records of one account there are; added up.
    Runs {
        /// Which.
        role: String,
        /// What was measured.
        pair: String,
    },
    /// First time of a role, or last.
    Time {
        /// Which.
        role: String,
        /// Last instead of first.
        is_last: bool,
    },
    /// Between the first records of two roles.
    Delay {
        /// From.
        from: String,
        /// To.
        to: String,
    },
    /// Records of a role over a number of hours.
    PerHour {
        /// Which.
        role: String,
        /// Over how many.
        hours: u32,
    },
    /// Seconds from the first to the last record of a role.
    Spread {
        /// Which.
        role: String,
    },
    /// Records of a role, in the order of time, that come from another account than the one before
    /// them; the first is none.
    Turns {
        /// Which.
        role: String,
    },
    /// How many records of a role it is from one of an account to its next, all of them in the order
    /// of time and the first following the last: of these numbers, sorted, the one that leaves so
    /// many percent of them, rounded down to whole ones, beyond it on the nearer end.
    Waits {
        /// Which.
        role: String,
        /// 10 is a low wait, 90 a high one.
        percent: u8,
    },
    /// The first of the moments that an attribute gives for the accounts the finding speaks of.
    AttributeFirst {
        /// Name in the accounts table.
        attribute: String,
    },
    /// Seconds from the first to the last of these moments.
    AttributeSpread {
        /// Name in the accounts table.
        attribute: String,
    },
    /// The same divided by one less than there are.
    AttributeSpacing {
        /// Name in the accounts table.
        attribute: String,
    },
    /// Sum of a field over the records of a role.
    Sum {
        /// Which.
        role: String,
        /// Name of the column in `events.csv`.
        field: String,
    },
    /// From what was drawn by chance; a count is rounded to a whole one.
    Draws {
        /// What of it.
        #[serde(default)]
        take: Take,
        /// What was drawn, in any order; none in a case of an earlier version.
        #[serde(default)]
        of: Vec<f64>,
    },
    /// The statistic of the finding itself, which its detector defines.
    Statistic,
    /// A parameter of the detector.
    Parameter {
        /// Its name.
        name: String,
    },
    /// From the whole case, which is more than a package holds: said in words.
    Case {
        /// What was counted.
        what: String,
    },
}

impl Recipe {
    /// The templates that it takes.
    pub fn templates(&self) -> &[u32] {
        match self {
            Self::OthersWithTemplates { templates } | Self::CommonWords { templates } => templates,
            _ => &[],
        }
    }
}
