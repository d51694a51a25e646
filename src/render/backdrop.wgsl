// What lies behind everything: the surroundings as a cube map, at infinity.

#import bevy_pbr::mesh_view_bindings::view
#import maquette::tone::exposed
#ifdef GLOW
#import maquette::glow::lit_air
#endif

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var surroundings: texture_cube<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var surroundings_sampler: sampler;
// As in `lighting.wgsl`.
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var<uniform> air: vec4<f32>;

struct Passed {
    @builtin(position) position: vec4<f32>,
    @location(0) direction: vec3<f32>,
}

// A box around the camera, wherever that is.
@vertex
fn vertex(@location(0) position: vec3<f32>) -> Passed {
    let seen = view.view_from_world * vec4(position, 0.0);
    if view.clip_from_view[3].w == 1.0 {
        // Parallel rays all have one direction. A box this large is behind whatever they see.
        return Passed(vec4(seen.xy * 1e4, 0.0, 1.0), -view.world_from_view[2].xyz);
    }
    let clip = view.clip_from_view * vec4(seen.xyz, 1.0);
    // Depth runs from 1 at the eye to 0 at infinity.
    return Passed(vec4(clip.xy, 0.0, clip.w), position);
}

@fragment
fn fragment(in: Passed) -> @location(0) vec4<f32> {
    // Cube maps are left-handed.
    let direction = in.direction * vec3(1.0, 1.0, -1.0);
    var luminance = textureSampleLevel(surroundings, surroundings_sampler, direction, 0.0).rgb;
#ifdef GLOW
    // As far as lamps light the air, which is the thinner the higher.
    let towards = normalize(in.direction);
    let reach = 150.0;
    let rise = max(abs(towards.y) * reach * air.z, 1e-3);
    let low = exp(-max(view.world_position.y * air.z, -20.0));
    luminance += lit_air(view.world_position, towards, reach, air.x + air.y * low * (1.0 - exp(-rise)) / rise);
#endif
    return vec4(exposed(luminance * view.exposure), 1.0);
}
