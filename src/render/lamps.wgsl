#define_import_path maquette::lamps

// Point and spot lights with their shadows.

#import bevy_pbr::{
    clustered_forward as clustering,
    mesh_view_bindings as bindings,
    mesh_view_types,
}
#import bevy_render::maths::orthonormalize
#import maquette::brdf::{Lobes, reflected}
#import maquette::material::Point
#import maquette::shadow_map::filtered

// Inverse square, let down to nothing at the lamp's range. A disc is seen so from its axis.
fn attenuation(squared: f32, inverse_square_range: f32, radius: f32) -> f32 {
    let part = squared * inverse_square_range;
    let window = saturate(1.0 - part * part);
    return window * window / max(squared + radius * radius, 1e-4);
}

fn point_lamp_seen(light: u32, position: vec3<f32>, normal: vec3<f32>) -> f32 {
    let lamp = &bindings::clustered_lights.data[light];
    let to_lamp = (*lamp).position_radius.xyz - position;
    let across = abs(to_lamp);
    let distance = max(across.x, max(across.y, across.z));
    let offset = (*lamp).shadow_normal_bias * distance * normal + (*lamp).shadow_depth_bias * normalize(to_lamp);
    let from_lamp = offset - to_lamp;
    let major = max(abs(from_lamp.x), max(abs(from_lamp.y), abs(from_lamp.z)));
    // The lower right of the projection of a face.
    let zw = -major * (*lamp).light_custom_data.xy + (*lamp).light_custom_data.zw;
    // Cube maps are left-handed.
    return textureSampleCompareLevel(
        bindings::point_shadow_textures,
        bindings::point_shadow_textures_comparison_sampler,
        from_lamp * vec3(1.0, 1.0, -1.0),
        i32(light),
        zw.x / zw.y,
    );
}

fn spot_lamp_seen(light: u32, position: vec3<f32>, normal: vec3<f32>, towards: vec3<f32>) -> f32 {
    let lamp = &bindings::clustered_lights.data[light];
    let to_lamp = (*lamp).position_radius.xyz - position;
    let along = dot(-towards, to_lamp);
    let offset = (*lamp).shadow_depth_bias * normalize(to_lamp) + (*lamp).shadow_normal_bias * along * normal;
    let local = (offset - to_lamp) * orthonormalize(-towards);
    let uv = local.xy / ((*lamp).spot_light_tan_angle * -local.z) * vec2(0.5, -0.5) + vec2(0.5);
    let layer = i32(light) + bindings::lights.spot_light_shadowmap_offset;
    let depth = (*lamp).shadow_map_near_z / -local.z;
    return filtered(vec3(uv, depth), layer);
}

// Luminance in cd/m². What stands for surfaces that glow or send light back has no disc to be mirrored: it is added to
// the irradiance / π from around.
fn lamps(p: Point, l: Lobes, from_around: ptr<function, vec3<f32>>) -> vec3<f32> {
    // All lamps are in the one cluster there is.
    let ranges = clustering::unpack_clusterable_object_index_ranges(0u);
    var light_on = vec3(0.0);
    for (var i = ranges.first_point_light_index_offset; i < ranges.first_spot_light_index_offset; i++) {
        let light = clustering::get_clusterable_object_id(i);
        let lamp = &bindings::clustered_lights.data[light];
        let to_lamp = (*lamp).position_radius.xyz - p.position;
        let squared = dot(to_lamp, to_lamp);
        let color = (*lamp).color_inverse_square_range;
        var seen = 1.0;
        if ((*lamp).flags & mesh_view_types::POINT_LIGHT_FLAGS_SHADOWS_ENABLED_BIT) != 0u {
            seen = point_lamp_seen(light, p.position, p.mesh_normal);
        }
        light_on += reflected(l, to_lamp * inverseSqrt(squared)) * color.rgb * (attenuation(squared, color.w, 0.0) * seen);
    }
    for (var i = ranges.first_spot_light_index_offset; i < ranges.first_reflection_probe_index_offset; i++) {
        let light = clustering::get_clusterable_object_id(i);
        let lamp = &bindings::clustered_lights.data[light];
        let to_lamp = (*lamp).position_radius.xyz - p.position;
        let squared = dot(to_lamp, to_lamp);
        let to_light = to_lamp * inverseSqrt(squared);
        let color = (*lamp).color_inverse_square_range;
        // The direction comes without its y; a flag has the sign.
        let data = (*lamp).light_custom_data;
        let y = sqrt(max(0.0, 1.0 - data.x * data.x - data.y * data.y));
        let down = ((*lamp).flags & mesh_view_types::POINT_LIGHT_FLAGS_SPOT_LIGHT_Y_NEGATIVE) != 0u;
        let towards = vec3(data.x, select(y, -y, down), data.y);
        let along = dot(towards, -to_light);
        let cone = saturate(along * data.z + data.w);
        var seen = cone * cone;
#ifdef SAMPLED
        // A cone that is full on its axis alone: a flat light, that falls off as the cosine.
        let flat = data.z + data.w < 1.0001;
        seen = select(seen, select(0.0, along, cone > 0.0), flat);
#endif
        if ((*lamp).flags & mesh_view_types::POINT_LIGHT_FLAGS_SHADOWS_ENABLED_BIT) != 0u {
            seen *= spot_lamp_seen(light, p.position, p.mesh_normal, towards);
        }
        let arriving = color.rgb * (attenuation(squared, color.w, (*lamp).position_radius.w) * seen);
#ifdef SAMPLED
        if flat {
            *from_around += arriving * (saturate(dot(p.n, to_light)) * 0.318309886);
            continue;
        }
#endif
        light_on += reflected(l, to_light) * arriving;
    }
    return light_on;
}
