"""Several looks of one chat: what owners say of them, and what pages and visitors get."""

from __future__ import annotations

import asyncio
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image

from hub.chat.attachments import forget_unsent
from hub.chat.collections import WIDGETS
from hub.chat.widgets.contrast import _USUAL as USUAL
from hub.chat.widgets.contrast import contrast_of, ratio
from hub.chat.widgets.settings import WidgetSettings
from hub.chat.widgets.widgets import forget_logo
from storage.engine import Batch, Scope
from tests.support.house import add_agent
from tests.support.inbox import becomes

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


@pytest.mark.parametrize("gone", ["tag", "renamed tag", "segment"])
async def test_a_condition_that_names_what_is_gone_hides_its_widget_and_keeps_nobody_out(ada, acme, gone):
    if gone != "segment":
        named = (await ada("POST", "tags", 201, name="Wholesale"))["tag"]
        where: dict[str, Any] = {"type": "tag", "tag": "Wholesale"}
    else:
        named = await ada("POST", "segments", 201, name="All", where={"all": []})
        where = {"type": "segment", "segment": named["id"]}
    made = await ada("POST", "widgets", 201, name="For some", settings={"rules": {"where": where}})
    for_all = await ada("POST", "widgets", 201, name="For all", settings={"rules": {"where": {"all": []}}})
    if gone == "renamed tag":
        await ada("PATCH", f"tags/{named['id']}", name="Trade")
    else:
        await ada("DELETE", f"{gone}s/{named['id']}", 204)
    vera = await acme.visitor()
    assert vera.session["application"]["widgets"] == [for_all["key"]]
    assert (await vera.says("Hello"))["position"] == 1
    # Its colours can be changed all the same; only its conditions have to be mended before they are saved again.
    changed = await ada("PATCH", f"widgets/{made['id']}", settings={"accent": "#0f766e"})
    assert changed["settings"]["accent"] == "#0f766e"
    await ada("PATCH", f"widgets/{made['id']}", 400, settings={"rules": {"where": where}})


async def test_a_condition_on_what_nobody_counts_yet_is_answered_by_what_the_visitor_did(ada, acme):
    vera = await acme.visitor()
    for _ in range(2):
        await vera.call("event", name="ordered", data={"what": "tea"})

    async def known() -> bool:
        return any(each["name"] == "ordered" for each in await ada("GET", "events"))

    await becomes(known, True)
    tea = {"property": "what", "op": "equals", "value": "tea"}
    where = {"type": "event", "event": "ordered", "where": [tea], "at_least": 2, "within_days": 30}
    made = await ada("POST", "widgets", 201, name="Who orders", settings={"rules": {"where": where}})
    token = vera.session["visitor_token"]

    async def keys() -> list[str]:
        return (await acme.visitor(token)).session["application"]["widgets"]  # type: ignore[no-any-return]

    await becomes(keys, [made["key"]])
    assert (await acme.visitor()).session["application"]["widgets"] == []


async def test_a_widget_for_opening_hours_says_whether_it_shows_and_until_when(ada):
    await ada("PUT", "hours", on=True, zone="UTC", week=[{"days": [0, 1, 2, 3, 4, 5, 6], "begins": "00:00", "ends": "00:01"}],
              holidays=[], closed={"on": False, "en": "", "pl": ""}, nobody={"on": False, "en": "", "pl": ""})  # fmt: skip
    await ada("PATCH", "widgets/0", settings={"rules": {"hours": "open"}})
    (look,) = await ada.looks()
    midnight = -(-ada.acme.house.hub.clock.now() // 86_400_000) * 86_400_000
    assert look["rules"] == {"open": False, "turns": midnight}


async def test_a_widget_for_opening_hours_closes_before_a_holiday_of_every_year(ada):
    day = datetime.fromtimestamp(ada.acme.house.hub.clock.now() / 1000, UTC) + timedelta(days=2)
    await ada("PUT", "hours", on=True, zone="UTC", week=[{"days": [0, 1, 2, 3, 4, 5, 6], "begins": "00:00", "ends": "00:00"}],
              holidays=[{"date": day.strftime("2024-%m-%d"), "name": "Acme's day", "yearly": True}],
              closed={"on": False, "en": "", "pl": ""}, nobody={"on": False, "en": "", "pl": ""})  # fmt: skip
    await ada("PATCH", "widgets/0", settings={"rules": {"hours": "open"}})
    (look,) = await ada.looks()
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
    assert look["rules"] == {"turns": int(midnight.timestamp() * 1000)}


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


async def upload(owner: Owner, name: str, type: str, body: bytes) -> int:
    started = await owner("POST", "attachments", 201, name=name, size=len(body), type=type)
    async with owner.http.put(owner.acme.house.url + started["url"], data=body) as answer:
        assert answer.status == 200
    return int(started["id"])


def picture(colour: str) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(drawn, "PNG")
    return drawn.getvalue()


async def served(owner: Owner, url: str) -> int:
    async with owner.http.get(owner.acme.house.url + url) as answer:
        return answer.status


async def let_own(ada: Owner, email: str) -> None:
    """Make a colleague an owner too."""
    team = (await ada("GET", "agents"))["agents"]
    (id,) = (each["id"] for each in team if each["email"] == email)
    await ada("PATCH", f"agents/{id}", role="owner")


async def a_day_later(owner: Owner, file: int) -> None:
    """Do what the jobs of the day after do: files that belong to nothing are erased."""
    await forget_unsent(owner.acme.house.hub, Scope(owner.acme.id), {"attachment": file})
    await forget_logo(owner.acme.house.hub, Scope(owner.acme.id), {"attachment": file})


async def test_a_logo_is_a_picture_that_stays_and_goes_with_its_widget(ada):
    logo = await upload(ada, "logo.png", "image/png", picture("teal"))
    words = await upload(ada, "logo.txt", "text/plain", b"words")
    refused = await ada("POST", "widgets", 400, name="Words", settings={"logo": words})
    assert refused["details"]["reason"] == "widget_logo"
    made = await ada("POST", "widgets", 201, name="With a logo", settings={"logo": logo})
    await a_day_later(ada, logo)
    url = (await ada.looks())[0]["logo"]
    async with ada.http.get(ada.acme.house.url + url) as answer:
        assert answer.status == 200 and answer.content_type == "image/webp"
    await ada("DELETE", f"widgets/{made['id']}", 204)
    await a_day_later(ada, logo)
    assert await served(ada, url) == 404


async def test_a_changed_logo_and_a_deleted_widget_can_be_taken_back_by_a_colleague(ada, acme):
    first = await upload(ada, "first.png", "image/png", picture("teal"))
    second = await upload(ada, "second.png", "image/png", picture("coral"))
    made = await ada("POST", "widgets", 201, name="Shop", settings={"logo": first})
    await ada("PATCH", f"widgets/{made['id']}", settings={"logo": second})
    await let_own(ada, "ben@acme.example")
    ben = Owner(acme, ada.http, await acme.token("ben@acme.example"))
    back = await ben("PATCH", f"widgets/{made['id']}", settings={"logo": first})
    await a_day_later(ada, first)
    await a_day_later(ada, second)
    assert await served(ada, back["logo_url"]) == 200
    await ben("PATCH", f"widgets/{made['id']}", 409, settings={"logo": second})
    await ben("DELETE", f"widgets/{made['id']}", 204)
    again = await ben("POST", "widgets", 201, name="Shop", settings=back["settings"])
    await a_day_later(ada, first)
    assert again["settings"]["logo"] == first and await served(ada, again["logo_url"]) == 200


async def test_a_logo_is_no_file_of_anybody_else_and_none_of_a_talk(ada, acme):
    ben = Owner(acme, ada.http, await acme.token("ben@acme.example"))
    of_ben = await upload(ben, "ben.png", "image/png", picture("coral"))
    vera = await acme.visitor()
    started = await vera.call("attachment.start", name="me.png", size=len(picture("red")), type="image/png")
    async with ada.http.put(acme.house.url + started["url"], data=picture("red")) as answer:
        assert answer.status == 200
    talk = (await vera.says("This is me", attachments=[started["id"]]))["conversation"]
    of_ada = await upload(ada, "ada.png", "image/png", picture("teal"))
    agent = await acme.agent()
    sent = await agent.says("And this is the shop", talk, attachments=[of_ada])
    for file in (of_ben, started["id"], of_ada):
        await ada("POST", "widgets", 409, name="Theirs", settings={"logo": file})
        await ada("PATCH", "widgets/0", 409, settings={"logo": file})
        await ada("POST", "widgets/try", 409, settings={"logo": file})
    assert await ada.looks() == [{"key": "default"}]
    assert await served(ada, sent["attachments"][0]["url"]) == 200


async def test_two_owners_who_change_different_things_at_once_both_have_their_way(ada):
    made = await ada("POST", "widgets", 201, name="Shop", settings={"x": 40})
    hub, scope = ada.acme.house.hub, Scope(ada.acme.id)
    await ada("GET", "widgets")
    # Another node, whose word has not come yet.
    batch = Batch(scope)
    batch.patch(WIDGETS, made["id"], set={"accent": "#0f766e", "mode": "inline", "place": "#chat"})
    await hub.commit(batch)
    changed = await ada("PATCH", f"widgets/{made['id']}", settings={"y": 30})
    assert [changed["settings"][name] for name in ("accent", "x", "y")] == ["#0f766e", 40, 30]
    refused = await ada("PATCH", f"widgets/{made['id']}", 400, settings={"place": ""})
    assert refused["details"]["reason"] == "widget_place"
    parts = [{"x": 50}, {"y": 60}, {"side": "left"}, {"launcher": "hand"}, {"theme": "dark"}]
    await asyncio.gather(*(ada("PATCH", f"widgets/{made['id']}", settings=each) for each in parts))
    (now, _) = (await ada("GET", "widgets"))["widgets"]
    assert {name: now["settings"][name] for each in parts for name in each} == {
        k: v for p in parts for k, v in p.items()
    }
    await asyncio.gather(*(ada("PATCH", "widgets/0", settings=each) for each in parts))
    (_, default) = (await ada("GET", "widgets"))["widgets"]
    assert (default["settings"]["x"], default["settings"]["theme"]) == (50, "dark"), "also with the first change of all"


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
