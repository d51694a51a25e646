"""The image planes: their formats, and that identity, depth, camera and pose agree with each other."""

import numpy as np
import OpenEXR
from conftest import read_png
from PIL import Image

# How far a lifted point may lie outside the box of its mesh: a share of the box, and metres.
SLACK_SHARE = 0.01
SLACK_M = 0.002


def test_rgb_is_eight_bits_a_channel(dataset):
    for view in dataset.views:
        with Image.open(view.path("rgb")) as image:
            assert (image.format, image.mode) == ("PNG", "RGB")
            assert image.size == (view.camera["width"], view.camera["height"])
        header = view.path("rgb").read_bytes()[24:26]
        assert tuple(header) == (8, 2), "bit depth 8, colour type 2"


def test_rgb_shows_something(dataset):
    for view in dataset.views:
        rgb = read_png(view.path("rgb"))
        assert rgb.std() > 2, f"{view.stem} is one flat colour"


def test_instance_is_one_channel_of_sixteen_bits(dataset):
    for view in dataset.views:
        header = view.path("instance").read_bytes()[24:26]
        assert tuple(header) == (16, 0), "bit depth 16, colour type 0"
        assert view.instance.shape == (view.camera["height"], view.camera["width"])


def test_instance_holds_ids_of_labelled_instances_only(dataset):
    for view in dataset.views:
        labelled = {i for i, instance in view.instances.items() if instance["labelled"]}
        found = set(np.unique(view.instance).tolist()) - {0}
        assert found <= labelled, f"{view.stem}: {sorted(found - labelled)} are not labelled instances"


def test_depth_is_one_float_channel_named_z(dataset):
    for view in dataset.views:
        with OpenEXR.File(str(view.path("depth")), separate_channels=True) as file:
            assert list(file.channels()) == ["Z"]
            assert file.channels()["Z"].pixels.dtype == np.float32
            assert not {"capDate", "utcOffset", "owner", "comments", "hostComputer"} & set(file.header())
        assert view.depth.shape == (view.camera["height"], view.camera["width"])


def test_depth_is_finite_and_there_wherever_an_instance_is(dataset):
    for view in dataset.views:
        assert np.isfinite(view.depth).all()
        assert (view.depth >= 0).all()
        assert (view.depth[view.instance > 0] > 0).all(), f"{view.stem}: an instance without depth"


def lift(view, mask):
    """World points of the pixels of a mask, N × 3: pixel centre, along the ray, to the depth."""
    k = view.camera["intrinsics"]
    rows, columns = np.nonzero(mask)
    z = view.depth[rows, columns].astype(np.float64)
    in_camera = np.stack([(columns + 0.5 - k["cx"]) / k["fx"] * z, (rows + 0.5 - k["cy"]) / k["fy"] * z, z, np.ones_like(z)])
    return (np.asarray(view.camera["world_from_camera"], float) @ in_camera)[:3].T


def test_labelled_pixels_lie_on_their_instance(dataset):
    seen = 0
    for view in dataset.views:
        for i in np.unique(view.instance[view.instance > 0]).tolist():
            points = lift(view, view.instance == i)
            instance = view.instances[i]
            world_from_object = np.asarray(instance["world_from_object"], float)
            in_object = np.linalg.solve(world_from_object, np.c_[points, np.ones(len(points))].T)[:3].T
            low, high = (np.asarray(instance["bounds"][end], float) for end in ("min", "max"))
            # The slack in metres is one of the world; the object's frame may be scaled.
            slack = SLACK_SHARE * (high - low) + SLACK_M / np.linalg.norm(world_from_object[:3, :3], axis=0)
            outside = ((in_object < low - slack) | (in_object > high + slack)).any(axis=1)
            assert not outside.any(), (
                f"{view.stem}: {outside.sum()} of {len(points)} pixels of {instance['name']} ({i}) lie outside its box, "
                f"the farthest at {in_object[outside][np.abs(in_object[outside]).max(axis=1).argmax()]} of {low} to {high}"
            )
            seen += len(points)
    assert seen > 0, "no labelled pixel in the whole dataset"


def test_instances_fill_their_boxes_somewhere(dataset):
    """Lifted points are not only inside: seen from somewhere they reach across the box, so scale and focal length are right."""
    reach = 0.0
    for view in dataset.views:
        for i, pixels in dataset.annotated_ids(view).items():
            if pixels < 200:
                continue
            instance = view.instances[i]
            points = np.linalg.solve(
                np.asarray(instance["world_from_object"], float), np.c_[lift(view, view.instance == i), np.ones(pixels)].T
            )[:3].T
            extent = np.asarray(instance["bounds"]["max"], float) - np.asarray(instance["bounds"]["min"], float)
            reach = max(reach, float(np.max(np.ptp(points, axis=0) / np.maximum(extent, 1e-9))))
    assert reach > 0.8, f"the widest view of any instance spans {reach:.0%} of its box"
