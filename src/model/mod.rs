//! Plain values that every other module speaks: no I/O, no clock, no SQL, no window.

pub mod address;
pub mod annotation;
pub mod block;
pub mod change;
pub mod dimension;
pub mod exchange;
pub mod field;
pub mod filter;
pub mod fingerprint;
pub mod join;
pub mod marker;
pub mod near;
pub mod pack;
pub mod rows;
pub mod saved_view;
mod selection;
pub mod source;
pub mod text;
pub mod time;

pub use address::{Address, AddressQuality};
pub use annotation::{Annotation, Confidence, Note, TimeNote, Verdict, VerdictRecord};
pub use block::{Block, Columns, MISSING, NO_HASH};
pub use change::{Annotations, Change};
pub use dimension::{Call, Caller, Dimensions, Origin};
pub use exchange::{Exchange, Granularity};
pub use field::{FIELDS, Field, FieldDef, FieldKind};
pub use filter::{Expr, Filter, FilterError, FilterField};
pub use fingerprint::Fingerprints;
pub use join::{JoinBasis, JoinCounts, JoinKind, JoinPair, JoinState};
pub use marker::{Marker, MarkerKind};
pub use near::nearest;
pub use saved_view::SavedView;
pub use selection::Selection;
pub use source::{Reject, SourceInfo};
pub use text::Text;
pub use time::{NO_TIME, Time, TimePrecision, TimeQuality, TimeSpan};
