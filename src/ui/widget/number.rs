//! Shares and durations where a table needs them finer than [`crate::ui::format`].

/// `63 %`, `8.7 %`, `0.04 %`, `< 0.01 %`: a share of a whole; `—` of nothing.
pub fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "—".to_owned();
    }
    let percent = part as f64 / whole as f64 * 100.0;
    match percent {
        p if part == 0 || p >= 99.95 && part == whole => format!("{p:.0} %"),
        p if p >= 99.5 => "> 99 %".to_owned(),
        p if p >= 10.0 => format!("{p:.0} %"),
        p if p >= 1.0 => format!("{p:.1} %"),
        p if p >= 0.01 => format!("{p:.2} %"),
        _ => "< 0.01 %".to_owned(),
    }
}

/// `1.2 s`, `850 ms`, `2.5 min`: a duration given in ms.
pub fn duration_ms(ms: u64) -> String {
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{:.1} s", ms as f64 / 1e3),
        _ => format!("{:.1} min", ms as f64 / 6e4),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_never_rounded_to_all_or_nothing() {
        assert_eq!(share(1, 0), "—");
        assert_eq!(share(0, 9), "0 %");
        assert_eq!(share(9, 9), "100 %");
        assert_eq!(share(99_999, 100_000), "> 99 %");
        assert_eq!(share(1, 1_000_000), "< 0.01 %");
        assert_eq!(share(63, 100), "63 %");
        assert_eq!(share(87, 1_000), "8.7 %");
    }
}
