// What lies behind everything: the surroundings as a cube map, at infinity.

#import bevy_pbr::{forward_io::VertexOutput, mesh_view_bindings::view}
#import maquette::tone::tone_map

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var surroundings: texture_cube<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var surroundings_sampler: sampler;

@fragment
fn fragment(in: VertexOutput) -> @location(0) vec4<f32> {
    let direction = in.world_position.xyz - view.world_position;
    // Cube maps are left-handed.
    let luminance = textureSampleLevel(surroundings, surroundings_sampler, direction * vec3(1.0, 1.0, -1.0), 0.0).rgb;
    return vec4(tone_map(luminance * view.exposure), 1.0);
}
