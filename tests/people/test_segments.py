"""Segments are live: at every moment their members are those for whom the conditions hold."""

from __future__ import annotations

import asyncio
import http.client
import itertools
import json
import random
import threading
import time
import urllib.error
import urllib.request
from typing import Any

import pytest

from hub.accounts.grants import AGENT
from hub.core.actor import Actor
from hub.people.collections import CONTACTS, HISTORY
from hub.people.segments import building
from hub.people.segments.members import verdict
from hub.people.segments.membership import Membership
from hub.people.segments.segments import NewSegment, create_segment
from hub.people.vocabulary import vocabulary
from storage.engine import Scope
from tests.people.conftest import Refused
from tests.support.house import ServerProcess, eventually, run_init, sign_in
from tests.support.people import settled

pytestmark = pytest.mark.annex("U5", "X2")

PRO = {"type": "attribute", "attribute": "plan", "op": "equals", "value": "pro"}
DAY = 86_400_000


def bought(**more: Any) -> dict[str, Any]:
    return {"type": "event", "event": "buy", **more}


async def test_a_change_moves_a_contact_in_and_out_within_a_second(house, panel):
    vera = await panel.contact(plan="free")
    pros = await panel.segment("Pros", PRO)
    await settled(house)
    for plan, inside in (("pro", [pros]), ("free", [])):
        began = asyncio.get_running_loop().time()
        await panel("PATCH", f"contacts/{vera}", attributes={"plan": plan})
        while await panel.segments_of(vera) != inside:
            assert asyncio.get_running_loop().time() - began < 1.0
            await asyncio.sleep(0.005)


async def test_entering_and_leaving_are_told_to_agents_and_stand_in_the_timeline(house, acme, panel):
    ada = await acme.agent()
    vera = await panel.contact(plan="free")
    pros = await panel.segment("Pros", PRO)
    await panel("PATCH", f"contacts/{vera}", attributes={"plan": "pro"})
    await ada.hears("segment", contact=vera, segment=pros, inside=True)
    await panel("PATCH", f"contacts/{vera}", attributes={"plan": "free"})
    await ada.hears("segment", contact=vera, segment=pros, inside=False)
    entries = (await panel("GET", f"contacts/{vera}/timeline"))["entries"]
    assert [(each["kind"], each["data"]["word"]) for each in entries] == [("segment", "left"), ("segment", "entered")]


async def test_those_who_are_in_a_segment_when_it_is_made_have_not_entered_it(house, acme, panel):
    ada = await acme.agent()
    vera, walt = await panel.contact(plan="pro"), await panel.contact(plan="free")
    pros = await panel.segment("Pros", PRO)
    await settled(house)
    assert (await panel("GET", f"segments/{pros}"))["size"] == 1
    assert await panel.segments_of(vera) == [pros] and await panel.segments_of(walt) == []
    assert [name for name, _ in ada.heard if name == "segment"] == []
    assert (await panel("GET", f"contacts/{vera}/timeline"))["entries"] == []


async def test_a_new_segment_counts_what_happened_before_it_was_made(house, acme, panel):
    vera = await acme.visitor()
    contact = vera.session["contact"]["id"]
    for number in range(4):
        await vera.call("event", name="buy", data={"amount": 50 * number})
        await vera.call("page", url=f"https://shop.example/tea/{number}")
    many = await panel.segment("Big", bought(at_least=1, where=[{"property": "amount", "op": "gt", "value": 100}]))
    tea = await panel.segment("Tea", {"type": "page", "url": "/tea/*", "at_least": 4, "within_days": 1})
    soon = await panel.segment("Soon", bought(at_least=5, within_days=1))
    await settled(house)
    assert await panel.segments_of(contact) == [many, tea]
    await vera.call("event", name="buy")
    await settled(house)
    assert await panel.segments_of(contact) == [many, tea, soon]


async def test_a_condition_on_time_flips_when_its_time_comes(house, acme, panel):
    clock = house.hub.clock
    vera = await panel.contact(plan="pro")
    await panel("POST", f"contacts/{vera}/events", name="buy")
    recent = await panel.segment("Bought lately", bought(within_days=7))
    gone = await panel.segment("Bought and gone", bought(last_before_days=30))
    await settled(house)
    assert await panel.segments_of(vera) == [recent]
    real, shift = clock.now, 0

    async def segments_of() -> list[int]:  # the sign-in expires sooner than the condition
        return (await house.hub.store.get(Scope(acme.id), CONTACTS, vera))["segments"]

    clock.now = lambda: real() + shift
    try:
        shift = 7 * DAY + 1000
        await _until(segments_of, [])
        shift = 30 * DAY + 1000
        await _until(segments_of, [gone])
    finally:
        clock.now = real


async def test_who_leaves_within_minutes_does_not_wait_until_the_timers_of_all_are_set(house, acme, panel, monkeypatch):
    clock, vera = house.hub.clock, await panel.contact()
    await panel("POST", f"contacts/{vera}/events", name="buy")
    await settled(house)
    real, arm, rest = clock.now, building.arm, asyncio.Event()

    async def slow(*given: Any) -> None:  # there may be a million of them
        if given[-1]["step"] == "arm":
            await rest.wait()
        await arm(*given)

    monkeypatch.setattr(building, "arm", slow)
    monkeypatch.setattr(clock, "now", lambda: real() + 7 * DAY - 2500)
    ada = Actor("agent", 1, "Ada", Scope(acme.id), AGENT)
    where = {"all": [bought(within_days=7)]}
    recent = (await create_segment(house.hub, ada, NewSegment("Bought lately", where))).id

    async def segments_of() -> list[int]:
        return (await house.hub.store.get(Scope(acme.id), CONTACTS, vera))["segments"]

    await _until(segments_of, [recent])
    await _until(segments_of, [])
    assert not rest.is_set()
    rest.set()
    told = [each for each in await house.hub.store.read(Scope(acme.id), HISTORY, vera) if each["kind"] == "segment"]
    assert [each["word"] for each in told] == ["left"], (
        "who is in it from the start has not entered it, but can leave it"
    )


async def _until(ask: Any, wanted: Any, within: float = 5.0) -> None:
    deadline = asyncio.get_running_loop().time() + within
    while (found := await ask()) != wanted:
        assert asyncio.get_running_loop().time() < deadline, found
        await asyncio.sleep(0.02)


async def test_segments_refer_to_segments_and_follow_their_changes(house, panel):
    vera = await panel.contact(plan="pro", city="Oslo")
    pros = await panel.segment("Pros", PRO)
    both = await panel.segment(
        "Pros of Oslo", {"type": "segment", "segment": pros},
        {"type": "place", "what": "city", "is_one_of": ["Oslo"]},
    )  # fmt: skip
    others = (
        await panel("POST", "segments", name="The others", where={"none": [{"type": "segment", "segment": both}]})
    )["id"]
    await settled(house)
    assert await panel.segments_of(vera) == [pros, both]
    await panel("PATCH", f"contacts/{vera}", attributes={"plan": "free"})
    await settled(house)
    assert await panel.segments_of(vera) == [others]
    await panel("PATCH", f"segments/{pros}", where={"any": [PRO, {**PRO, "value": "free"}]})
    await settled(house)
    assert await panel.segments_of(vera) == [pros, both]


async def test_a_segment_may_be_made_before_what_it_speaks_of_was_seen(house, panel):
    buyers = await panel.segment("Buyers", bought(), {"type": "tag", "tag": "new"}, {**PRO, "attribute": "tier"})
    vera = await panel.contact(tier="pro")
    await panel("POST", f"contacts/{vera}/events", name="buy")
    await panel("POST", f"contacts/{vera}/tags", tag="New")
    await settled(house)
    assert await panel.segments_of(vera) == [buyers]


async def test_a_deleted_segment_leaves_nothing_behind(house, acme, panel):
    vera = await panel.contact(plan="pro")
    segment = await panel.segment("Pros", PRO)
    await settled(house)
    await panel("DELETE", f"segments/{segment}")
    await settled(house)
    assert await panel.segments_of(vera) == []
    assert (await house.hub.store.get(Scope(acme.id), CONTACTS, vera))["segments"] == []
    again = await panel.segment("Pros", PRO)  # its name is free
    await settled(house)
    assert await panel.segments_of(vera) == [again] != [segment]


async def test_segments_in_a_circle_are_refused(panel):
    one = await panel.segment("One", PRO)
    two = await panel.segment("Two", {"type": "segment", "segment": one})
    for target in (one, two):
        with pytest.raises(Refused, match="itself") as refused:
            await panel("PATCH", f"segments/{one}", where={"all": [{"type": "segment", "segment": target}]})
        assert refused.value.status == 400
    with pytest.raises(Refused, match="Two"):
        await panel("DELETE", f"segments/{one}")


async def test_a_segment_whose_event_or_tag_is_gone_has_no_members(house, panel):
    vera = await panel.contact(plan="pro")
    tag = (await panel("POST", f"contacts/{vera}/tags", tag="VIP"))["tag"]["id"]
    segment = await panel.segment("VIPs", {"type": "tag", "tag": "vip"})
    await settled(house)
    assert await panel.segments_of(vera) == [segment]
    await panel("DELETE", f"tags/{tag}")
    await panel("PATCH", f"contacts/{vera}", attributes={"plan": "free"})
    await settled(house)
    assert (await panel("GET", f"segments/{segment}"))["size"] == 1 or await panel.segments_of(vera) == []
    with pytest.raises(Refused, match="Nobody is in this segment"):
        await panel("GET", f"segments/{segment}/explain/{vera}")


async def test_why_a_contact_is_in_or_not_in_is_answered_condition_by_condition(house, panel):
    vera = await panel.contact(plan="pro")
    group = {"any": [{"type": "tag", "tag": "vip"}, {**PRO, "value": "free"}]}
    await panel("POST", "tags", name="vip")
    segment = await panel.segment("Some", PRO, group)
    await settled(house)
    why = await panel("GET", f"segments/{segment}/explain/{vera}")
    assert why["inside"] is False and why["answer"]["holds"] is False
    first, second = why["answer"]["parts"]
    assert first["holds"] is True and first["condition"] == PRO
    assert second["group"] == "any" and [part["holds"] for part in second["parts"]] == [False, False]


async def test_a_preview_counts_without_making_anything(house, acme, panel):
    for number in range(7):
        await panel.contact(plan="pro" if number % 2 else "free", seats=number)
    found = await panel(
        "POST",
        "segments/preview",
        where={"all": [PRO, {"type": "attribute", "attribute": "seats", "op": "gt", "value": 2}]},
    )
    assert (found["count"], found["total"], found["exact"], len(found["some"])) == (2, 7, True, 2)
    vera = await acme.visitor()
    for _ in range(3):
        await vera.call("event", name="buy", data={"amount": 5})
    for at_least, count in ((3, 1), (4, 0)):
        where = bought(at_least=at_least, within_days=1, where=[{"property": "amount", "op": "equals", "value": 5}])
        assert (await panel("POST", "segments/preview", where=where))["count"] == count
    assert (await panel("GET", "segments"))["segments"] == []


async def test_a_name_can_be_taken_once_and_another_tenant_sees_nothing(panel, globex_panel):
    pros = await panel.segment("Pros", PRO) if await panel.contact(plan="pro") else 0
    with pytest.raises(Refused) as refused:
        await panel.segment("PROS", PRO)
    assert refused.value.body["code"] == "taken"
    assert (await globex_panel("GET", "segments"))["segments"] == []
    for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/sizes"), ("GET", "/explain/1")):
        with pytest.raises(Refused) as refused:
            await globex_panel(method, f"segments/{pros}{path}", **({"name": "X"} if method == "PATCH" else {}))
        assert refused.value.status == 404


# ── the model ────────────────────────────────────────────────────────────────────────────────────────────────────────

SEGMENTS: list[tuple[str, list[dict[str, Any]]]] = [
    ("Pros", [PRO]),
    ("Not pros", [{"none": [PRO]}]),
    ("Many seats", [{"type": "attribute", "attribute": "seats", "op": "between", "value": [3, 6]}]),
    ("Buyers", [bought(at_least=2)]),
    ("Big buyers", [bought(where=[{"property": "amount", "op": "gte", "value": 5}], at_least=2, within_days=3)]),
    ("Seldom", [bought(at_most=1)]),
    ("Gardeners", [{"type": "list", "list": 1}]),
    ("VIP or pro", [{"any": [{"type": "tag", "tag": "vip"}, {"type": "segment", "segment": 1}]}]),
    ("Tea and not VIP", [{"type": "page", "url": "/tea*"}, {"none": [{"type": "segment", "segment": 8}]}]),
]


class Changes:
    """Random changes of a few contacts, by the calls that people and programs make."""

    def __init__(self, seed: int, people: list[int]) -> None:
        self.random, self.people, self.numbers = random.Random(seed), people, itertools.count()

    def next(self) -> tuple[str, str, dict[str, Any]]:
        """Return a call: method, path and body."""
        who, pick = self.random.choice(self.people), self.random.choice
        return pick([
            ("PATCH", f"contacts/{who}", {"attributes": {"plan": pick(["pro", "free", None])}}),
            ("PATCH", f"contacts/{who}", {"attributes": {"seats": self.random.randrange(9)}}),
            ("POST", f"contacts/{who}/events", {"name": "buy", "data": {"amount": self.random.randrange(9)}}),
            ("POST", f"contacts/{who}/tags", {"tag": "vip"}),
            ("DELETE", f"contacts/{who}/tags", {"tag": "vip"}),
            ("PUT", f"contacts/{who}/lists/1", {}),
            ("DELETE", f"contacts/{who}/lists/1", {}),
        ])  # fmt: skip


async def _differences(hub: Any, scope: Scope) -> list[Any]:
    """Where a membership is not what asking everything anew says."""
    words = await vocabulary(hub, scope)
    found = []
    async for chunk in hub.store.export(scope, CONTACTS):
        for each in chunk:
            right = verdict(each, words, hub.clock.now()).segments
            if right != each["segments"]:
                found.append((each["id"], each["segments"], right))
    return found


@pytest.mark.parametrize("seed", [1, 2])
async def test_after_every_change_the_members_are_those_that_asking_anew_finds(house, acme, panel, seed):
    await panel("POST", "lists", name="Gardeners")
    await panel("POST", "tags", name="vip")
    people = [await panel.contact(plan="pro", seats=1), await panel.contact(seats=4), await panel.contact()]
    await panel("POST", f"contacts/{people[0]}/events", name="buy")
    for name, where in SEGMENTS:
        await panel.segment(name, *where)
    changes = Changes(seed, people)
    for step in range(80):
        method, path, body = changes.next()
        await panel(method, path, **body)
        await eventually(lambda: house.hub.part(Membership).idle)
        if step == 3:
            await settled(house)
        if step >= 3:
            assert await _differences(house.hub, Scope(acme.id)) == [], (step, method, path, body)
    words = {}
    for contact in people:  # the timeline tells the same story as the members
        for record in await house.hub.store.read(Scope(acme.id), HISTORY, contact, limit=1000):
            if record["kind"] == "segment":
                assert words.get((contact, record["segment"])) != record["word"], "entered twice, or left twice"
                words[contact, record["segment"]] = record["word"]


def test_a_process_that_is_killed_leaves_no_membership_behind(tmp_path):
    """kill -9 in the middle of a stream of changes: the next process settles what the last one did not come to."""
    data = tmp_path / "data"
    made = run_init(data)

    def call(server: ServerProcess, token: str, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            f"{server.url}/api/app/{path}", json.dumps(body).encode() if body is not None else None, method=method,
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=10) as response:
            text = response.read()
            return json.loads(text) if text else None

    server = ServerProcess(data).start()
    try:
        token = sign_in(server.url)["token"]
        call(server, token, "POST", "lists", {"name": "Gardeners"})
        call(server, token, "POST", "tags", {"name": "vip"})
        people = [
            call(server, token, "POST", "contacts", {"attributes": {"plan": "pro", "seats": n}})["id"] for n in range(5)
        ]
        call(server, token, "POST", f"contacts/{people[0]}/events", {"name": "buy"})
        for name, where in SEGMENTS:
            call(server, token, "POST", "segments", {"name": name, "where": {"all": where}})
        for round in range(2):
            _hammer(lambda *asked: call(server, token, *asked), people, seed=round, server=server)
            server.start()
            _settles(lambda *asked: call(server, token, *asked), people, server)
    finally:
        server.stop()
    assert made and "Traceback" not in server.log()


def _hammer(call: Any, people: list[int], seed: int, server: ServerProcess) -> None:
    """Change the contacts from eight threads at once, and kill the server in the middle of it."""
    stopped = threading.Event()

    def work(number: int) -> None:
        changes = Changes(100 * seed + number, people)
        while not stopped.is_set():
            try:
                call(*changes.next())
            except (OSError, http.client.HTTPException):
                return  # it was killed

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    time.sleep(1.0)
    server.kill()
    stopped.set()
    for thread in threads:
        thread.join()


def _settles(call: Any, people: list[int], server: ServerProcess, within: float = 20.0) -> None:
    """Wait until every membership is what the conditions say, though nothing changes any more."""
    deadline = time.monotonic() + within
    while True:
        shown = call("GET", "segments")["segments"]
        wrong = []
        for segment in shown:
            for person in people:
                why = call("GET", f"segments/{segment['id']}/explain/{person}")
                if why["inside"] != why["answer"]["holds"]:
                    wrong.append((segment["name"], person))
        if not wrong and all(each["status"] == "ready" for each in shown):
            return
        assert time.monotonic() < deadline, (wrong, [each["status"] for each in shown], server.log())
        time.sleep(0.2)  # what is asked here is asked of the server that has to settle
