//! Masks as polygons along the edges of their pixels.

use std::collections::BTreeMap;

use super::Rle;

/// The outlines of a mask's pieces, each a closed line of points `[x, y]` in pixels along pixel edges, without points
/// in the middle of a straight stretch.
///
/// Pixels that touch at a corner only are pieces of their own. Polygons cannot say what holes are: an outline with
/// holes is cut open, along pixel edges, to each of them and back, so that area and mask stay exact under the even-odd
/// and the non-zero rule alike.
pub fn polygons(mask: &Rle) -> Vec<Vec<[u32; 2]>> {
    let mut outlines = outlines(mask);
    let (holes, mut outers): (Vec<_>, Vec<_>) = outlines.drain(..).partition(|outline| doubled_area(outline) < 0);
    // From left to right, so that what lies left of a hole is joined already.
    let mut holes = holes;
    holes.sort_by_key(|hole| hole.iter().map(|&[x, y]| (x, y)).min());
    for hole in holes {
        join(&mut outers, hole);
    }
    outers.iter().map(|outline| straightened(outline)).filter(|outline| outline.len() >= 4).collect()
}

type Point = [u32; 2];

/// Closed lines of unit steps with the mask on their right, in an image whose y runs down: outer ones have a
/// positive area, holes a negative one.
fn outlines(mask: &Rle) -> Vec<Vec<Point>> {
    let plane = mask.to_plane();
    let (width, height) = (i64::from(mask.width), i64::from(mask.height));
    let set = |x: i64, y: i64| x >= 0 && y >= 0 && x < width && y < height && plane.data[(y * width + x) as usize];
    // From each corner the directions in which an edge leaves: 0 right, 1 down, 2 left, 3 up.
    let mut edges: BTreeMap<(i64, i64), [bool; 4]> = BTreeMap::new();
    for (start, end) in mask.set_runs() {
        for position in start as i64..end as i64 {
            let (x, y) = (position / height, position % height);
            for (free, from, direction) in [
                (!set(x, y - 1), (x, y), 0),
                (!set(x + 1, y), (x + 1, y), 1),
                (!set(x, y + 1), (x + 1, y + 1), 2),
                (!set(x - 1, y), (x, y + 1), 3),
            ] {
                if free {
                    edges.entry(from).or_default()[direction] = true;
                }
            }
        }
    }
    let mut found = Vec::new();
    while let Some((&start, leaving)) = edges.first_key_value() {
        let Some(first) = leaving.iter().position(|&leaves| leaves) else { break };
        let (mut at, mut direction) = (start, first);
        let mut line = Vec::new();
        loop {
            line.push([at.0 as u32, at.1 as u32]);
            if let Some(leaving) = edges.get_mut(&at) {
                leaving[direction] = false;
                if *leaving == [false; 4] {
                    edges.remove(&at);
                }
            }
            let (dx, dy) = [(1, 0), (0, 1), (-1, 0), (0, -1)][direction];
            at = (at.0 + dx, at.1 + dy);
            // Where two pixels touch at a corner the line turns right and stays with its own.
            let turns = [direction + 1, direction, direction + 3].map(|turn| turn % 4);
            if at == start && turns[0] == first {
                break;
            }
            let next = edges.get(&at).and_then(|leaving| turns.into_iter().find(|&turn| leaving[turn]));
            match next {
                Some(next) => direction = next,
                None => break,
            }
        }
        found.push(line);
    }
    found
}

/// Twice the area, positive where the line runs from x towards y.
fn doubled_area(line: &[Point]) -> i64 {
    let next = line.iter().cycle().skip(1);
    line.iter().zip(next).map(|(a, b)| i64::from(a[0]) * i64::from(b[1]) - i64::from(b[0]) * i64::from(a[1])).sum()
}

/// Joins a hole to the outline that is next to it on the left, by a cut there and back.
fn join(outers: &mut [Vec<Point>], hole: Vec<Point>) {
    let Some((start, &[x, y])) = hole.iter().enumerate().min_by_key(|(_, point)| (point[0], point[1])) else { return };
    // The pixel on its left belongs to the piece that it is a hole of.
    let Some(outer) = outers.iter_mut().find(|outer| x > 0 && encloses(outer, [x - 1, y])) else { return };
    let left = outer.iter().enumerate().filter(|(_, point)| point[1] == y && point[0] <= x);
    let Some((place, &from)) = left.max_by_key(|(_, point)| point[0]) else { return };
    let mut cut: Vec<Point> = (from[0]..x).map(|x| [x, y]).collect();
    let back: Vec<Point> = cut.iter().rev().copied().collect();
    cut.extend(hole[start..].iter().chain(&hole[..=start]));
    cut.extend(back);
    // The outline passes this point again after the cut, so that it stands there before and after.
    outer.splice(place..place, cut);
}

/// Whether a pixel is within a line of unit steps.
fn encloses(line: &[Point], [x, y]: Point) -> bool {
    let steps = line.iter().zip(line.iter().cycle().skip(1));
    // Vertical steps on the pixel's right, at its height.
    let crossed = steps.filter(|(a, b)| a[0] == b[0] && a[0] > x && a[1].min(b[1]) == y);
    crossed.count() % 2 == 1
}

/// Without points on a straight stretch, and without points that follow themselves, as where a cut ends.
fn straightened(line: &[Point]) -> Vec<Point> {
    let mut line = line.to_vec();
    line.dedup();
    while line.len() > 1 && line.first() == line.last() {
        line.pop();
    }
    let count = line.len();
    let turns = |place: usize| {
        let (before, at, after) = (line[(place + count - 1) % count], line[place], line[(place + 1) % count]);
        let step = |a: Point, b: Point| [i64::from(b[0]) - i64::from(a[0]), i64::from(b[1]) - i64::from(a[1])];
        step(before, at) != step(at, after)
    };
    (0..count).filter(|&place| turns(place)).map(|place| line[place]).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::frame::Plane;

    fn mask(rows: &[&str]) -> Rle {
        let data = rows.iter().flat_map(|row| row.bytes().map(|pixel| pixel == b'#')).collect();
        Rle::of_value(&Plane { width: rows[0].len() as u32, height: rows.len() as u32, data }, &true)
    }

    /// Even-odd and non-zero fill at the centres of pixels.
    fn filled(polygons: &[Vec<[u32; 2]>], width: u32, height: u32) -> [Vec<bool>; 2] {
        let at = |place: u32| {
            let (x, y) = (f64::from(place % width) + 0.5, f64::from(place / width) + 0.5);
            let (mut crossings, mut winding) = (0, 0);
            for polygon in polygons {
                for (a, b) in polygon.iter().zip(polygon.iter().cycle().skip(1)) {
                    let (a, b) = (a.map(f64::from), b.map(f64::from));
                    if (a[1] > y) != (b[1] > y) && x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) {
                        crossings += 1;
                        winding += if b[1] > a[1] { 1 } else { -1 };
                    }
                }
            }
            (crossings % 2 == 1, winding != 0)
        };
        let (odd, turned) = (0..width * height).map(at).unzip();
        [odd, turned]
    }

    #[test]
    fn outlines_run_along_pixel_edges() {
        assert_eq!(polygons(&mask(&["....", ".##.", "...."])), [[[1, 1], [3, 1], [3, 2], [1, 2]]]);
        assert_eq!(polygons(&mask(&["#.", ".#"])).len(), 2, "pixels that touch at a corner");
        assert_eq!(polygons(&mask(&["..", ".."])).len(), 0);
        let ring = polygons(&mask(&["###", "#.#", "###"]));
        assert_eq!(ring.len(), 1);
        let area: i64 = ring.iter().map(|line| doubled_area(line)).sum();
        assert_eq!(area, 16, "twice eight pixels");
    }

    proptest! {
        #[test]
        fn polygons_fill_to_their_mask(
            (width, height) in (1u32..12, 1u32..12),
            bits in prop::collection::vec(prop::bool::weighted(0.6), 144),
        ) {
            let data = bits[..(width * height) as usize].to_vec();
            let mask = Rle::of_value(&Plane { width, height, data: data.clone() }, &true);
            let polygons = polygons(&mask);
            for filled in filled(&polygons, width, height) {
                prop_assert_eq!(&filled, &data);
            }
            let area: i64 = polygons.iter().map(|line| doubled_area(line)).sum();
            prop_assert_eq!(area, 2 * mask.pixels() as i64);
        }
    }
}
