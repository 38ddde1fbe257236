//! The pages of a report before they are a file: as pictures, to be looked at.

use typst::utils::Scalar;
use typst_layout::PagedDocument;
use typst_render::RenderOptions;

/// The pages.
#[derive(Clone, Debug)]
pub struct Pages(pub(super) PagedDocument);

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    /// Width and height, px.
    pub size: [usize; 2],
    /// Red, green, blue, alpha of each pixel, opaque, from the top left.
    pub rgba: Vec<u8>,
}

impl Pixels {
    /// The picture as a file.
    ///
    /// # Errors
    /// What the writer says.
    pub fn png(&self) -> Result<Vec<u8>, String> {
        let mut out = Vec::new();
        let [width, height] = self.size.map(|side| u32::try_from(side).unwrap_or(u32::MAX));
        let mut encoder = png::Encoder::new(&mut out, width, height);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        // Columns of one colour: what is above says most, and looking for better filters costs more
        // than packing.
        encoder.set_filter(png::Filter::Up);
        let written = encoder.write_header().and_then(|mut writer| {
            writer.write_image_data(&self.rgba)?;
            writer.finish()
        });
        written.map(|()| out).map_err(|e| e.to_string())
    }
}

impl Pages {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.pages().len()
    }

    /// Width and height of a page, pt.
    pub fn size_pt(&self, page: usize) -> [f32; 2] {
        let size = self.0.pages().get(page).map(|page| page.frame.size());
        size.map_or([595.0, 842.0], |size| [size.x.to_pt() as f32, size.y.to_pt() as f32])
    }

    /// A page as a picture; `None` where there is no such page.
    pub fn picture(&self, page: usize, pixels_per_pt: f64) -> Option<Pixels> {
        let page = self.0.pages().get(page)?;
        let options = RenderOptions {
            pixel_per_pt: Scalar::new(pixels_per_pt.clamp(0.02, 8.0)),
            ..RenderOptions::default()
        };
        let map = typst_render::render(page, &options);
        let size = [map.width() as usize, map.height() as usize];
        Some(Pixels { size, rgba: map.take() })
    }
}
