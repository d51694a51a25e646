//! Models from glTF 2.0 files: static meshes with metallic-roughness materials.
//!
//! Skins, morph targets, animations and vertex colours are left aside, and all textures of a material use the
//! coordinates of its colour. Nodes without a mesh whose names start with `kp_` are keypoints. The model is moved so
//! that the centre of its bounding box is the origin. For collisions each mesh node counts as its convex hull.

mod whole;

use std::path::Path;
use std::sync::Arc;

use glam::{Mat3, Mat4, Vec3};

use super::mesh::{self, bounds_of, hull_points};
use super::{AssetError, Hull, MeshData, Model, Part, Surface, Texture};

/// Nodes within each other.
const DEEPEST: usize = 64;
/// Of a model, and as many corners of triangles.
const MOST_VERTICES: usize = 20_000_000;
/// Of all pictures of a model together: a gibibyte.
const MOST_PIXELS: u64 = 1 << 28;
/// Of a file beside a model.
const MOST_BYTES: u64 = 4 << 30;
/// Of a texture to each side, beyond which nothing is left between two coordinates.
const MOST_REPEATS: f32 = 1e6;
/// Points kept of each convex hull.
const HULL_DIRECTIONS: usize = 64;

/// Reads a `.gltf` or `.glb` file with everything that it refers to.
pub(super) fn read(path: &Path) -> Result<Model, AssetError> {
    let unreadable = |reason: String| AssetError::Unreadable { path: path.to_owned(), reason };
    let document = open(path)?;
    beside_of(path, &document)?;
    sound(&document).map_err(unreadable)?;
    let gltf::Gltf { document, blob } = document;
    let folder = path.parent();
    let buffers = gltf::import_buffers(&document, folder, blob).map_err(|e| unreadable(e.to_string()))?;
    let scene = document
        .default_scene()
        .or_else(|| document.scenes().next())
        .ok_or_else(|| unreadable("it has no scene".to_owned()))?;
    let mut reader = Reader {
        buffers: &buffers,
        folder,
        textures: Default::default(),
        pixels: 0,
        vertices: 0,
        nodes: Default::default(),
        parts: Vec::new(),
        keypoints: Vec::new(),
    };
    for node in scene.nodes() {
        reader.node(&node, Mat4::IDENTITY, 0).map_err(unreadable)?;
    }
    let mut parts = reader.parts;
    let corners = bounds_of(parts.iter().flat_map(|p| p.mesh.positions.iter().copied()));
    let Some((min, max)) = corners else { return Err(unreadable("it has no triangles".to_owned())) };
    if !(max - min).is_finite() {
        return Err(unreadable("it has positions that are not finite numbers".to_owned()));
    }
    let center = (min + max) * 0.5;
    for part in &mut parts {
        part.mesh = Arc::new(MeshData::clone(&part.mesh).translated(-center));
    }
    let hulls =
        parts.iter().map(|p| Hull::Convex { points: hull_points(&p.mesh.positions, HULL_DIRECTIONS) }).collect();
    let licence = document.as_json().asset.copyright.clone().unwrap_or_default();
    let keypoints = reader.keypoints.into_iter().map(|(name, position)| (name, position - center)).collect();
    Ok(Model { parts, hulls, licence, keypoints })
}

/// The files that a model takes in besides its own, relative to its folder, sorted.
///
/// Errors where one of them lies elsewhere: a model may not reach out of the folder that it came in.
pub(super) fn beside(path: &Path) -> Result<Vec<String>, AssetError> {
    beside_of(path, &open(path)?)
}

fn open(path: &Path) -> Result<gltf::Gltf, AssetError> {
    let unreadable = |reason: String| AssetError::Unreadable { path: path.to_owned(), reason };
    plain(path).map_err(unreadable)?;
    let bytes = std::fs::read(path).map_err(|e| unreadable(e.to_string()))?;
    let draft = gltf::Gltf::from_slice_without_validation(&bytes).map_err(|e| unreadable(e.to_string()))?;
    // The reader's own validation takes these for granted.
    let accessors = draft.as_json().accessors.len();
    for primitive in draft.as_json().meshes.iter().flat_map(|mesh| &mesh.primitives) {
        if let Some(accessor) = primitive.attributes.values().find(|accessor| accessor.value() >= accessors) {
            return Err(unreadable(format!("a mesh uses accessor {}, there are {accessors}", accessor.value())));
        }
    }
    whole::check(draft.as_json()).map_err(unreadable)?;
    gltf::Gltf::from_slice(&bytes).map_err(|e| unreadable(e.to_string()))
}

fn beside_of(path: &Path, document: &gltf::Gltf) -> Result<Vec<String>, AssetError> {
    let unreadable = |reason: String| AssetError::Unreadable { path: path.to_owned(), reason };
    let buffers = document.buffers().filter_map(|buffer| match buffer.source() {
        gltf::buffer::Source::Uri(uri) => Some(uri),
        gltf::buffer::Source::Bin => None,
    });
    let images = document.images().filter_map(|image| match image.source() {
        gltf::image::Source::Uri { uri, .. } => Some(uri),
        gltf::image::Source::View { .. } => None,
    });
    let mut files = Vec::new();
    for uri in buffers.chain(images).filter(|uri| !uri.starts_with("data:")) {
        let file = decoded(uri).filter(|file| {
            let normal = |part| matches!(part, std::path::Component::Normal(_) | std::path::Component::CurDir);
            !uri.contains(':') && !file.is_empty() && Path::new(file).components().all(normal)
        });
        let file = file.ok_or_else(|| {
            unreadable(format!("it refers to `{uri}`; expected a file in its own folder or below, by a relative path"))
        })?;
        within(path.parent().unwrap_or(Path::new("")), &file)
            .map_err(|reason| unreadable(format!("`{uri}`: {reason}")))?;
        files.push(file);
    }
    files.sort();
    files.dedup();
    Ok(files)
}

/// Whether a file beside a model is one, and lies where its path says; one that is not there is found out when it is read.
fn within(folder: &Path, file: &str) -> Result<(), String> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let (Ok(root), Ok(real)) = (folder.canonicalize(), folder.join(file).canonicalize()) else { return Ok(()) };
    if !real.starts_with(root) {
        return Err("a link leads out of the model's folder".to_owned());
    }
    plain(&real)
}

/// Whether there is a file that can be read to its end.
fn plain(path: &Path) -> Result<(), String> {
    let about = path.metadata().map_err(|error| error.to_string())?;
    if !about.is_file() {
        return Err("it is not a file".to_owned());
    }
    if about.len() > MOST_BYTES {
        return Err(format!("it has {} bytes, expected at most {MOST_BYTES}", about.len()));
    }
    Ok(())
}

/// Whether all views and accessors lie where they say, which the reader takes for granted.
fn sound(document: &gltf::Gltf) -> Result<(), String> {
    for view in document.views() {
        let end = view.offset().saturating_add(view.length());
        if end > view.buffer().length() {
            return Err(format!("buffer view {} ends beyond its buffer", view.index()));
        }
    }
    let within = |what: &str, index: usize, view: &gltf::buffer::View, offset: usize, count: usize, size: usize| {
        let stride = view.stride().unwrap_or(size);
        let end = count.saturating_sub(1).saturating_mul(stride).saturating_add(offset).saturating_add(size);
        if count > 0 && end > view.length() {
            return Err(format!("{what} {index} ends beyond its buffer view"));
        }
        Ok(())
    };
    for accessor in document.accessors() {
        if accessor.count() > MOST_VERTICES {
            return Err(format!(
                "accessor {} has {} elements; expected at most {MOST_VERTICES}",
                accessor.index(),
                accessor.count()
            ));
        }
        if let Some(view) = accessor.view() {
            within("accessor", accessor.index(), &view, accessor.offset(), accessor.count(), accessor.size())?;
        }
        if let Some(sparse) = accessor.sparse() {
            let (indices, values) = (sparse.indices(), sparse.values());
            let size = match indices.index_type() {
                gltf::accessor::sparse::IndexType::U8 => 1,
                gltf::accessor::sparse::IndexType::U16 => 2,
                gltf::accessor::sparse::IndexType::U32 => 4,
            };
            let count = sparse.count();
            within("the sparse accessor", accessor.index(), &indices.view(), indices.offset(), count, size)?;
            within("the sparse accessor", accessor.index(), &values.view(), values.offset(), count, accessor.size())?;
        }
    }
    Ok(())
}

/// A relative reference with its percent signs resolved (RFC 3986, section 2.1), if that is text.
fn decoded(uri: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(uri.len());
    let mut rest = uri.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

struct Reader<'a> {
    buffers: &'a [gltf::buffer::Data],
    folder: Option<&'a Path>,
    /// By image and whether it holds colour.
    textures: std::collections::BTreeMap<(usize, bool), Arc<Texture>>,
    /// Of the pictures so far.
    pixels: u64,
    /// Vertices, or corners of triangles where there are more of these, so far.
    vertices: usize,
    /// Those that were come upon.
    nodes: std::collections::BTreeSet<usize>,
    parts: Vec<Part>,
    /// Of nodes whose names start with `kp_`.
    keypoints: Vec<(String, Vec3)>,
}

impl Reader<'_> {
    fn node(&mut self, node: &gltf::Node, parent: Mat4, depth: usize) -> Result<(), String> {
        if depth > DEEPEST {
            return Err(format!("its nodes lie within each other more than {DEEPEST} deep, or in a circle"));
        }
        // Else a few nodes that hold each other twice would be without number.
        if !self.nodes.insert(node.index()) {
            return Err(format!("its node {} lies in two nodes, or in one twice; expected one place", node.index()));
        }
        let model_from_node = parent * Mat4::from_cols_array_2d(&node.transform().matrix());
        if let Some(mesh) = node.mesh() {
            let name = node.name().or(mesh.name()).unwrap_or("part").to_owned();
            for primitive in mesh.primitives() {
                self.primitive(&name, &primitive, model_from_node)?;
            }
        }
        if let (Some(name), None) = (node.name().and_then(|name| name.strip_prefix("kp_")), node.mesh()) {
            if name.is_empty() || self.keypoints.iter().any(|(known, _)| known == name) {
                return Err(format!("its node `kp_{name}` is a keypoint; expected a name of its own after `kp_`"));
            }
            let position = model_from_node.transform_point3(Vec3::ZERO);
            if !position.is_finite() {
                return Err(format!("the keypoint `kp_{name}` lies at {position}, expected finite numbers"));
            }
            self.keypoints.push((name.to_owned(), position));
        }
        for child in node.children() {
            self.node(&child, model_from_node, depth + 1)?;
        }
        Ok(())
    }

    fn primitive(&mut self, name: &str, primitive: &gltf::Primitive, transform: Mat4) -> Result<(), String> {
        use gltf::mesh::Mode;
        let corners = primitive.indices().map_or(0, |accessor| accessor.count());
        let vertices = primitive.get(&gltf::Semantic::Positions).map_or(0, |accessor| accessor.count());
        self.vertices = self.vertices.saturating_add(vertices.max(corners));
        if self.vertices > MOST_VERTICES {
            return Err(format!("it has more than {MOST_VERTICES} vertices, or corners of triangles, in all"));
        }
        whole::check_lists(name, primitive)?;
        let reader = primitive.reader(|buffer| self.buffers.get(buffer.index()).map(|b| &b.0[..]));
        let positions: Vec<Vec3> = reader
            .read_positions()
            .ok_or_else(|| format!("mesh `{name}` has no positions"))?
            .map(|p| transform.transform_point3(Vec3::from(p)))
            .collect();
        if !positions.iter().all(|position| position.is_finite()) {
            return Err(format!("mesh `{name}` has positions that are not finite numbers"));
        }
        let count = positions.len();
        let order: Vec<u32> = match reader.read_indices() {
            Some(indices) => indices.into_u32().collect(),
            None => (0..count as u32).collect(),
        };
        let mut indices: Vec<u32> = match primitive.mode() {
            Mode::Triangles => order,
            // Every other triangle of a strip is turned.
            Mode::TriangleStrip => order
                .windows(3)
                .enumerate()
                .flat_map(|(i, t)| if i % 2 == 0 { [t[0], t[1], t[2]] } else { [t[1], t[0], t[2]] })
                .collect(),
            Mode::TriangleFan => {
                order.iter().skip(1).zip(order.iter().skip(2)).flat_map(|(&a, &b)| [order[0], a, b]).collect()
            }
            // Points and lines have no surface.
            _ => return Ok(()),
        };
        if !indices.len().is_multiple_of(3) || indices.iter().any(|&i| i as usize >= count) {
            return Err(format!("mesh `{name}` has indices that point outside its {count} vertices"));
        }
        let normal_transform = Mat3::from_mat4(transform).inverse().transpose();
        if transform.determinant() < 0.0 {
            for triangle in indices.chunks_exact_mut(3) {
                triangle.swap(1, 2);
            }
        }
        let normals: Option<Vec<Vec3>> =
            reader.read_normals().map(|normals| normals.map(|n| unit(normal_transform * Vec3::from(n))).collect());
        let base_color = primitive.material().pbr_metallic_roughness().base_color_texture();
        let uvs = match reader.read_tex_coords(base_color.as_ref().map_or(0, gltf::texture::Info::tex_coord)) {
            Some(uvs) => uvs.into_f32().map(|uv| transformed(uv, base_color.as_ref())).collect(),
            None => vec![[0.0; 2]; count],
        };
        let mut mesh = MeshData { positions, normals: Vec::new(), uvs, tangents: Vec::new(), indices };
        match normals {
            Some(normals) if normals.len() == count => mesh.normals = normals,
            _ => mesh = flat(&mesh),
        }
        if mesh.uvs.len() != mesh.positions.len() {
            return Err(format!("mesh `{name}` has texture coordinates for only some of its vertices"));
        }
        if !mesh.uvs.as_flattened().iter().all(|part| part.abs() <= MOST_REPEATS) {
            return Err(format!("mesh `{name}` has texture coordinates beyond ±{MOST_REPEATS}"));
        }
        mesh.compute_tangents();
        let Some(surface) = self.surface(&primitive.material())? else { return Ok(()) };
        self.parts.push(Part { name: name.to_owned(), mesh: Arc::new(mesh), surface });
        Ok(())
    }

    /// Nothing where the material is cut out everywhere.
    fn surface(&mut self, material: &gltf::Material) -> Result<Option<Surface>, String> {
        use gltf::material::AlphaMode;
        let pbr = material.pbr_metallic_roughness();
        let strength = material.emissive_strength().unwrap_or(1.0);
        let transmission = material.transmission().map_or(0.0, |t| t.transmission_factor());
        let mut base_color = pbr.base_color_factor();
        let alpha = base_color[3];
        let mut color = |t: Option<gltf::texture::Info>| t.map(|t| self.texture(&t.texture(), true)).transpose();
        let (base_color_texture, emissive_texture) =
            (color(pbr.base_color_texture())?, color(material.emissive_texture())?);
        let mut plain = |t: Option<gltf::Texture>| t.map(|t| self.texture(&t, false)).transpose();
        let orm_texture = plain(pbr.metallic_roughness_texture().map(|t| t.texture()))?;
        let normal_texture = plain(material.normal_texture().map(|t| t.texture()))?;
        // Where less than half of a surface is to be seen it is not there, for labels and pictures alike.
        let least = match material.alpha_mode() {
            AlphaMode::Opaque => None,
            AlphaMode::Mask => Some(material.alpha_cutoff().unwrap_or(0.5)),
            AlphaMode::Blend => base_color_texture.as_ref().map(|_| 0.5 * alpha),
        };
        if base_color_texture.is_none() && least.is_some_and(|least| alpha < least) {
            return Ok(None);
        }
        let cutoff = least.filter(|_| base_color_texture.is_some()).map(|least| least / alpha.max(1e-6));
        let emissive = material.emissive_factor().map(|e| e * strength);
        let factors = [pbr.metallic_factor(), pbr.roughness_factor(), cutoff.unwrap_or(0.0)];
        if !factors.iter().chain(&base_color).chain(&emissive).all(|factor| factor.is_finite()) {
            let name = material.name().unwrap_or_default();
            return Err(format!("material `{name}` has a factor that is not a finite number"));
        }
        if transmission > 0.5 {
            base_color[3] *= 0.25;
        }
        Ok(Some(Surface {
            base_color,
            metallic: pbr.metallic_factor(),
            roughness: pbr.roughness_factor(),
            emissive,
            base_color_texture,
            orm_texture,
            normal_texture,
            emissive_texture,
            texture_size_m: 1.0,
            cutoff,
            blended: material.alpha_mode() == AlphaMode::Blend || transmission > 0.5,
            double_sided: material.double_sided(),
            seen_through: transmission > 0.5,
        }))
    }

    fn texture(&mut self, texture: &gltf::Texture, srgb: bool) -> Result<Arc<Texture>, String> {
        let index = texture.source().index();
        if let Some(known) = self.textures.get(&(index, srgb)) {
            return Ok(known.clone());
        }
        let of_image = |reason: String| format!("image {index}: {reason}");
        let image = gltf::image::Data::from_source(texture.source().source(), self.folder, self.buffers);
        let (width, height, rgba) = rgba8(&image.map_err(|error| of_image(error.to_string()))?);
        super::check_size((width, height)).map_err(of_image)?;
        self.pixels += u64::from(width) * u64::from(height);
        if self.pixels > MOST_PIXELS {
            return Err(format!("its pictures have more than {MOST_PIXELS} pixels in all"));
        }
        let texture = Arc::new(Texture::from_rgba8(width, height, srgb, rgba));
        self.textures.insert((index, srgb), texture.clone());
        Ok(texture)
    }
}

/// Texture coordinates after `KHR_texture_transform`.
fn transformed([u, v]: [f32; 2], texture: Option<&gltf::texture::Info>) -> [f32; 2] {
    let Some(transform) = texture.and_then(gltf::texture::Info::texture_transform) else { return [u, v] };
    let ([su, sv], [ou, ov]) = (transform.scale(), transform.offset());
    let (sin, cos) = (libm::sinf(transform.rotation()), libm::cosf(transform.rotation()));
    let (u, v) = (u * su, v * sv);
    [cos * u + sin * v + ou, cos * v - sin * u + ov]
}

/// The direction of a normal; up where it has none. Squares of what is very short would not be exact.
fn unit(normal: Vec3) -> Vec3 {
    let largest = normal.abs().max_element();
    let longer = if largest < 1e-12 { normal / largest } else { normal };
    longer.normalize_or(Vec3::Y)
}

/// Hard-edged copy of a mesh that brings no normals.
fn flat(mesh: &MeshData) -> MeshData {
    let mut out = MeshData::default();
    for triangle in mesh.indices.chunks_exact(3) {
        let p = [0, 1, 2].map(|k| mesh.positions[triangle[k] as usize]);
        let normal = unit((p[1] - p[0]).cross(p[2] - p[0]));
        for k in 0..3 {
            out.indices.push(out.positions.len() as u32);
            out.positions.push(p[k]);
            out.normals.push(normal);
            out.uvs.push(mesh.uvs.get(triangle[k] as usize).copied().unwrap_or_default());
        }
    }
    mesh::merge([out])
}

fn rgba8(image: &gltf::image::Data) -> (u32, u32, Vec<u8>) {
    use gltf::image::Format;
    let bytes = &image.pixels;
    let expand = |step: usize, pick: &dyn Fn(&[u8]) -> [u8; 4]| bytes.chunks_exact(step).flat_map(pick).collect();
    let rgba = match image.format {
        Format::R8 => expand(1, &|p| [p[0], p[0], p[0], 255]),
        Format::R8G8 => expand(2, &|p| [p[0], p[1], 0, 255]),
        Format::R8G8B8 => expand(3, &|p| [p[0], p[1], p[2], 255]),
        Format::R8G8B8A8 => bytes.clone(),
        Format::R16 => expand(2, &|p| [p[1], p[1], p[1], 255]),
        Format::R16G16 => expand(4, &|p| [p[1], p[3], 0, 255]),
        Format::R16G16B16 => expand(6, &|p| [p[1], p[3], p[5], 255]),
        Format::R16G16B16A16 => expand(8, &|p| [p[1], p[3], p[5], p[7]]),
        Format::R32G32B32FLOAT | Format::R32G32B32A32FLOAT => {
            let channels = if image.format == Format::R32G32B32FLOAT { 3 } else { 4 };
            expand(4 * channels, &|p| {
                let at = |c: usize| {
                    let value = f32::from_le_bytes([p[4 * c], p[4 * c + 1], p[4 * c + 2], p[4 * c + 3]]);
                    (value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
                };
                [at(0), at(1), at(2), if channels == 4 { at(3) } else { 255 }]
            })
        }
    };
    (image.width, image.height, rgba)
}

#[cfg(test)]
mod tests;
