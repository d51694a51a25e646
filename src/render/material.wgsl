#define_import_path maquette::material

// What a surface is made of, and what it is at a point: the material's values times its textures.

#import bevy_pbr::mesh_view_bindings::view

struct Values {
    base_color: vec4<f32>,
    // cd/m²
    emissive: vec3<f32>,
    metallic: f32,
    // Perceptual: the square root of the GGX α.
    roughness: f32,
    alpha_cutoff: f32,
    // From metres to texture coordinates.
    uv_scale: f32,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> values: Values;
@group(#{MATERIAL_BIND_GROUP}) @binding(4) var base_color_texture: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(5) var orm_texture: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(6) var normal_texture: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(7) var emissive_texture: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(8) var textures_sampler: sampler;

// A point of a surface.
struct Point {
    // World frame, m.
    position: vec3<f32>,
    // Towards the camera.
    v: vec3<f32>,
    // Of the mesh, on the side that is seen, and of the surface that the textures make of it.
    mesh_normal: vec3<f32>,
    n: vec3<f32>,
    base_color: vec4<f32>,
    // cd/m²
    emissive: vec3<f32>,
    metallic: f32,
    // Perceptual.
    roughness: f32,
}

// Share of a pixel's colour that the surface has: 1 but for see-through ones.
fn opacity(alpha: f32) -> f32 {
#ifdef SEE_THROUGH
    return alpha;
#else
    return 1.0;
#endif
}

// Ends the invocation where a cutout has no surface.
fn cut_out(texture_alpha: f32) {
#ifdef CUTOUT
    if texture_alpha < values.alpha_cutoff {
        discard;
    }
#endif
}

fn point(position: vec3<f32>, normal: vec3<f32>, tangent: vec4<f32>, uv_m: vec2<f32>, is_front: bool) -> Point {
    var p: Point;
    p.position = position;
    // Where rays are parallel the last number of the projection is 1.
    let parallel = view.clip_from_view[3].w == 1.0;
    p.v = normalize(select(view.world_position - position, view.world_from_view[2].xyz, parallel));
    p.base_color = values.base_color;
    p.emissive = values.emissive;
    p.metallic = values.metallic;
    p.roughness = values.roughness;
    let uv = uv_m * values.uv_scale;
#ifdef BASE_COLOR_TEXTURE
    let sampled = textureSampleBias(base_color_texture, textures_sampler, uv, view.mip_bias);
    cut_out(sampled.a);
    p.base_color *= sampled;
#endif
#ifdef ORM_TEXTURE
    let orm = textureSampleBias(orm_texture, textures_sampler, uv, view.mip_bias);
    p.roughness *= orm.g;
    p.metallic *= orm.b;
#endif
#ifdef EMISSIVE_TEXTURE
    p.emissive *= textureSampleBias(emissive_texture, textures_sampler, uv, view.mip_bias).rgb;
#endif
    p.roughness = clamp(p.roughness, 0.0, 1.0);
#ifdef DOUBLE_SIDED
    let side = select(-1.0, 1.0, is_front);
#else
    let side = 1.0;
#endif
    let n = normalize(normal) * side;
    p.mesh_normal = n;
    p.n = n;
#ifdef NORMAL_TEXTURE
    // The frame of MikkTSpace: interpolated, not made orthogonal again.
    let t = tangent.xyz;
    let b = tangent.w * cross(normal, t);
    let local = textureSampleBias(normal_texture, textures_sampler, uv, view.mip_bias).xyz * 2.0 - 1.0;
    p.n = normalize(t * local.x + b * local.y + n * local.z);
#endif
    return p;
}
