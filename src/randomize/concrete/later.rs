//! A scene as it is later in its sequence: weather and day go on.

use std::borrow::Cow;

use super::super::{moon, sun};
use super::{ConcreteScene, Environment, Light, Location};

impl ConcreteScene {
    /// Whether no picture of its take comes after that of a step.
    pub fn is_last(&self, step: Option<u32>) -> bool {
        let steps = self.sequence.as_ref().map_or(1, |sequence| sequence.frames);
        step.is_none_or(|step| step + 1 >= steps)
    }

    /// How much of the sequence has passed at a step of it: 0 for the first picture, 1 for the last.
    pub fn progress(&self, step: Option<u32>) -> f64 {
        let last = self.sequence.as_ref().map_or(0, |sequence| sequence.frames.saturating_sub(1));
        f64::from(step.unwrap_or(0)) / f64::from(last.max(1))
    }

    /// Whether its light or its weather change from step to step.
    pub fn changes(&self) -> bool {
        let flashes = self.weather.iter().chain(&self.weather_becomes).any(|weather| weather.lightning_per_min > 0.0);
        self.sequence.is_some() && (flashes || self.weather_becomes.is_some() || self.day_goes_on())
    }

    /// The scene as it is at a step: in the weather and under the sun and the moon of then.
    pub fn at(&self, step: Option<u32>) -> Cow<'_, ConcreteScene> {
        if !self.changes() {
            return Cow::Borrowed(self);
        }
        let mut scene = self.clone();
        let time_s =
            f64::from(step.unwrap_or(0)) / self.sequence.as_ref().map_or(1.0, |sequence| f64::from(sequence.fps));
        let progress = self.progress(step);
        let weather = match (&self.weather, &self.weather_becomes) {
            (Some(weather), Some(later)) => Some(weather.towards(later, progress)),
            (weather, _) => *weather,
        };
        scene.weather = weather.map(|weather| weather.when(time_s));
        if let (Some(weather), Environment::Sky { turbidity, cloud_cover, .. }) =
            (&scene.weather, &mut scene.environment)
        {
            (*turbidity, *cloud_cover) = (weather.turbidity as f32, weather.cloud_cover as f32);
        }
        if let Some(location) = self.location.filter(|_| self.day_goes_on()) {
            let then = Location { hour: location.hour + location.hours_per_s * time_s, ..location };
            scene.lights.iter_mut().for_each(|light| follow(light, &then));
        }
        Cow::Owned(scene)
    }

    fn day_goes_on(&self) -> bool {
        let follows = |light: &Light| {
            matches!(light, Light::Sun { follows_location: true, .. } | Light::Moon { follows_location: true, .. })
        };
        self.location.is_some_and(|location| location.hours_per_s != 0.0) && self.lights.iter().any(follows)
    }
}

/// Takes a light that follows place and time to where it then is; its phase changes too little to be seen.
fn follow(light: &mut Light, location: &Location) {
    match light {
        Light::Sun { direction_to_sun, follows_location: true, .. } => {
            if let Some(towards) = sun::towards_sun(location) {
                *direction_to_sun = towards.as_vec3();
            }
        }
        Light::Moon { direction_to_moon, follows_location: true, .. } => {
            if let Some(moon) = moon::moon(location) {
                *direction_to_moon = moon.direction.as_vec3();
            }
        }
        _ => {}
    }
}
