"""The mobile SDKs of User.com work with our address in place of theirs: who, on which device, what they do."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from hub.people.collections import CONTACTS, EVENTS
from storage.engine import Scope

ANDROID = {
    "lib_version": "1.2.3", "os_type": "Android", "version": "14", "sdk": "34", "device": "shiba", "model": "Pixel 8",
    "manufacturer": "Google", "identifier": "a-1", "fcm_key": "token-1", "is_root": False,
}  # fmt: skip
IPHONE = {"app_version": "2.0", "os_type": "IOS", "os_version": "18.1", "model": "iPhone16,1", "fcm_key": "token-2"}


class Phone:
    """A mobile application with the SDK in it: it keeps the key that the first ping brings."""

    def __init__(self, company: Any, *, key: str | None = None) -> None:
        self.url, self.app = company.house.url, company
        self.sdk_key, self.user_key = company.made["mobile_key"] if key is None else key, ""

    async def post(self, path: str, body: Any, *, slash: str = "/") -> tuple[int, Any]:
        headers = {"Authorization": f"Token {self.sdk_key}", "X-User-Key": self.user_key}
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{self.url}/api/sdk/v1/{path}{slash}", json=body, headers=headers) as answer,
        ):
            return answer.status, await answer.json()

    async def ping(self, device: dict[str, Any] | None = None, **customer: Any) -> str:
        """Send the ping of a start; return the key, which is kept."""
        told = {"userKey": "", "device": 1} | customer
        status, answer = await self.post("ping", {"customer": told, "device": ANDROID if device is None else device})
        assert status == 200, answer
        self.user_key = answer["user"]["key"]
        return self.user_key

    async def contact(self) -> dict[str, Any]:
        """Return the stored contact."""
        hub = self.app.house.hub
        id = await hub.store.key(Scope(self.app.id), "contact.key", self.user_key)
        return await hub.store.get(Scope(self.app.id), CONTACTS, id)

    async def events(self) -> list[tuple[str, dict[str, Any]]]:
        read = await self.app.house.hub.store.read(Scope(self.app.id), EVENTS, (await self.contact())["id"])
        return [(each["name"], each["data"]) for each in read]


@pytest.mark.annex("X3")
async def test_the_first_ping_makes_a_contact_and_the_next_ones_are_of_the_same(acme):
    phone = Phone(acme)
    key = await phone.ping()
    assert len(key) == 12
    assert await phone.ping(first_name="Vera", plan="gold", gender=3, score=5, city="") == key
    contact = await phone.contact()
    assert (contact["first_name"], contact["gender"], contact["score"]) == ("Vera", "female", 5)
    assert "gold" in contact["attrs"].values()
    assert (contact["facts"]["os"], contact["facts"]["device"]) == ("Android 14", "phone")
    (device,) = contact["devices"]
    assert device == {
        "os": "Android", "os_version": "14", "model": "Pixel 8", "manufacturer": "Google", "lib_version": "1.2.3",
        "identifier": "a-1", "push_key": "token-1", "seen": device["seen"],
    }  # fmt: skip


@pytest.mark.annex("X3")
async def test_an_id_that_is_known_is_that_contact_on_every_device_and_a_new_one_is_this_ones(acme):
    phone, tablet = Phone(acme), Phone(acme)
    key = await phone.ping()
    assert await phone.ping(user_id=4711, email="vera@example.com") == key
    assert (await phone.contact())["custom_id"] == "4711"
    assert await tablet.ping(IPHONE) != key
    assert await tablet.ping(IPHONE, user_id="4711", email="walt@example.com", last_name="Verne") == key
    contact = await tablet.contact()
    assert (contact["email"], contact["last_name"]) == ("vera@example.com", "Verne"), "a claim moves no address"
    assert [(each["os"], each["push_key"]) for each in contact["devices"]] == [
        ("Android", "token-1"),
        ("iOS", "token-2"),
    ]
    assert contact["facts"]["os"] == "iOS 18"
    assert await Phone(acme).ping(IPHONE, email="VERA@example.com") == key


async def test_a_person_who_signs_in_after_another_on_the_same_phone_is_somebody_else(acme):
    phone = Phone(acme)
    vera = await phone.ping(user_id="1")
    assert await phone.ping(user_id="2") != vera


@pytest.mark.annex("X3", "U8")
async def test_events_product_events_screens_and_messages_are_kept_as_events(acme):
    phone = Phone(acme)
    await phone.ping()
    at = "2026-11-20T10:00:00.123456Z"
    sent = [
        ("event", {"event": "order", "timestamp": at, "data": {"total": 3, "products": [{"id": 1}]}}),
        ("event", {"event": "product", "timestamp": at, "event_type": "add to cart", "data": {"custom_id": "p-1"}}),
        (
            "product_event",
            {"custom_id": "p-1", "product_url": "https://shop.example/p", "event": "purchase", "timestamp": at},
        ),
        ("product_event", {"custom_id": "p-2"}),
        ("screen_event", {"event": "ScreenEvent", "data": {"event": "opened", "screen_name": "Home"}}),
        ("push-notification/77/clicked", {"url": "https://shop.example/sale"}),
        ("in-app-message/78/dismissed", {"url": None}),
        ("event", {"event": "logout", "logout": True}),
    ]
    for path, body in sent:
        status, answer = await phone.post(path, body)
        assert status == 200 and answer["id"] and answer["created"] is True, (path, answer)
    assert await phone.events() == [
        ("order", {"total": 3, "products": [{"id": 1}]}),
        ("add to cart", {"custom_id": "p-1"}),
        ("purchase", {"custom_id": "p-1", "product_url": "https://shop.example/p"}),
        ("product", {"custom_id": "p-2"}),
        ("ScreenEvent", {"event": "opened", "screen_name": "Home"}),
        ("push-notification clicked", {"id": "77", "url": "https://shop.example/sale"}),
        ("in-app-message dismissed", {"id": "78", "url": None}),
        ("logout", {}),
    ]
    (first, *_) = await acme.house.hub.store.read(Scope(acme.id), EVENTS, (await phone.contact())["id"])
    assert first["at"] == 1_795_168_800_123, "the time of the device, to the millisecond"


async def test_what_is_sent_again_after_a_lost_answer_is_kept_once(acme):
    phone = Phone(acme)
    await phone.ping()
    order = {"event": "order", "timestamp": "2026-11-20T10:00:00Z", "data": {"total": 3}}
    first = await phone.post("event", order)
    again = await phone.post("event", order)
    assert again == (200, {"id": first[1]["id"], "created": False})
    await phone.post("event", order | {"data": {"total": 4}})  # within the same second, and another one
    assert [data for _, data in await phone.events()] == [{"total": 3}, {"total": 4}]


async def test_a_push_token_is_forgotten(acme):
    phone = Phone(acme)
    await phone.ping()
    await phone.ping(ANDROID | {"fcm_key": "token-9"})
    assert [each["push_key"] for each in (await phone.contact())["devices"]] == ["token-9"], (
        "the token of a device changes"
    )
    assert await phone.post("delete-fcm-token", {"fcm_key": "token-9"}) == (200, {})
    assert (await phone.contact())["devices"] == []


async def test_wrong_values_do_not_make_a_device_ping_for_ever(acme):
    phone = Phone(acme)
    await phone.ping(
        gender=9, first_name="x" * 500, city="Oslo", assigned_to=acme.made["agent"]["id"], company={"name": "Tea"}
    )
    contact = await phone.contact()
    assert contact["city"] == "Oslo" and {"name": "Tea"} in contact["attrs"].values()
    assert not {"gender", "first_name", "assigned_to"} & set(contact)


@pytest.mark.annex("X3")
async def test_refusals_are_those_of_the_api(acme, globex):
    for key in ("", "x" * 64, acme.api_key):
        status, answer = await Phone(acme, key=key).post("ping", {"customer": {}, "device": {}})
        assert (status, list(answer)) == (401, ["detail"])
    phone, stranger = Phone(acme), Phone(globex)
    await phone.ping()
    stranger.user_key = phone.user_key
    assert await stranger.post("event", {"event": "order"}) == (404, {"detail": "Not found."})
    assert await stranger.post("delete-fcm-token", {"fcm_key": "token-1"}) == (404, {"detail": "Not found."})
    assert await stranger.ping() != phone.user_key, "another tenant's key is nobody's here"
    for path, body, field in (
        ("event", {}, "event"), ("event", {"event": "a", "timestamp": "soon"}, "timestamp"), ("event", [], "non_field_errors"),
        ("delete-fcm-token", {}, "fcm_key"),
        ("event", {"event": "x" * 129}, "non_field_errors"),
    ):  # fmt: skip
        status, answer = await phone.post(path, body)
        assert status == 400 and field in answer["errors"], (path, answer)
    for path in ("push-notification/1/stolen", "letter/1/clicked", "nothing"):
        assert await phone.post(path, {}) == (404, {"detail": "Not found."})
    assert (await phone.post("event", {"event": "order"}, slash=""))[0] == 200
    assert [name for name, _ in await phone.events()] == ["order"]


async def test_the_key_of_an_application_in_the_hands_of_everybody_opens_nothing_else(acme):
    async with aiohttp.ClientSession(headers={"Authorization": f"Token {acme.made['mobile_key']}"}) as http:
        for path in ("/api/public/conversations/", "/api/app/contacts", "/api/app/attributes"):
            async with http.get(acme.house.url + path) as answer:
                assert answer.status == 401
