"""The number of live figures that the texts name is the number that there are."""

import re
from pathlib import Path

import pytest

from convlib import live

ROOT = Path(__file__).resolve().parents[1]
WORDS = "zero one two three four five six seven eight nine ten eleven twelve thirteen".split()
NUMBER = re.compile(rf"\b({'|'.join(WORDS[2:])}|\d+)\b(?:\s+live)?\s+figures\b", re.IGNORECASE)
# In these files "... figures" means the live ones of the whole course.
PLACES = ("README.md", "CHANGELOG.md", "index.md", "chapters/teach.md")


def numbers_in(text):
    """Return all numbers of figures that a text names.

    >>> numbers_in("Eleven figures. 12 live figures; many figures; in two steps")
    [11, 12]
    """
    found = [number.lower() for number in NUMBER.findall(text)]
    return [WORDS.index(number) if number in WORDS else int(number) for number in found]


@pytest.mark.parametrize("place", PLACES)
def test_the_number_of_figures_is_right(place):
    numbers = numbers_in((ROOT / place).read_text(encoding="utf-8"))
    assert set(numbers) <= {len(live.__all__)}


def test_the_number_is_named_somewhere():
    assert sum(len(numbers_in((ROOT / place).read_text(encoding="utf-8"))) for place in PLACES) >= 3


def test_the_teachers_table_has_every_figure():
    text = (ROOT / "chapters" / "teach.md").read_text(encoding="utf-8")
    assert [name for name in live.__all__ if f"`{name}`" not in text and name not in text] == []
