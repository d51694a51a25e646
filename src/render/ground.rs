//! What is drawn of a scene besides its instances: the room, or the ground with the snow on it and the tracks that wheels
//! have left in that.

mod roofs;
mod tracks;

use std::sync::Arc;

use glam::{Vec2, Vec3};

use super::{lying, room};
use crate::assets::mesh::merge;
use crate::assets::{AssetError, AssetStore, MeshData, Model, Surface};
use crate::randomize::concrete::{ConcreteScene, Environment, Instance, Material, Weather};
use roofs::under_roofs;
use tracks::{Rutted, Track, behind, rutted};

/// Cells along an edge of the ground, and how far they are fine, in distances of the camera from its target.
const GROUND_CELLS: usize = 32;
const GROUND_FINE: f32 = 0.75;
/// An edge that is farther away than this is told by a higher power.
const GROUND_FAR_M: f32 = 80.0;
/// Of the depth of snow, what wheels press it to: new snow has some 100 kg/m³, that of tracks is taken to have 350.
const PRESSED: f32 = 0.3;
/// Reflectance of pressed snow against that of fresh snow.
const TRODDEN: f32 = 0.7;
/// A thing stands on the ground that begins no higher than this.
const STANDS_M: f32 = 0.1;

/// Something of it.
pub(super) struct Piece {
    /// In the world, in metres.
    pub model: Model,
    pub surface: Surface,
    pub coat: Coat,
}

/// What the weather leaves on something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coat {
    /// As it fell.
    Fresh,
    /// What wheels have left of it.
    Trodden,
    /// None: it is snow itself.
    Bare,
    /// None, and no water either: a roof is over it.
    Sheltered,
}

/// Reflectance of the ground or floor, and of walls where there are any: what the light around comes back from.
pub(super) fn albedos(scene: &ConcreteScene, assets: &AssetStore) -> Result<([f32; 3], [f32; 3]), AssetError> {
    if let Some((floor, walls)) = room::albedos(scene, assets)? {
        return Ok((floor.albedo(), walls.albedo()));
    }
    let bare = match &scene.ground {
        Some(ground) => assets.surface(&ground_material(&ground.material))?.albedo(),
        None => [0.2; 3],
    };
    Ok((scene.weather.as_ref().map_or(bare, |weather| lying::albedo(weather, bare)), [0.5; 3]))
}

/// What is drawn of a scene besides its instances, as models.
///
/// # Errors
/// [`AssetError`] where a texture cannot be had.
pub fn surroundings(scene: &ConcreteScene, assets: &AssetStore) -> Result<Vec<Model>, AssetError> {
    let models = super::stage::dress(scene, assets)?;
    Ok(pieces(scene, assets, &models)?.into_iter().map(|piece| piece.model).collect())
}

/// The room, or the ground.
///
/// # Errors
/// [`AssetError`] where a texture cannot be had.
pub(super) fn pieces(
    scene: &ConcreteScene,
    assets: &AssetStore,
    models: &[Arc<Model>],
) -> Result<Vec<Piece>, AssetError> {
    if let Environment::Room { .. } = &scene.environment {
        let models = room::models(scene, assets)?.into_iter();
        return Ok(models.map(|(model, surface)| Piece { model, surface, coat: Coat::Fresh }).collect());
    }
    let Some(ground) = &scene.ground else { return Ok(Vec::new()) };
    // Snow that is thick enough hides the ground and what is low on it.
    let snow_m = scene.weather.as_ref().and_then(lying::thick_snow_m);
    let earth = ground_material(&ground.material);
    let (name, material) = if snow_m.is_some() { ("snow", lying::snow()) } else { ("ground", earth.clone()) };
    let mesh = ground_mesh(ground.size_m, snow_m.unwrap_or(0.0), scene);
    let piece = |name: &str, mesh: MeshData, material: &Material, coat: Coat| -> Result<Piece, AssetError> {
        let surface = assets.surface(material)?;
        Ok(Piece { model: room::single(name, mesh, surface.clone()), surface, coat })
    };
    let Some(weather) = &scene.weather else { return Ok(vec![piece(name, mesh, &material, Coat::Fresh)?]) };
    let tracks = tracks(weather, scene, models);
    let (mesh, dry, edges) = sheltered(mesh, weather, scene, models, &tracks);
    let depth_m = snow_m.map_or(0.0, |snow| snow * (1.0 - PRESSED));
    let Rutted { untouched, floors, walls } = if tracks.is_empty() {
        Rutted { untouched: mesh, floors: Vec::new(), walls: MeshData::default() }
    } else {
        rutted(&mesh, &tracks, depth_m, weather.seed)
    };
    let fresh = lying::snow();
    let trodden = Material { base_color: fresh.base_color.map(|color| color.map(|c| c * TRODDEN)), ..fresh.clone() };
    let (floor, coat) = if snow_m.is_some() { (trodden, Coat::Bare) } else { (earth.clone(), Coat::Trodden) };
    let all = [
        (name, untouched, &material, Coat::Fresh),
        ("track", merge(floors), &floor, coat),
        ("snow", merge([walls, edges]), &fresh, Coat::Bare),
        ("ground", dry, &earth, Coat::Sheltered),
    ];
    let there = all.into_iter().filter(|(_, mesh, ..)| !mesh.indices.is_empty());
    there.map(|(name, mesh, material, coat)| piece(name, mesh, material, coat)).collect()
}

/// The ground but for what is under roofs, that, and the edge of the snow around it, which wheels have gone through.
fn sheltered(
    ground: MeshData,
    weather: &Weather,
    scene: &ConcreteScene,
    models: &[Arc<Model>],
    tracks: &[Track],
) -> (MeshData, MeshData, MeshData) {
    let snow_m = lying::thick_snow_m(weather).unwrap_or(0.0);
    let roofs = if lying::lies(weather).anything { under_roofs(scene, models, snow_m) } else { Vec::new() };
    if roofs.is_empty() {
        return (ground, MeshData::default(), MeshData::default());
    }
    let Rutted { untouched, floors, walls: mut edges } = rutted(&ground, &roofs, snow_m, weather.seed);
    let mut dry = merge(floors);
    // Its texture goes on from that of the ground around it.
    dry.uvs = dry.positions.iter().map(|position| [position.x, position.z]).collect();
    dry.compute_tangents();
    let corner = |index: &u32| edges.positions.get(*index as usize).copied().unwrap_or_default();
    let stays = |triangle: &&[u32; 3]| {
        let middle = triangle.iter().map(corner).sum::<Vec3>() / 3.0;
        !tracks.iter().any(|track| track.holds(Vec2::new(middle.x, middle.z)))
    };
    edges.indices = edges.indices.as_chunks::<3>().0.iter().filter(stays).flatten().copied().collect();
    (untouched, dry, edges)
}

/// Where wheels went through the snow.
fn tracks(weather: &Weather, scene: &ConcreteScene, models: &[Arc<Model>]) -> Vec<Track> {
    if weather.snow_depth_m <= 0.0 {
        return Vec::new();
    }
    let of = |(instance, model): (&Instance, &Arc<Model>)| {
        let (min, max) = model.bounds();
        let (size, start) = ((max - min) * instance.scale, instance.start);
        let middle = start.position_m + start.rotation * (0.5 * (min + max) * instance.scale);
        let heading = start.rotation * Vec3::X;
        let stands = middle.y - 0.5 * size.y < STANDS_M;
        if instance.body.tracks_m <= 0.0 || !stands {
            return Vec::new();
        }
        let [position, heading] = [middle, heading].map(|vector| Vec2::new(vector.x, vector.z));
        behind(position, heading, size.z, size.x, instance.body.tracks_m)
    };
    scene.instances.iter().zip(models).flat_map(of).collect()
}

/// A level square, finely divided where the cameras look and ever coarser away from there.
fn ground_mesh(size_m: f32, height_m: f32, scene: &ConcreteScene) -> MeshData {
    let half = size_m * 0.5;
    let count = scene.cameras.len().max(1) as f32;
    let middle = scene.cameras.iter().map(|camera| camera.target_m).sum::<Vec3>() / count;
    let distance = scene.cameras.iter().map(|c| c.position_m.distance(c.target_m)).fold(1.0, f32::max);
    // A straight line near the middle, a fifth power towards the edge: x = a t + b t⁵, and x(1) at the edge. Where that is
    // farther away the power is higher, so that it is no coarser for it up to t = 0.7.
    let warp = |t: f32, center: f32| {
        let center = center.clamp(-half * 0.9, half * 0.9);
        let edge = if t < 0.0 { half + center } else { half - center };
        let near = (GROUND_FINE * distance).min(edge);
        let farther = libm::logf(((edge - near) / GROUND_FAR_M).max(1.0));
        let t5 = t * t * t * t * t * libm::powf(t.abs(), 2.8 * farther);
        // Exactly at the edge for t = ±1, whatever rounding does.
        if t.abs() >= 1.0 { edge * t + center } else { near * t + (edge - near) * t5 + center }
    };
    let cells = GROUND_CELLS as u32;
    let t = |i: u32| (2 * i) as f32 / cells as f32 - 1.0;
    let mut mesh = MeshData::default();
    for j in 0..=cells {
        for i in 0..=cells {
            let position = Vec3::new(warp(t(i), middle.x), height_m, warp(t(j), middle.z));
            mesh.positions.push(position);
            mesh.uvs.push([position.x, position.z]);
            if i < cells && j < cells {
                let a = j * (cells + 1) + i;
                let (b, c, d) = (a + cells + 1, a + cells + 2, a + 1);
                mesh.indices.extend([a, b, c, a, c, d]);
            }
        }
    }
    mesh.normals = vec![Vec3::Y; mesh.positions.len()];
    mesh.compute_tangents();
    mesh
}

/// A ground that says nothing of itself is light grey.
fn ground_material(material: &Material) -> Material {
    let mut material = material.clone();
    if material.texture.is_none() && material.base_color.is_none() {
        material.base_color = Some([0.45, 0.43, 0.40]);
    }
    if material.texture.is_none() && material.roughness.is_none() {
        material.roughness = Some(0.85);
    }
    material
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ground_that_reaches_to_the_horizon_is_as_fine_near_by() {
        let scene = crate::render::doctor::test_scene();
        let longest_near = |size_m: f32| {
            let mesh = ground_mesh(size_m, 0.0, &scene);
            let (_, high) = mesh.bounds();
            assert_eq!(high.x, 0.5 * size_m);
            let near = |p: &Vec3| p.x.abs() < 10.0 && p.z.abs() < 10.0;
            let edges = mesh.triangles().filter(|[a, b, c]| near(a) && near(b) && near(c));
            edges.map(|[a, b, _]| a.distance(b)).fold(0.0, f32::max)
        };
        let (usual, endless) = (longest_near(160.0), longest_near(4000.0));
        assert!(usual > 0.0 && endless < 1.2 * usual, "{usual} {endless}");
    }
}
