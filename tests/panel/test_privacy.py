"""What is kept of a person: handed out, erased everywhere with a proof, and what they agreed to."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from hub.people.collections import PAGES
from hub.people.values import DAY
from storage.engine import Batch, Scope
from tests.panel.conftest import OpenPanel
from tests.panel.people import Api, go

pytestmark = pytest.mark.annex("X7")


async def lived(acme: Any, api: Api) -> int:
    """Vera, who wrote, was answered, and agreed to something and took it back."""
    vera, ada = await acme.visitor(), await acme.agent()
    await vera.call("contact.update", name="Vera Novak", email="vera@x.pl")
    conversation = (await vera.says("Hello"))["conversation"]
    await ada.says("Hello Vera", conversation)
    await vera.call("event", name="bought", data={"what": "tea"})
    id = int(vera.session["contact"]["id"])
    for given in (True, False):
        await api("POST", f"contacts/{id}/consents", purpose="newsletter", given=given, source="form 3", version="v2")
    return id


async def more(page: Page, item: str) -> None:
    await page.get_by_role("button", name="More for this person").click()
    await page.get_by_role("menuitem", name=item).click()


async def test_everything_of_a_person_is_downloaded_and_their_consents_are_told(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    id = await lived(acme, api)
    page = await panel(at=f"/person/{id}")
    await expect(page.get_by_text("Taken back").first).to_be_visible()
    await page.get_by_text("Everything that was said (2)").click()
    await expect(page.get_by_text("form 3 · v2 · Ada").first).to_be_visible()
    async with page.expect_download() as download:
        await more(page, "Download everything (ZIP)")
    file = await download.value
    assert file.suggested_filename == f"Vera-Novak-{id}.zip"
    bundle = zipfile.ZipFile(io.BytesIO(Path(await file.path()).read_bytes()))
    assert bundle.testzip() is None and {"contact.json", "events.json", "consents.json"} <= set(bundle.namelist())
    assert "Hello Vera" in bundle.read("conversations.json").decode()
    await expect(page.get_by_text("Everything of Vera Novak is downloaded")).to_be_visible()


async def test_a_person_is_erased_everywhere_after_the_name_is_typed_and_the_proof_is_handed_out(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    id = await lived(acme, api)
    page = await panel(at=f"/person/{id}")
    await more(page, "Erase everywhere…")
    dialog = page.get_by_role("dialog", name="Erase Vera Novak everywhere?")
    await expect(dialog).to_contain_text(re.compile("Conversations1.*Messages2.*Events1.*Consents2"))
    erase = dialog.get_by_role("button", name="Erase everywhere")
    await expect(erase).to_be_disabled()
    await dialog.get_by_role("textbox").fill("Vera")
    await expect(erase).to_be_disabled()
    assert (await api("GET", f"contacts/{id}"))["id"] == id
    await dialog.get_by_role("textbox").fill("Vera Novak")
    await page.keyboard.press("Enter")
    done = page.get_by_role("dialog", name="Erasing Vera Novak")
    await expect(done).to_contain_text("Everything is erased.", timeout=15_000)
    async with page.expect_download() as download:
        await done.get_by_role("button", name="Download the proof").click()
    proof = json.loads(Path(await (await download.value).path()).read_text())
    assert proof == await api("GET", f"erasures/{proof['id']}") | {"matches": None}
    assert (proof["status"], proof["counts"]["messages"], proof["asked_by"]) == ("done", 2, "agent Ada") and proof[
        "seal"
    ]
    assert "Vera" not in json.dumps(proof)
    await done.locator("footer, div").get_by_role("button", name="Close").last.click()
    await expect(page.get_by_text("Nobody yet")).to_be_visible()


async def test_who_looks_at_somebody_that_a_colleague_erases_sees_nothing_of_them_any_more(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    id = await lived(acme, api)
    page, other = await panel(), await panel()
    await go(page, f"/person/{id}")
    await expect(page.get_by_role("heading", name="Vera Novak")).to_be_visible()
    await other.get_by_role("link", name=re.compile("Vera Novak")).click()
    await expect(other.get_by_role("main", name="Conversation with Vera Novak")).to_contain_text("Hello Vera")
    await api("POST", f"contacts/{id}/erase")
    await expect(page.get_by_text("This person has just been erased.")).to_be_visible()
    await expect(other.get_by_text("There is no such conversation.")).to_be_visible()
    for each in (page, other):
        await expect(each.locator("body")).not_to_contain_text("Vera")


async def test_who_is_no_owner_is_told_whom_to_ask(acme: Any, panel: OpenPanel, api: Api) -> None:
    id = await lived(acme, api)
    page = await panel("ben@acme.example", at=f"/person/{id}")
    await more(page, "Erase everywhere…")
    await expect(page.get_by_role("dialog")).to_contain_text("Only an owner of the application may")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await more(page, "Download everything (ZIP)")
    await expect(page.get_by_role("alert").filter(has_text="Only an owner")).to_be_visible()
    assert (await api("GET", f"contacts/{id}"))["id"] == id


async def test_an_owner_says_how_long_data_is_kept_and_sees_what_that_erases(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    id = await api.contact(first_name="Vera")
    now, batch = acme.house.hub.clock.now(), Batch(Scope(acme.id))
    for number, age in enumerate((400, 300, 1)):
        record = {"id": 900 + number, "at": now - age * DAY, "url": "https://x.pl/", "title": "", "referrer": ""}
        batch.append(PAGES, id, record)
    await acme.house.hub.commit(batch)
    page = await panel(at="/settings/privacy")
    await page.get_by_label("Pages visited").first.check()
    rule = page.get_by_text("Pages visited").locator("xpath=..")
    await expect(rule).to_contain_text("Would erase 1 now")
    days = page.get_by_label("Pages visited: days")
    await days.fill("200")
    await expect(rule).to_contain_text("Would erase 2 now")
    await days.fill("0")
    await expect(page.get_by_role("alert")).to_contain_text("Days are a whole number from 1 to 36,500.")
    await expect(page.get_by_role("button", name="Save")).to_be_disabled()
    assert (await api("GET", "retention"))["pages"] is None
    await days.fill("200")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Saved. The rules apply from the next night on.")).to_be_visible()
    assert await api("GET", "retention") == {
        "pages": 200, "events": None, "conversations": None, "answers": None, "visitors": None,
    }  # fmt: skip

    await expect(page.get_by_label("Follow visitors")).to_be_checked()
    await page.get_by_label("Ask first").check()
    await expect(page.get_by_text("Your website follows it within five minutes")).to_be_visible()
    assert await api("GET", "consent-mode") == {"mode": "required"}

    await expect(page.get_by_text("Nobody was erased yet.")).to_be_visible()
    proof = await api("POST", f"contacts/{id}/erase")
    await page.reload()
    proofs = page.get_by_role("list", name="Proofs of erasure").get_by_role("listitem")
    await expect(proofs).to_contain_text("Pages visited: 3", timeout=10_000)
    async with page.expect_download() as download:
        await page.get_by_role("button", name=f"Download proof no. {proof['id']}").click()
    assert json.loads(Path(await (await download.value).path()).read_text())["status"] == "done"


async def test_the_settings_of_privacy_are_for_owners(acme: Any, panel: OpenPanel, api: Api) -> None:
    page = await panel("ben@acme.example", at="/settings/privacy")
    await expect(page.get_by_text("Only owners see and change this.")).to_be_visible()
