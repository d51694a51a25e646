// Cutouts in shadow maps: nothing where the texture has nothing.

#import bevy_pbr::prepass_io::VertexOutput

#ifdef CUTOUT
#import maquette::material::{base_color_texture, opacity, textures_sampler, values}
#endif

@fragment
fn fragment(in: VertexOutput) {
#ifdef CUTOUT
    var alpha = values.base_color.a;
#ifdef BASE_COLOR_TEXTURE
    alpha *= textureSample(base_color_texture, textures_sampler, in.uv * values.uv_scale).a;
#endif
    let kept = opacity(alpha);
#endif
}
