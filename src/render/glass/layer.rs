//! What is on the glass as a picture of its own: light and how much it hides, out of focus.

/// How wide the blur may be, in pixels of the layer: a wider one is worked out on a coarser layer.
const WIDEST_BLUR: f32 = 6.5;
/// The square of the width of the disc that blurs as much as going back to finer pixels does.
const TENT: f32 = 16.0 / 6.0;

/// Pixels about and within a picture, each `step` of its pixels wide.
pub(super) struct Layer {
    /// Pixels of the picture in one.
    pub(super) step: f32,
    /// Pixels beyond each border.
    margin: usize,
    pub(super) width: usize,
    pub(super) height: usize,
    /// Width of the blur, in its own pixels.
    blur: f32,
    /// Red, green, blue, times the last: the share that is hidden.
    pub(super) pixels: Vec<[f32; 4]>,
}

impl Layer {
    /// Nothing yet, for a picture whose glass is blurred so much.
    pub(super) fn new(size: [usize; 2], blur_px: f32) -> Layer {
        let widest = size[0].max(size[1]) as f32;
        let blur_px = blur_px.min(2.0 * widest);
        let mut step = 1;
        while blur_px > WIDEST_BLUR * step as f32 {
            step *= 2;
        }
        let blur = blur_px / step as f32;
        let blur = if step == 1 { blur } else { (blur * blur - TENT).sqrt() };
        let margin = (0.5 * blur) as usize + 2;
        let [width, height] = size.map(|side| side.div_ceil(step) + 2 * margin);
        Layer { step: step as f32, margin, width, height, blur, pixels: vec![[0.0; 4]; width * height] }
    }

    /// Where in the picture the middle of a pixel is.
    pub(super) fn place(&self, x: usize, y: usize) -> [f32; 2] {
        [x, y].map(|at| (at as f32 + 0.5 - self.margin as f32) * self.step)
    }

    /// Where in the layer a place of the picture is; whole numbers are middles of pixels.
    pub(super) fn within(&self, place: [f32; 2]) -> [f32; 2] {
        place.map(|at| at / self.step + self.margin as f32 - 0.5)
    }

    /// Puts something over what is there.
    pub(super) fn cover(&mut self, index: usize, color: [f32; 3], share: f32) {
        if let Some([red, green, blue, hidden]) = self.pixels.get_mut(index) {
            for (old, new) in [red, green, blue].into_iter().zip(color) {
                *old = *old * (1.0 - share) + new * share;
            }
            *hidden = *hidden * (1.0 - share) + share;
        }
    }

    /// Blurs it by the disc that the opening of the lens is.
    pub(super) fn defocus(&mut self) {
        let rows = disc(0.5 * self.blur);
        if rows.len() < 2 {
            return;
        }
        let reach = (rows.len() / 2) as isize;
        let norm = 1.0 / rows.iter().map(|half| 2.0 * half).sum::<f32>();
        let mut blurred = vec![[0.0_f32; 4]; self.pixels.len()];
        let mut sums = vec![[0.0_f32; 4]; self.width + 1];
        for y in 0..self.height {
            let mut sum = [0.0_f32; 4];
            for (x, next) in sums.iter_mut().skip(1).enumerate() {
                let pixel = self.pixels[y * self.width + x];
                sum = std::array::from_fn(|c| sum[c] + pixel[c]);
                *next = sum;
            }
            for (row, half) in rows.iter().enumerate() {
                let to = y as isize + row as isize - reach;
                if to < 0 || to >= self.height as isize {
                    continue;
                }
                let to = to as usize * self.width;
                // The half width reaches so many pixels fully, and a part of the next ones.
                let whole = (half - 0.5).max(0.0) as usize;
                let part = if *half < 0.5 { 2.0 * half } else { half - 0.5 - whole as f32 };
                for (x, pixel) in blurred[to..to + self.width].iter_mut().enumerate() {
                    let [outer, inner] = if *half < 0.5 {
                        [[x, x + 1], [x, x]]
                    } else {
                        [whole + 1, whole].map(|by| [x.saturating_sub(by), (x + by + 1).min(self.width)])
                    };
                    let [outer, inner] = [outer, inner].map(|[from, to]| [sums[from], sums[to]]);
                    for c in 0..4 {
                        let within = inner[1][c] - inner[0][c];
                        let all = outer[1][c] - outer[0][c];
                        pixel[c] += norm * (within + part * (all - within));
                    }
                }
            }
        }
        // Differences of sums may be a little below 0.
        for pixel in &mut blurred {
            *pixel = pixel.map(|value| value.max(0.0));
        }
        self.pixels = blurred;
    }

    /// Light and share hidden at the middle of a pixel of the picture.
    pub(super) fn at(&self, x: usize, y: usize) -> [f32; 4] {
        if self.step == 1.0 {
            return self.pixels.get((y + self.margin) * self.width + x + self.margin).copied().unwrap_or_default();
        }
        let [x, y] = self.within([x as f32 + 0.5, y as f32 + 0.5]).map(|at| at.max(0.0));
        let (left, top) = ((x as usize).min(self.width - 1), (y as usize).min(self.height - 1));
        let (across, down) = (x - left as f32, y - top as f32);
        let (right, bottom) = ((left + 1).min(self.width - 1), (top + 1).min(self.height - 1));
        let row = |y: usize| {
            let [one, other] = [left, right].map(|x| self.pixels[y * self.width + x]);
            std::array::from_fn::<f32, 4, _>(|c| one[c] + across * (other[c] - one[c]))
        };
        let (one, other) = (row(top), row(bottom));
        std::array::from_fn(|c| one[c] + down * (other[c] - one[c]))
    }
}

/// Half widths of the rows of pixels that a disc meets, each the mean over its row; the middle one only where the disc
/// is within a pixel.
fn disc(radius: f32) -> Vec<f32> {
    const WITHIN: usize = 16;
    if radius < 0.3 {
        return vec![0.5];
    }
    let reach = (radius + 0.5) as isize;
    let half = |row: isize| {
        let at = |part: usize| {
            let y = row as f32 + (part as f32 + 0.5) / WITHIN as f32 - 0.5;
            (radius * radius - y * y).max(0.0).sqrt()
        };
        (0..WITHIN).map(at).sum::<f32>() / WITHIN as f32
    };
    (-reach..=reach).map(half).collect()
}
