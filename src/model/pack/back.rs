//! Fields back into lines.

use super::turned::{Cursor, Turned};

/// The slice of `length` bytes that was turned; `None` when the bytes are damaged.
pub(super) fn turn_back(turned: &[u8], length: usize) -> Option<Vec<u8>> {
    let turned = Turned::read(turned, length)?;
    // Digits take more space unpacked: all of them together at most the slice and line breaks.
    let mut budget = 2 * length;
    let mut cursors: Vec<Vec<Cursor<'_>>> = Vec::new();
    for group in &turned.groups {
        let of_field = |values: &_| Cursor::new(*values, group.lines, &mut budget);
        cursors.push(group.fields.iter().map(of_field).collect::<Option<_>>()?);
    }
    let mut out = Vec::with_capacity(length);
    for line in 0..turned.lines {
        let fields = cursors.get_mut(turned.group_of(line))?;
        for (i, field) in fields.iter_mut().enumerate() {
            if i > 0 {
                out.push(turned.separator);
            }
            field.next(&mut out)?;
        }
        if line + 1 < turned.lines || !turned.is_open {
            out.push(b'\n');
        }
        if out.len() > length {
            return None;
        }
    }
    Some(out)
}
