//! The table of checks.

use super::findings::Findings;
use super::picture::Picture;
use super::{clouds, flow, geometry, masks, planes};

/// Something that must hold for every picture.
pub(super) struct Check {
    /// What holds.
    pub name: &'static str,
    /// Of the value that is measured.
    pub unit: &'static str,
    /// The highest value that is allowed.
    pub limit: f64,
    /// Measures a picture.
    pub look: fn(&Picture, &mut Findings),
}

/// Every check of single pictures, in the order in which they are told.
///
/// Limits: what is counted in pixels of masks is exact. Poses are written with nine digits after the point. A depth
/// has the 24 bits of a float and comes from vertices that the device snaps to a 256th of a pixel; object
/// coordinates have the 11 bits of a half, a fortieth of a per cent. Rays hit what is thinner than
/// a pixel, and leaves whose edges a device blurs: some such points are in front of what cameras see.
pub(super) const CHECKS: &[Check] = &[
    Check { name: "planes can be read and fit", unit: "faults", limit: 0.0, look: planes::readable },
    Check { name: "masks are the instance plane", unit: "px", limit: 0.0, look: masks::cover },
    Check { name: "limits of the labels are kept", unit: "faults", limit: 0.0, look: masks::policy },
    Check { name: "visible boxes are tight", unit: "px", limit: 0.0, look: masks::visible_boxes },
    Check { name: "turned boxes are tight", unit: "px", limit: 1e-6, look: masks::oriented_boxes },
    Check { name: "visible is within amodal", unit: "px", limit: 0.0, look: masks::amodal },
    Check { name: "amodal boxes are tight", unit: "px", limit: 0.0, look: masks::amodal_boxes },
    Check { name: "whole boxes hold amodal ones", unit: "px", limit: 0.0, look: masks::whole_boxes },
    Check { name: "visible fractions, truncation", unit: "", limit: 1e-9, look: masks::fractions },
    Check { name: "occluders own what they hide", unit: "px", limit: 0.0, look: masks::occluders },
    Check { name: "hidden parts are behind others", unit: "px", limit: 0.0, look: geometry::hidden },
    Check { name: "poses agree with each other", unit: "mm", limit: 1e-4, look: geometry::poses },
    Check { name: "3D boxes are the instances'", unit: "mm", limit: 1e-4, look: geometry::boxes },
    Check { name: "loose boxes hold silhouettes", unit: "px", limit: 0.51, look: geometry::loose_boxes },
    Check { name: "surfaces are within 3D boxes", unit: "% of box", limit: 0.2, look: geometry::within_boxes },
    Check { name: "depth gives object coordinates", unit: "% of box", limit: 0.2, look: geometry::coordinates },
    Check { name: "distance follows from depth", unit: "ppm", limit: 1.0, look: planes::distance },
    Check { name: "millimetres are those of depth", unit: "mm", limit: 0.0, look: planes::whole_millimetres },
    Check { name: "normals have unit length", unit: "", limit: 0.002, look: planes::unit_normals },
    Check { name: "normals face the camera", unit: "", limit: 0.002, look: planes::facing },
    Check { name: "flat normals are depth's, median", unit: "°", limit: 0.5, look: planes::flat_normals },
    Check { name: "curved ones roughly, median", unit: "°", limit: 20.0, look: planes::curved_normals },
    Check { name: "parts are those of instances", unit: "px", limit: 0.0, look: planes::parts },
    Check { name: "categories are the instances'", unit: "px", limit: 0.0, look: planes::category },
    Check { name: "air lets through what it says", unit: "", limit: 1e-6, look: geometry::transmittance },
    Check { name: "flow follows from depth, poses", unit: "px", limit: 0.02, look: flow::vectors },
    Check { name: "flow leads to what it says", unit: "px", limit: 0.0, look: flow::targets },
    Check { name: "keypoints are where they say", unit: "px", limit: 1e-3, look: geometry::keypoints },
    Check { name: "keypoints are hidden by depth", unit: "faults", limit: 0.0, look: geometry::visibility },
    Check { name: "clouds are what records say", unit: "faults", limit: 0.0, look: clouds::counts },
    Check { name: "points are within 3D boxes", unit: "mm", limit: 1.0, look: clouds::within_boxes },
    Check { name: "no point is before what is seen", unit: "% of points", limit: 1.0, look: clouds::behind },
    Check { name: "points have the cameras' labels", unit: "% of a label", limit: 5.0, look: clouds::labels },
];
