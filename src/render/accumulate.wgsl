// Adds a picture to the sum of those before it.

struct Extent {
    width: u32,
    // Of the picture; the sum has the rows from there on.
    first_row: u32,
    // 1 for the first picture, which takes the place of whatever was there.
    first: u32,
    padding: u32,
    // The rows that were exposed when it was seen: their middle, and half their number.
    middle: f32,
    half: f32,
    padding_2: vec2<u32>,
}

@group(0) @binding(0) var picture: texture_2d<f32>;
@group(0) @binding(1) var<uniform> extent: Extent;
@group(0) @binding(2) var<storage, read_write> sum: array<vec4<f32>>;

@compute @workgroup_size(64)
fn add(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= extent.width {
        return;
    }
    let place = id.y * extent.width + id.x;
    let row = f32(id.y + extent.first_row) + 0.5;
    let exposed = select(0.0, 1.0, abs(row - extent.middle) <= extent.half);
    // With how many pictures each pixel is the sum of.
    let seen = vec4(textureLoad(picture, id.xy + vec2(0u, extent.first_row), 0).rgb * exposed, exposed);
    if extent.first == 1u {
        sum[place] = seen;
    } else {
        sum[place] += seen;
    }
}
