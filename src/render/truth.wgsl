// The ground-truth pass: what is known of the nearest surface that counts at each pixel's centre.

struct Camera {
    clip_from_world: mat4x4<f32>,
    // Rows of camera_from_world, x right, y down, z forward: dot with a world point gives its coordinates.
    right: vec4<f32>,
    down: vec4<f32>,
    forward: vec4<f32>,
    // 1 where all rays run along the optical axis.
    parallel: f32,
    // Of the target, across and down.
    pixels: vec2<f32>,
}

struct Draw {
    world_from_local: mat4x4<f32>,
    uv_from_local: vec4<f32>,
    // Normalised object coordinates are local ones times the first plus the second. In the fourth places: the least and
    // the greatest depth that it can have, the least not above 0 where it reaches behind the camera.
    coordinates_scale: vec4<f32>,
    coordinates_offset: vec4<f32>,
    // x: instance id, 0 without a label, y: alpha cutoff as the bits of a float, z: part id, w: instance id with or
    // without a label
    id: vec4<u32>,
}

@group(0) @binding(0) var<uniform> camera: Camera;
@group(0) @binding(1) var<storage, read> draws: array<Draw>;

@group(1) @binding(0) var color_texture: texture_2d<f32>;
@group(1) @binding(1) var color_sampler: sampler;

fn clip(world: vec4<f32>) -> vec4<f32> {
    return camera.clip_from_world * vec4(world.xyz, 1.0);
}

// Devices put the corners of triangles on a grid before they ask which pixels these cover: so many steps a pixel.
const STEPS: f32 = 256.0;

struct Corner {
    clip: vec4<f32>,
    // How far it was moved, in pixels across and down.
    moved: vec2<f32>,
}

// A corner where devices put it. Some of them interpolate between where corners were before: a triangle narrower than a
// step covers the centre of a pixel beside it, and shows there whatever its plane has far in front of it or behind.
fn corner(world: vec4<f32>, index: u32) -> Corner {
    let clip = clip(world);
    let half = 0.5 * STEPS * camera.pixels;
    let at = clip.xy / clip.w * half;
    // Between a corner that was moved and one behind the camera, which cannot be, all would be sheared; and far beside
    // the image numbers are as coarse as steps.
    if draws[index].coordinates_scale.w <= 0.0 || any(abs(at) > vec2(8388608.0)) {
        return Corner(clip, vec2(0.0));
    }
    let place = round(at);
    return Corner(vec4(place / half * clip.w, clip.zw), (place - at) * vec2(1.0, -1.0) / STEPS);
}

fn reach_of(index: u32) -> vec2<f32> {
    return vec2(max(draws[index].coordinates_scale.w, 1e-6), draws[index].coordinates_offset.w);
}

// How far the pixel's centre is from the place whose values are interpolated there, in pixels as the moved triangle has
// them. A triangle of a few steps was moved by much of its width: it keeps what it has within itself.
fn aside(moved: vec2<f32>) -> vec2<f32> {
    let across = dpdx(moved);
    let down = dpdy(moved);
    // The inverse of what takes pixels of the moved triangle to those of the triangle.
    let scale = (1.0 - across.x) * (1.0 - down.y) - across.y * down.x;
    let back = vec2((1.0 - down.y) * moved.x + down.x * moved.y, across.y * moved.x + (1.0 - across.x) * moved.y) / scale;
    return select(vec2(0.0), back, all(abs(vec4(across, down)) < vec4(0.25)));
}

// What changes linearly over the screen is so much more there.
fn more(value: f32, aside: vec2<f32>) -> f32 {
    return dpdx(value) * aside.x + dpdy(value) * aside.y;
}

fn more_of(value: vec3<f32>, aside: vec2<f32>) -> vec3<f32> {
    return dpdx(value) * aside.x + dpdy(value) * aside.y;
}

// At the pixel's centre, within what it can be.
fn centered_depth(depth: f32, aside: vec2<f32>, reach: vec2<f32>) -> f32 {
    let parallel = camera.parallel > 0.5;
    let given = select(1.0 / depth, depth, parallel);
    let linear = given + more(given, aside);
    return clamp(select(1.0 / linear, linear, parallel), reach.x, reach.y);
}

fn uv_of(uv: vec2<f32>, index: u32) -> vec2<f32> {
    return uv * draws[index].uv_from_local.xy + draws[index].uv_from_local.zw;
}

fn cutoff_of(index: u32) -> f32 {
    return bitcast<f32>(draws[index].id.y);
}

// A cutout counts where it is opaque.
fn cut(uv: vec2<f32>, cutoff: f32) {
    let alpha = textureSample(color_texture, color_sampler, uv).a;
    if alpha < cutoff {
        discard;
    }
}

// What is the same all over a draw comes from the vertices: to look it up again for each fragment is dear on a software
// device.

// Ids and depth alone.

struct Few {
    @builtin(position) @invariant clip_position: vec4<f32>,
    @location(0) depth: f32,
    @location(1) @interpolate(flat) instance: u32,
    @location(2) uv: vec2<f32>,
    @location(3) @interpolate(flat) cutoff: f32,
    @location(4) @interpolate(linear) moved: vec2<f32>,
    // The least and the greatest depth.
    @location(5) @interpolate(flat) reach: vec2<f32>,
}

@vertex
fn vertex_few(
    @builtin(instance_index) index: u32,
    @location(0) position: vec3<f32>,
    @location(1) uv: vec2<f32>,
) -> Few {
    let world = draws[index].world_from_local * vec4(position, 1.0);
    let depth = dot(camera.forward, vec4(world.xyz, 1.0));
    let at = corner(world, index);
    return Few(at.clip, depth, draws[index].id.x, uv_of(uv, index), cutoff_of(index), at.moved, reach_of(index));
}

fn depth_of(in: Few) -> f32 {
    return centered_depth(in.depth, aside(in.moved), in.reach);
}

struct FewTargets {
    @location(0) instance: u32,
    @location(1) depth: f32,
}

@fragment
fn solid_few(in: Few) -> FewTargets {
    return FewTargets(in.instance, depth_of(in));
}

@fragment
fn cutout_few(in: Few) -> FewTargets {
    // First, while all neighbours are still there.
    let depth = depth_of(in);
    cut(in.uv, in.cutoff);
    return FewTargets(in.instance, depth);
}

// For a lens that bends straight lines: depth as the bits of a float, and what share of itself its inverse grows by across
// and down, as two halves.

struct FewBent {
    @location(0) instance: u32,
    @location(1) depth: vec2<u32>,
}

// `given` is the depth as it was interpolated.
fn sloping(depth: f32, given: f32) -> vec2<u32> {
    let inverse = 1.0 / given;
    let growth = vec2(dpdx(inverse), dpdy(inverse)) * given;
    return vec2(bitcast<u32>(depth), pack2x16float(clamp(growth, vec2(-1000.0), vec2(1000.0))));
}

@fragment
fn solid_few_bent(in: Few) -> FewBent {
    return FewBent(in.instance, sloping(depth_of(in), in.depth));
}

@fragment
fn cutout_few_bent(in: Few) -> FewBent {
    let depth = sloping(depth_of(in), in.depth);
    cut(in.uv, in.cutoff);
    return FewBent(in.instance, depth);
}

// All that there is.

struct All {
    @builtin(position) @invariant clip_position: vec4<f32>,
    // In the camera frame; z is the depth.
    @location(0) position: vec3<f32>,
    // Instance, and part below owner.
    @location(1) @interpolate(flat) ids: vec2<u32>,
    @location(2) uv: vec2<f32>,
    @location(3) normal: vec3<f32>,
    @location(4) coordinates: vec3<f32>,
    @location(5) @interpolate(flat) cutoff: f32,
    @location(6) @interpolate(linear) moved: vec2<f32>,
    // The least and the greatest depth.
    @location(7) @interpolate(flat) reach: vec2<f32>,
}

@vertex
fn vertex_all(
    @builtin(instance_index) index: u32,
    @location(0) position: vec3<f32>,
    @location(1) uv: vec2<f32>,
    @location(2) normal: vec3<f32>,
) -> All {
    let draw = draws[index];
    let world = draw.world_from_local * vec4(position, 1.0);
    // Scale is the same along all axes, so that normals turn as positions do.
    let turned = (draw.world_from_local * vec4(normal, 0.0)).xyz;
    let seen = vec3(dot(camera.right.xyz, turned), dot(camera.down.xyz, turned), dot(camera.forward.xyz, turned));
    let coordinates = position * draw.coordinates_scale.xyz + draw.coordinates_offset.xyz;
    let at = vec4(world.xyz, 1.0);
    let place = vec3(dot(camera.right, at), dot(camera.down, at), dot(camera.forward, at));
    let ids = vec2(draw.id.x, draw.id.z | (draw.id.w << 16u));
    let corner = corner(world, index);
    let reach = reach_of(index);
    return All(corner.clip, place, ids, uv_of(uv, index), seen, coordinates, cutoff_of(index), corner.moved, reach);
}

// At the pixel's centre.
fn centered(given: All) -> All {
    var in = given;
    let parallel = camera.parallel > 0.5;
    let aside = aside(given.moved);
    let depth = centered_depth(given.position.z, aside, given.reach);
    in.position = vec3(given.position.xy * select(depth / given.position.z, 1.0, parallel), depth);
    // In perspective it is shares of depth that are linear.
    let inverse = select(1.0 / given.position.z, 1.0, parallel);
    let scale = inverse + more(inverse, aside);
    in.normal = given.normal * inverse + more_of(given.normal * inverse, aside);
    in.coordinates = (given.coordinates * inverse + more_of(given.coordinates * inverse, aside)) / scale;
    return in;
}

struct AllTargets {
    @location(0) instance: u32,
    @location(1) depth: f32,
    // Eight halves, the low one of each word first: normal, object coordinates, and as numbers part and owner. One
    // target costs a software device less than three.
    @location(2) more: vec4<u32>,
}

// From the camera to what is seen.
fn ray_of(in: All) -> vec3<f32> {
    return mix(in.position, vec3(0.0, 0.0, 1.0), camera.parallel);
}

// Of the mesh.
fn smooth_normal(in: All, front: bool) -> vec3<f32> {
    // The back of a surface faces the camera, too.
    let turned = in.normal * select(-1.0, 1.0, front);
    // What is seen faces the camera; normals that are interpolated between corners may not, at outlines. Those are
    // turned as little as does it, and a hair more, so that there is something left of one that points straight away.
    let ray = ray_of(in);
    let away = 1.001 * max(dot(turned, ray), 0.0) / dot(ray, ray);
    return normalize(turned - away * ray);
}

// Of the triangle.
fn flat_normal(in: All) -> vec3<f32> {
    let across = cross(dpdx(in.position), dpdy(in.position));
    return normalize(across) * -sign(dot(across, ray_of(in)));
}

fn all_targets(in: All, normal: vec3<f32>) -> AllTargets {
    let share = saturate(in.coordinates);
    let more = vec4(
        pack2x16float(normal.xy),
        pack2x16float(vec2(normal.z, share.x)),
        pack2x16float(share.yz),
        in.ids.y,
    );
    return AllTargets(in.ids.x, in.position.z, more);
}

@fragment
fn solid_all(given: All, @builtin(front_facing) front: bool) -> AllTargets {
    let in = centered(given);
    return all_targets(in, smooth_normal(in, front));
}

@fragment
fn cutout_all(given: All, @builtin(front_facing) front: bool) -> AllTargets {
    // First, while all neighbours are still there.
    let in = centered(given);
    cut(in.uv, in.cutoff);
    return all_targets(in, smooth_normal(in, front));
}

@fragment
fn solid_flat(given: All) -> AllTargets {
    let in = centered(given);
    return all_targets(in, flat_normal(given));
}

@fragment
fn cutout_flat(given: All) -> AllTargets {
    let in = centered(given);
    // First, while all neighbours are still there.
    let normal = flat_normal(given);
    cut(in.uv, in.cutoff);
    return all_targets(in, normal);
}

struct AllBent {
    @location(0) instance: u32,
    @location(1) depth: vec2<u32>,
    @location(2) more: vec4<u32>,
}

fn all_bent(in: All, normal: vec3<f32>, depth: vec2<u32>) -> AllBent {
    let targets = all_targets(in, normal);
    return AllBent(targets.instance, depth, targets.more);
}

@fragment
fn solid_all_bent(given: All, @builtin(front_facing) front: bool) -> AllBent {
    let in = centered(given);
    return all_bent(in, smooth_normal(in, front), sloping(in.position.z, given.position.z));
}

@fragment
fn cutout_all_bent(given: All, @builtin(front_facing) front: bool) -> AllBent {
    let in = centered(given);
    let depth = sloping(in.position.z, given.position.z);
    cut(in.uv, in.cutoff);
    return all_bent(in, smooth_normal(in, front), depth);
}

@fragment
fn solid_flat_bent(given: All) -> AllBent {
    let in = centered(given);
    return all_bent(in, flat_normal(given), sloping(in.position.z, given.position.z));
}

@fragment
fn cutout_flat_bent(given: All) -> AllBent {
    let in = centered(given);
    let normal = flat_normal(given);
    let depth = sloping(in.position.z, given.position.z);
    cut(in.uv, in.cutoff);
    return all_bent(in, normal, depth);
}

// Whole silhouettes: each fragment sets its instance's bit at its pixel, whatever is nearer.

struct Extent {
    // Of the image, or of the face of a lens that bends straight lines, in pixels, and of the grid around it in cells.
    image: vec2<u32>,
    grid: vec2<u32>,
}

struct Mark {
    // Bit of the instance; more than any that has one if it has none.
    bit: u32,
    // The same among the instances that reach out of the image.
    beyond: u32,
    // Edge of a cell of the grid in pixels, for this instance.
    cell: u32,
    padding: u32,
}

@group(0) @binding(2) var<uniform> extent: Extent;
@group(0) @binding(3) var<storage, read> marks: array<Mark>;
@group(0) @binding(4) var<storage, read_write> bits: array<atomic<u32>>;
@group(0) @binding(5) var<storage, read_write> outside: array<atomic<u32>>;

struct Marked {
    @builtin(position) @invariant clip_position: vec4<f32>,
    // Bit, and edge of a cell.
    @location(0) @interpolate(flat) mark: vec2<u32>,
    @location(1) uv: vec2<f32>,
    @location(2) @interpolate(flat) cutoff: f32,
}

@vertex
fn vertex_within(
    @builtin(instance_index) index: u32,
    @location(0) position: vec3<f32>,
    @location(1) uv: vec2<f32>,
) -> Marked {
    let world = draws[index].world_from_local * vec4(position, 1.0);
    return Marked(corner(world, index).clip, vec2(marks[index].bit, 1u), uv_of(uv, index), cutoff_of(index));
}

@vertex
fn vertex_beyond(
    @builtin(instance_index) index: u32,
    @location(0) position: vec3<f32>,
    @location(1) uv: vec2<f32>,
) -> Marked {
    let world = draws[index].world_from_local * vec4(position, 1.0);
    var at = clip(world);
    // The middle of the image is the middle of the grid.
    at = vec4(at.xy * vec2<f32>(extent.image) / vec2<f32>(extent.grid * marks[index].cell), at.zw);
    let mark = vec2(marks[index].beyond, marks[index].cell);
    return Marked(at, mark, uv_of(uv, index), cutoff_of(index));
}

fn mark_within(in: Marked) {
    let at = vec2<u32>(in.clip_position.xy);
    let bit = in.mark.x;
    // Column by column, as masks are stored.
    let word = ((bit >> 5u) * extent.image.x + at.x) * extent.image.y + at.y;
    atomicOr(&bits[word], 1u << (bit & 31u));
}

fn mark_beyond(in: Marked) {
    let beyond = in.mark.x;
    // From the middle of the image, in halves of a pixel.
    let place = abs(2 * vec2<i32>(in.clip_position.xy) + 1 - vec2<i32>(extent.grid)) * i32(in.mark.y);
    if all(place < vec2<i32>(extent.image)) {
        return;
    }
    let at = vec2<u32>(in.clip_position.xy);
    let word = ((beyond >> 5u) * extent.grid.y + at.y) * extent.grid.x + at.x;
    let bit = 1u << (beyond & 31u);
    // Surfaces of one instance behind each other count once.
    if (atomicOr(&bits[word], bit) & bit) == 0u {
        let first = beyond * 5u;
        atomicAdd(&outside[first], 1u);
        // How far it reaches, from the far ends of the grid, so that nothing is 0.
        let reach = vec4(extent.grid - at, at + 1u);
        atomicMax(&outside[first + 1u], reach.x);
        atomicMax(&outside[first + 2u], reach.y);
        atomicMax(&outside[first + 3u], reach.z);
        atomicMax(&outside[first + 4u], reach.w);
    }
}

@fragment
fn solid_within(in: Marked) {
    mark_within(in);
}

@fragment
fn cutout_within(in: Marked) {
    cut(in.uv, in.cutoff);
    mark_within(in);
}

@fragment
fn solid_beyond(in: Marked) {
    mark_beyond(in);
}

@fragment
fn cutout_beyond(in: Marked) {
    cut(in.uv, in.cutoff);
    mark_beyond(in);
}

// The same for a lens that bends straight lines: what is beside the image is there in the picture that it would give on
// a larger sensor.

struct Bent {
    // k1, k2, p1, p2 and k3 to k6 of a Brown–Conrady lens; k1 to k4 of a fisheye lens.
    coefficients: array<vec4<f32>, 2>,
    // Focal lengths and principal point, of the image and of the face.
    image: vec4<f32>,
    face: vec4<f32>,
    camera_from_face: mat3x3<f32>,
    // Of the image, in pixels.
    size: vec2<f32>,
    // As far from the axis as the lens sees anything: a tangent, or an angle.
    limit: f32,
    // 1: Brown–Conrady, 2: fisheye, 3: panorama.
    model: u32,
}

@group(0) @binding(6) var<uniform> bent: Bent;

struct Place {
    at: vec2<f32>,
    seen: bool,
}

// Where the image has what the face has at a place.
fn in_image(at: vec2<f32>) -> Place {
    let direction = bent.camera_from_face * vec3((at - bent.face.zw) / bent.face.xy, 1.0);
    let k = bent.coefficients;
    var plane = vec2(0.0);
    var seen = true;
    if bent.model == 1u {
        let p = direction.xy / direction.z;
        let s = dot(p, p);
        seen = direction.z > 0.0 && s <= bent.limit * bent.limit;
        let above = 1.0 + s * (k[0].x + s * (k[0].y + s * k[1].x));
        let below = 1.0 + s * (k[1].y + s * (k[1].z + s * k[1].w));
        let tangential = vec2(
            2.0 * k[0].z * p.x * p.y + k[0].w * (s + 2.0 * p.x * p.x),
            k[0].z * (s + 2.0 * p.y * p.y) + 2.0 * k[0].w * p.x * p.y,
        );
        plane = p * (above / below) + tangential;
    } else if bent.model == 2u {
        let aside = length(direction.xy);
        let angle = atan2(aside, direction.z);
        seen = angle <= bent.limit;
        let s = angle * angle;
        let far = angle * (1.0 + s * (k[0].x + s * (k[0].y + s * (k[0].z + s * k[0].w))));
        plane = direction.xy * (far / max(aside, 1e-20));
    } else {
        plane = vec2(atan2(direction.x, direction.z), asin(clamp(direction.y / length(direction), -1.0, 1.0)));
    }
    return Place(plane * bent.image.xy + bent.image.zw, seen);
}

fn mark_beyond_bent(in: Marked) {
    let cell = f32(in.mark.y);
    let at = (in.clip_position.xy - 0.5 * vec2<f32>(extent.grid)) * cell + 0.5 * vec2<f32>(extent.image);
    let place = in_image(at);
    if !place.seen || (all(place.at >= vec2(0.0)) && all(place.at < bent.size)) {
        return;
    }
    let beyond = in.mark.x;
    let word_at = vec2<u32>(in.clip_position.xy);
    let word = ((beyond >> 5u) * extent.grid.y + word_at.y) * extent.grid.x + word_at.x;
    let bit = 1u << (beyond & 31u);
    if (atomicOr(&bits[word], bit) & bit) == 0u {
        // How many pixels the cell would have, in 16ths.
        let across = in_image(at + vec2(0.5, 0.0)).at - place.at;
        let down = in_image(at + vec2(0.0, 0.5)).at - place.at;
        let pixels = min(4.0 * cell * cell * abs(across.x * down.y - across.y * down.x), 4.0 * cell * cell);
        let first = beyond * 5u;
        atomicAdd(&outside[first], u32(16.0 * pixels + 0.5));
        // How far it reaches, in 16ths of a pixel from far outside on either side.
        let near = vec2<u32>(clamp((place.at + 65536.0) * 16.0, vec2(0.0), vec2(2097151.0)));
        let far = vec2(2097152u) - near;
        atomicMax(&outside[first + 1u], far.x);
        atomicMax(&outside[first + 2u], far.y);
        atomicMax(&outside[first + 3u], near.x);
        atomicMax(&outside[first + 4u], near.y);
    }
}

@fragment
fn solid_beyond_bent(in: Marked) {
    mark_beyond_bent(in);
}

@fragment
fn cutout_beyond_bent(in: Marked) {
    cut(in.uv, in.cutoff);
    mark_beyond_bent(in);
}
