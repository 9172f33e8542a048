"""What the screens of people ask for beside the lists: all values of a contact, and the names of events."""

from __future__ import annotations

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
