//! The order in which the colour pass draws.
//!
//! The engine draws things in the order in which they came, went and were ready, which may differ from run to run. Where
//! two surfaces are equally near the order decides which is seen. So they are put in the order of the ground-truth pass,
//! one by one, and the first of two that are equally near stays.

use std::collections::HashMap;

use bevy::asset::uuid::Uuid;
use bevy::asset::{AssetId, UntypedAssetId};
use bevy::core_pipeline::core_3d::{AlphaMask3d, Opaque3d, Opaque3dBinKey, Transparent3d};
use bevy::core_pipeline::prepass::OpaqueNoLightmap3dBinKey;
use bevy::mesh::Mesh;
use bevy::prelude::{App, Entity, IntoScheduleConfigs, Plugin, Res, ResMut, Resource};
use bevy::render::render_phase::{
    BinnedPhaseItem, BinnedRenderPhaseType, ViewBinnedRenderPhases, ViewSortedRenderPhases, sort_phase_system,
};
use bevy::render::sync_world::MainEntity;
use bevy::render::{Render, RenderApp, RenderSystems};

/// Entities that are drawn, the first ones first. Lives in the render world.
#[derive(Resource, Default)]
pub(super) struct DrawOrder(HashMap<MainEntity, u64>);

impl DrawOrder {
    pub fn of(entities: impl IntoIterator<Item = Entity>) -> DrawOrder {
        DrawOrder(entities.into_iter().map(MainEntity::from).zip(0..).collect())
    }

    /// What is not in it comes last.
    fn place(&self, entity: MainEntity) -> u64 {
        self.0.get(&entity).copied().unwrap_or(u64::MAX)
    }
}

pub(super) struct OrderPlugin;

impl Plugin for OrderPlugin {
    fn build(&self, app: &mut App) {
        let Some(render_app) = app.get_sub_app_mut(RenderApp) else { return };
        let before_all = in_order_of_things.before(sort_phase_system::<Transparent3d>);
        render_app
            .init_resource::<DrawOrder>()
            .add_systems(Render, (before_all, put::<Opaque3d>, put::<AlphaMask3d>).in_set(RenderSystems::PhaseSort));
    }
}

/// A key of a bin that can be one thing's alone: bins are drawn one after the other.
trait OfOne {
    fn of_one(place: u64) -> Self;
}

fn nobodys_mesh(place: u64) -> UntypedAssetId {
    AssetId::<Mesh>::Uuid { uuid: Uuid::from_u128(u128::from(place)) }.untyped()
}

impl OfOne for Opaque3dBinKey {
    fn of_one(place: u64) -> Self {
        Opaque3dBinKey { asset_id: nobodys_mesh(place) }
    }
}

impl OfOne for OpaqueNoLightmap3dBinKey {
    fn of_one(place: u64) -> Self {
        OpaqueNoLightmap3dBinKey { asset_id: nobodys_mesh(place) }
    }
}

/// Puts what is drawn of each view in order.
fn put<Item: BinnedPhaseItem<BinKey: OfOne>>(order: Res<DrawOrder>, mut phases: ResMut<ViewBinnedRenderPhases<Item>>) {
    for phase in phases.values_mut() {
        let bins = phase.batchable_meshes.iter();
        let drawn = bins.flat_map(|((batch, _), bin)| bin.entities().iter().map(move |entity| (batch.clone(), entity)));
        let mut drawn: Vec<_> = drawn.map(|(batch, (entity, index))| (batch, *entity, *index)).collect();
        drawn.sort_by_key(|(_, entity, _)| (order.place(*entity), *entity));
        drawn.iter().for_each(|(_, entity, _)| phase.remove(*entity));
        for (batch, entity, index) in drawn {
            let key = Item::BinKey::of_one(order.place(entity));
            phase.add(batch, key, (Entity::PLACEHOLDER, entity), index, BinnedRenderPhaseType::BatchableMesh);
        }
    }
}

/// See-through things are drawn from far to near; those that are equally far stay in this order.
fn in_order_of_things(order: Res<DrawOrder>, mut phases: ResMut<ViewSortedRenderPhases<Transparent3d>>) {
    for phase in phases.values_mut() {
        phase.items.sort_by_key(|(_, entity), _| (order.place(*entity), *entity));
    }
}
