//! Three small scenes that use most of the language.

/// Household things on a table in a room.
pub(super) const TABLETOP: &str = r##"
// Mugs and a duck, dropped on a table.
(
    categories: ["mug", "duck"],
    resolution: (320, 240),
    cameras: {
        "main": (
            pose: Orbit(target_m: (0, 0.8, 0), distance_m: Uniform(0.8, 1.2), elevation_deg: Uniform(20, 50), arc_deg: 30),
            lens: Fov(vertical_deg: Normal(mean: 45, std_dev: 5, min: 30, max: 60)),
        ),
        "side-2": (
            pose: LookAt(eye_m: (1.5, 1.2, 0), target_m: (0, 0.8, 0)),
            lens: Intrinsics(fx: 300, fy: 300, cx: 160.5),
            exposure_ev100: 8,
        ),
    },
    environment: Room(
        size_m: (5, 2.7, Uniform(5, 7)),
        walls: (base_color: Choice([Hex("#f0ead6"), Weighted(3, Linear(0.7, 0.7, 0.72))])),
        floor: (texture: Library("oak")),
        windows: Uniform(0, 2),
    ),
    lights: {
        "lamp": Spot(position_m: (0, 2.2, 0), target_m: (0, 0.8, 0), flux_lm: LogUniform(300, 2000)),
    },
    objects: {
        "table": (shape: Library(name: "table"), place: On(orientation: Upright(yaw_deg: 0)), body: (kind: Static)),
        "mug": (
            category: "mug",
            shape: Library(name: "mug", variant: Choice([0, 2])),
            count: Uniform(2, 5),
            material: (
                base_color: Choice([Hsv(Uniform(0, 360), 0.6, 0.8), Weighted(3, Hex("#fff"))]),
                roughness: Uniform(0.1, 0.6),
            ),
            place: Above(support: "table", height_m: Uniform(0.05, 0.4)),
            body: (density_kg_per_m3: 2300, friction: 0.4),
        ),
        "duck": (
            category: "duck",
            shape: Model(file: "duck.glb"),
            scale: Uniform(0.8, 1.2),
            place: Above(support: "table", orientation: Choice([Free, Weighted(2, Upright())])),
        ),
        /* a distractor */
        "marble": (
            shape: Choice([Sphere(radius_m: 0.01), Box(size_m: (0.02, 0.02, Uniform(0.01, 0.03)))]),
            count: Normal(mean: 6, std_dev: 2, min: 0, max: 12),
            material: (seen_through: true, opacity: 0.3, texture: None),
            place: Above(support: "table", region: Rectangle(size_m: (0.4, 0.4))),
            distractor: true,
        ),
        "post": (
            shape: Cylinder(radius_m: 0.02, height_m: 0.2),
            place: On(support: "table", region: Disk(radius_m: 0.3)),
            material: (texture: Image("label.png"), texture_size_m: 0.1),
        ),
    },
    sequence: (frames: 24, fps: 12.5, settle_first: true),
    physics: (gravity_m_per_s2: 9.81, time_limit_s: 3, fallen: DrawAgain),
)
"##;

/// Cones and capsules under the sky.
pub(super) const YARD: &str = r#"
Scene(
    categories: ["cone", "post"],
    environment: Choice([
        Sky(turbidity: Uniform(2, 6), cloud_cover: Uniform(0, 1)),
        Weighted(0.5, Ambient(illuminance_lux: 5000, color: Srgb(0.9, 0.95, 1))),
        Studio(illuminance_lux: 800),
    ]),
    lights: { "sun": Sun(elevation_deg: Uniform(5, 70)) },
    ground: (size_m: 60, material: (texture: Library("concrete"), texture_size_m: 3), friction: 0.9),
    objects: {
        "kerb": (shape: Box(size_m: (6, 0.12, 0.3)), place: At(position_m: (0, 0.06, 2)), body: (kind: Static)),
        "cone": (category: "cone", shape: Cone(radius_m: 0.15, height_m: 0.5), count: 4, place: On()),
        "post": (
            category: Choice(["post", "cone"]),
            shape: Capsule(radius_m: Uniform(0.04, 0.06), height_m: Uniform(0.2, 1)),
            place: Above(support: "kerb", orientation: Angles(yaw_deg: 0, pitch_deg: 90, roll_deg: 0)),
            body: (mass_kg: LogUniform(0.5, 5), restitution: 0.3),
        ),
        "tyre": (shape: Torus(ring_radius_m: 0.25, tube_radius_m: 0.08), distractor: true),
    },
)
"#;

/// The least that makes a dataset.
pub(super) const DROP: &str = r#"
(
    categories: ["ball"],
    ground: (),
    objects: {
        "ball": (category: "ball", shape: Sphere(radius_m: 0.1)),
    },
)
"#;
