// Takes what is drawn of a face to the pixels of an image whose lens bends straight lines. A picture's pixels lie between
// those of the face. Of surfaces each takes what is seen at the middle of the face's pixel that its ray meets, as far along
// the surface as the ray meets it.

struct Warp {
    // Of the image.
    size: vec2<u32>,
    // Its number.
    face: u32,
    // How many times as fine as the map says truth is.
    fineness: u32,
    // Of the face, as truth has it, in pixels.
    focal: vec2<f32>,
    center: vec2<f32>,
    face_size: vec2<u32>,
    // Of 32 silhouettes each.
    words: u32,
    // 1 where depth is distance.
    distance: u32,
    camera_from_face: mat3x3<f32>,
}

@group(0) @binding(0) var<uniform> warp: Warp;
// Of each pixel: face and x in units of 2⁻¹⁶ pixels of the picture, and y.
@group(0) @binding(1) var map: texture_2d<u32>;
@group(0) @binding(2) var colors: texture_2d<f32>;
@group(0) @binding(3) var instances: texture_2d<u32>;
// Depth as the bits of a float, and what share of itself its inverse grows by across and down, as two halves.
@group(0) @binding(4) var depth: texture_2d<u32>;
@group(0) @binding(5) var mores: texture_2d<u32>;
// Of each instance, three rows: what takes the camera frame to shares of its box.
@group(0) @binding(6) var<storage, read> boxes: array<vec4<f32>>;
// Silhouettes stand column by column.
@group(0) @binding(7) var<storage, read> face_bits: array<u32>;
@group(0) @binding(8) var<storage, read_write> bits: array<u32>;

@vertex
fn everywhere(@builtin(vertex_index) index: u32) -> @builtin(position) vec4<f32> {
    return vec4(f32(index & 1u) * 4.0 - 1.0, f32(index >> 1u) * 4.0 - 1.0, 0.0, 1.0);
}

// Where a pixel's ray meets the face, in units of 2⁻¹⁶ pixels of the picture. What another face shows is left alone, and
// what none does is as it was cleared.
fn place(at: vec2<f32>) -> vec2<u32> {
    let found = textureLoad(map, vec2<u32>(at), 0).xy;
    if found.y == 0xffffffffu || found.x >> 29u != warp.face {
        discard;
    }
    return vec2(found.x & 0x1fffffffu, found.y);
}

@fragment
fn picture(@builtin(position) at: vec4<f32>) -> @location(0) vec4<f32> {
    // Between the middles of four pixels.
    let fixed = place(at.xy) - 32768u;
    let first = fixed >> vec2(16u);
    let last = min(first + 1u, textureDimensions(colors) - 1u);
    let share = vec2<f32>(fixed & vec2(0xffffu)) / 65536.0;
    let top = mix(textureLoad(colors, first, 0), textureLoad(colors, vec2(last.x, first.y), 0), share.x);
    let bottom = mix(textureLoad(colors, vec2(first.x, last.y), 0), textureLoad(colors, last, 0), share.x);
    return mix(top, bottom, share.y);
}

struct Met {
    texel: vec2<u32>,
    // From the middle of the texel.
    off: vec2<f32>,
    // From the camera's centre, one deep.
    ray: vec3<f32>,
}

fn met(at: vec2<f32>) -> Met {
    let fixed = place(at) * warp.fineness;
    let texel = min(fixed >> vec2(16u), warp.face_size - 1u);
    let off = vec2<f32>(fixed & vec2(0xffffu)) / 65536.0 - 0.5;
    return Met(texel, off, vec3((vec2<f32>(texel) + 0.5 + off - warp.center) / warp.focal, 1.0));
}

// What share of itself the inverse of depth grows by from there to a texel further; 0 where that is not on the same
// instance.
fn change(texel: vec2<u32>, step: vec2<i32>, here: f32, instance: u32) -> f32 {
    let other = clamp(vec2<i32>(texel) + step, vec2(0), vec2<i32>(warp.face_size) - 1);
    let there = bitcast<f32>(textureLoad(depth, other, 0).x);
    let same = there > 0.0 && textureLoad(instances, other, 0).x == instance;
    return select(0.0, here / there - 1.0, same);
}

// A larger share of depth is not believed of a triangle alone, which may end before the pixel's ray.
const LITTLE: f32 = 0.0004;
// Nor are more than so many texels along the ray, where the ray misses the box of its instance.
const MUCH: f32 = 1.5;

// Whether what a triangle says of how the inverse of depth grows holds as far as the ray: the growth is small, or the next
// texel agrees, and so lies on the same surface.
fn holds(said: f32, texel: vec2<u32>, axis: vec2<i32>, off: f32, here: f32, instance: u32) -> bool {
    if abs(said * off) <= LITTLE {
        return true;
    }
    let side = select(-1.0, 1.0, off > 0.0);
    let seen = change(texel, select(-axis, axis, off > 0.0), here, instance) * side;
    return abs(seen - said) < 0.5 * abs(said);
}

// Of a plane the inverse of depth grows evenly.
fn grown(here: f32, growth: vec2<f32>) -> f32 {
    return here / max(1.0 + growth.x + growth.y, 0.25);
}

fn depth_at(m: Met, instance: u32) -> f32 {
    let seen = textureLoad(depth, m.texel, 0).xy;
    let here = bitcast<f32>(seen.x);
    if here <= 0.0 {
        return 0.0;
    }
    let said = unpack2x16float(seen.y);
    let growth = said * m.off;
    let across = holds(said.x, m.texel, vec2(1, 0), m.off.x, here, instance);
    let down = holds(said.y, m.texel, vec2(0, 1), m.off.y, here, instance);
    if across && down {
        return grown(here, growth);
    }
    let believed = vec2(across, down);
    let near = grown(here, select(clamp(growth, vec2(-LITTLE), vec2(LITTLE)), growth, believed));
    if instance == 0u {
        return near;
    }
    // As deep as in the middle of the texel, as far as the ray is within the box there.
    let ray = warp.camera_from_face * m.ray;
    var first = 0.0;
    var last = 1e30;
    for (var axis = 0u; axis < 3u; axis++) {
        let row = boxes[3u * instance + axis];
        let rises = dot(row.xyz, ray);
        let ends = vec2(-row.w, 1.0 - row.w) / select(rises, 1e-20, rises == 0.0);
        first = max(first, min(ends.x, ends.y));
        last = min(last, max(ends.x, ends.y));
    }
    if first <= last {
        return clamp(near, first, last);
    }
    let much = vec2(MUCH / max(warp.focal.x, warp.focal.y));
    return grown(here, select(clamp(growth, -much, much), growth, believed));
}

// Along the camera's axis, which need not be the face's.
fn stored(m: Met, away: f32) -> f32 {
    return away * select((warp.camera_from_face * m.ray).z, length(m.ray), warp.distance == 1u);
}

struct Few {
    @location(0) instance: u32,
    @location(1) depth: f32,
}

@fragment
fn surfaces_few(@builtin(position) at: vec4<f32>) -> Few {
    let m = met(at.xy);
    let instance = textureLoad(instances, m.texel, 0).x;
    return Few(instance, stored(m, depth_at(m, instance)));
}

struct All {
    @location(0) instance: u32,
    @location(1) depth: f32,
    @location(2) more: vec4<u32>,
}

@fragment
fn surfaces_all(@builtin(position) at: vec4<f32>) -> All {
    let m = met(at.xy);
    let instance = textureLoad(instances, m.texel, 0).x;
    let away = depth_at(m, instance);
    let seen = textureLoad(mores, m.texel, 0);
    let ray = warp.camera_from_face * m.ray;
    let facing = warp.camera_from_face * vec3(unpack2x16float(seen.x), unpack2x16float(seen.y).x);
    // What is seen faces the camera, here too.
    let averted = 1.001 * max(dot(facing, ray), 0.0) / dot(ray, ray);
    let normal = normalize(facing - averted * ray);
    let point = vec4(ray * away, 1.0);
    let row = 3u * instance;
    let share = saturate(vec3(dot(boxes[row], point), dot(boxes[row + 1u], point), dot(boxes[row + 2u], point)));
    let more = vec4(
        pack2x16float(normal.xy),
        pack2x16float(vec2(normal.z, share.x)),
        pack2x16float(share.yz),
        seen.w,
    );
    return All(instance, stored(m, away), more);
}

@fragment
fn silhouettes(@builtin(position) at: vec4<f32>) {
    let texel = met(at.xy).texel;
    let pixel = vec2<u32>(at.xy);
    for (var word = 0u; word < warp.words; word++) {
        let marked = face_bits[(word * warp.face_size.x + texel.x) * warp.face_size.y + texel.y];
        bits[(word * warp.size.x + pixel.x) * warp.size.y + pixel.y] = marked;
    }
}
