"""One decision for many conversations: a durable job that says how far it is and can be taken back."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hub.chat.collections import CHANGED_CONVERSATIONS, CONVERSATIONS, INBOX_OPERATIONS
from hub.chat.inbox import working
from hub.chat.keeping import erase_conversation
from hub.core.collections import JOBS
from hub.core.jobs import Later
from storage.engine import INSTALLATION, Scope
from storage.filters import Eq
from tests.support.inbox import Inbox, becomes, inbox  # noqa: F401 - a fixture

pytestmark = pytest.mark.annex("C2")


async def ended(inbox: Inbox, body: dict[str, Any], status: str = "done") -> dict[str, Any]:  # noqa: F811
    begun = await inbox.ask("POST", "inbox-operations", body)
    return dict(await inbox.ben.hears("inbox.operation", id=begun["id"], status=status))


async def test_many_are_closed_labelled_and_taken_and_all_of_it_is_taken_back(
    inbox: Inbox,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(working, "_PART", 3)  # several parts
    ada = inbox.ada.session["agent"]["id"]
    talks = [await inbox.talk(f"Number {n}") for n in range(8)]
    bug = (await inbox.ask("POST", "conversation-labels", {"name": "Bug"}))["id"]
    await inbox.ada.call("conversation.label", conversation=talks[0], add=[bug])
    await inbox.ada.call("conversation.pending", conversation=talks[7])

    async def look() -> list[tuple[str, int | None, list[int]]]:
        opened = [(await inbox.ada.call("conversation.open", conversation=each))["conversation"] for each in talks]
        return [(each["status"], (each["assignee"] or {}).get("id"), each["labels"]) for each in opened]

    before = await look()
    named = await ended(inbox, {"deed": "label", "to": bug, "conversations": talks})
    assert (named["changed"], named["progress"]) == (7, 1.0), "one of them had it"
    view = (await inbox.ask("POST", "inbox-views", {"name": "V", "where": {"status": ["open"], "labels": [bug]}}))["id"]
    taken = await ended(inbox, {"deed": "assign", "to": ada, "view": view})
    closed = await ended(inbox, {"deed": "close", "where": {"assignee": "me"}})
    assert (taken["changed"], closed["changed"]) == (7, 7)
    assert await look() == [("closed", ada, [bug])] * 7 + [("pending", None, [bug])]

    # Reopened meanwhile by a colleague: that stays as it is.
    await inbox.ben.call("conversation.reopen", conversation=talks[3])
    for operation in (closed, taken, named):
        await inbox.ask("POST", f"inbox-operations/{operation['id']}/undo")
        await inbox.ben.hears("inbox.operation", id=operation["id"], status="undone")
    assert await look() == before
    with pytest.raises(Exception, match="400"):
        await inbox.ask("POST", f"inbox-operations/{closed['id']}/undo")


async def test_a_process_that_is_killed_in_the_middle_goes_on_and_notes_nothing_twice(
    inbox: Inbox,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(working, "_PART", 2)
    talks = [await inbox.talk(f"Number {n}") for n in range(5)]
    decide, failed = working._decide, []

    async def dies(hub: Any, actor: Any, id: int, deed: str, to: int | None) -> None:
        if id == talks[2] and not failed:
            failed.append(id)
            raise Later(50)  # the job begins anew, as after a kill
        await decide(hub, actor, id, deed, to)

    monkeypatch.setattr(working, "_decide", dies)
    begun = await inbox.ask("POST", "inbox-operations", {"deed": "close", "where": {"status": ["open"]}})
    await inbox.ben.hears("inbox.operation", id=begun["id"], status="done", within=20)
    assert failed and (await inbox.ask("GET", f"inbox-operations/{begun['id']}"))["changed"] == 5

    async def counts() -> tuple[int, int]:
        found = (await inbox.ada.call("conversation.list"))["counts"]
        return found["open"], found["closed"]

    await becomes(counts, (0, 5))
    await inbox.ask("POST", f"inbox-operations/{begun['id']}/undo")
    await becomes(counts, (5, 0))


async def test_an_operation_goes_on_to_its_end_although_conversations_that_it_names_are_gone(
    inbox: Inbox,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(working, "_PART", 2)
    talks = [await inbox.talk(f"Number {n}") for n in range(6)]
    hub, scope = inbox.company.house.hub, Scope(inbox.company.id)
    decide, gate = working._decide, asyncio.Event()

    async def waits(*given: Any) -> None:
        await gate.wait()
        await decide(*given)

    monkeypatch.setattr(working, "_decide", waits)
    begun = await inbox.ask("POST", "inbox-operations", {"deed": "close", "conversations": talks})
    # The last of the second part and all of the third one but its last are erased while the first part is being done.
    for gone in (talks[3], talks[4]):
        while "conversations" not in await erase_conversation(hub, scope, {"id": gone, "browser": None, "contact": 0}):
            pass
    gate.set()
    done = await inbox.ben.hears("inbox.operation", id=begun["id"], status="done")
    assert done["changed"] == 4
    found = await hub.store.get_many(scope, CONVERSATIONS, talks)
    assert [each["status"] for each in found.values()] == ["closed"] * 4


@pytest.mark.parametrize("first", ["cancel", None], ids=["stopped before", "still running"])
async def test_what_is_taken_back_while_a_part_is_being_done_is_taken_back_as_a_whole(
    inbox: Inbox,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    first: str | None,
) -> None:
    talks = [await inbox.talk(f"Number {n}") for n in range(4)]
    decide, begun_part, gate = working._decide, asyncio.Event(), asyncio.Event()

    async def waits(hub: Any, actor: Any, id: int, deed: str, to: int | None) -> None:
        if deed == "close":
            begun_part.set()
            await gate.wait()
        await decide(hub, actor, id, deed, to)

    monkeypatch.setattr(working, "_decide", waits)
    looked, running = asyncio.Event(), working._running

    async def looks(hub: Any, scope: Any, payload: Any, status: str) -> Any:
        found = await running(hub, scope, payload, status)
        if status == "undoing":
            looked.set()
        return found

    monkeypatch.setattr(working, "_running", looks)
    begun = await inbox.ask("POST", "inbox-operations", {"deed": "close", "conversations": talks})
    await begun_part.wait()
    if first:
        await inbox.ask("POST", f"inbox-operations/{begun['id']}/{first}")
    await inbox.ask("POST", f"inbox-operations/{begun['id']}/undo")
    await looked.wait()
    gate.set()
    await inbox.ben.hears("inbox.operation", id=begun["id"], status="undone")
    found = await inbox.company.house.hub.store.get_many(Scope(inbox.company.id), CONVERSATIONS, talks)
    assert [each["status"] for each in found.values()] == ["open"] * 4


async def test_an_operation_that_was_killed_in_a_part_and_stopped_can_be_taken_back(
    inbox: Inbox,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    talks = [await inbox.talk(f"Number {n}") for n in range(3)]
    decide, died = working._decide, asyncio.Event()

    async def dies(hub: Any, actor: Any, id: int, deed: str, to: int | None) -> None:
        if id == talks[1] and deed == "close":
            died.set()
            raise Later(1_000)
        await decide(hub, actor, id, deed, to)

    monkeypatch.setattr(working, "_decide", dies)
    begun = await inbox.ask("POST", "inbox-operations", {"deed": "close", "conversations": talks})
    await died.wait()
    await inbox.ask("POST", f"inbox-operations/{begun['id']}/undo")
    await inbox.ben.hears("inbox.operation", id=begun["id"], status="undone", within=20)
    found = await inbox.company.house.hub.store.get_many(Scope(inbox.company.id), CONVERSATIONS, talks)
    assert [each["status"] for each in found.values()] == ["open"] * 3


async def test_what_operations_kept_is_erased_after_a_month(inbox: Inbox) -> None:  # noqa: F811
    hub, scope = inbox.company.house.hub, Scope(inbox.company.id)
    talks = [await inbox.talk(f"Number {n}") for n in range(2)]
    older, old, new = [
        (await ended(inbox, {"deed": deed, "conversations": talks}))["id"] for deed in ("close", "reopen", "close")
    ]
    jobs = (await hub.store.find(INSTALLATION, JOBS, Eq("kind", working.FORGET), scan=True)).items
    ordered = {each["payload"]["operation"]: each for each in jobs}
    assert [ordered[id]["due"] - hub.clock.now() > 29 * 86_400_000 for id in (older, old, new)] == [True] * 3
    await working.forget(hub, scope, ordered[old]["payload"])
    left = (await hub.store.find(scope, INBOX_OPERATIONS)).items
    assert [each["id"] for each in left] == [new]
    assert list(await hub.store.heads(scope, CHANGED_CONVERSATIONS, [older, old, new])) == [new]
