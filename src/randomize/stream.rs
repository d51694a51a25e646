//! Streams of randomness: one for each choice, keyed by seed, frame and the choice's path in the scene.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};

/// Sets these streams apart from every other use of the same hash; the number changes with the meaning of a draw.
const DOMAIN: &[u8] = b"maquette randomize 1\0";

/// A place in the scene at which something is chosen, for one seed and frame.
///
/// Equal cursors give equal streams, whatever was drawn before; different ones give unrelated streams.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cursor {
    seed: u64,
    frame: u64,
    path: String,
}

impl Cursor {
    /// The root of all choices of a frame.
    #[must_use]
    pub fn new(seed: u64, frame: u64) -> Self {
        Cursor { seed, frame, path: String::new() }
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
        Cursor { seed: self.seed, frame: self.frame, path }
    }

    /// One step down to one of several, as from `objects` to `objects/mug#2`.
    #[must_use]
    pub fn numbered(&self, name: &str, number: usize) -> Self {
        let mut child = self.child(name);
        child.path.push('#');
        child.path.push_str(&number.to_string());
        child
    }

    /// Where it stands: the steps from the root, joined by `/`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The stream of this place, from its beginning.
    #[must_use]
    pub fn stream(&self) -> Stream {
        let key = Sha256::new()
            .chain_update(DOMAIN)
            .chain_update(self.seed.to_le_bytes())
            .chain_update(self.frame.to_le_bytes())
            .chain_update(self.path.as_bytes())
            .finalize();
        Stream(ChaCha8Rng::from_seed(key.into()))
    }
}

/// An endless sequence of random values, the same on every machine.
#[derive(Debug, Clone)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Uniform from 0 (included) to 1 (excluded), a multiple of 2⁻⁵³.
    pub fn unit(&mut self) -> f64 {
        const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.bits() >> 11) as f64 * STEP
    }

    /// One of 0, 1, … `count` − 1, each equally often; 0 if there are none.
    pub fn index(&mut self, count: usize) -> usize {
        let drawn = (self.unit() * count as f64) as usize;
        drawn.min(count.saturating_sub(1))
    }
}
