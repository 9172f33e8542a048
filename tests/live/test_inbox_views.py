"""Views of the inbox find what they ask for on both engines, in their order, page by page, and are counted without reading all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hub.chat.collections import CONVERSATIONS
from hub.chat.inbox import asking
from storage.engine import Batch, Scope
from tests.conftest import Company
from tests.support.house import open_house
from tests.support.inbox import Inbox, becomes, inbox  # noqa: F401 - a fixture

pytestmark = pytest.mark.annex("C2")
URGENT, BUG, FEATURE = 4, 901, 902


def conversation(id: int, **more: Any) -> dict[str, Any]:
    return {
        "id": id, "contact": 1, "browser": None, "status": "open", "assignee": None, "assignee_name": None,
        "read": {"contact": 0, "agent": 0}, "delivered": {"contact": 0, "agent": 0}, "unread": {"contact": 0, "agent": 0},
        "last": None, "notes": 0, "revision": 1, "created": id * 1_000, "updated": id * 1_000, "position": 1,
    } | more  # fmt: skip


@pytest.fixture(params=["sqlite", "mongo"])
async def seeded(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Inbox]:
    """Acme with 120 conversations: every third is Ada's, every fourth urgent, every fifth a bug, from 100 on closed."""
    more = {} if request.param == "sqlite" else {"mongo_url": request.getfixturevalue("mongo_url")}
    async with open_house(tmp_path / "data", **more) as house:
        acme = Company(house, await house.application("Acme", "ada@acme.example", "ben@acme.example"))
        found = Inbox(acme, await acme.token(), await acme.agent(), await acme.agent("ben@acme.example"))
        ada = found.ada.session["agent"]["id"]
        for name in ("Bug", "Feature"):
            await found.ask("POST", "conversation-labels", {"name": name})
        bug, feature = (each["id"] for each in (await found.ask("GET", "conversation-labels"))["labels"])
        batch = Batch(Scope(acme.id))
        for id in range(1_000, 1_120):
            batch.insert(CONVERSATIONS, conversation(
                id, status="closed" if id >= 1_100 else "open", assignee=ada if id % 3 == 0 else None,
                assignee_name="Ada" if id % 3 == 0 else None, rank=URGENT if id % 4 == 0 else None,
                labels=[bug] if id % 5 == 0 else [feature] if id % 7 == 0 else [],
                unread={"contact": 0, "agent": id % 2}, waits=-(10_000_000 - id) if id % 6 == 0 else None,
                sla_due=-(id * 1_000) if id % 9 == 0 else None,
            ))  # fmt: skip
        await house.hub.commit(batch)
        found.bug, found.feature = bug, feature  # type: ignore[attr-defined]
        yield found
        await acme.go_home()


async def ids(inbox: Any, where: dict[str, Any], sort: str = "newest") -> list[int]:  # noqa: F811
    found: list[int] = []
    cursor = None
    while True:
        body = {"where": where, "sort": sort} | ({"cursor": cursor} if cursor else {})
        page = await inbox.ask("POST", "conversations/find", body)
        found += [each["id"] for each in page["conversations"]]
        if (cursor := page["cursor"]) is None:
            return found


@pytest.mark.parametrize("few", [1_000, 3], ids=["few", "many"])
async def test_every_condition_finds_what_it_says(seeded: Any, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "FEW", few)  # with 3 every question walks the index of its order
    every, opened = range(1_119, 999, -1), range(1_099, 999, -1)
    assert await ids(seeded, {}) == list(every)
    assert await ids(seeded, {"status": ["open"]}) == list(opened)
    mine = {"status": ["open"], "assignee": "me"}
    assert await ids(seeded, mine) == [id for id in opened if id % 3 == 0]
    assert await ids(seeded, {"assignee": "none"}) == [id for id in every if id % 3]
    urgent = {"status": ["open"], "priority": ["urgent"]}
    assert await ids(seeded, urgent) == [id for id in opened if id % 4 == 0]
    assert await ids(seeded, {"status": ["closed"], "priority": ["none"]}) == [
        id for id in range(1_119, 1_099, -1) if id % 4
    ]
    labelled = {"labels": [seeded.bug, seeded.feature]}
    assert await ids(seeded, labelled) == [id for id in every if id % 5 == 0 or id % 7 == 0]
    assert await ids(seeded, {**mine, **urgent, **labelled}) == [
        id for id in opened if id % 3 == 0 and id % 4 == 0 and (id % 5 == 0 or id % 7 == 0)
    ]
    assert await ids(seeded, {"unread": True, "status": ["open"]}) == [id for id in opened if id % 2]
    waiting = [id for id in opened if id % 6 == 0]
    assert await ids(seeded, {"waiting": True, "status": ["open"]}, "waiting") == waiting  # 1,098 has waited longest
    assert await ids(seeded, {"status": ["open"]}, "priority") == sorted(opened, key=lambda id: (id % 4 != 0, -id))
    due = sorted(opened, key=lambda id: (id % 9 != 0, id if id % 9 == 0 else -id))
    assert await ids(seeded, {"status": ["open"]}, "due") == due, (
        "what is due first; what nothing was promised for, last"
    )
    dated = {"created_from": 1_010_000, "updated_to": 1_013_000}
    assert await ids(seeded, dated) == [1_012, 1_011, 1_010]
    assert await ids(seeded, {"group": "mine"}) == []


async def test_views_are_counted_and_capped(seeded: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    wheres: list[dict[str, Any]] = [
        {"status": ["open"]}, {"status": ["open"], "assignee": "me"}, {"labels": [seeded.bug]},
        {"status": ["open"], "unread": True},
    ]  # fmt: skip
    made = [(await seeded.ask("POST", "inbox-views", {"name": "V", "where": where}))["id"] for where in wheres]
    counts = (await seeded.ask("GET", "inbox-views/counts"))["counts"]
    assert [counts[str(id)]["count"] for id in made] == [100, 33, 24, 50]
    assert not any(each["more"] for each in counts.values())
    monkeypatch.setattr(asking, "FEW", 10)
    monkeypatch.setattr(asking, "_FRESH", -1.0)
    seeded.company.house.hub.part(asking.Tally)._known.clear()
    counts = (await seeded.ask("GET", "inbox-views/counts"))["counts"]
    assert counts[str(made[0])] == {"count": 100, "more": False}, "keys of one index are counted, whatever their number"
    assert counts[str(made[3])] == {"count": 10, "more": True}


async def test_ones_own_views_are_nobody_elses_and_shared_ones_the_teams(inbox: Inbox) -> None:  # noqa: F811
    bug = (await inbox.ask("POST", "conversation-labels", {"name": "Bug"}))["id"]
    fault = (await inbox.ask("POST", "conversation-labels", {"name": "Fault"}))["id"]
    body = {"name": "Faults", "where": {"status": ["open"], "labels": [fault]}, "sort": "waiting"}
    view = (await inbox.ask("POST", "inbox-views", body))["id"]
    assert await inbox.ben.refused("conversation.view", view=view) == "not_found"
    talk = await inbox.talk("Broken")
    await inbox.ada.call("conversation.label", conversation=talk, add=[fault])
    assert [each["id"] for each in (await inbox.ada.call("conversation.view", view=view))["conversations"]] == [talk]
    inbox.ben.forget()
    await inbox.ask("PATCH", f"inbox-views/{view}", {"shared": True})
    await inbox.ben.hears("inbox")
    assert len((await inbox.ben.call("conversation.view", view=view))["conversations"]) == 1

    async def asked() -> Any:
        return [each["where"]["labels"] for each in (await inbox.ask("GET", "inbox-views"))["views"]]

    # A label that becomes another's part is asked for by that one's id from then on.
    await inbox.ask("POST", f"conversation-labels/{bug}/merge", {"others": [fault]})
    await becomes(asked, [[bug]])
    with pytest.raises(Exception, match="404"):
        await inbox.ask("POST", "inbox-views", {"name": "X", "where": {"labels": [987]}})
    await inbox.ask("DELETE", f"inbox-views/{view}")
    assert (await inbox.ask("GET", "inbox-views"))["views"] == []


@pytest.mark.parametrize("few", [1_000, 1], ids=["few", "many"])
async def test_a_view_over_a_segment_follows_whoever_enters_or_leaves_it(
    seeded: Any, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tea = await seeded.talk("Do you have tea?")
    vera = seeded.vera.session["contact"]["id"]
    coffee = await seeded.talk("Do you have tea or coffee?")
    where = {"all": [{"type": "attribute", "attribute": "email", "op": "contains", "value": "@shop.example"}]}
    shops = (await seeded.ask("POST", "segments", {"name": "Shops", "where": where}))["id"]
    asked = {"status": ["open"], "segments": [shops]}
    view = (await seeded.ask("POST", "inbox-views", {"name": "Shops", "where": asked}))["id"]

    async def counted() -> Any:
        return (await seeded.ask("GET", "inbox-views/counts"))["counts"][str(view)]["count"]

    async def email(address: str, inside: bool) -> None:
        seeded.ben.forget()
        await seeded.ask("PATCH", f"contacts/{vera}", {"attributes": {"email": address}})
        await seeded.ben.hears("segment", contact=vera, segment=shops, inside=inside)

    assert (await counted(), await ids(seeded, asked)) == (0, [])
    await email("vera@shop.example", True)
    theirs = sorted({tea} | (set(range(1_000, 1_100)) if vera == 1 else set()), reverse=True)
    assert await counted() == len(theirs), "not what was counted a moment ago"
    monkeypatch.setattr(
        asking, "FEW", few
    )  # with 1 the order of the view is walked, and each page asked for its contacts
    assert sorted(await ids(seeded, asked), reverse=True) == theirs
    shown = (await seeded.ada.call("conversation.open", conversation=tea))["conversation"]["contact"]
    assert shown["segments"] == [shops]
    assert (
        "segments" not in (await seeded.vera.call("conversation.open", conversation=coffee))["conversation"]["contact"]
    )
    body = {"text": "tea", "where": asked}

    async def found() -> list[int]:
        return [
            each["conversation"]["id"] for each in (await seeded.ask("POST", "conversations/search", body))["found"]
        ]

    await becomes(found, [tea])
    await email("vera@elsewhere.example", False)
    assert (await counted(), await ids(seeded, asked), await found()) == (0, [], [])
    await email("vera@shop.example", True)
    await seeded.ask("POST", "inbox-operations", {"deed": "close", "view": view})

    async def status() -> list[str]:
        return [
            (await seeded.ada.call("conversation.open", conversation=id))["conversation"]["status"]
            for id in (tea, coffee)
        ]

    await becomes(status, ["closed", "open"])
    with pytest.raises(Exception, match="404"):
        await seeded.ask("POST", "inbox-views", {"name": "X", "where": {"segments": [987]}})


async def test_a_view_asks_by_which_channel_a_conversation_came(seeded: Any) -> None:
    batch = Batch(Scope(seeded.company.id))
    batch.insert(CONVERSATIONS, conversation(2_000, channel="email"))
    await seeded.company.house.hub.commit(batch)
    assert await ids(seeded, {"status": ["open"], "channel": ["email"]}) == [2_000]
    assert await ids(seeded, {"status": ["open"], "channel": ["chat"]}) == list(range(1_099, 999, -1))
    assert len(await ids(seeded, {"status": ["open"], "channel": ["chat", "email"]})) == 101
    shown = await seeded.ask("POST", "conversations/find", {"where": {"channel": ["email"]}})
    assert [each["channel"] for each in shown["conversations"]] == ["email"]
