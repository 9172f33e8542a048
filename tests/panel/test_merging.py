"""Duplicates found, compared side by side and merged: from their page, from the table, and from a profile."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import Api

pytestmark = pytest.mark.annex("U10")


async def twins(api: Api) -> tuple[int, int]:
    """Vera, twice: by her address, and with a plus-part in it."""
    vera = await api.contact(first_name="Vera", email="vera@x.pl", plan="pro")
    twin = await api.contact(first_name="V.", last_name="Novak", email="vera+news@x.pl", plan="free", seats=4)
    await api("POST", f"contacts/{twin}/tags", tag="vip")
    return vera, twin


async def test_likely_duplicates_are_listed_with_the_reason_compared_and_merged(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    vera, twin = await twins(api)
    await api.contact(first_name="Walt", email="walt@x.pl")
    page = await panel(at="/people")
    await page.get_by_role("link", name="Duplicates").click()
    groups = page.get_by_role("list", name="Duplicates").locator("> li")
    await expect(groups).to_have_count(1)
    await expect(groups).to_contain_text("Same mailbox")
    await page.get_by_role("button", name="Compare Vera, V. Novak").click()
    dialog = page.get_by_role("dialog", name="Merge into one person")
    await expect(dialog.get_by_role("row", name=re.compile("^plan"))).to_contain_text(
        re.compile("plan.*pro.*free.*pro")
    )
    await expect(dialog.get_by_role("row", name=re.compile("^Tags"))).to_contain_text(re.compile("–.*vip.*vip"))
    await expect(dialog).to_contain_text("Also found by: vera+news@x.pl")
    await dialog.get_by_label(f"V. Novak (#{twin}) comes first").check()
    await expect(dialog.get_by_role("row", name=re.compile("^plan"))).to_contain_text(
        re.compile("plan.*pro.*free.*free")
    )
    await expect(dialog).to_contain_text("Also found by: vera@x.pl")
    assert (await api("GET", f"contacts/{vera}"))["id"] == vera
    await dialog.get_by_role("button", name="Merge 2 into one").click()
    await expect(page.get_by_text("No duplicates found")).to_be_visible()
    made = await api("GET", f"contacts/{vera}")
    assert (made["id"], made["email"], made["attributes"], made["tags"]) == (
        twin, "vera+news@x.pl", {"plan": "free", "seats": 4}, ["vip"],
    )  # fmt: skip


async def test_two_chosen_rows_of_the_table_become_one(acme: Any, panel: OpenPanel, api: Api) -> None:
    await twins(api)
    page = await panel(at="/people?sort=id")
    await expect(page.locator("a[data-person]")).to_have_count(2)
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    await expect(page.get_by_role("button", name="Merge with…")).to_have_count(0)
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    await page.get_by_role("button", name="Merge with…").click()
    await page.get_by_role("dialog").get_by_role("button", name="Merge 2 into one").click()
    await expect(page.locator("a[data-person]")).to_have_count(1)
    await expect(page.get_by_role("toolbar")).to_have_count(0)


async def test_a_profile_offers_its_likely_twin_and_anybody_by_name(acme: Any, panel: OpenPanel, api: Api) -> None:
    vera, twin = await twins(api)
    await api.contact(first_name="Walt", email="walt@x.pl")
    page = await panel(at=f"/person/{twin}")
    await page.get_by_role("button", name="More for this person").click()
    await page.get_by_role("menuitem", name="Merge with…").click()
    dialog = page.get_by_role("dialog", name="Merge V. Novak with…")
    people = dialog.get_by_role("list", name="Whom to merge with").get_by_role("listitem")
    await expect(people).to_have_text([re.compile("Vera.*Same mailbox")])
    await dialog.get_by_role("textbox").fill("walt")
    await expect(people).to_have_text([re.compile("^.*Walt")])
    await dialog.get_by_role("textbox").fill("")
    await page.get_by_role("button", name="Compare with Vera").click()
    await page.get_by_role("button", name="Merge 2 into one").click()
    await expect(page.get_by_role("list", name="Timeline")).to_contain_text("Merged with Vera")
    assert (await api("GET", f"contacts/{vera}"))["id"] == twin


async def test_who_looks_at_somebody_that_a_colleague_merges_is_led_to_the_one_that_stayed(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    vera, twin = await twins(api)
    page = await panel(at=f"/people/{twin}?sort=id")
    await expect(page.get_by_role("article", name="V. Novak")).to_be_visible()
    await expect(page.locator("a[data-person]")).to_have_count(2)
    await api("POST", f"contacts/{vera}/merge", others=[twin])
    await expect(page.get_by_role("article", name="Vera")).to_be_visible()
    await expect(page.get_by_text("This profile was merged into another one")).to_be_visible()
    await expect(page.locator("a[data-person]")).to_have_count(1)
    assert page.url.endswith(f"/people/{vera}?sort=id")


async def test_people_who_only_look_alike_are_told_apart_and_that_is_taken_back(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    await twins(api)
    page = await panel(at="/duplicates")
    button = page.get_by_role("button", name="Vera, V. Novak are not the same person")
    await button.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("No duplicates found")).to_be_visible()
    assert (await api("GET", "duplicates"))["groups"] == []
    await page.get_by_role("button", name="Undo").click()
    await expect(button).to_be_visible()
