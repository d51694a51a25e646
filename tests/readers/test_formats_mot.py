"""MOTChallenge sequences, read by datumaro and held against the records."""

import configparser

import datumaro
import pytest
from conftest import TAKE_FPS
from datumaro.components.annotation import AnnotationType


def sequences(take):
    """Views of each take and camera, in order."""
    found = {}
    for view in take.views:
        found.setdefault(f"{view.record['frame']:08}-{view.camera['name']}", []).append(view)
    return found


def test_a_sequence_is_a_take_seen_by_a_camera(take, export):
    folder = export(take, "mot") / "train"
    assert sorted(path.name for path in folder.iterdir()) == sorted(sequences(take))
    for name, views in sequences(take).items():
        info = configparser.ConfigParser()
        info.read(folder / name / "seqinfo.ini")
        width, height = views[0].size
        expected = {"name": name, "imdir": "img1", "framerate": str(TAKE_FPS), "seqlength": str(len(views)), "imext": ".png"}
        assert dict(info["Sequence"]) == expected | {"imwidth": str(width), "imheight": str(height)}
        pictures = sorted((folder / name / "img1").iterdir())
        assert [path.name for path in pictures] == [f"{place:06}.png" for place in range(1, len(views) + 1)]
        for path, view in zip(pictures, views):
            assert path.read_bytes() == view.path("rgb").read_bytes()


def test_tracks_are_those_of_the_records(take, export):
    """datumaro takes the numbers as they are; in MOT they count pixels from 1."""
    for name, views in sequences(take).items():
        items = datumaro.Dataset.import_from(str(export(take, "mot") / "train" / name), "mot_seq")
        assert [label.name for label in items.categories()[AnnotationType.label]] == list(take.categories.values())
        assert sorted(int(item.id) for item in items) == list(range(1, len(views) + 1))
        for item in items:
            view = views[int(item.id) - 1]
            assert (item.media.data[:, :, ::-1] == view.rgb).all(), "datumaro gives blue first"
            assert [a.attributes["track_id"] for a in item.annotations] == [a["instance_id"] for a in view.annotations]
            for annotation, native in zip(item.annotations, view.annotations):
                x, y, width, height = native["bbox_visible"]
                assert list(annotation.get_bbox()) == [x + 1, y + 1, width, height]
                assert annotation.label + 1 == native["category_id"]
                assert annotation.attributes["ignored"] == native["crowd"]
                visible = native["amodal"]["visible_fraction"] if native["amodal"] else 1
                assert annotation.attributes["visibility"] == pytest.approx(visible, abs=1e-6)


def test_an_instance_is_one_track_through_the_take(take, export):
    for name, views in sequences(take).items():
        lines = (export(take, "mot") / "train" / name / "gt/gt.txt").read_text().splitlines()
        rows = [line.split(",") for line in lines]
        assert all(len(row) == 9 for row in rows)
        tracks = {}
        for frame, track, *_, category, _ in rows:
            assert frame not in tracks.setdefault((track, category), []), "a track is once in a picture"
            tracks[track, category].append(frame)
        assert len({track for track, _ in tracks}) == len(tracks)
        assert max(len(frames) for frames in tracks.values()) == sum(1 for view in views if view.annotations)


def test_single_pictures_are_refused(dataset, export):
    if dataset.manifest["steps"] is None:
        with pytest.raises(pytest.fail.Exception, match="sequence"):
            export(dataset, "mot")
