"""Notes about users, companies and deals over REST, in both versions (API3)."""

from __future__ import annotations

import pytest

BASE = "/api/public"
V2 = {"Accept": "*/*; version=2"}
SUBJECTS = ["users", "users-by-id", "companies", "companies-by-id", "deals", "deals-by-id"]
NAMES = {"users": ("person", "user_id"), "companies": ("company", "company_id"), "deals": ("deal", "deal_id")}


@pytest.fixture
async def ids(api):
    """One of each that notes are about; each has the own id `own`."""
    return {
        "users": (await api.post(f"{BASE}/users/", {"email": "a@b.com", "user_id": "own"})).json["id"],
        "companies": (await api.post(f"{BASE}/companies/", {"name": "Acme", "company_id": "own"})).json["id"],
        "deals": (await api.post(f"{BASE}/deals/", {"name": "Tea", "custom_id": "own"})).json["id"],
    }


def path_of(subject: str, ids: dict[str, int]) -> str:
    return f"{BASE}/{subject}/own/notes" if "by-id" in subject else f"{BASE}/{subject}/{ids[subject]}/notes"


@pytest.mark.annex("API3.1", "API3.2", "API3.3", "API3.4")
@pytest.mark.parametrize("headers", [None, V2])
@pytest.mark.parametrize("subject", SUBJECTS)
async def test_notes_are_written_changed_listed_and_deleted(api, ids, subject, headers):
    path, plain = path_of(subject, ids), subject.partition("-")[0]
    made = await api.post(f"{path}/", {"content": "Likes tea"}, headers=headers)
    note = made.json
    name = NAMES[plain][1 if headers else 0]
    assert made.status == 201
    assert list(note) == ["id", "content", "pinned", name, "created_by", "created_at", "updated_at"]
    assert (note["content"], note["pinned"], note[name], note["created_by"]) == ("Likes tea", False, ids[plain], None)
    changed = await api("PUT", f"{path}/{note['id']}/", {"content": "Likes green tea", "pinned": True}, headers=headers)
    assert (changed.status, changed.json["content"], changed.json["pinned"]) == (200, "Likes green tea", True)
    later = (await api.post(path, {"text": "And pots"}, headers=headers)).json
    page = (await api.get(f"{path}/", headers=headers)).json
    assert (page["count"], page["next"]) == (2, None)
    assert [each["content"] for each in page["results"]] == ["Likes green tea", "And pots"], "pinned ones come first"
    assert (await api.get(f"{path}/{later['id']}/", headers=headers)).json == later
    gone = await api("DELETE", f"{path}/{note['id']}/")
    assert (gone.status, gone.body) == (204, b"")
    assert (await api.get(f"{path}/")).json["count"] == 1


@pytest.mark.annex("API3")
async def test_a_note_is_found_under_what_it_is_about_alone(api, ids):
    note = (await api.post(f"{path_of('users', ids)}/", {"content": "x"})).json["id"]
    for other in ("companies", "deals", "deals-by-id"):
        for method in ("GET", "PUT", "PATCH", "DELETE"):
            assert (await api(method, f"{path_of(other, ids)}/{note}/", {"content": "y"})).status == 404
    assert (await api.get(f"{path_of('users', ids)}/{note}/")).json["content"] == "x"


@pytest.mark.annex("API3.3")
async def test_many_notes_come_in_pages(api, ids):
    path = path_of("users", ids)
    for n in range(101):
        assert (await api.post(f"{path}/", {"content": f"#{n}"})).status == 201
    page = (await api.get(f"{path}/")).json
    assert (page["count"], len(page["results"]), page["results"][0]["content"]) == (101, 100, "#100")
    rest = (await api.get(page["next"])).json
    assert (rest["count"], [each["content"] for each in rest["results"]], rest["next"]) == (101, ["#0"], None)
    assert (await api.get(f"{path}/?cursor=nonsense")).status == 404


@pytest.mark.annex("API3.1", "API3.2")
async def test_a_note_that_does_not_fit_is_refused_by_field(api, ids):
    path = path_of("deals", ids)
    note = (await api.post(f"{path}/", {"content": "x"})).json["id"]
    for wrong in ({}, {"content": ""}, {"content": " "}, {"content": {"$ne": 1}}, {"content": "x" * 20_000}):
        refused = await api.post(f"{path}/", wrong)
        assert (refused.status, list(refused.json["errors"])) == (400, ["content"]), wrong
    assert list((await api("PUT", f"{path}/{note}/", {"pinned": "maybe"})).json["errors"]) == ["pinned"]
    for missing in ("0", "x", "99999", "99999999999999999999"):
        assert (await api("PUT", f"{path}/{missing}/", {"content": "y"})).status == 404
    for thing in (f"{BASE}/users/99999", f"{BASE}/companies/99999", f"{BASE}/deals/99999", f"{BASE}/deals-by-id/no"):
        assert (await api.post(f"{thing}/notes/", {"content": "x"})).status == 404
