"""Demo data fills an application on request, and leaves it as it was."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hub.support.collections import DEMO_DATA
from hub.support.demo_data import WORK
from storage.engine import Batch, Scope
from tests.api.test_faults import call
from tests.support.people import settled

pytestmark = pytest.mark.annex("X5")


async def until(acme: Any, token: str, state: str) -> dict[str, Any]:
    for _ in range(300):
        now = (await call(acme.house.url, token, "GET", "demo-data"))[1]
        if now["state"] == state:
            return now
        await asyncio.sleep(0.1)
    raise AssertionError(now)


async def counts(acme: Any, token: str) -> dict[str, int]:
    url = acme.house.url
    return {
        "people": len((await call(url, token, "GET", "contacts?limit=200"))[1]["contacts"]),
        "companies": len((await call(url, token, "GET", "companies"))[1]["companies"]),
        "deals": len((await call(url, token, "GET", "deals"))[1]["deals"]),
        "tags": len((await call(url, token, "GET", "tags"))[1]),
        "segments": len((await call(url, token, "GET", "segments"))[1]["segments"]),
    }


async def test_demo_data_comes_and_goes_and_nothing_real_goes_with_it(house, acme, globex):
    token = await acme.token()
    vera = await acme.visitor()
    await vera.says("I am real")
    await vera.call("contact.update", name="Vera", email="vera@acme.example")
    theirs = await counts(globex, await globex.token())
    before = await counts(acme, token)
    assert (await call(house.url, token, "DELETE", "demo-data"))[0] == 404
    assert (await call(house.url, token, "POST", "demo-data"))[0] == 202
    assert (await call(house.url, token, "POST", "demo-data"))[0] == 409
    there = await until(acme, token, "there")
    assert there["made"]["contact"] == 24 and there["done"] == there["of"], there
    filled = await counts(acme, token)
    assert filled["people"] == before["people"] + 24 and filled["companies"] == before["companies"] + 6
    assert filled["deals"] == before["deals"] + 8 and filled["tags"] == before["tags"] + 1
    ada = await acme.agent()
    assert ada.session["counts"]["open"] + ada.session["counts"]["closed"] > 10
    assert await counts(globex, await globex.token()) == theirs

    # Killed before it had noted anything: all of it is done again, and found again.
    scope, batch = Scope(acme.id), Batch(Scope(acme.id))
    batch.patch(DEMO_DATA, acme.id, set={"state": "filling", "done": 0, "made": []})
    await house.hub.jobs.add(batch, WORK, {})
    await house.hub.commit(batch)
    assert await house.hub.store.get(scope, DEMO_DATA, acme.id) is not None
    assert (await until(acme, token, "there"))["made"] == there["made"]
    assert await counts(acme, token) == filled

    assert (await call(house.url, token, "DELETE", "demo-data"))[0] == 200
    await until(acme, token, "none")
    await settled(house)
    assert await counts(acme, token) == before
    again = await acme.agent()
    assert again.session["counts"]["open"] == 1 and again.session["counts"]["closed"] == 0, "Vera's alone"
    assert (await call(house.url, token, "POST", "demo-data"))[0] == 202, "and once more"
    assert (await until(acme, token, "there"))["made"]["contact"] == 24
