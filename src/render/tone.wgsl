#define_import_path maquette::tone

// What is written for the light on a pixel, 1 for white: the light itself where several pictures are to be added.
fn exposed(linear: vec3<f32>) -> vec3<f32> {
#ifdef LINEAR
    // Less than what a half float can hold, so that sums stay finite.
    return clamp(linear, vec3(0.0), vec3(6e4));
#else
    return tone_map(linear);
#endif
}

// Khronos PBR Neutral tone mapper (2024): colours below the shoulder come out as they are, so that a red
// object stays the red it was given; above it they go to white along lines of constant hue.
fn tone_map(linear: vec3<f32>) -> vec3<f32> {
    let start_compression = 0.8 - 0.04;
    let desaturation = 0.15;
    var color = max(linear, vec3(0.0));
    let x = min(color.r, min(color.g, color.b));
    let offset = select(0.04, x - 6.25 * x * x, x < 0.08);
    color -= offset;
    let peak = max(color.r, max(color.g, color.b));
    if peak < start_compression {
        return color;
    }
    let d = 1.0 - start_compression;
    let new_peak = 1.0 - d * d / (peak + d - start_compression);
    color *= new_peak / peak;
    let g = 1.0 - 1.0 / (desaturation * (peak - new_peak) + 1.0);
    return mix(color, vec3(new_peak), g);
}
