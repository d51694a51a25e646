#define_import_path maquette::wear

// What a surface is made of at a point: the material's values times its textures.
//
// Textures that a material lacks are not sampled. The choice is a loop of none or one turn, since a software
// device skips those, while of a branch it runs both sides.

#import bevy_pbr::{
    forward_io::VertexOutput,
    mesh_view_bindings::view,
    pbr_bindings,
    pbr_fragment::pbr_input_from_vertex_output,
    pbr_functions,
    pbr_types,
    pbr_types::PbrInput,
}

fn turns(flags: u32, bit: u32) -> u32 {
    return select(0u, 1u, (flags & bit) != 0u);
}

fn worn(in: VertexOutput, is_front: bool) -> PbrInput {
    let flags = pbr_bindings::material.flags;
    let double_sided = (flags & pbr_types::STANDARD_MATERIAL_FLAGS_DOUBLE_SIDED_BIT) != 0u;
    var input = pbr_input_from_vertex_output(in, is_front, double_sided);
    let uv = (pbr_bindings::material.uv_transform * vec3(in.uv, 1.0)).xy;
    input.material.flags = flags;
    input.material.alpha_cutoff = pbr_bindings::material.alpha_cutoff;
    input.material.reflectance = pbr_bindings::material.reflectance;
    input.material.base_color = pbr_bindings::material.base_color;
    input.material.emissive = pbr_bindings::material.emissive;
    input.material.metallic = pbr_bindings::material.metallic;
    input.material.perceptual_roughness = pbr_bindings::material.perceptual_roughness;
    for (var i = 0u; i < turns(flags, pbr_types::STANDARD_MATERIAL_FLAGS_BASE_COLOR_TEXTURE_BIT); i++) {
        input.material.base_color *= textureSampleBias(
            pbr_bindings::base_color_texture, pbr_bindings::base_color_sampler, uv, view.mip_bias);
    }
    for (var i = 0u; i < turns(flags, pbr_types::STANDARD_MATERIAL_FLAGS_METALLIC_ROUGHNESS_TEXTURE_BIT); i++) {
        let sampled = textureSampleBias(
            pbr_bindings::metallic_roughness_texture, pbr_bindings::metallic_roughness_sampler, uv, view.mip_bias);
        input.material.metallic *= sampled.b;
        input.material.perceptual_roughness *= sampled.g;
    }
    for (var i = 0u; i < turns(flags, pbr_types::STANDARD_MATERIAL_FLAGS_EMISSIVE_TEXTURE_BIT); i++) {
        let sampled = textureSampleBias(
            pbr_bindings::emissive_texture, pbr_bindings::emissive_sampler, uv, view.mip_bias);
        input.material.emissive = vec4(input.material.emissive.rgb * sampled.rgb, input.material.emissive.a);
    }
#ifdef STANDARD_MATERIAL_NORMAL_MAP
    let tangent_frame = pbr_functions::calculate_tbn_mikktspace(input.world_normal, in.world_tangent);
    let sampled = textureSampleBias(
        pbr_bindings::normal_map_texture, pbr_bindings::normal_map_sampler, uv, view.mip_bias).rgb;
    input.N = pbr_functions::apply_normal_mapping(flags, tangent_frame, double_sided, is_front, sampled);
#endif
    return input;
}
