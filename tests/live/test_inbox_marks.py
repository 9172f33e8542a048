"""Put aside, urgent, labelled: what the team does with conversations, heard by the team and never by the contact."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.cast import Refused
from tests.support.inbox import Inbox, becomes, inbox  # noqa: F401 - a fixture

pytestmark = pytest.mark.annex("C2")


async def test_what_is_put_aside_opens_by_itself_at_its_time_and_when_the_contact_answers(acme: Any) -> None:
    ada, ben, vera = await acme.agent(), await acme.agent("ben@acme.example"), await acme.visitor()
    talk = (await vera.says("Where is my parcel?"))["conversation"]
    vera.forget()
    pending = (await ada.call("conversation.pending", conversation=talk))["conversation"]
    assert pending["status"] == "pending" and pending["snoozed_until"] is None
    assert (await ben.hears("conversation", id=talk, status="pending"))["revision"] == pending["revision"]
    counts = (await ada.call("conversation.list"))["counts"]
    assert (counts["open"], counts["pending"], counts["snoozed"]) == (0, 1, 0)
    await vera.says("Here is its number", talk)
    await ben.hears("conversation", id=talk, status="open")

    now = acme.house.hub.clock.now()
    with pytest.raises(Refused) as refused:
        await ada.call("conversation.snooze", conversation=talk, until=now - 1)
    assert refused.value.code == "invalid_payload"
    snoozed = (await ada.call("conversation.snooze", conversation=talk, until=now + 3_600_000))["conversation"]
    assert snoozed["status"] == "snoozed" and snoozed["snoozed_until"] is not None
    await vera.says("Hello?", talk)
    await ada.hears("conversation", id=talk, status="open", revision=snoozed["revision"] + 1)
    ada.forget()
    await ada.call("conversation.snooze", conversation=talk, until=acme.house.hub.clock.now() + 300)
    woken = await ada.hears("conversation", id=talk, status="open")
    assert woken["snoozed_until"] is None
    # Taken up by hand: the contact, who never knew, sees no word of it.
    await ada.call("conversation.pending", conversation=talk)
    await ada.call("conversation.reopen", conversation=talk)
    page = await vera.call("conversation.open", conversation=talk)
    assert [each["kind"] for each in page["messages"]] == ["text", "text", "text"]


async def test_urgent_and_labelled_is_for_the_team_alone(inbox: Inbox) -> None:  # noqa: F811
    talk = await inbox.talk("My shop is down")
    vera, ada, ben = inbox.vera, inbox.ada, inbox.ben
    bug = await inbox.ask("POST", "conversation-labels", {"name": "Bug", "colour": "red"})
    await ben.hears("inbox")
    await ada.call("conversation.priority", conversation=talk, priority="urgent")
    await ada.call("conversation.label", conversation=talk, add=[bug["id"]])
    heard = await ben.hears("conversation", id=talk, labels=[bug["id"]])
    assert heard["priority"] == "urgent" and heard["waiting_since"]
    assert await ada.refused("conversation.label", conversation=talk, add=[987]) == "not_found"
    await ada.says("We are on it", talk)
    assert (await ada.call("conversation.open", conversation=talk))["conversation"]["waiting_since"] is None
    theirs = (await vera.call("conversation.open", conversation=talk))["conversation"]
    assert not {"priority", "labels", "waiting_since", "snoozed_until"} & set(theirs)
    assert not any(name == "inbox" for name, _ in vera.heard)
    assert (await inbox.ask("PUT", f"conversations/{talk}/priority", {"priority": None}))["priority"] is None


async def test_labels_are_renamed_merged_and_deleted_for_all_conversations(inbox: Inbox) -> None:  # noqa: F811
    talks = [await inbox.talk(f"Number {n}") for n in range(3)]
    bug, fault, old = [
        (await inbox.ask("POST", "conversation-labels", {"name": name}))["id"] for name in ("Bug", "Fault", "Old")
    ]
    with pytest.raises(Exception, match="409"):
        await inbox.ask("PATCH", f"conversation-labels/{bug}", {"name": "fault"})
    await inbox.ada.call("conversation.label", conversation=talks[0], add=[bug, old])
    await inbox.ada.call("conversation.label", conversation=talks[1], add=[fault])
    await inbox.ada.call("conversation.label", conversation=talks[2], add=[bug, fault])
    await inbox.ask("POST", f"conversation-labels/{bug}/merge", {"others": [fault]})
    await inbox.ask("DELETE", f"conversation-labels/{old}")

    async def carried() -> list[list[int]]:
        opened = [await inbox.ada.call("conversation.open", conversation=each) for each in talks]
        return [each["conversation"]["labels"] for each in opened]

    await becomes(carried, [[bug]] * 3)
    await inbox.ask("PATCH", f"conversation-labels/{bug}", {"name": "Fault", "colour": "indigo"})
    listed = (await inbox.ask("GET", "conversation-labels"))["labels"]
    assert listed == [{"id": bug, "name": "Fault", "colour": "indigo"}]
    assert (await inbox.ask("GET", "conversation-labels/use"))["counts"] == {str(bug): 3}
