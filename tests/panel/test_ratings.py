"""Satisfaction in the panel: switched on in the settings, shown at the closing it belongs to, and summed up."""

from __future__ import annotations

import os
from typing import Any

import pytest
from playwright.async_api import expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import Api
from tests.panel.test_accessible import check
from tests.support.house import eventually

pytestmark = pytest.mark.annex("C2")
PICTURES = os.environ.get("PICTURES")


async def rated(acme: Any, ada: Any, score: int, comment: str) -> int:
    """A visitor talked with Ada and rated the conversation; return it."""
    visitor = await acme.visitor()
    conversation = (await visitor.says("Is there tea?"))["conversation"]
    await ada.says("Yes, black and green", conversation)
    await ada.call("conversation.assign", conversation=conversation, agent=ada.session["agent"]["id"])
    await ada.call("conversation.close", conversation=conversation)
    await eventually(lambda: any("rating" in each for each in visitor.events("conversation")), 10)
    rating = (await visitor.call("rating.open", conversation=conversation))["rating"]["id"]
    await visitor.call("rating.answer", conversation=conversation, rating=rating, score=score, comment=comment)
    return conversation


async def test_an_owner_asks_visitors_and_sees_what_they_said(acme: Any, panel: OpenPanel, api: Api) -> None:
    page = await panel(at="/settings/satisfaction")
    await expect(page.get_by_text("No answers in this period")).to_be_visible()
    await page.get_by_role("checkbox", name="Ask how the conversation was").check()
    await page.get_by_role("textbox", name="Question in Polish").fill("Jak nam poszło?")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved. It counts for conversations")).to_be_visible()
    assert (await api("GET", "ratings/rules"))["question_pl"] == "Jak nam poszło?"
    ada = await acme.agent()
    good = await rated(acme, ada, 5, "Warm and <b>quick</b>")
    await rated(acme, ada, 1, "")
    await page.reload()
    results = page.get_by_role("region", name="Results")
    await expect(results).to_contain_text("50% satisfied")
    await expect(results).to_contain_text("2 answers · asked 2 times · 3 on average")
    await expect(results).to_contain_text("Warm and <b>quick</b>")
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/panel-ratings.png", full_page=True)
    await check(page, "satisfaction")
    await page.get_by_role("link", name="Open the conversation").click()
    talk = page.get_by_role("region", name="Messages")
    await expect(talk).to_contain_text("Very good")
    await expect(talk).to_contain_text("Warm and <b>quick</b>")
    assert page.url.endswith(f"/inbox/closed/{good}")
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/panel-rated.png")
    contact = (await api("GET", f"conversations/{good}/ratings"))["ratings"][0]
    assert contact["score"] == 5


async def test_the_page_of_satisfaction_fits_a_phone_in_the_dark(acme: Any, panel: OpenPanel, api: Api) -> None:
    await api("PUT", "ratings/rules", on=True, mail=False)
    ada = await acme.agent()
    await rated(acme, ada, 4, "Dobrze, ale długo czekałem na odpowiedź")
    page = await panel(
        viewport={"width": 390, "height": 844}, color_scheme="dark", locale="pl-PL", at="/settings/satisfaction"
    )
    await expect(page.get_by_role("region", name="Wyniki")).to_contain_text("zadowolonych")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/panel-ratings-phone.png", full_page=True)
    await check(page, "satisfaction")
