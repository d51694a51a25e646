// The ground-truth pass: for each pixel the nearest surface that counts, its instance id and its z-depth.

struct Camera {
    clip_from_world: mat4x4<f32>,
    // Third row of view_from_world, negated: dot with a world point gives its z-depth.
    depth_from_world: vec4<f32>,
}

struct Draw {
    world_from_local: mat4x4<f32>,
    uv_from_local: vec4<f32>,
    // x: instance id, y: alpha cutoff as the bits of a float
    id: vec4<u32>,
}

@group(0) @binding(0) var<uniform> camera: Camera;
@group(0) @binding(1) var<storage, read> draws: array<Draw>;

struct Varying {
    @builtin(position) clip_position: vec4<f32>,
    @location(0) depth: f32,
    @location(1) @interpolate(flat) index: u32,
    @location(2) uv: vec2<f32>,
}

@vertex
fn vertex(
    @builtin(instance_index) index: u32,
    @location(0) position: vec3<f32>,
    @location(1) uv: vec2<f32>,
) -> Varying {
    var out: Varying;
    let world = draws[index].world_from_local * vec4(position, 1.0);
    out.clip_position = camera.clip_from_world * vec4(world.xyz, 1.0);
    out.depth = dot(camera.depth_from_world, vec4(world.xyz, 1.0));
    out.index = index;
    out.uv = uv * draws[index].uv_from_local.xy + draws[index].uv_from_local.zw;
    return out;
}

struct Truth {
    @location(0) instance: u32,
    @location(1) depth: f32,
}

@group(1) @binding(0) var color_texture: texture_2d<f32>;
@group(1) @binding(1) var color_sampler: sampler;

@fragment
fn solid(in: Varying) -> Truth {
    return Truth(draws[in.index].id.x, in.depth);
}

// Counts where it is opaque.
@fragment
fn cutout(in: Varying) -> Truth {
    let alpha = textureSample(color_texture, color_sampler, in.uv).a;
    if alpha < bitcast<f32>(draws[in.index].id.y) {
        discard;
    }
    return Truth(draws[in.index].id.x, in.depth);
}
