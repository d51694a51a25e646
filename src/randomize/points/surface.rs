//! Points on meshes.

use glam::DVec3;

use super::three;

/// The triangles of a mesh from which points are drawn.
#[derive(Debug, Clone)]
pub(in super::super) struct Surface {
    facets: Vec<Facet>,
    /// Of all facets, in square metres, doubled.
    area: f64,
}

/// A triangle with an area.
#[derive(Debug, Clone)]
struct Facet {
    corners: [DVec3; 3],
    normal: DVec3,
    /// Doubled area of it and of all facets before it.
    area_so_far: f64,
}

impl Surface {
    /// Of the triangles whose unit normal is one to keep; corners are in metres, counter-clockwise as seen from
    /// outside. Triangles without an area are left out; `None` if no triangle is left.
    pub(in super::super) fn new(
        triangles: impl IntoIterator<Item = [DVec3; 3]>,
        keep: impl Fn(DVec3) -> bool,
    ) -> Option<Self> {
        let mut facets = Vec::new();
        let mut area = 0.0;
        for corners in triangles {
            let [first, second, third] = corners;
            let product = (second - first).cross(third - first);
            let Some(normal) = product.try_normalize().filter(|normal| keep(*normal)) else { continue };
            area += product.length();
            facets.push(Facet { corners, normal, area_so_far: area });
        }
        (!facets.is_empty()).then_some(Surface { facets, area })
    }

    /// A point uniform by area, and the unit normal of its triangle. The first unit says on which triangle.
    ///
    /// Within the triangle by the map of E. Heitz, "A low-distortion map between triangle and square" (2019), which
    /// squeezes no edge of the square into a corner, as the square root does of G. Turk, "Generating random points in
    /// triangles", Graphics Gems (1990) 24–28.
    pub(in super::super) fn at(&self, unit: &mut dyn FnMut() -> f64) -> (DVec3, DVec3) {
        let [first, second, third] = three(unit);
        let place = first * self.area;
        let index = self.facets.partition_point(|facet| facet.area_so_far <= place);
        // There is a facet, and no place is past the last one.
        let Facet { corners: [a, b, c], normal, .. } = self.facets[index.min(self.facets.len() - 1)];
        let (mut to_b, mut to_c) = (second / 2.0, third / 2.0);
        if to_c > to_b {
            to_c += to_c - to_b;
        } else {
            to_b += to_b - to_c;
        }
        (a + (b - a) * to_b + (c - a) * to_c, normal)
    }
}
