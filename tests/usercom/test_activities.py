"""Activities and their types over REST, as User.com answers them in both versions (API2.9–API2.12)."""

from __future__ import annotations

import pytest

BASE = "/api/public"
V2 = {"Accept": "*/*; version=2"}
KEYS = [
    "id", "activity_type", "name", "datetime", "duration", "description", "assigned_to", "deal", "person", "company", "done",
    "done_date", "created_by", "created_at", "updated_at", "custom_id",
]  # fmt: skip


@pytest.fixture
async def call(api):
    """The type of a call."""
    return (await api.get(f"{BASE}/activity-types/")).json["results"][0]["id"]


@pytest.fixture
async def about(api):
    """Whom and what an activity is about."""
    user = (await api.post(f"{BASE}/users/", {"email": "a@b.com", "user_id": "anna"})).json["id"]
    company = (await api.post(f"{BASE}/companies/", {"name": "Acme", "company_id": "acme"})).json["id"]
    deal = (await api.post(f"{BASE}/deals/", {"name": "Tea", "custom_id": "tea"})).json["id"]
    return {"person": user, "company": company, "deal": deal}


@pytest.mark.annex("API2.9", "R1")
@pytest.mark.parametrize("headers", [None, V2])
async def test_an_activity_is_as_documented_in_both_versions(api, call, about, headers):
    body = {
        "activity_type": call, "name": "Call Anna", "due_date": "2030-08-24T14:15:22Z", "duration": 90,
        "description": "About tea", "done": True, "deal_id": about["deal"], "company_id": about["company"],
        "user_id": about["person"], "custom_id": "a-1", "Mood": "good",
    }  # fmt: skip
    made = await api.post(f"{BASE}/activities/", body, headers=headers)
    one = made.json
    assert made.status == 201 and list(one)[: len(KEYS)] == KEYS
    assert {name: one[name] for name in KEYS if name not in ("id", "done_date", "created_at", "updated_at")} == {
        "activity_type": call, "name": "Call Anna", "datetime": "2030-08-24T14:15:22.000000Z", "duration": "01:30:00",
        "description": "About tea", "assigned_to": None, **about, "done": True, "created_by": None, "custom_id": "a-1",
    }  # fmt: skip
    assert one["done_date"].endswith("000Z")
    if headers:
        assert one["mood"] == "good" and "attributes" not in one
        assert (one["user_id"], one["company_id"], one["deal_id"]) == (about["person"], about["company"], about["deal"])
    else:
        assert [each["value"] for each in one["attributes"]] == ["good"] and "user_id" not in one
    back = await api("PUT", f"{BASE}/activities/{one['id']}/", one, headers=headers)
    assert back.status == 200 and back.json | {"updated_at": 0} == one | {"updated_at": 0}


@pytest.mark.annex("API2.10", "R1")
@pytest.mark.parametrize("headers", [None, V2])
async def test_an_activity_is_changed_by_either_id_in_either_spelling(api, call, about, headers):
    body = {"activity_type": call, "name": "x", "datetime": "2030-01-01T10:00:00Z", "custom_id": "a-1"}
    id = (await api.post(f"{BASE}/activities/", body, headers=headers)).json["id"]
    for path in (f"activities/{id}/", "activities-by-id/a-1/", f"activities/{id}"):
        for given, field in (
            ({"user_custom_id": "anna"}, "person"), ({"person": about["person"]}, "person"),
            ({"company_custom_id": "acme"}, "company"), ({"company": about["company"]}, "company"),
            ({"deal_custom_id": "tea"}, "deal"), ({"deal": about["deal"]}, "deal"),
        ):  # fmt: skip
            changed = await api("PUT", f"{BASE}/{path}", given, headers=headers)
            assert (changed.status, changed.json[field]) == (200, about[field]), given
            assert (await api("PATCH", f"{BASE}/{path}", {field: None}, headers=headers)).json[field] is None
    done = await api(
        "PUT", f"{BASE}/activities/{id}/", {"done": "true", "done_date": 1_700_000_000, "duration": "2 01:00:00"}
    )
    assert (done.json["done_date"], done.json["duration"]) == ("2023-11-14T22:13:20.000000Z", "2 01:00:00")


@pytest.mark.annex("API2.11")
async def test_an_activity_is_deleted(api, call):
    body = {"activity_type": call, "name": "x", "due_date": "2030-01-01T10:00:00Z", "custom_id": "a-1"}
    for path in ("activities-by-id/a-1", None):
        id = (await api.post(f"{BASE}/activities/", body)).json["id"]
        gone = await api("DELETE", f"{BASE}/{path or f'activities/{id}'}/")
        assert (gone.status, gone.body) == (204, b"")
        assert (await api.get(f"{BASE}/activities/{id}/")).json == {"detail": "Not found."}


@pytest.mark.annex("API2.12")
async def test_activities_are_listed_searched_and_filtered(api, call, about):
    for n in range(102):
        body = {"activity_type": call, "name": f"#{n}", "due_date": f"2030-01-01T10:{n % 60:02d}:00Z", "done": n == 3}
        made = await api.post(
            f"{BASE}/activities/", body | ({"user_id": about["person"], "custom_id": "a"} if n == 3 else {})
        )
        assert made.status == 201
    page = (await api.get(f"{BASE}/activities/")).json
    assert (page["count"], len(page["results"]), page["previous"]) == (102, 100, None)
    rest = (await api.get(page["next"])).json
    assert ([each["name"] for each in rest["results"]], rest["next"]) == (["#100", "#101"], None)
    for query in ("done=true", f"user_id={about['person']}", f"person={about['person']}", "name=%233", "custom_id=a"):
        page = (await api.get(f"{BASE}/activities/?{query}")).json
        assert (page["count"], [each["name"] for each in page["results"]]) == (1, ["#3"]), query
    assert (await api.get(f"{BASE}/activities/search/?custom_id=a", headers=V2)).json["name"] == "#3"
    assert [each["name"] for each in (await api.get(f"{BASE}/activities/search/?custom_id=a&many=true")).json] == ["#3"]
    assert (await api.get(f"{BASE}/activities/search/?custom_id=b")).json == {"detail": "Not found."}
    assert (await api.get(f"{BASE}/activities/?due_date__gte=2031-01-01T00:00:00Z")).json["count"] == 0
    for wrong in ("name[$ne]=", "done=maybe", "nothing=1", f"deal={2**64}"):
        assert (await api.get(f"{BASE}/activities/?{wrong}")).status == 400, wrong


@pytest.mark.annex("API2.9")
@pytest.mark.parametrize("field", ["activity_type", "name", "due_date"])
async def test_what_an_activity_needs_is_named(api, call, field):
    body = {"activity_type": call, "name": "x", "due_date": "2030-01-01T10:00:00Z"}
    del body[field]
    refused = await api.post(f"{BASE}/activities/", body)
    assert (refused.status, refused.json) == (400, {"errors": {field: ["This field is required."]}})


@pytest.mark.annex("API2.9", "API2.10")
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": {"$ne": 1}}, "name"), ({"due_date": "soon"}, "due_date"), ({"due_date": {"$gt": ""}}, "due_date"),
        ({"duration": "long"}, "duration"), ({"duration": 2**64}, "duration"), ({"done": "maybe"}, "done"),
        ({"activity_type": 2**64}, "activity_type"), ({"user_id": {"$gt": 0}}, "user_id"), ({"description": 5}, "description"),
        ({"custom_id": ["x"]}, "custom_id"), ({"deal_id": "x"}, "deal_id"), ({"duration": 99_999_999}, "duration"),
    ],
)  # fmt: skip
async def test_an_activity_that_does_not_fit_is_refused_by_field(api, call, wrong, field):
    body = {"activity_type": call, "name": "x", "due_date": "2030-01-01T10:00:00Z", **wrong}
    refused = await api.post(f"{BASE}/activities/", body, headers=V2)
    assert (refused.status, list(refused.json["errors"])) == (400, [field]), refused.body
    assert (await api.get(f"{BASE}/activities/")).json["count"] == 0


async def test_what_an_activity_refers_to_has_to_be_there(api, call):
    body = {"activity_type": call, "name": "x", "due_date": "2030-01-01T10:00:00Z"}
    for wrong in (
        {"activity_type": 99_999}, {"user_id": 99_999}, {"user_custom_id": "nobody"}, {"company_id": 99_999},
        {"deal_id": 99_999}, {"deal_custom_id": "nothing"}, {"assigned_to": 99_999},
    ):  # fmt: skip
        assert (await api.post(f"{BASE}/activities/", body | wrong, headers=V2)).json == {"detail": "Not found."}, wrong
    await api.post(f"{BASE}/activities/", body | {"custom_id": "a"})
    assert list((await api.post(f"{BASE}/activities/", body | {"custom_id": "a"})).json["errors"]) == ["custom_id"]


@pytest.mark.annex("R1")
async def test_types_of_activities_are_made_renamed_and_deleted(api, call):
    made = (await api.post(f"{BASE}/activity-types/", {"name": "Visit"})).json
    assert made == {"id": made["id"], "name": "Visit"}
    changed = await api("PUT", f"{BASE}/activity-types/{made['id']}/", {"name": "Stay"})
    assert changed.json == made | {"name": "Stay"}
    body = {"activity_type": made["id"], "name": "x", "due_date": "2030-01-01T10:00:00Z"}
    await api.post(f"{BASE}/activities/", body)
    kept = await api("DELETE", f"{BASE}/activity-types/{made['id']}/")
    assert kept.status == 400 and "move_to" in kept.json["errors"]
    assert (await api("DELETE", f"{BASE}/activity-types/{made['id']}/?move_to={call}")).status == 204
    assert (await api.get(f"{BASE}/activity-types/{made['id']}/")).status == 404
