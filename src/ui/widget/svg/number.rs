//! Numbers and colours as SVG writes them, in as few characters as say the same.

use std::fmt::{Display, Formatter, Result};

use egui::{Color32, Pos2};

/// A length: two decimals, a two-hundredth of a point at most beside the place on the screen.
pub struct Number(pub f32);

impl Display for Number {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&short(format!("{:.2}", self.0)))
    }
}

/// An angle in radians, as degrees.
pub struct Degrees(pub f32);

impl Display for Degrees {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&short(format!("{:.3}", self.0.to_degrees())))
    }
}

/// A place.
pub struct Point(pub Pos2);

impl Display for Point {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{} {}", Number(self.0.x), Number(self.0.y))
    }
}

/// A colour without its opacity.
pub struct Rgb(pub Color32);

impl Display for Rgb {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let [r, g, b, _] = self.0.to_srgba_unmultiplied();
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

/// The attribute with the opacity of a colour, for the property named; nothing when it is opaque.
pub struct Opacity<'a>(pub &'a str, pub Color32);

impl Display for Opacity<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self.1.a() {
            255 => Ok(()),
            a => write!(
                f,
                " {}-opacity=\"{}\"",
                self.0,
                short(format!("{:.3}", f32::from(a) / 255.0))
            ),
        }
    }
}

/// A number with decimals, less what says nothing.
fn short(mut number: String) -> String {
    let kept = number.trim_end_matches('0').trim_end_matches('.').len();
    number.truncate(kept);
    match number.strip_prefix('-') {
        Some("0") => "0".to_owned(),
        Some(rest) => rest.strip_prefix("0.").map(|rest| format!("-.{rest}")).unwrap_or(number),
        None => number.strip_prefix("0.").map(|rest| format!(".{rest}")).unwrap_or(number),
    }
}
