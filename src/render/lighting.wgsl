#define_import_path maquette::lighting

// All light on a surface: suns, lamps, and what comes from all around.
//
// What varies from scene to scene is compiled in or left out: a software device pays for every branch, taken or
// not, and for each index that it does not know beforehand.

#import bevy_pbr::mesh_view_bindings as bindings
#import bevy_pbr::mesh_view_bindings::view
#import maquette::brdf::{Lobes, lobes, reflected}
#import maquette::material::Point
#import maquette::shadow_map::filtered
#ifdef LAMPS
#import maquette::lamps::lamps
#import maquette::glow::lit_air
#endif

struct Neighbour {
    // w: the tag of the thing itself.
    center: vec4<f32>,
    // Rows of the map to the unit ball; the albedo in w.
    rows: array<vec4<f32>, 3>,
}

struct Around {
    // The radiance that a white neighbour sends, cd/m².
    bounce: vec3<f32>,
    // How many neighbours.
    count: f32,
    // Of the air: extinction at all heights, that of a veil at height 0, and the inverse of the height over which the veil
    // falls to 1/e, all per metre; and the angle under the horizon down to which hot air over the ground mirrors the sky.
    air: vec4<f32>,
    // What is on surfaces: how wet they are, the height of unevenness below which water stands, the share of places where
    // drops fall, and how often they have.
    ground: vec4<f32>,
    // How much of them thin snow covers; in z and w where their unevenness begins.
    covered: vec4<f32>,
    // Irradiance / π over the normal, in real spherical harmonics to the second order without their constants:
    // 1; y, z, x; xy, yz, 3z² − 1, xz, x² − y². The first has in w the last level of the reflections.
    harmonics: array<vec4<f32>, 9>,
    neighbours: array<Neighbour, 64>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(1) var<uniform> around: Around;
// Radiance from a direction in cd/m², the blurrier the higher the level.
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var reflections: texture_cube<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(3) var reflections_sampler: sampler;

// Light from around is nine coefficients instead of a map (Ramamoorthi and Hanrahan 2001, "An efficient
// representation for irradiance environment maps").
fn irradiance_over_pi(n: vec3<f32>) -> vec3<f32> {
    let light = around.harmonics[0].rgb
        + around.harmonics[1].rgb * n.y + around.harmonics[2].rgb * n.z + around.harmonics[3].rgb * n.x
        + around.harmonics[4].rgb * (n.x * n.y) + around.harmonics[5].rgb * (n.y * n.z)
        + around.harmonics[6].rgb * (3.0 * n.z * n.z - 1.0) + around.harmonics[7].rgb * (n.x * n.z)
        + around.harmonics[8].rgb * (n.x * n.x - n.y * n.y);
    return max(light, vec3(0.0));
}

#ifdef AIR
// Light on its way to the eye. What is lost of it comes back as that of the horizon (Koschmieder 1924), of which a level
// way without end has all; the air thins with height, and its amount along the way has a closed form.
fn through_air(luminance: vec3<f32>, position: vec3<f32>) -> vec3<f32> {
    // Parallel rays start each at a place of their own.
    let forward = -view.world_from_view[2].xyz;
    let eye = select(
        view.world_position, position - forward * dot(position - view.world_position, forward),
        view.clip_from_view[3].w == 1.0,
    );
    let way = position - eye;
    let rise = abs(way.y) * around.air.z;
    let mean = select((1.0 - exp(-rise)) / max(rise, 1e-3), 1.0 - 0.5 * rise, rise < 1e-3);
    let lowest = min(position.y, eye.y) * around.air.z;
    let depth = length(way) * (around.air.x + around.air.y * exp(-max(lowest, -20.0)) * mean);
    // Cube maps are left-handed. A little over the horizon, so that no ground is mixed in.
    let level = normalize(vec3(way.x, max(way.y, 0.06 * length(way.xz)), way.z)) * vec3(1.0, 1.0, -1.0);
    let horizon = textureSampleLevel(reflections, reflections_sampler, level, 0.0).rgb;
    // Hot air over the ground turns back what meets it at less than that angle: far ground, and what is low on it, shows
    // the sky instead. The border is wavy, as `mirror.rs` has it.
    let along = atan2(way.x, way.z);
    let waves = 1.0 + 0.25 * sin(71.0 * along) + 0.15 * sin(173.0 * along + 1.0);
    let down = -way.y / max(length(way), 1e-3);
    let low = saturate(2.0 - position.y / max(0.1 * eye.y, 1e-3));
    let turned = saturate(2.0 - 2.0 * down / max(around.air.w * waves, 1e-9)) * low * step(1e-6, around.air.w * down);
    let left = mix(horizon, mix(luminance, horizon, turned), exp(-depth));
#ifdef LAMPS
    let distance = max(length(way), 1e-3);
    return left + lit_air(eye, way / distance, distance, depth / distance);
#else
    return left;
#endif
}
#endif

// Where a point lies in the map of one of a sun's cascades: texture coordinates, depth.
fn in_cascade(sun: u32, cascade: u32, position: vec3<f32>, normal: vec3<f32>) -> vec3<f32> {
    let light = &bindings::lights.directional_lights[sun];
    let along_normal = (*light).shadow_normal_bias * (*light).cascades[cascade].texel_size * normal;
    let towards_sun = (*light).shadow_depth_bias * (*light).direction_to_light.xyz;
    let clip = (*light).cascades[cascade].clip_from_world * vec4(position + along_normal + towards_sun, 1.0);
    return vec3(clip.xy * vec2(0.5, -0.5) + vec2(0.5), clip.z);
}

// Share of a sun's disc that a point sees.
fn sunlit(sun: u32, position: vec3<f32>, normal: vec3<f32>) -> f32 {
    let light = &bindings::lights.directional_lights[sun];
    var layer = i32((*light).depth_texture_base_index);
    var at = in_cascade(sun, 0u, position, normal);
#ifdef CASCADES
    // All of them are worked out, which is quicker than to look a matrix up for each pixel.
    let depth = -dot(vec4(
        view.view_from_world[0].z, view.view_from_world[1].z, view.view_from_world[2].z, view.view_from_world[3].z,
    ), vec4(position, 1.0));
    let second = in_cascade(sun, 1u, position, normal);
    let third = in_cascade(sun, 2u, position, normal);
    let beyond_first = depth > (*light).cascades[0].far_bound;
    let beyond_second = depth > (*light).cascades[1].far_bound;
    at = select(at, select(second, third, beyond_second), beyond_first);
    layer += select(0, select(1, 2, beyond_second), beyond_first);
#endif
    // Beyond the map there is nothing to cast a shadow.
    let outside = any(at < vec3(0.0)) || any(at > vec3(1.0));
    return select(filtered(at, layer), 1.0, outside);
}

fn from_sun(sun: u32, p: Point, l: Lobes) -> vec3<f32> {
    let light = &bindings::lights.directional_lights[sun];
    return reflected(l, (*light).direction_to_light) * (*light).color.rgb * sunlit(sun, p.position, p.mesh_normal);
}

// `open` is the share of light from around that neighbours let through, `bounced` the irradiance / π that they
// send instead, cd/m². Gives luminance in cd/m².
fn lit(p: Point, open: f32, bounced: vec3<f32>) -> vec3<f32> {
    let l = lobes(p);
    var direct = vec3(0.0);
    // Irradiance / π.
    var from_around = irradiance_over_pi(p.n) * open;
#ifdef SUN_AND_DOME
    // One of the two stands for all light from around, and has no disc to be mirrored.
    let one = &bindings::lights.directional_lights[0];
    let other = &bindings::lights.directional_lights[1];
    let from_one = (*one).color.rgb * sunlit(0u, p.position, p.mesh_normal);
    let from_other = (*other).color.rgb * sunlit(1u, p.position, p.mesh_normal);
    // A sun without light has neither sign.
    let is_sun = (*one).color.a >= 0.0;
    let to_sun = select((*other).direction_to_light, (*one).direction_to_light, is_sun);
    let to_dome = select((*one).direction_to_light, (*other).direction_to_light, is_sun);
    direct += reflected(l, to_sun) * select(from_other, from_one, is_sun);
    from_around += select(from_one, from_other, is_sun) * (saturate(dot(p.n, to_dome)) * 0.318309886);
#else
#ifdef SAMPLED
    // The same where there are more or fewer.
    for (var i = 0u; i < bindings::lights.n_directional_lights; i++) {
        let light = &bindings::lights.directional_lights[i];
        let arriving = (*light).color.rgb * sunlit(i, p.position, p.mesh_normal);
        if (*light).color.a > 0.0 {
            direct += reflected(l, (*light).direction_to_light) * arriving;
        } else {
            from_around += arriving * (saturate(dot(p.n, (*light).direction_to_light)) * 0.318309886);
        }
    }
#else
#ifdef SUN
    direct += from_sun(0u, p, l);
#endif
#ifdef MORE_SUNS
    for (var i = 1u; i < bindings::lights.n_directional_lights; i++) {
        direct += from_sun(i, p, l);
    }
#endif
#endif
#endif
#ifdef LAMPS
    direct += lamps(p, l, &from_around);
#endif

    // Light from all around, scattering among the microfacets included (Fdez-Agüera 2019, "A multiple-scattering
    // microfacet model for real-time image-based lighting").
    let once = l.head_on * l.scale_bias.x + l.scale_bias.y;
    let left = 1.0 - (l.scale_bias.x + l.scale_bias.y);
    let mean = l.head_on + (1.0 - l.head_on) / 21.0;
    let again = once * mean / (1.0 - left * mean) * left;
    let diffuse = (again + l.diffuse) * from_around + l.diffuse * bounced;

    // Lagarde and de Rousiers 2014, "Moving Frostbite to PBR", listings 22 and 26.
    let smoothness = 1.0 - l.alpha;
    let mirrored = reflect(-p.v, p.n);
    let towards = mix(p.n, mirrored, smoothness * (sqrt(smoothness) + l.alpha));
    let unhidden = saturate(pow(l.n_dot_v + open, exp2(-16.0 * l.alpha - 1.0)) - 1.0 + open);
#ifdef ROUGH
    let reflection = irradiance_over_pi(normalize(towards));
#else
    let level = p.roughness * around.harmonics[0].w;
    // Cube maps are left-handed.
    let reflection = textureSampleLevel(reflections, reflections_sampler, towards * vec3(1.0, 1.0, -1.0), level).rgb;
#endif
#ifdef SAMPLED
    // What is rough mirrors about what it scatters, and that is known with its shadows.
#ifdef ROUGH
    let mirrored_light = from_around;
#else
    let mirrored_light = mix(reflection * unhidden, from_around, smoothstep(0.4, 0.8, p.roughness));
#endif
#else
    let mirrored_light = reflection * unhidden;
#endif
    return direct + diffuse + once * mirrored_light + p.emissive;
}
