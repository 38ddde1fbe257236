//! Pages as textures, drawn one after another on a thread of their own.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::{ColorImage, Context, TextureHandle, TextureId, TextureOptions};

use crate::job::Job;
use crate::report::{Pixels, Preview};

/// Textures kept at most: those asked for longest ago go.
const MOST: usize = 48;

/// Which page, in which width, px.
type Key = (usize, u32);

/// A texture, and in which frame it was asked for last.
struct Kept {
    texture: TextureHandle,
    used: u64,
}

/// The pages of a preview that are drawn.
#[derive(Default)]
pub struct Rasters {
    of: Option<Arc<Preview>>,
    done: BTreeMap<Key, Kept>,
    job: Option<(Key, Job<Option<Pixels>>)>,
    /// Asked for in this frame and not there yet.
    wanted: Vec<(Key, f64)>,
    frame: u64,
}

impl Rasters {
    /// Begins a frame: takes in what was drawn, and has the next page drawn. Pages of an earlier
    /// preview are thrown away.
    pub fn follow(&mut self, ctx: &Context, preview: &Arc<Preview>) {
        let is_same = self.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, preview));
        if !is_same {
            (self.of, self.job) = (Some(Arc::clone(preview)), None);
            self.done.clear();
            self.wanted.clear();
        }
        self.frame += 1;
        self.take(ctx);
        if self.job.is_none() && !self.wanted.is_empty() {
            let (key, scale) = self.wanted.remove(0);
            let (preview, wake) = (Arc::clone(preview), ctx.clone());
            let draw = move |_: &crate::job::Progress| {
                let pages = preview.pages.as_ref();
                Ok::<_, String>(pages.and_then(|pages| pages.picture(key.0, scale)))
            };
            self.job = Some((key, Job::spawn(move || wake.request_repaint(), draw)));
        }
        self.wanted.clear();
        while self.done.len() > MOST {
            let unseen = self.done.iter().filter(|(_, kept)| kept.used + 1 < self.frame);
            let oldest = unseen.min_by_key(|(_, kept)| kept.used).map(|(key, _)| *key);
            let Some(oldest) = oldest else { break };
            self.done.remove(&oldest);
        }
    }

    fn take(&mut self, ctx: &Context) {
        let Some((key, outcome)) =
            self.job.as_ref().and_then(|(key, job)| Some((*key, job.poll()?)))
        else {
            return;
        };
        self.job = None;
        if let Ok(Some(Pixels { size, rgba })) = outcome {
            let image = ColorImage::from_rgba_unmultiplied(size, &rgba);
            let name = format!("page {} of {} px", key.0 + 1, key.1);
            let texture = ctx.load_texture(name, image, TextureOptions::LINEAR);
            self.done.insert(key, Kept { texture, used: self.frame });
        }
    }

    /// The texture of a page at so many pixels a point; one of another size, or none, while it is
    /// drawn.
    pub fn get(&mut self, ctx: &Context, page: usize, pixels_per_pt: f64) -> Option<TextureId> {
        let of = self.of.as_ref()?;
        let [width, _] = of.pages.as_ref()?.size_pt(page);
        let key = (page, (f64::from(width) * pixels_per_pt).round() as u32);
        if let Some(kept) = self.done.get_mut(&key) {
            kept.used = self.frame;
            return Some(kept.texture.id());
        }
        let is_drawn = self.job.as_ref().is_some_and(|(drawn, _)| *drawn == key);
        if !is_drawn && !self.wanted.iter().any(|(wanted, _)| *wanted == key) {
            self.wanted.push((key, pixels_per_pt));
            ctx.request_repaint();
        }
        let mut others = self.done.range((page, 0)..=(page, u32::MAX));
        others.next_back().map(|(_, kept)| kept.texture.id())
    }
}
