"""The pages of imports, companies, duplicates and privacy can be read: contrast, names, widths, in both themes and languages."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.panel.conftest import PAIRS, OpenPanel
from tests.panel.people import Api, go
from tests.panel.test_accessible import check
from tests.panel.test_importing import POLISH, many

pytestmark = pytest.mark.annex("U9", "R3", "X7", "X8")


async def filled(api: Api) -> tuple[int, int]:
    """Companies, twins, lists and segments, so that every page has something to show."""
    await api("POST", "lists", name="Newsletter")
    where = {"all": [{"type": "attribute", "attribute": "city", "op": "equals", "value": "Łódź"}]}
    company = (await api("POST", "companies", attributes={"name": "Żółw i synowie spółka z o.o.", "city": "Łódź"}))[
        "id"
    ]
    await api("POST", "segments", name="Łódź", subject="company", where=where)
    vera = await api.contact(first_name="Vera", email="vera@x.pl", city="Łódź")
    await api.contact(first_name="V.", last_name="Novak", email="vera+news@x.pl")
    await api("PUT", f"companies/{company}/members/{vera}")
    await api("POST", f"companies/{company}/tags", tag="partner")
    await api("POST", f"contacts/{vera}/consents", purpose="newsletter", given=True, source="form 3")
    return company, vera


@pytest.mark.parametrize(("scheme", "width"), PAIRS)
async def test_every_page_of_people_can_be_read(acme: Any, panel: OpenPanel, api: Api, scheme: str, width: int) -> None:
    locale = "pl-PL" if scheme == "dark" else "en-GB"
    page = await panel(
        color_scheme=scheme, locale=locale, viewport={"width": width, "height": 800}, has_touch=width < 500
    )
    for path in ("/companies", "/imports", "/duplicates"):
        await go(page, path)
        await expect(page.locator("main")).to_be_visible()
        await check(page, f"{path}, empty")
    company, vera = await filled(api)
    pages = ("/companies", f"/company/{company}", "/segments", "/segments/new?subject=company", "/duplicates",
             "/imports/new", "/people", f"/person/{vera}", "/settings/privacy")  # fmt: skip
    for path in pages:
        await go(page, path)
        await expect(page.locator("main")).to_be_visible()
        await check(page, path)

    await go(page, "/duplicates")
    await page.locator("main li button").last.click()
    await expect(page.get_by_role("dialog").get_by_role("table")).to_be_visible()
    await check(page, "compare")
    await go(page, f"/person/{vera}")
    for item in (0, 2):
        await page.locator('article button[aria-haspopup="menu"]').click()
        await page.get_by_role("menuitem").nth(item).click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        await check(page, f"dialog {item} of a profile")
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
    if width > 500:
        await go(page, "/people")
        await expect(page.locator("a[data-person]")).to_have_count(2)
        await page.keyboard.press("d")
        await expect(page.get_by_role("dialog")).to_be_visible()
        await check(page, "export")

    for content in (POLISH.encode("cp1250"), many(30_000).encode()):
        await go(page, "/imports/new")
        async with page.expect_file_chooser() as chooser:
            await page.locator("main button").click()
        await (await chooser.value).set_files([{"name": "x.csv", "mimeType": "text/csv", "buffer": content}])
        await expect(page.locator("table")).to_be_visible()
        await check(page, "columns of an import")
        if len(content) < 1000:
            await page.locator("[class*=dock] button").first.click()
            await expect(page.locator("table")).to_have_count(2)
            await check(page, "a dry run")
        await page.locator("[class*=dock] button").last.click()
        await expect(page.locator("[class*=dock]")).to_have_count(0)
        await check(page, "an import")
    await go(page, "/imports")
    await check(page, "imports")
