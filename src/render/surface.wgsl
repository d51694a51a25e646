// Bevy's PBR, lit from all sides with what the neighbours hide and give back.
//
// Neighbours are ellipsoids. How much of the hemisphere above a point a ball covers has a closed form
// (Quilez, "Sphere ambient occlusion", 2014); an ellipsoid is a ball seen through a linear map. What it
// covers it also replaces: by its own reflected light, one bounce of inter-reflection. It is worked out at the
// vertices: meshes come finely enough divided, and it is a tenth of the work of every pixel.

#import bevy_pbr::{
    pbr_functions::{alpha_discard, main_pass_post_lighting_processing},
    pbr_types::STANDARD_MATERIAL_FLAGS_UNLIT_BIT,
    forward_io::{Vertex, VertexOutput, FragmentOutput},
    mesh_functions,
    view_transformations::position_world_to_clip,
}
#import maquette::lighting::lit
#import maquette::tone::tone_map
#import maquette::wear::worn

struct Neighbour {
    // w: the tag of the thing itself.
    center: vec4<f32>,
    // Rows of the map to the unit ball; the albedo in w.
    rows: array<vec4<f32>, 3>,
}

struct Neighbours {
    count: f32,
    // The radiance that a white neighbour sends, cd/m².
    bounce_r: f32,
    bounce_g: f32,
    bounce_b: f32,
    // Irradiance / π from all around over the normal, in real spherical harmonics to the second order without
    // their constants: 1; y, z, x; xy, yz, 3z² − 1, xz, x² − y². The first has in w whether there are lamps.
    around: array<vec4<f32>, 9>,
    list: array<Neighbour, 64>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(100) var<storage, read> neighbours: Neighbours;

struct Surroundings {
    // Share of the ambient light that arrives.
    open: f32,
    // Irradiance from the neighbours / π, cd/m².
    bounce: vec3<f32>,
}

fn surroundings(tag: u32, position: vec3<f32>, normal: vec3<f32>) -> Surroundings {
    let own = f32(tag);
    let count = u32(neighbours.count);
    var open = 1.0;
    var bounce = vec3(0.0);
    for (var i = 0u; i < count; i++) {
        let center = neighbours.list[i].center;
        let row0 = neighbours.list[i].rows[0];
        let row1 = neighbours.list[i].rows[1];
        let row2 = neighbours.list[i].rows[2];
        let to_center = center.xyz - position;
        let v = vec3(dot(row0.xyz, to_center), dot(row1.xyz, to_center), dot(row2.xyz, to_center));
        let inverse_distance = inverseSqrt(max(dot(v, v), 1.0));
        // Covectors go by the inverse transpose; the rows are orthogonal.
        let n = vec3(
            dot(row0.xyz, normal) / dot(row0.xyz, row0.xyz),
            dot(row1.xyz, normal) / dot(row1.xyz, row1.xyz),
            dot(row2.xyz, normal) / dot(row2.xyz, row2.xyz),
        );
        let cosine = dot(n, v) * inverse_distance * inverseSqrt(dot(n, n));
        // The ball is cut by the horizon where |cosine| < 1 / distance; a smooth step joins the cases.
        let above = saturate((cosine + inverse_distance) / (2.0 * inverse_distance));
        let solid = max(cosine, above * above * inverse_distance * 0.5) * inverse_distance * inverse_distance;
        let covered = select(min(solid, 0.95) * above, 0.0, center.w == own);
        open *= 1.0 - covered;
        bounce += covered * vec3(row0.w, row1.w, row2.w);
    }
    let white = vec3(neighbours.bounce_r, neighbours.bounce_g, neighbours.bounce_b);
    return Surroundings(open, min(bounce, vec3(1.0)) * white);
}

fn light_around(n: vec3<f32>) -> vec3<f32> {
    let light = neighbours.around[0].rgb
        + neighbours.around[1].rgb * n.y + neighbours.around[2].rgb * n.z + neighbours.around[3].rgb * n.x
        + neighbours.around[4].rgb * (n.x * n.y) + neighbours.around[5].rgb * (n.y * n.z)
        + neighbours.around[6].rgb * (3.0 * n.z * n.z - 1.0) + neighbours.around[7].rgb * (n.x * n.z)
        + neighbours.around[8].rgb * (n.x * n.x - n.y * n.y);
    return max(light, vec3(0.0));
}

struct Passed {
    @builtin(position) position: vec4<f32>,
    @location(0) world_position: vec4<f32>,
    @location(1) world_normal: vec3<f32>,
    @location(2) uv: vec2<f32>,
    @location(4) world_tangent: vec4<f32>,
    @location(6) @interpolate(flat) instance_index: u32,
    // Openness, then bounce.
    @location(8) around: vec4<f32>,
}

@vertex
fn vertex(in: Vertex) -> Passed {
    var out: Passed;
    let world_from_local = mesh_functions::get_world_from_local(in.instance_index);
    out.world_position = mesh_functions::mesh_position_local_to_world(world_from_local, vec4(in.position, 1.0));
    out.position = position_world_to_clip(out.world_position.xyz);
    out.world_normal = mesh_functions::mesh_normal_local_to_world(in.normal, in.instance_index);
    out.uv = in.uv;
    out.world_tangent = mesh_functions::mesh_tangent_local_to_world(world_from_local, in.tangent, in.instance_index);
    out.instance_index = in.instance_index;
    let tag = mesh_functions::get_tag(in.instance_index);
    let around = surroundings(tag, out.world_position.xyz, normalize(out.world_normal));
    out.around = vec4(around.open, around.bounce);
    return out;
}

@fragment
fn fragment(passed: Passed, @builtin(front_facing) is_front: bool) -> FragmentOutput {
    var in: VertexOutput;
    in.position = passed.position;
    in.world_position = passed.world_position;
    in.world_normal = passed.world_normal;
    in.uv = passed.uv;
    in.world_tangent = passed.world_tangent;
    in.instance_index = passed.instance_index;
    var pbr_input = worn(in, is_front);
    pbr_input.material.base_color = alpha_discard(pbr_input.material, pbr_input.material.base_color);

    var out: FragmentOutput;
    if (pbr_input.material.flags & STANDARD_MATERIAL_FLAGS_UNLIT_BIT) == 0u {
        let open = passed.around.x;
        pbr_input.diffuse_occlusion *= open;
        // Lagarde and de Rousiers 2014, "Moving Frostbite to PBR", listing 26.
        let n_dot_v = max(dot(pbr_input.N, pbr_input.V), 0.0);
        let alpha = pbr_input.material.perceptual_roughness * pbr_input.material.perceptual_roughness;
        let specular = saturate(pow(n_dot_v + open, exp2(-16.0 * alpha - 1.0)) - 1.0 + open);
        pbr_input.specular_occlusion *= specular;
        let albedo = pbr_input.material.base_color.rgb * (1.0 - pbr_input.material.metallic);
        pbr_input.material.emissive = vec4(
            pbr_input.material.emissive.rgb + albedo * passed.around.yzw,
            pbr_input.material.emissive.a,
        );
        let has_lamps = u32(neighbours.around[0].w);
        out.color = vec4(lit(pbr_input, light_around(pbr_input.N), has_lamps), pbr_input.material.base_color.a);
    } else {
        out.color = pbr_input.material.base_color;
    }
    out.color = vec4(tone_map(out.color.rgb), out.color.a);
    out.color = main_pass_post_lighting_processing(pbr_input, out.color);
    return out;
}
