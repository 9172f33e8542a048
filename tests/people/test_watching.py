"""Panels hear of what changes of the contacts that they show, whatever changed it, and of no flood."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.support.house import eventually
from tests.support.people import settled

pytestmark = pytest.mark.annex("U2", "U6", "U7", "U10")


async def watching(who: Any, *contacts: int, told: bool = True) -> Any:
    """Let somebody watch contacts that have just been made: they are told at once what these are."""
    await who.call("contact.watch", contacts=list(contacts))
    for contact in contacts if told else ():
        await who.hears("contact", id=contact)
    who.forget()
    return who


async def test_a_tag_a_list_an_event_and_a_value_are_told_to_who_shows_the_contact(house, acme, globex, panel):
    vera, walt = await panel.contact(first_name="Vera"), await panel.contact(first_name="Walt")
    tea = (await panel("POST", "lists", name="Tea"))["id"]
    ben, ada = await watching(await acme.agent("ben@acme.example"), vera), await watching(await acme.agent(), walt)
    gus = await watching(await globex.agent(), vera, told=False)
    guest = await acme.visitor()
    await panel("POST", f"contacts/{vera}/tags", tag="vip")
    await ben.hears("contact", id=vera, tags=["vip"])
    await panel("PUT", f"contacts/{vera}/lists/{tea}")
    await ben.hears("contact", id=vera, lists=[tea])
    ben.forget()
    await panel("POST", f"contacts/{vera}/events", name="buy")
    await ben.hears("contact", id=vera)
    await panel("POST", f"contacts/{walt}/tags", tag="late")  # all of the above was on the road before this
    await ada.hears("contact", id=walt, tags=["late"])
    assert [each["id"] for each in ada.events("contact") if each["id"] == vera] == []
    assert gus.heard == [] and guest.events("contact") == []


async def test_what_changed_between_reading_and_watching_is_told(house, acme, panel):
    vera = await panel.contact(first_name="Vera")
    assert (await panel("GET", f"contacts/{vera}"))["tags"] == []
    await panel("POST", f"contacts/{vera}/tags", tag="early")
    ben = await acme.agent("ben@acme.example")
    await ben.call("contact.watch", contacts=[vera])
    await ben.hears("contact", id=vera, tags=["early"])


async def test_who_watches_others_now_hears_of_the_ones_before_no_more(house, acme, panel):
    vera, walt = await panel.contact(), await panel.contact()
    ben = await watching(await acme.agent("ben@acme.example"), vera)
    await watching(ben, walt)
    await panel("POST", f"contacts/{vera}/tags", tag="a")
    await panel("POST", f"contacts/{walt}/tags", tag="a")
    await ben.hears("contact", id=walt)
    assert {each["id"] for each in ben.events("contact")} == {walt}
    assert await ben.refused("contact.watch", contacts=list(range(1, 300))) == "invalid_payload"
    await ben.leave()
    await eventually(lambda: not house.live.watching._of_socket and not house.live.watching._watchers)


async def test_a_thousand_changes_of_one_contact_are_a_few_words(house, acme, panel):
    vera = await panel.contact()
    ben = await watching(await acme.agent("ben@acme.example"), vera)
    events = [{"contact": vera, "name": "buy"} for _ in range(1_000)]
    await panel("POST", "events", events=events)
    await settled(house)
    profile = await panel("GET", f"contacts/{vera}/profile")
    assert profile
    await ben.hears("contact", id=vera)
    await asyncio.sleep(0)
    assert len(ben.events("contact")) < 20


async def test_many_who_enter_a_segment_are_told_as_one(house, acme, panel):
    """What an import of a hundred thousand does, with as many as a test has time for."""
    segment = await panel.segment("Pros", {"type": "attribute", "attribute": "plan", "op": "equals", "value": "pro"})
    ben = await acme.agent("ben@acme.example")
    made = await panel.imported("email,plan\n" + "".join(f"p{number}@acme.example,free\n" for number in range(1_500)))
    await settled(house, 30)
    assert (await panel("GET", f"imports/{made}"))["state"] == "done"
    ben.forget()
    begun = await panel("POST", "operations", attribute="plan", value="pro", where={"all": []})
    await settled(house, 30)
    assert (await panel("GET", f"operations/{begun['id']}"))["changed"] == 1_500
    assert (await panel("GET", f"segments/{segment}"))["size"] == 1_500
    await ben.hears("segments")
    assert 0 < len(ben.events("segment")) < 1_000 and house.live.delivery.crowds.spared > 400
    assert ben.events("contact") == []


async def test_a_hundred_new_tags_are_a_few_words_and_the_last_one_is_told(house, acme, panel):
    ben = await acme.agent("ben@acme.example")
    for start in range(0, 100, 20):
        await asyncio.gather(*(panel("POST", "tags", name=f"tag {start + number}") for number in range(20)))
    told = len(ben.events("labels"))
    assert told < 50
    await eventually(lambda: len(ben.events("labels")) > told)


@pytest.mark.annex("U9")
async def test_an_import_tells_only_of_the_rows_that_are_shown(house, acme, panel):
    vera = await panel.contact(email="vera@acme.example", first_name="Vera")
    ben = await watching(await acme.agent("ben@acme.example"), vera)
    rows = "".join(f"p{number}@acme.example,P\n" for number in range(2_000))
    text = f"email,first_name\n{rows}vera@acme.example,Veronica\n"
    await panel.imported(text)
    await ben.hears("contact", within=20, id=vera, first_name="Veronica")
    await settled(house)
    assert {each["id"] for each in ben.events("contact")} == {vera} and len(ben.events("contact")) < 5


async def test_merging_tags_is_told_for_the_contacts_that_are_shown(house, acme, panel):
    vera = await panel.contact()
    ids = [(await panel("POST", "tags", name=name))["tag"]["id"] for name in "ab"]
    await panel("POST", f"contacts/{vera}/tags", tag="b")
    ben = await watching(await acme.agent("ben@acme.example"), vera)
    await panel("POST", f"tags/{ids[0]}/merge", others=ids[1:])
    await ben.hears("contact", id=vera, tags=["a"])
