"""Several looks of one chat: what owners say of them, and what pages and visitors get."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image

from hub.chat.attachments import forget_unsent
from hub.chat.widgets.contrast import _USUAL as USUAL
from hub.chat.widgets.contrast import contrast_of, ratio
from hub.chat.widgets.settings import WidgetSettings
from storage.engine import Scope
from tests.support.house import add_agent

pytestmark = pytest.mark.annex("C3", "H9")
PRO = {"type": "attribute", "attribute": "email", "op": "equals", "value": "vera@shop.example"}


class Owner:
    """Ada at our own API, and any page that asks how the chat looks."""

    def __init__(self, acme: Any, http: aiohttp.ClientSession, token: str) -> None:
        self.acme, self.http, self.token = acme, http, token

    async def __call__(self, method: str, path: str, status: int = 200, **body: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.http.request(
            method, f"{self.acme.house.url}/api/app/{path}", json=body if method != "GET" else None, headers=headers
        ) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json() if answer.status != 204 else None

    async def page(self, **headers: str) -> tuple[int, Any, Any]:
        async with self.http.get(f"{self.acme.house.url}/look/{self.acme.key}", headers=headers) as answer:
            return answer.status, answer.headers, await answer.json() if answer.status == 200 else None

    async def looks(self) -> list[dict[str, Any]]:
        return (await self.page())[2]["widgets"]  # type: ignore[no-any-return]


@pytest.fixture
async def ada(acme: Any) -> Any:
    token = await acme.token()
    async with aiohttp.ClientSession() as http:
        yield Owner(acme, http, token)


async def test_there_is_a_default_widget_before_anybody_said_so_and_it_can_be_changed_and_not_deleted(ada):
    (only,) = (await ada("GET", "widgets"))["widgets"]
    assert (only["id"], only["key"], only["settings"]["mode"]) == (0, "default", "window")
    assert await ada.looks() == [{"key": "default"}]
    changed = await ada("PATCH", "widgets/0", settings={"accent": "#0f766e", "x": 40})
    assert changed["id"] > 0 and changed["settings"]["accent"] == "#0f766e" and changed["settings"]["y"] == 20
    again = await ada("PATCH", f"widgets/{changed['id']}", settings={"side": "left"})
    assert again["settings"]["accent"] == "#0f766e", "what is absent stays"
    (look,) = await ada.looks()
    assert (
        look["classes"] == "left" and "--x:40px;" in look["css"] and "var(--switchboard-accent,#0f766e)" in look["css"]
    )
    refused = await ada("DELETE", f"widgets/{changed['id']}", 400)
    assert refused["details"]["reason"] == "widget_default"


async def test_what_pages_get_is_small_cacheable_and_holds_no_condition(ada):
    await ada("POST", "widgets", 201, name="For Vera", settings={
        "texts": {"pl": {"greeting": "Dzień dobry"}}, "launcher": "mail", "form": None,
        "rules": {"urls": ["*/tea*"], "where": PRO},
    })  # fmt: skip
    status, headers, found = await ada.page()
    first, last = found["widgets"]
    assert status == 200 and headers["Access-Control-Allow-Origin"] == "*" and "max-age=60" in headers["Cache-Control"]
    assert first["rules"] == {"urls": ["*/tea*"], "asks": True} and first["texts"] == {"pl": {"welcome": "Dzień dobry"}}
    assert last == {"key": "default"} and "vera@" not in str(found)
    assert (await ada.page(**{"If-None-Match": headers["ETag"]}))[0] == 304
    async with ada.http.get(f"{ada.acme.house.url}/look/nobody") as answer:
        assert await answer.json() == {"widgets": []}


async def test_the_session_names_the_widgets_whose_conditions_the_visitor_fulfils(ada, acme):
    made = await ada("POST", "widgets", 201, name="For Vera", settings={"rules": {"where": PRO}})
    walt = await acme.visitor()
    assert walt.session["application"]["widgets"] == []
    await walt.call("contact.update", email="vera@shop.example")
    token = walt.session["visitor_token"]
    vera = await acme.visitor(visitor_token=token)
    assert vera.session["application"]["widgets"] == [made["key"]]
    # Somebody who only says that they are Vera learns nothing of her.
    stranger = await acme.visitor(identity={"email": "vera@shop.example"})
    assert stranger.session["application"]["widgets"] == []
    await ada("DELETE", f"widgets/{made['id']}", 204)
    assert "widgets" not in (await acme.visitor()).session["application"]


async def test_a_widget_for_opening_hours_says_whether_it_shows_and_until_when(ada):
    await ada("PUT", "hours", on=True, zone="UTC", week=[{"days": [0, 1, 2, 3, 4, 5, 6], "begins": "00:00", "ends": "00:01"}],
              holidays=[], closed={"on": False, "en": "", "pl": ""}, nobody={"on": False, "en": "", "pl": ""})  # fmt: skip
    await ada("PATCH", "widgets/0", settings={"rules": {"hours": "open"}})
    (look,) = await ada.looks()
    midnight = -(-ada.acme.house.hub.clock.now() // 86_400_000) * 86_400_000
    assert look["rules"] == {"open": False, "turns": midnight}


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"variables": {"colour": "#ffffff"}}, "widget_variable"),
        ({"variables": {"text": "red;} body{display:none"}}, "widget_variable"),
        ({"variables": {"font": "x;}*{all:unset"}}, "widget_variable"),
        ({"variables": {"width": "calc(1px)"}}, "widget_variable"),
        ({"accent": "url(x)"}, "shape"),
        ({"mode": "inline"}, "widget_place"),
        ({"x": 4000}, "shape"),
        ({"unknown": 1}, "shape"),
        ({"rules": {"where": {"type": "nonsense"}}}, None),
    ],
    ids=["unknown", "colour", "font", "length", "accent", "place", "offset", "setting", "condition"],
)
async def test_what_does_not_fit_is_refused_and_nothing_of_it_becomes_css(ada, settings, reason):
    answer = await ada("PATCH", "widgets/0", 400, settings=settings)
    assert answer.get("details", {}).get("reason") == reason
    assert await ada.looks() == [{"key": "default"}]


async def test_variables_become_css_for_light_and_dark(ada):
    await ada("PATCH", "widgets/0", settings={
        "accent": "#111111", "accent_dark": "#eeeeee",
        "variables": {"text": "#222222", "text-dark": "#dddddd", "radius": "4px", "font": "Georgia, 'Times New Roman'"},
    })  # fmt: skip
    (look,) = await ada.looks()
    light, dark = look["css"].split("@media(prefers-color-scheme:dark)")
    assert "--text:#222222;" in light and "--radius:4px;" in light and "--font:Georgia, 'Times New Roman';" in light
    assert "--text:#dddddd;" in dark and "#eeeeee" in dark and "--radius" not in dark


async def test_a_logo_is_a_picture_that_stays_and_goes_with_its_widget(ada):
    picture = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(picture, "PNG")

    async def upload(name: str, type: str, body: bytes) -> int:
        started = await ada("POST", "attachments", 201, name=name, size=len(body), type=type)
        async with ada.http.put(ada.acme.house.url + started["url"], data=body) as answer:
            assert answer.status == 200
        return int(started["id"])

    logo = await upload("logo.png", "image/png", picture.getvalue())
    words = await upload("logo.txt", "text/plain", b"words")
    assert (await ada("POST", "widgets", 400, name="Words", settings={"logo": words}))["details"][
        "reason"
    ] == "widget_logo"
    made = await ada("POST", "widgets", 201, name="With a logo", settings={"logo": logo})
    # What a job does a day later with files that belong to no message.
    await forget_unsent(ada.acme.house.hub, Scope(ada.acme.id), {"attachment": logo})
    url = (await ada.looks())[0]["logo"]
    async with ada.http.get(ada.acme.house.url + url) as answer:
        assert answer.status == 200 and answer.content_type == "image/webp"
    await ada("DELETE", f"widgets/{made['id']}", 204)
    async with ada.http.get(ada.acme.house.url + url) as answer:
        assert answer.status == 404


async def test_trying_tells_the_look_and_the_contrast_and_keeps_nothing(ada):
    tried = await ada("POST", "widgets/try", settings={"accent": "#ffe27a", "variables": {"muted": "#cccccc"}})
    assert tried["light"]["poor"] == ["accent", "muted"] and tried["light"]["on_accent"] > 4.5
    assert "#ffe27a" in tried["look"]["css"]
    assert await ada.looks() == [{"key": "default"}]


async def test_agents_who_are_no_owners_may_not_change_how_the_chat_looks(acme):
    await add_agent(acme.house.hub, acme.id, "walter@acme.example")
    token = await acme.token("walter@acme.example")
    async with aiohttp.ClientSession() as http:
        await Owner(acme, http, token)("PATCH", "widgets/0", 403, settings={"x": 1})


def test_the_usual_colours_are_those_of_the_tokens_and_have_enough_contrast():
    tokens = (Path(__file__).parents[2] / "widget/shared/tokens.ts").read_text()
    assert {colour for each in USUAL.values() for colour in each.values()} <= set(re.findall(r"#[0-9a-f]{6}", tokens))
    for theme in ("light", "dark"):
        assert contrast_of(WidgetSettings(), theme).poor == []
    assert round(ratio("#000000", "#ffffff"), 1) == 21
