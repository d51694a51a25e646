//! Which adapter would be used, and whether the ground-truth pass gives the right answer on it.

use std::sync::Arc;

use glam::{Quat, Vec3};

use super::{Engine, Options, RenderError, Renderer};
use crate::assets::AssetStore;
use crate::frame::Frame;
use crate::randomize::concrete::{
    Body, BodyKind, Camera, ConcreteScene, Environment, Instance, Intrinsics, Labels, Material, Physics, Pose, Shape,
};

/// A device that Vulkan offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adapter {
    /// As the driver gives it.
    pub name: String,
    /// `"discrete GPU"`, `"integrated GPU"`, `"virtual GPU"`, `"CPU"` or `"other"`.
    pub kind: &'static str,
    /// Name of the driver.
    pub driver: String,
    /// Its version, as it likes to put it.
    pub driver_version: String,
}

impl Adapter {
    /// Whether it is a program that runs on the processor.
    pub fn is_software(&self) -> bool {
        self.kind == "CPU"
    }

    /// What is known to be wrong with it, and what to do.
    pub fn complaint(&self) -> Option<String> {
        let version = self.driver_version.trim_start_matches("Mesa ");
        let major: u32 = version.split('.').next()?.parse().ok()?;
        (self.is_software() && self.driver.contains("llvmpipe") && major < 23).then(|| {
            format!(
                "{} {} is known to crash and to be three times slower than Mesa 25; `make setup` gets a newer one",
                self.driver, self.driver_version
            )
        })
    }
}

/// The adapters that Vulkan offers, the one that would be used first.
pub fn adapters() -> Vec<Adapter> {
    with_limits().into_iter().map(|(adapter, _)| adapter).collect()
}

fn with_limits() -> Vec<(Adapter, wgpu::Limits)> {
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    descriptor.backends = wgpu::Backends::VULKAN;
    let instance = wgpu::Instance::new(descriptor);
    let mut found: Vec<(Adapter, wgpu::Limits)> = futures_lite(instance.enumerate_adapters(wgpu::Backends::VULKAN))
        .iter()
        .map(|adapter| {
            let info = adapter.get_info();
            let kind = match info.device_type {
                wgpu::DeviceType::DiscreteGpu => "discrete GPU",
                wgpu::DeviceType::IntegratedGpu => "integrated GPU",
                wgpu::DeviceType::VirtualGpu => "virtual GPU",
                wgpu::DeviceType::Cpu => "CPU",
                wgpu::DeviceType::Other => "other",
            };
            let described = Adapter { name: info.name, kind, driver: info.driver, driver_version: info.driver_info };
            (described, adapter.limits())
        })
        .collect();
    let rank = |(a, _): &(Adapter, wgpu::Limits)| match a.kind {
        "discrete GPU" => 0,
        "integrated GPU" => 1,
        "virtual GPU" => 2,
        "CPU" => 3,
        _ => 4,
    };
    found.sort_by_key(rank);
    found
}

fn futures_lite<T>(future: impl Future<Output = T>) -> T {
    bevy::tasks::block_on(future)
}

/// The adapter that would be used.
///
/// Errors with [`RenderError::NoAdapter`], which says what to do, where there is none.
pub fn adapter() -> Result<Adapter, RenderError> {
    chosen().map(|(adapter, _)| adapter)
}

/// What the adapter that would be used can do; errors as [`adapter`] does.
pub(super) fn limits() -> Result<wgpu::Limits, RenderError> {
    chosen().map(|(_, limits)| limits)
}

fn chosen() -> Result<(Adapter, wgpu::Limits), RenderError> {
    with_limits().into_iter().next().ok_or_else(|| {
        RenderError::NoAdapter(
            "no Vulkan device was found: expected a GPU with its driver, or Mesa's software device (lavapipe), and \
             the Vulkan loader (libvulkan.so.1); `make setup` fetches the software device without root, and \
             VK_DRIVER_FILES names a driver's .json file"
                .to_owned(),
        )
    })
}

/// What the self-test saw.
#[derive(Debug, Clone, PartialEq)]
pub struct SelfTest {
    /// Pixels whose id is not the one that geometry demands.
    pub wrong_ids: usize,
    /// Largest relative error of depth.
    pub worst_depth_error: f64,
    /// Whether the colour image shows the test object apart from what is behind it.
    pub colour_differs: bool,
}

impl SelfTest {
    /// Whether all is well.
    pub fn passed(&self) -> bool {
        self.wrong_ids == 0 && self.worst_depth_error < 1e-4 && self.colour_differs
    }
}

/// Renders a box in front of a camera and compares ids and depth with what a pencil gives.
pub fn self_test() -> Result<SelfTest, RenderError> {
    let assets = Arc::new(AssetStore::new("."));
    let mut renderer = Renderer::new(assets, Options::default())?;
    let mut frames = Vec::new();
    renderer.render(&mut std::iter::once(test_scene()), &mut |frame, _| {
        frames.push(frame);
        Ok(())
    })?;
    let Some(frame) = frames.pop() else {
        return Err(RenderError::Device("the self-test gave no picture".to_owned()));
    };
    Ok(examine(&frame))
}

/// Half the edge of the test box and its distance, so that its face covers the middle half of the image.
const HALF_M: f32 = 0.5;
const FACE_Z_M: f64 = 2.0;

fn examine(frame: &Frame) -> SelfTest {
    let view = &frame.views[0];
    let (width, height) = (view.camera.width, view.camera.height);
    let mut test = SelfTest { wrong_ids: 0, worst_depth_error: 0.0, colour_differs: false };
    let at = |x: u32, y: u32| (y * width + x) as usize;
    for y in 0..height {
        for x in 0..width {
            let edge = |c: u32, size: u32| {
                (i64::from(c) - i64::from(size) / 4).abs().min((i64::from(c) - i64::from(size) * 3 / 4).abs()) <= 3
            };
            if edge(x, width) || edge(y, height) {
                continue;
            }
            let inside = (width / 4..width * 3 / 4).contains(&x) && (height / 4..height * 3 / 4).contains(&y);
            let id = view.instance.data[at(x, y)];
            test.wrong_ids += usize::from((id == 1) != inside);
            let depth = f64::from(view.depth.data[at(x, y)]);
            let expected = if inside { FACE_Z_M } else { 0.0 };
            let error = if inside { (depth - expected).abs() / expected } else { depth };
            test.worst_depth_error = test.worst_depth_error.max(error);
        }
    }
    let sum = |p: [u8; 3]| p.iter().map(|c| i32::from(*c)).sum::<i32>();
    let (middle, corner) = (view.rgb.data[at(width / 2, height / 2)], view.rgb.data[at(2, 2)]);
    test.colour_differs = (sum(middle) - sum(corner)).abs() > 30;
    test
}

/// A dark box, 128 × 128 pixels.
pub(super) fn test_scene() -> ConcreteScene {
    let size = 128;
    // The face at FACE_Z_M spans half the image: f · 2 HALF / z = size / 2.
    let f = f64::from(size) / 2.0 * FACE_Z_M / f64::from(2.0 * HALF_M);
    let middle = f64::from(size) / 2.0;
    ConcreteScene {
        seed: 0,
        frame: 0,
        attempt: 0,
        variables: Default::default(),
        importance_weight: 1.0,
        categories: vec!["box".to_owned()],
        resolution: [size, size],
        smooth_edges: false,
        samples: 1,
        pictures: Default::default(),
        cameras: vec![Camera {
            name: "main".to_owned(),
            position_m: Vec3::new(0.0, 0.0, HALF_M + FACE_Z_M as f32),
            target_m: Vec3::ZERO,
            roll_deg: 0.0,
            arc_deg: 0.0,
            intrinsics: Intrinsics { fx: f, fy: f, cx: middle, cy: middle },
            lens: Default::default(),
            aperture: None,
            shutter: None,
            glass: None,
            sensor: None,
            depth_sensor: None,
            exposure_ev100: None,
            exposure_compensation: 0.0,
        }],
        lidars: Vec::new(),
        environment: Environment::Ambient { illuminance_lux: 1000.0, color: [1.0; 3] },
        weather: None,
        weather_becomes: None,
        location: None,
        lights: Vec::new(),
        ground: None,
        instances: vec![Instance {
            id: 1,
            name: "box".to_owned(),
            category_id: Some(1),
            labelled: true,
            shape: Shape::Box { size_m: Vec3::splat(2.0 * HALF_M) },
            scale: 1.0,
            material: Material { base_color: Some([0.05, 0.1, 0.2]), ..Default::default() },
            start: Pose { position_m: Vec3::ZERO, rotation: Quat::IDENTITY },
            spares: Vec::new(),
            support_top_m: None,
            body: Body {
                kind: BodyKind::Static,
                mass_kg: None,
                density_kg_per_m3: None,
                friction: 0.5,
                restitution: 0.1,
                contact: Default::default(),
                tracks_m: 0.0,
            },
            volume: false,
            keypoints: Vec::new(),
            lamps: Vec::new(),
            skeleton: Vec::new(),
            attributes: Default::default(),
        }],
        physics: Physics::default(),
        sequence: None,
        labels: Labels::default(),
    }
}
