"""Formats that training code streams or loads: WebDataset, Hugging Face and image folders, against the records."""

import io
import json
import os
import re

os.environ["HF_HUB_OFFLINE"] = "1"

# Before datasets: it spoils a pandas that is there already.
import datumaro
import datasets
import numpy as np
import OpenEXR
import pytest
import webdataset
from conftest import same
from datumaro.components.annotation import AnnotationType
from PIL import Image

datasets.disable_progress_bars()


def load(cache, *arguments, **options):
    """As `load_dataset` reads it, with a cache of its own."""
    return datasets.load_dataset(*arguments, split="train", cache_dir=str(cache), **options)


# WebDataset


@pytest.fixture
def tars(exportable, export):
    paths = sorted(export(exportable, "webdataset").iterdir())
    assert [path.name for path in paths] == [f"shard-{place:06}.tar" for place in range(len(paths))]
    return [str(path) for path in paths]


def test_webdataset_has_a_sample_a_picture(exportable, tars):
    """Its planes are the files of the dataset, its text is the record of one camera."""
    samples = list(webdataset.WebDataset(tars, shardshuffle=False))
    assert [sample["__key__"] for sample in samples] == list(exportable.view_of_name)
    for sample in samples:
        view = exportable.view_of_name[sample["__key__"]]
        endings = {plane: view.camera["planes"][plane].removeprefix(view.stem + ".") for plane in view.camera["planes"]}
        assert {key for key in sample if not key.startswith("__")} == {"json", *endings.values()}
        assert {"rgb.png", "instance.png", "depth.exr"} <= set(sample)
        for plane, ending in endings.items():
            assert sample[ending] == view.path(plane).read_bytes()
        record = json.loads(sample["json"])
        assert record["key"] == view.name
        assert same(record["camera"], view.camera | {"planes": {plane: f"{view.name}.{ending}" for plane, ending in endings.items()}})
        known = {key: value for key, value in view.record.items() if key not in ("key", "cameras")}
        assert same({key: record[key] for key in known}, known)


def test_webdataset_decodes_what_it_reads(exportable, tars):
    for sample in webdataset.WebDataset(tars, shardshuffle=False).decode("rgb8"):
        view = exportable.view_of_name[sample["__key__"]]
        assert (sample["rgb.png"] == view.rgb).all()
        assert same(sample["json"]["camera"]["annotations"], view.annotations)
        with OpenEXR.File(io.BytesIO(sample["depth.exr"]), separate_channels=True) as file:
            assert (file.channels()["Z"].pixels == view.depth).all()


def test_datasets_reads_the_same_samples(exportable, tars, tmp_path):
    """Records differ from scene to scene, so that their text must be said to be JSON."""
    known = {"rgb.png": datasets.Image(), "instance.png": datasets.Image(), "json": datasets.Json()}
    features = datasets.Features({**known, "__key__": datasets.Value("string"), "__url__": datasets.Value("string")})
    samples = load(tmp_path, "webdataset", data_files={"train": tars}, features=features)
    assert samples["__key__"] == list(exportable.view_of_name)
    for sample in samples:
        view = exportable.view_of_name[sample["__key__"]]
        assert (np.asarray(sample["rgb.png"]) == view.rgb).all()
        assert (np.asarray(sample["instance.png"]) == view.instance).all()
        assert same(sample["json"]["camera"]["annotations"], view.annotations)


# Hugging Face


@pytest.mark.parametrize("reader", ["card", "imagefolder"])
def test_rows_are_the_records(exportable, export, reader, tmp_path):
    """The card gives the categories their names; the plain reader does not know it, so that they stay numbers."""
    folder = export(exportable, "huggingface")
    rows = load(tmp_path, str(folder)) if reader == "card" else load(tmp_path, "imagefolder", data_dir=str(folder))
    names = list(exportable.categories.values())
    if reader == "card":
        assert rows.features["objects"]["category"].feature.names == names
    assert len(rows) == len(exportable.views)
    paths = [os.path.basename(row["image"]["path"]) for row in rows.cast_column("image", datasets.Image(decode=False))]
    assert paths == [f"{name}.png" for name in exportable.view_of_name]
    for number, (row, view) in enumerate(zip(rows, exportable.views), 1):
        assert (np.asarray(row["image"]) == view.rgb).all()
        assert (row["width"], row["height"]) == row["image"].size == view.size
        assert (row["image_id"], row["frame"], row["camera"]) == (number, view.record["frame"], view.camera["name"])
        assert row.get("step") == view.record["step"]
        assert row["intrinsics"] == view.camera["intrinsics"]
        assert row["lens"] == {"model": "pinhole", "coefficients": []}
        assert row["world_from_camera"] == view.camera["world_from_camera"]
        objects, natives = row["objects"], view.annotations
        assert {len(column) for column in objects.values()} == {len(natives)}
        assert objects["id"] == [a["instance_id"] for a in natives]
        assert objects["bbox"] == [a["bbox_visible"] for a in natives]
        assert [names[category] for category in objects["category"]] == [exportable.categories[a["category_id"]] for a in natives]
        assert objects["area"] == [view.mask(a).sum() for a in natives]
        assert objects["is_crowd"] == [a["crowd"] for a in natives]
        unknown = {"visible_fraction": 1, "truncation": 0}
        for share in unknown:
            assert objects[share] == [(a["amodal"] or unknown)[share] for a in natives]


# Classification

# A tenth of the box is added on each side; what has no side as long as this is left out.
LEAST_SIDE = 32


def crops(dataset):
    """(folder, name, pixels) of everything that is cut out."""
    for view in dataset.views:
        for native in view.wanted:
            x, y, width, height = native["bbox_visible"]
            if not native["pixels"] or max(width, height) < LEAST_SIDE:
                continue
            left, right = max(0, np.floor(x - width / 10)), np.ceil(x + width + width / 10)
            top, bottom = max(0, np.floor(y - height / 10)), np.ceil(y + height + height / 10)
            folder = re.sub(r"[^\w-]", "_", dataset.categories[native["category_id"]])
            yield folder, f"{view.name}_{native['instance_id']}", view.rgb[int(top) : int(bottom), int(left) : int(right)]


@pytest.mark.parametrize("reader", ["datumaro", "datasets"])
def test_crops_are_those_of_the_pictures(exportable, export, reader, tmp_path):
    folder = export(exportable, "classification")
    expected = {(category, name): pixels for category, name, pixels in crops(exportable)}
    assert expected, "nothing is large enough"
    paths = [path.relative_to(folder) for path in folder.rglob("*.png")]
    assert {(path.parts[1], path.stem) for path in paths} == set(expected) and {path.parts[0] for path in paths} == {"train"}
    names = sorted({category for category, _ in expected})
    if reader == "datumaro":
        items = datumaro.Dataset.import_from(str(folder), "imagenet_with_subset_dirs")
        assert [label.name for label in items.categories()[AnnotationType.label]] == names
        found = {(names[item.annotations[0].label], item.id.split(":", 1)[1]): item.media.data[:, :, ::-1] for item in items}
        assert len(found) == len(items)
    else:
        items = load(tmp_path, "imagefolder", data_dir=str(folder), drop_labels=False)
        assert items.features["label"].names == names
        items = items.cast_column("image", datasets.Image(decode=False))
        read = [(names[item["label"]], item["image"]["path"]) for item in items]
        found = {(label, os.path.basename(path).removesuffix(".png")): np.asarray(Image.open(path)) for label, path in read}
        assert len(found) == len(items)
    assert set(found) == set(expected)
    for key, pixels in expected.items():
        assert np.array_equal(found[key], pixels), key
