"""What was said is found by its words a moment later, in messages and notes, within what one asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hub.chat.collections import MESSAGES, SAID, SEARCHED
from hub.chat.inbox.indexing import MADE, Indexing, entry_id, index
from storage.engine import Batch, Scope
from storage.filters import Eq
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


async def test_what_was_changed_is_found_by_what_it_says_now_and_what_was_taken_back_by_nothing(inbox: Inbox) -> None:  # noqa: F811
    talk = await inbox.talk("My parcel is blue")
    said = await inbox.ada.says("Your parcel left on Monday", talk)
    await inbox.vera.says("Thanks for the parcel", talk)
    await becomes(lambda: search(inbox, "parcel monday"), [(talk, "message", 2)])
    await inbox.ada.call("message.edit", conversation=talk, message=said["id"], text="Your crate left on Tuesday")
    await becomes(lambda: search(inbox, "crate tuesday"), [(talk, "message", 2)])
    assert await search(inbox, "monday") == [] and await search(inbox, "parcel blue") == [(talk, "message", 1)]
    await inbox.ada.call("message.delete", conversation=talk, message=said["id"])
    await becomes(lambda: search(inbox, "crate"), [])
    # Notes are the same.
    which = {"conversation": talk, "note": (await inbox.ada.call(
        "note.add", client_id="n1", conversation=talk, text="Ask the courier"))["note"]["id"]}  # fmt: skip
    await becomes(lambda: search(inbox, "courier"), [(talk, "note", 1)])
    await inbox.ada.call("note.edit", **which, text="Ask the postman")
    await becomes(lambda: search(inbox, "postman"), [(talk, "note", 1)])
    assert await search(inbox, "courier") == []
    await inbox.ada.call("note.delete", **which)
    await becomes(lambda: search(inbox, "postman"), [])
    # Changed and deleted before it came into the index at all.
    hub, scope = inbox.company.house.hub, Scope(inbox.company.id)
    other = await inbox.talk("Hello")
    first = await inbox.ada.says("A secret word", other)
    second = await inbox.ada.says("A mistaken word", other)
    await inbox.ada.call("message.delete", conversation=other, message=first["id"])
    await inbox.ada.call("message.edit", conversation=other, message=second["id"], text="A better word")
    await index(hub, scope, other)
    await becomes(lambda: search(inbox, "word"), [(other, "message", 3)])
    assert await search(inbox, "secret") == [] and await search(inbox, "mistaken") == []


async def test_what_was_said_last_comes_first_whenever_it_was_indexed(
    inbox: Inbox,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hub.chat.inbox.indexing._LAG", 3600.0)
    hub, scope = inbox.company.house.hub, Scope(inbox.company.id)
    older, newer = await inbox.talk("A parcel at first"), await inbox.talk("A parcel at last")
    records = {each: (await hub.store.read(scope, MESSAGES, each))[0] for each in (older, newer)}
    # Of the other tenant something was said at this very moment, so the id is taken.
    taken = Batch(Scope(inbox.company.id + 1))
    id = entry_id(records[newer]["at"], records[newer]["id"] % 4096)
    taken.insert(SAID, {"id": id, "conversation": 1, "kind": "message", "position": 1, "text": "parcel", "at": 1})
    await hub.commit(taken)
    await index(hub, scope, newer)
    await index(hub, scope, older)
    assert await search(inbox, "parcel") == [(newer, "message", 1), (older, "message", 1)]
    said_to = records[newer]["at"]
    if records[older]["at"] < said_to:
        assert await search(inbox, "parcel", said_to=said_to) == [(older, "message", 1)]
    assert await search(inbox, "parcel", said_from=said_to + 1) == []


async def test_more_messages_of_one_moment_than_fit_into_it_are_all_found(
    inbox: Inbox,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hub.chat.inbox.indexing._LAG", 3600.0)
    monkeypatch.setattr("hub.chat.inbox.indexing._ROOM", 4)
    hub, scope = inbox.company.house.hub, Scope(inbox.company.id)
    talk, now = await inbox.talk("Beginning"), hub.clock.now()
    monkeypatch.setattr(hub.clock, "now", lambda: now)
    for n in range(20):
        await inbox.vera.says(f"Parcel {n}", talk)
    await index(hub, scope, talk)
    found = (await hub.store.find(scope, SAID, Eq("conversation", talk), limit=100)).items
    assert sorted(each["position"] for each in found) == list(range(1, 22))


async def test_an_index_that_an_earlier_version_made_is_made_anew(tmp_path: Path) -> None:
    async with open_house(tmp_path / "data") as house:
        made = await house.application("Acme", "ada@acme.example", "ben@acme.example")
        acme = Company(house, made)
        inbox = Inbox(acme, await acme.token(), await acme.agent(), await acme.agent("ben@acme.example"))
        first, second = await inbox.talk("The first parcel"), await inbox.talk("The second parcel")
        await becomes(lambda: search(inbox, "parcel"), [(second, "message", 1), (first, "message", 1)])
        scope, batch = Scope(acme.id), Batch(Scope(acme.id))
        for id, each in enumerate(reversed((await house.hub.store.find(scope, SAID)).items), 1):
            batch.delete(SAID, each["id"])
            batch.insert(SAID, each | {"id": id})
        for talk in (first, second):
            batch.patch(SEARCHED, talk, unset=["made"])
        batch.release("said.through", str(MADE))
        batch.hold("said.through", "", -1)
        await house.hub.commit(batch)
        assert await search(inbox, "parcel") == [(first, "message", 1), (second, "message", 1)]
        await acme.go_home()
    async with open_house(tmp_path / "data") as house:
        acme = Company(house, made)
        inbox = Inbox(acme, await acme.token(), await acme.agent(), await acme.agent("ben@acme.example"))
        await becomes(lambda: search(inbox, "parcel"), [(second, "message", 1), (first, "message", 1)])
        assert len((await house.hub.store.find(Scope(acme.id), SAID)).items) == 2
        await acme.go_home()


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
        batch.release("said.through", str(MADE))
        await house.hub.commit(batch)
        monkeypatch.setattr("hub.chat.inbox.indexing._LAG", 60.0)
        lost = await inbox.talk("A parcel that was said just before the end")
        assert not house.hub.part(Indexing).idle
        await acme.go_home()
    monkeypatch.setattr("hub.chat.inbox.indexing._LAG", 0.1)
    async with open_house(tmp_path / "data") as house:
        acme = Company(house, made)
        inbox = Inbox(acme, await acme.token(), await acme.agent(), await acme.agent("ben@acme.example"))
        await becomes(lambda: search(inbox, "parcel"), [(lost, "message", 1), (old, "message", 1)])
        await acme.go_home()
