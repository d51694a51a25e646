//! Description, seed and frame number in, one concrete scene out: every random choice, made once, here and nowhere
//! else.
//!
//! Each choice draws from a stream of its own, keyed by seed, frame number and the choice's path in the scene
//! ([`stream`]). So nothing moves because something else was added, and the order of drawing doesn't matter. The
//! one thing that things have to do with each other is room: a thing keeps clear of those placed before it, which
//! are the ones earlier in the file and the supports that those stand on.
//!
//! All arithmetic is in double precision and uses only what gives the same bits on every machine: + − × ÷, square
//! roots, and the functions of `libm`.

mod camera;
mod catalog;
mod color;
pub mod concrete;
mod context;
mod cover;
mod draw;
mod error;
mod extent;
pub mod ledger;
mod lens;
mod lidar;
mod material;
mod moon;
mod normal;
mod object;
mod place;
mod plan;
mod points;
mod pose;
mod quantile;
mod rotation;
mod sensor;
mod shape;
mod sound;
pub mod stream;
mod sun;
mod surroundings;
#[cfg(test)]
mod tests;
pub mod weather;

pub use catalog::{Bounds, Catalog, CatalogError, Surface};
pub use concrete::ConcreteScene;
pub use error::RandomizeError;
pub use ledger::Ledger;
pub use moon::sky_ratio;
pub use plan::Plan;
pub use pose::looking;

use crate::scene::Scene;
use context::Context;
use std::cell::RefCell;
use stream::Cursor;

/// The place, from 0 to 1, of a point of a sweep on one of its axes: a coordinate of Sobol's sequence.
pub fn sweep_coordinate(axis: &str, point: u64) -> f64 {
    let key = |path: &str| stream::cover_key(0, path);
    cover::sobol(point, key(&format!("sweep/{axis}")), key("sweep"))
}

/// Makes every choice that a scene leaves open.
///
/// The result is fixed by the arguments alone, on every machine. `frame` is the number of the frame, or of the take
/// in a sequence; seed 0 is a seed like any other.
///
/// # Errors
///
/// Where a value makes no sense (a size that is not above 0), a name is unknown, or the catalog has no answer. A
/// scene that was read from a file has been checked for most of this before.
pub fn randomize(scene: &Scene, seed: u64, frame: u64, catalog: &dyn Catalog) -> Result<ConcreteScene, RandomizeError> {
    Plan::new(scene, seed)?.draw(scene, frame, 0, catalog)
}

impl Plan {
    /// Makes every choice of a frame of the scene that the plan is of, for the `attempt`th time: its variables are those
    /// of attempt 0, all else is drawn anew.
    ///
    /// # Errors
    ///
    /// As [`randomize`].
    pub fn draw(
        &self,
        scene: &Scene,
        frame: u64,
        attempt: u32,
        catalog: &dyn Catalog,
    ) -> Result<ConcreteScene, RandomizeError> {
        let context = Context::new((frame, attempt), scene.cover, &scene.variables, self, catalog);
        self.draw_at(&Cursor::within(context, scene.cover), scene, catalog)
    }

    /// Draws frames and notes what was drawn.
    ///
    /// # Errors
    ///
    /// The number of the first frame that cannot be drawn, and why.
    pub fn explain(
        &self,
        scene: &Scene,
        frames: std::ops::Range<u64>,
        catalog: &dyn Catalog,
    ) -> Result<Ledger, (u64, RandomizeError)> {
        let mut ledger = Ledger::default();
        for frame in frames {
            let context = Context::new((frame, 0), scene.cover, &scene.variables, self, catalog);
            let root = Cursor::within(context.noting(ledger), scene.cover);
            self.draw_at(&root, scene, catalog).map_err(|error| (frame, error))?;
            ledger = root.context.ledger.as_ref().map(RefCell::take).unwrap_or_default();
        }
        Ok(ledger)
    }

    fn draw_at(&self, root: &Cursor, scene: &Scene, catalog: &dyn Catalog) -> Result<ConcreteScene, RandomizeError> {
        let Context { frame, attempt, .. } = *root.context;
        let [width, height] = scene.resolution;
        if width == 0 || height == 0 {
            return Err(root.child("resolution").out_of_range("at least 1 pixel each way", 0.0));
        }
        let cursor = root.child("cameras");
        let cameras: Vec<concrete::Camera> = (scene.cameras.iter())
            .map(|(name, camera)| camera::draw(&cursor.child(name), name, camera, scene.resolution))
            .collect::<Result<_, _>>()?;
        if cameras.is_empty() {
            return Err(cursor.out_of_range("at least one camera", 0.0));
        }
        let cursor = root.child("lidars");
        let lidars = (scene.lidars.iter())
            .map(|(name, lidar)| lidar::draw(&cursor.child(name), name, lidar))
            .collect::<Result<_, _>>()?;
        let location = match &scene.location {
            Some(location) => Some(sun::location(&root.child("location"), location)?),
            None => None,
        };
        let weather = match &scene.weather {
            Some(weather) => Some(weather::of_scene(&root.child("weather"), weather)?),
            None => None,
        };
        let (weather, becomes) = weather.map_or((None, None), |(weather, becomes)| (Some(weather), becomes));
        let cursor = root.child("lights");
        let lights = (scene.lights.iter())
            .map(|(name, light)| surroundings::light(&cursor.child(name), name, light, location.as_ref()))
            .collect::<Result<_, _>>()?;
        let ground = match &scene.ground {
            Some(ground) => Some(surroundings::ground(&root.child("ground"), ground, catalog)?),
            None => None,
        };
        let (variables, importance_weight) = root.all_known()?;
        let instances = object::draw(root, scene, &cameras, catalog)?;
        let environment =
            surroundings::environment(&root.child("environment"), &scene.environment, weather.as_ref(), catalog)?;
        let concrete = ConcreteScene {
            seed: self.seed,
            frame,
            attempt,
            variables,
            importance_weight,
            categories: scene.categories.clone(),
            resolution: scene.resolution,
            smooth_edges: scene.smooth_edges,
            samples: scene.samples,
            pictures: scene.pictures,
            cameras,
            lidars,
            weather: weather.filter(|_| environment.is_outdoors()),
            weather_becomes: becomes.filter(|_| environment.is_outdoors()),
            environment,
            location,
            lights,
            ground,
            instances,
            physics: scene.physics.clone(),
            sequence: scene.sequence.clone(),
            labels: scene.labels.clone(),
        };
        // What formulas give cannot be known beforehand.
        let faults = concrete.faults();
        if faults.is_empty() { Ok(concrete) } else { Err(RandomizeError::Unsound { faults }) }
    }
}
