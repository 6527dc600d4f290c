"""Names, roles, contrast, headings, landmarks: axe-core on the last third of the pages."""

import pytest
from axe import PAGES, violations


@pytest.mark.parametrize("name", PAGES[2::3])
def test_axe_finds_nothing(name, site, new_page):
    with new_page(reduced_motion="reduce") as page:
        assert violations(page, f"{site}/{name}.html") == {}
