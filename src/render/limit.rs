//! What the renderer alone could do: the colour image of scenes that are ready to be drawn, and nothing else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bevy::render::render_resource::PollType;
use bevy::render::renderer::RenderQueue;

use super::RenderError;
use super::ready::{Maker, Simulated, simulate};
use super::renderer::{READY_LIMIT, Renderer};
use super::samples::Sample;
use super::truth::TruthView;
use crate::randomize::ConcreteScene;

impl Renderer {
    /// Draws the colour image of all moments of scenes: no truth, nothing read back.
    ///
    /// Physics, models and light are made and the first scene is drawn for its shaders beforehand, as if that cost
    /// nothing; then `begin` is called. A whole run can be measured against what follows.
    pub fn draw_only(&mut self, scenes: Vec<ConcreteScene>, begin: &mut dyn FnMut()) -> Result<(), RenderError> {
        let mut maker = Maker::default();
        let mut ready = Vec::with_capacity(scenes.len());
        for scene in scenes {
            simulate(scene, &self.assets, &mut maker, &mut |simulated| {
                ready.push(simulated);
                true
            })?;
        }
        let under_way = Arc::new(AtomicUsize::new(0));
        if let Some(first) = ready.first() {
            self.draw_color(first, &under_way)?;
            self.poll(PollType::wait_indefinitely())?;
        }
        begin();
        for scene in &ready {
            self.draw_color(scene, &under_way)?;
        }
        self.poll(PollType::wait_indefinitely())
    }

    fn draw_color(&mut self, simulated: &Simulated, under_way: &Arc<AtomicUsize>) -> Result<(), RenderError> {
        let Simulated { scene, models, moments, light, faces, snow, .. } = simulated;
        let set = self.set(scene, models, (light.clone(), snow), faces.clone())?;
        for moment in moments {
            let placed = self.show(&set, scene, moment);
            self.cameras.place(self.app.world_mut(), scene, &placed, Sample::ALONE);
            for &camera in self.cameras.entities() {
                self.app.world_mut().entity_mut(camera).remove::<TruthView>();
            }
            let start = Instant::now();
            self.app.update();
            while !(self.pipelines_ready()? && self.dressed(&set.stage)) && start.elapsed() < READY_LIMIT {
                self.app.update();
            }
            under_way.fetch_add(1, Ordering::Relaxed);
            let done = under_way.clone();
            self.app.world().resource::<RenderQueue>().on_submitted_work_done(move || {
                done.fetch_sub(1, Ordering::Relaxed);
            });
            while under_way.load(Ordering::Relaxed) >= self.options.in_flight {
                self.poll(PollType::Poll)?;
                std::thread::sleep(Duration::from_micros(200));
            }
        }
        self.strike(set, models.clone());
        Ok(())
    }
}
