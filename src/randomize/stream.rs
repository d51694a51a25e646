//! Streams of randomness: one for each choice, keyed by seed, frame and the choice's path in the scene.
//!
//! Where a scene says how its frames cover what may be drawn, a stream's units are the coordinates of a point that
//! the place has in this frame instead.

use std::rc::Rc;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};

use super::context::Context;
use super::cover;
use crate::scene::Cover;

/// Sets these streams apart from every other use of the same hash; the number changes with the meaning of a draw.
const DOMAIN: &[u8] = b"maquette randomize 1\0";
/// Sets keys that hold for all frames apart from those streams.
const COVER_DOMAIN: &[u8] = b"maquette cover 1\0";

/// A place in the scene at which something is chosen, for one seed and frame.
///
/// Equal cursors give equal streams, whatever was drawn before; different ones give unrelated streams.
#[derive(Debug, Clone)]
pub struct Cursor<'c> {
    pub(super) context: Rc<Context<'c>>,
    path: String,
    /// Of the instance within its object.
    pub(super) number: Option<usize>,
    /// Of the group that the object is in.
    pub(super) group: Option<usize>,
    pub(super) cover: Cover,
    /// Whether this is a named variable itself, whose draws cover a space together with those of the others.
    joint: bool,
}

impl<'c> Cursor<'c> {
    /// The root of all choices of a frame in which nothing has a name.
    #[must_use]
    pub fn new(seed: u64, frame: u64) -> Self {
        Cursor::within(Context::bare(seed, frame), Cover::Independent)
    }

    /// The root of all choices of a frame.
    pub(super) fn within(context: Context<'c>, cover: Cover) -> Self {
        Cursor { context: Rc::new(context), path: String::new(), number: None, group: None, cover, joint: false }
    }

    /// Where a variable is drawn.
    pub(super) fn variable(&self, name: &str) -> Self {
        let place =
            Cursor { path: String::new(), number: None, group: None, cover: self.context.cover(), ..self.clone() };
        Cursor { joint: true, ..place.child("variables").child(name) }
    }

    /// Where what is drawn once a frame under a name is drawn.
    pub(super) fn shared(&self, name: &str) -> Self {
        let place = Cursor { path: String::new(), number: None, group: None, ..self.clone() };
        place.child("shared").child(name)
    }

    /// The same place with another cover.
    pub(super) fn covered(&self, cover: Cover) -> Self {
        Cursor { cover, ..self.clone() }
    }

    /// One step down, as from `objects/mug#2/material` to `objects/mug#2/material/roughness`.
    ///
    /// `/`, `#` and `~` within a name are written `~1`, `~2` and `~0`, so that no two places share a path.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        let mut path = self.path.clone();
        if !path.is_empty() {
            path.push('/');
        }
        for character in name.chars() {
            match character {
                '~' => path.push_str("~0"),
                '/' => path.push_str("~1"),
                '#' => path.push_str("~2"),
                other => path.push(other),
            }
        }
        Cursor { path, joint: false, ..self.clone() }
    }

    /// One step down to one of several, as from `objects` to `objects/mug#2`.
    #[must_use]
    pub fn numbered(&self, name: &str, number: usize) -> Self {
        let mut child = self.child(name);
        child.path.push('#');
        child.path.push_str(&number.to_string());
        child.number = Some(number);
        child
    }

    /// The same as the place of what is in a group: the number is that of the group.
    pub(super) fn of_group(&self) -> Self {
        Cursor { number: None, group: self.number, ..self.clone() }
    }

    /// Where it stands: the steps from the root, joined by `/`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The stream of this place, from its beginning.
    #[must_use]
    pub fn stream(&self) -> Stream {
        let Context { seed, frame, attempt, .. } = *self.context;
        let mut key = Sha256::new()
            .chain_update(DOMAIN)
            .chain_update(seed.to_le_bytes())
            .chain_update(frame.to_le_bytes())
            .chain_update(self.path.as_bytes());
        // Variables say what a frame is about: drawing it again leaves them as they are.
        let again = attempt > 0 && !self.path.starts_with("variables/");
        if again {
            key = key.chain_update([0]).chain_update(attempt.to_le_bytes());
        }
        let points = (self.cover != Cover::Independent && !again).then(|| self.points());
        Stream { generator: ChaCha8Rng::from_seed(key.finalize().into()), points, dimension: 0 }
    }

    /// What this place draws from where the frames together cover what may be drawn.
    fn points(&self) -> Points {
        let Context { seed, frame, order, .. } = *self.context;
        let key = cover_key(seed, &self.path);
        match self.cover {
            Cover::Stratified(count) | Cover::LatinHypercube(count) => {
                Points::Strata { frame, count: u64::from(count.max(1)), key }
            }
            Cover::Sobol if self.joint => Points::Sobol { frame, key, order },
            Cover::Halton if self.joint => {
                Points::Halton { frame, base: self.context.halton_base(&self.path), key, order }
            }
            Cover::Sobol | Cover::Halton | Cover::Independent => Points::Padded { frame, key },
        }
    }
}

impl PartialEq for Cursor<'_> {
    fn eq(&self, other: &Self) -> bool {
        let key = |cursor: &Self| {
            let Context { seed, frame, attempt, .. } = *cursor.context;
            (seed, frame, attempt, cursor.cover)
        };
        key(self) == key(other) && self.path == other.path
    }
}

/// A number that stands for a place in all frames of a seed.
pub(super) fn cover_key(seed: u64, path: &str) -> u64 {
    let key = Sha256::new().chain_update(COVER_DOMAIN).chain_update(seed.to_le_bytes()).chain_update(path.as_bytes());
    let bytes: [u8; 32] = key.finalize().into();
    bytes.iter().take(8).rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Points of one place, frame by frame.
#[derive(Debug, Clone, Copy)]
enum Points {
    Strata { frame: u64, count: u64, key: u64 },
    Sobol { frame: u64, key: u64, order: u64 },
    Halton { frame: u64, base: u32, key: u64, order: u64 },
    Padded { frame: u64, key: u64 },
}

/// An endless sequence of random values, the same on every machine.
#[derive(Debug, Clone)]
pub struct Stream {
    generator: ChaCha8Rng,
    points: Option<Points>,
    /// How many units it has given.
    dimension: u32,
}

impl Stream {
    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.generator.next_u64()
    }

    /// Uniform from 0 (included) to 1 (excluded), a multiple of 2⁻⁵³.
    pub fn unit(&mut self) -> f64 {
        let dimension = self.dimension;
        self.dimension += 1;
        match self.points {
            Some(Points::Strata { frame, count, key }) => {
                cover::stratified(frame, count, key ^ u64::from(dimension).wrapping_mul(0x9e37_79b9_7f4a_7c15))
            }
            Some(Points::Sobol { frame, key, order }) if dimension == 0 => cover::sobol(frame, key, order),
            Some(Points::Halton { frame, base, key, order }) if dimension == 0 => {
                cover::halton(frame, base, key, order)
            }
            Some(Points::Padded { frame, key }) => cover::padded(frame, key, dimension),
            None | Some(Points::Sobol { .. } | Points::Halton { .. }) => {
                const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
                (self.bits() >> 11) as f64 * STEP
            }
        }
    }

    /// One of 0, 1, … `count` − 1, each equally often; 0 if there are none.
    pub fn index(&mut self, count: usize) -> usize {
        let drawn = (self.unit() * count as f64) as usize;
        drawn.min(count.saturating_sub(1))
    }
}
