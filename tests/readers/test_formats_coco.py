"""COCO folders, read by pycocotools and datumaro and held against the records and the instance planes."""

import contextlib
import copy
import io

import datumaro
import numpy as np
import pytest
from conftest import read_json, read_png
from datumaro.components.annotation import AnnotationType
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

INSTANCES = "annotations/instances_train.json"
KEYPOINTS = "annotations/person_keypoints_train.json"
VISIBILITIES = {"absent": 0, "occluded": 1, "visible": 2}


def read(path):
    with contextlib.redirect_stdout(io.StringIO()):
        return COCO(str(path))


def annotations_of(coco, dataset):
    """(view, its annotation in the file, the same in the record) of everything in the file."""
    found = []
    for image in coco.dataset["images"]:
        view = dataset.view_of_name[image["file_name"].removesuffix(".png")]
        native = {annotation["instance_id"]: annotation for annotation in view.annotations}
        found += [(view, annotation, native[annotation["instance_id"]]) for annotation in coco.imgToAnns[image["id"]]]
    assert len(found) == len(coco.dataset["annotations"])
    return found


@pytest.fixture(params=["coco", "coco-polygons"])
def folder(request, exportable, export):
    return export(exportable, request.param)


@pytest.fixture
def coco(folder):
    return read(folder / INSTANCES)


def test_images_are_those_of_the_dataset(exportable, folder, coco):
    images = coco.dataset["images"]
    assert [image["file_name"] for image in images] == [f"{name}.png" for name in exportable.view_of_name]
    assert sorted(path.name for path in (folder / "images/train").iterdir()) == sorted(image["file_name"] for image in images)
    for image, view in zip(images, exportable.views):
        assert (image["width"], image["height"]) == view.size
        assert (folder / "images/train" / image["file_name"]).read_bytes() == view.path("rgb").read_bytes()


def test_categories_are_those_of_the_manifest(exportable, coco):
    assert {category["id"]: category["name"] for category in coco.dataset["categories"]} == exportable.categories


def test_what_has_a_mask_is_annotated(exportable, coco):
    found = [(view.name, annotation["instance_id"]) for view, annotation, _ in annotations_of(coco, exportable)]
    assert found == [(view.name, annotation["instance_id"]) for view in exportable.views for annotation in view.seen]
    ids = [annotation["id"] for annotation in coco.dataset["annotations"]]
    assert ids == list(range(1, len(ids) + 1))


def test_masks_and_boxes_are_those_of_the_records(exportable, folder, coco):
    for view, annotation, native in annotations_of(coco, exportable):
        mask = coco.annToMask(annotation).astype(bool)
        assert (mask == view.mask(native)).all(), f"{view.name}: mask of {native['instance_id']}"
        assert annotation["bbox"] == native["bbox_visible"]
        assert annotation["area"] == native["pixels"]
        assert annotation["category_id"] == native["category_id"]
        assert annotation["iscrowd"] == native["crowd"]
        outlines = folder.name == "coco-polygons" and not native["crowd"]
        assert isinstance(annotation["segmentation"], list if outlines else dict)


@pytest.mark.parametrize("kind", ["segm", "bbox"])
def test_the_truth_scores_full_marks_against_itself(coco, kind):
    with contextlib.redirect_stdout(io.StringIO()):
        guesses = [dict(copy.deepcopy(annotation), score=1.0) for annotation in coco.dataset["annotations"] if not annotation["iscrowd"]]
        evaluation = COCOeval(coco, coco.loadRes(guesses), kind)
        evaluation.params.maxDets = [1000]
        evaluation.evaluate()
        evaluation.accumulate()
    precision = evaluation.eval["precision"][:, :, :, 0, -1]
    assert precision[precision > -1].size > 0
    assert precision[precision > -1].min() == pytest.approx(1.0)


def test_datumaro_reads_the_same(exportable, folder):
    items = datumaro.Dataset.import_from(str(folder), "coco_instances")
    assert [label.name for label in items.categories()[AnnotationType.label]] == list(exportable.categories.values())
    assert sorted(item.id for item in items) == sorted(exportable.view_of_name)
    for item in items:
        view = exportable.view_of_name[item.id]
        assert item.subset == "train"
        assert (item.media.data[:, :, ::-1] == view.rgb).all(), "datumaro gives blue first"
        boxes = sorted((a.label + 1, a.attributes["is_crowd"], *a.get_bbox()) for a in item.annotations if a.type == AnnotationType.bbox)
        assert boxes == sorted((a["category_id"], a["crowd"], *a["bbox_visible"]) for a in view.seen)
        masks = [a for a in item.annotations if a.type == AnnotationType.mask]
        pieces = {a.id for a in item.annotations if a.type == AnnotationType.polygon}
        assert len(masks) + len(pieces) == len(view.seen)
        expected = sorted(view.mask(a).tobytes() for a in view.seen if folder.name == "coco" or a["crowd"])
        assert sorted(a.image.astype(bool).tobytes() for a in masks) == expected


def test_keypoints_have_a_file_where_there_are_any(exportable, folder):
    assert (folder / KEYPOINTS).exists() == bool(exportable.keypoints)


def test_keypoints_are_those_of_the_records(take, export):
    coco = read(export(take, "coco") / KEYPOINTS)
    instances = {annotation["id"]: annotation for annotation in read(export(take, "coco") / INSTANCES).dataset["annotations"]}
    named = {category["id"]: category["keypoints"] for category in coco.dataset["categories"]}
    assert named == take.keypoints
    assert [category["skeleton"] for category in coco.dataset["categories"]] == [[[1, 2], [2, 3]], []]
    expected = [(view.name, a["instance_id"]) for view in take.views for a in view.seen if a["category_id"] in take.keypoints]
    assert [(view.name, annotation["instance_id"]) for view, annotation, _ in annotations_of(coco, take)] == expected
    states = set()
    for view, annotation, native in annotations_of(coco, take):
        known = {keypoint["name"]: keypoint for keypoint in native["keypoints"]}
        points = np.reshape(annotation["keypoints"], (-1, 3)).tolist()
        assert len(points) == len(named[annotation["category_id"]])
        for name, (x, y, state) in zip(named[annotation["category_id"]], points):
            keypoint = known.get(name, {"visibility": "absent", "position": [0, 0]})
            assert state == VISIBILITIES[keypoint["visibility"]]
            assert [x, y] == pytest.approx(keypoint["position"], abs=1e-6), f"{view.name}: {name} of {native['instance_id']}"
            states.add(state)
        assert annotation["num_keypoints"] == sum(state > 0 for _, _, state in points)
        assert {key: annotation[key] for key in ("instance_id", "bbox", "area")} == {
            key: instances[annotation["id"]][key] for key in ("instance_id", "bbox", "area")
        }
    assert states == {0, 1, 2}, "the dataset has keypoints of every kind"


def test_datumaro_reads_the_same_keypoints(take, export):
    items = datumaro.Dataset.import_from(str(export(take, "coco")), "coco_person_keypoints")
    found = sum(a.type == AnnotationType.points for item in items for a in item.annotations)
    assert found == sum(a["category_id"] in take.keypoints for view in take.views for a in view.seen)
    for item in items:
        native = {tuple(a["bbox_visible"]): a for a in take.view_of_name[item.id].seen}
        boxes = {a.group: tuple(a.get_bbox()) for a in item.annotations if a.type == AnnotationType.bbox}
        for points in (a for a in item.annotations if a.type == AnnotationType.points):
            keypoints = native[boxes[points.group]]["keypoints"]
            seen = [k for k in keypoints if k["visibility"] != "absent"]
            marked = [i for i, state in enumerate(points.visibility) if state.value > 0]
            found = [points.points[2 * i : 2 * i + 2] for i in marked]
            assert np.ravel(found) == pytest.approx(np.ravel([k["position"] for k in seen]), abs=0.006), "datumaro keeps two digits"


def test_keypoints_score_full_marks_against_themselves(take, export):
    coco = read(export(take, "coco") / KEYPOINTS)
    for category, names in take.keypoints.items():
        with contextlib.redirect_stdout(io.StringIO()):
            guesses = [dict(copy.deepcopy(a), score=1.0) for a in coco.dataset["annotations"] if a["num_keypoints"] and not a["iscrowd"]]
            evaluation = COCOeval(coco, coco.loadRes(guesses), "keypoints")
            evaluation.params.kpt_oks_sigmas = np.full(len(names), 0.05)
            evaluation.params.catIds = [category]
            evaluation.params.areaRng, evaluation.params.areaRngLbl = [[0, 1e10]], ["all"]
            evaluation.evaluate()
            evaluation.accumulate()
        precision = evaluation.eval["precision"]
        assert precision[precision > -1].size > 0
        assert precision[precision > -1].min() == pytest.approx(1.0)


def test_the_index_of_the_dataset_has_the_same(dataset, export):
    """The index that every dataset has over its own images says what the exported one says."""
    exported = read_json(export(dataset, "coco") / INSTANCES)
    own = dataset.coco
    keys = ("image_id", "instance_id", "category_id", "bbox", "area", "iscrowd", "segmentation")
    assert [[a[key] for key in keys] for a in exported["annotations"]] == [[a[key] for key in keys] for a in own["annotations"]]
    files = [dataset.view_of_file[image["file_name"]].name + ".png" for image in own["images"]]
    assert [image["file_name"] for image in exported["images"]] == files


# Panoptic


@pytest.fixture
def panoptic(exportable, export):
    return export(exportable, "coco-panoptic")


def test_panoptic_segments_are_the_instance_plane(exportable, panoptic):
    """Each pixel belongs to the segment of its instance, or where that is not annotated to the one of the background."""
    index = read_json(panoptic / "annotations/panoptic_train.json")
    background = len(exportable.categories) + 1
    things = {category["id"]: category["name"] for category in index["categories"] if category["isthing"]}
    stuff = {category["id"]: category["name"] for category in index["categories"] if not category["isthing"]}
    assert things == exportable.categories and stuff == {background: "background"}
    images = {image["id"]: image["file_name"].removesuffix(".png") for image in index["images"]}
    assert list(images.values()) == list(exportable.view_of_name)
    assert [annotation["image_id"] for annotation in index["annotations"]] == list(images)
    for annotation in index["annotations"]:
        view = exportable.view_of_name[images[annotation["image_id"]]]
        assert annotation["file_name"] == f"{view.name}.png"
        assert (panoptic / "images/train" / f"{view.name}.png").read_bytes() == view.path("rgb").read_bytes()
        colours = read_png(panoptic / "annotations/panoptic_train" / annotation["file_name"]).astype(int)
        ids = colours[:, :, 0] + 256 * colours[:, :, 1] + 65536 * colours[:, :, 2]
        segments = annotation["segments_info"]
        assert sorted(segment["id"] for segment in segments) == sorted(set(np.unique(ids).tolist()) - {0})
        assert len({segment["id"] for segment in segments}) == len(segments)
        seen = {view.mask(native).tobytes(): native for native in view.seen}
        annotated = np.isin(view.instance, [native["instance_id"] for native in view.seen])
        for segment in segments:
            mask = ids == segment["id"]
            assert segment["area"] == mask.sum()
            rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
            assert segment["bbox"] == [columns[0], rows[0], columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1]
            if segment["category_id"] == background:
                assert (mask == ~annotated).all() and segment["iscrowd"] == 0
            else:
                native = seen.pop(mask.tobytes())
                assert (segment["category_id"], segment["iscrowd"]) == (native["category_id"], native["crowd"])
        assert not seen, f"{view.name}: an instance without a segment"
        assert (ids > 0).all(), "no pixel is void"


def test_datumaro_reads_the_same_panoptic_masks(exportable, panoptic):
    items = datumaro.Dataset.import_from(str(panoptic), "coco_panoptic")
    names = [*exportable.categories.values(), "background"]
    assert [label.name for label in items.categories()[AnnotationType.label]] == names
    assert sorted(item.id for item in items) == sorted(exportable.view_of_name)
    for item in items:
        view = exportable.view_of_name[item.id]
        found = sorted((names[a.label], a.attributes["is_crowd"], a.image.astype(bool).tobytes()) for a in item.annotations)
        expected = [(exportable.categories[a["category_id"]], a["crowd"], view.mask(a).tobytes()) for a in view.seen]
        background = ~np.isin(view.instance, [native["instance_id"] for native in view.seen])
        if background.any():
            expected.append(("background", False, background.tobytes()))
        assert found == sorted(expected)
