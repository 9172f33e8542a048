"""What was said is found by its words a moment later, in messages and notes, within what one asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hub.chat.collections import SAID, SEARCHED
from hub.chat.inbox.indexing import Indexing
from storage.engine import Batch, Scope
from tests.conftest import Company
from tests.support.house import open_house
from tests.support.inbox import Inbox, becomes, inbox  # noqa: F401 - a fixture

pytestmark = pytest.mark.annex("C2")


async def search(inbox: Inbox, text: str, **more: Any) -> list[tuple[int, str, int | None]]:  # noqa: F811
    found = (await inbox.ask("POST", "conversations/search", {"text": text, **more}))["found"]
    return [(each["conversation"]["id"], each["kind"], each["position"]) for each in found]


async def test_messages_notes_and_people_are_found_within_what_is_asked_for(inbox: Inbox) -> None:  # noqa: F811
    first = await inbox.talk("Where is my parcel?")
    await inbox.ada.says("Żółta paczka left yesterday", first)
    await inbox.vera.call("contact.update", name="Parzival Nowak")
    other = await inbox.talk("No word of it here")
    await inbox.ada.call("note.add", client_id="n1", conversation=other, text="She means the parcel of May")
    await becomes(lambda: search(inbox, "parc"), [(other, "note", 1), (first, "message", 1)])
    assert await search(inbox, "zolta") == [(first, "message", 2)], "without the marks, and by the beginning of a word"
    assert await search(inbox, "parcel yesterday") == [], "every word, in one message"
    await becomes(lambda: search(inbox, "parziv"), [(first, "contact", None)])

    await inbox.ada.call("conversation.close", conversation=first)
    assert await search(inbox, "parcel", where={"status": ["open"]}) == [(other, "note", 1)]
    assert await search(inbox, "parcel", where={"status": ["closed"]}) == [(first, "message", 1)]
    now = inbox.company.house.hub.clock.now()
    assert await search(inbox, "parcel", said_to=now - 3_600_000) == []
    assert len(await search(inbox, "parcel", said_from=now - 3_600_000)) == 2

    # Erased with the contact, in the index too.
    contact = (await inbox.ada.call("conversation.open", conversation=other))["conversation"]["contact"]["id"]
    await inbox.ask("POST", f"contacts/{contact}/erase", {})
    await becomes(lambda: search(inbox, "parcel"), [(first, "message", 1)])


async def test_many_hits_come_page_by_page_and_each_conversation_once(inbox: Inbox) -> None:  # noqa: F811
    talks = [await inbox.talk(f"The parcel number {n}, my parcel") for n in range(35)]
    await inbox.vera.says("Parcel, I say", talks[-1])
    await becomes(lambda: search(inbox, "parcel say"), [(talks[-1], "message", 2)])
    page = await inbox.ask("POST", "conversations/search", {"text": "parcel"})
    more = await inbox.ask("POST", "conversations/search", {"text": "parcel", "below": page["below"]})
    found = [each["conversation"]["id"] for each in (*page["found"], *more["found"])]
    assert len(page["found"]) == 30 and sorted(found) == sorted(talks) and more["below"] is None


async def test_what_a_killed_process_left_and_what_is_older_than_the_index_is_indexed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(tmp_path / "data") as house:
        made = await house.application("Acme", "ada@acme.example", "ben@acme.example")
        acme = Company(house, made)
        inbox = Inbox(acme, await acme.token(), await acme.agent(), await acme.agent("ben@acme.example"))
        old = await inbox.talk("An old parcel")
        await becomes(lambda: search(inbox, "parcel"), [(old, "message", 1)])
        # As a store of an earlier version has it: nothing of the index.
        scope, batch = Scope(acme.id), Batch(Scope(acme.id))
        for each in (await house.hub.store.find(scope, SAID)).items:
            batch.delete(SAID, each["id"])
        batch.delete(SEARCHED, old)
        batch.release("said.through", "")
        await house.hub.commit(batch)
        monkeypatch.setattr("hub.chat.inbox.indexing._LAG", 60.0)
        lost = await inbox.talk("A parcel that was said just before the end")
        assert not house.hub.part(Indexing).idle
        await acme.go_home()
    monkeypatch.setattr("hub.chat.inbox.indexing._LAG", 0.1)
    async with open_house(tmp_path / "data") as house:
        acme = Company(house, made)
        inbox = Inbox(acme, await acme.token(), await acme.agent(), await acme.agent("ben@acme.example"))
        await becomes(lambda: _sorted(inbox), [(old, "message", 1), (lost, "message", 1)])
        await acme.go_home()


async def _sorted(inbox: Inbox) -> list[tuple[int, str, int | None]]:  # noqa: F811
    return sorted(await search(inbox, "parcel"))
