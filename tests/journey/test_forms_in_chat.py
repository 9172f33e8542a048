"""Ada sends a form into the conversation, and Vera answers it there."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.support.forms import EMAIL, NAME, make_form


class _Acme:
    """Acme at its own API."""

    def __init__(self, acme: Any, token: str) -> None:
        self.house, self._token = acme.house, token

    async def token(self) -> str:
        return self._token


_LOST = 20_000
"""Milliseconds: an answer that goes lost is missed for 10 seconds, and then sent once more by a plain request."""


@pytest.mark.annex("U12")
async def test_a_form_is_filled_in_where_people_talk(acme: Any, talk: Any) -> None:
    vera, ada = talk
    token = await _token_of(acme)
    await make_form(_Acme(acme, token), EMAIL, NAME, title={"en": "Where may we write to?"})
    await ada.page.get_by_role("button", name="Send a form").click()
    await ada.page.get_by_role("menuitem", name="Newsletter").click()
    await vera.sees("Please fill this in: Where may we write to?")
    await vera.page.get_by_label("E-mail").fill("vera@")
    await vera.page.get_by_label("First name").fill("Vera")
    await vera.page.locator(".form-card .send").click()
    await expect(vera.page.get_by_text("Please write an e-mail address like")).to_be_visible(timeout=_LOST)
    await vera.page.get_by_label("E-mail").fill("vera@example.com")
    await vera.page.get_by_label("E-mail").press("Enter")
    await expect(vera.page.get_by_text("Thank you. We’ve got it.")).to_be_visible(timeout=_LOST)
    await expect(ada.page.get_by_role("link", name="Form", exact=True)).to_be_visible()
    await expect(
        ada.page.get_by_role("region", name="Messages").get_by_text("E-mail: vera@example.com")
    ).to_be_visible()
    await expect(vera.page.locator(".own .bubble").filter(has_text="E-mail: vera@example.com")).to_be_visible()
    await vera.page.reload()
    await expect(vera.page.get_by_text("You have filled this in.")).to_be_visible()


async def _token_of(acme: Any) -> str:
    import asyncio

    from tests.support.house import sign_in

    return (await asyncio.to_thread(sign_in, acme.url, f"ada@{acme.domain}", acme.made["application"]["id"]))["token"]
