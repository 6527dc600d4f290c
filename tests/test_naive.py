"""The naive versions are what chapters show, and what the fast ones compute."""

import ast
import inspect
import re
from pathlib import Path

import numpy as np
import pytest

import convlib
from convlib import layers, naive

CHAPTERS = Path(__file__).resolve().parents[1] / "chapters"
SHOWN = [  # chapter, name of the function there, function here
    ("discrete-convolution", "convolve_naive", naive.convolve),
    ("continuous-convolution", "convolve_naive", naive.convolve_functions),
    ("image-kernels", "recipe", naive.correlate_picture),
    ("convolutional-layers", "slide", naive.correlate2d),
    ("fast-convolution", "loop", naive.convolve2d),
]


def functions(chapter):
    """Return the functions that the cells of a chapter define, by name."""
    text = (CHAPTERS / f"{chapter}.md").read_text(encoding="utf-8")
    cells = re.findall(r"^```\{code-cell\} ipython3\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    options = re.compile(r"\A(?:---\n.*?^---\n|(?::\w+:[^\n]*\n)+)", re.DOTALL | re.MULTILINE)
    trees = [ast.parse(options.sub("", cell)) for cell in cells if "def " in cell]
    defined = [node for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {node.name: node for node in defined}


def arguments_and_body(node):
    """Return what a function takes and does, without its name, types and docstring."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return [argument.arg for argument in node.args.args], [ast.unparse(line) for line in body]


@pytest.mark.parametrize(("chapter", "name", "function"), SHOWN)
def test_chapters_show_these_functions(chapter, name, function):
    ours = ast.parse(inspect.getsource(function)).body[0]
    assert arguments_and_body(functions(chapter)[name]) == arguments_and_body(ours)


def test_lists():
    rng = np.random.default_rng(1)
    for n, m in [(1, 1), (5, 2), (2, 5), (9, 4)]:
        x, h = rng.normal(size=n), rng.normal(size=m)
        np.testing.assert_allclose(convlib.convolve(x, h), naive.convolve(x, h), atol=1e-14)


@pytest.mark.parametrize("method", ["auto", "direct", "fft", "overlap_add"])
@pytest.mark.parametrize("size", [(1, 1), (2, 3), (4, 1), (5, 7)])
def test_pictures(size, method):
    rng = np.random.default_rng(2)
    picture, kernel = rng.normal(size=(6, 9)), rng.normal(size=size)
    options = {"mode": "valid", "method": method}
    for fast, loops in [
        (convlib.convolve, naive.convolve2d),
        (convlib.correlate, naive.correlate2d),
    ]:
        answer = fast(picture, kernel, **options)
        np.testing.assert_allclose(answer, loops(picture, kernel), atol=1e-13)


def test_whole_pictures():
    rng = np.random.default_rng(3)
    for shape in [(1, 1), (1, 4), (5, 3)]:
        picture, kernel = rng.normal(size=shape), rng.normal(size=(3, 3))
        answer = convlib.filter_image(picture, kernel[::-1, ::-1])
        np.testing.assert_allclose(answer, naive.correlate_picture(picture, kernel), atol=1e-14)


@pytest.mark.parametrize(("size", "stride"), [(1, None), (2, None), (2, 1), (3, 2), (2, 5)])
def test_max_pooling(size, stride):
    x = np.random.default_rng(4).normal(size=(2, 3, 7, 6))
    answer = layers.max_pool2d(x, size, stride=stride)
    np.testing.assert_array_equal(answer, naive.max_pool2d(x, size, stride))
