// What falls before cameras: each particle a strip as long as it moves while the shutter is open.
//
// It takes from what is behind it as much as its disc covers, spread over the strip; strips are a pixel wide at least.

#import bevy_pbr::mesh_view_bindings::view
#import bevy_pbr::view_transformations::position_world_to_clip
#import maquette::tone::exposed

struct Given {
    // In the middle of the exposure.
    @location(0) position: vec3<f32>,
    // From where it is at the beginning to where it is at the end.
    @location(1) way: vec3<f32>,
    // Which corner of the strip, across and along: −1 or 1.
    @location(2) corner: vec2<f32>,
    // Diameter, the same as far as it is out of focus, the area that it covers of its disc, and one number at random.
    @location(4) about: vec4<f32>,
    // cd/m²; how much of it arrives.
    @location(5) light: vec4<f32>,
}

struct Passed {
    @builtin(position) position: vec4<f32>,
    @location(0) at: vec2<f32>,
    @location(1) @interpolate(flat) light: vec3<f32>,
    // Opacity, half the length of the straight part over half the width, and the random number.
    @location(2) @interpolate(flat) shape: vec3<f32>,
}

@vertex
fn vertex(in: Given) -> Passed {
    let parallel = view.clip_from_view[3].w == 1.0;
    let forward = -view.world_from_view[2].xyz;
    let to_eye = select(view.world_position - in.position, -forward, parallel);
    let distance = length(to_eye);
    let v = to_eye / max(distance, 1e-6);
    // Seen from the eye.
    let seen = in.way - v * dot(in.way, v);
    let length_m = length(seen);
    let right = view.world_from_view[0].xyz;
    let across_any = normalize(right - v * dot(right, v));
    let moving = length_m > 0.25 * in.about.x;
    let along = select(cross(v, across_any), seen / max(length_m, 1e-9), moving);
    let across = cross(along, v);
    // Metres that a pixel is wide there.
    let depth = select(max(dot(-to_eye, forward), 1e-3), 1.0, parallel);
    let pixel = depth * 2.0 / (abs(view.clip_from_view[1].y) * view.viewport.w);
    let width = max(in.about.y, pixel);
    let straight = select(0.0, length_m, moving);
    // The disc's area, spread over the strip with its round ends.
    let covered = 0.785398 * in.about.x * in.about.x * in.about.z;
    let strip = width * (straight + 0.785398 * width);
    let opacity = min(covered / strip, 1.0) * in.light.w;
    let place = in.position + across * (0.5 * width * in.corner.x) + along * (0.5 * (straight + width) * in.corner.y);
    var out: Passed;
    out.position = position_world_to_clip(place);
    // Lightning is beyond the farthest that is drawn otherwise.
    out.position.z = max(out.position.z, 0.0);
    let half_straight = straight / width;
    out.at = vec2(in.corner.x, in.corner.y * (half_straight + 1.0));
    out.light = in.light.rgb;
    out.shape = vec3(opacity, half_straight, in.about.w);
    return out;
}

@fragment
fn fragment(in: Passed) -> @location(0) vec4<f32> {
    // Within a pill of half width 1, softer towards its edge, with as much in it as in an even one.
    let aside = vec2(in.at.x, max(abs(in.at.y) - in.shape.y, 0.0));
    let squared = dot(aside, aside);
    let soft = saturate(1.0 - squared * squared) * 1.5;
    // What is so bright that a part of a pixel fills it does so.
    let share = saturate(in.shape.x * soft);
    return vec4(exposed(in.light * (view.exposure * share)), share);
}
