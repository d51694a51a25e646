"""YOLO folders, read by supervision and datumaro and held against the records and the instance planes."""

import cv2
import datumaro
import numpy as np
import pytest
import supervision
import yaml
from conftest import corners
from datumaro.components.annotation import AnnotationType
from pycocotools import mask as rle

# Labels are shares of the image's size with six digits.
HALF_A_DIGIT = 0.6e-6
# Outlines are that much within the edges of pixels.
INSET = 0.02
VISIBILITIES = {"absent": 0, "occluded": 1, "visible": 2}


def read(folder, **options):
    """What supervision reads, by the names of the views."""
    paths = {"images_directory_path": "images/train", "annotations_directory_path": "labels/train", "data_yaml_path": "data.yaml"}
    found = supervision.DetectionDataset.from_yolo(**{key: str(folder / path) for key, path in paths.items()}, **options)
    return found.classes, {path.rsplit("/", 1)[-1].removesuffix(".png"): (image, labels) for path, image, labels in found}


def lines(folder, view):
    """The values of each line of a view's labels."""
    text = (folder / "labels/train" / f"{view.name}.txt").read_text()
    return [[float(value) for value in line.split(" ")] for line in text.splitlines()]


def scale(view):
    return np.array(view.size, float)


@pytest.mark.parametrize("name", ["yolo", "yolo-seg", "yolo-obb"])
def test_pictures_and_names_are_those_of_the_dataset(exportable, export, name):
    folder = export(exportable, name)
    classes, found = read(folder, is_obb=name == "yolo-obb")
    assert classes == list(exportable.categories.values())
    assert sorted(found) == sorted(exportable.view_of_name)
    assert sorted(path.stem for path in (folder / "labels/train").iterdir()) == sorted(found)
    for view_name, (image, _) in found.items():
        assert (image[:, :, ::-1] == exportable.view_of_name[view_name].rgb).all(), "supervision gives blue first"
    index = yaml.safe_load((folder / "data.yaml").read_text())
    assert index["names"] == {place - 1: category for place, category in exportable.categories.items()}
    assert index["train"] == index["val"] == "images/train"


def test_boxes_are_those_of_the_records(exportable, export):
    _, found = read(export(exportable, "yolo"))
    for name, (_, labels) in found.items():
        view = exportable.view_of_name[name]
        assert len(labels) == len(view.wanted)
        assert [int(i) + 1 for i in labels.class_id] == [a["category_id"] for a in view.wanted]
        for box, native in zip(labels.xyxy, view.wanted):
            assert box == pytest.approx(corners(native["bbox_visible"]), abs=0.002)
    assert sum(len(labels) for _, labels in found.values()) == sum(len(view.wanted) for view in exportable.views) > 0


def test_datumaro_reads_the_same_boxes(exportable, export):
    items = datumaro.Dataset.import_from(str(export(exportable, "yolo")), "yolo")
    assert [label.name for label in items.categories()[AnnotationType.label]] == list(exportable.categories.values())
    assert sorted(item.id for item in items) == sorted(exportable.view_of_name)
    for item in items:
        view = exportable.view_of_name[item.id]
        assert item.subset == "train"
        assert [a.label + 1 for a in item.annotations] == [a["category_id"] for a in view.wanted]
        for annotation, native in zip(item.annotations, view.wanted):
            assert annotation.get_bbox() == pytest.approx(native["bbox_visible"], abs=0.006), "datumaro keeps two digits"


def test_outlines_fill_to_the_instance_plane(exportable, export):
    folder = export(exportable, "yolo-seg")
    for view in exportable.views:
        natives = [annotation for annotation in view.wanted if annotation["pixels"]]
        labels = lines(folder, view)
        assert [int(category) + 1 for category, *_ in labels] == [a["category_id"] for a in natives]
        for (_, *shares), native in zip(labels, natives):
            outline = np.reshape(shares, (-1, 2)) * scale(view)
            assert np.abs(outline - outline.round()).max() <= INSET + max(view.size) * HALF_A_DIGIT, "outlines run along pixel edges"
            assert (outline >= 0).all() and (np.floor(outline) < view.size).all(), "and within the image"
            (filled,) = rle.frPyObjects([outline.round().ravel().tolist()], view.size[1], view.size[0])
            assert (rle.decode(filled).astype(bool) == view.mask(native)).all(), f"{view.name}: mask of {native['instance_id']}"


def test_supervision_reads_the_same_masks(exportable, export):
    """It rounds coordinates and draws what outlines pass through, so that masks grow by one on the right and below."""
    _, found = read(export(exportable, "yolo-seg"), force_masks=True)
    whole = 0
    for name, (_, labels) in found.items():
        view = exportable.view_of_name[name]
        natives = [annotation for annotation in view.wanted if annotation["pixels"]]
        assert [int(i) + 1 for i in labels.class_id] == [a["category_id"] for a in natives]
        for mask, native in zip(labels.mask if len(labels) else [], natives):
            seen = view.mask(native)
            assert (mask | ~seen).all()
            grown = np.pad(seen, ((1, 0), (1, 0)))
            grown = grown[1:, 1:] | grown[:-1, 1:] | grown[1:, :-1] | grown[:-1, :-1]
            # Pieces of an instance are tied to one outline by lines, which are drawn as well.
            whole += (mask == grown).all()
            assert (mask & ~grown).sum() <= sum(view.size)
    assert whole > 0.6 * sum(len(labels) for _, labels in found.values())


def test_outlines_cut_off_to_whole_pixels_draw_the_mask(exportable, export):
    """As Ultralytics does it: `polygon2mask` of ultralytics/data/utils.py."""
    folder = export(exportable, "yolo-seg")
    pieces = 0
    for view in exportable.views:
        natives = [annotation for annotation in view.wanted if annotation["pixels"]]
        for (_, *shares), native in zip(lines(folder, view), natives):
            outline = np.float32(shares).reshape(-1, 2) * np.float32(view.size)
            mask = np.zeros(view.instance.shape, np.uint8)
            cv2.fillPoly(mask, [outline.astype(np.int32)], color=1)
            seen = view.mask(native)
            assert (mask[seen] == 1).all()
            if cv2.connectedComponents(seen.astype(np.uint8), connectivity=4)[0] == 2:
                assert (mask.astype(bool) == seen).all(), f"{view.name}: mask of {native['instance_id']}"
                pieces += 1
    assert pieces > 0


def test_turned_boxes_are_those_of_the_records(exportable, export):
    folder = export(exportable, "yolo-obb")
    _, found = read(folder, is_obb=True)
    for name, (_, labels) in found.items():
        view = exportable.view_of_name[name]
        assert [int(i) + 1 for i in labels.class_id] == [a["category_id"] for a in view.wanted]
        for four, native in zip(labels.data["xyxyxyxy"] if len(labels) else [], view.wanted):
            box = native["bbox_oriented"]
            angle = np.radians(box["angle_deg"])
            along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
            x, y = along * box["size"][0] / 2, across * box["size"][1] / 2
            expected = box["center"] + np.array([-x - y, x - y, x + y, y - x])
            # Nothing may lie outside the image, where corners of a turned box can be.
            assert four == pytest.approx(np.clip(expected, 0, view.size), abs=0.002), f"{name}: {native['instance_id']}"
            if native["pixels"]:
                rows, columns = np.nonzero(view.mask(native))
                pixels = np.stack([columns + 0.5, rows + 0.5], axis=1) - box["center"]
                assert (np.abs(pixels @ along) <= box["size"][0] / 2).all() and (np.abs(pixels @ across) <= box["size"][1] / 2).all()


def test_poses_are_those_of_the_records(take, export):
    folder = export(take, "yolo-pose")
    index = yaml.safe_load((folder / "data.yaml").read_text())
    most = max(len(names) for names in take.keypoints.values())
    assert index["kpt_shape"] == [most, 3]
    classes, found = read(folder)
    assert classes == list(take.categories.values())
    states = set()
    for view in take.views:
        natives = [annotation for annotation in view.wanted if annotation["category_id"] in take.keypoints]
        labels = lines(folder, view)
        assert [int(category) + 1 for category, *_ in labels] == [a["category_id"] for a in natives]
        assert [int(i) + 1 for i in found[view.name][1].class_id] == [a["category_id"] for a in natives]
        for (_, x, y, width, height, *points), box, native in zip(labels, found[view.name][1].xyxy, natives):
            assert box == pytest.approx(corners(native["bbox_visible"]), abs=0.002)
            points = np.reshape(points, (-1, 3))
            assert len(points) == most
            known = {keypoint["name"]: keypoint for keypoint in native["keypoints"]}
            names = take.keypoints[native["category_id"]]
            for name, (*position, state) in zip([*names, *[None] * (most - len(names))], points.tolist()):
                keypoint = known.get(name, {"visibility": "absent", "position": [0, 0]})
                assert state == VISIBILITIES[keypoint["visibility"]]
                assert position * scale(view) == pytest.approx(keypoint["position"], abs=0.001)
                states.add(state)
    assert states == {0, 1, 2}, "the dataset has keypoints of every kind"


def test_poses_are_refused_where_there_are_no_keypoints(dataset, export):
    if not dataset.keypoints:
        with pytest.raises(pytest.fail.Exception, match="keypoints"):
            export(dataset, "yolo-pose")
