//! The rows of the filter as if it asked nothing of one field, so that the values next to the
//! chosen one stay in sight.

use std::ops::Range;
use std::sync::Arc;

use egui::Context;

use crate::index::{self, Index, Mask};
use crate::model::filter::FilterError;
use crate::model::{Filter, FilterField, Selection};
use crate::ui::Latest;
use crate::ui::scene::Scene;

use super::picked::without_field;
use super::query::{Masks, Query, next_id};

/// The filter that asks nothing of the field and knows no range of time.
#[derive(Clone, Debug, PartialEq)]
struct Key {
    index: u64,
    lists: u64,
    filter: Filter,
    selection: Selection,
}

/// The rows to count: those of `mask` in a stretch.
pub struct Base {
    /// Rows of any time.
    pub mask: Mask,
    /// Another number for every mask.
    pub id: u64,
    /// The stretch.
    pub rows: Range<u32>,
}

/// An index for a range that is being moved, and what it was made for.
pub type Brush<K, B> = Latest<K, Option<Arc<B>>>;

impl Base {
    /// The index of these rows for the range that is being moved, where there is one already.
    pub fn brush<K: Clone + PartialEq + Send + 'static, B: Send + Sync + 'static>(
        &self,
        brush: &mut Brush<K, B>,
        (ctx, scene, query): (&Context, &Scene<'_>, &Query),
        key: K,
        make: impl FnOnce(&Index, &Mask) -> Option<B> + Send + 'static,
    ) -> Option<Arc<B>> {
        if !query.is_brushed() {
            // What is kept for it is of no more use.
            *brush = Latest::default();
            return None;
        }
        let (index, mask) = (scene.index.clone(), self.mask.clone());
        brush.ask(ctx, key.clone(), move |_| Ok::<_, String>(make(&index, &mask).map(Arc::new)));
        let ready = brush.answered() == Some(&key);
        // It knows only rows that have a time.
        let fits = self.rows.end <= scene.index.timed().end;
        brush.answer().filter(|_| ready && fits).cloned().flatten()
    }
}

/// The question, which costs nothing where the filter asks nothing of the field.
#[derive(Default)]
pub struct Wider(Latest<Key, (Mask, u64)>);

impl Wider {
    /// The rows to count, once they are there.
    pub fn base(
        &mut self,
        ctx: &Context,
        scene: &Scene<'_>,
        query: &Query,
        masks: &Masks,
        field: FilterField,
    ) -> Option<Base> {
        let rows = masks.shown_rows.clone();
        let filter = query.filter().map(|filter| Filter { time: None, ..filter.clone() });
        let Some(wider) = filter.and_then(|filter| without_field(&filter, field)) else {
            return Some(Base { mask: masks.traffic.clone(), id: masks.traffic_id, rows });
        };
        let key = Key {
            index: scene.index_version,
            lists: scene.lists_version_for(&wider),
            filter: wider,
            selection: scene.view.selection.clone(),
        };
        let (index, lists, question) = (scene.index.clone(), scene.lists.clone(), key.clone());
        self.0.ask(ctx, key.clone(), move |_| {
            // A selected stretch of time is part of the rows, as the filter's is.
            let within = match question.selection {
                Selection::Time(_) => None,
                other => other.within(&question.filter),
            };
            let mask = index::compile(&within.unwrap_or(question.filter), &index, &lists)?;
            Ok::<_, FilterError>((mask, next_id()))
        });
        let answered = self.0.has(|asked| *asked == key);
        let (mask, id) = self.0.answer().filter(|_| answered)?.clone();
        Some(Base { mask, id, rows })
    }

    /// Whether the filter asks something of the field, so that more is counted than is shown.
    pub fn is_wider(query: &Query, field: FilterField) -> bool {
        query.filter().is_some_and(|filter| without_field(filter, field).is_some())
    }

    /// Why they could not be found.
    pub fn error(&self) -> Option<&str> {
        self.0.error()
    }
}
