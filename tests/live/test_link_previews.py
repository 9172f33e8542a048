"""Previews of links: opted into, read by the server alone, once, and never of what is not meant for it."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from PIL import Image

from hub.chat.previews.reading import read_page
from tests.conftest import Company
from tests.people.conftest import Panel, Refused, panel_of
from tests.support.house import House, open_house

pytestmark = pytest.mark.annex("C2")


class Shop:
    """A website of somebody else: pages by path, and who asked for what."""

    def __init__(self) -> None:
        self.url = ""
        self.pages: dict[str, tuple[bytes, str]] = {}
        self.asked: list[web.Request] = []

    def page(self, path: str, html: str) -> str:
        """Put a page there; return its address."""
        self.pages[path] = (html.encode(), "text/html; charset=utf-8")
        return self.url + path

    async def answer(self, request: web.Request) -> web.Response:
        """Give what is there."""
        self.asked.append(request)
        await asyncio.sleep(0.02)
        if request.path == "/moved":
            return web.Response(status=302, headers={"Location": "/tea"})
        body, kind = self.pages.get(request.path, (b"nothing here", ""))
        return web.Response(body=body, headers={"Content-Type": kind}) if kind else web.Response(status=404, body=body)


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    shop = Shop()
    app = web.Application()
    app.router.add_get("/{path:.*}", shop.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    shop.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[union-attr]
    yield shop
    await runner.cleanup()


@pytest.fixture(params=["sqlite", "mongo"])
async def house(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """A hub that may ask this machine."""
    settings: dict[str, Any] = {"presence_grace": 0.2, "fetch_allow": "127.0.0.1"}
    if request.param == "mongo":
        settings["mongo_url"] = request.getfixturevalue("mongo_url")
    async with open_house(tmp_path / "data", **settings) as house:
        yield house
    assert house.log.tracebacks == []


@pytest.fixture
async def api(acme: Company) -> AsyncIterator[Panel]:
    """Ada at the panel's API, in an application that wants previews."""
    api = await panel_of(acme)
    await api("PUT", "link-previews", on=True)
    yield api
    await api._http.close()


def picture(colour: str = "teal") -> bytes:
    """A picture of a shop."""
    out = io.BytesIO()
    Image.new("RGB", (900, 600), colour).save(out, "PNG")
    return out.getvalue()


async def links(api: Panel, said: dict[str, Any]) -> Any:
    return await api("GET", f"conversations/{said['conversation']}/messages/{said['id']}/links")


TEA = """<!doctype html><html><head><title>Plain &amp; simple</title>
    <meta property="og:title" content="Green tea, 100 g"><meta name="description" content="Fresh\n from  Shizuoka">
    <meta property="og:image" content="/tea.png"></head><body><meta property="og:title" content="Forged in a comment">"""


async def test_agents_see_what_the_page_says_of_itself_and_it_is_asked_once(
    acme: Company, shop: Shop, api: Panel
) -> None:
    shop.pages["/tea.png"] = (picture(), "image/jpeg")  # hosts name other types than they send
    address = shop.page("/tea", TEA)
    vera = await acme.visitor()
    said = await vera.says(f"Do you have this ({address})? And {address}, too")
    first, again = await asyncio.gather(links(api, said), links(api, said))
    assert first == again and first["on"] is True
    (card,) = first["links"]
    assert (card["address"], card["host"]) == (address, "127.0.0.1")
    assert (card["title"], card["text"]) == ("Green tea, 100 g", "Fresh from Shizuoka")
    assert card["picture"].startswith("data:image/webp;base64,") and len(card["picture"]) < 30_000
    assert [request.path for request in shop.asked] == ["/tea", "/tea.png"]
    for request in shop.asked:
        assert not {"Cookie", "Referer", "Authorization"} & set(request.headers)
    # Where a link leads is where it led in the end.
    moved = await links(api, await vera.says(f"Or {shop.url}/moved", said["conversation"]))
    assert [each["title"] for each in moved["links"]] == ["Green tea, 100 g"]


async def test_nothing_is_asked_until_the_application_wants_it(
    acme: Company, globex: Company, shop: Shop, api: Panel
) -> None:
    address = shop.page("/tea", TEA)
    theirs = await panel_of(globex)
    try:
        said = await (await globex.visitor()).says(address)
        assert await theirs("GET", "link-previews") == {"on": False}
        assert await links(theirs, said) == {"on": False, "links": []}
        assert shop.asked == []
    finally:
        await theirs._http.close()
    mine = await (await acme.visitor()).says(address)
    assert (await links(api, mine))["links"]
    await api("PUT", "link-previews", on=False)
    assert await links(api, mine) == {"on": False, "links": []}
    other = await (await acme.visitor()).says("Hello")
    with pytest.raises(Refused) as refused:
        await api("PUT", "link-previews", on=True) and await links(api, mine | {"conversation": other["conversation"]})
    assert refused.value.status == 404


async def test_what_is_no_page_for_others_has_no_preview(
    acme: Company, shop: Shop, api: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.pages |= {"/pdf": (b"%PDF-1.4", "application/pdf"), "/empty": (b"<html></html>", "text/html")}
    shop.pages["/huge"] = (b"<title>Huge</title>" + b"x" * 4_000_000, "text/html")
    shop.pages["/shot.png"] = (picture("red"), "image/png")
    vera = await acme.visitor()

    async def titles(*addresses: str) -> list[str]:
        said = await vera.says(" ".join(addresses))
        return [each["host"] + each["title"] for each in (await links(api, said))["links"]]

    assert await titles(f"{shop.url}/gone", f"{shop.url}/pdf", f"{shop.url}/empty") == []
    assert await titles(f"{shop.url}/huge", "http://10.0.0.1/admin", "http://169.254.169.254/latest") == []
    # Our own links sign people in: they are not for looking. A picture is its own preview.
    before = len(shop.asked)
    ours = acme.house.hub.settings.base_url()
    assert await titles(f"{ours}/panel/", f"{shop.url}/shot.png", "mailto:vera@example.com") == ["127.0.0.1"]
    assert [request.path for request in shop.asked[before:]] == ["/shot.png"]
    with monkeypatch.context() as here:
        here.setattr(type(acme.house.hub.settings), "base_url", lambda self, port=None: shop.url)
        shop.page("/sign-in", TEA)
        assert await titles(f"{shop.url}/sign-in") == [] and shop.asked[-1].path != "/sign-in"
    assert await titles(f"{shop.url}/sign-in") == ["127.0.0.1Green tea, 100 g"]
    # What could not be read is left alone for a while.
    assert await titles(f"{shop.url}/gone") == []
    assert [request.path for request in shop.asked].count("/gone") == 1


@pytest.mark.parametrize(
    ("html", "kind", "title", "text"),
    [
        ("<title>Zażółć</title>".encode("iso-8859-2"), "text/html; charset=iso-8859-2", "Zażółć", ""),
        ("<meta charset=windows-1250><title>Gęś</title>".encode("cp1250"), "text/html", "Gęś", ""),
        (b"<meta charset=no-such><title>Still read</title>", "text/html", "Still read", ""),
        (b"<title>A" + b"\xff" + b"B</title>", "text/html", "A\ufffdB", ""),
        (b"<title>\xe2\x80\xaeevil\xe2\x80\xac\x00 name</title>", "text/html", "evil name", ""),
        (b"<meta name='twitter:title' content='T'><meta name=description content='" + b"d " * 400 + b"'>", "text/html",
         "T", "d " * 149 + "d…"),
        (b"<title>" * 20_000, "text/html", "", ""),
    ],
    ids=["header", "meta", "unknown", "broken", "direction", "long", "deep"],
)  # fmt: skip
def test_pages_of_all_kinds_are_read(html: bytes, kind: str, title: str, text: str) -> None:
    said = read_page(html, kind)
    assert (said.title, said.text) == (title, text)
