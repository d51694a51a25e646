"""The folder: what it holds, that its manifest tells the truth, and that nothing in it tells when or where it was made."""

import hashlib
import os
import re
import struct

import pytest
from conftest import FRAMES, ROOT, SEED

HASH = re.compile(r"[0-9a-f]{64}")
DATE = re.compile(r"\b(19|20)\d\d-[01]\d-[0-3]\d([T ]|\b)|\b[0-2]\d:[0-5]\d:[0-5]\d\b")
CLOCK_KEYS = re.compile(r"(?i)^(date|timestamp|created|date_created|date_captured|started|finished|host|hostname|threads|duration_s)$")

rendered_here = pytest.mark.skipif(bool(os.environ.get("MAQUETTE_DATASETS")), reason="a given dataset may be a copy, and of any seed")


def files_in(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def sha256_of_folder(folder, root):
    """That of its files' listing as `sha256sum` prints it, in the order of the names: from the folder, and from the root."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    listings = [["%s  %s\n" % (sha256(path), path.relative_to(base).as_posix()) for path in paths] for base in (folder, root)]
    return {hashlib.sha256("".join(lines).encode()).hexdigest() for lines in listings}


def hashes_in(value, base, root):
    """(path, hash) of everything the manifest gives a hash of: `"path": "hash"`, or an entry with a path and a `sha256`."""
    if isinstance(value, list):
        for item in value:
            yield from hashes_in(item, base, root)
    if not isinstance(value, dict):
        return
    name = next((value[key] for key in ("path", "file", "folder", "name") if isinstance(value.get(key), str)), None)
    here = next((path for path in (base / name, root / name) if path.exists()), None) if name else None
    digest = value.get("sha256")
    if isinstance(digest, str):
        # A hash without a path is of something outside the folder: of the scene or an asset as it was given.
        if name and ("/" in name or "." in name or here):
            yield here or root / name, digest
    for key, item in value.items():
        if isinstance(item, str) and key != "sha256" and HASH.fullmatch(item):
            path = next((p for p in ((here or base) / key, root / key) if p.exists()), None)
            if path:
                yield path, item
        else:
            yield from hashes_in(item, here if here and here.is_dir() else base, root)


def test_there_is_one_record_a_frame(dataset):
    takes = sorted({record["frame"] for _, record in dataset.records})
    assert takes == list(range(len(takes))) and takes
    keys = [record["key"] for _, record in dataset.records]
    assert keys == sorted(set(keys)), "keys are unique, and their order is that of the frames"
    for path, record in dataset.records:
        assert path.name == record["key"] + ".json"
        assert re.fullmatch(r"\d{8}(_\d{4})?", record["key"])
        assert int(record["key"].split("_")[0]) == record["frame"]
        assert re.fullmatch(r"\d{5}", path.parent.name), "a shard is named by its number"


@rendered_here
def test_frames_and_seed_are_as_asked(dataset):
    assert len({record["frame"] for _, record in dataset.records}) == FRAMES
    assert dataset.manifest["seed"] == SEED


def test_a_shard_is_a_block_of_frame_numbers(dataset):
    shards = {}
    for path, record in dataset.records:
        shards.setdefault(int(path.parent.name), set()).add(record["frame"])
    ordered = [shards[number] for number in sorted(shards)]
    assert sorted(shards) == list(range(len(shards)))
    for earlier, later in zip(ordered, ordered[1:]):
        assert max(earlier) < min(later)


def test_nothing_is_missing_and_nothing_is_extra(dataset):
    expected = {"manifest.json", "scene.ron", "coco/instances.json"}
    concrete = set()
    for path, record in dataset.records:
        shard = path.parent.relative_to(dataset.root).as_posix()
        expected.add(f"{shard}/{path.name}")
        # A sequence may keep one concrete scene for the whole take.
        take = record["key"].split("_")[0]
        own = [name for name in (f"{shard}/{record['key']}.scene.ron", f"{shard}/{take}.scene.ron") if (dataset.root / name).exists()]
        assert own, f"no concrete scene for {record['key']}"
        concrete.update(own)
        for camera in record["cameras"]:
            assert {"rgb", "instance", "depth"} <= set(camera["planes"])
            for name in camera["planes"].values():
                assert "/" not in name, "planes lie beside their record"
                expected.add(f"{shard}/{name}")
    assert files_in(dataset.root) == expected | concrete


def test_names_are_key_camera_plane(dataset):
    endings = {"rgb": "rgb.png", "instance": "instance.png", "depth": "depth.exr"}
    for _, record in dataset.records:
        several = len(record["cameras"]) > 1
        for camera in record["cameras"]:
            stem = record["key"] + (f".{camera['name']}" if several else "")
            for plane, ending in endings.items():
                assert camera["planes"][plane] == f"{stem}.{ending}"


def test_the_manifest_says_what_it_has_to(dataset):
    text = (dataset.root / "manifest.json").read_text()
    keys = {key.lower() for key in re.findall(r'"(\w+)"\s*:', text)}
    for word in ("version", "scene", "seed", "frames", "cameras", "planes", "unit", "licen", "shards", "sha256"):
        assert any(word in key for key in keys), f"the manifest has nothing about {word}"


def test_every_hash_in_the_manifest_is_right(dataset):
    covered = set()
    for path, digest in hashes_in(dataset.manifest, dataset.root, dataset.root):
        assert HASH.fullmatch(digest), f"{path}: {digest!r} is not a SHA-256 in hexadecimal"
        assert path.exists(), f"the manifest has a hash of {path}, which is not there"
        if path.is_dir():
            assert digest in sha256_of_folder(path, dataset.root), f"{path} is not what the manifest says"
            covered |= {f"{path.relative_to(dataset.root).as_posix()}/{name}" for name in files_in(path)}
        else:
            assert digest == sha256(path), f"{path} is not what the manifest says"
            covered.add(path.relative_to(dataset.root).as_posix())
    frames = {name for name in files_in(dataset.root) if name.startswith("frames/")}
    assert not frames - covered, f"no hash in the manifest for {sorted(frames - covered)[:3]}"


@rendered_here
def test_the_manifest_was_written_last(dataset):
    written = (dataset.root / "manifest.json").stat().st_mtime_ns
    assert all((dataset.root / name).stat().st_mtime_ns <= written for name in files_in(dataset.root))


def keys_of(value):
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from keys_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from keys_of(item)


def test_no_text_tells_when_or_where_it_was_made(dataset):
    for name in sorted(files_in(dataset.root)):
        if not name.endswith((".json", ".ron")):
            continue
        text = (dataset.root / name).read_text(encoding="utf-8")
        found = DATE.search(text)
        assert not found, f"{name} has a date or a time in it: {found[0]}"
        for place in (dataset.root, ROOT):
            assert str(place) not in text, f"{name} has a path of this machine in it"
    contents = [("manifest.json", dataset.manifest), ("coco", dataset.coco)] + [(str(path), record) for path, record in dataset.records]
    for name, content in contents:
        clocks = [key for key in keys_of(content) if CLOCK_KEYS.match(key)]
        assert not clocks, f"{name} has {clocks[0]!r}"


def png_chunks(path):
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    position = 8
    while position < len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        yield kind.decode("ascii")
        position += 12 + length


@pytest.mark.parametrize("plane", ["rgb", "instance"])
def test_no_png_carries_a_clock_or_a_text(dataset, plane):
    for view in dataset.views:
        extra = set(png_chunks(view.path(plane))) & {"tIME", "tEXt", "zTXt", "iTXt", "eXIf"}
        assert not extra, f"{view.path(plane)} has {extra}"
