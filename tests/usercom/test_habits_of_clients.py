"""What clients written for User.com send out of habit, and what they read: neither costs them a call here."""

from __future__ import annotations

import datetime

import aiohttp
import pytest

from tests.conftest import Company

BASE = "/api/public"
V2 = {"Accept": "*/*; version=2"}
both = pytest.mark.parametrize("headers", [{}, V2], ids=["v1", "v2"])


@pytest.fixture
async def anna(api):
    """A user with an own id."""
    made = await api.post(f"{BASE}/users/", {"email": "anna@shop.example", "user_id": "anna"})
    assert made.status == 201
    return made.json["id"]


# ── how they write addresses ─────────────────────────────────────────────────────────────────────────────────────────


@both
@pytest.mark.annex("API1.10")
async def test_the_colon_of_the_documentation_before_an_id_is_overlooked(api, anna, headers):
    news = (await api.post(f"{BASE}/lists/", {"name": "News"})).json
    put = await api.post(f"{BASE}/users/:{anna}/add_to_list/", {"list": news["id"]}, headers=headers)
    assert (put.status, put.json["id"]) == (200, news["id"])
    assert (await api.get(f"{BASE}/users/:{anna}", headers=headers)).json["lists"] == [news]
    assert (await api.get(f"{BASE}/users/:{anna}/conversations/", headers=headers)).json["count"] == 0
    for wrong in ("::1", ":", ":x", "1:", ":0"):
        assert (await api.get(f"{BASE}/users/{wrong}/", headers=headers)).json == {"detail": "Not found."}


@both
@pytest.mark.annex("API1.2")
async def test_many_users_are_changed_at_once_by_their_own_ids_or_none_is(api, anna, headers):
    await api.post(f"{BASE}/users/", {"email": "walt@shop.example", "user_id": "42"})
    path = f"{BASE}/users-by-id/mass_update_standard_attributes/"
    done = await api("PUT", path, {"ids": ["anna", "42"], "attribute": "score", "value": "5"}, headers=headers)
    assert (done.status, done.json) == (200, {"status": "success"})
    own = f"{BASE}/users-by-id/mass_update_custom_attributes/"
    assert (
        await api("PUT", own, {"ids": ["anna"], "attribute": "Plan", "value": "pro"}, headers=headers)
    ).status == 200
    shown = (await api.get(f"{BASE}/users-by-id/anna/", headers=V2)).json
    assert (shown["score"], shown["plan"]) == (5, "pro")
    assert (await api.get(f"{BASE}/users-by-id/42/")).json["score"] == 5
    refused = await api("PUT", path, {"ids": ["anna", "nobody"], "attribute": "score", "value": 9}, headers=headers)
    assert (refused.status, refused.json) == (404, {"detail": "Not found."})
    assert (await api.get(f"{BASE}/users-by-id/anna/")).json["score"] == 5, "nothing half done"
    wrong = await api("PUT", path, {"ids": [{"$ne": 1}], "attribute": "score", "value": 9}, headers=headers)
    assert (wrong.status, list(wrong.json["errors"])) == (400, ["ids"])


@both
async def test_another_tenants_users_are_not_changed_by_their_own_ids(api, web, anna, globex, headers):
    theirs = web.with_key(globex.api_key)
    for name in ("standard", "custom"):
        body = {"ids": ["anna"], "attribute": "score", "value": 9}
        path = f"{BASE}/users-by-id/mass_update_{name}_attributes/"
        assert (await theirs("PUT", path, body, headers=headers)).json == {"detail": "Not found."}
    assert (await api.get(f"{BASE}/users/{anna}/")).json["score"] == 0


# ── how they write bodies ────────────────────────────────────────────────────────────────────────────────────────────


@both
@pytest.mark.annex("API1.1")
async def test_a_form_in_parts_is_read_as_one_that_is_encoded(api, headers):
    form = aiohttp.FormData({"email": "vera+form@shop.example", "first_name": "Żaneta"}, default_to_multipart=True)
    form.add_field("picture", b"\x89PNG", filename="a.png", content_type="image/png")
    made = await api.post(f"{BASE}/users/", data=form, headers=headers)
    assert (made.status, made.json["email"], made.json["first_name"]) == (201, "vera+form@shop.example", "Żaneta")
    assert "picture" not in str(made.json), "a file is no value"


@both
@pytest.mark.annex("API1.1")
@pytest.mark.parametrize(
    "raw",
    [b"x", b"--y", b"--y\r\nbad\r\n\r\n", b'--y\r\nContent-Disposition: form-data; name="email"\r\n\r\n\xff\r\n--y--',
     b"--y\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n" * 9_000,
     b'--y\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n' * 600 + b"--y--"],
    ids=["no form", "no end", "no header", "no text", "a form in a form without end", "too many fields"],
)  # fmt: skip
async def test_a_broken_form_in_parts_is_refused_and_nothing_is_made(api, headers, raw):
    sent = {"Content-Type": "multipart/form-data; boundary=y", **headers}
    refused = await api.post(f"{BASE}/users/", data=raw, headers=sent)
    assert (refused.status, list(refused.json["errors"])) == (400, ["non_field_errors"])
    assert (await api.get(f"{BASE}/users/")).json["count"] == 0


@both
@pytest.mark.annex("API1.1")
async def test_names_in_camel_case_are_first_and_last_name(api, headers):
    body = {"email": "vera@shop.example", "firstName": "Vera", "lastName": "Nowak"}
    made = await api.post(f"{BASE}/users/update_or_create/", body, headers=headers)
    shown = (await api.get(f"{BASE}/users/{made.json['id']}/", headers=headers)).json
    assert (shown["first_name"], shown["last_name"], shown["name"]) == ("Vera", "Nowak", "Vera Nowak")
    assert (await api.get(f"{BASE}/attributes/")).json["count"] == 0


@both
@pytest.mark.annex("API7.1")
async def test_a_time_that_nobody_set_arrives_as_zero_and_means_now(api, anna, headers):
    before = datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=1)
    for zero in (0, "0", 0.0):
        body = {"name": "sale", "user_id": anna, "client": anna, "timestamp": zero, "data": None}
        assert (await api.post(f"{BASE}/events/", body, headers=headers)).status == 201, zero
    await api.post(f"{BASE}/products/", {"custom_id": "tea", "name": "Tea"})
    seen = {"event_type": "view", "user_id": anna, "client": anna, "timestamp": 0}
    assert (await api.post(f"{BASE}/products-by-id/tea/product_event/", seen, headers=headers)).status == 201
    for event in (await api.get(f"{BASE}/users/{anna}/events/", headers=headers)).json["results"]:
        assert datetime.datetime.fromisoformat(event["timestamp"]) > before
    for wrong in (False, -1, [0]):
        refused = await api.post(
            f"{BASE}/events/", {"name": "sale", "user_id": anna, "timestamp": wrong}, headers=headers
        )
        assert (refused.status, list(refused.json["errors"])) == (400, ["timestamp"]), wrong


@both
@pytest.mark.annex("API5.1", "API5.2", "API5.3", "API5.4")
async def test_a_list_takes_nulls_and_is_named_by_its_name_too(api, anna, headers):
    made = await api.post(f"{BASE}/lists/", {"name": "News", "description": None}, headers=headers)
    assert (made.status, made.json["description"]) == (201, "")
    path = f"{BASE}/lists/{made.json['id']}/"
    changed = await api("PUT", path, {"name": None, "description": "Monthly"}, headers=headers)
    assert (changed.json["name"], changed.json["description"]) == ("News", "Monthly")
    put = await api.post(f"{BASE}/users/{anna}/add_to_list/", {"list": " news "}, headers=headers)
    assert (put.status, put.json["id"]) == (200, made.json["id"])
    assert (
        await api("DELETE", f"{BASE}/users/{anna}/remove_from_list/", {"list": "News"}, headers=headers)
    ).status == 200
    assert (await api.get(f"{BASE}/users/{anna}/")).json["lists"] == []
    for wrong in ("Nothing", {"$ne": 1}, None):
        refused = await api.post(f"{BASE}/users/{anna}/add_to_list/", {"list": wrong}, headers=headers)
        assert (refused.status, list(refused.json["errors"])) == (400, ["list"])


# ── what they read ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.annex("API2.1", "R3")
@pytest.mark.parametrize(("given", "number"), [(12, 12), ("12", 12), ("11-50", "11-50"), (None, None)])
async def test_the_number_of_employees_is_a_number_where_it_is_one(api, given, number):
    made = await api.post(f"{BASE}/companies/", {"name": "Acme", "approx_employees": given})
    assert (made.status, made.json["approx_employees"]) == (201, number)
    second = (await api.get(f"{BASE}/companies/{made.json['id']}/", headers=V2)).json
    assert second["size"] == (None if given is None else str(given))


@pytest.mark.annex("API2.8", "R2")
async def test_a_deals_status_is_a_number_in_the_second_version(api):
    one = (await api.post(f"{BASE}/deals/", {"name": "Tea", "status": 2}, headers=V2)).json
    assert one["status"] == 2 and type(one["status"]) is int
    assert (await api.get(f"{BASE}/deals/{one['id']}/")).json["status"] == "2"
    assert [each["status"] for each in (await api.get(f"{BASE}/deals/?status=2", headers=V2)).json["results"]] == [2]
    assert (await api("PUT", f"{BASE}/deals/{one['id']}/", one, headers=V2)).status == 200, "it goes back as it came"


@pytest.mark.annex("API2.12", "R1")
async def test_an_activity_of_the_second_version_says_when_it_is_due(api):
    kind = (await api.get(f"{BASE}/activity-types/")).json["results"][0]["id"]
    body = {"activity_type": kind, "name": "Call", "due_date": "2030-01-01T10:00:00Z"}
    one = (await api.post(f"{BASE}/activities/", body, headers=V2)).json
    assert one["due_date"] == one["datetime"] == "2030-01-01T10:00:00.000000Z"
    assert "due_date" not in (await api.get(f"{BASE}/activities/{one['id']}/")).json


@both
@pytest.mark.annex("API2.8", "R2")
async def test_the_stages_that_a_deal_was_in_are_listed_with_their_times(api, web, globex, headers):
    first, second = [each["id"] for each in (await api.get(f"{BASE}/stages/")).json["results"]][:2]
    deal = (await api.post(f"{BASE}/deals/", {"name": "Tea", "custom_id": "o/1", "stage": first})).json
    await api("PUT", f"{BASE}/deals/{deal['id']}/", {"stage": second})
    await api("PUT", f"{BASE}/deals/{deal['id']}/", {"status": 2})
    page = (await api.get(f"{BASE}/deals-by-id/o%2F1/stage-changes/", headers=headers)).json
    was, now = page["results"]
    assert (page["count"], page["next"], page["previous"]) == (2, None, None)
    assert (was["stage"], was["stage_name"], was["left_at"]) == (first, "New", now["entered_at"])
    assert (now["stage"], now["left_at"], now["pipeline"], now["changed_by"]) == (second, None, deal["pipeline"], None)
    path = f"{BASE}/deals/{deal['id']}/stage-changes/"
    assert (await api.get(path, headers=headers)).json == page
    assert (await api.get(f"{path}?count_from=2999-01-01T00:00:00+02:00", headers=headers)).json["results"] == []
    assert (await api.get(f"{path}?count_from=2020-01-01&count_to=2999-01-01T00:00:00Z", headers=headers)).json == page
    assert (await api.get(f"{path}?count_to=2020-01-01", headers=headers)).json["count"] == 0
    refused = await api.get(f"{path}?count_from=soon", headers=headers)
    assert (refused.status, list(refused.json["errors"])) == (400, ["count_from"])
    for address in (path, f"{BASE}/deals-by-id/o%2F1/stage-changes/"):
        assert (await web.with_key(globex.api_key).get(address)).json == {"detail": "Not found."}


@both
@pytest.mark.annex("API1.15")
async def test_what_a_user_did_with_products_is_a_list_of_its_own(api, web, anna, globex, headers):
    tea = (await api.post(f"{BASE}/products/", {"custom_id": "tea", "name": "Tea"})).json["id"]
    await api.post(f"{BASE}/events/", {"name": "order", "client": anna, "data": {"total": 3}})  # no product in it
    for kind in ("view", "add to cart"):
        body = {"event_type": kind, "user_custom_id": "anna", "data": {"custom_data": {"size": kind}}}
        await api.post(f"{BASE}/products-by-id/tea/product_event/", body)
    page = (await api.get(f"{BASE}/users/{anna}/product_events/", headers=headers)).json
    assert (page["count"], page["next"], page["previous"]) == (2, None, None)
    assert [each["event_type"] for each in page["results"]] == ["add to cart", "view"]
    latest = page["results"][0]
    assert (latest["client"], latest["product"], latest["custom_data"]["size"]) == (anna, tea, "add to cart")
    assert (await api.get(f"{BASE}/users-by-id/anna/product_events/", headers=headers)).json == page
    for address in (f"users/{anna}", "users-by-id/anna"):
        theirs = await web.with_key(globex.api_key).get(f"{BASE}/{address}/product_events/")
        assert theirs.json == {"detail": "Not found."}


@pytest.mark.annex("API1.15")
async def test_product_events_between_many_others_are_all_found_page_by_page(api, house, acme, anna):
    await api.post(f"{BASE}/products/", {"custom_id": "tea", "name": "Tea"})
    for number in range(230):
        if number in (0, 115, 229):
            body = {"event_type": "view", "user_custom_id": "anna"}
            await api.post(f"{BASE}/products-by-id/tea/product_event/", body)
        else:
            await api.post(f"{BASE}/events/", {"name": "look", "client": anna})
    seen, address = [], f"{house.url}{BASE}/users/{anna}/product_events/"
    while address:
        page = (await api.get(address)).json
        assert page["count"] == 3
        seen += [each["id"] for each in page["results"]]
        address = page["next"]
    assert len(seen) == len(set(seen)) == 3 and seen == sorted(seen, reverse=True)
    assert (await api.get(f"{BASE}/users/{anna}/product_events/?cursor=x")).json == {"detail": "Not found."}


@both
@pytest.mark.annex("X3")
async def test_the_application_tells_who_its_agents_are(api, web, acme: Company, globex, headers):
    told = (await api.get(f"{BASE}/application/", headers=headers)).json
    assert (told["id"], told["name"]) == (acme.id, "Acme")
    assert told["owner"] | {"group_id": None} in told["agents"]
    assert {each["group_id"] for each in told["agents"]} == {None}
    assert [each["id"] for each in told["agents"]] == sorted(each["id"] for each in told["agents"])
    theirs = (await web.with_key(globex.api_key).get(f"{BASE}/application", headers=headers)).json
    assert theirs["name"] == "Globex" and not {each["email"] for each in told["agents"]} & {
        each["email"] for each in theirs["agents"]
    }
    assert (await web.get(f"{BASE}/application/", headers=headers)).status == 401


@pytest.mark.annex("X3")
async def test_a_phone_takes_its_push_token_away_by_delete(web, acme: Company):
    headers = {"Authorization": f"Token {acme.made['mobile_key']}", "Accept": "*/*;version=2"}
    ping = {"customer": {"user_id": "vera"}, "device": {"os_type": "iOS", "fcm_key": "token-1"}}
    known = (await web.post("/api/sdk/v1/ping/", ping, headers=headers)).json["user"]["key"]
    gone = await web(
        "DELETE", "/api/sdk/v1/delete-fcm-token/", {"fcm_key": "token-1"}, headers=headers | {"X-User-Key": known}
    )
    assert (gone.status, gone.json) == (200, {})
    stranger = await web("DELETE", "/api/sdk/v1/delete-fcm-token/", {"fcm_key": "token-1"}, headers=headers)
    assert stranger.json == {"detail": "Not found."}
