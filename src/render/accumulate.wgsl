// Adds a picture to the sum of those before it.

struct Extent {
    // The rows that were exposed when it was seen: their middle, and half their number.
    middle: f32,
    half: f32,
    // 1 for the first picture, which takes the place of whatever was there.
    first: u32,
    padding: u32,
}

@group(0) @binding(0) var picture: texture_2d<f32>;
@group(0) @binding(1) var<uniform> extent: Extent;
@group(0) @binding(2) var before: texture_2d<f32>;

@vertex
fn everywhere(@builtin(vertex_index) index: u32) -> @builtin(position) vec4<f32> {
    return vec4(f32(index & 1u) * 4.0 - 1.0, f32(index >> 1u) * 4.0 - 1.0, 0.0, 1.0);
}

@fragment
fn add(@builtin(position) at: vec4<f32>) -> @location(0) vec4<f32> {
    let place = vec2<u32>(at.xy);
    let exposed = select(0.0, 1.0, abs(at.y - extent.middle) <= extent.half);
    // With how many pictures each pixel is the sum of.
    let seen = vec4(textureLoad(picture, place, 0).rgb * exposed, exposed);
    return select(seen + textureLoad(before, place, 0), seen, extent.first == 1u);
}
