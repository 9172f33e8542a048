"""Contacts that may be one person are found by what they have in common."""

from __future__ import annotations

from typing import Any

import pytest

from hub.people.merging import duplicates
from tests.support.people import settled

from .conftest import Refused

pytestmark = pytest.mark.annex("U2")


async def groups(panel: Any, path: str = "duplicates") -> list[tuple[str, list[int]]]:
    found = (await panel("GET", path))["groups"]
    return [(group["reason"], [each["id"] for each in group["contacts"]]) for group in found]


async def test_the_plus_part_of_an_address_does_not_hide_a_person(panel):
    plain = await panel.contact(email="Ada@Acme.example")
    plus = await panel.contact(email="ada+news@acme.example")
    await panel.contact(email="ben+news@acme.example")
    await panel.contact(email="+news@acme.example")
    assert await groups(panel) == [("email", [plain, plus])]
    third = await panel.contact(email="ada+shop@acme.example")
    assert await groups(panel, f"contacts/{plus}/duplicates") == [("email", [plain, plus, third])]


async def test_two_with_plus_parts_are_found_without_a_plain_one(panel):
    one, two = await panel.contact(email="a+1@acme.example"), await panel.contact(email="a+2@acme.example")
    assert await groups(panel) == [("email", [one, two])]


async def test_phones_are_compared_by_digits_and_names_with_the_city(panel):
    one = await panel.contact(phone_number="+48 (22) 123-45-67", first_name="Vera", last_name="Nowak", city="Łódź")
    two = await panel.contact(phone_number="0048 22 1234567", first_name="Walt")
    three = await panel.contact(name="VERA  nowak", city="lodz")
    for other in ({"name": "Vera Nowak", "city": "Oslo"}, {"name": "Vera", "city": "Łódź"}, {"phone_number": "12 3"}):
        await panel.contact(**other)
    await panel.contact(phone_number="12-3", name="Vera")
    assert sorted(await groups(panel)) == [("name", [one, three]), ("phone_number", [one, two])]


async def test_it_follows_changes_and_merges(panel, house):
    one, two = await panel.contact(phone_number="600 700 800"), await panel.contact(phone_number="1234567")
    await panel("PATCH", f"contacts/{two}", attributes={"phone_number": "600700800"})
    await settled(house)
    assert await groups(panel) == [("phone_number", [one, two])]
    await panel("POST", f"contacts/{one}/merge", others=[two])
    assert await groups(panel) == []


async def test_pages_hold_each_group_once_whatever_their_size(panel, monkeypatch):
    monkeypatch.setattr(duplicates, "_CHUNK", 3)
    monkeypatch.setattr(duplicates, "_LOOKED_AT", 6)
    made = [await panel.contact(phone_number=f"60070080{number % 5}") for number in range(14)]
    seen, cursor, calls = [], "", 0
    while cursor is not None:
        page = await panel("GET", "duplicates?limit=2" + (f"&cursor={cursor}" if cursor else ""))
        seen += [[each["id"] for each in group["contacts"]] for group in page["groups"]]
        cursor, calls = page["cursor"], calls + 1
    assert seen == [made[start::5] for start in range(5)] and calls > 2


async def test_nothing_of_another_application_is_a_duplicate(panel, globex_panel):
    await panel.contact(phone_number="600700800", email="a+1@acme.example")
    await globex_panel.contact(phone_number="600700800", email="a@acme.example")
    assert await groups(panel) == [] == await groups(globex_panel)
    with pytest.raises(Refused):
        await panel("GET", "duplicates?cursor=x")


async def test_who_was_told_apart_is_suggested_no_more_until_that_is_taken_back(panel, globex_panel):
    ada, ben, walt = [await panel.contact(phone_number="600 700 800") for _ in range(3)]
    assert await groups(panel) == [("phone_number", [ada, ben, walt])]
    await panel("POST", "duplicates/apart", contacts=[ada, ben, walt])
    assert await groups(panel) == [] == await groups(panel, f"contacts/{ben}/duplicates")
    vera = await panel.contact(phone_number="600700800")  # somebody new may be any of them
    assert await groups(panel) == [("phone_number", [each, vera]) for each in (ada, ben, walt)]
    await panel("POST", "duplicates/apart", contacts=[ada, ben], apart=False)
    assert ("phone_number", [ada, ben, vera]) in await groups(panel)
    for wrong in ({"contacts": [ada]}, {"contacts": [ada, ada]}, {"contacts": []}):
        with pytest.raises(Refused) as refused:
            await panel("POST", "duplicates/apart", **wrong)
        assert refused.value.status == 400
    theirs = await globex_panel.contact(phone_number="1234567")
    with pytest.raises(Refused) as refused:
        await globex_panel("POST", "duplicates/apart", contacts=[theirs, ada])
    assert refused.value.status == 404


async def test_what_is_known_to_be_two_people_stays_so_when_one_of_them_is_merged(panel):
    ada, ben, other = [await panel.contact(phone_number="600 700 800") for _ in range(3)]
    await panel("POST", "duplicates/apart", contacts=[ada, ben])
    await panel("POST", f"contacts/{other}/merge", others=[ben])
    assert await groups(panel) == []
