"""Notes about contacts, companies and deals."""

from __future__ import annotations

import pytest

from .conftest import refusal

pytestmark = pytest.mark.annex("API3")


@pytest.mark.parametrize("subject", ["contact", "company", "deal"])
async def test_notes_are_written_changed_pinned_listed_and_deleted(crm, subject):
    makes = {"contact": crm.contact, "company": lambda: crm.company_of("Tea"), "deal": crm.deal}
    made = await makes[subject]()
    of = made["id"] if isinstance(made, dict) else made
    one, two, three = [(await crm("POST", "notes", subject=subject, of=of, text=f"Note {n}"))["id"] for n in (1, 2, 3)]
    pinned = await crm("PATCH", f"notes/{one}", pinned=True)
    assert (pinned["pinned"], pinned["text"], pinned["author"]["name"], pinned["of"]) == (True, "Note 1", "Ada", of)
    await crm("PATCH", f"notes/{two}", text="Note 2, better")
    page = await crm("GET", f"notes?subject={subject}&of={of}&limit=2")
    rest = await crm("GET", f"notes?subject={subject}&of={of}&limit=2&cursor={page['cursor']}")
    assert [each["id"] for each in (*page["notes"], *rest["notes"])] == [one, three, two]
    assert rest["notes"][0]["text"] == "Note 2, better"
    first = (await crm("POST", "notes", subject=subject, of=of, text="First of all", pinned=True))["id"]
    assert (await crm("GET", f"notes?subject={subject}&of={of}"))["notes"][0]["id"] == first
    await crm("DELETE", f"notes/{first}")
    await crm("DELETE", f"notes/{three}")
    assert await refusal(crm("GET", f"notes/{three}")) == 404
    assert [each["id"] for each in (await crm("GET", f"notes?subject={subject}&of={of}"))["notes"]] == [one, two]


async def test_a_note_stands_in_the_timeline_without_its_text(crm):
    vera, tea = await crm.contact(name="Vera"), await crm.company_of("Tea")
    deal = (await crm.deal(contact=vera, company=tea))["id"]
    note = (await crm("POST", "notes", subject="contact", of=vera, text="Likes zebras"))["id"]
    await crm("POST", "notes", subject="deal", of=deal, text="Wants zebras")
    await crm("DELETE", f"notes/{note}")
    assert await crm.lines(f"contacts/{vera}", "note") == ["deleted", "added", "added"]
    assert await crm.lines(f"companies/{tea}", "note") == ["added"]
    assert "zebra" not in repr(await crm("GET", f"contacts/{vera}/timeline"))


async def test_what_is_no_note_is_refused(crm):
    vera = await crm.contact(name="Vera")
    for wrong, status in (
        ({"text": " "}, 400),
        ({"text": "x" * 16_385}, 413),
        ({"of": 999_999}, 404),
        ({"subject": "ticket"}, 400),
        ({"text": "a\0"}, 400),
    ):
        assert (
            await refusal(crm("POST", "notes", **{"subject": "contact", "of": vera, "text": "Hello"} | wrong)) == status
        )
    assert (await crm("GET", f"notes?subject=contact&of={vera}"))["notes"] == []
