//! Drawing sensors.

use super::concrete::Sensor;
use super::draw::Limits;
use super::error::RandomizeError;
use super::stream::Cursor;
use crate::scene::{self, Number, SensorPreset};

/// Draws what is given and takes the rest from the preset.
pub(super) fn draw(cursor: &Cursor, sensor: &scene::Sensor) -> Result<Sensor, RandomizeError> {
    let base = sensor.preset.map_or(Sensor::default(), preset);
    let or = |name: &str, number: &Option<Number>, usual: f32| match number {
        Some(number) => cursor.value(name, number, Limits::Any),
        None => Ok(usual),
    };
    Ok(Sensor {
        vignetting: or("vignetting", &sensor.vignetting, base.vignetting)?,
        chromatic_aberration_px: or(
            "chromatic_aberration_px",
            &sensor.chromatic_aberration_px,
            base.chromatic_aberration_px,
        )?,
        bloom: or("bloom", &sensor.bloom, base.bloom)?,
        flare: or("flare", &sensor.flare, base.flare)?,
        full_well_e: or("full_well_e", &sensor.full_well_e, base.full_well_e)?,
        iso: or("iso", &sensor.iso, base.iso)?,
        read_noise_e: or("read_noise_e", &sensor.read_noise_e, base.read_noise_e)?,
        dark_e: or("dark_e", &sensor.dark_e, base.dark_e)?,
        hot_pixels: or("hot_pixels", &sensor.hot_pixels, base.hot_pixels)?,
        bayer: sensor.bayer.unwrap_or(base.bayer),
        bits: match &sensor.bits {
            Some(bits) => cursor.child("bits").count(bits)?,
            None => base.bits,
        },
        white_balance_error: or("white_balance_error", &sensor.white_balance_error, base.white_balance_error)?,
        sharpening: or("sharpening", &sensor.sharpening, base.sharpening)?,
        jpeg_quality: or("jpeg_quality", &sensor.jpeg_quality, f32::from(base.jpeg_quality))?.round() as u8,
    })
}

/// Middling values: full wells and read noise as data sheets have them for the usual pixel pitches (1.0 µm for phones and
/// webcams, 2 to 3 µm for dash cameras, drones and surveillance, 3.45 µm for machine vision).
fn preset(preset: SensorPreset) -> Sensor {
    let base = Sensor { bayer: true, ..Sensor::default() };
    match preset {
        SensorPreset::Phone => Sensor {
            vignetting: 0.15,
            chromatic_aberration_px: 0.2,
            bloom: 0.015,
            flare: 0.004,
            full_well_e: 6000.0,
            iso: 100.0,
            read_noise_e: 1.8,
            dark_e: 0.2,
            hot_pixels: 0.0,
            bits: 10,
            sharpening: 0.8,
            jpeg_quality: 92,
            ..base
        },
        SensorPreset::DashCamera => Sensor {
            vignetting: 0.35,
            chromatic_aberration_px: 0.8,
            bloom: 0.05,
            flare: 0.01,
            full_well_e: 9000.0,
            iso: 200.0,
            read_noise_e: 2.5,
            dark_e: 2.0,
            hot_pixels: 1e-5,
            bits: 12,
            white_balance_error: 0.1,
            sharpening: 0.6,
            jpeg_quality: 75,
            ..base
        },
        SensorPreset::MachineVision => Sensor {
            vignetting: 0.1,
            chromatic_aberration_px: 0.1,
            bloom: 0.005,
            flare: 0.001,
            full_well_e: 10_500.0,
            iso: 100.0,
            read_noise_e: 2.3,
            dark_e: 0.1,
            hot_pixels: 5e-6,
            bits: 12,
            ..base
        },
        SensorPreset::Webcam => Sensor {
            vignetting: 0.25,
            chromatic_aberration_px: 0.5,
            bloom: 0.03,
            flare: 0.006,
            full_well_e: 4500.0,
            iso: 400.0,
            read_noise_e: 3.0,
            dark_e: 1.0,
            hot_pixels: 0.0,
            bits: 10,
            white_balance_error: 0.15,
            sharpening: 1.2,
            jpeg_quality: 60,
            ..base
        },
        SensorPreset::Drone => Sensor {
            vignetting: 0.2,
            chromatic_aberration_px: 0.3,
            bloom: 0.01,
            flare: 0.003,
            full_well_e: 12_000.0,
            iso: 100.0,
            read_noise_e: 2.2,
            dark_e: 0.3,
            hot_pixels: 2e-6,
            bits: 12,
            sharpening: 0.7,
            jpeg_quality: 90,
            ..base
        },
        SensorPreset::NightSurveillance => Sensor {
            vignetting: 0.3,
            chromatic_aberration_px: 0.6,
            bloom: 0.06,
            flare: 0.012,
            full_well_e: 11_000.0,
            iso: 6400.0,
            read_noise_e: 2.0,
            dark_e: 6.0,
            hot_pixels: 5e-5,
            bits: 12,
            white_balance_error: 0.2,
            sharpening: 0.5,
            jpeg_quality: 55,
            ..base
        },
    }
}
