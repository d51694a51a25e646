#define_import_path maquette::lighting

// All light on an opaque surface: suns, lamps, and what comes from all around.
//
// The terms are those of Bevy's PBR (Burley diffuse, GGX with multiple scattering); what no scene of ours uses
// is left out, since a software device pays for every branch, taken or not: further cascades, light maps,
// irradiance volumes, transmission. Light from around is nine coefficients instead of a cube map
// (Ramamoorthi and Hanrahan 2001, "An efficient representation for irradiance environment maps").

#import bevy_pbr::{
    clustered_forward as clustering,
    environment_map::{compute_multiscatter, radiance_sample_direction},
    lighting,
    lighting::LAYER_BASE,
    mesh_view_bindings as bindings,
    mesh_view_bindings::{light_probes, view},
    mesh_view_types,
    pbr_functions::{calculate_F0_dielectric, calculate_diffuse_color},
    pbr_types::PbrInput,
    shadows,
}

// Split-sum terms without a look-up: Karis 2014, "Physically based shading on mobile".
fn split_sum(perceptual_roughness: f32, n_dot_v: f32) -> vec2<f32> {
    let r = perceptual_roughness * vec4(-1.0, -0.0275, -0.572, 0.022) + vec4(1.0, 0.0425, 1.04, -0.04);
    let a004 = min(r.x * r.x, exp2(-9.28 * n_dot_v)) * r.x + r.y;
    return max(vec2(-1.04, 1.04) * a004 + r.zw, vec2(0.00005));
}

// Share of a sun's disc that a point sees, from its one cascade: two comparisons, each of two by two texels and
// on either side of the point, which softens the edge over about two texels.
fn sunlit(sun: u32, in: PbrInput) -> f32 {
    let light = &bindings::lights.directional_lights[sun];
    let cascade = &(*light).cascades[0];
    let along_normal = (*light).shadow_normal_bias * (*cascade).texel_size * in.world_normal;
    let towards_sun = (*light).shadow_depth_bias * (*light).direction_to_light.xyz;
    let clip = (*cascade).clip_from_world * vec4(in.world_position.xyz + along_normal + towards_sun, 1.0);
    let uv = clip.xy * vec2(0.5, -0.5) + vec2(0.5);
    let texel = 1.0 / f32(textureDimensions(bindings::directional_shadow_textures).x);
    let layer = i32((*light).depth_texture_base_index);
    var seen = 0.0;
    for (var tap = 0; tap < 2; tap++) {
        let aside = vec2(0.3, 0.5) * select(1.0, -1.0, tap == 1);
        seen += textureSampleCompareLevel(
            bindings::directional_shadow_textures,
            bindings::directional_shadow_textures_comparison_sampler,
            uv + aside * texel,
            layer,
            clip.z,
        );
    }
    // Beyond the map there is nothing to cast a shadow.
    let outside = any(abs(clip.xy) > vec2(1.0)) || clip.z < 0.0 || clip.z > 1.0;
    return select(seen * 0.5, 1.0, outside);
}

// `around` is irradiance / π for the surface's normal, cd/m²; `has_lamps` is 0 or 1. Gives exposed colour.
fn lit(in: PbrInput, around: vec3<f32>, has_lamps: u32) -> vec3<f32> {
    let material = in.material;
    let n_dot_v = max(dot(in.N, in.V), 0.0001);
    let f0_dielectric = calculate_F0_dielectric(material.reflectance);
    var input: lighting::LightingInput;
    input.layers[LAYER_BASE].NdotV = n_dot_v;
    input.layers[LAYER_BASE].N = in.N;
    input.layers[LAYER_BASE].R = reflect(-in.V, in.N);
    input.layers[LAYER_BASE].perceptual_roughness = material.perceptual_roughness;
    input.layers[LAYER_BASE].roughness = lighting::perceptualRoughnessToRoughness(material.perceptual_roughness);
    input.P = in.world_position.xyz;
    input.V = in.V;
    input.diffuse_color = calculate_diffuse_color(material.base_color.rgb, material.metallic, 0.0, 0.0);
    input.metallic = material.metallic;
    input.F0_dielectric = f0_dielectric;
    input.F0_metallic = material.base_color.rgb;
    input.F_ab = split_sum(material.perceptual_roughness, n_dot_v);

    var direct = vec3(0.0);
    for (var i = 0u; i < bindings::lights.n_directional_lights; i++) {
        var shadow = 1.0;
        // A loop, since a software device skips those and no branches.
        let casts = (bindings::lights.directional_lights[i].flags & mesh_view_types::DIRECTIONAL_LIGHT_FLAGS_SHADOWS_ENABLED_BIT) != 0u;
        for (var once = 0u; once < select(0u, 1u, casts); once++) {
            shadow = sunlit(i, in);
        }
        direct += lighting::directional_light(i, &input, true) * shadow;
    }
    for (var once = 0u; once < has_lamps; once++) {
        direct += lamps(in, &input);
    }

    // Light from all around.
    let f_ab = input.F_ab;
    let f0 = mix(f0_dielectric, material.base_color.rgb, material.metallic);
    let ems = 1.0 - (f_ab.x + f_ab.y);
    let occlusion = saturate(dot(f0, vec3(50.0 * 0.33)));
    let scattered = compute_multiscatter(f0, f_ab, ems, occlusion);
    let dielectric_left = 1.0 - (f0_dielectric * f_ab.x + f_ab.y);
    let diffuse = (scattered.FmsEms + input.diffuse_color * dielectric_left) * around * in.diffuse_occlusion;
    var indirect = diffuse;
#ifdef ENVIRONMENT_MAP
    var direction = radiance_sample_direction(in.N, input.layers[LAYER_BASE].R, input.layers[LAYER_BASE].roughness);
    // Cube maps are left-handed.
    direction.z = -direction.z;
    let level = material.perceptual_roughness * f32(light_probes.smallest_specular_mip_level_for_view);
#ifdef MULTIPLE_LIGHT_PROBES_IN_ARRAY
    let reflected = textureSampleLevel(
        bindings::specular_environment_maps[light_probes.view_cubemap_index],
        bindings::environment_map_sampler, direction, level).rgb;
#else
    let reflected = textureSampleLevel(
        bindings::specular_environment_map, bindings::environment_map_sampler, direction, level).rgb;
#endif
    indirect += scattered.FssEss * reflected * in.specular_occlusion;
#endif
    let emitted = material.emissive.rgb * mix(1.0, view.exposure, material.emissive.a);
    return view.exposure * (direct + indirect) + emitted;
}

fn lamps(in: PbrInput, input: ptr<function, lighting::LightingInput>) -> vec3<f32> {
    let view_z = dot(vec4(
        view.view_from_world[0].z, view.view_from_world[1].z, view.view_from_world[2].z, view.view_from_world[3].z,
    ), in.world_position);
    let cluster = clustering::view_fragment_cluster_index(in.frag_coord.xy, view_z, false);
    var ranges = clustering::unpack_clusterable_object_index_ranges(cluster);
    var direct = vec3(0.0);
    for (var i = ranges.first_point_light_index_offset; i < ranges.first_spot_light_index_offset; i++) {
        let light = clustering::get_clusterable_object_id(i);
        var shadow = 1.0;
        if (bindings::clustered_lights.data[light].flags & mesh_view_types::POINT_LIGHT_FLAGS_SHADOWS_ENABLED_BIT) != 0u {
            shadow = shadows::fetch_point_shadow(light, in.world_position, in.world_normal, in.frag_coord.xy);
        }
        direct += lighting::point_light(light, input, true, true) * shadow;
    }
    for (var i = ranges.first_spot_light_index_offset; i < ranges.first_reflection_probe_index_offset; i++) {
        let light = clustering::get_clusterable_object_id(i);
        var shadow = 1.0;
        if (bindings::clustered_lights.data[light].flags & mesh_view_types::POINT_LIGHT_FLAGS_SHADOWS_ENABLED_BIT) != 0u {
            let near = bindings::clustered_lights.data[light].shadow_map_near_z;
            shadow = shadows::fetch_spot_shadow(light, in.world_position, in.world_normal, near, in.frag_coord.xy);
        }
        direct += lighting::spot_light(light, input, true) * shadow;
    }
    return direct;
}
