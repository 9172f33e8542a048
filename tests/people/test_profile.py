"""What the screens of people ask for beside the lists: all values of a contact, and the names of events."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytestmark = pytest.mark.annex("U2")


async def test_a_profile_has_the_values_of_standard_and_own_attributes(panel: Any) -> None:
    vera = await panel.contact(first_name="Vera", gender="female", email="vera@acme.example", plan="pro")
    profile = await panel("GET", f"contacts/{vera}/profile")
    values = profile["values"]
    assert profile["contact"]["id"] == vera
    assert (values["first_name"], values["email"], values["plan"]) == ("Vera", "vera@acme.example", "pro")
    assert values["gender"] == "female" and values["created_at"].endswith("Z")
    assert "last_name" not in values


async def test_the_names_of_events_are_listed_by_name_and_only_ones_own(panel: Any, globex_panel: Any) -> None:
    vera = await panel.contact(first_name="Vera")
    for name in ("signed up", "Purchase", "ąęś"):
        await panel("POST", f"contacts/{vera}/events", name=name)
    assert [event["name"] for event in await panel("GET", "events")] == ["ąęś", "Purchase", "signed up"]
    assert await globex_panel("GET", "events") == []


@pytest.mark.annex("U2")
async def test_a_filter_that_no_segment_has_asked_for_finds_whom_its_preview_counts(panel: Any) -> None:
    buyers = []
    for name, times in (("Vera", 3), ("Walt", 1), ("Zoe", 2), ("Gina", 0)):
        contact = await panel.contact(first_name=name)
        for _ in range(times):
            await panel("POST", f"contacts/{contact}/events", name="purchase", data={"amount": 80})
        buyers += [contact] if times >= 2 else []
    often = {"type": "event", "event": "purchase", "at_least": 2, "within_days": 7}
    where = {"all": [often | {"where": [{"property": "amount", "op": "gt", "value": 50}]}]}
    assert (await panel("POST", "segments/preview", where=where))["count"] == 2
    found: list[int] = []
    cursor = None
    while True:
        page = await panel(
            "POST", "contacts/find", where=where, sort="id", limit=1, **({"cursor": cursor} if cursor else {})
        )
        found += [contact["id"] for contact in page["contacts"]]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert found == buyers
    assert [each["id"] for each in (await panel("POST", "contacts/find", where=where, search="Zoe"))["contacts"]] == [
        buyers[1]
    ]


async def test_keys_are_twelve_small_letters_and_digits_and_neighbours_begin_alike(panel: Any) -> None:
    ids = [await panel.contact() for _ in range(70)]
    keys = {id: (await panel("GET", f"contacts/{id}"))["key"] for id in ids}
    assert all(re.fullmatch("[0-9a-z]{12}", key) for key in keys.values()) and len(set(keys.values())) == 70
    assert len({key[3:] for key in keys.values()}) == 70
    for id, key in keys.items():  # an import of neighbours writes to few pages of the tree of keys
        assert key[:3] == next(other for number, other in keys.items() if number // 64 == id // 64)[:3]
    assert len({key[:3] for key in keys.values()}) in (2, 3)
