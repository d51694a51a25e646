//! How much room a thing takes up: its bounding box, sphere and circle, its lowest point, and its top.

use glam::{DMat3, DQuat, DVec2, DVec3, Quat, Vec3};

use super::catalog::{Bounds, Catalog, CatalogError, Surface};
use super::concrete::{Pose, Shape};

/// The extents of a thing about the centre of its bounding box, in metres, scaled.
#[derive(Debug, Clone)]
pub(super) struct Extent {
    shape: Shape,
    scale: f64,
    /// Centre of the bounding box in the thing's own frame.
    pub(super) centre: DVec3,
    /// Half the edges of the bounding box.
    pub(super) half: DVec3,
    /// Of the smallest known sphere about `centre` that encloses the thing.
    pub(super) radius: f64,
    surface: Surface,
}

/// Where a thing is: the centre of its bounding box and its rotation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stand {
    pub(super) centre: DVec3,
    pub(super) rotation: DQuat,
}

/// The level area that others can stand on, seen from above: (x, z) in world coordinates.
#[derive(Debug, Clone, Copy)]
pub(super) struct Top {
    /// Above the world's origin.
    pub(super) height: f64,
    /// Centre of the support's bounding box.
    pub(super) centre: DVec2,
    /// The support's own z axis on the level.
    z_axis: DVec2,
    /// Middle of the area from `centre`, along the support's axes.
    pub(super) middle: DVec2,
    /// Half the edges of the area along the support's axes.
    pub(super) half: DVec2,
    /// Whether it is an ellipse.
    pub(super) round: bool,
}

impl Extent {
    /// Of a shape whose sizes are drawn, times `scale`.
    pub(super) fn new(shape: &Shape, scale: f32, catalog: &dyn Catalog) -> Result<Self, CatalogError> {
        let scale = f64::from(scale);
        let (bounds, surface) = match primitive_half(shape) {
            Some(half) => {
                let bounds = Bounds { min: -half, max: half };
                let round = !matches!(shape, Shape::Box { .. });
                (bounds, Surface { round, ..Surface::top_of(bounds) })
            }
            None => (catalog.bounds(shape)?, catalog.support_surface(shape)?),
        };
        let (min, max) = (bounds.min.as_dvec3() * scale, bounds.max.as_dvec3() * scale);
        let half = (max - min) / 2.0;
        let radius = match *shape {
            Shape::Sphere { .. } => half.x,
            Shape::Cylinder { .. } | Shape::Cone { .. } => (half.x * half.x + half.y * half.y).sqrt(),
            Shape::Capsule { .. } => half.y,
            Shape::Torus { .. } => half.x,
            Shape::Box { .. } | Shape::Library { .. } | Shape::Model { .. } => half.length(),
        };
        Ok(Extent { shape: shape.clone(), scale, centre: (min + max) / 2.0, half, radius, surface })
    }

    /// Of several things together: a box, seen from the middle of their bounding box.
    pub(super) fn of_box(min: DVec3, max: DVec3) -> Self {
        let half = (max - min) / 2.0;
        let bounds = Bounds { min: min.as_vec3(), max: max.as_vec3() };
        Extent {
            shape: Shape::Box { size_m: (half * 2.0).as_vec3() },
            scale: 1.0,
            centre: (min + max) / 2.0,
            half,
            radius: half.length(),
            surface: Surface::top_of(bounds),
        }
    }

    /// What it looks like.
    pub(super) fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Where a point of the shape itself is in the world.
    pub(super) fn world(&self, stand: &Stand, point: Vec3) -> DVec3 {
        stand.centre + stand.rotation * (point.as_dvec3() * self.scale - self.centre)
    }

    /// The corners of the bounding box in the world.
    pub(super) fn corners(&self, stand: &Stand) -> impl Iterator<Item = DVec3> {
        let (Stand { centre, rotation }, half) = (*stand, self.half);
        corners().map(move |corner| centre + rotation * (half * corner))
    }

    /// How far the lowest point lies below the centre, where `down` is a unit vector.
    pub(super) fn depth(&self, rotation: DQuat, down: DVec3, catalog: &dyn Catalog) -> Result<f64, CatalogError> {
        let down = rotation.inverse() * down;
        let (along, across) = (down.y, (1.0 - down.y * down.y).max(0.0).sqrt());
        let Extent { half, .. } = *self;
        Ok(match self.shape {
            Shape::Sphere { .. } => half.x,
            Shape::Cylinder { .. } => half.y * along.abs() + half.x * across,
            Shape::Cone { .. } => (half.y * along).max(half.x * across - half.y * along),
            Shape::Capsule { .. } => (half.y - half.x) * along.abs() + half.x,
            Shape::Torus { .. } => (half.x - half.y) * across + half.y,
            Shape::Box { .. } => half.dot(down.abs()),
            Shape::Library { .. } | Shape::Model { .. } => {
                let reach = f64::from(catalog.reach_m(&self.shape, down.as_vec3())?);
                reach * self.scale - self.centre.dot(down)
            }
        })
    }

    /// Radius of a vertical cylinder about the centre that encloses the thing.
    pub(super) fn circle(&self, rotation: DQuat) -> f64 {
        let up = rotation * DVec3::Y;
        let leaning = (1.0 - up.y * up.y).max(0.0).sqrt();
        let Extent { half, .. } = *self;
        let circle = match self.shape {
            Shape::Sphere { .. } => half.x,
            Shape::Cylinder { .. } | Shape::Cone { .. } | Shape::Torus { .. } => half.y * leaning + half.x,
            Shape::Capsule { .. } => (half.y - half.x) * leaning + half.x,
            Shape::Box { .. } | Shape::Library { .. } | Shape::Model { .. } => corners()
                .map(|corner| {
                    let corner = rotation * (half * corner);
                    (corner.x * corner.x + corner.z * corner.z).sqrt()
                })
                .fold(0.0, f64::max),
        };
        circle.min(self.radius)
    }

    /// How far a point lies outside of the bounding box; below 0 within.
    pub(super) fn distance_to_box(&self, stand: &Stand, point: DVec3) -> f64 {
        let outside = (stand.rotation.inverse() * (point - stand.centre)).abs() - self.half;
        outside.max(DVec3::ZERO).length() + outside.max_element().min(0.0)
    }

    /// The pose of the thing's own origin.
    pub(super) fn pose(&self, centre: DVec3, rotation: Quat) -> Pose {
        let position = centre - rotation.as_dquat().normalize() * self.centre;
        Pose { position_m: position.as_vec3(), rotation }
    }

    /// The inverse of [`Extent::pose`].
    pub(super) fn stand(&self, pose: &Pose) -> Stand {
        let rotation = pose.rotation.as_dquat().normalize();
        Stand { centre: pose.position_m.as_dvec3() + rotation * self.centre, rotation }
    }

    /// The area on which others stand: the shape's own surface, or the top of its box where it is tilted.
    pub(super) fn top(&self, stand: &Stand) -> Top {
        let axes = DMat3::from_quat(stand.rotation);
        let z_axis = heading(axes);
        let centre = level(stand.centre);
        let upright = axes.y_axis.y > 0.99;
        let points: Vec<DVec3> = if upright {
            let Surface { top_m, min, max, .. } = self.surface;
            let low = Vec3::new(min.x, top_m, min.y).as_dvec3() * self.scale - self.centre;
            let high = Vec3::new(max.x, top_m, max.y).as_dvec3() * self.scale - self.centre;
            vec![low, DVec3::new(low.x, low.y, high.z), high, DVec3::new(high.x, low.y, low.z)]
        } else {
            corners().map(|corner| self.half * corner).collect()
        };
        let mut height = f64::NEG_INFINITY;
        let (mut min, mut max) = (DVec2::INFINITY, DVec2::NEG_INFINITY);
        for point in points {
            let turned = stand.rotation * point;
            let flat = DVec2::new(level(turned).dot(across(z_axis)), level(turned).dot(z_axis));
            height = height.max(stand.centre.y + turned.y);
            (min, max) = (min.min(flat), max.max(flat));
        }
        let round = upright && self.surface.round;
        Top { height, centre, z_axis, middle: (min + max) / 2.0, half: (max - min) / 2.0, round }
    }
}

impl Top {
    /// The part of the ground that is used unless the scene says otherwise: 2 × 2 m about the origin.
    pub(super) const GROUND: Top =
        Top { height: 0.0, centre: DVec2::ZERO, z_axis: DVec2::Y, middle: DVec2::ZERO, half: DVec2::ONE, round: false };

    /// World (x, z) of a direction given along the support's axes.
    pub(super) fn direction(&self, along: DVec2) -> DVec2 {
        across(self.z_axis) * along.x + self.z_axis * along.y
    }

    /// World (x, z) of a point given along the support's axes from its centre.
    pub(super) fn world(&self, point: DVec2) -> DVec2 {
        self.centre + self.direction(point)
    }
}

/// Half the edges of the bounding box of a primitive, whose centre is the origin.
fn primitive_half(shape: &Shape) -> Option<Vec3> {
    Some(match *shape {
        Shape::Box { size_m } => size_m / 2.0,
        Shape::Sphere { radius_m } => Vec3::splat(radius_m),
        Shape::Cylinder { radius_m, height_m }
        | Shape::Cone { radius_m, height_m }
        | Shape::Capsule { radius_m, height_m } => Vec3::new(radius_m, height_m / 2.0, radius_m),
        Shape::Torus { ring_radius_m, tube_radius_m } => {
            let outer = ring_radius_m + tube_radius_m;
            Vec3::new(outer, tube_radius_m, outer)
        }
        Shape::Library { .. } | Shape::Model { .. } => return None,
    })
}

/// The corners of a cube from −1 to 1.
fn corners() -> impl Iterator<Item = DVec3> {
    let sign = |number: u32, bit: u32| if number >> bit & 1 == 0 { -1.0 } else { 1.0 };
    (0..8).map(move |number| DVec3::new(sign(number, 0), sign(number, 1), sign(number, 2)))
}

/// World (x, z) of a point.
fn level(point: DVec3) -> DVec2 {
    DVec2::new(point.x, point.z)
}

/// The level x axis that goes with a level z axis.
fn across(z_axis: DVec2) -> DVec2 {
    DVec2::new(z_axis.y, -z_axis.x)
}

/// Where the z axis points on the level; by the x axis where that one is too steep.
fn heading(axes: DMat3) -> DVec2 {
    let z_axis = level(axes.z_axis);
    if z_axis.length() > 0.1 {
        return z_axis.normalize();
    }
    let x_axis = level(axes.x_axis).normalize();
    DVec2::new(-x_axis.y, x_axis.x)
}
