//! Groups of lines that are turned together.

use super::values::Values;

/// What tells lines of one layout from those of another: the keys of a JSON object, which are
/// the fields that a colon follows, and where they stand.
pub(super) fn layout(bytes: &[u8], cuts: &[usize]) -> u64 {
    // Not the last field: what follows it is the next line.
    let keys = cuts.windows(3).enumerate().filter(|(_, cut)| is_colon(bytes, cut[1]));
    keys.fold(1, |hash: u64, (at, cut)| {
        let key = xxhash_rust::xxh3::xxh3_64(&bytes[cut[0]..cut[1] - 1]);
        (hash.rotate_left(5) ^ key ^ at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    })
}

/// Whether a field that starts here makes a key of the one before it.
pub(super) fn is_colon(bytes: &[u8], start: usize) -> bool {
    bytes.get(start) == Some(&b':')
}

/// Lines of one layout: with as many fields and the same keys.
pub(super) struct Layout {
    /// The value of each field that no line has had another of, in this slice or before.
    pub constants: Vec<Option<Box<[u8]>>>,
    /// The other fields, each with whether it starts with the colon of a key: in all lines of the
    /// layout, or in none.
    pub mixed: Vec<(u16, bool)>,
    /// Whether lines are recognised by it.
    pub known: bool,
    /// Another one whenever the fields that vary do, never used again by this turner.
    pub version: u64,
    pub lines: Lines,
}

/// The lines of a group in this slice.
#[derive(Default)]
pub(super) struct Lines {
    /// The number of the group, once there is a line.
    pub number: Option<u8>,
    pub count: usize,
    pub fields: Vec<Values>,
}

impl Lines {
    pub fn of(width: usize) -> Self {
        let fields = std::iter::repeat_with(Values::default).take(width).collect();
        Self { fields, ..Self::default() }
    }

    pub fn clear(&mut self) {
        (self.number, self.count) = (None, 0);
        self.fields.iter_mut().for_each(Values::clear);
    }
}

impl Layout {
    /// The layout of a line cut into these fields.
    pub fn of(bytes: &[u8], cuts: &[usize]) -> Self {
        let constants = cuts.windows(2).map(|cut| Some(bytes[cut[0]..cut[1] - 1].into())).collect();
        let lines = Lines::of(cuts.len() - 1);
        Self { constants, mixed: Vec::new(), known: false, version: 0, lines }
    }

    /// What stands before, between and behind the fields that vary.
    pub fn literals(&self, separator: u8) -> Vec<Vec<u8>> {
        let mut literals = Vec::new();
        let mut literal = Vec::new();
        for (i, constant) in self.constants.iter().enumerate() {
            if i > 0 {
                literal.push(separator);
            }
            match constant {
                Some(value) => literal.extend_from_slice(value),
                None => literals.push(std::mem::take(&mut literal)),
            }
        }
        literal.push(b'\n');
        literals.push(literal);
        literals
    }

    /// Whether a line has another value where all before had one.
    pub fn is_new(&self, bytes: &[u8], cuts: &[usize]) -> bool {
        let mut fields = self.constants.iter().zip(cuts.windows(2));
        fields.any(|(constant, cut)| {
            constant.as_ref().is_some_and(|value| bytes[cut[0]..cut[1] - 1] != **value)
        })
    }

    /// Takes in a line.
    pub fn push(&mut self, bytes: &[u8], cuts: &[usize]) {
        let lines = &mut self.lines;
        for ((constant, values), cut) in
            self.constants.iter_mut().zip(&mut lines.fields).zip(cuts.windows(2))
        {
            let (from, to) = (cut[0], cut[1] - 1);
            if let Some(value) = constant {
                if bytes[from..to] == **value {
                    continue;
                }
                values.repeat(value, lines.count);
                *constant = None;
            }
            values.push(bytes, from, to);
        }
        lines.count += 1;
    }

    /// Learns which fields vary, from this line and those before.
    pub fn learn(&mut self, version: u64, bytes: &[u8], cuts: &[usize]) {
        let mixed = self.constants.iter().enumerate().filter(|(_, constant)| constant.is_none());
        self.mixed = mixed.map(|(i, _)| (i as u16, is_colon(bytes, cuts[i]))).collect();
        self.version = version;
    }
}
