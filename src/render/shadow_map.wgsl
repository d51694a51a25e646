#define_import_path maquette::shadow_map

// The flat shadow maps, which suns and spot lights share.

#import bevy_pbr::mesh_view_bindings as bindings

// One comparison of two by two texels, aside of a point in a map (texture coordinates, depth).
fn sees(at: vec3<f32>, layer: i32, aside: vec2<f32>) -> f32 {
    return textureSampleCompareLevel(
        bindings::directional_shadow_textures,
        bindings::directional_shadow_textures_comparison_sampler,
        at.xy + aside,
        layer,
        at.z,
    );
}

// Share of a light that a point sees: softened over two texels of the map, or over four where edges are smooth.
fn filtered(at: vec3<f32>, layer: i32) -> f32 {
    let texel = 1.0 / f32(textureDimensions(bindings::directional_shadow_textures).x);
#ifdef SMOOTH
    // A turned square, which falls on no row or column twice.
    return 0.25 * (sees(at, layer, vec2(0.5, 1.5) * texel) + sees(at, layer, vec2(-1.5, 0.5) * texel)
        + sees(at, layer, vec2(-0.5, -1.5) * texel) + sees(at, layer, vec2(1.5, -0.5) * texel));
#else
    let aside = vec2(0.3, 0.5) * texel;
    return 0.5 * (sees(at, layer, aside) + sees(at, layer, -aside));
#endif
}
