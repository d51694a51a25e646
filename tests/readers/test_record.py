"""The record of a frame: strict about what every reader may count on, blind to whatever else it holds."""

import numpy as np
import pytest


def is_int(value):
    return isinstance(value, int) and not isinstance(value, bool)


def matrix(value):
    array = np.asarray(value, float)
    assert array.shape == (4, 4) and np.isfinite(array).all()
    assert array[3].tolist() == [0, 0, 0, 1], "row-major: the last row is 0 0 0 1"
    return array


def test_version_frame_and_key(dataset):
    for _, record in dataset.records:
        assert record["schema_version"] == 3
        assert is_int(record["frame"]) and record["frame"] >= 0
        assert isinstance(record["key"], str)
        assert record["cameras"] and isinstance(record["instances"], list)


def test_cameras_are_pinholes_with_a_rigid_pose(dataset):
    for view in dataset.views:
        camera = view.camera
        assert isinstance(camera["name"], str) and camera["name"]
        assert is_int(camera["width"]) and is_int(camera["height"]) and camera["width"] > 0 and camera["height"] > 0
        k = camera["intrinsics"]
        assert k["fx"] > 0 and k["fy"] > 0 and np.isfinite([k["cx"], k["cy"]]).all()
        rotation = matrix(camera["world_from_camera"])[:3, :3]
        assert rotation.T @ rotation == pytest.approx(np.eye(3), abs=1e-5)
        assert np.linalg.det(rotation) == pytest.approx(1, abs=1e-5)


def test_cameras_are_the_same_in_every_frame(dataset):
    names = {tuple(camera["name"] for camera in record["cameras"]) for _, record in dataset.records}
    assert len(names) == 1
    assert len(set(next(iter(names)))) == len(next(iter(names))), "names of cameras are unique"


def test_instances_are_complete(dataset):
    for _, record in dataset.records:
        ids = [instance["id"] for instance in record["instances"]]
        assert all(is_int(i) and 1 <= i <= 65535 for i in ids)
        assert len(set(ids)) == len(ids), "ids are unique"
        for instance in record["instances"]:
            assert isinstance(instance["name"], str) and instance["name"]
            assert isinstance(instance["labelled"], bool)
            if instance["labelled"]:
                assert isinstance(instance["category"], str) and instance["category"]
                assert is_int(instance["category_id"]) and instance["category_id"] >= 1
            axes = matrix(instance["world_from_object"])[:3, :3]
            assert np.linalg.det(axes) > 0, "a pose does not mirror"
            low, high = (np.asarray(instance["bounds"][end], float) for end in ("min", "max"))
            assert low.shape == high.shape == (3,) and np.isfinite([low, high]).all()
            assert (low <= high).all() and (low < high).any()


def test_an_instance_keeps_its_identity_through_a_take(dataset):
    known = {}
    for _, record in dataset.records:
        for instance in record["instances"]:
            identity = (instance["name"], instance.get("category_id"), instance["labelled"])
            assert known.setdefault((record["frame"], instance["id"]), identity) == identity


def test_annotations_are_those_of_the_instance_plane(dataset):
    for view in dataset.views:
        annotations = view.camera["annotations"]
        ids = [annotation["instance_id"] for annotation in annotations]
        expected = dataset.annotated_ids(view)
        assert sorted(ids) == sorted(expected), f"{view.stem}: annotated are {sorted(ids)}, seen are {sorted(expected)}"
        for annotation in annotations:
            mask = view.instance == annotation["instance_id"]
            rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
            box = [columns[0], rows[0], columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1]
            assert annotation["bbox_visible"] == [int(side) for side in box], f"{view.stem}: box of {annotation['instance_id']}"
            assert annotation["pixels"] == int(mask.sum()), f"{view.stem}: pixels of {annotation['instance_id']}"


def test_boxes_in_space_are_the_poses_and_bounds(dataset):
    for _, record in dataset.records:
        instances = {instance["id"]: instance for instance in record["instances"]}
        for camera in record["cameras"]:
            camera_from_world = np.linalg.inv(np.array(camera["world_from_camera"]))
            for annotation in camera["annotations"]:
                instance = instances[annotation["instance_id"]]
                pose = camera_from_world @ np.array(instance["world_from_object"])
                assert np.allclose(annotation["camera_from_object"], pose, atol=1e-6)
                low, high = np.array(instance["bounds"]["min"]), np.array(instance["bounds"]["max"])
                box = annotation["box_3d"]
                assert np.allclose(box["size_m"], high - low, atol=1e-6)
                assert np.allclose(box["center_m"], pose[:3, :3] @ ((low + high) / 2) + pose[:3, 3], atol=1e-6)
                assert np.allclose(box["rotation"], pose[:3, :3], atol=1e-6)


def test_what_is_seen_lies_within_its_boxes(dataset):
    """Each labelled pixel, lifted by its depth, lies in the 3D box; the loose box encloses the mask."""
    for view in dataset.views:
        k = view.camera["intrinsics"]
        for annotation in view.camera["annotations"]:
            rows, columns = np.nonzero(view.instance == annotation["instance_id"])
            z = view.depth[rows, columns].astype(np.float64)
            u, v = columns + 0.5, rows + 0.5
            x, y, width, height = annotation["bbox_loose"]
            within = (x - 1e-3 <= u) & (u <= x + width + 1e-3) & (y - 1e-3 <= v) & (v <= y + height + 1e-3)
            assert within.all(), f"{view.stem}: the loose box of {annotation['instance_id']} leaves pixels out"
            points = np.stack([(u - k["cx"]) / k["fx"] * z, (v - k["cy"]) / k["fy"] * z, z])
            box = annotation["box_3d"]
            local = np.array(box["rotation"]).T @ (points - np.array(box["center_m"])[:, None])
            beyond = np.abs(local) - np.array(box["size_m"])[:, None] / 2
            # Depth is a float of 24 bits, and the picture is drawn in single precision.
            assert beyond.max() <= 1e-3 * max(1.0, z.max()), f"{view.stem}: {annotation['instance_id']} leaves its box by {beyond.max()} m"
