"""An empty installation is set up by whoever reads what the server printed; the server notices what is done of the first hour."""

from __future__ import annotations

import re
from typing import Any

import aiohttp
import pytest

from hub.accounts.passwords import SHORTEST
from hub.accounts.setting_up import setup_token
from tests.api.test_faults import call
from tests.support.house import House, ServerProcess, eventually, sign_in

pytestmark = pytest.mark.annex("S1", "X5")
GIVEN = {"name": "Acme", "agent_name": "Ada", "email": "ada@acme.example", "password": "a good password"}


async def send(house: House, **form: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as http, http.post(f"{house.url}/setup", data=form) as answer:
        return answer.status, await answer.text()


async def test_only_who_has_the_printed_word_makes_the_first_application_and_only_once(house):
    async with aiohttp.ClientSession() as http, http.get(house.url, allow_redirects=False) as answer:
        assert answer.headers["Location"] == "/setup"
    async with aiohttp.ClientSession() as http, http.get(f"{house.url}/setup?token=guessed") as answer:
        assert answer.status == 403 and "<input" not in await answer.text()
    assert (await send(house, **GIVEN, token="guessed"))[0] == 403
    token = await setup_token(house.hub)
    status, page = await send(house, **(GIVEN | {"password": "short"}), token=token)
    assert (
        status == 400
        and f"at least {SHORTEST}" in page
        and f'minlength="{SHORTEST}"' in page
        and 'value="ada@acme.example"' in page
        and "short" not in page
    )
    assert (await send(house, **GIVEN, token=token))[0] == 200
    assert (await send(house, **(GIVEN | {"email": "eve@evil.example"}), token=token))[0] == 403
    import asyncio

    entered = await asyncio.to_thread(sign_in, house.url)
    assert entered["application"]["name"] == "Acme"
    assert (await call(house.url, entered["token"], "GET", "operator/faults"))[0] == 200, "who began it operates it"
    async with aiohttp.ClientSession() as http, http.get(house.url, allow_redirects=False) as answer:
        assert answer.headers["Location"] == "/panel/"


def test_the_server_prints_the_address_of_the_first_start_until_it_is_done(tmp_path):
    server = ServerProcess(tmp_path / "data").start()
    try:
        assert server.process and server.process.stdout
        lines = [server.process.stdout.readline() for _ in range(3)]
        assert re.search(r"/setup\?token=\w{43}$", lines[-1].strip()), lines
    finally:
        server.stop()


async def steps(acme: Any, token: str) -> dict[str, Any]:
    return (await call(acme.house.url, token, "GET", "first-hour"))[1]


async def test_the_website_the_first_message_and_its_answer_are_noticed_live(acme, globex):
    ada, token = await acme.agent(), await acme.token()
    before = await steps(acme, token)
    assert not any(before[name] for name in ("snippet", "chat", "look", "push", "arrived", "answered"))
    assert before["invite"], "Ben is there"
    vera = await acme.visitor()
    assert not (await steps(acme, token))["snippet"], "a program is no website"
    from tests.support.cast import Visitor

    on_page = Visitor(acme.house.url, acme.key, None, headers={"Origin": "https://shop.example"})
    await on_page.connect()
    await ada.hears("first.hour")
    seen = await steps(acme, token)
    assert (seen["snippet"], seen["origin"]) == (True, "https://shop.example")
    own = Visitor(acme.house.url, acme.key, None, headers={"Origin": acme.house.url})
    await own.connect()
    conversation = (await vera.says("Hello?"))["conversation"]
    await eventually(lambda: len(ada.events("first.hour")) >= 2)
    assert (await steps(acme, token))["arrived"] and not (await steps(acme, token))["chat"]
    await ada.says("Hello!", conversation)
    await eventually(lambda: len(ada.events("first.hour")) >= 3)
    assert (await steps(acme, token))["chat"]
    ticked = await call(acme.house.url, token, "POST", "first-hour/steps", {"step": "look"})
    assert ticked[1]["look"]
    assert (await call(acme.house.url, token, "PUT", "first-hour/dismissed", {"dismissed": True}))[1]["dismissed"]
    theirs = await steps(globex, await globex.token())
    assert not theirs["snippet"] and not theirs["chat"] and not theirs["dismissed"]
    for each in (on_page, own):
        await each.leave()


async def test_the_own_test_page_shows_the_widget_of_an_application_with_a_list_of_websites(house):
    made = await house.application("Acme", origins=("https://shop.example",))
    from tests.support.cast import Visitor

    visitor = Visitor(house.url, made["widget_key"], None, headers={"Origin": house.url})
    await visitor.connect()
    await visitor.leave()
    async with aiohttp.ClientSession() as http, http.get(f"{house.url}/try/{made['widget_key']}") as answer:
        assert answer.status == 200 and made["widget_key"] in await answer.text()
    async with aiohttp.ClientSession() as http, http.get(f"{house.url}/try/NOKEY") as answer:
        assert answer.status == 404
