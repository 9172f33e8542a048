"""A segment's conditions change while contacts are judged by the old ones: nothing old is written over what is new."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hub.accounts.applications import application_ids
from hub.people.collections import CONTACTS, SEGMENTS
from hub.people.conditions.tree import leaves, read_tree
from hub.people.segments.membership import settle
from hub.people.vocabulary import vocabulary
from storage.engine import Scope
from tests.people.test_groups import Panel, both, plan, settled  # noqa: F401 - a fixture
from tests.support.house import House

pytestmark = pytest.mark.annex("U5", "X2")


async def _is_in(house: House, app: int, contact: int, segment: int) -> bool:
    document = await house.hub.store.get(Scope(app), CONTACTS, contact)
    assert document is not None
    return segment in (document.get("segments") or [])


async def _acme(house: House) -> int:
    [app] = await application_ids(house.hub)
    return app


async def test_who_is_judged_by_old_conditions_is_judged_again(both: tuple[House, Panel]):  # noqa: F811
    house, panel = both
    segment = await panel.segment("Pros", plan("pro"))
    vera = await panel.contact(plan="pro")
    await settled(house)
    app = await _acme(house)
    old = await vocabulary(house.hub, Scope(app))
    await panel("PATCH", f"segments/{segment}", where=plan("free"))
    await settled(house)
    assert not await _is_in(house, app, vera, segment)
    await settle(house.hub, Scope(app), old, await house.hub.store.get(Scope(app), CONTACTS, vera))
    assert not await _is_in(house, app, vera, segment)


async def test_an_old_build_that_was_held_up_never_writes_behind_the_new_one(
    both: tuple[House, Panel],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
):
    house, panel = both
    segment = await panel.segment("Pros", plan("nobody"))
    vera = await panel.contact(plan="pro")
    await settled(house)
    app = await _acme(house)
    await asyncio.sleep(1.1)  # what changed within a second is left to those who follow changes
    rewrite, begun, go_on = house.hub.store.rewrite, asyncio.Event(), asyncio.Event()

    async def held_up(*asked: Any, **more: Any) -> Any:
        if not begun.is_set():
            begun.set()
            await go_on.wait()
        return await rewrite(*asked, **more)

    monkeypatch.setattr(house.hub.store, "rewrite", held_up)
    await panel("PATCH", f"segments/{segment}", where=plan("pro"))
    await begun.wait()
    await panel("PATCH", f"segments/{segment}", where=plan("free"))
    await asyncio.sleep(0.3)  # time in which the build of the new conditions could overtake the old one
    go_on.set()
    await settled(house)
    assert not await _is_in(house, app, vera, segment)


async def test_two_who_change_the_conditions_at_once_make_two_generations(both: tuple[House, Panel]):  # noqa: F811
    house, panel = both
    segment = await panel.segment("Pros", plan("nobody"))
    vera = await panel.contact(plan="3")
    await settled(house)
    app = await _acme(house)
    await asyncio.gather(*(panel("PATCH", f"segments/{segment}", where=plan(str(number))) for number in range(5)))
    await settled(house)
    stored = await house.hub.store.get(Scope(app), SEGMENTS, segment)
    assert stored is not None and stored["generation"] == 6
    [last] = leaves(read_tree(stored["where"]))
    assert await _is_in(house, app, vera, segment) is (last.value == "3")
