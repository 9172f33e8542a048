"""Notes, activities and deals that are made beside a conversation remember it, and the timeline leads back."""

from __future__ import annotations

import pytest

from tests.conftest import Company

from .conftest import Crm, refusal

pytestmark = pytest.mark.annex("C9")

SOON = "2030-01-02T10:00:00Z"


async def _talk(company: Company) -> tuple[int, int]:
    vera = await company.visitor()
    message = await vera.says("How much for forty cups?")
    return vera.session["contact"]["id"], message["conversation"]


async def test_what_is_made_beside_a_conversation_leads_back_to_it(crm: Crm):
    vera, talk = await _talk(crm.company)
    note = await crm("POST", "notes", subject="contact", of=vera, text="Wants forty", conversation=talk)
    activity = await crm.activity(contact=vera, conversation=talk)
    deal = await crm.deal(contact=vera, conversation=talk)
    assert note["conversation"] == activity["conversation"] == deal["conversation"] == talk
    assert (await crm("GET", f"deals/{deal['id']}"))["conversation"] == talk
    assert (await crm("GET", f"activities?contact={vera}"))["activities"][0]["conversation"] == talk
    assert (await crm("GET", f"notes?subject=contact&of={vera}"))["notes"][0]["conversation"] == talk
    entries = (await crm("GET", f"contacts/{vera}/timeline"))["entries"]
    led = {each["kind"]: each["data"].get("conversation") for each in entries if each["kind"] != "conversation"}
    assert {kind: led[kind] for kind in ("note", "activity", "deal")} == dict.fromkeys(
        ("note", "activity", "deal"), talk
    )
    # Later steps of the deal are no part of that talk, and what is made elsewhere names none.
    await crm("POST", f"deals/{deal['id']}/win")
    assert "conversation" not in (await crm("GET", f"contacts/{vera}/timeline"))["entries"][0]["data"]
    assert (await crm.deal(contact=vera))["conversation"] is None


async def test_a_conversation_that_is_not_there_is_refused_and_nothing_is_made(crm: Crm):
    vera, _ = await _talk(crm.company)
    calls = (
        ("notes", {"subject": "contact", "of": vera, "text": "x"}),
        ("activities", {"name": "x", "due": SOON}),
        ("deals", {"name": "x"}),
    )
    for path, body in calls:
        assert await refusal(crm("POST", path, **body, conversation=999_999)) == 404
    assert (await crm("GET", "deals"))["deals"] == [] and (await crm("GET", "activities"))["activities"] == []


async def test_colleagues_hear_what_is_made_and_the_visitor_does_not(crm: Crm):
    vera = await crm.company.visitor()
    talk = (await vera.says("Hello"))["conversation"]
    ben = await crm.company.agent()
    whose = vera.session["contact"]["id"]
    await crm("POST", "notes", subject="contact", of=whose, text="Secret", conversation=talk)
    await crm.deal(contact=whose, conversation=talk)
    await ben.hears("crm.note")
    await ben.hears("deal")
    assert not [name for name, _ in vera.heard if name in ("crm.note", "deal", "activity")]
