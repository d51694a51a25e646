//! Between what values a scene may say lie, for descriptions and for concrete scenes alike.

/// Lowest and highest, both allowed.
pub type Limits = (f64, f64);

/// A parameter of a beta distribution.
pub const BETA: Limits = (0.01, 1e4);
/// Mean of a Poisson distribution.
pub const POISSON: Limits = (0.0, 1e6);
/// Frames over which a range is stratified.
pub const STRATA: Limits = (1.0, 1e8);
/// Frames of each point of a sweep.
pub const SWEEP_FRAMES: Limits = (1.0, 1e8);
/// Times that a frame is drawn.
pub const ATTEMPTS: Limits = (1.0, 100_000.0);
/// Factor on a quality of a surface.
pub const ADJUSTMENT: Limits = (0.0, 4.0);
/// Steps of a grid.
pub const GRID_STEPS: Limits = (1.0, 1e6);
/// Of a side of the image, in pixels.
pub const RESOLUTION: Limits = (16.0, 8192.0);
/// Pictures that make one.
pub const SAMPLES: Limits = (1.0, 4096.0);
/// In m/s².
pub const GRAVITY: Limits = (0.0, 1000.0);
/// Of physics.
pub const STEPS_PER_SECOND: Limits = (10.0, 1000.0);
/// Pictures of a sequence.
pub const SEQUENCE_FRAMES: Limits = (1.0, 10_000.0);
/// Physics steps of a whole take.
pub const MOST_STEPS: f64 = 1e7;
/// Suns of a scene.
pub const MOST_SUNS: usize = 4;
/// Lamps of a scene.
pub const MOST_LAMPS: usize = 32;
/// Of any angle, in degrees.
pub const ANGLE: Limits = (-1e6, 1e6);
/// Of a place on earth, in degrees.
pub const LATITUDE: Limits = (-90.0, 90.0);
/// East of Greenwich, in degrees.
pub const LONGITUDE: Limits = (-180.0, 180.0);
/// For which the earth's rotation is known well.
pub const YEAR: Limits = (1900.0, 2100.0);
/// From 1 for 1 January.
pub const DAY_OF_YEAR: Limits = (1.0, 366.0);
/// By the clock.
pub const HOUR: Limits = (0.0, 24.0);
/// Of the day, in a second of a sequence.
pub const HOURS_PER_S: Limits = (-24.0, 24.0);
/// Of a clock, in hours ahead of UTC.
pub const UTC_OFFSET: Limits = (-12.0, 14.0);
/// Quality of JPEG.
pub const JPEG_QUALITY: Limits = (1.0, 100.0);
/// Of light, in kelvin: where the Planckian locus is known (Krystek 1985).
pub const TEMPERATURE: Limits = (1000.0, 15_000.0);
/// In lux.
pub const ILLUMINANCE: Limits = (0.0, 1e9);
/// In lumen.
pub const FLUX: Limits = (0.0, 1e9);
/// How large a lamp is, in metres.
pub const LAMP_RADIUS: Limits = (0.0, 100.0);
/// Of a panorama's light, in lux: a picture has some.
pub const PANORAMA_ILLUMINANCE: Limits = (1e-4, 2e5);
/// In cd/m².
pub const LUMINANCE: Limits = (0.0, 1e9);
/// From the axis of a spot light to the edge of its cone, in degrees.
pub const HALF_ANGLE: Limits = (1.0, 80.0);
/// Haze of a sky.
pub const TURBIDITY: Limits = (1.5, 10.0);
/// Of the air, in °C.
pub const AIR_TEMPERATURE: Limits = (-60.0, 60.0);
/// At which things just stand out from the horizon, in metres.
pub const VISIBILITY: Limits = (1.0, 300_000.0);
/// Over which fog and the like thins, in metres.
pub const FOG_HEIGHT: Limits = (0.5, 20_000.0);
/// In mm/h: more has hardly ever been measured over minutes.
pub const RAIN: Limits = (0.0, 500.0);
/// As water, in mm/h.
pub const SNOW: Limits = (0.0, 50.0);
/// In m/s: the strongest measured outside of tornadoes was 113.
pub const WIND: Limits = (0.0, 120.0);
/// Over their mean.
pub const GUST_FACTOR: Limits = (1.0, 5.0);
/// In the air, in mg/m³.
pub const DUST: Limits = (0.0, 10_000.0);
/// On the ground, in mm.
pub const WATER_FILM: Limits = (0.0, 100.0);
/// On the ground, in metres.
pub const SNOW_DEPTH: Limits = (0.0, 5.0);
/// Flashes a minute.
pub const LIGHTNING: Limits = (0.0, 300.0);
/// Of the tracks of wheels.
pub const TRACKS: Limits = (0.0, 1000.0);
/// A share, such as that of the sky that clouds cover.
pub const SHARE: Limits = (0.0, 1.0);
/// An edge of a room, in metres.
pub const ROOM_EDGE: Limits = (1.0, 1000.0);
/// Of a room.
pub const WINDOWS: Limits = (0.0, 4.0);
/// Highest edge length of the ground, in metres.
pub const LARGEST_GROUND: f64 = 20_000.0;
/// Coulomb friction coefficient.
pub const FRICTION: Limits = (0.0, 2.0);
/// Of a collision.
pub const RESTITUTION: Limits = (0.0, 1.0);
/// Of a coordinate in the world that a description names, in metres.
pub const COORDINATE: Limits = (-10_000.0, 10_000.0);
/// Of a principal point, in pixels.
pub const PRINCIPAL_POINT: Limits = (-1e6, 1e6);
/// In pixels, or pixels a radian.
pub const FOCAL_LENGTH: Limits = (0.1, 1e6);
/// From the top edge of the image to the bottom edge of a pin-hole lens, in degrees.
pub const FIELD_OF_VIEW: Limits = (1.0, 170.0);
/// From the left edge of the image to the right edge of a lens that sees all around, in degrees.
pub const WIDE_FIELD_OF_VIEW: Limits = (1.0, 360.0);
/// Of a real lens, and an edge of its sensor, in millimetres.
pub const MILLIMETRES: Limits = (0.1, 10_000.0);
/// Of what an orthographic lens sees, in metres.
pub const VIEW_HEIGHT: Limits = (0.001, 10_000.0);
/// Focal length over diameter of an aperture.
pub const F_NUMBER: Limits = (0.3, 1000.0);
/// Of an aperture.
pub const BLADES: Limits = (0.0, 24.0);
/// Of an exposure, in seconds.
pub const EXPOSURE_TIME: Limits = (1e-6, 60.0);
/// From the first row to the last, in seconds.
pub const READOUT_TIME: Limits = (0.0, 10.0);
/// Along each axis, in m/s.
pub const VELOCITY: Limits = (-1000.0, 1000.0);
/// In degrees a second.
pub const TURN: Limits = (-3600.0, 3600.0);
/// From a lens to the glass before it.
pub const GLASS_DISTANCE: Limits = (0.005, 2.0);
/// Shares of glass under drops, and of light that dirt takes.
pub const WATER_ON_GLASS: Limits = (0.0, 0.9);
pub const DIRT_ON_GLASS: Limits = (0.0, 0.95);
/// Between starts of a wiper.
pub const WIPER_PERIOD: Limits = (0.3, 600.0);
/// Of lens distortion.
pub const COEFFICIENT: Limits = (-100.0, 100.0);
/// Share of light that is lost in the corners.
pub const VIGNETTING: Limits = (0.0, 0.95);
/// In pixels, either way.
pub const CHROMATIC_ABERRATION: Limits = (-50.0, 50.0);
/// Share of light that is scattered.
pub const BLOOM: Limits = (0.0, 0.5);
/// Share of light that comes back as ghosts.
pub const FLARE: Limits = (0.0, 0.2);
/// Electrons of a pixel.
pub const ELECTRONS: Limits = (0.0, 1e6);
/// Gain of a sensor.
pub const ISO: Limits = (25.0, 1e6);
/// Share of pixels.
pub const HOT_PIXELS: Limits = (0.0, 0.1);
/// Of a converter.
pub const BITS: Limits = (0.0, 16.0);
/// Stops.
pub const WHITE_BALANCE_ERROR: Limits = (-2.0, 2.0);
/// Of what is fine.
pub const SHARPENING: Limits = (0.0, 3.0);
/// Quality of a camera's own JPEG; 0 for none.
pub const CAMERA_JPEG: Limits = (0.0, 100.0);
/// Perceptual; smoother than this nothing is.
pub const ROUGHNESS: Limits = (0.03, 1.0);
/// At ISO 100.
pub const EXPOSURE_VALUE: Limits = (-20.0, 30.0);
/// Stops.
pub const EXPOSURE_COMPENSATION: Limits = (-10.0, 10.0);
/// Rings of a lidar.
pub const RINGS: Limits = (1.0, 512.0);
/// Rays of a ring.
pub const RING_STEPS: Limits = (1.0, 8192.0);
/// Rays of a lidar.
pub const MOST_RAYS: usize = 1 << 20;
/// Above the level, in degrees.
pub const ELEVATION: Limits = (-90.0, 90.0);
/// Of what measures, in metres.
pub const RANGE: Limits = (0.001, 10_000.0);
/// Share of light that comes back.
pub const WEAKEST_REFLECTANCE: Limits = (0.001, 1.0);
/// Standard deviation of a range, and other errors of it, in metres.
pub const RANGE_NOISE: Limits = (0.0, 10.0);
/// Share of what is lost: not all.
pub const DROP_OUT: Limits = (0.0, 0.99);
/// Of a sweep, in seconds.
pub const SWEEP: Limits = (0.0, 10.0);
/// Between the eyes of a depth sensor, in metres, either way.
pub const BASELINE: Limits = (-10.0, 10.0);
/// Of disparities, in pixels.
pub const DISPARITY: Limits = (0.0, 16.0);
/// Edge of what is matched, in pixels.
pub const MATCHED_WINDOW: Limits = (1.0, 31.0);
/// Of light, in megahertz.
pub const MODULATION: Limits = (0.1, 1000.0);
/// Over which light is mixed, in pixels.
pub const FLYING_PIXELS: Limits = (0.0, 8.0);
/// Instances in one scene; ids are written with 16 bits.
pub const MOST_INSTANCES: usize = 10_000;
/// Objects and groups that a scene describes.
pub const MOST_DESCRIBED: usize = MOST_INSTANCES;
/// Named variables of a scene.
pub const MOST_VARIABLES: usize = 10_000;
/// Variables of which each needs the next: to draw one takes part of the stack, which is small.
pub const DEEPEST_VARIABLE: usize = 32;
/// Points with names of one object; a face has 478 as a rule, a body 133.
pub const MOST_KEYPOINTS: usize = 1000;
/// Bytes of all attributes and keypoints of all instances together, as records have them.
pub const MOST_ANNOTATED: f64 = 64.0 * 1024.0 * 1024.0;
/// Cameras of a scene, and as many lidars.
pub const MOST_CAMERAS: usize = 256;
/// Pixels of all cameras of a scene together; all pictures of a moment are in memory at once.
pub const MOST_PIXELS: u64 = 1 << 26;
/// Letters of a name that becomes part of file names.
pub const LONGEST_FILE_NAME: usize = 64;

/// Whether a name of a camera or lidar can be part of file names.
pub fn fits_file_name(name: &str) -> bool {
    let safe = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    (1..=LONGEST_FILE_NAME).contains(&name.len()) && name.chars().all(safe) && !name.starts_with('-')
}
