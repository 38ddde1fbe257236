//! The columns of a Parquet file as a tree of what a record looks like.

use std::ops::Range;

use parquet::basic::{ConvertedType, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::schema::types::Type;

use super::text;

/// A part of a record: a value, or what holds values.
pub(super) struct Node {
    pub shape: Shape,
    /// The definition level from which it is there.
    pub there: i16,
    /// The columns of values in it.
    pub leaves: Range<usize>,
}

pub(super) enum Shape {
    /// The value of a column.
    Value,
    /// An object; a key is kept as it is written, quotes and colon included.
    Object(Vec<(Vec<u8>, Node)>),
    /// A list.
    List { level: i16, filled: i16, item: Box<Node> },
    /// An object whose keys are values too.
    Map { level: i16, filled: i16, key: Box<Node>, value: Box<Node> },
}

/// What the values of a column mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Bool,
    Signed,
    Unsigned,
    Float,
    /// A number of 16 bits.
    Half,
    /// With so many digits after the point.
    Decimal(u32),
    Date,
    /// With so many units a second.
    Time(i64),
    /// With so many units a second, in UTC or in no zone.
    Moment(i64, bool),
    Text,
    Json,
    Uuid,
    /// Text where it is, else hex digits.
    Binary,
}

/// The tree, and what the values of each column mean.
pub(super) fn tree(root: &Type) -> Result<(Node, Vec<Meaning>), String> {
    let mut leaves = Vec::new();
    let fields = fields(root, Levels::default(), &mut leaves)?;
    if leaves.is_empty() {
        return Err("it has no columns".into());
    }
    let node = Node { shape: Shape::Object(fields), there: 0, leaves: 0..leaves.len() };
    Ok((node, leaves))
}

/// How often something above was optional or repeated.
#[derive(Clone, Copy, Default)]
struct Levels {
    definition: i16,
    repetition: i16,
}

impl Levels {
    fn optional(self) -> Self {
        Self { definition: self.definition + 1, ..self }
    }

    fn repeated(self) -> Self {
        Self { definition: self.definition + 1, repetition: self.repetition + 1 }
    }
}

type Fields = Vec<(Vec<u8>, Node)>;

fn fields(group: &Type, levels: Levels, leaves: &mut Vec<Meaning>) -> Result<Fields, String> {
    let field = |field: &std::sync::Arc<Type>| {
        let mut key = Vec::new();
        text::string(&mut key, field.name().as_bytes());
        key.push(b':');
        Ok((key, node(field, levels, leaves)?))
    };
    group.get_fields().iter().map(field).collect()
}

fn is(part: &Type, repetition: Repetition) -> bool {
    let info = part.get_basic_info();
    info.has_repetition() && info.repetition() == repetition
}

fn node(part: &Type, levels: Levels, leaves: &mut Vec<Meaning>) -> Result<Node, String> {
    if !is(part, Repetition::REPEATED) {
        let optional = is(part, Repetition::OPTIONAL);
        return inner(part, if optional { levels.optional() } else { levels }, leaves);
    }
    // Repeated without being called a list: it is one all the same.
    let (first, within) = (leaves.len(), levels.repeated());
    let item = Box::new(inner(part, within, leaves)?);
    let shape = Shape::List { level: within.repetition, filled: within.definition, item };
    Ok(Node { shape, there: levels.definition, leaves: first..leaves.len() })
}

/// A part whose own repetition is in `levels` already.
fn inner(part: &Type, levels: Levels, leaves: &mut Vec<Meaning>) -> Result<Node, String> {
    let first = leaves.len();
    let there = levels.definition;
    if part.is_primitive() {
        leaves.push(meaning(part)?);
        return Ok(Node { shape: Shape::Value, there, leaves: first..first + 1 });
    }
    let shape = match (collection(part), part.get_fields()) {
        (Some(Collection::List), [only]) if is(only, Repetition::REPEATED) => {
            list(part, only, levels, leaves)?
        }
        (Some(Collection::Map), [only]) if is_map(only) => {
            let within = levels.repeated();
            let parts = only.get_fields();
            let key = Box::new(node(&parts[0], within, leaves)?);
            let value = Box::new(node(&parts[1], within, leaves)?);
            Shape::Map { level: within.repetition, filled: within.definition, key, value }
        }
        _ => Shape::Object(fields(part, levels, leaves)?),
    };
    if leaves.len() == first {
        return Err(format!("the group \"{}\" has no columns", part.name()));
    }
    Ok(Node { shape, there, leaves: first..leaves.len() })
}

/// A list in any of the ways that were usual: the repeated part holds the item, or is it.
fn list(
    outer: &Type,
    repeated: &Type,
    levels: Levels,
    leaves: &mut Vec<Meaning>,
) -> Result<Shape, String> {
    let within = levels.repeated();
    let is_item = repeated.is_primitive()
        || repeated.get_fields().len() != 1
        || repeated.name() == "array"
        || repeated.name() == format!("{}_tuple", outer.name());
    let item = match is_item {
        true => inner(repeated, within, leaves)?,
        false => node(&repeated.get_fields()[0], within, leaves)?,
    };
    let (level, filled) = (within.repetition, within.definition);
    Ok(Shape::List { level, filled, item: Box::new(item) })
}

enum Collection {
    List,
    Map,
}

fn collection(part: &Type) -> Option<Collection> {
    let info = part.get_basic_info();
    match (info.logical_type_ref(), info.converted_type()) {
        (Some(LogicalType::List), _) | (None, ConvertedType::LIST) => Some(Collection::List),
        (Some(LogicalType::Map), _) | (None, ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE) => {
            Some(Collection::Map)
        }
        _ => None,
    }
}

/// A key of one column, never missing, and a value.
fn is_map(repeated: &Type) -> bool {
    is(repeated, Repetition::REPEATED)
        && repeated.is_group()
        && matches!(repeated.get_fields(), [key, _] if key.is_primitive())
}

fn per_second(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::MILLIS => 1_000,
        TimeUnit::MICROS => 1_000_000,
        TimeUnit::NANOS => 1_000_000_000,
    }
}

fn meaning(column: &Type) -> Result<Meaning, String> {
    let info = column.get_basic_info();
    let physical = column.get_physical_type();
    let said = match info.logical_type_ref() {
        Some(logical) => of_logical(logical),
        None => of_converted(column, info.converted_type()),
    };
    let fits = |meaning: &Meaning| match meaning {
        Meaning::Signed | Meaning::Unsigned => {
            matches!(physical, Physical::INT32 | Physical::INT64)
        }
        Meaning::Date => physical == Physical::INT32,
        Meaning::Time(_) | Meaning::Moment(..) => {
            matches!(physical, Physical::INT32 | Physical::INT64)
        }
        Meaning::Decimal(_) => !matches!(
            physical,
            Physical::BOOLEAN | Physical::INT96 | Physical::FLOAT | Physical::DOUBLE
        ),
        _ => matches!(physical, Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY),
    };
    let meaning = said.filter(fits).unwrap_or(match physical {
        Physical::BOOLEAN => Meaning::Bool,
        Physical::INT32 | Physical::INT64 => Meaning::Signed,
        // Written by some in UTC and by others in their own time, and none say which.
        Physical::INT96 => Meaning::Moment(1_000_000_000, false),
        Physical::FLOAT | Physical::DOUBLE => Meaning::Float,
        Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY => Meaning::Binary,
    });
    match meaning {
        Meaning::Decimal(scale) if scale > 38 => {
            Err(format!("the column \"{}\" is a number of more than 38 digits", column.name()))
        }
        meaning => Ok(meaning),
    }
}

fn of_logical(logical: &LogicalType) -> Option<Meaning> {
    Some(match logical {
        LogicalType::String | LogicalType::Enum => Meaning::Text,
        LogicalType::Json => Meaning::Json,
        LogicalType::Uuid => Meaning::Uuid,
        LogicalType::Date => Meaning::Date,
        LogicalType::Float16 => Meaning::Half,
        LogicalType::Decimal(decimal) => {
            Meaning::Decimal(u32::try_from(decimal.scale).unwrap_or(u32::MAX))
        }
        LogicalType::Time(time) => Meaning::Time(per_second(time.unit)),
        LogicalType::Timestamp(stamp) => {
            Meaning::Moment(per_second(stamp.unit), stamp.is_adjusted_to_u_t_c)
        }
        LogicalType::Integer(int) if int.is_signed => Meaning::Signed,
        LogicalType::Integer(_) => Meaning::Unsigned,
        _ => return None,
    })
}

fn of_converted(column: &Type, converted: ConvertedType) -> Option<Meaning> {
    Some(match converted {
        ConvertedType::UTF8 | ConvertedType::ENUM => Meaning::Text,
        ConvertedType::JSON => Meaning::Json,
        ConvertedType::DATE => Meaning::Date,
        ConvertedType::DECIMAL => {
            Meaning::Decimal(u32::try_from(column.get_scale()).unwrap_or(u32::MAX))
        }
        ConvertedType::TIME_MILLIS => Meaning::Time(1_000),
        ConvertedType::TIME_MICROS => Meaning::Time(1_000_000),
        // The old way to say it is always in UTC.
        ConvertedType::TIMESTAMP_MILLIS => Meaning::Moment(1_000, true),
        ConvertedType::TIMESTAMP_MICROS => Meaning::Moment(1_000_000, true),
        ConvertedType::UINT_8
        | ConvertedType::UINT_16
        | ConvertedType::UINT_32
        | ConvertedType::UINT_64 => Meaning::Unsigned,
        _ => return None,
    })
}
