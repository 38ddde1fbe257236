//! Values as JSON, appended to a buffer that is used again and again.

use std::io::Write as _;

/// Days from 0000-03-01 to 1970-01-01.
const TO_1970: i64 = 719_468;
/// Days of 400 years.
const ERA_DAYS: i64 = 146_097;

/// Appends text in quotes. Bytes that are no UTF-8 stay as they are: whoever reads the record
/// says so of it, as of any line of JSON.
pub(super) fn string(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    let mut from = 0;
    for (i, byte) in text.iter().enumerate() {
        let escape = match byte {
            b'"' => b'"',
            b'\\' => b'\\',
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            0..0x20 => b'u',
            _ => continue,
        };
        out.extend_from_slice(&text[from..i]);
        out.extend_from_slice(&[b'\\', escape]);
        if escape == b'u' {
            let _ = write!(out, "{byte:04x}");
        }
        from = i + 1;
    }
    out.extend_from_slice(&text[from..]);
    out.push(b'"');
}

/// Appends bytes that are no text, in lower-case hex.
pub(super) fn hex(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    bytes.iter().for_each(|byte| hex_digits(out, *byte));
    out.push(b'"');
}

fn hex_digits(out: &mut Vec<u8>, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.push(DIGITS[usize::from(byte >> 4)]);
    out.push(DIGITS[usize::from(byte & 15)]);
}

/// Appends a UUID; its 16 bytes are those it is written in.
pub(super) fn uuid(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    for (i, byte) in bytes.iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            out.push(b'-');
        }
        hex_digits(out, *byte);
    }
    out.push(b'"');
}

/// Appends a whole number.
pub(super) fn integer(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        out.push(b'-');
    }
    unsigned(out, value.unsigned_abs());
}

/// Appends a whole number without a sign.
pub(super) fn unsigned(out: &mut Vec<u8>, mut left: u64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// Appends a number in the fewest digits that give it back; whether JSON has one for it.
pub(super) fn float(out: &mut Vec<u8>, value: impl Into<f64> + Copy + serde::Serialize) -> bool {
    let is_number = value.into().is_finite();
    // A buffer in memory takes everything.
    is_number && serde_json::to_writer(out, &value).is_ok()
}

/// The value of a number of 16 bits.
pub(super) fn half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f32::from(bits & 1_023));
    let size = match exponent {
        0 => fraction * 2.0_f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        e => (1.0 + fraction / 1_024.0) * 2.0_f32.powi(e - 15),
    };
    sign * size
}

/// Appends a decimal number: `unscaled` divided by ten `scale` times.
pub(super) fn decimal(out: &mut Vec<u8>, unscaled: i128, scale: u32) {
    if unscaled < 0 {
        out.push(b'-');
    }
    let digits = unscaled.unsigned_abs().to_string();
    let scale = scale as usize;
    let whole = digits.len().saturating_sub(scale);
    out.extend_from_slice(if whole == 0 { b"0" } else { &digits.as_bytes()[..whole] });
    if scale > 0 {
        out.push(b'.');
        out.resize(out.len() + scale.saturating_sub(digits.len()), b'0');
        out.extend_from_slice(&digits.as_bytes()[whole..]);
    }
}

/// Appends a day, counted from 1970-01-01, in quotes; as its number where it has no four digits
/// for the year.
pub(super) fn date(out: &mut Vec<u8>, day: i64) {
    let Some(civil) = civil(day) else { return integer(out, day) };
    out.push(b'"');
    push_date(out, civil);
    out.push(b'"');
}

/// Appends a time of a day that has `per_second` units a second.
pub(super) fn time(out: &mut Vec<u8>, units: i64, per_second: i64) {
    out.push(b'"');
    push_time(out, units, per_second);
    out.push(b'"');
}

/// Appends a moment, counted in units from 1970, as RFC 3339 in UTC or, where it is of no zone,
/// without one; as its number where it has no four digits for the year.
pub(super) fn moment(out: &mut Vec<u8>, units: i64, per_second: i64, is_utc: bool) {
    let per_day = 86_400 * per_second;
    let Some(civil) = civil(units.div_euclid(per_day)) else { return integer(out, units) };
    out.push(b'"');
    push_date(out, civil);
    out.push(b'T');
    push_time(out, units.rem_euclid(per_day), per_second);
    if is_utc {
        out.push(b'Z');
    }
    out.push(b'"');
}

/// Year, month and day of a day counted from 1970-01-01, in years 0000 to 9999.
fn civil(day: i64) -> Option<(i64, i64, i64)> {
    if !(-TO_1970..3_000_000).contains(&day) {
        return None;
    }
    let day = day + TO_1970;
    let (era, of_era) = (day / ERA_DAYS, day % ERA_DAYS);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    // Months from March on, so that the odd day is the last of the year.
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = era * 400 + year + next;
    (year <= 9_999).then_some((year, month, of_month))
}

fn push_date(out: &mut Vec<u8>, (year, month, day): (i64, i64, i64)) {
    padded(out, year, 4);
    out.push(b'-');
    padded(out, month, 2);
    out.push(b'-');
    padded(out, day, 2);
}

fn push_time(out: &mut Vec<u8>, units: i64, per_second: i64) {
    let (seconds, fraction) = (units / per_second, units % per_second);
    padded(out, seconds / 3_600, 2);
    out.push(b':');
    padded(out, seconds / 60 % 60, 2);
    out.push(b':');
    padded(out, seconds % 60, 2);
    out.push(b'.');
    padded(out, fraction, per_second.ilog10());
}

fn padded(out: &mut Vec<u8>, value: i64, width: u32) {
    for place in (0..width).rev() {
        out.push(b'0' + (value / 10_i64.pow(place) % 10) as u8);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn numbers_are_written_to_their_last_digit() {
        let decimal = |unscaled, scale| written(|out| decimal(out, unscaled, scale));
        assert_eq!(decimal(12_345, 2), "123.45");
        assert_eq!(decimal(-5, 3), "-0.005");
        assert_eq!((decimal(0, 0), decimal(0, 2)), ("0".into(), "0.00".into()));
        assert_eq!(written(|out| integer(out, i64::MIN)), i64::MIN.to_string());
        assert_eq!(written(|out| unsigned(out, u64::MAX)), u64::MAX.to_string());
        assert_eq!(written(|out| assert!(float(out, 0.1_f32))), "0.1");
        assert_eq!(written(|out| assert!(!float(out, f64::NAN))), "");
        assert_eq!((half(0x3C00), half(0xC000), half(1)), (1.0, -2.0, 5.960_464_5e-8));
        assert!(half(0x7C01).is_nan());
    }

    #[test]
    fn moments_carry_the_digits_of_their_unit_and_a_zone_where_they_have_one() {
        let moment = |units, per, utc| written(|out| moment(out, units, per, utc));
        assert_eq!(moment(1_772_366_400_123, 1_000, true), "\"2026-03-01T12:00:00.123Z\"");
        assert_eq!(moment(-1, 1_000_000, false), "\"1969-12-31T23:59:59.999999\"");
        assert_eq!(moment(0, 1_000_000_000, true), "\"1970-01-01T00:00:00.000000000Z\"");
        assert_eq!(moment(i64::MAX, 1_000, true), i64::MAX.to_string());
        assert_eq!(written(|out| date(out, 11_016)), "\"2000-02-29\"");
        assert_eq!(written(|out| time(out, 3_723_004, 1_000)), "\"01:02:03.004\"");
    }

    proptest! {
        #[test]
        fn days_are_those_of_the_calendar(day in -719_468..2_932_896_i64) {
            let zoned = jiff::Timestamp::from_second(day * 86_400).expect("in range");
            let expected = format!("\"{}\"", zoned.strftime("%Y-%m-%d"));
            prop_assert_eq!(written(|out| date(out, day)), expected);
        }

        #[test]
        fn any_text_comes_back_from_its_json(text: String) {
            let json = written(|out| string(out, text.as_bytes()));
            prop_assert_eq!(serde_json::from_str::<String>(&json).expect("JSON"), text);
        }
    }
}
