// What things wear: a surface lit from all sides, with what the neighbours hide and give back.
//
// Neighbours are ellipsoids. How much of the hemisphere above a point a ball covers has a closed form
// (Quilez, "Sphere ambient occlusion", 2014); an ellipsoid is a ball seen through a linear map. What it
// covers it also replaces: by its own reflected light, one bounce of inter-reflection. It is worked out at the
// vertices: meshes come finely enough divided, and it is a tenth of the work of every pixel.

#import bevy_pbr::{
    mesh_functions,
    mesh_view_bindings::view,
    view_transformations::position_world_to_clip,
}
#import maquette::lighting::{around, lit}
#ifdef AIR
#import maquette::lighting::through_air
#endif
#ifdef WET
#import maquette::wet::weathered
#endif
#import maquette::material::{opacity, point}
#import maquette::tone::exposed

struct Surroundings {
    // Share of the ambient light that arrives.
    open: f32,
    // Irradiance from the neighbours / π, cd/m².
    bounce: vec3<f32>,
}

fn surroundings(tag: u32, position: vec3<f32>, normal: vec3<f32>) -> Surroundings {
    let own = f32(tag);
    let count = u32(around.count);
    var open = 1.0;
    var bounce = vec3(0.0);
    for (var i = 0u; i < count; i++) {
        let center = around.neighbours[i].center;
        let row0 = around.neighbours[i].rows[0];
        let row1 = around.neighbours[i].rows[1];
        let row2 = around.neighbours[i].rows[2];
        let to_center = center.xyz - position;
        let v = vec3(dot(row0.xyz, to_center), dot(row1.xyz, to_center), dot(row2.xyz, to_center));
        let inverse_distance = inverseSqrt(max(dot(v, v), 1.0));
        // Covectors go by the inverse transpose; the rows are orthogonal.
        let n = vec3(
            dot(row0.xyz, normal) / dot(row0.xyz, row0.xyz),
            dot(row1.xyz, normal) / dot(row1.xyz, row1.xyz),
            dot(row2.xyz, normal) / dot(row2.xyz, row2.xyz),
        );
        let cosine = dot(n, v) * inverse_distance * inverseSqrt(dot(n, n));
        // The ball is cut by the horizon where |cosine| < 1 / distance; a smooth step joins the cases.
        let above = saturate((cosine + inverse_distance) / (2.0 * inverse_distance));
        let solid = max(cosine, above * above * inverse_distance * 0.5) * inverse_distance * inverse_distance;
        let covered = select(min(solid, 0.95) * above, 0.0, center.w == own);
        open *= 1.0 - covered;
        bounce += covered * vec3(row0.w, row1.w, row2.w);
    }
    return Surroundings(open, min(bounce, vec3(1.0)) * around.bounce);
}

struct Given {
    @builtin(instance_index) instance_index: u32,
    @location(0) position: vec3<f32>,
    @location(1) normal: vec3<f32>,
    @location(2) uv: vec2<f32>,
    @location(4) tangent: vec4<f32>,
}

struct Passed {
    @builtin(position) position: vec4<f32>,
    // At the middle of what of the pixel is covered: its centre may lie beyond the triangle, where the normals of narrow
    // bevels turn to where there is no surface, and shine.
    @location(0) @interpolate(perspective, centroid) world_position: vec3<f32>,
    @location(1) @interpolate(perspective, centroid) normal: vec3<f32>,
    // Openness, then bounce.
    @location(2) @interpolate(perspective, centroid) from_others: vec4<f32>,
#ifdef TEXTURED
    @location(3) uv: vec2<f32>,
#endif
#ifdef NORMAL_TEXTURE
    @location(4) @interpolate(perspective, centroid) tangent: vec4<f32>,
#endif
}

@vertex
fn vertex(in: Given) -> Passed {
    var out: Passed;
    let world_from_local = mesh_functions::get_world_from_local(in.instance_index);
    let world = mesh_functions::mesh_position_local_to_world(world_from_local, vec4(in.position, 1.0));
    out.world_position = world.xyz;
    out.position = position_world_to_clip(world.xyz);
    out.normal = mesh_functions::mesh_normal_local_to_world(in.normal, in.instance_index);
#ifdef TEXTURED
    out.uv = in.uv;
#endif
#ifdef NORMAL_TEXTURE
    out.tangent = mesh_functions::mesh_tangent_local_to_world(world_from_local, in.tangent, in.instance_index);
#endif
    let tag = mesh_functions::get_tag(in.instance_index);
    let hidden = surroundings(tag, world.xyz, normalize(out.normal));
    out.from_others = vec4(hidden.open, hidden.bounce);
    return out;
}

@fragment
fn fragment(in: Passed, @builtin(front_facing) is_front: bool) -> @location(0) vec4<f32> {
#ifdef TEXTURED
    let uv = in.uv;
#else
    let uv = vec2(0.0);
#endif
#ifdef NORMAL_TEXTURE
    let tangent = in.tangent;
#else
    let tangent = vec4(0.0);
#endif
    var p = point(in.world_position, in.normal, tangent, uv, is_front);
#ifdef WET
    p = weathered(p, in.from_others.x);
#endif
    let alpha = opacity(p.base_color.a);
    var luminance = lit(p, in.from_others.x, in.from_others.yzw);
#ifdef AIR
    luminance = through_air(luminance, in.world_position);
#endif
    return vec4(exposed(luminance * view.exposure), alpha);
}
