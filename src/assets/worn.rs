//! Surfaces with layers over them, or of another hue: those that were made last are kept.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::Surface;
use super::texture::layer::{self, Layer, Shift};
use crate::randomize::concrete::{Adjust, Wear};

/// How many surfaces are kept, of 4 MB each at most as a rule.
const MOST_KEPT: usize = 64;

/// Surfaces that were made, the last one that was asked for last.
#[derive(Debug, Default)]
pub(super) struct Wardrobe {
    kept: Mutex<VecDeque<Worn>>,
}

#[derive(Debug)]
struct Worn {
    /// Held, so that its textures stay themselves.
    base: Surface,
    wear: Option<Wear>,
    adjust: Option<Adjust>,
    made: Surface,
}

impl Wardrobe {
    /// A surface with what lies over it, in the look that is asked for.
    pub(super) fn worn(&self, base: &Surface, wear: Option<&Wear>, adjust: Option<&Adjust>) -> Surface {
        if wear.is_none() && adjust.is_none() {
            return base.clone();
        }
        let meant =
            |worn: &Worn| worn.wear.as_ref() == wear && worn.adjust.as_ref() == adjust && same(&worn.base, base);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = kept.iter().position(meant)
            && let Some(found) = kept.remove(place)
        {
            let made = found.made.clone();
            kept.push_back(found);
            return made;
        }
        drop(kept);
        let made = make(base, wear, adjust);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back(Worn { base: base.clone(), wear: wear.cloned(), adjust: adjust.copied(), made: made.clone() });
        while kept.len() > MOST_KEPT {
            kept.pop_front();
        }
        made
    }
}

fn make(base: &Surface, wear: Option<&Wear>, adjust: Option<&Adjust>) -> Surface {
    let layers = wear.map_or_else(Vec::new, |wear| {
        vec![
            Layer::Scratches(wear.scratches),
            Layer::Rust(wear.rust),
            Layer::Stains(wear.stains),
            Layer::Dirt(wear.dirt),
            Layer::Salt(wear.salt),
            Layer::Dust(wear.dust),
        ]
    });
    let mut adjustment = adjust.copied().unwrap_or_default();
    let mut base = base.clone();
    // Where there is no texture its factor is the look itself.
    if base.base_color_texture.is_none() {
        let Adjust { hue_deg, saturation, brightness, .. } = adjustment;
        let [r, g, b, alpha] = base.base_color;
        let [r, g, b] = Shift::new(hue_deg, saturation, brightness).apply([r, g, b]);
        base.base_color = [r, g, b, alpha];
        adjustment = Adjust { hue_deg: 0.0, saturation: 1.0, brightness: 1.0, ..adjustment };
    }
    if base.orm_texture.is_none() {
        base.roughness = (base.roughness * adjustment.roughness).clamp(0.0, 1.0);
        adjustment.roughness = 1.0;
    }
    // A flat surface has no size of its own: a repeat in half a metre shows what is fine.
    if base.textures().iter().all(Option::is_none) && base.texture_size_m == 1.0 {
        base.texture_size_m = 0.5;
    }
    layer::worn(&base, &layers, &adjustment, wear.map_or(0, |wear| u64::from(wear.pattern)))
}

/// Whether two surfaces have the same values and share their textures.
fn same(one: &Surface, other: &Surface) -> bool {
    let textures = |surface: &Surface| surface.textures().map(|texture| texture.map(Arc::as_ptr));
    let bare = |surface: &Surface| Surface {
        base_color_texture: None,
        orm_texture: None,
        normal_texture: None,
        emissive_texture: None,
        ..surface.clone()
    };
    textures(one) == textures(other) && bare(one) == bare(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wear(rust: f32) -> Wear {
        Wear { dust: 0.0, dirt: 0.0, scratches: 0.0, rust, stains: 0.0, salt: 0.0, pattern: 3 }
    }

    #[test]
    fn what_was_made_is_kept_and_no_more_than_fits() {
        let wardrobe = Wardrobe::default();
        let base = Surface::default();
        let adjust = Adjust { hue_deg: 90.0, saturation: 1.0, brightness: 1.0, roughness: 1.0, normal_strength: 1.0 };
        assert_eq!(wardrobe.worn(&base, None, None), base);
        let texture = |surface: &Surface| surface.base_color_texture.as_ref().map(Arc::as_ptr);
        let once = wardrobe.worn(&base, Some(&wear(0.5)), None);
        assert!(texture(&once).is_some());
        assert_eq!(texture(&wardrobe.worn(&base, Some(&wear(0.5)), None)), texture(&once));
        assert_ne!(texture(&wardrobe.worn(&base, Some(&wear(0.25)), None)), texture(&once));
        // A hue alone needs no texture where there is none.
        let turned = wardrobe.worn(&Surface { base_color: [0.8, 0.1, 0.1, 1.0], ..base.clone() }, None, Some(&adjust));
        assert!(turned.base_color[1] > turned.base_color[0], "{:?}", turned.base_color);
        assert_eq!(turned.base_color_texture, None);
        for step in 0..MOST_KEPT {
            wardrobe.worn(&base, None, Some(&Adjust { brightness: 0.5 + step as f32 / 100.0, ..adjust }));
        }
        assert_eq!(wardrobe.kept.lock().unwrap().len(), MOST_KEPT);
        assert_ne!(texture(&wardrobe.worn(&base, Some(&wear(0.5)), None)), texture(&once));
    }
}
