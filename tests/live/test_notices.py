"""Agents who do not look at the panel are told what waits: once, by the way they chose, when they want it (C5, H7)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from hub.chat import notifying, telling
from hub.chat.channels import Unreachable
from hub.chat.collections import CONVERSATIONS, DELIVERIES, NOTICES
from hub.chat.notices import TELL, TELL_EVENT, Notice, Notices
from hub.chat.telling import TELL_AGENT
from hub.core.clock import Clock
from hub.core.collections import JOBS
from hub.core.hub import Hub
from hub.outreach.notice_mail import NoticeMail
from storage.engine import INSTALLATION, Scope
from tests.conftest import Company
from tests.support.forms import rest
from tests.support.house import House, eventually, open_house, sign_in
from tests.support.mailbox import Mailbox

pytestmark = pytest.mark.annex("C5", "H7")
ADA, BEN = "ada@acme.example", "ben@acme.example"


class Phones:
    """A push service: whose phone takes what, and everything that came. `away` lets it answer nobody."""

    name = "push"

    def __init__(self) -> None:
        self.there = True
        self.owners: set[int] = set()
        self.came: list[tuple[int, Notice]] = []
        self.away = self.refuses = False

    def works(self, hub: Hub) -> bool:
        return self.there

    async def reaches(self, hub: Hub, scope: Scope, agent: int) -> bool:
        return agent in self.owners

    async def send(self, hub: Hub, scope: Scope, agent: int, notice: Notice) -> str:
        if self.away:
            raise ConnectionError("the push service is away")
        if self.refuses:
            raise Unreachable("the device is gone")
        self.came.append((agent, notice))
        return f"push-{notice.delivery}"

    def of(self, agent: int) -> list[Notice]:
        return [notice for who, notice in self.came if who == agent]


class MovedClock(Clock):
    """The wall clock, some time ahead."""

    ahead = 0

    def now(self) -> int:
        return super().now() + self.ahead

    def move_to(self, clock: str) -> datetime:
        """Let it be the next moment at which clocks in Tokyo, which are never put forward or back, show this."""
        now = datetime.fromtimestamp(self.now() / 1000, ZoneInfo("Asia/Tokyo"))
        moment = datetime.combine(now.date(), time.fromisoformat(clock), now.tzinfo)
        moment += timedelta(days=moment <= now)
        self.ahead += int(moment.timestamp() * 1000) - self.now()
        return moment


@pytest.fixture
def box() -> Any:
    box = Mailbox()
    box.open()
    yield box
    box.close()


@pytest.fixture(params=["sqlite", "mongo"])
async def house(request: pytest.FixtureRequest, tmp_path: Path, box: Mailbox, monkeypatch: Any) -> AsyncIterator[House]:
    monkeypatch.setattr("hub.chat.notices.SOON", 100)
    monkeypatch.setattr("hub.chat.notices.Notices.order.__defaults__", (100,))
    monkeypatch.setattr("hub.chat.matters._LOOKS_AGAIN", 200)
    settings: dict[str, Any] = {
        "smtp_url": box.url, "mail_from": "Hub <hub@switchboard.example>", "offline_delay": 0.4,
        "presence_grace": 0.1,
    }  # fmt: skip
    if request.param == "mongo":
        settings["mongo_url"] = request.getfixturevalue("mongo_url")
    async with open_house(tmp_path / "data", **settings) as house:
        house.hub.clock = MovedClock()
        yield house
    assert house.log.tracebacks == []


@pytest.fixture
def phones(house: House) -> Phones:
    phones = Phones()
    house.hub.part(Notices).add(phones)
    return phones


class Team:
    """Ada and Ben, who have signed in and gone home: their ids and tokens."""

    def __init__(self, acme: Company, ada: dict[str, Any], ben: dict[str, Any]) -> None:
        self.acme, self.ada, self.ben = acme, ada["agent"]["id"], ben["agent"]["id"]
        self.tokens = {self.ada: ada["token"], self.ben: ben["token"]}

    async def rules(self, agent: int, **rules: Any) -> dict[str, Any]:
        """Set how an agent is told."""
        return await call(self.acme, self.tokens[agent], "PUT", "me/notices", rules)


@pytest.fixture
async def team(acme: Company) -> Team:
    ada, ben = [await asyncio.to_thread(sign_in, acme.house.url, email) for email in (ADA, BEN)]
    return Team(acme, ada, ben)


async def call(acme: Company, token: str, method: str, path: str, body: Any = None) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    session = aiohttp.ClientSession(acme.house.url, headers=headers)
    async with session as http, http.request(method, f"/api/app/{path}", json=body) as answer:
        assert answer.status < 300, f"{answer.status} {await answer.text()}"
        return await answer.json()


def text(mail: Any) -> str:
    return str(mail.get_body(("plain",)).get_content()).replace("\r\n", "\n")


async def waiting(house: House) -> list[dict[str, Any]]:
    kinds = (TELL, TELL_EVENT, TELL_AGENT)
    found = [row async for chunk in house.hub.store.export(INSTALLATION, JOBS) for row in chunk]
    return [row for row in found if row["kind"] in kinds]


async def settled(house: House, sleeping: int = 0) -> None:
    """Return when no more jobs than these are left."""
    deadline = asyncio.get_running_loop().time() + 10
    while len(await waiting(house)) > sleeping:
        assert asyncio.get_running_loop().time() < deadline, await waiting(house)
        await asyncio.sleep(0.05)


async def rows(house: House, acme: Company) -> list[dict[str, Any]]:
    found = [row async for chunk in house.hub.store.export(Scope(acme.id), DELIVERIES) for row in chunk]
    return sorted((row for row in found if row["to"]["kind"] == "agent"), key=lambda row: row["id"])


async def test_what_nobody_saw_comes_as_one_mail_to_each_agent_and_later_words_join_its_thread(acme, box, house, team):
    vera = await acme.visitor()
    conversation = (await vera.says("Is there <b>tea</b>?"))["conversation"]
    await vera.says("Black, please")
    await eventually(lambda: len(box.mails) == 2, 10)
    await settled(house)
    assert sorted(mail["To"] for mail in box.mails) == [ADA, BEN]
    mail = next(mail for mail in box.mails if mail["To"] == ADA)
    name = vera.session["contact"]["name"]
    assert mail["Subject"] == f"Conversation with {name}"
    assert text(mail).startswith(f"{name} waits, and nobody has the conversation yet\n")
    assert "Is there <b>tea</b>?" in text(mail) and "Black, please" in text(mail)
    html = str(mail.get_body(("html",)).get_content())
    assert "&lt;b&gt;tea&lt;/b&gt;" in html and "<b>" not in html
    assert f"{house.hub.settings.base_url()}/panel/inbox/open/{conversation}" in text(mail)
    assert mail["Auto-Submitted"] == "auto-generated" and mail["In-Reply-To"] is None
    await vera.says("Still there?")
    await eventually(lambda: len(box.mails) == 4, 10)
    await settled(house)
    again = [each for each in box.mails if each["To"] == ADA][1]
    assert again["In-Reply-To"] == again["References"] == mail["Message-ID"] != again["Message-ID"]
    assert again["Subject"] == f"Re: {mail['Subject']}"
    assert "Still there?" in text(again) and "Black" not in text(again)
    kept = await rows(house, acme)
    assert {(row["to"]["id"], row["channel"], row["state"], row["reason"]) for row in kept} == {
        (team.ada, "email", "sent", "unassigned"), (team.ben, "email", "sent", "unassigned")
    }  # fmt: skip
    assert [row["letter"] for row in kept if row["to"]["id"] == team.ada] == [mail["Message-ID"], again["Message-ID"]]


async def test_whoever_has_the_panel_open_is_told_there_and_by_nothing_else(acme, box, house, team, phones):
    phones.owners = {team.ada, team.ben}
    ada, vera = await acme.agent(ADA), await acme.visitor()
    await vera.says("Hello")
    await eventually(lambda: phones.came, 10)
    await asyncio.sleep(1)
    assert [agent for agent, _ in phones.came] == [team.ben] and box.mails == []
    await ada.leave()
    await eventually(lambda: phones.of(team.ada), 10)  # she left without having read it
    await settled(house)
    assert box.mails == [] and len(phones.came) == 2


async def test_a_panel_that_nobody_sits_before_holds_nothing_back_for_long(acme, box, house, team, phones, monkeypatch):
    monkeypatch.setattr("hub.chat.matters._UNATTENDED", 2_500)
    phones.owners = {team.ada}
    await team.rules(team.ben, unassigned=[])
    await acme.agent(ADA)
    vera = await acme.visitor()
    began = asyncio.get_running_loop().time()
    await vera.says("Hello")
    await eventually(lambda: phones.came, 10)
    assert asyncio.get_running_loop().time() - began > 2.4
    await settled(house)
    assert len(phones.came) == 1 and box.mails == []


async def test_who_wants_a_mail_and_no_desktop_gets_it_though_the_panel_is_open(acme, box, house, team):
    await team.rules(team.ada, unassigned=["email"])
    await team.rules(team.ben, unassigned=[])
    await acme.agent(ADA)
    vera = await acme.visitor()
    await vera.says("Hello")
    await eventually(lambda: box.mails, 10)
    await settled(house)
    assert [mail["To"] for mail in box.mails] == [ADA]


async def test_a_phone_that_took_it_spares_the_mail_and_one_that_is_gone_does_not(acme, box, house, team, phones):
    await team.rules(team.ben, unassigned=[])
    phones.owners = {team.ada}
    vera = await acme.visitor()
    await vera.says("One")
    await eventually(lambda: phones.came, 10)
    await settled(house)
    assert box.mails == [] and phones.came[0][1].body == "One"
    phones.refuses = True
    await vera.says("Two")
    await eventually(lambda: box.mails, 10)
    await settled(house)
    assert "Two" in text(box.mails[0]) and "One" not in text(box.mails[0])
    assert [(row["channel"], row["state"]) for row in await rows(house, acme)] == [
        ("push", "sent"), ("push", "refused"), ("email", "sent")
    ]  # fmt: skip


async def test_both_ways_only_for_who_asks_and_only_while_it_is_unread(acme, box, house, team, phones):
    phones.owners = {team.ada, team.ben}
    await team.rules(team.ada, both=True, delay=3)
    await team.rules(team.ben, both=True, delay=3)
    vera = await acme.visitor()
    conversation = (await vera.says("Read in time"))["conversation"]
    await eventually(lambda: len(phones.came) == 2, 10)
    ben = await acme.agent(BEN)
    await ben.call("conversation.read", conversation=conversation, position=1)
    await settled(house)
    assert box.mails == []
    await ben.leave()
    await asyncio.sleep(0.3)
    await vera.says("Not read")
    await eventually(lambda: len(phones.came) == 4 and len(box.mails) == 2, 10)
    await settled(house)
    assert all("Not read" in text(mail) and "Read in time" not in text(mail) for mail in box.mails)


async def test_messages_of_one_breath_are_one_push_which_takes_the_place_of_the_one_before(acme, house, team, phones):
    await team.rules(team.ben, unassigned=[])
    phones.owners = {team.ada}
    vera = await acme.visitor()
    for word in ("One", "Two", "Three"):
        conversation = (await vera.says(word))["conversation"]
    await eventually(lambda: phones.came, 10)
    await settled(house)
    (notice,) = phones.of(team.ada)
    assert notice.body == "One\nTwo\nThree" and notice.title == vera.session["contact"]["name"]
    assert (notice.kind, notice.url) == ("unassigned", f"/inbox/open/{conversation}")
    await vera.says("Four")
    await eventually(lambda: len(phones.came) == 2, 10)
    assert phones.came[1][1].body == "Four" and phones.came[1][1].tag == notice.tag


async def test_a_conversation_orders_one_job_however_much_is_said(acme, house, team, box, monkeypatch):
    for agent in (team.ada, team.ben):
        await team.rules(agent, unassigned=["email"], delay=30)
    vera = await acme.visitor()
    for number in range(30):
        await vera.says(f"{number}")
    assert len(await waiting(house)) == 1
    house.hub.part(Notices)._ordered.clear()  # as another node, which knows of no job
    for number in range(10):
        await vera.says(f"again {number}")
    assert len(await waiting(house)) == 2


@pytest.mark.parametrize("read", [False, True], ids=["unread", "read"])
async def test_a_message_that_comes_while_the_job_looks_is_not_missed(acme, house, team, box, monkeypatch, read):
    await team.rules(team.ada, unassigned=["email"])
    await team.rules(team.ben, unassigned=[])
    vera, ada, looked, go_on = await acme.visitor(), await acme.agent(ADA), asyncio.Event(), asyncio.Event()
    commit = telling._try

    async def slow(*given: Any) -> bool:
        looked.set()
        await go_on.wait()
        return await commit(*given)

    monkeypatch.setattr(telling, "_try", slow)
    conversation = (await vera.says("One"))["conversation"]
    if read:  # then the job finds nothing to tell, and is about to say so
        await ada.call("conversation.read", conversation=conversation, position=1)
    async with asyncio.timeout(5):
        await looked.wait()
    house.hub.part(Notices)._ordered[acme.id, conversation] = (
        house.hub.clock.now() + 60_000
    )  # a node that has not heard
    await vera.says("Two")
    go_on.set()
    await eventually(lambda: "Two" in "".join(text(mail) for mail in box.mails), 10)
    await settled(house)
    assert [("One" in text(mail)) for mail in box.mails].count(True) == (0 if read else 1)
    stored = await house.hub.store.get(Scope(acme.id), CONVERSATIONS, conversation)
    assert stored["notice"] is False


async def test_what_was_read_or_answered_in_time_is_told_to_nobody(acme, box, house, team):
    for agent in (team.ada, team.ben):
        await team.rules(agent, unassigned=["email"], delay=1)
    vera, walt, ada = await acme.visitor(), await acme.visitor(), await acme.agent(ADA)
    read = (await vera.says("Hello"))["conversation"]
    answered = (await walt.says("Hello"))["conversation"]
    await ada.call("conversation.read", conversation=read, position=1)
    await ada.says("Good day", answered)
    await settled(house)
    await asyncio.sleep(0.5)
    assert box.mails == [] and await rows(house, acme) == []


async def test_mine_and_others_are_told_apart_and_a_group_keeps_what_is_its_own(acme, box, house, team):
    vera, walt, ada = await acme.visitor(), await acme.visitor(), await acme.agent(ADA)
    conversation = (await vera.says("Hello"))["conversation"]
    await ada.call("conversation.assign", conversation=conversation, agent=team.ben)
    await ada.call("conversation.read", conversation=conversation, position=1)
    await eventually(lambda: box.mails, 10)  # Ben, of the assignment
    await ada.leave()
    await asyncio.sleep(0.3)
    box.mails.clear()
    await vera.says("Are you there?")
    await eventually(lambda: box.mails, 10)
    await settled(house)
    assert [(mail["To"], text(mail).splitlines()[0]) for mail in box.mails] == [
        (BEN, f"{vera.session['contact']['name']} waits for an answer")
    ]
    await rest(acme, "POST", "groups", {"name": "Sales", "agents": [team.ada]})
    other = (await walt.says("Hi"))["conversation"]
    await eventually(lambda: len(box.mails) == 3, 10)
    await settled(house)
    group = (await rest(acme, "GET", "groups"))["groups"][0]["id"]
    box.mails.clear()
    ben = await acme.agent(BEN)
    await ben.call("conversation.group", conversation=other, group=group)
    await ben.leave()
    await asyncio.sleep(0.3)
    await settled(house)
    assert box.mails == [], "whom it comes to was told before"
    await walt.says("For Sales")
    await eventually(lambda: box.mails, 10)
    await settled(house)
    assert [(mail["To"], "For Sales" in text(mail), "Hi" in text(mail)) for mail in box.mails] == [(ADA, True, False)]
    await team.rules(team.ben, unassigned_of="all")
    await walt.says("For all")
    await eventually(lambda: len(box.mails) == 3, 10)


async def test_who_is_given_a_conversation_is_told_and_who_takes_one_is_not(acme, box, house, team, phones):
    phones.owners = {team.ben}
    await team.rules(team.ada, unassigned=[], assigned=["push", "email"])
    await team.rules(team.ben, unassigned=[])
    vera, ada = await acme.visitor(), await acme.agent(ADA)
    conversation = (await vera.says("Where is my order?"))["conversation"]
    await ada.call("conversation.assign", conversation=conversation, agent=team.ada)
    await ada.call("conversation.assign", conversation=conversation, agent=team.ben)
    await eventually(lambda: phones.came, 10)
    await settled(house)
    (notice,) = phones.of(team.ben)
    assert (notice.kind, notice.body) == ("assigned", "Where is my order?")
    assert notice.title == f"Ada gave you the conversation with {vera.session['contact']['name']}"
    assert box.mails == []


async def test_who_is_named_in_a_note_is_told_what_it_says_and_the_visitor_hears_nothing(acme, box, house, team):
    await team.rules(team.ada, unassigned=[])
    await team.rules(team.ben, unassigned=[], language="pl")
    vera, ada = await acme.visitor(), await acme.agent(ADA)
    conversation = (await vera.says("Hello"))["conversation"]
    given = {"client_id": "n1", "conversation": conversation, "text": "@Ben and @Ada, who knows her?",
             "mentions": [team.ben, team.ada, team.ben]}  # fmt: skip
    note = (await ada.call("note.add", **given))["note"]
    assert note["mentions"] == [team.ben, team.ada] and (await ada.call("note.add", **given))["note"] == note
    opened = await ada.call("conversation.open", conversation=conversation)
    assert opened["notes"][0]["mentions"] == [team.ben, team.ada]
    await eventually(lambda: box.mails, 10)
    await settled(house)
    (mail,) = box.mails
    assert (mail["To"], mail["Content-Language"]) == (BEN, "pl")
    assert mail["Subject"] == f"Rozmowa: {vera.session['contact']['name']}"
    assert text(mail).startswith(f"Ada wspomina o Tobie: {vera.session['contact']['name']}\n")
    assert "who knows her?" in text(mail)
    assert not [each for each in vera.heard if "note" in str(each)]


async def test_who_is_named_when_a_note_is_changed_is_told_and_nobody_of_what_was_taken_back(acme, box, house, team):
    vera, ada = await acme.visitor(), await acme.agent(ADA)
    for each in (team.ada, team.ben):
        await team.rules(each, unassigned=[])
    conversation = (await vera.says("Hello"))["conversation"]
    given = {"client_id": "n1", "conversation": conversation, "text": "Who knows her?"}
    note = (await ada.call("note.add", **given))["note"]
    change = {
        "conversation": conversation,
        "note": note["id"],
        "text": "@Ben, do you know her?",
        "mentions": [team.ben],
    }
    changed = (await ada.call("note.edit", **change))["note"]
    assert changed["mentions"] == [team.ben]
    await eventually(lambda: box.mails, 10)
    # Named again, nobody is told again, and a mention that is taken back at once is none.
    await ada.call("note.edit", **change | {"text": "@Ben, you know her, don't you?"})
    gone = (await ada.call("note.add", **given | {"client_id": "n2", "text": "@Ben", "mentions": [team.ben]}))["note"]
    await ada.call("note.delete", conversation=conversation, note=gone["id"])
    await settled(house)
    (mail,) = box.mails
    assert mail["To"] == BEN and "do you know her?" in text(mail)


async def test_nobody_of_another_application_can_be_mentioned(acme, globex, house, team, box):
    gus, ada, vera = await globex.agent(), await acme.agent(ADA), await acme.visitor()
    conversation = (await vera.says("Hello"))["conversation"]
    given = {"client_id": "n1", "conversation": conversation, "text": "@Gus", "mentions": [gus.session["agent"]["id"]]}
    assert await ada.refused("note.add", **given) == "not_found"
    plain = (await ada.call("note.add", client_id="n2", conversation=conversation, text="Nobody"))["note"]
    assert "mentions" not in plain


async def test_quiet_hours_hold_back_until_they_end_but_not_what_is_always_told(acme, box, house, team, phones):
    moment = house.hub.clock.move_to("22:30")
    phones.owners = {team.ada, team.ben}
    night = {"days": [0, 1, 2, 3, 4, 5, 6], "begins": "22:00", "ends": "07:00"}
    await team.rules(team.ada, quiet=[night], zone="Asia/Tokyo", always=["mention"])
    vera = await acme.visitor()
    conversation = (await vera.says("Late"))["conversation"]
    await eventually(lambda: phones.of(team.ben), 10)
    await settled(house, sleeping=1)
    assert phones.of(team.ada) == [] and box.mails == []
    (job,) = await waiting(house)
    morning = int((moment + timedelta(hours=8, minutes=30)).timestamp() * 1000)
    assert 0 <= job["due"] - morning < 1000, "at seven in the morning"
    for word in ("Later", "Even later"):
        await vera.says(word)
        await settled(house, sleeping=1)  # a night of messages orders no job each
    ben = await acme.agent(BEN)
    await ben.call("note.add", client_id="n", conversation=conversation, text="@Ada?", mentions=[team.ada])
    await eventually(lambda: phones.of(team.ada), 10)
    assert phones.of(team.ada)[0].kind == "mention"
    house.hub.clock.move_to("07:01")
    await eventually(lambda: len(phones.of(team.ada)) == 2, 10)
    assert phones.of(team.ada)[1].body == "Late\nLater\nEven later"


async def test_what_was_read_during_quiet_hours_is_not_told_when_they_end(acme, box, house, team, phones):
    moment = house.hub.clock.move_to("22:30")
    phones.owners = {team.ada}
    night = {"days": [moment.weekday()], "begins": "22:00", "ends": "07:00"}
    await team.rules(team.ada, quiet=[night], zone="Asia/Tokyo")
    await team.rules(team.ben, unassigned=[])
    vera = await acme.visitor()
    conversation = (await vera.says("Late"))["conversation"]
    await settled(house, sleeping=1)
    ben = await acme.agent(BEN)
    await ben.call("conversation.read", conversation=conversation, position=1)
    house.hub.clock.move_to("07:01")
    await settled(house)
    assert phones.came == [] and box.mails == []


async def test_while_a_channel_is_away_it_waits_and_what_is_read_meanwhile_is_not_sent(acme, box, house, team, phones):
    await team.rules(team.ben, unassigned=[])
    phones.owners, phones.away = {team.ada}, True
    vera, walt = await acme.visitor(), await acme.visitor()
    read = (await vera.says("Read meanwhile"))["conversation"]
    await walt.says("Not read")
    await eventually(lambda: len([1 for _, event, _ in house.log.lines if event == "a notice waits"]) >= 2, 10)
    ben = await acme.agent(BEN)
    await ben.call("conversation.read", conversation=read, position=1)
    async with asyncio.timeout(15):  # a notice on its way at the very moment of the reading would arrive
        while not [
            row for row in await rows(house, acme) if (row["conversation"], row["state"]) == (read, "withdrawn")
        ]:
            await asyncio.sleep(0.05)
    phones.away = False
    await eventually(lambda: phones.came, 15)
    await settled(house)
    assert [notice.body for notice in phones.of(team.ada)] == ["Not read"]
    kept = {row["conversation"] == read: (row["state"], row["why"]) for row in await rows(house, acme)}
    assert kept == {True: ("withdrawn", "read"), False: ("sent", "")}


async def test_a_process_that_dies_between_sending_and_marking_repeats_the_very_same_notice(
    acme, box, house, team, phones, monkeypatch
):
    await team.rules(team.ben, unassigned=["email"], delay=0)
    phones.owners = {team.ada}
    mark, died = notifying._mark, set()

    async def dies(hub: Any, case: Any, word: str, **more: Any) -> None:
        if case.agent.id not in died:  # sent, and about to say so
            died.add(case.agent.id)
            raise RuntimeError("killed")
        await mark(hub, case, word, **more)

    monkeypatch.setattr(notifying, "_mark", dies)
    vera = await acme.visitor()
    await vera.says("One")
    await eventually(lambda: len(died) == 2, 10)
    await vera.says("Two")
    await eventually(lambda: len(phones.came) >= 3 and len(box.mails) >= 3, 30)
    await settled(house)
    first, again, last = phones.of(team.ada)
    assert first == again and (first.body, last.body) == ("One", "Two") and last.delivery != first.delivery
    mails = box.mails
    assert mails[0]["Message-ID"] == mails[1]["Message-ID"] != mails[2]["Message-ID"]
    assert text(mails[0]) == text(mails[1]) and "Two" in text(mails[2])
    kept = await rows(house, acme)
    assert len(kept) == 4 and {row["state"] for row in kept} == {"sent"}
    house.log.lines.clear()  # the jobs that failed on purpose


async def test_erasing_a_contact_leaves_nothing_of_what_was_told(acme, box, house, team):
    vera = await acme.visitor()
    await vera.says("Hello")
    await eventually(lambda: len(box.mails) == 2, 10)
    await settled(house)
    told = [row async for chunk in house.hub.store.export(Scope(acme.id), NOTICES) for row in chunk]
    assert len(told) == 2
    await rest(acme, "POST", f"contacts/{vera.session['contact']['id']}/erase")

    async def left() -> int:
        return sum([len(chunk) async for chunk in house.hub.store.export(Scope(acme.id), NOTICES)])

    for _ in range(100):
        if await left() == 0:
            break
        await asyncio.sleep(0.05)
    assert await left() == 0


async def test_rules_are_each_agents_own_and_what_makes_no_sense_is_refused(acme, globex, house, team):
    usual = await call(acme, team.tokens[team.ada], "GET", "me/notices")
    assert usual["mine"] == ["desktop", "push", "email"] and usual["others"] == [] and usual["usual_delay"] == 0.4
    changed = await team.rules(team.ada, mine=["push"], delay=5, zone="Europe/Warsaw")
    assert changed == await call(acme, team.tokens[team.ada], "GET", "me/notices")
    assert (changed["mine"], changed["delay"]) == (["push"], 5)
    assert await call(acme, team.tokens[team.ben], "GET", "me/notices") == usual
    assert usual["badge"] == ["mine", "unassigned"]
    assert usual["sound"] == {"kinds": None, "each": "message", "focused": True, "tone": "chime", "volume": 50}
    knock = {"kinds": ["mention"], "each": "conversation", "focused": False, "tone": "knock", "volume": 80}
    changed = await team.rules(team.ada, sound=knock, badge=["mine"])
    assert (changed["sound"], changed["badge"]) == (knock, ["mine"])
    wrong: list[dict[str, Any]] = [
        {"mine": ["pigeon"]}, {"mine": ["push", "push"]}, {"zone": "Mars/Olympus"}, {"delay": -1}, {"often": True},
        {"quiet": [{"days": [7], "begins": "22:00", "ends": "07:00"}]},
        {"quiet": [{"days": [0], "begins": "22", "ends": "07:00"}]}, {"quiet": [{"days": [], "begins": "22:00", "ends": "07:00"}]},
        {"zone": "../../etc/passwd"}, {"sound": {"tone": "trumpet"}}, {"sound": {"volume": 101}}, {"badge": ["mention"]},
        {"sound": {"kinds": ["mine", "mine"]}}, {"badge": ["mine", "mine"]}, {"sound": {"loud": True}},
    ]  # fmt: skip
    for body in wrong:
        with pytest.raises(AssertionError, match="400"):
            await team.rules(team.ada, **body)


async def test_a_notice_that_was_refused_is_sent_again_by_hand(acme, box, house, team, phones):
    await team.rules(team.ada, unassigned=["push"])
    await team.rules(team.ben, unassigned=[])
    phones.owners, phones.refuses = {team.ada}, True
    vera = await acme.visitor()
    await vera.says("Hello")
    await eventually(lambda: any(event == "a notice was refused" for _, event, _ in house.log.lines), 10)
    await settled(house)
    (row,) = await rows(house, acme)
    assert (row["state"], row["why"], row["said"]) == ("refused", "refused", "the device is gone")
    phones.refuses = False
    ada = await acme.agent(ADA)  # though she looks: somebody asked for it
    assert (await rest(acme, "POST", f"deliveries/{row['id']}/again"))["state"] in ("waiting", "sent")
    await eventually(lambda: phones.came, 10)
    await settled(house)
    assert [each["state"] for each in await rows(house, acme)] == ["sent"] and phones.came[0][1].body == "Hello"
    assert [each["state"] for each in ada.events("delivery")][-1] == "sent"
    with pytest.raises(AssertionError, match="409"):
        await rest(acme, "POST", f"deliveries/{row['id']}/again")


@pytest.mark.parametrize("name", ["Eve\r\nBcc: all@example.com", 'Eve" <eve@example.com>', "<script>alert(1)</script>"])
async def test_no_name_breaks_into_the_headers_or_the_page(acme, box, house, team, name):
    message = {"text": "x", "attachments": [], "author": {"name": name}}
    notice = Notice(1, "mention", 2, f"Ada: {name}", "x", "/inbox/open/2", "t", "en", [message], [], 0, name)
    await NoticeMail().send(house.hub, Scope(acme.id), team.ada, notice)
    (got,) = box.mails
    assert got["Bcc"] is None and [each.addr_spec for each in got["To"].addresses] == [ADA]
    assert "<script" not in str(got.get_body(("html",)).get_content())
