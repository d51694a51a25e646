//! One pass over an instance plane: pixel count, tight box and mask of every id in it.

use super::Rle;
use crate::frame::Plane;

/// What one id covers in an instance plane.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// Id, from 1.
    pub id: u16,
    /// How many pixels carry the id.
    pub pixels: u64,
    /// Lowest and highest column and row that hold such a pixel: `[x_min, y_min, x_max, y_max]`, inclusive.
    pub extent: [u32; 4],
    /// The pixels.
    pub mask: Rle,
}

impl Region {
    /// The tight box `[x, y, width, height]` in pixels, which encloses whole pixels.
    pub fn bbox(&self) -> [f64; 4] {
        let [x_min, y_min, x_max, y_max] = self.extent;
        [x_min, y_min, x_max - x_min + 1, y_max - y_min + 1].map(f64::from)
    }
}

/// Every id but 0 that occurs in `plane`, by ascending id.
///
/// The time taken grows with the number of pixels and of runs, not with the number of ids.
pub fn regions(plane: &Plane<u16>) -> Vec<Region> {
    let (width, height) = (plane.width as usize, plane.height as usize);
    let columns = transposed(plane);
    let highest = columns.iter().copied().max().unwrap_or(0);
    // For each id its place among the regions found so far, from 1; 0 where it was not seen yet.
    let mut place_of = vec![0u32; usize::from(highest) + 1];
    let mut growing: Vec<Growing> = Vec::new();

    let mut start = 0;
    while start < columns.len() {
        let id = columns[start];
        let end = start + run_length(&columns[start..], id);
        if id != 0 {
            let place = &mut place_of[usize::from(id)];
            if *place == 0 {
                growing.push(Growing::new(id));
                *place = growing.len() as u32;
            }
            growing[*place as usize - 1].add(start, end, height);
        }
        start = end;
    }

    growing.sort_unstable_by_key(|region| region.id);
    growing.into_iter().map(|region| region.finish(width, height)).collect()
}

/// How many values at the beginning of `values` equal `id`; looks at eight at a time.
fn run_length(values: &[u16], id: u16) -> usize {
    let (blocks, _) = values.as_chunks::<8>();
    let whole = blocks.iter().take_while(|block| **block == [id; 8]).count() * 8;
    whole + values[whole..].iter().take_while(|&&value| value == id).count()
}

/// What runs of positions in column order, ascending and apart from each other, cover; `None` where there is none.
pub(super) fn region_of_runs(id: u16, runs: &[(usize, usize)], width: usize, height: usize) -> Option<Region> {
    let mut growing = Growing::new(id);
    runs.iter().for_each(|&(start, end)| growing.add(start, end, height));
    (growing.pixels > 0).then(|| growing.finish(width, height))
}

/// The plane column by column, copied in square tiles so that reads and writes both stay within the cache.
pub(super) fn transposed<T: Copy + Default>(plane: &Plane<T>) -> Vec<T> {
    const TILE: usize = 16;
    let (width, height) = (plane.width as usize, plane.height as usize);
    let mut columns = vec![T::default(); width * height];
    for y0 in (0..height).step_by(TILE) {
        let y1 = (y0 + TILE).min(height);
        for x0 in (0..width).step_by(TILE) {
            let x1 = (x0 + TILE).min(width);
            for x in x0..x1 {
                let column = &mut columns[x * height + y0..x * height + y1];
                for (value, row) in column.iter_mut().zip(y0..) {
                    *value = plane.data[row * width + x];
                }
            }
        }
    }
    columns
}

/// A region while its runs come in.
struct Growing {
    id: u16,
    pixels: u64,
    extent: [usize; 4],
    counts: Vec<u32>,
    /// Where the last run ended.
    end: usize,
}

impl Growing {
    fn new(id: u16) -> Growing {
        Growing { id, pixels: 0, extent: [usize::MAX, usize::MAX, 0, 0], counts: Vec::new(), end: 0 }
    }

    /// Takes the run of positions `start..end` in column order.
    fn add(&mut self, start: usize, end: usize, height: usize) {
        self.counts.push((start - self.end) as u32);
        self.counts.push((end - start) as u32);
        self.end = end;
        self.pixels += (end - start) as u64;

        let (first, last) = (start / height, (end - 1) / height);
        // A run over a column's end touches the bottom row and the top row.
        let (top, bottom) = if first == last { (start % height, (end - 1) % height) } else { (0, height - 1) };
        let [x_min, y_min, x_max, y_max] = &mut self.extent;
        *x_min = (*x_min).min(first);
        *x_max = (*x_max).max(last);
        *y_min = (*y_min).min(top);
        *y_max = (*y_max).max(bottom);
    }

    fn finish(mut self, width: usize, height: usize) -> Region {
        if self.end < width * height {
            self.counts.push((width * height - self.end) as u32);
        }
        Region {
            id: self.id,
            pixels: self.pixels,
            extent: self.extent.map(|value| value as u32),
            mask: Rle { width: width as u32, height: height as u32, counts: self.counts },
        }
    }
}
