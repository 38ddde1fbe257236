//! The log as a Parquet file, with a row group a batch.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;

use super::row::{Row, Text, rows};

/// Where a column comes from.
enum Column {
    Text(for<'r> fn(&'r Row<'_>) -> Option<&'r [u8]>),
    Number(fn(&Row<'_>) -> Option<i64>),
    Real(fn(&Row<'_>) -> Option<f64>),
}

macro_rules! text {
    ($field:ident) => {
        (stringify!($field), Column::Text(|row| bytes(row.$field.as_ref())))
    };
}

macro_rules! number {
    ($field:ident) => {
        (stringify!($field), Column::Number(|row| row.$field))
    };
}

fn bytes<'r>(text: Option<&'r Text<'_>>) -> Option<&'r [u8]> {
    text.map(|text| text.0.as_bytes())
}

/// The columns after the time.
const COLUMNS: [(&str, Column); 31] = [
    text!(request_id),
    text!(account_id),
    text!(org_id),
    text!(api_key_id),
    text!(session_id),
    text!(user_id),
    text!(pathway),
    text!(endpoint),
    text!(model),
    number!(status),
    text!(stop_reason),
    text!(error),
    number!(input_tokens),
    number!(output_tokens),
    number!(cached_tokens),
    number!(reasoning_tokens),
    number!(latency_ms),
    number!(max_tokens),
    ("temperature", Column::Real(|row| row.temperature)),
    text!(client_ip),
    text!(asn),
    text!(country),
    text!(region),
    text!(user_agent),
    text!(system),
    text!(system_hash),
    text!(prompt_hash),
    text!(prompt),
    text!(response),
    text!(reasoning_signature),
    text!(replayed_signature),
];

fn schema() -> Result<Type, ParquetError> {
    let utc = LogicalType::timestamp(true, TimeUnit::MILLIS);
    let time = Type::primitive_type_builder("timestamp", Physical::INT64)
        .with_repetition(Repetition::REQUIRED)
        .with_logical_type(Some(utc))
        .build();
    let column = |(name, column): &(&str, Column)| {
        let (physical, logical) = match column {
            Column::Text(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Column::Number(_) => (Physical::INT64, None),
            Column::Real(_) => (Physical::DOUBLE, None),
        };
        Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical)
            .build()
    };
    let columns = std::iter::once(time).chain(COLUMNS.iter().map(column));
    let columns = columns.map(|column| column.map(Arc::new)).collect::<Result<_, _>>()?;
    Type::group_type_builder("exchanges").with_fields(columns).build()
}

/// A table that grows.
pub struct Table<W: Write + Send> {
    writer: SerializedFileWriter<W>,
}

impl<W: Write + Send> Table<W> {
    /// A table without rows.
    pub fn new(out: W) -> io::Result<Self> {
        let packed = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let schema = Arc::new(schema().map_err(failed)?);
        let writer = SerializedFileWriter::new(out, schema, Arc::new(packed)).map_err(failed)?;
        Ok(Self { writer })
    }

    /// Adds the records of some lines.
    pub fn write(&mut self, slices: &[Vec<u8>]) -> io::Result<()> {
        let all = slices.iter().flat_map(|lines| rows(lines));
        let all = all.collect::<io::Result<Vec<Row<'_>>>>()?;
        self.write_rows(&all)
    }

    fn write_rows(&mut self, all: &[Row<'_>]) -> io::Result<()> {
        let times = all.iter().map(|row| {
            let time: jiff::Timestamp = row.timestamp.0.parse().map_err(io::Error::other)?;
            Ok(Some(time.as_millisecond()))
        });
        let times = times.collect::<io::Result<Vec<_>>>()?;
        let mut group = self.writer.next_row_group().map_err(failed)?;
        write::<Int64Type, W>(&mut group, times.into_iter(), false).map_err(failed)?;
        for (_, column) in &COLUMNS {
            match column {
                Column::Text(of) => {
                    let texts = all.iter().map(|row| of(row).map(|text| text.to_vec().into()));
                    write::<ByteArrayType, W>(&mut group, texts.map(|t: Option<ByteArray>| t), true)
                }
                Column::Number(of) => write::<Int64Type, W>(&mut group, all.iter().map(of), true),
                Column::Real(of) => write::<DoubleType, W>(&mut group, all.iter().map(of), true),
            }
            .map_err(failed)?;
        }
        group.close().map_err(failed)?;
        Ok(())
    }

    /// Writes the end of the file.
    pub fn finish(self) -> io::Result<()> {
        self.writer.close().map(drop).map_err(failed)
    }
}

fn failed(error: ParquetError) -> io::Error {
    io::Error::other(error)
}

/// Writes one column; one that may miss values says of each whether it is there.
fn write<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: impl Iterator<Item = Option<T::T>>,
    is_optional: bool,
) -> Result<(), ParquetError> {
    let values: Vec<Option<T::T>> = values.collect();
    let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    let there: Vec<T::T> = values.into_iter().flatten().collect();
    let Some(mut column) = group.next_column()? else { return Ok(()) };
    column.typed::<T>().write_batch(&there, is_optional.then_some(&*levels), None)?;
    column.close()
}
