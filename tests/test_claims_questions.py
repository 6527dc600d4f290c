"""The questions at the end of the chapters: how many, about what, and are their numbers right?"""

import re
from pathlib import Path

import numpy as np
import pytest
import yaml

import convlib
from convlib import kernels, layers
from convlib.kernels import KERNELS

ROOT = Path(__file__).resolve().parents[1]
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
CHAPTERS = [c["file"] for part in TOC["parts"] if part.get("numbered") for c in part["chapters"]]
QUESTION = re.compile(r"^(:{3,})\{question\}\n(.*?)^\1$", re.MULTILINE | re.DOTALL)


def questions(name):
    """Questions of a chapter: {label: text with its choices}."""
    text = (ROOT / f"{name}.md").read_text(encoding="utf-8")
    last = text.split("\n## Check yourself\n")[1].split("\n## ")[0]
    found = [body for _, body in QUESTION.findall(last)]
    assert last.count("{question}") == len(found)
    return {re.search(r":label: (\S+)", body)[1]: body for body in found}


def numbers(body):
    """Right and wrong numbers of a numeric question."""
    found = re.findall(r"^- \[(.)\] (\S+)", body, re.MULTILINE)
    assert found.pop() == (" ", "else")
    return [float(n) for box, n in found if box == "x"], [
        float(n) for box, n in found if box == " "
    ]


NUMERIC = {
    label: body
    for name in CHAPTERS
    for label, body in questions(name).items()
    if ":number:" in body
}


@pytest.mark.parametrize("name", CHAPTERS)
def test_each_chapter_asks_enough_and_looks_back(name):
    """Five to eight questions; from the second chapter on, two are about earlier chapters."""
    asked = questions(name)
    assert 5 <= len(asked) <= 8
    earlier = CHAPTERS[: CHAPTERS.index(name)]
    back = [
        label
        for label, body in asked.items()
        if re.match(r".*\n(:number:\n)?\nFrom \{doc\}`/(\S+)`", body)
        and re.search(r"From \{doc\}`/(\S+)`", body)[1] in earlier
    ]
    assert len(back) >= min(2, 2 * len(earlier)), back
    assert all("-again-" in label for label in back)


def test_feedback_says_more_than_right_or_wrong():
    """The page says the verdict; the feedback names what lies behind the choice."""
    short = []
    for name in CHAPTERS:
        for label, body in questions(name).items():
            for _, choice, feedback in re.findall(
                r"^- \[(.)\] (.*?)\n\n(.*?)(?=^- \[|\Z)", body, re.MULTILINE | re.DOTALL
            ):
                if len(feedback.split()) < 4 or re.match(r"\s*(Yes|No|Not quite)\b", feedback):
                    short.append((label, choice))
    assert short == []


def box(a):
    return 1.0 * ((0 <= a) & (a <= 1))


def double_box(a):
    return 0.5 * ((0 <= a) & (a <= 2))


def beyond(hours):
    t = np.arange(0, 2, 0.001) + 0.0005
    density = convlib.convolve_functions(box, box, t, support=(0, 1), dt=0.0005)
    return np.sum(density[t > hours]) * 0.001


def checkerboard():
    board = (-1.0) ** np.add.outer(np.arange(8), np.arange(6))
    answer = convlib.filter_image(board, kernels.box(3), boundary="wrap")
    assert np.allclose(answer / board, answer[0, 0] / board[0, 0])
    return answer[0, 0] / board[0, 0]


def running_sum_operations(size):
    """Additions and subtractions per pixel of a running box sum, counted on a long row."""
    row, counted = np.arange(10_000), 0
    total = row[:size].sum()
    for new in range(size, len(row)):
        total = total + row[new] - row[new - size]
        counted += 2
    assert total == row[-size:].sum()
    return 2 * round(counted / (len(row) - size))


wall = np.full((3, 3), 0.6)
pixel = np.array([[0, 4, 0], [4, 4, 8], [0, 4, 0]])
LAYERS = [(3, 2)] * 3
cross = np.eye(5) + np.fliplr(np.eye(5)) > 0


def detector_without_a_pixel():
    drawing = cross.astype(float)
    drawing[2, 2] = 0
    score = convlib.correlate(drawing, np.where(cross, 1.0, -1.0), mode="valid")
    return layers.relu(score - 8)[0, 0]


COMPUTED = {
    "q-continuous-boxes": lambda: convlib.convolve_functions(
        double_box, double_box, [3.0], support=(0, 2), dt=0.001
    )[0],
    "q-continuous-bells": lambda: np.hypot(5, 12),
    "q-systems-copies": lambda: convlib.convolve([1, 3], [2, -1, 4])[2],
    "q-systems-again-chance": lambda: beyond(1.5),
    "q-discrete-valid": lambda: len(convlib.convolve(np.ones(100), np.ones(7), mode="valid")),
    "q-discrete-sum": lambda: convlib.convolve([1, 2, 3], [1, -1])[2],
    "q-discrete-again-sum": lambda: convlib.convolve([1, 2, 3], [0.5, 1, -1]).sum(),
    "q-fourier-response": lambda: np.fft.rfft([0.5, 0.25, 0, 0.25])[1].real,
    "q-fourier-length": lambda: len(convlib.convolve(np.ones(1000), np.ones(25))),
    "q-fourier-checker": checkerboard,
    "q-image-wall": lambda: convlib.filter_image(wall, KERNELS["edge_detect"])[1, 1],
    "q-image-sharpen": lambda: convlib.filter_image(pixel, KERNELS["sharpen"])[1, 1],
    "q-image-bytes": lambda: int(np.subtract(*np.array([[10], [250]], dtype="uint8"))[0]),
    "q-designing-widths": lambda: np.hypot(6, 8),
    "q-designing-separable": lambda: sum(f.size for f in kernels.factors(kernels.box(21))),
    "q-designing-noise": lambda: np.sum((np.array([1, 0, -1]) / 2) ** 2),
    "q-fast-running": lambda: running_sum_operations(101),
    "q-fast-strips": lambda: next(
        n for n in range(200) if n >= 7
        and len(convlib.convolve(np.ones(n), np.ones(7), mode="valid")) == 100
    ),
    "q-layers-weights": lambda: 32 * 16 * 3 * 3,
    "q-layers-size": lambda: layers.conv2d(
        np.ones((1, 1, 28, 1)), np.ones((1, 1, 5, 1)), stride=2, padding=(2, 0)
    ).shape[2],
    "q-layers-field": lambda: layers.receptive_field(LAYERS),
    "q-learning-shape": lambda: layers.conv2d_backward(
        np.ones((1, 1, 24, 24)), np.ones((1, 1, 28, 28)), np.ones((1, 1, 5, 5))
    ).weight.size,
    "q-learning-bias": detector_without_a_pixel,
    "q-two-given": lambda: 0.9 * (1 - 0.9) * -1 / 0.9,  # d(−ln p)/ds, with dp/ds = p (1 − p)
    "q-two-again-sizes": lambda: layers.max_pool2d(
        layers.conv2d(np.ones((1, 1, 28, 28)), np.ones((1, 1, 7, 7)), padding=1), 4
    ).size,
    "q-comparing-mcnemar": lambda: 1000 - 960 - 10,
    "q-training-error": lambda: 100 * np.std(np.repeat([1, 0], [90, 10])) / np.sqrt(900),
}  # fmt: skip


@pytest.mark.parametrize("label", NUMERIC)
def test_numbers_are_those_that_come_out(label):
    """The right number is computed here; no wrong one lies within its tolerance."""
    right, wrong = numbers(NUMERIC[label])
    value = float(COMPUTED[label]())
    assert np.isclose(right, value, rtol=1e-3, atol=1e-9).any(), value
    assert not np.isclose(wrong, value, rtol=1e-6).any()


def test_every_computed_number_is_asked_for():
    assert set(COMPUTED) == set(NUMERIC)
