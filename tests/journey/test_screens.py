"""Every screen, narrow and wide, light and dark, English and Polish: read by machine, and kept for people to look at.

SCREENSHOTS=folder keeps a picture of each screen in all eight ways; without it two of them are looked through.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.journey.people import words
from tests.journey.test_attachments import TEXT, picture
from tests.support.house import PASSWORD

pytestmark = pytest.mark.annex("H2", "H10", "X8")

FOLDER = os.environ.get("SCREENSHOTS")
SIZES = {"wide": (1280, 800), "phone": (390, 844)}
ALL = list(itertools.product(SIZES, ("light", "dark"), ("en", "pl")))
WAYS = ALL if FOLDER else [("wide", "light", "en"), ("phone", "dark", "pl")]

FAULTS = (Path(__file__).parent / "faults.js").read_text("utf-8")


_AT_REST = """document.getAnimations().every(
  (one) => one.playState !== 'running' || one.effect.getTiming().iterations === Infinity)"""


class Album:
    """Looks at each screen when it has come to rest, and keeps its picture where a folder was named."""

    def __init__(self, way: tuple[str, str, str]) -> None:
        self.way = way
        self.faults: list[str] = []

    async def look(self, page: Page, screen: str) -> None:
        await page.wait_for_function(_AT_REST)
        self.faults += [f"{screen}: {fault}" for fault in await page.evaluate(FAULTS)]
        if FOLDER:
            Path(FOLDER).mkdir(parents=True, exist_ok=True)
            await page.screenshot(path=Path(FOLDER) / f"{screen}-{'-'.join(self.way)}.png")


@pytest.mark.parametrize("way", WAYS, ids="-".join)
async def test_every_screen_fits_is_named_can_be_read_and_speaks_one_language(acme, way):
    size, scheme, language = way
    album = Album(way)
    width, height = SIZES[size]
    window: dict[str, Any] = {
        "viewport": {"width": width, "height": height}, "color_scheme": scheme, "reduced_motion": "reduce",
        "locale": {"en": "en-GB", "pl": "pl-PL"}[language],
    }  # fmt: skip
    say = SAID[language]

    ada = await acme.stranger(**window)
    await ada.page.goto(f"{acme.url}/panel/")
    await expect(ada.page.get_by_role("heading")).to_have_text(words("panel", language)["signIn.title"])
    await album.look(ada.page, "panel-1-sign-in")
    await ada.signs_in(f"ada@{acme.domain}", "wrong")
    await expect(ada.page.get_by_role("alert").filter(has_text=".")).to_have_text(
        words("panel", language)["signIn.wrong"]
    )
    await album.look(ada.page, "panel-2-sign-in-wrong")
    ada.complaints.clear()  # the browser's own note on the refused answer
    await ada.signs_in(f"ada@{acme.domain}", PASSWORD)
    await ada.is_connected()
    await expect(ada.page.locator("main, [role=main]").first).to_be_visible()
    await album.look(ada.page, "panel-3-inbox-empty")

    vera = await acme.vera(acme.website(lang=language), **window)
    await album.look(vera.page, "widget-1-closed")
    await vera.launcher.click()
    await expect(vera.window).to_contain_text(words("widget", language)["welcome"])
    await album.look(vera.page, "widget-2-welcome")
    await vera.writes(say["hello"])
    await vera.attaches(picture("teapot.png", "#0d9488"), TEXT)
    await album.look(vera.page, "widget-3-files-chosen")
    await vera.writes(say["picture"])
    others = [await acme.vera(acme.website(lang=language), **window) for _ in range(2)]
    for number, other in enumerate(others):
        await other.launcher.click()
        await other.writes(say["others"][number])
    await expect(ada.rows).to_have_count(3)
    await album.look(ada.page, "panel-4-inbox")

    await ada.rows.filter(has_text=say["picture"]).click()
    await ada.sees(say["picture"])
    await ada.writes(say["answer"])
    await ada.writes(say["long"])
    await vera.sees(say["answer"], say["long"])
    await expect(ada.stream.locator("[data-progress]").last).to_have_attribute(
        "aria-label", words("panel", language)["progress.read"]
    )
    await expect(ada.stream.get_by_role("img", name="teapot.png")).to_have_js_property("complete", True)
    await album.look(ada.page, "panel-5-conversation")
    await album.look(vera.page, "widget-4-conversation")
    await vera.field.press_sequentially(say["typing"])
    await expect(ada.stream).to_contain_text(re.compile("is typing|pisze"))
    await ada.page.keyboard.press("Escape")
    await ada.page.keyboard.press("n")
    await ada.field.fill(say["note"])
    await ada.field.press("Enter")
    await expect(ada.notes).to_have_count(1)
    await ada.field.fill(say["note"])
    await album.look(ada.page, "panel-6-note")
    await ada.field.fill("")

    if size == "phone":
        await ada.page.keyboard.press("Escape")
        await ada.page.keyboard.press("p")
        await expect(ada.page.get_by_role("dialog")).to_contain_text(words("panel", language)["person.about"])
        await album.look(ada.page, "panel-7-person")
        await ada.page.keyboard.press("Escape")
        await expect(ada.page.get_by_role("dialog")).to_have_count(0)
    await ada.page.get_by_role("button", name=words("panel", language)["assign.none"]).click()
    await expect(ada.page.get_by_role("menu")).to_be_visible()
    await album.look(ada.page, "panel-8-assign")
    await ada.page.keyboard.press("Escape")
    await expect(ada.page.get_by_role("menu")).to_have_count(0)
    await _without_network(ada, vera, album, say)

    await ada.page.get_by_role("button", name=words("panel", language)["keys.close"]).click()
    await expect(vera.chat).to_contain_text(words("widget", language)["closed"])
    await album.look(ada.page, "panel-10-closed")
    await album.look(vera.page, "widget-6-closed-conversation")
    await ada.page.keyboard.press("?")
    await expect(ada.page.get_by_role("dialog")).to_be_visible()
    await album.look(ada.page, "panel-11-keys")
    await ada.page.keyboard.press("Escape")
    await expect(ada.page.get_by_role("dialog")).to_have_count(0)
    await ada.page.keyboard.press("Control+k")
    await expect(ada.page.get_by_role("dialog")).to_be_visible()
    await album.look(ada.page, "panel-12-palette")
    await ada.page.keyboard.press("Escape")
    assert album.faults == [], "\n".join(album.faults)
    assert await ada.page.locator("html").get_attribute("lang") == language


async def _without_network(ada: Any, vera: Any, album: Album, say: dict[str, Any]) -> None:
    offline: list[Callable[[], Awaitable[None]]] = [ada.goes_offline, vera.goes_offline]
    for go in offline:
        await go()
    await ada.page.keyboard.press("r")
    await ada.writes(say["waiting"][0])
    await vera.writes(say["waiting"][1])
    await expect(ada.page.get_by_role("status").filter(has_text=re.compile(r"\d"))).to_be_visible()
    await expect(vera.window.get_by_role("status")).to_be_visible()
    await album.look(ada.page, "panel-9-offline")
    await album.look(vera.page, "widget-5-offline")
    for back in (ada.is_back, vera.is_back):
        await back()
    await ada.sees(*say["waiting"])
    await vera.sees(*say["waiting"])
    await ada.page.keyboard.press("Escape")


SAID: dict[str, dict[str, Any]] = {
    "en": {
        "hello": "Hello! Do you ship to Oslo? 🙂", "picture": "This is the teapot I mean, with my list",
        "others": ["When do you open on Saturday?", "My order 4711 has not arrived yet"],
        "answer": "We do: three days, € 6.90.", "typing": "Great, then I’ll",
        "long": "The teapot is back in stock on Thursday. If you order before noon, it leaves the same day; "
                "everything about parcels to Norway is on https://leaf.example/shipping/norway.",
        "note": "Paid twice in May, so let the parcel go free of charge", "waiting": ["Shall I reserve one?", "Yes, please"],
    },
    "pl": {
        "hello": "Dzień dobry! Czy wysyłają Państwo do Oslo? 🙂", "picture": "To ten czajnik i moja lista",
        "others": ["Od której otwarte w sobotę?", "Zamówienie 4711 jeszcze nie przyszło"],
        "answer": "Tak, paczka idzie trzy dni i kosztuje 29 zł.", "typing": "Świetnie, w takim razie",
        "long": "Czajnik będzie znów dostępny w czwartek. Przy zamówieniu do południa wysyłamy tego samego dnia; "
                "wszystko o paczkach do Norwegii jest na https://leaf.example/wysylka/norwegia.",
        "note": "W maju zapłaciła dwa razy, wyślijmy tę paczkę na nasz koszt", "waiting": ["Mam odłożyć jeden?", "Tak, poproszę"],
    },
}  # fmt: skip


async def test_the_widget_speaks_polish_on_a_polish_page_whatever_the_browser_speaks(acme):
    vera = await acme.vera(acme.website(lang="pl-PL"))
    await expect(vera.launcher).to_have_attribute("aria-label", "Otwórz czat")
    await vera.launcher.click()
    await expect(vera.window).to_contain_text("Dzień dobry! W czym możemy pomóc?")
    await expect(vera.field).to_have_attribute("placeholder", "Napisz wiadomość…")
    await vera.writes("Dzień dobry")
    await expect(vera.ticks).to_have_attribute("aria-label", re.compile("^(Wysłano|Dostarczono)$"))


async def test_the_panel_speaks_the_language_of_the_browser_and_another_one_when_asked(acme):
    ada = await acme.stranger(locale="pl-PL")
    await ada.page.goto(f"{acme.url}/panel/")
    await expect(ada.page.get_by_role("button", name="Zaloguj się", exact=True)).to_be_visible()
    await ada.page.get_by_role("button", name="English").click()
    await expect(ada.page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    await ada.page.get_by_role("button", name="Polski").click()
    await ada.signs_in(f"ada@{acme.domain}", PASSWORD)
    await ada.is_connected()
    views = ada.page.get_by_role("region", name="Widoki").get_by_role("link")
    await expect(views).to_have_text(["Otwarte", "Moje", "Nieprzypisane", "Oczekujące", "Odłożone", "Zamknięte"])


async def test_both_catalogues_have_the_same_phrases_and_none_is_left_untranslated():
    same = {"language.en", "language.pl", "signIn.email", "presence.online", "presence.offline", "list.said", "says",
            "stream.said", "menu.label", "time.minutes", "device.tablet", "device.bot", "emoji", "type.tag", "type.segment",
            "type.email", "what.region", "apiKeys.rest", "rating.figure", "form.begin.email", "role.agent", "rules.segment",
            "importMatch.email", "hooks.took", "hooks.standard", "enrich.at", "where.channel.sms",
            "letters.channel.sms", *(f"attribute.{name}" for name in (
                "email", "status", "region", "facebook_url", "linkedin_url", "twitter_url", "google_url",
                "gravatar_url"))}  # fmt: skip
    for face in ("panel", "widget"):
        english, polish = words(face), words(face, "pl")
        assert english.keys() == polish.keys()
        assert {key for key, phrase in english.items() if phrase == polish[key]} <= same
        for key, phrase in polish.items():
            if isinstance(phrase, dict):
                assert phrase.keys() == {"one", "few", "many", "other"}, f"{key} lacks a Polish plural"
