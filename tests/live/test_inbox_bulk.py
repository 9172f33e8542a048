"""One decision for many conversations: a durable job that says how far it is and can be taken back."""

from __future__ import annotations

from typing import Any

import pytest

from hub.chat.inbox import working
from hub.core.jobs import Later
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
