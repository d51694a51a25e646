//! Weather on its way from one state to another.

use super::{Extinction, LOG_50, Weather};

impl Weather {
    /// The state at a share, 0 to 1, of the way to another. Every quantity goes evenly, the wind turns the shorter way, and
    /// visibility follows from extinction, which goes evenly. The kind of weather is that which is nearer.
    pub fn towards(&self, later: &Weather, share: f64) -> Weather {
        if share <= 0.0 {
            return *self;
        }
        if share >= 1.0 {
            return *later;
        }
        let mix = |quantity: fn(&Weather) -> f64| quantity(self) + (quantity(later) - quantity(self)) * share;
        let part = |part: fn(&Extinction) -> f64| {
            part(&self.extinction) + (part(&later.extinction) - part(&self.extinction)) * share
        };
        let extinction = Extinction {
            air_per_m: part(|parts| parts.air_per_m),
            haze_per_m: part(|parts| parts.haze_per_m),
            fog_per_m: part(|parts| parts.fog_per_m),
            rain_per_m: part(|parts| parts.rain_per_m),
            snow_per_m: part(|parts| parts.snow_per_m),
            drifting_snow_per_m: part(|parts| parts.drifting_snow_per_m),
            dust_per_m: part(|parts| parts.dust_per_m),
            smoke_per_m: part(|parts| parts.smoke_per_m),
        };
        let turn = (later.wind_azimuth_deg - self.wind_azimuth_deg + 540.0).rem_euclid(360.0) - 180.0;
        let nearer = if share < 0.5 { self } else { later };
        Weather {
            regime: nearer.regime,
            seed: self.seed,
            temperature_celsius: mix(|weather| weather.temperature_celsius),
            relative_humidity: mix(|weather| weather.relative_humidity),
            cloud_cover: mix(|weather| weather.cloud_cover),
            cloud_transmittance: mix(|weather| weather.cloud_transmittance),
            turbidity: mix(|weather| weather.turbidity),
            visibility_m: LOG_50 / extinction.total_per_m(),
            extinction,
            fog_scale_height_m: mix(|weather| weather.fog_scale_height_m),
            rain_mm_per_h: mix(|weather| weather.rain_mm_per_h),
            snow_mm_per_h: mix(|weather| weather.snow_mm_per_h),
            hail_mm_per_h: mix(|weather| weather.hail_mm_per_h),
            wind_m_per_s: mix(|weather| weather.wind_m_per_s),
            wind_azimuth_deg: (self.wind_azimuth_deg + turn * share).rem_euclid(360.0),
            gust_factor: mix(|weather| weather.gust_factor),
            dust_mg_per_m3: mix(|weather| weather.dust_mg_per_m3),
            smoke_mg_per_m3: mix(|weather| weather.smoke_mg_per_m3),
            water_film_mm: mix(|weather| weather.water_film_mm),
            puddle_share: mix(|weather| weather.puddle_share),
            snow_depth_m: mix(|weather| weather.snow_depth_m),
            ice_share: mix(|weather| weather.ice_share),
            lightning_per_min: mix(|weather| weather.lightning_per_min),
            flash: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Regime, draw};

    #[test]
    fn weather_goes_evenly_and_the_wind_the_shorter_way() {
        let mut clear = draw(Regime::Clear, &mut || 0.4);
        let mut fog = draw(Regime::Fog, &mut || 0.6);
        (clear.wind_azimuth_deg, fog.wind_azimuth_deg) = (350.0, 30.0);
        assert_eq!((clear.towards(&fog, 0.0), clear.towards(&fog, 1.0)), (clear, fog));
        let quarter = clear.towards(&fog, 0.25);
        assert_eq!((quarter.regime, clear.towards(&fog, 0.75).regime), (Regime::Clear, Regime::Fog));
        assert!(quarter.wind_azimuth_deg.abs() < 1e-9, "{}", quarter.wind_azimuth_deg);
        let expected = 0.75 / clear.visibility_m + 0.25 / fog.visibility_m;
        assert!((quarter.visibility_m * expected - 1.0).abs() < 1e-9);
        for ((name, at), ((_, from), (_, to))) in
            quarter.quantities().into_iter().zip(clear.quantities().into_iter().zip(fog.quantities()))
        {
            assert!(
                matches!(name, "visibility_m" | "wind_azimuth_deg") || (at - (0.75 * from + 0.25 * to)).abs() < 1e-9
            );
        }
        assert!(quarter.faults().is_empty());
    }
}
