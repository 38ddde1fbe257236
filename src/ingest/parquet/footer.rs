//! The list of columns at the end of a Parquet file, looked at before it is trusted: the library
//! follows nesting by recursion and makes room for as many columns as a file claims.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// The magic number of a Parquet file, at both ends.
const MAGIC: &[u8; 4] = b"PAR1";
/// That of a file whose list of columns is encrypted.
const ENCRYPTED: &[u8; 4] = b"PARE";
/// The longest footer that is read, bytes.
const FOOTER_BYTES: u64 = 256 << 20;
/// The deepest nesting of columns that is followed.
const DEPTH: usize = 64;
/// Most columns, groups of columns counted.
const COLUMNS: usize = 20_000;

/// Whether a file starts, or starts and ends, as a Parquet file does. The place in the file is
/// then its start.
pub(in crate::ingest) fn is_parquet(file: &mut File) -> io::Result<bool> {
    let mut start = Vec::with_capacity(4);
    file.rewind()?;
    file.by_ref().take(4).read_to_end(&mut start)?;
    let mut end = Vec::with_capacity(4);
    // A header of a table may start with these four letters.
    if start == ENCRYPTED && file.seek(SeekFrom::End(-4)).is_ok() {
        file.by_ref().take(4).read_to_end(&mut end)?;
    }
    file.rewind()?;
    Ok(start == MAGIC || (start == ENCRYPTED && end == ENCRYPTED))
}

/// Checks the end of the file and the nesting of its columns.
///
/// # Errors
/// Why it cannot be read, with the place in the file.
pub(super) fn check(file: &mut File) -> Result<(), String> {
    let failed = |e: io::Error| e.to_string();
    let length = file.seek(SeekFrom::End(0)).map_err(failed)?;
    let mut tail = [0; 8];
    if length >= 12 {
        file.seek(SeekFrom::Start(length - 8)).map_err(failed)?;
        file.read_exact(&mut tail).map_err(failed)?;
    }
    let (size, magic) = tail.split_at(4);
    if magic == ENCRYPTED {
        return Err("the Parquet file is encrypted; decrypt it first".into());
    }
    if magic != MAGIC {
        return Err(format!(
            "the Parquet file is cut short or still being written: at byte {} of {length} its \
             footer should end with PAR1; get it again",
            length.saturating_sub(4)
        ));
    }
    let size = u64::from(u32::from_le_bytes([size[0], size[1], size[2], size[3]]));
    let start = (length - 8).checked_sub(size).filter(|start| *start >= 4);
    let Some(start) = start.filter(|_| size <= FOOTER_BYTES) else {
        return Err(format!(
            "the Parquet file is damaged: at byte {} its footer claims {size} bytes",
            length - 8
        ));
    };
    let mut footer = vec![0; size as usize];
    file.seek(SeekFrom::Start(start)).map_err(failed)?;
    file.read_exact(&mut footer).map_err(failed)?;
    file.rewind().map_err(failed)?;
    check_columns(&footer).map_err(|(what, at)| {
        format!("the Parquet file is damaged: {what} at byte {}", start + at as u64)
    })
}

/// What is wrong, and where.
type Wrong = (&'static str, usize);

/// Walks the Thrift structure of the footer up to its list of columns.
fn check_columns(footer: &[u8]) -> Result<(), Wrong> {
    let mut reader = Compact { bytes: footer, at: 0 };
    let mut id = 0;
    while let Some(kind) = reader.field(&mut id)? {
        if id != 2 || kind != LIST {
            reader.skip(kind, 0)?;
            continue;
        }
        let (count, kind) = reader.list()?;
        if kind != STRUCT {
            return Err(("a list of columns that is none", reader.at));
        }
        return reader.columns(count);
    }
    Err(("a footer without columns", reader.at))
}

const BOOL: u8 = 2;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
const STRUCT: u8 = 12;
/// The number of children of a group of columns.
const CHILDREN: i64 = 5;

/// Thrift's compact protocol, as far as it takes to walk it.
struct Compact<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Compact<'_> {
    fn byte(&mut self) -> Result<u8, Wrong> {
        let byte = self.bytes.get(self.at).ok_or(("a footer that ends early", self.at))?;
        self.at += 1;
        Ok(*byte)
    }

    fn varint(&mut self) -> Result<u64, Wrong> {
        let mut value = 0;
        for shift in (0..70).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(("a number without end", self.at))
    }

    fn signed(&mut self) -> Result<i64, Wrong> {
        let value = self.varint()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// The kind of the next field, or the end of the structure; `id` becomes its number.
    fn field(&mut self, id: &mut i64) -> Result<Option<u8>, Wrong> {
        let head = self.byte()?;
        if head == 0 {
            return Ok(None);
        }
        *id = match head >> 4 {
            0 => self.signed()?,
            step => id.wrapping_add(i64::from(step)),
        };
        Ok(Some(head & 15))
    }

    /// Length and kind of a list.
    fn list(&mut self) -> Result<(usize, u8), Wrong> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => usize::try_from(self.varint()?).unwrap_or(usize::MAX),
            few => usize::from(few),
        };
        Ok((count, head & 15))
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Result<(), Wrong> {
        if depth > DEPTH {
            return Err(("nesting without measure", self.at));
        }
        match kind {
            0..=BOOL => {}
            3 => drop(self.byte()?),
            4..DOUBLE => drop(self.varint()?),
            DOUBLE => self.jump(8)?,
            BINARY => {
                let length = self.varint()?;
                self.jump(length)?;
            }
            LIST | SET => {
                let (count, kind) = self.list()?;
                for _ in 0..count {
                    self.element(kind, depth)?;
                }
            }
            MAP => {
                let count = self.varint()?;
                let kinds = if count > 0 { self.byte()? } else { 0 };
                for _ in 0..count {
                    self.element(kinds >> 4, depth)?;
                    self.element(kinds & 15, depth)?;
                }
            }
            STRUCT => {
                let mut id = 0;
                while let Some(kind) = self.field(&mut id)? {
                    self.skip(kind, depth + 1)?;
                }
            }
            _ => return Err(("a value of an unknown kind", self.at)),
        }
        Ok(())
    }

    /// An item of a list: unlike a field, a truth value takes a byte there.
    fn element(&mut self, kind: u8, depth: usize) -> Result<(), Wrong> {
        if kind <= BOOL { self.byte().map(drop) } else { self.skip(kind, depth + 1) }
    }

    fn jump(&mut self, by: u64) -> Result<(), Wrong> {
        let left = (self.bytes.len() - self.at) as u64;
        if by > left {
            return Err(("a footer that ends early", self.at));
        }
        self.at += by as usize;
        Ok(())
    }

    /// The columns, each group before its children.
    fn columns(&mut self, count: usize) -> Result<(), Wrong> {
        if count > COLUMNS {
            return Err(("more columns than any log has", self.at));
        }
        // How many columns are still to come in each group that is open.
        let mut open: Vec<usize> = Vec::new();
        for nth in 1..=count {
            let (at, mut id, mut children) = (self.at, 0, 0);
            while let Some(kind) = self.field(&mut id)? {
                if id == CHILDREN && (4..DOUBLE).contains(&kind) {
                    children = self.signed()?;
                } else {
                    self.skip(kind, 0)?;
                }
            }
            if let Some(left) = open.last_mut() {
                *left -= 1;
            }
            let children = usize::try_from(children).unwrap_or(usize::MAX);
            if children > count - nth {
                return Err(("a group of more columns than there are", at));
            }
            open.push(children);
            while open.last() == Some(&0) {
                open.pop();
            }
            if open.len() > DEPTH {
                return Err(("columns nested deeper than any log has them", at));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A footer with groups of these numbers of children.
    fn footer(children: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0x15, 2, 0x19, 0xFC, children.len() as u8];
        for number in children {
            // Field 4, the name; field 5, its children, written as twice their number.
            bytes.extend([0x48, 1, b'x', 0x15, number * 2, 0]);
        }
        bytes.push(0);
        bytes
    }

    #[test]
    fn a_list_of_columns_is_walked_before_it_is_trusted() {
        assert_eq!(check_columns(&footer(&[2, 0, 1, 0])), Ok(()));
        let wrong = |footer: &[u8]| check_columns(footer).expect_err("wrong").0;
        assert!(wrong(&footer(&[9, 0])).contains("more columns than there are"));
        let mut deep = vec![1; 119];
        deep.push(0);
        assert!(wrong(&footer(&deep)).contains("nested deeper"));
        assert!(wrong(&[0x29, 0xFC, 0xFF, 0xFF, 0xFF, 0x7F]).contains("more columns than any log"));
        assert!(wrong(&footer(&[2, 0, 0])[..9]).contains("ends early"));
        let nested = [0x1C].repeat(10_000);
        assert!(wrong(&nested).contains("nesting"));
    }
}
