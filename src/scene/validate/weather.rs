//! Weather: whether its quantities may be, and can be together.

use super::super::diagnostic::Diagnostic;
use super::super::syntax::Cursor;
use super::super::{Environment, Number, Pick, Quantity, Regime, Weather};
use super::Checker;
use super::number::{Rule, show};

/// In warmer air no snow falls and no ice stays on the ground, in °C.
const WARM: f64 = 4.0;
/// What falls, falls from clouds: less than this is none.
const CLOUDS: f64 = 0.1;

impl Checker<'_> {
    /// The weather outdoors.
    pub(super) fn weather(&mut self, root: &Cursor) {
        let scene = self.scene;
        let Some(weather) = &scene.weather else { return };
        let at = root.field("weather").inside("Some");
        self.state(&at, weather);
        if let Some(later) = &weather.becomes {
            let at_later = at.field("becomes").inside("Some");
            self.state(&at_later, later);
            if self.scene.sequence.is_none() {
                let message = "this weather never comes: there is one picture of it, and no `sequence`";
                let warning = Diagnostic::warning("scene::weather", message, at.field("becomes").head());
                self.tell(&at_later, warning.help("say `sequence: Sequence(frames: 30, fps: 10)`, or leave it out"));
            }
            if later.becomes.is_some() {
                let message = "weather becomes another once in a sequence";
                let error = Diagnostic::error("scene::weather", message, at_later.field("becomes").head());
                self.tell(&at_later, error.label("expected no further weather in here"));
            }
        }
        let mut environments = scene.environment.values();
        if !self.surroundings_unknown
            && environments
                .all(|environment| matches!(environment, Environment::Room { .. } | Environment::Studio { .. }))
        {
            let message = "this weather is not used: there is none indoors";
            let warning = Diagnostic::warning("scene::weather", message, root.field("weather").head());
            self.tell(&at, warning.help("take an `environment` outdoors, such as `Sky()`"));
        }
    }

    /// One state of it.
    fn state(&mut self, at: &Cursor, weather: &Weather) {
        if let Some(regime) = &weather.regime {
            self.pick(&at.field("regime"), regime, |_, _, _| {});
        }
        for Quantity { name, said, limits } in weather.quantities() {
            if let Some(number) = said {
                self.number(&at.field(name), number, &Rule::within(called(name), limits));
            }
        }
        let falling = [&weather.rain_mm_per_h, &weather.snow_mm_per_h, &weather.hail_mm_per_h];
        let falls = falling.into_iter().filter_map(least).any(|rate| rate > 0.0);
        let is_above = |number, limit: f64| least(number).is_some_and(|value| value > limit);
        let is_below = |number, limit: f64| most(number).is_some_and(|value| value < limit);
        let warm = is_above(&weather.temperature_celsius, WARM);
        let odd = [
            (
                warm && is_above(&weather.snow_mm_per_h, 0.0),
                "temperature_celsius",
                format!("snow falls from air of at most {} °C", show(WARM)),
            ),
            (
                warm && is_above(&weather.ice_share, 0.0),
                "temperature_celsius",
                format!("ice on the ground has at most {} °C above it", show(WARM)),
            ),
            (
                falls && is_below(&weather.cloud_cover, CLOUDS),
                "cloud_cover",
                "what falls, falls from clouds".to_owned(),
            ),
            (
                is_above(&weather.puddle_share, 0.0) && is_below(&weather.water_film_mm, 1e-9),
                "water_film_mm",
                "puddles are water on the ground".to_owned(),
            ),
        ];
        let of_regime = weather.regime.as_ref().and_then(only).map(|regime| {
            let of = |(name, low, high, message): (&'static str, f64, f64, &str)| {
                let said = weather.quantities().into_iter().find(|quantity| quantity.name == name);
                let range = said.and_then(|quantity| quantity.said?.range());
                (range.is_some_and(|(least, most)| least > high || most < low), name, message.to_owned())
            };
            suits(regime).into_iter().map(of)
        });
        for (is_odd, name, message) in odd.into_iter().chain(of_regime.into_iter().flatten()) {
            if is_odd {
                let warning = Diagnostic::warning("scene::unlikely", message, at.field(name).span());
                self.tell(&at.field(name), warning.label("this does not go with it"));
            }
        }
    }
}

/// What must be said of a quantity, if anything, for a kind of weather to be what it is called: from, to, and why.
fn suits(regime: Regime) -> Vec<(&'static str, f64, f64, &'static str)> {
    const ANY: f64 = f64::INFINITY;
    const SOME: f64 = 1e-3;
    match regime {
        Regime::Clear => vec![("cloud_cover", 0.0, 0.3, "`Clear` is a sky with up to two eighths of cloud")],
        Regime::Scattered => vec![("cloud_cover", 0.2, 0.9, "`Scattered` is two to seven eighths of cloud")],
        Regime::Overcast => vec![("cloud_cover", 0.8, 1.0, "`Overcast` is a closed cloud")],
        Regime::Drizzle | Regime::Rain | Regime::Downpour | Regime::Thunderstorm => {
            vec![("rain_mm_per_h", SOME, ANY, "this kind of weather is rain")]
        }
        Regime::Mist => vec![("visibility_m", 0.0, 5000.0, "in `Mist` one sees 1 to 5 km")],
        Regime::Fog => vec![("visibility_m", 0.0, 1000.0, "in `Fog` one sees less than 1 km")],
        Regime::Snowfall | Regime::Blizzard => vec![
            ("temperature_celsius", -ANY, WARM, "snow falls from air of at most 4 °C"),
            ("snow_mm_per_h", SOME, ANY, "this kind of weather is falling snow"),
        ],
        Regime::Sleet => vec![("temperature_celsius", -ANY, WARM, "sleet falls from air of at most 4 °C")],
        Regime::DustStorm => vec![("visibility_m", 0.0, 1000.0, "in a `DustStorm` one sees less than 1 km")],
        Regime::Smoke => vec![("smoke_mg_per_m3", SOME, ANY, "`Smoke` is smoke in the air")],
        Regime::HeatHaze => vec![("temperature_celsius", 20.0, ANY, "air shimmers when it is hot")],
    }
}

/// The kind that is always taken, if it is always the same.
fn only(regime: &Pick<Regime>) -> Option<Regime> {
    match regime {
        Pick::Constant(regime) => Some(*regime),
        _ => None,
    }
}

/// With its article, for messages.
fn called(name: &str) -> &'static str {
    match name {
        "temperature_celsius" => "a temperature of the air",
        "relative_humidity" => "a relative humidity",
        "cloud_cover" => "a cloud cover",
        "turbidity" => "a turbidity",
        "visibility_m" => "a visibility",
        "fog_scale_height_m" => "a scale height",
        "rain_mm_per_h" | "snow_mm_per_h" | "hail_mm_per_h" => "a rate",
        "wind_m_per_s" => "a wind speed",
        "wind_azimuth_deg" => "an angle",
        "gust_factor" => "a gust factor",
        "dust_mg_per_m3" | "smoke_mg_per_m3" => "a concentration",
        "water_film_mm" | "snow_depth_m" => "a depth",
        "lightning_per_min" => "a number of flashes a minute",
        _ => "a share",
    }
}

fn least(number: &Option<Number>) -> Option<f64> {
    number.as_ref()?.range().map(|(least, _)| least)
}

fn most(number: &Option<Number>) -> Option<f64> {
    number.as_ref()?.range().map(|(_, most)| most)
}
