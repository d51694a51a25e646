#define_import_path maquette::brdf

// How a surface reflects: Lambert's diffuse term, as far as the coat over it lets light through, under GGX with the
// visibility term of Hammon (2017, "PBR diffuse lighting for GGX+Smith microsurfaces"). So do glTF and path tracers.

#import maquette::material::Point

// Reflectance of plastic, paint, wood, stone at normal incidence.
const DIELECTRIC: f32 = 0.04;

struct Lobes {
    n: vec3<f32>,
    v: vec3<f32>,
    n_dot_v: f32,
    // GGX α.
    alpha: f32,
    // Specular reflectance at normal incidence.
    head_on: vec3<f32>,
    // Of what is under the coat, the loss in it included.
    diffuse: vec3<f32>,
    // Scale and bias of it in the hemispherical reflectance.
    scale_bias: vec2<f32>,
    // What scattering among the microfacets adds, as a factor (Turquin 2019).
    gain: vec3<f32>,
}

// Split-sum terms without a look-up: Karis 2014, "Physically based shading on mobile".
fn split_sum(roughness: f32, n_dot_v: f32) -> vec2<f32> {
    let r = roughness * vec4(-1.0, -0.0275, -0.572, 0.022) + vec4(1.0, 0.0425, 1.04, -0.04);
    let a004 = min(r.x * r.x, exp2(-9.28 * n_dot_v)) * r.x + r.y;
    return max(vec2(-1.04, 1.04) * a004 + r.zw, vec2(0.00005));
}

fn lobes(p: Point) -> Lobes {
    var l: Lobes;
    l.n = p.n;
    l.v = p.v;
    l.n_dot_v = max(dot(p.n, p.v), 0.0001);
    // What mirrors the sun shows its disc, 0.27° in radius: no lobe is narrower than that.
    l.alpha = max(p.roughness * p.roughness, 0.0025);
    l.head_on = mix(vec3(DIELECTRIC), p.base_color.rgb, p.metallic);
    l.scale_bias = split_sum(p.roughness, l.n_dot_v);
    let under = 1.0 - (DIELECTRIC * l.scale_bias.x + l.scale_bias.y);
    l.diffuse = p.base_color.rgb * ((1.0 - p.metallic) * under);
    l.gain = 1.0 + l.head_on * (1.0 / (l.scale_bias.x + l.scale_bias.y) - 1.0);
    return l;
}

fn fifth_power(x: f32) -> f32 {
    let square = x * x;
    return square * square * x;
}

// Share of light from a direction that goes to the camera, times the cosine, 1/sr.
fn reflected(l: Lobes, to_light: vec3<f32>) -> vec3<f32> {
    let h = normalize(to_light + l.v);
    let n_dot_l = saturate(dot(l.n, to_light));
    let n_dot_h = saturate(dot(l.n, h));
    let l_dot_h = saturate(dot(to_light, h));
    let grazing = fifth_power(1.0 - l_dot_h);
    // Walter et al. 2007; 1 − (n·h)² is kept apart since single precision cancels there.
    let a = n_dot_h * l.alpha;
    let k = l.alpha / max(1.0 - n_dot_h * n_dot_h + a * a, 1e-7);
    let visible = 0.5 / max(mix(2.0 * n_dot_l * l.n_dot_v, n_dot_l + l.n_dot_v, l.alpha), 1e-4);
    let f90 = saturate(dot(l.head_on, vec3(16.5)));
    let fresnel = l.head_on + (f90 - l.head_on) * grazing;
    let specular = (k * k * visible) * fresnel * l.gain;
    return (specular + l.diffuse) * (n_dot_l * 0.318309886);
}
