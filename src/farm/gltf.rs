//! Settled scenes as glTF 2.0 files, so that any other renderer can be laid beside ours.

use std::collections::HashMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use glam::{DMat4, DQuat, DVec3, Quat, Vec3};
use image::ImageEncoder;
use image::codecs::png::PngEncoder;
use serde_json::{Value, json};

use crate::assets::{AssetError, AssetStore, MeshData, Model, Surface, Texture};
use crate::color::blackbody;
use crate::dataset::{DatasetError, Draft, Reader, SCENES, Stored};
use crate::randomize::concrete::{ConcreteScene, Light, Pose};
use crate::render::{INNER_CONE, carried, room_lamps, surroundings};

/// Why a scene could not be exported.
#[derive(Debug, thiserror::Error)]
pub enum GltfError {
    /// The dataset cannot be read, or the file not be written.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// Something that the scene shows cannot be had.
    #[error("{0}; say with --assets where the scene's files are")]
    Asset(#[from] AssetError),
    /// The concrete scene of a frame is none.
    #[error("the concrete scene of frame {frame} cannot be read: {reason}")]
    Scene {
        /// Of which frame.
        frame: u64,
        /// Why.
        reason: String,
    },
    /// A glTF file can have 4 GiB.
    #[error("the scene of frame {frame} is larger than the 4 GiB that a glTF file can have")]
    TooLarge {
        /// Of which frame.
        frame: u64,
    },
    /// A file that the scene takes in is not what it was.
    #[error("`{path}` is not the file that the dataset was made with: its SHA-256 differs from the manifest's")]
    Changed {
        /// As the scene names it.
        path: String,
    },
    /// None of the frames that were asked for is there.
    #[error("{dataset} has none of these frames; its manifest lists those that it has")]
    NoFrame {
        /// The dataset.
        dataset: PathBuf,
    },
    /// The system refused.
    #[error("cannot write {path}: {source}")]
    Io {
        /// What was to be written.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
}

/// Writes `KEY.glb` for the records of a dataset whose frame is among `frames`, all if none are given, into the folder
/// `gltf` of `output`, or of `export` in the dataset. Gives that folder. `progress` is told how many of how many records
/// are done.
///
/// Things stand where the record has them, with ids, categories and names in `extras`; cameras carry their intrinsics
/// there, as glTF knows no principal point. Surroundings, materials and lamps come along, skies do not.
///
/// # Errors
/// [`GltfError`].
pub fn export_scenes(
    dataset: &Path,
    frames: Option<&[u64]>,
    assets: &AssetStore,
    output: Option<&Path>,
    progress: &dyn Fn(u64, u64),
) -> Result<PathBuf, GltfError> {
    let reader = Reader::open(dataset)?;
    let manifest = reader.finished()?;
    for asset in &manifest.assets {
        if assets.hash(&asset.path)? != asset.sha256 {
            return Err(GltfError::Changed { path: asset.path.clone() });
        }
    }
    let draft = Draft::begin(dataset, output, SCENES)?;
    let mut keys = Vec::new();
    for key in reader.keys()? {
        let key = key?;
        if frames.is_none_or(|frames| frames.contains(&key.frame())) {
            keys.push(key);
        }
    }
    if keys.is_empty() {
        return Err(GltfError::NoFrame { dataset: dataset.to_path_buf() });
    }
    let all = keys.len() as u64;
    for (key, done) in keys.into_iter().zip(1..) {
        let stored = key.read()?;
        let frame = stored.record.frame;
        let text = stored.concrete_scene()?;
        let scene: ConcreteScene =
            ron::from_str(&text).map_err(|error| GltfError::Scene { frame, reason: error.to_string() })?;
        let faults = scene.faults();
        if !faults.is_empty() {
            return Err(GltfError::Scene { frame, reason: faults.join("; ") });
        }
        let path = draft.folder.join(format!("{}.glb", stored.record.key));
        std::fs::write(&path, glb(&stored, &scene, assets)?).map_err(|source| GltfError::Io { path, source })?;
        progress(done, all);
    }
    reader.unchanged()?;
    Ok(draft.finish()?)
}

/// One scene as a binary glTF file.
fn glb(stored: &Stored, scene: &ConcreteScene, assets: &AssetStore) -> Result<Vec<u8>, GltfError> {
    let mut file = File::default();
    let scene = &*scene.at(stored.record.step);
    for (place, model) in surroundings(scene, assets)?.into_iter().enumerate() {
        let mut node = json!({"name": format!("surroundings_{place}")});
        if let Some(mesh) = file.model(&Arc::new(model)) {
            node["mesh"] = mesh.into();
        }
        file.nodes.push(node);
    }
    for record in stored.record.instances.iter() {
        // Ids are places in the concrete scene, from 1.
        let Some(instance) = scene.instances.get((record.id as usize).wrapping_sub(1)) else { continue };
        let mesh = match instance.volume {
            true => None,
            false => file.model(&assets.dress(&instance.shape, &instance.material)?),
        };
        let pose = DMat4::from_cols_array_2d(&record.world_from_object).transpose();
        let mut node = placed(&record.name, pose, f64::from(instance.scale));
        node["extras"] = json!({
            "instance_id": record.id,
            "category": record.category,
            "category_id": record.category_id,
            "labelled": record.labelled,
            "volume": instance.volume,
            "bounds": record.bounds,
        });
        if let Some(mesh) = mesh {
            node["mesh"] = mesh.into();
        }
        file.nodes.push(node);
        let (_, rotation, position) = pose.to_scale_rotation_translation();
        let pose = Pose { position_m: position.as_vec3(), rotation: rotation.as_quat() };
        for lamp in &instance.lamps {
            file.light(&carried(lamp, Some(&pose)));
        }
    }
    for camera in &stored.record.cameras {
        camera.check_pinhole(&stored.record.key, "gltf")?;
        let k = camera.intrinsics;
        let pose = DMat4::from_cols_array_2d(&camera.world_from_camera).transpose();
        // glTF's cameras look along −z with y up.
        let pose = pose * DMat4::from_rotation_x(std::f64::consts::PI);
        let (width, height) = (f64::from(camera.width), f64::from(camera.height));
        let mut node = placed(&camera.name, pose, 1.0);
        node["camera"] = file.cameras.len().into();
        node["extras"] = json!({"width": camera.width, "height": camera.height, "intrinsics": k});
        file.cameras.push(json!({
            "name": camera.name,
            "type": "perspective",
            "perspective": {
                "yfov": 2.0 * (height / 2.0 / k.fy).atan(),
                "aspectRatio": width / k.fx / (height / k.fy),
                "znear": 0.02,
            },
        }));
        file.nodes.push(node);
    }
    for light in scene.lights.iter().chain(&room_lamps(scene)) {
        file.light(light);
    }
    file.finish().ok_or(GltfError::TooLarge { frame: stored.record.frame })
}

fn placed(name: &str, pose: DMat4, scale: f64) -> Value {
    let (_, rotation, translation) = pose.to_scale_rotation_translation();
    json!({
        "name": name,
        "translation": translation.to_array(),
        "rotation": rotation.normalize().to_array(),
        "scale": [scale, scale, scale],
    })
}

/// A glTF file while it grows.
#[derive(Default)]
struct File {
    bytes: Vec<u8>,
    views: Vec<Value>,
    accessors: Vec<Value>,
    images: Vec<Value>,
    textures: Vec<Value>,
    materials: Vec<Value>,
    meshes: Vec<Value>,
    cameras: Vec<Value>,
    lights: Vec<Value>,
    nodes: Vec<Value>,
    /// By identity, with what has it, so that identities stay their own.
    known_models: HashMap<usize, (usize, Arc<Model>)>,
    known_meshes: HashMap<(usize, u32), (Value, Arc<MeshData>)>,
    known_textures: HashMap<usize, (usize, Arc<Texture>)>,
}

impl File {
    fn view(&mut self, bytes: &[u8], target: Option<u32>) -> usize {
        // Accessors begin at multiples of their size, at most four.
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
        let mut view = json!({"buffer": 0, "byteOffset": self.bytes.len(), "byteLength": bytes.len()});
        if let Some(target) = target {
            view["target"] = target.into();
        }
        self.bytes.extend_from_slice(bytes);
        self.views.push(view);
        self.views.len() - 1
    }

    fn floats<const N: usize>(&mut self, values: &[[f32; N]], bounds: bool) -> usize {
        const ARRAY_BUFFER: u32 = 34_962;
        const FLOAT: u32 = 5_126;
        let bytes: Vec<u8> = values.as_flattened().iter().flat_map(|value| value.to_le_bytes()).collect();
        let view = self.view(&bytes, Some(ARRAY_BUFFER));
        let kind = format!("VEC{N}");
        let mut accessor = json!({"bufferView": view, "componentType": FLOAT, "count": values.len(), "type": kind});
        if bounds {
            let extreme = |pick: fn(f32, f32) -> f32| -> Vec<f32> {
                (0..N).map(|axis| values.iter().map(|value| value[axis]).reduce(pick).unwrap_or(0.0)).collect()
            };
            accessor["min"] = json!(extreme(f32::min));
            accessor["max"] = json!(extreme(f32::max));
        }
        self.accessors.push(accessor);
        self.accessors.len() - 1
    }

    /// `None` where there is nothing to be seen of it.
    fn model(&mut self, model: &Arc<Model>) -> Option<usize> {
        let key = Arc::as_ptr(model) as usize;
        if let Some((place, _)) = self.known_models.get(&key) {
            return Some(*place);
        }
        let parts = model.parts.iter().filter(|part| !part.mesh.indices.is_empty());
        let primitives: Vec<Value> = parts.map(|part| self.primitive(&part.mesh, &part.surface)).collect();
        if primitives.is_empty() {
            return None;
        }
        self.meshes.push(json!({"primitives": primitives}));
        self.known_models.insert(key, (self.meshes.len() - 1, model.clone()));
        Some(self.meshes.len() - 1)
    }

    fn primitive(&mut self, mesh: &Arc<MeshData>, surface: &Surface) -> Value {
        // Things of several colours share their triangles, as long as their textures are equally large.
        let key = (Arc::as_ptr(mesh) as usize, surface.texture_size_m.to_bits());
        let mut described = match self.known_meshes.get(&key) {
            Some((described, _)) => described.clone(),
            None => {
                let described = self.triangles(mesh, surface.texture_size_m);
                self.known_meshes.insert(key, (described.clone(), mesh.clone()));
                described
            }
        };
        described["material"] = self.material(surface).into();
        described
    }

    /// Accessors of a mesh whose texture has this size.
    fn triangles(&mut self, mesh: &MeshData, texture_size_m: f32) -> Value {
        const ELEMENT_ARRAY_BUFFER: u32 = 34_963;
        const UNSIGNED_INT: u32 = 5_125;
        let vectors = |vectors: &[Vec3]| -> Vec<[f32; 3]> { vectors.iter().map(Vec3::to_array).collect() };
        let scale = texture_size_m.max(1e-6).recip();
        let uvs: Vec<[f32; 2]> = mesh.uvs.iter().map(|[u, v]| [u * scale, v * scale]).collect();
        let (position, normal) =
            (self.floats(&vectors(&mesh.positions), true), self.floats(&vectors(&mesh.normals), false));
        let (uv, tangent) = (self.floats(&uvs, false), self.floats(&mesh.tangents, false));
        let bytes: Vec<u8> = mesh.indices.iter().flat_map(|index| index.to_le_bytes()).collect();
        let view = self.view(&bytes, Some(ELEMENT_ARRAY_BUFFER));
        let count = mesh.indices.len();
        self.accessors
            .push(json!({"bufferView": view, "componentType": UNSIGNED_INT, "count": count, "type": "SCALAR"}));
        let indices = self.accessors.len() - 1;
        let attributes = json!({"POSITION": position, "NORMAL": normal, "TEXCOORD_0": uv, "TANGENT": tangent});
        json!({"attributes": attributes, "indices": indices})
    }

    fn material(&mut self, surface: &Surface) -> usize {
        let mut pbr = json!({
            "baseColorFactor": surface.base_color,
            "metallicFactor": surface.metallic,
            "roughnessFactor": surface.roughness,
        });
        let mut material = json!({"doubleSided": surface.double_sided});
        if let Some(texture) = &surface.base_color_texture {
            pbr["baseColorTexture"] = json!({"index": self.texture(texture)});
        }
        if let Some(texture) = &surface.orm_texture {
            pbr["metallicRoughnessTexture"] = json!({"index": self.texture(texture)});
        }
        if let Some(texture) = &surface.normal_texture {
            material["normalTexture"] = json!({"index": self.texture(texture)});
        }
        if let Some(texture) = &surface.emissive_texture {
            material["emissiveTexture"] = json!({"index": self.texture(texture)});
        }
        let strongest = surface.emissive.iter().copied().fold(0.0, f32::max);
        if strongest > 0.0 {
            material["emissiveFactor"] = json!(surface.emissive.map(|channel| channel / strongest));
            material["extensions"] = json!({"KHR_materials_emissive_strength": {"emissiveStrength": strongest}});
        }
        match (surface.blended, surface.cutoff) {
            (true, _) => material["alphaMode"] = "BLEND".into(),
            (false, Some(cutoff)) => {
                material["alphaMode"] = "MASK".into();
                // Ours is of the texture alone, glTF's of the product.
                material["alphaCutoff"] = (cutoff * surface.base_color[3]).into();
            }
            (false, None) => {}
        }
        material["pbrMetallicRoughness"] = pbr;
        self.materials.push(material);
        self.materials.len() - 1
    }

    fn texture(&mut self, texture: &Arc<Texture>) -> usize {
        let key = Arc::as_ptr(texture) as usize;
        if let Some((place, _)) = self.known_textures.get(&key) {
            return *place;
        }
        let mut png = Cursor::new(Vec::new());
        let pixels = texture.levels.first().map(Vec::as_slice).unwrap_or_default();
        // Fails only where the sizes of a texture contradict each other, which then has no picture.
        let written = PngEncoder::new(&mut png).write_image(
            pixels,
            texture.width,
            texture.height,
            image::ExtendedColorType::Rgba8,
        );
        let view = self.view(if written.is_ok() { png.get_ref() } else { &[] }, None);
        self.images.push(json!({"bufferView": view, "mimeType": "image/png"}));
        self.textures.push(json!({"source": self.images.len() - 1}));
        self.known_textures.insert(key, (self.textures.len() - 1, texture.clone()));
        self.textures.len() - 1
    }

    /// Lamps in candela, suns in lux, as the extension has them.
    fn light(&mut self, light: &Light) {
        let candela = |flux_lm: f32| flux_lm / (4.0 * std::f32::consts::PI);
        let towards = |direction: Vec3| Quat::from_rotation_arc(Vec3::NEG_Z, direction.normalize_or(Vec3::NEG_Y));
        let (name, mut described, position, rotation) = match light {
            // What it gives follows from the sky, which is not in the file.
            Light::Sun { illuminance_lux: None, .. } | Light::Moon { .. } => return,
            Light::Sun { name, direction_to_sun, illuminance_lux: Some(lux), .. } => {
                let described = json!({"type": "directional", "intensity": lux});
                (name, described, Vec3::ZERO, towards(-*direction_to_sun))
            }
            Light::Point { name, position_m, flux_lm, .. } => {
                (name, json!({"type": "point", "intensity": candela(*flux_lm)}), *position_m, Quat::IDENTITY)
            }
            Light::Spot { name, position_m, target_m, flux_lm, half_angle_deg, .. } => {
                let outer = half_angle_deg.to_radians();
                let cone = json!({"outerConeAngle": outer, "innerConeAngle": outer * INNER_CONE});
                let described = json!({"type": "spot", "intensity": candela(*flux_lm), "spot": cone});
                (name, described, *position_m, towards(*target_m - *position_m))
            }
        };
        let kelvin = match light {
            Light::Sun { temperature_kelvin, .. } => *temperature_kelvin,
            Light::Moon { .. } => None,
            Light::Point { temperature_kelvin, .. } | Light::Spot { temperature_kelvin, .. } => {
                Some(*temperature_kelvin)
            }
        };
        if let Some(kelvin) = kelvin {
            described["color"] = json!(blackbody(kelvin));
        }
        let pose = DMat4::from_rotation_translation(
            DQuat::from_array(rotation.to_array().map(f64::from)),
            DVec3::from(position),
        );
        let mut node = placed(name, pose, 1.0);
        node["extensions"] = json!({"KHR_lights_punctual": {"light": self.lights.len()}});
        self.lights.push(described);
        self.nodes.push(node);
    }

    /// `None` where it is longer than the format can say.
    fn finish(mut self) -> Option<Vec<u8>> {
        self.bytes.resize(self.bytes.len().next_multiple_of(4).max(4), 0);
        let nodes: Vec<usize> = (0..self.nodes.len()).collect();
        let mut root = json!({
            "asset": {"version": "2.0", "generator": concat!("maquette ", env!("CARGO_PKG_VERSION"))},
            "scene": 0,
            "scenes": [{"nodes": nodes}],
            "buffers": [{"byteLength": self.bytes.len()}],
            "extensionsUsed": ["KHR_lights_punctual", "KHR_materials_emissive_strength"],
        });
        let lists = [
            ("nodes", self.nodes),
            ("meshes", self.meshes),
            ("materials", self.materials),
            ("textures", self.textures),
            ("images", self.images),
            ("cameras", self.cameras),
            ("accessors", self.accessors),
            ("bufferViews", self.views),
        ];
        // glTF allows no empty lists.
        for (name, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
            root[name] = list.into();
        }
        if !self.lights.is_empty() {
            root["extensions"] = json!({"KHR_lights_punctual": {"lights": self.lights}});
        }
        let mut text = root.to_string().into_bytes();
        text.resize(text.len().next_multiple_of(4), b' ');
        let total = 12 + 8 + text.len() + 8 + self.bytes.len();
        let length = u32::try_from(total).ok()?;
        let mut file = Vec::with_capacity(total);
        file.extend_from_slice(b"glTF");
        for word in [2, length, text.len() as u32] {
            file.extend_from_slice(&word.to_le_bytes());
        }
        file.extend_from_slice(b"JSON");
        file.extend_from_slice(&text);
        file.extend_from_slice(&(self.bytes.len() as u32).to_le_bytes());
        file.extend_from_slice(b"BIN\0");
        file.extend_from_slice(&self.bytes);
        Some(file)
    }
}
