"""That the dataset made for the tests of formats has every case that they are about."""

import numpy as np


def pieces(mask):
    """How many pieces a mask has, where touching at a corner does not join them, and how many holes."""
    rows, columns = np.nonzero(mask)
    mask = mask[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]

    def count(mask, diagonals):
        left, found = mask.copy(), 0
        while left.any():
            grown, before = np.zeros_like(left), None
            grown[tuple(np.argwhere(left)[0])] = True
            while before is None or (grown != before).any():
                before, wide = grown.copy(), np.pad(grown, 1)
                for down in (-1, 0, 1):
                    for right in (-1, 0, 1):
                        if diagonals or not (down and right):
                            grown |= wide[1 + down : wide.shape[0] - 1 + down, 1 + right : wide.shape[1] - 1 + right] & left
            left &= ~grown
            found += 1
        return found

    return count(mask, False), count(np.pad(~mask, 1, constant_values=True), True) - 1


def test_take_has_a_case_of_everything(take):
    everything = [(view, annotation) for view in take.views for annotation in view.annotations]
    known = [annotation["amodal"] for _, annotation in everything if annotation["amodal"]]
    assert 0 < len(known) < len(everything)
    assert {annotation["crowd"] for _, annotation in everything} == {True, False}
    assert {annotation["volume"] for _, annotation in everything} == {True, False}
    assert {annotation["category_id"] for _, annotation in everything} == set(take.categories)
    states = {keypoint["visibility"] for _, annotation in everything for keypoint in annotation["keypoints"]}
    assert states == {"absent", "occluded", "visible"}
    assert any(0 < amodal["truncation"] for amodal in known)
    visible = [amodal["visible_fraction"] for amodal in known]
    for low, high in ((0.01, 0.5), (0.5, 0.9), (0.9, 0.999), (1, 1)):
        assert any(low <= share <= high for share in visible), f"nothing has a visible share of {low} to {high}"
    assert [len(view.annotations) == 0 for view in take.views].count(True) == 1
    assert len(take.views) == 12 and len(take.view_of_name) == 12
    masks = [pieces(view.mask(annotation)) for view, annotation in everything if 0 < annotation["pixels"] < 400]
    assert any(parts > 1 for parts, _ in masks) and any(holes for _, holes in masks)


def test_pieces_and_holes_are_counted():
    rows = ["###.#", "#.#..", "###.#", "...#."]
    assert pieces(np.array([[letter == "#" for letter in row] for row in rows])) == (4, 1)
