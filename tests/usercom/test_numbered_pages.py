"""Clients of the old API count pages instead of following `next`."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.annex("API1.8", "API1.5", "API1.3")
BASE = "/api/public"
V2 = {"Accept": "*/*; version=2"}


async def fill(api, many: int) -> None:
    people = [{"email": f"v{number}@shop.example", "first_name": "Vera"} for number in range(many)]
    assert (await api.post("/api/app/contacts/bulk", {"contacts": people})).status == 200


@pytest.mark.parametrize("headers", [{}, V2])
async def test_a_client_that_counts_pages_until_one_is_invalid_sees_everybody_once(api, headers):
    await fill(api, 230)
    seen, number = [], 1
    while (answer := await api.get(f"{BASE}/users?page={number}", headers=headers)).status == 200:
        page = answer.json
        seen += [user["id"] for user in page["results"]]
        assert page["count"] == 230
        assert (page["next"] is None) is (number == 3) and (page["previous"] is None) is (number == 1)
        number += 1
        assert number < 10, "it never ends"
    assert len(seen) == len(set(seen)) == 230
    assert (answer.status, answer.json) == (404, {"detail": "Invalid page."})


async def test_a_number_far_behind_the_last_page_is_invalid_and_forgets_no_page_that_is_there(api):
    await fill(api, 230)
    for number in (999_999, 2, 999_999, 3):
        answer = await api.get(f"{BASE}/users/?page={number}")
        assert answer.status == (200 if number < 4 else 404), number
    assert len(answer.json["results"]) == 30


async def test_a_page_leads_to_the_next_and_the_one_before_by_its_number_and_keeps_what_was_asked(api, house):
    await fill(api, 230)
    page = (await api.get(f"{BASE}/users/?first_name=Vera&page=2")).json
    assert page["next"] == f"{house.url}{BASE}/users/?first_name=Vera&page=3"
    assert page["previous"] == f"{house.url}{BASE}/users/?first_name=Vera&page=1"
    last = (await api.get(page["next"].removeprefix(house.url))).json
    assert len(last["results"]) == 30 and last["next"] is None
    first = (await api.get(page["previous"].removeprefix(house.url))).json
    assert [user["id"] for user in first["results"]] == [
        user["id"] for user in (await api.get(f"{BASE}/users/?first_name=Vera")).json["results"]
    ]
    assert "cursor=" in (await api.get(f"{BASE}/users/?first_name=Vera")).json["next"]


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 30, "١", "", "2.0"])
async def test_what_is_no_number_of_a_page_is_an_invalid_one(api, number):
    await fill(api, 1)
    answer = await api.get(f"{BASE}/users/?page={number}")
    assert (answer.status, answer.json) == (404, {"detail": "Invalid page."})


async def test_lists_tags_and_companies_have_numbered_pages_too(api):
    for number in range(3):
        await api.post(f"{BASE}/companies/", {"name": f"Acme {number}"})
    for path in ("companies/", "lists/", "tags/", "deals/", "conversations/"):
        assert (await api.get(f"{BASE}/{path}?page=1")).status == 200
        assert (await api.get(f"{BASE}/{path}?page=2")).json == {"detail": "Invalid page."}


async def test_since_ever_is_a_time_and_a_plus_that_was_not_escaped_is_one(api):
    await api.post(f"{BASE}/users/", {"email": "vera@shop.example", "phone_number": "+48 600 100 200"})
    found = await api.get(f"{BASE}/users/?search=updated_at&min=0&max=99999999999")
    assert (found.status, found.json["count"]) == (200, 1)
    stored = (await api.get(f"{BASE}/users/search/?email=vera@shop.example")).json["phone_number"]
    assert (await api.get(f"{BASE}/users/search/?phone_number={stored.replace(' ', '%20')}")).status == 200
