// What casts no shadow in shadow maps: where a cutout has no surface, and what is more clear than not.

#import bevy_pbr::prepass_io::VertexOutput
#import maquette::material::{base_color_texture, cut_out, textures_sampler, values}

@fragment
fn fragment(in: VertexOutput) {
    var alpha = values.base_color.a;
#ifdef BASE_COLOR_TEXTURE
    let texture_alpha = textureSample(base_color_texture, textures_sampler, in.uv * values.uv_scale).a;
    cut_out(texture_alpha);
    alpha *= texture_alpha;
#endif
#ifdef SEE_THROUGH
    if alpha < 0.5 {
        discard;
    }
#endif
}
