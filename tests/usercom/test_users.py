"""Users over REST, as User.com answers them in both of its versions (API1)."""

from __future__ import annotations

import re
import time

import pytest

from tests.support.people import settled

pytestmark = pytest.mark.annex("API1", "U11")
BASE = "/api/public"
V2 = {"Accept": "*/*; version=2"}
SIX_DIGITS = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
RECORDED = [
    "id", "key", "name", "email", "gender", "status", "phone_number", "first_seen", "last_seen", "page_views", "last_ip",
    "timezone", "city", "region", "country", "unsubscribed", "browser_language", "score", "browser", "os_type",
    "resolution", "created_at", "updated_at", "companies", "attributes", "gravatar_url", "lists", "tags", "notifications",
    "facebook_url", "linkedin_url", "twitter_url", "google_url", "last_contacted", "user_id",
]  # fmt: skip
"""The keys of a user in the first version, in the order of the recording of 2018"""


async def make(api, **fields):
    answer = await api.post(f"{BASE}/users/", fields)
    assert answer.status == 201, answer.body
    return answer.json


@pytest.mark.annex("API1.1")
async def test_a_made_user_comes_back_whole_in_the_recorded_order(api):
    answer = await api.post(f"{BASE}/users/", {"email": "anna@example.com", "gender": 2})
    user = answer.json
    assert (answer.status, answer.headers["Content-Type"]) == (201, "application/json")
    assert list(user)[: len(RECORDED)] == RECORDED
    assert user["name"] == user["email"] == "anna@example.com" and user["user_id"] is None
    assert (user["gender"], user["status"], user["score"], user["page_views"]) == ("male", "visitor", 0, 0)
    assert (user["companies"], user["attributes"], user["lists"], user["tags"]) == ([], [], [], [])
    assert (user["notifications"], user["unsubscribed"], user["phone_number"]) == (True, False, None)
    assert re.fullmatch("[a-z0-9]{12}", user["key"])
    assert SIX_DIGITS.match(user["created_at"]) and SIX_DIGITS.match(user["updated_at"])


async def test_the_second_version_has_other_names_and_flat_attributes(api):
    made = await make(api, email="a@b.com", user_id="u-1", is_admin=True)
    assert made["attributes"] == [
        {"name_std": "is_admin", "name": "is_admin", "value": True, "id": made["attributes"][0]["id"], "description": "",
         "value_type": 1}
    ]  # fmt: skip
    for accept in ("*/*; version=2", "*/*;version=2", " */*; version=2", "application/json; version=2"):
        second = (await api.get(f"{BASE}/users/{made['id']}/", headers={"Accept": accept})).json
        assert (second["user_key"], second["custom_id"], second["is_admin"]) == (made["key"], "u-1", True)
        assert not {"key", "user_id", "attributes"} & set(second)
    for accept in ("*/*", "application/json", "*/*; version=1"):
        assert "attributes" in (await api.get(f"{BASE}/users/{made['id']}/", headers={"Accept": accept})).json


async def test_a_wrong_value_is_named_by_its_field_and_nothing_is_made(api):
    answer = await api.post(f"{BASE}/users/", {"email": "anna@example.com", "gender": "invalid", "score": "many"})
    assert answer.status == 400
    assert answer.json == {
        "errors": {"gender": ['"invalid" is not a valid choice.'], "score": ["A valid integer is required."]}
    }
    assert (await api.get(f"{BASE}/users/")).json["count"] == 0


async def test_an_address_that_another_user_has_is_refused(api):
    await make(api, email="anna@example.com")
    answer = await api.post(f"{BASE}/users/", {"email": "ANNA@example.com"})
    assert (answer.status, list(answer.json["errors"])) == (400, ["email"])
    answer = await api.post(f"{BASE}/users/", {"email": "no address"})
    assert (answer.status, list(answer.json["errors"])) == (400, ["email"])


@pytest.mark.annex("API1.2", "API1.7")
async def test_a_part_of_a_body_changes_a_part_of_a_user_by_put_and_patch_by_both_ids(api):
    made = await make(api, email="anna@example.com", first_name="Anna", user_id="user@42")
    for method, path, body in (
        ("PUT", f"/users/{made['id']}/", {"Last name": "Nowak"}),
        ("PATCH", f"/users/{made['id']}/", {"score": "7"}),
        ("PUT", "/users-by-id/user@42/", {"status": 2, "phone_number": "+48600100200"}),
    ):
        assert (await api(method, f"{BASE}{path}", body)).status == 200
    user = (await api.get(f"{BASE}/users-by-id/user@42/")).json
    assert (user["name"], user["score"], user["status"], user["phone_number"]) == (
        "Anna Nowak",
        7,
        "user",
        "+48600100200",
    )
    assert (await api("PUT", f"{BASE}/users/999999/", {"score": 1})).json == {"detail": "Not found."}


async def test_a_user_that_is_sent_back_as_it_came_changes_nothing(api):
    made = await make(api, email="anna@example.com", plan="pro", user_id="u-1")
    for headers in ({}, V2):
        before = (await api.get(f"{BASE}/users/{made['id']}/", headers=headers)).json
        answer = await api("PUT", f"{BASE}/users/{made['id']}/", before, headers=headers)
        assert answer.status == 200, answer.body
        assert answer.json | {"updated_at": ""} == before | {"updated_at": ""}


async def test_unknown_names_make_attributes_in_the_first_version_only(api):
    one = await make(api, email="a@b.com", **{"Favourite Colour": "blue"})
    assert [(each["name"], each["name_std"], each["value"]) for each in one["attributes"]] == [
        ("Favourite Colour", "favourite_colour", "blue")
    ]
    answer = await api.post(
        f"{BASE}/users/", {"email": "c@d.com", "plan": "pro", "favourite colour": "red"}, headers=V2
    )
    assert answer.json["favourite_colour"] == "red" and "plan" not in answer.json


@pytest.mark.annex("API1.6")
async def test_deleting_answers_204_without_a_body_and_then_404(api):
    made = await make(api, email="anna@example.com")
    gone = await api("DELETE", f"{BASE}/users/{made['id']}/")
    assert (gone.status, gone.body) == (204, b"")
    again = await api("DELETE", f"{BASE}/users/{made['id']}/")
    assert (again.status, again.json) == (404, {"detail": "Not found."})
    assert (await make(api, email="anna@example.com"))["id"] != made["id"]


async def test_update_or_create_goes_by_the_own_id_and_else_by_the_address(api):
    first = (
        await api.post(f"{BASE}/users/update_or_create/", {"custom_id": "u-1", "email": "a@b.com"}, headers=V2)
    ).json
    assert first == {"created": True, "id": first["id"]}
    for body in (
        {"user_id": "u-1", "score": 3},
        {"email": "a@b.com", "score": 4},
        {"custom_id": "u-1", "user_id": "u-1"},
    ):
        assert (await api.post(f"{BASE}/users/update_or_create/", body)).json == {"created": False, "id": first["id"]}
    assert (await api.get(f"{BASE}/users/{first['id']}/")).json["score"] == 4


@pytest.mark.annex("API1.3", "API1.4")
async def test_a_search_by_address_or_key_is_one_bare_user(api):
    anna = await make(api, email="anna+news@example.com")
    for query in (
        "anna%2Bnews@example.com",
        "anna+news@example.com",
        "ANNA%2Bnews@example.com",
        "anna%2Bnews@example.com/",
    ):
        found = await api.get(f"{BASE}/users/search/?email={query}")
        assert (found.status, found.json["id"]) == (200, anna["id"]), query
    assert (await api.get(f"{BASE}/users/search?key={anna['key']}/")).json["id"] == anna["id"]
    assert (await api.get(f"{BASE}/users/search/?email=anna%2Bnews@example.com&many=true")).json == [anna]
    assert (await api.get(f"{BASE}/users/search/?email=nobody@example.com&many=true")).json == []
    for query in ("email=nobody@example.com", "key=aaaaaaaaaaaa", "email=", "key=%00"):
        missing = await api.get(f"{BASE}/users/search/?{query}")
        assert (missing.status, missing.json) == (404, {"detail": "Not found."}), query
    await make(api, email="u@example.com", user_id="x@1")
    assert (await api.get(f"{BASE}/users-by-id/search/?user_id=x@1")).json["email"] == "u@example.com"


async def test_a_search_by_phone_number_is_bare_in_the_first_version_and_a_page_in_the_second(api):
    made = await make(api, email="a@b.com", phone_number="+48600100200")
    assert (await api.get(f"{BASE}/users/search/?phone_number=%2B48600100200")).json["id"] == made["id"]
    second = (await api.get(f"{BASE}/users/search/?phone_number=%2B48600100200", headers=V2)).json
    assert (second["count"], second["results"][0]["id"]) == (1, made["id"])
    assert (await api.get(f"{BASE}/users/search/?phone_number=1")).status == 404


@pytest.mark.annex("API1.5", "API1.8")
async def test_lookups_narrow_a_page(api):
    for number, city in enumerate(("Oslo", "Łódź", "Osaka")):
        await make(api, email=f"p{number}@example.com", city=city, score=number, plan="pro" if number else "free")

    async def found(query):
        page = (await api.get(f"{BASE}/users/{query}")).json
        assert page["count"] == len(page["results"])
        return [user["city"] for user in page["results"]]

    assert await found("?city__icontains=os") == ["Oslo", "Osaka"]
    assert await found("?city__istartswith=lo") == ["Łódź"]
    assert await found("?score__gte=1&score_gte=1&score__lt=2") == ["Łódź"]
    assert await found("?plan=pro") == ["Łódź", "Osaka"]
    assert await found("search/?email__contains=@example") == ["Oslo", "Łódź", "Osaka"]
    now = int(time.time())
    assert await found(f"search/?search=updated_at&min={now - 60}&max={now + 60}") == ["Oslo", "Łódź", "Osaka"]
    assert await found(f"?search=updated_at&min={now + 600}&max={now + 700}") == []
    for query in (
        "?city__regex=.*",
        "?nothing=1",
        "?score__contains=1",
        "?search=email&min=1",
        "?email[$gt]=",
        "?id__in=1",
    ):
        assert (await api.get(f"{BASE}/users/{query}")).status == 400, query


@pytest.mark.annex("API1.8")
async def test_next_leads_through_all_pages_as_an_absolute_address(api, house):
    for number in range(105):
        await make(api, email=f"p{number:03}@example.com")
    first = (await api.get(f"{BASE}/users/?email__contains=example")).json
    assert (first["count"], len(first["results"]), first["previous"]) == (105, 100, None)
    assert first["next"].startswith(f"{house.url}{BASE}/users/?")
    second = (await api.get(first["next"])).json
    assert second["next"] is None and len(second["results"]) == 5
    assert (await api.get(f"{BASE}/users/?cursor=nonsense")).status == 404


@pytest.mark.annex("API1.10", "API4.1", "API4.2", "API5.3", "API5.4")
async def test_tags_and_lists_go_on_and_off_by_every_way_that_clients_know(api):
    made = await make(api, email="a@b.com", user_id="u-1", tags=["new"])
    assert [tag["name"] for tag in made["tags"]] == ["new"]
    one, own = f"{BASE}/users/{made['id']}", f"{BASE}/users-by-id/u-1"
    added = (await api.post(f"{one}/add_tag/", {"name": "vip"})).json
    assert added == {"created": True, "tag": {"name": "vip", "id": added["tag"]["id"]}}
    assert (await api.post(f"{own}/add_tag/", {"name": "vip"})).json["created"] is False
    assert (await api.post(f"{own}/add_many_tags/", {"tag_names": ["a", "b"]})).status == 200
    assert (await api("DELETE", f"{one}/remove_tag/", {"name": "a"})).status == 200
    assert (await api.post(f"{own}/remove_tag/", {"name": "b"})).status == 200
    list_id = (await api.post(f"{BASE}/lists/", {"name": "News", "description": "Weekly"})).json["id"]
    assert (await api.post(f"{one}/add_to_list/", {"list": list_id})).json["id"] == list_id
    user = (await api.get(f"{one}/")).json
    assert [tag["name"] for tag in user["tags"]] == ["new", "vip"]
    assert user["lists"] == [{"id": list_id, "name": "News", "description": "Weekly"}]
    assert [each["id"] for each in (await api.get(f"{BASE}/lists/{list_id}/users/")).json["results"]] == [made["id"]]
    assert (await api("DELETE", f"{own}/remove_from_list/", {"list": list_id})).status == 200
    assert (await api.get(f"{one}/")).json["lists"] == []
    assert (await api.post(f"{one}/add_to_list/", {"list": 999})).status == 400
    assert (await api.post(f"{one}/add_tag/", {})).json == {"errors": {"name": ["This field is required."]}}


@pytest.mark.annex("API1.11", "API1.12")
async def test_attributes_are_set_one_and_many_with_an_empty_answer(api):
    made = await make(api, email="a@b.com", user_id="u-1")
    for base in (f"{BASE}/users/{made['id']}", f"{BASE}/users-by-id/u-1"):
        many = await api.post(f"{base}/set_multiple_attributes/", {"seats": 5, "vip": True, "first_name": "Ann"})
        assert (many.status, many.body, many.headers["Content-Length"]) == (200, b"", "0")
        assert many.headers["Allow"] == "POST, OPTIONS"
        assert (await api.post(f"{base}/set_attribute/", {"attribute": "seats", "value": 6})).body == b""
        user = (await api.get(f"{base}/", headers=V2)).json
        assert (user["seats"], user["vip"], user["first_name"]) == (6, True, "Ann")
        assert (await api("DELETE", f"{base}/remove_attribute/", {"attribute": "vip"})).status == 200
        assert (await api.get(f"{base}/", headers=V2)).json["vip"] is None
    assert (await api.post(f"{BASE}/users/{made['id']}/set_multiple_attributes/", {"seats": "x"})).status == 400


@pytest.mark.annex("API1.13", "API1.14", "API1.15")
async def test_what_a_user_did_is_listed(api, acme):
    vera = await acme.visitor()
    await vera.call("page", url="https://acme.example/tea?utm_source=mail", title="Tea")
    user = vera.session["contact"]["id"]
    await api.post(f"{BASE}/events/", {"client": user, "name": "order", "data": {"total": 12.5}})
    hits = (await api.get(f"{BASE}/users/{user}/ping_hits/")).json
    assert hits["count"] == 1 and hits["results"][0]["url"].startswith("https://acme.example/tea")
    assert SIX_DIGITS.match(hits["results"][0]["timestamp"]) and hits["results"][0]["client"] == user
    events = (await api.get(f"{BASE}/users/{user}/events/")).json["results"]
    assert [(each["event"], each["items"]) for each in events] == [("order", [{"key": "total", "value": 12.5}])]
    names = [each["name"] for each in (await api.get(f"{BASE}/users/{user}/timeline/")).json["results"]]
    assert sorted(names) == ["event", "page"]
    assert (await api.get(f"{BASE}/users/{user}/segments/")).json["results"] == []


@pytest.mark.annex("API1.9", "API8.1", "API8.2")
async def test_segments_and_their_users_are_listed(api, panel_api, house):
    anna = await make(api, email="anna@example.com", score=9)
    await make(api, email="ben@example.com")
    where = {"all": [{"type": "attribute", "attribute": "score", "op": "gte", "value": 5}]}
    segment = await panel_api("segments", {"name": "Keen", "where": where, "description": "Over 5"})
    shown = {"id": segment["id"], "name": "Keen", "description": "Over 5"}
    assert (await api.get(f"{BASE}/segments/")).json["results"] == [shown]
    assert (await api.get(f"{BASE}/segments/{segment['id']}/")).json == shown

    await settled(house)
    assert (await api.get(f"{BASE}/users/{anna['id']}/segments/")).json["results"] == [shown]
    inside = (await api.get(f"{BASE}/segments/{segment['id']}/users/")).json
    assert (inside["count"], [each["id"] for each in inside["results"]]) == (1, [anna["id"]])


async def test_users_are_merged_and_changed_in_bulk(api):
    first, second, third = [await make(api, email=f"{name}@example.com", score=5) for name in "abc"]
    body = {"ids": [first["id"], second["id"]], "attribute": "score", "value": "1"}
    assert "status" in (await api("PUT", f"{BASE}/users/mass_update_standard_attributes/", body)).json
    body = {"ids": [first["id"]], "attribute": "plan", "value": "pro"}
    assert (await api("PUT", f"{BASE}/users/mass_update_custom_attributes/", body)).status == 200
    merged = await api.post(f"{BASE}/users/merge/", {"parent": first["id"], "users_list": [second["id"]]})
    assert merged.json == {"success": True}
    assert (await api.post(f"{BASE}/users/merge/", {"parent": first["id"], "user_list": [third["id"]]})).status == 200
    assert (await api.get(f"{BASE}/users/search/?email=c@example.com")).json["id"] == first["id"]
    assert (await api.post(f"{BASE}/users/merge/", {"parent": first["id"], "users_list": [first["id"]]})).status == 400
    answer = await api(
        "PUT", f"{BASE}/users/mass_update_custom_attributes/", {"ids": [999], "attribute": "plan", "value": 1}
    )
    assert answer.status == 404


@pytest.mark.annex("API7.1", "API7.2")
async def test_events_are_kept_in_the_words_of_both_versions(api):
    user = await make(api, email="a@b.com", user_id="u-1")
    then = int(time.time()) - 3600
    first = await api.post(
        f"{BASE}/events/", {"user_id": user["id"], "name": "order", "timestamp": then, "data": {"a": [1]}}, headers=V2
    )
    assert (first.status, first.json) == (201, {"id": first.json["id"], "created": True})
    for body in ({"client": user["id"]}, {"user_key": user["key"]}, {"user_custom_id": "u-1"}, {"user_id": "u-1"}):
        assert (await api.post(f"{BASE}/events/", {**body, "name": "order"})).json["created"] is False, body
    by_own = await api.post(f"{BASE}/users-by-id/u-1/events/", {"name": "order", "timestamp": str(then), "data": {}})
    assert by_own.status == 201
    assert (await api.post(f"{BASE}/users-by-id/u-2/events/", {"name": "order"})).status == 404
    assert (await api.post(f"{BASE}/events/", {"client": 999999, "name": "order"})).status == 404
    assert (await api.post(f"{BASE}/events/", {"name": "order"})).json == {
        "errors": {"client": ["This field is required."]}
    }
    assert list(
        (await api.post(f"{BASE}/events/", {"client": user["id"], "name": "x", "timestamp": "soon"})).json["errors"]
    ) == ["timestamp"]
    listed = (await api.get(f"{BASE}/events/")).json["results"]
    assert [each["name"] for each in listed] == ["order"]
    assert (await api.get(f"{BASE}/events/{listed[0]['id']}/")).json == listed[0]


async def test_what_goes_wrong_is_said_in_the_words_of_the_framework(api, web):
    for key in (None, "x" * 64):
        refused = await web.with_key(key).get(f"{BASE}/users/")
        assert (refused.status, list(refused.json)) == (401, ["detail"])
    assert (await api("PUT", f"{BASE}/users/")).json == {"detail": 'Method "PUT" not allowed.'}
    for data in (b"{", b"[1]", b'"x"', b"\xff", b'{"a":' * 2000):
        answer = await api.post(f"{BASE}/users/", data=data, headers={"Content-Type": "application/json"})
        assert (answer.status, list(answer.json["errors"])) == (400, ["non_field_errors"]), data
    listed = await api.get(f"{BASE}/users/")
    assert listed.headers["Allow"] == "GET, POST, HEAD, OPTIONS" and listed.headers["X-Frame-Options"] == "SAMEORIGIN"
    one = await api.get(f"{BASE}/users/1/")
    assert one.headers["Allow"] == "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"


async def test_one_tenant_finds_nothing_of_another(api, web, globex):
    made = await make(api, email="anna@example.com", user_id="u-1", tags=["vip"])
    theirs = web.with_key(globex.api_key)
    for method, path, body in (
        ("GET", f"/users/{made['id']}/", None), ("PUT", f"/users/{made['id']}/", {"score": 1}),
        ("DELETE", f"/users/{made['id']}/", None), ("GET", "/users-by-id/u-1/", None),
        ("GET", "/users/search/?email=anna@example.com", None), ("GET", f"/users/search/?key={made['key']}", None),
        ("POST", f"/users/{made['id']}/add_tag/", {"name": "x"}), ("POST", "/events/", {"client": made["id"], "name": "x"}),
        ("GET", f"/users/{made['id']}/timeline/", None), ("GET", f"/tags/{made['tags'][0]['id']}/users/", None),
        ("POST", "/users/merge/", {"parent": made["id"], "users_list": [made["id"] + 1]}),
    ):  # fmt: skip
        answer = await theirs(method, f"{BASE}{path}", body)
        assert (answer.status, answer.json) == (404, {"detail": "Not found."}), path
    assert (await theirs.get(f"{BASE}/users/")).json["count"] == 0


@pytest.mark.parametrize("value", [{"$ne": None}, ["x"], 2**70, 1.5, True])
async def test_values_of_wrong_types_are_refused_in_every_field(api, value):
    for field in ("email", "first_name", "custom_id", "phone_number", "company_id"):
        answer = await api.post(f"{BASE}/users/", {field: value})
        accepted = answer.status == 201 and not isinstance(value, dict | list | bool)
        assert accepted or (answer.status == 400 and "errors" in answer.json), (field, answer.body)
