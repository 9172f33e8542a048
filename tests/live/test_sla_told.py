"""Promised times that are nearly over, or over, reach whoever is in charge: once for each stage, and not what was answered."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hub.chat.collections import CONVERSATIONS
from hub.chat.notices import Notice
from storage.engine import Scope
from tests.conftest import Company
from tests.live.test_notices import ADA, BEN, Phones, Team, box, call, house, phones, rows, settled, team
from tests.support.house import House, eventually

__all__ = ["box", "house", "phones", "team"]
pytestmark = pytest.mark.annex("C5")
MINUTE = 60_000
QUICK = {"id": 0, "name": "Quick", "first": 10, "business": False}


async def promise(team: Team, **more: Any) -> None:
    """Promise Acme's visitors a first answer within ten minutes, and tell agents of nothing but of that."""
    await call(team.acme, team.tokens[team.ada], "PUT", "sla", {"policies": [QUICK | more]})
    for agent in (team.ada, team.ben):
        await team.rules(agent, mine=[], unassigned=[], assigned=[])


async def promised(house: House, acme: Company, conversation: int) -> dict[str, Any]:
    """Return a conversation as soon as its promise runs."""
    found: dict[str, Any] = {}

    async def runs() -> bool:
        found.update(await house.hub.store.get(Scope(acme.id), CONVERSATIONS, conversation) or {})
        return bool(found.get("sla"))

    while not await runs():
        await asyncio.sleep(0.02)
    return found


async def decided(acme: Company, what: str, conversation: int, **to: int) -> None:
    """Let Ada open the panel, decide about a conversation, and go."""
    ada = await acme.agent(ADA)
    await ada.call(f"conversation.{what}", conversation=conversation, **to)
    await ada.leave()


def later(house: House, minutes: float) -> None:
    """Let it be so many minutes later, and whatever is due then be done."""
    house.hub.clock.ahead += int(minutes * MINUTE)  # type: ignore[attr-defined]
    for lane in house.hub.jobs._lanes:
        lane.wake.set()


def told(phones: Phones, agent: int) -> list[Notice]:
    return [each for each in phones.of(agent) if each.kind == "sla"]


async def test_a_warning_and_a_breach_come_once_to_whoever_has_the_conversation(acme, box, house, team, phones):
    await promise(team)
    phones.owners = {team.ada, team.ben}
    vera = await acme.visitor()
    name = vera.session["contact"]["name"]
    conversation = (await vera.says("Is there tea?"))["conversation"]
    await decided(acme, "assign", conversation, agent=team.ben)
    await promised(house, acme, conversation)
    later(house, 8.1)
    await eventually(lambda: told(phones, team.ben), 10)
    await settled(house)
    (near,) = told(phones, team.ben)
    assert near.title == f"2 min left for the first answer to {name}" and near.body == "Is there tea?"
    later(house, 0.5)
    later(house, 2)
    await eventually(lambda: len(told(phones, team.ben)) == 2, 10)
    await settled(house)
    late = told(phones, team.ben)[1]
    assert (
        late.title == f"The first answer to {name} is late" and late.tag == near.tag != f"conversation {conversation}"
    )
    later(house, 60)
    await vera.says("Hello?")
    await settled(house)
    assert len(told(phones, team.ben)) == 2 and phones.of(team.ada) == [] and box.mails == []
    assert [row["reason"] for row in await rows(house, acme)] == ["sla", "sla"]


async def test_what_nobody_has_is_told_to_its_group_alone_and_by_mail_where_there_is_no_device(
    acme, box, house, team, globex
):
    await promise(team)
    await team.rules(team.ben, mine=[], unassigned=[], assigned=[], language="pl", delay=0)
    owner = team.tokens[team.ada]
    group = await call(acme, owner, "POST", "groups", {"name": "Shop", "agents": [team.ben]})
    vera, gus = await acme.visitor(), await globex.agent()
    conversation = (await vera.says("Is there tea?"))["conversation"]
    await decided(acme, "group", conversation, group=group["id"])
    await promised(house, acme, conversation)
    later(house, 10.1)
    await eventually(lambda: box.mails, 10)
    await settled(house)
    (mail,) = box.mails
    assert mail["To"] == BEN
    words = str(mail.get_body(("plain",)).get_content()).replace("\r\n", "\n")
    assert words.startswith(f"Pierwsza odpowiedź po terminie: {vera.session['contact']['name']}\n")
    assert not gus.events("sla") and not vera.events("sla")


async def test_an_answer_that_comes_before_the_notice_leaves_it_unsent(acme, box, house, team, phones):
    await promise(team)
    phones.owners, phones.away = {team.ada}, True
    await team.rules(team.ben, mine=[], unassigned=[], assigned=[], sla=[])
    vera = await acme.visitor()
    conversation = (await vera.says("Is there tea?"))["conversation"]
    await promised(house, acme, conversation)
    later(house, 8.1)
    while not any(row["why"] == "channel_away" for row in await rows(house, acme)):  # it is written down, and waits
        await asyncio.sleep(0.02)
    ben = await acme.agent(BEN)
    await ben.says("There is", conversation)
    phones.away = False
    later(house, 1)
    await settled(house)
    assert phones.came == [] and box.mails == []
    assert [(row["state"], row["why"]) for row in await rows(house, acme)] == [("withdrawn", "read")]
    later(house, 60)
    await settled(house)
    assert phones.came == []


async def test_whoever_has_the_panel_open_is_told_there_and_nobody_is_who_does_not_want_it(
    acme, box, house, team, phones
):
    await promise(team)
    phones.owners = {team.ada, team.ben}
    await team.rules(team.ben, mine=[], unassigned=[], assigned=[], sla=[])
    ada, vera = await acme.agent(ADA), await acme.visitor()
    conversation = (await vera.says("Is there tea?"))["conversation"]
    await promised(house, acme, conversation)
    later(house, 8.1)
    heard = await ada.hears("sla", conversation=conversation, what="warning", within=15.0)
    assert heard["kind"] == "first" and heard["assignee"] is None
    later(house, 2)
    await ada.hears("sla", conversation=conversation, what="breach", within=15.0)
    await settled(house)
    assert phones.came == [] and box.mails == []
