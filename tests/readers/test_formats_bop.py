"""BOP folders, checked by the definitions of the format (bop.felk.cvut.cz/datasets) against records and planes."""

import numpy as np
import pytest
from conftest import decoded, read_json, read_png

# How far a lifted point may lie outside the box of its mesh: a share of the box, and millimetres.
SLACK_SHARE = 0.01
SLACK_MM = 2.0


@pytest.fixture
def pictures(exportable, export):
    """(folder, number, view) of each picture: a folder holds one camera's pictures, of one take in a sequence."""
    folders = {}
    for view in exportable.views:
        take = view.record["frame"] if view.record["step"] is not None else None
        folders.setdefault((take, view.camera["name"]), []).append(view)
    root = export(exportable, "bop") / "train_pbr"
    assert sorted(path.name for path in root.iterdir()) == [f"{place:06}" for place in range(len(folders))]
    return [(root / f"{place:06}", number, view) for place, views in enumerate(folders.values()) for number, view in enumerate(views)]


def posed(view):
    return [annotation for annotation in view.seen if not annotation["crowd"]]


def box(mask):
    """As the BOP toolkit makes it: from the first to the last pixel, without the one more that counting them gives."""
    rows, columns = np.nonzero(mask)
    return [columns.min(), rows.min(), columns.max() - columns.min(), rows.max() - rows.min()]


def test_every_picture_has_its_files(pictures):
    for folder in {folder for folder, _, _ in pictures}:
        views = {number: view for other, number, view in pictures if other == folder}
        for index in ("scene_camera", "scene_gt", "scene_gt_info"):
            assert list(read_json(folder / f"{index}.json")) == [str(number) for number in views]
        expected = {f"{number:06}.png" for number in views}
        masks = {f"{number:06}_{place:06}.png": a for number, view in views.items() for place, a in enumerate(posed(view))}
        assert {path.name for path in (folder / "rgb").iterdir()} == {path.name for path in (folder / "depth").iterdir()} == expected
        assert {path.name for path in (folder / "mask_visib").glob("*")} == set(masks)
        # A silhouette that nobody knows has no file.
        assert {path.name for path in (folder / "mask").glob("*")} == {name for name, a in masks.items() if a["amodal"]}
        for number, view in views.items():
            assert (folder / "rgb" / f"{number:06}.png").read_bytes() == view.path("rgb").read_bytes()


def test_depth_is_that_of_the_plane(pictures):
    for folder, number, view in pictures:
        steps = read_png(folder / "depth" / f"{number:06}.png")
        assert steps.dtype == np.uint16 and steps.shape == view.depth.shape
        scale = read_json(folder / "scene_camera.json")[str(number)]["depth_scale"]
        metres = steps * scale / 1000
        # What 16 bits do not reach has no depth, as nothing has.
        reached = np.where(view.depth < 65535.5 * scale / 1000, view.depth, 0)
        assert ((steps == 0) == (reached == 0)).all()
        assert np.abs(metres - reached).max() <= scale / 1000 * 0.5001
        assert scale <= 1 or view.depth.max() > 65.5, "coarser than it has to be"


def test_poses_and_cameras_are_those_of_the_records(pictures):
    """In millimetres; a camera's pose is the way from the world into it. Pixels count from the centre of the first one."""
    for folder, number, view in pictures:
        camera = read_json(folder / "scene_camera.json")[str(number)]
        k = view.camera["intrinsics"]
        assert camera["cam_K"] == pytest.approx([k["fx"], 0, k["cx"] - 0.5, 0, k["fy"], k["cy"] - 0.5, 0, 0, 1])
        truths = read_json(folder / "scene_gt.json")[str(number)]
        rotation, position = np.reshape(camera["cam_R_w2c"], (3, 3)), np.array(camera["cam_t_w2c"])
        assert [truth["obj_id"] for truth in truths] == [a["category_id"] for a in posed(view)]
        for truth, native in zip(truths, posed(view)):
            pose = np.array(view.instances[native["instance_id"]]["world_from_object"])
            assert rotation @ pose[:3, :3] == pytest.approx(np.reshape(truth["cam_R_m2c"], (3, 3)), abs=1e-6)
            assert rotation @ (1000 * pose[:3, 3]) + position == pytest.approx(truth["cam_t_m2c"], abs=1e-3)


def test_pixels_lie_on_their_model(pictures):
    """Pixels of a mask, lifted by depth and intrinsics and taken into the model's frame, lie within the model's box."""
    seen = 0
    for folder, number, view in pictures:
        camera = read_json(folder / "scene_camera.json")[str(number)]
        truths = read_json(folder / "scene_gt.json")[str(number)]
        (fx, _, cx), (_, fy, cy), last = np.reshape(camera["cam_K"], (3, 3))
        assert last.tolist() == [0, 0, 1]
        depth = read_png(folder / "depth" / f"{number:06}.png") * camera["depth_scale"]
        for place, (truth, native) in enumerate(zip(truths, posed(view))):
            rows, columns = np.nonzero(read_png(folder / "mask_visib" / f"{number:06}_{place:06}.png"))
            z = depth[rows, columns]
            kept = (0 < z) & (z < 65535 * camera["depth_scale"])
            points = np.stack([(columns - cx) / fx * z, (rows - cy) / fy * z, z])[:, kept] - np.reshape(truth["cam_t_m2c"], (3, 1))
            rotation = np.reshape(truth["cam_R_m2c"], (3, 3))
            in_model = np.linalg.solve(rotation, points)
            bounds = view.instances[native["instance_id"]]["bounds"]
            low, high = (1000 * np.reshape(bounds[end], (3, 1)) for end in ("min", "max"))
            slack = SLACK_SHARE * (high - low) + SLACK_MM + camera["depth_scale"]
            outside = ((in_model < low - slack) | (in_model > high + slack)).any(axis=0)
            assert not outside.any(), f"{view.name}: {outside.sum()} pixels of {native['instance_id']} lie outside its model"
            seen += kept.sum()
    assert seen > 0


def test_masks_counts_and_boxes_are_those_of_the_records(pictures):
    for folder, number, view in pictures:
        infos = read_json(folder / "scene_gt_info.json")[str(number)]
        assert len(infos) == len(posed(view))
        depth = read_png(folder / "depth" / f"{number:06}.png")
        for place, (info, native) in enumerate(zip(infos, posed(view))):
            name, amodal = f"{number:06}_{place:06}.png", native["amodal"]
            visible = read_png(folder / "mask_visib" / name)
            assert set(np.unique(visible).tolist()) <= {0, 255} and visible.dtype == np.uint8
            visible = visible > 0
            assert (visible == view.mask(native)).all()
            whole = read_png(folder / "mask" / name) > 0 if amodal else visible
            assert (whole == (decoded(amodal["mask"]) if amodal else visible)).all()
            assert (whole | ~visible).all()
            # All counts what is beyond the image too.
            share_inside = 1 - amodal["truncation"] if amodal else 1
            assert info["px_count_all"] == pytest.approx(whole.sum() / share_inside, abs=0.5001, rel=1e-6)
            assert info["px_count_all"] >= whole.sum()
            assert info["px_count_visib"] == visible.sum()
            assert info["px_count_valid"] == (whole & (depth > 0)).sum()
            assert info["visib_fract"] == pytest.approx(visible.sum() / info["px_count_all"], abs=1e-6)
            assert info["bbox_visib"] == box(visible)
            left, top, width, height = amodal["bbox_whole"] if amodal else native["bbox_visible"]
            assert info["bbox_obj"] == [left, top, width - 1, height - 1]
            x, y, w, h = box(whole)
            assert left <= x and top <= y and left + width >= x + w + 1 and top + height >= y + h + 1
            if not amodal or amodal["truncation"] == 0:
                assert info["bbox_obj"] == [x, y, w, h]
