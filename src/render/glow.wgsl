#define_import_path maquette::glow

// Light of lamps that the air on the way to the eye scatters towards it: halos, and cones of head lamps in fog.
//
// Once scattered, and without shadows. Along the way places are taken at equal angles as the lamp sees them, where there is
// as much light between each two (Kulla and Fajardo 2012, "Importance sampling techniques for path tracing in participating
// media").

#import bevy_pbr::{
    clustered_forward as clustering,
    mesh_view_bindings as bindings,
    mesh_view_types,
}

const PLACES: u32 = 6u;
// Mean cosine of scattering by droplets.
const ASYMMETRY: f32 = 0.7;

// Over the whole sphere it makes 1 (Henyey and Greenstein 1941).
fn phase(cosine: f32) -> f32 {
    let base = 1.0 + ASYMMETRY * ASYMMETRY - 2.0 * ASYMMETRY * cosine;
    return 0.0795775 * (1.0 - ASYMMETRY * ASYMMETRY) * inverseSqrt(base) / base;
}

// Luminance that comes from so much of a way in cd/m², for an even extinction per metre.
fn lit_air(eye: vec3<f32>, towards: vec3<f32>, distance: f32, extinction: f32) -> vec3<f32> {
    let ranges = clustering::unpack_clusterable_object_index_ranges(0u);
    var light = vec3(0.0);
    for (var i = ranges.first_point_light_index_offset; i < ranges.first_reflection_probe_index_offset; i++) {
        let index = clustering::get_clusterable_object_id(i);
        let lamp = &bindings::clustered_lights.data[index];
        let to_lamp = (*lamp).position_radius.xyz - eye;
        let nearest = dot(to_lamp, towards);
        let aside = sqrt(max(dot(to_lamp, to_lamp) - nearest * nearest, 4e-4));
        let first = atan(-nearest / aside);
        let last = atan((distance - nearest) / aside);
        let data = (*lamp).light_custom_data;
        let y = sqrt(max(0.0, 1.0 - data.x * data.x - data.y * data.y));
        let down = ((*lamp).flags & mesh_view_types::POINT_LIGHT_FLAGS_SPOT_LIGHT_Y_NEGATIVE) != 0u;
        let axis = vec3(data.x, select(y, -y, down), data.y);
        let is_spot = i >= ranges.first_spot_light_index_offset;
        var scattered = 0.0;
        for (var place = 0u; place < PLACES; place++) {
            let angle = mix(first, last, (f32(place) + 0.5) / f32(PLACES));
            let along = nearest + aside * tan(angle);
            let from_lamp = towards * along - to_lamp;
            let away = length(from_lamp);
            let sent = from_lamp / max(away, 1e-4);
            let cone = saturate(dot(axis, sent) * data.z + data.w);
            let share = select(1.0, cone * cone, is_spot);
            scattered += share * phase(dot(sent, -towards)) * exp(-extinction * (along + away));
        }
        light += (*lamp).color_inverse_square_range.rgb * (scattered * (last - first) / (aside * f32(PLACES)));
    }
    return light * extinction;
}
