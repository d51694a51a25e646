"""Pascal VOC folders, read by datumaro and supervision and held against the records and the instance planes."""

import datumaro
import numpy as np
import pytest
import supervision
from conftest import corners
from datumaro.components.annotation import AnnotationType
from PIL import Image

VOID = 255


@pytest.fixture
def folder(exportable, export):
    return export(exportable, "voc")


@pytest.fixture
def items(folder):
    """What datumaro reads; without this mode it takes VOC's numbers, which count pixels from 1, as they are."""
    return datumaro.Dataset.import_from(str(folder), "voc", coordinate_mode="voc-one-based")


def indexes(path):
    """The values of an indexed PNG."""
    with Image.open(path) as image:
        assert image.mode == "P"
        return np.asarray(image)


def test_pictures_and_names_are_those_of_the_dataset(exportable, folder, items):
    names = ["background", *exportable.categories.values()]
    if exportable.manifest["labels"]["rejected_as_crowd"]:
        names.append("ignored")
    assert [label.name for label in items.categories()[AnnotationType.label]] == names
    assert sorted(item.id for item in items) == sorted(exportable.view_of_name)
    for item in items:
        assert item.subset == "train"
        assert (item.media.data[:, :, ::-1] == exportable.view_of_name[item.id].rgb).all(), "datumaro gives blue first"
    for task in ("Main", "Segmentation"):
        assert (folder / "ImageSets" / task / "train.txt").read_text().split() == list(exportable.view_of_name)


def test_boxes_are_those_of_the_records(exportable, items):
    for item in items:
        natives = exportable.view_of_name[item.id].annotations
        boxes = [annotation for annotation in item.annotations if annotation.type == AnnotationType.bbox]
        assert [box.label for box in boxes] == [a["category_id"] for a in natives]
        assert [list(box.get_bbox()) for box in boxes] == [a["bbox_visible"] for a in natives]
        for box, native in zip(boxes, natives):
            amodal = native["amodal"] or {"truncation": 0, "visible_fraction": 1}
            assert box.attributes["difficult"] == native["crowd"]
            assert box.attributes["truncated"] == (amodal["truncation"] > 0)
            assert box.attributes["occluded"] == (amodal["visible_fraction"] < 1)


def test_supervision_reads_the_same_boxes(exportable, folder):
    found = supervision.DetectionDataset.from_pascal_voc(str(folder / "JPEGImages"), str(folder / "Annotations"))
    seen = {exportable.categories[a["category_id"]] for view in exportable.views for a in view.annotations}
    assert sorted(found.classes) == sorted(seen)
    assert len(found) == len(exportable.views)
    for path, image, labels in found:
        natives = exportable.view_of_name[path.rsplit("/", 1)[-1].removesuffix(".png")].annotations
        assert [found.classes[i] for i in labels.class_id] == [exportable.categories[a["category_id"]] for a in natives]
        assert labels.xyxy.tolist() == [corners(a["bbox_visible"]) for a in natives]


def test_masks_are_those_of_the_instance_plane(exportable, items):
    """datumaro gives a mask for each object, in the order of their boxes, and one for all that is void."""
    for item in items:
        view = exportable.view_of_name[item.id]
        masks = {mask.group: mask for mask in item.annotations if mask.type == AnnotationType.mask}
        void = np.zeros_like(view.instance, bool)
        for place, native in enumerate(view.annotations, 1):
            if native["crowd"]:
                void |= view.mask(native)
            elif native["pixels"]:
                mask = masks.pop(place)
                assert mask.label == native["category_id"]
                assert (mask.image.astype(bool) == view.mask(native)).all(), f"{view.name}: mask of {native['instance_id']}"
        if void.any():
            assert (masks.pop(VOID).image.astype(bool) == void).all()
        assert not masks, f"{view.name}: masks of nothing"


def test_masks_are_indexes_in_colours_of_voc(exportable, folder):
    """As the toolkit reads them: the index is the class, or the place of the object; 0 is background and 255 void."""
    for view in exportable.views:
        classes, objects = np.zeros_like(view.instance), np.zeros_like(view.instance)
        for place, native in enumerate(view.annotations, 1):
            mask = view.mask(native)
            classes[mask] = VOID if native["crowd"] else native["category_id"]
            objects[mask] = VOID if native["crowd"] else place
        assert (indexes(folder / "SegmentationClass" / f"{view.name}.png") == classes).all()
        assert (indexes(folder / "SegmentationObject" / f"{view.name}.png") == objects).all()
    with Image.open(folder / "SegmentationClass" / f"{view.name}.png") as image:
        palette = np.reshape(image.getpalette(), (-1, 3)).tolist()
    known = {0: [0, 0, 0], 1: [128, 0, 0], 2: [0, 128, 0], 3: [128, 128, 0], 8: [64, 0, 0], 20: [0, 64, 128], VOID: [224, 224, 192]}
    assert len(palette) == 256 and {index: palette[index] for index in known} == known
