//! Weather on its way from one state to another.

use super::{Extinction, Said, Weather, air, visibility_m};
use crate::weather::air::LOG_50;

impl Weather {
    /// The same with what is said in place of what was, and with what follows from that at once: what takes the view.
    /// Ground stays as it is, and so does the kind of weather.
    #[must_use]
    pub(super) fn but(&self, said: &Said) -> Weather {
        let mut later = *self;
        for (name, quantity) in later.quantities_mut() {
            *quantity = said.of(name).unwrap_or(*quantity);
        }
        let (climate, parts) = (self.regime.climate(), &mut later.extinction);
        if said.cloud_cover.is_some() {
            later.cloud_transmittance = air::cloud_transmittance(later.cloud_cover, climate.cloud_light);
        }
        if said.turbidity.is_some() {
            parts.haze_per_m = Extinction::hazy(later.turbidity).haze_per_m;
        }
        // Where it rained already, as dense as it was for its rate.
        let of_rate =
            |part: f64, before: f64, now: f64, fresh: f64| if before > 0.0 { part * now / before } else { fresh };
        let fresh = (air::rain_per_m(later.rain_mm_per_h, climate.drops), air::snow_per_m(later.snow_mm_per_h, 1.0));
        parts.rain_per_m = of_rate(parts.rain_per_m, self.rain_mm_per_h, later.rain_mm_per_h, fresh.0);
        parts.snow_per_m = of_rate(parts.snow_per_m, self.snow_mm_per_h, later.snow_mm_per_h, fresh.1);
        parts.dust_per_m = said.dust_mg_per_m3.map_or(parts.dust_per_m, air::dust_per_m);
        parts.smoke_per_m = said.smoke_mg_per_m3.map_or(parts.smoke_per_m, air::smoke_per_m);
        if let Some(visibility) = said.visibility_m {
            let of = |turbidity| Extinction::hazy(turbidity).haze_per_m;
            let haze = (of(air::TURBIDITY.0), of(air::TURBIDITY.1));
            let haze = if said.turbidity.is_some() { (parts.haze_per_m, parts.haze_per_m) } else { haze };
            parts.meet(LOG_50 / visibility, climate.veil, haze);
            later.turbidity = said.turbidity.unwrap_or_else(|| air::turbidity(parts.haze_per_m));
            later.dust_mg_per_m3 = said.dust_mg_per_m3.unwrap_or_else(|| air::dust_mg_per_m3(parts.dust_per_m));
            later.smoke_mg_per_m3 = said.smoke_mg_per_m3.unwrap_or_else(|| air::smoke_mg_per_m3(parts.smoke_per_m));
        }
        later.visibility_m = said.visibility_m.unwrap_or_else(|| visibility_m(&later.extinction));
        later
    }

    /// The state at a share, 0 to 1, of the way to another. Every quantity goes evenly, the wind turns the shorter way, and
    /// visibility follows from extinction, which goes evenly. The kind of weather is that which is nearer.
    pub fn towards(&self, later: &Weather, share: f64) -> Weather {
        if share <= 0.0 {
            return *self;
        }
        if share >= 1.0 {
            return *later;
        }
        let mix = |one: f64, other: f64| one + (other - one) * share;
        let nearer = if share < 0.5 { self } else { later };
        let mut now = Weather { regime: nearer.regime, flash: None, ..*self };
        for ((_, quantity), (_, other)) in now.quantities_mut().into_iter().zip(later.quantities()) {
            *quantity = mix(*quantity, other);
        }
        for (part, (_, other)) in now.extinction.parts_mut().into_iter().zip(later.extinction.parts()) {
            *part.1 = mix(*part.1, other);
        }
        let turn = (later.wind_azimuth_deg - self.wind_azimuth_deg + 540.0).rem_euclid(360.0) - 180.0;
        now.wind_azimuth_deg = (self.wind_azimuth_deg + turn * share).rem_euclid(360.0);
        now.visibility_m = visibility_m(&now.extinction);
        now
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Regime, Said, draw};
    use crate::weather::air::LOG_50;

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

    #[test]
    fn what_is_not_said_anew_stays() {
        let wet = draw(Regime::Downpour, &mut || 0.6);
        let dry = wet.but(&Said { rain_mm_per_h: Some(0.0), ..Said::default() });
        assert_eq!((dry.rain_mm_per_h, dry.extinction.rain_per_m), (0.0, 0.0));
        assert!(dry.visibility_m > wet.visibility_m);
        for ((name, was), (_, is)) in wet.quantities().into_iter().zip(dry.quantities()) {
            assert!(matches!(name, "rain_mm_per_h" | "visibility_m") || was == is, "{name}: {was} {is}");
        }
        let fog = draw(Regime::Fog, &mut || 0.5);
        let thin = fog.but(&Said { visibility_m: Some(2000.0), ..Said::default() });
        assert!(
            (thin.extinction.total_per_m() * 2000.0 / LOG_50 - 1.0).abs() < 1e-9 && thin.cloud_cover == fog.cloud_cover
        );
        let closed = draw(Regime::Clear, &mut || 0.2).but(&Said { cloud_cover: Some(1.0), ..Said::default() });
        assert!(closed.cloud_transmittance < 0.6);
    }
}
