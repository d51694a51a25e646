"""KITTI folders, read by datumaro and held against the records; the projection is checked with the calibration."""

import re

import datumaro
import numpy as np
import pytest
from conftest import corners, decoded
from datumaro.components.annotation import AnnotationType

NUMBER = re.compile(r"\d{6}")


@pytest.fixture
def folder(exportable, export):
    return export(exportable, "kitti")


@pytest.fixture
def views(exportable, folder):
    """Views by their numbers."""
    pairs = [line.split(" ") for line in (folder / "names.txt").read_text().splitlines()]
    assert [name for _, name in pairs] == list(exportable.view_of_name)
    assert all(NUMBER.fullmatch(number) for number, _ in pairs)
    return {number: exportable.view_of_name[name] for number, name in pairs}


@pytest.fixture
def items(folder):
    """What datumaro reads of the boxes in space."""
    return datumaro.Dataset.import_from(str(folder / "training"), "kitti3d")


def label(dataset, annotation):
    """Names are one word."""
    return "DontCare" if annotation["crowd"] else re.sub(r"\s", "_", dataset.categories[annotation["category_id"]])


@pytest.mark.parametrize("reader", ["kitti", "kitti3d"])
def test_pictures_and_boxes_are_those_of_the_records(exportable, folder, views, reader):
    items = datumaro.Dataset.import_from(str(folder / ("training" if reader == "kitti3d" else "")), reader)
    names = [known.name for known in items.categories()[AnnotationType.label]]
    assert sorted(item.id for item in items) == sorted(views)
    for item in items:
        view = views[item.id]
        assert (item.media.data[:, :, ::-1] == view.rgb).all(), "datumaro gives blue first"
        assert [names[a.label] for a in item.annotations] == [label(exportable, a) for a in view.annotations]
        for annotation, native in zip(item.annotations, view.annotations):
            assert annotation.points == pytest.approx(corners(native["bbox_visible"]), abs=0.006)


def test_hidden_and_cut_off_is_what_the_records_say(items, views):
    """Occluded is 0 where most is visible, 1 where half is, 2 where less is, and 3 where nobody knows."""
    for item in items:
        for annotation, native in zip(item.annotations, views[item.id].annotations):
            found, amodal = annotation.attributes, native["amodal"]
            if native["crowd"]:
                assert (found["truncated"], found["occluded"], found["alpha"], found["rotation_y"]) == (-1, -1, -10, -10)
            elif amodal is None:
                assert (found["truncated"], found["occluded"]) == (0, 3)
            else:
                visible = 1 if native["volume"] else native["pixels"] / decoded(amodal["mask"]).sum()
                assert found["truncated"] == pytest.approx(amodal["truncation"], abs=0.005)
                assert found["occluded"] == (0 if visible >= 0.9 else 1 if visible >= 0.5 else 2)


def test_boxes_in_space_are_the_smallest_upright_ones_along_the_instance(items, views):
    seen = 0
    for item in items:
        for annotation, native in zip(item.annotations, views[item.id].annotations):
            if native["crowd"]:
                continue
            found, box = annotation.attributes, native["box_3d"]
            height, width, length = found["dimensions"]
            turn = found["rotation_y"]
            assert -np.pi <= turn <= np.pi + 1e-6
            sides = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)]) * box["size_m"]
            in_camera = sides @ np.transpose(box["rotation"]) + box["center_m"]
            # As KITTI's own tools place a box: length along x, width along z, height upwards from the location.
            rotation = np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]])
            in_box = (in_camera - found["location"]) @ rotation
            low, high = in_box.min(axis=0), in_box.max(axis=0)
            assert low == pytest.approx([-length / 2, -height, -width / 2], abs=1e-4)
            assert high == pytest.approx([length / 2, 0, width / 2], abs=1e-4)
            along = rotation.T @ np.array(box["rotation"])[:, 0]
            if np.hypot(along[0], along[2]) > 1e-3:
                assert along[0] > 0 and along[2] == pytest.approx(0, abs=1e-4), "its length points along the instance's x"
            x, _, z = found["location"]
            difference = found["alpha"] - (turn - np.arctan2(x, z))
            assert np.angle(np.exp(1j * difference)) == pytest.approx(0, abs=1e-4)
            seen += 1
    assert seen > 0


def test_the_calibration_projects_boxes_to_where_they_are_seen(folder, views):
    """KITTI counts pixels from the centre of the first one, the dataset from its corner."""
    for number, view in views.items():
        lines = dict(line.split(": ") for line in (folder / "training/calib" / f"{number}.txt").read_text().splitlines())
        assert list(lines) == ["P0", "P1", "P2", "P3", "R0_rect", "Tr_velo_to_cam", "Tr_imu_to_velo"]
        projection = np.array(lines["P2"].split(" "), float).reshape(3, 4)
        k = view.camera["intrinsics"]
        assert np.array(lines["R0_rect"].split(" "), float).reshape(3, 3).tolist() == np.eye(3).tolist()
        for native in view.annotations:
            x, y, z = native["box_3d"]["center_m"]
            if z <= 0:
                continue
            u, v, w = projection @ [x, y, z, 1]
            assert [u / w + 0.5, v / w + 0.5] == pytest.approx([k["fx"] * x / z + k["cx"], k["fy"] * y / z + k["cy"]], abs=1e-3)
