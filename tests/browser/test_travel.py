"""The text goes along when the reader goes to another chapter and comes back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
TEXT = "The [MASK] barked at the postman."


@pytest.mark.parametrize("slug", ["roberta", "distilbert"])
def test_the_text_travels_between_chapters(visit: Visit, slug: str) -> None:
    visit.open(f"/{slug}", text=TEXT)
    visit.page.get_by_test_id("stSidebar").get_by_role("link", name="BERT", exact=True).click()
    visit.page.wait_for_url("**/bert?**")
    visit.settle()
    expect(visit.page.get_by_label("Your text", exact=True)).to_have_value(TEXT)
    visit.page.go_back()
    expect(visit.page.get_by_label("Your text", exact=True)).to_have_value(TEXT)
