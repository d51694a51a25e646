//! Masks, boxes around them, and what is said of visibility.

use glam::DVec2;

use super::findings::Findings;
use super::picture::Picture;
use crate::annotate::{OrientedBox, Rle, is_within};
use crate::dataset::{AnnotationRecord, MaskRecord};

/// The mask of a record, where it is one and has the size of the image.
pub(super) fn mask(picture: &Picture, mask: &MaskRecord) -> Option<Rle> {
    mask.to_rle().ok().filter(|mask| (mask.width, mask.height) == (picture.record.width, picture.record.height))
}

fn named(annotation: &AnnotationRecord) -> String {
    format!("instance {}", annotation.instance_id)
}

/// How many pixels are in one of two masks only.
fn differing(one: &Rle, other: &Rle) -> f64 {
    let (one, other) = (one.to_plane(), other.to_plane());
    one.data.iter().zip(&other.data).filter(|(one, other)| one != other).count() as f64
}

/// Every id of the instance plane that is annotated has its mask, exactly; every mask has its id; ids are known.
pub(super) fn cover(picture: &Picture, found: &mut Findings) {
    let Some(plane) = picture.instance() else { return };
    found.well();
    for region in picture.regions() {
        let id = u32::from(region.id);
        let instance = picture.instance_of(id);
        if instance.is_none_or(|instance| !instance.labelled || instance.category_id.is_none()) {
            found.see(region.pixels as f64, || format!("the plane holds id {id}, which is not labelled"));
        }
        let Some(annotation) = picture.seen().find(|annotation| annotation.instance_id == id) else { continue };
        let off = match mask(picture, &annotation.mask) {
            Some(mask) if mask == region.mask => 0.0,
            Some(mask) => differing(&mask, &region.mask).max(1.0),
            None => f64::INFINITY,
        };
        found.see(off, || named(annotation));
        found.see(annotation.pixels.abs_diff(region.pixels) as f64, || format!("pixels of {}", named(annotation)));
        let category = instance.and_then(|instance| instance.category_id);
        if category != Some(annotation.category_id) {
            found.see(f64::from(plane.width), || {
                format!("{} has category {}", named(annotation), annotation.category_id)
            });
        }
    }
    for annotation in picture.seen() {
        if picture.regions().iter().all(|region| u32::from(region.id) != annotation.instance_id) {
            found.see(annotation.pixels.max(1) as f64, || format!("{} owns no pixel", named(annotation)));
        }
    }
    for annotation in &picture.record.annotations {
        let known = picture.instance_of(annotation.instance_id);
        if known.is_none_or(|instance| instance.volume != annotation.volume || annotation.volume && !instance.labelled)
        {
            found.see(1.0, || format!("{} is in the scene's list otherwise", named(annotation)));
        }
    }
    let ids: Vec<u32> = picture.record.annotations.iter().map(|annotation| annotation.instance_id).collect();
    if !ids.is_sorted_by(|one, other| one < other) {
        found.see(1.0, || "annotations are not in the order of their ids, each once".to_owned());
    }
}

/// What meets the policy is annotated and no crowd, what misses it is crowd or left out.
pub(super) fn policy(picture: &Picture, found: &mut Findings) {
    found.well();
    let policy = picture.policy();
    for annotation in &picture.record.annotations {
        let pixels = match &annotation.amodal {
            Some(amodal) if annotation.volume => amodal.pixels,
            _ => annotation.pixels,
        };
        let fits = annotation.amodal.as_ref().is_none_or(|amodal| {
            // Fractions are written with nine digits after the point.
            amodal.visible_fraction >= policy.minimum_visible_fraction - 1e-9
                && amodal.truncation <= policy.maximum_truncation + 1e-9
        }) && pixels >= u64::from(policy.minimum_pixels)
            && annotation.transmittance.is_none_or(|share| share >= policy.minimum_transmittance - 1e-9);
        if annotation.crowd == fits || annotation.crowd && !policy.rejected_as_crowd {
            found.fault(|| format!("{} is{} crowd", named(annotation), if annotation.crowd { "" } else { " not" }));
        }
    }
    // What is left out for its size alone can be told without its silhouette.
    let unlimited = policy.minimum_visible_fraction <= 0.0
        && policy.maximum_truncation >= 1.0
        && policy.minimum_transmittance <= 0.0;
    for region in picture.regions() {
        let annotated = picture.seen().any(|annotation| annotation.instance_id == u32::from(region.id));
        let fits = region.pixels >= u64::from(policy.minimum_pixels);
        if !annotated && (policy.rejected_as_crowd || fits && unlimited) {
            found.fault(|| format!("instance {} is not annotated", region.id));
        }
    }
}

/// The largest difference of two boxes in any number.
fn off(one: [f64; 4], other: [f64; 4]) -> f64 {
    one.iter().zip(other).map(|(one, other)| (one - other).abs()).fold(0.0, f64::max)
}

/// The tight box of a mask.
fn tight(mask: &Rle) -> [f64; 4] {
    let height = mask.height.max(1) as usize;
    let (mut low, mut high) = ([usize::MAX; 2], [0; 2]);
    for (start, end) in mask.set_runs() {
        for (first, last) in columns(start, end, height) {
            let x = first / height;
            low = [low[0].min(x), low[1].min(first % height)];
            high = [high[0].max(x + 1), high[1].max(last % height + 1)];
        }
    }
    if low[0] == usize::MAX {
        return [0.0; 4];
    }
    [low[0], low[1], high[0] - low[0], high[1] - low[1]].map(|value| value as f64)
}

/// A run cut into columns: first and last position of each.
fn columns(start: usize, end: usize, height: usize) -> impl Iterator<Item = (usize, usize)> {
    (start / height..end.div_ceil(height))
        .map(move |column| (start.max(column * height), end.min((column + 1) * height) - 1))
}

/// The mask that visible boxes are around: a volume's, of which no pixel is visible, is its whole silhouette.
fn boxed(picture: &Picture, annotation: &AnnotationRecord) -> Option<Rle> {
    let whole = annotation.amodal.as_ref().filter(|_| annotation.volume).map(|amodal| &amodal.mask);
    mask(picture, whole.unwrap_or(&annotation.mask))
}

/// Visible boxes are those of visible masks.
pub(super) fn visible_boxes(picture: &Picture, found: &mut Findings) {
    for annotation in &picture.record.annotations {
        let Some(mask) = boxed(picture, annotation) else { continue };
        found.see(off(annotation.bbox_visible, tight(&mask)), || named(annotation));
    }
}

/// Amodal boxes are those of amodal masks.
pub(super) fn amodal_boxes(picture: &Picture, found: &mut Findings) {
    for annotation in &picture.record.annotations {
        let Some(amodal) = &annotation.amodal else { continue };
        let Some(mask) = mask(picture, &amodal.mask) else { continue };
        found.see(off(amodal.bbox, tight(&mask)), || named(annotation));
    }
}

/// Boxes of whole silhouettes hold the part within the image, are the same where nothing is cut off, and end where the
/// projected 3D box does.
pub(super) fn whole_boxes(picture: &Picture, found: &mut Findings) {
    /// Grids around an image are no wider than this many images before their cells outgrow pixels.
    const WIDEST: f64 = 3.0;
    for annotation in &picture.record.annotations {
        let Some(amodal) = &annotation.amodal else { continue };
        let ([x, y, width, height], whole) = (amodal.bbox, amodal.bbox_whole);
        let (left, top, right, bottom) = (whole[0], whole[1], whole[0] + whole[2], whole[1] + whole[3]);
        let out = [left - x, top - y, x + width - right, y + height - bottom].into_iter().fold(0.0, f64::max);
        let same = if amodal.truncation == 0.0 { off(amodal.bbox, whole) } else { 0.0 };
        found.see(out.max(same), || named(annotation));
        // A lens that bends straight lines sees 3D boxes elsewhere.
        let optics = &picture.camera.optics;
        let extent = annotation.box_3d.to_box().extent(optics, 1e-4).filter(|_| optics.lens.is_straight());
        let Some((low, high)) = extent else { continue };
        let size = DVec2::new(f64::from(picture.record.width), f64::from(picture.record.height));
        // As a silhouette's cells reach half of one beyond what they show; they are pixels unless the image is large.
        let cell = (WIDEST * size.max_element() / 4096.0).max(1.0).log2().ceil().exp2();
        let far = [low.x - left, low.y - top, right - high.x, bottom - high.y].into_iter().fold(0.0, f64::max);
        let near = (low.min(size - high) / size).min_element() > (1.0 - WIDEST) / 2.0;
        found.see(if near && far > cell { far } else { 0.0 }, || format!("{} beyond its 3D box", named(annotation)));
    }
}

/// Turned boxes hold the corners of all pixels, touch one on each side, and are no larger than the upright ones.
pub(super) fn oriented_boxes(picture: &Picture, found: &mut Findings) {
    for annotation in &picture.record.annotations {
        let Some(mask) = boxed(picture, annotation) else { continue };
        let OrientedBox { center, size, angle_deg } = annotation.bbox_oriented;
        let along = DVec2::from_angle(angle_deg.to_radians());
        let mut reach = DVec2::ZERO;
        let height = mask.height.max(1) as usize;
        for (start, end) in mask.set_runs() {
            for (first, last) in columns(start, end, height) {
                let x = (first / height) as f64;
                for (x, y) in [
                    (x, first % height),
                    (x, last % height + 1),
                    (x + 1.0, first % height),
                    (x + 1.0, last % height + 1),
                ] {
                    let from = DVec2::new(x, y as f64) - DVec2::from(center);
                    reach = reach.max(DVec2::new(from.dot(along), from.dot(along.perp())).abs());
                }
            }
        }
        let loose = (reach - DVec2::from(size) * 0.5).abs().max_element();
        found.see(loose, || named(annotation));
        let [_, _, width, height] = annotation.bbox_visible;
        let larger = size[0] * size[1] - width * height;
        found.see(larger.max(0.0), || format!("area of {}", named(annotation)));
    }
}

/// Visible masks lie within amodal ones.
pub(super) fn amodal(picture: &Picture, found: &mut Findings) {
    for annotation in &picture.record.annotations {
        let Some(amodal) = &annotation.amodal else { continue };
        let (Some(visible), Some(whole)) = (mask(picture, &annotation.mask), mask(picture, &amodal.mask)) else {
            found.see(f64::INFINITY, || format!("a mask of {} is none", named(annotation)));
            continue;
        };
        found.well();
        if !is_within(&visible, &whole) {
            let (visible, whole) = (visible.to_plane(), whole.to_plane());
            let outside = visible.data.iter().zip(&whole.data).filter(|(visible, whole)| **visible && !**whole).count();
            found.see(outside as f64, || named(annotation));
        }
        found.see(amodal.pixels.abs_diff(whole.pixels()) as f64, || format!("amodal pixels of {}", named(annotation)));
    }
}

/// Visible fractions are those of the masks; truncation is a share.
pub(super) fn fractions(picture: &Picture, found: &mut Findings) {
    for annotation in &picture.record.annotations {
        let Some(amodal) = &annotation.amodal else { continue };
        // A volume is not there to be hidden.
        let fraction = if annotation.volume { 1.0 } else { annotation.pixels as f64 / amodal.pixels as f64 };
        found.see((amodal.visible_fraction - fraction).abs(), || named(annotation));
        let outside = (amodal.truncation - amodal.truncation.clamp(0.0, 1.0)).abs();
        found.see(outside, || format!("truncation of {}", named(annotation)));
        // What is cut off reaches out of the image, and has no more pixels there than its box.
        let [x, y, width, height] = amodal.bbox_whole;
        let size = [f64::from(picture.record.width), f64::from(picture.record.height)];
        let out = x < 0.0 || y < 0.0 || x + width > size[0] || y + height > size[1];
        let across = (x + width).min(size[0]) - x.max(0.0);
        let down = (y + height).min(size[1]) - y.max(0.0);
        let most = (width * height - across.max(0.0) * down.max(0.0)).max(0.0);
        let most = most / (amodal.pixels as f64 + most);
        let contradicts = out != (amodal.truncation > 0.0) || amodal.truncation > most + 1e-6;
        found.see(f64::from(u8::from(contradicts)), || format!("truncation and whole box of {}", named(annotation)));
    }
}

/// Pixels of a silhouette that another instance owns are counted as hidden by it.
pub(super) fn occluders(picture: &Picture, found: &mut Findings) {
    let Some(plane) = picture.instance() else { return };
    let (width, height) = (plane.width as usize, plane.height as usize);
    for annotation in picture.seen() {
        let Some(amodal) = &annotation.amodal else { continue };
        let Some(mask) = mask(picture, &amodal.mask) else { continue };
        let mut counted = std::collections::BTreeMap::<u32, u64>::new();
        for position in mask.set_runs().flat_map(|(start, end)| start..end) {
            let owner = u32::from(plane.data[position % height * width + position / height]);
            if owner != 0 && owner != annotation.instance_id {
                *counted.entry(owner).or_default() += 1;
            }
        }
        found.well();
        for by in &amodal.occluded_by {
            let owned = counted.remove(&by.instance_id).unwrap_or(0);
            found.see(owned.abs_diff(by.pixels) as f64, || format!("{} behind {}", named(annotation), by.instance_id));
        }
        for (id, pixels) in counted {
            found.see(pixels as f64, || format!("{} behind {id}", named(annotation)));
        }
    }
}
