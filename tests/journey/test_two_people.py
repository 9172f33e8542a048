"""What two people see of each other while they talk (H2, H3)."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

pytestmark = pytest.mark.annex("H2", "H3", "C2")


async def test_vera_and_ada_talk_and_each_sees_the_words_of_the_other_once(acme):
    vera, ada = await acme.vera(), await acme.ada()
    await vera.opens_chat()
    await vera.writes("Hello, do you ship to Oslo?")
    await expect(ada.rows).to_have_count(1)
    await ada.opens_conversation()
    await ada.sees("Hello, do you ship to Oslo?")
    await ada.writes("We do.")
    await vera.sees("We do.")
    assert await vera.texts() == await ada.texts() == ["Hello, do you ship to Oslo?", "We do."]
