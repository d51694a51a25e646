//! What the glTF reader takes for granted of a file and its own validation does not see to.

use gltf::accessor::{DataType, Dimensions};
use gltf::json::Root;
use gltf::{Primitive, Semantic};

/// Says what a model lacks of what it has to say.
///
/// # Errors
/// What is missing, and where.
pub(super) fn check(root: &Root) -> Result<(), String> {
    for (index, image) in root.images.iter().enumerate() {
        let missing = match (&image.buffer_view, &image.mime_type, &image.uri) {
            (Some(_), None, _) => "has a buffer view, but no `mimeType`",
            (None, _, None) => "has neither a `uri` nor a buffer view",
            _ => continue,
        };
        return Err(format!("image {index} {missing}"));
    }
    Ok(())
}

/// Says which list of a mesh is none of what it has to be (glTF 2.0, section 3.7.2.1).
///
/// # Errors
/// Which, and what was expected.
pub(super) fn check_lists(mesh: &str, primitive: &Primitive) -> Result<(), String> {
    let lists = primitive.attributes().filter_map(|(semantic, accessor)| match semantic {
        Semantic::Positions | Semantic::Normals => Some((accessor, &[DataType::F32][..], Dimensions::Vec3)),
        Semantic::TexCoords(_) => Some((accessor, &[DataType::F32, DataType::U8, DataType::U16][..], Dimensions::Vec2)),
        _ => None,
    });
    let indices = primitive.indices().map(|accessor| {
        let types = &[DataType::U8, DataType::U16, DataType::U32][..];
        (accessor, types, Dimensions::Scalar)
    });
    for (accessor, types, dimensions) in lists.chain(indices) {
        if !types.contains(&accessor.data_type()) || accessor.dimensions() != dimensions {
            let (index, found) = (accessor.index(), (accessor.data_type(), accessor.dimensions()));
            return Err(format!(
                "mesh `{mesh}` uses accessor {index} of {found:?}, expected {dimensions:?} of {types:?}"
            ));
        }
        if accessor.count() == 0 {
            return Err(format!("mesh `{mesh}` uses accessor {}, which is empty", accessor.index()));
        }
    }
    Ok(())
}
