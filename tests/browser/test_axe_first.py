"""Names, roles, contrast, headings, landmarks: axe-core on the first third of the pages."""

import pytest
from axe import PAGES, violations


@pytest.mark.parametrize("name", PAGES[0::3])
def test_axe_finds_nothing(name, site, new_page):
    with new_page(reduced_motion="reduce") as page:
        assert violations(page, f"{site}/{name}.html") == {}


def test_no_page_is_forgotten(names):
    """The page for wrong addresses, if there is one, is the first page with other words."""
    assert {f"{name}.html" for name in PAGES} == set(names) - {"404.html"}
