#define_import_path maquette::wet

// What lies on surfaces outdoors: water, puddles with rings of drops, and thin snow.

#import maquette::lighting::around
#import maquette::material::Point

// Uniform from 0 to 1 for whole numbers (Jarzynski and Olano 2020, "Hash functions for GPU rendering": pcg2d).
fn hashed(cell: vec2<i32>) -> vec2<f32> {
    var v = vec2<u32>(cell) * 1664525u + 1013904223u;
    v.x += v.y * 1664525u;
    v.y += v.x * 1664525u;
    v ^= v >> vec2(16u);
    v.x += v.y * 1664525u;
    v.y += v.x * 1664525u;
    v ^= v >> vec2(16u);
    return vec2<f32>(v >> vec2(8u)) * (1.0 / 16777216.0);
}

// Smooth, from 0 to 1, about a half in the mean.
fn noise(at: vec2<f32>) -> f32 {
    let cell = floor(at);
    let part = at - cell;
    let t = part * part * (3.0 - 2.0 * part);
    let c = vec2<i32>(cell);
    let low = mix(hashed(c).x, hashed(c + vec2(1, 0)).x, t.x);
    let high = mix(hashed(c + vec2(0, 1)).x, hashed(c + vec2(1, 1)).x, t.x);
    return mix(low, high, t.y);
}

#ifdef RIPPLES
// Slopes of the rings that drops make in still water: one ring a cell at a time, that widens, and dies down.
fn rings(at: vec2<f32>, edge: f32, shift: f32) -> vec2<f32> {
    let place = at / edge + shift;
    let cell = floor(place);
    let dice = hashed(vec2<i32>(cell));
    let turn = around.ground.w + dice.x;
    // Another drop falls elsewhere each time.
    let moved = hashed(vec2<i32>(cell) + vec2(i32(floor(turn)) * 7919, 31));
    let aside = (place - cell - 0.5 - (moved - 0.5) * 0.5) * edge;
    let age = fract(turn);
    let away = length(aside);
    let front = away - age * 0.3 * edge;
    let wave = sin(front * (70.0 / edge) * 0.6) * exp(-front * front * (160.0 / (edge * edge)));
    let chance = step(dice.y, around.ground.z);
    return aside / max(away, 1e-4) * (wave * (1.0 - age) * chance * 0.35);
}
#endif

// How light a surface is under a film of water, or full of it: `damp_albedo` and `damp_roughness` of the laws of
// weather, the latter's grains as far as it is rough.
fn soaked(albedo: vec3<f32>, porosity: f32, wetness: f32) -> vec3<f32> {
    let film = albedo * 0.525 / (1.0 - 0.475 * albedo);
    let ratio = (1.0 - albedo) / (1.0 + albedo);
    let square = ratio * ratio;
    let deeper = sqrt(square / (square + 0.235 * (1.0 - square) + 1e-6));
    let grains = (1.0 - deeper) / (1.0 + deeper);
    return mix(albedo, mix(film, grains, porosity), wetness);
}

// `open` is the share of the sky that is not hidden: below a roof it is dry.
fn weathered(dry: Point, open: f32) -> Point {
    var p = dry;
    let reached = smoothstep(0.15, 0.5, open);
    let up = p.mesh_normal.y;
    let at = p.position.xz + around.covered.zw;
    let uneven = noise(at * 0.9) * 0.65 + noise(at * 3.7 + 17.0) * 0.35;
    // Upright walls get less of the rain.
    let wetness = around.ground.x * reached * saturate(0.35 + 0.65 * up);
    let porosity = saturate((p.roughness - 0.4) * 2.5) * (1.0 - p.metallic);
    var color = soaked(p.base_color.rgb, porosity, wetness);
    var roughness = p.roughness * mix(1.0, mix(0.75, 0.5, porosity), wetness);
    // Water stands where level ground lies low.
    let level = smoothstep(0.97, 0.995, up) * reached;
    // Where a pixel holds more than a shore, its mean.
    let footprint = fwidth(p.position.x) + fwidth(p.position.z);
    let shore = 0.03 + 0.4 * footprint;
    let puddle = level * smoothstep(around.ground.y - 0.03 + shore, around.ground.y - 0.03 - shore, uneven);
    let film = level * wetness;
    roughness = mix(roughness, min(roughness, 0.32), film * 0.7);
    roughness = mix(roughness, 0.03, puddle);
    color = mix(color, soaked(p.base_color.rgb, porosity, 1.0), puddle);
    var n = normalize(mix(p.n, p.mesh_normal, max(0.6 * film, puddle)));
#ifdef RIPPLES
    let slope = (rings(at, 0.21, 0.0) + rings(at, 0.13, 0.37)) * saturate(1.2 - footprint * 40.0);
    n = normalize(n + vec3(slope.x, 0.0, slope.y) * puddle);
    // Rings that are smaller than a pixel make the water rough instead.
    roughness = max(roughness, puddle * 0.16 * around.ground.z * saturate(footprint * 20.0));
#endif
#ifdef COATED
    // Snow lies where it is level, first in what is rough and then on everything, and slides off what is steep.
    let grain = noise(p.position.xz * 31.0) * 0.5 + noise(p.position.xy * 23.0 + p.position.zz * 19.0) * 0.5;
    let holds = smoothstep(0.35, 0.75, up + 0.25 * (grain - 0.5));
    var cover = reached * holds * smoothstep(0.0, 0.35, around.covered.x * 1.35 - uneven * 0.6 - grain * 0.4 + 0.35 * around.covered.x);
#ifdef TRODDEN
    // Wheels leave some of it, in patches.
    cover *= 0.7 * smoothstep(0.3, 0.7, noise(at * 13.0) * 0.5 + noise(at * 47.0) * 0.5);
#endif
    // Albedo of fresh snow (Warren 1982, "Optical properties of snow").
    color = mix(color, vec3(0.88, 0.89, 0.9), cover);
    roughness = mix(roughness, 0.95, cover);
    p.metallic *= 1.0 - cover;
    p.emissive *= 1.0 - cover;
    let bumps = vec3(noise(at * 9.0) - 0.5, 0.0, noise(at * 9.0 + 5.0) - 0.5) * 0.25;
    n = normalize(mix(n, normalize(p.mesh_normal + bumps), cover));
#endif
    p.base_color = vec4(color, p.base_color.a);
    p.roughness = roughness;
    p.n = n;
    return p;
}
