"""FullContact's API as this hub speaks it: the same as FullContact's own client, and nothing it says breaks anything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from fullcontact import FullContactClient
from fullcontact.api.base.base_api import BaseApi
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.core.fetch import Fetch
from hub.core.settings import Settings
from hub.people.enriching.enricher import (
    Found,
    KeyRefused,
    Later,
    NothingKnown,
    NotUnderstood,
    PersonAsked,
    TooMany,
    Unreachable,
)
from hub.people.enriching.fullcontact import FullContact, company_values, person_values
from tests.support.fullcontact import COMPANY, KEY, PERSON, FullContactImitation

pytestmark = pytest.mark.annex("U4")


@pytest.fixture
async def provider(fullcontact: FullContactImitation) -> AsyncIterator[FullContact]:
    hub: Any = SimpleNamespace(settings=Settings(fullcontact_url=fullcontact.url, fetch_allow="127.0.0.1"))
    fetch = Fetch(hub)
    hub.part = lambda kind: fetch
    yield FullContact(hub)
    await fetch.close()


async def test_it_asks_as_fullcontacts_own_client_does_and_reads_the_same(
    provider: FullContact, fullcontact: FullContactImitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The imitation is right where the real client understands it, and this provider where it asks the same."""
    fullcontact.knows("vera@shop.example")
    fullcontact.knows_company("mostow.example")
    monkeypatch.setattr(BaseApi, "_BASE_URL", fullcontact.url)
    theirs = FullContactClient(KEY, max_retry_count=1)
    question = {
        "email": "vera@shop.example",
        "phone": "+48123456789",
        "profiles": [{"url": "https://linkedin.com/in/v"}],
    }
    person = await asyncio.to_thread(theirs.person.enrich, **question)
    company = await asyncio.to_thread(theirs.company.enrich, domain="mostow.example")
    ours = await provider.person(KEY, PersonAsked("vera@shop.example", "+48123456789", "https://linkedin.com/in/v"))
    our_company = await provider.company(KEY, "mostow.example")

    assert fullcontact.asked[:2] == fullcontact.asked[2:]
    for name in ("Authorization", "Content-Type"):
        assert fullcontact.headers[0][name] == fullcontact.headers[2][name]
    assert isinstance(ours, Found) and isinstance(our_company, Found) and person.is_successful and company.is_successful
    assert ours.values["first_name"] == person.get_name()["given"] == "Vera"
    assert ours.values["city"] == person.get_locations()[0]["city"] == "San Francisco"
    assert ours.values["Job title"] == person.get_summary()["title"]
    assert our_company.values["size"] == str(company.get_summary()["employees"]) == "351"

    nobody = await asyncio.to_thread(theirs.person.enrich, email="nobody@shop.example")
    assert (nobody.get_status_code(), await provider.person(KEY, PersonAsked("nobody@shop.example"))) == (
        404,
        NothingKnown(),
    )
    refused = await asyncio.to_thread(FullContactClient("wrong-key-00").person.enrich, email="vera@shop.example")
    with pytest.raises(KeyRefused, match=refused.get_message()):
        await provider.check("wrong-key-00")
    await provider.check(KEY)


def test_only_what_helps_to_talk_to_people_is_taken() -> None:
    """An answer also holds money, household, health and faith, where the plan includes them."""
    assert person_values(PERSON) == {
        "first_name": "Vera", "last_name": "Ross", "name": None, "gender": "female", "city": "San Francisco",
        "region": "California", "country": "United States", "linkedin_url": "https://www.linkedin.com/in/vera-ross",
        "twitter_url": "https://twitter.com/veraross91", "facebook_url": None, "Job title": "Senior Tea Manager",
        "Organization": "Mostow Co.", "Age range": "37-47", "Website": "http://veraross.example/",
        "Bio": "Senior Tea Manager at Mostow Co.",
    }  # fmt: skip
    assert company_values(COMPANY) == {
        "name": "Mostow Inc.", "description": "Mostow makes tea.", "category": "Food", "size": "351",
        "address": "1755 Blake Street, Suite 450", "postal_code": "80202", "city": "Denver", "region": "CO",
        "country": "USA", "email": "hello@mostow.example", "Phone": "+1 (720) 475-1292",
        "Website": "https://www.mostow.example", "LinkedIn": "https://www.linkedin.com/company/mostow",
        "Twitter": "https://twitter.com/mostow", "Facebook": None, "Founded": 2010,
    }  # fmt: skip
    assert person_values({"fullName": "Vera Ross", "linkedin": "javascript:alert(1)"})["linkedin_url"] is None
    assert person_values({"fullName": "Vera Ross"})["name"] == "Vera Ross"


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["details", "name", "given", "locations", "city", "emails", "value", "gender", "founded", "title"]),
        inner, max_size=4,
    ),
    max_leaves=20,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([*PERSON, *COMPANY]), ODD, max_size=8))
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_an_answer_holds_it_is_read_as_text_numbers_and_links(found: dict[str, Any]) -> None:
    for values in (person_values(found), company_values(found)):
        for value in values.values():
            assert value is None or (isinstance(value, str) and value.strip() == value != "") or type(value) is int


@pytest.mark.parametrize(("status", "headers", "error", "words"), [
    (401, {}, KeyRefused, "refuses the key"), (403, {}, KeyRefused, "missing or invalid"),
    (400, {}, NotUnderstood, "does not take"), (422, {}, NotUnderstood, "does not take"),
    (429, {}, TooMany, "too much"), (500, {}, Unreachable, "500"), (503, {}, Unreachable, "503"),
    (302, {"Location": "http://169.254.169.254/"}, Unreachable, "302"),
])  # fmt: skip
async def test_each_refusal_says_what_it_is(provider, fullcontact, status, headers, error, words):
    fullcontact.will(status, **headers)
    with pytest.raises(error, match=words):
        await provider.person(KEY, PersonAsked("vera@shop.example"))


async def test_an_answer_for_later_and_how_long_to_wait(provider, fullcontact):
    fullcontact.will(202)
    assert await provider.person(KEY, PersonAsked("vera@shop.example")) == Later(120)
    waits = []
    for headers in (
        {"Retry_After": "7"},
        {"X_Rate_Limit_Reset": "20"},
        {"Retry_After": "soon"},
        {"Retry_After": "9" * 40},
    ):
        fullcontact.will(429, **headers)
        with pytest.raises(TooMany) as refused:
            await provider.person(KEY, PersonAsked("vera@shop.example"))
        waits.append(refused.value.after)
    assert waits == [7, 20, 60, 3600]


@pytest.mark.parametrize(
    "body", [b"", b"<html>down for repair</html>", b"[]", b'"text"', b"\xff\xfe", b"[" * 100_000, b"null"]
)
async def test_an_answer_that_can_t_be_read_is_a_failure(provider, fullcontact, body):
    fullcontact.will(200, body)
    with pytest.raises(Unreachable, match="can't be read"):
        await provider.person(KEY, PersonAsked("vera@shop.example"))
    fullcontact.will(403, body)
    with pytest.raises(KeyRefused):
        await provider.person(KEY, PersonAsked("vera@shop.example"))


async def test_nobody_there_is_a_failure_and_a_refusal_never_repeats_the_key(provider, fullcontact):
    fullcontact.will(403, {"message": f"The key {KEY} is used up. " + "x" * 5_000})
    with pytest.raises(KeyRefused) as refused:
        await provider.person(KEY, PersonAsked("vera@shop.example"))
    assert KEY not in str(refused.value) and "used up" in str(refused.value) and len(str(refused.value)) < 300
    provider._base = "http://127.0.0.1:9/v3"
    with pytest.raises(Unreachable, match="can't be reached"):
        await provider.person(KEY, PersonAsked("vera@shop.example"))
