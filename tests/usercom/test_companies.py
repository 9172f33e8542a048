"""Companies, tags, lists and attributes over REST, as User.com answers them in both versions (API2, API4–API6)."""

from __future__ import annotations

import pytest

BASE = "/api/public"
V2 = {"Accept": "*/*; version=2"}


@pytest.mark.annex("API2.1", "API2.2", "API2.3", "API2.4", "R3")
async def test_a_company_is_made_changed_listed_and_deleted_in_both_versions(api):
    made = await api.post(
        f"{BASE}/companies/", {"name": "Acme", "company_id": "group@42", "approx_employees": "12", "plan": "pro"}
    )
    one = made.json
    assert made.status == 201 and list(one)[:9] == [
        "id", "name", "description", "email", "country", "region", "city", "address", "approx_employees",
    ]  # fmt: skip
    assert (one["company_id"], one["approx_employees"], one["attributes"][0]["value"]) == ("group@42", 12, "pro")
    user = (await api.post(f"{BASE}/users/", {"email": "a@b.com", "company_id": "group@42"})).json
    assert [(each["id"], each["name"]) for each in user["companies"]] == [(one["id"], "Acme")]
    second = (await api.get(f"{BASE}/companies-by-id/group@42/", headers=V2)).json
    assert (second["custom_id"], second["size"], second["plan"], second["employees"]) == (
        "group@42",
        "12",
        "pro",
        [user["id"]],
    )
    assert not {"company_id", "attributes", "approx_employees"} & set(second)
    changed = await api(
        "PUT", f"{BASE}/companies-by-id/group@42/", {"city": "Oslo", "phone_numbers": ["+47 1"]}, headers=V2
    )
    assert (changed.status, changed.json["city"], changed.json["phone_numbers"]) == (200, "Oslo", ["+47 1"])
    page = (await api.get(f"{BASE}/companies/?city=oslo")).json
    assert (page["count"], page["results"][0]["id"]) == (1, one["id"])
    assert (await api.get(f"{BASE}/companies/search/?company_id=group@42")).json["id"] == one["id"]
    assert (await api.get(f"{BASE}/companies/{one['id']}/users/")).json["results"][0]["id"] == user["id"]
    gone = await api("DELETE", f"{BASE}/companies/{one['id']}/")
    assert (gone.status, gone.body) == (204, b"")
    assert (await api.get(f"{BASE}/companies/{one['id']}/")).json == {"detail": "Not found."}


async def test_what_a_company_lacks_or_shares_is_named(api):
    assert (await api.post(f"{BASE}/companies/", {})).json == {"errors": {"name": ["This field is required."]}}
    await api.post(f"{BASE}/companies/", {"name": "Acme", "custom_id": "c-1"})
    assert list((await api.post(f"{BASE}/companies/", {"name": "ACME"})).json["errors"]) == ["name"]
    assert list((await api.post(f"{BASE}/companies/", {"name": "B", "custom_id": "c-1"})).json["errors"]) == [
        "custom_id"
    ]


async def test_a_company_that_a_user_names_first_is_made_by_its_id_and_becomes_the_real_one(api):
    made = await api.post(f"{BASE}/users/", {"email": "a@b.com", "company_custom_id": "c-2"}, headers=V2)
    assert made.status == 201, made.body
    (of_user,) = made.json["companies"]
    assert of_user["name"] == "c-2"
    again = await api.post(f"{BASE}/users/", {"email": "b@b.com", "company_id": "c-2"})
    assert [each["id"] for each in again.json["companies"]] == [of_user["id"]]
    real = await api.post(f"{BASE}/companies/", {"name": "Coffee", "custom_id": "c-2", "tags": ["key"]}, headers=V2)
    assert (real.status, real.json["id"], real.json["name"]) == (201, of_user["id"], "Coffee")
    assert [each["name"] for each in real.json["tags"]] == ["key"] and len(real.json["employees"]) == 2
    assert list((await api.post(f"{BASE}/companies/", {"name": "B", "custom_id": "c-2"})).json["errors"]) == [
        "custom_id"
    ]


async def test_a_company_that_is_only_named_takes_no_name_away_and_a_user_that_is_refused_names_none(api):
    await api.post(f"{BASE}/companies/", {"name": "c-3", "custom_id": "other"})
    user = (await api.post(f"{BASE}/users/", {"email": "a@b.com", "company_id": "c-3"})).json
    assert [each["name"] for each in user["companies"]] == ["c-3 (2)"]
    real = await api.post(f"{BASE}/companies/", {"name": "Cocoa", "custom_id": "c-3"})
    assert (real.status, real.json["id"], real.json["name"]) == (201, user["companies"][0]["id"], "Cocoa")
    refused = await api.post(f"{BASE}/users/", {"email": "a@b.com", "company_id": "c-9"})
    assert refused.status == 400
    assert (await api.get(f"{BASE}/companies/search/?company_id=c-9")).status == 404


async def test_members_and_tags_of_a_company(api):
    company = (await api.post(f"{BASE}/companies/", {"name": "Acme", "custom_id": "c-1", "tags": ["key"]})).json
    user = (await api.post(f"{BASE}/users/", {"email": "a@b.com", "user_id": "u@1"})).json
    for body in ({"user_id": user["id"]}, {"user_custom_id": "u@1"}):
        added = await api.post(f"{BASE}/companies-by-id/c-1/add_member/", body, headers=V2)
        assert (added.status, added.json["employees"]) == (200, [user["id"]])
    assert (await api.post(f"{BASE}/companies/{company['id']}/add_member/", {"user_id": 999}, headers=V2)).status == 404
    assert (await api.post(f"{BASE}/companies/{company['id']}/add_tag/", {"name": "big"})).json["tag"]["name"] == "big"
    assert (await api("DELETE", f"{BASE}/companies/{company['id']}/remove_tag/", {"name": "key"})).status == 200
    shown = (await api.get(f"{BASE}/companies/{company['id']}/")).json
    assert [tag["name"] for tag in shown["tags"]] == ["big"]
    tagged = (await api.get(f"{BASE}/tags/{shown['tags'][0]['id']}/companies/")).json
    assert [each["id"] for each in tagged["results"]] == [company["id"]]
    many = await api.post(f"{BASE}/companies/{company['id']}/set_multiple_attributes/", {"seats": 5})
    assert (many.status, many.body) == (200, b"")
    assert (
        await api.post(f"{BASE}/companies/{company['id']}/remove_member/", {"user_id": user["id"]}, headers=V2)
    ).status == 200
    assert (await api.get(f"{BASE}/companies/{company['id']}/", headers=V2)).json["employees"] == []


@pytest.mark.annex("API4.3", "API4.4")
async def test_tags_are_listed_renamed_and_deleted(api):
    made = (await api.post(f"{BASE}/tags/", {"name": "vip"})).json
    assert list(made) == ["id", "name"]
    assert (await api("PUT", f"{BASE}/tags/{made['id']}/", {"name": "VIP client"})).json == made | {
        "name": "VIP client"
    }
    listed = (await api.get(f"{BASE}/tags/")).json
    assert listed == {"count": 1, "next": None, "previous": None, "results": [made | {"name": "VIP client"}]}
    await api.post(f"{BASE}/tags/", {"name": "other"})
    assert list((await api("PUT", f"{BASE}/tags/{made['id']}/", {"name": "OTHER"})).json["errors"]) == ["name"]
    assert (await api("DELETE", f"{BASE}/tags/{made['id']}/")).status == 204
    assert (await api.get(f"{BASE}/tags/{made['id']}/")).status == 404


@pytest.mark.annex("API5.1", "API5.2")
async def test_lists_are_made_described_and_deleted(api):
    made = (await api.post(f"{BASE}/lists/", {"name": "News", "description": "Weekly"})).json
    assert made == {"id": made["id"], "name": "News", "description": "Weekly"}
    assert (await api("PUT", f"{BASE}/lists/{made['id']}/", {"description": "Daily"})).json["description"] == "Daily"
    user = (await api.post(f"{BASE}/users/", {"email": "a@b.com"})).json
    assert (await api.post(f"{BASE}/lists/{made['id']}/add_user/", {"user_id": user["id"]}, headers=V2)).status == 200
    assert (await api.get(f"{BASE}/lists/{made['id']}/users/")).json["count"] == 1
    assert (await api("DELETE", f"{BASE}/lists/{made['id']}/remove_user/", {"client": user["id"]})).status == 200
    assert (await api("DELETE", f"{BASE}/lists/{made['id']}/")).status == 204
    assert (await api.get(f"{BASE}/lists/")).json["results"] == []


@pytest.mark.annex("API6.1", "API6.2", "API6.3")
async def test_attributes_are_made_with_words_or_codes_and_listed(api):
    body = {"value_type": "string", "name": "API string attribute", "content_type": "clientuser"}
    made = (await api.post(f"{BASE}/attributes/", body, headers=V2)).json
    assert made == {
        "id": made["id"], "name": "API string attribute", "name_std": "api_string_attribute", "value_type": "string",
        "content_type": "clientuser",
    }  # fmt: skip
    assert (await api.get(f"{BASE}/attributes/{made['id']}/")).json["content_type"] == "user"
    coded = (await api.post(f"{BASE}/attributes/", {"value_type": 2, "name": "Seats", "content_type": 2})).json
    assert (coded["value_type"], coded["content_type"]) == ("integer", "company")
    fixed = {"value_type": "fixed", "name": "Plan", "content_type": "user"}
    assert list((await api.post(f"{BASE}/attributes/", fixed)).json["errors"]) == ["choices"]
    fixed |= {"choices": ["free", "pro"], "allow_multiple_choices": True}
    assert (await api.post(f"{BASE}/attributes/", fixed)).status == 201
    user = (await api.post(f"{BASE}/users/", {"email": "a@b.com", "plan": "pro"}, headers=V2)).json
    assert user["plan"] == ["pro"]
    wrong = await api.post(f"{BASE}/users/", {"email": "c@d.com", "plan": "gold"}, headers=V2)
    assert wrong.json == {"errors": {"plan": ['"gold" is not a valid choice.']}}
    assert (await api.get(f"{BASE}/attribute-type/api_string_attribute/users/")).json == {"value_type": "string"}
    assert (await api.get(f"{BASE}/attribute-type/seats/companies/")).json == {"value_type": "integer"}
    assert len((await api.get(f"{BASE}/attributes/")).json["results"]) == 3
    assert (await api("DELETE", f"{BASE}/attributes/{made['id']}/")).status == 204
    wrong = {"value_type": "colour", "name": "x", "content_type": "user"}
    for wrong_body in (wrong, wrong | {"value_type": "string", "name": "x" * 33}):
        assert (await api.post(f"{BASE}/attributes/", wrong_body)).status == 400
    assert (await api.post(f"{BASE}/attributes/", fixed)).status == 400
