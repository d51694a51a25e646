"""The COCO file, read by pycocotools and held against the instance planes."""

import contextlib
import copy
import io

import numpy as np
import pytest
from conftest import read_png
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval


@pytest.fixture(scope="session")
def coco(dataset):
    with contextlib.redirect_stdout(io.StringIO()):
        return COCO(str(dataset.coco_path))


def test_images_are_the_colour_images(dataset, coco):
    images = dataset.coco["images"]
    assert {image["file_name"] for image in images} == set(dataset.view_of_file)
    assert len(images) == len(dataset.views)
    ids = [image["id"] for image in images]
    assert len(set(ids)) == len(ids) and all(isinstance(i, int) for i in ids)
    for image in images:
        rgb = read_png(dataset.root / image["file_name"])
        assert rgb.shape == (image["height"], image["width"], 3)


def test_ids_are_unique_and_start_at_one(dataset):
    """pycocotools takes an annotation id of 0 for "no match": such an object would count as missed."""
    for table in ("annotations", "categories"):
        ids = [entry["id"] for entry in dataset.coco[table]]
        assert ids and len(set(ids)) == len(ids) and min(ids) >= 1, table


def test_categories_are_those_of_the_records(dataset):
    names = {category["id"]: category["name"] for category in dataset.coco["categories"]}
    assert len(set(names.values())) == len(names)
    images = {image["id"]: image for image in dataset.coco["images"]}
    for annotation in dataset.coco["annotations"]:
        assert annotation["category_id"] in names
        view = dataset.view_of_file[images[annotation["image_id"]]["file_name"]]
        instance = view.instances[annotation["instance_id"]]
        assert (instance["category_id"], instance["category"]) == (annotation["category_id"], names[annotation["category_id"]])


def test_masks_are_the_pixels_of_their_instance(dataset, coco):
    for image in dataset.coco["images"]:
        view = dataset.view_of_file[image["file_name"]]
        annotations = coco.loadAnns(coco.getAnnIds(imgIds=[image["id"]]))
        assert sorted(annotation["instance_id"] for annotation in annotations) == sorted(dataset.annotated_ids(view))
        for annotation in annotations:
            rle = annotation["segmentation"]
            assert isinstance(rle, dict) and isinstance(rle["counts"], (str, bytes)), "compressed run lengths"
            assert list(rle["size"]) == [image["height"], image["width"]]
            mask = coco.annToMask(annotation).astype(bool)
            assert (mask == (view.instance == annotation["instance_id"])).all(), f"{view.stem}: mask of {annotation['instance_id']}"
            assert annotation["area"] == mask.sum()
            assert annotation["iscrowd"] == 0


def test_boxes_are_tight(dataset, coco):
    for annotation in dataset.coco["annotations"]:
        mask = coco.annToMask(annotation)
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        assert annotation["bbox"] == [columns[0], rows[0], columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1]


def test_masks_and_background_make_up_the_image(dataset, coco):
    for image in dataset.coco["images"]:
        view = dataset.view_of_file[image["file_name"]]
        owners = np.zeros((image["height"], image["width"]), int)
        for annotation in coco.loadAnns(coco.getAnnIds(imgIds=[image["id"]])):
            owners += coco.annToMask(annotation)
        assert owners.max(initial=0) <= 1, f"{view.stem}: masks overlap"
        ids, counts = np.unique(view.instance, return_counts=True)
        left_out = [i for i, n in zip(ids.tolist(), counts.tolist()) if i > 0 and n < dataset.minimum_pixels]
        background = (view.instance == 0) | np.isin(view.instance, left_out)
        assert (owners + background == 1).all(), f"{view.stem}: masks and background do not make up the image"


@pytest.mark.parametrize("kind", ["segm", "bbox"])
def test_the_truth_scores_full_marks_against_itself(coco, kind):
    with contextlib.redirect_stdout(io.StringIO()):
        guesses = [dict(copy.deepcopy(annotation), score=1.0) for annotation in coco.dataset["annotations"]]
        evaluation = COCOeval(coco, coco.loadRes(guesses), kind)
        evaluation.params.maxDets = [1000]
        evaluation.evaluate()
        evaluation.accumulate()
    precision = evaluation.eval["precision"][:, :, :, 0, -1]
    assert precision[precision > -1].size > 0
    assert precision[precision > -1].min() == pytest.approx(1.0)
