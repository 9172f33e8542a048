"""Tags and lists: on one contact or on very many, renamed for everybody, counted, and taken back."""

from __future__ import annotations

import asyncio

import pytest

from tests.people.conftest import Refused
from tests.support.people import settled

pytestmark = pytest.mark.annex("U6", "U7")


async def test_a_tag_is_made_by_using_it_and_found_whatever_its_case(panel):
    vera = await panel.contact(first_name="Vera")
    made = await panel("POST", f"contacts/{vera}/tags", tag="Łódź")
    again = await panel("POST", f"contacts/{vera}/tags", tag=" lodz ")
    assert (made["created"], again["created"]) == (True, False) and made["tag"] == again["tag"]
    assert (await panel("GET", f"contacts/{vera}"))["tags"] == ["Łódź"]
    assert [(each["name"], each["count"]) for each in await panel("GET", "tags")] == [("Łódź", 1)]
    await panel("DELETE", f"contacts/{vera}/tags", tag="ŁÓDŹ")
    await panel("DELETE", f"contacts/{vera}/tags", tag="ŁÓDŹ")
    entries = (await panel("GET", f"contacts/{vera}/timeline"))["entries"]
    assert [(each["kind"], each["data"]["word"], each["data"]["by"]["name"]) for each in entries] == [
        ("tag", "removed", "Ada"), ("tag", "added", "Ada"),
    ]  # fmt: skip


async def test_a_renamed_tag_has_its_new_name_everywhere_and_a_taken_name_is_refused(panel):
    vera = await panel.contact(first_name="Vera")
    vip = (await panel("POST", f"contacts/{vera}/tags", tag="vip"))["tag"]["id"]
    await panel("POST", "tags", name="gold")
    await panel("PATCH", f"tags/{vip}", name="VIP guests")
    assert (await panel("GET", f"contacts/{vera}"))["tags"] == ["VIP guests"]
    with pytest.raises(Refused) as refused:
        await panel("PATCH", f"tags/{vip}", name="GOLD")
    assert refused.value.body["code"] == "taken"
    await panel("DELETE", f"tags/{vip}")
    assert (await panel("GET", f"contacts/{vera}"))["tags"] == []


async def test_lists_are_kept_by_hand_and_counted(panel):
    vera, walt = await panel.contact(first_name="Vera"), await panel.contact(first_name="Walt")
    tea = (await panel("POST", "lists", name="Tea", description="Who wants news of tea"))["id"]
    for who in (vera, walt, vera):
        await panel("PUT", f"contacts/{who}/lists/{tea}")
    await panel("DELETE", f"contacts/{walt}/lists/{tea}")
    assert await panel("GET", "lists") == [
        {
            "id": tea,
            "name": "Tea",
            "description": "Who wants news of tea",
            "count": 1,
            "companies": 0,
            "segments": [],
            "merging": None,
        }
    ]
    with pytest.raises(Refused) as refused:
        await panel("PUT", f"contacts/{vera}/lists/999")
    assert refused.value.status == 404


@pytest.mark.annex("X2")
async def test_a_whole_segment_is_tagged_and_the_tags_are_taken_back(house, panel):
    people = [await panel.contact(plan="pro" if number % 2 else "free") for number in range(250)]
    pros = await panel.segment("Pros", {"type": "attribute", "attribute": "plan", "op": "equals", "value": "pro"})
    tagged = await panel.segment("Tagged", {"type": "tag", "tag": "spring"})
    await settled(house)
    await panel("POST", f"contacts/{people[1]}/tags", tag="spring")  # had it before: keeps it
    begun = await panel("POST", "operations", tag="spring", segment=pros)
    assert begun["status"] == "running"
    await settled(house)
    done = await panel("GET", f"operations/{begun['id']}")
    assert (done["status"], done["changed"]) == ("done", 124)
    assert (await panel("GET", "tags"))[0]["count"] == (await panel("GET", f"segments/{tagged}"))["size"] == 125
    entry = (await panel("GET", f"contacts/{people[3]}/timeline"))["entries"][-1]
    assert (entry["kind"], entry["data"]["word"], entry["data"]["name"]) == ("tag", "added", "spring")
    await panel("POST", f"operations/{begun['id']}/undo")
    await settled(house)
    assert (await panel("GET", f"operations/{begun['id']}"))["status"] == "undone"
    assert [each["count"] for each in await panel("GET", "tags")] == [1]
    assert (await panel("GET", f"contacts/{people[1]}"))["tags"] == ["spring"]
    with pytest.raises(Refused, match="taken back already"):
        await panel("POST", f"operations/{begun['id']}/undo")


async def test_many_are_tagged_while_they_change(house, panel):
    people = [await panel.contact(seats=0) for _ in range(120)]

    async def change() -> None:
        for number in range(40):
            await panel("PATCH", f"contacts/{people[number * 3]}", attributes={"seats": number + 1})

    answer, _ = await asyncio.gather(panel("POST", "operations", tag="busy", where={"all": []}), change())
    await settled(house)
    assert (await panel("GET", f"operations/{answer['id']}"))["changed"] == 120
    assert (await panel("GET", f"contacts/{people[117]}"))["attributes"] == {"seats": 40}


async def test_named_contacts_are_put_on_a_list(house, panel, globex_panel):
    tea = (await panel("POST", "lists", name="Tea"))["id"]
    people = [await panel.contact() for _ in range(3)]
    await panel("POST", "operations", list=tea, contacts=people[:2])
    await settled(house)
    await panel("POST", "operations", list=tea, contacts=people, remove=True)
    await settled(house)
    assert [each["count"] for each in await panel("GET", "lists")] == [0]
    await globex_panel("POST", "operations", tag="theirs", contacts=people)
    await settled(house)
    assert (await panel("GET", f"contacts/{people[0]}"))["tags"] == []


@pytest.mark.parametrize(("body", "words"), [
    ({"tag": "x"}, "which contacts"), ({"contacts": [1]}, "a tag or a list"),
    ({"tag": "x", "list": 1, "contacts": [1]}, "one of them"),
    ({"tag": "x", "segment": 99}, "segment"), ({"list": 99, "contacts": [1]}, "list"), ({"tag": "", "contacts": [1]}, "name"),
    ({"tag": "x", "where": {"type": "nothing"}}, "nothing"), ({"tag": "x", "contacts": []}, "contacts"),
])  # fmt: skip
async def test_what_can_t_be_done_to_many_is_refused(panel, body, words):
    with pytest.raises(Refused, match=words):
        await panel("POST", "operations", **body)
