//! The headless Bevy app: only the plugins that a still picture needs, no window, no pipelined rendering.

use std::time::{Duration, Instant};

use bevy::app::{App, PluginsState, TaskPoolPlugin};
use bevy::asset::AssetPlugin;
use bevy::camera::CameraPlugin;
use bevy::core_pipeline::CorePipelinePlugin;
use bevy::diagnostic::FrameCountPlugin;
use bevy::ecs::schedule::{Schedules, SingleThreadedExecutor};
use bevy::image::ImagePlugin;
use bevy::light::cluster::GlobalClusterSettings;
use bevy::light::{DirectionalLightShadowMap, LightPlugin};
use bevy::mesh::MeshPlugin;
use bevy::pbr::PbrPlugin;
use bevy::prelude::{IntoScheduleConfigs, ResMut, World};
use bevy::render::batching::gpu_preprocessing::{GpuPreprocessingMode, GpuPreprocessingSupport};
use bevy::render::render_resource::PipelineCache;
use bevy::render::renderer::RenderGraph;
use bevy::render::settings::{Backends, RenderCreation, WgpuLimits, WgpuSettings};
use bevy::render::{Render, RenderApp, RenderPlugin, RenderStartup, RenderSystems, init_gpu_resource};
use bevy::time::TimePlugin;
use bevy::transform::TransformPlugin;
use bevy::window::{ExitCondition, WindowPlugin};

use super::RenderError;
use super::accumulate::AccumulatePlugin;
use super::falling::FallingPlugin;
use super::occluders::OccluderPlugin;
use super::order::OrderPlugin;
use super::surface::SurfacePlugin;
use super::truth::TruthPlugin;

/// How long a device may take to come up.
const START_LIMIT: Duration = Duration::from_secs(120);

/// Builds the app and waits for the device.
///
/// Errors with [`RenderError::NoAdapter`] where no Vulkan device can be opened.
pub(super) fn build(shadow_map_pixels: usize) -> Result<App, RenderError> {
    let limits = super::doctor::limits()?;
    let mut app = App::new();
    let settings = WgpuSettings {
        backends: Some(Backends::VULKAN),
        // No shader here stores into textures. Where none can, Bevy leaves out passes that it would otherwise compile
        // at every start, used or not: its sky, its ambient occlusion, its filter of environment maps.
        constrained_limits: Some(WgpuLimits { max_storage_textures_per_shader_stage: 0, ..limits }),
        ..Default::default()
    };
    app.add_plugins((
        TaskPoolPlugin::default(),
        FrameCountPlugin,
        TimePlugin,
        TransformPlugin,
        bevy::input::InputPlugin,
        WindowPlugin { primary_window: None, exit_condition: ExitCondition::DontExit, ..Default::default() },
        AssetPlugin::default(),
        RenderPlugin {
            render_creation: RenderCreation::Automatic(Box::new(settings)),
            // A mesh whose pipeline is not ready would silently be left out of the picture.
            synchronous_pipeline_compilation: true,
            ..Default::default()
        },
        ImagePlugin::default(),
        MeshPlugin,
        CameraPlugin,
        LightPlugin,
        CorePipelinePlugin,
    ));
    app.add_plugins(PbrPlugin {
        prepass_enabled: false,
        add_default_deferred_lighting_plugin: false,
        // Instance data in the order of the scene, and no compute pass a frame.
        use_gpu_instance_buffer_builder: false,
        ..Default::default()
    });
    app.add_plugins((SurfacePlugin, FallingPlugin, OccluderPlugin, OrderPlugin, AccumulatePlugin, TruthPlugin));
    if let Some(render_app) = app.get_sub_app_mut(RenderApp) {
        let build_on_the_processor = |mut support: ResMut<GpuPreprocessingSupport>| {
            support.max_supported_mode = GpuPreprocessingMode::None;
        };
        render_app
            .add_systems(RenderStartup, build_on_the_processor.after(init_gpu_resource::<GpuPreprocessingSupport>));
    }
    app.insert_resource(DirectionalLightShadowMap { size: shadow_map_pixels });
    let start = Instant::now();
    while app.plugins_state() == PluginsState::Adding {
        bevy::tasks::tick_global_task_pools_on_main_thread();
        if start.elapsed() > START_LIMIT {
            return Err(RenderError::Device("the graphics device did not come up within two minutes".to_owned()));
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    app.finish();
    app.cleanup();
    submit_once(&mut app);
    one_after_the_other(app.world_mut());
    one_after_the_other(app.sub_app_mut(RenderApp).world_mut());
    if let Some(mut clusters) = app.world_mut().get_resource_mut::<GlobalClusterSettings>() {
        // A handful of lamps is quicker sorted by the processor.
        clusters.gpu_clustering = None;
    }
    Ok(app)
}

/// Has the engine's systems run one after the other: most have so little to do that to wake a thread for them takes longer.
/// Those with much to do share it out themselves.
fn one_after_the_other(world: &mut World) {
    for (_, schedule) in world.resource_mut::<Schedules>().iter_mut() {
        schedule.set_executor(SingleThreadedExecutor::new());
    }
}

/// Leaves out the second submission that the engine makes for each picture, for windows and screenshots, with nothing in it.
/// A submission waits for the one before it to begin, on a processor to end; so that no picture could be prepared while the
/// one before it is drawn.
fn submit_once(app: &mut App) {
    let draw = |world: &mut World| {
        world.resource_mut::<PipelineCache>().process_queue();
        world.run_schedule(RenderGraph);
    };
    app.sub_app_mut(RenderApp)
        .configure_sets(Render, RenderSystems::Render.run_if(|| false))
        .add_systems(Render, draw.after(RenderSystems::Prepare).before(RenderSystems::Render));
}
